# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many routers are in work at once, in which order, and what makes a run stop."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  order:
    description:
      - Which node of a pair comes first. V(standby_first) takes the one whose process C(routingManager) is not the
        primary, as the conductor itself does (upgrade_router). Where that cannot be read, the order is as listed, and
        the result says so.
      - V(as_listed) takes the order in which the conductor lists the nodes. Choose it where your own records decide
        which node is to go first, or to ask the conductor less.
      - The nodes of the conductor's own router are taken as listed in any case; no rule is documented for them.
    type: str
    choices: [standby_first, as_listed]
    default: standby_first
  in_flight:
    description:
      - How many routers are in work at once. As soon as one ends, the next begins; of a pair one node at a time is in
        work.
      - Lower it for a careful night, or for a conductor that is busy. Raise it where the window is short and the
        conductor has shown that it bears it.
    type: int
    default: 10
  pair_soak:
    description:
      - Seconds for which the first node of a pair must have been well before the second is touched.
      - Raise it where sessions or routing take long to come back; lower it only for rehearsals.
    type: int
    default: 300
  max_failures:
    description:
      - How many routers may fail before no other is begun. Those in work are followed to their end. Routers that end as
        V(failed), V(unknown), V(reverted) or V(held) count, and V(0) means that the first one stops the run.
      - With O(run_id) and O(journal) it counts over all batches of a run.
      - Raise it with care for a large fleet in which single failures are expected.
    type: int
    default: 5
  max_fail_percentage:
    description:
      - The same limit in per cent of the routers of the run. Where both are given, the one that is reached first stops
        the run.
      - Give it where the number of routers changes from night to night.
    type: float
  start_deadline:
    description:
      - No node is begun at or after this time. It is ISO 8601 with a zone, such as V(2026-11-24T04:00:00+01:00) or
        V(2026-11-24T03:00:00Z); a time without a zone is refused.
      - A pair is not begun where its second node would come after it, by the durations that this run has seen, or by
        the expected ones.
    type: str
  window_end:
    description:
      - By this time everything must be over, the way back included. A router is begun only if its upgrade, the soak and
        a revert still fit. It is ISO 8601 with a zone, like O(start_deadline).
      - What does not fit ends as V(not_started), with how much time was missing.
    type: str
  expected_revert:
    description:
      - Seconds that a node is expected to need for a revert, until it is settled. It counts for O(window_end) until
        this run has seen better numbers.
      - Set it to what your own routers need.
    type: int
    default: 1200
  expected_outage:
    description:
      - Seconds for which a node is expected to forward nothing, for the plan that people read. It decides nothing.
      - Set it to what your own routers need.
    type: int
    default: 420
  breaker_percent:
    description:
      - No router is begun while more than this share, in per cent, of the assets that are not in work has left its
        settled state, or while a conductor node has (release notes, I95-64696). It goes on when they are back.
      - Raise it in authorities where many sites come and go.
    type: float
    default: 2
  breaker_timeout:
    description:
      - Seconds for which the run waits for these assets. When they are over, it ends in order, without beginning
        another router.
      - Raise it where such disturbances are known to last longer.
    type: int
    default: 1800
  stop_file:
    description:
      - A path on the controller. As soon as a file is there, no other router is begun, and those in work are followed
        to their end.
      - Give one where somebody may have to end a night early and in order. Take the file away before the next run.
    type: path
  status_file:
    description:
      - A path on the controller. A JSON file is kept there while the task runs, with state, phase and reason of each
        router, totals and an estimate of what is left. It is replaced as a whole, so it can be read at any time.
      - Give one for a dashboard or for a second terminal.
    type: path
  waves:
    description:
      - The wave of each router, by its name; a router that is not named is in wave V(0). A later wave begins when every
        router of the waves before it has ended.
      - Use it to have hubs last, or first. It wins over the variable C(ssr_wave) of a host.
    type: dict
  exclusive_groups:
    description:
      - The group of each router, by its name. Two routers of one group are never in work at the same time, and none is
        begun after another one of its group did not come to a good end.
      - Use it for two single routers of one site, or for two hubs that stand in for each other. It wins over the
        variable C(ssr_exclusive_group) of a host.
    type: dict
"""

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
      - Which node of a pair comes first. V(standby_first) starts with the node whose C(routingManager) process is not
        the primary, as the conductor itself does (upgrade_router). If that cannot be read, the order is as listed, and
        the result says so.
      - V(as_listed) uses the order in which the conductor lists the nodes. Choose it if your own records decide which
        node goes first, or to send fewer commands.
      - For the conductor's own router the order is always as listed, because no rule is documented for it.
    type: str
    choices: [standby_first, as_listed]
    default: standby_first
  in_flight:
    description:
      - How many routers are in progress at once. As soon as one finishes, the next starts; the nodes of a pair are
        handled one at a time.
      - Lower it to be careful, or for a busy conductor. Raise it if the window is short and the conductor is known to
        cope.
    type: int
    default: 10
  pair_soak:
    description:
      - How long the first node of a pair must have been healthy before the second is touched, in seconds.
      - Raise it if sessions or routing take long to recover; lower it only for rehearsals.
    type: int
    default: 300
  max_failures:
    description:
      - How many routers may fail before no further router is started. Routers in progress are followed to the end.
        V(failed), V(unknown), V(reverted) and V(held) count as failures; with V(0) the first one stops the run.
      - With O(run_id) and O(journal) failures are counted across all batches of a run.
      - Raise it with care for a large fleet where single failures are expected.
    type: int
    default: 5
  max_fail_percentage:
    description:
      - The same limit as a percentage of the routers of the run. If both are set, the one that is reached first stops
        the run.
      - Use it if the number of routers varies from run to run.
    type: float
  start_deadline:
    description:
      - No node is started at or after this time, such as V(05:00) (the next one), V(tomorrow 05:00), V(+6h), V(+6h30m),
        V(2026-11-24T04:00:00+01:00), or V(2026-11-24 04:00 Europe/Berlin). A time without a zone needs O(time_zone). A
        duration needs a unit (V(d), V(h), V(m)).
      - A time of the day and a duration count from the start of C(ansible-playbook). One that is past, that was less
        than six hours ago, or that is more than a day away must be written as a date and a time.
      - A pair is not started if its second node would start too late, judged by the durations of this run so far, or
        else by the expected ones.
      - V(none) means no deadline; an empty text is refused.
    type: str
  window_end:
    description:
      - Everything must be finished by this time, including a possible rollback. A router is started only if its
        upgrade, the soak and a revert still fit. The format is that of O(start_deadline).
      - Routers that do not fit end as V(not_started); the reason says how much time was missing.
      - V(none) means no window; an empty text is refused.
    type: str
  time_zone:
    description:
      - The time zone of O(start_deadline) and O(window_end) where they name none, such as V(Europe/Berlin), V(UTC) or
        V(+01:00). That of the controller is never used, since a container has none of its own. Names need a database of
        time zones on the controller (tzdata).
    type: str
  expected_revert:
    description:
      - How long a revert is expected to take until the node is settled, in seconds. It is used for O(window_end) until
        this run has measured real durations.
      - Set it to what your own routers need.
    type: int
    default: 1200
  expected_outage:
    description:
      - How long a node is expected to forward no traffic, in seconds. It is only shown in the plan.
      - Set it to what your own routers need.
    type: int
    default: 420
  breaker_percent:
    description:
      - No router is started while more than this percentage of the assets that are not being upgraded is no longer
        settled, or while a conductor node is not (release notes, I95-64696). The run continues once they are back.
      - Raise it in authorities where many sites come and go.
    type: float
    default: 2
  breaker_timeout:
    description:
      - How long the run waits for these assets, in seconds. After that, it ends in an orderly way and starts no further
        router.
      - Raise it if such disturbances are known to last longer.
    type: int
    default: 1800
  stop_file:
    description:
      - A path on the controller. As soon as this file exists, no further router is started; those in progress are
        followed to the end, with the second node of a pair. A conductor that is a target is not started either.
      - Use it to stop a run early and in an orderly way. Remove the file before the next run.
    type: path
  status_file:
    description:
      - A path on the controller. While the task runs, this JSON file holds the state, phase and reason of each router,
        totals and an estimate of the remaining time. It is replaced atomically, so it can be read at any time.
      - A task has its own targets, and those of earlier tasks of the same run. M(sessionsmart.ssr.run_review) adds all
        other routers of the run, and in the end says of each what became of it, and why the run stopped.
      - Use it for a dashboard or for a second terminal.
    type: path
  waves:
    description:
      - The wave of each router, by its name; a router that is not named is in wave V(0). A wave starts when every
        router of the waves before it has finished.
      - Use it to upgrade hubs last, or first. It overrides the host variable C(ssr_wave).
    type: dict
  exclusive_groups:
    description:
      - The group of each router, by its name. Two routers of one group are never in progress at the same time, and
        after one has failed no other router of its group is started.
      - Use it for two single routers of one site, or for two hubs that back each other up. It overrides the host
        variable C(ssr_exclusive_group).
    type: dict
"""

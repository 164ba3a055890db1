# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long an operation may take, how closely it is followed, and where it is written down."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  upgrade_timeout:
    description:
      - Seconds from the command until a node must run the wanted version. When they are over, nothing more is sent, and
        the target ends as V(unknown).
      - The default is above the vendor's own limit for an upgrade, which is one hour unless the configuration says
        otherwise (release notes 7.1, I95-63292). Raise it where C(software-update) of a router sets a longer one.
    type: int
    default: 5400
  settle_timeout:
    description:
      - Seconds from the moment when a node first runs the wanted version until it must be settled. When they are over,
        the target ends as V(unknown).
      - Raise it in authorities where assets take long to come back. After the upgrade of a conductor some releases need
        an hour or more (release notes 7.2, I95-65826).
    type: int
    default: 5400
  service_timeout:
    description:
      - Seconds for which a node that is settled may have its service down, or may run a version that is neither the
        wanted one nor the one from before. When they are over, the target ends as V(failed).
      - Raise it for hardware on which the service is slow to start.
    type: int
    default: 900
  flap:
    description:
      - Seconds. A node that was away for longer than this did not just flap. If it then runs the version from before,
        settled, it is taken for one that went back by itself.
      - Assets flap while one conductor node is away (release notes 7.2, I95-64063). Raise it where they stay away for
        longer.
    type: int
    default: 90
  revert_grace:
    description:
      - Seconds for which a node must have stayed settled on its old version before an attempt counts as ended there, as
        gone back by itself or as failed.
      - Raise it for nodes that restart more than once in an upgrade.
    type: int
    default: 30
  stable_polls:
    description:
      - How many looks in a row must show a node settled before it is believed.
      - Raise it where assets flap; lower it to V(1) only for rehearsals.
    type: int
    default: 3
  poll_min:
    description:
      - Seconds between two looks while something happens.
      - Raise it for very large authorities, where C(show assets) itself takes seconds.
    type: float
    default: 2
  poll_max:
    description:
      - Seconds between two looks while nothing happens; the pause grows from O(poll_min) up to this.
      - Raise it to disturb a busy conductor less; the end of an operation is then seen that much later.
    type: float
    default: 15
  request_timeout:
    description:
      - Seconds for which the request may keep its prompt before it is taken for one that was accepted and runs. It is
        not documented whether these commands give the prompt back at once or when all is done; both work.
      - Raise it where a conductor is slow to refuse, so that a refusal is seen before the request counts as accepted.
    type: int
    default: 60
  health_timeout:
    description:
      - Seconds until the vendor's own health check must have answered. When they are over, its answer counts as
        unknown.
      - Raise it where this check is known to be slow.
    type: int
    default: 900
  journal:
    description:
      - A folder on the controller. Before each command its intent is written there, and afterwards its outcome, one
        small file with mode 0600 for each node.
      - A later run reads it and takes up what an earlier one has begun, instead of sending it a second time.
      - The folder must outlive the run. In a container, such as a job of AWX, give one that is mounted.
      - Without it, or with an empty one, nothing is remembered, and only what the conductor shows counts.
    type: path
  run_id:
    description:
      - A name for the whole run, which is written into the records of the O(journal).
      - Give one where records of several runs are read by people or by other tools. Nothing is decided by it.
    type: str
  fail_on_target:
    description:
      - Whether the task fails when a target did not come to a good end. Every result is returned in both cases.
      - Set it to V(false) where one task handles the targets of many hosts and each host looks at its own result
        afterwards. A task with C(run_once) that fails would fail the healthy hosts as well.
    type: bool
    default: true
"""

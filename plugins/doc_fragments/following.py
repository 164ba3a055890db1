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
      - How long a node may take from the command until it runs the requested version, in seconds. After that, nothing
        more is sent, and the target ends as V(unknown).
      - The default is above the vendor's own limit for an upgrade, which is one hour unless the configuration says
        otherwise (release notes 7.1, I95-63292). Raise it if C(software-update) of a router sets a longer limit.
    type: int
    default: 5400
  settle_timeout:
    description:
      - How long a node may take to settle once it runs the requested version, in seconds. After that, the target ends
        as V(unknown).
      - Raise it in authorities where assets take long to come back. After the upgrade of a conductor some releases need
        an hour or more (release notes 7.2, I95-65826).
    type: int
    default: 5400
  service_timeout:
    description:
      - How long a settled node may have its service down, or run a version that is neither the requested nor the
        previous one, in seconds. After that, the target ends as V(failed).
      - A command waits for as long while the other node of its pair, or a member of its exclusive group, is not well.
        After that, it is not sent.
      - Raise it for hardware on which the service starts slowly.
    type: int
    default: 900
  flap:
    description:
      - The longest flap, in seconds. If a node was away for longer and then runs its previous version, settled, it is
        considered to have reverted by itself.
      - Assets flap while one conductor node is away (release notes 7.2, I95-64063). Raise it if they stay away for
        longer.
    type: int
    default: 90
  revert_grace:
    description:
      - How long a node must have been settled on its old version before the attempt counts as over, either reverted by
        the node itself or failed, in seconds.
      - Raise it for nodes that restart more than once during an upgrade.
    type: int
    default: 30
  operation_settle:
    description:
      - How long a node must have been settled without any change before its operation counts as over, in seconds, if
        no status of the conductor shows that it is over. The vendor's own check after an upgrade may still run then,
        and take the node back, although its version, state and service look well.
      - For as long after a command without a known end, the conductor's words that nothing runs there do not count; a
        next command waits for it.
      - Raise it if that check is known to take longer on your hardware; lower it to V(0) only for rehearsals.
    type: int
    default: 300
  stable_polls:
    description:
      - How many consecutive polls must show a node as settled.
      - Raise it if assets flap; lower it to V(1) only for rehearsals.
    type: int
    default: 3
  poll_min:
    description:
      - The polling interval while something is happening, in seconds.
      - Raise it for very large authorities, where C(show assets) itself takes seconds.
    type: float
    default: 2
  poll_max:
    description:
      - The longest polling interval, in seconds; while nothing happens, the interval grows from O(poll_min) to this.
      - Raise it to put less load on a busy conductor; the end of an operation is then noticed that much later.
    type: float
    default: 15
  request_timeout:
    description:
      - How long to wait for the prompt after the request, in seconds. After that, the request counts as accepted and
        running. It is not documented whether these commands return at once or when everything is done; both work.
      - Raise it if a conductor is slow to refuse, so that a refusal is seen before the request counts as accepted.
    type: int
    default: 60
  health_timeout:
    description:
      - How long to wait for the answer of the vendor's own health check, in seconds. After that, the answer counts as
        unknown.
      - Raise it if this check is known to be slow.
    type: int
    default: 900
  journal:
    description:
      - A folder on the controller in which each command is recorded before it is sent, and its outcome afterwards, in
        one small file with mode 0600 for each node; beside it, the names of all nodes of each router that was named.
      - A later run reads it and resumes what an earlier run started, instead of sending the command again.
      - The folder must outlive the run. In a container, such as an AWX job, use a mounted folder.
      - If not set or empty, nothing is recorded, and only what the conductor shows counts.
    type: path
  run_id:
    description:
      - A name for the whole run, which is recorded in the O(journal).
      - Set it if people or other tools read the records of several runs. It does not influence any decision.
    type: str
  fail_on_target:
    description:
      - Whether the task fails if a target failed. Every result is returned in either case.
      - Set it to V(false) if one task handles the targets of many hosts and each host reads its own result afterwards.
        A failed C(run_once) task would fail the healthy hosts as well.
    type: bool
    default: true
"""

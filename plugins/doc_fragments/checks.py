# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks before and after an operation have in common."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  checks:
    description:
      - The checks to run, in this order. Each entry is a name, V(all), a name with a leading V(!) to exclude that
        check, or a mapping with the keys V(name) and V(severity) and the parameters of that check.
      - A mapping with the key V(command) defines a custom check. Its other keys are V(name), V(query), V(expect) and
        V(severity).
      - With the severity V(block) a failed check stops the procedure; with V(warn) it is only reported.
      - A list that only excludes checks means all others. An unknown name is an error; the message lists the known
        names.
    type: list
    elements: raw
    default: [all]
  targets:
    description:
      - What to check, in this order. Each entry is the name of a router, for all of its nodes, or a mapping with the
        keys V(router) and V(node), for that node alone.
      - Use the SSR's names, as C(show assets) prints them in the columns Router and Node. A conductor is named like any
        other router.
      - Without O(targets), O(target_hosts) and O(resource_group), the node of the session and its peer are checked. If
        several of them are set, their targets are combined.
      - Only checks that apply to a target are run for it. A command that covers all targets is sent once.
    type: list
    elements: raw
  target_hosts:
    description:
      - Names of inventory hosts that stand for routers, each with all of its nodes. In a C(run_once) task that handles
        the hosts of a batch, set it to C(ansible_play_batch).
      - If a host is not named like its router, set the SSR's name in the host variable C(ssr_router). Nothing connects
        to these hosts.
    type: list
    elements: str
  resource_group:
    description:
      - The name of an SSR resource group. The conductor is asked for its members, which are handled like a list of
        names.
      - Use it if groups are maintained on the conductor rather than in an inventory.
    type: str
  unknown_targets:
    description:
      - What to do with a router that the conductor does not know.
      - With V(fail) the whole task fails, because the inventory may belong to another authority.
      - With V(block) only that router is blocked, by the check V(router_known).
      - With V(skip) it is left out. Choose this if the inventory names routers that are not built yet.
    type: str
    choices: [fail, block, skip]
    default: fail
  version:
    description:
      - The requested release, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7).
      - Checks that need it are skipped if it is not set.
    type: str
  stable_polls:
    description:
      - How many consecutive polls must show the nodes as settled.
      - Raise it if assets flap. V(1) accepts the first poll.
    type: int
    default: 3
  poll_interval:
    description:
      - The polling interval, in seconds.
      - Raise it for very large authorities, where C(show assets) itself takes seconds.
    type: float
    default: 2
  health_timeout:
    description:
      - How long to wait for the answer of the vendor's own health check, in seconds. Raise it if this check is known to
        be slow.
    type: int
    default: 900
  health_check_unknown:
    description:
      - How to treat an answer of the vendor's own health check that cannot be interpreted. Its output is not
        documented.
      - V(warn) reports it and continues, because the other checks rely on documented output.
      - V(hold) fails the check. Choose it if somebody is available to read the answer.
      - An answer that speaks of a failure, and names no check that has clearly failed on this node in this run, always
        fails the check.
    type: str
    choices: [warn, hold]
    default: warn
  assets_count:
    description:
      - Whether to take the states of assets into account.
      - Set it to V(false) between the two nodes of a conductor pair that is upgraded from a release below 6.3. All
        assets show Disconnected until both nodes run the new release (vendor's documentation, upgrade_ibu_conductor).
        RV(sessionsmart.ssr.software_info#module:assets_count), read before the first node is upgraded, is the value to
        use.
    type: bool
    default: true
  fail_on_target:
    description:
      - Whether the task fails if a check with the severity V(block) fails. All results are returned in either case.
      - Set it to V(false) to decide in the play by RV(blocked), for instance to finish the checks of all hosts before
        any of them stops.
    type: bool
    default: true
"""

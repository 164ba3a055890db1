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
      - The checks to run, in this order. Each entry is a name, V(all), a name with V(!) in front, which leaves that
        check out, or a mapping with the keys V(name) and V(severity), and the parameters of that check.
      - A mapping with the key V(command) is a check of your own. Its other keys are V(name), V(query), V(expect) and
        V(severity).
      - The severity V(block) stops what was to come when the check fails; V(warn) only reports it.
      - A list with nothing but names to leave out means all others. An unknown name is an error that lists the known
        ones.
    type: list
    elements: raw
    default: [all]
  targets:
    description:
      - What is looked at, in this order. Each entry is the name of a router, which means all of its nodes, or a mapping
        with the keys V(router) and V(node), which means that node alone.
      - The names are those of the SSR, as C(show assets) prints them in the columns Router and Node. A conductor is
        named like any other router.
      - Without O(targets), O(target_hosts) and O(resource_group) the node that the session is on is looked at, and its
        pair. What several of them name is put together.
      - Only checks that apply to a target are made for it. What one command tells of all is asked once.
    type: list
    elements: raw
  target_hosts:
    description:
      - Names of inventory hosts that stand for routers, each with all of its nodes. Give C(ansible_play_batch) in a
        task with C(run_once) that serves the hosts of a batch.
      - The SSR's own name of a router is taken from the host's variable C(ssr_router), where the host is called
        otherwise. Nothing connects to these hosts.
    type: list
    elements: str
  resource_group:
    description:
      - The name of a resource group of the SSR. Its members are asked of the conductor, and handled like a list of
        names.
      - Give it where groups are kept on the conductor rather than in an inventory.
    type: str
  unknown_targets:
    description:
      - What to do with a router that the conductor does not know.
      - With V(fail) the whole task fails, since the inventory may be that of another authority.
      - With V(block) only that router is blocked, by the check V(router_known).
      - With V(skip) it is left out. Choose it where the inventory names routers that are not built yet.
    type: str
    choices: [fail, block, skip]
    default: fail
  version:
    description:
      - The release that is wanted, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7).
      - Checks that compare with it are skipped when it is not given.
    type: str
  allow_alarms:
    description:
      - Regular expressions, without regard to case. An alarm whose message one of them matches does not count.
      - Use it for alarms that are known and accepted.
    type: list
    elements: str
    default: []
  stable_polls:
    description:
      - How many looks in a row must show the nodes settled.
      - Raise it where assets flap. V(1) believes the first look.
    type: int
    default: 3
  poll_interval:
    description:
      - Seconds between two looks.
      - Raise it for very large authorities, where C(show assets) itself takes seconds.
    type: float
    default: 2
  health_timeout:
    description:
      - Seconds until the vendor's own health check must have answered. Raise it where this check is known to be slow.
    type: int
    default: 900
  health_check_unknown:
    description:
      - What an answer of the vendor's own health check means that cannot be read. What it prints is documented nowhere.
      - V(warn) reports it and goes on, since the other checks look at what is documented.
      - V(hold) lets the check fail. Choose it where a person is at hand to read the answer.
    type: str
    choices: [warn, hold]
    default: warn
  assets_count:
    description:
      - Whether the states of assets count.
      - Set it to V(false) between the two nodes of a conductor pair that comes from below 6.3. All assets show
        Disconnected until both nodes run the new release (vendor's documentation, upgrade_ibu_conductor).
        RV(sessionsmart.ssr.software_info#module:assets_count), asked before the first node is upgraded, is the value to
        give.
    type: bool
    default: true
  fail_on_target:
    description:
      - Whether the task fails when a check with the severity V(block) does. All results are returned in both cases.
      - Set it to V(false) to look at RV(blocked) and decide in the play, for instance to run the checks of all hosts to
        the end before any of them stops.
    type: bool
    default: true
"""

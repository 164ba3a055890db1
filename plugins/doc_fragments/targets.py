# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that name what an operation is done to."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  targets:
    description:
      - The targets of the operation, in this order. Each entry is the name of a router, for all of its nodes, or a
        mapping with the keys V(router) and V(node), for that node alone.
      - Use the SSR's names, as C(show assets) prints them in the columns Router and Node. A conductor is named like any
        other router.
      - An empty list, a name that the conductor does not know (see O(unknown_targets)), and a node that is named twice
        are errors, and nothing is sent.
      - Put names that look like numbers or booleans in quotes.
      - One of O(targets), O(target_hosts) and O(resource_group) is required. If several are set, their targets are
        combined.
    type: list
    elements: raw
  target_hosts:
    description:
      - Names of inventory hosts that stand for routers, each with all of its nodes. In a C(run_once) task that handles
        the hosts of a batch, set it to C(ansible_play_batch).
      - If a host is not named like its router, set the SSR's name in the host variable C(ssr_router). No other variable
        is needed, and nothing connects to these hosts.
      - The host variables C(ssr_wave) (a number) and C(ssr_exclusive_group) (a name) set its wave, and the routers that
        are never in progress at the same time.
      - The host variable C(ssr_version) names the release of this router alone, instead of the C(version) of the task.
        So a router can be held back at what it runs, or get another build, in the same task as all others.
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
      - With V(fail) the whole task fails before anything is sent, because the inventory may belong to another
        authority.
      - With V(block) only that router ends as V(blocked). Choose this if one mistyped name must not stop all other
        routers.
      - With V(skip) it ends as V(skipped), which is not a failure. Choose this if the inventory names routers that are
        not built yet.
    type: str
    choices: [fail, block, skip]
    default: fail
  disconnected:
    description:
      - What to do with a router if one of the nodes to handle is disconnected. With V(skip) the router ends as
        V(skipped), which is not a failure; a large fleet always has dead sites.
      - With V(block) it ends as V(blocked), and its host fails. Choose this if every router must be handled in this
        run.
    type: str
    choices: [skip, block]
    default: skip
"""

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
      - What the operation is done to, in this order. Each entry is the name of a router, which means all of its nodes,
        or a mapping with the keys V(router) and V(node), which means that node alone.
      - The names are those of the SSR, as C(show assets) prints them in the columns Router and Node. A conductor is
        named like any other router.
      - An empty list, a name that the conductor does not know (see O(unknown_targets)), and a node that is named twice
        are errors, and nothing is sent.
      - Put names that look like numbers or booleans in quotes.
      - One of O(targets), O(target_hosts) and O(resource_group) is required. What several of them name is put together.
    type: list
    elements: raw
  target_hosts:
    description:
      - Names of inventory hosts that stand for routers, each with all of its nodes. Give C(ansible_play_batch) in a
        task with C(run_once) that serves the hosts of a batch.
      - The SSR's own name of a router is taken from the host's variable C(ssr_router), where the host is called
        otherwise. No other variable is needed, and nothing connects to these hosts.
      - The variables C(ssr_wave) (a number) and C(ssr_exclusive_group) (a name) of a host say in which wave it is, and
        with which others it is never in work at the same time.
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
      - With V(fail) the whole task fails before anything is sent, since the inventory may be that of another authority.
      - With V(block) only that router ends as V(blocked). Choose it where one name with a mistake must not cost the
        night of all others.
      - With V(skip) it ends as V(skipped), which is no failure. Choose it where the inventory names routers that are
        not built yet.
    type: str
    choices: [fail, block, skip]
    default: fail
  disconnected:
    description:
      - What to do with a router that has a node to be worked on which is disconnected. With V(skip) the router ends as
        V(skipped), which is no failure; a large fleet always has dead sites.
      - With V(block) it ends as V(blocked), and its host fails. Choose it where every router must be dealt with
        tonight.
    type: str
    choices: [skip, block]
    default: skip
"""

#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/snapshot_info.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: snapshot_info
short_description: Record the state of routers, for comparison after an upgrade
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Records for each router its versions, assets, services, alarms, connectivity of its nodes, processes and their
    primaries, peer paths, interfaces and BGP neighbours, and how many assets of the authority are in each state.
  - M(sessionsmart.ssr.health_check) compares routers with such snapshots. M(sessionsmart.ssr.software_upgrade) takes
    its own snapshots; this module is for upgrades by other means, and for keeping a state on record.
  - It sends two commands for all routers together, five for each router, and one for each node. Areas that are not
    selected cost nothing.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    details: Changes nothing on the conductor. With C(--check) no file is written to O(dest).
options:
  targets:
    description:
      - The routers to record, in this order. Each entry is the name of a router, or a mapping with the keys V(router)
        and V(node). A router is recorded with all of its nodes in either case.
      - Use the SSR's names, as C(show assets) prints them in the columns Router and Node. A conductor is named like any
        other router.
      - Without O(targets), O(target_hosts) and O(resource_group), the router of the node of the session is recorded. If
        several of them are set, their targets are combined.
    type: list
    elements: raw
  target_hosts:
    description:
      - Names of inventory hosts that stand for routers. In a C(run_once) task that handles the hosts of a batch, set it
        to C(ansible_play_batch).
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
      - With V(skip) it is left out and listed in RV(unknown). Choose this if the inventory names routers that are not
        built yet.
    type: str
    choices: [fail, skip]
    default: fail
  areas:
    description:
      - What to record, of V(versions), V(assets), V(services), V(alarms), V(connectivity), V(processes), V(primaries),
        V(peers), V(interfaces), V(bgp) and V(totals). If empty, all of them.
      - Name fewer if an area is too expensive.
    type: list
    elements: str
    default: []
  dest:
    description:
      - A folder on the controller for one JSON file for each router, with the name of the router and mode 0600. The
        folder is created with mode 0700 if it is missing.
      - Existing files are replaced. Use a separate folder for each run, so that resuming an upgrade does not overwrite
        the state before it.
    type: path
seealso:
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Record the state of two routers
  sessionsmart.ssr.snapshot_info:
    targets: [branch-1, branch-2]
  register: before

- name: Compare them after the upgrade, with a grace period of ten minutes
  sessionsmart.ssr.health_check:
    targets: [branch-1, branch-2]
    snapshots: "{{ before.snapshots }}"
    wait_timeout: 600

- name: Save the peer paths and BGP neighbours of the routers of this batch to files
  sessionsmart.ssr.snapshot_info:
    target_hosts: "{{ ansible_play_batch }}"
    areas: [versions, peers, bgp]
    dest: ~/sessionsmart/snapshots/2026-03-02
  delegate_to: conductor-1
  run_once: true

- name: Compare a router with its file the next morning
  sessionsmart.ssr.health_check:
    targets: [branch-1]
    snapshots:
      branch-1: "{{ lookup('ansible.builtin.file', '~/sessionsmart/snapshots/2026-03-02/branch-1.json') | from_json }}"
"""

RETURN = r"""
msg:
  description: How many snapshots there are, and which areas are incomplete.
  type: str
  returned: always
  sample: 2 snapshots.
router:
  description: The router of the conductor node of the session.
  type: str
  returned: success
  sample: Conductor
node:
  description: The conductor node of the session.
  type: str
  returned: success
  sample: t106-dut1
snapshots:
  description: The state of each router, by its name, for O(sessionsmart.ssr.health_check#module:snapshots).
  type: dict
  returned: success
  contains:
    router_name:
      description: The state of one router. The key is its name.
      type: dict
      returned: for each router that the conductor knows
      contains:
        version:
          description: The version of this layout.
          type: int
          returned: always
          sample: 1
        router:
          description: The name of the router.
          type: str
          returned: always
          sample: branch-1
        nodes:
          description: Its nodes.
          type: list
          elements: str
          returned: always
          sample: [b1, b2]
        at:
          description: When it was taken, by the controller's clock.
          type: str
          returned: always
          sample: "2026-03-02T22:10:04Z"
        areas:
          description:
            - What was recorded, by the name of the area; C(null) for an area that could not be read.
            - An area has an entry for each of its items, with C(state), as the device names it, and C(well), whether
              the item works (C(null) if that is not known).
          type: dict
          returned: always
          sample: {peers: {"b1: wan-net -> hub (192.0.2.1)": {state: up, well: true, towards: hub}}}
        unavailable:
          description: Why an area could not be read, by its name.
          type: dict
          returned: always
          sample: {}
unavailable:
  description: The routers with areas that could not be read, each with the areas and the reasons.
  type: dict
  returned: success
  sample: {branch-2: {peers: "'show peers router branch-2 force' did not reach b1.branch-2 (Disconnected)."}}
unknown:
  description: The targets that the conductor does not know, with O(unknown_targets=skip).
  type: list
  elements: str
  returned: success
  sample: [branch-99]
files:
  description: The files that were written to O(dest), by the name of the router.
  type: dict
  returned: success
  sample: {branch-1: /home/ops/sessionsmart/snapshots/2026-03-02/branch-1.json}
connection:
  description:
    - Why the node could not be reached, if the connection is the cause.
    - V(lost) - the session was lost while in use. The command may have been executed.
    - V(refused) - nothing answers at the address, or the connection is rejected. Trying again later may help.
    - V(auth) - the user name, key or password was rejected. There is no second attempt, because failed logins lock an
      account.
    - V(host_key) - the host key is unknown or differs from the expected one.
    - V(not_pcli) - the login works but does not lead to a PCLI.
    - V(wrong_node) - the session is on a different node than expected. Nothing was sent.
    - V(no_prompt) - a command did not return to the prompt in time, and may still be running.
  type: str
  returned: if the connection is the cause of a failure
  choices: [lost, refused, auth, host_key, not_pcli, wrong_node, no_prompt]
  sample: refused
"""

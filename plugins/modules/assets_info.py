#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/assets_info.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: assets_info
short_description: List the nodes of an authority with their versions and states
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Reads C(show assets) of a conductor. Each node of each router that the conductor manages, and of the conductor
    itself, is one asset.
  - M(sessionsmart.ssr.health_check) uses the list of settled nodes, taken before the upgrade of a conductor, for
    comparison afterwards.
  - An account that is limited to some routers only sees those.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    details: Changes nothing on the conductor. With C(--check) the O(baseline) file is only read.
options:
  routers:
    description:
      - The routers whose nodes are returned. If empty, all routers.
      - An unknown name is not an error; it just has no nodes.
    type: list
    elements: str
    default: []
  details:
    description:
      - Whether to also read the details of each connected asset (C(show assets ASSET-ID)), for the state of its service
        and its connections to the conductor nodes.
      - This takes one command for each node. Leave it off for a large authority, or set O(routers).
    type: bool
    default: false
  baseline:
    description:
      - A file on the controller that records, across several runs, which assets were settled. Assets that are settled
        now are added and none is removed, so that a run that resumes an upgrade still knows the state before it.
      - It is created with mode 0600, and its folder with mode 0700, if missing.
      - Set it if a later run may have to resume the upgrade.
    type: path
  forget_baseline:
    description:
      - Whether to remove the O(baseline) file after reading it. Set it at the end of an upgrade, when all assets are
        back.
    type: bool
    default: false
  any_node:
    description:
      - Whether to use the other node of the conductor, with the variables of its own host, if this one cannot be
        reached.
      - Leave it off where the nodes of the conductor itself are worked on.
    version_added: 0.3.0
    type: bool
    default: false
seealso:
  - module: sessionsmart.ssr.health_check
  - module: sessionsmart.ssr.software_info
"""

EXAMPLES = r"""
- name: List all nodes of the authority
  sessionsmart.ssr.assets_info:
  register: before

- name: Show the nodes that are not settled
  ansible.builtin.debug:
    msg: "{{ before.assets | rejectattr('settled') | map(attribute='asset_id') | list }}"

- name: Show the details of one router
  sessionsmart.ssr.assets_info:
    routers: [RTR_EAST_COMBO]
    details: true

- name: Record which assets are settled, also for a later run
  sessionsmart.ssr.assets_info:
    baseline: ~/sessionsmart/journal/settled.json
  register: before

- name: Wait until all of them are settled again
  sessionsmart.ssr.health_check:
    checks: [assets_back]
    settled_before: "{{ before.baseline }}"
    wait_timeout: 5400
    poll_interval: 15

- name: Remove the record once they are back
  sessionsmart.ssr.assets_info:
    baseline: ~/sessionsmart/journal/settled.json
    forget_baseline: true
"""

RETURN = r"""
msg:
  description: How many nodes there are in each state.
  type: str
  returned: always
  sample: "11 nodes: 1 disconnected, 10 synchronized"
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
assets:
  description: The nodes, in the order in which the conductor lists them.
  type: list
  elements: dict
  returned: success
  contains:
    router:
      description: The router of the node. C(null) for an asset that belongs to no router yet.
      type: str
      returned: always
      sample: Conductor
    node:
      description: The name of the node. C(null) for an asset that belongs to no router yet.
      type: str
      returned: always
      sample: t106-dut1
    asset_id:
      description: The name of the asset. C(null) if the conductor shows none.
      type: str
      returned: always
      sample: t106-dut1.novalocal
    version:
      description: The version that it runs, as printed. C(null) if the conductor shows none.
      type: str
      returned: always
      sample: 6.3.0-107.r1.el7
    install_type:
      description: V(image) or V(package). C(null) if the conductor does not show it, as before 6.3.
      type: str
      returned: always
      sample: image
    status:
      description: The status as printed. Its wording changed with 6.3.
      type: str
      returned: always
      sample: Synchronized
    state:
      description: The status in the words of 6.3 and later, in lower case, on every release. Running before 6.3 is also
        V(synchronized).
      type: str
      returned: always
      sample: synchronized
    settled:
      description: Whether this is the steady state (Synchronized, or Running before 6.3).
      type: bool
      returned: always
      sample: true
    time_in_status:
      description: For how many seconds it has had this status. C(null) if the conductor does not show it.
      type: int
      returned: always
      sample: 2084
    errors:
      description: How many errors the conductor counts. C(null) if it does not show them.
      type: int
      returned: always
      sample: 0
    service:
      description: The state of its service, in lower case. C(null) if its details do not show it. Synchronized alone
        does not prove that the service runs.
      type: str
      returned: when O(details=true), for an asset that has an id and is connected
      sample: running
    conductor_connectivity:
      description: Its connection to the conductor node of the session, in lower case. C(null) if its details do not
        show it.
      type: str
      returned: when O(details=true), for an asset that has an id and is connected
      sample: connected
    peer_connectivity:
      description: Its connection to the other conductor node, in lower case. C(null) if its details do not show it.
      type: str
      returned: when O(details=true), for an asset that has an id and is connected
      sample: connected
by_state:
  description: How many nodes are in each state. Only states that occur are keys.
  type: dict
  returned: success
  sample: {synchronized: 10, disconnected: 1}
settled:
  description: The ids of the assets that are settled now, sorted; C(node.router) for one without an id.
  type: list
  elements: str
  returned: success
  sample: [t106-dut1.novalocal, t106-dut2.novalocal]
baseline:
  description: The assets that are settled now and those recorded in the O(baseline) file; without such a file the same
    as RV(settled).
  type: list
  elements: str
  returned: success
  sample: [t106-dut1.novalocal, t106-dut2.novalocal, t212-dut3.novalocal]
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

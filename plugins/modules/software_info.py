#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_info.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_info
short_description: Show which software a conductor node runs, has and is offered
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Reads the running version of the node of the session from the node itself, those of its peers from C(show assets),
    and the offered versions from C(show system software available).
  - With O(version) it also returns the full version that a release resolves to. Resolve it once for a run, and pass
    RV(wanted) to the following modules, so that all nodes get the same build.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
options:
  version:
    description:
      - The requested release, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5) never
        means 6.3.50.
      - The task fails if no version, or more than one, matches. The message then lists what is offered.
    type: str
  several_builds:
    description:
      - What to do if more than one build matches O(version). V(refuse) fails and lists them; V(newest) uses the newest.
      - Choose V(newest) only if it does not matter which build is installed.
    type: str
    choices: [refuse, newest]
    default: refuse
seealso:
  - module: sessionsmart.ssr.assets_info
  - module: sessionsmart.ssr.software_download
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Read what this node runs and what it is offered
  sessionsmart.ssr.software_info:
  register: software

- name: Show it
  ansible.builtin.debug:
    msg: "{{ software.node }} runs {{ software.running }}, newer are: {{ software.newer | join(', ') }}"

- name: Resolve the full version of the release
  sessionsmart.ssr.software_info:
    version: 6.3.5
  register: software

- name: Use the newest build of a release
  sessionsmart.ssr.software_info:
    version: 6.3.5
    several_builds: newest

- name: Check that the node runs the release
  sessionsmart.ssr.software_info:
    version: "{{ software.wanted }}"
  register: software
  failed_when: software is failed or not software.up_to_date
  when: false
"""

RETURN = r"""
msg:
  description: What runs, and what is newer or requested.
  type: str
  returned: always
  sample: "t106-dut1 runs 6.3.0-107.r1.el7; newer: 6.3.5-39.r1.el7"
router:
  description: The router of the node.
  type: str
  returned: success
  sample: Conductor
node:
  description: The node of the session.
  type: str
  returned: success
  sample: t106-dut1
nodes:
  description: All nodes of this router, this one among them.
  type: list
  elements: str
  returned: success
  sample: [t106-dut1, t106-dut2]
running:
  description: The version that the node runs, as it prints it. C(null) if it cannot be read.
  type: str
  returned: success
  sample: 6.3.0-107.r1.el7
release:
  description: The same without its build. C(null) if it cannot be read.
  type: str
  returned: success
  sample: 6.3.0
install_type:
  description: V(image) or V(package), if the node or the conductor shows it; otherwise C(null).
  type: str
  returned: success
  sample: image
available:
  description:
    - The versions that are offered to this node, spelled and ordered as it prints them. C(null) if they cannot be read,
      and then also for RV(upgrade_available) and RV(newer).
  type: list
  elements: str
  returned: success
  sample: [6.3.5-39.r1.el7]
downloaded:
  description:
    - The versions that are on this node, as far as it shows them. C(null) if they are not shown.
  type: list
  elements: str
  returned: success
  sample: [6.3.5-39.r1.el7]
plugins:
  description:
    - The plugin packages that are installed, version by name.
    - C(null) if the release shows none that can be read.
  type: dict
  returned: success
  sample: {128T-dns-cache: 3.3.0-1}
assets_count:
  description:
    - Whether the states of assets count while only one node of this pair is upgraded, which they do from 6.3 on. On an
      upgrade from below 6.3, all assets show Disconnected until both conductor nodes are done.
    - Pass it to the option of the same name of the other modules.
  type: bool
  returned: success
  sample: true
upgrade_available:
  description: Whether a newer version than the running one is offered.
  type: bool
  returned: success
  sample: true
newer:
  description: The versions on offer that are newer than the running one.
  type: list
  elements: str
  returned: success
  sample: [6.3.5-39.r1.el7]
peer_versions:
  description: The versions of the other nodes of this router, by the name of the node. C(null) if the conductor does
    not show it.
  type: dict
  returned: success
  sample: {t106-dut2: 6.3.0-107.r1.el7}
wanted:
  description: The full version that O(version) resolves to, spelled as the conductor offers it.
  type: str
  returned: if O(version) is set
  sample: 6.3.5-39.r1.el7
peer_done:
  description: Whether another node of this router runs RV(wanted), as the conductor shows it.
  type: bool
  returned: if O(version) is set
  sample: false
up_to_date:
  description: Whether this node runs RV(wanted).
  type: bool
  returned: if O(version) is set
  sample: false
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

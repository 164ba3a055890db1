#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/software_info.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: software_info
short_description: Tell which software a conductor node runs, has and is offered
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Reads the running version of the node that the session is on from the node itself, those of its peers from C(show
    assets), and what is offered from C(show system software available).
  - With O(version) it also tells which full version a release stands for. Ask once for a run, and hand RV(wanted) to
    the modules that follow, so that all nodes get the same build.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
options:
  version:
    description:
      - The release that is wanted, such as V(6.3.5) for any build of it, V(6.3.5-39), or V(6.3.5-39.r1.el7). V(6.3.5)
        never means 6.3.50.
      - The task fails where no version, or more than one, stands for it. The message then lists what is offered.
    type: str
  several_builds:
    description:
      - What to do when more than one build fits O(version). V(refuse) fails and lists them; V(newest) takes the newest.
      - Choose V(newest) only where it does not matter which build the night ends with.
    type: str
    choices: [refuse, newest]
    default: refuse
seealso:
  - module: sessionsmart.ssr.assets_info
  - module: sessionsmart.ssr.software_download
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: See what this node runs and what it is offered
  sessionsmart.ssr.software_info:
  register: software

- name: Say so
  ansible.builtin.debug:
    msg: "{{ software.node }} runs {{ software.running }}, newer are: {{ software.newer | join(', ') }}"

- name: Find the full version that the release stands for
  sessionsmart.ssr.software_info:
    version: 6.3.5
  register: software

- name: Take the newest build of a release
  sessionsmart.ssr.software_info:
    version: 6.3.5
    several_builds: newest

- name: Make sure that the node runs the release
  sessionsmart.ssr.software_info:
    version: "{{ software.wanted }}"
  register: software
  failed_when: software is failed or not software.up_to_date
  when: false
"""

RETURN = r"""
msg:
  description: What runs, and what is newer or wanted.
  type: str
  returned: always
  sample: "t106-dut1 runs 6.3.0-107.r1.el7; newer: 6.3.5-39.r1.el7"
router:
  description: The router of the node.
  type: str
  returned: success
  sample: Conductor
node:
  description: The node that the session is on.
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
  description: The version that the node runs, as it prints it. C(null) where that cannot be read.
  type: str
  returned: success
  sample: 6.3.0-107.r1.el7
release:
  description: The same without its build. C(null) where it cannot be read.
  type: str
  returned: success
  sample: 6.3.0
install_type:
  description: V(image) or V(package), where the node or the conductor tells; else C(null).
  type: str
  returned: success
  sample: image
available:
  description:
    - The versions that are offered to this node, spelled and ordered as it prints them. C(null) where that cannot be
      read, and so for RV(upgrade_available) and RV(newer).
  type: list
  elements: str
  returned: success
  sample: [6.3.5-39.r1.el7]
downloaded:
  description:
    - The versions that are on this node, as far as it tells. C(null) where nothing tells of them.
  type: list
  elements: str
  returned: success
  sample: [6.3.5-39.r1.el7]
plugins:
  description:
    - The plugin packages that are installed, version by name.
    - C(null) where the release shows none that can be read.
  type: dict
  returned: success
  sample: {128T-dns-cache: 3.3.0-1}
assets_count:
  description:
    - Whether the states of assets count while only one node of this pair is upgraded, which they do from 6.3 on. Coming
      from below, all assets show Disconnected until both conductor nodes are done.
    - Hand it to the option of the same name of the other modules.
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
  description: What the other nodes of this router run, by the name of the node. C(null) where the conductor does not
    tell.
  type: dict
  returned: success
  sample: {t106-dut2: 6.3.0-107.r1.el7}
wanted:
  description: The one full version that O(version) stands for, spelled as the conductor offers it.
  type: str
  returned: when O(version) is given
  sample: 6.3.5-39.r1.el7
peer_done:
  description: Whether another node of this router runs RV(wanted), as the conductor shows it.
  type: bool
  returned: when O(version) is given
  sample: false
up_to_date:
  description: Whether this node runs RV(wanted).
  type: bool
  returned: when O(version) is given
  sample: false
connection:
  description:
    - Why the node could not be asked, where the connection is to blame.
    - V(lost) - the session ended while it was needed. What was sent may have been carried out.
    - V(refused) - nobody answers at the address, or the door is closed. Trying again later may help.
    - V(auth) - user name, key or password were not accepted. It is not tried again, since failed logins lock an
      account.
    - V(host_key) - the host key is unknown, or another one than expected.
    - V(not_pcli) - the login works, but does not end in a PCLI.
    - V(wrong_node) - the session is on another node than the one that was expected. Nothing was sent.
    - V(no_prompt) - a command has not given its prompt back in time, and may still be running.
  type: str
  returned: when the connection is the reason of a failure
  choices: [lost, refused, auth, host_key, not_pcli, wrong_node, no_prompt]
  sample: refused
"""

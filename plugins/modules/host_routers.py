#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/host_routers.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: host_routers
short_description: (private) The routers that hosts stand for, and the release that each of them names
version_added: 0.3.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - B(Private:) for the playbooks and roles of this collection only. It may change or go in any release.
  - Reads C(ssr_router) and C(ssr_version) of hosts. The C(vars) of a play, and of the C(import_playbook) that brought
    it, count for every host, as Ansible lets them count for the host of a task. C(hostvars) in a template does not have
    them.
  - Nothing connects to the hosts.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.progress
options:
  hosts:
    description:
      - The hosts. Those that are not in the inventory are left out.
    type: list
    elements: str
    required: true
seealso:
  - module: sessionsmart.ssr.verdict
"""

EXAMPLES = r"""
- name: Read for which routers the hosts of this batch stand
  sessionsmart.ssr.host_routers:
    hosts: "{{ ansible_play_batch }}"
  run_once: true
"""

RETURN = r"""
msg:
  description: How many hosts stand for routers.
  type: str
  returned: always
  sample: 2 hosts stand for routers.
routers:
  description: The SSR's name of the router of each host, which is that of the host if C(ssr_router) cannot be read.
  type: dict
  returned: if the options are valid
  sample: {"store-1": "store-0001"}
versions:
  description: The release of each router whose host names one that can be read.
  type: dict
  returned: if the options are valid
  sample: {"store-0001": "6.3.5"}
"""

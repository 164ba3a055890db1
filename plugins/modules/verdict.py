#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/verdict.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: verdict
short_description: Take a host's own result from a task that handled a whole batch
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - A C(run_once) task handles a fleet, and its result contains all routers. This module picks the result of the router
    that this host stands for, and fails the host if the router failed. That way C(max_fail_percentage), the summary of
    the play and a relaunch on failed hosts count routers.
  - Nothing connects to the host. The action is cheap enough for thousands of hosts.
  - A host whose router is not in any result fails, because its state is not known.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    details: Changes nothing itself. A router that is only planned is ok in check mode, and fails without it.
options:
  results:
    description:
      - The names of the registered variables to read, as text and without braces, in the order in which their tasks
        ran.
      - The last conclusive result counts. A weaker one, such as V(skipped) after a failed download, does not hide the
        failure. Results of skipped tasks are ignored.
      - The result of M(sessionsmart.ssr.run_review) may be the last one. It counts for routers that have relapsed.
    type: list
    elements: str
    required: true
  defer:
    description:
      - Whether a host that did not succeed fails only later. Ansible leaves a playbook as soon as all hosts of a batch
        have failed, so a play that follows would not run.
      - Set it if the last play of the playbook takes the verdicts again without it, as that of
        C(sessionsmart.ssr.upgrade_routers) does.
    type: bool
    default: false
  router:
    description:
      - The SSR's name of the router. If not set, the host variable C(ssr_router), or else the name of the host.
      - Set it if the host has a different name, and the router's name is in another variable.
    type: str
seealso:
  - module: sessionsmart.ssr.software_download
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Upgrade routers, and give each host its own result
  hosts: ssr_routers
  connection: sessionsmart.ssr.pcli
  strategy: linear
  gather_facts: false
  tasks:
    - name: Upgrade all routers of this batch in one task
      sessionsmart.ssr.software_upgrade:
        target_hosts: "{{ ansible_play_batch }}"
        version: 6.3.5
        fail_on_target: false
      register: ssr_upgrade
      run_once: true
      delegate_to: conductor-1

    - name: Get this router's own result
      sessionsmart.ssr.verdict:
        results: [ssr_upgrade]
"""

RETURN = r"""
msg:
  description: The router, its state and the reason.
  type: str
  returned: always
  sample: "store-0001 done: node1: runs 6.3.5-39.r1.el7, Synchronized, service running"
router:
  description: The SSR's name of the router.
  type: str
  returned: if the options are valid
  sample: store-0001
state:
  description:
    - The result of the router. The values are those of RV(sessionsmart.ssr.software_upgrade#module:by_router).
    - It is V(not_started) if no result contains the router.
  type: str
  returned: if the options are valid
  choices: [unknown, failed, relapsed, reverted, held, blocked, not_started, planned, done, skipped, up_to_date]
  sample: done
succeeded:
  description: Whether the state is no failure of this host, whatever O(defer) is.
  type: bool
  returned: if the options are valid
  sample: true
reason:
  description: Why, in words.
  type: str
  returned: if the options are valid
  sample: "node1: runs 6.3.5-39.r1.el7, Synchronized, service running"
nodes:
  description: Its nodes, in the order in which they were handled.
  type: list
  elements: dict
  returned: if the options are valid
  contains:
    node:
      description: The name of the node.
      type: str
      returned: always
      sample: node1
    state:
      description: The result of the node; the values are those of the router's state.
      type: str
      returned: always
      sample: done
    reason:
      description: Why, in words.
      type: str
      returned: always
      sample: runs 6.3.5-39.r1.el7, Synchronized, service running
    from_version:
      description: The version before. C(null) if it could not be read.
      type: str
      returned: always
      sample: 6.3.0-107.r1.el7
    to_version:
      description: The target version. C(null) if it is not known.
      type: str
      returned: always
      sample: 6.3.5-39.r1.el7
    running_version:
      description: The version that was last seen on it. C(null) if it could not be read.
      type: str
      returned: always
      sample: 6.3.5-39.r1.el7
    command:
      description: The command that was sent. C(null) if none was.
      type: str
      returned: always
      sample: request system software upgrade router store-0001 force node node1 version 6.3.5-39.r1.el7
    started:
      description: When the command was sent, in UTC, by the controller's clock. C(null) if none was sent.
      type: str
      returned: always
      sample: "2026-11-23T01:00:07Z"
    ended:
      description: When the end of the operation was seen, in UTC, by the controller's clock. C(null) if nothing was
        followed.
      type: str
      returned: always
      sample: "2026-11-23T01:24:51Z"
    warnings:
      description: What people should know although it did not affect the result.
      type: list
      elements: str
      returned: always
      sample: ["the health check is unknown: its answer cannot be read"]
"""

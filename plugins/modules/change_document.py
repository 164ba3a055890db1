#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/change_document.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: change_document
short_description: Write what an upgrade will do, for whoever approves it
version_added: 0.3.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Writes C(change.json), C(change.md) and C(change.html) into the folder of a run, from what
    M(sessionsmart.ssr.software_upgrade) or M(sessionsmart.ssr.software_downgrade) has planned in check mode.
  - They say what will be done and why, in which batches, when each router is expected to begin and to end, whether that
    fits the window, every command word by word, what stops the night, and how to follow, stop and go back.
  - A run can be bound to the document that was approved, with the option
    O(sessionsmart.ssr.software_upgrade#module:approved_plan).
  - It works in the process of C(ansible-playbook) itself and connects to nothing. What cannot be written is a warning.
    It writes in check mode as well, because that is when plans are made.
  - Tasks that plan single batches, or single nodes of a conductor, add to the document of their run.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details: Writes the document. Nothing else is changed in any case.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: The files are written each time.
options:
  plan:
    description:
      - The name of the variable in which the result of the task that planned is registered, without braces. A template
        of the result of a whole fleet would cost much time.
    type: str
    required: true
  checks:
    description: The names of the variables in which results of M(sessionsmart.ssr.precheck) are registered.
    type: list
    elements: str
    default: []
  report:
    description:
      - The folder of the run on the controller. If another run has left its plan there, a number is added.
    type: path
    required: true
  run_id:
    description: The name of the run.
    type: str
    required: true
  conductor:
    description: The inventory name of the conductor.
    type: str
    required: true
  hosts:
    description:
      - The hosts whose variables hold the results of O(plan) and O(checks), where the host of the task does not, and
        whose secrets are masked.
    type: list
    elements: str
    default: []
  run_hosts:
    description: The router hosts of the whole run, in their order. Empty if the task plans no hosts of an inventory.
    type: list
    elements: str
    default: []
  serial:
    description: The batches of the run, as the keyword C(serial) of its play has them.
    type: list
    elements: raw
    default: []
  reason:
    description: Why it is done, such as the number of a ticket. It is shown at the top.
    type: str
    default: ""
  begins:
    description:
      - When the run is going to begin, in the format of O(sessionsmart.ssr.software_upgrade#module:start_deadline). The
        forecast counts from it. If empty, from now.
    type: str
    default: ""
  begin_tolerance:
    description:
      - How far from O(begins) an upgrade that is bound to this document may begin, in seconds. It never begins earlier
        than that, and not later either unless O(sessionsmart.ssr.software_upgrade#module:window_end) or
        O(sessionsmart.ssr.software_upgrade#module:start_deadline) names a point in time, which then counts.
      - It means nothing without O(begins).
    type: float
    default: 43200
  time_zone:
    description: The time zone of O(begins) and of the limits of time if they name none.
    type: str
  journal:
    description: The folder of the journal, whose earlier runs tell how long things take.
    type: path
  rehearsal:
    description:
      - The summary of a rehearsal (C(--summary) of C(tests.simulator.rehearse)), which tells how long things take where
        no earlier runs do.
    type: path
  compare_plan:
    description: The C(change.json) of another plan, such as the approved one. What has changed since is added.
    type: path
  settings:
    description: More settings of the run that people must know, such as the stop file.
    type: dict
    default: {}
seealso:
  - module: sessionsmart.ssr.software_upgrade
  - module: sessionsmart.ssr.precheck
"""

EXAMPLES = r"""
- name: Plan an upgrade, and write its change document
  hosts: ssr_routers
  connection: sessionsmart.ssr.pcli
  strategy: linear
  gather_facts: false
  tasks:
    - name: Plan all routers in one task
      sessionsmart.ssr.software_upgrade:
        target_hosts: "{{ ansible_play_batch }}"
        version: 6.3.5
      check_mode: true
      register: ssr_plan
      run_once: true
      delegate_to: conductor-1

    - name: Write the change document
      sessionsmart.ssr.change_document:
        plan: ssr_plan
        report: ~/sessionsmart/reports/night-47
        run_id: night-47
        conductor: conductor-1
        run_hosts: "{{ ansible_play_hosts_all }}"
        serial: [1, 10%, 100%]
        reason: CHG-4711
        begins: 2026-03-02 01:00 Europe/Berlin
      run_once: true
"""

RETURN = r"""
msg:
  description: What was written, or why something was not.
  type: str
  returned: always
  sample: /home/operator/sessionsmart/reports/night-47/change.html was written.
folder:
  description: The folder in which it is.
  type: str
  returned: if there is a plan
  sample: /home/operator/sessionsmart/reports/night-47
written:
  description: The paths of the files that were written.
  type: list
  elements: str
  returned: if the options are valid
  sample: [/home/operator/sessionsmart/reports/night-47/change.json]
sha256:
  description: The checksum of its contents, by which an approved document is known again.
  type: str
  returned: if there is a plan
  sample: 2f0d0c6e7a0d1b3c4e5f60718293a4b5c6d7e8f9a0b1c2d3e4f5061728394a5b
forecast:
  description: When the run is expected to end, and whether that fits its window.
  type: str
  returned: if there is a plan
  sample: Expected to end at 2026-03-02T03:40:00Z, 2 h 40 min after its begin. That fits the window.
differences:
  description: What is different from O(compare_plan). Empty without it.
  type: list
  elements: dict
  returned: if there is a plan
  contains:
    router:
      description: The router. Empty for what is about the run as a whole.
      type: str
      returned: always
      sample: store-0001
    text:
      description: What is different, in words.
      type: str
      returned: always
      sample: is not in the approved plan
    more:
      description: Whether it goes beyond what was approved, so that a run that is bound to it would be refused.
      type: bool
      returned: always
      sample: true
lines:
  description: What a screen shows of it.
  type: list
  elements: str
  returned: if there is a plan
  sample: ["change document: /home/operator/sessionsmart/reports/night-47/change.html"]
"""

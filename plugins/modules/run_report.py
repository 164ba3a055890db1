#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/run_report.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: run_report
short_description: Complete the report of a run with what Ansible knows of it
version_added: 0.3.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - The modules that upgrade routers write a report while they work (their option C(report)). This module adds what they
    do not know - the backup, the results of checks, all routers and batches of the run, results of other tasks, and
    that the run has ended.
  - It works in the process of C(ansible-playbook) itself and connects to nothing. C(become), C(remote_tmp) and the
    connection of the play do not matter.
  - What was seen while it happened stays, unless a result says something worse. A router whose task ended without a
    result ends as V(unknown) if something was begun there.
  - A report that cannot be written is a warning, because the run must go on to its verdicts.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details: Writes nothing.
  diff_mode:
    support: none
  idempotent:
    support: none
    details: The files are written each time.
options:
  report:
    description:
      - The folder of the report, as in O(sessionsmart.ssr.software_upgrade#module:report).
    type: path
    required: true
  run_id:
    description: The name of the run. If not set, it is the name of the folder.
    type: str
  operation:
    description: What the run does.
    type: str
    choices: [upgrade, downgrade, revert, download]
    default: upgrade
  version:
    description: The requested version.
    type: str
  conductor:
    description: The inventory name of the conductor, which the report is about.
    type: str
  hosts:
    description:
      - All inventory hosts of the run, usually C(ansible_play_hosts_all). Routers that no task has begun yet are shown
        as waiting.
    type: list
    elements: str
    default: []
  batches:
    description:
      - The sizes of the batches into which O(hosts) are split, as C(serial) takes them, such as V([1, '10%', '100%']).
    type: list
    elements: raw
    default: []
  results:
    description: Results of tasks with C(by_router). Later ones count more.
    type: list
    elements: dict
    default: []
  conductor_nodes:
    description: Whether the O(results) are about the nodes of the conductor.
    type: bool
    default: false
  checks_before:
    description: Results of tasks with C(checks), such as those of M(sessionsmart.ssr.precheck).
    type: list
    elements: dict
    default: []
  checks_after:
    description: Results of tasks with C(checks) that were made after the operation.
    type: list
    elements: dict
    default: []
  backup:
    description: The result of M(sessionsmart.ssr.config_export).
    type: dict
  backup_required:
    description: Whether the run would have stopped without a copy of the backup.
    type: bool
    default: false
  settings:
    description: Settings of the run as a whole, such as its batches.
    type: dict
  notices:
    description: Warnings about the run as a whole, such as that tasks of yours have failed.
    type: list
    elements: str
    default: []
  next_step:
    description: What to type next, as C(command) and C(words).
    type: dict
  forecast_end:
    description: When the plan expected the end of the run, as ISO 8601 in UTC.
    type: str
  reason:
    description: Why no other batch is begun. If empty, nothing speaks against it.
    type: str
    default: ""
  ended:
    description:
      - Whether the run is over. With V(false), later tasks belong to it, and one of them sets this to V(true); until
        then the page in a browser loads itself anew.
      - If not set, the run is over as soon as no router of it waits.
    type: bool
seealso:
  - module: sessionsmart.ssr.software_upgrade
  - module: sessionsmart.ssr.run_review
  - module: sessionsmart.ssr.report_file
"""

EXAMPLES = r"""
- name: Upgrade these routers, with a report
  sessionsmart.ssr.software_upgrade:
    targets: [store-001, store-002]
    version: 6.3.5
    report: ~/sessionsmart/reports/tonight
  register: upgraded

- name: Complete the report
  sessionsmart.ssr.run_report:
    report: ~/sessionsmart/reports/tonight
    version: 6.3.5
    results: "{{ [upgraded] }}"
    checks_after: "{{ [upgraded] }}"
    backup: "{{ saved }}"
    ended: true
  register: report

- name: See where it would be written
  sessionsmart.ssr.run_report:
    report: ~/sessionsmart/reports/tonight
  check_mode: true

- name: Show where it is
  ansible.builtin.debug:
    msg: "{{ report.lines }}"
"""

RETURN = r"""
msg:
  description: What was asked and what became of it, as one sentence.
  type: str
  returned: always
  sample: "Upgrade to 6.3.5-37.r1 ended after 42 min 10 s: all 12 routers are upgraded."
path:
  description: The full path of C(report.html).
  type: str
  returned: if the options are valid
  sample: /home/operator/sessionsmart/reports/20261124T010000Z/report.html
outcome:
  description: The same sentence; empty in check mode.
  type: str
  returned: if the options are valid
  sample: "Upgrade to 6.3.5-37.r1 ended after 42 min 10 s: all 12 routers are upgraded."
state:
  description: The state of the run, V(running), V(stopping) or V(ended); empty in check mode.
  type: str
  returned: if the options are valid
  sample: ended
lines:
  description: The outcome and the path of the page, for people; empty in check mode.
  type: list
  elements: str
  returned: if the options are valid
  sample:
    - "Upgrade to 6.3.5-37.r1 ended after 42 min 10 s: all 12 routers are upgraded."
    - "report: /home/operator/sessionsmart/reports/20261124T010000Z/report.html"
"""

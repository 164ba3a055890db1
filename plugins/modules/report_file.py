#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/report_file.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: report_file
short_description: Write the report of a run to a file on the controller
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Writes data as JSON, or lines of text, to a file on the controller, for its owner only. The file is replaced as a
    whole, and its folder is created if it does not exist.
  - It works in the process of C(ansible-playbook) itself. C(become), C(remote_tmp), a home that cannot be written, and
    the connection of the play do not matter, so nothing of these comes between an upgrade and its verdict.
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
    details: The file is written each time.
options:
  content:
    description: The data to write as JSON. Exactly one of O(content) and O(lines) is needed.
    type: dict
  lines:
    description: The lines of a file of text, such as the hosts of a file for C(--limit @FILE).
    type: list
    elements: str
    version_added: 0.3.0
  path:
    description: The file to write. C(~) is the home of the user who runs C(ansible-playbook).
    type: str
    required: true
  required:
    description: Whether the task fails if the file cannot be written. Otherwise that is a warning.
    type: bool
    default: false
seealso:
  - module: sessionsmart.ssr.verdict
"""

EXAMPLES = r"""
- name: Write the report of an upgrade
  sessionsmart.ssr.report_file:
    content: "{{ [ssr_upgrade] | sessionsmart.ssr.fleet_report }}"
    path: ~/sessionsmart/reports/tonight.json
  run_once: true

- name: See where it would be written
  sessionsmart.ssr.report_file:
    content: "{{ [ssr_upgrade] | sessionsmart.ssr.fleet_report }}"
    path: ~/sessionsmart/reports/tonight.json
  check_mode: true
"""

RETURN = r"""
msg:
  description: What was written, or why nothing was.
  type: str
  returned: always
  sample: /home/operator/sessionsmart/reports/tonight.json was written.
path:
  description: The full path of the file.
  type: str
  returned: if the options are valid
  sample: /home/operator/sessionsmart/reports/tonight.json
written:
  description: Whether the file was written.
  type: bool
  returned: if the options are valid
  sample: true
"""

#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/input_check.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: input_check
short_description: (private) Refuse a run for the mistakes in its variables
version_added: 0.3.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - B(Private:) for the playbooks and roles of this collection only. It may change or go in any release.
  - Fails with all mistakes in the variables of a run, before anybody logs in.
  - The C(vars) of a play, and of the C(import_playbook) that brought it, count for every host, as Ansible lets them
    count for the host of a task. C(hostvars) in a template does not have them.
  - Nothing connects to the host.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.progress
options:
  mistakes:
    description:
      - The name of a variable of the task, which has a list with a sentence for each mistake.
      - It is the name and not the list, since C(hostvars) in its template then has the variables of the play.
    type: str
    required: true
seealso:
  - module: sessionsmart.ssr.tag_check
"""

EXAMPLES = r"""
- name: Reject invalid input before anything is changed
  sessionsmart.ssr.input_check:
    mistakes: mistakes_in_batches
  vars:
    mistakes_in_batches: "{{ hostvars | sessionsmart.ssr.batch_mistakes(ansible_play_batch) }}"
  run_once: true
"""

RETURN = r"""
msg:
  description: All mistakes, or that there are none.
  type: str
  returned: always
  sample: There is no mistake in the variables.
"""

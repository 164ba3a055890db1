#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/tag_check.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: tag_check
short_description: Refuse tags with which a playbook would do nothing
version_added: 0.2.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - The playbooks of this collection have no tags. With C(--tags upgrade), or with job tags in AWX, Ansible would skip
    all of their tasks and end successfully, and an operator would believe that everything was upgraded.
  - This module is their first task, with the tag V(always). It fails if the tags of the command line do not select the
    other tasks.
  - A playbook that was imported with tags of its own may be left out by them; that is no failure. But each tag of
    C(--tags) must be one of some task of the run, and some task must be selected. Tags of tasks that a selected task
    includes are known only later; where there are such tasks, a tag that no other task has is accepted.
  - Where the tags leave out this task as well (C(--skip-tags always)), and nothing is left to do, the first play ends
    the run before any task.
  - Nothing connects to the host.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.progress
options: {}
seealso:
  - module: sessionsmart.ssr.verdict
"""

EXAMPLES = r"""
- name: Refuse tags with which nothing would be done
  sessionsmart.ssr.tag_check:
  tags: always
"""

RETURN = r"""
msg:
  description: Whether the tags select the tasks, or what to do about them.
  type: str
  returned: always
  sample: The tags select the tasks.
selected:
  description: Whether the tags of the command line select the tasks of the playbook.
  type: bool
  returned: always
  sample: true
"""

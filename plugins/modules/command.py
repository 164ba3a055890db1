#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/command.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: command
short_description: Run commands on the PCLI of an SSR node
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Runs commands on the PCLI of the node, one after the other in one session, and returns what they print, as text and
    in parts.
  - For commands that no other module of this collection covers. A software upgrade takes more than an accepted command;
    use M(sessionsmart.ssr.software_upgrade) for it.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: partial
    details:
      - Commands that start with C(show), C(compare), C(ping), C(service-ping), C(traceroute), C(where) or C(validate)
        change nothing, and are run.
      - If O(commands) contains any other command, nothing is sent at all, and those commands are returned in
        RV(skipped_commands).
  diff_mode:
    support: none
  idempotent:
    support: partial
    details: The module does not know what a command changes. The task counts as changed whenever a command that may
      change something was sent and not refused.
options:
  commands:
    description:
      - The commands, in order, as they would be typed. Each starts at the top level of the PCLI unless an earlier one
        changed the level.
      - Send a command that may ask for confirmation with the argument C(force), if it has one.
    type: list
    elements: str
    required: true
  answers:
    description:
      - What to answer if a command asks a question. The first entry with a matching question is used.
      - Without a match, a command that only shows something (see check mode) is told to continue, because some
        conductors ask whether to query all routers. That question is left out of RV(results).
      - The question of any other command is refused, and the task fails.
    type: list
    elements: dict
    default: []
    suboptions:
      question:
        description:
          - A case-insensitive regular expression to find in the question. The documented questions of the PCLI end in
            C([y/N]).
        type: str
        required: true
      answer:
        description: The answer, such as V(y). It is not treated as a secret and is shown in the log.
        type: str
        required: true
  command_timeout:
    description:
      - How long each command may take, in seconds. Raise it for slow commands. After that, the task fails; the command
        may still be running.
    type: int
    default: 60
  fail_on_error:
    description:
      - Whether the task fails, and sends nothing more, if the device refuses a command.
      - Set it to V(false) to send all commands and evaluate RV(results) afterwards.
    type: bool
    default: true
seealso:
  - module: sessionsmart.ssr.assets_info
  - module: sessionsmart.ssr.software_info
  - module: sessionsmart.ssr.software_upgrade
"""

EXAMPLES = r"""
- name: Show the alarms and the version
  sessionsmart.ssr.command:
    commands:
      - show alarms
      - show system version
  register: answers

- name: Show the alarms as rows
  ansible.builtin.debug:
    var: answers.results[0].tables

- name: Delete an old export, and answer the question
  sessionsmart.ssr.command:
    commands:
      - delete config exported 20180115_export.gz
    answers:
      - question: Are you sure that you want to delete
        answer: y
    fail_on_error: false

- name: Show what would be sent, without sending it
  sessionsmart.ssr.command:
    commands:
      - send command sync router branch1 force
  check_mode: true

- name: Try a command that older releases lack
  sessionsmart.ssr.command:
    commands:
      - show assets upgrade-required
    fail_on_error: false
    command_timeout: 120
"""

RETURN = r"""
msg:
  description: How many commands were answered, what was not sent in check mode, or what the device refused.
  type: str
  returned: always
  sample: 2 commands were answered.
results:
  description: The answer to each command that was sent, in the order of O(commands).
  type: list
  elements: dict
  returned: if a command was sent
  contains:
    command:
      description: The command.
      type: str
      returned: always
      sample: show system connectivity
    stdout:
      description: Its output, without the echo and the prompt, as one text with line feeds.
      type: str
      returned: always
      sample: "Mon 2026-11-23 01:00:07 UTC\nCompleted in 0.04 seconds"
    stdout_lines:
      description: The same by lines, to be read on a screen.
      type: list
      elements: str
      returned: always
      sample:
        - Mon 2026-11-23 01:00:07 UTC
        - Completed in 0.04 seconds
    error:
      description: The message with which the device refused the command. C(null) if it did not.
      type: str
      returned: always
      sample: "% Error: Failed to commit:"
    tables:
      description: The tables that it printed. Each is a list of its rows, and each row a dictionary from the column's
        heading to its cell.
      type: list
      elements: list
      returned: always
      sample:
        - - Local Node: cnd1.conductor
            Remote Node: b1.branch1
            State: disconnected
    blocks:
      description: The blocks of fields, each a name and its value in one line, that it printed.
      type: list
      elements: dict
      returned: always
      contains:
        title:
          description: The title of the block. C(null) if it has none.
          type: str
          returned: always
          sample: t106-dut1
        fields:
          description: Its fields, by the names that the device prints.
          type: dict
          returned: always
          sample: {Status: running, Version: 6.3.0-107.r1.el7}
skipped_commands:
  description: The commands that may change something, and were not sent.
  type: list
  elements: str
  returned: in check mode, if there are any
  sample: [send command sync router branch1 force]
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

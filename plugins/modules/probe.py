#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/probe.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: probe
short_description: Look at a conductor, and say which assumptions about it hold
version_added: 0.3.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Sends every reading command that this collection ever sends, in its own forms, and writes down each answer as it
    comes. Each row of L(the assumptions,https://github.com/sessionsmart/sessionsmart.ssr/blob/main/docs/assumptions.md)
    gets a verdict.
  - It reads only. Nothing leaves but C(show) commands, C(trace) of such, the usages of three commands without the
    version that they need, four paths of the web API, and its introspection.
  - Nothing is asked that would run something, such as a health check, and no configuration is read. Where looking alone
    settles nothing, the verdict says so.
  - The answers are written to a bundle in which names, addresses, serial numbers and secrets are replaced. Send it to
    the maintainers, who turn it into tests, or rehearse an upgrade on it.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.attributes.info
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    details: Changes nothing on the conductor. The files on the controller are written with and without C(--check).
options:
  routers:
    description:
      - The routers to ask about through the conductor, at most four. Name one or two, best a pair, to settle what only
        a router shows.
      - Without any, only the conductor is asked, and about itself.
    type: list
    elements: str
    default: []
  other_nodes:
    description:
      - The inventory hosts of the other nodes of the conductor. They are asked as well, each with its own variables.
      - A node that cannot be asked is a warning.
    type: list
    elements: str
    default: []
  dest:
    description:
      - The folder on the controller for the files. It is created with mode 0700, and the files with mode 0600.
      - Set it to keep the files elsewhere. Without it, C(ssr-probe-<time>) in C(~/sessionsmart/reports).
    type: path
  looks:
    description:
      - How often the list of assets is looked at again, to see how it behaves. Set 0 to save the time.
    type: int
    default: 5
  look_interval:
    description:
      - Seconds between two looks at the list. Raise it to watch for longer.
    type: int
    default: 12
  command_timeout:
    description:
      - For how many seconds a command may take at most. What goes on then is interrupted. Raise it on a slow conductor.
      - The status of an operation gets 15 seconds, since it may go on for ever. After three commands in a row for which
        nothing at all is printed in time, the node is not asked on, and a warning says so.
    type: int
    default: 120
seealso:
  - module: sessionsmart.ssr.software_info
  - module: sessionsmart.ssr.assets_info
"""

EXAMPLES = r"""
- name: Look at the conductor and at one router
  sessionsmart.ssr.probe:
    routers: [RTR_EAST_COMBO]
  register: look

- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ look.table }}"

- name: Look at both nodes of the conductor, and write the files to a folder of a ticket
  sessionsmart.ssr.probe:
    other_nodes: [conductor-b]
    dest: ~/tickets/4711
"""

RETURN = r"""
msg:
  description: How many assumptions got which verdict, and where the files are.
  type: str
  returned: always
  sample: "2 different, 21 confirmed, 60 not shown here. /tmp/ssr-probe has the report, the suggested settings,
    and the bundle."
folder:
  description: The folder with the files, on the controller.
  type: str
  returned: success
  sample: /home/me/sessionsmart/reports/ssr-probe-20261127T190000Z
files:
  description:
    - The files in it. C(probe.md) is the report for a ticket, C(probe.json) the same as data, C(probe_settings.yml) has
      suggested variables, C(bundle.zip) the answers without names.
    - C(names.json) says what became of each name. It and C(probe_settings.yml) hold real names, so keep them.
  type: list
  elements: str
  returned: success
  sample: [bundle.zip, names.json, probe.json, probe.md, probe_settings.yml]
rows:
  description: The verdicts, one for each assumption. Names are replaced in it.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The number of the assumption.
      type: str
      returned: always
      sample: S3
    assumption:
      description: What it is about.
      type: str
      returned: always
      sample: the pager
    verdict:
      description: V(confirmed) only if an answer shows it; V(different) if an answer shows something else; V(not shown
        here) if looking alone does not settle it.
      type: str
      returned: always
      choices: [confirmed, different, not shown here]
      sample: confirmed
    seen:
      description: What was seen, word by word where possible, or why it cannot be seen.
      type: str
      returned: always
      sample: a pager in 3 answers
    setting:
      description: The variable to set, with its value. C(null) if there is none to set.
      type: str
      returned: always
      sample: "ansible_pcli_pager: -- next --"
counts:
  description: How many rows there are of each verdict.
  type: dict
  returned: success
  sample: {different: 2, confirmed: 21, not shown here: 60}
table:
  description: The rows as lines of at most 120 columns, for a terminal.
  type: list
  elements: str
  returned: success
  sample: ["S3   the pager                                 a pager in 3 answers"]
commands:
  description: Every command that was sent to the PCLI, with the real names.
  type: list
  elements: str
  returned: success
  sample: [show assets, show system]
connection:
  description:
    - Why the node could not be reached, if the connection is the cause.
    - V(lost) - the session was lost while in use.
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

#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/config_export.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: config_export
short_description: Back up the running configuration of a conductor
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Exports the running configuration on the conductor (C(export config running)), checks that the export is listed
    there, and copies it to the controller.
  - The copy is written atomically with mode 0600, and never overwrites a file.
  - An export contains the configuration only. RV(not_in_export) lists what else a new conductor would need.
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details: Reports whether the conductor already lists an export of this name.
  diff_mode:
    support: partial
    details: Shows the backups of this node that O(keep_exports) and O(keep_copies) count, before and after.
  idempotent:
    support: partial
    details: With O(name), an export that is already listed is not made again. A generated name contains the time, so
      each run makes a new export.
options:
  name:
    description:
      - The name of the export, with or without C(.gz). Letters, digits and C(.), C(-), C(_) are accepted.
      - If not set, it is generated from the router, the node and the time in UTC. Set it to find the export again, or
        to avoid a second export in a second run.
    type: str
  dest:
    description:
      - The folder on the controller for the copy. It is created with mode 0700 if it is missing.
      - In a container, such as an AWX job, use a mounted folder, because a backup must outlive the run.
    type: path
    required: true
  methods:
    description:
      - The methods to fetch the copy, tried in this order until one works.
      - V(sftp) reads the exported file by SFTP, with the account of the connection or the one in
        C(ansible_pcli_sftp_user).
      - V(shell) reads it through the command C(shell) of the PCLI, which administrators may use, as base64.
      - V(api) reads it by the web API of the node, see the options of the connection that begin with C(api).
      - V(text) saves the output of C(show config running flat). It is for people to read; no conductor can import it.
      - Leave out V(text) if only a restorable copy is acceptable.
    type: list
    elements: str
    choices: [sftp, shell, api, text]
    default: [sftp, shell, api, text]
  keep_exports:
    description:
      - How many exports of this node to keep on the conductor, including the new one. Older ones are deleted there with
        C(delete config exported).
      - Only exports with a name that this module generated for this node (router, node and time) are counted and
        deleted. Exports with other names and the newest one are never deleted, and nothing is deleted before a new copy
        is on the controller.
      - If not set, nothing is deleted. Set it if backups are made regularly, because the disk of a conductor is finite.
    type: int
  keep_copies:
    description:
      - How many copies of this node to keep in O(dest), including the new one. The rules are those of O(keep_exports);
        copies by V(text) are counted separately from restorable ones.
      - The names contain the router and the node, but not the authority. Use a separate folder for each authority.
      - If not set, nothing is deleted.
    type: int
  any_node:
    description:
      - Whether to use the other node of the conductor, with the variables of its own host, if this one cannot be
        reached.
      - Set it to V(true) for a backup before an operation on routers. Leave it off if the conductor itself is to be
        upgraded.
    type: bool
    default: false
  require_copy:
    description:
      - Whether the task fails if no copy could be fetched to the controller. Otherwise there is a warning, and the
        export stays on the conductor.
      - Set it to V(true) if nothing may be upgraded without a copy.
    type: bool
    default: false
seealso:
  - module: sessionsmart.ssr.config_restore
"""

EXAMPLES = r"""
- name: Back up the configuration of the authority
  sessionsmart.ssr.config_export:
    dest: ~/sessionsmart/backups
  register: backup

- name: Show where it is
  ansible.builtin.debug:
    msg: "{{ backup.path }} with sha256 {{ backup.checksum }}"

- name: Back up under a name, and stop without a restorable copy
  sessionsmart.ssr.config_export:
    name: before-6.3.5
    dest: ~/sessionsmart/backups
    methods: [sftp, shell]
    require_copy: true

- name: Back up every night, and keep a month here and a week on the conductor
  sessionsmart.ssr.config_export:
    dest: /srv/backups/authority-1
    keep_copies: 31
    keep_exports: 7

- name: Check whether an export of this name exists
  sessionsmart.ssr.config_export:
    name: before-6.3.5
    dest: ~/sessionsmart/backups
  check_mode: true
"""

RETURN = r"""
msg:
  description: What was saved where and how, or why there is no copy.
  type: str
  returned: always
  sample: Saved to /home/ops/sessionsmart/backups/before-6.3.5.gz by sftp (restorable; sha256 9f86d081884c7d65…).
router:
  description: The router of the conductor node of the session.
  type: str
  returned: success
  sample: Conductor
node:
  description: The conductor node of the session. The export is on this node.
  type: str
  returned: success
  sample: t106-dut1
name:
  description: The name of the export as the conductor lists it; in check mode without C(.gz).
  type: str
  returned: success
  sample: before-6.3.5.gz
not_in_export:
  description: What an export does not contain but a new conductor needs (vendor's documentation,
    howto_conductor_migration).
  type: list
  elements: str
  returned: success
  sample: ["custom salt states (/svr/salt)"]
remote_path:
  description: Where the export is on the conductor.
  type: str
  returned: outside of check mode
  sample: /etc/128technology/config-exports/before-6.3.5.gz
path:
  description: Where the copy is on the controller. C(null) if there is none.
  type: str
  returned: outside of check mode
  sample: /home/ops/sessionsmart/backups/before-6.3.5.gz
checksum:
  description: The SHA-256 of the copy. C(null) if there is none.
  type: str
  returned: outside of check mode
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
size:
  description: The size of the copy in bytes. C(null) if there is none.
  type: int
  returned: outside of check mode
  sample: 18432
method:
  description: How the copy was fetched. C(null) if there is none.
  type: str
  returned: outside of check mode
  sample: sftp
restorable:
  description: Whether a conductor can import what was saved. V(false) for a copy by V(text).
  type: bool
  returned: outside of check mode
  sample: true
pruned:
  description: Old backups that were deleted, or would be in check mode. Empty unless O(keep_exports) or O(keep_copies)
    is set.
  type: dict
  returned: success
  contains:
    exports:
      description: Names of exports on the conductor.
      type: list
      elements: str
      returned: always
      sample: [Conductor-t106-dut1-20260101T230000Z.gz]
    copies:
      description: Names of files in O(dest).
      type: list
      elements: str
      returned: always
      sample: [Conductor-t106-dut1-20260101T230000Z.gz]
notes:
  description: Methods that did not work, and old backups that could not be deleted.
  type: list
  elements: str
  returned: outside of check mode
  sample: []
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

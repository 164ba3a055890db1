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
  - Exports the running configuration on the conductor (C(export config running)), makes sure that the export is listed
    there, and brings a copy to the controller.
  - The copy is written with mode 0600, whole or not at all, and never over another file.
  - An export holds the configuration only. What else a new conductor would need is named in RV(not_in_export).
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details: Says whether the conductor lists an export of this name already.
  diff_mode:
    support: partial
    details: Shows the backups of this node that O(keep_exports) and O(keep_copies) count, before and after.
  idempotent:
    support: partial
    details: With a O(name) of your own, an export that is listed is not made again. The name that is made up holds the
      time, so each run makes a new one.
options:
  name:
    description:
      - The name of the export, with or without C(.gz). Letters, digits and C(.), C(-), C(_) are accepted.
      - When not set, the name of the router, the name of the node and the time in UTC make one. Give one to find it
        again, or to make no second export in a second run.
    type: str
  dest:
    description:
      - The folder on the controller that the copy goes to. It is made with mode 0700 if it is missing.
      - In a container, such as a job of AWX, give one that is mounted, since a backup must outlive the run.
    type: path
    required: true
  methods:
    description:
      - The ways to bring the copy over, tried in this order until one works.
      - V(sftp) reads the exported file by SFTP, with the account of the connection or the one in
        C(ansible_pcli_sftp_user).
      - V(shell) reads it through the command C(shell) of the PCLI, which administrators may use, as base64.
      - V(text) writes down what C(show config running flat) prints. That is for people to read; no conductor imports
        it.
      - Leave V(text) out where only a copy counts that can be restored.
    type: list
    elements: str
    choices: [sftp, shell, text]
    default: [sftp, shell, text]
  keep_exports:
    description:
      - How many exports of this node to keep on the conductor, with the one that is made now. Older ones are deleted
        there with C(delete config exported).
      - Only exports whose name this module made up for this node (router, node and time) are counted and deleted. One
        with another name is never touched, nor the newest, nor any of them before a new copy is on the controller.
      - When not set, nothing is deleted. Set it where backups are made every night, since the disk of a conductor is
        finite.
    type: int
  keep_copies:
    description:
      - How many copies of this node to keep in O(dest), with the one that is made now. The rules are those of
        O(keep_exports); copies by V(text) are counted apart from those that can be restored.
      - Names tell the router and the node, and not the authority. Give each authority a folder of its own.
      - When not set, nothing is deleted.
    type: int
  any_node:
    description:
      - Whether the other node of the conductor will do where this one cannot be reached, as
        C(ansible_pcli_fallback_hosts) names it.
      - Set it to V(true) for a backup before work on routers. Leave it where the conductor itself is to be upgraded.
    type: bool
    default: false
  require_copy:
    description:
      - Whether the task fails when no copy could be brought to the controller. Otherwise there is a warning, and the
        export stays on the conductor.
      - Set it to V(true) where nothing may be upgraded without a copy.
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

- name: Say where it is
  ansible.builtin.debug:
    msg: "{{ backup.path }} with sha256 {{ backup.checksum }}"

- name: Back up under a name, and go no further without a copy that can be restored
  sessionsmart.ssr.config_export:
    name: before-6.3.5
    dest: ~/sessionsmart/backups
    methods: [sftp, shell]
    require_copy: true

- name: Back up every night, and keep a month of it here and a week of it on the conductor
  sessionsmart.ssr.config_export:
    dest: /srv/backups/authority-1
    keep_copies: 31
    keep_exports: 7

- name: See whether an export of this name is there
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
  description: The router of the conductor node that was asked.
  type: str
  returned: success
  sample: Conductor
node:
  description: The conductor node that was asked. The export is on this node.
  type: str
  returned: success
  sample: t106-dut1
name:
  description: The name of the export as the conductor lists it; in check mode without C(.gz).
  type: str
  returned: success
  sample: before-6.3.5.gz
not_in_export:
  description: What an export does not hold, and a new conductor needs (vendor's documentation,
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
  description: Where the copy is on the controller. C(null) where there is none.
  type: str
  returned: outside of check mode
  sample: /home/ops/sessionsmart/backups/before-6.3.5.gz
checksum:
  description: The SHA-256 of the copy. C(null) where there is none.
  type: str
  returned: outside of check mode
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
size:
  description: The size of the copy in bytes. C(null) where there is none.
  type: int
  returned: outside of check mode
  sample: 18432
method:
  description: How the copy was brought over. C(null) where there is none.
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
    asks for it.
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
  description: What did not work on the way, for each method that was tried in vain, and for old backups that could not
    be deleted.
  type: list
  elements: str
  returned: outside of check mode
  sample: []
connection:
  description:
    - Why the node could not be asked, where the connection is to blame.
    - V(lost) - the session ended while it was needed. What was sent may have been carried out.
    - V(refused) - nobody answers at the address, or the door is closed. Trying again later may help.
    - V(auth) - user name, key or password were not accepted. It is not tried again, since failed logins lock an
      account.
    - V(host_key) - the host key is unknown, or another one than expected.
    - V(not_pcli) - the login works, but does not end in a PCLI.
    - V(wrong_node) - the session is on another node than the one that was expected. Nothing was sent.
    - V(no_prompt) - a command has not given its prompt back in time, and may still be running.
  type: str
  returned: when the connection is the reason of a failure
  choices: [lost, refused, auth, host_key, not_pcli, wrong_node, no_prompt]
  sample: refused
"""

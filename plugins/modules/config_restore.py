#!/usr/bin/python

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This file is the documentation and the argument spec. The behaviour is in plugins/action/config_restore.py.

from __future__ import annotations

DOCUMENTATION = r"""
module: config_restore
short_description: Restore an exported configuration on a conductor
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Loads an exported configuration into the candidate configuration of this account, validates it, compares it with the
    running one, and commits it if O(commit=true).
  - Without O(commit) it proves that the export can be restored, shows the differences, and discards the candidate.
  - Only the node that is named restores. If it is away, nothing is sent to the other node of the conductor, whose
    exports may be others, and the message says how to use that one.
  - A candidate with uncommitted changes is an error, because an import replaces it.
  - A commit is refused while the nodes of the conductor run different versions, which the vendor does not permit
    (intro_upgrade_considerations).
extends_documentation_fragment:
  - sessionsmart.ssr.attributes
  - sessionsmart.ssr.connection
  - sessionsmart.ssr.progress
attributes:
  check_mode:
    support: full
    details:
      - Imports nothing. An export that the conductor lists is compared with the running configuration.
      - For a file that would have to be sent first, it only reports that it would be sent and loaded.
  diff_mode:
    support: full
    details: Shows what C(compare config) prints.
  idempotent:
    support: partial
    details:
      - With O(name), a configuration that is already running is not committed again.
      - A file in O(src) is sent each time, and removed from the conductor once it is loaded.
options:
  src:
    description:
      - An exported configuration on the controller, a file that ends in C(.gz), as M(sessionsmart.ssr.config_export)
        saves it.
      - It is sent to the folder of exports by SFTP, with the account of the connection or the one in
        C(ansible_pcli_sftp_user), and removed from there once it is loaded. An existing export of the same name is
        never overwritten.
      - Exactly one of O(src) and O(name) is required.
    type: path
  name:
    description:
      - The name of an export that the conductor lists, with or without C(.gz).
      - Exactly one of O(src) and O(name) is required.
    type: str
  commit:
    description:
      - Whether to commit the configuration if it is valid and differs from the running one.
      - This replaces the configuration of the whole authority, so it is off by default.
    type: bool
    default: false
  keep_candidate:
    description:
      - Whether a configuration that is not committed stays in the candidate of this account, to be reviewed and
        committed by hand. Otherwise the candidate is discarded.
      - Has no effect with O(commit=true).
    type: bool
    default: false
seealso:
  - module: sessionsmart.ssr.config_export
"""

EXAMPLES = r"""
- name: Back up under a name
  sessionsmart.ssr.config_export:
    name: known-good
    dest: ~/sessionsmart/backups

- name: Show how an export differs from the running configuration
  sessionsmart.ssr.config_restore:
    name: known-good
  check_mode: true
  diff: true

- name: Prove that an export can be restored, without changing anything
  sessionsmart.ssr.config_restore:
    name: known-good

- name: Restore an export on the conductor
  sessionsmart.ssr.config_restore:
    name: known-good
    commit: true

- name: Restore a copy on the controller
  sessionsmart.ssr.config_restore:
    src: ~/sessionsmart/backups/known-good.gz
    commit: true
  when: false
"""

RETURN = r"""
msg:
  description: The result for the configuration.
  type: str
  returned: always
  sample: "known-good.gz is valid. It was not committed (commit: false), and the candidate was thrown away."
name:
  description: The name of the export as the conductor lists it; in check mode, of a file that was not sent, the name of
    the file.
  type: str
  returned: if the configuration was read
  sample: known-good.gz
differences:
  description: What C(compare config) prints of the running configuration and this one.
  type: str
  returned: if they could be compared
  sample: "# No differences"
committed:
  description: Whether it was committed.
  type: bool
  returned: outside of check mode, if the configuration is valid
  sample: false
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

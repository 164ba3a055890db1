# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How every module of the collection reaches a node."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
requirements:
  - paramiko 3.4 or newer on the controller
notes:
  - The host needs the connection P(sessionsmart.ssr.pcli#connection). Set C(ansible_connection) to
    C(sessionsmart.ssr.pcli) in the inventory, or C(connection) in the play.
  - The module runs on the controller and drives the PCLI of the node. Nothing is copied to the node, and no Python is
    needed there.
  - A connection failure fails the task and never makes the host unreachable, so that C(rescue) and C(always) run.
    RV(connection) gives the reason.
seealso:
  - plugin: sessionsmart.ssr.pcli
    plugin_type: connection
"""

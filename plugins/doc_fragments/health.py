# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What checks after an operation are given, in a module of their own or after each node of an upgrade."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  retry_pause:
    description:
      - How long to wait before the vendor's own health check is repeated after a failure, in seconds. It is known to
        fail, or to time out, shortly after a restart (release notes, I95-64218 and I95-65656). A second failure counts.
      - As a named check, it is only repeated if there is time left for it.
    type: int
    default: 30
  alarms_before:
    description:
      - The alarms that were active before the operation, as RV(sessionsmart.ssr.precheck#module:alarms) returns them.
        Alarms with the same category and message are ignored, even if another release words them differently.
    type: list
    elements: dict
    default: []
    suboptions:
      category:
        description: The category of the alarm, as C(show alarms) prints it.
        type: str
        required: true
      message:
        description: The message of the alarm, as C(show alarms) prints it.
        type: str
        required: true
      router:
        description: The router that raised the alarm. Without it, the same alarm of any router is ignored.
        type: str
  plugins_before:
    description:
      - The plugin packages that were installed before, version by name, as
        RV(sessionsmart.ssr.software_info#module:plugins) returns them.
      - If one is missing afterwards, the check V(plugins_kept) fails; it only warns unless its severity is raised.
    type: dict
"""

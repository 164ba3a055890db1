# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which alarms checks ignore."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  allow_alarms:
    description:
      - Case-insensitive regular expressions. Alarms whose message matches one of them are ignored by the checks.
      - Use it for known and accepted alarms.
    type: list
    elements: str
    default: []
"""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option that turns lines of progress on and off."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  progress:
    description:
      - Whether a line is printed for each thing that happens while the task runs.
      - Turn it off where many hosts run side by side and their lines would get in each other's way. The result holds
        the same facts.
    type: bool
    default: true
"""

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
      - Whether to print a line for each event while the task runs.
      - Turn it off if many hosts run in parallel and their lines would mix. The result contains the same information.
    type: bool
    default: true
"""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option of operations that says how much is printed while they run."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  progress:
    description:
      - How much to print while the task runs. The result and the report contain all of it in any case.
      - With V(quiet) there is one line where something happens to a router, such as that it was begun, how it ended and
        why, and one at least every ten minutes. If the run has more than 30 routers, only bad ends have lines of their
        own; a line with the totals, what is overdue and when all will be over comes at least every ten minutes, and
        whenever a tenth more is done.
      - With V(normal) there are also the commands that are sent, the answers, what is waited for, and health checks.
      - With V(all) there is a line for each step of each node, as it is seen. Use it to look closely at a few nodes.
      - With V(none) nothing is printed.
    type: str
    choices: [none, quiet, normal, all]
    default: quiet
"""

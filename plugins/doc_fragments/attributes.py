# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module says of itself: check mode, diff mode, idempotence and platform."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Predicts with C(--check) what would change, and changes nothing.
  diff_mode:
    description: Shows with C(--diff) what has changed, or would change.
  idempotent:
    description: A second task with the same arguments changes nothing, as long as nobody else has changed anything in
      between.
  platform:
    description: What can be operated on.
    support: full
    platforms: Session Smart Router (SSR, formerly 128T)
  action_group:
    description: Takes defaults that are set for the group with C(module_defaults).
    support: full
    membership: [sessionsmart.ssr.all]
"""

    # For modules that only look.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details: Changes nothing, and does the same with and without C(--check).
  diff_mode:
    support: N/A
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
"""

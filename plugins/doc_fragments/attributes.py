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
    description: With C(--check), reports what would change without changing it.
  diff_mode:
    description: With C(--diff), shows what changed or would change.
  idempotent:
    description: Running the task again with the same arguments changes nothing, unless somebody else changed something
      in between.
  platform:
    description: What can be operated on.
    support: full
    platforms: Session Smart Router (SSR, formerly 128T)
  action_group:
    description: Accepts defaults that C(module_defaults) sets for the group.
    support: full
    membership: [sessionsmart.ssr.all]
"""

    # For modules that change nothing.
    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details: Changes nothing; behaves the same with and without C(--check).
  diff_mode:
    support: N/A
    details: Changes nothing.
  idempotent:
    support: full
    details: Changes nothing.
"""

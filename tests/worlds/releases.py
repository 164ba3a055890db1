# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of the worlds."""

from __future__ import annotations

OLDER, OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-37.r1.el7", "7.1.3-29.r2.el9"
CONDUCTOR, NEW_CONDUCTOR = "7.2.0-10.r1.el9", "7.2.3-8.r2.el9"

#: What stands for each of them in worlds of an older generation.
BELOW_63 = {
    NEW: "6.2.5-5.sts.el7",
    OLD: "6.1.10-8.lts.el7",
    OLDER: "5.6.9-3.el7",
    CONDUCTOR: "6.2.6-15.sts.el7",
    NEW_CONDUCTOR: "6.2.14-4.lts.el7",
}

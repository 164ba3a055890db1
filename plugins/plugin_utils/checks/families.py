# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every family of checks; importing this module registers them all."""

from __future__ import annotations

from . import alarms, conductor_state, nodes, release, volumes
from . import capacity as room
from . import health as at_work
from . import upgrade_path as path

FAMILIES = (release, path, nodes, conductor_state, alarms, at_work, room, volumes)

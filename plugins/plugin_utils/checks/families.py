# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports every file of checks, so that they register themselves; a new file needs its line here."""

from __future__ import annotations

from . import alarms, capacity, conductor_state, health, nodes, release, upgrade_path, volumes

FAMILIES = (release, upgrade_path, nodes, conductor_state, alarms, health, capacity, volumes)

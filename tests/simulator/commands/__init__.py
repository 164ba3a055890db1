# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All PCLI commands, registered by importing their files."""

from __future__ import annotations

from ..grammar import COMMANDS
from . import assets, config, events, health, legacy, misc, network, platform, requests, software, system

__all__ = [
    "COMMANDS",
    "assets",
    "config",
    "events",
    "health",
    "legacy",
    "misc",
    "network",
    "platform",
    "requests",
    "software",
    "system",
]

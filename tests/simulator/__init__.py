# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor that speaks the PCLI over SSH, for tests, for the demo and for rehearsals. See README.md.

It shares no code with the collection: a common table would hide a common misreading.
"""

from __future__ import annotations

from .scenario import Scenario, builtin_names, load_scenario
from .schema import ScenarioError
from .simulator import NodeAddress, Simulator

__all__ = ["NodeAddress", "Scenario", "ScenarioError", "Simulator", "builtin_names", "load_scenario"]

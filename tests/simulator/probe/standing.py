# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bundle shows beside its nodes, and stays when something is upgraded: alarms, and exported configurations."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from ..alarms import alarms_of
from ..habits import HABITS
from ..scenario import load_scenario
from .authority import texts
from .bundle import Bundle
from .tables import rows_with
from .trial import Trial

_SEVERITIES = ("critical", "major", "minor", "info")
_HOUR = 3600.0
_ALARM = ("id", "severity", "category", "message")


def add_standing(bundle: Bundle, scenario: dict[str, Any]) -> None:
    """Put alarms that the simulator would not raise by itself, and the names of exports, into the scenario."""
    exports = [row["name"] for text in texts(bundle, "show config exports") for row in rows_with(text, "name")]
    scenario["exports"] = list(dict.fromkeys(name.removesuffix(".gz") for name in exports if name))
    recorded: dict[str, dict[str, str]] = {}
    for text in texts(bundle, "show alarms"):
        for row in rows_with(text, *_ALARM, begins="severity"):
            recorded.setdefault(row["id"], row)
    if recorded:
        derived = _derived(scenario)
        nodes = {f"{node['name']}.{router['name']}" for router in scenario["routers"] for node in router["nodes"]}
        scenario["alarms"] = [
            _alarm(node_id, row, bundle.made)
            for identity, row in recorded.items()
            if (node_id := identity.rpartition(":")[0]) in nodes and (node_id, row["message"]) not in derived
        ]


def _derived(scenario: dict[str, Any]) -> set[tuple[str, str]]:
    """What follows from the state of the nodes, in the words of each catalogue."""
    known = set()
    for catalogue, kind in itertools.product(HABITS["alarm_catalogue"].ways, HABITS["type_alarm"].ways):
        habits = {"alarm_catalogue": catalogue, "type_alarm": kind, "mismatch_alarm": "both"}
        world = Trial(load_scenario({**scenario, "habits": habits})).world
        for viewer in world.conductors:
            known |= {(alarm.node.node_id, alarm.message) for alarm in alarms_of(world, viewer, world.nodes())}
    return known


def _alarm(node_id: str, row: dict[str, str], made: str) -> dict[str, Any]:
    severity = row["severity"].lower()
    return {
        "node": node_id,
        "severity": severity if severity in _SEVERITIES else "major",
        "category": row["category"].lower(),
        "source": row.get("source") or "unavailable",
        "message": row["message"],
        "age": _age(row.get("time", ""), made),
    }


def _age(since: str, made: str) -> float:
    """Seconds that the alarm had stood when the bundle was made; an hour where its time is none that we read."""
    try:
        begin = datetime.fromisoformat(since.replace("Z", "+00:00")).replace(tzinfo=None)
        end = datetime.fromisoformat(made.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return _HOUR
    return max((end - begin).total_seconds(), 0.0)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web API knows where the PCLI cannot be read, and that the run says from whom it knew."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import queries
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.web import WebProblem
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.disks import Disk
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import Process

from tests.unit.fakes import ScriptedSession

A, B = NodeId("R", "a"), NodeId("R", "b")
SINCE = datetime(2026, 3, 1, tzinfo=timezone.utc)
STRANGE = "Something that no document shows"


class Web:
    """The answers by method; one that is not given is a problem."""

    def __init__(self, **answers) -> None:
        self.answers, self.asked = answers, []

    def __getattr__(self, name):
        def answer(*args):
            self.asked.append((name, *args))
            if name not in self.answers:
                raise WebProblem("It does not answer.")
            shown = self.answers[name]
            return shown.get(args[0]) if isinstance(shown, dict) and args[0] in (A, B) else shown

        return answer


def conductor(script=None, **answers) -> tuple[Conductor, list[str]]:
    said: list[str] = []
    made = Conductor(ScriptedSession(script or {}))
    made.web, made.tell = Web(**answers), said.append
    made._nodes = {"R": ["a", "b"]}
    return made, said


def leads(node: str, primary: bool) -> SimpleNamespace:
    return SimpleNamespace(processes=(Process(node, "routingManager", "running", primary),))


PROCESSES = "show system processes router R force"
INTERNAL = "show system connectivity internal router R force"
DISKS = "show platform router R node a force disk"


def test_processes_that_cannot_be_read_are_those_of_the_web_api_if_it_shows_all_nodes() -> None:
    asks, said = conductor({PROCESSES: STRANGE}, node_state={A: leads("a", True), B: leads("b", False)})
    assert [(row.node, row.primary) for row in asks.processes("R")] == [("a", True), ("b", False)]
    assert asks.processes("R") and said == [
        "The answer to 'show system processes' of R cannot be read. Until it can be, that of the web API counts."
    ]
    half, said = conductor({PROCESSES: STRANGE}, node_state={A: leads("a", True)})
    assert half.processes("R") is None and said == []
    assert conductor({PROCESSES: STRANGE})[0].processes("R") is None


@pytest.mark.parametrize(
    ("links", "states"),
    [
        ({"a": 1, "b": 1}, ["connected", "connected"]),
        ({"a": 1, "b": 0}, ["connected", "disconnected"]),
        ({"b": 0}, ["not shown", "disconnected"]),
        ({"a": 1}, None),
        ({}, None),
    ],
)
def test_links_of_the_database_stand_for_services_that_cannot_be_read(links, states) -> None:
    asks, said = conductor({INTERNAL: STRANGE}, database_links=links)
    shown = asks.internal_connectivity("R")
    if states is None:
        assert shown is None and said == []
        return
    assert [link.state for link in shown] == states and len(said) == 1
    assert [(link.local, link.remote) for link in shown] == [("a.R", "b.R"), ("b.R", "a.R")]
    assert {link.service for link in shown} == {"database (by the web API)"}
    assert conductor({INTERNAL: STRANGE})[0].internal_connectivity("R") is None


def test_disks_that_cannot_be_read_are_those_of_the_web_api() -> None:
    full = (Disk("a", "/", 95.0, 5, 100),)
    asks, said = conductor({DISKS: STRANGE}, disks=full)
    assert queries.disks(asks, "R", "a") == list(full) and "the disks of a.R cannot be read" in said[0]
    for answers in ({}, {"disks": None}):
        with pytest.raises(queries.NotAvailable):
            queries.disks(conductor({DISKS: STRANGE}, **answers)[0], "R", "a")


def test_events_are_for_people_and_only_since_a_moment_with_a_zone() -> None:
    asks, _said = conductor(events={A: ("of a",), B: ("of b",)})
    assert asks.by_web.events([A, B], SINCE) == ["of a", "of b"]
    assert asks.by_web.events([A], SINCE.replace(tzinfo=None)) == []
    assert conductor()[0].by_web.events([A], SINCE) == []

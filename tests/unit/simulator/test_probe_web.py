# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of the web interface, played from a bundle as long as they hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.simulator.from_probe import scenario_from_probe
from tests.simulator.habits.web import WEB
from tests.simulator.probe.recognise import SHOWN_ON_THE_WEB

from .api_client import Answer, Api, logged_in, web
from .pcli_client import NEW, until
from .probe_recorder import record, write
from .test_from_probe import SCENE, played
from .test_probe_bundle import MANIFEST

GETS = ("/asset?verbose=true", "/system", "/router", "/router/nowhere")
QUERY = "{ allRouters { nodes { name } } }"
ASKED = {"router": "Conductor", "node": "c1"}


def row(method: str, path: str, request: str | None, answer: Answer, body: str) -> dict[str, Any]:
    kind = {"Content-Type": answer.kind}
    start = {"kind": "web", "asked": ASKED, "method": method, "path": path, "request": request, "seconds": 0.01}
    return {**start, "status": answer.status, "headers": kind, "answer": body}


def look(api: Api) -> list[Answer]:
    return [*(api.get(path) for path in GETS), api.query(QUERY)]


def bundle(tmp_path: Path) -> tuple[Path, list[Answer]]:
    """A conductor whose assets have a field of which the simulator knows nothing."""
    with web(**SCENE) as sim:
        rows = record(sim, tmp_path / "shows.zip", ("show assets",))
        answers = look(logged_in(sim))
    bodies = [answer.body.decode() for answer in answers]
    bodies[0] = bodies[0].replace('"nodeName"', '"colour": "blue", "nodeName"')
    for path, answer, body in zip(GETS, answers, bodies, strict=False):
        rows.append(row("GET", f"/api/v1{path}", None, answer, body))
    rows.append(row("POST", "/api/v1/graphql", QUERY, answers[-1], bodies[-1]))
    login = Answer(200, "application/json", b"")
    rows.append(row("POST", "/api/v1/login", None, login, '{"token": "of somebody else"}'))
    path = write(tmp_path / "b.zip", rows, MANIFEST)
    played_answers = [
        Answer(answer.status, answer.kind, body.encode()) for answer, body in zip(answers, bodies, strict=True)
    ]
    return path, played_answers


def test_requests_are_answered_as_recorded_until_something_changes(tmp_path: Path) -> None:
    path, answers = bundle(tmp_path)
    with played(scenario_from_probe(path)) as sim:
        user = sim.scenario.users[0]
        api = logged_in(sim, user=user.name, password=user.password or "")
        assert look(api) == answers
        assert api.assets()["b1"]["colour"] == "blue"
        assert api.upgrade("branch").status == 200
        assert until(sim, "b1.branch", version=NEW, state="Synchronized", operation=None)
        asset = api.assets()["b1"]
        assert "colour" not in asset and asset["t128Version"] == NEW
        assert Api(sim).get("/system").status == 401, "nothing is shown without a login"
        assert sim.violations == []


def test_habits_of_the_web_interface_are_recognised_by_its_answers(tmp_path: Path) -> None:
    ways = {"graphql_lists": "edges", "api_words": "old", "alarm_keys": "router_name"}
    with web(ways, **SCENE) as sim:
        rows = record(sim, tmp_path / "shows.zip", ("show assets", "show alarms"))
        api = logged_in(sim)
        for path in ("/asset", "/alarm"):
            answer = api.get(path)
            rows.append(row("GET", path, None, answer, answer.body.decode()))
        for query in (QUERY, "{ allRouters { edges { node { name } } } }"):
            answer = api.query(query)
            rows.append(row("POST", "/graphql", query, answer, answer.body.decode()))
    habits = scenario_from_probe(write(tmp_path / "b.zip", rows, MANIFEST)).habits
    assert {name: habits.ways.get(name) for name in ways} == ways and habits.strange() == []


def test_every_habit_of_the_web_is_looked_for_or_shows_in_no_answer() -> None:
    """The others are about logins, tokens, mutations, certificates and time."""
    assert set(SHOWN_ON_THE_WEB) <= {habit.name for habit in WEB}
    others = {habit.name for habit in WEB} - set(SHOWN_ON_THE_WEB)
    words = ("token", "nonce", "login", "mutation", "certificate", "speed", "starting", "forward", "forbidden", "busy")
    assert [name for name in others if not any(word in name for word in words)] == []

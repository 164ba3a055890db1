# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A listener that is registered gets everything that happens in a rollout; and nothing else changes results."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import RunContext
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.events import (
    Event,
    Intended,
    NodeConcluded,
    NodeEnded,
    RouterEnded,
    RouterStarted,
    RunBegan,
    RunEnded,
    Sent,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.listeners.registered import LISTENERS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, Step

from tests.unit.fakes import Course, Night, VirtualClock, authority

PLUGINS = Path(__file__).parents[3] / "plugins"
ROUTERS = {"hub": ("a", "b"), "r00": ("a",), "r01": ("a",), "r02": ("a",)}


class StartedRouters:
    """A listener as somebody would write it: the routers that were started, and all events beside."""

    def __init__(self, context: RunContext) -> None:
        self.started: list[str] = []
        self.events: list[Event] = []

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, RouterStarted):
            self.started.append(event.router)

    def of(self, kind: type[Event]) -> list[Event]:
        """The events of a class."""
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def added() -> Iterator[list[StartedRouters]]:
    """The listeners of this class, which is registered in addition, in the order of their runs."""
    made: list[StartedRouters] = []

    def make(context: RunContext) -> StartedRouters:
        made.append(StartedRouters(context))
        return made[-1]

    LISTENERS.append(make)
    yield made
    LISTENERS.remove(make)


def options(**more: object) -> dict:
    """Without what these tests are not about."""
    return {"download": False, "health_check": False, "in_flight": 2, "run_id": "tonight", **more}


def test_a_new_listener_gets_a_whole_rollout(added) -> None:
    night = Night(authority(VirtualClock(), ROUTERS))
    night.conductor.courses = {("r01", "a"): Course(600, end="back")}
    states = night.states(**options())
    (listener,) = added
    assert listener.started == list(ROUTERS) and states["r01"] == "reverted"
    assert {event.router: event.state for event in listener.of(RouterEnded)} == states
    nodes = Counter(event.router for event in listener.of(NodeConcluded))
    assert nodes == {router: len(names) for router, names in ROUTERS.items()}
    assert [event.run_id for event in listener.of(RunBegan)] == ["tonight"]
    assert isinstance(listener.events[0], RunBegan) and len(listener.of(RunEnded)) == 1
    assert all(event.at is not None for event in listener.events)


def test_of_each_node_the_intent_comes_before_the_command_and_the_end_after_it(added) -> None:
    Night(authority(VirtualClock(), ROUTERS)).go(**options())
    for router, nodes in ROUTERS.items():
        for node in nodes:
            kinds = [type(event) for event in added[0].events if (event.router, event.node) == (router, node)]
            order = [kinds.index(kind) for kind in (Intended, Sent, NodeEnded, NodeConcluded)]
            assert order == sorted(order), (router, node)


def test_a_router_that_is_left_out_ends_without_being_started(added) -> None:
    Night(authority(VirtualClock(), ROUTERS)).go(**options(blocked={"r00": "it has no disk"}))
    ended = {event.router: event for event in added[0].of(RouterEnded)}
    assert "r00" not in added[0].started and ended["r00"].state == "blocked" and not ended["r00"].planned
    assert ended["r01"].planned


def test_a_listener_that_fails_stops_no_night(added, monkeypatch) -> None:
    def fails(self, event: Event) -> None:
        raise RuntimeError("no more space")

    monkeypatch.setattr(StartedRouters, "on_event", fails)
    night = Night(authority(VirtualClock(), ROUTERS))
    assert set(night.states(**options()).values()) == {"done"}
    assert sum("StartedRouters has failed" in line for line in night.lines) == 1


# -- results change in one place --------------------------------------------------------------------------------------


def changes_of_results(path: Path) -> Iterator[str]:
    """Lines that change a result, or build one in a state, by hand."""
    names = {field.name for field in fields(NodeResult)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            flat = [leaf for target in targets for leaf in getattr(target, "elts", [target])]
            if any(isinstance(leaf, ast.Attribute) and leaf.attr in names and is_result(leaf.value) for leaf in flat):
                yield f"{path.relative_to(PLUGINS)}:{node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = {keyword.arg for keyword in node.keywords}
            replaces = node.func.id == "replace" and node.args and is_result(node.args[0])
            states = node.func.id == "NodeResult" and (len(node.args) > 2 or given & {"state", "reason", "ended"})
            if replaces or states:
                yield f"{path.relative_to(PLUGINS)}:{node.lineno}: {ast.unparse(node)}"


def is_result(owner: ast.expr) -> bool:
    """True if the name of a variable or an attribute says that it holds the result of a node."""
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return name in ("result", "download", "bad", "own", "revert") or name.endswith("_result")


def test_results_change_in_one_place() -> None:
    paths = sorted([*PLUGINS.joinpath("action").glob("*.py"), *PLUGINS.glob("plugin_utils/actions/*.py")])
    paths += sorted(PLUGINS.glob("plugin_utils/rollout/**/*.py"))
    changes = [line for path in paths if path.name != "node_log.py" for line in changes_of_results(path)]
    assert not changes, f"record an event instead: {'; '.join(changes)}"


@pytest.mark.parametrize(
    "line",
    [
        "result.state = 'done'",
        "node.result.accepted = True",
        "result.state, x.reason = 1, 2",
        "result.warnings += ['x']",
        "replace(result, state='done')",
        "NodeResult('r', 'n', state='done')",
    ],
)
def test_a_result_that_is_changed_by_hand_is_detected(line, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(globals(), "PLUGINS", tmp_path)
    path = tmp_path / "somewhere.py"
    path.write_text(f"{line}\n", encoding="utf-8")
    assert list(changes_of_results(path))


def test_a_result_cannot_be_changed_at_all() -> None:
    result = NodeResult("R", "a", warnings=("x",), steps=(Step("2026-03-01T22:00:00Z", "sent"),))
    for name in (field.name for field in fields(NodeResult)):
        with pytest.raises(AttributeError):
            setattr(result, name, None)
    assert all(not isinstance(getattr(result, field.name), list | dict | set) for field in fields(NodeResult))

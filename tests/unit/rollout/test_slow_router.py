# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router that takes minutes for each answer holds up no other one, and ends well itself."""

from __future__ import annotations

import json
import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Blocking, Cooperative

from tests.unit.fakes import NEW, Box, Course, FakePending, FakeSession, FleetConductor, Night, VirtualClock
from tests.unit.rollout.test_rollout import PAIR, names

SLOW, ANSWER = "r07", 120.0
#: A fifth of a poll each that ends early, in seconds.
SHIFT = 45
TIMES = ("started", "ended", "steps")
OTHERS = [name for name in names(50) if name != SLOW]


class VirtualShell:
    """A shell whose command gives its prompt back after a while. It prints nothing that anybody can read."""

    prompt = find_prompt("admin@c1.Conductor#")
    learned = declined = None

    def __init__(self, session: VirtualSession) -> None:
        self.session, self.clock = session, session.clock
        self.busy, self.closed, self.ends_at = False, False, 0.0

    def begin(self, command, answers=(), *, reads=False, probe=False) -> None:
        router = re.search(r" router (\S+)", command)
        self.busy, self.command = True, command
        takes = 0.0
        if router and self.session.begun:
            takes = ANSWER if router[1] == SLOW else 1.0
        self.ends_at = self.clock.now() + takes

    def poll(self, wait: float = 0.0) -> str | None:
        if self.closed:
            raise SessionBroken("The connection is closed.")
        self.clock.sleep(max(0.0, min(wait, self.ends_at - self.clock.now())))
        self.busy = self.clock.now() < self.ends_at
        return None if self.busy else f"Command '{self.command}' not found (use '?' for help)"

    def interrupt(self) -> str:
        self.ends_at = self.clock.now()
        return ""

    def alive(self) -> bool:
        return not self.closed

    def close(self) -> None:
        self.closed = True


class VirtualSession(Session):
    """A real session over such shells; requests are those of the fake conductor."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(Access(Login("192.0.2.1")), clock=clock, command_timeout=180.0)
        self.requests = FakeSession(clock)
        #: Do answers take their time yet?
        self.begun = False

    def _new_shell(self, login):
        self._shells.append(VirtualShell(self))
        self._prompt = VirtualShell.prompt
        return self._shells[-1]

    def poll(self, pending, wait=0.0):
        return (self.requests if isinstance(pending, FakePending) else super()).poll(pending, wait)

    def wait(self, pending, seconds):
        return (self.requests if isinstance(pending, FakePending) else super()).wait(pending, seconds)

    def result(self, pending, *, check=True):
        return (self.requests if isinstance(pending, FakePending) else super()).result(pending, check=check)


class Fleet(FleetConductor):
    """Whoever asks about a router waits for the answer."""

    def __init__(self, clock: VirtualClock, *boxes: Box) -> None:
        super().__init__(clock, *boxes)
        self.session = VirtualSession(clock)

    def system_of(self, router, node):
        self.session.run(f"show system router {router} node {node}", check=False)
        return super().system_of(router, node)

    def versions_of(self, node_ids):
        for router, node in node_ids:
            self.session.run(f"show system version router {router} node {node}", check=False)
        return super().versions_of(node_ids)

    def volumes_of(self, router, node):
        self.session.run(f"show system version router {router} node {node} detail", check=False)
        return super().volumes_of(router, node)

    def connectivity(self, router=None):
        self.session.run(f"show system connectivity router {router} force", timeout=150, check=False)
        return super().connectivity(router)

    def processes(self, router=None):
        self.session.run(f"show system processes router {router} force", timeout=150, check=False)
        return super().processes(router)

    def status(self, operation, router=None, node=None):
        response = super().status(operation, router, node)
        self.session.run_partial(f"show system software {operation} router {router} node {node}", 15.0)
        return response

    def begin_health_check(self, request):
        pending = super().begin_health_check(request)
        pending.ends_at = self.clock.now() + (ANSWER if request.router == SLOW else 1.0)
        return pending


class SlowNight(Night):
    """Answers take their time from the begin of the rollout on: its plan is made before, by one question at a time."""

    def fleet(self, *args, **more):
        self.conductor.session.begun = True
        return super().fleet(*args, **more)


def night(routers: list[str], course: Course) -> tuple[dict, Fleet]:
    """What became of a night with these routers; every third of them is a pair."""
    clock = VirtualClock()
    nodes = {name: PAIR if int(name[1:]) % 3 == 1 else ("a",) for name in routers}
    boxes = [Box(router, node) for router, names_ in nodes.items() for node in names_]
    fleet = Fleet(clock, Box("Conductor", "c1", version=NEW), *boxes)
    fleet.courses = {(SLOW, "a"): course, ("r05", "a"): Course(600, "down")}
    fleet.leaders = {router: "a" for router, names_ in nodes.items() if len(names_) > 1}
    result = SlowNight(fleet).go(download=False, in_flight=50, compare_grace=60, service_timeout=300)
    assert fleet.wrong == []
    return result["by_router"], fleet


def shown(entry: dict) -> dict:
    """A router's result without its times, and without its steps: what a poll shows hangs on when it comes.

    Its own reason is that of its nodes, which is written once where both were still for as long.
    """
    nodes = [{name: what for name, what in node.items() if name not in TIMES} for node in entry["nodes"]]
    return json.loads(re.sub(r"(\d+ min )?\d+ s\b", "a while", json.dumps({**entry, "reason": "", "nodes": nodes})))


@pytest.fixture(scope="module")
def without() -> tuple[dict, Fleet]:
    return night(OTHERS, Course(600))


@pytest.mark.parametrize(
    ("course", "state"), [(Course(600), "done"), (Course(600, "down"), "reverted"), (Course(600, "back"), "reverted")]
)
def test_the_others_end_at_the_same_time_and_in_the_same_way_as_without_it(without, course, state) -> None:
    alone, without_it = without
    together, fleet = night(names(50), course)
    assert together[SLOW]["state"] == state
    assert fleet.ended[SLOW] > max(fleet.ended[name] for name in OTHERS)
    # What the gate needs to know at once ends a pause, so that rounds begin at other times.
    assert {name: fleet.ended[name] for name in OTHERS} == pytest.approx(without_it.ended, abs=SHIFT)
    assert {name: shown(together[name]) for name in OTHERS} == {name: shown(alone[name]) for name in OTHERS}
    assert {entry["state"] for name, entry in alone.items() if name != "r05"} == {"done"}


def test_that_would_show_if_anything_was_awaited_for_all(without, monkeypatch) -> None:
    monkeypatch.setattr(Cooperative, "ask", lambda self, function, soon=True: Blocking(self._clock).ask(function))
    _results, fleet = night(names(50), Course(600))
    assert {name: fleet.ended[name] for name in OTHERS} != pytest.approx(without[1].ended, abs=SHIFT)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of a router one after the other: never the second while the first is not done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import NoPrompt, PcliError, SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Abandoned, Loop, OperationSpec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_log import NodeLog
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_upgrade import (
    HealthOptions,
    UpgradePolicy,
    health_steps,
    run_of,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target

from tests.unit.fakes import NEW, OLD, Box, FakeConductor, SilentWitness, VirtualClock

PAIR = Target("R", ("a", "b"), True)
CHECKED = HealthOptions()
UNREADABLE = Health("unknown", "no words that can be read", "???")
FAILED = Health("fail", "System Processes Check", "System Processes Check failed", ("System Processes Check",))


class Authority:
    """A conductor that stays, and a pair of router nodes that it upgrades."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.a, self.b = Box("R", "a"), Box("R", "b")
        self.conductor = FakeConductor(self.clock, Box("Conductor", "c1"), self.a, self.b)
        self.lines: list[str] = []
        limits = Limits(poll_min=5, poll_max=5)
        self.loop = Loop(self.conductor, self.clock, limits, Journal(None, "run", self.clock), self.lines.append)
        self.ends = {"a": NEW, "b": NEW}
        self.conductor.on_send = self.react

    def react(self, request: Request) -> None:
        for box in (self.a, self.b):
            if request.node in (None, box.node) and self.ends[box.node]:
                self.clock.after(10, lambda box=box: setattr(box, "status", "Disconnected"))
                self.clock.after(200, lambda box=box: box.boot(self.clock, self.ends[box.node]))
                self.clock.after(260, lambda box=box: setattr(box, "status", "Synchronized"))

    def upgrade(self, target=PAIR, sequencing="node", health=CHECKED, check_mode=False, **request):
        spec = OperationSpec(Request("upgrade", version=NEW, **request), (), NEW)
        poller = self.loop.poller()
        run = run_of(self.loop, poller, target, spec, sequencing, UpgradePolicy(health=health))
        results = self.loop.drive(run.steps(check_mode), poller)
        return {result.node: result for result in results}

    @property
    def sent(self):
        return [(request.router, request.node) for request in self.conductor.sent]


@pytest.fixture
def authority() -> Authority:
    return Authority()


def states(results):
    """The state of each node."""
    return {node: result.state for node, result in results.items()}


def test_the_second_node_is_begun_only_after_the_first_is_proven(authority) -> None:
    checked_at_sending = []
    react = authority.react
    authority.conductor.on_send = lambda request: (
        checked_at_sending.append([request.node for request in authority.conductor.health_asked]),
        react(request),
    )
    results = authority.upgrade()
    assert states(results) == {"a": "done", "b": "done"}
    assert authority.sent == [("R", "a"), ("R", "b")]
    assert checked_at_sending == [[], ["a"]]
    assert results["a"].ended <= results["b"].started


def test_the_order_is_that_of_the_target(authority) -> None:
    authority.upgrade(Target("R", ("b", "a"), True))
    assert authority.sent == [("R", "b"), ("R", "a")]


@pytest.mark.parametrize(
    ("prepare", "state"),
    [
        (lambda authority: authority.ends.update(a=OLD), "reverted"),
        (lambda authority: authority.ends.update(a=None), "unknown"),
        (lambda authority: setattr(authority.conductor, "answer", (1, "% Error: no such router")), "failed"),
        (lambda authority: setattr(authority.conductor, "command_error", PcliError("x")), None),
        (lambda authority: setattr(authority.conductor, "health", FAILED), "failed"),
    ],
    ids=["reverted", "unknown", "refused", "command cannot be built", "health check failed"],
)
def test_the_second_node_is_not_touched_while_the_first_is_not_done(authority, prepare, state) -> None:
    prepare(authority)
    if state is None:
        with pytest.raises(PcliError):
            authority.upgrade()
        assert authority.sent == []
        return
    results = authority.upgrade()
    assert states(results) == {"a": state, "b": "not_started"}
    assert authority.sent == [("R", "a")]
    assert results["b"].reason == f"nothing was sent, since a is {state}"
    assert authority.b.version == OLD


def test_a_first_node_that_is_up_to_date_lets_the_second_go(authority) -> None:
    authority.a.version = NEW
    assert states(authority.upgrade()) == {"a": "up_to_date", "b": "done"}
    assert authority.sent == [("R", "b")]


def test_a_node_that_moved_with_its_peer_gets_no_request_of_its_own(authority) -> None:
    react = authority.react
    authority.conductor.on_send = lambda request: react(Request("upgrade", router="R"))
    results = authority.upgrade()
    assert states(results) == {"a": "done", "b": "done"}
    assert results["b"].moved_by_itself and authority.sent == [("R", "a")]
    assert [request.node for request in authority.conductor.health_asked] == ["a", "b"]


def test_a_node_that_moved_with_its_peer_and_failed_is_not_sent_another_request(authority) -> None:
    authority.ends["b"] = OLD
    react = authority.react

    def both(request):
        react(Request("upgrade", router="R"))
        authority.clock.after(10, lambda: setattr(authority.b, "status", "Upgrading"))

    authority.conductor.on_send = both
    results = authority.upgrade()
    assert results["a"].state == "done" and results["b"].state == "reverted"
    assert authority.sent == [("R", "a")]


def test_the_vendors_sequencing_is_one_request_for_the_router(authority) -> None:
    assert states(authority.upgrade(sequencing="vendor")) == {"a": "done", "b": "done"}
    assert authority.sent == [("R", None)]
    assert [request.node for request in authority.conductor.health_asked] == ["a", "b"]


def test_simultaneous_is_one_request_for_the_router(authority) -> None:
    authority.upgrade(simultaneous=True)
    assert authority.sent == [("R", None)] and authority.conductor.sent[0].simultaneous


def test_each_node_of_one_request_says_when_it_ended_itself(authority) -> None:
    """The one beside it may take hours more, and somebody else may move it meanwhile."""
    authority.ends = {"a": OLD, "b": ""}
    authority.clock.after(1500, lambda: authority.b.boot(authority.clock, OLD))
    nodes = authority.upgrade(sequencing="vendor")
    assert states(nodes) == {"a": "reverted", "b": "reverted"} and nodes["a"].ended < nodes["b"].ended


def test_the_vendors_sequencing_of_one_named_node_names_it(authority) -> None:
    authority.upgrade(Target("R", ("b",), False), sequencing="vendor")
    assert authority.sent == [("R", "b")]


def test_check_mode_plans_every_node_and_sends_nothing(authority) -> None:
    assert states(authority.upgrade(check_mode=True)) == {"a": "planned", "b": "planned"}
    assert authority.sent == [] and authority.conductor.health_asked == []


def test_the_result_of_the_first_node_survives_a_conductor_that_is_lost_before_the_second(authority) -> None:
    ask = authority.conductor.command_for

    def lost(request):
        if request.node == "b":
            raise SessionBroken("The device closed the connection.")
        return ask(request)

    authority.conductor.command_for = lost
    results = authority.upgrade()
    assert states(results) == {"a": "done", "b": "not_started"}
    assert "closed the connection" in results["b"].reason
    assert authority.sent == [("R", "a")]


def test_nobody_waiting_ends_the_sequence_between_the_nodes(authority) -> None:
    authority.loop.alive = lambda: not authority.conductor.health_asked
    with pytest.raises(Abandoned):
        authority.upgrade()
    assert authority.sent == [("R", "a")]


# -- the vendor's own health check --------------------------------------------------------------------------------


def proven(authority, health, health_options=CHECKED, state="done") -> NodeResult:
    """The result of a node after the health check that ended like this."""
    authority.conductor.health = health
    result = NodeResult("R", "a", state, "runs it", running_version=NEW, accepted=True)
    log = NodeLog(authority.loop.events, result)
    authority.loop.drive(health_steps(authority.loop, log, health_options), authority.loop.poller())
    return log.result


def test_a_passed_health_check_leaves_the_node_done_with_its_words_as_evidence(authority) -> None:
    result = proven(authority, Health("pass", "passed", "All checks passed"))
    assert (result.state, result.warnings, result.steps[-1].words) == ("done", (), "All checks passed")


def test_a_failed_health_check_is_a_fault_of_the_node_itself(authority) -> None:
    result = proven(authority, FAILED)
    assert (result.state, result.local_fault) == ("failed", True)
    assert "System Processes Check" in result.reason


def test_a_health_check_that_cannot_be_read_warns(authority) -> None:
    """Rule 17: it never reverts and never alone stops."""
    result = proven(authority, UNREADABLE)
    assert (result.state, result.local_fault) == ("done", False)
    assert "unknown" in result.warnings[0]


def test_a_health_check_that_cannot_be_read_holds_by_setting(authority) -> None:
    result = proven(authority, UNREADABLE, HealthOptions(unknown="hold"))
    assert (result.state, result.local_fault) == ("held", False)
    assert not STATES[result.state].ok


def test_the_second_node_is_not_touched_while_the_first_is_held(authority) -> None:
    authority.conductor.health = UNREADABLE
    assert states(authority.upgrade(health=HealthOptions(unknown="hold"))) == {"a": "held", "b": "not_started"}
    assert authority.sent == [("R", "a")]


@pytest.mark.parametrize("error", [NoPrompt("'request' has not come back within 900 s."), SessionBroken("gone")])
def test_a_health_check_that_could_not_be_run_is_unknown_and_no_failure(authority, error) -> None:
    result = proven(authority, error)
    assert (result.state, result.local_fault) == ("done", False)
    assert str(error) in result.warnings[0]


def test_a_conductor_below_6_3_has_no_health_check_of_its_own(authority) -> None:
    authority.conductor.own.version = "6.2.5-5.r2.el7"
    result = proven(authority, FAILED)
    assert result.state == "done" and "below 6.3" in result.warnings[0]
    assert authority.conductor.health_asked == []


@pytest.mark.parametrize("state", ["up_to_date", "failed", "unknown", "not_started", "planned", "reverted"])
def test_only_a_node_that_is_done_is_asked_for_its_health(authority, state) -> None:
    assert proven(authority, FAILED, state=state).state == state
    assert authority.conductor.health_asked == []


def test_the_health_check_can_be_left_out(authority) -> None:
    assert proven(authority, FAILED, HealthOptions(run=False)).state == "done"
    assert authority.conductor.health_asked == []


def test_the_health_check_names_router_and_node(authority) -> None:
    proven(authority, UNREADABLE)
    assert (authority.conductor.health_asked[0].router, authority.conductor.health_asked[0].node) == ("R", "a")


class Lags(SilentWitness):
    """A web API that shows every node as being upgraded until a moment."""

    def __init__(self, authority: Authority, seconds: float) -> None:
        self.authority, self.until = authority, authority.clock.now() + seconds

    def join(self, node_id, status):
        if self.authority.clock.now() >= self.until:
            return status
        words = f"state: the PCLI says '{status.state}' and the API says 'upgrading'; 'upgrading' counts"
        return replace(status, settled=False, state="upgrading", second=words)


@pytest.mark.parametrize(("lag", "end"), [(600, "done"), (1e9, "not_started")])
def test_a_list_of_the_web_api_that_lags_holds_a_start_for_the_settle_time_at_the_most_and_says_so(
    authority, lag, end
) -> None:
    authority.conductor.second, began = Lags(authority, lag), authority.clock.now()
    assert set(states(authority.upgrade()).values()) == {end}
    waits = [line for line in authority.lines if "the PCLI says 'Synchronized' and the API says 'upgrading'" in line]
    assert waits, authority.lines
    assert lag < 1e9 or (authority.sent == [] and authority.clock.now() - began < 5400 + 120)


class Required(SilentWitness):
    """A web API that is required, and that does not answer until a moment."""

    def __init__(self, authority: Authority, answers_at: float) -> None:
        self.authority, self.answers_at = authority, authority.clock.now() + answers_at

    def missing(self, node_id) -> str | None:
        return None if self.authority.clock.now() >= self.answers_at else "the web API is required and does not answer"


def test_a_web_api_that_is_required_holds_a_new_start_until_it_answers(authority) -> None:
    authority.conductor.second = Required(authority, 300)
    began = authority.clock.now()
    authority.conductor.on_send = lambda request: (authority.react(request), waits.append(authority.clock.now()))
    waits: list[float] = []
    assert states(authority.upgrade()) == {"a": "done", "b": "done"}
    assert waits[0] - began >= 300
    assert any("waits, since it is Synchronized, but the web API is required" in line for line in authority.lines)


def test_where_it_does_not_answer_for_too_long_nothing_is_begun_and_nothing_has_failed(authority) -> None:
    authority.conductor.second = Required(authority, 1e9)
    results = authority.upgrade()
    assert states(results) == {"a": "not_started", "b": "not_started"} and authority.sent == []
    assert "the web API is required and does not answer" in results["a"].reason


def test_where_it_is_lost_meanwhile_the_node_that_runs_is_followed_and_the_second_is_not_begun(authority) -> None:
    authority.conductor.second = Required(authority, 0)

    def lose(request: Request) -> None:
        authority.react(request)
        authority.conductor.second = Required(authority, 1e9)

    authority.conductor.on_send = lose
    results = authority.upgrade()
    assert states(results) == {"a": "done", "b": "held"} and authority.sent == [("R", "a")]

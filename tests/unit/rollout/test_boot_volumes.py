# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A revert leads to what lies on the idle volume: nobody goes back to something else than what was recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    LoginRefused,
    NoFreeShell,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Blocking, finish
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.eligibility import NodeFacts, Rules
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import make_plan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.boot_volumes import ask_boot_volume
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import OperationSpec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.plan_volumes import judged_by_volumes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_upgrade import (
    HealthOptions,
    UpgradePolicy,
    run_of,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume, NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, try_parse

from tests.unit.fakes import NEW, OLD

from .test_router_upgrade import FAILED, PAIR, Authority


def prints(idle: str | None, volume: str | None = "a", node: str = "a") -> NodeVersion:
    """A node that runs the new version from volume b; ``idle``: what lies on the other one."""
    lies = IdleVolume(idle or None, try_parse(idle), None, volume)
    return NodeVersion("R", node, NEW, parse(NEW), "image", "b", "b", lies)


# -- routers of a rollout --------------------------------------------------------------------------------------------


class Reverting(Authority):
    """A pair on the new version that is taken back."""

    def __init__(self) -> None:
        super().__init__()
        for box in (self.a, self.b):
            box.version = NEW
        self.ends = {"a": OLD, "b": OLD}

    def revert(self):
        poller = self.loop.poller()
        policy = UpgradePolicy(health=HealthOptions(run=False))
        run = run_of(self.loop, poller, PAIR, OperationSpec(Request("revert"), (), OLD), "node", policy)
        return {result.node: result for result in self.loop.drive(run.steps(), poller)}


def test_a_pair_goes_back_where_both_volumes_hold_the_version_from_before() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints(OLD), ("R", "b"): prints(OLD, node="b")}
    results = authority.revert()
    assert {result.state for result in results.values()} == {"done"}
    assert not any(result.warnings for result in results.values())
    assert set(authority.conductor.volumes_asked) == {("R", "a"), ("R", "b")}
    assert authority.conductor.volumes_asked[-1] == ("R", "b"), "the second node was not asked again"


def test_nothing_is_sent_to_a_node_that_would_go_back_to_another_version() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints("128T-5.4.11-4.el7")}
    results = authority.revert()
    assert authority.sent == [] and {result.state for result in results.values()} == {"not_started"}
    assert "5.4.11-4" in results["a"].reason and "nothing was sent" in results["a"].reason


def test_a_pair_is_not_begun_of_which_the_second_node_would_go_elsewhere() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints(OLD), ("R", "b"): prints(None)}
    results = authority.revert()
    assert authority.sent == [] and {result.state for result in results.values()} == {"not_started"}
    assert "b: its idle volume" in results["a"].reason


def test_the_second_node_is_not_sent_elsewhere_if_its_volumes_change_meanwhile() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints(OLD), ("R", "b"): prints(OLD, node="b")}
    react = authority.react

    def on_send(request):
        authority.conductor.volumes["R", "b"] = prints(None)
        react(request)

    authority.conductor.on_send = on_send
    results = authority.revert()
    assert authority.sent == [("R", "a")]
    assert (results["a"].state, results["b"].state) == ("done", "held")


def test_nothing_is_sent_to_a_node_whose_next_boot_somebody_has_set_otherwise() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): replace(prints(OLD), selected_volume="a")}
    results = authority.revert()
    assert authority.sent == [] and results["a"].state == "not_started"
    assert "volume b runs, and the next boot is set to volume a" in results["a"].reason


def test_a_node_that_prints_no_volumes_is_taken_back_with_a_warning() -> None:
    authority = Reverting()
    results = authority.revert()
    assert {result.state for result in results.values()} == {"done"} and authority.sent == [("R", "a"), ("R", "b")]
    assert all("not known" in result.warnings[0] for result in results.values())


def test_a_package_based_node_is_not_asked_for_its_volumes() -> None:
    authority = Reverting()
    authority.a.install_type = authority.b.install_type = "package"
    results = authority.revert()
    assert authority.conductor.volumes_asked == [] and not any(result.warnings for result in results.values())


@pytest.mark.parametrize(
    ("error", "sends"),
    [
        (DeviceError("show system version", "% Error: no"), True),
        (NoPrompt("It has not answered."), True),
        (LoginRefused("The password was not accepted."), False),
        (NoFreeShell("No shell is free. Nothing was sent."), False),
        (SessionBroken("The device closed the connection."), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_node_that_cannot_be_asked_at_the_moment_is_not_sent_back_blindly(error, sends) -> None:
    authority = Reverting()

    def volumes_of(router, node):
        raise error

    authority.conductor.volumes_of = volumes_of
    results = authority.revert()
    assert bool(authority.sent) is sends
    text = results["a"].warnings[0] if sends else results["a"].reason
    assert "where a revert leads could not be told" in text


# -- the automatic way back -------------------------------------------------------------------------------------------


def bad_upgrade(volumes: NodeVersion | None, afterwards: NodeVersion | None = None):
    """The result of node a whose health check fails after its upgrade, and the operations that were sent."""
    authority = Authority()
    authority.conductor.health = FAILED
    if volumes:
        authority.conductor.volumes = {("R", "a"): volumes}
    react = authority.react

    def on_send(request):
        authority.ends["a"] = OLD if request.operation == "revert" else NEW
        if afterwards:
            authority.conductor.volumes = {("R", "a"): afterwards}
        react(request)

    authority.conductor.on_send = on_send
    poller = authority.loop.poller()
    run = run_of(
        authority.loop,
        poller,
        PAIR,
        OperationSpec(Request("upgrade", version=NEW), (), NEW),
        "node",
        UpgradePolicy(revert=True),
    )
    results = {result.node: result for result in authority.loop.drive(run.steps(), poller)}
    return results["a"], [request.operation for request in authority.conductor.sent]


def test_a_bad_node_is_taken_back_by_itself_to_what_was_recorded() -> None:
    result, sent = bad_upgrade(prints(OLD))
    assert (result.state, sent, result.warnings) == ("reverted", ["upgrade", "revert"], ())


def test_a_bad_node_is_not_taken_back_by_itself_to_something_else() -> None:
    result, sent = bad_upgrade(prints("128T-5.4.11-4.el7"))
    assert (result.state, sent) == ("failed", ["upgrade"])
    assert "not reverted" in result.warnings[0] and "5.4.11-4" in result.warnings[0]


def test_a_bad_node_that_prints_no_volumes_is_taken_back_with_a_warning() -> None:
    result, sent = bad_upgrade(None)
    assert (result.state, sent) == ("reverted", ["upgrade", "revert"]) and "not known" in result.warnings[0]


def test_what_is_selected_after_an_upgrade_of_this_run_does_not_leave_a_bad_node_as_it_is() -> None:
    result, sent = bad_upgrade(prints(OLD), replace(prints(OLD), selected_volume="a"))
    assert (result.state, sent) == ("reverted", ["upgrade", "revert"])
    assert "next boot is set to volume a" in result.warnings[0]


# -- before an upgrade ------------------------------------------------------------------------------------------------


def before(node: str = "a", selected: str | None = "a") -> NodeVersion:
    """A node that runs the old version from volume a; ``selected``: the volume of its next boot."""
    lies = IdleVolume("5.4.11-4.el7", try_parse("5.4.11-4.el7"), None, "b")
    return NodeVersion("R", node, OLD, parse(OLD), "image", "a", selected, lies)


PREPARED = before(selected="b")


@pytest.mark.parametrize("sequencing", ["node", "vendor"])
def test_no_upgrade_is_sent_where_another_volume_is_selected_for_the_next_boot(sequencing) -> None:
    authority = Authority()
    authority.conductor.volumes = {("R", "a"): PREPARED, ("R", "b"): before("b")}
    results = authority.upgrade(sequencing=sequencing)
    assert authority.sent == []
    said = ("volume a runs", "next boot is set to volume b (5.4.11-4)", "somebody has prepared a change")
    assert all(text in results["a"].reason for text in said)


def test_check_mode_says_the_same_before_an_upgrade() -> None:
    authority = Authority()
    authority.conductor.volumes = {("R", "a"): PREPARED}
    results = authority.upgrade(check_mode=True)
    assert (results["a"].state, results["b"].state) == ("not_started", "not_started")


def test_a_pair_is_upgraded_whose_nodes_boot_next_what_runs() -> None:
    authority = Authority()
    authority.conductor.volumes = {("R", "a"): before(), ("R", "b"): before("b")}
    assert {result.state for result in authority.upgrade().values()} == {"done"}
    assert authority.conductor.volumes_asked == [("R", "a"), ("R", "b")]


def test_a_router_that_prints_no_volumes_is_asked_once_and_upgraded() -> None:
    authority = Authority()
    results = authority.upgrade()
    assert {result.state for result in results.values()} == {"done"} and not any(
        result.warnings for result in results.values()
    )
    assert authority.conductor.volumes_asked == [("R", "a")]


def test_a_package_based_pair_is_upgraded_without_a_question_about_volumes() -> None:
    authority = Authority()
    authority.a.install_type = authority.b.install_type = "package"
    authority.upgrade()
    assert authority.conductor.volumes_asked == []


def asked(authority: Authority, router: str):
    """What asking a node for its boot volume before an upgrade returns."""
    waiting = Blocking(authority.loop.clock)
    return finish(ask_boot_volume(authority.loop, NodeId(router, "a"), "upgrade", waiting))


def test_nodes_that_print_none_are_not_asked_for_the_whole_night() -> None:
    authority = Authority()
    told = [asked(authority, f"router-{number}") for number in range(20)]
    assert not any(back.refused or prints for back, prints in told)
    assert len(authority.conductor.volumes_asked) == 3


def test_a_single_node_that_prints_its_volumes_keeps_the_question_worth_asking() -> None:
    authority = Authority()
    authority.conductor.volumes = {("router-1", "a"): before()}
    for number in range(20):
        asked(authority, f"router-{number}")
    assert len(authority.conductor.volumes_asked) == 20


@pytest.mark.parametrize(
    ("error", "sends"),
    [(DeviceError("show system version", "% Error: no"), True), (LoginRefused("Not accepted."), False)],
)
def test_only_a_conductor_that_lets_nobody_in_holds_up_an_upgrade_of_unknown_volumes(error, sends) -> None:
    authority = Authority()

    def volumes_of(router, node):
        raise error

    authority.conductor.volumes_of = volumes_of
    assert bool(authority.upgrade() and authority.sent) is sends


# -- the plan of check mode -------------------------------------------------------------------------------------------

RULES = Rules(parse(NEW), NEW, parse(NEW), "Conductor")


def planned(context, rules, facts):
    """The plan of each router of these facts, judged by boot volumes."""
    nodes = {(fact.router, fact.node): fact for fact in facts}
    routers = dict.fromkeys(fact.router for fact in facts)
    targets = [Target(router, tuple(fact.node for fact in facts if fact.router == router), True) for router in routers]
    plans = make_plan(targets, nodes, {}, rules)
    return {volume.router: volume for volume in judged_by_volumes(context, plans, rules)}


def fact(router, node, version, install_type="image"):
    """The facts of a node that is Synchronized."""
    known = parse(version)
    return NodeFacts(router, node, version, known, install_type, "Synchronized", True, False, False, True, None)


def test_the_plan_of_a_revert_is_blocked_where_it_would_lead_elsewhere() -> None:
    authority = Authority()
    authority.conductor.volumes = {("R", "a"): prints("128T-6.2.5-5.r2.el7"), ("Q", "q"): prints(OLD, node="q")}
    facts = [fact("R", "a", NEW), fact("Q", "q", NEW), fact("P", "p", NEW, "package"), fact("S", "s", NEW)]
    plans = planned(authority.loop, replace(RULES, version=parse(OLD), version_text=OLD, revert=True), facts)
    states = {name: plan.state for name, plan in plans.items()}
    assert states == {"R": "blocked", "Q": "planned", "P": "planned", "S": "planned"}
    assert "lead to 6.2.5-5.r2," in plans["R"].reason and "not to" in plans["R"].reason
    assert any("not known" in note for note in plans["S"].notes) and plans["Q"].notes == ()


def test_the_plan_of_an_upgrade_is_blocked_where_another_volume_is_selected() -> None:
    authority = Authority()
    authority.conductor.volumes = {("R", "a"): PREPARED, ("Q", "q"): before("q")}
    plans = planned(authority.loop, RULES, [fact("R", "a", OLD), fact("Q", "q", OLD), fact("D", "d", NEW)])
    assert {name: plan.state for name, plan in plans.items()} == {"R": "blocked", "Q": "planned", "D": "up_to_date"}
    assert set(authority.conductor.volumes_asked) == {("R", "a"), ("Q", "q")}


def test_a_plan_for_thousands_does_not_ask_thousands() -> None:
    authority = Authority()
    facts = [fact(f"router-{number}", "a", OLD) for number in range(500)]
    authority.conductor.volumes = {(fact.router, fact.node): before() for fact in facts}
    planned(authority.loop, RULES, facts)
    assert 0 < len(authority.conductor.volumes_asked) <= 50

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A revert leads to what lies on the idle volume: nobody goes back to something else than what was recorded."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.software_revert import ActionModule
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    LoginRefused,
    NoPrompt,
    NoRoom,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.engine import Job
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.sequence import Care, HealthWish, run_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.way_back import judge_way_back
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume, NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, try_parse

from tests.unit.fakes import NEW, OLD

from .test_sequence import FAILED, PAIR, Authority


def prints(idle: str | None, volume: str | None = "a", node: str = "a") -> NodeVersion:
    """A node that runs the new version from volume b; ``idle``: what lies on the other one."""
    lies = IdleVolume(idle or None, try_parse(idle), None, volume)
    return NodeVersion("R", node, NEW, parse(NEW), "image", "b", "b", lies)


SILENT = NodeVersion("R", "a", NEW, parse(NEW), "image")
WITHOUT_IDLE = NodeVersion("R", "a", NEW, parse(NEW), "image", "b", "b")


@pytest.mark.parametrize(
    ("told", "wanted", "refused", "warned"),
    [
        (prints(f"128T-{OLD}"), OLD, False, False),
        (prints(f"128T-{OLD}"), "6.3.0", False, False),
        (prints("128T-5.4.11-4.el7"), OLD, True, False),
        (prints("6.3.0-108.r1.el7"), OLD, True, False),  # another build of the same patch is another release
        (prints("6.3.0"), OLD, False, True),  # it may be
        (prints(None), OLD, True, False),
        (prints("unavailable"), OLD, True, False),
        (WITHOUT_IDLE, OLD, True, False),
        (SILENT, OLD, False, True),
        (None, OLD, False, True),
        (prints(f"128T-{OLD}"), None, False, True),
    ],
)
def test_a_revert_is_refused_only_where_it_surely_leads_elsewhere(told, wanted, refused, warned) -> None:
    back = judge_way_back(told, wanted)
    assert (back.refused is not None, back.warning is not None) == (refused, warned)


def test_the_refusal_names_both_versions_and_the_volume() -> None:
    refused = judge_way_back(prints("128T-5.4.11-4.el7"), OLD).refused
    assert all(text in refused for text in ("128T-5.4.11-4.el7", OLD, "volume a"))


# -- routers of a roll-out --------------------------------------------------------------------------------------------


class Reverting(Authority):
    """A pair on the new version that is taken back."""

    def __init__(self) -> None:
        super().__init__()
        for box in (self.a, self.b):
            box.version = NEW
        self.ends = {"a": OLD, "b": OLD}

    def revert(self):
        observer = self.engine.observer()
        care = Care(health=HealthWish(run=False))
        run = run_of(self.engine, observer, PAIR, Job(Request("revert"), (), OLD), "node", care)
        return {one.node: one for one in self.engine.drive(run.steps(), observer)}


def test_a_pair_goes_back_where_both_volumes_hold_the_version_from_before() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints(OLD), ("R", "b"): prints(OLD, node="b")}
    results = authority.revert()
    assert {one.state for one in results.values()} == {"done"}
    assert not any(one.warnings for one in results.values())
    assert authority.conductor.volumes_asked == [("R", "a"), ("R", "b")]


def test_nothing_is_sent_to_a_node_that_would_go_back_to_another_version() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints("128T-5.4.11-4.el7")}
    results = authority.revert()
    assert authority.sent == [] and {one.state for one in results.values()} == {"not_started"}
    assert "5.4.11-4" in results["a"].reason and "nothing was sent" in results["a"].reason


def test_the_second_node_is_not_sent_elsewhere_either() -> None:
    authority = Reverting()
    authority.conductor.volumes = {("R", "a"): prints(OLD), ("R", "b"): prints(None)}
    results = authority.revert()
    assert authority.sent == [("R", "a")]
    assert (results["a"].state, results["b"].state) == ("done", "held")


def test_a_node_that_prints_no_volumes_is_taken_back_with_a_warning() -> None:
    authority = Reverting()
    results = authority.revert()
    assert {one.state for one in results.values()} == {"done"} and authority.sent == [("R", "a"), ("R", "b")]
    assert all("not known" in one.warnings[0] for one in results.values())


def test_a_package_based_node_is_not_asked_for_its_volumes() -> None:
    authority = Reverting()
    authority.a.install_type = authority.b.install_type = "package"
    results = authority.revert()
    assert authority.conductor.volumes_asked == [] and not any(one.warnings for one in results.values())


@pytest.mark.parametrize(
    ("error", "sends"),
    [
        (DeviceError("show system version", "% Error: no"), True),
        (NoPrompt("It has not answered."), True),
        (LoginRefused("The password was not accepted."), False),
        (NoRoom("No shell is free. Nothing was sent."), False),
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


def bad_upgrade(volumes: NodeVersion | None):
    authority = Authority()
    authority.conductor.health = FAILED
    if volumes:
        authority.conductor.volumes = {("R", "a"): volumes}
    react = authority.react

    def on_send(request):
        authority.ends["a"] = OLD if request.operation == "revert" else NEW
        react(request)

    authority.conductor.on_send = on_send
    observer = authority.engine.observer()
    run = run_of(
        authority.engine, observer, PAIR, Job(Request("upgrade", version=NEW), (), NEW), "node", Care(revert=True)
    )
    results = {one.node: one for one in authority.engine.drive(run.steps(), observer)}
    return results["a"], [request.operation for request in authority.conductor.sent]


def test_a_bad_node_is_taken_back_by_itself_to_what_was_recorded() -> None:
    result, sent = bad_upgrade(prints(OLD))
    assert (result.state, sent, result.warnings) == ("reverted", ["upgrade", "revert"], [])


def test_a_bad_node_is_not_taken_back_by_itself_to_something_else() -> None:
    result, sent = bad_upgrade(prints("128T-5.4.11-4.el7"))
    assert (result.state, sent) == ("failed", ["upgrade"])
    assert "not reverted" in result.warnings[0] and "5.4.11-4" in result.warnings[0]


def test_a_bad_node_that_prints_no_volumes_is_taken_back_with_a_warning() -> None:
    result, sent = bad_upgrade(None)
    assert (result.state, sent) == ("reverted", ["upgrade", "revert"]) and "not known" in result.warnings[0]


# -- a revert by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("idle", "recorded", "named", "goes_to"),
    [
        (OLD, OLD, None, OLD),
        ("5.4.11-4.el7", OLD, None, None),
        ("5.4.11-4.el7", OLD, "5.4.11", "5.4.11"),
        ("5.4.11-4.el7", OLD, "5.4.12", None),
        ("5.4.11-4.el7", OLD, OLD, None),
        (None, OLD, "5.4.11", None),
    ],
)
def test_another_version_is_gone_back_to_only_if_it_is_named(idle, recorded, named, goes_to) -> None:
    action = ActionModule.__new__(ActionModule)
    conductor = SimpleNamespace(volumes_of=lambda *place: prints(idle), takes_nodes=lambda operation: True)
    action.__dict__["conductor"] = conductor
    back, back_to = action._way_back({"version": named}, ("R", "a"), recorded, [])
    assert (None if back.refused else back_to) == goes_to

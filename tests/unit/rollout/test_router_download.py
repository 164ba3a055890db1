# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases staged by day: brought to nodes, paused on their way, and taken away again."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    NoFreeShell,
    NoPrompt,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.download import (
    DownloadKnowledge,
    DownloadOptions,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_download import RouterDownload
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import DownloadState

from tests.unit.fakes import NEW, OLD, Course, FakePending, SilentWitness, VirtualClock, authority

SHOWN = NEW.removesuffix(".el7")

ANCIENT = "6.1.0-55.el7"


class Day:
    """A conductor, and a pair that something is staged on."""

    def __init__(self, **world) -> None:
        self.clock = VirtualClock()
        self.conductor = authority(self.clock, {"R": ("a", "b")}, **world)
        self.lines: list[str] = []
        self.living = True
        self.known = DownloadKnowledge()
        limits = Limits(poll_min=5, poll_max=5)
        journal = Journal(None, "run", self.clock)
        self.loop = Loop(self.conductor, self.clock, limits, journal, self.lines.append, lambda: self.living)

    def run(self, operation="download", version=NEW, router="R", nodes=("a", "b"), check_mode=False, **more):
        together = more.pop("together", True)
        options = DownloadOptions(5000, 300, more.pop("installation_service", False), alone=0.0)
        poller = self.loop.poller(shared=more.pop("shared", True))
        request = Request(operation, version=version, **more)
        run = RouterDownload(self.loop, poller, router, nodes, request, options, together, self.known)
        results = self.loop.drive(run.steps(check_mode), poller)
        self.took = run.took
        return {result.node: result for result in results}

    def states(self, *args, **more) -> dict[str, str]:
        return {node: result.state for node, result in self.run(*args, **more).items()}

    def duration(self) -> float | None:
        self.run()
        return next((seconds for kind, seconds in self.took if kind == "download"), None)

    def has(self, *versions: str, coming: tuple[str, ...] = (), nodes: str = "ab") -> None:
        for node in nodes:
            self.conductor.software["R", node] = Downloads((OLD, *versions), coming)

    @property
    def sent(self):
        return [(request.operation, request.router, request.node) for request in self.conductor.sent]


@pytest.fixture
def day() -> Day:
    return Day()


# -- download ---------------------------------------------------------------------------------------------------------


def test_one_request_serves_all_nodes_of_a_router(day) -> None:
    assert day.states() == {"a": "done", "b": "done"}
    assert day.sent == [("download", "R", None)]


def test_nodes_that_are_named_get_a_request_each(day) -> None:
    assert day.states(together=False) == {"a": "done", "b": "done"}
    assert day.sent == [("download", "R", "a"), ("download", "R", "b")]


def test_a_second_time_nothing_is_asked_for(day) -> None:
    day.run()
    results = day.run()
    assert {result.state for result in results.values()} == {"up_to_date"} and not any(
        result.changed for result in results.values()
    )
    assert len(day.sent) == 1


class Denies(SilentWitness):
    """A web API in which a release is still on its way until a moment."""

    def __init__(self, clock, until: float) -> None:
        self.clock, self.until = clock, until

    def with_download(self, node_id, wanted, state, pace, *, denies):
        if state.kind != "there" or self.clock.now() >= self.until:
            return state
        return DownloadState("running", second="the PCLI says 'there' and the API says 'downloading'")


def test_a_release_that_the_web_api_denies_is_waited_for_and_asked_for(day) -> None:
    """The careful one of two witnesses: what is there for one and on its way for the other is not there yet."""
    day.has(NEW)
    day.conductor.second = Denies(day.clock, day.clock.now() + 400)
    began = day.clock.now()
    results = day.run(shared=False)
    assert {result.state for result in results.values()} == {"done"} and day.clock.now() - began >= 400
    day.conductor.second = Denies(day.clock, math.inf)
    results = day.run(version=NEW)
    assert {result.state for result in results.values()} == {"failed"}
    assert all("the API says 'downloading'" in result.reason for result in results.values())


class Knows(SilentWitness):
    """A web API that alone shows a release."""

    def with_download(self, node_id, wanted, state, pace, *, denies):
        return state if state.readable else replace(state, kind="there", second="only the API says: downloaded")


def test_a_release_that_only_the_web_api_shows_is_there_and_it_is_said_from_whom_that_is_known(day) -> None:
    day.conductor.shows_downloads, day.conductor.second = False, Knows()
    results = day.run()
    assert {result.state for result in results.values()} == {"up_to_date"} and day.sent == []
    assert all("only the API says: downloaded" in result.reason for result in results.values())


def test_a_sequenced_download_is_asked_for_as_such(day) -> None:
    day.run(sequenced=True)
    assert [request.sequenced for request in day.conductor.sent] == [True]


def test_check_mode_sends_nothing(day) -> None:
    assert day.states(check_mode=True) == {"a": "planned", "b": "planned"}
    assert day.sent == []


def test_a_node_that_is_being_moved_is_not_disturbed(day) -> None:
    day.conductor.show(day.conductor.boxes["R", "a"], status="Upgrading")
    assert day.states(together=False) == {"a": "blocked", "b": "blocked"}, "nor is the other node of its pair"
    assert day.sent == []


def test_the_conductors_own_node_is_read_from_its_own_list(day) -> None:
    shown = []
    day.conductor.downloaded = lambda: shown
    day.conductor.own.version = OLD
    day.clock.after(400, lambda: shown.append(NEW))
    day.conductor.shows_downloads = False
    day.conductor.told["download"] = f"{NEW} downloading 10 %"
    day.clock.after(200, lambda: day.conductor.told.update(download=f"{NEW} downloading 60 %"))
    (result,) = day.run(router="Conductor", nodes=("c1",), together=False).values()
    assert result.state == "done" and day.clock.now() - 1000 >= 400


def test_the_installer_comes_first_where_it_is_wanted(day) -> None:
    day.run(installation_service=True, together=False, nodes=("a",))
    assert [operation for operation, *_ in day.sent] == ["installer", "download"]


def test_what_nobody_could_read_before_is_followed_as_soon_as_it_can_be_read(day) -> None:
    day.known = DownloadKnowledge(silent=True)
    assert day.states() == {"a": "done", "b": "done"} and day.clock.now() - 1000 >= 200
    assert day.known.readable


def test_what_was_accepted_and_is_not_reported_is_done_as_far_as_it_was_requested_and_says_so(day) -> None:
    day.conductor.shows_downloads = False
    result = day.run()["a"]
    assert (result.state, result.reason) == ("done", f"{SHOWN} is asked for; nothing tells whether it is there")
    assert 300 <= day.clock.now() - 1000 < 320
    assert sum("show system software download" in line and "the last word" in line for line in day.lines) == 1


def test_a_request_that_does_not_come_back_and_is_not_reported_is_unknown() -> None:
    day = Day(blocking=True)
    day.conductor.shows_downloads = False
    day.conductor.course = Course(600, download=math.inf)
    result = day.run()["a"]
    assert result.state == "unknown" and result.reason.endswith("has not come back: check whether it goes on")


def test_what_is_not_reported_is_no_sample_of_how_long_downloads_take(day) -> None:
    day.conductor.shows_downloads = False
    assert day.duration() is None
    assert Day().duration() is not None


def test_a_download_that_stands_still_fails_and_is_not_unknown(day) -> None:
    day.conductor.shows_downloads = False
    day.conductor.on_send = lambda request: day.conductor.told.update(download=f"{NEW} downloading 10 %")
    result = day.run()["a"]
    assert result.state == "failed" and "does not get on at 10 %" in result.reason


def test_a_download_that_is_paused_stays_so_only_for_the_silence(day) -> None:
    day.conductor.shows_downloads = False
    day.conductor.on_send = lambda request: day.conductor.told.update(download=f"{NEW} paused")
    result = day.run()["a"]
    assert result.state == "failed" and "is paused" in result.reason


def test_a_download_that_is_not_shown_any_more_has_ended(day) -> None:
    day.conductor.shows_downloads = False
    day.conductor.on_send = lambda request: day.conductor.told.update(download=f"{NEW} downloading")
    day.clock.after(400, lambda: day.conductor.told.update(download=""))
    assert day.states() == {"a": "done", "b": "done"} and 450 <= day.clock.now() - 1000 < 480


# -- a conductor that goes away ---------------------------------------------------------------------------------------


def lost_before(day, error=None):
    """The conductor goes away right before the first request leaves, and another node of it answers soon."""
    left, send = [error or ConnectFailed("Nobody answers SSH.")], day.conductor.send

    def lost(request):
        if left:
            day.conductor.go()
            day.clock.after(30, day.conductor.come_back)
            raise left.pop()
        return send(request)

    day.conductor.send = lost


@pytest.mark.parametrize("operation", ["download", "pause", "remove"])
@pytest.mark.parametrize("together", [True, False])
def test_in_a_rollout_a_conductor_that_goes_away_before_a_request_costs_time_only(day, operation, together) -> None:
    if operation != "download":
        day.has(coming=(NEW,))
    lost_before(day)
    assert day.states(operation, together=together) == {"a": "done", "b": "done"}
    assert len(day.sent) == (1 if together else 2)


def test_a_request_that_was_lost_with_its_session_is_made_again_once_nothing_shows_it(day) -> None:
    day.conductor.told["download"] = ""
    send = day.conductor.send

    def lost(request):
        if day.sent or lost.pending:
            return send(request)
        lost.pending = FakePending("request", day.clock.now(), SessionBroken("closed"))
        return lost.pending

    lost.pending, day.conductor.send = None, lost
    assert day.states() == {"a": "done", "b": "done"} and day.sent == [("download", "R", None)]
    assert 300 <= day.clock.now() - 1000 < 600


def test_outside_a_rollout_the_error_is_told(day) -> None:
    lost_before(day)
    with pytest.raises(ConnectFailed):
        day.run(shared=False)


def test_in_a_rollout_the_upgrade_of_the_installer_is_tried_again_as_well(day) -> None:
    lost_before(day)
    assert day.states(installation_service=True, nodes=("a",)) == {"a": "done"}
    assert [operation for operation, *_ in day.sent] == ["installer", "download"]


def test_an_installer_that_has_upgraded_itself_is_not_asked_again_where_the_download_begins_anew(day) -> None:
    send = day.conductor.send

    def lost(request):
        if request.operation == "download" and not lost.broken:
            lost.broken = True
            raise SessionBroken("The device closed the connection.")
        return send(request)

    lost.broken, day.conductor.send = False, lost
    assert day.states(installation_service=True, together=False) == {"a": "done", "b": "done"}
    assert day.sent == [(what, "R", node) for node in "ab" for what in ("installer", "download")]


def test_what_the_installer_may_have_got_is_not_sent_again(day) -> None:
    lost_before(day, SessionBroken("The device closed the connection."))
    with pytest.raises(
        NoPrompt, match=r"^The session broke during '.*': The device closed the connection\. It may still"
    ):
        day.run(installation_service=True, nodes=("a",))
    assert day.sent == []


def test_what_may_have_been_withdrawn_is_not_asked_for_twice(day) -> None:
    day.has(coming=(NEW,))
    lost_before(day, SessionBroken("The device closed the connection."))
    results = day.run("pause")
    assert {result.state for result in results.values()} == {"unknown"} and day.sent == []
    assert "the session broke while 'request system software pause" in results["a"].reason


# -- pause and remove -------------------------------------------------------------------------------------------------


def test_a_download_on_its_way_is_paused(day) -> None:
    day.has(coming=(NEW,))
    assert day.states("pause") == {"a": "done", "b": "done"} and day.sent == [("pause", "R", None)]


@pytest.mark.parametrize("operation", ["pause", "remove"])
def test_where_nothing_is_on_its_way_nor_there_nothing_is_sent(day, operation) -> None:
    assert day.states(operation) == {"a": "up_to_date", "b": "up_to_date"} and day.sent == []


def test_what_is_there_cannot_be_paused(day) -> None:
    day.has(NEW)
    assert day.states("pause") == {"a": "up_to_date", "b": "up_to_date"} and day.sent == []


def test_what_is_there_is_removed(day) -> None:
    day.has(NEW)
    assert day.states("remove") == {"a": "done", "b": "done"} and day.sent == [("remove", "R", None)]


def test_a_download_on_its_way_is_cancelled_by_removing_it(day) -> None:
    day.has(coming=(NEW,))
    assert day.states("remove") == {"a": "done", "b": "done"}


@pytest.mark.parametrize("together", [True, False])
def test_the_running_version_is_never_removed(day, together) -> None:
    assert day.states("remove", OLD, together=together) == {"a": "blocked", "b": "blocked"} and day.sent == []


@pytest.mark.parametrize("version", ["6.3.0", "6.3.0-107"])
def test_neither_is_it_under_a_name_that_shows_less_of_it(day, version) -> None:
    assert day.states("remove", version) == {"a": "blocked", "b": "blocked"} and day.sent == []


def test_no_request_for_the_router_removes_what_one_of_its_nodes_runs(day) -> None:
    """One node runs the version, the other only has it: a request that names no node would take it from both."""
    day.has(NEW)
    day.conductor.show(day.conductor.boxes["R", "a"], version=NEW)
    assert day.states("remove") == {"a": "blocked", "b": "blocked"} and day.sent == []
    assert day.states("remove", nodes=("b",)) == {"b": "blocked"} and day.sent == []
    assert day.states("remove", together=False) == {"a": "blocked", "b": "done"}
    assert day.sent == [("remove", "R", "b")]


def test_where_the_conductor_shows_no_list_the_request_is_sent_and_its_answer_counts(day) -> None:
    day.conductor.shows_downloads = False
    day.conductor.refuse["R", "a"] = "there is no such version"
    results = day.run("remove", ANCIENT)
    assert {result.state for result in results.values()} == {"failed"} and not any(
        result.accepted for result in results.values()
    )
    assert "no such version" in results["a"].reason


def test_a_request_that_does_not_come_back_is_unknown() -> None:
    day = Day(blocking=True)
    day.has(NEW)
    assert day.states("remove") == {"a": "unknown", "b": "unknown"}


def test_pausing_waits_for_a_shell_and_then_goes_out_once(day) -> None:
    day.has(coming=(NEW,))
    full = [True] * 3

    def ready():
        if full:
            full.pop()
            raise NoFreeShell("No shell is free. Nothing was sent.")

    day.conductor.session.make_ready = ready
    assert day.states("pause") == {"a": "done", "b": "done"} and len(day.sent) == 1


@pytest.mark.parametrize("operation", ["pause", "remove"])
def test_nothing_is_taken_back_while_its_router_moves(day, operation) -> None:
    """Also where only the conductor's status, or only the journal, shows it, and where it is the other node."""
    day.has(coming=(NEW,))
    day.conductor.told["upgrade"] = "b.R  Upgrade in progress"
    assert day.states(operation) == {"a": "blocked", "b": "blocked"} and day.sent == []


def test_nobody_waiting_sends_nothing(day) -> None:
    day.has(coming=(NEW,))
    day.living = False
    with pytest.raises(Abandoned):
        day.run("pause")
    assert day.sent == []

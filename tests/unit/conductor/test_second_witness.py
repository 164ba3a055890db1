# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the web API is asked as a second witness, how often, and what is said where it does not answer."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import from_rest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.second_witness import (
    Pace,
    SecondWitness,
    WitnessMissing,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.web import WebProblem
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken, WrongNode
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.web_settings import WebSettings
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import DownloadState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.virtual_clock import VirtualClock

HERE, NODE = NodeId("Conductor", "c1"), NodeId("R", "a")
NEW = "6.3.5-37.r1.el7"
DONE = NodeStatus(
    reachable=True, version_text=NEW, version=parse(NEW), state="Synchronized", settled=True, away=False, service=True
)
PACE = Pace(2, 60)


class World:
    """A web API that shows one asset, or does not answer."""

    def __init__(self, use: str = "auto") -> None:
        self.clock, self.said, self.asked = VirtualClock(), [], 0
        self.row = {"routerName": "R", "nodeName": "a", "assetId": "x", "status": "synchronized", "t128Version": NEW}
        self.others: list[dict] = []
        self.error: Exception | None = None
        self.on_asked = lambda: None
        settings = WebSettings(use=use)
        self.second = SecondWitness(lambda: self, lambda: settings, lambda: HERE, self.clock.now, self.said.append)

    def asset_list(self, node_id):
        assert node_id == HERE
        self.asked += 1
        self.on_asked()
        if self.error:
            raise self.error
        return from_rest([self.row, *self.others])

    def joined(self, status: NodeStatus = DONE) -> NodeStatus:
        self.second.ask([NODE], PACE)
        return self.second.join(NODE, status)


def test_one_list_serves_all_that_is_decided_within_a_moment() -> None:
    world = World()
    assert world.joined() == DONE and world.joined() == DONE and world.asked == 1
    world.clock.sleep(2)
    assert world.second.ask([NODE], PACE) and not world.second.ask([NODE], PACE)
    assert world.joined() == DONE and world.asked == 2
    assert len(world.said) == 1 and "The web API answers" in world.said[0], "it is said once"


def test_words_of_its_own_say_nothing_unless_it_has_a_known_one_beside_them() -> None:
    """W1: in which words the API writes a state is not documented; an odd word among known ones is news of its node."""
    world = World()
    world.row["status"] = "nominal"
    assert world.joined() == DONE and not world.second.disputes(NODE)
    world.others = [{**world.row, "routerName": "S", "assetId": "y", "status": "running"}]
    world.clock.sleep(2)
    assert not world.joined().settled and world.second.disputes(NODE)


def test_what_both_differ_about_is_quoted_and_asked_for_rarely() -> None:
    world = World()
    world.row["status"], world.row["text"] = "upgrading", "Installing 40%"
    status = world.joined()
    assert not status.settled and status.busy and world.second.disputes(NODE)
    assert "the PCLI says 'Synchronized' and the API says 'upgrading'; 'upgrading' counts" in status.words()
    assert "progress by the web API: Installing 40%" in status.words()
    world.clock.sleep(59)
    assert not world.joined().settled and world.asked == 1
    world.row["status"] = "synchronized"
    world.clock.sleep(1)
    assert world.joined() == DONE and world.asked == 2 and not world.second.disputes(NODE)
    assert sum("set ansible_pcli_api to 'off'" in line for line in world.said) == 1, "what to do if it is wrong"


def test_of_a_node_that_the_api_does_not_show_or_the_pcli_does_not_reach_nothing_is_added() -> None:
    world = World()
    assert world.joined(NodeStatus()) == NodeStatus()
    world.row["nodeName"] = "b"
    world.clock.sleep(2)
    assert world.joined() == DONE


def test_one_that_does_not_answer_changes_nothing_and_costs_one_try_in_ten_minutes() -> None:
    world = World()
    world.error = WebProblem("Port 443 is closed.")
    assert world.joined() == DONE and world.second.missing(NODE) is None
    world.clock.sleep(599)
    assert world.joined() == DONE and world.asked == 1
    world.error = None
    world.clock.sleep(1)
    assert world.joined() == DONE and world.asked == 2
    assert len(world.said) == 2 and world.said[0].endswith("Port 443 is closed.")
    world.second.require()


def test_what_it_said_before_does_not_count_once_it_does_not_answer() -> None:
    world = World()
    world.row["status"] = "upgrading"
    assert not world.joined().settled
    world.error = WebProblem("Port 443 is closed.")
    world.clock.sleep(60)
    assert world.joined() == DONE and not world.second.disputes(NODE)


def test_one_that_is_switched_off_is_not_asked_and_nothing_is_said() -> None:
    world = World("off")
    assert world.joined() == DONE and (world.asked, world.said) == (0, [])


def test_a_session_that_is_away_says_nothing_of_the_web_server() -> None:
    world = World("required")
    world.error = SessionBroken("It is gone.")
    assert world.joined() == DONE and world.said == []
    assert "could not be asked" in world.second.missing(NODE), "it has said nothing of the node"
    world.error = None
    assert world.joined() == DONE and world.asked == 2


def test_what_does_not_pass_is_raised() -> None:
    world = World()
    world.error = WrongNode("This is another one.")
    with pytest.raises(WrongNode):
        world.joined()


def test_one_that_is_required_is_missing_until_it_answers() -> None:
    world = World("required")
    world.second.require()
    assert world.asked == 1
    world.error = WebProblem("Port 443 is closed.")
    world.clock.sleep(60)
    assert world.joined() == DONE, "what runs is followed by the PCLI alone"
    assert world.second.missing(NODE) == (
        "the web API is required (ansible_pcli_api) and does not answer: Port 443 is closed"
    )
    with pytest.raises(WitnessMissing, match=r"Nothing was begun: the web API is required .* Port 443 is closed\."):
        world.second.require()
    world.error = None
    world.clock.sleep(15)
    assert world.joined() == DONE and world.second.missing(NODE) is None


@pytest.mark.parametrize(("use", "holds"), [("auto", False), ("required", True)])
@pytest.mark.parametrize("how", ["not there", "twice"])
def test_one_that_is_required_must_have_spoken_of_the_node_itself(use, holds, how) -> None:
    world = World(use)
    world.others = [{**world.row, "assetId": "y"}] if how == "twice" else []
    world.row["nodeName"] = "a" if how == "twice" else "b"
    assert world.joined() == DONE
    assert ("does not show it, or shows it twice" in (world.second.missing(NODE) or "")) is holds


def test_it_is_said_that_it_is_asked_again_only_where_it_is() -> None:
    again, never = World(), World()
    again.error, never.error = WebProblem("It starts.", passes=True), WebProblem("No such file: ca.pem.")
    again.joined()
    never.joined()
    assert "asked again in 10 minutes" in again.said[0] and "asked again" not in never.said[0]


@pytest.mark.parametrize(("use", "took", "rest"), [("auto", 30, 600), ("auto", 90, 900), ("required", 30, 300)])
def test_a_web_server_that_hangs_costs_a_tenth_of_the_time_at_the_most(use, took, rest) -> None:
    """Nothing else goes on while it is asked."""
    world = World(use)
    world.on_asked = lambda: world.clock.sleep(took)
    world.error = WebProblem("No answer in time.")
    world.joined()
    world.clock.sleep(rest - 1)
    assert world.joined() == DONE and world.asked == 1
    world.clock.sleep(1)
    assert world.joined() == DONE and world.asked == 2


@pytest.mark.parametrize(("use", "took", "counts"), [("auto", 15, True), ("auto", 16, False), ("required", 16, True)])
def test_a_list_that_takes_long_counts_as_none_unless_it_is_required(use, took, counts) -> None:
    world = World(use)
    world.row["status"] = "upgrading"
    world.on_asked = lambda: world.clock.sleep(took)
    assert world.joined().settled is not counts and world.second.missing(NODE) is None
    world.clock.sleep(60)
    world.joined()
    assert world.asked == (2 if counts else 1)
    assert counts or "Its list of assets took 16 s" in world.said[0]


def test_another_node_of_the_conductor_is_asked_at_once_and_what_the_first_said_does_not_count() -> None:
    world = World()
    world.row["status"] = "upgrading"
    assert not world.joined().settled
    world.second.forget()
    assert world.second.join(NODE, DONE) == DONE
    world.error = WebProblem("Port 443 is closed.")
    world.joined()
    world.second.forget()
    world.error = None
    assert not world.joined().settled and world.asked == 3


# -- downloads --------------------------------------------------------------------------------------------------------


def software(**lists: object) -> dict:
    there = {"availableVersion": [], "downloadedVersion": [], "currentlyDownloadingVersion": ""}
    return {"softwareVersions": {**there, **lists}}


def download(world: World, kind: str, *, denies: bool = False) -> DownloadState:
    return world.second.with_download(NODE, parse(NEW), DownloadState(kind, words=kind), PACE, denies=denies)


def test_a_download_that_runs_is_waited_for_and_nobody_is_asked() -> None:
    world = World()
    assert download(world, "running").kind == "running" and world.asked == 0


def test_a_release_that_both_find_on_the_node_is_there_and_an_older_list_will_do() -> None:
    world = World()
    world.row |= software(downloadedVersion=[NEW])
    for _look in range(30):
        assert download(world, "there") == DownloadState("there", words="there")
        world.clock.sleep(2)
    assert world.asked == 1, "a release stays where it is"


@pytest.mark.parametrize(
    ("lists", "counts"),
    [({"currentlyDownloadingVersion": NEW}, "running"), ({"downloadedVersion": ["6.3.0-1.el7"]}, "nothing")],
)
def test_a_release_that_the_api_denies_is_not_there_and_both_are_quoted(lists, counts) -> None:
    world = World()
    world.row |= software(**lists)
    for _look in range(20):
        state = download(world, "there")
        assert state.kind == counts and "the PCLI says 'there' and the API says" in state.beside
        world.clock.sleep(2)
    assert world.asked == 1, "a contradiction that lasts costs no request with each look"
    world.row |= software(downloadedVersion=[NEW])
    world.clock.sleep(60)
    assert download(world, "there").beside == ""
    assert sum("set ansible_pcli_api to 'off'" in line for line in world.said) == 1


def test_an_older_list_that_contradicts_is_read_anew_before_it_counts() -> None:
    world = World()
    world.row |= software(currentlyDownloadingVersion=NEW)
    assert world.second.ask([NODE], PACE)
    world.row |= software(downloadedVersion=[NEW])
    world.clock.sleep(30)
    assert download(world, "there").kind == "there" and world.asked == 2


def test_what_only_the_api_shows_of_a_download_counts_unless_a_list_of_the_pcli_denies_it() -> None:
    world = World()
    world.row |= software(downloadedVersion=[NEW])
    state = download(world, "unreadable")
    assert state.kind == "there" and state.beside == f" (only the API says: downloaded: {NEW})"
    assert download(world, "nothing", denies=True).kind == "nothing"


def test_without_it_a_download_is_what_the_pcli_says() -> None:
    for use, error in (("auto", WebProblem("Port 443 is closed.")), ("off", None)):
        world = World(use)
        world.error = error
        assert download(world, "there") == DownloadState("there", words="there")


def test_what_people_are_told_of_one_that_does_not_answer_says_everything_once() -> None:
    """It is asked in two ways, and each says the same of what was asked and what to do."""
    world = World()
    asked, advice = "The web API of c1 was asked for x.", "Where this passes by itself, run the task again."
    world.error = WebProblem(f"{asked} No connection. {advice} {asked} No channels. {advice}")
    world.joined()
    (line,) = world.said
    assert line.endswith(f" {asked} No connection. No channels.") and "run the task again" not in line

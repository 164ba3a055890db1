# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads before upgrades: made sure of first, never in the way of the conductor's own last word."""

from __future__ import annotations

import json
import math

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads

from tests.unit.fakes import NEW, OLD, Course, FakePending, Night, VirtualClock, authority, read, refusal


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def night(clock) -> Night:
    return Night(authority(clock, {"R": ("a",), "S": ("a",), "T": ("a",), "U": ("a",)}))


def go(night: Night, *targets: str, **more) -> dict[str, dict]:
    """The result of the only node of each router."""
    result = night.go(*(targets or ("R",)), **{"health_check": False, "download_silence": 300, **more})
    assert night.conductor.wrong == []
    return {router: entry["nodes"][0] for router, entry in result["by_router"].items()}


def requests(night: Night) -> list[tuple[str, str]]:
    return [(one.operation, one.router) for one in night.conductor.sent]


def blind(night: Night) -> None:
    """A conductor that shows nothing of downloads in tables."""
    night.conductor.shows_downloads = False


def answer(night: Night, words: str, after: float = 1.0) -> None:
    """What the conductor prints when a download is asked for, and after how long."""
    send = night.conductor.send

    def sends(request) -> FakePending:
        pending = send(request)
        if request.operation == "download":
            pending.ends_at = night.clock.now() + after
            pending.final = refusal(words[1:]) if words[0] == "%" else read(words)
        return pending

    night.conductor.send = sends


def upgraded_at(night: Night, router: str = "R") -> float:
    return next(at for at, what, name, _ in night.conductor.log if (what, name) == ("upgrade", router))


# -- the way it should go ---------------------------------------------------------------------------------------------


def test_the_release_is_brought_before_the_upgrade_is_asked_for(night) -> None:
    assert go(night)["R"]["state"] == "done"
    assert requests(night) == [("download", "R"), ("upgrade", "R")] and upgraded_at(night) >= 200


def test_no_more_routers_download_at_once_than_the_user_allows(night) -> None:
    nodes = go(night, "R", "S", "T", "U", downloads_in_flight=2)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert night.conductor.most["downloads"] == 2 and night.conductor.most["in flight"] > 2


def test_a_release_that_is_there_is_not_asked_for_again(night) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD, NEW))
    assert go(night)["R"]["state"] == "done" and requests(night) == [("upgrade", "R")]


def test_a_download_that_runs_already_is_followed(night, clock) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD,), (NEW,))
    clock.after(500, lambda: night.conductor.software.update({("R", "a"): Downloads((OLD, NEW))}))
    assert go(night)["R"]["state"] == "done"
    assert requests(night) == [("upgrade", "R")] and upgraded_at(night) >= 500


def test_a_long_download_that_is_shown_to_go_on_is_waited_for(night) -> None:
    night.conductor.course = Course(600, download=5000)
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) >= 5000


def test_a_router_that_is_up_to_date_downloads_nothing(night) -> None:
    night.conductor.show(night.conductor.boxes["R", "a"], version=NEW)
    assert go(night)["R"]["state"] == "up_to_date" and requests(night) == []


# -- what the conductor says ------------------------------------------------------------------------------------------


def test_a_download_that_is_refused_keeps_the_router_from_being_upgraded_and_no_other(night) -> None:
    night.conductor.refuse["R", "a"] = "not enough space on the disk"
    nodes = go(night, "R", "S")
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("not_started", "done")
    assert "not enough space" in nodes["R"]["reason"] and ("upgrade", "R") not in requests(night)


def test_a_refusal_that_says_that_it_is_there_is_none(night) -> None:
    blind(night)
    answer(night, "%Version 6.3.5-37.r1.el7 is already downloaded")
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) < 60


def test_a_refusal_that_says_that_one_is_in_progress_is_followed(night) -> None:
    answer(night, "%a download is already in progress")
    assert go(night)["R"]["state"] == "done" and upgraded_at(night) >= 200


def test_a_download_that_fails_in_words_keeps_the_router_from_being_upgraded_and_no_other(night, clock) -> None:
    night.conductor.courses["R", "a"] = Course(600, download=math.inf)
    status = night.conductor.status

    def says(operation, router=None, node=None):
        if (operation, router) == ("download", "R") and clock.now() > 1100:
            return read(f"Download of {NEW} on a failed: checksum mismatch")
        return status(operation, router, node)

    night.conductor.status = says
    nodes = go(night, "R", "S")
    assert (nodes["R"]["state"], nodes["S"]["state"]) == ("not_started", "done")
    assert "checksum mismatch" in nodes["R"]["reason"]


@pytest.mark.parametrize("words", ["", "Download: 6.3.0 complete", "▓▒░ strange signs ░▒▓"])
def test_silence_lets_the_upgrade_be_tried(night, words) -> None:
    """Whatever the status says that is not about this version is no reason to wait, and none to give up."""
    blind(night)
    night.conductor.told["download"] = words
    assert go(night)["R"]["state"] == "done" and 300 <= upgraded_at(night) < 400


def test_after_silence_the_refusal_of_the_upgrade_is_the_last_word(night) -> None:
    blind(night)
    send = night.conductor.send

    def sends(request) -> FakePending:
        if request.operation == "upgrade":
            night.conductor.refuse["R", "a"] = "the software is not downloaded"
        return send(request)

    night.conductor.send = sends
    node = go(night)["R"]
    assert node["state"] == "failed" and "not downloaded" in node["reason"]


def test_a_request_that_keeps_its_prompt_until_the_download_is_over_tells_its_end(clock) -> None:
    night = Night(authority(clock, {"R": ("a",)}, blocking=True))
    blind(night)
    assert go(night)["R"]["state"] == "done" and 200 <= upgraded_at(night) < 230


def test_a_request_that_keeps_its_prompt_and_then_refuses_is_a_refusal(night) -> None:
    blind(night)
    answer(night, "%the server cannot be reached", after=120)
    node = go(night)["R"]
    assert node["state"] == "not_started" and "server cannot be reached" in node["reason"]


def test_a_download_that_never_ends_is_given_up_in_time_and_the_upgrade_tried(night) -> None:
    night.conductor.software["R", "a"] = Downloads((OLD,), (NEW,))
    assert go(night, download_timeout=1000)["R"]["state"] == "done" and 1000 <= upgraded_at(night) < 1050


def test_a_release_without_a_command_for_downloads_upgrades_nothing_and_says_so(night) -> None:
    command_for = night.conductor.command_for

    def without(request):
        if request.operation == "download":
            raise NotOffered("This release has no command for a download.")
        return command_for(request)

    night.conductor.command_for = without
    assert "no command for a download" in go(night)["R"]["reason"]


@pytest.mark.parametrize("begin", [50, 195, 201])
def test_a_conductor_that_is_away_while_it_downloads_costs_no_router(night, begin) -> None:
    night.conductor.away(begin, begin + 200)
    nodes = go(night, "R", "S", "T", downloads_in_flight=1)
    assert {node["state"] for node in nodes.values()} == {"done"}
    assert len(requests(night)) == len(set(requests(night))) == 6


def test_the_session_that_breaks_while_the_request_is_sent_sends_it_no_second_time(night, clock) -> None:
    send, broken = night.conductor.send, []

    def breaks(request) -> FakePending:
        pending = send(request)
        if request.operation == "download" and not broken:
            broken.append(request)
            night.conductor.go()
            clock.after(20, night.conductor.come_back)
            raise SessionBroken("The device closed the connection.")
        return pending

    night.conductor.send = breaks
    assert go(night)["R"]["state"] == "done" and requests(night) == [("download", "R"), ("upgrade", "R")]


def test_without_downloads_nothing_is_asked_for(night) -> None:
    assert go(night, download=False)["R"]["state"] == "done" and requests(night) == [("upgrade", "R")]


def test_the_times_of_downloads_are_told_apart_from_those_of_upgrades(night, tmp_path) -> None:
    go(night, "R", "S", journal=str(tmp_path), run_id="x")
    (record,) = tmp_path.glob("run-*.json")
    seen = json.loads(record.read_text())["durations"]
    assert len(seen["download"]) == len(seen["upgrade"]) == 2
    assert 200 <= min(seen["download"]) <= 230 and 600 <= min(seen["upgrade"]) <= 640

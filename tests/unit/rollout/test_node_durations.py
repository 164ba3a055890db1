# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The durations of nodes that a run leaves in its journal, and the order in which the next one starts."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_durations import known_durations
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.fakes import Course, Night, authority
from tests.unit.virtual_clock import VirtualClock

PLAIN = {"download": False, "health_check": False}


def play(journal, in_flight: int = 1, **more: object) -> Night:
    """A night in which T takes longer than R and S."""
    night = Night(authority(VirtualClock(), ["R", "S", "T"]))
    night.conductor.courses["T", "a"] = Course(seconds=1500)
    night.states(journal=str(journal), in_flight=in_flight, **PLAIN, **more)
    return night


def started(night: Night) -> str:
    return "".join(router for _at, operation, router, _node in night.conductor.log if operation == "upgrade")


def durations(folder) -> dict:
    return known_durations(Journal(str(folder), "", VirtualClock()), ["R", "S", "T"]).upgrade


def downloads(folder) -> dict:
    return known_durations(Journal(str(folder), "", VirtualClock()), ["R", "S", "T"]).download


def test_the_next_run_starts_the_router_first_that_took_the_longest(tmp_path) -> None:
    assert started(play(tmp_path)) == "RST"
    assert durations(tmp_path)[NodeId("T", "a")] == pytest.approx(1500, abs=30)
    assert started(play(tmp_path)) == "TRS"
    assert started(play(tmp_path, start_order="as_listed")) == "RST"


def test_what_did_not_succeed_or_was_only_followed_says_nothing(tmp_path) -> None:
    night = Night(authority(VirtualClock(), ["R", "S"]))
    night.conductor.courses["R", "a"] = Course(end="back")
    night.states("R", "S", journal=str(tmp_path), **PLAIN, max_failures=9)
    assert set(durations(tmp_path)) == {NodeId("S", "a")}


def test_downloads_are_measured_apart_from_upgrades_and_the_shortest_fills_the_slot_the_next_time(tmp_path) -> None:
    def night() -> Night:
        night = Night(authority(VirtualClock(), ["R", "S", "T"]))
        night.conductor.shows_status = True
        night.conductor.courses["R", "a"] = Course(seconds=700, download=900)
        night.conductor.courses["S", "a"] = Course(download=400)
        limits = {"in_flight": 1, "downloads_in_flight": 1}
        assert night.states(journal=str(tmp_path), health_check=False, **limits) == dict.fromkeys("RST", "done")
        return night

    first = [row[2] for row in night().conductor.log if row[1] == "download"]
    assert first == ["R", "S", "T"]
    assert downloads(tmp_path)[NodeId("R", "a")] == pytest.approx(900, abs=30)
    assert durations(tmp_path)[NodeId("R", "a")] == pytest.approx(700, abs=30)
    # Then that of the starts.
    assert [row[2] for row in night().conductor.log if row[1] == "download"] == ["T", "R", "S"]


def test_a_file_from_before_downloads_were_measured_is_read(tmp_path) -> None:
    (tmp_path / "durations-R.json").write_text(json.dumps({"router": "R", "nodes": {"a": 700.0}}))
    assert durations(tmp_path) == {NodeId("R", "a"): 700.0}
    assert downloads(tmp_path) == {}


@pytest.mark.parametrize("nodes", [None, [], {"a": "900"}, {"a": True}, {"a": -1}, {"a": float("nan")}])
def test_what_is_no_duration_is_passed_over(tmp_path, nodes) -> None:
    (tmp_path / "durations-R.json").write_text(json.dumps({"router": "R", "nodes": nodes, "downloads": nodes}))
    assert durations(tmp_path) == {}
    assert downloads(tmp_path) == {}


@pytest.mark.parametrize("seconds", ["1" + "0" * 400, "[" * 100_000, "NaN", "-1", "true", "1e9"])
def test_what_somebody_has_written_there_by_hand_spoils_no_night(tmp_path, seconds) -> None:
    (tmp_path / "durations-R.json").write_text(f'{{"router": "R", "nodes": {{"a": {seconds}}}}}')
    assert durations(tmp_path) == {}


def test_of_one_request_that_moves_both_nodes_the_sum_is_what_the_router_takes(tmp_path) -> None:
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))
    assert night.states("R", journal=str(tmp_path), sequencing="vendor", **PLAIN) == {"R": "done"}
    (sent,) = (at for at, operation, *_ in night.conductor.log if operation == "upgrade")
    assert sum(durations(tmp_path).values()) == pytest.approx(max(night.conductor.ended.values()) - sent, abs=60)


def test_what_ended_while_the_conductor_could_not_be_asked_is_no_measurement(tmp_path) -> None:
    night = Night(authority(VirtualClock(), ["R", "S"]))
    conductor, assets = night.conductor, night.conductor.assets

    def away() -> list:
        if 200 < conductor.clock.now() - 1000 < 1700:
            raise PcliError("nobody answers")
        return assets()

    conductor.assets = away
    assert night.states(journal=str(tmp_path), in_flight=1, **PLAIN) == {"R": "done", "S": "done"}
    assert set(durations(tmp_path)) == {NodeId("S", "a")}


def test_of_nodes_that_move_at_once_each_takes_as_long_as_the_router(tmp_path) -> None:
    night = Night(authority(VirtualClock(), {"R": ("a", "b")}))
    assert night.states("R", journal=str(tmp_path), sequencing="simultaneous", **PLAIN) == {"R": "done"}
    ((sent, *_),) = (row for row in night.conductor.log if row[1] == "upgrade")
    took = max(night.conductor.ended.values()) - sent
    assert durations(tmp_path) == {NodeId("R", node): pytest.approx(took, abs=30) for node in "ab"}

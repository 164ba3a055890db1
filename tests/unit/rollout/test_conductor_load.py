# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How hard the conductor works, from how long its list of assets takes."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.conductor_load import ConductorLoad

from tests.unit.fakes import NEW, OLD, Course, Downloads, Night, authority


def load(*seconds: float, of_run: float | None = None) -> str | None:
    conductor = ConductorLoad()
    for took in seconds[:1]:
        conductor.took(took)
    conductor.compare_with(of_run)
    for took in seconds[1:]:
        conductor.took(took)
    return conductor.too_high


def test_three_lists_in_a_row_that_take_more_than_five_times_as_long_as_the_first_are_too_much() -> None:
    assert load(3, 16, 17, 18) == ("the conductor answers slowly: its list of assets takes 16 s, and took 3 s at first")


@pytest.mark.parametrize(
    "seconds",
    [(), (3,), (3, 16, 17), (3, 16, 14, 18), (3, 16, 17, 18, 4), (0.1, 2, 2, 2)],
    ids=["no list", "one", "two", "one between", "over", "nobody notices two seconds"],
)
def test_what_is_once_or_short_is_no_load(seconds) -> None:
    assert load(*seconds) is None


def test_the_first_list_of_the_run_is_what_those_of_a_later_task_are_compared_with() -> None:
    assert load(16, 17, 18) is None
    assert load(16, 17, 18, of_run=3) == (
        "the conductor answers slowly: its list of assets takes 16 s, and took 3 s at first"
    )
    assert load(3, 16, 17, 18, of_run=None) and not load(3, 16, 17, 18, of_run=10)


class SlowList:
    """The list takes long while more than a few routers are worked on, as on a conductor at its limit."""

    def __init__(self, night: Night, bears: int) -> None:
        self._conductor, self._bears, self.most, self._first = night.conductor, bears, 0, True
        self._assets = night.conductor.assets
        night.conductor.assets = self.assets

    def assets(self):
        working = len({router for router, _node in self._conductor.working})
        self.most = max(self.most, working)
        self._conductor.clock.sleep(40 if working > self._bears and not self._first else 1)
        self._first = False
        return self._assets()


def test_nothing_new_is_started_while_the_conductor_is_slow_and_all_are_done_in_the_end(clock) -> None:
    routers = [f"R{number}" for number in range(12)]
    night = Night(authority(clock, routers))
    slow = SlowList(night, bears=4)
    in_flight = {"in_flight": 5, "download": False, "health_check": False}
    assert set(night.states(**in_flight).values()) == {"done"}
    paused = [line for line in night.lines if line.startswith("new starts pause: the conductor answers slowly")]
    assert paused and "the conductor answers again: new starts go on" in night.lines
    assert slow.most == 5


def test_one_that_is_slow_by_itself_is_not_waited_for(clock) -> None:
    """Where nothing of ours runs, waiting would change nothing; so the next one is started."""
    night = Night(authority(clock, ["R", "S"]))
    SlowList(night, bears=-1)
    assert set(night.states(in_flight=2, download=False, health_check=False).values()) == {"done"}


def test_a_conductor_whose_list_takes_long_has_as_long_to_breathe(clock) -> None:
    """Between two lists of a quiet hour lies the time that one takes, up to the longest pause."""
    night, asked, took = Night(authority(clock, ["R"])), [], 20.0
    night.conductor.course = Course(2 * 3600, quiet=0.0)
    assets = night.conductor.assets

    def slow() -> list:
        asked.append(clock.now() - 1000)
        clock.sleep(took)
        return assets()

    night.conductor.assets = slow
    settings = {"poll_min": 2.0, "poll_max": 20.0, "download": False, "upgrade_timeout": 3 * 3600}
    assert set(night.states(**settings).values()) == {"done"}
    assert sum(1800 <= at < 1800 + 3600 for at in asked) == 3600 / (2 * took)


def slow_from(night: Night, begin: float, seconds: float = 30.0) -> None:
    """From a moment on each list takes long, whatever runs."""
    assets, clock = night.conductor.assets, night.clock

    def slow() -> list:
        clock.sleep(seconds if clock.now() - 1000 > begin else 1)
        return assets()

    night.conductor.assets = slow


def test_one_that_stays_slow_pauses_once_and_says_so_in_the_report(clock, tmp_path) -> None:
    night = Night(authority(clock, ["R", "S", "T"]))
    slow_from(night, 30)
    states = night.states(in_flight=1, download=False, health_check=False, report=str(tmp_path))
    assert set(states.values()) == {"done"}
    told = [line for line in night.lines if "new starts" in line]
    assert len(told) == 1 and told[0].endswith("while nothing of this run is at work, one is started all the same")
    (report,) = tmp_path.rglob("report.json")
    (pause,) = json.loads(report.read_text(encoding="utf-8"))["pauses"]
    assert pause["reason"].startswith("the conductor answers slowly") and pause["to"]


def test_who_only_waits_for_a_turn_is_not_at_work(clock) -> None:
    """W was found at work, and waits for the wave of Y, which would wait for W."""
    night = Night(authority(clock, {"W": ("a", "b"), "Y": ("a",)}))
    conductor = night.conductor
    conductor.software["W", "a"] = conductor.software["W", "b"] = Downloads((OLD, NEW))
    conductor.working["W", "a"] = "upgrade"
    conductor.show(conductor.boxes["W", "a"], status="Upgrading")

    def ends() -> None:
        conductor.boxes["W", "a"].boot(clock, NEW)
        conductor.working.pop(("W", "a"))
        conductor.show(conductor.boxes["W", "a"], status="Synchronized")

    clock.after(300, ends)
    slow_from(night, 30)
    stop = clock.now() + 2 * 86400
    night.living = lambda: clock.now() < stop
    states = night.states("W", "Y", waves={"W": 1}, in_flight=2, health_check=False)
    assert states == {"W": "done", "Y": "done"}


def test_a_download_that_hangs_and_is_set_aside_is_not_at_work(clock) -> None:
    night = Night(authority(clock, ["A", "B", "C"]))
    conductor = night.conductor
    for router in "BC":
        conductor.software[router, "a"] = Downloads((OLD, NEW))
    conductor.courses["A", "a"] = Course(600, download=float("inf"))

    def hangs(ids, _version, _pending) -> None:
        for node_id in ids:
            conductor.software[node_id] = Downloads((OLD,), (NEW,))

    conductor._download = hangs
    slow_from(night, 60)
    night.states("A", "B", "C", in_flight=1, health_check=False, compare=False)
    begun = {router: at for at, operation, router, _node in conductor.log if operation == "upgrade"}
    assert begun["C"] < 2 * 3600, "the download is followed for three hours"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of several batches, in virtual time: the record of the run decides about each, and no count of Ansible's."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action import run_review, software_revert
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import documented_spec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import LoginRefused

from tests.unit.fakes import NEW, OLD, Course, Night, VirtualClock, authority

BAKE = 600
REFUSAL = "% Error: permission denied"
QUICK = {"download": False, "health_check": False, "bake": BAKE, "run_id": "night"}
_MODULES = os.path.dirname(run_review.__file__) + "/../modules"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


class Review(run_review.ActionModule):
    """The task between two batches, on the conductor of a night."""

    def __init__(self, night: Night) -> None:
        self.conductor, self.clock, self.night = night.conductor, night.clock, night
        self.tell, self.warn, self.alive = night.tell, night.warn, night.alive
        hosts = {node_id[0]: {} for node_id in night.conductor.boxes}
        self._vars, self._host = {"hostvars": hosts}, "cond"
        self._task, self._parent = SimpleNamespace(check_mode=False, diff=False), night._parent


class Run:
    """A run as the role makes it: before each batch a review, and in the end another. Each hands on the record."""

    def __init__(self, night: Night, folder: str | None = None, **args: object) -> None:
        self.night, self.args, self.record = night, {**QUICK, "journal": folder, **args}, {}
        self.states: dict[str, str] = {}
        self.check_mode = False

    def review(self, hosts: Sequence[str] | None = None, **args: object) -> dict:
        """The review before a batch of these routers, or at the end."""
        spec = documented_spec(os.path.abspath(f"{_MODULES}/run_review.py"))
        defaults = {name: option.get("default") for name, option in spec.items()}
        common = {"next_hosts": hosts, "run_id": "night", "journal": self.args["journal"], "run_record": self.record}
        task = Review(self.night)
        task._task.check_mode = self.check_mode
        result = task.act({**defaults, **common, **args})
        self.record = result["run_record"]
        return result

    def batch(self, *routers: str, review: dict | None = None, **args: object) -> dict[str, str] | None:
        """One batch; None where it does not begin. Its states."""
        if not self.review(list(routers), **(review or {}))["goes_on"]:
            return None
        result = self.night.go(*routers, **{**self.args, "run_record": self.record, **args})
        self.record = result["run_record"]
        self.states = {router: entry["state"] for router, entry in result["by_router"].items()}
        return self.states


def begun(night: Night) -> dict[str, float]:
    """When the first upgrade of each router was begun, in seconds since the begin of the night."""
    times: dict[str, float] = {}
    for when, what, router, _node in night.conductor.log:
        if what == "upgrade":
            times.setdefault(router, when)
    return times


def names(count: int) -> list[str]:
    return [f"r{number:02}" for number in range(count)]


def run_of(clock: VirtualClock, count: int, folder: str | None = None, **args: object) -> Run:
    return Run(Night(authority(clock, names(count))), folder, **args)


def show(run: Run, *routers: str, **change: object) -> None:
    """Show these routers in another way than they were."""
    conductor = run.night.conductor
    for router in routers:
        box = conductor.boxes[router, "a"]
        for name, value in change.items():
            setattr(box, name, value)
        conductor.show(box, **change)


def done_before(run: Run, *routers: str) -> None:
    """These routers run the release already."""
    show(run, *routers, version=NEW)


# -- may a batch begin? -----------------------------------------------------------------------------------------------


def conductor_done(*nodes: str) -> list[dict]:
    """What the tasks before have said of the nodes of the conductor."""
    entry = {"state": "done", "nodes": [{"node": node, "state": "done", "running_version": NEW} for node in nodes]}
    return [{"by_router": {"Conductor": entry}}]


def test_a_conductor_that_went_back_lets_no_batch_begin_and_fails_the_run(clock) -> None:
    run, before = run_of(clock, 3, bake=0), {"done_before": conductor_done("c1")}
    assert run.batch("r00", review=before) == {"r00": "done"}
    run.night.conductor.show(run.night.conductor.boxes["Conductor", "c1"], version=OLD)
    review = run.review(["r01"], **before)
    assert not review["goes_on"] and "c1 runs 6.3.0-107" in review["reason"] and "Conductor" in review["relapsed"]
    (node,) = review["by_router"]["Conductor"]["nodes"]
    assert (node["node"], node["state"], node["running_version"]) == ("c1", "relapsed", OLD)
    assert run.review(**before)["hosts_not_ok"] == ["r01"]


def test_a_conductor_that_goes_back_after_the_last_batch_fails_the_run(clock) -> None:
    run, before = run_of(clock, 1, bake=0), {"done_before": conductor_done("c1")}
    assert run.batch("r00", review=before) == {"r00": "done"}
    run.night.conductor.show(run.night.conductor.boxes["Conductor", "c1"], version=OLD)
    assert run.review(**before)["hosts_not_ok"] == ["r00"]


def test_a_conductor_that_goes_back_within_a_batch_lets_no_other_router_begin(clock) -> None:
    run = run_of(clock, 3, bake=0, in_flight=1)
    clock.after(900, lambda: run.night.conductor.show(run.night.conductor.boxes["Conductor", "c1"], version=OLD))
    states = run.batch("r00", "r01", "r02", review={"done_before": conductor_done("c1")})
    assert states["r00"] == "done" and states["r02"] == "not_started"


@pytest.mark.parametrize("end", ["back", "down", "stuck"])
@pytest.mark.parametrize("journal", [True, False], ids=["journal", "no journal"])
def test_after_a_bad_canary_no_other_batch_begins(clock, tmp_path, end, journal) -> None:
    run = run_of(clock, 3, str(tmp_path) if journal else None, upgrade_timeout=1500, revert=False, service_timeout=60)
    run.night.conductor.courses = {("r00", "a"): Course(600, end)}
    assert run.batch("r00") is not None and run.states["r00"] in ("reverted", "failed", "unknown")
    review = run.review(["r01", "r02"])
    assert not review["goes_on"] and f"r00 ({run.states['r00']}) of batch 1" in review["msg"]
    assert "nothing is sent to its 2 routers" in review["msg"] and review["hosts_not_ok"] == ["r00"]
    assert list(begun(run.night)) == ["r00"]
    assert not run.review(["r02"])["goes_on"], "nor does any that follows"


def test_after_a_failed_canary_every_router_that_was_never_begun_is_named(clock) -> None:
    run = run_of(clock, 9, upgrade_timeout=1500, revert=False, service_timeout=60)
    run.night.conductor.courses = {("r00", "a"): Course(600, "down")}
    run.batch("r00")
    assert not run.review(names(9)[1:4])["goes_on"], "Ansible then leaves the play, and no later batch is announced"
    review = run.review(run_hosts=names(9))
    assert review["not_begun"] == names(9)[1:]
    assert review["msg"].endswith(f"8 routers were never begun, and nothing was sent there: {', '.join(names(9)[1:])}.")


def test_a_router_to_which_a_download_was_sent_is_not_called_untouched(clock) -> None:
    run = run_of(clock, 4, download=True, in_flight=1, max_failures=0, upgrade_timeout=1500, revert=False)
    run.night.conductor.courses = {("r00", "a"): Course(600, "down")}
    run.batch("r00", "r01", "r02", service_timeout=60)
    review = run.review(run_hosts=names(4))
    assert review["not_begun"] == names(4)[1:]
    assert "1 router was never begun, and nothing was sent there: r03." in review["msg"]
    assert "2 routers were never begun, but a download was sent there: r01, r02." in review["msg"]


def test_after_a_good_run_nobody_is_called_never_begun(clock) -> None:
    run = run_of(clock, 2)
    run.batch("r00", "r01")
    review = run.review(run_hosts=names(2))
    assert review["not_begun"] == [] and "never begun" not in review["msg"]


def test_a_batch_that_was_begun_and_left_no_verdict_lets_no_other_begin(clock) -> None:
    run = run_of(clock, 3)
    assert run.review(["r00"])["goes_on"]
    review = run.review(["r01", "r02"])
    assert not review["goes_on"] and "r00 of batch 1 has no verdict" in review["reason"]
    assert review["hosts_not_ok"] == ["r00"]


def test_a_blocked_router_stops_no_batch_and_its_host_fails_in_the_end(clock) -> None:
    run = run_of(clock, 2)
    assert run.batch("r00", blocked={"r00": "a check says no"}) == {"r00": "blocked"}
    assert run.batch("r01") == {"r01": "done"}
    assert run.review()["hosts_not_ok"] == ["r00"]


def test_three_bad_of_the_last_twenty_stop_the_run_although_so_many_of_a_batch_may_fail(clock) -> None:
    run = run_of(clock, 6, max_failures=None, bake=0)
    run.night.conductor.refuse = {(name, "a"): REFUSAL for name in names(3)}
    tolerant = {"max_fail_percentage": 100.0}
    for name in names(3):
        assert run.batch(name, review=tolerant) == {name: "failed"}
    assert run.batch("r03", review=tolerant) is None
    assert "3 of the 3 routers that ended last" in run.review(["r03"], **tolerant)["reason"]


def test_three_bad_of_the_last_twenty_stop_new_starts_also_within_a_batch(clock) -> None:
    run = run_of(clock, 8, max_failures=None, bake=0, in_flight=1)
    run.night.conductor.refuse = {(name, "a"): REFUSAL for name in names(5)[1:]}
    tolerant = {"max_fail_percentage": 100.0}
    assert run.batch("r00", review=tolerant) == {"r00": "done"}
    states = run.batch(*names(8)[1:], review=tolerant)
    assert list(states.values()) == ["failed"] * 3 + ["not_started"] * 4
    assert "3 of the 4 routers that ended last" in run.review(["r07"], **tolerant)["reason"]


def test_three_bad_of_the_last_twenty_do_not_keep_the_second_node_of_a_begun_pair(clock) -> None:
    night = Night(authority(clock, {"pair": ("a", "b"), **dict.fromkeys(names(4), ("a",))}))
    run = Run(night, max_failures=None, bake=0, in_flight=4, pair_soak=0)
    night.conductor.refuse = {(name, "a"): REFUSAL for name in names(3)}
    states = run.batch("pair", *names(4), review={"max_fail_percentage": 100.0})
    assert states == {"pair": "done", "r00": "failed", "r01": "failed", "r02": "failed", "r03": "not_started"}


def test_what_ended_the_night_in_a_batch_ends_it_for_all_that_follow(clock, tmp_path) -> None:
    run = run_of(clock, 4, in_flight=1, stop_file=str(tmp_path / "stop"))
    clock.after(100, (tmp_path / "stop").touch)
    assert run.batch("r00", "r01") == {"r00": "done", "r01": "not_started"}
    (tmp_path / "stop").unlink()
    review = run.review(["r02", "r03"])
    assert not review["goes_on"] and "stop file" in review["reason"]


def test_a_task_that_nobody_asked_for_a_review_does_not_go_on_where_the_night_has_ended(clock, tmp_path) -> None:
    night = Night(authority(clock, names(42)))
    common = {**QUICK, "journal": str(tmp_path), "in_flight": 1, "breaker_percent": 2.0, "breaker_timeout": 300}
    clock.after(
        100,
        lambda: [
            night.conductor.show(night.conductor.boxes[name, "a"], status="Disconnected") for name in names(42)[-3:]
        ],
    )
    assert set(night.states("r00", "r01", **common).values()) == {"done", "not_started"}
    for name in names(42)[-3:]:
        night.conductor.show(night.conductor.boxes[name, "a"], status="Synchronized")
    assert set(night.states("r02", "r03", **common).values()) == {"not_started"}


def test_a_resource_group_that_is_asked_for_at_once_has_its_verdicts_in_the_record(clock) -> None:
    run = run_of(clock, 3)
    run.night.conductor.groups = {"all": names(2)}
    run.night.conductor.courses = {("r00", "a"): Course(600, "back")}
    group = {"targets": None, "resource_group": "all", "sequencing": "vendor", "run_record": run.record}
    result = run.night.go(**{**run.args, **group})
    run.record = result["run_record"]
    assert run.record["batches"][0]["verdicts"] == {"r00": "reverted", "r01": "done"}
    assert run.batch("r02") is None


def test_a_resource_group_to_which_only_a_download_was_sent_is_not_called_untouched(clock) -> None:
    run = run_of(clock, 2, download=True)
    run.night.conductor.groups = {"all": names(2)}
    deadline = (clock.wall() + timedelta(seconds=60)).isoformat()
    group = {"targets": None, "resource_group": "all", "sequencing": "vendor", "start_deadline": deadline}
    result = run.night.go(**{**run.args, **group})
    run.record = result["run_record"]
    reasons = [node["reason"] for entry in result["by_router"].values() for node in entry["nodes"]]
    assert len(reasons) == 2 and all(reason.startswith("its upgrade was not sent") for reason in reasons), reasons
    assert "but a download was sent there: r00, r01." in run.review(run_hosts=names(2))["msg"]


def test_an_earlier_run_of_the_same_name_binds_no_batch(clock, tmp_path) -> None:
    run = run_of(clock, 2, str(tmp_path))
    run.night.conductor.refuse = {("r00", "a"): REFUSAL}
    assert run.batch("r00") == {"r00": "failed"}
    run.record = {}
    run.night._parent = -1
    assert run.batch("r01") == {"r01": "done"}


def test_in_check_mode_every_batch_begins_since_nothing_has_a_verdict(clock) -> None:
    run = run_of(clock, 2)
    run.check_mode = True
    for batch in (["r00"], ["r01"]):
        assert run.review(batch)["goes_on"]


# -- limits that span batches -----------------------------------------------------------------------------------------


def test_a_window_that_is_given_as_a_duration_does_not_slide_with_each_batch(clock) -> None:
    run = run_of(clock, 3, bake=0)

    def in_an_hour() -> str:
        return format_timestamp(clock.wall() + timedelta(seconds=3600))

    assert run.batch("r00", start_deadline=in_an_hour()) == {"r00": "done"}
    clock.sleep(3600)
    assert run.batch("r01", start_deadline=in_an_hour()) == {"r01": "not_started"}


def test_assets_that_were_lost_between_two_batches_open_the_breaker_of_the_next(clock) -> None:
    run = run_of(clock, 42, bake=0, breaker_percent=2.0, breaker_timeout=300)
    assert run.batch("r00") == {"r00": "done"}
    show(run, *names(42)[-3:], status="Disconnected")
    assert run.batch("r01") == {"r01": "not_started"}
    assert "have left their settled state since the start" in run.record["stopped"]


# -- canaries, and the time that they bake -----------------------------------------------------------------------------


def test_the_others_begin_when_the_canaries_have_been_done_for_a_while(clock) -> None:
    run = run_of(clock, 4)
    assert run.batch("r00") == {"r00": "done"}
    ended = clock.now() - 1000
    assert set(run.batch("r01", "r02", "r03").values()) == {"done"}
    assert min(begun(run.night)[name] for name in names(4)[1:]) >= ended + BAKE - 10
    assert sum("(bake)" in line for line in run.night.lines) == 1


def test_a_batch_whose_forerunners_tried_nothing_begins_with_as_many_as_the_canary_had(clock) -> None:
    run = run_of(clock, 12)
    done_before(run, "r00", "r01", "r04")
    assert set(run.batch("r00", "r01").values()) == {"up_to_date"}
    assert set(run.batch(*names(12)[2:]).values()) == {"done", "up_to_date"}
    start, ended = begun(run.night), run.night.conductor.ended
    canaries = sorted(start, key=start.get)[:2]
    assert canaries == ["r02", "r03"] and max(start[name] for name in canaries) < 30
    assert min(start[name] for name in names(12)[5:]) > max(ended[name] for name in canaries) + BAKE
    assert any("waits for the canaries: r02, r03" in line for line in run.night.lines)


def test_a_stage_that_had_no_work_is_made_up_for_in_routers_that_have_some(clock) -> None:
    """1, then 4, then all: a run again in which the four are done must not go from one canary to everything."""
    run = run_of(clock, 14)
    done_before(run, *names(14)[1:5])
    run.batch("r00")
    assert set(run.batch(*names(14)[1:5]).values()) == {"up_to_date"}
    assert set(run.batch(*names(14)[5:]).values()) == {"done"}
    start, ended = begun(run.night), run.night.conductor.ended
    assert min(start[name] for name in names(14)[9:]) > max(ended[name] for name in names(14)[5:9])
    assert any("come in place of batch 2: r05, r06, r07, r08" in line for line in run.night.lines)


def test_a_batch_of_one_dead_router_is_made_up_for_by_one_that_has_work(clock) -> None:
    """hub, a dead site, ten others: hub, one more, then nine (rule 40)."""
    run = run_of(clock, 12, bake=0)
    assert run.batch("r00") == {"r00": "done"}
    assert run.batch("r01", blocked={"r01": "no"}) == {"r01": "blocked"}
    assert set(run.batch(*names(12)[2:]).values()) == {"done"}
    start, ended = begun(run.night), run.night.conductor.ended
    assert min(start[name] for name in names(12)[3:]) > ended["r02"]
    assert any("come in place of batch 2: r02" in line for line in run.night.lines)


def test_a_bad_end_in_a_stage_that_is_made_up_for_keeps_the_rest_from_being_begun(clock) -> None:
    run = run_of(clock, 12)
    done_before(run, *names(12)[1:4])
    run.night.conductor.courses = {("r05", "a"): Course(600, "back")}
    run.batch("r00")
    run.batch(*names(12)[1:4])
    states = run.batch(*names(12)[4:])
    assert states["r05"] == "reverted" and {states[name] for name in names(12)[7:]} == {"not_started"}
    assert "r05 came first, in place of batch 2" in run.record["stopped"]


def test_batches_of_one_size_are_never_held_up_by_what_had_no_work_in_each(clock) -> None:
    run = run_of(clock, 9, bake=0)
    done_before(run, "r02", "r05")
    for batch in (names(9)[:3], names(9)[3:6], names(9)[6:]):
        run.batch(*batch)
    start = begun(run.night)
    assert max(start[name] for name in names(9)[6:]) - min(start[name] for name in names(9)[6:]) < 60


def test_a_bad_canary_in_a_later_batch_keeps_the_rest_of_it_from_being_begun(clock) -> None:
    run = run_of(clock, 4)
    done_before(run, "r00")
    run.night.conductor.courses = {("r01", "a"): Course(600, "back")}
    run.batch("r00")
    assert run.batch("r01", "r02", "r03") == {"r01": "reverted", "r02": "not_started", "r03": "not_started"}
    assert "r01 came first" in run.record["stopped"]


def test_a_router_to_which_nothing_was_sent_is_no_canary(clock) -> None:
    run = run_of(clock, 4)
    run.batch("r00", blocked={"r00": "no"})
    assert run.batch("r01", "r02", "r03", blocked={"r01": "no"}) == {"r01": "blocked", "r02": "done", "r03": "done"}
    assert begun(run.night)["r03"] > run.night.conductor.ended["r02"] + BAKE


def test_a_run_in_which_nothing_is_left_to_try_is_not_held_up(clock) -> None:
    run = run_of(clock, 9)
    done_before(run, *names(9))
    began = clock.now()
    for batch in (names(9)[:1], names(9)[1:4], names(9)[4:]):
        assert set(run.batch(*batch).values()) == {"up_to_date"}
    assert clock.now() - began < 60 and run.review()["hosts_not_ok"] == []


@pytest.mark.parametrize("jump", [1e6, -1e6])
def test_a_clock_that_is_set_between_two_batches_neither_ends_nor_doubles_the_time_that_they_bake(clock, jump) -> None:
    run = run_of(clock, 2)
    run.batch("r00")
    ended, real = clock.now() - 1000, clock.wall
    clock.wall = lambda: real() + timedelta(seconds=jump)
    assert run.batch("r01") == {"r01": "done"}
    assert BAKE - 10 <= begun(run.night)["r01"] - ended <= BAKE + 30


def test_a_record_of_another_boot_counts_as_one_from_now(clock) -> None:
    run = run_of(clock, 2)
    run.batch("r00")
    run.record["canaries_ended"], began = clock.now() + 1e6, clock.now() - 1000
    assert run.batch("r01") == {"r01": "done"}
    assert begun(run.night)["r01"] >= began + BAKE - 10


# -- a conductor that has become slow ---------------------------------------------------------------------------------


def test_a_conductor_that_became_slow_in_an_earlier_batch_is_compared_with_the_first_list_of_the_run(clock) -> None:
    run = run_of(clock, 7, bake=0, in_flight=3)
    conductor, took, working = run.night.conductor, 2.0, []
    assets = conductor.assets

    def slow() -> list:
        working.append((len(begun(run.night)), len({router for router, _node in conductor.working})))
        clock.sleep(took)
        return assets()

    conductor.assets = slow
    run.batch("r00")
    assert run.record["first_list"] == 2.0 and not any("answers slowly" in line for line in run.night.lines)
    took = 20.0
    assert set(run.batch(*names(7)[1:]).values()) == {"done"}
    paused = [line for line in run.night.lines if line.startswith("new starts pause: the conductor answers slowly")]
    assert "takes 20 s, and took 2 s at first" in paused[0] and run.record["first_list"] == 2.0
    # What began before three lists had told it are as many as may be in flight; from then on it is one at a time.
    assert max(count for _begun, count in working) == 3
    assert max(count for number, count in working if number > 4) == 1


# -- what is done is examined again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"status": "Disconnected"}, {"version": OLD}], ids=str)
def test_a_canary_that_is_not_well_any_more_is_relapsed_and_the_others_do_not_begin(clock, change) -> None:
    """A late revert by the post-check of the vendor's is the second of these."""
    run = run_of(clock, 3)
    run.batch("r00")
    show(run, "r00", **change)
    review = run.review(["r01", "r02"])
    assert not review["goes_on"] and "r00 (relapsed) of batch 1" in review["reason"]
    assert list(review["relapsed"]) == ["r00"] and review["totals"] == {"relapsed": 1}
    assert any(line.startswith("r00: RELAPSED: was done, but a ") for line in run.night.lines), "at once"
    assert run.review()["hosts_not_ok"] == ["r00"]


def test_a_canary_that_relapses_while_it_bakes_stops_the_batch_that_waits_for_it(clock) -> None:
    run = run_of(clock, 3)
    run.batch("r00")
    clock.after(200, lambda: show(run, "r00", status="Disconnected"))
    assert set(run.batch("r01", "r02").values()) == {"not_started"}
    assert list(begun(run.night)) == ["r00"] and run.review()["totals"] == {"relapsed": 1, "not_started": 2}


def test_a_flap_is_no_relapse(clock) -> None:
    run = run_of(clock, 2)
    run.batch("r00")
    show(run, "r00", status="Disconnected")
    clock.after(60, lambda: show(run, "r00", status="Synchronized"))
    assert run.batch("r01") == {"r01": "done"}
    assert run.review()["totals"] == {"done": 2}


def test_while_a_conductor_node_is_away_nobody_counts_how_long_routers_are(clock) -> None:
    run = run_of(clock, 2)
    run.batch("r00")
    conductor = run.night.conductor
    local = conductor.boxes["Conductor", "c1"]
    show(run, "r00", status="Disconnected")
    conductor.show(local, status="Resynchronizing")
    clock.after(150, lambda: (show(run, "r00", status="Synchronized"), conductor.show(local, status="Synchronized")))
    assert run.review(["r01"])["goes_on"]


def test_a_router_that_relapses_in_its_own_batch_is_not_done_and_counts_as_a_failure(clock) -> None:
    run = run_of(clock, 8, in_flight=1, max_failures=0, bake=0)
    run.batch("r00")
    clock.after(1000, lambda: show(run, "r01", status="Disconnected"))
    states = run.batch(*names(8)[1:])
    assert states["r01"] == "relapsed" and "not_started" in states.values() and "max_failures" in run.record["stopped"]
    last = [line for line in run.night.lines if line.startswith("r01:")][-1]
    assert last.startswith("r01: RELAPSED: was done, but a is Disconnected for")


def test_at_the_end_everything_is_examined_once_more(clock) -> None:
    run = run_of(clock, 3, bake=0)
    for batch in (["r00"], ["r01", "r02"]):
        run.batch(*batch)
    show(run, "r02", version=OLD)
    review = run.review()
    assert list(review["by_router"]) == ["r02"] and review["by_router"]["r02"]["state"] == "relapsed"
    assert review["totals"] == {"relapsed": 1, "done": 2} and "r02 relapsed" in review["msg"]


def test_a_conductor_that_cannot_be_asked_lets_no_batch_begin_and_is_a_warning_in_the_end(clock, monkeypatch) -> None:
    run = run_of(clock, 2)
    run.batch("r00")

    def refuse():
        raise LoginRefused("the password was refused")

    monkeypatch.setattr(run.night.conductor, "assets", refuse)
    review = run.review(["r01"])
    assert not review["goes_on"] and "the password was refused" in review["reason"]
    monkeypatch.setattr(run.night.conductor, "assets", lambda: pytest.fail("a refused password is not tried twice"))
    last = run.review()
    assert last["hosts_not_ok"] == ["r01"], "a run that was stopped does not succeed"
    assert any("still well" in line for line in run.night.warnings)


# -- reverts ----------------------------------------------------------------------------------------------------------


class Reverts(software_revert.ActionModule):
    """A task that takes routers back."""

    __init__, go, tell, warn, alive = Night.__init__, Night.go, Night.tell, Night.warn, Night.alive


def reverts(clock: VirtualClock, count: int, **args: object) -> tuple[Night, dict[str, str]]:
    night = Reverts(authority(clock, names(count)))
    for name in names(count):
        night.conductor.boxes[name, "a"].version = NEW
        night.conductor.show(night.conductor.boxes[name, "a"], version=NEW)
    if args.pop("away", False):
        night.conductor.show(night.conductor.boxes["r00", "a"], status="Disconnected")
    result = night.go(module="software_revert", **{"version": OLD, **args})
    return night, {router: entry["state"] for router, entry in result["by_router"].items()}


def test_neither_budget_nor_stop_file_nor_window_holds_up_a_revert(clock, tmp_path) -> None:
    (tmp_path / "stop").touch()
    limits = {"stop_file": str(tmp_path / "stop"), "start_deadline": "2020-01-01T00:00:00Z", "max_failures": 0}
    _night, states = reverts(clock, 4, in_flight=1, **limits)
    assert set(states.values()) == {"done"}


def test_routers_that_are_listed_for_a_revert_do_not_trip_the_breaker(clock) -> None:
    night, states = reverts(clock, 40, breaker_percent=2.0, in_flight=40)
    assert set(states.values()) == {"done"} and not any("pause" in line for line in night.lines)


@pytest.mark.parametrize("option", ["skip", "block"])
def test_a_disconnected_router_is_blocked_in_a_revert_and_never_skipped(clock, option) -> None:
    _night, states = reverts(clock, 2, away=True, disconnected=option)
    assert states == {"r00": "blocked", "r01": "done"}


def test_members_of_a_group_are_taken_back_one_after_the_other_also_behind_a_bad_end(clock) -> None:
    night, states = reverts(clock, 3, exclusive_groups=dict.fromkeys(names(3), "g"))
    assert set(states.values()) == {"done"}
    starts = sorted(when for when, what, _router, _node in night.conductor.log if what == "revert")
    assert all(later - before > 60 for before, later in itertools.pairwise(starts))


# -- the status file and the record -----------------------------------------------------------------------------------


def test_the_status_file_is_of_the_whole_run_with_who_started_it_and_its_settings(clock, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CI_JOB_URL", "https://ci.example/jobs/47")
    path = tmp_path / "status.json"
    run = run_of(clock, 3, str(tmp_path / "journal"), status_file=str(path), run_id="night")
    run.batch("r00")
    first = json.loads(path.read_text(encoding="utf-8"))
    clock.sleep(60)
    run.batch("r01", "r02")
    status = json.loads(path.read_text(encoding="utf-8"))
    assert list(status["targets"]) == names(3) and status["totals"] == {"done": 3} and status["state"] == "ended"
    assert status["started"] == first["started"] and status["elapsed"] > first["elapsed"] + 60
    assert status["targets"]["r00"] == first["targets"]["r00"]
    assert status["started_by"]["job"] == "https://ci.example/jobs/47" and status["started_by"]["controller"]
    assert status["settings"]["in_flight"] == 10 and "run_record" not in status["settings"]
    record = json.loads((tmp_path / "journal" / "run-night.json").read_text(encoding="utf-8"))
    assert record["origin"]["started_by"] == status["started_by"]


def of_all(path) -> dict:
    """The arguments of a review that brings the status file up to date."""
    return {"run_hosts": names(4), "status_file": str(path)}


def whole(run: Run, path) -> Callable[..., dict]:
    """What the status file holds after a review with these arguments."""

    def after(hosts: list[str] | None = None, **args: object) -> dict:
        run.review(hosts, **of_all(path), **args)
        return json.loads(path.read_text(encoding="utf-8"))

    return after


def test_the_status_file_names_who_was_never_begun_and_why_the_run_stopped(clock, tmp_path) -> None:
    path = tmp_path / "status.json"
    run = run_of(clock, 4, str(tmp_path / "journal"), status_file=str(path))
    after = whole(run, path)
    settings = {"ssr_serial": "1,100%", "ssr_max_fail_percentage": "0", "limit": ""}
    run.night.conductor.refuse = {("r00", "a"): REFUSAL}
    run.batch("r00", review={**of_all(path), "settings": settings})
    between = json.loads(path.read_text(encoding="utf-8"))
    assert between["state"] == "running" and between["totals"] == {"failed": 1, "waiting": 3}
    assert list(between["targets"]) == names(4)
    refused, ended = after(names(4)[1:]), after()
    for status in (refused, ended):
        assert status["state"] == "ended" and "r00 (failed) of batch 1" in status["reason"]
        assert status["totals"] == {"failed": 1, "not_started": 3}
        assert status["targets"]["r03"]["reason"] == status["reason"]
        assert status["targets"]["r00"] == between["targets"]["r00"], "what a batch has said of its routers stays"
        assert status["settings"]["ssr_serial"] == "1,100%" and status["settings"]["ssr_max_fail_percentage"] == "0"
        assert "limit" not in status["settings"] and status["settings"]["in_flight"] == 10
    assert run.record["origin"]["settings"] == ended["settings"]


def test_the_status_file_says_what_was_relapsed_and_what_nobody_knows(clock, tmp_path) -> None:
    path = tmp_path / "status.json"
    run = run_of(clock, 4, status_file=str(path), bake=0)
    after = whole(run, path)
    run.batch("r00", review=of_all(path))
    waiting = after(["r01"])
    assert waiting["state"] == "running" and waiting["totals"] == {"done": 1, "waiting": 3}
    run.record["batches"][-1]["rolled"] = True  # its task was killed
    show(run, "r00", version=OLD)
    status = after()
    assert status["targets"]["r00"]["state"] == "relapsed" and "runs 6.3.0" in status["targets"]["r00"]["reason"]
    assert status["targets"]["r01"]["state"] == "unknown" and "may have been sent" in status["targets"]["r01"]["reason"]
    assert status["targets"]["r02"] == status["targets"]["r03"] and status["state"] == "ended"
    assert status["totals"] == {"relapsed": 1, "unknown": 1, "not_started": 2}


def test_a_run_of_which_no_batch_could_be_prepared_has_a_status_file_that_says_why(clock, tmp_path) -> None:
    path = tmp_path / "status.json"
    run = run_of(clock, 4, status_file=str(path))
    status = whole(run, path)(reason="The backup failed.")
    assert status["totals"] == {"not_started": 4} and status["reason"] == "The backup failed."
    assert status["run_id"] == "night" and status["started_by"]["user"]


@pytest.mark.parametrize("old", ["{", "[]", '{"run_id": "other"}', '{"run_id": "night", "operation": "upgrade"}'])
def test_a_status_file_of_another_run_or_a_broken_one_is_replaced(clock, tmp_path, old) -> None:
    path = tmp_path / "status.json"
    path.write_text(old, encoding="utf-8")
    run = run_of(clock, 1, status_file=str(path), run_id="night")
    run.batch("r00")
    assert list(json.loads(path.read_text(encoding="utf-8"))["targets"]) == ["r00"]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same checks, and the wait until they hold, where a router that answers slowly must hold up no other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import families  # noqa: F401
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import CHECKS, CheckResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import CheckRun, check_steps, run_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.waiter import StableWait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Cooperative

from tests.unit.checks.test_routers import Fleet, authority, pair
from tests.unit.fakes import VirtualClock
from tests.unit.pcli.test_waiting import Device
from tests.unit.pcli.wire import session_over

NAMES = ("router_known", "asset_settled", "service_running", "pair_connected", "processes_led", "critical_alarms")


class Remote(Fleet):
    """Each answer of a router takes its time."""

    def __init__(self, *rows, **facts) -> None:
        super().__init__(*rows, **facts)
        self.session, _wires = session_over(Device(20))
        self.clock = self.session.clock

    def __getattr__(self, name):
        answer = super().__getattr__(name)

        def answer_slowly(*words):
            self.session.run(f"show {name} router {' '.join(map(str, words))}", timeout=60, check=False)
            return answer(*words)

        return answer_slowly


@pytest.mark.parametrize("alarms", [[], ValueError("a fault of ours")], ids=["fine", "a fault"])
def test_the_results_are_the_same_and_no_step_waits(alarms) -> None:
    checks = [CHECKS[name] for name in NAMES]
    fleet = Remote(*pair(), alarms=alarms)
    waiting, clock = Cooperative(lambda: fleet.session, fleet.clock), fleet.clock
    fleet.session.open()
    steps, result = check_steps(checks, authority(fleet), waiting), None
    with pytest.raises(ValueError, match="of ours") if isinstance(alarms, Exception) else pytest.raises(StopIteration):
        while True:
            before = clock.now()
            try:
                next(steps)
            except StopIteration as end:
                result = end.value
                raise
            assert clock.now() - before < 5
            clock.sleep(1)
            waiting.attend()
    if result is not None:
        blocking = run_checks(checks, authority(Remote(*pair(), alarms=alarms)))
        assert result.results == blocking.results and result.verdicts() == blocking.verdicts()
        assert {row.state for row in result.results} == {"pass"}


def test_two_wait_side_by_side_and_each_holds_for_its_whole_soak() -> None:
    clock = VirtualClock()
    waiting = Cooperative(lambda: SimpleNamespace(), clock)
    good_from, reports = {"east": 1100.0, "west": 1500.0}, []

    def wait(router: str):
        def run_round(kept):
            yield from waiting.pause(1)  # its answers take their time
            state = "pass" if clock.now() >= good_from[router] else "fail"
            results = [CheckResult("pair_connected", router, state, "block", f"{router} is not there")]
            return CheckRun(results, {router: results})

        stable = StableWait(clock, 1000, soak=60, pause=10, retry_pause=30, report_progress=reports.append)
        return stable.steps(run_round, lambda: True, waiting)

    running, ended = {router: wait(router) for router in good_from}, {}
    while running:
        for router, steps in list(running.items()):
            try:
                next(steps)
            except StopIteration as end:
                assert [result.state for result in end.value.results] == ["pass"]
                ended[router] = clock.now()
                del running[router]
        clock.sleep(1)
    assert all(60 <= ended[router] - good_from[router] <= 90 for router in ended)
    assert reports == ["pair_connected: east is not there", "pair_connected: west is not there"]


def test_a_wait_ends_only_with_a_round_that_knew_it_to_be_the_last() -> None:
    clock, rounds = VirtualClock(), []
    stable = StableWait(clock, 1000, soak=51.3, pause=10, retry_pause=30)

    def run_round(_kept) -> CheckRun:
        rounds.append(stable.good_since is not None and clock.now() - stable.good_since >= stable.soak)
        clock.sleep(0.3)  # what a round takes
        return CheckRun()

    stable.wait_until_stable(run_round, lambda: True)
    assert rounds[-1] and not any(rounds[:-1])


def test_a_wait_for_hours_says_at_least_every_ten_minutes_for_what() -> None:
    clock, told = VirtualClock(), []
    stable = StableWait(clock, 7200, 0, pause=15, retry_pause=30, report_progress=lambda line: told.append(clock.now()))
    results = [CheckResult("assets_back", "C", "fail", "block", "12 are away")]
    began = clock.now()
    stable.wait_until_stable(lambda kept: CheckRun(results, {"C": results}), lambda: True)
    pauses = [later - earlier for earlier, later in zip([began, *told], [*told, clock.now()], strict=True)]
    assert max(pauses) <= 630 and len(told) <= 13

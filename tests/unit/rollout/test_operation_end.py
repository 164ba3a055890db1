# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an operation is over (rule 33): our request, the status, and a time of stillness."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.judge import next_progress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits, NodeProgress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation_end import (
    Signs,
    StatusWatch,
    watch_status,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.rollout.test_judge import AWAY, BEFORE, BOOTED_OLD, DOWN, GOOD, SETTLING, SILENT, WANTED

LIMITS = Limits(operation_settle=300, upgrade_timeout=3000, settle_timeout=2000, revert_grace=20)
A = NodeId("r1", "a")
RUNNING, COMPLETED, FAILED = "a.r1: upgrade in progress", "a.r1: upgrade completed", "a.r1: upgrade failed"


def follow(poll, signs, seconds=8000.0, every=10.0, polls=()):
    """State and time of the outcome of a node that shows ``polls`` and then always the same; None where there is none.

    ``signs``: what is known besides, as a function of the time.
    """
    progress, now, rest = NodeProgress(parse(WANTED), parse(BEFORE), sent_at=0.0), 0.0, list(polls)
    while now < seconds:
        now += every
        progress, outcome = next_progress(progress, rest.pop(0) if rest else poll, now, LIMITS, signs(now))
        if outcome:
            return outcome.state, now, outcome.reason
    return None


def shown(*readings):
    """The watch after these readings of the status, ten seconds apart; each is its lines, or None: not readable."""
    watch = StatusWatch(before=())
    for number, lines in enumerate(readings):
        watch, _fresh = watch_status(watch, lines or (), lines is not None, A, "upgrade", 10.0 * number)
    return watch


def test_the_failure_of_another_node_is_none_of_this_one() -> None:
    assert shown([RUNNING], [FAILED]).failed
    assert not shown([RUNNING], ["b.r1: upgrade failed"]).failed


def test_an_end_is_as_old_as_the_first_status_that_showed_it() -> None:
    """Whether it came before the node restarted last depends on that."""
    assert shown([RUNNING], [COMPLETED], [COMPLETED]).ended_at == 10.0
    assert shown([RUNNING], [COMPLETED], [RUNNING], [COMPLETED]).ended_at == 30.0


def always(**known):
    """The same signs at any time."""
    return lambda now: Signs(**known)


def test_where_no_status_tells_a_node_must_have_been_still_for_the_settle_time() -> None:
    state, at, reason = follow(GOOD, always())
    assert (state, at) == ("done", 310.0)
    assert "no status shows that its operation is over" in reason and "5 min 00 s" in reason


def test_where_the_status_reports_a_failure_nobody_says_that_no_status_shows_it() -> None:
    """A way back may follow a failure, so the node must be still all the same."""
    state, at, reason = follow(BOOTED_OLD, always(watch=shown([RUNNING], [FAILED])))
    assert state == "reverted" and at >= 310
    assert reason.endswith("; its status reports a failure, and it has been still for 5 min 00 s"), reason
    _state, _at, reason = follow(BOOTED_OLD, always(watch=shown([FAILED], [f"{RUNNING} (attempt 2)"], [])))
    assert "no status shows that its operation is over" in reason


@pytest.mark.parametrize(("poll", "state"), [(BOOTED_OLD, "reverted"), (DOWN, "failed")], ids=["reverted", "failed"])
def test_a_bad_end_needs_the_same(poll, state) -> None:
    ended, at, _reason = follow(poll, always())
    assert ended == state and at >= 310


@pytest.mark.parametrize("gone", [SETTLING, AWAY], ids=["unsettled", "away"])
def test_whatever_moves_begins_the_settle_time_anew(gone) -> None:
    assert follow(GOOD, always(), polls=[*[GOOD] * 20, gone])[1] == 10 * 22 + 300


def test_the_absence_of_a_conductor_which_alone_shows_it_begins_the_settle_time_anew() -> None:
    """It may come back on the old release, and restart once more (a second boot of one upgrade)."""
    mute = NodeStatus(away=True)
    assert follow(GOOD, always(), polls=[*[GOOD] * 10, *[mute] * 3])[1] == 310
    assert follow(GOOD, always(), polls=[*[GOOD] * 10, *[mute] * 15])[1] == 10 * 26 + 300


def test_a_short_silence_costs_no_time_and_a_long_one_begins_it_anew() -> None:
    assert follow(GOOD, always(), polls=[*[GOOD] * 10, SILENT])[1] == 310
    progress, now = NodeProgress(parse(WANTED), parse(BEFORE), sent_at=0.0), 0.0
    for now in (*range(0, 200, 10), *range(400, 1000, 10)):
        progress, outcome = next_progress(progress, GOOD, float(now), LIMITS, Signs())
        if outcome:
            break
    assert now == 700


def test_a_status_in_the_present_tense_keeps_an_operation_open_until_its_time_is_over() -> None:
    state, at, reason = follow(GOOD, always(watch=shown([RUNNING])))
    assert (state, at) == ("unknown", 2010.0) and RUNNING in reason


def test_only_by_name_a_status_that_never_changes_is_ignored() -> None:
    watch = shown([RUNNING])
    assert follow(GOOD, always(watch=watch, ignores_running=True), polls=[AWAY] * 200)[:2] == ("done", 3000.0)


def test_a_status_that_shows_the_end_proves_it_at_once() -> None:
    assert follow(GOOD, always(watch=shown([RUNNING], [COMPLETED])))[:2] == ("done", 30.0)
    assert follow(GOOD, always(watch=shown([COMPLETED])))[:2] == ("done", 30.0)
    assert follow(GOOD, always(watch=shown([RUNNING], ["No upgrade operations found."])))[:2] == ("done", 30.0)


def test_an_end_that_a_status_shows_while_our_request_has_not_come_back_is_told_with_that() -> None:
    signs = always(watch=shown([RUNNING], [COMPLETED]), request_over=False)
    state, at, reason = follow(GOOD, signs)
    assert (state, at) == ("done", 3000.0) and "our request has not come back" in reason


@pytest.mark.parametrize("gone", [AWAY, replace(GOOD, version=parse(BEFORE)), SILENT, SETTLING])
def test_an_end_that_was_shown_before_the_node_restarted_last_proves_nothing(gone) -> None:
    """It may have been that of another node, where lines name none; what has moved the node since is unknown."""
    begun, over = shown([RUNNING]), shown([RUNNING], ["upgrade completed"])

    def signs(now):
        return Signs(watch=replace(over, ended_at=100.0) if now >= 100 else begun)

    state, at, reason = follow(GOOD, signs, polls=[GOOD] * 9 + [gone] * 6)
    restarts = gone in (AWAY, replace(GOOD, version=parse(BEFORE)))
    assert (state, at) == ("done", 160 + 300 if restarts else 180), reason
    assert ("no status shows" in reason) is restarts


@pytest.mark.parametrize(
    "readings",
    [
        [["No upgrade operations found."]],
        [["b.r1: upgrade completed"]],
        [["upgrade completed"]],
        [[RUNNING], None],
        [[FAILED]],
        [[RUNNING], [FAILED]],
        [["0x7f 2:1/0 --"]],
    ],
    ids=str,
)
def test_what_proves_no_end_leaves_it_to_the_settle_time(readings) -> None:
    assert follow(GOOD, always(watch=shown(*readings)))[1] >= 310


def test_a_line_of_last_month_is_neither_an_operation_nor_its_end() -> None:
    watch = StatusWatch(before=(RUNNING, COMPLETED))
    watch, fresh = watch_status(watch, [RUNNING, COMPLETED], True, A, "upgrade", 0.0)
    assert (watch.running, watch.ended_at, fresh) == (None, None, [])


def test_of_what_was_taken_up_the_present_tense_counts_at_once() -> None:
    watch = StatusWatch(before=(RUNNING,), taken_up=True)
    assert watch_status(watch, [RUNNING], True, A, "upgrade", 0.0)[0].running == RUNNING


def test_a_line_from_before_is_news_only_where_it_was_gone_meanwhile() -> None:
    watch = StatusWatch(before=(FAILED,))
    watch, fresh = watch_status(watch, [FAILED], True, A, "upgrade", 0.0)
    assert fresh == []
    assert watch_status(watch, [], False, A, "upgrade", 0.0)[0].before == (FAILED,), "no answer hides no line"
    watch, fresh = watch_status(watch, ["a.r1: none"], True, A, "upgrade", 0.0)
    assert watch_status(watch, [FAILED], True, A, "upgrade", 0.0)[1] == [FAILED]


def test_a_request_that_has_not_come_back_keeps_it_open_until_its_shell_is_given_up() -> None:
    state, at, reason = follow(GOOD, always(request_over=False))
    assert (state, at) == ("done", 3000.0) and "our request has not come back" in reason
    assert follow(GOOD, lambda now: Signs(request_over=now > 500))[:2] == ("done", 510.0)


def test_a_completed_status_does_not_outweigh_our_own_request() -> None:
    watch = shown([COMPLETED])
    assert follow(GOOD, lambda now: Signs(watch, request_over=now > 500))[1] == 510.0


def test_a_line_about_another_router_or_the_peer_is_none_about_this_node() -> None:
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_status import about

    beside = {"b", "r2"}.__contains__
    lines = [RUNNING, "a.r2: upgrade in progress", "r1 b 7.1 in progress", "upgrade in progress", "r2 a failed"]
    assert about(lines, A, beside) == [RUNNING, "upgrade in progress"]


def test_a_part_of_a_version_is_no_name_of_another_router() -> None:
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_status import about

    lines = ["upgrade to 7.1.3-29.r2.el9 in progress", "upgrade of a.r2 in progress"]
    assert about(lines, A, {"r2", "el9"}.__contains__) == lines[:1]


def test_the_settle_time_is_a_setting() -> None:
    progress = NodeProgress(parse(WANTED), parse(BEFORE), sent_at=0.0)
    for now in (10.0, 20.0, 30.0):
        progress, outcome = next_progress(progress, GOOD, now, replace(LIMITS, operation_settle=0), Signs())
    assert outcome.state == "done"

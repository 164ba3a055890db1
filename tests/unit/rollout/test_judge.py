# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an operation is over, and how: tables of what was answered, polled and reported, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    NoPrompt,
    NotReached,
    SessionBroken,
    UnexpectedQuestion,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.judge import (
    Answer,
    Outcome,
    Report,
    failure_may_be_recorded,
    final_outcome,
    judge_error,
    judge_lines,
    moves_by_itself,
    next_progress,
    no_answer,
    out_of_time,
    outcome_before,
    outcome_of_unsettled,
    report_of,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits, NodeProgress
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus, runs
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.pre_check_words import target_names
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

LIMITS = Limits(
    stable_polls=3,
    flap=90,
    service_timeout=900,
    upgrade_timeout=5400,
    settle_timeout=5400,
    revert_grace=20,
    operation_settle=0,
)
BEFORE, WANTED = "6.3.0-107.r1.el7", "6.3.5-37.r1.el7"


def polled(
    version: str | None = WANTED, state: str = "Synchronized", service: bool | None = True, **more
) -> NodeStatus:
    """The status of a node that is reachable."""
    return NodeStatus(
        reachable=True,
        version_text=version,
        version=parse(version) if version else None,
        state=state,
        settled=state == "Synchronized",
        away=state == "Disconnected",
        busy=state == "Upgrading",
        service=service,
        service_text={True: "Running", False: "Stopped", None: None}[service],
        **more,
    )


GOOD = polled()
OLD = polled(BEFORE, booted_since=False)
SETTLING = polled(state="Synchronizing")
AWAY = polled(BEFORE, "Disconnected", service=None)
SILENT = NodeStatus()
DOWN = polled(service=False)
STARTING = polled(service=None)
BOOTED_OLD = polled(BEFORE, booted_since=True)
REPORTED = polled(BEFORE, report="failed", report_words="node1: upgrade failed after reboot", booted_since=False)
OTHER = polled("6.2.9-1.r1.el7")
BARE = polled("SSR-6.3.5-37")
SHORT = polled("6.3", booted_since=True)


def follow(polls, *, wanted=WANTED, before=BEFORE, limits=LIMITS, every=10.0):
    """The outcome of polls (or pairs of seconds since the command and poll), and how many of them it took."""
    progress = NodeProgress(parse(wanted), parse(before) if before else None, sent_at=0.0)
    now = 0.0
    for count, poll in enumerate(polls, 1):
        now, status = poll if isinstance(poll, tuple) else (now + every, poll)
        progress, outcome = next_progress(progress, status, now, limits)
        if outcome:
            return outcome, count
    return None, len(polls)


# fmt: off
ENDS = [
    # name, polls, state, polls that it takes
    ("three stable polls with the service running", [GOOD] * 5, "done", 3),
    ("after having been away", [OLD, AWAY, SILENT, SETTLING, GOOD, GOOD, GOOD], "done", 7),
    ("two stable polls are too few", [GOOD] * 2, None, 2),
    ("a poll that is not settled begins the count anew", [GOOD, GOOD, SETTLING, GOOD, GOOD], None, 5),
    ("a poll of a node that is away begins the count anew", [GOOD, GOOD, AWAY, GOOD, GOOD], None, 5),
    ("a poll without an answer begins the count anew", [GOOD, GOOD, SILENT, GOOD, GOOD], None, 5),
    ("a service that is not known to run is no proof", [STARTING] * 20, None, 20),
    ("a service that comes late is waited for", [STARTING] * 5 + [GOOD] * 3, "done", 8),
    ("a service that is down is no proof", [DOWN] * 20, None, 20),
    ("an operation that still runs is no proof", [replace(GOOD, settled=False, busy=True)] * 20, None, 20),
    ("the old version, settled, is no proof of anything", [OLD] * 200, None, 200),
    ("a list that lags behind the boot", [*[OLD] * 9, BOOTED_OLD, BOOTED_OLD, GOOD, GOOD, GOOD], "done", 14),
    ("the old version for a while after the boot", [*[OLD] * 9, *[BOOTED_OLD] * 5], "reverted", 12),
    ("the old version after a short flap", [OLD, AWAY, AWAY, *[replace(OLD, booted_since=None)] * 50], None, 53),
    ("the old version after a boot", [OLD, SILENT, BOOTED_OLD, BOOTED_OLD, BOOTED_OLD], "reverted", 5),
    ("the old version in the last of three settled polls only", [OTHER, OTHER, BOOTED_OLD], None, 3),
    ("one poll after a boot is not settled yet", [OLD, SILENT, BOOTED_OLD, BOOTED_OLD], None, 4),
    ("a second restart soon after the first is waited out",
     [OLD, SILENT, BOOTED_OLD, BOOTED_OLD, SILENT, BOOTED_OLD, BOOTED_OLD, SILENT, GOOD, GOOD, GOOD], "done", 11),
    ("the old version after long absence, without an uptime",
     [AWAY] * 15 + [replace(OLD, booted_since=None)] * 3, "reverted", 18),
    ("the old version after long absence, but it did not boot", [AWAY] * 15 + [OLD] * 50, None, 65),
    ("the conductor reports a failure and the node stays", [REPORTED] * 3, "failed", 3),
    ("the conductor reports a failure and the node had been away",
     [AWAY, *[replace(REPORTED, booted_since=None)] * 3], "reverted", 4),
    ("a reported failure does not count on the requested version",
     [replace(GOOD, report="failed", report_words="x")] * 3, "done", 3),
    ("a reported failure while it is not settled", [replace(REPORTED, settled=False)] * 50, None, 50),
    ("a version that does not show its rebuild", [AWAY, SILENT, BARE, BARE, BARE], "done", 5),
    ("a version that may be the wanted one or the one before, after a boot", [AWAY] * 15 + [SHORT] * 60, None, 75),
    ("another version passes by", [OTHER] * 20, None, 20),
    ("another version stays", [OTHER] * 100, "failed", 90),
    ("an unreadable version", [polled(None)] * 100, None, 100),
]
# fmt: on


@pytest.mark.parametrize(("polls", "state", "count"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_what_polls_add_up_to(polls, state, count) -> None:
    outcome, took = follow(polls)
    assert (outcome and outcome.state, took) == (state, count)


def test_the_number_of_stable_polls_is_a_setting() -> None:
    assert follow([GOOD] * 9, limits=replace(LIMITS, stable_polls=6))[1] == 6


def test_a_service_that_stays_down_is_a_fault_of_the_node_itself() -> None:
    outcome, _count = follow([(100, DOWN), (500, DOWN), (999, DOWN), (1000, DOWN)])
    assert (outcome.state, outcome.local_fault) == ("failed", True)
    assert "Stopped" in outcome.reason and "15 min" in outcome.reason


def test_a_service_that_recovers_in_between_is_given_its_time_again() -> None:
    assert follow([(100, DOWN), (900, DOWN), (910, SETTLING), (1700, DOWN)]) == (None, 4)


def test_no_other_end_than_a_dead_service_is_a_fault_of_the_node_itself() -> None:
    for polls in ([BOOTED_OLD] * 3, [REPORTED] * 3, [OTHER] * 100, [(6000, SILENT)], [(9, SETTLING), (6000, SETTLING)]):
        outcome, _count = follow(polls)
        assert outcome.local_fault is False


def test_a_state_that_does_not_change_ends_in_unknown_at_the_time_out() -> None:
    outcome, _count = follow([(5399, OLD), (5400, OLD)])
    assert outcome.state == "unknown"
    assert "has not reached the requested version within 1 h 30 min" in outcome.reason
    assert "6.3.0-107.r1" in outcome.reason and "Nothing more is sent" in outcome.reason


def test_a_node_that_never_comes_back_ends_in_unknown_with_its_last_status() -> None:
    outcome, _count = follow([(10, OLD), (60, SILENT), (5400, SILENT)])
    assert outcome.state == "unknown"
    assert all(words in outcome.reason for words in ("has not come back", "6.3.0-107.r1", "last seen"))


def test_a_conductor_that_cannot_be_asked_is_why_no_end_was_seen() -> None:
    progress = NodeProgress(parse(WANTED), parse(BEFORE), 0.0, status=OLD)
    trouble = "The answer to 'show assets' cannot be read: a line is not understood."
    outcome = out_of_time(progress, NodeStatus(), LIMITS.upgrade_timeout, LIMITS, trouble=trouble)
    assert outcome.reason.startswith("was not seen to end within ")
    assert "since the conductor cannot be asked (The answer to 'show assets' cannot be read: a line" in outcome.reason
    away = out_of_time(progress, replace(OLD, away=True), LIMITS.upgrade_timeout, LIMITS, trouble=trouble)
    assert away.reason.startswith("has not been seen by the conductor again")


def test_a_node_that_never_shows_its_service_ends_in_unknown_and_that_is_what_is_said() -> None:
    unknown = replace(GOOD, service=None, service_text=None)
    outcome, _count = follow([(5000, unknown), (5400, unknown), (10399, unknown), (10400, unknown)])
    assert outcome.state == "unknown" and "did not settle" not in outcome.reason
    assert "nothing has shown within 1 h 30 min whether its service runs" in outcome.reason


def test_a_node_that_does_not_settle_ends_in_unknown_after_the_time_to_settle() -> None:
    polls = [(5000, SETTLING), (5400, SETTLING), (10399, SETTLING), (10400, SETTLING)]
    outcome, count = follow(polls)
    assert (outcome.state, count) == ("unknown", 4)
    assert "did not settle" in outcome.reason and "Synchronizing" in outcome.reason


def test_proof_in_the_last_moment_outweighs_the_time_out() -> None:
    assert follow([(5380, GOOD), (5390, GOOD), (5400, GOOD)])[0].state == "done"


# fmt: off
RUNS = [
    # running, wanted, before, answer
    ("6.3.5-37.r1.el7", "6.3.5-37.r1.el7", BEFORE, True),
    ("SSR-6.3.5-37.r1.el7", "6.3.5-37.r1.el7", BEFORE, True),
    ("6.3.5-37.r1.el7", "6.3.5", BEFORE, True),
    ("6.3.50-1.r1.el7", "6.3.5", BEFORE, False),
    ("6.3.5-38.r1.el7", "6.3.5-37.r1.el7", BEFORE, False),
    ("6.3.5-37.r2.el7", "6.3.5-37.r1.el7", BEFORE, False),
    # The running text does not show the build: what it shows must be something else than before.
    ("6.3.5", "6.3.5-37.r1.el7", BEFORE, True),
    ("6.3.5", "6.3.5-37.r1.el7", "6.3.5", False),
    ("6.3.5", "6.3.5-37.r1.el7", "6.3.5-30.r1.el7", False),
    ("6.3.5", "6.3.5-37.r1.el7", None, False),
    # It shows the build and not the rebuild (SSR-7.1.0-50): at the beginning that is enough, later it must be new.
    ("SSR-6.3.5-37", "6.3.5-37.r1.el7", None, True),
    ("SSR-6.3.5-37", "6.3.5-37.r1.el7", BEFORE, True),
    ("SSR-6.3.5-37", "6.3.5-37.r1.el7", "SSR-6.3.5-37", False),
    ("SSR-6.3.5-37", "6.3.5-37.r2.el7", "6.3.5-37.r1.el7", False),
    ("SSR-6.3.5-38", "6.3.5-37.r1.el7", None, False),
]
# fmt: on


@pytest.mark.parametrize(("running", "wanted", "before", "answer"), RUNS)
def test_whether_a_node_runs_the_wanted_version(running, wanted, before, answer) -> None:
    assert runs(polled(running), parse(wanted), parse(before) if before else None) is answer


def test_an_unreadable_version_is_not_the_wanted_one() -> None:
    assert runs(polled(None), parse(WANTED), parse(BEFORE)) is False


STATUSES = st.sampled_from(
    [GOOD, OLD, SETTLING, AWAY, SILENT, DOWN, STARTING, BOOTED_OLD, REPORTED, OTHER, polled(None)]
)


@given(st.lists(st.tuples(STATUSES, st.floats(1, 400)), max_size=40))
def test_done_needs_wanted_and_settled_in_each_of_the_last_polls_and_a_running_service_in_the_last(steps) -> None:
    progress, now, past = NodeProgress(parse(WANTED), parse(BEFORE), 0.0), 0.0, []
    for status, pause in steps:
        now += pause
        past.append(status)
        progress, outcome = next_progress(progress, status, now, LIMITS)
        if outcome is None:
            continue
        if outcome.state == "done":
            last = past[-LIMITS.stable_polls :]
            assert len(last) == LIMITS.stable_polls
            assert all(stable in (GOOD, STARTING) for stable in last) and last[-1] is GOOD
        if outcome.state == "reverted":
            assert all(stable in (OLD, BOOTED_OLD, REPORTED) for stable in past[-LIMITS.stable_polls :])
        if outcome.local_fault:
            assert past[-1] is DOWN
        return
    assert now < LIMITS.upgrade_timeout + LIMITS.settle_timeout


# -- before anything is sent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "recorded", "state"),
    [
        (GOOD, None, "up_to_date"),
        (STARTING, None, "up_to_date"),  # a service that is not shown keeps nobody busy
        (GOOD, WANTED, "up_to_date"),
        (GOOD, BEFORE, "done"),  # it ran something else when the run began: the vendor has moved it
        (OLD, None, None),
        (DOWN, None, None),
        (SETTLING, None, None),
        (replace(GOOD, settled=False, busy=True), None, None),
        (SILENT, None, None),
    ],
)
def test_where_there_is_nothing_to_do_nothing_is_sent(status, recorded, state) -> None:
    outcome = outcome_before(status, parse(WANTED), parse(recorded) if recorded else None)
    assert (outcome and outcome.state) == state


def test_what_we_have_begun_is_at_its_end_only_once_its_service_is_shown() -> None:
    unknown = replace(GOOD, service=None, service_text=None)
    assert outcome_before(unknown, parse(WANTED), None).state == "up_to_date"
    assert outcome_before(unknown, parse(WANTED), None, ours=True) is None
    assert outcome_before(GOOD, parse(WANTED), None, ours=True).state == "up_to_date"


# -- the answer to the request ----------------------------------------------------------------------------------------


def refused(words: str, installs: bool = True, taken_before: bool = False) -> Answer:
    """What is concluded from a request that the conductor refused in these words."""
    return judge_error(DeviceError("request", words), installs, taken_before)


# fmt: off
ANSWERS = [
    # words, kind, how its nodes end (None: they are followed), words of the step
    ("version 6.3.5 is not available", "refused", "failed", "refused"),
    ("there is not enough space", "taken", None, "it may have begun"),
    ("an upgrade is already in progress", "refused", None, "an operation is running"),
    ("already running version 6.3.5", "refused", None, "it is said to run that version already"),
    ("version 6.3.5 is not downloaded", "refused", "failed", "the release is not there yet"),
    ("the request timed out", "taken", None, "it may have begun"),
    ("pre-upgrade check failed: connection lost", "refused", "failed", "refused"),
]
# fmt: on


@pytest.mark.parametrize(("words", "kind", "state", "step"), ANSWERS)
def test_what_an_error_means_for_the_nodes_of_its_request(words, kind, state, step) -> None:
    answer = refused(words)
    assert (answer.kind, answer.outcome and answer.outcome.state) == (kind, state) and step in answer.step
    assert answer.error and words in answer.text


def test_a_failed_pre_check_of_the_target_is_told_by_its_check_and_one_of_another_node_is_followed() -> None:
    words = "Upgrade of R refused. Pre-upgrade health check failed on a.R: Disk Space Check"
    both = (NodeId("R", "a"), NodeId("R", "b"))
    answer = judge_error(DeviceError("request", words), True, False, target_names(both[:1]))
    assert "refused by the conductor's own pre-check (Disk Space Check). Nothing was started" in answer.outcome.reason
    for nodes in (both[1:], both):
        assert judge_error(DeviceError("request", words), True, False, target_names(nodes)).outcome is None


def test_only_where_nothing_can_have_begun_it_is_said_so() -> None:
    assert "Nothing was started" in refused("no such router").outcome.reason
    failed = refused("upgrade failed: there is not enough space")
    assert failed.outcome is None and failed.failure == "upgrade failed: there is not enough space"


def test_a_release_that_is_missing_matters_only_to_what_installs_it() -> None:
    words = "version 6.3.5 is not downloaded"
    assert refused(words).missing == words and refused(words, installs=False).missing is None


def test_a_request_that_was_taken_and_ends_badly_is_a_report_and_no_refusal() -> None:
    answer = refused("upgrade failed: no space", taken_before=True)
    assert (answer.kind, answer.outcome, answer.failure) == ("noted", None, "upgrade failed: no space")
    assert refused("Internal Server Error", taken_before=True).failure is None


def test_what_did_not_reach_its_target_has_begun_nothing_unless_it_was_taken_before() -> None:
    error = NotReached("request", "0 targets failed", (("R", "Disconnected"),), sent_to_none=True)
    assert judge_error(error, True, False).outcome.state == "not_started"
    assert judge_error(error, True, True).outcome is None


def test_a_target_that_was_lost_may_have_begun_what_was_requested() -> None:
    error = NotReached("request", "0 targets failed", (("R", "Disconnected"),))
    answer = judge_error(error, True, False)
    assert (answer.kind, answer.outcome) == ("taken", None) and "it may have begun" in answer.step


@pytest.mark.parametrize(
    "words",
    [
        "Version 6.3.5 is not downloaded yet; it will be downloaded and installed",
        "Pre-check failed on second attempt, first attempt is installing",
        "Preflight validation failed; rollback of image in progress",
        "upgrade failed: there is not enough space, retrying",
    ],
)
def test_an_error_that_also_says_that_something_goes_on_leaves_its_nodes_followed(words) -> None:
    answer = refused(words)
    assert (answer.kind, answer.outcome, answer.missing, answer.failure) == ("taken", None, None, None)


def test_a_refusal_beside_an_acceptance_refuses_nothing() -> None:
    error = DeviceError("request", "Version 6.3.5 is not available", beside=("Upgrade request accepted",))
    assert judge_error(error, True, False).kind == "taken"


def test_a_question_that_was_declined_has_begun_nothing() -> None:
    error = UnexpectedQuestion("it asks something", "Convert the node?", declined=True)
    assert judge_error(error, True, False).outcome.state == "not_started"
    assert judge_error(error, True, True).kind == "taken"


@pytest.mark.parametrize(
    ("question", "said"),
    [("The upgrade was started. Follow it?", ()), ("Are you sure?", ("\u2714 Starting software upgrade",))],
)
def test_a_question_that_was_declined_may_come_from_something_begun(question, said) -> None:
    error = UnexpectedQuestion("it asks something", question, declined=True, said=said)
    assert (judge_error(error, True, False).kind, judge_error(error, True, False).outcome) == ("taken", None)


def test_a_refusal_behind_a_question_of_something_begun_refuses_nothing() -> None:
    error = DeviceError("request", "Permission denied")
    error.declined = "The upgrade was started. Show it?"
    assert judge_error(error, True, False).kind == "taken"


def test_a_session_that_breaks_is_no_refusal_and_silence_is_none_either() -> None:
    assert judge_error(SessionBroken("gone"), True, False).kind == no_answer().kind == "taken"
    assert judge_error(NoPrompt("nothing came"), True, False).kind == "taken"


def test_an_answer_without_an_error_is_taken_and_may_report_a_failure() -> None:
    assert judge_lines(["upgrade started"], "upgrade").failure is None
    assert judge_lines(["Version 6.3.5"], "upgrade").failure is None
    assert judge_lines([], "upgrade").words == "(nothing)"
    assert judge_lines(["a: upgrade failed"], "upgrade").failure == "a: upgrade failed"


def test_an_acceptance_that_mentions_a_failure_and_goes_on_reports_no_failure() -> None:
    lines = ["Upgrading 1/1 targets complete...", "Pre-upgrade health check failed, continuing since force was given"]
    assert judge_lines(lines, "upgrade").failure is None


# -- what the conductor reports ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], None),
        (["east: upgrade failed"], "failed"),
        (["west: upgrade failed", "east: upgrade in progress"], "running"),  # what names the node outweighs the rest
        (["upgrade failed"], None),  # it may be about another one
        (["upgrade 6.3.5"], None),
        (["east2.R upgrade failed", "east.R upgrade in progress"], "running"),  # the name of a node is a whole word
    ],
)
def test_new_lines_report_what_they_say_about_the_node(lines, state) -> None:
    report = report_of(lines, NodeId("r1", "east"), "upgrade")
    assert (report and report.state) == state


def test_recorded_events_are_read_only_where_nothing_else_reports_the_end() -> None:
    progress = NodeProgress(parse(WANTED), parse(BEFORE), 0.0)
    assert failure_may_be_recorded(progress, OLD, None, over=True)
    assert failure_may_be_recorded(progress, OLD, Report(None, "?"), over=True)
    assert not failure_may_be_recorded(progress, OLD, Report("running", "a: in progress"), over=True)
    assert not failure_may_be_recorded(progress, OLD, None, over=False)
    assert not failure_may_be_recorded(progress, OTHER, None, over=True)


# -- the end ----------------------------------------------------------------------------------------------------------


def test_a_revert_that_comes_back_to_what_was_to_be_reverted_is_a_failure() -> None:
    back = Outcome("reverted", "went back by itself")
    assert final_outcome(back, "revert", "", False).state == "failed"
    assert final_outcome(back, "upgrade", "", False).state == "reverted"


@pytest.mark.parametrize(
    ("state", "refused", "quoted"),
    [("unknown", False, True), ("failed", False, False), ("failed", True, True), ("done", True, False)],
)
def test_the_answer_stands_in_the_reason_of_an_end_that_it_may_explain(state, refused, quoted) -> None:
    reason = final_outcome(Outcome(state, "it ended"), "upgrade", "no space left", refused).reason
    assert ("The request was answered with: no space left" in reason) is quoted


def test_an_answer_is_not_quoted_twice_and_no_end_at_all_is_unknown() -> None:
    assert final_outcome(Outcome("failed", "refused: no space left"), "upgrade", "no space left", True).reason == (
        "refused: no space left"
    )
    assert final_outcome(None, "upgrade", "", False).state == "unknown"


def test_a_node_that_was_only_unsettled_never_ends_worse_than_not_started() -> None:
    progress = NodeProgress(parse(WANTED), parse(BEFORE), 0.0)
    ended = outcome_of_unsettled(Outcome("unknown", "it has not come back"), progress, OLD, LIMITS)
    assert ended.state == "not_started" and "it has not come back" in ended.reason
    settled = outcome_of_unsettled(None, replace(progress, old=LIMITS.stable_polls), OLD, LIMITS)
    assert settled.state == "not_started" and "Run again" in settled.reason
    assert outcome_of_unsettled(Outcome("done", "runs it"), progress, GOOD, LIMITS).state == "done"


@pytest.mark.parametrize(
    ("first", "now", "moves"),
    [
        ({}, {}, False),
        ({}, {"busy": True}, True),
        ({}, {"version": parse(WANTED)}, True),
        ({"version": None}, {"version": parse(WANTED)}, False),
    ],
)
def test_a_peer_moves_by_itself_where_its_asset_or_its_version_changes(first, now, moves) -> None:
    def asset(busy: bool = False, version=OLD.version) -> Asset:
        return Asset("R", "b", "b", version.text if version else None, version, busy=busy)

    assert moves_by_itself(asset(**first), asset(**now)) is moves


@pytest.mark.parametrize(
    ("status", "in_sight"), [(GOOD, True), (AWAY, False), (SILENT, False), (replace(GOOD, reachable=False), False)]
)
def test_a_node_is_in_sight_only_while_it_shows_itself(status, in_sight) -> None:
    """Else its version is that of the last time."""
    progress = NodeProgress(parse(WANTED), parse(BEFORE), sent_at=0.0)
    assert next_progress(progress, status, 10.0, LIMITS)[0].in_sight is in_sight

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events, their listeners, and what they mean for the result of a node."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.events import (
    Accepted,
    Adopted,
    Event,
    EventStream,
    Explained,
    Judged,
    NodeEnded,
    Note,
    Refused,
    Reverted,
    Sent,
    Stepped,
    Warned,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import JournalError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.listeners.screen import line_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_log import NodeLog, apply
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult

from tests.unit.fakes import VirtualClock

NIGHT = datetime(2026, 3, 1, 22, tzinfo=timezone.utc)


class Keeps:
    """Keeps all events, and raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.events: list[Event] = []
        self.error = error

    def on_event(self, event: Event) -> None:
        self.events.append(event)
        if self.error:
            raise self.error


def test_each_listener_gets_each_event_in_order_and_with_its_time() -> None:
    first, second = Keeps(), Keeps()
    stream = EventStream(VirtualClock())
    stream.add([first, second])
    stream.emit(Note("a"))
    stream.emit(Note("b", at=NIGHT))
    assert [event.text for event in first.events] == ["a", "b"] and first.events == second.events
    assert first.events[0].at is not None and first.events[1].at == NIGHT


def test_a_listener_that_fails_is_one_line_and_stops_nobody() -> None:
    lines, last = [], Keeps()
    stream = EventStream(VirtualClock(), lines.append)
    stream.add([Keeps(RuntimeError("the disk is full")), last])
    for text in "abc":
        stream.emit(Note(text))
    assert [event.text for event in last.events] == ["a", "b", "c"]
    assert len(lines) == 1 and "the disk is full" in lines[0]


def test_a_warning_that_cannot_be_printed_stops_nobody_either() -> None:
    def gone(line):
        raise BrokenPipeError(line)

    stream, last = EventStream(VirtualClock(), gone), Keeps()
    stream.add([Keeps(BrokenPipeError("the screen is gone")), last])
    stream.emit(Note("a"))
    assert len(last.events) == 1


def test_what_cannot_be_written_to_the_journal_is_raised_after_all_others_got_it() -> None:
    stream, last = EventStream(VirtualClock()), Keeps()
    stream.add([Keeps(JournalError("The journal file cannot be written.")), last])
    with pytest.raises(JournalError):
        stream.emit(Note("a"))
    assert len(last.events) == 1


def test_a_log_changes_its_result_and_reports_it() -> None:
    stream, keeps = EventStream(VirtualClock()), Keeps()
    stream.add([keeps])
    before = NodeResult("R", "a", to_version="6.3.5")
    log = NodeLog(stream, before)
    log.record(Sent("request upgrade"))
    log.record(NodeEnded("done", "runs 6.3.5", running_version="6.3.5"))
    assert (log.result.state, log.result.command, log.result.running_version) == ("done", "request upgrade", "6.3.5")
    assert log.result.started and log.result.ended and before.state == "not_started", "the first record is as it was"
    assert [(event.router, event.node, event.name) for event in keeps.events] == [("R", "a", "a.R")] * 2


def test_a_result_has_an_end_only_where_something_was_begun() -> None:
    assert apply(NodeResult("R", "a"), NodeEnded("up_to_date", "runs it", at=NIGHT)).ended is None
    assert apply(NodeResult("R", "a", adopted=True), NodeEnded("done", "runs it", at=NIGHT)).ended


def test_the_end_of_a_download_is_none_of_the_upgrade_that_was_sent_after_it() -> None:
    downloaded = apply(
        apply(NodeResult("R", "a"), Sent("download", at=NIGHT)), NodeEnded("failed", "not there", at=NIGHT)
    )
    assert downloaded.ended
    assert apply(downloaded, Sent("upgrade", at=NIGHT)).ended is None


@pytest.mark.parametrize(
    ("state", "expected", "warned"),
    [("done", "reverted", False), ("unknown", "unknown", False), ("not_started", "failed", True)],
)
def test_what_became_of_an_upgrade_is_never_lost_by_its_revert(state, expected, warned) -> None:
    upgrade = apply(NodeResult("R", "a"), Judged("failed", "its health check failed", local_fault=True))
    revert = apply(NodeResult("R", "a", running_version="6.2.0"), Stepped("sent", at=NIGHT))
    after = apply(upgrade, Reverted(apply(revert, NodeEnded(state, "it says so"))))
    assert after.state == expected and "its health check failed" in after.reason and after.local_fault
    assert bool(after.warnings) is warned and [step.what for step in after.steps] == ["sent"]
    assert after.running_version == "6.2.0"


def test_what_is_followed_after_a_refusal_is_not_taken_for_accepted() -> None:
    refused = apply(NodeResult("R", "a"), Refused("refused, since it runs", "in progress", followed=True, at=NIGHT))
    assert (refused.adopted, refused.accepted) == (True, False)
    taken = apply(NodeResult("R", "a"), Accepted("the conductor answered", at=NIGHT))
    assert (taken.adopted, taken.accepted) == (False, True)


def test_what_this_run_sent_stays_its_own_when_it_is_adopted_from_somebody_else() -> None:
    sent = apply(NodeResult("R", "a", from_version="6.2.0"), Accepted("the conductor answered", at=NIGHT))
    after = apply(sent, Adopted("adopted, since it runs", at=NIGHT))
    assert after.accepted and after.from_version == "6.2.0"


def test_a_reason_grows_by_sentences_and_by_clauses() -> None:
    result = apply(NodeResult("R", "a", reason="it is bad"), Explained("it was converted", clause=True))
    assert apply(result, Explained("The conductor says no")).reason == (
        "it is bad; it was converted. The conductor says no"
    )


def test_what_is_only_recorded_has_no_line() -> None:
    assert line_of(Stepped("health check: pass", "words", quiet=True)) is None
    assert line_of(Warned("a warning")) is None and line_of(Sent("request")) is None
    assert line_of(Stepped("sent: request", name="a.R")) == "a.R: sent: request"

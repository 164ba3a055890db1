# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides how an operation ended: done, failed or reverted (rule 33). Pure.

It judges the answer to a request, and each poll; whether anything still runs is asked in ``operation_end``.

A version, an asset state and a service are documented observables and decide. What the conductor prints about an
operation is not, so it only ever counts together with one of them (rules 15 to 17 and 19).

It is not the last word: a node that is done here may still be failed or held by ``post_checks`` and ``verify``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..clock import format_duration
from ..pcli.declined import did_nothing
from ..pcli.errors import DeviceError, NotReached, PcliError, SessionBroken
from ..software import operation_status
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.node_status import NodeStatus, not_shown, runs
from ..software.pre_check_words import plain_pre_check
from ..software.refusal_reasons import (
    already_running,
    at_version_already,
    failed_after_start,
    may_go_on,
    named_check,
    not_there_yet,
    pre_check_failed,
)
from ..software.refusals import refuses
from ..software.versions import Version, satisfies
from .join_text import one_line, sentences
from .node_progress import Limits, NodeProgress, changed_progress, remember
from .operation_end import NO_SIGNS, Signs, StillOpen, how_known, not_over
from .results import NOT_STARTED

#: So much of the answer to a request, and of what the conductor reports, stands in a reason.
_QUOTED = 300
_REPORTED = 600
#: Where the conductor's own words begin in a reason.
_SAYS = " The conductor says: "


@dataclass(frozen=True)
class Outcome:
    """The end of following a node."""

    state: str
    reason: str
    local_fault: bool = False


# -- before anything is sent -------------------------------------------------------------------------------------------


def outcome_before(status: NodeStatus, wanted: Version, recorded: Version | None, ours: bool = False) -> Outcome | None:
    """The outcome of a node at which there is nothing to do, as its version, state and service show it.

    ``ours``: a command of ours was begun there whose end nobody saw; then its service must be shown, as at every end.
    ``recorded``: what it ran when the whole run began, where that is known. One that meanwhile runs the requested
    version without a command of ours was moved by the vendor's own sequencing (rule 8).
    """
    if not runs(status, wanted, None) or not status.settled or status.service is False:
        return None
    if ours and status.service is None:
        return None
    already = f"runs {status.release} already"
    if recorded is not None and not runs(status, recorded, None) and recorded != status.version:
        return Outcome("done", f"{already}: it moved together with its peer, by itself")
    return Outcome("up_to_date", f"{already}{not_shown(status.version, wanted)}")


# -- the answer to the request ----------------------------------------------------------------------------------------

_NOT_THERE = "Nothing was started: the release is not on the node yet."
_NO_REFUSAL = "the answer is an error that refuses nothing, so it may have begun"

#: Refusals of which the node is followed all the same: what they speak of may be what was requested.
_FOLLOWED = (
    (already_running, "an operation is running"),
    (at_version_already, "it is said to run that version already"),
)


@dataclass(frozen=True)
class Answer:
    """What the answer to a request means for its nodes (rule 34).

    ``kind``: ``taken`` (it was, or may have been begun), ``refused``, ``noted`` (it says nothing of the kind).
    ``step`` and ``words``: what stands in the steps of a result. ``outcome``: how its nodes end; None: they are
    followed. ``text``: the answer in one line; None: there was none. ``error``: it was an error. ``failure``: the words
    with which it reports that the operation failed. ``missing``: those that say that the release is not there yet.
    """

    kind: str
    step: str = ""
    words: str = ""
    outcome: Outcome | None = None
    text: str | None = None
    error: bool = False
    failure: str | None = None
    missing: str | None = None


def no_answer() -> Answer:
    """No answer is no refusal: a conductor may block until the operation is over."""
    return Answer("taken", "the request keeps its prompt: taken for running")


def judge_lines(lines: Sequence[str], operation: str) -> Answer:
    """An answer without an error: the request was taken, and a blocking one may report how it ended."""
    text = "; ".join(lines)
    # Where an answer also says that something was begun or goes on, its failure is not the end.
    failed = operation_status.request_failed(list(lines), operation) and not may_go_on(text)
    return Answer(
        "taken",
        "the conductor answered",
        "\n".join(lines) or "(nothing)",
        text=text,
        failure=text if failed else None,
    )


def judge_error(error: PcliError, installs: bool, taken_before: bool, target: Collection[str] = ()) -> Answer:
    """The error with which a request came back.

    ``installs``: it brings a release onto its nodes. ``taken_before``: it was taken for running before it came back.
    ``target``: the names of what it is about (see ``target_names``).
    """
    if not taken_before and _begins_nothing(error):
        outcome = Outcome("not_started", f"nothing was begun: {error}")
        return Answer("noted", "nothing was begun", str(error), outcome)
    if isinstance(error, DeviceError):
        return _judge_refusal(error, installs, taken_before, target)
    if isinstance(error, SessionBroken):
        return Answer("taken", "the session broke while the request ran", str(error))
    return Answer("taken", _NO_REFUSAL, str(error), text=one_line(str(error)), error=True)


def _begins_nothing(error: PcliError) -> bool:
    """True if the request did not get to its targets, or was declined at its question and says nothing else."""
    if isinstance(error, NotReached) and error.sent_to_none:
        return True
    return error.declined is not None and did_nothing(error.declined, error.said)


def _judge_refusal(error: DeviceError, installs: bool, taken_before: bool, target: Collection[str]) -> Answer:
    words = error.words
    answer = Answer("refused", "refused", words, text=one_line(words), error=True)
    # An answer to a question that speaks of something begun refuses nothing, whatever it says.
    refused = refuses(words, error.beside, target) and (error.declined is None or did_nothing(error.declined, ()))
    plain = plain_pre_check(words, target)
    failed = failed_after_start(plain) and not any(map(may_go_on, (words, *error.beside)))
    if taken_before:  # a blocking request that ended badly after a while
        failure = words if failed or refused else None
        return replace(answer, kind="noted", step="the request ended with an error", failure=failure)
    if not refused:
        return replace(answer, kind="taken", step=_NO_REFUSAL, failure=words if failed else None)
    if installs and not_there_yet(plain):
        outcome = Outcome("failed", sentences(str(error), _NOT_THERE))
        return replace(answer, step="refused, since the release is not there yet", outcome=outcome, missing=words)
    why = next((why for says, why in _FOLLOWED if says(plain)), None)
    if why is not None:
        return replace(answer, step=f"refused, since {why}; it is followed")
    pre_check = f"It was refused by {_pre_check(plain)}." if pre_check_failed(plain) else None
    return replace(answer, outcome=Outcome("failed", sentences(str(error), pre_check, NOT_STARTED)))


def _pre_check(words: str) -> str:
    """What went wrong, for a person: the conductor's own check before an operation, and which part of it."""
    check = named_check(words)
    return f"the conductor's own pre-check{f' ({check})' if check else ''}"


# -- each poll --------------------------------------------------------------------------------------------------------


def next_progress(
    progress: NodeProgress, status: NodeStatus, now: float, limits: Limits, signs: Signs = NO_SIGNS
) -> tuple[NodeProgress, Outcome | None]:
    """One more poll of a node: what to remember, and the outcome if there is one.

    ``signs``: what is known beside the node itself of the end of its operation.
    """
    progress = remember(progress, status, now, limits)
    outcome, still_open = _outcome(progress, status, now, limits), None
    if outcome is not None:
        still_open = not_over(progress, signs, now, limits)
        if still_open is None:
            return progress, replace(outcome, reason=_before_words(outcome.reason, how_known(progress, signs, now)))
    held = still_open is not None and (still_open.still or still_open.request)
    if held != progress.held_open:
        progress = changed_progress(progress, held_open=held)
    return progress, out_of_time(progress, status, now, limits, still_open)


def _before_words(reason: str, addition: str) -> str:
    """The reason with an addition in front of the conductor's own words."""
    reason, said, words = reason.partition(_SAYS)
    return f"{reason.rstrip('.')}{addition}{'.' if said else ''}{said}{words}" if addition else reason + said + words


def _outcome(progress: NodeProgress, status: NodeStatus, now: float, limits: Limits) -> Outcome | None:
    """How the operation has ended, if it is over."""
    if progress.good >= limits.stable_polls:
        less = not_shown(status.version, progress.wanted)
        shown = f"runs {status.release}, {status.state}, service {status.service_text}"
        return Outcome("done", f"{shown}{less}{status.beside}")
    if progress.bad_since is not None and now - progress.bad_since >= limits.service_timeout:
        down = f"its service has been {status.service_text} for {format_duration(now - progress.bad_since)}"
        return Outcome("failed", f"runs {status.release}, but {down}", local_fault=True)
    if progress.old >= limits.stable_polls and now - progress.old_since >= limits.revert_grace:
        return _on_another_version(progress, status, now, limits)
    return None


def _on_another_version(progress: NodeProgress, status: NodeStatus, now: float, limits: Limits) -> Outcome | None:
    """The outcome of a node that is settled on something else than what was requested, if its attempt has ended."""
    if status.version is not None and satisfies(status.version, progress.wanted) is None:
        return None  # it may be the requested version: its text does not show enough to call it the one from before
    said = f"{_SAYS}{status.report_words}" if status.report_words else ""
    back = progress.before is None or (
        status.version is not None and satisfies(status.version, progress.before) is not False
    )
    sign = _attempt_ended(progress, status, limits)
    if back and sign:
        return Outcome("reverted", f"went back to {status.release} by itself: {sign}.{said}")
    if back and status.report == "failed" and pre_check_failed(status.report_words):
        failed = f"{_pre_check(status.report_words)} failed, and nothing was begun"
        return Outcome("failed", f"stays on {status.release}: {failed}.{said}")
    if back and status.report == "failed":
        return Outcome("failed", f"stays on {status.release}: the conductor reports a failure.{said}")
    if not back and status.version is not None and now - progress.sent_at >= limits.service_timeout:
        return Outcome(
            "failed", f"runs {status.release}, which is neither what it ran before nor what was requested.{said}"
        )
    return None


def _attempt_ended(progress: NodeProgress, status: NodeStatus, limits: Limits) -> str | None:
    """A sign that the node left and came back; without one the operation may just not have got that far."""
    if status.booted_since:
        return "it has booted meanwhile"
    if progress.longest_away > limits.flap and status.booted_since is None:
        return f"it was away for {format_duration(progress.longest_away)}"
    if status.report == "failed" and progress.was_away:
        return "the conductor reports a failure, and it had been away"
    return None


def out_of_time(
    progress: NodeProgress,
    status: NodeStatus,
    now: float,
    limits: Limits,
    still_open: StillOpen | None = None,
    trouble: str | None = None,
) -> Outcome | None:
    """A time-out sends nothing and says what was last seen (rule 19); None while there is time.

    ``still_open``: why an operation that looks as if it had ended does not count as over. ``trouble``: why the
    conductor cannot be asked.
    """
    last = status.words() if status.reachable else progress.status.words() + " when it was last seen"
    advice = "Nothing more is sent: examine the node, then run again"
    longest = limits.upgrade_timeout + limits.settle_timeout + limits.operation_settle
    if progress.held_open and now - progress.sent_at < longest:
        return None  # both have limits of their own
    if progress.arrived_at is not None:
        if now - progress.arrived_at < limits.settle_timeout:
            return None
        limit = format_duration(limits.settle_timeout)
        missing = f"did not settle within {limit}"
        if still_open:
            missing = f"was not seen to end within {limit} ({still_open.words})"
        elif status.settled and status.service is None:
            missing = f"nothing has shown within {limit} whether its service runs"
        return Outcome("unknown", f"reached the requested version but {missing}; {last}. {advice}")
    if now - progress.sent_at < limits.upgrade_timeout:
        return None
    where = f"its operation did not end ({still_open.words})" if still_open else "has not reached the requested version"
    if not status.reachable or status.away:
        where = "has not come back" if not status.reachable else "has not been seen by the conductor again"
    why = ""
    if trouble and not status.reachable:
        where, why = "was not seen to end", f", since the conductor cannot be asked ({trouble.rstrip('.')})"
    return Outcome("unknown", f"{where} within {format_duration(limits.upgrade_timeout)}{why}; {last}. {advice}")


def outcome_of_unsettled(
    outcome: Outcome | None, progress: NodeProgress, status: NodeStatus, limits: Limits
) -> Outcome | None:
    """The outcome of a node that was followed only since it was not settled.

    Nothing was sent to it, so it never ends worse than ``not_started``.
    """
    if progress.old >= limits.stable_polls:
        what = f"it has settled now: {status.words()}. Run again"
    elif outcome is not None and outcome.state != "done":
        what = outcome.reason
    else:
        return outcome
    return Outcome("not_started", f"nothing was sent, since it was not settled; {what}")


def final_outcome(outcome: Outcome | None, operation: str, answer: str, refused: bool) -> Outcome:
    """The outcome as it stands in the result, with the answer to the request where that belongs to its reason.

    ``refused``: the answer was an error.
    """
    outcome = outcome or Outcome("unknown", "it was not followed to an end")
    if outcome.state == "reverted" and operation == "revert":
        # It is back on what was to be reverted, which is the contrary of what "reverted" tells people.
        outcome = replace(outcome, state="failed")
    bad = outcome.state in ("unknown", "failed", "reverted", "not_started") and refused
    if not answer or not (bad or outcome.state == "unknown") or answer in one_line(outcome.reason):
        return replace(outcome, reason=sentences(outcome.reason, None))
    quoted = operation_status.gist(answer, _QUOTED) if refused else answer[:_QUOTED]
    return replace(outcome, reason=sentences(outcome.reason, f"The request was answered with: {quoted}"))


# -- what the conductor reports ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What the conductor reports about an operation: ``state`` is failed, running, ended or None."""

    state: str | None
    words: str


def report_counts(progress: NodeProgress, status: NodeStatus, limits: Limits) -> bool:
    """True where the conductor's words can matter: on a node that looks as if its operation had ended, or soon will."""
    almost = max(progress.good, progress.old) >= limits.stable_polls - 1 or progress.bad_since is not None
    return not status.partial and status.settled and almost


def report_of(fresh: Sequence[str], node_id: NodeId, operation: str) -> Report | None:
    """What new status lines report of a node; None where none of them names it."""
    named = [line for line in fresh if operation_status.names(line, node_id)]
    return Report(operation_status.hint(named, operation), "; ".join(named)[-_REPORTED:]) if named else None


def failure_may_be_recorded(progress: NodeProgress, status: NodeStatus, report: Report | None, over: bool) -> bool:
    """True where a recorded event may tell of a failure that nothing else reports.

    ``over``: the request has come back. The node is settled on what it ran before.
    """
    silent = report is None or report.state not in ("failed", "running")
    return silent and over and progress.before is not None and runs(status, progress.before, None)


# -- peers ------------------------------------------------------------------------------------------------------------


def moves_by_itself(first: Asset, now: Asset) -> bool:
    """True if a peer has begun to move, or has moved, since its node was sent a command (rule 8)."""
    moved = first.version is not None and now.version is not None and now.version != first.version
    return moved or now.busy  # the gate lets nothing leave while it is at work

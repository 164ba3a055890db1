# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether an operation still runs (rule 33): by our own request, the status, or a time of stillness. Pure.

How it ended is decided in ``judge``, from version, state and service, and only once it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..software import operation_status
from ..software.node_id import NodeId
from .node_progress import Limits, NodeProgress


@dataclass(frozen=True)
class StatusWatch:
    """What the status of an operation has shown of one node so far.

    ``before``: the lines that were there before our request, and still are; None: not read yet. ``taken_up``: the
    operation was not begun by this request, so lines that were there already count if they are in the present tense.
    ``running``: the line that shows it in progress, by the last reading; ``running_at``: when such a line was read
    last; ``unchanged_since``: since when it has been the same line. ``ended_at``: when a line showed first that it is
    over. ``failed``: the last whole reading reported a failure, after which it may go on, or back.
    """

    before: tuple[str, ...] | None = None
    taken_up: bool = False
    running: str | None = None
    running_at: float | None = None
    unchanged_since: float | None = None
    ended_at: float | None = None
    failed: bool = False


@dataclass(frozen=True)
class Signs:
    """What is known beside the node itself of the end of its operation.

    ``request_over``: no request of ours is unanswered. ``ignores_running``: the user has said by name that a running
    operation does not count.
    """

    watch: StatusWatch = field(default_factory=StatusWatch)
    request_over: bool = True
    ignores_running: bool = False


#: Nothing is known beside the node itself.
NO_SIGNS = Signs()


@dataclass(frozen=True)
class StillOpen:
    """Why an operation does not count as over yet.

    ``request``: our own request has not come back; ``still``: it has only not been still for long enough.
    """

    words: str
    request: bool = False
    still: bool = False


def watch_status(
    watch: StatusWatch, lines: Sequence[str], whole: bool, node_id: NodeId, operation: str, now: float
) -> tuple[StatusWatch, list[str]]:
    """The watch after one more reading of the status, and the lines that are news about the node.

    ``lines``: those that concern no other node; ``whole``: the answer was not cut off. The first whole answer shows
    what was there before, where nothing was read before the request. One that is not shown any more is new when it
    comes back: a conductor may keep one line for each version, and then the same failure as last time looks as it did
    last time.
    """
    first = watch.before is None
    if not lines or (first and not whole):
        return replace(watch, running=None), []  # it is not known whether it still runs
    before = list(lines) if first else list(watch.before)
    fresh = operation_status.new_lines(before, list(lines))
    running = operation_status.runs_now(list(lines) if first or watch.taken_up else fresh, node_id.node)
    running = running or operation_status.may_go_back(fresh, node_id, operation)
    before = operation_status.still_shown(before, list(lines)) if whole else before
    watch = replace(watch, before=tuple(before))
    if running is not None:
        same = watch.running is not None and not operation_status.new_lines([watch.running], [running])
        since = watch.unchanged_since if same else now
        shown = replace(watch, running=running, running_at=now, unchanged_since=since, ended_at=None, failed=False)
        return shown, fresh
    over = whole and _shows_end(watch, lines, fresh, node_id, operation)
    failed = _reports_failure(fresh, node_id, operation) if whole else watch.failed
    ended_at = now if over and watch.ended_at is None else watch.ended_at
    return replace(watch, running=None, ended_at=ended_at, failed=failed), fresh


def _shows_end(watch: StatusWatch, lines: Sequence[str], fresh: Sequence[str], node_id: NodeId, operation: str) -> bool:
    """Whether lines of which none is in the present tense prove that the operation of a node is over.

    That is a new line that says so of the node, or that it was shown in progress before. A failure proves nothing: the
    vendor's own way back may follow.
    """
    if _reports_failure(fresh, node_id, operation):
        return False
    own = [line for line in fresh if operation_status.names(line, node_id)]
    return operation_status.at_rest(own if watch.running_at is None else list(lines), operation)


def _reports_failure(fresh: Sequence[str], node_id: NodeId, operation: str) -> bool:
    return operation_status.failing([line for line in fresh if operation_status.names(line, node_id)], operation)


def not_over(progress: NodeProgress, signs: Signs, now: float, limits: Limits) -> StillOpen | None:
    """Why the operation of a node that looks as if it had ended does not count as over; None once it does."""
    watch = signs.watch
    if not signs.request_over and now - progress.sent_at < limits.upgrade_timeout:
        return StillOpen("our own request has not come back", request=True)
    since = progress.still_since
    if watch.running is not None and not _is_ignored(signs, now, limits):
        return StillOpen(f"the conductor still shows: {watch.running}")
    if _is_shown_as_over(progress, signs):
        return None
    if watch.running_at is not None and since is not None and not watch.running:
        since = max(since, watch.running_at)
    if since is None or now - since < limits.operation_settle:
        limit = format_duration(limits.operation_settle)
        return StillOpen(f"no status shows its end, and it has not been still for {limit}", still=True)
    return None


def _is_shown_as_over(progress: NodeProgress, signs: Signs) -> bool:
    """True if a status has shown the end: not one that was there before the node restarted last, which has followed."""
    ended_at = signs.watch.ended_at
    return ended_at is not None and signs.request_over and (progress.left_at is None or progress.left_at <= ended_at)


def _is_ignored(signs: Signs, now: float, limits: Limits) -> bool:
    """True if a line in the present tense has not changed for longer than any operation takes, and is ignored."""
    since = signs.watch.unchanged_since
    return signs.ignores_running and since is not None and now - since >= limits.upgrade_timeout


def how_known(progress: NodeProgress, signs: Signs, now: float) -> str:
    """What to add to an end that no status has shown; empty where one has."""
    if progress.still_since is None or _is_shown_as_over(progress, signs):
        return ""
    shell = "" if signs.request_over else "our request has not come back, and "
    still = format_duration(now - progress.still_since)
    if signs.watch.failed:
        return f"; {shell}its status reports a failure, and it has been still for {still}"
    return f"; {shell}no status shows that its operation is over, but it has been still for {still}"

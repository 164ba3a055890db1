# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether the operation of a node is over, and how, from what was requested, seen before and seen now. Pure.

A version, an asset state and a service are documented observables and decide. What the conductor prints about an
operation is not, so it only ever counts together with one of them (procedure, rules 15 to 17 and 19).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..software.node_status import NodeStatus, not_shown, runs
from ..software.versions import Version, satisfies


@dataclass(frozen=True)
class Limits:
    """Times in seconds. The defaults exceed the vendor's own (1 h for an upgrade, from 7.1.3 on)."""

    upgrade_timeout: float = 5400
    settle_timeout: float = 5400
    #: How long a service may be down, or a foreign version be seen, after everything else is settled.
    service_timeout: float = 900
    #: An asset that was away for longer than this did not just flap, as they do while a conductor is away (I95-64063).
    flap: float = 90
    #: How long a node must have stayed settled on its old version before an attempt counts as ended: some installers
    #: restart a node twice.
    revert_grace: float = 30
    stable_polls: int = 3
    poll_min: float = 2
    poll_max: float = 15
    #: How long a request may keep its prompt before it is taken for a conductor whose requests block.
    request_timeout: float = 60
    health_timeout: float = 900


@dataclass(frozen=True)
class NodeProgress:
    """What is remembered of a node from one look to the next."""

    wanted: Version
    before: Version | None
    sent_at: float
    arrived_at: float | None = None
    good: int = 0
    old: int = 0
    old_since: float | None = None
    away_since: float | None = None
    longest_away: float = 0.0
    bad_since: float | None = None
    seen: NodeStatus = field(default_factory=NodeStatus)


@dataclass(frozen=True)
class Outcome:
    """The end of following a node."""

    state: str
    reason: str
    local_fault: bool = False


def needs_probe(progress: NodeProgress, glance: NodeStatus) -> bool:
    """Is anything about to be decided that the list of assets alone cannot show (service, uptime)?

    A node that still runs what it ran, and was never away, may be writing its image for an hour.
    """
    if glance.away or glance.busy or not glance.settled:
        return False
    return (
        runs(glance, progress.wanted, progress.before) or progress.longest_away > 0 or progress.away_since is not None
    )


def next_progress(
    progress: NodeProgress, seen: NodeStatus, now: float, limits: Limits
) -> tuple[NodeProgress, Outcome | None]:
    """One more look at a node: what to remember, and the outcome if there is one."""
    progress = _remember(progress, seen, now)
    return progress, _judge(progress, seen, now, limits) or out_of_time(progress, seen, now, limits)


def _remember(progress: NodeProgress, seen: NodeStatus, now: float) -> NodeProgress:
    present = seen.reachable and not seen.away
    here = present and runs(seen, progress.wanted, progress.before)
    settled = present and seen.settled and not seen.busy
    down = here and settled and seen.service is False
    elsewhere = settled and not here and seen.version is not None
    # What was seen before the boot tells nothing of where the node came back to (rule 16): the list may lag behind.
    booted = bool(seen.booted_since) and not progress.seen.booted_since
    same = elsewhere and not booted and progress.old > 0 and seen.version == progress.seen.version
    away_since = None if present else progress.away_since if progress.away_since is not None else now
    return replace(
        progress,
        seen=seen if seen.reachable else progress.seen,
        away_since=away_since,
        longest_away=max(progress.longest_away, now - progress.away_since if progress.away_since is not None else 0.0),
        arrived_at=now if here and progress.arrived_at is None else progress.arrived_at,
        good=progress.good + 1 if here and settled and seen.service else 0,
        old=(progress.old if same else 0) + 1 if elsewhere else 0,
        old_since=(progress.old_since if same else now) if elsewhere else None,
        bad_since=(now if progress.bad_since is None else progress.bad_since) if down else None,
    )


def _judge(progress: NodeProgress, seen: NodeStatus, now: float, limits: Limits) -> Outcome | None:
    if progress.good >= limits.stable_polls:
        less = not_shown(seen.version, progress.wanted)
        return Outcome("done", f"runs {seen.version_text}, {seen.state}, service {seen.service_text}{less}")
    if progress.bad_since is not None and now - progress.bad_since >= limits.service_timeout:
        down = f"its service has been {seen.service_text} for {format_duration(now - progress.bad_since)}"
        return Outcome("failed", f"runs {seen.version_text}, but {down}", local_fault=True)
    if progress.old >= limits.stable_polls and now - progress.old_since >= limits.revert_grace:
        return _on_another_version(progress, seen, now, limits)
    return None


def _on_another_version(progress: NodeProgress, seen: NodeStatus, now: float, limits: Limits) -> Outcome | None:
    """Settled on something else than what was wanted: has the attempt ended?"""
    if seen.version is not None and satisfies(seen.version, progress.wanted) is None:
        return None  # it may be the wanted version: its text does not show enough to call it the one from before
    said = f" The conductor says: {seen.report_words}" if seen.report_words else ""
    back = progress.before is None or (
        seen.version is not None and satisfies(seen.version, progress.before) is not False
    )
    sign = _attempt_ended(progress, seen, limits)
    if back and sign:
        return Outcome("reverted", f"went back to {seen.version_text} by itself: {sign}.{said}")
    if back and seen.report == "failed":
        return Outcome("failed", f"stays on {seen.version_text}: the conductor reports a failure.{said}")
    if not back and seen.version is not None and now - progress.sent_at >= limits.service_timeout:
        return Outcome(
            "failed", f"runs {seen.version_text}, which is neither what it ran before nor what was wanted.{said}"
        )
    return None


def _attempt_ended(progress: NodeProgress, seen: NodeStatus, limits: Limits) -> str | None:
    """A sign that the node left and came back; without one the operation may just not have got that far."""
    if seen.booted_since:
        return "it has booted since the command was sent"
    if progress.longest_away > limits.flap and seen.booted_since is None:
        return f"it was away for {format_duration(progress.longest_away)}"
    if seen.report == "failed" and progress.longest_away > 0:
        return "the conductor reports a failure, and it had been away"
    return None


def out_of_time(progress: NodeProgress, seen: NodeStatus, now: float, limits: Limits) -> Outcome | None:
    """A time-out sends nothing and says what was last seen (rule 19); None while there is time."""
    last = seen.words() if seen.reachable else progress.seen.words() + " when it was last seen"
    advice = "Nothing more is sent: look at the node, then run again"
    if progress.arrived_at is not None:
        if now - progress.arrived_at < limits.settle_timeout:
            return None
        limit = format_duration(limits.settle_timeout)
        return Outcome("unknown", f"reached the wanted version but did not settle within {limit}; {last}. {advice}")
    if now - progress.sent_at < limits.upgrade_timeout:
        return None
    where = "has not reached the wanted version"
    if not seen.reachable or seen.away:
        where = "has not come back" if not seen.reachable else "has not been seen by the conductor again"
    return Outcome("unknown", f"{where} within {format_duration(limits.upgrade_timeout)}; {last}. {advice}")

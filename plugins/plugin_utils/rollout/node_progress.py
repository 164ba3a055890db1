# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of a node from one poll to the next, and the times that limit it. Pure.

What that amounts to is decided in ``judge``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..software.node_status import NodeStatus, runs
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
    #: How long a node must have been still before its operation counts as over, where no status says so (rule 33).
    operation_settle: float = 300
    stable_polls: int = 3
    poll_min: float = 2
    poll_max: float = 15
    #: How long a request may keep its prompt before it is taken for a conductor whose requests block.
    request_timeout: float = 60
    health_timeout: float = 900


@dataclass(frozen=True)
class NodeProgress:
    """What is remembered of a node from one poll to the next."""

    wanted: Version
    before: Version | None
    sent_at: float
    arrived_at: float | None = None
    good: int = 0
    old: int = 0
    old_since: float | None = None
    away_since: float | None = None
    was_away: bool = False
    longest_away: float = 0.0
    #: When a poll showed last that it is away, or had restarted.
    left_at: float | None = None
    #: Since when it has been settled on the same version; None: it is not, or may not have been.
    still_since: float | None = None
    #: When it was observed last.
    observed_at: float | None = None
    #: Did the last poll show the node itself? Else ``status`` is what it was like when it was last seen.
    in_sight: bool = True
    #: Does it look as if its operation had ended, which only our request or a time of stillness keeps open?
    held_open: bool = False
    bad_since: float | None = None
    status: NodeStatus = field(default_factory=NodeStatus)


def changed_progress(progress: NodeProgress, **changes: object) -> NodeProgress:
    """As ``dataclasses.replace``, for what is done with every node in every poll: that one costs five times as much."""
    changed = object.__new__(NodeProgress)
    changed.__dict__.update(progress.__dict__, **changes)
    return changed


def needs_probe(progress: NodeProgress, listed: NodeStatus) -> bool:
    """Is anything about to be decided that the list of assets alone cannot show (service, uptime)?

    A node that still runs what it ran, and was never away, may be writing its image for an hour.
    """
    if not listed.settled:
        return False
    return runs(listed, progress.wanted, progress.before) or progress.was_away


def remember(progress: NodeProgress, status: NodeStatus, now: float, limits: Limits) -> NodeProgress:
    """The progress of a node after one more poll.

    Absence is what polls have shown, from the first to the last of them: what lies between two polls proves nothing.
    """
    present, settled = not status.away, status.settled  # one that is settled is there, and nothing is at work on it
    arrived = runs(status, progress.wanted, progress.before)
    down = arrived and settled and status.service is False
    on_another = settled and not arrived and status.version is not None
    changed = status.version is not None and progress.status.version is not None
    changed = changed and not same_version(progress.status.version, status.version)
    # What was seen before the boot tells nothing of where the node came back to (rule 16): the list may lag behind.
    booted = bool(status.booted_since) and not progress.status.booted_since
    same = not booted and progress.old > 0 and status.version == progress.status.version
    longest_gap = max(limits.flap, 4 * limits.poll_max)
    gap = progress.observed_at is not None and now - progress.observed_at > longest_gap
    away_since = None if present else now if progress.away_since is None or gap else progress.away_since
    # A conductor shows nothing of its own absence but that it does not answer.
    back = progress.away_since is not None and now - progress.away_since > limits.flap
    return changed_progress(
        progress,
        status=status if status.reachable else progress.status,
        away_since=away_since,
        was_away=progress.was_away or not present,
        longest_away=max(progress.longest_away, 0.0 if away_since is None else now - away_since),
        left_at=now if (status.reachable and status.away) or booted or changed or back else progress.left_at,
        still_since=_still_since(progress, status, now, settled, gap or booted or back),
        observed_at=now,
        in_sight=status.reachable and not status.away,
        arrived_at=now if arrived and progress.arrived_at is None else progress.arrived_at,
        good=progress.good + 1 if arrived and settled and status.service else 0,
        old=(progress.old if same else 0) + 1 if on_another else 0,
        old_since=(progress.old_since if same else now) if on_another else None,
        bad_since=(now if progress.bad_since is None else progress.bad_since) if down else None,
    )


def without_absence(progress: NodeProgress) -> NodeProgress:
    """The progress of a node as if it had never been away."""
    return changed_progress(progress, was_away=False, longest_away=0.0, away_since=None, left_at=None)


def _still_since(
    progress: NodeProgress, status: NodeStatus, now: float, settled: bool, interrupted: bool
) -> float | None:
    """Since when a node has been settled and has shown the same version and service, as far as it was observed.

    A moment without an answer proves nothing; one that is ``interrupted`` begins the time anew.
    """
    if not status.reachable:
        return progress.still_since
    if not settled or status.version is None:
        return None
    last = progress.status
    same_service = status.partial or last.partial or status.service == last.service
    same = last.version is not None and same_version(last.version, status.version) and same_service
    return progress.still_since if same and not interrupted and progress.still_since is not None else now


def same_version(one: Version, other: Version) -> bool:
    """True if two texts may show the same version: one of them may show less of it."""
    return satisfies(one, other) is not False or satisfies(other, one) is not False

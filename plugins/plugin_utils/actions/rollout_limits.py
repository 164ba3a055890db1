# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of a rollout, from the arguments of its task: how many at once, how many failures, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..planning.admission import RolloutLimits
from ..planning.user_times import limit_lines, parse_user_time
from ..rollout.run_record import RunRecord
from .base import BadInput
from .run_records import earliest

_WINDOW = ("start_deadline", "window_end")


def rollout_limits(
    args: dict, began: datetime, downloads: int = 1, in_proof: int = 0, *, reverts: bool = False
) -> RolloutLimits:
    """What limits the rollout. Raises BadInput.

    ``began``: when the run began, which times such as +6h are relative to, so that they are the same for each batch;
    ``downloads``: how many routers may download at once; ``in_proof``: how many more may be begun beside those
    that only have to be proven.
    """
    return RolloutLimits(
        in_flight=args["in_flight"],
        downloads_in_flight=downloads,
        max_failures=args["max_failures"],
        max_fail_percentage=args["max_fail_percentage"],
        start_deadline=moment(args, "start_deadline", began),
        window_end=moment(args, "window_end", began),
        breaker_percent=args["breaker_percent"],
        breaker_patience=args["breaker_timeout"],
        group_patience=args["service_timeout"],
        reverts=reverts,
        in_proof=in_proof,
    )


def moment(args: dict, option: str, began: datetime) -> datetime | None:
    """A point in time of a user, or none. Raises BadInput for what is no time, or cannot be meant."""
    if args[option] is None:
        return None
    try:
        return parse_user_time(args[option], option, began, args["time_zone"])
    except ValueError as error:
        raise BadInput(str(error)) from error


def planned_begin(args: dict, now: datetime) -> datetime | None:
    """When a run that is only planned is going to begin; None where nobody has said so. Raises BadInput."""
    return moment(args, "planned_begin", now) if args.get("planned_begin") else None


def window_lines(args: dict, limits: RolloutLimits | None, now: datetime) -> list[str]:
    """The limits of time in full, for people."""
    if limits is None:
        return []
    named = (
        ("No node is started at or after (start_deadline)", limits.start_deadline),
        ("Everything must be finished by (window_end)", limits.window_end),
    )
    return limit_lines(named, now, args["time_zone"])


def within_window_of_run(limits: RolloutLimits, record: RunRecord) -> RolloutLimits:
    """The limits with the window as the first batch of the run has read it: a duration must not slide."""
    window = {name: earliest(getattr(record, name), getattr(limits, name)) for name in _WINDOW}
    for name, limit in window.items():
        setattr(record, name, limit.isoformat() if limit else None)
    return replace(limits, **window)

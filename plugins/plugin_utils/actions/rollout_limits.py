# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of a rollout, from the arguments of its task: how many at once, how many failures, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from ..clock import parse_limit
from ..planning.admission import RolloutLimits
from ..rollout.run_record import RunRecord
from .base import BadInput
from .run_records import earliest

_WINDOW = ("start_deadline", "window_end")


def rollout_limits(args: dict, downloads: int = 1, *, reverts: bool = False) -> RolloutLimits:
    """What limits the rollout. ``downloads``: how many routers may download at once. Raises BadInput."""
    return RolloutLimits(
        in_flight=positive(args, "in_flight"),
        downloads_in_flight=downloads,
        max_failures=args["max_failures"],
        max_fail_percentage=args["max_fail_percentage"],
        start_deadline=moment(args, "start_deadline"),
        window_end=moment(args, "window_end"),
        breaker_percent=args["breaker_percent"],
        breaker_patience=args["breaker_timeout"],
        group_patience=args["service_timeout"],
        reverts=reverts,
    )


def positive(args: dict, option: str) -> int:
    """A number of things at once. Raises BadInput below one."""
    if args[option] < 1:
        raise BadInput(f"{option} is {args[option]}; at least 1 is needed. Nothing was sent.")
    return args[option]


def moment(args: dict, option: str) -> datetime | None:
    """A point in time of a user, or none. Raises BadInput for anything but ISO 8601 with a zone."""
    if args[option] is None:
        return None
    try:
        return parse_limit(args[option], option)
    except ValueError as error:
        raise BadInput(str(error)) from error


def within_window_of_run(limits: RolloutLimits, record: RunRecord) -> RolloutLimits:
    """The limits with the window as the first batch of the run has read it: a duration must not slide."""
    window = {name: earliest(getattr(record, name), getattr(limits, name)) for name in _WINDOW}
    for name, limit in window.items():
        setattr(record, name, limit.isoformat() if limit else None)
    return replace(limits, **window)

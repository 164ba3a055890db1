# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings bind a run to an approved plan, and in which direction each may differ (rule 49). Pure.

A run may do less than what was approved, never more and nothing else. A new setting is a row here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Bound:
    """One setting. ``more``: does its value of now, the second, go beyond the approved one?"""

    name: str
    more: Callable[[object, object], bool]


def _another(approved: object, now: object) -> bool:
    return approved != now


def _larger(approved: object, now: object) -> bool:
    """None is no limit at all."""
    if approved is None:
        return False
    return now is None or _number(now) > _number(approved)


def _smaller(approved: object, now: object) -> bool:
    return _number(now) < _number(approved)


def _on(approved: object, now: object) -> bool:
    """What may be turned off, and not on."""
    return bool(now) and not approved


def _off(approved: object, now: object) -> bool:
    """What may be turned on, and not off."""
    return bool(approved) and not now


def _fewer(approved: object, now: object) -> bool:
    """A list of which nothing may be missing."""
    return not set(map(str, approved or ())) <= set(map(str, now or ()))


def _longer(approved: object, now: object) -> bool:
    """A list to which nothing may be added."""
    return not set(map(str, now or ())) <= set(map(str, approved or ()))


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


BOUND = (
    *(Bound(name, _another) for name in ("sequencing", "order", "simultaneous", "force", "cohort_id", "version_rule")),
    *(Bound(name, _another) for name in ("no_revert", "revert", "on_regression", "sequenced")),
    *(Bound(name, _on) for name in ("skip_package_transfer", "skip_pre_check", "skip_health_check")),
    *(Bound(name, _on) for name in ("ignore_running_operation", "allow_newer_routers", "download")),
    *(Bound(name, _off) for name in ("download_first", "health_check", "compare")),
    *(Bound(name, _larger) for name in ("in_flight", "downloads_in_flight", "max_failures", "max_fail_percentage")),
    *(Bound(name, _larger) for name in ("breaker_percent", "breaker_timeout")),
    *(Bound(name, _smaller) for name in ("bake", "pair_soak", "stable_polls")),
    Bound("reconnect_after", _another),
    Bound("post_checks", _fewer),
    Bound("allow_alarms", _longer),
)
#: The limits of time, which are compared as points in time, or as they are written where they count from the start.
WINDOW = ("start_deadline", "window_end")


def limits_of(args: Mapping[str, object]) -> dict[str, object]:
    """The settings that bind, from the options of a task."""
    return {bound.name: args[bound.name] for bound in BOUND if bound.name in args}

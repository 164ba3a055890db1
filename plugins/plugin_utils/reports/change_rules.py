# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings bind a run to an approved plan, and in which direction each may differ (rule 49). Pure.

A run may do less than what was approved, never more and nothing else. Whatever decides what is sent, or when a run
stops, is a row here. Every other option and variable stands in ``change_free`` with the reason why it binds nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

#: What stands for all checks in a list of checks.
_ALL = "all"


@dataclass(frozen=True)
class Bound:
    """One setting. ``more``: does its value of now, the second, go beyond the approved one?"""

    name: str
    more: Callable[[object, object], bool]


def _another(approved: object, now: object) -> bool:
    return plain(approved) != plain(now)


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
    return _ALL not in _words(now) and not _words(approved) <= _words(now)


def _fewer_areas(approved: object, now: object) -> bool:
    """A list of which nothing may be missing, and that stands for everything if it is empty."""
    return bool(now) and (not approved or not _words(approved) <= _words(now))


def _longer(approved: object, now: object) -> bool:
    """A list to which nothing may be added."""
    return not _words(now) <= _words(approved)


def _laxer(*from_strict: str) -> Callable[[object, object], bool]:
    """One of these words, the strictest first: a later one is laxer. Any other word is something else."""

    def more(approved: object, now: object) -> bool:
        if approved not in from_strict or now not in from_strict:
            return approved != now
        return from_strict.index(str(now)) > from_strict.index(str(approved))

    return more


def _words(value: object) -> set[str]:
    return set(map(str, value)) if isinstance(value, (list, tuple)) else {str(value)} if value else set()


def _number(value: object) -> float:
    with contextlib.suppress(TypeError, ValueError):
        return float(value)  # type: ignore[arg-type]
    return 0.0


def plain(value: object) -> object:
    """A value of which two spellings are the same: a role has a number of the command line as text."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return float(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


#: Options of software_upgrade and software_downgrade.
BOUND = (
    *(Bound(name, _another) for name in ("sequencing", "order", "simultaneous", "force", "cohort_id", "version_rule")),
    *(Bound(name, _another) for name in ("no_revert", "revert", "on_regression", "sequenced", "reconnect_after")),
    *(Bound(name, _another) for name in ("compare_include", "compare_thresholds")),
    *(Bound(name, _on) for name in ("skip_package_transfer", "skip_pre_check", "skip_health_check")),
    *(Bound(name, _on) for name in ("ignore_running_operation", "allow_newer_routers", "download")),
    *(Bound(name, _off) for name in ("download_first", "health_check", "compare", "stop_file")),
    *(Bound(name, _larger) for name in ("in_flight", "in_proof", "downloads_in_flight")),
    *(Bound(name, _larger) for name in ("max_failures", "max_fail_percentage")),
    *(Bound(name, _larger) for name in ("breaker_percent", "breaker_timeout", "flap", "request_timeout")),
    *(Bound(name, _larger) for name in ("upgrade_timeout", "settle_timeout", "service_timeout", "health_timeout")),
    *(Bound(name, _larger) for name in ("download_timeout", "download_silence", "post_check_timeout")),
    *(Bound(name, _smaller) for name in ("bake", "pair_soak", "stable_polls", "revert_grace", "operation_settle")),
    # What begins before the end of the window is what is expected to be over by then.
    *(Bound(name, _smaller) for name in ("expected_download", "expected_upgrade")),
    *(Bound(name, _smaller) for name in ("expected_revert", "expected_outage")),
    # None is the time that the conductor needs to list everything again; nobody can say which number is laxer.
    Bound("compare_grace", _another),
    Bound("compare_areas", _fewer_areas),
    Bound("compare_exclude", _longer),
    Bound("post_checks", _fewer),
    Bound("allow_alarms", _longer),
    Bound("health_check_unknown", _laxer("hold", "warn")),
    Bound("several_builds", _laxer("refuse", "newest")),
    Bound("newer", _laxer("block", "skip")),
    Bound("disconnected", _laxer("block", "skip")),
)
#: What only a role or a playbook decides. They give it to the task as ``run_settings``.
OF_RUN = (
    *(Bound(name, _fewer) for name in ("checks", "router_checks")),
    *(Bound(name, _off) for name in ("backup", "backup_required")),
    *(Bound(name, _larger) for name in ("batch_fail_percentage", "recent_failures", "assets_timeout")),
    *(Bound(name, _another) for name in ("before", "after", "backup_hook")),
)
#: Options that say nothing where only nodes of the conductor are upgraded, one at a time.
OF_ROUTERS = frozenset(
    (
        *("in_flight", "in_proof", "downloads_in_flight", "max_failures", "max_fail_percentage", "breaker_percent"),
        *("breaker_timeout", "bake", "order", "newer", "disconnected", "download", "download_first"),
        *("sequenced", "download_timeout", "download_silence", "expected_download"),
    )
)
#: The limits of time, which are compared as points in time.
WINDOW = ("start_deadline", "window_end")


def limits_of(args: Mapping[str, object]) -> dict[str, object]:
    """The settings that bind, from the options of a task."""
    return {bound.name: args[bound.name] for bound in BOUND if bound.name in args}


def rules_for(*limits: Mapping[str, object]) -> Iterator[Bound]:
    """The rule for each setting that one of these has. What has none must be the same."""
    known = {bound.name: bound for bound in (*BOUND, *OF_RUN)}
    names = dict.fromkeys([*known, *(name for one in limits for name in one)])
    return (known.get(name) or Bound(name, _another) for name in names)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done around each upgrade, from the arguments of its task: checks, comparison, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..checks.custom import BadCheck
from ..checks.registry import Check, CheckResult
from ..checks.selection import select_checks
from ..planning.durations import Estimates
from ..rollout.post_checks import PostCheckOptions
from ..rollout.regressions import ComparisonOptions
from ..rollout.verify import HealthOptions
from ..snapshots.take import AREAS, check_areas
from ..snapshots.thresholds import check_thresholds
from ..software.versions import parse
from .base import BadInput, patterns


def estimates_of(args: dict) -> Estimates:
    """How long each part is expected to take, until the run knows better."""
    return Estimates(
        download=args["expected_download"],
        upgrade=args["expected_upgrade"],
        revert=args["expected_revert"],
        soak=args["pair_soak"],
        outage=args["expected_outage"],
    )


def comparison_options(args: dict) -> ComparisonOptions | None:
    """What is compared with the time before. Raises BadInput for what cannot be compared."""
    if not args["compare"]:
        return None
    patterns([*args["compare_include"], *args["compare_exclude"]], "compare_include or compare_exclude")
    try:
        areas = check_areas(args["compare_areas"] or None)
        check_thresholds(args["compare_thresholds"] or {}, AREAS)
    except ValueError as error:
        raise BadInput(f"{error} Nothing was sent.") from error
    return ComparisonOptions(
        tuple(areas),
        args["compare_thresholds"] or {},
        tuple(args["compare_include"]),
        tuple(args["compare_exclude"]),
        args["on_regression"],
        args["compare_grace"],
    )


def health_options(args: dict) -> HealthOptions:
    """The health check after each node."""
    return HealthOptions(
        args["health_check"], args["health_check_unknown"], args["health_timeout"], args["retry_pause"]
    )


def post_check_options(
    args: dict, version: str | None = None, record: Callable[[Sequence[CheckResult]], None] = lambda results: None
) -> PostCheckOptions | None:
    """The named checks after each node; None if there are none. Raises UnknownCheck and BadInput.

    ``record``: is given the results of each node.
    """
    try:
        checks = select_checks(args["post_checks"], "post") if args["post_checks"] else []
    except BadCheck as error:
        raise BadInput(f"{error} Nothing was sent.") from error
    patterns(args["allow_alarms"], "allow_alarms")
    return _options_of(checks, args, version, record) if checks else None


def repeated_checks(
    args: dict, version: str | None = None, record: Callable[[Sequence[CheckResult]], None] = lambda results: None
) -> dict[str, PostCheckOptions]:
    """The checks that are to be made again, by router. Raises UnknownCheck and BadInput."""
    given = args["checks_to_repeat"] or {}
    try:
        checks = {str(router): select_checks(entries, "pre") for router, entries in given.items() if entries}
    except (BadCheck, TypeError) as error:
        raise BadInput(f"checks_to_repeat: {error} Nothing was sent.") from error
    return {
        router: replace(_options_of(chosen, args, version, record), alarms_before=frozenset(), after=False)
        for router, chosen in checks.items()
    }


def _options_of(
    checks: Sequence[Check], args: dict, version: str | None, record: Callable[[Sequence[CheckResult]], None]
) -> PostCheckOptions:
    before = [(alarm["category"], alarm["message"], alarm["router"] or None) for alarm in args["alarms_before"]]
    return PostCheckOptions(
        tuple(checks),
        requested_version=parse(version) if version else None,
        wait_timeout=args["post_check_timeout"],
        poll_interval=args["poll_min"],
        retry_pause=args["retry_pause"],
        stable_polls=args["stable_polls"],
        allow_alarms=patterns(args["allow_alarms"], "allow_alarms"),
        alarms_before=frozenset(before),
        plugins_before=args["plugins_before"],
        grace=args["compare_grace"],
        health_timeout=args["health_timeout"],
        health_unknown=args["health_check_unknown"],
        record=record,
    )

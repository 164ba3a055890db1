# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check that compares a router with its snapshot from before the operation (see the package snapshots).

It is not in the registry: it keeps state, since a router is compared again until its time is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..clock import format_duration
from ..pcli.errors import DeviceError
from ..snapshots.compare import Change, check_thresholds, compare, unavailable, verdict, waits
from ..snapshots.take import AREAS, check_areas, comparable_areas, take
from .context import Authority, Context
from .registry import Check, Finding, failed, passed, skipped, warned

NAME = "comparison"
#: Changes that the evidence names; a hub may have hundreds.
_MAX_NAMED = 40


def check_comparison(
    areas: Sequence[str], thresholds: Mapping[str, float | str | None], snapshots: Mapping
) -> list[str]:
    """The areas to compare. Raises ValueError with a sentence for what cannot be compared; sends nothing."""
    wanted = check_areas(areas or None)
    check_thresholds(thresholds, AREAS)
    for router, snapshot in snapshots.items():
        _check_snapshot(router, snapshot)
    return wanted


def _check_snapshot(router: str, snapshot: object) -> None:
    """Raise ValueError if this is no snapshot of the router, before anything is sent."""
    if not isinstance(snapshot, Mapping) or not isinstance(snapshot.get("nodes"), list) or "at" not in snapshot:
        raise ValueError(f"snapshots: what is given for {router} is no snapshot. Give what snapshot_info returns.")
    try:
        compare(snapshot, snapshot)
    except (AttributeError, TypeError):
        raise ValueError(f"snapshots: that of {router} is damaged. Take it anew with snapshot_info.") from None
    except ValueError as error:
        raise ValueError(f"snapshots, {router}: {error}") from error
    if snapshot.get("router") != router:
        raise ValueError(f"snapshots: what is given for {router} is the snapshot of {snapshot.get('router')}.")


@dataclass
class Comparison:
    """Compares a router with its snapshot: the function of a check that is made for each router.

    ``areas`` None: all that a snapshot holds. ``choice``: include, exclude and grace, as compare() takes them.
    ``keep``: a router that has passed is not compared again.
    """

    snapshots: Mapping[str, Mapping]
    areas: list[str] | None
    thresholds: Mapping[str, float | str | None]
    choice: Mapping[str, object]
    keep: bool
    _passed: dict[str, Finding] = field(default_factory=dict)

    @property
    def check(self) -> Check:
        """The comparison as a check, which blocks where something was lost."""
        about = "The router has lost nothing since its snapshot."
        return Check(NAME, about, "block", ("post",), self, per="router")

    def __call__(self, context: Context) -> Finding:
        before = self.snapshots.get(context.router)
        if before is None:
            return skipped("there is no snapshot of it")
        if self.keep and context.target in self._passed:
            return self._passed[context.target]
        finding = self._compared(context, before)
        if finding.state == "pass":
            self._passed[context.target] = finding
        return finding

    def _compared(self, context: Context, before: Mapping) -> Finding:
        areas = self.areas or [name for name in AREAS if before["areas"].get(name) is not None]
        areas = comparable_areas(areas, context.authority.assets_count)
        # Another release may have other processes; the versions cost no command.
        wanted = {*areas, "versions"}
        authority = context.authority
        alarms = _alarms(authority) if "alarms" in wanted else None
        after = take(context.conductor, context.router, before["nodes"], wanted, assets=authority.assets, alarms=alarms)
        changes = compare(
            before,
            after,
            areas,
            thresholds=self.thresholds,
            in_flight={asset.router for asset in authority.assets if asset.router and not asset.settled},
            half_done=len({asset.version_text for asset in context.pair.values()}) > 1,
            elapsed=context.back_for,
            conductor=context.kind == "conductor",
            assets_count=context.authority.assets_count,
            **self.choice,
        )
        if regression := verdict(changes, self.thresholds):
            return failed(
                f"worse than in the snapshot of {before['at']}, {regression.rstrip('.')}. Check it before "
                "anything else is upgraded; accepted changes can be named in compare_exclude or compare_thresholds",
                _evidence(changes),
            )
        if (left := waits(changes)) is not None:
            missing = "; ".join(change.words for change in changes if change.counts_in is not None)
            return warned(
                f"not back yet, and given {format_duration(left)} more: {missing}", _evidence(changes), pending=True
            )
        if missing := unavailable(before, after, areas):
            reasons = "; ".join(f"{area}: {reason.rstrip('.')}" for area, reason in missing.items())
            return warned(f"no known loss, but not everything could be compared: {reasons}")
        summary = (
            "no more was lost than is accepted" if any(change.counts for change in changes) else "nothing was lost"
        )
        return passed(f"{summary} since the snapshot of {before['at']}", _evidence(changes))


def _alarms(authority: Authority) -> list | DeviceError | None:
    """All alarms, read once for all routers. Where they are unavailable, the snapshot says so itself."""
    error = authority.alarms_unavailable
    if error is None:
        return authority.all_alarms
    return error if isinstance(error, DeviceError) else None


def _evidence(changes: list[Change]) -> str:
    """The changes in words: those that count first, the others with the reason why they do not."""
    ordered = sorted(changes, key=lambda change: not change.counts)[:_MAX_NAMED]
    texts = [f"{change.area}: {change.words}" + ("" if change.counts else f" ({change.why_not})") for change in ordered]
    return "; ".join(texts) + (f"; and {len(changes) - _MAX_NAMED} more" if len(changes) > _MAX_NAMED else "")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of capacity: space on the disks, and time in the maintenance window."""

from __future__ import annotations

from datetime import datetime

from ..clock import format_duration
from ..conductor import queries
from ..planning.durations import Estimates
from ..planning.user_times import parse_zone
from ..software.disks import Disk
from ..software.versions import satisfies
from .check_context import CheckContext
from .parameters import REQUIRED, Parameter, moment, number, zone
from .registry import Finding, check, failed, passed, skipped, warned
from .upgrade_path import findings_of, reason_and_evidence

#: The alarm "disk space low" comes with less than this free, in per cent (events_alarms).
_LOW = 10.0
#: The conversion to images splits the disk in two (release notes 7.2); figures are documented nowhere.
_HALF = 50.0
_EXPECTED = Estimates()


@check(
    "disk_space",
    "The disks of this node have room, where that is shown; a conversion to images needs about half of it free.",
    stages=("pre",),
    probes_target=True,
    parameters={"min_free": Parameter("the per cent of each disk that must be free (V(10) by default).", number, _LOW)},
)
def disk_space(context: CheckContext, min_free: float = _LOW) -> Finding:
    row = context.pair.get(context.node)
    if row is not None and row.away and context.kind == "router":
        return skipped("it is disconnected, so it cannot be asked")
    conversion = findings_of("disk_space", context)
    needs = f". {reason_and_evidence(conversion)[0]}" if conversion else ""
    try:
        disks = queries.disks(context.conductor, context.router, context.node)
    except queries.NotAvailable as reason:
        unknown = f"how full its disks are could not be determined: {str(reason).rstrip('.')}{needs}"
        return warned(unknown, undetermined=True) if conversion else skipped(unknown)
    evidence = "\n".join(f"{disk.mount}: {disk.used:g} % used" for disk in disks)
    low = [disk for disk in disks if 100 - disk.used < min_free]
    if low:
        return failed(
            f"too little room on {_shown(low)}; {min_free:g} % must be free. Delete old archives in "
            f"/var/log/128technology and ISO files{needs}",
            evidence,
        )
    tight = [disk for disk in disks if disk.mount == "/" and 100 - disk.used < _HALF]
    if conversion and tight:
        return warned(f"{_shown(tight)} for a conversion{needs}", evidence)
    return passed(f"there is room: {_shown(disks)}", evidence)


def _shown(disks: list[Disk]) -> str:
    return ", ".join(f"{disk.mount} ({disk.used:g} % used)" for disk in disks[:5])


@check(
    "time_left",
    "The work on this router, and a revert, fit into the time that is left of the window.",
    stages=("pre",),
    per="router",
    parameters={
        "window_end": Parameter(
            "the end of the window, such as V(05:00), V(+6h), or a date and a time; or V(none).",
            moment,
            REQUIRED,
            timed=True,
        ),
        "time_zone": Parameter("the time zone of V(window_end) where it names none, such as V(Europe/Berlin).", zone),
        "expected_upgrade": Parameter("the seconds that a node takes.", number, _EXPECTED.upgrade),
        "expected_revert": Parameter("the seconds that a revert of a node takes.", number, _EXPECTED.revert),
        "pair_soak": Parameter("the seconds of soak between the nodes of a pair.", number, _EXPECTED.soak),
    },
)
def time_left(
    context: CheckContext,
    window_end: datetime,
    time_zone: str = "",
    expected_upgrade: float = _EXPECTED.upgrade,
    expected_revert: float = _EXPECTED.revert,
    pair_soak: float = _EXPECTED.soak,
) -> Finding:
    nodes = _outdated_nodes(context)
    if not nodes:
        return passed("there is nothing to do")
    needed = nodes * expected_upgrade + (nodes - 1) * pair_soak + expected_revert
    left = max(0.0, (window_end - context.authority.clock.wall()).total_seconds())
    work = f"{nodes} node{'s' * (nodes > 1)} and a revert"
    words = f"{format_duration(needed)} are expected for {work}, {format_duration(left)} are left"
    if needed > left:
        shown = window_end.astimezone(parse_zone(time_zone) or window_end.tzinfo).isoformat(timespec="seconds")
        return failed(f"{words} until {shown}. Use another window, or move the end of this one")
    return passed(words)


def _outdated_nodes(context: CheckContext) -> int:
    """The number of nodes that do not run the requested version; all of them where no version is given."""
    if context.wanted is None:
        return max(1, len(context.pair))
    return sum(asset.version is None or not satisfies(asset.version, context.wanted) for asset in context.pair.values())

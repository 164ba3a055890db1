# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two snapshots of a router and says what became worse. Pure: no conductor, no clock.

Every difference is kept for people, with the reason where it does not count (change_rules.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..software.alarms import Moment
from .change import Change
from .change_rules import ChangeCase, judged
from .thresholds import DEFAULT_THRESHOLDS, allowed

VERSION = 1
#: Of an area without a threshold.
_NEVER = {"counts": False, "why_not": "changes of this kind do not count"}


def compare(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    areas: Iterable[str] | None = None,
    *,
    thresholds: Mapping[str, float | str | None] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    in_flight: Collection[str] = (),
    half_done: bool = False,
    elapsed: float | None = None,
    grace: float | None = None,
    conductor: bool = False,
    assets_count: bool = True,
) -> list[Change]:
    """Every difference between two snapshots of one router, each with whether it counts.

    ``areas``: those to compare, by default all that both snapshots hold; what either does not hold is not compared
    (see :func:`unavailable`). ``include``, ``exclude``: regular expressions that are searched in ``area: key``.
    ``in_flight``: routers that are being worked on, or are not settled: what leads to them does not count.
    ``half_done``: one node of the pair is upgraded and the other is not yet. ``elapsed``: seconds since the node was
    done; None gives nothing time. ``grace``: seconds for everything that is given time, instead of those in the tables.
    ``conductor``: the router is a conductor. ``assets_count``: see :class:`Moment`.
    Raises ValueError where the two cannot be compared, or a pattern is none.
    """
    _check_pair(before, after)
    chosen = _filter(include, exclude)
    limits = {**DEFAULT_THRESHOLDS, **(thresholds or {})}
    moving = frozenset(in_flight) - {before.get("router")}
    upgraded = _upgraded(before, after)
    slow = _slow(before, after)
    moment = Moment(True, half_done, elapsed, conductor, slow, assets_count, grace)
    changes: list[Change] = []
    for area in _both(before, after, areas):
        for change, old, new in _differences(area, before["areas"][area], after["areas"][area]):
            if chosen(f"{area}: {change.key}"):
                case = ChangeCase(change, old, new, before["areas"], moving, upgraded, moment)
                changes.append(judged(case) if limits.get(area, 0) is not None else replace(change, **_NEVER))
    return _moved_paths(changes, before["areas"], after["areas"])


def verdict(changes: Iterable[Change], thresholds: Mapping[str, float | str | None] | None = None) -> str | None:
    """The regression as a sentence, or None where no area lost more than it may.

    ``thresholds`` by area: a number of losses that is still accepted, or a share of what was there before ("10%");
    0 where nothing is said. Raises ValueError for a threshold that is neither.
    """
    limits = {**DEFAULT_THRESHOLDS, **(thresholds or {})}
    by_area: dict[str, list[Change]] = {}
    for change in changes:
        if change.counts:
            by_area.setdefault(change.area, []).append(change)
    sentences = [
        _sentence(area, lost, limits.get(area, 0))
        for area, lost in by_area.items()
        if limits.get(area, 0) is not None
        and sum(change.weight for change in lost)
        > allowed(limits.get(area, 0), max(change.of for change in lost), area)
    ]
    return ". ".join(sentences) + "." if sentences else None


def waits(changes: Iterable[Change]) -> float | None:
    """After how many seconds the last of what is given time would count; None where nothing is."""
    return max((change.counts_in for change in changes if change.counts_in is not None), default=None)


def unavailable(
    before: Mapping[str, Any], after: Mapping[str, Any], areas: Iterable[str] | None = None
) -> dict[str, str]:
    """The areas that could not be compared, with the reason."""
    names = list(before["areas"]) if areas is None else list(areas)
    reasons = {}
    for name in names:
        for when, snapshot in (("before", before), ("after", after)):
            if snapshot["areas"].get(name) is None and name not in reasons:
                reason = snapshot.get("unavailable", {}).get(name) or "It was not requested."
                reasons[name] = f"Not known {when} the upgrade: {reason}"
    return reasons


def _sentence(area: str, lost: Sequence[Change], limit: float | str | None) -> str:
    shown = "; ".join(change.words for change in lost[:3]) + (f"; and {len(lost) - 3} more" if len(lost) > 3 else "")
    number, of = sum(change.weight for change in lost), max(change.of for change in lost)
    # A new alarm is none of those that were there before.
    share = f"{number} new or worse" if area == "alarms" else f"{number} of {of} worse than before"
    accepted = f", {limit} accepted" if limit else ""
    return f"{area}: {share}{accepted} ({shown})"


# -- finding the differences --------------------------------------------------------------------------------------


def _check_pair(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    for name, snapshot in (("first", before), ("second", after)):
        if snapshot.get("version") != VERSION or not isinstance(snapshot.get("areas"), Mapping):
            raise ValueError(
                f"The {name} of both is no snapshot of version {VERSION} (it says {snapshot.get('version')!r}). Take "
                "it anew with this release of the collection."
            )
    if before.get("router") != after.get("router"):
        raise ValueError(
            f"A snapshot of {before.get('router')} cannot be compared with one of {after.get('router')}. Give two of "
            "the same router."
        )


def _filter(include: Sequence[str], exclude: Sequence[str]) -> Callable[[str], bool]:
    """Whether a text is compared: ``exclude`` wins, and an empty ``include`` takes all. Raises ValueError."""
    included, excluded = _patterns(include), _patterns(exclude)

    def chosen(text: str) -> bool:
        if any(pattern.search(text) for pattern in excluded):
            return False
        return not included or any(pattern.search(text) for pattern in included)

    return chosen


def _patterns(texts: Sequence[str]) -> list[re.Pattern[str]]:
    patterns = []
    for text in texts:
        try:
            patterns.append(re.compile(text, re.IGNORECASE))
        except re.error as error:
            raise ValueError(f"The pattern {text!r} is no regular expression: {error}.") from None
    return patterns


def _both(before: Mapping[str, Any], after: Mapping[str, Any], areas: Iterable[str] | None) -> list[str]:
    names = list(before["areas"]) if areas is None else list(areas)
    return [name for name in names if before["areas"].get(name) is not None and after["areas"].get(name) is not None]


def _differences(
    area: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[Change, Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    of = sum(entry["state"] for entry in old.values()) if area == "totals" else len(old)
    for key in sorted({**old, **new}):
        old_entry, new_entry = old.get(key), new.get(key)
        kind = "added" if old_entry is None else "missing" if new_entry is None else "changed"
        states = [entry and entry.get("state") for entry in (old_entry, new_entry)]
        if kind == "changed" and states[0] == states[1] and old_entry.get("well") == new_entry.get("well"):
            continue
        weight = max(1, (states[0] or 0) - (states[1] or 0)) if area == "totals" else 1
        yield Change(area, kind, key, *states, of=of, weight=weight), old_entry, new_entry


def _upgraded(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """True if a node is known to run another version than before."""
    old, new = (snapshot["areas"].get("versions") or {} for snapshot in (before, after))
    return any(node in new and new[node].get("state") != entry.get("state") for node, entry in old.items())


def _slow(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """True if a node takes long to come back, since it is or was package-based."""
    kinds = [
        entry.get("install_type")
        for snapshot in (before, after)
        for entry in (snapshot["areas"].get("versions") or {}).values()
    ]
    return "package" in kinds


def _moved_paths(changes: list[Change], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """A path that is gone and one that is new, from the same port to the same peer: its destination has moved."""
    new = [
        change
        for change in changes
        if (change.area, change.kind) == ("peers", "added") and after["peers"][change.key].get("well")
    ]
    judged = []
    for change in changes:
        if change.area == "peers" and change.kind == "missing" and (change.counts or change.counts_in is not None):
            group = before["peers"][change.key].get("group")
            replacement = next((path for path in new if group and after["peers"][path.key].get("group") == group), None)
            if replacement:
                new.remove(replacement)
                change = replace(change, counts=False, why_not=f"it is now {replacement.key}", counts_in=None)
        judged.append(change)
    return judged

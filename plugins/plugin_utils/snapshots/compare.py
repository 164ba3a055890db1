# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares two snapshots of a router and says what became worse. Pure: no conductor, no clock.

A change counts when something that was known to work is now known not to. Everything else is kept for people, with the
reason why it does not count: what is new, what was bad before, what is on its way (rule 21), what is given time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ..clock import format_duration
from ..software.alarms import COMPARED, PASSES, STOPS, Moment, judge, same_alarm
from .thresholds import DEFAULT_THRESHOLDS, allowed, check_thresholds

__all__ = ["TRANSIENT", "Change", "allowed", "check_thresholds", "compare", "unavailable", "verdict", "waits"]

VERSION = 1


@dataclass(frozen=True)
class Change:
    """One difference. ``before`` and ``after``: the words for its state, None where it was not there.

    ``counts``: True for a loss; if not, ``why_not`` says why, and ``counts_in`` how many seconds it is still given.
    ``of``: how many entries the area had before; ``weight``: how many of them this change stands for.
    """

    area: str
    kind: str
    key: str
    before: Any
    after: Any
    counts: bool = True
    why_not: str = ""
    counts_in: float | None = None
    of: int = 0
    weight: int = 1

    def as_data(self) -> dict[str, Any]:
        """Plain data, for Ansible."""
        return asdict(self)

    @property
    def words(self) -> str:
        """The change for people."""
        if self.kind == "added":
            return f"{self.key} is new ({self.after})"
        if self.kind == "missing":
            return f"{self.key} is gone (was {self.before})"
        return f"{self.key} was {self.before}, is {self.after}"


@dataclass(frozen=True)
class Transient:
    """Something that passes by itself after an upgrade: time that it is given, in seconds, and who says so."""

    area: str
    seconds: float
    source: str


#: What has to come up again after a boot; the times are ours. Those of alarms are in software/alarm_table.py.
TRANSIENT: tuple[Transient, ...] = (
    Transient("connectivity", 300, "nodes find each other after a boot"),
    Transient("peers", 300, "a path comes up after a boot"),
    Transient("bgp", 300, "a session comes up after a boot"),
)


@dataclass(frozen=True)
class _Case:
    """The input of a rule: the change, its entries, and the circumstances."""

    change: Change
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    before: Mapping[str, Any]
    moving: frozenset[str]
    upgraded: bool
    moment: Moment

    @property
    def towards(self) -> str | None:
        return (self.new or {}).get("towards") or (self.old or {}).get("towards")


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

    ``areas``: those to compare, by default all that both snapshots hold; what either could not tell is not compared
    (see :func:`unavailable`). ``include``, ``exclude``: regular expressions that are searched in ``area: key``.
    ``in_flight``: routers that are being worked on, or are not settled: what leads to them does not count.
    ``half_done``: one node of the pair is upgraded and the other is not yet. ``elapsed``: seconds since the node was
    done; None gives nothing time. ``grace``: seconds for everything that is given time, instead of those in the tables.
    ``conductor``: the router is a conductor. ``assets_count``: see :class:`Moment`.
    Raises ValueError where the two cannot be compared, or a pattern is none.
    """
    _check_pair(before, after)
    wanted, unwanted = _patterns(include), _patterns(exclude)
    limits = {**DEFAULT_THRESHOLDS, **(thresholds or {})}
    moving = frozenset(in_flight) - {before.get("router")}
    upgraded = _upgraded(before, after)
    slow = _slow(before, after)
    moment = Moment(True, half_done, elapsed, conductor, slow, assets_count, grace)
    changes: list[Change] = []
    for area in _both(before, after, areas):
        for change, old, new in _differences(area, before["areas"][area], after["areas"][area]):
            text = f"{area}: {change.key}"
            if any(pattern.search(text) for pattern in unwanted) or (
                wanted and not any(pattern.search(text) for pattern in wanted)
            ):
                continue
            if limits.get(area, 0) is None:
                changes.append(replace(change, counts=False, why_not="changes of this kind do not count"))
                continue
            changes.append(_judged(_Case(change, old, new, before["areas"], moving, upgraded, moment)))
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
                reason = snapshot.get("unavailable", {}).get(name) or "It was not asked for."
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


# -- does it count? -----------------------------------------------------------------------------------------------


def _judged(case: _Case) -> Change:
    why_not = next((reason for rule in _RULES if (reason := rule(case))), None)
    if why_not:
        return replace(case.change, counts=False, why_not=why_not)
    return _judged_alarm(case) if case.change.area == "alarms" else _given_time(case)


def _given_time(case: _Case) -> Change:
    change, moment = case.change, case.moment
    row = next((row for row in TRANSIENT if row.area == change.area), None)
    if row is None:
        return change
    seconds = row.seconds if moment.grace is None else moment.grace
    if moment.elapsed is None or moment.elapsed >= seconds:
        return change
    why_not = f"it may pass by itself and is given {format_duration(seconds)} ({row.source})"
    return replace(change, counts=False, why_not=why_not, counts_in=seconds - moment.elapsed)


def _judged_alarm(case: _Case) -> Change:
    """By the table of alarms: what is expected, passes, or is no fault does not count, and the change says why."""
    judgement = judge(_message(case.change.key), case.change.after, case.moment)
    if judgement.effect in (STOPS, COMPARED):
        return case.change
    left = judgement.left if judgement.effect == PASSES else None
    return replace(case.change, counts=False, why_not=judgement.words, counts_in=left)


def _message(key: str) -> str:
    """The text of an alarm in the key of its entry, ``node: category: text``."""
    return key.split(": ", 2)[-1]


def _alarm_rule(case: _Case) -> str | None:
    if case.change.area != "alarms":
        return None
    if case.new is None:
        return "the alarm is gone"
    if case.new.get("well") is not False:
        return f"an alarm of severity {case.change.after} needs no action now"
    if case.old and case.old.get("well") is False:
        return "it was as bad before"
    earlier = next((key for key, entry in (case.before.get("alarms") or {}).items() if _as_bad(entry, key, case)), None)
    return f"it was there before, as '{_message(earlier)}'" if earlier else None


def _as_bad(entry: Mapping[str, Any], key: str, case: _Case) -> bool:
    """True if it was there on the same node and as bad, in the words of another release or with another figure."""
    place, own = key.partition(": ")[0], case.change.key.partition(": ")[0]
    return place == own and entry.get("well") is False and same_alarm(_message(key), _message(case.change.key))


def _totals_rule(case: _Case) -> str | None:
    if case.change.area != "totals":
        return None
    if not (case.old and case.old.get("settled")):
        return "only assets that leave a settled state are lost"
    return "there are not less than before" if (case.change.after or 0) >= case.change.before else None


def _loss_rule(case: _Case) -> str | None:
    """It worked before, and does not work now."""
    change, old, new = case.change, case.old, case.new
    if change.area in ("alarms", "totals"):
        return None
    if old is None:
        return "it was not there before, so nothing was lost"
    if old.get("well") is not True:
        return "it did not work before" if old.get("well") is False else "whether it worked before is not known"
    if new is not None and new.get("well") is not False:
        return "it works" if new.get("well") else f"whether it works cannot be told from '{change.after}'"
    return None


def _process_rule(case: _Case) -> str | None:
    """Another release has other processes: one that is gone is none that broke."""
    if case.change.area in ("processes", "primaries") and case.change.kind == "missing" and case.upgraded:
        return "another release may have other processes"
    return None


def _redundancy_rule(case: _Case) -> str | None:
    """A port of a redundant pair of ports may be down where the other one has taken over."""
    if case.change.area == "interfaces" and case.old and case.new:
        parts = (case.old.get("redundancy"), case.new.get("redundancy"))
        if parts[0] != parts[1]:
            return f"its part in a redundant pair of ports is another one ({parts[0]}, now {parts[1]})"
    return None


def _administration_rule(case: _Case) -> str | None:
    if case.change.area == "interfaces" and case.new and case.new.get("admin") == "down":
        return "it is administratively down"
    return None


def _in_flight_rule(case: _Case) -> str | None:
    """Rule 21: what leads to a router that is being worked on, or is not settled, says nothing about this one."""
    towards = case.towards
    if towards is not None:
        router = next((name for name in sorted(case.moving) if _leads_to(towards, name)), None)
        return f"it leads to {router}, which is being worked on or not settled" if router else None
    if not _is_session(case):
        return None
    near = sorted(case.moving & _peers_of(case))
    return f"it may lead to {', '.join(near)}, being worked on or not settled" if near else None


def _leads_to(towards: str, router: str) -> bool:
    # The end of a connection is spelled node.router in samples and router.node in the list of alarms.
    return towards == router or towards.endswith(f".{router}") or towards.startswith(f"{router}.")


def _is_session(case: _Case) -> bool:
    """A BGP session: its neighbour is an address, and which router that is cannot be told."""
    category = str((case.new or case.old or {}).get("category", ""))
    return case.change.area == "bgp" or (case.change.area == "alarms" and category.startswith("bgp"))


def _peers_of(case: _Case) -> frozenset[str]:
    """The routers that a session may lead to: those that this one has paths to, or any where that is not known."""
    peers = case.before.get("peers")
    return case.moving if peers is None else frozenset(peer.get("towards") for peer in peers.values())


_RULES: tuple[Callable[[_Case], str | None], ...] = (
    _alarm_rule,
    _totals_rule,
    _loss_rule,
    _process_rule,
    _redundancy_rule,
    _administration_rule,
    _in_flight_rule,
)


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

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a difference between two snapshots counts as a loss, and why not. Pure.

It counts when something that was known to work is now known not to. What is new, what was bad before, what leads to a
router that is on its way (rule 21), and what is given time does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..software.alarms import COMPARED, PASSES, STOPS, Moment, given_time, judge, same_alarm
from .change import Change


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
class ChangeCase:
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


def judged(case: ChangeCase) -> Change:
    why_not = next((reason for rule in _RULES if (reason := rule(case))), None)
    if why_not:
        return replace(case.change, counts=False, why_not=why_not)
    return _judged_alarm(case) if case.change.area == "alarms" else _given_time(case)


def _given_time(case: ChangeCase) -> Change:
    change, moment = case.change, case.moment
    row = next((row for row in TRANSIENT if row.area == change.area), None)
    if row is None:
        return change
    seconds = row.seconds if moment.grace is None else moment.grace
    if moment.elapsed is None or moment.elapsed >= seconds:
        return change
    why_not = f"{given_time(seconds)} ({row.source})"
    return replace(change, counts=False, why_not=why_not, counts_in=seconds - moment.elapsed)


def _judged_alarm(case: ChangeCase) -> Change:
    """By the table of alarms: what is expected, passes, or is no fault does not count, and the change says why."""
    judgement = judge(_message(case.change.key), case.change.after, case.moment)
    if judgement.effect in (STOPS, COMPARED):
        return case.change
    left = judgement.left if judgement.effect == PASSES else None
    return replace(case.change, counts=False, why_not=judgement.words, counts_in=left)


def _message(key: str) -> str:
    """The text of an alarm in the key of its entry, ``node: category: text``."""
    return key.split(": ", 2)[-1]


def _alarm_rule(case: ChangeCase) -> str | None:
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


def _as_bad(entry: Mapping[str, Any], key: str, case: ChangeCase) -> bool:
    """True if it was there on the same node and as bad, in the words of another release or with another figure."""
    node, own = key.partition(": ")[0], case.change.key.partition(": ")[0]
    return node == own and entry.get("well") is False and same_alarm(_message(key), _message(case.change.key))


def _totals_rule(case: ChangeCase) -> str | None:
    if case.change.area != "totals":
        return None
    if not (case.old and case.old.get("settled")):
        return "only assets that leave a settled state are lost"
    return "there are not less than before" if (case.change.after or 0) >= case.change.before else None


def _loss_rule(case: ChangeCase) -> str | None:
    """It worked before, and does not work now."""
    change, old, new = case.change, case.old, case.new
    if change.area in ("alarms", "totals"):
        return None
    if old is None:
        return "it was not there before, so nothing was lost"
    if old.get("well") is not True:
        return "it did not work before" if old.get("well") is False else "whether it worked before is not known"
    if new is not None and new.get("well") is not False:
        return "it works" if new.get("well") else f"'{change.after}' does not show whether it works"
    return None


def _process_rule(case: ChangeCase) -> str | None:
    """Another release has other processes: one that is gone is none that broke."""
    if case.change.area in ("processes", "primaries") and case.change.kind == "missing" and case.upgraded:
        return "another release may have other processes"
    return None


def _redundancy_rule(case: ChangeCase) -> str | None:
    """A port of a redundant pair of ports may be down where the other one has taken over."""
    if case.change.area == "interfaces" and case.old and case.new:
        parts = (case.old.get("redundancy"), case.new.get("redundancy"))
        if parts[0] != parts[1]:
            return f"its part in a redundant pair of ports is another one ({parts[0]}, now {parts[1]})"
    return None


def _administration_rule(case: ChangeCase) -> str | None:
    if case.change.area == "interfaces" and case.new and case.new.get("admin") == "down":
        return "it is administratively down"
    return None


def _in_flight_rule(case: ChangeCase) -> str | None:
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


def _is_session(case: ChangeCase) -> bool:
    """A BGP session: its neighbour is an address, and which router that is is not known."""
    category = str((case.new or case.old or {}).get("category", ""))
    return case.change.area == "bgp" or (case.change.area == "alarms" and category.startswith("bgp"))


def _peers_of(case: ChangeCase) -> frozenset[str]:
    """The routers that a session may lead to: those that this one has paths to, or any where that is not known."""
    peers = case.before.get("peers")
    return case.moving if peers is None else frozenset(peer.get("towards") for peer in peers.values())


_RULES: tuple[Callable[[ChangeCase], str | None], ...] = (
    _alarm_rule,
    _totals_rule,
    _loss_rule,
    _process_rule,
    _redundancy_rule,
    _administration_rule,
    _in_flight_rule,
)

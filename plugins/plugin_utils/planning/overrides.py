# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions that a person lifts by name, for one router and with a reason (rule 46). Pure.

They are passed over in ``gate_conditions`` and in ``checks/runner``. Nothing lifts the rest: an operation that visibly
runs, a version that is not offered, a dirty candidate, a limit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

PEER, GROUP, UNKNOWN_END = "peer_not_well", "group_member_not_well", "peer_end_unknown"

#: What may be lifted, with what goes dark, or is no longer known, without it.
LIFTABLE = {
    PEER: "the other node of its pair carries nothing, so all of the router is dark while the node restarts",
    GROUP: "the other router of its exclusive group may carry nothing either, so the whole site may be dark",
    UNKNOWN_END: "an operation that was begun at the other node of its pair, and whose time is over, counts as ended; "
    "if it still runs there, both nodes may restart together",
    "pair_connected": "the nodes of the pair are not connected, so traffic may not be handed over",
    "pair_in_sync": "the nodes of the pair are not in sync, so sessions may be lost",
    "same_install_type": "the nodes of the pair are not of one kind",
    "mismatch_alarm": "the conductor reports that the nodes of the pair do not match",
    "critical_alarms": "critical alarms of the router count as known",
    "asset_errors": "errors of its assets count as known",
}
#: The conditions of the gate among them, by the names of its functions; the others are checks before the start.
_AT_GATE = {PEER: (PEER, "peer_not_well_at_revert"), GROUP: (GROUP,), UNKNOWN_END: (UNKNOWN_END,)}
#: What a peer that is away also means need not be named again. Of the node itself the gate asks all the same.
_CHECKS = {PEER: (PEER, "pair_connected", "pair_in_sync", "asset_settled", "conductors_settled")}

_KEYS = {"router", "condition", "reason"}
_PATTERN = set("*?[]~!,")


class OverrideError(ValueError):
    """An override that cannot be meant. The text says what is accepted."""


@dataclass(frozen=True)
class Override:
    """A condition that does not count for one router. ``by``: who started the run that says so."""

    router: str
    condition: str
    reason: str
    by: str = ""

    @property
    def words(self) -> str:
        """What is said of it before anything is sent."""
        return f"{self.condition} is lifted by {self.by or 'its user'} ({self.reason}): {LIFTABLE[self.condition]}"


def read_overrides(entries: object, by: str = "", known: Collection[str] | None = None) -> tuple[Override, ...]:
    """The overrides of a user. ``known``: the names of all routers. Raises OverrideError for one that is none."""
    if entries in (None, "", ()):
        return ()
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise OverrideError(f"The override is {entries!r}. Give a list of mappings with router, condition and reason.")
    overrides = tuple(_override(entry, by) for entry in entries)
    unknown = [override.router for override in overrides if known is not None and override.router not in known]
    if unknown:
        raise OverrideError(f"An override names router '{unknown[0]}', which is not known. Check its name.")
    return overrides


def _override(entry: object, by: str) -> Override:
    if not isinstance(entry, Mapping) or set(entry) != _KEYS or not all(isinstance(entry[key], str) for key in _KEYS):
        raise OverrideError(f"An override is {entry!r}. Give exactly router, condition and reason, each as text.")
    router, condition, reason = (str(entry[key]).strip() for key in ("router", "condition", "reason"))
    if not router or _PATTERN & set(router) or router == "all":
        raise OverrideError(
            f"An override names router '{entry['router']}'. Name one router; patterns are not accepted, since each of "
            "them must have been examined."
        )
    if condition not in LIFTABLE:
        raise OverrideError(
            f"An override for {router} names condition '{condition}', which cannot be lifted. These can: "
            f"{', '.join(LIFTABLE)}."
        )
    if not reason:
        raise OverrideError(f"The override of {condition} for {router} has no reason. Write why it is right here.")
    return Override(router, condition, reason, by)


def of_router(overrides: Iterable[Override], router: str) -> tuple[Override, ...]:
    """Those for one router."""
    return tuple(override for override in overrides if override.router == router)


def lifted(overrides: Iterable[Override]) -> frozenset[str]:
    """The names of the conditions of the gate that these lift."""
    return frozenset(name for override in overrides for name in _AT_GATE.get(override.condition, ()))


def lifted_checks(overrides: Iterable[Override]) -> dict[tuple[str, str], str]:
    """What is said of the checks that these lift, by router and check."""
    return {
        (override.router, name): f"lifted by {override.by or 'its user'}: {override.reason}"
        for override in overrides
        for name in _CHECKS.get(override.condition, (override.condition,))
    }


def lifts(overrides: Iterable[Override], *conditions: str) -> bool:
    """True if they lift each of these conditions."""
    return {*conditions} <= {override.condition for override in overrides}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's share of what several tasks did for a whole batch: the one verdict that counts. Pure, on plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .results import STATES

#: What proves how a router is, whatever was said of it before.
_PROOF = ("done", "up_to_date")
_WORST_FIRST = list(STATES)


def combine(entries: Sequence[Mapping], check_mode: bool = False) -> Mapping:
    """The one entry that counts, of what several tasks say about a router, in the order in which they ran.

    The last one does, if it proves how the router is or is at least as bad as what was known before. One that says
    less (left out, nothing sent) does not hide that something went wrong before. Outside check mode a plan is no end.
    """
    found = entries[0]
    for entry in entries[1:]:
        if entry["state"] in _PROOF or STATES[found["state"]].ok or _as_bad(entry, found):
            found = entry
        else:
            found = {**found, "reason": f"{found['reason']} Afterwards: {entry['state']}, {entry['reason']}"}
    if found["state"] == "planned" and not check_mode:
        return {**found, "state": "not_started", "reason": "it was planned, and no later task says what became of it"}
    return found


def _as_bad(one: Mapping, other: Mapping) -> bool:
    return _WORST_FIRST.index(one["state"]) <= _WORST_FIRST.index(other["state"])


def changed(entries: Iterable[Mapping], check_mode: bool = False) -> bool:
    """Did one of these tasks change a node of this router, or may it have? In check mode: would it?"""
    nodes = [node for entry in entries for node in entry["nodes"] if check_mode or node["state"] != "planned"]
    fixed = [(STATES[node["state"]].changed, node.get("accepted")) for node in nodes]
    return any(bool(accepted) if value is None else value for value, accepted in fixed)


def together(results: Sequence[Mapping], check_mode: bool = False) -> dict[str, Mapping]:
    """The entry that counts of each router that any of these results names, in the order in which they name them."""
    entries: dict[str, list[Mapping]] = {}
    for result in results:
        for router, entry in (result.get("by_router") or {}).items():
            entries.setdefault(router, []).append(entry)
    return {router: combine(found, check_mode) for router, found in entries.items()}

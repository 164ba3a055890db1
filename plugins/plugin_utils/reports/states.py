# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""States of routers and nodes, phases, and results of checks, as people see them: words, order, and what is bad.

The pages must not import the rollout; a test holds this table against its states.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """``person``: somebody must do something about it. ``meaning``: for legends and for whoever hears the page."""

    label: str
    person: bool
    meaning: str


#: Worst first, as a rollout counts them; a run that goes on has two more.
STATES = {
    "unknown": Shown("unknown", True, "something was sent, and the truth could not be learned"),
    "failed": Shown("failed", True, "refused in words, or proven bad"),
    "relapsed": Shown("relapsed", True, "was done, and left its settled state later"),
    "reverted": Shown("reverted", True, "runs the version from before again"),
    "held": Shown("held", True, "a node runs the requested version, and something keeps the run from going on"),
    "blocked": Shown("blocked", True, "a pre-check says no; nothing was sent"),
    "not_started": Shown("not started", True, "nothing was sent"),
    "running": Shown("running", False, "is being worked on"),
    "waiting": Shown("waiting", False, "its turn has not come"),
    "planned": Shown("planned", False, "check mode: would be done"),
    "done": Shown("done", False, "proven by version, state, service and health"),
    "skipped": Shown("skipped", False, "left out by a rule that the user chose"),
    "up_to_date": Shown("up to date", False, "already runs, or has, the requested version"),
}

#: What a node goes through, in this order.
PHASES = {
    "waiting": "waits for its turn",
    "download": "the release is brought there",
    "upgrade": "the conductor's request is carried out",
    "away": "absent from the conductor's list, or disconnected",
    "settle": "back, and not settled yet",
    "health": "checks after the upgrade",
    "soak": "watched: it must stay healthy",
    "compare": "compared with the snapshot from before",
    "revert": "taken back to the version from before",
}

#: What a check can say, worst first.
CHECKS = {
    "block": "says no: nothing was sent",
    "fail": "failed",
    "warn": "warns",
    "not_made": "could not be made",
    "skip": "left out",
    "pass": "passed",
}

#: How an operation is called, and what its routers are, or have, once it is done.
OPERATIONS = {
    "upgrade": ("Upgrade", "are upgraded"),
    "downgrade": ("Downgrade", "are downgraded"),
    "revert": ("Revert", "are reverted as requested"),
    "download": ("Download", "have it"),
}


def label(state: object) -> str:
    """A state in words; one that this table does not know as it is."""
    return STATES[state].label if state in STATES else str(state).replace("_", " ")


def needs_person(state: object) -> bool:
    """Must somebody do something about it? A state that nobody knows: yes."""
    return STATES[state].person if state in STATES else True


def by_weight(totals: Mapping[str, int]) -> list[tuple[str, int]]:
    """The states that occur with their numbers, worst first; states that nobody knows before all others."""
    return [(state, totals[state]) for state in sorted(totals, key=weight) if totals[state]]


def weight(state: object) -> int:
    """The place of a state in the order of :data:`STATES`."""
    order = list(STATES)
    return order.index(state) if state in order else -1


def worst(states: Iterable[str]) -> str:
    """The worst of these states; ``not_started`` where there are none."""
    return min(states, key=weight, default="not_started")

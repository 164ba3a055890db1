# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a report: one for each row of docs/assumptions.md, which a test compares with this table.

``why``: why looking alone cannot show it. Rows without one have a judge (``judges_*.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

CONFIRMED, DIFFERENT, NOT_SHOWN = "confirmed", "different", "not shown here"


@dataclass(frozen=True)
class Assumption:
    """One row of docs/assumptions.md: its number and what it is about, in a few words."""

    id: str
    about: str
    why: str | None = None


@dataclass(frozen=True)
class MadeOf:
    """A value that is made of a text that was printed, such as a pattern of it.

    Nobody finds a name in what was made of it: for others the names are taken out first, and then it is made.
    """

    text: str
    make: Callable[[str], str]


@dataclass(frozen=True)
class Verdict:
    """What the answers show. ``seen``: verbatim where it can be; ``settings``: variables with the values to use.

    ``note``: words of our own behind it, in which no name is looked for.
    """

    verdict: str
    seen: str
    settings: tuple[tuple[str, object], ...] = ()
    note: str = ""


def confirmed(seen: str, note: str = "") -> Verdict:
    """The collection reads this conductor as it expects to."""
    return Verdict(CONFIRMED, seen, note=note)


def different(seen: str, **settings: object) -> Verdict:
    """It is otherwise here. ``settings``: what to use instead, if there is a setting."""
    return Verdict(DIFFERENT, seen, tuple(settings.items()))


def not_shown(why: str) -> Verdict:
    """The answers do not settle it."""
    return Verdict(NOT_SHOWN, why)


_RUNS = "only a command that changes something shows it"
_RESTART = "only a node that restarts shows it"
_TIME = "only a run shows how long it takes"
_LAB = "only an upgrade in a lab shows it"
_WEB = "it is not asked for: only introspection and four paths are"

ASSUMPTIONS = (
    Assumption("S1", "the form of the prompt"),
    Assumption("S2", "the terminal: its width, escape sequences"),
    Assumption("S3", "the pager"),
    Assumption("S4", "commands on the command line of ssh", "the collection never uses it"),
    Assumption("S5", "a broken session and what it had requested", _RUNS),
    Assumption("S6", "how many shells a login may have"),
    Assumption("S7", "the host key after an upgrade", _LAB),
    Assumption("S8", "what a login prints while a node boots", _RESTART),
    Assumption("S9", "which reading commands ask, and which know force"),
    Assumption("L1", "the usage of requests, and names of skip arguments"),
    Assumption("L2", "whether requests return at once", _RUNS),
    Assumption("L3", "what requests print", _RUNS),
    Assumption("L4", "the refusal because an operation runs", _RUNS),
    Assumption("L5", "the status of operations"),
    Assumption("L6", "whether a conductor's upgrade needs a download", _RUNS),
    Assumption("L7", "whether an upgrade of a node moves its peer", _LAB),
    Assumption("L8", "the vendor's order for a conductor pair", _LAB),
    Assumption("L9", "the questions of requests", _RUNS),
    Assumption("L10", "how versions are spelled"),
    Assumption("L11", "what the health check prints", "it would run, so a probe does not ask for it"),
    Assumption("L12", "the revert of a package-based node", _LAB),
    Assumption("L13", "which versions are downloaded"),
    Assumption("L14", "whether an upgrade of a router downloads", _RUNS),
    Assumption("L15", "the first release with sequenced downloads"),
    Assumption("L16", "the rollback of package-based routers", _LAB),
    Assumption("L17", "the order of a pair below 6.3", _LAB),
    Assumption("L18", "whether the volumes are shown"),
    Assumption("F1", "how many operations a conductor can handle", _TIME),
    Assumption("F2", "how long operations take", _TIME),
    Assumption("F3", "which node of a pair leads"),
    Assumption("F4", "how many assets leave their state by chance"),
    Assumption("F5", "whether a reconnect helps", _RUNS),
    Assumption("F6", "operations while a conductor is away", _LAB),
    Assumption("F7", "how long paths and sessions take after a boot", _RESTART),
    Assumption("F8", "the layouts of a router's network and disks"),
    Assumption("F9", "what a node shows while it writes its image", _LAB),
    Assumption("F10", "how long after an upgrade a router may fail", _TIME),
    Assumption("F11", "what a node says of itself"),
    Assumption("T1", "the states of assets"),
    Assumption("T2", "how long a node and its assets are away", _RESTART),
    Assumption("T3", "how long an asset may flap", _RESTART),
    Assumption("T4", "whose uptime is shown", _RESTART),
    Assumption("T5", "how long the service may take", _RESTART),
    Assumption("T6", "how soon the second node may follow", _TIME),
    Assumption("T7", "the columns of lists"),
    Assumption("T8", "how old the list of assets may be", _RESTART),
    Assumption("T9", "the summary of assets"),
    Assumption("T10", "how long the vendor's own check runs", _LAB),
    Assumption("C1", "SFTP, and who may read exports"),
    Assumption("C2", "an export with an existing name", _RUNS),
    Assumption("C3", "the format of an export", "no export is read"),
    Assumption("C4", "the alarm for unequal install types", "only a pair with two install types shows it"),
    Assumption("C5", "other users, configurations out of sync"),
    Assumption("C6", "what is printed without alarms"),
    Assumption("C7", "which capability exports and the shell need", _RUNS),
    Assumption("C8", "the layout of installed plugins"),
    Assumption("C9", "where duplicate asset ids are shown"),
    Assumption("C10", "what is printed where there is nothing"),
    Assumption("C11", "assets while one node runs below 6.3", _LAB),
    Assumption("C12", "what a conductor loses after its restart", _RESTART),
    Assumption("C13", "the texts of alarms"),
    Assumption("C14", "the layout of events"),
    Assumption("C15", "the connections inside a pair"),
    Assumption("W1", "web API: the states of assets"),
    Assumption("W2", "web API: how releases of 7.x are spelled", _WEB),
    Assumption("W3", "web API: the fields of an asset"),
    Assumption("W4", "web API: downloads and upgrades", _RUNS),
    Assumption("W5", "web API: errors and partial answers", _WEB),
    Assumption("W6", "web API: the status of refusals", "nothing is refused on purpose: failures lock an account"),
    Assumption("W7", "web API: the life of a token", _TIME),
    Assumption("W8", "web API: certificates, ports, SSH channels"),
    Assumption("W9", "web API: leaders, paths, types of history", _WEB),
    Assumption("W10", "web API: pages of the history", _WEB),
    Assumption("W11", "web API: releases without their rebuild", _WEB),
    Assumption("W12", "web API: the fields for service and connections"),
    Assumption("W13", "web API: the unit of disks", _WEB),
    Assumption("W14", "web API: words of connections that are down", _WEB),
    Assumption("W15", "web API: values of leaderStatus", _WEB),
    Assumption("W16", "web API: words of shelved alarms"),
    Assumption("W17", "web API: the name and format of an export", _RUNS),
    Assumption("W18", "web API: an overloaded web server", _RESTART),
    Assumption("W19", "web API: tokens and programs", "the same program asks everything"),
    Assumption("W20", "web API: the types of introspection"),
    Assumption("W21", "web API: the event stream", "it is never opened: its address would hold the token"),
)

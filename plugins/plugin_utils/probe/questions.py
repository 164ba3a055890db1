# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe asks: one row for each question, in the form in which the product sends it.

A test compares this table with every reading command in ``conductor/``, so that a new one cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..software.names import check_word
from ..software.node_id import NodeId
from .guard import USAGES

#: Columns of the terminal that the product asks for, see ``pcli/line.py``; and narrower ones, which lists are asked in.
WIDE, NARROW = 512, (132, 80, 60)
#: How long the status of an operation may take, in seconds: it may stream (CLI-6.0), and is ended.
STATUS = 15.0

_OWN, _ROUTER, _NODE, _ASSET = "own", "router", "node", "asset"


@dataclass(frozen=True)
class Question:
    """One row. ``words`` with names in braces; ``settles``: numbers of docs/assumptions.md.

    ``about``: the node of the session, or once for each router, node or asset. ``limit``: seconds, where they are fewer
    than for others. ``everywhere``: also on the other node of a conductor. ``private``: its answer is in no bundle.
    """

    words: str
    settles: tuple[str, ...]
    about: str = _OWN
    width: int = WIDE
    limit: float | None = None
    everywhere: bool = True
    private: bool = False


@dataclass(frozen=True)
class Command:
    """A question about something that has names: what is sent."""

    words: str
    width: int = WIDE
    limit: float | None = None
    private: bool = False


@dataclass(frozen=True)
class Scope:
    """What is asked about. ``first``: False on the other node of a conductor, where less is asked."""

    own: NodeId
    routers: tuple[str, ...] = ()
    nodes: tuple[NodeId, ...] = ()
    assets: tuple[str, ...] = ()
    first: bool = True


def _q(words: str, *settles: str, **more) -> Question:
    return Question(words, settles, **more)


_OPERATIONS = ("upgrade", "downgrade", "download", "revert")

#: The list of assets comes first: it says which nodes there are.
LIST = _q("show assets", "S9", "T1", "T7", "L10", "C9")

QUESTIONS: tuple[Question, ...] = (
    *(_q("show assets", "S2", "T7", width=width, everywhere=False) for width in NARROW),
    _q("show assets summary", "T9"),
    _q("show assets software", "L13", "L14"),
    _q("show assets {asset}", "C9", "F11", about=_ASSET, everywhere=False),
    _q("show system", "T4"),
    _q("show system {router_node}", "F11", "T4", about=_NODE),
    _q("show system version", "L10"),
    _q("show system version router all force", "L10", "S9", everywhere=False),
    _q("show system version {router_node}", "L10", about=_NODE, everywhere=False),
    _q("show system version {router_node} detail", "L18", about=_NODE),
    _q("show system software available", "L10"),
    _q("show system software available downgrade", "L10"),
    _q("show system software available skip-version-check", "L10"),
    _q("show system software available {router_only}", "L10", about=_ROUTER, everywhere=False),
    _q("show system software available {router_node}", "L13", about=_NODE, everywhere=False),
    *(_q(f"show system software {operation}", "L5", "L13", limit=STATUS) for operation in _OPERATIONS),
    *(
        _q(f"show system software {operation} {{router_only}}", "L5", about=_ROUTER, limit=STATUS, everywhere=False)
        for operation in _OPERATIONS
    ),
    *(
        _q(f"show system software {operation} {{router_node}}", "L5", about=_NODE, limit=STATUS, everywhere=False)
        for operation in _OPERATIONS
    ),
    _q("show plugins installed", "C8"),
    _q("show alarms", "C6", "C9", "C13", "S9"),
    _q("show system connectivity", "C10"),
    _q("show system connectivity {router_only} force", "C10", "C11", about=_ROUTER, everywhere=False),
    _q("show system connectivity internal", "C15"),
    _q("show system connectivity internal {router_only} force", "C15", about=_ROUTER, everywhere=False),
    _q("show system processes {router_only} force", "F3", "C10", about=_ROUTER, everywhere=False),
    _q("show peers {router_only} force", "F8", about=_ROUTER, everywhere=False),
    _q("show device-interface {router_only} force summary", "F8", about=_ROUTER, everywhere=False),
    _q("show bgp summary rows all {router_only} force", "F8", about=_ROUTER, everywhere=False),
    _q("show platform {router_node} force disk", "F8", about=_NODE, everywhere=False),
    _q("show events {router_only} type alarm from 1d rows all force", "C14", about=_ROUTER,
       everywhere=False),
    _q("show events {router_only} type provisioning from 1d rows all force", "C14", about=_ROUTER,
       everywhere=False),
    _q("show events type provisioning from 1d rows all force", "C14", everywhere=False),
    _q("show config exports", "C1", "C2"),
    _q("show config out-of-sync", "C5", private=True),
    _q("show config locally-modified", "C5", private=True),
    _q("show user activity", "C5"),
    *(_q(usage, "L1", "L15") for usage in USAGES),
    *(_q(f"trace verbose verbose no-logs show system software {operation}", "L5", limit=STATUS, everywhere=False)
      for operation in _OPERATIONS),
    _q("trace verbose verbose no-logs show system software available", "L10", everywhere=False),
    _q("trace verbose verbose no-logs show assets", "W1", "W3", everywhere=False),
)  # fmt: skip

#: Reading commands of the product that a probe leaves out, each with the reason.
LEFT_OUT = {
    "show config running flat": "it shows the configuration, which is in no bundle",
    "show assets resource-group {}": "it names a resource group of the user; its answer is a list of assets",
}

#: What is asked of the web API, below /api/v1; the introspection comes as a query.
WEB = ("/system", "/asset?verbose=true", "/alarm", "/config/export")


def settled_by(words: str) -> set[str]:
    """The numbers of docs/assumptions.md that the answer to these words settles."""
    names = {"router_only": r"router \S+", "router_node": r"router \S+ node \S+", "asset": r"\S+"}
    return {
        number
        for question in QUESTIONS
        if re.fullmatch(question.words.format(**names), words)
        for number in question.settles
    }


def commands(scope: Scope) -> Iterator[Command]:
    """Every command, in the order in which they are sent. Raises NameRefused for a name that cannot be sent."""
    for question in QUESTIONS:
        if question.everywhere or scope.first:
            for words in _about(question, scope):
                yield Command(words, question.width, question.limit, question.private)


def _about(question: Question, scope: Scope) -> Sequence[str]:
    if question.about == _ROUTER:
        return [question.words.format(router_only=_of_router(router)) for router in scope.routers]
    if question.about == _NODE:
        return [question.words.format(router_node=f"{_of_router(router)} node {check_word(node, 'node')}")
                for router, node in scope.nodes]  # fmt: skip
    if question.about == _ASSET:
        return [question.words.format(asset=check_word(asset, "asset id")) for asset in scope.assets]
    return [question.words]


def _of_router(router: str) -> str:
    return f"router {check_word(router, 'router')}"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of lifecycle requests: which release takes which arguments, and the command line of a request. Pure.

``command_builder`` applies it to the conductor of a session.

Sources: the command references of the vendor's documentation (CLI-6.0, CLI-6.3, CLI-7.2), the help that is quoted in
upgrade_ibu_conductor, and intro_rollback. Where they contradict each other, the box is asked (Conductor.usage).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..pcli.errors import PcliError
from ..software.names import check_word
from ..software.node_id import NodeId
from ..software.versions import Version, spelled
from .request import Request

#: Our name of an argument, and the names that releases and documents give it (facts differ: the in-box help quoted in
#: upgrade_ibu_conductor says skip-pre-check, the references from 6.3 on say skip-pre-health-check).
ARGUMENTS = {
    "router": ("router",),
    "resource_group": ("resource-group",),
    "simultaneous": ("simultaneous",),
    "skip_package_transfer": ("skip-package-transfer",),
    "skip_pre_check": ("skip-pre-check", "skip-pre-health-check"),
    "skip_health_check": ("skip-health-check", "skip-post-health-check"),
    "no_revert": ("no-revert",),
    "skip_version_check": ("skip-version-check",),
    "cohort_id": ("cohort-id",),
    "sequenced": ("sequenced",),
    "force": ("force",),
    "node": ("node",),
    "version": ("version",),
}

_LOCAL = frozenset({"version"})
_GROUP = frozenset({"router", "resource-group", "force"})
_WHERE = _GROUP | {"node"}
_CHANGE = _WHERE | {"simultaneous", "skip-package-transfer", "skip-pre-check", "skip-health-check", "cohort-id"}


@dataclass(frozen=True)
class Grammar:
    """One row: the form of a request from a release on.

    ``asks_safely``: without arguments it only prints its usage. ``own``: True for a command that means the node of the
    session, False for one that means other routers than the conductor's own, None for both. ``versioned``: the version
    is required. ``bare``: the version stands at the end without its keyword, and ``force`` comes first.
    """

    operation: str
    since: tuple[int, int, int]
    command: str
    arguments: frozenset[str]
    asks_safely: bool = False
    own: bool | None = None
    versioned: bool = False
    bare: bool = False


def _needing(operation, since, command, arguments, asks_safely=True, **more) -> Grammar:
    return Grammar(operation, since, command, arguments | {"version"}, asks_safely, versioned=True, **more)


def _sent(operation, command, arguments=_GROUP, versioned=True) -> Grammar:
    # Not asked for their usage: the help of CLI-6.0 says that without a version the latest is assumed.
    return Grammar(operation, (6, 0, 0), command, arguments, own=False, versioned=versioned, bare=True)


_UPGRADE, _DOWNLOAD = "request system software upgrade", "request system software download"
_DOWNGRADE = "request system software downgrade"

#: The newest row that is not newer than the conductor's own release counts. A bare 'revert' or 'health-check' has no
#: missing argument and would be carried out, so only commands that need a version may be asked for their usage.
GRAMMAR = (
    _needing("upgrade", (6, 0, 0), _UPGRADE, _LOCAL, own=True),
    _sent("upgrade", "send command upgrade", _GROUP | {"version"}),
    _needing("upgrade", (6, 3, 0), _UPGRADE, _CHANGE),
    _needing("upgrade", (7, 2, 0), _UPGRADE, _CHANGE | {"no-revert"}),
    _needing("download", (6, 0, 0), _DOWNLOAD, _LOCAL, own=True),
    _sent("download", "send command download", _GROUP | {"version"}),
    _needing("download", (6, 3, 0), _DOWNLOAD, _WHERE | {"cohort-id", "skip-version-check"}),
    # With smart download (I95-54248), whose words CLI-7.2 lists.
    _needing("download", (7, 1, 3), _DOWNLOAD, _WHERE | {"cohort-id", "sequenced"}),
    _needing("pause", (7, 1, 3), "request system software download pause", _WHERE),
    _needing("downgrade", (6, 3, 3), _DOWNGRADE, _CHANGE),
    _needing("downgrade", (7, 2, 0), _DOWNGRADE, _CHANGE | {"no-revert"}),
    _sent("revert", "send command rollback", versioned=False),
    Grammar("revert", (6, 3, 0), "request system software revert", _WHERE | {"simultaneous", "cohort-id"}),
    Grammar("health-check", (6, 3, 0), "request system software health-check", _WHERE),
    _needing("remove", (6, 0, 0), "delete system software", _LOCAL, False, own=True),
    _needing("remove", (6, 3, 0), "delete system software", _WHERE, False),
    Grammar("installer", (6, 3, 0), "request system software upgrade installation-service", _WHERE | {"version"}),
)


class NotOffered(PcliError):
    """This release does not have the command, or not with this argument."""


def grammar_for(operation: str, release: Version, own: bool = True) -> Grammar:
    """The row of :data:`GRAMMAR` for a release. ``own``: for the conductor's own router, and not for another one.

    Raises NotOffered below the first release that has it.
    """
    rows = [row for row in GRAMMAR if row.operation == operation and row.own in (None, own)]
    fitting = [row for row in rows if release.at_least(*row.since)]
    if not fitting:
        first = ".".join(str(part) for part in rows[0].since)
        whose = "" if own else " for routers other than its own"
        raise NotOffered(
            f"The {operation} command exists from release {first} on{whose}; this conductor runs "
            f"{spelled(release.text)}."
        )
    return fitting[-1]


def for_whole_router(request: Request, grammar: Grammar, nodes: Collection[str | None]) -> Request:
    """The same request without its node, where the command takes whole routers only and this one has no other node.

    ``nodes``: what 'show assets' lists for the router. Raises NotOffered for one node of several.
    """
    if set(nodes) == {request.node} and len(nodes) == 1:
        return replace(request, node=None)
    known = ", ".join(sorted(node or "?" for node in nodes)) or "none"
    raise NotOffered(
        f"On this release '{grammar.command}' takes whole routers only, so "
        f"{describe_node((request.router, request.node))} cannot be named alone ('show assets' lists these "
        f"nodes of it: {known}). Name the router without a node."
    )


def build(request: Request, grammar: Grammar, local_node: NodeId) -> str:
    """The command line for a request.

    ``local_node``: the node of the session. A command that takes neither router nor node can only mean that one;
    anything else is refused. Raises NotOffered, NameRefused.
    """
    wanted = _addressed(request, grammar, local_node)
    if grammar.versioned and not wanted.version:
        raise NotOffered(f"'{grammar.command}' needs a version, and none was given.")
    if "force" not in grammar.arguments:
        wanted = replace(wanted, force=False)  # the question is answered instead
    words = [grammar.command]
    for field in sorted(ARGUMENTS, key=lambda name: not (grammar.bare and name == "force")):
        if value := getattr(wanted, field):
            words += _argument(field, value, grammar)
    if wanted.target:
        words.append(check_word(wanted.target, "target"))
    return " ".join(words)


def _addressed(request: Request, grammar: Grammar, local_node: NodeId) -> Request:
    """The request without router and node where the command takes none. Raises NotOffered where they do not fit."""
    if "router" not in grammar.arguments:
        requested = NodeId(request.router or local_node[0], request.node or local_node[1])
        if request.resource_group or requested != local_node:
            raise NotOffered(
                f"On this release '{grammar.command}' means the node of the session itself "
                f"({describe_node(local_node)}) and takes no router or node, so "
                f"{describe_node(requested)} must be reached by a session of its own."
            )
        return replace(request, router=None, node=None)
    if not (request.router or request.resource_group):
        raise NotOffered(f"'{grammar.command}' without a router would mean the conductor itself. Name the router.")
    for name in (request.router, request.node):
        if name and name.lower() == "all":
            raise NotOffered(f"'all' in '{grammar.command}' would mean the conductor, too. Name each router.")
    if request.router and request.resource_group:
        raise NotOffered(f"'{grammar.command}' takes a router or a resource group, and not both. Leave one out.")
    return request


def _argument(field: str, value: str | bool, grammar: Grammar) -> list[str]:
    names = ARGUMENTS[field]
    offered = next((name for name in names if name in grammar.arguments), None)
    if offered is None:
        raise NotOffered(
            f"This conductor's '{grammar.command}' has no {names[0]}. It offers: "
            f"{', '.join(sorted(grammar.arguments))}. Leave {field} out."
        )
    if value is True:
        return [offered]
    word = check_word(value, field)
    return [word] if grammar.bare and field == "version" else [offered, word]


def describe_node(node_id: NodeId | tuple[str | None, str | None]) -> str:
    """A node in words; only its router where it has no name."""
    router, node = node_id
    return f"node {node} of router {router}" if node else f"router {router}"

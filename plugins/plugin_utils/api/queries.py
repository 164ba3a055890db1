# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds queries from what a release offers: a field that it does not have is not asked for. Pure.

Lists of things came as ``edges { node { … } }`` (stage_check) and come as ``nodes { … }`` (ssr-mcp). Where the schema
names its types, they say which; where it does not, both are tried, the newer one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .schema import Field, Schema

#: How a list is wrapped.
NODES, EDGES = "nodes", "edges"
STYLES = (NODES, EDGES)


@dataclass(frozen=True)
class Part:
    """What is wanted of one field that holds things.

    ``signs``: fields by which the type of a thing is known. ``values``: plain fields; ``patterns``: such fields by
    what their name looks like, where no document has it. ``arguments``: those that are given if they are offered, each
    with its type where the schema does not say it, or with a literal. ``wrapped``: public code shows the list wrapped,
    which counts where the schema does not name its types. ``through``: it is only a way to its parts, and not worth
    asking without them.
    """

    name: str
    signs: tuple[str, ...]
    values: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    patterns: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    wrapped: bool = False
    through: bool = False


@dataclass(frozen=True)
class Query:
    """A document, the variables that it has, and the fields that are in it, each with its path.

    ``texts``: those of the variables that are texts, which a number would not do for.
    """

    document: str
    variables: tuple[str, ...]
    fields: frozenset[str]
    texts: frozenset[str] = frozenset()

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """The values of its variables, of which more may be given, as the schema wants them."""
        return {name: str(given[name]) if name in self.texts else given[name] for name in self.variables}


def build(schema: Schema, part: Part, given: Iterable[str] = (), style: str = NODES) -> Query | None:
    """The query for what a release offers of ``part``, if anything. ``given``: the variables that have a value."""
    writer = _Writer(schema, frozenset(given), style)
    around = schema.fields(schema.root) if schema.has_types else schema.having((part.name,))
    text = writer.part(part, around, "")
    if not text:
        return None
    head = ", ".join(f"${name}: {kind}" for name, kind in writer.variables.items())
    document = f"query({head}) {{ {text} }}" if head else f"query {{ {text} }}"
    texts = frozenset(name for name, kind in writer.variables.items() if kind.rstrip("!") in ("String", "ID"))
    return Query(document, tuple(writer.variables), frozenset(writer.fields), texts)


class _Writer:
    """Writes one document, and notes which variables and fields are in it."""

    def __init__(self, schema: Schema, given: frozenset[str], style: str):
        self._schema = schema
        self._given = given
        self._style = style
        self.variables: dict[str, str] = {}
        self.fields: list[str] = []

    def part(self, part: Part, around: Mapping[str, Field], path: str) -> str:
        """The text of a part with all that is in it. Empty where nothing of it is offered.

        ``around``: the fields of the type that it is in.
        """
        if part.name not in around:
            return ""
        field = around[part.name]
        here = f"{path}{part.name}"
        if self._schema.has_types and not self._schema.fields(field.leads_to):
            self.fields.append(here)  # a plain value where others have a thing
            return part.name
        own, wrap = self._unwrap(part, field)
        values, parts = self._values(part, own, here), self._parts(part, own, here)
        if not parts and (part.through or not values):
            return ""
        text = f"{{ {' '.join([*values, *parts])} }}"
        if wrap is not None:
            things = f"nodes {text}" if wrap == NODES else f"edges {{ node {text} }}"
            text = f"{{ {things}{self._page(part, field)} }}"
        return f"{part.name}{self._arguments(part, field)} {text}"

    def _values(self, part: Part, own: Mapping[str, Field], here: str) -> list[str]:
        names = [name for name in part.values if name in own]
        if self._schema.has_types:  # else nothing says that it is a plain value
            names += [name for name in own if any(re.fullmatch(pattern, name) for pattern in part.patterns)]
            names = [name for name in dict.fromkeys(names) if not self._schema.fields(own[name].leads_to)]
        self.fields += [f"{here}.{name}" for name in names]
        return names

    def _parts(self, part: Part, own: Mapping[str, Field], here: str) -> list[str]:
        return [text for text in (self.part(inner, own, f"{here}.") for inner in part.parts) if text]

    def _unwrap(self, part: Part, field: Field) -> tuple[Mapping[str, Field], str | None]:
        """The fields of the things in a field, and how they are wrapped."""
        if not self._schema.has_types:
            return self._schema.having(part.signs), self._style if part.wrapped else None
        outer = self._schema.fields(field.leads_to)
        if set(part.signs) <= set(outer):
            return outer, None
        if NODES in outer:
            return self._schema.fields(outer[NODES].leads_to), NODES
        if EDGES in outer:
            edge = self._schema.fields(outer[EDGES].leads_to)
            return self._schema.fields(edge["node"].leads_to) if "node" in edge else {}, EDGES
        return outer, None

    def _page(self, part: Part, field: Field) -> str:
        """Whether there is more behind a list of which only the first are asked for."""
        if not any(name == "first" for name, _kind in part.arguments):
            return ""
        outer = self._schema.fields(field.leads_to)
        offered = "pageInfo" in outer if self._schema.has_types else self._schema.knows("endCursor", "hasNextPage")
        return " pageInfo { endCursor hasNextPage }" if offered else ""

    def _arguments(self, part: Part, field: Field) -> str:
        texts = []
        for name, kind in part.arguments:
            if field.arguments is not None and name not in field.arguments:
                continue
            if kind.startswith("="):
                texts.append(f"{name}: {kind[1:]}")
            elif (variable := f"{part.name}_{name}") in self._given:
                self.variables[variable] = (field.arguments or {}).get(name) or kind
                texts.append(f"{name}: ${variable}")
        return f"({', '.join(texts)})" if texts else ""


# -- what is wanted -----------------------------------------------------------------------------------------------

#: The assets, by stage_check (the older fields), ssr-mcp (the newer ones) and t128-bulk-upgrade (``softwareVersions``,
#: which is known from REST).
ASSETS = Part(
    "allAuthorities",
    signs=("assets",),
    wrapped=True,
    parts=(
        Part(
            "assets",
            signs=("assetId", "routerName"),
            values=(
                "routerName", "nodeName", "assetId", "t128Version", "status", "statusDurationSeconds", "text",
                "failedStatus", "upgradeWarning", "installationType", "platformType", "assetIdConfigured",
            ),
            # The three further states of 6.3 (ts_ap_salt_minion) are named by no document.
            patterns=(r"service(?:Status|State)", r"(?:peer)?[cC]onductorConnectivity(?:Status|State)?"),
            parts=(
                Part("errorsJson", signs=("reason",), values=("env", "operation", "reason")),
                Part(
                    "softwareVersions",
                    signs=("downloadedVersion",),
                    values=(
                        "availableVersion", "downloadedVersion", "currentlyDownloadingVersion",
                        "currentlyUpgradingVersion",
                    ),
                    parts=(Part("refresh", signs=("inProgress",), values=("inProgress",)),),
                ),
            ),
        ),
        Part("duplicateAssets", signs=("assetId",), values=("assetId",)),
    ),
)  # fmt: skip


def _of_named(name: str, part: Part) -> Part:
    """What is wanted of things that have names, of one of them where its name is given."""
    return Part(
        name,
        signs=("name", part.name),
        wrapped=True,
        through=True,
        values=("name",),
        parts=(part,),
        arguments=(("name", "String"),),
    )


def _of_routers(part: Part) -> Part:
    return _of_named("allRouters", part)


def _of_nodes(part: Part) -> Part:
    return _of_routers(_of_named("nodes", part))


#: stage_check, ssr-mcp
STATE = _of_nodes(
    Part(
        "state",
        signs=("processes",),
        values=("status", "startTime", "role", "softwareVersion", "alarmCount"),
        parts=(
            Part(
                "processes",
                signs=("leaderStatus", "primary"),
                values=("name", "processName", "status", "primary", "leaderStatus"),
            ),
        ),
    )
)
#: stage_check
CONNECTIVITY = _of_nodes(
    Part(
        "connectivity",
        signs=("remoteNodeName",),
        values=("remoteNodeName", "remoteRouterName", "remoteNodeRole", "status"),
    ),
)
#: ssr-mcp, which asks for both in queries of their own
DISK = _of_nodes(Part("disk", signs=("partition",), values=("capacity", "usage", "partition")))
PLATFORM_DISKS = _of_nodes(
    Part(
        "platform",
        signs=("disks",),
        parts=(Part("disks", signs=("percentUsed",), values=("name", "percentUsed")),),
    )
)
#: stage_check
DATABASE = Part(
    "metrics",
    signs=("redundancy",),
    parts=(
        Part(
            "redundancy",
            signs=("databaseConnection",),
            parts=(
                Part(
                    "databaseConnection",
                    signs=("activeConnections",),
                    parts=(
                        Part(
                            "activeConnections",
                            signs=("node", "value"),
                            values=("node", "value"),
                            arguments=(("router", "String"),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
#: ssr-mcp; ``filter: []`` means all types
AUDIT = _of_routers(
    Part(
        "auditLogs",
        signs=("timestamp", "data"),
        wrapped=True,
        values=("router", "node", "type", "subtype", "timestamp", "data"),
        arguments=(("startTime", "String"), ("first", "Int"), ("startIndex", "Int"), ("filter", "=[]")),
    ),
)

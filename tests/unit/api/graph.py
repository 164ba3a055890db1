# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small GraphQL for these tests: it knows a schema, shows it by introspection, and refuses what does not fit it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

#: Types, their fields with arguments, and where each leads; ``[X]`` is a list of X.
Types = Mapping[str, Mapping[str, str]]
_FIELD = re.compile(r"(?P<name>\w+)(?:\((?P<arguments>.*)\))?")
_TOKEN = re.compile(r"[{}()\[\]:]|\$?[\w!]+")


class Refused(Exception):
    """A document that does not fit. The words are those of graphql-js."""


def arguments_of(key: str) -> dict[str, str]:
    text = _FIELD.fullmatch(key)["arguments"] or ""
    return dict(part.replace(" ", "").split(":") for part in text.split(",") if part)


def introspection(types: Types, long: bool) -> dict[str, Any]:
    """What ``__schema`` answers, in the long or the short form."""
    if not long:
        fields = {name: [{"name": _FIELD.fullmatch(key)["name"]} for key in own] for name, own in types.items()}
        return {"__schema": {"types": [{"name": name, "fields": own} for name, own in fields.items()]}}
    listed: list[dict[str, Any]] = [{"name": "String", "kind": "SCALAR", "fields": None}]
    for name, own in types.items():
        fields = [
            {
                "name": _FIELD.fullmatch(key)["name"],
                "args": [{"name": word, "type": _type(kind)} for word, kind in arguments_of(key).items()],
                "type": _type(kind),
            }
            for key, kind in own.items()
        ]
        listed.append({"name": name, "kind": "OBJECT", "fields": fields})
    return {"__schema": {"queryType": {"name": "Query"}, "types": listed}}


def _type(text: str) -> dict[str, Any]:
    if text.endswith("!"):
        return {"name": None, "kind": "NON_NULL", "ofType": _type(text[:-1])}
    if text.startswith("["):
        return {"name": None, "kind": "LIST", "ofType": _type(text[1:-1])}
    return {"name": text, "kind": "SCALAR" if text in ("String", "Int") else "OBJECT", "ofType": None}


def execute(types: Types, root: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """The data that a query gets. Raises Refused. A callable in ``root`` gets the arguments of its field."""
    tokens = _TOKEN.findall(body["query"])
    tokens = tokens[tokens.index("{") :]
    selection, rest = _selection(tokens)
    assert not rest
    _check(types, "Query", selection)
    return _resolve(types, "Query", selection, root, body["variables"])


def _selection(tokens: list[str]) -> tuple[list[tuple[str, dict[str, Any], list | None]], list[str]]:
    """The fields of a set, each with its arguments and its own set."""
    assert tokens[0] == "{"
    tokens, fields = tokens[1:], []
    while tokens[0] != "}":
        name, tokens = tokens[0], tokens[1:]
        arguments: dict[str, Any] = {}
        if tokens[0] == "(":
            end = tokens.index(")")
            inner, tokens = tokens[1:end], tokens[end + 1 :]
            while inner:
                if inner[2] == "[":
                    arguments[inner[0]], inner = [], inner[4:]
                else:
                    arguments[inner[0]], inner = inner[2], inner[3:]
        inner_set = None
        if tokens[0] == "{":
            inner_set, tokens = _selection(tokens)
        fields.append((name, arguments, inner_set))
    return fields, tokens[1:]


def _check(types: Types, type_name: str, selection: list) -> None:
    """Refuse what does not fit the schema, whether there are data or not."""
    own = {_FIELD.fullmatch(key)["name"]: key for key in types[type_name]}
    for name, arguments, inner in selection:
        if name not in own:
            raise Refused(f'Cannot query field "{name}" on type "{type_name}".')
        kind = types[type_name][own[name]].strip("[]!")
        for argument in arguments:
            if argument not in arguments_of(own[name]):
                raise Refused(f'Unknown argument "{argument}" on field "{type_name}.{name}".')
        if (kind in types) is not (inner is not None):
            raise Refused(f'Field "{name}" must have a selection of subfields.')
        if inner is not None:
            _check(types, kind, inner)


def _resolve(types: Types, type_name: str, selection: list, value: Any, variables: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_resolve(types, type_name, selection, entry, variables) for entry in value]
    kinds = {_FIELD.fullmatch(key)["name"]: kind.strip("[]!") for key, kind in types[type_name].items()}
    result = {}
    for name, arguments, inner in selection:
        given = {
            argument: variables[word[1:]] if isinstance(word, str) else word for argument, word in arguments.items()
        }
        got = value.get(name)
        got = got(**given) if isinstance(got, Callable) else got
        result[name] = got if inner is None else _resolve(types, kinds[name], inner, got, variables)
    return result


# -- schemas as two generations of clients know them ------------------------------------------------------------------


def connection(of: str, style: str) -> dict[str, str]:
    """The type of a wrapped list, of the older or the newer style."""
    page = {"pageInfo": "PageInfo", "totalCount": "Int"}
    return {"edges": f"[{of}Edge]", **page} if style == "edges" else {"nodes": f"[{of}]", **page}


def schema(style: str = "nodes", **more: dict[str, str]) -> dict[str, dict[str, str]]:
    """A schema in which everything is offered, with lists as ``nodes`` or as ``edges``. ``more``: types to replace."""
    types = {
        "Query": {
            "allAuthorities": "AuthorityConnection",
            "allRouters(name: String)": "RouterConnection",
            "metrics": "Metrics",
        },
        "AuthorityConnection": connection("Authority", style),
        "AuthorityEdge": {"node": "Authority"},
        "Authority": {
            "name": "String",
            "assets(assetIds: [String])": "[Asset]",
            "duplicateAssets(assetIds: [String])": "[DuplicateAsset]",
        },
        "DuplicateAsset": {"assetId": "String"},
        "Asset": {
            **dict.fromkeys(("routerName", "nodeName", "assetId", "t128Version", "status", "text"), "String"),
            **dict.fromkeys(("failedStatus", "upgradeWarning", "installationType", "platformType"), "String"),
            "statusDurationSeconds": "Int",
            "errorsJson": "[AssetError]",
            "softwareVersions": "SoftwareVersions",
        },
        "AssetError": dict.fromkeys(("env", "operation", "reason"), "String"),
        "SoftwareVersions": {
            "availableVersion": "[String]",
            "downloadedVersion": "[String]",
            "currentlyDownloadingVersion": "String",
            "refresh": "Refresh",
        },
        "Refresh": {"inProgress": "String"},
        "RouterConnection": connection("Router", style),
        "RouterEdge": {"node": "Router"},
        "Router": {
            "name": "String",
            "nodes(name: String)": "NodeConnection",
            "auditLogs(startTime: String, endTime: String, first: Int, startIndex: Int, filter: [AuditLogType])": (
                "AuditLogConnection"
            ),
        },
        "NodeConnection": connection("Node", style),
        "NodeEdge": {"node": "Node"},
        "Node": {
            "name": "String",
            "state": "State",
            "connectivity": "[Connectivity]",
            "disk": "[Disk]",
            "platform": "Platform",
        },
        "State": {
            **dict.fromkeys(("status", "startTime", "role", "softwareVersion"), "String"),
            "alarmCount": "Int",
            "processes": "[Process]",
        },
        "Process": dict.fromkeys(("name", "processName", "status", "primary", "leaderStatus"), "String"),
        "Connectivity": dict.fromkeys(("remoteNodeName", "remoteRouterName", "remoteNodeRole", "status"), "String"),
        "Disk": dict.fromkeys(("capacity", "usage", "partition"), "String"),
        "Platform": {"disks": "[PlatformDisk]"},
        "PlatformDisk": dict.fromkeys(("name", "space", "percentUsed"), "String"),
        "AuditLogConnection": connection("AuditLog", style),
        "AuditLogEdge": {"node": "AuditLog"},
        "AuditLog": dict.fromkeys(("router", "node", "type", "subtype", "timestamp", "data"), "String"),
        "PageInfo": {"endCursor": "String", "hasNextPage": "String"},
        "Metrics": {"redundancy": "Redundancy"},
        "Redundancy": {"databaseConnection": "DatabaseConnection"},
        "DatabaseConnection": {"activeConnections(router: String)": "[NodeValue]"},
        "NodeValue": {"node": "String", "value": "String"},
    }
    types.update(more)
    return {name: fields for name, fields in types.items() if fields}


def wrapped(things: list[Any], style: str = "nodes", **page: Any) -> dict[str, Any]:
    """A list as a schema of this style has it."""
    info = {"pageInfo": page} if page else {}
    return {"edges": [{"node": thing} for thing in things], **info} if style == "edges" else {"nodes": things, **info}

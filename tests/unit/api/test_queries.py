# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries are built from what a release offers: of fields that it does not have, none is asked for."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api import queries
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import only_reads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.queries import build
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.schema import Schema, read_schema

from tests.unit.api.graph import execute, introspection, schema

VARIABLES = {
    "allRouters_name": "R",
    "nodes_name": "a",
    "activeConnections_router": "R",
    "auditLogs_startTime": "2026-01-01T00:00:00Z",
    "auditLogs_first": 5,
    "auditLogs_startIndex": 0,
}
PARTS = {
    "assets": (queries.ASSETS, "allAuthorities.assets.softwareVersions.refresh.inProgress"),
    "state": (queries.STATE, "allRouters.nodes.state.processes.leaderStatus"),
    "connectivity": (queries.CONNECTIVITY, "allRouters.nodes.connectivity.remoteNodeRole"),
    "disk": (queries.DISK, "allRouters.nodes.disk.usage"),
    "platform": (queries.PLATFORM_DISKS, "allRouters.nodes.platform.disks.percentUsed"),
    "database": (queries.DATABASE, "metrics.redundancy.databaseConnection.activeConnections.value"),
    "audit": (queries.AUDIT, "allRouters.auditLogs.timestamp"),
}


def known(types, long: bool = True) -> Schema:
    result = read_schema(introspection(types, long))
    assert result is not None
    return result


@pytest.mark.parametrize("long", [True, False], ids=["with types", "names alone"])
@pytest.mark.parametrize("style", ["nodes", "edges"])
@pytest.mark.parametrize("name", PARTS)
def test_what_is_offered_is_asked_for_in_the_style_of_the_release(name, style, long) -> None:
    part, deepest = PARTS[name]
    types = schema(style)
    query = build(known(types, long), part, VARIABLES, style if not long else "nodes")
    assert query is not None and deepest in query.fields and only_reads(query.document)
    execute(types, {}, {"query": query.document, "variables": VARIABLES})  # raises what does not fit the schema


@pytest.mark.parametrize("name", PARTS)
def test_what_is_not_offered_is_not_asked_for(name) -> None:
    part, _deepest = PARTS[name]
    types = schema()
    for long in (True, False):
        nothing = {"Query": {"somethingElse": "String"}, "Asset": types["Asset"]}
        assert build(known(nothing, long), part, VARIABLES) is None
    lacking = {"assets": "Authority", "database": "DatabaseConnection", "audit": "Router"}.get(name, "Node")
    without = {**types, lacking: {"name": "String"}}
    assert build(known(without), part, VARIABLES) is None


@pytest.mark.parametrize("long", [True, False])
def test_an_older_release_is_asked_for_the_fields_that_it_has(long) -> None:
    """stage_check knows of fewer fields than ssr-mcp."""
    older = dict.fromkeys(("assetId", "routerName", "nodeName", "t128Version", "status", "text"), "String")
    types = schema("edges", Asset=older, AssetError={}, SoftwareVersions={}, Refresh={})
    query = build(known(types, long), queries.ASSETS, (), "edges")
    assert query is not None
    assert {field.rpartition(".")[2] for field in query.fields} == set(older)
    execute(types, {}, {"query": query.document, "variables": {}})


def test_states_that_no_document_names_are_asked_for_where_introspection_shows_them() -> None:
    words = dict.fromkeys(
        ("serviceStatus", "conductorConnectivity", "peerConductorConnectivity", "serviceArea"), "String"
    )
    types = schema(Asset={**schema()["Asset"], **words, "serviceState": "Refresh"})
    query = build(known(types), queries.ASSETS)
    asked = {field.rpartition(".")[2] for field in query.fields}
    assert {"serviceStatus", "conductorConnectivity", "peerConductorConnectivity"} <= asked
    assert not {"serviceArea", "serviceState"} & asked, "another name, and no plain value"


def test_a_thing_that_is_a_plain_value_in_this_release_is_asked_for_as_one() -> None:
    types = schema(Asset={**schema()["Asset"], "errorsJson": "String"}, AssetError={})
    query = build(known(types), queries.ASSETS)
    assert "allAuthorities.assets.errorsJson" in query.fields
    execute(types, {}, {"query": query.document, "variables": {}})


def test_lists_need_no_wrapping() -> None:
    types = schema(Query={"allRouters(name: String)": "[Router]"}, Router={"name": "String", "nodes": "[Node]"})
    query = build(known(types), queries.DISK, VARIABLES)
    execute(types, {}, {"query": query.document, "variables": VARIABLES})
    assert "nodes { name disk" in query.document and "nodes_name" not in query.variables


def test_variables_have_the_types_that_the_release_wants() -> None:
    types = schema()
    router = {key.replace("startTime: String", "startTime: Date!"): kind for key, kind in types["Router"].items()}
    query = build(known({**types, "Router": router}), queries.AUDIT, VARIABLES)
    assert "$auditLogs_startTime: Date!" in query.document and "filter: []" in query.document
    assert "$auditLogs_first: Int" in query.document
    short = build(known(types, long=False), queries.AUDIT, VARIABLES)
    assert "$auditLogs_startTime: String" in short.document


def test_only_variables_with_a_value_are_in_a_query() -> None:
    query = build(known(schema()), queries.STATE, ())
    assert query.variables == () and query.document.startswith("query { allRouters { nodes { name nodes {")


@pytest.mark.parametrize(
    "data",
    [None, {}, [], {"__schema": None}, {"__schema": {"types": None}}, {"__schema": {"types": []}}, {"__schema": []}]
    + [{"__schema": {"types": [None, {"name": 1}, {"name": "A", "fields": [None, {}, {"name": None}]}]}}],
)
def test_what_is_no_schema_is_none(data) -> None:
    assert read_schema(data) is None


def test_own_types_of_introspection_and_broken_entries_are_passed_over() -> None:
    data = introspection(schema(), long=True)
    data["__schema"]["types"] += [None, {"name": "__Type", "fields": [{"name": "assetId"}]}, {"name": "B", "fields": 7}]
    data["__schema"]["queryType"] = {"name": []}
    broken = read_schema(data)
    assert set(broken.types) == set(schema()) and not broken.has_types

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers get whatever stands on the other side: they return data or None, and never raise."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api import (
    alarms,
    assets,
    claims,
    history,
    nodes,
    queries,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import only_reads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.answers import read_json
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import ApiError, Problems
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.schema import read_schema
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.transport import Answer
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.api.graph import introspection, schema

FIELDS = sorted(
    {field.partition("(")[0] for fields in schema().values() for field in fields}
    | {"nodes", "edges", "node", "message", "severity", "id", "errors", "token", "capabilities", "timestamp", "version"}
    | {"fields", "args", "type", "ofType", "kind"}
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(FIELDS)
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=25,
)


def around(*names: str) -> Callable[[object], object]:
    """Puts a value where a reader looks for it."""

    def put(value: object) -> object:
        for name in reversed(names):
            value = [value] if name == "[]" else {name: value}
        return value

    return put


ROUTER = around("allRouters", "nodes", "[]")
READERS = {
    "assets by REST": (assets.from_rest, around("[]")),
    "assets by GraphQL": (assets.from_graphql, around("allAuthorities", "nodes", "[]", "assets", "[]")),
    "alarms": (alarms.read_alarms, around("[]")),
    "states": (nodes.read_states, lambda value: ROUTER({"name": "R", "nodes": [{"name": "a", "state": value}]})),
    "connections": (
        nodes.read_connections,
        lambda value: ROUTER({"name": "R", "nodes": [{"name": "a", "connectivity": [value]}]}),
    ),
    "disks": (
        nodes.read_disks,
        lambda value: ROUTER({"name": "R", "nodes": [{"name": "a", "disk": [value], "platform": value}]}),
    ),
    "database": (nodes.read_database_links, around("metrics", "redundancy", "databaseConnection", "activeConnections")),
    "history": (history.read_page, lambda value: ROUTER({"auditLogs": [value]})),
    "page of a history": (history.read_page, lambda value: ROUTER({"auditLogs": {"nodes": [], "pageInfo": value}})),
    "mark of a page": (
        history.read_page,
        lambda value: ROUTER({"auditLogs": {"nodes": [], "pageInfo": {"hasNextPage": value}}}),
    ),
    "types of a schema": (read_schema, around("__schema", "types", "[]")),
    "fields of a schema": (
        read_schema,
        lambda value: around("__schema", "types", "[]")({"name": "A", "fields": value}),
    ),
    "root of a schema": (
        read_schema,
        lambda value: {"__schema": {"queryType": {"name": value}, "types": [{"name": "A", "fields": [{"name": "b"}]}]}},
    ),
}


@pytest.mark.parametrize("name", READERS)
@given(value=JSON)
def test_no_reader_stumbles_over_anything(name, value) -> None:
    reader, put = READERS[name]
    for data in (value, put(value)):
        reader(data) if name != "assets by GraphQL" or isinstance(data, dict) else None


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()), st.integers(100, 599))
def test_every_answer_is_data_or_an_error_with_a_sentence(body, status) -> None:
    problems = Problems("c1", ApiAccess("c1", token="t0ken").secrets())
    try:
        read_json(Answer(status, body), "GET /system", problems)
    except ApiError as error:
        assert str(error).startswith("The web API of c1 was asked for GET /system. It ") and str(error).isprintable()


@given(st.text(max_size=60) | JSON.map(json.dumps))
def test_every_token_is_read_or_not(text) -> None:
    claims.read_token(text)
    claims.read_token(f"a.{text}.c")


@given(data=st.data(), style=st.sampled_from(["nodes", "edges"]), long=st.booleans())
def test_whatever_a_release_lacks_what_is_asked_is_a_query_of_fields_that_it_has(data, style, long) -> None:
    """Fields are taken away at random; the rest still makes a query that only reads, or none."""
    types = schema(style)
    names = [(owner, field) for owner, fields in types.items() for field in fields]
    gone = data.draw(st.lists(st.sampled_from(names), max_size=12))
    left = {owner: {f: kind for f, kind in own.items() if (owner, f) not in gone} for owner, own in types.items()}
    known = read_schema(introspection({owner: own for owner, own in left.items() if own}, long))
    for part in (queries.ASSETS, queries.STATE, queries.DISK, queries.DATABASE, queries.AUDIT):
        query = queries.build(known, part, ("allRouters_name", "nodes_name"), style) if known else None
        if query is not None:
            offered = {field.partition("(")[0] for own in left.values() for field in own}
            assert only_reads(query.document)
            assert {step for field in query.fields for step in field.split(".")} <= offered

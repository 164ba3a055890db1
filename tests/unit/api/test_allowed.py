# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""It only reads, but for the export: nothing else can leave, whoever asks for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api import allowed, queries, schema
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import ApiRequest, only_reads, path_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import ApiAway, NotAllowed, Problems
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.transport import Transport
from hypothesis import given
from hypothesis import strategies as st

API = Path(__file__).parents[3] / "plugins" / "plugin_utils" / "api"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "Post", "")
#: Every call that any document names, and the tree of the configuration.
PATHS = (
    "/login", "/graphql", "/system", "/asset", "/alarm", "/nonce", "/config/export", "/audit", "/events", "/user",
    "/user/admin", "/asset/LR1/control", "/config/commit", "/config/validate", "/config/revertToRunning",
    "/config/import", "/config/getJSON", "/config/version", "/config/candidate/authority/router/r", "/upgrade/versions",
    "/config/running/authority", "/plugins/install", "/plugins/remove", "/plugins/installed", "/provisioning/refresh",
    "/router", "/router/r", "/router/r/metrics", "/router/r/alarm", "/router/r/node/n/alarm", "/router/r/node/n",
    "/config/export/backup.gz", "/config/export/backup.gz/download", "", "/", "/api/v1/system", "/system/", "//system",
)  # fmt: skip
BODIES = (
    None,
    {},
    {"username": "u", "password": "p"},
    {"username": "u", "local": "key"},
    {"filename": "backup", "datastore": "running"},
    {"query": "{ a }"},
    {"query": "mutation { a }"},
)
#: All that may leave.
MAY = {
    ("POST", "/login", 2),
    ("POST", "/config/export", 4),
    ("POST", "/graphql", 5),
    *(
        ("GET", path, 0)
        for path in (
            "/system", "/asset", "/alarm", "/nonce", "/config/export", "/router/r/alarm", "/router/r/node/n/alarm",
            "/config/export/backup.gz/download",
        )
    ),
}  # fmt: skip


ACCESS = ApiAccess("c1", token="t0ken")


class Opened(Exception):
    """Somebody wanted to connect."""


def nobody(_host: str, _port: int, _timeout: float):
    raise Opened


TRANSPORT = Transport(ACCESS, Problems("c1", ACCESS.secrets()), nobody)


def leaves(request: ApiRequest) -> bool:
    """Whether a request gets as far as a connection."""
    try:
        TRANSPORT.exchange(request)
    except NotAllowed as error:
        assert "Nothing was sent" in str(error)
        return False
    except ApiAway as error:
        assert "No connection could be opened: Opened" in str(error)
    return True


def test_of_all_methods_paths_and_bodies_only_those_that_read_leave() -> None:
    left = {
        (method, path, number)
        for method in METHODS
        for path in PATHS
        for number, body in enumerate(BODIES)
        if leaves(ApiRequest(method, path, body=body))
    }
    assert left == MAY


@pytest.mark.parametrize(
    "body",
    [
        {"filename": "backup", "datastore": "candidate"},
        {"filename": "../backup", "datastore": "running"},
        {"filename": ".backup", "datastore": "running"},
        {"filename": "a/b", "datastore": "running"},
        {"filename": "", "datastore": "running"},
        {"filename": ["backup"], "datastore": "running"},
        {"filename": "backup", "datastore": "running", "more": 1},
    ],
)
def test_an_export_is_of_the_running_configuration_into_a_plain_file(body) -> None:
    assert not leaves(ApiRequest("POST", "/config/export", body=body))


@pytest.mark.parametrize(
    "request_",
    [
        ApiRequest("GET", "/asset", {"verbose": "true", "x": "1"}),
        ApiRequest("GET", "/system", {"nonce": "1"}),
        ApiRequest("POST", "/graphql", {"query": "mutation{a}"}, {"query": "{ a }"}),
        ApiRequest("POST", "/graphql", body={"query": "{ a }", "operationName": "b"}),
        ApiRequest("POST", "/graphql", body={"query": ["{ a }"]}),
        ApiRequest("POST", "/graphql", body={"query": "{ a }", "mutation": "mutation { a }"}),
        ApiRequest("GET", "/system?x=1"),
        ApiRequest("GET", "/system#x"),
        ApiRequest("GET", "/system\n"),
        ApiRequest("GET", "/system", body={}),
    ],
    ids=repr,
)
def test_nothing_is_added_to_what_may_leave(request_) -> None:
    assert not leaves(request_)


@pytest.mark.parametrize("name", ["..", ".", "a/../../asset/LR1/control", "a\\b", "a?b", "a#b", "a\nb", "a%2Fb", ""])
def test_a_name_never_leads_to_another_path(name) -> None:
    assert not leaves(ApiRequest("GET", path_of("router", name, "alarm")))


@pytest.mark.parametrize("name", ["%2e%2e", "%2F", "a%252Fb", "%5c", "%00", "%0a"])
def test_nor_does_one_that_is_spelled_otherwise(name) -> None:
    assert not leaves(ApiRequest("GET", f"/router/{name}/alarm"))


def test_names_with_blanks_or_other_letters_are_quoted() -> None:
    path = path_of("router", "Zürich 1", "alarm")
    assert path == "/router/Z%C3%BCrich%201/alarm" and leaves(ApiRequest("GET", path))


# -- documents of GraphQL ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        "mutation { sendAssetUpgradeRequest }",
        "mutation AssetUpgrade($v: String!) { sendAssetUpgradeRequest(version: $v) { response } }",
        "subscription { alarms }",
        "{ a } mutation { b }",
        "query A { a } mutation B { b }",
        "query A { a } query B { b }",
        "# query\nmutation { a }",
        "{ a } # }",
        '{ a(b: "}") } mutation { c }',
        '{ a(b: """ } """) }',
        "query { ...f } fragment f on Query { a }",
        "{ a @include(if: true) }",
        "query A",
        "query A }",
        "{ a } }",
        "{ a ( } )",
        "{ a",
        "query($x: X = {}) mutation { a }",
        "\ufeff{ a }",
        "",
        " , ",
        "extend type Query { a: B }",
    ],
)
def test_a_document_that_is_not_one_query_is_refused(document) -> None:
    assert not only_reads(document) and not leaves(ApiRequest("POST", "/graphql", body={"query": document}))


@pytest.mark.parametrize(
    "document",
    [
        schema.LONG,
        schema.SHORT,
        "query { mutation { subscription } }",
        "query Mutation($a: [String]!) { a(b: $a, c: []) { d } }",
        "{a,b{c}}",
    ],
)
def test_a_query_may_leave(document) -> None:
    assert only_reads(document) and leaves(ApiRequest("POST", "/graphql", body={"query": document}))


@given(
    st.lists(st.sampled_from(["query", "mutation", "{", "}", "(", ")", "a", "$b", ":", " ", "\n", '"', "#", "[", "]"]))
)
def test_whatever_is_let_through_begins_one_query_and_closes_it(tokens) -> None:
    document = " ".join(tokens)
    if only_reads(document):
        words = document.split()
        assert words[0] in ("query", "{") and words[-1] == "}"
        depth, closed = 0, 0
        for word in words:
            depth += (word == "{") - (word == "}")
            closed += depth == 0 and word == "}"
        assert closed == 1 and depth == 0


# -- no other way out --------------------------------------------------------------------------------------------------


def test_only_the_transport_can_reach_a_network() -> None:
    """What opens connections or sends requests is imported by the transport and what it consists of."""
    may = {"transport.py": {"http", "urllib"}, "tls.py": {"ssl"}, "ways.py": {"socket"}}
    network = {"http", "urllib", "socket", "ssl", "requests", "paramiko", "subprocess", "asyncio", "ftplib"}
    for path in sorted(API.glob("*.py")):
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                imported.add(node.module or "")
        found = {name.partition(".")[0] for name in imported if name != "urllib.parse"} & network
        assert found <= may.get(path.name, set()) | ({"ssl"} if path.name == "transport.py" else set()), path.name


def test_no_mutation_stands_in_the_sources() -> None:
    sources = [path for path in API.glob("*.py") if path.name != "allowed.py"]
    assert sources and not [path.name for path in sources if "mutation" in path.read_text(encoding="utf-8")]


def test_the_transport_asks_before_it_opens_anything() -> None:
    assert "why_refused(request)" in (API / "transport.py").read_text(encoding="utf-8")
    assert callable(allowed.why_refused) and callable(queries.build)

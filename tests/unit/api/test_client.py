# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to the API: in the form that a release offers, and what is left where it offers less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import why_refused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.client import ApiClient
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    AccountRefused,
    ApiAway,
    Nonsense,
    NotOffered,
    Problems,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.queries import Query
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.disks import Disk
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.api.graph import Refused, execute, introspection, schema, wrapped

A = NodeId("R", "a")
SINCE = datetime(2026, 3, 4, 12, tzinfo=timezone.utc)
ASSET = {"assetId": "id-a", "routerName": "R", "nodeName": "a", "status": "running", "t128Version": "6.3.5-37"}
SOFTWARE = {"downloadedVersion": ["7.1.3-2"], "availableVersion": [], "currentlyDownloadingVersion": ""}
EVERYTHING = schema()
FORMS = {"in the long form": (True,), "in the short form": (False,), "in either form": (True, False)}


class Conductor:
    """A session whose other end is a schema with data, and a few pages of REST."""

    def __init__(self, style: str = "nodes", forms: tuple[bool, ...] = (True, False), **types: dict[str, str]) -> None:
        self.style = style
        self.types = schema(style, **types)
        self.forms = forms
        self.rest: dict[str, Any] = {}
        self.root: dict[str, Any] = {}
        self.errors: list[dict[str, str]] = []
        self.asked: list[str] = []
        self.token = "opaque"
        self.problems = Problems("c1", ApiAccess("c1", token="t0ken").secrets())

    def ask(self, request) -> Any:
        assert why_refused(request) is None
        if request.path != "/graphql":
            self.asked.append(f"{request}")
            value = self.rest.get(request.path)
            if isinstance(value, Exception):
                raise value
            if value is None:
                raise self.problems.make(NotOffered, request, "404", "")
            return value
        document = request.body["query"]
        self.asked.append(document)
        if "__schema" in document:
            long = "queryType" in document
            if long not in self.forms:
                return {"errors": [{"message": 'Cannot query field "queryType" on type "__Schema".'}]}
            return {"data": introspection(self.types, long)}
        try:
            data = execute(self.types, self.root, request.body)
        except Refused as refused:
            return {"errors": [{"message": str(refused)}]}
        return {"data": data, **({"errors": self.errors} if self.errors else {})}

    def authority(self, *assets: dict[str, Any]) -> None:
        self.root["allAuthorities"] = wrapped([{"assets": list(assets)}], self.style)

    def node(self, **fields: Any) -> None:
        """One node of a router; whoever asks for another one gets none."""

        def nodes(name: str | None = None) -> dict[str, Any]:
            return wrapped([{"name": "a", **fields}] if name in (None, "a") else [], self.style)

        def routers(name: str | None = None) -> dict[str, Any]:
            return wrapped([{"name": "R", "nodes": nodes}] if name in (None, "R") else [], self.style)

        self.root["allRouters"] = routers

    @property
    def documents(self) -> list[str]:
        return [words for words in self.asked if words.startswith("query")]


def client(conductor: Conductor) -> ApiClient:
    return ApiClient(conductor)


each_style = pytest.mark.parametrize("style", ["nodes", "edges"])
each_form = pytest.mark.parametrize("forms", FORMS.values(), ids=FORMS)


# -- assets -----------------------------------------------------------------------------------------------------------


@each_style
@each_form
def test_assets_with_their_software_by_graphql(style, forms) -> None:
    conductor = Conductor(style, forms)
    conductor.authority({**ASSET, "softwareVersions": SOFTWARE})
    listed = client(conductor).assets()
    assert listed.source == "GraphQL" and not listed.problems
    assert listed.of(A).software.downloaded == ("7.1.3-2",) and listed.of(A).asset.settled
    assert not [words for words in conductor.asked if words.startswith("GET")]


@each_style
@each_form
def test_where_graphql_shows_no_software_rest_adds_it(style, forms) -> None:
    conductor = Conductor(style, forms, SoftwareVersions={}, Refresh={}, Asset=dict.fromkeys(ASSET, "String"))
    conductor.authority(ASSET)
    conductor.rest["/asset"] = [{**ASSET, "softwareVersions": SOFTWARE}]
    listed = client(conductor).assets()
    assert listed.source == "GraphQL" and listed.of(A).software.downloaded == ("7.1.3-2",)


@pytest.mark.parametrize("kind", [NotOffered, ApiAway, AccountRefused])
def test_where_rest_fails_then_the_software_is_not_known_and_the_list_stays(kind) -> None:
    conductor = Conductor()
    conductor.authority(ASSET)
    conductor.rest["/asset"] = conductor.problems.make(kind, "x", "", "")
    listed = client(conductor).assets()
    assert listed.of(A).software is None and not listed.problems


@pytest.mark.parametrize(
    "types",
    [{"Query": {"allRouters": "RouterConnection"}}, {"Asset": {"other": "String"}}, {"Authority": {"name": "String"}}],
    ids=["no authority", "no asset", "no list"],
)
@each_form
def test_where_graphql_has_no_assets_rest_is_asked(types, forms) -> None:
    conductor = Conductor(forms=forms, **types)
    conductor.rest["/asset"] = [ASSET]
    listed = client(conductor).assets()
    assert listed.source == "REST" and len(listed.assets) == 1


def test_where_there_is_no_introspection_rest_is_asked() -> None:
    conductor = Conductor(forms=())
    conductor.rest["/asset"] = [ASSET]
    asking = client(conductor)
    assert asking.assets().source == "REST" and asking.assets() and asking.schema is None
    assert len([words for words in conductor.asked if "__schema" in words]) == 2, "it is asked once in each form"


@pytest.mark.parametrize("trouble", [Nonsense, {"errors": [{"message": "internal error"}]}])
def test_what_is_wrong_with_introspection_may_pass(trouble, monkeypatch) -> None:
    conductor = Conductor()
    conductor.rest["/asset"] = [ASSET]
    conductor.authority({**ASSET, "softwareVersions": SOFTWARE})
    asking = client(conductor)

    def answer(request):
        if request.path != "/graphql":
            return Conductor.ask(conductor, request)
        if trouble is Nonsense:
            raise conductor.problems.make(Nonsense, request, "a page", "")
        return trouble

    with monkeypatch.context() as wrong:
        wrong.setattr(conductor, "ask", answer)
        assert asking.assets().source == "REST"
    assert asking.assets().source == "GraphQL"


def test_an_index_is_sent_as_the_schema_wants_it() -> None:
    query = Query("", ("auditLogs_startIndex", "auditLogs_first"), frozenset(), frozenset(("auditLogs_startIndex",)))
    given = {"auditLogs_startIndex": 200, "auditLogs_first": 100, "more": 1}
    assert query.values(given) == {"auditLogs_startIndex": "200", "auditLogs_first": 100}


def test_a_query_that_is_refused_although_introspection_offers_it_leads_to_rest() -> None:
    conductor = Conductor()
    offered = {**conductor.types, "Asset": {**conductor.types["Asset"], "assetIdConfigured": "String"}}
    conductor.ask, ask = (lambda request: _with_types(conductor, offered, ask, request)), conductor.ask
    conductor.authority(ASSET)
    conductor.rest["/asset"] = [ASSET]
    assert client(conductor).assets().source == "REST"


def _with_types(conductor: Conductor, offered: dict, ask: Callable, request) -> Any:
    if request.body and "__schema" in request.body["query"]:
        return {"data": introspection(offered, long=True)}
    return ask(request)


def test_errors_beside_assets_are_told_with_them() -> None:
    conductor = Conductor()
    conductor.authority({**ASSET, "softwareVersions": SOFTWARE})
    conductor.errors = [{"message": "No connectivity to highwayManager@b.R"}]
    assert client(conductor).assets().problems == ("No connectivity to highwayManager@b.R",)


def test_where_neither_shows_a_list_nothing_is_known() -> None:
    conductor = Conductor()
    conductor.rest["/asset"] = {"message": "later"}
    assert client(conductor).assets() is None
    with pytest.raises(NotOffered):
        client(Conductor()).assets()


def test_what_a_release_offers_is_asked_once() -> None:
    conductor = Conductor()
    conductor.authority(ASSET)
    conductor.rest["/asset"] = []
    asking = client(conductor)
    asking.assets(), asking.assets()
    assert len([words for words in conductor.asked if "__schema" in words]) == 1


def test_an_api_that_is_away_is_asked_again_what_it_offers() -> None:
    conductor = Conductor()
    away = conductor.problems.make(ApiAway, "x", "", "")
    conductor.ask, ask = _raise(away), conductor.ask
    asking = client(conductor)
    with pytest.raises(ApiAway):
        asking.assets()
    conductor.ask = ask
    assert asking.schema is not None


def _raise(error: Exception) -> Callable:
    def ask(_request):
        raise error

    return ask


# -- nodes ------------------------------------------------------------------------------------------------------------


@each_style
@each_form
def test_state_connections_and_disks_of_one_node(style, forms) -> None:
    conductor = Conductor(style, forms)
    conductor.node(
        state={"status": "RUNNING", "softwareVersion": "6.3.5-37", "processes": [{"name": "routingManager"}]},
        connectivity=[
            {"remoteNodeName": "c1", "remoteRouterName": "cond", "remoteNodeRole": "CONDUCTOR", "status": "x"}
        ],
        disk=[{"partition": "/", "capacity": 100, "usage": 40}],
        platform=None,
    )
    asking = client(conductor)
    assert asking.node_state(A).service is True and asking.node_state(A).processes[0].primary is None
    assert [connection.up for connection in asking.connections(A)] == [None]
    assert asking.disks(A) == (Disk("a", "/", 40.0, 60, 100),)
    other = NodeId("R", "b")
    assert (asking.node_state(other), asking.connections(other), asking.disks(other)) == (None, None, None)


def test_disks_of_the_platform_where_there_are_no_partitions() -> None:
    conductor = Conductor(Disk={}, Node={"name": "String", "platform": "Platform"})
    conductor.node(platform={"disks": [{"name": "/", "percentUsed": 91}]})
    assert client(conductor).disks(A) == (Disk("a", "/", 91.0, None, None),)


@each_form
def test_what_is_not_offered_is_not_asked_for_and_not_known(forms) -> None:
    conductor = Conductor(
        forms=forms, Node={"name": "String"}, State={}, Connectivity={}, Disk={}, Platform={}, Metrics={}, AuditLog={}
    )
    conductor.types["Router"] = {"name": "String"}
    conductor.types["Query"] = {"allRouters": "RouterConnection"}
    asking = client(conductor)
    assert asking.node_state(A) is asking.connections(A) is asking.disks(A) is None
    assert asking.database_links("R") == {} and asking.events_since(A, SINCE) is None
    assert not [words for words in conductor.documents if "__schema" not in words]


def test_links_of_the_database_of_one_router() -> None:
    conductor = Conductor()
    links = {"R": [{"node": "a", "value": "2"}, {"node": "b", "value": "0"}]}
    connections = {"activeConnections": lambda router=None: links.get(router)}
    conductor.root["metrics"] = {"redundancy": {"databaseConnection": connections}}
    assert client(conductor).database_links("R") == {"a": 2, "b": 0} and client(conductor).database_links("S") == {}


# -- pages of REST ----------------------------------------------------------------------------------------------------


def test_alarms_of_all_of_a_router_and_of_a_node() -> None:
    conductor = Conductor()
    for number, path in enumerate(("/alarm", "/router/R/alarm", "/router/R/node/a/alarm")):
        conductor.rest[path] = [{"message": f"m{number}", "severity": "MINOR"}]
    asking = client(conductor)
    listed = [asking.alarms(), asking.alarms("R"), asking.alarms("R", "a")]
    assert [alarms.alarms[0].message for alarms in listed] == ["m0", "m1", "m2"]


def test_which_machine_answers() -> None:
    conductor = Conductor()
    conductor.rest["/system"] = {"router": "cond", "node": "c1", "softwareVersion": "6.3.5-37", "isConductor": True}
    system = client(conductor).conductor()
    assert (system.node_id, system.version_text, system.is_conductor) == (NodeId("cond", "c1"), "6.3.5-37", True)
    conductor.rest["/system"] = {"router": "cond"}
    assert client(conductor).conductor().node_id is None
    conductor.rest["/system"] = []
    assert client(conductor).conductor() is None
    assert client(conductor).claims().capabilities is None


# -- history ----------------------------------------------------------------------------------------------------------


class Log:
    """The history of a router, in pages."""

    def __init__(self, conductor: Conductor, number: int, knows_index: bool = True) -> None:
        self.entries = [
            {"router": "R", "node": "a", "timestamp": f"2026-03-04T12:00:{n % 60:02d}Z", "data": f"event {n}"}
            for n in range(number)
        ]
        self.starts: list[str | None] = []
        self.knows_index = knows_index
        self.style = conductor.style
        logs = {"name": "R", "auditLogs": self.page}
        conductor.root["allRouters"] = lambda name=None: wrapped([logs] if name in (None, "R") else [], self.style)

    def page(self, startTime=None, first=10**9, startIndex=0, filter=None, endTime=None):
        assert filter == []
        self.starts.append(startTime)
        begin = startIndex if self.knows_index else 0
        return wrapped(self.entries[begin : begin + first], self.style, hasNextPage=begin + first < len(self.entries))


@each_style
@each_form
def test_a_history_is_read_page_by_page(style, forms) -> None:
    conductor = Conductor(style, forms)
    log = Log(conductor, 450)
    history = client(conductor).events_since(A, SINCE)
    assert len(history.events) == 450 and not history.problems
    assert log.starts == ["2026-03-04T12:00:00Z"] * 3


def test_a_release_that_pages_otherwise_shows_its_first_page_and_that_there_is_more() -> None:
    conductor = Conductor()
    Log(conductor, 450, knows_index=False)
    history = client(conductor).events_since(A, SINCE)
    assert len(history.events) == 200 and history.problems == ("only its first page is shown",)


def test_a_history_without_end_is_cut_and_says_so() -> None:
    conductor = Conductor()
    Log(conductor, 10_000)
    history = client(conductor).events_since(A, SINCE)
    assert len(history.events) == 4000 and history.problems == ("only 4000 events were read",)


def test_a_release_that_refuses_the_time_is_asked_without_it() -> None:
    conductor = Conductor()
    log = Log(conductor, 3)
    page = log.page
    log.page = lambda **given: None
    conductor.root["allRouters"] = lambda name=None: wrapped(
        [{"name": "R", "auditLogs": lambda startTime=None, **given: None if startTime else page(**given)}]
    )
    assert len(client(conductor).events_since(A, SINCE).events) == 3


def test_older_events_and_those_of_other_nodes_are_left_out() -> None:
    conductor = Conductor()
    log = Log(conductor, 2)
    log.entries[0]["timestamp"] = "2026-03-04T11:00:00Z"
    log.entries.append({**log.entries[1], "node": "b"})
    assert [event.message for event in client(conductor).events_since(A, SINCE).events] == ["event 1"]


def test_a_page_without_a_mark_may_not_be_the_last() -> None:
    conductor = Conductor(AuditLogConnection={"nodes": "[AuditLog]"})
    Log(conductor, 200)
    assert client(conductor).events_since(A, SINCE).problems == ("it may go on",)
    Log(conductor, 199)
    assert client(conductor).events_since(A, SINCE).problems == ()

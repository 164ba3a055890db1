# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GraphQL: what can be asked for, how lists and errors look, and what a node that is away leaves of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from .api_client import managed_session, session
from .pcli_client import LOW, NEW, OLD, until

#: h2 is away from the start, h1 is not.
HALF = {"routers.1.nodes.1.state": "Disconnected"}
INTROSPECTION = "{ __schema { types { name fields { name } } } }"
NEW_ASSET = """{ allAuthorities { nodes { assets(assetIds: ["b1.branch"]) {
  routerName nodeName assetId t128Version upgradeWarning status statusDurationSeconds text failedStatus
  firstConnectedDate installationType platformType errorsJson { env operation reason }
} } } }"""
OLD_ASSET = """{ allAuthorities { edges { node { assets {
  assetId routerName nodeName t128Version status assetIdConfigured text failedStatus
} } } } }"""
DISKS = """query($r: String!, $n: String) { allRouters(name: $r) { nodes { name nodes(name: $n) { nodes {
  name disk { capacity usage partition }
} } } } }"""


def fields(api, name: str) -> set[str]:
    """The fields of a type, by introspection."""
    types = {row["name"]: row["fields"] for row in api.query(INTROSPECTION).data["data"]["__schema"]["types"]}
    return {row["name"] for row in types[name] or []}


def node_rows(answer: Any) -> list[dict[str, Any]]:
    """The nodes of all routers of an answer in the new style."""
    return [node for router in answer["data"]["allRouters"]["nodes"] for node in router["nodes"]["nodes"]]


# --- the language -------------------------------------------------------------------------------------------------


class TestLanguage:
    def test_aliases_fragments_variables_and_directives(self):
        text = """query Q($r: String, $more: Boolean!) {
          first: allRouters(name: $r) { ...names }
          second: allRouters { ...names }
        }
        fragment names on RouterConnection { nodes { title: name nodes @include(if: $more) { nodes { name } } } }"""
        with session() as (_sim, api):
            data = api.query(text, r="hub", more=False).data["data"]
            assert data["first"] == {"nodes": [{"title": "hub"}]}
            assert [row["title"] for row in data["second"]["nodes"]] == ["Conductor", "hub", "branch"]
            data = api.query(text, r="branch", more=True).data["data"]
            assert data["first"] == {"nodes": [{"title": "branch", "nodes": {"nodes": [{"name": "b1"}]}}]}

    def test_introspection_shows_types_mutations_and_values(self):
        text = """{ __schema { mutationType { fields { name args { name type { name kind ofType { name } } } } } }
          __type(name: "AuditLogType") { enumValues { name } } }"""
        with session() as (_sim, api):
            data = api.query(text).data["data"]
            names = [row["name"] for row in data["__schema"]["mutationType"]["fields"]]
            assert names == ["sendAssetDownloadSoftwareRequest", "sendAssetUpgradeRequest"]
            upgrade = data["__schema"]["mutationType"]["fields"][1]["args"]
            assert [row["name"] for row in upgrade] == ["routerNames", "version", "force", "ignorePreCheck"]
            assert upgrade[1]["type"] == {"name": None, "kind": "NON_NULL", "ofType": {"name": "String"}}
            assert {"name": "PROVISIONING"} in data["__type"]["enumValues"]

    @pytest.mark.parametrize("status", ["200", "400"])
    def test_what_the_schema_does_not_know_is_an_error_without_data(self, status):
        with session({"graphql_invalid": status}) as (sim, api):
            for text in ("{ nothing }", "{ allRouters { nodes { secret } } }", "{", "mutation { revertEverything }"):
                answer = api.query(text)
                assert answer.status == int(status) and answer.data["errors"][0]["message"]
                assert not answer.data.get("data")
            assert not [record for record in sim.log if record["event"] == "accepted"]

    @pytest.mark.parametrize("body", [{}, {"query": 1}, {"query": "{ __typename }", "variables": []}, b"no json", []])
    def test_a_body_that_is_no_query(self, body):
        with session() as (_sim, api):
            assert api.call("POST", "/graphql", body).status in (200, 400)
            assert api.get("/graphql").status == 405

    @pytest.mark.parametrize(
        ("way", "nodes", "edges"), [("nodes", True, False), ("both", True, True), ("edges", False, True)]
    )
    def test_two_styles_of_lists(self, way, nodes, edges):
        with session({"graphql_lists": way}) as (_sim, api):
            assert ("nodes" in fields(api, "RouterConnection"), "edges" in fields(api, "RouterConnection")) == (
                nodes,
                edges,
            )
            if nodes:
                assert api.query("{ allRouters { nodes { name } } }").data["data"]["allRouters"]["nodes"]
            if edges:
                rows = api.query("{ allRouters { edges { node { name } } } }").data["data"]["allRouters"]["edges"]
                assert [row["node"]["name"] for row in rows] == ["Conductor", "hub", "branch"]


# --- assets -------------------------------------------------------------------------------------------------------


class TestAssets:
    def test_the_new_fields_and_the_filter(self):
        with session(**{"routers.2.nodes.0.errors": ["no disk"]}) as (_sim, api):
            (row,) = api.query(NEW_ASSET).data["data"]["allAuthorities"]["nodes"][0]["assets"]
            assert (row["routerName"], row["nodeName"], row["t128Version"]) == ("branch", "b1", OLD)
            assert (row["installationType"], row["status"], row["failedStatus"]) == (
                "Image",
                "synchronized",
                "synchronized",
            )
            assert row["errorsJson"] == [{"env": "base", "operation": "highstate", "reason": "no disk"}]
            assert row["statusDurationSeconds"] >= 86400

    def test_an_empty_filter_is_no_filter(self):
        text = "query($ids: [String]) { allAuthorities { nodes { assets(assetIds: $ids) { nodeName } } } }"
        with session() as (_sim, api):
            for ids in ([], None):
                rows = api.query(text, ids=ids).data["data"]["allAuthorities"]["nodes"][0]["assets"]
                assert [row["nodeName"] for row in rows] == ["c1", "c2", "h1", "h2", "b1"]

    def test_the_old_fields(self):
        with session({"asset_fields": "old", "graphql_lists": "edges"}) as (_sim, api):
            (authority,) = api.query(OLD_ASSET).data["data"]["allAuthorities"]["edges"]
            assert authority["node"]["assets"][0]["assetIdConfigured"] is True
            assert not {"installationType", "errorsJson", "statusDurationSeconds"} & fields(api, "AssetType")

    def test_a_release_that_lacks_some(self):
        with session({"asset_fields": "some"}) as (_sim, api):
            known = fields(api, "AssetType")
            assert "statusDurationSeconds" in known and "installationType" not in known
            assert api.query(NEW_ASSET).data["errors"]

    def test_software_versions_where_graphql_has_them(self):
        text = """{ allAuthorities { nodes { assets(assetIds: ["b1.branch"]) { softwareVersions {
          availableVersion downloadedVersion currentlyDownloadingVersion refresh { inProgress }
        } } } } }"""
        with session({"graphql_software": "present"}) as (_sim, api):
            (row,) = api.query(text).data["data"]["allAuthorities"]["nodes"][0]["assets"]
            assert row["softwareVersions"]["availableVersion"] == [NEW]
        with session() as (_sim, api):
            assert "softwareVersions" not in fields(api, "AssetType") and api.query(text).data["errors"]


# --- nodes --------------------------------------------------------------------------------------------------------


class TestNodes:
    def test_disks_memory_and_the_platform(self):
        text = """{ allRouters(name: "branch") { nodes { nodes { nodes {
          role cpu { core utilization type } memory { capacity usage } disk { capacity usage partition }
          platform { disks { name space percentUsed } operatingSystem { name } vendor { product serialNumber } }
        } } } } }"""
        with session(**{"routers.2.disk": {"used": 90, "size": 100}}) as (_sim, api):
            (node,) = node_rows(api.query(text).data)
            assert node["disk"] == [{"capacity": 100e9, "usage": 90e9, "partition": "/"}]
            assert node["platform"]["disks"][0]["percentUsed"] == 90
            assert {row["type"] for row in node["cpu"]} == {"machine", "packetProcessing"}

    @pytest.mark.parametrize(("way", "word"), [("standby", "STANDBY"), ("none", "NONE")])
    def test_who_leads(self, way, word):
        text = """{ allRouters(name: "hub") { nodes { nodes { nodes { name state { status softwareVersion
          processes { name status primary leaderStatus } } } } } } }"""
        with session({"leader_status": way}) as (_sim, api):
            states = {node["name"]: node["state"] for node in node_rows(api.query(text).data)}
            lead = {
                name: next(row for row in state["processes"] if row["name"] == "routingManager")
                for name, state in states.items()
            }
            assert lead["h1"] == {
                "name": "routingManager",
                "status": "RUNNING",
                "primary": True,
                "leaderStatus": "ACTIVE",
            }
            assert (lead["h2"]["primary"], lead["h2"]["leaderStatus"]) == (False, word)
            other = next(row for row in states["h1"]["processes"] if row["name"] == "accessManager")
            assert other["leaderStatus"] == "NONE"
            assert states["h1"]["softwareVersion"] == OLD

    def test_connections_to_both_conductor_nodes(self):
        text = """{ allRouters(name: "branch") { nodes { nodes { nodes { assetId connectivity {
          remoteNodeName remoteRouterName remoteNodeRole status } } } } } }"""
        with session(faults=[{"type": "minion_lost_conductor", "node": "b1"}]) as (_sim, api):
            (node,) = node_rows(api.query(text).data)
            assert node["assetId"] == "b1.branch"
            assert [(row["remoteNodeName"], row["status"]) for row in node["connectivity"]] == [
                ("c1", "CONNECTED"),
                ("c2", "DISCONNECTED"),
            ]

    def test_links_of_the_database_of_a_pair(self):
        text = """query($r: String) { metrics { redundancy { databaseConnection {
          activeConnections(router: $r) { node value } } } } }"""

        def links(api):
            metrics = api.query(text, r="hub").data["data"]["metrics"]
            return metrics["redundancy"]["databaseConnection"]["activeConnections"]

        with session() as (_sim, api):
            assert links(api) == [{"node": "h1", "value": "2"}, {"node": "h2", "value": "1"}]
        with session(faults=[{"type": "pair_link_down", "node": "h1"}]) as (_sim, api):
            assert links(api) == [{"node": "h1", "value": "0"}, {"node": "h2", "value": "0"}]
        with session(**HALF) as (_sim, api):
            assert links(api) == [{"node": "h1", "value": "0"}]

    def test_peers_and_ports(self):
        text = """{ allRouters(name: "branch") { nodes {
          peers(name: "hub") { nodes { name router { name } paths { node status adjacentNode networkInterface } } }
          nodes { nodes { deviceInterfaces(name: "wan") { nodes { name state { operationalStatus } } } } }
        } } }"""
        with session() as (_sim, api):
            (router,) = api.query(text).data["data"]["allRouters"]["nodes"]
            (peer,) = router["peers"]["nodes"]
            assert (peer["name"], peer["router"]) == ("hub", {"name": "branch"})
            assert [(path["adjacentNode"], path["status"]) for path in peer["paths"]] == [("h1", "UP"), ("h2", "UP")]
            (ports,) = router["nodes"]["nodes"]
            assert ports["deviceInterfaces"]["nodes"] == [{"name": "wan", "state": {"operationalStatus": "OPER_UP"}}]

    @pytest.mark.parametrize(("way", "word"), [("upper", "DOWN"), ("mixed", "Down")])
    def test_paths_that_are_down(self, way, word):
        text = '{ allRouters(name: "branch") { nodes { peers { nodes { paths { adjacentNode status } } } } } }'
        with session({"path_status": way}, **HALF) as (_sim, api):
            (router,) = api.query(text).data["data"]["allRouters"]["nodes"]
            paths = {path["adjacentNode"]: path["status"] for path in router["peers"]["nodes"][0]["paths"]}
            assert paths == {"h1": "UP", "h2": word}

    def test_one_query_for_all_that_is_needed_before_an_upgrade(self):
        text = """query($r: String!, $n: String) { allRouters(name: $r) { nodes { name nodes(name: $n) { nodes {
          name cpu { core utilization type } memory { capacity usage } disk { capacity usage partition }
          state { status startTime role softwareVersion alarmCount
            processes { name status primary leaderStatus } services { name activeState } }
          platform { disks { name space percentUsed } operatingSystem { name version kernelVersion }
            vendor { vendor product serialNumber } }
        } } } } }"""
        with session() as (_sim, api):
            answer = api.query(text, r="Conductor").data
            assert "errors" not in answer and [node["name"] for node in node_rows(answer)] == ["c1", "c2"]
            assert node_rows(answer)[0]["state"]["services"][0] == {"name": "128T", "activeState": "active"}


class TestUnreachable:
    def test_one_error_beside_the_data_of_the_others(self):
        with session(**HALF) as (_sim, api):
            answer = api.query(DISKS, r="hub")
            assert answer.status == 200
            h1, h2 = node_rows(answer.data)
            assert h1["disk"] and h2 == {"name": "h2", "disk": None}
            (error,) = answer.data["errors"]
            assert error["message"] == "No connectivity to highwayManager@h2.hub"
            assert error["path"] == ["allRouters", "nodes", 0, "nodes", "nodes", 1, "disk"] and error["locations"]

    def test_nothing_at_all_and_no_error(self):
        with session({"graphql_unreachable": "empty"}, **HALF) as (_sim, api):
            answer = api.query(DISKS, r="hub").data
            assert [bool(node["disk"]) for node in node_rows(answer)] == [True, False]
            assert "errors" not in answer

    def test_the_whole_router_unless_a_node_is_named(self):
        with session({"graphql_unreachable": "whole"}, **HALF) as (_sim, api):
            answer = api.query(DISKS, r="hub").data
            assert [node["disk"] for node in node_rows(answer)] == [None, None] and len(answer["errors"]) == 2
            answer = api.query(DISKS, r="hub", n="h1").data
            assert node_rows(answer)[0]["disk"] and "errors" not in answer


# --- history ------------------------------------------------------------------------------------------------------

LOGS = """query($r: String!, $from: String, $to: String, $type: [AuditLogType], $first: Int, $at: String) {
  allRouters(name: $r) { nodes { auditLogs(
    startTime: $from, endTime: $to, first: $first, filter: $type, startIndex: $at
  ) { nodes { router node type subtype timestamp data } pageInfo { endCursor hasNextPage } } } }
}"""


def logs(api, router: str, **variables: Any) -> dict[str, Any]:
    return api.query(LOGS, r=router, **variables).data["data"]["allRouters"]["nodes"][0]["auditLogs"]


class TestHistory:
    def test_what_happened_to_a_router_since_a_moment(self):
        with managed_session() as (sim, api):
            begin = sim.clock.iso()
            api.upgrade("branch")
            assert until(sim, "b1.branch", version=NEW, operation=None)
            rows = logs(api, "branch", **{"from": begin, "type": ["PROVISIONING"]})["nodes"]
            assert {(row["router"], row["node"], row["type"]) for row in rows} == {("branch", "b1", "PROVISIONING")}
            told = [row["data"]["message"] for row in reversed(rows)]
            assert told[0] == "upgrade started" and "upgrade completed" in told
            assert logs(api, "branch", to="2001-01-01T00:00:00Z", type=[])["nodes"] == []
            assert {row["type"] for row in logs(api, "branch", type=[])["nodes"]} >= {"ALARM", "PROVISIONING"}

    def test_pages(self):
        with managed_session() as (sim, api):
            api.upgrade("branch")
            assert until(sim, "b1.branch", version=NEW, operation=None)
            everything = logs(api, "branch")["nodes"]
            seen, at = [], None
            while True:
                page = logs(api, "branch", first=3, at=at)
                seen += page["nodes"]
                at = page["pageInfo"]["endCursor"]
                if not page["pageInfo"]["hasNextPage"]:
                    break
            assert seen == everything and len(seen) > 6 and at is None

    def test_a_time_that_is_none(self):
        with session() as (_sim, api):
            answer = api.query(LOGS, r="branch", **{"from": "yesterday"}).data
            assert answer["errors"][0]["message"] == "invalid time 'yesterday'"

    def test_data_may_be_a_text(self):
        with managed_session({"audit_data": "text"}, **{"clock.speedup": 1}) as (sim, api):
            api.download("branch")
            assert until(sim, "b1.branch", operation="download")
            assert logs(api, "branch")["nodes"][0]["data"] == '{"message": "download started"}'

    def test_there_may_be_no_type_for_software(self):
        with managed_session({"audit_types": "others"}) as (sim, api):
            api.download("branch")
            assert until(sim, "b1.branch", downloaded=[NEW], operation=None)
            assert logs(api, "branch")["nodes"] == []
            assert api.query(LOGS, r="branch", type=["PROVISIONING"]).data["errors"]


def test_a_conductor_below_6_3_answers_too():
    overrides = {f"routers.{number}.version": LOW for number in range(3)} | {"routers.0.install_type": "package"}
    with session(**overrides) as (_sim, api):
        (row,) = api.query(NEW_ASSET).data["data"]["allAuthorities"]["nodes"][0]["assets"]
        assert (row["status"], row["t128Version"]) == ("running", LOW)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""REST: the system, routers, alarms, exports; the stream of events; states in every case."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from .api_client import logged_in, session, web
from .pcli_client import LOW, OLD, pcli

ALARM = {"node": "b1.branch", "severity": "major", "category": "peer", "message": "Peer hub path is down"}


class TestState:
    def test_the_system_says_which_node_answers(self):
        with web() as sim:
            for node in ("c1", "c2"):
                told = logged_in(sim, node).get("/system").data
                assert (told["router"], told["node"], told["softwareVersion"]) == ("Conductor", node, OLD)
                assert told["isConductor"] is True and told["alarmCount"] == 0

    def test_a_node_that_is_no_conductor_answers_like_a_router(self):
        with session(faults=["not_a_conductor"]) as (_sim, api):
            told = api.get("/system").data
            assert (told["isConductor"], told["role"]) == (False, "combo")
            assert api.get("/asset").status == api.get("/upgrade/versions").status == 404
            assert "only be run on a Conductor" in api.upgrade("branch").data["errors"][0]["message"]
            rows = api.query("{ allAuthorities { nodes { assets { nodeName } } } }").data["data"]["allAuthorities"]
            assert rows == {"nodes": [{"assets": []}]}
            assert api.get("/alarm").status == 200

    def test_routers_and_their_nodes(self):
        with session(**{"routers.2.nodes.0.state": "Disconnected"}) as (_sim, api):
            assert api.get("/router").data == [
                {"name": "Conductor", "managementConnected": True},
                {"name": "hub", "managementConnected": True},
                {"name": "branch", "managementConnected": False},
            ]
            assert api.get("/router/hub").data["name"] == "hub"
            assert [row["name"] for row in api.get("/router/hub/node").data] == ["h1", "h2"]
            assert api.get("/router/hub/node/h2").data == {"name": "h2", "role": "combo"}
            assert api.get("/router/hub/node/b1").status == api.get("/router/nobody").status == 404

    @pytest.mark.parametrize(("way", "key"), [("router", "router"), ("router_name", "routerName")])
    def test_alarms(self, way, key):
        with session({"alarm_keys": way}, alarms=[ALARM]) as (_sim, api):
            (alarm,) = api.get("/router/branch/node/b1/alarm").data
            assert (alarm[key], alarm["node"], alarm["severity"]) == ("branch", "b1", "MAJOR")
            assert (alarm["category"], alarm["message"]) == ("peer", "Peer hub path is down")
            assert alarm["shelvedStatus"] == "NOTSHELVED" and alarm["timestamp"].endswith("Z")
            assert api.get("/alarm").data == api.get("/router/branch/alarm").data == [alarm]
            assert api.get("/router/hub/alarm").data == []

    def test_the_history_of_everything(self):
        with session(alarms=[ALARM]) as (_sim, api):
            (row,) = api.get("/audit").data
            assert (row["type"], row["subtype"], row["data"]["message"]) == ("ALARM", "ADD", ALARM["message"])

    def test_paths_and_methods_that_are_not_there(self):
        with session() as (_sim, api):
            assert api.get("/nothing").status == 404
            assert api.call("DELETE", "/asset").status == 405
            assert "/nothing" in api.get("/nothing").message


STATES = ("Synchronized", "Key Accepted", "Disconnected")


@pytest.mark.parametrize(
    ("ways", "shown"),
    [
        ({}, ["synchronized", "key_accepted", "disconnected"]),
        ({"api_case": "title"}, ["Synchronized", "Key Accepted", "Disconnected"]),
        ({"api_case": "camel"}, ["synchronized", "keyAccepted", "disconnected"]),
        ({"api_case": "upper"}, ["SYNCHRONIZED", "KEY_ACCEPTED", "DISCONNECTED"]),
        ({"api_words": "old"}, ["running", "key_accepted", "disconnected"]),
        ({"api_words": "old", "api_case": "upper"}, ["RUNNING", "KEY_ACCEPTED", "DISCONNECTED"]),
    ],
)
def test_states_in_every_case_and_in_both_vocabularies(ways, shown):
    places = ("routers.1.nodes.0", "routers.1.nodes.1", "routers.2.nodes.0")
    states = {f"{place}.state": state for place, state in zip(places, STATES, strict=True)}
    with session(ways, **states) as (_sim, api):
        assets = api.assets()
        assert [assets[name]["status"] for name in ("h1", "h2", "b1")] == shown


def test_before_5_6_8_states_are_upper_case_whatever_the_habit():
    versions = {f"routers.{number}.version": "5.6.7-1.el7" for number in range(3)}
    with session({"api_case": "camel"}, **versions) as (_sim, api):
        assert api.assets()["b1"]["status"] == "RUNNING"


# --- configuration ------------------------------------------------------------------------------------------------


class TestConfiguration:
    def test_an_export_is_made_listed_downloaded_and_deleted(self):
        with session() as (sim, api):
            path = api.call("POST", "/config/export", {"filename": "night-1", "datastore": "running"}).data[
                "exportPath"
            ]
            assert path == "/etc/128technology/config-exports/night-1.gz"
            name = path.rpartition("/")[2]
            assert api.get("/config/export").data == [{"name": name}]
            nonce = api.get("/nonce").data["nonce"]
            got = api.get(f"/config/export/{name}/download?nonce={nonce}")
            assert (got.status, got.kind) == (200, "application/gzip")
            lines = gzip.decompress(got.body).decode().splitlines()
            assert lines[0] == "config authority name Authority128"
            assert name in pcli(sim).run("show config exports")
            assert "successfully written" in pcli(sim).run(f"import config force {name}")
            deleted = api.call("DELETE", f"/config/export/{name}")
            assert (deleted.status, deleted.body) == (200, b"")
            assert api.get("/config/export").data == []
            assert api.call("DELETE", f"/config/export/{name}").status == 404

    def test_no_other_file_is_reached(self):
        with session() as (sim, api):
            for name in ("..%2F..%2Fhostname", "..%2Fglobal.init", "%2Fetc%2Fhostname"):
                nonce = api.get("/nonce").data["nonce"]
                assert api.get(f"/config/export/{name}/download?nonce={nonce}").status == 404
                assert api.call("DELETE", f"/config/export/{name}").status == 404
            assert sim.world.conductors[0].files.get("/etc/hostname")

    @pytest.mark.parametrize(("way", "second"), [("many", 200), ("once", 401)])
    def test_a_download_needs_a_nonce(self, way, second):
        with session({"nonce_use": way}, exports=["before"]) as (_sim, api):
            place = "/config/export/before.gz/download"
            assert api.get(place).status == api.get(f"{place}?nonce=made-up").status == 401
            nonce = api.get("/nonce").data["nonce"]
            assert [api.get(f"{place}?nonce={nonce}").status for _time in range(2)] == [200, second]
            api.token = None
            assert api.get(f"{place}?nonce={nonce}").status == 401, "the token is needed as well"

    @pytest.mark.parametrize(("way", "status"), [("overwrite", 200), ("refuse", 400)])
    def test_a_name_that_is_taken(self, way, status):
        with session({"export_existing": way}, exports=["before"]) as (_sim, api):
            assert api.call("POST", "/config/export", {"filename": "before", "datastore": "running"}).status == status

    @pytest.mark.parametrize(("how", "listed", "status"), [("not_listed", [], 404), ("not_readable", ["x.gz"], 500)])
    def test_an_export_that_is_not_there(self, how, listed, status):
        with session(faults=[{"type": "export_missing", "how": how}]) as (_sim, api):
            assert api.call("POST", "/config/export", {"filename": "x"}).data["exportPath"].endswith("/x.gz")
            assert [row["name"] for row in api.get("/config/export").data] == listed
            nonce = api.get("/nonce").data["nonce"]
            assert api.get(f"/config/export/x.gz/download?nonce={nonce}").status == status

    def test_names_that_are_none(self):
        with session() as (_sim, api):
            for body in ({}, {"filename": "../x"}, {"filename": "x", "datastore": "other"}):
                assert api.call("POST", "/config/export", body).status == 400

    def test_exports_are_for_administrators(self):
        viewer = {"name": "viewer", "password": "look", "privilege": "user"}
        with web(users=[viewer]) as sim:
            api = logged_in(sim, user="viewer", password="look")
            assert api.call("POST", "/config/export", {"filename": "x"}).status == 403

    def test_changes_that_nobody_has_committed(self):
        with session() as (sim, api):
            where = "/config/version?datastore="
            assert api.get(where + "candidate").data == {"isDirty": False}
            pcli(sim).run("config authority name Other")
            assert api.get(where + "candidate").data == {"isDirty": True}
            assert api.get(where + "running").data == {"isDirty": False}

    def test_what_is_configured_by_its_path(self):
        with session(**{"routers.2.configured": False}) as (_sim, api):
            nodes = api.get("/config/running/authority/router/hub/node").data
            assert [(node["name"], node["asset-id"]) for node in nodes] == [("h1", "h1.hub"), ("h2", "h2.hub")]
            names = [row["name"] for row in api.get("/config/running/authority/router").data]
            assert names == ["Conductor", "hub"]
            assert api.get("/config/running").data["authority"]["name"] == "Authority128"
            for path in ("router/branch/node", "router/hub/bgp", "router/hub/node/h1/name/x"):
                assert api.get(f"/config/running/authority/{path}").status == 404


# --- the stream of events -----------------------------------------------------------------------------------------


class TestEvents:
    def test_alarms_are_pushed_as_they_come_and_go(self):
        with session() as (sim, api):
            token, api.token = api.token, None
            with api.open("GET", f"/events?token={token}") as stream:
                assert stream.headers["Content-Type"] == "text/event-stream"
                node = sim.world.find("b1", None)[0]
                with sim.world.lock:
                    sim.world.records.raise_alarm(node, "the fan stands still")
                    sim.world.records.clear_alarm(node, "the fan stands still")
                told = [self._next(stream), self._next(stream)]
            assert [(event["type"], event["subtype"]) for event in told] == [("alarm", "ADD"), ("alarm", "CLEAR")]
            added, cleared = (event["alarm"] for event in told)
            assert added["id"] == cleared["id"] and re.fullmatch(r"b1\.branch:\d+", added["id"])
            assert (added["router"], added["node"], added["message"]) == ("branch", "b1", "the fan stands still")
            assert token not in json.dumps(sim.log.records())

    def test_routers_that_a_user_may_not_see_are_not_in_the_stream(self):
        west = {"name": "west", "password": "look", "resource_groups": ["west"]}
        with web(users=[west]) as sim:
            api = logged_in(sim, user="west", password="look")
            with api.open("GET", "/events") as stream:
                with sim.world.lock:
                    for name in ("h1", "b1"):
                        sim.world.records.raise_alarm(sim.world.find(name, None)[0], "the fan stands still")
                    sim.world.touch()
                assert self._next(stream)["alarm"]["node"] == "b1"

    def test_the_stream_ends_with_the_node(self):
        with session() as (sim, api):
            with api.open("GET", "/events") as stream:
                pcli(sim, "c2").run("request system software revert router Conductor node c1 force")
                try:
                    while stream.readline():
                        pass
                except OSError:
                    pass
            assert sim.wait_for(lambda s: s.truth()["nodes"]["c1.Conductor"]["version"] == LOW)

    @staticmethod
    def _next(stream) -> dict:
        while True:
            line = stream.readline().decode()
            assert line, "the stream has ended"
            if line.startswith("data: "):
                return json.loads(line.removeprefix("data: "))

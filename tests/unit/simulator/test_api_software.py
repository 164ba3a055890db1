# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Downloads and upgrades over the web: to their end, beside those of the PCLI, and every way to say no."""

from __future__ import annotations

import json

import pytest

from .api_client import logged_in, managed_session, requests, session, web, web_managed
from .pcli_client import LOW, NEW, OLD, eventually, pcli, until

#: Nothing moves on by itself: what is under way stays so.
STILL = {"clock.speedup": 1, "durations.pre_check": 1000, "durations.download": 1000}
OFFERED = "SSR-6.3.5-39.r1"
OLD_ONES = {f"routers.{number}.version": LOW for number in range(3)} | {"routers.0.install_type": "package"}


class TestLists:
    def test_versions(self):
        with session() as (_sim, api):
            assert api.get("/upgrade/versions?onlyUpgrades=false").data == [{"version": OLD}, {"version": NEW}]
            assert api.get("/upgrade/versions?onlyUpgrades=true").data == [{"version": NEW}]

    def test_no_versions_at_all_are_null(self):
        with session(faults=["unavailable_version"]) as (_sim, api):
            assert api.get("/upgrade/versions?onlyUpgrades=false").data is None

    def test_versions_in_the_spelling_of_the_pcli(self):
        with managed_session({"api_versions": "offered"}) as (sim, api):
            assert api.get("/upgrade/versions?onlyUpgrades=false").data[-1] == {"version": OFFERED}
            assert api.assets()["b1"]["softwareVersions"]["availableVersion"] == [OFFERED]
            assert api.assets()["b1"]["t128Version"] == OLD
            api.download("branch", version=OFFERED)
            assert until(sim, "b1.branch", downloaded=[NEW], operation=None)

    def test_an_asset_with_its_software(self):
        with session() as (_sim, api):
            assert api.assets()["b1"] == {
                "assetId": "b1.branch",
                "routerName": "branch",
                "nodeName": "b1",
                "t128Version": OLD,
                "status": "synchronized",
                "assetIdConfigured": True,
                "text": "",
                "failedStatus": None,
                "softwareVersions": {
                    "availableVersion": [NEW],
                    "downloadedVersion": [],
                    "currentlyDownloadingVersion": "",
                    "currentlyUpgradingVersion": "",
                    "refresh": {"inProgress": False},
                },
            }
            assert [row["nodeName"] for row in api.get("/asset").data] == ["c1", "c2", "h1", "h2", "b1"]
            assert "softwareVersions" not in api.get("/asset").data[0]

    @pytest.mark.parametrize("state", ["Pending", "Key Accepted", "Not Installed"])
    def test_of_an_asset_that_was_never_connected_no_version_is_known(self, state):
        with session(**{"routers.2.nodes.0.state": state}) as (_sim, api):
            assert api.assets()["b1"]["t128Version"] is None and api.assets()["h1"]["t128Version"] == OLD

    def test_a_second_machine_with_the_same_id_and_one_that_is_missing_from_the_list(self):
        faults = [{"type": "duplicate_asset", "node": "b1", "row": True}, {"type": "asset_unlisted", "node": "h1"}]
        with session(faults=faults) as (_sim, api):
            rows = [(row["nodeName"], row["status"]) for row in api.get("/asset").data]
            assert rows[2:] == [("h2", "synchronized"), ("b1", "synchronized"), ("b1", "disconnected")]
            query = "{ allAuthorities { nodes { duplicateAssets(assetIds: []) { assetId } } } }"
            authority = api.query(query).data["data"]["allAuthorities"]["nodes"][0]
            assert authority == {"duplicateAssets": [{"assetId": "b1.branch"}]}

    def test_a_refresh_shows_for_a_while(self):
        with session(**{"clock.speedup": 40}) as (_sim, api):
            assert api.call("POST", "/provisioning/refresh", {"routerNames": ["branch"]}).status == 200

            def refreshing():
                return [name for name, row in api.assets().items() if row["softwareVersions"]["refresh"]["inProgress"]]

            assert refreshing() == ["b1"]
            assert eventually(lambda: not refreshing())
            assert api.call("POST", "/provisioning/refresh", {"routerNames": ["nobody"]}).status == 404
            assert api.call("POST", "/provisioning/refresh", {}).status == 400


class TestUpgrade:
    def test_a_router_is_downloaded_and_upgraded_to_the_end(self):
        with managed_session() as (sim, api):
            answer = api.download("hub").data["data"]["sendAssetDownloadSoftwareRequest"]
            assert [row["routerName"] for row in answer] == ["hub"]
            assert eventually(lambda: api.assets()["h2"]["softwareVersions"]["downloadedVersion"] == [NEW])
            assert eventually(lambda: api.assets()["h1"]["softwareVersions"]["downloadedVersion"] == [NEW])
            assert api.upgrade("hub").status == 200
            for node in ("h1", "h2"):
                assert eventually(lambda node=node: api.assets()[node]["t128Version"] == NEW)
                assert eventually(lambda node=node: api.assets()[node]["status"] == "synchronized")
                assert until(
                    sim,
                    f"{node}.hub",
                    operation=None,
                    history=[["download", NEW, "completed"], ["upgrade", NEW, "completed"]],
                )
            begun = [record for record in sim.log if record["event"] == "accepted"]
            assert [(record["kind"], record["user"], record["origin"]) for record in begun] == [
                ("download", "admin", "c1.Conductor"),
                ("upgrade", "admin", "c1.Conductor"),
            ]

    def test_a_pair_is_taken_in_turn_with_the_standby_node_first(self):
        with managed_session() as (sim, api):
            api.upgrade("hub")
            assert until(sim, "h1.hub", version=NEW, operation=None)
            order = [r["node"] for r in sim.log if r["event"] == "operation_begins"]
            assert order == ["h2.hub", "h1.hub"]

    def test_of_a_half_done_pair_only_the_other_node_is_upgraded(self):
        with managed_session(**{"routers.1.nodes.0.version": NEW}) as (sim, api):
            api.upgrade("hub")
            assert until(sim, "h2.hub", version=NEW, operation=None)
            assert [r["node"] for r in sim.log if r["event"] == "operation_begins"] == ["h2.hub"]

    def test_what_it_began_the_pcli_shows_and_the_other_way_round(self):
        with managed_session(**STILL) as (sim, api):
            api.download("branch")
            assert until(sim, "b1.branch", phase="download")
            shown = pcli(sim).run("show system software download router branch")
            assert "b1" in shown and "In Progress" in shown
            pcli(sim).run(f"request system software download router hub force version {NEW}")
            assert until(sim, "h1.hub", phase="download")
            assert api.assets()["h1"]["softwareVersions"]["currentlyDownloadingVersion"] == NEW

    def test_a_download_shows_in_the_software_and_never_in_the_state(self):
        with managed_session({"api_busy": "status"}, **STILL) as (sim, api):
            api.download("branch")
            assert until(sim, "b1.branch", phase="download")
            row = api.assets()["b1"]
            assert row["status"] == "synchronized"
            assert row["softwareVersions"]["currentlyDownloadingVersion"] == NEW
            assert row["text"].startswith(f"Downloading {NEW}: ")

    @pytest.mark.parametrize(
        ("way", "status", "text"),
        [("hidden", "synchronized", ""), ("status", "upgrading", ""), ("text", "synchronized", f"Upgrading to {NEW}")],
    )
    def test_how_an_upgrade_shows(self, way, status, text):
        with managed_session({"api_busy": way}, **STILL) as (sim, api):
            api.upgrade("branch")
            assert until(sim, "b1.branch", phase="pre-check")
            row = api.assets()["b1"]
            assert (row["status"], row["text"]) == (status, text)
            assert row["softwareVersions"]["currentlyUpgradingVersion"] == NEW

    def test_the_check_before_an_upgrade_can_be_passed_over(self):
        with managed_session(faults=[{"type": "pre_check_refuses", "when": "later"}]) as (sim, api):
            api.upgrade("branch", ignorePreCheck=True)
            assert until(sim, "b1.branch", version=NEW, operation=None)

    def test_the_check_after_an_upgrade_reverts_it(self):
        with managed_session(faults=[{"type": "post_check_fails_and_reverts", "node": "b1"}]) as (sim, api):
            api.upgrade("branch")
            assert until(sim, "b1.branch", operation=None, restarts=2, version=OLD)
            assert sim.truth()["nodes"]["b1.branch"]["history"][0] == ["upgrade", NEW, "reverted"]

    def test_before_6_3_upgrading_shows_and_the_words_are_the_old_ones(self):
        releases = [{"name": LOW}, {"name": "6.2.7-3.el7"}]
        with session(releases=releases, **{**OLD_ONES, "routers.0.version": "6.2.7-3.el7"}) as (sim, api):
            assert api.assets()["b1"]["status"] == "running"
            assert api.upgrade("branch", version="6.2.7-3.el7").data.get("errors") is None
            seen = set()

            def done():
                row = api.assets()["b1"]
                seen.add(row["status"])
                return row["t128Version"] == "6.2.7-3.el7" and row["status"] == "running"

            assert eventually(done)
            assert until(sim, "b1.branch", operation=None)
            assert seen <= {"running", "upgrading", "disconnected", "resynchronizing"}


class TestNo:
    @pytest.mark.parametrize(("way", "status"), [("errors", 200), ("response", 200), ("status", 400)])
    def test_a_refusal_shows_in_one_of_three_ways(self, way, status):
        with managed_session({"mutation_refusal": way}) as (sim, api):
            answer = api.upgrade("branch", version="9.9.9-1.el9")
            assert answer.status == status
            reason = "Version '9.9.9-1.el9' is not available"
            if way == "errors":
                (error,) = answer.data["errors"]
                assert (error["message"], error["path"]) == (reason, ["sendAssetUpgradeRequest", 0])
                assert answer.data["data"] == {"sendAssetUpgradeRequest": [None]}
            elif way == "response":
                assert answer.data["data"]["sendAssetUpgradeRequest"] == [{"routerName": "branch", "response": reason}]
            else:
                assert answer.message == reason
            assert sim.truth()["nodes"]["b1.branch"]["started"] == {}

    def test_one_router_is_refused_and_the_other_begins(self):
        with managed_session(faults=[{"type": "request_refused_words", "node": "b1", "text": "not today"}]) as (
            sim,
            api,
        ):
            answer = api.upgrade("branch", "hub").data
            assert answer["errors"][0]["message"] == "not today"
            rows = answer["data"]["sendAssetUpgradeRequest"]
            assert rows[0] is None and rows[1]["routerName"] == "hub"
            assert until(sim, "h1.hub", version=NEW, operation=None)

    @pytest.mark.parametrize(
        ("router", "version", "words"),
        [
            ("nobody", NEW, "Router 'nobody' not found"),
            ("branch", OLD, "already running"),
            ("branch", "rubbish", "not available"),
        ],
    )
    def test_reasons(self, router, version, words):
        with managed_session() as (_sim, api):
            assert words in api.upgrade(router, version=version).data["errors"][0]["message"]

    def test_a_router_may_not_be_newer_than_its_conductor(self):
        with session() as (_sim, api):
            assert "newer than the version of the conductor" in api.upgrade("branch").data["errors"][0]["message"]

    def test_a_second_request_while_the_first_is_running_must_never_happen(self):
        with web_managed(**STILL) as sim:
            api = logged_in(sim)
            api.upgrade("branch")
            assert until(sim, "b1.branch", operation="upgrade")
            assert "already in progress" in api.upgrade("branch").data["errors"][0]["message"]
            assert len(sim.violations) == 1 and "while upgrade was running" in sim.violations[0]

    def test_a_router_that_is_away(self):
        with managed_session(**{"routers.2.nodes.0.state": "Disconnected"}) as (_sim, api):
            assert "is disconnected" in api.download("branch").data["errors"][0]["message"]

    def test_an_asset_is_not_to_be_commanded_blindly(self):
        with web() as sim:
            assert logged_in(sim).call("PUT", "/asset/b1.branch/control", {"command": "restart"}).status == 400
            assert sim.violations == ["PUT /asset/b1.branch/control was sent, of which nothing is known"]


class TestAnswers:
    def test_what_an_accepted_request_answers(self):
        answers = {}
        for way in ("text", "json", "empty"):
            with managed_session({"mutation_answer": way}) as (sim, api):
                (row,) = api.download("branch").data["data"]["sendAssetDownloadSoftwareRequest"]
                answers[way] = row["response"]
                assert until(sim, "b1.branch", downloaded=[NEW], operation=None)
        assert answers["empty"] is None and NEW in answers["text"]
        assert json.loads(answers["json"]) == {"status": "accepted"}

    def test_a_refusal_inside_json(self):
        with managed_session({"mutation_answer": "json", "mutation_refusal": "response"}) as (_sim, api):
            (row,) = api.upgrade("branch", version="9.9.9-1.el9").data["data"]["sendAssetUpgradeRequest"]
            assert json.loads(row["response"])["status"] == "failed"

    @pytest.mark.parametrize(("way", "begun"), [("all", ["b1.branch", "h1.hub", "h2.hub"]), ("first", ["b1.branch"])])
    def test_whether_all_routers_of_a_list_begin(self, way, begun):
        with managed_session({"mutation_routers": way}, **STILL) as (sim, api):
            rows = api.download("branch", "hub").data["data"]["sendAssetDownloadSoftwareRequest"]
            assert len(rows) == (2 if way == "all" else 1)
            assert sorted(r["node"] for r in sim.log if r["event"] == "operation_begins") == begun


def test_the_steps_of_a_tool_for_bulk_upgrades_work():
    """In the order of BU: releases, conductor, routers, assets; refresh and download; upgrade; wait for the version."""
    with managed_session({"api_words": "old", "api_case": "upper"}) as (sim, api):
        offered = [row["version"] for row in api.get("/upgrade/versions?onlyUpgrades=false").data]
        assert NEW in offered and api.get("/system").data["softwareVersion"] == NEW
        names = [row["name"] for row in api.get("/router").data]
        names.remove(api.get("/system").data["router"])
        assert names == ["hub", "branch"]
        for name in names:
            api.call("POST", "/provisioning/refresh", {"routerNames": [name]})
            rows = [row for row in api.assets().values() if row["routerName"] == name]
            full = next(v for v in rows[0]["softwareVersions"]["availableVersion"] if v.startswith("6.3.5"))
            api.download(name, version=full)
        for name in names:

            def rows(name=name):
                return [row for row in api.assets().values() if row["routerName"] == name]

            assert eventually(lambda: all(NEW in row["softwareVersions"]["downloadedVersion"] for row in rows()))
            assert all(row["status"] == "RUNNING" for row in rows())
            api.upgrade(name)
            assert eventually(lambda: all((row["t128Version"], row["status"]) == (NEW, "RUNNING") for row in rows()))
        assert until(sim, "h1.hub", operation=None) and until(sim, "b1.branch", operation=None)
        assert {row["status"] for row in requests(sim)} == {200}


def test_the_list_may_be_late():
    with web_managed({"asset_lag": "60"}, **{"clock.speedup": 60}) as sim:
        api = logged_in(sim)
        pcli(sim).run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "b1.branch", up=False, timeout=60)
        assert api.assets()["b1"]["status"] == "synchronized"
        assert eventually(lambda: api.assets()["b1"]["status"] == "disconnected")


@pytest.mark.parametrize("seed", range(8))
def test_in_any_world_a_router_can_be_upgraded(seed):
    with managed_session({"seed": seed, "certificate_names": "address"}, **{"api.delay": 0}) as (sim, api):
        offered = api.get("/upgrade/versions?onlyUpgrades=false").data[-1]["version"]
        assert api.download("hub", version=offered).status == 200
        for node in ("h1", "h2"):
            assert until(sim, f"{node}.hub", downloaded=[NEW], operation=None)
            assert api.assets()[node]["softwareVersions"]["downloadedVersion"] == [offered]
        assert not api.upgrade("hub", version=offered).data.get("errors")
        for node in ("h1", "h2"):
            assert until(sim, f"{node}.hub", version=NEW, state="Synchronized", operation=None)
        assert eventually(lambda: {api.assets()[node]["t128Version"] for node in ("h1", "h2")} == {NEW})
        style = "edges { node { name } }" if sim.habits["graphql_lists"] == "edges" else "nodes { name }"
        assert not api.query(f"{{ allRouters {{ {style} }} }}").data.get("errors")


def test_a_download_that_somebody_else_began_is_shown():
    others = {"type": "mid_operation", "node": "b1.branch", "kind": "download", "version": NEW, "seconds": 36000}
    with managed_session(faults=[others], **STILL) as (_sim, api):
        assert api.assets()["b1"]["softwareVersions"]["currentlyDownloadingVersion"] == NEW
        assert NEW in api.assets()["b1"]["text"]

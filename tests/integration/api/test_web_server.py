# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server that is away, late or something else, nodes that are not reached, and exports."""

from __future__ import annotations

import gzip

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import (
    ApiAway,
    ApiError,
    Nonsense,
    NotOffered,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.integration.api.meeting import AUTHORITY, client_of, logins

AWAY = [("refused", ApiAway), ("bad_gateway", ApiAway), ("unavailable", ApiAway), ("html", Nonsense)]


def everything(client):
    """Each question that a client can ask."""
    node = NodeId("lone", "l1")
    return [
        client.conductor,
        client.assets,
        client.alarms,
        lambda: client.node_state(node),
        lambda: client.connections(node),
        lambda: client.disks(node),
        lambda: client.database_links("hub"),
        client.list_exports,
        lambda: client.export("night"),
        lambda: client.download("night.gz"),
    ]


@pytest.mark.parametrize(("how", "kind"), AWAY)
def test_a_web_server_that_is_away_says_nothing_about_anything(conductor, how, kind):
    sim = conductor()
    client = client_of(sim)
    assert client.conductor() is not None
    sim.add_fault({"type": "web_server_away", "node": "c1", "how": how})
    assert sim.wait_for(lambda s: how != "refused" or any(r["event"] == "api_down" for r in s.log.records()))
    for question in everything(client):
        with pytest.raises(ApiError) as raised:
            question()
        assert isinstance(raised.value, kind)
    sim.clear_faults("web_server_away")
    assert sim.wait_for(lambda s: how != "refused" or any(r["event"] == "api_up" for r in s.log.records()))
    assert client.assets().problems == () and logins(sim) == 1


@pytest.mark.parametrize(("how", "kind"), AWAY)
def test_nor_does_it_count_as_a_refused_password(conductor, how, kind):
    sim = conductor(faults=[{"type": "web_server_away", "node": "c1", "how": how}])
    client = client_of(sim)
    with pytest.raises(kind):
        client.conductor()
    assert sim.truth()["bad_logins"] == {}


def test_a_page_in_place_of_the_schema_is_forgotten_when_it_is_gone(conductor):
    sim = conductor()
    client = client_of(sim)
    assert client.conductor() is not None
    sim.add_fault({"type": "web_server_away", "node": "c1", "how": "html"})
    with pytest.raises(Nonsense):
        client.node_state(NodeId("hub", "h1"))
    sim.clear_faults("web_server_away")
    assert client.node_state(NodeId("hub", "h1")).service is True
    assert client.assets().source == "GraphQL"


def test_an_answer_that_never_comes_ends_in_time(conductor):
    sim = conductor()
    token = client_of(sim)._session.token
    sim.add_fault({"type": "web_server_away", "node": "c1", "how": "hang"})
    with pytest.raises(ApiAway, match="in time"):
        client_of(sim, token=token, timeout=0.5).conductor()


def test_slow_answers_are_answers(conductor):
    sim = conductor(**{"api.delay": 0.2})
    assert client_of(sim).conductor() is not None
    with pytest.raises(ApiAway):
        client_of(sim, timeout=0.05).conductor()


@pytest.mark.parametrize("way", ["refused", "bad_gateway", "unavailable"])
def test_while_the_service_of_the_conductor_starts(conductor, way):
    routers = [dict(router) for router in AUTHORITY["routers"]]
    routers[0]["nodes"] = [{**routers[0]["nodes"][0], "service": "starting"}, routers[0]["nodes"][1]]
    sim = conductor({**AUTHORITY, "routers": routers, "habits": {"web_while_starting": way}})
    assert sim.wait_for(lambda s: way != "refused" or any(r["event"] == "api_down" for r in s.log.records()))
    with pytest.raises(ApiAway):
        client_of(sim).conductor()


# -- nodes that are not reached ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["errors", "empty", "whole"])
def test_of_a_node_that_is_not_reached_nothing_is_known_and_of_its_peer_all(conductor, way):
    client = client_of(conductor({**AUTHORITY, "habits": {"graphql_unreachable": way}}))
    away, peer = NodeId("split", "s2"), NodeId("split", "s1")
    assert client.node_state(away) is None
    assert not client.connections(away) and client.disks(away) is None
    assert client.node_state(peer).service is True
    assert client.connections(peer) and client.disks(peer)


def test_a_node_that_is_no_conductor_has_no_list_of_assets(conductor):
    client = client_of(conductor(faults=["not_a_conductor"]))
    assert client.conductor().is_conductor is False
    with pytest.raises(NotOffered):
        client._assets_by_rest()
    listed = client.assets()
    assert listed is None or not listed.assets


@pytest.mark.parametrize("software", ["missing", "present"])
@pytest.mark.parametrize("status", ["200", "400"])
def test_rest_shows_the_same_as_graphql(conductor, software, status):
    client = client_of(conductor({**AUTHORITY, "habits": {"graphql_software": software, "graphql_invalid": status}}))
    by_graphql, by_rest = client.assets(), client._assets_by_rest()
    assert [asset.node_id for asset in by_graphql.assets] == [asset.node_id for asset in by_rest.assets]
    for first, second in zip(by_graphql.assets, by_rest.assets, strict=True):
        assert first.software == second.software is not None
        shown = [(a.asset.status, a.asset.version_text, a.asset.asset_id) for a in (first, second)]
        assert shown[0] == shown[1]


# -- exports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nonce", ["many", "once"])
def test_an_export_is_made_listed_and_downloaded(conductor, nonce):
    sim = conductor({**AUTHORITY, "habits": {"nonce_use": nonce}})
    client = client_of(sim)
    assert client.list_exports() == []
    name = client.export("before-night")
    assert client.list_exports() == [name] == sim.node_truth("c1.Conductor")["exports"]
    data = [client.download(name), client.download(name)]
    assert data[0] == data[1] and gzip.decompress(data[0])
    assert client_of(sim, "c2").list_exports() == []  # they lie on the node that made them
    with pytest.raises(NotOffered):
        client.download("never-made.gz")


@pytest.mark.parametrize("how", ["not_listed", "not_readable"])
def test_an_export_that_is_not_there_is_not_taken_for_one(conductor, how):
    client = client_of(conductor(faults=[{"type": "export_missing", "node": "c1", "how": how}]))
    name = client.export("before-night")
    with pytest.raises(ApiError):
        client.download(name)


def test_a_second_export_of_the_same_name_may_be_refused(conductor):
    client = client_of(conductor({**AUTHORITY, "habits": {"export_existing": "refuse"}}))
    client.export("twice")
    with pytest.raises(ApiError, match="already exists"):
        client.export("twice")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PCLI and the API about the same conductor, joined: both are truthful, so they agree, or the careful counts."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import download_state
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.witness import join_download, join_node
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import partial_status
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.download_entries import THERE
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import from_software
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.integration.api.comparison import same_version
from tests.integration.api.drawn import authority
from tests.integration.api.meeting import AUTHORITY, client_of, name_of, pcli_of, ssh_to
from tests.simulator.habits.web import WEB

#: Habits that change how an asset is shown over the web.
SHOWN = ("api_case", "api_words", "api_busy", "api_versions", "asset_fields", "graphql_software", "graphql_unreachable")
WAYS = [{}, *({habit.name: way} for habit in WEB if habit.name in SHOWN for way in habit.ways[1:])]
WORLDS = [
    *(pytest.param({**AUTHORITY, "habits": ways}, id=name_of(ways)) for ways in WAYS),
    *(pytest.param(authority(seed), id=f"seed {seed}") for seed in range(30, 45)),
]


@pytest.mark.parametrize("scenario", WORLDS)
def test_both_agree_on_what_is_true(conductor, scenario):
    sim = conductor(scenario)
    client, session = client_of(sim), ssh_to(sim)
    try:
        pcli = pcli_of(session)
        printed = {NodeId(asset.router, asset.node): asset for asset in pcli.assets()}
        software = pcli.downloads()
    finally:
        session.close()
    listed = client.assets()
    for node in sim.world.nodes():
        node_id = NodeId(node.router.name, node.name)
        if node_id not in printed or sim.world.duplicated(node):
            continue
        asset = listed.of(node_id)
        _node(sim, node, join_node(partial_status(printed[node_id]), asset, client.node_state(node_id)))
        row = (software or {}).get(node_id)
        for release in sim.world.releases.values():
            wanted = parse(release.name)
            said, shown = from_software(row, wanted), download_state(asset, wanted)
            joined, conflict = join_download(said, shown)
            # The PCLI's list may leave out the rebuild, and then means another one.
            if said.kind != THERE or release.name in node.downloaded:
                assert conflict is None, f"{node.node_id} {release.name}: {conflict}"
                assert joined.kind != THERE or release.name in node.downloaded


def _node(sim, node, joined):
    """Their status is true, and they differ at most where only one of them shows that something goes on."""
    status, about = joined.status, f"{node.node_id}: {joined.words()}"
    heard = sim.world.listing.heard(node, sim.world.find("c1", None)[0])
    assert joined.heard == "both", about
    differ = {conflict.about for conflict in joined.conflicts}
    assert differ <= ({"state"} if node.operation else set()), about
    assert status.busy or not differ, about
    assert same_version(status.version, heard.release.name) in (None, True), about
    assert status.away == (heard.state == "Disconnected"), about
    assert not status.settled or heard.state == "Synchronized", about
    assert status.service in (None, node.service == "running"), about
    assert status.install_type in (None, heard.install_type), about

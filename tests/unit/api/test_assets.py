# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets and the software on them, from every shape that a document or a public client shows."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import (
    AssetList,
    download_state,
    from_graphql,
    from_rest,
    with_software,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.api.graph import wrapped

#: A sample of stage_check (2019 to 2021).
OLD = {
    "assetId": "LR000000000001",
    "routerName": "SITE0001P1",
    "nodeName": "SITE0001P1A",
    "t128Version": "4.1.1-1.el7.centos",
    "status": "RUNNING",
    "assetIdConfigured": True,
    "text": "",
    "failedStatus": None,
}
#: The fields that ssr-mcp asks for (2026); no answer of it is public.
NEW = {
    "routerName": "R",
    "nodeName": "a",
    "assetId": "id-a",
    "t128Version": "6.3.5-37.r1.el7",
    "upgradeWarning": "too old",
    "status": "synchronized",
    "statusDurationSeconds": 4200,
    "text": "Downloading 45%",
    "failedStatus": "",
    "installationType": "Image",
    "platformType": "SSR120",
    "errorsJson": [{"env": "base", "operation": "highstate", "reason": "no space"}],
}
WANTED = parse("7.1.3-2.r1.el9")


def rest(*entries: object) -> AssetList:
    listed = from_rest(list(entries))
    assert listed is not None
    return listed


def one(**fields: object):
    (asset,) = rest({**NEW, **fields}).assets
    return asset


def test_a_sample_of_an_older_release() -> None:
    (asset,) = rest(OLD).assets
    assert asset.node_id == NodeId("SITE0001P1", "SITE0001P1A") and asset.asset.asset_id == "LR000000000001"
    assert (asset.asset.status, asset.asset.state, asset.asset.settled) == ("RUNNING", "synchronized", True)
    assert asset.asset.version_text == "4.1.1-1.el7.centos" and asset.asset.version == parse("4.1.1-1")
    assert asset.configured is True and asset.progress is None and asset.failed_status is None
    unknown = (asset.asset.time_in_status, asset.asset.errors, asset.asset.install_type, asset.asset.service)
    assert unknown == (None, None, None, None) and asset.software is None


def test_the_fields_of_a_newer_release() -> None:
    asset = one()
    assert asset.asset.time_in_status == 4200 and asset.asset.install_type == "image"
    assert (asset.asset.errors, asset.asset.error_texts) == (1, ("base: highstate: no space",))
    assert (asset.progress, asset.upgrade_warning, asset.platform) == ("Downloading 45%", "too old", "SSR120")


@pytest.mark.parametrize(
    ("word", "state", "settled", "away", "busy"),
    [
        ("RUNNING", "synchronized", True, False, False),
        ("running", "synchronized", True, False, False),
        ("SYNCHRONIZED", "synchronized", True, False, False),
        ("keyAccepted", "key accepted", False, False, False),
        ("NOT_INSTALLED", "not installed", False, False, False),
        ("disconnected", "disconnected", False, True, False),
        ("UPGRADING", "upgrading", False, False, True),
        ("Quiescing", "quiescing", False, False, False),
    ],
)
def test_words_are_read_in_any_case_and_unknown_ones_are_kept(word, state, settled, away, busy) -> None:
    asset = one(status=word).asset
    assert (asset.status, asset.state) == (word, state)
    assert (asset.settled, asset.away, asset.busy) == (settled, away, busy)


@pytest.mark.parametrize("value", [None, "", "None", "unknown", 7.5, [], {}])
def test_a_version_that_is_none_is_not_known(value) -> None:
    assert one(t128Version=value).asset.version is None


def test_an_asset_that_was_never_connected_belongs_to_nobody() -> None:
    listed = rest({"assetId": "x", "routerName": None, "nodeName": "", "status": "PENDING"})
    assert listed.assets[0].node_id is None and not listed.problems


@pytest.mark.parametrize(
    ("value", "errors"),
    [
        (None, None),
        ([], ()),
        ("", ()),
        ("[]", ()),
        ('[{"reason": "no space"}]', ("no space",)),
        ("no space", ("no space",)),
        ([{"code": 7}, "text", None], ('{"code": 7}', "text")),
    ],
)
def test_errors_of_an_asset_are_texts_whatever_they_are_made_of(value, errors) -> None:
    asset = one(errorsJson=value).asset
    assert asset.errors == (None if errors is None else len(errors)) and asset.error_texts == (errors or ())


def test_further_states_are_known_where_the_release_has_them() -> None:
    asset = one(serviceStatus="Running", conductorConnectivity="Connected", peerConductorConnectivity="Down").asset
    assert (asset.service, asset.conductor_connectivity, asset.peer_connectivity) == ("running", "connected", "down")
    assert one(serviceStatus="Running", serviceState="Stopped").asset.service is None, "two fields: which one counts?"
    assert one(serviceStatus=True).asset.service is None


@pytest.mark.parametrize("style", ["nodes", "edges"])
def test_both_styles_of_graphql_are_read(style) -> None:
    authority = {"assets": [OLD, NEW], "duplicateAssets": [{"assetId": "ID-A"}]}
    listed = from_graphql({"allAuthorities": wrapped([authority], style)})
    assert [asset.asset.asset_id for asset in listed.assets] == ["LR000000000001", "id-a"]
    assert [asset.asset.duplicate for asset in listed.assets] == [False, True]
    assert listed.source == "GraphQL" and not listed.problems


@pytest.mark.parametrize(
    "data",
    [{}, {"allAuthorities": None}, {"allAuthorities": {"nodes": []}}, {"allAuthorities": {"nodes": [None]}}]
    + [{"allAuthorities": {"nodes": [{"assets": None}]}}, {"allAuthorities": {"nodes": [{"assets": "none"}]}}],
)
def test_a_list_that_is_not_there_is_not_an_empty_one(data) -> None:
    assert from_graphql(data) is None


@pytest.mark.parametrize("value", [None, {}, "[]", {"message": "x"}])
def test_nor_is_it_in_rest(value) -> None:
    assert from_rest(value) is None


def test_an_empty_list_says_that_there_are_none() -> None:
    assert from_rest([]) == AssetList((), (), "REST")


def test_a_list_with_gaps_is_not_whole() -> None:
    listed = rest(NEW, None, {"status": "RUNNING"})
    assert len(listed.assets) == 1 and len(listed.problems) == 2
    partial = from_graphql({"allAuthorities": {"nodes": [{"assets": [NEW]}]}}, ("No connectivity to b.R",))
    assert partial.problems == ("No connectivity to b.R",)


def test_a_node_that_is_listed_twice_or_not_at_all_is_not_known() -> None:
    listed = rest(NEW, {**NEW, "assetId": "other"}, OLD)
    assert listed.of(NodeId("R", "a")) is None and listed.of(NodeId("R", "x")) is None
    assert listed.of(NodeId("SITE0001P1", "SITE0001P1A")).asset.asset_id == "LR000000000001"


# -- software -----------------------------------------------------------------------------------------------------

THERE, OTHER, OFFERED = "7.1.3-2.r1.el9", "7.1.3-1.r1.el9", "SSR-7.1.3-2"


def software(**fields: object) -> dict[str, object]:
    empty = {"availableVersion": [], "downloadedVersion": [], "currentlyDownloadingVersion": ""}
    return {"softwareVersions": {**empty, **fields}}


# fmt: off
DOWNLOADS = [
    # name, what the API shows, the state
    ("downloaded", software(downloadedVersion=[OTHER, THERE]), "there"),
    ("as a single text", software(downloadedVersion=THERE), "there"),
    ("without its rebuild, which may be another one", software(downloadedVersion=[OFFERED]), "unreadable"),
    ("on its way without its rebuild", software(currentlyDownloadingVersion=OFFERED), "unreadable"),
    ("as things", software(downloadedVersion=[{"version": THERE}]), "there"),
    ("another build", software(downloadedVersion=[OTHER]), "nothing"),
    ("only offered", software(availableVersion=[THERE]), "nothing"),
    ("on its way", software(currentlyDownloadingVersion=THERE), "running"),
    ("on its way, as a list", software(currentlyDownloadingVersion=[OTHER, THERE]), "running"),
    ("there, and the flag was not cleared (I95-60505)",
     software(downloadedVersion=[THERE], currentlyDownloadingVersion=THERE), "there"),
    ("another one on its way", software(currentlyDownloadingVersion=OTHER), "nothing"),
    ("something on its way", software(currentlyDownloadingVersion="yes"), "unreadable"),
    ("the list is missing", software(downloadedVersion=None), "unreadable"),
    ("what is on its way is missing", software(currentlyDownloadingVersion=None), "unreadable"),
    ("it is missing, but it is there", software(downloadedVersion=[THERE], currentlyDownloadingVersion=None), "there"),
    ("numbers", software(downloadedVersion=[7.1]), "unreadable"),
    ("an unknown text", software(downloadedVersion=["latest"]), "unreadable"),
    ("no software", {"softwareVersions": None}, "unreadable"),
    ("an empty thing", {"softwareVersions": {}}, "unreadable"),
    ("a text", {"softwareVersions": "none"}, "unreadable"),
]
# fmt: on


@pytest.mark.parametrize(("fields", "kind"), [row[1:] for row in DOWNLOADS], ids=[row[0] for row in DOWNLOADS])
def test_whether_a_release_is_on_a_node(fields, kind) -> None:
    assert download_state(one(**fields), WANTED).kind == kind


def test_a_release_that_was_requested_without_its_rebuild_is_there_as_it_is_listed() -> None:
    assert download_state(one(**software(downloadedVersion=[OFFERED])), parse("7.1.3-2")).kind == "there"


def test_of_an_unknown_node_nothing_is_known() -> None:
    assert download_state(None, WANTED).kind == "unreadable"


def test_nothing_that_a_terminal_would_carry_out_is_kept() -> None:
    words = "\x1b[31mfail\u202eed\r\nnow\x07"
    asset = one(
        text=words, failedStatus=words, errorsJson=[words, {"reason": words}], status=words, serviceStatus=words
    )
    shown = (asset.progress, asset.failed_status, *asset.asset.error_texts, asset.asset.status, asset.asset.service)
    assert len(shown) == 6 and all(text.isprintable() and "fail ed now" in text for text in shown)


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf"), -5, True, "9" * 400, [], None])
def test_figures_that_no_device_has_are_not_known(value) -> None:
    assert one(statusDurationSeconds=value).asset.time_in_status is None


def test_progress_changes_the_mark_of_a_download_and_a_text_without_a_figure_is_no_mark() -> None:
    """A mark that stays means that the download does not get on, so a text that never changes must be none."""
    texts = ("Downloading: 40%", "Downloading: 41%", "Downloading", "")
    states = [download_state(one(**software(currentlyDownloadingVersion=THERE), text=text), WANTED) for text in texts]
    assert [state.percent for state in states] == [40, 41, None, None]
    assert states[0].mark != states[1].mark and states[2].mark is None and states[3].mark is None


def test_lists_are_handed_on_only_where_all_of_them_are_known() -> None:
    known = one(**software(downloadedVersion=[OTHER], availableVersion=[THERE], refresh={"inProgress": True})).software
    assert known.lists == Downloads((OTHER,), (), (THERE,)) and known.refreshing is True
    assert one(**software(availableVersion=None)).software.lists is None


def test_software_is_added_from_another_list_by_the_id_of_the_asset() -> None:
    listed = with_software(rest(NEW, OLD), rest({**NEW, **software(downloadedVersion=[THERE])}))
    assert [asset.software is not None for asset in listed.assets] == [True, False]
    assert with_software(rest(NEW), None).assets[0].software is None

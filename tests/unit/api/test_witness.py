# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two witnesses: where they agree or one is silent, the answer stands; where they differ, the careful one counts."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.assets import ApiAsset, from_rest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.nodes import NodeState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.witness import (
    API,
    BOTH,
    NOBODY,
    PCLI,
    join_download,
    join_node,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.asset_states import read_state
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import DownloadState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_status import NodeStatus, runs
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import service_runs
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, try_parse

OLD, NEW = "6.3.5-37.r1.el7", "7.1.3-2.r1.el9"


def pcli(
    state: str = "Synchronized", version: str | None = NEW, service: str | None = "running", **fields
) -> NodeStatus:
    shown = read_state(state)
    status = NodeStatus(
        reachable=True,
        version_text=version,
        version=try_parse(version),
        state=state,
        settled=shown.settled,
        away=shown.away,
        busy=shown.busy,
        service=service_runs(service),
        service_text=service,
        answered=True,
        booted_since=True,
    )
    return replace(status, **fields)


def api(state: str = "synchronized", version: str | None = NEW, service: str | None = None, **fields) -> ApiAsset:
    row = {"routerName": "R", "nodeName": "a", "assetId": "x", "status": state, "t128Version": version, **fields}
    listed = from_rest([{**row, **({"serviceStatus": service} if service else {})}])
    assert listed is not None
    return listed.assets[0]


def own(status: str | None = "RUNNING", version: str | None = NEW) -> NodeState:
    return NodeState(NodeId("R", "a"), status, "combo", version, try_parse(version), None, None, None)


# -- who speaks -------------------------------------------------------------------------------------------------------


def test_where_both_agree_the_answer_stands_and_nothing_is_added() -> None:
    joined = join_node(pcli(), api(), own())
    assert (joined.status, joined.heard, joined.words()) == (pcli(), BOTH, "")


def test_where_the_api_is_silent_the_pcli_counts() -> None:
    for asset, state in ((None, None), (api(state="", version=None), None), (None, own(None, None))):
        joined = join_node(pcli(), asset, state)
        assert (joined.status, joined.heard, joined.conflicts) == (pcli(), PCLI, ())


@pytest.mark.parametrize("silent", [None, NodeStatus()])
def test_where_the_pcli_is_silent_the_api_counts_and_is_named(silent) -> None:
    joined = join_node(silent, api(service="Running"))
    assert joined.heard == API and joined.status.reachable and joined.status.settled and joined.status.service is True
    assert runs(joined.status, parse(NEW), parse(OLD)) and not joined.status.answered
    assert joined.words() == "only the API says: it runs 7.1.3-2.r1, synchronized, service running"


def test_where_nobody_speaks_nothing_is_known() -> None:
    joined = join_node(None, None)
    assert (joined.status, joined.heard, joined.words()) == (NodeStatus(), NOBODY, "")


def test_what_only_one_of_them_knows_completes_the_other() -> None:
    joined = join_node(pcli(version=None, service=None), api(service="Running", installationType="Image"))
    assert joined.status.version == parse(NEW) and joined.status.service is True
    assert joined.status.install_type == "image" and not joined.conflicts
    assert joined.by_api == ("version 7.1.3-2.r1", "service running", "install type image")
    kept = join_node(pcli(install_type="image"), api(version=None)).status
    assert kept.version == parse(NEW) and kept.install_type == "image"


def test_what_the_pcli_alone_can_see_is_kept() -> None:
    joined = join_node(pcli(report="failed", report_words="upgrade failed"), api())
    assert (joined.status.answered, joined.status.booted_since, joined.status.report) == (True, True, "failed")


# -- conflicts --------------------------------------------------------------------------------------------------------


def test_a_disputed_version_is_not_known_whichever_side_lies() -> None:
    for said in (join_node(pcli(version=OLD), api(version=NEW)), join_node(pcli(version=NEW), api(version=OLD))):
        for wanted, before in ((NEW, OLD), (OLD, NEW)):
            assert not runs(said.status, parse(wanted), parse(before)), "neither done nor reverted"
        assert not said.status.settled and OLD in said.words() and NEW in said.words()
    assert said.words() == (f"version: the PCLI says '{NEW}' and the API says '{OLD}'; it counts as not known")


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("SSR-7.1.3-2", NEW, NEW),
        (NEW, "SSR-7.1.3-2", NEW),
        ("7.1.3-2.r1.el9", "128T-7.1.3-2.r1.el9", NEW),
        ("7.1.3", "SSR-7.1.3-2", "SSR-7.1.3-2"),
    ],
)
def test_two_spellings_of_one_version_are_no_conflict(first, second, shown) -> None:
    joined = join_node(pcli(version=first), api(version=second))
    assert not joined.conflicts and joined.status.version_text == shown


@pytest.mark.parametrize(("first", "second"), [("7.1.3-2.r1.el9", "7.1.3-2.r2.el9"), ("7.1.3-2", "7.1.3-3")])
def test_two_builds_are_one(first, second) -> None:
    assert join_node(pcli(version=first), api(version=second)).conflicts


# fmt: off
STATES = [
    # PCLI, API: state that counts, settled, away, busy
    ("Synchronized", "running", "Synchronized", True, False, False),
    ("Connected", "Synchronizing", "Connected", False, False, False),
    ("Synchronized", "disconnected", "disconnected", False, True, False),
    ("Disconnected", "synchronized", "Disconnected", False, True, False),
    ("Synchronized", "UPGRADING", "UPGRADING", False, False, True),
    ("Upgrading", "RUNNING", "Upgrading", False, False, True),
    ("Upgrading", "disconnected", "disconnected", False, True, True),
    ("Synchronized", "resynchronizing", "resynchronizing", False, False, False),
    ("Synchronized", "quiescing", "quiescing", False, False, False),
]
# fmt: on


@pytest.mark.parametrize(("first", "second", "counts", "settled", "away", "busy"), STATES)
def test_the_careful_state_counts(first, second, counts, settled, away, busy) -> None:
    joined = join_node(pcli(first), api(second))
    status = joined.status
    assert (status.state, status.settled, status.away, status.busy) == (counts, settled, away, busy)
    agree = read_state(first).kind == read_state(second).kind
    assert bool(joined.conflicts) is not agree
    assert agree or (f"'{first}'" in joined.words() and f"'{second}'" in joined.words())


def test_a_node_that_the_whole_list_of_the_pcli_does_not_have_is_not_settled_by_the_api() -> None:
    missing = NodeStatus(reachable=True, state="not in the list of assets")
    joined = join_node(missing, api())
    assert not joined.status.settled and joined.status.away and joined.conflicts


def test_a_node_whose_assets_do_not_count_is_judged_by_its_own_session() -> None:
    """Between the nodes of a conductor pair from below 6.3, whose lists need not show each other."""
    session = pcli(state="its own session answers", settled=True)
    joined = join_node(session, api("disconnected"))
    assert joined.status == session and not joined.conflicts


def test_a_disputed_service_neither_runs_nor_is_down() -> None:
    """A service that is down lets a node go back although its peer is dead (rule 45), so it has to be proven."""
    for said in (
        join_node(pcli(service="running"), api(service="Stopped")),
        join_node(pcli(service="offline"), api(service="Running")),
        join_node(pcli(service="running"), None, own("offline", None)),
    ):
        assert said.status.service is None and not said.status.settled and len(said.conflicts) == 1
    agreed = join_node(pcli(service="offline"), api(service="stopped"))
    assert agreed.status.service is False and not agreed.conflicts


def test_a_disputed_install_type_is_not_known_and_unsettles_nothing() -> None:
    joined = join_node(pcli(install_type="package"), api(installationType="Image"))
    assert joined.status.install_type is None and joined.status.settled and len(joined.conflicts) == 1


def test_a_version_that_the_node_itself_denies_is_not_known_although_both_lists_show_it() -> None:
    for said in (pcli(), pcli(version=None), None):
        joined = join_node(said, api(version=NEW), own(version=OLD))
        assert joined.status.version is None and not joined.status.settled and len(joined.conflicts) == 1
        assert OLD in joined.words() and NEW in joined.words()
    unreadable = join_node(pcli(), api(version="latest"), own(version=None))
    assert unreadable.status == pcli() and not unreadable.conflicts


def test_the_service_by_the_asset_and_by_the_node_itself() -> None:
    for said in (None, pcli(service=None)):
        joined = join_node(said, api(service="Running"), own("offline"))
        assert joined.status.service is None and not joined.status.settled and len(joined.conflicts) == 1
    assert join_node(None, api(), own("RUNNING")).status.service is True
    assert join_node(None, api(), own("STARTING")).status.service is None


WORDS = ("Synchronized", "Disconnected", "Upgrading", "Resynchronizing", "Quiescing")
VERSIONS = (OLD, NEW, None)
SERVICES = ("running", "offline", None)


def test_no_pair_of_answers_is_less_careful_than_either_of_them() -> None:
    for words, versions, services in itertools.product(
        itertools.product(WORDS, repeat=2), itertools.product(VERSIONS, repeat=2), itertools.product(SERVICES, repeat=2)
    ):
        left = pcli(words[0], versions[0], services[0])
        status = join_node(left, api(words[1], versions[1], services[1])).status
        states = [read_state(word) for word in words]
        assert status.settled <= all(state.settled for state in states)
        assert status.away is any(state.away for state in states)
        assert status.busy is any(state.busy for state in states)
        said = {service for service in services if service}
        assert status.service is (service_runs(said.pop()) if len(said) == 1 else None)
        told = {version for version in versions if version}
        assert status.version == (parse(told.pop()) if len(told) == 1 else None)


# -- downloads --------------------------------------------------------------------------------------------------------

# fmt: off
DOWNLOADS = [
    # PCLI, API, what counts, is it a conflict
    ("there", "there", "there", False),
    ("unreadable", "there", "there", False),
    ("nothing", "there", "there", False),
    ("unreadable", "nothing", "nothing", False),
    ("there", "unreadable", "there", False),
    ("failed", "unreadable", "failed", False),
    ("unreadable", "unreadable", "unreadable", False),
    ("there", "running", "running", True),
    ("running", "there", "running", True),
    ("failed", "there", "failed", True),
    ("failed", "running", "running", True),
    ("paused", "there", "paused", True),
    ("there", "nothing", "nothing", True),
    ("running", "nothing", "running", True),
    ("failed", "nothing", "failed", False),
    ("paused", "nothing", "paused", False),
]
# fmt: on


# fmt: off
DENIED = [
    # PCLI, whose list does not have it; API, what counts, is it a conflict
    ("nothing", "there", "nothing", True),
    ("unreadable", "there", "nothing", True),
    ("nothing", "running", "running", True),
    ("unreadable", "nothing", "nothing", False),
    ("nothing", "unreadable", "nothing", False),
]
# fmt: on


@pytest.mark.parametrize(("first", "second", "counts", "disputed"), DENIED)
def test_a_list_without_the_release_denies_it(first, second, counts, disputed) -> None:
    state, conflict = join_download(DownloadState(first), DownloadState(second, words="it says"), denies=True)
    assert state.kind == counts and (conflict is not None) is disputed
    assert not disputed or (state.second == str(conflict) and "not in the list" in state.second)


@pytest.mark.parametrize(("first", "second", "counts", "disputed"), DOWNLOADS)
def test_the_careful_download_counts(first, second, counts, disputed) -> None:
    left, right = DownloadState(first, words=f"PCLI {first}"), DownloadState(second, words=f"API {second}")
    state, conflict = join_download(left, right)
    assert state.kind == counts and (conflict is not None) is disputed
    if not left.readable and state.readable:
        assert state.second == f"only the API says: API {second}"
    if conflict:
        assert state.second == str(conflict)
        assert (
            f"'PCLI {first}'" in str(conflict) and f"'API {second}'" in str(conflict) and f"'{counts}'" in str(conflict)
        )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Assets, as the conductor lists them."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import (
    Downloads,
    parse_duration,
    read_asset_detail,
    read_asset_summary,
    read_assets,
    read_downloads,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

from .printed import printed


def test_the_table_of_6_3_gives_one_asset_for_each_node(device_text) -> None:
    assets = read_assets(read(device_text("show_assets_6.3_package")))
    assert [(asset.router, asset.node, asset.asset_id) for asset in assets] == [
        ("RTR_EAST_COMBO", "combo-east-1", "t212-dut3.novalocal"),
        ("RTR_EAST_COMBO", "combo-east-2", "t212-dut4.novalocal"),
        ("RTR_EAST_CONDUCTOR", "conductor-east-1", "t212-dut1.novalocal"),
        ("RTR_EAST_CONDUCTOR", "conductor-east-2", "t212-dut2.novalocal"),
    ]
    first = assets[0]
    assert first.version == parse("6.3.0-107.r1.el7")
    assert (first.version_text, first.install_type, first.status) == ("6.3.0-107.r1.el7", "package", "Synchronized")
    assert (first.state, first.settled, first.away, first.busy) == ("synchronized", True, False, False)
    assert (first.time_in_status, first.errors, first.service) == (343138, 0, None)


def test_image_based_nodes_are_told_apart(device_text) -> None:
    assert {asset.install_type for asset in read_assets(read(device_text("show_assets_6.3_image")))} == {"image"}


def test_the_older_table_has_its_asset_id_first_and_nodes_that_belong_to_nobody(device_text) -> None:
    waiting, running = read_assets(read(device_text("show_assets_3.1")))
    assert (waiting.router, waiting.node, waiting.asset_id) == (None, None, "T10_DUT2")
    assert (waiting.version, waiting.version_text, waiting.state) == (None, None, "pending")
    assert (running.router, running.node, running.state) == ("RTR_WEST_COMBO", "combo-west-1", "synchronized")
    assert (running.install_type, running.errors, running.time_in_status) == (None, None, None)


DUPLICATES = "\n=====================\n Duplicate Asset IDs\n=====================\n {}\n"


def test_an_asset_that_is_listed_as_a_duplicate_is_marked(device_text) -> None:
    page = device_text("show_assets_id_6.3").replace(
        "\nCompleted", DUPLICATES.format("t163-dut4.novalocal") + "\nCompleted"
    )
    asset = read_asset_detail(read(page))
    assert asset is not None and asset.duplicate
    assert (asset.router, asset.node, asset.service) == ("Router", "t163-dut4", "running")
    table = device_text("show_assets_6.3_package")
    table = table.replace("\nCompleted", DUPLICATES.format("T212-DUT4.novalocal") + "\nCompleted")
    assets = read_assets(read(table))
    assert [asset.duplicate for asset in assets] == [False, True, False, False]


@pytest.mark.parametrize("text", ["show_assets_6.3_package", "show_assets_3.1"])
def test_without_that_list_nothing_is_a_duplicate(text, device_text) -> None:
    assert not any(asset.duplicate for asset in read_assets(read(device_text(text))))


def test_a_single_asset_tells_its_service_and_connections(device_text) -> None:
    asset = read_asset_detail(read(device_text("show_assets_id_6.3")))
    assert asset is not None
    assert (asset.router, asset.node, asset.asset_id) == ("Router", "t163-dut4", "t163-dut4.novalocal")
    assert (asset.service, asset.conductor_connectivity, asset.peer_connectivity) == (
        "running",
        "connected",
        "connected",
    )
    assert (asset.state, asset.time_in_status, asset.install_type) == ("synchronized", 143732, "image")


def test_a_single_asset_that_is_away_has_no_version(device_text) -> None:
    asset = read_asset_detail(read(device_text("show_assets_id_4.1_disconnected")))
    assert asset is not None
    assert (asset.version, asset.state, asset.away, asset.service) == (None, "disconnected", True, None)


def test_the_errors_of_a_single_asset_are_kept_in_its_words(device_text) -> None:
    asset = read_asset_detail(read(device_text("show_assets_id_4.1_errors")))
    assert asset is not None
    assert asset.errors == 1
    assert asset.error_texts == ("reverse-ssh_conductor1_login_unit: Unable to manage file: Message timed out",)


def test_columns_may_stand_in_any_order_under_older_names() -> None:
    text = """
============== ======== ============== ========= ======== ==========
 128T Version   Node     Status         Router    Errors   Extra
============== ======== ============== ========= ======== ==========
 6.2.5-5r2      n1       RUNNING        R1             0
 6.2.5-5r2      n2       disconnected                    3   x
 None           n3       Key Accepted   R2
"""
    first, second, third = read_assets(read(text))
    assert (first.router, second.router, third.router) == ("R1", "R1", "R2")
    assert (first.state, second.state, third.state) == ("synchronized", "disconnected", "key accepted")
    assert (first.errors, second.errors, third.errors) == (0, 3, None)
    assert (first.version, third.version) == (parse("6.2.5-5r2"), None)


def test_an_unassigned_asset_does_not_get_the_router_above() -> None:
    text = """
======== ====== ========== ==============
 Router   Node   Asset Id   Status
======== ====== ========== ==============
 R1       n1     a1         Synchronized
          n2     a2         Synchronized
                 a3         Pending
"""
    assert [asset.router for asset in read_assets(read(text))] == ["R1", "R1", None]


def test_a_table_with_one_row_is_a_single_asset_too() -> None:
    head = "======== ========= =========\n Node     Version   Status\n======== ========= =========\n"
    asset = read_asset_detail(read(head + " n1       6.3.0     Stopped\n"))
    assert asset is not None
    assert (asset.node, asset.state, asset.router) == ("n1", "stopped", None)
    assert read_asset_detail(read(head + " n1       6.3.0     Stopped\n n2       6.3.0     Stopped\n")) is None


def test_blocks_of_several_assets_are_read_as_a_list() -> None:
    block = "======\n {}\n======\n  Router:   R1\n  Status:   Synchronized\n\n"
    assets = read_assets(read(block.format("a1") + block.format("a2")))
    assert [(asset.asset_id, asset.router, asset.settled) for asset in assets] == [
        ("a1", "R1", True),
        ("a2", "R1", True),
    ]


@pytest.mark.parametrize("name", ["Router", "Node", "Current Version", "Install Type"])
def test_a_block_is_an_asset_if_it_says_what_has_the_status(name: str) -> None:
    assert read_asset_detail(read(f"====\n a1\n====\n {name}:   x\n Status:   Pending\n")) is not None
    assert read_asset_detail(read("====\n a1\n====\n Role:   x\n Status:   Pending\n")) is None
    assert read_asset_detail(read(f"====\n a1\n====\n {name}:   x\n Role:   Pending\n")) is None


def test_the_same_row_twice_gives_two_assets() -> None:
    text = "======== ====== ==========\n Router   Node   Asset Id\n======== ====== ==========\n".replace(
        "Asset Id", "Status  "
    )
    rows = " R1       n1     Running\n" * 2
    assert read_assets(read(text.replace("Router", "Asset ") + rows)) != []
    assert len(read_assets(read(text.replace("Router", "Asset ") + rows))) == 2


def test_the_table_of_versions_is_no_list_of_assets(device_text) -> None:
    assert read_assets(read(device_text("show_system_version_6.2.3"))) is None
    assert read_assets(read(device_text("show_system_processes_6.0"))) is None
    assert read_assets(read(device_text("show_system_4.3"))) is None
    assert read_asset_detail(read("")) is None


def test_unrelated_output_behind_the_assets_adds_none(device_text) -> None:
    text = device_text("show_assets_6.3_image") + "\n" + device_text("show_system_version_6.2.3")
    assert len(read_assets(read(text))) == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Image", "image"),
        ("PACKAGE", "package"),
        ("Image Based", "image"),
        ("(package based)", "package"),
        ("image-based", "image"),
        ("Package to Image", None),
        ("Converting", None),
        ("", None),
        ("-", None),
    ],
)
def test_the_install_type_is_read_in_any_spelling(text: str, kind: str | None) -> None:
    table = f"""
====== ========== ============== ==================
 Node   Asset Id   Status         Install Type
====== ========== ============== ==================
 n1     a1         Synchronized   {text}
"""
    assert read_assets(read(table))[0].install_type == kind


def test_the_version_may_tell_the_install_type() -> None:
    table = """
====== ========== ============== ======================================
 Node   Asset Id   Status         SSR Version
====== ========== ============== ======================================
 n1     a1         Synchronized   128T-6.2.3-14.r2.el7 (package based)
"""
    assert read_assets(read(table))[0].install_type == "package"


DURATIONS = [
    ("3d 23h 18m 58s", 343138),
    ("34m 44s", 2084),
    ("1d 15h 55m 32s", 143732),
    ("4 days  6:17:31", 368251),
    ("1 day, 2:03:04", 93784),
    ("6:17:31", 22651),
    ("0s", 0),
    ("2 hours 3 minutes", 7380),
    ("1w 2d", 777600),
    ("1mo", 2592000),
    ("1h and 5 min", 3900),
    ("", None),
    ("never", None),
    ("5", None),
    ("6:17", None),
    ("3 parsecs", None),
    ("2024-10-08 15:02:59", None),
    ("3d ago", None),
]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_a_duration_is_read_in_seconds(text: str, seconds: int | None) -> None:
    assert parse_duration(text) == seconds


@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_any_duration_is_read_back(days: int, hours: int, minutes: int, seconds: int) -> None:
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert parse_duration(f"{days}d {hours}h {minutes}m {seconds}s") == total
    assert parse_duration(f"{days} days {hours:2}:{minutes:02}:{seconds:02}") == total


@given(st.text(alphabet="0123456789dhms: ,ay", max_size=20))
def test_any_text_can_be_tried_as_a_duration(text: str) -> None:
    seconds = parse_duration(text)
    assert seconds is None or seconds >= 0


# -- show assets software -----------------------------------------------------------------------------------------

SOFTWARE = """\
=========== ======= =============== =============== =============== ===============
 Router      Node    Installed       Available       Downloading     Downloaded
=========== ======= =============== =============== =============== ===============
 Conductor   node1   6.3.0-107.r1    6.3.5-37.r1                     6.3.4-2.r1
                                                                     6.3.5-37.r1
             node2   6.3.0-107.r1    6.3.5-37.r1     6.3.5-37.r1
 branch-1    node1   6.3.0-107.r1                                    none
 branch-2    node1   6.3.0-107.r1                    starting 12%
"""


def test_every_version_of_a_node_is_listed_with_its_own_router() -> None:
    """Nodes of different routers bear the same names more often than not."""
    assert read_downloads(read(SOFTWARE)) == {
        ("Conductor", "node1"): Downloads(("6.3.4-2.r1", "6.3.5-37.r1"), (), ("6.3.5-37.r1",)),
        ("Conductor", "node2"): Downloads((), ("6.3.5-37.r1",), ("6.3.5-37.r1",)),
        ("branch-1", "node1"): Downloads(),
        ("branch-2", "node1"): Downloads((), ("starting 12%",)),
    }


@pytest.mark.parametrize(
    ("downloading", "downloaded", "meant"),
    [
        ("", "6.3.5-37.r1", Downloads(("6.3.5-37.r1",))),
        ("", "6.3.5-37.r1 (complete)", Downloads(("6.3.5-37.r1",))),
        ("", "6.3.4-2.r1, 6.3.5-37.r1", Downloads(("6.3.4-2.r1", "6.3.5-37.r1"))),
        ("", "6.3.5-37.r1 (failed)", Downloads(("6.3.5-37.r1 (failed)",))),
        ("", "6.3.4-2.r1, 6.3.5-37.r1 (failed)", Downloads(("6.3.4-2.r1", "6.3.5-37.r1 (failed)"))),
        ("", "6.3.5-37.r1 (?)", Downloads(("6.3.5-37.r1 (?)",))),
        ("", "6.3.5-37.r1 45%", Downloads((), ("6.3.5-37.r1",))),
        ("6.3.5-37.r1 45%", "", Downloads((), ("6.3.5-37.r1",))),
        ("6.3.5-37.r1 failed", "", Downloads((), ("6.3.5-37.r1 (failed)",))),
    ],
)
def test_the_words_behind_a_version_count_for_it(downloading, downloaded, meant) -> None:
    """What failed or goes on is not downloaded, in whatever column it stands; nobody takes it for a version."""
    text = f"""\
======== ======= ==================== ================================
 Router   Node    Downloading          Downloaded
======== ======= ==================== ================================
 S        node1   {downloading:20} {downloaded}
"""
    assert read_downloads(read(text)) == {("S", "node1"): meant}


def test_the_documented_table_of_software_has_nothing_downloaded(device_text) -> None:
    downloads = read_downloads(read(device_text("show_assets_software_4.4")))
    assert downloads is not None and downloads["tp-colo", "tp-colo-primary"] == Downloads()
    assert downloads["burl-corp", "burl-corp-primary"].available == ("4.3.0-1.el7", "4.3.1-1.el7")


@pytest.mark.parametrize("name", ["show_assets_6.3_image", "show_assets_summary_4.4", "show_system_4.3"])
def test_without_the_columns_of_downloads_nothing_is_known(device_text, name) -> None:
    """None is not the same as nothing downloaded."""
    assert read_downloads(read(device_text(name))) is None
    assert read_downloads(read(SOFTWARE.replace("Downloaded ", "Elsewhere ").replace("Downloaded\n", "Else\n"))) is None


# -- show assets summary ----------------------------------------------------------------------------------------------


def test_the_summary_counts_all_assets_and_those_with_errors() -> None:
    summary = read_asset_summary(read(printed("009")))
    assert (summary.total, summary.with_errors) == (5, 2)
    assert summary.states == {"pending": 2, "not installed": 1, "installed": 2}


@pytest.mark.parametrize(
    "text",
    [
        "========== =====\n State      Count\n========== =====\n TOTAL      5\n installed  5\n",
        "=====  ===========\n Total  Installed\n=====  ===========\n 5      5\n",
        "Summary of Assets\n-----------------\n Total Assets: 5\n Installed: 5\n",
    ],
)
def test_the_summary_may_be_printed_otherwise(text: str) -> None:
    summary = read_asset_summary(read(text))
    assert (summary.total, summary.with_errors, summary.states) == (5, None, {"installed": 5})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "% Error: invalid keyword 'summary'",
        "Completed in 0.2 seconds",
        " total: many\n pending: 2\n",
        printed("010"),
        printed("008"),
    ],
)
def test_a_summary_that_cannot_be_read_counts_nothing(text: str) -> None:
    assert read_asset_summary(read(text)) is None


@pytest.mark.parametrize("text", [printed("009"), printed("010"), printed("017"), printed("054"), "", "% Error: no"])
def test_what_is_no_list_of_assets_is_unreadable_and_not_empty(text: str) -> None:
    assert read_assets(read(text)) is None


def test_a_list_of_assets_without_rows_says_that_there_are_none() -> None:
    rule = "======== ====== ========== ========\n"
    text = f"{rule} Router   Node   Asset Id   Status\n{rule}\nCompleted in 0.05 seconds"
    assert read_assets(read(text)) == []
    assert read_assets(read("No assets found\n")) == []

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version of a node, and its volumes, as the vendor's documents print them and a little differently."""

from __future__ import annotations

import textwrap

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import (
    IdleVolume,
    NodeVersion,
    read_versions,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from .printed import printed
from .test_system import table

DETAIL = printed("001")


def of(text: str) -> NodeVersion:
    (node,) = read_versions(read(text))
    return node


# -- volumes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        DETAIL,
        DETAIL.replace(" --->", "").replace("<---", ""),
        DETAIL.upper().replace("THU 2024", "Thu 2024").replace("SSR-IMG-RELEASE", "SSR IMG Release"),
        textwrap.dedent(DETAIL.replace("=================================================================\n", "")),
        "\n".join(line.lstrip() for line in DETAIL.split("\n")),  # a terminal that loses the indentation
        DETAIL.replace(" Node: combo-west-1", " combo-west-1"),
        DETAIL.replace("Version:               6.3.0", "Version:\t6.3.0"),
    ],
    ids=["as printed", "without remarks", "upper case", "no title rules", "no indentation", "bare title", "tabs"],
)
def test_the_idle_volume_is_not_a_second_node(text: str) -> None:
    node = of(text)
    assert (node.router.upper(), node.node.upper()) == ("RTR_WEST_COMBO", "COMBO-WEST-1")
    assert (node.version, node.version.build, node.version.rebuild) == (parse("6.3.0-60.r1.el7"), 60, 1)
    assert (node.install_type, node.volume, node.selected_volume) == ("image", "b", "b")
    assert (node.idle.version, node.idle.version.build) == (parse("5.4.11-4.el7"), 4)
    assert (node.idle.status.lower(), node.idle.volume) == ("unavailable", "a")
    assert node.prints_volumes


def test_the_text_of_the_idle_version_is_kept_as_printed() -> None:
    node = of(DETAIL)
    assert (node.text, node.idle.version_text) == ("128T-6.3.0-60.r1.el7", "128T-5.4.11-4.el7")


def test_what_follows_at_the_outer_indentation_belongs_to_the_running_system() -> None:
    """A release may print the choice behind the idle volume."""
    moved = DETAIL.replace(" ---> Selected Boot Volume:  b  <---\n", "").replace(
        "   Volume ID:             a\n", "   Volume ID:             a\n Selected Boot Volume:  a\n"
    )
    node = of(moved)
    assert (node.volume, node.selected_volume, node.idle.volume) == ("b", "a", "a")


def test_what_only_the_idle_volume_tells_is_not_said_of_the_running_system() -> None:
    text = DETAIL.replace(" Status:                r1\n", "").replace("128T-6.3.0-60.r1.el7", "SSR-6.3.0-60")
    text = text.replace(" SSR-IMG-release:       SSR-6.3.0-60.r1.el7.x86_64.ibu-v1\n", "").replace("unavailable", "r2")
    node = of(
        text.replace(
            "   Volume ID:             a", "   SSR-IMG-release:       SSR-5.4.11-4\n   Volume ID:             a"
        )
    )
    assert (node.version.release, node.version.milestone, node.install_type) == ("6.3.0", None, None)
    assert (node.idle.version.release, node.idle.volume) == ("5.4.11", "a")


def test_an_idle_volume_without_a_version_is_told_from_one_that_is_not_printed() -> None:
    empty = DETAIL.replace("5.4.11\n", "\n").replace("128T-5.4.11-4.el7", "")
    assert of(empty).idle == IdleVolume(None, None, "unavailable", "a")
    without = DETAIL.partition(" Idle Volume:")[0]
    assert of(without).idle is None and of(without).prints_volumes


def test_each_node_of_a_pair_has_its_own_volumes() -> None:
    block = DETAIL.partition("\n=")[2].partition("\nCompleted")[0]
    other_block = (
        block.replace("combo-west-1", "combo-west-2").replace("  b  <---", "  a  <---").replace("5.4.11", "6.2.5")
    )
    first, second = read_versions(read(f"={block}\n\n={other_block}\nCompleted in 9.1 seconds"))
    assert (first.node, first.volume, first.idle.version.release) == ("combo-west-1", "b", "5.4.11")
    assert (second.node, second.volume, second.idle.version.release) == ("combo-west-2", "a", "6.2.5")


def test_the_lines_are_taken_where_the_list_of_what_is_offered_prints_them() -> None:
    node = of(printed("054") + "\n\n Volume ID:             b\n Selected Boot Volume:  a\n")
    assert (node.text, node.version, node.volume, node.selected_volume) == ("", None, "b", "a")


def test_what_is_offered_is_no_version_of_a_node() -> None:
    assert read_versions(read(printed("054"))) is None


def test_a_release_that_tells_no_volumes_has_none() -> None:
    text = "Node: gouda.novigrad\n  Version:        4.3.2\n  Build User:     root\n  Package:        128T-4.3.2-1.el7\n"
    node = of(text)
    assert (node.router, node.node, node.version, node.install_type) == ("novigrad", "gouda", parse("4.3.2-1"), None)
    assert not node.prints_volumes


IDLE_FIRST = """
=============================
 node1.Conductor
=============================
 Idle Volume:
   Volume ID:           b
   Version:             6.2.5
   Package:             SSR-6.2.5-5.r2
 Active Volume:
   Volume ID:           a
   Version:             6.3.0
   Package:             SSR-6.3.0-107.r1
 Selected Boot Volume:  a
"""
RUNNING_OUTSIDE = """
=============================
 node1.Conductor
=============================
 Idle Volume:
   Volume ID:           b
   Version:             6.2.5
 Version:               6.3.0
 Package:               SSR-6.3.0-107.r1
 Volume ID:             A
 Selected Boot Volume:  Volume A
"""


@pytest.mark.parametrize(
    "text",
    [
        IDLE_FIRST,
        IDLE_FIRST.replace("Idle Volume", "Inactive Volume").replace("Selected Boot Volume:  a", "Boot Volume: A"),
        IDLE_FIRST.replace("Active Volume", "Running Volume").replace("Idle", "IDLE"),
        RUNNING_OUTSIDE,
    ],
    ids=["idle first", "inactive", "running", "outside"],
)
def test_a_system_at_rest_that_is_printed_first_is_not_the_one_that_runs(text: str) -> None:
    node = of(text)
    assert (node.version, node.volume, node.selected_volume) == (parse("6.3.0-107.r1"), "a", "a")
    assert (node.idle.version.release, node.idle.volume) == ("6.2.5", "b")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(line.strip() for line in RUNNING_OUTSIDE.split("\n")),
        "\n".join(line.strip() for line in IDLE_FIRST.split("\n")),
        IDLE_FIRST.replace("Idle Volume", "Volume B").replace("Active Volume", "Volume A"),
        IDLE_FIRST.replace("Idle Volume", "Strange Volume"),
    ],
    ids=["no indentation and no heading", "no indentation", "letters alone", "another name"],
)
def test_where_it_is_not_told_which_system_runs_no_version_is_read(text: str) -> None:
    assert read_versions(read(text)) is None


@pytest.mark.parametrize("shown", ["b", "B", "Volume B", "volume b (idle)"])
def test_a_volume_is_the_same_in_any_case(shown: str) -> None:
    assert of(RUNNING_OUTSIDE.replace("Volume A", shown)).selected_volume == "b"


def test_a_volume_that_is_unknown_is_none() -> None:
    assert of(RUNNING_OUTSIDE.replace("Volume A", "unknown")).selected_volume is None


# -- the table --------------------------------------------------------------------------------------------------------

WRAPPED = printed("002")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (WRAPPED, "package"),
        (WRAPPED.replace("2.el\n", "2.el7\n").replace(" 7 (package based)", " (package based)"), "package"),
        (WRAPPED.replace(" 7 (package based)", " 7 (Image Based)"), "image"),
        (WRAPPED.replace(" 7 (package based)", " 7(package based)"), "package"),
        (WRAPPED.replace(" 7 (package based)", " 7"), None),
    ],
    ids=["as printed", "broken before the bracket", "image", "no blank before the bracket", "no words"],
)
def test_a_package_cell_that_is_broken_within_a_word_is_put_together(text: str, kind: str | None) -> None:
    node = of(text)
    assert (node.router, node.node, node.text) == ("128t-east", "128t-east", "128T-6.2.5-5r2.el7")
    assert (node.version, node.version.distribution, node.install_type) == (parse("6.2.5-5r2"), "el7", kind)


def test_the_rows_of_a_pair_with_broken_cells_stay_apart() -> None:
    rule = "=========== =========== ========= ======== ====================== ====================="
    text_of_west = WRAPPED.replace("128t-east   128t-east   6.2.5", "            128t-west   6.2.6").replace(
        "6.2.5-5r", "6.2.6-1r"
    )
    rows = text_of_west.split(rule)[2]
    east, west = read_versions(
        read(WRAPPED.replace("\n\nCompleted", rows.rstrip() + "\n\nCompleted").replace("\n\n\n", "\n"))
    )
    assert (east.router, east.node, str(east.version.release), east.install_type) == (
        "128t-east",
        "128t-east",
        "6.2.5",
        "package",
    )
    assert (west.router, west.node, str(west.version.release), west.install_type) == (
        "128t-east",
        "128t-west",
        "6.2.6",
        "package",
    )


def test_the_milestone_may_stand_in_a_column_of_its_own() -> None:
    node = of(table(["Router", "Node", "Version", "Status"], ["R", "n", "6.2.5", "r2"]))
    assert (node.text, node.version.release, node.version.build, node.version.milestone) == (
        "6.2.5",
        "6.2.5",
        None,
        "r2",
    )
    node = of(table(["Router", "Node", "Version", "Status", "Package"], ["R", "n", "7.0.5", "lts", "SSR-7.0.5-14"]))
    assert (node.text, node.version.build, node.version.milestone) == ("SSR-7.0.5-14", 14, "lts")
    node = of(table(["Router", "Node", "Version", "Status"], ["R", "n", "5.4.11", "unavailable"]))
    assert (node.version, node.version.milestone) == (parse("5.4.11"), None)


def test_a_version_and_a_package_of_different_releases_are_no_version() -> None:
    """Which of them runs cannot be told; neither may be taken for it."""
    node = of(table(["Router", "Node", "Version", "Package"], ["R", "n", "6.3.5", "128T-6.3.0-107.r1.el7"]))
    assert node.version is None and "6.3.5" in node.text and "6.3.0-107" in node.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Completed in 0.05 seconds",
        "% Error: Command 'version' not found",
        "node1 runs well",
        printed("009"),
        printed("015"),
    ],
)
def test_an_answer_without_a_version_is_unreadable_and_not_empty(text: str) -> None:
    assert read_versions(read(text)) is None


VOLUMES = ["Router", "Node", "Version", "Volume", "State"]
IDLE_ROW, ACTIVE_ROW = ["R", "n", "SSR-6.2.5-5.r2", "b", "idle"], ["R", "n", "SSR-6.3.0-107", "a", "active"]


def test_a_row_of_the_idle_volume_is_not_what_runs() -> None:
    for rows in ([IDLE_ROW, ACTIVE_ROW], [ACTIVE_ROW, IDLE_ROW], [IDLE_ROW, [*ACTIVE_ROW[:4], ""]]):
        assert of(table(VOLUMES, *rows)).version == parse("6.3.0-107")
    for state in ("INACTIVE", "standby", "", "other"):
        assert of(table(VOLUMES, [*IDLE_ROW[:4], state], ACTIVE_ROW)).version == parse("6.3.0-107")


def test_two_rows_of_a_node_of_which_none_is_said_to_run_are_no_version() -> None:
    assert read_versions(read(table(VOLUMES[:4], IDLE_ROW[:4], ACTIVE_ROW[:4]))) is None
    assert read_versions(read(table(VOLUMES, IDLE_ROW))) is None

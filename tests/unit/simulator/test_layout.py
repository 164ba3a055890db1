# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layouts against the public samples."""

from __future__ import annotations

import pytest

from tests.simulator.configuration import indented, pack, unpack
from tests.simulator.grammar import UsageNeeded, parse_usage
from tests.simulator.layout import Column, duration, table, uptime, usage
from tests.simulator.releases import Release

# cc_fips installation page
VERSION_TABLE = """\
=========== =========== ========= ======== ====================== =====================
 Router      Node        Version   Status   Build Date             Package
=========== =========== ========= ======== ====================== =====================
 128t-east   128t-east   6.2.3     r2       2023-12-11T16:51:25Z   128T-6.2.3-14.r2.el
                                                                   7 (package based)"""
# CLI-6.0
ERRORS_TABLE = """\
======== ========== =============== ========
 Router   Node       Asset Id        Errors
======== ========== =============== ========
 Boston   Aquarium   Aquarium-1234        1
 NYC      nyc        asset-10             2"""


@pytest.mark.parametrize("wrap", ["words", "chop"])
def test_a_long_cell_breaks_in_mid_word_as_in_the_sample(wrap: str) -> None:
    names = ("Router", "Node", "Version", "Status", "Build Date", "Package")
    row = ["128t-east", "128t-east", "6.2.3", "r2", "2023-12-11T16:51:25Z", "128T-6.2.3-14.r2.el7 (package based)"]
    assert "\n".join(table([Column(name) for name in names], [row], 87, wrap)) == VERSION_TABLE


def test_numbers_stand_to_the_right() -> None:
    columns = [Column("Router"), Column("Node"), Column("Asset Id"), Column("Errors", right=True)]
    rows = [["Boston", "Aquarium", "Aquarium-1234", "1"], ["NYC", "nyc", "asset-10", "2"]]
    assert "\n".join(table(columns, rows, 200)) == ERRORS_TABLE


def test_repeated_cells_are_blank() -> None:
    lines = table([Column("A", group=True), Column("B")], [["x", "1"], ["x", "2"], ["y", "2"]], 80)
    assert lines[3:] == [" x   1", "     2", " y   2"]


@pytest.mark.parametrize("width", [20, 40, 80, 132])
def test_a_table_fits_its_terminal(width: int) -> None:
    columns = [Column("Router"), Column("Message")]
    lines = table(columns, [["a-rather-long-name", "some words that go on and on and on"]], width)
    assert max(map(len, lines)) <= width
    joined = "".join(line[lines[0].index(" ") :].strip() + " " for line in lines[3:])
    assert "".join(joined.split()) == "somewordsthatgoonandonandon"


def test_durations_as_printed_by_the_device() -> None:
    assert duration(3 * 86400 + 23 * 3600 + 18 * 60 + 58) == "3d 23h 18m 58s"
    assert duration(34 * 60 + 44) == "34m 44s"
    assert duration(5) == "5s"
    assert uptime(4 * 86400 + 6 * 3600 + 17 * 60 + 31) == "4 days  6:17:31"


UPGRADE = (
    "[{router <router> | resource-group <resource-group>}] [simultaneous] [skip-package-transfer] [skip-pre-check] "
    "[skip-health-check] [cohort-id <cohort-id>] [force] [node <node>] version <version>"
)


def test_the_usage_block_wraps_between_groups_as_in_the_sample() -> None:
    lines = usage("upgrade", UPGRADE, {"force": "Skip confirmation prompt."}, {}, 128)
    assert lines[0] == (
        "usage: upgrade [{router <router> | resource-group <resource-group>}] [simultaneous] "
        "[skip-package-transfer] [skip-pre-check]"
    )
    assert (
        lines[1] == "               [skip-health-check] [cohort-id <cohort-id>] [force] [node <node>] version <version>"
    )
    assert lines[2:] == ["keyword arguments:", "force                     Skip confirmation prompt."]


def test_keywords_come_in_any_order() -> None:
    args = parse_usage(UPGRADE).parse(["version", "6.3.5", "node", "c1", "force", "router", "Conductor"])
    assert args == {"version": "6.3.5", "node": "c1", "force": True, "router": "Conductor"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ""),
        ("force", ""),
        ("version", "argument version: expected one argument"),
        ("version 1 bogus", "unrecognized arguments: bogus"),
        ("router a resource-group b version 1", "argument resource-group: not allowed with argument router"),
    ],
)
def test_bad_arguments_bring_the_usage(line: str, words: str) -> None:
    with pytest.raises(UsageNeeded) as caught:
        parse_usage(UPGRADE).parse(line.split())
    assert str(caught.value) == words


def test_positional_arguments_come_last() -> None:
    grammar = parse_usage("[dry-run] [force] {router <router> | resource-group <resource-group>} <version>")
    assert grammar.parse(["force", "router", "R", "6.1"]) == {"force": True, "router": "R", "version": "6.1"}
    with pytest.raises(UsageNeeded):
        grammar.parse(["6.1"])


def test_spellings_of_a_release() -> None:
    release = Release("6.3.0-107.r1.el7", "SSR-6.3.0-107.r1")
    assert {"6.3.0-107.r1.el7", "SSR-6.3.0-107.r1", "6.3.0-107.r1", "6.3.0-107"} <= release.spellings()
    assert "6.3.0" not in release.spellings()
    assert release.package("package") == "128T-6.3.0-107.r1.el7 (package based)"
    assert Release("6.2.5-5.r2.el7", "x").generation == "pre-6.3"


def test_a_configuration_survives_its_export() -> None:
    lines = ["config authority name A", "config authority router R node N asset-id x"]
    assert unpack(pack(lines)) == lines
    assert unpack(b"no gzip") is None
    assert indented(lines) == [
        "config",
        "    authority",
        "        name A",
        "        router R",
        "            node N",
        "                asset-id x",
        "            exit",
        "        exit",
        "    exit",
        "exit",
    ]

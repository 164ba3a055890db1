# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A megabyte of each kind of text is read at once. Work that grows with the square of it would end at the time-out."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.output_buffer import OutputBuffer
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import read_assets

MEGABYTE = 2**20


def many(line: str) -> str:
    """A megabyte of a line, with a number where it has a %d."""
    return "\n".join(line.replace("%d", str(number)) for number in range(MEGABYTE // len(line)))


@pytest.mark.parametrize(
    "text",
    [
        many("+    name  store-%d was added by a comparison of two configurations"),
        many("|  a banner line %d that begins with a bar and ends without one"),
        many("|  a  | row %d of a frame that has no rule anywhere |"),
        many('config authority router store-%d description "words of a user"'),
        "usage: upgrade [router <router>\n" + many("more %d"),
        "Key:  value\n" + many("        that goes on %d"),
        "x" + " " * MEGABYTE + "y",
        many("a" + " " * 400 + "b%d"),
        many("x%d"),
    ],
    ids=["comparison", "bars", "frame", "configuration", "usage", "value", "blanks", "gaps", "short lines"],
)
def test_text_that_is_no_table_is_read_in_one_pass(text: str) -> None:
    response = read(text)
    assert response.text == text and response.tables == () and response.error is None


def test_a_frame_below_many_lines_with_bars_is_found_all_the_same() -> None:
    table = "+-----+-----+\n| A   | B   |\n+-----+-----+\n| 1   | 2   |\n+-----+-----+"
    response = read(many("+ a line %d of a comparison") + "\n\n" + table)
    assert [asset.rows for asset in response.tables] == [({"A": "1", "B": "2"},)]


@pytest.mark.parametrize(
    "unit",
    [
        "\r\n" * 50 + "\x1b[9999A",
        "\r\n\r\n\r\n\x1b[3Aname\x1b[0m",
        "\r⠋ Retrieving assets 12/5000...\x1b[K",
        " " * 100 + "\x1b[1A",
    ],
    ids=["up to the top", "room for a menu", "spinner", "blanks"],
)
def test_what_a_terminal_draws_is_read_in_one_pass(unit: str) -> None:
    output_buffer = OutputBuffer()
    for _piece in range(MEGABYTE // len(unit) // 4):
        output_buffer.add(unit)
    output_buffer.add("\r\nadmin@c1.Conductor# ")
    assert "admin@c1.Conductor#" in output_buffer.text() and "admin@c1.Conductor#" in output_buffer.tail()


WIDTHS = (14, 9, 28, 20, 14, 16, 18, 8)
HEAD = ("Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors")


def row(*cells: str) -> str:
    return " ".join(f" {cell:<{width - 1}}" for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def test_five_thousand_nodes_are_read_as_they_are_listed() -> None:
    rule = " ".join("=" * width for width in WIDTHS)
    lines = []
    for number in range(2500):
        router, version = f"store-{number:04d}", "6.3.5-37.r1.el7" if number % 3 else "6.3.0-107.r1.el7"
        kind, status = "Image" if number % 2 else "Package", "Synchronized" if number % 50 else "Disconnected"
        for node in (0, 1):
            shown = router if node == 0 else ""
            asset_id = f"{router}-{node}.example.net"
            lines.append(row(shown, f"node{node}", asset_id, version, kind, status, "3d 23h 18m 58s", str(number % 4)))
    frame = ["Mon 2026-03-09 18:15:20 UTC", "✔ Retrieving assets...", "", rule, row(*HEAD), rule]
    assets = read_assets(read("\n".join([*frame, *lines, "", "Completed in 1.04 seconds"])))
    assert len(assets) == 5000
    assert {(asset.router, asset.node) for asset in assets} == {
        (f"store-{number:04d}", f"node{node}") for number in range(2500) for node in (0, 1)
    }
    last = assets[-1]
    assert (last.asset_id, last.version_text, last.install_type) == (
        "store-2499-1.example.net",
        "6.3.0-107.r1.el7",
        "image",
    )
    assert (last.state, last.errors, last.time_in_status) == ("synchronized", 3, 343138)
    assert sum(asset.away for asset in assets) == 100

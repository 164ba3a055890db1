# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells and headers that go on in the next line."""

from __future__ import annotations

import textwrap

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.tables import Table, read_tables
from hypothesis import given, settings
from hypothesis import strategies as st


def only(text: str) -> Table:
    (table,) = read_tables(textwrap.dedent(text))
    return table


def package(first: str, second: str, width: int = 21) -> str:
    rule = f"=========== {'=' * width}"
    rows = f" 128t-east   {first}\n             {second}"
    return f"{rule}\n Node        Package\n{rule}\n{rows}\n\nCompleted in 0.05 seconds"


@pytest.mark.parametrize(
    ("first", "second", "width"),
    [
        ("128T-6.2.5-5r2.el", "7 (package based)", 21),
        ("128T-6.2.3-14.r2.el", "7 (package based)", 21),
        ("128T-6.2.3-14.r2.", "el7 (package based)", 21),
        ("128T-6.2.3-14.r2.el7", "(package based)", 22),
        ("128T-6.2.3-14.r2.el7", "(package based)", 40),
        ("128T-6.2.3-14.r2.el7", " (package based)", 22),
        ("128T-6.2.3-14.r2.el7 (package", "based)", 31),
        ("128T-6.2.3-14.r2.el7 (packa", "ge based)", 29),
    ],
)
def test_a_package_is_joined_with_a_blank_where_one_belongs(first: str, second: str, width: int) -> None:
    version = "128T-6.2.5-5r2.el7" if "6.2.5" in first else "128T-6.2.3-14.r2.el7"
    assert [row["Package"] for row in only(package(first, second, width)).rows] == [f"{version} (package based)"]


def test_a_time_that_is_broken_between_its_units_gets_its_blank() -> None:
    table = only(
        """
        ======== ==========
         Node     Time in
                  Status
        ======== ==========
         n1       1d 1h 0m
                  51s
         n2       8d 6h 58
                  m 2s
        """
    )
    assert [row["Time in Status"] for row in table.rows] == ["1d 1h 0m 51s", "8d 6h 58m 2s"]


def test_headers_are_joined_by_words_also_where_a_word_fills_its_line() -> None:
    table = only(
        """
        ========= =========== ========= ======== =========== ==========
         Node      Interface   Install   Time     Asset I     SSR Vers
                   State       Type      in       d           ion
                                         Status
        ========= =========== ========= ======== =========== ==========
         n1        up          Image     34m      a1          6.3.0
        """
    )
    assert table.columns == ("Node", "Interface State", "Install Type", "Time in Status", "Asset Id", "SSR Version")


@pytest.mark.parametrize("printed", ["InstallType", "Install  Type", "INSTALL TYPE", "install_type"])
def test_a_column_is_found_although_its_name_lost_a_blank(printed: str) -> None:
    table = Table(None, ("Node", printed), ({"Node": "n1", printed: "Image"},))
    assert table.cell(table.rows[0], "Install Type") == "Image"


COLUMNS = ("Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors")
ROUTERS = st.builds(
    "{}{}".format, st.sampled_from(["alpha", "RTR_EAST_COMBO", "combo-west", "store-0012"]), st.integers(0, 9)
)
NODES = st.tuples(
    st.sampled_from(["6.3.0-107.r1.el7", "6.3.5-37.r1.el7", "6.2.5-5.r2.el7"]),
    st.sampled_from(["Image", "Package"]),
    st.sampled_from(["Synchronized", "Disconnected", "Resynchronizing", "Key Accepted"]),
    st.builds("{}d {}h {}m {}s".format, *[st.integers(0, 59)] * 4),
    st.integers(0, 30).map(str),
)


@st.composite
def authorities(draw) -> list[tuple[str, ...]]:
    rows = []
    for router in draw(st.lists(ROUTERS, min_size=1, max_size=3, unique=True)):
        for number, node in enumerate(draw(st.lists(NODES, min_size=1, max_size=2))):
            name = "" if number else router
            rows.append((name, f"node{number}", f"{router}-{number}.novalocal", *node))
    return rows


@given(authorities(), st.sampled_from([80, 100, 120, 132]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_show_assets_on_a_terminal_of_any_width_is_read_whole(rows, columns: int, by_words: bool) -> None:
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    while sum(widths) + 3 * len(widths) - 1 > columns:
        widths[widths.index(max(widths))] -= 1

    def lines(cells) -> list[str]:
        parts = [
            textwrap.wrap(cell, width) if by_words else [cell[at : at + width] for at in range(0, len(cell), width)]
            for cell, width in zip(cells, widths, strict=True)
        ]
        return [
            " ".join(
                f" {(part[line] if line < len(part) else '').strip():<{width}} "
                for part, width in zip(parts, widths, strict=True)
            ).rstrip()
            for line in range(max(map(len, parts)))
        ]

    rule = " ".join("=" * (width + 2) for width in widths)
    drawn = [
        rule,
        *lines(COLUMNS),
        rule,
        *[line for row in rows for line in lines(row)],
        "",
        "Completed in 0.1 seconds",
    ]
    (table,) = read_tables("\n".join(drawn))
    assert table.columns == COLUMNS
    assert [tuple(row.values()) for row in table.rows] == rows

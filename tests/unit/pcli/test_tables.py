# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables: columns by the offsets of the rule."""

from __future__ import annotations

import textwrap
import time

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.tables import Table, read_tables
from hypothesis import given, settings
from hypothesis import strategies as st


def only(text: str) -> Table:
    tables = read_tables(text)
    assert len(tables) == 1, tables
    return tables[0]


def rows_of(table: Table) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in table.columns) for row in table.rows]


def test_a_table_of_assets_is_read_and_repeated_routers_stay_blank(device_text) -> None:
    table = only(device_text("show_assets_6.3_package"))
    assert table.columns == (
        "Router",
        "Node",
        "Asset Id",
        "SSR Version",
        "Install Type",
        "Status",
        "Time in Status",
        "Errors",
    )
    assert rows_of(table)[1] == (
        "",
        "combo-east-2",
        "t212-dut4.novalocal",
        "6.3.0-107.r1.el7",
        "Package",
        "Synchronized",
        "4d 2h 40m 27s",
        "0",
    )
    assert [row["Router"] for row in table.filled("Router").rows] == ["RTR_EAST_COMBO"] * 2 + ["RTR_EAST_CONDUCTOR"] * 2


def test_a_cell_that_is_broken_in_a_word_is_joined_without_a_blank(device_text) -> None:
    assert only(device_text("show_system_version_6.2.3")).rows[0]["Package"] == "128T-6.2.3-14.r2.el7 (package based)"


def test_values_that_are_off_by_a_column_stay_in_theirs(device_text) -> None:
    assert rows_of(only(device_text("show_system_software_available_7.1"))) == [
        ("7.1", "SSR-7.1.0-50", "downloads", "downloads")
    ]


def test_a_sentence_right_below_a_table_ends_it(device_text) -> None:
    table = only(device_text("show_alarms_3.2"))
    assert [row["ID"] for row in table.rows] == ["cnd1.conductor:4"]


@pytest.mark.parametrize("sentence", ["2 more are not shown", "Nothing", "(two rows)"])
@pytest.mark.parametrize("indent", [0, 1])
def test_a_sentence_that_nobody_knows_is_no_row_where_its_words_cross_the_gaps(sentence: str, indent: int) -> None:
    pad = " " * indent
    text = f"===== =======\n{pad}Nod   State\n===== =======\n{pad}n1    up\n{sentence}\n"
    # One word alone may be a long name with nothing behind it: a row too many is seen, one too few is not.
    assert len(only(text).rows) == (1 if " " in sentence else 2)


def test_a_title_between_rules_is_no_table_and_a_column_of_names_is_one() -> None:
    assert read_tables("======\n n1\n======\n Status:   up\n") == []
    assert read_tables("======\n n1\n======\n") == []
    assert read_tables("------\n Errors\n------\n text\n") == []
    assert rows_of(only("======\n Name\n======\n a.gz\n b.gz\n")) == [("a.gz",), ("b.gz",)]


def test_a_header_that_comes_again_below_a_pager_is_no_row() -> None:
    head = "====== =======\n Node   State\n====== =======\n"
    tables = read_tables(f"{head} n1     up\n{head} n2     down\n")
    assert [rows_of(table) for table in tables] == [[("n1", "up")], [("n2", "down")]]


def test_a_rule_between_groups_of_rows_does_not_make_headers_of_them() -> None:
    text = "====== =======\n Node   State\n====== =======\n n1     up\n====== =======\n n2     down\n====== =======\n"
    assert rows_of(only(text)) == [("n1", "up"), ("n2", "down")]


def test_a_row_with_nothing_but_a_name_is_a_row() -> None:
    text = """
========== =======
 Node       State
========== =======
 node-1     up
 second
 node-3     up
"""
    assert [row["Node"] for row in only(text).rows] == ["node-1", "second", "node-3"]


def test_names_that_fill_their_columns_and_look_like_those_above_are_a_row() -> None:
    text = """
=============== =============== =======
 Node            Remote Node     State
=============== =============== =======
 node-number-1   peer-number-1   up
 node-number-2   peer-number-2
"""
    assert [row["Node"] for row in only(text).rows] == ["node-number-1", "node-number-2"]


def test_a_value_that_reaches_over_the_next_columns_does_not_displace_what_follows() -> None:
    text = """
====== ========= ======= ========
 Node   Version   State   Errors
====== ========= ======= ========
 n1     128T-6.3.0-107.r1.el7-and-more   up        3
 n2     6.3.0     up           0
"""
    assert rows_of(only(text))[0] == ("n1", "128T-6.3.0-107.r1.el7-and-more", "up", "3")


def test_names_with_a_hyphen_at_the_end_of_a_line_go_on() -> None:
    text = """
========= ======= ========
 Node      State   Errors
========= ======= ========
 t106-     up           0
 dut1
 t106-     up           1
 dut2
"""
    assert [row["Node"] for row in only(text).rows] == ["t106-dut1", "t106-dut2"]


def test_a_list_in_a_column_gives_a_row_for_each_entry(device_text) -> None:
    table = only(device_text("show_assets_software_4.4")).filled("Router", "Node")
    listed = [(row["Router"], row["Node"], row["Available"]) for row in table.rows]
    assert listed == [
        ("burl-corp", "burl-corp-primary", "4.3.0-1.el7"),
        ("burl-corp", "burl-corp-primary", "4.3.1-1.el7"),
        ("burl-corp", "burl-corp-secondary", "4.3.0-1.el7"),
        ("tp-colo", "tp-colo-primary", ""),
    ]


def test_a_list_whose_entries_fill_the_column_is_not_joined() -> None:
    text = """
======== ======= =============
 Router   Node    Available
======== ======= =============
 R1       n1      4.3.0-1.el7
                  4.3.1-1.el7
"""
    assert [row["Available"] for row in only(text).rows] == ["4.3.0-1.el7", "4.3.1-1.el7"]


def test_a_node_is_not_filled_into_another_router() -> None:
    text = """
======== ====== =======
 Router   Node   State
======== ====== =======
 R1       n1     up
 R2              down
                 up
"""
    assert rows_of(only(text).filled("Router", "Node")) == [("R1", "n1", "up"), ("R2", "", "down"), ("R2", "", "up")]


def test_a_column_is_found_under_any_of_its_names_in_any_case() -> None:
    text = """
======= ===============
 NODE    128T version
======= ===============
 n1      6.2.5-5.r2.el7
"""
    table = only(text)
    assert table.cell(table.rows[0], "SSR Version", "128T Version") == "6.2.5-5.r2.el7"
    assert table.cell(table.rows[0], "Router") is None
    assert table.has("node")
    assert table.has("router", "node")
    assert not table.has("router")


def test_the_second_node_of_a_pair_is_a_row_of_its_own_even_if_every_cell_fills_its_column() -> None:
    text = """
====== ====== ============== ==================
 Name   Node   Version        Status
====== ====== ============== ==================
 R1     n1     6.3.0-1.r1.el  Synchronized
        n2     6.3.0-1.r1.el  Synchronized
"""
    assert [row["Node"] for row in only(text).rows] == ["n1", "n2"]


def test_wrapped_names_in_several_columns_are_one_row() -> None:
    text = """
========== ========== ========== ==========
 Router     Node       Status     Errors
========== ========== ========== ==========
 RTR_EAST   conducto   Synchron            0
 _CONDUCT   r-east-1   ized
 OR
            conducto   Synchron            0
            r-east-2   ized
"""
    assert rows_of(only(text).filled("Router")) == [
        ("RTR_EAST_CONDUCTOR", "conductor-east-1", "Synchronized", "0"),
        ("RTR_EAST_CONDUCTOR", "conductor-east-2", "Synchronized", "0"),
    ]


def test_a_pair_on_a_terminal_of_80_columns_keeps_its_nodes_and_their_versions() -> None:
    table = only(
        textwrap.dedent(
            """\
            ========== ========== ========== ========== ========== ========== ========== ========
             Router     Node       Asset Id   SSR Vers   Install    Status     Time in    Errors
                                              ion        Type                  Status
            ========== ========== ========== ========== ========== ========== ========== ========
             alpha      alpha-1    alpha-1-   6.3.0-10   Image      Synchron   3d 2h 20        0
                                   alpha.no   7.r1.el7              ized       m 0s
                                   valocal
                        alpha-2    alpha-2-   6.3.5-37   Image      Reinitia   3d 2h 20       12
                                   alpha.no   .r1.el7               lizing     m 0s
                                   valocal
             bravo      node0      59192496   6.3.0-10   Image      Synchron   21m 23s         0
                                   05171      7                     ized
                        node1      1625471-                         Key Acce   21m 23s         0
                                   7                                pted
            """
        )
    )
    rows = table.filled("Router").rows
    assert [(row["Router"], row["Node"], row["Asset Id"], row["SSR Version"], row["Status"]) for row in rows] == [
        ("alpha", "alpha-1", "alpha-1-alpha.novalocal", "6.3.0-107.r1.el7", "Synchronized"),
        ("alpha", "alpha-2", "alpha-2-alpha.novalocal", "6.3.5-37.r1.el7", "Reinitializing"),
        ("bravo", "node0", "5919249605171", "6.3.0-107", "Synchronized"),
        ("bravo", "node1", "1625471-7", "", "Key Accepted"),
    ]


def test_a_name_and_a_time_that_are_broken_on_a_narrow_terminal_are_one_row() -> None:
    table = only(
        textwrap.dedent(
            """\
            ==================== ==================== ================= ===================
             Name                 Date Modified        Compressed Size   Uncompressed Size
            ==================== ==================== ================= ===================
             hq_conductor-cond-   2026-11-23T18:48:2            1.8 kB             18.1 kB
             a-20261123T184216Z   3Z
             .gz
             before               2026-11-23T18:50:0           18.1 kB            118.1 kB
                                  1Z
            """
        )
    )
    rows = [(row["Name"], row["Date Modified"], row["Compressed Size"]) for row in table.rows]
    assert rows == [
        ("hq_conductor-cond-a-20261123T184216Z.gz", "2026-11-23T18:48:23Z", "1.8 kB"),
        ("before", "2026-11-23T18:50:01Z", "18.1 kB"),
    ]


def test_a_message_that_is_broken_between_words_is_joined_with_blanks() -> None:
    text = """
==== ========== =======================
 ID   Severity   Message
==== ========== =======================
 1    critical   node1.r1 has a
                 software version that
                 does not match its
                 peer.
 2    major      No connectivity
"""
    assert [row["Message"] for row in only(text).rows] == [
        "node1.r1 has a software version that does not match its peer.",
        "No connectivity",
    ]


def test_a_header_that_is_broken_is_joined() -> None:
    text = """
========= ==========
 Router    Time in
           Status
========= ==========
 R1        34m 44s
"""
    assert only(text).columns == ("Router", "Time in Status")


@pytest.mark.parametrize("sign", ["=", "-", "─", "━"])
def test_rules_may_be_made_of_other_signs(sign: str) -> None:
    text = "====== ======\n Node   State\n====== ======\n n1     up\n".replace("=", sign)
    assert rows_of(only(text)) == [("n1", "up")]


def test_one_rule_below_the_header_is_enough() -> None:
    text = "Node    State\n------- ---------\nn1      up\nn2      down\n\nCompleted in 1 seconds"
    table = only(text)
    assert table.columns == ("Node", "State")
    assert rows_of(table) == [("n1", "up"), ("n2", "down")]


def test_a_continuous_rule_takes_its_columns_from_the_header() -> None:
    text = "Node      State      Role\n---------------------------\nn1        up         combo\nn2        down\n"
    assert rows_of(only(text)) == [("n1", "up", "combo"), ("n2", "down", "")]


def test_a_frame_of_bars_is_read() -> None:
    text = (
        "+------+-------+\n| Node | State |\n+------+-------+\n| n1   | up    |\n|      | down  |\n+------+-------+\n"
    )
    assert rows_of(only(text)) == [("n1", "up"), ("", "down")]


def test_a_banner_is_no_table() -> None:
    assert read_tables("+-----------+\n|           |\n| Welcome   |\n+-----------+\n") == []


def test_a_closing_rule_and_rules_between_groups_are_no_rows() -> None:
    text = """
====== =======
 Node   State
====== =======
 n1     up
------ -------
 n2     down
====== =======
"""
    assert rows_of(only(text)) == [("n1", "up"), ("n2", "down")]


def test_two_tables_stay_apart() -> None:
    text = """
================= ==============
 Target            Message
================= ==============
 node1.t129-dut1   Disconnected

====== =======
 Node   State
====== =======
 n1     up
"""
    assert [table.columns for table in read_tables(text)] == [("Target", "Message"), ("Node", "State")]


def test_a_blank_line_between_groups_does_not_lose_the_rows_behind_it() -> None:
    text = """
======== ====== =======
 Router   Node   State
======== ====== =======
 R1       n1     up

 R2       n2     down

Completed in 0.1 seconds
"""
    assert [row["Node"] for row in only(text).rows] == ["n1", "n2"]


def test_a_title_above_a_table_is_kept() -> None:
    text = "Node: node1.aws Page 1\n====== =======\n Node   State\n====== =======\n n1     up\n"
    assert only(text).title == "Node: node1.aws Page 1"


def test_progress_lines_and_dates_are_no_titles(device_text) -> None:
    assert only(device_text("show_config_exports_5.1")).title is None


def test_a_value_that_is_too_wide_shifts_its_row_only() -> None:
    text = """
====== ========= =======
 Node   Version   State
====== ========= =======
 n1     6.3.0-107.r1.el7   up
 n2     6.3.0     up
"""
    assert rows_of(only(text)) == [("n1", "6.3.0-107.r1.el7", "up"), ("n2", "6.3.0", "up")]


@pytest.mark.parametrize("wide", [True, False])
def test_wide_characters_keep_their_columns_however_the_program_counts(wide: bool) -> None:
    pad = 3 if wide else 6
    text = f"======== =======\n Site     State\n======== =======\n 東京{' ' * pad}  up\n Rom      down\n"
    assert rows_of(only(text)) == [("東京", "up"), ("Rom", "down")]


@pytest.mark.parametrize(
    "text", ["", "=====", "====== ======", "====== ======\n\n n1  up", "text\n---", "--- a/x\n+++ b/x"]
)
def test_half_a_table_is_none_and_no_error(text: str) -> None:
    assert read_tables(text) == [] or rows_of(read_tables(text)[0]) == []


@given(st.text(alphabet="=-+| ab1\n:", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    read_tables(text)


# -- random tables, drawn and read back -------------------------------------------------------------------------------

SITES = ["berlin", "oslo", "combo-east", "conductor-west", "RTR_EAST", "dc.north", "lab_7", "x"]
NODES = st.builds("{}-{}".format, st.sampled_from(SITES), st.integers(1, 40))
BUILDS = st.builds("{}.{}.{}-{}.r{}.el7".format, *[st.integers(0, 9)] * 3, st.integers(1, 200), st.integers(1, 3))
VALUES = {
    "Node": NODES,
    "Asset Id": st.builds("{}.novalocal".format, NODES),
    "SSR Version": BUILDS,
    "Install Type": st.sampled_from(["Image", "Package"]),
    "Status": st.sampled_from(["Synchronized", "Disconnected", "Resynchronizing", "Key Accepted", "running"]),
    "Time in Status": st.builds("{}d {}h {}m".format, *[st.integers(0, 59)] * 3),
    "Errors": st.integers(0, 99).map(str),
    "Extra": st.sampled_from(["", "-", "some text", "日本"]),
}


@st.composite
def assets(draw) -> tuple[list[str], list[dict[str, str]]]:
    columns = draw(st.permutations(list(VALUES)).map(lambda names: names[: draw(st.integers(0, 7))]))
    columns = ["Router", *[name for name in columns if name not in ("Node", "Asset Id")], "Node", "Asset Id"]
    columns = columns if draw(st.booleans()) else ["Router", *draw(st.permutations(columns[1:]))]
    rows = []
    for router in draw(st.lists(st.sampled_from(SITES), min_size=1, max_size=4, unique=True)):
        for number in range(draw(st.integers(1, 2))):
            row = {name: draw(VALUES[name]) for name in columns[1:]}
            rows.append({"Router": "" if number else router, **row})
    return columns, rows


def width_of(text: str) -> int:
    return sum(2 if char > "\u2fff" else 1 for char in text)


def draw_table(columns, rows, limits, wrap, sign="=", rules=2, indent=1) -> str:
    def pieces(text: str, width: int) -> list[str]:
        if not text or width_of(text) <= width:
            return [text]
        if wrap == "words":
            return textwrap.wrap(text, width)
        return [text[start : start + width] for start in range(0, len(text), width)]

    widths = {
        name: min(limits.get(name, 999), max(width_of(text) for text in [name, *(row[name] for row in rows)]))
        for name in columns
    }
    rule = " ".join(sign * (widths[name] + 2 * indent) for name in columns)

    def lines(row: dict[str, str], numbers: bool) -> list[str]:
        cells = {name: pieces(row[name], widths[name]) for name in columns}
        drawn = []
        for number in range(max(len(parts) for parts in cells.values())):
            padded = []
            for name in columns:
                part = cells[name][number] if number < len(cells[name]) else ""
                fill = " " * (widths[name] - width_of(part))
                right = numbers and name == "Errors"
                padded.append(" " * indent + (fill + part if right else part + fill) + " " * indent)
            drawn.append(" ".join(padded).rstrip())
        return drawn

    body = [line for row in rows for line in lines(row, True)]
    head = lines({name: name for name in columns}, False)
    return "\n".join([*[rule] * (rules - 1), *head, rule, *body, "", "Completed in 0.1 seconds"])


@given(assets(), st.sampled_from("=-─"), st.integers(1, 2), st.integers(0, 1))
@settings(max_examples=300)
def test_any_table_that_fits_is_read_back(table, sign, rules, indent) -> None:
    columns, rows = table
    read = only(draw_table(columns, rows, {}, "none", sign, rules, indent))
    assert read.columns == tuple(columns)
    assert list(read.rows) == rows


@given(assets(), st.sampled_from(["letters", "words"]), st.data())
@settings(max_examples=300)
def test_any_table_that_is_wrapped_keeps_its_rows_and_its_names(table, wrap, data) -> None:
    columns, rows = table
    limits = {name: data.draw(st.integers(9, 16)) for name in ("SSR Version", "Asset Id") if name in columns}
    read = only(draw_table(columns, rows, limits, wrap))
    assert read.columns == tuple(columns)
    assert [row["Node"] for row in read.rows] == [row["Node"] for row in rows]
    assert list(read.rows) == rows


def test_thousands_of_routers_are_read_in_a_moment() -> None:
    rows = [
        {"Router": f"site-{number:04}", "Node": "n1", "SSR Version": "6.3.0-107.r1.el7", "Status": "Synchronized"}
        for number in range(5000)
    ]
    text = draw_table(list(rows[0]), rows, {}, "none")
    begin = time.process_time()
    assert list(only(text).rows) == rows
    assert time.process_time() - begin < 3


def test_a_lone_line_of_dots_is_no_row() -> None:
    text = "====== =======\n Node   State\n====== =======\n n1     up\n...\n"
    assert rows_of(only(text)) == [("n1", "up")]


def test_a_table_that_a_filter_left_without_rules_is_read_where_every_cell_keeps_to_its_column() -> None:
    head = " Name              Admin Status   Operational Status\n"
    assert rows_of(
        only(f"{head} node1:t1-carrier1 up             unknown\n node2:t1          up             down\n")
    ) == [
        ("node1:t1-carrier1", "up", "unknown"),
        ("node2:t1", "up", "down"),
    ]
    assert read_tables(f"{head} node1:t1       up         down\n") == []
    assert read_tables(head) == []


def test_a_row_that_keeps_to_no_column_has_dashes_for_what_is_blank() -> None:
    rule = "====== ======== ======="
    text = f"{rule}\nNode   Thread   Peak\n{rule}\nn1     a        10.0\nAverage - 15.00\n"
    assert rows_of(only(text)) == [("n1", "a", "10.0"), ("Average", "-", "15.00")]


def test_the_target_of_a_table_is_its_title_also_above_a_blank_line() -> None:
    text = "Target: node1.office\n\n====== =======\n Node   State\n====== =======\n n1     up\n"
    assert only(text).title == "Target: node1.office"


def test_an_event_between_rules_is_no_column() -> None:
    rule = "=" * 60
    assert read_tables(f"{rule}\n 2020-06-04T12:38:17Z root changed it on t128\n{rule}\nenable encryption\n") == []

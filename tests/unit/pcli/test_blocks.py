# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks of keys and values, and usage."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.blocks import Block, read_blocks, read_usage
from hypothesis import given
from hypothesis import strategies as st


def only(text: str) -> Block:
    blocks = read_blocks(text)
    assert len(blocks) == 1, blocks
    return blocks[0]


def test_the_remarks_of_an_author_are_no_part_of_a_value(device_text) -> None:
    block = only(device_text("show_assets_id_6.3"))
    assert block.title == "t163-dut4.novalocal"
    assert block.fields["Status"] == "Synchronized"
    assert block.get("service status") == "Running"
    assert block.get("Peer Conductor Connectivity") == "Connected"
    assert block.get("No Such Field", "time_in_status") == "1d 15h 55m 32s"


def test_sections_between_dashes_belong_to_the_block_above(device_text) -> None:
    block = only(device_text("show_assets_id_4.1_disconnected"))
    assert block.fields == {
        "Router": "my-router",
        "Node": "node1",
        "Current Version": "None",
        "Status": "disconnected",
    }
    assert block.section("software versions information") == ["Refresh In Progress:     False"]
    errors = only(device_text("show_assets_id_4.1_errors"))
    assert errors.section("Errors") == ["reverse-ssh_conductor1_login_unit: Unable to manage file: Message timed out"]
    assert errors.section("nothing") == []


def test_a_blank_line_does_not_end_a_block(device_text) -> None:
    assert only(device_text("show_assets_summary_4.4")).fields == {
        "total": "5",
        "pending": "2",
        "not-installed": "1",
        "installed": "2",
        "assets with errors": "2",
    }


def test_values_may_hold_colons_and_double_blanks(device_text) -> None:
    assert only(device_text("show_system_4.3")).fields["Uptime"] == "4 days  6:17:31"


def test_each_title_begins_a_block() -> None:
    text = """
=====
 n1
=====
 Status:   running

=====
 n2
=====
 Status:   offline

Completed in 0.2 seconds
"""
    assert [(block.title, block.fields) for block in read_blocks(text)] == [
        ("n1", {"Status": "running"}),
        ("n2", {"Status": "offline"}),
    ]


def test_a_title_may_have_one_rule_only() -> None:
    block = only("n1.r1\n-----\nStatus:  running\nVersion: 6.3.0\n")
    assert (block.title, block.fields) == ("n1.r1", {"Status": "running", "Version": "6.3.0"})


@pytest.mark.parametrize("sign", ["=", "-", "─"])
def test_blocks_of_one_kind_of_rule_stay_apart(sign: str) -> None:
    rule = sign * 8
    text = "".join(f"{rule}\n {node}\n{rule}\n Status:   running\n Role:     combo\n" for node in ("n1", "n2"))
    assert [(block.title, block.sections) for block in read_blocks(text)] == [("n1", {}), ("n2", {})]


def test_a_rule_that_closes_a_block_makes_no_title_of_its_last_field() -> None:
    block = only("=====\n n1\n=====\n Status:   running\n Role:     combo\n=====\n")
    assert (block.title, block.fields) == ("n1", {"Status": "running", "Role": "combo"})
    assert only("=====\n n1\n=====\n Status:   running\n=====\n").fields == {"Status": "running"}


def test_sections_need_no_blank_lines_around_them() -> None:
    block = only(
        "=====\n n1\n=====\n Status:   running\n ------\n Errors\n ------\n one: two\n three\n"
        " ----------------------\n Available for Download\n ----------------------\n 6.2.5-5.r2.el7\n"
    )
    assert block.fields == {"Status": "running"}
    assert block.sections == {"Errors": ["one: two", "three"], "Available for Download": ["6.2.5-5.r2.el7"]}


def test_a_list_below_a_key_is_its_value() -> None:
    block = only("Status:   running\nAvailable for Download:\n    6.2.5-5.r2.el7\n    6.3.0-107.r1.el7\nErrors:   0\n")
    assert block.fields["Available for Download"].split() == ["6.2.5-5.r2.el7", "6.3.0-107.r1.el7"]
    assert block.fields["Errors"] == "0"


def test_a_sentence_between_fields_ends_the_block() -> None:
    blocks = read_blocks("Node:    n1\nStatus:  up\nThis is a sentence.\nRole:    combo\nAlarms:  0\n")
    assert [block.fields for block in blocks] == [{"Node": "n1", "Status": "up"}, {"Role": "combo", "Alarms": "0"}]


def test_a_date_or_a_mark_ends_a_block() -> None:
    for line in ("✔ Retrieving...", "Mon 2024-09-09 18:14:18 UTC", "Completed in 0.1 seconds"):
        blocks = read_blocks(f"Node:    n1\nStatus:  up\n{line}\nRole:    combo\nAlarms:  0\n")
        assert [len(block.fields) for block in blocks] == [2, 2]


def test_a_key_that_comes_again_begins_another_block() -> None:
    blocks = read_blocks("Node:    n1\nStatus:  up\nNode:    n2\nStatus:  down\n")
    assert [block.fields for block in blocks] == [{"Node": "n1", "Status": "up"}, {"Node": "n2", "Status": "down"}]


def test_a_value_that_goes_on_in_the_next_line_is_joined() -> None:
    block = only("Status:   running\nReason:   the first part\n          and the second\nErrors:   0\n")
    assert block.fields == {"Status": "running", "Reason": "the first part and the second", "Errors": "0"}


def test_a_key_without_a_value_is_an_empty_field() -> None:
    assert only("Router:   R1\nNode:\nStatus:   pending\n").fields == {"Router": "R1", "Node": "", "Status": "pending"}


@pytest.mark.parametrize(
    "text",
    [
        "Error: Candidate configuration is invalid: Security not configured",
        "% Error: Failed to commit:\n1. something: wrong",
        "Successfully exported configuration: /etc/128technology/config-exports/a.gz",
        "The following versions can be chosen for this router: 6.3.5",
        "",
    ],
)
def test_sentences_with_a_colon_are_no_blocks(text: str) -> None:
    assert read_blocks(text) == []


def test_a_table_is_no_block_of_its_own_header() -> None:
    assert read_blocks("====== =======\n Node   State\n====== =======\n n1     up\n") == []


@given(st.text(alphabet="=-:a b\n<", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    read_blocks(text)
    read_usage("usage: " + text)


KEYS = st.sampled_from(
    ["Router", "Node", "Current Version", "Status", "Service Status", "Time in Status", "Alarm Count"]
)
VALUES = st.sampled_from(
    ["Running", "6.3.0-107.r1.el7", "1d 15h 55m 32s", "2024-10-08 15:02:59", "0", "r1", "4 days  6:17:31"]
)


@given(st.dictionaries(KEYS, VALUES, min_size=1), st.integers(0, 4), st.booleans(), st.sampled_from("=-"))
def test_any_block_is_read_back(fields: dict[str, str], indent: int, aligned: bool, sign: str) -> None:
    width = max(len(key) for key in fields) + 1 if aligned else 0
    lines = [f"{' ' * indent}{key + ':':<{width}} {value}" for key, value in fields.items()]
    text = "\n".join([sign * 20, " some-node", sign * 20, *lines, "", "Completed in 0.42 seconds"])
    assert only(text) == Block("some-node", fields, {})


# -- usage ------------------------------------------------------------------------------------------------------------


def test_usage_gives_every_argument_of_the_wrapped_lines(device_text) -> None:
    usage = read_usage(device_text("request_system_software_upgrade_usage_6.3"))
    assert usage is not None
    assert usage.command == "upgrade"
    assert usage.arguments == {
        "router",
        "resource-group",
        "simultaneous",
        "skip-package-transfer",
        "skip-pre-check",
        "skip-health-check",
        "cohort-id",
        "force",
        "node",
        "version",
    }
    assert usage.required == {"version"}
    assert usage.choices == (frozenset({"router", "resource-group"}),)


SELECTOR = "[{router <router> | resource-group <resource-group>}]"
NAMES = {"router", "resource-group"}
VALUES_ONLY = {"datastore", "export-name"}
# text, command, arguments, required
USAGES = [
    ("usage: revert [force] [node <node>]", "revert", {"force", "node"}, set()),
    (f"usage: assets {SELECTOR} [<id>]", "assets", {*NAMES, "id"}, set()),
    (f"usage: health-check {SELECTOR} [<target>]", "health-check", {*NAMES, "target"}, set()),
    ("usage: export config <datastore> <export-name>", "export config", VALUES_ONLY, VALUES_ONLY),
    ("usage: restart [force] router <router> node <node>", "restart", {"force", "router", "node"}, {"router", "node"}),
    ("usage: restart router <router>", "restart", {"router"}, {"router"}),
    ("Usage: request system upgrade [force] version <v>", "request system upgrade", {"force", "version"}, {"version"}),
    ("usage:\n  upgrade [force]\n  version <version>\n", "upgrade", {"force", "version"}, {"version"}),
    ("usage: show", "show", set(), set()),
]


@pytest.mark.parametrize(("text", "command", "arguments", "required"), USAGES)
def test_usage_of_other_commands_is_read(text: str, command: str, arguments: set[str], required: set[str]) -> None:
    usage = read_usage(text)
    assert usage is not None
    assert (usage.command, usage.arguments, usage.required) == (command, arguments, required)


def test_help_may_be_indented_and_names_what_the_line_leaves_out() -> None:
    text = """usage: upgrade [<options>] version <version>

  keyword arguments:
    no-revert      Disable the automatic reversion
                   if the upgrade fails.
    version        The targeted upgrade version.

  positional arguments:
    target         What to check

  see also:
    request        Something else
"""
    usage = read_usage(text)
    assert usage is not None
    assert usage.arguments == {"options", "version", "no-revert", "target"}


def test_usage_ends_where_another_line_begins() -> None:
    usage = read_usage("usage: upgrade [force]\nSomething else <value>\n")
    assert usage is not None
    assert (usage.arguments, usage.text) == ({"force"}, "usage: upgrade [force]")


def test_a_bracket_that_is_open_holds_the_usage_together() -> None:
    usage = read_usage("usage: upgrade [{router <router> |\nresource-group <resource-group>}] version <version>\n")
    assert usage is not None
    assert usage.arguments == {"router", "resource-group", "version"}


def test_help_that_ends_with_the_frame_or_an_error_is_cut_there() -> None:
    for line in ("Completed in 0.1 seconds", "% Error: missing argument"):
        usage = read_usage(f"usage: upgrade version <version>\nkeyword arguments:\nversion   What to install\n{line}\n")
        assert usage is not None
        assert usage.text.endswith("What to install")


@pytest.mark.parametrize("text", ["", "CPU usage: 5 %", "Completed in 1 seconds"])
def test_text_without_usage_has_none(text: str) -> None:
    assert read_usage(text) is None


# -- what stands in a block -------------------------------------------------------------------------------------------

VOLUMES = """
=====
 Node: n1.r1
=====
 Version:               6.3.0
 Package:               128T-6.3.0-60.r1.el7
 Volume ID:             b
 Idle Volume:{value}
 {indent}Version:               5.4.11
 {indent}Package:               128T-5.4.11-4.el7
 {indent}Volume ID:             a

Completed in 5.53 seconds
"""


@pytest.mark.parametrize("indent", ["  ", "", "        "])
def test_a_section_that_stands_further_in_or_repeats_keys_is_none_of_the_outer_fields(indent: str) -> None:
    block = only(VOLUMES.format(indent=indent, value=""))
    assert block.fields == {"Version": "6.3.0", "Package": "128T-6.3.0-60.r1.el7", "Volume ID": "b"}
    idle = block.within("idle_volume")
    assert idle is not None
    assert idle.fields == {"Version": "5.4.11", "Package": "128T-5.4.11-4.el7", "Volume ID": "a"}
    assert block.within("Other Volume") is None


def test_a_section_may_have_a_value_of_its_own() -> None:
    block = only(VOLUMES.format(indent="  ", value=" a"))
    assert (block.get("Version"), block.get("Idle Volume")) == ("6.3.0", "a")
    assert block.within("Idle Volume").get("Version") == "5.4.11"


def test_a_section_that_comes_again_is_another_one() -> None:
    block = only("=====\n r1\n=====\n Route:\n   Prefix:   a\n   Prefix:   b\n Route:\n   Prefix:   c\n Cost:   1\n")
    assert [inner.fields for inner in block.nested.values()] == [{"Prefix": "a"}, {"Prefix": "b"}, {"Prefix": "c"}]
    assert block.fields == {"Cost": "1"}


def test_records_without_titles_whose_last_field_is_empty_stay_apart() -> None:
    blocks = read_blocks("Node:    n1\nErrors:\nNode:    n2\nErrors:\n")
    assert [block.fields for block in blocks] == [{"Node": "n1", "Errors": ""}, {"Node": "n2", "Errors": ""}]


def test_the_arrows_of_an_author_are_no_part_of_a_field() -> None:
    block = only("=====\n n1\n=====\n ---> Volume ID:             b  <---\n Status:   r1   <==== here\n")
    assert block.fields == {"Volume ID": "b", "Status": "r1"}


def test_a_value_may_follow_its_colon_at_once_where_fields_stand_in_a_row() -> None:
    block = only("=====\n n1\n=====\n Type:   host\n Destination Address:172.16.2.201\n Last:2022-02-14 15:42:34\n")
    assert block.fields == {"Type": "host", "Destination Address": "172.16.2.201", "Last": "2022-02-14 15:42:34"}
    assert read_blocks("Successfully exported:/etc/x.gz\nNode1:10 is up\n") == []


def test_questions_and_logs_are_no_block() -> None:
    assert read_blocks("Enter your current password:\nEnter a new password:\nConfirm:\n") == []
    assert read_blocks('002 "tunnel-1": terminating\n133 "tunnel-1" #8262: initiate\n') == []


def test_a_text_in_a_list_that_goes_on_further_in_or_below_a_full_line_is_one_entry() -> None:
    head = "=====\n n1\n=====\n Status:   running\n ------\n Errors\n ------\n"
    entries = ["unit_1: Unable to manage file: Message timed out"]
    assert only(f"{head} unit_1: Unable to manage\n   file: Message\n   timed out\n").section("Errors") == entries
    long = "unit_1: Unable to manage the file of the unit in the place where it belongs"
    assert only(f"{head} {long}\n since the\n unit_2: other\n").section("Errors") == [
        f"{long} since the",
        "unit_2: other",
    ]


def test_a_lone_line_of_dots_is_no_value_and_no_entry() -> None:
    block = only("=====\n n1\n=====\n Status:   running\n ------\n Errors\n ------\n one\n...\n")
    assert block.section("Errors") == ["one"]

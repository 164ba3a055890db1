# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that users write: what is refused before anything is asked, and what an answer is worth."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks import custom as own
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.custom import (
    BadCheck,
    data_of,
    parse_custom,
    same,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import query
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.device_texts import device_text

ASSETS = device_text("show_assets_6.3_package")
INTERFACES = """
Mon 2026-03-09 18:15:20 UTC
✔ Retrieving interfaces...

======== ======= ================== ========
 Router   Name    IP Address         Status
======== ======= ================== ========
 R1       wan     198.51.100.7/24    up
          lan     10.1.2.3/16        up
          lte     --                 down

Completed in 0.04 seconds
"""


def raw(**fields) -> dict:
    return {"name": "probe", "command": "show assets", "query": "text", "expect": "x", **fields}


def check(**fields) -> own.CustomCheck:
    (custom_check,) = parse_custom([raw(**fields)])
    return custom_check


def run(text: str, **fields):
    """The finding of a check whose command prints `text`."""
    return check(**fields).run(lambda command: read(text), "R1", "node1")


def refusal(**fields) -> str:
    with pytest.raises(BadCheck) as caught:
        parse_custom([raw(**fields)])
    return str(caught.value)


# -- what is never sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "show fib",
        "show fi",
        "show f",
        "show FIB",
        "show  fib",
        "show fib router {router} node {node}",
        "show fib router {router} rows 10",
        "show network fib",
    ],
)
def test_the_command_that_crashes_both_nodes_is_never_sent(command: str) -> None:
    words = refusal(command=command)
    assert "'probe'" in words and "field command" in words and "I95-65557" in words


@pytest.mark.parametrize(
    "command",
    [
        "show device-interface router {router} node {node} name wan registers",
        "show device-interface registers",
        "show device-interface reg",
        "show device-interface RE",
        "show dev router {router} regis",
        "show d r",
        "show platform registers",
        "show platform register-dump",
        "show platform dump-registers",
    ],
)
def test_a_dump_of_registers_is_never_sent(command: str) -> None:
    assert "I95-63295" in refusal(command=command)


@pytest.mark.parametrize(
    "command",
    [
        "show fib | head",
        "show assets | grep fib",
        "show assets|head",
        "show assets; show fib",
        "show assets\nshow fib",
        "show assets\nshow alarms",
    ]
    + ["show\tfib", "show\u00a0fib", 'show "fib"', "show `fib`", "show fib?", "!show", "show $x", "show \\fib"],
)
def test_nothing_leads_around_the_list(command: str) -> None:
    assert "field command" in refusal(command=command)


@pytest.mark.parametrize(
    "command",
    [
        "request system software revert",
        "repeat show fib",
        "shell ls",
        "sh assets",
        "Show assets",
        "show",
        "time show assets",
        "{router} show assets",
    ],
)
def test_only_commands_that_show_something_are_taken(command: str) -> None:
    assert "field command" in refusal(command=command)


@pytest.mark.parametrize(
    "command",
    [
        "show assets",
        "show alarms router {router}",
        "show device-interface router {router} node {node} name wan",
        "show resource-groups",
        "show registrations",
        "show device-interface resource-group north force",
        "show bgp summary router {router}",
        "show flows router {router}",
    ],
)
def test_ordinary_commands_are_taken_as_they_are(command: str) -> None:
    assert check(command=command).command == command


pieces = st.sampled_from(
    ["fib", "f", "assets", "router", "{router}", "node", "{node}", "|", ";", "\n", "\t", " ", "registers"]
)


@given(st.lists(pieces | st.text(max_size=2), max_size=6), st.sampled_from([" ", ""]))
def test_whatever_is_written_one_line_without_signs_is_sent(parts: list[str], glue: str) -> None:
    try:
        custom_check = check(command=f"show {glue.join(parts)}")
    except BadCheck:
        return
    sent = custom_check.command_for("R1", "node1")
    assert sent.startswith("show ") and sent.isprintable() and not set("|;&<>?!`'\"\\$\n\r\t{}") & set(sent)
    assert sent.split()[1].lower() not in ("f", "fi", "fib") and "registers" not in sent


# -- placeholders ---------------------------------------------------------------------------------------------------


def test_names_are_filled_in() -> None:
    custom_check = check(command="show system processes router {router} node {node}")
    assert custom_check.command_for("R1", "node1") == "show system processes router R1 node node1"


@pytest.mark.parametrize(
    ("command", "per"),
    [
        ("show assets", "conductor"),
        ("show alarms router {router}", "router"),
        ("show system router {router} node {node}", "node"),
        ("show system node {node} router {router}", "node"),
    ],
)
def test_the_placeholders_say_for_what_a_check_is_asked(command: str, per: str) -> None:
    assert check(command=command).per == per


@pytest.mark.parametrize(
    ("command", "position"),
    [
        ("show {router}", 6),
        ("show assets {router}", 13),
        ("show alarms router {node}", 20),
        ("show alarms router {rooter}", 20),
        ("show alarms router R-{router}", 20),
        ("show alarms router {}", 20),
        ("show alarms router {router", 20),
    ],
)
def test_a_placeholder_stands_only_where_a_name_is_a_name(command: str, position: int) -> None:
    assert f"field command, character {position}:" in refusal(command=command)


def test_a_node_without_its_router_is_refused() -> None:
    assert "router {router}" in refusal(command="show assets node {node}")


@pytest.mark.parametrize("router", ["R1 | head", "R1\nrequest", "", None, 7, "-x"])
def test_a_name_that_would_be_another_command_is_not_sent(router) -> None:
    asked = []
    finding = check(command="show alarms router {router}").run(asked.append, router, "node1")
    assert (finding.state, asked) == ("fail", [])
    assert "could not be sent" in finding.reason


# -- what is said at the start --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ("tables[", 8, "something is missing"),
        ("tables[0] Status", 11, "'Status' is not expected"),
        ("text == 'x", 9, "unclosed"),
        ("tables | | text", 10, "not expected"),
        ("sum_up(tables)", 1, "no function 'sum_up'.*in_networks"),
        ("text && length(text, lines)", 9, r"length\(\) takes 1 argument\(s\), not 2"),
        ("not_null()", 1, "at least 1"),
        ("lines[?in_networks(@, '10')]", 8, "'10' is not a network"),
        ("lines[?in_networks(@, ['10.0.0.0/8', '10.0.0.0/33'])]", 8, "'10.0.0.0/33' is not a network"),
        ("lines[?in_networks(@, `[8]`)]", 8, "8 is not a network"),
    ],
)
def test_a_broken_query_is_reported_with_its_position(query: str, position: int, words: str) -> None:
    with pytest.raises(BadCheck, match=words) as caught:
        parse_custom([raw(name="first"), raw(name="second", query=query)])
    assert str(caught.value).startswith(f"Custom check 2 ('second'), field query, character {position}: ")


def test_a_broken_condition_is_reported_with_its_position() -> None:
    assert "field expect.condition, character 5:" in refusal(expect={"condition": "@ =="})


def test_a_query_that_is_nested_without_end_is_refused() -> None:
    assert "nested too deeply" in refusal(query="(" * 20_000)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": None}, "field name: it is missing"),
        ({"name": "two words"}, "field name"),
        ({"name": "rights"}, "has a check 'rights' itself"),
        ({"name": 7}, "field name: it must be text, but is 7"),
        ({"command": " "}, "field command: it is empty"),
        ({"command": None}, "field command: it is missing"),
        ({"query": 3}, "field query: it must be text"),
        ({"query": ""}, "field query: it is empty"),
        ({"severity": "fatal"}, "it can be block or warn"),
        ({"expect": None}, "field expect: it is missing"),
        ({"expect": {}}, "either 'value' or 'condition'"),
        ({"expect": {"value": 1, "condition": "@"}}, "either 'value' or 'condition'"),
        ({"expect": {"conditoin": "@"}}, "either 'value' or 'condition'"),
        ({"expect": {"condition": True}}, "field expect.condition"),
        ({"expct": 1}, "field expct: there is no such field. Known are: name, command"),
    ],
)
def test_a_field_that_is_wrong_is_named(fields: dict, words: str) -> None:
    assert words in refusal(**fields)


@pytest.mark.parametrize("text", ["length(@) == `0`", "@", "a != b", "contains(x, 'y')", "Status == 'up'"])
def test_a_text_that_may_be_a_condition_must_say_what_it_is(text: str) -> None:
    assert "{condition: ...}" in refusal(expect=text)
    assert check(expect={"value": text}).expect.value == text


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ("show assets", "list of mappings"),
        ({"name": "x"}, "list of mappings"),
        (["show assets"], "Custom check 1 is 'show assets'"),
        ([raw(), raw()], "another one has this name"),
    ],
)
def test_a_list_that_is_none_is_refused(checks, words: str) -> None:
    with pytest.raises(BadCheck, match=words):
        parse_custom(checks)


def test_no_checks_are_no_checks() -> None:
    assert parse_custom([]) == []


def test_what_may_be_left_out_has_a_careful_default() -> None:
    (custom_check,) = parse_custom([{"name": "x", "command": "show assets", "expect": "y"}])
    assert (custom_check.severity, custom_check.query) == ("block", "@")
    assert check(severity="warn").severity == "warn"


def test_missing_libraries_are_named_with_the_way_to_get_them(monkeypatch) -> None:
    monkeypatch.setattr(query, "netaddr", None)
    assert "pip install netaddr" in refusal(query="is_address(text)")
    assert check(query="text").query == "text"
    monkeypatch.setattr(own, "jmespath", None)
    assert "pip install jmespath" in refusal()
    assert parse_custom([]) == []


# -- what an answer is worth ----------------------------------------------------------------------------------------


def test_the_data_of_a_table() -> None:
    (rows,) = data_of(read(ASSETS))["tables"]
    assert [row["Router"] for row in rows] == ["RTR_EAST_COMBO"] * 2 + ["RTR_EAST_CONDUCTOR"] * 2
    assert (rows[0]["Install Type"], rows[0]["Errors"]) == ("Package", "0")


def test_the_data_of_what_stands_in_a_block_is_a_block_under_its_name() -> None:
    text = "=====\n n1\n=====\n Version:   6.3.0\n Idle Volume:\n   Version:   5.4.11\n\nCompleted in 1 seconds"
    (block,) = data_of(read(text))["blocks"]
    assert (block["Version"], block["Idle Volume"]["Version"]) == ("6.3.0", "5.4.11")


def test_the_data_of_a_block() -> None:
    data = data_of(read(device_text("show_assets_id_4.1_errors")))
    assert data["tables"] == [] and data["blocks"][0]["Status"] == "running"
    assert data["blocks"][0]["sections"]["Errors"]
    assert data["lines"] and "" not in data["lines"]


@pytest.mark.parametrize(
    ("query", "expect", "state"),
    [
        ("tables[0][].Status | [0]", "Synchronized", "pass"),
        ("tables[0][].Status | [0]", "Running", "fail"),
        ("tables[0][?Status != 'Synchronized'].Node", [], "pass"),
        ("tables[0][?Status == 'Synchronized'].Node", [], "fail"),
        ("length(tables[0])", 4, "pass"),
        ("length(tables[0])", 5, "fail"),
        ("tables[0][0].Errors", 0, "pass"),
        ("tables[0][0].Errors", 1, "fail"),
        ("tables[0][].Errors", [0, "0", 0, 0], "pass"),
        ("tables[0][0].{e: Errors}", {"value": {"e": 0}}, "pass"),
        ("tables[7]", {"value": None}, "pass"),
        ("tables[7]", [], "fail"),
        ("contains(text, 'Retrieving')", True, "pass"),
        ("contains(text, 'Retrieving')", "True", "fail"),
        ("tables[0]", {"condition": "length(@) == `4`"}, "pass"),
        ("tables[0]", {"condition": "length(@) > `4`"}, "fail"),
        ("tables[0][?Errors != '0']", {"condition": "!@"}, "pass"),
        ("tables[0]", {"condition": "@"}, "pass"),
        ("tables[7]", {"condition": "@"}, "fail"),
        ("tables[0][].to_number(Errors) | max(@)", {"condition": "@ < `1`"}, "pass"),
    ],
)
def test_the_result_is_compared_with_what_is_expected(query: str, expect, state: str) -> None:
    assert run(ASSETS, query=query, expect=expect).state == state


def test_a_failure_says_what_was_found_and_what_was_expected() -> None:
    finding = run(ASSETS, query="tables[0][0].Node", expect="combo-west-1")
    assert "'show assets'" in finding.reason and '"combo-east-1"' in finding.reason and "combo-west-1" in finding.reason
    assert json.loads(finding.evidence) == "combo-east-1"
    assert "length(@)" in run(ASSETS, query="tables[0]", expect={"condition": "length(@) == `1`"}).reason


def test_the_evidence_of_a_long_answer_is_short() -> None:
    finding = run(ASSETS * 50, query="text", expect="x")
    assert len(finding.reason) < 400 and len(finding.evidence) < 1000


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("length(tables[7])", 0),
        ("tables[0][?Errors > `0`]", []),
        ("sum(tables[0][].Errors)", 0),
        ("tables[0]", {"condition": "length(@)"}),
        ("tables[0]", {"condition": "sum(@) == `0`"}),
        ("lines[?in_networks(@, '10.0.0.0/8')]", []),
    ],
)
def test_a_query_that_does_not_fit_the_answer_fails_in_words(query: str, expect) -> None:
    finding = run(ASSETS, query=query, expect=expect)
    assert finding.state == "fail" and "could not be determined" in finding.reason
    assert "\n" not in finding.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("% Error: no such router", "no such router"),
        ("Command 'alarms' not found (use '?' for help)", "not found"),
        ("", "printed nothing"),
        ("\n\n", "printed nothing"),
        (device_text("request_system_software_upgrade_usage_6.3"), "usage"),
        (device_text("show_mist_6.x_disconnected"), "node1.t129-dut1: Disconnected"),
    ],
)
@pytest.mark.parametrize("command", ["show assets", "show alarms router {router}"])
def test_no_answer_never_passes_for_a_good_one(text: str, words: str, command: str) -> None:
    finding = run(text, command=command, query="tables[][?Status == 'down'][]", expect=[])
    assert finding.state == "fail" and words in finding.reason


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("✔ Retrieving links 1/1 targets complete...\n\nsomething new\n\nCompleted in 0.1 seconds", "fail"),
        ("Name:   wan\nState:  down\n", "fail"),
        ("No links to display", "pass"),
        ("====== =======\n Link   State\n====== =======\n wan    up\n", "pass"),
    ],
)
def test_a_query_over_tables_is_not_made_of_an_answer_without_any(text: str, state: str) -> None:
    """Over no rows there is nothing bad: the answer would pass."""
    finding = run(text, query="tables[][?State == 'down'][]", expect=[])
    assert finding.state == state
    assert state == "pass" or "no tables that can be read" in finding.reason


PARTIAL = """⚠ Retrieving links 1/2 targets complete...

================= ==============
 Target            Message
================= ==============
 node1.R2          Disconnected

================ ========
 Link             State
================ ========
 wan              down

0 targets failed, 1 target is disconnected, and 1 succeeded.
"""


def test_of_many_those_that_answer_count_and_the_others_do_not_take_their_place() -> None:
    fields = {"query": "tables[0][?State == 'down'].Link", "expect": ["wan"]}
    assert run(PARTIAL, command="show links", **fields).state == "pass"
    assert data_of(read(PARTIAL))["disconnected"] == [{"target": "node1.R2", "message": "Disconnected"}]


def test_of_a_router_every_node_must_answer() -> None:
    finding = run(PARTIAL, command="show links router {router}", query="tables[0][].Link", expect=["wan"])
    assert finding.state == "fail" and "node1.R2: Disconnected" in finding.reason


def test_what_asking_raises_goes_to_who_runs_the_checks() -> None:
    def ask(command: str):
        raise DeviceError(command, "no")

    with pytest.raises(DeviceError):
        check().run(ask, "R1", "node1")


@pytest.mark.parametrize(
    ("cell", "wanted", "equal"),
    [
        ("0", 0, True),
        (" 1.5 ", 1.5, True),
        (3, "3", True),
        ("1", True, False),
        (1, True, False),
        (True, True, True),
        (None, "None", False),
        ("None", None, False),
        (None, None, True),
        ([["1"], "a"], [[1], "a"], True),
        (["1"], ["1", "2"], False),
        ({"a": "1"}, {"a": 1}, True),
        ({"a": "1"}, {"b": 1}, False),
        ("a", "A", False),
    ],
)
def test_a_number_in_yaml_is_the_same_as_its_text_in_a_cell(cell, wanted, equal: bool) -> None:
    assert same(cell, wanted) is equal


# -- addresses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("""tables[0][?is_address("IP Address")].Name""", ["wan", "lan"]),
        ("""tables[0][?is_address("IP Address") && in_networks("IP Address", '10.0.0.0/8')].Name""", ["lan"]),
        (
            """tables[0][?is_address("IP Address") && !in_networks("IP Address", ['10.0.0.0/8', '::/0'])].Name""",
            ["wan"],
        ),
        ("in_networks('2001:db8::1', ['10.0.0.0/8', '2001:db8::/32'])", True),
        ("in_networks('10.255.255.255', `[\"10.0.0.0/8\"]`)", True),
        ("in_networks('11.0.0.0', '10.0.0.0/8')", False),
        ("in_networks('10.1.2.3', '10.1.2.3')", True),
        ("in_networks('10.1.2.3', `[]`)", False),
        ("is_address('10')", False),
        ("is_address('10.1.2')", False),
        ("is_address('10.1.2.256')", False),
        ("is_address(`10`)", False),
        ("is_address(tables[9])", False),
        ("is_address('2001:db8::1/64')", True),
    ],
)
def test_addresses_are_told_apart_by_their_networks(query: str, expect) -> None:
    finding = run(INTERFACES, query=query, expect=expect)
    assert finding.state == "pass", finding.reason


@pytest.mark.parametrize("query", ["in_networks('--', '10.0.0.0/8')", "in_networks('10.0.0.1', tables[0][].Name)"])
def test_what_is_no_address_is_neither_inside_nor_outside(query: str) -> None:
    finding = run(INTERFACES, query=query, expect=False)
    assert finding.state == "fail" and "could not be determined" in finding.reason and "is no" in finding.reason

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which command does what, per release; and where a session is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import (
    ARGUMENTS,
    GRAMMAR,
    Conductor,
    NotOffered,
    Request,
    build,
    grammar_for,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    AskedInstead,
    DeviceError,
    PcliError,
    WrongNode,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import Prompt, find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.fakes import ScriptedSession

HERE = ("Conductor", "node1")
FIXTURES = Path(__file__).parent / "pcli" / "fixtures"
UPGRADE, DOWNLOAD, REVERT = (f"request system software {what}" for what in ("upgrade", "download", "revert"))
OPERATIONS = ("upgrade", "download", "downgrade", "revert", "health-check", "remove", "installer")


def fixture(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_text(encoding="utf-8").split("\n", 1)[1]


# CLI-7.2, with the arguments that the 6.3.0 help did not have.
USAGE_7_2 = """\
usage: upgrade [{router <router> | resource-group <resource-group>}] [simultaneous] [skip-package-transfer]
               [skip-pre-health-check] [skip-post-health-check] [no-revert] [cohort-id <cohort-id>] [force]
               [node <node>] version <version>
"""
USAGE_DOWNLOAD_7_2 = """\
usage: download [{router <router> | resource-group <resource-group>}] [cohort-id <cohort-id>] [sequenced] [force]
                [node <node>] version <version>
"""
USAGE_6_0 = "usage: upgrade version <version>\nkeyword arguments:\nversion    The targeted upgrade version.\n"


def version_table(version: str, package: str, router: str = "Conductor", node: str = "node1") -> str:
    return f"""\
Fri 2024-03-01 16:23:37 UTC
✔ Retrieving system version 1/1 targets complete...

=========== =========== ========= ======== ====================== ================================
 Router      Node        Version   Status   Build Date             Package
=========== =========== ========= ======== ====================== ================================
 {router:<11} {node:<11} {version:<9} r1       2023-12-11T16:51:25Z   {package}

Completed in 0.05 seconds
"""


def assets_table(*rows: tuple[str, str]) -> str:
    rule = " ".join("=" * width for width in (16, 14, 22, 18, 14, 14))
    head = f" {'Router':<16} {'Node':<14} {'Asset Id':<22} {'SSR Version':<18} {'Install Type':<14} Status"
    lines = [
        f" {router:<16} {node:<14} {node + '.local':<22} 6.3.0-107.r1.el7   Image          Synchronized"
        for router, node in rows
    ]
    return "\n".join(["✔ Retrieving assets...", "", rule, head, rule, *lines, "", "Completed in 0.04 seconds"])


SYSTEM = """\
Mon 2027-02-22 15:11:06 UTC

===============================
 node1.Conductor
===============================
 Status:       running
 Version:      6.3.0
 Uptime:       4 days  6:17:31
 Role:         conductor
 Alarm Count:  0

Completed in 0.22 seconds
"""


def conductor(
    release: str = "6.3.0", script: dict | None = None, prompt="admin@node1.Conductor#", **expected
) -> Conductor:
    package = {"6.3.0": "SSR-6.3.0-107.r1.el7", "6.2.5": "128T-6.2.5-5.r2.el7", "7.2.3": "SSR-7.2.3-8.r2.el9"}
    answers = {
        "show system version": version_table(release, package.get(release, f"SSR-{release}-1.r1.el7")),
        "show system": SYSTEM,
        "show assets": assets_table(("Conductor", "node1"), ("Conductor", "node2")),
    }
    return Conductor(ScriptedSession(answers | (script or {}), prompt), **expected)


def line(request: Request, release: str = "6.3.0", here=HERE) -> str:
    return build(request, grammar_for(request.operation, parse(release)), here)


# -- the command line ---------------------------------------------------------------------------------------------

EVERYTHING = {
    "router": "branch-1",
    "node": "east",
    "version": "6.3.5-37.r1.el7",
    "simultaneous": True,
    "skip_package_transfer": True,
    "skip_pre_check": True,
    "skip_health_check": True,
    "cohort_id": "night-7",
}

# fmt: off
LINES = [
    ("upgrade", "6.3.0", EVERYTHING,
     f"{UPGRADE} router branch-1 simultaneous skip-package-transfer skip-pre-check skip-health-check cohort-id night-7 "
     "force node east version 6.3.5-37.r1.el7"),
    ("downgrade", "6.3.3", EVERYTHING,
     "request system software downgrade router branch-1 simultaneous skip-package-transfer skip-pre-check "
     "skip-health-check cohort-id night-7 force node east version 6.3.5-37.r1.el7"),
    ("upgrade", "6.3.0", {"resource_group": "wave-1", "version": "6.3.5"},
     f"{UPGRADE} resource-group wave-1 force version 6.3.5"),
    ("upgrade", "6.3.0", {"router": "branch-1", "version": "6.3.5", "force": False},
     f"{UPGRADE} router branch-1 version 6.3.5"),
    ("download", "6.3.0", {"router": "branch-1", "node": "east", "version": "6.3.5", "cohort_id": "x"},
     f"{DOWNLOAD} router branch-1 cohort-id x force node east version 6.3.5"),
    ("revert", "6.3.0", {"router": "branch-1", "node": "east"}, f"{REVERT} router branch-1 force node east"),
    ("revert", "7.2.3", {"router": "branch-1", "simultaneous": True, "cohort_id": "x"},
     f"{REVERT} router branch-1 simultaneous cohort-id x force"),
    ("health-check", "6.3.0", {"router": "Conductor", "node": "node2"},
     "request system software health-check router Conductor force node node2"),
    ("health-check", "6.3.0", {"router": "Conductor", "target": "steady-state"},
     "request system software health-check router Conductor force steady-state"),
    ("remove", "6.3.0", {"router": "branch-1", "node": "east", "version": "6.3.5"},
     "delete system software router branch-1 force node east version 6.3.5"),
    ("installer", "6.3.0", {"router": "Conductor", "node": "node1"},
     f"{UPGRADE} installation-service router Conductor force node node1"),
    ("installer", "6.3.0", {"router": "Conductor", "version": "3.1.0"},
     f"{UPGRADE} installation-service router Conductor force version 3.1.0"),
    # Before 6.3 a command means the node of its own session and takes a version only.
    ("upgrade", "6.2.5", {"version": "6.3.0"}, f"{UPGRADE} version 6.3.0"),
    ("upgrade", "6.0.0", {"router": "Conductor", "node": "node1", "version": "6.3.0"}, f"{UPGRADE} version 6.3.0"),
    ("download", "6.2.5", {"router": "Conductor", "node": "node1", "version": "6.3.0"}, f"{DOWNLOAD} version 6.3.0"),
    ("remove", "6.2.5", {"version": "6.3.0"}, "delete system software version 6.3.0"),
]
# fmt: on


@pytest.mark.parametrize(("operation", "release", "arguments", "words"), LINES)
def test_a_request_is_spelled_as_the_release_wants_it(operation, release, arguments, words) -> None:
    assert line(Request(operation, **arguments), release) == words


@pytest.mark.parametrize(
    ("operation", "first"),
    [("upgrade", "6.0.0"), ("download", "6.0.0"), ("downgrade", "6.3.3"), ("revert", "6.3.0"),
     ("health-check", "6.3.0"), ("remove", "6.0.0"), ("installer", "6.3.0")],
)  # fmt: skip
def test_a_command_exists_from_its_first_release_on_and_not_before(operation, first) -> None:
    assert grammar_for(operation, parse(first)).operation == operation
    assert grammar_for(operation, parse("9.0.0")).operation == operation
    major, minor, patch = (int(part) for part in first.split("."))
    below = parse(
        f"{major}.{minor}.{patch - 1}" if patch else f"{major}.{minor - 1}.9" if minor else f"{major - 1}.9.9"
    )
    with pytest.raises(NotOffered, match=re.escape(f"exists from release {first} on")):
        grammar_for(operation, below)


def test_every_operation_has_a_row_and_a_row_is_a_lifecycle_command() -> None:
    assert {row.operation for row in GRAMMAR} == set(OPERATIONS)
    assert all(row.command.startswith(("request system software ", "delete system software")) for row in GRAMMAR)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_from_6_3_on_no_lifecycle_command_is_built_without_a_router_or_a_resource_group(operation) -> None:
    """Rule 1: a request without one means the conductor itself."""
    for arguments in ({}, {"node": "node1"}):
        with pytest.raises(NotOffered, match="Name the router"):
            line(Request(operation, version="6.3.5", **arguments), "6.3.5")


@pytest.mark.parametrize("operation", ["upgrade", "download", "remove"])
@pytest.mark.parametrize(
    "where",
    [{"router": "Conductor", "node": "node2"}, {"node": "node2"}, {"router": "branch-1"}, {"resource_group": "all"}],
)
def test_below_6_3_another_node_cannot_be_reached_from_here(operation, where) -> None:
    """Rule 11: the local form is used on each node's own session."""
    with pytest.raises(NotOffered, match="session of its own"):
        line(Request(operation, version="6.3.0", **where), "6.2.5")


@pytest.mark.parametrize(
    "argument", ["simultaneous", "skip_package_transfer", "skip_pre_check", "skip_health_check", "no_revert"]
)
def test_below_6_3_an_argument_that_cannot_be_given_is_refused_and_not_dropped(argument) -> None:
    with pytest.raises(NotOffered, match=argument):
        line(Request("upgrade", version="6.3.0", **{argument: True}), "6.2.5")


@pytest.mark.parametrize(
    ("operation", "argument"),
    [("revert", {"version": "6.3.0"}), ("health-check", {"simultaneous": True}), ("download", {"skip_pre_check": True}),
     ("revert", {"no_revert": True}), ("upgrade", {"sequenced": True}), ("upgrade", {"no_revert": True})],
)  # fmt: skip
def test_an_argument_that_the_command_does_not_have_is_refused_with_what_it_offers(operation, argument) -> None:
    with pytest.raises(NotOffered, match=r"It offers: .*router"):
        line(Request(operation, router="branch-1", **argument))


HOSTILE = ["a b", "a|shell", "a\nquit", "a\r", "a\tb", "a;b", "a?", "!!", "a`b`", "a'b", 'a"b', "$x", "\x1b[A",
           "\x9b2J", "-x", "a>b", "a&b", "a\u2028b", "a\x00"]  # fmt: skip


@pytest.mark.parametrize("field", ["router", "node", "version", "cohort_id", "resource_group", "target"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_would_break_out_of_the_line_is_refused(field, name) -> None:
    arguments = {"router": "branch-1", "version": "6.3.5"} | {field: name}
    operation = "health-check" if field == "target" else "upgrade"
    if field == "target":
        arguments.pop("version")
    with pytest.raises((NameRefused, NotOffered)):
        line(Request(operation, **arguments))


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_the_names_are_a_line_has_each_of_them_as_one_word(router, node, version) -> None:
    try:
        words = line(Request("upgrade", router=router, node=node, version=version)).split(" ")
    except (NameRefused, NotOffered):
        return
    assert words[:5] == ["request", "system", "software", "upgrade", "router"] and words[5] == router
    assert words[-1] == version or not version
    assert not any(re.search(r"[\s|;]", word) for word in words)


# -- what the box itself says of its arguments --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "pre", "post"),
    [
        (fixture("request_system_software_upgrade_usage_6.3"), "skip-pre-check", "skip-health-check"),
        (USAGE_7_2, "skip-pre-health-check", "skip-post-health-check"),
    ],
    ids=["6.3", "7.2"],
)
def test_the_skip_arguments_are_named_as_the_usage_names_them(usage, pre, post) -> None:
    """The documents give them two names each, so the box decides."""
    asked = conductor("6.3.0", {UPGRADE: usage})
    words = asked.command_for(
        Request("upgrade", router="Conductor", version="6.3.5", skip_pre_check=True, skip_health_check=True)
    )
    assert words == f"{UPGRADE} router Conductor {pre} {post} force version 6.3.5"


def test_no_revert_is_given_where_the_usage_offers_it_and_refused_where_not() -> None:
    request = Request("upgrade", router="Conductor", version="7.2.4", no_revert=True)
    assert " no-revert " in conductor("7.2.3", {UPGRADE: USAGE_7_2}).command_for(request)
    with pytest.raises(NotOffered, match="no-revert"):
        conductor("6.3.0", {UPGRADE: fixture("request_system_software_upgrade_usage_6.3")}).command_for(request)


def test_sequenced_is_given_where_the_usage_of_the_download_offers_it() -> None:
    request = Request("download", router="branch-1", version="7.2.4", sequenced=True)
    words = conductor("7.2.3", {DOWNLOAD: USAGE_DOWNLOAD_7_2}).command_for(request)
    assert words == f"{DOWNLOAD} router branch-1 sequenced force version 7.2.4"


@pytest.mark.parametrize(
    "answer", ["\n", "% Error: missing required argument: version", AskedInstead("It asked 'Version: '", "Version: ")]
)
def test_without_a_usage_the_documented_arguments_are_taken(answer) -> None:
    asked = conductor("6.3.0", {UPGRADE: answer})
    assert asked.usage("upgrade") is None
    assert asked.command_for(Request("upgrade", router="Conductor", version="6.3.5")).endswith("force version 6.3.5")


def test_the_usage_is_asked_for_once() -> None:
    asked = conductor("6.3.0", {UPGRADE: USAGE_7_2})
    for _time in range(3):
        asked.command_for(Request("upgrade", router="Conductor", version="6.3.5"))
    assert asked.session.asked.count(UPGRADE) == 1


@pytest.mark.parametrize("operation", ["revert", "health-check", "remove", "installer"])
def test_a_command_that_would_run_without_arguments_is_never_sent_to_learn_its_usage(operation) -> None:
    asked = conductor("6.3.5")
    assert asked.usage(operation) is None
    version = {"version": "6.3.5"} if operation == "remove" else {}
    words = asked.command_for(Request(operation, router="Conductor", node="node1", **version))
    assert "router Conductor" in words
    assert not [command for command in asked.session.asked if not command.startswith("show ")]


def test_an_account_that_does_not_see_the_command_is_told_so() -> None:
    """Rule 3: an account without the right may just not see it."""
    with pytest.raises(DeviceError) as caught:
        conductor("6.3.0").command_for(Request("upgrade", router="Conductor", version="6.3.5"))
    assert caught.value.denied and "not found" in caught.value.words


def test_a_capability_that_is_missing_is_told_in_the_words_of_the_device() -> None:
    words = "Error: failed to authorize user: you do not have access to resource='128t:*' capability='provisioning'"
    with pytest.raises(DeviceError, match="capability='provisioning'"):
        conductor("6.3.0", {UPGRADE: words}).usage("upgrade")


def test_a_request_is_sent_as_one_line_and_its_question_is_answered_with_yes() -> None:
    command = f"{UPGRADE} version 6.3.0"
    asked = conductor("6.2.5", {UPGRADE: USAGE_6_0, command: ""})
    pending = asked.send(Request("upgrade", router="Conductor", node="node1", version="6.3.0"))
    assert (pending.command, list(pending.answers)) == (command, [YES])
    assert asked.session.asked[-1] == command


def test_a_health_check_is_sent_with_router_and_node() -> None:
    command = "request system software health-check router Conductor force node node1"
    asked = conductor("6.3.0", {command: "✔ node1: System Processes Check passed"})
    assert asked.vendor_health(60).state == "pass"


# -- where we are -------------------------------------------------------------------------------------------------


def test_the_prompt_tells_router_and_node() -> None:
    assert conductor().here() == HERE
    assert conductor().session.asked == []


@pytest.mark.parametrize(
    ("expected", "words"),
    [({"expected_node": "node2"}, "on node node1, not on node2"), ({"expected_router": "branch-1"}, "not on branch-1")],
)
def test_a_session_on_another_node_than_expected_is_refused(expected, words) -> None:
    with pytest.raises(WrongNode, match=words):
        conductor(**expected).here()


def test_a_session_on_the_expected_node_is_accepted() -> None:
    assert conductor(expected_node="node1", expected_router="Conductor").here() == HERE


@pytest.mark.parametrize(
    ("prompt", "rows", "place"),
    [
        ("admin@node.1.Conductor#", [("Conductor", "node.1")], ("Conductor", "node.1")),
        ("admin@node1.my.conductor#", [("my.conductor", "node1")], ("my.conductor", "node1")),
        ("admin@a.b.c.d#", [("d", "a.b.c"), ("c.d", "a.b")], ("d", "a.b.c")),
        ("*admin@node.1.Conductor#", [("Conductor", "node.1")], ("Conductor", "node.1")),
    ],
)
def test_a_dot_in_a_name_is_resolved_by_the_list_of_assets(prompt, rows, place) -> None:
    assert conductor(script={"show assets": assets_table(*rows)}, prompt=prompt).here() == place


def own_prompt() -> Prompt:
    return find_prompt("conductor 14:03 %", re.compile(r"conductor \d\d:\d\d %\s*$"))


def test_a_prompt_of_the_users_own_making_leaves_it_to_show_system() -> None:
    assert conductor(prompt=own_prompt()).here() == HERE


def test_a_prompt_without_a_node_takes_what_the_user_says() -> None:
    asked = conductor(prompt=own_prompt(), expected_node="node2", expected_router="Conductor")
    assert asked.here() == ("Conductor", "node2")


def test_the_router_of_a_node_without_one_is_found_among_the_assets() -> None:
    script = {"show system": SYSTEM.replace(" node1.Conductor", " node2")}
    assert conductor(prompt=own_prompt(), script=script).here() == ("Conductor", "node2")


BOTH = SYSTEM + "\n" + SYSTEM.replace("node1.Conductor", "node2.Conductor")


def test_of_two_nodes_in_show_system_none_is_guessed() -> None:
    """Commands for one node of a pair must not go to the other."""
    with pytest.raises(WrongNode, match="ansible_pcli_node"):
        conductor(prompt=own_prompt(), script={"show system": BOTH}).here()


def test_a_node_that_a_prompt_of_the_users_own_making_names_is_believed() -> None:
    prompt = find_prompt("[node2] ssr> ", re.compile(r"\[node\d\] ssr>\s*$"))
    assert conductor(prompt=prompt, script={"show system": BOTH}).here() == ("Conductor", "node2")


def test_a_part_of_a_name_names_no_node() -> None:
    prompt = find_prompt("[node22] ssr> ", re.compile(r"\[node\d+\] ssr>\s*$"))
    with pytest.raises(WrongNode):
        conductor(prompt=prompt, script={"show system": BOTH}).here()


def test_a_place_that_nothing_tells_is_an_error_that_says_which_settings_help() -> None:
    with pytest.raises(WrongNode, match="ansible_pcli_node and ansible_pcli_router"):
        conductor(prompt=own_prompt(), script={"show system": "nothing"}).here()


def test_after_reconnecting_another_node_is_refused() -> None:
    """An address that floats between two nodes cannot be used for conductors (A7)."""
    asked = conductor()
    asked.here()
    asked.session.next_prompt = find_prompt("admin@node2.Conductor#")
    with pytest.raises(WrongNode, match="After reconnecting"):
        asked.reopen()


def test_after_reconnecting_the_same_node_goes_on_and_its_usage_is_asked_anew() -> None:
    """It may run another release now."""
    asked = conductor("6.3.0", {UPGRADE: [fixture("request_system_software_upgrade_usage_6.3"), USAGE_7_2]})
    asked.here()
    assert "no-revert" not in asked.usage("upgrade")
    asked.reopen()
    assert "no-revert" in asked.usage("upgrade")


# -- what it says -------------------------------------------------------------------------------------------------


def test_the_release_is_read_from_show_system_version() -> None:
    assert conductor("6.2.5").release() == parse("6.2.5-5.r2.el7")


def test_where_show_system_version_is_silent_show_system_tells_the_release() -> None:
    assert conductor(script={"show system version": "nothing"}).release() == parse("6.3.0")


def test_a_release_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(PcliError, match="cannot be read"):
        conductor(script={"show system version": "x", "show system": "x"}).release()


def test_the_version_of_another_node_is_not_taken_for_the_own() -> None:
    table = version_table("6.3.5", "SSR-6.3.5-37.r1.el7", node="node2")
    assert conductor(script={"show system version": table}).release() == parse("6.3.0")


def test_the_candidate_is_dirty_while_the_prompt_has_a_star() -> None:
    assert conductor().dirty is False
    assert conductor(prompt="*admin@node1.Conductor#").dirty is True


def test_a_running_operation_is_looked_for_on_the_own_router_only() -> None:
    command = "show system software upgrade router Conductor"
    shown = conductor(script={command: "node2.Conductor: upgrade is in progress."})
    assert shown.running_operation("upgrade") == "node2.Conductor: upgrade is in progress."
    assert conductor(script={command: "No upgrade operations found."}).running_operation("upgrade") is None


def test_a_status_command_that_is_refused_shows_no_operation() -> None:
    assert conductor().running_operation("upgrade") is None


def test_other_users_and_what_is_out_of_sync_are_shown_to_people() -> None:
    activity = "======= ========\n User    Source\n======= ========\n admin   ssh\n night   gui\n"
    hints = conductor(script={"show user activity": activity}).configuration_hints()
    assert "night" in hints and "admin" not in hints


def test_downloaded_versions_come_from_the_assets_the_status_and_the_channel() -> None:
    software = """\
=========== ======= ============= ============= ============= =============
 Router      Node    Installed     Available     Downloading   Downloaded
=========== ======= ============= ============= ============= =============
 Conductor   node1   6.3.0-107     6.3.5-37                    6.3.1-2
             node2   6.3.0-107                                 6.3.2-3
"""
    script = {
        "show assets software": software,
        "show system software download": "node1: SSR-6.3.3-4 Complete\nnode1: SSR-6.3.4-9 not complete",
        "show system software available": fixture("show_system_software_available_7.1"),
    }
    assert conductor(script=script).downloaded() == ["6.3.1-2", "SSR-6.3.3-4", "SSR-7.1.0-50"]


@pytest.mark.parametrize("name", ["a b", "x|shell", "x\n"])
def test_names_of_exports_and_assets_cannot_break_out_of_the_line_either(name) -> None:
    asked = conductor()
    for ask in (asked.export, asked.import_config, asked.delete_export, asked.asset_detail, asked.import_iso):
        with pytest.raises(NameRefused):
            ask(name)
    with pytest.raises(NameRefused):
        asked.compare("running", name)
    assert asked.session.asked == []


def test_every_argument_of_a_request_has_a_name_in_the_grammar() -> None:
    fields = set(Request.__dataclass_fields__) - {"operation", "target"}
    assert fields == set(ARGUMENTS)

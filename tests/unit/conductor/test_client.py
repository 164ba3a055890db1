# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which command does what, per release; and where a session is."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.nodes import NodeState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import (
    ARGUMENTS,
    GRAMMAR,
    NotOffered,
    build,
    for_whole_router,
    grammar_for,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.second_witness import Pace
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.web import WebProblem
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    PcliError,
    SessionBroken,
    UnexpectedQuestion,
    Unreadable,
    WrongNode,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import Prompt, find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import system
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import read_assets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.device_texts import device_text
from tests.unit.fakes import ScriptedSession

LOCAL_NODE = ("Conductor", "node1")
UPGRADE, DOWNLOAD, REVERT = (f"request system software {what}" for what in ("upgrade", "download", "revert"))
OPERATIONS = ("upgrade", "download", "pause", "downgrade", "revert", "health-check", "remove", "installer")


class Scripted(ScriptedSession):
    """A scripted session with a second address, which is only used where it may be."""

    use_fallbacks = False
    fallen_back = False
    closed = 0

    def close(self) -> None:
        self.closed += 1


# CLI-7.2, with the arguments that the 6.3.0 help did not have.
USAGE_7_2 = """\
usage: upgrade [{router <router> | resource-group <resource-group>}] [simultaneous] [skip-package-transfer]
               [skip-pre-health-check] [skip-post-health-check] [no-revert] [cohort-id <cohort-id>] [force]
               [node <node>] version <version>
keyword arguments:
version    The targeted upgrade version.
"""
USAGE_DOWNLOAD_7_2 = """\
usage: download [{router <router> | resource-group <resource-group>}] [cohort-id <cohort-id>] [sequenced] [force]
                [node <node>] version <version>
keyword arguments:
version    The version to download.
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
    return Conductor(Scripted(answers | (script or {}), prompt), **expected)


def line(request: Request, release: str = "6.3.0", local_node=LOCAL_NODE) -> str:
    return build(request, grammar_for(request.operation, parse(release), request.means_own(local_node[0])), local_node)


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
    # For other routers a conductor has the 'send command' family until then (CLI-6.0).
    ("upgrade", "6.2.5", {"router": "branch-1", "version": "6.2.5-5.r2.el7"},
     "send command upgrade force router branch-1 6.2.5-5.r2.el7"),
    ("upgrade", "6.2.5", {"router": "branch-1", "version": "6.2.5", "force": False},
     "send command upgrade router branch-1 6.2.5"),
    ("upgrade", "6.0.0", {"resource_group": "wave-1", "version": "6.0.1"},
     "send command upgrade force resource-group wave-1 6.0.1"),
    ("download", "6.2.5", {"router": "branch-1", "version": "6.2.5"},
     "send command download force router branch-1 6.2.5"),
    ("revert", "6.2.5", {"router": "branch-1"}, "send command rollback force router branch-1"),
    ("revert", "6.0.0", {"resource_group": "wave-1"}, "send command rollback force resource-group wave-1"),
    # What a later release adds.
    ("download", "6.3.0", {"router": "branch-1", "version": "6.3.0", "skip_version_check": True},
     f"{DOWNLOAD} router branch-1 skip-version-check force version 6.3.0"),
    ("download", "7.1.3", {"router": "branch-1", "version": "7.1.3", "sequenced": True, "cohort_id": "x"},
     f"{DOWNLOAD} router branch-1 cohort-id x sequenced force version 7.1.3"),
    ("download", "7.1.3", {"resource_group": "wave-1", "version": "7.1.3"},
     f"{DOWNLOAD} resource-group wave-1 force version 7.1.3"),
    ("pause", "7.1.3", {"router": "branch-1", "node": "east", "version": "7.1.3"},
     f"{DOWNLOAD} pause router branch-1 force node east version 7.1.3"),
    ("pause", "7.2.3", {"resource_group": "wave-1", "version": "7.1.3"},
     f"{DOWNLOAD} pause resource-group wave-1 force version 7.1.3"),
    ("remove", "7.2.3", {"resource_group": "wave-1", "version": "7.1.3"},
     "delete system software resource-group wave-1 force version 7.1.3"),
    ("upgrade", "7.2.0", {"router": "branch-1", "version": "7.2.3", "no_revert": True},
     f"{UPGRADE} router branch-1 no-revert force version 7.2.3"),
    ("downgrade", "7.2.0", {"router": "branch-1", "version": "7.1.3", "no_revert": True, "simultaneous": True},
     "request system software downgrade router branch-1 simultaneous no-revert force version 7.1.3"),
    ("revert", "7.2.3", {"resource_group": "wave-1"}, f"{REVERT} resource-group wave-1 force"),
    ("health-check", "7.2.3", {"resource_group": "wave-1"},
     "request system software health-check resource-group wave-1 force"),
    ("installer", "7.2.3", {"resource_group": "wave-1"},
     f"{UPGRADE} installation-service resource-group wave-1 force"),
]
# fmt: on


@pytest.mark.parametrize(("operation", "release", "arguments", "words"), LINES)
def test_a_request_is_spelled_as_the_release_wants_it(operation, release, arguments, words) -> None:
    assert line(Request(operation, **arguments), release) == words


@pytest.mark.parametrize(
    ("operation", "first"),
    [("upgrade", "6.0.0"), ("download", "6.0.0"), ("downgrade", "6.3.3"), ("revert", "6.3.0"),
     ("health-check", "6.3.0"), ("remove", "6.0.0"), ("installer", "6.3.0"), ("pause", "7.1.3")],
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


@pytest.mark.parametrize(
    ("operation", "first"),
    [("upgrade", "6.0.0"), ("download", "6.0.0"), ("revert", "6.0.0"), ("downgrade", "6.3.3"), ("pause", "7.1.3"),
     ("health-check", "6.3.0"), ("remove", "6.3.0"), ("installer", "6.3.0")],
)  # fmt: skip
def test_for_other_routers_a_command_exists_from_its_first_release_on_and_not_before(operation, first) -> None:
    assert grammar_for(operation, parse(first), own=False).operation == operation
    for below in ("5.9.9", "6.2.9", "6.3.2", "7.1.2"):
        if not parse(below).at_least(*(int(part) for part in first.split("."))):
            with pytest.raises(NotOffered, match=re.escape(f"exists from release {first} on for routers other")):
                grammar_for(operation, parse(below), own=False)


def test_every_operation_has_a_row_and_a_row_is_a_lifecycle_command() -> None:
    assert {row.operation for row in GRAMMAR} == set(OPERATIONS)
    families = ("request system software ", "delete system software", "send command ")
    assert all(row.command.startswith(families) for row in GRAMMAR)


def test_a_command_that_could_run_without_a_version_is_never_asked_for_its_usage() -> None:
    """The help of 'send command upgrade' says that without a version the latest is assumed (CLI-6.0)."""
    assert all(row.versioned and not row.bare for row in GRAMMAR if row.asks_safely)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_from_6_3_on_no_lifecycle_command_is_built_without_a_router_or_a_resource_group(operation) -> None:
    """Rule 1: a request without one means the conductor itself."""
    for arguments in ({}, {"node": "node1"}):
        with pytest.raises(NotOffered, match="Name the router"):
            line(Request(operation, version="6.3.5", **arguments), "7.1.3")


@pytest.mark.parametrize("operation", ["upgrade", "download", "remove"])
@pytest.mark.parametrize(
    "where",
    [{"router": "Conductor", "node": "node2"}, {"node": "node2"}],
)
def test_below_6_3_another_node_of_the_conductor_cannot_be_reached_from_here(operation, where) -> None:
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
     ("revert", {"no_revert": True}), ("upgrade", {"sequenced": True}), ("upgrade", {"no_revert": True}),
     ("download", {"sequenced": True}), ("remove", {"cohort_id": "x"}), ("upgrade", {"skip_version_check": True})],
)  # fmt: skip
def test_an_argument_that_the_command_does_not_have_is_refused_with_what_it_offers(operation, argument) -> None:
    version = {} if operation in ("revert", "health-check") else {"version": "6.3.5"}
    with pytest.raises(NotOffered, match=r"It offers: .*router"):
        line(Request(operation, router="branch-1", **version, **argument))


@pytest.mark.parametrize(
    ("operation", "argument"),
    [("upgrade", "node"), ("upgrade", "simultaneous"), ("upgrade", "cohort_id"), ("upgrade", "skip_pre_check"),
     ("upgrade", "skip_health_check"), ("upgrade", "no_revert"), ("upgrade", "skip_package_transfer"),
     ("download", "sequenced"), ("download", "cohort_id"), ("download", "node"), ("revert", "simultaneous"),
     ("revert", "cohort_id"), ("revert", "version"), ("revert", "node")],
)  # fmt: skip
def test_below_6_3_a_request_for_a_router_takes_no_further_argument_and_says_so(operation, argument) -> None:
    arguments = {} if operation == "revert" else {"version": "6.2.5"}
    arguments[argument] = "x" if argument in ("node", "cohort_id", "version") else True
    with pytest.raises(NotOffered, match=rf"'send command \w+' has no .*Leave {argument} out"):
        line(Request(operation, router="branch-1", **arguments), "6.2.5")


@pytest.mark.parametrize("release", ["6.2.5", "6.3.5", "7.2.3"])
@pytest.mark.parametrize("operation", ["upgrade", "download", "downgrade", "remove", "pause"])
def test_a_change_to_whatever_is_the_latest_is_never_asked_for(operation, release) -> None:
    with pytest.raises(NotOffered, match=r"needs a version|exists"):
        line(Request(operation, router="branch-1"), release)


@pytest.mark.parametrize("release", ["6.2.5", "7.2.3"])
@pytest.mark.parametrize("where", [{"router": "all"}, {"router": "ALL"}, {"router": "branch-1", "node": "all"}])
def test_all_is_no_name_of_a_router_or_node(where, release) -> None:
    """'router all' is every router, and the conductor is one of them (facts: 'router all' and 'node all' are taken)."""
    with pytest.raises(NotOffered, match="Name each router"):
        line(Request("upgrade", version="6.3.5", **where), release)


def test_a_request_is_for_a_router_or_for_a_group() -> None:
    with pytest.raises(NotOffered, match="not both"):
        line(Request("upgrade", router="branch-1", resource_group="wave-1", version="6.3.5"))


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
        (device_text("request_system_software_upgrade_usage_6.3"), "skip-pre-check", "skip-health-check"),
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
        conductor("6.3.0", {UPGRADE: device_text("request_system_software_upgrade_usage_6.3")}).command_for(request)


def test_sequenced_is_given_where_the_usage_of_the_download_offers_it() -> None:
    request = Request("download", router="branch-1", version="7.2.4", sequenced=True)
    words = conductor("7.2.3", {DOWNLOAD: USAGE_DOWNLOAD_7_2}).command_for(request)
    assert words == f"{DOWNLOAD} router branch-1 sequenced force version 7.2.4"


@pytest.mark.parametrize(
    "answer",
    ["\n", "% Error: missing required argument: version", UnexpectedQuestion("It asked 'Version: '", "Version: ")],
)
def test_without_a_usage_the_documented_arguments_are_taken(answer) -> None:
    asked = conductor("6.3.0", {UPGRADE: answer})
    assert asked.usage("upgrade") is None
    assert asked.command_for(Request("upgrade", router="Conductor", version="6.3.5")).endswith("force version 6.3.5")


# -- routers below 6.3 --------------------------------------------------------------------------------------------

FLEET = assets_table(("Conductor", "node1"), ("branch-1", "east"), ("pair-1", "node1"), ("pair-1", "node2"))


def old_conductor(**script) -> Conductor:
    return conductor("6.2.5", {"show assets": FLEET, UPGRADE: USAGE_6_0, DOWNLOAD: USAGE_6_0} | script)


@pytest.mark.parametrize(
    ("operation", "version", "words"),
    [
        ("upgrade", "6.2.5", "send command upgrade force router branch-1 6.2.5"),
        ("download", "6.2.5", "send command download force router branch-1 6.2.5"),
        ("revert", None, "send command rollback force router branch-1"),
    ],
)
@pytest.mark.parametrize("node", [None, "east"])
def test_below_6_3_the_node_of_a_router_with_one_node_is_the_router(operation, version, words, node) -> None:
    asked = old_conductor()
    assert asked.command_for(Request(operation, router="branch-1", node=node, version=version)) == words
    assert [command for command in asked.session.asked if not command.startswith("show ")] == [], (
        "no usage was asked for"
    )


@pytest.mark.parametrize(("router", "node"), [("pair-1", "node1"), ("branch-1", "west"), ("unknown", "node1")])
def test_below_6_3_one_node_of_a_pair_cannot_be_named_and_no_unknown_one(router, node) -> None:
    with pytest.raises(
        NotOffered, match=rf"whole routers only, so node {node} of router {router} cannot be named alone"
    ):
        old_conductor().command_for(Request("upgrade", router=router, node=node, version="6.2.5"))


def test_a_router_without_a_name_for_its_node_is_not_taken_for_the_one_that_was_named() -> None:
    with pytest.raises(NotOffered):
        for_whole_router(Request("upgrade", "r", node="n"), grammar_for("upgrade", parse("6.2.5"), own=False), [None])


def test_below_6_3_a_whole_pair_is_one_request() -> None:
    asked = old_conductor()
    words = asked.command_for(Request("upgrade", router="pair-1", version="6.2.5"))
    assert words == "send command upgrade force router pair-1 6.2.5"
    assert "show assets" not in asked.session.asked


def test_the_nodes_of_routers_are_known_from_the_last_look_at_the_assets() -> None:
    """A fleet of single nodes is not listed anew for each of its routers."""
    asked = old_conductor()
    asked.assets()
    for _time in range(3):
        asked.command_for(Request("upgrade", router="branch-1", node="east", version="6.2.5"))
    assert asked.session.asked.count("show assets") == 1


def test_below_6_3_the_own_router_keeps_its_own_form() -> None:
    """Rule 11: the local form, on the session of each node."""
    asked = old_conductor()
    own = Request("upgrade", router="Conductor", node="node1", version="6.3.0")
    assert asked.command_for(own) == f"{UPGRADE} version 6.3.0"
    with pytest.raises(NotOffered, match="session of its own"):
        asked.command_for(Request("upgrade", router="Conductor", node="node2", version="6.3.0"))


@pytest.mark.parametrize(
    ("release", "operation", "takes"),
    [("6.2.5", "upgrade", False), ("6.2.5", "download", False), ("6.2.5", "revert", False), ("6.2.5", "remove", False),
     ("6.3.0", "upgrade", True), ("6.3.0", "download", True), ("6.3.0", "revert", True), ("7.2.3", "pause", True),
     ("6.3.0", "pause", False)],
)  # fmt: skip
def test_whether_a_request_for_a_router_can_name_a_node(release, operation, takes) -> None:
    usages = {UPGRADE: USAGE_7_2, DOWNLOAD: USAGE_DOWNLOAD_7_2, f"{DOWNLOAD} pause": "\n"} if release != "6.2.5" else {}
    asked = conductor(release, usages)
    assert asked.takes_nodes(operation) is takes
    assert release != "6.2.5" or all(command.startswith("show ") for command in asked.session.asked)


def test_the_release_is_not_asked_for_with_every_request_of_a_fleet() -> None:
    asked = conductor("6.3.0", {UPGRADE: USAGE_7_2})
    for number in range(5):
        asked.command_for(Request("upgrade", router=f"branch-{number}", version="6.3.5"))
    assert asked.session.asked.count("show system version") == 1
    asked.clock.sleep(3600)
    asked.command_for(Request("upgrade", router="branch-9", version="6.3.5"))
    assert asked.session.asked.count("show system version") == 2


def test_a_usage_that_was_cut_off_tells_no_arguments() -> None:
    whole = conductor("7.2.3", {UPGRADE: USAGE_7_2}).usage("upgrade")
    assert whole and "skip-post-health-check" in whole
    for text in (USAGE_7_2.partition(" [skip-post")[0], USAGE_7_2.partition("keyword")[0]):
        assert conductor("7.2.3", {UPGRADE: text}).usage("upgrade") is None


def test_pause_has_a_usage_of_its_own() -> None:
    usage = "usage: pause [router <router>] [force] [node <node>] version <version>\n"
    usage += "keyword arguments:\nversion    The version to pause.\n"
    asked = conductor("7.2.3", {f"{DOWNLOAD} pause": usage})
    request = Request("pause", router="branch-1", node="east", version="7.2.4")
    assert asked.command_for(request) == f"{DOWNLOAD} pause router branch-1 force node east version 7.2.4"
    with pytest.raises(NotOffered, match="resource-group"):
        asked.command_for(Request("pause", resource_group="wave-1", version="7.2.4"))


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


def test_a_health_check_can_be_begun_and_read_later() -> None:
    command = "request system software health-check router branch-1 force node east"
    asked = conductor("6.3.0", {command: "✔ east: System Processes Check passed"})
    pending = asked.begin_health_check(Request("health-check", router="branch-1", node="east"))
    assert pending.command == command and asked.health_of(pending).state == "pass"


@pytest.mark.parametrize(("name", "state"), [("east", "fail"), ("east.branch-1", "fail"), ("west", "unknown")])
def test_a_result_of_a_health_check_is_that_of_the_node_in_its_command(name, state) -> None:
    command = "request system software health-check router branch-1 force node east"
    asked = conductor("6.3.0", {command: f"{name}: System Processes Check failed"})
    request = Request("health-check", router="branch-1", node="east")
    assert asked.health_check(request, 60).state == state
    assert asked.health_of(asked.begin_health_check(request)).state == state


def test_a_health_check_that_was_refused_or_cut_off_is_no_verdict() -> None:
    command = "request system software health-check router branch-1 force"
    asked = conductor("6.3.0", {command: "% Error: something else"})
    pending = asked.begin_health_check(Request("health-check", router="branch-1"))
    assert asked.health_of(pending).state == asked.health_check(Request("health-check", router="branch-1"), 60).state
    pending.error = SessionBroken("The device closed the connection.")
    with pytest.raises(SessionBroken):
        asked.health_of(pending)


def test_a_reconnect_names_router_and_node() -> None:
    """Rule 30."""
    command = "send command reconnect router branch-1 node east"
    asked = conductor(script={command: "✔ Reconnecting..."})
    asked.reconnect("branch-1", "east")
    assert asked.session.asked == [command]
    with pytest.raises(DeviceError):
        asked.reconnect("branch-2", "east")
    for names in (("a b", "east"), ("branch-1", "x|y")):
        with pytest.raises(NameRefused):
            asked.reconnect(*names)


# -- where we are -------------------------------------------------------------------------------------------------


def test_the_prompt_tells_router_and_node() -> None:
    assert conductor().local_node() == LOCAL_NODE
    assert conductor().session.asked == []


@pytest.mark.parametrize(
    ("expected", "words"),
    [({"expected_node": "node2"}, "on node node1, not on node2"), ({"expected_router": "branch-1"}, "not on branch-1")],
)
def test_a_session_on_another_node_than_expected_is_refused(expected, words) -> None:
    with pytest.raises(WrongNode, match=words):
        conductor(**expected).local_node()


def test_a_session_on_the_expected_node_is_accepted() -> None:
    assert conductor(expected_node="node1", expected_router="Conductor").local_node() == LOCAL_NODE


@pytest.mark.parametrize(
    ("prompt", "rows", "node_id"),
    [
        ("admin@node.1.Conductor#", [("Conductor", "node.1")], ("Conductor", "node.1")),
        ("admin@node1.my.conductor#", [("my.conductor", "node1")], ("my.conductor", "node1")),
        ("admin@a.b.c.d#", [("d", "a.b.c"), ("c.d", "a.b")], ("d", "a.b.c")),
        ("*admin@node.1.Conductor#", [("Conductor", "node.1")], ("Conductor", "node.1")),
    ],
)
def test_a_dot_in_a_name_is_resolved_by_the_list_of_assets(prompt, rows, node_id) -> None:
    assert conductor(script={"show assets": assets_table(*rows)}, prompt=prompt).local_node() == node_id


def own_prompt() -> Prompt:
    return find_prompt("conductor 14:03 %", re.compile(r"conductor \d\d:\d\d %\s*$"))


def test_a_prompt_of_the_users_own_making_leaves_it_to_show_system() -> None:
    assert conductor(prompt=own_prompt()).local_node() == LOCAL_NODE


def test_a_prompt_without_a_node_takes_what_the_user_says() -> None:
    asked = conductor(prompt=own_prompt(), expected_node="node2", expected_router="Conductor")
    assert asked.local_node() == ("Conductor", "node2")


def test_the_router_of_a_node_without_one_is_found_among_the_assets() -> None:
    script = {"show system": SYSTEM.replace(" node1.Conductor", " node2")}
    assert conductor(prompt=own_prompt(), script=script).local_node() == ("Conductor", "node2")


BOTH = SYSTEM + "\n" + SYSTEM.replace("node1.Conductor", "node2.Conductor")


def test_of_two_nodes_in_show_system_none_is_guessed() -> None:
    """Commands for one node of a pair must not go to the other."""
    with pytest.raises(WrongNode, match="ansible_pcli_node"):
        conductor(prompt=own_prompt(), script={"show system": BOTH}).local_node()


def test_a_node_that_a_prompt_of_the_users_own_making_names_is_believed() -> None:
    prompt = find_prompt("[node2] ssr> ", re.compile(r"\[node\d\] ssr>\s*$"))
    assert conductor(prompt=prompt, script={"show system": BOTH}).local_node() == ("Conductor", "node2")


LINKS = """
================== ================== ==============
 Local Node         Remote Node        State
================== ================== ==============
 node2.Conductor    hub-1.hub          connected
 node2.Conductor    node2.spoke        connected
"""


@pytest.mark.parametrize(
    ("links", "known"),
    [
        (LINKS, True),
        (LINKS.replace("node2.Conductor    hub-1.hub ", "node2.spoke        hub-1.hub "), False),
        ("", False),
    ],
)
def test_a_node_of_a_name_that_several_routers_have_is_told_by_its_connections(links: str, known: bool) -> None:
    prompt = find_prompt("[node2] ssr> ", re.compile(r"\[node\d\] ssr>\s*$"))
    rows = assets_table(("Conductor", "node1"), ("Conductor", "node2"), ("spoke", "node2"))
    script = {"show system": BOTH, "show assets": rows, "show system connectivity": links}
    asked = conductor(prompt=prompt, script=script)
    if known:
        assert asked.local_node() == ("Conductor", "node2")
    else:
        with pytest.raises(WrongNode, match="ansible_pcli_node"):
            asked.local_node()


def test_a_part_of_a_name_names_no_node() -> None:
    prompt = find_prompt("[node22] ssr> ", re.compile(r"\[node\d+\] ssr>\s*$"))
    with pytest.raises(WrongNode):
        conductor(prompt=prompt, script={"show system": BOTH}).local_node()


def test_a_place_that_nothing_tells_is_an_error_that_says_which_settings_help() -> None:
    with pytest.raises(WrongNode, match="ansible_pcli_node and ansible_pcli_router"):
        conductor(prompt=own_prompt(), script={"show system": "nothing"}).local_node()


def test_after_reconnecting_another_node_is_refused() -> None:
    """An address that floats between two nodes cannot be used for conductors (A7)."""
    asked = conductor()
    asked.local_node()
    asked.session.next_prompt = find_prompt("admin@node2.Conductor#")
    with pytest.raises(WrongNode, match="After reconnecting"):
        asked.reopen()


def test_after_reconnecting_the_same_node_goes_on_and_its_usage_is_asked_anew() -> None:
    """It may run another release now."""
    asked = conductor("6.3.0", {UPGRADE: [device_text("request_system_software_upgrade_usage_6.3"), USAGE_7_2]})
    asked.local_node()
    assert "no-revert" not in asked.usage("upgrade")
    asked.reopen()
    assert "no-revert" in asked.usage("upgrade")


def test_a_new_login_is_made_once() -> None:
    asked, made = conductor(), []
    asked.local_node()
    reopen = asked.session.reopen
    asked.session.reopen = lambda: made.append("login") or reopen()
    asked.reopen()
    assert made == ["login"]


def test_a_node_that_was_refused_stays_refused_and_gets_no_command() -> None:
    """Whoever tries again must not make the wrong node the expected one by that."""
    asked = conductor("6.3.0", {UPGRADE: USAGE_7_2})
    asked.local_node()
    asked.session.next_prompt = find_prompt("admin@node2.Conductor#")
    for _time in range(2):
        with pytest.raises(WrongNode, match="After reconnecting"):
            asked.reopen()
    assert asked.session.closed == 2
    with pytest.raises(WrongNode):
        asked.send(Request("upgrade", router="branch-1", version="6.3.5"))
    assert asked.session.asked == []
    asked.session.next_prompt = find_prompt("admin@node1.Conductor#")
    assert asked.reopen() is False and asked.local_node() == LOCAL_NODE


def test_a_conductor_is_pinned_to_its_node_unless_told_otherwise() -> None:
    """A7: a fall-back serves router operations only."""
    assert conductor().session.use_fallbacks is False
    assert conductor(pinned=False).session.use_fallbacks is True


def test_a_list_of_assets_with_a_line_that_is_not_understood_is_asked_for_again() -> None:
    whole = assets_table(("Conductor", "node1"), ("r1", "a"), ("r1", "b"))
    strange = (
        whole.replace("\n\nCompleted", "\n(1 more)\n\nCompleted") if "Completed" in whole else whole + "\n(1 more)"
    )
    asked = conductor(script={"show assets": [strange, whole]})
    assert [asset.node for asset in asked.assets()] == ["node1", "a", "b"]
    assert asked.session.asked.count("show assets") == 2


def test_a_list_of_assets_that_stays_strange_is_refused_with_the_line() -> None:
    whole = assets_table(("Conductor", "node1"), ("r1", "a"), ("r1", "b"))
    strange = (
        whole.replace("\n\nCompleted", "\n(1 more)\n\nCompleted") if "Completed" in whole else whole + "\n(1 more)"
    )
    asked = conductor(script={"show assets": strange, "show assets resource-group g": strange})
    with pytest.raises(Unreadable, match=r"the line '\(1 more\)' is not understood"):
        asked.assets()
    assert asked.session.asked.count("show assets") == 3
    with pytest.raises(Unreadable, match=r"the line '\(1 more\)' is not understood"):
        asked.members("g")


def strange_list() -> Conductor:
    table = assets_table(("Conductor", "node1"), ("r1", "a"), ("r1", "b"))
    return conductor(script={"show assets": f"{table}\n(1 more)"})


def rows_of(*nodes: tuple[str, str]) -> list:
    return list(read_assets(read(assets_table(*nodes))))


def test_in_place_of_a_list_that_stays_strange_that_of_the_web_api_counts_and_that_is_said_once() -> None:
    asked, said = strange_list(), []
    asked.tell, rows = said.append, rows_of(("Conductor", "node1"), ("r1", "a"), ("r1", "b"), ("r2", "b"))
    asked.web = SimpleNamespace(assets=lambda node_id: rows if node_id == LOCAL_NODE else [])
    assert asked.assets() == asked.assets() == rows
    assert [line for line in said if "the list of assets of the web API counts" in line] == said and len(said) == 1
    assert "(1 more)" in said[0] and asked._nodes_of("r2") == ["b"]


@pytest.mark.parametrize(
    ("nodes", "counted", "why"),
    [
        ([("Conductor", "node1"), ("r1", "a")], "", "It lists 2 assets, and the PCLI names 3"),
        (
            [("Conductor", "node1"), ("r1", "a"), ("r1", "b")],
            "Total Assets: 4",
            "It lists 3 assets, and the PCLI names 4",
        ),
        ([("Conductor", "node1"), ("r1", "a"), ("r3", "a")], "", r"It does not list b\.r1, which was listed before"),
    ],
    ids=["fewer than could be read", "fewer than are counted", "one is gone"],
)
def test_a_list_of_the_web_api_that_lacks_an_asset_does_not_count(nodes, counted, why) -> None:
    """Of a pair it would leave one node, which would be upgraded as if it were alone."""
    asked = conductor(script={"show assets": assets_table(("Conductor", "node1"), ("r1", "a"), ("r1", "b"))})
    asked.assets()
    asked.session.script["show assets"] += "\n(1 more)"
    if counted:
        asked.session.script["show assets summary"] = f"======\n Assets\n======\n {counted}\n"
    asked.web = SimpleNamespace(assets=lambda node_id: rows_of(*nodes))
    with pytest.raises(Unreadable, match=why):
        asked.assets()


def test_where_there_is_no_list_of_the_web_api_either_both_say_why() -> None:
    asked = strange_list()

    def fails(node_id):
        raise WebProblem("It is away.")

    asked.web = SimpleNamespace(assets=fails)
    with pytest.raises(Unreadable, match=r"'\(1 more\)' is not understood.* The web API does not help: It is away\.$"):
        asked.assets()


STATE = NodeState(NodeId("r1", "a"), "RUNNING", "combo", "6.3.5-39", parse("6.3.5-39"), None, 0, None)


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (STATE, ("a", "r1", "RUNNING", "6.3.5-39", True)),
        (replace(STATE, status="OFFLINE"), ("a", "r1", "OFFLINE", "6.3.5-39", True)),
        (replace(STATE, status=None), ("a", "r1", None, None, None)),
        (replace(STATE, status="swizzling"), ("a", "r1", None, None, None)),
        (None, ("a", "r1", None, None, None)),
        (WebProblem("It is away."), ("a", "r1", None, None, None)),
    ],
)
def test_in_place_of_an_answer_of_a_node_that_cannot_be_read_that_of_the_web_api_counts(state, shown) -> None:
    def answers(of, node_id):
        assert (of, node_id) == (("r1", "a"), LOCAL_NODE)
        if isinstance(state, Exception):
            raise state
        return state

    asked = conductor(script={"show system router r1 node a": "0x7f 2:1/0 --"})
    asked.web = SimpleNamespace(node_state=answers)
    status = asked.system_of("r1", "a")
    assert (status.node, status.router, status.status, status.version, status.reached) == shown


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("0x7f 2:1/0 --", {NodeId("r1", "a"): "by web"}),
        ("", {NodeId("r1", "a"): "by web"}),
        ("Command 'show assets software' not found (use '?' for help)", None),
    ],
)
def test_only_in_place_of_an_answer_that_cannot_be_read_the_web_api_shows_what_is_downloaded(answer, shown) -> None:
    asked = conductor(script={"show assets software": answer})
    asked.web = SimpleNamespace(downloads=lambda node_id: {NodeId("r1", "a"): "by web"})
    assert asked.downloads() == shown


def test_alarms_that_cannot_be_read_are_those_of_the_web_api_or_unreadable() -> None:
    asked, said = conductor(script={"show alarms": "0x7f 2:1/0 --"}), []
    asked.tell, asked.web = said.append, SimpleNamespace(alarms=lambda node_id: ["an alarm"])
    assert asked.alarms() == asked.alarms() == ["an alarm"] and len(said) == 1

    def fails(node_id):
        raise WebProblem("It is away.")

    asked.web = SimpleNamespace(alarms=fails)
    with pytest.raises(Unreadable, match=r"'show alarms' cannot be read: .* The web API does not help: It is away\.$"):
        asked.alarms()


def test_what_a_node_answers_readably_is_not_asked_for_again() -> None:
    block = "======\n a.r1\n======\n Status: running\n Version: 6.3.0\n Uptime: 0 days 0:00:09\n\n"
    asked = conductor(script={"show system router r1 node a": block})
    asked.web = SimpleNamespace()
    assert asked.system_of("r1", "a").status == "running"
    assert conductor(script={}).system_of("r1", "a") is None


def test_where_the_prompt_does_not_name_the_node_no_list_of_the_web_api_is_asked_for() -> None:
    """Which node it should be that of is not known then."""
    asked = strange_list()
    asked.session.prompt = find_prompt("admin@a.b.c#")
    asked.web = SimpleNamespace(assets=lambda node_id: [])
    with pytest.raises(Unreadable):
        asked.assets()


def fall_back(asked: Conductor, prompt: str, node: str | None = None) -> bool:
    asked.session.next_prompt, asked.session.fallen_back = find_prompt(prompt), True
    asked.session.access = Access(Login("192.0.2.12"), node=node)
    return asked.reopen()


def test_router_operations_go_on_through_the_other_node_and_are_told_so() -> None:
    asked = conductor("6.3.0", {UPGRADE: [device_text("request_system_software_upgrade_usage_6.3"), USAGE_7_2]})
    asked.follow_fallback()
    asked.local_node()
    assert "no-revert" not in asked.usage("upgrade")
    assert fall_back(asked, "admin@node2.Conductor#") is True and asked.moved
    assert asked.local_node() == ("Conductor", "node2")
    asked.session.script["show system"] = SYSTEM.replace("node1", "node2")
    assert "no-revert" in asked.usage("upgrade"), "what was learned of the other node does not hold here"
    assert asked.reopen() is False and not asked.moved
    assert fall_back(asked, "admin@node1.Conductor#") is True


def test_the_web_api_of_the_other_node_is_a_witness_of_its_own() -> None:
    asked, lists = conductor(pinned=False), []
    asked.session.access = Access(Login("192.0.2.11"))

    def fails(node_id):
        lists.append(node_id)
        raise WebProblem("It is away.")

    asked.web = SimpleNamespace(asset_list=fails, forget=lambda: None)
    asked.second.ask([LOCAL_NODE], Pace())
    asked.second.ask([LOCAL_NODE], Pace())
    fall_back(asked, "admin@node2.Conductor#")
    asked.second.ask([LOCAL_NODE], Pace())
    assert lists == [LOCAL_NODE, NodeId("Conductor", "node2")]


def test_a_fall_back_never_leads_to_another_router() -> None:
    asked = conductor(pinned=False)
    asked.local_node()
    with pytest.raises(WrongNode, match="ansible_pcli_fallback_hosts"):
        fall_back(asked, "admin@node2.Elsewhere#")
    assert asked.session.closed == 1


def test_each_address_has_an_expected_node_of_its_own() -> None:
    asked = conductor(pinned=False, expected_node="node1", expected_router="Conductor")
    asked.local_node()
    assert fall_back(asked, "admin@node2.Conductor#") is True
    asked = conductor(pinned=False, expected_node="node1")
    asked.local_node()
    with pytest.raises(WrongNode, match="on node node2, not on node3"):
        fall_back(asked, "admin@node2.Conductor#", node="node3")
    asked = conductor(pinned=False, expected_node="node2")
    with pytest.raises(WrongNode, match="not on node2"):
        asked.local_node()
    asked = conductor(pinned=False, expected_router="Other")
    asked.session.fallen_back, asked.session.access = True, Access(Login("192.0.2.12"))
    with pytest.raises(WrongNode, match="not on Other"):
        asked.local_node()


def test_whoever_turns_to_the_conductor_itself_is_bound_to_its_node_again() -> None:
    asked = conductor(pinned=False)
    asked.require_first_node()
    assert asked.session.use_fallbacks is False
    with pytest.raises(WrongNode):
        fall_back(asked, "admin@node2.Conductor#")


def test_the_conductor_itself_is_not_worked_on_through_the_other_node() -> None:
    asked = conductor(pinned=False)
    asked.local_node()
    fall_back(asked, "admin@node2.Conductor#")
    with pytest.raises(WrongNode, match="Nothing was sent"):
        asked.require_first_node()
    assert asked.session.use_fallbacks is True


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
    assert shown.running_operation("upgrade").line == "node2.Conductor: upgrade is in progress."
    nothing = conductor(script={command: "No upgrade operations found."}).running_operation("upgrade")
    assert nothing.line is None and nothing.unavailable is None


def test_a_status_command_that_is_refused_does_not_say_that_nothing_runs() -> None:
    command = "show system software upgrade router Conductor"
    assert not conductor().running_operation("upgrade").asked, "it does not exist there"
    for answer in ("% Error: Internal error", "✖ Retrieving...\nUnable to reach the node", "", "Blue moon"):
        activity = conductor(script={command: answer}).running_operation("upgrade")
        assert activity.line is None and activity.unavailable, answer
    idle = conductor(script={command: "✔ Retrieving upgrades...\n\nCompleted in 0.04 seconds"})
    assert idle.running_operation("upgrade").unavailable is None


def test_other_users_and_what_is_out_of_sync_are_shown_to_people() -> None:
    activity = "======= ========\n User    Source\n======= ========\n admin   ssh\n night   gui\n"
    hints, unavailable = conductor(script={"show user activity": activity}).configuration_hints()
    assert "night" in hints and "admin" not in hints
    assert "out-of-sync" in unavailable and "locally-modified" in unavailable, "what was refused is not 'nobody'"


def test_words_that_there_is_nothing_are_no_hint_and_other_words_are() -> None:
    script = {
        "show user activity": "No users are active",
        "show config out-of-sync": "✔ Retrieving...\nAll routers are in sync\nCompleted in 0.1 seconds",
        "show config locally-modified": "branch1 was changed by hand",
    }
    hints, unavailable = conductor(script=script).configuration_hints()
    assert (hints, unavailable) == ("show config locally-modified: branch1 was changed by hand", "")


@pytest.mark.parametrize(
    ("command", "ask"),
    [
        ("show config exports", lambda asked: asked.configuration.exports()),
        ("show system software available", lambda asked: asked.available()),
    ],
)
def test_a_list_that_cannot_be_read_is_not_an_empty_one(command, ask) -> None:
    with pytest.raises(Unreadable, match=command):
        ask(conductor(script={command: "hello"}))


def test_of_a_node_that_nothing_tells_of_it_is_not_known_what_is_downloaded() -> None:
    refused = {"show assets software": "% Error: Internal error", "show system software download": "Blue moon"}
    assert conductor(script=refused).downloaded() is None
    rule = " ".join("=" * 13 for _column in range(6))
    head = "".join(f" {name:<13}" for name in ("Router", "Node", "Installed", "Available", "Downloading", "Downloaded"))
    row = f" {'Conductor':<13} {'node1':<13} 6.3.0-107"
    empty = {**refused, "show assets software": "\n".join((rule, head, rule, row, "", "Completed in 0.1 seconds"))}
    assert conductor(script=empty).downloaded() == []


def test_what_a_refusal_prints_of_another_node_is_not_this_ones() -> None:
    """A refusal that names the state of the node that refuses is no answer about the one that was asked for."""
    words = "% Error: the node cannot be reached\n\n" + SYSTEM
    command = "show system router branch node east"
    assert conductor(script={command: words}).system_of("branch", "east").reached is None
    asked = "show system version router branch node east"
    wrong = "% Error: the node cannot be reached\n\n" + version_table("6.3.5", "SSR-6.3.5-37.r1.el7", "branch", "east")
    assert conductor(script={asked: wrong}).versions_of([("branch", "east")]) == {}


@pytest.mark.parametrize(
    ("words", "reached"),
    [
        ("% Error: Request timed out", None),
        ("% Error: east.branch: No response", None),
        ("% Error: Internal Server Error", None),
        ("% Error: system() got an unexpected keyword argument 'node'", None),
        ("", None),
        ("\u2714 Retrieving system status...\n\nCompleted in 0.1 seconds", None),
        ("\u26a0 Retrieving system status... 0/1 targets complete\nbranch was not reached", None),
        ("\u2716 Retrieving system status...\n east.branch: timeout\n1 target failed", None),
        ("======\n east\n======\n  Version: 6.3.5\n  Uptime: 2h 3m\n", True),
    ],
)
def test_a_node_of_which_nothing_can_be_read_is_neither_reached_nor_unknown_to_the_release(words, reached) -> None:
    status = conductor(script={"show system router branch node east": words}).system_of("branch", "east")
    assert status.reached is reached and status.runs is None


@pytest.mark.parametrize(
    "words",
    [
        "Command 'show system router branch node east' not found (use '?' for help)",
        "% Error: Unknown keyword 'router'",
        "% Error: Unexpected argument 'node'",
        "% Error: 'router' is not a valid argument",
        "% Error: argument node is unknown",
        "% Error: User 'op' does not have permission to run this command",
    ],
)
def test_only_a_release_that_has_no_such_question_says_so(words) -> None:
    assert conductor(script={"show system router branch node east": words}).system_of("branch", "east") is None


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
        "show system software available": device_text("show_system_software_available_7.1"),
    }
    assert conductor(script=script).downloaded() == ["6.3.1-2", "SSR-6.3.3-4", "SSR-7.1.0-50"]


def test_what_every_node_has_downloaded_is_one_command() -> None:
    asked = conductor(script={"show assets software": device_text("show_assets_software_4.4")})
    downloads = asked.downloads()
    assert downloads["burl-corp", "burl-corp-primary"].available == ("4.3.0-1.el7", "4.3.1-1.el7")
    assert set(downloads) == {("burl-corp", "burl-corp-primary"), ("burl-corp", "burl-corp-secondary"),
                          ("tp-colo", "tp-colo-primary")}  # fmt: skip
    assert asked.session.asked == ["show assets software"]
    assert conductor().downloads() is None


def test_the_members_of_a_resource_group_are_its_rows_in_show_assets() -> None:
    command = "show assets resource-group wave-1"
    asked = conductor(script={command: assets_table(("branch-1", "east"), ("branch-2", "west"))})
    assert [(member.router, member.node) for member in asked.members("wave-1")] == [
        ("branch-1", "east"),
        ("branch-2", "west"),
    ]
    assert conductor(script={command: assets_table()}).members("wave-1") == []
    with pytest.raises(Unreadable, match="cannot be read"):  # neither members nor a word about there being none
        conductor(script={command: "✔ Retrieving assets...\n\nCompleted in 0.1 seconds"}).members("wave-1")
    with pytest.raises(DeviceError):
        conductor().members("wave-1")
    with pytest.raises(NameRefused):
        asked.members("wave 1")


NO_LINKS = """\
✔ Retrieving connectivity...

============ ============= =======
 Local Node   Remote Node   State
============ ============= =======

Completed in 0.02 seconds
"""
NOBODY = """\
✔ Retrieving processes 1/1 targets complete...

====== ========= ======== =========
 Node   Process   Status   Primary
====== ========= ======== =========

Completed in 0.02 seconds
"""
UNREACHED = """
=========== ===================
 Target      Message
=========== ===================
 b1.branch   Node unreachable.

0 targets failed, 1 target is disconnected, and 0 targets succeeded
"""


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (NO_LINKS, []),
        ("No connections.\n", []),
        ("There is no system connectivity to show.\n", []),
        (NO_LINKS + UNREACHED, None),
        ("% Error: Unhandled TypeError\n", None),
        ("✔ Retrieving connectivity...\nCompleted in 0.02 seconds\n", None),
        ("node1 to node2 is fine\n", None),
    ],
)
def test_no_connection_is_another_answer_than_none_that_can_be_read(text, links) -> None:
    assert conductor(script={"show system connectivity router branch force": text}).connectivity("branch") == links


@pytest.mark.parametrize(("text", "processes"), [(NOBODY, []), (NOBODY + UNREACHED, None), ("hello\n", None)])
def test_no_process_is_another_answer_than_none_that_can_be_read(text, processes) -> None:
    assert conductor(script={"show system processes router branch force": text}).processes("branch") == processes


ALARMS = """\
=================== ===================== ========== ========= ========== ===================
 ID                  Time                  Severity   Source    Category   Message
=================== ===================== ========== ========= ========== ===================
 b1.site.branch:4    2018-01-17 13:22:38   major      x         system     disk space low
 n1.hub:5            2018-01-17 13:22:38   major      x         system     disk space low
 x.y.z:6             2018-01-17 13:22:38   major      x         system     disk space low
"""


def test_the_list_of_assets_tells_where_the_name_of_a_node_with_dots_ends() -> None:
    known = assets_table(("branch", "b1.site"), ("hub", "n1"))
    asked = conductor(script={"show alarms": ALARMS, "show assets": known})
    assert [(alarm.node, alarm.router) for alarm in asked.alarms()] == [
        ("b1.site", "branch"),
        ("n1", "hub"),
        ("x", "y.z"),
    ]
    asked.alarms()
    assert asked.session.asked.count("show assets") == 1, "the last look will do"
    refused = conductor(script={"show alarms": ALARMS, "show assets": "% Error: busy"})
    assert [alarm.router for alarm in refused.alarms()] == ["site.branch", "hub", "y.z"]


@pytest.mark.parametrize("text", ["hello\n", "Completed in 0.02 seconds\n", ALARMS.replace("Severity", "Grade   ")])
def test_alarms_that_cannot_be_read_are_not_no_alarms(text) -> None:
    with pytest.raises(Unreadable, match="show alarms"):
        conductor(script={"show alarms": text}).alarms()
    assert conductor(script={"show alarms": "There are 0 shelved alarms\n"}).alarms() == []


def test_alarms_of_names_without_dots_cost_one_command() -> None:
    plain = "\n".join(line for line in ALARMS.splitlines() if line.count(".") < 2)
    asked = conductor(script={"show alarms": plain})
    assert [alarm.node for alarm in asked.alarms()] == ["n1"] and asked.session.asked == ["show alarms"]


def test_processes_and_connections_can_be_asked_of_a_router_and_may_be_silent() -> None:
    processes, links = "show system processes router tp-colo force", "show system connectivity router tp-colo force"
    script = {
        processes: device_text("show_system_processes_6.0"),
        links: device_text("show_system_connectivity_6.0"),
        "show system connectivity router Conductor force": device_text("show_system_connectivity_6.0"),
    }
    asked = conductor(script=script)
    assert system.primary_node(asked.processes("tp-colo")) == "tp-colo-primary"
    assert asked.connectivity("tp-colo") == asked.connectivity() != []
    assert conductor().processes("tp-colo") is None and conductor().connectivity("tp-colo") is None
    with pytest.raises(NameRefused):
        asked.processes("a b")
    with pytest.raises(NameRefused):
        asked.connectivity("a|b")


@pytest.mark.parametrize("name", ["a b", "x|shell", "x\n"])
def test_names_of_exports_and_assets_cannot_break_out_of_the_line_either(name) -> None:
    asked = conductor()
    configuration = asked.configuration
    exports = (configuration.export, configuration.import_export, configuration.delete_export)
    for ask in (*exports, asked.asset_detail, asked.import_iso):
        with pytest.raises(NameRefused):
            ask(name)
    with pytest.raises(NameRefused):
        configuration.compare("running", name)
    assert asked.session.asked == []


def test_every_argument_of_a_request_has_a_name_in_the_grammar() -> None:
    fields = set(Request.__dataclass_fields__) - {"operation", "target"}
    assert fields == set(ARGUMENTS)


ONE_VERSION = """
======== ====== ========= ======== =============================
 Router   Node   Version   Status   Package
======== ====== ========= ======== =============================
 {}
"""


def version_rows(*rows: tuple[str, str, str]) -> str:
    return ONE_VERSION.format("\n ".join(f"{r:8} {n:6} 6.3.5     ok       {package}" for r, n, package in rows))


def test_the_versions_of_few_nodes_are_asked_one_by_one_and_those_of_many_at_once() -> None:
    few = {
        f"show system version router R{n} node a": version_rows((f"R{n}", "a", f"SSR-6.3.5-37.r{n}.el7"))
        for n in range(3)
    }
    asked = conductor(script=few)
    versions = asked.versions_of([("R1", "a"), ("R2", "a"), ("gone", "a"), ("R 0", "a")])
    assert {node_id: node_version.version.rebuild for node_id, node_version in versions.items()} == {
        ("R1", "a"): 1,
        ("R2", "a"): 2,
    }
    node_ids = [(f"R{n}", "a") for n in range(30)]
    everything = version_rows(*((*node_id, "SSR-6.3.5-37.r1.el7") for node_id in [*node_ids, ("other", "a")]))
    asked = conductor(script={"show system version router all force": everything})
    assert set(asked.versions_of(node_ids)) == set(node_ids)
    assert asked.session.asked == ["show system version router all force"]
    assert conductor().versions_of(node_ids) == {}


@pytest.mark.parametrize("argument", ["downgrade", "skip-version-check"])
def test_older_versions_are_asked_for_by_the_argument_that_the_release_knows(argument) -> None:
    refused = f"% Error: Unexpected argument\n{USAGE_DOWNLOAD_7_2}"
    script = {f"show system software available {word}": refused for word in ("downgrade", "skip-version-check")}
    assert conductor(script=script).available_below() == []
    script[f"show system software available {argument}"] = device_text("show_system_software_available_7.1")
    assert "SSR-7.1.0-50" in conductor(script=script).available_below()


@pytest.mark.parametrize(("release", "said"), [("6.3.0", True), ("7.2.3", False)])
def test_an_older_version_is_downloaded_with_the_word_that_allows_it_where_there_is_one(release, said) -> None:
    request = Request("download", router="R", version="6.2.9", skip_version_check=True)
    asked = conductor(release, {DOWNLOAD: "% Error: Missing argument: version"})
    assert (" skip-version-check " in asked.command_for(request)) is said


def test_what_is_offered_to_a_router_is_asked_of_that_router() -> None:
    offers = device_text("show_system_software_available_7.1")
    asked = conductor(script={"show system software available router R": offers})
    assert "SSR-7.1.0-50" in asked.available("R")
    assert asked.available("another") == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("", "east", "6.3.5-37", "Synchronized"), "east is shown without its router"),
        (("branch", "east", "6.3.5-37", ""), "east is shown without a status"),
    ],
)
def test_a_list_of_assets_that_was_cut_is_refused_in_a_sentence(row, words) -> None:
    rule = " ".join("=" * width for width in (12, 12, 12, 14))
    line = lambda cells: " ".join(f"{cell:12}" for cell in cells).rstrip()  # noqa: E731
    table = "\n".join([rule, line(("Router", "Node", "SSR Version", "Status")), rule, line(row), rule])
    with pytest.raises(DeviceError, match=words) as caught:
        conductor(script={"show assets": table}).assets()
    assert "nothing is concluded from it" in str(caught.value)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status, versions, alarms, connections and processes, as the conductor prints them and a little differently."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from datetime import datetime

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    InternalLink,
    Link,
    Process,
    primary_node,
    read_available,
    read_connectivity,
    read_internal_connectivity,
    read_names,
    read_plugins,
    read_processes,
    read_system,
    read_versions,
    service_runs,
    within,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.software.printed import table

from .printed import printed

# -- does a service run? ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["running", "Running", "RUNNING", "active", "Active", "up",
     "running ", "Started", "active (running)",
                                  "Running.", "\u2714 running", "running \u2714"])  # fmt: skip
def test_words_for_a_service_that_runs(word) -> None:
    assert service_runs(word) is True


@pytest.mark.parametrize(
    "word",
    ["offline", "Offline", "stopped", "Stopping", "inactive", "failed", "dead", "down", "disabled", "not running",
     "Not-Running", "notRunning", "exited", "crashed", "unhealthy", "deactivating", "inactive (dead)"],
)  # fmt: skip
def test_words_for_a_service_that_is_surely_down(word) -> None:
    assert service_runs(word) is False


@pytest.mark.parametrize(
    "word", [None, "", "starting", "Starting", "activating", "unknown", "none", "degraded", "ready?", "-", "1"]
)  # fmt: skip
def test_any_other_word_is_no_verdict(word) -> None:
    """Only a service that is surely down takes an upgrade back, and the words are documented nowhere."""
    assert service_runs(word) is None


@pytest.mark.parametrize(
    "text",
    ["running (0 failed)", "running, no failed processes", "Running; last exit: crashed", "starting (was stopped)",
     "restarting after crash", "not up to date", "up, 0 dead peers", "never failed", "starting: stopped 3 s ago",
     "running (degraded)", "running since stop", "no longer running", "failsafe", "failing over", "0 down", "0 up",
     "download", "up?", "!running", "R u n n i n g", "active, disabled at boot", "not failed", "running exited"],
)  # fmt: skip
def test_a_known_word_among_others_is_no_verdict_on_a_service(text) -> None:
    assert service_runs(text) is None


@given(st.text(max_size=30))
def test_no_word_is_too_odd(word) -> None:
    assert service_runs(word) in (True, False, None)


# -- show system --------------------------------------------------------------------------------------------------


def test_show_system_is_read_as_documented(device_text) -> None:
    (status,) = read_system(read(device_text("show_system_4.3")))
    assert (status.node, status.router, status.status, status.version) == ("labsystem1", None, "running", "4.3.2")
    assert (status.uptime, status.role, status.alarms, status.runs) == (
        4 * 86400 + 6 * 3600 + 17 * 60 + 31,
        "combo",
        0,
        True,
    )
    assert status.at == datetime(2017, 2, 27, 15, 11, 6)


def test_show_system_of_several_nodes_gives_each_of_them() -> None:
    block = "======\n {}\n======\n Status: {}\n Version: 6.3.0\n Uptime: 0 days 0:00:09\n\n"
    nodes = read_system(read(block.format("node1.Conductor", "starting") + block.format("node2.Conductor", "offline")))
    assert [(node.node, node.runs, node.uptime) for node in nodes] == [
        ("node1.Conductor", None, 9),
        ("node2.Conductor", False, 9),
    ]


def test_show_system_may_change_case_order_and_fields() -> None:
    text = "======\n node1\n======\n  UPTIME:  2h 3m\n  New Field: 7\n  status:  Running\n  Software Version:  6.3.5\n"
    (status,) = read_system(read(text))
    assert (status.runs, status.version, status.uptime, status.alarms) == (True, "6.3.5", 7380, None)


def test_show_system_may_be_a_table() -> None:
    text = table(["Status", "Node", "Version", "Uptime"], ["running", "node1", "6.3.5", "1d 2h"])
    (status,) = read_system(read(text))
    assert (status.node, status.runs, status.version, status.uptime) == ("node1", True, "6.3.5", 93600)


def test_a_block_that_tells_no_status_is_no_system() -> None:
    assert read_system(read("======\n node1\n======\n Version: 6.3.0\n Role: conductor\n")) is None


# -- show system version ------------------------------------------------------------------------------------------


def test_the_version_comes_from_the_package_which_tells_more_and_is_wrapped(device_text) -> None:
    (node_version,) = read_versions(read(device_text("show_system_version_6.2.3")))
    assert (node_version.router, node_version.node, node_version.install_type) == ("128t-east", "128t-east", "package")
    assert node_version.version == parse("6.2.3-14.r2.el7")
    assert "(" not in node_version.text


@pytest.mark.parametrize(
    ("package", "plain", "version", "kind"),
    [
        ("SSR-7.1.0-50.r1.el9 (image based)", "7.1.0", "7.1.0-50.r1.el9", "image"),
        ("SSR-7.1.0-50.r1.el9 (Image-Based)", "7.1.0", "7.1.0-50.r1.el9", "image"),
        ("128T-6.2.3-14.r2.el7 (package-based)", "6.2.3", "6.2.3-14.r2.el7", "package"),
        ("SSR-7.1.0-50", "7.1.0", "7.1.0-50", None),
        ("", "7.1.0", "7.1.0", None),
        ("something else", "7.1.0", "7.1.0", None),
    ],
)
def test_columns_may_come_in_another_order_and_the_package_may_be_spelled_otherwise(
    package, plain, version, kind
) -> None:
    text = table(["Package", "version", "NODE", "Router"], [package, plain, "n", "R"])
    (node_version,) = read_versions(read(text))
    assert (node_version.router, node_version.node, node_version.version, node_version.install_type) == (
        "R",
        "n",
        parse(version),
        kind,
    )


def test_the_router_of_a_second_node_is_left_blank() -> None:
    text = table(["Router", "Node", "Version"], ["R", "a", "6.3.0"], ["", "b", "6.3.5"])
    assert [(version.router, version.node, str(version.version)) for version in read_versions(read(text))] == [
        ("R", "a", "6.3.0"),
        ("R", "b", "6.3.5"),
    ]


def test_the_detailed_form_is_a_block_for_each_node() -> None:
    text = "Node: gouda.novigrad\n  Version:        4.3.2\n  Build User:     root\n  Package:        128T-4.3.2-1.el7\n"
    (node_version,) = read_versions(read(text))
    assert (node_version.router, node_version.node, node_version.version) == ("novigrad", "gouda", parse("4.3.2-1.el7"))


def test_a_version_that_cannot_be_read_is_kept_as_text() -> None:
    (node_version,) = read_versions(read(table(["Node", "Version", "Package"], ["a", "unknown", ""])))
    assert (node_version.text, node_version.version) == ("unknown", None)


# -- connections, processes, versions on offer --------------------------------------------------------------------


def test_connections_are_read_as_documented(device_text) -> None:
    (link,) = read_connectivity(read(device_text("show_system_connectivity_6.0")))
    assert (link, link.up) == (Link("cnd1.conductor", "b1.branch1", "disconnected"), False)


def test_connectivity_with_routers_in_columns_of_their_own_names_both_ends() -> None:
    text = textwrap.dedent(
        """\
        ============== ============ =============== ============= ==============
         Local Router   Local Node   Remote Router   Remote Node   State
        ============== ============ =============== ============= ==============
         branch         b1           branch          b2            disconnected
                                     hq              c1            connected
         hq             c1           branch          b1.branch     connected
        """
    )
    ends = [(link.local, link.remote, link.up) for link in read_connectivity(read(text))]
    assert ends == [("b1.branch", "b2.branch", False), ("b1.branch", "c1.hq", True), ("c1.hq", "b1.branch", True)]


@pytest.mark.parametrize(
    ("state", "up"), [("connected", True), ("Connected ", True), ("unconfigured", False), ("", False)]
)
def test_only_connected_is_up(state, up) -> None:
    assert Link("a", "b", state).up is up


def test_the_services_of_a_node_are_read_as_documented() -> None:
    links = read_internal_connectivity(read(printed("016")))
    assert [(link.local, link.remote, link.service, link.state, link.up) for link in links] == [
        ("cnd1.conductor", "cnd1.conductor", "Zookeeper", "Connected", True),
        ("cnd1.conductor", "cnd1.conductor", "db-store", "Connected", True),
        ("cnd1.conductor", "cnd1.conductor", "ssc", "Connected", True),
        ("cnd1.conductor", "cnd1.conductor", "step-repository", "Connected", True),
    ]


def test_nodes_that_are_repeated_may_be_left_blank_in_the_list_of_services() -> None:
    text = table(
        ["Local Node", "Remote Node", "Service", "Message"],
        ["a.R", "a.R", "ssc", "Connected"],
        ["", "b.R", "ssc", "Not connected"],
    )
    assert [(link.local, link.remote, link.up) for link in read_internal_connectivity(read(text))] == [
        ("a.R", "a.R", True),
        ("a.R", "b.R", False),
    ]


@pytest.mark.parametrize(
    ("state", "up"),
    [("connected", True), ("CONNECTED", True), ("Disconnected", False), ("Connection refused", False), ("", None),
     ("Timed out", False), ("Not Connected", False), ("node is unreachable", False), ("Connecting", None),
     ("12 ms", None)],
)  # fmt: skip
def test_only_a_plain_word_says_how_a_service_is_reached(state, up) -> None:
    assert InternalLink("a", "b", "ssc", state).up is up


@pytest.mark.parametrize(
    "text", ["", "Completed in 0.2 seconds", "% Error: invalid keyword 'internal'", printed("015"), printed("070"),
             table(["Local Node", "Remote Node", "Service", "Message"], ["a.R", "b.R", "ssc", ""])],
)  # fmt: skip
def test_services_that_cannot_be_read_are_not_none(text) -> None:
    assert read_internal_connectivity(read(text)) is None


def test_every_process_of_a_documented_pair_is_read() -> None:
    processes = read_processes(read(printed("017")))
    assert len(processes) == 18
    led = [(process.node, process.name) for process in processes if process.primary]
    assert led == [
        ("tp-colo-primary.tp-colo", name)
        for name in (
            "dnsManager",
            "dynamicPeerUpdateManager",
            "redisServerManager",
            "routingManager",
            "securityKeyManager",
        )
    ]
    assert sum(process.primary is None for process in processes) == 10
    assert primary_node(processes, nodes=["tp-colo-primary", "tp-colo-secondary"]) == "tp-colo-primary"


def test_the_primary_of_a_process_is_known_unknown_or_not_there(device_text) -> None:
    first, second = read_processes(read(device_text("show_system_processes_6.0")))
    assert (first.node, first.name, first.status, first.primary) == (
        "tp-colo-primary.tp-colo",
        "routingManager",
        "running",
        True,
    )
    assert second.primary is False
    text = table(["Node", "Process", "Status"], ["a.R", "highway", "running"])
    assert read_processes(read(text))[0].primary is None


def test_versions_on_offer_are_spelled_as_the_conductor_spells_them(device_text) -> None:
    assert read_available(read(device_text("show_system_software_available_7.1"))) == ["SSR-7.1.0-50"]


def test_versions_on_offer_may_come_in_another_table_or_as_lines() -> None:
    text = table(
        ["Channel", "Version", "Release"], ["release", "SSR-6.3.5-37", "6.3"], ["release", "SSR-6.3.5-37", "6.3"]
    )
    assert read_available(read(text)) == ["SSR-6.3.5-37"]
    assert read_available(read("Available:\n  6.3.5-37.r1.el7\n  SSR-7.0.1-1\nRelease 6.3 of 2024-05-06")) == [
        "6.3.5-37.r1.el7",
        "SSR-7.0.1-1",
    ]


def test_a_refusal_offers_no_version() -> None:
    assert read_available(read("% Error: no route to 6.3.5-37.example")) is None


@pytest.mark.parametrize(
    "text",
    [
        table(["Release", "Version", "Channel"]) + "\nCompleted in 0.2 seconds",
        "No software versions available",
        "✔ Retrieving versions 1/1 targets complete...\n\nCompleted in 0.2 seconds",
    ],
)
def test_nothing_on_offer_is_an_answer(text) -> None:
    assert read_available(read(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "✔ Retrieving versions 1/1 targets complete...\n\nlatest\n\nCompleted in 0.2 seconds",
        "⚠ Retrieving versions 0/1 targets complete...\n\nCompleted in 0.2 seconds",
        "✔ Retrieving versions 1/1 targets complete...",
        table(["Release", "Version", "Channel"], ["6.3", "latest", "x"]),
    ],
)
def test_versions_that_cannot_be_read_are_not_nothing_on_offer(text) -> None:
    assert read_available(read(text)) is None


def test_names_come_from_the_column_that_is_asked_for(device_text) -> None:
    assert read_names(read(device_text("show_config_exports_5.1")), "Name") == ["Arthur-C-Doyle.gz"]
    assert read_names(read(device_text("show_config_exports_5.1")), "Nothing") is None


def test_no_export_is_another_answer_than_none_that_can_be_read() -> None:
    frame = "✔ Retrieving exported configurations...\n\nCompleted in 0.22 seconds"
    end = "\nCompleted in 0.22 seconds"
    for text in (table(["Name", "Date Modified"]) + end, "No exported configurations", frame):
        assert read_names(read(text), "Name") == []
    for text in (
        "",
        "hello",
        "% Error: no export",
        table(["Name", "Date Modified"]).rstrip()[:-4],
        table(["File"], ["a.gz"]),
        frame.partition("\n")[0],
    ):
        assert read_names(read(text), "Name") is None


def test_plugins_are_read_by_name_whatever_the_columns_are_called() -> None:
    assert read_plugins(read(table(["Version", "Plugin Name"], ["3.3.0-1", "128T-dns-cache"]))) == {
        "128T-dns-cache": "3.3.0-1"
    }
    assert read_plugins(read("No plugins are installed")) == {}


def test_plugins_that_cannot_be_read_are_not_known_rather_than_none() -> None:
    assert read_plugins(read("Command 'plugins' not found (use '?' for help)")) is None
    assert read_plugins(read("dns-cache ok")) is None


# -- which node leads ---------------------------------------------------------------------------------------------


def process(node: str, primary: bool | None, name: str = "routingManager") -> Process:
    return Process(node, name, "running", primary)


@pytest.mark.parametrize(
    ("processes", "leads"),
    [
        ([process("n1.branch", True), process("n2.branch", False)], "n1"),
        ([process("n1", False), process("n2", True)], "n2"),
        ([process("n1", True)], "n1"),
        ([process("n1", True), process("n1", True), process("n2", False)], "n1"),
        ([process("n1", True, "ROUTINGMANAGER"), process("n2", False)], "n1"),
        ([process("n1", True, "redisServerManager"), process("n2", False)], None),
        ([process("n1", True), process("n2", True)], None),
        ([process("n1", False), process("n2", False)], None),
        ([process("n1", None), process("n2", None)], None),
        ([process("", True)], None),
        ([], None),
    ],
)
def test_the_primary_is_known_where_exactly_one_node_says_so(processes, leads) -> None:
    assert primary_node(processes) == leads


def test_another_process_may_have_another_primary() -> None:
    rows = [process("n1", True), process("n2", False), process("n1", False, "conflux"), process("n2", True, "conflux")]
    assert (primary_node(rows), primary_node(rows, "conflux")) == ("n1", "n2")


@pytest.mark.parametrize(
    ("shown", "nodes", "leads"),
    [
        ("node.1.branch", ["node.1", "node.2"], "node.1"),
        ("node.1.branch", [], "node"),
        ("node.1", ["node.1", "node"], "node.1"),
        ("NODE.1.Branch", ["node.1", "node.2"], "node.1"),
        ("node2.branch", ["node1"], None),
        ("node11", ["node1"], None),
    ],
)
def test_the_names_of_the_nodes_tell_where_a_name_with_a_dot_ends(shown, nodes, leads) -> None:
    followers = [process(name, False) for name in nodes[1:]]
    assert primary_node([process(shown, True), *followers], nodes=nodes) == leads


def test_the_primary_is_not_known_while_half_of_the_pair_is_missing_or_the_leader_does_not_run() -> None:
    """A stuck routingManager shows one leader and nothing of the other (I95-65680); both must be told of."""
    leader, follower = process("n1.branch", True), process("n2.branch", False)
    assert primary_node([leader, follower], nodes=["n1", "n2"]) == "n1"
    assert primary_node([leader], nodes=["n1", "n2"]) is None
    assert primary_node([leader, process("n2.branch", False, "highway")], nodes=["n1", "n2"]) is None
    assert primary_node([leader, process("n1.a.branch", False)], nodes=["n1", "n1.a"]) == "n1"
    assert primary_node([process("n1.a.branch", True)], nodes=["n1", "n1.a"]) is None
    for word in ("stopped", "starting", "standby"):
        assert primary_node([replace(leader, status=word), follower], nodes=["n1", "n2"]) is None
    assert primary_node([replace(leader, status=""), follower], nodes=["n1", "n2"]) == "n1"


@pytest.mark.parametrize(
    ("word", "primary"),
    [("Y", True), ("yes", True), ("N", False), ("No", False), ("standby", False), ("", None), ("?", None)],
)
def test_the_words_for_a_primary_are_many(word, primary) -> None:
    text = table(["Node", "Process", "Status", "Primary"], ["a.R", "RoutingManager", "Running", word])
    (process,) = read_processes(read(text))
    assert (process.name, process.status, process.primary) == ("RoutingManager", "running", primary)


@pytest.mark.parametrize(
    ("ends", "others", "count"),
    [
        (("a.R", "b.R"), (), 1),
        (("a", "b"), ("c",), 1),
        (("b", "a.R"), (), 1),
        (("a", "b"), ("b",), 0),  # which of the two routers is meant cannot be told
        (("a.R", "b.R"), ("a", "b"), 1),
        (("a", "c"), ("c",), 0),
        (("a.R", "a.Other"), ("a",), 0),
        (("a", "a"), (), 0),
    ],
)
def test_connections_of_a_pair_are_known_by_the_names_of_its_nodes_where_no_other_router_has_them(
    ends, others, count
) -> None:
    links = within([Link(*ends, "connected")], "R", ["a", "b"], others)
    assert len(links) == count
    assert all({link.local, link.remote} == {"a.R", "b.R"} for link in links)

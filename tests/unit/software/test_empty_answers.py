# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that is not whole never says that there is nothing, and shows no part of a list (rule 35)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Counts, Progress, Response, read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import (
    alarms,
    assets,
    disks,
    downloads,
    events,
    health,
    network,
    system,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.empty_answers import (
    is_whole,
    only_frame,
    says_none,
    shows_none,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse


def table(*columns: str, end: str = "\nCompleted in 0.04 seconds\n", rows: str = "") -> str:
    """A table of these columns; without `rows` it shows nothing."""
    rule = " ".join("=" * (len(name) + 3) for name in columns)
    return f"✔ Retrieving...\n{rule}\n" + " ".join(f" {name}  " for name in columns) + f"\n{rule}\n{rows}{end}"


#: Each reader of a list, and the columns of a table that it reads.
LISTS: dict[str, tuple[Callable[[Response], list | dict | None], tuple[str, ...]]] = {
    "assets": (assets.read_assets, ("Router", "Node", "Asset Id", "SSR Version", "Status")),
    "downloads": (assets.read_downloads, ("Router", "Node", "Available", "Downloading", "Downloaded")),
    "alarms": (alarms.read_alarms, ("ID", "Time", "Severity", "Source", "Category", "Message")),
    "events": (events.read_events, ("Router", "Node", "Time", "Message")),
    "connectivity": (system.read_connectivity, ("Local Node", "Remote Node", "State")),
    "internal": (system.read_internal_connectivity, ("Local Node", "Remote Node", "Service", "Message")),
    "processes": (system.read_processes, ("Node", "Process", "Status", "Primary")),
    "available": (system.read_available, ("Release", "Version", "Channel", "Source")),
    "plugins": (system.read_plugins, ("Plugin", "Version")),
    "names": (lambda response: system.read_names(response, "Name"), ("Name", "Date Modified")),
    "peers": (network.read_peers, ("Peer", "Node", "Network Interface", "Destination", "Status")),
    "interfaces": (network.read_device_interfaces, ("Name", "Admin Status", "Operational Status")),
}
each_list = pytest.mark.parametrize(("reader", "columns"), LISTS.values(), ids=LISTS)


@each_list
def test_a_whole_table_without_rows_says_that_there_is_nothing(reader, columns) -> None:
    result = reader(read(table(*columns)))
    assert result is not None and not result


@each_list
def test_a_table_without_rows_and_without_its_end_says_nothing(reader, columns) -> None:
    whole = table(*columns, end="")
    header = whole[: whole.rindex("\n=")]
    assert reader(read(header)) is None
    assert reader(read(f"{header}\n=====")) is None


@each_list
def test_an_answer_that_is_known_to_be_torn_says_nothing_at_all(reader, columns) -> None:
    torn = replace(read(table(*columns)), broken="a table is broken at the edge of a terminal")
    assert reader(torn) is None
    words = "No assets, alarms, events, connections, processes, versions, plugins, exports, peers, interfaces."
    assert reader(replace(read(words), broken="a block ends in its title")) is None


@each_list
def test_a_refusal_beside_an_empty_table_says_nothing(reader, columns) -> None:
    assert reader(replace(read(table(*columns)), error="% Error: Internal error")) is None


def test_what_is_torn_beside_a_list_leaves_nothing_of_it() -> None:
    """Half of a list would look as if the rest were gone."""
    rows = " branch   east   e1          6.3.0-1       Synchronized\n"
    response = read(table(*LISTS["assets"][1], rows=rows))
    assert [asset.node for asset in assets.read_assets(response)] == ["east"]
    assert assets.read_assets(replace(response, broken="a row ends in the middle")) is None


def test_single_answers_that_are_torn_tell_nothing() -> None:
    torn = "a block ends in its title"
    node = read("===============\n node1.Conductor\n===============\n Status:   running\n Version:  6.3.0\n")
    assert system.read_system(node) and system.read_system(replace(node, broken=torn)) is None
    assert system.read_versions(node) and system.read_versions(replace(node, broken=torn)) is None
    platform = read(table("Mount", "Size", "Use%", rows=" /       9 GB   40%\n"))
    assert disks.read_disks(platform) and disks.read_disks(replace(platform, broken=torn)) is None
    read_health = partial(health.read_health, command="request system software health-check router r force", nodes={})
    passed = read("System Processes Check: passed")
    assert read_health(passed).state == "pass"
    assert read_health(replace(passed, broken=torn)).state == "unknown"
    failed = replace(read("System Processes Check: failed"), broken=torn)
    assert read_health(failed).state == "fail", "what is shown has failed, whatever else is missing"
    nothing = replace(read("No downloads found."), broken=torn)
    assert downloads.read_download(nothing, parse("6.3.5-37.r1.el7")).kind == downloads.UNREADABLE


def test_a_link_of_which_a_part_is_missing_is_no_link() -> None:
    rows = " n1.R         n2.R\n"
    assert system.read_connectivity(read(table(*LISTS["connectivity"][1], rows=rows))) is None


# -- words that say that there is nothing ---------------------------------------------------------------------------

#: By the reader: what says that there is nothing, and what tells of a failure instead.
WORDS = {
    "assets": (
        ("No assets found", "There are no assets.", "0 assets", "Assets: none"),
        ("No assets could be retrieved", "No asset data available from salt master", "No asset information available"),
    ),
    "alarms": (
        ("No alarms", "No active alarms to display", "There are no active alarms on router branch1."),
        ("No alarm information is available", "There are 3 active alarms", "No alarms received: timeout"),
    ),
    "events": (
        ("No events found", "No matching events.", "No events for router branch1"),
        ("No events database available", "No events could be read", "No events were retrieved: timeout"),
    ),
    "connectivity": (
        ("No connectivity to show", "There are no connections"),
        ("No connectivity information available", "No connection to node2.r1", "No connectivity to b1.branch1"),
    ),
    "internal": (
        ("No connectivity to show", "There are no connections"),
        ("No connectivity information available", "No connection to node2.r1"),
    ),
    "processes": (
        ("No processes found",),
        ("No process information available", "No processes could be read", "No process manager"),
    ),
    "available": (
        ("No software versions available", "No newer versions", "There are no versions."),
        ("No versions could be retrieved: source unreachable", "No software information available"),
    ),
    "plugins": (("No plugins are installed", "No plugins"), ("No plugin service", "No plugins could be read")),
    "names": (("No exported configurations", "No exports found"), ("No configuration could be read", "No export path")),
    "peers": (
        ("No peers", "No peer paths configured", "No active peers"),
        ("No peer information available", "No peers reachable", "Response to no peer"),
    ),
    "interfaces": (
        ("No device interfaces to display", "No interfaces found."),
        ("No interface data received from node", "No device interfaces reachable"),
    ),
    "bgp": (
        ("No BGP neighbors found", "No BGP neighbors configured.", "BGP process is not running"),
        ("BGP: no peers data, bgpd not running", "No neighbor information", "bgp process not running: no peers read"),
    ),
}
READERS = {name: reader for name, (reader, _columns) in LISTS.items()} | {"bgp": network.read_bgp}
_PLACES = [(name, text) for name, (nothing, _failures) in WORDS.items() for text in nothing]
_TROUBLE = [(name, text) for name, (_nothing, failures) in WORDS.items() for text in failures]
_TARGETS = "\n======== =========\n Target   Message\n======== =========\n n2.r     no answer so far\n"


@pytest.mark.parametrize(("name", "text"), _PLACES)
def test_a_sentence_that_says_that_there_are_none_is_an_answer(name, text) -> None:
    result = READERS[name](read(f"✔ Retrieving...\n{text}\nCompleted in 0.1 seconds"))
    assert result is not None and not result


@pytest.mark.parametrize(("name", "text"), _TROUBLE)
def test_a_sentence_about_what_could_not_be_had_says_nothing(name, text) -> None:
    assert READERS[name](read(f"✔ Retrieving...\n{text}\nCompleted in 0.1 seconds", ended=True)) is None


@pytest.mark.parametrize(("name", "text"), _PLACES)
def test_none_where_somebody_was_not_reached_is_no_answer(name, text) -> None:
    for frame in (
        "⚠ Retrieving... 1/2 targets complete\n{}\n",
        "✔ Retrieving...\n{}\n" + _TARGETS,
        "{}\n0 targets failed, 1 target is disconnected, and 2 succeeded.\n",
        "{}\n1 target failed, 0 targets are disconnected, and 2 succeeded.\n",
    ):
        assert READERS[name](read(frame.format(text), ended=True)) is None, frame
    assert READERS[name](replace(read(text, ended=True), broken="a block ends in its title")) is None


@pytest.mark.parametrize(("name", "text"), [answer for answer in _PLACES if answer[0] != "bgp"])
def test_none_beside_a_refusal_is_no_answer(name, text) -> None:
    assert READERS[name](replace(read(text, ended=True), error="% Error: Internal error")) is None


@pytest.mark.parametrize(
    "amiss",
    [
        {"error": "% Error: Internal error"},
        {"broken": "a block ends in its title"},
        {"disconnected": (("n2.r", "no answer so far"),)},
        {"counts": Counts(1, 0, 2)},
        {"counts": Counts(0, 1, 2)},
        {"progress": (Progress("partial", "Retrieving", 1, 2),)},
    ],
)
def test_nothing_counts_as_none_where_anything_is_amiss(amiss) -> None:
    words, frame = read("No peers", ended=True), read("✔ Retrieving peers...", ended=True)
    empty = read(table("Peer", "Status"), ended=True)
    assert says_none(words, "peers?") and only_frame(frame) and shows_none(empty, empty.tables, "peers?")
    assert not says_none(replace(words, **amiss), "peers?")
    assert not only_frame(replace(frame, **amiss))
    assert not shows_none(replace(empty, **amiss), empty.tables, "peers?")
    assert not shows_none(replace(words, **amiss), (), "peers?")


@each_list
def test_an_empty_table_where_somebody_was_not_reached_says_nothing(reader, columns) -> None:
    if columns == LISTS["downloads"][1]:
        pytest.skip("a node that is not in it is not known")
    assert reader(read(table(*columns) + _TARGETS, ended=True)) is None


@pytest.mark.parametrize("broken", ["a table is torn", None])
def test_an_empty_frame_says_nothing_where_it_is_torn(broken) -> None:
    frame = read("✔ Retrieving events...\n\nCompleted in 0.1 seconds")
    assert events.read_events(replace(frame, broken=broken)) == (None if broken else [])
    assert is_whole(replace(frame, broken=broken)) is not bool(broken)
    assert only_frame(replace(frame, broken=broken)) is not bool(broken)


@pytest.mark.parametrize(
    "text",
    [
        "Version 7.1.3-2 is no longer offered.",
        "Your system runs 7.1.3-2.r1 and is up to date.",
        "No newer version than 7.1.3-2.r1",
        "Downloading version list; running version is 6.3.5-37.r1",
    ],
)
def test_a_version_in_a_sentence_is_not_on_offer(text) -> None:
    assert system.read_available(read(text, ended=True)) is None


def test_a_single_asset_that_is_torn_is_not_read() -> None:
    block = read("=====\n asset-id\n=====\n Router:   r\n Node:     n\n Current Version: 6.3.0\n Status: running\n")
    assert assets.read_asset_detail(block).node == "n"
    assert assets.read_asset_detail(replace(block, broken="a block ends in the middle of a line")) is None

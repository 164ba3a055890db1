# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that is not whole never says that there is nothing, and shows no part of a list (rule 35)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.reply import Reply, read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import (
    alarms,
    assets,
    downloads,
    events,
    health,
    network,
    platform,
    system,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse


def table(*columns: str, end: str = "\nCompleted in 0.04 seconds\n", rows: str = "") -> str:
    """A table of these columns; without `rows` it shows nothing."""
    rule = " ".join("=" * (len(name) + 3) for name in columns)
    return f"✔ Retrieving...\n{rule}\n" + " ".join(f" {name}  " for name in columns) + f"\n{rule}\n{rows}{end}"


#: Each reader of a list, and the columns of a table that it reads.
LISTS: dict[str, tuple[Callable[[Reply], list | dict | None], tuple[str, ...]]] = {
    "assets": (assets.read_assets, ("Router", "Node", "Asset Id", "SSR Version", "Status")),
    "downloads": (assets.read_downloads, ("Router", "Node", "Available", "Downloading", "Downloaded")),
    "alarms": (alarms.read_alarms, ("ID", "Time", "Severity", "Source", "Category", "Message")),
    "events": (events.read_events, ("Router", "Node", "Time", "Message")),
    "connectivity": (system.read_connectivity, ("Local Node", "Remote Node", "State")),
    "internal": (system.read_internal_connectivity, ("Local Node", "Remote Node", "Service", "Message")),
    "processes": (system.read_processes, ("Node", "Process", "Status", "Primary")),
    "available": (system.read_available, ("Release", "Version", "Channel", "Source")),
    "plugins": (system.read_plugins, ("Plugin", "Version")),
    "names": (lambda reply: system.read_names(reply, "Name"), ("Name", "Date Modified")),
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
    reply = read(table(*LISTS["assets"][1], rows=rows))
    assert [one.node for one in assets.read_assets(reply)] == ["east"]
    assert assets.read_assets(replace(reply, broken="a row ends in the middle")) is None


def test_single_answers_that_are_torn_tell_nothing() -> None:
    torn = "a block ends in its title"
    node = read("===============\n node1.Conductor\n===============\n Status:   running\n Version:  6.3.0\n")
    assert system.read_system(node) and system.read_system(replace(node, broken=torn)) is None
    assert system.read_versions(node) and system.read_versions(replace(node, broken=torn)) is None
    disks = read(table("Mount", "Size", "Use%", rows=" /       9 GB   40%\n"))
    assert platform.read_disks(disks) and platform.read_disks(replace(disks, broken=torn)) is None
    passed = read("System Processes Check: passed")
    assert health.read_health(passed).state == "pass"
    assert health.read_health(replace(passed, broken=torn)).state == "unknown"
    failed = replace(read("System Processes Check: failed"), broken=torn)
    assert health.read_health(failed).state == "fail", "what is shown has failed, whatever else is missing"
    nothing = replace(read("No downloads found."), broken=torn)
    assert downloads.read_download(nothing, parse("6.3.5-37.r1.el7")).kind == downloads.UNREADABLE


def test_a_link_of_which_a_part_is_missing_is_no_link() -> None:
    rows = " n1.R         n2.R\n"
    assert system.read_connectivity(read(table(*LISTS["connectivity"][1], rows=rows))) is None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list of software shows as available to each node, also where it says nothing of downloads."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.offered_software import (
    read_available_to_nodes,
)

WITHOUT_DOWNLOADS = """\
=========== ========= ============== =================
 Router      Node      Installed      Available
=========== ========= ============== =================
 Conductor   cond-1    6.2.5-5.el7
 branch-4    node1     6.1.10-3.el7   6.2.3-14.r2.el7
 branch-4    node1     6.1.10-3.el7   6.2.5-5.r2.el7
"""


def test_what_is_available_to_a_node_is_read_where_no_column_tells_of_downloads() -> None:
    offered = read_available_to_nodes(read(WITHOUT_DOWNLOADS))
    assert offered == {("branch-4", "node1"): ["6.2.3-14.r2.el7", "6.2.5-5.r2.el7"]}


def test_what_the_documented_table_of_software_shows_as_available_is_read(device_text) -> None:
    offered = read_available_to_nodes(read(device_text("show_assets_software_4.4")))
    assert offered["burl-corp", "burl-corp-primary"] == ["4.3.0-1.el7", "4.3.1-1.el7"]


def test_a_list_of_assets_shows_nothing_as_available(device_text) -> None:
    assert read_available_to_nodes(read(device_text("show_assets_6.3_image"))) == {}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peer paths, device interfaces and BGP neighbours, as the vendor's documents show them and a little differently."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.network import (
    BgpNeighbour,
    DeviceInterface,
    PeerPath,
    of_nodes,
    read_bgp,
    read_device_interfaces,
    read_peers,
)
from hypothesis import given
from hypothesis import strategies as st

# A sample of 2023 (traceroute page of the vendor's documentation).
PEERS = """Fri 2023-12-08 18:29:26 UTC
✔ Retrieving peer paths...

========= ========= =================== ================ ======== ============= ==========
 Peer      Node      Network Interface   Destination      Status   Hostname      Path MTU
========= ========= =================== ================ ======== ============= ==========
 test-3    runner    intf1               192.168.128.2    up       unavailable       1500

Completed in 0.11 seconds
"""

# CLI-6.0, shortened.
PEERS_ALL = """Fri 2020-04-17 19:07:42 UTC

============================== ===================== ==================== ================ ========= ============= =============
 Peer                           Node                  Network Interface    Destination      Status    Hostname      Path MTU
============================== ===================== ==================== ================ ========= ============= =============
 burl-corp -> brawny            burl-corp-secondary   lighttower           1.2.3.4          up        unavailable   unavailable
 tp-colo -> imjustarouter       tp-colo-primary       public-lab-dmz-pri   1.2.3.4          down      unavailable   unavailable
 tp-colo -> imjustarouter       tp-colo-secondary     public-lab-dmz-sec   1.2.3.4          standby   unavailable   unavailable

Completed in 1.25 seconds
"""  # noqa: E501

# show peers security, 7.x, shortened.
PEER_BLOCKS = """Mon 2025-07-21 20:28:18 UTC
✔ Retrieving peer paths...

==============
 Peer: branch
==============
  Peer:               branch
  Node:               test1
  Network Interface:  intf11
  Destination:        172.16.4.5
  Status:             up
  Hostname:           unavailable
  Path Mtu:           unavailable
  Security Status:    MKEY_EXCH_COMP


==============
 Peer: branch
==============
  Peer:               branch
  Node:               test1
  Network Interface:  intf12
  Destination:        172.16.4.7
  Status:             down
"""

# CLI-6.0, shortened.
INTERFACE = """Mon 2020-11-23 20:45:37 UTC

✔ Retrieving device interface information...

========================================
 test1:10
========================================
 Type:                ethernet
 Forwarding:          true
 PCI Address:         0000:00:04.0
 MAC Address:         fa:16:3e:16:42:6c

 Admin Status:        up
 Operational Status:  up
 Provisional Status:  up
 Redundancy Status:   non-redundant
 Speed:               1 Gb/s
 Duplex:              full

 in-octets:                           0
 out-errors:                          0

 Plugin Info:         unavailable

========================================
 test1:11
========================================
 Type:                ethernet

 Admin Status:        up
 Operational Status:  down

Completed in 0.17 seconds
"""

# The columns of ts_t1, in the vendor's frame.
INTERFACES = """Mon 2020-11-23 20:45:37 UTC
✔ Retrieving device interface information...

=================== ============== ==================== =================== ===================
 Name                Admin Status   Operational Status   Redundancy Status   MAC Address
=================== ============== ==================== =================== ===================
 node1:t1-carrier1   up             unknown              non-redundant       ea:83:07:63:27:74
 node2:t1-carrier2   up             up                   non-redundant       fa:88:6a:46:20:a3

Completed in 0.17 seconds
"""

# CLI-6.0; the state of the last two neighbours is ours.
BGP = """BGP router identifier 128.128.128.128, local AS number 4200000128
RIB entries 7, using 784 bytes of memory
Peers 3, using 13 KiB of memory

Neighbor        V         AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  State/PfxRcd
172.18.1.2      4 4200000001      62      73        0    0    0 00:29:07             1
172.18.2.2      4 4200000002      62      73        0    0    0    never        Active
172.18.3.2      4 4200000003      88      84        0    0    0 00:09:53  Idle (Admin)

Total number of neighbors 3
"""

# CLI-6.0, shortened; the second neighbour is ours.
BGP_NEIGHBOURS = """BGP neighbor is 172.18.1.2, remote AS 4200000001, local AS 4200000128, external
link
  BGP version 4, remote router ID 1.1.1.1
  BGP state = Established, up for 00:27:25
  Last read 00:00:25, hold time is 90, keepalive interval is 30 seconds
  Neighbor capabilities:
    4 Byte AS: advertised and received
BGP neighbor is 172.18.2.2, remote AS 4200000002, local AS 4200000128, external link
  BGP state = OpenSent
"""


# -- peers --------------------------------------------------------------------------------------------------------


def test_peer_paths_are_read_as_documented() -> None:
    assert read_peers(read(PEERS), "combo-west") == [
        PeerPath("combo-west", "test-3", "runner", "intf1", "192.168.128.2", "up")
    ]


def test_paths_of_all_routers_tell_whose_they_are() -> None:
    paths = read_peers(read(PEERS_ALL))
    assert [(path.router, path.peer, path.node, path.well) for path in paths] == [
        ("burl-corp", "brawny", "burl-corp-secondary", True),
        ("tp-colo", "imjustarouter", "tp-colo-primary", False),
        ("tp-colo", "imjustarouter", "tp-colo-secondary", True),
    ]


def test_paths_in_blocks_are_read() -> None:
    paths = read_peers(read(PEER_BLOCKS), "headend")
    assert [(path.router, path.peer, path.interface, path.destination, path.status) for path in paths] == [
        ("headend", "branch", "intf11", "172.16.4.5", "up"),
        ("headend", "branch", "intf12", "172.16.4.7", "down"),
    ]


@pytest.mark.parametrize(
    ("word", "well"), [("up", True), ("standby", True), ("down", False), ("initializing", False), ("pausing", None)]
)
def test_what_the_state_of_a_path_means(word, well) -> None:
    assert PeerPath("r", "p", "n", "i", "1.2.3.4", word).well is well


# -- device interfaces --------------------------------------------------------------------------------------------


def test_device_interfaces_are_read_from_their_blocks() -> None:
    assert read_device_interfaces(read(INTERFACE)) == [
        DeviceInterface("test1", "10", "up", "up", "up", "non-redundant"),
        DeviceInterface("test1", "11", "up", "down"),
    ]


def test_device_interfaces_are_read_from_the_summary() -> None:
    interfaces = read_device_interfaces(read(INTERFACES))
    assert [
        (interface.node, interface.name, interface.admin, interface.oper, interface.well) for interface in interfaces
    ] == [
        ("node1", "t1-carrier1", "up", "unknown", None),
        ("node2", "t1-carrier2", "up", "up", True),
    ]


def test_no_interfaces_is_an_answer() -> None:
    assert read_device_interfaces(read("No device interfaces to display")) == []


# -- BGP ----------------------------------------------------------------------------------------------------------


def test_a_number_of_prefixes_is_an_established_session() -> None:
    assert read_bgp(read(BGP), "fiedler") == [
        BgpNeighbour("fiedler", "172.18.1.2", "established"),
        BgpNeighbour("fiedler", "172.18.2.2", "active"),
        BgpNeighbour("fiedler", "172.18.3.2", "idle (admin)"),
    ]
    assert [neighbour.well for neighbour in read_bgp(read(BGP))] == [True, False, False]


def test_neighbours_in_detail_are_read() -> None:
    assert [(neighbour.address, neighbour.state) for neighbour in read_bgp(read(BGP_NEIGHBOURS))] == [
        ("172.18.1.2", "established"),
        ("172.18.2.2", "opensent"),
    ]


def test_a_neighbour_without_a_state_does_not_take_that_of_the_next() -> None:
    text = "BGP neighbor is 172.18.1.2, remote AS 1\nBGP neighbor is 172.18.2.2, remote AS 2\n  BGP state = Idle\n"
    assert [neighbour.address for neighbour in read_bgp(read(text))] == ["172.18.2.2"]


def test_families_and_long_addresses_of_a_summary_are_read() -> None:
    text = (
        "IPv4 Unicast Summary (VRF default):\n"
        + BGP
        + "\nIPv6 Unicast Summary (VRF default):\n\n"
        + "Neighbor        V         AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down State/PfxRcd   PfxSnt Desc\n"
        + "2001:db8:85a3:8d3:1319:8a2e:370:7348\n"
        + "                4      65001        62        73        0    0    0 00:29:07            0       12 N/A\n"
    )
    neighbours = read_bgp(read(text))
    assert {neighbour.family for neighbour in neighbours} == {"ipv4 unicast", "ipv6 unicast"}
    assert [neighbour.state for neighbour in neighbours] == ["established", "active", "idle (admin)", "established"]
    assert neighbours[-1].address == "2001:db8:85a3:8d3:1319:8a2e:370:7348"


@pytest.mark.parametrize("text", ["% BGP instance not found", "No BGP neighbors found", "BGP process is not running"])
def test_a_router_without_bgp_has_no_neighbours(text) -> None:
    assert read_bgp(read(text)) == []


def test_a_summary_of_which_a_row_cannot_be_read_is_not_read_at_all() -> None:
    """What is left out would look as if it were gone."""
    cut = BGP.replace("172.18.2.2      4 4200000002", "172.18.2.2 broken")
    assert cut != BGP and read_bgp(read(cut)) is None


def test_a_list_of_paths_that_was_cut_in_a_row_or_behind_its_header_is_not_read() -> None:
    head = " Peer    Node   Network Interface   Destination   Status\n"
    rule = "======= ====== =================== ============= ========\n"
    good = " hub     b1     wan                 192.0.2.1     up\n"
    assert [path.status for path in read_peers(read(rule + head + rule + good))] == ["up"]
    assert read_peers(read(rule + head + rule + good + " spoke   b1     wan\n")) is None
    assert read_peers(read(rule + head + rule[:-5])) is None
    assert read_peers(read(rule + head + rule)) == []
    assert read_peers(read(rule + head + rule + "\nCompleted in 0.1 seconds")) == []


def test_a_summary_of_ports_that_was_wrapped_by_the_terminal_is_not_read() -> None:
    wide = """\
================= ============== ============= =================== ===================
 Name              Admin Status   Oper Status   Redundancy Status   MAC Address
================= ============== ============= =================== ===================
 node1:wan         up             up            active              00:90:0b:54:f6:86
"""
    assert len(read_device_interfaces(read(wide))) == 1
    wrapped = "\n".join(line[at : at + 80] for line in wide.split("\n") for at in range(0, len(line) or 1, 80))
    assert read_device_interfaces(read(wrapped)) is None


# -- what cannot be read ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [read_peers, read_device_interfaces, read_bgp])
@pytest.mark.parametrize("text", ["", "Completed in 0.01 seconds", "% Error: something", "Name: value\nOther: value"])
def test_an_answer_that_cannot_be_read_is_not_the_same_as_none(reader, text) -> None:
    assert reader(read(text)) is None


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text) -> None:
    for reader in (read_peers, read_device_interfaces, read_bgp):
        assert reader(read(text)) is None or isinstance(reader(read(text)), list)


def test_the_name_of_the_router_is_none_of_its_nodes() -> None:
    block = "=================\n {}\n=================\n Type:                ethernet\n Operational Status:  up\n"
    for title in ("n.1.r.1:wan", "n.1:wan"):
        (port,) = of_nodes(read_device_interfaces(read(block.format(title))), "r.1")
        assert (port.node, port.name) == ("n.1", "wan")

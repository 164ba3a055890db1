# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the connections of a router: peer paths, device interfaces and BGP neighbours, as the conductor shows them.

Every reader returns None if the response cannot be read. That means unknown, not empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..pcli.response import Response
from ..pcli.tables import Table
from .empty_answers import is_whole, says_none, shows_none, unreached

_EMPTY = frozenset(("", "-", "--", "n/a", "none", "unavailable"))


@dataclass(frozen=True)
class PeerPath:
    """One path from a router to a peer. ``status`` in lower case: up, down, initializing, standby (CLI-6.0)."""

    router: str | None
    peer: str
    node: str | None
    interface: str | None
    destination: str | None
    status: str

    @property
    def well(self) -> bool | None:
        """Whether the path works. The spare path of a pair is fine in standby. None for an unknown word."""
        return {"up": True, "standby": True, "down": False, "initializing": False}.get(self.status)


@dataclass(frozen=True)
class DeviceInterface:
    """A physical port of a node. Its states are in lower case, None where they are not shown.

    ``redundancy``: ``non-redundant``, or the part that this port of a redundant pair of ports plays.
    """

    node: str | None
    name: str
    admin: str | None
    oper: str | None
    provisional: str | None = None
    redundancy: str | None = None

    @property
    def well(self) -> bool | None:
        """Whether the port is up. None if the word says neither (a port without a module shows ``unknown``, ts_t1)."""
        return {"up": True, "down": False}.get(self.oper or "")


@dataclass(frozen=True)
class BgpNeighbour:
    """A BGP neighbour of a router. ``state`` in lower case; ``family`` where the summary has a part for each."""

    router: str | None
    address: str
    state: str
    family: str | None = None

    @property
    def well(self) -> bool | None:
        """Whether the session is established. None for a word that is not a state of BGP (RFC 4271)."""
        if self.state == "established":
            return True
        return False if re.fullmatch(r"(?:idle|connect|active|open ?sent|open ?confirm)\b.*", self.state) else None


# -- peers --------------------------------------------------------------------------------------------------------


def read_peers(response: Response, router: str | None = None) -> list[PeerPath] | None:
    """Read ``show peers``: one row for each path. ``router``: the one that was asked about.

    Columns Peer, Node, Network Interface, Destination, Status, Hostname, Path MTU (CLI-6.0 in 2020, the same in a
    sample of 2023). With ``router all`` the first cell says ``from -> to`` (CLI-6.0), else it names the peer alone.
    ``show peers security`` prints the same fields in blocks (7.x), and so may other releases.
    """
    paths = [path for table in response.tables if _shows_peers(table) for path in _peer_rows(table, router)]
    if response.broken or not all(path.status for path in paths):  # cut off: more may be missing
        return None
    for block in response.blocks:
        if block.get("Peer") and block.get("Status"):
            cells = [block.get(name) for name in ("Node", "Network Interface", "Destination", "Status")]
            paths.append(_peer(block.get("Router"), block.get("Peer"), *cells, router))
    tables = [table for table in response.tables if _shows_peers(table)]
    return paths if paths or shows_none(response, tables, r"peers?(?: paths?)?|peer-paths?") else None


def _shows_peers(table: Table) -> bool:
    return table.has("Peer", "Peer Name") and table.has("Status", "State")


def _peer_rows(table: Table, router: str | None) -> Iterator[PeerPath]:
    for row in table.filled("Router", "Peer", "Peer Name").rows:
        if table.cell(row, "Peer", "Peer Name"):
            yield _peer(
                table.cell(row, "Router"),
                table.cell(row, "Peer", "Peer Name"),
                table.cell(row, "Node"),
                table.cell(row, "Network Interface", "Interface", "Device Interface"),
                table.cell(row, "Destination", "Destination IP", "IP Address"),
                table.cell(row, "Status", "State"),
                router,
            )


def _peer(
    shown: str | None,
    peer: str | None,
    node: str | None,
    interface: str | None,
    destination: str | None,
    status: str | None,
    asked: str | None,
) -> PeerPath:
    source, arrow, target = (peer or "").partition("->")
    return PeerPath(
        router=(source.strip() if arrow else None) or _value(shown) or asked,
        peer=(target if arrow else source).strip(),
        node=_value(node),
        interface=_value(interface),
        destination=_value(destination),
        status=(status or "").strip().lower().replace("initialis", "initializ"),
    )


# -- device interfaces --------------------------------------------------------------------------------------------

_PORT = ("Name", "Interface", "Device Interface")
_ADMIN = ("Admin Status", "Admin", "Administrative Status", "Admin State")
_OPER = ("Operational Status", "Oper Status", "Oper", "Operational", "Oper State")
_PROVISIONAL = ("Provisional Status", "Provisional", "Prov Status", "Prov")
_REDUNDANCY = ("Redundancy Status", "Redundancy", "Red Status")


def read_device_interfaces(response: Response) -> list[DeviceInterface] | None:
    """Read ``show device-interface … summary``, or the blocks that it prints without ``summary``.

    The summary has Name (``node:port``), Admin Status, Operational Status, Redundancy Status and MAC Address (ts_t1),
    and since 4.5.3 a Provisional Status; a block has ``node:port`` as its title (CLI-6.0).
    """
    ports: list[DeviceInterface] = []
    tables = [
        table for table in response.tables if table.has(*_OPER) and table.has("Name", "Interface", "Device Interface")
    ]
    for table in tables:
        for row in table.filled("Node").rows:
            name = table.cell(row, *_PORT)
            if name:
                states = (table.cell(row, *names) for names in (_ADMIN, _OPER, _PROVISIONAL, _REDUNDANCY))
                ports.append(_interface(table.cell(row, "Node"), name, *states))
    if response.broken or any(port.admin is None and port.oper is None for port in ports):  # wrapped or cut off
        return None
    for block in response.blocks:
        if block.title and block.get(*_OPER):
            states = (block.get(*names) for names in (_ADMIN, _OPER, _PROVISIONAL, _REDUNDANCY))
            ports.append(_interface(None, block.title, *states))
    return ports if ports or shows_none(response, tables, r"(?:device[- ])?interfaces?") else None


def _interface(node: str | None, name: str, *states: str | None) -> DeviceInterface:
    before, colon, after = name.strip().partition(":")
    where, port = (before, after) if colon else (node, before)
    return DeviceInterface(_value(where), port, *((_value(state) or "").lower() or None for state in states))


def of_nodes(ports: Iterable[DeviceInterface], router: str) -> list[DeviceInterface]:
    """The ports of a router by the names of its nodes alone, also where they are named ``node.router:port``."""
    return [replace(port, node=port.node.removesuffix(f".{router}")) if port.node else port for port in ports]


# -- BGP ----------------------------------------------------------------------------------------------------------

_FAMILY = re.compile(r"\s*(?P<family>(?:IPv[46]|VPNv[46]|L2VPN) \w+) Summary\b.*", re.IGNORECASE)
_NEIGHBOUR = re.compile(r"^\s*BGP neighbor is ([^\s,]+)(?:,|\s|$)", re.MULTILINE)
#: The end of a summary: as many neighbours are above it, in each of its parts.
_TOTAL = re.compile(r"^\s*Total number of neighbors\s*:?\s*([0-9]+)", re.MULTILINE | re.IGNORECASE)
_NO_PROCESS = re.compile(
    r"^\s*(?:% *)?bgp (?:instance|process) (?:is )?not (?:found|configured|running)\.?\s*$",
    re.MULTILINE | re.IGNORECASE,
)
_STATE = re.compile(r"^\s*BGP state\s*[=:]\s*([A-Za-z]+(?: \([^)]*\))?)", re.MULTILINE)


def read_bgp(response: Response, router: str | None = None) -> list[BgpNeighbour] | None:
    """Read ``show bgp summary`` or ``show bgp neighbors``, which print the routing manager's own text (CLI-6.0).

    The summary's last column, State/PfxRcd, holds a number of prefixes where the session is established and the name of
    a state where it is not. A table with rules around it is read, too. A summary that counts more neighbours than can
    be read is not read at all: what is left out would count as gone.
    """
    summary = [*_bgp_summary(response.text, router)]
    if response.broken or len(summary) < sum(int(total[1]) for total in _TOTAL.finditer(response.text)):
        return None
    neighbours = [*_bgp_tables(response, router), *summary, *_bgp_neighbours(response.text, router)]
    headed = re.search(r"^\s*Neighbor\s.*\bState/PfxRcd\b", response.text, re.MULTILINE)
    if neighbours or (headed and (is_whole(response) or _TOTAL.search(response.text)) and not unreached(response)):
        return list(dict.fromkeys(neighbours))
    no_process = _NO_PROCESS.search(response.text) and not unreached(response)
    return [] if no_process or says_none(response, r"(?:bgp )?(?:neighbou?rs?|peers?)") else None


def _bgp_tables(response: Response, router: str | None) -> Iterator[BgpNeighbour]:
    for table in response.tables:
        for row in table.filled("Router").rows:
            address = table.cell(row, "Neighbor", "Neighbor IP", "Neighbor Address")
            state = table.cell(row, "State/PfxRcd", "State", "BGP State", "Status")
            if address and state:
                yield BgpNeighbour(_value(table.cell(row, "Router")) or router, address, _bgp_state(state))


def _bgp_summary(text: str, router: str | None) -> Iterator[BgpNeighbour]:
    column, family, carried = None, None, []
    for line in text.split("\n"):
        words = line.split()
        if heading := _FAMILY.fullmatch(line):
            family, column = heading["family"].lower(), None
        elif words[:1] == ["Neighbor"] and "State/PfxRcd" in words:
            column, carried = words.index("State/PfxRcd"), []
        elif column is not None and len(words) == 1 and not carried:
            carried = words  # a long address has a line of its own, and the rest follows in the next
        elif column is not None:
            cells, carried = [*carried, *words], []
            if len(cells) <= column or not cells[1].isdigit():
                column = None
                continue
            state = " ".join(cells[column : column + 2]) if cells[column + 1 :][:1] == ["(Admin)"] else cells[column]
            yield BgpNeighbour(router, cells[0].lstrip("*"), _bgp_state(state), family)


def _bgp_neighbours(text: str, router: str | None) -> Iterator[BgpNeighbour]:
    begins = [*_NEIGHBOUR.finditer(text)]
    for number, begin in enumerate(begins):
        end = begins[number + 1].start() if number + 1 < len(begins) else len(text)
        state = _STATE.search(text, begin.end(), end)
        if state:
            yield BgpNeighbour(router, begin[1], _bgp_state(state[1]))


def _bgp_state(shown: str) -> str:
    return "established" if shown.isdigit() else shown.strip().lower()


# -- what they share ----------------------------------------------------------------------------------------------


def _value(text: str | None) -> str | None:
    return None if text is None or text.strip().lower() in _EMPTY else text.strip()

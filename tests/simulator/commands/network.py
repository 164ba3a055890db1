# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show peers`, `show device-interface`, `show bgp summary`: what routers are connected with.

Grammar and layouts: CLI-6.0; the summary of ports also from `ts_t1` and the page on high availability.
"""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Refused
from ..grammar import command
from ..layout import Column, block, table
from ..network import Path
from ..selection import by_router, confirmed, fan_out, nodes
from ..specs import BgpSpec, InterfaceSpec
from ..world import Node, Router

_TARGET = "{router <router> | resource-group <resource-group>}"
_LOCAL_AS = 64512


def _reached(shell: Any, chosen: list[Node]) -> list[Node]:
    return [node for node in chosen if shell.world.reachable(node)]


# --- peers --------------------------------------------------------------------------------------------------------


@command("show peers", f"[name <name>] [dynamic-damping] [force] {_TARGET} [<verbosity>]")
def show_peers(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        reached = {node.node_id for node in _reached(shell, chosen)}
        routers = [pair[0].router for pair in by_router(chosen)]
        paths = [
            path for router in routers for path in shell.world.network.paths(router) if path.node.node_id in reached
        ]
        wanted = [path for path in paths if args.get("name") in (None, path.peer.name)]
        detailed = args.get("verbosity") == "detail"
        # With many routers the first cell says whose peer it is.
        whose = "router" not in args or args["router"] == "all"
        rows = [_peer_row(shell, path, whose, detailed) for path in wanted]
        names = ["Peer", "Node", "Network Interface", "Destination", "Status", "Hostname", "Path MTU"]
        more = ["Latency(ms)", "Jitter(ms)", "Loss(%)", "MOS", "Uptime"]
        columns = [Column(name, right=name in more[:-1]) for name in (names + more if detailed else names)]
        lines = table(columns, rows, shell.terminal.width, shell.style.wrap) if reached else []
        return _answer(shell, "peer paths", chosen, lines)


def _peer_row(shell: Any, path: Path, whose: bool, detailed: bool) -> list[str]:
    status = shell.world.network.status(path)
    name = f"{path.node.router.name} -> {path.peer.name}" if whose else path.peer.name
    mtu = "1500" if status in ("up", "standby") else "unavailable"
    row = [name, path.node.name, f"{path.interface.name}-net", path.destination, status, "unavailable", mtu]
    if not detailed:
        return row
    up = shell.world.clock.now() - path.node.service_since
    lasted = (
        f"{int(up // 86400)}d{int(up % 86400 // 3600)}h{int(up % 3600 // 60)}m" if status == "up" else "unavailable"
    )
    return [*row, *(("8", "1", "0", "0.44") if status == "up" else ("-", "-", "-", "-")), lasted]


def _answer(shell: Any, what: str, chosen: list[Node], lines: list[str]) -> Answer:
    """`✔ Retrieving peer paths...` where all answer (sample of 2023), else the table of who did not."""
    answer = fan_out(shell, what, chosen, lines)
    if answer.mark == "ok":
        answer.action = f"Retrieving {what}..."
    return answer


# --- ports --------------------------------------------------------------------------------------------------------


@command("show device-interface", "[name <name>] [force] [node <node>] router <router> [<verbosity>]")
def show_device_interface(shell: Any, args: dict[str, Any]) -> Answer | None:
    verbosity = args.get("verbosity", "detail")
    if verbosity not in ("detail", "summary", "extended-statistics", "registers"):
        raise Refused(f"invalid verbosity '{verbosity}'")
    if verbosity == "registers":
        shell.world.violate(f"show device-interface … registers on {shell.node.node_id}")  # I95-61579
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        ports = [(node, port) for node in _reached(shell, chosen) for port in node.router.interfaces]
        ports = [(node, port) for node, port in ports if args.get("name", "all") in ("all", port.name)]
        lines = _port_table(shell, ports) if verbosity == "summary" else _port_blocks(shell, ports)
        if not ports and _reached(shell, chosen):
            lines = ["No device interfaces to display"]
        return _answer(shell, "device interface information", chosen, lines)


def _port_table(shell: Any, ports: list[tuple[Node, InterfaceSpec]]) -> list[str]:
    names = ("Name", "Admin Status", "Operational Status", "Provisional Status", "Redundancy Status", "MAC Address")
    rows = []
    for node, port in ports:
        oper = shell.world.network.oper(node, port)
        rows.append([f"{node.name}:{port.name}", port.admin, oper, "up", _redundancy(node, port), _mac(node, port)])
    return table([Column(name) for name in names], rows, shell.terminal.width, shell.style.wrap) if rows else []


def _port_blocks(shell: Any, ports: list[tuple[Node, InterfaceSpec]]) -> list[str]:
    lines: list[str] = []
    for number, (node, port) in enumerate(ports):
        kind = [("Type", "ethernet"), ("Forwarding", "true"), ("PCI Address", f"0000:00:{number + 4:02x}.0")]
        state = [
            ("Admin Status", port.admin),
            ("Operational Status", shell.world.network.oper(node, port)),
            ("Provisional Status", "up"),
            ("Redundancy Status", _redundancy(node, port)),
            ("Speed", "1 Gb/s"),
            ("Duplex", "full"),
        ]
        counts = [f" {name + ':':<26}{0:>12}" for name in ("in-octets", "in-errors", "out-octets", "out-errors")]
        title = f"{node.name}:{port.name}"
        first = block(title, [*kind, ("MAC Address", _mac(node, port))], column=21)
        lines += ([""] if lines else []) + first + ["", *block("", state, column=21)[3:], "", *counts]
        lines += ["", " Plugin Info:         unavailable"]
    return lines


def _redundancy(node: Node, port: InterfaceSpec) -> str:
    if not port.shared or not node.peer:
        return "non-redundant"
    return "active" if node.primary else "standby"


def _mac(node: Node, port: InterfaceSpec) -> str:
    octets = [int(part) for part in node.address.split(".")[1:]]
    number = node.router.interfaces.index(port)
    return "fa:16:" + ":".join(f"{octet:02x}" for octet in [number, *octets])


# --- BGP ----------------------------------------------------------------------------------------------------------


@command("show bgp summary", f"[rows <rows>] [vrf <vrf>] [force] {_TARGET}")
def show_bgp_summary(shell: Any, args: dict[str, Any]) -> Answer | None:
    """The text of the routing manager, as in the sample. It runs on the primary node."""
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
        pairs = by_router(chosen)
        speakers = [next((node for node in pair if node.primary), pair[0]) for pair in pairs]
        lines: list[str] = []
        for node in _reached(shell, speakers):
            # Which router it is about when there are several, no sample shows.
            lines += ([""] if lines else []) + ([f"Router: {node.router.name}", ""] if len(pairs) > 1 else [])
            lines += _bgp_text(shell, node)
        answer = fan_out(shell, "BGP summary", speakers, lines)
    if answer.mark == "ok":
        answer.action = None
    return answer


def _bgp_text(shell: Any, speaker: Node) -> list[str]:
    router: Router = speaker.router
    if not router.bgp:
        return ["% BGP instance not found"]  # what FRR prints
    count = len(router.bgp)
    return [
        f"BGP router identifier {speaker.address}, local AS number {_LOCAL_AS}",
        f"RIB entries {2 * sum(neighbour.prefixes for neighbour in router.bgp) + 1}, using 784 bytes of memory",
        f"Peers {count}, using {4 * count + 1} KiB of memory",
        "",
        "Neighbor        V         AS MsgRcvd MsgSent   TblVer  InQ OutQ  Up/Down  State/PfxRcd",
        *(_bgp_row(shell, speaker, neighbour) for neighbour in router.bgp),
        "",
        f"Total number of neighbors {count}",
    ]


def _bgp_row(shell: Any, speaker: Node, neighbour: BgpSpec) -> str:
    state = shell.world.network.bgp_state(speaker, neighbour)
    since = shell.world.network.bgp_age(speaker)
    established = state == "Established"
    age = _bgp_age(since) if established else "never"
    last = str(neighbour.prefixes) if established else state
    return f"{neighbour.address:<15} 4 {neighbour.asn:>10} {62:>7} {73:>7} {0:>8} {0:>4} {0:>4} {age:>8} {last:>13}"


def _bgp_age(seconds: float) -> str:
    """`00:29:07`, `2d10h30m`, `01w2d03h`, as FRR writes it."""
    left = int(seconds)
    if left < 86400:
        return f"{left // 3600:02d}:{left % 3600 // 60:02d}:{left % 60:02d}"
    days, rest = divmod(left, 86400)
    if days < 7:
        return f"{days}d{rest // 3600:02d}h{rest % 3600 // 60:02d}m"
    return f"{days // 7:02d}w{days % 7}d{rest // 3600:02d}h"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The authority of a bundle as a scenario: who is in it, what runs and is offered, who is connected with whom."""

from __future__ import annotations

import re
from typing import Any

from ..from_assets import Played, scenario_from_assets
from ..releases import Release, default_offered, is_release
from ..schema import ScenarioError
from .bundle import Bundle, Row
from .tables import plain_lines, rows_with

_OFFERED = re.compile(r"^(?:SSR-|128T-)?(\d+\.\d+\.\d+-\d+(?:\.?r\d+)?)(\.el\d+)?$")
_PACKAGE = re.compile(r"(?:SSR|128T)-(\d+\.\d+\.\d+-\d+(?:\.?r\d+)?\.el\d+)")
_REBUILT = re.compile(r"(\d+\.\d+\.\d+-\d+)\.?(r\d+)(\.el\d+)")
_NEIGHBOUR = re.compile(r"^(\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+)\s+4\s+(\d+)\s.*\s(\S+)$")
_BGP_STATES = ("Idle", "Connect", "Active", "OpenSent", "OpenConfirm")
_IDLE = re.compile(r"^\s*Idle Volume:?\s*$")
_TITLE = re.compile(r"^\s*Node:\s+(\S+)$")


def authority_of(bundle: Bundle, releases: list[str]) -> Played:
    """The scenario, without habits. `releases` are on offer beside those of the bundle. Raises ScenarioError."""
    played = _from_the_list(bundle, releases)
    scenario = played.scenario
    _full_names(bundle, scenario)
    scenario["releases"] = _releases(bundle, scenario, releases)
    routers = {router["name"]: router for router in scenario["routers"]}
    _previous(bundle, routers)
    _primaries(bundle, routers)
    for name, router in routers.items():
        if not router["conductor"]:
            _connections(bundle, name, router, routers)
    _mutual(routers)
    return played


def texts(bundle: Bundle, *commands: str) -> list[str]:
    """The answers to commands that begin so, the widest terminal first, as long as nothing had been changed."""
    rows = [row for row in bundle.at_rest() if row.kind == "pcli" and row.ended == "prompt"]
    fitting = [row for row in rows if any(f"{row.command} ".startswith(f"{begin} ") for begin in commands)]
    return [row.answer or "" for row in sorted(fitting, key=lambda row: -row.width)]


# --- assets ---------------------------------------------------------------------------------------------------------


def list_of_assets(bundle: Bundle) -> Row | None:
    """The first answer to `show assets`, or `… router all force`, on the widest terminal."""
    rows = [row for row in bundle.at_rest() if row.kind == "pcli" and row.ended == "prompt"]
    rows = [row for row in rows if row.command in ("show assets", "show assets force") or _of_all(row.command)]
    return max(rows, key=lambda row: (row.width, -row.number), default=None)


def _of_all(command: str) -> bool:
    return command.startswith("show assets router all")


def _from_the_list(bundle: Bundle, releases: list[str]) -> Played:
    row, conductor = list_of_assets(bundle), bundle.conductor
    if conductor is None:
        raise ScenarioError("the bundle names no node of a conductor, so there is nothing to play")
    try:
        if row is None:
            raise ScenarioError("the bundle has no answer to `show assets`.")
        played = scenario_from_assets("\n".join(plain_lines(row.answer or "")), conductor, releases)
    except ScenarioError as error:
        played = _from_the_manifest(bundle, conductor)
        played.notes.insert(0, f"{error} Only the nodes that the probe has asked are played.")
    played.scenario["name"] = f"rehearsal of {conductor}"
    return played


def _from_the_manifest(bundle: Bundle, conductor: str) -> Played:
    routers: dict[str, dict[str, Any]] = {}
    for member in bundle.nodes:
        match = re.search(r"\d+\.\d+\.\d+(?:-\d+)?(?:\.?r\d+)?(?:\.el\d+)?", member.release or "")
        if not match or not is_release(match.group()):
            continue
        router = routers.setdefault(
            member.router,
            {"name": member.router, "conductor": member.router == conductor, "peers": [], "nodes": []},
        )
        if member.node not in [node["name"] for node in router["nodes"]]:
            router["nodes"].append({"name": member.node, "version": match.group()})
    if conductor not in routers:
        raise ScenarioError("the bundle has no list of assets that can be read, and names no release of the conductor")
    count = sum(len(router["nodes"]) for router in routers.values())
    return Played(
        {
            "description": f"{count} nodes that a probe has asked",
            "users": [{"name": "admin", "password": "rehearsal"}],
            "routers": sorted(routers.values(), key=lambda router: not router["conductor"]),
        }
    )


# --- releases -------------------------------------------------------------------------------------------------------


def _full_names(bundle: Bundle, scenario: dict[str, Any]) -> None:
    """Some lists of assets leave out the rebuild (`6.3.5-39.el7`); packages are named with it."""
    fuller: dict[str, set[str]] = {}
    for text in texts(bundle, "show system version", "show system software available"):
        for number, rebuild, system in _REBUILT.findall(text):
            fuller.setdefault(f"{number}{system}", set()).add(f"{number}.{rebuild}{system}")
    for router in scenario["routers"]:
        for node in router["nodes"]:
            names = fuller.get(node["version"], set())
            node["version"] = next(iter(names)) if len(names) == 1 else node["version"]


def _releases(bundle: Bundle, scenario: dict[str, Any], wanted: list[str]) -> list[dict[str, Any]]:
    """What is offered, in the spelling in which it was; what runs somewhere is known by itself."""
    running = {node["version"]: None for router in scenario["routers"] for node in router["nodes"]}
    known = {release: Release(release, "") for release in [*wanted, *running]}
    suffix = next((match.group() for name in running if (match := re.search(r"\.el\d+$", name))), ".el7")
    entries: dict[str, dict[str, Any]] = {}
    for text in texts(bundle, "show system software available"):
        for row in rows_with(text, "version"):
            match = _OFFERED.match(row["version"])
            if match is None:
                continue
            full = next((name for name, release in known.items() if row["version"] in release.spellings()), None)
            name = full or match.group(1) + (match.group(2) or suffix)
            entry = {"name": name, "offered": row["version"]}
            entry |= {key: row[key] for key in ("channel", "source") if row.get(key)}
            if is_release(name):
                entries.setdefault(name, entry)
    for release in [*wanted, *running]:
        entries.setdefault(release, {"name": release})
    return list(entries.values())


def spellings_of_offers(scenario: dict[str, Any]) -> set[str]:
    """The ways of the habit `available_spelling` that write what is offered as it was recorded."""
    ways = {"prefixed", "short", "full"}
    for release in scenario["releases"]:
        if "offered" in release:
            ways = {way for way in ways if default_offered(release["name"], way) == release["offered"]}
    return ways


# --- nodes ----------------------------------------------------------------------------------------------------------


def _node(routers: dict[str, Any], node_id: str) -> dict[str, Any] | None:
    for name, entry in routers.items():
        for node in entry["nodes"]:
            if node_id == f"{node['name']}.{name}":
                return node
    return None


def _previous(bundle: Bundle, routers: dict[str, Any]) -> None:
    """What a revert would boot, where a release shows its idle volume."""
    for text in texts(bundle, "show system version"):
        node, idle = None, False
        for line in plain_lines(text):
            if match := _TITLE.match(line):
                node, idle = _node(routers, match.group(1)), False
            elif _IDLE.match(line):
                idle = True
            elif idle and node is not None and line.strip().startswith("Package") and (match := _PACKAGE.search(line)):
                node["previous"] = match.group(1)


def _primaries(bundle: Bundle, routers: dict[str, Any]) -> None:
    """The node of a pair that leads: where one of its processes is primary."""
    leading: dict[str, set[str]] = {}
    for text in texts(bundle, "show system processes"):
        for row in rows_with(text, "node", "primary"):
            if row["primary"] == "Y":
                router = next((name for name in routers if _node({name: routers[name]}, row["node"])), None)
                if router:
                    leading.setdefault(router, set()).add(row["node"])
    for router, node_ids in leading.items():
        if len(node_ids) == 1 and len(routers[router]["nodes"]) == 2:
            node = _node(routers, next(iter(node_ids)))
            if node is not None:
                node["primary"] = True


# --- what routers are connected with --------------------------------------------------------------------------------


def _about(bundle: Bundle, command: str, router: str) -> list[str]:
    rows = [row for row in bundle.at_rest() if row.kind == "pcli" and row.ended == "prompt"]
    begin = re.compile(rf"{re.escape(command)}\b.*\brouter {re.escape(router)}(\s|$)")
    return [row.answer or "" for row in rows if begin.match(row.command)]


def _connections(bundle: Bundle, name: str, router: dict[str, Any], routers: dict[str, Any]) -> None:
    others = {other for other, entry in routers.items() if other != name and not entry["conductor"]}
    for text in _about(bundle, "show peers", name):
        for row in rows_with(text, "peer"):
            peer = row["peer"].rpartition("-> ")[2]
            if peer in others and peer not in router["peers"]:
                router["peers"].append(peer)
    ports: dict[str, dict[str, Any]] = {}
    for text in _about(bundle, "show device-interface", name):
        for row in rows_with(text, "name"):
            port = row["name"].rpartition(":")[2]
            if port:
                ports.setdefault(port, _port(port, row))
    if ports:
        router["interfaces"] = list(ports.values())
    neighbours: dict[str, dict[str, Any]] = {}
    for text in _about(bundle, "show bgp summary", name):
        for line in plain_lines(text):
            if match := _NEIGHBOUR.match(line):
                neighbours[match.group(1)] = _neighbour(*match.groups())
    if neighbours:
        router["bgp"] = list(neighbours.values())


def _port(name: str, row: dict[str, str]) -> dict[str, Any]:
    port: dict[str, Any] = {"name": name}
    if row.get("admin status", "").lower() == "down":
        port["admin"] = "down"
    elif row.get("operational status", "").lower() == "down":
        port["oper"] = "down"
    if row.get("redundancy status", "non-redundant").lower() in ("active", "standby"):
        port["shared"] = True
    return port


def _neighbour(address: str, number: str, last: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"address": address, "asn": int(number)}
    if last.isdigit():
        entry["prefixes"] = int(last)
    else:
        entry["state"] = next((state for state in _BGP_STATES if last.startswith(state)), "Idle")
    return entry


def _mutual(routers: dict[str, Any]) -> None:
    for name, router in routers.items():
        for peer in router["peers"]:
            if name not in routers[peer]["peers"]:
                routers[peer]["peers"].append(name)

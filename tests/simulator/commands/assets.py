# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show assets` and its sub-commands; layouts from `upgrade_ibu_conductor`, `ts_ap_salt_minion` and CLI-6.0."""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Refused
from ..grammar import GENERATIONS, MODERN, command
from ..layout import Column, block, duration, table
from ..releases import Release
from ..selection import confirmed, may_see, nodes
from ..world import Node

_ACTION = "Retrieving assets..."
_ASSETS = "[{router <router> | resource-group <resource-group>}] [force] [node <node>] [<id>]"
# `upgrade_ibu_conductor`: the states have new names in 6.3.
_BUSY = ("Downloading", "Upgrading")
_OLD_WORDS = {"Synchronized": "Running", "Synchronizing": "Connected", "Resynchronizing": "Connected"}


def state_word(shell: Any, state: str) -> str:
    old = not shell.modern or (state == "Synchronized" and shell.habits["asset_good_word"] == "running")
    word = _OLD_WORDS.get(state, state) if old else state
    if state in _BUSY and shell.habits["busy_state"] == "capitals":
        return word.upper()
    case = shell.style.status_case
    if case == "auto":
        case = "title" if shell.modern or shell.style.legacy_assets == "modern" else "lower"
    return word if case == "title" else word.lower() if case == "lower" else word.upper()


def _rows(shell: Any, chosen: list[Node]) -> list[dict[str, str]]:
    now = shell.world.clock.now()
    rows = []
    for node in chosen:
        listed = shell.world.listing.of(node, shell.node)
        rows.append(
            {
                "Router": node.router.name,
                "Node": node.name,
                "Asset Id": node.asset_id,
                _version_title(shell): version_word(shell, listed.release),
                "Install Type": listed.install_type.capitalize(),
                "Status": state_word(shell, listed.state),
                "Time in Status": duration(now - listed.since),
                "Platform": "SSR1400",
                "Errors": str(len(shell.world.errors_of(node))),
                **shell.style.extra_columns,
            }
        )
        fault = shell.world.duplicated(node)
        if fault and fault["row"]:
            # Invented: the manual has no table with a duplicate in it.
            rows.append({**rows[-1], "Status": state_word(shell, "Disconnected"), "Errors": "0"})
    return rows


def version_word(shell: Any, release: Release) -> str:
    return release.without_rebuild if shell.habits["asset_version"] == "no_rebuild" else release.name


def _version_title(shell: Any) -> str:
    """CLI-6.0 has a sample of 2017 with the older name of the product."""
    return "128T Version" if shell.habits["assets_layout"] == "renamed" else "SSR Version"


def _repeats(shell: Any) -> bool:
    """Is the cell of a router printed on each of its rows?"""
    return shell.habits["repeats"] == "repeated"


def _columns(shell: Any) -> list[str]:
    modern = ["Router", "Node", "Asset Id", "SSR Version", "Install Type", "Status", "Time in Status", "Errors"]
    legacy = ["Asset Id", "Router", "Node", "SSR Version", "Status"]
    if not shell.modern and shell.style.legacy_assets == "modern":
        modern.remove("Install Type")
    names = shell.style.column_order or (modern if shell.modern or shell.style.legacy_assets == "modern" else legacy)
    names = [*names, *(name for name in shell.style.extra_columns if name not in names)]
    names = [_version_title(shell) if name == "SSR Version" else name for name in names]
    layout = shell.habits["assets_layout"]
    if layout == "reordered":
        names = [*names[2:], *names[:2]]
    elif layout == "added":
        names.insert(2, "Platform")
    return [name for name in names if name not in shell.style.missing_columns]


@command("show assets", _ASSETS, conductor_only=True, summary="Shows the status of automated provisioner assets.")
def show_assets(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args, "all"):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args, "all")
        if "id" in args:
            return _one(shell, chosen, args["id"])
        names = _columns(shell)
        rows = _rows(shell, [node for node in chosen if not shell.world.unlisted(node)])
    unknown = [name for name in names if rows and name not in rows[0]]
    if unknown:
        raise Refused(f"Unhandled KeyError: {unknown[0]}")
    columns = [Column(name, right=name == "Errors", group=name == "Router" and not _repeats(shell)) for name in names]
    cells = [[row[name] for name in names] for row in rows]
    return Answer(table(columns, cells, shell.terminal.width, shell.style.wrap), _ACTION)


def _one(shell: Any, chosen: list[Node], asset_id: str) -> Answer:
    node = next((candidate for candidate in chosen if candidate.asset_id == asset_id), None)
    if node is None:
        raise Refused(f"Asset '{asset_id}' not found", _ACTION)
    return Answer(_modern_block(shell, node) if shell.modern else _legacy_block(shell, node), _ACTION)


def _modern_block(shell: Any, node: Node) -> list[str]:
    listed = shell.world.listing.of(node, shell.node)
    peer = shell.node.peer
    pairs = [
        ("Router", node.router.name),
        ("Node", node.name),
        ("Current Version", version_word(shell, listed.release)),
        ("Install Type", listed.install_type.capitalize()),
        ("Status", state_word(shell, listed.state)),
        ("Conductor Connectivity", "Connected" if shell.world.holds(node, shell.node) else "Disconnected"),
    ]
    if peer:
        fine = shell.world.holds(node, peer)
        pairs.append(("Peer Conductor Connectivity", "Connected" if fine else "Disconnected"))
    pairs += [
        ("Service Status", node.service.capitalize()),
        ("First Connection Date", shell.world.clock.text("%Y-%m-%d %H:%M:%S", node.booted - 8640000)),
        ("Time in Status", duration(shell.world.clock.now() - listed.since)),
    ]
    return block(node.asset_id, pairs, indent=2) + _errors_block(shell, node, "  ") + _duplicates_block(shell, node)


def _legacy_block(shell: Any, node: Node) -> list[str]:
    listed = shell.world.listing.of(node, shell.node)
    word = state_word(shell, listed.state)
    pairs = [
        ("Router", node.router.name),
        ("Node", node.name),
        ("Current Version", version_word(shell, listed.release)),
        ("Status", word),
    ]
    if shell.world.errors_of(node):
        pairs.append(("Failed Status", word))
    lines = block(node.asset_id, pairs, column=25)  # as wide as in the sample
    lines += _errors_block(shell, node, " ")
    title = "Software Versions Information"
    lines += ["", f" {'-' * len(title)}", f" {title}", f" {'-' * len(title)}", " Refresh In Progress:     False"]
    offered = [shell.world.releases[name].offered for name in sorted(shell.world.offered)]
    lines += _duplicates_block(shell, node)
    return lines + ["", " Available for Download:"] + [f"   {name}" for name in offered]


def _errors_block(shell: Any, node: Node, indent: str) -> list[str]:
    errors = shell.world.errors_of(node)
    if not errors:
        return []
    return ["", f"{indent}------", f"{indent}Errors", f"{indent}------", *(f"{indent}{error}" for error in errors)]


def _duplicates_block(shell: Any, node: Node) -> list[str]:
    """As in `ts_ap_duplicate_asset_id`."""
    if not shell.world.duplicated(node):
        return []
    rule = "=" * 21
    return ["", "", rule, " Duplicate Asset IDs", rule, f" {node.asset_id}"]


def _unless_refused(habit: str, usage: str) -> dict[str, Any]:
    """The usage of a sub-command that some conductors do not have: there its word is taken for the id of an asset."""
    return dict.fromkeys(GENERATIONS, lambda shell: None if shell.habits[habit] == "refused" else usage)


@command(
    "show assets software",
    _unless_refused("assets_software", "[{router <router> | resource-group <resource-group>}] [force] [node <node>]"),
    conductor_only=True,
)
def show_assets_software(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args, "all"):
        return None
    names = ["Router", "Node", "Installed", "Available", "Downloading", "Downloaded"]
    with shell.world.lock:
        rows = [row for node in nodes(shell, args, "all") for row in _software_rows(shell, node)]
    if shell.habits["assets_software"] == "installed_available":
        names, rows = names[:4], [row[:4] for row in rows if row[3] or row[2]]
    grouped = () if _repeats(shell) else ("Router", "Node", "Installed")
    columns = [Column(name, group=name in grouped) for name in names]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), _ACTION)


def _software_rows(shell: Any, node: Node) -> list[list[str]]:
    world = shell.world
    listed = version_word(shell, world.listing.of(node, shell.node).release)
    available = sorted(
        (
            release
            for release in world.releases.values()
            if release.key > node.release.key and not world.withdrawn(release)
        ),
        key=lambda release: release.key,
    )
    operation = node.operation
    loading = [operation.release.offered] if operation and operation.phase == "download" and operation.release else []
    loaded = [world.releases[name].offered for name in sorted(node.downloaded)]
    count = max(len(available), len(loading), len(loaded), 1)
    lists = [[release.offered for release in available], loading, loaded]
    return [
        [node.router.name, node.name, listed, *(items[row] if row < len(items) else "" for items in lists)]
        for row in range(count)
    ]


@command(
    "show assets summary",
    _unless_refused("assets_summary", "[{router <router> | resource-group <resource-group>}] [force]"),
    conductor_only=True,
)
def show_assets_summary(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args, "all"):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args, "all")
        states = [shell.world.listing.of(node, shell.node).state for node in chosen]
        faulty = sum(1 for node in chosen if shell.world.errors_of(node))
    counts = [
        ("total", len(states)),
        ("pending", states.count("Pending")),
        ("not-installed", states.count("Not Installed")),
        ("installed", len(states) - states.count("Pending") - states.count("Not Installed")),
    ]
    rule = " " + "=" * 37
    lines = [rule, "  Summary of Assets", rule, *(f"  {name + ':':<25}{count}" for name, count in counts)]
    return Answer([*lines, "", f"  {'assets with errors:':<25}{faulty}"], _ACTION)


@command(
    "show assets errors", "[{router <router> | resource-group <resource-group>}] [force] [<id>]", conductor_only=True
)
def show_assets_errors(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args, "all"):
        return None
    with shell.world.lock:
        chosen = [(node, errors) for node in nodes(shell, args, "all") if (errors := shell.world.errors_of(node))]
        if "id" in args:
            lines = [error for node, errors in chosen if node.asset_id == args["id"] for error in errors]
            return Answer(lines or ["No errors"], _ACTION)
        rows = [[node.router.name, node.name, node.asset_id, str(len(errors))] for node, errors in chosen]
    columns = [Column("Router", group=True), Column("Node"), Column("Asset Id"), Column("Errors", right=True)]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), _ACTION)


@command("show assets upgrade-required", only=("7.x",), conductor_only=True)
def show_assets_upgrade_required(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented: no sample is public."""
    with shell.world.lock:
        own = shell.node.release
        behind = [n for n in shell.world.nodes() if n.release.key < own.key and may_see(shell, n.router)]
        rows = [[node.router.name, node.name, node.release.name] for node in behind]
    columns = [Column("Router", group=True), Column("Node"), Column("SSR Version")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), _ACTION)


@command(
    "send command reconnect",
    "[router <router>] [node <node>]",
    capability="provisioning",
    admin=True,
    conductor_only=True,
)
def send_reconnect(shell: Any, args: dict[str, Any]) -> Answer:
    with shell.world.lock:
        chosen = nodes(shell, args)
        for node in chosen:
            shell.world.journal.add("reconnect", node=node.node_id)
            if node.up and node.state == "Disconnected" and not shell.world.blackout:
                # The cure of I95-64152: the minion finds its conductor again.
                shell.lifecycle.reconnect(node)
    return Answer([], f"Reconnecting {len(chosen)}/{len(chosen)} targets complete...", frame=False)


@command(
    "send command sync",
    "[{router <router> | resource-group <resource-group>}] [force] [node <node>]",
    only=MODERN,
    admin=True,
)
def send_sync(shell: Any, args: dict[str, Any]) -> Answer:
    with shell.world.lock:
        chosen = nodes(shell, args)
        for node in chosen:
            if node.up and node.state == "Synchronized":
                shell.world.set_state(node, "Resynchronizing")
                shell.lifecycle.reconnect(node)
    return Answer([], f"Synchronizing {len(chosen)}/{len(chosen)} targets complete...", frame=False)

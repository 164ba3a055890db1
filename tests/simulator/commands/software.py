# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show system software …`.

Only `available` has a public sample (`upgrade_restricted_access`). The layouts of all other commands here are invented,
and there are several (statuses.py), so that nobody comes to rely on one.
"""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Refused, plain
from ..grammar import MODERN, SELECT, command
from ..layout import Column, table
from ..releases import Release
from ..selection import confirmed, fan_out, nodes
from ..statuses import status_lines
from ..world import Node

_AVAILABLE = {
    "pre-6.3": "[<verbosity>]",
    "6.3": "[skip-version-check] [router <router>] [node <node>] [<verbosity>]",
    "7.x": "[downgrade] [router <router>] [node <node>] [<verbosity>]",
}


@command("show system software available", _AVAILABLE)
def show_available(shell: Any, args: dict[str, Any]) -> Answer:
    world = shell.world
    with world.lock:
        chosen = nodes(shell, args) if {"router", "node"} & set(args) else [shell.node]
        lower = bool(args.get("downgrade") or args.get("skip-version-check"))
        offered = [release for release in world.releases.values() if not world.withdrawn(release)]
        mine = min(node.release.key for node in chosen)
        wanted = [release for release in offered if lower or release.key > mine]
        rows = [_available_row(shell, release, chosen) for release in sorted(wanted, key=lambda release: release.key)]
    columns = [Column("Release", right=True), Column("Version"), Column("Channel"), Column("Source")]
    lines = table(columns, rows, shell.terminal.width, shell.style.wrap)
    if shell.style.misaligned_available:
        # As printed in the only sample: one blank less after the right-aligned first cell.
        start = lines[0].index(" ") if lines else 0
        lines = [*lines[:3], *(line[:start] + line[start + 1 :] for line in lines[3:])]
    return fan_out(shell, "versions", chosen, lines)


def _available_row(shell: Any, release: Release, chosen: list[Node]) -> list[str]:
    """upgrade_restricted_access: channel and source of what is on the disk already read `downloads`."""
    downloaded = all(release.name in node.downloaded for node in chosen)
    if downloaded and shell.habits["downloads_channel"] == "downloads":
        return [release.minor, release.offered, "downloads", "downloads"]
    return [release.minor, release.offered, release.channel, release.source]


def _status(kind: str) -> Any:
    def show(shell: Any, args: dict[str, Any]) -> Answer | None:
        if not confirmed(shell, args):
            return None
        if args.get("node") == "all" and shell.node.release.key[:3] < (7, 0, 1):
            raise Refused(f"Node 'all' not found in router '{args.get('router', shell.node.router.name)}'")  # I95-56537
        with shell.world.lock:
            chosen = nodes(shell, args)
            release = shell.world.release_for(args["version"]) if "version" in args else None
            lines = status_lines(shell, kind, chosen, release)
        return fan_out(shell, f"{kind} status", chosen, lines)

    return show


def _follow(shell: Any, args: dict[str, Any]) -> Answer:
    """CLI-6.0: `Follow an in-progress upgrade.` of the node itself. Some conductors print it once and return."""
    node = shell.node
    with shell.world.lock:
        running = next(
            (operation for operation in node.history if operation.kind == "upgrade" and not operation.over), None
        )
    if running is None:
        return plain("No upgrade is in progress.")
    shown_phase = ""
    while not running.over:
        if shown_phase != running.phase:
            shown_phase = running.phase
            shell.say(f"Upgrade of {node.node_id} to {running.release.offered} is in progress: {shown_phase}...")
            if shell.habits["follow_upgrade"] == "returns":
                return plain()
        shell.wait_for(lambda phase=shown_phase: running.over or running.phase != phase, running.job.watchers)
    return plain(f"Upgrade of {node.node_id} {running.state}.")


def _download_usage(shell: Any) -> str:
    """CLI-7.2 lists `force`, drafts of config_smart_download do not."""
    force = "[force] " if shell.habits["status_force"] == "known" else ""
    where = "[{router <router> | resource-group <resource-group>}]"
    return f"{where} [version <version>] {force}[node <node>]"


for _kind in ("upgrade", "downgrade", "revert"):
    command(f"show system software {_kind}", SELECT, only=MODERN)(_status(_kind))
command("show system software download", dict.fromkeys(MODERN, _download_usage))(_status("download"))
command(
    "show system software upgrade",
    {"pre-6.3": lambda shell: None if shell.habits["follow_upgrade"] == "missing" else ""},
)(_follow)


@command("show system software health-check", f"{SELECT} [<verbosity>]", only=MODERN)
def show_health_checks(shell: Any, args: dict[str, Any]) -> Answer | None:
    """The list of checks; only one name is public, in I95-64218."""
    if not confirmed(shell, args):
        return None
    rows = [["steady-state", "System Processes Check"], ["pre-upgrade", "System Processes Check"]]
    columns = [Column("Target", group=True), Column("Check")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving health checks...")


@command(
    "show system software sources",
    "[include-disabled] [router <router>] [node <node>] [<type>] [<verbosity>]",
    only=MODERN,
)
def show_sources(shell: Any, args: dict[str, Any]) -> Answer:
    with shell.world.lock:
        chosen = nodes(shell, args)
        sources = sorted({release.source for release in shell.world.releases.values()})
        rows = [[node.router.name, node.name, source, "enabled"] for node in chosen for source in sources]
    if not rows:
        raise Refused("No sources configured")
    columns = [Column(name, group=name == "Router") for name in ("Router", "Node", "Source", "Status")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving software sources...")

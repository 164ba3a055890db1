# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show system software …`.

Only `available` has a public sample (`upgrade_restricted_access`). The layouts of all other commands here are invented;
`style.status_layout` chooses between several, so that nobody comes to rely on one.
"""

from __future__ import annotations

from typing import Any

from ..answer import Answer, Refused
from ..grammar import MODERN, SELECT, command
from ..layout import Column, block, duration, table
from ..operations import Operation
from ..releases import Release
from ..selection import confirmed, fan_out, nodes

_AVAILABLE = {
    "pre-6.3": "[<verbosity>]",
    "6.3": "[skip-version-check] [router <router>] [node <node>] [<verbosity>]",
    "7.x": "[downgrade] [router <router>] [node <node>] [<verbosity>]",
}
# state of the operation -> words in the layouts `table`/`blocks` and `sentences`
_WORDS = {
    "in progress": ("In Progress", "is in progress"),
    "completed": ("Complete", "completed successfully"),
    "failed": ("Failed", "failed"),
    "reverted": ("Failed", "failed and the previous version was restored"),
    "paused": ("Paused", "is paused"),
    "not started": ("Not Started", "was not started"),
    "queued": ("Pending", "is waiting for the other node"),
}


@command("show system software available", _AVAILABLE)
def show_available(shell: Any, args: dict[str, Any]) -> Answer:
    world = shell.world
    with world.lock:
        chosen = nodes(shell, args) if {"router", "node"} & set(args) else [shell.node]
        lower = bool(args.get("downgrade") or args.get("skip-version-check"))
        offered = [release for release in world.releases.values() if not world.withdrawn(release)]
        mine = min(node.release.key for node in chosen)
        wanted = [item for item in offered if lower or item.key > mine]
        rows = [_available_row(item) for item in sorted(wanted, key=lambda release: release.key)]
    columns = [Column("Release", right=True), Column("Version"), Column("Channel"), Column("Source")]
    lines = table(columns, rows, shell.terminal.width, shell.style.wrap)
    if shell.style.misaligned_available:
        # As printed in the only sample: one blank less after the right-aligned first cell.
        start = lines[0].index(" ") if lines else 0
        lines = [*lines[:3], *(line[:start] + line[start + 1 :] for line in lines[3:])]
    return fan_out(shell, "versions", chosen, lines)


def _available_row(release: Release) -> list[str]:
    return [release.minor, release.offered, release.channel, release.source]


def _status(kind: str) -> Any:
    def show(shell: Any, args: dict[str, Any]) -> Answer | None:
        if not confirmed(shell, args):
            return None
        if args.get("node") == "all" and shell.node.release.key[:3] < (7, 0, 1):
            raise Refused(f"Node 'all' not found in router '{args.get('router', shell.node.router.name)}'")  # I95-56537
        with shell.world.lock:
            chosen = nodes(shell, args)
            wanted = [item for node in chosen for item in node.history if item.kind == kind]
            if "version" in args:
                release = shell.world.release_for(args["version"])
                wanted = [item for item in wanted if item.release == release]
            lines = _render(shell, kind, wanted)
        return fan_out(shell, f"{kind} status", chosen, lines)

    return show


def _render(shell: Any, kind: str, operations: list[Operation]) -> list[str]:
    layout = shell.style.status_layout
    if layout == "none":
        return []
    if not operations:
        return [f"No {kind} operations found."]
    if layout == "table":
        names = ("Router", "Node", "Version", "Status", "Progress", "Duration", "Message")
        columns = [Column(name, group=name == "Router") for name in names]
        return table(columns, [_status_row(shell, item) for item in operations], shell.terminal.width, shell.style.wrap)
    if layout == "blocks":
        return [line for item in operations for line in [*_status_block(shell, item), ""]]
    return [_sentence(item) for item in operations]


def _status_row(shell: Any, item: Operation) -> list[str]:
    took = (item.ended or shell.world.clock.now()) - item.started
    version = item.release.offered if item.release else "-"
    words = _WORDS[item.state][0]
    progress = _progress(shell, item)
    return [item.node.router.name, item.node.name, version, words, progress, duration(took), item.detail]


def _progress(shell: Any, item: Operation) -> str:
    if item.kind == "download" and item.phase == "download":
        return f"{int(shell.lifecycle.downloads.progress(item) * 100)}%"
    share = {"pre-check": 5, "download": 20, "install": 50, "restart": 80, "post-check": 95, "completed": 100}
    return f"{share.get(item.phase, 0)}%"


def _status_block(shell: Any, item: Operation) -> list[str]:
    pairs = [
        ("Version", item.release.offered if item.release else "-"),
        ("State", f"{_WORDS[item.state][0]} ({item.phase})" if not item.over else _WORDS[item.state][0]),
        ("Started", shell.world.clock.iso(item.started)),
        ("Requested by", item.user),
    ]
    return block(item.node.place, pairs + ([("Reason", item.detail)] if item.detail else []))


def _sentence(item: Operation) -> str:
    version = f" to {item.release.offered}" if item.release else ""
    reason = f": {item.detail}" if item.detail else ""
    return f"{item.node.place}: {item.kind}{version} {_WORDS[item.state][1]}{reason}."


for _kind in ("upgrade", "downgrade", "revert"):
    command(f"show system software {_kind}", SELECT, only=MODERN)(_status(_kind))
command(
    "show system software download",
    "[{router <router> | resource-group <resource-group>}] [version <version>] [force] [node <node>]",
    only=MODERN,
)(_status("download"))


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

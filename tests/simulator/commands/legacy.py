# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software of routers before 6.3: `send command download | upgrade | rollback` (CLI-6.0)."""

from __future__ import annotations

from typing import Any

from ..answer import Answer, plain
from ..grammar import command
from ..releases import Release
from ..selection import nodes
from .requests import accepted, check, question_for, release_of

_OLD_WHERE = "{router <router> | resource-group <resource-group>}"


def _wanted(shell: Any, text: str | None) -> Release:
    """The version, by default the latest (help text of `send command download`)."""
    offered = [item for item in shell.world.releases.values() if not shell.world.withdrawn(item)]
    if text is None and offered:
        return max(offered, key=lambda item: item.key)
    return release_of(shell, text or "latest")


def _send(kind: str) -> Any:
    def handle(shell: Any, args: dict[str, Any]) -> Answer | None:
        with shell.world.lock:
            chosen = nodes(shell, args, "all")
            release = _wanted(shell, args.get("version")) if kind != "revert" else None
            check(shell, kind, release, chosen, {"version": "", **args})
        if args.get("dry-run"):
            return Answer([], f"Checking {len(chosen)}/{len(chosen)} targets complete...", frame=False)
        if not args.get("force") and not shell.confirm(question_for(kind, release, chosen), kind):
            return None
        with shell.world.lock:
            job = shell.lifecycle.begin(kind, chosen, release, set(), shell.user.name, shell.node.place)
        return accepted(shell, job)

    return handle


_SEND: dict[str, Any] = {"only": ("pre-6.3",), "capability": "provisioning", "admin": True, "conductor_only": True}
command("send command download", f"[dry-run] [force] {_OLD_WHERE} [<version>]", **_SEND)(_send("download"))
command("send command upgrade", f"[dry-run] [force] {_OLD_WHERE} <version>", **_SEND)(_send("upgrade"))
command("send command rollback", f"[force] {_OLD_WHERE}", **_SEND)(_send("revert"))


@command("send command yum-cache-refresh", f"[force] {_OLD_WHERE}", **_SEND)
def yum_cache_refresh(shell: Any, args: dict[str, Any]) -> Answer:
    chosen = nodes(shell, args)
    return Answer([], f"Refreshing {len(chosen)}/{len(chosen)} targets complete...", frame=False)


@command("send command download", only=("7.x",), capability="provisioning", admin=True, conductor_only=True)
def obsolete_download(shell: Any, args: dict[str, Any]) -> Answer:
    return plain("This download command is now obsolete")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software of routers before 6.3: `send command download | upgrade | rollback` (CLI-6.0).

They name a router, never a node: the nodes of a pair are taken one after the other. There are no health checks, hence
nothing reverts by itself. From 7.x on what is left of them points to `request system software` (CLI-7.2).
"""

from __future__ import annotations

from typing import Any

from ..admission import check, left_to_do, refused_by_fault, release_of, split
from ..answer import Answer, Refused
from ..grammar import COMMANDS, Command, command
from ..releases import Release
from ..selection import confirmed, nodes
from .requests import WHERE, accepted, in_its_form, question_for

UNCHECKED = ("skip_pre", "skip_post")
_OLD_WHERE = "{router <router> | resource-group <resource-group>}"


def _wanted(shell: Any, text: str | None) -> Release:
    """The version, by default the latest (help text of `send command download`)."""
    offered = [release for release in shell.world.releases.values() if not shell.world.withdrawn(release)]
    if text is None and offered:
        return max(offered, key=lambda release: release.key)
    return release_of(shell, text or "latest")


def _send(kind: str) -> Any:
    def handle(shell: Any, args: dict[str, Any]) -> Answer | None:
        try:
            return ask(shell, args)
        except Refused as refusal:
            return in_its_form(shell, kind, args, refusal)

    def ask(shell: Any, args: dict[str, Any]) -> Answer | None:
        with shell.world.lock:
            chosen, away = split(shell, nodes(shell, args, "all"))
            release = _wanted(shell, args.get("version")) if kind != "revert" else None
            check(shell, kind, release, chosen, {"version": "", **args})
        if args.get("dry-run"):
            return Answer([], f"Checking {len(chosen)}/{len(chosen)} targets complete...", frame=False)
        if not args.get("force") and not shell.confirm(question_for(shell, kind, release, chosen), kind):
            return None
        with shell.world.lock:
            refused_by_fault(shell, kind, chosen)
            left = left_to_do(kind, chosen, release)
            job = shell.lifecycle.begin(kind, left, release, set(UNCHECKED), shell.user.name, shell.node.node_id)
        return accepted(shell, job, away)

    return handle


_SEND: dict[str, Any] = {"only": ("pre-6.3",), "capability": "provisioning", "admin": True, "conductor_only": True}
command("send command download", f"[dry-run] [force] {_OLD_WHERE} [<version>]", **_SEND)(_send("download"))
command("send command upgrade", f"[dry-run] [force] {_OLD_WHERE} <version>", **_SEND)(_send("upgrade"))
command("send command rollback", f"[force] {_OLD_WHERE}", **_SEND)(_send("revert"))


@command("send command yum-cache-refresh", f"[force] {_OLD_WHERE}", **_SEND)
def yum_cache_refresh(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    with shell.world.lock:
        chosen = nodes(shell, args)
    return Answer([], f"Refreshing {len(chosen)}/{len(chosen)} targets complete...", frame=False)


class _Stub(Command):
    """Whatever is given to it, it only says that it is obsolete."""

    def usage(self, shell: Any) -> str | None:
        return super().usage(shell) if shell.scenario.dialect.obsolete == "stub" else None

    def answer(self, shell: Any, words: list[str]) -> Answer | None:
        raise Refused(
            f"This {self.words[-1]} command is now obsolete. Use 'show system software', 'request system software', "
            "'set system software' and 'delete system software' instead."
        )


def _register_stubs() -> None:
    """CLI-7.2 has a page for `download` only; that the others met the same fate is inferred from what it leaves out."""
    for word in ("download", "upgrade", "rollback", "yum-cache-refresh"):
        usages: Any = {"7.x": f"{WHERE} [force] [node <node>]"}
        COMMANDS.append(
            _Stub(("send", "command", word), lambda *_: None, usages, "provisioning", admin=True, conductor_only=True)
        )


_register_stubs()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How downloads, upgrades and reverts are shown. No sample is public: the layouts are invented, the words documented.

Words: upgrade_router (in progress, completed and failed download; Downloading), config_smart_download (Failed, paused),
CLI-7.2 (in-progress and completed upgrades), the release notes (the sentence of a failed upgrade).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .layout import Column, block, duration, table
from .operations import ENDED, Operation
from .world import Node

_FAILED_AFTER_REBOOT = "SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot"
_MONTH = 30 * 86400.0
#: Seconds for which a status goes on to say *in progress* in a conductor that is late with it.
_LATE = 60.0
#: What nobody can read, and what says nothing.
UNREADABLE = "0x7f 2:1/0 --"

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
_DOWNLOAD_WORDS = {"in progress": "Downloading", "completed": "Downloaded", "failed": "Failed", "paused": "Paused"}
_ELAPSED_WORDS = {"in progress": "Download in progress", "completed": "Completed", "failed": "Failed"}
_UPGRADE_WORDS = {"in progress": "in-progress", "completed": "completed", "failed": "failed", "reverted": "failed"}
_SENTENCES = {"in progress": "in progress", "completed": "completed", "failed": "failed", "paused": "paused"}


def status_lines(shell: Any, kind: str, chosen: list[Node], version: Any = None) -> list[str]:
    """What `show system software <kind>` says of these nodes. Caller holds the lock."""
    shown = [operation for node in chosen for operation in _listed(shell, kind, node)]
    if version is not None:
        shown = [operation for operation in shown if operation.release == version]
    habit = shell.habits[f"{'upgrade' if kind == 'downgrade' else kind}_status"]
    return _LAYOUTS.get(habit, _by_style)(shell, kind, shown)


# --- which operations ---------------------------------------------------------------------------------------------


def _listed(shell: Any, kind: str, node: Node) -> list[Operation]:
    own = [operation for operation in node.history if operation.kind == kind]
    if shell.habits["status_history"] == "running_only":
        own = [operation for operation in own if shown_state(shell, operation) not in ENDED]
    if shell.habits["old_lines"] == "none":
        return own
    # One entry for each version: what happened last month is gone once there is something newer about the same one.
    newer = {operation.release for operation in own}
    return [operation for operation in _last_month(shell, kind, node) if operation.release not in newer] + own


def _last_month(shell: Any, kind: str, node: Node) -> list[Operation]:
    """What is left of earlier nights: the release that runs came then, and the newest one could not be had."""
    began = shell.world.began - _MONTH
    newest = max(
        (shell.world.releases[name] for name in shell.world.offered), key=lambda release: release.key, default=None
    )
    first = shell.world.ran_first[node.node_id]
    old = [(first, "completed", "")] if kind != "revert" else []
    if newest and newest.key > first.key and kind in ("download", "upgrade"):
        reason = _FAILED_AFTER_REBOOT if kind == "upgrade" else "failed due to connectivity issues"
        old.append((newest, "failed", reason))
    return [
        Operation(kind, node, release, set(), "admin", "long ago", began, began + 600, state, state, detail)
        for release, state, detail in old
    ]


def shown_state(shell: Any, operation: Operation) -> str:
    """The state as this conductor tells it: an upgrade that has booted may count as ended, and an end come late."""
    habit, now = shell.habits["status_until"], shell.world.clock.now()
    if habit == "booted" and not operation.over and operation.kind in ("upgrade", "downgrade"):
        back = (
            operation.node.up
            and operation.node.booted > operation.started
            and operation.node.release == operation.release
        )
        return "completed" if back else operation.state
    if habit == "later" and operation.state == "completed" and now < operation.ended + _LATE:
        return "in progress"
    return operation.state


# --- layouts ------------------------------------------------------------------------------------------------------


def _by_style(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    layout = shell.style.status_layout
    if layout == "none":
        return []
    if not shown:
        return [f"No {kind} operations found."]
    if layout == "table":
        names = ("Router", "Node", "Version", "Status", "Progress", "Duration", "Message")
        return _table(shell, names, [_row(shell, operation) for operation in shown])
    if layout == "blocks":
        return [line for operation in shown for line in [*_block(shell, operation), ""]]
    return [_sentence(shell, operation) for operation in shown]


def _table(shell: Any, names: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    blank = shell.habits["repeats"] == "blank"
    columns = [Column(name, group=name == "Router" and blank) for name in names]
    return table(columns, rows, shell.terminal.width, shell.style.wrap)


def _row(shell: Any, operation: Operation) -> list[str]:
    word = _WORDS[shown_state(shell, operation)][0]
    return [
        *_router_and_node(operation),
        _version(operation),
        word,
        _progress(shell, operation),
        duration(_took(shell, operation)),
        operation.detail,
    ]


def _router_and_node(operation: Operation) -> list[str]:
    return [operation.node.router.name, operation.node.name]


def _version(operation: Operation) -> str:
    return operation.release.offered if operation.release else "-"


def _took(shell: Any, operation: Operation) -> float:
    return (operation.ended or shell.world.clock.now()) - operation.started


def _progress(shell: Any, operation: Operation) -> str:
    if operation.kind == "download" and operation.phase == "download":
        return f"{int(shell.lifecycle.downloads.progress(operation) * 100)}%"
    share = {"pre-check": 5, "download": 20, "install": 50, "restart": 80, "post-check": 95, "completed": 100}
    return f"{share.get(operation.phase, 0)}%"


def _block(shell: Any, operation: Operation, percent: bool = False) -> list[str]:
    word = _WORDS[shown_state(shell, operation)][0]
    pairs = [
        ("Version", _version(operation)),
        ("State", word if shown_state(shell, operation) in ENDED else f"{word} ({operation.phase})"),
        ("Started", shell.world.clock.iso(operation.started)),
        ("Requested by", operation.user),
    ]
    pairs += [("Progress", _progress(shell, operation))] * percent
    return block(operation.node.node_id, pairs + ([("Reason", operation.detail)] if operation.detail else []))


def _sentence(shell: Any, operation: Operation) -> str:
    version = f" to {operation.release.offered}" if operation.release else ""
    reason = f": {operation.detail}" if operation.detail else ""
    return f"{operation.node.node_id}: {operation.kind}{version} {_WORDS[shown_state(shell, operation)][1]}{reason}."


def _nothing(kind: str) -> list[str]:
    return [f"No {kind} operations found."]


def _words(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    """A table in the words of the pages: Downloading and Downloaded, in-progress and completed."""
    words = _DOWNLOAD_WORDS if kind == "download" else _UPGRADE_WORDS
    rows = [
        [
            *_router_and_node(operation),
            _version(operation),
            words.get(shown_state(shell, operation), operation.state),
            operation.detail,
        ]
        for operation in shown
    ]
    return _table(shell, ("Router", "Node", "Version", "Status", "Details"), rows) if rows else _nothing(kind)


def _elapsed(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    """A table of which one column ticks whether or not there is progress."""
    rows = [
        [
            *_router_and_node(operation),
            _version(operation),
            _ELAPSED_WORDS.get(shown_state(shell, operation), operation.state.capitalize()),
            _clock(_took(shell, operation)),
            _progress(shell, operation),
        ]
        for operation in shown
    ]
    return _table(shell, ("Router", "Node", "Software Version", "Status", "Elapsed", "Progress"), rows) or []


def _clock(seconds: float) -> str:
    """`0:04:30`"""
    left = int(seconds)
    return f"{left // 3600}:{left % 3600 // 60:02d}:{left % 60:02d}"


def _sentences(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    """`in progress download`, `completed download`, `failed download` (upgrade_router); the same of upgrades."""
    lines = []
    for operation in shown:
        state = _SENTENCES.get(shown_state(shell, operation), "failed")
        version = f" {_version(operation)}" if operation.release else ""
        lines.append(
            f"{operation.node.node_id}: {state} {kind}{version}"
            + (f" ({operation.detail})" if operation.detail else "")
        )
    return lines or [f"There are no {kind}s."]


def _blocks(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    return [line for operation in shown for line in [*_block(shell, operation, percent=True), ""]] or _nothing(kind)


def _failed_only(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    failed = [operation for operation in shown if shown_state(shell, operation) == "failed"]
    return _words(shell, kind, failed) if failed else [f"No failed {kind}s."]


def _unreadable(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    return [UNREADABLE]


def _empty(shell: Any, kind: str, shown: list[Operation]) -> list[str]:
    return []


_LAYOUTS: dict[str, Callable[[Any, str, list[Operation]], list[str]]] = {
    "words": _words,
    "elapsed": _elapsed,
    "sentences": _sentences,
    "blocks": _blocks,
    "failed_only": _failed_only,
    "unreadable": _unreadable,
    "empty": _empty,
}

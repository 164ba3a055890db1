# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run was answered, for a bundle: its lifecycle commands, and what it showed before and beside them.

It sends nothing. It keeps what a task sends anyway, in memory; without names it is written when the task is over. What
may hold a configuration or a secret is not kept at all: a command is in the bundle if a probe might send it, or if
it is a lifecycle command.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ..pcli.line import WIDTH
from ..pcli.recording import RecordingShell
from ..pcli.session import Pending
from ..software.assets import Asset, read_assets
from ..software.node_id import NodeId
from . import bundle
from .answers import response_of
from .asking import Row, Ticks, as_recorded
from .guard import USAGES, MustNotLeave, checked
from .scrub import Scrubber

#: Requests about software, and those that an asset gets in older releases (CLI-6.0).
_LIFECYCLE = re.compile(r"request system software [a-z\-]+(?: .*)?|send command [a-z\-]+(?: .*)?")
#: Whom a command of ours is about.
_NAMED = re.compile(r" (router|node|resource-group|cohort-id) (\S+)")
#: It leaves the world as it is, so what is shown after it still shows the same.
_HEALTH = "request system software health-check"
#: What is kept of a run: so many answers, and so many characters of what only shows something. Lists that are polled
#: for a night would be more than anybody reads.
_MOST_ROWS, _MOST_TEXT = 10_000, 32_000_000


class Recorder:
    """The answers of one task. ``note`` is given each command that is over, or that nobody waits for any more."""

    def __init__(self, clock: Ticks):
        self._clock, self._began = clock, clock.now()
        self.rows: list[Row] = []
        self._last: dict[tuple[NodeId, str], str] = {}
        self._length = 0

    @property
    def worth_writing(self) -> bool:
        """Whether a lifecycle command was sent at all: what only shows something, the probe asks for."""
        return any(_is_lifecycle(row.command) for row in self.rows)

    def note(self, pending: Pending) -> None:
        """Keep a command with its answer, unless it may show what nobody else should see, or says nothing new."""
        shell = pending.shell
        lifecycle = _is_lifecycle(pending.command)
        if not isinstance(shell, RecordingShell) or not (lifecycle or _only_shows(pending.command)):
            return
        seen, prompt = shell.transcript(), shell.prompt
        node_id = NodeId(prompt.router or "", prompt.node or "") if prompt else NodeId("", "")
        if not lifecycle:
            full = len(self.rows) >= _MOST_ROWS or self._length + len(seen.answer) > _MOST_TEXT
            if full or self._last.get((node_id, pending.command)) == seen.answer:
                return
            self._last[node_id, pending.command] = seen.answer
            self._length += len(seen.answer)
        ended = "closed" if pending.error else "time" if pending.shown is not None or not pending.over else "prompt"
        context = prompt.context if prompt else None
        data = as_recorded(pending.command, WIDTH, seen, ended, context)
        if lifecycle and not pending.command.startswith(_HEALTH):
            data["lifecycle"] = True
        began, now = pending.begun - self._began, self._clock.now()
        self.rows.append(Row("pcli", node_id, round(began, 3), round(now - pending.begun, 3), data, seen.answer))

    # -- the bundle ---------------------------------------------------------------------------------------------------

    def files(self, made: str, collection: str | None, scrubber: Scrubber) -> dict[str, str | bytes]:
        """The bundle, and the names that were replaced in it. ``scrubber`` knows what is known without asking."""
        listed = self._listed()
        scrubber.know_assets(listed)
        for row in self.rows:  # a list of assets that nobody can read names nobody
            for kind, name in _NAMED.findall(row.command):
                scrubber.know([name] if name != "all" else (), kind if kind in ("router", "node") else "name")
        bundle.learn(scrubber, self.rows)
        about = bundle.manifest(made, collection, list(self._nodes(listed)), scrubber) | {"recorded": True}
        packed = bundle.packed(about, bundle.as_lines(self.rows, scrubber), ())
        return {
            "bundle.zip": packed,
            "names.json": json.dumps(scrubber.names.table(), indent=2, ensure_ascii=False) + "\n",
        }

    def _listed(self) -> Sequence[Asset]:
        """The assets as they were first listed whole."""
        lists = (
            read_assets(response_of(row)) for row in self.rows if row.command in ("show assets", "show assets force")
        )
        return next((listed for listed in lists if listed), ())

    def _nodes(self, listed: Sequence[Asset]) -> Iterator[dict[str, Any]]:
        """The nodes of the conductor that answered, and those of the routers that a lifecycle command names."""
        own = list(dict.fromkeys(row.asked for row in self.rows if row.asked.router))
        named = {
            found[1]
            for row in self.rows
            if _is_lifecycle(row.command) and (found := re.search(r" router (\S+)", row.command))
        }
        releases = {(asset.router, asset.node): asset.version_text for asset in listed}
        for node_id in own:
            yield {"router": node_id.router, "node": node_id.node, "role": "conductor",
                   "release": releases.get(tuple(node_id))}  # fmt: skip
        for (router, node), release in releases.items():
            if router in named and node and NodeId(router, node) not in own:
                role = "conductor" if router in {node_id.router for node_id in own} else "router"
                yield {"router": router, "node": node, "role": role, "release": release}


def _is_lifecycle(command: str) -> bool:
    return command not in USAGES and _LIFECYCLE.fullmatch(command) is not None


def _only_shows(command: str) -> bool:
    try:
        return checked(command) == command
    except MustNotLeave:
        return False

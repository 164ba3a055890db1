# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One world: its truth, what goes wrong in it, and the runs of the collection in it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from .authority import Authority
from .clock import BEGIN, Endless, WorldClock
from .controllers import Controllers
from .disk import Disk
from .judge import Judge
from .nodes import Node
from .questions import Questions
from .replies import Reply
from .requests import Requests
from .settings import Settings
from .strikes import Strikes

if TYPE_CHECKING:
    from .role import RolePlay
    from .verdicts import RunJudge

#: More commands than any run of this size needs. Those that go on beside it add their own.
MOST_COMMANDS = 40_000


class World:
    """Everything of one world. ``data`` is its definition (see draw.py), which may be written down and read again."""

    def __init__(self, data: dict) -> None:
        self.data, self.habits = data, data["habits"]
        self.clock = WorldClock()
        self.authority = Authority(self.clock, data)
        #: The conductor node that the run begins on.
        self.local: str | None = None
        #: Does a run go on at this moment? And what plays a second one meanwhile.
        self.inside = False
        self.play_second: Callable[[int], object] = lambda number: None
        self.begin_beside: Callable[[dict], object] = lambda fault: None
        self.controllers = self.clock.others = Controllers(self)
        self.begun_before: set[str] = set()
        #: The runs whose controller was killed.
        self.killed: set[int] = set()
        self.begun_before_of: dict[int, set[str]] = {}
        self.questions = Questions(self.authority, self.habits)
        self.judge = Judge(self)
        self.requests = Requests(self)
        self.shells: list = []
        self.down = False
        self.run, self.module, self.spans = 0, "", {}
        self.commands = self.commands_before = 0
        #: How many runs were begun beside its own.
        self.beside = 0
        #: The batches that the role plays; None: no run is one of them.
        self.role: RolePlay | None = None
        #: What each run said of its routers.
        self.ends: dict[int, dict[str, str]] = {}
        #: The runs that were judged, by number.
        self.judged: dict[int, RunJudge] = {}
        self.story: list[tuple[float, str]] = []
        #: During which run each line of the story was told.
        self.told_in: list[int] = []
        #: How often each run has asked for the list of assets.
        self.looks: Counter[int] = Counter()
        self.stop_file_since: float | None = None
        self.jumps: list[tuple[float, float]] = [(0.0, 0.0)]
        self.folder = tempfile.mkdtemp(prefix="world-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self.disk = Disk(self.clock, self.folder)
        self.authority.watchers.append(self.judge.begun)
        self.strikes = Strikes(self)
        self._all_settings: dict[int, Settings] = {}
        #: What counts for the run that is judged now.
        self.settings = Settings({})

    def close(self) -> None:
        """End what still runs, and remove what lies on the disk."""
        self.controllers.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text: str) -> None:
        """A line of the story."""
        self.story.append((self.clock.now(), text))
        self.told_in.append(self.run)

    # -- what the judge asks ------------------------------------------------------------------------------------

    def begin_run(self, number: int, module: str, arguments: dict, hosts: dict | None = None) -> None:
        self.run, self.module, self.commands_before = number, module, self.commands
        self._all_settings[number] = Settings(arguments, hosts or {}, self.data.get("resource_groups") or {})
        self.inside = True
        self.use(number)
        #: Routers that an earlier run has begun: one of their nodes was moved by it, and moves still, runs the wanted
        #: release, or has come to no good end; or a run was killed when it had sent something.
        self.begun_before = {
            node.router
            for node in self.authority.nodes.values()
            if node.moved_by_us
            and (
                node.version == self.settings.wanted_of(node.router)
                or node.operation is not None
                or [old.end for old in node.past if old.run is not None][-1] != "completed"
            )
        } | {router for command in self.judge.commands if command.run in self.killed for router in command.routers}
        self.begun_before_of[number] = self.begun_before
        self.clock.end_at = self.clock.now() + 4 * 86400.0
        self.spans[number] = (self.clock.now(), self.clock.now())

    def use(self, number: int) -> None:
        """From now on the settings of this run count."""
        self.settings = self._all_settings[number]

    def end_run(self) -> None:
        self.spans[self.run] = (self.spans[self.run][0], self.clock.now())
        self.inside = False
        self.clock.kill_at = self.clock.end_at = None
        for shell in self.shells:
            shell.close()
        self.shells = []

    def suspend(self) -> None:
        """The run stands still while another one is played to its end."""
        kept = (self.run, self.module, self.shells, self.begun_before, self.local)
        clocks = (self.clock.kill_at, self.clock.end_at)
        self.clock.kill_at, self.clock.resting, self.inside, self.shells = None, False, False, []
        self.play_second(kept[0])
        self.run, self.module, self.shells, self.begun_before, self.local = kept
        self.clock.kill_at, self.clock.end_at = clocks
        if clocks[1] is not None:
            self.clock.end_at += 4 * 86400.0
        self.use(self.run)
        self.inside = True

    @property
    def remembers(self) -> bool:
        """Does this run know what the others sent?"""
        journals = {settings.arguments.get("journal") for settings in self._all_settings.values()}
        return len(journals) == 1 and None not in journals

    @property
    def night(self) -> list[int]:
        """The batches of the run that is judged now, up to this one, as far as they can know of each other."""
        own = self.settings.arguments
        numbers = [
            number
            for number, other in self._all_settings.items()
            if own.get("journal") and all(other.arguments.get(name) == own.get(name) for name in ("run_id", "journal"))
            if other is not self.settings and number < self.number
            if self.process_of(number) == self.process_of(self.number)
        ]
        return [*numbers, self.number]

    def process_of(self, number: int) -> str:
        """Of which ansible-playbook a run is: runs are tasks of one, until its controller dies."""
        return f"process {number if number >= 100 else sum(killed < number for killed in self.killed)}"

    def settings_of(self, number: int) -> Settings:
        """What a run was told."""
        return self._all_settings[number]

    @property
    def number(self) -> int:
        """The number of the run that is judged now."""
        return next((number for number, other in self._all_settings.items() if other is self.settings), self.run)

    @property
    def limits(self) -> dict[str, float]:
        """The ends of the night, in seconds of the world: as the first batch has read them."""
        return {name: self.seconds_of(moment) for name, moment in self._all_settings[self.night[0]].ends.items()}

    def seconds_of(self, wall: datetime, after: float = 0.0) -> float:
        """When it was so late by the wall clock, in seconds of the world: the first time since a moment."""
        times = self.clock.told.get(wall)
        if times:
            return next((seconds for seconds in times if seconds >= after), times[-1])
        plain = (wall - BEGIN) / timedelta(seconds=1)
        for at, jumped in reversed(self.jumps):
            if plain - jumped >= at - 1.0:
                return plain - jumped
        return plain

    # -- commands -----------------------------------------------------------------------------------------------

    def answer(self, command: str, node: Node) -> Reply:
        """What a shell gets for a command."""
        self.commands += 1
        if self.commands - self.commands_before > MOST_COMMANDS * (1 + self.beside):
            raise Endless
        self.looks[self.run] += command == "show assets"
        try:
            error = self.strikes.at_command(self.commands, command)
        except Exception:
            self.requests.attempt(command)
            raise
        reply = self.requests.reply(command, node) or self._question(command, node)
        reply.error = error
        return reply

    def _question(self, command: str, node: Node) -> Reply:
        self.questions.local = node
        text = self.questions.answer(command)
        return Reply(f"Command '{command}' not found (use '?' for help)" if text is None else text)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command that arrives must keep beside the pair that it moves: the limits of the night, and its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .batches import BatchJudge
from .nodes import AT_REST, MOVES, Node

if TYPE_CHECKING:
    from .judge import Command, Judge

#: How much later than the list of assets a run may learn that assets are lost: its longest pause between two polls.
_POLL = 90.0


class NightRules:
    """Judges one command that upgrades or downgrades, for each router that it names."""

    def __init__(self, judge: Judge, command: Command) -> None:
        self.judge, self.world, self.command = judge, judge.world, command
        self.now = self.world.clock.now()
        self.run = self.world.run

    def judge_all(self) -> None:
        self._limits()
        self.good_first()
        self._conductor_first()
        self._version()
        self._groups()
        self._breaker()
        if self.command.first and (why := BatchJudge(self.world).may_not_begin()):
            self._breach("I8", f"no further batch begins: {why}")
        for router in self.command.routers:
            if router in self.world.settings.blocked:
                self._breach("I5", f"{router} is blocked by a check")

    def _breach(self, name: str, truth: str) -> None:
        self.judge.breach(name, self.command.text, truth)

    # -- the limits of a night ------------------------------------------------------------------------------------

    def _limits(self) -> None:
        world, now, grace = self.world, self.now, self.judge.grace
        since = world.stop_file_since if world.settings.obeys_stop_file else None
        if self.command.first and since is not None and now - since > grace:
            self._breach("I7", f"the stop file has been there for {now - since:.0f} s")
        for name, until in world.limits.items():
            if now - until > grace:
                self._breach("I7", f"{name} was {now - until:.0f} s ago")

    def _breaker(self) -> None:
        """New starts and second nodes wait while too many assets are lost that nobody works on, or a conductor node."""
        percent, lost, settled = self.world.settings.breaker_percent, [], 0
        began = self.world.spans[self.world.night[0]][0]
        touched = {router for old in self.judge.commands for router in old.routers if old is not self.command}
        for node in self.world.authority.nodes.values():
            settled += node.router != "Conductor"
            baseline = {moment.state for moment in node.between(began - 60.0, began + 60.0)}
            if baseline <= set(AT_REST) and node.router not in {*touched, *self.command.routers} and self._lost(node):
                lost.append(node)
        own = [node.id for node in lost if node.router == "Conductor"]
        others = [node.id for node in lost if node.router != "Conductor"]
        if own:
            self._breach("I7", f"a node of the conductor is lost, and new starts pause: {own}")
        elif len(others) > max(1.0, percent * settled / 100):
            self._breach("I7", f"{len(others)} of {settled} assets are lost, and new starts pause above {percent} %")

    def _lost(self, node: Node) -> bool:
        seconds = self.world.habits["lag"] + self.judge.grace + _POLL
        return self.judge.steadily(node, seconds, lambda moment: moment.state not in AT_REST)

    # -- the order ------------------------------------------------------------------------------------------------

    def _ended_badly(self, node: Node) -> bool:
        """Has this run's operation on a node ended without success, and does it show?"""
        ours = [old for old in node.past if old.run == self.run and old.kind in MOVES and old.named]
        shown = self.world.habits["lag"] + self.judge.grace
        return bool(ours) and ours[-1].over and ours[-1].end != "completed" and self.now - ours[-1].over_at > shown

    def good_first(self) -> None:
        """The second node of a pair begins after a good first one, and not otherwise, in both directions (rule 9)."""
        for peer in self.judge.peers_of(self.command):
            if self._ended_badly(peer) and peer.version != self.world.settings.wanted_of(peer.router):
                self._breach("R9", f"{peer.id} did not succeed: {peer.past[-1].end}")
            elif self._went_back(peer):
                self._breach("R9", f"{peer.id} had succeeded, and runs {peer.version} now")

    def _went_back(self, node: Node) -> bool:
        """Was a node moved by this run, and does it show for long enough that it runs something else again?"""
        ours = [old for old in node.past if old.run == self.run and old.kind in MOVES and old.end == "completed"]
        shown = self.world.habits["lag"] + self.judge.grace
        return bool(ours) and self.judge.steadily(
            node, shown, lambda moment: moment.version != ours[-1].target and moment.looks_well
        )

    def _conductor_first(self) -> None:
        """In one task routers begin after a good conductor."""
        if "Conductor" in self.command.routers:
            return
        for node in self.world.authority.routers["Conductor"]:
            if node.busy and node.operation.run == self.run:
                self._breach("R13", f"{node.id} has a running {node.operation.kind}")
            elif self._ended_badly(node):
                self._breach("R13", f"{node.id} did not succeed: {node.past[-1].end}")

    def _version(self) -> None:
        """A host that has a version of its own gets that, or nothing (rule 41)."""
        for router in self.command.routers:
            wanted = self.world.settings.wanted_of(router)
            if self.command.version and wanted and self.command.version != wanted:
                self._breach("R41", f"{router} is to run {wanted}")

    # -- groups ---------------------------------------------------------------------------------------------------

    def _groups(self) -> None:
        groups = self.world.settings.groups
        for router in self.command.routers:
            if router in groups and self.command.first:
                lifted = self.world.settings.overrides("group_member_not_well", router)
                for other in sorted(other for other in groups if groups[other] == groups[router] and other != router):
                    self._member(other, lifted)

    def _member(self, other: str, lifted: bool) -> None:
        if other in self.command.routers:
            self._breach("I6", f"it moves {other} of the same group as well")
        for node in self.world.authority.routers.get(other, ()):
            trouble = self.judge.running(node) if lifted else self.judge.shown_trouble(node)
            if trouble:
                self._breach("I6", f"{node.id} of the same group {trouble}")

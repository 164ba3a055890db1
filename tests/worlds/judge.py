# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold, judged at the moment when a command arrives (what can only be judged afterwards: verdicts.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .nodes import AT_REST, Moment, Node, Operation
from .rules import NightRules

#: How it is said of an operation that only its own post-check has not ended: everything else looks as if it had.
CHECKED = "the post-check of its"
#: A run polls at least so often, in seconds.
_POLL = 60.0
#: For how long a command may take for each of its nodes, in seconds, where ``upgrade_timeout`` is not given.
_LIMIT = 5400.0

#: Installers give up after an hour by default (7.1.3), in seconds.
_GIVEN_UP = 3600.0


@dataclass(frozen=True)
class Break:
    """An invariant that did not hold."""

    invariant: str
    at: float
    what: str
    truth: str = ""


@dataclass(eq=False)
class Command:
    """A command that moves nodes, as it arrived. ``begun``: did an operation begin?

    ``first``: no command of ours has moved a node of one of its routers before; what somebody else has moved is nothing
    that must be finished.
    """

    at: float
    run: int
    kind: str
    text: str
    nodes: list[Node]
    begun: bool = False
    first: bool = False
    version: str | None = None

    @property
    def routers(self) -> list[str]:
        return list(dict.fromkeys(node.router for node in self.nodes))


class Judge:
    """The judge of one world. ``world`` knows the truth."""

    def __init__(self, world) -> None:
        self.world = world
        self.breaks: list[Break] = []
        #: When the vendor's health check of a node printed a failure.
        self.unhealthy: list[tuple[float, Node]] = []
        self.commands: list[Command] = []
        #: Nodes to which a command broke when it was about to be sent.
        self.attempted: set[Node] = set()
        #: Which run requested downloads, and of which nodes.
        self.downloads: list[tuple[int, Sequence[Node]]] = []
        #: Downloads that the conductor has taken: a refused one was requested, and nothing was begun.
        self.fetches: set[tuple[int, Node]] = set()
        self.reconnects: list[tuple[float, int, Node]] = []

    def breach(self, invariant: str, what: str, truth: str = "", at: float | None = None) -> None:
        """Something did not hold."""
        moment = self.world.clock.now() if at is None else at
        invariant += ".over" if CHECKED in truth else ""
        self.breaks.append(Break(invariant, moment, what, truth))
        self.world.say(f"!! {invariant}: {what}: {truth}")

    # -- commands -----------------------------------------------------------------------------------------------

    def sent(self, sent, nodes: list[Node]) -> None:
        """A command that moves nodes has arrived."""
        world = self.world
        version = sent.named.get("version")
        command = Command(world.clock.now(), world.run, sent.kind, sent.command, nodes, version=version)
        before = {router for old in self.commands if old.run == world.run for router in old.routers}
        halves = {
            peer.router
            for peer in self.peers_of(command)
            if peer.version == world.settings.wanted_of(peer.router) and peer.moved_by_us
        }
        command.first = any(router not in world.begun_before | before | halves for router in command.routers)
        self.commands.append(command)
        world.say(f"> {sent.command}")
        peers = self.peers_of(command)
        self._nodes_at_rest(command)
        self._written_down(command)
        if sent.kind == "revert":
            self._revert(sent, command, peers)
        else:
            self._peers_well(command, peers, "I1")
            NightRules(self, command).judge_all()

    def peers_of(self, command: Command) -> list[Node]:
        """The other nodes of the routers that a command moves."""
        nodes = [node for router in command.routers for node in self.world.authority.routers[router]]
        return [node for node in nodes if node not in command.nodes]

    def begun(self, operation) -> None:
        """An operation of ours has begun: the command that arrived last did it."""
        if operation.run is not None and self.commands and self.commands[-1].at == self.world.clock.now():
            self.commands[-1].begun = True

    def downloaded(self, sent, nodes: list[Node]) -> None:
        """A download was requested (rule 32: none while an operation moves the router)."""
        self.downloads.append((self.world.run, nodes))
        self.about_a_release(sent.command, nodes)

    def has_fetched(self, run: int, node: Node) -> bool:
        """Has a run requested a download for a node?"""
        return any(of_run == run and node in nodes for of_run, nodes in self.downloads)

    def has_begun_to_fetch(self, run: int, node: Node) -> bool:
        """Has the conductor taken the request of a run for a download to a node?"""
        return (run, node) in self.fetches

    def about_a_release(self, command: str, nodes: list[Node]) -> None:
        """A request that moves no node was sent (rule 32: none while any node of its router is moved)."""
        self.world.say(f"> {command}")
        for node in self.world.authority.routers[nodes[0].router]:
            if why := self.running(node):
                self.breach("R32", command, f"{node.id} {why}")

    def examined(self, nodes: Sequence[Node], good: bool) -> None:
        """The vendor's health check answers, and each of its texts for a bad node speaks of a failure."""
        if not good:
            self.unhealthy += [(self.world.clock.now(), node) for node in nodes]

    def failed_its_check(self, node: Node, since: float) -> bool:
        """Has a conductor whose health check finds something at each node printed so of this one?"""
        asked = any(other is node and at >= since for at, other in self.unhealthy)
        return asked and self.world.habits["health"] == "fails"

    def reconnected(self, command: str, node: Node) -> None:
        """An asset is to be reconnected (rule 30): not during an operation, and once.

        On a node that is dead, an operation is over when the longest one would have been given up (an hour).
        """
        now, run = self.world.clock.now(), self.world.run
        if node.busy and (node.up or now - node.operation.began < _GIVEN_UP):
            self.breach("R30", command, f"{node.id} has a running {node.operation.kind}")
        after = self.world.settings.arguments.get("reconnect_after", 0)
        there = self._seconds_up(node, now - after)
        if there > self.world.habits["lag"] + self.grace + _POLL:
            self.breach("R30", command, f"{node.id} was there for {there:.0f} of the last {after} s")
        before = [at for at, of_run, other in self.reconnects if of_run == run and other is node]
        sent = [old.at for old in self.commands if node in old.nodes]
        if before and not any(at > before[-1] for at in sent):
            self.breach(
                "R30", command, f"it was sent {now - before[-1]:.0f} s ago, and nothing else to {node.id} since"
            )
        self.reconnects.append((now, run, node))

    def _seconds_up(self, node: Node, since: float) -> float:
        """For how long a node was there since a moment."""
        moments = node.between(since, self.world.clock.now())
        ends = [*(moment.at for moment in moments[1:]), self.world.clock.now()]
        spans = zip(moments, ends, strict=True)
        return sum(end - max(since, moment.at) for moment, end in spans if moment.up)

    def removed(self, command: str, version: str, nodes: list[Node]) -> None:
        """A release is to be removed from nodes: none of them may run it."""
        self.about_a_release(command, nodes)
        shown = self.world.habits["lag"] + self.grace
        for node in nodes:
            if self.steadily(node, shown, lambda moment: moment.version == version):
                self.breach("R38", command, f"{node.id} runs {version}")

    # -- how a node shows ---------------------------------------------------------------------------------------

    @property
    def grace(self) -> float:
        """The time of one answer, there and back."""
        return 2 * self.world.habits["latency"] + 3.0

    @property
    def asking(self) -> float:
        """The time in which the status of each node can be asked; with few shells, hardly two of them at a time."""
        return self.grace + (3 * self.world.habits["latency"] if self.world.habits["shells"] < 10 else 0.0)

    def steadily(self, node: Node, seconds: float, holds: Callable[[Moment], bool]) -> bool:
        """Has this held for so long that whoever asked right before sending must have been told?"""
        begin = self.world.clock.now() - seconds
        return holds(node.at(begin)) and all(holds(moment) for moment in node.moments if moment.at >= begin)

    def shown_trouble(self, node: Node, but_service: bool = False) -> str | None:
        """What any documented answer shows of a node that is not well, or what we began there ourselves."""
        lag = self.world.habits["lag"] + self.grace
        if self.steadily(node, self.grace, lambda moment: not moment.up):
            return "is away"
        shows_service = self.world.habits["service"] and not but_service
        if shows_service and self.steadily(node, self.grace, lambda moment: moment.up and not moment.service):
            return "has its service down"
        if self.steadily(node, lag, lambda moment: moment.state not in AT_REST):
            return f"is {node.state}"
        return self.running(node)

    def running(self, node: Node) -> str | None:
        """The operation that runs on a node, if it shows or is ours."""
        operation, world = node.operation, self.world
        if operation is None:
            return None
        earlier = operation.run is not None and world.remembers and not self._out_of_time(operation)
        ours = operation.named and (operation.run == world.run or earlier)
        shown_for = world.clock.now() - operation.began - operation.course.get("quiet", 0.0)
        shows = self.status_is_readable(world.clock.now()) and shown_for > self.asking
        if not (ours or shows):
            return None
        words = CHECKED if node.at(world.clock.now()).version == operation.target and node.settled else "a running"
        whose = "somebody else's" if operation.run is None else "ours"
        whose = whose if operation.run in (None, world.run) else "of an earlier run"
        return f"has {words} {operation.kind} ({whose}, begun {world.clock.now() - operation.began:.0f} s ago)"

    def status_is_readable(self, at: float) -> bool:
        """Does a status show at this moment which operations run?"""
        habits, ends = self.world.habits, self.world.habits["status_ends"]
        if not habits["status_says_what_runs"]:
            return False
        return habits["status"] in ("table", "lines") and not habits["legacy"] and (ends is None or at <= ends)

    def _out_of_time(self, operation: Operation) -> bool:
        """Has it run for longer than its command may take? Where nothing shows it, nobody can know of it any more."""
        sent = [old for old in self.commands if operation.node in old.nodes and old.at <= operation.began]
        settings = [self.world.settings_of(run).arguments for run in (operation.run, self.world.run)]
        limit = max(arguments.get("upgrade_timeout", _LIMIT) for arguments in settings)
        nodes = max([len(old.nodes) for old in sent[-1:]], default=1)
        return self.world.clock.now() - operation.began >= limit * nodes

    # -- the rules ----------------------------------------------------------------------------------------------

    def _not_there_already(self, command: Command) -> None:
        """What runs already what a command would bring to it is not moved once more (I12)."""
        settings, since = self.world.settings, self.world.habits["lag"] + self.grace
        if command.kind == "revert" and self.world.module != "software_revert":
            return

        def there(node: Node) -> bool:
            aim = command.version or settings.wanted_of(node.router)
            return self.steadily(node, since, lambda moment: moment.looks_well and moment.version == aim)

        if all(map(there, command.nodes)):
            names = ", ".join(node.id for node in command.nodes)
            self.breach("I12", command.text, f"{names} had run it for {since:.0f} s")

    def _nodes_at_rest(self, command: Command) -> None:
        self._not_there_already(command)
        for node in command.nodes:
            why = self.running(node)
            if why:
                self.breach("I10" if command.kind == "revert" else "I2", command.text, f"{node.id} {why}")
            elif command.kind != "revert":
                trouble = self.shown_trouble(node, but_service=True)
                if trouble:
                    self.breach("R32", command.text, f"{node.id} {trouble}")

    def _written_down(self, command: Command) -> None:
        """What cannot be written into the journal is not sent (rule 27)."""
        world, now = self.world, self.world.clock.now()
        for since in (world.disk.full_since, world.disk.journal_lost_since):
            if since is not None and now - since > self.grace and world.settings.keeps_journal:
                self.breach("R27", command.text, f"the journal could not be written for {now - since:.0f} s")

    def _peers_well(self, command: Command, peers: list[Node], invariant: str) -> None:
        for peer in peers:
            lifted = self.world.settings.overrides("peer_not_well", peer.router)
            trouble = self.running(peer) if lifted else self.shown_trouble(peer)
            if trouble:
                self.breach(invariant, command.text, f"{peer.id} {trouble}")

    def _revert(self, sent, command: Command, peers: list[Node]) -> None:
        node = command.nodes[0]
        if len(command.nodes) > 1 or ("node" not in sent.named and peers):
            self.breach("I10", command.text, "a revert of more than one node")
        if node.service:
            self._peers_well(command, peers, "I10")
        else:  # rule 45: its service is proven down; nothing may run on the pair all the same
            for peer in peers:
                if why := self.running(peer):
                    self.breach("I10", command.text, f"{peer.id} {why}")
        automatic = self.world.module != "software_revert"
        if not automatic:
            NightRules(self, command).good_first()
        ours = any(old.run == self.world.run and node in old.nodes and old.kind != "revert" for old in self.commands)
        if automatic and not ours:
            self.breach("I10", command.text, f"nothing was upgraded on {node.id} in this run")
        if automatic and self._well_since_its_end(node):
            self.breach("I11", command.text, f"{node.id} has been well since its upgrade")

    def _well_since_its_end(self, node: Node) -> bool:
        """Has the operation of this run on a node ended well, with nothing since that any answer truly calls bad?"""
        ended = [old for old in node.past if old.run == self.world.run and old.end == "completed"]
        if not ended or self.failed_its_check(node, ended[-1].over_at):
            return False
        since = node.between(ended[-1].over_at, self.world.clock.now())
        return all(moment.well and moment.version == ended[-1].target for moment in since)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor does when it is asked for a lifecycle operation: it begins it, or says why not."""

from __future__ import annotations

import re

from .layout import framed
from .nodes import MOVES, Node, Operation
from .replies import Reply

_KEYWORDS = ("router", "resource-group", "node", "version", "cohort-id")
_COMMAND = re.compile(r"request system software (upgrade|downgrade|revert|download|health-check)((?: .*)?)")
#: Below 6.3 a conductor upgrades whole routers (CLI-6.0).
_SENT = re.compile(r"send command (upgrade|rollback|download)(?: force)? router (\S+)(?: (\S+))?")
#: Errors after which an operation may run all the same; none of them refuses anything (rule 34).
AMBIGUOUS = (
    "% Error: Internal Server Error",
    "% Error: Bad Gateway",
    "% Error: Gateway Timeout",
    "% Error: Lost contact with the target",
    "% Error: Unexpected end of stream",
    "% Error: Request timed out",
    "% Error: Service Unavailable",
    "% Error: Connection reset by peer",
    "% Error: Unhandled TypeError: list indices must be integers or slices",
    "% Error: [Errno 13] Permission denied: '/var/lib/x/upgrade.log'",
    "% Error: Operation not permitted: mount /dev/sda3",
    "% Error: upgrade() got an unexpected keyword argument 'node'",
    "% Error: Unknown version state returned by node a",
    "% Error: Unexpected input from node a",
    "% Error: Software image not valid, installation aborted",
    "% Error: no version returned",
    "% Error: router is not available",
    "% Error: pre-check failed to report: lost contact",
)
#: Refusals of the list (rule 34): nothing was begun.
REFUSED = (
    "% Error: Pre-upgrade health check failed",
    "% Error: Version {version} is not available",
    "% Error: Keyword argument 'version' is required",
    "% Error: Sequenced downgrade is not supported",
    "% Error: you do not have access to this command",
)
_USAGE = """usage: {word} [{{router <router> | resource-group <resource-group>}}]{extra}
               [cohort-id <cohort-id>] [force] [node <node>] version <version>
keyword arguments:
cohort-id                 Assign a cohort ID to the operation.
force                     Skip confirmation prompt.
node                      The name of the node
resource-group            The name of the resource group
router                    The router on which to act (default: Conductor){helps}
version                   The targeted version.
"""
_EXTRA = {
    "simultaneous": "Upgrade both nodes in an HA router at the same time.",
    "skip-package-transfer": "Don't transfer any packages.",
    "skip-pre-health-check": "Skip the pre upgrade health check.",
    "skip-post-health-check": "Skip the post upgrade health check.",
    "no-revert": "Disable the automatic reversion if the upgrade fails.",
}


class Sent:
    """A lifecycle command, taken apart."""

    def __init__(self, command: str) -> None:
        match, old = _COMMAND.fullmatch(command), _SENT.fullmatch(command)
        self.command, self.kind = command, match[1] if match else ""
        self.flags: set[str] = set()
        self.named: dict[str, str] = {}
        if old:
            self.kind = "revert" if old[1] == "rollback" else old[1]
            self.named = {"router": old[2], **({"version": old[3]} if old[3] else {})}
        words = iter(match[2].split() if match else ())
        for word in words:
            if word in _KEYWORDS:
                self.named[word] = next(words, "")
            else:
                self.flags.add(word)

    @property
    def moves(self) -> bool:
        return self.kind in MOVES


class Requests:
    """The requests of one world. ``world`` has the authority, the habits, the judge and the number of the run."""

    def __init__(self, world) -> None:
        self.world, self.authority, self.habits = world, world.authority, world.habits
        #: How many moving requests there were, and what goes wrong with which of them.
        self.count = 0
        self.faults = {fault["nth"]: fault for fault in world.data.get("answers", ())}

    def reply(self, command: str, local: Node) -> Reply | None:
        """Carry out a command that arrives on a node. None: it is no lifecycle request."""
        if command.startswith("send command reconnect "):
            return self._reconnect(command)
        if command.startswith("delete system software "):
            return self._remove(command)
        legacy = self.habits["legacy"]
        if not command.startswith("send command " if legacy else "request system software "):
            return None
        sent = Sent(command)
        if not sent.kind:
            return Reply(f"Command '{command}' not found (use '?' for help)")
        if not sent.named and sent.kind != "revert":
            return Reply(self._usage(sent.kind))
        nodes = self._nodes(sent)
        if not nodes:
            return Reply("% Error: no such router or node")
        if sent.kind == "health-check":
            return self._health(nodes)
        if "installation-service" in sent.flags:
            self.world.judge.about_a_release(command, nodes)
            return Reply("Installer upgraded", self.habits["answer"])
        if sent.kind == "download":
            return self._pause(sent, nodes) if "pause" in sent.flags else self._download(sent, nodes)
        self.world.judge.sent(sent, nodes)
        return self._move(sent, nodes)

    def attempt(self, command: str) -> None:
        """A command broke when it was about to be sent: as far as anybody knows it may have got through."""
        sent = Sent(command)
        if sent.moves:
            self.world.judge.attempted.update(self._nodes(sent))

    def _reconnect(self, command: str) -> Reply:
        words = command.split()
        node = self.authority.node(words[words.index("router") + 1], words[words.index("node") + 1])
        self.world.say(f"> {command}")
        if node is None:
            return Reply("% Error: no such node")
        self.world.judge.reconnected(command, node)
        return Reply("Reconnecting", self.habits["answer"])

    def _nodes(self, sent: Sent) -> list[Node]:
        group = self.world.data.get("resource_groups", {}).get(sent.named.get("resource-group"), ())
        routers = list(group) if "resource-group" in sent.named else [sent.named.get("router", "Conductor")]
        nodes = [node for router in routers for node in self.authority.routers.get(router, [])]
        return [node for node in nodes if sent.named.get("node", node.name) == node.name]

    @staticmethod
    def _usage(kind: str) -> str:
        extra = _EXTRA if kind in MOVES else {}
        helps = "".join(f"\n{name:<25} {text}" for name, text in extra.items())
        return _USAGE.format(word=kind, extra="".join(f" [{name}]" for name in extra), helps=helps)

    # -- operations that move nodes -----------------------------------------------------------------------------

    def _move(self, sent: Sent, nodes: list[Node]) -> Reply:
        self.count += 1
        fault = self.faults.get(self.count, {})
        refusal = self._refusal(sent, nodes) or self._as_told(fault, sent)
        if refusal:
            self.world.say(f"  refused: {refusal}")
            return Reply(refusal, self.habits["answer"])
        if fault.get("how") == "asks":  # a question to which the answer is no
            self.world.say(f"  {fault['words']}: no")
            if fault.get("begins"):
                self._begin(sent, nodes)
            return Reply(fault.get("says", ""), self.habits["answer"], declined=fault["words"])
        if fault.get("how") == "nothing":  # an error that reads like any other, and nothing was begun
            self.world.say(f"  {fault['words']} (nothing was begun)")
            return Reply(fault["words"], self.habits["answer"])
        begun = self._begin(sent, nodes)
        if fault.get("how") == "ends":  # it keeps its prompt, and comes back with these words
            over = lambda: all(operation.over for operation in begun)  # noqa: E731
            return Reply(fault["words"], self.habits["answer"], until=over)
        if fault.get("how") == "error":
            self.world.say(f"  {fault['words']} (it was begun)")
            return Reply(fault["words"], self.habits["answer"])
        if fault.get("how") == "lost":
            return Reply("", self.habits["answer"], breaks=True)
        if fault.get("how") == "hangs":  # the answer takes its time, whatever becomes of the operation meanwhile
            return Reply(self.habits["accepted"], fault["seconds"])
        if self.habits["blocks"]:
            return Reply(
                lambda: self._ended(begun),
                self.habits["answer"],
                until=lambda: all(operation.over for operation in begun),
            )
        date = f"Sun {self.world.clock.wall_at(self.world.clock.now()):%Y-%m-%d %H:%M:%S} UTC\n"
        return Reply(f"{date if self.habits['events'] else ''}{self.habits['accepted']}", self.habits["answer"])

    def _refusal(self, sent: Sent, nodes: list[Node]) -> str | None:
        busy = next((node for node in nodes if node.busy), None)
        if busy is not None:
            return self.habits["busy"].format(node=busy.id)
        away = next((node for node in nodes if not node.present), None)
        if away is not None:
            return self.habits["away"].format(node=away.id)
        version = sent.named.get("version")
        if version and not self.habits["fetches"] and any(version not in node.downloaded for node in nodes):
            return self.habits["missing"].format(version=version)
        return None

    @staticmethod
    def _as_told(fault: dict, sent: Sent) -> str | None:
        if fault.get("how") != "refused":
            return None
        return fault["words"].format(version=sent.named.get("version", ""))

    def _begin(self, sent: Sent, nodes: list[Node]) -> list[Operation]:
        target, run, named = sent.named.get("version"), self.world.run, frozenset(nodes)
        if "simultaneous" in sent.flags:
            return [self.authority.begin(sent.kind, node, target, run) for node in nodes]
        if self.habits["moves_peer"] and "node" in sent.named and sent.kind != "revert":
            # upgrade_router: "initiating an upgrade on one HA node will automatically upgrade the second"
            nodes = [*nodes, *(peer for peer in self.authority.peers(nodes[0]) if peer.version != target)]
        # A whole router is asked for: what runs the release already is left alone. Routers of a group go at once.
        begun = []
        for router in dict.fromkeys(node.router for node in nodes):
            own = [node for node in nodes if node.router == router]
            left = [node for node in own if node.version != target] or own
            begun += self.authority.begin_many(sent.kind, left, target, run, named)
        return begun

    def _ended(self, operations: list[Operation]) -> str:
        if all(operation.end == "completed" for operation in operations):
            return framed(self.habits, "Upgrading 1/1 targets complete", "")
        return "% Error: Upgrade failed"

    # -- the others ---------------------------------------------------------------------------------------------

    def _download(self, sent: Sent, nodes: list[Node]) -> Reply:
        self.world.judge.downloaded(sent, nodes)
        version = sent.named["version"]
        left = [node for node in nodes if version not in node.downloaded and version not in node.downloading]
        away = next((node for node in nodes if not node.present), None)
        if away is not None:
            return Reply(self.habits["away"].format(node=away.id), self.habits["answer"])
        self.world.judge.fetches |= {(self.world.run, node) for node in left}
        for node in left:
            plan = self.world.data.get("downloads", {}).get(node.id, {})
            self.authority.download(node, version, plan.get("seconds", 200.0), plan.get("end", "done"))
        if self.habits["downloads_block"]:
            return Reply(
                "Download complete",
                self.habits["answer"],
                until=lambda: not any(version in node.downloading for node in left),
            )
        return Reply("Download request accepted", self.habits["answer"])

    def _pause(self, sent: Sent, nodes: list[Node]) -> Reply:
        self.world.judge.about_a_release(sent.command, nodes)
        for node in nodes:
            self.authority.stop_download(node, sent.named["version"])
        return Reply("Download paused", self.habits["answer"])

    def _remove(self, command: str) -> Reply:
        """A release is removed from the disk of nodes; this conductor does not look whether it runs there."""
        words = iter(command.split()[3:])
        named = {word: next(words, "") for word in words if word in _KEYWORDS}
        nodes = [
            node
            for node in self.authority.routers.get(named.get("router", "Conductor"), [])
            if named.get("node", node.name) == node.name
        ]
        if not nodes or "version" not in named:
            return Reply("% Error: no such router, node or version")
        self.world.judge.removed(command, named["version"], nodes)
        for node in nodes:
            self.authority.stop_download(node, named["version"])
            node.downloaded.discard(named["version"])
        return Reply("Software removed", self.habits["answer"])

    def _health(self, nodes: list[Node]) -> Reply:
        good = self.habits["health"] != "fails" and all(node.present and node.service for node in nodes)
        if self.habits["health"] == "unreadable":
            return Reply(self.habits["health_unreadable"], 3.0)
        if good and self.habits["health"] != "readable":  # other words of a conductor for a node that is well
            return Reply(framed(self.habits, "Running health check", self.habits["health"]), 3.0)
        words = "System Processes Check: passed" if good else self.habits["health_fails"]
        self.world.judge.examined(nodes, good)
        return Reply(framed(self.habits, "Running health check", words), 3.0)

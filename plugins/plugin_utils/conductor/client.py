# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor and what it can be asked: this file and grammar.py alone know which PCLI command does what.

Where the vendor's documents contradict each other on a command, the box is asked (see :meth:`Conductor.usage`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..pcli.answers import YES, expecting
from ..pcli.errors import DeviceError, NoPrompt, PcliError, UnexpectedQuestion, Unreadable, WrongNode
from ..pcli.prompt import Prompt
from ..pcli.response import Response
from ..pcli.session import Pending, Session
from ..software import assets, downloads, operation_report, system
from ..software.alarms import Alarm, ambiguous, read_alarms
from ..software.empty_answers import why_unreadable
from ..software.health import Health, read_health
from ..software.names import NameRefused, check_word
from ..software.versions import Version
from .grammar import ARGUMENTS, GRAMMAR, Grammar, NotOffered, Request, build, for_whole_router, grammar_for, where
from .status_commands import StatusCommands

__all__ = ["ARGUMENTS", "GRAMMAR", "Conductor", "NotOffered", "Request", "build", "grammar_for"]

#: How long a release is believed without asking again, in seconds: a fleet sends a request every few seconds.
_RELEASE_HOLDS = 300.0
#: Of more nodes than this the versions are asked for with one command for the whole authority.
_ASKED_ONE_BY_ONE = 8


#: Words of an answer that there is nothing of what was asked for ("All routers are in sync").
_NOTHING = re.compile(r"\b(?:no|none|nothing|0)\b|\ball\b.*\bin sync\b", re.IGNORECASE)


def _names(text: str, name: str) -> bool:
    """Does the text hold this name, and not only as a part of another one?"""
    return bool(name) and re.search(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", text) is not None


class Conductor:
    """A PCLI on a conductor node, asked in our words. Raises the errors of the session and DeviceError.

    ``expected_node`` and ``expected_router``: where the session must be; the node counts for its first address only.
    ``pinned``: only the node that answered first is talked to, also after a new login (see :meth:`follow_fallback`).
    """

    def __init__(
        self,
        session: Session,
        expected_node: str | None = None,
        expected_router: str | None = None,
        *,
        pinned: bool = True,
    ):
        self.session = session
        self._status_commands = StatusCommands(session)
        self.clock = session.clock
        #: Did the last reopen() lead to another node of the router than the session was on before?
        self.moved = False
        self._pinned = True
        self._expected_node, self._expected_router = expected_node, expected_router
        self._here: tuple[str, str] | None = None
        self._before: tuple[str, str] | None = None
        self._usage: dict[str, frozenset[str] | None] = {}
        self._release: tuple[float, Version] | None = None
        self._nodes: dict[str, list[str | None]] = {}
        if not pinned:
            self.follow_fallback()

    # -- where we are -----------------------------------------------------------------------------------------

    def follow_fallback(self) -> None:
        """From now on another node of the same router will do, too: for operations on routers only (never its own)."""
        self._pinned = False
        self.session.use_fallbacks = True

    def pin(self) -> None:
        """From now on only the node at the first address counts: for operations on the conductor itself (rule A7).

        Raises WrongNode where the session is on another one already.
        """
        self.here()
        if self.session.fallen_back:
            raise WrongNode(
                f"{self.session.login.address} is a node that is talked to in place of another. A conductor node is "
                "worked on through its own address only. Nothing was sent; see that the first address answers."
            )
        self._pinned, self.session.use_fallbacks = True, False

    def here(self) -> tuple[str, str]:
        """(router, node) that the session is on, from its prompt. Raises WrongNode where another was expected."""
        if self._here is None:
            prompt = self.session.open()
            router, node = self._place(prompt)
            for what, is_it, expected in (("router", router, self._expected[0]), ("node", node, self._expected[1])):
                if expected and is_it and expected != is_it:
                    raise WrongNode(
                        f"The session at {self.session.login.address} is on {what} {is_it}, not on {expected}. "
                        "Check the address, or ansible_pcli_node and ansible_pcli_router. Nothing was sent."
                    )
            here = (router or self._expected[0] or "", node or self._expected[1] or "")
            self._refuse_another(here)
            self._here = self._before = here
        return self._here

    @property
    def _expected(self) -> tuple[str | None, str | None]:
        """ansible_pcli_node tells the name of the node at the first address, and nothing of the others."""
        first = self._pinned or not self.session.fallen_back
        return self._expected_router, self._expected_node if first else None

    def _refuse_another(self, here: tuple[str, str]) -> None:
        """Once a node has answered, only it counts, or a node of the same router where the session may move."""
        before = self._before
        if before is None or here == before or (here[0] == before[0] and not self._pinned):
            return
        address = self.session.login.address
        self.session.close()  # what is asked next must not go there
        raise WrongNode(
            f"After reconnecting, {address} leads to {where(here)} instead of {where(before)}. "
            + (
                "An address that floats between two nodes cannot be used here."
                if self._pinned
                else "Only nodes of one router may stand in ansible_pcli_fallback_hosts."
            )
        )

    def _place(self, prompt: Prompt) -> tuple[str | None, str | None]:
        """A dot may be part of a name, so the list of assets decides where the node ends and the router begins."""
        if prompt.where and prompt.where.count(".") > 1:
            for asset in self.assets():
                if f"{asset.node}.{asset.router}" == prompt.where:
                    return asset.router, asset.node
        if prompt.node:
            return prompt.router, prompt.node
        if all(self._expected):
            return self._expected
        return self._place_from_system()

    def _place_from_system(self) -> tuple[str, str]:
        """A prompt of the user's own making: a node that it names, else the only one that ``show system`` shows.

        Of several nodes none is guessed: commands for one node must not go to the other.
        """
        text, known = self.session.prompt.text, self.assets()
        in_prompt = {(asset.router, asset.node) for asset in known if asset.router and _names(text, asset.node or "")}
        # The same name of a node in several routers: the one that is named, too.
        named = in_prompt if len(in_prompt) == 1 else {place for place in in_prompt if _names(text, place[0])}
        titles = {one.node for one in system.read_system(self.session.run("show system")) or () if one.node}
        shown = {(one.router, one.node) for one in known if one.node in titles or f"{one.node}.{one.router}" in titles}
        for places in (named, shown, self._places_by_connections(in_prompt)):
            if len(places) == 1:
                return places.pop()
        raise WrongNode(
            f"The prompt '{text.strip()}' does not tell which node this is, and neither does 'show system'. Set "
            "ansible_pcli_node and ansible_pcli_router for this host."
        )

    def _places_by_connections(self, places: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of several routers' nodes of one name that the list of connections shows as its own end (CLI-6.0)."""
        if len({node for _router, node in places}) != 1:
            return set()
        links = system.read_connectivity(self.session.run("show system connectivity", check=False)) or ()
        local = {link.local for link in links}
        return {(router, node) for router, node in places if f"{node}.{router}" in local}

    def reopen(self) -> bool:
        """Log in again after the session was lost. True: it is on another node of the router now.

        Raises WrongNode where another node answers than may (see :meth:`follow_fallback`).
        """
        before = self._before
        self._here, self._usage, self._release, self._nodes = None, {}, None, {}
        self._status_commands.forget()
        self.session.reopen()
        self.moved = before is not None and self.here() != before
        return self.moved

    def refresh_prompt(self) -> None:
        """Have the prompt printed anew: its star tells whether the candidate configuration is dirty."""
        self.session.run("show system", check=False)

    def configuration_hints(self) -> tuple[str, str]:
        """What the conductor shows of other users and of configurations out of sync, and what it does not tell of them.

        Both are for people to read. The layouts are documented nowhere, so only names of other users and lines that
        are not plainly empty count.
        """
        own = self.session.prompt.user if self.session.prompt else None
        hints, unavailable = [], []
        for words in ("show user activity", "show config out-of-sync", "show config locally-modified"):
            reply = self.session.run(words, check=False)
            if reply.error or reply.usage or not (reply.text.strip()):
                unavailable.append(f"{words}: {' '.join((reply.error or 'no answer').split())}")
                continue
            rows = [[cell for cell in row.values() if cell] for table in reply.tables for row in table.rows]
            rows += [[f"{key}: {value}" for key, value in block.fields.items()] for block in reply.blocks]
            rows += [] if _NOTHING.search(" ".join(reply.messages)) else [[line] for line in reply.messages]
            if words == "show user activity":
                rows = [row for row in rows if own not in row]
            hints += [f"{words}: " + ", ".join(row) for row in rows]
        return "\n".join(hints), "\n".join(unavailable)

    @property
    def dirty(self) -> bool:
        """Does the prompt's leading star say that this user's candidate configuration is not committed?"""
        return bool(self.session.prompt and self.session.prompt.dirty)

    # -- what runs --------------------------------------------------------------------------------------------

    def assets(self) -> list[assets.Asset]:
        """Every node of the authority (``show assets``). Unreadable where a row lacks its router or its status."""
        found = self._read_assets("show assets")
        problem = assets.half_read(found)
        if problem:
            raise Unreadable(
                "show assets",
                f"{problem}. A list that was cut or shifted proves nothing, so nothing is concluded from it. Run the "
                "command by hand with a wide terminal and report what it prints.",
            )
        self._nodes = {}
        for one in found:
            if one.router:
                self._nodes.setdefault(one.router, []).append(one.node)
        return found

    def members(self, resource_group: str) -> list[assets.Asset]:
        """The nodes of a resource group (``show assets resource-group G``, CLI-7.2). DeviceError where refused."""
        return self._read_assets(f"show assets resource-group {check_word(resource_group, 'resource_group')}")

    def _read_assets(self, words: str) -> list[assets.Asset]:
        answer = self.session.run(words)
        found = assets.read_assets(answer)
        if found is None:
            why = why_unreadable(answer, "no list of assets is in it")
            raise Unreadable(words, f"{why}. Run the command by hand and report what it prints.")
        return found

    def asset_summary(self) -> assets.AssetSummary | None:
        """How many assets the conductor counts (``show assets summary``, CLI-6.0); None where it does not print it."""
        return assets.read_asset_summary(self.session.run("show assets summary", check=False))

    def asset_detail(self, asset_id: str) -> assets.Asset | None:
        """One asset with its service and connectivity (``show assets <id>``, ts_ap_salt_minion)."""
        return assets.read_asset_detail(self.session.run(f"show assets {check_word(asset_id, 'asset id')}"))

    def system(self) -> system.SystemStatus | None:
        """This node's own ``show system``."""
        found = system.read_system(self.session.run("show system")) or []
        mine = [one for one in found if one.node in (self.here()[1], ".".join(reversed(self.here())))]
        return (mine or found or [None])[0]

    def system_of(self, router: str, node: str) -> system.SystemStatus | None:
        """``show system`` of another node. None where it cannot be asked."""
        words = f"show system router {check_word(router, 'router')} node {check_word(node, 'node')}"
        found = system.read_system(self.session.run(words, check=False)) or []  # None: refused, or it cannot be read
        return next((one for one in found if one.node in (node, f"{node}.{router}")), found[0] if found else None)

    def own_version(self) -> system.NodeVersion | None:
        """This node's own ``show system version``, else the version that ``show system`` names."""
        found = system.read_versions(self.session.run("show system version", check=False)) or ()
        mine = [one for one in found if one.node in (None, self.here()[1])]
        if mine:
            return mine[0]
        status = self.system()
        if status is None or not status.version:
            return None
        return system.NodeVersion(*self.here(), status.version, system.try_parse(status.version), None)

    def versions_of(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], system.NodeVersion]:
        """What ``show system version`` tells of nodes, by (router, node). Of many nodes all are asked for at once."""
        if len(places) > _ASKED_ONE_BY_ONE:
            rows = (
                system.read_versions(self.session.run("show system version router all force", 300, check=False)) or ()
            )
            found = {(row.router, row.node): row for row in rows if row.version}
            return {place: found[place] for place in places if place in found}
        answers = {place: self._version_of(*place) for place in places}
        return {place: found for place, found in answers.items() if found and found.version}

    def volumes_of(self, router: str, node: str) -> system.NodeVersion | None:
        """What runs on a node, and what lies on its volumes where it prints that; None where it cannot be read.

        With ``detail`` an image-based system of 6.3 prints them (a draft of upgrade_restricted_access).
        """
        return self._version_of(router, node, " detail")

    def _version_of(self, router: str, node: str, verbosity: str = "") -> system.NodeVersion | None:
        try:
            words = f"show system version router {check_word(router, 'router')} node {check_word(node, 'node')}"
        except NameRefused:  # whoever sends something there says so
            return None
        rows = system.read_versions(self.session.run(words + verbosity, check=False)) or ()
        whole = f"{node}.{router}"  # both names may hold a dot
        mine = [
            row
            for row in rows
            if (row.node in (None, node) and row.router in (None, router)) or f"{row.node}.{row.router}" == whole
        ]
        return mine[0] if len(mine) == 1 else None

    def release(self) -> Version:
        """The release that this conductor node runs. Raises PcliError where it cannot be read."""
        found = self.own_version()
        if found is None or found.version is None:
            raise PcliError(
                "The release of this conductor cannot be read from 'show system version' or 'show system', so nobody "
                "knows which commands it has. Run both by hand and report what they print."
            )
        return found.version

    def available(self, router: str | None = None) -> list[str]:
        """The versions that are offered to this node (``show system software available``), or to a router (6.3).

        Raises Unreadable for this node; of a router nothing is known then, as where it is refused.
        """
        command = "show system software available"
        if router is not None:
            answer = self.session.run(f"{command} router {check_word(router, 'router')}", timeout=300, check=False)
            return [] if answer.error else system.read_available(answer) or []
        answer = self.session.run(command, timeout=300)
        offered = system.read_available(answer)
        if offered is None:
            why = why_unreadable(answer, "it shows neither versions nor words that say that there are none")
            raise Unreadable(command, f"{why}.")
        return offered

    def available_below(self) -> list[str]:
        """The versions below its own that are offered to this node; empty where that cannot be asked.

        The argument is ``downgrade`` in CLI-7.2 and ``skip-version-check`` in the documents of 6.3.
        """
        for argument in ("downgrade", "skip-version-check"):
            answer = self.session.run(f"show system software available {argument}", timeout=300, check=False)
            found = [] if answer.error else system.read_available(answer)
            if found:
                return found
        return []

    def downloads(self) -> dict[tuple[str, str], assets.Downloads] | None:
        """What every node of the authority has downloaded and downloads now, by (router, node): one command for all.

        None where the conductor has no such command or shows nothing of downloads (``show assets software``, CLI-6.0).
        """
        return assets.read_downloads(self.session.run("show assets software", check=False))

    def downloaded(self) -> list[str] | None:
        """The versions that ``show assets software`` or the status of downloads call downloaded, for this node.

        None where none is shown, and ``show assets software`` has no row of this node that would say so.
        """
        rows = self.downloads()
        mine = rows.get(self.here()) if rows is not None else None
        try:
            status = self.status("download")
        except NoPrompt:
            status = None
        here = downloads.NodeScope(*(name or None for name in self.here()))
        found = [*(mine.downloaded if mine else ()), *downloads.versions_there(status, here), *self.stored()]
        return None if mine is None and not found else list(dict.fromkeys(found))

    def stored(self, router: str | None = None, node: str | None = None) -> list[str]:
        """The versions that this node, or one of a router (6.3), offers from its own disk: the channel *downloads*.

        Empty where there is none or where that cannot be asked.
        """
        words = "show system software available"
        if router and self.here() != (router, node):
            words += f" router {check_word(router, 'router')}" + (f" node {check_word(node, 'node')}" if node else "")
        return downloads.stored_versions(self.session.run(words, timeout=300, check=False))

    def plugins(self) -> dict[str, str] | None:
        """The plugin packages of this node, version by name; None where that cannot be read."""
        return system.read_plugins(self.session.run("show plugins installed", check=False))

    def alarms(self) -> list[Alarm]:
        """The alarms of the whole authority that are not shelved. Raises Unreadable, which is not "none" (rule 35)."""
        reply = self.session.run("show alarms")
        alarms = read_alarms(reply)
        if alarms is None:
            why = why_unreadable(reply, "it shows neither a table of alarms nor words that say that there are none")
            raise Unreadable("show alarms", f"{why}. Run the command by hand and report what it prints.")
        return read_alarms(reply, self._places()) or [] if ambiguous(alarms) else alarms

    def _places(self) -> dict[str, tuple[str, str]]:
        """(router, node) by ``node.router``, as the last look at the assets showed them; empty where it was refused."""
        if not self._nodes:
            try:
                self.assets()
            except DeviceError:
                return {}
        return {f"{node}.{router}": (router, node) for router, nodes in self._nodes.items() for node in nodes if node}

    def connectivity(self, router: str | None = None) -> list[system.Link] | None:
        """The connections between the nodes of a router and to other routers; of this router where none is named.

        Empty where the conductor says that there are none, None where its answer cannot be read. For a named router a
        refusal is such an answer, and no error.
        """
        if router is None:  # named, since a conductor may want it (`Keyword argument 'router' is required`)
            own = self.here()[0]
            named = f" router {check_word(own, 'router')} force" if own else ""
            return system.read_connectivity(self.session.run(f"show system connectivity{named}", timeout=120))
        words = f"show system connectivity router {check_word(router, 'router')} force"
        return system.read_connectivity(self.session.run(words, timeout=120, check=False))

    def internal_connectivity(self, router: str | None = None) -> list[system.InternalLink] | None:
        """How the nodes of a router reach each other's services (``show system connectivity internal``, CLI-6.0).

        None where it is not printed or cannot be read; of this router where none is named.
        """
        chosen = f" router {check_word(router, 'router')} force" if router else ""
        reply = self.session.run(f"show system connectivity internal{chosen}", timeout=120, check=False)
        return None if reply.error else system.read_internal_connectivity(reply)

    def processes(self, router: str | None = None) -> list[system.Process] | None:
        """The processes of every node of a router, with the one that leads; of this router where none is named.

        Empty and None as in :meth:`connectivity`.
        """
        words = f"show system processes router {check_word(router or self.here()[0], 'router')} force"
        return system.read_processes(self.session.run(words, timeout=120, check=router is None))

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Response:
        """``show system software upgrade|download|revert``: layout undocumented, so it is evidence and no verdict.

        It takes a few seconds at the most: a command that follows the operation to its end (6.0 to 6.2, CLI-6.0) is
        ended, and its reply is ``cut``. Raises NoPrompt where nothing came.
        """
        words = f"show system software {operation}"
        if router:
            words += f" router {check_word(router, 'router')}" + (f" node {check_word(node, 'node')}" if node else "")
        return self._status_commands.ask(words)

    # -- lifecycle requests -----------------------------------------------------------------------------------

    def usage(self, operation: str, own: bool = True) -> frozenset[str] | None:
        """The argument names that this release prints for a command; None where it prints no usage.

        ``own``: the command for the conductor's own router, or for others (they differ below 6.3). Only for commands
        that cannot run without an argument. Raises DeviceError where the command does not exist for this user: the
        account lacks the capability 'provisioning' (config_RBAC), or the release is older.
        """
        return self._printed(grammar_for(operation, self._release_now(), own))

    def _printed(self, grammar: Grammar) -> frozenset[str] | None:
        command = grammar.command
        if not grammar.asks_safely:
            return None
        if command not in self._usage:
            try:
                reply = self.session.run(command, check=False, probe=True)
            except UnexpectedQuestion:  # it asks for what is missing, which was declined: the command is there
                self._usage[command] = None
                return None
            if reply.denied:
                raise DeviceError(command, reply.error or reply.text, denied=True)
            # Other words, such as a missing argument, prove that the command is there, and tell no names; neither
            # does a usage that was cut off, in which an argument may be missing.
            told = reply.usage is not None and (reply.ended or not reply.usage.cut)
            self._usage[command] = reply.usage.arguments if told else None
        return self._usage[command]

    def _grammar(self, operation: str, own: bool) -> Grammar:
        """The row of the release, with the arguments that the box itself prints, where it does."""
        grammar = grammar_for(operation, self._release_now(), own)
        printed = self._printed(grammar)
        return replace(grammar, arguments=printed) if printed and "version" in printed else grammar

    def _release_now(self) -> Version:
        if self._release is None or self.clock.now() - self._release[0] > _RELEASE_HOLDS:
            self._release = (self.clock.now(), self.release())
        return self._release[1]

    def takes_nodes(self, operation: str) -> bool:
        """Can a request for a router name one of its nodes on this release? False where there is no such request."""
        try:
            return "node" in self._grammar(operation, own=False).arguments
        except NotOffered:
            return False

    def command_for(self, request: Request) -> str:
        """The command line for a request, in the words of this release. Raises NotOffered, DeviceError."""
        here = self.here()
        own = request.means_own(here[0])
        grammar = self._grammar(request.operation, own)
        if request.router and request.node and not own and "node" not in grammar.arguments:
            request = for_whole_router(request, grammar, self._nodes_of(request.router))
        if request.operation == "download" and "skip-version-check" not in grammar.arguments:
            request = replace(request, skip_version_check=False)  # CLI-7.2 has no such word
        return build(request, grammar, here)

    def _nodes_of(self, router: str) -> list[str | None]:
        """The nodes of a router, as the last look at the assets showed them; a new look where it was not there."""
        if router not in self._nodes:
            self.assets()
        return self._nodes.get(router, [])

    def send(self, request: Request) -> Pending:
        """Send a lifecycle request; a question without ``force`` is answered with yes. Does not wait for the answer.

        Not so a question that speaks of something else or of more than was asked for: that is declined.
        """
        return self.session.begin(self.command_for(request), [YES], spare=True)

    def health_check(self, request: Request, timeout: float) -> Health:
        """Run the vendor's own health check, on a router or a node. What it prints is documented nowhere."""
        return read_health(self.session.run(self.command_for(request), timeout=timeout, answers=[YES], check=False))

    def begin_health_check(self, request: Request) -> Pending:
        """Begin the vendor's own health check and do not wait for it: see :meth:`health_of`."""
        return self.send(request)

    def health_of(self, pending: Pending) -> Health:
        """What a health check said that is over. Raises the errors of the connection."""
        return read_health(self.session.result(pending, check=False))

    def reconnect(self, router: str, node: str) -> Response:
        """Have the conductor set up its connection to an asset anew (rule 30; CLI-6.0). Raises DeviceError."""
        words = f"router {check_word(router, 'router')} node {check_word(node, 'node')}"
        return self.session.run(f"send command reconnect {words}", answers=[expecting("reconnect")])

    def vendor_health(self, timeout: float, target: str | None = None) -> Health:
        """The vendor's own health check of the node that the session is on."""
        router, node = self.here()
        return self.health_check(Request("health-check", router=router, node=node, target=target), timeout)

    def running_operation(self, operation: str) -> operation_report.Activity:
        """Whether an operation runs on this router, by what the conductor says of it."""
        router = self.here()[0] if self.release().at_least(6, 3, 0) else None
        return operation_report.activity(self.status(operation, router))

    # -- configuration ----------------------------------------------------------------------------------------

    def export(self, name: str) -> Response:
        """Export the running configuration on the conductor (CLI-6.0)."""
        return self.session.run(f"export config running {check_word(name, 'name')}", timeout=300)

    def exports(self) -> list[str]:
        """The names of exported configurations, as the conductor lists them (with .gz). Raises Unreadable."""
        answer = self.session.run("show config exports")
        names = system.read_names(answer, "Name")
        if names is None:
            why = why_unreadable(answer, "it shows neither exports nor words that say that there are none")
            raise Unreadable("show config exports", f"{why}.")
        return names

    def delete_export(self, name: str) -> Response:
        """Delete an exported configuration."""
        asks = [expecting("sure (?:that )?you want to delete")]
        return self.session.run(f"delete config exported force {check_word(name, 'name')}", answers=asks)

    def running_config(self) -> str:
        """The running configuration as flat text: for people, since no conductor imports it."""
        return self.session.run("show config running flat", timeout=600).text

    def import_config(self, name: str) -> Response:
        """Load an exported configuration into this user's candidate."""
        asks = [expecting("replace the existing candidate")]
        return self.session.run(f"import config force {check_word(name, 'name')}", timeout=300, answers=asks)

    def validate(self) -> Response:
        """Validate the candidate configuration."""
        return self.session.run("validate", timeout=600)

    def compare(self, old: str, new: str) -> Response:
        """The differences of two configurations: running, candidate, or the name of an export (since 5.1.0)."""
        words = f"compare config {check_word(old, 'old')} {check_word(new, 'new')}"
        return self.session.run(words, timeout=300)

    def commit(self) -> Response:
        """Commit the candidate configuration. Never called during an upgrade."""
        return self.session.run("commit force", timeout=900, answers=[expecting("sure you want to commit")])

    def discard(self) -> Response:
        """Throw this user's candidate away."""
        asks = [expecting("sure you want to (?:discard|restore)")]
        return self.session.run("restore config running force", timeout=120, answers=asks)

    def shell(self, command: str, timeout: float = 120) -> Response:
        """One Linux command through the PCLI's own shell (for administrators, where it is allowed)."""
        return self.session.run(f"shell {command}", timeout=timeout)

    def import_iso(self, path: str | None) -> Response:
        """Import a software image: the one at ``path`` on the node, or every one that is found (hunt)."""
        what = f"filepath {check_word(path, 'iso')}" if path else "hunt"
        return self.session.run(
            f"import iso force {what}", timeout=3600, answers=[expecting("resource intensive|sure you want to import")]
        )

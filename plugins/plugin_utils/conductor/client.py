# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PCLI of a conductor node, one method for each question: only this package knows which PCLI command does what.

Where the vendor's documents contradict each other on a command, the box is asked (see :meth:`Conductor.usage`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..pcli.errors import DeviceError, NoPrompt, PcliError, Unreadable
from ..pcli.question_answers import YES, expecting
from ..pcli.response import Response
from ..pcli.session import Pending, Session
from ..software import assets, downloads, operation_status, system
from ..software.alarms import Alarm, ambiguous, read_alarms
from ..software.empty_answers import why_unreadable
from ..software.health import Health, read_health
from ..software.names import NameRefused, check_word
from ..software.node_id import NodeId
from ..software.offered_software import read_available_to_nodes
from ..software.versions import Version
from .addressing import of_node, of_router, reconnect_command
from .asset_question import read_list
from .command_builder import CommandBuilder
from .configuration import Configuration
from .location import Location
from .request import Request
from .second_witness import SecondWitness
from .status_commands import StatusCommands
from .web import ConductorWeb, WebProblem
from .web_answers import WebAnswers

__all__ = ["Conductor"]

_Answer = TypeVar("_Answer")

#: For more nodes than this the versions are read with one command for the whole authority.
_MAX_SINGLE_QUERIES = 8


class Conductor:
    """A PCLI session on a conductor node. Methods raise the errors of the session and DeviceError.

    ``expected_node`` and ``expected_router``: where the session must be; the node counts for its first address only.
    ``pinned``: only the node that answered first is used, also after a new login (see :meth:`follow_fallback`).
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
        self.clock = session.clock
        self.configuration = Configuration(session)
        self.web = ConductorWeb(session)
        #: Prints a line for people.
        self.tell: Callable[[str], None] = lambda line: None
        self.by_web = WebAnswers(lambda: self.web, self.local_node, self._say)
        #: What the web API says of assets, where something is decided.
        self.second = SecondWitness(
            lambda: self.web,
            lambda: session.access.web,
            self.local_node,
            session.clock.now,
            self._say,
        )
        #: True if the last reopen() led to another node of the router than the session was on before.
        self.moved = False
        self._status_commands = StatusCommands(session)
        self._location = Location(session, expected_node, expected_router, self._assets_by_pcli)
        self._requests = CommandBuilder(session, self.release, self._nodes_of)
        self._nodes: dict[str, list[str | None]] = {}
        #: Routers that a list of assets was read for, since none had shown them yet.
        self._looked_for: set[str] = set()
        if not pinned:
            self.follow_fallback()

    # -- the session ------------------------------------------------------------------------------------------

    def follow_fallback(self) -> None:
        """From now on another node of the same router will do, too: for operations on routers only (never its own)."""
        self._location.follow_fallback()

    def require_first_node(self) -> None:
        """From now on only the node at the first address counts: for operations on the conductor itself (rule A7).

        Raises WrongNode where the session is on another one already.
        """
        self._location.require_first_node()

    def local_node(self) -> NodeId:
        """The node that the session is on, from its prompt. Raises WrongNode where another was expected."""
        return self._location.local_node()

    def reopen(self) -> bool:
        """Log in again after the session was lost. Returns True if it is on another node of the router now.

        Raises WrongNode where another node answers than may (see :meth:`follow_fallback`).
        """
        previous = self._location.previous
        self._location.forget()
        self._requests.forget()
        self._status_commands.forget()
        self._nodes, self._looked_for = {}, set()
        self.web.forget()
        self.second.forget()
        self.session.reopen()
        self.moved = previous is not None and self.local_node() != previous
        return self.moved

    def refresh_prompt(self) -> None:
        """Have the prompt printed anew: its star shows whether the candidate configuration is dirty."""
        self.session.run("show system", check=False)

    @property
    def dirty(self) -> bool:
        """True if the prompt's leading star says that this user's candidate configuration is not committed."""
        return bool(self.session.prompt and self.session.prompt.dirty)

    # -- what runs --------------------------------------------------------------------------------------------

    def assets(self) -> list[assets.Asset]:
        """Every node of the authority (``show assets``). Unreadable where a row lacks its router or its status.

        Where it cannot be read, the list of the web API counts in its stead, if it is whole.
        """
        try:
            listed = self._assets_by_pcli()
        except Unreadable as error:
            rows, line = error.rows, "the list of assets of the web API counts"
            listed = self._by_web(error, lambda: self._assets_by_web(rows), line)
        self._nodes = {}
        for asset in listed:
            if asset.router:
                self._nodes.setdefault(asset.router, []).append(asset.node)
        return listed

    def _say(self, line: str) -> None:
        """Through whatever prints lines by now."""
        self.tell(line)

    def _by_web(self, error: Unreadable, ask: Callable[[], _Answer], counts: str) -> _Answer:
        """What the web API answers in place of what cannot be read, which is said once: ``counts``, as a clause.

        Raises what is wrong with the answer of the PCLI, and why there is no other.
        """
        try:
            answer = ask()
        except WebProblem as problem:
            raise Unreadable(error.command, f"{error.words} The web API does not help: {problem}") from error
        self.by_web.say(f"{error} Until it can be, {counts}.", error.command)
        return answer

    def _assets_by_web(self, rows: int) -> list[assets.Asset]:
        """The list of the web API. WebProblem where it lacks an asset that the PCLI names or counts, now or before."""
        listed = self.web.assets(self.local_node())
        summary = self.asset_summary()
        least = max(rows, summary.total if summary else 0)
        if len(listed) < least:
            raise WebProblem(f"It lists {len(listed)} assets, and the PCLI names {least}.")
        there = {(asset.router, asset.node) for asset in listed}
        gone = [NodeId(*known) for known in self._known_nodes() if known not in there]
        if gone:
            raise WebProblem(f"It does not list {', '.join(map(str, gone))}, which was listed before.")
        return listed

    def _known_nodes(self) -> list[tuple[str, str]]:
        """The nodes of the last list of assets."""
        return [(router, node) for router, nodes in self._nodes.items() for node in nodes]

    def _assets_by_pcli(self) -> list[assets.Asset]:
        listed = read_list(self.session, "show assets")
        problem = assets.half_read(listed)
        if problem:
            raise Unreadable(
                "show assets",
                f"{problem}. A list that was cut or shifted proves nothing, so nothing is concluded from it. Run the "
                "command by hand with a wide terminal and report what it prints.",
                rows=len(listed),
            )
        return listed

    def members(self, resource_group: str) -> list[assets.Asset]:
        """The nodes of a resource group (``show assets resource-group G``, CLI-7.2). DeviceError where refused."""
        return read_list(self.session, f"show assets resource-group {check_word(resource_group, 'resource_group')}")

    def asset_summary(self) -> assets.AssetSummary | None:
        """How many assets the conductor counts (``show assets summary``, CLI-6.0); None where it does not print it."""
        return assets.read_asset_summary(self.session.run("show assets summary", check=False))

    def asset_detail(self, asset_id: str) -> assets.Asset | None:
        """One asset with its service and connectivity (``show assets <id>``, ts_ap_salt_minion)."""
        return assets.read_asset_detail(self.session.run(f"show assets {check_word(asset_id, 'asset id')}"))

    def system(self) -> system.SystemStatus | None:
        """This node's own ``show system``."""
        statuses = system.read_system(self.session.run("show system")) or []
        return system.status_of(self.local_node(), statuses)

    def system_of(self, router: str, node: str) -> system.SystemStatus | None:
        """``show system`` of another node. None only where this conductor has no such command.

        Where the answer cannot be read, what the node says in the web API counts in its stead. Where there is none
        either, ``reached`` is None.
        """
        node_id = NodeId(router, node)
        response = self.session.run(f"show system {of_node(router, node)}", check=False)
        status = system.read_system_of(node_id, response)
        if status is None or status.reached is not None:
            return status
        return self.by_web.system(node_id) or status

    def own_version(self) -> system.NodeVersion | None:
        """This node's own ``show system version``, else the version that ``show system`` names."""
        versions = system.read_versions(self.session.run("show system version", check=False)) or ()
        own = [version for version in versions if version.node in (None, self.local_node().node)]
        if own:
            return own[0]
        status = self.system()
        if status is None or not status.version:
            return None
        return system.NodeVersion(*self.local_node(), status.version, system.try_parse(status.version), None)

    def versions_of(self, node_ids: Sequence[NodeId]) -> dict[NodeId, system.NodeVersion]:
        """What ``show system version`` prints of these nodes. Many nodes are read with one command."""
        if len(node_ids) > _MAX_SINGLE_QUERIES:
            response = self.session.run("show system version router all force", 300, check=False)
            rows = system.read_versions(response) or ()
            printed = {NodeId(row.router, row.node): row for row in rows if row.version}
            return {node_id: printed[node_id] for node_id in node_ids if node_id in printed}
        versions = {node_id: self._version_of(*node_id) for node_id in node_ids}
        return {node_id: version for node_id, version in versions.items() if version and version.version}

    def volumes_of(self, router: str, node: str) -> system.NodeVersion | None:
        """What runs on a node, and what lies on its volumes where it prints that; None where it cannot be read.

        With ``detail`` an image-based system of 6.3 prints them (a draft of upgrade_restricted_access).
        """
        return self._version_of(router, node, " detail")

    def _version_of(self, router: str, node: str, verbosity: str = "") -> system.NodeVersion | None:
        try:
            command = f"show system version {of_node(router, node)}"
        except NameRefused:  # the command that is sent to this node raises it
            return None
        rows = system.read_versions(self.session.run(command + verbosity, check=False)) or ()
        return system.version_of(NodeId(router, node), rows)

    def release(self) -> Version:
        """The release that this conductor node runs. Raises PcliError where it cannot be read."""
        own = self.own_version()
        if own is None or own.version is None:
            raise PcliError(
                "The release of this conductor cannot be read from 'show system version' or 'show system', so it is "
                "not known which commands it has. Run both by hand and report what they print."
            )
        return own.version

    def available(self, router: str | None = None) -> list[str]:
        """The versions that are offered to this node (``show system software available``), or to a router (6.3).

        Raises Unreadable for this node; for a router the list is empty then, as where the question is refused.
        """
        command = "show system software available"
        if router is not None:
            response = self.session.run(f"{command} {of_router(router)}", timeout=300, check=False)
            return [] if response.error else system.read_available(response) or []
        response = self.session.run(command, timeout=300)
        offered = system.read_available(response)
        if offered is None:
            why = why_unreadable(response, "it shows neither versions nor words that say that there are none")
            raise Unreadable(command, f"{why}.")
        return offered

    def available_below(self) -> list[str]:
        """The versions below its own that are offered to this node; empty where that cannot be asked.

        The argument is ``downgrade`` in CLI-7.2 and ``skip-version-check`` in the documents of 6.3.
        """
        for argument in ("downgrade", "skip-version-check"):
            response = self.session.run(f"show system software available {argument}", timeout=300, check=False)
            offered = [] if response.error else system.read_available(response)
            if offered:
                return offered
        return []

    def downloads(self) -> dict[NodeId, assets.Downloads] | None:
        """What every node of the authority has downloaded and downloads now: one command for all.

        None where the conductor has no such command or shows nothing of downloads (``show assets software``, CLI-6.0).
        Where its answer cannot be read, what the web API shows of the software of each node counts in its stead.
        """
        response = self.session.run("show assets software", check=False)
        shown = assets.read_downloads(response)
        if shown is not None or response.error:
            return shown
        try:
            by_web = self.web.downloads(self.local_node())
        except WebProblem:
            return None
        line = "The answer to 'show assets software' cannot be read. Until it can be, that of the web API counts."
        self.by_web.say(line, "downloads")
        return by_web

    def available_to_nodes(self) -> dict[NodeId, list[str]]:
        """What the same list shows as available to each node; empty where it shows none."""
        return read_available_to_nodes(self.session.run("show assets software", check=False))

    def downloaded(self) -> list[str] | None:
        """The versions that ``show assets software`` or the status of downloads call downloaded, for this node.

        None where none is shown, and ``show assets software`` has no row of this node that would say so.
        """
        rows = self.downloads()
        own = rows.get(self.local_node()) if rows is not None else None
        try:
            status = self.status("download")
        except NoPrompt:
            status = None
        local_node = downloads.NodeScope(*(name or None for name in self.local_node()))
        versions = [*(own.downloaded if own else ()), *downloads.versions_there(status, local_node), *self.stored()]
        return None if own is None and not versions else list(dict.fromkeys(versions))

    def stored(self, router: str | None = None, node: str | None = None) -> list[str]:
        """The versions that this node, or one of a router (6.3), offers from its own disk: the channel *downloads*.

        Empty where there is none or where that cannot be asked.
        """
        command = "show system software available"
        if router and self.local_node() != (router, node):
            command += f" {of_node(router, node) if node else of_router(router)}"
        return downloads.stored_versions(self.session.run(command, timeout=300, check=False))

    def plugins(self) -> dict[str, str] | None:
        """The plugin packages of this node, version by name; None where that cannot be read."""
        return system.read_plugins(self.session.run("show plugins installed", check=False))

    def alarms(self) -> list[Alarm]:
        """The alarms of the whole authority that are not shelved. Raises Unreadable, which is not "none" (rule 35).

        Where they cannot be read, those of the web API count in their stead, if its list is whole.
        """
        response = self.session.run("show alarms")
        alarms = read_alarms(response)
        if alarms is not None:
            return read_alarms(response, self._node_ids()) or [] if ambiguous(alarms) else alarms
        why = why_unreadable(response, "it shows neither a table of alarms nor words that say that there are none")
        error = Unreadable("show alarms", f"{why}. Run the command by hand and report what it prints.")
        return self._by_web(error, lambda: self.web.alarms(self.local_node()), "the alarms of the web API count")

    def _node_ids(self) -> dict[str, NodeId]:
        """Nodes by ``node.router``, as the last list of assets showed them; empty where that was refused."""
        if not self._nodes:
            try:
                self.assets()
            except DeviceError:
                return {}
        node_ids = [NodeId(router, node) for router, nodes in self._nodes.items() for node in nodes if node]
        return {str(node_id): node_id for node_id in node_ids}

    def connectivity(self, router: str | None = None) -> list[system.Link] | None:
        """The connections between the nodes of a router and to other routers; of this router where none is named.

        Empty where the conductor says that there are none, None where its answer cannot be read. For a named router a
        refusal is such an answer, and no error.
        """
        if router is None:  # named, since a conductor may want it (`Keyword argument 'router' is required`)
            own = self.local_node().router
            named = f" {of_router(own)} force" if own else ""
            return system.read_connectivity(self.session.run(f"show system connectivity{named}", timeout=120))
        command = f"show system connectivity {of_router(router)} force"
        return system.read_connectivity(self.session.run(command, timeout=120, check=False))

    def internal_connectivity(self, router: str | None = None) -> list[system.InternalLink] | None:
        """How the nodes of a router reach each other's services (``show system connectivity internal``, CLI-6.0).

        None where it is not printed or cannot be read, and the web API shows no links of the database of the pair
        either; of this router where none is named.
        """
        named = f" {of_router(router)} force" if router else ""
        response = self.session.run(f"show system connectivity internal{named}", timeout=120, check=False)
        links = None if response.error else system.read_internal_connectivity(response)
        return self.by_web.database_links(*self._router_and_nodes(router)) if links is None else links

    def processes(self, router: str | None = None) -> list[system.Process] | None:
        """The processes of every node of a router, with the one that leads; of this router where none is named.

        Empty and None as in :meth:`connectivity`. What cannot be read may be known by the web API, of all nodes.
        """
        command = f"show system processes {of_router(router or self.local_node().router)} force"
        shown = system.read_processes(self.session.run(command, timeout=120, check=router is None))
        return self.by_web.processes(*self._router_and_nodes(router)) if shown is None else shown

    def _router_and_nodes(self, router: str | None) -> tuple[str, list[str]]:
        """A router, this one where none is named, and its nodes as a list of assets has shown them."""
        router = router or self.local_node().router
        return router, [node for node in self._nodes_of(router) if node]

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Response:
        """``show system software upgrade|download|revert``: layout undocumented, so it is evidence and no verdict.

        It takes a few seconds at the most: a command that follows the operation to its end (6.0 to 6.2, CLI-6.0) is
        interrupted, and its response is ``cut``. Raises NoPrompt where nothing came.
        """
        command = f"show system software {operation}"
        if router:
            command += f" {of_node(router, node) if node else of_router(router)}"
        return self._status_commands.ask(command)

    # -- lifecycle requests -----------------------------------------------------------------------------------

    def usage(self, operation: str, own: bool = True) -> frozenset[str] | None:
        """The argument names that this release prints for a command; None where it prints no usage.

        ``own``: the command for the conductor's own router, or for others (they differ below 6.3). Only for commands
        that cannot run without an argument. Raises DeviceError where the command does not exist for this user: the
        account lacks the capability 'provisioning' (config_RBAC), or the release is older.
        """
        return self._requests.usage(operation, own)

    def takes_nodes(self, operation: str) -> bool:
        """True if a request for a router can name one of its nodes on this release."""
        return self._requests.takes_nodes(operation)

    def command_for(self, request: Request) -> str:
        """The command line for a request, in the words of this release. Raises NotOffered, DeviceError."""
        return self._requests.command_for(request, self.local_node())

    def _nodes_of(self, router: str) -> list[str | None]:
        """The nodes of a router, as the last list of assets showed them; read once where the router was not in it."""
        if router not in self._nodes and router not in self._looked_for:
            self.assets()
            self._looked_for.add(router)
        return self._nodes.get(router, [])

    def send(self, request: Request) -> Pending:
        """Send a lifecycle request without waiting for the answer. A question that ``force`` would skip gets a yes.

        A question that speaks of something else, or of more than was requested, is declined.
        """
        return self.session.begin(self.command_for(request), [YES], spare=True)

    def health_check(self, request: Request, timeout: float) -> Health:
        """Run the vendor's own health check on a router or a node. What it prints is documented nowhere."""
        command = self.command_for(request)
        return read_health(self.session.run(command, timeout, [YES], check=False), command, self._nodes)

    def begin_health_check(self, request: Request) -> Pending:
        """Start the vendor's own health check without waiting for it: see :meth:`health_of`."""
        return self.send(request)

    def health_of(self, pending: Pending) -> Health:
        """The result of a health check that is over. Raises the errors of the connection."""
        return read_health(self.session.result(pending, check=False), pending.command, self._nodes)

    def reconnect(self, router: str, node: str) -> Response:
        """Have the conductor set up its connection to an asset anew (rule 30; CLI-6.0). Raises DeviceError."""
        return self.session.run(reconnect_command(router, node), answers=[expecting("reconnect")])

    def vendor_health(self, timeout: float, target: str | None = None) -> Health:
        """The vendor's own health check of the node that the session is on."""
        router, node = self.local_node()
        return self.health_check(Request("health-check", router=router, node=node, target=target), timeout)

    def running_operation(self, operation: str) -> operation_status.Activity:
        """What the conductor says of an operation on its own router."""
        router = self.local_node().router if self.release().at_least(6, 3, 0) else None
        return operation_status.activity(self.status(operation, router), operation)

    # -- other commands ---------------------------------------------------------------------------------------

    def configuration_hints(self) -> tuple[str, str]:
        """What the conductor shows of other users and of configurations out of sync, and what it does not show."""
        return self.configuration.hints()

    def running_config(self) -> str:
        """The running configuration as flat text: for people, since no conductor imports it."""
        return self.session.run("show config running flat", timeout=600).text

    def shell(self, command: str, timeout: float = 120) -> Response:
        """One Linux command through the PCLI's own shell (for administrators, where it is allowed)."""
        return self.session.run(f"shell {command}", timeout=timeout)

    def import_iso(self, path: str | None) -> Response:
        """Import a software image: the one at ``path`` on the node, or every one that is found (hunt)."""
        source = f"filepath {check_word(path, 'iso')}" if path else "hunt"
        questions = [expecting("resource intensive|sure you want to import")]
        return self.session.run(f"import iso force {source}", timeout=3600, answers=questions)

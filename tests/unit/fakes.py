# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for what unit tests must not have: time, a session, and a conductor with its nodes."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import documented_spec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.upgrade import UpgradeAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    NoFreeShell,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import Prompt, find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Response, read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.web_settings import WebSettings
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import asset_states
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset, Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    Link,
    NodeVersion,
    Process,
    SystemStatus,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, try_parse

from tests.unit.virtual_clock import VirtualClock

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-37.r1.el7"


def refusal(words: str) -> Response:
    """What the conductor prints when it says no."""
    return replace(read(words), error=words)


def result_of(pending, *, check: bool = True) -> Response:
    """What a session makes of a command that is over."""
    if pending.error:
        raise pending.error
    response = pending.response
    if check and response.error:
        raise DeviceError(
            pending.command, response.error, denied=response.denied, conductor_only=response.conductor_only
        )
    return response


class ScriptedSession:
    """A session whose answers are texts by command; what is not in the script is refused as an unknown command."""

    access = SimpleNamespace(web=WebSettings(use="off"))
    replay = None

    def __init__(
        self,
        script: Mapping[str, str | Exception | Sequence[str]] | None = None,
        prompt: str = "admin@node1.Conductor#",
        clock: Clock | None = None,
    ) -> None:
        self.script = dict(script or {})
        self.clock = clock or VirtualClock()
        self.login = SimpleNamespace(address="192.0.2.1")
        self.asked: list[str] = []
        self.prompt: Prompt | None = prompt if isinstance(prompt, Prompt) else find_prompt(prompt)
        self.next_prompt: Prompt | None = None

    def open(self) -> Prompt:
        return self.prompt

    def reopen(self) -> Prompt:
        self.prompt = self.next_prompt or self.prompt
        return self.prompt

    def run(self, command, timeout=None, answers=(), *, check=True, probe=False) -> Response:
        return result_of(self.begin(command, answers), check=check)

    def run_partial(self, command, limit) -> Response:
        return self.run(command, check=False)

    def poll(self, pending, wait=0.0) -> bool:
        return pending.over

    def begin(self, command, answers=(), *, spare=False):
        self.asked.append(command)
        answer = self.script.get(command, f"Command '{command}' not found (use '?' for help)")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(command=command, error=None, response=read(answer), over=True, answers=answers)

    def result(self, pending, *, check=True) -> Response:
        return result_of(pending, check=check)


@dataclass
class Box:
    """A node of the authority, as it really is."""

    router: str
    node: str
    version: str = OLD
    status: str = "Synchronized"
    service: str | None = "Running"
    install_type: str | None = "image"
    booted_at: float | None = -1e6
    asset: bool = True

    def as_asset(self) -> Asset:
        state = asset_states.read_state(self.status)
        return Asset(
            router=self.router,
            node=self.node,
            asset_id=f"{self.node}.example",
            version_text=self.version,
            version=try_parse(self.version),
            install_type=self.install_type,
            status=self.status,
            state=state.name,
            settled=state.settled,
            away=state.away,
            busy=state.busy,
        )

    def boot(self, clock: Clock, version: str) -> None:
        self.version, self.booted_at = version, clock.now()


@dataclass
class FakePending:
    """A request that was sent, and when it will have which end."""

    command: str
    ends_at: float
    final: Response | PcliError
    response: Response | None = None
    error: PcliError | None = None

    @property
    def over(self) -> bool:
        return self.response is not None or self.error is not None


class FakeSession:
    """The part of a session that follows a request, in virtual time. It knows none of the other commands."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.make_ready: Callable[[], object] = lambda: None

    def run(self, command: str, timeout=None, answers=(), *, check: bool = True) -> Response:
        return read(f"Command '{command}' not found (use '?' for help)")

    def poll(self, pending: FakePending, wait: float = 0.0) -> bool:
        if not pending.over and self.clock.now() >= pending.ends_at:
            if isinstance(pending.final, PcliError):
                pending.error = pending.final
            else:
                pending.response = pending.final
        return pending.over

    def wait(self, pending: FakePending, seconds: float) -> bool:
        if not self.poll(pending):
            self.clock.sleep(min(seconds, max(0.0, pending.ends_at - self.clock.now())))
        return self.poll(pending)

    def result(self, pending: FakePending, *, check: bool = True) -> Response:
        return result_of(pending, check=check)


class SilentWitness:
    """A web API that nobody may ask."""

    required = False

    @property
    def rests(self) -> bool:
        return type(self) is SilentWitness  # those of single tests are asked

    def missing(self, node_id) -> str | None:
        return None

    def ask(self, node_ids, pace) -> bool:
        return False

    def join(self, node_id, status):
        return status

    def disputes(self, node_id) -> bool:
        return False

    def with_download(self, node_id, wanted, state, pace, *, denies):
        return state

    def require(self) -> None:
        pass


class FakeConductor:
    """A conductor on the first box, with the whole authority in sight. ``on_send``: how the world reacts."""

    def __init__(self, clock: VirtualClock, *boxes: Box) -> None:
        self.clock = clock
        self.second = SilentWitness()
        self.by_web = SimpleNamespace(events=lambda nodes, since: [])
        self.session = FakeSession(clock)
        self.boxes = {(box.router, box.node): box for box in boxes}
        self.own = boxes[0]
        self.sent: list[Request] = []
        self.reopened = 0
        self.answer: tuple[float, str | PcliError] = (1.0, "Request accepted")
        self.on_send: Callable[[Request], object] = lambda request: None
        self.told: dict[str, str] = {}
        #: What ``show system version`` tells of nodes; nothing of the others.
        self.full_version: dict[tuple[str, str], str] = {}
        self.versions_asked: list[tuple[str, str]] = []
        self.volumes: dict[tuple[str, str], NodeVersion | Exception] = {}
        self.volumes_asked: list[tuple[str, str]] = []
        self.health: Health | PcliError = Health("pass", "passed", "all checks passed")
        self.health_asked: list[Request] = []
        self.software: dict | None = None
        self.links: list[Link] = []
        self.processes_shown: list[Process] = []
        self.reconnected: list[tuple[str, str]] = []
        self.command_error: PcliError | None = None
        self.reopen_error: PcliError | None = None
        self._gone: PcliError | None = None
        self._login_needed = False

    # -- what a test lets happen ----------------------------------------------------------------------------------

    def go(self, error: PcliError | None = None) -> None:
        self._gone, self._login_needed = error or SessionBroken("The device closed the connection."), True

    def come_back(self) -> None:
        self._gone = None

    def _reach(self) -> None:
        if self._gone:
            raise self._gone
        if self._login_needed:
            raise SessionBroken("The connection is closed.")

    # -- what the engine asks -------------------------------------------------------------------------------------

    def local_node(self) -> NodeId:
        return NodeId(self.own.router, self.own.node)

    def reopen(self) -> None:
        self.reopened += 1
        if self.reopen_error:
            raise self.reopen_error
        if self._gone:
            raise self._gone
        self._login_needed = False

    def release(self) -> Version:
        self._reach()
        return try_parse(self.own.version)

    def assets(self) -> list[Asset]:
        self._reach()
        return [box.as_asset() for box in self.boxes.values() if box.asset]

    def asset_detail(self, asset_id: str) -> Asset | None:
        self._reach()
        box = next(box for box in self.boxes.values() if f"{box.node}.example" == asset_id)
        return SimpleNamespace(service=box.service and box.service.lower())

    def _status(self, box: Box) -> SystemStatus:
        uptime = None if box.booted_at is None else int(self.clock.now() - box.booted_at)
        return SystemStatus(box.node, box.router, box.service, box.version, uptime, "conductor", 0, self.clock.wall())

    def system(self) -> SystemStatus:
        self._reach()
        return self._status(self.own)

    def system_of(self, router: str, node: str) -> SystemStatus | None:
        self._reach()
        return self._status(self.boxes[router, node])

    def own_version(self) -> NodeVersion:
        self._reach()
        return NodeVersion(*self.local_node(), self.own.version, try_parse(self.own.version), self.own.install_type)

    def versions_of(self, node_ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], NodeVersion]:
        self._reach()
        self.versions_asked += node_ids
        versions = {node_id: self.full_version[node_id] for node_id in node_ids if node_id in self.full_version}
        return {node_id: NodeVersion(*node_id, text, try_parse(text), None) for node_id, text in versions.items()}

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Response:
        self._reach()
        return read(self.told.get(operation, ""))

    def command_for(self, request: Request) -> str:
        self._reach()
        if self.command_error:
            raise self.command_error
        if request.operation == "revert" and not try_parse(self.own.version).at_least(6, 3):
            raise NotOffered("The revert command exists from release 6.3.0 on.")
        node = f" node {request.node}" if request.node else ""
        version = f" version {request.version}" if request.version else ""
        return f"request system software {request.operation} router {request.router}{node} force{version}"

    def send(self, request: Request) -> FakePending:
        command = self.command_for(request)
        self.sent.append(request)
        self.on_send(request)
        seconds, final = self.answer
        return FakePending(command, self.clock.now() + seconds, final if isinstance(final, PcliError) else read(final))

    def health_check(self, request: Request, timeout: float) -> Health:
        return self.health_of(self.begin_health_check(request))

    def begin_health_check(self, request: Request) -> FakePending:
        self._reach()
        if not try_parse(self.own.version).at_least(6, 3):
            raise NotOffered("The health-check command exists from release 6.3.0 on.")
        self.health_asked.append(request)
        return FakePending("request system software health-check", self.clock.now() + 1, read("(see health_of)"))

    def health_of(self, pending: FakePending) -> Health:
        health = self.health.pop(0) if isinstance(self.health, list) else self.health
        if isinstance(health, PcliError):
            raise health
        return health

    def alarms(self) -> list:
        self._reach()
        return []

    def downloads(self) -> dict | None:
        self._reach()
        return self.software

    def downloaded(self) -> list[str]:
        return []

    def stored(self, router: str | None = None, node: str | None = None) -> list[str]:
        return []

    def connectivity(self, router: str | None = None) -> list[Link]:
        self._reach()
        return list(self.links)

    def volumes_of(self, router: str, node: str) -> NodeVersion | None:
        self._reach()
        self.volumes_asked.append((router, node))
        return self.volumes.get((router, node))

    def processes(self, router: str | None = None) -> list[Process]:
        self._reach()
        return list(self.processes_shown)

    def takes_nodes(self, operation: str) -> bool:
        return try_parse(self.own.version).at_least(6, 3)

    def reconnect(self, router: str, node: str) -> None:
        self.reconnected.append((router, node))


# -- a whole authority that really moves ------------------------------------------------------------------------------


@dataclass
class Course:
    """How the operations of a node go. ``end``: done, back (to the old version), down (its service), stuck or never."""

    seconds: float = 600
    end: str = "done"
    download: float = 200
    #: Does the node write its image while its asset stays Synchronized, and for which share of the time?
    quiet: float = 0.3
    moves_peer: bool = False
    #: How a revert goes, where it differs.
    back: Course | None = None


class FleetConductor(FakeConductor):
    """A conductor whose routers move when they are asked to, and that writes down what must never happen (``wrong``).

    ``blocking``: a request keeps its prompt until its operation is over. ``shells``: how many commands may wait for
    their prompts at once. ``courses``: how the operations of single nodes go.
    """

    def __init__(self, clock: VirtualClock, *boxes: Box, blocking: bool = False, shells: int | None = None) -> None:
        super().__init__(clock, *boxes)
        self.blocking, self.shells = blocking, shells
        self.session.max_shells = 6
        self.session.make_ready = lambda: self._count("make_ready")
        self.courses: dict[tuple[str, str], Course] = {}
        self.course = Course()
        self.refuse: dict[tuple[str, str], str] = {}
        self.groups: dict[str, list[str]] = {}
        self.leaders: dict[str, str] = {}
        self.volumes: dict[tuple[str, str], NodeVersion] = {}
        self.other: Box | None = None
        self.pendings: list[FakePending] = []
        self.working: dict[tuple[str, str], str] = {}
        #: (seconds since the begin, operation, router, node) of each request that was begun.
        self.log: list[tuple[float, str, str, str | None]] = []
        self.ended: dict[str, float] = {}
        self.wrong: list[str] = []
        self.most = Counter()
        #: The commands of each round; a round begins with the list of assets.
        self.rounds: list[Counter] = []
        self.shows_downloads = True
        #: Does the status command tell what runs where? No layout of it is documented.
        self.shows_status = False
        #: What is offered to the conductor (None) and to single routers.
        self.offers: dict[str | None, list[str]] = {}
        self.offers_below: list[str] = []
        self.software = {node_id: Downloads((box.version,)) for node_id, box in self.boxes.items()}
        self._rows: dict[tuple[str, str], Asset] = {}
        self._peers: dict[str, list[Box]] = {}
        for box in self.boxes.values():
            self._peers.setdefault(box.router, []).append(box)
            self.show(box)

    # -- what a test lets happen ------------------------------------------------------------------------------

    def show(self, box: Box, **changes: object) -> None:
        """Change a node, and what the list of assets shows of it."""
        for name, value in changes.items():
            setattr(box, name, value)
        self._rows[box.router, box.node] = box.as_asset()
        nodes = self._peers[box.router]
        down = len(nodes) > 1 and all(node.status == "Disconnected" for node in nodes)
        if down and not any(self.working.get((node.router, node.node)) == "both" for node in nodes):
            self.wrong.append(f"both nodes of {box.router} are down")

    def go(self, error: PcliError | None = None) -> None:
        super().go(error)
        for pending in self.pendings:
            if not pending.over and pending.ends_at > self.clock.now():
                pending.final, pending.ends_at = self._gone, self.clock.now()

    def away(self, begin: float, end: float) -> None:
        """The conductor is away from so many seconds on until so many seconds from now."""
        self.clock.after(begin, self.go)
        self.clock.after(end, self.come_back)

    def reopen(self) -> None:
        super().reopen()
        if self.other is not None:
            self.own = self.other

    # -- what is asked ----------------------------------------------------------------------------------------

    def _count(self, what: str) -> None:
        self._reach()
        if self.rounds:
            self.rounds[-1][what] += 1
        if self.shells is not None and self._unanswered() >= self.shells:
            raise NoFreeShell("No shell is free. Nothing was sent.")

    def _unanswered(self) -> int:
        self.pendings = [
            pending for pending in self.pendings if not pending.over and pending.ends_at > self.clock.now()
        ]
        return len(self.pendings)

    def assets(self) -> list[Asset]:
        self.rounds.append(Counter())
        self._count("assets")
        return [row for node_id, row in self._rows.items() if self.boxes[node_id].asset]

    def asset_detail(self, asset_id: str) -> None:
        self._count("asset_detail")

    def system_of(self, router: str, node: str) -> SystemStatus | None:
        self._count("system_of")
        return self._status(self.boxes[router, node])

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Response:
        self._count("status")
        works = self.working.get((router, node))
        if self.shows_status and works:
            return read(f"{node}.{router}: {works} in progress")
        return read(self.told.get(operation, ""))

    def downloads(self) -> dict | None:
        self._count("downloads")
        return self.software if self.shows_downloads else None

    def connectivity(self, router: str | None = None) -> list[Link]:
        self._count("connectivity")
        return list(self.links)

    def volumes_of(self, router: str, node: str) -> NodeVersion | None:
        self._count("volumes_of")
        return self.volumes.get((router, node))

    def processes(self, router: str | None = None) -> list[Process]:
        self._count("processes")
        if router in self.leaders:
            nodes = [box.node for box in self._peers[router]]
            return [Process(node, "routingManager", "running", node == self.leaders[router]) for node in nodes]
        return list(self.processes_shown)

    def available(self, router: str | None = None) -> list[str]:
        self._count("available")
        return list(self.offers.get(router, [NEW] if router is None else []))

    def available_to_nodes(self) -> dict[NodeId, list[str]]:
        return {}

    def available_below(self) -> list[str]:
        self._count("available_below")
        return list(self.offers_below)

    def members(self, resource_group: str) -> list[Asset]:
        self._count("members")
        return [row for node_id, row in self._rows.items() if node_id[0] in self.groups[resource_group]]

    def follow_fallback(self) -> None:
        pass

    def require_first_node(self) -> None:
        pass

    # -- what is asked for ------------------------------------------------------------------------------------

    def command_for(self, request: Request) -> str:
        command = super().command_for(request)
        return command.replace("router None", f"resource-group {request.resource_group}")

    def send(self, request: Request) -> FakePending:
        command = self.command_for(request)
        self._count("send")
        self.sent.append(request)
        node_ids = self._node_ids(request)
        words = next((self.refuse[node_id] for node_id in node_ids if node_id in self.refuse), None)
        pending = FakePending(command, self.clock.now() + 1, read("Request accepted"))
        if words:
            pending.final = refusal(words)
        else:
            self.log.append((self.clock.now() - 1000, request.operation, request.router, request.node))
            self._begin(request, node_ids, pending)
        self.pendings.append(pending)
        self.on_send(request)
        return pending

    def _node_ids(self, request: Request) -> list[tuple[str, str]]:
        routers = self.groups[request.resource_group] if request.resource_group else [request.router]
        return [node_id for node_id in self.boxes if node_id[0] in routers and request.node in (None, node_id[1])]

    def _begin(self, request: Request, node_ids: list[tuple[str, str]], pending: FakePending) -> None:
        if self.blocking:
            pending.ends_at = math.inf
        if request.operation == "download":
            self._download(node_ids, request.version, pending)
            return
        if request.operation not in ("upgrade", "downgrade", "revert"):
            return
        for router, node in node_ids:
            others = [(router, box.node) for box in self._peers[router] if (router, box.node) not in node_ids]
            if (router, node) in self.working:
                self.wrong.append(f"{request.operation} sent to {node}.{router} while something runs there")
            for node_id in others:
                if node_id in self.working or not self.boxes[node_id].as_asset().settled:
                    self.wrong.append(f"{request.operation} sent to {node}.{router} while {node_id[1]} is not well")
        first = node_ids[0]
        moved = [(first[0], box.node) for box in self._peers[first[0]]] if self._course(first).moves_peer else node_ids
        later = 0.0
        for node_id in moved:
            self.working[node_id] = "both" if request.simultaneous else request.operation
            own = self._course(node_id)
            course = own.back or Course(own.seconds) if request.operation == "revert" else own
            self.clock.after(
                later, lambda node_id=node_id, course=course: self._move(node_id, course, request, pending)
            )
            later += 0.0 if request.simultaneous else course.seconds
        self._most("in flight", len({router for router, _ in self.working}))

    def _course(self, node_id: tuple[str, str]) -> Course:
        return self.courses.get(node_id, self.course)

    def _move(self, node_id: tuple[str, str], course: Course, request: Request, pending: FakePending) -> None:
        box, clock = self.boxes[node_id], self.clock
        before, target = box.version, request.version or OLD

        def leave():
            self.show(box, status="Disconnected")

        def come():
            box.boot(clock, before if course.end == "back" else target)
            self.show(box, status="Synchronizing", service="offline" if course.end == "down" else "Running")

        def settle():
            self.show(box, status="Synchronized")
            self.working.pop(node_id, None)
            self.ended[box.router] = clock.now() - 1000
            pending.ends_at = min(pending.ends_at, clock.now())

        if course.end == "never":
            return
        clock.after(course.seconds * course.quiet, leave)
        if course.end != "stuck":
            clock.after(course.seconds * 0.7, come)
            clock.after(course.seconds, settle)

    def _download(self, node_ids: list[tuple[str, str]], version: str, pending: FakePending) -> None:
        for node_id in node_ids:
            had = self.software[node_id].downloaded
            if self._course(node_id).download == math.inf:
                continue
            self.software[node_id] = Downloads(had, (version,))

            def arrived(node_id=node_id, had=had):
                self.software[node_id] = Downloads((*had, version))
                pending.ends_at = min(pending.ends_at, self.clock.now())

            self.clock.after(self._course(node_id).download, arrived)
        self._most("downloads", sum(bool(software.downloading) for software in self.software.values()))

    def _most(self, what: str, count: int) -> None:
        self.most[what] = max(self.most[what], count)

    def begin_health_check(self, request: Request) -> FakePending:
        self._count("health")
        pending = super().begin_health_check(request)
        self.pendings.append(pending)
        return pending


def authority(
    clock: VirtualClock, routers: Mapping[str, Sequence[str]] | Sequence[str], **more: object
) -> FleetConductor:
    """A conductor of the new release, and these routers with their nodes (one, called ``a``, where none are named)."""
    nodes = routers if isinstance(routers, Mapping) else dict.fromkeys(routers, ("a",))
    boxes = [Box(router, node) for router, names in nodes.items() for node in names]
    return FleetConductor(clock, Box("Conductor", "c1", version=NEW), *boxes, **more)


_MODULES = os.path.join(os.path.dirname(__file__), "..", "..", "plugins", "modules")


class Night(UpgradeAction):
    """A task that upgrades routers, with everything that its module does, on a fake conductor in virtual time."""

    def __init__(self, conductor: FleetConductor, hosts: Mapping[str, Mapping] | None = None) -> None:
        self.conductor, self.clock = conductor, conductor.clock
        self._vars = {"hostvars": dict(hosts or {})}
        self._host, self._task = "cond", SimpleNamespace(check_mode=False, diff=False)
        self.lines: list[str] = []
        self.warnings: list[str] = []
        #: When each line was told, in seconds since the begin.
        self.told_at: list[float] = []
        self.living: Callable[[], bool] = lambda: True

    def tell(self, line: str) -> None:
        self.lines.append(line)
        self.told_at.append(self.clock.now() - 1000)

    def warn(self, line: str) -> None:
        self.warnings.append(line)

    def alive(self) -> bool:
        return self.living()

    def go(self, *targets: object, module: str = "software_upgrade", **args: object) -> dict:
        """Run the module with its documented defaults and these arguments; without targets on every router."""
        spec = documented_spec(os.path.abspath(os.path.join(_MODULES, f"{module}.py")))
        defaults = {name: option.get("default") for name, option in spec.items()}
        named = {name for name in ("targets", "target_hosts", "resource_group") if name in args}
        routers = list(dict.fromkeys(node_id[0] for node_id in self.conductor.boxes if node_id[0] != "Conductor"))
        defaults |= {"targets": None if named else list(targets) or routers, "version": NEW, "poll_min": 5.0}
        # No status shows the end of an operation here, and only a few tests are about the time that it costs.
        defaults |= {"poll_max": 5.0, "pair_soak": 60, "breaker_percent": 100.0, "operation_settle": 0}
        return self.act({**defaults, **args})

    def states(self, *targets: object, **args: object) -> dict[str, str]:
        """The state of each router at the end."""
        return {router: entry["state"] for router, entry in self.go(*targets, **args)["by_router"].items()}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for what unit tests must not have: time, a session, and a conductor with its nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import NotOffered, Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import Prompt, find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.reply import Reply, read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import states
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import (
    Link,
    NodeVersion,
    Process,
    SystemStatus,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import Version, try_parse

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-37.r1.el7"


class VirtualClock(Clock):
    """Time that passes only where somebody waits. What is planned by :meth:`after` happens on the way."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._start = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)
        self._plans: list[tuple[float, int, Callable[[], object]]] = []

    def now(self) -> float:
        return self._now

    def wall(self) -> datetime:
        return self._start + timedelta(seconds=self._now - 1000.0)

    def after(self, seconds: float, do: Callable[[], object]) -> None:
        self._plans.append((self._now + seconds, len(self._plans), do))

    def sleep(self, seconds: float) -> None:
        end = self._now + max(0.0, seconds)
        while due := sorted(plan for plan in self._plans if plan[0] <= end):
            self._now = max(self._now, due[0][0])
            self._plans.remove(due[0])
            due[0][2]()
        self._now = end


def result_of(pending, *, check: bool = True) -> Reply:
    """What a session makes of a command that is over."""
    if pending.error:
        raise pending.error
    reply = pending.reply
    if check and reply.error:
        raise DeviceError(pending.command, reply.error, denied=reply.denied, conductor_only=reply.conductor_only)
    return reply


class ScriptedSession:
    """A session whose answers are texts by command; what is not in the script is refused as an unknown command."""

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

    def run(self, command, timeout=None, answers=(), *, check=True) -> Reply:
        return result_of(self.begin(command, answers), check=check)

    def begin(self, command, answers=()):
        self.asked.append(command)
        answer = self.script.get(command, f"Command '{command}' not found (use '?' for help)")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(command=command, error=None, reply=read(answer), over=True, answers=answers)

    def result(self, pending, *, check=True) -> Reply:
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
        state = states.read_state(self.status)
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
    final: Reply | PcliError
    reply: Reply | None = None
    error: PcliError | None = None

    @property
    def over(self) -> bool:
        return self.reply is not None or self.error is not None


class FakeSession:
    """The part of a session that follows a request, in virtual time."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock

    def poll(self, pending: FakePending, wait: float = 0.0) -> bool:
        if not pending.over and self.clock.now() >= pending.ends_at:
            if isinstance(pending.final, PcliError):
                pending.error = pending.final
            else:
                pending.reply = pending.final
        return pending.over

    def wait(self, pending: FakePending, seconds: float) -> bool:
        if not self.poll(pending):
            self.clock.sleep(min(seconds, max(0.0, pending.ends_at - self.clock.now())))
        return self.poll(pending)

    def result(self, pending: FakePending, *, check: bool = True) -> Reply:
        return result_of(pending, check=check)


class FakeConductor:
    """A conductor on the first box, with the whole authority in sight. ``on_send``: how the world reacts."""

    def __init__(self, clock: VirtualClock, *boxes: Box) -> None:
        self.clock = clock
        self.session = FakeSession(clock)
        self.boxes = {(box.router, box.node): box for box in boxes}
        self.own = boxes[0]
        self.sent: list[Request] = []
        self.reopened = 0
        self.answer: tuple[float, str | PcliError] = (1.0, "Request accepted")
        self.on_send: Callable[[Request], object] = lambda request: None
        self.told: dict[str, str] = {}
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

    def here(self) -> tuple[str, str]:
        return self.own.router, self.own.node

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
        return NodeVersion(*self.here(), self.own.version, try_parse(self.own.version), self.own.install_type)

    def status(self, operation: str, router: str | None = None, node: str | None = None) -> Reply:
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
        found = self.health.pop(0) if isinstance(self.health, list) else self.health
        if isinstance(found, PcliError):
            raise found
        return found

    def downloads(self) -> dict | None:
        self._reach()
        return self.software

    def downloaded(self) -> list[str]:
        return []

    def connectivity(self, router: str | None = None) -> list[Link]:
        self._reach()
        return list(self.links)

    def processes(self, router: str | None = None) -> list[Process]:
        self._reach()
        return list(self.processes_shown)

    def takes_nodes(self, operation: str) -> bool:
        return try_parse(self.own.version).at_least(6, 3)

    def reconnect(self, router: str, node: str) -> None:
        self.reconnected.append((router, node))

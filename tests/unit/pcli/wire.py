# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The far end of a shell without SSH and in virtual time: the test says which bytes come, in which pieces, and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import Shell, ShellOptions

from tests.unit.virtual_clock import VirtualClock

PROMPT = "admin@c1.Conductor# "
END = object()

#: An answer as the device sends it, and as it is to be read.
LINES = (
    "Wed 2026-03-04 12:00:00 UTC\r\n✔ Retrieving assets...\r\n\r\n one\r\n two ▾\r\n\r\nCompleted in 0.04 seconds\r\n"
)
SEEN = "Wed 2026-03-04 12:00:00 UTC\n✔ Retrieving assets...\n\n one\n two ▾\n\nCompleted in 0.04 seconds"
#: What `wall` writes over everybody's terminal.
WALL = "\r\nBroadcast message from root@c1 (pts/0) (Wed Mar  4 12:00:00 2026):\r\n\r\nThe system is going down!\r\n\r\n"


class Wire:
    """What a paramiko channel is to a shell. `react(text)` is called with everything that the shell sends."""

    def __init__(self, clock: VirtualClock, react: Callable[[Wire, str], None] | None = None) -> None:
        self.clock = clock
        self.react = react
        self.sent: list[str] = []
        self.left: list | None = None
        self.closed = False
        self._events: deque[tuple[float, object]] = deque()
        self._timeout: float | None = None

    def plan(self, *items: object) -> Wire:
        """Texts, bytes, pauses in seconds, and END, one after the other, behind what is planned already."""
        at = max(self._events[-1][0] if self._events else 0.0, self.clock.now())
        for item in items:
            if isinstance(item, (int, float)):
                at += item
            elif item:
                self._events.append((at, item.encode() if isinstance(item, str) else item))
        return self

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout

    def recv(self, size: int) -> bytes:
        if self.closed:
            return b""
        end = self.clock.now() + (self._timeout or 0.0)
        if not self._events or self._events[0][0] > end:
            self.clock.sleep(end - self.clock.now())
            raise TimeoutError
        at, item = self._events.popleft()
        self.clock.sleep(at - self.clock.now())
        if item is END:
            self.closed = True
            return b""
        if len(item) > size:
            self._events.appendleft((at, item[size:]))
        return item[:size]

    def sendall(self, data: bytes) -> None:
        if self.closed:
            raise OSError("Socket is closed")
        self.sent.append(data.decode())
        if self.react:
            self.react(self, data.decode())

    def close(self) -> None:
        self.closed = True


def new_shell(react: Callable[[Wire, str], None] | None = None, **options: object) -> tuple[Shell, Wire]:
    """A shell that has not been opened, and the wire that it hangs on."""
    clock = VirtualClock()
    wire = Wire(clock, react)
    return Shell(wire, ShellOptions(**options), clock), wire


def idle_shell(react: Callable[[Wire, str], None] | None = None, prompt: str = PROMPT, **options: object):
    """A shell that stands at its prompt."""
    shell, wire = new_shell(react, **options)
    shell.prompt = find_prompt(prompt, shell._options.prompt)
    return shell, wire


def ask(shell: Shell, command: str, seconds: float = 120.0, answers: tuple = (), **more: bool) -> str | None:
    """The output of a command, or None if the prompt has not come back in that time."""
    shell.begin(command, answers, **more)
    return await_output(shell, seconds)


def session_over(*reactions: Callable[[Wire, str], None], **options: object) -> tuple[Session, list[Wire]]:
    """A session whose shells hang on a wire each, in the order of `reactions`, and stand at their prompts."""
    clock = VirtualClock()
    wires: list[Wire] = []

    def channel(login: object, start: object, others: int = 0) -> Wire:
        wires.append(Wire(clock, reactions[min(len(wires), len(reactions) - 1)]).plan(PROMPT))
        return wires[-1]

    session = Session(Access(Login("192.0.2.1"), ShellOptions(**options)), clock)
    session._connections = SimpleNamespace(
        channel=channel, alive=True, shut=False, tidy=lambda: None, close=lambda: None
    )
    return session, wires


def await_output(shell: Shell, seconds: float = 120.0) -> str | None:
    """Wait for the prompt of what was begun."""
    end = shell._clock.now() + seconds
    while shell._clock.now() < end:
        output = shell.poll(0.05)
        if output is not None:
            return output
    return None


def pcli(*items: object, prompt: str = PROMPT) -> Callable[[Wire, str], None]:
    """A PCLI that echoes each line, prints `items` after it, and then its prompt."""

    def react(wire: Wire, text: str) -> None:
        if text.endswith("\r"):
            wire.plan(text.replace("\r", "\r\n"), *items, prompt)

    return react

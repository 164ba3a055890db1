# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens, reuses and closes the PCLI shells of one host: on one login if the server allows it, otherwise on several.

A session may reach further nodes of the same router, each with its own login. All its shells are on one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from ..clock import Clock
from . import ssh
from .access import Access, Fallback, Refusals, none_reached, used_instead
from .connection_pool import ConnectionPool
from .errors import ConnectFailed, HostKeyRefused, LoginRefused, NoFreeShell, NoPrompt, PcliError, SessionBroken
from .prompt import Prompt
from .question_answers import reads_only
from .recording import RecordingShell
from .response import Response, read
from .shell import HEIGHT, WIDTH, Shell

ShellKind = TypeVar("ShellKind", bound=Shell)

#: A node that cannot be reached at the moment: another node of the same router may be.
UNREACHABLE = (ConnectFailed, SessionBroken, NoPrompt)


class Pending:
    """A command that was sent, with its response or its error once it is over."""

    def __init__(self, shell: Shell, command: str, begun: float = 0.0):
        self.shell = shell
        self.command = command
        #: When it was sent, by the clock of the session.
        self.begun = begun
        #: True if it is waited for at once, although the code that sent it runs in the background.
        self.blocks = False
        #: What it had shown when it was interrupted, and when that was.
        self.shown: str | None = None
        self.interrupted = 0.0
        self.response: Response | None = None
        self.error: PcliError | None = None
        self.declined: str | None = None
        #: The caller waits no longer for the response, since its time is over.
        self.given_up = False

    @property
    def over(self) -> bool:
        """Whether it has ended, with a response or an error."""
        return self.response is not None or self.error is not None

    @property
    def may_be_closed(self) -> bool:
        """Whether its shell may be closed. A request is never given up: only a command that just shows something."""
        return self.given_up and reads_only(self.command)

    def interrupt(self, clock: Clock) -> str:
        """End a command that only shows something, once; what it has shown so far. Raises SessionBroken."""
        if self.shown is None:
            self.shown = self.shell.interrupt()
            self.interrupted = clock.now()
        return self.shown


class ShellPool:
    """The shells of one host, and the commands that run in them. Not for use by several threads.

    ``access``: how the node in use is reached. ``fallbacks``: other nodes, used only while ``use_fallbacks`` is set.
    ``max_shells``: how many commands may run at once; it may be changed at any time.
    """

    def __init__(
        self,
        access: Access,
        clock: Clock | None = None,
        *,
        fallbacks: Sequence[Fallback] = (),
        max_shells: int = 6,
        connect: Callable = ssh.connect,
    ):
        self.access = self._first = access
        self._fallbacks = tuple(fallbacks)
        self.use_fallbacks = False
        self.clock = clock or Clock()
        self.max_shells = max_shells
        self._connections = ConnectionPool(connect, self.clock, access.options.login_timeout)
        self._shells: list[Shell] = []
        self._pending: list[Pending] = []
        self._prompt: Prompt | None = None
        self._refusals = Refusals()
        #: Told in a sentence when the session goes on at another node than the one that was asked first.
        self.tell: Callable[[str], None] = lambda _line: None
        #: Told of each command that is over, while its shell still holds all that came (see recording.py).
        self.recorder: Callable[[Pending], None] | None = None

    @property
    def login(self) -> ssh.Login:
        """The login that is in use, or was used last."""
        return self.access.login

    @property
    def address(self) -> str:
        """The address that is in use, or was used last."""
        return self.login.address

    @property
    def fallen_back(self) -> bool:
        """Whether the session is on another node than its first."""
        return self.access != self._first

    @property
    def prompt(self) -> Prompt | None:
        """The last prompt of any shell; None before the first login and after :meth:`close`."""
        return self._prompt

    @property
    def prompt_is_learned(self) -> bool:
        """Whether the prompt is an undocumented one, recognised only because it came again after Enter."""
        return any(shell.learned for shell in self._shells)

    @property
    def logins(self) -> int:
        """How many logins carry the shells of this session: one, where the server takes all channels on it."""
        return self._connections.count

    def close(self) -> None:
        """End every shell and login; never raises."""
        self.note_what_is_open()
        for shell in self._shells:
            shell.close()
        self._connections.close()
        self._shells, self._pending, self._prompt = [], [], None

    def note_what_is_open(self) -> None:
        """Have the commands kept that have no end yet, as far as they were answered."""
        for pending in self._pending if self.recorder is not None else ():
            if not pending.over:
                self.recorder(pending)

    def capacity(self) -> int:
        """How many further commands could be started now, as far as is known."""
        self._collect()
        if self._connections.shut:  # no further shell can be opened for now
            return sum(1 for shell in self._shells if not shell.busy and not shell.closed)
        waiting = sum(1 for pending in self._pending if not pending.may_be_closed)
        return max(0, self.max_shells - waiting)

    def poll(self, pending: Pending, wait: float = 0.0) -> bool:
        """Check whether a command is over; never raises: see :meth:`Session.result`."""
        if not pending.over:
            try:
                output = pending.shell.poll(wait)
            except PcliError as error:
                pending.error = error
            else:
                if output is not None:
                    pending.response = read(output, ended=True)
                    pending.declined = pending.shell.declined
                    self._prompt = pending.shell.prompt
            if pending.over and self.recorder is not None:
                self.recorder(pending)
        return pending.over

    def _idle_shell(self) -> Shell:
        """A shell that can take a command: an existing one, or a new one.

        A login that ended while nothing ran on it (idle for too long) is silently replaced.
        """
        self._collect()
        idle = [shell for shell in self._shells if not shell.busy and not shell.closed and shell.alive()]
        self._shells = [shell for shell in self._shells if not shell.closed]
        self._connections.tidy()
        if idle:
            return idle[0]
        if len(self._shells) >= self.max_shells and not self._give_up_one():
            raise NoFreeShell(
                f"{len(self._shells)} commands on {self.login.address} are still running, and no more may run at once "
                "(ansible_pcli_max_shells). Nothing was sent."
            )
        if self._prompt is None and self.use_fallbacks:
            return self._shell_somewhere()
        return self._new_shell(self.access)

    def _keep_another(self, shell: Shell) -> None:
        """Make sure that another shell is free besides this one. Raises NoFreeShell if that is not possible."""
        if any(other is not shell and not other.busy and not other.closed and other.alive() for other in self._shells):
            return
        if len(self._shells) >= self.max_shells and not self._give_up_one():
            raise NoFreeShell(
                f"{len(self._shells) - 1} commands on {self.login.address} are still running, and the last shell is "
                "reserved for watching them (ansible_pcli_max_shells). Nothing was sent."
            )
        self._new_shell(self.access)

    def _collect(self) -> None:
        """Update which commands are over: a shell whose caller gave up may have its prompt back by now."""
        for pending in self._pending:
            self.poll(pending)
        self._pending = [pending for pending in self._pending if not pending.over]

    def _give_up_one(self) -> bool:
        """Close one shell that nobody needs any more; False if there is none."""
        for pending in self._pending:
            if pending.may_be_closed:
                self._drop(pending)
                return True
        return False

    def _drop(self, pending: Pending) -> None:
        """Close the shell of a command that nobody waits for any more."""
        if self.recorder is not None and not pending.over:
            self.recorder(pending)
        pending.shell.close()
        self._pending = [other for other in self._pending if other is not pending]
        self._shells = [shell for shell in self._shells if shell is not pending.shell]

    def _shell_somewhere(self) -> Shell:
        """The first shell of a session without a node yet: on the node that was used last, otherwise on another one.

        A refusal by the node that is asked first ends the search: it is a mistake that must not stay hidden. One by a
        further node ends only that node's part, since the first may come back.
        """
        problems: dict[str, PcliError] = {}
        tried: set[ssh.Login] = set()
        for name, access_of in self._candidates():
            try:
                access = access_of()
                if access.login in tried:
                    continue
                tried.add(access.login)
                shell = self._try(access)
            except PcliError as error:
                if not problems and not isinstance(error, UNREACHABLE):
                    raise
                problems[name] = error
            else:
                self.access = access
                if problems:
                    self.tell(used_instead(name, problems))
                return shell
            self._connections.close()
        raise none_reached(problems)

    def _candidates(self) -> Iterator[tuple[str, Callable[[], Access]]]:
        """The nodes in the order in which they are tried, each with the function that says how it is reached."""
        yield self.access.name or self.access.login.address, lambda: self.access
        if self.access != self._first:
            yield self._first.name or self._first.login.address, lambda: self._first
        for fallback in self._fallbacks:
            yield fallback.name, fallback.access

    def _try(self, access: Access) -> Shell:
        """A first shell on this node. Raises the refusal of before where its login was refused."""
        if refusal := self._refusals.of(access.login):
            raise refusal
        try:
            shell = self._new_shell(access)
        except (LoginRefused, HostKeyRefused) as error:
            self._refusals.add(access.login, error)
            raise
        self._refusals.accepted(access.login)
        return shell

    def apart(self, kind: type[ShellKind], width: int = WIDTH) -> ShellKind:
        """An open shell of its own kind, which the commands of this session never use. The caller closes it.

        Raises the errors of the session.
        """
        self._idle_shell()  # which settles the node
        return self._open_shell(self.access, kind, width)

    def _new_shell(self, access: Access) -> Shell:
        shell = self._open_shell(access, Shell if self.recorder is None else RecordingShell, WIDTH)
        self._shells.append(shell)
        self._prompt = shell.prompt
        return shell

    def _open_shell(self, access: Access, kind: type[ShellKind], width: int) -> ShellKind:
        login = access.login

        def start_terminal(channel) -> None:
            channel.get_pty(access.options.terminal, width, HEIGHT)
            channel.invoke_shell()

        others = len(self._shells)
        channel = self._connections.channel(login, start_terminal, others=others)
        shell = kind(channel, access.options, self.clock)
        try:
            shell.open()
        except PcliError as error:
            shell.close()
            if others and isinstance(error, (SessionBroken, NoPrompt)) and self._connections.alive:
                raise self._connections.no_free_shell(login, error) from error
            raise
        if self._prompt and shell.prompt.where != self._prompt.where:
            shell.close()
            raise SessionBroken(
                f"A further login to {login.address} landed on {shell.prompt.where}, not on {self._prompt.where}. "
                "Nothing was sent. Use an address that always leads to the same node."
            )
        return shell

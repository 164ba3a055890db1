# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several PCLI shells on one host: over one login where the server lets, over further logins where it does not.

A command that keeps its shell for an hour does not keep anybody else waiting, and a time-out never mixes up answers:
the shell that has not given its prompt back simply gets nothing more to do.

A session may have further addresses, the other nodes of the same router. Its shells are all on one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..clock import Clock
from . import ssh
from .answers import GO_ON, Answer, reads_only
from .connection_pool import ConnectionPool
from .errors import (
    ConnectFailed,
    HostKeyRefused,
    LoginRefused,
    NoFreeShell,
    NoPrompt,
    PcliError,
    SessionBroken,
    UnexpectedQuestion,
)
from .prompt import Prompt
from .refusals import refusal
from .response import Response, read
from .shell import HEIGHT, WIDTH, Shell, ShellOptions
from .spelling import Spelling, unsafe

#: A node that cannot be reached at the moment: another one of the same router may do.
UNREACHABLE = (ConnectFailed, SessionBroken, NoPrompt)

#: How long a command that was ended may take to give its prompt back, in seconds, before its shell is closed.
_AFTER_INTERRUPT = 5.0


class Pending:
    """A command that has been sent and whose prompt has not come back yet."""

    def __init__(self, shell: Shell, command: str):
        self.shell = shell
        self.command = command
        self.response: Response | None = None
        self.error: PcliError | None = None
        self.declined: str | None = None
        #: Has nobody any interest in the answer, since the time for it is over?
        self.given_up = False

    @property
    def over(self) -> bool:
        """Has it ended, one way or the other?"""
        return self.response is not None or self.error is not None


class Session:
    """What one host's PCLI can be asked. Not for use by several threads.

    ``login`` is the one in use. ``fallbacks`` are for other nodes and are used only while ``use_fallbacks`` is set.
    ``max_shells``: how many commands may wait for their prompts at once; it may be changed at any time.
    """

    def __init__(
        self,
        login: ssh.Login,
        options: ShellOptions | None = None,
        clock: Clock | None = None,
        *,
        fallbacks: Sequence[ssh.Login] = (),
        command_timeout: float = 60.0,
        max_shells: int = 6,
        connect: Callable = ssh.connect,
    ):
        self.login = self._first = login
        self.fallbacks = tuple(fallbacks)
        self.use_fallbacks = False
        self.options = options or ShellOptions()
        self.clock = clock or Clock()
        self.command_timeout = command_timeout
        self.max_shells = max_shells
        self._pool = ConnectionPool(connect, self.clock, self.options.login_timeout)
        self._shells: list[Shell] = []
        self._pending: list[Pending] = []
        self._prompt: Prompt | None = None
        self._final: PcliError | None = None
        self._spelling = Spelling()

    # -- life -------------------------------------------------------------------------------------------------

    def open(self) -> Prompt:
        """Log in (if not yet) and return the prompt. Raises the errors of ssh.connect() and of Shell.open().

        Where fallbacks may be used and the node that was used last cannot be reached, the others are tried, once each.
        """
        return self._idle_shell().prompt

    @property
    def address(self) -> str:
        """The address that is in use, or was used last."""
        return self.login.address

    @property
    def fallen_back(self) -> bool:
        """Is the session on another address than its first?"""
        return self.login != self._first and self.login in self.fallbacks

    @property
    def prompt(self) -> Prompt | None:
        """The last prompt seen in whichever shell, None before the first login and after :meth:`close`."""
        return self._prompt

    @property
    def prompt_is_learned(self) -> bool:
        """Is the prompt one that nobody documented, recognised only because it came again after Enter?"""
        return any(shell.learned for shell in self._shells)

    def close(self) -> None:
        """End every shell and login; never raises."""
        for shell in self._shells:
            shell.close()
        self._pool.close()
        self._shells, self._pending, self._prompt = [], [], None
        self._spelling = Spelling()  # another node may answer next, of another release

    def reopen(self) -> Prompt:
        """A new login after the old one was lost."""
        self.close()
        return self.open()

    # -- commands ---------------------------------------------------------------------------------------------

    def run(
        self,
        command: str,
        timeout: float | None = None,
        answers: Sequence[Answer] = (),
        *,
        check: bool = True,
        probe: bool = False,
    ) -> Response:
        """Send a command and wait for its prompt. ``probe``: it only prints its usage (see Shell.begin).

        A command that only shows something is asked again where its words are not those of the release (see Spelling).

        Raises DeviceError with the device's words (unless ``check`` is false), NoPrompt after ``timeout`` seconds
        (the command may still be running), NoFreeShell (nothing was sent), SessionBroken, UnexpectedQuestion.
        """
        if probe or not reads_only(command):
            return self.result(self._wait_for(command, timeout, answers, probe=probe), check=check)
        spelled = self._spelling.of(command, self._router)
        pending = self._wait_for(spelled, timeout, answers)
        if other := self._spelling.other(spelled, self.result(pending, check=False), self._router):
            second = self._wait_for(other, timeout, answers)
            answer = self.result(second, check=False)
            if not (answer.denied or answer.usage):
                self._spelling.learn(spelled, other)
                pending = second
        return self.result(pending, check=check)

    @property
    def _router(self) -> str | None:
        return self._prompt.router if self._prompt else None

    def _wait_for(
        self, command: str, timeout: float | None, answers: Sequence[Answer] = (), *, probe: bool = False
    ) -> Pending:
        """Send a command and wait until it is over. Raises NoPrompt."""
        pending = self.begin(command, answers, probe=probe)
        limit = self.command_timeout if timeout is None else timeout
        if not self.wait(pending, limit):
            pending.given_up = True
            raise NoPrompt(
                f"'{command}' has not come back within {limit:.0f} s. It may still be running; that shell is left "
                "alone. If the command needs more time, raise ansible_command_timeout."
            )
        return pending

    def run_partial(self, command: str, limit: float) -> Response:
        """What a command that only shows something shows within ``limit`` seconds, the refusal of it included.

        One that has not come back by then is ended with Ctrl+C, and the reply is ``cut``: more would have followed.
        Its shell is used again where it gives its prompt back, else it is closed. Raises NoPrompt where nothing had
        come, and the other errors of :meth:`run` but DeviceError.
        """
        if not reads_only(command):
            raise PcliError(f"'{command}' may change something, so it is not sent as one that may be ended.")
        pending = self.begin(command)
        if self.wait(pending, limit):
            return self.result(pending, check=False)
        try:
            shown = pending.shell.interrupt()
            self.wait(pending, _AFTER_INTERRUPT)
        finally:
            if pending.response is None:
                self._drop(pending)
        if not shown.strip():
            raise NoPrompt(f"'{command}' has shown nothing within {limit:.0f} s and was ended.")
        return replace(read(shown), cut=True)

    def begin(
        self, command: str, answers: Sequence[Answer] = (), *, spare: bool = False, probe: bool = False
    ) -> Pending:
        """Send a command on a shell that is free and do not wait for it. Raises PcliError for an unsafe one.

        What a command that only shows something asks is answered with yes, after ``answers``.
        NoFreeShell means that no shell was free for it and that nothing was sent. ``spare``: while other commands have
        not come back, one shell must stay free, so that many that block never keep us from looking.
        """
        if problem := unsafe(command):
            raise PcliError(f"{command[:200]!r} was not sent: {problem}")
        shell = self._idle_shell()
        if spare and self._pending:
            self._keep_another(shell)
        reads = reads_only(command)
        shell.begin(command, [*answers, GO_ON] if reads else answers, reads=reads, probe=probe)
        pending = Pending(shell, command)
        self._pending.append(pending)
        return pending

    def capacity(self) -> int:
        """How many further commands could be begun now, by what is known."""
        self._collect()
        if self._pool.shut:  # no further shell can be had for now
            return sum(1 for shell in self._shells if not shell.busy and not shell.closed)
        waiting = sum(1 for pending in self._pending if not _may_be_closed(pending))
        return max(0, self.max_shells - waiting)

    def wait(self, pending: Pending, seconds: float) -> bool:
        """Wait until the command is over, at most ``seconds``. Never raises: see :meth:`result`."""
        deadline = self.clock.now() + seconds
        while not self.poll(pending) and self.clock.now() < deadline:
            self.poll(pending, min(0.05, max(0.0, deadline - self.clock.now())))
        return pending.over

    def poll(self, pending: Pending, wait: float = 0.0) -> bool:
        """Look whether the command is over; never raises: see :meth:`result`."""
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
        return pending.over

    def result(self, pending: Pending, *, check: bool = True) -> Response:
        """What came of a command that is over. Raises DeviceError and the errors of the connection.

        A question that was answered with no for want of an answer is an error, whatever the device printed then.
        """
        if pending.error:
            raise pending.error
        response, asked = pending.response, pending.declined
        if asked and not response.error:
            raise UnexpectedQuestion(
                f"'{pending.command}' asked '{asked.strip()}'. No answer was given for that, so it was answered with "
                "no, and the command was not carried out.",
                asked,
                declined=True,
            )
        if check and response.error:
            hint = f" (It had asked '{asked.strip()}', and no answer was given for that.)" if asked else ""
            error = refusal(pending.command, response, hint)
            error.declined = asked
            raise error
        return response

    def sftp(self, login: ssh.Login | None = None):
        """An SFTP client, over this login or over one of its own. The caller closes it.

        Raises ConnectFailed where there is no SFTP, and the errors of ssh.connect().
        """
        if login is None:
            self.open()  # and so makes sure of the node
        elif self.fallen_back:  # files are where the commands go
            login = replace(login, host=self.login.host, port=self.login.port)
        return self._pool.sftp(login or self.login)

    # -- shells -----------------------------------------------------------------------------------------------

    def _idle_shell(self) -> Shell:
        """A shell that waits for a command: one that we have, or a new one.

        A login that ended while nothing ran on it (idle for too long) is replaced without a word.
        """
        self._collect()
        idle = [shell for shell in self._shells if not shell.busy and not shell.closed and shell.alive()]
        self._shells = [shell for shell in self._shells if not shell.closed]
        self._pool.tidy()
        if idle:
            return idle[0]
        if len(self._shells) >= self.max_shells and not self._give_up_one():
            raise NoFreeShell(
                f"{len(self._shells)} commands on {self.login.address} have not come back yet, and no more than that "
                "may wait side by side (ansible_pcli_max_shells). Nothing was sent."
            )
        if self._prompt is None and self.use_fallbacks:
            return self._shell_somewhere()
        return self._new_shell(self.login)

    def _keep_another(self, shell: Shell) -> None:
        """See that a shell is free beside this one. Raises NoFreeShell where none can be had."""
        if any(other is not shell and not other.busy and not other.closed and other.alive() for other in self._shells):
            return
        if len(self._shells) >= self.max_shells:
            raise NoFreeShell(
                f"{len(self._shells) - 1} commands on {self.login.address} have not come back yet, and the last shell "
                "is kept to look at what they do (ansible_pcli_max_shells). Nothing was sent."
            )
        self._new_shell(self.login)

    def _collect(self) -> None:
        """See which commands are over: a shell whose caller gave up may have got its prompt back since."""
        for pending in self._pending:
            self.poll(pending)
        self._pending = [pending for pending in self._pending if not pending.over]

    def _give_up_one(self) -> bool:
        """Close one shell that nobody needs any more."""
        for pending in self._pending:
            if _may_be_closed(pending):
                self._drop(pending)
                return True
        return False

    def _drop(self, pending: Pending) -> None:
        """Close the shell of a command that is waited for no longer."""
        pending.shell.close()
        self._pending = [other for other in self._pending if other is not pending]
        self._shells = [shell for shell in self._shells if shell is not pending.shell]

    def _shell_somewhere(self) -> Shell:
        """The first shell of a session that is nowhere yet: on the node that was used last, else on another one.

        What a wrong password or a wrong host key ends, it ends for all nodes: accounts lock, on each of them.
        """
        if self._final:
            raise self._final
        logins = dict.fromkeys((self.login, self._first, *self.fallbacks))
        problems: list[PcliError] = []
        for login in logins:
            try:
                shell = self._new_shell(login)
            except (LoginRefused, HostKeyRefused) as error:
                self._final = error
                raise
            except UNREACHABLE as error:
                problems.append(error)
                self._pool.close()
            else:
                self.login = login
                return shell
        if len(problems) == 1:
            raise problems[0]
        reasons = " ".join(f"{login.address}: {error}" for login, error in zip(logins, problems, strict=True))
        raise ConnectFailed(f"None of {len(problems)} addresses can be used. {reasons}") from problems[0]

    def _new_shell(self, login: ssh.Login) -> Shell:
        others = len(self._shells)
        channel = self._pool.channel(login, self._terminal, others=others)
        shell = Shell(channel, self.options, self.clock)
        try:
            shell.open()
        except PcliError as error:
            shell.close()
            if others and isinstance(error, (SessionBroken, NoPrompt)) and self._pool.alive:
                raise self._pool.no_free_shell(login, error) from error
            raise
        if self._prompt and shell.prompt.where != self._prompt.where:
            shell.close()
            raise SessionBroken(
                f"A further login to {login.address} landed on {shell.prompt.where}, not on {self._prompt.where}. "
                "Nothing was sent. Use an address that always leads to the same node."
            )
        self._shells.append(shell)
        self._prompt = shell.prompt
        return shell

    def _terminal(self, channel) -> None:
        channel.get_pty(self.options.terminal, WIDTH, HEIGHT)
        channel.invoke_shell()


def _may_be_closed(pending: Pending) -> bool:
    """Does it only show something, and was its time over long ago? A request is never given up."""
    return pending.given_up and reads_only(pending.command)

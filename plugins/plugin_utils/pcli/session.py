# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs PCLI commands on one host and returns their responses, several commands at a time if needed.

A command that takes an hour delays no other one, and a time-out never mixes up responses: a shell whose prompt has not
come back simply gets no further command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..clock import Clock
from . import ssh
from .access import Access, Fallback
from .declined import did_nothing, said_after
from .errors import NoFreeShell, NoPrompt, PcliError, UnexpectedQuestion
from .prompt import Prompt
from .question_answers import YES_TO_READING, Answer, reads_only
from .replay import Replay
from .response import Response, read
from .response_error import response_error
from .shell_pool import UNREACHABLE, Pending, ShellPool
from .spelling import Spelling, unsafe

__all__ = ["UNREACHABLE", "Pending", "Session"]

#: How long an interrupted command may take to give its prompt back, in seconds, before its shell is closed.
_AFTER_INTERRUPT = 5.0


class Session(ShellPool):
    """The PCLI of one host: sends commands and reads their responses. Not for use by several threads.

    ``command_timeout``: how long a command may take that has no time of its own, in seconds.
    """

    def __init__(
        self,
        access: Access,
        clock: Clock | None = None,
        *,
        fallbacks: Sequence[Fallback] = (),
        command_timeout: float = 60.0,
        max_shells: int = 6,
        connect: Callable = ssh.connect,
    ):
        super().__init__(access, clock, fallbacks=fallbacks, max_shells=max_shells, connect=connect)
        self.command_timeout = command_timeout
        #: Set while code runs that must not wait; its commands are begun and answered by it (see waiting.py).
        self.replay: Replay | None = None
        self._spelling = Spelling()

    def open(self) -> Prompt:
        """Log in (if not yet done) and return the prompt. Raises the errors of ssh.connect() and of Shell.open().

        If fallbacks may be used and the node that was used last cannot be reached, the others are tried, once each.
        """
        return self._idle_shell().prompt

    def close(self) -> None:
        """End every shell and login; never raises."""
        super().close()
        self._spelling = Spelling()  # another node, of another release, may answer next

    def reopen(self) -> Prompt:
        """Log in again after the login was lost."""
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

        A command that only shows something is sent again in other words if the release rejects these (see Spelling).

        Raises DeviceError with the device's words (unless ``check`` is false), NoPrompt after ``timeout`` seconds
        (the command may still be running), NoFreeShell (nothing was sent), SessionBroken, UnexpectedQuestion.
        """
        if probe or not reads_only(command):
            return self.result(self._wait_for(command, timeout, answers, probe=probe), check=check)
        spelled = self._spelling.of(command, _router_of(self._prompt))
        pending = self._wait_for(spelled, timeout, answers)
        if other := self._spelling.other(spelled, self.result(pending, check=False), _router_of(self._prompt)):
            second = self._wait_for(other, timeout, answers)
            response = self.result(second, check=False)
            if not (response.denied or response.usage):
                self._spelling.learn(spelled, other)
                pending = second
        return self.result(pending, check=check)

    def _wait_for(
        self, command: str, timeout: float | None, answers: Sequence[Answer] = (), *, probe: bool = False
    ) -> Pending:
        """Send a command and wait until it is over. Raises NoPrompt."""
        pending = self.begin(command, answers, probe=probe)
        limit = self.command_timeout if timeout is None else timeout
        if not self._wait_until(pending, pending.begun + limit):
            pending.given_up = True
            raise NoPrompt(
                f"'{command}' has not come back within {limit:.0f} s. It may still be running, so its shell is left "
                "alone. If the command needs more time, raise ansible_command_timeout."
            )
        return pending

    def run_partial(self, command: str, limit: float) -> Response:
        """What a reading command prints within ``limit`` seconds, even if that is a refusal.

        If it has not finished by then, it is ended with Ctrl+C, and the response is ``cut``: more would have followed.
        Its shell is reused if its prompt comes back, and closed if not. Raises NoPrompt if nothing was printed, and the
        other errors of :meth:`run` except DeviceError.
        """
        if not reads_only(command):
            raise PcliError(f"'{command}' may change something and must not be interrupted, so it was not sent.")
        pending = self.begin(command)
        if self._wait_until(pending, pending.begun + limit) and pending.shown is None:
            return self.result(pending, check=False)
        try:
            shown = pending.interrupt(self.clock)
        except PcliError:
            self._drop(pending)
            raise
        self._wait_until(pending, pending.interrupted + _AFTER_INTERRUPT)
        if pending.response is None:
            self._drop(pending)
        if not shown.strip():
            raise NoPrompt(f"'{command}' printed nothing within {limit:.0f} s and was interrupted.")
        return replace(read(shown), cut=True)

    def begin(
        self, command: str, answers: Sequence[Answer] = (), *, spare: bool = False, probe: bool = False
    ) -> Pending:
        """Send a command on a free shell without waiting for it. Raises PcliError for an unsafe command.

        Questions of a command that only shows something are answered with yes, unless one of ``answers`` fits.
        NoFreeShell means that no shell was free and nothing was sent. ``spare``: while other commands are running, one
        shell must stay free, so that hanging commands never keep us from checking.
        """
        if problem := unsafe(command):
            raise PcliError(f"{command[:200]!r} was not sent: {problem}")
        if self.replay is not None:
            return self.replay.begin(command, lambda: self._send_in_background(command, answers, probe))
        return self._send(command, answers, spare=spare, probe=probe)

    def make_ready(self) -> None:
        """Have a shell free for a command that must not wait, and another one to watch it: see ``spare`` of begin.

        So it is known before anything is written down of the command. Raises as :meth:`begin` does.
        """
        shell = self._idle_shell()
        if self._pending:
            self._keep_another(shell)

    def _send_in_background(self, command: str, answers: Sequence[Answer], probe: bool) -> Pending:
        """Send a command that only shows something, and keep a shell free for others.

        Where there is only one, and nothing else is read, it is waited for: so it is free again at once.
        """
        try:
            return self._send(command, answers, spare=True, probe=probe)
        except NoFreeShell:
            if any(reads_only(other.command) and not other.given_up for other in self._pending):
                raise
        pending = self._send(command, answers, spare=False, probe=probe)
        pending.blocks = True
        return pending

    def _send(self, command: str, answers: Sequence[Answer], *, spare: bool, probe: bool) -> Pending:
        shell = self._idle_shell()
        if spare and self._pending:
            self._keep_another(shell)
        reads = reads_only(command)
        shell.begin(command, [*answers, YES_TO_READING] if reads else answers, reads=reads, probe=probe)
        pending = Pending(shell, command, self.clock.now())
        self._pending.append(pending)
        return pending

    def wait(self, pending: Pending, seconds: float) -> bool:
        """Wait until the command is over, at most ``seconds``. Never raises: see :meth:`result`."""
        return self._wait_until(pending, self.clock.now() + seconds)

    def _wait_until(self, pending: Pending, deadline: float) -> bool:
        if self.replay is not None and not pending.blocks:
            self.poll(pending)
            return self.replay.is_over(pending, deadline)
        while not self.poll(pending) and self.clock.now() < deadline:
            self.poll(pending, min(0.05, max(0.0, deadline - self.clock.now())))
        return pending.over

    def result(self, pending: Pending, *, check: bool = True) -> Response:
        """The response to a command that is over. Raises DeviceError and the errors of the connection.

        A question that was answered with no because it had no other answer is an error, whatever was printed then;
        whether the command did nothing all the same is judged by ``declined``.
        """
        if pending.error:
            raise pending.error
        response, asked = pending.response, pending.declined
        if asked and not response.error:
            said = said_after(response.text, asked)
            effect = (
                "and the command was not carried out" if did_nothing(asked, said) else "and what it did is not known"
            )
            raise UnexpectedQuestion(
                f"'{pending.command}' asked '{asked.strip()}'. No answer was given for that, so it was answered with "
                f"no, {effect}.",
                asked,
                declined=True,
                said=said,
            )
        if check and response.error:
            hint = f" (It had asked '{asked.strip()}', and no answer was given for that.)" if asked else ""
            error = response_error(pending.command, response, hint)
            error.declined = asked
            raise error
        return response

    def sftp(self):
        """An SFTP client on the node that runs the commands. The caller closes it.

        Raises ConnectFailed if there is no SFTP, and the errors of ssh.connect().
        """
        if self.access.sftp is None:
            self.open()  # which also makes sure of the node
        return self._connections.sftp(self.access.sftp or self.login)

    def transport(self):
        """The transport of the login to the node that runs the commands. Raises the errors of ssh.connect()."""
        self.open()
        return self._connections.transport(self.login)


def _router_of(prompt: Prompt | None) -> str | None:
    return prompt.router if prompt else None

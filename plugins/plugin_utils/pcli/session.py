# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several PCLI shells on one host: over one login where the server lets, over further logins where it does not.

A command that keeps its shell for an hour does not keep anybody else waiting, and a time-out never mixes up answers:
the shell that has not given its prompt back simply gets nothing more to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..clock import Clock
from . import ssh
from .errors import ConnectFailed, DeviceError, NoPrompt, PcliError, SessionBroken
from .prompt import Prompt
from .reply import Reply, read
from .shell import HEIGHT, WIDTH, Answer, Shell, ShellOptions

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

# One command is one line of printable text; a name or a version that brings a line break would be two commands.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


class Pending:
    """A command that has been sent and whose prompt has not come back yet."""

    def __init__(self, shell: Shell, command: str):
        self.shell = shell
        self.command = command
        self.reply: Reply | None = None
        self.error: PcliError | None = None

    @property
    def over(self) -> bool:
        """Has it ended, one way or the other?"""
        return self.reply is not None or self.error is not None


class Session:
    """What one host's PCLI can be asked. Not for use by several threads."""

    def __init__(
        self,
        login: ssh.Login,
        options: ShellOptions | None = None,
        clock: Clock | None = None,
        *,
        command_timeout: float = 60.0,
        max_shells: int = 6,
        connect: Callable = ssh.connect,
    ):
        self.login = login
        self.options = options or ShellOptions()
        self.clock = clock or Clock()
        self.command_timeout = command_timeout
        self.max_shells = max_shells
        self._connect = connect
        self._clients: list = []
        self._shells: list[Shell] = []
        self._full: set[int] = set()

    # -- life -------------------------------------------------------------------------------------------------

    def open(self) -> Prompt:
        """Log in (if not yet) and return the prompt. Raises the errors of ssh.connect() and of Shell.open()."""
        return self._idle_shell().prompt

    @property
    def prompt(self) -> Prompt | None:
        """The last prompt seen, None before the first login."""
        return next((shell.prompt for shell in self._shells if shell.prompt), None)

    @property
    def prompt_is_learned(self) -> bool:
        """Is the prompt one that nobody documented, recognised only because it came again after Enter?"""
        return any(shell.learned for shell in self._shells)

    def close(self) -> None:
        """End every shell and login; never raises."""
        for shell in self._shells:
            shell.close()
        for client in self._clients:
            try:
                client.close()
            except Exception:
                pass
        self._shells, self._clients, self._full = [], [], set()

    def reopen(self) -> Prompt:
        """A new login after the old one was lost."""
        self.close()
        return self.open()

    # -- commands ---------------------------------------------------------------------------------------------

    def run(
        self, command: str, timeout: float | None = None, answers: Sequence[Answer] = (), *, check: bool = True
    ) -> Reply:
        """Send a command and wait for its prompt.

        Raises DeviceError with the device's words (unless ``check`` is false), NoPrompt after ``timeout`` seconds
        (the command may still be running), SessionBroken, AskedInstead.
        """
        pending = self.begin(command, answers)
        limit = self.command_timeout if timeout is None else timeout
        if not self.wait(pending, limit):
            raise NoPrompt(
                f"'{command}' has not come back within {limit:.0f} s. It may still be running; that shell is left alone."
            )
        return self.result(pending, check=check)

    def begin(self, command: str, answers: Sequence[Answer] = ()) -> Pending:
        """Send a command on a shell that is free and do not wait for it."""
        if _UNSAFE.search(command) or not command.strip():
            raise PcliError(f"{command!r} is not one line of printable text, so it was not sent.")
        shell = self._idle_shell()
        shell.begin(command, answers)
        return Pending(shell, command)

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
            except (OSError, EOFError) as error:
                pending.error = SessionBroken(f"The connection broke while '{pending.command}' was running: {error}.")
            else:
                if output is not None:
                    pending.reply = read(output)
        return pending.over

    def result(self, pending: Pending, *, check: bool = True) -> Reply:
        """What came of a command that is over. Raises DeviceError and the errors of the connection."""
        if pending.error:
            raise pending.error
        reply = pending.reply
        if check and reply.error:
            raise DeviceError(pending.command, reply.error, denied=reply.denied, conductor_only=reply.conductor_only)
        return reply

    def sftp(self, login: ssh.Login | None = None):
        """An SFTP client, over this login or over one of its own. The caller closes it."""
        try:
            if login is None:
                self.open()
                return self._clients[0].open_sftp()
            client = self._connect(login)
            self._clients.append(client)
            self._full.add(id(client))
            return client.open_sftp()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectFailed(f"{self.login.address} offers no SFTP to this login: {error}.") from error

    # -- shells -----------------------------------------------------------------------------------------------

    def _idle_shell(self) -> Shell:
        """A shell that waits for a command: one that we have, or a new one."""
        for shell in self._shells:
            if shell.busy and not shell.closed:
                self._drain(shell)
        broken = next((shell for shell in self._shells if shell.closed), None)
        self._shells = [shell for shell in self._shells if not shell.closed]
        idle = next((shell for shell in self._shells if not shell.busy), None)
        if idle:
            return idle
        if broken and not self._shells:
            self.close()
        if len(self._shells) >= self.max_shells:
            raise NoPrompt(
                f"{len(self._shells)} commands on {self.login.address} have not come back yet, and no more than that "
                "may wait side by side (ansible_pcli_max_shells)."
            )
        return self._new_shell()

    @staticmethod
    def _drain(shell: Shell) -> None:
        """A shell whose caller gave up may have got its prompt back since."""
        try:
            shell.poll()
        except PcliError:
            shell.close()

    def _new_shell(self) -> Shell:
        shell = Shell(self._new_channel(), self.options, self.clock)
        try:
            shell.open()
        except PcliError:
            shell.close()
            raise
        except (OSError, EOFError) as error:
            shell.close()
            raise SessionBroken(f"The connection to {self.login.address} broke during the login: {error}.") from error
        if self.prompt and shell.prompt.where != self.prompt.where:
            shell.close()
            raise SessionBroken(
                f"A further login to {self.login.address} landed on {shell.prompt.where}, not on {self.prompt.where}."
            )
        self._shells.append(shell)
        return shell

    def _new_channel(self):
        """A channel with a terminal: on a login that has room, else on a further one (MaxSessions)."""
        for client in [one for one in self._clients if id(one) not in self._full]:
            transport = client.get_transport()
            if transport is None or not transport.is_active():
                continue
            try:
                return self._invoke(client)
            except paramiko.ChannelException:
                self._full.add(id(client))
            except (paramiko.SSHException, OSError, EOFError):
                continue  # this login is dying; a new one will tell more
        client = self._connect(self.login)
        self._clients.append(client)
        try:
            return self._invoke(client)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectFailed(f"{self.login.address} lets us in but gives no terminal: {error}.") from error

    def _invoke(self, client):
        channel = client.get_transport().open_session(timeout=self.options.login_timeout)
        channel.get_pty(self.options.terminal, WIDTH, HEIGHT)
        channel.invoke_shell()
        return channel

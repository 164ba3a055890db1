# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SSH logins of one session: new channels go to a login that has room, otherwise to a further login.

No login is tried that could lock an account or that the server is known to turn away.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..clock import Clock
from . import ssh
from .errors import ConnectFailed, CutOff, LoginRefused, NoFreeShell

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

#: How long a transfer may stall, in seconds.
SFTP_STALL = 60.0

#: Logins that may be cut off in the middle before they count as refused: six failures lock an account.
MOST_CUT_OFF = 3

#: After a further login was turned away, none is tried for so many seconds.
_FULL_PAUSE = 60.0


@dataclass(eq=False)
class _Connection:
    """One login. ``full``: the server accepts no further channel on it (MaxSessions)."""

    client: object
    login: ssh.Login
    full: bool = False

    @property
    def alive(self) -> bool:
        transport = self.client.get_transport()
        return transport is not None and transport.is_active()

    @property
    def has_room(self) -> bool:
        return self.alive and not self.full


class ConnectionPool:
    """Every login of one session. ``timeout``: how long a server may take to open a channel, in seconds."""

    def __init__(self, connect: Callable, clock: Clock, timeout: float):
        self._connect = connect
        self._clock = clock
        self._timeout = timeout
        self._connections: list[_Connection] = []
        self._refused: dict[ssh.Login, LoginRefused] = {}
        self._cut_off: dict[ssh.Login, int] = {}
        self._full_until: tuple[float, str] | None = None

    def close(self) -> None:
        """End every login; never raises. What was refused stays refused."""
        for connection in self._connections:
            _close(connection.client)
        self._connections, self._full_until = [], None

    def tidy(self) -> None:
        """Forget logins that have ended."""
        dead = [connection for connection in self._connections if not connection.alive]
        for connection in dead:
            _close(connection.client)
            self._connections.remove(connection)
        if dead:
            self._full_until = None

    def channel(self, login: ssh.Login, start: Callable, others: int = 0):
        """A channel on which ``start(channel)`` succeeded. ``others``: how many of our shells are already in use.

        Raises ConnectFailed, and the errors of ssh.connect(); NoFreeShell if the server has no room for one more shell.
        """
        for connection in [known for known in self._connections if known.login == login and known.has_room]:
            try:
                return self._start(connection, start)
            except paramiko.ChannelException:
                connection.full = True
            except (paramiko.SSHException, OSError, EOFError) as error:
                if connection.alive:
                    raise (self.no_free_shell(login, error) if others else self._no_channel(login, error)) from error
                # this login has ended; a new one will show why
        connection = self._further(login) if others else self._log_in(login)
        try:
            channel = self._start(connection, start)
        except (paramiko.SSHException, OSError, EOFError) as error:
            _close(connection.client)
            raise (self.no_free_shell(login, error) if others else self._no_channel(login, error)) from error
        self._connections.append(connection)
        return channel

    @property
    def count(self) -> int:
        """How many logins are up."""
        return sum(connection.alive for connection in self._connections)

    @property
    def alive(self) -> bool:
        """Whether at least one login is still up."""
        return any(connection.alive for connection in self._connections)

    @property
    def shut(self) -> bool:
        """Whether a further login or shell was turned away a short time ago."""
        return self._full_until is not None and self._clock.now() < self._full_until[0]

    def no_free_shell(self, login: ssh.Login, error: BaseException) -> NoFreeShell:
        """The error for a further login or shell that was turned away. From now on none is tried for a while."""
        for connection in self._connections:
            connection.full = True
        words = (
            f"Every shell on {login.address} is busy with a command, and no further login was accepted "
            f"({str(error) or 'no answer in time'}). Allow more sessions in the SSH server of the node (MaxSessions), "
            "or wait until the commands are done. Nothing was sent."
        )
        pause = float("inf") if isinstance(error, LoginRefused) else _FULL_PAUSE
        self._full_until = (self._clock.now() + pause, words)
        return NoFreeShell(words)

    @staticmethod
    def _no_channel(login: ssh.Login, error: BaseException) -> ConnectFailed:
        return ConnectFailed(
            f"{login.address} accepts the login but opens no terminal: {str(error) or 'no answer in time'}. Too many "
            "sessions may be open there, or the account may not be allowed one."
        )

    def transport(self, login: ssh.Login):
        """The transport of a login that is up, for channels of other kinds; None where there is none."""
        alive = [known for known in self._connections if known.login == login and known.alive]
        return alive[0].client.get_transport() if alive else None

    def sftp(self, login: ssh.Login):
        """An SFTP client. Raises ConnectFailed where there is no SFTP, and the errors of ssh.connect()."""
        try:
            channel = self.channel(login, lambda channel: channel.invoke_subsystem("sftp"))
        except ConnectFailed as error:
            if isinstance(error.__cause__, (paramiko.SSHException, OSError, EOFError)):
                raise self._no_sftp(login, error.__cause__) from error
            raise
        try:
            with _at_most(self._timeout, channel):
                client = paramiko.SFTPClient(channel)
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._no_sftp(login, error) from error
        channel.settimeout(SFTP_STALL)
        return client

    @staticmethod
    def _no_sftp(login: ssh.Login, error: BaseException) -> ConnectFailed:
        return ConnectFailed(
            f"{login.address} offers no SFTP to {login.user}: {str(error) or 'no answer'}. Set another "
            "account in ansible_pcli_sftp_user."
        )

    # -- inside -----------------------------------------------------------------------------------------------

    def _start(self, connection: _Connection, start: Callable):
        channel = connection.client.get_transport().open_session(timeout=self._timeout)
        try:
            with _at_most(self._timeout, channel):
                start(channel)
        except BaseException:
            _close(channel)
            raise
        return channel

    def _further(self, login: ssh.Login) -> _Connection:
        """A login in addition to those in use. If it is turned away, that says nothing about the others."""
        if self.shut:
            raise NoFreeShell(self._full_until[1])
        try:
            return self._log_in(login)
        except (ConnectFailed, LoginRefused) as error:
            raise self.no_free_shell(login, error) from error

    def _log_in(self, login: ssh.Login) -> _Connection:
        """Log in, unless this login was refused before: a wrong password is tried once."""
        if login in self._refused:
            raise self._refused[login]
        try:
            connection = _Connection(self._connect(login), login)
        except LoginRefused as error:
            if login.tries_a_password:
                self._refused[login] = error
            raise
        except CutOff as error:
            self._count_cut_off(login, error)
            raise
        self._cut_off[login] = -1  # what worked once is right
        return connection

    def _count_cut_off(self, login: ssh.Login, error: CutOff) -> None:
        times = self._cut_off.get(login, 0)
        if not login.tries_a_password or times < 0:
            return
        self._cut_off[login] = times + 1
        if times + 1 >= MOST_CUT_OFF:
            self._refused[login] = LoginRefused(
                f"{error} That was attempt {times + 1}, so the password may be wrong; it is not tried again, since "
                "six failures lock an account for half an hour. Check ansible_user and ansible_password."
            )
            raise self._refused[login] from error


@contextlib.contextmanager
def _at_most(seconds: float, channel) -> Iterator[None]:
    """Limit how long paramiko waits for the answer to a request: only closing the channel ends that wait."""
    timer = threading.Timer(seconds, _close, [channel])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _close(client_or_channel) -> None:
    with contextlib.suppress(Exception):
        client_or_channel.close()

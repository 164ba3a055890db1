# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of one piece of code that reads from a device, with the responses so far.

The code is ordinary, synchronous code. Where a response is missing it is left with :class:`ResponseMissing`, and run
again from its start once the response has come; what it has asked before is answered from memory. So it must do nothing
but read and compute, and the same command twice gets the same response.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..clock import Clock
from .errors import NoFreeShell, PcliError, SessionBroken
from .question_answers import reads_only
from .shell_pool import Pending, ShellPool

T = TypeVar("T")

#: A command whose login was lost is sent so often. It only reads, and a login is opened anew for many reasons.
_MAX_SENT = 3
#: Seconds between two attempts to get a free shell.
RETRY_PAUSE = 1.0


class ResponseMissing(BaseException):
    """Leaves code whose response has not come yet. No Exception, so that no handler of errors takes it for one."""


@dataclass
class _Query:
    """A command: what was sent last, or why it could not be sent; ``since``: when a shell was first asked for."""

    since: float
    sent: int = 0
    pending: Pending | None = None
    error: PcliError | None = None

    @property
    def lost(self) -> bool:
        """True if it is to be sent again, since its login was lost."""
        pending = self.pending
        broken = pending is not None and isinstance(pending.error, SessionBroken) and not pending.given_up
        return broken and self.sent < _MAX_SENT


class Replay:
    """What one piece of code has asked a session for.

    ``patience``: seconds to wait for a free shell; ``retry``: seconds between two attempts to get one.
    """

    def __init__(self, clock: Clock, patience: float, retry: float = RETRY_PAUSE) -> None:
        self._clock, self._patience, self._retry = clock, patience, retry
        self._queries: dict[str, _Query] = {}
        self._elsewhere: dict[tuple, tuple[object, PcliError | None]] = {}
        self._missing: _Query | None = None
        self._deadline: float | None = None

    def begin(self, command: str, send: Callable[[], Pending]) -> Pending:
        """The command as it was sent before, else as ``send`` sends it. Raises ResponseMissing while no shell is free.

        Raises the errors of ``send``, and the same ones again: a login that was refused is never tried again.
        """
        if not reads_only(command):
            raise PcliError(f"'{command}' may change something and must not be repeated, so it was not sent.")
        query = self._queries.setdefault(command, _Query(self._clock.now()))
        if query.error:
            raise query.error
        if query.pending is None or query.lost:
            try:
                query.pending = send()
            except NoFreeShell as error:
                if self._clock.now() - query.since < self._patience:
                    self._wait_for(query, self._clock.now() + self._retry)
                query.error = error
                raise
            except PcliError as error:
                query.error = error
                raise
            query.sent += 1
        return query.pending

    def once(self, key: tuple, ask: Callable[[], T]) -> T:
        """What ``ask`` returned or raised when it was called first. It asks another one than the session, and waits."""
        if key not in self._elsewhere:
            try:
                self._elsewhere[key] = ask(), None
            except PcliError as error:
                self._elsewhere[key] = None, error
        answer, error = self._elsewhere[key]
        if error is not None:
            raise error
        return answer

    def is_over(self, pending: Pending, deadline: float) -> bool:
        """Whether a command has come back; False if not until the deadline. Raises ResponseMissing while it may."""
        query = next(query for query in self._queries.values() if query.pending is pending)
        if pending.given_up:  # once it was too late, it stays so
            return False
        if query.lost or not (pending.over or self._clock.now() >= deadline):
            self._wait_for(query, deadline)
        return pending.over

    def ready(self, session: ShellPool) -> bool:
        """Whether it is of use to run the code again: a response has come, or it is not waited for any longer."""
        query = self._missing
        if query is None or self._clock.now() >= self._deadline:
            return True
        return query.pending is not None and session.poll(query.pending)

    def give_up(self) -> None:
        """Nobody runs the code again: its shell may be closed."""
        for query in self._queries.values():
            if query.pending is not None and not query.pending.over:
                query.pending.given_up = True

    def _wait_for(self, query: _Query, deadline: float) -> None:
        self._missing, self._deadline = query, deadline
        raise ResponseMissing

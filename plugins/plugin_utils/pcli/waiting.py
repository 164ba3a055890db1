# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to wait, for the same code: :class:`Blocking`, and :class:`Cooperative` where others must not be held up.

Code that waits is a generator that is given one of them as ``waiting``. It reads with ``yield from waiting.ask(...)``
and pauses with ``yield from waiting.pause(...)``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

from ..clock import Clock
from .replay import RETRY_PAUSE, Replay, ResponseMissing
from .session import Session

T = TypeVar("T")

#: What code that waits yields: True if it wants to go on soon.
Steps = Generator[bool, None, T]

#: How long a command that only reads waits for a free shell, in seconds: many routers may be read at once.
_SHELL_PATIENCE = 900.0
#: Seconds between two attempts to get a free shell for what is urgent.
_URGENT_RETRY = 0.1


class Waiting(Protocol):
    """How to wait."""

    def ask(self, function: Callable[[], T], soon: bool = True) -> Steps[T]:
        """What the function returns or raises. It reads from the session and computes, and does nothing else.

        ``soon``: False where nothing is due, so that the response does not shorten the pause until the next round.
        """

    def ask_all(self, functions: Sequence[Callable[[], T]]) -> Steps[list[T]]:
        """What several functions return, all of them run at once. The first that raised counts, once all are over.

        It is urgent: whoever asks has something to decide at once, and goes on as soon as all have their responses.
        """

    def pause(self, seconds: float) -> Steps[None]:
        """Wait."""


class Blocking:
    """Waits at once; a generator that is given this never yields."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def ask(self, function: Callable[[], T], soon: bool = True) -> Steps[T]:
        """See :class:`Waiting`."""
        return function()
        yield False  # makes it a generator

    def ask_all(self, functions: Sequence[Callable[[], T]]) -> Steps[list[T]]:
        """See :class:`Waiting`."""
        return [function() for function in functions]
        yield False  # makes it a generator

    def pause(self, seconds: float) -> Steps[None]:
        """See :class:`Waiting`."""
        self._clock.sleep(seconds)
        return
        yield False


def finish(steps: Steps[T]) -> T:
    """The result of a generator that waits by itself (see :class:`Blocking`)."""
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    raise AssertionError("a generator that was to wait by itself has yielded")


class Cooperative:
    """Yields while it waits, so that one thread waits for many. ``session``: the one that the functions read from.

    Whoever steps the generators calls :meth:`attend` now and then, so that what has come back is processed meanwhile.
    """

    def __init__(self, session: Callable[[], Session], clock: Clock, patience: float = _SHELL_PATIENCE) -> None:
        self._session, self._clock, self._patience = session, clock, patience
        self._open: list[_Reading] = []
        #: Those of them that are urgent: each of these lists is fetched as a whole.
        self._urgent: list[list[_Reading]] = []

    @property
    def busy(self) -> bool:
        """True while a response is awaited."""
        return any(not reading.over for reading in self._open)

    @property
    def has_news(self) -> bool:
        """True if something has been read that its generator wants soon, and has not fetched yet."""
        return any(reading.over and reading.soon for reading in self._open)

    @property
    def has_urgent_news(self) -> bool:
        """True if everything has been read that somebody has asked for at once, and has not fetched yet."""
        return any(all(reading.over for reading in readings) for readings in self._urgent)

    def attend(self) -> None:
        """Go on with whatever has got its response. Never raises."""
        for reading in self._open:
            reading.advance()

    def ask(self, function: Callable[[], T], soon: bool = True) -> Steps[T]:
        """See :class:`Waiting`. Closing the generator gives up what is awaited."""
        reading = self._begin(function, soon=soon)
        try:
            while not reading.over:
                yield False
                reading.advance()
        finally:
            self._end(reading)
        return reading.result()

    def ask_all(self, functions: Sequence[Callable[[], T]]) -> Steps[list[T]]:
        """See :class:`Waiting`. Closing the generator gives up what is awaited."""
        readings = []
        self._urgent.append(readings)
        try:
            readings += [self._begin(function, _URGENT_RETRY) for function in functions]
            while not all(reading.over for reading in readings):
                yield False
                for reading in readings:
                    reading.advance()
        finally:
            self._urgent = [others for others in self._urgent if others is not readings]
            for reading in readings:
                self._end(reading)
        return [reading.result() for reading in readings]

    def _begin(self, function: Callable[[], T], retry: float = RETRY_PAUSE, soon: bool = True) -> _Reading:
        reading = _Reading(self._session(), Replay(self._clock, self._patience, retry), function, soon)
        reading.advance()
        self._open.append(reading)
        return reading

    def _end(self, reading: _Reading) -> None:
        self._open.remove(reading)
        reading.replay.give_up()

    def pause(self, seconds: float) -> Steps[None]:
        """See :class:`Waiting`. Yields at least once."""
        end = self._clock.now() + seconds
        while True:
            yield False
            if self._clock.now() >= end:
                return


class _Reading:
    """A function that reads, as far as it has come."""

    def __init__(self, session: Session, replay: Replay, function: Callable[[], T], soon: bool) -> None:
        self.replay, self.over, self.soon = replay, False, soon
        self._session, self._function = session, function
        self._value: T | None = None
        self._error: Exception | None = None

    def advance(self) -> None:
        """Run the function if that is of use."""
        if self.over or not self.replay.ready(self._session):
            return
        if getattr(self._session, "replay", None) is not None:
            raise AssertionError("functions that read must not be nested")
        self._session.replay = self.replay
        try:
            self._value = self._function()
        except ResponseMissing:
            return
        except Exception as error:  # raised again where the result is fetched
            self._error = error
        finally:
            self._session.replay = None
        self.over = True

    def result(self) -> T:
        """What the function returned. Raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._value

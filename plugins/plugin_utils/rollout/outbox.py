# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends notices from a thread of its own, so that a slow or dead web server never holds up a run.

The thread begins with the first notice: a task is a process of its own, and no thread survives a fork. It prints
nothing; what it has learned is asked for by those that it works for.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .notice_post import PostFailed

#: Notices that wait for the web server; beyond it the oldest that may be lost are lost.
MOST_WAITING = 100
#: Attempts for a notice that must not be lost, and the pause before the second, in seconds; it doubles.
_ATTEMPTS, _PAUSE = 3, 1.0


@dataclass(frozen=True)
class _Letter:
    body: bytes
    important: bool


class Outbox:
    """Notices on their way. ``send`` posts one, and raises PostFailed; ``pause`` lies between two attempts."""

    def __init__(self, send: Callable[[bytes], None], pause: float = _PAUSE, most: int = MOST_WAITING):
        self._send, self._pause, self._most = send, pause, most
        self._waiting: deque[_Letter] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = self._hurry = self._given_up = False
        self.delivered = self.lost = 0
        #: Why the first notice that was lost was not taken; empty while all were.
        self.trouble = ""

    def put(self, body: bytes, important: bool = True) -> None:
        """Send this one, after those before it. It never waits."""
        with self._changed:
            self._waiting.append(_Letter(body, important))
            while len(self._waiting) > self._most:
                self._drop()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self, seconds: float) -> float:
        """Wait until all are sent, but no longer than this. Returns how long that took, in seconds.

        In the second half of that time only the last notice is still sent: it says how the run has ended.
        """
        began = time.monotonic()
        with self._changed:
            self._changed.wait_for(self._idle, seconds / 2)
            self._hurry = True
            while len(self._waiting) > 1:
                self._waiting.popleft()
                self._lose("there was no time left")
            self._changed.notify_all()
            self._changed.wait_for(self._idle, seconds / 2)
            while self._waiting:
                self._waiting.popleft()
                self._lose("there was no time left")
            if self._busy:
                self._given_up = True
                self._lose("the web server did not answer in time")
            self._hurry = False
        return time.monotonic() - began

    def _idle(self) -> bool:
        return not self._waiting and not self._busy

    def _drop(self) -> None:
        """One notice too many waits: the oldest one of those that matter least goes."""
        letter = next((letter for letter in self._waiting if not letter.important), self._waiting[0])
        self._waiting.remove(letter)
        self._lose("the web server is too slow")

    def _lose(self, words: str) -> None:
        self.lost += 1
        self.trouble = self.trouble or words

    # -- in the thread ------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                letter, self._busy = self._waiting.popleft(), True
            trouble = self._deliver(letter)
            with self._changed:
                self._busy = False
                if self._given_up:
                    self._given_up = False  # it is counted as lost already
                elif trouble is None:
                    self.delivered += 1
                else:
                    self._lose(trouble)
                self._changed.notify_all()

    def _deliver(self, letter: _Letter) -> str | None:
        """Post it. Returns why it was not taken; None where it was. It never raises."""
        words = ""
        for attempt in range(_ATTEMPTS if letter.important else 1):
            if attempt and not self._rest(self._pause * 2 ** (attempt - 1)):
                break
            try:
                self._send(letter.body)
                return None
            except PostFailed as error:
                words = words or str(error)
                if not error.passing:
                    break
            except Exception as error:  # pylint: disable=broad-exception-caught
                return type(error).__name__  # its words may show the address
        return words

    def _rest(self, seconds: float) -> bool:
        """The pause before another attempt. False where nothing but the last notice is still to be sent, and waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._hurry and bool(self._waiting), seconds)
            return not (self._hurry and self._waiting)

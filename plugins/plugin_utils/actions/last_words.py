# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker of Ansible still says when it is told to end: it writes files and notices, and sends no command."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from functools import partial

#: So long may each of the last words take, in seconds. The main process waits five for its workers, after Ctrl-C.
LONGEST = 3.5
_ENDS = (signal.SIGINT, signal.SIGTERM)


class _TooLong(BaseException):
    """No Exception, so that nothing that is tolerant swallows it."""


def before_the_end(*words: Callable[[], None]) -> None:
    """Say these when this process, a worker of Ansible, is told to end; then it ends as it would have without."""
    if multiprocessing.parent_process() is None or threading.current_thread() is not threading.main_thread():
        return
    for number in _ENDS:
        before = signal.getsignal(number)
        if before not in (None, signal.SIG_IGN):
            signal.signal(number, partial(_end, words, before))


def _end(words: tuple[Callable[[], None], ...], before: object, number: int, frame: object) -> None:
    # The main process, interrupted as well, sends its workers another signal a moment later.
    for other in _ENDS:
        signal.signal(other, signal.SIG_IGN)
    for say in words:
        _say(say)
    for other in _ENDS:
        signal.signal(other, signal.SIG_DFL)
    if callable(before):
        before(number, frame)
    else:
        os.kill(os.getpid(), number)


def _say(say: Callable[[], None]) -> None:
    """Say it, but no longer than :data:`LONGEST`: what was interrupted may hold a lock that never comes free."""

    def stop(_number: int, _frame: object) -> None:
        raise _TooLong

    with contextlib.suppress(Exception, _TooLong):
        signal.signal(signal.SIGALRM, stop)  # Ansible's own limit of the task does not matter any more
        signal.setitimer(signal.ITIMER_REAL, LONGEST)
        try:
            say()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

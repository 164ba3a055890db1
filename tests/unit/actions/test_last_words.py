# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker says when it is told to end: all of it where it can, never for long, and then it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import last_words


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_what_never_comes_to_an_end_is_broken_off_and_the_next_is_said(monkeypatch) -> None:
    """As of a lock that the interrupted work holds."""
    monkeypatch.setattr(last_words, "LONGEST", 0.05)
    monkeypatch.setattr(last_words.multiprocessing, "parent_process", lambda: object())
    told: list[object] = []
    lock = threading.Lock()
    lock.acquire()
    signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
    last_words.before_the_end(lock.acquire, lambda: told.append("said"))
    os.kill(os.getpid(), signal.SIGTERM)
    assert told == ["said", signal.SIGTERM]


def test_a_worker_that_is_ended_while_it_says_so_says_it_and_ends_then(monkeypatch) -> None:
    """Ansible's main process sends a second signal to its workers soon after the first."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    told: list[object] = []

    def say() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        told.append("said")
        raise RuntimeError("and nothing that fails keeps it from its end")

    monkeypatch.setattr(last_words.multiprocessing, "parent_process", lambda: object())
    try:
        signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        last_words.before_the_end(say)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN, "who ignores it, such as under nohup, goes on"
        os.kill(os.getpid(), signal.SIGTERM)
        assert told == ["said", signal.SIGTERM]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Notices are sent beside the work, and nobody waits for a web server."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.notice_post import PostFailed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.outbox import Outbox

#: Longer than any wait that a test is about; it only ends a test that has failed.
PATIENCE = 60


class Server:
    """What becomes of each notice: None, or what is raised. ``open``: without it, the server hangs."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.taken: list[bytes] = []
        self.open, self.called = threading.Event(), threading.Event()
        self.open.set()

    def __call__(self, body: bytes) -> None:
        self.called.set()
        assert self.open.wait(PATIENCE)
        error = self.answers.pop(0) if self.answers else None
        if error:
            raise error
        self.taken.append(body)


def test_notices_arrive_in_order_and_the_thread_begins_with_the_first() -> None:
    server = Server()
    before = threading.active_count()
    outbox = Outbox(server)
    assert threading.active_count() == before
    for number in range(20):
        outbox.put(b"%d" % number)
    outbox.close(PATIENCE)
    assert server.taken == [b"%d" % number for number in range(20)]
    assert (outbox.delivered, outbox.lost, outbox.trouble) == (20, 0, "")


def test_nobody_waits_for_a_server_that_hangs_and_the_last_notice_is_kept_for_the_end() -> None:
    server = Server()
    server.open.clear()
    outbox = Outbox(server)
    for number in range(10):
        outbox.put(b"%d" % number)  # this returns, or the test never ends
    assert server.called.wait(PATIENCE)
    outbox.close(0.02)
    assert outbox.lost == 10 and outbox.delivered == 0
    assert "time" in outbox.trouble
    server.open.set()


def test_where_time_is_short_the_last_notice_goes_before_all_others() -> None:
    server = Server()
    server.open.clear()
    outbox = Outbox(server)
    for body in (b"first", b"second", b"end"):
        outbox.put(body)
    assert server.called.wait(PATIENCE)
    closing = threading.Thread(target=outbox.close, args=(2,))
    closing.start()
    while len(outbox._waiting) > 1:  # the first half of the time passes
        closing.join(0.01)
    server.open.set()
    closing.join()
    assert server.taken == [b"first", b"end"] and outbox.lost == 1


def test_what_waits_too_long_makes_room_and_never_what_is_important() -> None:
    server = Server()
    server.open.clear()
    outbox = Outbox(server, most=3)
    outbox.put(b"on its way")
    assert server.called.wait(PATIENCE)
    for body, important in ((b"start", True), (b"r1", False), (b"r2", False), (b"r3", False), (b"end", True)):
        outbox.put(body, important)
    server.open.set()
    outbox.close(PATIENCE)
    assert server.taken == [b"on its way", b"start", b"r3", b"end"] and outbox.lost == 2


@pytest.mark.parametrize(
    ("important", "passing", "attempts"), [(True, True, 3), (True, False, 1), (False, True, 1)], ids=str
)
def test_another_attempt_is_made_where_it_may_help(important: bool, passing: bool, attempts: int) -> None:
    server = Server(*(PostFailed("HTTP 500", passing) for _ in range(3)))
    outbox = Outbox(server, pause=0)
    outbox.put(b"x", important)
    outbox.close(PATIENCE)
    assert 3 - len(server.answers) == attempts
    assert (outbox.delivered, outbox.lost, outbox.trouble) == (0, 1, "HTTP 500")


def test_a_failure_that_passes_loses_nothing() -> None:
    outbox = Outbox(Server(PostFailed("HTTP 503")), pause=0)
    outbox.put(b"x")
    outbox.close(PATIENCE)
    assert (outbox.delivered, outbox.lost) == (1, 0)


def test_an_error_that_nobody_expected_shows_none_of_its_words() -> None:
    outbox = Outbox(Server(RuntimeError("https://hooks.example/SECRET")))
    outbox.put(b"x")
    outbox.close(PATIENCE)
    assert outbox.lost == 1 and outbox.trouble == "RuntimeError"

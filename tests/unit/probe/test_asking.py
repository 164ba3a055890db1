# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a probe asks a node that is slow, falls silent, or breaks: every wait has a bound, and no answer is lost."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.asking import Asker, NotAnswering
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.looking import Look, Probe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.questions import STATUS, Command
from paramiko import SSHException

from tests.unit.probe.seen import ASSETS, OWN, FakeSession, FakeShell
from tests.unit.virtual_clock import VirtualClock


class SlowShell(FakeShell):
    """One whose answers take some seconds. ``answered``: after so many commands it prints nothing more, or breaks."""

    def __init__(self, session: SlowSession):
        super().__init__(session.typed, session.texts)
        self._session = session
        self._begun = 0.0

    def begin(self, command: str, answers=(), *, reads: bool = False, probe: bool = False) -> None:
        if self._session.breaks and len(self._session.typed) >= self._session.answered:
            raise SessionBroken("The device closed the connection.")
        super().begin(command, answers, reads=reads, probe=probe)
        self._begun = self._session.clock.now()

    def poll(self, wait: float = 0.0) -> str | None:
        self._session.clock.sleep(max(wait, 0.5))
        over = self._session.clock.now() - self._begun >= self._session.seconds
        return super().poll() if over and len(self._session.typed) <= self._session.answered else None

    def interrupt(self) -> str:
        return ""


class SlowSession(FakeSession):
    """The session of a node that answers slowly, and after some commands not at all."""

    def __init__(self, clock: VirtualClock, seconds: float, answered: int = 1000, breaks: bool = False):
        super().__init__(show_assets=ASSETS)
        self.clock, self.seconds, self.answered, self.breaks = clock, seconds, answered, breaks

    def apart(self, kind: type, width: int = 512) -> SlowShell:
        return SlowShell(self)


def probed(session: SlowSession, **look: object) -> Probe:
    probe = Probe(session.clock, Look(("RTR_NORTH",), times=0, **look))
    probe.ask(session, OWN, lambda *request: pytest.fail("the web is not asked any more"))
    return probe


def test_the_option_is_what_a_command_may_take_also_on_a_slow_conductor() -> None:
    session = SlowSession(VirtualClock(), 250)
    asker = Asker(session, session.clock, OWN, 0.0, 300)
    assert asker.ask(Command("show assets")).data["ended"] == "prompt"
    assert asker.ask(Command("show system software upgrade", limit=STATUS)).data["ended"] == "time"


def test_a_node_that_falls_silent_is_not_waited_for_a_hundred_times() -> None:
    session = SlowSession(VirtualClock(), 1, answered=30)
    began = session.clock.now()
    probe = probed(session, limit=120.0)
    assert session.clock.now() - began < 30 * 2 + 3 * (120 + 6) + 1
    assert "printed nothing for any of 3 commands" in probe.broken_off[OWN] and probe.own == [OWN]
    assert [row.data["ended"] for row in probe.rows if row.kind == "pcli"].count("prompt") == 30


def test_what_was_answered_before_a_session_broke_is_kept() -> None:
    session = SlowSession(VirtualClock(), 1, answered=30, breaks=True)
    probe = probed(session)
    assert "closed the connection" in probe.broken_off[OWN]
    assert [row.data["ended"] for row in probe.rows if row.kind == "pcli"].count("prompt") == 30


@pytest.mark.parametrize(("breaks", "error"), [(True, SessionBroken), (False, NotAnswering)])
def test_a_node_that_never_answers_is_a_failure(breaks, error) -> None:
    session = SlowSession(VirtualClock(), 1, answered=0, breaks=breaks)
    with pytest.raises(error):
        probed(session)


def test_sftp_that_ends_in_the_middle_is_an_answer_like_another() -> None:
    class Client:
        def listdir(self, folder):
            raise SSHException("Server connection dropped")

        def close(self):
            pass

    session = FakeSession()
    session.sftp = Client
    asker = Asker(session, VirtualClock(), OWN, 0.0, 60)
    asker.look_at_files()
    facts = asker.rows[0].data["facts"]
    assert facts["offered"] is False and "connection ended during the SFTP list" in facts["answer"]

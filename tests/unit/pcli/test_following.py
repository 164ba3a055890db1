# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A status that follows an upgrade to its end, and answers that end before they are whole."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.status_commands import STATUS_LIMIT
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import NoPrompt, SessionBroken

from tests.unit.pcli.wire import END, PROMPT, Wire, session_over

STATUS = "show system software upgrade"
SHOWN = "Upgrading node c1 to 6.2.5\r\n"


class Follows:
    """A device whose status goes on for an hour. `at_ctrl_c`: what it prints then; None: it does not listen."""

    def __init__(self, *at_ctrl_c: object, shown: str = SHOWN, steps: int = 1200, deaf: bool = False) -> None:
        self.at_ctrl_c, self.shown, self.steps, self.deaf = at_ctrl_c or ("^C\r\n", PROMPT), shown, steps, deaf
        self.commands: list[str] = []

    def __call__(self, wire: Wire, text: str) -> None:
        if text == "\x03":
            if not self.deaf:
                wire._events.clear()
                wire.plan(*self.at_ctrl_c)
        elif text.startswith(STATUS):
            self.commands.append(text.strip())
            wire.plan(text + "\n", self.shown)
            for step in range(self.steps if self.shown else 0):
                wire.plan(3, f"step {step}\r\n")
        else:
            self.commands.append(text.strip())
            wire.plan(text + "\n", f"answer to {text.strip()}\r\n", PROMPT)


@pytest.mark.parametrize(
    "at_ctrl_c",
    [
        ("^C\r\n", PROMPT),
        ("^C", PROMPT),
        ("\r\n", PROMPT),
        (PROMPT,),
        ("^C\r\nOperation canceled\r\n", PROMPT),
        ("^C\r\n", 2, "Aborted!\r\n", PROMPT),
        (f"\r\n*{PROMPT}",),
    ],
)
def test_a_status_that_goes_on_is_ended_and_what_it_showed_is_read(at_ctrl_c: tuple) -> None:
    device = Follows(*at_ctrl_c)
    session, wires = session_over(device)
    conductor = Conductor(session)
    session.open()
    began = session.clock.now()
    reply = conductor.status("upgrade")
    assert session.clock.now() - began < STATUS_LIMIT + 5
    assert reply.cut and reply.error is None
    assert reply.text.split("\n")[:3] == ["Upgrading node c1 to 6.2.5", "step 0", "step 1"]
    assert "^C" not in reply.text and "cancel" not in reply.text
    assert session.run("show assets").text == "answer to show assets"
    assert len(wires) == 1, "its shell is used again"


def test_a_status_that_goes_on_costs_less_the_next_time() -> None:
    session, _wires = session_over(Follows())
    conductor = Conductor(session)
    session.open()
    spent = []
    for _round in range(3):
        began = session.clock.now()
        assert conductor.status("upgrade").cut
        spent.append(session.clock.now() - began)
    assert spent[0] > spent[1] == pytest.approx(spent[2], abs=0.5)
    assert spent[1] < 7


def test_a_status_that_comes_back_is_whole() -> None:
    session, _wires = session_over(lambda wire, text: wire.plan(text + "\n", 4, "No upgrade in progress\r\n", PROMPT))
    reply = Conductor(session).status("upgrade")
    assert (reply.text, reply.cut) == ("No upgrade in progress", False)


def test_a_shell_that_does_not_listen_to_ctrl_c_is_closed_and_no_shell_is_lost_by_it() -> None:
    session, wires = session_over(Follows(deaf=True))
    conductor = Conductor(session)
    for round_ in range(20):
        assert conductor.status("upgrade").cut
        assert wires[round_].closed
    assert session.capacity() == session.max_shells
    assert session.run("show assets").text == "answer to show assets"


def test_a_status_that_ends_the_pcli_at_ctrl_c_has_been_read() -> None:
    session, wires = session_over(Follows("^C\r\n", END))
    conductor = Conductor(session)
    assert "step 1" in conductor.status("upgrade").text
    assert session.run("show assets").text == "answer to show assets"
    assert len(wires) == 2


def test_a_question_at_ctrl_c_is_never_answered_with_yes() -> None:
    device = Follows("^C\r\nStop following? The upgrade goes on. [y/N]: ")

    def react(wire: Wire, text: str) -> None:
        if text == "n\r":
            wire.plan("n\r\n", PROMPT)
        else:
            assert text != "y\r"
            device(wire, text)

    session, _wires = session_over(react)
    assert Conductor(session).status("upgrade").cut


@pytest.mark.parametrize("shown", ["", "Tue 2024-07-09 14:25:28 UTC\r\n", "Retrieving upgrade status...\r\n"])
def test_a_status_that_shows_nothing_is_unreadable_and_left_alone_for_a_while(shown: str) -> None:
    device = Follows(shown=shown, steps=0)
    session, _wires = session_over(device)
    conductor = Conductor(session)
    for _round in range(5):
        with pytest.raises(NoPrompt):
            conductor.status("upgrade", "hub", "a")
    assert len(device.commands) == 2
    for node in "bcdefgh":
        with pytest.raises(NoPrompt):
            conductor.status("upgrade", "hub", node)
    assert len(device.commands) == 4, "nobody asks all routers of a fleet what none of them tells"
    session.clock.sleep(601)
    with pytest.raises(NoPrompt):
        conductor.status("upgrade", "hub", "b")
    assert len(device.commands) == 5
    assert session.run("show assets").text == "answer to show assets"


def test_one_router_that_is_slow_silences_no_other() -> None:
    def react(wire: Wire, text: str) -> None:
        if text.startswith(STATUS + " router dead"):
            wire.plan(text + "\n")
        elif text == "\x03":
            wire.plan("^C\r\n", PROMPT)
        else:
            wire.plan(text + "\n", 10, "No upgrades are known\r\n", PROMPT)

    session, _wires = session_over(react)
    conductor = Conductor(session)
    for number in range(10):
        with pytest.raises(NoPrompt):
            conductor.status("upgrade", f"dead{number}", "a")
        assert conductor.status("upgrade", "slow", "a").text == "No upgrades are known"


def test_a_long_request_beside_it_keeps_its_shell() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text + "\n") if text.startswith("request") else device(wire, text)

    device = Follows()
    session, wires = session_over(react)
    pending = session.begin("request system software upgrade version 6.2.5")
    assert Conductor(session).status("upgrade").cut
    assert not pending.over and not wires[0].closed
    assert wires[0].sent == ["request system software upgrade version 6.2.5\r"]


# -- answers that are not whole ---------------------------------------------------------------------------------------

HEAD = (
    "Tue 2024-07-09 14:25:28 UTC\r\n✔ Retrieving assets...\r\n\r\n"
    "======== ====== ==============\r\n"
    " Router   Node   Status\r\n"
    "======== ====== ==============\r\n"
)
ROWS = " hub      a      Synchronized\r\n hub      b      Synchronized\r\n"
TAIL = "\r\nCompleted in 0.04 seconds\r\n"
WHOLE = HEAD + ROWS + TAIL
#: After whole rows, in the middle of one, behind the last and before the first.
CUTS = [
    HEAD,
    HEAD + ROWS[: ROWS.index("\n") + 1],
    HEAD + ROWS[:50],
    HEAD + ROWS,
    WHOLE,
    HEAD + ROWS + "admin@c1.Cond",
    HEAD + ROWS + "other@c1.Conductor# ",
    HEAD + " admin@c1.Conductor# ",
    HEAD + "admin@c1.Conductor# is the prompt\r\n",
]


@pytest.mark.parametrize("text", CUTS)
@pytest.mark.parametrize("pause", [0, 1, 30])
def test_an_answer_whose_connection_ends_is_none(text: str, pause: float) -> None:
    session, _wires = session_over(lambda wire, sent: wire.plan(sent + "\n", text, pause, END))
    with pytest.raises(SessionBroken, match="'show assets' was running"):
        session.run("show assets")


@pytest.mark.parametrize("text", CUTS)
def test_an_answer_that_stops_is_none_and_is_no_part_of_the_next_one(text: str) -> None:
    def react(wire: Wire, sent: str) -> None:
        stops = sent.startswith("show assets") and not wire.left
        wire.left = [sent]
        wire.plan(sent + "\n", text) if stops else wire.plan(sent + "\n", "whole\r\n", PROMPT)

    session, wires = session_over(react)
    with pytest.raises(NoPrompt, match="'show assets' has not come back"):
        session.run("show assets", timeout=60)
    assert session.run("show alarms").text == "whole"
    wires[0].plan(ROWS, TAIL, PROMPT)  # the rest comes later
    assert session.run("show assets summary").text == "whole"


@pytest.mark.parametrize("text", CUTS)
def test_a_list_of_assets_that_is_not_whole_is_an_error_of_the_conductor(text: str) -> None:
    session, _wires = session_over(lambda wire, sent: wire.plan(sent + "\n", text, END))
    session.open()
    with pytest.raises(SessionBroken):
        Conductor(session).assets()


@pytest.mark.parametrize(
    "inside",
    [
        " hub      c      admin@c1.Conductor# \r\n",
        "admin@c1.Conductor# \r\n",
        "admin@c1.Conductor# show assets\r\n",
        "*admin@c1.Conductor# commit\r\n",
        "Continue? [y/N]: y\r\n",
    ],
)
def test_what_looks_like_a_prompt_inside_an_answer_does_not_end_it(inside: str) -> None:
    session, wires = session_over(
        lambda wire, sent: wire.plan(sent + "\n", HEAD + inside[:-2], inside[-2:] + ROWS, 3, TAIL, PROMPT)
    )
    text = session.run("show assets").text
    assert text.endswith("Completed in 0.04 seconds") and "b      Synchronized" in text
    assert set(wires[0].sent[1:]) <= {"\r"}, "nothing but an Enter for a prompt that something was written over"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that is sent to learn its usage, and that may stand on the new prompt's line afterwards."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor

from tests.unit.pcli.wire import END, PROMPT, Wire, session_over

UPGRADE = "request system software upgrade"
USAGE = (
    "usage: upgrade [{router <router> | resource-group <resource-group>}] [skip-pre-check] [force] [node <node>] "
    "version <version>\r\n\r\nkeyword arguments:\r\nforce      Skip confirmation prompt.\r\n"
)
STAR = "*" + PROMPT


class Editor:
    """A PCLI with a line editor: what it leaves on its line stays there until it is taken away.

    `left`: what stands behind the prompt after a usage. `clears`: the keys that take it away. `draws`: how that looks.
    """

    def __init__(
        self, left: str = UPGRADE, prompt: str = STAR, clears: str = "\x15", draws: str = "erase", late: float = 0.0
    ) -> None:
        self.left, self.prompt, self.clears, self.draws, self.late = left, prompt, clears, draws, late
        self.line = ""
        self.carried_out: list[str] = []

    def __call__(self, wire: Wire, text: str) -> None:
        if text in ("\x15", "\x03"):
            if text in self.clears:
                self._clear(wire, text)
            return
        command = self.line + text.rstrip("\r")
        self.line = ""
        self.carried_out.append(command)
        wire.plan(text.replace("\r", "\r\n"))
        if command == UPGRADE:
            self.line = self.left
            wire.plan(USAGE, self.prompt, self.late or "", self.left)
        else:
            wire.plan(f"answer to {command}\r\n", PROMPT)

    def _clear(self, wire: Wire, key: str) -> None:
        gone, self.line = self.line, ""
        if key == "\x03":
            wire.plan("^C\r\n", self.prompt)
        elif self.draws == "erase":
            wire.plan("\b \b" * len(gone))
        elif self.draws == "line":
            wire.plan(f"\r{self.prompt}\x1b[K")


@pytest.mark.parametrize("draws", ["erase", "line"])
@pytest.mark.parametrize("prompt", [STAR, PROMPT])
@pytest.mark.parametrize("left", [UPGRADE, UPGRADE + " ", "request system software "])
def test_the_next_command_is_not_appended_to_what_was_left_over(left: str, prompt: str, draws: str) -> None:
    editor = Editor(left, prompt, draws=draws)
    session, wires = session_over(editor)
    reply = session.run(UPGRADE, check=False, probe=True)
    assert reply.usage.arguments >= {"router", "version", "force", "skip-pre-check"}
    assert reply.text == USAGE.replace("\r\n", "\n").strip("\n")
    assert session.run("show assets").text == "answer to show assets"
    assert editor.carried_out == [UPGRADE, "show assets"]
    assert len(wires) == 1, "the shell is used again"


@pytest.mark.parametrize("late", [0.1, 0.25])
def test_what_is_drawn_a_moment_after_the_prompt_is_cleared_as_well(late: float) -> None:
    editor = Editor(late=late)
    session, _wires = session_over(editor)
    assert session.run(UPGRADE, check=False, probe=True).usage
    session.run("show assets")
    assert editor.carried_out == [UPGRADE, "show assets"]


def test_without_anything_left_over_the_line_is_cleared_all_the_same() -> None:
    editor = Editor(left="")
    session, wires = session_over(editor)
    assert session.run(UPGRADE, check=False, probe=True).usage
    assert wires[0].sent == [UPGRADE + "\r", "\x15"]
    session.run("show assets")
    assert editor.carried_out == [UPGRADE, "show assets"]


def test_where_ctrl_u_does_nothing_ctrl_c_is_tried() -> None:
    editor = Editor(clears="\x03")
    session, wires = session_over(editor)
    assert session.run(UPGRADE, check=False, probe=True).usage
    assert wires[0].sent == [UPGRADE + "\r", "\x15", "\x03"]
    session.run("show assets")
    assert editor.carried_out == [UPGRADE, "show assets"]


def test_a_shell_whose_line_cannot_be_cleared_gets_no_further_command() -> None:
    stuck, fresh = Editor(clears=""), Editor()
    session, wires = session_over(stuck, fresh)
    assert session.run(UPGRADE, check=False, probe=True).usage
    assert session.run("show assets").text == "answer to show assets"
    assert (stuck.carried_out, fresh.carried_out) == ([UPGRADE], ["show assets"])
    assert wires[0].closed and not wires[1].closed


def test_a_pcli_that_ends_at_ctrl_c_has_answered() -> None:
    def react(wire: Wire, text: str) -> None:
        if text == "\x03":
            wire.plan("^C\r\n", END)
        elif text != "\x15":
            wire.plan(text + "\n" + USAGE, STAR, UPGRADE)

    session, _wires = session_over(react, Editor())
    assert session.run(UPGRADE, check=False, probe=True).usage
    assert session.run("show assets").text == "answer to show assets"


def test_the_star_of_such_a_prompt_is_looked_at_again() -> None:
    session, _wires = session_over(Editor())
    conductor = Conductor(session)
    session.open()
    session.run(UPGRADE, check=False, probe=True)
    assert not conductor.dirty
    conductor.refresh_prompt()
    assert not conductor.dirty


def test_a_star_that_stays_is_believed() -> None:
    def react(wire: Wire, text: str) -> None:
        if text.endswith("\r"):
            wire.plan(text + "\n" + (USAGE if text.startswith("request") else "one\r\n"), STAR)

    session, _wires = session_over(react)
    conductor = Conductor(session)
    session.open()
    session.run(UPGRADE, check=False, probe=True)
    assert not conductor.dirty
    conductor.refresh_prompt()
    assert conductor.dirty


def test_an_echo_that_is_drawn_twice_is_no_end_of_a_probe() -> None:
    def react(wire: Wire, text: str) -> None:
        if text == "\x15":
            return
        wire.plan(text + "\n", PROMPT + text.strip(), 5, "\r\n" + USAGE, PROMPT)

    session, wires = session_over(react)
    assert session.run(UPGRADE, check=False, probe=True).usage.arguments
    assert wires[0].sent == [UPGRADE + "\r", "\x15"]


def test_a_request_that_keeps_its_prompt_is_never_cleared_or_ended() -> None:
    command = f"{UPGRADE} router hub version 6.3.5"
    session, wires = session_over(lambda wire, text: wire.plan(text + "\n", "sent\r\n", PROMPT + text.strip()))
    pending = session.begin(command)
    assert not session.wait(pending, 3600)
    assert wires[0].sent == [command + "\r"]

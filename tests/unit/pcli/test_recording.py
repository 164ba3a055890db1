# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a shell keeps of an answer as it came: the text between echo and prompt, escape sequences, questions."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import UnexpectedQuestion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.line import ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.question_answers import YES_TO_READING, Answer
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.recording import RecordingShell

from tests.unit.pcli.wire import END, LINES, PROMPT, Wire, ask, pcli
from tests.unit.virtual_clock import VirtualClock

UPGRADE = "request system software upgrade"
PLAIN = LINES.replace("\r\n", "\n")


def recording(react=None, prompt: str = PROMPT) -> tuple[RecordingShell, Wire]:
    """A recording shell that stands at its prompt."""
    clock = VirtualClock()
    wire = Wire(clock, react)
    shell = RecordingShell(wire, ShellOptions(), clock)
    shell.prompt = find_prompt(prompt)
    return shell, wire


def test_an_answer_is_kept_between_its_echo_and_the_prompt_line_by_line() -> None:
    shell, _wire = recording(pcli(LINES))
    assert ask(shell, "show assets") is not None
    seen = shell.transcript()
    assert (seen.answer, seen.raw, seen.prompt, seen.asked) == (PLAIN, None, PROMPT, ())
    assert not seen.paged and not seen.left_over


def test_the_next_command_begins_anew() -> None:
    shell, _wire = recording(pcli(LINES))
    ask(shell, "show assets")
    assert ask(shell, "show system") is not None and shell.transcript().answer == PLAIN


def test_escape_sequences_are_kept_beside_the_text() -> None:
    drawn = LINES.replace(" one", " \x1b[1mone\x1b[0m").replace("✔", "\r\x1b[K✔")
    shell, _wire = recording(pcli(drawn))
    ask(shell, "show assets")
    seen = shell.transcript()
    assert seen.answer == PLAIN and seen.raw == drawn.replace("\r\n", "\n")


def test_the_greeting_is_what_came_before_the_first_prompt() -> None:
    clock = VirtualClock()
    wire = Wire(clock).plan("Welcome!\r\nLast login: today\r\n", PROMPT)
    shell = RecordingShell(wire, ShellOptions(), clock)
    shell.open()
    assert shell.greeting == "Welcome!\nLast login: today\n" and shell.transcript().prompt == PROMPT


def test_a_question_is_kept_with_its_answer() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text.replace("\r", "\r\n"))
        wire.plan("Continue anyway? [y/N]: ") if text.startswith("show") else wire.plan(LINES, PROMPT)

    shell, _wire = recording(react)
    ask(shell, "show alarms", answers=(YES_TO_READING,), reads=True)
    seen = shell.transcript()
    assert seen.asked == (("Continue anyway? [y/N]:", "y"),) and seen.answer == f"Continue anyway? [y/N]: y\n{PLAIN}"


def test_a_question_without_an_answer_is_kept_as_well() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text.replace("\r", "\r\n"), "Enter the version: ")

    shell, _wire = recording(react)
    with pytest.raises(UnexpectedQuestion):
        ask(shell, UPGRADE, probe=True)
    assert shell.transcript().asked == (("Enter the version:", None),)


def test_a_password_that_is_typed_is_not_kept() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan("\r\nPassword: ") if text.startswith("show") else wire.plan("\r\n", LINES, PROMPT)

    shell, _wire = recording(react)
    ask(shell, "show x", answers=(Answer(re.compile("Password"), "a-secret"),))
    assert shell.transcript().asked == (("Password:", None),)


@pytest.mark.parametrize("left", ["", UPGRADE])
def test_what_a_usage_leaves_on_the_next_line_is_told_and_our_clearing_is_not(left) -> None:
    def react(wire: Wire, text: str) -> None:
        if text == "\x15":
            wire.plan("\b \b" * len(left))
        else:
            wire.plan(text.replace("\r", "\r\n"), "usage: upgrade version <version>\r\n", PROMPT, left)

    shell, _wire = recording(react)
    assert ask(shell, UPGRADE, probe=True)
    seen = shell.transcript()
    assert seen.answer == "usage: upgrade version <version>\n" and seen.left_over == bool(left)
    assert seen.prompt == PROMPT + left


def test_what_came_before_the_end_of_a_connection_is_kept() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text.replace("\r", "\r\n"), "half an ans", END)

    shell, _wire = recording(react)
    with pytest.raises(Exception, match="closed the connection"):
        ask(shell, "show assets")
    seen = shell.transcript()
    assert seen.answer == "half an ans" and seen.prompt == ""


def test_an_echo_that_is_wrapped_is_no_part_of_the_answer() -> None:
    command = "show events router a-router-with-a-long-name type provisioning from 1d rows all force"

    def react(wire: Wire, text: str) -> None:
        if text.endswith("\r"):
            wire.plan(f"{command[:50]}\r\n{command[50:]}\r\n", LINES, PROMPT)

    shell, _wire = recording(react)
    ask(shell, command)
    assert shell.transcript().answer == PLAIN

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts, echo, line ends, broadcasts and size, byte by byte: one shell in virtual time, without SSH."""

from __future__ import annotations

import itertools
import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import line as line_module
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import output_buffer as output_buffer_module
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.pcli.wire import LINES, PROMPT, SEEN, WALL, Wire, ask, idle_shell, pcli

# -- the form of prompt, echo and lines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt",
    [
        PROMPT,
        "admin@c1.Conductor#",
        "admin@c1.Conductor> ",
        "*admin@c1.Conductor# ",
        "\r\n\r\nadmin@c1.Conductor# ",
        "\x1b[1;32madmin@c1.Conductor\x1b[0m# \x1b[0m",
        "admin@c1.Conductor# \x1b[0m\x1b[K\x1b[?25h",
        "\x1b[?2004hadmin@c1.Conductor# \x1b]0;admin@c1\x07",
        "\r\x1b[2Kadmin@c1.Conductor# ",
        "admin@c1.Conductor (config)# ",
        "admin@c1.Conductor (router[name=a b])# ",
        "\x07admin@c1.Conductor# ",
    ],
)
def test_the_prompt_in_every_dress_ends_the_command(prompt: str) -> None:
    shell, _wire = idle_shell(pcli(LINES, prompt=prompt))
    assert ask(shell, "show assets") == SEEN
    assert not shell.busy


def test_a_leading_star_tells_of_a_dirty_candidate() -> None:
    shell, _wire = idle_shell(pcli(prompt="*" + PROMPT))
    ask(shell, "show assets")
    assert shell.prompt.dirty


@pytest.mark.parametrize("name", ["node-1_a.r", "n1.RTR_EAST.site-7", "0200012d64df.node0", "Ümlaut.Zürich"])
def test_legal_but_unusual_names(name: str) -> None:
    prompt = f"jdoe@corp.example@{name}# "
    shell, _wire = idle_shell(pcli("x\r\n", prompt=prompt), prompt=prompt)
    assert ask(shell, "show assets") == "x"
    assert shell.prompt.where == name


ECHOES = {
    "the command alone": "{0}\r\n",
    "prompt and command": PROMPT + "{0}\r\n",
    "drawn anew over the prompt": "\r\x1b[K" + PROMPT + "{0}\r\n",
    "letter by letter with the prompt each time": "\r" + PROMPT + "s\r" + PROMPT + "sh\r" + PROMPT + "{0}\r\n",
    "with colours": "\x1b[32mshow\x1b[0m \x1b[1massets\x1b[0m\x1b[K\r\n",
    "with a suggestion that is taken back": "{0}\x1b[90m summary\x1b[0m\x1b[8D\x1b[K\r\n",
    "twice (typed ahead)": "{0}\r\n" + PROMPT + "{0}\r\n",
}


@pytest.mark.parametrize("form", ECHOES)
def test_the_echo_is_no_part_of_the_answer(form: str) -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(ECHOES[form].format(text.strip()), LINES, PROMPT)

    shell, _wire = idle_shell(react)
    for _time in range(2):
        assert ask(shell, "show assets").removeprefix(PROMPT + "show assets\n") == SEEN


@pytest.mark.parametrize("command", ["show " + "a-very-long-name " * 30, "show " + "x" * 700])
@pytest.mark.parametrize("fold", ["\r\n", " \r", ""])
def test_a_command_longer_than_the_terminal_is_wide(command: str, fold: str) -> None:
    command = command.strip()

    def react(wire: Wire, text: str) -> None:
        shown = PROMPT + text.strip()
        pieces = [shown[start : start + 512] for start in range(0, len(shown), 512)]
        wire.plan(fold.join(pieces) + "\r\n", LINES, PROMPT)

    shell, _wire = idle_shell(react)
    if fold == " \r":
        # A terminal that wraps by itself: the rest of the line overwrites what is above on an endless screen.
        assert ask(shell, command).endswith(SEEN)
    else:
        assert ask(shell, command) == SEEN


@pytest.mark.parametrize("output", [LINES, "", "ok\r\n"])
def test_a_shell_without_any_echo(output: str) -> None:
    shell, _wire = idle_shell(lambda wire, _text: wire.plan(output, PROMPT))
    wanted = output.replace("\r\n", "\n").strip("\n")
    assert ask(shell, "show assets") == wanted
    before = shell._clock.now()
    assert ask(shell, "show system") == wanted
    # It was learned that there is no echo: the second command does not wait for one (except for an empty answer).
    assert not output or shell._clock.now() - before < 1


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r\r\n", "\n\r"])
def test_line_ends_of_every_kind(newline: str) -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text.strip() + newline + LINES.replace("\r\n", newline) + PROMPT)

    shell, _wire = idle_shell(react)
    assert ask(shell, "show assets") == SEEN


FRAMES = "".join(f"\r\x1b[K\x1b[36m{frame}\x1b[0m Retrieving assets… {n}/9" for n, frame in enumerate("⠋⠙⠹⠸⠼⠴"))
STREAM = ("show assets\r\n" + FRAMES + "\r\x1b[K" + LINES + "\x1b[1m" + PROMPT + "\x1b[0m\x1b[?25h").encode()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, len(STREAM)), max_size=60), st.sampled_from([0, 0.01, 0.049]))
def test_however_the_bytes_are_cut_the_answer_is_the_same(cuts: list[int], pause: float) -> None:
    marks = sorted({0, *cuts, len(STREAM)})
    pieces = [STREAM[start:end] for start, end in itertools.pairwise(marks)]
    shell, _wire = idle_shell(lambda wire, _text: [wire.plan(piece, pause) for piece in pieces])
    assert ask(shell, "show assets") == SEEN


@pytest.mark.parametrize("pause", [0, 0.02, 0.3, 3.0])
def test_one_byte_at_a_time_and_slowly(pause: float) -> None:
    shell, _wire = idle_shell(lambda wire, _text: [wire.plan(STREAM[i : i + 1], pause) for i in range(len(STREAM))])
    assert ask(shell, "show assets", seconds=3600) == SEEN
    assert ask(shell, "show assets", seconds=3600) == SEEN


def test_bytes_that_are_no_utf8_are_no_end() -> None:
    shell, _wire = idle_shell(pcli(b"a\xff\xfeb\r\n"))
    assert re.fullmatch("a.+b", ask(shell, "show assets"))


# -- prompt_toolkit, as recorded ----------------------------------------------------------------------------------

_ROOM = "\x1b[0m" + "\r\r\n" * 7 + "\x1b[0m \x08\x1b[7A\x1b[20C\x1b[?7h\x1b[0m\x1b[?12l\x1b[?25h"
_PROMPTED = "\x1b[?2004h\x1b[?25l\x1b[0m\x1b[?7l\x1b[0m\x1b[J\x1b[0madmin@c1.Conductor#" + _ROOM
_ACCEPTED = (
    "\x1b[?25l\x1b[?7l\x1b[20D\x1b[0m\x1b[J\x1b[0madmin@c1.Conductor# {0}\x1b[31D\x1b[0m\r\r\n\x1b[J\x1b[?7h\x1b[0m"
    "\x1b[?12l\x1b[?25h\x1b[?2004l"
)


def test_a_line_editor_that_makes_room_for_its_menu() -> None:
    """Recorded from prompt_toolkit 3.0 with completion: empty lines below the prompt, and a question for the cursor."""

    def react(wire: Wire, text: str) -> None:
        if text.endswith("\r"):
            wire.plan(
                _ACCEPTED.format(text.strip()), "answer\r\ntwo\r\n\x1b[6n", _PROMPTED, "\x1b[?25l\x1b[?7h\x1b[?25h"
            )

    shell, wire = idle_shell(react)
    for _time in range(3):
        assert ask(shell, "show assets") == "answer\ntwo"
    assert wire.sent.count("\x1b[1000;1R") == 3


def test_a_line_editor_that_fills_the_whole_screen() -> None:
    """The same, when it believes that there is room for 999 lines."""
    room = _ROOM.replace("\r\r\n" * 7, "\r\r\n" * 999).replace("[7A", "[999A")
    shell, _wire = idle_shell(
        lambda wire, text: wire.plan(_ACCEPTED.format(text.strip()), "answer\r\n", "admin@c1.Conductor#" + room)
    )
    assert ask(shell, "show assets") == "answer"


def test_a_question_for_the_cursor_that_comes_in_pieces_is_answered_once() -> None:
    shell, wire = idle_shell(pcli("\x1b", "[", "6", "n", "x\r\n"))
    assert ask(shell, "show assets") == "x"
    assert wire.sent == ["show assets\r", "\x1b[1000;1R"]


def test_lines_that_are_drawn_over_each_other_are_kept_apart_from_room() -> None:
    bars = "a 10%\r\nb 10%\r\n\x1b[2Aa 90%\r\nb 90%\r\n\x1b[2A\x1b[Ja done\r\nb done\r\n"
    shell, _wire = idle_shell(pcli(bars))
    assert ask(shell, "show assets") == "a done\nb done"


# -- text that looks like a prompt ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", [PROMPT, PROMPT + "show assets", "*" + PROMPT, "root@host:~# ", "other@c2.Conductor# "]
)
@pytest.mark.parametrize("pause", [0, 0.01])
def test_a_line_of_the_output_that_looks_like_a_prompt(line: str, pause: float) -> None:
    shell, _wire = idle_shell(pcli("before\r\n" + line, pause, "\r\nafter\r\n"))
    assert ask(shell, "show history") == f"before\n{line.rstrip()}\nafter"


def test_another_users_prompt_ends_nothing_however_long_it_stands_there() -> None:
    shell, _wire = idle_shell(pcli("x\r\nroot@c1.Conductor# ", 30, "\r\nafter\r\n"))
    assert ask(shell, "show history") == "x\nroot@c1.Conductor#\nafter"


def test_what_follows_a_prompt_that_came_too_early_is_not_handed_to_the_next_command() -> None:
    """An output with our own prompt in it stalls right there: that answer is cut short, but the next one is whole."""
    answers = {
        "show history": ("old\r\n" + PROMPT, 5, "show secrets\r\nmore of the old\r\n"),
        "show assets": ("the assets\r\n",),
    }
    shell, _wire = idle_shell(lambda wire, text: wire.plan(text + "\n", *answers[text.strip()], PROMPT))
    assert ask(shell, "show history") == "old"
    assert ask(shell, "show assets") == "the assets"


def test_a_second_prompt_is_not_taken_for_the_answer_to_the_next_command() -> None:
    """Somebody's Enter, typed ahead, brings a prompt too many."""
    shell, wire = idle_shell(pcli("first\r\n"))
    assert ask(shell, "show assets") == "first"
    wire.react = lambda wire, text: wire.plan(0.3, "\r\n" + PROMPT, 1.5, text + "\n", "second\r\n" + PROMPT)
    assert ask(shell, "show system") == "second"


# -- what others print between ----------------------------------------------------------------------------------------


def test_a_broadcast_over_the_idle_prompt_is_nobodys_answer() -> None:
    shell, wire = idle_shell(pcli(LINES))
    wire.plan(WALL)
    assert ask(shell, "show assets") == SEEN
    wire.plan(WALL + PROMPT)
    assert ask(shell, "show assets") == SEEN


@pytest.mark.parametrize(
    "wall", [WALL, WALL.strip("\r\n") + "\r\n", "\r\nMessage from syslogd@c1 at Mar 4 ...\r\n x:y\r\n"]
)
def test_a_broadcast_over_the_prompt_that_was_waited_for(wall: str) -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan("\r\n" + PROMPT) if text == "\r" else wire.plan(text + "\n", LINES, PROMPT, wall)

    shell, wire = idle_shell(react)
    assert ask(shell, "show assets") == SEEN
    assert wire.sent == ["show assets\r", "\r"]
    assert ask(shell, "show system") == SEEN


def test_an_unknown_text_behind_a_prompt_like_line_loses_nothing() -> None:
    """Here the line was part of the output, and the command goes on after a while: Enter was pressed in vain."""

    def react(wire: Wire, text: str) -> None:
        if text == "\r":
            wire.plan(4, "end\r\n", PROMPT, "\r\n", PROMPT)
        else:
            wire.plan(text + "\n", "one\r\n", PROMPT, "\r\ntwo\r\n", 3)

    shell, _wire = idle_shell(react)
    assert ask(shell, "show history") == f"one\n{PROMPT.strip()}\ntwo\nend"


def test_a_broadcast_in_the_middle_of_an_output_stays_in_it() -> None:
    shell, _wire = idle_shell(pcli("one\r\n", WALL, "two\r\n"))
    output = ask(shell, "show assets")
    assert output.startswith("one\n") and output.endswith("\ntwo")


# -- size -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 37, 4096, 65536])
def test_work_grows_with_the_output_and_not_with_its_square(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    megabyte = ("config authority router r1 node n1 device-interface eth0 name x\r\n" * 16_000)[: 2**20]
    megabyte = megabyte if size > 1 else megabyte[: 2**15]
    cleaned = 0
    clean = output_buffer_module.clean

    def counting(raw: str) -> str:
        nonlocal cleaned
        cleaned += len(raw)
        return clean(raw)

    monkeypatch.setattr(output_buffer_module, "clean", counting)
    data = [megabyte[start : start + size] for start in range(0, len(megabyte), size)]
    shell, _wire = idle_shell(lambda wire, text: wire.plan(text + "\n", *data, "\r\n", PROMPT))
    output = ask(shell, "show config running flat")
    assert output == megabyte.replace("\r\n", "\n").rstrip()
    assert cleaned < 3 * len(megabyte) + 50_000


def test_a_spinner_of_a_night_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned = 0
    clean = output_buffer_module.clean

    def counting(raw: str) -> str:
        nonlocal cleaned
        cleaned += len(raw)
        return clean(raw)

    monkeypatch.setattr(output_buffer_module, "clean", counting)
    frames = [item for n in range(1000) for item in (f"\r\x1b[K{'|/-'[n % 3]} Upgrading…", 0.2)]
    shell, _wire = idle_shell(pcli(*frames, "\r\x1b[K✔ done\r\n"))
    assert ask(shell, "request system software upgrade", seconds=3600) == "✔ done"
    assert cleaned < 1000 * 4 * output_buffer_module.TAIL


def test_a_device_that_never_stops_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "MOST_OUTPUT", 2**20)
    shell, _wire = idle_shell(lambda wire, _text: wire.plan(*["x" * 65536] * 40))
    with pytest.raises(SessionBroken, match=r"more than 1 MB"):
        ask(shell, "show everything")


def test_a_device_that_never_stops_does_not_outlast_a_time_out() -> None:
    class Flood(Wire):
        def recv(self, size: int) -> bytes:
            self.clock.sleep(0.001)
            return b"x" * 100

    shell, wire = idle_shell()
    shell._channel = Flood(wire.clock)
    assert ask(shell, "show everything", seconds=5) is None

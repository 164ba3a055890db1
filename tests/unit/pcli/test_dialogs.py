# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pagers, questions, broken connections and secrets, byte by byte: one shell in virtual time, without SSH."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken, UnexpectedQuestion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES, Answer

from tests.unit.pcli.wire import END, LINES, PROMPT, SEEN, WALL, Wire, ask, await_output, idle_shell, pcli

# -- pagers -----------------------------------------------------------------------------------------------------------


def paged(pages: list[str], pager: str, wipe: str, keys: str = " ", head: str = "", foot: str = ""):
    """A device that shows `pager` between pages and wants one of `keys`."""

    def react(wire: Wire, text: str) -> None:
        if text.endswith("\r") and len(text) > 1:
            wire.left = list(pages)
            wire.plan(text + "\n" + head)
        else:
            assert text in keys, f"the pager was answered with {text!r}"
            wire.plan(wipe)
        if wire.left:
            page = wire.left.pop(0)
            wire.plan(page, pager if wire.left or pager == "(END)" else foot + PROMPT)

    return react


PAGES = ["a\r\nb\r\n", "c\r\nd\r\n", "e\r\n"]
PAGERS = [
    ("--More--", "\r        \r", " "),
    ("--More--", "\x1b[2K\r", " "),
    ("\x1b[7m--More--(37%)\x1b[m", "\r\x1b[K", " "),
    ("-- more --", "\r\n", " "),
    (":\x1b[K", "\r\x1b[K", " "),
    ("lines 1-2\x1b[K", "\r\x1b[K", " "),
    ("Press any key to continue...", "\r\n", " "),
    ("Press any key to continue (Q to quit)", "\r" + " " * 40 + "\r", " "),
    ("Press Enter to see more", "\r\x1b[K", "\r"),
    ("Press <space> for more, q to quit", "\r\x1b[K", " "),
]


@pytest.mark.parametrize(("pager", "wipe", "keys"), PAGERS)
def test_a_pager_is_answered_and_leaves_nothing(pager: str, wipe: str, keys: str) -> None:
    shell, _wire = idle_shell(paged(PAGES, pager, wipe, keys))
    assert ask(shell, "show assets").replace("\n\n", "\n") == "a\nb\nc\nd\ne"


def test_less_on_the_alternate_screen() -> None:
    """As recorded from less 590 on an xterm: its own screen, a colon, and (END), where it wants a q."""

    def react(wire: Wire, text: str) -> None:
        if text.startswith("show"):
            wire.plan(text + "\n\x1b[?1049h\x1b[22;0;0t\x1b[?1h\x1b=\ra\r\nb\r\n:\x1b[K")
        elif text == " ":
            wire.plan("\r\x1b[Kc\r\n\x1b[7m(END)\x1b[27m\x1b[K")
        elif text == "q":
            wire.plan("\r\x1b[K\x1b[?1l\x1b>\x1b[?1049l\x1b[23;0;0t" + PROMPT)

    shell, wire = idle_shell(react)
    assert ask(shell, "show assets") == "a\nb\nc"
    assert wire.sent[1:] == [" ", "q"]


def test_a_pager_that_the_user_described() -> None:
    shell, wire = idle_shell(
        paged(PAGES, "[weiter mit Leertaste]", "\r\n", "w"), pager=re.compile(r"\[weiter.*\]"), pager_answer="w"
    )
    assert ask(shell, "show assets").split() == list("abcde")
    assert wire.sent[1:] == ["w", "w"]


def test_a_described_pager_does_not_change_the_answer_to_the_others() -> None:
    shell, wire = idle_shell(paged(PAGES, "--More--", "\r\x1b[K"), pager=re.compile(r"\[weiter\]"), pager_answer="w")
    assert ask(shell, "show assets").split() == list("abcde")
    assert wire.sent[1:] == [" ", " "]


def test_text_that_looks_like_a_pager_stays_where_no_pager_was() -> None:
    """A configuration may hold such words, and a backup of it must hold them too."""
    shell, wire = idle_shell(pcli("banner 1\r\nPress any key to continue\r\n:\r\n--More--\r\nlines 1-2\r\nend\r\n"))
    assert ask(shell, "show config running flat").split("\n") == [
        *("banner 1", "Press any key to continue", ":", "--More--", "lines 1-2", "end")
    ]
    assert wire.sent == ["show config running flat\r"]


# -- questions --------------------------------------------------------------------------------------------------------


def asking(question: str, **outcomes: str):
    """A device that asks, and prints by the answer."""

    def react(wire: Wire, text: str) -> None:
        if not wire.sent[1:]:
            wire.plan(text + "\n" + question)
        else:
            outcome = outcomes.get(text.strip(), "Operation canceled")
            wire.plan(text + "\n", outcome + "\r\n", PROMPT)

    return react


QUESTIONS = [
    ("Are you sure you want to upgrade? [y/N]: ", "y"),
    ("This will restart the node. Continue? (y/n) ", "y"),
    ("Do you really want to proceed? [yes/no]: ", "yes"),
    ("Proceed with upgrade (yes/no)? ", "yes"),
    ("Type 'yes' to continue: ", "yes"),
    ("\x1b[1mReally upgrade?\x1b[0m ", "y"),
    ("Upgrading restarts the system.\r\nContinue [y/N]? ", "y"),
]


@pytest.mark.parametrize(("question", "wanted"), QUESTIONS)
def test_yes_is_said_in_the_word_that_the_device_wants(question: str, wanted: str) -> None:
    shell, wire = idle_shell(asking(question, **{wanted: "started"}))
    assert ask(shell, "request system software upgrade", answers=(YES,)).endswith("started")
    assert wire.sent[1:] == [wanted + "\r"]
    assert shell.declined is None


@pytest.mark.parametrize("question", [question for question, _wanted in QUESTIONS])
def test_without_an_answer_a_question_is_declined_and_that_is_kept(question: str) -> None:
    shell, wire = idle_shell(asking(question))
    assert ask(shell, "request system software upgrade").endswith("Operation canceled")
    assert wire.sent[1:] == ["n\r"]
    assert shell.declined
    ask(shell, "show assets")
    assert shell.declined is None


def test_answers_are_chosen_by_the_question() -> None:
    def react(wire: Wire, text: str) -> None:
        replies = ["Name: [x]\r\nEnter the reason: ", "Force it? [y/N]: ", "done\r\n" + PROMPT]
        wire.plan(text + "\n", replies[len(wire.sent) - 1])

    shell, wire = idle_shell(react)
    answers = (Answer(re.compile("reason"), "maintenance"), Answer(re.compile("Force"), "y"))
    assert ask(shell, "delete something", answers=answers).endswith("done")
    assert wire.sent == ["delete something\r", "maintenance\r", "y\r"]


@pytest.mark.parametrize("question", ["Password: ", "Enter a new passphrase: ", "Enter the name of the site: "])
def test_a_question_that_nobody_can_answer_ends_in_a_sentence(question: str) -> None:
    shell, _wire = idle_shell(asking(question))
    with pytest.raises(UnexpectedQuestion, match=re.escape(question.strip())) as caught:
        ask(shell, "edit user")
    assert caught.value.question == question.strip()
    assert shell.closed


def test_yes_is_never_said_to_a_password_dialog() -> None:
    shell, wire = idle_shell(asking("Password: "))
    with pytest.raises(UnexpectedQuestion):
        ask(shell, "commit", answers=(YES,))
    assert wire.sent == ["commit\r"]


def test_a_device_that_asks_for_ever_is_left() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text + "\n", "Please answer y or n. Continue? [y/N]: ")

    shell, wire = idle_shell(react)
    with pytest.raises(UnexpectedQuestion, match=r"again and again"):
        ask(shell, "commit", answers=(YES,))
    assert len(wire.sent) < 6


# -- never success by accident ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "items",
    [
        (END,),
        (PROMPT, END),
        ("\r\n" + PROMPT, END),
        ("commit force\r\n", END),
        ("commit force\r\nvalidating\r\n", END),
        ("commit force\r\nvalidating\r\nadmin@c1.Cond", END),
        ("commit force\r\n" + PROMPT + "\r\n" + WALL, END),
        ("commit force\r\nother@c1.Conductor# ", END),
        ("Connection to c1 closed by remote host.\r\n", END),
    ],
)
@pytest.mark.parametrize("pause", [0, 0.2])
def test_a_session_that_dies_in_mid_command_is_never_success(items: tuple, pause: float) -> None:
    shell, _wire = idle_shell(lambda wire, _text: [wire.plan(item, pause) for item in items])
    with pytest.raises(SessionBroken, match=r"'commit force'"):
        ask(shell, "commit force")
    assert shell.closed
    with pytest.raises(SessionBroken):
        shell.begin("commit force")


def test_the_last_words_of_a_session_are_told() -> None:
    shell, _wire = idle_shell(lambda wire, text: wire.plan(text + "\nUpgrading...\r\n", WALL, END))
    with pytest.raises(SessionBroken, match=r"may have been carried out or not.*The system is going down!"):
        ask(shell, "request system software upgrade")


def test_an_answer_whose_prompt_came_just_before_the_end_is_an_answer() -> None:
    shell, _wire = idle_shell(lambda wire, text: wire.plan(text + "\n", LINES, PROMPT, END))
    assert ask(shell, "show assets") == SEEN


def test_a_shell_that_ended_while_idle_is_noticed_before_anything_is_sent() -> None:
    shell, wire = idle_shell(pcli())
    wire.plan("\r\nauto-logout\r\n", END)
    assert not shell.alive()
    with pytest.raises(SessionBroken, match=r"before 'commit' was sent|connection is closed"):
        shell.begin("commit")
    assert wire.sent == []


def test_a_busy_shell_takes_no_command() -> None:
    shell, _wire = idle_shell(lambda wire, text: wire.plan(text + "\n", 100, "late\r\n", PROMPT))
    assert ask(shell, "request system software upgrade", seconds=10) is None
    with pytest.raises(SessionBroken, match=r"still waits for 'request system software upgrade'"):
        shell.begin("show assets")
    assert await_output(shell) == "late"


def test_nothing_harmful_is_sent_to_a_request_that_blocks() -> None:
    progress = [item for percent in range(0, 100, 5) for item in (f"Installing: {percent}%\r\n", 60)]
    shell, wire = idle_shell(pcli(*progress, "[#####     ] 50 %", 60, "\r\nsome: ", 60, "thing\r\n"))
    assert ask(shell, "request system software upgrade", seconds=7200).endswith("thing")
    assert wire.sent == ["request system software upgrade\r"]


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_a_secret_is_in_no_repr_no_error_and_no_output() -> None:
    secret = Answer(re.compile("assphrase"), "hunter2-secret")
    assert "hunter2" not in repr(secret)

    def react(wire: Wire, text: str) -> None:
        if len(wire.sent) == 1:
            wire.plan(text + "\nPassphrase: ")
        else:
            wire.plan(text + "\n", f"you typed {text.strip()}\r\n", PROMPT)

    shell, _wire = idle_shell(react)
    assert ask(shell, "import certificate", answers=(secret,)).endswith("you typed ********")

    def break_off(wire: Wire, text: str) -> None:
        if "hunter2" in text:
            raise OSError("Socket is closed")
        wire.plan(text + "\nPassphrase: ")

    shell, _wire = idle_shell(break_off)
    with pytest.raises(SessionBroken) as caught:
        ask(shell, "import certificate", answers=(secret,))
    assert "hunter2" not in str(caught.value)

    def die(wire: Wire, text: str) -> None:
        wire.plan(text + "\nPassphrase: ") if len(wire.sent) == 1 else wire.plan(text + "\n", END)

    shell, _wire = idle_shell(die)
    with pytest.raises(SessionBroken) as caught:
        ask(shell, "import certificate", answers=(secret,))
    assert "hunter2" not in str(caught.value)

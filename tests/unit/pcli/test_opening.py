# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first prompt: banners, Linux shells, questions, prompts of the user's own making. No SSH, in virtual time."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    NoPrompt,
    NotPcli,
    SessionBroken,
    UnexpectedQuestion,
)

from tests.unit.pcli.wire import END, PROMPT, Wire, ask, new_shell, pcli

MOTD = """FIPS mode initialized.
**************************************************
*  Session Smart Networking Platform              *
*  Contact: admin@corp.example#                   *
**************************************************
admin@c9.Elsewhere#
#
# Unauthorized use is forbidden.
#
Last login: Wed Mar  4 11:00:00 2026 from 192.0.2.10
""".replace("\n", "\r\n")


@pytest.mark.parametrize("pause", [0, 0.1, 0.2])
@pytest.mark.parametrize("size", [1, 50, 5000])
def test_a_banner_with_prompt_like_lines_is_no_prompt(pause: float, size: int) -> None:
    text = MOTD + PROMPT
    shell, wire = new_shell(pcli("x\r\n"), login_timeout=1000)
    for start in range(0, len(text), size):
        wire.plan(text[start : start + size], pause)
    assert shell.open().where == "c1.Conductor"
    assert wire.sent == []
    assert ask(shell, "show assets") == "x"


def test_a_pcli_that_starts_slowly_gets_its_time() -> None:
    shell, wire = new_shell(pcli("x\r\n"))
    wire.plan(1.5, MOTD, 1.5, PROMPT)
    assert shell.open().where == "c1.Conductor"
    assert wire.sent == []


def test_enter_that_was_pressed_in_vain_mixes_up_no_answers() -> None:
    """After two seconds of silence we press Enter; the PCLI, once it is there, shows its prompt twice for it."""

    def react(wire: Wire, text: str) -> None:
        if text == "\r":
            wire.plan(3, PROMPT, 0.5, "\r\n" + PROMPT)
        else:
            wire.plan(0.2, text + "\n", f"answer to {text.strip()}\r\n", PROMPT)

    shell, wire = new_shell(react)
    wire.plan(MOTD)
    shell.open()
    assert ask(shell, "show assets") == "answer to show assets"
    assert ask(shell, "show system") == "answer to show system"


def test_a_login_that_shows_its_prompt_only_after_a_key() -> None:
    shell, wire = new_shell(lambda wire, text: wire.plan("\r\n" + PROMPT))
    wire.plan("Welcome.\r\n")
    assert shell.open().node == "c1"


@pytest.mark.parametrize("words", ["Press any key to continue...", "Press Enter to accept these terms", "--More--"])
def test_a_banner_that_waits_for_a_key_gets_it(words: str) -> None:
    shell, wire = new_shell(lambda wire, text: wire.plan("\r\n" + PROMPT))
    wire.plan(MOTD + words)
    assert shell.open().node == "c1"
    assert len(wire.sent) == 1


# -- prompts of the user's own making ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "prompt", ["ssr> ", "conductor-1 >", "12:00:01 c1 $$ ", "* c1 => ", "(lab) c1.Conductor% ", "c1/Conductor: "]
)
def test_an_unknown_prompt_shows_itself_by_coming_twice(prompt: str) -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text.strip() + "\r\n", "" if text == "\r" else "x\r\n", prompt.replace("01", "02"))

    shell, wire = new_shell(react)
    wire.plan(MOTD, prompt)
    shell.open()
    assert shell.learned
    assert ask(shell, "show assets") == "x"
    assert ask(shell, "show system") == "x"


def test_a_learned_prompt_at_the_end_of_a_longer_line_is_none() -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan("\r\n> ") if text == "\r" else wire.plan(text + "\n", "<html>", 1, "\r\n</html>\r\n> ")

    shell, wire = new_shell(react)
    wire.plan("> ")
    shell.open()
    assert ask(shell, "show page") == "<html>\n</html>"


def test_an_unknown_prompt_of_a_slow_login_is_learned_too() -> None:
    """The first Enter goes nowhere; the line that is there later gets one of its own."""

    def react(wire: Wire, text: str) -> None:
        if wire.clock.now() > 1005:
            wire.plan("\r\nssr> ")

    shell, wire = new_shell(react)
    wire.plan("Starting\r\n", 5, "ssr> ")
    shell.open()
    assert shell.learned


def test_a_line_that_just_stands_there_is_not_learned() -> None:
    shell, wire = new_shell(lambda wire, text: None, login_timeout=30)
    wire.plan("Loading the PCLI")
    with pytest.raises(NoPrompt, match=r"within 30 s.*'Loading the PCLI'.*ansible_pcli_prompt"):
        shell.open()


def test_a_prompt_that_the_user_described() -> None:
    prompt = "\r\n--[ c1.Conductor ]--\r\n\\$ "
    pattern = re.compile(r"--\[ (?P<node>\w+)\.(?P<router>\w+) \]--\n\\\$ $")
    shell, wire = new_shell(pcli("x\r\n", prompt=prompt), prompt=pattern)
    wire.plan(MOTD, prompt)
    assert shell.open().where == "c1.Conductor"
    assert ask(shell, "show assets") == "x"


def test_a_described_prompt_that_never_comes() -> None:
    shell, wire = new_shell(pcli(), prompt=re.compile("lab> $"), login_timeout=20)
    wire.plan(PROMPT)
    with pytest.raises(NoPrompt, match=rf"The last line was '{re.escape(PROMPT)}'"):
        shell.open()


# -- Linux ------------------------------------------------------------------------------------------------------------

LINUX = "[t128@c1 ~]$ "


@pytest.mark.parametrize(
    "prompt", [LINUX, "t128@c1:~$ ", "[root@c1 admin]# ", "-bash-4.2$ ", "\x1b[01;32mt128@c1\x1b[0m:~$ "]
)
def test_a_linux_shell_is_named_with_the_ways_out(prompt: str) -> None:
    shell, wire = new_shell(pcli())
    wire.plan(MOTD, prompt)
    with pytest.raises(NotPcli, match=r"Linux shell.*such as admin.*ansible_pcli_enter_command") as caught:
        shell.open()
    assert caught.value.connection == "not_pcli"
    assert wire.sent == []


def linux(outcome: str):
    """A Linux shell whose `su - admin` has that outcome; then a PCLI."""

    def react(wire: Wire, text: str) -> None:
        wire.plan(text + "\n", outcome if len(wire.sent) == 1 else "x\r\n" + PROMPT)

    return react


@pytest.mark.parametrize("described", [None, re.compile(r"(?P<user>\w+)@(?P<node>\w+)\.(?P<router>\w+)# $")])
def test_the_pcli_is_entered_from_linux(described: re.Pattern | None) -> None:
    shell, wire = new_shell(linux("Starting the PCLI...\r\n" + PROMPT), enter_command="su - admin", prompt=described)
    wire.plan(MOTD, LINUX)
    assert shell.open().node == "c1"
    assert wire.sent == ["su - admin\r"]
    assert ask(shell, "show assets") == "x"


def test_an_account_that_lands_in_the_pcli_gets_no_enter_command() -> None:
    shell, wire = new_shell(pcli(), enter_command="su - admin")
    wire.plan(MOTD, PROMPT)
    shell.open()
    assert wire.sent == []


def test_su_that_asks_for_a_password() -> None:
    shell, wire = new_shell(linux("Password: "), enter_command="su - admin")
    wire.plan(LINUX)
    with pytest.raises(UnexpectedQuestion, match=r"'su - admin'.*asks 'Password:'.*asks nothing"):
        shell.open()
    assert wire.sent == ["su - admin\r"]


def test_an_enter_command_that_leads_nowhere() -> None:
    shell, wire = new_shell(linux("su: user admin does not exist\r\n" + LINUX), enter_command="su - admin")
    wire.plan(LINUX)
    with pytest.raises(NotPcli, match=r"'su - admin'.*did not lead into the PCLI.*user admin does not exist"):
        shell.open()
    assert wire.sent == ["su - admin\r"]


def test_a_pcli_that_falls_back_to_its_linux_shell_is_no_answer_and_gets_nothing_more() -> None:
    def react(wire: Wire, text: str) -> None:
        fell = "Traceback (most recent call last):\r\nMemoryError\r\n" + LINUX
        wire.plan(text + "\n", PROMPT if len(wire.sent) == 1 else fell)

    shell, wire = new_shell(react, enter_command="su - admin")
    wire.plan(LINUX)
    shell.open()
    with pytest.raises(SessionBroken, match=r"The PCLI ended while 'commit force' was running.*MemoryError"):
        ask(shell, "commit force")
    assert shell.closed


# -- what else a login may do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dialog",
    [
        "Your password has expired.\r\nChanging password for user admin.\r\nCurrent password: ",
        "You are required to change your password immediately.\r\nNew password: ",
        "Verification code: ",
    ],
)
def test_a_password_dialog_instead_of_a_prompt(dialog: str) -> None:
    shell, wire = new_shell(pcli())
    wire.plan(MOTD, dialog)
    with pytest.raises(UnexpectedQuestion, match=r"Log in once by hand") as caught:
        shell.open()
    assert caught.value.question == dialog.splitlines()[-1].strip()
    assert wire.sent == []


def test_a_login_that_ends_at_once_tells_the_last_words() -> None:
    shell, wire = new_shell(pcli())
    wire.plan("This account is currently not available.\r\n", END)
    with pytest.raises(SessionBroken, match=r"during the login.*This account is currently not available"):
        shell.open()


def test_a_prompt_before_the_end_of_the_login_is_no_login() -> None:
    shell, wire = new_shell(pcli())
    wire.plan(PROMPT, END)
    with pytest.raises(SessionBroken, match=r"during the login"):
        shell.open()


def test_a_login_that_shows_nothing() -> None:
    shell, _wire = new_shell(lambda wire, text: None, login_timeout=40)
    with pytest.raises(NoPrompt, match=r"no PCLI prompt came within 40 s"):
        shell.open()

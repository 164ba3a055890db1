# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts, questions and pagers at the end of a text."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import (
    find_pager,
    find_prompt,
    find_question,
    is_linux_prompt,
    strip_pager,
)
from hypothesis import given
from hypothesis import strategies as st

# text, (user, node, router, dirty, context, privileged)
PROMPTS = [
    ("admin@labsystem1.fiedler# ", ("admin", "labsystem1", "fiedler", False, None, True)),
    ("admin@labsystem1.fiedler#", ("admin", "labsystem1", "fiedler", False, None, True)),
    ("*admin@labsystem1.fiedler# ", ("admin", "labsystem1", "fiedler", True, None, True)),
    ("user@labsystem1.fiedler> ", ("user", "labsystem1", "fiedler", False, None, False)),
    ("admin@node0.0200012d64df# ", ("admin", "node0", "0200012d64df", False, None, True)),
    (
        "admin@conductor-east-1.RTR_EAST_CONDUCTOR# ",
        ("admin", "conductor-east-1", "RTR_EAST_CONDUCTOR", False, None, True),
    ),
    ("admin@labsystem.beacon (config)# ", ("admin", "labsystem", "beacon", False, "config", True)),
    (
        "admin@labsystem1.fiedler (router[name=Fabric128])# ",
        ("admin", "labsystem1", "fiedler", False, "router[name=Fabric128]", True),
    ),
    ("*admin@n.r (tenant[name=a (b)])# ", ("admin", "n", "r", True, "tenant[name=a (b)]", True)),
    ("jdoe@corp.example@node1.edge.site-7# ", ("jdoe@corp.example", "node1", "edge.site-7", False, None, True)),
    ("admin@n.r > ", ("admin", "n", "r", False, None, False)),
    ("CORP\\jdoe@n1.r1# ", ("CORP\\jdoe", "n1", "r1", False, None, True)),
    ("Last login: today\nshow assets\n\nadmin@n.r# ", ("admin", "n", "r", False, None, True)),
]


@pytest.mark.parametrize(("text", "parts"), PROMPTS)
def test_a_documented_prompt_is_found(text: str, parts: tuple) -> None:
    prompt = find_prompt(text)
    assert prompt is not None
    assert (prompt.user, prompt.node, prompt.router, prompt.dirty, prompt.context, prompt.privileged) == parts
    assert prompt.where == f"{parts[1]}.{parts[2]}"


LINUX = [
    "[t128@host ~]$ ",
    "[root@node0 ~]# ",
    "[root@conductor-test admin]# ",
    "root@host:~# ",
    "t128@host:/etc$ ",
    "root@node0.example.org:~# ",
    "bash-4.2# ",
    "sh-4.4$ ",
    "-bash-4.2$ ",
    "$ ",
    "# ",
    "(venv) [t128@node0.router ~]$",
]


@pytest.mark.parametrize("text", LINUX)
def test_a_linux_prompt_is_no_pcli_prompt(text: str) -> None:
    assert is_linux_prompt(text)
    assert find_prompt(text) is None


@pytest.mark.parametrize(("text", "_parts"), PROMPTS)
def test_a_pcli_prompt_is_no_linux_prompt(text: str, _parts: tuple) -> None:
    assert not is_linux_prompt(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "admin@n.r# show assets",
        "admin@n.r# \n",
        "text admin@n.r# ",
        "admin@nodewithoutrouter# ",
        " admin@n.r   6.3.0   #",
        "node1.router#",
        "centos@127.127.0.1's password: ",
        "(config)> ",
    ],
)
def test_what_does_not_end_with_a_prompt_has_none(text: str) -> None:
    assert find_prompt(text) is None


def test_a_user_made_prompt_replaces_the_documented_ones() -> None:
    pattern = re.compile(r"(?P<dirty>\*?)ssr (?P<node>\S+)/(?P<router>\S+)\$ $")
    prompt = find_prompt("text\n*ssr n1/r1$ ", pattern)
    assert prompt is not None
    assert (prompt.user, prompt.node, prompt.router, prompt.dirty, prompt.privileged) == (None, "n1", "r1", True, None)
    assert find_prompt("text\nadmin@n.r# ", pattern) is None


def test_a_user_made_prompt_needs_no_groups_and_may_be_anchored() -> None:
    pattern = re.compile(r"^lab> $")
    prompt = find_prompt("some output\nlab> ", pattern)
    assert prompt is not None
    assert (prompt.where, prompt.user, prompt.dirty, prompt.privileged) == (None, None, False, False)


def test_a_user_made_prompt_may_span_two_lines() -> None:
    pattern = re.compile(r"-- (?P<node>\w+)\.(?P<router>\w+) --\n>> ")
    prompt = find_prompt("output\n-- n1.r1 --\n>> ", pattern)
    assert prompt is not None
    assert prompt.where == "n1.r1"


def test_a_user_made_prompt_may_tell_the_node_only() -> None:
    prompt = find_prompt("output\nn1> ", re.compile(r"(?P<node>\w+)> "))
    assert prompt is not None
    assert prompt.where == "n1"


def test_a_user_made_prompt_must_be_the_end() -> None:
    assert find_prompt("output\nlab> show", re.compile(r"lab> ")) is None
    assert find_prompt("output\nlab> \nmore", re.compile(r"lab> ")) is None


def test_a_user_made_prompt_may_look_like_a_linux_one() -> None:
    assert find_prompt("output\n$ ", re.compile(r"\$ ")) is not None


def test_only_the_known_prompt_counts_in_whatever_state() -> None:
    known = find_prompt("admin@n1.r1# ")
    assert find_prompt("x\n*admin@n1.r1 (config)# ", known=known) is not None
    assert find_prompt("x\nadmin@n2.r1# ", known=known) is None
    assert find_prompt("x\nother@n1.r1# ", known=known) is None


NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)


@given(
    NAMES, NAMES, NAMES, st.booleans(), st.sampled_from(["", " (config)", " (router[name=x])"]), st.sampled_from("#>")
)
def test_every_prompt_of_legal_names_is_read_back(user, node, router, dirty, context, mark) -> None:
    prompt = find_prompt(f"a\nb\n{'*' * dirty}{user}@{node}.{router}{context}{mark} ")
    assert prompt is not None
    assert (prompt.user, prompt.node, prompt.router, prompt.dirty) == (user, node, router, dirty)
    assert prompt.privileged is (mark == "#")


QUESTIONS = [
    ("Are you sure you want to commit the candidate config? [y/N]: ", "confirm"),
    ("Replace the existing candidate configuration with the contents of backup _a.gz_? [y/N]: ", "confirm"),
    ("Continue? [Y/n] ", "confirm"),
    ("Are you sure you want to continue connecting (yes/no)? ", "confirm"),
    ("Are you sure you want to continue connecting (yes/no/[fingerprint])? ", "confirm"),
    ("Upgrade the router now (y/n)?", "confirm"),
    ("Do you want to continue? ", "confirm"),
    ("Proceed? ", "confirm"),
    ("Restore the default prompt? [y/N]:", "confirm"),
    ("Overwrite? [yes,no] [no]: ", "confirm"),
    ("Type 'yes' to continue: ", "confirm"),
    ("Password: ", "password"),
    ("New password: ", "password"),
    ("Retype new password: ", "password"),
    ("(current) UNIX password: ", "password"),
    ("centos@127.127.0.1's password: ", "password"),
    ("[sudo] password for admin: ", "password"),
    ("Enter passphrase for key '/home/a/.ssh/id': ", "password"),
    ("Please enter a name: ", "text"),
    ("login: ", "text"),
]


@pytest.mark.parametrize(("text", "kind"), QUESTIONS)
def test_an_unanswered_question_is_found(text: str, kind: str) -> None:
    question = find_question(f"first line\n{text}")
    assert question is not None
    assert (question.kind, question.text) == (kind, text.strip())


@pytest.mark.parametrize(("text", "_kind"), QUESTIONS)
def test_a_question_with_an_answer_is_no_question(text: str, _kind: str) -> None:
    assert find_question(text + "y") is None
    assert find_question(text + "\n") is None


@pytest.mark.parametrize(
    "text", ["", "\n", "Completed in 0.04 seconds\n", "admin@n.r# ", "Router:", "  Status: ", "a? b"]
)
def test_ordinary_output_asks_nothing(text: str) -> None:
    assert find_question(text) is None


def test_a_question_that_the_terminal_has_broken_is_reported_whole() -> None:
    question = find_question("This upgrades the software. Are you sure?\n[y/N]: ")
    assert question is not None
    assert question.text == "This upgrades the software. Are you sure? [y/N]:"


@pytest.mark.parametrize(
    ("text", "yes"),
    [("Sure? [y/N]: ", "y"), ("Sure (yes/no)? ", "yes"), ("Type 'yes' to continue: ", "yes"), ("Continue? ", "y")],
)
def test_a_question_tells_how_to_say_yes(text: str, yes: str) -> None:
    question = find_question(text)
    assert question is not None
    assert question.yes == yes


PAGERS = [
    ("--More--", " "),
    (" --More-- or (q)uit", " "),
    ("-- More --", " "),
    ("--More-- (50%)", " "),
    ("--More--(50%)", " "),
    ("---(more 50%)---", " "),
    ("---(more)---", " "),
    ("<--- More --->", " "),
    ("Press any key to continue", " "),
    ("Press any key to continue...", " "),
    ("Press SPACE for more, q to quit", " "),
    ("Press Enter to continue", "\r"),
    ("press <cr> for the next page", "\r"),
    ("(END)", "q"),
    ("lines 1-50/50 (END)", "q"),
    ("lines 1-50 (q to quit)", " "),
    ("lines 1-50", " "),
    (":", " "),
]


@pytest.mark.parametrize(("line", "answer"), PAGERS)
def test_a_pager_gets_its_answer(line: str, answer: str) -> None:
    assert find_pager(f" R1   n1   6.3.0\n{line}") == answer


@pytest.mark.parametrize(("line", "_answer"), PAGERS)
def test_a_pager_is_taken_out_of_the_output(line: str, _answer: str) -> None:
    assert strip_pager(f"one\n{line}\ntwo") == "one\ntwo"


def test_text_behind_a_pager_stays() -> None:
    assert strip_pager("one\n--More-- R1   n1\ntwo") == "one\n R1   n1\ntwo"


@pytest.mark.parametrize(
    "text", ["", "\n", "admin@n.r# ", " R1   n1   more", "=====", "----- -----", "[y/N]: ", "more: 5"]
)
def test_ordinary_output_is_no_pager(text: str) -> None:
    assert find_pager(text) is None
    assert strip_pager(text) == text


def test_a_user_made_pager_counts_as_well() -> None:
    pattern = re.compile(r"~~ weiter ~~")
    assert find_pager("a\n~~ weiter ~~ ", pattern) == " "
    assert find_pager("a\n~~ weiter ~~ b", pattern) is None
    assert strip_pager("a\n~~ weiter ~~\nb", pattern) == "a\nb"
    assert find_pager("a\nok?", re.compile(r"(?P<enter>ok\?)")) == "\r"
    assert find_pager("a\nbye", re.compile(r"(?P<quit>bye)")) == "q"

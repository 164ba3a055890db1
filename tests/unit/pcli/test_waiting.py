# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that reads from a session without waiting: it is left while a response is missing, and run again with it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    NoFreeShell,
    NoPrompt,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.waiting import Blocking, Cooperative, finish

from tests.unit.pcli.wire import END, PROMPT, Wire, pcli, session_over

PLUGINS = Path(__file__).parents[3] / "plugins"


class Device:
    """Answers each command with its own words after some seconds; ``texts``: other answers, by command."""

    def __init__(self, seconds: float = 20.0, **texts: str) -> None:
        self.seconds, self.texts = seconds, {name.replace("_", " "): text for name, text in texts.items()}
        self.sent: list[str] = []

    def __call__(self, wire: Wire, text: str) -> None:
        if not text.endswith("\r"):
            return
        command = text.rstrip("\r")
        self.sent.append(command)
        wire.plan(text + "\n", self.seconds, self.texts.get(command, f"answer to {command}") + "\r\n", PROMPT)


def run(steps, waiting: Cooperative, clock, *, attend: bool = True, most: float = 1000.0):
    """The result of a generator whose loop does something else every second."""
    end = clock.now() + most
    while clock.now() < end:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value
        clock.sleep(1.0)
        if attend:
            waiting.attend()
    raise AssertionError("it came to no end")


def cooperative(session, **more) -> Cooperative:
    return Cooperative(lambda: session, session.clock, **more)


def texts(session, *commands: str) -> list[str]:
    return [session.run(command, timeout=60).text for command in commands]


@pytest.mark.parametrize("attend", [True, False])
def test_each_command_is_sent_once_and_nobody_waits(attend) -> None:
    device = Device()
    session, _wires = session_over(device)
    waiting, commands = cooperative(session), ("show a", "show b", "show a", "show c")
    began = session.clock.now()
    steps = waiting.ask(lambda: texts(session, *commands))
    next(steps)
    assert session.clock.now() - began < 5, "only a login takes its time"
    assert waiting.busy and not waiting.has_news
    shown = run(steps, waiting, session.clock, attend=attend)
    assert shown == [f"answer to {command}" for command in commands]
    assert device.sent == ["show a", "show b", "show c"]
    assert not waiting.busy


def test_what_has_been_read_while_nobody_stepped_is_news() -> None:
    session, _wires = session_over(Device(3))
    waiting = cooperative(session)
    steps = waiting.ask(lambda: texts(session, "show a", "show b"))
    next(steps)
    for _second in range(20):
        session.clock.sleep(1)
        waiting.attend()
    assert waiting.has_news and not waiting.busy
    with pytest.raises(StopIteration):
        next(steps)
    assert not waiting.has_news


def test_what_nobody_wants_soon_is_no_news_when_it_has_been_read() -> None:
    session, _wires = session_over(Device(3))
    waiting = cooperative(session)
    steps = waiting.ask(lambda: texts(session, "show a"), soon=False)
    next(steps)
    for _second in range(20):
        session.clock.sleep(1)
        waiting.attend()
    assert not waiting.busy and not waiting.has_news
    with pytest.raises(StopIteration):
        next(steps)


def test_two_are_read_at_once() -> None:
    session, _wires = session_over(Device(20))
    waiting = cooperative(session)
    both = [waiting.ask(lambda word=word: texts(session, f"show {word}")) for word in "ab"]
    for steps in both:
        next(steps)
    began = session.clock.now()
    assert [run(steps, waiting, session.clock) for steps in both] == [["answer to show a"], ["answer to show b"]]
    assert session.clock.now() - began < 30
    assert session.run("show c", timeout=60).text == "answer to show c"


def test_blocking_gives_the_same_and_never_yields() -> None:
    session, _wires = session_over(Device())
    blocking = Blocking(session.clock)
    assert finish(blocking.ask(lambda: texts(session, "show a", "show b"))) == ["answer to show a", "answer to show b"]
    before = session.clock.now()
    finish(blocking.pause(7))
    assert session.clock.now() == before + 7


def test_an_error_is_raised_at_the_same_place_again() -> None:
    session, _wires = session_over(Device(show_a="% Error: Internal error"))
    places: list[str] = []

    def function():
        try:
            session.run("show a", timeout=60)
        except DeviceError as error:
            places.append(error.words)
        return session.run("show b", timeout=60).text

    waiting = cooperative(session)
    assert run(waiting.ask(function), waiting, session.clock) == "answer to show b"
    assert len(places) == 2 and len(set(places)) == 1
    with pytest.raises(DeviceError):
        run(waiting.ask(lambda: session.run("show a", timeout=60)), waiting, session.clock)
    with pytest.raises(ValueError, match="of the function"):
        run(waiting.ask(lambda: int("of the function")), waiting, session.clock)


def test_a_command_that_does_not_come_back_is_given_up_and_stays_so() -> None:
    session, _wires = session_over(Device(100))
    session.command_timeout = 30

    def function():
        try:
            return session.run("show a").text
        except NoPrompt:
            return session.run("show b", timeout=200).text

    waiting = cooperative(session)
    assert run(waiting.ask(function), waiting, session.clock) == "answer to show b", "show a came 30 s before it"


def test_a_question_gets_its_yes_and_other_words_are_tried() -> None:
    sent: list[str] = []

    def react(wire: Wire, text: str) -> None:
        sent.append(text)
        if text == "y\r":
            wire.plan("y\r\n", 5, "the answer\r\n", PROMPT)
        elif " force" in text:
            wire.plan(text + "\n", 5, "% Error: Unknown argument: 'force'\r\n", PROMPT)
        elif text.endswith("\r"):
            wire.plan(text + "\n", 5, "WARNING: This may take a long time.\r\nContinue anyway? [y/N]: ")

    session, _wires = session_over(react)
    waiting = cooperative(session)
    response = run(waiting.ask(lambda: session.run("show system router r force", timeout=60)), waiting, session.clock)
    assert response.text == "the answer"
    assert sent == ["show system router r force\r", "show system router r\r", "y\r"]


def test_a_status_that_goes_on_is_ended_once_and_is_read_as_far_as_it_came() -> None:
    sent: list[str] = []

    def react(wire: Wire, text: str) -> None:
        sent.append(text)
        if text == "\x03":
            wire._events.clear()
            wire.plan("^C\r\n", PROMPT)
        elif text.endswith("\r"):
            wire.plan(text + "\n", *[item for number in range(500) for item in (1.0, f"line {number}\r\n")])

    session, _wires = session_over(react)
    waiting = cooperative(session)

    def function():
        cut = session.run_partial("show system software upgrade router r", 15.0)
        return cut, session.run_partial("show system software revert router r", 15.0)

    first, second = run(waiting.ask(function), waiting, session.clock)
    assert first.cut and second.cut and "line 10" in first.text and "line 20" not in first.text
    assert sent.count("\x03") == 2 and len(sent) == 4


def test_one_shell_stays_free_for_others_and_a_busy_session_is_waited_for() -> None:
    device = Device(20)
    session, _wires = session_over(device)
    session.max_shells = 2
    waiting = cooperative(session)
    first, second = (waiting.ask(lambda word=word: texts(session, f"show {word}")) for word in "ab")
    next(first)
    next(second)
    assert device.sent == ["show a"], "the second shell is for whoever follows the nodes"
    assert session.run("show other", timeout=60).text == "answer to show other"
    assert run(first, waiting, session.clock) == ["answer to show a"]
    assert run(second, waiting, session.clock) == ["answer to show b"]


def test_the_last_free_shell_is_used_and_free_again_at_once() -> None:
    """As beside a request that blocks: nobody else may find the session without a shell."""
    device = Device(20)
    session, _wires = session_over(device)
    session.max_shells = 2
    session.begin("request system software upgrade router r version 6.3.5", spare=True)
    device.seconds = 5
    waiting, began = cooperative(session), session.clock.now()
    assert run(waiting.ask(lambda: texts(session, "show a", "show b")), waiting, session.clock) == [
        "answer to show a",
        "answer to show b",
    ]
    assert session.clock.now() - began < 20 and session.capacity() == 1


def test_a_session_without_a_free_shell_is_not_waited_for_for_ever() -> None:
    session, _wires = session_over(Device(5000))
    session.max_shells = 1
    session.begin("request system software upgrade router r version 6.3.5")
    waiting = cooperative(session, patience=100)
    began = session.clock.now()
    with pytest.raises(NoFreeShell):
        run(waiting.ask(lambda: texts(session, "show a")), waiting, session.clock)
    assert 100 <= session.clock.now() - began <= 110


def test_what_nobody_waits_for_any_more_gives_its_shell_back() -> None:
    session, wires = session_over(Device(5000))
    session.max_shells = 2
    waiting = cooperative(session)
    steps = waiting.ask(lambda: texts(session, "show a"))
    next(steps)
    assert session.capacity() == 1
    steps.close()
    assert session.capacity() == 2 and not waiting.busy
    session.begin("show b")
    session.begin("show c")
    assert wires[0].closed, "a command that only shows something makes room"


@pytest.mark.parametrize("reopened", [True, False], ids=["opened anew", "ended by the device"])
def test_a_command_whose_login_was_lost_is_sent_again(reopened) -> None:
    device = Device(20)

    def ends(wire: Wire, text: str) -> None:
        device(wire, text)
        if not reopened:
            wire._events.clear()
            wire.plan(5, END)

    session, _wires = session_over(ends, device)
    waiting = cooperative(session)
    steps = waiting.ask(lambda: texts(session, "show a", "show b"))
    next(steps)
    if reopened:
        session.reopen()
    assert run(steps, waiting, session.clock) == ["answer to show a", "answer to show b"]
    assert device.sent == ["show a", "show a", "show b"]


def test_a_login_that_is_lost_each_time_is_an_error() -> None:
    sent: list[str] = []

    def ends(wire: Wire, text: str) -> None:
        sent.append(text)
        wire.plan(text + "\n", 5, END)

    session, _wires = session_over(ends)
    waiting = cooperative(session)
    with pytest.raises(SessionBroken):
        run(waiting.ask(lambda: texts(session, "show a")), waiting, session.clock)
    assert len(sent) == 3


@pytest.mark.parametrize("change", ["request system software revert router r", "delete config exported x"])
def test_what_may_change_something_is_never_repeated(change) -> None:
    session, _wires = session_over(pcli("done\r\n"))
    waiting = cooperative(session)
    with pytest.raises(PcliError, match="may change something"):
        run(waiting.ask(lambda: texts(session, "show a", change)), waiting, session.clock)


def test_a_pause_lets_others_go_on() -> None:
    session, _wires = session_over(pcli("x\r\n"))
    waiting, clock = cooperative(session), session.clock
    began = clock.now()
    run(waiting.pause(30), waiting, clock)
    assert clock.now() - began == 30
    assert next(waiting.pause(0)) is False, "it yields at least once"


def handlers(tree: ast.AST) -> list[ast.ExceptHandler]:
    """Handlers that catch everything."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return [node for node in found if node.type is None or "BaseException" in ast.unparse(node.type)]


def test_no_code_keeps_a_missing_response_from_leaving_it() -> None:
    for path in PLUGINS.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for handler in handlers(ast.parse(source)):
            last: Callable | ast.stmt = handler.body[-1]
            assert isinstance(last, ast.Raise) and last.exc is None, f"{path}:{handler.lineno}"
        assert "suppress(BaseException" not in source, path

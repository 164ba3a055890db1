# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a simulated conductor would print: a command asked of a world in memory, and how alike two texts are."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl

from ..answer import Refused
from ..api import connection as _connection  # noqa: F401 (it registers the routes)
from ..api.caller import Caller
from ..api.routes import BASE, ApiError, Reply, Request, find
from ..api.shared import Shared
from ..clock import Clock
from ..journal import Journal
from ..lifecycle import Lifecycle
from ..scenario import Scenario
from ..shell import Shell
from ..terminal import Gone, Terminal
from ..world import Node, World
from .playback import can_run
from .tables import plain_lines

#: Times that go on, and what is counted: no two looks show the same.
_LASTS = re.compile(r"\b\d+[dhms](?: \d+[hms])*\b|\b\d+ days +\d+:\d\d:\d\d\b")
_DATE = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+")
_NUMBER = re.compile(r"\d+")
_RULE = re.compile(r"=+")


class Paper(Terminal):
    """A terminal without anybody: what is printed is kept, questions get `y`, a pager a blank, and no time passes."""

    def __init__(self, width: int, answers: list[str] | None = None) -> None:
        self.width, self.height, self.pty = width or 80, 1000, True
        self.idle_limit = None
        self.text = ""
        self._answers = list(answers or [])

    def write(self, text: str) -> None:
        self.text += text

    def read_line(self, prompt: str = "", text: str = "", echo: bool = True, on_help: Any = None) -> str | None:
        answer = self._answers.pop(0) if self._answers else "y"
        self.write(f"{prompt}{answer}\n")
        return answer

    def key(self) -> str:
        return " "

    def pause(self, wall_seconds: float) -> None:
        pass

    def wait_until(self, predicate: Any, timeout: float | None = None, interruptible: bool = True) -> bool:
        return bool(predicate())

    def touched(self) -> None:
        pass

    def wake(self) -> None:
        pass


class Trial:
    """A conductor in memory. It is asked; it is never sent anything that it would do."""

    def __init__(self, scenario: Scenario) -> None:
        clock = Clock(scenario.clock.moment(), 1.0)
        self.world = World(scenario, clock, Journal(clock))
        self._lifecycle = Lifecycle(self.world)

    def prints(self, node: str, command: str, width: int, answers: list[str] | None = None) -> str:
        """The answer of a conductor node, with escapes and all."""
        paper = Paper(width, answers)
        # What somebody else has asked may be no command line at all; then nothing is alike.
        with contextlib.suppress(ValueError, IndexError, Gone):
            self._shell(node, paper).execute(command)
        return paper.text

    def would_run(self, node: str, command: str) -> bool:
        """Would the command be carried out, or is there something missing?"""
        return can_run(self._shell(node, Paper(0)), command)

    def replies(self, node: str, method: str, path: str, text: str) -> str:
        """The answer of the web interface: its status, then its JSON, a value in each line."""
        bare, _mark, query = path.partition("?")
        body = json.dumps({"query": text}).encode() if text else b""
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        request = Request(method, bare.removeprefix(BASE), parameters, body, {})
        user = self.world.scenario.users[0]
        caller = Caller(self.world, self._lifecycle, self._place(node), user, Shared(self.world))
        try:
            row, names = find(request)
            reply = row.handler(caller, request, **names)
        except ApiError as problem:
            reply = Reply({"message": str(problem)}, problem.status)
        except Refused as refusal:
            reply = Reply({"message": str(refusal)}, 404 if "not found" in str(refusal) else 400)
        return json_lines(reply.status, reply.payload().decode("utf-8", "replace"))

    def _place(self, node: str) -> Node:
        return next(candidate for candidate in self.world.conductors if candidate.node_id == node)

    def _shell(self, node: str, paper: Paper) -> Shell:
        return Shell(self.world, self._lifecycle, self._place(node), self.world.scenario.users[0], paper)


def json_lines(status: int, text: str) -> str:
    """An answer of the web interface, so that it can be compared line by line."""
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=1)
    return f"status {status}\n{text}"


def shape(text: str) -> list[str]:
    """The lines without what differs from look to look: times, numbers, the width of columns."""
    lines = []
    for line in plain_lines(text):
        line = _DATE.sub("DATE", line)
        line = _NUMBER.sub("9", _RULE.sub("=", _LASTS.sub("TIME", line)))
        lines.append(" ".join(line.split()))
    while lines and not lines[-1]:
        lines.pop()
    return lines


def likeness(one: list[str], other: list[str]) -> float:
    """From 0 to 1: how much two shapes have in common, in whole lines, and in neighbouring words."""
    return (_common(Counter(one), Counter(other)) + _common(_pairs(one), _pairs(other))) / 2


def _pairs(lines: list[str]) -> Counter:
    words = [word for line in lines for word in [*line.split(" "), "\n"]]
    return Counter(itertools.pairwise(words))


def _common(one: Counter, other: Counter) -> float:
    total = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / total if total else 1.0

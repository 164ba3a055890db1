# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands and their arguments, read from the usage lines of the command reference.

`[ ]` optional, `{a | b}` choice, `<x>` value; keyword/value pairs in any order, positional arguments last.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

GENERATIONS = ("pre-6.3", "6.3", "7.x")
_TOKEN = re.compile(r"\[|\]|\{|\}|\||<[^>]+>|[^\s\[\]{}|<>]+")


class UsageNeeded(Exception):
    """Arguments are missing or wrong: the usage block is the answer. The text, if any, says what is wrong.

    `missing` is the keyword that is required and not there.
    """

    def __init__(self, text: str = "", missing: str = "") -> None:
        super().__init__(text)
        self.missing = missing


@dataclass(frozen=True)
class Argument:
    name: str
    kind: str  # keyword | flag | positional
    required: bool
    group: int  # arguments of one {a | b} share a number; 0 for none


@dataclass(frozen=True)
class Grammar:
    arguments: tuple[Argument, ...]

    def parse(self, words: list[str]) -> dict[str, Any]:
        named = {argument.name: argument for argument in self.arguments if argument.kind != "positional"}
        positional = [argument for argument in self.arguments if argument.kind == "positional"]
        values: dict[str, Any] = {}
        queue = list(words)
        while queue:
            word = queue.pop(0)
            argument = named.get(word)
            if argument and word not in values and not any(p.name in values for p in positional):
                values[word] = self._value(argument, queue)
            elif positional and positional[0].name not in values:
                values[positional[0].name] = word
                positional = positional[1:] or positional
            else:
                raise UsageNeeded(f"unrecognized arguments: {word}")
        self._check(values)
        return values

    @staticmethod
    def _value(argument: Argument, queue: list[str]) -> Any:
        if argument.kind == "flag":
            return True
        if not queue:
            raise UsageNeeded(f"argument {argument.name}: expected one argument")
        return queue.pop(0)

    def _check(self, values: dict[str, Any]) -> None:
        for argument in self.arguments:
            rivals = [other for other in self.arguments if argument.group and other.group == argument.group]
            present = [other.name for other in rivals if other.name in values]
            if len(present) > 1:
                raise UsageNeeded(f"argument {present[1]}: not allowed with argument {present[0]}")
            if argument.required and argument.name not in values and not present:
                raise UsageNeeded(missing=argument.name if argument.kind == "keyword" else "")


@cache
def parse_usage(text: str) -> Grammar:
    tokens = _TOKEN.findall(text)
    arguments: list[Argument] = []
    depth = group = groups = 0
    for index, token in enumerate(tokens):
        if token in "[]":
            depth += 1 if token == "[" else -1
        elif token == "{":
            groups += 1
            group = groups
        elif token == "}":
            group = 0
        elif token.startswith("<"):
            before = tokens[index - 1] if index else ""
            if before in ("", "[", "]", "{", "}", "|") or before.startswith("<"):
                arguments.append(Argument(token[1:-1], "positional", depth == 0, group))
        elif token != "|":
            valued = index + 1 < len(tokens) and tokens[index + 1].startswith("<")
            # A word followed by a positional of its own would be ambiguous; no usage line has that.
            arguments.append(Argument(token, "keyword" if valued else "flag", depth == 0 and valued, group))
    return Grammar(tuple(arguments))


Handler = Callable[[Any, dict[str, Any]], Any]


@dataclass
class Command:
    words: tuple[str, ...]
    handler: Handler
    usages: dict[str, str | Callable[[Any], str | None]]
    capability: str | None = None
    admin: bool = False
    conductor_only: bool = False
    helps: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    def usage(self, shell: Any) -> str | None:
        """The usage line in the dialect of the node, or None where the command does not exist."""
        text = self.usages.get(shell.generation)
        return text(shell) if callable(text) else text

    def answer(self, shell: Any, words: list[str]) -> Any:
        text = self.usage(shell)
        assert text is not None
        return self.handler(shell, parse_usage(text).parse(words))


COMMANDS: list[Command] = []


def command(
    path: str, usage: Any = "", *, only: tuple[str, ...] = GENERATIONS, **more: Any
) -> Callable[[Handler], Handler]:
    """Register a command. `usage` is one line for all generations in `only`, or a mapping by generation."""

    def register(handler: Handler) -> Handler:
        usages = usage if isinstance(usage, dict) else dict.fromkeys(only, usage)
        COMMANDS.append(Command(tuple(path.split()), handler, usages, **more))
        return handler

    return register


MODERN = ("6.3", "7.x")
SELECT = "[{router <router> | resource-group <resource-group>}] [force] [node <node>]"

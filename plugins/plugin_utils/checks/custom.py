# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Custom checks, which a user writes in YAML: a show command, a JMESPath query, and the expected result.

.. code-block:: yaml

    - name: uplinks_up
      command: show device-interface router {router} node {node}
      query: tables[0][?ends_with(Name, ':wan')]."Operational Status"
      expect: [up]
      severity: warn

The query is applied to the answer as data: ``tables`` (lists of rows, by the printed names of the columns; a repeated
Router is filled in), ``blocks`` (the fields by their printed names, with ``title`` and ``sections``), ``disconnected``
(target and message of nodes that were not reached), ``text`` and ``lines``. All cells are text. :func:`parse_custom`
finds everything that is wrong with a check before anything is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..pcli.query import EVALUATION as _EVALUATION
from ..pcli.query import JMESPATH_IMPORT_ERROR, Compiler, data_of, field_names, install, jmespath, same
from ..pcli.query import holds as _holds
from ..pcli.query import one_line as _one_line
from ..pcli.query import search as _search
from ..pcli.response import Response
from ..software.names import NameRefused, check_word
from .registry import CHECKS, Finding, failed, passed

KEYS = ("name", "command", "query", "expect", "severity")
SEVERITIES = ("block", "warn")
PLACEHOLDERS = ("router", "node")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_CONDITION_LIKE = re.compile(r"[`@]|[=!<>]=|&&|\|\||[A-Za-z_]\w*\(")
_EVIDENCE = 800


class BadCheck(ValueError):
    """A custom check that cannot be used. Its text names the check, the field, the position and what to do."""


# -- commands that are never sent ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Forbidden:
    """A show command that can do harm. ``matches`` is given the words of a command in lower case."""

    what: str
    matches: Callable[[Sequence[str]], bool] = field(repr=False)
    why: str
    source: str


def _shortens(word: str, whole: str) -> bool:
    """True if the PCLI may complete this word to the whole one (concepts_pcli)."""
    return bool(word) and whole.startswith(word)


#: Abbreviations that may stand for another command are refused too: commands can be written in full.
FORBIDDEN: tuple[Forbidden, ...] = (
    Forbidden(
        "show fib",
        lambda words: _shortens(words[1], "fib") or "fib" in words,
        "it can crash the forwarding process, on both nodes of a pair",
        "I95-65557, I95-63295",
    ),
    Forbidden(
        "show device-interface ... registers",
        lambda words: (
            any("register" in word for word in words)
            or (_shortens(words[1], "device-interface") and any(_shortens(word, "registers") for word in words[2:]))
        ),
        "a dump of registers can crash the forwarding process",
        "I95-63295, I95-61579",
    ),
)


# -- one check ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expectation:
    """The expected result of a query: equal to ``value``, or one for which ``condition`` holds."""

    value: Any = None
    condition: str | None = None
    compiled: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class CustomCheck:
    """A check that a user wrote. ``per``: made once, for each `router`, or for each `node`."""

    name: str
    command: str
    query: str
    expect: Expectation
    severity: str
    compiled: Any = field(default=None, repr=False, compare=False)

    @property
    def per(self) -> str:
        """`node`, `router` or `conductor`, by the placeholders of the command."""
        return next((name for name in ("node", "router") if f"{{{name}}}" in self.command), "conductor")

    def command_for(self, router: str | None, node: str | None) -> str:
        """The command with its placeholders filled in. Raises NameRefused for a name that is unsafe there."""
        names = {"router": router, "node": node}
        words = [
            check_word(names[word[1:-1]], word[1:-1]) if word.startswith("{") else word for word in self.command.split()
        ]
        return " ".join(words)

    def run(self, send: Callable[[str], Response], router: str | None = None, node: str | None = None) -> Finding:
        """Send the command and judge the response. Passes on what ``send`` raises; an empty response is a failure."""
        try:
            command = self.command_for(router, node)
        except NameRefused as error:
            return failed(f"it could not be sent: {error}")
        response = send(command)
        problem = _no_answer(response, self.per) or _nothing_to_query(self.compiled, response)
        if problem:
            return failed(
                f"it could not be determined: '{command}' gave no answer ({problem})",
                _shorten(response.text),
                undetermined=True,
            )
        try:
            return self._judge(_search(self.compiled, data_of(response)), command)
        except _EVALUATION as error:
            return failed(
                f"it could not be determined: the query does not fit what '{command}' printed ({_one_line(error)}). "
                "All cells are text, and what is missing is null",
                _shorten(response.text),
                undetermined=True,
            )

    def _judge(self, value: Any, command: str) -> Finding:
        evidence = _shorten(_json(value))
        if self.expect.condition is None:
            good, expected = same(value, self.expect.value), _shorten(_json(self.expect.value), 200)
        else:
            good, expected = _holds(_search(self.expect.compiled, value)), f"that {self.expect.condition}"
        if good:
            return passed(f"'{command}' shows what is expected", evidence)
        return failed(f"'{command}' shows {_shorten(_json(value), 200)}, but expected is {expected}", evidence)


def _no_answer(response: Response, per: str) -> str | None:
    """Why there is no answer to judge; None if there is. An empty answer would hold nothing bad, and pass.

    Of a command to many nodes, those that answer count: every authority has dead sites.
    """
    missing = ", ".join(f"{target}: {message}" for target, message in response.disconnected)
    if response.error:  # it holds what was said about each target
        return _one_line(response.error)
    if response.usage:
        return "it printed its usage: an argument is missing"
    if not response.text.strip():
        return "it printed nothing"
    counts = response.counts
    answered = counts.succeeded > 0 if counts else len(response.tables) > 1 or bool(response.blocks)
    if not missing and counts and counts.failed + counts.disconnected:
        missing = f"{counts.failed} targets failed, {counts.disconnected} disconnected"
    enough = per == "conductor" and answered
    return missing if missing and not enough else None


#: Words that there is nothing to show: then a query over no rows is right.
_NONE = re.compile(r"\b(?:no|none|0|zero|nothing)\b", re.I)


def _nothing_to_query(compiled: Any, response: Response) -> str | None:
    """Why a query cannot be made: it needs tables or blocks, and the answer holds none that can be read.

    A query over no rows finds nothing bad, and would pass; only an answer that says that there is nothing may do so.
    """
    wanted = {name for name in ("tables", "blocks") if name in field_names(compiled)}
    shown = {"tables": bool(response.tables), "blocks": bool(response.blocks)}
    if not wanted or any(shown[name] for name in wanted) or _NONE.search(" ".join(response.messages)):
        return None
    return f"no {' and no '.join(sorted(wanted))} that can be read"


# -- reading a user's entries -------------------------------------------------------------------------------------


def parse_custom(raw: Sequence[Mapping[str, Any]]) -> list[CustomCheck]:
    """The user's checks, ready to run. Raises BadCheck for the first mistake in one of them."""
    if isinstance(raw, (str, Mapping)) or not isinstance(raw, Sequence):
        raise BadCheck(
            f"Custom checks are a list of mappings with {', '.join(KEYS)}, but this is a {type(raw).__name__}."
        )
    if raw and jmespath is None:
        raise BadCheck(install("jmespath", "Custom checks", JMESPATH_IMPORT_ERROR))
    checks: list[CustomCheck] = []
    for number, entry in enumerate(raw, 1):
        check = _Reader(number, entry).check()
        if check.name in {other.name for other in checks}:
            raise BadCheck(
                f"Custom check {number} ('{check.name}'), field name: another one has this name. Choose another."
            )
        checks.append(check)
    return checks


class _Reader(Compiler):
    """Reads one entry, and names the position of every mistake."""

    def __init__(self, number: int, entry: Any) -> None:
        self.number = number
        if not isinstance(entry, Mapping):
            raise BadCheck(f"Custom check {number} is {entry!r}, but must be a mapping with {', '.join(KEYS)}.")
        self.entry = entry

    def bad(self, name: str, words: str, position: int | None = None) -> BadCheck:
        """``position``: the character of the field, counted from 1."""
        label = self.entry.get("name")
        shown = f" ('{label}')" if isinstance(label, str) else ""
        where = f", character {position}" if position is not None else ""
        return BadCheck(f"Custom check {self.number}{shown}, field {name}{where}: {words}")

    def check(self) -> CustomCheck:
        for key in self.entry:
            if key not in KEYS:
                raise self.bad(str(key), f"there is no such field. Known are: {', '.join(KEYS)}.")
        name = self._text("name")
        if not _NAME.fullmatch(name):
            raise self.bad(
                "name", "a name is made of letters, digits, '-', '_' and '.', and begins with a letter or a digit."
            )
        if name in CHECKS:
            raise self.bad("name", f"the collection has a check '{name}' itself. Choose another name.")
        severity = self._text("severity", "block")
        if severity not in SEVERITIES:
            raise self.bad("severity", f"'{severity}' is none; it can be {' or '.join(SEVERITIES)}.")
        command = self._command(self._text("command"))
        query = self._text("query", "@")
        return CustomCheck(name, command, query, self._expect(), severity, self._compile("query", query))

    def _text(self, name: str, default: str | None = None) -> str:
        value = self.entry.get(name, default)
        if value is None:
            raise self.bad(name, "it is missing.")
        if not isinstance(value, str):
            raise self.bad(name, f"it must be text, but is {value!r}. Put it in quotes.")
        if not value.strip():
            raise self.bad(name, "it is empty.")
        return str(value)

    def _command(self, command: str) -> str:
        words: list[str] = []
        for match in re.finditer(r"\S+", command):
            self._word(match.group(), words, match.start() + 1)
            words.append(match.group())
        if len(words) < 2 or words[0] != "show":
            raise self.bad("command", f"'{command}' does not begin with 'show' and what to show. Checks only read.", 1)
        if re.search(r"[^\S ]", command.strip()):
            raise self.bad("command", "it must stand in one line, with single blanks between its words.")
        lowered = [word.lower() for word in words]
        for forbidden in FORBIDDEN:
            if forbidden.matches(lowered):
                raise self.bad(
                    "command",
                    f"'{forbidden.what}' is never sent: {forbidden.why} ({forbidden.source}). A word that may stand "
                    "for it counts as well; write commands in full.",
                )
        if "{node}" in words and "{router}" not in words:
            raise self.bad("command", "a node is known only together with its router: add 'router {router}'.")
        return " ".join(words)

    def _word(self, word: str, before: Sequence[str], position: int) -> None:
        """Refuse words that could change the command. A placeholder stands only behind the keyword of its name."""
        if "{" in word or "}" in word:
            name = word[1:-1]
            if word != f"{{{name}}}" or name not in PLACEHOLDERS:
                raise self.bad("command", f"'{word}' is no placeholder. Known are: {{router}} and {{node}}.", position)
            if len(before) < 2 or before[-1] != name:
                raise self.bad("command", f"'{word}' can stand only behind the word '{name}'.", position)
            return
        if not word.isascii():
            raise self.bad("command", f"'{word}' holds characters that the PCLI does not know.", position)
        try:
            check_word(word, "the word")
        except NameRefused as error:
            raise self.bad("command", f"{error} Filter with the query; pipes are not accepted.", position) from None

    def _expect(self) -> Expectation:
        wanted = self.entry.get("expect")
        if wanted is None:
            raise self.bad("expect", "it is missing. Give a value, or a mapping of 'value' or 'condition'.")
        if isinstance(wanted, Mapping):
            if set(wanted) == {"value"}:
                return Expectation(value=_plain(wanted["value"]))
            if set(wanted) != {"condition"}:
                raise self.bad("expect", "a mapping holds either 'value' or 'condition', and nothing else.")
            condition = wanted["condition"]
            if not isinstance(condition, str) or not condition.strip():
                raise self.bad("expect.condition", f"it must be a JMESPath condition as text, but is {condition!r}.")
            condition = str(condition)
            return Expectation(condition=condition, compiled=self._compile("expect.condition", condition))
        if isinstance(wanted, str) and _CONDITION_LIKE.search(wanted):
            raise self.bad(
                "expect",
                f"'{wanted}' may be a condition or a text. Write {{condition: ...}} if it is to be evaluated, and "
                "{value: ...} if the result must be this very text.",
            )
        return Expectation(value=_plain(wanted))


def _plain(value: Any) -> Any:
    """A copy in plain types: Ansible may hand over types of its own with the same content."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _shorten(text: str, length: int = _EVIDENCE) -> str:
    return text if len(text) <= length else f"{text[: length - 2]} …"

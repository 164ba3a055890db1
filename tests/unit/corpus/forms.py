# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of real systems, in the forms in which a session may receive them, and what a reader makes of each.

A text counts as *right* where the reader gives the value that the test names, as *unreadable* where the reader gives
None (it is the reader that must look whether the reply is whole), and as *wrong* in every other case: an empty answer,
too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.blocks import Block
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError, Unreadable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Response, read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.tables import is_rule
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.terminal import clean

from tests.unit.pcli.wire import ask, idle_shell

TEXTS = Path(__file__).parent / "texts"
PROMPT = "admin@conductor.Conductor# "
_PROMPT = re.compile(r"\*?[\w.\-]+@[\w.\-]+(?: \([^)]*\))?[#>] ?")


@dataclass(frozen=True)
class Sample:
    """A text: the command that was typed, the prompt before it, and what the device printed."""

    name: str
    command: str
    prompt: str
    printed: str


@cache
def sample(number: str) -> Sample:
    """The text with this number, without the comment, the echo of the command, and the prompt behind it."""
    (path,) = TEXTS.glob(f"{number}-*.txt")
    comment, _feed, text = path.read_text(encoding="utf-8").partition("\n")
    command = comment.lstrip("# ").split(" | ")[1]
    first, _feed, rest = text.partition("\n")
    prompt = PROMPT
    if echo := _PROMPT.match(first):
        command, text = first[echo.end() :].strip(), rest
        prompt = echo[0].rstrip() + " " if find_prompt(echo[0]) else PROMPT
    elif first.strip() == command:
        text = rest
    body, _feed, last = text.rstrip("\n").rpartition("\n")
    printed = body if _PROMPT.fullmatch(last) else text
    return Sample(path.stem, command, prompt, printed.rstrip("\n") + "\n")


def numbers() -> list[str]:
    """The numbers of all texts."""
    return sorted(path.name.partition("-")[0] for path in TEXTS.glob("*.txt"))


# -- forms --------------------------------------------------------------------------------------------------------


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


def _wrapped(text: str) -> str:
    lines = [line[start : start + 80] for line in text.split("\n") for start in range(0, max(len(line), 1), 80)]
    return _crlf("\n".join(lines))


def _coloured(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        shown = f"\x1b[1m{line}\x1b[0m" if is_rule(line) else re.sub(r"\S+", "\x1b[0;32m\\g<0>\x1b[0m", line)
        lines.append(shown + ("\x1b[K" if line else ""))
    return _crlf("\n".join(lines))


#: What may be done to a text on its way. The first four lose nothing; a line that was broken may lose its meaning.
FORMS: dict[str, Callable[[str], str]] = {
    "as it stands": lambda text: text,
    "with CR LF": _crlf,
    "behind a prompt": _crlf,
    "with colours": _coloured,
    "wrapped at 80": _wrapped,
}


def reply_of(text: Sample, form: str) -> Response:
    """What a session hands out for the text in a form: only with a prompt behind it does a command end."""
    sent = FORMS[form](text.printed)
    if form in ("as it stands", "with CR LF"):
        return read(clean(sent).strip("\n"))
    output = through_a_shell(text, sent + text.prompt)
    assert output is not None, "the prompt was not seen"
    return read(output)


def through_a_shell(text: Sample, sent: str, seconds: float = 3.0) -> str | None:
    """The output that a shell hands out for the command; None where it goes on waiting for its prompt."""
    commands: list[str] = []

    def react(wire, typed: str) -> None:
        if not commands:
            commands.append(typed)
            wire.plan(typed.replace("\r", "\r\n"), sent)

    shell, _wire = idle_shell(react, prompt=text.prompt)
    return ask(shell, text.command, seconds)


def cuts(text: str, in_rows: bool = True) -> Iterator[str]:
    """The text cut off in every place where the text itself shows that.

    It does not at the end of a line, and not within the last cell of a row, the value of a field or a line of a list:
    what is left might be all there is. There a session sees it, which misses the prompt. `in_rows`: whether every row
    has a last cell, so that one which ends earlier was cut.
    """
    ruled = 0
    for end in range(1, len(text)):
        begin = text.rfind("\n", 0, end) + 1
        whole_line = text[begin : (text + "\n").index("\n", begin)].rstrip()
        ruled += end == begin and is_rule(whole_line)
        above = text[: max(begin - 1, 0)].rpartition("\n")[2]
        if (in_rows or ruled < 2) and _shows(whole_line, text[begin:end].rstrip(), above):
            yield text[:end]


def _shows(whole: str, left: str, above: str) -> bool:
    if not left.strip() or left == whole:
        return False
    if is_rule(whole):
        return True
    in_value = re.match(r"[->\s]*[\w( ).\-]+:\s*\S", left) is not None
    if in_value or above.strip().startswith("--"):
        return False
    last = [match.start() for match in re.finditer(r"\S+(?: \S+)*", whole)][-1]
    in_row = whole[last:] != whole.strip() or (whole[0] == " " and above.strip() and not is_rule(above))
    return len(left) <= last or not in_row


# -- readers of the general kind ----------------------------------------------------------------------------------


def rows(*columns: str) -> Callable[[Response], list[tuple[str, ...]] | None]:
    """The cells of these columns in all tables, row by row; None without a table that has them all."""

    def reader(response: Response) -> list[tuple[str, ...]] | None:
        tables = [table for table in response.tables if all(table.has(column) for column in columns)]
        cells = [tuple(table.cell(row, name) or "" for name in columns) for table in tables for row in table.rows]
        return cells if tables and not response.broken else None

    return reader


def columns(response: Response) -> tuple[str, ...] | None:
    """The names of the columns of the only table."""
    return response.tables[0].columns if len(response.tables) == 1 and not response.broken else None


def blocks(response: Response) -> list[dict] | None:
    """The blocks as plain data: the title under None, the fields, and what stands in them, by their names."""
    return ([_plain(block) for block in response.blocks] or None) if not response.broken else None


def _plain(block: Block) -> dict:
    inner = {name: _plain(nested) for name, nested in block.nested.items()}
    for nested in inner.values():
        del nested[None]
    return {None: block.title, **block.fields, **block.sections, **inner}


def squeezed(text: str | None) -> str | None:
    """A text without its blanks and line ends: a terminal may have put some more into it."""
    return None if text is None else "".join(text.split())


def said(response: Response) -> tuple[str | None, str]:
    """What the device said in sentences: its refusal, and the rest."""
    return squeezed(response.error), squeezed("".join(response.messages)) if not response.error else ""


def says(*messages: str, error: str | None = None) -> tuple[str | None, str]:
    """The value of `said` for these sentences."""
    return squeezed(error), squeezed("".join(messages))


def errors(response: Response) -> list[str]:
    """Each single error, up to the place in the configuration that is quoted below it."""
    return [squeezed(error.partition(" config authority")[0]) for error in response.errors]


def usage(response: Response) -> tuple[frozenset[str], frozenset[str], frozenset[frozenset[str]]] | None:
    """All arguments of a command, those that it needs, and those that exclude each other; None where it was cut."""
    if response.usage is None or response.usage.cut:
        return None
    return response.usage.arguments, response.usage.required, frozenset(response.usage.choices)


# -- judging ------------------------------------------------------------------------------------------------------


def judge(reader: Callable[[Response], object], response: Response, value: object) -> str:
    """`right`, `unreadable` or `wrong`."""
    try:
        result = reader(response)
    except (Unreadable, PcliError):
        return "unreadable"
    if result == value:
        return "right"
    return "unreadable" if result is None else "wrong"

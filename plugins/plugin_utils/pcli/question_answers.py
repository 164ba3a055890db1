# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to the questions that the PCLI asks, and how answered questions are removed from an output.

A command that only shows something may ask before it does so (`WARNING: Targeting router 'all' may take a long time.
Continue anyway? [y/N]:`, config_alarm_suppression): that is answered with yes. Questions of a command that changes
something are answered only by the code that sent it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .prompt import Question
from .questions import MOST_LINES, asks_for_change, asks_for_more, warns

# The first words of commands that change nothing. The PCLI takes a shorter `sh` and `sho` for `show` (CLI-6.0).
_READS = re.compile(r"(?:sh|sho|show|compare|ping|service-ping|traceroute|where|validate)", re.I)
# What an output may be piped through; `show … | tee file` writes.
_FILTERS = re.compile(r"(?:grep|egrep|fgrep|head|tail|wc|sort|uniq)", re.I)


@dataclass(frozen=True)
class Answer:
    """The answer to a question whose text matches ``question``. The answer may be a secret.

    ``confirms``: it is a yes, in the word that the question wants, and for yes-or-no questions only.
    ``unless``: true for a question that this does not answer, judged by its text, the lines above it and its command.
    """

    question: re.Pattern
    text: str = field(default="y", repr=False)
    confirms: bool = False
    unless: Callable[[Question], bool] | None = None

    def fits(self, question: Question) -> bool:
        """Whether this answers that question."""
        if self.confirms and question.kind != "confirm":
            return False
        if self.unless is not None and self.unless(question):
            return False
        return self.question.search(question.text) is not None

    def to(self, question: Question) -> str:
        """What to type."""
        return question.yes if self.confirms else self.text


#: Yes to the vendor's own confirmation, whatever its words are: it ends in [y/N] (CLI-6.0). No sample of a request's
#: questions is documented, so this covers every one that mentions nothing beyond what was requested.
YES = Answer(re.compile(r"."), confirms=True, unless=asks_for_more)
#: The yes to a command that only shows something.
YES_TO_READING = Answer(re.compile(r"."), confirms=True, unless=asks_for_change)


def expecting(words: str) -> Answer:
    """A yes to a question that contains these words (a regular expression), and to no other."""
    return Answer(re.compile(words, re.I), confirms=True)


@functools.lru_cache(maxsize=1024)
def reads_only(command: str) -> bool:
    """Whether this command line only shows something."""
    first, *filters = command.split("|")
    words = first.split()
    if not words or not _READS.fullmatch(words[0]) or re.search(r"[>;]", command):
        return False
    return all(part.split() and _FILTERS.fullmatch(part.split()[0]) for part in filters)


# -- the output ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question that was answered with yes: the line and its number in the text so far, and what was typed."""

    row: int
    line: str
    typed: str


def without_questions(lines: Sequence[str], asked: Sequence[Asked], first: int) -> list[str]:
    """The lines of an output without questions and answers; lines before number ``first`` are left as they are."""
    left = list(lines)
    for question in reversed(asked):
        row = next((row for row in _nearest_first(question.row, first, len(left)) if _shows(left[row], question)), None)
        if row is None:  # it was erased, or redrawn in other words
            continue
        rest = _behind(left[row], question)
        left[row] = rest
        if not rest.strip():
            alone = left[row + 1 : row + 2] if not _has_answer(lines[row], question) else []
            del left[row : row + (2 if alone and alone[0].strip() == question.typed else 1)]
        above = row
        while above > first and row - above < MOST_LINES - 1 and warns(left[above - 1]):
            above -= 1
        del left[above:row]
    return left


def _nearest_first(row: int, first: int, end: int) -> list[int]:
    """Row numbers, the nearest first: redrawing in place, or removing a pager, moves a line."""
    return sorted(range(first, end), key=lambda index: abs(index - row))


def _shows(line: str, question: Asked) -> bool:
    return bool(question.line) and line.strip().startswith(question.line)


def _behind(line: str, question: Asked) -> str:
    rest = line.strip()[len(question.line) :].lstrip()
    return re.sub(rf"\A{re.escape(question.typed)}(?![a-z0-9])\s*", "", rest)


def _has_answer(line: str, question: Asked) -> bool:
    return bool(line.strip()[len(question.line) :].strip())

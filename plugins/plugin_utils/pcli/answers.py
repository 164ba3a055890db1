# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which question of the PCLI gets which answer, and an output without the questions that were answered.

A command that only shows something may ask before it does so (`WARNING: Targeting router 'all' may take a long time.
Continue anyway? [y/N]:`, config_alarm_suppression): that is answered with yes. A command that changes something is
answered only by who sent it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .prompt import Question
from .questions import MOST_LINES, asks_for_change, asks_for_more, warns

# The first words of what changes nothing. The PCLI takes a shorter `sh` and `sho` for `show` (CLI-6.0).
_READS = re.compile(r"(?:sh|sho|show|compare|ping|service-ping|traceroute|where|validate)", re.I)
# What an output may be piped through; `show … | tee file` writes.
_FILTERS = re.compile(r"(?:grep|egrep|fgrep|head|tail|wc|sort|uniq)", re.I)


@dataclass(frozen=True)
class Answer:
    """What to answer to a question whose text matches ``question``. The text may be a secret.

    ``confirms``: it is a yes, said in the word that the question wants, and for questions of yes or no only.
    ``unless``: whether it is another question after all, told by its text, what stands above it, and its command.
    """

    question: re.Pattern
    text: str = field(default="y", repr=False)
    confirms: bool = False
    unless: Callable[[Question], bool] | None = None

    def fits(self, question: Question) -> bool:
        """Is this an answer to that question?"""
        if self.confirms and question.kind != "confirm":
            return False
        if self.unless is not None and self.unless(question):
            return False
        return self.question.search(question.text) is not None

    def to(self, question: Question) -> str:
        """What to type."""
        return question.yes if self.confirms else self.text


#: The way to say yes to the vendor's own confirmation, whatever its words are: it ends in [y/N] (CLI-6.0). The facts
#: know no sample of the questions of a request, so all that speak of nothing else than what was asked for are meant.
YES = Answer(re.compile(r"."), confirms=True, unless=asks_for_more)
#: The yes to a command that only shows something.
GO_ON = Answer(re.compile(r"."), confirms=True, unless=asks_for_change)


def expecting(words: str) -> Answer:
    """A yes to a question that holds these words (a regular expression), and to no other."""
    return Answer(re.compile(words, re.I), confirms=True)


def reads_only(command: str) -> bool:
    """Does this command line only show something?"""
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
    """The lines of an output without questions and answers; those before the number ``first`` are left alone."""
    left = list(lines)
    for question in reversed(asked):
        row = next((row for row in _nearest_first(question.row, first, len(left)) if _shows(left[row], question)), None)
        if row is None:  # it was wiped, or drawn anew in other words
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
    """Row numbers, the nearest first: what is drawn in place, and a pager that is taken out, move a line."""
    return sorted(range(first, end), key=lambda index: abs(index - row))


def _shows(line: str, question: Asked) -> bool:
    return bool(question.line) and line.strip().startswith(question.line)


def _behind(line: str, question: Asked) -> str:
    rest = line.strip()[len(question.line) :].lstrip()
    return re.sub(rf"\A{re.escape(question.typed)}(?![a-z0-9])\s*", "", rest)


def _has_answer(line: str, question: Asked) -> bool:
    return bool(line.strip()[len(question.line) :].strip())

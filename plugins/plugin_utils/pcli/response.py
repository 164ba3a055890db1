# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parses the response to one command: date, progress, tables, blocks, usage, and whether the device said no.

The frame is documented only by samples (CLI-6.0, upgrade_ibu_conductor): a date, a line such as `✔ Retrieving
assets...`, tables or blocks, `Completed in 0.04 seconds`. Each part may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .blocks import IN_TITLE, Block, cut_in_title, scan_blocks
from .error_lines import (
    LONG,
    is_conductor_only,
    is_denial,
    is_error,
    is_no,
    numbered,
    refuses_question,
    reports_failure,
    says_taken,
)
from .garbage import without_collector
from .tables import Table, is_rule, scan_tables
from .usage import Usage, scan_usage

IN_USAGE = "the usage of a command ends in the middle"


@dataclass(frozen=True)
class Progress:
    """A progress line. `mark`: `ok`, `failed`, `partial` (some targets did not answer) or `none` (no mark)."""

    mark: str
    text: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Counts:
    """The summary of a command for several targets: `0 targets failed, 1 target is disconnected, …`."""

    failed: int
    disconnected: int
    succeeded: int


@dataclass(frozen=True)
class Response:
    """The response to one command.

    `date`: the device's clock; aware if its zone is known by number (UTC, +02:00), else naive, with the name in `zone`.
    `error`: the device's own words if it said no, followed by those about each target; None if it did not. `complaint`:
    a sentence that mentions a failure in undocumented words; it may also be about something that happened before.
    `denied`: the command is unknown, or not allowed for this user (an account without the right may just not see it).
    `disconnected`: (target, message) of the nodes that the command did not reach.
    `cut`: we interrupted the command before it finished, so more would have followed (see Session.run_partial).
    `messages`: the lines that are part of nothing else; `behind`: those of them below the line with the seconds, which
    ends the response. `completed`: the seconds that the device names.
    `broken`: what shows that the text is incomplete, as part of a sentence. The table, block or usage concerned is not
    in any other field: what is missing there is unreadable, not absent. `ended`: the prompt followed, so nothing is
    missing at the end.
    """

    text: str
    date: datetime | None = None
    zone: str | None = None
    progress: tuple[Progress, ...] = ()
    error: str | None = None
    complaint: str | None = None
    denied: bool = False
    conductor_only: bool = False
    tables: tuple[Table, ...] = ()
    blocks: tuple[Block, ...] = ()
    usage: Usage | None = None
    cut: bool = False
    disconnected: tuple[tuple[str, str], ...] = ()
    counts: Counts | None = None
    messages: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    completed: float | None = None
    broken: str | None = None
    ended: bool = False

    @property
    def errors(self) -> list[str]:
        """The single errors in `error`, one line each: several if the device has numbered them."""
        return numbered(self.error) if self.error else []

    @property
    def refuses_question(self) -> bool:
        """Is a question unknown on this release, or not allowed? An answer that only fails is no such refusal."""
        return self.usage is not None or any(map(refuses_question, (self.error or "").split("\n")))


_DATE = re.compile(
    r"\s*(?:[A-Z][a-z]{2,8},? )?([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r"(?: ?([A-Za-z]{1,6}|[+-][0-9]{2}:?[0-9]{2}|[A-Z]{3}[+-][0-9]{1,2}))?\s*"
)
# As `date` prints it: Mon Sep  9 18:14:18 UTC 2024
_UNIX_DATE = re.compile(
    r"\s*[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9:]{8})"
    r" (?:([A-Za-z]{1,6}|[+-][0-9]{2}:?[0-9]{2}) )?([0-9]{4})\s*"
)
_COMPLETED = re.compile(r"\s*Completed in (?:([0-9]+(?:\.[0-9]+)?) ?s(?:ec(?:ond)?s?)?\.?|\S.*?)\s*", re.IGNORECASE)
# What stands around an answer, and nothing else: a log begins its lines with a date, too.
_AROUND = re.compile(
    r"\s*(?:(?:[A-Z][a-z]{2},? )?[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(?:\.[0-9]+)?"
    r"(?: ?(?:[A-Z]{1,5}|[+-][0-9]{2}:?[0-9]{2}))?"
    r"|[Cc]ompleted in(?: [0-9.]+ ?(?:ms|s|m|h|sec|min|seconds?|minutes?|hours?)\b,?)+\.?)\s*"
)
_MARKS = {
    **dict.fromkeys("✔✓√☑", "ok"),
    **dict.fromkeys("✖✗✘✕❌", "failed"),
    **dict.fromkeys("⚠", "partial"),
}
_MARK = re.compile(rf"\s*([{''.join(_MARKS)}])[\ufe0e\ufe0f]?\s*(.*?)\s*")
_TARGETS = re.compile(r"([0-9]+)\s*/\s*([0-9]+) targets? (?:complete|done)", re.IGNORECASE)
# A progress line without its mark, or with the remains of a spinner or of a mark before it.
_UNMARKED = re.compile(
    r"\s*(?:(?:[^\w\s%]{1,3}|â) )?([A-Z][\w-]*ing\b(?:[^.…:]|\.(?!\.))*?(?:[0-9]+/[0-9]+[^.…]*)?(?:\.{3,}|…))\s*"
)
# A line of a configuration: a name and its quoted value.
_QUOTED_VALUE = re.compile(r'\s*[\w\-]+\s+"')
# The marks as shown by a program that mistakes UTF-8 for the Windows character set.
_GARBLED = {
    "âœ\u201d": "✔",
    "âœ\u201c": "✓",
    "âœ–": "✖",
    "âœ—": "✗",
    "âœ˜": "✘",
    "âœ•": "✕",
    "âš\xa0": "⚠",
    "âš ": "⚠ ",
}
_COUNTS = re.compile(
    r"([0-9]+) targets? failed, ([0-9]+) targets? (?:is|are) disconnected,? and ([0-9]+) (?:targets? )?succeeded",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Layout:
    """What of a response is laid out: its whole tables, blocks and usage, and the numbers of all lines of these.

    ``broken``: see :class:`Response`.
    """

    tables: tuple[Table, ...]
    blocks: tuple[Block, ...]
    usage: Usage | None
    taken: set[int]
    broken: str | None


@dataclass
class _Parts:
    """Collects the lines that belong to no table, block or usage."""

    progress: list[Progress] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    before_end: int | None = None
    strong: list[int] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    date: tuple[datetime | None, str | None] | None = None
    completed: float | None = None
    taken: bool = False


@without_collector
def read(text: str, ended: bool = False) -> Response:
    """Parse the output of one command. `text` is clean and contains neither the echo nor the prompt.

    `ended`: the prompt followed the text. Otherwise a text that stops where more could follow counts as cut off.
    """
    text = _with_marks(text)
    lines = (text + "\n" if ended else text).split("\n")
    layout = _read_layout(text, lines)
    counts = _read_counts(text)
    parts = _sort_lines(lines, layout.taken, counts)
    missed = tuple(_disconnected(layout.tables))
    error = _with_targets(_error_text(lines, layout.taken, parts), missed, parts, len(layout.tables))
    date, zone = parts.date or (None, None)
    return Response(
        text=text,
        date=date,
        zone=zone,
        progress=tuple(parts.progress),
        error=error,
        complaint="\n".join(parts.complaints) or None,
        denied=bool(error and any(is_denial(line) for line in error.split("\n"))),
        conductor_only=bool(error and any(is_conductor_only(line) for line in error.split("\n"))),
        tables=layout.tables,
        blocks=layout.blocks,
        usage=layout.usage,
        disconnected=missed,
        counts=counts,
        messages=tuple(parts.messages),
        behind=() if parts.before_end is None else tuple(parts.messages[parts.before_end :]),
        completed=parts.completed,
        broken=layout.broken,
        ended=ended,
    )


def _read_layout(text: str, lines: list[str]) -> _Layout:
    """``lines``: those of the text, with an empty one behind them if the prompt followed."""
    whole = "\n".join(lines)
    usage = scan_usage(text)
    tables = scan_tables(whole)
    framed = {number for _table, span in tables for number in span}
    helped = set(usage[1]) if usage else set()
    blocks = scan_blocks(whole, frozenset(framed | helped))
    taken = framed | helped | {number for _block, numbers in blocks for number in numbers}
    broken = [table.broken for table, _span in tables] + [block.broken for block, _numbers in blocks]
    broken += [IN_USAGE if usage and usage[0].cut else None, IN_TITLE if cut_in_title(lines, taken) else None]
    return _Layout(
        tables=tuple(table for table, _span in tables if table.broken is None),
        blocks=tuple(block for block, _numbers in blocks if block.broken is None),
        usage=usage[0] if usage else None,
        taken=taken,
        broken=next((why for why in broken if why), None),
    )


def _with_marks(text: str) -> str:
    """The text with the marks that a program has garbled."""
    for garbled, mark in _GARBLED.items() if "â" in text else ():
        text = text.replace(garbled, mark)
    return text


def is_around_answer(line: str) -> bool:
    """Whether a line is nothing but the date above an answer, or the time that it took below it."""
    return _AROUND.fullmatch(line) is not None or _UNIX_DATE.fullmatch(line) is not None


def _sort_lines(lines: list[str], taken: set[int], counts: Counts | None) -> _Parts:
    free = [line for number, line in enumerate(lines) if number not in taken and line.strip()]
    parts = _Parts(taken=says_taken(free if len(free) <= LONG else ()) and not (counts and counts.failed))
    for number, line in enumerate(lines):
        if number in taken or not line.strip() or is_rule(line):
            continue
        if completed := _COMPLETED.fullmatch(line):
            parts.completed = float(completed[1]) if completed[1] else None
            parts.before_end = len(parts.messages)
            continue
        if parts.date is None and not parts.messages and (dated := _read_dated(line)):
            parts.date, line = dated
        if line.strip():
            _sort_line(parts, number, line, counts, _may_be_sentence(line, free))
    return parts


def _sort_line(parts: _Parts, number: int, line: str, counts: Counts | None, sentence: bool) -> None:
    if _is_no(line, counts, sentence, parts.taken):
        parts.strong.append(number)
    elif progress := _read_progress(line):
        parts.progress.append(progress)
        if progress.mark == "failed":
            parts.marked.append(number)
    else:
        parts.messages.append(line.strip())
        if sentence and reports_failure(line):
            parts.complaints.append(line.strip())


def _is_no(line: str, counts: Counts | None, words: bool, taken: bool) -> bool:
    # A list of targets where some answered and none failed is not a refusal.
    if counts is not None and _COUNTS.search(line) and counts.failed == 0 and counts.succeeded > 0:
        return False
    return is_no(line, words, taken)


def _may_be_sentence(line: str, lines: list[str]) -> bool:
    """Whether a line may be a sentence of the device. Descriptions in a configuration may say anything."""
    return len(lines) <= LONG and not line.startswith(("   ", "config ")) and _QUOTED_VALUE.match(line) is None


def _error_text(lines: list[str], taken: set[int], parts: _Parts) -> str | None:
    """The device's words, starting at the line that says no. `% Error:` says more than `✖ Validating...` above it."""
    starts = parts.strong or parts.marked
    if not starts:
        return None
    words: list[str] = []
    done = -1
    for start in starts:
        if start <= done:
            continue
        whole = is_error(lines[start])
        for number in range(start, len(lines)):
            line = lines[number]
            ended = not whole and number > start and (not line.strip() or number in taken)
            if ended or _COMPLETED.fullmatch(line):
                break
            words.append(line.rstrip())
            done = number
    return "\n".join(words).strip()


def _with_targets(error: str | None, missed: Sequence[tuple[str, str]], parts: _Parts, tables: int) -> str | None:
    """The error with the message for each target, from the documented table of Target and Message.

    Such a table is a refusal by itself if every message says no, or if no target was done.
    """
    reports = [f"{target}: {message}" if target else message for target, message in missed if message]
    if error is None:
        none_done = any(step.mark == "partial" and step.done == 0 and step.total for step in parts.progress)
        all_no = all(
            is_no(message, taken=parts.taken) or reports_failure(message) for _target, message in missed if message
        )
        if not reports or tables > 1 or not (all_no or none_done):
            return None
    return "\n".join([*([error] if error else []), *(line for line in reports if line not in (error or ""))])


def _read_progress(line: str) -> Progress | None:
    marked = _MARK.fullmatch(line)
    unmarked = None if marked else _UNMARKED.fullmatch(line)
    if not marked and not unmarked:
        return None
    mark, text = (_MARKS[marked[1]], marked[2]) if marked else ("none", unmarked[1])
    targets = _TARGETS.search(text)
    done, total = (int(targets[1]), int(targets[2])) if targets else (None, None)
    return Progress(mark, text, done, total)


def _read_counts(text: str) -> Counts | None:
    if "target" not in text:
        return None
    # A terminal may have wrapped the sentence between two words or within one.
    match = _COUNTS.search(" ".join(text.split())) or _COUNTS.search(text.replace("\n", ""))
    return Counts(*(int(number) for number in match.groups())) if match else None


def _read_dated(line: str) -> tuple[tuple[datetime | None, str | None], str] | None:
    """The time at the start of a line, and the rest of it: nothing, or a progress line (since 2024); else None."""
    if date := _read_date(line):
        return date, ""
    begin = _DATE.match(line)
    rest = line[begin.end() :] if begin and line[begin.end() - 1].isspace() else ""
    date = _read_date(line[: begin.end()]) if rest and _read_progress(rest) else None
    return (date, rest) if date else None


def _read_date(line: str) -> tuple[datetime | None, str | None] | None:
    """The time and the name of its zone from a line with nothing else; None for any other line."""
    if match := _DATE.fullmatch(line):
        shown, form, zone = f"{match[1]} {match[2]}", "%Y-%m-%d %H:%M:%S", match[3]
    elif match := _UNIX_DATE.fullmatch(line):
        shown, form, zone = f"{match[1]} {match[2]} {match[5]} {match[3]}", "%b %d %Y %H:%M:%S", match[4]
    else:
        return None
    try:
        date = datetime.strptime(shown, form)
    except ValueError:
        return None, None
    return date.replace(tzinfo=_zone(zone)), zone


def _zone(name: str | None) -> timezone | None:
    """The zone, if its name gives the offset. `EST` means different zones in different places."""
    if name is not None and name.upper() in ("UTC", "GMT", "Z"):
        return timezone.utc
    offset = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})", name or "")
    if offset is None:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes)) if minutes < 24 * 60 else None


def is_of_targets(table: Table) -> bool:
    """Whether a table tells what became of the targets of a command: it has exactly the columns Target and Message."""
    return table.has("Target") and table.has("Message") and len(table.columns) == 2


def _disconnected(tables: Sequence[Table]) -> list[tuple[str, str]]:
    """The targets that a command did not reach."""
    return [
        (table.cell(row, "Target") or "", table.cell(row, "Message") or "")
        for table in tables
        if is_of_targets(table)
        for row in table.filled("Target").rows
    ]

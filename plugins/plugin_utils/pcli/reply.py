# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to one command, taken apart: date, progress, tables, blocks, usage, and whether the device said no.

The frame is documented by its samples only (CLI-6.0, upgrade_ibu_conductor): a date, a line such as `✔ Retrieving
assets...`, tables or blocks, `Completed in 0.04 seconds`. Each part may be missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from .blocks import (
    Block,
    Usage,
    scan_blocks,
    scan_usage,
)
from .tables import Table, is_rule, scan_tables


@dataclass(frozen=True)
class Progress:
    """A progress line. `mark`: `ok`, `failed`, `partial` (some targets did not answer) or `none` (no mark)."""

    mark: str
    text: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class Counts:
    """The end of a command that went to several targets: `0 targets failed, 1 target is disconnected, …`."""

    failed: int
    disconnected: int
    succeeded: int


@dataclass(frozen=True)
class Reply:
    """The answer to one command.

    `date`: the device's clock; aware if its zone is known by number (UTC, +02:00), else naive, with the name in `zone`.
    `error`: the device's own words if it said no; None if it did not. `complaint`: a sentence that speaks of a failure
    in words that are documented nowhere; it may also tell of something that happened before.
    `denied`: the command is unknown, or not for this user (an account without the right may just not see it).
    `disconnected`: (target, message) of the nodes that the command did not reach.
    `cut`: we ended the command before it came back by itself, so more would have followed (see Session.glance).
    `messages`: what is left when everything else is taken away. `completed`: seconds, as the device says.
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
    completed: float | None = None


_DATE = re.compile(
    r"\s*(?:[A-Z][a-z]{2,8},? )?([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?"
    r"(?: ?([A-Za-z]{1,6}|[+-][0-9]{2}:?[0-9]{2}|[A-Z]{3}[+-][0-9]{1,2}))?\s*"
)
# The way of `date`: Mon Sep  9 18:14:18 UTC 2024
_UNIX_DATE = re.compile(
    r"\s*[A-Z][a-z]{2} ([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9:]{8})"
    r" (?:([A-Za-z]{1,6}|[+-][0-9]{2}:?[0-9]{2}) )?([0-9]{4})\s*"
)
_COMPLETED = re.compile(r"\s*Completed in (?:([0-9]+(?:\.[0-9]+)?) ?s(?:ec(?:ond)?s?)?\.?|\S.*?)\s*", re.IGNORECASE)
_MARKS = {
    **dict.fromkeys("✔✓√☑", "ok"),
    **dict.fromkeys("✖✗✘✕❌", "failed"),
    **dict.fromkeys("⚠", "partial"),
}
_MARK = re.compile(rf"\s*([{''.join(_MARKS)}])[\ufe0e\ufe0f]?\s*(.*?)\s*")
_TARGETS = re.compile(r"([0-9]+)\s*/\s*([0-9]+) targets? (?:complete|done)", re.IGNORECASE)
# A progress line without its mark, or with what is left of a spinner in front of it.
_UNMARKED = re.compile(
    r"\s*(?:[\u2800-\u28ff|/\\*-] )?([A-Z][\w-]*ing\b[^.…:]*?(?:[0-9]+/[0-9]+[^.…]*)?(?:\.{3,}|…))\s*"
)
_COUNTS = re.compile(
    r"([0-9]+) targets? failed, ([0-9]+) targets? (?:is|are) disconnected,? and ([0-9]+) (?:targets? )?succeeded",
    re.IGNORECASE,
)

# Every pattern is matched with a whole line outside of tables and blocks.
_ERROR = re.compile(
    r"\s*(?:(?:fatal )?error\b(?:\s*[:!]|\s+[-–]\s|\s+(?:while|during|in|occurred|[a-z]+ing)\b).*"
    r"|%\s*[A-Za-z].*|\[(?:error|fail(?:ed)?|fatal)\].*)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\s*(?:%\s*)?(?:(?:the )?command\b.*\bnot (?:found|recogni[sz]ed|known)\b|.*: command not found\s*\Z"
    r"|(?:unknown|invalid|unrecogni[sz]ed|no such) (?:command|keyword|input)\b).*",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r".*(?:failed to authorize|do(?:es)? not have (?:access|permission|the right)|permission denied|access denied"
    r"|not authori[sz]ed|unauthori[sz]ed|insufficient (?:privilege|permission|right)|lacks? the .*\bcapability\b"
    r"|capability is required|operation not permitted|forbidden\b).*",
    re.IGNORECASE,
)
_CONDUCTOR_ONLY = re.compile(
    r".*\bcan only be (?:run|executed|used|issued) (?:on|from) (?:a|the) conductor\b.*", re.IGNORECASE
)
_REFUSED = re.compile(
    r"\s*(?:operation (?:cancel+ed|aborted)|(?:request|command|upgrade|download|downgrade|revert)\b.{0,60}\b"
    r"(?:refused|rejected|denied)\b"
    r"|(?:failed|unable|not able) to [a-z]|(?:cannot|can't|could not|couldn't) [a-z]|invalid [a-z]|unknown [a-z]+\b[^:]"
    r"|no such [a-z]|(?:refused|rejected|aborted|denied)\b|not (?:permitted|allowed|supported)\b"
    r"|[^:]{0,120}\b(?:is|are|was|were|has been|have been) (?:refused|rejected|denied"
    r"|not (?:currently |yet )?(?:allowed|permitted|supported|available|found|valid|known|downloaded))\b"
    r"|[^:]{0,120}\b(?:does not exist|not found|already (?:in progress|running|under ?way|being [a-z]+ed))\b"
    r"|this [a-z ]*command is (?:now )?obsolete).*",
    re.IGNORECASE,
)
# An answer with more lines than this is a text that was asked for (a configuration), and no refusal.
_LONG = 60
_FAILURE = re.compile(r".*\b(?:failed|failure|unsuccessful|did not succeed|could not be)\b.*", re.IGNORECASE)
_NO_FAILURE = re.compile(r"\b(?:0|no|without|not) (?:[a-z-]+ )?(?:failed|failures?|targets? failed)\b", re.IGNORECASE)


@dataclass
class _Parts:
    """What is collected while the lines that belong to nothing else are read one by one."""

    progress: list[Progress] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    strong: list[int] = field(default_factory=list)
    marked: list[int] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    date: tuple[datetime | None, str | None] | None = None
    completed: float | None = None


def read(text: str) -> Reply:
    """Take the output of one command apart. `text` is cleaned, and has neither the echo nor the prompt in it."""
    lines = text.split("\n")
    usage = scan_usage(text)
    tables = scan_tables(text)
    framed = {number for _table, span in tables for number in span}
    helped = set(usage[1]) if usage else set()
    blocks = scan_blocks(text, frozenset(framed | helped))
    taken = framed | helped | {number for _block, own in blocks for number in own}
    counts = _read_counts(text)
    parts = _sort_lines(lines, taken, counts)
    error = _error_text(lines, taken, parts)
    date, zone = parts.date or (None, None)
    return Reply(
        text=text,
        date=date,
        zone=zone,
        progress=tuple(parts.progress),
        error=error,
        complaint="\n".join(parts.complaints) or None,
        denied=bool(error and any(_is_denial(line) for line in error.split("\n"))),
        conductor_only=bool(error and any(_CONDUCTOR_ONLY.fullmatch(line) for line in error.split("\n"))),
        tables=tuple(table for table, _span in tables),
        blocks=tuple(block for block, _own in blocks),
        usage=usage[0] if usage else None,
        disconnected=tuple(_disconnected([table for table, _span in tables])),
        counts=counts,
        messages=tuple(parts.messages),
        completed=parts.completed,
    )


def _sort_lines(lines: list[str], taken: set[int], counts: Counts | None) -> _Parts:
    parts = _Parts()
    free = [line for number, line in enumerate(lines) if number not in taken and line.strip()]
    for number, line in enumerate(lines):
        if number in taken or not line.strip() or is_rule(line):
            continue
        if completed := _COMPLETED.fullmatch(line):
            parts.completed = float(completed[1]) if completed[1] else None
        elif parts.date is None and not parts.messages and (date := _read_date(line)):
            parts.date = date
        elif _is_no(line, counts, sentence := _may_be_sentence(line, free)):
            parts.strong.append(number)
        elif progress := _read_progress(line):
            parts.progress.append(progress)
            if progress.mark == "failed":
                parts.marked.append(number)
        else:
            parts.messages.append(line.strip())
            if sentence and _FAILURE.fullmatch(line) and not _NO_FAILURE.search(line):
                parts.complaints.append(line.strip())
    return parts


def _is_denial(line: str) -> bool:
    return bool(_UNKNOWN.fullmatch(line) or _DENIED.fullmatch(line))


def _is_no(line: str, counts: Counts | None, words: bool) -> bool:
    """Whether a line says no. `words`: whether sentences in words that are documented nowhere count as well."""
    # A list of targets of which some answered and none failed is an answer.
    if counts is not None and _COUNTS.search(line) and counts.failed == 0 and counts.succeeded > 0:
        return False
    patterns = (_ERROR, _UNKNOWN, _CONDUCTOR_ONLY, *((_DENIED, _REFUSED) if words else ()))
    return any(pattern.fullmatch(line) for pattern in patterns)


def _may_be_sentence(line: str, lines: list[str]) -> bool:
    """Whether a line may be a sentence of the device. A configuration holds descriptions that say anything."""
    return len(lines) <= _LONG and not line.startswith(("   ", "config ")) and '"' not in line


def _error_text(lines: list[str], taken: set[int], parts: _Parts) -> str | None:
    """The device's words from the line that says no on. `% Error:` says more than the `✖ Validating...` above it."""
    starts = parts.strong or parts.marked
    if not starts:
        return None
    words: list[str] = []
    done = -1
    for start in starts:
        if start <= done:
            continue
        whole = _ERROR.fullmatch(lines[start]) is not None
        for number in range(start, len(lines)):
            line = lines[number]
            ended = not whole and number > start and (not line.strip() or number in taken)
            if ended or _COMPLETED.fullmatch(line):
                break
            words.append(line.rstrip())
            done = number
    return "\n".join(words).strip()


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
    found = _COUNTS.search(" ".join(text.split()))
    return Counts(*(int(number) for number in found.groups())) if found else None


def _read_date(line: str) -> tuple[datetime | None, str | None] | None:
    """The time and the name of its zone in a line that holds nothing else; None if it is no such line."""
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
    """A zone whose offset its name tells. `EST` stands for more than one place of the world."""
    if name is not None and name.upper() in ("UTC", "GMT", "Z"):
        return timezone.utc
    offset = re.fullmatch(r"([+-])([0-9]{2}):?([0-9]{2})", name or "")
    if offset is None:
        return None
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes)) if minutes < 24 * 60 else None


def _disconnected(tables: list[Table]) -> list[tuple[str, str]]:
    """The table of targets that a command did not reach has the columns Target and Message, and no other."""
    return [
        (table.cell(row, "Target") or "", table.cell(row, "Message") or "")
        for table in tables
        if table.has("Target") and table.has("Message") and len(table.columns) == 2
        for row in table.rows
    ]

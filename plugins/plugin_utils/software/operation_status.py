# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the status of an operation, as a conductor prints it, for hints. Layout and words are documented nowhere.

So a hint only makes the rollout more careful (an operation seems to run) or explains what versions and states show (a
failure was reported). It never decides anything alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..pcli.blocks import scan_blocks
from ..pcli.error_lines import says_taken
from ..pcli.response import Response, is_around_answer
from ..pcli.tables import scan_tables
from .assets import parse_duration
from .empty_answers import is_whole
from .node_id import NodeId
from .operation_rest import leads_back, leaves_open, says_none
from .operation_words import ends_in_words, fails, fails_request, goes_on, has_ended, reports_failure
from .versions import try_parse
from .vocabulary import REVERTED, split_words

# A step of an upgrade, and the operation itself where downloads are shown.
_DOWNLOAD = re.compile(r"\bdownloads?\b", re.I)
_REVERT = re.compile(r"\breverts?\b", re.I)
_REVERTED = re.compile(rf"\b(?:{REVERTED})\b", re.I)
# Beside anything else than its end, `revert` is what follows on a failure.
_REVERT_ENDS = re.compile(r"\brevert (?=(?:(?:is|was|has|been) )*(?:completed?|finished|done|ended|succeeded)\b)", re.I)
# A duration, as `show assets` and `show system` print it: `3d 23h 18m 58s`, `4 days  6:17:31`. A time of day is none:
# it distinguishes one record from another.
_AGE = re.compile(
    r"(?<![\w.:\-])(?:\d+ days?,? +\d{1,2}:\d\d:\d\d(?![\w:])"
    r"|(?:\d+ ?(?:d|h|m|s|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![\w:]) *)+)",
    re.I,
)
_NAME = re.compile(r"[\w.\-]+")
_ERROR = re.compile(r"^\s*(?:%\s*)?error\s*[:!]\s*", re.I)
_FRAME = re.compile(r"^[\s=─\-+|]*$|^\s*[✔⚠]? ?(Retrieving|Piping)", re.I)


def status_lines(response: Response | None) -> list[str]:
    """The lines with content: no rules, no column names, no date; empty if the command itself was refused.

    A block becomes one line, like the row of a table: its title names the node, its fields say what happens there. If
    the command went on and was cut off, lines about what has ended so far are left out: that is not the end.
    """
    if response is None or response.error or response.usage:
        return []
    headers = {" ".join(" ".join(table.columns).split()) for table in response.tables}
    lines = [line.strip() for line in _without_blocks(response.text) if not _is_frame(line)]
    ended = {
        line for line in lines if response.cut and has_ended(line) and not goes_on(line) and not reports_failure(line)
    }
    return [line for line in lines if " ".join(line.split()) not in headers and line not in ended]


def _is_frame(line: str) -> bool:
    return is_around_answer(line) or _FRAME.match(line) is not None


def _without_blocks(text: str) -> list[str]:
    """The lines of a response, those of each titled block joined in place of its first line."""
    lines = text.splitlines()
    framed = frozenset(number for _table, span in scan_tables(text) for number in span)
    for block, own in scan_blocks(text, framed):
        fields = [f"{name}: {value}" for name, value in block.fields.items() if value]
        if not block.title or not fields:
            continue
        rest = [line for section in block.sections.values() for line in section]
        for number in own:
            lines[number] = ""
        lines[min(own)] = "; ".join([block.title, *fields, *rest])
    return lines


def new_lines(before: list[str], after: list[str]) -> list[str]:
    """The lines that were not there before the command; older ones say nothing about it.

    A line in which only a duration grew (a column such as `Time in Status`) is not new.
    """
    rest = list(before)
    unknown = []
    for line in after:
        if line in rest:
            rest.remove(line)
        else:
            unknown.append(line)
    new = []
    for line in unknown:
        same = next((old for old in rest if _aged(old, line)), None)
        if same is None:
            new.append(line)
        else:
            rest.remove(same)
    return new


def still_shown(before: list[str], now: list[str]) -> list[str]:
    """Those of the earlier lines that are still shown, as they are shown now: durations in them may have grown."""
    rest, kept, gone = list(now), [], []
    for line in before:
        if line in rest:
            rest.remove(line)
            kept.append(line)
        else:
            gone.append(line)
    for line in gone:
        same = next((new for new in rest if _aged(line, new)), None)
        if same is not None:
            rest.remove(same)
            kept.append(same)
    return kept


def _aged(old: str, new: str) -> bool:
    """Whether two lines differ only in durations that grew; one that started again is a difference."""
    if _shape(old) != _shape(new):
        return False
    return all(was <= now for was, now in zip(_ages(old), _ages(new), strict=True))


def _shape(line: str) -> str:
    return " ".join(_AGE.sub("<age>", line).split())


def _ages(line: str) -> list[int]:
    return [parse_duration(match[0].strip()) or 0 for match in _AGE.finditer(line)]


def hint(lines: list[str], operation: str = "upgrade") -> str | None:
    """``failed``, ``running``, ``ended`` or None. The worst line counts; one with a failure and its way back runs.

    *Reverted* is the failure of an upgrade and the success of a revert.
    """
    words = _in_words_of(operation, lines)
    if any(fails(line, says_taken(lines)) and not goes_on(line) for line in words):
        return "failed"
    if any(goes_on(line) for line in words):
        return "running"
    if any(has_ended(line) for line in words):
        return "ended"
    return None


def at_rest(lines: list[str], operation: str = "upgrade") -> bool:
    """Whether these lines say explicitly that nothing runs (any more). No lines at all, or 100 % of a step, do not.

    Each line must be understood as a whole, and say the end of the operation rather than that of a step.
    """
    words = lines
    if operation == "revert":
        words = [_REVERTED.sub("completed", _REVERT_ENDS.sub("operation ", split_words(line))) for line in lines]
    elif operation == "download":
        words = [_DOWNLOAD.sub("operation", split_words(line)) for line in lines]
    own = "operation" if operation == "download" else operation
    if any(leaves_open(line, own) for line in words):
        return False
    return hint(lines, operation) == "failed" or any(ends_in_words(line) or says_none(line, own) for line in words)


def names_node(line: str, node: str) -> bool:
    """Whether a line names a node, by a word of its own: `east2` does not name `east`."""
    return re.search(rf"(?<![\w.\-]){re.escape(node)}(?![\w\-])", line) is not None


def names(line: str, node_id: NodeId) -> bool:
    """Whether a line names a node: by its own name, or together with its router in either order."""
    return names_node(line, node_id.node) or names_node(line, f"{node_id.router}.{node_id.node}")


def about(lines: Iterable[str], node_id: NodeId, others: Callable[[str], bool]) -> list[str]:
    """The lines that may be about a node: those that name it, and those that name nothing else.

    ``others``: whether a word is the name of another router, or of another node of this one.
    """
    kept = []
    for line in lines:
        # Parts of a version are no names: a router may be called r2, and a release 7.1.3-29.r2.el9.
        texts = [text for text in _NAME.findall(line) if try_parse(text.rstrip(".")) is None]
        words = {word for text in texts for word in (text, *text.split("."))}
        elsewhere = any(map(others, words)) and not (names(line, node_id) and node_id.router in words)
        if not elsewhere:
            kept.append(line)
    return kept


def runs_now(lines: list[str], node: str | None = None) -> str | None:
    """The line that shows a running operation (on this node, if lines name nodes), else None."""
    named = [line for line in lines if node and names_node(line, node)]
    for line in named or lines:
        if goes_on(line):
            return line
    return None


def request_failed(lines: list[str], operation: str) -> bool:
    """Whether the answer to a request reports that what was requested has failed."""
    return hint(lines, operation) == "failed" and any(map(fails_request, lines))


def failing(lines: list[str], operation: str) -> bool:
    """Whether any of these lines reports a failure, whatever failed."""
    return any(map(reports_failure, _in_words_of(operation, lines)))


def may_go_back(lines: list[str], node_id: NodeId, operation: str) -> str | None:
    """The line that reports a failure of this node, and beside it what may be a way back or another attempt."""
    words = _in_words_of(operation, lines)
    words = [_REVERT.sub("operation", line) for line in words] if operation == "revert" else words
    said = zip(lines, words, strict=True)
    return next((line for line, read in said if names(line, node_id) and leads_back(read)), None)


def _in_words_of(operation: str, lines: list[str]) -> list[str]:
    """The lines, in which *reverted* is the end of a revert."""
    return [_REVERTED.sub("completed", split_words(line)) for line in lines] if operation == "revert" else lines


@dataclass(frozen=True)
class Activity:
    """Whether an operation runs, according to its status command. ``line``: the line that shows one.

    ``unavailable``: why it is not known, as part of a sentence. ``asked``: False if this device has no such command.
    """

    line: str | None = None
    unavailable: str | None = None
    asked: bool = True


def activity(response: Response, operation: str = "upgrade") -> Activity:
    """Read the response of a status command. A refusal, silence or unknown words do not mean that nothing runs."""
    if response.denied:
        return Activity(asked=False)
    lines = status_lines(response)
    return (
        Activity(line) if (line := runs_now(lines)) else Activity(unavailable=_why_unknown(response, lines, operation))
    )


def _why_unknown(response: Response, lines: list[str], operation: str) -> str | None:
    """Why a response without a running operation does not prove that none runs; None if it does."""
    if response.error:
        error = " ".join(response.error.split())
        return None if _error_denies(response.error, operation) else f"it was refused: {error}"
    if response.usage:
        return "it prints the usage of the command"
    if response.broken:
        return f"its answer cannot be read: {response.broken}"
    if response.disconnected:
        return f"{', '.join(target for target, _message in response.disconnected)} was not reached"
    if lines:
        return None if at_rest(lines, operation) else f"its answer cannot be interpreted: {lines[0][:120]}"
    return None if is_whole(response) and not response.cut else "it prints nothing"


def _error_denies(error: str, operation: str) -> bool:
    """Whether an error says as a whole that no such operation runs: `% Error: No upgrade in progress`."""
    lines = [line for text in error.splitlines() if (line := _ERROR.sub("", text).strip())]
    if any(leaves_open(line, operation) or reports_failure(line) for line in lines):
        return False
    return says_none(" ".join(error.split()), operation)


_COUNTED = re.compile(r"\b\d+ targets? failed\b", re.I)


def gist(words: str, most: int = 300) -> str:
    """A long response in one line: the messages that say why, without lines of progress and counts of targets."""
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip() and not _is_frame(line)]
    why = [line for line in lines if not _COUNTED.search(line) and not line.rstrip().endswith(("...", "…"))]
    unique = list(dict.fromkeys(why or lines[:1]))
    text = "; ".join([*(line.rstrip(" .;") for line in unique[:-1]), *unique[-1:]])
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"

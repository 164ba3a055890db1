# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor prints about an operation, read for hints. Its layout and words are documented nowhere.

So a hint only ever makes us more careful (an operation seems to run) or explains what versions and states show (a
failure was reported). It is never a verdict of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..pcli.blocks import scan_blocks
from ..pcli.reply import Reply
from ..pcli.tables import scan_tables
from .answers import is_whole, only_frame
from .assets import parse_duration
from .wording import words_apart

_GOES_ON = (
    r"(?:in[ -]?progress|ongoing|running|pending|queued|scheduled|starting|started|installing|upgrading|downloading|"
    r"reverting|converting|rebooting|restarting|transferring|activating|verifying)\b"
)
_RUNNING = re.compile(rf"\b{_GOES_ON}|\b\d{{1,2}}(\.\d+)? ?%", re.I)
# "No upgrade in progress", "not started", "0 operations are running", "Refresh In Progress: False".
_IDLE = re.compile(
    rf"\b(?:no|not|nothing|none|never)\b(?: [\w\-]+){{0,4}}? {_GOES_ON}"
    rf"|\b0 (?:(?:upgrades|downloads|downgrades|reverts|operations|nodes|targets)(?: are)? )?{_GOES_ON}"
    rf"|\b{_GOES_ON}\s*[:=]\s*(?:0|no|none|false)\b",
    re.I,
)
_NONE_KNOWN = re.compile(
    r"\b(?:no|zero|0) (?:[\w\-]+ ){0,3}(?:found|known|recorded|active)\b|\bnothing to show\b|^none\.?$", re.I
)
_FAILED = re.compile(
    r"\b(fail(ed|ure|s|ing)?|error|refused|reject(ed|s)?|denied|abort(ed|s)?|unsuccessful|unable|cannot|could not|"
    r"reverted|rolled back|timed out|not (permitted|allowed|possible|supported|available))\b|✖",
    re.I,
)
_ENDED = re.compile(r"\b(complete[ds]?|completed|done|success(ful(ly)?)?|finished|succeeded)\b|\b100 ?%|✔", re.I)
# A count of nothing reports nothing, and neither does a promise about what would happen.
_NO_FAILURE = re.compile(
    r"\b(0|no|without)( of \d+)?( \w+)? (fail\w*|errors?)|(fail\w*|errors?)( \w+)?\s*[:=]\s*(0|none|no)\b", re.I
)
_PROMISE = re.compile(r"\b(if|unless|in case|(up)?on failure|will|would)\b", re.I)
_BACK = re.compile(r"\b(reverted|rolled back)\b", re.I)
# How long something has lasted, as `show assets` and `show system` print it: `3d 23h 18m 58s`, `4 days  6:17:31`. The
# time of a clock is none: it tells one record from another.
_AGE = re.compile(
    r"(?<![\w.:\-])(?:\d+ days?,? +\d{1,2}:\d\d:\d\d(?![\w:])"
    r"|(?:\d+ ?(?:d|h|m|s|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![\w:]) *)+)",
    re.I,
)
_FRAME = re.compile(r"^[\s=─\-+|]*$|^Completed in|^\w{3} \d{4}-\d\d-\d\d|^\s*[✔⚠]? ?(Retrieving|Piping)", re.I)


def told(reply: Reply | None) -> list[str]:
    """The lines that tell something: no rulers, no names of columns, no date, no refusal of the command itself.

    A block is one line, as the row of a table is: its title names the node, and its fields tell what happens there.
    Of an answer that we ended, since it went on, what has ended so far is left out: it is not the end.
    """
    if reply is None or reply.error or reply.usage:
        return []
    heads = {" ".join(" ".join(table.columns).split()) for table in reply.tables}
    lines = [line.strip() for line in _without_blocks(reply.text) if line.strip() and not _FRAME.match(line)]
    ended = {line for line in lines if reply.cut and _ENDED.search(line) and not _tells_failure(line)}
    return [line for line in lines if " ".join(line.split()) not in heads and line not in ended]


def _without_blocks(text: str) -> list[str]:
    """The lines of an answer, those of each titled block put together in the place of its first one."""
    lines = text.splitlines()
    framed = frozenset(number for _table, span in scan_tables(text) for number in span)
    for block, own in scan_blocks(text, framed):
        fields = [f"{name}: {value}" for name, value in block.fields.items() if value]
        if not block.title or not fields or not own:
            continue
        rest = [line for found in block.sections.values() for line in found]
        for number in own:
            lines[number] = ""
        lines[min(own)] = "; ".join([block.title, *fields, *rest])
    return lines


def since(before: list[str], after: list[str]) -> list[str]:
    """The lines that were not there before: what is older than the command says nothing about it.

    A line that only grew older (a column such as `Time in Status`) is the one from before.
    """
    rest = list(before)
    fresh = []
    for line in after:
        if line in rest:
            rest.remove(line)
        else:
            fresh.append(line)
    news = []
    for line in fresh:
        same = next((old for old in rest if _aged(old, line)), None)
        if same is None:
            news.append(line)
        else:
            rest.remove(same)
    return news


def _aged(old: str, new: str) -> bool:
    """Whether two lines differ in nothing but times that went on, none of which began anew."""
    if _shape(old) != _shape(new):
        return False
    return all(was <= now for was, now in zip(_ages(old), _ages(new), strict=True))


def _shape(line: str) -> str:
    return " ".join(_AGE.sub("<age>", line).split())


def _ages(line: str) -> list[int]:
    return [parse_duration(match[0].strip()) or 0 for match in _AGE.finditer(line)]


def hint(lines: list[str], operation: str = "upgrade") -> str | None:
    """``failed``, ``running``, ``ended`` or None. The worst of what is told counts.

    What goes back is the failure of an upgrade, and what a revert is for.
    """
    words = [_BACK.sub("completed", line) for line in lines] if operation == "revert" else lines
    if any(_tells_failure(line) for line in words):
        return "failed"
    if any(_goes_on(line) for line in words):
        return "running"
    if any(_ENDED.search(words_apart(line)) for line in words):
        return "ended"
    return None


def _tells_failure(line: str) -> bool:
    clauses = re.split(r"[.;,](?:\s|$)", _NO_FAILURE.sub("", words_apart(line)))
    return any(_FAILED.search(clause) and not _PROMISE.search(clause) for clause in clauses)


def _goes_on(line: str) -> bool:
    words = words_apart(line)
    return bool(_RUNNING.search(_IDLE.sub("", words)) and not _ENDED.search(words))


def at_rest(lines: list[str], operation: str = "upgrade") -> bool:
    """Do these lines say, in words that can be read, that nothing runs (any more)? Silence does not."""
    if not lines or any(_goes_on(line) for line in lines):
        return False
    return hint(lines, operation) is not None or any(
        _IDLE.search(one) or _NONE_KNOWN.search(one) for one in map(words_apart, lines)
    )


def runs_now(lines: list[str], node: str | None = None) -> str | None:
    """The line that says that an operation is running (on this node, where lines name nodes), else None."""
    named = [line for line in lines if node and re.search(rf"(?<![\w.\-]){re.escape(node)}(?![\w\-])", line)]
    for line in named or lines:
        if _goes_on(line) and not _tells_failure(line):
            return line
    return None


@dataclass(frozen=True)
class Activity:
    """Whether an operation runs, by its status command. ``line``: what says that one does.

    ``untold``: why that is not known, as a part of a sentence. ``asked``: is there such a command here at all?
    """

    line: str | None = None
    untold: str | None = None
    asked: bool = True


def activity(reply: Reply) -> Activity:
    """Read the answer of a status command. A refusal, silence, or words that nobody knows are no "nothing runs"."""
    if reply.denied:
        return Activity(asked=False)
    lines = told(reply)
    return Activity(line) if (line := runs_now(lines)) else Activity(untold=_why_untold(reply, lines))


def _why_untold(reply: Reply, lines: list[str]) -> str | None:
    """Why an answer that shows nothing that runs does not say that nothing does; None where it says so."""
    if reply.error:
        error = " ".join(reply.error.split())
        none = _IDLE.search(error) or _NONE_KNOWN.search(error)
        return None if none and not already_running(_IDLE.sub("", error)) else f"it was refused: {error}"
    if reply.usage:
        return "it prints how the command is used"
    if reply.broken:
        return f"its answer cannot be read: {reply.broken}"
    if reply.disconnected:
        return f"{', '.join(target for target, _message in reply.disconnected)} was not reached"
    if lines:
        return None if at_rest(lines) else f"its answer has no words that can be read: {lines[0][:120]}"
    return None if not reply.cut and (only_frame(reply) or is_whole(reply)) else "it prints nothing"


def already_running(words: str) -> bool:
    """Does a refusal say that there is an operation already? Then it is followed instead of begun again."""
    return bool(
        re.search(r"already|in[ -]progress|another .*(running|operation|upgrade)|busy|currently \w+ing", words, re.I)
    )


def tried(words: str) -> bool:
    """Does a refusal tell of the bad end of something that had begun (`upgrade failed: ...`)?

    A request that blocks may tell so within a moment, and then "nothing was started" would be wrong.
    """
    return bool(
        re.search(r"\b(upgrade|downgrade|revert|install\w*|transfer|conversion)\b[^.;:]{0,40}\bfailed\b", words, re.I)
    )


def may_have_begun(words: str) -> bool:
    """Does an error speak of an answer that did not come, or of a fault in the PCLI (I95-50540), and of no refusal?

    What was asked for may have begun all the same, and then "nothing was started" would be wrong.
    """
    return bool(
        re.search(
            r"\btim(?:ed|e|ing)[ -]?out\b|\bno (?:response|reply|answer)\b|\bnot respond|\bunhandled \w+"
            r"|\b(?:lost|closed|broken|reset)\b.*\bconnection\b|\bconnection\b.*\b(?:lost|closed|broken|reset)\b",
            words,
            re.I,
        )
    )

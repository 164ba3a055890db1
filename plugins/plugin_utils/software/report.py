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
from ..pcli.denials import says_taken
from ..pcli.response import Response
from ..pcli.tables import scan_tables
from .answers import is_whole, only_frame
from .assets import parse_duration
from .phrases import IDLE, NONE_KNOWN, goes_on, has_ended, plain, says_none, tells_failure

_BACK = re.compile(r"\b(reverted|rolled back)\b", re.I)
# How long something has lasted, as `show assets` and `show system` print it: `3d 23h 18m 58s`, `4 days  6:17:31`. The
# time of a clock is none: it tells one record from another.
_AGE = re.compile(
    r"(?<![\w.:\-])(?:\d+ days?,? +\d{1,2}:\d\d:\d\d(?![\w:])"
    r"|(?:\d+ ?(?:d|h|m|s|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)(?![\w:]) *)+)",
    re.I,
)
_FRAME = re.compile(r"^[\s=─\-+|]*$|^Completed in|^\w{3} \d{4}-\d\d-\d\d|^\s*[✔⚠]? ?(Retrieving|Piping)", re.I)


def told(reply: Response | None) -> list[str]:
    """The lines that tell something: no rulers, no names of columns, no date, no refusal of the command itself.

    A block is one line, as the row of a table is: its title names the node, and its fields tell what happens there.
    Of an answer that we ended, since it went on, what has ended so far is left out: it is not the end.
    """
    if reply is None or reply.error or reply.usage:
        return []
    heads = {" ".join(" ".join(table.columns).split()) for table in reply.tables}
    lines = [line.strip() for line in _without_blocks(reply.text) if line.strip() and not _FRAME.match(line)]
    ended = {line for line in lines if reply.cut and has_ended(line) and not goes_on(line) and not tells_failure(line)}
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


def still_told(before: list[str], now: list[str]) -> list[str]:
    """Those of the lines from before that are shown now, as they are shown now: those that grew older have."""
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
    words = [_BACK.sub("completed", plain(line)) for line in lines] if operation == "revert" else lines
    if any(tells_failure(line, says_taken(lines)) for line in words):
        return "failed"
    if any(goes_on(line) for line in words):
        return "running"
    if any(has_ended(line) for line in words):
        return "ended"
    return None


def at_rest(lines: list[str], operation: str = "upgrade") -> bool:
    """Do these lines say, in words that can be read, that nothing runs (any more)? Silence does not."""
    if not lines or any(goes_on(line) for line in lines):
        return False
    return hint(lines, operation) is not None or any(says_none(line) for line in lines)


def runs_now(lines: list[str], node: str | None = None) -> str | None:
    """The line that says that an operation is running (on this node, where lines name nodes), else None."""
    named = [line for line in lines if node and re.search(rf"(?<![\w.\-]){re.escape(node)}(?![\w\-])", line)]
    for line in named or lines:
        if goes_on(line) and not tells_failure(line):
            return line
    return None


@dataclass(frozen=True)
class Activity:
    """Whether an operation runs, by its status command. ``line``: what says that one does.

    ``unavailable``: why that is not known, as a part of a sentence. ``asked``: is there such a command here at all?
    """

    line: str | None = None
    unavailable: str | None = None
    asked: bool = True


def activity(reply: Response) -> Activity:
    """Read the answer of a status command. A refusal, silence, or words that nobody knows are no "nothing runs"."""
    if reply.denied:
        return Activity(asked=False)
    lines = told(reply)
    return Activity(line) if (line := runs_now(lines)) else Activity(unavailable=_why_untold(reply, lines))


def _why_untold(reply: Response, lines: list[str]) -> str | None:
    """Why an answer that shows nothing that runs does not say that nothing does; None where it says so."""
    if reply.error:
        error = " ".join(reply.error.split())
        none = IDLE.search(error) or NONE_KNOWN.search(error)
        return None if none and not already_running(IDLE.sub("", error)) else f"it was refused: {error}"
    if reply.usage:
        return "it prints how the command is used"
    if reply.broken:
        return f"its answer cannot be read: {reply.broken}"
    if reply.disconnected:
        return f"{', '.join(target for target, _message in reply.disconnected)} was not reached"
    if lines:
        return None if at_rest(lines) else f"its answer has no words that can be read: {lines[0][:120]}"
    return None if not reply.cut and (only_frame(reply) or is_whole(reply)) else "it prints nothing"


_OPERATION = r"(?:(?:upgrade|download|downgrade|revert|installation|conversion|transfer|operation|request)s?)"
_AT_WORK = r"(?:in[ -]?progress|running|ongoing|under ?way|active|pending|queued|scheduled|(?:been )?started)\b"
_ALREADY = re.compile(
    rf"\b{_OPERATION}(?: (?:of|on|for|to|at|from|the|this|node|router|version|operation|request|process|\S*\d\S*"
    rf"|[\w\-]+\.[\w.\-]+)){{0,8}} (?:(?:is|are|was|has|have|already|currently|still) )+{_AT_WORK}"
    rf"|\b{_OPERATION}(?: [\w.\-]+){{0,6}}? already {_AT_WORK}"
    rf"|\b{_OPERATION}(?: [\w.\-]+){{0,4}} in[ -]progress\b"
    rf"|\banother (?:[\w\-]+ ){{0,2}}?{_OPERATION}\b[^.;:\n]{{0,40}}\b{_AT_WORK}"
    r"|\b(?:already|currently|still|is|are) (?:being )?(?:upgrad|download|downgrad|revert|install|convert)ing\b"
    r"|\b(?:already|currently|still|is|are) being (?:upgraded|downloaded|downgraded|reverted|installed|converted)\b"
    r"|\b(?:node|router|asset|target|conductor|provision\w*|installer|system|[\w\-]*\d"
    r"|[\w\-]+\.[\w.\-]+) is (?:currently |already )?busy\b"
    r"|\bbusy (?:with an? |upgrading|downloading|downgrading|reverting|installing|converting)",
    re.I,
)
_PRE_CHECK = re.compile(
    r"\bpre[- ]?(?:(?:upgrade|downgrade|revert|install(?:ation)?|flight)[- ]?)?(?:software )?(?:health[- ]?)?"
    r"(?:checks?|validation)\b(?:(?!pass|succe|complete|\bok\b|\bbut\b|\band\b)[^.;,:\n]){0,60}?"
    r"(?:\s*:)?\s*\b(?:failed|failure|fails?|unsuccessful|(?:did|does|has|have) not pass(?:ed)?)\b"
    r"|\bpre[- ]?(?:\w+[- ])?(?:health[- ]?)?checks?\s*:(?: [\w\-]+){0,6} checks? (?:failed|did not pass)\b"
    r"|\bfailed (?:the |a |its )?pre[- ]?(?:(?:upgrade|downgrade|revert|flight)[- ]?)?(?:health[- ]?)?checks?\b",
    re.I,
)
_SOME_DONE = re.compile(r"\band ([1-9]\d*) (?:targets? )?succeeded\b", re.I)
_COUNTED = re.compile(r"\b\d+ targets? failed\b", re.I)


def pre_check_failed(words: str) -> bool:
    """Does a refusal name a failed pre-check? Then nothing was begun, whatever its messages tell of besides (rule 34).

    Not where some of its targets have taken the request.
    """
    flat = " ".join(words.split())
    return bool(_PRE_CHECK.search(flat)) and not _SOME_DONE.search(flat)


def gist(words: str, most: int = 300) -> str:
    """What a longer answer comes to, in one line: the messages that say why, without progress and counts of targets."""
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip() and not _FRAME.match(line)]
    why = [line for line in lines if not _COUNTED.search(line) and not line.rstrip().endswith(("...", "…"))]
    told_once = list(dict.fromkeys(why or lines[:1]))
    text = "; ".join(line.rstrip(" .;") for line in told_once[:-1]) if len(told_once) > 1 else ""
    text = "; ".join([*([text] if text else []), *told_once[-1:]])
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def already_running(words: str) -> bool:
    """Does a refusal say that there is an operation already? Then it is followed instead of begun again.

    Only words of an operation do: a disk may be busy, and a service already stopped.
    """
    return not pre_check_failed(words) and bool(_ALREADY.search(words))


_AT_VERSION = re.compile(
    r"\balready (?:running|on|at|upgraded to|using|installed)\b(?: (?:the |this |that |software |target )*)?"
    r"(?:version|release|\S*\d+\.\d+\S*)",
    re.IGNORECASE,
)


def at_version_already(words: str) -> bool:
    """Does a refusal say that the node runs the version already? The list of assets may only show it later."""
    return not pre_check_failed(words) and bool(_AT_VERSION.search(words))


def tried(words: str) -> bool:
    """Does a refusal tell of the bad end of something that had begun (`upgrade failed: ...`)?

    A request that blocks may tell so within a moment, and then "nothing was started" would be wrong.
    """
    return not pre_check_failed(words) and bool(
        re.search(r"\b(upgrade|downgrade|revert|install\w*|transfer|conversion)\b[^.;:]{0,40}\bfailed\b", words, re.I)
    )


def may_have_begun(words: str) -> bool:
    """Does an error speak of an answer that did not come, or of a fault in the PCLI (I95-50540), and of no refusal?

    What was asked for may have begun all the same, and then "nothing was started" would be wrong.
    """
    return not pre_check_failed(words) and bool(
        re.search(
            r"\btim(?:ed|e|ing)[ -]?out\b|\bno (?:response|reply|answer)\b|\bnot respond|\bunhandled \w+"
            r"|\b(?:lost|closed|broken|reset)\b.*\bconnection\b|\bconnection\b.*\b(?:lost|closed|broken|reset)\b",
            words,
            re.I,
        )
    )

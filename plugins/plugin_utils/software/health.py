# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the result of ``request system software health-check`` from its words. Its layout is documented nowhere.

Messages were reworded and capitalised in 7.0.1 (I95-56168), so case is ignored. The only check known by name is
``System Processes Check`` (I95-64218). What cannot be interpreted is ``unknown``, never a pass (rule 17).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..pcli.response import Response
from .health_words import doubt
from .operation_status import gist, status_lines
from .vocabulary import PASSED

_FAIL = re.compile(
    r"\b(fail(ed|ure|s|ing)?|unhealthy|unsuccessful(ly)?|error|critical)\b|✖"
    r"|(\bnot|n't)( all| have| been| yet| be)? (ok|healthy|running|pass(ed)?|succeed(ed)?|successful)\b"
    r"|\bnot (?:reach(?:ed)? |in |at )?(?:an? |the )?steady[- ]state\b",
    re.I,
)
# The default target of the check is `steady-state` (CLI-7.2).
_PASS = re.compile(
    rf"\b(?:{PASSED}|(?:in|reached)(?: an?| the)? steady[- ]state|steady[- ]state (?:is |was |has been )?reached)\b",
    re.I,
)
_NONE = re.compile(
    r"\b(0|no|none|zero)( of( the)? \d+)?( \w+)?( checks?)? (have |has |had |were |was )?(fail\w*|errors?|critical)"
    r"|(fail\w*|errors?|critical)( \w+)?(\s*[:=]\s*(0|none|no)\b|\s+0\s*$)",
    re.I,
)
# A refusal mentions errors and failures, too. Only these words mean that a check has failed.
_CHECK_FAILED = re.compile(
    r"\bchecks?\b(?: (?:of|on|for) [\w.\-]+)?:?\s+(?:\w+ )?(?:fail(?:ed|s|ure)?|unhealthy"
    r"|(?:(?:is|are|was|were|has|have|did|does) )?(?:not|n't)(?: been)? (?:ok|healthy|pass(?:ed)?|succeed(?:ed)?"
    r"|successful))\b(?! to\b)"
    r"|\bchecks? (?:did|does|has|have|was|were)n't (?:pass|succe)"
    r"|\bfail(?:ed|ing)\b(?! to\b)(?: [\w\-]+){0,3} checks?\b(?: (?:of|on|for) [^:]+)?\s*:"
    r"|\bfail(?:ed|ing|ures?)\s*[:=](?=.*\bchecks?\b)"
    r"|\bis (?:un|not )healthy\b|\bisn't healthy\b|\bunhealthy\s*[:=]",
    re.I,
)
# Why the command itself could not run or did not respond.
_OF_COMMAND = re.compile(
    r"\btim(?:ed|e|ing)[ -]?out\b|\bunreachable\b|\bnot (?:be )?(?:reach|connect|respond)|\bdisconnected\b|\bbusy\b"
    r"|\bno (?:response|reply|answer)\b|\balready\b|\bin[ -]progress\b|\banother\b|\bconnection\b"
    r"|\b(?:argument|parameter|keyword|command|permission|access|privilege|capability|authori[sz]|unhandled)"
    r"|\bfailed to (?:run|start|begin|perform|execute|request|send|reach|connect)\b",
    re.I,
)
# "if the check fails": nothing has happened.
_PROMISE = re.compile(r"\b(?:if|unless|in case|upon|on failure|when(?:ever)?)\b[^.;,]*", re.I)
# "2 of 3 checks passed", "Checks passed: 2/3", "3 checks run, 2 passed": whether the others failed is not known.
_SHARE = re.compile(
    r"\b(?P<some>\d+)\s*(?:/|of|out of)(?: the)?\s*(?P<all>\d+)(?: \w+)? (?:have |has |were )?(?:pass|succe)"
    r"|\b(?:passed|succeeded)\s*[:=]?\s*(?P<some2>\d+)\s*(?:/|of|out of)\s*(?P<all2>\d+)"
    r"|\b(?P<all3>\d+) checks?(?: \w+)?, (?P<some3>\d+) (?:pass|succe)",
    re.I,
)
# A tick before "health check complete" means only that it has run.
_ENDED = re.compile(r"\b(?:complet\w+|finished|done|performed|ended|ran)\b", re.I)
# Columns that name what was checked.
_CHECKED = ("Check", "Check Name", "Health Check", "Name", "Test", "Item", "Description")
_NAME = re.compile(r"([A-Z][\w\-]*(?: [A-Z][\w\-]*)* Check)\b")
_ANY_NAME = re.compile(r"(?:[\w\-]+ )+check\b", re.I)
# A check with its own name (`System Processes Check`, I95-64218), and its result behind a colon.
_OWN_NAME = (
    r"\b(?!(?:health|pre|post|the|this|a|an|any|each|every|last|next|upgrade|target|to|not|run|running|perform|performing"
    r"|\d+) checks?\b)[\w\-]+ check\b"
)
_SPECIFIC = re.compile(_OWN_NAME, re.I)
_NAMED_CHECK = re.compile(rf"{_OWN_NAME}\s*[:=]\s*(?P<result>\S.*)", re.I)
_NAMED_RESULT = re.compile(_ANY_NAME.pattern + r"\s*[:=.\-]*\s+(\S+(?: \S+)?)\s*\Z", re.I)


@dataclass(frozen=True)
class Health:
    """The result of a health check. ``state``: pass, fail or unknown; ``failing``: the failed checks, if named."""

    state: str
    reason: str
    words: str
    failing: tuple[str, ...] = ()


def read_health(response: Response) -> Health:
    """Read the response. A refusal is ``unknown`` unless it clearly says that a check has failed.

    The mark in the request's own line of progress does not count: it is also printed if the check could not run.
    """
    lines = (
        status_lines(response)
        if not response.error
        else [line.strip() for line in response.text.splitlines() if line.strip()]
    )
    words = "\n".join(lines)
    if response.denied:
        return Health("unknown", f"it could not be run: {gist(response.error)}", words)
    results = _results(response, lines)
    plain = {line: _PROMISE.sub("", _NONE.sub("", results[line])) for line in lines}
    failed = [line for line in lines if _FAIL.search(plain[line])]
    if response.error:
        failed = [line for line in lines if _clearly_failed(line) or (line in failed and _marked(line, "✖"))]
        if not failed:
            return Health("unknown", gist(response.error), words)
    if failed:
        names = tuple(dict.fromkeys(match for line in failed for match in _NAME.findall(line)))
        return Health("fail", ", ".join(names) or failed[0], words, names)
    partial = next((line for line in lines if _only_some(line)), None)
    if partial or (response.counts and (response.counts.disconnected or not response.counts.succeeded)):
        return Health("unknown", f"not everything was checked or passed: {partial or lines[-1]}", words)
    if response.broken:  # what is missing may have failed
        return Health("unknown", f"its answer is incomplete: {response.broken}", words)
    why = doubt(response, plain, _passing)
    return Health("pass", "passed", words) if why is None else Health("unknown", why, words)


def _passing(text: str, line: str) -> bool:
    """Whether the words are a pass, or the line they come from is one by its mark or a count of no failures."""
    ticked = _marked(line, "✔") and not _ENDED.search(line)
    return ticked or bool(_PASS.search(text) or _NONE.search(line))


def _results(response: Response, lines: list[str]) -> dict[str, str]:
    """The result in each line, without the name of the check (`Failed Services Check   Pass`)."""
    rows = {}
    for table in response.tables:
        names = {table.column(name) for name in _CHECKED}
        for row in table.rows if names != {None} else ():
            result = " ".join(text for column, text in row.items() if column not in names)
            rows[" ".join(" ".join(row.values()).split())] = result
    return {line: rows.get(" ".join(line.split())) or _behind_name(_PROMISE.sub("", line)) for line in lines}


def _behind_name(line: str) -> str:
    """The result alone if it directly follows the name of a check, otherwise the whole line."""
    named = _NAMED_RESULT.search(line)
    if named is None or _FAIL.search(line[: named.start()]):
        return line
    return named[1] if _FAIL.search(named[1]) or _PASS.search(named[1]) else line


def _marked(line: str, mark: str) -> bool:
    """Whether the line marks a named check. A line of progress has dots, and its mark says only that it ran."""
    if mark not in line or "..." in line or "…" in line:
        return False
    return (_SPECIFIC if mark == "✖" else _ANY_NAME).search(line) is not None


def _clearly_failed(line: str) -> bool:
    """Whether a line says that a check has failed, rather than that the health check could not run or respond."""
    text = _PROMISE.sub("", _NONE.sub("", line))
    named = _NAMED_CHECK.search(text)
    if named and _FAIL.search(named["result"]) and not _OF_COMMAND.search(named["result"]):
        return True
    if not _CHECK_FAILED.search(text):
        return False
    return _SPECIFIC.search(text) is not None or not _OF_COMMAND.search(text)


def _only_some(line: str) -> bool:
    return any(
        int(match["some"] or match["some2"] or match["some3"]) < int(match["all"] or match["all2"] or match["all3"])
        for match in _SHARE.finditer(line)
    )

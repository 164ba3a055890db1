# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether everything in the output of a health check has passed. Its layout is documented nowhere.

Every line, row and field must be understood as a whole: as a passing result, as a count of no failures, or as something
that is no result (the node, the time, that the check was started). A good word among others proves nothing: "passed
with exceptions", "ok, but BGP lost". Neither has a node passed that did not respond (rule 17), of which only another
one's result is shown, or at which nothing was checked ("0 failed").
"""

from __future__ import annotations

import re

from ..pcli.response import Response
from .health_failures import speaks_of_failure
from .health_lines import NAME_COLUMNS, NODE_COLUMNS, Statement, is_old, is_progress
from .health_names import ELSEWHERE, Names
from .vocabulary import BEGUN, PASSED

# `12/13 ok`, `Passed 3/5`, `1/2 targets`, `2 of 3 checks are healthy`.
_SHARE = re.compile(r"(?<![\w./:-])(\d+)\s*(?:/|of(?: the)?|out of(?: the)?)\s*(\d+)(?![\w./:-])", re.I)
_NONE_FAILED = re.compile(
    r"\b0\s*(?:/|of(?: the)?|out of(?: the)?)\s*\d+ (?:\w+ )?(?:\w+ )?(?:fail|error|critical)", re.I
)
# A line of more than one statement; a block is one line, with semicolons between its fields.
_BETWEEN = re.compile(r"\s*[;,]\s+(?:and )?|\.\s+")
_AROUND = re.compile(r"\A[\s.*\-\u2022\u25cf]+|[\s.!]+\Z")
_TICK = re.compile(r"\A[\u2714\u2713][\ufe0e\ufe0f]?\s*")
_NAMED_CHECK = re.compile(r"(?:[\w\-]+ )+check", re.I)
# A name in front of its result. Behind these words a result is none: it is an earlier, an expected or a negated one, or
# that of another node.
_FIELD = re.compile(r"(?P<name>[\w][\w .\-/]{0,80}?)(?:\s*[:=]+\s*|\s{2,})(?P<value>\S.*)")
_NO_NAME = re.compile(
    r"\b(?:last|latest|previous\w*|earlier|former|next|old|now|no|not|none|nothing|nobody|never|neither|without|if|unless"
    r"|until|when(?:ever)?|once|will|would|may|might|can|could|should|must|expect\w*|test mode|simulat\w*|dry|skip\w*"
    r"|pre|before|prior|baseline|initial\w*|history|past|yesterday|standby|secondary|second|primary|remote|other"
    r"|peer(?! paths?\b)|mate|neighbou?r|conductor|ignor\w*|hardly|any|some|few|half|most|part\w*|nearly|almost|only"
    rf"|just|request\w*|start\w*|accepted|submitted|launched|triggered|{BEGUN})\b",
    re.I,
)
# A field of one word is a result only if that is no name: nothing else tells `east: passed` from `disk: passed`.
_THINGS = re.compile(
    r"(?:process(?:es)?|disks?|memory|cpu|load|storage|filesystems?|services?|networks?|interfaces?|links?|bgp|ospf|ntp"
    r"|dns|peers|database|configuration|config|certificates?|licen[cs]es?|connectivity|redundancy|routing|forwarding"
    r"|packages?|software|firmware|system|hardware|sensors?|alarms?|overall|status|state|health|results?|outcome|verdict"
    r"|summary|total|conclusion|checks?|tests?|post-?checks?|health-?checks?|steady-?state)",
    re.I,
)
# These fields are no results, whatever they hold; those that are no names must not say that something is bad.
_ABOUT_NAME = re.compile(r"(?:node|router|target|host|asset|id)(?: name| id| \d+)?", re.I)
_ABOUT = re.compile(
    r"(?:version|date|time|duration|started|finished|ended|took|elapsed|type|release|uptime|(?:start|end) time)"
    r"(?: name| id| \d+)?",
    re.I,
)
#: `c1 System Processes Check`: a name that no list of nodes has.
_MAY_BE_NODE = re.compile(r"[a-z]+\d+\b", re.I)
_DETAIL = re.compile(r"details?|message|description|info|summary|reason", re.I)
#: Longer texts are no results, and would take long to examine.
_LONGEST = 400
_NUMBER = re.compile(r"\d+(?: \w*(?:checks|processes|services|nodes|targets))?", re.I)

_BE = r"(?:(?:is|are|was|were|has|have|had)(?: been)? )?"
# What is spoken of as a whole, and a named check.
_SUBJECT = (
    r"(?:(?:all|both|every|each|everything|overall|the|this|post|health|status|result|checks?|health-checks?|nodes?"
    r"|router|system|targets?) )*"
)
_CHECK = r"(?:(?:[\w\-]+ ){1,5}check )?"
_STEADY = r"(?:in|reached)(?: an?| the)? steady[- ]state|steady[- ]state (?:(?:is|was|has been) )?reached"
_GOOD = rf"(?:{PASSED}|{_STEADY})"
_COUNTED = r"(?:(?:health )?(?:checks?|targets?|nodes?) )?"
_FAILURES = r"(?:failed|failures?|failing|fails?|errors?|critical|warnings?|skipped|time-?outs?|timed out|disconnected)"
_PASSING = re.compile(
    rf"{_SUBJECT}{_BE}{_GOOD}|{_CHECK}{_BE}{_GOOD}"
    rf"|[1-9]\d* {_COUNTED}{_BE}{_GOOD}|(?:checks? )?{_GOOD}\s*[:= ]\s*[1-9]\d*"
    rf"|(?:checks? )?{_GOOD}\s*[:= ]\s*(?P<of>[1-9]\d*)/(?P=of)"
    rf"|(?:0|none)(?: of(?: the)? | ?/ ?)[1-9]\d* {_COUNTED}{_BE}(?:failed|failing)"
    rf"|(?P<all>[1-9]\d*)(?:/| of (?:the )?| out of (?:the )?)(?P=all) {_COUNTED}{_BE}{_GOOD}",
    re.I,
)
_NO_FAILURE = re.compile(
    rf"(?:0|no|none|zero)(?: ?(?:of|/)(?: the)? ?\d+)? {_COUNTED}{_BE}{_FAILURES}(?: checks?)?"
    rf"|(?:number of )?{_FAILURES}(?: checks?| count)?(?:\s*[:=]\s*|\s+)(?:0|none|no|-|\[\])",
    re.I,
)
# Alone these may say that the request was accepted.
_ACCEPTED = re.compile(r"ok|success(?:ful(?:ly)?)?|succeeded", re.I)
# That a check was requested, or has run: no result, whatever tick is in front of it.
_NO_RESULT = re.compile(
    rf"{_SUBJECT}{_BE}(?:{BEGUN}|starting|requested|accepted|submitted|launched|triggered|complet\w+|finished|done"
    r"|performed|ended|ran)"
    r"|(?:starting|running|performing|requesting) (?:the )?health[- ]?checks?|n/a|not applicable",
    re.I,
)


def doubt(response: Response, statements: list[Statement], lines: list[str], names: Names) -> str | None:
    """Why the check has not passed: the text that is no passing result, or what is missing. None: everything passed."""
    missing = _missing(response)
    if missing:
        return missing
    blank = next((line for line in lines if _blank_row(line, response)), None)
    if blank is not None:
        return blank
    passed = False
    for one in statements:
        if is_progress(one.text):
            continue
        if not is_understood(one, response, names):
            return one.shown
        passed = passed or True in _results(one, response, names)
    return None if passed else "no result of this node that can be interpreted"


def is_understood(statement: Statement, response: Response, names: Names) -> bool:
    """Whether a statement is nothing but what has passed, or no result: then its words of failures are names."""
    results = _results(statement, response, names)
    return bool(results) and None not in results


def _results(one: Statement, response: Response, names: Names) -> list[bool | None]:
    """The results in a statement. What has passed at another node is no result of this one, and no doubt either."""
    if one.row is not None and one.table is not None:
        left_out = {one.table.column(name) for name in (*NAME_COLUMNS, *NODE_COLUMNS)}
        results = [_result(cell) for column, cell in one.row.items() if cell and column not in left_out]
        return [result and not one.is_elsewhere for result in results]
    if is_old(one.shown, response.date):
        return [None]
    if one.text == one.shown and _ACCEPTED.fullmatch(_AROUND.sub("", _TICK.sub("", one.text))):
        return [False]
    results, place = [], one.place
    for part in _BETWEEN.split(one.text):
        named, rest = names.split(part)
        place = named or names.field(part) or place
        result = _result(rest)
        results.append(result and place != ELSEWHERE)
    return results


def _result(text: str) -> bool | None:
    """Whether this text is a passing result (True), or none at all (False). None: it is not understood as a whole."""
    if len(text) > _LONGEST:
        return None
    ticked = _TICK.match(text.strip()) is not None
    bare = _AROUND.sub("", _TICK.sub("", text.strip())).replace("_", " ")
    if _MAY_BE_NODE.match(bare):
        return None
    if _NO_RESULT.fullmatch(bare) or (_NO_FAILURE.fullmatch(bare) and not _PASSING.fullmatch(bare)):
        return False
    if _PASSING.fullmatch(bare) and not _NO_NAME.search(bare):
        return True
    if ticked and _NAMED_CHECK.fullmatch(bare) and not _NO_NAME.search(bare):
        return True
    field = _FIELD.fullmatch(bare)
    if field is None:
        return None
    if _ABOUT.fullmatch(field["name"]):
        return None if speaks_of_failure(field["value"]) else False
    if _ABOUT_NAME.fullmatch(field["name"]):
        return False
    if _DETAIL.fullmatch(field["name"]) and _NUMBER.fullmatch(field["value"]):
        return False
    if _NO_NAME.search(field["name"]) or not (" " in field["name"] or _THINGS.fullmatch(field["name"])):
        return None
    return _result(field["value"])


def _blank_row(line: str, response: Response) -> bool:
    """Whether this is a row with only a name. In a table it looks like the second line of the name above it."""
    name = " ".join(line.split())
    cells = (cell for table in response.tables for row in table.rows for cell in list(row.values())[:-1])
    return any(cell != name and cell.endswith(name) for cell in cells)


def _missing(response: Response) -> str | None:
    """What shows that not every target has responded: the marks and counts in the lines of progress."""
    if response.disconnected:
        return f"{', '.join(target for target, _message in response.disconnected)} was not reached"
    for line in response.text.splitlines():
        if "⚠" in line or _incomplete_count(line):
            return line.strip()
    return None


def _incomplete_count(line: str) -> bool:
    return any(int(part) < int(whole) for part, whole in _SHARE.findall(_NONE_FAILED.sub("", line)))

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether everything in the output of a health check has passed. Its layout is documented nowhere.

Every line, row and field must be understood as a whole: as a passing result, as a count of no failures, or as something
that is no result (the node, the time, that the check was started). A good word among others proves nothing: "passed
with exceptions", "ok, but BGP lost". Neither has a node passed that did not respond (rule 17).
"""

from __future__ import annotations

import re

from ..pcli.response import Response
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
#: `t1-node.half: `: whatever the node and its router are called, their names say nothing of the result.
_OF_NODE = re.compile(r"\A[\w\-]+(?:\.[\w\-]+)+: +")
_NAMED_CHECK = re.compile(r"(?:[\w.\-]+: *)?(?:[\w\-]+ )+check", re.I)
# A name in front of its result. Behind these words a result is none: it is an earlier, an expected or a negated one.
_FIELD = re.compile(r"(?P<name>[\w][\w .\-/]{0,80}?)(?:\s*[:=]+\s*|\s{2,})(?P<value>\S.*)")
_NO_NAME = re.compile(
    r"\b(?:last|latest|previous\w*|earlier|former|next|old|now|no|not|none|nothing|nobody|never|neither|without|if|unless"
    r"|until|when(?:ever)?|once|will|would|may|might|can|could|should|must|expect\w*|test mode|simulat\w*|dry|skip\w*"
    r"|ignor\w*|hardly|any|some|few|half|most|part\w*|nearly|almost|only|just"
    rf"|request\w*|start\w*|accepted|submitted|launched|triggered|{BEGUN})\b",
    re.I,
)
# These fields are no results, whatever they hold.
_ABOUT = re.compile(
    r"(?:node|router|target|host|asset|version|date|time|duration|started|finished|ended|took|elapsed|id|type|release"
    r"|uptime|(?:start|end) time)(?: name| id| \d+)?",
    re.I,
)
_DETAIL = re.compile(r"details?|message|description|info|summary|reason", re.I)
#: Longer texts are no results, and would take long to examine.
_LONGEST = 400
_NUMBER = re.compile(r"\d+(?: \w*(?:checks|processes|services|nodes|targets))?", re.I)
_ABOUT_COLUMNS = ("Node", "Router", "Target", "Host", "Asset")
#: Columns that name what was checked.
_NAME_COLUMNS = ("Check", "Check Name", "Health Check", "Name", "Test", "Item", "Description")

_BE = r"(?:(?:is|are|was|were|has|have|had)(?: been)? )?"
# What is spoken of as a whole, and a named check.
_SUBJECT = (
    r"(?:(?:all|every|each|everything|overall|the|pre|post|health|status|result|checks?|health-checks?|nodes?"
    r"|targets?) )*"
)
_CHECK = r"(?:(?:[\w\-]+ ){1,5}check )?"
_NODE = r"(?:[\w.\-]+ (?:is|are|was|has) )?"
_ON_NODE = r"(?: (?:on|of|for) [\w.\-]+)?"
_STEADY = r"(?:in|reached)(?: an?| the)? steady[- ]state|steady[- ]state (?:(?:is|was|has been) )?reached"
_GOOD = rf"(?:{PASSED}|{_STEADY})"
_COUNTED = r"(?:(?:health )?(?:checks?|targets?|nodes?) )?"
_FAILURES = r"(?:failed|failures?|failing|fails?|errors?|critical|warnings?|skipped|time-?outs?|timed out|disconnected)"
_PASSING = re.compile(
    rf"{_SUBJECT}(?:(?:on|of|for) [\w.\-]+ )?{_BE}{_GOOD}{_ON_NODE}|{_NODE}{_GOOD}|{_CHECK}{_BE}{_GOOD}{_ON_NODE}"
    rf"|[1-9]\d* {_COUNTED}{_BE}{_GOOD}|(?:checks? )?{_GOOD}\s*[:= ]\s*[1-9]\d*"
    rf"|(?:checks? )?{_GOOD}\s*[:= ]\s*(?P<of>\d+)/(?P=of)"
    rf"|(?P<all>[1-9]\d*)(?:/| of (?:the )?| out of (?:the )?)(?P=all) {_COUNTED}{_BE}{_GOOD}",
    re.I,
)
_NO_FAILURE = re.compile(
    rf"(?:0|no|none|zero)(?: ?(?:of|/)(?: the)? ?\d+)? {_COUNTED}{_BE}{_FAILURES}(?: checks?)?"
    rf"|(?:number of )?{_FAILURES}(?: checks?| count)?(?:\s*[:=]\s*|\s+)(?:0|none|no|-|\[\])",
    re.I,
)
# That a check was requested, or has run: no result, whatever tick is in front of it.
_NO_RESULT = re.compile(
    rf"{_SUBJECT}{_BE}(?:{BEGUN}|starting|requested|accepted|submitted|launched|triggered|complet\w+|finished|done"
    r"|performed|ended|ran)"
    r"|(?:starting|running|performing|requesting) (?:the )?health[- ]?checks?|n/a|not applicable",
    re.I,
)


def doubt(response: Response, lines: list[str]) -> str | None:
    """Why the check has not passed: the text that is no passing result, or what is missing. None: everything passed."""
    missing = _missing(response)
    if missing:
        return missing
    rows = _rows(response)
    titles = {block.title for block in response.blocks if block.title}
    passed = False
    for line in lines:
        if "..." in line or "\u2026" in line:  # a line of progress
            continue
        if _blank_row(line, response):
            return line
        parts = rows.get(" ".join(line.split()))
        if parts is None:
            parts = [part for part in _BETWEEN.split(line) if part not in titles]
        results = [_result(part) for part in parts]
        if not results or None in results:
            return line
        passed = passed or True in results
    return None if passed else "no result that can be interpreted"


def _result(text: str) -> bool | None:
    """Whether this text is a passing result (True), or none at all (False). None: it is not understood as a whole."""
    if len(text) > _LONGEST:
        return None
    ticked = _TICK.match(text.strip()) is not None
    bare = _OF_NODE.sub("", _AROUND.sub("", _TICK.sub("", text.strip()))).replace("_", " ")
    if _NO_RESULT.fullmatch(bare):
        return False
    if _NO_FAILURE.fullmatch(bare) or (_PASSING.fullmatch(bare) and not _NO_NAME.search(bare)):
        return True
    if ticked and _NAMED_CHECK.fullmatch(bare) and not _NO_NAME.search(bare):
        return True
    field = _FIELD.fullmatch(bare)
    if field is None:
        return None
    if _ABOUT.fullmatch(field["name"]) or (_DETAIL.fullmatch(field["name"]) and _NUMBER.fullmatch(field["value"])):
        return False
    return None if _NO_NAME.search(field["name"]) else _result(field["value"])


def _rows(response: Response) -> dict[str, list[str]]:
    """The results in each row of a table of checks, by its line: without the node, and the name of the check."""
    rows = {}
    for table in response.tables:
        if not table.has(*_NAME_COLUMNS):
            continue
        names = {table.column(name) for name in (*_NAME_COLUMNS, *_ABOUT_COLUMNS)}
        for row in table.rows:
            rows[" ".join(" ".join(row.values()).split())] = [
                cell for column, cell in row.items() if cell and column not in names
            ]
    return rows


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

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that have failed, by the output of a health check. Its layout is documented nowhere.

A failed check takes a node back, so one is believed only if the whole line, or the whole row, is a named check with its
own failing result. A word such as *failed* or *error* anywhere else proves nothing: "passed without any error".
"""

from __future__ import annotations

import re

from ..pcli.response import Response
from .vocabulary import PASSED

# No part of the name of a check: the words of sentences, and what the health check itself is called.
_NO_NAME = (
    r"(?:health|pre|post|pre-?upgrade|post-?upgrade|upgrade|the|this|that|an?|any|each|every|all|some|other|last|latest"
    r"|previous|earlier|former|first|next|old|no|not|none|nothing|never|neither|without|and|or|of|on|for|to|from|with|if"
    r"|unless|when(?:ever)?|once|until|while|before|after|will|would|may|might|can|could|should|must|is|are|was|were|be"
    r"|been|has|have|had|did|does|do|run|running|perform(?:ing)?|start(?:ing|ed)?|skip(?:ped)?|expect(?:ed)?|\d+)"
)
#: `System Processes Check` (I95-64218), the only one that is known.
_NAME = rf"(?P<name>(?:(?!{_NO_NAME}\b)[\w\-/]+ ){{1,5}}check)"
_NAMES = r"(?P<names>NAME(?:(?:, | and )NAME)*)".replace("NAME", _NAME.replace("?P<name>", "?:"))
_DENIAL = r"(?:not|\w+n't) (?:been )?(?:ok|healthy|running|pass(?:ed)?|succeed(?:ed)?|successful)"
_FAILING = rf"(?:(?:has |have |is |was )?(?:failed|fail|fails|failure|unhealthy|unsuccessful|{_DENIAL})|did not pass)"
_NODE = rf"(?:(?!{_NO_NAME}\b)(?:node |router )?(?:[\w.\-]+ *: *|[\w\-]+\.[\w.\-]+ ))?"
_CROSS = r"[\u2716\u2717\u2718\u274c]"
_MARK = rf"(?:{_CROSS}[\ufe0e\ufe0f]? *|[*\-] +|% *Error: *)?"
# Behind the result: nothing, or why.
_DETAIL = r"(?P<detail>(?:\s*[:;,(]|\s+-|\s{2,}).*)?"
_LINES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # "node1: System Processes Check failed: highway is not running", "System Processes Check   FAIL   why"
        rf"{_MARK}{_NODE}{_NAME}(?:\s*[:=]\s*|\s+){_FAILING}{_DETAIL}",
        # "System Processes Check: one or more processes are not running"
        rf"{_MARK}{_NODE}{_NAME}\s*[:=]\s*(?:[\w\-]+ ){{1,6}}(?:is|are) {_DENIAL}(?P<detail>)",
        # A cross in front of the name alone.
        rf"{_CROSS}[\ufe0e\ufe0f]? *{_NODE}{_NAME}(?P<detail>)",
        # "Failed health checks of node1: System Processes Check", and "Health check failed: System Processes Check"
        rf"{_MARK}{_NODE}(?:[1-9]\d* )?fail(?:ed|ing)(?: (?:health )?checks?(?: (?:of|on|for) [\w.\-]+)?)?: *{_NAMES}"
        rf"{_DETAIL}",
        rf"{_MARK}{_NODE}(?:[1-9]\d* )?(?:health )?checks?(?: (?:of|on|for) [\w.\-]+)? {_FAILING}: *{_NAMES}{_DETAIL}",
    )
)
# Beside these words the health check itself did not come through.
_NOT_MADE = (
    r"\btim(?:ed|e|ing)[ -]?out\b|\bunreachable\b|\bnot (?:be )?(?:reach|connect|respond)|\bdisconnected\b|\bbusy\b"
    r"|\bno (?:response|reply|answer)\b|\balready\b|\bin[ -]progress\b|\banother\b|\bconnection\b"
    r"|\b(?:argument|parameter|keyword|command|permission|access|privilege|capability|authori[sz]|unhandled)"
    r"|\b(?:failed|unable) to\b|\bcould not be (?:run|started|made|performed)\b"
)
# Beside these a check may not have failed: the failure is over, or it was counted and there was none.
_DOUBT = re.compile(
    rf"{_NOT_MADE}|\bnow\b|\?"
    r"|\b(?:0|none|never|nothing|previous\w*|earlier|last|cleared|recovered|ignored|skipped|if|unless|would|might)\b"
    rf"|(?<!not )(?<!n't )\b(?:{PASSED})\b",
    re.I,
)
_PASSED = re.compile(rf"\b(?:{PASSED})\b", re.I)
_BAD_WORD = re.compile(
    rf"\b(?:fail(?:ed|s|ing|ures?)?|unhealthy|unsuccessful|critical|degraded|{_DENIAL})\b"
    r"(?!(?: \w+)?\s*[:=]?\s*(?:0|none|no)\b)",
    re.I,
)
#: `4 of 5 checks passed`
_SHARE_PASSED = re.compile(rf"\b(\d+) ?(?:/|of(?: the)?|out of(?: the)?) ?(\d+)\b(?: \w+){{0,3}} (?:{PASSED})\b", re.I)
_NO_FAILURE_BEFORE = re.compile(r"\b(?:0|no|not|none|nothing|zero|never|without|\w+n't)(?: \w+){0,2}\s+\Z", re.I)
_CHECK_COLUMNS = ("Check", "Check Name", "Health Check", "Test")
_RESULT_COLUMNS = ("Result", "Status", "State", "Health", "Outcome")
_EVERYTHING_PASSED = re.compile(
    rf"\b(?:all|every(?:thing)?|overall)\b[^.;,]{{0,100}}\b(?:{PASSED})\b"
    r"|\b(?:0|no|none of the) (?:\w+ )?checks? (?:have )?failed",
    re.I,
)


def failed_checks(response: Response, lines: list[str]) -> tuple[str, ...]:
    """The names of the checks that have failed. Empty where none is shown, or where the answer contradicts itself."""
    if any(_EVERYTHING_PASSED.search(line) and not re.search(r"not", line, re.I) for line in lines):
        return ()
    texts = [line.strip() for line in lines if "..." not in line and "…" not in line]
    names = _in_tables(response) + [
        name for text in texts for name in _in_line(text) if not _has_passed(text, name, texts)
    ]
    return tuple(dict.fromkeys(names))


def speaks_of_failure(line: str) -> bool:
    """Whether a line says that something failed, other than the request for the health check itself."""
    if re.search(_NOT_MADE, line, re.I):
        return False
    if any(int(part) < int(whole) for part, whole in _SHARE_PASSED.findall(line)):
        return True
    return any(not _NO_FAILURE_BEFORE.search(line[: match.start()]) for match in _BAD_WORD.finditer(line))


def _has_passed(text: str, name: str, texts: list[str]) -> bool:
    """Whether another line says of the same check of the same node that it has passed."""
    subject = _subject(text, name)
    others = (other for other in texts if other != text and name in other and _subject(other, name) == subject)
    return any(_PASSED.search(other[other.index(name) + len(name) :]) for other in others)


def _subject(text: str, name: str) -> str:
    return re.sub(r"\A\W+", "", text[: text.index(name)])


def _in_tables(response: Response) -> list[str]:
    """The names in the rows of tables of checks whose result is a failing word and nothing else."""
    return [
        name
        for table in response.tables
        for row in table.rows
        if (name := table.cell(row, *_CHECK_COLUMNS))
        and re.fullmatch(_FAILING, (table.cell(row, *_RESULT_COLUMNS) or "").strip(), re.I)
        and not _DOUBT.search(" ".join(cell for cell in row.values() if cell != name))
    ]


def _in_line(text: str) -> list[str]:
    for pattern in _LINES:
        match = pattern.fullmatch(text)
        if match and not _DOUBT.search(match["detail"] or ""):
            groups = match.groupdict()
            return re.split(r", | and ", groups.get("names") or groups["name"])
    return []

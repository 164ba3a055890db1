# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does everything that a health check tells pass? Its layout is documented nowhere, so every result must be one.

A row, a field or a line that gives a result must give a passing one, whatever the others say: a check that is
*Degraded*, that ran into a time-out or whose result is blank has not passed (rule 17), and neither has a node that did
not answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..pcli.response import Response

_GOOD = r"(?:pass(?:ed|es|ing)?|healthy|ok|success(?:ful(?:ly)?)?|succeeded|steady[- ]state)"
# "Healthy: false", "0 passed", "None of the checks passed", "Not all checks ok", "Is it healthy? no".
_TAKEN_BACK = re.compile(
    rf"\b{_GOOD}\b\s*[:=?]+\s*(?:no|none|false|never|unknown|0)\b"
    rf"|\b(?:0|no|none|nothing|nobody|zero|not|never|neither|nor|cannot|\w+n['\u2019]t)\b[^.;,]{{0,100}}?\b{_GOOD}\b"
    r"|\b(?:no|none of the) (?:\w+ )?checks?\b",
    re.I,
)
# Words beside which nothing passes, though they may be no failure of the check.
_DOUBT = re.compile(
    r"\b(?:degraded|down|nok|time-?outs?|timed?[- ]?out|warn(?:ing)?s?|no (?:response|reply|answer|result|data)|unknown"
    r"|skipped|inconclusive|undetermined|unreach\w*|disconnected|missing|exceed\w*|aborted|cancel+ed|interrupted|stale"
    r"|still running|check is running|in[ -]progress|pending|incomplete|unable|cannot|could not|bad|poor|impaired"
    r"|unavailable|offline|not (?!applicable\b)\w+|\w+n['\u2019]t|fail\w*|errors?|critical|unhealthy|unsuccessful\w*"
    r"|false)\b|[✘✗✖❌⚠]",
    re.I,
)
_NO_DOUBT = re.compile(
    r"\b(?:0|no|none|zero) (?:\w+ )?(?:warnings?|errors?|critical|fail\w*|time-?outs?|skipped|down|degraded)\b"
    r"|\b(?:warnings?|errors?|skipped|fail\w*|critical)(?: \w+)?\s*[:=]\s*(?:0|none|no)\b"
    r"|\b(?:warnings?|errors?|skipped|fail\w*|critical)(?: \w+)?\s+0\s*$",
    re.I,
)
# What only tells that a check was asked for, or how an earlier one ended.
_NO_RESULT = re.compile(
    r"\b(?:start(?:ed|ing)?|request(?:ed)?|accepted|queued|scheduled|initiated|submitted|launched|triggered|begun"
    r"|beginning|running health|last|previous(?:ly)?|earlier)\b",
    re.I,
)
_NOT_APPLICABLE = re.compile(r"\bn/a\b|\bnot applicable\b", re.I)
_NONE_FAILED = re.compile(
    r"\b0\s*(?:/|of(?: the)?|out of(?: the)?)\s*\d+ (?:\w+ )?(?:\w+ )?(?:fail|error|critical)", re.I
)
# `12/13 ok`, `Passed 3/5`, `1/2 targets`, `2 of 3 checks are healthy`.
_SHARE = re.compile(r"(?<![\w./:-])(\d+)\s*(?:/|of(?: the)?|out of(?: the)?)\s*(\d+)(?![\w./:-])", re.I)
# A name with its result behind it, in a field or in columns that have no names.
_FIELD = re.compile(r"[^\w]*(?P<name>[\w][^:=]{0,80}?)(?:\s*[:=]+\s*|\s{2,})(?P<value>\S.*)?")
_ABOUT = re.compile(
    r"(?:node|router|target|host|asset|version|date|time|duration|started|finished|ended|took|elapsed|details?|message"
    r"|description|info|id|type|release|uptime|summary|(?:start|end) time)(?: name| id| \d+)?",
    re.I,
)
_CHECK = re.compile(r"(?!.*health[- ]check\W*\Z).*\bcheck\W*", re.I)


def doubt(reply: Response, plain: dict[str, str], passing: Callable[[str, str], bool]) -> str | None:
    """Why this is no pass: what tells of no passing result, or of a part that is missing; None where everything passes.

    ``plain``: what each line says of a result, without the name of what was checked, counts of nothing and promises.
    ``passing``: does such a text, and the line or the part of it that it is from, tell of a pass?
    """
    missing = _missing(reply)
    if missing:
        return missing
    rows = {" ".join(" ".join(row.values()).split()) for table in reply.tables for row in table.rows}
    passed = False
    for line, text in plain.items():
        text = text.replace("_", " ")
        if "..." in line or "…" in line:  # a line of progress
            continue
        if _doubtful(text) or _blank_row(line, reply):
            return line
        if _NO_RESULT.search(line.replace("_", " ")) or _NOT_APPLICABLE.search(text):
            continue
        good = passing(text, line)
        passed = passed or good
        # A block is one line, whose fields are parted like this.
        parts = line.split("; ") if "; " in line else []
        blank = next((part for part in parts if _gives_result(part) and not passing(part, part)), None)
        if blank or (not good and (" ".join(line.split()) in rows or _gives_result(line))):
            return blank or line
    return None if passed else "no words that can be read"


def _blank_row(line: str, reply: Response) -> bool:
    """Is this a row with nothing but a name? In a table it looks like the second line of the name above."""
    name = " ".join(line.split())
    cells = (cell for table in reply.tables for row in table.rows for cell in list(row.values())[:-1])
    return any(cell != name and cell.endswith(name) for cell in cells)


def _missing(reply: Response) -> str | None:
    """What shows that not every target has answered: the marks and the counts of the lines of progress."""
    if reply.disconnected:
        return f"{', '.join(target for target, _message in reply.disconnected)} was not reached"
    for line in reply.text.splitlines():
        if "⚠" in line or _less(line):
            return line.strip()
    return None


def _less(line: str) -> bool:
    return any(int(some) < int(whole) for some, whole in _SHARE.findall(_NONE_FAILED.sub("", line)))


def _doubtful(text: str) -> bool:
    rest = _NO_DOUBT.sub("", text)
    return bool(_TAKEN_BACK.search(rest) or _DOUBT.search(rest))


def _gives_result(line: str) -> bool:
    """Does a line name something and give it a result? What names the node, a time or the details gives none."""
    field = _FIELD.fullmatch(line)
    if field is None:
        return False
    if not field["value"]:
        return bool(_CHECK.fullmatch(field["name"]))
    return not _ABOUT.fullmatch(field["name"].strip())

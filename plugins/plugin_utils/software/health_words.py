# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether everything in the output of a health check has passed. Its layout is documented nowhere.

Every row, field and line with a result must pass, whatever the others say. A check that is *Degraded*, that timed out
or whose result is blank has not passed (rule 17), and neither has a node that did not respond.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ..pcli.response import Response
from .vocabulary import BEGUN, IN_PROGRESS, PASSED, UNABLE

_GOOD = rf"(?:{PASSED}|steady[- ]state)"
# "Healthy: false", "0 passed", "None of the checks passed", "Not all checks ok", "Is it healthy? no".
_NEGATED = re.compile(
    rf"\b{_GOOD}\b\s*[:=?]+\s*(?:no|none|false|never|unknown|0)\b"
    rf"|\b(?:0|no|none|nothing|nobody|zero|not|never|neither|nor|cannot|\w+n['\u2019]t)\b[^.;,]{{0,100}}?\b{_GOOD}\b"
    r"|\b(?:no|none of the) (?:\w+ )?checks?\b",
    re.I,
)
# Beside these words nothing passes, although they may not be a failure of the check.
_DOUBT = re.compile(
    r"\b(?:degraded|down|nok|time-?outs?|timed?[- ]?out|warn(?:ing)?s?|no (?:response|reply|answer|result|data)|unknown"
    r"|skipped|inconclusive|undetermined|unreach\w*|disconnected|missing|exceed\w*|aborted|cancel+ed|interrupted|stale"
    rf"|still running|check is running|{IN_PROGRESS}|pending|incomplete|{UNABLE}|bad|poor|impaired"
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
# That a check was requested, or how an earlier one ended: no result.
_NO_RESULT = re.compile(
    rf"\b(?:{BEGUN}|start(?:ing)?|request(?:ed)?|accepted|submitted|launched|triggered|beginning"
    r"|running health|last|previous(?:ly)?|earlier)\b",
    re.I,
)
_NOT_APPLICABLE = re.compile(r"\bn/a\b|\bnot applicable\b", re.I)
_NONE_FAILED = re.compile(
    r"\b0\s*(?:/|of(?: the)?|out of(?: the)?)\s*\d+ (?:\w+ )?(?:\w+ )?(?:fail|error|critical)", re.I
)
# `12/13 ok`, `Passed 3/5`, `1/2 targets`, `2 of 3 checks are healthy`.
_SHARE = re.compile(r"(?<![\w./:-])(\d+)\s*(?:/|of(?: the)?|out of(?: the)?)\s*(\d+)(?![\w./:-])", re.I)
# A name followed by its result, in a field or in columns without names.
_FIELD = re.compile(r"[^\w]*(?P<name>[\w][^:=]{0,80}?)(?:\s*[:=]+\s*|\s{2,})(?P<value>\S.*)?")
_ABOUT = re.compile(
    r"(?:node|router|target|host|asset|version|date|time|duration|started|finished|ended|took|elapsed|details?|message"
    r"|description|info|id|type|release|uptime|summary|(?:start|end) time)(?: name| id| \d+)?",
    re.I,
)
_CHECK = re.compile(r"(?!.*health[- ]check\W*\Z).*\bcheck\W*", re.I)


def doubt(response: Response, plain: dict[str, str], passing: Callable[[str, str], bool]) -> str | None:
    """Why the check has not passed: the text without a passing result, or what is missing; None if everything passed.

    ``plain``: each line with its part about the result, without the name of the check, counts of nothing and promises.
    ``passing``: whether such a text, given the line or the part it comes from, is a pass.
    """
    missing = _missing(response)
    if missing:
        return missing
    rows = {" ".join(" ".join(row.values()).split()) for table in response.tables for row in table.rows}
    passed = False
    for line, text in plain.items():
        text = text.replace("_", " ")
        if "..." in line or "…" in line:  # a line of progress
            continue
        if _doubtful(text) or _blank_row(line, response):
            return line
        if _NO_RESULT.search(line.replace("_", " ")) or _NOT_APPLICABLE.search(text):
            continue
        good = passing(text, line)
        passed = passed or good
        # A block is one line, with this between its fields.
        parts = line.split("; ") if "; " in line else []
        blank = next((part for part in parts if _gives_result(part) and not passing(part, part)), None)
        if blank or (not good and (" ".join(line.split()) in rows or _gives_result(line))):
            return blank or line
    return None if passed else "no result that can be interpreted"


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


def _doubtful(text: str) -> bool:
    rest = _NO_DOUBT.sub("", text)
    return bool(_NEGATED.search(rest) or _DOUBT.search(rest))


def _gives_result(line: str) -> bool:
    """Whether a line names something and gives its result. A node, a time and details are no result."""
    field = _FIELD.fullmatch(line)
    if field is None:
        return False
    if not field["value"]:
        return bool(_CHECK.fullmatch(field["name"]))
    return not _ABOUT.fullmatch(field["name"].strip())

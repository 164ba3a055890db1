# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks that have failed, by the output of a health check. Its layout is documented nowhere.

A failed check takes a node back, so one is believed only if the whole line, or the whole row, is a named check with its
own failing result, of this node and of this run, and final. A word such as *failed* or *error* anywhere else proves
nothing: "passed without any error", "failed, retrying", a failure of the peer.
"""

from __future__ import annotations

import re

from .health_lines import NODE_COLUMNS, Statement, is_progress
from .health_names import ELSEWHERE, Names
from .vocabulary import FAILED, PASSED

# No part of the name of a check: the words of sentences, and what the health check itself is called.
_NO_NAME = (
    r"(?:health|pre|post|pre-?upgrade|post-?upgrade|upgrade|the|this|that|an?|any|each|every|all|some|other|last|latest"
    r"|previous|earlier|former|first|next|old|no|not|none|nothing|never|neither|without|and|or|of|on|for|to|from|with|if"
    r"|unless|when(?:ever)?|once|until|while|before|after|will|would|may|might|can|could|should|must|is|are|was|were|be"
    r"|been|has|have|had|did|does|do|run|running|perform(?:ing)?|start(?:ing|ed)?|skip(?:ped)?|expect(?:ed)?|\d+|nodes?"
    r"|router|peer|mate|neighbou?r|conductor|host|target|asset|primary|secondary|standby|remote|both|optional|advisory"
    r"|initial|prior|baseline|history|yesterday|retry\w*|attempt|[a-z]+\d+)"
)
#: `System Processes Check` (I95-64218), the only one that is known.
_NAME = rf"(?P<name>(?:(?!{_NO_NAME}\b)[\w\-/]+ ){{1,5}}check)"
_NAMES = r"(?P<names>NAME(?:(?:, | and )NAME)*)".replace("NAME", _NAME.replace("?P<name>", "?:"))
_DENIAL = r"(?:not|\w+n't) (?:been )?(?:ok|healthy|running|pass(?:ed)?|succeed(?:ed)?|successful)"
_FAILING = rf"(?:(?:has |have |is |was )?(?:failed|fail|fails|failure|unhealthy|unsuccessful|{_DENIAL})|did not pass)"
_CROSS = r"[\u2716\u2717\u2718\u274c]"
_MARK = rf"(?:{_CROSS}[\ufe0e\ufe0f]? *|[*\-] +|% *Error: *)?"
# Behind the result: nothing, or why.
_DETAIL = r"(?P<detail>(?:\s*[:;,(]|\s+-|\s{2,}).*)?"
_LINES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # "System Processes Check failed: highway is not running", "System Processes Check   FAIL   why"
        rf"{_MARK}{_NAME}(?:\s*[:=]\s*|\s+){_FAILING}{_DETAIL}",
        # "System Processes Check: one or more processes are not running"
        rf"{_MARK}{_NAME}\s*[:=]\s*(?P<reason>\w.* (?:is|are) {_DENIAL})(?P<detail>)",
        # A cross in front of the name alone.
        rf"{_CROSS}[\ufe0e\ufe0f]? *{_NAME}(?P<detail>)",
        # "Failed health checks: System Processes Check", and "Health check failed: System Processes Check"
        rf"{_MARK}(?:[1-9]\d* )?fail(?:ed|ing)(?: (?:health )?checks?)?: *{_NAMES}{_DETAIL}",
        rf"{_MARK}(?:[1-9]\d* )?(?:health )?checks? {_FAILING}: *{_NAMES}{_DETAIL}",
    )
)
# What is behind a failing result is a reason only if it says what is bad now. Anything else may take the result back.
_PROCESS = r"(?!(?:it|that|this|which|what|there|everything)\b)(?!NO_NAME\b)[a-z][\w\-]*".replace("NO_NAME", _NO_NAME)
_PROCESSES = rf"{_PROCESS}(?:(?:, | and |, and ){_PROCESS})*"
_NUMBER = r"(?:one or more|some|several|[1-9]\d*(?: of [1-9]\d*)?|the|a)"
_PROCESS_WORD = r"(?:(?:critical|required|system|ssr) )*(?:process(?:es)?|services?|daemons?)"
_DOWN = rf"(?:(?:is|are|has|have) )?(?:{_DENIAL}|down|stopped|dead|crashed|missing|failed|exited)"
# Those of the documented list (CLI-6.0, show system processes) may stand alone.
_KNOWN = (
    r"(?:accessManager|analyticsReporter|applicationFrameworkManager|conflux|databaseQueryCoordinator|dnsManager"
    r"|dynamicPeerUpdateManager|highway|nodeMonitor|redisServerManager|routingManager|securityKeyManager"
    r"|systemServicesCoordinator)"
)
#: `one or more processes`: its words are no names, whatever nodes and routers are called.
_IN_NUMBERS = re.compile(rf"\A{_NUMBER} {_PROCESS_WORD}\b", re.I)
_REASON = re.compile(
    rf"(?:(?:{_NUMBER} )?{_PROCESS_WORD}(?: {_PROCESSES})?|{_PROCESSES}) {_DOWN}"
    rf"|(?:not running|down|stopped): {_PROCESSES}|{_KNOWN}(?:(?:, | and ){_KNOWN})*",
    re.I,
)
# Beside these words the health check itself did not come through.
_NOT_MADE = (
    r"\btim(?:ed|e|ing)[ -]?out\b|\bunreachable\b|\bnot (?:be )?(?:reach|connect|respond)|\bdisconnected\b|\bbusy\b"
    r"|\bno (?:response|reply|answer)\b|\balready\b|\bin[ -]progress\b|\banother\b|\bconnection\b"
    r"|\b(?:argument|parameter|keyword|command|permission|access|privilege|capability|authori[sz]|unhandled)"
    r"|\b(?:failed|unable) to\b|\bcould not be (?:run|started|made|performed)\b"
)
# A line with these says that the result of another line is not the last word, or does not count.
_NOT_FINAL = re.compile(
    r"\b(?:retry\w*|retries|re-?run\w*|re-?check\w*|attempt\w*|again|repeat\w*|wait\w*|pending|still|yet|advisory"
    r"|non-?fatal|tolerated|ignor\w*|overrid\w*|warm(?:ing)?[- ]?up|simulat\w*|test mode|dry[- ]run|in[- ]progress"
    r"|recover\w*|restarting|starting)\b",
    re.I,
)
_PASSED = re.compile(rf"\b(?:{PASSED})\b", re.I)
_NONE = r"(?:(?:0|none|never)\b|no\b(?!\s+\w)|-\s*(?:\Z|[;,])|\[\])"
_BAD_WORD = re.compile(
    rf"(?<![/\w.])(?:{FAILED}|errors|failures|un-?healthy|critical|degraded|bad|poor|broken|down|stopped|crash\w*|dead|killed"
    rf"|faults?|faulty|nok|ko|red|negative|missing|offline|inactive|exited|terminated|unstable|lost|hardly \w+"
    rf"|{_DENIAL}|(?:not|\w+n't) (?:in )?(?:up|active|well|good|ready|steady\w*))\b"
    rf"(?!(?: \w+)?\s*[:=]\s*{_NONE}|(?: \w+)? (?:(?:0|none|never)\b|no\b(?!\s+\w)))",
    re.I,
)
#: `4 of 5 checks passed`, `checks passed: 0/2`
_OF = r"\b(\d+) ?(?:/|of(?: the)?|out of(?: the)?) ?(\d+)\b"
_SHARE_PASSED = re.compile(
    rf"{_OF}(?: \w+){{0,3}} (?:{PASSED})\b|\b(?:{PASSED})(?: checks?)?\s*[:=]?\s*{_OF}",
    re.I,
)
#: `0 checks passed`, `none passed`, `Healthy: no`
_NONE_PASSED = re.compile(
    rf"\b(?:0|no|none|nothing|zero|never)(?: (?!(?:fail|err|prob|warn|iss|crit|alarm)\w*)\w+){{0,3}} (?:{PASSED})\b"
    rf"(?!\s*[:=]?\s*[1-9])"
    rf"|\b(?:{PASSED}|health|result|status|check|overall)\b[^:=;,]{{0,40}}[:=]\s*(?:no|false|0|none)\b"
    r"(?!\s*\w*\s*(?:fail|err|prob|warn|iss|crit|alarm))",
    re.I,
)
_COUNTED_BAD = re.compile(r"\b[1-9]\d* (?:active )?alarms?\b|\balarms?\s*[:=]\s*[1-9]", re.I)
_CROSSED = re.compile(rf"\s*{_CROSS}")
_OF_A_CHECK = re.compile(rf"\b{_NAME}", re.I)
_NO_FAILURE_BEFORE = re.compile(r"\b(?:0|no|not|none|nothing|zero|never|without|\w+n't)(?: \w+){0,2}\s+\Z", re.I)
#: Longer texts are no results, and would take long to examine.
_LONGEST = 400
_CHECK_COLUMNS = ("Check", "Check Name", "Health Check", "Test")
_RESULT_COLUMNS = ("Result", "Status", "State", "Health", "Outcome")
_REASON_COLUMNS = ("Reason", "Detail", "Details", "Message", "Info")
_EVERYTHING_PASSED = re.compile(
    rf"\b(?:all|every(?:thing)?|overall)\b[^.;,]{{0,100}}\b(?:{PASSED})\b"
    r"|\b(?:0|no|none of the) (?:\w+ )?checks? (?:have )?failed",
    re.I,
)


def failed_checks(statements: list[Statement], names: Names) -> tuple[str, ...]:
    """The names of the checks that have failed on this node. Empty where none is shown, or the answer is not clear.

    It is not where it contradicts itself, or says that a result is not the last one.
    """
    said = [one for one in statements if not is_progress(one.text) and not one.is_elsewhere]
    if any(_EVERYTHING_PASSED.search(one.text) and not re.search(r"not", one.text, re.I) for one in said):
        return ()
    if any(_NOT_FINAL.search(one.text) for one in said):
        return ()
    found = [name for one in said if one.is_own for name in _failed_in(one, names) if not _has_passed(name, said)]
    return tuple(dict.fromkeys(found))


def speaks_of_failure(line: str) -> bool:
    """Whether a line says that something is bad, other than the request for the health check itself."""
    if is_progress(line):
        return False
    text = re.sub(r"\A\s*(?:% *)?Error: *", "", line)
    bad = any(not _NO_FAILURE_BEFORE.search(text[: match.start()]) for match in _BAD_WORD.finditer(text))
    if bad and _OF_A_CHECK.search(text) and not re.search(r"\btim(?:ed|e)[ -]?out\b", text, re.I):
        return True
    if re.search(_NOT_MADE, text, re.I):
        return False
    shares = ([number for number in match if number] for match in _SHARE_PASSED.findall(text))
    if any(int(part) < int(whole) or not int(whole) for part, whole in shares):
        return True
    return bad or any(pattern.search(text) for pattern in (_NONE_PASSED, _COUNTED_BAD, _CROSSED))


def _has_passed(name: str, statements: list[Statement]) -> bool:
    """Whether another line or row says of the same check that it has passed."""
    others = (text for one in statements if name.lower() in (text := one.text.lower()))
    return any(_PASSED.search(re.sub(_DENIAL, "", text[text.index(name.lower()) + len(name) :])) for text in others)


def _failed_in(statement: Statement, names: Names) -> list[str]:
    found = _in_line(statement.text, names) if statement.row is None else _in_row(statement, names)
    return [name for name in found if not any(names.place(word) == ELSEWHERE for word in name.split())]


def _in_row(statement: Statement, names: Names) -> list[str]:
    """The check of a row whose result is a failing word, where every other cell is understood."""
    table, row = statement.table, statement.row
    name = table.cell(row, *_CHECK_COLUMNS) or ""
    result = table.cell(row, *_RESULT_COLUMNS) or ""
    reason = table.cell(row, *_REASON_COLUMNS) or ""
    known = [*_CHECK_COLUMNS, *_RESULT_COLUMNS, *_REASON_COLUMNS, *NODE_COLUMNS]
    printed = {table.column(column) for column in known}
    if not name or any(cell and column not in printed for column, cell in row.items()):
        return []
    return [name] if re.fullmatch(_FAILING, result.strip(), re.I) and _is_reason(reason, names) else []


def _in_line(text: str, names: Names) -> list[str]:
    for pattern in _LINES if len(text) <= _LONGEST else ():
        match = pattern.fullmatch(text)
        groups = match.groupdict() if match else {}
        if match and _is_reason(groups["detail"] or "", names) and _is_reason(groups.get("reason") or "", names):
            return re.split(r", | and ", groups.get("names") or groups["name"])
    return []


def _is_reason(text: str, names: Names) -> bool:
    """Whether what is behind a result leaves it as it is: nothing, or what is bad on this node."""
    bare = text.strip(" \t:;,().-")
    if any(names.place(word) == ELSEWHERE for word in re.findall(r"[\w.\-]*\w", _IN_NUMBERS.sub("", bare))):
        return False
    return not bare or _REASON.fullmatch(bare) is not None

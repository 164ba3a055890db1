# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the answers of a failed pre-check into one form, in which ``refusals`` judges them (rule 34).

How a conductor words them is documented nowhere. Only what cannot mean that something was begun is left out: the target
of the request, the sentence that it was refused or not started, the count of checks, and the rows of their results.
"Aborted" is no such word, and the name of another node stays, so that such an answer refuses nothing. A health check
that is not called one before the operation counts only where nothing else can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..pcli.error_lines import straight
from .node_id import NodeId
from .refusal_reasons import PRE_CHECK_NAME, pre_check_failed

_REQUEST = r"(?:(?:the|this) )?(?:software )?(?:upgrade|downgrade|revert|operation|request)(?: (?:request|operation))?"
_NOT_BEGUN = (
    rf"(?:{_REQUEST} (?:(?:was|is|has been) )?(?:refused|rejected|denied|declined|not (?:started|begun|initiated))"
    rf"|{_REQUEST} has not been (?:started|begun|initiated)|nothing (?:was|has been) (?:started|begun)"
    r"|cannot (?:start (?:the )?)?(?:upgrade|downgrade|revert))"
)
_CHECK = rf"(?:the )?(?:{PRE_CHECK_NAME}\b|health[- ]?check\b|[1-9]\d* (?:out )?of \d+ {PRE_CHECK_NAME}\b)"
_FIRST = re.compile(rf"(?:(?<=[:.!%] )|^){_NOT_BEGUN}(?:: |[.!] |,? (?:because|since) )(?={_CHECK})", re.I)
_LAST = re.compile(rf"[.;!,]? {_NOT_BEGUN}[\s.!]*$", re.I)
_COUNT = re.compile(rf"\b[1-9]\d* (?:out )?of (?:the )?\d+ (?={PRE_CHECK_NAME}\b)", re.I)
# Beside these words, a health check that is not called one before the operation may be that after it: "Health check
# failed. The revert was not started.", "Upgrade rejected: health check failed".
_AFTER = re.compile(r"\b(?:revert|downgrad|roll|rejected|declined)", re.I)
_PLAIN_CHECK = re.compile(r"(?:(?<=[:.!%] )|^)(?:the )?(?=health[- ]?check\b)", re.I)
# The name of a check before the verdict: `Pre-check 'Disk Space Check' failed`.
_NAMED = re.compile(
    rf"\b({PRE_CHECK_NAME}) ['\"]?([\w /\-]{{1,40}}? check)['\"]? (failed|not passed|did not pass|has not passed)\b",
    re.I,
)
# What was measured, beside what is needed: no other word of such a sentence says that something goes on. "But 1 reboot
# is needed" is no such measure.
_MEASURED = re.compile(
    r"\b(?:while|but) (?:at least |only )?\d[\d.,]* ?(?:[kmgt]?i?b|(?:kilo|mega|giga)?bytes?|%|percent|cores?|cpus?)?"
    r" ?(?:is|are) (?:needed|required|necessary|expected)\b",
    re.I,
)
# A check of what was installed comes afterwards.
_AFTERWARDS = r"(?![^:]*\b(?:post|after|install\w*|re-?boot\w*|restart\w*|revert\w*|roll-?back)\b)"
_ROW = re.compile(
    rf"\s*{_AFTERWARDS}(?P<name>[\w /\-]{{1,40}}? checks?)\s*:\s*(?:(?P<bad>fail(?:ed)?)|pass(?:ed)?|ok)\s*", re.I
)


def plain_pre_check(words: str, target: Collection[str] = ()) -> str:
    """The answer of a failed pre-check without what says nothing of what was begun; another answer as it is.

    ``target``: the names of what the request is about (see ``target_names``).
    """
    lines = straight(words).splitlines()
    rows = [row for row in map(_ROW.fullmatch, lines[1:]) if row]
    flat = " ".join(" ".join(line for line in lines if line not in {row.string for row in rows}).split())
    named = "" if ":" in flat.rpartition("rror:")[2] else ", ".join(row["name"].strip() for row in rows if row["bad"])
    flat, first = _FIRST.subn("", _without(flat, target), count=1)
    flat, last = _LAST.subn("", flat)
    if (first or last) and not _AFTER.search(words):
        flat = _PLAIN_CHECK.sub("pre-upgrade ", flat, count=1)
    flat = _NAMED.sub(r"\1 \3: \2", _COUNT.sub("", _MEASURED.sub("", flat)))
    flat = f"{flat.rstrip('.: ')}: {named}" if named else flat
    return flat if pre_check_failed(flat) else words


def is_check_row(line: str) -> bool:
    """Whether a line only says how a check went: `Disk Space Check: FAIL`."""
    return _ROW.fullmatch(straight(line)) is not None


def target_names(nodes: Sequence[NodeId]) -> set[str]:
    """The names that mean all that a request moves. That of one of several nodes says nothing of the others."""
    routers = {router for router, _node in nodes}
    if len(nodes) == 1:
        ((router, node),) = nodes
        return {router, node, f"{node}.{router}"}
    return routers if len(routers) == 1 else set()


def _without(flat: str, target: Collection[str]) -> str:
    """The answer without the names of its target."""
    if not target:
        return flat
    name = rf"['\"]?(?:{'|'.join(map(re.escape, sorted(target, key=len, reverse=True)))})['\"]?(?![\w\-]|\.\w)"
    kind = r"(?:(?:router|node|asset|target|conductor) )?"
    flat = re.sub(
        rf" (?:on|for|of|at|to) (?:the )?{kind}{name}(?:,? (?:(?:on|of) )?{kind}{name})?", "", flat, flags=re.I
    )
    return re.sub(rf"\b(cannot (?:upgrade|downgrade|revert)) {kind}{name}", r"\1", flat, flags=re.I)

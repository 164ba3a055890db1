# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer of ``request system software health-check``, read for clear words. Its layout is documented nowhere.

Messages were reworded and capitalised in 7.0.1 (I95-56168), so case never matters; a check that is known by name is
``System Processes Check`` (I95-64218). What cannot be read is ``unknown``, never a pass (rule 17).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..pcli.reply import Reply
from .report import told

_FAIL = re.compile(r"\b(fail(ed|ure|s|ing)?|unhealthy|not (ok|healthy|running|passed)|error|critical)\b|✖", re.I)
_PASS = re.compile(r"\b(pass(ed|es|ing)?|healthy|ok|success(ful(ly)?)?|succeeded)\b", re.I)
_NONE = re.compile(
    r"\b(0|no|none|zero)( of( the)? \d+)?( \w+)?( checks?)? (have |has |had |were |was )?(fail\w*|errors?|critical)"
    r"|(fail\w*|errors?|critical)( \w+)?(\s*[:=]\s*(0|none|no)\b|\s+0\s*$)",
    re.I,
)
# A refusal speaks of errors and failures, too; only a check that failed is a failed check.
_CHECK_FAILED = re.compile(r"\bchecks?\b:?\s+(\w+ )?(fail(ed|s)?|unhealthy|not (ok|healthy|passed))\b(?! to\b)", re.I)
_NAME = re.compile(r"([A-Z][\w\-]*(?: [A-Z][\w\-]*)* Check)\b")


@dataclass(frozen=True)
class Health:
    """``state``: pass, fail or unknown; ``failing``: names of checks that failed, where they are named."""

    state: str
    reason: str
    words: str
    failing: tuple[str, ...] = ()


def read_health(reply: Reply) -> Health:
    """Read the answer. A refusal by the device is ``unknown`` unless it says in clear words that the check failed."""
    lines = told(reply) if not reply.error else [line.strip() for line in reply.text.splitlines() if line.strip()]
    words = "\n".join(lines)
    if reply.denied:
        return Health("unknown", f"it could not be run: {reply.error}", words)
    plain = [_NONE.sub("", line) for line in lines]
    bad = [line for line in plain if _FAIL.search(line)]
    if reply.error and not any(_CHECK_FAILED.search(line) for line in plain):
        return Health("unknown", reply.error, words)
    if bad:
        names = tuple(dict.fromkeys(match for line in bad for match in _NAME.findall(line)))
        return Health("fail", ", ".join(names) or bad[0], words, names)
    if any(_PASS.search(line) for line in plain) or any(_NONE.search(line) for line in lines):
        return Health("pass", "passed", words)
    return Health("unknown", "no words that can be read", words)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor prints about an operation, read for hints. Its layout and words are documented nowhere.

So a hint only ever makes us more careful (an operation seems to run) or explains what versions and states show (a
failure was reported). It is never a verdict of its own.
"""

from __future__ import annotations

import re

from ..pcli.reply import Reply

_RUNNING = re.compile(
    r"\b(in[ -]?progress|ongoing|running|pending|queued|scheduled|starting|started|installing|upgrading|downloading|"
    r"reverting|converting|rebooting|restarting|transferring|activating|verifying)\b|\b\d{1,2}(\.\d+)? ?%",
    re.I,
)
_FAILED = re.compile(
    r"\b(fail(ed|ure|s|ing)?|error|refused|reject(ed|s)?|denied|abort(ed|s)?|unsuccessful|unable|cannot|could not|"
    r"revert(ed)?( back)?|rolled back|timed out|not (permitted|allowed|possible|supported|available))\b|✖",
    re.I,
)
_ENDED = re.compile(r"\b(complete[ds]?|completed|done|success(ful(ly)?)?|finished|succeeded)\b|\b100 ?%|✔", re.I)
# A count of nothing, or a promise about what would happen, reports nothing.
_NO_FAILURE = re.compile(r"\b(0|no|without)( \w+)? (fail\w*|errors?)|(fail\w*|errors?)\s*[:=]\s*(0|none|no)\b", re.I)
_FRAME = re.compile(r"^\s*[=─\-+|]*\s*$|^Completed in|^\w{3} \d{4}-\d\d-\d\d|^\s*[✔⚠]? ?(Retrieving|Piping)", re.I)


def told(reply: Reply | None) -> list[str]:
    """The lines that tell something: no rulers, no date, no frame, no refusal of the status command itself."""
    if reply is None or reply.error or reply.usage:
        return []
    return [line.strip() for line in reply.text.splitlines() if line.strip() and not _FRAME.match(line)]


def since(before: list[str], after: list[str]) -> list[str]:
    """The lines that were not there before: what is older than the command says nothing about it."""
    rest = list(before)
    fresh = []
    for line in after:
        if line in rest:
            rest.remove(line)
        else:
            fresh.append(line)
    return fresh


def hint(lines: list[str]) -> str | None:
    """``failed``, ``running``, ``ended`` or None. The worst of what is told counts."""
    words = [_NO_FAILURE.sub("", line) for line in lines]
    if any(_FAILED.search(line) for line in words):
        return "failed"
    if any(_RUNNING.search(line) and not _ENDED.search(line) for line in words):
        return "running"
    if any(_ENDED.search(line) for line in words):
        return "ended"
    return None


def runs_now(lines: list[str], node: str | None = None) -> str | None:
    """The line that says that an operation is running (on this node, where lines name nodes), else None."""
    named = [line for line in lines if node and re.search(rf"(?<![\w.\-]){re.escape(node)}(?![\w\-])", line)]
    for line in named or lines:
        if _RUNNING.search(line) and not _ENDED.search(line) and not _FAILED.search(_NO_FAILURE.sub("", line)):
            return line
    return None


def already_running(words: str) -> bool:
    """Does a refusal say that there is an operation already? Then it is followed instead of begun again."""
    return bool(
        re.search(r"already|in[ -]progress|another .*(running|operation|upgrade)|busy|currently \w+ing", words, re.I)
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns a response that says no into the matching error."""

from __future__ import annotations

import re

from .errors import DeviceError, NotReached
from .response import Progress, Response, is_of_targets

#: What the table of targets says about one that the conductor has no connection to (pcli facts, `show mist`).
_AWAY = "disconnected"
_QUESTION = re.compile(r"\[y/n\]", re.I)


def response_error(command: str, response: Response, hint: str = "") -> DeviceError:
    """The error for a response that says no; ``hint`` follows the device's words.

    NotReached if every target of the command is disconnected: that is not a refusal.
    """
    failed, beside = response.counts.failed if response.counts else 0, _beside_error(response)
    away = all(message.strip().lower() == _AWAY for _target, message in response.disconnected)
    if response.disconnected and away and not failed:
        none = _sent_to_none(response)
        return NotReached(command, response.error, response.disconnected, hint, beside=beside, sent_to_none=none)
    return DeviceError(
        command,
        response.error,
        denied=response.denied,
        conductor_only=response.conductor_only,
        hint=hint,
        beside=beside,
    )


def _sent_to_none(response: Response) -> bool:
    """Whether an answer has the documented form of a command that went to no target.

    It counts 0 of 0 targets, and names every one that is disconnected. With `0/1 targets complete` there was a target,
    which may have begun what was asked for before it was lost.
    """
    counts = response.counts
    return (
        [(step.done, step.total) for step in response.progress] == [(0, 0)]
        and counts is not None
        and (counts.failed, counts.disconnected, counts.succeeded) == (0, len(response.disconnected), 0)
        and not _beside_error(response)
    )


def _beside_error(response: Response) -> tuple[str, ...]:
    """The lines of an answer that are neither its error nor the progress of a request that no target has completed."""
    known = {line.strip() for line in (response.error or "").split("\n")}
    # What stands before a question that was answered belongs to the question: nothing had been requested yet.
    asked = [number for number, line in enumerate(response.messages, 1) if _QUESTION.search(line)]
    lines = [line for line in response.messages[max(asked, default=0) :] if line not in known]
    lines += [step.text for step in response.progress if step.mark == "ok" or step.done or not _says_failed(step)]
    lines += [" ".join(table.columns) for table in response.tables if not is_of_targets(table)]
    return (*lines, *(block.title or "a block" for block in response.blocks))


def _says_failed(step: Progress) -> bool:
    """Whether a progress line says that no target has completed, or that it failed as a whole."""
    return step.mark == "failed" or step.done == 0

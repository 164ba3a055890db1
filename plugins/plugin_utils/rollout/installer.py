# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Has the installer of a node upgrade itself before a download. It is sent once, whatever becomes of the session."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..clock import format_duration
from ..conductor.grammar import NotOffered
from ..conductor.request import Request
from ..pcli.errors import NoPrompt, SessionBroken
from .context import RunContext
from .events import Stepped, Warned
from .gate import Passage, pass_gate
from .node_log import NodeLog
from .poller import StatusPoller
from .release_departure import release_departure

#: What is said of an installer that was asked to upgrade itself, and has not answered.
_MAY_RUN = "It may still be running: examine the node, then run again."


def upgrade_installer(
    context: RunContext, poller: StatusPoller, request: Request, patience: float, log: NodeLog
) -> Generator[bool, None, str | None]:
    """Upgrade the installer first, which release notes ask of offline conductors from 6.3.x to 6.3.y.

    Returns why that must not be sent now.
    """
    installer = replace(request, operation="installer", cohort_id=None)
    passage = yield from pass_gate(context, poller, release_departure(context, poller, installer, patience, [log]))
    if isinstance(passage.error, NotOffered):
        log.record(Warned(str(passage.error)))
        return None
    if passage.pending is None and not passage.decision.sends:
        passage.raise_lost()
        return passage.decision.reason
    try:
        words = _answer_of_installer(context, passage, log)
    except SessionBroken as error:  # not tried again by those who follow downloads: it may have got through
        raise NoPrompt(f"The session broke during '{passage.command}': {error} {_MAY_RUN}") from error
    log.record(Stepped(passage.command, words, quiet=True))
    return None


def _answer_of_installer(context: RunContext, passage: Passage, log: NodeLog) -> str:
    if passage.pending is None:
        raise passage.error
    context.tell(f"{log.name}: sent: {passage.command}")
    limit = context.limits.upgrade_timeout
    if not context.conductor.session.wait(passage.pending, limit):
        raise NoPrompt(f"'{passage.command}' has not come back within {format_duration(limit)}. {_MAY_RUN}")
    return context.conductor.session.result(passage.pending).text

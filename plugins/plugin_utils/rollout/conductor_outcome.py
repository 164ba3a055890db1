# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done about a conductor node that went wrong, in sentences for the message of its result. Pure.

Whoever reads it has an authority whose only conductor may be bad, so it says why a node was not reverted, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..planning.revert_rules import NO_LOCAL_FAULT, NOT_ACCEPTED, ROLLBACK_BELOW_63
from .join_text import sentences
from .results import NOT_REVERTED, STATES, NodeResult


def after_failure(
    results: Sequence[NodeResult], *, reverts: bool, from_below_63: bool = False, peer_done: bool = False
) -> str:
    """What was done about the nodes that did not succeed, and how to go back by hand; empty if all did.

    ``reverts``: whether bad nodes are reverted; ``from_below_63``: the pair comes from below 6.3, where no command
    reverts a node; ``peer_done``: the other node of the pair runs the requested version.
    """
    bad = [result for result in results if not STATES[result.state].ok]
    if not bad:
        return ""
    outcomes = [_outcome(result, reverts) for result in bad]
    advice = ROLLBACK_BELOW_63 if from_below_63 else ""
    disconnected = "All assets stay Disconnected until this node runs the new release as well: fix it first."
    return sentences(*outcomes, advice, disconnected if from_below_63 and peer_done else "")


def _outcome(result: NodeResult, reverts: bool) -> str:
    """What was done about a node, as far as its reason does not say so."""
    if result.state == "reverted":
        return ""
    refused = [line.removeprefix(NOT_REVERTED) for line in result.warnings if line.startswith(NOT_REVERTED)]
    if not refused and not reverts:
        return "Nothing was reverted."
    if not refused and result.local_fault:
        return ""  # its reason tells what became of the revert
    why = refused[-1] if refused else NO_LOCAL_FAULT if result.accepted else NOT_ACCEPTED
    return f"It was not reverted: {why.rstrip('.')}."

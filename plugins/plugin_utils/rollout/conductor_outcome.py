# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was done about a conductor node that went wrong: warnings in its result, sentences in the message. Pure.

Whoever reads it has an authority whose only conductor may be bad, so it says why a node was not reverted, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..planning.revert_rules import BELOW_63, NO_LOCAL_FAULT, NOT_ACCEPTED, ROLLBACK_BELOW_63
from ..software.versions import Version, satisfies, spelled, try_parse
from .events import Warned
from .join_text import sentences
from .node_log import apply
from .regressions import LOSS
from .results import NOT_REVERTED, NOT_STARTED, STATES, NodeResult

#: Why a node was not reverted, beside the reasons of the rules of a revert.
_OFF = "reverting is turned off (revert is false)"
_END_UNKNOWN = "it is not known how its upgrade ended"
_VERSION_UNKNOWN = "it is not known what it runs now"
_HEALTH_UNKNOWN = "its health check could not be read, which proves no fault of the node"
_LOSS_HOLDS = "on_regression is hold, so what was lost only stops the run"
_NOTHING_SENT = "this run sent no upgrade to it"
_SEVERAL_MOVED = "one request moved several nodes"

_EXCLUDE = "What you accept can be named in compare_exclude or compare_thresholds."
_DISCONNECTED = "All assets stay Disconnected until this node runs the new release as well: fix it first."


@dataclass(frozen=True)
class RevertPolicy:
    """When nodes are reverted. ``reverts``: bad ones; ``on_loss``: after a loss; ``by_node``: each has its request."""

    reverts: bool = True
    on_loss: bool = False
    by_node: bool = True


def with_revert_reasons(results: Sequence[NodeResult], policy: RevertPolicy) -> list[NodeResult]:
    """The results; each node that should not stay as it is has a warning that says why it was not reverted."""
    return [_with_reason(result, policy) for result in results]


def _with_reason(result: NodeResult, policy: RevertPolicy) -> NodeResult:
    why = None if _refusal(result) else _not_reverted(result, policy)
    return apply(result, Warned(f"{NOT_REVERTED}{why}")) if why else result


def after_failure(results: Sequence[NodeResult], *, from_below_63: bool = False, peer_done: bool = False) -> str:
    """What was done about the nodes that did not succeed, and how to go back by hand; empty if all did.

    ``results``: with the reasons why nodes were not reverted; ``from_below_63``: the pair comes from below 6.3, where
    no command reverts a node; ``peer_done``: the other node of the pair runs the requested version.
    """
    parts: list[str] = []
    for result in results:
        if not STATES[result.state].ok:
            refusal = _refusal(result)
            parts += [f"It was not reverted: {refusal.rstrip('.')}."] if refusal else []
            parts += [_EXCLUDE] if LOSS in result.reason and result.state != "reverted" else []
            parts += _advice_below_63(result, peer_done) if from_below_63 else []
    return sentences(*dict.fromkeys(parts))


def _refusal(result: NodeResult) -> str:
    """Why a node was not reverted, as its warnings say it; empty where they say nothing of it."""
    refusals = [line.removeprefix(NOT_REVERTED) for line in result.warnings if line.startswith(NOT_REVERTED)]
    return refusals[-1] if refusals else ""


def _not_reverted(result: NodeResult, policy: RevertPolicy) -> str | None:
    """Why nothing was sent to revert a node; None where its state or its reason says so, or nothing needs it."""
    if STATES[result.state].ok or result.state in ("reverted", "not_started", "blocked"):
        return None
    lost = LOSS in result.reason
    if not result.accepted and NOT_STARTED in result.reason:
        why = None  # its reason says that nothing was started, so nobody expects a revert
    elif not result.accepted:
        why = NOT_ACCEPTED if result.command else _NOTHING_SENT
    elif not (policy.reverts or (lost and policy.on_loss)):
        why = _OFF
    elif result.local_fault:
        why = None  # its reason tells what became of the revert
    elif lost:
        why = _SEVERAL_MOVED if not policy.by_node else _LOSS_HOLDS if not policy.on_loss else None
    elif result.state == "held":
        why = _HEALTH_UNKNOWN
    elif result.state == "unknown" and result.running_version is None:
        why = _VERSION_UNKNOWN
    elif _runs_requested(result) is False:
        why = f"it runs {spelled(result.running_version)}, not the version of the upgrade"
    else:
        why = _END_UNKNOWN if result.state == "unknown" else NO_LOCAL_FAULT
    return why


def _advice_below_63(result: NodeResult, peer_done: bool) -> list[str]:
    """How to roll a node back that has no command for it, and what depends on it meanwhile; by what it runs now."""
    running = _running(result)
    said = ROLLBACK_BELOW_63 in " ".join([result.reason, *result.warnings])
    rollback = result.accepted and running is not None and running < BELOW_63 and not said
    disconnected = peer_done and not _runs_requested(result)
    return [ROLLBACK_BELOW_63] * rollback + [_DISCONNECTED] * disconnected


def _running(result: NodeResult) -> Version | None:
    return try_parse(result.running_version or result.from_version or "")


def _runs_requested(result: NodeResult) -> bool | None:
    """True or False if it is known whether the node runs what was requested; else None."""
    running, requested = try_parse(result.running_version or ""), try_parse(result.to_version or "")
    return satisfies(running, requested) if running and requested else None

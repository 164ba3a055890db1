# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to targets that are worked on alone, outside a rollout, told to the listeners as that of a rollout is.

The nodes of the conductor above all: its upgrade has no window and no slots, but people look at it in the same places.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from ..planning.durations import Estimates
from ..planning.plan import DEFAULT_WAVE, NodePlan, RouterPlan
from ..software.targets import Target
from ..software.versions import satisfies, spelled, try_parse
from .context import Abandoned, RunContext
from .events import RouterEnded, RouterStarted, RunBegan, RunEnded, RunProgressed
from .poller import StatusPoller
from .results import NodeResult, reason_of, router_state


class _NoFigures:
    """The figures of work that has none: see RunView."""

    stopped: str | None = None

    def seconds_left(self) -> float | None:
        """Nobody has estimated it."""
        return None

    def phase_of_waiting(self, router: str) -> tuple[str, str, float] | None:
        """None of them waits for its release."""
        return None


@contextlib.contextmanager
def reported_alone(
    context: RunContext, began: RunBegan, results: list[NodeResult], check_mode: bool = False
) -> Iterator[None]:
    """Tell the listeners that this work begins and how it ends. ``results``: of its nodes, which grow meanwhile.

    In check mode nothing happens to anything, so nothing is told.
    """
    emit = (lambda event: None) if check_mode else context.events.emit
    emit(began)
    for plan in began.plans:
        emit(RouterStarted(router=plan.router))
    try:
        yield
    except Abandoned:
        emit(RunProgressed(_NoFigures(), last=True))
        raise
    for plan in began.plans:
        own = [result for result in results if result.router == plan.router]
        if own:
            emit(RouterEnded(router_state(own), reason_of(own), tuple(own), quiet=True, router=plan.router))
    emit(RunEnded())


def began_alone(
    context: RunContext,
    poller: StatusPoller,
    operation: str,
    version: str,
    targets: Sequence[Target],
    *,
    sequencing: str = "node",
    estimates: Estimates | None = None,
) -> RunBegan:
    """The beginning of this work, with what is planned for each target as far as the list of assets shows it."""
    own = poller.asset(*poller.local_node)
    plans = tuple(_plan(poller, operation, version, target, sequencing, estimates or Estimates()) for target in targets)
    return RunBegan(
        context.journal.run_id,
        operation,
        version,
        plans,
        conductor=all(target.router == poller.local_node[0] for target in targets),
        conductor_version=own.version_text if own else None,
    )


def _plan(
    poller: StatusPoller, operation: str, version: str, target: Target, sequencing: str, estimates: Estimates
) -> RouterPlan:
    nodes = tuple(_node(poller, version, target.router, node) for node in target.nodes)
    seconds = {"revert": estimates.revert, "download": estimates.download}.get(operation, estimates.upgrade)
    count = sum(node.needed for node in nodes)
    return RouterPlan(
        router=target.router,
        state="planned",
        reason="",
        nodes=nodes,
        order_reason="as named",
        sequencing=sequencing,
        wave=DEFAULT_WAVE,
        group=None,
        expected=seconds * count,
        outage=0.0,
        way_back="",
        notes=(),
    )


def _node(poller: StatusPoller, version: str, router: str, node: str) -> NodePlan:
    asset, wanted = poller.asset(router, node), try_parse(version)
    running = asset.version if asset else None
    there = bool(running and wanted and satisfies(running, wanted))
    return NodePlan(
        router=router,
        node=node,
        from_version=asset.version_text if asset else None,
        to_version=version,
        install_type=asset.install_type if asset else None,
        needed=not there,
        download="unknown",
        converts=False,
        running=None,
        reason=f"runs {spelled(version)} already" if there else "",
    )

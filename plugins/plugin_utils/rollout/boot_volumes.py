# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks nodes which volume boots next, and where a revert would lead; what that means is decided in ``volume_rules``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ..conductor.client import Conductor
from ..pcli.errors import ConnectFailed, NoFreeShell, NoPrompt, PcliError, SessionBroken
from ..pcli.waiting import Steps, Waiting
from ..planning.volume_rules import Rollback, judge_boot_volume, judge_rollback
from ..software.node_id import NodeId
from .context import RunContext
from .poller import StatusPoller

#: How long a rollout waits for a free shell to ask where a revert leads, in seconds. Before an upgrade it waits as
#: long as the request itself does.
_PATIENCE = 300.0


def ask_rollback(
    conductor: Conductor, node_id: NodeId, wanted: str | None, waiting: Waiting, ours: bool = False
) -> Steps[Rollback]:
    """Ask a node where its revert leads. Raises NoFreeShell, and the errors of the connection."""
    try:
        if not conductor.takes_nodes("revert"):  # below 6.3 there are no volumes
            return Rollback()
        volumes = yield from waiting.ask(partial(conductor.volumes_of, *node_id))
        return judge_rollback(volumes, wanted, ours)
    except NoFreeShell:
        raise
    except PcliError as error:
        if error.connection and not isinstance(error, NoPrompt):
            raise
        return Rollback(warning=f"where a revert leads could not be told: {error}")


def ask_boot_volume(
    context: RunContext, node_id: NodeId, operation: str, waiting: Waiting
) -> Steps[tuple[Rollback, bool]]:
    """Ask a node that is to be upgraded or downgraded; and whether it prints its volumes at all.

    Nothing is asked once a run has seen that its nodes print none. Raises NoFreeShell, and the errors of the
    connection.
    """
    told = context.volumes
    if not told.needs_probe or not context.conductor.takes_nodes(operation):
        return Rollback(), False
    node = None
    try:
        node = yield from waiting.ask(partial(context.conductor.volumes_of, *node_id))
    except NoFreeShell:
        raise
    except PcliError as error:
        if error.connection and not isinstance(error, NoPrompt):
            raise
    prints = node is not None and node.prints_volumes
    told.asked, told.printed = told.asked + 1, told.printed + prints
    if node is not None and node.volume:
        told.running[node_id] = node.volume
    return judge_boot_volume(node), prints


def rollback_steps(
    context: RunContext, poller: StatusPoller, node_id: NodeId, wanted: str | None, ours: bool = False
) -> Steps[Rollback]:
    """Where a revert leads, in a rollout: waits for a shell, and for a connection that is lost.

    Of a package-based node nothing is asked: it has no volumes.
    """
    if _has_none(poller, node_id):
        return Rollback()
    ask = partial(ask_rollback, context.conductor, node_id, wanted, context.waiting, ours)
    return (yield from _asked(context, poller, ask, "where a revert leads could not be told", _PATIENCE))


def boot_volume_steps(
    context: RunContext, poller: StatusPoller, node_ids: Sequence[NodeId], operation: str
) -> Steps[tuple[Rollback, bool]]:
    """The same for nodes of one router that are about to be upgraded or downgraded; the first that must not be counts.

    A router of which one node prints no volumes is asked no further: also returned is whether it may be.
    """
    prints, patience = True, context.limits.upgrade_timeout
    for node_id in node_ids:
        if _has_none(poller, node_id):
            continue

        def ask(node_id: NodeId = node_id) -> Steps[Rollback]:
            nonlocal prints
            back, prints = yield from ask_boot_volume(context, node_id, operation, context.waiting)
            return back

        back = yield from _asked(context, poller, ask, "which volume boots next could not be told", patience)
        if back.refused:
            return (replace(back, refused=f"{node_id.node}: {back.refused}") if len(node_ids) > 1 else back), prints
        if not prints:
            break
    return Rollback(), prints


def _has_none(poller: StatusPoller, node_id: NodeId) -> bool:
    row = poller.asset(*node_id)
    return row is not None and row.install_type == "package"


def _asked(
    context: RunContext, poller: StatusPoller, ask: Callable[[], Steps[Rollback]], what: str, patience: float
) -> Steps[Rollback]:
    deadline = context.clock.now() + patience
    while True:
        try:
            return (yield from ask())
        except (NoFreeShell, SessionBroken, ConnectFailed) as error:
            if context.clock.now() >= deadline:
                return Rollback(refused=f"{what}: {error}", asked=False)
            if not isinstance(error, NoFreeShell):
                poller.note(error)
        except PcliError as error:  # nobody lets us in any more
            return Rollback(refused=f"{what}: {error}", asked=False)
        yield False

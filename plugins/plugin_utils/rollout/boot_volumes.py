# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which volume of a node boots next, and where a revert would lead: may something be sent to it (rule 39)?

The command of a revert takes no version: an image-based system has two volumes, and a revert boots the other one
(intro_rollback). Whoever upgraded twice, or whose idle volume holds something else, would end somewhere else than
expected. And where another volume is selected for the next boot than the one that runs, somebody has prepared a change,
which an upgrade would overwrite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..conductor.client import Conductor
from ..pcli.errors import ConnectFailed, NoFreeShell, NoPrompt, PcliError, SessionBroken
from ..pcli.waiting import Steps, Waiting
from ..software.node_id import NodeId
from ..software.system import NodeVersion
from ..software.versions import satisfies, try_parse
from .context import RunContext
from .poller import StatusPoller

#: How long a roll-out waits for a free shell to ask where a revert leads, in seconds. Before an upgrade it waits as
#: long as the request itself does.
_PATIENCE = 300.0


@dataclass(frozen=True)
class Rollback:
    """What is known of a revert before it is sent. ``refused``: why it must not be; ``warning``: what is not known.

    ``leads_to``: the version on the idle volume, as printed; None where it is not known. ``told`` False: it could not
    even be asked, which says nothing about the node.
    """

    refused: str | None = None
    warning: str | None = None
    leads_to: str | None = None
    told: bool = True


def judge_boot_volume(told: NodeVersion | None) -> Rollback:
    """May a node be upgraded, or has somebody prepared something else for its next boot? Pure.

    What is not printed is no finding: of the published releases none is known to print it.
    """
    prepared = told.prepared if told is not None else None
    if told is None or prepared is None:
        return Rollback()
    return Rollback(refused=f"{prepared}: somebody has prepared a change. {told.how_to_settle}")


def judge_rollback(told: NodeVersion | None, wanted: str | None, ours: bool = False) -> Rollback:
    """Does a revert lead to ``wanted``? Pure. ``told``: what the node prints of its volumes; None: unreadable.

    ``ours``: this run has moved the node before. Then a boot volume that is selected otherwise is nobody's preparation,
    and no reason to leave the node as bad as it is: it is a warning.
    """
    if told is None or not told.prints_volumes:
        return Rollback(warning="it does not print what lies on its idle volume, so where a revert leads is not known")
    prepared = judge_boot_volume(told)
    if prepared.refused and not ours:
        return prepared
    back = _judge_idle(told, wanted)
    if prepared.refused and not back.refused:
        return replace(back, warning="; ".join(filter(None, (told.prepared, back.warning))))
    return back


def _judge_idle(told: NodeVersion, wanted: str | None) -> Rollback:
    idle, expected = told.idle, try_parse(wanted)
    if idle is None or idle.version is None:
        shown = f" ('{idle.version_text}')" if idle and idle.version_text else ""
        return Rollback(
            refused=f"its idle volume holds no version that can be read{shown}, so there is nothing to go back to"
        )
    answer = satisfies(idle.version, expected) if expected else None
    leads_to = idle.version_text
    if answer is False:
        return Rollback(refused=_elsewhere(leads_to, idle.volume, wanted), leads_to=leads_to)
    if answer is None:
        more = f"its idle volume shows {leads_to}, which does not tell whether it is {wanted or 'what ran before'}"
        return Rollback(warning=more, leads_to=leads_to)
    return Rollback(leads_to=leads_to)


def _elsewhere(leads_to: str | None, volume: str | None, wanted: str | None) -> str:
    where = f"volume {volume}" if volume else "its idle volume"
    return (
        f"a revert would lead to {leads_to}, which lies on {where}, and not to {wanted}. If that is what you want, "
        f"name it as the version to go back to"
    )


def ask_rollback(
    conductor: Conductor, node_id: NodeId, wanted: str | None, waiting: Waiting, ours: bool = False
) -> Steps[Rollback]:
    """Ask a node where its revert leads. Raises NoFreeShell, and the errors of the connection."""
    try:
        if not conductor.takes_nodes("revert"):  # below 6.3 there are no volumes
            return Rollback()
        told = yield from waiting.ask(partial(conductor.volumes_of, *node_id))
        return judge_rollback(told, wanted, ours)
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
                return Rollback(refused=f"{what}: {error}", told=False)
            if not isinstance(error, NoFreeShell):
                poller.note(error)
        except PcliError as error:  # nobody lets us in any more
            return Rollback(refused=f"{what}: {error}", told=False)
        yield False

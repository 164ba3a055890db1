# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The revert of one node (rule 20): decides whether it may be sent, where it leads, and sends it.

Reverts after an upgrade of the same run and those of the module ``software_revert`` both go through here.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from functools import partial

from ..planning.revert_rules import RevertCase, revert_refused
from ..planning.volume_rules import Rollback
from ..software.node_id import NodeId
from ..software.versions import Version, satisfies, spelled, try_parse
from .boot_volumes import rollback_steps
from .context import RunContext
from .gate import examine
from .journal import JournalError
from .observation import observe
from .operation import OperationSpec
from .poller import StatusPoller
from .read_moments import begun_command, revert_moment
from .requests import revert_of
from .results import NodeResult


@dataclass(frozen=True)
class RevertOptions:
    """The revert of a node, with what is known of its upgrade.

    ``upgraded_to`` and ``before``: the versions of the upgrade; without ``upgraded_to`` the user reverts by hand, by
    naming the version. ``named``: a version to which it may go where ``before`` is not what lies on the idle volume.
    """

    node_id: NodeId
    before: str | None
    accepted: bool = True
    upgraded_to: str | None = None
    by_hand: bool = False
    named: str | None = None
    cohort_id: str | None = None
    #: The argument that keeps the conductor from asking for confirmation.
    force: bool = True


@dataclass(frozen=True)
class RevertDecision:
    """Whether a revert may be sent. ``refused``: why not; ``there``: the node runs that version already.

    ``back_to``: the version that the node must run afterwards; ``running``: what it runs now.
    """

    options: RevertOptions
    running: Version | None
    back_to: str | None
    refused: str | None = None
    warning: str | None = None
    there: bool = False

    def spec(self, assets_count: bool = True) -> OperationSpec:
        """The operation to be sent. What is reverted is often not well; what was begun there counts all the same."""
        options = self.options
        request = revert_of(options.node_id, options.cohort_id, options.force)
        return OperationSpec(request, (options.node_id,), self.back_to, taken_back=True, assets_count=assets_count)


def decide_revert(
    context: RunContext,
    poller: StatusPoller,
    options: RevertOptions,
    forbids: Callable[[str], str | None] = lambda back_to: None,
) -> Generator[bool, None, RevertDecision]:
    """Whether the revert of a node may be sent now (rule 20). Raises PcliError where the node cannot be asked.

    ``forbids``: why a node must not go back to that version, if there is a reason beside those of rule 20.
    """
    case = yield from context.waiting.ask(partial(_case, poller, options))
    decision = RevertDecision(options, case.running, options.before)
    why = revert_refused(case)
    if case.running and case.before and satisfies(case.running, case.before):
        moves = case.not_now or (yield from context.waiting.ask(partial(_begun, context, poller, options)))
        return replace(decision, there=not moves, refused=moves or why or "it runs this version already")
    if why:
        return replace(decision, refused=why)
    rollback, back_to = yield from _where_it_leads(context, poller, options)
    return replace(decision, back_to=back_to, refused=rollback.refused or forbids(back_to), warning=rollback.warning)


def only_followed(result: NodeResult, is_conductor: bool) -> str | None:
    """Why a node that this run has only followed is not reverted by it, and what to do; None for one of its own."""
    if result.accepted or not result.adopted:
        return None
    who = "an earlier run has upgraded it" if result.command else "this run has sent nothing to it"
    playbook = "revert_conductor" if is_conductor else "revert_routers"
    return (
        f"{who}, and a run takes back by itself only what it has upgraded. Examine it; to take it back, name it and "
        f"its version ({playbook}, or software_revert)"
    )


def _case(poller: StatusPoller, options: RevertOptions) -> RevertCase:
    """What rule 20 asks of the node, as it is now."""
    node_id = options.node_id
    status = observe(poller, node_id)
    decision = examine([revert_moment(poller, node_id, status)])
    return RevertCase(
        accepted=options.accepted,
        not_now=None if decision.sends else decision.reason,
        running=status.version,
        upgraded_to=status.version if options.by_hand else try_parse(options.upgraded_to or ""),
        before=try_parse(options.before or ""),
    )


def _begun(context: RunContext, poller: StatusPoller, options: RevertOptions) -> str | None:
    """What was begun on a node that is reverted by hand, and has no known end: it may move the node still (rule 27)."""
    if not options.by_hand:
        return None
    try:
        record = context.journal.last(*options.node_id)
    except JournalError as error:
        return str(error)
    status = observe(poller, options.node_id)
    well = status.settled or not poller.counts(options.node_id.router)
    begun = begun_command(context, poller, record, well)
    if begun is None or not begun.may_run:
        return None
    return f"it runs {spelled(status.version_text)} now, but {begun.words}. Wait for its end, then run again"


def _where_it_leads(
    context: RunContext, poller: StatusPoller, options: RevertOptions
) -> Generator[bool, None, tuple[Rollback, str | None]]:
    """Where a revert leads, and what the node must run afterwards: another version only if it is named."""
    ours = not options.by_hand
    rollback = yield from rollback_steps(context, poller, options.node_id, options.before, ours)
    named = options.named
    if rollback.refused and rollback.leads_to and named and named != options.before:
        other = yield from rollback_steps(context, poller, options.node_id, named, ours)
        if not other.refused:
            return other, named
    return rollback, options.before

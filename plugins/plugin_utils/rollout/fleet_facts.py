# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known of each node when a rollout is planned: from the list of assets, the journal and the conductor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..pcli.errors import NoPrompt, PcliError
from ..planning.eligibility import NodeFacts, Rules
from ..planning.overrides import PEER, UNKNOWN_END, lifts
from ..software import operation_status
from ..software.assets import Asset, Downloads
from ..software.downloads import at_rest
from ..software.node_id import NodeId
from ..software.system import NodeVersion
from ..software.targets import Target
from ..software.versions import Version, satisfies, try_parse
from .context import RunContext
from .journal import JournalError, Record
from .moments import MOVES
from .read_moments import begun_by

#: What shows of a node that the journal knows and no list of assets has.
MISSING = (
    "not in the list of assets any more (if it was removed for good, remove its record and the router's nodes-*.json "
    "from the journal)"
)


def fleet_facts(
    context: RunContext, operation: str, targets: Sequence[Target], assets: Sequence[Asset], rules: Rules
) -> dict[NodeId, NodeFacts]:
    """The facts of the nodes of all targets, and of the members of exclusive groups.

    Also of those that only the journal still knows, where a command would move their router.

    Whether one of a group is away matters to the others, also where it is no target.
    """
    routers = {target.router for target in targets}
    groups = {group for router, group in rules.groups.items() if router in routers}
    routers |= {router for router, group in rules.groups.items() if group in groups}
    software = context.conductor.downloads() if rules.download else None
    rows = [at_rest(asset) for asset in assets if asset.router in routers and asset.node]
    if operation in MOVES:
        rows += _missing_rows(context, routers - {rules.conductor_router}, rows)
    restless = {asset.router for asset in rows if not asset.settled or asset.busy}
    facts = {}
    for asset in with_full_versions(rows, _full_versions(context, rows, rules)):
        node_id = NodeId(asset.router, asset.node)
        facts[node_id] = NodeFacts(
            *node_id,
            version_text=asset.version_text,
            version=asset.version,
            install_type=asset.install_type,
            state=asset.status,
            settled=asset.settled,
            away=asset.away,
            busy=asset.busy,
            downloaded=is_downloaded(software, node_id, rules.of(asset.router).version),
            running=_running_operation(context, operation, asset, rules.of(asset.router), asset.router not in restless),
            recorded=asset.router not in restless and _may_run_at_rest(context, operation, asset),
        )
    return _with_services(context, facts) if rules.revert else facts


def with_missing_nodes(context: RunContext, targets: Sequence[Target], assets: Sequence[Asset]) -> list[Target]:
    """The targets, each router that is meant as a whole with those of its nodes that only the journal still knows."""
    shown = {NodeId(asset.router, asset.node) for asset in assets if asset.router and asset.node}
    complete = []
    for target in targets:
        missing = [node_id.node for node_id in context.journal.nodes_of(target.router) if node_id not in shown]
        nodes = dict.fromkeys((*target.nodes, *(missing if target.whole and target.nodes else ())))
        complete.append(replace(target, nodes=tuple(nodes)))
    return complete


def _missing_rows(context: RunContext, routers: Iterable[str], rows: Sequence[Asset]) -> list[Asset]:
    """Rows for the nodes that only the journal still knows: nobody sees how they are, so they count as away."""
    shown = {NodeId(row.router, row.node) for row in rows}
    return [
        Asset(*node_id, None, status=MISSING, away=True)
        for router in sorted(routers)
        for node_id in context.journal.nodes_of(router)
        if node_id not in shown
    ]


def _with_services(context: RunContext, facts: dict[NodeId, NodeFacts]) -> dict[NodeId, NodeFacts]:
    """Before a revert, the nodes whose peer is not well are asked for their service: one that is down may go back."""
    lonely = {node.router for node in facts.values() if node.away or not node.settled}
    return {
        node_id: replace(node, service_down=_service_is_down(context, node_id))
        if node.router in lonely and not node.away
        else node
        for node_id, node in facts.items()
    }


def _service_is_down(context: RunContext, node_id: NodeId) -> bool:
    """True only if the node itself says so."""
    with contextlib.suppress(PcliError):
        status = context.conductor.system_of(*node_id)
        return status is not None and status.reached is not False and status.runs is False
    return False


def is_downloaded(software: Mapping[NodeId, Downloads] | None, node_id: NodeId, wanted: Version) -> bool | None:
    """True if the version may be on the node's disk; None where no list names the node."""
    if software is None or node_id not in software:
        return None
    versions = map(try_parse, software[node_id].downloaded)
    return any(version and satisfies(version, wanted) is not False for version in versions)


# -- versions in full -------------------------------------------------------------------------------------------------


def unclear_versions(assets: Iterable[Asset], wanted: Version) -> list[NodeId]:
    """The nodes of which the list shows too little to tell whether they run the version."""
    unclear = (
        asset for asset in assets if asset.version and not asset.away and satisfies(asset.version, wanted) is None
    )
    return [NodeId(asset.router, asset.node) for asset in unclear]


def with_full_versions(assets: Iterable[Asset], versions: Mapping[NodeId, NodeVersion]) -> list[Asset]:
    """The same assets, each with the version that its node shows, unless that contradicts the list."""
    complete = []
    for asset in assets:
        full = versions.get(NodeId(asset.router, asset.node))
        more = full is not None and asset.version is not None and satisfies(full.version, asset.version) is True
        complete.append(replace(asset, version=full.version, version_text=full.text) if more else asset)
    return complete


def _full_versions(context: RunContext, assets: Iterable[Asset], rules: Rules) -> Mapping[NodeId, NodeVersion]:
    unclear = [node_id for asset in assets for node_id in unclear_versions([asset], rules.of(asset.router).version)]
    with contextlib.suppress(NoPrompt):  # then they stay unclear, which the plan says
        return context.conductor.versions_of(unclear) if unclear else {}
    return {}


# -- operations that run ----------------------------------------------------------------------------------------------


def has_no_known_end(record: Record | None) -> bool:
    """True if a command of an earlier run that moves the node was written down without its end."""
    return record is not None and record.open and record.operation in MOVES


def is_dead_site(asset: Asset, limit: float) -> bool:
    """True if a node is away for longer than any operation lasts; fleets always have some."""
    return asset.away and asset.time_in_status is not None and asset.time_in_status > limit


def _running_operation(context: RunContext, operation: str, asset: Asset, rules: Rules, at_rest: bool) -> str | None:
    """What runs on a node, by the journal or the conductor. A settled node is asked when its turn comes.

    One that runs the requested version has no turn, so what was begun there is looked for now: it may go back still.
    The same where not all nodes of its router are ``at_rest``: a pair of which a node is away may get no turn either.
    What was begun there is never forgotten by its age: whether it has ended well is proven as after every command.
    A node that is not settled is never forgotten by the age of its record alone, but where a person says so (rule 46);
    and while the conductor shows that what was begun there runs, its time does not count either.
    """
    settled, limit = asset.settled and not asset.busy, context.limits.upgrade_timeout
    there = asset.version is not None and satisfies(asset.version, rules.version)
    if settled and not there and at_rest:
        return None
    try:
        record = context.journal.last(asset.router, asset.node)
    except JournalError as error:
        return str(error)  # its own operation says so again, and touches nothing
    dead = asset.away and lifts(rules.overrides, PEER, UNKNOWN_END)
    begun = has_no_known_end(record)
    if begun and not (
        ((settled and not there) or dead) and context.journal.age(record) >= max(limit, record.limit or 0.0)
    ):
        missing = f"; it is {MISSING}" if asset.status == MISSING else ""
        return f"'{record.command}' was sent at {record.intent_at}, and its end is not known{missing}"
    if (settled and not begun) or is_dead_site(asset, limit):
        return None
    return _shown_operation(context, dict.fromkeys((operation, *([record.operation] if begun else []))), asset)


def _may_run_at_rest(context: RunContext, operation: str, asset: Asset) -> bool:
    """True if an earlier run has begun the same on a settled node, and neither words nor its age say that it is over.

    A node that writes its image may be settled on its old release for an hour.
    """
    try:
        record = context.journal.last(asset.router, asset.node)
    except JournalError:
        return False  # its own operation says so, and touches nothing
    if not has_no_known_end(record) or record.operation != operation:
        return False
    lines: tuple[str, ...] = ()
    with contextlib.suppress(PcliError):
        lines = tuple(operation_status.status_lines(context.conductor.status(operation, asset.router, asset.node)))
    return begun_by(context, record, lines, well=asset.version is not None).may_run


def _shown_operation(context: RunContext, operations: Iterable[str], asset: Asset) -> str | None:
    """What the conductor shows as running on a node; None where it shows nothing, or cannot be asked."""
    for operation in operations:
        with contextlib.suppress(PcliError):
            status = context.conductor.status(operation, asset.router, asset.node)
            line = operation_status.runs_now(operation_status.status_lines(status), asset.node)
            if line:
                return f"the conductor shows an operation: {line}"
    return None

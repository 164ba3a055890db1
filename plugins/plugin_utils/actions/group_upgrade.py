# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource group that is upgraded by one command, with the vendor's sequencing (rule 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ..planning.durations import Durations
from ..planning.group_rules import against_group, mates_of
from ..planning.plan import RouterPlan
from ..planning.sequencing import POLICIES
from ..planning.window import too_late
from ..rollout.context import Steps
from ..rollout.download import Download, DownloadOptions, patiently
from ..rollout.events import Judged
from ..rollout.group_run import GroupRun
from ..rollout.left_out import IS_THERE, with_download
from ..rollout.listeners.ledger import NodeLedger
from ..rollout.loop import OperationSpec
from ..rollout.node_log import apply
from ..rollout.requests import download_of
from ..rollout.results import NodeResult
from ..rollout.rollout import Rollout
from ..rollout.router_upgrade import RouterUpgrade, UpgradePolicy
from ..software.node_id import NodeId
from ..software.targets import TargetError


def is_group_upgrade(args: dict) -> bool:
    """Is nothing but a resource group named, with a sequencing that takes it as it is?"""
    takes_groups = POLICIES[args["sequencing"]].takes_groups
    return bool(args["resource_group"] and takes_groups and not args["targets"] and not args["target_hosts"])


def upgrade_group(
    args: dict, fleet: Rollout, plans: Sequence[RouterPlan], spec: OperationSpec, policy: UpgradePolicy
) -> list[NodeResult]:
    """Upgrade the group by one command, if nothing is against any member; its routers are a rollout of their own."""
    against = against_group(args["resource_group"], plans, fleet.bounds.in_flight)
    if against:
        raise TargetError(against)
    planned = [plan for plan in plans if plan.state == "planned"]
    node_ids = tuple(NodeId(plan.router, node.node) for plan in planned for node in plan.nodes)
    request = replace(spec.request, resource_group=args["resource_group"])
    spec = OperationSpec(request, node_ids, spec.wanted, group=mates_of(plans))
    policy = replace(
        policy,
        may_continue=lambda left: _may_continue(fleet, planned, args["sequencing"]),
        in_transition=fleet.admission.in_transition,
    )
    work = RouterUpgrade(fleet.loop, fleet.poller, args["resource_group"], (), spec, args["sequencing"], policy)

    def steps() -> Steps:
        if policy.download is None:
            return (yield from work.steps())
        try:
            missing = yield from _bring_to_group(fleet, spec, policy.download)
        finally:
            fetched = _downloaded(fleet, planned)
        results = missing or (yield from work.steps())
        return [with_download(result, IS_THERE) if result.router in fetched else result for result in results]

    patience = fleet.loop.limits.upgrade_timeout + args["bake"]
    return fleet.run(plans, GroupRun(fleet, planned, work, steps, patience).member)


def _downloaded(fleet: Rollout, plans: Sequence[RouterPlan]) -> list[str]:
    """The routers to which a download was sent; the record of the run has them as well."""
    ledger = fleet.loop.events.listener(NodeLedger)
    routers = [plan.router for plan in plans if any(entry.sent for entry in ledger.of_router(plan.router).values())]
    for router in routers:
        fleet.batch.downloaded(router)
    return routers


def _may_continue(fleet: Rollout, plans: Sequence[RouterPlan], sequencing: str) -> tuple[bool, str]:
    """May the request leave, as far as the limits of the run go? What holds one of its routers up holds it up.

    The window counts for it as for a router with all of their nodes.
    """
    for plan in (_whole(plans, sequencing), *plans):
        go, never = fleet.admission.may_continue(plan, [node.node for node in plan.nodes])
        if not go:
            return go, never
    return True, ""


def _whole(plans: Sequence[RouterPlan], sequencing: str) -> RouterPlan:
    """All of them as if they were one router."""
    nodes = tuple(node for plan in plans for node in plan.nodes)
    return replace(plans[0], nodes=nodes, sequencing=sequencing, group=None)


def group_too_late(
    plans: Sequence[RouterPlan],
    now: datetime,
    window: tuple[datetime | None, datetime | None],
    durations: Durations,
    sequencing: str,
) -> str:
    """Why the window lets no command for the group leave; empty where it may. ``window``: deadline and end."""
    planned = [plan for plan in plans if plan.state == "planned"]
    every = (_whole(planned, sequencing), *planned) if planned else ()
    return next(filter(None, (too_late(plan, now, *window, durations) for plan in every)), "")


def _bring_to_group(fleet: Rollout, spec: OperationSpec, options: DownloadOptions) -> Steps:
    """Bring the release to a whole group. Returns the results of its nodes where it is not to be had."""
    request = download_of(spec.request, None)
    loop, poller = fleet.loop, fleet.poller

    def make() -> Download:
        return Download(loop, poller, request, spec.nodes, options)

    downloads = yield from patiently(loop, poller, options.timeout, make)
    bad = next((download for download in downloads if download.state in ("failed", "not_started")), None)
    if bad is None:
        return []
    state = "blocked" if bad.state == "failed" else "not_started"
    why = f"not upgraded, since the release is not on {bad.node}: {bad.reason}"
    return [apply(download, Judged(state, why, accepted=False)) for download in downloads]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A resource group that is upgraded by one command, with the vendor's sequencing (rule 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..planning.group_rules import against_group, mates_of
from ..planning.plan import RouterPlan
from ..planning.sequencing import POLICIES
from ..rollout.download import Download, DownloadOptions, patiently
from ..rollout.driving import drive_alone
from ..rollout.events import Judged
from ..rollout.left_out import planned_results
from ..rollout.loop import OperationSpec
from ..rollout.node_log import apply
from ..rollout.release_fetch import download_for
from ..rollout.results import NodeResult
from ..rollout.rollout import Rollout
from ..rollout.router_upgrade import RouterUpgrade, UpgradePolicy
from ..software.targets import TargetError


def is_group_upgrade(args: dict) -> bool:
    """Is nothing but a resource group named, with a sequencing that takes it as it is?"""
    takes_groups = POLICIES[args["sequencing"]].takes_groups
    return bool(args["resource_group"] and takes_groups and not args["targets"] and not args["target_hosts"])


def upgrade_group(
    args: dict, fleet: Rollout, plans: Sequence[RouterPlan], spec: OperationSpec, policy: UpgradePolicy
) -> tuple[list[NodeResult], Sequence[RouterPlan], None]:
    """Upgrade the group by one command, if nothing is against any member. Results, plan, and no report of a rollout."""
    against = against_group(args["resource_group"], plans, fleet.bounds.in_flight)
    if against:
        raise TargetError(against)
    node_ids = tuple((plan.router, node.node) for plan in plans for node in plan.nodes if plan.state == "planned")
    if not node_ids:
        return planned_results(plans), plans, None
    rest = planned_results([plan for plan in plans if plan.state == "up_to_date"])
    request = replace(spec.request, resource_group=args["resource_group"])
    spec = OperationSpec(request, node_ids, spec.wanted, group=mates_of(plans))
    missing = _bring_to_group(fleet, spec, policy.download) if policy.download else []
    if missing:
        return [*missing, *rest], plans, None
    # The window and the stop file count for it as for a router with all of these nodes.
    nodes = tuple(node for plan in plans if plan.state == "planned" for node in plan.nodes)
    whole = replace(plans[0], router=args["resource_group"], nodes=nodes, sequencing=args["sequencing"], group=None)
    policy = replace(
        policy, may_continue=lambda left: fleet.admission.may_continue(whole, [node.node for node in nodes])
    )
    run = RouterUpgrade(
        fleet.loop, fleet.poller, args["resource_group"], (), spec, args["sequencing"], policy, heartbeat=True
    )
    results = drive_alone(fleet.loop, fleet.poller, run.steps(), node_ids, run.results)
    return [*results, *rest], plans, None


def _bring_to_group(fleet: Rollout, spec: OperationSpec, options: DownloadOptions) -> list[NodeResult]:
    """Bring the release to a whole group. Returns the results of its nodes where it is not to be had."""
    request = download_for(spec.request, None)
    loop, poller = fleet.loop, fleet.poller

    def make() -> Download:
        return Download(loop, poller, request, spec.nodes, options)

    downloads = loop.drive(patiently(loop, poller, options.timeout, make), poller)
    bad = next((download for download in downloads if download.state in ("failed", "not_started")), None)
    if bad is None:
        return []
    state = "blocked" if bad.state == "failed" else "not_started"
    why = f"not upgraded, since the release is not on {bad.node}: {bad.reason}"
    return [apply(download, Judged(state, why, accepted=False)) for download in downloads]

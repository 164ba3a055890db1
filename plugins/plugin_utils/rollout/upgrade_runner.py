# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the upgrade of a router is made from its plan, in a rollout over many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from ..planning.overrides import lifted_checks
from ..planning.plan import RouterPlan
from ..software.versions import parse
from .node_order import order_now
from .operation_state import OperationSpec
from .post_checks import PostCheckOptions
from .requests import of_plan
from .rollout import Rollout
from .router_upgrade import RouterUpgrade, UpgradePolicy


def upgrade_runner(
    fleet: Rollout,
    spec: OperationSpec,
    policy: UpgradePolicy,
    order: str = "as_listed",
    blocked: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[RouterPlan], RouterUpgrade]:
    """What makes the run of a router from its plan. ``blocked``: routers to which a check lets nothing be sent."""
    takes_nodes = fleet.loop.conductor.takes_nodes(fleet.operation)  # asked here, since nothing below may fail

    def make(plan: RouterPlan) -> RouterUpgrade:
        return RouterUpgrade(
            fleet.loop,
            fleet.poller,
            plan.router,
            tuple(node.node for node in plan.nodes),
            replace(
                _spec_of(plan, spec),
                group=plan.mates,
                only_follow=f"a check stops it: {blocked[plan.router]}" if blocked.get(plan.router) else "",
            ),
            plan.sequencing,
            replace(
                policy,
                post_checks=_checks_of(plan, policy.post_checks),
                repeated_checks={plan.router: _checks_of(plan, policy.repeated_checks.get(plan.router))},
                may_continue=lambda left: fleet.admission.may_continue(plan, left),
                in_transition=fleet.admission.in_transition,
            ),
            hand_back=fleet.admission.lane is not None,
            takes_nodes=takes_nodes,
            order_now=partial(order_now, fleet.loop, plan, order),
        )

    return make


def _spec_of(plan: RouterPlan, spec: OperationSpec) -> OperationSpec:
    """The operation of a router, with the version that its plan names; a revert sends none."""
    wanted = plan.to_version or spec.wanted
    return replace(spec, wanted=wanted, overrides=plan.overrides, request=of_plan(plan, spec.request))


def _checks_of(plan: RouterPlan, options: PostCheckOptions | None) -> PostCheckOptions | None:
    """Named checks of a router, which ask for the version that its plan names."""
    if options is None:
        return None
    options = replace(options, lifted=lifted_checks(plan.overrides))
    if options.requested_version is None or plan.to_version is None:
        return options
    return replace(options, requested_version=parse(plan.to_version))

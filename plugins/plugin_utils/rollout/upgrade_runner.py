# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the upgrade of a router is made from its plan, in a rollout over many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..pcli.waiting import Steps
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
        bound = _BoundOrder(fleet, plan, order)
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
                may_continue=bound.may_continue,
                in_transition=fleet.admission.in_transition,
            ),
            hand_back=fleet.admission.lane is not None,
            takes_nodes=takes_nodes,
            order_now=bound.order_now,
        )

    return make


@dataclass
class _BoundOrder:
    """The order of a router's nodes when it starts. A run that is bound to an approved plan keeps to its order, or not
    at all: a router of which another node leads by now is left alone.
    """

    fleet: Rollout
    plan: RouterPlan
    order: str
    refused: str = ""

    def order_now(self) -> Steps[tuple[str, ...]]:
        """See :func:`.order_now`."""
        nodes = yield from order_now(self.fleet.loop, self.plan, self.order)
        planned = tuple(node.node for node in self.plan.nodes)
        if self.fleet.loop.unapproved is None or nodes == planned:
            return nodes
        self.refused = (
            f"{', '.join(planned)} was approved as the order of its nodes, and {nodes[-1]} leads its routingManager "
            "now, so it would come last"
        )
        return planned

    def may_continue(self, left: Sequence[str]) -> tuple[bool, str]:
        """See :meth:`.RolloutAdmission.may_continue`."""
        return (False, self.refused) if self.refused else self.fleet.admission.may_continue(self.plan, left)


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

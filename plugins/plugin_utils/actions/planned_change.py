# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade task is about to change: noted in check mode, and required to be approved where the run is bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..conductor.request import Request
from ..planning.admission import RolloutLimits
from ..planning.overrides import Override
from ..planning.plan import RouterPlan
from ..rollout.loop import Loop
from ..software.assets import Asset
from ..software.targets import Target
from .approval import ApprovedPlan
from .base import PcliAction
from .change_part import ChangePart, behind, command_options, plan_of_conductor
from .identity import identity_of
from .upgrade_options import estimates_of


class PlannedChange:
    """``request``: that of the run, without routers; ``approved``: the plan to which the task is bound, if it is."""

    def __init__(
        self,
        action: PcliAction,
        args: Mapping,
        request: Request,
        bounds: RolloutLimits,
        approved: ApprovedPlan | None,
        began: datetime | None = None,
        settings: Mapping | None = None,
    ) -> None:
        self._action, self._args, self._request, self._approved = action, args, request, approved
        conductor, estimates = action.conductor.local_node().router, estimates_of(args)
        own = action.conductor.own_version() if self._wanted else None  # the other runs ask nothing for it
        runs = own.version.text if own and own.version else None
        self._part = ChangePart(
            args, request.operation, request.version or "", conductor, bounds, estimates, runs, began
        )
        self._part.settings = settings or {}

    def of_conductor(
        self, loop: Loop, targets: Sequence[Target], assets: Sequence[Asset], overrides: Sequence[Override] = ()
    ) -> None:
        """These nodes of the conductor are about to be changed. Raises NotApproved."""
        if not self._wanted:
            return
        here, own = self._action.conductor.local_node(), self._action.conductor.own_version()
        rows = {(asset.router, asset.node): asset for asset in assets}
        known = {here: own.version} if own and own.version else {}
        estimates = estimates_of(self._args)
        plans = [
            plan_of_conductor(self._args, self._request, target, rows, known, estimates, overrides)
            for target in targets
        ]
        if self._approved is not None:
            self._approved.require_order(plans, behind(self._request.version, rows, known))
        self._add(loop, plans, assets, conductor=True)

    def of_routers(self, loop: Loop, plans: Sequence[RouterPlan], assets: Sequence[Asset]) -> None:
        """These routers are about to be changed. Raises NotApproved."""
        if self._wanted:
            self._add(loop, plans, assets)

    @property
    def _wanted(self) -> bool:
        return self._action.check_mode or self._approved is not None

    def _add(
        self, loop: Loop, plans: Sequence[RouterPlan], assets: Sequence[Asset], *, conductor: bool = False
    ) -> None:
        takes_nodes = self._action.conductor.takes_nodes(self._request.operation)
        build = self._action.conductor.command_for
        options = command_options(self._args, self._request, build, takes_nodes, conductor)
        self._part.add(plans, options, assets, loop.volumes.running, conductor)
        self._part.identity = identity_of(self._action.conductor, assets)
        if self._approved is not None:
            before = batches_before(self._args["run_record"])
            mine = [] if conductor else [[plan.router for plan in plans if plan.state == "planned"]]
            sizes = [] if conductor else [len(plans)]
            self._approved.require(self._part.as_data(), len(before), sizes, [*before, *mine])
            loop.unapproved = self._approved.refuses

    def as_data(self) -> dict:
        """What would be changed, for the change document."""
        return self._part.as_data()


def batches_before(record: Mapping | None) -> list[list[str]]:
    """The routers of the batches before this one: a record that was announced a batch has that as its last."""
    batches = list((record or {}).get("batches") or ())
    if batches and not batches[-1].get("rolled"):
        batches.pop()
    return [list(batch["routers"]) for batch in batches]

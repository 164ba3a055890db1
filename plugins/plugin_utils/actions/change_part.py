# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task would do with its routers, with every command: for the change document, and for an approved plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from ..clock import format_timestamp
from ..conductor.request import Request
from ..planning.admission import RolloutLimits
from ..planning.durations import Durations, Estimates
from ..planning.overrides import Override
from ..planning.plan import NodePlan, RouterPlan, expected_time
from ..planning.sequencing import requested
from ..planning.start_order import LONGEST_FIRST
from ..reports.change_routers import router_entry
from ..reports.change_rules import OF_ROUTERS, WINDOW, limits_of
from ..rollout.planned_commands import CommandOptions, commands_of, commands_of_group
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.path_rules import converts
from ..software.path_steps import Step
from ..software.targets import Target
from ..software.versions import Version, parse, satisfies, spelled
from .group_upgrade import is_group_upgrade


@dataclass
class ChangePart:
    """It grows while the task plans. ``args``: of the task; ``conductor``: the router of the conductor.

    ``began``: when the run begins, from which its relative times count; ``identity``: by what the conductor is known;
    ``settings``: those of the run that bind, and that the task does not have itself.
    """

    args: Mapping
    operation: str
    version: str
    conductor: str
    bounds: RolloutLimits
    estimates: Estimates
    conductor_version: str | None = None
    began: datetime | None = None
    identity: Mapping = field(default_factory=dict)
    settings: Mapping = field(default_factory=dict)
    entries: list[dict] = field(default_factory=list)
    commands: list[dict] = field(default_factory=list)

    def add(
        self,
        plans: Sequence[RouterPlan],
        options: CommandOptions,
        assets: Sequence[Asset],
        volumes: Mapping[NodeId, str],
        conductor: bool = False,
    ) -> None:
        """These plans are part of it, with their commands. ``volumes``: from which volume each node runs."""
        ids = {(asset.router, asset.node): asset.asset_id for asset in assets}
        listed: dict[str, list[str]] = {}
        for asset in assets:
            listed.setdefault(asset.router or "", []).append(asset.node or "")
        group = not conductor and is_group_upgrade(self.args)
        if group:
            together = commands_of_group(self.args["resource_group"], plans, options)
            self.commands = [command.as_data() for command in together]
        for plan in plans:
            own = [] if group else commands_of(plan, options, listed.get(plan.router, ()))
            runs_from = {
                node.node: volumes[plan.router, node.node] for node in plan.nodes if (plan.router, node.node) in volumes
            }
            row = router_entry(plan.as_data(), [command.as_data() for command in own], runs_from, conductor)
            for node in row["nodes"]:
                node["asset_id"] = ids.get((plan.router, node["node"]))
            self.entries.append(row)

    def as_data(self) -> dict:
        """As the part of a change document."""
        return {
            "run": {
                "operation": self.operation,
                "version": self.version,
                "conductor": self.conductor,
                "identity": dict(self.identity),
            },
            "conductor_version": self.conductor_version,
            "limits": self._limits(),
            "window": {**{name: self._limit(name) for name in WINDOW}, "begins": self._begins()},
            "estimates": asdict(self.estimates),
            "starts": self.args.get("start_order", LONGEST_FIRST),
            "batches": [],
            "routers": self.entries,
            "commands": self.commands,
        }

    def _limits(self) -> dict:
        """The settings that bind; where only nodes of the conductor are upgraded, those that are about them."""
        alone = bool(self.entries) and all(entry["conductor"] for entry in self.entries)
        limits = {**self.settings, **limits_of(self.args)}
        return {name: value for name, value in limits.items() if not (alone and name in OF_ROUTERS)}

    def _begins(self) -> dict:
        given = self.args["planned_begin"] or None
        return {"given": given, "at": self.began and format_timestamp(self.began), "zone": self.args["time_zone"]}

    def _limit(self, name: str) -> dict:
        at = getattr(self.bounds, name)
        given = self.args[name]
        return {"given": given, "at": at and format_timestamp(at), "zone": self.args["time_zone"]}


def command_options(
    args: Mapping, request: Request, build: Callable[[Request], str], takes_nodes: bool, conductor: bool = False
) -> CommandOptions:
    """Which commands are sent, from the arguments of a task."""
    return CommandOptions(
        request,
        build,
        takes_nodes=takes_nodes or conductor,
        download=args["download"] and not conductor,
        sequenced=args["sequenced"],
        revert=args["revert"],
        on_loss=args["on_regression"] == "revert" and args["compare"],
        health_check=args["health_check"],
        reconnect_after=args["reconnect_after"],
    )


def plan_of_conductor(
    args: Mapping,
    request: Request,
    target: Target,
    rows: Mapping[tuple[str, str], Asset],
    own: Mapping[NodeId, Version],
    estimates: Estimates,
    overrides: Sequence[Override] = (),
) -> RouterPlan:
    """A target that is the conductor itself, as a plan: routers have theirs from ``planning/plan``.

    ``own``: the versions that are better known than from the list of assets; ``overrides``: conditions that are lifted.
    """
    version, operation = request.version or "", request.operation
    nodes, peers = [], sum(router == target.router for router, _node in rows)
    for node_id in target.node_ids:
        row = rows.get(node_id)
        running = own.get(node_id) or (row.version if row else None)
        there = bool(running and satisfies(running, parse(version)))
        kind = row.install_type if row else None
        step = Step("conductor", running, parse(version), install_type=kind, operation=operation)
        text = running.text if running else None
        reason = (
            f"runs {spelled(text)} already"
            if there
            else f"{spelled(text) or 'an unknown version'} to {spelled(version)}"
        )
        nodes.append(
            NodePlan(
                *node_id,
                from_version=text,
                to_version=version,
                install_type=kind,
                needed=not there,
                download="none",
                converts=not there and converts(step),
                running=None,
                reason=reason,
            )
        )
    needed = [node for node in nodes if node.needed]
    policy = requested(args["sequencing"], args["simultaneous"])
    image = all(node.install_type == "image" for node in needed)
    return RouterPlan(
        router=target.router,
        state="planned" if needed else "up_to_date",
        reason="; ".join(f"{node.node}: {node.reason}" for node in nodes),
        nodes=tuple(nodes),
        order_reason="as listed",
        sequencing=policy.name,
        wave=0,
        group=None,
        expected=expected_time(nodes, policy.name, Durations(estimates)),
        outage=0.0 if peers > 1 else estimates.outage,
        way_back=("documented" if image else "undocumented") if needed else "none",
        notes=tuple(f"override: {override.words}" for override in overrides),
        overrides=tuple(overrides),
    )


def behind(version: str | None, rows: Mapping[tuple[str, str], Asset], own: Mapping[NodeId, Version]) -> frozenset[str]:
    """The nodes that are known not to run the version yet."""
    known = {**{node_id: row.version for node_id, row in rows.items()}, **own}
    wanted = parse(version or "")
    return frozenset(node for (_router, node), runs in known.items() if runs and node and not satisfies(runs, wanted))

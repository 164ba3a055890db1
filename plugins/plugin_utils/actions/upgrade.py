# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade and downgrade of many targets: what the two actions have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from ..checks.registry import CheckResult
from ..conductor.offered_versions import offered_versions
from ..planning.admission import RolloutLimits, why_closed
from ..planning.durations import Durations, Estimates
from ..planning.eligibility import Rules
from ..planning.overrides import lifted_checks, of_router
from ..planning.plan import RouterPlan
from ..planning.request_rules import RequestOptions, refuse
from ..planning.revert_rules import forbids_newer_routers
from ..planning.sequencing import POLICIES
from ..planning.window import judged_by_window
from ..rollout.begun import has_begun
from ..rollout.broken_off import not_begun
from ..rollout.conductor_outcome import RevertPolicy, after_failure, with_revert_reasons
from ..rollout.download import DownloadOptions
from ..rollout.download_lane import DownloadLane
from ..rollout.driving import drive_alone
from ..rollout.join_text import sentences
from ..rollout.left_out import planned_results
from ..rollout.loop import Abandoned, OperationSpec
from ..rollout.own_nodes import began_alone, reported_alone
from ..rollout.plan_volumes import judged_by_volumes
from ..rollout.poller import StatusPoller
from ..rollout.results import STATES, NodeResult
from ..rollout.rollout import Rollout
from ..rollout.router_upgrade import UpgradePolicy, run_of
from ..rollout.run_record_data import record_as_data
from ..rollout.upgrade_runner import upgrade_runner
from ..software.assets import Asset
from ..software.names import check_word
from ..software.targets import Target, TargetError
from ..software.versions import parse, satisfies
from .after_conductor import wait_for_routers
from .approval import approved_plan, require_same_plan
from .group_upgrade import group_too_late, is_group_upgrade, upgrade_group
from .planned_change import PlannedChange
from .rollout import RolloutAction
from .rollout_limits import planned_begin, window_lines
from .targets import nodes_of
from .upgrade_options import comparison_options, estimates_of, health_options, post_check_options, repeated_checks
from .versions import Versions
from .watchers import watch, watchers_of

_REQUEST = (
    "simultaneous",
    "skip_package_transfer",
    "skip_pre_check",
    "skip_health_check",
    "no_revert",
    "cohort_id",
    "force",
)


class UpgradeAction(RolloutAction):
    """Base of software_upgrade and software_downgrade."""

    def act(self, args):
        check_word(args["version"], "version")
        if args["cohort_id"]:
            check_word(args["cohort_id"], "cohort_id")
        approved = self._approved = approved_plan(args["approved_plan"], args["approved_checksum"])
        bounds = self.limits(args, args["downloads_in_flight"], args["in_proof"])
        self._check_results: list[CheckResult] = []
        comparison_options(args)  # what is wrong with it is told before anything else
        post_check_options(args)
        repeated_checks(args)
        self.conductor.follow_fallback()
        here, assets = self.conductor.local_node(), self.conductor.assets()
        targets = self.targets(args, assets)
        versions = self.resolved(args, targets, assets)
        version = versions.default
        self.require_witness(self.journal(args), nodes_of(targets))
        request = self.request(args, version, _REQUEST)
        settings = args["run_settings"]
        self._change = PlannedChange(self, args, request, bounds, approved, self.began, settings)
        own = [target for target in targets if target.router == here[0] and _named_itself(args, target.router)]
        routers = [target for target in targets if target not in own]
        follows = bool(routers) or args["run_continues"]
        results, outcome = self._upgrade_own(args, own, version, assets, bounds, follows) if own else ([], "")
        plans, run = [], None
        if routers:
            of_routers, plans, run = self._roll_after(results, args, routers, versions, assets, bounds)
            results += of_routers
        result = {"version": version, **self.fleet_result(args, results, plans, run)}
        result["msg"] = sentences(result["msg"], outcome)
        if self.record:
            result["run_record"] = record_as_data(self.record)
        result["limits"] = window_lines(args, self.bounds, self.clock.wall())
        result["checks"] = [check.as_data() for check in self._check_results]
        result["approved_plan"] = approved and approved.as_data()
        if self.check_mode:
            result["change"] = self._change.as_data()
        return result

    def begin_of(self, args):
        return planned_begin(args, self.clock.wall()) if self.check_mode else None

    def _assets_after(self, args, assets: Sequence[Asset], own: Sequence[NodeResult], routers: Sequence[Target]):
        """The assets as they are now; after an upgrade of the conductor, once the routers are back."""
        if self.check_mode or not any(result.changed for result in own):
            return assets
        names, limits = [target.router for target in routers], (args["settle_timeout"], args["poll_max"])
        return wait_for_routers(self.conductor, self.clock, assets, names, limits, self.tell)

    def record_of(self, args):
        return args.get("run_record")

    def _roll_after(self, own: Sequence[NodeResult], args, routers: Sequence[Target], versions, assets, bounds):
        """The routers, after the conductor's own nodes: only if these are well, and nothing loses their results."""
        if not own:
            return self._roll(args, routers, versions, assets, bounds)
        bad = next((result for result in own if not STATES[result.state].ok), None)
        node_ids = nodes_of(routers)
        if bad is not None:
            why = f"nothing was sent, since {bad.node} of the conductor is {bad.state}"
            return not_begun(node_ids, why, versions.default), [], None
        try:
            assets = self._assets_after(args, assets, own, routers)
            return self._roll(args, routers, versions, assets, bounds)
        except Abandoned:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            return self.broken_off(not_begun(node_ids, "", versions.default), error, own), [], None

    # -- the conductor's own nodes ----------------------------------------------------------------------------

    def _upgrade_own(
        self,
        args,
        targets: Sequence[Target],
        version: str,
        assets: Sequence[Asset],
        bounds: RolloutLimits,
        follows: bool,
    ) -> tuple[list[NodeResult], str]:
        """The nodes of the conductor, through this session and no other (rule A7 of the design).

        Returns their results, and what was done about those that did not succeed. ``follows``: the run goes on after
        them.
        """
        conductor = self.conductor
        conductor.require_first_node()
        self._refuse_own(args, targets, version, assets)
        loop = self.loop(args)
        loop.report = self.report_folder(args)
        overrides = of_router(self.overrides(args, assets), conductor.local_node()[0])
        self._change.of_conductor(loop, targets, assets, overrides)
        if not self.check_mode:
            loop.journal.prepare()
        watch(watchers_of(self, args, self._host, self.operation, continues=follows), loop)
        poller = loop.poller(assets_count=args["assets_count"])
        poller.know(node_id for target in targets for node_id in target.node_ids)
        spec = replace(self._job(args, version), overrides=overrides)
        policy = self._own_policy(args, version, poller)
        if policy.post_checks is not None:
            policy = replace(policy, post_checks=replace(policy.post_checks, lifted=lifted_checks(overrides)))
        began = began_alone(
            loop, poller, self.operation, version, targets, sequencing=args["sequencing"], estimates=estimates_of(args)
        )
        results: list[NodeResult] = []
        with reported_alone(loop, began, results, self.check_mode):
            for target in targets:
                results += self._own_target(args, (loop, poller), target, (spec, policy, bounds), results)
            results[:] = with_revert_reasons(results, _revert_policy(args))
        outcome = after_failure(
            results,
            from_below_63=not poller.assets_count,
            peer_done=_peer_done(targets, version, assets),
        )
        return results, outcome

    def _own_target(self, args, where, target: Target, how, results: Sequence[NodeResult]) -> list[NodeResult]:
        """One of them. ``where``: loop and poller; ``how``: operation, policy and bounds; ``results``: until now."""
        (loop, poller), (spec, policy, bounds) = where, how
        bad = next((result for result in results if not STATES[result.state].ok), None)
        if bad is not None:
            return not_begun(target.node_ids, f"nothing was sent, since {bad.node} is {bad.state}", spec.wanted)
        begun = partial(has_begun, loop, poller, target.router, self.operation, spec.wanted)
        may_continue = self._own_limits(args, bounds, begun)
        run = run_of(loop, poller, target, spec, args["sequencing"], replace(policy, may_continue=may_continue))
        steps = run.steps(self.check_mode)
        return drive_alone(loop, poller, steps, target.node_ids, run.results, always=bool(results))

    def _refuse_own(self, args, targets: Sequence[Target], version: str, assets: Sequence[Asset]) -> None:
        """Raise TargetError if a node of the conductor must not be upgraded in this way."""
        here, own = self.conductor.local_node(), self.conductor.own_version()
        rows = {(asset.router, asset.node): asset for asset in assets}
        running = {node_id: row.version for node_id, row in rows.items()}
        if own and own.version:
            running[here] = own.version
        options = RequestOptions(
            parse(version), args["simultaneous"], args["skip_package_transfer"], args["sequencing"]
        )
        for target in targets:
            versions = {node: running.get((target.router, node)) for node in target.nodes}
            listed = [node_id for node_id in target.node_ids if node_id in rows]
            types = {node_id[1]: rows[node_id].install_type for node_id in listed}
            why = refuse(target, options, versions, types, here[0])
            if why:
                raise TargetError(f"Nothing was sent to {target.router}: {why.rstrip('.')}.")

    def _own_limits(self, args, bounds: RolloutLimits, begun: Callable[[], bool]) -> Callable:
        """What ends a night holds for the conductor as well; a stop file leaves no pair half done (rules 25 and 26).

        ``begun``: has a command of ours moved one of its nodes?
        """
        stop_file = args["stop_file"] or None

        def may_continue(left: list[str]) -> tuple[bool, str]:
            there = bool(stop_file) and os.path.exists(stop_file) and not begun()
            why = why_closed(self.clock.wall(), stop_file if there else False, bounds)
            return not why, why

        return may_continue

    def _own_policy(self, args, version: str, poller: StatusPoller) -> UpgradePolicy:
        """What is done around the operation of a node of the conductor."""
        router = poller.local_node[0]

        def forbids_revert(back_to: str) -> str | None:
            return None if args["allow_newer_routers"] else forbids_newer_routers(poller.assets(), router, back_to)

        return UpgradePolicy(
            health=health_options(args),
            post_checks=None if self.check_mode else post_check_options(args, version, self._check_results.extend),
            revert=args["revert"],
            forbids_revert=forbids_revert,
            compare=comparison_options(args),
            in_transition=lambda: {asset.router for asset in poller.assets() if asset.router and not asset.settled},
        )

    # -- routers ----------------------------------------------------------------------------------------------

    def _roll(self, args, targets: Sequence[Target], versions: Versions, assets: Sequence[Asset], bounds):
        """Plan, and roll over the routers. Results, plan, and how the run went."""
        loop, estimates = self.roll_engine(args), estimates_of(args)
        rules = replace(self._rules(args, versions, estimates), overrides=self.overrides(args, assets))
        plans = self.plan(targets, assets, rules, loop)
        if self.check_mode:
            plans = self._that_fit(args, judged_by_volumes(loop, plans, rules), bounds, estimates)
        self._change.of_routers(loop, plans, assets)
        if self.check_mode:
            return planned_results(plans), plans, None
        fleet = self.fleet(args, loop, versions, bounds, estimates)
        require_same_plan(fleet.record, self._approved)
        fleet.batch.bake, fleet.starts = args["bake"], args["start_order"]
        policy, spec = self._policy(args, versions.default), self._job(args, versions.default)
        if is_group_upgrade(args):
            return upgrade_group(args, fleet, plans, spec, policy), plans, fleet.report()
        if policy.download:
            fleet.admission.lane = _download_lane(args, fleet, spec, policy.download)
        blocked = {str(router): str(reason) for router, reason in (args["blocked"] or {}).items()}
        results = fleet.run(plans, upgrade_runner(fleet, spec, policy, args["order"], blocked))
        return results, plans, fleet.report()

    def _that_fit(self, args, plans: Sequence[RouterPlan], bounds: RolloutLimits, estimates: Estimates):
        """The plans of a dry run, in which what no window or stop file lets begin is not planned."""
        # A plan for another day is judged as from its begin.
        now = self.began if args["planned_begin"] else self.clock.wall()
        stop_file, durations = args["stop_file"] or None, Durations(estimates)
        window = (bounds.start_deadline, bounds.window_end)
        closed = why_closed(now, stop_file if stop_file and os.path.exists(stop_file) else False, bounds)
        if is_group_upgrade(args):
            closed = closed or group_too_late(plans, now, window, durations, args["sequencing"])
        return judged_by_window(plans, now, window, durations, closed)

    def _policy(self, args, version: str) -> UpgradePolicy:
        """What is done around the operation of a node of a router."""
        return UpgradePolicy(
            health=health_options(args),
            post_checks=post_check_options(args, version, self._check_results.extend),
            repeated_checks=repeated_checks(args, version, self._check_results.extend),
            download=DownloadOptions(args["download_timeout"], args["download_silence"]) if args["download"] else None,
            soak=args["pair_soak"],
            revert=args["revert"],
            compare=comparison_options(args),
        )

    def _rules(self, args, versions: Versions, estimates: Estimates) -> Rules:
        stopped = {str(router): str(reason) for router, reason in (args["blocked"] or {}).items()}
        return self.rules(
            args,
            versions,
            order=args["order"],
            sequencing=args["sequencing"],
            simultaneous=args["simultaneous"],
            skip_package_transfer=args["skip_package_transfer"],
            newer=args["newer"],
            rule=args["version_rule"],
            download=args["download"],
            waves=self.waves(args),
            groups=self.groups(args),
            estimates=estimates,
            downgrade=self.operation == "downgrade",
            known=tuple(offered_versions(self.conductor, self.tell)),
            stopped={**stopped, **versions.refused},
        )

    def _job(self, args, version: str) -> OperationSpec:
        return OperationSpec(
            self.request(args, version, _REQUEST),
            (),
            version,
            recorded=args["recorded_version"],
            ignore_running=args["ignore_running_operation"],
            assets_count=args["assets_count"],
            reconnect_after=args["reconnect_after"],
        )


def _revert_policy(args: dict) -> RevertPolicy:
    """Which reverts of a conductor's own nodes there may have been."""
    by_node = POLICIES[args["sequencing"]].by_node
    return RevertPolicy(args["revert"], on_loss=args["on_regression"] == "revert", by_node=by_node)


def _named_itself(args: dict, router: str) -> bool:
    """Is the conductor meant itself, and not only a member of something that was named?"""
    return router in {target.get("router") if isinstance(target, dict) else target for target in args["targets"] or []}


def _peer_done(targets: Sequence[Target], version: str, assets: Sequence[Asset]) -> bool:
    """True if another node of the conductor than those that were named runs the version already."""
    named = {node_id for target in targets for node_id in target.node_ids}
    routers = {target.router for target in targets}
    peers = [asset for asset in assets if asset.router in routers and (asset.router, asset.node) not in named]
    return any(bool(asset.version and satisfies(asset.version, parse(version))) for asset in peers)


def _download_lane(args: dict, fleet: Rollout, spec: OperationSpec, options: DownloadOptions) -> DownloadLane:
    """The downloads of a rollout, which run ahead of its upgrades."""
    return DownloadLane(
        fleet.loop,
        fleet.poller,
        spec.request,
        options,
        fleet.bounds.downloads_in_flight,
        None if args["download_first"] else fleet.bounds.in_flight,
        args["sequenced"],
        expected=lambda: fleet.durations.typical("download"),
    )

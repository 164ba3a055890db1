# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade and downgrade of many targets: what the two actions have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..checks.custom import BadCheck
from ..checks.registry import CheckResult
from ..checks.selection import select_checks
from ..conductor.offered_versions import offered_versions
from ..planning.durations import Estimates
from ..planning.eligibility import Rules
from ..planning.group_rules import against_group, mates_of
from ..planning.overrides import of_router
from ..planning.plan import RouterPlan
from ..planning.request_rules import RequestOptions, refuse
from ..planning.revert_rules import forbids_newer_routers
from ..planning.sequencing import POLICIES
from ..rollout.broken_off import not_begun
from ..rollout.conductor_outcome import RevertPolicy, after_failure, with_revert_reasons
from ..rollout.download import Download, DownloadOptions, patiently
from ..rollout.download_lane import DownloadLane
from ..rollout.driving import drive_alone
from ..rollout.events import Judged
from ..rollout.join_text import sentences
from ..rollout.left_out import planned_results
from ..rollout.loop import Abandoned, OperationSpec
from ..rollout.node_log import apply
from ..rollout.plan_volumes import judged_by_volumes
from ..rollout.poller import StatusPoller
from ..rollout.post_checks import PostCheckOptions
from ..rollout.regressions import ComparisonOptions
from ..rollout.release_fetch import download_for
from ..rollout.results import STATES, NodeResult
from ..rollout.router_upgrade import RouterUpgrade, UpgradePolicy, run_of
from ..rollout.run_record_data import record_as_data
from ..rollout.upgrade_runner import upgrade_runner
from ..rollout.verify import HealthOptions
from ..snapshots.take import AREAS, check_areas
from ..snapshots.thresholds import check_thresholds
from ..software.assets import Asset
from ..software.names import check_word
from ..software.targets import Target, TargetError
from ..software.versions import parse, satisfies
from .after_conductor import wait_for_routers
from .base import BadInput
from .rollout import RolloutAction
from .targets import nodes_of
from .versions import Versions

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
        bounds = self.bounds(args, self.positive(args, "downloads_in_flight"))
        self._check_results: list[CheckResult] = []
        self._comparison(args)  # what is wrong with it is told before anything else
        self._post_checks(args)
        self.conductor.follow_fallback()
        here, assets = self.conductor.local_node(), self.conductor.assets()
        targets = self.targets(args, assets)
        versions = self.resolved(args, targets, assets)
        version = versions.default
        own = [target for target in targets if target.router == here[0] and self._named_itself(args, target.router)]
        routers = [target for target in targets if target not in own]
        results, outcome = self._upgrade_own(args, own, version, assets) if own else ([], "")
        plans, run = [], None
        if routers:
            of_routers, plans, run = self._roll_after(results, args, routers, versions, assets, bounds)
            results += of_routers
        result = {"version": version, **self.fleet_result(args, results, plans, run)}
        result["msg"] = sentences(result["msg"], outcome)
        if self.record:
            result["run_record"] = record_as_data(self.record)
        result["checks"] = [check.as_data() for check in self._check_results]
        return result

    def _assets_after(self, args, assets: Sequence[Asset], own: Sequence[NodeResult], routers: Sequence[Target]):
        """The assets as they are now; after an upgrade of the conductor, once the routers are back."""
        if self.check_mode or not any(result.changed for result in own):
            return assets
        names, limits = [target.router for target in routers], (args["settle_timeout"], args["poll_max"])
        return wait_for_routers(self.conductor, self.clock, assets, names, limits, self.tell)

    @staticmethod
    def _named_itself(args, router):
        """Is the conductor meant itself, and not only a member of something that was named?"""
        return router in {
            target.get("router") if isinstance(target, dict) else target for target in args["targets"] or []
        }

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
        self, args, targets: Sequence[Target], version: str, assets: Sequence[Asset]
    ) -> tuple[list[NodeResult], str]:
        """The nodes of the conductor, through this session and no other (rule A7 of the design).

        Returns their results, and what was done about those that did not succeed.
        """
        conductor = self.conductor
        conductor.require_first_node()
        self._refuse_own(args, targets, version, assets)
        loop = self.loop(args)
        if not self.check_mode:
            loop.journal.prepare()
        poller = loop.poller(assets_count=args["assets_count"])
        overrides = of_router(self.overrides(args, assets), conductor.local_node()[0])
        spec = replace(self._job(args, version), overrides=overrides)
        policy = self._own_policy(args, version, poller)
        results = []
        for target in targets:
            bad = next((result for result in results if not STATES[result.state].ok), None)
            if bad is not None:
                results += not_begun(target.node_ids, f"nothing was sent, since {bad.node} is {bad.state}", version)
                continue
            run = run_of(loop, poller, target, spec, args["sequencing"], policy)
            steps = run.steps(self.check_mode)
            results += drive_alone(loop, poller, steps, target.node_ids, run.results, always=bool(results))
        results = with_revert_reasons(
            results,
            RevertPolicy(
                args["revert"] and self.operation == "upgrade",
                on_loss=args["on_regression"] == "revert",
                by_node=POLICIES[args["sequencing"]].by_node,
            ),
        )
        outcome = after_failure(
            results,
            from_below_63=not poller.assets_count,
            peer_done=self._peer_done(targets, version, assets),
        )
        return results, outcome

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
                raise TargetError(f"Nothing was sent to {target.router}: {why}.")

    def _own_policy(self, args, version: str, poller: StatusPoller) -> UpgradePolicy:
        """What is done around the operation of a node of the conductor."""
        router = poller.local_node[0]

        def forbids_revert(back_to: str) -> str | None:
            return None if args["allow_newer_routers"] else forbids_newer_routers(poller.assets(), router, back_to)

        return UpgradePolicy(
            health=self._health(args),
            post_checks=None if self.check_mode else self._post_checks(args, version),
            revert=args["revert"],
            forbids_revert=forbids_revert,
            compare=self._comparison(args),
            in_transition=lambda: {asset.router for asset in poller.assets() if asset.router and not asset.settled},
        )

    @staticmethod
    def _peer_done(targets: Sequence[Target], version: str, assets: Sequence[Asset]) -> bool:
        """True if another node of the conductor than those that were named runs the version already."""
        named = {node_id for target in targets for node_id in target.node_ids}
        routers = {target.router for target in targets}
        peers = [asset for asset in assets if asset.router in routers and (asset.router, asset.node) not in named]
        return any(bool(asset.version and satisfies(asset.version, parse(version))) for asset in peers)

    # -- routers ----------------------------------------------------------------------------------------------

    def _roll(self, args, targets: Sequence[Target], versions: Versions, assets: Sequence[Asset], bounds):
        """Plan, and roll over the routers. Results, plan, and how the run went."""
        loop, estimates = self.roll_engine(args), self._estimates(args)
        rules = replace(self._rules(args, versions, estimates), overrides=self.overrides(args, assets))
        plans = self.plan(targets, assets, rules, loop)
        if self.check_mode:
            plans = judged_by_volumes(loop, plans, rules)
            return planned_results(plans), plans, None
        fleet = self.fleet(args, loop, versions, bounds, estimates)
        fleet.batch.bake = args["bake"]
        policy = UpgradePolicy(
            health=self._health(args),
            post_checks=self._post_checks(args, versions.default),
            download=DownloadOptions(args["download_timeout"], args["download_silence"]) if args["download"] else None,
            soak=args["pair_soak"],
            revert=args["revert"],
            compare=self._comparison(args),
        )
        spec = self._job(args, versions.default)
        if (
            args["resource_group"]
            and POLICIES[args["sequencing"]].takes_groups
            and not args["targets"]
            and not args["target_hosts"]
        ):
            results, plans, run = self._as_group(args, fleet, plans, spec, policy)
            fleet.batch.end_all(plans, results)
            return results, plans, run
        if policy.download:
            stock = None if args["download_first"] else bounds.in_flight
            slots = bounds.downloads_in_flight
            fleet.admission.lane = DownloadLane(
                loop,
                fleet.poller,
                spec.request,
                policy.download,
                slots,
                stock,
                args["sequenced"],
                expected=lambda: fleet.durations.typical("download"),
            )
        blocked = {str(router): str(reason) for router, reason in (args["blocked"] or {}).items()}
        results = fleet.run(plans, upgrade_runner(fleet, spec, policy, args["order"], blocked))
        return results, plans, fleet.report()

    def _as_group(self, args, fleet, plans: Sequence[RouterPlan], spec: OperationSpec, policy: UpgradePolicy):
        """Rule 22: with the vendor's sequencing the group goes out as it is, if nothing is against any member."""
        against = against_group(args["resource_group"], plans, fleet.bounds.in_flight)
        if against:
            raise TargetError(against)
        node_ids = tuple((plan.router, node.node) for plan in plans for node in plan.nodes if plan.state == "planned")
        if not node_ids:
            return planned_results(plans), plans, None
        rest = planned_results([plan for plan in plans if plan.state == "up_to_date"])
        request = replace(spec.request, resource_group=args["resource_group"])
        spec = OperationSpec(request, node_ids, spec.wanted, group=mates_of(plans))
        missing = self._bring_to_group(fleet, spec, policy.download) if policy.download else []
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

    def _bring_to_group(self, fleet, spec: OperationSpec, options: DownloadOptions) -> list[NodeResult]:
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

    def _estimates(self, args) -> Estimates:
        return Estimates(
            download=args["expected_download"],
            upgrade=args["expected_upgrade"],
            revert=args["expected_revert"],
            soak=args["pair_soak"],
            outage=args["expected_outage"],
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

    def _comparison(self, args) -> ComparisonOptions | None:
        """What is compared with the time before. Raises BadInput for what cannot be compared."""
        if not args["compare"]:
            return None
        self.patterns([*args["compare_include"], *args["compare_exclude"]], "compare_include or compare_exclude")
        try:
            areas = check_areas(args["compare_areas"] or None)
            check_thresholds(args["compare_thresholds"] or {}, AREAS)
        except ValueError as error:
            raise BadInput(f"{error} Nothing was sent.") from error
        return ComparisonOptions(
            tuple(areas),
            args["compare_thresholds"] or {},
            tuple(args["compare_include"]),
            tuple(args["compare_exclude"]),
            args["on_regression"],
            args["compare_grace"],
        )

    def _health(self, args) -> HealthOptions:
        return HealthOptions(
            args["health_check"], args["health_check_unknown"], args["health_timeout"], args["retry_pause"]
        )

    def _post_checks(self, args, version: str | None = None) -> PostCheckOptions | None:
        """The named checks after each node; None if there are none. Raises UnknownCheck and BadInput."""
        try:
            checks = select_checks(args["post_checks"], "post") if args["post_checks"] else []
        except BadCheck as error:
            raise BadInput(f"{error} Nothing was sent.") from error
        allowed = self.patterns(args["allow_alarms"], "allow_alarms")
        if not checks:
            return None
        before = [(alarm["category"], alarm["message"], alarm["router"] or None) for alarm in args["alarms_before"]]
        return PostCheckOptions(
            tuple(checks),
            requested_version=parse(version) if version else None,
            wait_timeout=args["post_check_timeout"],
            poll_interval=args["poll_min"],
            retry_pause=args["retry_pause"],
            stable_polls=args["stable_polls"],
            allow_alarms=allowed,
            alarms_before=frozenset(before),
            plugins_before=args["plugins_before"],
            grace=args["compare_grace"],
            health_timeout=args["health_timeout"],
            health_unknown=args["health_check_unknown"],
            record=self._check_results.extend,
        )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take an upgrade back, where that is safe: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.rollout import RolloutAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import (
    RevertCase,
    local_fault,
    newer_routers,
    revert_refused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import OperationSpec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import IMAGE_RELEASE, StatusPoller
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollback import Rollback, ask_rollback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_upgrade import (
    HealthOptions,
    UpgradePolicy,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.volumes import judged_by_volumes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_report import runs_now
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import resolve_targets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, satisfies, try_parse


class ActionModule(RolloutAction):
    operation = "revert"
    relations = {"required_one_of": [["version", "upgrade"], ["targets", "target_hosts", "resource_group"]]}

    def act(self, args):
        if args["version"]:
            check_word(args["version"], "version")
            self.version(args["version"])
        if args["cohort_id"]:
            check_word(args["cohort_id"], "cohort_id")
        early = self._without_login(args)
        if early:
            return self.fleet_result(args, early, [], None)
        bounds = self.bounds(args)
        conductor = self.conductor
        if args["upgrade"] is None:
            conductor.follow_fallback()
            assets = conductor.assets()
            targets = self.targets(args, assets)
            if all(target.router != conductor.local_node()[0] for target in targets):
                return {"assets_count": True, **self._roll(args, targets, assets, bounds)}
            conductor.require_first_node()
        return self._own(args)

    def _roll(self, args, targets, assets, bounds):
        """Routers, each pair node by node, to the version that the user names."""
        version, loop = args["version"], self.roll_engine(args)
        estimates = Estimates(
            upgrade=args["expected_revert"],
            revert=args["expected_revert"],
            soak=args["pair_soak"],
            outage=args["expected_outage"],
        )
        rules = self.rules(
            args,
            version,
            order=args["order"],
            download=False,
            waves=self.waves(args),
            groups=self.groups(args),
            estimates=estimates,
            revert=True,
        )
        plans = self.plan(targets, assets, rules, loop)
        if self.check_mode:
            plans = judged_by_volumes(loop, plans, rules)
            return self.fleet_result(args, self.planned_results(plans), plans, None)
        fleet = self.fleet(args, loop, version, bounds, estimates)
        spec = OperationSpec(self.request(args, None, ("cohort_id", "force")), (), version)
        policy = UpgradePolicy(health=HealthOptions(run=False), soak=args["pair_soak"])
        results = fleet.run(plans, self.runner(fleet, spec, policy, args["order"]))
        return self.fleet_result(args, results, plans, fleet.report())

    def _own(self, args):
        """Nodes that are named one by one: of the conductor, or what this run's upgrade is taken back from."""
        conductor = self.conductor
        counts = args["assets_count"] and conductor.release() >= IMAGE_RELEASE
        # Between the nodes of a pair that goes back below 6.3, all assets show Disconnected, as on the way up.
        if args["version"] and self.version(args["version"]) < IMAGE_RELEASE:
            counts = False
        poller = StatusPoller(conductor, self.clock, assets_count=counts)
        poller.refresh()
        assets = conductor.assets()
        targets = resolve_targets(args["targets"] or [], assets, conductor.local_node())
        if any(target.whole and len(target.nodes) > 1 for target in targets):
            raise BadInput(
                "A revert names its node, always: give targets as mappings of router and node. Reverting a pair is two "
                "steps, each proven before the next."
            )
        results = []
        for target in targets:
            place = target.node_ids[0]
            case, back_to = self._case(args, place, poller)
            if case.running and back_to and satisfies(case.running, parse(back_to)):
                results.append(self._already(case, place, back_to))
                continue
            why, back = revert_refused(case), Rollback()
            if why is None:
                back, back_to = self._way_back(args, place, back_to, assets)
                why = back.refused or self._newer_routers(args, back_to, place, assets)
            if why:
                results.append(self._not_started(case, place, back_to, why))
                continue
            request = Request(
                "revert", router=place[0], node=place[1], cohort_id=args["cohort_id"], force=args["force"]
            )
            loop = self.loop(args)
            # What is reverted is often not well, so a running operation was looked for above, more exactly.
            spec = OperationSpec(request, (place,), back_to, ignore_running=True, assets_count=counts)
            found = [one for one in loop.run(spec, check_mode=self.check_mode) if (one.router, one.node) == place]
            for one in found:
                one.warnings += [back.warning] if back.warning else []
            results += found
        return {"assets_count": counts, **self.fleet_result(args, results, [], None)}

    def _without_login(self, args):
        """Where this run's upgrade gives no reason to revert, nobody logs in (the login may just have been refused)."""
        if args["upgrade"] is None:
            return None
        results = []
        for target in args["targets"] or []:
            if not isinstance(target, dict) or not target.get("node"):
                return None  # refused later, in a sentence
            place = (target.get("router"), target["node"])
            entry = self._of_upgrade(args["upgrade"], place)
            why = None
            if not entry.get("accepted"):
                why = "this run's upgrade was not accepted there, so there is nothing of ours to take back"
            elif args["only_local_faults"] and not local_fault(entry, args["health_check"]):
                why = f"nothing is bad about the node itself (its upgrade ended {entry.get('state')})"
            if why is None:
                return None
            back_to = entry.get("from_version")
            running = entry.get("running_version")
            results.append(
                NodeResult(*place, reason=f"nothing was sent: {why}", to_version=back_to, running_version=running)
            )
        return results

    def _case(self, args, place, poller):
        """What is known of the node, and the version that it must run afterwards."""
        seen = poller.look(*place)
        told = [line for name in ("upgrade", "revert") for line in poller.told(name, *place)]
        operation = seen.state if seen.busy else runs_now(told, place[1])
        entry = self._of_upgrade(args["upgrade"], place)
        if entry is None:
            case = RevertCase(True, seen.reachable, operation, seen.version, seen.version, try_parse(args["version"]))
            return case, args["version"]
        case = RevertCase(
            accepted=bool(entry.get("accepted")),
            answers=seen.reachable,
            operation=operation,
            running=seen.version,
            upgraded_to=try_parse(entry.get("to_version") or ""),
            before=try_parse(entry.get("from_version") or ""),
        )
        return case, entry.get("from_version")

    @staticmethod
    def _of_upgrade(upgrade, place):
        """This node's entry in the result of an upgrade. None: the user reverts by hand, by naming the version."""
        if upgrade is None:
            return None
        nodes = ((upgrade.get("by_router") or {}).get(place[0]) or {}).get("nodes") or []
        return next((node for node in nodes if node.get("node") == place[1]), {})

    def _way_back(self, args, place, back_to, assets):
        """Where a revert leads, and what the node must run afterwards: another version only if it is named."""
        row = next((asset for asset in assets if (asset.router, asset.node) == place), None)
        if row is not None and row.install_type == "package":  # it has no volumes
            return Rollback(), back_to
        ours = args.get("upgrade") is not None
        back = ask_rollback(self.conductor, place, back_to, ours)
        named = args["version"]
        if back.refused and back.leads_to and named and named != back_to:
            other = ask_rollback(self.conductor, place, named, ours)
            if not other.refused:
                return other, named
        return back, back_to

    def _newer_routers(self, args, back_to, place, assets):
        if place[0] != self.conductor.local_node()[0] or args["allow_newer_routers"]:
            return None
        newer = newer_routers(assets, place[0], parse(back_to))
        if not newer:
            return None
        names = ", ".join(f"{one.node}.{one.router} ({one.version_text})" for one in newer[:10])
        return f"routers run something newer than {back_to}, and a conductor must never be older than they are: {names}"

    @staticmethod
    def _already(case, place, back_to):
        running = case.running.text.partition(" (")[0]
        return NodeResult(
            *place,
            state="up_to_date",
            reason=f"runs {running} already",
            from_version=running,
            running_version=running,
            to_version=back_to,
        )

    @staticmethod
    def _not_started(case, place, back_to, why):
        running = case.running.text.partition(" (")[0] if case.running else None
        return NodeResult(
            *place,
            reason=f"nothing was sent: {why}",
            from_version=running,
            running_version=running,
            to_version=back_to,
        )

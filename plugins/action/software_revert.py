# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Revert an upgrade, where that is safe: the behaviour of the module of the same name."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, requested_version
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.rollout import RolloutAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.rollout_limits import window_lines
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.versions import Versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.watchers import watch, watchers_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.overrides import of_router
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.revert_rules import (
    NO_LOCAL_FAULT,
    NOT_ACCEPTED,
    forbids_newer_routers,
    local_fault,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.concluded_nodes import ConcludedNodes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.driving import drive_alone
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.events import NodeEnded, Warned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.left_out import planned_results
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_log import NodeLog, apply
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_turn import NodeTurn
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.operation import (
    Operation,
    OperationSpec,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.own_nodes import began_alone, reported_alone
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.plan_volumes import judged_by_volumes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.poller import IMAGE_RELEASE
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.regressions import explain_two_versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.revert import (
    RevertOptions,
    decide_revert,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_upgrade import GOOD, UpgradePolicy
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_view import RouterView
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.upgrade_runner import upgrade_runner
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.verify import HealthOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import each_router_once, resolve_targets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled


class ActionModule(RolloutAction):
    operation = "revert"
    relations = {"required_one_of": [["version", "upgrade"], ["targets", "target_hosts", "resource_group"]]}

    def act(self, args):
        if args["version"]:
            check_word(args["version"], "version")
            requested_version(args["version"])
        if args["cohort_id"]:
            check_word(args["cohort_id"], "cohort_id")
        early = self._without_login(args)
        if early:
            return self.fleet_result(args, early, [], None)
        bounds = self.limits(args, reverts=True)
        conductor = self.conductor
        if args["upgrade"] is None:
            conductor.follow_fallback()
            assets = conductor.assets()
            targets = self.targets(args, assets)
            own = [target for target in targets if target.router == conductor.local_node()[0]]
            routers = [target for target in targets if target not in own]
            if not own:
                limits = window_lines(args, bounds, self.clock.wall())
                return {
                    "assets_count": True,
                    "other_nodes": {},
                    "limits": limits,
                    **self.fleet_result(args, *self._roll(args, routers, assets, bounds)),
                }
            conductor.require_first_node()
            return self._routers_first(args, routers, own, bounds)
        return self._one_by_one(args)

    def _routers_first(self, args, routers, own, bounds):
        """A conductor is never older than a router, so its nodes go back after the routers, and only if those did."""
        _refuse_pairs(own)
        results, plans, run = [], [], None
        if routers:
            results, plans, run = self._roll(args, routers, self.conductor.assets(), bounds)
        bad = next((result for result in results if result.state not in GOOD), None)
        (counts, others), of_own = self._nodes(args, own, f"{bad.router} is {bad.state}" if bad else "")
        result = self.fleet_result(args, [*results, *of_own], plans, run)
        return {"assets_count": counts, "other_nodes": others, **result}

    def _roll(self, args, targets, assets, bounds):
        """Routers, each pair node by node, to the version that the user names. Results, plan, and how the run went."""
        version, loop = args["version"], self.roll_engine(args)
        own = self.versions_of_hosts(args)
        versions = Versions(version, {router: text for router, text in own.items() if text != version})
        estimates = Estimates(
            upgrade=args["expected_revert"],
            revert=args["expected_revert"],
            soak=args["pair_soak"],
            outage=args["expected_outage"],
        )
        rules = self.rules(
            args,
            versions,
            order=args["order"],
            download=False,
            waves=self.waves(args),
            groups=self.groups(args),
            estimates=estimates,
            revert=True,
            overrides=self.overrides(args, assets),
        )
        plans = self.plan(targets, assets, rules, loop)
        if self.check_mode:
            plans = judged_by_volumes(loop, plans, rules)
            return planned_results(plans), plans, None
        fleet = self.fleet(args, loop, versions, bounds, estimates)
        spec = OperationSpec(self.request(args, None, ("cohort_id", "force")), (), version)
        policy = UpgradePolicy(health=HealthOptions(run=False), soak=args["pair_soak"])
        results = fleet.run(plans, upgrade_runner(fleet, spec, policy, args["order"]))
        return results, plans, fleet.report()

    def _one_by_one(self, args):
        """Nodes that are named one by one, whose upgrade by this run is reverted."""
        assets = self.conductor.assets()
        targets = each_router_once(resolve_targets(args["targets"] or [], assets, self.conductor.local_node()))
        self.nodes = tuple(node_id for target in targets for node_id in target.node_ids)
        (counts, others), results = self._nodes(args, targets)
        return {"assets_count": counts, "other_nodes": others, **self.fleet_result(args, results, [], None)}

    def _nodes(self, args, targets, not_now=""):
        """The nodes of these targets in turn; a second one of a router only after a good first (see :meth:`_turn`).

        ``not_now``: why nothing may be sent to any of them. Returns whether assets count, with what the conductor's
        other nodes run, and the results.
        """
        _refuse_pairs(targets)
        conductor = self.conductor
        counts = args["assets_count"] and conductor.release() >= IMAGE_RELEASE
        # Between the nodes of a pair that goes back below 6.3, all assets show Disconnected, as on the way up.
        if args["version"] and requested_version(args["version"]) < IMAGE_RELEASE:
            counts = False
        loop = self.loop(args)
        loop.report = self.report_folder(args)
        poller = loop.poller(assets_count=counts)
        watch(watchers_of(self, args, self._host, "revert"), loop)
        assets, results = conductor.assets(), []
        began = began_alone(loop, poller, "revert", args["version"] or "", targets)
        with reported_alone(loop, began, results, self.check_mode):
            for target in targets:
                results += self._each_node(args, target, (loop, poller, assets), (counts, not_now, bool(results)))
        return (counts, _other_nodes(poller, results)), results

    def _each_node(self, args, target, where, how):
        """The nodes of one target in turn. ``where``: loop, poller and assets.

        ``how``: whether assets count, why nothing may be sent, and whether other targets have results already.
        """
        (loop, poller, assets), (counts, not_now, others) = where, how
        ended = []
        for node_id in target.node_ids:
            bad = next((result for result in ended if result.state not in GOOD), None)
            stopped = not_now or (f"{bad.node} is {bad.state}" if bad else "")
            if stopped:
                ended.append(_not_begun(node_id, args["version"], assets, f"nothing was sent, since {stopped}"))
                continue
            steps = self._revert(args, node_id, loop, poller, (assets, target.nodes, ended))
            own = drive_alone(loop, poller, steps, (node_id,), always=bool(others or ended))
            ended += own if self.check_mode else [_explained(loop, poller, result) for result in own]
        if counts and not self.check_mode:
            wanted = args["version"] or (ended[0].to_version if ended else None) or ""
            ConcludedNodes(RouterView(loop, poller, target.router, wanted), ended, reverts=True).correct_verdicts()
        return ended

    def _turn(self, args, node_id, loop, poller, pair):
        """Wait until the pair is fit for its second node (rule 9). Returns why it must not be touched, and warnings.

        The nodes of a conductor are proven by their own sessions, each in a task of its own.
        """
        nodes, ended = pair
        if self.check_mode or not ended or node_id.router == poller.local_node[0]:
            return None, []
        wanted = args["version"] or ended[0].to_version or ""
        view = RouterView(loop, poller, node_id.router, wanted)
        turn = NodeTurn(view, lambda left: (True, ""), args["pair_soak"], ended, lambda phase, node: None)
        return (yield from turn.steps(node_id, nodes))

    def _revert(self, args, node_id, loop, poller, known):
        """One node: decide, send, follow. A generator, as the loop drives it.

        ``known``: the assets, and of its router the nodes that are named, and the results of those that have ended.
        """
        assets, *pair = known

        def forbids(back_to):
            return self._newer_routers(args, back_to, node_id, assets)

        stopped, warnings = yield from self._turn(args, node_id, loop, poller, pair)
        if stopped:
            return [_not_begun(node_id, args["version"], assets, stopped)]
        decision = yield from decide_revert(loop, poller, self._options(args, node_id), forbids)
        if decision.there or decision.refused:
            return [_not_sent(decision)]
        if not self.check_mode:
            loop.journal.prepare()
        lifted = of_router(self.overrides(args, assets), node_id.router)
        done = tuple(result.node for result in pair[1] if result.state == "done")
        spec = replace(decision.spec(poller.assets_count), overrides=lifted, done=done)
        operation = Operation(loop, poller, spec)
        results = yield from operation.steps(self.check_mode)
        own = [result for result in results if (result.router, result.node) == node_id]
        for warning in filter(None, [decision.warning, *warnings]):
            own = [apply(result, Warned(warning)) for result in own]
        return own

    def _options(self, args, node_id):
        """What is known of the upgrade of a node, and how it is to be reverted."""
        upgrade = self._of_upgrade(args["upgrade"], node_id)
        common = {"named": args["version"], "cohort_id": args["cohort_id"], "force": args["force"]}
        if upgrade is None:
            return RevertOptions(node_id, before=args["version"], by_hand=True, **common)
        return RevertOptions(
            node_id,
            before=upgrade.get("from_version"),
            accepted=bool(upgrade.get("accepted")),
            upgraded_to=upgrade.get("to_version"),
            **common,
        )

    def _without_login(self, args):
        """Where this run's upgrade gives no reason to revert, nobody logs in (the login may just have been refused)."""
        if args["upgrade"] is None:
            return None
        results = []
        for target in args["targets"] or []:
            if not isinstance(target, dict) or not target.get("node"):
                return None  # refused later, in a sentence
            node_id = (target.get("router"), target["node"])
            entry = self._of_upgrade(args["upgrade"], node_id)
            why = None
            if not entry.get("accepted"):
                why = NOT_ACCEPTED
            elif args["only_local_faults"] and not local_fault(entry, args["health_check"]):
                why = f"{NO_LOCAL_FAULT} (its upgrade ended {entry.get('state')})"
            if why is None:
                return None
            back_to = entry.get("from_version")
            running = entry.get("running_version")
            result = NodeResult(*node_id, to_version=back_to, running_version=running)
            results.append(apply(result, NodeEnded("not_started", f"nothing was sent: {why}")))
        return results

    @staticmethod
    def _of_upgrade(upgrade, node_id):
        """This node's entry in the result of an upgrade. None: the user reverts by hand, by naming the version."""
        if upgrade is None:
            return None
        nodes = ((upgrade.get("by_router") or {}).get(node_id[0]) or {}).get("nodes") or []
        return next((node for node in nodes if node.get("node") == node_id[1]), {})

    def _newer_routers(self, args, back_to, node_id, assets):
        if node_id[0] != self.conductor.local_node()[0] or args["allow_newer_routers"]:
            return None
        return forbids_newer_routers(assets, node_id[0], back_to)


def _not_sent(decision):
    """The result of a node to which no revert is sent: it runs that version already, or must not be reverted."""
    running = decision.running.text.partition(" (")[0] if decision.running else None
    reason = f"runs {spelled(running)} already" if decision.there else f"nothing was sent: {decision.refused}"
    result = NodeResult(
        *decision.options.node_id, from_version=running, running_version=running, to_version=decision.back_to
    )
    return apply(result, NodeEnded("up_to_date" if decision.there else "not_started", reason))


def _explained(loop, poller, result):
    """The result, which says where it leaves the pair of a conductor on two versions."""
    log = NodeLog(loop.events, result)
    explain_two_versions(log, poller)
    return log.result


def _other_nodes(poller, results):
    """What the nodes of the conductor run that this task was not to revert, by node."""
    ours = {(result.router, result.node) for result in results}
    if not any(router == poller.local_node[0] for router, _node in ours):
        return {}
    rows = poller.peers(poller.local_node[0], "")
    return {row.node: row.version_text for row in rows if (row.router, row.node) not in ours and row.version_text}


def _not_begun(node_id, version, assets, reason):
    """The result of a node whose turn does not come."""
    running = next((row.version_text for row in assets if (row.router, row.node) == node_id), None)
    result = NodeResult(*node_id, from_version=running, running_version=running, to_version=version)
    return apply(result, NodeEnded("not_started", reason))


def _refuse_pairs(targets):
    """Raise BadInput where a pair is named as a whole and would not be rolled over node by node."""
    if any(target.whole and len(target.nodes) > 1 for target in targets):
        raise BadInput(
            "A revert names its node, always: give targets as mappings of router and node. Reverting a pair is two "
            "steps, each proven before the next."
        )

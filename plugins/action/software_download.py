# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Download a release before the window: the behaviour of the module of the same name."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.rollout import RolloutAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import nodes_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.versions import Versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.watchers import watch, watchers_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.offered_versions import offered_versions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import RolloutLimits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.broken_off import not_begun
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.download import (
    DownloadKnowledge,
    DownloadOptions,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.driving import drive_alone
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate import import_image
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.left_out import planned_results
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.own_nodes import began_alone, reported_alone
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.router_download import RouterDownload
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import (
    RequestedVersionError,
    resolve,
)

_OPERATIONS = {"present": "download", "paused": "pause", "absent": "remove"}


class ActionModule(RolloutAction):
    operation = "download"

    def act(self, args):
        check_word(args["version"], "version")
        for name in ("iso", "cohort_id"):
            if args[name]:
                check_word(args[name], name)
        in_flight = args["downloads_in_flight"]
        bounds = RolloutLimits(in_flight, in_flight, args["max_failures"], None, None, None, 100.0)
        self.conductor.follow_fallback()
        assets = self.conductor.assets()
        targets = self.targets(args, assets)
        local_node = self.conductor.local_node()
        if any(target.router == local_node.router for target in targets):
            self.conductor.require_first_node()
        running = [asset.version_text for asset in assets if asset.version_text and _named(asset, targets)]
        imported = self._import_iso(args, running)
        versions = Versions(args["version"], self.versions_of_hosts(args))
        if not (self.check_mode and imported):  # else it is not known before the import what the image would offer
            versions = self.resolved(args, targets, assets)
        results, plans, run = self._stage(args, targets, assets, versions, bounds)
        result = {"version": versions.default, "iso": imported, **self.fleet_result(args, results, plans, run)}
        result["changed"] = result["changed"] or bool(imported)
        return result

    def _stage(self, args, targets, assets, versions, bounds):
        """The conductor's own nodes one by one through their own session, then the routers."""
        loop, local_node = self.loop(args), self.conductor.local_node()
        follows = any(target.router != local_node.router for target in targets) or None
        watch(watchers_of(self, args, self._host, self.operation, continues=follows), loop)
        operation = _OPERATIONS[args["state"]]
        request = Request(
            operation, version=versions.default, cohort_id=args["cohort_id"] if operation == "download" else None
        )
        options = DownloadOptions(args["download_timeout"], args["download_silence"], args["installation_service"], 0.0)
        results, plans, run = [], [], None
        for target in [target for target in targets if target.router == local_node.router]:
            poller = loop.poller()
            loop.report = self.report_folder(args)
            if not self.check_mode:
                loop.journal.prepare()
            own = RouterDownload(loop, poller, target.router, target.nodes, request, options, together=False)
            began = began_alone(loop, poller, self.operation, versions.default, [target])
            with reported_alone(loop, began, results, self.check_mode):
                results += drive_alone(
                    loop,
                    poller,
                    own.steps(self.check_mode),
                    target.node_ids,
                    own.results,
                    always=bool(results),
                    downloads=True,
                )
        routers = [target for target in targets if target.router != local_node.router]
        if not routers:
            return results, plans, run
        try:
            of_routers, plans, run = self._stage_routers(args, routers, assets, request, options, (versions, bounds))
        except Abandoned:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            if not results:
                raise
            of_routers = self.broken_off(not_begun(nodes_of(routers), "", versions.default), error, results)
        return [*results, *of_routers], plans, run

    def _stage_routers(self, args, routers, assets, request, options, how):
        """The routers, many at once: results, plans, and how the run went."""
        (versions, bounds), loop = how, self.roll_engine(args)
        plans = self.plan(routers, assets, self._rules(args, versions), loop)
        if self.check_mode:
            return planned_results(plans), plans, None
        fleet = self.fleet(args, loop, versions, bounds, Estimates(download=args["expected_download"]))
        fleet.admission.moves = False
        results = fleet.run(plans, self._runner(args, fleet, request, options, routers))
        return results, plans, fleet.report()

    def _rules(self, args, versions):
        stopped = {str(router): str(reason) for router, reason in (args["blocked"] or {}).items()}
        return self.rules(
            args,
            versions,
            order="as_listed",
            estimates=Estimates(download=args["expected_download"]),
            stopped={**stopped, **versions.refused},
            rule=args["version_rule"],
        )

    def _runner(self, args, fleet, request, options, targets):
        whole = {target.router for target in targets if target.whole}
        nodes_named, known = self.conductor.takes_nodes("download"), DownloadKnowledge()

        def make(plan):
            nodes = tuple(node.node for node in plan.nodes if node.needed)
            together = not nodes_named or (plan.router in whole and len(nodes) == len(plan.nodes))
            sequenced = args["sequenced"] and together and len(nodes) > 1
            own = replace(request, version=plan.to_version or request.version, sequenced=sequenced)
            alone = replace(options, alone=fleet.durations.typical("download"))
            return RouterDownload(fleet.loop, fleet.poller, plan.router, nodes, own, alone, together, known)

        return make

    def _import_iso(self, args, running):
        """Offline: the image lies on the node and must be made known to it, on both nodes of a pair.

        Not where the version is offered already: an import is long work.
        """
        if not args["iso"]:
            return None
        with contextlib.suppress(RequestedVersionError):
            resolve(args["version"], offered_versions(self.conductor, self.tell), running, "newest")
            return None
        if self.check_mode:
            return "would be imported"
        self.tell("importing the image; this can take a while")
        reply = import_image(self.conductor, None if args["iso"] == "hunt" else args["iso"])
        return reply.text.strip()


def _named(asset, targets):
    return any((asset.router, asset.node) in target.node_ids for target in targets)

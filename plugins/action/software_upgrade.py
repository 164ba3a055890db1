# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Upgrade nodes and prove it: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.action_base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.engine import Job
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import JournalError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.plan import (
    TargetError,
    Wishes,
    refuse,
    resolve_targets,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.sequence import HealthWish, upgrade_target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.verdicts import NodeResult
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.wishes import resolve

_ARGUMENTS = (
    "simultaneous",
    "skip_package_transfer",
    "skip_pre_check",
    "skip_health_check",
    "no_revert",
    "cohort_id",
    "force",
)


class ActionModule(PcliAction):
    def act(self, args):
        check_word(args["version"], "version")
        if args["cohort_id"]:
            check_word(args["cohort_id"], "cohort_id")
        conductor = self.conductor
        here = conductor.here()
        assets = conductor.assets()
        targets = resolve_targets(args["targets"], assets, here)
        rows = {(one.router, one.node): one for one in assets}
        own = conductor.own_version()
        running = {place: row.version for place, row in rows.items()}
        if own and own.version:
            running[here] = own.version
        places = [place for target in targets for place in target.places]
        texts = [running[place].text for place in places if running.get(place)]
        offered = conductor.available()
        if own and any(target.router != here[0] for target in targets):
            offered = [*offered, own.text]  # what the conductor runs it can give to its routers
        wanted = resolve(args["version"], offered, texts, args["several_builds"])
        wishes = Wishes(parse(wanted.version), args["simultaneous"], args["skip_package_transfer"], args["sequencing"])
        for target in targets:
            versions = {node: running.get((target.router, node)) for node in target.nodes}
            types = {
                node: rows[place].install_type
                for node, place in zip(target.nodes, target.places, strict=True)
                if place in rows
            }
            why = refuse(target, wishes, versions, types, here[0])
            if why:
                raise TargetError(f"Nothing was sent to {target.router}: {why}.")
        return self._upgrade(args, targets, wanted.version)

    def _upgrade(self, args, targets, version):
        engine = self.engine(args)
        request = Request("upgrade", version=version, **{name: args[name] for name in _ARGUMENTS})
        job = Job(
            request,
            (),
            version,
            recorded=args["recorded_version"],
            ignore_running=args["ignore_running_operation"],
            assets_count=args["assets_count"],
        )
        health = HealthWish(args["health_check"], args["health_check_unknown"], args["health_timeout"])
        results = []
        for target in targets:
            try:
                results += upgrade_target(engine, target, job, args["sequencing"], health, self.check_mode)
            except (PcliError, JournalError) as error:
                if not results:
                    raise
                # What became of the targets before must not get lost.
                results += [NodeResult(*place, reason=f"nothing was sent: {error}") for place in target.places]
        return {"version": version, **self.operation_result("upgrade", results, args)}

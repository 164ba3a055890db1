# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a release onto the nodes by day: the behaviour of the module of the same name."""

from __future__ import annotations

import contextlib

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.action_base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.download import stage_node
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.plan import resolve_targets
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import check_word
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.wishes import WishError, resolve


class ActionModule(PcliAction):
    def act(self, args):
        check_word(args["version"], "version")
        for name in ("iso", "cohort_id"):
            if args[name]:
                check_word(args[name], name)
        conductor = self.conductor
        here = conductor.here()
        assets = conductor.assets()
        targets = resolve_targets(args["targets"], assets, here)
        places = [place for target in targets for place in target.places]
        running = [one.version_text for one in assets if (one.router, one.node) in places and one.version_text]
        imported = self._import_iso(args, running)
        if self.check_mode and imported:
            wanted = args["version"]  # what the image would offer is not known before it is imported
        else:
            offered = conductor.available()
            own = conductor.own_version()
            if own and any(place[0] != here[0] for place in places):
                offered = [*offered, own.text]
            wanted = resolve(args["version"], offered, running, args["several_builds"]).version
        engine = self.engine(args)
        if not self.check_mode:
            engine.journal.prepare()
        results = []
        for place in places:
            request = Request("download", *place[:1], node=place[1], version=wanted, cohort_id=args["cohort_id"])
            results.append(
                stage_node(engine, request, args["download_timeout"], args["installation_service"], self.check_mode)
            )
        result = {"version": wanted, "iso": imported, **self.operation_result("download", results, args)}
        result["changed"] = result["changed"] or bool(imported)
        return result

    def _import_iso(self, args, running):
        """Offline: the image lies on the node and must be made known to it, on both nodes of a pair.

        Not where the version is offered already: an import is long work.
        """
        if not args["iso"]:
            return None
        with contextlib.suppress(WishError):
            resolve(args["version"], self.conductor.available(), running, "newest")
            return None
        if self.check_mode:
            return "would be imported"
        self.tell("importing the image; this can take a while")
        reply = self.conductor.import_iso(None if args["iso"] == "hunt" else args["iso"])
        return reply.text.strip()

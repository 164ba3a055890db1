# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks before an operation: the behaviour of the module of the same name."""

from __future__ import annotations

import functools

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.checks import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.authority import known_alarms
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import checks_to_repeat, run_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PASSING
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import OperationSpec

#: What restarts a node; a download moves none.
_MOVES = ("upgrade", "downgrade", "revert")
#: Why nothing is sent where what an earlier run began is only followed.
_NOTHING_RUNS = "nothing runs there now"


class ActionModule(CheckAction):
    def act(self, args):
        checks = self.checks("pre", args)
        many = self.has_targets(args)
        if args["any_node"] or many:
            self.conductor.follow_fallback()
        # The records of a rollout belong to routers and to no host: none of them keeps the conductor from answering.
        journal = Journal(args["journal"] or None, args["run_id"] or "", self.clock) if many else self.journal(args)
        begun = journal.open_of_host()
        if begun and journal.age(begun) < args["upgrade_timeout"]:
            left = args["upgrade_timeout"] - journal.age(begun)
            self.wait_for_session(left, f"'{begun.command}' was sent at {begun.intent_at} and its end is not known")
        taken_up = self._take_up(args, journal) if begun else None
        if taken_up and taken_up["state"] == "unknown":
            why = taken_up["reason"].rstrip(".")
            return {
                "failed": True,
                "changed": False,
                "taken_up": taken_up,
                "msg": f"What an earlier run began on {taken_up['node']} ended unknown: {why}.",
            }
        authority = self.authority(args)
        node_ids = [node_id for target in authority.targets for node_id in target.node_ids]
        self.require_witness(journal, node_ids or [self.conductor.local_node()])
        authority.one_conductor_node = args["conductor_node_away"] == "warn"
        authority.version_rule = args["version_rule"]
        authority.ours = functools.partial(self._ours, journal)
        authority.began_lately = functools.partial(self._began_lately, journal, args["upgrade_timeout"])
        run = run_checks(checks, authority)
        result = self.check_result(run, args)
        result["checks_to_repeat"] = checks_to_repeat(checks, run)
        result["taken_up"] = taken_up
        alarms = known_alarms(authority)
        result["alarms"] = alarms and [
            {"category": alarm.category, "message": alarm.message, "router": alarm.router} for alarm in alarms
        ]
        return result

    @staticmethod
    def _ours(journal, router, node):
        """Why an operation there is one to be taken up again; None where no record of ours is open."""
        record = journal.last(router, node)
        if record is None or not record.open or record.operation not in _MOVES:
            return None
        return f"an earlier run began '{record.command}' at {record.intent_at} and did not see its end"

    @staticmethod
    def _began_lately(journal, timeout, router, node):
        """May what was begun there still run? The same time as in a rollout, which follows it for so long."""
        record = journal.last(router, node)
        return record is not None and journal.age(record) < max(timeout, record.limit or 0.0)

    def _take_up(self, args, journal):
        """Follow what an earlier run began to its end: only then is there anything to check."""
        loop = self.loop(args)
        deadline = self.clock.now() + args["upgrade_timeout"]
        while True:
            record = journal.last(*self.conductor.local_node())
            # Anything else disturbs no check, and its end is looked for elsewhere.
            if record is None or not record.open or record.operation not in _MOVES:
                return None
            place = (record.router, record.node)
            version = None if record.operation == "revert" else record.to_version
            request = Request(record.operation, router=record.router, node=record.node, version=version)
            spec = OperationSpec(
                request, (place,), record.to_version, only_follow=_NOTHING_RUNS, assets_count=args["assets_count"]
            )
            try:
                result = next(result for result in loop.run(spec) if (result.router, result.node) == place)
            except PASSING as error:
                if self.clock.now() >= deadline:
                    raise
                self.reopen_session(deadline - self.clock.now(), f"it is being worked on ({error})")
                continue
            if result.adopted:
                self.tell(f"what an earlier run began has ended: {result.state}, {result.reason}")
            return result.as_data()

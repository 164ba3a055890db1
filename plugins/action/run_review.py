# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Review a run between its batches: the behaviour of the module of the same name."""

from __future__ import annotations

from collections import Counter

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_records import run_record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_reports import amend_reports
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import router_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import Tolerance
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_record_data import (
    record_as_data,
    save_record,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_review import review


class ActionModule(PcliAction):
    def act(self, args):
        record = run_record(self, args["journal"], args["run_id"], args["run_record"])
        hosts = args["next_hosts"]
        why = None
        if self.check_mode:
            pass  # nothing is upgraded, so there are no verdicts to ask for
        elif hosts is None:
            self._look_at_the_end(args, record)
        else:
            why = self._decide(args, record, hosts)
        self._write(args, record)
        relapsed, verdicts = record.relapsed_later(), record.verdicts()
        totals = count_states(verdicts.values())
        return {
            "changed": False,
            "goes_on": why is None,
            "reason": why,
            "relapsed": relapsed,
            "by_router": {
                router: {"state": "relapsed", "reason": reason, "nodes": []} for router, reason in relapsed.items()
            },
            "totals": totals,
            "stopped": record.stopped,
            "hosts_not_ok": record.hosts_not_ok(lambda state: STATES[state].ok),
            "run_record": record_as_data(record),
            "msg": _message(record, hosts, why, totals),
        }

    def _decide(self, args, record, hosts):
        """Why the batch of these hosts must not begin; None where it may, and is the next one of the run."""
        routers = {router_of(self._vars.get("hostvars") or {}, host): host for host in hosts}
        record.tolerance = Tolerance(args["max_fail_percentage"], args["recent_failures"])
        record.canaries = record.canaries or len(routers)
        why = args["reason"].strip().rstrip(".") or record.refusal()
        if not why:
            unseen = self._look(args, record)
            why = record.refusal()
            if unseen and not why:
                why = f"the conductor does not say whether the routers that are done are still well: {unseen}"
        if why:
            record.hold_back(hosts, why)
        else:
            record.announce(routers)
        return why

    def _look_at_the_end(self, args, record):
        unseen = self._look(args, record)
        if unseen:
            self.warn(f"It was not seen whether the routers that this run has done are still well: {unseen}")

    def _look(self, args, record):
        """Look again at what is done. Returns why that is not possible; None where it was, or was not needed."""
        if not record.done:
            return None
        if record.blind:
            return record.blind
        try:
            self.conductor.follow_fallback()
            limits = Limits(flap=args["flap"], poll_min=args["poll_min"])
            loop = Loop(self.conductor, self.clock, limits, Journal(None, "", self.clock), self.tell, self.alive)
            return review(loop, loop.poller(shared=True), record)
        except PcliError as error:
            record.blind = str(error)
            return record.blind

    def _write(self, args, record):
        """Correct the reports, and write the record. Neither can stop a night."""
        if self.check_mode:
            return
        relapsed, warnings = record.relapsed_later(), []
        if relapsed and args["report_dir"]:
            warnings = amend_reports(args["report_dir"], record.run_id, relapsed)
        warnings.append(save_record(record))
        for warning in filter(None, warnings):
            self.warn(warning)


def count_states(states):
    """How many there are of each state that occurs, worst first."""
    counts = Counter(states)
    return {state: counts[state] for state in STATES if counts[state]}


def _message(record, hosts, why, totals):
    """What people are told: whether the batch begins, or how the run has ended."""
    number = len(record.batches)
    counts = ", ".join(f"{count} {state}" for state, count in totals.items()) or "none has ended"
    if hosts is None:
        relapsed = "".join(f" {router} relapsed: {reason}." for router, reason in record.relapsed.items())
        stopped = f" No other batch was begun: {record.stopped}." if record.held_back else ""
        return f"Routers in {number} {'batch' if number == 1 else 'batches'} of this run: {counts}.{relapsed}{stopped}"
    if why is None:
        return f"Batch {number} begins. Routers so far: {counts}."
    return (
        f"Batch {number + 1} does not begin, and nothing is sent to its {len(hosts)} "
        f"{'router' if len(hosts) == 1 else 'routers'}: {why}. Routers so far: {counts}. Fix the cause, then run the "
        "same again: routers that are done are left alone."
    )

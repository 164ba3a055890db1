# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Review a run between its batches: the behaviour of the module of the same name."""

from __future__ import annotations

from collections import Counter

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.approval import (
    approved_plan,
    require_same_plan,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.report_options import (
    report_folder,
    secrets_of_connection,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_origin import run_origin
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_records import run_record
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import router_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.watchers import tell_review, watchers_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batch_plan import split_into_batches
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import Tolerance
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import sentences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.loop import Loop
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_progress import Limits
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.relapse import departure
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_figures import Review
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_record_data import (
    record_as_data,
    rolled_in_file,
    save_record,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_report import report_relapsed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_reports import amend_reports
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_review import review
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.status import StatusFile
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.whole_run import whole_run
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted, never_begun, some


class ActionModule(PcliAction):
    def act(self, args):
        approved = approved_plan(args["approved_plan"])
        record = run_record(self, args["journal"], args["run_id"], args["run_record"])
        for router, nodes in nodes_done(args["done_before"]).items():
            if router not in record.relapsed:
                record.done[router] = nodes
        self._departed = []
        record.origin = record.origin or self._origin(args)
        hosts = args["next_hosts"]
        why = None
        if self.check_mode:
            pass  # nothing is upgraded, so there are no verdicts to ask for
        elif hosts is None:
            self._look_at_the_end(args, record)
        else:
            why = self._decide(args, record, hosts, approved)
        self._write(args, record)
        relapsed, verdicts = record.relapsed_later(), record.verdicts()
        not_begun, unclear = ([], []) if self.check_mode else self._without_end(args, record, verdicts)
        self._write_status(args, record, why, unclear)
        of_relapsed = self._of_relapsed(relapsed)
        self._correct_report(args, record, of_relapsed)
        self._tell_watchers(args, record, why, verdicts | dict.fromkeys(unclear, "unknown"))
        if hosts is not None:  # who is never begun is known at the end
            not_begun, unclear = [], []
        totals, downloads = count_states(verdicts.values()), record.downloads()
        return {
            "changed": False,
            "goes_on": why is None,
            "reason": why,
            "relapsed": relapsed,
            "by_router": of_relapsed,
            "totals": totals,
            "not_begun": not_begun,
            "stopped": record.stopped,
            "approved_plan": approved and approved.as_data(),
            "hosts_not_ok": record.hosts_not_ok(lambda state: STATES[state].ok),
            "run_record": record_as_data(record),
            "msg": " ".join(
                filter(
                    None, [_message(record, hosts, why, totals), never_begun(not_begun, downloads), _unclear(unclear)]
                )
            ),
        }

    def _without_end(self, args, record, verdicts):
        """The routers of the run that were not begun, and those of which no task has said what became of them."""
        variables = self._vars.get("hostvars") or {}
        routers = [router_of(variables, host) for host in args["run_hosts"] or []]
        rolled = record.rolled() | rolled_in_file(record) if routers else set()
        unclear = [router for router in routers if router not in verdicts and router in rolled]
        never = [router for router in routers if verdicts.get(router, "not_started") == "not_started"]
        return [router for router in never if router not in unclear], unclear

    def _decide(self, args, record, hosts, approved):
        """Why the batch of these hosts must not begin; None where it may, and is the next one of the run."""
        routers = {router_of(self._vars.get("hostvars") or {}, host): host for host in hosts}
        record.tolerance = Tolerance(args["max_fail_percentage"], args["recent_failures"])
        record.canaries = record.canaries or len(routers)
        why = args["reason"].strip().rstrip(".") or record.refusal()
        first = not record.batches
        if not why:
            require_same_plan(record, approved)
        if not why and approved and first:
            everybody = [router_of(self._vars.get("hostvars") or {}, host) for host in args["run_hosts"] or hosts]
            approved.require_run(split_into_batches(everybody, args["serial"]))
            self.tell(f"the run is bound to the plan {approved.path}, checksum {approved.sha256}")
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
            poller, done = loop.poller(shared=True), dict(record.done)
            unseen = review(loop, poller, record)
            self._departed = departed(poller, {router: done[router] for router in record.relapsed if router in done})
            return unseen
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

    def _of_relapsed(self, relapsed):
        """The entries of a result for these routers."""
        return {
            router: {
                "state": "relapsed",
                "reason": reason,
                "nodes": [node | {"reason": reason} for node in self._departed if node["router"] == router],
            }
            for router, reason in relapsed.items()
        }

    def _correct_report(self, args, record, of_relapsed):
        """Put the routers that have relapsed into the report of the run."""
        if self.check_mode or not args["report"] or not of_relapsed:
            return
        secrets = secrets_of_connection(self._connection)
        origin = {"process": self.process, **record.origin}
        known = {"run_id": args["run_id"], "host": self._host, "secrets": secrets, "warn": self.warn}
        folder = report_folder(args["report"], self.clock, self._vars, origin, **known)
        report_relapsed(folder, "upgrade", of_relapsed)

    def _origin(self, args):
        """Who has started the run, with the settings of the run as a whole."""
        origin = run_origin(self._vars, args["settings"] or {}, self.process)
        return {name: origin[name] for name in ("started_by", "settings")}

    def _write_status(self, args, record, why, unclear):
        """Bring the status file up to date for all routers of the run, also for those of batches that never begin."""
        hosts = args["run_hosts"]
        if self.check_mode or not hosts or not args["status_file"]:
            return
        origin = {"process": self.process, **record.origin}
        file = StatusFile(args["status_file"], self.clock, origin)
        over = args["next_hosts"] is None or why is not None
        data = whole_run(
            file.earlier(record.run_id, "upgrade"),
            record,
            [router_of(self._vars.get("hostvars") or {}, host) for host in hosts],
            now=self.clock.wall(),
            over=over,
            reason=(why or record.stopped or args["reason"].strip()) if over else "",
            unclear=unclear,
            origin=origin,
        )
        if not file.write(data, force=True) and over:
            self.warn(f"The status file {file.path} cannot be written. What it says of this run is not its end.")

    def _tell_watchers(self, args, record, why, verdicts):
        """Tell the webhook and the metrics how the run stands; at its end, how it has ended."""
        hosts, variables = args["run_hosts"] or [], self._vars.get("hostvars") or {}
        over = args["next_hosts"] is None or (why is not None and not args["run_continues"])
        review = Review(
            [router_of(variables, host) for host in hosts],
            verdicts,
            dict(record.relapsed),
            why or record.stopped or args["reason"].strip() or None,
            over,
        )
        tell_review(watchers_of(self, args, self._host, "upgrade", continues=not over), review)


def nodes_done(results):
    """The nodes that these results call done or up to date, by router, with the version that each runs."""
    done = {}
    for result in results:
        for router, entry in (result.get("by_router") or {}).items():
            for node in entry.get("nodes") or []:
                if node.get("state") in ("done", "up_to_date"):
                    done.setdefault(router, {})[node["node"]] = node.get("running_version")
    return done


def departed(poller, done):
    """The nodes of these routers that are not as they were, as entries of a result."""
    nodes = []
    for router, versions in done.items():
        for node, version in versions.items():
            asset = poller.asset(router, node)
            if departure(asset, version):
                running = asset.version_text if asset else None
                nodes.append({"router": router, "node": node, "state": "relapsed", "running_version": running})
    return nodes


def _unclear(routers):
    """The sentence that names the routers whose task ended without a result; empty if there are none."""
    if not routers:
        return ""
    return (
        f"No task has said what became of {some(routers, 20)}: something may have been sent there. Run the same again: "
        "it takes up what is running."
    )


def count_states(states):
    """How many there are of each state that occurs, worst first."""
    counts = Counter(states)
    return {state: counts[state] for state in STATES if counts[state]}


def _message(record, hosts, why, totals):
    """What people are told: whether the batch begins, or how the run has ended."""
    number = len(record.batches)
    counts = ", ".join(f"{count} {state}" for state, count in totals.items()) or "none has ended"
    if hosts is None:
        relapsed = [f"{router} relapsed: {reason}" for router, reason in record.relapsed.items()]
        stopped = [f"No other batch was begun: {record.stopped}"] if record.held_back else []
        return _sentences(
            f"Routers in {counted(number, 'batch', 'batches')} of this run: {counts}", *relapsed, *stopped
        )
    if why is None:
        return f"Batch {number} begins. Routers so far: {counts}."
    return _sentences(
        f"Batch {number + 1} does not begin, and nothing is sent to its {counted(len(hosts), 'router')}: {why}",
        f"Routers so far: {counts}",
        "Fix the cause, then run the same again: routers that are done are left alone",
    )


def _sentences(*parts):
    """All of these as sentences; each may end in a stop of its own."""
    return f"{sentences(*parts).rstrip('.')}."

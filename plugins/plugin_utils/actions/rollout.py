# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions that roll over many routers have in common: arguments in, a plan, one rollout, results out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..clock import process_began
from ..conductor.offered_versions import RequestedVersion, resolve_version
from ..conductor.request import Request
from ..planning.admission import RolloutLimits
from ..planning.durations import Durations, Estimates
from ..planning.eligibility import Rules
from ..planning.overrides import Override
from ..planning.plan import RouterPlan, make_plan
from ..rollout.fleet_facts import fleet_facts, with_missing_nodes
from ..rollout.journal import Journal
from ..rollout.loop import Loop
from ..rollout.moments import MOVES
from ..rollout.node_order import primaries
from ..rollout.report_folder import ReportFolder
from ..rollout.results import NodeResult, summary
from ..rollout.rollout import Rollout
from ..rollout.run_record import RunRecord
from ..rollout.run_record_data import record_as_data
from ..rollout.status import StatusFile
from ..software.assets import Asset
from ..software.node_id import NodeId
from ..software.targets import Target, each_router_once
from ..software.versions import parse, spelled
from .base import PcliAction, words_for_nodes, words_of_action
from .report_options import report_folder, secrets_of_connection
from .rollout_limits import rollout_limits, within_window_of_run
from .run_origin import run_origin
from .run_records import run_record
from .targets import exclusive_groups, named_targets, nodes_of, overrides_of, router_of, waves_of
from .versions import Versions, resolve_versions, versions_of_hosts
from .watchers import watch, watchers_of

#: Shells beside those of the requests: for the list of assets and for questions about single nodes.
_SHELLS_TO_POLL = 3


class RolloutAction(PcliAction):
    """Base of the actions that take many targets. Subclasses say which operation it is, and what is done with each."""

    operation = "upgrade"
    relations = {"required_one_of": [["targets", "target_hosts", "resource_group"]]}
    #: What limits the rollout.
    bounds: RolloutLimits | None = None
    #: When the run has begun; of a plan, when it is going to begin.
    began: datetime | None = None
    #: The record of the run, once there is a rollout.
    record: RunRecord | None = None
    #: The rollout, once there is one.
    _rollout: Rollout | None = None
    #: The nodes of the first list of assets.
    _listed_first: Sequence[NodeId] = ()

    # -- limits ----------------------------------------------------------------------------------------------

    def limits(self, args: dict, downloads: int = 1, in_proof: int = 0, *, reverts: bool = False) -> RolloutLimits:
        """What limits the rollout, before anybody logs in. Raises BadInput."""
        self.began = self.begin_of(args) or process_began(self._parent, self.clock.wall())
        self.bounds = rollout_limits(args, self.began, downloads, in_proof, reverts=reverts)
        return self.bounds

    def begin_of(self, args: dict) -> datetime | None:
        """When a run that is only planned is going to begin, by those that can plan. Raises BadInput."""
        return None

    # -- targets ----------------------------------------------------------------------------------------------

    def targets(self, args: dict, assets: Sequence[Asset]) -> list[Target]:
        """Everything that is named, each router once. Raises TargetError for what makes no sense."""
        wanted = (args["targets"], args["target_hosts"], args["resource_group"], args["unknown_targets"])
        targets = each_router_once(named_targets(*wanted, conductor=self.conductor, hosts=self._hosts, assets=assets))
        self.nodes = tuple(nodes_of(targets))
        self._listed_first = [NodeId(asset.router, asset.node) for asset in assets if asset.router and asset.node]
        return targets

    @property
    def _hosts(self) -> Mapping[str, Mapping[str, object]]:
        return self._vars.get("hostvars") or {}

    def waves(self, args: dict) -> dict[str, int]:
        """The wave of each router that has one. Raises BadInput."""
        return waves_of(args["waves"], args["target_hosts"], self._hosts)

    def groups(self, args: dict) -> dict[str, str]:
        """The exclusive group of each router that has one, also of those that this task does not touch (rule 23)."""
        groups_of_hosts = self._vars.get("groups") or {}
        groups = exclusive_groups(args["exclusive_groups"], args["target_hosts"], self._hosts, groups_of_hosts)
        return {router: str(value) for router, value in groups.items()}

    def versions_of_hosts(self, args: dict) -> dict[str, str]:
        """What is requested for the routers whose hosts name a release of their own. Raises BadInput."""
        return versions_of_hosts(args["target_hosts"], self._hosts)

    def overrides(self, args: dict, assets: Sequence[Asset]) -> tuple[Override, ...]:
        """The conditions that the user has lifted by name (rule 46). Raises BadInput."""
        overrides = overrides_of(args["override"], self._vars, {asset.router for asset in assets})
        for override in overrides:
            self.tell(f"override for {override.router}: {override.words}")
        return overrides

    def resolved(self, args: dict, targets: Sequence[Target], assets: Sequence[Asset]) -> Versions:
        """The versions of this run, spelled as the conductor offers them. Raises RequestedVersionError, BadInput."""

        def resolve(text: str, named: Sequence[Target]) -> str:
            requested = RequestedVersion(self.operation, text, args["several_builds"])
            return resolve_version(self.conductor, requested, named, assets, self.tell)

        return resolve_versions(args["version"], self.versions_of_hosts(args), targets, resolve)

    # -- the plan ---------------------------------------------------------------------------------------------

    def roll_engine(self, args: dict) -> Loop:
        """The loop of a rollout. Its records belong to routers, so no check of the conductor adopts them."""
        loop = self.loop(args)
        loop.journal = Journal(args["journal"] or None, args["run_id"] or "", self.clock, process=self.process)
        return loop

    def plan(self, targets: Sequence[Target], assets: Sequence[Asset], rules: Rules, loop: Loop) -> list[RouterPlan]:
        """What will be done with each router."""
        if self.operation in MOVES:
            targets = with_missing_nodes(loop, targets, assets)
            self.nodes = tuple(dict.fromkeys((*self.nodes, *nodes_of(targets))))
        facts = fleet_facts(loop, self.operation, targets, assets, rules)
        return make_plan(targets, facts, primaries(self.conductor, targets, facts, rules), rules)

    def rules(self, args: dict, versions: Versions, **more: object) -> Rules:
        """The rules of the plan, from the arguments and from what the conductor can do."""
        own = self.conductor.own_version()
        return Rules(
            version=parse(versions.default),
            version_text=versions.default,
            versions=versions.by_router,
            conductor_version=own.version if own else None,
            conductor_router=self.conductor.local_node()[0],
            takes_nodes=self.conductor.takes_nodes(self.operation),
            # A node that is taken back is away for a reason, and somebody waits for it (rule 44).
            disconnected="block" if self.operation == "revert" else args["disconnected"],
            unknown=args["unknown_targets"].replace("fail", "block"),
            **more,
        )

    # -- the rollout -----------------------------------------------------------------------------------------

    def fleet(self, args: dict, loop: Loop, versions: Versions, bounds: RolloutLimits, estimates: Estimates) -> Rollout:
        """A rollout that is ready to begin. Raises JournalError where its files cannot be written."""
        origin = run_origin(self._vars, args, self.process)
        loop.status_file = StatusFile(args["status_file"] or None, self.clock, origin)
        loop.status_file.prepare()
        loop.journal.prepare()
        self.record = record = run_record(self, args["journal"], args["run_id"], self.record_of(args))
        # What the tasks before it have recorded are settings of the run, such as its batches.
        origin["settings"] = {**(record.origin.get("settings") or {}), **origin["settings"]}
        record.origin = {name: origin[name] for name in ("started_by", "settings")}
        loop.status_file.origin = origin
        loop.report = self.report_folder(args, origin)
        self.bounds = bounds = within_window_of_run(bounds, record)
        allowed, end = bounds.max_failures, bounds.window_end
        watchers = watchers_of(self, args, self._host, self.operation, failures_allowed=allowed, window_end=end)
        watch(watchers, loop)
        session = self.conductor.session
        # As many downloads again may hang beside those that have a place.
        shells = bounds.in_flight + bounds.in_proof + 2 * bounds.downloads_in_flight + _SHELLS_TO_POLL
        session.max_shells = max(session.max_shells, shells)
        self._rollout = Rollout(
            loop,
            loop.poller(shared=True),
            bounds,
            Durations.from_data(record.durations, estimates),
            record,
            operation=self.operation,
            version=versions.text,
            stop_file=args["stop_file"] or None,
        )
        # A row may have gone since, such as while the conductor was upgraded.
        self._rollout.poller.know(self._listed_first)
        return self._rollout

    def report_folder(self, args: dict, origin: Mapping[str, object] | None = None) -> ReportFolder | None:
        """Where the report of the run goes; None where none is wanted, and in check mode."""
        if self.check_mode or not args["report"]:
            return None
        return report_folder(
            args["report"],
            self.clock,
            self._vars,
            origin or run_origin(self._vars, args, self.process),
            run_id=args["run_id"],
            host=self._host,
            secrets=secrets_of_connection(getattr(self, "_connection", None)),
            hosts={router_of(self._hosts, host): host for host in args["target_hosts"] or []},
            warn=self.warn,
        )

    def end_what_is_left(self, error: Exception) -> None:
        """A rollout that the end of its task breaks off gives every router its result, and its run the verdicts."""
        if self._rollout is not None:
            self._rollout.break_off(words_of_action(error), *words_for_nodes(error))

    def _failure(self, error: Exception) -> dict:
        failure = super()._failure(error)
        if self._rollout is not None and failure.get("broke_off"):
            failure |= {"run": self._rollout.report(), "run_record": record_as_data(self._rollout.record)}
        return failure

    def record_of(self, args: dict) -> Mapping | None:
        """The record of the run that this task was given, by those that take one."""
        return None

    # -- results ----------------------------------------------------------------------------------------------

    def fleet_result(
        self, args: dict, results: list[NodeResult], plans: Sequence[RouterPlan], run: dict | None
    ) -> dict:
        """The result of a rollout; failed if a target is, unless the user wants to look himself."""
        data = summary(self.operation, results)
        bad = not data.pop("ok")
        data["failed"] = bad and args.get("fail_on_target", True)
        if self.diff_mode:
            data["diff"] = _versions_diff(results)
        for result in results:
            for line in result.warnings:
                self.warn(f"{NodeId(result.router, result.node)}: {line}")
        hosts = {router_of(self._hosts, host): host for host in args["target_hosts"] or []}
        rows = [{**plan.as_data(), "host": hosts.get(plan.router)} for plan in plans]
        return {**data, "plan": rows, "run": run or {}}

    def request(self, args: dict, version: str | None, names: Sequence[str]) -> Request:
        """The request of this operation, without router and node."""
        return Request(self.operation, version=version, **{name: args[name] for name in names})


def _versions_diff(results: Sequence[NodeResult]) -> dict[str, dict]:
    """The versions of the nodes before and after, as Ansible shows them with --diff: in the spelling for people."""
    names = [str(NodeId(result.router, result.node)) for result in results]
    after = [result.to_version if result.changed else result.from_version for result in results]
    sides = {"before": [result.from_version for result in results], "after": after}
    return {
        side: {name: spelled(text) or None for name, text in zip(names, texts, strict=True)}
        for side, texts in sides.items()
    }

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions that roll over many routers have in common: arguments in, a plan, one roll-out, results out."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from ..clock import parse_timestamp
from ..conductor.grammar import Request
from ..pcli.errors import NoPrompt, PcliError, Unreadable
from ..pcli.waiting import Steps, Waiting
from ..planning.admission import RolloutLimits
from ..planning.durations import Durations, Estimates
from ..planning.eligibility import NodeFacts, Rules
from ..planning.plan import RouterPlan, make_plan
from ..planning.sequencing import ORDERS, POLICIES, SIMULTANEOUS, requested
from ..rollout.journal import Journal, JournalError
from ..rollout.left_out import results_of
from ..rollout.loop import Loop, OperationSpec
from ..rollout.results import NodeResult
from ..rollout.rollout import Rollout
from ..rollout.router_upgrade import RouterUpgrade, UpgradePolicy
from ..rollout.status import RunRecord, StatusFile
from ..software import operation_report
from ..software.assets import Asset
from ..software.downloads import at_rest
from ..software.node_id import NodeId
from ..software.system import NodeVersion, primary_node
from ..software.targets import Target
from ..software.version_resolution import resolve
from ..software.versions import Version, parse, satisfies, try_parse
from .base import BadInput, PcliAction
from .targets import named_targets, of_host, router_of

#: Shells beside those of the requests: for the list of assets and for questions about single nodes.
_SHELLS_TO_LOOK = 3
#: So many routers are asked what is offered to them, until one names what the conductor runs.
_ROUTERS_TO_ASK = 3


class RolloutAction(PcliAction):
    """Base of the actions that take many targets. Subclasses say which operation it is, and what is done with each."""

    operation = "upgrade"
    relations = {"required_one_of": [["targets", "target_hosts", "resource_group"]]}

    # -- targets ----------------------------------------------------------------------------------------------

    def targets(self, args: dict, assets: Sequence[Asset]) -> list[Target]:
        """Everything that is named, each router once. Raises TargetError for what makes no sense."""
        wanted = (args["targets"], args["target_hosts"], args["resource_group"], args["unknown_targets"])
        return named_targets(*wanted, conductor=self.conductor, hosts=self._hosts, assets=assets)

    @property
    def _hosts(self) -> Mapping[str, Mapping[str, object]]:
        return self._vars.get("hostvars") or {}

    def _of_routers(self, args: dict, option: str, variable: str) -> dict:
        """A property of routers: from the option, else from the variables of the hosts that stand for them."""
        by_router = {str(name): value for name, value in (args[option] or {}).items()}
        for host in args["target_hosts"] or []:
            value = of_host(self._hosts, host, variable)
            if value is not None:
                by_router.setdefault(router_of(self._hosts, host), value)
        return by_router

    def waves(self, args: dict) -> dict[str, int]:
        """The wave of each router that has one. Raises BadInput."""
        waves = {}
        for router, value in self._of_routers(args, "waves", "ssr_wave").items():
            try:
                waves[router] = int(str(value))
            except ValueError as error:
                raise BadInput(f"The wave of {router} is {value!r} (ssr_wave); a whole number is needed.") from error
        return waves

    def groups(self, args: dict) -> dict[str, str]:
        """The exclusive group of each router that has one."""
        by_router = self._of_routers(args, "exclusive_groups", "ssr_exclusive_group")
        return {router: str(value) for router, value in by_router.items()}

    # -- version ----------------------------------------------------------------------------------------------

    def offered(self) -> list[str]:
        """The versions that the conductor offers. Where that cannot be read, it is told: only what runs is known."""
        try:
            return self.conductor.available()
        except Unreadable as error:
            self.tell(f"what is offered is not known: {error}")
            return []

    def resolved(self, args: dict, targets: Sequence[Target], assets: Sequence[Asset]) -> str:
        """The one version of this run, spelled as the conductor offers it (rule 2). Raises RequestedVersionError."""
        here, own = self.conductor.local_node(), self.conductor.own_version()
        places = {place for target in targets for place in target.node_ids}
        running = {(asset.router, asset.node): asset.version_text for asset in assets if asset.version_text}
        if own and own.version:
            running[here] = own.text
        offered = self.offered()
        if self.operation == "downgrade":  # the plain list need not hold what is older than the conductor
            offered = list(dict.fromkeys([*offered, *self.conductor.available_below()]))
        if own and any(target.router != here[0] for target in targets):
            offered = self._with_own(args["version"], offered, targets, assets, own)
        texts = [running[place] for place in running if place in places]
        return resolve(args["version"], offered, texts, args["several_builds"]).version

    def _with_own(
        self,
        requested_version: str,
        offered: list[str],
        targets: Sequence[Target],
        assets: Sequence[Asset],
        own: NodeVersion,
    ) -> list[str]:
        """With what the conductor runs, which it can give to its routers, spelled as it is offered to one of them.

        The package that `show system version` names may be spelled otherwise than what a request takes, and than what
        `show assets` shows of the routers: they would all seem to run something else.
        """
        wanted = try_parse(requested_version)
        if _holds(offered, own):
            return offered
        if own.version is None or wanted is None or satisfies(own.version, wanted) is False:
            return [*offered, own.text]  # for the list of what there is
        for router in self._to_be_asked(targets, assets, own)[:_ROUTERS_TO_ASK]:
            versions = self.conductor.available(router)
            if _holds(versions, own):
                return [*offered, *(text for text in versions if _is_own(text, own))]
        # A request that names a rebuild must not lose it in a spelling that does not show it. Below 6.3 a request takes
        # the name of a package, and that is never without its rebuild.
        least = wanted if self.conductor.takes_nodes(self.operation) else own.version
        here, rows = self.conductor.local_node(), [asset for asset in assets if asset.version and asset.version_text]
        shown = [
            asset.version_text
            for asset in sorted(rows, key=lambda asset: (asset.router, asset.node) != here)
            if _is_own(asset.version_text, own)
            and satisfies(asset.version, wanted) is True
            and satisfies(asset.version, least) is True
        ]
        return [*offered, *(shown[:1] or [own.text])]

    def _to_be_asked(self, targets: Sequence[Target], assets: Sequence[Asset], own: NodeVersion) -> list[str]:
        """Routers that can say what is offered to them: settled, and not on the conductor's own version."""
        if not self.conductor.takes_nodes(self.operation):
            return []
        routers = {target.router for target in targets} - {self.conductor.local_node()[0]}
        routers -= {asset.router for asset in assets if asset.version_text and _is_own(asset.version_text, own)}
        return list(dict.fromkeys(asset.router for asset in assets if asset.router in routers and asset.settled))

    # -- the plan ---------------------------------------------------------------------------------------------

    def roll_engine(self, args: dict) -> Loop:
        """The engine of a roll-out. Its records belong to routers, so no check of the conductor takes them up."""
        loop = self.loop(args)
        loop.journal = Journal(args["journal"] or None, args["run_id"] or "", self.clock)
        return loop

    def plan(self, targets: Sequence[Target], assets: Sequence[Asset], rules: Rules, loop: Loop) -> list[RouterPlan]:
        """What will be done with each router."""
        facts = self._facts(targets, assets, rules, loop)
        return make_plan(targets, facts, self._primaries(targets, facts, rules), rules)

    def _facts(
        self, targets: Sequence[Target], assets: Sequence[Asset], rules: Rules, loop: Loop
    ) -> dict[NodeId, NodeFacts]:
        # Those of an exclusive group too: whether one of them is away matters to the others.
        routers = {target.router for target in targets} | set(rules.groups)
        software = self.conductor.downloads() if rules.download else None
        facts = {}
        for asset in self._in_full(
            [at_rest(asset) for asset in assets if asset.router in routers and asset.node], rules.version
        ):
            place = (asset.router, asset.node)
            downloaded = None
            if software is not None and place in software:
                versions = map(try_parse, software[place].downloaded)
                downloaded = any(text and satisfies(text, rules.version) is not False for text in versions)
            facts[place] = NodeFacts(
                *place,
                version_text=asset.version_text,
                version=asset.version,
                install_type=asset.install_type,
                state=asset.status,
                settled=asset.settled,
                away=asset.away,
                busy=asset.busy,
                downloaded=downloaded,
                running=self._under_way(asset, loop),
            )
        return facts

    def _in_full(self, assets: Sequence[Asset], wanted: Version) -> list[Asset]:
        """The same assets, with their versions in full where the list shows too little to tell whether they run it."""
        unclear = [
            asset for asset in assets if asset.version and not asset.away and satisfies(asset.version, wanted) is None
        ]
        versions, complete = {}, []
        with contextlib.suppress(NoPrompt):  # then it stays unclear, which is said
            versions = self.conductor.versions_of([(asset.router, asset.node) for asset in unclear]) if unclear else {}
        for asset in assets:
            own = versions.get((asset.router, asset.node))
            more = own is not None and asset.version is not None and satisfies(own.version, asset.version) is True
            complete.append(replace(asset, version=own.version, version_text=own.text) if more else asset)
        return complete

    def _under_way(self, asset: Asset, loop: Loop) -> str | None:
        """What an earlier run began here and nobody saw the end of. A settled node is asked when its turn comes."""
        if asset.settled and not asset.busy:
            return None
        limit = loop.limits.upgrade_timeout
        try:
            record = loop.journal.last(asset.router, asset.node)
        except JournalError as error:
            return str(error)  # its own operation says so again, and touches nothing
        if record and record.open and record.operation == self.operation and record.age(self.clock.wall()) < limit:
            return f"'{record.command}' was sent at {record.intent_at}, and its end is not known"
        if asset.away and asset.time_in_status is not None and asset.time_in_status > limit:
            return None  # a dead site; fleets always have some
        with contextlib.suppress(PcliError):
            status = self.conductor.status(self.operation, asset.router, asset.node)
            line = operation_report.runs_now(operation_report.status_lines(status), asset.node)
            return f"the conductor shows an operation: {line}" if line else None
        return None

    def _primaries(
        self, targets: Sequence[Target], facts: Mapping[NodeId, NodeFacts], rules: Rules
    ) -> dict[str, str | None]:
        """The node of each pair that leads its routingManager, asked only where the order hangs on it."""
        by_node = requested(rules.sequencing, rules.simultaneous).by_node and rules.takes_nodes
        if not ORDERS[rules.order].standby_first or not by_node:
            return {}
        pairs = [target for target in targets if target.whole and len(target.nodes) > 1]
        primaries: dict[str, str | None] = {}
        for target in pairs:
            nodes = [facts[place] for place in target.node_ids if place in facts]
            left = [
                node for node in nodes if node.settled and not (node.version and satisfies(node.version, rules.version))
            ]
            if len(left) > 1 and target.router != rules.conductor_router:
                primaries[target.router] = self.primary(target.router, target.nodes)
        return primaries

    def primary(self, router: str, nodes: Sequence[str]) -> str | None:
        """The node of a pair whose routingManager is primary; None where that cannot be told."""
        try:
            return primary_node(self.conductor.processes(router) or (), nodes=nodes)
        except PcliError:
            return None

    def rules(self, args: dict, version: str, **more: object) -> Rules:
        """The rules of the plan, from the arguments and from what the conductor can do."""
        own, here = self.conductor.own_version(), self.conductor.local_node()
        return Rules(
            version=parse(version),
            version_text=version,
            conductor_version=own.version if own else None,
            conductor_router=here[0],
            takes_nodes=self.conductor.takes_nodes(self.operation),
            disconnected=args["disconnected"],
            unknown=args["unknown_targets"].replace("fail", "block"),
            **more,
        )

    # -- the roll-out -----------------------------------------------------------------------------------------

    def bounds(self, args: dict, downloads: int = 1) -> RolloutLimits:
        """What limits the roll-out. ``downloads``: how many routers may download at once."""
        return RolloutLimits(
            in_flight=self.positive(args, "in_flight"),
            downloads_in_flight=downloads,
            max_failures=args["max_failures"],
            max_fail_percentage=args["max_fail_percentage"],
            start_deadline=self.moment(args, "start_deadline"),
            window_end=self.moment(args, "window_end"),
            breaker_percent=args["breaker_percent"],
            breaker_patience=args["breaker_timeout"],
        )

    @staticmethod
    def positive(args: dict, option: str) -> int:
        """A number of things at once. Raises BadInput below one."""
        if args[option] < 1:
            raise BadInput(f"{option} is {args[option]}; at least 1 is needed. Nothing was sent.")
        return args[option]

    def moment(self, args: dict, option: str) -> datetime | None:
        """A point in time of a user. Raises BadInput for anything but ISO 8601 with a zone."""
        if not args[option]:
            return None
        try:
            return parse_timestamp(args[option], option)
        except ValueError as error:
            raise BadInput(str(error)) from error

    def fleet(self, args: dict, loop: Loop, version: str, bounds: RolloutLimits, estimates: Estimates) -> Rollout:
        """A roll-out that is ready to begin. Raises JournalError where its files cannot be written."""
        loop.status_file = StatusFile(args["status_file"] or None, self.clock)
        loop.status_file.prepare()
        loop.journal.prepare()
        folder = args["journal"] or None
        record = RunRecord(folder if args["run_id"] else None, args["run_id"] or "", self.clock)
        warning = record.load()
        if warning:
            self.warn(warning)
        session = self.conductor.session
        # As many downloads again may hang beside those that have a place.
        shells = bounds.in_flight + 2 * bounds.downloads_in_flight + _SHELLS_TO_LOOK
        session.max_shells = max(session.max_shells, shells)
        return Rollout(
            loop,
            loop.poller(shared=True),
            bounds,
            Durations.from_data(record.durations, estimates),
            record,
            operation=self.operation,
            version=version,
            stop_file=args["stop_file"] or None,
        )

    def runner(self, fleet: Rollout, spec: OperationSpec, policy: UpgradePolicy, order: str = "as_listed"):
        """How the run of a router is made from its plan."""
        takes_nodes = self.conductor.takes_nodes(self.operation)  # asked here, since nothing below may fail

        def make(plan: RouterPlan) -> RouterUpgrade:
            return RouterUpgrade(
                fleet.loop,
                fleet.poller,
                plan.router,
                tuple(node.node for node in plan.nodes),
                replace(spec, request=replace(spec.request, simultaneous=plan.sequencing == SIMULTANEOUS.name)),
                plan.sequencing,
                replace(
                    policy,
                    may_continue=lambda left: fleet.admission.may_continue(plan, left),
                    in_transition=fleet.admission.in_transition,
                ),
                hand_back=fleet.admission.lane is not None,
                takes_nodes=takes_nodes,
                order_now=partial(self._order_now, plan, order, fleet.loop.waiting),
            )

        return make

    def _order_now(self, plan: RouterPlan, order: str, waiting: Waiting) -> Steps[tuple[str, ...]]:
        """The order of the plan; hours later another node may lead, so that is asked once more."""
        nodes = tuple(node.node for node in plan.nodes)
        both = all(node.needed and node.running is None for node in plan.nodes)
        by_node = POLICIES[plan.sequencing].by_node
        if not ORDERS[order].standby_first or not by_node or len(nodes) < 2 or not both:
            return nodes
        primary = yield from waiting.ask(partial(self.primary, plan.router, nodes))
        if primary is None or primary not in nodes or nodes[-1] == primary:
            return nodes
        self.tell(f"{plan.router}: {primary} leads its routingManager now, so it comes last")
        return tuple(sorted(nodes, key=lambda node: node == primary))

    # -- results ----------------------------------------------------------------------------------------------

    def planned_results(self, plans: Sequence[RouterPlan]) -> list[NodeResult]:
        """What check mode returns: the plan, as results."""
        return [result for plan in plans for result in results_of(plan)]

    def fleet_result(
        self, args: dict, results: list[NodeResult], plans: Sequence[RouterPlan], run: dict | None
    ) -> dict:
        """The result of a roll-out."""
        data = self.operation_result(self.operation, results, args)
        return {**data, "plan": [plan.as_data() for plan in plans], "run": run or {}}

    def request(self, args: dict, version: str | None, names: Sequence[str]) -> Request:
        """The request of this operation, without router and node."""
        return Request(self.operation, version=version, **{name: args[name] for name in names})


def _is_own(text: str, own: NodeVersion) -> bool:
    """Whether a text names the build that the conductor runs; it may leave out the rebuild (`SSR-7.1.0-50`)."""
    version = try_parse(text)
    if version is None or version.build is None or own.version is None:
        return False
    return satisfies(own.version, version) is not False


def _holds(texts: Sequence[str], own: NodeVersion) -> bool:
    return any(_is_own(text, own) for text in texts)

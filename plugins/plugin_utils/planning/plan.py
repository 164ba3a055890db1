# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rollout will do: for each router whether it is touched, its nodes in order, how long, and its rollback. Pure.

Facts of the SSR are from: intro_upgrading (a router never runs a newer release than its conductor), upgrade_router
(the standby node first), upgrade_ibu_conductor (package-based nodes become image-based), intro_rollback, CLI-6.0 and
CLI-7.2 (which requests name a node, and how a release is taken back).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..software.node_id import NodeId
from ..software.node_status import not_shown
from ..software.path_rules import converts
from ..software.targets import Target, each_router_once
from ..software.upgrade_paths import judge
from ..software.versions import satisfies, spelled
from .durations import Durations
from .eligibility import Case, NodeFacts, Rules, against, sequencing_of, step_of
from .overrides import PEER, Override, lifts
from .sequencing import ORDERS, POLICIES

DEFAULT_WAVE = 0
#: How a note begins that a rule of the path gives (software/path_rules.py): what the plan says of many routers at
#: once.
PATH_NOTE = "path: "


@dataclass(frozen=True)
class NodePlan:
    """One node. ``needed``: it must be moved; ``running``: it is adopted, since this seems to run there."""

    router: str
    node: str
    from_version: str | None
    to_version: str
    install_type: str | None
    needed: bool
    download: str
    converts: bool
    running: str | None
    reason: str

    @property
    def counts(self) -> bool:
        """True if this node takes time, since it is moved or followed."""
        return self.needed or self.running is not None


@dataclass(frozen=True)
class RouterPlan:
    """One router. ``expected`` and ``outage`` in seconds; ``members``: all routers of its exclusive group."""

    router: str
    state: str
    reason: str
    nodes: tuple[NodePlan, ...]
    order_reason: str
    sequencing: str
    wave: int
    group: str | None
    expected: float
    outage: float
    way_back: str
    notes: tuple[str, ...]
    members: tuple[str, ...] = ()
    #: The conditions that do not count for it, each with its reason and who says so (rule 46).
    overrides: tuple[Override, ...] = ()
    #: Its nodes that are away, while the others are moved all the same.
    left_alone: tuple[NodePlan, ...] = ()
    #: May what an earlier run has begun on one of its nodes run still, although all of them are at rest?
    recorded: bool = False

    @property
    def to_version(self) -> str | None:
        """The version that its nodes get; None for a router without nodes."""
        return self.nodes[0].to_version if self.nodes else None

    @property
    def adopted(self) -> bool:
        """True if something is under way already, so that it is followed."""
        return any(node.running is not None for node in self.nodes)

    @property
    def found_at_work(self) -> bool:
        """True if it is taken up before all others, since something runs there, or may."""
        return self.adopted or self.recorded

    @property
    def mates(self) -> tuple[str, ...]:
        """The other routers of its exclusive group."""
        return tuple(router for router in self.members if router != self.router)

    def as_data(self) -> dict:
        """The plan as plain data, for Ansible. The group names its members, and a note what is left alone."""
        # By hand: asdict copies each value of each node anew, which is half of the time of a plan of 5,000 routers.
        data = dict(vars(self))
        del data["members"], data["left_alone"], data["recorded"]
        flat = {name: [dict(vars(entry)) for entry in data[name]] for name in ("nodes", "overrides")}
        return data | flat | {"notes": list(self.notes)}


# -- how long ---------------------------------------------------------------------------------------------------------


def expected_time(nodes: Sequence[NodePlan], sequencing: str, durations: Durations) -> float:
    """Seconds for all that is left of a router. A node that is followed counts as if it had just begun."""
    downloads = _downloads([node for node in nodes if node.counts], durations)
    return POLICIES[sequencing].seconds(downloads, durations.typical("upgrade"), durations.estimates.soak)


def time_to_second(nodes: Sequence[NodePlan], sequencing: str, durations: Durations) -> float | None:
    """Seconds until the second node begins; None where there is no second one, or both begin at once."""
    steps = [node for node in nodes if node.counts]
    if not any(node.needed for node in steps[1:]):
        return None
    downloads = _downloads(steps, durations)
    return POLICIES[sequencing].seconds_to_second(downloads, durations.typical("upgrade"), durations.estimates.soak)


def _downloads(nodes: Sequence[NodePlan], durations: Durations) -> list[float]:
    """Seconds for the download of each node."""
    return [durations.typical("download") if node.download in ("needed", "unknown") else 0.0 for node in nodes]


# -- the plan ---------------------------------------------------------------------------------------------------------


def make_plan(
    targets: Sequence[Target],
    facts: Mapping[NodeId, NodeFacts],
    primaries: Mapping[str, str | None],
    rules: Rules,
) -> list[RouterPlan]:
    """What will be done with each router, by wave and then in the order of the targets; each router once.

    ``primaries``: the node of each router whose routingManager is primary, None where that is not known.
    """
    known: dict[str, list[NodeFacts]] = {}
    for fact in facts.values():
        known.setdefault(fact.router, []).append(fact)
    groups: dict[str, list[str]] = {}
    for router, group in rules.groups.items():
        groups.setdefault(group, []).append(router)
    members = {group: tuple(routers) for group, routers in groups.items()}
    plans = []
    for target in each_router_once(targets):
        nodes = tuple(facts.get(node_id) or _unlisted(*node_id) for node_id in target.node_ids)
        peers = tuple(node for node in known.get(target.router, ()) if node.node not in target.nodes)
        case = Case(target, nodes, peers, primaries.get(target.router), rules.of(target.router))
        living = _without_dead_nodes(case)
        left_alone = tuple(_left_alone(case, node) for node in case.nodes if node not in living.nodes)
        plan = replace(_plan(living), left_alone=left_alone)
        plan = replace(plan, members=members.get(plan.group or "", ()))
        plans.append(_with_lost_members(plan, known))
    return sorted(plans, key=lambda plan: plan.wave)


def _without_dead_nodes(case: Case) -> Case:
    """Where a node may be moved although its peer is not well, the plan is for those nodes that are connected."""
    living = tuple(node for node in case.nodes if not node.away)
    dead = tuple(node for node in case.nodes if node.away)
    if not dead or not living:
        return case
    alone = replace(
        case,
        target=Target(case.target.router, tuple(node.node for node in living), False),
        nodes=living,
        peers=case.peers + dead,
    )
    return alone if alone.alone and not any(alone.running(node) for node in dead) else case


def _left_alone(case: Case, node: NodeFacts) -> NodePlan:
    reason = f"nothing was sent to it, since it is {node.state}; the other node is handled without it"
    return replace(_node_plan(case, node), needed=False, download="none", converts=False, running=None, reason=reason)


def _unlisted(router: str, node: str) -> NodeFacts:
    return NodeFacts(
        router, node, None, None, None, "not in the list of assets", False, False, False, None, None, configured=False
    )


def _plan(case: Case) -> RouterPlan:
    rules, router = case.rules, case.target.router
    state, reason = against(case) or ("planned", "")
    nodes = [_node_plan(case, node) for node in case.nodes]
    sequencing, why = sequencing_of(case), "as listed"
    if state == "planned":
        nodes, why = _ordered(case, nodes, sequencing)
        reason = "; ".join(f"{node.node}: {node.reason}" for node in nodes)
    elif len(nodes) == 1:
        why = "one node"
    at_work = state == "planned"
    return RouterPlan(
        router=router,
        state=state,
        reason=reason,
        nodes=tuple(nodes),
        order_reason=why,
        sequencing=sequencing,
        wave=rules.waves.get(router, DEFAULT_WAVE),
        group=rules.groups.get(router),
        expected=expected_time(nodes, sequencing, Durations(rules.estimates)) if at_work else 0.0,
        outage=_outage(case, sequencing) if at_work else 0.0,
        way_back=_way_back(nodes, rules) if at_work else "none",
        notes=tuple(_notes(case, nodes, sequencing)) if at_work else (),
        overrides=rules.overrides if at_work else (),
        recorded=at_work and any(node.recorded for node in case.nodes),
    )


def _node_plan(case: Case, node: NodeFacts) -> NodePlan:
    rules = case.rules
    there, running = case.there(node), case.running(node)
    shown = spelled(node.version_text) or "an unknown version"
    if running:
        reason = f"followed: {running}"
    else:
        already = f"runs {shown} already{not_shown(node.version, rules.version)}"
        reason = already if there else f"{shown} to {spelled(rules.version_text)}"
    return NodePlan(
        router=node.router,
        node=node.node,
        from_version=node.version_text,
        to_version=rules.version_text,
        install_type=node.install_type,
        needed=not there,
        download="none" if there or not rules.download else _download(node),
        converts=not there and converts(step_of(case, node)),
        running=running,
        reason=reason,
    )


def _download(node: NodeFacts) -> str:
    return {True: "present", False: "needed", None: "unknown"}[node.downloaded]


def _ordered(case: Case, nodes: list[NodePlan], sequencing: str) -> tuple[list[NodePlan], str]:
    """The nodes in the order in which they are done, and why; what is under way already comes first."""
    why = "as listed"
    policy = POLICIES[sequencing]
    if case.target.whole and ORDERS[case.rules.order].standby_first and case.primary in case.target.nodes:
        nodes = sorted(nodes, key=lambda node: node.node == case.primary)
        why = f"standby first: routingManager is primary on {case.primary}"
    if policy.by_node:
        nodes = sorted(nodes, key=lambda node: node.needed and node.running is None)
    if sum(node.counts for node in nodes) < 2:
        return nodes, "one node"
    return nodes, policy.order_reason or why


def _outage(case: Case, sequencing: str) -> float:
    """Seconds without traffic. A pair that is done node by node hands over; how it does below 6.3 is not documented."""
    hands_over = case.pair and POLICIES[sequencing].hands_over(case.rules.takes_nodes)
    hands_over = hands_over and not any(node.away for node in case.peers)
    return 0.0 if hands_over else case.rules.estimates.outage


def _way_back(nodes: Sequence[NodePlan], rules: Rules) -> str:
    """Is it documented how to take this back? Of a package-based node only the command is (intro_rollback)."""
    needed = [node for node in nodes if node.needed]
    if not needed:
        return "none"
    if not rules.takes_nodes:
        return "documented"  # send command rollback (CLI-6.0)
    surely = all(node.install_type == "image" for node in needed) and rules.conductor_version is not None
    return "documented" if surely else "undocumented"


# -- what a reader of the plan should know ----------------------------------------------------------------------------


def _notes(case: Case, nodes: Sequence[NodePlan], sequencing: str) -> list[str]:
    return [
        *_notes_on_what_is_lifted(case),
        *_notes_on_the_release(case, sequencing),
        *_notes_on_the_path(case),
        *_notes_on_the_pair(case, nodes, sequencing),
        *(note for node in nodes for note in _notes_on_a_node(case, node)),
    ]


def _notes_on_what_is_lifted(case: Case) -> list[str]:
    """What goes dark is said before all else."""
    dead = [node.node for node in case.peers if node.away or not node.settled]
    notes = [f"override: {override.words}" for override in case.rules.overrides]
    if dead and case.alone:
        who = " and ".join(node.node for node in case.needed)
        proven = "" if lifts(case.rules.overrides, PEER) else f", since the service of {who} is down"
        notes.append(f"{' and '.join(dead)} is not well, and {who} is moved all the same{proven}")
    return notes


def _notes_on_the_release(case: Case, sequencing: str) -> list[str]:
    rules, notes = case.rules, []
    if case.target.router in rules.versions:
        notes.append(f"its host has a version of its own (ssr_version): {spelled(rules.version_text)}")
    if rules.conductor_version is None:
        notes.append("not checked: what the conductor runs is not known, nor whether it may have such a router")
    if not rules.takes_nodes:
        notes.append("the conductor is below 6.3: there is no health check of the vendor's, and no node can be named")
        if case.pair:
            notes.append(
                "the conductor sequences the pair by itself; whether this release does one node after the other is "
                "not documented"
            )
    return notes


def _notes_on_the_path(case: Case) -> list[str]:
    """What the rules of the path warn of; what they forbid blocks. Each once, also where both nodes make the step."""
    steps = {(node.version, node.install_type): step_of(case, node) for node in case.needed}
    verdicts = [verdict for step in steps.values() for verdict in judge(step) if not verdict.blocks]
    notes = [f"{PATH_NOTE}{verdict.text.rstrip('.')} ({verdict.name}; {verdict.source})" for verdict in verdicts]
    return list(dict.fromkeys(notes))


def _notes_on_the_pair(case: Case, nodes: Sequence[NodePlan], sequencing: str) -> list[str]:
    notes = []
    if case.half_done:
        there = [node.node for node in case.all if case.there(node)]
        left = [node.node for node in nodes if node.needed]
        notes.append(
            f"half-done pair: {' and '.join(there)} runs the requested version, so only {' and '.join(left)} is left"
        )
    elif not case.needed and len({node.install_type for node in case.all if node.install_type}) > 1:
        notes.append("the nodes of the pair differ in their install type")
    chosen = case.target.whole and ORDERS[case.rules.order].standby_first and POLICIES[sequencing].by_node
    if chosen and len(case.needed) > 1 and case.primary not in case.target.nodes:
        notes.append(
            "which node is in standby is not known, since not exactly one is shown to lead routingManager, so they are "
            "done as listed"
        )
    if case.adopted:
        notes += [
            f"{node.node} is {node.state} now; it is examined again before anything is sent to it"
            for node in case.needed
            if not node.settled and not case.running(node)
        ]
    return notes


def _notes_on_a_node(case: Case, node: NodePlan) -> list[str]:
    notes = []
    if node.running:
        notes.append(f"{node.node} is adopted: {node.running}")
    if not node.needed:
        return notes
    facts = next(other for other in case.nodes if other.node == node.node)
    if facts.version and satisfies(facts.version, case.rules.version) is None:
        shown, wanted = spelled(node.from_version), spelled(node.to_version)
        notes.append(f"{node.node} shows {shown} only, so it may run {wanted} already")
    if node.converts:
        notes.append(f"{node.node} is converted from package to image; how to take that back is not documented")
    elif case.rules.takes_nodes and node.install_type == "package":
        notes.append(f"{node.node} is package-based: how a revert of it works is not documented")
    elif node.install_type is None and case.rules.takes_nodes:
        notes.append(f"not checked: the install type of {node.node} is not shown, so it may be converted to image")
    if not (case.rules.download or case.rules.revert) and facts.downloaded is not True:
        notes.append(
            f"{node.node} is not known to have {spelled(node.to_version)} and nothing is downloaded; whether the "
            "upgrade fetches it is not documented"
        )
    return notes


def _with_lost_members(plan: RouterPlan, known: Mapping[str, Sequence[NodeFacts]]) -> RouterPlan:
    """Say it if another router of the same exclusive group is away: its site hangs on this one."""
    if plan.state != "planned":
        return plan
    lost = [router for router in plan.mates if any(node.away and not node.running for node in known.get(router, ()))]
    if not lost:
        return plan
    words = f"{' and '.join(lost[:5])} of the same group {plan.group} is disconnected, which keeps this router out"
    return replace(plan, notes=(*plan.notes, words))

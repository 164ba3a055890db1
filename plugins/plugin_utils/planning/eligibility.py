# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a rollout leaves a router out, and why, from what is known of it beforehand. Pure.

When a router that takes part may start is decided by ``admission``.

Facts of the SSR are from: intro_upgrading (a router never runs a newer release than its conductor), CLI-6.0 and CLI-7.2
(which requests name a node, and what can be downgraded).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ..software.node_status import NodeStatus, not_shown, runs
from ..software.path_steps import Step
from ..software.targets import Target
from ..software.upgrade_paths import judge, propose
from ..software.versions import Version, parse, satisfies, spelled
from .durations import Estimates
from .overrides import PEER, Override, lifts, of_router
from .request_rules import RequestOptions, refuse
from .sequencing import NODE, POLICIES, requested

NOT_SETTLED = "on the requested version but not settled"


@dataclass(frozen=True)
class NodeFacts:
    """What is known of a node before the rollout. ``state`` is the raw word of its asset.

    ``downloaded`` None: it is not known. ``running``: why an operation seems to run there, by the conductor or the
    journal. ``configured`` False: the conductor does not know the node, or hides it from this account.
    """

    router: str
    node: str
    version_text: str | None
    version: Version | None
    install_type: str | None
    state: str
    settled: bool
    away: bool
    busy: bool
    downloaded: bool | None
    running: str | None
    configured: bool = True
    #: Its service is proven down: it carries nothing (rule 45). Read only where it decides something.
    service_down: bool = False
    #: An earlier run has begun the same there, and it may run still, although its asset is at rest. That leaves no
    #: router out: its gate decides when its turn comes.
    recorded: bool = False


@dataclass(frozen=True)
class Rules:
    """What the user wants, and what the conductor can do. ``takes_nodes`` is False below 6.3: whole routers only."""

    version: Version
    version_text: str
    conductor_version: Version | None
    conductor_router: str
    takes_nodes: bool = True
    order: str = "standby_first"
    sequencing: str = "node"
    simultaneous: bool = False
    skip_package_transfer: bool = False
    disconnected: str = "skip"
    newer: str = "skip"
    unknown: str = "block"
    download: bool = True
    waves: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    estimates: Estimates = field(default_factory=Estimates)
    #: The versions that the conductor knows, for the path to a release that is not reached at once.
    known: tuple[str, ...] = ()
    #: Routers that a pre-check stops, with the reason.
    stopped: Mapping[str, str] = field(default_factory=dict)
    #: How the releases of a conductor and its routers must compare: see :class:`.paths.Step`.
    rule: str = "strict"
    downgrade: bool = False
    #: Back to the version from before: as a downgrade, but with a command of its own that every release has.
    revert: bool = False
    #: Conditions that a person has lifted for single routers (rule 46).
    overrides: tuple[Override, ...] = ()
    #: The versions of those routers that get another one than the rest (rule 41).
    versions: Mapping[str, str] = field(default_factory=dict)

    def of(self, router: str) -> Rules:
        """The rules for one router, with the version that it gets, and its own overrides."""
        own = replace(self, overrides=of_router(self.overrides, router)) if self.overrides else self
        text = self.versions.get(router)
        return own if text is None else replace(own, version=parse(text), version_text=text)

    @property
    def back(self) -> bool:
        """True if this goes to an older version."""
        return self.downgrade or self.revert


@dataclass(frozen=True)
class Case:
    """A router with all that is known of it. ``peers``: its nodes that the target does not name."""

    target: Target
    nodes: tuple[NodeFacts, ...]
    peers: tuple[NodeFacts, ...]
    primary: str | None
    rules: Rules

    @property
    def all(self) -> tuple[NodeFacts, ...]:
        return self.nodes + self.peers

    @property
    def pair(self) -> bool:
        return len(self.all) > 1

    def there(self, node: NodeFacts) -> bool:
        """Does it run the requested version? A text that does not show the whole of it is no proof."""
        return runs(NodeStatus(version=node.version), self.rules.version, None)

    def running(self, node: NodeFacts) -> str | None:
        """Why this node is adopted. Disconnected alone is no sign of an operation: fleets have dead sites."""
        if node.running:
            return node.running
        if node.busy:
            return f"its asset shows {node.state}"
        return NOT_SETTLED if self.there(node) and not node.settled and not node.away else None

    @property
    def alone(self) -> bool:
        """May a node be moved although its peer is away or bad? By name (rule 46), or since it carries nothing."""
        if lifts(self.rules.overrides, PEER):
            return True
        return self.rules.revert and bool(self.needed) and all(node.service_down for node in self.needed)

    @property
    def needed(self) -> list[NodeFacts]:
        return [node for node in self.nodes if not self.there(node)]

    @property
    def adopted(self) -> bool:
        return any(self.running(node) for node in self.nodes)

    @property
    def under_way(self) -> bool:
        return any(self.running(node) for node in self.all)

    @property
    def half_done(self) -> bool:
        return bool(self.needed) and any(self.there(node) for node in self.all)


def sequencing_of(case: Case) -> str:
    """How the requests are made. What is left of a half-done pair is one node, and is named."""
    rules = case.rules
    if len(case.needed) > 1 and not case.peers:
        policy = requested(rules.sequencing, rules.simultaneous)
    else:
        policy = NODE
    return policy.where(rules.takes_nodes).name


def against(case: Case) -> tuple[str, str] | None:
    """State and reason of a router to which nothing is sent; None where it is planned."""
    for rule in _RULES:
        refusal = rule(case)
        if refusal:
            return refusal
    return None


def _the_conductor(case: Case) -> tuple[str, str] | None:
    if case.target.router != case.rules.conductor_router:
        return None
    return "blocked", "The conductor is never upgraded by a router rollout. Use the role conductor_upgrade for it"


def _unknown(case: Case) -> tuple[str, str] | None:
    hidden = [node.node for node in case.nodes if not node.configured]
    if case.nodes and not hidden:
        return None
    what = f"{' and '.join(hidden)} of it" if hidden else "this router"
    return (
        "skipped" if case.rules.unknown == "skip" else "blocked",
        f"the conductor does not show {what}. Check the name, and whether this account may see it (resource groups "
        "hide routers)",
    )


def _up_to_date(case: Case) -> tuple[str, str] | None:
    if all(case.there(node) and node.settled and not case.running(node) for node in case.nodes):
        shown = dict.fromkeys(spelled(node.version_text) for node in case.nodes)
        less = next(filter(None, (not_shown(node.version, case.rules.version) for node in case.nodes)), "")
        return "up_to_date", f"runs {' and '.join(shown)} already{less}"
    return None


def _mixture(case: Case) -> tuple[str, str] | None:
    """Unequal nodes, none of which runs the requested version (rule 7). While something runs, only versions count."""
    if any(case.there(node) for node in case.all):
        return None
    for first in case.all:
        for other in case.all:
            if first.version and other.version and satisfies(first.version, other.version) is False:
                return "blocked", _unequal(first, spelled(first.version_text), other, spelled(other.version_text))
            types = first.install_type, other.install_type
            if None not in types and types[0] != types[1] and not case.under_way:
                return "blocked", _unequal(first, f"{types[0]}-based", other, f"{types[1]}-based")
    return None


def _unequal(first: NodeFacts, what: str | None, other: NodeFacts, than: str | None) -> str:
    return (
        f"the nodes of the pair are not alike, and the requested version does not explain it: {first.node} is {what}, "
        f"{other.node} is {than}. Make them alike first"
    )


def _wrong_way(case: Case) -> tuple[str, str] | None:
    rules = case.rules
    if not rules.back:
        versions = {node.node: node.version for node in case.nodes}
        words = refuse(case.target, RequestOptions(rules.version), versions, {}, rules.conductor_router)
        return ("blocked" if rules.newer == "block" else "skipped", words) if words else None
    for node in case.needed:
        if node.version and node.version < rules.version and satisfies(node.version, rules.version) is False:
            return "blocked", (
                f"version {spelled(rules.version_text)} is newer than {spelled(node.version_text)}, which {node.node} "
                f"runs. A {'revert' if rules.revert else 'downgrade'} never goes forward: name an older version, or "
                "upgrade"
            )
    return None


def step_of(case: Case, node: NodeFacts) -> Step:
    """The step that a node would make, for the table of what may follow what."""
    rules = case.rules
    return Step(
        role="router",
        running=node.version,
        wanted=rules.version,
        conductor=rules.conductor_version,
        install_type=node.install_type,
        pair=case.pair,
        operation="revert" if rules.revert else "downgrade" if rules.downgrade else "upgrade",
        rule=rules.rule,
        conductor_orders=POLICIES[sequencing_of(case)].conductor_orders,
    )


def _path(case: Case) -> tuple[str, str] | None:
    """The upgrade-path rules of the vendor's documents (software/path_rules.py), with what must come in between."""
    rules = case.rules
    for node in case.needed:
        step = step_of(case, node)
        bad = next((verdict for verdict in judge(step) if verdict.blocks), None)
        if bad is not None:
            ways = " then ".join(propose(step, rules.known))
            return "blocked", f"{bad.text} ({bad.source})" + (f". This way leads there: {ways}" if ways else "")
    return None


def _not_offered(case: Case) -> tuple[str, str] | None:
    """What the conductor itself has no command for: this is asked of the box, and no fact of a path."""
    rules = case.rules
    if rules.downgrade and not rules.takes_nodes:
        return (
            "blocked",
            "a conductor below 6.3 has no command for a downgrade. Go one step back by software_revert",
        )
    if rules.takes_nodes or not case.needed:
        return None
    if case.peers:
        return "blocked", (
            f"{case.target.nodes[0]} is one node of a pair, and a conductor below 6.3 takes whole routers only. Name "
            "the router alone"
        )
    if rules.simultaneous and case.pair:
        return "blocked", "a conductor below 6.3 does not know simultaneous. Leave it out"
    return None


def _package_transfer(case: Case) -> tuple[str, str] | None:
    rules, types = case.rules, {node.node: node.install_type for node in case.needed}
    options = RequestOptions(rules.version, skip_package_transfer=rules.skip_package_transfer)
    words = refuse(case.target, options, {}, types, rules.conductor_router)
    return ("blocked", words) if words else None


def _disconnected(case: Case) -> tuple[str, str] | None:
    """A node that is away. One that is under way is followed, and its peer is examined again when its turn comes."""
    away = [node for node in case.all if node.away and not case.running(node)]
    if not away or case.adopted:
        return None
    if case.alone and not any(node.away for node in case.nodes):
        return None
    words = ", ".join(f"{node.node} is {node.state}" for node in away)
    if len(away) < len(case.all):
        words += ", and a pair is touched only while both nodes are connected"
    return "blocked" if case.rules.disconnected == "block" else "skipped", words


def _not_ready(case: Case) -> tuple[str, str] | None:
    """Something is on its way, or waits for somebody, in a node that would be moved or in its peer."""
    if case.adopted:
        return None
    for node in (*case.needed, *case.peers):
        running = case.running(node)
        if running and running != NOT_SETTLED:
            return "blocked", f"its peer {node.node} is being worked on: {running}. Wait for its end, then run again"
        if not node.settled and not (case.alone and node in case.peers):
            return "blocked", f"{node.node} is {node.state}: wait until it is settled, then run again"
    return None


def _stopped(case: Case) -> tuple[str, str] | None:
    """What a pre-check has found. A router at which something runs already is followed all the same."""
    reason = case.rules.stopped.get(case.target.router)
    return ("blocked", reason) if reason and case.needed and not case.adopted else None


def _too_little_shown(case: Case) -> tuple[str, str] | None:
    """`6.3.5` before and after: neither the need of an upgrade nor its success would ever show."""
    for node in case.needed:
        short = node.version is not None and node.version.build is None
        if short and satisfies(node.version, case.rules.version) is None and not case.running(node):
            return "blocked", (
                f"the conductor shows only {spelled(node.version_text)} for {node.node}, so it is not known "
                f"whether it runs {spelled(case.rules.version_text)} already, and an upgrade would not show. Check "
                "'show system version' of the node, and upgrade it by hand if it is another build"
            )
    return None


def _unreadable(case: Case) -> tuple[str, str] | None:
    for node in case.needed:
        if node.version is None and not case.running(node):
            shown = f"'{node.version_text}'" if node.version_text else "no version"
            return "blocked", (
                f"the conductor shows {shown} for {node.node}, so it is not known whether "
                f"{spelled(case.rules.version_text)} is newer. Check the node first"
            )
    return None


#: The first that has something to say decides.
_RULES: tuple[Callable[[Case], tuple[str, str] | None], ...] = (
    _the_conductor,
    _unknown,
    _up_to_date,
    _mixture,
    _wrong_way,
    _path,
    _not_offered,
    _package_transfer,
    _disconnected,
    _not_ready,
    _unreadable,
    _too_little_shown,
    _stopped,
)

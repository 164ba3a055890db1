# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router and its nodes in the report of a run, from the events that they are told. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ..clock import format_timestamp
from ..planning.batches import BAD
from ..planning.plan import NodePlan, RouterPlan
from ..software.versions import spelled
from .events import (
    Answered,
    Compared,
    Event,
    Evidence,
    NodeConcluded,
    PhaseEntered,
    RouterEnded,
    RouterPutBack,
    RouterStarted,
)
from .node_log import apply
from .report_phases import WAITING, NodePhases
from .results import NodeResult
from .telling import telling_words

#: Makes a text of somebody else fit for a file: without secrets and control characters.
Clean = Callable[[str], str]
#: So much of one answer is kept, in characters, and so many of them for each node.
_LONGEST_ANSWER, _MOST_ANSWERS = 64 * 1024, 20


class NodeEntry:
    """One node, as it was planned and as it is now."""

    def __init__(self, router: str, node: str, plan: NodePlan | None = None) -> None:
        self.plan = plan
        self.phases = NodePhases()
        self.result = NodeResult(
            router,
            node,
            from_version=plan.from_version if plan else None,
            to_version=plan.to_version if plan else None,
            running_version=plan.from_version if plan else None,
            install_type=plan.install_type if plan else None,
        )
        self.concluded = False
        self.comparison: Compared | None = None
        self.evidence: Evidence | None = None
        #: (time, command, all that was printed, how many characters were cut off), for a case file.
        self.answers: list[tuple[str, str, str, int]] = []

    def take(self, event: Event, now: datetime) -> None:
        """Something has happened to it. ``now``: by the controller's clock."""
        self.phases.take(event, now)
        if isinstance(event, NodeConcluded):
            self.result, self.concluded = event.result, True
        elif isinstance(event, Compared):
            self.comparison = event
        elif isinstance(event, Evidence):
            self.evidence = event
        elif isinstance(event, Answered):
            text = event.text
            cut = max(0, len(text) - _LONGEST_ANSWER)
            answer = (format_timestamp(event.at), event.command, text[:_LONGEST_ANSWER], cut)
            self.answers = [*self.answers, answer][-_MOST_ANSWERS:]
        else:
            self.result = apply(self.result, event)

    def end(self, result: NodeResult | None, now: datetime) -> None:
        """Its router has ended."""
        self.phases.finish(now)
        self.result, self.concluded = result or self.result, True
        if result is None or result.state not in BAD:
            self.answers = []

    def as_data(self, running: bool, clean: Clean) -> dict:
        """The entry. ``running``: is its router being worked on?"""
        result, plan = self.result, self.plan
        begun = running and self.phases.current not in (None, WAITING)
        state = result.state if self.concluded else "running" if begun else WAITING
        return {
            "node": result.node,
            "state": state,
            "reason": clean(result.reason) if self.concluded else "",
            "from_version": spelled(result.from_version) or None,
            "to_version": spelled(result.to_version) or None,
            "running_version": spelled(result.running_version) or None,
            "install_type": result.install_type,
            "converts": bool(plan and plan.converts),
            "command": result.command and clean(result.command),
            "adopted": result.adopted,
            "started": result.started,
            "ended": result.ended,
            "phases": self.phases.as_data(),
            "steps": [{"at": step.at, "what": clean(step.what), "words": clean(step.words)} for step in result.steps],
            "warnings": list(map(clean, result.warnings)),
            "comparison": self._comparison(clean),
            "alarms": [
                {"at": at or None, "severity": clean(severity), "text": clean(text)}
                for at, severity, text in (self.evidence.alarms if self.evidence else ())
            ],
            "events": [
                {"at": at or None, "text": clean(text)} for at, text in (self.evidence.events if self.evidence else ())
            ],
        }

    def _comparison(self, clean: Clean) -> dict | None:
        compared = self.comparison
        if compared is None:
            return None
        sides = {"lost": compared.lost, "came": compared.came, "passed_by_itself": compared.passed}
        return {name: list(map(clean, words)) for name, words in sides.items()}


@dataclass
class RouterEntry:
    """One router. ``host``: its inventory host; ``batch``: the number of its batch."""

    plan: RouterPlan
    batch: int | None
    conductor: bool
    host: str | None = None
    state: str = WAITING
    reason: str = ""
    begun: datetime | None = None
    ended: datetime | None = None
    nodes: dict[str, NodeEntry] = field(default_factory=dict)
    #: The entry of the report once it has ended: of a fleet most have, and nothing changes about them.
    _last: dict | None = None

    @classmethod
    def planned(cls, plan: RouterPlan, batch: int | None, conductor: bool, now: datetime) -> RouterEntry:
        """A router of the plan. What is planned waits from now on."""
        entry = cls(plan, batch, conductor)
        for node in (*plan.nodes, *plan.left_alone):
            entry.nodes[node.node] = own = NodeEntry(plan.router, node.node, node)
            if plan.state == "planned" and node in plan.nodes and node.counts:
                own.phases.enter(WAITING, now)
        return entry

    def take(self, event: Event, now: datetime) -> None:
        """Something has happened to it, or to one of its nodes. ``now``: by the controller's clock."""
        self._last = None
        if isinstance(event, RouterStarted):
            self.state, self.begun = "running", now
        elif isinstance(event, PhaseEntered):
            self._enter(event, now)
        elif isinstance(event, RouterPutBack):
            self.state, self.begun = WAITING, None
            for node in self.nodes.values():
                node.phases.reopen()
                node.phases.enter(WAITING, now)
        elif isinstance(event, RouterEnded):
            self._end(event, now)
        elif event.node:
            self.nodes.setdefault(event.node, NodeEntry(self.plan.router, event.node)).take(event, now)

    def _enter(self, event: PhaseEntered, now: datetime) -> None:
        if event.node and event.node not in self.nodes:
            self.nodes[event.node] = NodeEntry(self.plan.router, event.node)
        for name, node in self.nodes.items():
            if event.node in ("", name):
                node.phases.begin_phase(event.phase, now)
            else:
                node.phases.rest(now)

    def _end(self, event: RouterEnded, now: datetime) -> None:
        self.state, self.reason, self.ended = event.state, event.reason, now
        results = {result.node: result for result in event.results if result.node}
        for name in results:
            self.nodes.setdefault(name, NodeEntry(self.plan.router, name))
        for name, node in self.nodes.items():
            node.end(results.get(name), now)

    @property
    def is_bad(self) -> bool:
        """Did it come to an end that deserves a case file?"""
        return self.ended is not None and self.state in BAD

    def as_data(self, clean: Clean) -> dict:
        """The entry of the report."""
        if self._last is None or self.ended is None:
            self._last = self._as_data(clean)
        return self._last

    def _as_data(self, clean: Clean) -> dict:
        running, plan = self.state == "running", self.plan
        node, phase, since = self._phase()
        nodes = [entry.as_data(running, clean) for entry in self.nodes.values()]
        return {
            "router": plan.router,
            "host": self.host,
            "conductor": self.conductor,
            "state": self.state,
            "reason": clean(self.reason or (plan.reason if self.state == plan.state else "")),
            "batch": self.batch,
            "wave": plan.wave,
            "group": plan.group,
            "phase": phase,
            "phase_node": node,
            "since": format_timestamp(since) if since else None,
            "begun": format_timestamp(self.begun) if self.begun else None,
            "ended": format_timestamp(self.ended) if self.ended else None,
            "plan": {
                "expected": plan.expected,
                "outage": plan.outage,
                "way_back": clean(plan.way_back),
                "notes": list(map(clean, plan.notes)),
                "order_reason": clean(plan.order_reason),
                "sequencing": plan.sequencing,
            },
            "nodes": nodes,
            "words": clean(self._words()),
            "next": None,
        }

    def _phase(self) -> tuple[str | None, str | None, datetime | None]:
        """Node, phase and since when of what is done now; waiting counts where no node does anything else."""
        if self.ended is not None:
            return None, None, None
        current = [(name, node.phases) for name, node in self.nodes.items() if node.phases.current]
        busy = [(name, phases) for name, phases in current if phases.current != WAITING]
        if not busy:
            return None, WAITING, min((phases.since for _name, phases in current), default=None)
        same = len(busy) == len(self.nodes) > 1 and len({phases.current for _name, phases in busy}) == 1
        name, phases = busy[0]
        return (None if same else name), phases.current, phases.since

    def _words(self) -> str:
        """The conductor's own words about the end of a router that did not end well: those that made its verdict."""
        if not self.is_bad:
            return ""
        worst = next((node for node in self.nodes.values() if node.result.state == self.state), None)
        if worst is None:
            return ""
        steps = [{"what": step.what, "words": step.words} for step in worst.result.steps]
        compared = worst.comparison
        sides = {"lost": compared.lost, "came": compared.came} if compared is not None else None
        return telling_words(steps, worst.result.reason, sides)

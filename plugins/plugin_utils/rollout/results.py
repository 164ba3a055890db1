# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a target: the states, which of them fail a host, how nodes add up to a router, tasks to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..planning.admission import FAILURES
from ..software.node_id import NodeId
from ..software.versions import satisfies, spelled, try_parse
from .join_text import listed, sentences

#: Begins the warning that says why a node was not reverted.
NOT_REVERTED = "not reverted: "

#: What to do about a request that was refused.
NOT_STARTED = "Nothing was started. Fix the cause named in the answer, then run again."

#: What to do about a revert that went wrong, instead.
BY_HAND = "Examine the node by hand"


@dataclass(frozen=True)
class StateMeaning:
    """``ok``: the host does not fail. ``changed``: what a result says; None means that it depends on what was done."""

    ok: bool
    changed: bool | None
    meaning: str


#: Worst first: a router is as well as its worst node.
STATES = {
    "unknown": StateMeaning(False, True, "something was sent, and the truth could not be learned"),
    "failed": StateMeaning(False, None, "refused in words, or proven bad"),
    "relapsed": StateMeaning(False, True, "was done, and left its settled state later"),
    "reverted": StateMeaning(False, True, "runs the version from before again"),
    "held": StateMeaning(False, True, "a node runs the requested version, and something keeps the run from going on"),
    "blocked": StateMeaning(False, False, "a pre-check says no; nothing was sent"),
    "not_started": StateMeaning(False, False, "nothing was sent"),
    "planned": StateMeaning(True, True, "check mode: would be done"),
    "done": StateMeaning(True, True, "proven by version, state, service and health"),
    "skipped": StateMeaning(True, False, "left out by a rule that the user chose"),
    "up_to_date": StateMeaning(True, False, "already runs, or has, the requested version"),
}


@dataclass(frozen=True)
class Step:
    """Something that happened to a node, at a time of the conductor's clock where it tells one."""

    at: str
    what: str
    words: str = ""


@dataclass(frozen=True)
class NodeResult:
    """What became of one node. ``accepted``: this run's command was taken; ``local_fault``: the node itself is bad.

    Only events change it, see :mod:`.node_log`.
    """

    router: str
    node: str
    state: str = "not_started"
    reason: str = "nothing was sent"
    from_version: str | None = None
    to_version: str | None = None
    running_version: str | None = None
    install_type: str | None = None
    started: str | None = None
    ended: str | None = None
    command: str | None = None
    accepted: bool = False
    adopted: bool = False
    local_fault: bool = False
    moved_by_itself: bool = False
    warnings: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    #: When the conductor took the request, by its own clock and with its zone. Not part of the data.
    asked_at: datetime | None = None

    @property
    def changed(self) -> bool:
        """Did this node change, or may it have?"""
        fixed = STATES[self.state].changed
        return self.accepted if fixed is None else fixed

    def as_data(self) -> dict:
        """The result as plain data, for Ansible."""
        data = dict(vars(self))  # asdict copies each value anew, and there is one for each node of a fleet
        del data["asked_at"]
        return {**data, "warnings": list(self.warnings), "steps": [dict(vars(step)) for step in self.steps]}


def router_state(nodes: list[NodeResult]) -> str:
    """The state of a router: that of its worst node; done as soon as one node was, if all others are well."""
    return min((node.state for node in nodes), key=list(STATES).index, default="not_started")


def by_router(nodes: list[NodeResult]) -> dict[str, dict]:
    """Results by router, in the order in which the nodes came."""
    grouped: dict[str, list[NodeResult]] = {}
    for node in nodes:
        grouped.setdefault(node.router, []).append(node)
    return {
        router: {
            "state": router_state(members),
            "reason": _reason(members),
            "nodes": [member.as_data() for member in members],
        }
        for router, members in grouped.items()
    }


def _reason(nodes: list[NodeResult]) -> str:
    worst = router_state(nodes)
    return sentences(_by_node(nodes, worst), on_two_versions(nodes))


def _by_node(nodes: list[NodeResult], state: str) -> str:
    """The reasons of the nodes in a state, each with its name; what is the same of several is said once."""
    told: dict[str, list[str]] = {}
    for node in nodes:
        if node.state == state:
            told.setdefault(node.reason, []).append(node.node)
    texts = [_named(names, reason) for reason, names in told.items()]
    return "; ".join([*(text.rstrip(".;") for text in texts[:-1]), *texts[-1:]])


def _named(names: Sequence[str], reason: str) -> str:
    """A reason with the nodes that it is about, each named once; a router that has no nodes is its own result."""
    names = [name for name in names if name]
    if not names:
        return reason
    if reason.startswith("runs "):
        return f"{listed(names)} {'runs' if len(names) == 1 else 'run'} {reason[5:]}"
    return reason if len(names) == 1 and reason.startswith(f"{names[0]} ") else f"{listed(names)}: {reason}"


def reason_of(nodes: list[NodeResult]) -> str:
    """Why a router is in its state, for a line that names the router: nodes are named where there are several."""
    return nodes[0].reason if len(nodes) == 1 else _reason(nodes)


def bad_end_of(nodes: Sequence[NodeResult]) -> str:
    """The state of the first node that counts as a failure of its router; empty where there is none."""
    return next((node.state for node in nodes if node.state in FAILURES), "")


def on_two_versions(nodes: list[NodeResult]) -> str | None:
    """What to do about a router that is left with nodes on two versions; None where it is not, or is said already."""
    if all(STATES[node.state].ok for node in nodes) or any(_TWO in node.reason for node in nodes):
        return None
    advised = any(BY_HAND in node.reason for node in nodes)
    return two_versions([(node.node, node.running_version) for node in nodes], advised)


_TWO = "on two versions"


def two_versions(running: list[tuple[str, str | None]], advised: bool = False) -> str | None:
    """A sentence where (node, version) pairs differ for certain; None where they do not.

    ``advised``: the reason says already what is to be done.
    """
    known = [(node, text, try_parse(text)) for node, text in running if text]
    first = next((version for _node, _text, version in known if version is not None), None)
    if first is None or not any(
        version is not None and satisfies(version, first) is False for _node, _text, version in known
    ):
        return None
    each = listed(f"{node} runs {spelled(text)}" for node, text, _version in known)
    advice = "" if advised else ": run again, or revert"
    return f"The pair is left {_TWO}: {each}. Commit nothing until they are alike{advice}"


def totals(nodes: list[NodeResult]) -> dict[str, int]:
    """How many routers ended in each state; only states that occur."""
    counts: dict[str, int] = {}
    for entry in by_router(nodes).values():
        counts[entry["state"]] = counts.get(entry["state"], 0) + 1
    return counts


def summary(operation: str, nodes: list[NodeResult]) -> dict:
    """The result of an operation module, without ``failed``: that is the caller's to say (``fail_on_target``)."""
    bad = [node for node in nodes if not STATES[node.state].ok]
    grouped: dict[tuple[str, str, str], list[str]] = {}
    for node in bad or nodes:
        grouped.setdefault((node.router, node.state, node.reason), []).append(str(NodeId(node.router, node.node)))
    what = f"{operation} of " if bad else ""
    texts = [f"{what}{listed(names)} {state}: {reason}" for (_router, state, reason), names in grouped.items()]
    message = "; ".join([*(text.rstrip(".;") for text in texts[:-1]), *texts[-1:]])
    if bad:
        message = sentences(message, *_left_half_done(nodes))
    return {
        "msg": message or "There was nothing to do.",
        "by_router": by_router(nodes),
        "totals": totals(nodes),
        "changed": any(node.changed for node in nodes),
        "ok": not bad,
    }


def _left_half_done(nodes: list[NodeResult]) -> list[str]:
    routers = dict.fromkeys(node.router for node in nodes)
    told = {router: on_two_versions([node for node in nodes if node.router == router]) for router in routers}
    return [f"{router}: {words}" for router, words in told.items() if words]


# -- what several tasks say about the same routers ------------------------------------------------------------------

#: What proves how a router is, whatever was said of it before.
_PROOF = ("done", "up_to_date")


def combine(entries: Sequence[Mapping], check_mode: bool = False) -> Mapping:
    """The one entry that counts, of what several tasks say about a router, in the order in which they ran.

    The last one does, if it proves how the router is or is at least as bad as what was known before. One that says
    less (left out, nothing sent) does not hide that something went wrong before. Outside check mode a plan is no end.
    """
    decisive = entries[0]
    for entry in entries[1:]:
        if entry["state"] in _PROOF or STATES[decisive["state"]].ok or _as_bad(entry, decisive):
            decisive = entry
        else:
            later = f"Afterwards: {entry['state']}, {entry['reason']}"
            decisive = {**decisive, "reason": sentences(decisive["reason"], later)}
    if decisive["state"] == "planned" and not check_mode:
        reason = "it was planned, and no later task says what became of it"
        return {**decisive, "state": "not_started", "reason": reason}
    return decisive


def _as_bad(entry: Mapping, other: Mapping) -> bool:
    """True if the state of an entry is at least as bad as that of the other."""
    worst_first = list(STATES)
    return worst_first.index(entry["state"]) <= worst_first.index(other["state"])


def changed(entries: Iterable[Mapping], check_mode: bool = False) -> bool:
    """True if one of these tasks changed a node of this router, or may have; in check mode: if it would."""
    nodes = [node for entry in entries for node in entry["nodes"] if check_mode or node["state"] != "planned"]
    fixed = [(STATES[node["state"]].changed, node.get("accepted")) for node in nodes]
    return any(bool(accepted) if value is None else value for value, accepted in fixed)


def merge(results: Sequence[Mapping], check_mode: bool = False) -> dict[str, Mapping]:
    """The entry that counts of each router that any of these results names, in the order in which they name them."""
    entries: dict[str, list[Mapping]] = {}
    for result in results:
        for router, entry in (result.get("by_router") or {}).items():
            entries.setdefault(router, []).append(entry)
    return {router: combine(of_router, check_mode) for router, of_router in entries.items()}

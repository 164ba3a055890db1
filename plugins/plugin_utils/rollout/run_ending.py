# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers how a run has ended from the results of its tasks, as whoever looks at all of them sees them. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..reports.report_data import NO_WORD
from .last_screen import Ending
from .results import STATES, merge
from .telling import tells_why

#: What a task of these modules does.
OPERATIONS = {
    "software_upgrade": "upgrade",
    "software_downgrade": "downgrade",
    "software_revert": "revert",
    "software_download": "download",
}
#: Modules whose failure before anything was sent is the end of a run.
_ASKING = (*OPERATIONS, "precheck", "software_info", "assets_info", "run_review", "config_export")
_CHECKS = ("input_check", "tag_check", "precheck", "software_info", "config_export", "run_review")


#: By router, the nodes to which something was sent that has no end, and how that is told.
Left = Mapping[str, Mapping[str, str]]
_UNBEGUN, _UNKNOWN = {"state": "not_started"}, {"state": "unknown"}


@dataclass
class RunEnding:
    """What the tasks of one playbook have returned. ``dry``: it runs with --check."""

    dry: bool = False
    #: What the playbook is for, as its name says; empty where that is unknown.
    purpose: str = ""
    #: Is it a playbook that only plans?
    plans: bool = False
    operation: str = ""
    version: str = ""
    #: The results of operations on routers, in their order; the last verdict on each router, and the hosts by router.
    results: list[Mapping] = field(default_factory=list)
    verdicts: dict[str, Mapping] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    #: By conductor: the last entry of each node that had its turn, and what each node ran before.
    nodes: dict[str, dict[str, Mapping]] = field(default_factory=dict)
    running: dict[str, dict[str, str | None]] = field(default_factory=dict)
    #: The last review of the run, with its arguments; the routers that wait for their conductor.
    review: Mapping = field(default_factory=dict)
    asked: Mapping = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    #: What went wrong outside of operations, by host; files that were written.
    failures: dict[str, str] = field(default_factory=dict)
    reports: list[str] = field(default_factory=list)
    backup: str = ""
    #: Has a task of an operation begun, of which there is no result yet? What it is called.
    under_way: str = ""
    #: Has an operation run that was no plan of one? Why the conductor could not be asked last; empty where it could.
    operated: bool = False
    unreached: str = ""
    #: The words of devices about each router that did not end well, the telling ones last; the folder of the journal.
    said: dict[str, list[str]] = field(default_factory=dict)
    journal: str = ""

    @property
    def matters(self) -> bool:
        """True where there is anything to say: a playbook that only reads something ends without a last screen."""
        return bool(self.operation or self.under_way)

    # -- what happens ---------------------------------------------------------------------------------------------

    def begin(self, module: str) -> None:
        """A task of this module begins."""
        if module in OPERATIONS:
            self.under_way = module
        elif module == "precheck":
            self.operation = self.operation or self.purpose or "upgrade"

    def skip(self, module: str) -> None:
        """A task of this module was skipped."""
        self.under_way = "" if module == self.under_way else self.under_way

    def take(
        self,
        module: str,
        host: str,
        result: Mapping,
        args: Mapping,
        *,
        failed: bool,
        delegated: bool,
        check_mode: bool = False,
    ) -> None:
        """A task has ended. ``failed``: its host fails; ``delegated``: it was done for its host elsewhere.

        ``check_mode``: it has only planned, whatever the run does.
        """
        self.journal = str(args.get("journal") or self.journal)
        self._reached(module, result)
        if module in OPERATIONS:
            self.operated = self.operated or not check_mode
            self._operation(module, result, args)
        elif module == "verdict" and result.get("router") not in (None, *self.nodes):
            self.verdicts[result["router"]] = {name: result.get(name) for name in ("state", "reason", "nodes")}
            self.hosts[result["router"]] = host
        elif module == "run_review":
            self._review(result, args)
        elif module in ("report_file", "run_report"):
            self.reports += [str(path) for path in result.values() if str(path).endswith((".json", ".html"))]
        elif module == "config_export":
            self.backup = str(result.get("path") or "")
        elif module == "software_info" and result.get("router") and not delegated:
            known = self.running.setdefault(str(result["router"]), {})
            known.update({str(node): version for node, version in (result.get("peer_versions") or {}).items()})
            known[str(result["node"])] = result.get("running")
        facts = result.get("ansible_facts") if module == "set_fact" else None
        if isinstance(facts, Mapping) and isinstance(facts.get("ssr_waiting_routers"), Sequence):
            self.waiting = [str(router) for router in facts["ssr_waiting_routers"]]
        if failed and not result.get("by_router"):
            self._failed(module, host, result)

    def _reached(self, module: str, result: Mapping) -> None:
        """Take note of whether the conductor could be asked."""
        if result.get("connection") or result.get("unreachable"):
            self.unreached = "the conductor could not be reached"
        elif module in _ASKING and not result.get("skipped"):
            self.unreached = ""

    def _operation(self, module: str, result: Mapping, args: Mapping) -> None:
        self.under_way = ""
        self.operation = OPERATIONS[module]
        self.version = str(result.get("version") or args.get("version") or self.version or "")
        rows = result.get("plan") or []
        self.hosts |= {row["router"]: row["host"] for row in rows if row.get("host")}
        by_router = result.get("by_router") or {}
        self.said |= {router: said_of(entry) for router, entry in by_router.items() if not STATES[entry["state"]].ok}
        own = [router for router in by_router if router in self.running or not (rows or args.get("target_hosts"))]
        for router in own:
            nodes = self.nodes.setdefault(router, {})
            nodes.update({node["node"]: node for node in by_router[router].get("nodes") or []})
        others = {router: entry for router, entry in by_router.items() if router not in own}
        if others:
            slim = {name: {**entry, "nodes": _slim(entry)} for name, entry in others.items()}
            self.results.append({"by_router": slim, "run": result.get("run")})

    def _review(self, result: Mapping, args: Mapping) -> None:
        self.operation = self.operation or "upgrade"
        self.asked = args or self.asked
        if "totals" not in result:
            return
        self.review = result
        for router, entry in (result.get("by_router") or {}).items():
            if router in self.nodes:
                self.nodes[router].update({node["node"]: node for node in entry.get("nodes") or []})
            else:
                self.verdicts[router] = entry

    def _failed(self, module: str, host: str, result: Mapping) -> None:
        words = str(result.get("msg") or "").strip()
        if words and words not in self.failures.values():
            self.failures.setdefault(host, words)
        if module in _CHECKS:
            self.operation = self.operation or self.purpose

    # -- how it ended ---------------------------------------------------------------------------------------------

    @property
    def only_planned(self) -> bool:
        """True where nothing but a plan was asked for: with --check, or by a playbook that plans."""
        planned = bool(self.results) and not (self.operated or self.verdicts or self.review or self.under_way)
        return self.dry or self.plans or planned

    def entries(self) -> dict[str, Mapping]:
        """The last entry of each router."""
        entries = {**merge(self.results, self.only_planned), **self.verdicts}
        for router, reason in (self.review.get("relapsed") or {}).items():
            if router in entries:
                entries[router] = {**entries[router], "state": "relapsed", "reason": reason}
        return entries

    def conductors(self, left: Left | None = None) -> dict[str, Mapping]:
        """The entry of each conductor that this run was to move, also with the nodes that had no turn."""
        known: dict[str, Mapping] = {}
        for router in dict.fromkeys([*self.nodes, *(self.running if not self.results else ())]):
            nodes = dict(self.nodes.get(router) or {})
            for node, version in (self.running.get(router) or {}).items():
                nodes.setdefault(node, _without_turn(router, node, version))
            cut_short = (left or {}).get(router) or {}
            nodes |= {node: {**_without_turn(router, node, None), **_left(words)} for node, words in cut_short.items()}
            if nodes:
                known[router] = {**_of_nodes(list(nodes.values())), "nodes": list(nodes.values())}
        return known

    def ending(self, *, interrupted: str = "", status: Mapping | None = None, left: Left | None = None) -> Ending:
        """All of it. ``interrupted``: how the run was cut short; ``status``: its status file, for what runs still.

        ``left``: by router the nodes to which something was sent that has no end, and how that is told.
        """
        interrupted = interrupted if not self.only_planned or self.under_way else ""
        entries, conductors = self.entries(), self.conductors(left)
        at_work = self._cut_short(entries, (status or {}).get("targets") or {}, left or {}) if interrupted else []
        never = [name for name, entry in entries.items() if entry["state"] == "not_started"]
        never += [name for name in self._never(entries) if name not in (*never, *at_work, *conductors)]
        return Ending(
            operation=self.operation or OPERATIONS.get(self.under_way, "upgrade"),
            version=self.version,
            dry=self.only_planned and not interrupted,
            plan=self.plans,
            conductors=conductors,
            routers=entries,
            batches=len((self.review.get("run_record") or {}).get("batches") or ()),
            waiting=never,
            why_waiting=self._why(entries, conductors, interrupted),
            at_work=list(dict.fromkeys([*at_work, *(name for name in left or () if name in conductors)])),
            interrupted=interrupted,
            unreached=self.unreached,
            said=self.said,
            backup=self.backup,
            failures=[] if _explained(entries, conductors) else list(self.failures.values()),
        )

    def _cut_short(self, entries: dict[str, Mapping], targets: Mapping[str, Mapping], left: Left) -> list[str]:
        """The routers on which something may run still; those to which something was sent are unknown, not unbegun."""
        known = {name: {} for name, entry in targets.items() if entry.get("state") in ("running", "unknown")}
        for name, nodes in {**known, **left}.items():
            if name in self.running or entries.get(name, _UNBEGUN)["state"] not in ("not_started", "planned"):
                continue
            reason = str(targets.get(name, {}).get("reason") or "") if name in known else ""
            reason = reason if reason and targets[name]["state"] == "unknown" else NO_WORD
            told = [f"{node}: {words}" if len(nodes) > 1 else words for node, words in nodes.items()]
            own = [{"router": name, "node": node, **_left(words)} for node, words in nodes.items()]
            entries[name] = {**_left("; ".join(told) or reason), "nodes": own}
        return [name for name in {**known, **left} if entries.get(name, _UNKNOWN)["state"] == "unknown"]

    def _never(self, entries: Mapping) -> list[str]:
        """The routers of the run that no task has worked on."""
        if self.review.get("not_begun"):
            return [str(name) for name in self.review["not_begun"]]
        names = {host: router for router, host in self.hosts.items()}
        hosts = [names.get(str(host), str(host)) for host in self.asked.get("run_hosts") or self.waiting]
        return [] if self.dry else [host for host in hosts if host not in entries]

    def _why(self, entries: Mapping, conductors: Mapping, interrupted: str) -> str:
        """Why the routers that wait were never begun."""
        why = self.review.get("stopped") or (self.review.get("reason") if not self.review.get("goes_on", True) else "")
        reasons = [str(entry["reason"]) for entry in entries.values() if entry["state"] == "not_started"]
        bad = [name for name, entry in conductors.items() if not STATES[entry["state"]].ok]
        if interrupted and not why and not self.verdicts:
            return f"{interrupted} before that"
        if why or reasons:
            return str(why or reasons[0])
        if bad:
            return f"the conductor {bad[0]} comes first, and is {conductors[bad[0]]['state']}"
        return next(iter(self.failures.values()), "")

    # -- files ----------------------------------------------------------------------------------------------------

    @property
    def run_id(self) -> str:
        """The name of the run; empty where no task has said it."""
        record = self.review.get("run_record") or {}
        ids = [result["run"].get("run_id") for result in self.results if result.get("run")]
        return str(record.get("run_id") or next(iter(ids), "") or self.asked.get("run_id") or "")

    @property
    def folder(self) -> str:
        """The folder of the reports; empty where no task has said it."""
        named = str(self.asked.get("report_dir") or "")
        return os.path.expanduser(named) if named else os.path.dirname(self.reports[-1]) if self.reports else ""


def said_of(entry: Mapping) -> list[str]:
    """What devices said about the nodes of a router, as its steps quote it; the words that tell why come last."""
    steps = [step for node in entry.get("nodes") or [] for step in node.get("steps") or [] if isinstance(step, Mapping)]
    found = [str(step["words"]) for step in sorted(steps, key=tells_why) if tells_why(step)]
    return list(dict.fromkeys(found))


def _left(words: str) -> dict:
    return {"state": "unknown", "reason": words}


def _slim(entry: Mapping) -> list[dict]:
    """The nodes of an entry without their steps: of a large fleet those are most of it."""
    return [{name: value for name, value in node.items() if name != "steps"} for node in entry.get("nodes") or []]


def _without_turn(router: str, node: str, version: str | None) -> dict:
    return {
        "router": router,
        "node": node,
        "state": "not_started",
        "reason": "its turn did not come",
        "running_version": version,
    }


def _of_nodes(nodes: Sequence[Mapping]) -> dict:
    """State and reason of a router from its nodes; a node without a turn says nothing beside one that is bad."""
    states = [node["state"] for node in nodes]
    state = min(states, key=list(STATES).index)
    reasons = [f"{node['node']}: {node['reason']}" for node in nodes if node["state"] == state]
    return {"state": state, "reason": "; ".join(dict.fromkeys(reasons))}


def _explained(entries: Mapping, conductors: Mapping) -> bool:
    """True if something says already why not all went well."""
    return any(not STATES[entry["state"]].ok for entry in (*entries.values(), *conductors.values()))

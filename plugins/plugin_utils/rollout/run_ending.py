# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers how a run has ended from the results of its tasks, as whoever looks at all of them sees them. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .last_screen import Ending
from .results import STATES, merge

#: What a task of these modules does.
OPERATIONS = {
    "software_upgrade": "upgrade",
    "software_downgrade": "downgrade",
    "software_revert": "revert",
    "software_download": "download",
}
#: Modules whose failure before anything was sent is the end of a run.
_CHECKS = ("input_check", "tag_check", "precheck", "software_info", "config_export", "run_review")


@dataclass
class RunEnding:
    """What the tasks of one playbook have returned. ``dry``: it runs with --check."""

    dry: bool = False
    #: What the playbook is for, as its name says; empty where that is unknown.
    purpose: str = ""
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

    def take(self, module: str, host: str, result: Mapping, args: Mapping, *, failed: bool, delegated: bool) -> None:
        """A task has ended. ``failed``: its host fails; ``delegated``: it was done for its host elsewhere."""
        if module in OPERATIONS:
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

    def _operation(self, module: str, result: Mapping, args: Mapping) -> None:
        self.under_way = ""
        self.operation = OPERATIONS[module]
        self.version = str(result.get("version") or args.get("version") or self.version or "")
        rows = result.get("plan") or []
        self.hosts |= {row["router"]: row["host"] for row in rows if row.get("host")}
        by_router = result.get("by_router") or {}
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

    def entries(self) -> dict[str, Mapping]:
        """The last entry of each router."""
        entries = {**merge(self.results, self.dry), **self.verdicts}
        for router, reason in (self.review.get("relapsed") or {}).items():
            if router in entries:
                entries[router] = {**entries[router], "state": "relapsed", "reason": reason}
        return entries

    def conductors(self) -> dict[str, Mapping]:
        """The entry of each conductor that this run was to move, also with the nodes that had no turn."""
        known: dict[str, Mapping] = {}
        for router in dict.fromkeys([*self.nodes, *(self.running if not self.results else ())]):
            nodes = dict(self.nodes.get(router) or {})
            for node, version in (self.running.get(router) or {}).items():
                nodes.setdefault(node, _without_turn(router, node, version))
            if nodes:
                known[router] = {**_of_nodes(list(nodes.values())), "nodes": list(nodes.values())}
        return known

    def ending(self, *, interrupted: str = "", status: Mapping | None = None) -> Ending:
        """All of it. ``interrupted``: how the run was cut short; ``status``: its status file, for what runs still."""
        entries, conductors = self.entries(), self.conductors()
        targets = (status or {}).get("targets") or {}
        at_work = [name for name, entry in targets.items() if entry.get("state") == "running"] if interrupted else []
        never = [name for name, entry in entries.items() if entry["state"] == "not_started"]
        never += [name for name in self._never(entries) if name not in never and name not in at_work]
        return Ending(
            operation=self.operation or OPERATIONS.get(self.under_way, "upgrade"),
            version=self.version,
            dry=self.dry,
            conductors=conductors,
            routers=entries,
            batches=len((self.review.get("run_record") or {}).get("batches") or ()),
            waiting=never,
            why_waiting=self._why(entries, conductors),
            at_work=at_work,
            interrupted=interrupted,
            backup=self.backup,
            failures=[] if _explained(entries, conductors) else list(self.failures.values()),
        )

    def _never(self, entries: Mapping) -> list[str]:
        """The routers of the run that no task has worked on."""
        if self.review.get("not_begun"):
            return [str(name) for name in self.review["not_begun"]]
        names = {host: router for router, host in self.hosts.items()}
        hosts = [names.get(str(host), str(host)) for host in self.asked.get("run_hosts") or self.waiting]
        return [] if self.dry else [host for host in hosts if host not in entries]

    def _why(self, entries: Mapping, conductors: Mapping) -> str:
        """Why the routers that wait were never begun."""
        why = self.review.get("stopped") or (self.review.get("reason") if not self.review.get("goes_on", True) else "")
        reasons = [str(entry["reason"]) for entry in entries.values() if entry["state"] == "not_started"]
        bad = [name for name, entry in conductors.items() if not STATES[entry["state"]].ok]
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

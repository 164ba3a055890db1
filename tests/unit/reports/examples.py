# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plausible nights of any size, as the data that the pages of a report are made of (docs/schemas/report-1.json)."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta, timezone

BEGAN = datetime(2026, 3, 2, 21, 0, 0, tzinfo=timezone.utc)
OLD, WANTED = "6.2.7-18.r1", "6.3.5-39.r1"
#: Seconds: download, upgrade, away, settle, health, soak; each is stretched by chance.
PHASES = {"download": 260, "upgrade": 420, "away": 210, "settle": 120, "health": 40, "soak": 300, "compare": 15}
PLANNED = float(sum(PHASES.values()))
#: How a router may end in a bad night, with the reason and what the conductor said.
BAD_ENDS = (
    (
        "failed",
        "the upgrade was refused by the pre-check of the disk (Disk Space Check): 1.2 GB free, 4 GB needed",
        "Error: Pre-upgrade checks failed\n  Disk Space Check      FAIL  /  1.2 GB free, 4.0 GB required\n"
        "  Yum Lock Check        PASS",
    ),
    (
        "reverted",
        "the health check still fails after 15 min: System Processes Check (routingManager). It runs the version from "
        "before again",
        "System Processes Check | fail | routingManager: not running since 2026-03-02T22:14:09Z",
    ),
    (
        "unknown",
        "the upgrade was sent, and the node has not come back for 45 min 00 s",
        "Asset is disconnected",
    ),
    (
        "held",
        "node-a runs the requested version, but 2 BGP sessions of before are missing, so node-b was not begun",
        "bgp neighbor 203.0.113.7: Active (was Established)",
    ),
)
QUIET_ENDS = (
    ("up_to_date", "already runs 6.3.5-39.r1, Synchronized, service running"),
    ("skipped", "its node is disconnected since 2026-02-27, and disconnected routers are left out"),
    ("blocked", "check disk: 0.8 GB free on /, at least 4 GB are needed for the release"),
)


def at(seconds: float) -> str:
    """A time of the night, so many seconds after its start."""
    return (BEGAN + timedelta(seconds=round(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


def night(
    routers: int = 12,
    seed: int = 1,
    bad: bool = True,
    running: bool = False,
    pairs: float = 0.3,
    conductor: bool = True,
) -> dict:
    """A report. ``pairs``: the share of routers with two nodes; ``conductor``: its pair was upgraded before them."""
    chance = random.Random(seed)
    plans = [_drawn(number, chance, bad, pairs) for number in range(routers)]
    first = [_conductor()] if conductor else []
    batches, end = _scheduled(plans, chance, _duration(first) + 60 if first else 0.0, max(5, routers // 14))
    entries = first + plans
    now = end * 0.62 if running else end
    for entry in entries:
        _cut(entry, now if running else None)
    if running:
        for batch in batches:
            batch["began"], batch["ended"] = (
                t if t and t <= at(now) else None for t in (batch["began"], batch["ended"])
            )
    return _report(entries, batches, now, end, bad, running)


# -- one router -------------------------------------------------------------------------------------------------------


def _drawn(number: int, chance: random.Random, bad: bool, pairs: float) -> dict:
    name = f"{('store', 'branch', 'hub', 'plant')[number % 4]}-{number + 1:04d}"
    state, reason, words = "done", "runs 6.3.5-39.r1, Synchronized, service running", ""
    draw = chance.random()
    if bad and (draw < 0.06 or number in (2, 5)):
        state, reason, words = BAD_ENDS[(number * 7 + 3) % 4 if number > 5 else {2: 1, 5: 2}.get(number, number % 4)]
    elif draw > (0.93 if bad else 0.97):
        state, reason = QUIET_ENDS[number % (3 if bad else 2)]
    count = 2 if chance.random() < pairs or state == "held" else 1
    nodes = [f"{name}-{letter}" for letter in "ab"[:count]] if count > 1 else [f"{name}-node1"]
    entry = _router(name, [_node(node, state, reason) for node in nodes], state, reason)
    entry["words"] = words
    if state not in ("done", "up_to_date", "skipped"):
        entry["next"] = f"ansible-playbook sessionsmart.ssr.upgrade_routers -i inventory.yml --limit {name}"
    return entry


def _router(name: str, nodes: list[dict], state: str, reason: str) -> dict:
    return {
        "router": name, "host": name, "conductor": False, "state": state, "reason": reason, "batch": None, "wave": 0,
        "group": None, "phase": None, "phase_node": None, "since": None, "begun": None, "ended": None,
        "plan": {
            "expected": PLANNED * len(nodes), "outage": 0.0 if len(nodes) > 1 else 210.0,
            "way_back": f"boots into {OLD}, which stays on the other volume", "notes": [],
            "order_reason": "the standby node first" if len(nodes) > 1 else "", "sequencing": "one_by_one",
        },
        "nodes": nodes, "words": "", "next": None,
    }  # fmt: skip


def _node(name: str, state: str, reason: str) -> dict:
    runs = {"done": WANTED, "held": WANTED, "up_to_date": WANTED, "unknown": None}.get(state, OLD)
    return {
        "node": name, "state": state, "reason": reason, "from_version": WANTED if state == "up_to_date" else OLD,
        "to_version": WANTED, "running_version": runs, "install_type": "image", "converts": False, "command": None,
        "adopted": False, "started": None, "ended": None, "phases": [], "steps": [], "warnings": [],
        "comparison": None, "alarms": [], "events": [],
    }  # fmt: skip


def _conductor() -> dict:
    nodes = [_node(f"conductor-node{number}", "done", "runs 6.3.5-39.r1, service running") for number in (1, 2)]
    entry = _router("Conductor", nodes, "done", "runs 6.3.5-39.r1, service running")
    entry.update(conductor=True, host="conductor-1")
    chance = random.Random(0)
    _run(entry, 0.0, chance)
    return entry


# -- in time ----------------------------------------------------------------------------------------------------------


def _scheduled(plans: list[dict], chance: random.Random, start: float, slots: int) -> tuple[list[dict], float]:
    """Run the routers in batches (one canary, a tenth, the rest in three) over so many slots; when the last ends."""
    sizes, rest = [1, max(3, len(plans) // 10)], max(10, len(plans) // 3)
    batches, end, queue = [], start, list(plans)
    while queue:
        size = min(len(queue), sizes.pop(0) if sizes else rest)
        batch, queue = queue[:size], queue[size:]
        began, free = end + 45, [end + 45.0] * slots
        for entry in batch:
            entry["batch"] = len(batches) + 1
            slot = min(range(slots), key=free.__getitem__)
            free[slot] = _run(entry, free[slot] + chance.uniform(2, 20), chance)
        end = max([began, *free])
        batches.append({
            "number": len(batches) + 1, "routers": [entry["router"] for entry in batch], "began": at(began),
            "ended": at(end), "canaries": [batch[0]["router"]] if len(batches) < 2 else [],
        })  # fmt: skip
    return batches, end


def _run(entry: dict, start: float, chance: random.Random) -> float:
    """Give a router its times. Returns when it is over."""
    if entry["state"] in ("up_to_date", "skipped", "blocked"):
        for node in entry["nodes"]:
            node["steps"] = [{"at": at(start), "what": entry["reason"], "words": ""}]
        return start
    entry["begun"], now = at(start), start
    for number, node in enumerate(entry["nodes"]):
        if number and entry["state"] in ("failed", "reverted", "unknown", "held"):
            node.update(state="not_started", reason="nothing was sent: its peer did not end well", running_version=OLD)
            node["phases"] = [{"phase": "waiting", "from": at(start), "to": at(now)}]
            continue
        now = _run_node(node, start, now, chance)
    entry["ended"] = at(now)
    return now


def _run_node(node: dict, waited: float, start: float, chance: random.Random) -> float:
    phases, now, state = [("waiting", waited, start)] if start > waited else [], start, node["state"]
    for phase, usual in PHASES.items():
        length = usual * chance.lognormvariate(0, 0.18)
        if state == "failed" and phase == "away":
            break
        if state == "unknown" and phase == "away":
            length = 2700.0
        if state == "reverted" and phase == "health":
            length = 900.0
        phases.append((phase, now, now + length))
        now += length
        if (state, phase) in (("unknown", "away"), ("reverted", "health")):
            break
    if state == "reverted":
        phases.append(("revert", now, now + 640))
        now += 640
    node["phases"] = [{"phase": phase, "from": at(begin), "to": at(end)} for phase, begin, end in phases]
    node["command"] = f"request system software upgrade router {node['node']} force version SSR-{WANTED}"
    node.update(started=at(start), ended=at(now))
    node["steps"] = _steps(node, phases)
    _around(node, phases, chance)
    return now


def _steps(node: dict, phases: list[tuple[str, float, float]]) -> list[dict]:
    words = {
        "download": "download of the release requested", "upgrade": "sent: " + node["command"],
        "away": "left the list of assets", "settle": f"it runs {WANTED}", "health": "health check of the vendor",
        "soak": "watched for five minutes", "compare": "compared with the snapshot of before",
        "revert": "sent: request system software revert",
    }  # fmt: skip
    answers = {"download": "Download initiated", "upgrade": "Upgrade initiated"}
    return [
        {"at": at(begin), "what": words[phase], "words": answers.get(phase, "")}
        for phase, begin, _end in phases
        if phase in words
    ]


def _around(node: dict, phases: list[tuple[str, float, float]], chance: random.Random) -> None:
    """The comparison, alarms and events of a node, of which most have little to tell."""
    away = next((begin for phase, begin, _end in phases if phase == "away"), None)
    if away is not None:
        node["alarms"] = [{"at": at(away + 5), "severity": "critical", "text": "Node is disconnected from conductor"}]
        node["events"] = [{"at": at(away + 190), "text": "system.start: system started"}]
    lost = ["bgp neighbor 203.0.113.7: Established"] if node["state"] in ("held", "reverted") else []
    if any(phase == "compare" for phase, _begin, _end in phases) or lost:
        itself = ["peer path wan0 to hub-0003: down for 40 s"] if chance.random() < 0.15 else []
        came = ["interface lte0: up"] if chance.random() < 0.05 else []
        node["comparison"] = {"lost": lost, "came": came, "passed_by_itself": itself}
    if chance.random() < 0.03:
        node["warnings"] = ["its clock is 4 min 10 s behind the conductor's"]


def _duration(entries: list[dict]) -> float:
    ends = [datetime.fromisoformat(entry["ended"].replace("Z", "+00:00")) for entry in entries]
    return (max(ends) - BEGAN).total_seconds()


def _cut(entry: dict, now: float | None) -> None:
    """What a report that is written at this time does not know yet is taken out."""
    if now is None or not entry["begun"] or (entry["ended"] and entry["ended"] <= at(now)):
        return
    waits = entry["begun"] > at(now)
    entry["ended"], entry["words"], entry["next"] = None, "", None
    entry["state"], entry["reason"] = ("waiting", "") if waits else ("running", "")
    for node in entry["nodes"]:
        node["phases"] = [phase for phase in node["phases"] if phase["from"] <= at(now)]
        node["steps"] = [step for step in node["steps"] if step["at"] <= at(now)]
        if not node["ended"] or node["ended"] > at(now):
            begun = bool(node["started"] and node["started"] <= at(now))
            node.update(state="running" if begun else "waiting", reason="", ended=None, comparison=None)
            node.update(alarms=[], events=[], running_version=OLD, started=node["started"] if begun else None)
        for phase in node["phases"]:
            if phase["to"] > at(now):
                phase["to"] = None
                entry.update(phase=phase["phase"], phase_node=node["node"], since=phase["from"])
    if waits:
        entry["begun"] = None


# -- the whole --------------------------------------------------------------------------------------------------------

_BAD = ("unknown", "failed", "reverted", "held", "blocked", "not_started")


def _report(entries: list[dict], batches: list[dict], now: float, end: float, bad: bool, running: bool) -> dict:
    totals = dict(Counter(entry["state"] for entry in entries if not entry["conductor"]))
    problems = sorted(
        (entry for entry in entries if entry["state"] in _BAD), key=lambda entry: _BAD.index(entry["state"])
    )
    again = "ansible-playbook sessionsmart.ssr.upgrade_routers -i inventory.yml -e ssr_version=6.3.5"
    limit = ",".join(entry["router"] for entry in problems[:4])
    return {
        "schema": "sessionsmart.ssr/report/1",
        "run": {
            **_run_facts(now, end, running),
            "outcome": "", "ok": None if running else not problems,
            "commit_allowed": not problems and not running,
            "commit_words": "" if not problems and not running else "Commit nothing now: pairs run two versions.",
            "next_command": f"{again} --limit {limit}" if problems and not running else None,
            "next_words": "Fix what is named above, then run again." if problems and not running else None,
        },
        "totals": totals, "batches": batches,
        "pauses": [{"reason": "2 of the last 5 routers failed; the breaker waits", "from": at(end * 0.35),
                    "to": at(end * 0.35 + 420)}] if bad and len(entries) > 4 else [],
        "attention": [
            {"router": entry["router"], "state": entry["state"], "reason": entry["reason"], "words": entry["words"],
             "next": entry["next"] or again,
             "case": f"case-{entry['router']}.json" if entry["state"] in ("failed", "reverted", "unknown") else None}
            for entry in problems
        ],
        "routers": entries, "checks": _checks(entries), "backup": _backup(),
        "notices": ["a terminal named admin was open on the conductor when the run began"] if bad else [],
    }  # fmt: skip


def _run_facts(now: float, end: float, running: bool) -> dict:
    return {
        "id": "20260302T210000Z-4711", "authority": "conductor-1", "operation": "upgrade", "version": WANTED,
        "playbook": ["sessionsmart.ssr.upgrade_authority"], "check_mode": False,
        "state": "running" if running else "ended", "stopped": None, "started": at(0), "updated": at(now),
        "ended": None if running else at(now), "elapsed": float(round(now)), "eta": at(end) if running else None,
        "refresh": 10 if running else 0,
        "started_by": {"user": "operator", "job": None, "controller": "ansible-1"},
        "settings": {"in_flight": 10, "soak": 300, "max_failures": "10 %", "sequencing": "one_by_one", "backup": True},
        "versions": {"collection": "0.4.0", "ansible": "2.19.14", "python": "3.11.7", "conductor": WANTED},
        "window": {"start_deadline": at(max(end * 0.9, 3600)), "window_end": at(max(end * 1.1, 7200))},
    }  # fmt: skip


def _checks(entries: list[dict]) -> list[dict]:
    checks = [
        {"name": name, "when": "before", "target": "conductor-1", "state": state, "text": text, "words": ""}
        for name, state, text in (
            ("alarms", "pass", "no critical alarm"),
            ("clock", "pass", "both clocks within 1 s"),
            ("disk", "warn", "6.1 GB free on /, the release needs 4 GB"),
            ("license", "not_made", "this release has no command for it"),
        )
    ]
    failed = [entry for entry in entries if entry["state"] in ("blocked", "reverted")]
    return checks + [
        {"name": "disk" if entry["state"] == "blocked" else "processes",
         "when": "before" if entry["state"] == "blocked" else "after", "target": entry["router"],
         "state": "block" if entry["state"] == "blocked" else "fail", "text": entry["reason"], "words": entry["words"]}
        for entry in failed
    ]  # fmt: skip


def _backup() -> dict:
    return {
        "made": True, "required": True, "path": "backups/conductor-1/20260302T210004Z.xml", "bytes": 184_221,
        "sha256": "5f2c" * 16, "method": "sftp", "restorable": True, "words": "exported, fetched, and read back",
    }  # fmt: skip

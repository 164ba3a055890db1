# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds about reverts, about resource groups within a run, and about an operation that a user ignores."""

from __future__ import annotations

from .known import NEWER, ONE, PAIR, PLAINLY, QUICK
from .releases import NEW, OLD, OLDER

TABLE = {"status": "table"}
KEPT = {**PLAINLY, "journal": True}
IGNORED = {**KEPT, "ignore_running_operation": True}
OF_CONDUCTOR = {"targets": [{"router": "Conductor", "node": "c1"}], "journal": True}
#: A pair that is to go back.
BACK = [{"name": "r1", "nodes": [{"name": name, "version": NEW, "idle": OLD} for name in "ab"]}]
SEVEN = [{"name": f"r{number}", "nodes": [{"name": "a"}]} for number in range(1, 8)]
THREE = SEVEN[:3]
GROUP = {**KEPT, "resource_group": "edge", "sequencing": "vendor", "run_id": "night", "max_failures": 0}
OF_NIGHT = {**KEPT, "targets": ["r1"], "run_id": "night", "max_failures": 0}
_LONG_CHECK = {"write": 60.0, "check": 600.0, "shown": "Upgrading"}
SOMEBODY = {"kind": "foreign", "operation": "upgrade", "version": NEW}


def _conductor_killed(first: dict, back_to: str, ends: dict) -> tuple:
    """The controller dies soon after it has begun something on the conductor, whose revert is asked for soon after."""
    second = {"module": "software_revert", "args": {**OF_CONDUCTOR, "version": back_to}, "pause": 30.0, "local": "c1"}
    world = {"routers": ONE, "conductor": {"nodes": ["c1"]}, "runs": [{**first, "kill": 22.0, "local": "c1"}, second]}
    return None, {**world, "ends": [{}, ends], "sent": 1}


def _same_run_id(second: str) -> tuple:
    """A run is killed, and its upgrade leaves the node without service; an hour later it is run again."""
    runs = [{"args": {**KEPT, "run_id": "CHG1"}, "kill": 30.0}, {"args": {**KEPT, "run_id": second}, "pause": 3600.0}]
    courses = {"a.r1": [{"write": 60.0, "end": "down"}]}
    return None, {"routers": ONE, "courses": courses, "runs": runs, "ends": [{}, {"r1": "failed"}], "sent": 1}


def _group_breaks(command: int) -> tuple:
    """An error that nobody expected, before the request for a group; then another batch of the same run."""
    world = {
        "routers": THREE,
        "resource_groups": {"edge": ["r2", "r3"]},
        "courses": {f"a.r{number}": [QUICK] for number in (1, 2, 3)},
        "runs": [{"args": GROUP}, {"args": OF_NIGHT, "pause": 5.0}],
        "faults": [{"kind": "raise", "error": "KeyError", "when": {"command": command}}],
    }
    return None, {**world, "ends": [{"r2": "not_started", "r3": "not_started"}, {"r1": "not_started"}], "sent": 0}


WAYS_BACK: dict[str, tuple[str | None, dict]] = {
    "what was refused counts against the budget before it is explained, which takes a slow conductor long": (
        None,
        {
            "habits": {"latency": 1.5, "shells": 4},
            "routers": [{"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}], "leader": "a"}, *SEVEN[2:4]],
            "runs": [{"args": {"max_fail_percentage": 20.0}}],
            "answers": [{"nth": 1, "how": "refused", "words": "% Error: Pre-upgrade health check failed"}],
            "ends": [{"r2": "not_started"}],
        },
    ),
    "a revert takes up what is an upgrade of somebody else, whose own status shows its post-check": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [{"name": "r1", "nodes": [{"name": "a", **NEWER}]}],
            "runs": [{"module": "software_revert", "args": {"version": NEW}, "pause": 30.0}],
            "faults": [
                {**SOMEBODY, "when": {"at": 3.0}, "node": "a.r1", "course": {**QUICK, **_LONG_CHECK, "end": "done"}}
            ],
            "ends": [{"r1": "done"}],
            "sent": 0,
        },
    ),
    "a conductor node is not reverted while the upgrade of a killed run is on its way": _conductor_killed(
        {"args": {**OF_CONDUCTOR, "version": "7.2.3-8.r2.el9"}}, "7.1.2-1.r2.el9", {"Conductor": "not_started"}
    ),
    "a revert of the conductor that a killed run has begun is followed and not sent again": _conductor_killed(
        {"module": "software_revert", "args": {**OF_CONDUCTOR, "version": "7.1.2-1.r2.el9"}}, "7.1.2-1.r2.el9", {}
    ),
    "a router is not reverted while the upgrade of a killed run is on its way": (
        None,
        {
            "routers": ONE,
            "runs": [
                {"args": KEPT, "kill": 20.0},
                {"module": "software_revert", "args": {"version": OLDER, "journal": True}, "pause": 30.0},
            ],
            "ends": [{}, {"r1": "not_started"}],
            "sent": 1,
        },
    ),
    "the first node of a pair that was taken back goes forward again, and the second one stays": (
        None,
        {
            "routers": BACK,
            "courses": {"a.r1 revert": [QUICK], "b.r1 revert": [QUICK]},
            "runs": [
                {
                    "module": "software_revert",
                    "args": {"version": OLD, "pair_soak": 300, "journal": True, "order": "as_listed"},
                }
            ],
            "faults": [
                {
                    **SOMEBODY,
                    "when": {"over": "a.r1", "after": 320.0},
                    "node": "a.r1",
                    "course": {**QUICK, "write": 1.0, "away": 10.0},
                }
            ],
            "ends": [{"r1": "failed", "a.r1": "failed", "b.r1": "held"}],
            "sent": 1,
        },
    ),
    "a node without service after its downgrade is taken back, as after an upgrade": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", **NEWER}]}],
            "conductor": {"offers_below": [NEW, OLD]},
            "courses": {"a.r1": [{**QUICK, "end": "down"}], "a.r1 revert": [QUICK]},
            "runs": [{"module": "software_downgrade", "args": {**KEPT, "revert": True}}],
            "ends": [{"r1": "reverted"}],
            "sent": 2,
        },
    ),
    "what an earlier run of the same name has upgraded is not reverted by itself": _same_run_id("CHG1"),
    "what an earlier run of another name has upgraded is not reverted by itself": _same_run_id("CHG2"),
    "a resource group does not begin after a batch of its run that has spent the budget": (
        None,
        {
            "routers": THREE,
            "resource_groups": {"edge": ["r2", "r3"]},
            "courses": {"a.r1": [{**QUICK, "end": "falls"}]},
            "runs": [{"args": OF_NIGHT}, {"args": GROUP, "pause": 5.0}],
            "ends": [{"r1": "reverted"}, {"r2": "not_started", "r3": "not_started"}],
            "sent": 1,
        },
    ),
    "a resource group waits for an unwell authority after its download, and is not begun": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}]}, *SEVEN[1:]],
            "habits": {"fetches": False},
            "resource_groups": {"edge": ["r1"]},
            "downloads": {"a.r1": {"seconds": 1500.0}},
            "runs": [{"args": {**GROUP, "download": True, "breaker_percent": 2.0}}],
            "faults": [{"kind": "die", "when": {"at": 200.0}, "node": f"a.r{number}"} for number in range(2, 8)],
            "ends": [{"r1": "not_started"}],
            "sent": 1,
        },
    ),
    "a resource group of which nothing is against any router is upgraded by one command": (
        None,
        {
            "routers": THREE,
            "resource_groups": {"edge": ["r2", "r3"]},
            "courses": {"a.r2": [QUICK], "a.r3": [{**QUICK, "end": "falls"}]},
            "runs": [{"args": {**GROUP, "in_flight": 2}}],
            "ends": [{"r2": "done", "r3": "reverted"}],
            "sent": 1,
        },
    ),
    "a resource group has no slots beside a router that an earlier batch left unknown": (
        None,
        {
            "routers": THREE,
            "resource_groups": {"edge": ["r2", "r3"]},
            "faults": [{"kind": "die", "when": {"began": "a.r1", "after": 10.0}, "node": "a.r1"}],
            "runs": [
                {"args": {**OF_NIGHT, "max_failures": 5, "upgrade_timeout": 1200, "in_flight": 2}},
                {"args": {**GROUP, "max_failures": 5, "in_flight": 2}, "pause": 5.0},
            ],
            "ends": [{"r1": "unknown"}, {"r2": "not_started", "r3": "not_started"}],
            "sent": 1,
        },
    ),
    "an error breaks the work on a resource group off before its request": _group_breaks(20),
    "an error breaks the work on a resource group off right before its request": _group_breaks(24),
    "what a killed run has begun on its peer holds a node of which a running operation is ignored": (
        None,
        {
            "routers": PAIR,
            "habits": TABLE,
            "courses": {"b.r1": [{"write": 300.0}]},
            "runs": [
                {"args": {**KEPT, "targets": [{"router": "r1", "node": "b"}]}, "kill": 20.0},
                {"args": {**IGNORED, "targets": [{"router": "r1", "node": "a"}]}, "pause": 30.0},
            ],
            "ends": [{}, {"a.r1": "not_started"}],
            "sent": 1,
        },
    ),
    "what somebody else has begun on its peer holds a node of which a running operation is ignored": (
        None,
        {
            "routers": PAIR,
            "habits": {"status": "lines"},
            "faults": [{**SOMEBODY, "when": {"at": 0.1}, "node": "b.r1", "course": {"write": 300.0}}],
            "runs": [{"args": {**IGNORED, "order": "as_listed"}, "pause": 60.0}],
            "ends": [{"a.r1": "not_started"}],
            "sent": 0,
        },
    ),
    "a router that a check has blocked gets nothing where a running operation is ignored": (
        None,
        {
            "routers": PAIR,
            "habits": TABLE,
            "faults": [
                {
                    **SOMEBODY,
                    "when": {"at": 0.1},
                    "node": "a.r1",
                    "course": {**QUICK, "write": 100.0, "shown": "Upgrading"},
                }
            ],
            "runs": [{"args": {**IGNORED, "order": "as_listed", "blocked": {"r1": "a check says no"}}, "pause": 30.0}],
            "sent": 0,
        },
    ),
}

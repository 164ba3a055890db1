# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds, each named after what it shows: what an earlier run has begun, and what somebody else has."""

from __future__ import annotations

from .known import NEXT, ONE, PAIR, PLAINLY, QUICK
from .releases import NEW, OLD

RECORDED = {**PLAINLY, "journal": True, "order": "as_listed"}
TAKEN_BACK = {"version": OLD, "journal": True, "order": "as_listed"}
BAKED = {**RECORDED, "run_id": "n", "bake": 7200, "stop_file": True}
BOTH = {"r1": "g", "r2": "g"}
#: An upgrade that shows, and that is none of ours.
SOMEBODY = {
    "kind": "foreign",
    "when": {"at": 0.1},
    "operation": "upgrade",
    "version": NEW,
    "course": {**QUICK, "write": 100.0, "shown": "Upgrading", "end": "done"},
}

#: The first node of a pair dies in its upgrade, and its row vanishes.
DEAD_AND_GONE: dict = {
    "habits": {"status": "lines"},
    "routers": PAIR,
    "courses": {"a.r1": [{"write": 60.0, "end": "dead"}]},
    "faults": [{"kind": "vanish", "when": {"began": "a.r1", "after": 100.0}, "node": "a.r1"}],
}

WHOSE: dict[str, tuple[str | None, dict]] = {
    "a controller is killed, and the row of the node that it has begun vanishes before the next run": (
        None,
        {
            **DEAD_AND_GONE,
            "runs": [{"args": RECORDED, "kill": 40.0}, {"args": RECORDED, "pause": 100.0}],
            "ends": [{}, {"a.r1": "unknown", "b.r1": "not_started"}],
            "sent": 1,
        },
    ),
    "a controller is killed, a row vanishes, and only the other node is named then": (
        None,
        {
            **DEAD_AND_GONE,
            "runs": [
                {"args": RECORDED, "kill": 40.0},
                {"args": {**RECORDED, "targets": [{"router": "r1", "node": "b"}]}, "pause": 100.0},
            ],
            "ends": [{}, {"b.r1": "blocked"}],
            "sent": 1,
        },
    ),
    "a controller is killed, a row vanishes, and a router of its exclusive group is named then": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [*PAIR, {"name": "r2", "nodes": [{"name": "a"}]}],
            "courses": {"a.r1": [{"write": 60.0, "end": "dead"}]},
            "faults": [{"kind": "vanish", "when": {"began": "a.r1", "after": 100.0}, "node": "a.r1"}],
            "runs": [
                {"args": {**RECORDED, "targets": ["r1"]}, "kill": 40.0},
                {"args": {**RECORDED, "targets": ["r2"], "exclusive_groups": {"r1": "g", "r2": "g"}}, "pause": 100.0},
            ],
            "ends": [{}, {"r2": "not_started"}],
            "sent": 1,
        },
    ),
    "the first node of a pair was done by an earlier run, and its row vanishes before the next": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [QUICK]},
            "faults": [{"kind": "vanish", "when": {"over": "a.r1", "after": 1000.0}, "node": "a.r1"}],
            "runs": [
                {"args": {**RECORDED, "targets": [{"router": "r1", "node": "a"}]}},
                {"args": RECORDED, "pause": 2000.0},
            ],
            "ends": [{"a.r1": "done"}, {"r1": "skipped"}],
            "sent": 1,
        },
    ),
    "a row vanishes before anything was sent, and is missing in the next run as well": (
        None,
        {
            "routers": PAIR,
            "faults": [{"kind": "vanish", "when": {"at": 3.0}, "node": "a.r1"}],
            "runs": [{"args": RECORDED}, {"args": RECORDED, "pause": 100.0}],
            "ends": [{"r1": "not_started"}, {"r1": "skipped"}],
            "sent": 0,
        },
    ),
    "what an earlier run began has no known end, its row is gone, and the next request would move both nodes": (
        None,
        {
            **DEAD_AND_GONE,
            "runs": [
                {"args": RECORDED, "kill": 40.0},
                {"args": {**RECORDED, "sequencing": "vendor"}, "pause": 100.0},
            ],
            "ends": [{}, {"a.r1": "unknown", "b.r1": "not_started"}],
            "sent": 1,
        },
    ),
    "a revert is killed, and the row of its node vanishes before the next run": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [{"name": "r1", "nodes": [{"name": name, "version": NEW, "idle": OLD} for name in "ab"]}],
            "courses": {"a.r1 revert": [{"write": 60.0, "end": "dead"}]},
            "faults": [{"kind": "vanish", "when": {"began": "a.r1", "after": 100.0}, "node": "a.r1"}],
            "runs": [
                {"module": "software_revert", "args": TAKEN_BACK, "kill": 40.0},
                {"module": "software_revert", "args": TAKEN_BACK, "pause": 100.0},
            ],
            "ends": [{}, {"a.r1": "unknown", "b.r1": "not_started"}],
            "sent": 1,
        },
    ),
    "somebody else has begun two pairs of one exclusive group": (
        None,
        {
            "routers": [*PAIR, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "faults": [{**SOMEBODY, "node": "a.r1"}, {**SOMEBODY, "node": "a.r2"}],
            "runs": [{"args": {**PLAINLY, "order": "as_listed", "exclusive_groups": BOTH}, "pause": 30.0}],
            "ends": [{"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "somebody else has begun a pair, and its mate is dead": (
        None,
        {
            "routers": [*PAIR, {"name": "r2", "nodes": [{"name": "a"}]}],
            "faults": [{**SOMEBODY, "node": "a.r1"}, {"kind": "die", "when": {"at": 0.0}, "node": "a.r2"}],
            "runs": [{"args": {**RECORDED, "targets": ["r1"], "exclusive_groups": BOTH}, "pause": 30.0}],
            "ends": [{"a.r1": "done", "b.r1": "not_started"}],
            "sent": 0,
        },
    ),
    "somebody else has begun a pair of a later wave, with one slot for all": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "courses": {"a.r1": [{"write": 1500.0}]},
            "faults": [{**SOMEBODY, "node": "a.r2"}],
            "runs": [{"args": {**RECORDED, "waves": {"r1": 0, "r2": 1}, "in_flight": 1}, "pause": 30.0}],
            "ends": [{"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "somebody else has begun a pair, and the stop file comes": (
        None,
        {
            "routers": PAIR,
            "faults": [{**SOMEBODY, "node": "a.r1"}, {"kind": "stop", "when": {"at": 100.0}}],
            "runs": [{"args": {**RECORDED, "stop_file": True}, "pause": 30.0}],
            "ends": [{"a.r1": "done", "b.r1": "not_started"}],
            "sent": 0,
        },
    ),
    "one node of a pair runs the release already, only a download was ours, and the stop file comes": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}, {"name": "b", "version": NEW}]}],
            "downloads": {"a.r1": {"seconds": 30.0}},
            "faults": [{"kind": "stop", "when": {"downloads": "a.r1", "after": 120.0}}],
            "runs": [{"args": {**RECORDED, "download": True, "pair_soak": 300, "stop_file": True}}],
            "ends": [{"a.r1": "not_started"}],
            "sent": 1,
        },
    ),
    "an earlier run has begun a pair, and the stop file comes": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "faults": [{"kind": "stop", "when": {"over": "a.r1", "after": 1.0}}],
            "runs": [{"args": RECORDED, "kill": 40.0}, {"args": {**RECORDED, "stop_file": True}, "pause": 30.0}],
            "ends": [{}, {"r1": "done"}],
            "sent": 2,
        },
    ),
    "somebody else has begun a pair, and the budget is spent meanwhile": (
        None,
        {
            "routers": [*PAIR, {"name": "r3", "nodes": [{"name": "a"}]}],
            "courses": {"a.r3": [{**QUICK, "end": "falls"}]},
            "faults": [{**SOMEBODY, "course": {**SOMEBODY["course"], "write": 600.0}, "node": "a.r1"}],
            "runs": [{"args": {**RECORDED, "max_failures": 0}, "pause": 30.0}],
            "ends": [{"a.r1": "done", "b.r1": "not_started", "r3": "reverted"}],
            "sent": 1,
        },
    ),
    "somebody else begins a pair while the canaries bake, and the stop file comes before they have": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "courses": {"a.r1": [QUICK]},
            "faults": [
                {
                    **SOMEBODY,
                    "when": {"over": "a.r1", "after": 5.0},
                    "course": {**SOMEBODY["course"], "write": 700.0},
                    "node": "a.r2",
                },
                {"kind": "stop", "when": {"at": 5000.0}},
            ],
            "runs": [
                {"args": {**BAKED, "targets": ["r1"]}, "role": True},
                {"args": {**BAKED, "targets": ["r2"]}, "role": True, "pause": 5.0},
            ],
            "ends": [{"r1": "done"}, {"a.r2": "done", "b.r2": "not_started"}],
            "sent": 1,
        },
    ),
    "a controller stands still at the gate while another run upgrades its conductor": (
        None,
        {
            "routers": PAIR,
            "conductor": {"nodes": ["c1"]},
            "courses": {"c1.Conductor": [QUICK]},
            "runs": [
                {
                    "args": {
                        "version": NEXT,
                        "journal": True,
                        "targets": [{"router": "Conductor", "node": "c1"}],
                    },
                    "local": "c1",
                }
            ],
            "faults": [{"kind": "second", "when": {"at": 3.0}}],
            "sent": 1,
        },
    ),
    "where no service is printed, what we began has no good end in the next run either": (
        None,
        {
            "routers": ONE,
            "habits": {"service": False},
            "courses": {"a.r1": [{**QUICK, "end": "down"}]},
            "runs": [{"args": RECORDED, "kill": 30.0}, {"args": RECORDED, "pause": 6000.0}],
            "ends": [{}, {"r1": "unknown"}],
            "sent": 1,
        },
    ),
    "what an earlier run has begun is taken up before another starts, though its asset is at rest": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}]}],
            "courses": {"a.r2": [{"write": 600.0}]},
            "runs": [
                {"args": {**RECORDED, "targets": ["r2"]}, "kill": 40.0},
                {"args": {**RECORDED, "targets": ["r1", "r2"], "in_flight": 1}, "pause": 30.0},
            ],
            "ends": [{}, {"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "and where it belongs to a later wave": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}]}],
            "courses": {"a.r2": [{"write": 600.0}]},
            "runs": [
                {"args": {**RECORDED, "targets": ["r2"]}, "kill": 40.0},
                {
                    "args": {**RECORDED, "targets": ["r1", "r2"], "in_flight": 1, "waves": {"r1": 0, "r2": 1}},
                    "pause": 30.0,
                },
            ],
            "ends": [{}, {"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "and where one request was for both of its nodes": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "courses": {"a.r2": [{"write": 600.0}], "b.r2": [{"write": 600.0}]},
            "runs": [
                {"args": {**RECORDED, "targets": ["r2"], "sequencing": "vendor"}, "kill": 40.0},
                {
                    "args": {
                        **RECORDED,
                        "targets": ["r1", "r2"],
                        "sequencing": "vendor",
                        "in_flight": 1,
                        "waves": {"r1": 0, "r2": 1},
                    },
                    "pause": 30.0,
                },
            ],
            "ends": [{}, {"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "and where the release is downloaded before each upgrade": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}]}],
            "courses": {"a.r2": [{"write": 600.0}]},
            "runs": [
                {"args": {**RECORDED, "targets": ["r2"]}, "kill": 40.0},
                {"args": {**RECORDED, "targets": ["r1", "r2"], "in_flight": 1, "download": True}, "pause": 30.0},
            ],
            "ends": [{}, {"r1": "done", "r2": "done"}],
            "sent": 2,
        },
    ),
    "the clock of a controller that follows what another has begun is set back, and tells the same time twice": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{"write": 600.0, "away": 100.0}]},
            "runs": [{"args": {**RECORDED, "poll_min": 1, "poll_max": 1}}],
            "faults": [
                {"kind": "beside", "when": {"at": 2.0}},
                {"kind": "jump", "when": {"at": 650.0}, "by": -600.0},
            ],
            "ends": [{"r1": "done"}],
            "sent": 1,
        },
    ),
}

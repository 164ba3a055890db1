# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds, each named after what it shows, with the promise that is broken in it today.

They were found by chance and made smaller with ``--shrink``. Where one holds again, its promise here becomes None.
"""

from __future__ import annotations

QUICK = {"write": 20.0, "away": 40.0, "settle": 5.0, "check": 0.0}
ONE = [{"name": "r1", "nodes": [{"name": "a"}]}]
PAIR = [{"name": "r1", "nodes": [{"name": "a"}, {"name": "b"}]}]
TWO = [*ONE, {"name": "r2", "nodes": [{"name": "a"}]}]
#: No download, no soak: as little as possible.
PLAINLY = {"pair_soak": 0, "breaker_percent": 100.0, "download": False, "health_check": False}
LOST = {"how": "error", "words": "% Error: Lost contact with the target"}

WORLDS: dict[str, tuple[str | None, dict]] = {
    "nothing goes wrong": (
        None,
        {"routers": PAIR, "courses": {"a.r1": [QUICK], "b.r1": [QUICK]}, "runs": [{"args": PLAINLY}]},
    ),
    "the last living node of a pair is restarted seconds after its peer has died": (
        None,
        {
            "habits": {"lag": 20.0},
            "routers": PAIR,
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "and when it died while the release was being downloaded": (
        None,
        {
            "habits": {"lag": 20.0, "fetches": False},
            "routers": [{"name": "r1", "nodes": [{"name": name, "downloaded": []} for name in "ab"]}],
            "downloads": {"a.r1": {"seconds": 100.0}, "b.r1": {"seconds": 100.0}},
            "runs": [{"args": {**PLAINLY, "download": True, "poll_max": 5}}],
            "faults": [{"kind": "die", "when": {"at": 92.0}, "node": "a.r1"}],
        },
    ),
    "the second node begins while the post-check of the first still runs": (
        None,
        {"routers": PAIR, "courses": {"a.r1": [{**QUICK, "check": 240.0}]}, "runs": [{"args": PLAINLY}]},
    ),
    "a node is done while its post-check still runs": (
        None,
        {"routers": ONE, "courses": {"a.r1": [{**QUICK, "check": 120.0}]}, "runs": [{"args": PLAINLY}]},
    ),
    "a node is done, and its post-check takes it back": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "check": 200.0, "end": "reverts"}]},
            "runs": [{"args": PLAINLY}],
        },
    ),
    "of two that move at once, the first is done although it went back while the other moved": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [{**QUICK, "check": 60.0, "end": "reverts"}], "b.r1": [{**QUICK, "write": 900.0}]},
            "runs": [{"args": {**PLAINLY, "simultaneous": True}}],
        },
    ),
    "a node is failed while the vendor's own way back still runs": (
        None,
        {
            "habits": {"lag": 20.0},
            "routers": ONE,
            "courses": {
                "a.r1": [{"write": 1500.0, "away": 40.0, "check": 20.0, "shown": "Upgrading", "end": "reverts"}]
            },
            "runs": [{"args": {}}],
        },
    ),
    "the gap between two looks makes a flap an absence: reverted, while the upgrade goes on": (
        None,
        {
            "habits": {"status": "lines", "lag": 5.0},
            "routers": ONE,
            "courses": {"a.r1": [{"write": 1500.0, "away": 40.0}]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "flap", "when": {"began": "a.r1", "after": 30.0}, "node": "*", "for": 85.0}],
        },
    ),
    "a node is done that has died, since the list of assets is late": (
        None,
        {
            "habits": {"lag": 45.0},
            "routers": ONE,
            "courses": {"a.r1": [QUICK]},
            "runs": [{"args": {**PLAINLY, "poll_max": 5}}],
            "faults": [{"kind": "die", "when": {"over": "a.r1", "after": 30.0}, "node": "a.r1"}],
        },
    ),
    "an error that refuses nothing counts as a refusal": (
        None,
        {"routers": ONE, "runs": [{"args": PLAINLY}], "answers": [{**LOST, "nth": 1}]},
    ),
    "and the next run sends again": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{"write": 1500.0}]},
            "runs": [{"args": {**PLAINLY, "journal": True}}, {"args": {**PLAINLY, "journal": True}, "pause": 60.0}],
            "answers": [{**LOST, "nth": 1}],
        },
    ),
    "a line of last month ends an operation that runs": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{"write": 1500.0}]},
            "runs": [{"args": PLAINLY, "kill": 8.0}, {"args": PLAINLY, "pause": 900.0}],
            "history": [{"node": "a.r1", "kind": "upgrade", "version": "6.3.5-37.r1.el7", "end": "failed"}],
        },
    ),
    "a router begins beside a member of its group that died after its end": (
        None,
        {
            "routers": [*TWO, {"name": "r3", "nodes": [{"name": "a"}]}],
            "courses": {"a.r1": [QUICK], "a.r2": [QUICK]},
            "runs": [{"args": {**PLAINLY, "exclusive_groups": {"r1": "g", "r3": "g"}, "in_flight": 1}}],
            "faults": [{"kind": "die", "when": {"began": "a.r2", "after": 10.0}, "node": "a.r1"}],
        },
    ),
    "a router begins beside a member of its group that is not in this run and away": (
        None,
        {
            "routers": TWO,
            "runs": [{"args": {**PLAINLY, "targets": ["r2"], "exclusive_groups": {"r1": "g", "r2": "g"}}}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "a.r1"}],
        },
    ),
    "an exception that nobody thought of loses no verdict": (
        None,
        {
            "routers": TWO,
            "courses": {"a.r1": [QUICK], "a.r2": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "raise", "when": {"command": 30}}],
        },
    ),
    "a router that somebody else upgrades is unknown, and nothing was sent to it": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "runs": [{"args": PLAINLY, "pause": 60.0}],
            "faults": [
                {
                    "kind": "foreign",
                    "when": {"at": 1.0},
                    "node": "a.r1",
                    "operation": "upgrade",
                    "version": "7.1.3-29.r2.el9",
                    "course": {"write": 200.0, "end": "stuck"},
                }
            ],
        },
    ),
    "the node beside one that is away is unknown, and nothing was sent to the router": (
        None,
        {
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "courses": {"a.r1": [QUICK]},
            "runs": [{"args": {**PLAINLY, "sequencing": "vendor", "in_flight": 1}}],
            "faults": [{"kind": "flap", "when": {"began": "a.r1", "after": 60.0}, "node": "a.r2", "for": 4000.0}],
        },
    ),
    "the second node goes back while the check of the first still runs": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": name, "version": "7.1.3-29.r2.el9"} for name in "ab"]}],
            "runs": [{"module": "software_revert", "args": {"version": "6.3.0-107.r1.el7", "pair_soak": 0}}],
        },
    ),
    "an asset is reconnected while its own upgrade has taken it away": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "away": 300.0}]},
            "runs": [{"args": {**PLAINLY, "reconnect_after": 60}}],
        },
    ),
    "a command goes to a node that is away, since the list of assets is late": (
        None,
        {
            "habits": {"lag": 20.0},
            "routers": ONE,
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "a.r1"}],
        },
    ),
}

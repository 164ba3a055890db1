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
THIRD = [{"name": "r3", "nodes": [{"name": "a"}]}]
#: Batches of a run in which the vendor orders the nodes.
IN_TURN = {
    **PLAINLY,
    "sequencing": "vendor",
    "in_flight": 1,
    "bake": 60,
    "poll_min": 5.0,
    "poll_max": 15.0,
    "run_id": "night",
    "journal": True,
}
#: A node on the release after the one that it is to run.
NEWER = {"version": "7.1.5-7.r2.el9", "idle": "7.1.3-29.r2.el9", "downloaded": ["7.1.3-29.r2.el9", "7.1.5-7.r2.el9"]}
OFFERED_BELOW = {"nodes": ["c1"], "offers_below": ["7.1.3-29.r2.el9", "6.3.5-37.r1.el7"]}
#: A release that the conductor does not run yet.
NEXT = "7.2.3-8.r2.el9"
LOST = {"how": "error", "words": "% Error: Lost contact with the target"}
OF_CONDUCTOR = (
    "\u2714 Retrieving system status...\n\n======\n c1\n======\n Status:  running\n Version: 7.1.3\n\n"
    "Completed in 0.04 seconds"
)
LAST_KNOWN = (
    "\u2714 Retrieving system status...\n\n======\n a\n======\n Status:  running\n Version: 6.3.5\n\n"
    "\u26a0 {nodes} is disconnected; showing the last known state\n\nCompleted in 0.04 seconds"
)
WALL = (
    "\nBroadcast message from root@c1 (Fri 2026-11-27 00:00:00 UTC):\n\n"
    "The system is going down for reboot at Fri 2026-11-27 01:00:00 UTC!\n"
)
SYSLOG = (
    "\nMessage from syslogd@c1 at Nov 27 00:00:01 ...\n"
    " kernel:[51234.1] watchdog: BUG: soft lockup - CPU#2 stuck for 22s!"
)


def foreign(node: str, when: dict, version: str, course: dict, operation: str = "upgrade") -> dict:
    """Somebody else begins an operation on a node."""
    fault = {"kind": "foreign", "when": when, "node": node, "operation": operation, "version": version}
    return {**fault, "course": course}


WORLDS: dict[str, tuple[str | None, dict]] = {
    "nothing goes wrong": (
        None,
        {"routers": PAIR, "courses": {"a.r1": [QUICK], "b.r1": [QUICK]}, "runs": [{"args": PLAINLY}]},
    ),
    "the second node of one request is away, and its turn has come only half an hour ago": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [{**QUICK, "write": 1700.0}], "b.r1": [{**QUICK, "write": 1800.0, "away": 300.0}]},
            "runs": [{"args": {**PLAINLY, "sequencing": "vendor", "reconnect_after": 60}}],
        },
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
    "somebody moves the first of a pair to a third release while the second is upgraded": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [{**QUICK, "write": 400.0}]},
            "runs": [{"args": {**PLAINLY, "order": "as_listed"}}],
            "faults": [
                foreign(
                    "a.r1",
                    {"began": "b.r1", "after": 100.0},
                    "7.1.5-7.r2.el9",
                    {**QUICK, "shown": "Upgrading", "end": "done"},
                )
            ],
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
            "faults": [foreign("a.r1", {"at": 1.0}, "7.1.3-29.r2.el9", {"write": 200.0, "end": "stuck"})],
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
    "a revert to what still runs is up to date beside an upgrade of ours that the conductor shows": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{"write": 600.0, "end": "stuck"}]},
            "runs": [
                {"args": {**PLAINLY, "journal": True}},
                {
                    "module": "software_revert",
                    "args": {"version": "6.3.5-37.r1.el7", "journal": True},
                    "pause": 60.0,
                },
            ],
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
    "a second run with the same journal begins before the status shows what the first has sent": (
        None,
        {
            "habits": {"status": "table"},
            "routers": ONE,
            "courses": {"a.r1": [{"write": 600.0, "quiet": 120.0}]},
            "runs": [{"args": {"journal": True}}],
            "faults": [{"kind": "beside", "when": {"at": 0.1}, "args": {}}],
        },
    ),
    "a command for a whole router leaves while the node of it that is up to date restarts": (
        None,
        {
            "habits": {"legacy": True},
            "conductor": {
                "release": "6.2.6-15.sts.el7",
                "offers": ["6.2.5-5.sts.el7", "6.2.14-4.lts.el7"],
                "offers_below": ["6.1.10-8.lts.el7"],
            },
            "routers": [
                {
                    "name": "r1",
                    "nodes": [
                        {"name": name, "version": version, "downloaded": ["6.1.10-8.lts.el7", "6.2.5-5.sts.el7"]}
                        for name, version in (("a", "6.2.5-5.sts.el7"), ("b", "6.1.10-8.lts.el7"))
                    ],
                    "leader": "a",
                }
            ],
            "runs": [{"args": {"version": "6.2.5-5.sts.el7", "in_flight": 1, "poll_min": 10.0}}],
            "faults": [{"kind": "restart", "when": {"at": 30.0}, "node": "a.r1", "for": 100.0}],
        },
    ),
    "a line that names no node ends what nobody had begun there, and somebody else upgrades the node": (
        None,
        {
            "habits": {"status": "bare", "shells": 4},
            "routers": [
                {
                    "name": "r1",
                    "nodes": [
                        {"name": "a", "version": "7.1.3-29.r2.el9", "idle": "6.3.5-37.r1.el7"},
                        {"name": "b", "version": "7.1.3-29.r2.el9", "idle": "6.3.5-37.r1.el7"},
                    ],
                    "leader": "a",
                },
                {
                    "name": "r2",
                    "nodes": [{"name": "a", "version": "7.1.3-29.r2.el9", "idle": "6.3.5-37.r1.el7"}],
                    "leader": "a",
                },
            ],
            "runs": [{"module": "software_revert", "args": {"version": "6.3.5-37.r1.el7"}, "pause": 30.0}],
            "faults": [
                foreign(
                    "b.r1",
                    {"began": "a.r2", "after": 2500.0},
                    "6.3.5-37.r1.el7",
                    {
                        **QUICK,
                        "write": 200.0,
                        "away": 300.0,
                        "settle": 240.0,
                        "check": 240.0,
                        "shown": "Upgrading",
                        "twice": False,
                        "end": "done",
                    },
                )
            ],
        },
    ),
    "a second node that somebody else has upgraded is written once more, unseen, by the same request": (
        None,
        {
            "routers": [{**PAIR[0], "leader": "a"}],
            "runs": [{"args": {"sequencing": "vendor"}}],
            "faults": [
                foreign(
                    "b.r1",
                    {"began": "a.r1", "after": 150.0},
                    "7.1.3-29.r2.el9",
                    {
                        **QUICK,
                        "write": 200.0,
                        "away": 100.0,
                        "settle": 5.0,
                        "check": 20.0,
                        "shown": "",
                        "twice": False,
                        "end": "done",
                    },
                )
            ],
        },
    ),
    "a peer that somebody else has upgraded is moved once more, after its node, and goes back": (
        None,
        {
            "habits": {"moves_peer": True, "status": "refused"},
            "conductor": {"nodes": ["c1", "c2"]},
            "routers": [{**PAIR[0], "leader": "a"}],
            "courses": {
                "b.r1": [{**QUICK, "write": 1500.0}],
                "a.r1": [{**QUICK, "write": 200.0, "end": "reverts", "check": 100.0}],
            },
            "runs": [{"args": PLAINLY}],
            "faults": [
                foreign(
                    "a.r1",
                    {"began": "b.r1", "after": 150.0},
                    "7.1.3-29.r2.el9",
                    {**QUICK, "write": 300.0, "end": "done"},
                )
            ],
        },
    ),
    "a router whose vendor's sequencing somebody else has begun gives its slot away to the next one": (
        None,
        {
            "habits": {"latency": 0.1, "status": "table", "status_words": ["active", "completed", "failed", "back"]},
            "conductor": {"nodes": ["c1"]},
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}], "leader": "a"}, *THIRD],
            "courses": {"a.r1": [{**QUICK, "settle": 240.0}], "a.r3": [QUICK]},
            "runs": [
                {"args": {**IN_TURN, "targets": ["r1"]}, "pause": 0.0, "role": True},
                {"args": {**IN_TURN, "targets": ["r2", "r3"]}, "pause": 5.0, "role": True},
            ],
            "faults": [
                foreign(
                    "a.r2",
                    {"began": "a.r1", "after": 150.0},
                    "7.1.3-29.r2.el9",
                    {**QUICK, "write": 600.0, "shown": "Upgrading", "end": "done"},
                )
            ],
        },
    ),
    "an asset that was there for a moment, unseen by its own answers, is reconnected": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{"write": 600.0, "away": 300.0, "check": 20.0, "end": "reverts"}]},
            "runs": [{"args": {"poll_max": 60.0, "reconnect_after": 600}}],
            "faults": [{"kind": "flap", "when": {"over": "a.r1", "after": 5.0}, "node": "*", "for": 60.0}],
        },
    ),
    "a peer dies while much is read of the other routers of its group": (
        None,
        {
            "habits": {"lag": 45.0},
            "conductor": {"nodes": ["c1", "c2"]},
            "routers": [*PAIR, {"name": "r4", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "runs": [
                {
                    "args": {
                        "targets": ["r1"],
                        "order": "as_listed",
                        "download": False,
                        "exclusive_groups": {"r1": "h", "r4": "h"},
                    },
                    "pause": 0.0,
                    "role": True,
                }
            ],
            "faults": [{"kind": "die", "when": {"command": 30}, "node": "b.r1"}],
        },
    ),
    "a node dies after its answer, while a status is read that the conductor does not have": (
        None,
        {
            "habits": {"lag": 45.0},
            "conductor": {**OFFERED_BELOW, "nodes": ["c1", "c2"]},
            "routers": [{"name": name, "nodes": [{"name": "a", **NEWER}]} for name in ("r1", "r2", "r3")],
            "runs": [{"module": "software_downgrade", "args": {"poll_min": 10.0}}],
            "faults": [{"kind": "die", "when": {"command": 36}, "node": "a.r2"}],
        },
    ),
    "a release is brought to a router while another controller's downgrade runs there": (
        None,
        {
            "habits": {"software": False, "status": "table"},
            "conductor": OFFERED_BELOW,
            "routers": [{"name": "r2", "nodes": [{"name": "a", **NEWER}]}],
            "runs": [{"module": "software_downgrade", "args": {}, "pause": 5.0}],
            "faults": [{"kind": "second", "when": {"began": "a.r2", "after": 150.0}}],
        },
    ),
    "the conductor is upgraded although the stop file is there": (
        None,
        {
            "habits": {"latency": 1.5},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": "7.1.3-29.r2.el9"}]}],
            "runs": [
                {
                    "args": {"targets": ["Conductor", "r1"], "version": "7.2.3-8.r2.el9", "stop_file": True},
                    "local": "c1",
                }
            ],
            "faults": [{"kind": "stop", "when": {"at": 30.0}}],
        },
    ),
    "of two that move one after the other, the first is done although it died meanwhile, and its version is gone": (
        None,
        {
            "habits": {"versions_while_away": False},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [{**QUICK, "write": 900.0}]},
            "runs": [{"args": {**PLAINLY, "sequencing": "vendor"}}],
            "faults": [{"kind": "die", "when": {"over": "a.r1", "after": 500.0}, "node": "a.r1"}],
        },
    ),
    "an upgrade that was taken up is reverted since its node was away, although it has not booted": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{"write": 3000.0}]},
            "runs": [
                {"args": {**PLAINLY, "journal": True}, "kill": 600.0},
                {"args": {**PLAINLY, "journal": True}, "pause": 5.0},
            ],
            "faults": [{"kind": "flap", "when": {"began": "a.r1", "after": 1200.0}, "node": "a.r1", "for": 400.0}],
        },
    ),
    "the second node is reverted since it restarted while the first one moved, although its turn has not come": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [{**QUICK, "write": 600.0}], "b.r1": [{**QUICK, "write": 1500.0}]},
            "runs": [{"args": {**PLAINLY, "sequencing": "vendor"}}],
            "faults": [{"kind": "restart", "when": {"began": "a.r1", "after": 30.0}, "node": "b.r1", "for": 200.0}],
        },
    ),
    "and below 6.3, where no boot proves anything": (
        None,
        {
            "habits": {"legacy": True},
            "conductor": {"release": "6.2.5-5.sts.el7", "offers": ["6.2.5-5.sts.el7"]},
            "routers": [{"name": "r1", "nodes": [{"name": name, "version": "6.1.10-8.lts.el7"} for name in "ab"]}],
            "courses": {"a.r1": [{**QUICK, "write": 600.0}], "b.r1": [{**QUICK, "write": 1500.0}]},
            "runs": [{"args": {**PLAINLY, "version": "6.2.5-5.sts.el7"}}],
            "faults": [{"kind": "restart", "when": {"began": "a.r1", "after": 30.0}, "node": "b.r1", "for": 200.0}],
        },
    ),
    "an error that nobody thought of, while somebody else's upgrade is followed": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "runs": [{"args": PLAINLY, "pause": 60.0}],
            "faults": [
                foreign("a.r1", {"at": 1.0}, "7.1.3-29.r2.el9", {"write": 1500.0}),
                {"kind": "raise", "when": {"at": 200.0}, "node": "a.r1"},
            ],
        },
    ),
    "of two that move one after the other, the first is done although its service went down meanwhile": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [{**QUICK, "write": 900.0}]},
            "runs": [{"args": {**PLAINLY, "sequencing": "vendor"}}],
            "faults": [{"kind": "service", "when": {"over": "a.r1", "after": 600.0}, "node": "a.r1", "for": 3000.0}],
        },
    ),
    "a second revert brings forward again what another run has taken back meanwhile": (
        None,
        {
            "routers": [
                {"name": "r1", "nodes": [{"name": "a", "version": "7.1.3-29.r2.el9", "idle": "6.3.5-37.r1.el7"}]}
            ],
            "courses": {"a.r1 revert": [QUICK]},
            "runs": [{"module": "software_revert", "args": {"version": "6.3.5-37.r1.el7", "pair_soak": 0}}],
            "faults": [{"kind": "second", "when": {"at": 1.0}}],
        },
    ),
    "a second upgrade goes to a node that another run has upgraded meanwhile": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [QUICK, QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "second", "when": {"at": 1.0}}],
        },
    ),
    "and a second downgrade": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": "7.1.5-7.r2.el9"}]}],
            "courses": {"a.r1": [QUICK, QUICK]},
            "runs": [
                {"module": "software_downgrade", "args": {"pair_soak": 0, "download": False, "health_check": False}}
            ],
            "faults": [{"kind": "second", "when": {"at": 1.0}}],
        },
    ),
    "a peer that the conductor does not reach is left alone where its words for that are not documented": (
        None,
        {
            "habits": {"lag": 45.0, "not_reached": "% Error: Request timed out"},
            "routers": PAIR,
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "and where they are none at all": (
        None,
        {
            "habits": {"lag": 45.0, "not_reached": ""},
            "routers": PAIR,
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "a peer is left alone whose service is not known to run": (
        None,
        {
            "habits": {"service_down": "fault", "lag": 45.0},
            "routers": PAIR,
            "runs": [{"args": {**PLAINLY, "targets": [{"router": "r1", "node": "a"}]}}],
            "faults": [{"kind": "service", "when": {"at": 0.0}, "node": "b.r1", "for": None}],
        },
    ),
    "a peer whose row vanishes from the list of assets is left alone": (
        None,
        {
            "routers": PAIR,
            "courses": {"b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "vanish", "when": {"at": 8.0}, "node": "a.r1"}],
        },
    ),
    "a service goes down while the status is awaited on which the verdict rests": (
        None,
        {
            "habits": {"lag": 5.0, "latency": 1.5, "status": "table", "health": "unreadable"},
            "conductor": OFFERED_BELOW,
            "routers": [{"name": "r1", "nodes": [{"name": "b", **NEWER}], "leader": "b"}],
            "courses": {"b.r1": [{"write": 200.0, "away": 100.0, "settle": 5.0, "check": 0.0, "shown": "Upgrading"}]},
            "runs": [{"module": "software_downgrade", "args": {"poll_min": 10.0, "poll_max": 30.0}}],
            "faults": [{"kind": "service", "when": {"over": "b.r1", "after": 55.0}, "node": "b.r1", "for": 120.0}],
        },
    ),
    "a node restarts once more, and the answer in its place cannot be read": (
        None,
        {
            "habits": {"lag": 45.0, "latency": 1.5, "status": "lines", "not_reached": "% Error: {nodes}: No response"},
            "conductor": {"nodes": ["c1", "c2"]},
            "routers": [{"name": "r2", "nodes": [{"name": "b"}], "leader": "b"}],
            "courses": {
                "b.r2": [
                    {"write": 200.0, "away": 40.0, "settle": 240.0, "check": 120.0, "twice": True, "between": 200.0}
                ]
            },
            "runs": [{"args": {"health_check": False, "poll_min": 10.0}}],
            "faults": [{"kind": "restart", "when": {"over": "b.r2", "after": 5.0}, "node": "b.r2", "for": 600.0}],
        },
    ),
    "a node whose upgrade runs is skipped by another run, since its peer is away": (
        None,
        {
            "routers": PAIR,
            "runs": [{"args": {"targets": [{"router": "r1", "node": "b"}, {"router": "r1", "node": "a"}]}}],
            "faults": [
                {"kind": "second", "when": {"at": 300.0}},
                {"kind": "flap", "when": {"command": 49}, "node": "a.r1", "for": 4000.0},
            ],
        },
    ),
    "the conductor answers with its own status in the place of a dead peer's": (
        None,
        {
            "habits": {"lag": 45.0, "not_reached": OF_CONDUCTOR},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 5.0}, "node": "a.r1"}],
        },
    ),
    "the conductor shows the last known state of a dead peer": (
        None,
        {
            "habits": {"lag": 45.0, "not_reached": LAST_KNOWN},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 5.0}, "node": "a.r1"}],
        },
    ),
    "the cell for the service of the peer is empty while it is down": (
        None,
        {
            "habits": {"service_down": ""},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "service", "when": {"at": 0.0}, "node": "a.r1", "for": 8000.0}],
        },
    ),
    "a message to all terminals stands between the rows of each list, and the peer behind it is dead": (
        None,
        {
            "habits": {"status": "lines", "list_line": WALL},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "a message that no blank line ends stands between the rows of each list, and the peer behind it is dead": (
        None,
        {
            "habits": {"status": "lines", "list_line": SYSLOG},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "each list holds a line that is not understood, and the peer behind it is dead": (
        None,
        {
            "habits": {"status": "lines", "list_line": "WARNING: results are partial"},
            "routers": PAIR,
            "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
            "runs": [{"args": PLAINLY}],
            "faults": [{"kind": "die", "when": {"at": 0.0}, "node": "b.r1"}],
        },
    ),
    "a batch begins beside one of its exclusive group that went back in the batch before": (
        None,
        {
            "routers": TWO,
            "courses": {"a.r1": [{**QUICK, "check": 20.0, "end": "reverts"}]},
            "runs": [
                {
                    "args": {**PLAINLY, "journal": True, "run_id": "night", "target_hosts": [host]},
                    "hosts": {
                        "host-r1": {"ssr_router": "r1", "ssr_exclusive_group": "g"},
                        "host-r2": {"ssr_router": "r2", "ssr_exclusive_group": "g"},
                    },
                }
                for host in ("host-r1", "host-r2")
            ],
        },
    ),
    "a second node begins while both nodes are lost of a router to which nothing was sent": (
        None,
        {
            "routers": [
                *PAIR,
                {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]},
                {"name": "r3", "nodes": [{"name": "a"}]},
            ],
            "courses": {"a.r2": [QUICK], "b.r2": [QUICK], "a.r3": [QUICK]},
            "runs": [{"args": {**PLAINLY, "breaker_percent": 20.0, "pair_soak": 1500, "waves": {"r1": 1, "r2": 1}}}],
            "faults": [
                {"kind": "die", "when": {"at": 100.0}, "node": "b.r1"},
                {"kind": "flap", "when": {"over": "b.r2", "after": 1200.0}, "node": "a.r1", "for": 900.0},
            ],
        },
    ),
    "a member of a group dies and its row vanishes while the conductor is upgraded before its routers": (
        None,
        {
            "conductor": {"nodes": ["c1"]},
            "routers": [*ONE, {"name": "r2", "nodes": [{"name": "a"}, {"name": "b"}]}],
            "runs": [
                {
                    "args": {
                        **PLAINLY,
                        "targets": ["Conductor", "r1"],
                        "version": NEXT,
                        "exclusive_groups": {"r1": "g", "r2": "g"},
                    }
                }
            ],
            "faults": [
                {"kind": "die", "when": {"at": 60.0}, "node": "a.r2"},
                {"kind": "vanish", "when": {"at": 60.0}, "node": "a.r2"},
            ],
        },
    ),
    "a conductor comes back on its old release, and restarts once more": (
        None,
        {
            "habits": {"status": "refused", "service": False, "latency": 1.5, "answer": 0.5, "accepted": ""},
            "conductor": {"nodes": ["c1"]},
            "routers": ONE,
            "courses": {
                "c1.Conductor": [
                    {"write": 600.0, "away": 300.0, "settle": 240.0, "check": 20.0, "end": "reverts", "twice": True}
                    | {"between": 90.0}
                ]
            },
            "runs": [
                {
                    "args": {
                        "targets": [{"router": "Conductor", "node": "c1"}],
                        "version": NEXT,
                        "health_check": False,
                    },
                    "local": "c1",
                }
            ],
        },
    ),
}

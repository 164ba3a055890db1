# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds that say how each router ends: without a condition of the judge, one of them ends otherwise."""

from __future__ import annotations

from .kinds import fleet, quickly
from .known import LOST, ONE, PAIR, PLAINLY, QUICK, foreign
from .layout import not_reached
from .releases import CONDUCTOR, NEW, NEW_CONDUCTOR, OLD, OLDER

LINES = {"status": "lines"}
BLOCKS = {"blocks": True}
IGNORED = {**PLAINLY, "ignore_running_operation": True}
SLOW = {**QUICK, "write": 300.0}
#: A release before 6.3.0, whose uptime proves no boot.
FROM_6_2 = {**PLAINLY, "version": OLD}
OF_6_2 = {
    "conductor": {"offers": [OLD, NEW]},
    "routers": [{"name": "r1", "nodes": [{"name": "a", "version": "6.2.5-5.sts.el7", "downloaded": [OLD]}]}],
}
SHORT = {**PLAINLY, "upgrade_timeout": 1200, "settle_timeout": 900}


#: Names that are no part of a version.
TWO_NAMED = [{"name": "hub", "nodes": [{"name": "a"}]}, {"name": "spoke", "nodes": [{"name": "a"}]}]


def one(end: str, course: dict | None = None, habits: dict | None = None, args: dict | None = None, **more) -> tuple:
    """A world of one node that ends so. ``more``: what else is in it."""
    world = {
        "habits": habits or {},
        "routers": ONE,
        "courses": {"a.r1": [{**QUICK, **(course or {})}]},
        "runs": [{"args": args or PLAINLY}],
        "ends": [{"r1": end}],
        "sent": 1,
    }
    return None, {**world, **more}


def killed(ends: str, course: dict, habits: dict | None = None, kill: float = 30.0, **args: object) -> tuple:
    """A world of one node in which the controller dies, and the next run ends so."""
    runs = [{"args": {**PLAINLY, **args}, "kill": kill}, {"args": {**PLAINLY, **args}, "pause": 5.0}]
    return one(ends, course, habits, runs=runs, ends=[{}, {"r1": ends}])


def answered(end: str, words: str, how: str = "refused", sent: int = 1, **more: object) -> tuple:
    """A world in which the request is answered so."""
    return one(end, answers=[{"nth": 1, "how": how, "words": words}], sent=sent, **more)


ENDINGS: dict[str, tuple[str | None, dict]] = {
    "a node that is upgraded is done": one("done"),
    "and where the status says so": one("done", {"check": 60.0}, LINES, within=300.0),
    "and where requests block": one("done", {"check": 60.0}, {"blocks": True}),
    "and where the list is late": one("done", {"check": 20.0}, {"lag": 45.0}),
    "a node that comes back on what it ran is reverted": one("reverted", {"end": "falls"}),
    "and where the status says so, too": one("reverted", {"end": "falls"}, LINES),
    "a node whose upgrade fails before it restarts is failed": one("failed", {"end": "fails"}, LINES),
    "and where the request comes back with that": one("failed", {"end": "fails"}, {"blocks": True}),
    "and nothing says so: it is unknown": one("unknown", {"end": "fails"}, args=SHORT),
    "a node whose post-check fails is reverted": one("reverted", {"end": "reverts", "check": 60.0}, LINES),
    "a node whose service stays down is failed": one(
        "failed", {"end": "down"}, args={**SHORT, "service_timeout": 300, "revert": False}
    ),
    "and is taken back": one("reverted", {"end": "down"}, args={**SHORT, "service_timeout": 300}, sent=2),
    "a node whose service starts late is done": one(
        "done",
        {"end": "down"},
        LINES,
        faults=[{"kind": "service", "when": {"over": "a.r1", "after": 1.0}, "node": "a.r1", "for": 400.0}],
    ),
    "a node whose upgrade gets no further is unknown": one("unknown", {"end": "stuck"}, args=SHORT),
    "a node that does not come back is unknown": one("unknown", {"end": "dead"}, args=SHORT, within=1300.0),
    "and one of a release before 6.3": one(
        "unknown", {"end": "dead"}, args={**SHORT, **FROM_6_2}, within=1300.0, **OF_6_2
    ),
    "a node that does not settle is unknown": one("unknown", {"settle": 30000.0}, args=SHORT),
    "a node that takes its time to settle is done": one("done", {"settle": 3000.0}),
    "a node that is written to for an hour is done": one("done", {"write": 3600.0}),
    "a node that restarts twice is done": one("done", {"twice": True, "between": 20.0}),
    "a request that breaks off is followed": answered("done", "", how="lost"),
    "an error that refuses nothing is followed": answered("done", LOST["words"], how="error"),
    "the error of a program that broke is followed, whatever words of a refusal it has": answered(
        "done", "% Error: [Errno 13] Permission denied: '/var/lib/x/upgrade.log'", how="error"
    ),
    "a target that is only away does not refuse": answered("done", "% Error: router r1 is not available", how="error"),
    "an installation that broke off is followed": answered(
        "done", "% Error: Software image not valid, installation aborted", how="error"
    ),
    "a pre-check that could not report is followed": answered(
        "done", "% Error: pre-check failed to report: lost contact", how="error"
    ),
    "a release that is not offered begins nothing": answered("failed", "% Error: Version 7.1.3 is not available"),
    "who has no right begins nothing": answered("failed", "% Error: you do not have access to this command"),
    "a pre-check that fails begins nothing": answered("failed", "% Error: Pre-upgrade health check failed"),
    "two nodes that move one after the other by themselves are done": (
        None,
        {
            "habits": {"moves_peer": True},
            "routers": PAIR,
            "courses": quickly(PAIR),
            "runs": [{"args": PLAINLY}],
            "ends": [{"b.r1": "done", "a.r1": "done with its peer"}],
            "sent": 1,
        },
    ),
    "a node that runs it already is up to date": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": NEW, "idle": OLD}]}],
            "runs": [{"args": PLAINLY}],
            "ends": [{"r1": "up_to_date"}],
            "sent": 0,
        },
    ),
    "a conductor node that moved together with its peer is done": (
        None,
        {
            "routers": ONE,
            "runs": [
                {
                    "local": "c1",
                    "args": {
                        **PLAINLY,
                        "version": CONDUCTOR,
                        "recorded_version": OLD,
                        "targets": [{"router": "Conductor", "node": "c1"}],
                    },
                }
            ],
            "ends": [{"Conductor": "done"}],
            "sent": 0,
        },
    ),
    "what a killed run began is done": killed("done", {"write": 600.0}, journal=True),
    "what a killed run began is done, and only the list of assets shows it": killed(
        "done", {"write": 600.0, "shown": "Upgrading"}
    ),
    "what a killed run began went back": killed(
        "reverted", {"write": 600.0, "away": 200.0, "end": "falls"}, journal=True
    ),
    "what a killed run began fails": killed("failed", {"write": 600.0, "end": "fails"}, LINES, journal=True),
    "a node that arrives while the status shows it in progress for ever is unknown": one(
        "unknown", {"check": 30000.0}, LINES, args={**SHORT, "upgrade_timeout": 500}, within=1300.0
    ),
    "a status that calls it in progress for ever is ignored by name": one(
        "done", habits={"status": "stuck"}, args={**IGNORED, "upgrade_timeout": 600}
    ),
    "and not before the time of an operation": one("done", {"check": 700.0}, LINES, args=IGNORED),
    "and not while it counts on": one(
        "done", {"check": 1500.0}, {**LINES, "percent": True}, args={**IGNORED, "upgrade_timeout": 600}
    ),
    "a status that is not shown any more begins the time of stillness anew": one(
        "done", {"check": 600.0}, {**LINES, "status_ends": 480.0}
    ),
    "a failure that is shown before the vendor's own way back is over is no end": one(
        "reverted", {"check": 60.0, "end": "reverts", "early": True, "after": 200.0}, LINES
    ),
    "a release that is missing on the node blocks it": (
        None,
        {
            "habits": {"fetches": False},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}]}],
            "runs": [{"args": PLAINLY}],
            "ends": [{"r1": "blocked"}],
            "sent": 1,
        },
    ),
    "a request that comes back with a failure after a while": one("failed", {"write": 300.0, "end": "fails"}, BLOCKS),
    "and says so without an error": answered("failed", "Upgrade failed", "ends", course={**SLOW, "end": "fails"}),
    "and with the words of a refusal": answered(
        "failed", "% Error: Pre-upgrade health check failed", "ends", course={**SLOW, "end": "fails"}
    ),
    "and with an error that says nothing": answered("done", LOST["words"], "ends", course=SLOW),
    "a request that does not reach its target begins nothing": answered(
        "not_started", not_reached({}, "Requesting", ["a.r1"]).replace("0/1 targets", "0/0 targets")
    ),
    "a request that is declined at its question begins nothing": answered(
        "not_started", "Do you want to reboot? [y/N]", "asks"
    ),
    "a request that is declined at its question, and says that it runs already, is followed": one(
        "done",
        answers=[
            {
                "nth": 1,
                "how": "asks",
                "words": "Do you want to reboot? [y/N]",
                "says": "% Error: An upgrade is already in progress on a.r1",
                "begins": True,
            }
        ],
    ),
    "and one that says anything else begins nothing": one(
        "not_started",
        answers=[
            {"nth": 1, "how": "asks", "words": "Do you want to reboot? [y/N]", "says": "% Error: Operation aborted"}
        ],
    ),
    "and one that is refused then begins nothing": one(
        "failed",
        answers=[
            {
                "nth": 1,
                "how": "asks",
                "words": "Do you want to reboot? [y/N]",
                "says": "% Error: Version 7.1.3 is not available",
            }
        ],
    ),
    "who lacks a capability begins nothing": answered("failed", "% Error: admin lacks the upgrade capability"),
    "a request that is refused since it runs already is followed": answered(
        "done", "% Error: An upgrade is already in progress on a.r1", "error"
    ),
    "a command that is not there begins nothing": answered(
        "failed", "Command 'request system software upgrade router r1 force node a' not found (use '?' for help)"
    ),
    "a request that comes back with the words of a refusal after a while is followed": answered(
        "done", "% Error: Version 7.1.3 is not available", "ends", course=SLOW
    ),
    "a node that was not settled, and that somebody else upgrades, is not ours": one(
        "not_started",
        habits={"status": "refused"},
        faults=[
            {"kind": "word", "when": {"command": 8}, "node": "a.r1", "word": "Synchronizing", "for": 60.0},
            foreign("a.r1", {"at": 40.0}, NEW, {**QUICK, "write": 1.0, "end": "down"}),
        ],
        sent=0,
    ),
    "a peer whose asset shows that it moves by itself is followed with its node": (
        None,
        {
            "habits": {"moves_peer": True, "status": "refused"},
            "routers": [{**PAIR[0], "leader": "a"}],
            "courses": {"b.r1": [QUICK], "a.r1": [{**QUICK, "write": 900.0, "shown": "Upgrading"}]},
            "runs": [{"args": PLAINLY}],
            "ends": [{"b.r1": "done", "a.r1": "done with its peer"}],
            "sent": 1,
        },
    ),
    "an error that says that the upgrade failed is believed once it shows": answered(
        "failed", "% Error: upgrade failed: no space", "ends", course={**QUICK, "end": "fails"}
    ),
    "a node that must be still for longer than it may take to settle is done": one(
        "done", {"check": 200.0}, args={**SHORT, "settle_timeout": 120}
    ),
    "and while its request has not come back": one(
        "done", {"check": 800.0}, BLOCKS, args={**SHORT, "upgrade_timeout": 2400, "settle_timeout": 120}
    ),
    "a node that comes back on a version that shows too little to tell is unknown": one(
        "unknown",
        {"lands": "6.3.5"},
        args={**SHORT, "version": "6.3.5-40.r1.el7"},
        conductor={"offers": ["6.3.5-40.r1.el7"]},
    ),
    "a node that comes back on a third version is failed": one("failed", {"lands": OLDER}, args=PLAINLY),
    "a node of a release before 6.3 that was away for a moment and is reported as failed went back": one(
        "reverted", {"end": "falls"}, LINES, args=FROM_6_2, **OF_6_2
    ),
    "and one that was away for long went back": one(
        "reverted", {"away": 200.0, "end": "falls"}, args=FROM_6_2, **OF_6_2
    ),
    "a node that is away before and after a lost session did not go back": one(
        "done",
        {"write": 60.0, "away": 60.0, "twice": True, "between": 3000.0},
        args=FROM_6_2,
        faults=[
            {"kind": "lost", "when": {"began": "a.r1", "after": 115.0}, "for": 700.0},
            {"kind": "flap", "when": {"began": "a.r1", "after": 800.0}, "node": "a.r1", "for": 60.0},
        ],
        **OF_6_2,
    ),
    "a node that arrives late and settles after the time of an upgrade is done": one(
        "done", {"write": 1000.0, "settle": 600.0}, args=SHORT
    ),
    "a node that is written to for longer than it may take to settle is done": one(
        "done", {"write": 900.0}, args={**SHORT, "upgrade_timeout": 2400, "settle_timeout": 400}
    ),
    "a node whose service starts before it is settled is done": one(
        "done",
        {"settle": 600.0},
        args={**SHORT, "service_timeout": 300},
        faults=[{"kind": "service", "when": {"began": "a.r1", "after": 65.0}, "node": "a.r1", "for": 560.0}],
    ),
    "and one of the conductor": (
        None,
        {
            "routers": ONE,
            "courses": {"c1.Conductor": [{**QUICK, "settle": 800.0}]},
            "runs": [
                {
                    "local": "c1",
                    "args": {
                        **PLAINLY,
                        "version": NEW_CONDUCTOR,
                        "targets": [{"router": "Conductor", "node": "c1"}],
                    },
                }
            ],
            "faults": [
                {
                    "kind": "service",
                    "when": {"began": "c1.Conductor", "after": 65.0},
                    "node": "c1.Conductor",
                    "for": 1295.0,
                }
            ],
            "ends": [{"Conductor": "done"}],
            "sent": 1,
        },
    ),
    "a node whose service is down while it is written to is done": one(
        "done",
        {"write": 900.0},
        args={**SHORT, "upgrade_timeout": 2400, "service_timeout": 300},
        faults=[{"kind": "service", "when": {"began": "a.r1", "after": 65.0}, "node": "a.r1", "for": 600.0}],
    ),
    "a node whose service nothing shows is unknown": one(
        "unknown", habits={"service": False}, args={**SHORT, "service_timeout": 300}
    ),
    "a node that was written to for long and whose service starts late is done": one(
        "done",
        {"write": 1500.0},
        faults=[{"kind": "service", "when": {"began": "a.r1", "after": 1542.0}, "node": "a.r1", "for": 500.0}],
    ),
    "a node that boots within a moment, while the list of assets is late, is done": one(
        "done",
        {"write": 600.0, "away": 1.0},
        {"lag": 45.0},
        faults=[{"kind": "flap", "when": {"began": "a.r1", "after": 20.0}, "node": "a.r1", "for": 40.0}],
    ),
    "and is not reverted before it is over": one(
        "reverted",
        {"write": 600.0, "away": 1.0, "settle": 300.0, "end": "falls"},
        {"lag": 45.0},
        faults=[{"kind": "flap", "when": {"began": "a.r1", "after": 20.0}, "node": "a.r1", "for": 40.0}],
    ),
    "a node that shows another state after its end is done once it has settled": one(
        "done",
        habits=LINES,
        faults=[
            {
                "kind": "word",
                "when": {"over": "a.r1", "after": 0.0},
                "node": "a.r1",
                "word": "Resynchronizing",
                "for": 900.0,
            }
        ],
    ),
    "and one of the conductor, too": (
        None,
        {
            "habits": LINES,
            "routers": ONE,
            "courses": {"c1.Conductor": [QUICK]},
            "runs": [
                {
                    "local": "c1",
                    "args": {
                        **PLAINLY,
                        "version": NEW_CONDUCTOR,
                        "targets": [{"router": "Conductor", "node": "c1"}],
                    },
                }
            ],
            "faults": [
                {
                    "kind": "word",
                    "when": {"over": "c1.Conductor", "after": 8.0},
                    "node": "c1.Conductor",
                    "word": "Resyncing",
                    "for": 900.0,
                }
            ],
            "ends": [{"Conductor": "done"}],
        },
    ),
    "many nodes that are asked in turn are all known to have failed": (
        None,
        {
            "habits": LINES,
            "routers": fleet(12),
            "courses": {f"a.r{number}": [{**QUICK, "end": "fails"}] for number in range(1, 13)},
            "runs": [{"args": {**PLAINLY, "in_flight": 12, "max_failures": 12}}],
            "ends": [{f"r{number}": "failed" for number in range(1, 13)}],
            "sent": 12,
        },
    ),
    "a failure that only an event tells of": one("failed", {"end": "fails"}, {"events": True}, args=SHORT),
    "a failure of another router that is shown without its name is no end of this one": (
        None,
        {
            "habits": {"status": "bare"},
            "routers": TWO_NAMED,
            "courses": {
                "a.hub": [{**QUICK, "write": 1500.0, "quiet": 1500.0}],
                "a.spoke": [{**QUICK, "write": 10.0, "end": "fails"}],
            },
            "runs": [{"args": {**PLAINLY, "in_flight": 2, "max_failures": 5, "upgrade_timeout": 2400}}],
            "faults": [{"kind": "flap", "when": {"began": "a.hub", "after": 30.0}, "node": "a.hub", "for": 30.0}],
            "ends": [{"hub": "done"}],
        },
    ),
    "and no success": (
        None,
        {
            "habits": {"status": "bare", "keeps_ended": True},
            "routers": TWO_NAMED,
            "courses": {
                "a.hub": [{"write": 1.0, "away": 1.0, "settle": 1.0, "check": 0.0}],
                "a.spoke": [{**QUICK, "write": 120.0, "check": 240.0, "quiet": 3000.0}],
            },
            "runs": [{"args": {**PLAINLY, "in_flight": 2}}],
            "ends": [{"hub": "done", "spoke": "done"}],
        },
    ),
    "a node that was away for long while nobody could be asked is done": one(
        "done", {"away": 600.0}, faults=[{"kind": "lost", "when": {"began": "a.r1", "after": 60.0}, "for": 1200.0}]
    ),
    "a way back that comes back on what it ran is failed": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": NEW, "idle": OLD}]}],
            "courses": {"a.r1 revert": [{**QUICK, "end": "falls"}]},
            "runs": [{"module": "software_revert", "args": {"version": OLD, "journal": True}}],
            "ends": [{"r1": "failed"}],
            "sent": 1,
        },
    ),
}

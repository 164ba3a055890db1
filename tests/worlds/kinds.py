# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small world for each kind in which the promise was broken, with what is broken in it today; None: it holds.

Those of the judge's own kinds (an operation that is not over, errors that refuse nothing, old lines, exceptions) are in
``known.py``, as they were found.
"""

from __future__ import annotations

from .known import ONE, PAIR, PLAINLY, QUICK, TWO, foreign
from .releases import NEW, NEW_CONDUCTOR, OLD

JOURNAL = {**PLAINLY, "journal": True}
NIGHT = {**JOURNAL, "run_id": "night"}
BREAKER = {**NIGHT, "breaker_percent": 2.0, "breaker_timeout": 100}
SLOW = {**QUICK, "write": 1500.0}
#: Nothing but the list of assets shows what goes on.
NO_STATUS = {"status": "refused"}


def fleet(count: int, nodes: str = "a", **more: object) -> list[dict]:
    """Routers that are alike."""
    names = [f"r{number}" for number in range(1, count + 1)]
    return [{"name": name, "nodes": [{"name": node, **more} for node in nodes]} for name in names]


def quickly(routers: list[dict], **courses: dict) -> dict:
    """The courses of all nodes, quick ones but for those that are given by ``a_r1``."""
    names = [f"{node['name']}.{router['name']}" for router in routers for node in router["nodes"]]
    return {name: [courses.get(name.replace(".", "_"), QUICK)] for name in names}


def downloads(node: str, seconds: float, when: dict | None = None) -> dict:
    """Somebody downloads another release to a node."""
    fault = {"kind": "download", "when": when or {"at": 0.0}, "node": node}
    return {**fault, "version": "7.1.5-7.r2.el9", "seconds": seconds}


def dies(node: str, **when: object) -> dict:
    return {"kind": "die", "when": when, "node": node}


def two_batches(args: dict, pause: float = 5.0, **first: object) -> list[dict]:
    """Two batches of one run."""
    return [{"args": {**args, "targets": ["r1"], **first}}, {"args": {**args, "targets": ["r2"]}, "pause": pause}]


KINDS: dict[str, tuple[str | None, dict]] = {
    # D1
    "routers that download take slots like any other": (
        None,
        {
            "habits": {"download_state": True},
            "routers": fleet(3),
            "courses": quickly(fleet(3)),
            "runs": [{"args": {**PLAINLY, "in_flight": 1}, "pause": 30.0}],
            "faults": [downloads(f"a.r{number}", 60.0 + number) for number in (1, 2, 3)],
        },
    ),
    "a router that downloads stays blocked by a check": (
        None,
        {
            "habits": {"download_state": True},
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [{"args": {**PLAINLY, "blocked": {"r2": "a check says no"}}, "pause": 30.0}],
            "faults": [downloads("a.r2", 100.0)],
        },
    ),
    "a peer that downloads does not move by itself": (
        None,
        {
            "habits": {"download_state": True},
            "routers": PAIR,
            "courses": quickly(PAIR),
            "runs": [{"args": PLAINLY}],
            "faults": [downloads("b.r1", 1000.0, {"began": "a.r1", "after": 10.0})],
        },
    ),
    # D2
    "the peer died while a router waited for a shell": (
        None,
        {
            "habits": {"shells": 4, "blocks": True},
            "routers": fleet(4, "ab"),
            "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in (1, 2, 3, 4)}
            | {f"b.r{number}": [QUICK] for number in (1, 2, 3, 4)},
            "runs": [{"args": {**PLAINLY, "in_flight": 4, "order": "as_listed"}}],
            "faults": [dies(f"b.r{number}", at=300.0) for number in (3, 4)],
        },
    ),
    "the peer died while a router waited in the queue": (
        None,
        {
            "habits": {"lag": 45.0},
            "routers": fleet(2, "ab"),
            "courses": quickly(fleet(2, "ab")),
            "runs": [{"args": {**PLAINLY, "in_flight": 1, "order": "as_listed"}}],
            "faults": [dies("b.r2", over="b.r1", after=1.0)],
        },
    ),
    # D4
    "a node is failed, and may be taken back, while the vendor's own operation still runs": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "down", "check": 3000.0}]},
            "runs": [{"args": {**PLAINLY, "revert": True}}],
        },
    ),
    # D5
    "two nodes of a conductor that are named apart: the second begins after the first went back": (
        None,
        {
            "conductor": {"nodes": ["c1", "c2"]},
            "routers": ONE,
            "courses": {"c1.Conductor": [{**QUICK, "end": "falls"}], "c2.Conductor": [QUICK]},
            "runs": [
                {
                    "local": "c1",
                    "args": {
                        **PLAINLY,
                        "version": NEW_CONDUCTOR,
                        "targets": [{"router": "Conductor", "node": "c1"}, {"router": "Conductor", "node": "c2"}],
                    },
                }
            ],
        },
    ),
    "two nodes of a router that are named apart: the second goes back while the first is away": (
        None,
        {
            "routers": fleet(1, "ab", version=NEW, idle=OLD),
            "courses": {"a.r1 revert": [{**QUICK, "end": "dead"}], "b.r1 revert": [QUICK]},
            "runs": [
                {
                    "module": "software_revert",
                    "args": {
                        "version": OLD,
                        "pair_soak": 0,
                        "order": "as_listed",
                        "targets": [{"router": "r1", "node": "a"}, {"router": "r1", "node": "b"}],
                    },
                }
            ],
        },
    ),
    "a router begins in the same task while the conductor's own operation runs": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": [OLD, NEW_CONDUCTOR]}]}],
            "courses": {"c1.Conductor": [{**QUICK, "check": 240.0}], "a.r1": [QUICK]},
            "runs": [{"local": "c1", "args": {**PLAINLY, "version": NEW_CONDUCTOR, "targets": ["Conductor", "r1"]}}],
        },
    ),
    # D8
    "a node that restarts twice is reverted, and still moves": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "twice": True, "between": 120.0}]},
            "runs": [{"args": PLAINLY}],
        },
    ),
    "a node that restarted while its request waited for a shell is reverted": (
        None,
        {
            "habits": {"shells": 4, "blocks": True},
            "routers": fleet(4),
            "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in (1, 2, 3, 4)},
            "runs": [{"args": {**PLAINLY, "in_flight": 4}}],
            "faults": [
                {"kind": "restart", "when": {"at": 200.0}, "node": f"a.r{number}", "for": 20.0} for number in (3, 4)
            ],
        },
    ),
    # D9
    "the budget is spent while other routers wait for their downloads": (
        None,
        {
            "habits": {"fetches": False},
            "routers": fleet(4, downloaded=[]),
            "courses": quickly(fleet(4), a_r1={**QUICK, "end": "falls"}),
            "downloads": {f"a.r{number}": {"seconds": 900.0 if number > 1 else 30.0} for number in (1, 2, 3, 4)},
            "runs": [{"args": {**PLAINLY, "download": True, "in_flight": 4, "max_failures": 0}}],
        },
    ),
    "the stop file comes while requests wait for a shell": (
        None,
        {
            "habits": {"shells": 4, "blocks": True},
            "routers": fleet(6),
            "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in range(1, 7)},
            "runs": [{"args": {**PLAINLY, "in_flight": 6, "stop_file": True}}],
            "faults": [{"kind": "stop", "when": {"at": 200.0}}],
        },
    ),
    # D10
    "a batch begins although assets were lost since the run began": (
        None,
        {
            "routers": fleet(6),
            "courses": quickly(fleet(2)),
            "runs": two_batches(BREAKER, pause=200.0),
            "faults": [dies(f"a.r{number}", over="a.r1", after=20.0) for number in (4, 5, 6)],
        },
    ),
    "a batch begins beside a member of its group that ended badly in an earlier one": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO, a_r1={**QUICK, "end": "fails"}),
            "runs": two_batches({**NIGHT, "exclusive_groups": {"r1": "g", "r2": "g"}}),
        },
    ),
    "a window that is given as a duration begins anew with each batch": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": two_batches({**NIGHT, "start_deadline": 400}, pause=400.0),
        },
    ),
    # D16
    "a batch begins after a canary that ended badly": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO, a_r1={**QUICK, "end": "falls"}),
            "runs": [{**run, "role": True} for run in two_batches({**NIGHT, "bake": 0})],
        },
    ),
    "a batch begins after one in which an exception broke off the work on a router": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [{**run, "role": True} for run in two_batches({**NIGHT, "bake": 0})],
            "faults": [
                {
                    "kind": "raise",
                    "error": "KeyError",
                    "node": "a.r1",
                    "answered": True,
                    "always": True,
                    "when": {"began": "a.r1", "after": 1.0},
                }
            ],
        },
    ),
    "a batch begins although a router that was done is not well any more": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [{**run, "role": True} for run in two_batches({**NIGHT, "bake": 0}, pause=900.0)],
            "faults": [dies("a.r1", over="a.r1", after=500.0)],
        },
    ),
    # D11
    "what an earlier run left disconnected is skipped, a good end": (
        None,
        {
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "dead"}]},
            "runs": [{"args": JOURNAL, "kill": 100.0}, {"args": {**JOURNAL, "disconnected": "skip"}, "pause": 90000.0}],
        },
    ),
    "what an earlier run left disconnected is skipped beside a member of its group": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO, a_r1={**QUICK, "end": "dead"}),
            "runs": [
                {"args": {**JOURNAL, "targets": ["r1"]}, "kill": 100.0},
                {
                    "args": {**JOURNAL, "disconnected": "skip", "exclusive_groups": {"r1": "g", "r2": "g"}},
                    "pause": 90000.0,
                },
            ],
        },
    ),
    # D12
    "the record of a pair that the vendor moves is forgotten after the time of one node": (
        None,
        {
            "habits": NO_STATUS,
            "routers": PAIR,
            "courses": {name: [{**QUICK, "write": 700.0}] for name in ("a.r1", "b.r1")},
            "runs": [
                {**run, "args": {**JOURNAL, "sequencing": "vendor", "upgrade_timeout": 600, "settle_timeout": 300}}
                for run in ({"kill": 20.0}, {"pause": 1000.0})
            ],
        },
    ),
    # D14
    "a record from the future does not hold a run up": (
        None,
        {
            "habits": NO_STATUS,
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "fails"}]},
            "runs": [{"args": JOURNAL, "kill": 8.0}, {"args": JOURNAL, "pause": 60.0, "jump": -86400.0}],
        },
    ),
    "the clock is set forward between two runs, and the second sends again": (
        None,
        {
            "habits": NO_STATUS,
            "routers": ONE,
            "courses": {"a.r1": [SLOW]},
            "runs": [{"args": JOURNAL, "kill": 20.0}, {"args": JOURNAL, "pause": 60.0, "jump": 8 * 86400.0}],
        },
    ),
    # D15
    "two runs in the same second with one journal send once": (
        None,
        {
            "routers": PAIR,
            "courses": quickly(PAIR),
            "runs": [{"args": JOURNAL}],
            "faults": [{"kind": "beside", "when": {"at": 0.1}}],
        },
    ),
    "two controllers in the same second without a common journal": (
        None,
        {
            "routers": PAIR,
            "courses": quickly(PAIR),
            "runs": [{"args": JOURNAL}],
            "faults": [{"kind": "beside", "when": {"at": 0.1}, "args": {"journal": "journal-2"}}],
        },
    ),
    "two runs with one journal that begin with different nodes of a pair": (
        None,
        {
            "routers": [{**PAIR[0], "leader": "a"}],
            "courses": quickly(PAIR, a_r1=SLOW, b_r1=SLOW),
            "runs": [{"args": {**JOURNAL, "order": "as_listed"}}],
            "faults": [{"kind": "beside", "when": {"at": 0.1}, "args": {"order": "standby_first"}}],
        },
    ),
    "somebody else goes back just before a revert is decided": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "down"}]},
            "runs": [{"args": {**PLAINLY, "revert": True, "service_timeout": 300}}],
            "faults": [foreign("a.r1", {"over": "a.r1", "after": 295.0}, "", {**QUICK, "write": 600.0}, "revert")],
        },
    ),
    "a half-done pair with a dead node is finished, by name": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": NEW, "idle": OLD}, {"name": "b"}]}],
            "courses": quickly(PAIR),
            "runs": [
                {
                    "args": {
                        **PLAINLY,
                        "override": [{"router": "r1", "condition": "peer_not_well", "reason": "the site is empty"}],
                    },
                    "pause": 60.0,
                }
            ],
            "faults": [dies("a.r1", at=0.0)],
        },
    ),
    # D13
    "an exception at every question about one router loses the verdicts of the others": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [{"args": PLAINLY}],
            "faults": [
                {
                    "kind": "raise",
                    "error": "KeyError",
                    "answered": True,
                    "always": True,
                    "node": "a.r1",
                    "when": {"began": "a.r1", "after": 1.0},
                }
            ],
        },
    ),
    # D17
    "a router that its own variable holds back is upgraded": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [
                {
                    "args": {**PLAINLY, "target_hosts": ["h1", "h2"]},
                    "hosts": {"h1": {"ssr_router": "r1"}, "h2": {"ssr_router": "r2", "ssr_version": OLD}},
                }
            ],
        },
    ),
    # of the same kinds, in other nights
    "the second node begins although the first went back while it was waited": (
        None,
        {
            "routers": PAIR,
            "courses": quickly(PAIR, a_r1={**QUICK, "away": 300.0, "check": 120.0, "end": "reverts"}),
            "runs": [{"args": {**PLAINLY, "pair_soak": 300, "order": "as_listed"}}],
        },
    ),
    "a resource group with more routers than may be in flight goes out as it is": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "resource_groups": {"edge": ["r1", "r2"]},
            "runs": [{"args": {**PLAINLY, "in_flight": 1, "resource_group": "edge", "sequencing": "vendor"}}],
        },
    ),
    "a resource group with two of one exclusive group goes out as it is": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "resource_groups": {"edge": ["r1", "r2"]},
            "runs": [
                {
                    "args": {
                        **PLAINLY,
                        "resource_group": "edge",
                        "sequencing": "vendor",
                        "exclusive_groups": {"r1": "g", "r2": "g"},
                    }
                }
            ],
        },
    ),
    "a line in progress of last month makes a router unknown, and nothing was sent to it": (
        None,
        {
            "habits": {"status": "table"},
            "routers": ONE,
            "courses": quickly(ONE),
            "runs": [{"args": PLAINLY}],
            "history": [{"node": "a.r1", "kind": "upgrade", "version": NEW, "end": "in progress"}],
        },
    ),
    # and what else must go well
    "a disk that fills up keeps what was not written down from being sent": (
        None,
        {
            "routers": TWO,
            "courses": quickly(TWO),
            "runs": [{"args": {**JOURNAL, "in_flight": 1}}],
            "faults": [{"kind": "full", "when": {"began": "a.r1", "after": 1.0}}],
        },
    ),
    "a request that hangs for an hour": (
        None,
        {
            "routers": ONE,
            "courses": quickly(ONE),
            "runs": [{"args": PLAINLY}],
            "answers": [{"nth": 1, "how": "hangs", "seconds": 3000.0}],
        },
    ),
}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds with places beside the slots, each named after what it shows: who begins before others are proven.

Nothing shows the end of an operation here, so a node is back within about 70 seconds, and proven 300 seconds later.
"""

from __future__ import annotations

from .known import PLAINLY, QUICK

FIVE = [{"name": f"r{number}", "nodes": [{"name": "a"}]} for number in range(1, 6)]
COURSES = {f"a.r{number}": [QUICK] for number in range(1, 6)}
ALL_DONE = {f"r{number}": "done" for number in range(1, 6)}
ARGS = {**PLAINLY, "in_flight": 1, "order": "as_listed", "poll_min": 5.0, "poll_max": 5.0, "revert": False}


def five(args: dict, **more: object) -> tuple[str | None, dict]:
    """A world with five routers, one slot, and these settings. Nothing of it is broken."""
    world = {"routers": FIVE, "courses": COURSES, "runs": [{"args": {**ARGS, **args}}], "ends": [ALL_DONE], **more}
    return None, world


PLACES: dict[str, tuple[str | None, dict]] = {
    "five routers are begun one after the other as soon as each is back": five({"in_proof": 5}, within=1000.0, sent=5),
    "with one place no third one is begun before the first is proven": five({"in_proof": 1}, sent=5),
    "with a budget of one, one is back and not proven when another begins": five({"in_proof": 5, "max_failures": 1}),
    "with a budget of none each is proven before the next begins": five({"in_proof": 5, "max_failures": 0}),
    "a percentage of all bounds those that are not proven": five({"in_proof": 5, "max_fail_percentage": 20.0}),
    "a router that is back goes away again while another is begun": five(
        {"in_proof": 5},
        faults=[{"kind": "flap", "when": {"began": "a.r1", "after": 170.0}, "node": "a.r1", "for": 400.0}],
    ),
    "a router that is back goes back by itself while another is begun": five(
        {"in_proof": 5},
        courses={**COURSES, "a.r1": [{**QUICK, "check": 200.0, "end": "reverts"}]},
        ends=[{**ALL_DONE, "r1": "reverted"}],
    ),
    "a post-check that the status shows keeps the slot until it is over": five(
        {"in_proof": 5}, habits={"status": "lines"}, courses={**COURSES, "a.r1": [{**QUICK, "check": 900.0}]}
    ),
    "the second node of a pair is begun while other routers wait for its slot": five(
        {"in_proof": 5},
        routers=[{"name": "r1", "nodes": [{"name": "a"}, {"name": "b"}]}, *FIVE[1:]],
        courses={**COURSES, "b.r1": [QUICK]},
        sent=6,
    ),
    "waves end with a proof": five({"in_proof": 5, "waves": {"r4": 1, "r5": 1}}),
    "two of a group are never begun while one of them is not proven": five(
        {"in_proof": 5, "exclusive_groups": {"r1": "g", "r3": "g", "r5": "g"}}
    ),
}

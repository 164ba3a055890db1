# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds about the time for which a node must have been still, and about what a status has shown once."""

from __future__ import annotations

from .endings import LINES, one
from .kinds import fleet
from .known import ONE, PLAINLY, QUICK
from .releases import NEW_CONDUCTOR

#: The answer to a request takes its time, whatever becomes of the operation meanwhile.
_HANGS = {"nth": 1, "how": "hangs", "words": "", "seconds": 230.0}


def _unsettled(after: float, seconds: float) -> dict:
    """The asset of a node shows another state for a while, although the node is there and at work."""
    when = {"began": "a.r1", "after": after}
    return {"kind": "word", "when": when, "node": "a.r1", "word": "Resynchronizing", "for": seconds}


STILLNESS: dict[str, tuple[str | None, dict]] = {
    "a node that was not settled for a while during its post-check is done once that is over": one(
        "done", {"check": 600.0}, faults=[_unsettled(80.0, 380.0)]
    ),
    "a node whose service was down for a while during its post-check is done once that is over": one(
        "done",
        {"check": 600.0},
        faults=[{"kind": "service", "when": {"began": "a.r1", "after": 80.0}, "node": "a.r1", "for": 380.0}],
    ),
    "a node whose boot shows long before its new version is done once its post-check is over": one(
        "done", {"write": 600.0, "away": 1.0, "settle": 0.5, "check": 340.0}, {"lag": 45.0}
    ),
    "a conductor node that cannot be asked for a moment is no less still": (
        None,
        {
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
            "faults": [{"kind": "lost", "when": {"over": "c1.Conductor", "after": 150.0}, "for": 20.0}],
            "ends": [{"Conductor": "done"}],
            "within": 420.0,
        },
    ),
    "nodes are still, whether they are asked themselves or only listed": (
        None,
        {
            "habits": {**LINES, "latency": 0.05},
            "routers": fleet(16),
            "courses": {f"a.r{number}": [{**QUICK, "end": "fails"}] for number in range(1, 17)},
            "runs": [{"args": {**PLAINLY, "in_flight": 16, "max_failures": 16}}],
            "ends": [{f"r{number}": "failed" for number in range(1, 17)}],
        },
    ),
    "a node that is not settled any more when its request comes back is not done": one(
        "done", habits=LINES, answers=[_HANGS], faults=[_unsettled(120.0, 900.0)]
    ),
    "an end that the status has shown counts when it can be read no longer": one(
        "done", habits={**LINES, "status_ends": 180.0, "status_then": "unreadable"}, answers=[_HANGS], within=300.0
    ),
}

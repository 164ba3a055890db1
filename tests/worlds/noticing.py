# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds that notice when a condition of the gate is turned off, named after what would go wrong then.

Chance rarely draws them: something happens between two looks, or an earlier run has left another command behind.
"""

from __future__ import annotations

from .known import ONE, PAIR, PLAINLY, QUICK
from .releases import NEW, OLD, OLDER

JOURNAL = {**PLAINLY, "journal": True}
REVERT = {"pair_soak": 0, "version": OLDER, "journal": True}
_DIES = {"kind": "kill", "when": {"began": "a.r1", "after": 1.0}}
_LONG = {"a.r1": [{"write": 1500.0}]}


def _foreign(node: str, version: str = NEW, at: float = 0.0, **course: object) -> dict:
    fault = {"kind": "foreign", "when": {"at": at}, "node": node, "operation": "upgrade", "version": version}
    return {**fault, "course": {"write": 1500.0, **course}}


NOTICING: dict[str, tuple[str | None, dict]] = {
    "a revert is asked for while an upgrade of a killed run goes on": (
        None,
        {
            "routers": ONE,
            "courses": _LONG,
            "runs": [{"args": JOURNAL}, {"module": "software_revert", "args": REVERT, "pause": 5.0}],
            "faults": [_DIES],
        },
    ),
    "a downgrade is asked for while an upgrade of a killed run goes on": (
        None,
        {
            "conductor": {"offers_below": [OLDER]},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": [OLDER, OLD, NEW]}]}],
            "courses": _LONG,
            "runs": [
                {"args": JOURNAL},
                {"module": "software_downgrade", "args": {**JOURNAL, "version": OLDER}, "pause": 5.0},
            ],
            "faults": [_DIES],
        },
    ),
    "an upgrade is asked for while a downgrade of a killed run goes on": (
        None,
        {
            "conductor": {"offers_below": [OLDER]},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": [OLDER, OLD, NEW]}]}],
            "courses": _LONG,
            "runs": [
                {"module": "software_downgrade", "args": {**JOURNAL, "version": OLDER}},
                {"args": JOURNAL, "pause": 5.0},
            ],
            "faults": [_DIES],
        },
    ),
    "the second node of a pair is asked for while the upgrade of its first by a killed run goes on": (
        None,
        {
            "routers": PAIR,
            "courses": _LONG,
            "runs": [
                {"args": {**JOURNAL, "targets": [{"router": "r1", "node": "a"}]}},
                {"args": {**JOURNAL, "targets": [{"router": "r1", "node": "b"}]}, "pause": 5.0},
            ],
            "faults": [_DIES],
        },
    ),
    "two controllers begin the two nodes of a pair in the same second": (
        None,
        {
            "routers": PAIR,
            "courses": {"a.r1": [{"write": 600.0}], "b.r1": [{"write": 600.0}]},
            "runs": [{"args": {**JOURNAL, "targets": [{"router": "r1", "node": "a"}]}}],
            "faults": [
                {"kind": "beside", "when": {"at": 0.1}, "args": {"targets": [{"router": "r1", "node": "b"}]}},
            ],
        },
    ),
    "a download is asked for where somebody else has begun an upgrade": (
        None,
        {
            "habits": {"status": "lines", "lag": 20.0},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}]}],
            "downloads": {"a.r1": {"seconds": 100.0}},
            "runs": [{"module": "software_download", "args": {"state": "present"}, "pause": 30.0}],
            "faults": [_foreign("a.r1")],
        },
    ),
    "a downgrade waits for a shell, and the stop file comes": (
        None,
        {
            "habits": {"shells": 4, "blocks": True},
            "conductor": {"offers_below": [OLDER]},
            "routers": [
                {"name": f"r{number}", "nodes": [{"name": "a", "downloaded": [OLDER, OLD]}]} for number in range(1, 7)
            ],
            "courses": {f"a.r{number}": [{**QUICK, "write": 600.0}] for number in range(1, 7)},
            "runs": [
                {
                    "module": "software_downgrade",
                    "args": {**PLAINLY, "version": OLDER, "in_flight": 6, "stop_file": True},
                }
            ],
            "faults": [{"kind": "stop", "when": {"at": 200.0}}],
        },
    ),
    "a release is to be removed from a node that has come to run it since the plan": (
        None,
        {
            "habits": {"answer": 30.0},
            "routers": [
                {"name": "r1", "nodes": [{"name": "a"}, {"name": "b"}]},
                {"name": "r2", "nodes": [{"name": "a"}]},
                {"name": "r3", "nodes": [{"name": "a"}, {"name": "b"}]},
            ],
            "runs": [
                {"module": "software_download", "args": {"state": "absent", "downloads_in_flight": 1}, "pause": 30.0}
            ],
            "faults": [
                _foreign("a.r3", at=31.0, write=5.0, away=2.0, settle=2.0, check=0.0),
                _foreign("a.r2", at=31.0, write=5.0, away=2.0, settle=2.0, check=0.0),
            ],
        },
    ),
}

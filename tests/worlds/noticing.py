# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds that notice when a condition of the gate is turned off, named after what would go wrong then.

Chance rarely draws them: something happens between two looks, or an earlier run has left another command behind.
"""

from __future__ import annotations

from .known import ONE, PAIR, PLAINLY, QUICK, foreign
from .releases import NEW, OLD, OLDER

JOURNAL = {**PLAINLY, "journal": True}
REVERT = {"pair_soak": 0, "version": OLDER, "journal": True}
_DIES = {"kind": "kill", "when": {"began": "a.r1", "after": 1.0}}
_LONG = {"a.r1": [{"write": 1500.0}]}
#: What takes a node back to a release that it has, at once.
_DOWN = {**JOURNAL, "version": OLDER}
_HAS_ALL = [{"name": "r1", "nodes": [{"name": "a", "downloaded": [OLDER, OLD, NEW]}]}]


def _killed_as_it_sends(kind: str, run: dict, **more: object) -> dict:
    """A run is killed between its intent and its command, and the same is run again at once."""
    faults = [{"kind": "kill", "when": {"sends": kind}}]
    runs = [run, {**run, "pause": 5.0}]
    return {"habits": {"status": "table"}, "routers": ONE, "runs": runs, "faults": faults, **more}


def _foreign(node: str, version: str = NEW, at: float = 0.0, **course: object) -> dict:
    return foreign(node, {"at": at}, version, {"write": 1500.0, **course})


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
    "an upgrade is sent once the status must show that a killed run has not sent it": (
        None,
        _killed_as_it_sends("upgrade", {"args": JOURNAL}),
    ),
    "a downgrade is sent once the status must show that a killed run has not sent it": (
        None,
        _killed_as_it_sends(
            "downgrade",
            {"module": "software_downgrade", "args": _DOWN},
            conductor={"offers_below": [OLDER]},
            routers=_HAS_ALL,
        ),
    ),
    "a revert is sent once the status must show that a killed run has not sent it": (
        None,
        _killed_as_it_sends("revert", {"module": "software_revert", "args": REVERT}),
    ),
    "a node goes away between the decision about its revert and the revert": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "down"}]},
            "runs": [{"args": {**PLAINLY, "revert": True, "service_timeout": 300}}],
            "faults": [{"kind": "flap", "when": {"over": "a.r1", "after": 328.0}, "node": "a.r1", "for": 400.0}],
            "sent": 1,
        },
    ),
    "a revert is decided since a node that was done does not answer": (
        None,
        {
            "habits": {"status": "lines", "health": "fails"},
            "routers": ONE,
            "courses": {"a.r1": [QUICK]},
            "runs": [{"args": {**PLAINLY, "revert": True, "health_check": True, "health_timeout": 300}}],
            "faults": [{"kind": "flap", "when": {"over": "a.r1", "after": 60.0}, "node": "a.r1", "for": 9000.0}],
            "sent": 1,
        },
    ),
    "a revert is decided while the vendor takes the node back": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [{**QUICK, "end": "down"}]},
            "runs": [{"args": {**PLAINLY, "revert": True, "service_timeout": 300}}],
            "faults": [{**_foreign("a.r1", ""), "operation": "revert", "when": {"over": "a.r1", "after": 300.0}}],
        },
    ),
    "a release that comes to a node already is asked for once": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}]}],
            "downloads": {"a.r1": {"seconds": 600.0}},
            "runs": [
                {"module": "software_download", "args": {"state": "present"}, "kill": 60.0},
                {"module": "software_download", "args": {"state": "present"}, "pause": 5.0},
            ],
            "sent": 1,
        },
    ),
    "a release is asked for while somebody else begins an upgrade of the other node": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}, {"name": "b"}]}],
            "runs": [{"module": "software_download", "args": {"state": "present"}, "pause": 30.0}],
            "faults": [_foreign("b.r1")],
        },
    ),
    "a download is paused while somebody else upgrades the other node": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}, {"name": "b"}]}],
            "runs": [{"module": "software_download", "args": {"state": "paused"}, "pause": 30.0}],
            "faults": [
                _foreign("b.r1", OLDER),
                {"kind": "download", "when": {"at": 0.0}, "node": "a.r1", "version": NEW, "seconds": 3000.0},
            ],
        },
    ),
    "a release is removed while somebody else upgrades the other node": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": PAIR,
            "runs": [{"module": "software_download", "args": {"state": "absent"}, "pause": 30.0}],
            "faults": [_foreign("b.r1", OLDER)],
        },
    ),
    "a release is to be removed from the node that runs it": (
        None,
        {
            "routers": [{"name": "r1", "nodes": [{"name": "a", "version": NEW, "idle": OLD}]}],
            "runs": [{"module": "software_download", "args": {"state": "absent"}, "pause": 30.0}],
        },
    ),
    "the installer is upgraded while somebody else upgrades the other node": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": [{"name": "r1", "nodes": [{"name": "a", "downloaded": []}, {"name": "b"}]}],
            "runs": [
                {
                    "module": "software_download",
                    "args": {"state": "present", "installation_service": True},
                    "pause": 30.0,
                }
            ],
            "faults": [_foreign("b.r1")],
        },
    ),
    "an asset that stays away is reconnected once": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [QUICK]},
            "runs": [{"args": {**PLAINLY, "reconnect_after": 60}}],
            "faults": [{"kind": "flap", "when": {"over": "a.r1", "after": 0.0}, "node": "a.r1", "for": 3000.0}],
            "sent": 2,
        },
    ),
    "an asset is not reconnected before its time": (
        None,
        {
            "habits": {"status": "lines"},
            "routers": ONE,
            "courses": {"a.r1": [QUICK]},
            "runs": [{"args": {**PLAINLY, "reconnect_after": 600}}],
            "faults": [{"kind": "flap", "when": {"over": "a.r1", "after": 0.0}, "node": "a.r1", "for": 300.0}],
            "sent": 1,
        },
    ),
    "a check before an upgrade takes nothing back": (
        None,
        {
            "routers": ONE,
            "courses": {"c1.Conductor revert": [{**QUICK, "end": "fails"}]},
            "runs": [
                {
                    "module": "software_revert",
                    "local": "c1",
                    "args": {
                        "journal": True,
                        "version": OLD,
                        "targets": [{"router": "Conductor", "node": "c1"}],
                    },
                    "kill": 30.0,
                },
                {
                    "module": "precheck",
                    "local": "c1",
                    "args": {"journal": True, "version": OLD},
                    "pause": 90000.0,
                },
            ],
            "sent": 1,
        },
    ),
}


def _release_beside_unknown(name: str, faults: tuple[dict, ...] = (), **args: object) -> dict:
    """A request about the release of a node of whose peer nobody knows how its command ended."""
    request = {"state": "present", "journal": True, "targets": [{"router": "r1", "node": "b"}], **args}
    return {
        "habits": {"status": "refused"},
        "routers": [{"name": "r1", "nodes": [{"name": "a"}, {"name": "b", "downloaded": [NEW] if name else []}]}],
        "courses": {"a.r1": [{**QUICK, "end": "down", "check": 30000.0}]},
        "runs": [
            {"args": {**JOURNAL, "targets": [{"router": "r1", "node": "a"}]}},
            {"module": "software_download", "args": request, "pause": 90000.0},
        ],
        "faults": [_DIES, *faults],
        "sent": 1,
    }


_COMES = {"kind": "download", "when": {"at": 90000.0}, "node": "b.r1", "version": NEW, "seconds": 3000.0}
NOTICING |= {
    "nobody knows how the command of a peer ended: nothing is downloaded": (None, _release_beside_unknown("")),
    "and the installer is left alone": (None, _release_beside_unknown("", installation_service=True)),
    "and no download is paused": (None, _release_beside_unknown("", (_COMES,), state="paused")),
    "and nothing is removed": (None, _release_beside_unknown("there", state="absent")),
}

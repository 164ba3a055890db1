# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds about the words in which a status says that something runs, where none of them is documented."""

from __future__ import annotations

from .known import ONE, PAIR, PLAINLY, QUICK, TWO, foreign
from .releases import NEW, OLD

#: Each of them has a word of an end, and the post-upgrade check still runs.
NOT_OVER = (
    "almost complete",
    "partially completed",
    "complete; soak period: 10 minutes left",
    "Complete, confirming",
    "Download completed. Install started",
    "Install complete, post-upgrade check outstanding",
    "Started: 01:02; Finished:",
    "installed successfully, not confirmed",
    "complete, to be made permanent",
    "upgrade in progress: no problems",
    "in progress: none failed",
    "No downgrade in progress. Upgrade: step 3",
    "reboot completed",
    "Activation completed",
    "Phase 3 completed",
    "trial boot: complete",
    "done?",
    "complete in 5 min",
    "committed: no, complete",
    "7 completed",
    "planned end: completed",
)
#: These of them say that something runs.
_SAYS_SO = (
    "almost complete",
    "complete; soak period: 10 minutes left",
    "Complete, confirming",
    "Download completed. Install started",
    "Install complete, post-upgrade check outstanding",
    "Started: 01:02; Finished:",
    "upgrade in progress: no problems",
    "in progress: none failed",
)
#: That an operation of somebody else runs is missed where its status prints only the others (docs/promises.md says so).
NOT_PLAIN = tuple(words for words in NOT_OVER if words not in _SAYS_SO)
#: Nor these, which deny something else, or say the end of a step; none of them says that an operation runs.
SOMETHING_ELSE = (
    "no reboot in progress",
    "no download in progress",
    "no revert in progress",
    "no other upgrade is in progress",
    "no operation on other node in progress",
    "nothing pending",
    "no problems known",
    "zero errors recorded",
    "Installation completed",
    "completed installation",
    "software completed",
    "firmware done",
    "disk done",
    "release installed successfully",
    "trial period\nb.r1: no reboot in progress",
    "trial period\nb.r1: upgrade completed",
)
#: Words of a way back behind a failure, whose reason could stand there as well.
BACK_BEHIND_COLON = (
    "failed: switching to the other volume",
    "Failed: undo running",
    "error: undoing",
    "Health check failed: reboot",
    "Check failed (reboot in 60 s)",
    "failed: node goes down",
    "failed: flipping the volumes",
    "Failed - recover",
)
#: A part of an operation has failed, or something beside it, and it goes on.
FAILED_ELSEWHERE = (
    "1st attempt failed: trying mirror 2",
    "first attempt failed, second attempt",
    "checksum error: fetching again",
    "failed over to node 2",
    "error rate 0.3",
    "Failed blocks: 3",
    "failed to fetch progress",
    "progress could not be fetched",
)
RUNS = "Awaiting reboot", "active", "Staged", "45 percent"
GOES_BACK = ("post-upgrade check failed, reverting to 6.3.5", "failed; rollback in progress", "Failed - rolling back")
#: What a health check prints of nodes that are well, beside words of failures.
WELL = (
    "All checks passed without any error",
    "Nothing failed; healthy",
    "No critical or error conditions: healthy",
    "Check for failed services: passed",
    "Failed checks: -",
    "FAILED 0, PASSED 12",
)
#: What a health check prints of nodes that are not, without a check that failed by its name.
NOT_WELL = (
    "1 of 2 checks failed",
    "Overall: unhealthy\n  highway: stopped",
    "Health check failed",
    "% Error: Health check failed",
    "checks passed: 0/2",
    "0 checks passed",
    "Healthy: no",
    "Overall health: bad",
    "System Processes Check: error",
    "System Processes Check: aborted",
    "System Processes Check: passed\nhighway: stopped",
)
_ROWS = "{:6} {:24} {:9}\n" + " ".join("=" * width for width in (6, 24, 9)) + 2 * "\n{:6} {:24} {:9}"
_CHECKED = "System Processes Check"
#: Failures in a health check of ``a`` that are those of another node or of another run, or not final.
NOT_ITS_FAILURE = {
    "of the peer": f"a.r1: {_CHECKED}: passed\nb.r1: {_CHECKED}: failed",
    "of the conductor": f"c1: {_CHECKED}: failed",
    "in a row of the peer": _ROWS.format("Node", "Check", "Result", "b", _CHECKED, "Failed", "a", _CHECKED, "Passed"),
    "below the name of the peer": f"Node: b\n{_CHECKED}: failed",
    "of the last run": f"Last run:\n  {_CHECKED}: failed\nThis run:\n  Disk Space Check: passed",
    "in a row of the first run": _ROWS.format(
        "Run", "Check", "Result", "1", _CHECKED, "Failed", "2", _CHECKED, "Passed"
    ),
    "of an old date": f"{_CHECKED}: failed (2026-10-01 12:00)",
    "that is tried again": f"{_CHECKED}: failed, retrying",
    "of an attempt": f"{_CHECKED}: failed; attempt 1 of 3",
    "that does not count": f"{_CHECKED}: failed (advisory)",
    "at its start": f"{_CHECKED}: failed - still starting",
}
#: Passes in a health check of ``b`` that are those of another node or another time, or that nothing was checked for.
NOT_ITS_PASS = (
    f"c1: {_CHECKED}: passed",
    f"a.r1: {_CHECKED}: passed",
    f"{_CHECKED}: passed on a",
    "a is healthy",
    f"Node: c1\n{_CHECKED}: passed",
    "Pre-upgrade health check: passed",
    "Pre-check: passed",
    f"Date: 2026-10-01 01:00:00\n{_CHECKED}: passed",
    "0 of 0 failed",
    "Skipped: 0",
    "No warnings",
)
#: What a node prints of a service that runs, beside words for one that is down.
UP = "running (0 failed)", "Running; last exit: crashed", "running, restarted after crash"
#: States of a node at which an operation runs.
AT_WORK = "Running (upgrading)", "Synchronized 45%", "Synchronized (reboot pending)", "Synchronized?"
_LONG = {"write": 1500.0}


def _ends_with_check(words: str) -> tuple:
    return None, {
        "habits": {"status": "lines", "status_words": [words, "completed", "failed"]},
        "routers": PAIR,
        "courses": {"b.r1": [{**QUICK, "check": 240.0, "end": "reverts"}], "a.r1": [QUICK]},
        "runs": [{"args": PLAINLY}],
        "ends": [{"b.r1": "reverted", "a.r1": "not_started"}],
        "sent": 1,
    }


def _foreign(words: str, routers: list, node: str, **more: object) -> tuple:
    return None, {
        "habits": {"status": "lines", "status_words": [words, "completed", "failed"]},
        "routers": routers,
        "faults": [foreign(node, {"at": 0.0}, "7.1.5-7.r2.el9", _LONG)],
        "sent": 0,
        **more,
    }


def _mate(words: str) -> tuple:
    args = {**PLAINLY, "targets": ["r2"], "exclusive_groups": {"r1": "g", "r2": "g"}}
    return _foreign(words, TWO, "a.r1", runs=[{"args": args}], courses={"a.r2": [QUICK]})


def _revert(words: str) -> tuple:
    routers = [{"name": "r1", "nodes": [{"name": "a", "version": NEW, "idle": OLD}]}]
    runs = [{"module": "software_revert", "args": {"version": OLD, "pair_soak": 0}}]
    return _foreign(words, routers, "a.r1", runs=runs, courses={"a.r1 revert": [QUICK]})


def _way_back(words: str) -> tuple:
    """The vendor's own way back takes ten minutes, and the automatic revert waits for its end."""
    course = {**QUICK, "check": 60.0, "end": "reverts", "early": True, "after": 600.0}
    return None, {
        "habits": {"status": "lines", "status_words": ["in progress", "completed", "failed", words]},
        "routers": ONE,
        "courses": {"a.r1": [course]},
        "runs": [{"args": PLAINLY}],
        "ends": [{"r1": "reverted"}],
        "sent": 1,
    }


def _killed(words: str) -> tuple:
    """The upgrade of a run that was killed still writes its image when the next run comes."""
    journal = {**PLAINLY, "journal": True}
    return None, {
        "habits": {"status": "lines", "status_words": [words, "completed", "failed"]},
        "routers": ONE,
        "courses": {"a.r1": [{"write": 2500.0}]},
        "runs": [{"args": journal, "kill": 30.0}, {"args": journal, "pause": 900.0}],
        "sent": 1,
    }


def _writes_on(words: str) -> tuple:
    """The image takes its time, and the node stays as it was meanwhile."""
    return None, {
        "habits": {"status": "lines", "status_words": [words, "completed", "failed"]},
        "routers": ONE,
        "courses": {"a.r1": [{**QUICK, "write": 2500.0}]},
        "runs": [{"args": PLAINLY}],
        "ends": [{"r1": "done"}],
        "sent": 1,
    }


def _well(words: str) -> tuple:
    return None, {
        "habits": {"status": "lines", "health": words},
        "routers": ONE,
        "courses": {"a.r1": [QUICK], "a.r1 revert": [QUICK]},
        "runs": [{"args": {**PLAINLY, "health_check": True, "revert": True}}],
        "ends": [{"r1": "done"}],
        "sent": 1,
    }


def _not_well(words: str) -> tuple:
    """Nobody knows what failed, so the first node is neither taken back nor done, and the second one is left alone."""
    return None, {
        "habits": {"status": "lines", "health": "fails", "health_fails": words},
        "routers": PAIR,
        "courses": {"a.r1": [QUICK], "b.r1": [QUICK]},
        "runs": [{"args": {**PLAINLY, "health_check": True, "revert": True}}],
        "ends": [{"a.r1": "not_started", "b.r1": "held"}],
        "sent": 1,
    }


def _not_its_failure(words: str) -> tuple:
    """The node is well, and nobody can tell by these words: it is not taken back, and the next one is left alone."""
    return None, {
        "habits": {"status": "lines", "health": words},
        "routers": PAIR,
        "courses": {name: [QUICK] for name in ("a.r1", "b.r1", "a.r1 revert")},
        "runs": [{"args": {**PLAINLY, "health_check": True, "revert": True, "order": "as_listed"}}],
        "ends": [{"a.r1": "held", "b.r1": "not_started"}],
        "sent": 1,
    }


def _not_its_pass(words: str) -> tuple:
    _none, world = _not_well(words)
    args = world["runs"][0]["args"]
    return None, {**world, "runs": [{"args": {**args, "health_check_unknown": "hold"}}]}


def _service_runs(words: str) -> tuple:
    return None, {
        "habits": {"status": "lines", "service_up": {"a": words}},
        "routers": ONE,
        "courses": {"a.r1": [QUICK], "a.r1 revert": [QUICK]},
        "runs": [{"args": {**PLAINLY, "revert": True}}],
        "ends": [{"r1": "done"}],
        "sent": 1,
    }


def _last_living_node(words: str) -> tuple:
    """The peer has died meanwhile, and the node alone carries what both did."""
    return None, {
        "habits": {"status": "lines", "service_up": {"b": words}},
        "routers": PAIR,
        "courses": {"b.r1": [QUICK], "b.r1 revert": [QUICK], "a.r1": [QUICK]},
        "faults": [{"kind": "die", "when": {"at": 500.0}, "node": "a.r1"}],
        "runs": [{"args": {**PLAINLY, "revert": True}}],
        "sent": 1,
    }


def _peer_at_work(shown: str) -> tuple:
    return None, {
        "habits": {"status": "refused"},
        "routers": PAIR,
        "courses": {"b.r1": [QUICK], "a.r1": [QUICK]},
        "faults": [foreign("a.r1", {"at": 0.0}, "7.1.5-7.r2.el9", {**_LONG, "shown": shown})],
        "runs": [{"args": PLAINLY}],
        "sent": 0,
    }


WORDINGS: dict[str, tuple[str | None, dict]] = {
    **{f"'{words}' is no end": _ends_with_check(words) for words in NOT_OVER},
    **{f"'{words}' is no end": _ends_with_check(words) for words in SOMETHING_ELSE},
    **{f"'{words}' is no end of what a killed run has begun": _killed(words) for words in SOMETHING_ELSE[:14:3]},
    **{f"'{words}' is no failure of what a killed run has begun": _killed(words) for words in FAILED_ELSEWHERE},
    **{f"a node of which a status says '{words}' has not failed": _writes_on(words) for words in FAILED_ELSEWHERE},
    **{
        f"a node of which a status says '{words}' has not gone back yet": _way_back(words)
        for words in BACK_BEHIND_COLON
    },
    **{f"a mate of which a status says '{words}' is at work": _mate(words) for words in (*GOES_BACK, *RUNS)},
    **{f"'{words}' keeps a revert from being sent": _revert(words) for words in GOES_BACK},
    **{f"a node of which a status says '{words}' has not gone back yet": _way_back(words) for words in GOES_BACK},
    **{f"a node whose health check prints '{words}' is not taken back": _well(words) for words in WELL},
    **{f"a node whose health check prints '{words}' is held": _not_well(words) for words in NOT_WELL},
    **{
        f"a node whose health check prints a failure {what} is not taken back": _not_its_failure(words)
        for what, words in NOT_ITS_FAILURE.items()
    },
    **{f"'{words}' is no pass of a node": _not_its_pass(words) for words in NOT_ITS_PASS},
    **{f"a service that is '{words}' is not down": _service_runs(words) for words in UP},
    **{
        f"the last living node, whose service is '{words}', is not taken back": _last_living_node(words) for words in UP
    },
    **{f"a peer that is '{words}' keeps a node back": _peer_at_work(words) for words in AT_WORK},
}

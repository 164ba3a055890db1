# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check: clear words count, anything else is unknown (rule 17)."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software import health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from hypothesis import given
from hypothesis import strategies as st

#: Each of these routers is checked as a whole: the names in the texts below are those of nodes that were checked.
NODES = {"Con": ["node1", "node2", "n1", "n2", "sick-1.sick", "node1.r"]}
CHECK = "request system software health-check router"


def read_health(response, command: str = f"{CHECK} Con force", nodes: dict | None = None) -> Health:
    return health.read_health(response, command, NODES if nodes is None else nodes)


COUNTS = """\
Mon 2026-03-02 01:02:03 UTC
✔ Performing health check 1/1 targets complete...

=========== ======== ========
 Node        Passed   Failed
=========== ======== ========
 node1.Con        {}        {}

Completed in 0.04 seconds
"""

CHECKS = """\
Mon 2026-03-02 01:02:03 UTC
✔ Performing health check 1/1 targets complete...

=========== ======================= ========
 Node        Check                   Result
=========== ======================= ========
 node1.Con   Failed Services         {}
 node1.Con   Error Rate Check        OK

Completed in 0.04 seconds
"""

PASSES = [
    "Failed Services Check: Pass",
    "node1 is in steady state",
    "Error Rate Check   OK",
    "3 of 3 checks passed",
    "  ✔ System Processes Check",
    "✔ node1: System Processes Check passed",
    "System Processes Check   PASS",
    "All checks passed",
    "12 passed, 0 failed",
    "0 of 12 checks failed",
    "Passed: 12\nFailed: 0",
    "Passed 12\nFailed 0",
    "HEALTHY",
    "The node is healthy",
    "Health check: success",
]
FAILS = [
    "Failed Services Check: Fail",
    "  \u2714 Disk Check\n  \u2716 System Processes Check",
    "\u2716 node1: System Processes Check failed: highway is not running",
    "System Processes Check   FAIL   one or more processes are not running",
    "SYSTEM PROCESSES CHECK: FAILED",
    "System Processes Check did not pass",
    "System Processes Check is not ok",
    "node1.r: System Processes Check: one or more processes are not running",
    "Failed checks: System Processes Check, Disk Check",
    "% Error: Health check failed: System Processes Check",
    "System Processes Check  FAIL\n% Error: Health check failed",
]
# Words of failures that name no check with a failing result of its own.
NOT_NAMED = [
    "node1: NOT in steady-state",
    "FAILED System Processes Check",
    "Failed System Processes Check, others ok",
    "Health check did not pass",
    "Not all passed",
    "1 failed",
    "11 passed, 1 failed",
    "Failed checks: 3",
    "node1 is unhealthy",
    "the node is not healthy",
    "check failed no response from node1",
    "% Error: Health check failed",
    "\u2716 Performing health check 1/1 targets complete...\n% Error: Health check failed",
    "The health check of sick-1.sick failed",
    "The last check did not pass: System Processes Check",
    "Last System Processes Check failed",
    "Previous: System Processes Check failed",
    "System Processes Check failed: previously; passed now",
    "System Processes Check failed - none",
    "System Processes Check failed\nSystem Processes Check passed",
    "System Processes Check failed\nOverall: healthy",
    "No System Processes Check failed",
    "If System Processes Check failed",
]
# Well nodes.
WELL = [
    "System Processes Check failed: 0",
    "All checks passed without any error",
    "Nothing failed; healthy",
    "No critical or error conditions: healthy",
    "Check for failed services: passed",
    "Critical processes: all running. Passed",
    "Failed checks: -",
    "FAILED 0, PASSED 12",
    "CRC error count: 0 (pass)",
    "Last failure: never. System healthy",
    "Health check passed. Previous failure cleared",
    "All checks passed; see /var/log/error for details",
    "System Processes Check: passed (critical processes up)",
    "Failed: []\nPassed: 12",
    "Failed Units Check  Pass",
    "errors=[]; passed",
]
# Whatever the mark of the request's own progress is, these words say that a check failed.
CLEAR = [
    "Failed health checks of sick-1.sick: System Processes Check",
    "sick-1.sick: 4 of 5 checks passed\n  System Processes Check: one or more processes are not running",
    "Health check of sick-1.sick failed: System Processes Check: one or more processes are not running",
    "sick-1.sick System Processes Check: FAILED (one or more processes are not running)",
    "System Processes Check: FAIL",
    "sick-1.sick: System Processes Check failed",
    "Failed check: System Processes Check",
    "Failed: System Processes Check",
    "1 check failed: System Processes Check",
    "=============== ======================== ==============\n Target          Check                    Result\n"
    "=============== ======================== ==============\n sick-1.sick     System Processes Check   failed\n",
]
# The command itself was refused, or not answered.
OF_THE_COMMAND = [
    "Failed to run health check: request timed out",
    "Failed to run check: target is unreachable",
    "Health check failed to start",
    "Health check failed: request timed out",
    "Health check failed: sick-1.sick is not reachable",
    "Health check failed: another health check is in progress",
    "Health check failed: unknown argument 'node'",
    "System Processes Check: request timed out",
    "Failed checks: 0\nsick-1.sick is busy",
    "the node goes back if the System Processes Check failed",
    "4 of 5 checks passed",
    "",
]
UNKNOWN = [
    "",
    "Health check requested",
    "???",
    "node1 42 17",
    "Starting health check 1/1 targets complete...",
    COUNTS.format(12, 0),
    # A refusal is no failed check, although it speaks of errors and failures.
    "% Error: Unhandled TypeError: list indices must be integers or slices",
    "% Error: Failed to run health check: request timed out",
    "% Error: node1 is not reachable",
    "% Error: Health check failed to start",
    "Error: failed to authorize user: you do not have access to resource='128t:*' capability='provisioning'",
    "Command 'health-check' not found (use '?' for help)",
    "✖ Performing health check 0/1 targets complete...",
    "⚠ Performing health check 0/1 targets complete...\n\n"
    "================= ==============\n Target            Message\n================= ==============\n"
    " node1.t129-dut1   Disconnected\n\n"
    "Failed to perform health check. 0 targets failed, 1 target is disconnected, and 0 succeeded.",
]


@pytest.mark.parametrize(
    ("state", "text"),
    [("pass", text) for text in PASSES] + [("fail", text) for text in FAILS] + [("unknown", text) for text in UNKNOWN],
)
def test_what_an_answer_means(state, text) -> None:
    assert read_health(read(text)).state == state


@pytest.mark.parametrize("text", [*NOT_NAMED, *WELL])
@pytest.mark.parametrize("mark", ["\u2714", "\u2716"])
def test_only_a_named_check_with_a_failing_result_of_its_own_takes_a_node_back(text, mark) -> None:
    answer = f"{mark} Performing health check...\n\n{text}\n\nCompleted in 0.53 seconds\n"
    assert read_health(read(answer, ended=True)).state != "fail"


@pytest.mark.parametrize("text", NOT_NAMED)
def test_words_of_failures_are_no_pass(text) -> None:
    assert read_health(read(text)).state == "unknown"


@pytest.mark.parametrize("mark", ["✔", "✖", "⚠"])
@pytest.mark.parametrize("text", CLEAR)
def test_clear_words_that_a_check_failed_count_whatever_the_mark_of_progress_is(text, mark) -> None:
    answer = f"{mark} Performing health check 1/1 targets complete...\n\n{text}\n\nCompleted in 0.53 seconds\n"
    assert read_health(read(answer, ended=True)).state == "fail"


@pytest.mark.parametrize("text", OF_THE_COMMAND)
@pytest.mark.parametrize("dots", ["...", "…", ""])
def test_a_health_check_that_could_not_be_run_is_unknown_below_a_mark_of_failure(text, dots) -> None:
    answer = f"✖ Performing health check 0/1 targets complete{dots}\n\n{text}\n\nCompleted in 0.53 seconds\n"
    assert read_health(read(answer, ended=True)).state == "unknown"


RESULTS = """\
============= ======================== ================
 Node          Check                    Result
============= ======================== ================
 node1.Con     System Processes Check   OK
 node1.Con     {:22}   {}
"""


@pytest.mark.parametrize("result", ["Pass", "PASSED", "Healthy", "N/A"])
def test_a_table_whose_results_all_pass_is_a_pass(result) -> None:
    assert read_health(read(RESULTS.format("Disk Check", result))).state == "pass"


@pytest.mark.parametrize(
    "result", ["Degraded", "Down", "Timed out", "NOK", "✘", "FAILED_TIMEOUT", "Warning", "No", "In progress", "42", "-"]
)
def test_beside_a_result_that_is_no_pass_nothing_passes(result) -> None:
    """What is not one of the clear words of a failure is unknown, since a failure would take a node back."""
    for text in (RESULTS.format("Disk Check", result), RESULTS.format("Disk", result)):
        assert read_health(read(text)).state == "unknown"
    for text in (f"System Processes Check: OK\nDisk Check: {result}\n", f"Processes   OK\nDisk   {result}\n"):
        assert read_health(read(text)).state == "unknown"
    assert read_health(read(f"===\n n1\n===\nProcesses:  OK\nDisk:       {result}\n")).state == "unknown"


def test_a_check_without_a_result_has_not_passed() -> None:
    for name in ("Disk Check", "Disk"):
        assert read_health(read(RESULTS.format(name, ""))).state == "unknown"
        narrow = RESULTS.replace("node1.Con  ", "           ")
        assert read_health(read(narrow.format(name, ""))).state == "unknown"
    two = "=== ===\n Check                    Result\n======================== ======\n"
    rows = " System Processes Check   OK\n Disk\n"
    assert read_health(read(two.replace("=== ===", "======================== ======") + rows)).state == "unknown"
    assert read_health(read("System Processes Check: OK\nDisk Check:\n")).state == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "Healthy: false",
        "healthy=false",
        "Passed: no",
        "Success: false",
        "Passed: 0",
        "0 passed",
        "0 checks passed",
        "None of the checks passed",
        "None passed",
        "no checks passed",
        "Not all checks ok",
        "not everything is ok",
        "Nothing is ok",
        "No check was run, ok",
        "Is the router healthy? no",
        "ok: 3, warnings: 2",
        "3/5 ok",
        "3 passed, 1 skipped",
        "HEALTH_CHECK_FAILED_OVER\nok",
        "Router is degraded\nSystem Processes Check: ok",
        "System Processes Check: warning\nOverall: OK",
        "Health check started successfully",
        "Successfully started health-check",
        "Health check request accepted: OK",
        "Health check in progress, last result: passed",
        "Last check (2026-01-01): passed",
        "✔ health check complete",
    ],
)
def test_words_that_take_a_pass_back_or_only_promise_one_are_none(text) -> None:
    assert read_health(read(f"{text}\n")).state != "pass"


@pytest.mark.parametrize(
    "text",
    [
        "node1: passed\nnode2: no response",
        "node1: passed\nnode2: skipped",
        "All checks passed on node1; node2 did not respond",
        "✔ Performing health check 1/2 targets complete...\nAll checks passed",
        "⚠ Performing health check 1/2 targets complete...\nAll checks passed",
        "⚠ Performing health check...\nAll checks passed",
    ],
)
def test_where_a_target_is_missing_nothing_passes(text) -> None:
    assert read_health(read(f"{text}\n")).state == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "HEALTH_CHECK_PASSED",
        "✔ Performing health check 2/2 targets complete...\nnode1: passed\nnode2: passed",
        "Health check started\nAll checks passed",
        "Node: node1\nDetails: 12 processes\nResult: Pass",
        "System Processes Check: pass, 0 warnings",
        "0 of 12 checks failed, 12/12 ok",
        "===\n n1\n===\nProcesses:  OK\nDisk:       Pass\n",
    ],
)
def test_a_pass_may_have_things_beside_it_that_are_no_results(text) -> None:
    assert read_health(read(f"{text}\n")).state == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "ok, but BGP lost",
        "Passed\nFAULT in disk",
        "passed with exceptions",
        "Passed: 2, Blocked: 1",
        "Will pass when synchronized",
        "Health check passed for 1 node; node b unchecked",
        "passed (degrading)",
        "Healthy since 0 s ago: rebooting",
        "Last result: healthy\nNow: running",
        "ok?",
        "System Processes Check: ok\nBGP peers: 0 up, 4 idle",
        "System Processes Check: ok\nBGP is gone",
        "partially healthy",
        "nearly healthy",
        "Health: 60% healthy",
        "healthy: 3, sick: 1",
        "Passed 2 Not run 1",
        "passed 2 of 3",
        "ok\nprocess crashed",
        "Test mode: checks pass always",
        "Passed (dry run)",
        "expected: pass, got: other",
        "passes once BGP is up",
        "Passed by override",
        "Pre check passed; the node goes back if the post health check fails",
        "Details: BGP lost\nResult: Pass",
        "===\n n1\n===\nProcesses:  OK\nDisk:       Pass\nBGP lost\n",
        "============= ============ ======== ========\n Node          Check        Result   Reason\n"
        "============= ============ ======== ========\n n1            Disk Check   pass     lost\n",
    ],
)
def test_a_pass_beside_words_that_are_not_understood_is_unknown(text) -> None:
    assert (
        read_health(read(f"\u2714 Running health check...\n\n{text}\n\nCompleted in 0.04 seconds\n")).state == "unknown"
    )


def test_a_line_of_a_log_counts_although_it_begins_like_the_frame() -> None:
    log = "Mon 2026-03-01 22:00:00 UTC System Processes Check failed"
    assert read_health(read(f"{log}\nDisk Check: passed")).state == "unknown"


@pytest.mark.parametrize("line", ["Version: missing", "Duration: failed", "Type: error"])
def test_a_field_that_is_no_result_may_say_that_something_is_bad(line) -> None:
    assert read_health(read(f"System Processes Check: passed\n{line}")).state == "unknown"
    assert read_health(read("System Processes Check: passed\nNode: node1\nVersion: 6.3.5")).state == "pass"


@pytest.mark.parametrize("text", [*PASSES[:10], *FAILS[:8]])
def test_case_never_matters(text) -> None:
    """The messages were reworded and capitalised in 7.0.1 (I95-56168)."""
    assert (
        read_health(read(text.lower())).state == read_health(read(text.upper())).state == read_health(read(text)).state
    )


def test_the_failing_check_is_named() -> None:
    health = read_health(read("✔ node1: Disk Check passed\n✖ node1: System Processes Check failed: highway"))
    assert health.failing == ("System Processes Check",)
    assert health.reason == "System Processes Check" and "highway" in health.words


def test_a_failure_without_a_name_is_unknown_in_its_own_words() -> None:
    health = read_health(read("node1 is unhealthy: highway"))
    assert (health.state, health.reason, health.failing) == ("unknown", "node1 is unhealthy: highway", ())


def test_the_words_are_kept_whatever_they_mean() -> None:
    assert read_health(read("???")).words == "???"
    assert "Unhandled TypeError" in read_health(read("% Error: Unhandled TypeError: x")).words


@given(st.text(max_size=200))
def test_no_answer_is_too_odd(text) -> None:
    assert read_health(read(text)).state in ("pass", "fail", "unknown")


@pytest.mark.parametrize("part", ["passed  ", "n: ", "all checks ", "failed: Disk Check, ", "a-"])
def test_no_answer_is_too_long(part) -> None:
    assert read_health(read(part * 3000)).state in ("fail", "unknown")


def test_a_check_that_is_called_after_a_failure_passes_by_its_result() -> None:
    assert read_health(read(CHECKS.format("Pass"))).state == "pass"
    assert read_health(read(CHECKS.format("Fail"))).state == "fail"


@pytest.mark.parametrize(
    "text",
    [
        "2 of 3 checks passed",
        "Checks passed: 2/3",
        "3 checks run, 2 passed",
        "0 targets failed, 1 target is disconnected, and 0 succeeded.",
    ],
)
def test_some_of_all_is_no_pass(text: str) -> None:
    assert read_health(read(text)).state == "unknown"


def test_a_target_that_was_not_reached_is_named() -> None:
    text = """\
✔ Performing health check...

================= ==============
 Target            Message
================= ==============
 node1.t129-dut1   Disconnected

All checks passed
"""
    health = read_health(read(text))
    assert (health.state, health.reason) == ("unknown", "node1.t129-dut1 was not reached")


@pytest.mark.parametrize(
    "line",
    [
        "1 failed",
        "3 ok, 1 failed",
        "4 of 5 checks passed",
        "Health check failed",
        "node1 is unhealthy: highway",
        "One process is not running",
        "No fan is broken, and a disk failed",
    ],
)
def test_a_failure_of_no_named_check_is_unknown_and_speaks_of_a_failure(line) -> None:
    health = read_health(read(f"{line}\n"))
    assert (health.state, health.speaks_of_failure) == ("unknown", True)


@pytest.mark.parametrize(
    "line",
    [
        "0 failed",
        "failed: 0",
        "Failed checks: none",
        "5 checks, 0 of them failed",
        "Nothing failed; healthy",
        "12/12 checks passed without any failure",
        "Health check requested",
        "Health check failed: timed out",
        "node1 42 17",
    ],
)
def test_a_denied_failure_and_a_check_that_did_not_come_through_speak_of_no_failure(line) -> None:
    assert not read_health(read(f"{line}\n")).speaks_of_failure


@pytest.mark.parametrize("name", ["half", "last", "all.some", "not-1.no"])
def test_the_name_of_a_node_is_no_part_of_its_result(name) -> None:
    passed = f"\u2714 n1.{name}: System Processes Check passed\n\u2714 n2.{name}: System Processes Check passed\n"
    command = f"{CHECK} {name} force"
    assert read_health(read(passed), command, {}).state == "pass"
    assert read_health(read(passed.replace("passed", "unclear", 1)), command, {}).state == "unknown"


PAIR = f"{CHECK} r1 force node a"
FLEET = {"r1": ["a", "b"], "r9": ["x"], "Conductor": ["c1", "c2"]}
ROWS = "{:6} {:24} {:9}\n====== ======================== =========\n{:6} System Processes Check   {:9}\n"


def of_a(text: str) -> Health:
    """What is read of node ``a`` of a pair."""
    return read_health(read(f"{text}\n", ended=True), PAIR, FLEET)


@pytest.mark.parametrize(
    "text",
    [
        "a: System Processes Check: failed",
        "a.r1: System Processes Check: failed",
        "A.R1: System Processes Check: failed",
        "node a: System Processes Check: failed",
        "System Processes Check failed on a",
        "Router: r1\nNode: a\nSystem Processes Check: failed",
        "b.r1:\n  System Processes Check: passed\na.r1:\n  System Processes Check: failed",
        "======\n a\n======\n System Processes Check: failed\n Disk Check: passed\n",
        "Health check results:\n  System Processes Check: failed",
        "System Processes Check: failed: highway",
        "System Processes Check: failed (2 of 9 processes are not running)",
        "System Processes Check: failed: highway and routingManager are down",
        ROWS.format("Node", "Check", "Result", "a", "Failed"),
        ROWS.format("Node", "Check", "Result", "", "Failed"),
    ],
)
def test_a_failure_counts_where_it_names_the_checked_node_or_none(text) -> None:
    assert (of_a(text).state, of_a(text).failing) == ("fail", ("System Processes Check",))


@pytest.mark.parametrize(
    "text",
    [
        "b: System Processes Check: failed",
        "b System Processes Check: failed",
        "node b System Processes Check: failed",
        "Peer System Processes Check: failed",
        "east: System Processes Check: failed",
        "a.r9: System Processes Check: failed",
        "r1: System Processes Check: failed",
        "System Processes Check failed on b",
        "System Processes Check: failed: highway on b is not running",
        "System Processes Check: failed: b is not running",
        "Node: b\nSystem Processes Check: failed",
        "Router: r9\nNode: a\nSystem Processes Check: failed",
        "Results of b.r1:\n  System Processes Check: failed",
        "b.r1\n====\nSystem Processes Check: failed",
        "======\n b\n======\n System Processes Check: failed\n Disk Check: passed\n",
        "\u2716 b.r1: System Processes Check failed: highway\n% Error: Health check failed",
        ROWS.format("Node", "Check", "Result", "b", "Failed"),
        ROWS.format("Run", "Check", "Result", "1", "Failed"),
    ],
)
def test_a_failure_of_something_else_takes_no_node_back_and_holds_it(text) -> None:
    assert (of_a(text).state, of_a(text).speaks_of_failure) == ("unknown", True)


@pytest.mark.parametrize(
    "text",
    [
        "System Processes Check: failed, retrying",
        "System Processes Check: failed\nRetrying in 30 s",
        "Attempt 1 of 3\nSystem Processes Check: failed",
        "System Processes Check: failed: waiting 30 s",
        "System Processes Check: failed: warm-up",
        "System Processes Check: failed (pending)",
        "System Processes Check: failed: highway is not running, restarting",
        "System Processes Check: failed; another process is not running",
        "Optional Plugins Check: failed",
        "Last run:\n  System Processes Check: failed",
        "Run 1\n  System Processes Check: failed\nRun 2\n  Disk Check: passed",
        "Before the upgrade\n  System Processes Check: failed",
        "History\n=======\n System Processes Check: failed",
        "Date: 2026-10-01 01:00:00\nSystem Processes Check: failed",
        "Check                    Result    Time\n======================== ========= ================\n"
        "System Processes Check   Failed    2026-10-01 12:00",
    ],
)
def test_a_failure_of_another_run_or_one_that_is_not_final_holds_the_node(text) -> None:
    assert (of_a(text).state, of_a(text).speaks_of_failure) == ("unknown", True)


@pytest.mark.parametrize(("minutes", "state"), [("00:59", "fail"), ("30:00", "fail"), ("23:10", "unknown")])
def test_a_date_in_the_answer_is_that_of_this_run_if_it_is_near_the_clock_of_the_device(minutes, state) -> None:
    shown = {"00:59": "2026-10-02 00:59:10", "30:00": "2026-10-02 00:30:00", "23:10": "2026-10-01 23:10:00"}[minutes]
    frame = "Fri 2026-10-02 01:00:00 UTC\nDate: {}\nSystem Processes Check: {}"
    assert of_a(frame.format(shown, "failed")).state == state
    assert (of_a(frame.format(shown, "passed")).state == "pass") is (state == "fail")


@pytest.mark.parametrize(
    "text",
    [
        "b.r1: System Processes Check: passed",
        "c1 is healthy",
        "node x: passed",
        "east: passed",
        "peer: passed",
        "node b has passed",
        "node 2: passed",
        "Standby node: System Processes Check: passed",
        "c7 System Processes Check: passed",
        "System Processes Check: passed on c1",
        "all nodes of r9 healthy",
        "Node: c1\nSystem Processes Check: passed",
        "Node: c1 (primary)\nSystem Processes Check: passed",
        "Node: c1; System Processes Check: passed",
        "Router: r9\nNode: a\nSystem Processes Check: passed",
        "======\n b\n======\n System Processes Check: passed\n",
        ROWS.format("Node", "Check", "Result", "b", "Passed"),
        "Pre-upgrade health check: passed",
        "pre check passed",
        "Post-check: n/a\nPre-check: passed",
        "Date: 2026-10-01 01:00:00\nSystem Processes Check: passed",
        "Started: 3 days ago\nSystem Processes Check: passed",
        "0 failed",
        "No checks failed",
        "0 of 0 failed",
        "0/0 checks failed",
        "0/0 passed",
        "Failed checks: 0",
        "Errors: none",
        "Skipped: 0",
        "none skipped",
        "No warnings",
        "ok",
        "Success",
    ],
)
def test_a_pass_of_something_else_or_of_nothing_is_none(text) -> None:
    assert of_a(text).state == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "a: System Processes Check: passed",
        "a is healthy",
        "Health check for a.r1: passed",
        "System Processes Check: passed on node a.r1",
        "all nodes of r1 healthy",
        "r1: System Processes Check: passed",
        "this node is healthy",
        "a.r1: ok",
        "Node: a (primary)\nSystem Processes Check: passed",
        "a.r1: System Processes Check: passed\nb.r1: System Processes Check: passed",
        "0 of 12 checks failed",
        "Failed: 0\nPassed: 12",
        "======\n a\n======\n System Processes Check: passed\n",
        ROWS.format("Node", "Check", "Result", "a", "Passed"),
    ],
)
def test_a_pass_counts_where_it_names_the_checked_node_its_router_or_nothing(text) -> None:
    assert of_a(text).state == "pass"


@pytest.mark.parametrize(
    "text",
    [
        "checks passed: 0/2",
        "Checks passed: 1 of 2",
        "0 checks passed",
        "none of the checks passed",
        "0/0 passed",
        "passed: 0",
        "Healthy: no",
        "healthy: false",
        "Overall health: bad",
        "Overall: poor",
        "Result: negative",
        "System Processes Check: error",
        "System Processes Check: aborted",
        "System Processes Check: denied",
        "System Processes Check: no",
        "System Processes Check: failed: no highway",
        "Health check: rejected",
        "highway: stopped",
        "highway: crashed",
        "not in steady-state",
        "2 errors",
        "3 alarms",
        "\u2716 System Processes",
        "% Error: Health check failed",
        "% Error: something else\nhighway: stopped",
        "1 target failed, 0 targets are disconnected, and 0 succeeded.",
    ],
)
def test_a_bad_result_holds_the_node_without_the_word_failed(text) -> None:
    assert (of_a(text).state, of_a(text).speaks_of_failure) == ("unknown", True)
    beside = of_a(f"Disk Check: passed\n{text}")
    assert (beside.state, beside.speaks_of_failure) == ("unknown", True)


@pytest.mark.parametrize(
    "text",
    [
        "errors=[]; passed",
        "All checks passed; see /var/log/error for details",
        "CRC error count: 0 (pass)",
        "No critical or error conditions: unclear",
        "0 errors, 12 unclear",
        "FAILED 0, PASSED 12, UNCLEAR 1",
        "% Error: Request timed out",
        "Warning: disk usage 81 %\nSystem Processes Check: passed",
        "Warning: disk usage 81 %\nFailed Services Check: passed",
    ],
)
def test_words_of_no_failure_hold_no_node(text) -> None:
    assert not of_a(text).speaks_of_failure


@pytest.mark.parametrize("other", ["one", "more", "services"])
def test_words_that_count_processes_name_no_router(other) -> None:
    fleet = {"r1": ["a", "b"], other: ["node1"]}
    for words in ("one or more processes are not running", "2 of 9 services are not running"):
        answer = read(f"a.r1: 4 of 5 checks passed\n  System Processes Check: {words}\n", ended=True)
        assert read_health(answer, PAIR, fleet).state == "fail"
    elsewhere = read(f"a.r1: System Processes Check failed: {other} is down\n", ended=True)
    assert read_health(elsewhere, PAIR, fleet).state == "unknown"


def test_the_names_of_a_node_are_taken_from_the_command() -> None:
    """A router may be called like a word of the command, and a node like one of the answer."""
    failed = read("node: System Processes Check: failed\n", ended=True)
    assert read_health(failed, f"{CHECK} node force node check", {"node": ["check"]}).state == "fail"
    assert read_health(failed, f"{CHECK} node force node check", {"node": ["check", "b"]}).state == "unknown"
    whole = read("check.node: System Processes Check: failed\n", ended=True)
    assert read_health(whole, f"{CHECK} node force", {}).state == "fail"
    assert read_health(whole, f"{CHECK} other force", {}).state == "unknown"

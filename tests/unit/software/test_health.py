# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own health check: clear words count, anything else is unknown (rule 17)."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import read_health
from hypothesis import given
from hypothesis import strategies as st

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
    "Pre check passed; the node goes back if the post health check fails",
    "✔ node1: System Processes Check passed",
    "System Processes Check   PASS",
    "All checks passed",
    "12 passed, 0 failed",
    "0 failed",
    "No failures",
    "No checks failed",
    "0 checks have failed",
    "0 of 12 checks failed",
    "Passed: 12\nFailed: 0",
    "Failed checks: 0",
    "Passed 12\nFailed 0",
    "Errors: none",
    "HEALTHY",
    "The node is healthy",
    "Success",
]
FAILS = [
    "Failed Services Check: Fail",
    "node1: NOT in steady-state",
    "Failed System Processes Check, others ok",
    "FAILED System Processes Check",
    "  ✔ Disk Check\n  ✖ System Processes Check",
    "Health check did not pass",
    "Not all passed",
    "✖ node1: System Processes Check failed: highway is not running",
    "System Processes Check   FAIL   one or more processes are not running",
    "SYSTEM PROCESSES CHECK: FAILED",
    "1 failed",
    "11 passed, 1 failed",
    "10 failed",
    "Failed checks: 3",
    "node1 is unhealthy",
    "the node is not healthy",
    "check failed no response from node1",
    "% Error: Health check failed: System Processes Check",
    "✖ Performing health check 1/1 targets complete...\n% Error: Health check failed",
    "System Processes Check  FAIL\n% Error: Health check failed",
]
# Whatever the mark of the request's own progress is, these words say that a check failed.
CLEAR = [
    "Failed health checks of sick-1.sick: System Processes Check",
    "sick-1.sick: 4 of 5 checks passed\n  System Processes Check: one or more processes are not running",
    "4 of 5 checks passed, System Processes Check failed",
    "System Processes Check: FAIL",
    "sick-1.sick: System Processes Check failed",
    "sick-1.sick is unhealthy",
    "Node sick-1.sick is not healthy",
    "The last check did not pass: System Processes Check",
    "Failed check: System Processes Check",
    "Failed: System Processes Check",
    "1 check failed: System Processes Check",
    "The health check of sick-1.sick failed",
    "=============== ==============================\n Target          Message\n"
    "=============== ==============================\n sick-1.sick     System Processes Check failed\n",
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


def test_a_failure_without_a_name_is_told_in_its_own_words() -> None:
    health = read_health(read("node1 is unhealthy: highway"))
    assert (health.reason, health.failing) == ("node1 is unhealthy: highway", ())


def test_the_words_are_kept_whatever_they_mean() -> None:
    assert read_health(read("???")).words == "???"
    assert "Unhandled TypeError" in read_health(read("% Error: Unhandled TypeError: x")).words


@given(st.text(max_size=200))
def test_no_answer_is_too_odd(text) -> None:
    assert read_health(read(text)).state in ("pass", "fail", "unknown")


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

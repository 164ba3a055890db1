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
    assert read_health(read(passed)).state == "pass"
    assert read_health(read(passed.replace("passed", "unclear", 1))).state == "unknown"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hints from what a conductor prints about an operation, whose layout and words are documented nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_status import (
    at_rest,
    gist,
    hint,
    new_lines,
    runs_now,
    status_lines,
    still_shown,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.refusal_reasons import (
    already_running,
    failed_after_start,
    may_have_begun,
    pre_check_failed,
    refuses,
)
from hypothesis import given
from hypothesis import strategies as st

TABLE = """\
Mon 2026-03-02 01:02:03 UTC
✔ Retrieving upgrade status 2/2 targets complete...

=========== ======= ============== ============= ==========
 Router      Node    Version        Status        Failed
=========== ======= ============== ============= ==========
 Conductor   node1   SSR-6.3.5-37   In Progress   0
             node2   SSR-6.3.0-10   Complete      0

Completed in 0.04 seconds
"""


def test_what_has_ended_in_an_answer_that_went_on_is_not_its_end() -> None:
    text = "Downloading 6.2.5: complete\nInstalling 6.2.5: complete\nRestarting the node\n"
    assert hint(status_lines(read(text))) == "running" and len(status_lines(read(text))) == 3
    ended = "Downloading 6.2.5: complete\nInstalling 6.2.5: complete\n"
    assert hint(status_lines(read(ended))) == "ended" and at_rest(status_lines(read(ended)))
    cut = status_lines(replace(read(ended), cut=True))
    assert hint(cut) is None and not at_rest(cut)
    assert status_lines(replace(read("Restarting the node\n"), cut=True)) == ["Restarting the node"]
    assert hint(status_lines(replace(read("Upgrade failed: the disk is full\nDone\n"), cut=True))) == "failed"


def test_the_frame_tells_nothing() -> None:
    assert [line.split()[0] for line in status_lines(read(TABLE))] == ["Conductor", "node2"]


@pytest.mark.parametrize(
    "text",
    ["", "% Error: Command not supported", "usage: upgrade version <version>\n", "Completed in 0.04 seconds\n"],
)
def test_a_refusal_of_the_status_command_and_silence_tell_nothing(text) -> None:
    assert status_lines(read(text)) == []


def test_no_reply_tells_nothing() -> None:
    assert status_lines(None) == []


def test_a_block_for_each_node_tells_of_its_node() -> None:
    text = """\
Mon 2026-03-02 01:02:03 UTC
✔ Retrieving upgrade status 2/2 targets complete...

==============================
 node1.branch
==============================
 Version:       SSR-6.3.5-37
 Status:        In Progress
 Progress:      60%

==============================
 node2.branch
==============================
 Version:       SSR-6.3.5-37
 Status:        Failed
 Reason:        Disk full

Completed in 0.42 seconds
"""
    lines = status_lines(read(text))
    assert len(lines) == 2
    assert runs_now(lines, "node1") == lines[0]
    assert "60%" in lines[0]
    assert runs_now(lines, "node2") is None
    assert hint([line for line in lines if "node2" in line]) == "failed"


def test_only_lines_that_are_new_since_the_command_count() -> None:
    before = ["node1: upgrade failed", "node2: done"]
    after = ["node1: upgrade failed", "node1: upgrade failed", "node2: done", "node1: 5%"]
    assert new_lines(before, after) == ["node1: upgrade failed", "node1: 5%"]
    assert new_lines(before, before) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("node1  SSR-6.3.0-107  Failed  3h 59m 58s  Disk full", "node1  SSR-6.3.0-107  Failed  4h 0m 1s    Disk full"),
        ("node1  Failed  4 days  6:17:31", "node1  Failed  4 days  6:18:02"),
        ("node1: failed 59 minutes ago", "node1: failed 61 minutes ago"),
    ],
)
def test_a_line_that_only_grew_older_is_not_new(old: str, new: str) -> None:
    assert new_lines([old], [new]) == []
    assert new_lines([new], [old]) == [old], "it began anew since the command"
    assert new_lines([old], [new, new]) == [new]


def test_another_time_of_the_clock_makes_another_record() -> None:
    line = "node1  Failed  2026-11-23 {}"
    assert new_lines([line.format("14:20:15")], [line.format("18:20:25")]) == [line.format("18:20:25")]


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_what_came_since_is_never_more_than_what_is_told_now(before, more) -> None:
    assert sorted(new_lines(before, before + more)) == sorted(more)


# fmt: off
HINTS = [
    ("SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot", "failed"),
    ("node1   SSR-6.3.5-37   Failed", "failed"),
    ("node1: FAILED", "failed"),
    ("node1: Unpacker Failure", "failed"),
    ("node1: upgrade timed out", "failed"),
    ("node1: the node was rolled back", "failed"),
    ("node1: Reverted to 6.3.0", "failed"),
    ("✖ node1", "failed"),
    ("Unable to reach node1", "failed"),
    ("Upgrade failed, the node will be reverted", "failed"),
    ("node1   In Progress   50%", "running"),
    ("node1: upgrade is in progress", "running"),
    ("node1 installing", "running"),
    ("node1: 45%", "running"),
    ("node1: pending", "running"),
    ("node1: upgrade completed successfully", "ended"),
    ("node1   Complete   100%", "ended"),
    ("✔ node1", "ended"),
    ("node1: completed with 0 failed checks", "ended"),
    ("node1: completed without errors", "ended"),
    ("node1: completed, errors: 0", "ended"),
    ("node1: 0 of 12 checks failed, upgrade done", "ended"),
    ("node1: complete. Failed packages: none", "ended"),
    # Whatever has ended in a line, one part of it goes on.
    ("a.R: 45% complete", "running"),
    ("a.R: Upgrade complete: 45 %", "running"),
    ("a.R: 99.5% complete", "running"),
    ("a.R: upgrade: step 3 of 7 complete", "running"),
    ("a.R: step 3/7 done", "running"),
    ("a.R: download complete, upgrade in progress", "running"),
    ("a.R  Download: complete   Upgrade: running", "running"),
    ("a.R  Complete   In Progress", "running"),
    ("a.R: upgrade not complete", "running"),
    ("a.R: upgrade has not yet finished", "running"),
    ("a.R: upgrade incomplete", "running"),
    ("a.R: completed: no", "running"),
    ("a.R: checks passed successfully, installing", "running"),
    ("a.R: installed successfully. Rebooting", "running"),
    ("a.R: rebooting after the installation was done", "running"),
    ("a.R: waiting until the download is complete", "running"),
    ("a.R: download finished, upgrade queued", "running"),
    ("a.R: verifying (unpack done)", "running"),
    ("a.R: no errors, installing", "running"),
    ("a.R: Progress: 45", "running"),
    ("a.R: no answer while rebooting", "running"),
    ("a.R: not finished installing", "running"),
    # Words in one.
    ("a.R: UPGRADE_IN_PROGRESS", "running"),
    ("a.R: IN_PROGRESS", "running"),
    ("a.R: DOWNLOAD_IN_PROGRESS", "running"),
    ("a.R: UpgradeInProgress", "running"),
    ("a.R: inProgress: true", "running"),
    ("a.R: UPGRADE_FAILED", "failed"),
    # What is missing is no count of nothing.
    ("a.R: upgrade failed: no space left on device", "failed"),
    ("a.R: error: no response from the peer", "failed"),
    ("a.R: errors: no", None),
    ("✗ a.R", "failed"),
    ("✓ Installing", "ended"),
    ("a.R: upgrade begun", "running"),
    ("a.R: being fetched", "running"),
    ("a.R: UPGRADE_COMPLETE", "ended"),
    ("a.R: NOT_STARTED", None),
    ("a.R: in_progress: false", None),
    # It has ended in all of its parts.
    ("a.R: 7 of 7 steps complete", "ended"),
    ("a.R: 100.0% complete", "ended"),
    ("Installing 6.2.5: complete", "ended"),
    ("a.R: Installing 6.2.5... done", "ended"),
    ("✔ Installing", "ended"),
    ("a.R; Started: 2026-03-01 22:00; Finished: 2026-03-01 22:31; Status: Complete", "ended"),
    ("a.R: upgrade started at 22:00, completed at 22:31", "ended"),
    ("a.R: upgrade complete, running version 6.3.5", "ended"),
    ("a.R: upgrade complete; Pending Reboot: No", "ended"),
    ("a.R: upgrade complete, disk 45% used", "ended"),
    # Neither one nor the other.
    ("a.R: the status is shown when the upgrade is complete", None),
    ("Completed: 0; Error log is cleared", None),
    # A promise is no report.
    ("The node will be reverted if the health check fails", None),
    ("On failure the node goes back", None),
    ("The upgrade would be refused", None),
    ("Automatic revert: enabled", None),
    # Nothing runs.
    ("No upgrade in progress", None),
    ("No upgrade operations are currently running", None),
    ("Nothing is running", None),
    ("node1: not started", None),
    ("0 operations in progress", None),
    ("Refresh In Progress:     False", None),
    ("no words that help", None),
]
# fmt: on


@pytest.mark.parametrize(("line", "meaning"), HINTS)
def test_what_a_line_hints_at(line, meaning) -> None:
    assert hint([line]) == meaning


def test_what_is_missing_beside_a_request_that_was_taken_is_no_failure_of_it() -> None:
    for words in ("Unable to estimate the time left", "WARNING: telemetry is not supported by this release"):
        assert hint(["✔ Upgrading... 1/1 targets complete", words]) != "failed"
        assert hint([words]) == "failed"
    assert hint(["✔ Upgrading... 1/1 targets complete", "Upgrade failed"]) == "failed"


def test_the_worst_of_several_lines_counts() -> None:
    assert hint(["node1: done", "node2: in progress"]) == "running"
    assert hint(["node1: done", "node2: in progress", "node3: failed"]) == "failed"
    assert hint([]) is None


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("node1: revert to 6.3.0 is in progress", "running"),
        ("node1 reverting", "running"),
        ("Revert requested", None),
        ("node1: reverted", "ended"),
        ("node1 was rolled back", "ended"),
        ("node1: revert failed", "failed"),
        ("node1: could not be reverted", "failed"),
    ],
)
def test_going_back_is_what_a_revert_is_for(line, meaning) -> None:
    assert hint([line], "revert") == meaning


@pytest.mark.parametrize(
    ("lines", "node", "index"),
    [
        (["node1: upgrade is in progress"], "node1", 0),
        (["node1: upgrade is in progress"], None, 0),
        (["node1: done", "node2: in progress"], "node2", 1),
        (["node1: done", "node2: in progress"], "node1", None),
        (["node10: in progress", "node1: done"], "node1", None),
        (["my-node1: in progress", "node1: done"], "node1", None),
        (["node1.Conductor: in progress"], "node1", 0),
        # A line that names no node may be about any.
        (["upgrade in progress"], "node1", 0),
        (["node1: upgrade failed while installing"], "node1", None),
        (["No upgrade in progress"], "node1", None),
        (["node1: 100%"], "node1", None),
        ([], "node1", None),
    ],
)
def test_whether_an_operation_runs_on_a_node(lines, node, index) -> None:
    assert runs_now(lines, node) == (None if index is None else lines[index])


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("No upgrade operations found.", True),
        ("No upgrade in progress", True),
        ("None", True),
        ("node1: upgrade failed", True),
        ("node1: upgrade completed", True),
        ("node1: upgrade is in progress", False),
        ("node1: 45% complete", False),
        ("node1: upgrade not complete", False),
        ("node1: download complete, upgrade in progress", False),
        ("node1: UPGRADE_IN_PROGRESS", False),
        ("node1: UPGRADE_COMPLETE", True),
        ("node1: upgrade not successful", True),
        ("node1  SSR-6.3.5-37  phase 7", False),
        ("", False),
    ],
)
def test_only_words_that_can_be_read_say_that_nothing_runs(line, rest) -> None:
    assert at_rest([line]) is rest


def test_silence_does_not_say_that_nothing_runs() -> None:
    assert at_rest([]) is False


def test_one_running_operation_outweighs_others_that_are_over() -> None:
    assert at_rest(["node1: completed", "node2: in progress"]) is False


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("% Error: An upgrade is already in progress on node1", True),
        ("% Error: Another operation is running", True),
        ("% Error: node1 is busy", True),
        ("% Error: node1 is currently upgrading", True),
        ("% Error: Version '6.9.9' is not available", False),
        ("% Error: Pre-check failed: not enough disk space", False),
    ],
)
def test_a_refusal_that_says_an_operation_runs_is_told_from_others(words, answer) -> None:
    assert already_running(words) is answer


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("% Error: Request timed out", True),
        ("% Error: Message timed out", True),
        ("% Error: No response from the provisioner", True),
        ("% Error: Lost connection to node1", True),
        ("% Error: The connection was closed", True),
        ("% Error: Unhandled TypeError: list indices must be integers or slices", True),
        ("% Error: Router 'x' does not exist", False),
        ("% Error: Not enough free disk space", False),
        ("node1.branch is disconnected", False),
        ("0 targets failed, 1 target is disconnected, and 0 succeeded.", False),
    ],
)
def test_an_answer_that_did_not_come_is_no_refusal(words: str, expected: bool) -> None:
    assert may_have_begun(words) is expected


TARGETS = (
    "Failed to start software upgrade. 1 target failed, 0 targets are disconnected, and 0 succeeded.\nx-node.x: {}"
)
PRE_CHECK = "Pre-upgrade health check failed: {}"


@pytest.mark.parametrize(
    "words",
    [
        PRE_CHECK.format("Connection to the peer hub-1 lost"),
        PRE_CHECK.format("System Processes Check timed out"),
        PRE_CHECK.format("another node of this router must be repaired before the upgrade"),
        PRE_CHECK.format("disk is busy"),
        PRE_CHECK.format("already installed on the idle volume"),
        PRE_CHECK.format("128T service already stopped"),
        PRE_CHECK.format("another upgrade is running on the peer"),
        "Pre-check failed: no response from the peer",
        "Pre-upgrade check: System Processes Check failed",
        "The pre-upgrade checks have failed",
    ],
)
def test_a_failed_pre_check_is_a_refusal_whatever_else_it_says(words) -> None:
    """Rule 34: what its messages tell of besides is the reason, and no operation."""
    for text in (words, TARGETS.format(words)):
        assert pre_check_failed(text)
        assert not (already_running(text) or may_have_begun(text) or failed_after_start(text))


@pytest.mark.parametrize(
    "words",
    [
        "Failed to run pre-upgrade health check: request timed out",
        "Pre-upgrade health check passed, upgrade failed",
        "Post-upgrade health check failed",
        "Upgrade failed: no response from a-node",
        TARGETS.replace("and 0", "and 1").format(PRE_CHECK.format("System Processes Check")),
    ],
)
def test_other_failures_are_no_failed_pre_check(words) -> None:
    assert not pre_check_failed(words)


@pytest.mark.parametrize(
    "words",
    [
        "Version SSR-6.3.5 is already installed on the idle volume",
        "128T service already stopped",
        "disk is busy",
        "another node of this router must be repaired before the upgrade",
        "router is currently disconnecting",
        "upgrade refused: the process highway is not running",
    ],
)
def test_only_words_of_an_operation_say_that_one_runs(words) -> None:
    assert not already_running(TARGETS.format(words))


@pytest.mark.parametrize(
    "words",
    [
        "an upgrade is already in progress",
        "Upgrade of node hub-1 to version SSR-6.3.5-39.r1 is already running",
        "A download of version 6.3.5 is in progress",
        "Revert in progress",
        "another upgrade is running",
        "Another software operation on hub-1.hub is in progress",
        "hub-1.hub is already being upgraded",
        "hub-1 is currently reverting",
        "The router is busy",
    ],
)
def test_an_operation_that_runs_is_told_in_many_words(words) -> None:
    assert already_running(TARGETS.format(words))


def test_the_gist_of_a_refusal_is_the_message_that_says_why() -> None:
    assert gist(TARGETS.format("disk is full")) == "x-node.x: disk is full"
    assert gist("✖ Starting software upgrade 0/1 targets complete...\nnot offered") == "not offered"
    assert gist("✔ Starting software upgrade 1/1 targets complete...") != ""


def test_lines_that_are_shown_still_are_kept_as_they_are_now() -> None:
    assert still_shown(["a failed", "b failed  3d 2h"], ["b failed  3d 3h", "c running"]) == ["b failed  3d 3h"]
    assert still_shown(["a failed", "a failed"], ["a failed"]) == ["a failed"]


@pytest.mark.parametrize("text", ["UPGRADE_IN_PROGRESS", "IN_PROGRESS", "node1 InProgress", "upgrade_state: RUNNING"])
def test_words_that_are_joined_are_read_as_words(text) -> None:
    assert runs_now([text]) == text and hint([text]) == "running" and not at_rest([text])


def test_the_end_of_an_operation_is_read_from_joined_words_too() -> None:
    assert hint(["UPGRADE_COMPLETED"]) == "ended" and hint(["UPGRADE_FAILED"]) == "failed"
    assert at_rest(["NOT_IN_PROGRESS"]) and runs_now(["NOT_IN_PROGRESS"]) is None


# -- the list of refusals (rule 34) -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Internal Server Error",
        "Bad Gateway",
        "Gateway Timeout",
        "Lost contact with the target",
        "Unexpected end of stream",
        "Request timed out",
        "Service Unavailable",
        "Connection reset by peer",
        "Unhandled TypeError: list indices must be integers or slices",
        "Connection refused",
        "No response from router r1",
        "no route to router r1",
        "The service is not available",
        "upgrade failed: bad signature",
        "r1 is disconnected",
        "unknown error",
        "Unexpected response from node a",
        "could not reach node a",
        "Not enough free disk space",
        "node a did not respond",
        "invalid response from target",
        "missing response from node",
        "connection to node a is not available",
        "The status of the upgrade is not available",
        "upgrade status unknown",
        "upgrade result is unknown",
        "Node a unavailable",
    ],
)
def test_an_error_that_is_not_on_the_list_refuses_nothing(words) -> None:
    assert not refuses(f"% Error: {words}")


@pytest.mark.parametrize(
    "words",
    [
        "% Error: Pre-upgrade health check failed",
        "% Error: Version 7.1.3-29.r2.el9 is not available",
        "% Error: you do not have access to this command",
        "% Error: An upgrade is already in progress on a.r1",
        "% Error: Version 7.1 is not downloaded",
        "% Error: no such router or node",
        "% Error: Router 'x' does not exist",
        "% Error: Version '6.9.9' is not available",
        "% Error: Unknown argument foo",
        "% Error: node is required",
        "% Error: router x not found",
        "% Error: failed to authorize user: you do not have access to resource='128t:*' capability='config-read'",
        "% Error: Invalid version 6.3",
        "% Error: Sequenced downgrade is not supported",
        "Command 'request system' not found (use '?' for help)",
        "it prints how the command is used: usage: upgrade",
    ],
)
def test_what_is_on_the_list_is_a_refusal(words) -> None:
    assert refuses(words)


def test_a_refusal_beside_which_some_targets_succeeded_is_none() -> None:
    assert not refuses("1 target failed, 0 targets are disconnected, and 1 succeeded.\nx: no such node")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hints from what a conductor prints about an operation, whose layout and words are documented nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_status import (
    about,
    activity,
    at_rest,
    failing,
    gist,
    hint,
    may_go_back,
    names,
    new_lines,
    request_failed,
    runs_now,
    status_lines,
    still_shown,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.refusal_reasons import (
    already_running,
    failed_after_start,
    may_have_begun,
    pre_check_failed,
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
    ended = "Downloading 6.2.5: complete\nUpgrading 6.2.5: complete\n"
    assert hint(status_lines(read(ended))) == "ended" and at_rest(status_lines(read(ended))[1:])
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
    ("Unable to start the upgrade of node1", "failed"),
    ("node1 could not be upgraded", "failed"),
    ("node1: the upgrade is not supported", "failed"),
    # Something else has failed.
    ("Unable to reach node1", None),
    ("node1: failed to fetch progress", None),
    ("node1: the progress could not be fetched", None),
    ("node1: Upgrade failed over to c2", None),
    ("node1: phase 2: error rate 0.3", None),
    ("node1: Failed blocks: 3", None),
    ("node1: telemetry failed", None),
    ("node1: 1st attempt failed", None),
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
    # A failure and its way back: the way back runs.
    ("a.R: upgrade to 7.1.3 post-upgrade check failed, reverting to 6.3.5", "running"),
    ("a.R: failed; rollback in progress", "running"),
    ("a.R: error: health check failed - rollback in progress", "running"),
    ("a.R: post-upgrade check failed: rolling back", "running"),
    ("a.R: check failed and is being reverted", "running"),
    ("a.R  Failed  Reverting", "running"),
    ("a.R: failed; rollback started 01:44", "running"),
    ("a.R: Error detected, retrying", "running"),
    ("a.R: failed while rolling back", "failed"),
    ("a.R: failed (while installing)", "failed"),
    ("a.R: reverting to 6.3.5 failed", "failed"),
    ("a.R: upgrade failed: installing package x", "failed"),
    ("a.R; Status: Failed; Last step: Installing", "failed"),
    ("a.R  Failed  45%", "failed"),
    ("a.R: failed, rolled back", "failed"),
    ("a.R; Started: 01:02; Failed: 01:44", "failed"),
    ("a.R: Failed; In Progress: no", "failed"),
    ("a.R: upgrade failed: the service is not running", "failed"),
    # Words that few expect.
    ("a.R: Awaiting reboot", "running"),
    ("a.R  upgrade  Active", "running"),
    ("a.R: Staged", "running"),
    ("a.R: 45 percent", "running"),
    ("a.R: almost complete", "running"),
    ("a.R: Download completed. Install started", "running"),
    ("a.R: Upgrade complete. Services started.", "ended"),
    ("a.R: Started: 01:02; Finished:", "running"),
    ("a.R: no active upgrade", None),
    ("a.R: upgrade complete, active version 6.3.5", "ended"),
    ("a.R: upgrade complete; disk space remaining: 5 GB", "ended"),
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
    for words in ("Unable to install the package x", "WARNING: the software is not supported by this router"):
        assert hint(["✔ Upgrading... 1/1 targets complete", words]) != "failed"
        assert hint([words]) == "failed"
    for words in ("Unable to estimate the time left", "WARNING: telemetry is not supported by this release"):
        assert hint([words]) is None
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
        # Every part that says something of an operation says its end.
        ("node1: almost complete", False),
        ("node1: partially completed", False),
        ("node1: complete; soak period: 10 minutes left", False),
        ("node1: Complete, confirming", False),
        ("node1: Complete, to be made permanent", False),
        ("node1: Install complete, post-upgrade check outstanding", False),
        ("node1: Started: 01:02; Finished:", False),
        ("node1: installed successfully, not confirmed", False),
        ("node1: upgrade failed, the node will be reverted", False),
        ("node1: upgrade failed, reverting", False),
        ("node1: upgrade failed: no space left on device", True),
        ("node1: upgrade started at 22:00, completed at 22:31 in 31 minutes", True),
        ("node1; Started: 2026-03-01 22:00; Finished: 2026-03-01 22:31; Status: Complete", True),
        ("Conductor   node1   SSR-6.3.5-37   Complete   0", True),
        ("node1: completed with 0 failed checks", True),
        ("node1: upgrade complete, running version 6.3.5", True),
        ("node1: upgrade complete; Pending Reboot: No", True),
        ("a.r1 upgrade finished; health check passed", True),
        ("a.r1 upgrade finished; health check", False),
        ("node1; Status: Complete; Message: upgraded from 6.2.5 to 6.3.5", True),
        ("node1: Complete (no reboot required)", True),
        ("node1: Complete (reboot required)", False),
        ("confirming-hub.r1: upgrade to 7.1.3-29.r2.el9 successfully completed", True),
        ("node1: upgrade: step 7 of 7 complete", True),
        ("node1: 7 of 7 steps complete", True),
        ("node1  Upgrade: complete   Reboot: complete", True),
        ("node1: no upgrade in progress on router r1", True),
        ("node1: idle; no upgrade in progress", True),
        ("Router east, node a: no upgrade in progress", True),
        ("upgrade to 7.1.3 ended, no upgrade in progress", True),
        # In front of a denial stands something that is not understood.
        ("node1: busy, no upgrade in progress", False),
        ("node1: swizzling; no upgrade in progress", False),
        ("node1: unreachable; no upgrade in progress", False),
        ("Could be stale; no upgrade in progress", False),
        # A success that there is not is no end.
        ("node1: success: no", False),
        ("node1: completion: no", False),
        ("node1: upgrade complete: null", False),
        ("node1: upgrade failed; Last step: installing", True),
        ("node1: failed, rolled back", True),
        # Nothing but `no problems` is denied here.
        ("node1: upgrade in progress: no problems", False),
        ("node1: in progress: none failed", False),
        ("node1: pending: none failed", False),
        ("node1: no problems upgrading", False),
        ("node1: No downgrade in progress. Upgrade: step 3", False),
        # The end of a step.
        ("node1: reboot completed", False),
        ("node1: Activation completed", False),
        ("node1: Phase 3 completed", False),
        ("node1: trial boot: complete", False),
        ("node1: Pre-check completed", False),
        ("node1: Request completed", False),
        ("node1: Successfully queued", False),
        ("node1: Success: queued", False),
        ("node1: Upgrade: download completed", False),
        ("node1: Upgrade request accepted successfully", False),
        ("node1: Completed step 'install'", False),
        ("node1: complete 60", False),
        ("node1: done?", False),
        ("node1: swizzling completed", False),
        # What stands in front of the end: something that is missing, a number of several, the end of something else.
        ("node1: upgrade to 7.1.3, took 12 min, completed", True),
        ("node1: Started: 01:02, Finished: 01:44", True),
        ("node1: committed: no, complete", False),
        ("node1: not committed, complete", False),
        ("node1: activated: no, complete", False),
        ("node1: upgrade to 7.1.3, swizzling, complete", False),
        ("node1: confirmation: -, complete", False),
        ("node1: upgrade to 7.1.3 unconfirmed; completed", False),
        ("node1: next: verify, complete", False),
        ("node1: 7 completed", False),
        ("node1: completed: 50", False),
        ("node1: 99.9 complete", False),
        ("node1: planned end: completed", False),
        ("node1: last upgrade completed", False),
        ("node1: Installation completed", False),
        ("node1: completed installation", False),
        ("node1: Installation of software completed", False),
        ("node1: software completed", False),
        ("software: completed", False),
        ("node1: completed software", False),
        ("node1: firmware done", False),
        ("node1: disk done", False),
        ("node1: release installed successfully", False),
        ("node1: no reboot in progress", False),
        ("node1: nothing pending", False),
        ("node1: no problems known", False),
        ("Software upgrade completed", True),
        ("node1: Successfully completed software upgrade", True),
        ("SSR firmware upgrade completed for the local node", True),
        ("east: completed", True),
        ("r1  east  7.1.3  Complete", True),
        # A way back behind a failure, and one that is over.
        ("node1: failed: switching to the other volume", False),
        ("node1: Failed: undo running", False),
        ("node1: Health check failed: reboot", False),
        ("node1: failed: flipping the slot", False),
        ("node1: 1st attempt failed: trying mirror 2", False),
        ("node1: failed over to node 2", False),
        ("node1: Failed blocks: 3", False),
        ("node1: failed; Last step: Reboot", True),
        ("node1: failed: installing package x", True),
        ("node1: upgrade failed: no previous version", True),
        ("node1: upgrade failed, returned to the previous version", True),
        ("SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot", True),
        ("node1: upgrade to 7.1.3 failed and the previous version was restored: check failed after reboot.", True),
        ("node1: upgrade failed, the previous release 7.1.2 has been restored", True),
        ("node1: upgrade failed, the previous version is being restored", False),
        ("node1: upgrade failed, the previous version will be restored", False),
        ("node1: upgrade failed, the previous version was restored by hand", False),
        ("node1: attempt 1: completed", False),
        # Until then, or since then?
        ("node1: complete in 5 min", False),
        ("node1: done in 300 s", False),
        ("node1: completed in 300 s", True),
        # A failure, and not yet its way back.
        ("node1: Failed -> revert", False),
        ("node1: failed - rollback phase 1", False),
        ("node1: upgrade failed, node returns to 7.1.2", False),
        ("node1: failed: back to the previous version shortly", False),
        ("node1: Failed (1st attempt)", False),
        ("node1: Failed. Automatic revert", False),
        ("node1: failed, something swizzles", False),
        ("node1: failed (bad disk), something swizzles", False),
        ("node1: failed, 12:00", True),
        ("swizzle. failed", True),
        ("node1: upgrade failed, swizzle completed", True),
        # What was not understood lies before the end.
        ("swizzle, upgrade complete", True),
        ("node1: something swizzles, upgrade complete", False),
        ("Permanent: no, upgrade completed", False),
        # Nothing runs, and something else is said.
        ("No upgrade in progress; something swizzles", False),
        ("No upgrade in progress for commit", False),
        ("No upgrade in progress for swizzle", True),
        ("", False),
    ],
)
def test_only_words_that_can_be_read_say_that_nothing_runs(line, rest) -> None:
    assert at_rest([line]) is rest


def test_silence_does_not_say_that_nothing_runs() -> None:
    assert at_rest([]) is False


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("commit required", False),
        ("next step: soak", False),
        ("node2 is fine", False),
        ("node1: trial period", False),
        ("probation", False),
        ("node1: checks", False),
        ("r1  east  probation  12:00", False),
        ("r1  east  7.1.3", True),
        ("no reboot in progress", True),
        ("No revert operations found", True),
    ],
)
def test_a_line_beside_an_end_must_not_say_that_something_is_missing(line, rest) -> None:
    assert at_rest(["node1: upgrade completed", line]) is rest


def test_the_end_of_a_download_is_an_end_where_downloads_are_shown() -> None:
    assert at_rest(["node1: download completed"], "download") and not at_rest(["node1: download completed"])


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
        "Pre-check failed: no response from the peer",
        "Pre-check failed: node1 is busy",
        "Pre-check failed: the last upgrade of the peer failed",
        "Pre-upgrade check: System Processes Check failed",
        "The pre-upgrade checks have failed",
    ],
)
def test_a_failed_pre_check_is_recognised_with_its_reason(words) -> None:
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
        # of a request of which some parts go on
        "The upgrade was started. Pre-check failed",
        "Pre-check failed, upgrade begun anyway",
        "Pre-check that was retried failed",
        "Pre-check connection failed",
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


def test_the_same_line_is_the_same_before_one_that_is_only_older() -> None:
    assert new_lines(["x 1d", "x 3d"], ["x 3d", "x 2d"]) == []
    assert still_shown(["x 3d", "x 4d"], ["x 4d", "x 3d"]) == ["x 3d", "x 4d"]


@pytest.mark.parametrize(
    ("response", "unavailable"),
    [
        (replace(read(""), error="No upgrade in progress"), None),
        (replace(read(""), error="No upgrades found"), None),
        (replace(read(""), error="Upgrade is already in progress, no downgrade in progress"), "refused"),
        (replace(read(""), error="A revert is already in progress; no upgrade in progress"), "refused"),
        (replace(read(""), error="Internal error"), "refused"),
        (replace(read(""), error="% Error: No upgrade in progress"), None),
        (replace(read(""), error="No upgrade in progress information is available"), "refused"),
        (replace(read(""), error="No upgrade found: the database is not available"), "refused"),
        (replace(read(""), error="Failed to read: no upgrade in progress"), "refused"),
        (replace(read(""), error="No upgrade history found. Timed out after 30 seconds"), "refused"),
        (replace(read(""), error="Internal error: none\nNone"), "refused"),
        (replace(read("node1: upgrade completed"), broken="a table that is cut"), "cannot be read"),
        (replace(read("node1: upgrade completed"), disconnected=(("r1", "x"),)), "r1 was not reached"),
        (read("node1: upgrade completed"), None),
        (read("node1: something swizzles"), "cannot be interpreted"),
        (read("usage: show x"), "prints the usage"),
        (replace(read(""), cut=True, ended=True), "it prints nothing"),
        (read(""), "it prints nothing"),
        (read("Mon 2026-03-01 10:00:00 UTC\nCompleted in 0.1 seconds"), None),
    ],
)
def test_an_answer_proves_that_nothing_runs_only_where_all_of_it_was_read(response, unavailable) -> None:
    said = activity(response)
    assert said.asked and said.line is None
    assert said.unavailable is None if unavailable is None else unavailable in said.unavailable


@pytest.mark.parametrize(
    "line",
    [
        "Mon 2026-03-01 22:00:00 UTC a.r1: upgrading",
        "Mon 2026-03-01 22:00:00 a.r1 in progress",
        "Completed in 3 steps, a.r1 installing",
    ],
)
def test_a_line_of_a_log_is_no_frame_although_it_begins_like_one(line: str) -> None:
    answer = read(f"Mon 2026-03-01 22:00:01 UTC\n{line}\n\nCompleted in 0.1 seconds")
    assert status_lines(answer) == [line] and activity(answer).line == line


NODE = NodeId("R", "node1")


def test_a_node_is_named_by_its_own_name_or_with_its_router_in_either_order() -> None:
    assert names("R.node1: done", NODE) and names("node1.R: done", NODE) and names("node1: done", NODE)
    assert not names("S.node1: done", NODE)


@pytest.mark.parametrize(
    ("line", "kept"),
    [("node1.R: waits for node2", True), ("node1: waits for node2", False), ("node2", False), ("node1", True)],
)
def test_a_line_is_about_a_node_that_it_names_with_its_router_whatever_else_it_names(line, kept) -> None:
    assert bool(about([line], NODE, lambda word: word in ("node2", "S"))) is kept


@pytest.mark.parametrize(
    "line", ["node1: version 6.3.5", "Downloading complete, install in progress", "complete, failed: disk is full"]
)
def test_of_an_answer_that_was_cut_only_ends_are_left_out(line) -> None:
    assert status_lines(replace(read(f"{line}\nnode1: completed\n"), cut=True)) == [line]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ("Status: upgrading\nDetail:\n", ["node1.R; Status: upgrading"]),
        ("Detail:\n", ["node1.R", "Detail:"]),
    ],
)
def test_of_a_block_the_fields_with_a_value_count(fields, lines) -> None:
    assert status_lines(read(f"=====\nnode1.R\n=====\n{fields}")) == lines


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("node1: failed, reverting completed", False),
        ("node1: installing, node2: failed", True),
        ("node1: failed, step:installing", True),
        ("node1: failed, last step: installing", False),
        ("node1: ETA: 5m", True),
        ("node1: time left 10m", True),
    ],
)
def test_what_goes_on_beside_a_failure_or_has_a_time_left(line, on) -> None:
    assert (runs_now([line]) is not None) is on


@pytest.mark.parametrize(
    ("lines", "operation", "rest"),
    [
        (["node1: reverted"], "revert", True),
        (["node1: not reverted"], "revert", False),
        (["node1: partially reverted"], "revert", False),
        (["node1: revert completed"], "revert", True),
        (["Revert has finished"], "revert", True),
        (["node1: revert completed, something swizzles"], "revert", False),
        (["node1: failed -> revert"], "revert", False),
        (["node1: upgrade completed, revert"], "upgrade", False),
        (["node1 is fine"], "revert", False),
    ],
)
def test_reverted_is_the_end_of_a_revert(lines, operation, rest) -> None:
    assert at_rest(lines, operation) is rest


def test_lines_that_are_shown_still_are_kept_as_they_are_now() -> None:
    assert still_shown(["a failed", "b failed  3d 2h"], ["b failed  3d 3h", "c running"]) == ["b failed  3d 3h"]
    assert still_shown(["a failed", "a failed"], ["a failed"]) == ["a failed"]


@pytest.mark.parametrize("text", ["UPGRADE_IN_PROGRESS", "IN_PROGRESS", "node1 InProgress", "upgrade_state: RUNNING"])
def test_words_that_are_joined_are_read_as_words(text) -> None:
    assert runs_now([text]) == text and hint([text]) == "running" and not at_rest([text])


def test_the_end_of_an_operation_is_read_from_joined_words_too() -> None:
    assert hint(["UPGRADE_COMPLETED"]) == "ended" and hint(["UPGRADE_FAILED"]) == "failed"
    assert at_rest(["NOT_IN_PROGRESS"]) and runs_now(["NOT_IN_PROGRESS"]) is None


@pytest.mark.parametrize(
    ("line", "operation", "back"),
    [
        ("node1: failed; undo", "upgrade", True),
        ("node1: Health check failed: reboot", "upgrade", True),
        ("node1: failed: disk full", "upgrade", False),
        ("node1: reboot", "upgrade", False),
        ("node2: failed; undo", "upgrade", False),
        ("node1: failed; Last step: Reboot", "upgrade", False),
        ("node1: revert to 6.3.0  failed", "revert", False),
        ("node1: revert to 6.3.0  failed; undo", "revert", True),
        ("node1: reverted", "revert", False),
    ],
)
def test_a_way_back_that_may_follow_on_a_failure(line, operation, back) -> None:
    assert may_go_back([line], NODE, operation) == (line if back else None)


@pytest.mark.parametrize(
    ("line", "failed"),
    [
        ("Upgrade failed", True),
        ("a.r1: failed", True),
        ("Unable to start the upgrade", True),
        ("\u2716 Upgrading", True),
        ("upgrade failed, retrying", False),
        ("Failed to fetch progress", False),
        ("Upload of statistics failed", False),
        ("Mail to noc@example.org failed", False),
        ("Upgrade failed over to c2", False),
        ("upgrade progress report failed", False),
    ],
)
def test_the_failure_of_a_request_is_one_of_what_was_requested(line, failed) -> None:
    assert request_failed([line], "upgrade") is failed


def test_any_failure_keeps_a_line_from_being_an_end() -> None:
    assert failing(["a: done", "b: mirror 1 failed"], "upgrade") and not failing(["a: done"], "upgrade")
    assert failing(["a: reverted"], "upgrade") and not failing(["a: reverted"], "revert")


@pytest.mark.parametrize(
    ("words", "failed"),
    [
        ("upgrade failed: bad signature", True),
        ("Upgrade failed over to c2", False),
        ("upgrade progress report failed", False),
        ("Pre-check failed: the last upgrade of the peer failed", False),
    ],
)
def test_a_failure_of_what_had_started(words, failed) -> None:
    assert failed_after_start(words) is failed

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of refusals (rule 34): what refuses a request, and what says nothing of what was begun."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Progress, Response
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.pre_check_words import (
    plain_pre_check,
    target_names,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.refusal_reasons import (
    at_version_already,
    named_check,
    not_now,
    not_there_yet,
    still_downloading,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.refusals import refusal_in, refuses

TARGETS = (
    "Failed to start software upgrade. 1 target failed, 0 targets are disconnected, and 0 succeeded.\nx-node.x: {}"
)


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
        "node a has no previous version, rebooting",
        "node a has no previous version to revert to; the restart goes on",
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
        # the words of a refusal in the error of a program that broke
        "[Errno 13] Permission denied: '/var/lib/x/upgrade.log'",
        "OSError: [Errno 22] Invalid argument: '/dev/sda'",
        "[Errno 1] Operation not permitted",
        "Operation not permitted: mount /dev/sda3",
        "Permission denied: /var/lib/128technology/download",
        "permission denied while writing the log",
        "access denied to volume",
        "Permission denied (publickey)",
        "Failed to authorize token; retry",
        "upgrade() got an unexpected keyword argument 'node'",
        "TypeError: upgrade() missing 1 required positional argument: 'node'",
        "Traceback: KeyError 'version'",
        "/bin/sh: rpm: command not found",
        "grpc: unknown command",
        "Missing parameter in callback",
        "Missing version in database",
        "invalid command sequence",
        "Unexpected keyword argument 'node'",
        "unknown version returned",
        "no such file or directory",
        "Invalid argument",
        # in words of any kind that a missing right has behind it
        "TypeError: user lacks the configure capability",
        "user admin lacks the capability, the installation aborted",
        "user admin lacks the capability that is pending",
        "This command is obsolete, use something that will restart",
        "usage: upgrade failed: bad signature",
        # in a report of how an operation went
        "Unknown version state returned by node a",
        "unknown router state",
        "unknown node exception",
        "Unexpected input from node a",
        "unexpected command output",
        "Unexpected target error",
        "Invalid router state after start",
        "Software image not valid, installation aborted",
        "image not found on volume after install",
        "Image is not valid: checksum",
        "package unsupported on this hardware",
        "upgrade not supported in this state",
        "unknown command error occurred during upgrade",
        "Required version file lost",
        "Installing 7.1.3. version 7.1.3 is not present on the node, installation aborted",
        "a.r1: no version returned",
        "no command output",
        "no software response",
        "no router information",
        # of a target that is only away
        "router r1 is not available",
        "node a is not currently available",
        "asset not available",
        "router east was not found in cache",
        "node not found in session table",
        "UNAVAILABLE: node a",
        # of a pre-check that was not made, or passed
        "pre-check failed to report: lost contact",
        "pre-check failed: timeout after start of upgrade",
        "pre-check status request failed",
        "pre-check started then installation failed",
    ],
)
def test_an_error_that_is_not_on_the_list_refuses_nothing(words) -> None:
    assert not any(refuses(text) for text in (words, f"% Error: {words}", TARGETS.format(words)))


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
        "% Error: No previous version is available to revert to",
        "% Error: one-node.one has no previous version to revert to",
        "% Error: Node 'a' has no other release to go back to",
        "% Error: the router store-1 has no earlier version",
        "% Error: Version 7.1.3 is not available (not offered)",
        "% Error: Version 7.1.3 is no longer available",
        "% Error: Upgrade to version 7.1.3 is not permitted",
        "% Error: Invalid value for argument 'version'",
        "% Error: Missing required argument: version",
        "% Error: Keyword argument 'version' is required",
        "% Error: either router or resource-group must be specified",
        "% Error: Node 'a' not found in router 'R'",
        "% Error: 'x' is not a valid router",
        "% Error: This command can only be run on a Conductor",
        "% Error: Permission denied",
        "% Error: user admin is not authorized to upgrade",
        "% Error: Pre-check failed, upgrade aborted",
        "% Error: Pre-check failed: [Errno 2] No such file or directory: '/var/lib/x'",
        "1. unknown keyword 'foo'\n2. keyword argument 'version' is required",
        TARGETS.format("the requested version is not available."),
        "Command 'request system' not found (use '?' for help)",
        "Command 'request system software upgrade router r1 force node a' not found (use '?' for help)",
        "it prints how the command is used: usage: upgrade",
        # over several lines
        "\nusage: request system software upgrade {}",
        "The requested version is\nnot available",
    ],
)
def test_what_is_on_the_list_is_a_refusal(words) -> None:
    assert refuses(words)


@pytest.mark.parametrize("words", ["x: no such node", "usage: request system"])
def test_a_refusal_beside_which_some_targets_succeeded_is_none(words) -> None:
    assert not refuses(f"{words}\n1 target failed, 0 targets are disconnected, and 1 succeeded.")


@pytest.mark.parametrize("words", ["", "\n\n", "Failed to start software upgrade.\nPlease try again later"])
def test_a_frame_without_a_refusal_refuses_nothing(words) -> None:
    assert not refuses(words)


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("Version 7.1.3 is not downloaded", True),
        ("Version 7.1.3 is still downloading", True),
        ("Version 7.1.3 is not downloaded, installation aborted", False),
        ("TypeError: image is not downloaded", False),
    ],
)
def test_a_release_is_not_there_yet_only_where_nothing_broke_off(words, missing) -> None:
    assert not_there_yet(words) is missing


@pytest.mark.parametrize(
    ("words", "later"),
    [
        ("Too many downloads", True),
        ("Too many downloads: unknown version", False),
        ("Version 7.1.3 is still downloading", True),
        ("Version 7.1.3 is not available", False),
        ("No such release", False),
    ],
)
def test_a_refusal_is_temporary_where_waiting_helps(words, later) -> None:
    assert not_now(words) is later


def test_a_download_runs_where_it_is_said_to() -> None:
    assert still_downloading("Version 7.1.3 is still downloading") and not still_downloading("No such release")


def test_a_failed_pre_check_that_names_a_version_does_not_say_that_it_runs() -> None:
    assert at_version_already("already at version 7.1.3")
    assert not at_version_already("Pre-check failed: already at version 7.1.3")


NOT_THERE = "Version 7.1.3-29.r2.el9 is not downloaded"


@pytest.mark.parametrize(
    ("response", "refusal"),
    [
        (Response("", messages=(NOT_THERE,)), NOT_THERE),
        (Response("", messages=("Version 7.1.3-29.r2.el9 is not offered",)), None),
        (Response("", messages=(f"{NOT_THERE} yet; it will be installed later",)), None),
        (Response("", messages=(NOT_THERE,), progress=(Progress("ok", "Starting software upgrade"),)), None),
        (Response("", messages=(NOT_THERE,), error="Version 7.1.3-29.r2.el9 is not offered"), None),
    ],
)
def test_an_answer_without_an_error_refuses_only_where_the_release_is_not_there_yet(response, refusal) -> None:
    assert refusal_in(response) == refusal


@pytest.mark.parametrize(
    "words",
    [
        "Image is not on the node yet. The upgrade has been queued",
        "Version 7.1.3-29.r2.el9 is not downloaded yet; it will be downloaded and installed",
        "Version 7.1.3-29.r2.el9 is not downloaded on a.r1. It is downloaded and installed now",
        "Version 7.1.3 is not downloaded yet, it is fetched first",
        "The node has rebooted and it is not there yet",
        "Pre-check failed on second attempt, first attempt is installing",
        "Preflight validation failed; rollback of image in progress",
        "Upgrade of node1 started; pre-check of node2 failed",
        "Pre-upgrade health check failed, continuing since force was given",
        "Pre-check failed: ignored",
        "Pre-upgrade health check failed: another upgrade is running on the peer",
        "Pre-check failed. The image is on its way",
        "Pre-check of peer: failed, ignored (force)",
        "Version 7.1.3 is not available. Installing 7.1.2 instead",
        "Version 7.1.3 is not available (it is installed from the peer)",
        "Unknown argument foo\nThe rest was taken",
        "An upgrade is already in progress on a.r1, yours is the next in line",
        "a.r1 is already running version 7.1.3; the peer follows",
        "Upgrade request accepted\nUpgrade is already in progress on a.r1",
        "Command 'upgrade' was begun, command 'force' not found",
        # what is refused is not the request
        "Upgrade not found",
        "The requested upgrade is no longer known",
        "Failed to start monitoring the upgrade: node a not found",
        "Not authorized to read the upgrade result",
        "Failed to authorize user for the second step",
        "Version is missing for node a",
    ],
)
def test_an_answer_that_also_says_something_else_refuses_nothing(words) -> None:
    assert not any(refuses(text) for text in (words, f"% Error: {words}", TARGETS.format(words)))


@pytest.mark.parametrize(
    "words",
    [
        "Version 6.3.5-37.r1.el7 is still downloading",
        "a download is in progress on node a",
        "The software is being downloaded. Try again later.",
        "wait until the download has finished",
        "6.3.5-37.r1.el7 has not been downloaded to the node",
        "The image must be downloaded first",
        "version 6.3.5-37.r1.el7 is not present on the node",
        "node1 is busy",
        "Another software operation on hub-1.hub is in progress",
        "hub-1.hub is already being upgraded",
        "a.R is already running version 6.3.5-37.r1.el7",
        "already at version SSR-6.3.5-37",
        "Pre-upgrade health check failed: Connection to the peer hub-1 lost",
        "Pre-check failed: not enough disk space",
        "Upgrade blocked by pre-upgrade check: System Processes Check",
        "Upgrade rejected by the pre-upgrade health check: System Processes Check",
        "Pre-upgrade health check: System Processes Check: FAIL",
        "Pre-upgrade check 'System Processes Check' not passed",
    ],
)
def test_a_refusal_is_one_with_its_frame_and_without(words) -> None:
    assert all(refuses(text) for text in (words, f"% Error: {words}", TARGETS.format(words)))


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("Retrieving versions...", True),
        ("Validating target...", True),
        ("Please try again later", True),
        ("unknown argument foo", True),
        ("Upgrade request accepted", False),
        ("Installing 7.1.3...", False),
        ("an operation of its own", False),
    ],
)
def test_the_lines_beside_a_refusal_must_say_nothing_else(line, refused) -> None:
    assert refuses("Version '6.9.9' is not available", [line]) is refused


@pytest.mark.parametrize("node", ["second-1.second", "second-node.second", "peer-7", "standby_east.r1", "other.other"])
def test_a_node_whose_name_begins_with_second_or_peer_is_no_other_node(node) -> None:
    assert refuses(f"{node}: Version SSR-7.1.3 has not been downloaded on {node}")
    assert refuses(f"Version 7.1.3 is not present on {node}")


@pytest.mark.parametrize(
    "words",
    [
        "Version 7.1.3 is not present on second-node",
        "Version 7.1.3 is not present on the peer-router.",
        "cannot follow the upgrade: user admin lacks the config-read capability",
        "failed to authorize user admin: you do not have access to the events of this operation",
        "the progress can only be used from the conductor",
        "Upgrade of a.r1: status can only be run on the conductor",
        "pre-check failed: non-fatal",
        "pre-check failed (advisory)",
        "pre-check failed: advisory only",
        "Version 7.1.3 is not present on standby node",
        "Version 7.1.3 is not present on the standby node",
        "Version 7.1.3 is not available on the peer",
        "Version 7.1.3 is not downloaded on the other node",
        "user admin lacks the provisioning-status capability to follow the upgrade",
        "you do not have access to the command log",
        "you do not have access to resource status of this upgrade",
        "the config-read capability is required to show the progress",
        "the status command can only be run on the conductor",
        "Pre-check failed: tolerated",
        # a node that is called so, or its address
        "ssr-east-1 is not available",
        "SSR is not available",
        "ssr1 is not present on node a",
        "10.0.0.1 is not available",
        "10.0.0.1 is not there",
        "The command 'upgrade' is not allowed (the node restarts)",
        "usage: upgrade\nUpgrade started on a.r1",
    ],
)
def test_what_is_missing_for_something_else_refuses_nothing(words) -> None:
    assert not refuses(words) and not refuses(f"% Error: {words}")


@pytest.mark.parametrize(
    "words",
    [
        "user admin lacks the provisioning capability",
        "admin lacks the upgrade capability",
        "failed to authorize user: you do not have access to resource='128t:*' capability='config-read'",
        "failed to authorize user admin: user admin does not have access to this command",
        "the provisioning capability is required",
        "provisioning capability is required for this command",
        "This command can only be run on a Conductor",
        "The upgrade command can only be run on the conductor",
        "Command 'request system software upgrade' can only be run from the conductor",
        "you do not have access to this command",
        "user admin does not have permission to run this command",
        "Pre-check failed: not enough disk space",
        "Pre-check failed (System Processes Check)",
        "Pre-upgrade health check failed: Connection to the peer hub-1 lost",
        "not authorized to upgrade",
        "user admin is not authorized",
        "you have insufficient privileges to run this command",
        "user does not have the right to upgrade",
        "permission denied",
        "Version 7.1.3 is not present on node a",
        "image is not on the node yet",
        "SSR-6.3.5-37 is not available",
        "SSR 6.3.5-37 is not offered",
        "SSR version 6.3.5 is not available",
        "6.3.5-37.r1.el7 is not present on the node",
        "usage: request system software upgrade\n  force   skip what asks whether the upgrade should be started",
    ],
)
def test_a_missing_right_or_release_and_a_failed_pre_check_refuse(words) -> None:
    assert refuses(f"% Error: {words}")


# -- a failed pre-check, in the words that a conductor may use --------------------------------------------------------

STORE = target_names([NodeId("store-01", "node1")])
PRE_CHECKS = [
    "Upgrade of store-01 refused. Pre-upgrade health check failed: Disk Space Check",
    "Upgrade refused: pre-upgrade health check failed (Disk Space Check)",
    "Upgrade rejected: the pre-check failed: Disk Space Check",
    "Upgrade not started: pre-upgrade health check failed: Disk Space Check",
    "Upgrade was not started because the pre-upgrade health check failed: Disk Space Check",
    "Health check failed: Disk Space Check. The upgrade was not started.",
    "Pre-upgrade health check failed: Disk Space Check. The upgrade was not started.",
    "Pre-upgrade health check failed: Disk Space Check. Nothing was started.",
    "Pre-upgrade health check failed: Disk Space Check: only 2 GB free while 8 GB are needed",
    "Pre-upgrade health check failed on node1.store-01: Disk Space Check",
    "Pre-upgrade health check failed for router store-01 node node1: Disk Space Check",
    "Pre-upgrade checks failed\nDisk Space Check: FAIL\nSystem Processes Check: PASS",
    "1 of 12 pre-upgrade checks failed: Disk Space Check",
    "Cannot upgrade store-01: Pre-upgrade health check failed: Disk Space Check",
    "Pre-check 'Disk Space Check' failed",
    "Pre-upgrade health check failed: Disk Space Check: node1: 2 GB free but 8 GB are needed",
    "Pre-upgrade health check failed: Disk Space Check: sshd.service is down",
    "Pre-upgrade health check failed: Disk Space Check: too little on router store-01",
]


@pytest.mark.parametrize("words", PRE_CHECKS)
def test_a_failed_pre_check_refuses_in_other_words_too(words) -> None:
    assert refuses(words, target=STORE) and refuses(f"% Error: {words}", target=STORE)
    named = named_check(plain_pre_check(f"% Error: {words}", STORE))
    assert named.partition(":")[0] == "Disk Space Check"


@pytest.mark.parametrize(
    "words",
    [
        # another node, which says nothing of this one
        "Pre-upgrade health check failed on node2.store-01: Disk Space Check",
        "Pre-upgrade health check failed on node1.store-010: Disk Space Check",
        "Upgrade of store-02 refused. Pre-upgrade health check failed: Disk Space Check",
        "Pre-upgrade health check failed for router store-02: Disk Space Check",
        "Upgrade of node2.store-01 was not started: pre-check failed: Disk Space Check",
        "Pre-check failed on node1: Disk Space Check, upgrade of node2",
        "Pre-upgrade health check failed: Disk Space Check on node2.store-01",
        "Pre-upgrade health check failed: Disk Space Check only on node2",
        "Pre-upgrade health check failed: node2.store-01: Disk Space Check",
        "Upgrade rejected: the pre-check failed: Disk Space Check of the peer",
        # the check after an upgrade, which did not go back
        "Health check failed: Disk Space Check. The revert was not started.",
        "Health check failed. Revert has not been started.",
        "Health check failed. Cannot revert.",
        "Health check failed: Disk Space Check. The downgrade was not started.",
        "Upgrade rejected: health check failed: Disk Space Check",
        "Pre-checks failed\nPost-upgrade check: FAIL",
        "Pre-checks failed\nReboot check: pass",
        "Pre-checks failed\nInstallation check: pass",
        # what is needed, and is no measure
        "Pre-check failed: image copied, but 1 reboot is needed",
        "Pre-check failed: Disk Space Check while 2 nodes are required",
        # what may have been begun before
        "Upgrade aborted: pre-check failed (Disk Space Check)",
        "Health check failed: Disk Space Check",
        "Health check 'Disk Space Check' failed before the upgrade",
        "Upgrade refused: post-upgrade health check failed: Disk Space Check",
        "Failed to upgrade store-01: pre-check failed: Disk Space Check",
        "The upgrade was not started again: pre-check failed: Disk Space Check",
        "Pre-check failed: Disk Space Check. The upgrade was not started again.",
        "Pre-check failed: Disk Space Check. Only the revert was started.",
        "Pre-check failed on store-01, first attempt is installing",
        "Pre-checks failed\nDisk Space Check: FAIL\nInstallation: OK",
        "0 of 12 pre-upgrade checks failed: upgrade started",
        "Pre-check 'Disk Space Check' failed while node1 is upgraded",
        "Pre-check failed: 2 GB free while 8 GB are installed",
        "Pre-upgrade health check failed (advisory). The upgrade was not started.",
    ],
)
def test_words_beside_a_failed_pre_check_that_may_mean_something_begun_refuse_nothing(words) -> None:
    assert not refuses(words, target=STORE) and not refuses(f"% Error: {words}", target=STORE)


def test_what_is_left_of_an_answer_names_its_check_once_and_how_it_was_refused_not_at_all() -> None:
    plain = "% Error: Pre-upgrade health check failed: Disk Space Check"
    assert plain_pre_check(f"{plain}\nMemory Check: FAIL") == plain
    assert plain_pre_check("% Error: Pre-upgrade checks failed\n\nDisk Space Check: FAIL").endswith(
        ": Disk Space Check"
    )
    refused = plain_pre_check("% Error: Upgrade refused: health check failed: Disk Space Check")
    assert refused == "% Error: pre-upgrade health check failed: Disk Space Check"


def test_the_names_of_a_target_are_those_of_all_that_its_request_moves() -> None:
    pair = [NodeId("store-01", "node1"), NodeId("store-01", "node2")]
    assert target_names(pair[:1]) == {"store-01", "node1", "node1.store-01"}
    assert target_names(pair) == {"store-01"}
    assert target_names([*pair, NodeId("store-02", "node1")]) == set() == target_names([])


def test_the_rows_of_checks_beside_a_failed_pre_check_say_nothing_else() -> None:
    assert refuses("Pre-upgrade checks failed", ["Disk Space Check: FAIL", "System Processes Check: PASS"])
    assert not refuses("Pre-upgrade checks failed", ["Installation: OK"])
    assert not refuses("Version '6.9.9' is not available", ["Disk Space Check: FAIL"])

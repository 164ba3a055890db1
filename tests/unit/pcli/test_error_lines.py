# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refusals: what misses an argument, what each target said, and several errors in one answer."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read


@pytest.mark.parametrize(
    "words",
    [
        "Keyword argument 'router' is required",
        "Keyword argument ‘router’ is required",
        'Keyword argument "router" is required',
        "Positional argument 'id' is missing.",
        "The following arguments are required: version",
        "Missing required argument: version",
        "Unexpected argument 'force'",
        "Unknown keyword argument 'force'",
        "Argument 'force' is not recognized",
        "Too many arguments",
        "'router' is required",
        "Either router or resource-group must be specified",
        "A router must be given when targeting other nodes",
        "'x' is not a valid router",
        "Ambiguous command",
        "Incomplete command",
        "Router ‘x’ does not exist",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "Mon 2024-09-09 18:14:18 UTC\n{}\nCompleted in 0.04 seconds"])
def test_what_is_missing_or_unknown_is_a_refusal(words: str, frame: str) -> None:
    assert read(frame.format(words)).error == words


@pytest.mark.parametrize(
    "words",
    [
        "A reboot is required",
        "No argument is needed for this",
        "The upgrade to 6.3.5 is required by three nodes",
        "The version must be downloaded before it can be installed",
        "The router is required to restart for the change to take effect",
    ],
)
def test_what_is_asked_of_people_is_no_refusal(words: str) -> None:
    assert read(words).error is None


BESIDE = [
    "The status of the upgrade is not available until the node is back.",
    "Unable to estimate the time left",
    "Could not notify the peer, going on",
    "Old image not found, nothing to clean up",
    "SSR-6.3.5 is not yet downloaded and is downloaded first",
    "Error log is cleared",
    "Incomplete download is removed",
]
TAKEN = [
    "✔ Upgrading... 1/1 targets complete",
    "âœ” Upgrading... 2/2 targets complete",
    "✔ Requesting upgrade...",
    "Upgrade of node a started.",
    "Request accepted.",
    "Upgrade initiated;",
    "The upgrade has been scheduled",
    "Queued.",
    "Started the upgrade.",
]
# The request was not taken, or nothing of the kind was asked for.
NOT_TAKEN = [
    "✔ Upgrading... 0/0 targets complete",
    "✔ Retrieving assets... 1/1 targets complete",
    "✔ Sending...",
    "✖ Upgrading... 1/1 targets complete",
    "The upgrade was not started.",
    "The upgrade cannot be scheduled.",
    "The upgrade will be started later.",
    "Another upgrade was started.",
    "The upgrade was started by bob.",
    "Upgrade pre-check started.",
]
NEVER_BESIDE = [
    "% Error: Version 9.9.9 is not available",
    "Permission denied",
    "Unknown command 'upgrade'",
    "Operation canceled",
    "The upgrade was refused by node a",
]


@pytest.mark.parametrize("words", BESIDE)
@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("between", ["\n", " "])
def test_what_is_missing_beside_a_request_that_was_taken_is_no_refusal(taken: str, words: str, between: str) -> None:
    if between == " " and (taken[-1] not in ".;" or "..." in taken):
        between = "\n\n"
    response = read(f"Mon 2024-09-09 18:14:18 UTC\n{taken}{between}{words}\nCompleted in 0.04 seconds", ended=True)
    assert response.error is None
    assert any(words in message for message in response.messages)


@pytest.mark.parametrize("words", BESIDE[:4])
@pytest.mark.parametrize("beside", NOT_TAKEN)
def test_the_same_words_refuse_a_request_that_was_not_taken(beside: str, words: str) -> None:
    assert read(f"{beside}\n{words}\n").error is not None


@pytest.mark.parametrize("words", NEVER_BESIDE)
@pytest.mark.parametrize("taken", TAKEN)
def test_an_error_in_clear_words_is_one_whatever_stands_beside_it(taken: str, words: str) -> None:
    assert read(f"{taken}\n{words}\n").error is not None


def targets(*rows: tuple[str, str], mark: str = "✖", counts: str = "0/1", end: str = "") -> str:
    rule = "=================== ============================================================"
    lines = [f" {target:<20}{message}".rstrip() for target, message in rows]
    return "\n".join(
        [f"{mark} Upgrading {counts} targets complete...", "", rule, f" {'Target':<20}Message", rule, *lines, "", end]
    )


@pytest.mark.parametrize("mark", ["✖", "⚠", "✔", "âœ”"])
def test_a_refusal_in_the_table_of_targets_tells_why(mark: str) -> None:
    response = read(targets(("node1.r1", "Pre-upgrade check failed: less than 2 GB are free"), mark=mark))
    assert response.error is not None
    assert "node1.r1: Pre-upgrade check failed: less than 2 GB are free" in response.error


def test_a_sentence_and_the_words_of_every_target_are_one_refusal() -> None:
    response = read(
        targets(
            ("a.hub", "Pre-upgrade check failed"),
            ("", "Less than 2 GB are free"),
            ("b.hub", "Disconnected"),
            mark="⚠",
            counts="0/2",
            end="Failed to upgrade. 1 target failed, 1 target is disconnected, and 0 succeeded.\nCompleted in 1 s",
        )
    )
    assert response.error.split("\n") == [
        "Failed to upgrade. 1 target failed, 1 target is disconnected, and 0 succeeded.",
        "a.hub: Pre-upgrade check failed Less than 2 GB are free",
        "b.hub: Disconnected",
    ]


@pytest.mark.parametrize("words", ["Upgrade started", "Started", "Version 6.3.5 is being installed"])
@pytest.mark.parametrize("mark", ["✔", ""])
def test_a_table_of_targets_that_began_is_no_refusal(words: str, mark: str) -> None:
    assert read(targets(("node1.r1", words), mark=mark, counts="1/1")).error is None


def test_a_table_of_targets_that_were_all_refused_outweighs_a_word_of_a_start() -> None:
    response = read("Upgrade started\n" + targets(("a.hub", "Less than 2 GB are free"), mark="⚠", counts="0/1"))
    assert response.error is not None


def test_targets_that_were_not_reached_beside_an_answer_are_no_refusal() -> None:
    answer = "======= ========\n Node    Status\n======= ========\n n1      running\n"
    response = read(
        targets(("b.hub", "Disconnected"), mark="⚠", counts="1/2") + "\n" + answer + "\nCompleted in 1 seconds"
    )
    assert response.error is None
    assert response.disconnected == (("b.hub", "Disconnected"),)


def test_a_sentence_that_a_terminal_broke_in_a_word_still_counts_its_targets() -> None:
    end = "Failed to retrieve. 0 targets failed, 1 target is discon\nnected, and 1 succeeded."
    assert read(end).counts.succeeded == 1


def test_numbered_errors_are_counted_with_all_their_lines() -> None:
    response = read(
        "% Error: Failed to commit:\n1. The first\nof two lines\n\n    config\n        authority\n\n2. The second\n"
    )
    assert response.errors == ["1. The first of two lines config authority", "2. The second"]
    assert read("% Error: one that goes\non over three\nlines\n").errors == [
        "% Error: one that goes on over three lines"
    ]
    assert read("Import success").errors == []


@pytest.mark.parametrize(
    "words",
    [
        "[Errno 13] Permission denied: '/var/lib/x/upgrade.log'",
        "OSError: Operation not permitted",
        "Permission denied: /var/lib/128technology/download",
    ],
)
def test_the_error_of_a_program_that_broke_is_no_word_about_the_rights_of_this_user(words: str) -> None:
    response = read(f"% Error: {words}\n")
    assert response.error and not response.denied

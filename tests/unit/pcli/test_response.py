# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to one command."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import Counts, Progress, read
from hypothesis import given
from hypothesis import strategies as st


def test_the_whole_frame_is_taken_apart(device_text) -> None:
    response = read(device_text("show_assets_6.3_package"))
    assert response.date == datetime(2024, 9, 9, 18, 15, 20, tzinfo=timezone.utc)
    assert response.progress == (Progress("ok", "Retrieving assets..."),)
    assert len(response.tables) == 1
    assert response.completed == 0.04
    assert (response.error, response.complaint, response.messages, response.usage, response.blocks) == (
        None,
        None,
        (),
        None,
        (),
    )


def test_every_part_of_the_frame_may_be_missing(device_text) -> None:
    response = read(device_text("show_assets_3.1"))
    assert (response.date, response.progress, response.completed, response.error) == (None, (), None, None)
    assert len(response.tables[0].rows) == 2
    assert read("").text == ""


DATES = [
    ("Mon 2024-09-09 18:14:18 UTC", datetime(2024, 9, 9, 18, 14, 18, tzinfo=timezone.utc), "UTC"),
    ("Mon 2017-02-27 15:11:06 EST", datetime(2017, 2, 27, 15, 11, 6), "EST"),
    ("Mon 2017-02-27 15:11:06", datetime(2017, 2, 27, 15, 11, 6), None),
    ("2017-02-27 15:11:06 +02:00", datetime(2017, 2, 27, 15, 11, 6, tzinfo=timezone(timedelta(hours=2))), "+02:00"),
    ("Mon Sep  9 18:14:18 UTC 2024", datetime(2024, 9, 9, 18, 14, 18, tzinfo=timezone.utc), "UTC"),
    ("Mon Sep 9 18:14:18 2024", datetime(2024, 9, 9, 18, 14, 18), None),
    ("2017-02-27 15:11:06 -99:00", datetime(2017, 2, 27, 15, 11, 6), "-99:00"),
    (
        "2017-02-27 15:11:06 -0330",
        datetime(2017, 2, 27, 15, 11, 6, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
        "-0330",
    ),
    ("2017-02-27T15:11:06Z", datetime(2017, 2, 27, 15, 11, 6, tzinfo=timezone.utc), "Z"),
    ("Mon 2017-02-31 15:11:06 UTC", None, None),
    ("no date", None, None),
]


@pytest.mark.parametrize(("line", "date", "zone"), DATES)
def test_the_date_is_read_with_its_zone(line: str, date: datetime | None, zone: str | None) -> None:
    response = read(f"{line}\n✔ Retrieving assets...\n")
    assert (response.date, response.zone) == (date, zone)


def targets(mark: str, text: str, done: int, total: int) -> tuple[str, str, Progress]:
    return (mark, text, Progress({"✔": "ok", "⚠": "partial"}[mark], text, done, total))


# mark, text, progress
PROGRESS = [
    ("✔", "Retrieving assets...", Progress("ok", "Retrieving assets...")),
    ("", "Retrieving assets...", Progress("none", "Retrieving assets...")),
    ("⠋", "Retrieving assets…", Progress("none", "Retrieving assets…")),
    targets("⚠", "Retrieving mist state 0/0 targets complete...", 0, 0),
    targets("✔", "Retrieving system version 1/1 targets complete...", 1, 1),
    targets("✔", "Encrypting configuration... 1/1 targets complete.", 1, 1),
    ("✖", "Validating...", Progress("failed", "Validating...")),
    ("⚠\ufe0f", "Sending...", Progress("partial", "Sending...")),
]


@pytest.mark.parametrize(("mark", "text", "progress"), PROGRESS)
def test_a_progress_line_is_read(mark: str, text: str, progress: Progress) -> None:
    assert read(f"{mark} {text}".strip() + "\n").progress == (progress,)


def test_targets_that_were_not_reached_are_named(device_text) -> None:
    response = read(device_text("show_mist_6.x_disconnected"))
    assert response.disconnected == (("node1.t129-dut1", "Disconnected"),)
    assert response.counts == Counts(failed=0, disconnected=1, succeeded=0)
    assert response.error is not None
    assert response.error.startswith("Failed to retrieve mist state.")


def test_targets_of_which_one_is_away_and_the_others_answer_are_an_answer() -> None:
    response = read(
        "⚠ Retrieving processes 1/2 targets complete...\n\n"
        "Failed to retrieve processes. 0 targets failed, 1 target is disconnected, and 1 succeeded.\n"
    )
    assert response.error is None
    assert response.counts == Counts(0, 1, 1)


def test_targets_of_which_one_failed_are_a_no() -> None:
    response = read("Failed to upgrade. 1 target failed, 0 targets are disconnected, and 1 succeeded.\n")
    assert response.error == "Failed to upgrade. 1 target failed, 0 targets are disconnected, and 1 succeeded."


# The device's words, a part of what is kept of them, denied, conductor_only
NOES = [
    ("Command 'bad' not found (use '?' for help)", "Command 'bad' not found", True, False),
    ("% Error: Known host verification failed", "Known host verification failed", False, False),
    ("% Error: Unhandled TypeError: list indices must be integers or slices", "Unhandled TypeError", False, False),
    ("Error: Candidate configuration is invalid: Security not configured", "Security not configured", False, False),
    (
        "Error: failed to authorize user: you do not have access to resource='128t:*' capability='config-read'",
        "failed to authorize user",
        True,
        False,
    ),
    ("This command can only be run on a Conductor", "only be run on a Conductor", False, True),
    ("% Error: This command can only be run on a conductor.", "only be run", False, True),
    ("Operation canceled", "Operation canceled", False, False),
    ("Operation cancelled", "Operation cancelled", False, False),
    ("✖ Upgrading...\n", "Upgrading...", False, False),
    ("Failed to start the upgrade: the version is not downloaded", "not downloaded", False, False),
    ("Unable to reach node1.r1", "Unable to reach", False, False),
    ("Version 9.9.9 is not available", "not available", False, False),
    ("Router 'x' does not exist", "does not exist", False, False),
    ("An upgrade is already in progress on node1.r1", "already in progress", False, False),
    ("Upgrade refused: a health check did not pass", "Upgrade refused", False, False),
    ("Permission denied", "Permission denied", True, False),
    ("This download command is now obsolete", "obsolete", False, False),
    ("-bash: show: command not found", "command not found", True, False),
    ("Unknown command: show", "Unknown command", True, False),
    ("% Router R9 is out of reach", "Router R9", False, False),
    ("Error while reading the list of versions", "Error while", False, False),
    ("ERROR - the disk is full", "the disk is full", False, False),
    ("[ERROR] the disk is full", "the disk is full", False, False),
    ("%Error: sequenced downgrade is not supported", "sequenced downgrade", False, False),
]


@pytest.mark.parametrize(("text", "words", "denied", "conductor_only"), NOES)
@pytest.mark.parametrize("frame", ["{}", "Mon 2024-09-09 18:14:18 UTC\n✔ Sending...\n{}\n\nCompleted in 0.04 seconds"])
def test_the_device_says_no(text: str, words: str, denied: bool, conductor_only: bool, frame: str) -> None:
    response = read(frame.format(text))
    assert response.error is not None
    assert words in response.error
    assert "Completed in" not in response.error
    assert (response.denied, response.conductor_only) == (denied, conductor_only)


def test_the_words_behind_an_error_are_kept_to_the_end() -> None:
    response = read(
        "✖ Validating, then committing...\n% Error: Failed to commit:\n\n"
        "1. tenant is missing\n   config\n     authority\n\nCompleted in 0.1 seconds\n"
    )
    assert response.error == "% Error: Failed to commit:\n\n1. tenant is missing\n   config\n     authority"


def test_a_sentence_that_says_no_ends_before_what_is_none_of_its_words() -> None:
    response = read(
        "Failed to upgrade R1.\nIt is busy.\n\nThe list follows.\n"
        "Unable to upgrade R2.\n======== ======\n Target   Why\n======== ======\n R2       busy\n"
    )
    assert response.error == "Failed to upgrade R1.\nIt is busy.\nUnable to upgrade R2."
    assert "The list follows." in response.messages


def test_a_mark_of_failure_without_more_words_is_a_no_and_a_sentence_says_more_than_the_mark() -> None:
    assert read("✖ Upgrading n1.r1...\nThe node is busy.\n").error == "✖ Upgrading n1.r1...\nThe node is busy."
    assert read("✖ Upgrading n1.r1...\n\n% Error: busy\n").error == "% Error: busy"


def test_a_table_with_more_than_targets_and_messages_is_no_list_of_the_disconnected() -> None:
    text = "======== ========= =======\n Target   Message   State\n======== ========= =======\n n1.r1    ok        up\n"
    assert read(text).disconnected == ()
    assert read(text.replace("State", "").replace("Message", "Answer ")).disconnected == ()


YES = [
    "Successfully exported configuration: /etc/128technology/config-exports/myCandidate.gz",
    "✔ Validating...\nCandidate configuration is valid",
    "Configuration committed",
    "# No differences",
    "There are 0 shelved alarms",
    "0 errors",
    "Error count 0",
    "Error messages are kept for a day",
    "Completed in 1 minute 3 seconds",
    "No errors found",
    "0 targets failed, 0 targets are disconnected, and 2 succeeded.",
    "Errors: 0",
    "Import success",
    "Are you sure you want to commit the candidate config? [y/N]: y\nConfiguration committed",
    "Upgrade of n1.r1 to 6.3.5 has been started",
    "Piping output...\n  onboarding-mode:   whitebox",
]


@pytest.mark.parametrize("text", YES)
def test_ordinary_words_are_no_error(text: str) -> None:
    response = read(text)
    assert (response.error, response.complaint, response.denied, response.conductor_only) == (None, None, False, False)


def test_errors_in_a_cell_or_a_field_are_no_errors_of_the_command() -> None:
    response = read(
        "====== =============================\n Node   Message\n====== =============================\n"
        " n1     Error: failed to start highway\n n2     Operation canceled\n\n"
        "=====\n n1\n=====\n Status:   failed\n Reason:   % Error: not found\n\n"
        " ------\n Errors\n ------\n Unable to manage file: Message timed out\n"
    )
    assert (response.error, response.complaint) == (None, None)
    assert len(response.tables[0].rows) == 2
    assert response.blocks[0].sections == {"Errors": ["Unable to manage file: Message timed out"]}


def test_a_failure_that_may_be_an_old_one_is_a_complaint_and_no_error() -> None:
    words = "SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot"
    response = read(f"✔ Retrieving...\n{words}\n")
    assert (response.error, response.complaint) == (None, words)


def test_the_words_of_a_configuration_are_no_error() -> None:
    lines = ["config authority router R1 description Unable to reach the site; permission denied", "   failed to start"]
    assert read("\n".join(lines)).error is None
    assert read("\n".join(['description "router is not available"'])).error is None
    assert read("\n".join(["exit"] * 100 + ["Failed to think of a name"])).error is None
    assert read("\n".join(["exit"] * 100 + ["% Error: cannot read the rest"])).error == "% Error: cannot read the rest"


def test_a_large_configuration_is_read_quickly() -> None:
    text = "\n".join(f"config authority router site-{number} node n1 asset-id a{number}" for number in range(30_000))
    assert len(read(text).messages) == 30_000


def test_usage_alone_is_no_error(device_text) -> None:
    response = read(device_text("request_system_software_upgrade_usage_6.3"))
    assert response.error is None
    assert response.usage is not None
    assert "skip-pre-check" in response.usage.arguments
    assert (response.messages, response.blocks, response.tables) == ((), (), ())


def test_usage_behind_an_error_leaves_the_error() -> None:
    response = read("% Error: missing argument version\nusage: upgrade [force] version <version>\n")
    assert response.error is not None
    assert response.usage is not None
    assert response.usage.required == {"version"}


def test_what_is_left_are_the_messages(device_text) -> None:
    assert read(device_text("show_alarms_3.2")).messages == ("There are 0 shelved alarms",)


def test_unrelated_output_behind_a_table_does_not_spoil_it(device_text) -> None:
    text = device_text("show_assets_6.3_package")
    response = read(text + "\n" + device_text("show_system_processes_6.0"))
    assert response.tables[0] == read(text).tables[0]
    assert len(response.tables) == 2


@given(st.text(alphabet="=-:% Error✖✔\nnot found1/", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert read(text).text == text


def test_a_date_and_the_progress_may_share_a_line() -> None:
    response = read("Fri 2024-03-01 14:28:03 UTC Retrieving security associations...\n")
    assert response.date == datetime(2024, 3, 1, 14, 28, 3, tzinfo=timezone.utc)
    assert response.progress == (Progress("none", "Retrieving security associations..."),)
    assert read("Fri 2024-03-01 14:28:03 UTC is the time\n").date is None


@pytest.mark.parametrize(
    ("shown", "mark"), [("âœ”", "ok"), ("âœ–", "failed"), ("âš\xa0", "partial"), ("â", "none"), ("???", "none")]
)
def test_a_mark_that_was_garbled_is_known(shown: str, mark: str) -> None:
    assert read(f"{shown} Retrieving assets...\n").progress == (Progress(mark, "Retrieving assets..."),)


def test_progress_that_names_a_node_with_a_dot_is_progress() -> None:
    response = read("Retrieving from 'node1.router1'...\n")
    assert response.progress == (Progress("none", "Retrieving from 'node1.router1'..."),)
    assert response.messages == ()

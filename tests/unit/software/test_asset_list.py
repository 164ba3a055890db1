# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of assets is whole only if no line of its answer can have hidden a row, or says that rows are missing."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import (
    half_read,
    read_assets,
    why_not_whole,
)

LIST = """\
=========== ====== ========= ================== ============== ==============
 Router      Node   Asset Id  SSR Version        Install Type   Status
=========== ====== ========= ================== ============== ==============
 Conductor   c1     c1.x      7.1.3-1.r1.el9     Image          Synchronized
 r1          a      a.x       6.3.5-37.r1.el7    Image          Synchronized
             b      b.x       6.3.5-37.r1.el7    Image          Disconnected
 r2          a      a2.x      6.3.5-37.r1.el7    Image          Synchronized"""
TABLE = LIST.splitlines()
FIRST = 3
WHOLE = ["Conductor/c1", "r1/a", "r1/b", "r2/a"]
#: As wall (util-linux, systemd) and omusrmsg (rsyslog) write on every terminal.
MESSAGES = (
    [
        "",
        "Broadcast message from root@c1 (Fri 2026-11-27 00:00:00 UTC):",
        "",
        "The system is going down for reboot at Fri 2026-11-27 01:00:00 UTC!",
        "",
    ],
    ["Broadcast message from root@c1 (pts/0) (Fri Nov 27 00:00:00 2026):", "", "back in 5 minutes", ""],
    [
        "",
        "Message from syslogd@cond-1 at Nov 27 00:00:01 ...",
        " kernel:[51234.1] watchdog: BUG: soft lockup - CPU#2 stuck for 22s!",
        "",
    ],
)


def answer(*lines: str, frame: str = "\u2714 Retrieving assets...\n\n{}\n\nCompleted in 0.04 seconds"):
    return read(frame.format("\n".join(lines)), ended=True)


def names(response) -> list[str] | None:
    listed = read_assets(response)
    return None if listed is None else [f"{asset.router}/{asset.node}" for asset in listed]


#: Lines that may be about rows that are missing.
OF_MISSING = (
    "% Error: Lost contact with the target",
    "Error: row could not be read",
    "...",
    "<3 rows omitted>",
    "\u26a0 b.r1: no data",
    "b.r1: no data",
    "WARNING: results are partial",
    "(1 more)",
    "Output truncated",
    "\u26a0 1 asset could not be read",
    "Rebooting now...",
    "\u2714 Skipping some rows...",
    "2 nodes could not be reached",
    "Showing the first 4 assets",
    "4 of 5 assets",
    "5 nodes in this authority",
    "Request timed out",
    "r2 is disconnected",
    "Only reachable nodes are listed",
    "Data is unavailable for r9",
)
#: Lines that no document names, and that say nothing about rows.
NOTES = (
    "The system is going down for reboot at Fri 2026-11-27 01:00:00 UTC!",
    "Broadcast message from root@c1 (Fri 2026-11-27 00:00:00 UTC):",
    "Tip: use 'show assets <id>' for more information.",
    "NOTICE: SSR 7.2.3 is available",
    "Welcome to the Session Smart Networking Platform!",
    "Authority: acme, Conductor: c1",
    "\u2714 Sorting assets...",
    "\u2714 Refreshing...",
    "4 assets in 2 routers",
)
STRANGE = (*OF_MISSING, *NOTES)


@pytest.mark.parametrize("at", range(FIRST, len(TABLE) + 1))
@pytest.mark.parametrize("line", OF_MISSING)
def test_a_line_about_what_is_missing_between_or_below_the_rows_makes_the_list_unreadable(line: str, at: int) -> None:
    response = answer(*TABLE[:at], line, *TABLE[at:])
    assert read_assets(response) is None
    why = why_not_whole(response)
    assert why is not None and (line.strip("% \u26a0\u2714") in why or at == FIRST)


@pytest.mark.parametrize("at", range(FIRST + 1, len(TABLE)))
@pytest.mark.parametrize("line", NOTES)
def test_a_note_between_the_rows_makes_the_list_unreadable(line: str, at: int) -> None:
    response = answer(*TABLE[:at], line, *TABLE[at:])
    assert read_assets(response) is None
    assert line.startswith("\u2714") or line in why_not_whole(response)


@pytest.mark.parametrize("line", NOTES)
def test_a_note_above_the_header_or_below_the_rows_is_passed_over(line: str) -> None:
    for lines in ([line, "", *TABLE], [*TABLE, "", line], [*TABLE, "", line, line], [line, line, *TABLE, "", line]):
        assert names(answer(*lines)) == WHOLE
    assert (
        names(answer(*TABLE, frame="\u2714 Retrieving assets...\n\n{}\n\nCompleted in 0.04 seconds\n" + line)) == WHOLE
    )


@pytest.mark.parametrize("line", OF_MISSING)
def test_a_line_about_what_is_missing_above_the_header_makes_the_list_unreadable(line: str) -> None:
    assert names(answer(line, *TABLE)) is None
    assert names(answer(line, "", *TABLE)) is None


@pytest.mark.parametrize("rest", range(1, 5))
@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(
    "line", [*STRANGE, "", "======\n c1\n======", "======\n c1\n======\n Status:  running", TABLE[0]]
)
def test_no_line_takes_the_rows_below_it_with_it(line: str, closed: bool, rest: int) -> None:
    """Also where they look like a header, a block or another table because of a rule around them."""
    at = len(TABLE) - rest
    lines = [*TABLE[:at], *line.split("\n"), *TABLE[at:], *([TABLE[0]] if closed else [])]
    for text in (lines, [*lines[:at], "", *lines[at:]], [*lines[: -rest - closed], "", *lines[-rest - closed :]]):
        assert names(answer(*text)) in (None, WHOLE)


@pytest.mark.parametrize(
    "line", ["el7", "                               el7", "r2", "a2.x", "                  Connected"]
)
def test_what_may_be_the_rest_of_a_row_is_no_note(line: str) -> None:
    assert names(answer(*TABLE, "A note.", line)) is None


@pytest.mark.parametrize(
    "below",
    [
        "Peers\n====== =======\n Peer   State\n====== =======\n p1     up\n p2     up",
        "======\n c1\n======\n Uptime:   4 days\n Version:  7.1.3\n",
    ],
)
def test_another_table_or_block_below_the_list_is_passed_over(below: str) -> None:
    assert names(answer(*TABLE, "", below)) == WHOLE


@pytest.mark.parametrize(
    "below",
    [
        "Unreachable Nodes\n====== =======\n Node   Router\n====== =======\n b9     r9",
        "=================\n Summary of Assets\n=================\n total:    5\n",
        "=================\n Missing\n=================\n node:    b.r9\n since:   today\n",
    ],
)
def test_another_table_or_block_about_what_is_missing_makes_the_list_unreadable(below: str) -> None:
    assert names(answer(*TABLE, "", below)) is None


def test_a_list_without_rows_may_hold_nothing_that_is_not_understood() -> None:
    assert names(answer(*TABLE[:FIRST])) == []
    for note in NOTES:
        if not note.startswith("\u2714"):
            assert names(answer(*TABLE[:FIRST], "", note)) is None


@pytest.mark.parametrize("line", ["Fri 2024-03-01 16:23:37 UTC", "\u2714 Retrieving system version..."])
def test_what_looks_like_another_answer_between_the_rows_hides_none(line: str) -> None:
    for at in range(FIRST, len(TABLE)):
        assert names(answer(*TABLE[:at], line, *TABLE[at:])) in (None, WHOLE)


@pytest.mark.parametrize("line", ["\u26a0 b.r1: no data", "(row not available)", "r1   b: error reading asset"])
def test_a_line_in_the_place_of_a_row_makes_the_list_unreadable(line: str) -> None:
    listed = read_assets(answer(*TABLE[:5], line, *TABLE[6:]))
    assert listed is None or half_read(listed)


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("at", range(len(TABLE) + 1))
def test_a_message_to_all_terminals_hides_no_row(message: list[str], at: int) -> None:
    assert names(answer(*TABLE[:at], *message, *TABLE[at:])) == WHOLE


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize("at", range(FIRST, len(TABLE)))
def test_a_message_that_no_blank_line_ends_takes_no_row_with_it(message: list[str], at: int) -> None:
    assert names(answer(*TABLE[:at], *message[:-1], *TABLE[at:])) == WHOLE


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(
    "last", ["kernel:  two  cells", "r2", "(1 more)", "                       el7", "disk error", "7.1.3 Synchronized"]
)
def test_a_message_with_a_sentence_that_may_be_of_the_list_hides_no_row(message: list[str], last: str) -> None:
    for at in range(FIRST + 1, len(TABLE)):
        for sentences in (message[:-1], message[:-2]):
            listed = read_assets(answer(*TABLE[:at], *sentences, last, *TABLE[at:]))
            shown = [f"{asset.router}/{asset.node}" for asset in listed or ()]
            assert listed is None or half_read(listed) or shown == WHOLE


def test_a_list_that_ends_in_a_header_without_its_messages_is_unreadable() -> None:
    below = [*TABLE[:4], "Completed in 0.04 seconds", TABLE[0], *TABLE[4:]]
    for message in MESSAGES:
        assert names(answer(*below, *message)) is None
        assert why_not_whole(answer(*below, *message)) is not None


@pytest.mark.parametrize("remark", ["Showing the first 4 assets", "(1 more)", "Output truncated"])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_remark_about_the_list_below_a_message_is_no_part_of_it(message: list[str], remark: str) -> None:
    assert names(answer(*TABLE, *message[:-1], remark, "")) is None


def test_the_whole_answer_of_another_command_between_the_rows_hides_none() -> None:
    peers = ["====== =======", " Peer   State", "====== =======", " p1     up"]
    for begin in ("Fri 2024-03-01 16:23:37 UTC", "\u2714 Retrieving peers..."):
        for at in range(FIRST + 1, len(TABLE)):
            other = ["Completed in 0.04 seconds", "", begin, "", *peers]
            assert names(answer(*TABLE[:at], *other, *TABLE[at:])) is None
            assert names(answer(*TABLE[:at], *other, "", *TABLE[at:])) is None


def test_several_messages_without_blank_lines_are_taken_out() -> None:
    message = MESSAGES[2][1:-1]
    assert names(answer(*TABLE[:5], *message, *message, *message, *message, *TABLE[5:])) == WHOLE


@pytest.mark.parametrize("below", ["4 assets", "There are 4 assets.", "Total: 4 nodes", "4 rows listed"])
def test_a_count_of_all_rows_is_understood_and_a_larger_one_is_not(below: str) -> None:
    assert names(answer(*TABLE, "", below)) == WHOLE
    assert names(answer(*TABLE, "", below.replace("4", "5"))) is None


@pytest.mark.parametrize(
    "frame",
    [
        "Retrieving assets...\n\n{}",
        "{}",
        "Mon 2024-09-09 18:15:20 UTC\n\u2714 Retrieving assets...\n\n{}\n\nCompleted in 0.04 seconds",
        "\u2714 Piping output...\n{}",
    ],
)
def test_each_documented_frame_is_understood(frame: str) -> None:
    assert names(answer(*TABLE, frame=frame)) == WHOLE


@pytest.mark.parametrize("begin", ["Fri 2024-03-01 16:23:37 UTC\n", "\u2714 Retrieving system version...\n"])
def test_another_answer_behind_the_list_is_no_part_of_it(begin: str) -> None:
    """I95-65411: some releases append the output of another command."""
    behind = f"\n{begin}\nSome other words\n======\n Node \n======\n x\n"
    assert names(answer(*TABLE, frame="Retrieving assets...\n\n{}\n\nCompleted in 0.04 seconds\n" + behind)) == WHOLE


@pytest.mark.parametrize(
    "below", ["(1 more)", "Output truncated", "\u26a0 1 asset could not be read", "% Error: timeout"]
)
def test_words_behind_the_end_of_the_list_may_be_about_it(below: str) -> None:
    response = answer(*TABLE, frame="Retrieving assets...\n\n{}\n\nCompleted in 0.04 seconds\n" + below)
    assert names(response) is None


def test_a_table_of_targets_or_an_unfinished_progress_makes_the_list_unreadable() -> None:
    targets = ["", "======== =========", " Target   Message", "======== =========", " b.r1     Disconnected"]
    assert names(answer(*TABLE, *targets)) is None
    assert names(answer(*TABLE, frame="\u26a0 Retrieving assets 3/4 targets complete...\n\n{}")) is None


def test_an_empty_list_with_a_line_that_is_not_understood_does_not_say_that_there_are_none() -> None:
    assert names(answer(*TABLE[:FIRST])) == []
    assert names(answer(*TABLE[:FIRST], "<4 rows omitted>")) is None

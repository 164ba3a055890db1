# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a download gets on: what begins anew or waits by itself is not taken for one that hangs, nor the reverse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.arrival import (
    DownloadOptions,
    begin,
    judge,
    looked,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.downloads import NodeScope, read_download
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import try_parse

NEW = "6.3.5-39.r1.el7"
OPTIONS = DownloadOptions(timeout=11700, silence=900)
HOUR = 3600


def end_of(shown: Callable[[int], str], hours: float = 4) -> tuple[str, int] | None:
    """State and second of the end of a download of which the conductor shows this, polled every 15 s."""
    arrival = begin(0)
    for now in range(0, int(hours * HOUR), 15):
        state = read_download(read(shown(now)), try_parse(NEW), NodeScope("R", "a"), [])
        arrival = looked(arrival, state, now)
        end = judge(arrival, now, NEW, OPTIONS, OPTIONS.silence)
        if end is not None:
            return end.state, now
    return None


def row(status: str, progress: str = "") -> str:
    """The table of downloads with a row for the node."""
    return f"""\
======== ====== ================= ============= ==========
 Router   Node   Version           Status        Progress
======== ====== ================= ============= ==========
 R        a      {NEW}   {status:11}   {progress}
"""


def percent(value: float, status: str = "Downloading") -> str:
    """The table with a download that is so far: complete from 100 on."""
    return row("Downloaded", "100%") if value >= 100 else row(status, f"{int(value)}%")


def test_a_download_that_breaks_off_and_begins_anew_is_waited_for() -> None:
    def shown(now: int) -> str:
        return percent(now / 40 if now < 2400 else (now - 2400) / 40)

    assert end_of(shown) == ("done", 6405)


def test_so_is_one_that_shows_bytes_instead_of_a_percentage() -> None:
    def shown(now: int) -> str:
        done = now // 4 if now < 2400 else (now - 2400) // 4
        return row("Downloaded") if done >= 1000 else row("Downloading", f"{done} MB")

    assert end_of(shown) == ("done", 6405)


@pytest.mark.parametrize("words", ["Retrying", "Waiting", "Queued", "Paused, will resume"])
@pytest.mark.parametrize("figure", ["45%", ""])
def test_a_download_that_waits_by_itself_for_half_an_hour_does_not_stand_still(words, figure) -> None:
    def shown(now: int) -> str:
        if 1800 <= now < 3720:
            return f"a: {NEW} {words} {figure}"
        return percent(now / 40 if now < 1800 else 45 + (now - 3720) / 40)

    assert end_of(shown) == ("done", 5925)


def test_one_that_waits_for_ever_ends_with_the_time_out() -> None:
    assert end_of(lambda now: row("Retrying", "45%")) == ("failed", 11700)


def test_figures_that_only_go_to_and_fro_are_no_progress() -> None:
    ended = end_of(lambda now: row("Downloading", f"{44 + now // 15 % 2}%"))
    assert ended is not None and ended[0] == "failed" and ended[1] < 1500


def test_a_percentage_that_stands_still_is_stuck_after_the_silence() -> None:
    assert end_of(lambda now: row("Downloading", "21%")) == ("failed", 900)


def test_after_the_last_figure_the_silence_begins_anew_with_other_words() -> None:
    """The image is checked once it is there, and no figure is shown of that."""

    def shown(now: int) -> str:
        return row("Downloading", f"{now // 10}%") if now < 990 else row("Verifying" if now < 2400 else "Downloaded")

    assert end_of(shown) == ("failed", 1890)


@pytest.mark.parametrize(
    ("text", "seconds", "reason"),
    [
        (row("Failed", "0%"), 0, "the download of 6.3.5-39.r1 failed"),
        (row("Failed: no route", "0%"), 0, "the download of 6.3.5-39.r1 failed: Failed: no route"),
        (
            row("Downloading", "21%"),
            900,
            "the download of 6.3.5-39.r1 does not get on at 21 % for 15 min 00 s; last: Downloading",
        ),
    ],
)
def test_a_reason_has_no_row_with_the_names_of_its_node_so_that_a_pair_can_share_it(text, seconds, reason) -> None:
    state = read_download(read(text), try_parse(NEW), NodeScope("R", "a"), [])
    end = judge(looked(begin(0), state, 0), seconds, NEW, OPTIONS, OPTIONS.silence)
    assert end is not None and end.reason == reason

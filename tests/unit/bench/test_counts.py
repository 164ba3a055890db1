# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of counts: a fixed night asks the conductor no more than that of the last release did."""

from __future__ import annotations

import warnings

from tests.bench import counts

HOW = "python -m tests.bench.counts --remember"


def test_a_fixed_night_asks_no_more_than_that_of_the_last_release():
    """Commands by kind, polls, sessions opened, and the seconds of the night itself, in virtual time."""
    before = counts.remembered()
    grown, shrunk = counts.differences(before["nights"], counts.all_counts())
    if shrunk and not grown:
        warnings.warn(
            f"Less than in {before['release']}, which is good. Remember it: {HOW}. {'; '.join(shrunk)}.", stacklevel=1
        )
    assert not grown, (
        f"A night costs more than in {before['release']}: {'; '.join(grown)}. Find out which change asks more. "
        f"Where it is worth that, the message of the commit says why, and {HOW} makes these the counts to compare with."
    )


def test_a_count_that_has_grown_is_told_with_its_share_and_one_that_is_new_without():
    grown, shrunk = counts.differences(
        {"night": {"assets": 100, "send": 50, "gone": 1}}, {"night": {"assets": 110, "send": 50, "new": 2}}
    )
    assert grown == ["night: assets 100 -> 110 (+10.0%)", "night: new 0 -> 2"]
    assert shrunk == ["night: gone 1 -> 0 (-100.0%)"]


def test_the_same_night_has_the_same_counts_each_time():
    settings = counts.NIGHTS["50 in flight"]
    assert counts.counts_of(settings) == counts.counts_of(settings)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of a dry run against the window: what would not be begun if its turn came now is not planned."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations, Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.window import judged_by_window

from tests.unit.planning.test_admission import router

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)
DURATIONS = Durations(Estimates(download=0, upgrade=1800, revert=1200))
#: An upgrade and its revert take 50 minutes.
ENOUGH, TOO_SHORT = (None, NOW + timedelta(minutes=51)), (None, NOW + timedelta(minutes=49))


def judged(plan: RouterPlan, window=ENOUGH, closed: str = "") -> RouterPlan:
    (plan,) = judged_by_window([plan], NOW, window, DURATIONS, closed)
    return plan


def test_what_fits_into_the_window_stays_planned() -> None:
    assert judged(router()) == router()


def test_what_does_not_would_not_begin_and_says_why() -> None:
    late = judged(router(), TOO_SHORT)
    assert late.state == "not_started"
    assert late.reason.startswith("it would not begin: it takes about 30 min 00 s and a revert 20 min 00 s")


def test_where_nothing_is_begun_any_more_nothing_is_planned() -> None:
    assert judged(router(), closed="the stop file is there").reason == "it would not begin: the stop file is there"


@pytest.mark.parametrize("plan", [router(state="skipped"), router(recorded=True)], ids=["left out", "at work"])
def test_what_is_left_out_anyway_or_followed_stays_as_it_is(plan) -> None:
    assert judged(plan, TOO_SHORT, "the stop file is there") == plan

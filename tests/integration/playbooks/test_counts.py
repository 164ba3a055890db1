# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of counts over the wire: what is sent to the conductor in a small night, and how often somebody logs in."""

from __future__ import annotations

from tests.bench import wire

HOW = "python -m tests.bench.counts --wire --remember"


def test_a_small_night_sends_no_more_than_that_of_the_last_release(tmp_path):
    before = wire.remembered()
    grown = wire.grown(before["counts"], wire.night(tmp_path))
    assert not grown, (
        f"More goes over the wire than in {before['release']}: {'; '.join(grown)}. Find out which change sends more. "
        f"Where it is worth that, the message of the commit says why, and {HOW} makes these the counts to compare with."
    )


def test_polls_may_be_more_on_a_faster_machine_and_nothing_else_may():
    before = {"show assets": 10, "request system software upgrade": 3}
    assert wire.grown(before, {"show assets": 15, "request system software upgrade": 3}) == []
    assert wire.grown(before, {"show assets": 16, "request system software upgrade": 4, "show alarms": 1}) == [
        "show assets 10 -> 16",
        "request system software upgrade 3 -> 4",
        "show alarms 0 -> 1",
    ]


def test_a_kind_is_a_command_without_its_names():
    assert wire.kind_of("show system router hub node hub-1") == "show system router NAME node NAME"
    assert wire.kind_of("show assets hub-1.hub") == "show assets NAME"
    assert wire.kind_of("show assets software") == "show assets software"
    assert wire.kind_of("export config running Conductor-c1-20260101T000000Z") == "export config running"

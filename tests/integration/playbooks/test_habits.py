# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstrations on conductors that behave otherwise wherever the documents leave a choice.

Whatever a conductor prints and however long it takes, a world without a fault ends done, and what is told is true. The
seeds are drawn anew each time and are in the names of the tests; SSR_HABITS_SEEDS=1,2 plays those.
"""

from __future__ import annotations

import pytest

from tests.integration.habits import conductor, fleet, play_conductor, play_fleet, report, seeds
from tests.integration.harness import Bench

DRAWN = seeds(2)


def assert_true(bench: Bench, outcome) -> None:
    """The verdict of the playbook is what is really so, and every node is done."""
    if outcome.wrong:
        pytest.fail(report(bench, outcome), pytrace=False)


@pytest.mark.timeout(600)
class TestDrawn:
    @pytest.mark.parametrize("seed", DRAWN, ids="seed-{}".format)
    def test_a_conductor_pair_is_upgraded_and_the_verdict_is_the_truth(self, bench, seed):
        b = bench(**conductor(seed=seed))
        assert_true(b, play_conductor(b))

    @pytest.mark.parametrize("seed", DRAWN, ids="seed-{}".format)
    def test_a_small_fleet_is_upgraded_and_the_verdicts_are_the_truth(self, bench, seed):
        b = bench(**fleet(seed=seed))
        assert_true(b, play_fleet(b))


class TestNamed:
    """What once stopped everything, each by itself."""

    @pytest.mark.parametrize("case", ["lower", "upper"])
    def test_the_mismatch_alarm_of_the_newer_catalogue_stops_no_pair_half_way(self, bench, case):
        b = bench(**conductor(alarm_catalogue="new", mismatch_alarm="node", alarm_case=case))
        assert_true(b, play_conductor(b))

    def test_downloads_that_are_called_downloaded_are_seen_to_end(self, bench):
        b = bench(**fleet(download_status="words", assets_software="refused", upgrade_fetches="needs_download"))
        assert_true(b, play_fleet(b))
        began = {node_id: node["started"].get("download") for node_id, node in b.simulator.truth()["nodes"].items()}
        assert {node_id: count for node_id, count in began.items() if count != 1} == {
            "c1.Conductor": None,
            "c2.Conductor": None,
        }

    def test_a_conductor_that_asks_before_it_lists_assets_is_upgraded(self, bench):
        b = bench(**conductor(reads_ask="all"))
        assert_true(b, play_conductor(b))
        asked = [event for event in b.simulator.log if event["event"] == "confirmation" and event["answer"] != "y"]
        assert not asked, "a question of a reading command was left open or denied"

    def test_routers_of_a_conductor_that_asks_before_it_lists_assets_are_upgraded(self, bench):
        b = bench(**fleet(reads_ask="all"))
        assert_true(b, play_fleet(b))


class TestSeeds:
    def test_they_can_be_named_and_are_the_same_in_all_processes_of_a_run(self, monkeypatch):
        monkeypatch.setenv("SSR_HABITS_SEEDS", "3,17")
        assert seeds(2) == [3, 17]
        monkeypatch.delenv("SSR_HABITS_SEEDS")
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "some run")
        assert seeds(12) == seeds(12) and len(set(seeds(12))) == 12
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "another run")
        first = seeds(2)
        monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "some run")
        assert first != seeds(2)

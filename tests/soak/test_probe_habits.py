# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty conductors with habits that a seed has drawn: a probe finds every habit that differs and shows at rest."""

from __future__ import annotations

import pytest

from tests.integration.probed import compared, report

SEEDS = range(1, 21)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The report of a conductor that has the first way of each habit."""
    return report(tmp_path_factory.mktemp("usual") / "look")[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_probe_finds_every_habit_that_differs(tmp_path, usual, seed, record_property):
    rows, bench = report(tmp_path / "look", seed=seed)
    said = compared(bench.simulator.habits, rows, usual)
    record_property("found", len(said.found))
    print(f"seed {seed}: {len(said.found)} of {len(said.found) + len(said.missed)} habits were found")
    assert said.found and not said.missed, said.missed

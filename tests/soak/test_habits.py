# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A dozen conductors whose habits chance has drawn, also with routers that cannot be upgraded.

See tests/integration/playbooks/test_habits.py.
"""

from __future__ import annotations

import pytest

from tests.integration.habits import KINDS, PLAYS, report, seeds

DRAWN = seeds(12)
#: Routers that cannot be upgraded are waited for until their times are out, so of these worlds there are fewer.
WORLDS = [(kind, seed) for number, seed in enumerate(DRAWN) for kind in KINDS if kind != "trouble" or number < 3]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("kind", "seed"), WORLDS, ids=[f"{kind}-seed-{seed}" for kind, seed in WORLDS])
def test_whatever_the_habits_of_a_conductor_the_verdict_is_the_truth(bench, kind, seed):
    world, play = PLAYS[kind]
    b = bench(**world(seed=seed))
    outcome = play(b)
    if outcome.wrong:
        pytest.fail(report(b, outcome), pytrace=False)

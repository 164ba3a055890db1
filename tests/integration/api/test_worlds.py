# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the readers of the API conclude is what is true, with every habit of the web interface and in drawn worlds."""

from __future__ import annotations

import pytest

from tests.integration.api.comparison import compare
from tests.integration.api.drawn import authority
from tests.integration.api.meeting import AUTHORITY, WAYS, client_of, name_of


def test_by_default_all_that_is_there_is_known(conductor):
    meeting = compare(sim := conductor(AUTHORITY), client_of(sim))
    assert meeting.wrong == []
    # Who is not reached, or has two assets of one id, is not known. Nor is whether a service that starts runs.
    silent = ("s2.split ", "d1.dark ", "t1.twin asset", "split leader", "u1.busy service", "f1.fresh version")
    # Only one of the two answers is a conclusion about these.
    careful = ("settled", "busy", "duplicate")
    assert {about for about in meeting.unknown if not about.endswith(careful) and not about.startswith(silent)} == set()


@pytest.mark.parametrize("ways", WAYS, ids=name_of)
def test_nothing_is_concluded_that_is_not_so(conductor, ways):
    sim = conductor({**AUTHORITY, "habits": ways})
    assert compare(sim, client_of(sim)).wrong == []


@pytest.mark.parametrize("seed", range(30))
def test_nor_in_drawn_worlds(conductor, seed):
    viewer = ("c1", "c2")[seed % 2]
    sim = conductor(authority(seed))
    assert compare(sim, client_of(sim, viewer), viewer).wrong == []

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Benches for tests: a simulated conductor and a folder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.harness import NURSERIES, Bench
from tests.simulator import Simulator

#: How much faster than the clock on the wall the simulated conductors live in these tests.
SPEEDUP = 600


@pytest.fixture(scope="session", autouse=True)
def _nurseries_end() -> Iterator[None]:
    """What playbooks were forked from ends with the tests."""
    yield
    while NURSERIES:
        NURSERIES.pop().close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Make a bench on a scenario: ``bench("ha-6.3-image", faults=["upgrade_hangs"])``."""
    with contextlib.ExitStack() as stack:

        def make(scenario="ha-6.3-image", **overrides) -> Bench:
            overrides.setdefault("speedup", SPEEDUP)
            simulator = stack.enter_context(Simulator(scenario, **overrides))
            folder = tmp_path / f"bench{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return Bench(folder, simulator)

        yield make


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests come first, so that no worker begins one of them when the others have ended."""
    items.sort(key=lambda item: "test_habits" not in item.nodeid)

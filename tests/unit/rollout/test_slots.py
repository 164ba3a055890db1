# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots of routers that were found at work: who gets one, and who keeps it."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.admission import RolloutLimits, RolloutState
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Durations
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import NodePlan, RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import rollout_admission
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_admission import RolloutAdmission
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_progress import (
    ActiveRouter,
    RolloutProgress,
)

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)


class Slots:
    """A rollout with one slot, and pairs that were found at work. ``begun``: to which something of ours was sent."""

    def __init__(self, *names: str) -> None:
        self.progress = RolloutProgress(active=[ActiveRouter(self._pair(name), None, iter(()), 0.0) for name in names])
        self.begun: set[str] = set()
        self.breaker: str | None = None
        limits, poller = RolloutLimits(in_flight=1), SimpleNamespace(final=None)
        self.admission = RolloutAdmission(None, poller, limits, Durations(), self.progress, None, None)
        self.admission.state = self._state

    @staticmethod
    def _pair(name: str) -> RouterPlan:
        nodes = tuple(
            NodePlan(name, node, "6.3.0", "6.3.5", "image", True, "needed", False, None, "") for node in ("a", "b")
        )
        return RouterPlan(name, "planned", "", nodes, "", "node", 0, None, 0.0, 0.0, "documented", (), recorded=True)

    def _state(self, asks: str = "") -> RolloutState:
        active = self.progress.active
        return RolloutState(
            NOW,
            [router.plan for router in active],
            {},
            len(active),
            resting=frozenset(router.plan.router for router in active if router.waits),
            asking=frozenset(router.plan.router for router in active if router.asks),
            breaker=self.breaker,
        )

    def ask(self, name: str, left: str = "b") -> bool:
        plan = next(router.plan for router in self.progress.active if router.plan.router == name)
        return self.admission.may_continue(plan, left)[0]


@pytest.fixture
def slots(monkeypatch) -> Slots:
    slots = Slots("r1", "r2")
    monkeypatch.setattr(rollout_admission, "has_begun", lambda _c, _p, router, *_a, **_o: router in slots.begun)
    return slots


def test_a_pair_that_we_have_begun_keeps_its_slot_for_its_second_node(slots) -> None:
    """I7: no slot stops it. Who comes before it in the list waits for its end."""
    slots.breaker = "2 assets were lost"
    assert not slots.ask("r1", "ab")
    slots.breaker = None
    assert slots.ask("r2", "ab"), "nothing runs at r1"
    slots.begun.add("r2")
    slots.breaker = "2 assets were lost"
    assert not slots.ask("r2")
    slots.breaker = None
    assert not slots.ask("r1", "ab"), "r2 is half done"
    assert slots.ask("r2")


def test_what_an_earlier_run_has_begun_is_worked_on_from_its_turn_on(slots) -> None:
    assert not slots.ask("r1", "ab") and slots.progress.active[0].waits, "something runs at r2"
    slots.begun.add("r1")
    del slots.progress.active[1]
    assert slots.ask("r1") and not slots.progress.active[0].waits

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long histories, and moments within a second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.integration.api.meeting import AUTHORITY, client_of, requests

LONE = NodeId("lone", "l1")


@pytest.mark.parametrize("lists", ["nodes", "edges", "both"])
def test_a_history_of_several_pages_is_read_to_its_end(conductor, lists):
    sim = conductor({**AUTHORITY, "alarms": [], "habits": {"graphql_lists": lists}})
    node = sim.world.find("l1.lone", None)[0]
    for number in range(450):
        sim.world.records.alarm(node, "add", f"alarm {number}", "major", "there", "system")
    history = client_of(sim).events_since(LONE, datetime.now(timezone.utc) - timedelta(hours=1))
    assert history.problems == ()
    assert {event.message for event in history.events} == {f"alarm {number}" for number in range(450)}
    assert requests(sim)[-3:] == [("POST", "/graphql", 200)] * 3


def test_an_event_of_the_same_second_is_not_missed(conductor):
    sim = conductor({**AUTHORITY, "clock": {"start": "2026-03-04T12:00:00.700Z"}, "alarms": []})
    node = sim.world.find("l1.lone", None)[0]
    sim.world.records.alarm(node, "add", "just now", "major", "there", "system")
    moment = datetime.fromtimestamp(sim.world.records.events[-1]["time"], timezone.utc)
    history = client_of(sim).events_since(LONE, moment)
    assert [event.message for event in history.events] == ["just now"]

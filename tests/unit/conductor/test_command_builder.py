# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words of a request follow the release that the conductor runs now."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.command_builder import CommandBuilder
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import NotOffered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import VirtualClock

NODE = NodeId("Conductor", "c1")
HEALTH = Request("health-check", router="Conductor", node="c1")


def builder(*releases: str) -> tuple[CommandBuilder, list[str]]:
    """A builder whose conductor runs these releases, one after the other each time it is read; and what was read."""
    read: list[str] = []

    def release():
        read.append(releases[min(len(read), len(releases) - 1)])
        return parse(read[-1])

    session = SimpleNamespace(clock=VirtualClock())
    return CommandBuilder(session, release, lambda router: ["c1", "c2"]), read


def test_what_an_upgraded_conductor_offers_since_a_moment_ago_is_offered() -> None:
    made, read = builder("6.2.5-5", "6.3.5-39")
    assert made.takes_nodes("health-check") is False
    assert made.command_for(HEALTH, NODE).startswith("request system software health-check")
    assert read == ["6.2.5-5", "6.3.5-39"]


def test_what_is_not_offered_is_refused_by_the_release_that_was_read_just_now() -> None:
    made, read = builder("6.2.5-5")
    with pytest.raises(NotOffered, match=r"exists from release 6\.3\.0"):
        made.command_for(HEALTH, NODE)
    assert read == ["6.2.5-5"]

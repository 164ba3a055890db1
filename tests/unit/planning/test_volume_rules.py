# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a revert leads, as far as a node prints its volumes, and whether another one is selected for its next boot."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.volume_rules import judge_rollback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_versions import IdleVolume, NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, spelled, try_parse

from tests.unit.fakes import NEW, OLD


def prints(idle: str | None, volume: str | None = "a", node: str = "a") -> NodeVersion:
    """A node that runs the new version from volume b; ``idle``: what lies on the other one."""
    lies = IdleVolume(idle or None, try_parse(idle), None, volume)
    return NodeVersion("R", node, NEW, parse(NEW), "image", "b", "b", lies)


SILENT = NodeVersion("R", "a", NEW, parse(NEW), "image")
WITHOUT_IDLE = NodeVersion("R", "a", NEW, parse(NEW), "image", "b", "b")


@pytest.mark.parametrize(
    ("volumes", "wanted", "refused", "warned"),
    [
        (prints(f"128T-{OLD}"), OLD, False, False),
        (prints(f"128T-{OLD}"), "6.3.0", False, False),
        (prints("128T-5.4.11-4.el7"), OLD, True, False),
        (prints("6.3.0-108.r1.el7"), OLD, True, False),  # another build of the same patch is another release
        (prints("6.3.0"), OLD, False, True),  # it may be
        (prints(None), OLD, True, False),
        (prints("unavailable"), OLD, True, False),
        (WITHOUT_IDLE, OLD, True, False),
        (SILENT, OLD, False, True),
        (None, OLD, False, True),
        (prints(f"128T-{OLD}"), None, False, True),
    ],
)
def test_a_revert_is_refused_only_where_it_surely_leads_elsewhere(volumes, wanted, refused, warned) -> None:
    back = judge_rollback(volumes, wanted)
    assert (back.refused is not None, back.warning is not None) == (refused, warned)


def test_the_refusal_names_both_versions_and_the_volume() -> None:
    refused = judge_rollback(prints("128T-5.4.11-4.el7"), OLD).refused
    assert all(text in refused for text in ("lead to 5.4.11-4,", spelled(OLD), "volume a"))

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair is asked which node leads it only where the order of its nodes depends on that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.eligibility import NodeFacts, Rules
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.node_order import order_depends_on_primary
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD

RULES = Rules(version=parse(NEW), version_text=NEW, conductor_version=parse(NEW), conductor_router="Conductor")
PAIR = Target("R", ("a", "b"), whole=True)


def facts(version: str = OLD, settled: bool = True) -> dict[NodeId, NodeFacts]:
    common = {"install_type": "image", "state": "", "away": False, "busy": False, "downloaded": None, "running": None}
    a = NodeFacts("R", "a", version_text=OLD, version=parse(OLD), settled=True, **common)
    b = NodeFacts("R", "b", version_text=version, version=parse(version), settled=settled, **common)
    return {NodeId("R", "a"): a, NodeId("R", "b"): b}


def test_the_leader_of_a_pair_that_is_moved_node_by_node_matters() -> None:
    assert order_depends_on_primary(PAIR, facts(), RULES)


@pytest.mark.parametrize(
    ("target", "known", "rules"),
    [
        (PAIR, facts(), replace(RULES, order="as_listed")),
        (PAIR, facts(), replace(RULES, simultaneous=True)),
        (PAIR, facts(), replace(RULES, conductor_router="R")),
        (PAIR, facts(version=NEW), RULES),
        (PAIR, facts(settled=False), RULES),
        (replace(PAIR, whole=False), facts(), RULES),
        (replace(PAIR, nodes=("a",)), facts(), RULES),
    ],
    ids=["as listed", "both at once", "conductor", "one is there", "one is away", "named alone", "single node"],
)
def test_elsewhere_it_does_not_matter(target, known, rules) -> None:
    assert not order_depends_on_primary(target, known, rules)

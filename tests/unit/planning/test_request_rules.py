# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused before anything is sent, from what the target runs."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.request_rules import (
    RequestOptions,
    refuse,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

# fmt: off
REFUSALS = [
    # router, wishes, running, types, words (None: nothing is against it)
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.0-107.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.5-37.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5-37.r1.el7")), {"node1": "6.3.5-37.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5-37")), {"node1": "6.3.5"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": None}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5"), simultaneous=True),
     {"node1": "6.3.0-107.r1.el7"}, {}, "for a conductor"),
    ("branch-1", RequestOptions(parse("6.3.5"), simultaneous=True), {"node1": "6.3.0-107.r1.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.0")), {"node1": "6.3.5-37.r1.el7"}, {}, "never goes back"),
    ("Conductor", RequestOptions(parse("6.1.1")), {"node1": "6.1.10-8.lts.el7"}, {}, "older than 6.1.10"),
    ("Conductor", RequestOptions(parse("6.3.5-36")), {"node1": "6.3.5-37.r1.el7"}, {}, "older"),
    # A milestone never decides the order.
    ("Conductor", RequestOptions(parse("6.3.5-37.r1.el7")), {"node1": "6.3.5-37.r2.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("7.0.5-7-lts")), {"node1": "7.0.5-14-lts"}, {}, "older than 7.0.5-14-lts"),
    ("Conductor", RequestOptions(parse("6.3.0")), {"node1": "6.2.5", "node2": "6.3.5-37.r1.el7"}, {},
     "not upgraded by one task"),
    ("Conductor", RequestOptions(parse("6.3.0"), sequencing="vendor"), {"node1": "6.3.0", "node2": "6.3.5-37.r1.el7"},
    {},
     "which node2 runs"),
    ("Conductor", RequestOptions(parse("6.3.5"), skip_package_transfer=True), {"node1": "6.3.0-107"}, {"node1":
    "package"},
     "only for image-based"),
    ("Conductor", RequestOptions(parse("6.3.5"), skip_package_transfer=True), {"node1": "6.3.0-107"},
     {"node1": "image"}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.3.0-107"}, {"node1": "package"}, None),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "5.6.8-1.el7"}, {}, "below 6.0"),
    ("Conductor", RequestOptions(parse("6.3.5")), {"node1": "6.2.5-5.r2.el7"}, {}, None),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"),
     {"node1": "6.2.5-5.r2.el7"}, {}, "exists from 6.3 on"),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"), {"node1": "6.3.0-107", "node2": "6.2.5-5"}, {},
     "node2 runs 6.2.5-5"),
    ("Conductor", RequestOptions(parse("6.3.5"), sequencing="vendor"), {"node1": "6.3.0-107.r1.el7"}, {}, None),
]
# fmt: on


@pytest.mark.parametrize(("router", "wishes", "running", "types", "words"), REFUSALS)
def test_what_is_refused_before_anything_is_sent(router, wishes, running, types, words) -> None:
    versions = {node: parse(text) if text else None for node, text in running.items()}
    target = Target(router, tuple(running), True)
    why = refuse(target, wishes, versions, types, "Conductor")
    assert (why is None) if words is None else (words in why)

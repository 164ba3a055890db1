# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one version of a run: spelled as a request takes it, and never asked of a router that cannot say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.offered_versions import (
    RequestedVersion,
    is_same_build,
    offered_versions,
    resolve_version,
    routers_to_ask,
    shown_spelling,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import Unreadable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.system import NodeVersion
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import RequestedVersionError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import Box

OWN = "7.1.0-50.r1.el9"
SHORT = "SSR-7.1.0-50"
LOCAL = NodeId("Conductor", "c1")


def own(text: str = OWN) -> NodeVersion:
    return NodeVersion(*LOCAL, text, parse(text), "image")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (OWN, True),
        (SHORT, True),
        ("7.1.0-51.r1.el9", False),
        ("7.1.0-50.r2.el9", False),
        ("7.1.0", False),
        ("?", False),
    ],
)
def test_a_text_names_the_build_of_the_conductor_with_or_without_its_rebuild(text, same) -> None:
    assert is_same_build(text, own()) is same


def test_only_settled_routers_on_another_version_are_asked_what_is_offered() -> None:
    boxes = [
        Box("Conductor", "c1", OWN),
        Box("away", "a", status="Disconnected"),
        Box("there", "a", OWN),
        Box("asked", "a"),
        Box("asked", "b"),
        Box("not a target", "a"),
    ]
    targets = [Target(name, ("a",), whole=True) for name in ("Conductor", "away", "there", "asked")]
    assert routers_to_ask(targets, [box.as_asset() for box in boxes], own(), "Conductor") == ["asked"]


@pytest.mark.parametrize(
    ("wanted", "spelling"), [("7.1.0", SHORT), ("7.1.0-50", SHORT), (OWN, "7.1.0-50.r1.el9")], ids=str
)
def test_a_request_that_names_a_rebuild_keeps_it(wanted, spelling) -> None:
    assert shown_spelling([None, "?", SHORT, OWN], own(), parse(wanted), parse(wanted)) == spelling


def conductor(
    offers: dict[str | None, list[str]],
    takes_nodes: bool = True,
    own_version: NodeVersion | None = None,
    to_nodes: dict[NodeId, list[str]] | None = None,
) -> SimpleNamespace:
    asked: list[str | None] = []

    def available(router: str | None = None) -> list[str]:
        asked.append(router)
        return offers.get(router, [])

    return SimpleNamespace(
        local_node=lambda: LOCAL,
        own_version=lambda: own_version or own(),
        available_to_nodes=lambda: to_nodes or {},
        takes_nodes=lambda operation: takes_nodes,
        available=available,
        available_below=lambda: ["6.2.0-1.r1.el7"],
        asked=asked,
    )


def resolved(conductor: SimpleNamespace, version: str, operation: str = "upgrade") -> str:
    boxes = [Box("Conductor", "c1", OWN), *(Box(f"r{number}", "a") for number in range(5))]
    targets = [Target(box.router, (box.node,), whole=True) for box in boxes[1:]]
    requested = RequestedVersion(operation, version)
    return resolve_version(conductor, requested, targets, [box.as_asset() for box in boxes], print)


def test_what_the_conductor_runs_is_spelled_as_it_is_offered_to_a_router() -> None:
    box = conductor({None: ["7.0.0-1.r1.el9"], "r1": [SHORT]})
    assert resolved(box, "7.1.0") == SHORT
    assert box.asked == [None, "r0", "r1"]


def test_a_fleet_is_not_asked_router_by_router() -> None:
    box = conductor({})
    assert resolved(box, "7.1.0") == OWN
    assert box.asked == [None, "r0", "r1", "r2"]


def test_below_63_it_is_spelled_as_the_list_of_software_has_it_for_its_routers() -> None:
    """The node spells its own package otherwise, and such a download is refused."""
    box = conductor(
        {},
        False,
        own("128T-6.2.5-5r2.el7"),
        {
            LOCAL: ["6.2.5-5r2"],
            NodeId("elsewhere", "a"): ["6.2.5-5r2"],
            NodeId("r0", "a"): ["6.2.3-14.r2.el7", "6.2.5-5.el7"],
            NodeId("r1", "a"): ["6.2.5-5.r2.el7"],
        },
    )
    assert resolved(box, "6.2.5") == "6.2.5-5.r2.el7"


def test_below_63_no_router_is_asked() -> None:
    box = conductor({}, takes_nodes=False)
    assert resolved(box, "7.1.0") == OWN
    assert box.asked == [None]


def test_only_a_downgrade_is_offered_what_is_older_than_the_conductor() -> None:
    assert resolved(conductor({}), "6.2.0", "downgrade") == "6.2.0-1.r1.el7"
    with pytest.raises(RequestedVersionError):
        resolved(conductor({}), "6.2.0")


def test_a_list_that_cannot_be_read_is_reported_and_is_empty() -> None:
    def available() -> list[str]:
        raise Unreadable("there is no table", "???")

    lines: list[str] = []
    assert offered_versions(SimpleNamespace(available=available), lines.append) == []
    assert len(lines) == 1 and lines[0].startswith("what is offered is not known: ")

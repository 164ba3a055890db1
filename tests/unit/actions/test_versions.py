# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router gets the release that its own host names (rule 41), in the same task as all others."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import RequestedVersionError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

from tests.unit.fakes import NEW, OLD, Night, VirtualClock, authority

OTHER = "6.3.4-7.r2.el7"


@pytest.fixture
def night() -> Night:
    clock = VirtualClock()
    hosts = {name: {"ssr_version": NEW} for name in ("R", "S", "P")}
    night = Night(authority(clock, {"R": ("a",), "S": ("a",), "P": ("a", "b")}), hosts)
    night.conductor.offers[None] = [OTHER, NEW]
    return night


def states(night: Night, **more) -> dict[str, str]:
    return night.states(**{"target_hosts": ["R", "S", "P"], "health_check": False, **more})


def requested(night: Night, operation: str = "upgrade") -> dict[str, str | None]:
    return {request.router: request.version for request in night.conductor.sent if request.operation == operation}


@pytest.mark.parametrize("first", ["R", "S"])
def test_a_router_that_is_held_back_is_not_upgraded_wherever_it_stands_in_its_batch(night, first) -> None:
    night._vars["hostvars"][first]["ssr_version"] = OLD
    ended = states(night, version=night._vars["hostvars"]["R"]["ssr_version"])
    assert ended.pop(first) == "up_to_date"
    assert set(ended.values()) == {"done"} and first not in requested(night) and set(requested(night).values()) == {NEW}


def test_a_router_that_gets_another_build_is_downloaded_upgraded_and_proven_with_that_build(night) -> None:
    night._vars["hostvars"]["P"]["ssr_version"] = OTHER
    result = night.go(target_hosts=["R", "S", "P"], health_check=False)
    assert {router: entry["state"] for router, entry in result["by_router"].items()} == dict.fromkeys("RSP", "done")
    assert requested(night) == {"R": NEW, "S": NEW, "P": OTHER}
    assert requested(night, "download") == {"R": NEW, "S": NEW, "P": OTHER}
    assert {node["running_version"] for node in result["by_router"]["P"]["nodes"]} == {OTHER}
    assert result["version"] == NEW


def test_the_plan_shows_for_each_router_where_it_goes_and_whose_wish_that_is(night) -> None:
    night._vars["hostvars"]["P"]["ssr_version"] = "6.3.4"
    night._task.check_mode = True
    result = night.go(target_hosts=["R", "S", "P"])
    to = {plan["router"]: {node["to_version"] for node in plan["nodes"]} for plan in result["plan"]}
    assert to == {"R": {NEW}, "S": {NEW}, "P": {OTHER}}
    notes = {plan["router"]: " ".join(plan["notes"]) for plan in result["plan"]}
    assert (
        f"its host has a version of its own (ssr_version): {spelled(OTHER)}" in notes["P"]
        and "of its own" not in notes["R"]
    )


def test_each_version_is_resolved_once_for_all_that_get_it(night, monkeypatch) -> None:
    asked = []
    available = night.conductor.available
    monkeypatch.setattr(night.conductor, "available", lambda *args: asked.append(args) or available(*args))
    states(night)
    once = len(asked)
    night._vars["hostvars"]["P"]["ssr_version"] = OTHER
    asked.clear()
    states(night)
    assert len(asked) == once + 1


def test_a_version_of_one_host_that_is_not_offered_blocks_its_router_alone(night) -> None:
    night._vars["hostvars"]["S"]["ssr_version"] = "6.3.3"
    result = night.go(target_hosts=["R", "S", "P"], health_check=False)
    ended = {router: entry["state"] for router, entry in result["by_router"].items()}
    assert ended == {"R": "done", "S": "blocked", "P": "done"}
    assert "ssr_version of its host: 6.3.3 is not offered" in result["by_router"]["S"]["reason"]


def test_where_the_version_of_the_task_is_not_offered_nothing_is_sent(night) -> None:
    night._vars["hostvars"]["R"].clear()
    with pytest.raises(RequestedVersionError, match=r"6\.3\.9 is not offered"):
        states(night, version="6.3.9")
    assert not night.conductor.sent


@pytest.mark.parametrize(
    ("value", "words"), [("", "is empty"), (6.3, "quotes"), ("latest", "Accepted"), (None, "text")]
)
def test_a_version_of_a_host_that_is_none_is_refused_with_its_host(night, value, words) -> None:
    night._vars["hostvars"]["S"]["ssr_version"] = value
    with pytest.raises(BadInput, match=f"ssr_version of host S.*{words}"):
        states(night)
    assert not night.conductor.sent


def test_a_member_of_an_exclusive_group_counts_also_outside_the_batch(night) -> None:
    for name in ("R", "S"):
        night._vars["hostvars"][name]["ssr_exclusive_group"] = "berlin"
    night._vars["groups"] = {"ssr_routers": ["R", "S", "P"]}
    night._task.check_mode = True
    night.conductor.show(night.conductor.boxes["S", "a"], status="Disconnected")
    (plan,) = night.go(target_hosts=["R"])["plan"]
    assert "S of the same group berlin is disconnected" in " ".join(plan["notes"])


@pytest.mark.parametrize("routers", [{}, {"groups": {}}, {"groups": {"ssr_routers": ["P"]}}])
def test_and_where_the_hosts_of_the_batch_are_in_no_group_of_router_hosts(night, routers) -> None:
    for name in ("R", "S"):
        night._vars["hostvars"][name]["ssr_exclusive_group"] = "berlin"
    night._vars.update(routers)
    night._task.check_mode = True
    night.conductor.show(night.conductor.boxes["S", "a"], status="Disconnected")
    (plan,) = night.go(target_hosts=["R"])["plan"]
    assert "S of the same group berlin is disconnected" in " ".join(plan["notes"])


class Undefined(dict):
    """The variables of a host whose group has a template that cannot be rendered."""

    def get(self, name, default=None):
        if name == "ssr_exclusive_group":
            raise AnsibleUndefinedVariable("'site' is undefined")
        return super().get(name, default)


def test_a_host_that_stands_for_no_router_has_no_exclusive_group(night) -> None:
    night._vars["hostvars"].update({"switch": Undefined(), "c1": {"ssr_exclusive_group": "berlin"}})
    night._vars["hostvars"]["R"]["ssr_exclusive_group"] = "berlin"
    night._vars["groups"] = {"ssr_conductors": ["c1"]}
    assert night.groups({"exclusive_groups": {}, "target_hosts": ["R"]}) == {"R": "berlin"}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is bound to an approved plan: it does exactly that, or less; whatever is more is refused, unsent."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.approval import ApprovedPlan, NotApproved
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.change_part import behind, plan_of_conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.planned_change import batches_before
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.overrides import Override
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan import RouterPlan
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change import ChangeFacts, change_document
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_batches import batches_mixed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_compare import beyond, differences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_file import change_json, sealed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_routers import router_entry
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset, Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import Target
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse

from tests.unit.fakes import NEW, OLD, Course, Night, VirtualClock, authority

OTHER = "6.3.4-10.r1.el7"
ROUTERS = {"R": ("a", "b"), "S": ("a",), "T": ("a",)}


@pytest.fixture
def night() -> Night:
    made = Night(authority(VirtualClock(), ROUTERS))
    made.conductor.offers[None] = [NEW, OTHER]
    return made


def planned(night: Night, **args) -> dict:
    """The change document of these routers."""
    night._task.check_mode = True
    try:
        part = night.go(**args)["change"]
    finally:
        night._task.check_mode = False
    return document_of(part)


def document_of(part: dict, batches=None) -> dict:
    run = {
        "id": "plan-1",
        "inventory": "cond",
        "playbook": [],
        "made": "2026-03-02T01:00:00Z",
        "by": "op",
        **part["run"],
    }
    return change_document(
        ChangeFacts(
            run=run,
            limits=part["limits"],
            window=part["window"],
            estimates=Estimates(**part["estimates"]),
            routers=part["routers"],
            batches=batches or [[entry["router"] for entry in part["routers"]]],
            begins=datetime(2026, 3, 2, 1, 0, tzinfo=timezone.utc),
            commands=part["commands"],
        )
    )


def approve(tmp_path: Path, document: dict) -> str:
    path = tmp_path / "change.json"
    path.write_text(change_json(document), encoding="utf-8")
    return str(path)


def commands_in(document: dict, always: bool = True) -> list[str]:
    return [
        command["command"]
        for entry in document["routers"]
        for command in entry["commands"]
        if command["changes"] and (not command["when"] or not always)
    ]


def commands_of(night: Night) -> list[str]:
    """What was sent and changes something."""
    made = [night.conductor.command_for(request) for request in night.conductor.sent]
    return [command for command in made if "health-check" not in command]


# -- the commands of the plan are those of the night ------------------------------------------------------------------


@pytest.mark.parametrize(
    "args", [{}, {"download": False}, {"sequencing": "vendor"}, {"simultaneous": True}, {"in_flight": 1}]
)
def test_the_plan_lists_exactly_the_commands_that_are_then_sent(night, args) -> None:
    document = planned(night, **args)
    night.go(**args)
    assert sorted(commands_in(document)) == sorted(commands_of(night)) and commands_of(night)


def test_a_download_that_is_needed_is_listed_and_one_that_is_there_only_with_a_condition(night) -> None:
    night.conductor.software["S", "a"] = Downloads((OLD, NEW))
    document = planned(night)
    night.go()
    sent = commands_of(night)
    assert sorted(commands_in(document)) == sorted(sent)
    assert [command for command in sent if "download" in command and " S" in command] == []
    assert any("download" in c and " S" in c for c in commands_in(document, always=False))


def test_what_is_sent_only_in_some_case_is_listed_with_its_condition(night) -> None:
    document = planned(night, reconnect_after=600)
    (entry,) = [entry for entry in document["routers"] if entry["router"] == "S"]
    conditional = {command["operation"]: command["when"] for command in entry["commands"] if command["when"]}
    assert set(conditional) == {"download", "reconnect", "health-check", "revert"}
    assert conditional["revert"].startswith("only if a itself is bad after its upgrade")
    assert "10 min" in conditional["reconnect"]


def test_a_resource_group_that_goes_out_as_it_is_has_one_request_in_plan_and_night(night, tmp_path) -> None:
    night.conductor.groups = {"G": ["S", "T"]}
    args = {"resource_group": "G", "sequencing": "vendor"}
    document = planned(night, **args)
    assert [command["operation"] for command in document["commands"]] == ["download", "upgrade"]
    result = night.go(approved_plan=approve(tmp_path, document), **args)
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}
    assert {command["command"] for command in document["commands"]} == set(commands_of(night))


# -- bound ------------------------------------------------------------------------------------------------------------


def test_a_bound_run_does_what_was_approved_and_its_result_has_the_checksum(night, tmp_path) -> None:
    document = planned(night)
    result = night.go(approved_plan=approve(tmp_path, document))
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}
    assert result["approved_plan"]["sha256"] == document["sha256"]


def test_a_bound_run_may_do_less(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night))
    night.conductor.show(night.conductor.boxes["S", "a"], status="Disconnected")
    night.conductor.boxes["T", "a"].boot(night.clock, NEW)
    night.conductor.show(night.conductor.boxes["T", "a"])
    result = night.go("R", "S", "T", approved_plan=path, in_flight=1, bake=30)
    states = {router: entry["state"] for router, entry in result["by_router"].items()}
    assert states == {"R": "done", "S": "skipped", "T": "up_to_date"}
    assert night.go("R", approved_plan=path)["by_router"]["R"]["state"] == "up_to_date"


def test_the_rest_of_a_half_done_pair_is_less(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night))
    night.conductor.boxes["R", "a"].boot(night.clock, NEW)
    night.conductor.show(night.conductor.boxes["R", "a"])
    result = night.go("R", approved_plan=path)
    assert result["by_router"]["R"]["state"] == "done"
    assert [request.node for request in night.conductor.sent if request.operation == "upgrade"] == ["b"]


RUN = {
    "checks": ["rights", "is_conductor"],
    "router_checks": ["all"],
    "backup": True,
    "recent_failures": 3,
    "batch_fail_percentage": 0,
    "before": "",
}
STRICT = {"run_settings": RUN, "stop_file": "/tmp/stop", "health_check_unknown": "hold", "post_checks": ["version"]}
MORE = [
    ({"version": OTHER}, "a was to get 6.3.5-37.r1, and would get 6.3.4-10.r1"),
    ({"in_flight": 20}, "in_flight was 10 and is 20"),
    ({"in_proof": 5}, "in_proof was 0 and is 5"),
    ({"downloads_in_flight": 50}, "downloads_in_flight was 5 and is 50"),
    ({"simultaneous": True}, "simultaneous was off and is on"),
    ({"sequencing": "vendor"}, "sequencing was node and is vendor"),
    ({"skip_health_check": True}, "skip_health_check was off and is on"),
    ({"skip_pre_check": True}, "skip_pre_check was off and is on"),
    ({"pair_soak": 1}, "pair_soak was 60 and is 1"),
    ({"max_failures": None}, "max_failures was 5 and is none"),
    ({"stop_file": None}, "stop_file was /tmp/stop and is none"),
    ({"upgrade_timeout": 99999}, "upgrade_timeout was 5400 and is 99999"),
    ({"flap": 9999}, "flap was 90 and is 9999"),
    ({"stable_polls": 1}, "stable_polls was 3 and is 1"),
    ({"operation_settle": -1}, "operation_settle was 0 and is -1"),
    ({"expected_upgrade": 1}, "expected_upgrade was 1800 and is 1"),
    ({"health_check_unknown": "warn"}, "health_check_unknown was hold and is warn"),
    ({"several_builds": "newest"}, "several_builds was refuse and is newest"),
    ({"compare": False}, "compare was on and is off"),
    ({"compare_exclude": [".*"]}, "compare_exclude was empty and is .*"),
    ({"compare_areas": ["assets"]}, "compare_areas was empty and is assets"),
    ({"compare_grace": 0}, "compare_grace was none and is 0"),
    ({"compare_thresholds": {"peers": 99}}, "compare_thresholds was {} and is {'peers': 99}"),
    ({"allow_alarms": [".*"]}, "allow_alarms was empty and is .*"),
    ({"post_checks": []}, "post_checks was version and is empty"),
    ({"run_settings": {**RUN, "router_checks": []}}, "router_checks was all and is empty"),
    ({"run_settings": {**RUN, "checks": ["rights"]}}, "checks was rights, is_conductor and is rights"),
    ({"run_settings": {**RUN, "backup": False}}, "backup was on and is off"),
    ({"run_settings": {**RUN, "recent_failures": "1000"}}, "recent_failures was 3 and is 1000"),
    ({"run_settings": {**RUN, "batch_fail_percentage": 100}}, "batch_fail_percentage was 0 and is 100"),
    ({"run_settings": {**RUN, "before": "/home/x.yml"}}, "before was none and is /home/x.yml"),
    ({"run_settings": {}}, "backup was on, and this run does not say what it is"),
    ({"order": "as_listed"}, "order was standby_first and is as_listed"),
    ({"cohort_id": "c1"}, "cohort_id was none and is c1"),
    ({"revert": False}, "revert was on and is off"),
    ({"health_check": False}, "health_check was on and is off"),
    ({"reconnect_after": 60}, "send command reconnect"),
    ({"waves": {"R": 2}}, "R: its wave was 0 and is 2"),
]


@pytest.mark.parametrize(("args", "words"), MORE, ids=lambda value: str(value)[:40])
def test_whatever_is_more_or_something_else_is_refused_before_anything_is_sent(night, tmp_path, args, words) -> None:
    path = approve(tmp_path, planned(night, **STRICT))
    with pytest.raises(NotApproved, match="Nothing was sent") as refused:
        night.go(**{"approved_plan": path, **STRICT, **args})
    assert words in str(refused.value)
    assert night.conductor.sent == [] and night.conductor.reconnected == []


def test_another_router_is_refused_and_each_difference_is_named_up_to_ten(night, tmp_path) -> None:
    document = planned(night, targets=["S"])
    with pytest.raises(NotApproved, match="R: is not in the approved plan; T: is not in the approved plan"):
        night.go(approved_plan=approve(tmp_path, document))
    many = Night(authority(VirtualClock(), [f"n{number:02}" for number in range(14)]))
    with pytest.raises(NotApproved, match="n09: is not in the approved plan; and 5 more"):
        many.go(approved_plan=approve(tmp_path, document))
    assert night.conductor.sent == many.conductor.sent == []


def test_another_version_to_go_back_to_is_refused(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night))
    night.conductor.boxes["S", "a"].boot(night.clock, "6.3.3-40.r2.el7")
    night.conductor.show(night.conductor.boxes["S", "a"])
    with pytest.raises(NotApproved, match=r"S: a ran 6\.3\.0-107\.r1 and runs 6\.3\.3-40\.r2 now"):
        night.go(approved_plan=path)


def test_a_router_that_was_blocked_in_the_plan_is_refused(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night, blocked={"S": "a check"}))
    with pytest.raises(NotApproved, match="S: was blocked in the approved plan"):
        night.go(approved_plan=path)


def test_conditions_that_are_lifted_must_have_been_in_the_plan(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night))
    lifted = [{"router": "R", "condition": "peer_not_well", "reason": "known"}]
    with pytest.raises(NotApproved, match="R: peer_not_well is lifted for it, which was not approved"):
        night.go(approved_plan=path, override=lifted)


def test_the_other_order_of_a_pair_is_refused(night, tmp_path) -> None:
    night.conductor.leaders = {"R": "b"}
    path = approve(tmp_path, planned(night))
    night.conductor.leaders = {"R": "a"}
    with pytest.raises(NotApproved, match="R: its nodes were to go in the order a, b, and would go b, a"):
        night.go(approved_plan=path)
    assert night.conductor.sent == []


def test_a_pair_whose_other_node_leads_when_its_turn_comes_is_left_alone(night, tmp_path) -> None:
    night.conductor.leaders = {"R": "b"}
    path = approve(tmp_path, planned(night, waves={"R": 1}))
    night.conductor.on_send = lambda request: night.conductor.leaders.update(R="a")
    result = night.go(approved_plan=path, waves={"R": 1})
    assert result["by_router"]["S"]["state"] == "done"
    assert result["by_router"]["R"]["state"] == "not_started"
    assert "was approved as the order of its nodes, and a leads" in result["by_router"]["R"]["reason"]
    assert not [request for request in night.conductor.sent if request.router == "R" and request.operation == "upgrade"]


def test_the_same_relative_window_is_the_same(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night, window_end="+6h"))
    night.clock.sleep(7200)
    result = night.go(approved_plan=path, window_end="+6h")
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}


LESS = [
    {"window_end": "+23h", "time_zone": "UTC"},
    {"max_failures": 0, "stable_polls": 4, "flap": 30, "upgrade_timeout": 5000},
    {"stop_file": "/elsewhere/stop"},
    {"run_settings": {**RUN, "checks": ["all"], "recent_failures": "2", "backup_required": True}},
    {"run_settings": {**RUN, "backup_required": False, "recent_failures": "3", "batch_fail_percentage": "0"}},
    {"newer": "block", "disconnected": "block", "post_checks": ["all"], "poll_min": 4.0},
]


@pytest.mark.parametrize("args", LESS, ids=lambda value: str(value)[:40])
def test_what_is_stricter_goes_on(night, tmp_path, args) -> None:
    approved = {**STRICT, "run_settings": {**RUN, "backup_required": False}}
    path = approve(tmp_path, planned(night, **approved))
    result = night.go("S", **{"approved_plan": path, **approved, **args})
    assert not result.get("failed") or result["by_router"]["S"]["state"] != "blocked"
    assert [request.operation for request in night.conductor.sent if request.operation == "upgrade"] == ["upgrade"]


# -- times ------------------------------------------------------------------------------------------------------------


def windowed(night: Night, tmp_path: Path, begins: str | None = None, **args) -> str:
    """The path of a plan that was made an hour after the night began, in the zone of nobody."""
    document = planned(night, planned_begin=begins, time_zone="UTC", **args)
    return approve(tmp_path, document)


def test_a_time_of_the_day_is_another_one_on_another_day(night, tmp_path) -> None:
    path = windowed(night, tmp_path, window_end="05:00")
    night.clock.sleep(4 * 86400)
    with pytest.raises(NotApproved, match=r"window_end was 2026-.* and is 2026-"):
        night.go(approved_plan=path, window_end="05:00", time_zone="UTC")
    with pytest.raises(NotApproved, match=r"window_end was 2026-.* and is none"):
        night.go(approved_plan=path)
    assert night.conductor.sent == []


def test_the_same_words_in_another_zone_are_another_time(night, tmp_path) -> None:
    path = windowed(night, tmp_path, window_end="05:00")
    with pytest.raises(NotApproved, match="window_end was"):
        night.go(approved_plan=path, window_end="05:00", time_zone="-03:00")


def test_an_earlier_end_is_less_and_other_words_for_the_same_time_are_the_same(night, tmp_path) -> None:
    path = windowed(night, tmp_path, window_end="+6h")
    assert night.go("S", approved_plan=path, window_end="+5h")["by_router"]["S"]["state"] == "done"
    with pytest.raises(NotApproved, match="window_end was"):
        night.go("T", approved_plan=path, window_end="+7h")


@pytest.mark.parametrize(("begins", "side"), [("+23h", "before"), ("2020-01-01 01:00", "after")])
def test_a_run_far_from_the_begin_that_was_named_is_refused(night, tmp_path, begins, side) -> None:
    path = windowed(night, tmp_path, begins)
    with pytest.raises(NotApproved, match=f"it was approved to begin at .* {side} that; 12 h 00 min were approved"):
        night.go(approved_plan=path)
    assert night.conductor.sent == []


def test_a_run_near_the_begin_that_was_named_goes_on(night, tmp_path) -> None:
    path = windowed(night, tmp_path, "+23h")
    night.clock.sleep(22 * 3600)
    assert night.go("S", approved_plan=path)["by_router"]["S"]["state"] == "done"


def test_a_plan_for_another_day_is_judged_as_from_its_begin(night) -> None:
    """A window that ends before now is over for a run of now, and not for one that begins the day before it."""
    wall = night.clock.wall()
    begins = (wall.replace(hour=1, minute=0) + timedelta(days=20)).strftime("%Y-%m-%d %H:%M")
    end = (wall.replace(hour=6, minute=0) + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:00Z")
    document = planned(night, planned_begin=begins, window_end="06:00", time_zone="UTC")
    assert {entry["state"] for entry in document["routers"]} == {"planned"}
    assert document["window"]["window_end"]["at"] == end


# -- the authority ----------------------------------------------------------------------------------------------------


def test_a_plan_of_another_authority_with_the_same_names_is_refused(night, tmp_path) -> None:
    document = copy.deepcopy(planned(night))
    assert document["run"]["identity"]["assets"] == {"c1": "c1.example"}
    document["run"]["identity"]["assets"]["c1"] = "elsewhere"
    with pytest.raises(NotApproved, match="approved for another authority: the asset of c1 of the conductor was elsew"):
        night.go(approved_plan=approve(tmp_path, sealed(document)))
    document = copy.deepcopy(planned(night))
    document["routers"][0]["nodes"][0]["asset_id"] = "other"
    with pytest.raises(NotApproved, match="which is another device"):
        night.go(approved_plan=approve(tmp_path, sealed(document)))
    assert night.conductor.sent == []


def test_another_key_of_the_same_node_is_another_authority(night, tmp_path) -> None:
    show_key(night, b"first")
    path = approve(tmp_path, planned(night))
    assert night.go("S", approved_plan=path)["by_router"]["S"]["state"] == "done"
    show_key(night, b"second")
    with pytest.raises(NotApproved, match=r"the host key of .* of the conductor was ssh-ed25519 SHA256:"):
        night.go("T", approved_plan=path)


def show_key(night: Night, key: bytes) -> None:
    """The SSH server of the conductor has this key from now on."""
    shown = SimpleNamespace(asbytes=lambda: key, get_name=lambda: "ssh-ed25519")
    night.conductor.session.transport = lambda: SimpleNamespace(get_remote_server_key=lambda: shown)


# -- batches ----------------------------------------------------------------------------------------------------------

BATCHES = {
    "batches": [{"routers": ["c"]}, {"routers": ["x", "y", "z"]}, {"routers": ["q"]}],
    "routers": [{"router": name, "state": "planned"} for name in "cxyzq"],
}


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([["c"], ["x", "y", "z"], ["q"]], []),
        ([["c"], ["x"], ["y", "z"], ["q"]], []),
        ([["x", "y"], ["z"], ["q"]], []),  # without its canary
        ([["z"], ["x", "y", "c"]], ["x: was approved for batch 2, and would come together with c", "y: ", "c: was"]),
        ([["x"], ["c"]], ["c: was approved for batch 1, and would only come after x of batch 2"]),
        ([["c", "q"]], ["q: was approved for batch 3, and would come together with c of batch 1: smaller batches"]),
        ([["c"], ["stranger"]], []),  # said elsewhere
    ],
)
def test_nobody_comes_before_his_turn_and_no_other_router_is_the_canary(batches, words) -> None:
    found = [one.words for one in batches_mixed(BATCHES, batches)]
    assert len(found) == len(words)
    assert all(any(text in one for one in found) for text in words)


def test_a_run_whose_inventory_is_in_another_order_is_refused(night, tmp_path) -> None:
    document = document_of(planned(night), [["R"], ["S", "T"]])
    path = approve(tmp_path, document)
    with pytest.raises(NotApproved, match="R: was approved for batch 1, and would only come after T of batch 2"):
        ApprovedPlan(path, document).require_run([["T"], ["S", "R"]])
    ApprovedPlan(path, document).require_run([["R"], ["S", "T"]])
    ApprovedPlan(path, document).require_run([["T"], ["S"]])
    with pytest.raises(NotApproved, match="R: was approved for batch 1, and would only come after T"):
        ApprovedPlan(path, document).require(planned(night, targets=["R"]), 1, [1], [["T"], ["R"]])


# -- one plan for the whole run ---------------------------------------------------------------------------------------


def test_a_later_batch_goes_by_the_plan_with_which_the_run_began(night, tmp_path) -> None:
    document = document_of(planned(night), [["S"], ["R", "T"]])
    path = approve(tmp_path, document)
    record = night.go("S", approved_plan=path)["run_record"]
    assert record["approved"] == document["sha256"]
    other = copy.deepcopy(document)
    other["run"]["reason"] = "another one"
    approve(tmp_path, sealed(other))
    for plan in (path, None):
        with pytest.raises(NotApproved, match=f"This run began with the approved plan {document['sha256'][:12]}"):
            night.go("T", approved_plan=plan, run_record=record)
    approve(tmp_path, document)
    assert night.go("T", approved_plan=path, run_record=record)["by_router"]["T"]["state"] == "done"


@pytest.mark.parametrize("bound", [True, False])
def test_a_file_with_another_checksum_than_the_one_that_was_signed_is_refused(night, tmp_path, bound) -> None:
    document = planned(night)
    path = approve(tmp_path, document)
    with pytest.raises(NotApproved, match="must have the checksum aaaaaaaaaaaa, and "):
        night.go("S", approved_plan=path if bound else None, approved_checksum="a" * 64)
    assert night.conductor.sent == []
    assert night.go("S", approved_plan=path, approved_checksum=document["sha256"])["by_router"]["S"]["state"] == "done"


def conductor_plan(*nodes: str, **more) -> RouterPlan:
    """The plan of these nodes of the conductor."""
    rows = {
        ("Conductor", node): Asset("Conductor", node, f"{node}.example", version=parse(OLD)) for node in ("c1", "c2")
    }
    args = {"sequencing": "node", "simultaneous": False}
    target = Target("Conductor", nodes, whole=False)
    return plan_of_conductor(args, Request("upgrade", version=NEW), target, rows, {}, Estimates(), **more)


def test_the_nodes_of_a_conductor_go_in_the_order_that_was_approved(night, tmp_path) -> None:
    """Each node has a task of its own, which sees only that one."""
    document = planned(night)
    document["routers"].append({"router": "Conductor", "state": "planned", "nodes": [{"node": "c1"}, {"node": "c2"}]})
    approved = ApprovedPlan("change.json", document)
    approved.require_order([conductor_plan("c1")], {"c1", "c2"})
    approved.require_order([conductor_plan("c2")], {"c2"})
    with pytest.raises(NotApproved, match="Conductor: c2 would go first, and c1 was approved to go before it"):
        approved.require_order([conductor_plan("c2")], {"c1", "c2"})


def test_what_is_lifted_for_a_conductor_is_in_its_plan() -> None:
    lifted = Override("Conductor", "peer_not_well", "known", "op")
    row = router_entry(conductor_plan("c1", overrides=(lifted,)).as_data(), conductor=True)
    assert [override["condition"] for override in row["overrides"]] == ["peer_not_well"]
    plain = router_entry(conductor_plan("c1").as_data(), conductor=True)
    limits = {"limits": {}, "window": {}, "commands": [], "run": {"operation": "upgrade", "conductor": "Conductor"}}
    found = differences({**limits, "routers": [plain]}, {**limits, "routers": [row]}, whole=False)
    assert [one.words for one in beyond(found)] == ["Conductor: peer_not_well is lifted for it, which was not approved"]


def test_a_node_that_is_not_well_behind_is_known_by_what_it_runs() -> None:
    rows = {("Conductor", "c1"): Asset("Conductor", "c1", "a", version=parse(OLD))}
    assert behind(NEW, rows, {}) == {"c1"}
    assert behind(NEW, rows, {NodeId("Conductor", "c1"): parse(NEW)}) == set()


def test_the_batches_before_this_one_count(night, tmp_path) -> None:
    """The second batch may be as large as was approved for the second, and the first may not."""
    path = approve(tmp_path, document_of(planned(night), [["S"], ["R", "T"]]))
    record = night.go("S", approved_plan=path)["run_record"]
    done = night.go("R", "T", approved_plan=path, run_record=record)
    assert {entry["state"] for entry in done["by_router"].values()} == {"done"}


def test_a_batch_that_was_announced_is_none_of_those_before_it() -> None:
    rolled, announced = {"routers": {"S": "s"}, "rolled": True}, {"routers": {"R": "r"}, "rolled": False}
    assert batches_before({"batches": [rolled, announced]}) == batches_before({"batches": [rolled]}) == [["S"]]
    assert batches_before({"batches": [announced]}) == batches_before(None) == []


def test_a_run_that_began_without_a_plan_cannot_be_bound_later(night, tmp_path) -> None:
    path = approve(tmp_path, planned(night))
    record = night.go("S")["run_record"]
    with pytest.raises(NotApproved, match=r"approved plan none .its checksum"):
        night.go("T", approved_plan=path, run_record=record)


@pytest.mark.parametrize("listed", [True, False])
def test_a_revert_is_sent_if_the_plan_lists_it(night, tmp_path, listed) -> None:
    document = planned(night)
    if not listed:
        for entry in document["routers"]:
            entry["commands"] = [command for command in entry["commands"] if command["operation"] != "revert"]
    path = approve(tmp_path, sealed(document))
    night.conductor.health = Health("fail", "System Processes Check failed", "System Processes Check failed")
    if listed:
        assert night.go("S", approved_plan=path)["by_router"]["S"]["state"] == "reverted"
    else:  # what would be sent is compared before anything begins, with its conditions
        with pytest.raises(NotApproved, match="revert router S"):
            night.go("S", approved_plan=path)
        assert night.conductor.sent == []


def test_a_downgrade_is_bound_in_the_same_way(tmp_path) -> None:
    night = Night(authority(VirtualClock(), ROUTERS))
    night.operation = "downgrade"
    for box in list(night.conductor.boxes.values()):
        box.boot(night.clock, NEW)
        night.conductor.show(box)
    night.conductor.offers[None] = [NEW, OLD]
    args = {"module": "software_downgrade", "version": OLD}
    document = planned(night, **args)
    result = night.go(approved_plan=approve(tmp_path, document), **args)
    assert {entry["state"] for entry in result["by_router"].values()} == {"done"}
    assert sorted(commands_in(document)) == sorted(commands_of(night))
    with pytest.raises(NotApproved, match="downgrade was approved, and this is an upgrade"):
        night.operation = "upgrade"
        night.go(approved_plan=approve(tmp_path, document))


# -- the gate ---------------------------------------------------------------------------------------------------------


def test_the_gate_lets_no_command_out_that_the_plan_does_not_have(night, tmp_path, monkeypatch) -> None:
    """Also one that nobody has planned: it is compared when it leaves."""
    path = approve(tmp_path, planned(night))
    real = night.conductor.command_for

    def strange(request):
        return real(request) + (" surprise" if request.router == "S" and night.conductor.sent else "")

    monkeypatch.setattr(night.conductor, "command_for", strange)
    result = night.go(approved_plan=path)
    assert result["by_router"]["R"]["state"] == "done"
    assert not [request for request in night.conductor.sent if request.router == "S"]
    assert "is not in the approved plan" in result["by_router"]["S"]["reason"]


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace(NEW, OTHER), "somebody has changed it by hand"),
        (lambda text: text.replace("change/1", "change/9"), "schema is 'sessionsmart.ssr/change/9'"),
        (lambda text: "{", "it is no JSON"),
        (lambda text: "[]", "it is no change document"),
        (lambda text: json.dumps(sealed({"schema": "sessionsmart.ssr/change/1"})), "it lacks run, limits"),
    ],
)
def test_a_plan_that_was_edited_or_is_none_is_refused_in_a_sentence(night, tmp_path, change, words) -> None:
    path = Path(approve(tmp_path, planned(night)))
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(NotApproved, match="Nothing was sent") as refused:
        night.go(approved_plan=str(path))
    assert words in str(refused.value) and night.conductor.sent == []


def test_a_plan_that_is_not_there_or_of_another_conductor_is_refused(night, tmp_path) -> None:
    with pytest.raises(NotApproved, match="No such file"):
        night.go(approved_plan=str(tmp_path / "none.json"))
    document = copy.deepcopy(planned(night))
    document["run"]["conductor"] = "Elsewhere"
    with pytest.raises(NotApproved, match="it was approved for conductor Elsewhere, and this one is Conductor"):
        night.go(approved_plan=approve(tmp_path, sealed(document)))


def test_larger_batches_are_refused_and_smaller_ones_are_not(night, tmp_path) -> None:
    part = planned(night)
    document = document_of({**part}, [["S"], ["R", "T"]])
    path = approve(tmp_path, document)
    with pytest.raises(NotApproved, match="batch 1 has 3 routers, and 1 was approved"):
        night.go(approved_plan=path)
    assert night.go("T", approved_plan=path)["by_router"]["T"]["state"] == "done"


# -- the forecast is near what the night then is ----------------------------------------------------------------------


@pytest.mark.parametrize("in_flight", [1, 3])
@pytest.mark.parametrize("download", [True, False])
def test_the_forecast_of_a_good_night_is_near_what_the_engine_does(in_flight, download) -> None:
    names = {f"r{number:02}": ("a", "b") if number % 3 == 0 else ("a",) for number in range(9)}
    night = Night(authority(VirtualClock(), names))
    night.conductor.course = Course(2000, download=900)
    args = {
        "in_flight": in_flight,
        "downloads_in_flight": 2,
        "download": download,
        "expected_upgrade": 2000,
        "expected_download": 900,
        "waves": {"r01": 1},
        "exclusive_groups": {"r02": "site", "r03": "site"},
    }
    document = planned(night, **args)
    night.go(**args)
    expected = {entry["router"]: _seconds(entry["forecast"]) for entry in document["routers"]}
    begun: dict[str, float] = {}
    for at, operation, router, _node in night.conductor.log:
        if operation == "upgrade":
            begun.setdefault(router, at)
    assert sorted(begun, key=begun.get) == sorted(
        expected, key=lambda name: (expected[name][0], list(begun).index(name))
    )
    end = max(night.conductor.ended.values())
    for router, (begins, ends) in expected.items():
        assert abs(begun[router] - begins) < 0.1 * end, router
        assert abs(night.conductor.ended[router] - ends) < 0.1 * end, router
    assert abs(end - document["forecast"]["elapsed"]) < 0.1 * end


def _seconds(expected: dict) -> tuple[float, float]:
    begin = datetime(2026, 3, 2, 1, 0, tzinfo=timezone.utc)
    times = [datetime.fromisoformat(expected[name].replace("Z", "+00:00")) for name in ("begins", "ends")]
    return tuple((at - begin).total_seconds() for at in times)

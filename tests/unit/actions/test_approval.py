# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is bound to an approved plan: it does exactly that, or less; whatever is more is refused, unsent."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.approval import NotApproved
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.durations import Estimates
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change import ChangeFacts, change_document
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_file import change_json, sealed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Downloads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health

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


MORE = [
    ({"version": OTHER}, "a was to get 6.3.5-37.r1, and would get 6.3.4-10.r1"),
    ({"in_flight": 20}, "in_flight was 10 and is 20"),
    ({"downloads_in_flight": 50}, "downloads_in_flight was 5 and is 50"),
    ({"simultaneous": True}, "simultaneous was off and is on"),
    ({"sequencing": "vendor"}, "sequencing was node and is vendor"),
    ({"skip_health_check": True}, "skip_health_check was off and is on"),
    ({"skip_pre_check": True}, "skip_pre_check was off and is on"),
    ({"pair_soak": 1}, "pair_soak was 60 and is 1"),
    ({"max_failures": None}, "max_failures was 5 and is none"),
    ({"window_end": "+23h", "time_zone": "UTC"}, "window_end was none and is "),
    ({"order": "as_listed"}, "order was standby_first and is as_listed"),
    ({"cohort_id": "c1"}, "cohort_id was none and is c1"),
    ({"revert": False}, "revert was on and is off"),
    ({"health_check": False}, "health_check was on and is off"),
    ({"reconnect_after": 60}, "send command reconnect"),
    ({"waves": {"R": 2}}, "R: its wave was 0 and is 2"),
]


@pytest.mark.parametrize(("args", "words"), MORE, ids=lambda value: str(value)[:40])
def test_whatever_is_more_or_something_else_is_refused_before_anything_is_sent(night, tmp_path, args, words) -> None:
    path = approve(tmp_path, planned(night))
    with pytest.raises(NotApproved, match="Nothing was sent") as refused:
        night.go(**{"approved_plan": path, **args})
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

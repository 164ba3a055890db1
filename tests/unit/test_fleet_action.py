# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the arguments of a task to a rollout: who is meant, in which wave and group, until when, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.rollout_limits import moment
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.plan_table import plan_table
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.targets import TargetError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import RequestedVersionError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import parse, spelled

from tests.unit.fakes import NEW, OLD, Night, VirtualClock, authority

HOSTS = {"host-r": {"ssr_router": "R"}, "S": {}, "host-p": {"ssr_router": "P"}, "T": {"ssr_router": ""}}
OLDER = "6.2.9-4.r1.el7"
REFUSED = (BadInput, NameRefused, TargetError)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def night(clock) -> Night:
    return Night(authority(clock, {"R": ("a",), "S": ("a",), "P": ("a", "b"), "T": ("a",)}), HOSTS)


def states(night: Night, *targets, **more) -> dict[str, str]:
    return night.states(*targets, **{"download": False, "health_check": False, **more})


def sent(night: Night) -> list[tuple[str, str | None, str | None, str | None]]:
    return [
        (request.operation, request.router, request.node, request.resource_group) for request in night.conductor.sent
    ]


def begun(night: Night) -> dict[str, float]:
    first: dict[str, float] = {}
    for at, _, router, _ in night.conductor.log:
        first.setdefault(router, at)
    return first


# -- who is meant -----------------------------------------------------------------------------------------------------


def test_a_whole_group_goes_out_only_if_there_is_a_slot_for_each_of_its_routers(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    with pytest.raises(TargetError, match="it has 2 routers, while in_flight allows 1"):
        states(night, resource_group="sites", sequencing="vendor", in_flight=1)
    assert not night.conductor.sent


def test_a_whole_group_never_moves_two_of_an_exclusive_group(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    with pytest.raises(TargetError, match="R and P are of the same exclusive group g"):
        states(night, resource_group="sites", sequencing="vendor", exclusive_groups={"R": "g", "P": "g"})
    assert not night.conductor.sent


def test_a_member_that_runs_the_version_already_counts_as_moved_by_a_whole_group(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    night.conductor.show(night.conductor.boxes["R", "a"], version=NEW)
    with pytest.raises(TargetError, match="R and P are of the same exclusive group g"):
        states(night, resource_group="sites", sequencing="vendor", exclusive_groups={"R": "g", "P": "g"})
    with pytest.raises(TargetError, match="in_flight allows 1"):
        states(night, resource_group="sites", sequencing="vendor", in_flight=1)
    assert not night.conductor.sent


def test_a_whole_group_never_moves_routers_of_two_waves(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    with pytest.raises(TargetError, match="P is in wave 0 and R in wave 1"):
        states(night, resource_group="sites", sequencing="vendor", waves={"R": 1})
    assert not night.conductor.sent


def test_a_whole_group_that_runs_the_release_is_up_to_date(night) -> None:
    night.conductor.groups["sites"] = ["R", "S"]
    for router in ("R", "S"):
        night.conductor.show(night.conductor.boxes[router, "a"], version=NEW)
    by_router = states(night, resource_group="sites", sequencing="vendor", exclusive_groups={"R": "g", "S": "g"})
    assert by_router == {"R": "up_to_date", "S": "up_to_date"} and not night.conductor.sent


def test_a_whole_group_waits_for_the_members_of_its_exclusive_groups_outside_of_it(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    night.conductor.show(night.conductor.boxes["S", "a"], status="Disconnected")
    groups = {"R": "g", "S": "g"}
    by_router = states(night, resource_group="sites", sequencing="vendor", exclusive_groups=groups)
    assert by_router == {"R": "not_started", "P": "not_started"} and not night.conductor.sent


def test_routers_are_named_by_targets_by_hosts_and_by_a_resource_group(night) -> None:
    night.conductor.groups["sites"] = ["T", "S"]
    by_router = states(night, targets=["P"], target_hosts=["host-r"], resource_group="sites")
    assert list(by_router) == ["P", "R", "S", "T"] and set(by_router.values()) == {"done"}


def test_a_host_stands_for_the_router_that_it_names_or_for_its_own_name(night) -> None:
    assert states(night, target_hosts=["host-r", "S", "T"]) == {"R": "done", "S": "done", "T": "done"}


def test_one_node_of_a_router_can_be_named(night) -> None:
    assert states(night, {"router": "P", "node": "b"}) == {"P": "done"}
    assert sent(night) == [("upgrade", "P", "b", None)]


@pytest.mark.parametrize("name", [7, True, 1.5])
def test_names_that_are_no_text_are_refused(night, name) -> None:
    for named in ({"targets": [name]}, {"targets": [{"router": name}]}, {"target_hosts": ["host-r"]}):
        night._vars["hostvars"]["host-r"] = {"ssr_router": name}
        with pytest.raises(REFUSED):
            states(night, **named)
    assert sent(night) == []


@pytest.mark.parametrize("name", ["R S", "R|more", "R\nT", "R?"])
def test_names_that_would_be_another_command_are_refused(night, name) -> None:
    for unknown in ("fail", "block", "skip"):
        with pytest.raises(REFUSED):
            states(night, targets=[name], unknown_targets=unknown)


def test_a_host_that_is_not_in_the_inventory_is_refused(night) -> None:
    with pytest.raises(BadInput, match="not a host of the inventory"):
        states(night, target_hosts=["stranger"])


@pytest.mark.parametrize("named", [{"targets": []}, {"target_hosts": []}, {"targets": [], "target_hosts": []}])
def test_no_target_at_all_is_an_error_and_never_means_everything(night, named) -> None:
    with pytest.raises(TargetError):
        states(night, **named)
    assert sent(night) == []


def test_a_router_that_the_conductor_does_not_know_fails_the_task_before_anything_is_sent(night) -> None:
    with pytest.raises(TargetError, match=r"knows no router 'Rr'.*R"):
        states(night, "R", "Rr")
    assert sent(night) == []


@pytest.mark.parametrize(("rule", "state"), [("block", "blocked"), ("skip", "skipped")])
def test_or_ends_alone_by_setting(night, rule, state) -> None:
    assert states(night, "R", "Rr", unknown_targets=rule) == {"R": "done", "Rr": state}


def test_where_nobody_is_known_nothing_is_sent(night) -> None:
    assert states(night, "X", "Y", unknown_targets="skip") == {"X": "skipped", "Y": "skipped"} and sent(night) == []


def test_an_unknown_node_of_a_known_router_is_always_an_error(night) -> None:
    for rule in ("fail", "block", "skip"):
        with pytest.raises(TargetError, match="no node 'c'"):
            states(night, {"router": "P", "node": "c"}, unknown_targets=rule)


# -- the conductor's own router ---------------------------------------------------------------------------------------


def test_the_conductor_is_never_upgraded_as_a_member_of_a_group(night) -> None:
    night.conductor.show(night.conductor.own, version=OLD)
    night.conductor.groups["all"] = ["Conductor", "R"]
    by_router = states(night, resource_group="all")
    assert by_router["Conductor"] == "blocked" and all(router != "Conductor" for _, router, *_ in sent(night))


def test_nor_as_a_host_of_a_router_play(night) -> None:
    night.conductor.show(night.conductor.own, version=OLD)
    night._vars["hostvars"]["cond1"] = {"ssr_router": "Conductor"}
    assert states(night, target_hosts=["cond1", "S"])["Conductor"] == "blocked"
    assert all(router != "Conductor" for _, router, *_ in sent(night))


# -- resource groups with the vendor's sequencing (rule 22) -----------------------------------------------------------


def test_with_the_vendors_sequencing_a_group_goes_out_as_it_is(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    assert states(night, resource_group="sites", sequencing="vendor") == {"R": "done", "P": "done"}
    assert sent(night) == [("upgrade", None, None, "sites")]


def test_with_our_own_sequencing_its_members_are_rolled_one_by_one(night) -> None:
    night.conductor.groups["sites"] = ["R", "P"]
    assert states(night, resource_group="sites") == {"R": "done", "P": "done"}
    assert [request[1:] for request in sent(night)] == [("P", "a", None), ("R", "a", None), ("P", "b", None)]


def test_members_that_are_up_to_date_do_not_keep_the_others_back(night) -> None:
    night.conductor.groups["sites"] = ["R", "S"]
    night.conductor.show(night.conductor.boxes["R", "a"], version=NEW)
    assert states(night, resource_group="sites", sequencing="vendor") == {"R": "up_to_date", "S": "done"}


def test_the_raw_group_is_refused_when_the_conductor_is_a_member(night) -> None:
    night.conductor.groups["all"] = ["R", "Conductor"]
    with pytest.raises(TargetError, match=r"Nothing was sent.*Conductor is blocked"):
        states(night, resource_group="all", sequencing="vendor")
    assert sent(night) == []


@pytest.mark.parametrize(
    "change",
    [{"status": "Disconnected"}, {"status": "Upgrading"}, {"version": "7.0.0-1.r1.el9"}, {"status": "Pending"}],
)
def test_the_raw_group_is_refused_when_a_member_cannot_be_upgraded(night, change) -> None:
    night.conductor.groups["sites"] = ["R", "S"]
    night.conductor.show(night.conductor.boxes["S", "a"], **change)
    with pytest.raises(TargetError, match="Nothing was sent"):
        states(night, resource_group="sites", sequencing="vendor")
    assert sent(night) == []


@pytest.mark.parametrize("option", ["start_deadline", "window_end"])
def test_the_window_counts_for_a_raw_group_too(night, clock, option) -> None:
    night.conductor.groups["sites"] = ["R", "S"]
    over = (clock.wall() - timedelta(seconds=1)).isoformat()
    by_router = states(night, resource_group="sites", sequencing="vendor", **{option: over})
    assert by_router == {"R": "not_started", "S": "not_started"} and sent(night) == []


def test_a_stop_file_counts_for_a_raw_group_too(night, tmp_path) -> None:
    night.conductor.groups["sites"] = ["R", "S"]
    (tmp_path / "stop").touch()
    by_router = states(night, resource_group="sites", sequencing="vendor", stop_file=str(tmp_path / "stop"))
    assert by_router == {"R": "not_started", "S": "not_started"} and sent(night) == []


def test_a_group_that_shows_no_member_is_an_error(night) -> None:
    night.conductor.groups["empty"] = []
    with pytest.raises(TargetError, match="no asset in resource group 'empty'"):
        states(night, resource_group="empty")


def test_a_group_that_the_conductor_refuses_is_an_error(night) -> None:
    def refuses(group):
        raise DeviceError("show assets", "no such group")

    night.conductor.members = refuses
    with pytest.raises(DeviceError):
        states(night, resource_group="sites")


# -- waves and groups of hosts ----------------------------------------------------------------------------------------


def test_waves_come_from_the_hosts_and_the_option_wins(night) -> None:
    night._vars["hostvars"] = {
        "host-r": {"ssr_router": "R", "ssr_wave": 2},
        "S": {"ssr_wave": "1"},
        "T": {"ssr_wave": 7},
    }
    states(night, target_hosts=["host-r", "S", "T"], waves={"T": 0})
    start = begun(night)
    assert start["T"] < start["S"] - 600 < start["R"] - 1200


@pytest.mark.parametrize("wave", ["first", 1.5, True, [1]])
def test_a_wave_that_is_no_whole_number_is_refused(night, wave) -> None:
    night._vars["hostvars"]["S"] = {"ssr_wave": wave}
    with pytest.raises(BadInput, match="whole number"):
        states(night, target_hosts=["S"])


def test_exclusive_groups_come_from_the_hosts(night) -> None:
    night._vars["hostvars"] = {"S": {"ssr_exclusive_group": "hubs"}, "T": {"ssr_exclusive_group": "hubs"}, "R": {}}
    states(night, target_hosts=["S", "T", "R"])
    start = begun(night)
    assert start["T"] > start["S"] + 600 and start["R"] < 60


# -- the window -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T04:30:00",
        "2026-03-02",
        "04:30",
        "tomorrow",
        "1772400000",
        "",
        " ",
        "2026-03-02T04:30:00 CET",
        "2026-13-02T04:30:00Z",
    ],
)
@pytest.mark.parametrize("option", ["start_deadline", "window_end"])
def test_a_time_without_a_zone_or_that_is_none_is_refused_before_anything_is_sent(night, option, text) -> None:
    with pytest.raises(BadInput, match=option):
        states(night, "R", **{option: text})
    assert sent(night) == []


@pytest.mark.parametrize("option", ["start_deadline", "window_end"])
def test_no_deadline_and_no_window_are_written_as_none(night, option) -> None:
    assert states(night, "R", **{option: "none"}) == {"R": "done"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T03:30:00Z",
        "2026-03-02T04:30:00+01:00",
        " 2026-03-01 22:30:00-05:00 ",
        datetime(2026, 3, 2, 3, 30, tzinfo=timezone.utc),
    ],
)
def test_times_with_a_zone_are_understood(text) -> None:
    args = {"start_deadline": text, "time_zone": None}
    now = datetime(2026, 3, 1, 22, tzinfo=timezone.utc)
    assert moment(args, "start_deadline", now) == datetime(2026, 3, 2, 3, 30, tzinfo=timezone.utc)


# -- the plan ---------------------------------------------------------------------------------------------------------


def test_check_mode_returns_the_plan_and_sends_nothing(night, tmp_path) -> None:
    night._task.check_mode = True
    journal, status = tmp_path / "journal", tmp_path / "status.json"
    result = night.go("R", "P", journal=str(journal), status_file=str(status))
    assert result["totals"] == {"planned": 2} and sent(night) == [] and not journal.exists() and not status.exists()
    assert [plan["router"] for plan in result["plan"]] == ["R", "P"] and result["changed"] is True


@pytest.mark.parametrize(
    ("option", "seconds", "words"),
    [
        ("window_end", 600, "and a revert"),
        ("window_end", -1, "the window ended at"),
        ("start_deadline", -1, "nothing starts after"),
    ],
)
def test_a_dry_run_does_not_plan_what_no_window_lets_begin(night, clock, option, seconds, words) -> None:
    night._task.check_mode = True
    until = (clock.wall() + timedelta(seconds=seconds)).isoformat()
    result = night.go("R", "P", **{option: until})
    assert result["totals"] == {"not_started": 2} and result["failed"] and not result["changed"]
    plan = result["plan"][0]
    assert plan["state"] == "not_started" and words in plan["reason"]
    assert plan["reason"].startswith("it would not begin: ")
    table = plan_table(result["plan"])
    assert any(line.startswith("R") and line.endswith(f": not_started: {plan['reason']}") for line in table)


def test_a_dry_run_says_that_the_second_node_of_a_pair_would_be_too_late(night, clock) -> None:
    night._task.check_mode = True
    result = night.go("R", "P", start_deadline=(clock.wall() + timedelta(seconds=600)).isoformat())
    assert result["by_router"]["R"]["state"] == "planned" and result["by_router"]["P"]["state"] == "not_started"
    assert "its second node would start" in result["by_router"]["P"]["reason"]


@pytest.mark.parametrize(("seconds", "there_is_time"), [(4000, False), (5400, False), (9000, True)])
def test_a_dry_run_judges_a_raw_group_as_a_whole(night, clock, seconds, there_is_time) -> None:
    """Its one command leaves for all of its routers or for none: R alone would fit, and then P as well."""
    night.conductor.groups["sites"] = ["R", "P"]
    until = (clock.wall() + timedelta(seconds=seconds)).isoformat()
    night._task.check_mode = True
    options = {"resource_group": "sites", "sequencing": "vendor", "download": False, "window_end": until}
    assert set(states(night, **options).values()) == {"planned" if there_is_time else "not_started"}
    night._task.check_mode = False
    assert set(states(night, **options).values()) == {"done" if there_is_time else "not_started"}


def test_a_dry_run_sees_a_stop_file_and_a_window_that_is_wide_enough(night, clock, tmp_path) -> None:
    night._task.check_mode = True
    until = (clock.wall() + timedelta(hours=8)).isoformat()
    assert night.go("R", "P", window_end=until, start_deadline=until)["totals"] == {"planned": 2}
    (tmp_path / "stop").touch()
    assert "the stop file is there" in night.go("R", stop_file=str(tmp_path / "stop"))["plan"][0]["reason"]


def test_a_difference_of_versions_and_the_status_file_spell_them_as_messages_do(night, tmp_path) -> None:
    status = tmp_path / "status.json"
    night._task.diff = True
    result = night.go("R", "S", download=False, health_check=False, status_file=str(status), run_id="tonight")
    old, new = spelled(OLD), spelled(NEW)
    assert result["diff"] == {"before": {"a.R": old, "a.S": old}, "after": {"a.R": new, "a.S": new}}
    data = json.loads(status.read_text(encoding="utf-8"))
    assert data["version"] == data["targets"]["R"]["nodes"][0]["version"] == new
    assert result["by_router"]["R"]["nodes"][0]["running_version"] == NEW, "data keep what the device prints"


def test_the_result_holds_plan_and_run(night) -> None:
    result = night.go("R", download=False, health_check=False, run_id="tonight")
    assert (result["version"], result["run"]["run_id"], result["run"]["stopped"]) == (NEW, "tonight", None)
    assert result["plan"][0]["nodes"][0]["to_version"] == NEW and result["run"]["elapsed"] >= 600


@pytest.mark.parametrize(("rule", "state"), [("skip", "skipped"), ("block", "blocked")])
def test_a_disconnected_router_is_left_out_with_its_reason(night, rule, state) -> None:
    night.conductor.show(night.conductor.boxes["S", "a"], status="Disconnected")
    result = night.go("R", "S", download=False, health_check=False, disconnected=rule)
    assert result["by_router"]["S"]["state"] == state and "Disconnected" in result["by_router"]["S"]["reason"]
    assert result["by_router"]["R"]["state"] == "done" and result["failed"] is (rule == "block")


def test_a_task_fails_for_its_targets_only_where_that_is_wished_for(night) -> None:
    night.conductor.refuse["R", "a"] = "no"
    assert night.go("R", "S", download=False, health_check=False)["failed"] is True
    assert night.go("R", "S", download=False, health_check=False, fail_on_target=False)["failed"] is False


def test_a_quiet_task_prints_nothing(monkeypatch) -> None:
    printed = []
    action = object.__new__(PcliAction)
    action._host, action.alive = "cond", lambda: True
    module = PcliAction.tell.__globals__["display"]
    monkeypatch.setattr(module, "display", lambda line, **_where: printed.append(line))
    action._progress = "none"
    action.tell("a line")
    assert printed == []
    action._progress = "quiet"
    action.tell("a line")
    assert printed == ["[cond] a line"]


def test_below_63_a_list_that_leaves_out_the_rebuild_does_not_decide_how_the_version_is_spelled(night) -> None:
    conductor = night.conductor
    conductor.takes_nodes = lambda operation: False
    conductor.own.version = PACKAGE
    conductor.show(conductor.own)
    conductor._rows["Conductor", "c1"] = replace(conductor.own.as_asset(), version_text=BARE, version=parse(BARE))
    conductor.offers = {None: []}
    states(night, "R", version="6.3.5")
    assert versions_sent(night) == {PACKAGE}


# -- how the version is spelled ---------------------------------------------------------------------------------------

PACKAGE, BARE = "128T-6.3.5-37.r1.el7", "SSR-6.3.5-37"


def versions_sent(night: Night) -> set[str]:
    return {request.version for request in night.conductor.sent}


# fmt: off
SPELLINGS = [
    # name, offered to the conductor, offered to the first router, the conductor in the list, wish, sent
    ("as it is offered to the conductor", [NEW], [BARE], PACKAGE, "6.3.5", NEW),
    ("as it is offered to a router", [], [BARE], PACKAGE, "6.3.5", BARE),
    ("of what is offered to a router only what the conductor runs", [], ["SSR-6.3.6-1", "SSR-6.3.5-38", BARE], PACKAGE,
     "6.3.5", BARE),
    ("as the list of assets shows the conductor itself", [], [], BARE, "6.3.5-37", BARE),
    ("by its package where nothing else is known", [], [], None, "6.3.5-37", PACKAGE),
    ("a rebuild that was asked for is not lost", [], [], BARE, "6.3.5-37.r1.el7", PACKAGE),
]
# fmt: on


@pytest.mark.parametrize(
    ("offered", "to_router", "shown", "wish", "sent_as"),
    [row[1:] for row in SPELLINGS],
    ids=[row[0] for row in SPELLINGS],
)
def test_the_version_of_the_conductor_is_sent_as_routers_are_offered_it(
    night, offered, to_router, shown, wish, sent_as
) -> None:
    """The package that a conductor names may be spelled otherwise than what a request takes."""
    conductor = night.conductor
    conductor.own.version = PACKAGE
    conductor.show(conductor.own)
    if shown:
        conductor._rows["Conductor", "c1"] = replace(conductor.own.as_asset(), version_text=shown, version=parse(shown))
    else:
        conductor._rows.pop(("Conductor", "c1"))
    conductor.offers = {None: offered, "R": to_router}
    assert states(night, "R", version=wish) == {"R": "done"}
    assert versions_sent(night) == {sent_as}


def test_few_routers_are_asked_what_is_offered_to_them_and_none_that_could_not_tell(night) -> None:
    asked = []
    night.conductor.available = lambda router=None: asked.append(router) or []
    states(night, "R", "S", "P", "T")
    assert asked[0] is None and 0 < sum(router is not None for router in asked) <= 3
    asked.clear()
    states(night, "R", "S", "P", "T")
    assert set(asked) == {None}, "all of them run it"


# -- down to an older release -----------------------------------------------------------------------------------------


class Down(Night):
    operation = "downgrade"


def test_a_downgrade_goes_to_what_is_offered_only_below_the_conductors_own_release(clock) -> None:
    night = Down(authority(clock, {"R": ("a",)}))
    night.conductor.offers_below = [OLDER]
    result = night.go(module="software_downgrade", version="6.2.9", download=True, health_check=False)
    assert result["version"] == OLDER
    assert {request.version for request in night.conductor.sent} == {OLDER}
    assert [request.skip_version_check for request in night.conductor.sent if request.operation == "download"] == [True]


def test_an_upgrade_never_goes_to_what_is_offered_for_downgrades_only(night) -> None:
    night.conductor.offers_below = [OLDER]
    with pytest.raises(RequestedVersionError, match="not offered"):
        night.go(version="6.2.9")
    assert night.conductor.sent == []


def test_routers_go_down_one_after_the_other_and_none_is_left_behind_by_the_first_that_is_done(clock) -> None:
    night = Down(authority(clock, {"R": ("a",), "P": ("a", "b"), "S": ("a",)}))
    night.conductor.offers = {None: [OLDER]}
    wish = {"version": OLDER, "download": False, "health_check": False, "in_flight": 1}
    assert night.states(module="software_downgrade", **wish) == {"R": "done", "P": "done", "S": "done"}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables as a survey hands them over: text that is understood or refused, all at once, and small results."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.authority import authority_lines, authority_state
from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import (
    HANDED_ON,
    fleet_handover,
    fleet_report,
)
from ansible_collections.sessionsmart.ssr.plugins.filter.input import (
    limit_mistakes,
    mistake_of,
    setting_mistakes,
    slice_mistakes,
)
from ansible_collections.sessionsmart.ssr.plugins.filter.play import tasks_file, text_list, unless_none
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, summary

# -- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ssr_serial", "1,10%,100%"),
        ("ssr_max_fail_percentage", "5"),
        ("ssr_max_fail_percentage", 12.5),
        ("ssr_backup_required", "TRUE"),
        ("ssr_restore_commit", "no"),
        ("router_upgrade_in_flight", " 12 "),
        ("router_upgrade_breaker_percent", "2.5"),
        ("router_upgrade_revert", "false"),
        ("router_upgrade_revert", False),
        ("router_upgrade_order", "standby_first"),
        ("router_upgrade_allow_alarms", "one\ntwo"),
        ("router_upgrade_allow_alarms", ["one"]),
        ("router_upgrade_backup_methods", "sftp,shell"),
        ("router_upgrade_waves", '{"hub": 1}'),
        ("router_upgrade_router_checks", [{"name": "disk_space", "min_free": 20}]),
        ("conductor_upgrade_sequencing", "vendor"),
        ("conductor_upgrade_allow_alarms", "one, two\n[ab]c\n"),
        ("router_upgrade_compare_exclude", "peers:.*lab-"),
        ("router_upgrade_window_end", "2026-11-24T03:00:00Z"),
        ("router_upgrade_start_deadline", "2026-11-24T03:00:00+01:00"),
        ("router_upgrade_reconnect_after", "0"),
    ],
)
def test_what_is_meant_is_understood(name, value) -> None:
    assert mistake_of(name, value) == ""


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("ssr_serial", "all", "1,10%,100%"),
        ("ssr_max_fail_percentage", "some", "from 0 to 100"),
        ("ssr_max_fail_percentage", "101", "from 0 to 100"),
        ("ssr_backup_required", "perhaps", "true or false"),
        ("ssr_backup_methods", 7, "a list"),
        ("router_upgrade_in_flight", "many", "a whole number"),
        ("router_upgrade_in_flight", True, "a whole number"),
        ("router_upgrade_in_flight", 1.5, "a whole number"),
        ("router_upgrade_breaker_percent", "2,5", "a number"),
        ("router_upgrade_breaker_percent", "200", "from 0 to 100"),
        ("router_upgrade_batch_fail_percentage", -1, "from 0 to 100"),
        ("ssr_bake", -5, "at least 0"),
        ("ssr_bake", "nan", "at least 0"),
        ("ssr_bake", "inf", "at least 0"),
        ("router_upgrade_breaker_percent", "nan", "from 0 to 100"),
        ("router_upgrade_flap", -90, "at least 0"),
        ("router_upgrade_stable_polls", 0, "at least 1"),
        ("conductor_upgrade_upgrade_timeout", "0", "at least 1"),
        ("router_upgrade_in_flight", 0, "at least 1"),
        ("router_upgrade_poll_max", 0, "above 0"),
        ("router_upgrade_revert", "maybe", "true or false"),
        ("router_upgrade_order", "primary_first", "one of standby_first"),
        ("router_upgrade_backup_methods", "sftp,scp", "one of sftp, shell, api, text"),
        ("router_upgrade_waves", "hubs last", "a mapping"),
        ("router_upgrade_in_flight", None, "is empty"),
        ("router_upgrade_backup_methods", "sftp\nshell", "with commas between them"),  # the role would refuse it later
        ("router_upgrade_allow_alarms", "fine\n(", "'(' is not a regular expression"),
        ("conductor_upgrade_compare_exclude", ["*"], "'*' is not a regular expression"),
        ("router_upgrade_allow_alarms", 7, "regular expressions"),
        ("router_upgrade_start_deadline", "tomorrow", "a time such as 05:00"),
        ("router_upgrade_window_end", "2026-11-24T03:00:00", "Set ssr_time_zone"),
        ("ssr_time_zone", "Berlin", "such as Europe/Berlin"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_could(name, value, hint) -> None:
    mistake = mistake_of(name, value)
    assert mistake.startswith(name) and hint in mistake and mistake.endswith(".")


@pytest.mark.parametrize("name", ["ssr_serial", "ssr_backup_dir", "ssr_report_dir", "ssr_backup_hook"])
def test_what_is_empty_is_the_default_of_a_playbook(name) -> None:
    assert mistake_of(name, "") == mistake_of(name, None) == ""


@pytest.mark.parametrize("name", ["router_upgrade_allow_alarms", "router_upgrade_before", "router_upgrade_cohort_id"])
def test_what_is_empty_is_the_default_of_a_role_where_that_is_empty(name) -> None:
    assert mistake_of(name, "") == mistake_of(name, None) == ""


LIMITS = [
    "ssr_max_fail_percentage",
    "router_upgrade_max_fail_percentage",
    "router_upgrade_start_deadline",
    "router_upgrade_window_end",
    "router_upgrade_compare_grace",
    "conductor_upgrade_compare_grace",
]


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_limit_is_a_mistake_and_never_no_limit(name, empty) -> None:
    assert f"{name} is empty. Leave it out for " in mistake_of(name, empty)


@pytest.mark.parametrize("name", LIMITS[1:])
def test_no_limit_is_written_as_such(name) -> None:
    assert mistake_of(name, "none") == "" and unless_none("none", name) is None


@pytest.mark.parametrize("value", ["0", 0, "5", "2026-11-24T03:00:00Z"])
def test_a_limit_reaches_the_module_as_text_so_that_zero_is_one(value) -> None:
    assert unless_none(value, "limit") == str(value)


@pytest.mark.parametrize("value", ["", "  ", None])
def test_an_empty_limit_of_a_play_is_refused_where_it_is_used(value) -> None:
    with pytest.raises(AnsibleFilterError, match=r"limit is empty.*'none'"):
        unless_none(value, "limit")


@pytest.mark.parametrize("name", ["router_upgrade_in_flight", "router_upgrade_revert", "router_upgrade_router_checks"])
def test_elsewhere_nothing_is_no_answer(name) -> None:
    """An empty list of checks would be none at all."""
    assert f"{name} is empty. Leave it out for " in mistake_of(name, "")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("", []),
        (" \n ", []),
        ("a, b", ["a", "b"]),
        ("a\r\nb\n", ["a", "b"]),
        ('["a", "b,c"]', ["a", "b,c"]),
        ("[ab]c", ["[ab]c"]),  # a pattern
        (["a", "", None], ["a"]),
        (("a",), ["a"]),
        (None, []),
        ([{"name": "disk_space"}], [{"name": "disk_space"}]),
        (7, [7]),
    ],
)
def test_a_list_is_read_from_commas_lines_and_json_and_never_has_an_empty_entry(value, wanted) -> None:
    assert text_list(value) == wanted


# -- all variables ----------------------------------------------------------------------------------------------------


class Later(dict):
    """Variables of a host of which one cannot be worked out yet."""

    def __getitem__(self, name):
        if name == "router_upgrade_stop_file":
            raise KeyError("router_upgrade_journal_dir is undefined")
        return super().__getitem__(name)


def test_all_mistakes_of_all_hosts_are_told_once() -> None:
    common = {"ssr_serial": "all", "router_upgrade_in_flight": "many"}
    hostvars = {"localhost": common, "c1": common | {"conductor_upgrade_revert": "perhaps"}, "r1": common}
    mistakes = setting_mistakes(hostvars, ["localhost", "c1", "r1", "gone"])
    assert [mistake.split()[0] for mistake in mistakes] == [
        "ssr_serial",
        "router_upgrade_in_flight",
        "conductor_upgrade_revert",
    ]


def test_variables_of_others_and_those_that_need_the_play_are_left_alone() -> None:
    own = Later(router_upgrade_stop_file="", router_upgrade_answer=7, ssr_conductor_password=1, ssr_wave="x")
    assert setting_mistakes({"localhost": own}, ["localhost"]) == []


# -- files and folders ------------------------------------------------------------------------------------------------


def test_a_folder_may_be_missing_and_is_not_made(tmp_path) -> None:
    assert mistake_of("ssr_journal_dir", str(tmp_path / "a" / "b")) == ""
    assert mistake_of("router_upgrade_report_dir", str(tmp_path)) == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ssr_backup_dir", "ssr_journal_dir", "conductor_upgrade_journal_dir"])
def test_a_folder_in_which_nothing_can_be_written_is_refused(tmp_path, name) -> None:
    (tmp_path / "file").write_text("")
    mistake = mistake_of(name, str(tmp_path / "file" / "folder"))
    assert "nothing can be written" in mistake and str(tmp_path / "file") in mistake and "mounted" in mistake


def test_a_folder_of_the_system_is_refused_for_root_too() -> None:
    assert "nothing can be written at /proc" in mistake_of("ssr_backup_dir", "/proc/{backups}")


def test_a_file_of_tasks_counts_from_the_current_folder_or_that_of_the_playbook(tmp_path, monkeypatch) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project, elsewhere):
        folder.mkdir()
    (project / "send.yml").write_text("[]")
    monkeypatch.chdir(project)
    assert tasks_file("send.yml") == str(project / "send.yml")
    monkeypatch.chdir(elsewhere)
    assert tasks_file("send.yml", str(project)) == tasks_file(str(project / "send.yml")) == str(project / "send.yml")
    with pytest.raises(AnsibleFilterError, match=r"no file of tasks 'send.yml'.*elsewhere/send.yml"):
        tasks_file("send.yml")
    assert "no file of tasks" in mistake_of("ssr_backup_hook", "send.yml")
    assert mistake_of("router_upgrade_before", "send.yml", str(project)) == ""


# -- limits and slices ------------------------------------------------------------------------------------------------


def test_a_limit_that_leaves_nobody_is_a_mistake_and_not_a_good_end() -> None:
    (mistake,) = limit_mistakes(["c1"], [f"store-{number}" for number in range(9)], "ssr_routers")
    assert "leaves out store-0" in mistake and "store-4 and 4 more" in mistake and "ssr_routers" in mistake


@pytest.mark.parametrize(("played", "needed"), [(["r1", "c1"], ["r1", "r2"]), (["r1"], [])])
def test_a_limit_that_leaves_somebody_is_none_and_an_empty_group_is_told_elsewhere(played, needed) -> None:
    assert limit_mistakes(played, needed, "ssr_routers") == []


@pytest.mark.parametrize("tool", ["awx", "tower"])
def test_a_slice_is_told_by_its_workflow(tool) -> None:
    (mistake,) = slice_mistakes(
        {f"{tool}_job_template_name": "SSR: routers", f"{tool}_workflow_job_name": "SSR: routers"}
    )
    assert "SSR: routers" in mistake and "job slices to 1" in mistake and "router_upgrade_in_flight" in mistake


@pytest.mark.parametrize(
    "variables", [{}, {"awx_job_template_name": "a"}, {"awx_job_template_name": "a", "awx_workflow_job_name": "night"}]
)
def test_no_other_job_is_taken_for_a_slice(variables) -> None:
    assert slice_mistakes(variables) == []


# -- what is handed on ------------------------------------------------------------------------------------------------


def fleet(state: str, count: int, reason: str = "x" * 600, first: int = 0) -> dict:
    nodes = [
        NodeResult(f"store-{number:05d}-of-the-north", "n", state, reason) for number in range(first, first + count)
    ]
    return fleet_report([{**summary("upgrade", nodes), "version": "6.3.5-39.r1.el7"}])


@pytest.mark.parametrize("count", [1000, 5000])
def test_a_thousand_failed_routers_are_handed_on_in_a_few_kilobytes(count) -> None:
    handover = fleet_handover(fleet("failed", count))
    assert len(json.dumps(handover)) < 8 * 1024
    assert handover["totals"] == {"failed": count} and handover["more_problems"] == count - HANDED_ON
    assert next(iter(handover["problems"].values()))["reason"].count(" … ") == 1


def test_batches_add_up_and_stay_small() -> None:
    handover: dict = {}
    for batch in range(50):
        handover = fleet_handover(fleet("failed" if batch % 2 else "done", 20, first=batch * 20), handover, "run-1")
    assert handover["totals"] == {"failed": 500, "done": 500} and handover["run_id"] == "run-1"
    assert len(handover["problems"]) == HANDED_ON and handover["more_problems"] == 500 - HANDED_ON
    assert len(json.dumps(handover)) < 8 * 1024


def test_a_night_without_problems_says_so() -> None:
    handover = fleet_handover(fleet("done", 3))
    assert handover["problems"] == {} and handover["more_problems"] == 0 and handover["version"] == "6.3.5-39.r1.el7"


def asset(router: str, version: str | None, settled: bool = True) -> dict:
    return {"router": router, "node": "n", "version": version, "settled": settled}


def test_the_state_of_an_authority_names_who_does_not_run_the_release() -> None:
    assets = [asset("a", "6.3.5-39.r1.el7"), asset("b", "6.3.0-107.r1.el7", settled=False), asset("c", None)]
    state = authority_state(assets, "6.3.5")
    assert state["versions"] == {"6.3.0-107.r1.el7": 1, "6.3.5-39.r1.el7": 1, "unknown": 1}
    assert state["elsewhere_names"] == ["n.b", "n.c"] and state["unsettled_names"] == ["n.b"]
    lines = "\n".join(authority_lines(state))
    assert "2 do not run 6.3.5: n.b, n.c." in lines and "1 is not settled: n.b." in lines
    two = authority_state([asset("a", "6.3.5-39.r1.el7"), asset("b", "SSR-6.3.5-39.r1")])
    assert "    2 on 6.3.5-39.r1: n.a, n.b" in authority_lines(two), "one release has one spelling in what people read"


def test_the_state_of_an_authority_names_the_nodes_of_each_release_and_how_the_unsettled_ones_are() -> None:
    assets = [
        asset("b", "6.3.0-107.r1.el7", settled=False) | {"status": "Disconnected", "state": "disconnected"},
        asset("c", "6.3.0-107.r1.el7", settled=False) | {"status": None, "state": "unknown"},
        *(asset(f"store-{number:02d}", "6.3.5-39.r1.el7") for number in range(25)),
        asset("z", None),
    ]
    state = authority_state(assets)
    assert state["version_names"]["6.3.0-107.r1.el7"] == ["n.b", "n.c"]
    assert len(state["version_names"]["6.3.5-39.r1.el7"]) == 20
    assert state["unsettled_states"] == {"n.b": "Disconnected", "n.c": "unknown"}
    lines = authority_lines(state)
    assert lines[:2] == ["28 nodes:", "    2 on 6.3.0-107.r1: n.b, n.c"]
    assert lines[2].startswith("    25 on 6.3.5-39.r1: n.store-00, n.store-01, ") and lines[2].endswith(" and 5 more")
    assert lines[3:] == ["    1 on unknown: n.z", "2 are not settled: n.b (Disconnected), n.c (unknown)."]


def test_a_router_whose_host_has_a_release_of_its_own_is_compared_with_that() -> None:
    assets = [asset("a", "6.3.5-39.r1.el7"), asset("b", "6.3.0-107.r1.el7"), asset("c", "6.3.5-39.r1.el7")]
    state = authority_state(assets, "6.3.5", {"a": "6.3.5", "b": "6.3.0"})
    assert state["elsewhere"] == 0 and state["wanted_of_hosts"] == ["6.3.0"]
    assert "All run 6.3.5 or the release of their own host (6.3.0)." in authority_lines(state)
    assert authority_state(assets, "6.3.5", {"c": "7.1.3"})["elsewhere_names"] == ["n.b", "n.c"]


def test_without_a_release_only_numbers_are_told_and_a_large_fleet_stays_small() -> None:
    assert "All are settled." in authority_lines(authority_state([asset("a", "6.3.5-39.r1.el7")]))
    assert "run" not in "".join(authority_lines(authority_state([asset("a", "6.3.5")]))[2:])
    state = authority_state([asset(f"store-{n:05d}", "6.3.0-1", False) for n in range(3000)], "6.3.5")
    assert state["elsewhere"] == 3000 and len(json.dumps(state)) < 4096
    assert "and 2980 more" in "\n".join(authority_lines(state))

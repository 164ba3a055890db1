# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several tasks know of one run becomes one report, and what nobody knows is not guessed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports import additions, report_data
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.case_data import case_data, case_markdown
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.names import case_name, file_name
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.report_data import counted, empty_router

from tests.unit.reports.report_schema import mistakes

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=timezone.utc)
LATER = NOW + timedelta(minutes=30)


def report_of(*routers: dict, **run: object) -> dict:
    report = report_data.new_report({"id": "tonight", **run}, "upgrade", "6.3.5", NOW)
    return {**report, "routers": list(routers)}


def router(name: str, state: str = "done", *nodes: dict, **more: object) -> dict:
    return {**empty_router(name, state), "nodes": list(nodes), **more}


def node(name: str, state: str = "done", **more: object) -> dict:
    return {**additions.empty_node(name), "state": state, **more}


def result(name: str, state: str, reason: str = "why", **more: object) -> dict:
    """An entry of ``by_router``."""
    return {"state": state, "reason": reason, "nodes": [{"router": name, "node": "a", "state": state, **more}]}


def by_name(report: dict) -> dict[str, dict]:
    return {entry["router"]: entry for entry in report["routers"]}


# -- merging ----------------------------------------------------------------------------------------------------------


def test_a_router_keeps_its_place_and_its_host_and_conductors_come_first() -> None:
    known = [router("b", host="host-b"), router("a")]
    news = [router("a", "running"), router("b", "failed"), router("Conductor", conductor=True)]
    merged = report_data.merged_routers(known, news)
    assert [(entry["router"], entry["state"], entry["host"]) for entry in merged] == [
        ("Conductor", "done", None),
        ("b", "failed", "host-b"),
        ("a", "running", None),
    ]


def test_the_nodes_of_a_conductor_add_up_to_its_state() -> None:
    first = router("Conductor", "done", node("c1"), conductor=True, begun="2026-03-01T22:00:00Z")
    second = router("Conductor", "failed", node("c2", "failed"), conductor=True, reason="no")
    (merged,) = report_data.merged_routers([first], [second])
    assert [own["node"] for own in merged["nodes"]] == ["c1", "c2"]
    assert (merged["state"], merged["reason"], merged["begun"]) == ("failed", "no", "2026-03-01T22:00:00Z")
    (merged,) = report_data.merged_routers([second], [first])
    assert (merged["state"], merged["reason"]) == ("failed", "no")


# -- results of tasks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "told", "wanted"),
    [
        ("running", "unknown", "unknown"),
        ("waiting", "not_started", "not_started"),
        ("done", "relapsed", "relapsed"),
        ("done", "failed", "failed"),
        ("failed", "done", "failed"),
        ("reverted", "not_started", "reverted"),
        ("waiting", "planned", "waiting"),
    ],
)
def test_an_end_that_was_seen_stays_unless_a_result_is_worse(known, told, wanted) -> None:
    report = additions.with_results(report_of(router("r", known, node("a", known))), {"r": result("r", told)})
    assert by_name(report)["r"]["state"] == wanted


def test_a_result_completes_what_the_report_knows_of_a_node() -> None:
    phases = [{"phase": "upgrade", "from": "2026-03-01T22:00:00Z", "to": None}]
    report = report_of(router("r", "running", node("a", "running", phases=phases)))
    news = result("r", "unknown", running_version=None, to_version="SSR-6.3.5-39.r1", warnings=["look"], steps=[])
    (own,) = by_name(additions.with_results(report, {"r": news}))["r"]["nodes"]
    assert own["phases"] == phases and own["to_version"] == "6.3.5-39.r1" and own["warnings"] == ["look"]
    assert mistakes(counted(additions.with_results(report, {"r": news}), NOW)) == []


def test_a_router_that_only_a_result_names_is_in_the_report() -> None:
    report = counted(additions.with_results(report_of(), {"r": result("r", "blocked")}), NOW)
    assert report["totals"] == {"blocked": 1} and mistakes(report) == []


# -- routers and batches that are still to come -----------------------------------------------------------------------


def test_all_routers_of_the_run_are_there_from_the_beginning() -> None:
    report = report_of(router("Conductor", conductor=True), router("two", "running"))
    report = additions.with_routers(report, {"one": "host-1", "two": "host-2", "three": "host-3"})
    report = counted(additions.with_batches(report, [["one"], ["two", "three"]]), NOW)
    assert [entry["router"] for entry in report["routers"]] == ["Conductor", "one", "two", "three"]
    assert [entry["batch"] for entry in report["routers"]] == [None, 1, 2, 2]
    assert report["totals"] == {"running": 1, "waiting": 2} and report["batches"][0]["canaries"] == ["one"]
    assert by_name(report)["two"]["host"] == "host-2" and mistakes(report) == []


def test_a_batch_that_has_begun_is_known_better_than_it_was_planned() -> None:
    began = {"number": 1, "routers": ["one"], "began": "2026-03-01T22:00:00Z", "ended": None, "canaries": ["one"]}
    report = additions.with_batches({**report_of(), "batches": [began]}, [["one", "left-out"], ["two"]])
    assert [batch["routers"] for batch in report["batches"]] == [["one"], ["two"]]


# -- checks and backup ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "state"),
    [
        ({"state": "pass", "severity": "block"}, "pass"),
        ({"state": "warn", "severity": "block"}, "warn"),
        ({"state": "fail", "severity": "block"}, "block"),
        ({"state": "fail", "severity": "warn"}, "fail"),
        ({"state": "fail", "severity": "block", "excused": True}, "fail"),
        ({"state": "skipped", "severity": "warn"}, "skip"),
        ({"state": "warn", "severity": "warn", "undetermined": True}, "not_made"),
    ],
)
def test_what_a_check_says(check, state) -> None:
    report = additions.with_checks(report_of(), [{"name": "disk", "target": "r", "reason": "why", **check}], "before")
    assert [line["state"] for line in report["checks"]] == [state] and mistakes(counted(report, NOW)) == []


def test_a_check_that_is_made_again_has_one_line() -> None:
    check = {"name": "disk", "target": "r", "severity": "block", "reason": ""}
    report = additions.with_checks(report_of(), [{**check, "state": "fail"}], "before")
    report = additions.with_checks(report, [{**check, "state": "pass"}], "before")
    report = additions.with_checks(report, [{**check, "state": "pass"}], "after")
    assert [(line["when"], line["state"]) for line in report["checks"]] == [("before", "pass"), ("after", "pass")]


def test_the_backup_is_kept_when_a_later_batch_makes_none() -> None:
    made = {"path": "/b/x.gz", "size": 12, "checksum": "ab", "method": "sftp", "restorable": True, "msg": "Saved."}
    report = additions.with_backup(report_of(), made, True)
    report = additions.with_backup(report, {"skipped": True, "changed": False}, True)
    assert report["backup"]["made"] and report["backup"]["sha256"] == "ab" and mistakes(counted(report, NOW)) == []
    failed = additions.with_backup(report_of(), {"failed": True, "msg": "no way"}, False)["backup"]
    assert not failed["made"] and failed["words"] == "no way"


# -- the end ----------------------------------------------------------------------------------------------------------


def test_a_run_that_ends_says_of_each_router_what_became_of_it() -> None:
    phases = [{"phase": "upgrade", "from": "2026-03-01T22:00:00Z", "to": None}]
    running = router("b", "running", node("a", "running", phases=phases), node("b", "waiting"))
    report = counted(
        report_data.ended(report_of(router("a"), running, router("c", "waiting")), LATER, "no window"), LATER
    )
    assert {name: entry["state"] for name, entry in by_name(report).items()} == {
        "a": "done",
        "b": "unknown",
        "c": "not_started",
    }
    assert by_name(report)["c"]["reason"] == "no window" == report["run"]["stopped"]
    assert [own["state"] for own in by_name(report)["b"]["nodes"]] == ["unknown", "not_started"]
    assert by_name(report)["b"]["nodes"][0]["phases"][0]["to"] == "2026-03-01T22:30:00Z"
    assert report["run"]["ok"] is False and report["run"]["elapsed"] == 1800 and mistakes(report) == []


@pytest.mark.parametrize(
    ("routers", "state", "allowed"),
    [
        ([router("a")], "ended", True),
        ([router("a", "failed")], "ended", True),
        ([router("a", "unknown")], "ended", False),
        ([router("a", "running")], "interrupted", False),
        ([router("a")], "running", False),
        ([router("a")], "interrupted", None),
        ([router("a", "not_started")], "ended", None),
        ([router("a", "not_started"), router("b")], "ended", True),
        ([router("a", "not_started", node("1", "not_started", adopted=True)), router("b")], "ended", False),
        ([router("a", "held", node("1", running_version="1"), node("2", running_version="2"))], "ended", False),
    ],
)
def test_whether_configuration_may_be_committed(routers, state, allowed) -> None:
    report = counted(report_of(*routers, state=state), NOW)
    assert report["run"]["commit_allowed"] is allowed and report["run"]["commit_words"]


def test_a_report_without_views_has_an_outcome_and_what_needs_a_person(monkeypatch) -> None:
    monkeypatch.setattr(report_data, "view", lambda *names: None)
    report = counted(report_of(router("a", "failed"), router("b"), router("c", "unknown")), NOW)
    assert report["run"]["outcome"] and [line["router"] for line in report["attention"]] == ["c", "a"]


# -- file names and case files ----------------------------------------------------------------------------------------


def test_names_of_files_are_safe_and_never_the_same_for_two_routers() -> None:
    names = [
        "store-1",
        "Store-1",
        "store/1",
        "store 1",
        "../../etc",
        "",
        ".",
        "-" * 300,
        "-" * 301,
        "ä",
        "\udcff",
        "store_1",
    ]
    made = [case_name(name) for name in names]
    assert len({name.lower() for name in made}) == len(names)
    assert all("/" not in name and len(name) < 120 and name.isascii() for name in made), made
    assert file_name("store-1") == "store-1"


def test_words_of_devices_stay_words_in_the_markdown_of_a_case() -> None:
    hostile = "<script>alert(1)</script> | [x](http://e) ``` end"
    own = node(
        "a", "failed", steps=[{"at": "2026-03-01T22:00:00Z", "what": hostile, "words": f"{hostile}\n````\n# no"}]
    )
    answers = [{"node": "a", "at": "now", "command": "show `x`", "text": "````", "cut": 7}]
    raw = {"answers": answers, "events": [{"at": None, "text": hostile}], "unavailable": ["alarms: no answer"]}
    times = {"controller_time": "2026-03-01T22:00:00Z", "conductor_time": None}
    case = case_data(report_of()["run"], router("r|1", "failed", own, reason=hostile), times, raw)
    text = case_markdown(case)
    outside, inside = [], False
    for line in text.splitlines():
        if line.startswith("`````"):
            inside = not inside
        elif not inside:
            outside.append(line)
    prose = "\n".join(outside)
    assert "<script>" not in prose and "# no" not in prose and not re.search(r"(?<!\\)]\(http", prose)
    assert "7 more characters were cut off." in prose and "r\\|1" in prose

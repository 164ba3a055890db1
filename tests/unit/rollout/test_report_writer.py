# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run while it goes on and when it has ended: true, in order, of the whole run, never in the way."""

from __future__ import annotations

import json
import os
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports import views
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.names import case_name
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import report_folder
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.context import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_report import report_relapsed

from tests.unit.fakes import Course, Night, VirtualClock, authority
from tests.unit.reports.report_schema import disorder, mistakes

ROUTERS = {"hub": ("a", "b"), "r00": ("a",), "r01": ("a",), "r02": ("a",)}
#: Long pauses between polls, so that a night takes few rounds.
QUICK = {"poll_min": 20.0, "poll_max": 20.0, "compare": False, "health_check": False, "in_flight": 4}


class ReportedNight(Night):
    """A night of one ansible-playbook, which has a name as that of a process."""

    number = "1-1"
    process = property(lambda self: self.number)


def night_of(routers: dict = ROUTERS, number: str = "1-1") -> ReportedNight:
    night = ReportedNight(authority(VirtualClock(), routers))
    night.number = number
    return night


def read(folder: Path) -> dict:
    """The report in a folder, which is valid and in order."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert mistakes(report) == [] and disorder(report) == []
    return report


def states(report: dict) -> dict[str, str]:
    return {entry["router"]: entry["state"] for entry in report["routers"]}


def phases(report: dict, router: str, node: str = "a") -> list[str]:
    entry = next(entry for entry in report["routers"] if entry["router"] == router)
    return [phase["phase"] for phase in next(own for own in entry["nodes"] if own["node"] == node)["phases"]]


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "reports" / "tonight"


# -- what it says -----------------------------------------------------------------------------------------------------


def test_a_bad_night_says_what_the_results_say(folder) -> None:
    night = night_of()
    night.conductor.courses = {("r01", "a"): Course(600, end="back"), ("r02", "a"): Course(600, end="down")}
    result = night.go(**QUICK, run_id="tonight", report=str(folder))
    report = read(folder)
    assert states(report) == {router: entry["state"] for router, entry in result["by_router"].items()}
    assert report["totals"] == {"reverted": 2, "done": 2} and report["run"]["ok"] is False
    assert (report["run"]["state"], report["run"]["refresh"], report["run"]["id"]) == ("ended", 0, "tonight")
    assert report["run"]["versions"]["conductor"] and report["run"]["settings"]["in_flight"] == 4
    assert [line["router"] for line in report["attention"]] == ["r01", "r02"]
    sent = {node["command"] for entry in report["routers"] for node in entry["nodes"] if node["started"]}
    assert len(sent) == 5 and all("version 6.3.5" in command or "revert" in command for command in sent)


def test_the_phases_of_a_node_are_what_happened_to_it(folder) -> None:
    night = night_of({"hub": ("a", "b"), "r01": ("a",)})
    night.conductor.courses = {("r01", "a"): Course(600, end="down")}
    night.go(**{**QUICK, "poll_min": 5.0, "poll_max": 5.0}, report=str(folder), service_timeout=60)
    report = read(folder)
    first, second = phases(report, "hub"), phases(report, "hub", "b")
    assert first == ["download", "upgrade", "away", "settle"]
    assert second == ["download", "waiting", "soak", "upgrade", "away", "settle"]
    assert phases(report, "r01")[-1] == "revert"


def test_files_are_for_their_owner_only(folder) -> None:
    night_of({"r00": ("a",)}).go(**QUICK, report=str(folder))
    files = [folder, *folder.iterdir()]
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in files} == {0o700, 0o600}


def test_nothing_is_written_where_nobody_asks_for_it_and_in_check_mode(folder, tmp_path) -> None:
    night_of({"r00": ("a",)}).go(**QUICK)
    night = night_of({"r00": ("a",)})
    night._task.check_mode = True
    night.go(**QUICK, report=str(folder))
    assert list(tmp_path.iterdir()) == []


def test_a_pause_of_the_breaker_is_in_the_report(folder) -> None:
    night = night_of({f"r{number:02d}": ("a",) for number in range(40)})
    night.conductor.course = Course(300)
    lost = [night.conductor.boxes[f"r{number}", "a"] for number in (37, 38, 39)]
    for seconds, status in ((100, "Disconnected"), (1000, "Synchronized")):
        for box in lost:
            night.clock.after(seconds, lambda box=box, status=status: night.conductor.show(box, status=status))
    night.go(
        "r00", "r01", "r02", **{**QUICK, "breaker_percent": 2.0, "in_flight": 1, "download": False}, report=str(folder)
    )
    (pause,) = read(folder)["pauses"]
    assert pause["from"] < pause["to"] and pause["reason"]


# -- one run, many tasks ----------------------------------------------------------------------------------------------


def test_the_batches_of_a_run_are_one_report(folder) -> None:
    first = night_of()
    record = first.go("r00", **QUICK, run_id="tonight", report=str(folder))["run_record"]
    second = night_of()
    second.conductor.courses = {("r01", "a"): Course(600, end="back")}
    second.go("r01", "hub", **QUICK, run_id="tonight", report=str(folder), run_record=record)
    report = read(folder)
    assert states(report) == {"r00": "done", "r01": "reverted", "hub": "done"}
    assert [batch["routers"] for batch in report["batches"]] == [["r00"], ["r01", "hub"]]
    assert [entry["batch"] for entry in report["routers"]] == [1, 2, 2]
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["tonight"]


def test_another_run_of_the_same_name_has_a_folder_of_its_own(folder) -> None:
    night_of({"r00": ("a",)}).go(**QUICK, run_id="tonight", report=str(folder))
    night_of({"r01": ("a",)}, "2-2").go(**QUICK, run_id="tonight", report=str(folder))
    assert states(read(folder)) == {"r00": "done"}
    second = read(folder.parent / "tonight-2")
    assert states(second) == {"r01": "done"} and "tonight-2" in second["notices"][0]
    index = json.loads((folder.parent / "index.json").read_text(encoding="utf-8"))
    assert [line["folder"] for line in index["runs"]] == ["tonight", "tonight-2"]


def test_the_nodes_of_a_conductor_are_in_it_one_after_the_other(folder) -> None:
    night = night_of({"Conductor": ("c1", "c2"), "r00": ("a",)})
    for node in ("c1", "c2"):
        night.conductor.boxes["Conductor", node].version = "6.3.0-107.r1.el7"
        night.go({"router": "Conductor", "node": node}, **QUICK, download=False, report=str(folder), revert=False)
    conductor = read(folder)["routers"][0]
    assert conductor["conductor"] and [node["node"] for node in conductor["nodes"]] == ["c1", "c2"]
    assert read(folder)["totals"] == {}, "it is no router"


# -- while it runs ----------------------------------------------------------------------------------------------------


def test_while_it_runs_the_files_are_written_in_pace(folder, monkeypatch) -> None:
    """Every ten seconds at most, a second after the end of a router, and always at the end."""
    written: list[tuple[float, str]] = []
    night = night_of()
    keep = report_folder.ReportFolder.write

    def write(self, report) -> None:
        written.append((self.clock.now(), report["run"]["state"]))
        keep(self, report)

    monkeypatch.setattr(report_folder.ReportFolder, "write", write)
    night.go(**{**QUICK, "poll_min": 2.0, "poll_max": 2.0}, report=str(folder))
    times = [at for at, _state in written]
    assert [state for _at, state in written] == ["running"] * (len(written) - 1) + ["ended"]
    gaps = [later - earlier for earlier, later in pairwise(times[:-1])]
    ends = len(ROUTERS)
    assert min(gaps) >= 1 and sum(gap < 10 for gap in gaps) <= ends and len(times) > 40


def test_a_run_that_nobody_waits_for_any_more_is_interrupted(folder) -> None:
    night = night_of()
    night.clock.after(300, lambda: setattr(night, "living", lambda: False))
    with pytest.raises(Abandoned):
        night.go(**QUICK, report=str(folder))
    report = read(folder)
    assert (report["run"]["state"], report["run"]["refresh"], report["run"]["commit_allowed"]) == (
        "interrupted",
        0,
        False,
    )
    assert_tells_what_was_left(folder, report)


def assert_tells_what_was_left(folder: Path, report: dict) -> None:
    """Each router to which something was sent is one that needs a person, with the command and a case."""
    left = {entry["router"]: entry for entry in report["routers"] if entry["state"] == "unknown"}
    assert left and "running" not in states(report).values()
    for name, entry in left.items():
        assert "was sent, and it is not known how it ended" in entry["reason"] and name in entry["reason"]
        assert any(node["state"] == "unknown" and node["command"] in node["reason"] for node in entry["nodes"])
        assert (folder / case_name(name)).exists()
    assert {line["router"]: line["case"] for line in report["attention"]} == {name: case_name(name) for name in left}
    assert "Nothing needs a person" not in (folder / "report.md").read_text(encoding="utf-8")
    (line,) = json.loads((folder.parent / "index.json").read_text(encoding="utf-8"))["runs"]
    assert line["state"] == "interrupted" and line["totals"].get("unknown") == len(left)


def test_a_run_that_the_user_stops_right_after_a_command_says_what_was_sent(folder, tmp_path) -> None:
    """A signal comes when it wants: the files were last written before the command was sent."""
    night, seen = night_of(), []
    status = tmp_path / "status.json"

    def stop() -> None:
        night._interrupted()
        seen.append((read(folder), json.loads(status.read_text(encoding="utf-8"))))

    night.clock.after(300, stop)
    night.go(**QUICK, report=str(folder), status_file=str(status))
    report, status_data = seen[0]
    assert report["run"]["state"] == status_data["state"] == "interrupted"
    unknown = {name for name, state in states(report).items() if state == "unknown"}
    assert unknown and unknown == {name for name, own in status_data["targets"].items() if own["state"] == "unknown"}
    assert all("was sent, and it is not known" in status_data["targets"][name]["reason"] for name in unknown)


def test_work_that_has_ended_is_not_interrupted_any_more(folder) -> None:
    night = night_of({"r00": ("a",)})
    night.go(**QUICK, report=str(folder))
    night._interrupted()
    assert read(folder)["run"]["state"] == "ended"


def test_a_router_that_relapses_behind_the_task_is_corrected_in_the_report(folder) -> None:
    night = night_of({"r00": ("a",)})
    night.go(**QUICK, run_id="tonight", report=str(folder))
    lost = {"r00": {"state": "relapsed", "reason": "a shows Disconnected", "nodes": []}}
    report_relapsed(night._loops[0].report, "upgrade", lost)
    report = read(folder)
    assert report["totals"] == {"relapsed": 1} and report["run"]["state"] == "ended" and not report["run"]["ok"]
    assert report["attention"][0]["case"] == "case-r00.json"


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_written_costs_one_warning_and_no_night(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    night = night_of()
    assert set(night.states(**QUICK, report=str(tmp_path / "file" / "tonight")).values()) == {"done"}
    assert len([line for line in night.warnings if "cannot be written" in line]) == 1, night.warnings
    assert not any("has failed" in line for line in night.lines)


def test_a_view_that_fails_costs_one_warning_and_no_other_view(folder, monkeypatch) -> None:
    def fails(report) -> str:
        raise ValueError("no template")

    monkeypatch.setattr(views, "report_broken", fails, raising=False)
    monkeypatch.setitem(views.VIEWS, "report.txt", ("views", "report_broken"))
    night = night_of({"r00": ("a",)})
    night.go(**QUICK, report=str(folder))
    assert states(read(folder)) == {"r00": "done"} and not (folder / "report.txt").exists()
    assert sum("report.txt" in line for line in night.warnings) == 1


def test_a_report_that_somebody_has_spoilt_is_not_continued(folder) -> None:
    folder.mkdir(parents=True)
    (folder / "report.json").write_text('{"schema": "x"')
    night_of({"r00": ("a",)}).go(**QUICK, report=str(folder))
    assert states(read(folder.parent / "tonight-2")) == {"r00": "done"}
    assert (folder / "report.json").read_text() == '{"schema": "x"'


# -- case files -------------------------------------------------------------------------------------------------------


def test_each_router_with_a_bad_end_has_a_case_file(folder) -> None:
    night = night_of({"Paris": ("a",), "paris": ("a",), "ok": ("a",)})
    night.conductor.courses = {(name, "a"): Course(600, end="back") for name in ("Paris", "paris")}
    night.go(**QUICK, report=str(folder))
    report = read(folder)
    names = {line["router"]: line["case"] for line in report["attention"]}
    assert set(names) == {"Paris", "paris"} and len({name.lower() for name in names.values()}) == 2
    for router, name in names.items():
        case = json.loads((folder / name).read_text(encoding="utf-8"))
        assert case["router"]["router"] == router and case["verdict"]["state"] == "reverted"
        assert case["run"]["settings"] and case["run"]["version"]
        assert any("Request accepted" in answer["text"] for answer in case["answers"])
        assert (folder / name.replace(".json", ".md")).read_text(encoding="utf-8").startswith("# Case: ")
    assert len(list(folder.glob("case-*"))) == 4


def test_a_router_that_is_refused_has_the_conductor_s_words(folder) -> None:
    night = night_of({"r00": ("a",)})
    night.conductor.refuse = {("r00", "a"): "Permission denied: password=hunter2 \x1b[31m"}
    night.go(**QUICK, download=False, report=str(folder))
    (entry,) = read(folder)["routers"]
    assert "Permission denied" in entry["words"] and (folder / "case-r00.json").exists()
    for path in folder.iterdir():
        assert "hunter2" not in path.read_text(encoding="utf-8") and "\x1b" not in path.read_text(encoding="utf-8")

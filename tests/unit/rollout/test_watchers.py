# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches a night from outside is told what matters, each thing once; and changes nothing of the night."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from ansible_collections.sessionsmart.ssr.plugins.action import run_review
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import watchers
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import documented_spec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import metrics_file, rollout
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.notice_post import PostFailed
from prometheus_client.parser import text_string_to_metric_families

from tests.unit.fakes import Course, Night, VirtualClock, authority

ROUTERS = ("r00", "r01", "r02")
ALL = ["start", "first_failure", "overdue", "stop", "router", "heartbeat", "end"]
SECRET = "B0SECRETTOKEN0X7"
URL = f"https://hooks.example/services/{SECRET}"
SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "notice-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def posted(monkeypatch) -> list[dict]:
    """What is posted, as it arrives."""
    bodies: list[dict] = []

    def post(_where, body: bytes) -> None:
        bodies.append(json.loads(body))
        jsonschema.validate(bodies[-1], SCHEMA)

    monkeypatch.setattr(watchers, "post", post)
    return bodies


@pytest.fixture
def night() -> Night:
    return Night(authority(VirtualClock(), ROUTERS))


def options(**more: object) -> dict:
    return {"download": False, "health_check": False, "in_flight": 1, "webhook_url": URL, **more}


def events(posted: list[dict]) -> list[str]:
    return [body["event"] for body in posted]


def review(night: Night, **args: object) -> None:
    """The task between two batches, or at the end."""
    task = run_review.ActionModule.__new__(run_review.ActionModule)
    task.conductor, task.clock, task.tell, task.warn, task.alive = (
        *(night.conductor, night.clock, night.tell),
        *(night.warn, night.alive),
    )
    task._connection = getattr(night, "_connection", None)
    task._vars, task._host = {"hostvars": {name: {} for name in ROUTERS}}, "cond"
    task._task, task._parent = SimpleNamespace(check_mode=False, diff=False), night._parent
    module = os.path.join(os.path.dirname(run_review.__file__), "..", "modules", "run_review.py")
    defaults = {name: option.get("default") for name, option in documented_spec(os.path.abspath(module)).items()}
    task.act({**defaults, "run_hosts": list(ROUTERS), "webhook_url": URL, **args})


# -- what is told -----------------------------------------------------------------------------------------------------


def test_a_good_night_is_told_at_its_begin_and_at_its_end(night, posted) -> None:
    night.go(**options(webhook_heartbeat=0))
    assert events(posted) == ["start", "end"]
    assert posted[0]["text"] == "The upgrade of 3 routers to 6.3.5-37.r1 through cond begins."
    assert posted[1]["ok"] is True and posted[1]["totals"] == {"done": 3}
    assert night.warnings == []


def test_the_only_router_of_a_run_is_named_with_its_nodes(posted) -> None:
    Night(authority(VirtualClock(), {"hub": ("a", "b")})).go(**options(webhook_heartbeat=0))
    assert posted[0]["text"].startswith("The upgrade of hub (a, b) to ")


def test_the_first_failure_is_told_once(night, posted) -> None:
    night.conductor.courses = {(name, "a"): Course(600, end="back") for name in ("r00", "r02")}
    night.go(**options(webhook_heartbeat=0))
    assert events(posted) == ["start", "first_failure", "end"]
    assert posted[1]["routers"][0]["router"] == "r00"
    assert [entry["router"] for entry in posted[2]["routers"]] == ["r00", "r02"] and posted[2]["ok"] is False


def test_why_nothing_new_is_started_is_told_once(night, posted) -> None:
    night.conductor.courses = {("r00", "a"): Course(600, end="back")}
    night.go(**options(webhook_heartbeat=0, max_failures=0))
    assert events(posted) == ["start", "first_failure", "stop", "end"]
    assert posted[2]["state"] == "stopping" and posted[2]["stopped"]
    assert posted[3]["totals"] == {"reverted": 1, "not_started": 2}


def test_only_what_is_wanted_is_told(night, posted) -> None:
    night.go(**options(webhook_events=["router"]))
    assert [body["routers"][0]["router"] for body in posted] == list(ROUTERS)


def test_a_sign_of_life_comes_where_nothing_else_was_told(night, posted) -> None:
    """In virtual time: between two notices there is never more than the period, and one round."""
    night.conductor.courses = {("r01", "a"): Course(4000)}
    night.go(**options(webhook_heartbeat=900, webhook_events=["start", "heartbeat", "end"]))
    times = [datetime.strptime(body["at"], "%Y-%m-%dT%H:%M:%SZ") for body in posted]
    gaps = [(later - before).total_seconds() for before, later in itertools.pairwise(times)]
    assert events(posted).count("heartbeat") >= 4 and set(events(posted)[1:-1]) == {"heartbeat"}
    assert max(gaps) <= 930 and min(gaps[:-1]) >= 900
    beat = posted[1]
    assert "Still at work: done 1" in beat["text"] and beat["totals"]["running"] == 1


def test_a_router_that_takes_much_too_long_is_told_once(night, posted) -> None:
    night.conductor.courses = {("r01", "a"): Course(4000)}
    night.go(**options(webhook_heartbeat=0, expected_upgrade=600))
    assert events(posted) == ["start", "overdue", "end"]
    (entry,) = posted[1]["routers"]
    assert entry["router"] == "r01" and entry["state"] == "running" and "expected were 10 min" in entry["reason"]


def test_a_dry_run_tells_nobody(night, posted, tmp_path) -> None:
    night._task.check_mode = True
    night.go(**options(metrics_file=str(tmp_path / "ssr.prom")))
    assert posted == [] and not (tmp_path / "ssr.prom").exists()


def test_a_run_that_nobody_waits_for_any_more_says_that_it_was_interrupted(night, posted, tmp_path) -> None:
    night.living = lambda: night.clock.now() < 1300
    with pytest.raises(rollout.Abandoned):
        night.go(**options(webhook_heartbeat=0, metrics_file=str(tmp_path / "ssr.prom")))
    assert events(posted) == ["start", "end"]
    assert posted[1]["state"] == "interrupted" and posted[1]["ok"] is False
    assert "takes it up again" in posted[1]["text"] and posted[1]["totals"] == {"waiting": 2, "running": 1}
    assert 'running{authority="cond",operation="upgrade"} 0' in (tmp_path / "ssr.prom").read_text(encoding="utf-8")


# -- over several batches ---------------------------------------------------------------------------------------------


def test_over_several_batches_each_thing_is_told_once(night, posted, tmp_path) -> None:
    night.conductor.courses = {("r01", "a"): Course(600, end="back")}
    prom = tmp_path / "ssr.prom"
    common = {"journal": str(tmp_path), "run_id": "tonight", "metrics_file": str(prom), "webhook_heartbeat": 0}
    for router in ROUTERS[:2]:
        review(night, next_hosts=[router], run_continues=True, recent_failures=0, max_fail_percentage=100.0, **common)
        night.go(router, **options(run_continues=True, **common))
        assert sum(samples(prom).values()) == 3 and value(prom, "running") == 1
    review(night, next_hosts=["r02"], run_continues=True, **common)
    review(night, **common)
    assert events(posted) == ["start", "first_failure", "stop", "end"]
    assert [body["number"] for body in posted] == [1, 2, 3, 4]
    assert posted[0]["totals"] == {"waiting": 3} and "3 routers" in posted[0]["text"]
    assert posted[-1]["totals"] == {"reverted": 1, "not_started": 1, "done": 1}
    assert "went back" in posted[-1]["routers"][0]["reason"], "as its own batch has said it"
    assert samples(prom) == {"reverted": 1, "not_started": 1, "done": 1} and value(prom, "running") == 0
    assert value(prom, "failure_budget_allowed") == 5 and value(prom, "stopped") == 1
    phases = [sample for sample in read(prom) if sample.name.endswith("phase_seconds_count")]
    assert {sample.labels["phase"]: sample.value for sample in phases}["upgrade"] == 2


def test_without_a_task_that_follows_the_review_that_refuses_a_batch_ends_the_run(night, posted, tmp_path) -> None:
    common = {"journal": str(tmp_path), "run_id": "tonight", "webhook_heartbeat": 0}
    review(night, next_hosts=["r00"], reason="A task of yours has failed.", **common)
    assert events(posted) == ["stop", "end"] and posted[1]["totals"] == {"not_started": 3}


def test_another_run_of_the_same_name_is_told_anew(night, posted, tmp_path) -> None:
    common = {"journal": str(tmp_path), "run_id": "tonight", "webhook_heartbeat": 0}
    night.go(**options(**common))
    night._parent = 12345
    night.go(**options(**common))
    assert events(posted) == ["start", "end"] * 2 and posted[2]["number"] == 1


BROKEN = [
    "",
    "{",
    "[]",
    "\x00",
    '{"a": ' * 5000,
    {"figures": 3},
    {"told": 7, "figures": {}},
    {"figures": {"routers": []}},
]


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: str(content)[:20])
def test_what_an_earlier_task_left_may_be_broken(posted, tmp_path, content) -> None:
    night = Night(authority(VirtualClock(), ["r00"]))
    mine = {"run_id": "tonight", "process": night.process}
    for kind in ("metrics", "notices"):
        text = content if isinstance(content, str) else json.dumps(mine | content)
        (tmp_path / f"{kind}-upgrade-tonight.json").write_text(text, encoding="utf-8")
    common = {"journal": str(tmp_path), "run_id": "tonight", "metrics_file": str(tmp_path / "ssr.prom")}
    assert night.states(**options(**common)) == {"r00": "done"}
    assert events(posted)[0] == "start" and events(posted)[-1] == "end" and night.warnings == []


# -- what cannot be told ----------------------------------------------------------------------------------------------


def broken(words: str) -> Callable:
    def post(_where, _body: bytes) -> None:
        raise PostFailed(words, passing=False)

    return post


def test_a_web_server_that_takes_nothing_is_one_warning_and_a_count(night, monkeypatch) -> None:
    monkeypatch.setattr(watchers, "post", broken("the web server answered HTTP 404"))
    assert set(night.states(**options(webhook_events=ALL, webhook_heartbeat=600)).values()) == {"done"}
    first, last = night.warnings
    assert first == "A notice could not be sent: the web server answered HTTP 404. The run goes on without it."
    assert last.endswith("of this run could not be sent.") and last.split()[0] == last.split()[2]


@pytest.mark.parametrize(
    "url",
    [
        f"http://hooks.example/{SECRET}",
        f"ftp://hooks.example/{SECRET}",
        f"https:///{SECRET}",
        f"https://hooks.example:port/{SECRET}",
        f"https://hooks.example/{SECRET} and more",
        f"https://[::1/{SECRET}",
        SECRET,
        f"/no/such/{SECRET}",
    ],
)
def test_an_address_that_cannot_be_used_is_a_warning_that_does_not_show_it(night, posted, url) -> None:
    assert set(night.states(**options(webhook_url=url)).values()) == {"done"}
    (warning,) = night.warnings
    assert warning.startswith("No notices are sent: ") and SECRET not in warning and posted == []


def test_a_file_of_metrics_that_cannot_be_written_is_one_warning(night, tmp_path) -> None:
    path = tmp_path / "no such folder" / "ssr.prom"
    assert set(night.states(**options(webhook_url=None, metrics_file=str(path))).values()) == {"done"}
    (warning,) = night.warnings
    assert str(path) in warning and "No such file or directory" in warning and not path.parent.exists()


def test_the_address_is_no_setting_of_the_run(night, posted, tmp_path) -> None:
    """Neither in the status file nor in the record of the run, nor in what is returned."""
    status = tmp_path / "status.json"
    result = night.go(**options(journal=str(tmp_path), run_id="tonight", status_file=str(status)))
    assert "webhook_format" in status.read_text(encoding="utf-8"), "other options are settings"
    assert SECRET not in json.dumps(result, default=str)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or SECRET not in path.read_text(encoding="utf-8"), path


def test_passwords_of_the_connection_and_the_address_are_masked_in_words_of_a_conductor(night, posted) -> None:
    night._connection = SimpleNamespace(_options={"password": "demo-admin-password", "host": "c1", "timeout": 5})
    review(night, reason=f"it answered demo-admin-password, {URL} and {SECRET} to c1")
    text = json.dumps(posted)
    assert events(posted) == ["stop", "end"] and text.count("********") >= 6 and "to c1" in text
    assert "demo-admin-password" not in text and SECRET not in text


# -- the file of metrics ----------------------------------------------------------------------------------------------


def read(path: Path) -> list:
    text = path.read_text(encoding="utf-8")
    return [sample for family in text_string_to_metric_families(text) for sample in family.samples]


def samples(path: Path) -> dict[str, float]:
    """The routers by state, without states that are empty."""
    routers = [sample for sample in read(path) if sample.name == "sessionsmart_upgrade_routers"]
    return {sample.labels["state"]: sample.value for sample in routers if sample.value}


def value(path: Path, name: str) -> float:
    return next(sample.value for sample in read(path) if sample.name == f"sessionsmart_upgrade_{name}")


def test_the_file_says_while_it_runs_how_far_it_is(night, tmp_path) -> None:
    path, taken = tmp_path / "ssr.prom", []
    night.clock.after(300, lambda: taken.append((samples(path), value(path, "running"))))
    night.go(**options(webhook_url=None, metrics_file=str(path), window_end="2026-03-02T06:00:00+00:00"))
    assert taken == [({"waiting": 2, "running": 1}, 1)]
    assert samples(path) == {"done": 3} and value(path, "running") == 0
    assert value(path, "window_end_timestamp_seconds") == datetime(2026, 3, 2, 6, tzinfo=timezone.utc).timestamp()
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_file_is_written_at_most_every_five_seconds(night, tmp_path, monkeypatch) -> None:
    times: list[float] = []
    monkeypatch.setattr(metrics_file, "replace_file", lambda *_args: times.append(night.clock.now()))
    night.go(**options(webhook_url=None, metrics_file=str(tmp_path / "ssr.prom"), poll_min=1.0, poll_max=1.0))
    gaps = [later - before for before, later in itertools.pairwise(times[:-1])]
    assert len(times) > 50 and min(gap for gap in gaps if gap) >= 5.0


def test_a_task_that_breaks_off_says_how_it_has_ended(night, posted, tmp_path, monkeypatch) -> None:
    """As of a conductor, whose work has no rollout that ends its routers."""
    monkeypatch.setattr(rollout.Rollout, "_finish", lambda *_args: 1 / 0)
    prom = tmp_path / "ssr.prom"
    monkeypatch.setattr(night, "end_what_is_left", lambda error: None)
    with pytest.raises(ZeroDivisionError) as caught:
        night.go(**options(webhook_heartbeat=0, metrics_file=str(prom)))
    night._failure(caught.value)
    assert events(posted) == ["start", "stop", "end"] and "division by zero" in posted[-1]["stopped"]
    assert value(prom, "running") == 0

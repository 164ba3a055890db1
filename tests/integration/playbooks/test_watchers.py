# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a webhook and Prometheus are told of a night over several batches, through the real playbook."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.fleet import begin, descendants, wait_for_end, wait_until
from tests.integration.routers import authority, inventory, play, router, verdicts
from tests.unit.web_listener import SECRET, WebListener

SETTINGS = {"router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"], "router_upgrade_in_flight": 1}
REFUSED = {"type": "request_refused_words", "router": "bad", "text": "Permission denied"}
SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "notice-1.json").read_text(encoding="utf-8"))


def bad_night(bench, web, **settings):
    """Three routers in two batches: the second one of the first batch is refused, so the second batch never begins."""
    b = bench(authority(*map(router, ("good", "bad", "next"))), faults=[REFUSED])
    inventory(b, good={}, bad={}, next={})
    address = b.folder / "address"
    address.write_text(f"{web.url}\n", encoding="utf-8")
    metrics = b.folder / "ssr.prom"
    watching = {
        "ssr_webhook_url": str(address),
        "ssr_metrics_file": str(metrics),
        "router_upgrade_webhook_allow_http": True,
    }
    run = play(b, "upgrade_routers", "-vvv", **SETTINGS, ssr_serial="2,1", **watching, **settings)
    assert run.code == 2 and verdicts(run) == {"good": "done", "bad": "failed"}, run.output
    address.unlink()
    return b, run


def assert_kept_secret(b, run) -> None:
    """The address is in nothing that was printed, returned or written."""
    assert SECRET not in run.output and SECRET not in json.dumps(run.records)
    for path in b.folder.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def test_a_bad_night_is_told_once_and_in_order_over_all_batches(bench):
    events = "start,first_failure,overdue,stop,router,heartbeat,end"
    with WebListener() as web:
        b, run = bad_night(bench, web, router_upgrade_webhook_events=events)
    for body in web.bodies:
        jsonschema.validate(body, SCHEMA)
    told = [(body["event"], [entry["router"] for entry in body["routers"]]) for body in web.bodies]
    assert told == [
        ("start", []),
        ("router", ["good"]),
        ("first_failure", ["bad"]),
        ("router", ["bad"]),
        ("stop", []),
        ("end", ["bad"]),
    ]
    assert [body["number"] for body in web.bodies] == [1, 2, 3, 4, 5, 6]
    start, end = web.bodies[0], web.bodies[-1]
    assert start["totals"] == {"waiting": 3} and "3 routers to 6.3.5" in start["text"]
    assert end["totals"] == {"failed": 1, "not_started": 1, "done": 1} and end["ok"] is False
    assert end["state"] == "ended" and "Permission denied" in end["routers"][0]["reason"]
    assert len({body["run"]["id"] for body in web.bodies}) == 1 and end["run"]["authority"]
    assert_kept_secret(b, run)


def test_metrics_of_a_bad_night_say_that_it_has_ended(bench):
    with WebListener() as web:
        b, _run = bad_night(bench, web, router_upgrade_webhook_format="slack")
    text = (b.folder / "ssr.prom").read_text(encoding="utf-8")
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    states = {s.labels["state"]: s.value for s in samples if s.name.endswith("_routers")}
    assert {state: count for state, count in states.items() if count} == {"failed": 1, "not_started": 1, "done": 1}
    one = {s.name.removeprefix("sessionsmart_upgrade_"): s.value for s in samples if "state" not in s.labels}
    assert (one["running"], one["stopped"], one["needs_person"], one["failure_budget_allowed"]) == (0, 1, 1, 5)
    assert one["start_timestamp_seconds"] <= one["last_progress_timestamp_seconds"] <= one["end_timestamp_seconds"]
    info = next(s.labels for s in samples if s.name == "sessionsmart_upgrade_info")
    assert info["version"].startswith("6.3.5") and info["run_id"] and info["operation"] == "upgrade"
    assert (b.folder / "ssr.prom").stat().st_mode & 0o777 == 0o644
    assert [body["text"].split()[0] for body in web.bodies] == [
        ":arrow_forward:",
        ":x:",
        ":octagonal_sign:",
        ":checkered_flag:",
    ]
    assert "Permission denied" in web.bodies[1]["text"]
    assert all(set(body) == {"text", "blocks"} for body in web.bodies)


@pytest.mark.parametrize("answer", ["hang", 500, "garbage"])
def test_a_web_server_that_does_not_work_changes_nothing_of_a_night(bench, answer):
    with WebListener(answer) as web:
        b, run = bad_night(bench, web, router_upgrade_webhook_timeout=1)
    assert run.output.count("A notice could not be sent") == 1, run.output
    assert run.output.count("of this run could not be sent.") == 1
    assert_kept_secret(b, run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_says_so(bench, number):
    """To the main process, as Ctrl-C or the end of a CI job does; it ends its workers."""
    b = bench(authority(*map(router, ("one", "two"))), speedup=20)
    inventory(b, one={}, two={})
    with WebListener() as web:
        watching = {"router_upgrade_webhook_allow_http": True, "ssr_metrics_file": str(b.folder / "ssr.prom")}
        (b.folder / "address").write_text(web.url, encoding="utf-8")
        process = begin(b, ssr_webhook_url=str(b.folder / "address"), **SETTINGS, **watching)
        wait_until(lambda: web.posted, "the first notice", 120)
        below = descendants(process.pid)
        os.kill(process.pid, number)
        wait_for_end(process, below, "interrupt" if number == signal.SIGINT else "main")
        wait_until(lambda: len(web.posted) > 1, "the last notice", 30)
    assert [body["event"] for body in web.bodies] == ["start", "end"]
    end = web.bodies[1]
    assert end["state"] == "interrupted" and end["ok"] is False and "takes it up again" in end["text"]
    assert "sessionsmart_upgrade_running{" in (b.folder / "ssr.prom").read_text(encoding="utf-8")
    assert '"} 0\n' in (b.folder / "ssr.prom").read_text(encoding="utf-8").split("sessionsmart_upgrade_running{")[1]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What keeps a rollout from going further than was wanted: stop file, deadlines, budgets, groups, waves, names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from tests.integration.fleet import (
    assert_nothing_twice,
    began_at,
    everybody,
    intervals,
    most_at_once,
    requests,
    running,
    trap,
)
from tests.integration.harness import QUICK, Bench, task
from tests.integration.routers import (
    NEW,
    OLD,
    authority,
    failed_hosts,
    inventory,
    play,
    reports,
    router,
    verdicts,
)

#: One batch, and nothing that only costs time here.
SETTINGS = {"ssr_serial": "100%", "router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}


def at(bench: Bench, request: int, then: Callable[[], None], **variables):
    """Run the playbook, and do something in its middle: once the conductor has got its n-th request."""
    with trap(bench, request, 0, then) as sprung:
        run = play(bench, "upgrade_routers", **{**SETTINGS, **variables})
    assert sprung(), "the run did not get that far"
    return run


def test_a_stop_file_lets_the_running_pair_be_finished_and_the_next_run_goes_on(bench):
    b = bench(authority(router("hub", "hub-1", "hub-2"), router("one"), router("two")), speedup=300)
    everybody(b)
    stop = b.folder / "stop"
    # One download at a time, and one ahead: with the third request the upgrade of the pair has begun.
    settings = {"router_upgrade_stop_file": str(stop), "router_upgrade_download_first": False}
    settings |= {"router_upgrade_downloads_in_flight": 1, "router_upgrade_start_order": "as_listed"}
    run = at(b, 3, stop.touch, router_upgrade_in_flight=1, **settings)
    assert run.code != 0
    assert verdicts(run) == {"hub": "done", "one": "not_started", "two": "not_started"}
    assert failed_hosts(run) == {"one", "two"}, "a relaunch on failed hosts takes what was not started"
    assert requests(b, "one", "upgrade") == requests(b, "two", "upgrade") == []
    reasons = {record["host"]: str(record["result"]["msg"]) for record in run.records if record["status"] == "failed"}
    assert all("stop file" in reason for reason in reasons.values()), reasons
    stop.unlink()
    again = play(b, "upgrade_routers", **SETTINGS, **settings)
    assert again.code == 0 and set(running(b).values()) == {NEW}
    assert_nothing_twice(b)


def test_after_the_deadline_nothing_is_sent_and_every_router_says_so(bench):
    b = bench(authority(router("hub", "hub-1", "hub-2"), router("one"), router("there", version=NEW)))
    everybody(b)
    late = {"router_upgrade_start_deadline": "2026-03-02T04:30:00+01:00", "router_upgrade_download_first": False}
    run = play(b, "upgrade_routers", **SETTINGS, **late)
    assert run.code != 0
    assert verdicts(run) == {"hub": "not_started", "one": "not_started", "there": "up_to_date"}
    assert requests(b) == []
    assert reports(b)[0]["totals"] == {"not_started": 2, "up_to_date": 1}, "the summary is there all the same"

    for word, value in (("zone", "2026-03-02T04:30:00"), ("at least 1", None)):
        wrong = {"router_upgrade_start_deadline": value} if value else {"router_upgrade_in_flight": 0}
        refused = play(b, "upgrade_routers", **SETTINGS, **wrong)
        assert refused.code != 0 and any(word in failure for failure in refused.failures), refused.failures
    assert requests(b) == []


def test_a_pair_that_fits_no_more_into_the_window_is_not_begun_while_a_single_router_is(bench):
    b = bench(authority(router("hub", "hub-1", "hub-2"), router("one")))
    everybody(b)
    soon = datetime.now(timezone.utc) + timedelta(minutes=10)
    run = play(
        b,
        "upgrade_routers",
        **SETTINGS,
        router_upgrade_start_deadline=soon.isoformat(),
        router_upgrade_expected_upgrade=3600,
    )
    assert run.code != 0
    assert verdicts(run) == {"hub": "not_started", "one": "done"}
    assert requests(b, "hub", "upgrade") == []


def test_a_budget_of_failures_spans_the_batches_and_what_runs_is_finished(bench):
    names = ("bad-1", "good-1", "bad-2", "good-2", "last")
    faults = [
        {"type": "request_refused_words", "router": name, "text": "No such version."} for name in names if "bad" in name
    ]
    b = bench(authority(*map(router, names)), faults=faults)
    everybody(b)
    run = play(
        b,
        "upgrade_routers",
        **{**SETTINGS, "ssr_serial": 2},
        ssr_max_fail_percentage=100,
        router_upgrade_max_failures=1,
        router_upgrade_in_flight=1,
    )
    assert run.code != 0
    # Nobody of the second batch came through, so Ansible itself begins no third.
    assert verdicts(run) == {"bad-1": "failed", "good-1": "done", "bad-2": "failed", "good-2": "not_started"}
    assert requests(b, "good-2", "upgrade") == requests(b, "last", "upgrade") == []
    stats = run.results("set_stats")[-1]["ansible_stats"]["data"]["ssr_router_upgrade"]
    assert stats["totals"] == {"failed": 2, "done": 1, "not_started": 1}


def test_two_of_an_exclusive_group_are_never_in_flight_and_waves_come_in_their_order(bench):
    b = bench(authority(*(router(name) for name in ("hub", "left", "right", "a", "b"))), speedup=60)
    site = {"ssr_exclusive_group": "site 7"}
    later = {"ssr_wave": "1"}
    everybody(b, hub={"ssr_wave": 9}, left=site | later, right=site | later, b=later)
    run = play(b, "upgrade_routers", **SETTINGS, router_upgrade_in_flight=4)
    assert run.code == 0, run.output
    assert set(verdicts(run).values()) == {"done"}
    assert most_at_once(b, "left", "right") == 1 and most_at_once(b) > 1
    ends = {router: end for router, _node, _begin, end in intervals(b)}
    assert ends["a"] <= min(began_at(b, name) for name in ("left", "right", "b")), "the first wave is alone"
    assert began_at(b, "hub") >= max(ends[name] for name in ("left", "right", "b")), "the last wave comes last"


def test_starts_pause_while_assets_that_nobody_works_on_are_lost_and_go_on_afterwards(bench):
    """A third of the authority goes away; what runs is finished, and a new router begins only when all are back."""
    bystanders = {"name": "other-{n:02d}", "count": 30, "version": NEW, "seed": 1}
    lost = {"type": "mass_disconnect", "share": 0.4, "after": 60, "seconds": 2400, "since": "first_request", "seed": 3}
    b = bench(authority(router("first"), router("second"), fleet=[bystanders]), speedup=300, faults=[lost])
    inventory(b, first={}, second={})
    run = play(
        b,
        "upgrade_routers",
        **SETTINGS,
        router_upgrade_in_flight=1,
        router_upgrade_breaker_timeout=60,
        router_upgrade_download=False,
    )
    assert run.code == 0, run.output
    assert set(verdicts(run).values()) == {"done"}
    assert "new starts pause" in run.output and "well again" in run.output
    back = max(
        entry["sim"]
        for entry in b.simulator.log
        if entry["event"] == "asset_state" and entry["node"].partition(".")[2].startswith("other-")
    )
    assert began_at(b, "second") >= back, "it waited until the last of them was back"


def test_a_resource_group_is_rolled_like_a_list_and_never_takes_the_conductor_along(bench):
    grouped = {"resource_groups": ["stores"]}
    b = bench(
        authority(router("hub", "hub-1", "hub-2", **grouped), router("one", **grouped), router("other")), speedup=300
    )
    b.simulator.world.routers["Conductor"].groups.append("stores")
    everybody(b)
    upgrade = {"version": "6.3.5", "resource_group": "stores", "journal": str(b.folder / "journal"), **QUICK}
    result = b.play({"roll": task("software_upgrade", {**upgrade, "pair_soak": 0, "fail_on_target": False})})["roll"]
    states = {name: entry["state"] for name, entry in result["by_router"].items()}
    assert states == {"Conductor": "blocked", "hub": "done", "one": "done"}
    assert {node_id for node_id, version in running(b).items() if version == OLD} == {"other-node.other"}
    sent = requests(b, None, "upgrade")
    assert len(sent) == 3 and not any("resource-group" in command or " Conductor " in command for command in sent)
    assert_nothing_twice(b)


def test_names_that_no_router_has_are_refused_before_anything_is_sent(bench):
    b = bench(authority(router("one"), router("7")))
    everybody(b)
    contents = json.loads(b.inventory.read_text(encoding="utf-8"))
    hosts = contents["all"]["children"]["ssr_routers"]["hosts"]
    hosts["seven"] = {"ssr_router": 7}
    b.write_inventory(contents)
    run = play(b, "upgrade_routers", "--limit", "seven:one", **SETTINGS)
    assert run.code != 0 and requests(b) == []
    assert any("seven is 7, which is no text" in failure for failure in run.failures), run.failures

    hosts["seven"] = {"ssr_router": "7"}
    b.write_inventory(contents)
    run = play(b, "upgrade_routers", "--limit", "seven", **SETTINGS)
    assert run.code == 0 and verdicts(run) == {"seven": "done"}, run.output
    assert running(b) == {"one-node.one": OLD, "7-node.7": NEW}

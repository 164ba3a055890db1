# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the PCLI and the web API differ, the careful one counts; and what a web API that is required holds up."""

from __future__ import annotations

import threading

from tests.integration.harness import QUICK, task
from tests.integration.routers import NEW, OLD, authority, router

SHORT = {"download": 20, "install": 20, "restart": 20, "service_start": 10, "post_check": 10, "resync": 10}
WORLD = authority(router("one"), durations=SHORT)
NODE = {"node": "one-node"}
ARGS = {"targets": ["one"], "version": NEW}
LIMITS = {**QUICK, "settle_timeout": 3, "upgrade_timeout": 8, "health_check": False}
PAUSED = "state: the PCLI says '{}' and the API says '{}'; '{}' counts"


def play(first, benches, *, required=()):
    """One conductor for each bench, all of them at once: checks, then the upgrade. Names are those of the hosts."""
    first.hosts({host: b.simulator for host, b in benches.items()})
    for host in required:
        first.change_host(host, ansible_pcli_api="required")
    tasks = {"check": task("precheck", ARGS), "upgrade": task("software_upgrade", {**ARGS, **LIMITS})}
    run = first.play(tasks, hosts="all")
    assert all(b.simulator.violations == [] for b in benches.values())
    return run


def node_of(run, host):
    return run["upgrade", host]["by_router"]["one"]["nodes"][0]


def test_the_careful_witness_counts_whichever_of_them_lies(bench):
    lie = {"type": "web_lies", **NODE}
    faults = {
        "denies_the_end": [{**lie, "state": "upgrading", "when": "after_restart"}],
        "denies_the_version": [{**lie, "version": OLD, "when": "after_restart"}],
        "claims_the_end": [
            {**lie, "state": "synchronized", "version": NEW, "when": "after_restart"},
            {"type": "stuck_synchronizing", **NODE},
        ],
        "denies_at_the_gate": [{**lie, "state": "disconnected"}],
    }
    benches = {host: bench(WORLD, faults=own, api={"enabled": True}) for host, own in faults.items()}
    run = play(next(iter(benches.values())), benches)
    nodes = {host: node_of(run, host) for host in benches}
    sent = {host: len(b.upgrades()) for host, b in benches.items()}
    states = {host: node["state"] for host, node in nodes.items()}
    assert states == {
        "denies_the_end": "unknown",
        "denies_the_version": "unknown",
        "claims_the_end": "unknown",
        "denies_at_the_gate": "not_started",
    }, run.output
    assert sent == {host: int(host != "denies_at_the_gate") for host in benches}
    assert PAUSED.format("Synchronized", "upgrading", "upgrading") in nodes["denies_the_end"]["reason"]
    assert "it counts as not known" in nodes["denies_the_version"]["reason"]
    assert PAUSED.format("Resynchronizing", "synchronized", "Resynchronizing") in nodes["claims_the_end"]["reason"]
    assert PAUSED.format("Synchronized", "disconnected", "disconnected") in nodes["denies_at_the_gate"]["reason"]


def test_a_contradiction_that_passes_is_waited_for_and_the_api_is_not_asked_in_each_poll(bench):
    b = bench(WORLD, faults=[{"type": "web_lies", **NODE, "state": "upgrading", "when": "after_restart"}], api=API)

    def relent() -> None:
        b.simulator.wait_for(lambda sim: sim.node_truth("one-node")["version"] == NEW, 60)
        asked = lists_of(b)
        b.simulator.wait_for(lambda sim: lists_of(b) > asked + 1, 60)
        b.simulator.clear_faults("web_lies")

    thread = threading.Thread(target=relent)
    thread.start()
    limits = {**LIMITS, "settle_timeout": 90, "upgrade_timeout": 90}
    run = b.play({"upgrade": task("software_upgrade", {**ARGS, **limits})})
    thread.join()
    assert run["upgrade"]["totals"] == {"done": 1}, run.output
    assert PAUSED.format("Synchronized", "upgrading", "upgrading") in run.output
    polls = len(b.simulator.commands(startswith="show assets"))
    assert 2 < lists_of(b) < polls / 2, (lists_of(b), polls)


def test_a_release_that_one_of_them_denies_is_asked_for_and_not_believed_to_be_there(bench):
    """Is the release on the node? Neither a list of the PCLI without it nor that of the API is passed over."""
    lie = {"type": "web_lies", **NODE}
    benches = {
        "denies": bench(WORLD, faults=[{**lie, "software": "nothing"}], api=API),
        "claims": bench(WORLD, faults=[{**lie, "software": "everything"}], api=API),
        "alone": bench(WORLD, faults=[{**lie, "software": "nothing"}], api=API),
    }
    first = benches["denies"]
    first.hosts({host: b.simulator for host, b in benches.items()})
    first.change_host("alone", ansible_pcli_api="off")
    args = {**ARGS, **QUICK, "download_timeout": 8, "download_silence": 3}
    run = first.play({"load": task("software_download", args), "again": task("software_download", args)}, hosts="all")
    load, again = (
        {host: run[name, host]["by_router"]["one"]["nodes"][0] for host in benches} for name in ("load", "again")
    )
    for host in ("claims", "alone"):
        assert load[host]["command"], "a list of the PCLI without the release outweighs an API that claims it"
        assert (load[host]["state"], again[host]["state"]) == ("done", "up_to_date"), run.output
    for denied in (load["denies"], again["denies"]):
        assert denied["command"], "what is there for the PCLI alone is asked for once more"
        assert "is disputed (download: the PCLI says 'show assets software lists it as downloaded'" in denied["reason"]
        assert "and the API says 'downloaded: nothing'; 'nothing' counts" in denied["reason"], denied["reason"]


def test_what_is_required_and_away_begins_nothing_and_what_runs_is_followed_to_its_end(bench):
    away = [{"type": "web_server_away", "how": "unavailable"}]
    benches = {
        "answers": bench(WORLD, api=API),
        "away": bench(WORLD, api=API, faults=away),
        "lost": bench(WORLD, api=API),
    }
    lost = benches["lost"].simulator

    def lose() -> None:
        lost.wait_for(lambda sim: sim.commands(startswith="request system software upgrade router one force node"), 60)
        lost.add_fault(away[0])

    thread = threading.Thread(target=lose)
    thread.start()
    run = play(benches["answers"], benches, required=benches)
    thread.join()
    ends = [run["upgrade", host].get("totals") for host in ("answers", "lost")]
    assert ends == [{"done": 1}] * 2, run.output
    # One at the start of each task, one right before the command, and the others at the end.
    assert 4 <= lists_of(benches["answers"]) <= 8, lists_of(benches["answers"])
    for name in ("check", "upgrade"):
        result = run[name, "away"]
        assert result["failed"] and result["msg"].startswith("Nothing was begun: the web API is required"), result
        assert "was asked for" in result["msg"] and "503" in result["msg"], result["msg"]
    assert not benches["away"].upgrades()


API = {"enabled": True}


def lists_of(b) -> int:
    """How often the list of assets was asked for by REST: it goes with each of them, for the software."""
    return sum(
        record["event"] == "api" and record.get("path", "").startswith("/api/v1/asset") for record in b.simulator.log
    )


def test_a_password_that_the_web_server_refuses_is_sent_once_in_a_run_and_locks_nobody_out(bench):
    """Each task is a process of its own, and six failures within 15 minutes lock the account, also for SSH."""
    unreadable = {"type": "strange_line", "command": "show assets", "text": "1 asset could not be read"}
    b = bench(WORLD, faults=[unreadable], api=API)
    b.change_host(next(iter(b.simulator.nodes)), ansible_pcli_api_password="another-one")
    names = [f"list {number}" for number in range(7)]
    run = b.play({name: task("assets_info") for name in names})
    first, *later = [run[name]["msg"] for name in names]
    assert "The login as admin was refused (401)" in first
    assert all("in an earlier task of this run, so the password was not sent again" in msg for msg in later), later
    sent = [record for record in b.simulator.log if record["event"] == "api" and record["path"] == "/api/v1/login"]
    assert len(sent) == 1, sent

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document over SSH: it lists what is then sent, and a run that is bound to it does that, or less."""

from __future__ import annotations

import json
import stat
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.integration.harness import Bench
from tests.integration.routers import NEW, OLD, authority, inventory, play, router, verdicts

#: What a document does not list: the export of the configuration, which changes nothing that a node runs, and the
#: vendor's health check, which reads.
_NOT_OF_PLANS = ("export config", "request system software health-check")


def documents(bench: Bench) -> list[Path]:
    return sorted((bench.folder / "reports").glob("*/change.json"), key=lambda path: path.stat().st_mtime_ns)


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def listed(document: dict[str, Any]) -> Counter[str]:
    """The commands of a document that change something and are sent in any case."""
    entries = [document, *document["routers"]]
    return Counter(
        command["command"]
        for entry in entries
        for command in entry["commands"]
        if command["changes"] and not command["when"]
    )


def sent(bench: Bench) -> Counter[str]:
    """The commands that changed something, by the simulator's own record."""
    return Counter(command for command in bench.sent if " " in command and not _asks(command))


def _asks(command: str) -> bool:
    """A bare command without arguments only prints its usage."""
    return command.startswith(_NOT_OF_PLANS) or not any(word in command for word in (" version ", " revert "))


def test_the_plan_of_a_fleet_lists_exactly_the_commands_that_are_then_sent_and_binds_them(bench):
    hub = router("hub", nodes=[{"name": "hub-1", "primary": True}, {"name": "hub-2", "primary": False}])
    b = bench(authority(hub, router("one"), router("two"), router("there", version=NEW)))
    inventory(b, one={}, hub={}, two={}, there={})
    run = play(b, "plan", ssr_change_reason="CHG-<4711>", ssr_serial="1,100%")
    assert run.code == 0, run.output
    (path,) = documents(b)
    document = read(path)
    assert str(path) in run.output and document["sha256"] in run.output
    assert sent(b) == Counter() and document["run"]["reason"] == "CHG-<4711>"
    assert {file.name for file in path.parent.iterdir()} >= {"change.json", "change.md"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [batch["routers"] for batch in document["batches"]] == [["one"], ["hub", "two", "there"]]

    bound = {"ssr_approved_plan": str(path), "ssr_serial": "1,100%"}
    refused = play(b, "upgrade_routers", **bound, router_upgrade_in_flight=50)
    assert refused.code != 0 and "in_flight was 10 and is 50" in refused.output
    assert sent(b) == Counter(), "nothing was sent"

    done = play(b, "upgrade_routers", **bound)
    assert done.code == 0, done.output
    assert sent(b) == listed(document) and sum(listed(document).values()) > 4
    assert document["sha256"][:12] in done.output
    assert {state["version"] for state in b.simulator.truth()["nodes"].values()} == {NEW}


def test_another_router_is_refused_before_the_first_batch_and_less_is_allowed(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    play(b, "plan", "--limit", "one:two", ssr_serial="1,100%")
    (path,) = documents(b)
    bound = {"ssr_approved_plan": str(path), "ssr_serial": "1,100%"}
    refused = play(b, "upgrade_routers", **bound)
    assert refused.code != 0 and "three: is not in the approved plan" in refused.output
    assert sent(b) == Counter()
    done = play(b, "upgrade_routers", "--limit", "two", **bound)
    assert done.code == 0, done.output
    assert verdicts(done) == {"two": "done"} and all("router two" in command for command in sent(b))


def test_check_mode_writes_one_document_for_all_batches(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    run = play(b, "upgrade_routers", "--check", ssr_serial="1,100%")
    assert run.code == 0, run.output
    (path,) = documents(b)
    document = read(path)
    assert [entry["router"] for entry in document["routers"]] == ["one", "two", "three"]
    assert {entry["state"] for entry in document["routers"]} == {"planned"}
    names = {check["name"] for entry in document["routers"] for check in entry["checks"]}
    assert "upgrade_path" in names and {check["name"] for check in document["checks"]} >= {"rights"}
    assert sent(b) == Counter()


def test_a_plan_that_was_edited_is_refused_and_one_that_cannot_be_written_is_shown_all_the_same(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    play(b, "plan")
    (path,) = documents(b)
    path.write_text(path.read_text(encoding="utf-8").replace(NEW, OLD), encoding="utf-8")
    refused = play(b, "upgrade_routers", ssr_approved_plan=str(path))
    assert refused.code != 0 and "somebody has changed it by hand" in refused.output and sent(b) == Counter()
    (b.folder / "reports" / "taken").write_text("a file where the folder of the run would be", encoding="utf-8")
    run = play(b, "plan", router_upgrade_run_id="taken")
    assert run.code == 0 and "cannot be written" in run.output and "planned" in run.output


def test_what_has_changed_since_the_approved_plan_is_on_the_screen_and_in_the_document(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b, one={}, two={})
    play(b, "plan", "--limit", "one")
    (approved,) = documents(b)
    run = play(b, "plan", ssr_compare_plan=str(approved), router_upgrade_in_flight=3)
    assert "beyond the approved plan: two: is not in the approved plan" in run.output
    assert "less than in the approved plan: in_flight was 10 and is 3" in run.output
    document = read(documents(b)[-1])
    assert document["compared"]["sha256"] == read(approved)["sha256"]


def test_the_plan_of_a_conductor_pair_lists_exactly_the_commands_that_are_then_sent_and_binds_them(bench):
    b = bench("ha-6.3-image")
    reports = {"ssr_version": "6.3.5", "ssr_report_dir": str(b.folder / "reports")}
    run = b.run("upgrade_conductor", "--check", **reports).assert_clean(*b.secrets)
    assert run.code == 0, run.output
    (path,) = documents(b)
    document = read(path)
    (conductor,) = document["routers"]
    assert conductor["conductor"] and len(conductor["nodes"]) == 2 and sent(b) == Counter()
    assert document["sha256"] in run.output

    bound = {**reports, "ssr_approved_plan": str(path)}
    refused = b.run("upgrade_conductor", conductor_upgrade_skip_health_check=True, **bound).assert_clean(*b.secrets)
    assert refused.code != 0 and "skip_health_check was off and is on" in refused.output
    assert sent(b) == Counter()

    done = b.run("upgrade_conductor", **bound).assert_clean(*b.secrets)
    assert done.code == 0, done.output
    assert sent(b) == listed(document) and sum(listed(document).values()) == 2


def test_a_bound_run_loosens_no_guard_swaps_no_canary_and_downloads_and_reverts_are_not_bound(bench):
    b = bench(authority(router("one"), router("two"), router("three")))
    inventory(b, one={}, two={}, three={})
    play(b, "plan", ssr_serial="1,100%", ssr_change_reason="CHG-1")
    (path,) = documents(b)
    bound = {"ssr_approved_plan": str(path), "ssr_serial": "1,100%"}
    loose = {
        "ssr_max_fail_percentage": 100,
        "router_upgrade_recent_failures": 1000,
        "router_upgrade_router_checks": [],
        "router_upgrade_backup": False,
        "router_upgrade_compare_exclude": [".*"],
    }
    refused = play(b, "upgrade_routers", **bound, **loose)
    assert refused.code != 0
    for words in (
        "batch_fail_percentage was 0",
        "recent_failures was 3 and is 1000",
        "router_checks was ",
        "backup was on and is off",
        "compare_exclude was empty and is .*",
    ):
        assert words in refused.output, refused.output
    for playbook in ("download", "revert_routers"):
        refused = play(b, playbook, **{**bound, "ssr_version": NEW})
        assert refused.code != 0 and "an approved plan cannot bind" in refused.output, refused.output
    inventory(b, three={}, two={}, one={})
    refused = play(b, "upgrade_routers", **bound)
    assert refused.code != 0 and "one: was approved for batch 1, and would " in refused.output
    assert sent(b) == Counter()


def test_a_plan_of_another_authority_with_the_same_names_is_refused(bench):
    first = bench(authority(router("one")))
    inventory(first, one={})
    play(first, "plan")
    (path,) = documents(first)
    assert read(path)["run"]["identity"]["host_keys"], "the key of the conductor is known"
    other = bench(authority(router("one")))
    inventory(other, one={})
    refused = play(other, "upgrade_routers", ssr_approved_plan=str(path))
    assert refused.code != 0 and "it was approved for another authority: the host key of " in refused.output
    assert sent(other) == Counter()


def test_a_plan_for_another_day_is_judged_as_from_its_begin_and_binds_that_day(bench):
    b = bench(authority(router("one")))
    inventory(b, one={})
    day = (datetime.now(timezone.utc) + timedelta(days=40)).strftime("%Y-%m-%d")
    zone = {"ssr_time_zone": "Europe/Berlin", "router_upgrade_window_end": "05:00"}
    planned = play(b, "plan", ssr_planned_begin=f"{day} 01:00", **zone)
    (path,) = documents(b)
    document = read(path)
    assert planned.code == 0 and document["routers"][0]["state"] == "planned"
    assert document["window"]["window_end"]["at"].startswith(day) and document["forecast"]["fits"]
    refused = play(b, "upgrade_routers", ssr_approved_plan=str(path), ssr_time_zone="Europe/Berlin")
    assert refused.code != 0 and "it was approved to begin at " in refused.output
    assert sent(b) == Counter()


def test_the_nodes_of_a_conductor_keep_their_order_checks_and_backup_and_nothing_is_lifted(bench):
    b = bench("ha-6.3-image")
    reports = {"ssr_version": "6.3.5", "ssr_report_dir": str(b.folder / "reports")}
    b.run("upgrade_conductor", "--check", **reports)
    (path,) = documents(b)
    document = read(path)
    (entry,) = document["routers"]
    assert len(document["run"]["identity"]["host_keys"]) == 2, "each node tells its own key"
    assert (
        document["limits"]["pair_soak"] == document["settings"]["pair_soak"] and "in_flight" not in document["limits"]
    )
    bound = {**reports, "ssr_approved_plan": str(path)}
    lifted = [{"router": entry["router"], "condition": "peer_not_well", "reason": "because"}]
    loose = {"conductor_upgrade_checks": ["is_conductor"], "conductor_upgrade_backup": False}
    refused = b.run("upgrade_conductor", conductor_upgrade_override=lifted, **loose, **bound)
    assert refused.code != 0, refused.output
    for words in ("backup was on and is off", "checks was all and is is_conductor", "peer_not_well is lifted for it"):
        assert words in refused.output, refused.output
    inventory = json.loads(b.inventory.read_text(encoding="utf-8"))
    group = inventory["all"]["children"]["ssr_conductors"]
    group["hosts"] = dict(reversed(list(group["hosts"].items())))
    b.write_inventory(inventory)
    refused = b.run("upgrade_conductor", **bound)
    assert refused.code != 0 and "was approved to go before it" in refused.output, refused.output
    staged = b.run("stage_conductor", **bound)
    assert staged.code != 0 and "an approved plan cannot bind a download" in staged.output
    assert sent(b) == Counter()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole authority in one run: the conductor, the gate, the routers; each only when the one before is well."""

from __future__ import annotations

import json

from tests.integration.routers import NEW, OLD, authority, inventory, play, router, verdicts


def test_conductor_first_then_the_routers_and_a_limit_without_a_conductor_is_refused(bench):
    b = bench(authority(router("hub", "hub-1", "hub-2"), router("one"), router("other"), version=OLD))
    inventory(b)
    refused = play(b, "upgrade_authority", "--limit", "one:c1")
    assert refused.code != 0 and "leaves out c2" in refused.failures[0]
    planned = play(b, "upgrade_authority", "--check")
    assert planned.code == 0, planned.output
    assert b.upgrades() == [] and "Run sessionsmart.ssr.plan" in planned.output
    assert "Could not match" not in planned.output and "DEPRECATION" not in planned.output, planned.output
    *rows, when = planned.records[-1]["result"]["msg"]
    assert when.endswith("Run sessionsmart.ssr.plan once the conductor runs 6.3.5."), planned.output
    assert [line.split()[:2] for line in rows[1:3]] == [["c1.Conductor", "planned"], ["c2.Conductor", "planned"]]
    assert all(line.startswith("WARN  ") for line in rows[3:-1]) and rows[-1] == "Nothing was changed.", rows
    assert not any("router_upgrade" in record["task"] for record in planned.records), "no wall of skipped tasks"

    run = play(b, "upgrade_authority", "--limit", "ssr_conductors:hub:one", ssr_serial="100%")
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done"} and "Could not match" not in run.output
    last = run.results("debug")[-1]["msg"]
    assert last[1] == "Conductor: c1 and c2 done (6.3.0-107.r1 to 6.3.5-39.r1)", last
    assert {b.truth(node)["version"] for node in ("c1", "c2", "hub-1", "hub-2", "one-node")} == {NEW}
    assert b.truth("other-node")["version"] == OLD
    routers = [" router hub " in upgrade or " router one " in upgrade for upgrade in b.upgrades()]
    assert routers == sorted(routers) and routers.count(False) == 2, "both conductor nodes before any router"


def test_where_the_conductor_does_not_come_through_no_router_is_touched(bench):
    b = bench(authority(router("one"), version=OLD), faults=[{"type": "pre_check_refuses", "node": "c2"}])
    inventory(b)
    run = play(b, "upgrade_authority")
    assert run.code != 0
    assert verdicts(run) == {} and b.truth("one-node")["upgrades_started"] == 0
    last = run.results("debug")[-1]["msg"]
    assert last[-1] == "1 router was never begun, and nothing was sent there: one.", last
    assert [line.split()[:2] for line in last[1:3]] == [["c1.Conductor", "done"], ["c2.Conductor", "failed"]]


def test_what_ends_the_conductor_s_part_early_names_the_routers_whose_turn_did_not_come(bench):
    b = bench(authority(router("one"), router("other"), router("third"), version=OLD))
    inventory(b)
    run = play(b, "upgrade_authority", "--limit", "ssr_conductors:one:third", ssr_version="6.3.99")
    assert run.code != 0 and b.upgrades() == []
    last = run.results("debug")[-1]["msg"]
    assert last[-2] == "Nothing was sent to any conductor node.", last
    assert last[-1] == "2 routers were never begun, and nothing was sent there: one, third.", last


def test_an_asset_that_does_not_come_back_stops_the_run_before_the_routers(bench):
    """Every asset that was settled before the conductor was upgraded must be settled again before a router begins."""
    away = {"name": "away-node", "asset_id": "away-asset", "state": "Disconnected"}
    b = bench(authority(router("one"), router("away", nodes=[away]), version=OLD))
    inventory(b)
    # What a run has left that was broken off: the asset was settled before the conductor was touched.
    journal = b.folder / "journal"
    journal.mkdir(mode=0o700)
    (journal / "settled-Conductor.baseline").write_text(json.dumps(["away-asset"]))
    run = play(b, "upgrade_authority", conductor_upgrade_assets_timeout=3)
    assert run.code != 0 and verdicts(run) == {}
    assert any("away-asset" in failure for failure in run.failures), run.failures
    last = run.results("debug")[-1]["msg"]
    assert last[-1] == "2 routers were never begun, and nothing was sent there: one, away.", last
    assert b.truth("c2")["version"] == NEW and b.truth("one-node")["upgrades_started"] == 0

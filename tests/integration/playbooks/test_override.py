# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A half-done pair with a dead node: left alone, and finished by name (rule 46). Nodes that are named apart (D5)."""

from __future__ import annotations

import json

from tests.integration.fleet import requests, running
from tests.integration.harness import AUTHORITY, QUICK, task
from tests.integration.routers import NEW, OLD, authority, inventory, messages_of, play, reports, router, verdicts

ONE_BATCH = {"ssr_serial": "100%", "router_upgrade_backup": False, "router_upgrade_checks": ["is_conductor"]}


def half_done(bench):
    """The first node runs the new version and is dead; the second one was not touched yet."""
    hub = router("hub", nodes=[{"name": "hub-1", "version": NEW, "state": "Disconnected"}, {"name": "hub-2"}])
    return bench(authority(hub, router("one")), speedup=300)


def lift(name="hub", condition="peer_not_well", reason="hub-1 waits for a new disk"):
    return [{"router": name, "condition": condition, "reason": reason}]


def test_a_half_done_pair_with_a_dead_node_is_finished_by_name_and_not_without(bench):
    b = half_done(bench)
    inventory(b, hub={}, one={})
    run = play(b, "upgrade_routers", **ONE_BATCH)
    assert verdicts(run)["hub"] in ("skipped", "blocked") and requests(b, "hub") == []

    run = play(b, "upgrade_routers", **ONE_BATCH, ssr_override=lift(), awx_user_name="anna")
    assert run.code == 0, run.output
    assert verdicts(run)["hub"] == "done" and running(b)["hub-2.hub"] == NEW
    (lines,) = messages_of(run, "Show the plan")
    assert any("peer_not_well is lifted by anna (hub-1 waits for a new disk)" in line for line in lines)
    told = run.output.index("override for hub: peer_not_well is lifted by anna")
    assert told < run.output.index("sent: request system software upgrade router hub")
    (record,) = [json.loads(path.read_text()) for path in b.folder.glob("journal/hub__hub-2*.json")]
    assert record["override"].startswith("peer_not_well by anna")
    assert "lifted by name" in json.dumps(reports(b)[-1])


def test_an_override_that_cannot_be_meant_is_refused_before_anybody_logs_in(bench):
    b = half_done(bench)
    inventory(b, hub={}, one={})
    cases = {
        "which no host": lift("hubb"),
        "cannot be lifted": lift(condition="limit_reached"),
        "has no reason": lift(reason=" "),
        "patterns": lift("hub*"),
    }
    for words, entries in cases.items():
        run = play(b, "upgrade_routers", **ONE_BATCH, ssr_override=entries)
        assert run.code != 0 and words.replace("which", "for which") in run.failures[0], run.failures
    assert b.simulator.commands() == []


def test_two_nodes_of_a_conductor_that_are_named_apart_are_one_pair_and_routers_wait_for_a_good_conductor(bench):
    b = bench({**AUTHORITY})
    both = [{"router": "Conductor", "node": node} for node in ("c1", "c2")]
    run = b.play(
        {
            "both": task("software_downgrade", {"targets": both, "version": OLD, **QUICK}),
            "reverts": task("software_revert", {"targets": both, "version": "6.3.3", **QUICK}),
        }
    )
    assert "both nodes of a conductor" in run["both"]["msg"]
    nodes = run["reverts"]["by_router"]["Conductor"]["nodes"]
    assert nodes[0]["state"] != "done" and nodes[1]["state"] == "not_started"
    assert b.simulator.violations == []


# -- of a conductor ---------------------------------------------------------------------------------------------------

#: Nobody waits long for a node that stays disconnected.
SHORT = {
    "conductor_upgrade_upgrade_timeout": 30,
    "conductor_upgrade_settle_timeout": 10,
    "conductor_upgrade_health_wait": 5,
    "conductor_upgrade_compare": False,
}


def test_a_conductor_node_beside_a_dead_one_is_upgraded_by_name_and_not_without(bench):
    b = bench("ha-6.3-image", faults=[{"type": "stuck_disconnected", "node": "t106-dut1"}])
    first = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_backup=False, **SHORT)
    assert first.code != 0 and len(b.upgrades()) == 1, first.output
    given = {"ssr_version": "6.3.5", "conductor_upgrade_backup": False, **SHORT}
    run = b.run("upgrade_conductor", "--limit", "t106-dut2", **given)
    assert run.code != 0 and len(b.upgrades()) == 1, run.output

    override = lift("Conductor", reason="dut1 is cut off") + lift("Conductor", "peer_end_unknown", "it is on my desk")
    run = b.run("upgrade_conductor", "--limit", "t106-dut2", **given, conductor_upgrade_override=override)
    assert b.truth("t106-dut2")["version"].startswith("6.3.5") and len(b.upgrades()) == 2, run.output
    assert "this is lifted by name" in run.output and "its peer t106-dut1 is Disconnected" in run.output
    # The other node is still away, and the end of the playbook says so.
    assert any("assets_back" in message and "t106-dut1" in message for message in run.failures)

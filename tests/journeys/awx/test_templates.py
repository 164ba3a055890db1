# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Job templates through ansible-runner, as AWX starts them: exit code, events, what is handed on, what is kept."""

from __future__ import annotations

import json

from tests.integration.routers import NEW, OLD, authority, inventory, router
from tests.journeys.awx.controller import controller
from tests.unit.awx.data import objects

RELEASE = {"ssr_version": "6.3.5"}


def pair(name: str) -> dict:
    """A pair of nodes that can be taken back."""
    return router(name, version=NEW, nodes=[{"name": f"{name}-{n}", "previous": OLD} for n in (1, 2)])


def with_way_back(*routers: dict, **more) -> dict:
    """An authority whose conductor has a version to go back to."""
    scenario = authority(*routers, **more)
    for node in scenario["routers"][0]["nodes"]:
        node["previous"] = OLD
    return scenario


def test_a_conductor_is_staged_and_backed_up_by_day(bench):
    b = bench(authority(router("one"), version=OLD))
    inventory(b)
    awx = controller(b)
    staged = awx.launch("SSR north: stage the conductor", RELEASE)
    assert (staged.status, staged.code) == ("successful", 0), staged.output
    assert {node["state"] for node in staged.artifacts["ssr_conductor_stage"].values()} == {"done"}
    assert len(staged.artifacts["ssr_conductor_stage"]) == 2

    saved = awx.launch("SSR north: back up", {"ssr_backup_required": "true"})
    assert saved.code == 0, saved.output
    kept = b.folder / "mounted" / "north" / "backups"
    assert saved.artifacts["ssr_config_export"]["path"].startswith(str(kept)) and list(kept.iterdir())
    assert saved.artifacts["ssr_config_export"]["restorable"] is True


def test_routers_and_the_conductor_go_back(bench):
    b = bench(with_way_back(pair("hub"), pair("other")))
    inventory(b)
    awx = controller(b)
    refused = awx.launch("SSR north: revert the conductor", {"ssr_version": "6.3.0"})
    assert (refused.status, refused.code) == ("failed", 2)
    assert any("newer" in failure for failure in refused.failures), refused.failures

    back = awx.launch("SSR north: revert routers", {"ssr_version": "6.3.0"}, limit="hub")
    assert back.code == 0, back.output
    assert back.artifacts["ssr_router_revert"]["totals"] == {"done": 1}
    assert b.truth("hub-1")["version"] == OLD and b.truth("other-1")["version"] == NEW

    anyway = {"ssr_version": "6.3.0", "conductor_upgrade_allow_newer_routers": "true"}
    gone = awx.launch("SSR north: revert the conductor", anyway)
    assert gone.code == 0, gone.output
    assert {b.truth(node)["version"] for node in ("c1", "c2")} == {OLD}
    assert {node["state"] for node in gone.artifacts["ssr_conductor_revert"].values()} == {"done"}


def test_a_router_that_fails_is_a_host_that_fails_and_is_handed_on(bench):
    fault = {"type": "request_refused_words", "router": "bad", "text": "No such version."}
    b = bench(authority(router("bad"), router("good")), faults=[fault])
    inventory(b)
    awx = controller(b)
    job = awx.launch("SSR north: upgrade the routers", {**RELEASE, "ssr_serial": "100%"})
    assert (job.status, job.code) == ("failed", 2)
    assert job.hosts("runner_on_failed") == {"bad"}, "a relaunch on failed hosts takes this one"
    artifact = job.artifacts["ssr_router_upgrade"]
    assert artifact["totals"] == {"failed": 1, "done": 1} and set(artifact["problems"]) == {"bad"}
    assert len(json.dumps(job.artifacts)) < 4096
    kept = b.folder / "mounted" / "north"
    assert {path.name for path in kept.iterdir()} == {"backups", "journal", "reports"}
    assert json.loads(next(kept.glob("reports/routers-*.json")).read_text())["not_ok"] == 1

    report = awx.launch("SSR north: report", {**RELEASE, "ssr_report_failure": "true"}, job.artifacts)
    assert report.code == 2 and report.artifacts["ssr_report"]["elsewhere_names"] == ["bad-node.bad"]
    assert "1 does not run 6.3.5: bad-node.bad." in report.output and "No such version" in report.output


def test_every_template_is_run_by_a_test() -> None:
    """Here, or as a node of the workflow (test_workflow.py)."""
    flow = objects()["controller_workflows"]
    nodes = [node.get("unified_job_template") for workflow in flow for node in workflow["simplified_workflow_nodes"]]
    run_here = {"stage the conductor", "back up", "revert the conductor", "revert routers"}
    everything = {template["name"] for template in objects()["controller_templates"]}
    assert everything == {f"SSR north: {name}" for name in run_here} | (everything & set(nodes))

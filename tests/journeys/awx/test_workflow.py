# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows as AWX walks them: two authorities side by side, and one that does not come through."""

from __future__ import annotations

from tests.integration.routers import NEW, OLD, authority, inventory, router
from tests.journeys.awx.controller import controller, side_by_side
from tests.unit.awx.data import workflow


def alone(scenario: dict) -> dict:
    """The same with a conductor of one node."""
    del scenario["routers"][0]["nodes"][1:]
    return scenario


def test_two_authorities_are_upgraded_side_by_side_and_know_nothing_of_each_other(bench):
    """Each node of the workflow of workflows is one authority. Answers are text, as a survey hands it over."""
    benches, sites = {}, {}
    for name in ("north", "south"):
        scenario = authority(router(f"{name}-hub", "hub-1", "hub-2"), router(f"{name}-one"), version=OLD)
        benches[name] = bench(scenario if name == "north" else alone(scenario))
        inventory(benches[name])
        sites[name] = controller(benches[name], name)
    both = workflow("SSR all authorities: upgrade")["simplified_workflow_nodes"]
    assert [node["unified_job_template"] for node in both] == [f"SSR {name}: upgrade" for name in sites]
    answers = {"ssr_version": "6.3.5", "ssr_serial": "1, 100%", "router_upgrade_in_flight": 4}
    flows = side_by_side(
        *(lambda node=node: sites[node["identifier"]].start(node["unified_job_template"], answers) for node in both)
    )
    for name, flow in zip(sites, flows, strict=True):
        b, jobs = benches[name], sites[name].jobs
        assert flow.successful, [job.failures for job in jobs if job.code]
        assert flow.states.pop("report_failure") == "not run" and set(flow.states.values()) == {"successful"}
        assert {node["version"] for node in b.simulator.truth()["nodes"].values()} == {NEW}
        assert (b.simulator.violations == [] and len(b.upgrades("c1")) == len(b.upgrades("c2")) == 1) or b.upgrades()
        last = flow.artifacts["report"]
        assert last["ssr_router_upgrade"]["totals"] == {"done": 2} and last["ssr_report"]["elsewhere"] == 0
        assert len(last["ssr_conductor_upgrade"]) == len(b.simulator.nodes) and last["ssr_router_plan"]["totals"] == {
            "planned": 2
        }
        other = {"north": "south", "south": "north"}[name]
        assert other not in "".join(job.output for job in jobs)


def test_where_a_job_fails_the_report_fails_too_and_no_router_is_touched(bench):
    scenario = alone(authority(router("one"), version=OLD))
    b = bench(scenario, faults=[{"type": "pre_check_refuses", "node": "c1"}])
    inventory(b)
    flow = controller(b).start("SSR north: upgrade", {"ssr_version": "6.3.5"})
    assert flow.states["upgrade_conductor"] == "failed" and flow.states["report_failure"] == "failed"
    assert not flow.successful, "the workflow must not be green"
    assert {flow.states[name] for name in ("download", "approve_routers", "upgrade_routers", "report")} == {"not run"}
    assert b.truth("one-node")["upgrades_started"] == 0
    assert flow.artifacts["report_failure"]["ssr_report"]["elsewhere"] >= 1

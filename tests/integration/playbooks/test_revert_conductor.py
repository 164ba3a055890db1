# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook revert_conductor: back by hand, one node after the other, each proven before the next."""

from __future__ import annotations

from tests.integration.harness import AUTHORITY

BEFORE, AFTER = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"


def versions(b):
    return [b.truth(node)["version"] for node in ("c1", "c2")]


def test_a_pair_goes_back_node_by_node_and_a_second_run_changes_nothing(bench):
    b = bench(AUTHORITY)
    limit = "--limit=localhost,c1"
    planned = b.run("revert_conductor", "--check", limit, ssr_version="6.3.0").assert_clean(*b.secrets)
    assert planned.code == 0 and b.reverts() == [], planned.output
    run = b.run("revert_conductor", ssr_version="6.3.0").assert_clean(*b.secrets)
    assert run.code == 0, run.output
    assert versions(b) == [BEFORE, BEFORE] and b.simulator.violations == []
    assert [revert.rpartition(" ")[2] for revert in b.reverts()] == ["c1", "c2"]
    again = b.run("revert_conductor", limit, ssr_version="6.3.0")
    assert again.code == 0 and len(b.reverts()) == 2
    assert not any(result["changed"] for result in again.results("software_revert"))


def test_one_node_by_limit(bench):
    b = bench(AUTHORITY)
    assert b.run("revert_conductor", "--limit", "localhost,c2", ssr_version="6.3.0").code == 0
    assert versions(b) == [AFTER, BEFORE]


def test_a_first_node_that_does_not_come_back_well_keeps_the_second_from_being_touched(bench):
    b = bench(AUTHORITY, faults=[{"type": "revert_fails", "node": "c1", "text": "The other volume is damaged"}])
    run = b.run("revert_conductor", ssr_version="6.3.0", conductor_upgrade_upgrade_timeout=8).assert_clean(*b.secrets)
    assert run.code != 0 and any("The other volume is damaged" in failure for failure in run.failures)
    assert any(failure.endswith(". No other node is touched.") for failure in run.failures), run.failures
    assert len(run.failures) == 1, run.failures
    fatal = [line for line in run.output.splitlines() if "FAILED! => " in line]
    assert len(fatal) == 1 and len(fatal[0]) < 1000, fatal
    last = run.results("debug")[-1]["msg"]
    assert last[-1] == f"file: journal {b.folder / 'journal'}"
    states = [line.split()[:2] for line in last[1:-3]]
    unknown, other = ["c1.Conductor", "unknown"], ["c2.Conductor", "not_started"]
    assert states == [unknown, other], "an error that is no known refusal may have begun something"
    assert last[-3].startswith("unknown: c1.Conductor: ") and "The other volume is damaged" in last[-3], last
    assert last[-2].startswith("next: ") and last[-2].endswith("revert_conductor.yml \u2026"), last
    assert last[2].split()[2:5] == ["6.3.5-39.r1", "6.3.0", "6.3.5-39.r1"], "what its peer shows of it"
    assert versions(b) == [AFTER, AFTER] and len(b.reverts()) == 1


def test_a_first_node_that_is_not_well_after_its_revert_is_no_success(bench):
    b = bench(AUTHORITY, faults=[{"type": "health_check_fails", "node": "c1"}])
    run = b.run("revert_conductor", ssr_version="6.3.0").assert_clean(*b.secrets)
    assert run.code != 0 and versions(b) == [BEFORE, AFTER]
    why = "c1.Conductor failed: runs 6.3.0-107.r1, but it is not healthy: vendor_health_check: "
    assert run.failures[-1].startswith(why) and run.failures[-1].endswith(" No other node is touched."), run.failures
    rows = [line.split()[:2] for line in run.results("debug")[-1]["msg"][1:3]]
    assert rows == [["c1.Conductor", "failed"], ["c2.Conductor", "not_started"]], run.output
    assert (
        run["Publish the result"]["ansible_stats"]["data"]["ssr_conductor_revert"]["c1.Conductor"]["state"] == "failed"
    )


def test_a_conductor_never_goes_below_its_routers(bench):
    routers = [AUTHORITY["routers"][0], {"name": "hub", "version": "6.3.3-40.r2.el7", "nodes": [{"name": "hub-1"}]}]
    b = bench(AUTHORITY, routers=routers)
    run = b.run("revert_conductor", ssr_version="6.3.0").assert_clean(*b.secrets)
    assert run.code != 0 and any("hub-1.hub" in failure for failure in run.failures)
    assert b.reverts() == []
    assert run.results("debug")[-1]["msg"][-1] == "Nothing was sent to any conductor node."


def test_a_pair_goes_back_below_6_3_although_all_assets_show_disconnected_in_between(bench):
    nodes = [{"name": "c1", "previous": "6.2.5-5.r2.el7"}, {"name": "c2", "previous": "6.2.5-5.r2.el7"}]
    conductor = {**AUTHORITY["routers"][0], "install_type": "package", "nodes": nodes}
    b = bench(AUTHORITY, routers=[conductor])
    run = b.run("revert_conductor", ssr_version="6.2.5").assert_clean(*b.secrets)
    assert run.code == 0, run.output
    assert versions(b) == ["6.2.5-5.r2.el7", "6.2.5-5.r2.el7"]
    assert b.simulator.violations == []

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last lines of a run over the nodes of a conductor: what happened, why, and what to type next."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.conductor import FilterModule, conductor_lines
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import NodeResult, summary

BOTH = ["node1", "node2"]
NEXT = "fix what the lines above name, then run again with the same options: ansible-playbook"


def test_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {"conductor_lines"}


def result(state="done", name="node1", operation="upgrade", **more) -> dict:
    node = NodeResult("Conductor", name, state, "runs 6.3.5", from_version="6.3.0", to_version="6.3.5", **more)
    return summary(operation, [node])


def conductor(*verdicts) -> dict:
    """The variables of the nodes of a pair: what each ran before, and its result, if it has one."""
    return {
        name: {
            "conductor_upgrade_before": {"router": "Conductor", "node": name, "running": "6.3.0-107.r1.el7"},
            **({"conductor_upgrade_verdict": verdict} if verdict else {}),
        }
        for name, verdict in zip(("node1", "node2"), verdicts, strict=True)
    }


def rows(lines) -> list[list[str]]:
    return [line.split()[:2] for line in lines]


def test_a_node_that_had_no_turn_has_a_row_and_a_state() -> None:
    lines = conductor_lines(conductor(result("failed"), None), ["node1", "node2"], False)
    assert rows(lines)[:3] == [["NODE", "STATE"], ["node1.Conductor", "failed"], ["node2.Conductor", "not_started"]]
    assert "6.3.0-107.r1" in lines[2] and ".el7" not in lines[2]


def test_one_request_for_both_nodes_gives_each_its_row() -> None:
    both = summary("upgrade", [NodeResult("Conductor", name, "done") for name in ("node1", "node2")])
    assert len(conductor_lines(conductor(both, None), ["node1"], True)) == 3


def test_of_routers_whose_turn_did_not_come_it_says_that_nothing_was_sent() -> None:
    failed = conductor(result("unknown"), None)
    lines = conductor_lines(failed, ["node1", "node2"], False, ["hub", "store"])
    assert lines[-1] == "2 routers were never begun, and nothing was sent there: hub, store."
    last = conductor_lines(failed, ["node1"], False, [f"r{number}" for number in range(1000)])[-1]
    assert last.startswith("1000 routers were never begun") and last.endswith(" and 980 more.")


def test_a_run_that_came_to_its_end_says_nothing_of_routers() -> None:
    done = conductor(result(), result(name="node2"))
    assert len(conductor_lines(done, ["node1", "node2"], True, ["hub"])) == 3


def test_where_no_node_had_a_turn_nothing_was_sent() -> None:
    lines = conductor_lines({"cond-1": {}}, ["cond-1"], False)
    assert rows(lines)[1] == ["cond-1", "not_started"]
    assert lines[-1] == "Nothing was sent to any conductor node."


def test_a_node_that_was_done_and_has_relapsed_does_not_stand_there_as_done() -> None:
    hosts = conductor(result(running_version="6.3.5"), None)
    gone = {
        "router": "Conductor",
        "node": "node1",
        "state": "relapsed",
        "reason": "left it",
        "running_version": "6.3.0",
    }
    hosts["node2"]["conductor_upgrade_reviewed"] = {"by_router": {"Conductor": {"nodes": [gone]}}}
    lines = conductor_lines(hosts, ["node1", "node2"], False)
    assert rows(lines)[1:3] == [["node1.Conductor", "relapsed"], ["node2.Conductor", "not_started"]]
    assert lines[3] == "relapsed: node1.Conductor: left it"
    assert lines[1].split()[2:5] == ["6.3.0", "6.3.5", "6.3.0"]


def test_where_the_files_of_the_run_are_stands_below_what_is_next(tmp_path) -> None:
    hosts = conductor(result("failed"), None)
    hosts["node2"]["conductor_upgrade_backup_result"] = {"path": "/b/cond.gz", "remote_path": "/etc/cond.gz"}
    files = {"journal": str(tmp_path), "report": str(tmp_path / "no-such-file")}
    lines = conductor_lines(hosts, ["node1", "node2"], False, ["hub"], files)
    assert lines[4].startswith("next: ")
    assert lines[5:7] == ["file: backup /b/cond.gz", f"file: journal {tmp_path}"]
    assert lines[7].startswith("1 router was never begun")
    hosts["node2"]["conductor_upgrade_backup_result"] = {"path": "", "remote_path": "/etc/cond.gz"}
    line = conductor_lines(hosts, ["node1", "node2"], True)[-1]
    assert line == "file: backup /etc/cond.gz (on the conductor only)"


def test_a_dry_run_ends_with_what_its_checks_warn_of_each_once() -> None:
    hosts = conductor(result("planned"), result("planned", "node2"))
    same = "WARN  other_candidates  Conductor: somebody works there"
    hosts["node1"]["conductor_upgrade_precheck"] = {"table": [same, "11 passed, 0 skipped, 1 warned, 0 failed"]}
    hosts["node2"]["conductor_upgrade_precheck"] = {"table": [same]}
    assert conductor_lines(hosts, ["node1", "node2"], True)[3:] == [same, "Nothing was changed."]


def test_a_bad_run_of_a_conductor_shows_the_target_and_what_runs() -> None:
    nodes = [
        NodeResult("Conductor", name, "failed", "refused", "6.3.0", "6.3.5", "6.3.0") for name in ("node1", "node2")
    ]
    lines = conductor_lines(conductor(summary("upgrade", nodes), None), ["node1", "node2"], False)
    assert lines[1].split()[2:5] == ["6.3.0", "6.3.5", "6.3.0"]
    assert lines[3] == "failed: node1.Conductor and node2.Conductor: refused" and lines[4].startswith("next: ")
    lines = conductor_lines(conductor(summary("upgrade", nodes[:1]), None), ["node1", "node2"], False)
    assert lines[2].split()[1:5] == ["not_started", "6.3.0-107.r1", "6.3.5", "6.3.0-107.r1"]


def test_a_node_at_which_a_pre_check_fails_is_blocked_and_the_other_one_is_not_started() -> None:
    pair = conductor(None, None)
    pair["node1"]["conductor_upgrade_precheck"] = {"blocked": True}
    pair["node2"]["conductor_upgrade_precheck"] = {"blocked": False}
    lines = conductor_lines(pair, ["node1", "node2"], False)
    assert rows(lines)[1:3] == [["node1.Conductor", "blocked"], ["node2.Conductor", "not_started"]]
    assert lines[-1] == "Nothing was sent to any conductor node."


# -- why, and what is next --------------------------------------------------------------------------------------------


def test_why_a_node_is_not_well_and_what_to_type_stand_below_the_rows() -> None:
    node = NodeResult("Conductor", "node1", "unknown", "it was sent, and nobody watches", "6.3.0", "6.3.5", "6.3.0")
    lines = conductor_lines(conductor(summary("upgrade", [node]), None), BOTH, False)
    assert lines[3] == "unknown: node1.Conductor: it was sent, and nobody watches"
    assert lines[4].startswith(f"next: see with sessionsmart.ssr.report how the nodes are, {NEXT}"), lines
    assert len(lines) == 5, "the node that only had no turn has no reason of its own"


def test_a_long_reason_is_shortened_as_it_is_for_routers() -> None:
    words = f"It was refused. {'The conductor went on about it for long. ' * 40}Run again."
    node = NodeResult("Conductor", "node1", "failed", words, "6.3.0", "6.3.5", "6.3.0")
    (line,) = [
        line for line in conductor_lines(conductor(summary("upgrade", [node]), None), BOTH, False) if words[:9] in line
    ]
    assert line.startswith("failed: node1.Conductor: It was refused.") and len(line) < 350


def unreachable(**more) -> dict:
    return {"failed": True, "msg": "Nobody answers SSH at [192.0.2.1]:22.", **more}


def test_where_no_node_answers_each_says_why_and_the_table_has_the_release_that_was_asked_for() -> None:
    hosts = {name: {"__conductor_upgrade_checked": unreachable()} for name in BOTH}
    lines = conductor_lines(hosts, BOTH, False, version="6.3.5")
    assert [line.split() for line in lines[:3]] == [
        ["NODE", "STATE", "FROM", "TO", "TOOK"],
        ["node1", "not_started", "-", "6.3.5", "-"],
        ["node2", "not_started", "-", "6.3.5", "-"],
    ]
    assert lines[3] == "not_started: node1 and node2: Nobody answers SSH at [192.0.2.1]:22."
    assert lines[4].startswith(f"next: {NEXT}") and lines[-1] == "Nothing was sent to any conductor node."


def test_a_node_that_is_down_is_named_and_described_as_its_peer_shows_it() -> None:
    hosts = conductor(result("failed"), None)
    hosts["node1"]["conductor_upgrade_before"] |= {
        "nodes": ["node1", "n2"],
        "peer_versions": {"n2": "6.3.0-107.r1.el7"},
    }
    hosts["cond-2"] = {"conductor_upgrade_before": unreachable()}
    lines = conductor_lines(hosts, ["node1", "cond-2"], False)
    assert lines[2].split() == ["n2.Conductor", "not_started", "6.3.0-107.r1", "6.3.5", "6.3.0-107.r1", "-"], lines
    assert "not_started: n2.Conductor: Nobody answers SSH at [192.0.2.1]:22." in lines


def test_a_node_is_named_as_soon_as_a_check_has_asked_it() -> None:
    hosts = {
        "cond-1": {"__conductor_upgrade_checked": {"router": "Conductor", "node": "node1", "blocked": False}},
        "cond-2": {"__conductor_upgrade_checked": unreachable()},
    }
    lines = conductor_lines(hosts, list(hosts), False, version="6.3.5")
    assert [name for name, _state in rows(lines)[1:3]] == ["node1.Conductor", "cond-2.Conductor"], lines


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("__conductor_upgrade_input", "not_started"),
        ("__conductor_upgrade_wanted", "not_started"),
        ("conductor_upgrade_backup_result", "not_started"),
        ("__conductor_upgrade_pair", "not_started"),
        ("conductor_upgrade_result", "not_started"),
        ("__conductor_upgrade_checked", "blocked"),
        ("conductor_upgrade_precheck", "blocked"),
    ],
)
def test_whatever_ends_the_run_before_anything_was_sent_is_the_reason(name: str, state: str) -> None:
    hosts = conductor(None, None)
    kind = "blocked" if state == "blocked" or name.endswith("_pair") else "failed"
    for node, variables in hosts.items():
        variables[name] = {kind: True, "msg": f"{node}.Conductor: it cannot be."}
    lines = conductor_lines(hosts, BOTH, False, version="6.3.5")
    assert f"{state}: node1.Conductor and node2.Conductor: it cannot be." in lines, lines
    assert lines[1].split()[1:5] == [state, "6.3.0-107.r1", "6.3.5", "6.3.0-107.r1"]


def test_what_fails_after_the_nodes_are_done_is_said_and_something_is_next() -> None:
    hosts = conductor(result(running_version="6.3.5"), result(name="node2", running_version="6.3.5"))
    hosts["node1"]["__conductor_upgrade_back"] = {"blocked": True, "msg": "assets_back: asset-1 is away."}
    lines = conductor_lines(hosts, BOTH, False)
    assert lines[3] == "assets_back: asset-1 is away." and lines[4].startswith(f"next: {NEXT}")


def test_after_a_download_the_table_says_what_runs_and_what_was_loaded() -> None:
    hosts = conductor(None, None)
    versions = ("6.3.0-107.r1.el7", "SSR-6.3.5-39.r1", "6.3.0-107.r1.el7")
    ends = zip(BOTH, ("failed", "done"), ("no space left", "it has it"), strict=True)
    for name, state, why in ends:
        node = NodeResult("Conductor", name, state, why, *versions)
        hosts[name]["conductor_upgrade_stage_result"] = summary("download", [node])
    lines = conductor_lines(hosts, BOTH, True, download=True)
    assert [line.split() for line in lines[:3]] == [
        ["NODE", "STATE", "RUNS", "DOWNLOAD", "TOOK"],
        ["node1.Conductor", "failed", "6.3.0-107.r1", "6.3.5-39.r1", "-"],
        ["node2.Conductor", "done", "6.3.0-107.r1", "6.3.5-39.r1", "-"],
    ]
    assert lines[3] == "failed: node1.Conductor: no space left" and lines[4].startswith(f"next: {NEXT}")
    hosts["node1"]["conductor_upgrade_stage_result"] = hosts["node2"]["conductor_upgrade_stage_result"]
    hosts = {"node2": hosts["node2"]}
    assert len(conductor_lines(hosts, ["node2"], True, download=True)) == 2, "nothing is next after a good one"

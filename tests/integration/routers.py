# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the playbooks for routers share: an authority, its inventory, and a night of a few seconds."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.harness import Bench, Run

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"

#: Minutes of a real night as fractions of a second, as PACE is for conductors.
PACE = {
    "router_upgrade_pair_soak": 0,
    "router_upgrade_bake": 0,
    "router_upgrade_poll_min": 0.1,
    "router_upgrade_poll_max": 0.3,
    "router_upgrade_upgrade_timeout": 90,
    "router_upgrade_settle_timeout": 90,
    "router_upgrade_service_timeout": 5,
    "router_upgrade_health_timeout": 10,
    "router_upgrade_request_timeout": 5,
    "router_upgrade_revert_grace": 1,
    "router_upgrade_operation_settle": 1,
    "router_upgrade_download_timeout": 90,
    "router_upgrade_download_silence": 5,
    "router_upgrade_expected_download": 5,
    "router_upgrade_stable_polls": 2,
    # The tests look at steps.
    "router_upgrade_progress": "all",
}


def router(name: str, *nodes: str, version: str = OLD, **more: Any) -> dict[str, Any]:
    """A router of a scenario; without names of nodes it has one, called like the router."""
    members = [{"name": node} for node in nodes] or [{"name": f"{name}-node"}]
    return {"name": name, "version": version, "nodes": members, **more}


def authority(*routers: dict[str, Any], version: str = NEW, **more: Any) -> dict[str, Any]:
    """A scenario: a conductor pair that runs the new release already, and these routers."""
    conductor = {"name": "Conductor", "conductor": True, "version": version, "nodes": [{"name": "c1"}, {"name": "c2"}]}
    times = {"download": 60, "install": 60, "restart": 60, "service_start": 30, "post_check": 30, "resync": 30}
    return {
        "name": "authority",
        "description": "a conductor pair and a few routers",
        "durations": times,
        "users": [
            {"name": "admin", "password": "demo-admin-password", "node_passwords": {"c2": "demo-password-of-c2"}}
        ],
        "releases": [{"name": OLD}, {"name": NEW}],
        "routers": [conductor, *routers],
        **more,
    }


def inventory(bench: Bench, **hosts: dict[str, Any] | None) -> None:
    """Router hosts by name with their variables. Each address leads nowhere, so that a connection would be noticed."""
    contents = bench.simulator.inventory()
    groups = contents["all"]["children"]
    named = {name.replace("_", "-"): dict(more or {}) for name, more in hosts.items()}
    groups["ssr_routers"] = {"hosts": named or groups["ssr_routers"]["hosts"]}
    for variables in groups["ssr_routers"]["hosts"].values():
        variables["ansible_host"] = "no-such-host.invalid"
    bench.write_inventory(contents)


def play(bench: Bench, playbook: str, *extra: str, **variables: Any) -> Run:
    """Run a playbook for routers at the pace of a test, and look at what must hold whatever happens."""
    everything = {**PACE, "ssr_version": "6.3.5", "ssr_report_dir": str(bench.folder / "reports"), **variables}
    run = bench.run(playbook, *extra, **everything)
    assert "no-such-host.invalid" not in run.output, "somebody connected to a router"
    assert bench.simulator.violations == []
    for record in run.records:
        for keyword in ("failed_when", "changed_when"):
            record["result"].pop(f"{keyword}_result", None)  # Ansible's own, where a task has the keyword
    return run.assert_clean(*bench.secrets)


def verdicts(run: Run) -> dict[str, str]:
    """The state that each host got at the end, by the name of the host."""
    return {
        record["host"]: record["result"]["state"]
        for record in run.records
        if record["action"].endswith(".verdict") and record["status"] != "skipped"
    }


def messages_of(run: Run, task: str) -> list[Any]:
    """What a task said each time when it ran; in a role its name has that of the role in front."""
    return [
        record["result"]["msg"]
        for record in run.records
        if record["task"].endswith(task) and record["status"] != "skipped"
    ]


def failed_hosts(run: Run) -> set[str]:
    """The hosts that a relaunch on failed hosts would take."""
    return {record["host"] for record in run.records if record["status"] == "failed"}


def reports(bench: Bench) -> list[dict[str, Any]]:
    """The reports of the batches, in the order in which they were written."""
    files = sorted((bench.folder / "reports").glob("routers-*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [json.loads(path.read_text(encoding="utf-8")) for path in files]

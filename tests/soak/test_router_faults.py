# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forty routers with one of each fault in one batch: what is told of every node is what is really so."""

from __future__ import annotations

import json

from tests.integration.fleet import (
    assert_nothing_twice,
    everybody,
    faults_of,
    most_at_once,
    requests,
    running,
    untrue,
    upgraded,
)
from tests.integration.harness import Bench
from tests.integration.routers import NEW, OLD, authority, failed_hosts, play, verdicts

#: One router each, drawn by the seed, so that no name decides.
FAULTS = [
    "health_check_unreadable",
    "upgrade_hangs",
    "post_check_fails_and_reverts",
    "service_down_after_upgrade",
    "pre_check_refuses",
    "request_refused_words",
    "version_unchanged_after_reboot",
    "restarts_twice",
    "never_comes_back",
    "stuck_disconnected",
    "stuck_synchronizing",
    "health_check_fails",
    "download_fails",
    "mixed_install_types",
]


def test_what_is_told_of_every_node_is_what_is_really_so(bench):
    stores = {
        "name": "store-{n:02d}",
        "count": 39,
        "pairs": 0.3,
        "versions": {OLD: 9, NEW: 1},
        "install_types": {"image": 3, "package": 1},
        "states": {"Synchronized": 19, "Disconnected": 1},
        "seed": 40,
    }
    faults = [{"type": kind, "count": 1, "seed": number} for number, kind in enumerate(FAULTS)]
    # Somebody else's upgrade, which is still running when the plan is made.
    faults.append({"type": "mid_operation", "count": 1, "seconds": 4000, "among": "single", "seed": 49})
    faults.append({"type": "pre_check_refuses", "when": "later", "count": 1, "seed": 50})
    faults.append({"type": "post_check_fails_and_reverts", "count": 1, "among": "pairs", "pick": "node", "seed": 51})
    b: Bench = bench(authority(fleet=[stores], bandwidth={"conductor": 10}), speedup=200, faults=faults)
    everybody(b)
    before = running(b)
    run = play(
        b,
        "upgrade_routers",
        ssr_serial="100%",
        ssr_max_fail_percentage=100,
        router_upgrade_max_failures=100,
        router_upgrade_recent_failures=0,
        router_upgrade_in_flight=15,
        router_upgrade_downloads_in_flight=10,
        router_upgrade_upgrade_timeout=25,
        router_upgrade_settle_timeout=25,
        router_upgrade_service_timeout=3,
        router_upgrade_backup=False,
    )
    results = upgraded(run)
    wrong = untrue(b, before, results, NEW)
    assert not wrong, "\n".join(wrong)
    adopted = next(name for name, kind in faults_of(b).items() if kind == "mid_operation")
    assert requests(b, adopted, "upgrade") == [], "somebody else's upgrade was followed"
    assert set(faults_of(b)) <= set(results) and len(results) == 39
    assert_nothing_twice(b)
    assert most_at_once(b) <= 15

    states = verdicts(run)
    assert set(states) == set(results), "every host has its own verdict"
    good = {name for name, state in states.items() if state in ("done", "up_to_date", "skipped")}
    assert failed_hosts(run) == set(states) - good, "only those that failed fail"
    status = json.loads((b.folder / "journal" / "status-routers.json").read_text(encoding="utf-8"))
    assert {name: target["state"] for name, target in status["targets"].items()} == {
        name: entry["state"] for name, entry in results.items()
    }

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal on the bundle of a probe: the real playbook upgrades routers of a conductor that answers as recorded."""

from __future__ import annotations

import pytest

from tests.integration.routers import NEW, OLD, authority, inventory, play, router, verdicts
from tests.simulator.from_probe import scenario_from_probe
from tests.unit.simulator.probe_recorder import SHOWS, record

#: Ways that differ from the first, in what the playbook reads most.
HABITS = {
    "assets_layout": "reordered",
    "asset_case": "upper",
    "package_cell": "image",
    "available_spelling": "short",
    "decoration": "both",
    "frame": "unmarked",
    "repeats": "repeated",
    "download_status": "sentences",
    "old_lines": "last_month",
    "events_layout": "blocks",
    "skip_names": "health_check",
}


@pytest.mark.parametrize("habits", [{}, HABITS], ids=["usual", "unusual"])
def test_an_upgrade_of_routers_on_a_bundle_works_from_start_to_end(bench, tmp_path, habits):
    """What is recorded is what the playbooks ask for themselves: a plan tells."""
    routers = (router("hub", "h1", "h2", peers=["branch"]), router("branch", "b1", bgp=[{"address": "10.0.0.1"}]))
    origin = bench(authority(*routers, habits=habits))
    inventory(origin)
    assert play(origin, "plan").code == 0
    asked = dict.fromkeys([*origin.simulator.commands("c1", "show"), *SHOWS])
    record(origin.simulator, tmp_path / "bundle.zip", asked)

    probed = scenario_from_probe(tmp_path / "bundle.zip")
    assert {name: way for name, way in habits.items() if probed.scenario["habits"].get(name) != way} == {}
    times = {"download": 60, "install": 60, "restart": 60, "service_start": 30, "post_check": 30, "resync": 30}
    b = bench({**probed.scenario, "durations": times})
    inventory(b)
    run = play(b, "upgrade_routers")
    assert run.code == 0 and verdicts(run) == {"hub": "done", "branch": "done"}
    assert {b.truth(node)["version"] for node in ("h1", "h2", "b1")} == {NEW}
    assert [" ".join(command.split()[:6]) for command in b.upgrades()] == [
        "request system software upgrade router hub",
        "request system software upgrade router hub",
        "request system software upgrade router branch",
    ]
    told = [event["command"] for event in b.simulator.log if event["event"] == "recorded"]
    assert len(told) > 10 and "show assets" in {" ".join(command.split()[:2]) for command in told}
    assert origin.truth("b1")["version"] == OLD, "the recorded one is left alone"

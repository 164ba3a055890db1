# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of real runs: an operator who reads only that knows what happened, why, and what is next."""

from __future__ import annotations

import re

from tests.integration.routers import authority, inventory, play, router

#: As README says it.
ENABLED = {"ANSIBLE_CALLBACKS_ENABLED": "record,sessionsmart.ssr.last_screen"}
STORES = [f"store-{number}" for number in range(1, 9)]


def screen(output: str) -> list[str]:
    """The lines behind Ansible's recap."""
    _before, _recap, after = output.rpartition("PLAY RECAP")
    lines = after.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("SSR "))
    return [line.rstrip() for line in lines[begin:]]


def ours(output: str) -> list[str]:
    """The lines of a whole run that are ours: progress, what our tasks say, and the last screen."""
    lines = re.findall(r'^(?:\[[^\]]+\] |        ").*', output, re.MULTILINE)
    return [line for line in lines if not line.startswith("[ERROR]")] + screen(output)


def test_a_bad_night(bench):
    faults = [{"type": "pre_check_refuses", "router": name} for name in STORES[:2]]
    faults += [{"type": "never_comes_back", "node": "store-3-node"}]
    faults += [{"type": "post_check_fails_and_reverts", "node": "store-4-node"}]
    b = bench(authority(router("hub", "hub-1", "hub-2"), *map(router, STORES)), faults=faults)
    inventory(b)
    b.settings = ENABLED
    run = play(b, "upgrade_routers", ssr_serial="1,100%", router_upgrade_progress="quiet")
    open("/tmp/d_bad2.txt", "w").write(run.output)
    lines = screen(run.output)
    print("\n".join(lines))
    assert run.code == 2 and len(lines) <= 25 and max(map(len, lines[:-1])) <= 100, lines
    assert lines[0] == "SSR UPGRADE TO 6.3.5-39.r1: 4 ROUTERS NEED A PERSON NOW"
    assert lines[1] == "routers in 2 batches: 1 dead, 2 failed, 1 reverted, 5 done"
    text = " ".join(" ".join(lines).split())
    assert "dead: store-3: has not been seen by the conductor again" in text
    assert "failed: 2 routers (store-1, store-2): refused: Pre-upgrade health check failed: System Processes" in text
    assert "reverted: store-4: went back to 6.3.0-107.r1 by itself" in text
    assert "upgrade_routers.yml \u2026 --limit store-1,store-2,store-3,store-4" in text
    assert "commit: not now, nobody knows how store-3 is" in text
    assert lines[-1].startswith(f"report: {b.folder}/reports/")
    assert run.output.count("'stateMachine'") == 0 and run.output.count("System Processes Check found") <= 4 * 2
    assert len(ours(run.output)) <= 60, len(ours(run.output))

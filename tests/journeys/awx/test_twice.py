# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An upgrade that somebody starts a second time while the first is at work. AWX refuses that; a shell does not."""

from __future__ import annotations

import subprocess

from tests.integration.fleet import SLOW, assert_nothing_twice, live_at, trap, wait_until
from tests.integration.harness import PACE, Bench
from tests.integration.routers import NEW, OLD, authority, inventory, router


def begin(bench: Bench) -> subprocess.Popen:
    command = bench.command(
        "upgrade_conductor", **{**PACE, "conductor_upgrade_upgrade_timeout": 300}, ssr_version="6.3.5"
    )
    how = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "stdin": subprocess.DEVNULL, "text": True}
    return subprocess.Popen(command, env=bench.environment, start_new_session=True, **how)


def test_a_second_run_is_stopped_and_nothing_is_sent_twice(bench):
    """It starts while the first node is being upgraded: it finds a pair that is not well."""
    b = bench(authority(router("one"), version=OLD), speedup=120)
    inventory(b)
    runs: list[subprocess.Popen] = []

    def start() -> None:
        if runs:
            live_at(b, SLOW)  # the node is still at work when the second run comes to it, however slow this machine is
        runs.append(begin(b))

    with trap(b, 1, 1, start) as sprung:
        start()
        wait_until(sprung, "the upgrade of the first node", 220)
        second = ""
        for line in runs[1].stdout:
            second += line
            if "FAIL  no_operation_running" in line:
                live_at(b, 120)  # it has found the node at work, and nobody needs to wait for a slow one any longer
        runs[1].wait(220)
    first, _none = runs[0].communicate(timeout=220)
    assert_nothing_twice(b)
    assert len(b.upgrades("c1") + b.upgrades("c2")) == 2, (b.upgrades(), second)
    assert {b.truth(node)["version"] for node in ("c1", "c2")} == {NEW}
    assert runs[0].returncode == 0, first
    assert runs[1].returncode == 2, second


def test_of_two_runs_that_begin_in_the_same_moment_only_one_sends(bench):
    """Neither sees anything of the other at its first look; the journal that they share lets one of them go first."""
    b = bench(authority(router("one"), version=OLD), speedup=120)
    inventory(b)
    runs = [begin(b), begin(b)]
    outputs = [run.communicate(timeout=240)[0] for run in runs]
    assert_nothing_twice(b)
    assert len(b.upgrades("c1")) == len(b.upgrades("c2")) == 1, outputs
    assert {b.truth(node)["version"] for node in ("c1", "c2")} == {NEW}
    assert 0 in [run.returncode for run in runs], outputs

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers under a conductor before 6.3: `send command download | upgrade | rollback | yum-cache-refresh`."""

from __future__ import annotations

import pytest

from tests.simulator import Simulator

from .pcli_client import NEW, column, pair, pcli, until

NOW, WISH = "6.2.3-14.r2.el7", "6.2.5-5.r2.el7"


def authority(**overrides) -> Simulator:
    return Simulator("authority-6.2", speedup=4000, **overrides)


def shell_of(sim: Simulator):
    return pcli(sim, "cond-1", password="demo-admin-password")


def test_a_pair_is_upgraded_one_node_after_the_other_and_goes_back() -> None:
    with authority() as sim:
        shell = shell_of(sim)
        assert "Starting software download 2/2" in shell.run(f"send command download force router combo {WISH}")
        assert all(
            until(sim, node_id, downloaded=[WISH], operation=None) for node_id in ("combo-1.combo", "combo-2.combo")
        )
        assert "Starting software upgrade 2/2" in shell.run(f"send command upgrade force router combo {WISH}")
        assert until(sim, "combo-2.combo", version=WISH, state="Synchronized", operation=None)
        assert until(sim, "combo-1.combo", version=WISH, state="Synchronized", operation=None)
        assert column(shell.run("show assets router combo"), "Status") == ["running", "running"]
        assert "Starting" in shell.run("send command rollback force router combo")
        assert until(sim, "combo-2.combo", version=NOW, state="Synchronized", operation=None)
        assert until(sim, "combo-1.combo", version=NOW, state="Synchronized", operation=None)
        assert sim.violations == []


def test_there_are_no_health_checks_that_would_revert() -> None:
    with authority(faults=["post_check_fails_and_reverts", {"type": "pre_check_refuses", "when": "later"}]) as sim:
        shell_of(sim).run(f"send command upgrade force router branch-1 {WISH}")
        assert until(sim, "node1.branch-1", version=WISH, operation=None)


def test_only_what_is_left_of_a_half_done_pair_is_upgraded() -> None:
    with authority(**{"routers.1.nodes.0.version": WISH}) as sim:
        assert "1/1 targets" in shell_of(sim).run(f"send command upgrade force router combo {WISH}")
        assert until(sim, "combo-2.combo", version=WISH, operation=None)
        assert sim.node_truth("combo-1.combo")["restarts"] == 0


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"send command upgrade force {WISH}", "usage: upgrade [dry-run] [force] {router <router>"),
        (f"send command upgrade force router combo node combo-1 {WISH}", "unrecognized arguments"),
        ("send command upgrade force router branch-1", "usage: upgrade"),
        (f"send command upgrade dry-run router branch-1 {WISH}", "Checking 1/1 targets"),
        ("send command upgrade force router nowhere 6.2.5", "Router 'nowhere' not found"),
        ("send command upgrade force router branch-1 6.2.9-9", "Version '6.2.9-9' is not available"),
        ("send command rollback force router branch-1", "has no previous version"),
        ("send command download force resource-group branches", "Starting software download 4/4"),
        ("send command yum-cache-refresh force router combo", "Refreshing 2/2 targets"),
        (f"request system software upgrade router combo force version {WISH}", "unrecognized arguments: router"),
        ("request system software health-check", "not found"),
    ],
)
def test_what_it_takes(line: str, words: str) -> None:
    with authority() as sim:
        assert words in shell_of(sim).run(line)
        assert sim.violations == []


def test_a_request_that_a_fault_refuses() -> None:
    with authority(faults=[{"type": "request_refused_words", "router": "combo", "text": "Busy"}]) as sim:
        assert "% Error: Busy" in shell_of(sim).run(f"send command upgrade force router combo {WISH}")


@pytest.mark.parametrize("word", ["download", "upgrade", "rollback", "yum-cache-refresh"])
def test_from_7_on_they_only_say_that_they_are_obsolete(word: str) -> None:
    with pair(**{"dialect.pin": "7.x"}) as sim:
        text = pcli(sim).run(f"send command {word} force router branch {NEW}")
        assert text.startswith(f"% Error: This {word} command is now obsolete") and "request system software" in text
        assert not [e for e in sim.log if e["event"] == "operation_begins"]
    with pair(**{"dialect.pin": "7.x", "dialect.obsolete": "missing"}) as sim:
        assert "not found" in pcli(sim).run(f"send command {word} force router branch")

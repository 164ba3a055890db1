# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole night: 300 routers, 30 % pairs and a handful of each fault, through the real playbook in three batches."""

from __future__ import annotations

import re
import time
from collections import Counter

import pytest

from tests.integration.fleet import (
    assert_nothing_twice,
    begin,
    everybody,
    most_at_once,
    own_lines,
    running,
    screen,
    untrue,
    upgraded,
)
from tests.integration.routers import NEW, verdicts
from tests.soak.night_report import assert_page_can_be_used, assert_report_is_true

#: Wall seconds for the whole of it.
LIMIT = 1800


@pytest.mark.timeout(LIMIT + 60)
def test_the_result_of_300_routers_matches_the_truth_for_every_node_and_so_does_its_report(bench, request):
    b = bench("fleet-300", speedup=300)
    b.settings = {"ANSIBLE_CALLBACKS_ENABLED": "record,sessionsmart.ssr.last_screen"}
    everybody(b)
    before, began = running(b), time.monotonic()
    process = begin(
        b,
        router_upgrade_progress="quiet",
        ssr_serial=[1, "10%", "100%"],
        ssr_max_fail_percentage=100,
        router_upgrade_max_failures=1000,
        router_upgrade_recent_failures=0,
        # At this speed the commands themselves are what takes time; tests/integration has the downloads first.
        router_upgrade_download_first=False,
        router_upgrade_in_flight=50,
        router_upgrade_downloads_in_flight=20,
        router_upgrade_poll_min=0.5,
        router_upgrade_poll_max=2,
        # On a busy machine a node that reverts by itself is seen to do so late.
        router_upgrade_upgrade_timeout=150,
        router_upgrade_settle_timeout=120,
        router_upgrade_download_timeout=40,
        router_upgrade_download_silence=20,
    )
    try:
        output, _none = process.communicate(timeout=LIMIT)
    finally:
        if process.poll() is None:
            b.kill(process)
    took, run = time.monotonic() - began, b.finished(process.returncode, output)
    kinds = Counter(" ".join(command.split()[:4]) for command in b.simulator.commands())
    results = upgraded(run)
    print(f"\n{len(results)} routers in {took:.0f} s, {sum(kinds.values())} commands: {dict(kinds.most_common(12))}")
    print(Counter(entry["state"] for entry in results.values()))

    wrong = untrue(b, before, results, NEW)
    assert not wrong, "\n".join(wrong)
    assert_nothing_twice(b)
    assert most_at_once(b) <= 50
    assert set(verdicts(run)) == set(results), "every host has its own verdict"
    run.assert_clean(*b.secrets)
    bad = [
        line for line in own_lines(output) if re.match(r"\[[^]]+\] \S+: (UNKNOWN|FAILED|REVERTED|HELD|BLOCKED): ", line)
    ]
    assert len(own_lines(output)) - len(bad) <= 100, "what a night without faults prints"
    assert len(screen(output)) <= 25
    folder, report = assert_report_is_true(b, results)
    # Here, so that a machine without a browser plays the night all the same.
    assert_page_can_be_used(folder, report, request.getfixturevalue("show"), request.getfixturevalue("axe"))

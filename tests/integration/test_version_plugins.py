# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests and filters for versions, as playbooks use them."""

from __future__ import annotations

from tests.integration.harness import task

OFFERED = "['6.3.9', '6.3.10-2.r1.el7', '6.2.5-5r2']"


def test_versions_are_compared_in_conditions_and_sorted_in_lists(bench):
    b = bench("standalone-6.3")
    conditions = [
        "'6.3.5' is sessionsmart.ssr.newer_than('6.3.4-7.r1')",
        "'6.3.5' is not sessionsmart.ssr.newer_than('6.3.5-37.r1.el7')",
        "look.assets[0].version is sessionsmart.ssr.older_than('6.3.5')",
        "look.assets[0].version is sessionsmart.ssr.same_release_as('6.3.0')",
        "look.assets | map(attribute='version') | map('sessionsmart.ssr.release_of') | unique == ['6.3.0']",
        f"({OFFERED} | sessionsmart.ssr.sort_versions)[-1] == '6.3.10-2.r1.el7'",
        f"({OFFERED} | sessionsmart.ssr.sort_versions(reverse=true))[-1] == '6.2.5-5r2'",
        f"{OFFERED} | select('sessionsmart.ssr.newer_than', '6.3') == []",
    ]
    run = b.play(
        {
            "look": task("assets_info", {"routers": [b.simulator.world.conductor_router.name]}, register="look"),
            "compare": task("ansible.builtin.assert", {"that": conditions}),
            "no version": task("ansible.builtin.assert", {"that": "'latest' is sessionsmart.ssr.newer_than('6.3')"}),
        }
    )
    assert not run["compare"]["failed"], run["compare"]["msg"]
    assert run["no version"]["failed"] and "'latest' is not an SSR version" in run["no version"]["msg"]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade of routers would do, as a table, and nothing is sent."""

from __future__ import annotations

import pytest

from tests.integration.routers import NEW, authority, inventory, messages_of, play, router


def test_the_plan_names_order_versions_and_reasons_and_honours_the_limit(bench):
    hub = router("hub", nodes=[{"name": "hub-1", "primary": True}, {"name": "hub-2", "primary": False}])
    b = bench(authority(hub, router("branch", install_type="package"), router("there", version=NEW), router("other")))
    inventory(b)
    run = play(b, "plan", "--limit", "hub:branch:there")
    assert run.code == 0, run.output
    (lines,) = messages_of(run, "Show the plan")
    rows = {line.split()[0]: line for line in lines[1:]}
    assert "hub-2 then hub-1" in rows["hub"], "the standby first, which is not the first of the list"
    assert "package→image" in "\n".join(lines)
    assert "up_to_date" in rows["there"] and "other" not in rows
    assert not [command for command in b.sent if " router " in command] and not list(b.folder.glob("journal/*"))


def test_the_plan_shows_the_batches_and_a_first_router_without_work_is_no_canary(bench):
    b = bench(authority(router("there", version=NEW), router("one"), router("two")))
    inventory(b, there={}, one={"ssr_router": "one"}, two={})
    run = play(b, "plan", ssr_serial="1,100%", router_upgrade_bake=120)
    (lines,) = messages_of(run, "Show the batches of the upgrade")
    assert lines == [
        "batch 1: there, 0 with work",
        "batch 2: 2 routers, 2 with work; begins when batch 1 has ended well; canary: one; the other one waits until "
        "the canary has been done for 2 min",
    ]


def test_a_router_that_the_conductor_does_not_know_is_blocked_and_by_setting_stops_the_plan_with_its_name(bench):
    b = bench(authority(router("known")))
    inventory(b, known={}, stray={})
    (planned,) = play(b, "plan").results("software_upgrade")
    assert [(row["router"], row["state"]) for row in planned["plan"]] == [("known", "planned"), ("stray", "blocked")]
    run = play(b, "plan", router_upgrade_unknown_targets="fail")
    assert run.code != 0 and "stray" in run.failures[0]


def test_an_inventory_without_routers_or_release_is_told_before_anybody_logs_in(bench):
    b = bench(authority())
    run = play(b, "plan", ssr_version="")
    assert run.code != 0
    assert "ssr_routers" in run.failures[0] and "ssr_version is not set" in run.failures[0]
    assert b.simulator.commands() == []


@pytest.mark.parametrize("callback", ["default", "minimal"])
def test_a_plan_that_the_settings_of_ansible_hide_is_said_to_be_hidden(bench, callback):
    b = bench(authority(router("one")))
    inventory(b, one={})
    b.settings = {"ANSIBLE_DISPLAY_OK_HOSTS": "false", "ANSIBLE_STDOUT_CALLBACK": callback}
    run = play(b, "plan")
    assert run.code == 0 and messages_of(run, "Show the plan")
    assert ("display_ok_hosts is off" in run.output) is ("ROUTER" not in run.output) is (callback == "default")


@pytest.mark.parametrize("shown", ["false", "true"])
def test_the_summary_of_a_run_is_on_the_screen_once_whatever_ansible_hides(bench, shown):
    b = bench(authority(router("one")), faults=[{"type": "service_down_after_upgrade", "router": "one"}])
    inventory(b, one={})
    b.settings = {"ANSIBLE_DISPLAY_OK_HOSTS": shown}
    run = play(b, "upgrade_routers", router_upgrade_backup=False, router_upgrade_checks=["is_conductor"])
    (lines,) = messages_of(run, "Print the summary of the run")
    assert run.code == 2 and "1 failed" in lines[0]
    assert run.output.count(lines[0]) == 1, run.output
    assert all(line in run.output for line in lines if '"' not in line)


def test_a_dry_run_in_a_window_that_is_over_is_not_green(bench):
    b = bench(authority(router("one"), router("there", version=NEW)))
    inventory(b, one={}, there={})
    over = {"router_upgrade_window_end": "2026-01-01T00:00:00Z"}
    shown = play(b, "plan", **over)
    (plan,) = shown.results("software_upgrade")
    assert shown.code == 0 and [row["state"] for row in plan["plan"]] == ["not_started", "up_to_date"]
    run = play(b, "upgrade_routers", "--check", ssr_serial="100%", **over)
    assert run.code == 2 and "one: not_started: it would not begin: the window ended at 2026-01-01" in run.output

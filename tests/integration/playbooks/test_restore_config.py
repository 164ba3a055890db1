# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook restore_config: shown first, committed only when asked for."""

from __future__ import annotations

MORE = "config authority router hub description changed-elsewhere"


def test_a_backup_is_shown_first_and_committed_when_asked_for(bench):
    b = bench("ha-6.3-image")
    authority = b.simulator.world.authority
    before = list(authority.running)
    assert b.run("export_config", ssr_backup_name="good").code == 0
    authority.running = [*before, MORE]
    file = str(b.folder / "backups" / "good.gz")
    shown = b.run("restore_config", "--diff", ssr_restore_name="good").assert_clean(*b.secrets)
    assert shown.code == 0 and MORE in shown.output and authority.running != before
    for node in b.simulator.world.conductors:
        node.files.remove("/etc/128technology/config-exports/good.gz")
    done = b.run("restore_config", ssr_restore_file=file, ssr_restore_commit=True).assert_clean(*b.secrets)
    assert done.code == 0, done.output
    assert authority.running == before and done.results("config_restore")[0]["changed"]
    again = b.run("restore_config", ssr_restore_file=file, ssr_restore_commit=True)
    assert again.code == 0 and not again.results("config_restore")[0]["changed"]
    assert b.simulator.truth()["commits"] == 1 and b.simulator.violations == []


def test_without_a_file_or_a_name_nothing_is_done(bench):
    b = bench("standalone-6.3")
    for variables in ({}, {"ssr_restore_file": "a.gz", "ssr_restore_name": "a"}):
        run = b.run("restore_config", ssr_restore_commit=True, **variables).assert_clean(*b.secrets)
        assert run.code != 0 and len(run.failures) == 1, run.output
        assert "ssr_restore_file" in run.failures[0] and "ssr_restore_name" in run.failures[0]
    assert b.simulator.commands() == []

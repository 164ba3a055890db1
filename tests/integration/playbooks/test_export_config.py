# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook export_config: one backup of the authority, from the first conductor node."""

from __future__ import annotations

import gzip


def test_the_configuration_is_saved_once_under_a_name_of_its_own_or_a_given_one(bench):
    b = bench("ha-6.3-image")
    planned = b.run("export_config", "--check", ssr_backup_name="known-good").assert_clean(*b.secrets)
    assert planned.code == 0 and not (b.folder / "backups").exists() and b.sent == []
    run = b.run("export_config", ssr_backup_name="known-good").assert_clean(*b.secrets)
    assert run.code == 0, run.output
    saved = b.folder / "backups" / "known-good.gz"
    assert gzip.decompress(saved.read_bytes()).startswith(b"config authority") and saved.stat().st_mode & 0o777 == 0o600
    assert str(saved) in run.output and "salt" in run.output, "says what an export does not hold"
    assert len([event for event in b.simulator.log if event["event"] == "export"]) == 1, "one node is enough"
    again = b.run("export_config", ssr_backup_name="known-good")
    assert again.code == 0 and not again.results("config_export")[0]["changed"]


def test_without_a_copy_it_fails_only_where_one_is_required(bench):
    b = bench("standalone-6.3", users=[{"name": "admin", "password": "demo-admin-password", "sftp": False}])
    run = b.run("export_config", ssr_backup_methods=["sftp"]).assert_clean(*b.secrets)
    assert run.code == 0 and "no copy" in run.output
    run = b.run("export_config", ssr_backup_methods=["sftp"], ssr_backup_required=True)
    assert run.code != 0 and any("no copy" in failure for failure in run.failures)


def test_an_inventory_without_a_conductor_is_refused(bench):
    b = bench("standalone-6.3")
    b.write_inventory({"all": {"hosts": {"somebody": {}}}})
    run = b.run("export_config").assert_clean()
    assert run.code != 0 and any("ssr_conductors" in failure for failure in run.failures)


def test_with_files_closed_the_web_api_brings_the_backup_of_the_demonstration_and_it_can_be_restored(bench):
    """The scenario of make demo, with an account that has neither SFTP nor a shell, which is the usual one."""
    closed = [{"name": "admin", "password": "demo-admin-password", "sftp": False, "linux": False}]
    b = bench("ha-6.3-image", users=closed, api={"enabled": True})
    run = b.run("export_config", ssr_backup_name="closed", ssr_backup_required=True).assert_clean(*b.secrets)
    assert run.code == 0, run.output
    (saved,) = run.results("config_export")
    assert (saved["method"], saved["restorable"]) == ("api", True), saved["notes"]
    assert gzip.decompress((b.folder / "backups" / "closed.gz").read_bytes()).startswith(b"config authority")
    assert b.run("restore_config", ssr_restore_name="closed", ssr_restore_commit=True).code == 0

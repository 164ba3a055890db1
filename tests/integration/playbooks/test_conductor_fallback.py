# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each conductor node has a key, a password and an address of its own, and the first is away (rule 42)."""

from __future__ import annotations

import json

import pytest

from tests.integration.routers import authority, inventory, play, router


@pytest.fixture
def authority_without_c1(bench):
    b = bench(authority(router("one")))
    inventory(b)
    b.change_host("c1", ansible_port=1)
    return b


def test_every_playbook_that_only_reads_or_saves_goes_on_through_the_other_node(authority_without_c1):
    b = authority_without_c1
    for playbook in ("plan", "report", "export_config"):
        run = play(b, playbook)
        assert run.code == 0, run.output
    assert [path.name.startswith("Conductor-c2-") for path in (b.folder / "backups").iterdir()] == [True]
    failed = [event for event in b.simulator.log if event["event"] == "login_failed"]
    assert failed == [] and b.simulator.commands("c1") == []


def test_where_both_nodes_fail_each_is_told(authority_without_c1):
    """The first is down; the second's key is another one. No alarm without the cause."""
    b = authority_without_c1
    b.change_host("c2", ansible_pcli_host_keys=[b.simulator.host_keys["c1"]])
    run = play(b, "report")
    assert run.code == 2 and len(run.failures) == 1, run.output
    assert "Nobody answers SSH at" in run.failures[0] and "c2: The host key of" in run.failures[0]
    assert run.failures[0].index("Nobody answers") < run.failures[0].index("c2: The host key")


def test_a_configuration_is_never_restored_through_the_other_node_unless_that_one_is_named(authority_without_c1):
    b = authority_without_c1
    assert play(b, "export_config").code == 0
    (export,) = (b.folder / "backups").iterdir()
    before = b.simulator.commands("c2")
    (message,) = play(b, "restore_config", ssr_restore_file=str(export), ssr_restore_commit=True).failures
    assert "Nobody answers SSH at" in message and "nothing was sent to c2. To restore it through that node" in message
    assert b.simulator.commands("c2") == before
    contents = json.loads(b.inventory.read_text(encoding="utf-8"))
    nodes = contents["all"]["children"]["ssr_conductors"]["hosts"]
    contents["all"]["children"]["ssr_conductors"]["hosts"] = {"c2": nodes["c2"], "c1": nodes["c1"]}
    b.write_inventory(contents)
    run = play(b, "restore_config", ssr_restore_name=export.name)
    assert run.code == 0 and b.simulator.commands("c2") != before, run.output

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of a play, as each host of the inventory has them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.vars.hostvars import HostVars
from ansible.vars.manager import VariableManager
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.play_variables import with_play_variables

HOSTS = {"one": {"ssr_version": "6.3.5", "site": "Bern"}, "two": {"site": "Chur"}}


@pytest.fixture
def hostvars() -> HostVars:
    loader = DataLoader()
    inventory = InventoryManager(loader, sources=[])
    manager = VariableManager(loader, inventory)
    for name, variables in HOSTS.items():
        inventory.add_host(name)
        for key, value in variables.items():
            inventory.get_host(name).set_variable(key, value)
    return HostVars(inventory, manager, loader)


def in_play(hostvars: HostVars, of_play: dict, of_task: dict | None = None) -> HostVars:
    """What a task of a play with these variables reads of hosts; those of the task win."""
    task = SimpleNamespace(get_play=lambda: SimpleNamespace(get_vars=lambda: dict(of_play)))
    return with_play_variables({"hostvars": hostvars, **of_play, **(of_task or {})}, task)["hostvars"]


def test_a_variable_of_the_play_goes_before_that_of_a_host(hostvars) -> None:
    played = in_play(hostvars, {"ssr_version": "6.3.0"})
    assert [played[host]["ssr_version"] for host in HOSTS] == ["6.3.0", "6.3.0"]
    assert played["one"]["site"] == "Bern" and "three" not in played


def test_a_value_that_goes_before_that_of_the_play_leaves_hosts_as_they_are(hostvars) -> None:
    played = in_play(hostvars, {"ssr_version": "6.3.0"}, {"ssr_version": "7.1.3"})
    assert played["one"]["ssr_version"] == "6.3.5" and "ssr_version" not in played["two"]


def test_other_tasks_keep_the_variables_of_hosts_alone(hostvars) -> None:
    in_play(hostvars, {"ssr_version": "6.3.0"})
    assert hostvars["one"]["ssr_version"] == "6.3.5" and "ssr_version" not in hostvars["two"]
    assert hostvars._variable_manager._hostvars is hostvars

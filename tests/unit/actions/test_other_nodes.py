# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes stand in for a conductor node, and with whose variables they are reached (rule 42)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible.playbook.play_context import PlayContext
from ansible_collections.sessionsmart.ssr.plugins.inventory.conductor import _connection
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.other_nodes import fallbacks_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError

PINS = {name: [f"ssh-ed25519 AAAA{name}"] for name in ("c1", "c2", "spare")}
HOSTS = {
    "c1": {
        "inventory_hostname": "c1",
        "ansible_host": "192.0.2.11",
        "ansible_user": "admin",
        "ansible_password": "one",
        "ansible_pcli_host_keys": PINS["c1"],
        "ansible_pcli_sftp_user": "files",
    },
    "c2": {
        "inventory_hostname": "c2",
        "ansible_host": "192.0.2.12",
        "ansible_port": 2222,
        "ansible_user": "t128",
        "ansible_password": "two",
        "ansible_pcli_host_keys": PINS["c2"],
        "ansible_pcli_enter_command": "su - admin",
        "ansible_pcli_node": "node2",
        "ansible_ssh_common_args": "-o ProxyJump=bastion",
        "ansible_pcli_sftp_user": "files2",
    },
    "bare": {"inventory_hostname": "bare"},
    "broken": {"inventory_hostname": "broken", "ansible_port": "none"},
}


def action(host: str, **more: object) -> SimpleNamespace:
    return SimpleNamespace(
        _connection=_connection({**HOSTS[host], **more}),
        _play_context=PlayContext(),
        _task=SimpleNamespace(remote_user=None, port=None),
    )


def fallbacks(host: str, nodes: list[str], **more: object) -> list:
    return list(fallbacks_of(action(host, **more), host, {"hostvars": HOSTS, "groups": {"ssr_conductors": nodes}}))


@pytest.mark.parametrize(
    ("host", "nodes", "names"),
    [
        ("c1", ["c1", "c2"], ["c2"]),
        ("c2", ["c1", "c2"], ["c1"]),
        ("c1", ["c1"], []),
        ("c1", [], []),
        ("bare", ["c1", "c2"], []),  # another conductor, which these nodes do not stand in for
    ],
)
def test_the_other_hosts_of_the_group_stand_in(host, nodes, names) -> None:
    assert [fallback.name for fallback in fallbacks(host, nodes)] == names


def test_what_the_web_api_of_another_host_is_believed_is_said_with_its_name() -> None:
    said = []
    task = action("c1")
    task._vars, task._also_open, task.tell = {"hostvars": HOSTS}, [], said.append
    PcliAction.conductor_of(task, "c2").by_web.say("That of the web API counts.", "assets")
    assert said == ["c2: That of the web API counts."]


@pytest.mark.parametrize("entries", [[], ""])
def test_an_empty_list_means_no_other_node(entries) -> None:
    assert fallbacks("c1", ["c1", "c2"], ansible_pcli_fallback_hosts=entries) == []


@pytest.mark.parametrize("entry", ["c2", "192.0.2.12:2222", ["c1", " c2 "]])
def test_the_other_node_is_reached_by_the_variables_of_its_own_host(entry) -> None:
    (fallback,) = fallbacks("c1", ["c1", "c2"], ansible_pcli_fallback_hosts=entry)
    access = fallback.access()
    login = access.login
    assert (login.host, login.port, login.user, login.password) == ("192.0.2.12", 2222, "t128", "two")
    assert (login.host_keys, access.node, access.options.enter_command) == (tuple(PINS["c2"]), "node2", "su - admin")
    assert [jump.host for jump in login.jumps] == ["bastion"]
    assert (access.sftp.host, access.sftp.user) == ("192.0.2.12", "files2")


def test_an_address_that_no_host_has_is_reached_like_the_first_node() -> None:
    (fallback,) = fallbacks("c1", ["c1", "c2"], ansible_pcli_fallback_hosts="[2001:db8::9]:2022")
    access = fallback.access()
    assert (access.login.host, access.login.port, access.login.password) == ("2001:db8::9", 2022, "one")
    assert access.login.host_keys == tuple(PINS["c1"]) and access.node is None
    assert (access.sftp.host, access.sftp.port, access.sftp.user) == ("2001:db8::9", 2022, "files")


@pytest.mark.parametrize(("entry", "near"), [("broke", ", the nearest is broken"), ("elsewhere.example", "")])
def test_an_address_that_cannot_be_resolved_may_be_a_mistyped_host(entry, near) -> None:
    (fallback,) = fallbacks("c1", ["c1", "c2"], ansible_pcli_fallback_hosts=[entry])
    names = fallback.access().login.names
    assert names.host == f"ansible_pcli_fallback_hosts: the inventory has no host {entry}{near}"
    assert (names.address, names.user) == ("ansible_pcli_fallback_hosts", "ansible_user")


@pytest.mark.parametrize("entry", ["192.0.2.12", "192.0.2.12:2222"])
def test_an_address_without_a_port_is_that_of_the_host_that_has_it(entry) -> None:
    (fallback,) = fallbacks("c1", ["c1", "c2"], ansible_port=59999, ansible_pcli_fallback_hosts=[entry])
    assert (fallback.access().login.port, fallback.access().login.password) == (2222, "two")


def test_of_two_nodes_at_one_address_the_other_one_stands_in() -> None:
    (fallback,) = fallbacks("c1", ["c1", "c2"], ansible_host="192.0.2.12", ansible_pcli_fallback_hosts=["192.0.2.12"])
    assert fallback.access().name == "c2"


def test_localhost_is_an_address_where_the_inventory_has_no_such_host() -> None:
    hostvars = {**HOSTS, "localhost": {"ansible_connection": "local"}}
    task_vars = {"hostvars": hostvars, "groups": {"all": list(HOSTS), "ssr_conductors": ["c1", "c2"]}}
    (fallback,) = fallbacks_of(action("c1", ansible_pcli_fallback_hosts=["localhost"]), "c1", task_vars)
    access = fallback.access()
    assert (access.login.host, access.login.password, access.node) == ("localhost", "one", None)


def test_an_entry_that_is_no_address_is_named_at_once() -> None:
    with pytest.raises(PcliError, match="ansible_pcli_fallback_hosts holds 'no address:x'"):
        fallbacks("c1", ["c1", "c2"], ansible_pcli_fallback_hosts=["no address:x"])


def test_variables_that_cannot_be_used_name_their_host_once_they_are_needed() -> None:
    (fallback,) = fallbacks("c1", ["c1", "broken"])
    with pytest.raises(PcliError, match="The variables of broken cannot be used"):
        fallback.access()

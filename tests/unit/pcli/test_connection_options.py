# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the connection that no login could work with: a sentence, before anything is sent."""

from __future__ import annotations

import pytest
from ansible import constants as C
from ansible import context
from ansible_collections.sessionsmart.ssr.plugins.inventory.conductor import _connection
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.keys import load_key
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.transport import direct


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"ansible_port": 70000}, "ansible_port is 70000"),
        ({"ansible_port": -1}, "ansible_port is -1"),
        ({"ansible_connect_timeout": 0}, "ansible_connect_timeout is 0"),
        ({"ansible_pcli_login_timeout": -5}, "ansible_pcli_login_timeout is -5"),
        ({"ansible_command_timeout": 0}, "ansible_command_timeout is 0"),
    ],
)
def test_a_number_that_cannot_work_is_named(variables, words) -> None:
    with pytest.raises(PcliError, match=words):
        _ = _connection({"ansible_host": "192.0.2.1", **variables}).session


def test_without_them_the_usual_numbers_count() -> None:
    login = _connection({"ansible_host": "192.0.2.1"}).session.login
    assert (login.port, login.connect_timeout) == (22, 30)


@pytest.mark.parametrize(
    ("host", "expected", "address"),
    [
        ("2001:db8::7", "2001:db8::7", "[2001:db8::7]:2222"),
        ("[2001:db8::7]", "2001:db8::7", "[2001:db8::7]:2222"),
        ("fe80::1%eth0", "fe80::1%eth0", "[fe80::1%eth0]:2222"),
        ("[fe80::1%eth0]", "fe80::1%eth0", "[fe80::1%eth0]:2222"),
        ("[c1]", "[c1]", "[[c1]]:2222"),
    ],
)
def test_an_ipv6_address_may_have_brackets_and_a_zone(monkeypatch, host, expected, address) -> None:
    asked = []
    monkeypatch.setattr("socket.create_connection", lambda where, **_more: asked.append(where))
    login = _connection({"ansible_host": host, "ansible_port": 2222}).session.login
    assert (login.host, login.address) == (expected, address)
    with pytest.raises(AttributeError):
        direct(login)  # what stands in for the socket is none
    assert asked == [(expected, 2222)]


def test_a_setting_that_is_no_variable_is_named_as_where_it_is(monkeypatch) -> None:
    monkeypatch.setenv("ANSIBLE_PRIVATE_KEY_FILE", "/no/such/key")
    monkeypatch.setenv("ANSIBLE_REMOTE_USER", "ops")
    login = _connection({"ansible_host": "192.0.2.1"}).session.login
    assert (login.user, login.key_file) == ("ops", "/no/such/key")
    _key, problem = load_key(login)
    assert str(problem).endswith("Check ANSIBLE_PRIVATE_KEY_FILE in the environment.")
    assert login.names.user == "ANSIBLE_REMOTE_USER in the environment"
    own = {"ansible_host": "192.0.2.1", "ansible_user": "admin", "ansible_ssh_private_key_file": "/no/such/other"}
    login = _connection(own).session.login
    assert (login.names.user, login.names.key_file) == ("ansible_user", "ansible_ssh_private_key_file")


@pytest.mark.parametrize(
    ("configured", "given", "words"),
    [
        (("/key", "/etc/ansible/ansible.cfg"), "/key", "private_key_file in /etc/ansible/ansible.cfg"),
        ((None, "default"), "/key", "--private-key"),
        (("/other", "env: ANSIBLE_PRIVATE_KEY_FILE"), "/other", "ansible_ssh_private_key_file"),
    ],
)
def test_the_key_of_ansible_cfg_or_of_the_command_line_is_named_so(monkeypatch, configured, given, words) -> None:
    connection = _connection({"ansible_host": "192.0.2.1", "ansible_ssh_private_key_file": "/key"})
    monkeypatch.setattr(C.config, "get_config_value_and_origin", lambda _setting: configured)
    monkeypatch.setattr(context, "CLIARGS", {"private_key_file": given})
    assert connection.session.login.names.key_file == words

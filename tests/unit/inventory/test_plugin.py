# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin as Ansible loads it: its documentation is where its options come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory import conductor_query
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.addresses import (
    ConductorAddress,
    read_addresses,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.cached_answer import CachedAnswer, rows_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.connection_variables import (
    IDENTITY,
    SECRET_VARIABLE,
    SECRETS,
    VARIABLES,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.filters import Filters
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.inventory.hosts import make_hosts
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import ConnectFailed, LoginRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import Asset

from tests.unit.plugin_docs import docs

NAME = "sessionsmart.ssr.conductor"
PLUGINS = Path(__file__).parents[3] / "plugins"

DOCS, EXAMPLES, _RETURN = docs("conductor", "inventory")
OPTIONS = DOCS["options"]


@pytest.fixture
def plugin():
    return inventory_loader.get(NAME)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("ssr.yml", True),
        ("ssr.yaml", True),
        ("my.ssr.yml", True),
        ("10-authority-ssr.yaml", True),
        ("a_ssr.yml", True),
        ("hosts.yml", False),
        ("passr.yml", False),
        ("ssr.yml.bak", False),
        ("ssr.json", False),
    ],
)
def test_files_are_taken_by_their_names(plugin, tmp_path, name, ours):
    (tmp_path / name).write_text(f"plugin: {NAME}\n")
    assert plugin.verify_file(str(tmp_path / name)) is ours
    assert plugin.verify_file(str(tmp_path / "nothing.ssr.yml")) is False


def test_every_option_is_described_in_whole_sentences():
    for name, option in OPTIONS.items():
        lines = option["description"]
        lines = [lines] if isinstance(lines, str) else lines
        assert option.get("type") or name == "cache_prefix", name
        own = name not in ("strict", "compose", "groups", "keyed_groups", "use_extra_vars", "leading_separator")
        if own and not name.startswith("cache"):
            assert all(re.match(r"[A-Z]", line) and line.endswith(".") for line in lines), name


def test_every_option_of_the_login_becomes_a_variable_that_the_connection_knows():
    connection = docs("pcli", "connection")[0]["options"]
    known = {var["name"] for option in connection.values() for var in option.get("vars", [])}
    assert set(VARIABLES) < set(OPTIONS) and set(VARIABLES.values()) <= known
    assert set(SECRETS) | set(IDENTITY) < set(VARIABLES)


def test_every_secret_variable_of_the_connection_is_one_to_the_inventory_too():
    connection = docs("pcli", "connection")[0]["options"]
    secret = {
        var["name"]
        for name, option in connection.items()
        if "password" in name or "passphrase" in name
        for var in option.get("vars", [])
    }
    assert secret and all(SECRET_VARIABLE.search(name) for name in secret)


def test_the_environment_can_turn_off_checking_only_where_the_connection_lets_it():
    ours = {variable["name"] for variable in OPTIONS["host_key_checking"]["env"]}
    theirs = {variable["name"] for variable in docs("pcli", "connection")[0]["options"]["host_key_checking"]["env"]}
    assert ours <= theirs and OPTIONS["host_key_checking"]["default"] is True


def test_examples_are_files_that_the_plugin_takes():
    # One document, since ansible-test takes no more: the other files are comments, below a line that describes them.
    assert yaml.safe_load(EXAMPLES)["plugin"] == NAME
    blocks = [block.splitlines() for block in EXAMPLES.strip().split("\n\n")]
    entries = [yaml.safe_load("\n".join(line.removeprefix("# ") for line in block[1:])) for block in blocks]
    assert len(entries) == 3
    for entry in entries:
        assert entry["plugin"] == NAME and set(entry) <= set(OPTIONS)
        addresses = read_addresses(entry["conductors"], 22)
        keep = Filters(entry.get("filters", [])).keep
        rows = rows_of([Asset("store-east-7", "n1", "id", status="Running", state="synchronized", settled=True)])
        inventory = make_hosts(CachedAnswer((), addresses[0].address, "Conductor", "c1", rows, 0.0), addresses, keep)
        assert list(inventory.routers) == ["store-east-7"]


def test_the_documentation_names_every_variable_and_no_other():
    rows = rows_of([Asset("Conductor", "c1", "id"), Asset("hub", "h1", "id", status="Running")])
    inventory = make_hosts(
        CachedAnswer((), "192.0.2.1:22", "Conductor", "c1", rows, 0.0),
        [ConductorAddress("one", "192.0.2.1", 22)],
        lambda _variables: True,
    )
    made = {name for host in (*inventory.conductors.values(), *inventory.routers.values()) for name in host}
    variables = set(re.findall(r"C\((ssr_\w+)\)", " ".join(DOCS["description"])))
    groups = {"ssr_conductors", "ssr_routers", "ssr_pairs", "ssr_singles"}
    variables = {
        name for name in variables - groups if not re.match(r"ssr_(state|install_type|version|release)_", name)
    }
    assert {name for name in made if name.startswith("ssr_")} == variables
    nodes = set(inventory.routers["hub"]["ssr_nodes"][0])
    assert nodes <= set(re.findall(r"C\((\w+)\)", " ".join(DOCS["description"])))


# -- what is read from a file ------------------------------------------------------------------------------------------


@pytest.fixture
def source(plugin, tmp_path, monkeypatch):
    """Parse a file with these options. Nobody is asked: the variables of each login are kept, and it fails."""
    logins = []

    def connect(variables):
        logins.append(variables)
        raise ConnectFailed(f"Nobody answers at {variables['ansible_host']} (ansible_host).")

    monkeypatch.setitem(type(plugin).parse.__globals__, "_connection", connect)

    def parse(**options):
        options = {"plugin": NAME, "conductors": ["192.0.2.1"], **options}
        path = tmp_path / "my.ssr.yml"
        path.write_text(yaml.safe_dump({name: option for name, option in options.items() if option is not None}))
        with pytest.raises(AnsibleError) as caught:
            plugin.parse(InventoryData(), DataLoader(), str(path), cache=False)
        return str(caught.value)

    parse.logins = logins
    parse.shown = lambda **options: plugin._connection_variables(options).of_hosts()
    return parse


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"conductors": ["192.0.2.300"]}, "no IPv4 address"),
        ({"conductors": ["admin@192.0.2.1"]}, "option user"),
        ({"conductors": [{"address": "192.0.2.1", "node": "a b"}]}, "node of conductors"),
        ({"conductors": None}, "conductors"),
        ({"port": "ssh"}, "port"),
        ({"pasword": "x"}, "There is no option 'pasword'. Is password meant?"),
        ({"xyz": 1}, "There is no option 'xyz'. See: ansible-doc"),
        ({"user": "{{ no_such_variable }}"}, "template in option user"),
        ({"password": ["secret"]}, "Option password must be text"),
        ({"variables": {"ansible_password": "x"}}, "ansible_password as plain text"),
        ({"variables": {"ansible_ssh_private_key_passphrase": 1}}, "as plain text"),
        ({"filters": ["ssr_ha", "ssr_router = 'hub'"]}, "filters, entry 2, character 12"),
        ({"filters": "starts_with(ssr_router, 'a') ="}, "filters, entry 1, character 30"),
        ({"filters": "ssr_ha ="}, "filters, entry 1"),
        ({"filters": {"a": 1}}, "filters"),
        ({"variables": {"ansible_password": 1.5}}, "as plain text"),
        ({"variables": {"ansible_password": ["secret"]}}, "as plain text"),
        ({"variables": ["x"]}, "Option variables must be a mapping"),
        ({"variables": "ansible_password=secret"}, "Option variables must be a mapping"),
        ({"host_keys": 5}, "Option host_keys must be a list"),
        ({"host_keys": {"a": "b"}}, "Option host_keys must be a list"),
        ({"host_key_checking": "ture"}, "host_key_checking must be true or false"),
        ({"port": 0}, "port is 0"),
        ({"port": 70000}, "port is 70000"),
        ({"unreachable_cache_age": 60}, "cache: true"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence_and_nobody_logs_in(source, changes, words):
    said = source(**changes)
    assert words in said and "secret" not in said
    assert source.logins == []


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"password": "secret{{x"}, "option password"),
        ({"private_key_passphrase": "secret{%x"}, "option private_key_passphrase"),
        ({"variables": {"ansible_password": "secret{{x"}}, "variable ansible_password"),
    ],
)
def test_a_secret_that_looks_like_a_template_is_not_repeated(source, changes, name):
    said = source(**changes)
    assert f"The template in {name} cannot be evaluated" in said and "secret{" not in said


def test_every_option_of_the_login_reaches_the_connection_with_its_template_worked_out(source, monkeypatch):
    monkeypatch.setenv("A_PASSWORD", "[no, list]")
    monkeypatch.setenv("A_PORT", "2222")
    env = "{{ lookup('ansible.builtin.env', '%s') }}"
    words = source(
        conductors=["192.0.2.1", {"address": "[2001:db8::2]:22", "node": "c2"}],
        port=env % "A_PORT",
        user="admin",
        password=env % "A_PASSWORD",
        private_key_file="",
        private_key_passphrase=1234,
        host_keys="# a comment\nssh-ed25519 AAAA\n\nssh-rsa BBBB, with a comma\n",
        connect_timeout="7",
        variables={"ansible_pcli_prompt": "{{ 'p' }}"},
    )
    first, second = source.logins
    assert first == {
        "ansible_host": "192.0.2.1",
        "ansible_port": 2222,
        "ansible_user": "admin",
        "ansible_password": "[no, list]",
        "ansible_private_key_passphrase": "1234",
        "ansible_pcli_host_keys": ["ssh-ed25519 AAAA", "ssh-rsa BBBB, with a comma"],
        "ansible_host_key_checking": True,
        "ansible_connect_timeout": 7,
        "ansible_pcli_prompt": "p",
    }
    assert (second["ansible_host"], second["ansible_port"], second["ansible_pcli_node"]) == ("2001:db8::2", 22, "c2")
    assert "None of the 2" in words and "(conductors)" in words, "the sentence knows what the file calls it"


def test_the_environment_serves_where_the_file_is_silent_or_empty(source, monkeypatch):
    monkeypatch.setenv("SSR_CONDUCTOR_USER", "robot")
    monkeypatch.setenv("SSR_CONDUCTOR_PASSWORD", "from-env")
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "False")
    source(password="{{ lookup('ansible.builtin.env', 'NOT_SET_ANYWHERE') }}")
    assert source.logins[0]["ansible_user"] == "robot" and source.logins[0]["ansible_password"] == "from-env"
    assert source.logins[0]["ansible_host_key_checking"] is False, "as the user has it in all of Ansible"
    source(host_key_checking=True)
    source(host_keys=["ssh-ed25519 AAAA"])
    source(host_keys=["ssh-ed25519 AAAA"], host_key_checking=False)
    assert [login["ansible_host_key_checking"] for login in source.logins[1:]] == [True, True, False]


def test_the_environment_of_all_of_ansible_does_not_undo_the_variables_of_the_file(source, monkeypatch):
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "False")
    monkeypatch.setenv("ANSIBLE_REMOTE_USER", "somebody")
    variables = {"ansible_host_key_checking": True, "ansible_user": "admin", "ansible_password": "{{ 'p' }}"}
    source(variables=variables)
    assert source.logins[0].items() >= {**variables, "ansible_password": "p"}.items()
    monkeypatch.setenv("SSR_CONDUCTOR_USER", "robot")
    monkeypatch.setenv("SSR_CONDUCTOR_PASSWORD", "of-the-robot")
    monkeypatch.delenv("ANSIBLE_REMOTE_USER")
    source(variables=variables)
    login = source.logins[1]
    assert (login["ansible_user"], login["ansible_password"]) == ("robot", "of-the-robot"), "it is for this look"
    assert login["ansible_host_key_checking"] is True
    source(variables=variables, user="file", host_key_checking=False)
    assert (source.logins[2]["ansible_user"], source.logins[2]["ansible_host_key_checking"]) == ("file", False)


def test_what_hosts_are_told_is_what_the_file_says_and_nothing_secret(source):
    options = {
        "user": "{{ 'somebody' }}",
        "password": "secret",
        "private_key_file": "~/.ssh/key",
        "private_key_passphrase": "secret",
        "login_timeout": 90,
        "variables": {"ansible_password": "{{ x }}", "more": 1},
    }
    source(**options)
    assert source.shown(**options) == {
        "ansible_private_key_file": "~/.ssh/key",
        "ansible_pcli_login_timeout": 90,
        "ansible_password": "{{ x }}",
        "more": 1,
    }


def test_what_comes_from_a_vault_is_handed_on_as_it_is_written(source):
    source(user="somebody", enter_command="su - admin")
    vaulted = {"user": object(), "enter_command": object()}
    shown = source.shown(**vaulted)
    assert shown["ansible_pcli_enter_command"] is vaulted["enter_command"] and "ansible_user" not in shown


@pytest.mark.parametrize("name", ["ansible_password", "ansible_pcli_jump_password"])
def test_a_refused_password_is_not_tried_again_when_the_file_is_read_twice(source, plugin, monkeypatch, name):
    tried = []

    class Refusing:
        def __init__(self, variables):
            self.variables = variables

        @property
        def session(self):
            tried.append(self.variables[name])
            raise LoginRefused("The login was refused.")

        def close(self):
            pass

    monkeypatch.setitem(type(plugin).parse.__globals__, "_connection", Refusing)
    monkeypatch.setattr(conductor_query, "REFUSED", {})
    for password in ("one", "one", "two"):
        assert "was refused" in source(variables={name: f"{{{{ '{password}' }}}}"})
    assert tried == ["one", "two"]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that the variables of a run hold are masked wherever somebody repeats them."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.known_secrets import secrets_of_hosts

HOOK = "https://hooks.example/T0/B0/verysecret"


def test_the_address_of_the_webhook_and_the_passwords_of_all_hosts_are_known(tmp_path) -> None:
    hosts = {
        "cond-1": {"ansible_password": "first-word"},
        "cond-2": {"ansible_pcli_api_token": "second-word"},
        "store": {"ansible_pcli_jump_password": "third-word", "ansible_host": "192.0.2.1"},
    }
    variables = {"hostvars": hosts, "groups": {"ssr_conductors": ["cond-1", "cond-2"]}, "ssr_webhook_url": HOOK}
    said = secrets_of_hosts(variables, ["store"]).mask(f"{HOOK} first-word second-word third-word 192.0.2.1")
    assert said == "******** ******** ******** ******** 192.0.2.1"


def test_an_address_in_a_file_is_known_and_the_name_of_the_file_is_none(tmp_path) -> None:
    file = tmp_path / "hook"
    file.write_text(f"{HOOK}\n", encoding="utf-8")
    secrets = secrets_of_hosts({"hostvars": {"c": {"router_upgrade_webhook_url": str(file)}}}, ["c"])
    assert secrets.mask(f"{HOOK} in {file}") == f"******** in {file}"


def test_a_variable_that_cannot_be_resolved_and_a_short_word_are_none() -> None:
    class Broken(dict):
        def __getitem__(self, name):
            raise KeyError(name)

    hosts = {"a": Broken(ansible_password="x"), "b": {"ansible_password": "abc"}}
    assert secrets_of_hosts({"hostvars": hosts}, ["a", "b", "gone"]).mask("abc x") == "abc x"

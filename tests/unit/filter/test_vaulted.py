# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that are encrypted with Ansible Vault are compared as their texts, and not shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.sessionsmart.ssr.plugins.filter.batch import release_mistakes
from ansible_collections.sessionsmart.ssr.plugins.filter.input import input_mistakes, setting_mistakes
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import router_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.versions import versions_of_hosts
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import decrypted

ROOT = Path(__file__).resolve().parents[3]
SECRETS = [("default", VaultSecret(b"a password"))]
VALUES = {
    "ssr_version": "6.3.5",
    "ssr_router": "one",
    "router_upgrade_in_flight": "20",
    "router_upgrade_window_end": "2030-01-01T05:00:00Z",
}


def written(path: Path, values: dict[str, str]) -> Path:
    """A file of variables, each of them encrypted."""
    cipher = VaultLib(SECRETS)
    lines = []
    for name, value in values.items():
        text = cipher.encrypt(value.encode(), SECRETS[0][1]).decode()
        lines += [f"{name}: !vault |", *(f"  {line}" for line in text.splitlines())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def loaded(path: Path) -> dict:
    """The variables as Ansible has them, before any template."""
    loader = DataLoader()
    loader.set_vault_secrets(SECRETS)
    return dict(loader.load_from_file(str(path)))


@pytest.fixture(autouse=True)
def secrets(monkeypatch) -> None:
    """From ansible-core 2.19 on, values are decrypted when they are used, with the secrets of the process."""
    context = getattr(vault, "VaultSecretsContext", None)
    if context:
        monkeypatch.setattr(context, "_current", context(SECRETS))


@pytest.fixture
def variables(tmp_path) -> dict:
    return loaded(written(tmp_path / "vaulted.yml", VALUES))


def test_an_encrypted_value_is_its_text(variables) -> None:
    assert {name: decrypted(value) for name, value in variables.items()} == VALUES
    assert decrypted({"a": [variables["ssr_router"], 1]}) == {"a": ["one", 1]}
    assert decrypted("plain") == "plain" and decrypted(7) == 7


def test_encrypted_settings_are_read_as_others_are(variables) -> None:
    hostvars = {"one": variables}
    assert input_mistakes(["c"], variables["ssr_version"], True) == []
    assert release_mistakes(hostvars, ["one"]) == []
    assert setting_mistakes(hostvars, ["one"]) == []
    assert router_of(hostvars, "one") == "one"
    assert versions_of_hosts(["one"], hostvars) == {"one": "6.3.5"}


def test_a_mistake_in_an_encrypted_value_does_not_show_it(tmp_path) -> None:
    values = loaded(written(tmp_path / "bad.yml", {"router_upgrade_in_flight": "s3cret"}))
    (mistake,) = setting_mistakes({"one": values}, ["one"])
    assert mistake == "router_upgrade_in_flight is encrypted, so its value is not shown: give a whole number."


@pytest.mark.parametrize("password", ["a password", "another one"])
def test_a_playbook_reads_encrypted_variables_and_says_where_it_cannot(tmp_path, password) -> None:
    bad = written(tmp_path / "vaulted.yml", {**VALUES, "router_upgrade_in_flight": "many"})
    (tmp_path / "password").write_text(password, encoding="utf-8")
    hosts = {"ssr_conductors": {"hosts": {"c1": {}}}, "ssr_routers": {"hosts": {"one": {}}}}
    (tmp_path / "hosts.yml").write_text(json.dumps({"all": {"children": hosts}}), encoding="utf-8")
    arguments = [
        "-i",
        str(tmp_path / "hosts.yml"),
        "-e",
        f"@{bad}",
        "--vault-password-file",
        str(tmp_path / "password"),
    ]
    run = subprocess.run(
        [sys.executable, "-m", "ansible", "playbook", str(ROOT / "playbooks" / "upgrade_routers.yml"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "ANSIBLE_NOCOLOR": "1"},
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    output = run.stdout + run.stderr
    assert run.returncode == 2 and "many" not in output and "is not text" not in output
    assert ("its value is not shown" if password == "a password" else "Decryption failed") in output or (
        "cannot be read" in output
    ), output

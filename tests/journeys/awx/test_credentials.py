# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials as AWX injects them, and host keys that stay checked although AWX turns that off."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from ansible.constants import DEFAULT_VAULT_IDENTITY
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.routers import authority, inventory
from tests.journeys.awx.controller import Credential, controller, side_by_side

REPORT = "SSR north: report"


def logins(b) -> int:
    """How many logins the simulated conductor has let in."""
    return len([entry for entry in b.simulator.log.entries if entry["event"] == "login"])


@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="ssh-agent is not installed")
def test_a_key_with_a_passphrase_reaches_the_conductor_through_the_agent(bench, tmp_path):
    key = tmp_path / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "pass-of-the-key", "-f", str(key)]
    subprocess.run(command, check=True)
    user = {"name": "admin", "keys": [key.with_suffix(".pub").read_text().strip()]}
    b = bench(authority(users=[user]))
    inventory(b)
    credential = Credential(key=key.read_text(), passphrase="pass-of-the-key")
    key.unlink()
    job = controller(b, credential=credential).launch(REPORT)
    assert job.code == 0, job.failures
    assert "Identity added" in job.output and "2 nodes:" in job.output


def conductors_of(awx):
    """The variables of each conductor host."""
    return list(awx.inventory["all"]["children"]["ssr_conductors"]["hosts"].values())


def test_a_password_from_a_vault_is_used_where_the_credential_has_none(bench):
    b = bench(authority())
    inventory(b)
    awx = controller(b, credential=Credential(vault="pass-of-the-vault"))
    secret = VaultSecret(b"pass-of-the-vault")
    lib = VaultLib([(DEFAULT_VAULT_IDENTITY, secret)])
    text = lib.encrypt(b.simulator.scenario.users[0].password, secret).decode()
    for host in conductors_of(awx):
        host["ansible_password"] = {"__ansible_vault": text}
    job = awx.launch(REPORT)
    assert job.code == 0, job.failures
    assert b.simulator.scenario.users[0].password not in job.output


def test_host_keys_are_checked_although_awx_turns_that_off(bench):
    """The variable of the inventory wins over the environment; the third job shows that the environment does it."""
    b = bench(authority())
    inventory(b)
    awx, pinned, off = controller(b), controller(b), controller(b)
    for instance in (awx, off):
        for host in conductors_of(instance):
            del host["ansible_pcli_host_keys"]
    wrong = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEvG2TQx0vHcLTaDGNYJQWDZmqKCBUdHWAqF3Zyi1bGq"
    for host in conductors_of(pinned):
        host["ansible_pcli_host_keys"] = [wrong]
    off.inventory["all"]["vars"] = {}
    for instance, name in ((pinned, "pinned"), (off, "off")):
        instance.folder = b.folder / name
        instance.folder.mkdir()
    unknown, other, unchecked = side_by_side(
        *(lambda instance=instance: instance.launch(REPORT) for instance in (awx, pinned, off))
    )
    assert unknown.code == 2 and "is not known" in unknown.failures[0], unknown.output
    assert other.code == 2 and "not the known one" in other.failures[0], other.output
    assert unchecked.code == 0, unchecked.output

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a word announces are hidden to their end, and what a reader needs is left."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import HIDDEN, Scrubber


@pytest.mark.parametrize(
    "text",
    [
        "RADIUS server rejected pwd=Swordfish for hans",
        "LDAP bind failed pass=Swordfish",
        "pass: Swordfish",
        "adminPass=Swordfish",
        "key=Swordfish sent to the server",
        "the key Swordfish was sent",
        "LTE modem PIN 4812",
        "SIM-PIN: 4812",
        "PIN=4812, PUK 48124812",
        "the PIN is 4812",
        "Passwort: Swordfish Kennwort=Swordfish",
        "Das Kennwort lautet Swordfish",
        "Das Passwort wurde auf Swordfish gesetzt",
        "mot de passe : Swordfish",
        "contraseña=Swordfish",
        "contrasen\u0303a: Swordfish",
        "пароль: Swordfish",
        "https://hook.example/services?sig=Swordfish&token=Murmeltier",
        "password is Swordfish",
        "the password was set to Swordfish",
        "password has been changed to 'Swordfish Murmeltier'",
        "password for bob is Swordfish",
        "password of the user bob: Swordfish",
        "enable secret 5 Swordfish",
        "username bob password 7 Swordfish",
        "secret sha512 Swordfish",
        "key 7 Swordfish",
        "passphrase: Swordfish Murmeltier Swordfish",
        "passphrase Swordfish to or not Murmeltier",
        "passphrase: to be or not to be Swordfish, and more",
        "password: Swordfish of the Murmeltier",
        "password=Swordfish Murmeltier for hans",
        "password Swordfish Murmeltier for hans",
        "SNMP v3 authKey Swordfish privKey Murmeltier",
        "ike-key: Swordfish",
        "token Swordfish expired; secret Murmeltier",
        "password=Sword,fish;Murmeltier done",
        "user=bob,password=Swordfish,host=x",
        'password "Sword\\"Murmeltier" done',
        '"password": {"value": "Swordfish", "set": true}, "x": 1',
        "password: „Swordfish Murmeltier“",
        "privateKey: -----BEGIN PRIVATE KEY-----\nSwordfish\nMurmeltier\n-----END PRIVATE KEY-----",
        "password -> Swordfish",
        "password := Swordfish",
        "password\nSwordfish",
        " 1   x   the new password\n           Swordfish",
    ],
)
def test_announced_secrets_are_hidden(text) -> None:
    scrubber = Scrubber()
    scrubber.clean(text)
    scrubber.names.begin_again()
    cleaned = scrubber.clean(text)
    assert not [part for part in ("Sword", "fish", "Murmeltier", "4812") if part in cleaned], cleaned
    assert scrubber.clean(cleaned) == cleaned and HIDDEN in cleaned


@pytest.mark.parametrize(
    "key", ["pwd", "adminPwd", "pass", "pin", "simPin", "sig", "privKey", "auth_key", "passwort", "contraseña", "psk"]
)
def test_what_stands_under_the_name_of_a_secret_is_hidden(key) -> None:
    assert "Swordfish" not in json.dumps(Scrubber().clean_data({key: ["Swordfish"]}))


@pytest.mark.parametrize(
    "text",
    [
        "the password has expired and must be changed",
        "Password updated successfully",
        "password is required",
        "token is invalid",
        "No secret was found",
        "key-accepted",
        " Key manager state:        active_leader",
        "Key change count:         1",
        "Key change error:         n/a",
        "the host key was changed",
        "host key not known",
        "System Processes Check: PASS",
        "PASS: disk space",
        "pass: 3, fail: 1",
        "pass=12 fail=0",
        "% Error: Keyword argument 'version' is required",
        "primary key of the table",
        "bypass mode, compass, monkey business, spin up, design",
        "pin 4 of the connector",
        "public key authentication failed",
        "a password of at least 8 characters",
        "password authentication is disabled",
        "The following accounts have default passwords and must be updated",
        "secrets, tokens, passwords and keys",
        "passes: 4, keys: 5",
        "forgot the password   not-shelved",
        " a:1   major   change the default secret\n a:2   minor   next",
    ],
)
def test_what_is_said_about_secrets_stays(text) -> None:
    assert Scrubber().clean(text) == text


def test_the_rest_of_a_line_is_left_for_readers() -> None:
    clean = Scrubber().clean
    assert clean("rejected pwd=Swordfish for hans") == f"rejected pwd={HIDDEN} for hans"
    assert clean("token Swordfish expired; up") == f"token {HIDDEN} expired; up"
    assert clean("x   password: Sword     major") == f"x   password: {HIDDEN}  major", "columns stay where they are"
    assert clean("x   pwd=Sword-fish-1 of a   pin=4812      up") == f"x   pwd={HIDDEN} of a       pin={HIDDEN}  up"
    assert clean("passphrase: a b c, and the state is up") == f"passphrase: {HIDDEN}, and the state is up"
    assert clean('{"password": "a b", "state": "up"}') == f'{{"password": "{HIDDEN}", "state": "up"}}'
    assert clean("password=a state=up") == f"password={HIDDEN} state=up"

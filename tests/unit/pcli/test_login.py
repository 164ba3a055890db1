# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as users write them."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import read_address
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.password_prompts import is_password_prompt

WHERE = "ansible_pcli_fallback_hosts"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c2.example", ("c2.example", None)),
        ("c2.example:22", ("c2.example", 22)),
        ("192.0.2.7:830", ("192.0.2.7", 830)),
        ("[2001:db8::7]:830", ("2001:db8::7", 830)),
        ("[2001:db8::7]", ("2001:db8::7", None)),
        ("2001:db8::7", ("2001:db8::7", None)),
        ("[fe80::1%eth0]:22", ("fe80::1%eth0", 22)),
        ("fe80::1%eth0", ("fe80::1%eth0", None)),
    ],
)
def test_addresses_are_read_as_users_write_them(text, expected) -> None:
    assert read_address(text, WHERE) == expected


@pytest.mark.parametrize(
    "entry",
    ["c2 example", "c2:ssh", "c2:0", "c2:65536", "c2:", "[c2]:22", "[2001:db8::7", "admin@c2", "ssh://c2", "::x"],
)
def test_what_is_no_address_is_named(entry) -> None:
    with pytest.raises(PcliError, match="ansible_pcli_fallback_hosts holds") as caught:
        read_address(entry, WHERE)
    assert entry in str(caught.value)


@pytest.mark.parametrize(
    ("prompt", "answered"),
    [
        ("svc-token@cond's password: ", True),
        ("Password for pin@corp:", True),
        ("(current@c1.example) Password: ", True),
        ("Password or Duo:", False),
        ("admin@c1's one-time password:", False),
        ("Token for password@c1:", False),
    ],
)
def test_the_account_in_a_prompt_is_no_second_factor(prompt, answered) -> None:
    assert is_password_prompt(prompt) is answered


PROMPTS = [
    "Password: ",
    "admin's password: ",
    "(admin@c1) Password:",
    "Password for admin on hq:",
    "Password for node code-1: ",
    "LDAP password: ",
    "TACACS Password:",
    "RADIUS password:",
    "SSR password:",
    "Local password for admin:",
    "Password for admin on conductor-1:",
    "Inserire la password:",
    "Has\u0142o: ",
    "\u041f\u0430\u0440\u043e\u043b\u044c: ",
    "\u30d1\u30b9\u30ef\u30fc\u30c9:",
    "\u5bc6\u7801\uff1a",
    "Enter your password: ",
    "Bitte geben Sie Ihr Passwort ein: ",
    "Mot de passe : ",
    "Contrase\u00f1a para usuario admin: ",
]
OTHERS = """Einmal-Passwort:
Mot de passe \u00e0 usage unique :
Contrase\u00f1a de un solo uso:
Eenmalig wachtwoord:
Senha de uso \u00fanico:
Eng\u00e5ngsl\u00f6senord:
Neues Passwort:
Nouveau mot de passe :
Geben Sie ein neues Passwort ein:
SMS password:
Password (SecurID):
Password [press YubiKey]:
YubiKey password:
Dynamic password:
Second password:
Temporary password:
Old password:
(current) UNIX password:
Challenge 83746, password:
Password for host verification:
Password on token:
\u4e00\u6b21\u6027\u5bc6\u7801\uff1a
Has\u0142o jednorazowe:
Password for user token:
Password, then password:
Passphrase for key:
Kennwort abgelaufen. Passwort:
Enter password and push:""".splitlines()


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_prompt_of_the_password_is_known_in_many_words(prompt: str) -> None:
    assert is_password_prompt(prompt, {"admin", "hq"})


@pytest.mark.parametrize("prompt", OTHERS)
def test_a_password_of_another_kind_is_not_that_of_the_login_in_any_language(prompt: str) -> None:
    assert not is_password_prompt(prompt, {"admin", "hq"})


@pytest.mark.parametrize(
    ("instructions", "answered"),
    [
        ("", True),
        ("Unauthorized access is prohibited (18 U.S.C. 1030). Attempts to change data are recorded.", True),
        ("Enter the 6-digit code of your authenticator app", False),
        ("Geben Sie den Code aus Ihrer App ein", False),
        ("Saisissez les six chiffres", False),
        ("Challenge: 93814", False),
        ("Your password has expired.", False),
        ("Password change required", False),
        ("RSA SecurID", False),
    ],
)
def test_instructions_above_the_prompt_count_too(instructions: str, answered: bool) -> None:
    assert is_password_prompt("Password: ", instructions=instructions) is answered


NOTICES = [
    "You are accessing a U.S. Government (USG) Information System (IS) that is provided for USG-authorized use only. "
    "By using this IS, you consent to the following conditions: -This IS includes security measures (e.g., "
    "authentication and access controls) to protect USG interests--not for your personal benefit or privacy.",
    "Unauthorized access is a violation of Title 18, United States Code, Section 1030, and may be prosecuted.",
    "Violations are punishable under Penal\nCode 502.",
    "Use of this system is subject to the Acme Code of Conduct and the new policy.",
    "Never share your password, token or verification code with anybody.",
    "All digital records on this system are monitored. The source code is confidential.",
    "For help call +1 8005551234, or write to 1133 Innovation Way, Sunnyvale, CA 94089.",
    "New York Data Center. Authorized personnel only. If you see this notice again, call the desk.",
    "Your identity is verified, and access depends on a number of factors.",
    "Acc\u00e8s r\u00e9serv\u00e9. Toute intrusion est punie par l'article 323-1 du Code p\u00e9nal.",
    "SSR 6.3.5-39.r1, build 20240811, serial 12345678\nBuild 20240811\nPhone 555123456",
    "Your password will expire in 7 days.",
    "By using this system you consent to the rules for tokens. " * 80,
]


@pytest.mark.parametrize("notice", NOTICES)
def test_a_notice_above_the_prompt_of_the_password_stops_no_login(notice: str) -> None:
    assert is_password_prompt("Password: ", {"admin"}, notice)


@pytest.mark.parametrize(
    "words",
    [
        "Enter the code from your token.",
        "Enter the code of your phone",
        "A verification code was sent to your phone.",
        "You must change your password now and login again!",
        "Duo two-factor login for admin",
        "Access is monitored; enter your token code",
        "83746",
    ],
)
def test_what_asks_for_a_code_below_a_notice_still_does(words: str) -> None:
    for notice in [*NOTICES, "Authorized access only"]:
        for instructions in (f"{notice}\n\n{words}", f"{words}\n\n{notice}"):
            assert not is_password_prompt("Password: ", {"admin"}, instructions)


def test_a_label_in_a_line_of_its_own_is_none_of_the_notice() -> None:
    assert not is_password_prompt("Password: ", instructions="Authorized access only\nRSA SecurID")

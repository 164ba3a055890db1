# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as users write them."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.authentication import _is_password_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import read_address

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
    assert _is_password_prompt(prompt) is answered

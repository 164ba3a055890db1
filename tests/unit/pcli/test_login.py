# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The further addresses of a conductor, as users write them."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login, elsewhere

FIRST = Login("c1.example", 2222, "admin", "secret", host_keys=("ssh-ed25519 AAAA",))


def addresses(entries: object) -> list[tuple[str, int]]:
    return [(login.host, login.port) for login in elsewhere(FIRST, entries)]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (None, []),
        ([], []),
        ("", []),
        (["c2.example"], [("c2.example", 2222)]),
        (["c2.example:22"], [("c2.example", 22)]),
        (["192.0.2.7:830"], [("192.0.2.7", 830)]),
        (["[2001:db8::7]:830"], [("2001:db8::7", 830)]),
        (["[2001:db8::7]"], [("2001:db8::7", 2222)]),
        (["2001:db8::7"], [("2001:db8::7", 2222)]),
        (["[fe80::1%eth0]:22"], [("fe80::1%eth0", 22)]),
        ("c2.example, c3.example:22", [("c2.example", 2222), ("c3.example", 22)]),
        (["c2.example", "c2.example:2222", " c2.example "], [("c2.example", 2222)]),
        (["c1.example", "c1.example:2222", "c1.example:22"], [("c1.example", 22)]),
    ],
)
def test_addresses_are_read_as_users_write_them(entries, expected) -> None:
    assert addresses(entries) == expected


def test_only_the_address_is_another_one() -> None:
    other = elsewhere(FIRST, "c2.example")[0]
    assert (other.user, other.password, other.host_keys) == ("admin", "secret", ("ssh-ed25519 AAAA",))


@pytest.mark.parametrize(
    "entry",
    ["c2 example", "c2:ssh", "c2:0", "c2:65536", "c2:", "[c2]:22", "[2001:db8::7", "admin@c2", "ssh://c2", "::x"],
)
def test_what_is_no_address_is_named(entry) -> None:
    with pytest.raises(PcliError, match="ansible_pcli_fallback_hosts holds") as caught:
        elsewhere(FIRST, [entry])
    assert entry in str(caught.value)

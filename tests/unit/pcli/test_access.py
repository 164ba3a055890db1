# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said where no node of a conductor can be used."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import none_reached
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    HostKeyRefused,
    LoginRefused,
    PcliError,
)

ADVICE = "Check ansible_host and ansible_port, and that it is up."


def away(address: str) -> PcliError:
    return ConnectFailed(f"Nobody answers SSH at {address}: refused. {ADVICE}")


def test_where_no_node_answers_each_has_its_name_and_the_advice_is_given_once() -> None:
    error = none_reached({"c1": away("192.0.2.1"), "c2": away("192.0.2.2")})
    assert str(error) == (
        "None of 2 nodes of the conductor can be used. c1: Nobody answers SSH at 192.0.2.1: refused. "
        f"c2: Nobody answers SSH at 192.0.2.2: refused. {ADVICE}"
    )


def test_an_address_that_the_reason_names_is_not_put_in_front_of_it() -> None:
    error = none_reached({"[127.0.0.1]:1": away("[127.0.0.1]:1"), "192.0.2.2": away("192.0.2.2")})
    assert "used. Nobody answers SSH at [127.0.0.1]:1: refused. Nobody answers SSH at 192.0.2.2: refused." in str(error)


def test_reasons_with_different_advice_keep_their_own() -> None:
    error = none_reached({"c1": away("192.0.2.1"), "c2": HostKeyRefused("The host key of c2 is not known. Pin it.")})
    assert str(error).endswith(f"refused. {ADVICE} c2: The host key of c2 is not known. Pin it.")


@pytest.mark.parametrize("kind", [LoginRefused, ConnectFailed])
def test_nodes_that_say_the_same_share_it_whole(kind) -> None:
    same = kind("The login was refused. Check ansible_password.")
    error = none_reached({"c1": same, "c2": same})
    assert str(error).endswith("used. c1, c2: The login was refused. Check ansible_password.")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the connection that no login could work with: a sentence, before anything is sent."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.inventory.conductor import _connection
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError


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

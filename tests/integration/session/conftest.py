# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the session share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh import Login

from tests.integration.session.fake_server import Server


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the keys, the agent or the known hosts of whoever runs it."""
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture
def login_to() -> Callable[..., Login]:
    """A login for a server, with its host keys pinned unless said otherwise."""

    def login(server: Server, **changes: object) -> Login:
        values = {
            "host": "127.0.0.1",
            "port": server.port,
            "user": "admin",
            "password": "right",
            "host_keys": server.pins,
            "known_hosts": (),
            "connect_timeout": 10.0,
        }
        return Login(**{**values, **changes})

    return login


@pytest.fixture
def session_on(login_to) -> Iterator[Callable[..., Session]]:
    """A session on a server, closed at the end."""
    opened: list[Session] = []

    def session(server: Server, options: dict | None = None, login: dict | None = None, **changes: object) -> Session:
        shell_options = ShellOptions(**{"login_timeout": 15.0, "first_quiet": 0.1, **(options or {})})
        opened.append(Session(Access(login_to(server, **(login or {})), shell_options), **changes))
        return opened[-1]

    yield session
    for opened_session in opened:
        opened_session.close()

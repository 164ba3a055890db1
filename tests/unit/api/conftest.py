# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor's web server that each test scripts, and certificates for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess

from tests.unit.api.server import Certificate, Reply, Seen, Server, make_certificate

PASSWORD = 'pass"w0rd\\ & more'


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Certificate:
    """Made out to the name of a conductor, and not to the address where it is served."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "conductor.example")


@pytest.fixture(scope="session")
def other_certificate(tmp_path_factory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("other"), "other.example")


@pytest.fixture
def serve(certificate) -> Iterator[Callable[[Callable[[Seen], Reply]], Server]]:
    """Starts a server that answers by a function."""
    servers: list[Server] = []

    def start(answer: Callable[[Seen], Reply], its_certificate: Certificate = certificate) -> Server:
        servers.append(Server(its_certificate, answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def access_to(certificate) -> Callable[..., ApiAccess]:
    """The settings for a server: it is trusted by its fingerprint unless the test says otherwise."""

    def access(server: Server, **settings) -> ApiAccess:
        defaults = {"user": "auto", "password": PASSWORD, "pins": (certificate.fingerprint,), "timeout": 20.0}
        return ApiAccess("127.0.0.1", server.port, **{**defaults, **settings})

    return access

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another way in: a channel of an SSH session, over which TLS is verified as everywhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import paramiko
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.access import ApiAccess
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import ApiRequest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.errors import ApiAway, NotTrusted, Problems
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.transport import Transport
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.ways import Way, direct, through_ssh

from tests.unit.api.server import Reply, data

SYSTEM = ApiRequest("GET", "/system")
#: Longer than a packet of SSH and a record of TLS.
LONG = [{"node": f"node-{number}"} for number in range(20_000)]


class OnlyBytes:
    """What of a channel of paramiko is of use here. It is no socket: its file number is not that of its bytes."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self.closed = False

    def recv(self, size: int) -> bytes:
        return self._inner.recv(min(size, 100))

    def sendall(self, data: bytes) -> None:
        self._inner.sendall(data)

    def settimeout(self, timeout: float | None) -> None:
        self._inner.settimeout(timeout)

    def close(self) -> None:
        self.closed = True
        self._inner.close()


def pump(source, sink) -> None:
    """Carry bytes until one side ends."""
    try:
        while chunk := source.recv(32768):
            sink.sendall(chunk)
    except (OSError, EOFError):
        pass
    finally:
        sink.close()


def by_way(access: ApiAccess, way: Way) -> Transport:
    return Transport(access, Problems(access.address, access.secrets()), way)


def conductor(**settings) -> ApiAccess:
    """A conductor whose name only its own network knows."""
    return ApiAccess("conductor.example", user="auto", password="secret-1", timeout=20.0, **settings)


@pytest.mark.parametrize("trust", ["pin", "name"])
def test_any_two_ends_carry_a_connection_whose_certificate_is_verified(serve, certificate, trust) -> None:
    server = serve(lambda _seen: data(LONG))
    settings = {"pins": (certificate.fingerprint,)} if trust == "pin" else {"ca_path": str(certificate.path)}
    opened: list[OnlyBytes] = []
    asked: list[tuple[str, int]] = []

    def way(host: str, port: int, _timeout: float) -> OnlyBytes:
        asked.append((host, port))
        ours, theirs = socket.socketpair()
        web = socket.create_connection(("127.0.0.1", server.port))
        for ends in ((theirs, web), (web, theirs)):
            threading.Thread(target=pump, args=ends, daemon=True).start()
        opened.append(OnlyBytes(ours))
        return opened[-1]

    answer = by_way(conductor(**settings), way).exchange(SYSTEM, "abc")
    assert answer.body == data(LONG).body and asked == [("conductor.example", 443)]
    assert (
        server.seen[0].headers["Authorization"] == "Bearer abc"
        and server.seen[0].headers["Host"] == "conductor.example"
    )
    assert [channel.closed for channel in opened] == [True]


# -- through paramiko -----------------------------------------------------------------------------------------------


class Gate(paramiko.ServerInterface):
    """An SSH server that forwards to one web server, or to nobody."""

    def __init__(self, port: int | None) -> None:
        self.port = port
        self.asked: list[tuple[str, int]] = []

    def check_auth_none(self, username):
        return paramiko.AUTH_SUCCESSFUL

    def get_allowed_auths(self, username):
        return "none"

    def check_channel_direct_tcpip_request(self, chanid, origin, destination):
        self.asked.append(destination)
        return paramiko.OPEN_SUCCEEDED if self.port else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


@pytest.fixture
def ssh() -> Iterator:
    """Starts both ends of an SSH session; what is forwarded goes to a port of this machine."""
    ends: list[paramiko.Transport] = []

    def start(port: int | None) -> tuple[paramiko.Transport, Gate]:
        ours, theirs = socket.socketpair()
        gate = Gate(port)
        server, client = paramiko.Transport(theirs), paramiko.Transport(ours)
        ends.extend((client, server))
        server.add_server_key(paramiko.ECDSAKey.generate())
        server.start_server(server=gate, event=threading.Event())
        client.start_client(timeout=20)
        client.auth_none("admin")

        def forward() -> None:
            channel = server.accept(20)
            if channel is not None:
                web = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=pump, args=(web, channel), daemon=True).start()
                pump(channel, web)

        threading.Thread(target=forward, daemon=True).start()
        return client, gate

    yield start
    for end in ends:
        end.close()


def test_a_channel_of_an_ssh_session_reaches_the_web_server_of_the_node(serve, certificate, ssh) -> None:
    server = serve(lambda _seen: data(LONG))
    client, gate = ssh(server.port)
    answer = by_way(conductor(pins=(certificate.fingerprint,)), through_ssh(client)).exchange(SYSTEM, "abc")
    assert answer.body == data(LONG).body
    assert gate.asked == [("127.0.0.1", 443)]


def test_behind_a_channel_another_certificate_is_refused_as_well(serve, other_certificate, certificate, ssh) -> None:
    server = serve(lambda _seen: Reply(), other_certificate)
    client, _gate = ssh(server.port)
    with pytest.raises(NotTrusted, match="not the pinned one"):
        by_way(conductor(pins=(certificate.fingerprint,)), through_ssh(client)).exchange(SYSTEM, "abc")
    assert server.seen == []


def test_a_node_that_forwards_nothing_is_told(certificate, ssh) -> None:
    client, _gate = ssh(None)
    with pytest.raises(ApiAway, match=r"No connection could be opened: .*forwards no channels"):
        by_way(conductor(pins=(certificate.fingerprint,)), through_ssh(client)).exchange(SYSTEM, "abc")


def test_the_body_of_a_request_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, direct(*listening.getsockname(), 5) as connection:
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

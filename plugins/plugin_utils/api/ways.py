# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to the web server of a conductor: a connection of our own, or a channel of an SSH session."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from .tls import Carrier

#: What an SSH server answers that forwards no channels (RFC 4254).
_PROHIBITED = 1

#: Opens a connection to a host and a port, within so many seconds. It may raise anything; the caller makes it a
#: sentence.
Way = Callable[[str, int, float], Carrier]


def direct(host: str, port: int, timeout: float) -> Carrier:
    """A TCP connection from the controller.

    Head and body of a request leave one after the other. With the usual delay of small packets the second would wait
    for the acknowledgement of the first, some 40 ms for each query.
    """
    connection = socket.create_connection((host, port), timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def through_ssh(transport: Any, host: str = "127.0.0.1", port: int = 443) -> Way:
    """A way through an SSH session, to a web server as the node at its other end sees it.

    ``transport`` is that of paramiko; whose certificate is expected is a matter of the settings, as on any other way.
    The SSH server of the node may forbid it (AllowTcpForwarding); whether that of the SSR does is not known.
    """

    def open_channel(_host: str, _port: int, timeout: float) -> Carrier:
        try:
            return transport.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=timeout)
        except Exception as error:
            if getattr(error, "code", None) == _PROHIBITED:
                raise PermissionError("the SSH server of the node forwards no channels (AllowTcpForwarding)") from error
            raise

    return open_channel

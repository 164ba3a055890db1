# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTPS port of one conductor node."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable

from ..accounts import Accounts
from ..lifecycle import Lifecycle
from ..listener import Listener
from ..world import Node, World
from .certificate import self_signed
from .connection import Connection, LocalConnection
from .shared import Shared

_HANDSHAKE = 10.0
HTTPS_PORT = 443
LOCAL_PORT = 31517
_HERE = ("127.0.0.1", "localhost", "::1")


class ApiServer(Listener):
    """It answers while the node is up, unless a fault or a habit takes the web server away from it."""

    def __init__(
        self, world: World, lifecycle: Lifecycle, node: Node, accounts: Accounts, shared: Shared, host: str, port: int
    ) -> None:
        super().__init__(f"simulator-api-{node.name}", host, port)
        self.world = world
        self.lifecycle = lifecycle
        self.node = node
        self.accounts = accounts
        self.shared = shared
        self.certificate = self_signed(node.name, host if world.habits["certificate_names"] == "address" else None)
        self.stopped = threading.Event()
        self._tls = _context(self.certificate.pem, self.certificate.key)
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._open = True
        self._restarts = node.restarts

    # --- power ------------------------------------------------------------------------------------------------

    def review(self) -> None:
        """Something has changed: is the port to be open?"""
        with self._guard:
            if self.node.restarts != self._restarts:
                self._restarts = self.node.restarts
                if self.world.habits["tokens_after_restart"] == "lost":
                    self.shared.tokens.forget(node=self.node.node_id)
            wanted = self.node.up and self.trouble() != "refused"
            if wanted != self._open:
                self._open = wanted
                self.order("up" if wanted else "down")

    def trouble(self) -> str:
        """What is wrong with the web server at this moment: a way of `web_server_away`, or nothing."""
        fault = self.world.faults.peek("web_server_away", self.node.name, self.node.router.name)
        if fault and (fault["when"] == "start" or self.node.restarts):
            return str(fault["how"])
        way = self.world.habits["web_while_starting"]
        return "" if self.node.service == "running" or way == "answers" else way

    def went_down(self) -> None:
        self.world.journal.add("api_down", node=self.node.node_id)

    def came_up(self) -> None:
        self.world.journal.add("api_up", node=self.node.node_id)

    def close(self) -> None:
        self.stopped.set()
        super().close()

    def drop_all(self) -> None:
        with self._guard:
            connections, self._connections = self._connections, set()
        for connection in connections:
            # The thread that reads from it has to notice, so closing is not enough.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    # --- connections ------------------------------------------------------------------------------------------

    def welcome(self, connection: socket.socket) -> None:
        self._begin(connection, self._secured)

    def inside(self, host: str, port: int) -> socket.socket | None:
        """A connection from the box to itself, as SSH forwards one; None where nothing listens.

        On the box GraphQL also answers without TLS and without a login (SC): 31516 before 4.4, 31517 since.
        """
        local = port == LOCAL_PORT
        if host not in _HERE or not (local or port == HTTPS_PORT) or not self._open:
            return None
        ours, theirs = socket.socketpair()
        self._begin(ours, self._local if local else self._secured)
        return theirs

    def _begin(self, connection: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with self._guard:
            self._connections.add(connection)
        threading.Thread(target=self._serve, args=(connection, serve), name="simulator-api", daemon=True).start()

    def _serve(self, connection: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        try:
            serve(connection)
        except OSError:  # whoever hangs up, or does not trust us, is no news
            pass
        except Exception as error:  # a bug here must be seen, not look like a broken connection
            self.world.violate(f"simulator error in the web interface: {type(error).__name__}: {error}")
        finally:
            self._end(connection)

    def _secured(self, connection: socket.socket) -> None:
        connection.settimeout(_HANDSHAKE)
        secured = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._guard:
            # From here on the plain socket is an empty shell.
            self._connections.add(secured)
        try:
            secured.do_handshake()
            Connection(secured, self)
        finally:
            self._end(secured)

    def _local(self, connection: socket.socket) -> None:
        LocalConnection(connection, self)

    def _end(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.discard(connection)
        with contextlib.suppress(OSError):
            connection.close()

    def alive(self, connection: socket.socket) -> bool:
        """Is this connection still to be served?"""
        with self._guard:
            return connection in self._connections and not self.stopped.is_set()


def _context(pem: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The standard library reads keys from files only.
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(pem + key)
        file.flush()
        context.load_cert_chain(file.name)
    return context

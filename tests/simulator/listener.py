# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A port of one conductor node: it listens while the node is up, and is given back at the end.

The port stays reserved while the node is away, so that nobody else gets it and a refused connection means what it says.
"""

from __future__ import annotations

import contextlib
import queue
import select
import socket
import threading

_BACKLOG = 64


class Listener(threading.Thread):
    def __init__(self, name: str, host: str, port: int) -> None:
        super().__init__(name=name, daemon=True)
        self.host = host
        self._socket, self.port = _reserve(host, port)
        self._socket.listen(_BACKLOG)
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._waker, self._bell = socket.socketpair()
        self.accepting = True
        #: Whoever connects is hung up on without a word.
        self.closing_door = False

    # --- what the kinds of listeners differ in ----------------------------------------------------------------

    def welcome(self, connection: socket.socket) -> None:
        """Somebody has connected."""
        raise NotImplementedError

    def drop_all(self) -> None:
        """End every connection."""
        raise NotImplementedError

    def went_down(self) -> None:
        """The port has been closed."""

    def comes_up(self) -> None:
        """The port is about to be opened again."""

    def came_up(self) -> None:
        """The port is open again."""

    @property
    def manner(self) -> str:
        """How the port behaves while it is closed: `refuse`, `hang` or `accept_then_close`."""
        return "refuse"

    # --- power ------------------------------------------------------------------------------------------------

    def order(self, what: str) -> None:
        """`down`, `up` or `stop`; done by the thread of the server, never by the caller (who may hold the lock)."""
        self._orders.put(what)
        with contextlib.suppress(OSError):
            self._bell.send(b"!")

    def run(self) -> None:
        while True:
            watched = [self._waker] + ([self._socket] if self.accepting else [])
            ready, _w, _x = select.select(watched, [], [])
            if self._waker in ready:
                self._waker.recv(64)
                while not self._orders.empty():
                    if not self._obey(self._orders.get()):
                        return
            elif self._socket in ready:
                self._accept()

    def _obey(self, what: str) -> bool:
        if what == "down":
            self._go_down()
        elif what == "up":
            self._come_up()
        else:
            self.close()
        return what != "stop"

    def close(self) -> None:
        """Give everything back. By the thread of the server, or by anybody when it was never started."""
        self.drop_all()
        for closable in (self._socket, self._bell, self._waker):
            closable.close()

    def _go_down(self) -> None:
        self.accepting = self.closing_door = self.manner == "accept_then_close"
        if self.manner == "refuse":
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self.drop_all()
        self.went_down()

    def _come_up(self) -> None:
        self.comes_up()
        try:
            self._socket.listen(_BACKLOG)
        except OSError:  # not every system lets a socket listen again
            self._socket.close()
            self._socket, self.port = _reserve(self.host, self.port)
            self._socket.listen(_BACKLOG)
        self.accepting, self.closing_door = True, False
        self.came_up()

    def _accept(self) -> None:
        try:
            connection, _address = self._socket.accept()
        except OSError:
            return
        if self.closing_door:
            connection.close()
            return
        # Many small writes: without this each would wait for the other side's delayed acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.welcome(connection)


def _reserve(host: str, port: int) -> tuple[socket.socket, int]:
    """A bound socket. Always bound by number: only then the kernel keeps the port while nobody listens."""
    for _attempt in range(20):
        number = port
        if not number:
            with socket.socket() as probe:
                probe.bind((host, 0))
                number = probe.getsockname()[1]
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, number))
            return listener, number
        except OSError:
            listener.close()
            if port:
                raise
    raise OSError("no free port found")

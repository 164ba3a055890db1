# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Channels of an SSH connection that lead on to a port (direct-tcpip)."""

from __future__ import annotations

import contextlib
import select
import socket
import threading

import paramiko

_BLOCK = 32768
#: Seconds (of the wall) within which the channel that was just allowed is there.
_SOON = 10.0


class Forwarding:
    """The forwarded channels of one connection: first allowed, then carried as soon as they are open."""

    def __init__(self, transport: paramiko.Transport) -> None:
        self._transport = transport
        self._onward: dict[int, socket.socket] = {}

    def allow(self, chanid: int, onward: socket.socket) -> None:
        """The channel of this number is about to be opened, and leads to `onward`."""
        self._onward[chanid] = onward
        threading.Thread(target=self._carry, name="simulator-forward", daemon=True).start()

    def _carry(self) -> None:
        channel = self._transport.accept(_SOON)
        # Shells wait in the same queue, and need nobody to take them from there.
        while channel is not None and channel.get_id() not in self._onward:
            channel = self._transport.accept(_SOON)
        if channel is not None:
            pump(channel, self._onward.pop(channel.get_id()))


def pump(channel: paramiko.Channel, onward: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    onward.settimeout(None)
    with contextlib.suppress(OSError, EOFError), contextlib.closing(channel), contextlib.closing(onward):
        while True:
            ready, _w, _x = select.select([channel, onward], [], [])
            for source, sink in ((channel, onward), (onward, channel)):
                if source in ready:
                    data = source.recv(_BLOCK)
                    if not data:
                        return
                    sink.sendall(data)

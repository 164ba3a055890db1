# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS over anything that sends and receives bytes: a socket, or a channel that an SSH session forwards.

The standard library's own TLS socket needs a real socket, which a channel is not. The certificate is looked at before
anything is sent over the connection.
"""

from __future__ import annotations

import hashlib
import io
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ansible.module_utils.urls import make_context

from .access import ApiAccess
from .errors import BadSettings

_CHUNK = 64 * 1024


class Carrier(Protocol):
    """What carries the bytes: a socket, or a channel of paramiko. Errors are OSErrors."""

    def recv(self, size: int) -> bytes:
        """The next bytes; none at the end."""

    def sendall(self, data: bytes) -> None:
        """Send all of them."""

    def settimeout(self, timeout: float | None) -> None:
        """How long each of the others may take, in seconds."""

    def close(self) -> None:
        """End the connection."""


class Deadline:
    """The moment at which a whole request must be over. ``now`` is a clock that never goes back, in seconds."""

    def __init__(self, now: Callable[[], float], seconds: float):
        self._now = now
        self._end = now() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError where none are, however lively the other side is."""
        left = self._end - self._now()
        if left <= 0:
            raise TimeoutError("the answer was not complete in time")
        return left


class WrongCertificate(Exception):
    """The certificate bears none of the pinned fingerprints. ``shown`` is its own."""

    def __init__(self, shown: str):
        super().__init__(shown)
        self.shown = shown


@dataclass(frozen=True)
class Trust:
    """Which certificates are accepted: those with a pinned fingerprint, or without pins those of ``context``."""

    context: ssl.SSLContext
    digests: tuple[str, ...]

    def check(self, certificate: bytes | None) -> None:
        """Raise WrongCertificate unless this certificate (DER) bears a pinned fingerprint, where any is pinned."""
        shown = hashlib.sha256(certificate or b"").hexdigest()
        if self.digests and (not certificate or shown not in self.digests):
            raise WrongCertificate(shown)


def trust_of(access: ApiAccess) -> Trust:
    """What these settings trust. Raises BadSettings where the file with the authorities cannot be read.

    A pinned certificate is usually self-signed and made out to another name, so nothing but its fingerprint counts.
    """
    digests = access.digests
    try:
        context = make_context(cafile=access.ca_path, validate_certs=access.validate_certs and not digests)
    except OSError as error:  # ssl.SSLError is one
        raise BadSettings(
            f"The authorities of certificates in {access.ca_path} cannot be read:",
            f"{error.strerror or error}.",
            "Name a file with one or several certificates in PEM format. Nothing was sent.",
        ) from error
    return Trust(context, digests)


class TlsStream:
    """The encrypted side of a connection, as far as http.client needs a socket."""

    def __init__(self, carrier: Carrier, context: ssl.SSLContext, server_name: str, deadline: Deadline):
        self._carrier = carrier
        self._deadline = deadline
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=server_name)
        self._readers = 0
        self._closing = False

    def handshake(self) -> bytes | None:
        """Agree on keys; the certificate of the other side (DER). Raises the errors of ssl and OSError."""
        self._run(self._tls.do_handshake)
        return self._tls.getpeercert(binary_form=True)

    def sendall(self, data: bytes) -> None:
        """Send all bytes."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._run(lambda part=rest: self._tls.write(part)) :]

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end.

        A connection that ends without a goodbye ends the answer: whether that is whole is seen by its length, and by
        what is in it.
        """
        try:
            return self._run(lambda: self._tls.read(size))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def makefile(self, _mode: str) -> io.BufferedReader:
        """A file to read from. The connection stays open until it is closed, too."""
        self._readers += 1
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """End the connection once nobody reads from it any more."""
        self._closing = True
        self._close_unused()

    def release(self) -> None:
        """One reader less."""
        self._readers -= 1
        self._close_unused()

    def _close_unused(self) -> None:
        if self._closing and self._readers <= 0:
            self._carrier.close()

    def _run(self, step: Callable):
        """Repeat a step of TLS until it has the bytes that it needs."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            except ssl.SSLError:
                self._flush_alert()
                raise
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        data = self._out.read()
        if data:
            self._carrier.settimeout(self._deadline.left())
            self._carrier.sendall(data)

    def _flush_alert(self) -> None:
        """Tell the other side why, if it still listens."""
        try:
            self._flush()
        except OSError:
            pass

    def _fill(self) -> None:
        self._carrier.settimeout(self._deadline.left())
        data = self._carrier.recv(_CHUNK)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()


class _Reader(io.RawIOBase):
    def __init__(self, stream: TlsStream):
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._stream.release()

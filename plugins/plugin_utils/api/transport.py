# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends one allowed request over HTTPS and returns what comes back, bounded in size and time.

It is built from the handlers of urllib and not from ``Request`` of Ansible, which cannot be handed a connection, shows
the certificate only after the password has left, takes passwords from ~/.netrc, and replaces the opener of the whole
process. Here nothing follows a redirect, keeps cookies or uses a proxy that nobody has asked for. The settings of TLS
are Ansible's.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field

from .access import ApiAccess
from .allowed import ApiRequest, why_refused
from .errors import ApiAway, ApiError, BadSettings, Nonsense, NotAllowed, NotTrusted, Problems, Unreachable
from .tls import Deadline, TlsStream, Trust, WrongCertificate, trust_of
from .ways import Way, direct

#: A token may be bound to it (a token names the agent that has logged in), so it never changes.
USER_AGENT = "sessionsmart.ssr"
_CHUNK = 64 * 1024
_ERROR_LIMIT = 64 * 1024
_RETRY = "Where this passes by itself, run the task again; the PCLI over SSH is not concerned."


@dataclass(frozen=True)
class Answer:
    """What came back. ``location`` is where a redirect leads; the body may hold a secret and is in no repr.

    ``kind``: what the body is, in the words of the header Content-Type.
    """

    status: int
    body: bytes = field(repr=False)
    location: str | None = None
    kind: str | None = None


class Transport:
    """Sends the requests to one conductor. ``way`` opens connections; ``now`` is a clock that never goes back."""

    def __init__(
        self,
        access: ApiAccess,
        problems: Problems,
        way: Way = direct,
        now: Callable[[], float] = time.monotonic,
    ):
        access.check()
        self._access = access
        self._problems = problems
        self._way = way
        self._now = now
        self._trust: Trust = trust_of(access)

    def exchange(self, request: ApiRequest, token: str | None = None, limit: int | None = None) -> Answer:
        """Send a request once. Whatever its status, an answer is an answer.

        Raises NotAllowed, ApiAway, NotTrusted, Nonsense (no HTTP, or more than ``limit`` bytes) and BadSettings.
        """
        refusal = why_refused(request)
        if refusal:
            step = "Nothing was sent. This is a mistake in the collection, please report it."
            raise self._problems.make(NotAllowed, request, f"It must not leave: {refusal}.", step)
        deadline = Deadline(self._now, self._access.timeout)
        problem: ApiError
        try:
            with self._opener(deadline).open(self._http_request(request, token), timeout=None) as response:
                return self._read(response, request, self._access.body_limit if limit is None else limit)
        except ApiError:
            raise
        except Exception as error:  # a way may raise anything
            problem = self._explain(error, request)
        raise problem  # outside of the except clause, so that what may quote a secret is not attached to it

    def _http_request(self, request: ApiRequest, token: str | None) -> urllib.request.Request:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json, */*;q=0.1"}
        data = None
        if request.body is not None:
            data = json.dumps(request.body).encode("ascii")
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        url = f"https://{self._access.address}{request.target}"
        return urllib.request.Request(url, data=data, headers=headers, method=request.method)

    def _opener(self, deadline: Deadline) -> urllib.request.OpenerDirector:
        opener = urllib.request.OpenerDirector()
        if self._access.use_proxy and self._way is direct:
            opener.add_handler(urllib.request.ProxyHandler())
        opener.add_handler(_Https(lambda connection: self._connect(connection, deadline)))
        return opener

    def _connect(self, connection: _Connection, deadline: Deadline) -> None:
        seconds = min(self._access.connect_timeout, deadline.left())
        try:
            carrier = self._way(connection.host, connection.port, seconds)
        except Exception as error:
            raise _NoWay(error) from None
        connection.sock = carrier  # closed by the connection, whatever happens
        connection.open_tunnel(deadline)
        stream = TlsStream(carrier, self._trust.context, self._access.certificate_name, deadline)
        connection.sock = stream
        self._trust.check(stream.handshake())

    def _read(self, response: http.client.HTTPResponse, request: ApiRequest, limit: int) -> Answer:
        """The whole answer. Of an error only the beginning is read."""
        good = 200 <= response.status < 300
        limit = limit if good else _ERROR_LIMIT
        parts, size = [], 0
        while size <= limit:
            part = response.read(min(_CHUNK, limit + 1 - size))
            if not part:
                break
            parts.append(part)
            size += len(part)
        if good and size > limit:
            step = "Nothing of it is used. Is it the web interface of a conductor?"
            raise self._problems.make(Nonsense, request, f"It sent more than {limit} bytes.", step)
        if size <= limit and response.length:  # read(size) of http.client ends early without a word
            raise http.client.IncompleteRead(b"", response.length)
        return Answer(
            status=response.status,
            body=b"".join(parts)[:limit],
            location=response.headers.get("Location"),
            kind=response.headers.get("Content-Type"),
        )

    # -- what went wrong ----------------------------------------------------------------------------------------------

    def _explain(self, error: Exception, request: ApiRequest) -> ApiError:
        """The error for what was raised on the way."""
        if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
            error = error.reason
        make = self._problems.make
        if isinstance(error, WrongCertificate):
            answered = f"Its certificate has the fingerprint {_colons(error.shown)}, which is not the pinned one."
            step = "Either it was replaced, or somebody intercepts the connection. No secret was sent. Compare it with "
            return make(NotTrusted, request, answered, f"{step}the one on the conductor, and pin the right one.")
        if isinstance(error, ssl.SSLCertVerificationError):
            words = (error.verify_message or str(error)).rstrip(".")
            return make(NotTrusted, request, f"Its certificate is not accepted: {words}.", self._how_to_trust())
        if isinstance(error, _NoWay):
            return make(Unreachable, request, f"No connection could be opened: {_reason(error.error)}.", _RETRY)
        if isinstance(error, ssl.SSLError):
            answered = f"TLS could not be set up or went wrong: {_reason(error)}."
            step = "Is it the port of the web interface? From 7.1.3 on the conductor accepts newer ciphers only."
            return make(ApiAway, request, answered, step)
        if isinstance(error, http.client.IncompleteRead):
            return make(ApiAway, request, "The connection ended in the middle of the answer.", _RETRY)
        if isinstance(error, OSError):  # before HTTPException: RemoteDisconnected is both
            return make(ApiAway, request, f"There was no answer: {_reason(error)}.", _RETRY)
        if isinstance(error, http.client.InvalidURL):
            return make(BadSettings, request, f"{self._access.host} cannot be part of an address.", "Correct it.")
        if isinstance(error, http.client.HTTPException):
            answered = f"What answers does not speak HTTP ({type(error).__name__})."
            return make(Nonsense, request, answered, "Check address and port of the web interface.")
        step = "This is a mistake on the controller, please report it."
        return make(ApiAway, request, f"It failed on the controller: {type(error).__name__}.", step)

    def _how_to_trust(self) -> str:
        address = f"{self._access.bare_host}:{self._access.port}"
        return (
            "Conductors usually have a self-signed certificate. Pin its fingerprint, as this prints it: openssl "
            f"s_client -connect {address} </dev/null | openssl x509 -noout -fingerprint -sha256. Or name the file with "
            "its authority. No secret was sent."
        )


class _NoWay(Exception):
    def __init__(self, error: Exception):
        super().__init__()
        self.error = error


class _Connection(http.client.HTTPConnection):
    """A connection whose bytes and certificates are a matter of ``connect_by``."""

    default_port = 443

    def __init__(self, host: str, connect_by: Callable[[_Connection], None], **options):
        super().__init__(host, **options)
        self._connect_by = connect_by

    def connect(self) -> None:
        self._connect_by(self)

    def open_tunnel(self, deadline: Deadline) -> None:
        """Ask a proxy for the connection, where there is one."""
        if self._tunnel_host:
            self.sock.settimeout(deadline.left())
            self._tunnel()


class _Https(urllib.request.AbstractHTTPHandler):
    def __init__(self, connect_by: Callable[[_Connection], None]):
        super().__init__()
        self._connect_by = connect_by

    def https_open(self, request: urllib.request.Request):
        """Called by urllib."""
        return self.do_open(_Connection, request, connect_by=self._connect_by)

    https_request = urllib.request.AbstractHTTPHandler.do_request_


def _colons(digest: str) -> str:
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2)).upper()


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(words).split()).rstrip(".")[:200]

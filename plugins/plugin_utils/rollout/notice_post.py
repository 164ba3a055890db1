# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Posts one notice to a web server. Its address is a secret, so no error shows any part of it."""

from __future__ import annotations

import base64
import http.client
import os
import socket
import ssl
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit

from ansible.module_utils.urls import make_context

from ..api.masking import Secrets

#: A path or a word of an address that is shorter than this is no secret, and masking it would spoil sentences.
_SHORTEST_SECRET = 6
#: Errors of a server that may pass: it is asked again.
_PASSING = (408, 425, 429, 500, 502, 503, 504)


class BadDestination(ValueError):
    """An address that cannot be used, as a sentence that does not show it."""


class PostFailed(Exception):
    """A notice that was not taken, with the reason. ``passing``: another attempt may help."""

    def __init__(self, words: str, passing: bool = True):
        super().__init__(words)
        self.passing = passing


@dataclass(frozen=True)
class Destination:
    """Where notices go. Its repr shows nothing. ``authorization``: of the user that the address names."""

    url: str = field(repr=False)
    authorization: str | None = field(default=None, repr=False)
    ca_path: str | None = None
    timeout: float = 10.0
    secrets: Secrets = field(default_factory=Secrets)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A notice goes where the user has sent it and nowhere else."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


def destination(
    text: str,
    *,
    allow_http: bool = False,
    ca_path: str | None = None,
    timeout: float = 10,
    secrets: Iterable[str] = (),
) -> Destination:
    """What an address means: itself, or the path of a file whose first line is it. Raises BadDestination.

    ``secrets``: what must not be shown either, such as the passwords of a connection.
    """
    address = _from_file(text.strip()) if text.strip().startswith(("/", "~")) else text.strip()
    parts = _parts(address)
    if parts.scheme != "https" and not (allow_http and parts.scheme == "http"):
        raise BadDestination(
            "webhook_url is no address that begins with https://. Give one; http:// is for a network of your own, and "
            "needs webhook_allow_http."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    host = parts.netloc.rpartition("@")[2]
    url = parts._replace(netloc=host, fragment="").geturl()
    login = f"{user}:{password}" if user or password else None
    basic = f"Basic {base64.b64encode(login.encode()).decode()}" if login else None
    known = _secrets(address, url, parts, basic, password)
    for secret in secrets:
        known.add(secret)
    return Destination(url, basic, ca_path or None, timeout, known)


def post(where: Destination, body: bytes) -> None:
    """Post it as JSON. Raises PostFailed, and nothing else."""
    request = urllib.request.Request(where.url, body, {"Content-Type": "application/json"}, method="POST")
    request.add_header("User-Agent", "sessionsmart.ssr")
    if where.authorization:
        request.add_unredirected_header("Authorization", where.authorization)
    try:
        context = make_context(cafile=where.ca_path, validate_certs=True)
        opener = urllib.request.build_opener(_NoRedirect(), urllib.request.HTTPSHandler(context=context))
        with opener.open(request, timeout=where.timeout):
            pass  # what it answers says nothing, once it has taken the notice
    except HTTPError as error:
        error.close()
        raise PostFailed(_status(error.code), error.code in _PASSING) from None
    except Exception as error:  # pylint: disable=broad-exception-caught
        raise PostFailed(*_reason(error, where)) from None


def _parts(address: str) -> SplitResult:
    """The parts of an address. Raises BadDestination."""
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or not address.isprintable() or " " in address or not address.isascii():
        raise BadDestination("webhook_url is no address of the web. Give one that begins with https://.")
    return parts


def _from_file(path: str) -> str:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as stream:
            return stream.readline(4096).strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise BadDestination(f"The file that webhook_url names cannot be read: {why}.") from None


def _secrets(address: str, url: str, parts: SplitResult, *more: str | None) -> Secrets:
    """The address with all of its parts that may be secret; the token of Slack is the end of its path."""
    words = [address, url, parts.path, parts.query, parts.netloc.rpartition("@")[0], *more]
    words += [*parts.path.split("/"), *parts.query.replace("=", "&").split("&")]
    return Secrets(*{word for word in words if word and len(word) >= _SHORTEST_SECRET})


def _status(code: int) -> str:
    if 300 <= code < 400:
        return f"the web server redirects (HTTP {code}), and a notice goes nowhere else: name the address it leads to"
    return f"the web server answered HTTP {code}"


def _reason(error: Exception, where: Destination) -> tuple[str, bool]:
    """Why it was not taken, in words of our own as far as they go, and whether that may pass."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return where.secrets.mask(f"its certificate is not trusted ({cause.verify_message})"), False
    if isinstance(cause, TimeoutError):
        return f"the web server did not answer within {where.timeout:g} s", True
    if isinstance(cause, socket.gaierror):
        return "the name of the web server cannot be resolved", True
    if isinstance(cause, ssl.SSLError):
        return "the web server speaks no TLS that can be used", False
    if isinstance(cause, http.client.HTTPException):
        return "the web server does not speak HTTP, or ended the connection", True
    if isinstance(cause, OSError):
        return where.secrets.mask(f"the web server cannot be reached ({cause.strerror or type(cause).__name__})"), True
    return f"it cannot be sent ({type(cause).__name__})", False

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small web server that keeps what is posted to it, and can behave as badly as real ones do."""

from __future__ import annotations

import contextlib
import http.server
import json
import ssl
import threading
from dataclasses import dataclass, field
from typing import Any

#: How it may answer, beside a status as a number.
WAYS = ("hang", "close", "garbage")
SECRET = "B0SECRETTOKEN0X7"
PATH = f"/services/T000/{SECRET}"


@dataclass
class Posted:
    """What came: the path, the headers, and the body as JSON."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class WebListener:
    """Use it as a context. ``answer``: a status, or one of :data:`WAYS`; ``location``: where a redirect leads.

    ``tls``: with it, it speaks HTTPS.
    """

    answer: int | str = 204
    location: str = ""
    tls: ssl.SSLContext | None = None
    posted: list[Posted] = field(default_factory=list)

    def __enter__(self) -> WebListener:
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                listener.take(self)

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # who speaks no TLS
                    super().handle()

            def log_message(self, *_args: object) -> None:
                pass

        self.over = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, with a secret at the end."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._server.server_port}{PATH}"

    @property
    def bodies(self) -> list[Any]:
        """What was posted, in order."""
        return [posted.body for posted in self.posted]

    def take(self, request: http.server.BaseHTTPRequestHandler) -> None:
        """Keep what came, and answer it."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.posted.append(Posted(request.path, dict(request.headers), json.loads(body)))
        if self.answer == "hang":
            self.over.wait(60)
        elif self.answer == "garbage":
            request.wfile.write(b"\x00\x01 what do you want?\r\n\r\n" * 20)
        elif isinstance(self.answer, int):
            request.send_response(self.answer)
            if self.location:
                request.send_header("Location", self.location)
            request.send_header("Content-Length", "0")
            request.end_headers()

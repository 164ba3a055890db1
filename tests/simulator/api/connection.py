# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTPS connection: requests come in, are checked for their token, and answered by the table of routes."""

from __future__ import annotations

import socket
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..answer import Refused
from . import graphql, login, rest_assets, rest_config, rest_state, stream
from .caller import Caller
from .rights import forbidden
from .routes import BASE, ApiError, Reply, Request, find

if TYPE_CHECKING:
    from .server import ApiServer

#: They register their routes.
_REGISTERED = (graphql, login, rest_assets, rest_config, rest_state, stream)
#: Paths without a login (SWG).
_OPEN = ("/login",)
#: These values of a query never go into the journal.
_SECRETS = ("token", "nonce")
_LONGEST_BODY = 25_000_000
#: Seconds (of the wall) after which a request that hangs looks whether it still has to.
_HANGS = 0.1
_NGINX = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"
)
_PAGES = {
    "bad_gateway": (502, _NGINX.format("502 Bad Gateway")),
    "unavailable": (503, _NGINX.format("503 Service Temporarily Unavailable")),
    "html": (200, "<!DOCTYPE html>\n<html><head><title>Session Smart Router</title></head><body></body></html>\n"),
}


class Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    timeout = 60
    #: Head and body leave together. Apart, the body would wait until the client has acknowledged the head.
    wbufsize = -1

    def __init__(self, connection: socket.socket, web: ApiServer) -> None:
        self.web = web
        super().__init__(connection, ("", 0), web)  # type: ignore[arg-type]

    def log_message(self, *_args: Any) -> None:
        """The journal has it."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self.close_connection = True
            self._send(Reply({"message": "the body is too long"}, 413))
            return
        body = self.rfile.read(int(length))
        if self.web.world.scenario.api.delay:
            self.web.stopped.wait(self.web.world.scenario.api.delay)
        headers = {name.lower(): value for name, value in self.headers.items()}
        user, reply = self._reply(Request(self.command, parts.path, query, body, headers))
        shown = urlencode({key: value for key, value in query.items() if key not in _SECRETS})
        noted = {"method": self.command, "path": parts.path + (f"?{shown}" if shown else ""), "status": reply.status}
        self.web.world.journal.add("api", node=self.web.node.node_id, user=user, **noted, **reply.noted)
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    # --- deciding ---------------------------------------------------------------------------------------------

    def _reply(self, request: Request) -> tuple[str | None, Reply]:
        """(the name of the user where one is known, the answer)"""
        user = None
        try:
            page = self._page()
            if page:
                return None, page
            if not request.path.startswith(BASE + "/"):
                raise ApiError(404, f"The requested resource could not be found: {request.path}")
            request.path = request.path.removeprefix(BASE)
            if request.path in _OPEN:
                row, names = find(request)
                return None, row.handler(self.web, request, **names)
            caller = self._caller(request)
            user = caller.user.name
            recorded = self._recorded(caller, request)
            if recorded:
                return user, recorded
            row, names = find(request)
            if row.conductor_only and not caller.conductor:
                raise ApiError(404, f"The requested resource could not be found: {request.path}")
            self._authorize(caller, row.capability, names)
            return user, row.handler(caller, request, **names)
        except Refused as refusal:
            return user, Reply({"message": str(refusal)}, 404 if "not found" in str(refusal) else 400)
        except ApiError as problem:
            return user, Reply({"message": str(problem)}, problem.status)

    def _page(self) -> Reply | None:
        """What stands in front of a web server that is away."""
        with self.web.world.lock:
            trouble = self.web.trouble()
        while trouble == "hang" and self.web.alive(self.connection):
            self.web.stopped.wait(_HANGS)
            with self.web.world.lock:
                trouble = self.web.trouble()
        if trouble not in _PAGES:
            return None
        status, page = _PAGES[trouble]
        return Reply(raw=page.encode(), status=status, kind="text/html")

    def _recorded(self, caller: Caller, request: Request) -> Reply | None:
        """What the conductor whose answers are played has said to it."""
        world = caller.world
        if world.recorded is None:
            return None
        text = str(request.json().get("query", "")) if request.path == "/graphql" else ""
        shown = f"?{urlencode(request.query)}" if request.query else ""
        with world.lock:
            row = world.recorded.reply(caller.node, request.method, request.path + shown, text)
        if row is None:
            return None
        self.web.stopped.wait(world.clock.wall(row.seconds))
        return Reply(raw=row.received.encode(), status=row.status, kind=row.content_type or "application/json")

    def _caller(self, request: Request) -> Caller:
        kind, _blank, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            # The stream of events takes it in the URL (SALT).
            token = request.query.get("token", "") if request.path == "/events" else ""
        name = self.web.shared.tokens.holder(token, self.web.node.node_id)
        user = self.web.accounts.user(name) if name else None
        if user is None:
            raise ApiError(401, "Unauthorized: the token is missing, expired or not valid")
        return Caller(self.web.world, self.web.lifecycle, self.web.node, user, self.web.shared)

    def _authorize(self, caller: Caller, capability: str | None, names: dict[str, str]) -> None:
        with caller.world.lock:
            allowed = caller.may(capability)
            proxied = caller.world.faults.peek("proxied_unauthorized", caller.node.name, caller.node.router.name)
        if not allowed:
            raise forbidden(caller, capability)
        # I95-66127: pages that a router answers are refused to everybody but the built-in admin.
        remote = names.get("router", caller.node.router.name) != caller.node.router.name
        if proxied and remote and caller.user.name != "admin":
            raise ApiError(401, "Unauthorized")

    # --- sending ----------------------------------------------------------------------------------------------

    def _send(self, reply: Reply) -> None:
        payload = b"" if reply.stream else reply.payload()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        if reply.stream:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if not reply.stream:
            self.wfile.write(payload)
            return
        reply.stream(self._write, lambda: self.web.alive(self.connection))

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()


class LocalConnection(Connection):
    """On the box itself: HTTP without a login, and GraphQL only (SC)."""

    def _caller(self, request: Request) -> Caller:
        if request.path != "/graphql":
            raise ApiError(404, f"The requested resource could not be found: {request.path}")
        user = next(user for user in self.web.world.scenario.users if user.privilege == "admin")
        return Caller(self.web.world, self.web.lifecycle, self.web.node, user, self.web.shared)

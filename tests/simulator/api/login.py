# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`POST /login`: name and password for a token (BU, SCR, SC, MCP); otherwise a status and `message`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..accounts import may
from ..specs import CAPABILITIES, UserSpec
from .routes import ApiError, Reply, Request, route

if TYPE_CHECKING:
    from .server import ApiServer


@route("POST", "/login")
def login(web: ApiServer, request: Request) -> Reply:
    given = request.json()
    name, password = given.get("username"), given.get("password")
    if not isinstance(name, str) or not name:
        raise ApiError(400, "a username is required")
    # The key of the box (`local`, BU) is for programs that run on it, as root: none does here, and no key is right.
    user = web.accounts.by_password(name, password, via="api") if isinstance(password, str) else None
    if user is None:
        # Public code only looks whether it is 200.
        raise ApiError(int(web.world.habits["login_status"]), "Invalid username or password")
    with web.world.lock:
        claims = _claims(request, web, user)
    moment = web.world.clock.now()
    token = web.shared.tokens.issue(user.name, web.node.node_id, claims, moment)
    return Reply({"token": token}, noted={"login": user.name})


def _claims(request: Request, web: ApiServer, user: UserSpec) -> dict[str, Any]:
    """The payload of the official sample, in its order; `iat` comes with the signature."""
    admin = user.privilege == "admin"
    return {
        "name": user.name,
        "roles": ["admin" if admin else "user"],
        "scopes": ["configure", "show-commands"] if admin else ["show-commands"],
        "capabilities": [name for name in CAPABILITIES if may(web.world, web.node, user, name)],
        "application": "unknown",
        "userAgent": request.headers.get("user-agent", "unknown"),
        "ipAddress": "127.0.0.1",
        "iss": web.node.router.name,
    }

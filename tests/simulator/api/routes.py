# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests, answers, and the table of what can be asked for: each file of this package adds its own rows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

BASE = "/api/v1"


class ApiError(Exception):
    """The web interface says no: an HTTP status, and JSON with `message` (BU, SCR)."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FieldError(Exception):
    """A field of GraphQL cannot be answered: an entry of `errors`, beside the data of the others."""


@dataclass
class Request:
    """`path` begins below `/api/v1`."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    def json(self) -> dict[str, Any]:
        """The body as a mapping. Raises ApiError."""
        try:
            data = json.loads(self.body or b"{}")
        except ValueError:
            raise ApiError(400, "the body is not JSON") from None
        if not isinstance(data, dict):
            raise ApiError(400, "the body is not an object")
        return data


@dataclass
class Reply:
    """`data` goes out as JSON, `raw` as it stands; `stream` gets a function that writes, and one that says go on."""

    data: Any = None
    status: int = 200
    raw: bytes | None = None
    kind: str = "application/json"
    stream: Callable[[Callable[[bytes], None], Callable[[], bool]], None] | None = None
    #: For the journal.
    noted: dict[str, Any] = field(default_factory=dict)

    def payload(self) -> bytes:
        return self.raw if self.raw is not None else json.dumps(self.data).encode()


Handler = Callable[..., Reply]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    capability: str | None
    conductor_only: bool


_ROUTES: list[Route] = []


def route(
    method: str, path: str, capability: str | None = None, conductor_only: bool = False
) -> Callable[[Handler], Handler]:
    """Register `handler(caller, request, **names)` for a path with `{names}`; `{name+}` takes slashes too.

    Whoever lacks the capability does not get that far. A path without a login gets the server instead of a caller.
    """
    form = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", path)
    form = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", form)

    def register(handler: Handler) -> Handler:
        _ROUTES.append(Route(method, re.compile(form), handler, capability, conductor_only))
        return handler

    return register


def find(request: Request) -> tuple[Route, dict[str, str]]:
    """The row for a request, and the names in its path. Raises ApiError (404, 405)."""
    fitting = [(row, match) for row in _ROUTES if (match := row.pattern.fullmatch(request.path))]
    for row, match in fitting:
        if row.method == request.method:
            return row, {name: unquote(value) for name, value in match.groupdict().items()}
    if fitting:
        raise ApiError(405, f"{request.method} is not allowed here")
    raise ApiError(404, f"The requested resource could not be found: {request.path}")

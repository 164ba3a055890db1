# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests that may leave, as a table. It is the only way out: what is not in it is refused before a connection.

All of them read, but for the export of the running configuration, which writes a file on the conductor. The API knows
calls that start, stop and upgrade nodes (``PUT /asset/<id>/control``, mutations of GraphQL), so nothing is let through
because it looks harmless.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlencode

BASE = "/api/v1"
#: A name in a path. What it stands for is checked by :func:`_is_name`.
_NAME = r"[A-Za-z0-9._~%-]+"
#: The name of an export, which is one of a file, on the conductor and here.
EXPORT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class ApiRequest:
    """One request. ``path`` is below ``/api/v1``. What may hold a secret (body, parameters) is in no repr."""

    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, object] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {BASE}{self.path}"

    @property
    def target(self) -> str:
        """Path and parameters as they are sent."""
        return f"{BASE}{self.path}" + (f"?{urlencode(self.parameters)}" if self.parameters else "")


def path_of(*names: str) -> str:
    """A path of fixed words and names, each as one part of it."""
    return "".join(f"/{quote(name, safe='')}" for name in names)


def why_refused(request: ApiRequest) -> str | None:
    """Why this request must not leave, as a clause; None if it may."""
    rules = [rule for rule in _RULES if rule.method == request.method and rule.path.fullmatch(request.path)]
    if not rules:
        return "it is none of the requests of this collection"
    if not all(_is_name(part) for part in request.path.split("/")[1:]):
        return "a name in its path would lead elsewhere"
    if set(request.parameters) - set(rules[0].parameters):
        return "it has parameters that it may not have"
    return rules[0].body(request.body)


def _is_name(part: str) -> bool:
    """Whether a part of a path stands for itself, and for no other part or place."""
    name = unquote(part)
    return name not in ("", ".", "..") and not re.search(r"[/\\%?#\x00-\x1f\x7f]", name)


# -- bodies -------------------------------------------------------------------------------------------------------


def _nothing(body: Mapping[str, object] | None) -> str | None:
    return None if body is None else "it has a body"


def _login(body: Mapping[str, object] | None) -> str | None:
    return None if body is not None and set(body) == {"username", "password"} else "it is no login with a password"


def _export(body: Mapping[str, object] | None) -> str | None:
    """Only the running configuration, into a file of a plain name."""
    if body is None or set(body) != {"filename", "datastore"} or body["datastore"] != "running":
        return "it is no export of the running configuration"
    name = body["filename"]
    fits = isinstance(name, str) and EXPORT_NAME.fullmatch(name)
    return None if fits else "the name of the export is no plain file name"


def _query(body: Mapping[str, object] | None) -> str | None:
    if body is None or not set(body) <= {"query", "variables"}:
        return "it is no query"
    document = body.get("query")
    return None if isinstance(document, str) and only_reads(document) else "it is not one single query that only reads"


_TOKEN = re.compile(r"[\s,]+|(?P<token>[A-Za-z_][A-Za-z0-9_]*|\$|[0-9]+|[{}()\[\]:!=])")


def only_reads(document: str) -> bool:
    """Whether a document of GraphQL is one query and nothing else.

    Stricter than the language: strings, comments, fragments and directives are not in our documents, so one that has
    any is refused, and nothing can hide in them.
    """
    tokens, position = [], 0
    while position < len(document):
        match = _TOKEN.match(document, position)
        if match is None:
            return False
        position = match.end()
        tokens += [match["token"]] if match["token"] else []
    end_of_head = _after_head(tokens)
    return end_of_head is not None and _after_group(tokens, end_of_head, "{") == len(tokens)


def _after_head(tokens: list[str]) -> int | None:
    """Where the fields of a query begin: behind ``query``, its name and its variables. None: it is no query."""
    if tokens[:1] != ["query"]:
        return 0
    at = 2 if tokens[1:2] and tokens[1].isidentifier() else 1
    return _after_group(tokens, at, "(") if tokens[at : at + 1] == ["("] else at


def _after_group(tokens: list[str], start: int, opening: str) -> int | None:
    """Where the group ends that begins here; None where none begins here, or it is not closed."""
    pairs, open_ones = {"}": "{", ")": "(", "]": "["}, []
    if tokens[start : start + 1] != [opening]:
        return None
    for number, token in enumerate(tokens[start:], start):
        if token in pairs.values():
            open_ones.append(token)
        elif token in pairs and open_ones.pop() != pairs[token]:
            return None
        if not open_ones:
            return number + 1
    return None


# -- the table ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """A request that may leave: its method, its path, its parameters, and what is wrong with its body."""

    method: str
    path: re.Pattern[str]
    parameters: tuple[str, ...]
    body: Callable[[Mapping[str, object] | None], str | None]


def _rule(
    method: str,
    path: str,
    parameters: tuple[str, ...] = (),
    body: Callable[[Mapping[str, object] | None], str | None] = _nothing,
) -> Rule:
    return Rule(method, re.compile(path.replace("{}", _NAME)), parameters, body)


# Sources: t128-bulk-upgrade and 128t-scripts (login, assets, exports, nonce), the REST table of 4.2.0 (alarms).
_RULES = (
    _rule("POST", "/login", body=_login),
    _rule("POST", "/graphql", body=_query),
    _rule("GET", "/system"),
    _rule("GET", "/asset", ("verbose",)),
    _rule("GET", "/alarm"),
    _rule("GET", "/router/{}/alarm"),
    _rule("GET", "/router/{}/node/{}/alarm"),
    _rule("GET", "/nonce"),
    _rule("GET", "/config/export"),
    _rule("POST", "/config/export", body=_export),
    _rule("GET", "/config/export/{}/download", ("nonce",)),
)

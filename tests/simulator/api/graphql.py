# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`POST /graphql`: `{"query": …, "variables": …}`; errors come with HTTP 200 beside partial data (MCP, SC)."""

from __future__ import annotations

import json
from typing import Any

from ..schema import ScenarioError
from .caller import Caller
from .graphql_schema import schema_text
from .graphql_tree import root
from .routes import ApiError, FieldError, Reply, Request, route

_schemas: dict[str, Any] = {}


def library() -> Any:
    """graphql-core. Loaded late: it takes a while, and most simulators have no web interface."""
    import graphql

    return graphql


def require_library() -> None:
    """Raises ScenarioError where the library is missing."""
    try:
        library()
    except ImportError:
        raise ScenarioError(
            "api.enabled: needs the Python package graphql-core; install it, or leave the key out"
        ) from None


@route("POST", "/graphql")
def answer(caller: Caller, request: Request) -> Reply:
    given = request.json()
    text, variables = given.get("query"), given.get("variables") or {}
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise ApiError(400, "query is required")
    schema = _schema(schema_text(caller))
    noted = _noted(text)
    invalid = _problems(schema, text)
    if invalid:
        status = int(caller.habits["graphql_invalid"])
        return Reply({"errors": [error.formatted for error in invalid]}, status, noted=noted)
    with caller.world.lock:
        result = library().graphql_sync(
            schema,
            text,
            root(caller),
            variable_values=variables,
            operation_name=given.get("operationName"),
        )
    for error in result.errors or []:
        cause = error.original_error
        if isinstance(cause, ApiError):
            raise cause
        if cause is not None and not isinstance(cause, (FieldError, library().GraphQLError)):
            caller.world.violate(f"simulator error in GraphQL: {type(cause).__name__}: {cause}")
    # What some fields hold is a mapping of the library's own; copied, so that it can be written as JSON.
    return Reply(json.loads(json.dumps(result.formatted)), noted=noted)


def _schema(text: str) -> Any:
    if text not in _schemas:
        _schemas[text] = library().build_schema(text)
    return _schemas[text]


def _problems(schema: Any, text: str) -> list[Any]:
    try:
        return list(library().validate(schema, library().parse(text)))
    except library().GraphQLError as error:
        return [error]


def _noted(text: str) -> dict[str, Any]:
    """The kind of the operation and its first fields, for the journal."""
    try:
        document = library().parse(text)
    except library().GraphQLError:
        return {"operation": "unreadable", "fields": []}
    operations = [node for node in document.definitions if isinstance(node, library().OperationDefinitionNode)]
    fields = [
        selection.name.value
        for operation in operations
        for selection in operation.selection_set.selections
        if isinstance(selection, library().FieldNode)
    ]
    kinds = {operation.operation.value for operation in operations}
    return {"operation": "mutation" if "mutation" in kinds else "query", "fields": fields}

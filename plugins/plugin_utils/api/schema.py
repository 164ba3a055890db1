# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What this release offers in GraphQL, as it says itself by introspection. Pure.

Introspection works for every user that is logged in (ssr-mcp runs the short form at each login). The long form names
the types as well; it is the standard's, and not known to have been tried on an SSR. With the short form alone, types
are known by their fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_TYPE = "name kind ofType { name kind ofType { name kind ofType { name kind ofType { name kind } } } }"
#: Types, their fields, the arguments of these, and where each field leads.
LONG = (
    "query { __schema { queryType { name } types { name kind fields { name "
    f"args {{ name type {{ {_TYPE} }} }} type {{ {_TYPE} }} }} }} }} }}"
)
#: The same as public code sends it.
SHORT = "{ __schema { types { name fields { name } } } }"


@dataclass(frozen=True)
class Field:
    """A field of a type. ``leads_to``: the type of what it holds, without lists; None where that is not known.

    ``arguments``: the type of each, as a document writes it; None where they are not known.
    """

    name: str
    leads_to: str | None = None
    arguments: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Schema:
    """The types with fields, by name. ``root`` is the type of queries; None with the short form."""

    types: Mapping[str, Mapping[str, Field]]
    root: str | None = None

    @property
    def has_types(self) -> bool:
        """Whether it is known where a field leads."""
        return self.root is not None

    def fields(self, type_name: str | None) -> Mapping[str, Field]:
        """The fields of a type; none for a plain value."""
        return self.types.get(type_name or "", {})

    def having(self, signs: tuple[str, ...]) -> Mapping[str, Field]:
        """The fields of every type that has all of these fields: the type itself, where nothing says its name."""
        found: dict[str, Field] = {}
        for fields in self.types.values():
            if signs and set(signs) <= set(fields):
                found |= fields
        return found

    def knows(self, *names: str) -> bool:
        """Whether some type has all of these fields."""
        return bool(self.having(names))


def read_schema(data: object) -> Schema | None:
    """The schema from the data of either form; None where there is none in it."""
    schema = data.get("__schema") if isinstance(data, dict) else None
    types = schema.get("types") if isinstance(schema, dict) else None
    if not isinstance(types, list):
        return None
    by_name: dict[str, dict[str, Field]] = {}
    for entry in types:
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str) and not name.startswith("__"):
            listed = entry.get("fields") if isinstance(entry.get("fields"), list) else []
            fields = [_field(field) for field in listed if isinstance(field, dict)]
            known = {field.name: field for field in fields if field.name}
            if known:
                by_name[name] = known
    query = schema.get("queryType")
    root = query.get("name") if isinstance(query, dict) else None
    return Schema(by_name, root if isinstance(root, str) and root in by_name else None) if by_name else None


def _field(entry: Mapping[str, object]) -> Field:
    arguments = entry.get("args")
    return Field(
        name=entry["name"] if isinstance(entry.get("name"), str) else "",
        leads_to=_innermost(entry.get("type")),
        arguments={
            argument["name"]: _written(argument.get("type"))
            for argument in arguments
            if isinstance(argument, dict) and isinstance(argument.get("name"), str)
        }
        if isinstance(arguments, list)
        else None,
    )


def _innermost(type_: object) -> str | None:
    while isinstance(type_, dict) and isinstance(type_.get("ofType"), dict):
        type_ = type_["ofType"]
    name = type_.get("name") if isinstance(type_, dict) else None
    return name if isinstance(name, str) else None


def _written(type_: object) -> str:
    """A type as a document writes it: ``[String]!``. Empty where it cannot be told."""
    if not isinstance(type_, dict):
        return ""
    if type_.get("kind") == "NON_NULL":
        inner = _written(type_.get("ofType"))
        return f"{inner}!" if inner else ""
    if type_.get("kind") == "LIST":
        inner = _written(type_.get("ofType"))
        return f"[{inner}]" if inner else ""
    name = type_.get("name")
    return name if isinstance(name, str) else ""

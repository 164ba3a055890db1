# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn plain YAML data into dataclasses, and say clearly where it does not fit.

Raises ScenarioError, a sentence that names the path of the offending key and what would be accepted.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import re
import types
import typing
from typing import Any


class ScenarioError(ValueError):
    """The scenario cannot be played; the text says which key and why."""


_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(d|h|m|s)")
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}
_NONE = type(None)


def seconds(value: Any, path: str) -> float:
    """A number of seconds, or text such as `1h 30m`."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and value.strip() and not _DURATION.sub("", value).strip():
        return sum(float(number) * _SECONDS[unit] for number, unit in _DURATION.findall(value))
    raise ScenarioError(f"{path}: {value!r} is neither a number of seconds nor text like '1h 30m'")


def build(cls: type, data: Any, path: str = "") -> Any:
    """An instance of the dataclass `cls` from the mapping `data`; unknown keys are an error."""
    where = path or "scenario"
    if not isinstance(data, dict):
        raise ScenarioError(f"{where}: expected a mapping, got {type(data).__name__}")
    hints = _hints(cls)
    known = {f.name for f in dataclasses.fields(cls) if f.init}
    check_keys(data, known, where)
    values = {key: convert(hints[key], value, f"{path}.{key}" if path else key) for key, value in data.items()}
    missing = [
        f.name
        for f in dataclasses.fields(cls)
        if f.init and f.default is f.default_factory is dataclasses.MISSING and f.name not in values
    ]
    if missing:
        raise ScenarioError(f"{where}: missing key(s) {', '.join(missing)}")
    return cls(**values)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def check_keys(data: dict, known: set[str], where: str) -> None:
    """Raises ScenarioError at a key that is not known, with the nearest one that is."""
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known keys: {', '.join(sorted(known))}"
            raise ScenarioError(f"{where}: unknown key '{key}'{hint}")


def convert(hint: Any, value: Any, path: str) -> Any:
    origin = typing.get_origin(hint)
    if hint is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        return _convert_union(hint, value, path)
    if origin is typing.Literal:
        return _convert_literal(hint, value, path)
    if origin is list:
        return _convert_list(hint, value, path)
    if origin is dict:
        if not isinstance(value, dict):
            raise ScenarioError(f"{path}: expected a mapping, got {type(value).__name__}")
        outer, inner = typing.get_args(hint)
        return {_key(outer, key, path): convert(inner, entry, f"{path}.{key}") for key, entry in value.items()}
    if dataclasses.is_dataclass(hint):
        return build(hint, value, path)
    return _convert_scalar(hint, value, path)


def _key(hint: Any, key: Any, path: str) -> str:
    return str(key) if hint is str else convert(hint, key, path)


def _convert_union(hint: Any, value: Any, path: str) -> Any:
    if value is None and _NONE in typing.get_args(hint):
        return None
    rest = [arg for arg in typing.get_args(hint) if arg is not _NONE]
    # Where a mapping is possible and is given, what is said about it should be about the mapping.
    fitting = [arg for arg in rest if dataclasses.is_dataclass(arg) == isinstance(value, dict)]
    rest = fitting or rest
    for arg in rest[:-1]:
        try:
            return convert(arg, value, path)
        except ScenarioError:
            continue
    return convert(rest[-1], value, path)


def _convert_literal(hint: Any, value: Any, path: str) -> Any:
    choices = typing.get_args(hint)
    if value not in choices:
        raise ScenarioError(f"{path}: {value!r} is not one of {', '.join(map(str, choices))}")
    return value


def _convert_list(hint: Any, value: Any, path: str) -> list:
    if not isinstance(value, list):
        raise ScenarioError(f"{path}: expected a list, got {type(value).__name__}")
    inner = typing.get_args(hint)[0]
    return [convert(inner, entry, f"{path}[{index}]") for index, entry in enumerate(value)]


def _convert_scalar(hint: type, value: Any, path: str) -> Any:
    if hint is float:
        return seconds(value, path)
    if hint is str and isinstance(value, (int, float)) and not isinstance(value, bool):
        raise ScenarioError(f"{path}: expected text, got the number {value!r}; put it in quotes")
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ScenarioError(f"{path}: expected {hint.__name__}, got {type(value).__name__} {value!r}")
    return value

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document as a file: what it says that it is, and the checksum by which a board knows it again. Pure.

A checksum keeps nobody from writing another document with another checksum. It shows that a document is the one that
was approved, if it is compared with the one that was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

SCHEMA = "sessionsmart.ssr/change/1"
#: What every document has, and of which type it is.
_PARTS: dict[str, type | tuple[type, ...]] = {
    "run": dict,
    "limits": dict,
    "window": dict,
    "batches": list,
    "routers": list,
    "commands": list,
}
_OF_RUN = ("id", "operation", "version", "conductor")
_OF_ROUTER = ("router", "state", "nodes", "commands")


class BadPlan(ValueError):
    """What was given is no change document that can be relied on. The text says why, as a clause."""


def sealed(document: Mapping) -> dict:
    """The document with its checksum."""
    return {**document, "sha256": checksum(document)}


def checksum(document: Mapping) -> str:
    """The checksum of all of its contents, whatever the order of its keys."""
    content = {name: value for name, value in document.items() if name != "sha256"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def change_json(document: Mapping) -> str:
    """The document as its own file."""
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n"


def read_change(text: str) -> dict:
    """A document that was written by :func:`change_json`. Raises BadPlan for anything else, and for a changed one."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BadPlan(f"it is no JSON ({error})") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        shown = f"'{schema}'" if isinstance(schema, str) else "none"
        raise BadPlan(f"it is no change document: its schema is {shown[:60]}, and {SCHEMA} is wanted")
    if document.get("sha256") != checksum(document):
        raise BadPlan("its contents do not fit its checksum, so somebody has changed it by hand since it was written")
    _check_parts(document)
    return document


def _check_parts(document: Mapping) -> None:
    missing = [name for name, kind in _PARTS.items() if not isinstance(document.get(name), kind)]
    missing += [f"run.{name}" for name in _OF_RUN if name not in (document.get("run") or {})]
    routers = document.get("routers")
    for router in routers if isinstance(routers, list) else ():
        if not isinstance(router, dict) or any(name not in router for name in _OF_ROUTER):
            missing.append("a whole entry of each router")
            break
    if missing:
        raise BadPlan(f"it lacks {', '.join(missing)}")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other names for the nodes of a world that is written down."""

from __future__ import annotations

from collections.abc import Mapping

#: Names for the nodes that are called a and b otherwise.
NAMES = (
    ("a.x", "b.x"),
    ("r1", "r2"),
    ("a.r1", "b.r1"),
    ("r1.a", "r1.b"),
    ("n1", "n11"),
    ("a", "a.b"),
    ("node-1", "node-2"),
    ("Primary", "Secondary"),
    ("7.1.3", "6.3.5"),
)


def rename(data: dict, names: Mapping[str, tuple[str, str]]) -> None:
    """Give other names to the nodes of routers, by router: wherever they are named."""
    new = {router: dict(zip(("a", "b"), pair, strict=True)) for router, pair in names.items()}
    ids = {f"{old}.{router}": f"{now}.{router}" for router, pair in new.items() for old, now in pair.items()}
    for router in data["routers"]:
        own = new.get(router["name"], {})
        router["leader"] = own.get(router["leader"], router["leader"])
        for node in router["nodes"]:
            node["name"] = own.get(node["name"], node["name"])
    for name in ("courses", "downloads"):
        data[name] = {_of(key, ids): value for key, value in data[name].items()}
    for entry in (*data["history"], *data["faults"], *(fault["when"] for fault in data["faults"])):
        entry.update({key: ids.get(value, value) for key, value in entry.items() if isinstance(value, str)})
    for run in data["runs"]:
        for name in ("targets", "override"):
            if name in run["args"]:
                run["args"][name] = [_target(entry, new) for entry in run["args"][name]]


def _of(key: str, ids: Mapping[str, str]) -> str:
    """The key of a course: the node, and perhaps the kind of the operation."""
    name, _, kind = key.partition(" ")
    return f"{ids.get(name, name)} {kind}".rstrip()


def _target(entry: str | dict, new: Mapping[str, Mapping[str, str]]) -> str | dict:
    if isinstance(entry, str) or "node" not in entry:
        return entry
    return {**entry, "node": new.get(entry["router"], {}).get(entry["node"], entry["node"])}

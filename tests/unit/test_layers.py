# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floors of the house: every import leads to a lower floor. docs/architecture.md shows the same for people."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
PACKAGE = "ansible_collections.sessionsmart.ssr.plugins"

#: From the top down. Rooms that share a floor do not know each other.
FLOORS = (
    ("callback",),  # looks at a run from outside, and prints its end
    ("modules", "action", "filter", "inventory", "connection", "test", "doc_fragments"),  # Ansible's side
    ("plugin_utils/actions", "plugin_utils/inventory"),
    ("plugin_utils/rollout",),
    ("plugin_utils/checks", "plugin_utils/reports"),
    ("plugin_utils/snapshots", "plugin_utils/planning", "plugin_utils/probe"),
    ("plugin_utils/conductor",),
    ("plugin_utils/api",),
    ("plugin_utils/software",),
    ("plugin_utils/pcli",),
    ("plugin_utils/clock.py", "plugin_utils/files.py"),  # the ground
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

#: Figures of the plan: more of them, and nobody finds the way any more.
MOST_ROOMS, MOST_ARROWS = 20, 50


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a module, from its path below plugins: ``plugin_utils/rollout``, ``plugin_utils/clock.py``."""
    if parts[0] != "plugin_utils":
        return parts[0]
    return f"plugin_utils/{parts[1]}" if len(parts) > 2 else f"plugin_utils/{parts[1]}.py"


def imports_of(path: Path) -> list[tuple[str, ...]]:
    """The modules of the collection that a file imports, each as its path below plugins."""
    package = path.relative_to(PLUGINS).parent.parts
    modules: list[tuple[str, ...]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            base = (*package[: len(package) - node.level + 1], *(node.module or "").split("."))
        elif node.module and node.module.startswith(f"{PACKAGE}."):
            base = tuple(node.module.removeprefix(f"{PACKAGE}.").split("."))
        else:
            continue
        base = tuple(part for part in base if part)
        for alias in node.names:
            deeper = (*base, alias.name)
            modules.append(deeper if PLUGINS.joinpath(*deeper).with_suffix(".py").exists() else base)
    return modules


def arrows() -> dict[tuple[str, str], list[str]]:
    """Which room imports which, each with the imports that make the arrow."""
    by_rooms: dict[tuple[str, str], list[str]] = {}
    for path in sorted(PLUGINS.rglob("*.py")):
        importer = room_of(path.relative_to(PLUGINS).with_suffix("").parts)
        for module in imports_of(path):
            imported = room_of(module)
            if imported != importer:
                words = f"{path.relative_to(PLUGINS)} imports {'/'.join(module)}"
                by_rooms.setdefault((importer, imported), []).append(words)
    return by_rooms


ARROWS = arrows()


def test_every_room_stands_on_a_floor() -> None:
    rooms = {room for arrow in ARROWS for room in arrow}
    unknown = sorted(rooms - set(FLOOR_OF))
    assert not unknown, f"{', '.join(unknown)}: give it a floor in {Path(__file__).name}, below all that import it"


@pytest.mark.parametrize("arrow", sorted(ARROWS), ids=" -> ".join)
def test_imports_lead_to_a_lower_floor(arrow: tuple[str, str]) -> None:
    upper, lower = (FLOOR_OF[room] for room in arrow)
    assert upper < lower, (
        f"{'; '.join(ARROWS[arrow])}: {arrow[1]} is not below {arrow[0]}. What both need belongs to "
        f"{' or '.join(FLOORS[min(max(upper, lower) + 1, len(FLOORS) - 1)])}, or it is handed in as an argument"
    )


def test_the_house_stays_small_enough_to_know_it() -> None:
    rooms = {room for arrow in ARROWS for room in arrow if room.startswith("plugin_utils")}
    inside = [arrow for arrow in ARROWS if all(room.startswith("plugin_utils") for room in arrow)]
    assert len(rooms) <= MOST_ROOMS and len(inside) <= MOST_ARROWS, (len(rooms), len(inside))


def test_no_file_of_a_room_imports_its_importer() -> None:
    """Circles inside of a room: none of its files can be read before the others."""
    graph = {
        path.relative_to(PLUGINS).with_suffix("").parts: {
            module for module in imports_of(path) if PLUGINS.joinpath(*module).with_suffix(".py").exists()
        }
        for path in PLUGINS.rglob("*.py")
    }
    while free := {module for module, imports in graph.items() if not imports & set(graph)}:
        graph = {module: imports for module, imports in graph.items() if module not in free}
    assert not graph, f"in a circle, or above one: {', '.join(sorted('/'.join(module) for module in graph))}"

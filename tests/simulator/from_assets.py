# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scenario from the text of somebody's own `show assets`.

Reads both generations of the table (upgrade_ibu_conductor, CLI-6.0) by the offsets of its rule and by its titles:
columns in any order, cells that went on in the next row, routers that are not repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from .releases import is_release
from .schema import ScenarioError

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_RULE = re.compile(r"^\s*={3,}(\s+={3,})*\s*$")
_PROMPT = re.compile(r"^\*?[^\s@]+@(\S+?)\s*(?:\([^)]*\))?[#>]\s*show\s+asset", re.IGNORECASE)
_TIME = re.compile(r"(\d+)([dhms])")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_TITLES = {
    "router": "router",
    "node": "node",
    "asset id": "asset_id",
    "ssr version": "version",
    "128t version": "version",
    "install type": "install_type",
    "status": "status",
    "time in status": "time",
    "errors": "errors",
}
_NEEDED = ("router", "node", "asset_id", "version", "status")
# Words of both generations, without blanks (a cell may have been cut anywhere) -> the word of 6.3.
_STATES = {
    "synchronized": "Synchronized",
    "running": "Synchronized",
    "synchronizing": "Synchronizing",
    "connected": "Synchronizing",
    "resynchronizing": "Resynchronizing",
    "reinitializing": "Reinitializing",
    "disconnected": "Disconnected",
    "pending": "Pending",
    "keyaccepted": "Key Accepted",
    "notinstalled": "Not Installed",
}


@dataclass
class Asset:
    router: str
    node: str
    asset_id: str
    version: str
    status: str
    install_type: str = ""
    time: str = ""
    errors: str = ""


@dataclass
class Played:
    """The scenario, and sentences about what of the table could not be played as it stands."""

    scenario: dict[str, Any]
    notes: list[str] = field(default_factory=list)


def scenario_from_assets(text: str, conductor: str | None = None, releases: list[str] | None = None) -> Played:
    """The authority that `show assets` shows, as a scenario. Raises ScenarioError in a sentence."""
    lines = [_ESCAPES.sub("", line).rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    notes: list[str] = []
    assets = [asset for asset in read_table(lines) if _playable(asset, notes)]
    routers: dict[str, list[Asset]] = {}
    for asset in assets:
        routers.setdefault(asset.router, []).append(asset)
    name = _conductor(lines, routers, conductor)
    # The conductor first: this is what people look for in a file.
    ordered = {name: routers[name], **routers}
    for release in releases or []:
        if not is_build(release):
            raise ScenarioError(f"'{release}' does not look like 6.3.5-39.r1.el7, the spelling of `show assets`")
    known = dict.fromkeys([asset.version for asset in assets] + list(releases or []))
    scenario = {
        "name": f"rehearsal of {name}",
        "description": f"{len(assets)} assets of {len(routers)} routers, as `show assets` showed them",
        "users": [{"name": "admin", "password": "rehearsal"}],
        "releases": [{"name": release} for release in known],
        "routers": [_router(router, nodes, router == name, notes) for router, nodes in ordered.items()],
    }
    return Played(scenario, notes)


def is_build(text: str) -> bool:
    """A release down to its build, as `show assets` spells it; `6.3.5` alone could be any of several."""
    return is_release(text) and "-" in text


# --- the table ----------------------------------------------------------------------------------------------------


def read_table(lines: list[str]) -> list[Asset]:
    """The rows of the table, put together again. Raises ScenarioError where it is not one of assets."""
    at, spans, titles = _head(lines)
    rows: list[dict[str, str]] = []
    for line in lines[at:]:
        if not line.strip() or _RULE.match(line):
            break
        cells = {title: line[start:end].strip() for title, (start, end) in zip(titles, spans, strict=False)}
        if _begins(cells) or not rows:
            rows.append(cells)
        else:
            for title, cell in cells.items():
                rows[-1][title] += cell
    router = ""
    for row in rows:
        router = row["router"] = row["router"] or router
    names = Asset.__dataclass_fields__
    return [Asset(**{title: cell for title, cell in row.items() if title in names}) for row in rows]


def _head(lines: list[str]) -> tuple[int, list[tuple[int, int]], list[str]]:
    """(index of the first row, columns, what they hold)."""
    for index, line in enumerate(lines[:-2]):
        if not _RULE.match(line):
            continue
        spans = [match.span() for match in re.finditer("=+", line)]
        # To the last column belongs all that follows it.
        spans[-1] = (spans[-1][0], 10_000)
        end = next((i for i in range(index + 1, len(lines)) if _RULE.match(lines[i])), None)
        if end is None:
            break
        words = [" ".join(lines[i][a:b].strip() for i in range(index + 1, end)).strip().lower() for a, b in spans]
        titles = [_title(word) for word in words]
        missing = [name for name in _NEEDED if name not in titles]
        if missing:
            raise ScenarioError(
                f"the table has no column for {' and '.join(missing)} (found: {', '.join(words)}). "
                "Give the text of `show assets`, without further arguments."
            )
        return end + 1, spans, titles
    raise ScenarioError("there is no table in the text. Give what `show assets` printed, with its lines of `=`.")


def _title(word: str) -> str:
    squeezed = word.replace(" ", "")
    return next((name for title, name in _TITLES.items() if title.replace(" ", "") == squeezed), word)


def _begins(cells: dict[str, str]) -> bool:
    """Is it the first line of an asset, or what did not fit into the line above?"""
    if "errors" in cells:
        return cells["errors"].isdigit()  # a number is never cut, and no other line has one
    starts = re.match(r"\d+\.\d+|unknown|none", cells["version"], re.IGNORECASE)
    return bool(starts and cells["node"] and cells["asset_id"] and cells["status"])


# --- what it means --------------------------------------------------------------------------------------------------


def _playable(asset: Asset, notes: list[str]) -> bool:
    if asset.router.lower() in ("", "none") or asset.node.lower() in ("", "none"):
        notes.append(f"{asset.asset_id} belongs to no router, and is left out.")
        return False
    if not is_release(asset.version):
        text = asset.version or "no version"
        notes.append(f"{asset.node}.{asset.router} is left out: '{text}' is no version that can be played.")
        return False
    return True


def _conductor(lines: list[str], routers: dict[str, list[Asset]], wanted: str | None) -> str:
    node_id = next((match.group(1) for line in lines if (match := _PROMPT.match(line))), None)
    name = wanted or (node_id and _router_of(node_id, routers))
    if not name:
        raise ScenarioError(
            "which router is the conductor? The text has no prompt such as `admin@node.Router# show assets` that "
            f"would tell; name it with --conductor. The routers are: {_listed(routers)}."
        )
    if name not in routers:
        raise ScenarioError(f"the conductor '{name}' is not in the table. The routers are: {_listed(routers)}.")
    if len(routers[name]) > 2:
        raise ScenarioError(f"'{name}' has {len(routers[name])} nodes, a conductor has one or two.")
    return name


def _router_of(node_id: str, routers: dict[str, list[Asset]]) -> str | None:
    """`node.Router`: either name may hold dots, so the table decides."""
    named = [router for router, nodes in routers.items() if any(node_id == f"{node.node}.{router}" for node in nodes)]
    return named[0] if named else None


def _listed(routers: dict[str, list[Asset]]) -> str:
    names = list(routers)
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _router(name: str, nodes: list[Asset], conductor: bool, notes: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "conductor": conductor,
        "peers": [],  # the table does not tell, and an invented hub would be everybody's neighbour
        "nodes": [_node(asset, notes) for asset in nodes],
    }


def _node(asset: Asset, notes: list[str]) -> dict[str, Any]:
    state = _STATES.get("".join(asset.status.lower().split()))
    if state is None:
        notes.append(f"{asset.node}.{asset.router}: the state '{asset.status}' is played as Resynchronizing.")
    kind = asset.install_type.lower()
    if kind not in ("image", "package"):
        # upgrade_ibu_conductor: images came with 6.3.
        kind = "package" if tuple(map(int, asset.version.split("-")[0].split(".")[:2])) < (6, 3) else "image"
        if asset.install_type:
            notes.append(f"{asset.node}.{asset.router}: the install type '{asset.install_type}' is played as {kind}.")
    since = sum(int(number) * _SECONDS[unit] for number, unit in _TIME.findall("".join(asset.time.split())))
    count = int(asset.errors) if asset.errors.isdigit() else 0
    return {
        "name": asset.node,
        "asset_id": asset.asset_id,
        "version": asset.version,
        "install_type": kind,
        "state": state or "Resynchronizing",
        **({"in_status": since} if since else {}),
        "errors": [f"error {number} of {count} (the table does not say which)" for number in range(1, count + 1)],
    }

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads assets, the nodes as the conductor sees them, from `show assets` and `show assets <id>`.

Layouts: upgrade_ibu_conductor (6.3 and later), CLI-6.0 (the older one, Asset Id first), ts_ap_salt_minion (one
asset). One row is one node; rows are kept as printed, also when two are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..pcli.blocks import Block
from ..pcli.garbage import without_collector
from ..pcli.response import Response
from ..pcli.tables import Table
from .asset_list import NOTHING, not_understood, own_part, read_duplicates
from .asset_states import State, read_state
from .download_words import read_words
from .empty_answers import is_whole, shows_none
from .node_id import NodeId
from .terminal_messages import without_messages
from .versions import (
    Version,
    install_type_of,
    try_parse,
)

# The names that each column or field has had.
ROUTER = ("Router", "Router Name")
NODE = ("Node", "Node Name")
ASSET_ID = ("Asset Id", "Asset", "Asset Name", "Id")
VERSION = ("SSR Version", "128T Version", "Current Version", "Software Version", "Running Version", "Version")
INSTALL_TYPE = ("Install Type", "Installation Type", "Installation", "Install")
STATUS = ("Status", "Asset Status", "State", "Asset State")
TIME_IN_STATUS = ("Time in Status", "Time in State", "Status Duration", "Duration")
ERRORS = ("Errors", "Error Count")
SERVICE = ("Service Status", "Service", "Service State")
CONDUCTOR_CONNECTIVITY = ("Conductor Connectivity",)
PEER_CONNECTIVITY = ("Peer Conductor Connectivity",)


@dataclass(frozen=True)
class Asset:
    """One node as the conductor sees it. None: the conductor does not say.

    `status` is the word as printed, `state` the normalised one (see asset_states.py). `time_in_status` is in seconds.
    `service` and the two connectivities are in lower case and known for a single asset only (`show assets <id>`).
    `service` is empty where its cell is; Synchronized does not prove that it runs (I95-63955). `duplicate`: the same
    page lists it under "Duplicate Asset IDs".
    """

    router: str | None
    node: str | None
    asset_id: str | None
    version_text: str | None = None
    version: Version | None = None
    install_type: str | None = None
    status: str = ""
    state: str = "unknown"
    settled: bool = False
    away: bool = False
    busy: bool = False
    time_in_status: int | None = None
    errors: int | None = None
    service: str | None = None
    conductor_connectivity: str | None = None
    peer_connectivity: str | None = None
    error_texts: tuple[str, ...] = ()
    duplicate: bool = False


@dataclass(frozen=True)
class AssetSummary:
    """How many assets the conductor counts: all of them, those with errors, and by state (words as printed, plain).

    ``with_errors`` None: not printed. The states are those of the release that prints them.
    """

    total: int
    with_errors: int | None
    states: dict[str, int]


@dataclass(frozen=True)
class Downloads:
    """The versions that a node has, is fetching, and could fetch, as the conductor spells them."""

    downloaded: tuple[str, ...] = ()
    downloading: tuple[str, ...] = ()
    available: tuple[str, ...] = ()


@without_collector
def read_assets(response: Response) -> list[Asset] | None:
    """Every asset that `show assets` lists, in its order. Empty: it says that there are none; None: unreadable.

    A list with a line that may have hidden a row is unreadable as a whole; :func:`why_not_whole` names the line.
    """
    if response.broken:  # a list without its rows from there on is none
        return None
    response, listed = _own_list(response)
    if _not_understood(response, listed):
        return None
    if not listed:
        return [] if shows_none(response, _tables_of(response), "assets?") else None
    duplicate_ids = read_duplicates(response)
    return (
        [replace(asset, duplicate=(asset.asset_id or "").lower() in duplicate_ids) for asset in listed]
        if duplicate_ids
        else listed
    )


def count_rows(response: Response) -> int:
    """How many assets an answer names, also one that is not whole."""
    return len(_own_list(response)[1])


def why_not_whole(response: Response) -> str | None:
    """What of a list of assets is not understood, as part of a sentence; None where no list is in the answer."""
    response, listed = _own_list(response)
    return _not_understood(response, listed) if listed or _tables_of(response) else None


def _own_list(response: Response) -> tuple[Response, list[Asset]]:
    """What of an answer belongs to it, and the assets in its tables, else in its blocks."""
    response = without_messages(response)
    own = own_part(response)
    listed = _listed(own)
    return (own, listed) if listed or own is response else (response, _listed(response))


def _listed(response: Response) -> list[Asset]:
    listed = [asset for table in _tables_of(response) for asset in _from_table(table)]
    return listed or [_from_block(block) for block in response.blocks if _is_asset(block)]


def _tables_of(response: Response) -> list[Table]:
    return [table for table in response.tables if _lists_assets(table)]


def _not_understood(response: Response, listed: Sequence[Asset]) -> str | None:
    return response.broken or not_understood(response, len(listed), _lists_assets, _is_asset)


def half_read(assets: Iterable[Asset]) -> str | None:
    """What is wrong with a list of assets that was cut or shifted: a node without a router, a row without a status.

    An asset that is not assigned yet has neither router nor node and is not an error.
    """
    for asset in assets:
        name = asset.node or asset.router or asset.asset_id
        if asset.node and not asset.router:
            return f"{name} is shown without its router"
        if name and not asset.status.strip():
            return f"{name} is shown without a status"
    return None


def read_asset_detail(response: Response) -> Asset | None:
    """The one asset of `show assets <id>`; the row of a table if the conductor prints one. None if it shows none."""
    if response.broken:
        return None
    block = next((block for block in response.blocks if _is_asset(block)), None)
    if block is not None:
        return replace(_from_block(block), duplicate=bool(read_duplicates(response)))
    rows = read_assets(response) or []
    return rows[0] if len(rows) == 1 else None


def read_asset_summary(response: Response) -> AssetSummary | None:
    """Read `show assets summary` (CLI-6.0): a block, or a table of one row or of one state a row. None: unreadable."""
    if response.error or response.broken:
        return None
    records = [dict(block.fields) for block in response.blocks if block.get(*_TOTAL) is not None]
    for table in response.tables:
        if len(table.columns) == 2:
            records.append({row.get(table.columns[0], ""): row.get(table.columns[1], "") for row in table.rows})
        records += [dict(row) for row in table.rows[:1]]
    for record in records:
        plain = {" ".join(re.findall(r"[a-z0-9]+", name.lower())): value for name, value in record.items()}
        counts = {name: int(value) for name, value in plain.items() if re.fullmatch(r"[0-9]{1,7}", value.strip())}
        total = next((counts.pop(name) for name in map(str.lower, _TOTAL) if name in counts), None)
        if total is not None:
            errors = next((counts.pop(name) for name in _WITH_ERRORS if name in counts), None)
            return AssetSummary(total, errors, counts)
    return None


def _lists_assets(table: Table) -> bool:
    """`show system version` has Router, Node, Version and Status too, but shows builds and no states."""
    if table.column(*STATUS) is None or table.column("Build Date", "Package") is not None:
        return False
    named = table.column(*ROUTER) is not None or table.column(*NODE) is not None
    return table.column(*ASSET_ID[:3]) is not None or (named and table.column(*VERSION) is not None)


_COLUMNS = {
    "asset_id": ASSET_ID,
    "version": VERSION,
    "install_type": INSTALL_TYPE,
    "status": STATUS,
    "time_in_status": TIME_IN_STATUS,
    "errors": ERRORS,
    "service": SERVICE,
    "conductor_connectivity": CONDUCTOR_CONNECTIVITY,
    "peer_connectivity": PEER_CONNECTIVITY,
}


def _from_table(table: Table) -> Iterable[Asset]:
    # Looked up only once: an authority may have thousands of nodes.
    columns = {name: column for name, names in _COLUMNS.items() if (column := table.column(*names)) is not None}
    routers, nodes = table.column(*ROUTER), table.column(*NODE)
    router = None
    for row in table.rows:
        node = row.get(nodes)
        # A router that is repeated is left blank. An asset that belongs to nobody has no node either.
        router = row.get(routers) or (router if node or node is None else None)
        yield _asset(router=router, node=node, **{name: row.get(column) for name, column in columns.items()})


_TOTAL = ("total", "total assets", "assets total")
_WITH_ERRORS = ("assets with errors", "with errors", "errors")
_DOWNLOADS = ("downloaded", "downloading", "available")


def read_downloads(response: Response) -> dict[NodeId, Downloads] | None:
    """Read `show assets software` (CLI-6.0), by router and node. None without a complete table of downloads.

    A node has a row for each of its versions; its names stand in the first of them.
    """
    if response.error or response.broken:
        return None
    tables = [
        table for table in response.tables if table.has(*ROUTER) and table.has(*NODE) and table.has(_DOWNLOADS[0])
    ]
    by_node: dict[NodeId, dict[str, list[str]]] = {}
    for table in tables:
        for row in table.filled(table.column(*ROUTER), table.column(*NODE)).rows:
            router, node = _value(table.cell(row, *ROUTER)), _value(table.cell(row, *NODE))
            if router and node:
                lists = by_node.setdefault(NodeId(router, node), {name: [] for name in _DOWNLOADS})
                for name in _DOWNLOADS:
                    for kept, text in _versions(table.cell(row, name), name):
                        lists[kept] += [text] if text not in lists[kept] else []
    downloads = {
        node_id: Downloads(**{name: tuple(texts) for name, texts in lists.items()})
        for node_id, lists in by_node.items()
    }
    return downloads if downloads or (tables and is_whole(response)) else None


def _versions(cell: str | None, column: str) -> list[tuple[str, str]]:
    """The versions in a cell, each with its list; the words as they are if none is a version.

    A remark behind a version applies to it: with `45%` in any column it is downloading, and with `(failed)` it is in no
    list. Then the text keeps its remark, so that it is not mistaken for a version.
    """
    text = _value(cell) or ""
    marks = [match for match in re.finditer(r"[^\s,;]+", text) if match[0].count(".") > 1 and try_parse(match[0])]
    if not marks:
        words = " ".join(word.strip(",;") for word in text.split())
        return [(column, words)] if words else []
    result = []
    for mark, end in zip(marks, [*(match.start() for match in marks[1:]), len(text)], strict=True):
        remark = text[mark.end() : end].strip(" \t\n,;*()[]-")
        kind = read_words(remark).kind if remark else "none"
        if kind == "none" or column == "available":
            result.append((column, mark[0]))
        elif kind == "running" or (column, kind) == ("downloaded", "there"):
            result.append(("downloading" if kind == "running" else column, mark[0]))
        else:
            result.append((column, f"{mark[0]} ({remark})"))
    return result


def _is_asset(block: Block) -> bool:
    return block.get(*STATUS) is not None and block.get(*ROUTER, *NODE, *VERSION[:3], *INSTALL_TYPE) is not None


def _from_block(block: Block) -> Asset:
    texts = tuple(line for line in block.section("Errors") if line.lower() not in NOTHING)
    counted = block.get(*ERRORS)
    return _asset(
        router=block.get(*ROUTER),
        node=block.get(*NODE),
        asset_id=block.get(*ASSET_ID) or block.title,
        version=block.get(*VERSION),
        install_type=block.get(*INSTALL_TYPE),
        status=block.get(*STATUS),
        time_in_status=block.get(*TIME_IN_STATUS),
        errors=counted if counted is not None else (str(len(texts)) if "Errors" in block.sections else None),
        service=block.get(*SERVICE),
        conductor_connectivity=block.get(*CONDUCTOR_CONNECTIVITY),
        peer_connectivity=block.get(*PEER_CONNECTIVITY),
        error_texts=texts,
    )


def _asset(
    *,
    router: str | None,
    node: str | None,
    asset_id: str | None = None,
    version: str | None = None,
    install_type: str | None = None,
    status: str | None = None,
    time_in_status: str | None = None,
    errors: str | None = None,
    service: str | None = None,
    conductor_connectivity: str | None = None,
    peer_connectivity: str | None = None,
    error_texts: tuple[str, ...] = (),
) -> Asset:
    state = _state(status)
    version_text = _value(version)
    asset = object.__new__(Asset)  # there may be thousands, and a frozen class sets its fields one by one
    asset.__dict__.update(
        router=_value(router),
        node=_value(node),
        asset_id=_value(asset_id),
        version_text=version_text,
        version=_version(version_text),
        install_type=read_install_type(install_type) or _type_of_version(version_text),
        status=status or "",
        state=state.name,
        settled=state.settled,
        away=state.away,
        busy=state.busy,
        time_in_status=parse_duration(time_in_status or ""),
        errors=_count(errors),
        service=None if service is None else _lower(service) or "",
        conductor_connectivity=_lower(conductor_connectivity),
        peer_connectivity=_lower(peer_connectivity),
        error_texts=error_texts,
        duplicate=False,
    )
    return asset


@lru_cache(maxsize=1024)
def _count(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]+", text) else None


# The nodes of a fleet have few different states and versions between them.
_state: Callable[[str | None], State] = lru_cache(maxsize=1024)(read_state)


@lru_cache(maxsize=1024)
def _version(text: str | None) -> Version | None:
    return try_parse(text)


@lru_cache(maxsize=1024)
def _type_of_version(text: str | None) -> str | None:
    return install_type_of(text or "")


_LONGEST_NOTHING = max(map(len, NOTHING))


def _value(text: str | None) -> str | None:
    if text is None:
        return None
    bare = text.strip()
    return None if len(bare) <= _LONGEST_NOTHING and bare.lower() in NOTHING else bare


def _lower(text: str | None) -> str | None:
    value = _value(text)
    return value.lower() if value else None


@lru_cache(maxsize=1024)
def read_install_type(text: str | None) -> str | None:
    """`image` or `package`. What the conductor prints while it converts a node is not documented: then neither."""
    words = re.findall(r"[a-z]+", (text or "").lower())
    kinds = [kind for kind in ("image", "package") if kind in words]
    return kinds[0] if len(kinds) == 1 and set(words) <= {*kinds, "based"} else None


_UNITS = {"y": 31_536_000, "mo": 2_592_000, "w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_UNIT_NAMES = {
    **{unit: unit for unit in _UNITS},
    **dict.fromkeys(("yr", "yrs", "year", "years"), "y"),
    **dict.fromkeys(("mon", "month", "months"), "mo"),
    **dict.fromkeys(("wk", "wks", "week", "weeks"), "w"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
}
_PART = re.compile(r"\s*(?:(?:and|,)\s*)?([0-9]+)(?:\.[0-9]+)?\s*([a-z]+)", re.IGNORECASE)
_CLOCK = re.compile(r"[\s,]*(?:([0-9]+):)?([0-9]{1,2}):([0-9]{2})(?:\.[0-9]+)?\s*\Z")


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> int | None:
    """Seconds in `3d 23h 18m 58s`, `34m 44s`, `4 days  6:17:31` and the like. None if it is none of these."""
    position, total, has_unit = 0, 0, False
    while part := _PART.match(text, position):
        unit = _UNIT_NAMES.get(part[2].lower())
        if unit is None:
            return None
        total += int(part[1]) * _UNITS[unit]
        position, has_unit = part.end(), True
    rest = text[position:]
    if not rest.strip():
        return total if has_unit else None
    clock = _CLOCK.match(rest)
    # `6:17` might be hours and minutes or minutes and seconds.
    if clock is None or clock[1] is None:
        return None
    return total + int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])

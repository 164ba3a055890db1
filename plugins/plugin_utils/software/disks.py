# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the disks of a node from ``show platform disk``.

The command and its categories are documented (CLI-6.0), and so are the sections between dashes of ``show platform``;
the layout of the section about disks is not. So any record with a mount point and its usage is accepted; without one,
nothing is known. The documented sign of a full disk is the alarm ``disk space low`` (below 10 % free).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..pcli.blocks import Block
from ..pcli.response import Response

_MOUNT = (
    "mount",
    "mounted on",
    "mount point",
    "mountpoint",
    "partition",
    "filesystem",
    "path",
    "disk",
    "device",
)
_SIZE = ("size", "total", "capacity", "total size", "total space", "disk size")
_USED = ("used", "used space", "space used", "in use")
_FREE = ("free", "avail", "available", "free space", "space free", "available space", "space available", "unused")
_PERCENT = (
    "use%", "used%", "used %", "use %", "% used", "used (%)", "used percent", "percent used", "usage", "usage %",
    "utilization", "utilisation", "disk utilization", "disk usage", "capacity used",
)  # fmt: skip
_FACTORS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_AMOUNT = re.compile(r"([0-9]+(?:[.,][0-9]+)?)\s*([kmgtp]?)(i?)(b|bytes?)?", re.IGNORECASE)


@dataclass(frozen=True)
class Disk:
    """A mounted file system of a node. ``used`` in per cent, ``size`` and ``free`` in bytes; None where not shown."""

    node: str | None
    mount: str
    used: float | None
    free: int | None
    size: int | None = None


def read_disks(response: Response) -> list[Disk] | None:
    """Read ``show platform disk`` or ``show platform``.

    None where no disk's use can be read, and where a table shows one of which it cannot: it may be the full one.
    """
    if response.error or response.broken:
        return None
    all_disks: list[Disk] = []
    for table in response.tables:
        rows = [(row, [*_disk(table.cell(row, "Node"), row)]) for row in table.rows]
        disks = [disk for _row, own in rows for disk in own]
        if disks and any(not own and _has_size(row) for row, own in rows):
            return None
        all_disks.extend(disks)
    for block in response.blocks:
        for record in (block.fields, *_records(block)):
            all_disks.extend(_disk(block.get("Node") or block.title, record))
    return all_disks or None


def _has_size(fields: Mapping[str, str]) -> bool:
    """Whether the record has a size. What has none, such as a file system of the kernel, cannot be full."""
    cells = {re.sub(r"[\s_\-]+", " ", name).strip().lower(): value.strip() for name, value in fields.items()}
    return bool(_bytes(_first(cells, _SIZE)))


def _records(block: Block) -> Iterator[dict[str, str]]:
    """The fields in the sub-sections of a block; a name that comes again begins another disk."""
    for heading, lines in block.sections.items():
        if "disk" not in heading.lower() and "storage" not in heading.lower():
            continue
        record: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if colon and name.strip() in record:
                yield record
                record = {}
            if colon and value.strip():
                record[name.strip()] = value.strip()
        yield record


def _disk(node: str | None, fields: Mapping[str, str]) -> Iterator[Disk]:
    cells = {re.sub(r"[\s_\-]+", " ", name).strip().lower(): value.strip() for name, value in fields.items()}
    mount = _first(cells, _MOUNT)
    size, taken, free = (_bytes(_first(cells, names)) for names in (_SIZE, _USED, _FREE))
    used = _per_cent(_first(cells, _PERCENT)) if _first(cells, _PERCENT) else _per_cent(_first(cells, _USED))
    if used is None and size and (taken is not None or free is not None):
        used = round(100 * (taken if taken is not None else size - free) / size, 1)
    if free is None and size and used is not None:
        free = round(size * (100 - used) / 100)
    if mount and used is not None and 0 <= used <= 100:
        yield Disk(node or None, mount, used, free, size)


def _first(cells: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((cells[name] for name in names if cells.get(name)), None)


def _per_cent(text: str | None) -> float | None:
    match = re.search(r"([0-9]+(?:\.[0-9]+)?)\s*%", text or "")
    return float(match[1]) if match else None


def _bytes(text: str | None) -> int | None:
    """The bytes in ``12.5 GB`` (thousands), ``12.5 GiB`` or ``12G`` (as df prints it: 1024). None for anything else."""
    match = _AMOUNT.fullmatch((text or "").strip())
    if match is None or not (match[2] or match[4]):
        return None
    base = 1000 if match[4] and not match[3] else 1024
    return round(float(match[1].replace(",", ".")) * base ** _FACTORS[match[2].lower()])

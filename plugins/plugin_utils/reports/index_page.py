# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The index of all runs, ``index.html``: a line for each night, and which versions the nodes ran after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..software.versions import spelled
from .sections import share
from .states import by_weight
from .templating import render
from .text import cleaned, one_line
from .version_order import newest_first

#: So many runs have a line, and so many a column in a picture.
_LINES, _COLUMNS = 500, 60
#: A column is never wider than one of so many.
_FEW = 12
#: So many versions have a colour of their own, the newest ones; others share one.
_COLOURS = 5


def index_html(entries: Sequence[Mapping]) -> str:
    """The page of all runs, from the lines of ``index.json``, the newest last. Links are relative to the index."""
    runs = [_run(entry) for entry in cleaned(list(entries))]
    authorities = dict.fromkeys(run["authority"] for run in runs)
    pictures = [_picture(name, [run for run in runs if run["authority"] == name]) for name in list(authorities)[:12]]
    return render(
        "index.html.j2",
        styles=("index.css",),
        runs=list(reversed(runs))[:_LINES],
        more=max(0, len(runs) - _LINES),
        pictures=[picture for picture in pictures if picture["columns"]],
    )


def _run(entry: Mapping) -> dict:
    versions: dict[str, int] = {}
    for version, count in (entry.get("versions") or {}).items():
        if not count:
            continue
        versions[spelled(version)] = versions.get(spelled(version), 0) + int(count)
    return {
        "folder": str(entry["folder"]),
        "authority": str(entry.get("authority") or ""),
        "what": f"{entry.get('operation') or 'run'} {spelled(entry.get('version'))}".strip(),
        "outcome": one_line(entry.get("outcome"), 600),
        "state": entry.get("state") or "ended",
        "ok": entry.get("ok"),
        "started": entry.get("started"),
        "elapsed": entry.get("elapsed"),
        "share": share(entry.get("totals") or {}),
        "totals": by_weight(entry.get("totals") or {}),
        "versions": [(version, versions[version]) for version in newest_first(versions)],
    }


def _picture(authority: str, runs: Sequence[Mapping]) -> dict:
    """A column for each run: its nodes by the version that they ran after it, the newest at the bottom."""
    shown = [run for run in runs if run["versions"]][-_COLUMNS:]
    names = newest_first({version for run in shown for version, _count in run["versions"]})
    colour = {name: min(place, _COLOURS) for place, name in enumerate(names)}
    columns = []
    for place, run in enumerate(shown):
        whole, top, parts = sum(count for _version, count in run["versions"]), 100.0, []
        for version, count in run["versions"]:
            height = count * 100 / (whole or 1)
            top -= height
            parts.append((colour[version], round(max(0.0, top), 2), round(height, 2)))
        wide = 100 / max(len(shown), _FEW)
        columns.append({"x": round(place * wide, 3), "width": round(0.82 * wide, 3), "parts": parts})
    legend = [(colour[name], name) for name in names[:_COLOURS]]
    legend += [(_COLOURS, "older ones")] if len(names) > _COLOURS else []
    first, last = (shown[0]["started"], shown[-1]["started"]) if shown else (None, None)
    return {"authority": authority, "columns": columns, "legend": legend, "first": first, "last": last}

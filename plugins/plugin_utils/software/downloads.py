# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far the download of one version is, read from whatever a conductor prints about downloads.

No sample of `show system software download` is public. Known are words (upgrade_router, config_smart_download, CLI-6.0:
"in progress download, completed download, and failed download", *Downloading*, *Downloaded*, *Failed*, *paused*), that
one answer lists several versions, finished ones too, and that a version which lies on a node is offered from the
channel and the source *downloads* (upgrade_restricted_access). So tables are read by column, blocks by field, and
everything else as sentences; each of them counts only for the version, the router and the node that it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ..pcli.response import Response
from . import operation_report
from .asset_states import read_state
from .assets import Asset, Downloads
from .download_entries import FAILED, NOTHING, PAUSED, RUNNING, THERE, UNREADABLE, Entry, entries, is_word
from .download_words import read_words
from .versions import Version, satisfies, try_parse


@dataclass(frozen=True)
class DownloadState:
    """How far a download is. ``kind``: there, running, paused, failed, nothing (nothing is told of it) or unreadable.

    ``percent``: how much of it is there, where that is told. ``mark``: what changes when it gets on, and not when only
    time passes; None where nothing but time could change. ``words``: what it was read from, for people. ``waits``: it
    waits by itself, for its turn or its next attempt.
    """

    kind: str
    percent: float | None = None
    mark: str | None = None
    words: str = ""
    waits: bool = False

    @property
    def readable(self) -> bool:
        """Does it tell how the download is?"""
        return self.kind not in (NOTHING, UNREADABLE)


@dataclass(frozen=True)
class NodeScope:
    """The router and the node that are meant, and the names of the router's other nodes, which are not."""

    router: str | None = None
    node: str | None = None
    peers: tuple[str, ...] = ()


# -- what a user of this file calls ---------------------------------------------------------------------------------


def read_download(
    response: Response | None, wanted: Version, scope: NodeScope = NodeScope(), before: Collection[str] | None = None
) -> DownloadState:
    """The state of a version's download on a node, from an answer of `show system software download`.

    ``before``: the lines (see :func:`lines_of`) of an earlier answer. What was there before says nothing about what was
    asked for since, unless it says that the version is there, or that a download runs. None: there was no earlier one.
    """
    if response is None or response.usage or response.denied:
        return DownloadState(UNREADABLE, words=_first_line(response))
    mine = [entry for entry in entries(response) if _meant(entry, wanted, scope)]
    if scope.node is not None:
        # Where the lines name nodes, one that names none is not about this one.
        mine = [one for one in mine if _names(one.place or one.text, scope.node)] or mine
    named = [one for one in mine if one.versions]
    if response.error and not named:
        return DownloadState(UNREADABLE, words=_first_line(response))
    lines = [one.line for one in mine]
    fresh = lines if before is None else operation_report.new_lines(list(before), lines)
    # Without its number a line says nothing of this version, unless it came up after the version was asked for.
    new = named or ([] if before is None else [one for one in mine if one.line in fresh])
    return _decided(new, fresh, before is None, response)


def lines_of(response: Response | None) -> list[str]:
    """What tells the entries of an answer apart, to be given to :func:`read_download` later."""
    return [] if response is None or response.usage or response.denied else [entry.line for entry in entries(response)]


def versions_there(response: Response | None, scope: NodeScope = NodeScope()) -> list[str]:
    """Every version that the status of downloads calls complete, as printed; of one node only, where one is given."""
    complete = (
        [entry for entry in entries(response) if entry.words.kind == THERE] if response and not response.denied else []
    )
    mine = [one for one in complete if scope.node is None or _surely_of(one, scope)]
    return list(dict.fromkeys(version.text for one in mine for version in one.versions))


def _surely_of(entry: Entry, scope: NodeScope) -> bool:
    """Does an entry name this node, or nobody but its router, or nobody at all?"""
    told = entry.place or entry.text
    if _of_another_router(entry, told, scope):
        return False
    return entry.place.strip(" -*").lower() in ("", (scope.router or "").lower()) or _names(told, scope.node)


def stored_versions(response: Response | None) -> list[str]:
    """The versions that `show system software available` offers from the node's own disk: channel *downloads*."""
    found = []
    for table in response.tables if response else ():
        for row in table.rows:
            where = {(table.cell(row, name) or "").strip().lower() for name in ("Channel", "Source")}
            version = table.cell(row, "Version")
            if "downloads" in where and version:
                found.append(version)
    return found


def from_software(entry: Downloads | None, wanted: Version) -> DownloadState:
    """The state of a version by the row of `show assets software` (CLI-6.0); unreadable where a node has no row."""
    if entry is None:
        return DownloadState(UNREADABLE)
    if holds(entry.downloaded, wanted):
        return DownloadState(THERE, words="show assets software lists it as downloaded")
    if holds(entry.downloading, wanted):
        return DownloadState(RUNNING, words="show assets software lists it as downloading")
    return DownloadState(NOTHING)


def holds(texts: Sequence[str], wanted: Version) -> bool:
    """Is the wanted version among these? A list may show less of a version than the wish holds."""
    return any(one and satisfies(one, wanted) is not False for one in map(try_parse, texts))


#: Words of an asset state that a download alone does not explain.
_MOVING = re.compile(r"upgrad|downgrad|install|conver|revert|rollback|reboot|restart|unpack|migrat", re.I)


def downloads_now(asset: Asset | None) -> bool:
    """Does the asset itself show that its node downloads, as some releases do (t128-bulk-upgrade, REST)?"""
    if asset is None or _MOVING.search(asset.status):
        return False
    state = read_state(asset.status)
    return state.busy and "download" in state.name


def at_rest(asset: Asset) -> Asset:
    """The same asset, settled where it only downloads: a download never moves a node (rule 38)."""
    return replace(asset, busy=False, settled=True, away=False) if downloads_now(asset) else asset


# -- what counts, and what it comes to --------------------------------------------------------------------------------


def _decided(mine: list[Entry], fresh: Sequence[str], all_old: bool, response: Response) -> DownloadState:
    """The entry that counts. What is new comes first; of what is older, an end that was bad does not count."""
    new = [] if all_old else [one for one in mine if one.line in fresh]
    old = [one for one in mine if one not in new]
    for told, kinds in ((new, (RUNNING, PAUSED, THERE, FAILED)), (old, (THERE, RUNNING, PAUSED))):
        for kind in kinds:
            shown = [one for one in told if one.words.kind == kind]
            if shown:
                one = shown[-1]
                return DownloadState(kind, one.words.percent, one.words.mark, one.text, one.words.waits)
    unclear = [one for one in new if one.words.kind is None] or (
        [one for one in old if one.words.kind is None] if not new else []
    )
    if unclear:
        return DownloadState(UNREADABLE, words=unclear[-1].text)
    if mine:
        return DownloadState(NOTHING, words=mine[-1].text)
    if response.broken:
        return DownloadState(UNREADABLE, words=response.broken)
    strange = bool(response.text.strip()) and not response.tables and not response.blocks and bool(response.messages)
    kind = UNREADABLE if strange and not any(map(_says_none, response.messages)) else NOTHING
    return DownloadState(kind, words=_first_line(response) if kind == UNREADABLE else "")


def _says_none(line: str) -> bool:
    return read_words(line).kind == NOTHING or operation_report.at_rest([line])


def _meant(entry: Entry, wanted: Version, scope: NodeScope) -> bool:
    """Is this entry about the version and the node, or at least about no other one?"""
    if entry.versions and not any(satisfies(version, wanted) is not False for version in entry.versions):
        return False
    told = entry.place or entry.text
    if _of_another_router(entry, told, scope):
        return False
    if entry.words.kind == THERE and any(_names(entry.said, other) for other in scope.peers):
        return False  # `Downloaded on b only`, in the row of a
    if scope.node is not None and _names(told, scope.node):
        return True
    if any(_names(told, other) or _before_node(entry.text, other) for other in scope.peers):
        return False
    if not entry.place or (scope.node is None and scope.router is None):
        return True
    if scope.router is not None and _names(told, scope.router):
        # `R`, or `x.R`: the latter is another node of it, unless no node was asked for.
        return scope.node is None or not re.search(rf"[\w\-]\.{re.escape(scope.router)}(?![\w\-])", told, re.I)
    return entry.place.strip(" -*").lower() in ("", "all", "n/a")


def _of_another_router(entry: Entry, told: str, scope: NodeScope) -> bool:
    """Does an entry name a router that is not the one meant? Nodes often have the same names everywhere.

    Conductors before 7.2.0 put what they tell of other routers behind an answer (I95-65411).
    """
    own = (scope.router or "").lower()
    if not own:
        return False
    if entry.routers:
        return own not in entry.routers
    if scope.node is None:
        return False
    row = _before_node(entry.text, scope.node)
    if row is not None and not is_word(row) and row not in (own, scope.node.lower()):
        return True
    node = re.escape(scope.node.lower())
    joined = (
        rf"(?<![\w./:@\-]){node}[./:@](?P<behind>[a-z][\w\-]*)"
        rf"|(?<![\w.\-])(?P<before>[a-z][\w.\-]*)[./:@]{node}(?![\w\-])"
    )
    named = [match["behind"] or match["before"] for match in re.finditer(joined, told.lower())]
    strange = [name for name in named if own != name and not own.startswith(f"{name}.") and not is_word(name)]
    return bool(strange) and not any(name == own or own.startswith(f"{name}.") for name in named)


def _before_node(text: str, node: str) -> str | None:
    """The name before the node's in `S a 7.1.3-2 …` or `S: a: 7.1.3-2 …`, a row whose columns have no names."""
    row = rf"\W*([a-z][\w.\-]*):?\s+{re.escape(node.lower())}:?\s+(?:(?:ssr|128t)-)?\d+\.\d+\.\d"
    match = re.match(row, text.lower())
    return match[1] if match else None


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w\-]){re.escape(name.lower())}(?![\w\-])", text.lower()) is not None


def _first_line(response: Response | None) -> str:
    words = (response.error or "\n".join(response.messages)).strip() if response else ""
    return words.split("\n", maxsplit=1)[0][:200]

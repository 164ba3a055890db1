# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the state of the download of one version from whatever a conductor prints about downloads.

No sample of `show system software download` is public. Known are: some words (upgrade_router, config_smart_download,
CLI-6.0: "in progress download, completed download, and failed download", *Downloading*, *Downloaded*, *Failed*,
*paused*); that one response lists several versions, finished ones too; and that a version stored on a node is offered
from the channel and the source *downloads* (upgrade_restricted_access). So tables are read by column, blocks by field,
and everything else as sentences. Each entry counts only for the version, the router and the node that it names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..pcli.response import Response
from . import operation_status
from .asset_states import read_state
from .assets import Asset, Downloads
from .download_entries import FAILED, NOTHING, PAUSED, RUNNING, THERE, UNREADABLE, Entry, entries, is_word
from .download_words import read_words
from .versions import Version, satisfies, try_parse


@dataclass(frozen=True)
class DownloadState:
    """The state of a download. ``kind``: there, running, paused, failed, nothing (not mentioned) or unreadable.

    ``percent``: if printed. ``mark``: changes with the progress and not with time alone; None if only times could
    change. ``words``: the text it was read from, for people. ``waits``: it waits for its turn or its next attempt.
    ``brief``: those of them that say how it is, or why it failed, without router, node, version, progress and times:
    what nodes have in common. Empty where they are no columns. ``second``: what a second witness adds to it or denies,
    for people; empty where it agrees or is silent.
    """

    kind: str
    percent: float | None = None
    mark: str | None = None
    words: str = ""
    waits: bool = False
    brief: str = ""
    second: str = ""

    @property
    def beside(self) -> str:
        """What a second witness says, as an addition to a sentence."""
        return f" ({self.second})" if self.second else ""

    @property
    def readable(self) -> bool:
        """Whether the state of the download is known."""
        return self.kind not in (NOTHING, UNREADABLE)


@dataclass(frozen=True)
class NodeScope:
    """Whose entries count: those of this router and node, and not those of its peers, the router's other nodes."""

    router: str | None = None
    node: str | None = None
    peers: tuple[str, ...] = ()


# -- public functions ----------------------------------------------------------------------------------------------


def read_download(
    response: Response | None, wanted: Version, scope: NodeScope = NodeScope(), before: Collection[str] | None = None
) -> DownloadState:
    """The state of a version's download on a node, from an answer of `show system software download`.

    ``before``: the lines (see :func:`lines_of`) of an earlier answer. What was there before says nothing about what was
    requested since, unless it says that the version is there, or that a download runs. None: there was no earlier one.
    """
    if response is None or response.usage or response.denied:
        return DownloadState(UNREADABLE, words=_first_line(response))
    mine = [entry for entry in entries(response) if _meant(entry, wanted, scope)]
    if scope.node is not None:
        # Where the lines name nodes, one that names none is not about this one.
        mine = [entry for entry in mine if _names(entry.location or entry.text, scope.node)] or mine
    named = [entry for entry in mine if entry.versions]
    if response.error and not named:
        return DownloadState(UNREADABLE, words=_first_line(response))
    lines = [entry.line for entry in mine]
    fresh = lines if before is None else operation_status.new_lines(list(before), lines)
    # Without its number a line says nothing of this version, unless it appeared after the version was requested.
    new = named or ([] if before is None else [entry for entry in mine if entry.line in fresh])
    return _decided(new, fresh, before is None, response)


def lines_of(response: Response | None) -> list[str]:
    """The lines that identify the entries of an answer, to be given to :func:`read_download` later."""
    return [] if response is None or response.usage or response.denied else [entry.line for entry in entries(response)]


def versions_there(response: Response | None, scope: NodeScope = NodeScope()) -> list[str]:
    """Every version that the status of downloads calls complete, as printed; of one node only, where one is given."""
    complete = (
        [entry for entry in entries(response) if entry.words.kind == THERE] if response and not response.denied else []
    )
    mine = [entry for entry in complete if scope.node is None or _surely_of(entry, scope)]
    return list(dict.fromkeys(version.text for entry in mine for version in entry.versions))


def _surely_of(entry: Entry, scope: NodeScope) -> bool:
    """Whether an entry names this node, only its router, or no router and node at all."""
    location = entry.location or entry.text
    if _of_another_router(entry, location, scope):
        return False
    return entry.location.strip(" -*").lower() in ("", (scope.router or "").lower()) or _names(location, scope.node)


def stored_versions(response: Response | None) -> list[str]:
    """The versions that `show system software available` offers from the node's own disk: channel *downloads*."""
    versions = []
    for table in response.tables if response else ():
        for row in table.rows:
            where = {(table.cell(row, name) or "").strip().lower() for name in ("Channel", "Source")}
            version = table.cell(row, "Version")
            if "downloads" in where and version:
                versions.append(version)
    return versions


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
    """Whether the requested version is among these. A list may show less of a version than was requested."""
    return any(version and satisfies(version, wanted) is not False for version in map(try_parse, texts))


#: An asset state that a download alone does not explain.
_MOVING = re.compile(r"upgrad|downgrad|install|conver|revert|rollback|reboot|restart|unpack|migrat", re.I)


def downloads_now(asset: Asset | None) -> bool:
    """Whether the asset itself shows that its node downloads, as in some releases (t128-bulk-upgrade, REST)."""
    return asset is not None and _shows_download(asset.status)


@lru_cache(maxsize=4096)
def _shows_download(status: str) -> bool:
    if _MOVING.search(status):
        return False
    state = read_state(status)
    return state.busy and "download" in state.name


def at_rest(asset: Asset) -> Asset:
    """The same asset, settled if it only downloads: a download never changes what a node runs (rule 38)."""
    return replace(asset, busy=False, settled=True, away=False) if downloads_now(asset) else asset


# -- what counts, and what it comes to --------------------------------------------------------------------------------


def _decided(mine: list[Entry], fresh: Sequence[str], all_old: bool, response: Response) -> DownloadState:
    """The state by the entry that counts: new ones first; an old failure does not count."""
    new = [] if all_old else [entry for entry in mine if entry.line in fresh]
    old = [entry for entry in mine if entry not in new]
    for candidates, kinds in ((new, (RUNNING, PAUSED, THERE, FAILED)), (old, (THERE, RUNNING, PAUSED))):
        for kind in kinds:
            shown = [entry for entry in candidates if entry.words.kind == kind]
            if shown:
                entry = shown[-1]
                words = entry.words
                return DownloadState(kind, words.percent, words.mark, entry.text, words.waits, entry.brief)
    unclear = [entry for entry in new if entry.words.kind is None] or (
        [entry for entry in old if entry.words.kind is None] if not new else []
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
    return read_words(line).kind == NOTHING or operation_status.at_rest([line], "download")


def _meant(entry: Entry, wanted: Version, scope: NodeScope) -> bool:
    """Whether an entry is about the version and the node, or at least about no other version and node."""
    if entry.versions and not any(satisfies(version, wanted) is not False for version in entry.versions):
        return False
    location = entry.location or entry.text
    if _of_another_router(entry, location, scope):
        return False
    if entry.words.kind == THERE and any(_names(entry.said, other) for other in scope.peers):
        return False  # `Downloaded on b only`, in the row of a
    if scope.node is not None and _names(location, scope.node):
        return True
    if any(_names(location, other) or _before_node(entry.text, other) for other in scope.peers):
        return False
    if not entry.location or (scope.node is None and scope.router is None):
        return True
    if scope.router is not None and _names(location, scope.router):
        # `R`, or `x.R`: the latter is another node of it, unless no node was named.
        return scope.node is None or not re.search(rf"[\w\-]\.{re.escape(scope.router)}(?![\w\-])", location, re.I)
    return entry.location.strip(" -*").lower() in ("", "all", "n/a")


def _of_another_router(entry: Entry, location: str, scope: NodeScope) -> bool:
    """Whether an entry names another router. Nodes of different routers often have the same names.

    Conductors before 7.2.0 append output about other routers to a response (I95-65411).
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
    named = [match["behind"] or match["before"] for match in re.finditer(joined, location.lower())]
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

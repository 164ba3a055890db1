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
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..pcli.blocks import Block, scan_blocks
from ..pcli.reply import Reply
from ..pcli.tables import Table, column_key, is_rule, scan_tables
from . import report
from .assets import Asset, Downloads
from .states import read_state
from .versions import Version, satisfies, try_parse
from .wording import Words, read_words

THERE, RUNNING, PAUSED, FAILED, NOTHING, UNREADABLE = "there", "running", "paused", "failed", "nothing", "unreadable"


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
class Place:
    """The router and the node that are meant, and the names of the router's other nodes, which are not."""

    router: str | None = None
    node: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What is told of one download. ``line``: what tells it from another one; times that go on are not part of it."""

    line: str
    place: str
    versions: tuple[Version, ...]
    words: Words
    text: str


# -- what a user of this file calls ---------------------------------------------------------------------------------


def read_download(
    reply: Reply | None, wanted: Version, place: Place = Place(), before: Collection[str] | None = None
) -> DownloadState:
    """The state of a version's download on a node, from an answer of `show system software download`.

    ``before``: the lines (see :func:`lines_of`) of an earlier answer. What was there before says nothing about what was
    asked for since, unless it says that the version is there, or that a download runs. None: there was no earlier one.
    """
    if reply is None or reply.usage or reply.denied:
        return DownloadState(UNREADABLE, words=_first_line(reply))
    mine = [one for one in _entries(reply) if _meant(one, wanted, place)]
    if place.node is not None:
        # Where the lines name nodes, one that names none is not about this one.
        mine = [one for one in mine if _names(one.place or one.text, place.node)] or mine
    named = [one for one in mine if one.versions]
    if reply.error and not named:
        return DownloadState(UNREADABLE, words=_first_line(reply))
    lines = [one.line for one in mine]
    fresh = lines if before is None else report.since(list(before), lines)
    # Without its number a line says nothing of this version, unless it came up after the version was asked for.
    new = named or ([] if before is None else [one for one in mine if one.line in fresh])
    return _decided(new, fresh, before is None, reply)


def lines_of(reply: Reply | None) -> list[str]:
    """What tells the entries of an answer apart, to be given to :func:`read_download` later."""
    return [] if reply is None or reply.usage or reply.denied else [one.line for one in _entries(reply)]


def versions_there(reply: Reply | None) -> list[str]:
    """Every version that the status of downloads calls complete, as printed."""
    found = [one for one in _entries(reply) if one.words.kind == THERE] if reply and not reply.denied else []
    return list(dict.fromkeys(version.text for one in found for version in one.versions))


def stored_versions(reply: Reply | None) -> list[str]:
    """The versions that `show system software available` offers from the node's own disk: channel *downloads*."""
    found = []
    for table in reply.tables if reply else ():
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


def _decided(mine: list[Entry], fresh: Sequence[str], all_old: bool, reply: Reply) -> DownloadState:
    """The entry that counts. What is new comes first; of what is older, an end that was bad does not count."""
    new = [] if all_old else [one for one in mine if one.line in fresh]
    old = [one for one in mine if one not in new]
    for entries, kinds in ((new, (RUNNING, PAUSED, THERE, FAILED)), (old, (THERE, RUNNING, PAUSED))):
        for kind in kinds:
            shown = [one for one in entries if one.words.kind == kind]
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
    if reply.broken:
        return DownloadState(UNREADABLE, words=reply.broken)
    strange = bool(reply.text.strip()) and not reply.tables and not reply.blocks and bool(reply.messages)
    kind = UNREADABLE if strange and not any(map(_says_none, reply.messages)) else NOTHING
    return DownloadState(kind, words=_first_line(reply) if kind == UNREADABLE else "")


def _says_none(line: str) -> bool:
    return read_words(line).kind == NOTHING or report.at_rest([line])


def _meant(entry: Entry, wanted: Version, place: Place) -> bool:
    """Is this entry about the version and the node, or at least about no other one?"""
    if entry.versions and not any(satisfies(one, wanted) is not False for one in entry.versions):
        return False
    told = entry.place or entry.text
    if place.node is not None and _names(told, place.node):
        return not (place.router and _another_router(told, place))
    if any(_names(told, other) for other in place.others):
        return False
    if not entry.place or (place.node is None and place.router is None):
        return True
    if place.router is not None and _names(told, place.router):
        # `R`, or `x.R`: the latter is another node of it, unless no node was asked for.
        return place.node is None or not re.search(rf"[\w\-]\.{re.escape(place.router)}(?![\w\-])", told, re.I)
    return entry.place.strip(" -*").lower() in ("", "all", "n/a")


def _another_router(told: str, place: Place) -> bool:
    """`node1.other`: nodes often have the same names everywhere."""
    match = re.search(rf"(?<![\w.\-]){re.escape((place.node or '').lower())}\.([\w\-]+)", told)
    own = (place.router or "").lower()
    return bool(match) and not own.startswith(match[1]) and not _names(told, own)


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w\-]){re.escape(name.lower())}(?![\w\-])", text.lower()) is not None


# -- the entries of an answer -----------------------------------------------------------------------------------------


def _entries(reply: Reply) -> list[Entry]:
    return list(_entries_of(reply.text))


@lru_cache(maxsize=64)
def _entries_of(text: str) -> tuple[Entry, ...]:
    lines = text.split("\n")
    found: list[Entry] = []
    taken: set[int] = set()
    for table, span in scan_tables(text):
        taken |= set(span)
        found += _of_table(table) if table.broken is None else ()
    loose: dict[int, str] = {}
    for block, own in scan_blocks(text, frozenset(taken)):
        taken |= set(own)
        if block.broken is not None:  # its lines tell half of something
            continue
        entry = _of_block(block)
        if entry is None:
            loose |= _as_sentences(block, min(own))
        else:
            found.append(entry)
    loose |= {number: line for number, line in enumerate(lines) if number not in taken}
    found += _of_sentences([loose[number] for number in sorted(loose)])
    return tuple(found)


_STATUS = re.compile(r"(?:.* )?(?:status|state|result|phase|outcome|condition|stage)|download")
_NOT_STATUS = re.compile(r"time in .*|.* (?:since|time|duration)|(?:asset|service|connection) .*")
_PROGRESS = re.compile(r"(?:.* )?(?:progress|percent(?:age)?|%|done|complete ?%|size|transferred|bytes)(?: .*)?|% .*")
_REASON = re.compile(r"(?:.* )?(?:message|reason|details?|errors?|description|info|comment)")
_OF_TIME = re.compile(
    r".*\b(?:elapsed|duration|age|time in|ago|remaining|eta|uptime|last \w+|updated|took|speed|rate|throughput)\b.*"
)
_OTHER_VERSION = re.compile(r"(?:installed|running|current|active|from|available|old|previous|idle)\b.*")
_VERSION = re.compile(r"(?:.* )?(?:version|release|software|image|package|build)(?: name)?|to")
_PLACE = re.compile(r"(?:.* )?(?:router|node|target|host|asset|name)(?: name| id)?")
#: Columns and fields whose name is a state itself, and whose value says of which version, or yes or no.
_STATE_NAME = re.compile(
    r"(?:in progress|downloading|downloaded|completed?|finished|paused|failed)(?: downloads?| versions?)?"
)
_YES = re.compile(r"yes|true|y|✔|✓|x|1|on", re.I)
_NO = re.compile(r"no|false|n|0|-*|none|n/a|off|✖|✗", re.I)


def _of_table(table: Table) -> Iterator[Entry]:
    kinds = {column: _kind_of(column_key(column)) for column in table.columns}
    if "status" not in kinds.values() and "progress" not in kinds.values() and "named" not in kinds.values():
        return
    places = [column for column, kind in kinds.items() if kind == "place"]
    for row in table.filled(*places).rows:
        yield from _of_cells([(column, kinds[column], row.get(column, "")) for column in table.columns])


def _kind_of(key: str) -> str:
    """What a column or a field tells, by its name in lower case."""
    if _OF_TIME.fullmatch(key):
        return "time"
    if _STATE_NAME.fullmatch(key):
        return "named"
    if _STATUS.fullmatch(key) and not _NOT_STATUS.fullmatch(key):
        return "status"
    for kind, pattern in (("progress", _PROGRESS), ("reason", _REASON), ("other", _OTHER_VERSION)):
        if pattern.fullmatch(key):
            return kind
    return "version" if _VERSION.fullmatch(key) else "place" if _PLACE.fullmatch(key) else ""


def _of_cells(cells: Sequence[tuple[str, str, str]], title: str = "") -> Iterator[Entry]:
    """The entries of a row, or of the fields of a block: (name, kind, text)."""

    def text(*kinds: str) -> str:
        return " ".join(cell for _name, kind, cell in cells if kind in kinds and cell.strip())

    place = f"{title} {text('place')}".strip()
    line = "  ".join(filter(None, [title, *(cell for _name, kind, cell in cells if kind != "time")]))
    shown = "; ".join(filter(None, [title, *(f"{name}: {cell}" for name, _kind, cell in cells if cell.strip())]))
    versions = _versions(text("version")) or _versions(title)
    place = _without(place, versions).strip(" :")
    status, progress = text("status"), text("progress")
    for name, kind, cell in cells:
        own = _versions(cell) if kind == "named" else ()
        value = cell.strip()
        if kind == "named" and value and not _NO.fullmatch(value):
            words = f"{name} {'' if _YES.fullmatch(value) else value}"
            yield Entry(f"{line}  {name}", place, own or versions, read_words(_without(words, own)), shown)
    if status.strip(" -") or progress.strip(" -"):
        words = read_words(status, progress)
        yield Entry(line, place, versions, words, shown)


def _of_block(block: Block) -> Entry | None:
    """A block is one entry where a field of it tells a state; else its fields are read as sentences."""
    cells = [(name, _kind_of(column_key(name)), value) for name, value in block.fields.items()]
    if not any(kind in ("status", "progress", "named") for _name, kind, _value in cells):
        return None
    if block.title is None and not any(kind in ("version", "place") for _name, kind, _value in cells):
        return None
    rest = [line for lines in block.sections.values() for line in lines]
    cells += [("", "reason", line) for line in rest]
    return next(_of_cells(cells, block.title or ""), None)


def _as_sentences(block: Block, at: int) -> dict[int, str]:
    title = f"{block.title}: " if block.title else ""
    lines = [f"{title}{name}: {value}" for name, value in block.fields.items()]
    lines += [f"{title}{line}" for found in block.sections.values() for line in found]
    return {at: "\n".join(lines)} if lines else {}


_FRAME = re.compile(
    r"\s*(?:Completed in\b.*|(?:\w{3} )?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d.*"
    r"|[✔✓√☑✖✗✘✕❌⚠\u2800-\u28ff]?[\ufe0e\ufe0f]?\s*\w*(?:Retrieving|Piping|Querying|Requesting|Waiting for)\b.*)?\s*",
    re.I,
)
_HEADING = re.compile(r"\s*([^:\d]{3,60}):\s*")


def _of_sentences(lines: Sequence[str]) -> list[Entry]:
    """Lines of text. One that names no version goes on with the one above that does; a heading counts for all below."""
    found: list[str] = []
    heading = ""
    for line in (part for whole in lines for part in whole.split("\n")):
        if not line.strip() or is_rule(line):
            heading = heading if is_rule(line) else ""
        elif match := _HEADING.fullmatch(line):
            heading = match[1].strip()
        elif _versions(line) or not found or not _versions(found[-1]):
            if _versions(line) or not _FRAME.fullmatch(line):
                found.append(f"{heading}: {line.strip()}" if heading else line.strip())
        elif not _FRAME.fullmatch(line):
            found[-1] = f"{found[-1]} {line.strip()}"
    return [_of_sentence(text) for text in found]


_NODE_NAMED = re.compile(
    r"(?<![\w.\-/])[\w\-]+\.[A-Za-z][\w\-]*(?!\w)|(?<=\bnode )[\w.\-]+|(?<=\brouter )[\w.\-]+|^[\w\-.]+(?=:)", re.I
)
#: Names such as `hub-failed` hold words that say nothing about a download.
_NAME = re.compile(
    r"(?<![\w.\-])(?!in-progress|time-?out|timed-out|on-hold)[A-Za-z]\w*[-.][\w.\-]*\w|\b[a-z]+\d+\b", re.I
)


def _of_sentence(text: str) -> Entry:
    versions = _versions(text)
    bare = _without(text, versions)
    named = [name.strip(".") for name in _NODE_NAMED.findall(bare)]
    places = [name for name in named if not _is_word(name)]
    for name in places:
        bare = re.sub(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", " ", bare)
    line = re.sub(r"\b(?:elapsed|for|since|took|eta)\b\D{0,3}[\d:.]+ ?\w*", " ", text)
    return Entry(" ".join(line.split()), " ".join(places), versions, read_words(_NAME.sub(" ", bare)), text)


def _is_word(name: str) -> bool:
    """`Status: …` begins with a word that tells something, and with no name."""
    return _kind_of(name.lower()) != "" or read_words(name).kind is not None


_TOKEN = re.compile(r"(?<![\w.\-])(?:(?:SSR|128T)-)?\d+\.\d+\.\d+[\w.\-+~]*", re.I)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@lru_cache(maxsize=1024)
def _versions(text: str) -> tuple[Version, ...]:
    """Every version that a text names. An address is none."""
    tokens = [match[0].rstrip(".,;:-") for match in _TOKEN.finditer(text)]
    return tuple(filter(None, (try_parse(token) for token in tokens if not _ADDRESS.fullmatch(token))))


def _without(text: str, versions: Sequence[Version]) -> str:
    """The text without the versions in it, whose digits are no figures of a download."""
    return _TOKEN.sub(" ", text) if versions else text


def _first_line(reply: Reply | None) -> str:
    words = (reply.error or "\n".join(reply.messages)).strip() if reply else ""
    return words.split("\n", maxsplit=1)[0][:200]

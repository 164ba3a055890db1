# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Splits what a conductor prints about downloads into entries: one for each row, block or sentence about a download.

An entry has the versions, the router and node, and the progress. ``downloads`` decides what the entries mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..pcli.blocks import Block, scan_blocks
from ..pcli.response import Response
from ..pcli.tables import Table, column_key, is_rule, scan_tables
from .download_words import Words, read_words
from .versions import Version, try_parse

THERE, RUNNING, PAUSED, FAILED, NOTHING, UNREADABLE = "there", "running", "paused", "failed", "nothing", "unreadable"


@dataclass(frozen=True)
class Entry:
    """What is printed about one download. ``line`` distinguishes it from others and has no running times in it.

    ``location``: the names of its router and node. ``routers``: those of them that are known to be routers. ``said``:
    the text of its state. ``brief``: its state, or the reason that it gives, alone.
    """

    line: str
    location: str
    versions: tuple[Version, ...]
    words: Words
    text: str
    routers: tuple[str, ...] = ()
    said: str = ""
    brief: str = ""


def entries(response: Response) -> list[Entry]:
    """All entries of a response, in its order."""
    return list(_entries_of(response.text))


@lru_cache(maxsize=64)
def _entries_of(text: str) -> tuple[Entry, ...]:
    lines = text.split("\n")
    result: list[Entry] = []
    taken: set[int] = set()
    for table, span in scan_tables(text):
        title = table.title or _line_above(lines, span.start, taken)
        taken |= set(span)
        result += _of_table(table, _place_in(title)) if table.broken is None else ()
    loose: dict[int, str] = {}
    for block, own in scan_blocks(text, frozenset(taken)):
        taken |= set(own)
        if block.broken is not None:  # its lines are incomplete
            continue
        entry = _of_block(block)
        if entry is None:
            loose |= _as_sentences(block, min(own))
        else:
            result.append(entry)
    loose |= {number: line for number, line in enumerate(lines) if number not in taken}
    result += _of_sentences([loose[number] for number in sorted(loose)])
    return tuple(result)


def _line_above(lines: Sequence[str], start: int, taken: set[int]) -> str:
    """The last line before a table that is no part of another one."""
    above = next((at for at in reversed(range(start)) if lines[at].strip() and not is_rule(lines[at])), None)
    return "" if above is None or above in taken else lines[above]


_STATUS = re.compile(r"(?:.* )?(?:status|state|result|phase|outcome|condition|stage)|download")
_NOT_STATUS = re.compile(
    r"time in .*|.* (?:since|time|duration)|(?:asset|service|connection|connectivity|source|link|peer|conductor) .*"
)
_PROGRESS = re.compile(r"(?:.* )?(?:progress|percent(?:age)?|%|done|complete ?%)(?: .*)?|% .*")
_SIZE = re.compile(r"(?:.* )?(?:size|transferred|bytes)(?: .*)?")
_TOTAL = re.compile(r"total(?: (?:size|bytes))?|(?:full |file )size|size total")
_REASON = re.compile(
    r"(?:.* )?(?:message|reason|details?|errors?|description|info|comment|remarks?|notes?|cause)(?: message| text)?"
)
_OF_TIME = re.compile(
    r".*\b(?:elapsed|duration|age|time in|ago|remaining|eta|uptime|last \w+|updated|took|speed|rate|throughput)\b.*"
)
_OTHER_VERSION = re.compile(r"(?:installed|running|current|active|from|available|old|previous|idle)\b.*")
_VERSION = re.compile(r"(?:.* )?(?:version|release|software|image|package|build)(?: name)?|to")
_ROUTER = re.compile(r"(?:target |destination )?router(?: name| id)?")
_NO_ROUTER = ("", "-", "--", "*", "all", "any", "n/a", "none")
_KINDS = (("total", _TOTAL), ("progress", _PROGRESS), ("size", _SIZE), ("reason", _REASON), ("other", _OTHER_VERSION))
_PLACE = re.compile(r"(?:.* )?(?:router|node|target|host|asset|name)(?: name| id)?")
#: Columns and fields whose name is a state itself, and whose value says of which version, or yes or no.
_STATE_NAME = re.compile(
    r"(?:in progress|downloading|downloaded|completed?|finished|paused|failed)(?: downloads?| versions?)?"
)
_YES = re.compile(r"yes|true|y|✔|✓|x|on", re.I)
_BLANK = re.compile(r"-*|n/a", re.I)
_NO = re.compile(r"no|false|n|0|-*|none|n/a|off|never|✖|✗|✘", re.I)
#: The time of a clock or of a calendar says when, and not how it ended.
_CLOCK = re.compile(r".*(?:\d{1,2}:\d\d|\d{4}-\d\d-\d\d|\b\d{1,2}/\d{1,2}/\d{2,4}|\bago\b).*")
_ALL = 100.0
_PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _of_table(table: Table, title: str) -> Iterator[Entry]:
    kinds = {column: _kind_of(column_key(column)) for column in table.columns}
    if "status" not in kinds.values() and "progress" not in kinds.values() and "named" not in kinds.values():
        return
    locations = [column for column, kind in kinds.items() if kind == "location"]
    for row in table.filled(*locations).rows:
        yield from _of_cells([(column, kinds[column], row.get(column, "")) for column in table.columns], title)


def _place_in(title: str) -> str:
    """The words of a table's title that name a router or a node: `Router: S`, `Node: a.S`, `hub-2`; else none."""
    named = bool(_router_words(title)) or re.match(r"(?:node|target|asset|host)\b", title, re.I)
    name = re.fullmatch(r"[A-Za-z][\w.\-]*[\d.\-][\w.\-]*", title.strip(" -=*:"))
    return title if named or name else ""


def _kind_of(key: str) -> str:
    """The kind of a column or a field, by its name in lower case."""
    if _OF_TIME.fullmatch(key):
        return "time"
    if _STATE_NAME.fullmatch(key):
        return "named"
    if _STATUS.fullmatch(key) and not _NOT_STATUS.fullmatch(key):
        return "status"
    for kind, pattern in _KINDS:
        if pattern.fullmatch(key):
            return kind
    return "version" if _VERSION.fullmatch(key) else "location" if _PLACE.fullmatch(key) else ""


_Cells = Sequence[tuple[str, str, str]]  # (name, kind, text) of each cell of a row, or of each field of a block


def _text(cells: _Cells, *kinds: str) -> str:
    return " ".join(cell for _name, kind, cell in cells if kind in kinds and cell.strip())


def _of_cells(cells: _Cells, title: str = "") -> Iterator[Entry]:
    """The entries of a row, or of the fields of a block. What is called a status decides, and its worst word counts."""
    location = f"{title} {_text(cells, 'location')}".strip()
    line = "  ".join(filter(None, [title, *(cell for _name, kind, cell in cells if kind != "time")]))
    shown = "; ".join(filter(None, [title, *(f"{name}: {cell}" for name, _kind, cell in cells if cell.strip())]))
    versions = _versions(_text(cells, "version")) or _versions(title)
    location = _without(location, versions).strip(" :")
    routers = _routers(cells, title)
    state = _state_of(cells)
    for name, kind, cell in cells:
        own = _versions(cell) if kind == "named" else ()
        if own:
            words = _named_words(name, _without(cell, own).strip(" ,;()"), "")
            if state is not None and state.kind in (RUNNING, PAUSED, FAILED) and words.kind == THERE:
                words = state
            yield Entry(f"{line}  {name}", location, own, words, shown, routers, cell)
    if state is not None:
        said = _text(cells, "status", "named")
        yield Entry(line, location, versions, state, shown, routers, said, _brief_of(cells))


def _brief_of(cells: _Cells) -> str:
    """What is called a reason, else its state and what stands in columns of unknown names."""
    told = [(name, kind, cell) for name, kind, cell in cells if cell.strip(" -")]
    if reason := _text([entry for entry in told if entry[1] == "reason"], "reason"):
        return reason
    rest = [(name, cell) for name, kind, cell in told if kind in ("status", "named", "")]
    return rest[0][1] if len(rest) == 1 else "; ".join(f"{name}: {cell}" for name, cell in rest)


#: Words of a title that are nobody's name.
_TITLE = re.compile(r"(?:software|downloads?|status|state|summary|details?|progress|operations?|results?)", re.I)


def _routers(cells: _Cells, title: str) -> tuple[str, ...]:
    """The routers that are named as such: in a column or a field of their own, or in the title above a node."""
    locations = [(column_key(name), cell.strip(" .*").lower()) for name, kind, cell in cells if kind == "location"]
    named = [cell for name, cell in locations if _ROUTER.fullmatch(name)]
    named += [name.strip(".").lower() for name in _router_words(title)]
    head = title.strip(" -=*:").lower()
    nodes = [cell for _name, cell in locations if cell]
    if nodes and not named and re.fullmatch(r"[a-z][\w.\-]*", head) and not (_TITLE.fullmatch(head) or is_word(head)):
        named += [] if any(cell.split(".")[0] == head for cell in nodes) else [head, head.partition(".")[2]]
    return tuple(name for name in named if name not in _NO_ROUTER)


def _state_of(cells: _Cells) -> Words | None:
    """The state of the version of a row: from its status, then from columns named after states; None without any."""
    status, progress = _text(cells, "status"), _text(cells, "progress")
    size = _text(cells, "size")
    figures = progress or ("" if _PLAIN_NUMBER.fullmatch(size.strip()) else size)
    named = [(name, cell.strip()) for name, kind, cell in cells if kind == "named" and not _versions(cell)]
    total = _text(cells, "total")
    affirmed = [(name, cell) for name, cell in named if not _NO.fullmatch(cell)]
    affirmed = [(name, cell) for name, cell in affirmed if not _CLOCK.fullmatch(cell)] or affirmed
    answers = [_named_words(name, cell, total) for name, cell in affirmed]
    denied = [name for name, cell in named if _NO.fullmatch(cell) and not _BLANK.fullmatch(cell)]
    if status.strip(" -") or progress.strip(" -"):
        words = read_words(status, figures)
        part = next((answer for answer in answers if answer.percent is not None), None)
        if words.kind == RUNNING and words.mark is None and part is not None:
            words = replace(words, percent=part.percent, mark=part.mark)
        if words.kind == THERE:
            worse = [answer for answer in answers if answer.kind in (RUNNING, PAUSED, FAILED)]
            words = worse[0] if worse else words
            if any(read_words(name).kind == THERE for name in denied):
                words = replace(words, kind=None)
        elif words.kind is None and not status.strip(" -"):
            words = _worst(answers) or words
    elif answers:
        words = _worst(answers)
    else:
        return None
    return _with_reasons(words, cells)


def _worst(answers: Sequence[Words]) -> Words | None:
    """The state that counts of several columns: failed, paused, running, unknown, nothing, there, in this order."""
    order = (FAILED, PAUSED, RUNNING, None, NOTHING, THERE)
    return min(answers, key=lambda words: order.index(words.kind)) if answers else None


def _named_words(name: str, value: str, total: str) -> Words:
    """The state from a column that is named after a state: its value is yes, a figure or words. A time has none."""
    if not value or _YES.fullmatch(value):
        return read_words(name)
    called, own = read_words(name).kind, read_words(value)
    if total and called == THERE and own.kind is None:
        return read_words("", f"{value} of {total}")
    if _PLAIN_NUMBER.fullmatch(value):  # of attempts, or of a hundred parts
        parts = called in (THERE, RUNNING) and 1 < float(value) <= _ALL
        return read_words(f"{name} {value}", value) if parts else Words(None)
    if own.kind is not None or called == THERE or _CLOCK.fullmatch(value):
        return own
    return read_words(f"{name} {value}")


def _with_reasons(words: Words, cells: _Cells) -> Words:
    """A complete download whose details mention a failure has failed; one whose details mention progress is running."""
    if words.kind != THERE:
        return words
    reasons = [f"{name}: {cell}" for name, kind, cell in cells if kind == "reason" and not _NO.fullmatch(cell.strip())]
    kinds = {read_words(reason).kind for reason in reasons}
    worse = next((kind for kind in (FAILED, PAUSED, RUNNING) if kind in kinds), None)
    return replace(words, kind=worse, mark=None) if worse else words


def _of_block(block: Block) -> Entry | None:
    """The entry of a block that has a field for the state; else None, and its fields are read as sentences."""
    cells = [(name, _kind_of(column_key(name)), value) for name, value in block.fields.items()]
    if not any(kind in ("status", "progress", "named") for _name, kind, _value in cells):
        return None
    if block.title is None and not any(kind in ("version", "location") for _name, kind, _value in cells):
        return None
    rest = [line for lines in block.sections.values() for line in lines]
    cells += [("", "reason", line) for line in rest]
    return next(_of_cells(cells, block.title or ""), None)


def _as_sentences(block: Block, at: int) -> dict[int, str]:
    title = f"{block.title}: " if block.title else ""
    lines = [f"{title}{name}: {value}" for name, value in block.fields.items()]
    lines += [f"{title}{line}" for section in block.sections.values() for line in section]
    return {at: "\n".join(lines)} if lines else {}


_FRAME = re.compile(
    r"\s*(?:Completed in\b.*|(?:\w{3} )?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d.*"
    r"|[✔✓√☑✖✗✘✕❌⚠\u2800-\u28ff]?[\ufe0e\ufe0f]?\s*\w*(?:Retrieving|Piping|Querying|Requesting|Waiting for)\b.*)?\s*",
    re.I,
)
_HEADING = re.compile(r"\s*([A-Za-z][\w.\-]*|[^:\d]{3,60})\s*:\s*")
_WHERE = re.compile(r"\s*(?P<what>router|node|target|asset)(?: name)?(?:\s*[:=]\s*[\w.\-]+|\s+[\w.\-]+\s*:)\s*", re.I)


def _of_sentences(lines: Sequence[str]) -> list[Entry]:
    """The entries of plain lines. A line without a version continues the one above; a heading applies to all below."""
    sentences: list[str] = []
    heading, where = "", {}
    for line in (part for whole in lines for part in whole.split("\n")):
        location = _WHERE.fullmatch(line)
        if not line.strip() or is_rule(line):
            heading = heading if is_rule(line) else ""
        elif location is not None:  # a router and its node may be headed in two lines
            where = {
                **({} if location["what"].lower() == "router" else where),
                location["what"].lower(): location[0].strip(" :"),
            }
            heading = ""
        elif (match := _HEADING.fullmatch(line)) and not _versions(line):
            heading = match[1].strip()
        elif _versions(line) or not sentences or not _versions(sentences[-1]):
            if _versions(line) or not _FRAME.fullmatch(line):
                above = " ".join(filter(None, (*where.values(), heading)))
                sentences.append(f"{above}: {line.strip()}" if above else line.strip())
        elif not _FRAME.fullmatch(line):
            sentences[-1] = f"{sentences[-1]} {line.strip()}"
    return [_of_sentence(text) for text in sentences]


_ROUTER_NAMED = re.compile(r"\brouter(?: name)?[\"']?\s*[:= ]\s*[\"']?([A-Za-z0-9][\w.\-]*)", re.I)
_NO_NAME = re.compile(r"is|has|was|of|on|and|the|to|for|in|with|status|state|name|all|any|not|cannot|could|does", re.I)


def _router_words(text: str) -> list[str]:
    """The names behind the word *router*."""
    return [name for name in _ROUTER_NAMED.findall(text) if not _NO_NAME.fullmatch(name) and not is_word(name)]


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
    names = [name for name in named if not is_word(name)]
    for name in names:
        bare = re.sub(rf"(?<![\w\-]){re.escape(name)}(?![\w\-])", " ", bare)
    routers = tuple(name.strip(".").lower() for name in _router_words(text))
    line = re.sub(r"\b(?:elapsed|for|since|took|eta)\b\D{0,3}[\d:.]+ ?\w*", " ", text)
    return Entry(" ".join(line.split()), " ".join(names), versions, read_words(_NAME.sub(" ", bare)), text, routers)


def is_word(name: str) -> bool:
    """Whether this is a word of a status rather than a name, such as the first word of `Status: …`."""
    return _kind_of(name.lower()) != "" or read_words(name).kind is not None


_TOKEN = re.compile(r"(?<![\w.\-])(?:(?:SSR|128T)-)?\d+\.\d+\.\d+[\w.\-+~]*", re.I)
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@lru_cache(maxsize=1024)
def _versions(text: str) -> tuple[Version, ...]:
    """Every version that a text names. An address is none."""
    tokens = [match[0].rstrip(".,;:-") for match in _TOKEN.finditer(text)]
    return tuple(filter(None, (try_parse(token) for token in tokens if not _ADDRESS.fullmatch(token))))


def _without(text: str, versions: Sequence[Version]) -> str:
    """The text without versions, whose digits are not figures of the download."""
    return _TOKEN.sub(" ", text) if versions else text

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the history of a router (``show events``) and finds the conductor's own words about a failure.

Documented are the types, the times, the columns of alarm events (CLI-6.0, events_overview), and blocks of traffic
events (cli_reference). The layout and the texts of events of the type provisioning are documented nowhere: they
are evidence for people and never decide anything. An event is quoted for a node only if it names that node: what the
other node of a pair did explains nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from ..pcli.response import Response
from ..pcli.tables import Table, is_rule
from .alarm_table import UNRELATED
from .alarms import GRAVE, category_of, row_of, squeezed
from .empty_answers import only_frame, shows_none
from .vocabulary import NO_FAILURE

_TIME = ("Time", "Date", "Timestamp", "Date Time")
_MESSAGE = ("Message", "Description", "Text", "Details", "Detail", "Event", "Data")
#: Fields below a title that go on with what it says.
_MORE = ("reason", "message", "description", "details", "detail", "error")
_ISO = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})?"
)
_FIELD = re.compile(r"\s*(?P<name>[A-Z][\w \-]{0,40}?)\s*:(?P<value>.*)")
# Something went wrong. A transition to a good state has none of these words.
_FAILURE = re.compile(
    r"fail|error|unable|abort|reject|refus|denied|timed? ?out|corrupt|crash|exited|not running|went offline|mismatch"
    r"|does not match|revert|roll(?:ed|ing)? ?back|no space|disk space|invalid|missing|duplicate",
    re.IGNORECASE,
)
_NO_FAILURE = re.compile(NO_FAILURE, re.IGNORECASE)
# A shorter text may be part of another one by chance.
_A_FEW_WORDS = 20
# A revert that has started or succeeded is no failure.
_REVERT_STEP = re.compile(
    r"\b(?:revert|roll ?back)\b(?:(?!fail)(?:[^.;:]|\.(?=\d))){0,40}?"
    r"\b(?:started|begun|requested|initiated|scheduled|in progress|completed?|finished|succeeded|successful(?:ly)?)\b",
    re.IGNORECASE,
)
_UPGRADE = re.compile(r"\b(?:upgrade|downgrade|firmware|install)", re.IGNORECASE)
_DOWNLOAD = re.compile(r"\bdownload", re.IGNORECASE)
_UPGRADE_FAILED = re.compile(
    r"\b(?:upgrade|downgrade|installation)\b(?: of \S+| for \S+| has| state:?)* failed\b"
    r"|\b(?:failed|unable) to (?:[\w\-]+ ){0,3}?(?:upgrade|downgrade|install)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\bretry|\bretries\b|\bagain\b|\bnext attempt\b|\bif\b|\bwill\b", re.IGNORECASE)


@dataclass(frozen=True)
class Event:
    """One event. ``type``: alarm, provisioning, …; ``kind``: what stands in the column Event Type (add, clear).

    ``at`` is aware where the device gave the zone (a trailing Z), naive where it did not, None where it gave no time.
    """

    type: str | None
    at: datetime | None
    router: str | None
    node: str | None
    message: str
    time: str = ""
    kind: str | None = None
    severity: str | None = None
    category: str | None = None

    @property
    def words(self) -> str:
        """The event for people: its time and its own words."""
        return f"{self.time} {self.message}".strip()


# -- reading ------------------------------------------------------------------------------------------------------


def read_events(response: Response, type: str | None = None) -> list[Event] | None:
    """Read ``show events`` of one type. None where there is nothing that can be read as an event.

    A table with a column for the time (events_overview: Router, Node, Event Type, Time, Severity, Source, Category,
    Message), else a line or a title that begins with a time (as ``show events config commit`` prints, CLI-6.0), with
    fields below it (Type, Node, ..., as ``show events`` prints them of traffic, cli_reference).
    """
    if response.broken:
        return None
    tables = [table for table in response.tables if table.has(*_TIME)]
    history = [event for table in tables for event in _from_table(table, type)]
    if not tables:
        history = [*_from_titles(response.text.split("\n"), type)]
    return history if history or shows_none(response, tables, "events?") or only_frame(response) else None


def _from_table(table: Table, type: str | None) -> Iterator[Event]:
    for row in _grouped(table):
        time = table.cell(row, *_TIME) or ""
        message = table.cell(row, *_MESSAGE) or _rest(table, row)
        shown, kind = _kinds(*(table.cell(row, name) for name in ("Event Type", "Type", "Subtype", "Sub Type")))
        if time or message:
            yield Event(
                type=type or shown,
                at=read_time(time),
                router=table.cell(row, "Router") or None,
                node=table.cell(row, "Node") or None,
                message=message,
                time=time,
                kind=kind or shown,
                severity=(table.cell(row, "Severity") or "").lower() or None,
                category=category_of(table.cell(row, "Category") or "") or None,
            )


def _grouped(table: Table) -> Iterator[dict[str, str]]:
    """The rows, with the router and the node of the row above only where a row leaves both blank.

    A row that names its router and no node is about the router.
    """
    router, node = table.column("Router"), table.column("Node")
    if router is None:
        yield from table.rows
        return
    above: dict[str, str] = {}
    for row in table.rows:
        full = dict(row)
        if not row[router]:
            full[router] = above.get(router, "")
            if node is not None:
                full[node] = row[node] or above.get(node, "")
        above = full
        yield full


def _kinds(*words: str | None) -> tuple[str | None, str | None]:
    """(type, add or clear) in ``add``, ``alarm`` and ``ADD``, or ``alarm.CLEAR``: the PCLI, the API, sub-types."""
    parts = [part.strip().lower() for word in words if word for part in word.split(".")]
    kinds = [part for part in parts if part in ("add", "clear")]
    types = [part for part in parts if part and part not in kinds]
    return (types or [None])[0], (kinds or [None])[0]


def _rest(table: Table, row: dict[str, str]) -> str:
    """The cells of a layout that nobody documented, so that its words are not lost."""
    known = {table.column(name) for name in (*_TIME, "Router", "Node", "Severity", "Shelved Status")}
    return " ".join(cell for column, cell in row.items() if column not in known and cell)


def _from_titles(lines: Sequence[str], type: str | None) -> Iterator[Event]:
    """The events whose sentence stands behind its time, alone or between two rules, with fields right below it."""
    for number, line in enumerate(lines):
        begin = _ISO.match(line.strip())
        if begin is None or not line.strip()[begin.end() :].strip():
            continue
        sentence, end = _whole(lines, number)
        fields = _fields(lines, end)
        shown, kind = _kinds(fields.get("type"), fields.get("event type"), fields.get("subtype"))
        more = [fields[name] for name in _MORE if name in fields]
        yield Event(
            type=type or shown,
            at=read_time(begin[0]),
            router=fields.get("router"),
            node=fields.get("node"),
            message=" ".join([sentence[begin.end() :].strip(" \t:|-"), *more]),
            time=begin[0].strip(),
            kind=kind,
            severity=fields.get("severity", "").lower() or None,
            category=category_of(fields.get("category", "")) or None,
        )


def _whole(lines: Sequence[str], start: int) -> tuple[str, int]:
    """The sentence that begins in a line, as one line, and the line behind it and its rule.

    Between two rules it may take several lines; without them it goes on in lines that are further in.
    """
    framed = start > 0 and is_rule(lines[start - 1])
    indent = len(lines[start]) - len(lines[start].lstrip())
    parts, number = [lines[start].strip()], start + 1
    while number < len(lines) and lines[number].strip() and not is_rule(lines[number]):
        further = len(lines[number]) - len(lines[number].lstrip()) > indent
        if not (framed or further) or _ISO.match(lines[number].strip()) or (not framed and _FIELD.match(lines[number])):
            break
        parts.append(lines[number].strip())
        number += 1
    return " ".join(parts), number + (framed and number < len(lines) and is_rule(lines[number]))


def _fields(lines: Sequence[str], start: int) -> dict[str, str]:
    """The fields right below a title, by their names in lower case. What a blank line parts from it is a text."""
    fields: dict[str, str] = {}
    for line in lines[start:]:
        match = None if _ISO.match(line.strip()) else _FIELD.match(line)
        if match is None:
            break
        fields.setdefault(re.sub(r"[\s_\-]+", " ", match["name"]).lower(), match["value"].strip())
    return {name: value for name, value in fields.items() if value}


def read_time(text: str) -> datetime | None:
    """The time of an event. Naive where the device did not say in which zone."""
    match = _ISO.search(text or "")
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match[1].partition(".")[0].replace("T", " "))
        zone = match[2]
        if zone in ("Z", "UTC"):
            return moment.replace(tzinfo=timezone.utc)
        return (
            moment if zone is None else datetime.strptime(f"{moment} {zone.replace(':', '')}", "%Y-%m-%d %H:%M:%S %z")
        )
    except ValueError:
        return None


# -- what they say ------------------------------------------------------------------------------------------------


def of_node(events: Iterable[Event], router: str, node: str, since: datetime | None = None) -> list[Event]:
    """The events that concern a node, from a moment on, oldest first.

    An event concerns it when its columns or its text name it: the conductor reports assets of others under its own name
    (``Asset …, which is configured as node.router, …``, events_alarms). What names no node, or another node, never
    does, also where that one has no event of its own. An event whose time cannot be compared with ``since`` counts.
    """
    known = list(events)
    others = _nodes(known, router) - {node}
    mine = [event for event in known if _concerns(event, router, node, others) and _recent(event, since)]
    timed = [event for event in mine if event.at is not None]
    if len(timed) < len(mine) or len({event.at.tzinfo is None for event in timed}) > 1:
        return mine
    return sorted(mine, key=lambda event: event.at)


def _nodes(events: Iterable[Event], router: str) -> set[str]:
    """The nodes of a router that events name in their columns."""
    return {_plain(event.node, router) for event in events if event.node and event.router in (router, None)}


def _plain(node: str, router: str) -> str:
    return node[: -len(router) - 1] if node.endswith(f".{router}") else node


def _concerns(event: Event, router: str, node: str, others: Collection[str]) -> bool:
    if _names_node(event.message, router, node):
        return True
    if any(_names_node(event.message, router, other) for other in others):
        return False
    if _about_another(event.message, router, node, others):
        return False
    if event.router == router:
        return event.node in (node, f"{node}.{router}")
    return event.router is None and event.node == f"{node}.{router}"


def _names_node(text: str, router: str, node: str) -> bool:
    return any(_names(text, name) for name in (f"{node}.{router}", f"{router}.{node}"))


#: A name behind "node" or at the beginning of a report about a peer, or any word: see :func:`_about_another`.
_NODE = re.compile(r"\b(?:node|peer(?=\s+[^\s:]+:))\s+[^\w\s]?([\w.\-]+)", re.IGNORECASE)
_WORD = re.compile(r"[\w.\-]+")
#: What may stand behind "node" and is no name.
_NO_NAME = re.compile(
    r"a|and|are|at|because|by|can|cannot|could|did|does|download|failed|firmware|for|from|had|has|have|health|image|in|"
    r"installation|is|its|itself|may|name|not|now|of|on|or|package|reboot(?:ed)?|rejected|reports?|restart|reverted|"
    r"rolled|runs|running|software|state|status|that|the|to|upgraded?|version|was|went|were|which|will|with|would"
)


def _about_another(text: str, router: str, node: str, others: Collection[str]) -> bool:
    """``Node node2 went offline`` and ``Upgrade of node2 failed`` are raised by node1.

    A name is that of another node where an event bears it, where it stands behind "node", or where it differs from this
    node's by its number alone.
    """
    own = {name.lower() for name in (node, router, f"{node}.{router}", f"{router}.{node}")}
    known = {name.lower() for name in others} - own
    behind = {match[1].rstrip(".").lower() for match in _NODE.finditer(text)} - own
    if any(not _NO_NAME.fullmatch(name) for name in behind):
        return True
    words = {word.rstrip(".").lower() for word in _WORD.findall(text)} - own
    return any(word in known or _numbered_alike(word.removesuffix(f".{router.lower()}"), node) for word in words)


def _numbered_alike(word: str, node: str) -> bool:
    """Whether the word is the same name with another number, such as `node2` for `node1`."""
    stem = node.lower().rstrip("0123456789")
    return bool(stem) and stem != node.lower() and re.fullmatch(rf"{re.escape(stem)}[0-9]+", word) is not None


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])(?!\.\w)", text) is not None


def _recent(event: Event, since: datetime | None) -> bool:
    if since is None or event.at is None or (event.at.tzinfo is None) != (since.tzinfo is None):
        return True
    return event.at >= since.replace(microsecond=0)


def words_of_failure(
    events: Iterable[Event],
    router: str,
    node: str,
    since: datetime | None = None,
    most: int = 3,
    besides: str = "",
) -> str:
    """The conductor's own words about a node since a moment, to stand in a reason. Empty where it said nothing.

    The newest ``most`` events that speak of something wrong, each text and each cause once. Left out are an alarm that
    has been cleared since, what is expected while one node of a pair is done (see the table of alarms), that a revert
    began or ended well, and what stands in the text ``besides`` already.
    """
    mine, quoted = of_node(events, router, node, since), " ".join(besides.split())
    wrong = {}
    for position, event in enumerate(mine):
        text = " ".join(event.message.split())
        if _speaks_of_failure(event) and not _cleared(event, mine[position:]) and not _said_already(text, quoted):
            wrong.pop(text, None)
            wrong[text] = " ".join(event.words.split())
    texts = [*wrong]
    once = [text for at, text in enumerate(texts) if not _said_already(text, "\n".join(texts[at + 1 :]))]
    return "; ".join([wrong[text] for text in once][-most:])


def _said_already(text: str, quoted: str) -> bool:
    """Whether a text is part of another one, with or without its first part (`upgrade failed: ...`)."""
    rest = text.partition(": ")[2]
    return text in quoted or (len(rest) > _A_FEW_WORDS and rest in quoted)


def _speaks_of_failure(event: Event) -> bool:
    if event.kind == "clear":
        return False
    if event.type == "alarm" or event.kind == "add":
        row = row_of(event.message)
        no_fault = row is not None and (row.after == UNRELATED or row.half_done)
        return event.severity in (None, *GRAVE) and not no_fault
    return speaks_of_failure(_REVERT_STEP.sub("", event.message))


def speaks_of_failure(text: str) -> bool:
    """True if a text says that something went wrong, and not only that nothing did."""
    return bool(_FAILURE.search(_NO_FAILURE.sub("", text)))


def upgrade_failure(events: Iterable[Event], router: str, node: str, since: datetime) -> str | None:
    """The event of provisioning that says that an upgrade of this node failed since a moment, in its own words.

    Strict, since it ends the wait for a node: the newest event about the upgrade of the node counts alone, and only
    with a time that can be compared.
    """
    mine = [
        event
        for event in of_node(events, router, node, since)
        if event.type == "provisioning" and event.at is not None and event.at.tzinfo is not None and event.at >= since
    ]
    about = [event for event in mine if _is_about_upgrade(event.message)]
    if not about or not _UPGRADE_FAILED.search(about[-1].message) or _GOES_ON.search(about[-1].message):
        return None
    return " ".join(about[-1].words.split())


def _is_about_upgrade(message: str) -> bool:
    """True if an event is about an upgrade and not about a download, which may be what an upgrade failed for."""
    download, failed = _DOWNLOAD.search(message), _UPGRADE_FAILED.search(message)
    if download is None or failed is None:
        return download is None and _UPGRADE.search(message) is not None
    return failed.start() < download.start()


def _cleared(event: Event, later: list[Event]) -> bool:
    return any(
        clearing.kind == "clear"
        and (squeezed(clearing.message), clearing.category) == (squeezed(event.message), event.category)
        for clearing in later
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Alarms: reading ``show alarms``, and what each of them means around an upgrade, by the table in alarm_table.py.

Pure: the circumstances of an upgrade (:class:`Moment`) are passed in. Checks, comparison and baseline call
:func:`judge` and :func:`same_alarm` and do not read the text of an alarm themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from ..clock import format_duration
from ..pcli.blocks import Block
from ..pcli.response import Response
from ..pcli.tables import Table
from .alarm_table import ALARMS, COMPARED, STOPS, VERSION_MISMATCH, AlarmRow
from .empty_answers import is_none, is_whole, unreached
from .node_id import NodeId
from .versions import Version, try_parse

#: A judgement besides those of the table: it belongs to a half-done pair; it passes by itself and still has time.
EXPECTED = "expected"
PASSES = "passes"

#: Of these ``minor`` warns and ``info`` needs no action (events_overview).
SEVERITIES = ("critical", "major", "minor", "info")
GRAVE = SEVERITIES[:2]
_SEVERITY_WORDS = {word: word for word in SEVERITIES} | {"informational": "info", "warning": "minor"}
#: Category names that differ only by the age of the release (config_alarm_suppression, events_alarms).
_CATEGORIES = {"platform-state": "platform-stat"}

#: It stands below the list, whatever is in it, and alone where there is no alarm (CLI-6.0).
_SHELVED = re.compile(r"there (?:are|is) (?:[0-9]+|no) shelved alarms?\.?", re.IGNORECASE)
#: What else may stand around a list: the question of a command to all routers with its answer, and who was asked.
_AROUND = re.compile(r".*\[y/n\]:?.*|(?:target|router|node): *\S+", re.IGNORECASE)
_ALARMS_NAME = "alarms?"


@dataclass(frozen=True)
class Alarm:
    """One row of ``show alarms``. ``severity`` and ``category`` are normalised; ``router`` None: it is not shown."""

    id: str
    time: str
    severity: str
    source: str
    category: str
    message: str
    node: str | None = None
    router: str | None = None


# -- reading ------------------------------------------------------------------------------------------------------


def read_alarms(response: Response, nodes: Mapping[str, NodeId] | None = None) -> list[Alarm] | None:
    """Read ``show alarms``. Empty: a whole answer without rows, or a sentence that says so; None: unreadable (rule 35).

    ``nodes``: node ids by ``node.router``, which begins the id of an alarm. A dot may be part of both names, so
    where it is not among them the first dot ends the node. Alarms are rows of a table, or blocks. What is shown beside
    an answer that was refused counts for nothing, and neither does a list of which an alarm lacks its severity or its
    message: columns that were shifted would hide alarms. Nothing is none where somebody was not reached, or where
    words are left that nobody has read.
    """
    tables = [table for table in response.tables if table.has("Severity") and table.has("Message")]
    others = [table for table in response.tables if table not in tables and not _names_targets(table)]
    if response.error or response.broken or others:
        return None
    alarms = [_alarm(partial(table.cell, row), nodes or {}) for table in tables for row in table.rows]
    alarms += [_alarm(partial(_field, block), nodes or {}) for block in response.blocks]
    if any(alarm is None for alarm in alarms):
        return None
    return alarms if alarms or _shows_none(response, tables) else None


def _shows_none(response: Response, tables: Sequence[Table]) -> bool:
    """Whether a response without an alarm says that there are none, and nothing else.

    Behind its end there may be text that has nothing to do with it (I95-65411), unless it speaks of a failure.
    """
    lines = [line for line in response.messages if not _AROUND.fullmatch(line.strip())]
    shelved = [line for line in lines if _SHELVED.fullmatch(" ".join(line.split()))]
    none = [line for line in lines if line not in shelved and is_none(line, _ALARMS_NAME)]
    complaints = (response.complaint or "").split("\n")
    unrelated = [line for line in response.behind if line.strip() not in complaints]
    strange = [line for line in lines if line not in shelved and line not in none and line not in unrelated]
    if unreached(response) or strange:
        return False
    return bool(none or shelved) or (bool(tables) and is_whole(response))


def _field(block: Block, name: str) -> str | None:
    """A field of a block; its title is the id where it has no other."""
    return block.get(name) or (block.title if name == "ID" else None)


def _names_targets(table: Table) -> bool:
    """The table of the nodes that were not reached (every authority has dead sites)."""
    return len(table.columns) == 2 and table.has("Target") and table.has("Message")


def _alarm(cell: Callable[[str], str | None], nodes: Mapping[str, NodeId]) -> Alarm | None:
    """One alarm; None without a known severity or without a message. ``cell``: what stands under a name."""
    severity = severity_of(cell("Severity") or "")
    message = cell("Message") or ""
    if severity is None or not message.strip():
        return None
    name = (cell("ID") or "").rpartition(":")[0]
    node, _dot, router = name.partition(".")
    if name in nodes:
        router, node = nodes[name]
    return Alarm(
        id=cell("ID") or "",
        time=cell("Time") or "",
        severity=severity,
        source=cell("Source") or "",
        category=category_of(cell("Category") or ""),
        message=message,
        node=node or cell("Node") or None,
        router=router or cell("Router") or None,
    )


def severity_of(word: str) -> str | None:
    """The severity of an alarm, one of SEVERITIES, in any case; None for a word that is none."""
    return _SEVERITY_WORDS.get(word.strip().lower())


def category_of(word: str) -> str:
    """The name of a category as every release means it: ``BGP_NEIGHBOR`` and ``bgp neighbor`` are ``bgp-neighbor``."""
    plain = re.sub(r"[\s_\-]+", "-", word.strip().lower())
    return _CATEGORIES.get(plain, plain)


def ambiguous(alarms: Iterable[Alarm]) -> bool:
    """Whether the id of an alarm leaves open where the name of the node ends and that of the router begins."""
    return any(alarm.id.rpartition(":")[0].count(".") > 1 for alarm in alarms)


# -- which row ----------------------------------------------------------------------------------------------------


def _compact(text: str) -> str:
    return re.sub(r"[\s\"'`\u00b4\u2018-\u201f]+", "", text).lower()


def squeezed(text: str) -> str:
    """A text without what differs between releases and layouts: case, quotes, blanks, and full stops at its end."""
    return _compact(text).rstrip(".")


def _compiled(template: str) -> re.Pattern[str]:
    """A template as a pattern for squeezed texts. What a release puts behind it in parentheses does not matter."""
    if template.startswith("re:"):
        return re.compile(template[3:])
    parts = (re.escape(_compact(part)) for part in template.rstrip(".").split("*"))
    return re.compile("(.*?)".join(parts) + r"(?:\(.*\))?")


_PATTERNS: tuple[tuple[AlarmRow, tuple[re.Pattern[str], ...]], ...] = tuple(
    (row, tuple(_compiled(text) for text in row.texts)) for row in ALARMS
)


@lru_cache(maxsize=8192)
def _place(message: str) -> tuple[AlarmRow, int, tuple[str, ...]] | None:
    """The row of an alarm's text, which of the row's texts it is, and what the text names where the row has ``*``."""
    text = squeezed(message)
    for row, patterns in _PATTERNS:
        for number, pattern in enumerate(patterns):
            if match := pattern.fullmatch(text):
                return row, number, match.groups()
    return None


def row_of(message: str) -> AlarmRow | None:
    """The row of the table for an alarm's text; None where no catalogue has such a text."""
    matched = _place(message)
    return matched[0] if matched else None


def rows_of(message: str) -> list[AlarmRow]:
    """Every row that a text fits; more than one is a mistake in the table."""
    text = squeezed(message)
    return [row for row, patterns in _PATTERNS if any(pattern.fullmatch(text) for pattern in patterns)]


def same_alarm(text: str, other_text: str) -> bool:
    """Whether two texts are the same alarm, whatever the percentage and whichever release printed them.

    Texts with different words must name the same things: ``interface operational down`` names no port, so it is not
    the same alarm as one about a named port.
    """
    if _without_figures(text) == _without_figures(other_text):
        return True
    first, second = _place(text), _place(other_text)
    if first is None or second is None or first[0] is not second[0] or first[0].apart or first[1] == second[1]:
        return False
    return _same_names(*(_names(matched[0], matched[2]) for matched in (first, second)))


def _names(row: AlarmRow, cells: Iterable[str]) -> list[str]:
    """What a text names, without figures that tick, and without versions where they are what an upgrade changes."""
    names = [_FIGURE.sub("", cell) for cell in cells]
    return [name for name in names if name and not (row.name == VERSION_MISMATCH and try_parse(name))]


def _same_names(first: list[str], second: list[str]) -> bool:
    """The same names, where a node may be called by its own name or by ``node.router``."""
    pairs = zip(first, second, strict=False)
    same = (a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a, b in pairs)
    return len(first) == len(second) and all(same)


_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?%")


def _without_figures(message: str) -> str:
    return _FIGURE.sub("%", squeezed(message))


# -- what it means ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    """The circumstances of an upgrade. ``after``: the alarm is judged after an operation, not before.

    ``half_done``: one node of the pair is done and the other is not. ``elapsed``: seconds since the node was back; None
    gives nothing time. ``slow``: a node is package-based or was converted. ``assets_count``: False between the nodes
    of a conductor pair from below 6.3, which need not see each other or their assets (rule 11). ``grace``: seconds for
    all that passes by itself, instead of those of the table.
    """

    after: bool = False
    half_done: bool = False
    elapsed: float | None = None
    conductor: bool = False
    slow: bool = False
    assets_count: bool = True
    grace: float | None = None


@dataclass(frozen=True)
class Judgement:
    """What an alarm means at a moment. ``effect``: STOPS, COMPARED, WARNS, UNRELATED, EXPECTED or PASSES.

    ``words``: the row that was applied, until when, and who says so; for people. ``left``: seconds that it is given.
    """

    effect: str
    words: str
    row: AlarmRow | None = None
    left: float | None = None


def judge(message: str, severity: str, moment: Moment) -> Judgement:
    """What an alarm means (rule 37). Without a row, a critical one stops and the rest is compared."""
    row = row_of(message)
    if row is None:
        return Judgement(STOPS if severity == "critical" else COMPARED, "in no catalogue of alarms")
    words = f"{row.about} ({row.source})"
    if row.half_done and moment.half_done:
        return Judgement(EXPECTED, f"{words}; expected until the other node of the pair is done", row)
    if row.presence and not moment.assets_count and (moment.after or moment.half_done):
        until = "until both conductor nodes run 6.3 or newer"
        return Judgement(EXPECTED, f"{words}; nodes need not see each other {until}", row)
    return _in_time(row, words, moment) if moment.after else Judgement(row.before, words, row)


def given_time(seconds: float) -> str:
    """That something is given time before it counts, as the beginning of a clause."""
    return f"it may pass by itself and is given {format_duration(seconds)}"


def _in_time(row: AlarmRow, words: str, moment: Moment) -> Judgement:
    seconds = row.seconds(moment.slow, moment.conductor)
    if seconds is None:
        return Judgement(row.after, words, row)
    seconds = seconds if moment.grace is None else moment.grace
    if moment.elapsed is None:
        return Judgement(row.after, f"{words}; it may last {format_duration(seconds)} after a boot", row)
    if moment.elapsed < seconds:
        left = seconds - moment.elapsed
        words = f"{words}; {given_time(seconds)} after a boot, {format_duration(left)} are left"
        # What would be no failure later, either, is not waited for.
        waits = row.after in (STOPS, COMPARED)
        return Judgement(PASSES, words, row, left) if waits else Judgement(row.after, words, row)
    return Judgement(
        row.after, f"{words}; it has lasted longer than the {format_duration(seconds)} that it is given", row
    )


# -- what a message names -----------------------------------------------------------------------------------------

_QUOTES = "\"'`\u2018-\u201f"
_NAME = rf"[{_QUOTES}]*(?P<name>[^\s,{_QUOTES}]+)"
#: "Asset <id>, which is configured as <node>.<router>, is not running": a conductor says it of others.
_LEADS_TO = (
    re.compile(rf"\s*Peer {_NAME}[{_QUOTES}]? (?:path\b|is\b)", re.IGNORECASE),
    re.compile(rf"\s*No connectivity to {_NAME}", re.IGNORECASE),
    re.compile(rf".*\bconfigured as {_NAME}", re.IGNORECASE | re.DOTALL),
)
#: "A duplicate asset with id 'x', which is configured as r, has been detected." (ts_ap_duplicate_asset_id). The newest
#: catalogue prints the router right behind the id: ``with ID 'node'router has been detected``.
_DUPLICATE = re.compile(
    rf"duplicate asset\b(?:\s+with)?\s+ids?\b[\s:=]*[{_QUOTES}]*(?P<id>[^\s,{_QUOTES}]+)"
    rf"(?:[{_QUOTES}]+(?P<behind>[^\s,{_QUOTES}]+))?(?:.*?\bconfigured\s+as\s+[{_QUOTES}]*(?P<name>[^\s,{_QUOTES}]+))?",
    re.IGNORECASE | re.DOTALL,
)
_VERSIONS = re.compile(
    r"\bNode (?P<node>\S+) with version (?P<own>\S+) does not match the HA peer with version (?P<peer>\S+)",
    re.IGNORECASE,
)


def leads_to(message: str) -> str | None:
    """The peer, or the node and its router (in either order), that an alarm is about; None where it names none."""
    matches = (pattern.match(message) for pattern in _LEADS_TO)
    return next((match["name"].rstrip(".") for match in matches if match), None)


def duplicate_names(message: str) -> list[str]:
    """What an alarm about a duplicate asset names: its id, then what it is configured as. Empty for other alarms."""
    match = _DUPLICATE.search(message)
    if match is None:
        return []
    names = (match["id"], match["name"], match["behind"])
    return [name.rstrip(".") for name in names if name and name.rstrip(".")]


def mismatched_versions(message: str) -> tuple[Version, Version] | None:
    """The version of the node that raises a mismatch alarm and that of its peer, where the alarm names both."""
    match = _VERSIONS.search(" ".join(message.split()))
    if match is None:
        return None
    own, peer = (try_parse(match[name].strip(".,;\"'")) for name in ("own", "peer"))
    return (own, peer) if own and peer else None

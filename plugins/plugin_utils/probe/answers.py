# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of a probe, as the judges read them: with the product's own readers."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from ..pcli.response import Response, read
from ..software.assets import Asset, read_assets
from ..software.node_id import NodeId
from .asking import Row
from .assumptions import Verdict
from .questions import WIDE

T = TypeVar("T")

#: What judges an assumption by its number; filled by :func:`judge`.
JUDGES: dict[str, Callable[[Answers], Verdict]] = {}

_MOST_QUOTED = 240
_DATE = re.compile(r"\s*[A-Z][a-z]{2} (?:\d{4}-\d\d-\d\d|[A-Z][a-z]{2} +\d)")


class Answers:
    """Everything that was answered. ``own``: the conductor nodes that were asked, the first of the run first.

    ``clean`` takes the names out of a text, which has to come before it is cut.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        own: Sequence[NodeId],
        routers: Sequence[str],
        clean: Callable[[str], str] = str,
    ):
        self.rows = rows
        self.clean = clean
        self.own = tuple(own)
        #: The routers that the user has named.
        self.routers = tuple(routers)

    def by_node(self) -> list[Answers]:
        """The answers of each node by themselves: what holds on one need not hold on the other."""
        nodes = [node for node in self.own if any(row.asked == node for row in self.rows)]
        return [
            Answers([row for row in self.rows if row.asked == node], self.own, self.routers, self.clean)
            for node in nodes
        ]

    def of_kind(self, kind: str) -> list[Row]:
        """The rows of one kind."""
        return [row for row in self.rows if row.kind == kind]

    def to(self, words: str, width: int = WIDE) -> list[Row]:
        """The answers to a question: of each node the last one, which is in the words that it takes."""
        last = {
            (row.asked, row.question): row for row in self.of_kind("pcli")
            if row.data.get("width") == width and row.question == words
        }  # fmt: skip
        return list(last.values())

    def beginning(self, words: str) -> list[Row]:
        """The same for all questions that begin so."""
        questions = dict.fromkeys(row.question for row in self.of_kind("pcli") if row.question.startswith(words))
        return [row for question in questions for row in self.to(question)]

    @functools.cached_property
    def assets(self) -> list[Asset] | None:
        """The list of the first node that can be read; None where none can."""
        for row in self.to("show assets"):
            if (listed := read_assets(response_of(row))) is not None:
                return listed
        return None

    def nodes_of(self, router: str) -> list[str]:
        """The nodes of a router, by the list."""
        return [asset.node for asset in self.assets or () if asset.router == router and asset.node]


@functools.lru_cache(maxsize=512)
def _read(text: str, ended: bool) -> Response:
    return read(text, ended=ended)


def response_of(row: Row) -> Response:
    """What the product makes of an answer."""
    return _read(row.text, row.data.get("ended") == "prompt")


def judge(number: str) -> Callable[[Callable[[Answers], Verdict]], Callable[[Answers], Verdict]]:
    """Register what judges an assumption."""

    def register(function: Callable[[Answers], Verdict]) -> Callable[[Answers], Verdict]:
        JUDGES[number] = function
        return function

    return register


def quoted(row: Row, most: int = 3) -> str:
    """The command and the first lines of its answer that say something, word by word."""
    if row.notes.get("problem") and not row.text.strip():
        return f"'{row.command}': {row.notes['problem']}"
    text = row.text if row.shown is None else row.shown
    lines = [line.strip() for line in text.split("\n") if line.strip(" =-") and not _DATE.match(line)]
    told = [line for line in lines if not line.startswith(("Completed in", "✔", "Retrieving"))][:most] or lines[:1]
    return f"'{row.command}' prints: {cut(' / '.join(' '.join(line.split()) for line in told)) or 'nothing'}"


def cut(text: str, most: int = _MOST_QUOTED) -> str:
    """The beginning of a text, to the end of a word: half a name is known to nobody who takes names out."""
    if len(text) <= most:
        return text
    head = text[:most]
    return f"{head[: head.rfind(' ') + 1].rstrip()}…"


def listed(words: Iterable[object], most: int = 12) -> str:
    """Words in a row, each once."""
    once = list(dict.fromkeys(str(word) for word in words))
    more = f" and {len(once) - most} more" if len(once) > most else ""
    return ", ".join(once[:most]) + more


def data_of(row: Row) -> Any:
    """The JSON of a web answer; None where it is none."""
    try:
        return json.loads(row.text)
    except ValueError:
        return None


def web(answers: Answers, path: str) -> Row | None:
    """The first answer of status 200 to a path of the web API."""
    rows = answers.of_kind("web")
    return next((row for row in rows if row.data["path"] == f"/api/v1{path}" and row.data["status"] == 200), None)

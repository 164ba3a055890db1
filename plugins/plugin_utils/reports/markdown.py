# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for merge requests and chats, ``report.md``: short, however large the night, in plain GitHub Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ..software.counts import some
from . import sections
from .outcome import attention, commit_headline, next_words, outcome, without_attention
from .states import by_weight, label
from .text import cleaned, one_line, shortened
from .times import shown

#: So many rows at most: of what needs a person, of them with the conductor's words, of versions, and of warnings.
_PEOPLE, _QUOTED, _WAYS, _WARNINGS = 15, 3, 8, 5
#: So many lines of one answer are quoted, each of so many characters.
_QUOTE_LINES, _QUOTE_LETTERS = 6, 200
_ACTIVE = re.compile(r"([\\`*_\[\]|~#!])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escaped(text: object, most: int = 300) -> str:
    """A text as one line that means nothing to Markdown, also in a table, and that names nobody with an @."""
    plain = _ACTIVE.sub(r"\\\1", one_line(text, most)).translate(_ENTITIES)
    return re.sub(r"@(?=\w)", "@\u200b", plain)


def fenced(text: str) -> list[str]:
    """A text as a block of code, whatever backticks it has in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *text.split("\n"), fence]


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, its cells escaped."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return lines + [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows]


def report_markdown(report: Mapping) -> str:
    """The report in at most about a hundred lines: outcome, totals, what needs a person, versions, warnings."""
    data = cleaned(report)
    run = data["run"]
    people = data["attention"] if data.get("attention") is not None else attention(data)
    parts = [
        [f"**{escaped(run.get('outcome') or outcome(data), 1000)}**"],
        [_when(run)],
        table(("routers", "state"), [(count, label(state)) for state, count in by_weight(data.get("totals") or {})])
        if data.get("totals")
        else [],
        _people(people, run),
        _next(run),
        _versions(data),
        _warnings(data.get("notices") or ()),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _when(run: Mapping) -> str:
    times = shown(run.get("started"))
    if run.get("ended"):
        times += f" to {shown(run['ended'], run.get('started'))}"
    state = "" if run.get("state") == "ended" else f", {run.get('state')}"
    where = f"Conductor {run['authority']}, " if run.get("authority") else ""
    return escaped(f"{where}{times} (UTC){state}, run {run.get('id')}", 600)


def _people(entries: Sequence[Mapping], run: Mapping) -> list[str]:
    """What needs a person: a row for each reason with its routers, and the words of the first few."""
    if not entries:
        return [without_attention(run)]
    found = sections.attention(entries)
    groups = found["full"][:_PEOPLE]
    rows = [(some(group["routers"], 4), label(group["state"]), group["reason"]) for group in groups]
    lines = ["### What needs a person now", "", *table(("router", "state", "why"), rows)]
    rest = len(entries) - sum(len(group["routers"]) for group in groups)
    lines += ["", f"{rest} more in report.html."] if rest else []
    quoted = [group for group in found["full"] if group["words"].strip()]
    for group in quoted[:_QUOTED]:
        said = [shortened(line, _QUOTE_LETTERS) for line in group["words"].strip().split("\n")]
        said = said[:_QUOTE_LINES] + (["\u2026"] if len(said) > _QUOTE_LINES else [])
        lines += ["", f"{escaped(group['routers'][0])} said:", "", *fenced("\n".join(said))]
    more = len(quoted) - _QUOTED
    return [*lines, "", f"What {more} more said is in report.html."] if more > 0 else lines


def _next(run: Mapping) -> list[str]:
    lines = []
    may = commit_headline(run)
    if may:
        lines.append(f"**{may}** {escaped(run.get('commit_words'))}".rstrip())
    if run.get("next_command"):
        lines += ["", f"Next: {escaped(next_words(run))}".rstrip(), "", *fenced(one_line(run["next_command"], 2000))]
    return lines


def _versions(data: Mapping) -> list[str]:
    ways = sections.versions(data)["ways"]
    if not ways:
        return []
    rows = [(way["count"], way["from"] or "?", way["runs"] or "not known", way["to"]) for way in ways[:_WAYS]]
    more = [f"{len(ways) - _WAYS} more in report.html."] if len(ways) > _WAYS else []
    return [
        "### Versions",
        "",
        *table(("nodes", "before", "runs now", "requested"), rows),
        *([""] if more else []),
        *more,
    ]


def _warnings(notices: Sequence[str]) -> list[str]:
    if not notices:
        return []
    lines = ["### Warnings", "", *(f"- {escaped(text)}" for text in notices[:_WARNINGS])]
    return lines + ([f"- {len(notices) - _WARNINGS} more in report.html"] if len(notices) > _WARNINGS else [])

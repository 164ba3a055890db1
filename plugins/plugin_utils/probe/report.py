# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a probe: a row for each assumption, as a table, a page for a ticket, data, and suggested variables."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import judges_session, judges_software, judges_state
from .answers import JUDGES, Answers, cut
from .assumptions import ASSUMPTIONS, CONFIRMED, DIFFERENT, NOT_SHOWN, Assumption, MadeOf, Verdict, not_shown
from .next_steps import NEXT_STEPS

#: The files with judges, which fill JUDGES when they are imported.
FILES = (judges_session, judges_software, judges_state)

#: The widest line of the table.
WIDTH = 120
_NUMBER, _ABOUT = 5, 42
_ORDER = (DIFFERENT, CONFIRMED, NOT_SHOWN)


@dataclass(frozen=True)
class Line:
    """One row of the report."""

    assumption: Assumption
    verdict: Verdict

    def as_data(self, clean: Callable[[str], str]) -> dict[str, Any]:
        """As ``probe.json`` has it, without names."""
        settings = [f"{name}: {_yaml(value, clean)}" for name, value in self.verdict.settings]
        return {
            "id": self.assumption.id,
            "assumption": self.assumption.about,
            "verdict": self.verdict.verdict,
            "seen": clean(self.verdict.seen) + self.verdict.note + self._next_step(),
            "setting": "; ".join(settings) or None,
        }

    def _next_step(self) -> str:
        """What to do about a difference that no setting answers."""
        if self.verdict.verdict != DIFFERENT or self.verdict.settings:
            return ""
        return f" -> {NEXT_STEPS.get(self.assumption.id, 'please send the bundle')}"


def judged(answers: Answers) -> list[Line]:
    """A verdict for each assumption. A judge that cannot cope with an answer says so, and stops nobody."""
    return [Line(assumption, _verdict(assumption, answers)) for assumption in ASSUMPTIONS]


def _verdict(assumption: Assumption, answers: Answers) -> Verdict:
    judge = JUDGES.get(assumption.id)
    if judge is None:
        return not_shown(assumption.why or "")
    try:
        return _worst([(judge(part), str(part.rows[0].asked)) for part in answers.by_node()]) or judge(answers)
    except Exception as error:  # a text that nobody has foreseen must not cost the other answers
        return not_shown(f"its answer breaks the reader ({type(error).__name__}): please send the bundle")


def _worst(said: Sequence[tuple[Verdict, str]]) -> Verdict | None:
    """Of what each node shows: the first that differs, else the first that is confirmed, else that of the first."""
    for wanted in (DIFFERENT, CONFIRMED):
        for number, (verdict, node) in enumerate(said):
            if verdict.verdict == wanted:
                return replace(verdict, seen=f"{node}: {verdict.seen}") if number else verdict
    return said[0][0] if said else None


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows there are of each verdict."""
    return {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in _ORDER}


def table(rows: Sequence[Mapping[str, Any]], width: int = WIDTH) -> list[str]:
    """The rows for a terminal: what differs first and in full, then what holds, and the rest by its numbers."""
    lines = [f"{'':{_NUMBER}}{'ASSUMPTION':{_ABOUT}}SEEN"]
    for verdict in (DIFFERENT, CONFIRMED):
        of_verdict = [row for row in rows if row["verdict"] == verdict]
        lines += ["", f"{verdict} ({len(of_verdict)})"] if of_verdict else []
        for row in of_verdict:
            lines += _in_columns(row, width)
    rest = [row["id"] for row in rows if row["verdict"] == NOT_SHOWN]
    lines += ["", f"{NOT_SHOWN} ({len(rest)})", *textwrap.wrap(", ".join(rest), width - _NUMBER)] if rest else []
    return lines


def _in_columns(row: Mapping[str, Any], width: int) -> list[str]:
    seen = row["seen"] if row["verdict"] == DIFFERENT else cut(row["seen"], 2 * (width - _NUMBER - _ABOUT))
    settings = f" -> {row['setting']}" if row["setting"] else ""
    right = textwrap.wrap(f"{seen}{settings}", width - _NUMBER - _ABOUT, break_on_hyphens=False) or [""]
    left = textwrap.wrap(row["assumption"], _ABOUT - 2) or [""]
    height = max(len(left), len(right))
    left, right = left + [""] * (height - len(left)), right + [""] * (height - len(right))
    heads = [row["id"]] + [""] * (height - 1)
    return [
        f"{head:{_NUMBER}}{about:{_ABOUT}}{words}".rstrip()
        for head, about, words in zip(heads, left, right, strict=True)
    ]


def page(rows: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    """``probe.md``: to paste into a ticket."""
    nodes = ", ".join(
        f"{node['node']} of {node['router']} ({node['role']}, {node['release']})" for node in about["nodes"]
    )
    numbers = counts(rows)
    lines = [
        "# A look at a conductor",
        "",
        f"Collection {about['collection']}, {about['made']}: {nodes}.",
        "Names, addresses, serial numbers and secrets are replaced.",
        "",
        ", ".join(f"{count} {verdict}" for verdict, count in numbers.items()) + ".",
        "",
        "| # | Assumption | Verdict | Seen | Setting |",
        "|---|---|---|---|---|",
    ]
    for verdict in _ORDER:
        for row in (row for row in rows if row["verdict"] == verdict):
            cells = (row["id"], row["assumption"], verdict, row["seen"], row["setting"] or "")
            lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def settings(lines: Sequence[Line]) -> str:
    """``probe_settings.yml``: what to set, each with its reason; for the user, so it names what it names."""
    text = [
        "---",
        "# Variables for what is different on this conductor. Each is a suggestion: read its reason before you use it.",
        "# Names are your own: this file is not for a ticket.",
    ]
    found = [(line, name, value) for line in lines for name, value in line.verdict.settings]
    if not found:
        text.append("# Nothing needs a setting.")
    for line, name, value in found:
        text += ["", *textwrap.wrap(f"{line.assumption.id}, {line.assumption.about}: {line.verdict.seen}", 118,
                                    initial_indent="# ", subsequent_indent="# ")]  # fmt: skip
        text.append(f"# {name}: {_yaml(value)}")
    return "\n".join(text) + "\n"


def _yaml(value: object, clean: Callable[[str], str] = str) -> str:
    """A value as YAML; JSON is YAML."""
    if isinstance(value, MadeOf):
        return json.dumps(value.make(clean(value.text)), ensure_ascii=False)
    if isinstance(value, (list, tuple)):
        return json.dumps([clean(str(entry)) for entry in value])
    return json.dumps(clean(" ".join(str(value).split())), ensure_ascii=False)

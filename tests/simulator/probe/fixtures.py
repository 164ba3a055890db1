# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of a bundle as text files, in the form of tests/unit/corpus/texts."""

from __future__ import annotations

import re
from pathlib import Path

from .bundle import Bundle, Row

_NUMBER = re.compile(r"^(\d{3,})-.*\.txt$")
_LONGEST = 60
#: What stands in a command for whom it is about, and is of no use in the name of a file.
_NAMED = re.compile(r" (router|node|resource-group|name) (?!all\b)\S+")


def write_fixtures(bundle: Bundle, folder: Path) -> list[Path]:
    """Write each text once, with the next free numbers; the files. One that is there already is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.glob("*.txt"))
    known = {_body(path.read_text(encoding="utf-8", errors="replace")) for path in there}
    number = max((int(match.group(1)) for path in there if (match := _NUMBER.match(path.name))), default=0)
    written = []
    for row in bundle.rows:
        if row.kind != "pcli" or not row.command or not (row.answer or "").strip():
            continue
        text = _text(row)
        if text in known:
            continue
        known.add(text)
        number += 1
        path = folder / f"{number:03d}-{_name(row.command)}.txt"
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(f"# {_source(bundle, row)}\n{text}")
        written.append(path)
    return written


def _body(text: str) -> str:
    return text.partition("\n")[2]


def _text(row: Row) -> str:
    """As on a screen: the line that was typed, the answer, and the prompt after it."""
    answer = (row.answer or "").rstrip("\n")
    return f"{row.prompt.rstrip()} {row.command}\n{answer}\n{row.prompt}\n"


def _source(bundle: Bundle, row: Row) -> str:
    member = next((member for member in bundle.nodes if (member.router, member.node) == (row.router, row.node)), None)
    release = (member and member.release) or "an unknown release"
    seconds = f"{row.seconds:.1f} s, {row.width} columns"
    return f"probe of {bundle.made[:10] or 'an unknown day'}, {release} | {row.command} | {seconds}"


def _name(command: str) -> str:
    words = re.sub(r"\W+", "_", _NAMED.sub("", command).lower()).strip("_")
    return words[:_LONGEST].rstrip("_") or "answer"

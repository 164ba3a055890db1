# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code blocks of our pages, and the marks that say which of them a test runs.

A mark is a comment in the line before a block, and no reader of the rendered page sees it:

``<!-- run -->``                       its lines are run, and must succeed
``<!-- run, ends with 2 -->``          the same, with another exit code
``<!-- run in a new terminal -->``     the same, without what `export` and `activate` have set before
``<!-- run until "TEXT" -->``          goes on in a terminal of its own; the next block begins when it has printed TEXT
``<!-- run in PAGE -->``               its lines stand in a block of another page that is run
``<!-- output -->``                    lines that the block before prints, in this order; … stands for anything
``<!-- output of "COMMAND" in PAGE -->`` the same, printed by a command in a block of another page that is run
``<!-- not run: WHY -->``              everything else, with a reason
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>```+)(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=indent)(?P=fence) *$", re.M | re.S
)
_MARK = re.compile(r"<!-- (.*?) -->\s*\Z")
_KINDS = {
    "run": re.compile(r"run(?P<new> in a new terminal)?(?:, ends with (?P<code>\d+))?"),
    "until": re.compile(r'run until "(?P<text>[^"]+)"'),
    "elsewhere": re.compile(r"run in (?P<page>[\w./-]+\.md)"),
    "output": re.compile(r"output"),
    "output elsewhere": re.compile(r'output of "(?P<command>[^"]+)" in (?P<page>[\w./-]+\.md)'),
    "not run": re.compile(r"not run: (?P<why>\S.{5,})"),
}


@dataclass(frozen=True)
class Block:
    """A code block of a page: where it stands, what is in it, and what its mark says."""

    page: str
    section: str
    line: int
    language: str
    text: str
    kind: str | None
    values: dict[str, str | None]

    @property
    def runs(self) -> bool:
        return self.kind in ("run", "until")

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: str) -> list[Block]:
    """The blocks of a page (its path in the repository), in order. A mark that is none leaves ``kind`` empty."""
    return read_blocks(page, (ROOT / page).read_text(encoding="utf-8"))


def read_blocks(page: str, text: str) -> list[Block]:
    """The blocks of a text, as those of this page."""
    return [_block(page, text, match) for match in _FENCE.finditer(text)]


def _block(page: str, text: str, match: re.Match) -> Block:
    before = text[: match.start()]
    kind, values = _meaning(before.rstrip("\n ").rpartition("\n")[2].strip() if before.endswith("\n") else "")
    indent = len(match["indent"])
    body = "".join(line[indent:] for line in match["body"].splitlines(keepends=True))
    headings = re.findall(r"^## (.*)$", _FENCE.sub("", before), re.M)
    return Block(page, headings[-1] if headings else "", before.count("\n") + 1, match["language"], body, kind, values)


def _meaning(line: str) -> tuple[str | None, dict[str, str | None]]:
    mark = _MARK.fullmatch(line)
    for kind, pattern in _KINDS.items() if mark else ():
        if match := pattern.fullmatch(mark[1]):
            return kind, match.groupdict()
    return None, {}


def commands(block: Block) -> list[str]:
    """The commands of a block, with lines that go on put together."""
    joined = re.sub(r" *\\\n *", " ", block.text)
    return [line.strip() for line in joined.splitlines() if line.strip()]


def is_printed(expected: str, output: str) -> list[str]:
    """The first of the expected lines that is not in the output behind those before it; nothing when all are."""
    rest = re.sub(r"\x1b\[[0-9;]*m", "", output)
    for line in filter(str.strip, expected.splitlines()):
        match = re.search(".*?".join(re.escape(part.strip()) for part in line.split("…")), rest)
        if not match:
            return [line]
        rest = rest[match.end() :]
    return []

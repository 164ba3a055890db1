# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads blocks of `Key:  value` lines, with their sections, out of what a command printed.

Layouts: ts_ap_salt_minion (one asset, with sub-sections between dashes), CLI-6.0 (`show system`, `show assets
summary`), upgrade_restricted_access (a volume as an indented section below its name), ts_t1 (sections
between stars, two fields on one line).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .cells import indent_of, is_rule, rule_spans
from .torn import is_piece, last_line
from .usage import Usage, read_usage, scan_usage

__all__ = ["Block", "Usage", "read_blocks", "read_usage", "scan_blocks", "scan_usage"]

IN_BLOCK = "a block ends in the middle of a line"
IN_TITLE = "a block ends in its title"

# Words that begin a message rather than a field.
_NO_KEYS = frozenset(("error", "% error", "usage", "warning", "note", "see also", "keyword arguments"))
_FIELD = re.compile(r"(?P<indent>\s*)(?P<key>[A-Za-z0-9_(][^:]{0,50}?)\s*:(?:(?P<gap>\s+)(?P<value>\S.*?)?)?\s*")
# A key that fills its width leaves no space for a blank (`Destination Address:172.16.2.201`).
_TIGHT = re.compile(r"(?P<indent>\s*)(?P<key>[A-Z][A-Za-z0-9 ()/_\-]{2,49}?):(?P<value>[^\s:/\\].*?)\s*")
_TWO = re.compile(r"\s+\|\s+(?=[A-Za-z][^|:]{0,50}:)")
_STARS = re.compile(r"\s*(\*{3,})(?!\*)\s*(\S.*?)\s*\1\s*")
# Remarks that the author of a page added: `<==== status`, `---> Volume ID: b <---`.
_REMARK = re.compile(r"\s*<={2,}.*\Z")
_ARROWS = re.compile(r"(?P<indent>\s*)-{2,}>\s*(?P<text>.*?)\s*(?:<-*)?\s*")
_END = re.compile(r"\s*(?:Completed in\b|%\s*Error|[✔✓✖✗✘⚠]|usage:|(?:\.{3,}|…)\s*\Z)", re.IGNORECASE)
_DATE = re.compile(r"[A-Z][a-z]{2} [0-9]{4}-[0-9]{2}-[0-9]{2} ")
# A line of a list that is this long continues in the next one if that begins with a lower-case letter.
_LONG = 60
# A line that reaches the edge of a terminal continues in the next one. No narrower terminal is known.
_NARROWEST = 79


@dataclass(frozen=True)
class Block:
    """A block: its title, its fields, the lines of its sub-sections by heading, and the blocks inside it.

    `nested`: the sections with indented fields, by name (`Idle Volume`). Their fields do not belong to the outer block,
    even if the keys are the same. `broken`: what shows that the block is incomplete; no response contains it then.
    """

    title: str | None
    fields: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)
    nested: dict[str, Block] = field(default_factory=dict)
    broken: str | None = None

    def get(self, *names: str) -> str | None:
        """The value under any of `names`, whatever their case; None if the block has none of them."""
        return _lookup(self.fields, names)

    def section(self, *names: str) -> list[str]:
        """The lines of a sub-section, whatever the case of its heading; empty if there is none."""
        inner = self.within(*names)
        below = [f"{key}: {value}".strip() for key, value in inner.fields.items()] if inner else []
        return _lookup(self.sections, names) or below

    def within(self, *names: str) -> Block | None:
        """The block inside this one under any of `names`, whatever their case; None if there is none."""
        return _lookup(self.nested, names)


def _lookup(mapping: dict, names: Sequence[str]):
    known = {_plain(key): value for key, value in mapping.items()}
    return next((known[_plain(name)] for name in names if _plain(name) in known), None)


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", name).strip().lower()


def read_blocks(text: str) -> list[Block]:
    """Every block in `text`, in the order of the text; see `Block.broken`."""
    return [block for block, _lines in scan_blocks(text)]


def scan_blocks(text: str, taken: frozenset[int] = frozenset()) -> list[tuple[Block, frozenset[int]]]:
    """Every block with the lines (numbered from 0) that it takes. `taken`: lines that belong to something else."""
    scan = _Scan([line.expandtabs() for line in text.split("\n")], taken)
    return scan.run()


@dataclass
class _Section:
    """The section that fields go to at present. `indent`: that of its name; deeper lines belong to it."""

    indent: int
    block: Block
    parent: Block
    name: str


@dataclass
class _Line:
    """One field of a line. `column`: where its value begins, or would begin."""

    indent: int
    key: str
    value: str
    column: int


class _Scan:
    """Walks through the lines once and collects blocks."""

    def __init__(self, lines: list[str], taken: frozenset[int]) -> None:
        self.lines = lines
        self.taken = taken
        self.end = last_line(lines)
        self.edge = max(map(len, lines), default=0)
        self.scanned: list[tuple[Block, frozenset[int]]] = []
        self.block: Block | None = None
        self.line_numbers: set[int] = set()
        self.heading: str | None = None
        self.inside: list[_Section] = []
        self.last: _Line | None = None
        self.indent = self.base = 0
        self.sign: str | None = None

    def run(self) -> list[tuple[Block, frozenset[int]]]:
        index = 0
        while index < len(self.lines):
            index += self._step(index)
        self._close()
        return self.scanned

    def _close(self) -> None:
        block = self.block
        # A single line with a colon is usually a sentence, not a block.
        if block and (block.sections or _tells(block)):
            line_numbers = self.line_numbers
            why = self._cut(block, max(line_numbers))
            if why and self.end not in line_numbers:
                line_numbers = line_numbers | {self.end}
            self.scanned.append((replace(block, broken=why), frozenset(line_numbers)))
        self.block, self.heading, self.last, self.sign = None, None, None, None
        self.line_numbers, self.inside = set(), []

    def _cut(self, block: Block, last: int) -> str | None:
        """What shows that the text ends within a titled block, or None; `last` is the last line of the block."""
        if block.title is None or self.end != len(self.lines) - 1 or self.end - last > 3:
            return None
        if self.heading is not None:
            return None if block.sections[self.heading] or self.end > last else IN_BLOCK
        line = _without_remarks(self.lines[self.end])
        if self.end == last:  # a key without a value, or the first entry of a list
            return IN_BLOCK if line.rstrip().endswith(":") or ":" not in line else None
        below = self.lines[last + 1 : self.end + 1]
        if any(is_piece(text) and text.strip()[0] != self.sign for text in below):
            return IN_BLOCK  # the title of a section
        if line.lstrip().startswith("***") and not _STARS.fullmatch(line):
            return IN_BLOCK
        if any(text.strip() for text in below[:-1]) or _END.match(line) or is_piece(line) or _DATE.match(line):
            return None
        words = len(line.split()) <= 5 and ":" not in line and re.search(r"[.!?]\s*\Z", line) is None
        return IN_BLOCK if words and indent_of(line) >= self.base > 0 and self.end not in self.taken else None

    def _step(self, index: int) -> int:
        line = self.lines[index]
        if index in self.taken or _END.match(line) or _DATE.match(line):
            self._close()
        elif sign := self._title(index):
            self._begin(index, sign)
            return 2
        elif is_rule(line) or not line.strip():
            self.last = None
        else:
            self._content(index, line)
        return 1

    def _title(self, index: int) -> str | None:
        """The sign of the rule below a title, or None if the line is not a title.

        The rule above is optional. Without it a title must stand alone, or a rule that closes a block would turn the
        last field into a title.
        """
        line = self.lines[index]
        below = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        if not line.strip() or is_rule(line) or not is_rule(below) or len(rule_spans(below)) != 1:
            return None
        above = index - 1
        framed = above not in self.line_numbers and above >= 0 and is_rule(self.lines[above])
        alone = above not in self.line_numbers and not _FIELD.fullmatch(line)
        return below.strip()[0] if framed or alone else None

    def _begin(self, index: int, sign: str) -> None:
        """Begin a block, or a sub-section if the rule is of another kind than that of the block's own title."""
        title = self.lines[index].strip()
        if self.block is not None and sign in "-─" and sign != self.sign:
            self.heading = title
            self.block.sections.setdefault(title, [])
        else:
            self._close()
            self.block, self.sign = Block(title), sign
            self.indent = self.base = 0
        self.last, self.inside = None, []
        self.line_numbers.update((index, index + 1))

    def _content(self, index: int, line: str) -> None:
        if self.heading is not None and self.block is not None:
            self._listed(index, line)
            return
        if self.block is not None and (stars := _STARS.fullmatch(line)):
            self.inside = [self._open(self.block, stars[2], -1)]
            self.last = None
            self.line_numbers.add(index)
            return
        fields = self._fields(index, _without_remarks(line))
        if fields:
            for shown in fields:
                self._field(shown)
            self.line_numbers.add(index)
        elif self.last is not None and self._goes_on(index, line):
            target = self.inside[-1].block if self.inside else self.block
            joint = "" if len(self.lines[index - 1]) == self.edge and indent_of(line) == 0 else " "
            target.fields[self.last.key] = f"{target.fields[self.last.key]}{joint}{line.strip()}".strip()
            self.line_numbers.add(index)
        elif self.block is not None and self.block.title and 0 < self.base <= indent_of(line):
            self.last = None  # a sentence in the block (`No External Routes`)
        else:
            self._close()

    def _listed(self, index: int, line: str) -> None:
        """Take a line of a list between dashes. Long text continues with a deeper indent, or below a full line."""
        lines, above = self.block.sections[self.heading], self.lines[index - 1]
        adjacent = bool(lines) and index - 1 in self.line_numbers and above.strip().endswith(lines[-1][-1:])
        further = indent_of(line) > self.indent
        full = len(above) >= _LONG and (len(above) >= max(self.edge - 1, _NARROWEST) or line.strip()[0].islower())
        if adjacent and (further or (full and not re.match(r"\s*[\w.\-/]+:\s", line))):
            lines[-1] += ("" if len(above) == self.edge > _NARROWEST and indent_of(line) == 0 else " ") + line.strip()
        else:
            lines.append(line.strip())
            self.indent = indent_of(line)
        self.line_numbers.add(index)

    def _goes_on(self, index: int, line: str) -> bool:
        """Whether a line without a key continues the value above it."""
        above = self.lines[index - 1]
        return indent_of(line) >= self.last.column - 1 or len(above) >= max(self.edge - 1, _NARROWEST)

    def _fields(self, index: int, line: str) -> list[_Line]:
        """The fields of a line: most have one, `ALOS:  OFF     | LOS:  OFF` has two (ts_t1)."""
        shown = []
        for part in _TWO.split(line) if "|" in line else [line]:
            match = _FIELD.fullmatch(part) or (self._follows(index, line) and _TIGHT.fullmatch(part))
            if not match or not _is_field(match, self.block is not None):
                return []
            indent = indent_of(line)
            column = match.start("value") if match["value"] else len(match["indent"]) + 2
            shown.append(_Line(indent, match["key"].strip(), match["value"] or "", column))
        return shown

    def _follows(self, index: int, line: str) -> bool:
        """Whether a line is aligned with the fields above it."""
        if self.last is None or index - 1 not in self.line_numbers:
            return False
        return indent_of(line) == self.last.indent or (not self.last.value and indent_of(line) > self.last.indent)

    def _field(self, shown: _Line) -> None:
        if self.block is None:
            self.block = Block(None)
        while self.inside and shown.indent <= self.inside[-1].indent:
            self.inside.pop()
        target = self.inside[-1].block if self.inside else self.block
        if self._heads(shown, target):
            flat = shown.indent <= self.last.indent
            if not target.fields[self.last.key]:
                del target.fields[self.last.key]
            self.inside.append(self._open(target, self.last.key, self.last.indent - flat))
        elif shown.key in target.fields and self.inside:
            section = self.inside.pop()
            self.inside.append(self._open(section.parent, section.name, section.indent))
        elif shown.key in target.fields:
            title, line_numbers, sign = self.block.title, {min(self.line_numbers)}, self.sign
            self._close()
            self.block, self.sign = Block(title), sign
            self.line_numbers = line_numbers if title else set()
        target = self.inside[-1].block if self.inside else self.block
        if not self.block.fields and not self.block.nested:
            self.base = shown.indent
        target.fields[shown.key] = shown.value
        self.last, self.indent = shown, shown.indent

    def _heads(self, shown: _Line, target: Block) -> bool:
        """Whether the key of the line above is the name of a section that this field begins.

        The field has a deeper indent; or, where a program does not indent, a key that the block already has. In a list
        of records without titles, the first key of a record begins the next one.
        """
        above = self.last
        if above is None or above.key not in target.fields:
            return False
        again = shown.key in target.fields and shown.key != above.key
        if shown.indent > above.indent:
            return again or not target.fields[above.key]
        if target.fields[above.key] or shown.indent < above.indent:
            return False
        return again and bool(target.title or shown.key != next(iter(target.fields)))

    def _open(self, parent: Block, name: str, indent: int) -> _Section:
        same = sum(1 for other in parent.nested if other == name or other.startswith(f"{name} ("))
        title = f"{name} ({same + 1})" if same else name
        parent.nested[title] = Block(title)
        return _Section(indent, parent.nested[title], parent, name)


def _is_field(match: re.Match[str], in_block: bool) -> bool:
    """Whether what looks like a key and a value is a field, and not a message or a sentence with a colon."""
    key = match["key"]
    if _plain(key) in _NO_KEYS and (not in_block or not match["indent"]):
        return False
    # A sentence with a colon has more words before the colon than any field's name.
    return len(key.split()) <= 5 and not key.rstrip().endswith((".", ",")) and '"' not in key


def _tells(block: Block) -> bool:
    """Whether these are real fields: without a title, there must be several, and one at least must have a value."""
    if block.title or block.nested:
        return len(block.fields) + len(block.nested) > (0 if block.title else 1)
    return len(block.fields) > 1 and any(block.fields.values())


def _without_remarks(line: str) -> str:
    if "<==" in line:
        return _REMARK.sub("", line)
    if "->" in line and (arrows := _ARROWS.fullmatch(line)):
        return arrows["indent"] + arrows["text"]
    return line


def cut_in_title(lines: Sequence[str], taken: frozenset[int] | set[int]) -> bool:
    """Whether a text ends within the two rules of a title or right after them, with nothing of a block below."""
    end = last_line(lines)
    rules = [number for number in range(max(0, end - 2), end + 1) if number not in taken and is_rule(lines[number])]
    if not rules or rules[0] - 1 in taken or not all(lines[number].strip() for number in range(rules[0], end + 1)):
        return False  # a rule right below a block closes it
    return all(len(rule_spans(lines[number])) == 1 and lines[number].strip()[0] == "=" for number in rules)

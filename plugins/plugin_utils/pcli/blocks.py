# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocks of `Key:  value` lines, and the usage that the PCLI prints for a command with an argument missing.

Layouts: ts_ap_salt_minion (one asset, with sub-sections between dashes), CLI-6.0 (`show system`, `show assets
summary`), upgrade_ibu_conductor (usage of `request system software upgrade`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .tables import is_rule, rule_spans

# Words that begin a message and no field.
_NO_KEYS = frozenset(("error", "% error", "usage", "warning", "note", "see also", "keyword arguments"))
_FIELD = re.compile(r"(?P<indent>\s*)(?P<key>[A-Za-z0-9_(][^:]{0,50}?)\s*:(?:(?P<gap>\s+)(?P<value>\S.*?)?)?\s*")
_REMARK = re.compile(r"\s*<={2,}.*\Z")
_END = re.compile(r"\s*(?:Completed in\b|%\s*Error|[✔✓✖✗✘⚠]|usage:)", re.IGNORECASE)
_DATE = re.compile(r"[A-Z][a-z]{2} [0-9]{4}-[0-9]{2}-[0-9]{2} ")


@dataclass(frozen=True)
class Block:
    """A block: its title, its fields, and the lines of its sub-sections by heading."""

    title: str | None
    fields: dict[str, str] = field(default_factory=dict)
    sections: dict[str, list[str]] = field(default_factory=dict)

    def get(self, *names: str) -> str | None:
        """The value under any of `names`, whatever their case; None if the block has none of them."""
        return _lookup(self.fields, names)

    def section(self, *names: str) -> list[str]:
        """The lines of a sub-section, whatever the case of its heading; empty if there is none."""
        return _lookup(self.sections, names) or []


def _lookup(mapping: dict, names: Sequence[str]):
    known = {_plain(key): value for key, value in mapping.items()}
    return next((known[_plain(name)] for name in names if _plain(name) in known), None)


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", " ", name).strip().lower()


def read_blocks(text: str) -> list[Block]:
    """Every block in `text`, in the order of the text."""
    return [block for block, _lines in scan_blocks(text)]


def scan_blocks(text: str, taken: frozenset[int] = frozenset()) -> list[tuple[Block, frozenset[int]]]:
    """Every block with the lines (numbered from 0) that it takes. `taken`: lines that belong to something else."""
    scan = _Scan([line.expandtabs() for line in text.split("\n")], taken)
    return scan.run()


class _Scan:
    """Walks over the lines once and collects blocks."""

    def __init__(self, lines: list[str], taken: frozenset[int]) -> None:
        self.lines = lines
        self.taken = taken
        self.found: list[tuple[Block, frozenset[int]]] = []
        self.block: Block | None = None
        self.own: set[int] = set()
        self.heading: str | None = None
        self.key: str | None = None
        self.sign: str | None = None
        self.column = 0

    def run(self) -> list[tuple[Block, frozenset[int]]]:
        index = 0
        while index < len(self.lines):
            index += self._step(index)
        self._close()
        return self.found

    def _close(self) -> None:
        block = self.block
        # One line with a colon is a sentence more often than a block.
        if block and (block.sections or len(block.fields) > (0 if block.title else 1)):
            self.found.append((block, frozenset(self.own)))
        self.block, self.heading, self.key, self.sign = None, None, None, None
        self.own = set()

    def _step(self, index: int) -> int:
        line = self.lines[index]
        if index in self.taken or _END.match(line) or _DATE.match(line):
            self._close()
        elif sign := self._title(index):
            self._begin(index, sign)
            return 2
        elif is_rule(line) or not line.strip():
            self.key = None
        else:
            self._content(index, line)
        return 1

    def _title(self, index: int) -> str | None:
        """The sign of the rule below a title, or None if the line is none.

        The rule above is optional. Without it a title stands alone, so that a rule which closes a block does not make
        a title of the last field.
        """
        line = self.lines[index]
        below = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        if not line.strip() or is_rule(line) or not is_rule(below) or len(rule_spans(below)) != 1:
            return None
        above = index - 1
        framed = above not in self.own and above >= 0 and is_rule(self.lines[above])
        alone = above not in self.own and not _FIELD.fullmatch(line)
        return below.strip()[0] if framed or alone else None

    def _begin(self, index: int, sign: str) -> None:
        """Begin a block, or a sub-section where the rule is of another kind than that of the block's own title."""
        title = self.lines[index].strip()
        if self.block is not None and sign in "-─" and sign != self.sign:
            self.heading = title
            self.block.sections.setdefault(title, [])
        else:
            self._close()
            self.block, self.sign = Block(title), sign
        self.key = None
        self.own.update((index, index + 1))

    def _content(self, index: int, line: str) -> None:
        if self.heading is not None and self.block is not None:
            self.block.sections[self.heading].append(line.strip())
            self.own.add(index)
            return
        match = _FIELD.fullmatch(_REMARK.sub("", line) if "<==" in line else line)
        if match and self._is_field(match):
            self._field(index, match)
        elif self.key is not None and self.block is not None and len(line) - len(line.lstrip()) >= self.column - 1:
            value = self.block.fields[self.key]
            self.block.fields[self.key] = f"{value} {line.strip()}".strip()
            self.own.add(index)
        else:
            self._close()

    def _is_field(self, match: re.Match[str]) -> bool:
        key = match["key"]
        if _plain(key) in _NO_KEYS and (self.block is None or not match["indent"]):
            return False
        # A sentence with a colon in it has more words in front of the colon than any field's name.
        return len(key.split()) <= 5 and not key.rstrip().endswith((".", ","))

    def _field(self, index: int, match: re.Match[str]) -> None:
        key, value = match["key"].strip(), match["value"] or ""
        if self.block is not None and key in self.block.fields:
            title = self.block.title
            self._close()
            self.block = Block(title)
        if self.block is None:
            self.block = Block(None)
        self.block.fields[key] = value
        self.own.add(index)
        self.key = key
        self.column = match.start("value") if match["value"] else len(match["indent"]) + 2


# -- usage --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Usage:
    """What a command takes, in its own words.

    `command`: what stands behind `usage:` (only the last word of the command, on a real box). `arguments`: the names
    of all keywords, and of the values that stand alone. `required`: those outside square brackets. `choices`: the
    names that exclude each other.
    """

    command: str
    arguments: frozenset[str]
    text: str
    required: frozenset[str] = frozenset()
    choices: tuple[frozenset[str], ...] = ()


_USAGE = re.compile(r"\s*usage:\s*(?P<line>\S.*)?", re.IGNORECASE)
_HEADING = re.compile(r"\s*(?P<name>[a-z][a-z \-]*):\s*", re.IGNORECASE)
_WORD = re.compile(r"<[^>\n]*>|[\[\]{}|]|[^\s\[\]{}|<>]+")
_HELP = re.compile(r"(?P<indent>\s*)(?P<name><?[a-z0-9][a-z0-9_\-]*>?)(?:\s{2,}\S.*|\s*)", re.IGNORECASE)


def read_usage(text: str) -> Usage | None:
    """The usage block in `text`, or None."""
    scanned = scan_usage(text)
    return scanned[0] if scanned else None


def scan_usage(text: str) -> tuple[Usage, range] | None:
    """The usage block and the lines (numbered from 0) that it takes."""
    lines = text.split("\n")
    start = next((index for index, line in enumerate(lines) if _USAGE.fullmatch(line)), None)
    if start is None:
        return None
    parts = [(_USAGE.fullmatch(lines[start])["line"] or "").strip()]
    index = start + 1
    depth = _depth(parts[0])
    while index < len(lines) and lines[index].strip() and not _HEADING.fullmatch(lines[index]):
        # While a bracket is open, the next line belongs to the usage even without an indent.
        if not (lines[index][0].isspace() or any(count > 0 for count in depth)):
            break
        parts.append(lines[index].strip())
        depth = [old + new for old, new in zip(depth, _depth(parts[-1]), strict=True)]
        index += 1
    helped, stop = _help(lines, index)
    command, words, required, choices = _grammar(" ".join(parts))
    usage = Usage(
        command=command,
        arguments=frozenset(words) | helped,
        text="\n".join(lines[start:stop]).strip(),
        required=frozenset(required),
        choices=tuple(choices),
    )
    return usage, range(start, stop)


def _depth(text: str) -> list[int]:
    """How many brackets of each kind are open behind the text."""
    return [text.count(left) - text.count(right) for left, right in ("[]", "{}", "<>")]


def _help(lines: Sequence[str], index: int) -> tuple[frozenset[str], int]:
    """The argument names of the help below the usage line, and the line behind the last part of the help."""
    names: set[str] = set()
    stop, section, indent = index, "", None
    while index < len(lines):
        line = lines[index]
        heading = _HEADING.fullmatch(line)
        if heading:
            section, indent, stop = heading["name"].lower(), None, index + 1
        elif line.strip():
            if not section or re.match(r"\s*(?:Completed in\b|%\s*Error|Error:|[✔✖⚠])", line):
                break
            match = _HELP.fullmatch(line)
            if match and (indent is None or len(match["indent"]) <= indent):
                indent = len(match["indent"])
                if section.endswith("arguments"):
                    names.add(match["name"].strip("<>"))
            stop = index + 1
        index += 1
    return frozenset(names), stop


def _grammar(line: str) -> tuple[str, set[str], set[str], list[frozenset[str]]]:
    tokens = _WORD.findall(line)
    lead = 0
    while lead < len(tokens) and re.match(r"[^\[\]{}|<]", tokens[lead]):
        lead += 1
    # In `restart router <router>` the last word before the value is a keyword, in `export config <datastore>` it
    # belongs to the command: a keyword's value bears its name.
    if lead > 1 and lead < len(tokens) and tokens[lead] == f"<{tokens[lead - 1]}>":
        lead -= 1
    words: set[str] = set()
    required: set[str] = set()
    choices: list[frozenset[str]] = []
    group: set[str] | None = None
    depth = 0
    keyword = False
    for token in tokens[lead:]:
        if token in "[]":
            depth += 1 if token == "[" else -1
            keyword = False
        elif token in "{}|":
            if token == "{":
                group = set()
            elif token == "}" and group is not None:
                choices.append(frozenset(group))
                group = None
            keyword = False
        else:
            name = token.strip("<>").strip()
            is_value = token.startswith("<") and keyword
            keyword = not token.startswith("<")
            if is_value or name in ("...", "…"):
                continue
            words.add(name)
            if group is not None:
                group.add(name)
            if depth <= 0 and group is None:
                required.add(name)
    return " ".join(tokens[:lead]), words, required, choices

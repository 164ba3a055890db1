# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the usage that the PCLI prints for a command with a missing argument (upgrade_ibu_conductor)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """The arguments that a command accepts, in its own words.

    `command`: the words after `usage:` (only the last word of the command, on a real box). `arguments`: the names of
    all keywords, and of values without a keyword. `required`: those outside square brackets. `choices`: the names
    that exclude each other. `cut`: the text ends within the usage, so arguments may be missing.
    """

    command: str
    arguments: frozenset[str]
    text: str
    required: frozenset[str] = frozenset()
    choices: tuple[frozenset[str], ...] = ()
    cut: bool = False


_USAGE = re.compile(r"\s*usage:\s*(?P<line>\S.*)?", re.IGNORECASE)
_HEADING = re.compile(r"\s*(?P<name>[a-z][a-z \-]*):\s*", re.IGNORECASE)
_WORD = re.compile(r"<[^>\n]*>|[\[\]{}|]|[^\s\[\]{}|<>]+")
# A narrower terminal would break every line of a help text; none is known.
_NARROWEST = 79
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
    edge = max(map(len, lines))
    while index < len(lines) and lines[index].strip() and not _HEADING.fullmatch(lines[index]):
        # While a bracket is open, the next line belongs to the usage even without an indent.
        if not (lines[index][0].isspace() or any(count > 0 for count in depth)):
            break
        if _NARROWEST <= edge == len(lines[index - 1]) and not lines[index][0].isspace():
            parts[-1] += lines[index].strip()  # a terminal has wrapped the line, perhaps within a word
        else:
            parts.append(lines[index].strip())
        depth = [old + new for old, new in zip(depth, _depth(lines[index]), strict=True)]
        index += 1
    helped, stop = _help(lines, index, edge)
    command, words, required, choices = _grammar(" ".join(parts))
    usage = Usage(
        command=command,
        arguments=frozenset(words) | helped,
        text="\n".join(lines[start:stop]).strip(),
        required=frozenset(required),
        choices=tuple(choices),
        cut=any(count > 0 for count in depth) or _ends_in_help(lines, index, stop),
    )
    return usage, range(start, stop)


def _ends_in_help(lines: Sequence[str], begin: int, stop: int) -> bool:
    """Whether the text ends before the help or within an argument name. `begin`: the line after the usage."""
    if any(line.strip() for line in lines[stop:]):
        return False
    last = lines[stop - 1]
    return stop == begin or (stop == len(lines) and _HELP.fullmatch(last) is not None and len(last.split()) == 1)


def _depth(text: str) -> list[int]:
    """How many brackets of each kind are open after the text."""
    return [text.count(left) - text.count(right) for left, right in ("[]", "{}", "<>")]


def _behind_description(lines: Sequence[str], index: int) -> int:
    """The line after the sentence that may come between the usage and the help on the arguments."""
    begin = index
    while begin < len(lines) and not lines[begin].strip():
        begin += 1
    if begin == len(lines) or _HEADING.fullmatch(lines[begin]):
        return index
    end = begin
    while end < len(lines) and lines[end].strip() and end < begin + 5:
        end += 1
    heading = next((lines[number] for number in range(end, min(end + 3, len(lines))) if lines[number].strip()), "")
    match = _HEADING.fullmatch(heading)
    return end if match and match["name"].lower().endswith("arguments") else index


def _help(lines: Sequence[str], index: int, edge: int) -> tuple[frozenset[str], int]:
    """The argument names in the help below the usage line, and the line after the last part of the help."""
    names: set[str] = set()
    stop, section, indent = index, "", None
    index = _behind_description(lines, index)
    while index < len(lines):
        line = lines[index]
        heading = _HEADING.fullmatch(line)
        if heading:
            section, indent, stop = heading["name"].lower(), None, index + 1
        elif line.strip():
            if not section or re.match(r"\s*(?:Completed in\b|%\s*Error|Error:|[✔✖⚠])", line):
                break
            match = None if _NARROWEST <= edge == len(lines[index - 1]) else _HELP.fullmatch(line)
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
    # In `restart router <router>` the last word before the value is a keyword; in `export config <datastore>` it
    # belongs to the command. A keyword's value has the name of the keyword.
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

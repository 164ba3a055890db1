# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Joins the parts of a reason to one line. The texts themselves stand where each outcome is decided."""

from __future__ import annotations

import re
from collections.abc import Iterable


def sentences(*parts: str | None) -> str:
    """The parts as one line, each a sentence of its own. The last one ends as it was given, but never with two dots."""
    texts = [text for text in map(one_line, parts) if text]
    return " ".join([*map(_ended, texts[:-1]), *texts[-1:]])


def one_line(text: str | None) -> str:
    """A text of several lines as one; what the device printed in a line of its own is set off by a semicolon."""
    line = ""
    for part in (" ".join(raw.split()) for raw in (text or "").splitlines()):
        if part:
            line += part if not line else f" {part}" if line[-1] in ".:;,!?" else f"; {part}"
    return re.sub(r"(?:\.{2,}|…)$", ".", line)


# What a reason may do without: the request, which stands in the result, the name of the batch, what is well, the check
# that the answer names as well, and what to do.
# Where a command is what the sentence is about, it stays.
_REQUEST = re.compile(r"'(?:request|send) [^']{12,}'(?! (?:was|would be) sent)")
_FRAME = re.compile(r"\bThe preparation of the batch that begins with \S+ failed: ")
_WELL = re.compile(r", Synchronized, service running")
_CHECK_AGAIN = re.compile(r" It was refused by [^.]*? pre-check \((?P<check>[^()]{3,60})\)\.")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ADVICE = re.compile(
    r"It was tried once and is not tried again"
    r"|(?:Compare|Delete|Examine|Fix|Give|See|Try)\b"
    # A device may begin a sentence with one of these as well: "Start of the service failed with code 3."
    r"|(?:Check|Install|Load|Name|Run|Set|Start|Use|Wait)\b(?! (?:of|is|was|has|at)\b)"
    r"(?!.*\b(?:fails|failed|refused|is too)\b)"
)

_SHORTER = (
    (_REQUEST, "the request"),
    (_FRAME, "The preparation failed: "),
    (_WELL, ""),
    (_CHECK_AGAIN, lambda said: "" if said["check"] in said.string[: said.start()] else said[0]),
)


def in_short(text: object, letters: int) -> str:
    """The text as one line of about so many letters.

    Where it is longer, it does without what it repeats and the name of its batch, then without advice. If that is not
    enough, its middle goes: the cause stands first, and what to do next at the end.
    """
    plain = " ".join(str(text or "").split())
    for pattern, instead in _SHORTER:
        plain = plain if len(plain) <= letters else pattern.sub(instead, plain)
    if len(plain) <= letters:
        return plain
    said = _SENTENCE.split(plain)
    while len(" ".join(said)) > letters and any(map(_ADVICE.match, said[1:])):
        said.pop(max(index for index, words in enumerate(said) if index and _ADVICE.match(words)))
    return " ".join(said) if len(" ".join(said)) <= letters else _without_middle(plain, letters)


def _without_middle(plain: str, letters: int) -> str:
    """The beginning and the end of a text. It is cut between two words, unless one is very long."""
    end = letters // 2
    head, tail = plain[: letters - end - 3], plain[-end:]
    first, _blank, cut = head.rpartition(" ")
    cut_off, _blank, last = tail.partition(" ")
    head = first if first and len(cut) < end // 3 and plain[len(head)] != " " else head
    tail = last if last and len(cut_off) < end // 3 and plain[-end - 1] != " " else tail
    return f"{head.rstrip()} \u2026 {tail.lstrip()}"


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    known = list(names)
    return " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)


def _ended(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text.rstrip(',;:')}."

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a word in front of them announces, such as ``password``: where they begin, and where they end. Pure.

A secret may be a sentence, may stand behind the type of its encryption, and may be told in prose (``password was set
to …``). What is between a secret and its own words is for readers, so words that say what became of a secret stay.
Where it cannot be decided, it is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from .secret_words import BARE, CONNECTORS, MACHINE, PHRASE, PROSE, SENTENCE, SHORT, TYPES
from .trade_words import is_trade

_QUOTES = {'"': '"', "'": "'", "\u2018": "\u2019", "\u201c": "\u201d", "\u201e": "\u201c", "`": "`"}
_QUOTE = rf"(?:\\?[{''.join(_QUOTES)}])"
_PEM = r"-----BEGIN [^-\n]+-----[\s\S]*?(?:-----END [^-\n]+-----|\Z)"
#: A short word announces only where it is one of its own, or the last part of a compound (``adminPwd``, ``sim-pin``).
_LABEL = re.compile(
    rf"(?P<pem>{_PEM})|(?P<before>\\?\"|(?<![^\W_]))(?P<label>[\w\-]*?(?:"
    rf"(?P<phrase>(?:{PHRASE}))"
    rf"|(?P<machine>(?:{MACHINE})|(?:(?<=[-_])|(?-i:(?<=[a-z0-9])(?=K)))key)"
    rf"|(?:(?<![^\W_])|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:(?P<short>{SHORT})|(?P<bare>{BARE}))"
    rf")(?![^\W_])){_QUOTE}?"
    r"(?P<of>[ ](?:for|of|on|für|von|de|pour)(?:[ ][^\s:=]+){1,4}?(?=\s*[:=]|[ ](?:is|was|ist|war|lautet)\b))?"
    rf"(?P<sep>\s*(?:[:=]+>?|->)\s*|\s+)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_NEXT = re.compile(r"[ \t](?![ \t])(?P<word>\S+)")
#: What closes a text of data or of prose is no part of a secret; a comma within one is.
_CLOSING = re.compile(r"(?:[,;.:!?)\]}>]|\\?[\"'\u2019\u201d])+\Z")
#: One record of several in a line ends where the next one has its name.
_INNER_END = re.compile(r"[,;}](?=\\?[\"'{}\[]|[A-Za-z_][\w\-]*[=:])|\\[nrt\"]|(?<=.)[\"']|[}\]]+(?=[,}\]]|\Z)")
_NAMED = re.compile(r"[\w.\-]+[=:]")
#: The rest of a cell, and the blanks in front of the next one.
_GAP = re.compile(r"(?P<cell>(?:(?! {2})[^\n])*)(?P<gap> {2,})(?=[^\s])")
_RULE = re.compile(r"[=\-*~_]{3,}")


def hide(text: str, hidden: str, *, keeps: Collection[str] = ()) -> str:
    """The text with ``hidden`` in place of each announced secret. ``keeps``: values that are none all the same."""
    spans, at = [], 0
    while found := _LABEL.search(text, at):
        span = found.span() if found["pem"] else _secret(text, found)
        if span is None or text[slice(*span)] in keeps:
            at = found.end("label")  # what stands behind it may be announced by a word of its own
        else:
            spans.append(span)
            at = span[1]
    return _replaced(text, spans, hidden)


def _replaced(text: str, spans: Sequence[tuple[int, int]], hidden: str) -> str:
    """The text with the spans hidden. The columns to the right of them stay where they are."""
    made, at = [], 0
    for number, (start, end) in enumerate(spans):
        made.append(text[at:start] + hidden)
        at = end
        gap = _GAP.match(text, end, spans[number + 1][0] if number + 1 < len(spans) else len(text))
        if gap and "\n" not in text[start:end]:
            blanks = max(2, len(gap["gap"]) + end - start - len(hidden))
            made.append(gap["cell"] + " " * blanks)
            at = gap.end()
    return "".join(made) + text[at:]


def announces(name: str) -> bool:
    """Whether what stands under this name is a secret: the key of a field."""
    found = _LABEL.match(f"{name}:")
    return (found is not None and found.end("label") == len(name)) or name.lower() == "authorization"


def _secret(text: str, found: re.Match[str]) -> tuple[int, int] | None:
    """Where the secret of this label begins and ends; None where there is none."""
    explicit = bool(found["sep"].strip())
    if "\n" in found["sep"] and not explicit and not _goes_on_below(text, found):
        return None
    start = _skip_types(text, found.end())
    if key := re.compile(_PEM).match(text, start):
        return key.span()
    if quoted := re.compile(_QUOTE).match(text, start):
        return _in_quotes(text, quoted)
    connected = bool(found["of"])
    while not explicit and (word := _WORD.match(text, start)) and word[0].lower().rstrip(":") in CONNECTORS:
        rest = re.compile(r"[ \t]+").match(text, word.end())
        if rest is None:
            return None
        explicit = word[0].endswith(":")
        connected, start = True, _skip_types(text, rest.end())
    if quoted := re.compile(_QUOTE).match(text, start):
        return _in_quotes(text, quoted)
    if explicit and text[start : start + 1] in ("{", "["):
        return _in_brackets(text, start)
    word = _WORD.match(text, start)
    value = _bounded(word[0]) if word else ""
    if not value or _RULE.fullmatch(value) or not (explicit or _may_be_secret(value, found, connected)):
        return None
    if explicit and (found["short"] or found["bare"]) and not _may_be_short(value, found):
        return None
    end = start + len(value)
    if value == word[0] and "\n" not in found["sep"] and not found["machine"] and not found["bare"]:
        sentence = (explicit and ":" in found["sep"]) or re.search(SENTENCE, found["label"], re.IGNORECASE)
        end = _to_end(text, end, whole=bool(sentence))
    return start, end


def _goes_on_below(text: str, found: re.Match[str]) -> bool:
    """Whether the line below belongs to the label: it is alone in its own, or the cell of a table goes on."""
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.end("label")]
    below = found["sep"].rpartition("\n")[2]
    return line.strip(" \\\"'") == found["label"] or len(below) > len(line) - len(line.lstrip())


def _skip_types(text: str, start: int) -> int:
    """Behind the type of an encryption, such as the 5 of ``secret 5 …``, where a word follows it in this line."""
    kind = re.compile(rf"(?:{TYPES})[ \t]+(?=[^\s,;.]+)", re.IGNORECASE).match(text, start)
    if kind and (word := _WORD.match(text, kind.end())) and not (_plain(word[0]) in PROSE or _NAMED.match(word[0])):
        return kind.end()
    return start


def _in_quotes(text: str, opening: re.Match[str]) -> tuple[int, int] | None:
    mark = opening[0]
    closing = mark[:-1] + _QUOTES[mark[-1]]
    line = text.find("\n", opening.end())
    limit = len(text) if line < 0 else line
    end = opening.end()
    while (end := text.find(closing, end, limit)) >= 0:
        if len(mark) == 2 or text[end - 1] != "\\" or text[end - 2 : end] == "\\\\":
            break
        end += 1
    end = limit if end < 0 else end
    return (opening.end(), end) if end > opening.end() else None


def _in_brackets(text: str, start: int) -> tuple[int, int] | None:
    """Data within a text: all of it up to where it is closed, or to the end of the line."""
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] in "{[") - (text[end] in "}]")
        if depth == 0:
            return (start + 1, end) if end > start + 1 else None
    line = text.find("\n", start)
    return start, len(text) if line < 0 else line


def _may_be_secret(value: str, found: re.Match[str], connected: bool) -> bool:
    """Whether a word that only a blank divides from its label is the secret: prose goes on behind it as well."""
    plain = _plain(value)
    if not re.search(r"\w", value) or value[0] in "[<(\\":
        return bool(connected and value[0] not in "[<(\\")
    if re.fullmatch(r"[\d.:\-]+", plain) is None and (_is_ordinary(plain) or all(map(_is_ordinary, plain.split("-")))):
        return False
    if found["bare"]:
        return (value[0].isupper() and not found["label"][-1].isupper()) or re.search(r"\d", value) is not None
    if found["short"] and not connected:
        return re.search(r"\d{4}|[A-Z]|\d\D|\D\d", value) is not None and not value.isupper()
    return True


def _is_ordinary(word: str) -> bool:
    return word in PROSE or is_trade(word)


def _may_be_short(value: str, found: re.Match[str]) -> bool:
    """``PASS: disk``, ``pass: 3`` and ``key: up`` announce nothing."""
    plain = _plain(value)
    if found["label"].isupper() and found["bare"]:
        return False
    if re.fullmatch(r"\d{1,3}(?:/\d+|%)?", plain):
        return False
    return not (is_trade(plain) and re.fullmatch(r"[\d.:\-]+", plain) is None) and (
        plain not in PROSE or "=" in found["sep"]
    )


def _bounded(word: str) -> str:
    """A secret without what closes the sentence or the data around it."""
    if inner := _INNER_END.search(word, 1):
        word = word[: inner.start()]
    return _CLOSING.sub("", word) or word


def _to_end(text: str, end: int, *, whole: bool) -> int:
    """Where a secret of several words ends. ``whole``: at the end of its sentence, else before a word of prose."""
    while following := _NEXT.match(text, end):
        word = following["word"]
        plain = _plain(word)
        if _NAMED.match(word) or not re.search(r"\w", word) or word[0] in "([{<|\"'" or _label(text, following):
            break
        if not whole and _is_ordinary(plain):
            break
        value = _bounded(word)
        end = following.start("word") + len(value)
        if value != word:
            break
    return end


def _label(text: str, following: re.Match[str]) -> bool:
    found = _LABEL.match(text, following.start("word"))
    return found is not None and not found["bare"]


def _plain(word: str) -> str:
    return word.strip("\\\"'\u2018\u2019\u201c\u201d.,;:!?()[]{}").lower()

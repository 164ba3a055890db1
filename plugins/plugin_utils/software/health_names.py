# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of which node a text in the output of a health check speaks. The output is documented nowhere.

A result counts only for the node that was checked: a line that names another one proves nothing about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: A text is about the node that was checked; about its router, which has another node; about something else.
HERE, ROUTER, ELSEWHERE = "here", "router", "elsewhere"

_KINDS = r"node|router|target|host|asset|peer|conductor"
_MARKS = r"\A(?:[\s.*\-\u2022\u25cf\u2714\u2713\u2716\u2717\u2718\u274c\ufe0e\ufe0f]+|% *Error: *)*"
_LEADING = re.compile(
    rf"(?P<marks>{_MARKS})(?:(?P<kind>{_KINDS}) +)?(?P<name>[\w.\-]*\w)"
    r"(?P<then>\s*:\s+|\s{2,}| (?=(?:is|was|has|are)\b)| (?=\S))(?=\S)",
    re.I,
)
_WITHIN = re.compile(
    rf"\s(?:on|of|for|at|by)\s(?:the\s)?(?:(?P<kind>{_KINDS})s?\s)?(?P<name>[\w.\-]*\w)(?=[\s:;,).]|\Z)", re.I
)
_FIELD = re.compile(r"(?P<kind>node|router|target|host|asset)(?: name| id)?\s*[:=]\s*(?P<name>[\w.\-]*\w).*", re.I)
_NAMED_CHECK = re.compile(r"(?:[\w\-]+ )+check\b", re.I)
#: Words that are no names where a name could be, unless they come with the router behind a dot.
_NO_NAMES = re.compile(
    r"a|all|and?|any|are|both|checks?|each|every|everything|failed|health|is|it|nodes?|not|other|overall|passed|results?"
    r"|router|software|state|status|system|targets?|test|that|the|this|was|has",
    re.I,
)


@dataclass(frozen=True)
class Names:
    """The names of the node that was checked (``own``), of its router, and of all others, in lower case.

    ``router``: what the router is called where it has another node, too; then it says nothing of the one that was
    checked. ``suffix``: what names any node of the router, where the whole router was checked.
    """

    own: frozenset[str]
    router: str = ""
    others: frozenset[str] = frozenset()
    suffix: str = ""

    @classmethod
    def of(cls, command: str, nodes: Mapping[str, Sequence[str | None]]) -> Names:
        """By the command that was sent, and the nodes of each router as far as they are known."""
        named = _arguments(command.lower().split())
        router, node = named.get("router", ""), named.get("node", "")
        known = {name.lower(): [each.lower() for each in of if each] for name, of in nodes.items()}
        mates = known.get(router, [])
        own = {node, f"{node}.{router}"} if node else {*mates, *(f"{mate}.{router}" for mate in mates)}
        alone = not node or not set(mates) - {node}
        listed = {name for other, of in known.items() for name in (other, *of, *(f"{each}.{other}" for each in of))}
        own |= {router} if alone else set()
        return cls(
            frozenset(own), "" if alone else router, frozenset(listed - own - {router}), "" if node else f".{router}"
        )

    def place(self, name: str, kind: str = "") -> str | None:
        """What is called so; None where that is no name of a node or a router, as far as is known."""
        name = name.lower()
        if name in self.own or (self.suffix and name.endswith(self.suffix)):
            return HERE
        if name == self.router:
            return ROUTER
        if re.search(r"\w\.\w", name) and re.search(r"[a-z]", name):
            return ELSEWHERE
        if _NO_NAMES.fullmatch(name) or (name.isdigit() and not kind):
            return None
        return ELSEWHERE if kind or name in self.others else None

    def field(self, text: str) -> str | None:
        """What is named by a field such as `Node: b`. A name that is not known is that of something else."""
        found = _FIELD.fullmatch(text)
        return (self.place(found["name"], found["kind"]) or ELSEWHERE) if found else None

    def split(self, text: str) -> tuple[str | None, str]:
        """What a text is about by the names in it, and the text without these names."""
        places = []
        while (match := _LEADING.match(text)) and (place := self._leading(match, text[match.end() :])):
            places.append(place)
            text = match["marks"] + text[match.end() :]
        for match in reversed(list(_WITHIN.finditer(text))):
            place = self.place(match["name"], match["kind"] or "")
            if place:
                places.append(place)
                text = text[: match.start()] + text[match.end() :]
        return next((place for place in (ELSEWHERE, ROUTER, HERE) if place in places), None), text

    def _leading(self, match: re.Match[str], rest: str) -> str | None:
        """What the name in front of a text is about. A word before a blank may be a part of a check's name."""
        name, kind, then = match["name"], match["kind"] or "", match["then"]
        if then == " " and not kind and "." not in name and not re.match(r"(?:is|was|has|are)\b", rest, re.I):
            return self.place(name) if not _NO_NAMES.fullmatch(name) and _NAMED_CHECK.match(rest) else None
        if _NO_NAMES.fullmatch(name) and name.lower() not in self.own:
            return None
        return self.place(name, kind)


def _arguments(words: list[str]) -> dict[str, str]:
    """The values behind the words that name what a command is about. A router may be called `node`."""
    named, left = {}, iter(words)
    for word in left:
        if word in ("router", "node", "resource-group"):
            named[word] = next(left, "")
    return named

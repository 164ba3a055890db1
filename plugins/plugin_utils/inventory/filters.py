# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath filters over the variables of routers, as in custom checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..pcli import query


class BadFilter(ValueError):
    """A filter that cannot be used. Its text says which one, where, and what to do."""


class Filters:
    """Which routers belong to the inventory: those for which every filter is true. Raises BadFilter."""

    def __init__(self, expressions: Sequence[object]):
        if expressions and query.jmespath is None:
            raise BadFilter(query.install("jmespath", "filters", query.JMESPATH_IMPORT_ERROR))
        self._filters = [(text, _Reader(number, text).compiled()) for number, text in enumerate(expressions, 1)]

    def keep(self, variables: Mapping[str, object]) -> bool:
        """Whether a router with these variables belongs to the inventory. Raises BadFilter for a filter that fails."""
        for number, (text, compiled) in enumerate(self._filters, 1):
            try:
                if not query.holds(query.search(compiled, dict(variables))):
                    return False
            except query.EVALUATION as error:
                raise BadFilter(
                    f"filters, entry {number} ({text}) does not fit router {variables.get('ssr_router')}: "
                    f"{query.one_line(error)}. What is not known is null."
                ) from error
        return True


class _Reader(query.Compiler):
    """Compiles an expression; a mistake is reported with its position."""

    def __init__(self, number: int, text: object) -> None:
        self.number, self.text = number, text

    def compiled(self) -> object:
        if not isinstance(self.text, str) or not self.text.strip():
            raise self.bad("", f"it must be a JMESPath expression as text, but is {self.text!r}.")
        self.text = str(self.text)  # the library takes plain text, and not what Ansible makes of it
        return self._compile("", self.text)

    def bad(self, name: str, words: str, position: int | None = None) -> BadFilter:
        where = f", character {position}" if position is not None else ""
        return BadFilter(f"filters, entry {self.number}{where}: {words} Nothing was sent.")

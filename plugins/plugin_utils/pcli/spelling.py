# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides what can be sent as a command, and adapts reading commands to the words that a release accepts.

``force`` is an error on a command that does not know it, and so is a missing router where one is required (`Keyword
argument 'router' is required`). Which release requires what is documented for some commands only, so the first response
to each command decides.
"""

from __future__ import annotations

import functools
import re

from .response import Response

#: So many commands are remembered by what is asked of each again and again.
_REMEMBERED = 1024
#: A terminal that edits lines itself accepts no longer ones (4095 on Linux).
LONGEST_COMMAND = 4000

_ROUTER_WANTED = re.compile(
    r"^\W*(?:% ?error:? *)?(?:missing )?(?:keyword |required )*arguments? [\"'`\u2018\u201c]?"
    r"router[\"'`\u2019\u201d]? (?:is|are) (?:required|missing|mandatory)"
    r"|\b(?:missing|required)\b[^\n]{0,40}\bargument\b[^\n]{0,20}\brouter\b",
    re.I | re.M,
)
_UNKNOWN_WORD = re.compile(
    r"\b(?:unknown|unexpected|unrecogni[sz]ed|invalid|extra|too many|unsupported)\b[^\n]{0,40}"
    r"\b(?:argument|keyword|token|option|parameter|word|input)s?\b|[\"'`\u2018\u201c]force[\"'`\u2019\u201d]",
    re.I,
)


class Spelling:
    """Which words one node accepts, learned from its responses."""

    def __init__(self) -> None:
        self._unforced: set[str] = set()
        self._wants_router: set[str] = set()

    def of(self, command: str, local_router: str | None) -> str:
        """The command as this release accepts it, as far as is known. ``local_router``: where the session is."""
        if _head(command) in self._unforced:
            return _without_force(command)
        if local_router and _head(command) in self._wants_router and not _names_router(command):
            return f"{command} router {local_router}"
        return command

    def other(self, command: str, response: Response, local_router: str | None) -> str | None:
        """The command in other words, if the response rejects these words; else None."""
        plain = _without_force(command)
        if plain != command and (response.usage or (response.error and _UNKNOWN_WORD.search(response.error))):
            return plain
        if local_router and not _names_router(command) and _wants_router(response.text):
            return f"{command} router {local_router}"
        return None

    def learn(self, command: str, other: str) -> None:
        """Remember that the other words were accepted and these were not."""
        known = self._unforced if other == _without_force(command) else self._wants_router
        known.add(_head(command))


@functools.lru_cache(maxsize=_REMEMBERED)
def _head(command: str) -> str:
    """The command without its target: the words are the same for all routers of a fleet."""
    return re.split(r" (?:router|resource-group|node|from|rows|force)(?: |$)", command)[0]


@functools.lru_cache(maxsize=_REMEMBERED)
def _names_router(command: str) -> bool:
    return re.search(r" (?:router|resource-group) ", command) is not None


def _wants_router(text: str) -> bool:
    # The expression is slow on long lists, and without this word it never fits.
    return "argument" in text.lower() and _ROUTER_WANTED.search(text) is not None


@functools.lru_cache(maxsize=_REMEMBERED)
def _without_force(command: str) -> str:
    return re.sub(r" force(?= |$)", "", command)


def unsafe(command: str) -> str | None:
    """Why a command cannot be sent as it is; None if it can.

    One command is one line: a line break in a name or a version would make it two. The PCLI answers a question mark at
    once and runs what precedes it at the end of the line, and replaces a leading exclamation mark by an earlier command
    (concepts_pcli).
    """
    if not command.strip() or not command.isprintable():
        return "it is not one line of printable text."
    if "?" in command:
        return "the PCLI would show help at the question mark and then run what precedes it. Leave it out."
    if command.lstrip().startswith("!"):
        return "the PCLI would replace it by an earlier command. Write the command out."
    if len(command) > LONGEST_COMMAND:
        return f"it is longer than {LONGEST_COMMAND} characters."
    return None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be sent as a command, and which words of one that only shows something a release takes.

``force`` on a command that does not know it is an error, and so is a router that is left out where one is wanted
(`Keyword argument 'router' is required`). Which release wants what is documented for some commands only, so the answer
decides, once for each command.
"""

from __future__ import annotations

import re

from .response import Response

#: A terminal that edits lines itself takes no longer ones (4095 on Linux).
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
    """What the answers of one node have taught."""

    def __init__(self) -> None:
        self._unforced: set[str] = set()
        self._wants_router: set[str] = set()

    def of(self, command: str, local_router: str | None) -> str:
        """The command as this release takes it, by what is known. ``own``: the router that the session is on."""
        if _head(command) in self._unforced:
            return _without_force(command)
        if local_router and _head(command) in self._wants_router and not _names_router(command):
            return f"{command} router {local_router}"
        return command

    def other(self, command: str, response: Response, local_router: str | None) -> str | None:
        """How to ask again, where the answer says that it does not take these words; else None."""
        plain = _without_force(command)
        if plain != command and (response.usage or (response.error and _UNKNOWN_WORD.search(response.error))):
            return plain
        if local_router and not _names_router(command) and _ROUTER_WANTED.search(response.text):
            return f"{command} router {local_router}"
        return None

    def learn(self, command: str, other: str) -> None:
        """The other words were taken where these were not."""
        known = self._unforced if other == _without_force(command) else self._wants_router
        known.add(_head(command))


def _head(command: str) -> str:
    """The command without what it is asked of: all routers of a fleet are asked in the same words."""
    return re.split(r" (?:router|resource-group|node|from|rows|force)(?: |$)", command)[0]


def _names_router(command: str) -> bool:
    return re.search(r" (?:router|resource-group) ", command) is not None


def _without_force(command: str) -> str:
    return re.sub(r" force(?= |$)", "", command)


def unsafe(command: str) -> str | None:
    """Why a command cannot be sent as it is; None if it can.

    One command is one line: a name or a version that brings a line break would be two. The PCLI answers a question
    mark at once and carries out what stands before it at the end of the line, and replaces a leading exclamation mark
    by an earlier command (concepts_pcli).
    """
    if not command.strip() or not command.isprintable():
        return "it is not one line of printable text."
    if "?" in command:
        return "the PCLI would show help at the question mark and then carry out what stands before it. Leave it out."
    if command.lstrip().startswith("!"):
        return "the PCLI would replace it by an earlier command. Write the command out."
    if len(command) > LONGEST_COMMAND:
        return f"it is longer than {LONGEST_COMMAND} characters."
    return None

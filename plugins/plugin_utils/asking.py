# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a command that only shows something is asked, where releases differ in the words that they take.

``force`` on a command that does not know it is an error, and so is a router that is left out where one is wanted
(`Keyword argument 'router' is required`). Which release wants what is documented for some commands only, so the answer
decides, once for each command.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .pcli.errors import NoPrompt
from .pcli.reply import Reply
from .pcli.session import Session, refusal

#: How long the status of an operation may take, in seconds. On 6.0 to 6.2 the command follows an upgrade to its end
#: (CLI-6.0: "Follow an in-progress upgrade").
STATUS_LIMIT = 15.0
#: The same once it did not come back by itself: it is a command that follows.
_FOLLOWS_LIMIT = 5.0
#: After so many in a row that showed nothing at all, that command is not asked for a while, in seconds.
_MOST_SILENT, _SILENCE = 2, 600.0

_ROUTER_WANTED = re.compile(
    r"^\W*(?:% ?error:? *)?(?:missing )?(?:keyword |required )*arguments? [\"'`‘“]?router[\"'`’”]? (?:is|are) "
    r"(?:required|missing|mandatory)|\b(?:missing|required)\b[^\n]{0,40}\bargument\b[^\n]{0,20}\brouter\b",
    re.I | re.M,
)
_UNKNOWN_WORD = re.compile(
    r"\b(?:unknown|unexpected|unrecogni[sz]ed|invalid|extra|too many|unsupported)\b[^\n]{0,40}"
    r"\b(?:argument|keyword|token|option|parameter|word|input)s?\b|[\"'`‘“]force[\"'`’”]",
    re.I,
)


class Asker:
    """Asks a session. Forgets what it has learned when :meth:`forget` is called, after a new login."""

    def __init__(self, session: Session):
        self._session = session
        self.forget()

    def forget(self) -> None:
        """Another node, perhaps of another release, answers from now on."""
        self._unforced: set[str] = set()
        self._wants_router: set[str] = set()
        self._follows: set[str] = set()
        self._silent: dict[str, tuple[int, float]] = {}

    def ask(self, command: str, timeout: float | None = None, *, own: str | None = None, check: bool = False) -> Reply:
        """The answer to a command that only shows something.

        Where its ``force`` is refused, it is asked without; where a router is wanted and none is named, ``own`` is.
        Raises the errors of Session.run, DeviceError with ``check`` only.
        """
        head = _head(command)
        if head in self._unforced:
            command = _without_force(command)
        if own and head in self._wants_router:
            command = f"{command} router {own}"
        reply = self._session.run(command, timeout=timeout, check=False)
        if other := other_words(command, reply, lambda: own):
            second = self._session.run(other, timeout=timeout, check=False)
            if not (second.denied or second.usage):
                (self._unforced if other == _without_force(command) else self._wants_router).add(head)
                return second
        if check and reply.error:
            raise refusal(command, reply)
        return reply

    def glance(self, command: str) -> Reply:
        """The answer to a status command, which may follow an operation to its end: see Session.glance.

        One that shows nothing at all within the limit is left alone for a while. Raises NoPrompt then, too.
        """
        head, now = _head(command), self._session.clock.now()
        times, until = self._silent.get(head, (0, now))
        if times >= _MOST_SILENT and now < until:
            raise NoPrompt(f"'{command}' was not sent: '{head}' has shown nothing the last {times} times.")
        try:
            reply = self._session.glance(command, _FOLLOWS_LIMIT if head in self._follows else STATUS_LIMIT)
        except NoPrompt:
            self._silent[head] = (times + 1, self._session.clock.now() + _SILENCE)
            raise
        self._silent.pop(head, None)
        if reply.cut:
            self._follows.add(head)
        else:
            self._follows.discard(head)
        return reply


def other_words(command: str, reply: Reply, own: Callable[[], str | None]) -> str | None:
    """The command in the words that this release takes, where its answer says that it does not take these; else None.

    ``own``: tells the router that is meant where none is named.
    """
    plain = _without_force(command)
    if plain != command and (reply.usage or (reply.error and _UNKNOWN_WORD.search(reply.error))):
        return plain
    if " router " not in f"{command} " and _ROUTER_WANTED.search(reply.text) and (router := own()):
        return f"{command} router {router}"
    return None


def _head(command: str) -> str:
    """The command without what it is asked of: all routers of a fleet are asked in the same words."""
    return re.split(r" (?:router|resource-group|node|from|rows|force)(?: |$)", command)[0]


def _without_force(command: str) -> str:
    return re.sub(r" force(?= |$)", "", command)

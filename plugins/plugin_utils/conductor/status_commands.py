# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status commands of a conductor: asked for a few seconds, since some follow what they show to its end.

CLI-6.0 says of 6.0 to 6.2: "Follow an in-progress upgrade". Whether it streams is documented nowhere.
"""

from __future__ import annotations

import re

from ..pcli.errors import NoPrompt
from ..pcli.response import Response
from ..pcli.session import Session

#: How long the status of an operation may take, in seconds.
STATUS_LIMIT = 15.0
#: The same once it did not come back by itself: it is a command that follows.
_FOLLOWS_LIMIT = 5.0
#: After so many in a row that showed nothing, of one node or of all together, they are not asked for a while (seconds).
_MOST_SILENT, _MOST_SILENT_OF_ALL, _SILENCE = 2, 4, 600.0


class StatusCommands:
    """Asks a session, and remembers which status commands follow and which are silent until :meth:`forget`."""

    def __init__(self, session: Session):
        self._session = session
        self.forget()

    def forget(self) -> None:
        """Another node, perhaps of another release, answers from now on."""
        self._follows: set[str] = set()
        self._silent: dict[str, tuple[int, float]] = {}

    def ask(self, command: str) -> Response:
        """The answer within a few seconds; ``cut`` where the command went on and was ended (see Session.run_partial).

        Raises NoPrompt where it showed nothing but its frame, and at once while it is left alone for that.
        """
        kind = _kind(command)
        for name, most in ((command, _MOST_SILENT), (kind, _MOST_SILENT_OF_ALL)):
            times, until = self._silent.get(name, (0, 0.0))
            if times >= most and self._session.clock.now() < until:
                raise NoPrompt(f"'{command}' was not sent: '{name}' has shown nothing the last {times} times.")
        try:
            reply = self._session.run_partial(command, _FOLLOWS_LIMIT if kind in self._follows else STATUS_LIMIT)
            if reply.cut and not (reply.tables or reply.blocks or reply.messages or reply.error):
                raise NoPrompt(f"'{command}' has shown nothing in time and was ended.")  # it is slow, and no stream
        except NoPrompt:
            for name in (command, kind):
                times, _until = self._silent.get(name, (0, 0.0))
                self._silent[name] = (times + 1, self._session.clock.now() + _SILENCE)
            raise
        for name in (command, kind):
            self._silent.pop(name, None)
        if reply.cut:
            self._follows.add(kind)
        else:
            self._follows.discard(kind)
        return reply


def _kind(command: str) -> str:
    """The command without what it is asked of: it is the same for all routers of a fleet."""
    return re.split(r" (?:router|resource-group|node)(?: |$)", command)[0]

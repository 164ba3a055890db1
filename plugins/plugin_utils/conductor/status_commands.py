# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Status commands of a conductor: each is given a few seconds, since some follow an operation to its end.

CLI-6.0 says of 6.0 to 6.2: "Follow an in-progress upgrade". Whether it streams is documented nowhere.
"""

from __future__ import annotations

import re

from ..pcli.errors import NoPrompt
from ..pcli.response import Response
from ..pcli.session import Session

#: How long the status of an operation may take, in seconds.
STATUS_LIMIT = 15.0
#: The same for a command that did not come back by itself before.
_FOLLOWS_LIMIT = 5.0
#: After so many empty answers in a row, from one node or from all together, it is not sent for some seconds.
_MAX_SILENT, _MAX_SILENT_OF_ALL, _SILENCE = 2, 4, 600.0


class StatusCommands:
    """Sends status commands, and remembers which of them follow and which are silent until :meth:`forget`."""

    def __init__(self, session: Session):
        self._session = session
        self.forget()

    def forget(self) -> None:
        """Another node, perhaps of another release, answers from now on."""
        self._follows: set[str] = set()
        self._silent: dict[str, tuple[int, float]] = {}

    def ask(self, command: str) -> Response:
        """The answer within a few seconds; ``cut`` where the command went on and was ended (see Session.run_partial).

        Raises NoPrompt where it showed nothing but its frame; then, for a while, without sending it.
        """
        kind = _kind(command)
        for name, limit in ((command, _MAX_SILENT), (kind, _MAX_SILENT_OF_ALL)):
            times, until = self._silent.get(name, (0, 0.0))
            if times >= limit and self._session.clock.now() < until:
                raise NoPrompt(f"'{command}' was not sent: '{name}' has shown nothing the last {times} times.")
        try:
            response = self._session.run_partial(command, _FOLLOWS_LIMIT if kind in self._follows else STATUS_LIMIT)
            if response.cut and not (response.tables or response.blocks or response.messages or response.error):
                raise NoPrompt(f"'{command}' has shown nothing in time and was ended.")  # it is slow, and no stream
        except NoPrompt:
            for name in (command, kind):
                times, _until = self._silent.get(name, (0, 0.0))
                self._silent[name] = (times + 1, self._session.clock.now() + _SILENCE)
            raise
        for name in (command, kind):
            self._silent.pop(name, None)
        if response.cut:
            self._follows.add(kind)
        else:
            self._follows.discard(kind)
        return response


def _kind(command: str) -> str:
    """The command without its target: the same for all routers of a fleet."""
    return re.split(r" (?:router|resource-group|node)(?: |$)", command)[0]

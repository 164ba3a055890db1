# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the command line of a request for the conductor of a session; asks it for its usage where that is needed.

Which release takes which arguments is a pure table of ``grammar``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..pcli.errors import DeviceError, UnexpectedQuestion
from ..pcli.session import Session
from ..software.node_id import NodeId
from ..software.versions import Version
from .grammar import Grammar, NotOffered, build, for_whole_router, grammar_for
from .request import Request

#: Seconds for which the release is not read again: a fleet sends a request every few seconds.
_RELEASE_TTL = 300.0


class CommandBuilder:
    """Builds command lines, and remembers what the box printed about its commands until :meth:`forget`.

    ``release`` reads the conductor's release, ``nodes_of`` lists the nodes of a router.
    """

    def __init__(
        self,
        session: Session,
        release: Callable[[], Version],
        nodes_of: Callable[[str], Sequence[str | None]],
    ):
        self._session, self._read_release, self._nodes_of = session, release, nodes_of
        self.forget()

    def forget(self) -> None:
        """Another node, perhaps of another release, answers from now on."""
        self._printed: dict[str, frozenset[str] | None] = {}
        self._release: tuple[float, Version] | None = None

    def usage(self, operation: str, own: bool) -> frozenset[str] | None:
        """See :meth:`Conductor.usage`."""
        return self._usage_of(self._row(operation, own))

    def _usage_of(self, grammar: Grammar) -> frozenset[str] | None:
        command = grammar.command
        if not grammar.asks_safely:
            return None
        if command not in self._printed:
            try:
                response = self._session.run(command, check=False, probe=True)
            except UnexpectedQuestion:  # it asks for the missing argument, which was declined: the command exists
                self._printed[command] = None
                return None
            if response.denied:
                raise DeviceError(command, response.error or response.text, denied=True)
            # Any other answer, such as a missing argument, proves that the command exists, but names no arguments;
            # neither does a usage that was cut off, in which an argument may be missing.
            usable = response.usage is not None and (response.ended or not response.usage.cut)
            self._printed[command] = response.usage.arguments if usable else None
        return self._printed[command]

    def _grammar(self, operation: str, own: bool) -> Grammar:
        """The row of the release, with the arguments that the box itself prints, where it does."""
        grammar = self._row(operation, own)
        printed = self._usage_of(grammar)
        return replace(grammar, arguments=printed) if printed and "version" in printed else grammar

    def _row(self, operation: str, own: bool) -> Grammar:
        """The row of the release. What is not offered may be by now: a conductor changes its release itself."""
        read_before = self._release
        try:
            return grammar_for(operation, self._current_release(), own)
        except NotOffered:
            if read_before is None or read_before is not self._release:
                raise  # it was read just now
            self._release = None
            return grammar_for(operation, self._current_release(), own)

    def _current_release(self) -> Version:
        now = self._session.clock.now()
        if self._release is None or now - self._release[0] > _RELEASE_TTL:
            self._release = (self._session.clock.now(), self._read_release())
        return self._release[1]

    def takes_nodes(self, operation: str) -> bool:
        """True if a request for a router can name one of its nodes on this release."""
        try:
            return "node" in self._grammar(operation, own=False).arguments
        except NotOffered:
            return False

    def command_for(self, request: Request, local_node: NodeId) -> str:
        """The command line for a request, sent from ``local_node``. Raises NotOffered, NameRefused, DeviceError."""
        own = request.means_own(local_node.router)
        grammar = self._grammar(request.operation, own)
        if request.router and request.node and not own and "node" not in grammar.arguments:
            request = for_whole_router(request, grammar, self._nodes_of(request.router))
        if request.operation == "download" and "skip-version-check" not in grammar.arguments:
            request = replace(request, skip_version_check=False)  # CLI-7.2 has no such word
        return build(request, grammar, local_node)

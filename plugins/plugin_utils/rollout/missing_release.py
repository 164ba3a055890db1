# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A release that turns out to be missing when its upgrade is requested: the wait for it, and its next download."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace

from ..clock import format_duration
from ..pcli.errors import PcliError
from ..planning.overrides import lifted
from ..software.refusal_reasons import still_downloading
from .download import Download, DownloadOptions, patiently
from .events import Judged
from .left_out import IS_THERE, MAY_GO_ON, with_download
from .node_log import NodeLog
from .operation import OperationSpec
from .release_fetch import FIRST_PAUSE, LONGEST_PAUSE
from .requests import download_for
from .results import NodeResult
from .router_view import RouterView

#: The phase of a router that waits for its release.
NOT_THERE_YET = "its release is not there yet"


class ReleaseMissing(Exception):
    """The conductor refused the first request for a router, since the release is not there yet. Nothing was begun."""


@dataclass
class MissingRelease:
    """The wait of one router for its release. ``options`` None: downloads are turned off, so nobody waits.

    ``enter``: says which phase of the router begins, and at which node. ``results``: of its nodes so far, which
    grow meanwhile. ``hand_back``: whoever has the slots waits without one, as long as nothing has begun.
    """

    view: RouterView
    options: DownloadOptions | None
    enter: Callable[[str, str], None]
    results: list[NodeResult]
    hand_back: bool = False
    _since: float | None = None
    _pause: float = FIRST_PAUSE
    #: What became of the download that was sent by it last, as a sentence; empty where none was.
    _sent: str = ""

    def steps(self, spec: OperationSpec, words: str, node: str) -> Generator[bool, None, str | None]:
        """Wait before the request is sent once more. None: it may be; else why there is no more time for it.

        ``words``: with which the conductor refused it. Raises ReleaseMissing where its slot is to be handed back.
        """
        if self.hand_back and not any(result.state == "done" for result in self.results):
            raise ReleaseMissing(words)
        clock, options = self.view.context.clock, self.options
        if options is None:
            return "downloads are turned off"
        if self._since is None:
            self._since, self._pause = clock.now(), FIRST_PAUSE
            self.view.report(node, f"its release is not there yet; tried again in {format_duration(self._pause)}")
        deadline = self._since + options.timeout
        if clock.now() >= deadline:
            return f"{spec.wanted} is not there after {format_duration(clock.now() - self._since)}"
        self.enter(NOT_THERE_YET, node)
        again = min(clock.now() + self._pause, deadline)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        while clock.now() < again:
            yield False
        if not still_downloading(words):
            left = replace(options, timeout=max(deadline - clock.now(), FIRST_PAUSE))
            yield from self._download_again(spec, left, node)
        return None

    def blocked(self, ended: list[NodeResult], why: str) -> list[NodeResult]:
        """The results where the request is not sent again, for the reason ``why``. Nothing was begun: no failure.

        The second node of a pair is held.
        """
        if not self.view.poller.shared:
            return ended
        state = "held" if any(result.state == "done" for result in self.results) else "blocked"
        logs = [NodeLog(self.view.context.events, result) for result in ended]
        for log in logs:
            if log.result.state == "failed":
                log.record(Judged(state, f"{log.result.reason} Not tried again: {why}"))
        return [log.result for log in logs]

    def with_download(self, ended: list[NodeResult]) -> list[NodeResult]:
        """The results of nodes whose upgrade was not sent in the end, with what became of the download that was."""
        return [with_download(result, self._sent) for result in ended] if self._sent else ended

    def _download_again(self, spec: OperationSpec, options: DownloadOptions, node: str) -> Generator[bool, None, None]:
        """Ask for the release once more. Whether it has arrived shows when the operation is tried again."""
        context, poller = self.view.context, self.view.poller
        request = download_for(spec.request)
        options = replace(options, lifted=lifted(spec.overrides))

        def make() -> Download:
            download = Download(context, poller, request, spec.nodes, options, again=True)
            downloads.append(download)
            return download

        downloads, there = [], False
        try:
            ended = yield from patiently(context, poller, options.timeout, make)
            there = all(result.state in ("done", "up_to_date") for result in ended)
        except PcliError as error:
            self.view.report(node, f"the download could not be followed: {error}")
        if any(result.command for download in downloads for result in download.results):
            self._sent = IS_THERE if there else MAY_GO_ON

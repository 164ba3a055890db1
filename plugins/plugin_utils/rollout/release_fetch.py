# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The release on its way to one router, ahead of its upgrade: requested, followed, and tried again after a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..conductor.request import Request
from ..pcli.errors import PcliError
from ..planning.overrides import lifted
from ..planning.plan import RouterPlan
from ..software.names import NameRefused
from ..software.node_id import NodeId
from ..software.refusal_reasons import not_now, still_downloading
from ..software.versions import spelled
from .context import Abandoned, RunContext, Steps
from .download import Download, DownloadKnowledge, DownloadOptions, patiently
from .journal import JournalError
from .poller import StatusPoller
from .requests import downloads_of
from .results import NodeResult

#: Seconds before an upgrade is tried again that was refused since its release is not there; twice as long each time.
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 960.0
#: What is said once of a download that gives its place to another one.
NO_FIGURES = "no figure tells whether its download gets on, so another one begins beside it; it is followed further"


@dataclass
class LaneShared:
    """What all downloads of a lane share. ``request``: the upgrade that the releases are for.

    ``sequenced``: of a pair only one node downloads at a time. ``took``: seconds of each download that succeeded.
    """

    context: RunContext
    poller: StatusPoller
    request: Request
    options: DownloadOptions
    sequenced: bool
    took: list[float]
    known: DownloadKnowledge = field(default_factory=DownloadKnowledge)
    #: Was it reported that nothing readable is shown of downloads?
    reported_silent: bool = False


@dataclass
class ReleaseFetch:
    """The release on its way to one router. ``phase``: waiting, running, ready, again or over.

    ``began``: when it was last begun. ``aside``: it runs, and keeps no place any more; ``accepted``: its upgrade was.
    """

    plan: RouterPlan
    shared: LaneShared
    phase: str = "waiting"
    since: float = 0.0
    began: float = 0.0
    at_node: str = ""
    steps: Steps | None = None
    aside: bool = False
    accepted: bool = False
    #: Was it reported that its release is there, or that it gives its place away?
    reported: set[str] = field(default_factory=set)
    results: list[NodeResult] = field(default_factory=list)
    #: The last request; and was nothing readable shown about it, so that the upgrade is tried?
    download: Download | None = None
    silent: bool = False
    #: Was one sent before that? What began then may go on, although a later look only follows it.
    sent_before: bool = False
    #: Why it is over, with the state of the router.
    end: str = ""
    why: str = ""
    #: After a refusal: the words, when it was first, and when it is tried again. ``missing``: was it of the upgrade,
    #: so that what is shown of the release does not count?
    words: str = ""
    missing: bool = False
    refused_at: float | None = None
    pause: float = FIRST_PAUSE
    again_at: float = 0.0

    @property
    def _upgrade(self) -> Request:
        """The upgrade that the release is for, with the version that this router gets."""
        request = self.shared.request
        return replace(request, version=self.plan.to_version or request.version)

    @property
    def sent(self) -> bool:
        """True if a request was sent for it."""
        last = self.download is not None and any(result.command for result in self.download.results)
        return last or self.sent_before

    def start(self) -> bool:
        """Begin it. True if it has ended at once."""
        self.phase, self.since, self.steps = "running", self.shared.context.clock.now(), self._steps()
        self.began, self.aside = self.since, False
        return self.advance()

    def advance(self) -> bool:
        """One step. True if it has ended. Raises Abandoned."""
        try:
            next(self.steps)
            return False
        except StopIteration:
            pass
        except Abandoned:
            raise
        except (PcliError, JournalError, NameRefused) as error:
            self.end, self.why = "not_started", f"not upgraded, since its download could not be followed: {error}"
        self.shared.poller.forget(self.plan.router)
        self.steps, self.at_node = None, ""
        if self.end:
            self.phase = "over"
        elif self.phase == "running":
            self.phase = "ready"
            self._report_ready()
        return True

    def set_aside(self, expected: float) -> None:
        """Let it give its place away if no figure tells whether it gets on, after the seconds that are expected."""
        limit = max(self.shared.options.silence, expected)
        running = self.phase == "running" and self.download is not None
        self.aside = running and self.download.without_figures() >= limit
        if self.aside and "aside" not in self.reported:
            self.reported.add("aside")
            self._report(NO_FIGURES)

    def refused(self, words: str, missing: bool = True) -> str:
        """Its upgrade was refused since the release is not there, or its download since this is not the moment for it.

        Returns what happens now, if that is news.
        """
        now = self.shared.context.clock.now()
        self.pause = FIRST_PAUSE if self.refused_at is None else min(2 * self.pause, LONGEST_PAUSE)
        news = self.refused_at is None or still_downloading(words) != still_downloading(self.words)
        self.refused_at = now if self.refused_at is None else self.refused_at
        self.words, self.since, self.phase, self.at_node = words, now, "again", ""
        self.missing = self.missing or missing
        self.again_at = min(now + self.pause, self.refused_at + self.shared.options.timeout)
        if self.again_at > now:
            again = format_duration(self.again_at - now)
            return f"its release is not there yet; tried again in {again}" if news else ""
        self.phase, self.end = "over", "blocked"
        waited = format_duration(now - self.refused_at)
        version = self._upgrade.version
        self.why = f"not upgraded, since {version} is not there after {waited}; the conductor says: {words}"
        return "its release is not there, and there is no more time to wait for it"

    # -- inside -----------------------------------------------------------------------------------------------

    def _report(self, line: str) -> None:
        self.shared.context.tell(f"{self.plan.router}: {line}")

    def _report_ready(self) -> None:
        """A line for each router to which something was brought; that nothing can be read is said once in a run."""
        shared = self.shared
        if not self.silent:
            if self.sent and "there" not in self.reported:
                self.reported.add("there")
                self._report(f"{spelled(self._upgrade.version)} is there")
        elif not shared.reported_silent or shared.known.readable:
            shared.reported_silent = not shared.known.readable
            others = ". Nobody waits for that again in this run" if shared.reported_silent else ""
            reason = next(result.reason for result in self.results if result.state == "unknown")
            self._report(f"{reason}{others}; the upgrade is tried, and the conductor has the last word")

    def _steps(self) -> Steps:
        """Bring the release to all nodes of the router, so that a pair is begun only when both of them have it."""
        self.results, self.silent = [], False
        for request, node_ids in self._requests():
            self.at_node = node_ids[0].node if len(node_ids) == 1 else ""
            began = self.shared.context.clock.now()
            results = yield from self._bring(request, node_ids)
            self.results += results
            self.silent = self.silent or any(result.state == "unknown" for result in results)
            if self._cannot_be_had(results):
                return self.results
            if any(result.state == "done" and not result.adopted for result in results):
                self.shared.took.append(self.shared.context.clock.now() - began)
        return self.results

    def _cannot_be_had(self, results: list[NodeResult]) -> bool:
        """True if one of these downloads went wrong: then it is over, or tried again later."""
        bad = next((result for result in results if result.state in ("failed", "not_started")), None)
        if bad is None:
            return False
        words = self.download.refusal if self.download else ""
        if words and bad.state == "failed" and not_now(words):
            news = self.refused(words, missing=False)
            if news:
                self._report(f"the conductor refused the download: {words}; {news}")
            return True
        self.end = "blocked" if bad.state == "failed" else "not_started"
        self.why = f"not upgraded, since the release is not on {bad.node}: {bad.reason}"
        return True

    def _bring(self, request: Request, node_ids: tuple[NodeId, ...]) -> Steps:
        shared, again = self.shared, self.missing
        options = replace(shared.options, lifted=lifted(self.plan.overrides))
        if self.refused_at is not None:
            rest = self.refused_at + options.timeout - shared.context.clock.now()
            options = replace(options, timeout=max(rest, FIRST_PAUSE))

        def make() -> Download:
            self.sent_before = self.sent
            self.download = Download(shared.context, shared.poller, request, node_ids, options, shared.known, again)
            return self.download

        return (yield from patiently(shared.context, shared.poller, options.timeout, make))

    def _requests(self) -> list[tuple[Request, tuple[NodeId, ...]]]:
        """One for the router where all of its nodes need the release, else one for each that does."""
        listed = [row.node for row in self.shared.poller.peers(self.plan.router, "")]
        return downloads_of(self.plan, self._upgrade, listed, self.shared.sequenced)

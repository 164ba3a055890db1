# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lane of the downloads, which runs ahead of the upgrades, in their order, and never in their slots (rule 38).

A router is ready for its upgrade as soon as all of its nodes have the release, or nothing readable is told of that.
Where it is readably not to be had, the router ends blocked, and nothing of slots or budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..conductor.request import Request
from ..pcli.errors import PcliError
from ..planning.durations import Estimates
from ..planning.plan import RouterPlan
from ..planning.sequencing import POLICIES
from ..software.names import NameRefused
from ..software.node_id import NodeId
from ..software.refusal_reasons import not_now, still_downloading
from .context import Abandoned, RunContext, Steps
from .download import Download, DownloadKnowledge, DownloadOptions, patiently
from .journal import JournalError
from .poller import StatusPoller
from .results import NodeResult

#: Seconds before an upgrade is tried again that was refused since its release is not there; twice as long each time.
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 960.0
#: Routers of which a round finds out whether the release is there already, for each download that may run at once.
LOOKS = 4
#: What is said once of a download that gives its place to another one.
NO_FIGURES = "no figure tells whether its download gets on, so another one begins beside it; it is followed further"


@dataclass
class _Fetch:
    """The release on its way to one router. ``phase``: waiting, running, ready, again or over.

    ``began``: when it was last begun. ``aside``: it runs, and keeps no place any more; ``accepted``: its upgrade was.
    """

    plan: RouterPlan
    phase: str = "waiting"
    since: float = 0.0
    began: float = 0.0
    node: str = ""
    steps: Steps | None = None
    aside: bool = False
    accepted: bool = False
    #: Was it told that its release is there, or that it gives its place away?
    told: set[str] = field(default_factory=set)
    results: list[NodeResult] = field(default_factory=list)
    #: The last request; and was nothing readable told of it, so that the upgrade is tried?
    download: Download | None = None
    silent: bool = False
    #: Why it is over, with the state of the router.
    state: str = ""
    reason: str = ""
    #: After a refusal: the words, when it was first, and when it is tried again. ``missing``: was it of the upgrade,
    #: so that what is shown of the release does not count?
    words: str = ""
    missing: bool = False
    refused_at: float | None = None
    pause: float = FIRST_PAUSE
    again_at: float = 0.0


@dataclass
class DownloadLane:
    """``request``: the upgrade that the releases are for. ``stock``: how many routers may be ready beforehand.

    None: all of them. ``took``: seconds of each download that was asked for and ended well. ``expected``: the seconds
    that a download takes, as far as that is known now.

    A download keeps one of the ``slots`` while it runs. One of which nothing is told keeps it until its upgrade is
    accepted or has ended, or the expected time has passed, whichever is first: nobody knows whether it goes on. One
    that is shown to run without a figure keeps it for the expected time, and for the silence at least: it may be slow,
    or hang, and is followed until the time-out. So no more than the slots begin in that time, and nobody waits for
    ever.
    """

    context: RunContext
    poller: StatusPoller
    request: Request
    options: DownloadOptions
    slots: int
    stock: int | None = None
    #: Does of a pair only one node download at a time?
    sequenced: bool = False
    expected: Callable[[], float] = lambda: Estimates.download
    known: DownloadKnowledge = field(default_factory=DownloadKnowledge)
    took: list[float] = field(default_factory=list)
    _fetches: dict[str, _Fetch] = field(default_factory=dict)
    _told: bool = False
    _waits: set[str] = field(default_factory=set)

    def prepare(self, plans: Sequence[RouterPlan]) -> None:
        """These routers are to be upgraded, in this order. What is under way already is followed without a download."""
        for plan in plans:
            if plan.state == "planned" and not plan.adopted:
                self._fetches[plan.router] = _Fetch(plan, since=self.context.clock.now())

    def ready(self, router: str) -> bool:
        """May the upgrade of this router be asked for, as far as its release is concerned?"""
        fetch = self._fetches.get(router)
        return fetch is None or fetch.phase == "ready"

    def left(self, plan: RouterPlan, begun: bool = False) -> RouterPlan:
        """The plan without a download that is over; with ``begun`` also without one that runs."""
        fetch = self._fetches.get(plan.router)
        done = fetch is None or fetch.phase in ("ready", *(("running", "again") if begun else ()))
        if not done:
            return plan
        return replace(plan, nodes=tuple(replace(node, download="none") for node in plan.nodes))

    def phase(self, router: str) -> tuple[str, str, float] | None:
        """What is told of a router that waits: phase, node, and since when; None where the lane has no part in it."""
        fetch = self._fetches.get(router)
        words = {"waiting": "waits for its download", "running": "download", "again": "its release is not there yet"}
        if fetch is None or fetch.phase not in words:
            return None
        return words[fetch.phase], fetch.node, fetch.since

    def sent_to(self, router: str) -> str | None:
        """What became of the download that was sent for this router, as a sentence; None where none was."""
        fetch = self._fetches.get(router)
        if fetch is None or not self._sent(fetch):
            return None
        if fetch.phase == "ready" and not fetch.silent:
            return "The release is there"
        return "Its download was asked for, and may go on"

    # -- one round --------------------------------------------------------------------------------------------

    def step(
        self, waiting: Sequence[RouterPlan], may: Callable[[RouterPlan], bool], accepted: Sequence[str] = ()
    ) -> bool:
        """Take up what may begin, in the order of the routers that wait, and follow what runs. True: something ended.

        ``may``: may a download to this router begin now? ``accepted``: routers whose upgrade was. Raises Abandoned.
        """
        order = [self._fetches[plan.router] for plan in waiting if plan.router in self._fetches]
        self._waits = {fetch.plan.router for fetch in order}
        for router in accepted:
            if router in self._fetches:
                self._fetches[router].accepted = True
        now, news = self.context.clock.now(), False
        for fetch in order:
            if fetch.phase == "again" and now >= fetch.again_at:
                # On its way: only the upgrade is tried again. Not there: it is asked for once more.
                fetch.phase, fetch.since = "ready" if still_downloading(fetch.words) else "waiting", now
        running = [fetch for fetch in self._fetches.values() if fetch.phase == "running"]
        for fetch in running:
            news = self._advance(fetch) or news
            self._set_aside(fetch)
        return self._begin(order, may) or news

    def _begin(self, order: Sequence[_Fetch], may: Callable[[RouterPlan], bool]) -> bool:
        """Begin what may. True: something ended at once."""
        news, begun, looks, held = False, 0, 0, self._held()
        for fetch in order:
            # Each one is looked at, and a round must not take long: the upgrades that run are looked at in it, too.
            if begun >= self.slots or looks >= LOOKS * self.slots or self._stocked(order):
                break
            others = len(held) - (fetch.plan.router in held)
            if fetch.phase == "waiting" and others < self.slots and may(fetch.plan):
                news = self._start(fetch) or news
                begun, looks, held = begun + self._sent(fetch), looks + 1, self._held()
        return news

    def _held(self) -> set[str]:
        """The routers whose downloads keep a place."""
        since, held, aside = self.context.clock.now() - self.expected(), set(), []
        for router, fetch in self._fetches.items():
            if fetch.phase == "running" and fetch.aside:
                aside += [router] if fetch.download.keeps_prompt else []
            elif fetch.phase == "running" or (fetch.silent and not fetch.accepted and fetch.began > since):
                held.add(router)
        # Each of these keeps a shell, and upgrades need some.
        return held | set(aside[self.slots :])

    def _set_aside(self, fetch: _Fetch) -> None:
        limit = max(self.options.silence, self.expected())
        fetch.aside = fetch.phase == "running" and fetch.download is not None
        fetch.aside = fetch.aside and fetch.download.without_figures() >= limit
        if fetch.aside and "aside" not in fetch.told:
            fetch.told.add("aside")
            self.context.tell(f"{fetch.plan.router}: {NO_FIGURES}")

    @staticmethod
    def _sent(fetch: _Fetch) -> bool:
        return fetch.download is not None and any(result.command for result in fetch.download.results)

    def _stocked(self, order: Sequence[_Fetch]) -> bool:
        return self.stock is not None and sum(fetch.phase == "ready" for fetch in order) >= self.stock

    def over(self) -> list[tuple[RouterPlan, str, str, list[NodeResult]]]:
        """The routers whose release is not to be had, so that they are not upgraded: plan, state, reason, downloads."""
        ended = [fetch for fetch in self._fetches.values() if fetch.phase == "over"]
        for fetch in ended:
            del self._fetches[fetch.plan.router]
        return [(fetch.plan, fetch.state, fetch.reason, fetch.results) for fetch in ended]

    def forget(self, router: str) -> None:
        """This router has ended. What is there stays counted; nobody follows what is still on its way."""
        fetch = self._fetches.get(router)
        if fetch is not None and (fetch.phase != "ready" or fetch.silent):
            del self._fetches[router]
            self.poller.forget(router)

    def refused(self, plan: RouterPlan, words: str, missing: bool = True) -> str:
        """Its upgrade was refused since the release is not there, or its download since this is not the moment for it.

        Returns what happens now, if that is news.
        """
        now = self.context.clock.now()
        fetch = self._fetches.setdefault(plan.router, _Fetch(plan))
        fetch.pause = FIRST_PAUSE if fetch.refused_at is None else min(2 * fetch.pause, LONGEST_PAUSE)
        news = fetch.refused_at is None or still_downloading(words) != still_downloading(fetch.words)
        fetch.refused_at = now if fetch.refused_at is None else fetch.refused_at
        fetch.words, fetch.since, fetch.phase, fetch.node = words, now, "again", ""
        fetch.missing = fetch.missing or missing
        fetch.again_at = min(now + fetch.pause, fetch.refused_at + self.options.timeout)
        if fetch.again_at > now:
            return (
                f"its release is not there yet; tried again in {format_duration(fetch.again_at - now)}" if news else ""
            )
        fetch.phase, fetch.state = "over", "blocked"
        fetch.reason = (
            f"not upgraded, since {self.request.version} is not there after "
            f"{format_duration(now - fetch.refused_at)}; the "
            f"conductor says: {words}"
        )
        return "its release is not there, and there is no more time to wait for it"

    # -- one router -------------------------------------------------------------------------------------------

    def _start(self, fetch: _Fetch) -> bool:
        fetch.phase, fetch.since, fetch.steps = "running", self.context.clock.now(), self._steps(fetch)
        fetch.began, fetch.aside = fetch.since, False
        return self._advance(fetch)

    def _advance(self, fetch: _Fetch) -> bool:
        """One step of a download. True if it has ended."""
        try:
            next(fetch.steps)
            return False
        except StopIteration:
            pass
        except Abandoned:
            raise
        except (PcliError, JournalError, NameRefused) as error:
            fetch.state, fetch.reason = (
                "not_started",
                f"not upgraded, since its download could not be followed: {error}",
            )
        self.poller.forget(fetch.plan.router)
        fetch.steps, fetch.node = None, ""
        if fetch.state:
            fetch.phase = "over"
        elif fetch.phase == "running":
            fetch.phase = "ready"
            self._tell_ready(fetch)
        return True

    def _tell_ready(self, fetch: _Fetch) -> None:
        """A line for each router to which something was brought; that nothing can be read is said once in a run."""
        version = self.request.version
        if not fetch.silent:
            if self._sent(fetch) and "there" not in fetch.told:
                fetch.told.add("there")
                self.context.tell(f"{fetch.plan.router}: {version} is there")
        elif not self._told or self.known.readable:
            self._told = not self.known.readable
            others = ". Nobody waits for that again in this run" if self._told else ""
            reason = next(result.reason for result in fetch.results if result.state == "unknown")
            self.context.tell(
                f"{fetch.plan.router}: {reason}{others}; the upgrade is tried, and the conductor has the last word"
            )

    def _steps(self, fetch: _Fetch) -> Steps:
        """Bring the release to all nodes of a router, so that a pair is begun only when both of them have it."""
        fetch.results, fetch.silent = [], False
        for request, places in self._requests(fetch.plan):
            fetch.node = places[0][1] if len(places) == 1 else ""
            began = self.context.clock.now()
            results = yield from self._bring(request, places, fetch)
            fetch.results += results
            fetch.silent = fetch.silent or any(result.state == "unknown" for result in results)
            bad = next((result for result in results if result.state in ("failed", "not_started")), None)
            words = fetch.download.refusal if fetch.download else ""
            if words and bad is not None and bad.state == "failed" and not_now(words):
                news = self.refused(fetch.plan, words, missing=False)
                if news:
                    self.context.tell(f"{fetch.plan.router}: the conductor refused the download: {words}; {news}")
                return fetch.results
            if bad is not None:
                fetch.state = "blocked" if bad.state == "failed" else "not_started"
                fetch.reason = f"not upgraded, since the release is not on {bad.node}: {bad.reason}"
                return fetch.results
            if any(result.state == "done" and not result.adopted for result in results):
                self.took.append(self.context.clock.now() - began)
        return fetch.results

    def _bring(self, request: Request, places: tuple[NodeId, ...], fetch: _Fetch) -> Steps:
        options, again = self.options, fetch.missing
        if fetch.refused_at is not None:
            rest = fetch.refused_at + self.options.timeout - self.context.clock.now()
            options = replace(options, timeout=max(rest, FIRST_PAUSE))

        def make() -> Download:
            fetch.download = Download(self.context, self.poller, request, places, options, self.known, again)
            return fetch.download

        return (yield from patiently(self.context, self.poller, options.timeout, make))

    def _requests(self, plan: RouterPlan) -> list[tuple[Request, tuple[tuple[str, str], ...]]]:
        """One for the router where all of its nodes need the release, else one for each that does."""
        needed = tuple((node.router, node.node) for node in plan.nodes if node.needed)
        request = download_for(self.request, plan.router)
        # A whole pair is served by one request, both nodes at once (CLI-7.2).
        whole = {place[1] for place in needed} == {row.node for row in self.poller.peers(plan.router, "")}
        if POLICIES[plan.sequencing].by_node and not whole:
            return [(replace(request, node=place[1]), (place,)) for place in needed]
        sequenced = self.sequenced and len(needed) > 1
        return [(replace(request, sequenced=sequenced), needed)] if needed else []

    # -- what people see --------------------------------------------------------------------------------------

    def line(self) -> str | None:
        """How far the downloads are, in one line; None where nothing is on its way or waits for that."""
        count = dict.fromkeys(("ready", "running", "waiting", "again"), 0)
        silent = 0
        for fetch in self._fetches.values():
            count[fetch.phase] = count.get(fetch.phase, 0) + 1
            silent += fetch.phase == "ready" and fetch.silent and fetch.plan.router in self._waits
            count["ready"] -= fetch.phase == "ready" and fetch.silent
        if not (count["running"] or count["waiting"] or count["again"]):
            return None
        parts = [f"{count['ready']} there", f"{count['running']} on the way", f"{count['waiting']} waiting"]
        parts += [f"{silent} not told of"] if silent else []
        parts += [f"{count['again']} tried again later"] if count["again"] else []
        return f"downloads: {', '.join(parts)}"


def download_for(request: Request, router: str | None) -> Request:
    """The download that an upgrade or a downgrade needs."""
    return Request(
        "download",
        router=router,
        resource_group=request.resource_group,
        version=request.version,
        cohort_id=request.cohort_id,
        skip_version_check=request.operation == "downgrade",
    )

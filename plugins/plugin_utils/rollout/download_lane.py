# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lane of the downloads, which runs ahead of the upgrades, and never in their slots (rule 38).

Their order stands in ``planning/download_order``.

A router is ready for its upgrade as soon as all of its nodes have the release, or nothing readable is shown about it.
Where it is readably not to be had, the router ends blocked, and nothing of slots or budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from ..conductor.request import Request
from ..planning.durations import Estimates
from ..planning.plan import RouterPlan
from ..software.refusal_reasons import still_downloading
from .context import RunContext
from .download import DownloadOptions
from .left_out import IS_THERE, MAY_GO_ON
from .poller import StatusPoller
from .release_fetch import LaneShared, ReleaseFetch
from .results import NodeResult

#: Routers of which a round finds out whether the release is there already, for each download that may run at once.
LOOKS = 4


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
    took: list[float] = field(default_factory=list)
    _fetches: dict[str, ReleaseFetch] = field(default_factory=dict)
    _waits: set[str] = field(default_factory=set)
    _order: dict[str, int] = field(default_factory=dict)
    #: By router the plan that was asked about last, and the same without its downloads.
    _without: dict[str, tuple[RouterPlan, RouterPlan]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._shared = LaneShared(self.context, self.poller, self.request, self.options, self.sequenced, self.took)

    def prepare(self, plans: Sequence[RouterPlan]) -> None:
        """The release is to be brought to these, in this order. What is under way already is followed without one."""
        self._order = {plan.router: at for at, plan in enumerate(plans)}
        for plan in plans:
            if plan.state == "planned" and not plan.found_at_work:
                self._fetches[plan.router] = ReleaseFetch(plan, self._shared, since=self.context.clock.now())

    @property
    def busy(self) -> bool:
        """True while a download is followed that keeps its place."""
        return any(fetch.phase == "running" and not fetch.aside for fetch in self._fetches.values())

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
        known = self._without.get(plan.router)
        if known is None or known[0] is not plan:  # asked for every router that waits, in every round
            nodes = tuple(replace(node, download="none") for node in plan.nodes)
            self._without[plan.router] = known = (plan, replace(plan, nodes=nodes))
        return known[1]

    def phase(self, router: str) -> tuple[str, str, float] | None:
        """What is told of a router that waits: phase, node, and since when; None where the lane has no part in it."""
        fetch = self._fetches.get(router)
        words = {"waiting": "waits for its download", "running": "download", "again": "its release is not there yet"}
        if fetch is None or fetch.phase not in words:
            return None
        return words[fetch.phase], fetch.at_node, fetch.since

    def sent_to(self, router: str) -> str | None:
        """What became of the download that was sent for this router, as a sentence; None where none was."""
        fetch = self._fetches.get(router)
        if fetch is None or not fetch.sent:
            return None
        if fetch.phase == "ready" and not fetch.silent:
            return IS_THERE
        return MAY_GO_ON

    # -- one round --------------------------------------------------------------------------------------------

    def step(
        self, waiting: Sequence[RouterPlan], may: Callable[[RouterPlan], bool], accepted: Sequence[str] = ()
    ) -> bool:
        """Take up what may begin of the routers that wait, and follow what runs. True: something ended.

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
            news = fetch.advance() or news
            fetch.set_aside(self.expected())
        return self._begin(order, may) or news

    def _begin(self, order: Sequence[ReleaseFetch], may: Callable[[RouterPlan], bool]) -> bool:
        """Begin what may. True: something ended at once."""
        news, begun, looks, held = False, 0, 0, self._held()
        for fetch in self._due(order, held):
            # Each one is polled, and a round must not take long: the upgrades that run are polled in it, too.
            if begun >= self.slots or looks >= LOOKS * self.slots or self._stocked(order):
                break
            others = len(held) - (fetch.plan.router in held)
            if fetch.phase == "waiting" and others < self.slots and may(fetch.plan):
                news = fetch.start() or news
                begun, looks, held = begun + fetch.sent, looks + 1, self._held()
        return news

    def _due(self, order: Sequence[ReleaseFetch], held: set[str]) -> list[ReleaseFetch]:
        """Those that wait, in the order of the downloads. ``held``: who keeps a place, and may begin again in it."""
        full = len(held) >= self.slots
        due = [fetch for fetch in order if fetch.phase == "waiting" and not (full and fetch.plan.router not in held)]
        return sorted(due, key=lambda fetch: self._order.get(fetch.plan.router, len(self._order)))

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

    def _stocked(self, order: Sequence[ReleaseFetch]) -> bool:
        return self.stock is not None and sum(fetch.phase == "ready" for fetch in order) >= self.stock

    def over(self) -> list[tuple[RouterPlan, str, str, list[NodeResult]]]:
        """The routers whose release is not to be had, so that they are not upgraded: plan, state, reason, downloads."""
        ended = [fetch for fetch in self._fetches.values() if fetch.phase == "over"]
        for fetch in ended:
            del self._fetches[fetch.plan.router]
        return [(fetch.plan, fetch.end, fetch.why, fetch.results) for fetch in ended]

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
        fetch = self._fetches.setdefault(plan.router, ReleaseFetch(plan, self._shared))
        return fetch.refused(words, missing)

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
        parts += [f"{silent} without a report"] if silent else []
        parts += [f"{count['again']} tried again later"] if count["again"] else []
        return f"downloads: {', '.join(parts)}"

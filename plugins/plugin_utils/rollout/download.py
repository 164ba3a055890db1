# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a release onto the nodes of a router and see it arrive. A download disturbs nobody."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, field, replace

from ..clock import spoken, stamp
from ..conductor import NotOffered, Request
from ..pcli.errors import DeviceError, NoPrompt, NoRoom
from ..pcli.session import Pending
from ..software import report
from ..software.names import NameRefused
from ..software.versions import Version, satisfies, try_parse
from .busy import MOVES, open_intent
from .desk import Abandoned, Desk, Steps, sent
from .journal import JournalError
from .observe import Observer
from .verdicts import NodeResult, Step

#: A refusal that says that there is nothing to do, as against one that says that somebody is at it already.
_THERE_ALREADY = re.compile(r"already (been )?(downloaded|available|present|there|exists|installed|on)\b", re.I)
#: A request that kept its prompt for longer than this blocked until the download was over (seconds).
_BLOCKED = 4.0


@dataclass(frozen=True)
class DownloadWish:
    """Times in seconds. ``silence``: for how long nothing readable may be told before the waiting ends."""

    timeout: float = 11700
    silence: float = 900
    installation_service: bool = False


@dataclass
class Download:
    """One request, and the nodes that it brings the release to. See :meth:`steps`."""

    desk: Desk
    observer: Observer
    request: Request
    places: tuple[tuple[str, str], ...]
    wish: DownloadWish = DownloadWish()
    results: list[NodeResult] = field(default_factory=list)
    _told: dict[str, list[str]] = field(default_factory=dict)

    @property
    def wanted(self) -> Version:
        """The version that is to arrive."""
        return try_parse(self.request.version)

    def steps(self, check_mode: bool = False) -> Steps:
        """Do it, unless every node runs the version or has it. Raises Abandoned, and the errors of the session."""
        self.results = [self._before(place) for place in self.places]
        todo = [one for one in self.results if one.state == "not_started"]
        if check_mode:
            for one in todo:
                one.state, one.reason = "planned", f"would download {self.request.version}"
            return self.results
        if not todo:
            return self.results
        if any(not one.adopted for one in todo):
            todo = yield from self._send(todo)
        records = {one.node: self.desk.journal.last(one.router, one.node) for one in todo}
        yield from self._follow(todo)
        for one in todo:
            one.ended = stamp(self.desk.clock.wall())
            if records[one.node] and records[one.node].operation == "download" and records[one.node].open:
                self.desk.journal.outcome(records[one.node], one.state, one.reason)
        return self.results

    # -- before -----------------------------------------------------------------------------------------------

    def _before(self, place: tuple[str, str]) -> NodeResult:
        running = self._running(place)
        result = NodeResult(*place, to_version=self.request.version, from_version=running, running_version=running)
        if running and satisfies(try_parse(running), self.wanted):
            result.state, result.reason = "up_to_date", f"runs {running} already"
            return result
        self._told[place[1]] = list(self.observer.told("download", *place))
        if self._arrived(place) or self._hint(place[1], self._told[place[1]]) == "ended":
            result.state, result.reason = "up_to_date", f"{self.request.version} is on the node already"
            return result
        moving = self._moving(place)
        if moving:
            result.state, result.reason = "blocked", f"nothing was sent, since it is being worked on: {moving}"
            return result
        on_the_way = self.observer.downloading(place, self.wanted) or self._shows_download(place)
        if on_the_way or self._hint(place[1], self._told[place[1]]) == "running":
            result.adopted = True
            self.desk.tell(f"{place[1]}.{place[0]}: {self.request.version} is being downloaded already; it is followed")
        return result

    def _moving(self, place: tuple[str, str]) -> str | None:
        """Why no download may be asked for: the node is on its way to another version, or may be."""
        desk, record = self.desk, self.desk.journal.last(*place)
        row = self.observer.asset(*place)
        if row is not None and (row.busy or row.away) and not self._shows_download(place):
            return f"its asset shows {row.status}"
        if record and record.open and record.operation in MOVES:
            told = self.observer.told(record.operation, *place)
            age = record.age(desk.clock.wall())
            if open_intent(record, age, told, desk.limits.upgrade_timeout):
                return f"'{record.command}' was begun {spoken(age)} ago, and its end is not known"
        return report.runs_now(list(self.observer.told("upgrade", *place)), place[1])

    def shown(self, place: tuple[str, str]) -> tuple[bool, bool]:
        """Is the version on the node, and is it on its way there, as far as the conductor shows it?"""
        hint = self._hint(place[1], list(self.observer.told("download", *place)))
        coming = self.observer.downloading(place, self.wanted) or hint == "running"
        return self._arrived(place) or hint == "ended", coming

    def _running(self, place: tuple[str, str]) -> str | None:
        if place == self.observer.here:
            own = self.desk.conductor.own_version()
            return own.text if own else None
        row = self.observer.asset(*place)
        return row.version_text if row else None

    def _shows_download(self, place: tuple[str, str]) -> bool:
        """Does the asset itself show that it downloads, as some releases do?"""
        row = self.observer.asset(*place)
        return row is not None and row.state.startswith("download") and row.busy

    def _arrived(self, place: tuple[str, str]) -> bool:
        """Do documented tables show the version on the node?"""
        if self.observer.downloaded(place, self.wanted):
            return True
        return place == self.observer.here and holds(self.desk.conductor.downloaded(), self.wanted)

    def _hint(self, node: str, lines: list[str]) -> str | None:
        """What the status says of this version on this node. Without its number a line says nothing of it."""
        release = str(self.wanted.release)
        named = [line for line in lines if release in line]
        return report.hint([line for line in named if node in line] or named)

    # -- sending ----------------------------------------------------------------------------------------------

    def _send(self, todo: list[NodeResult]) -> Generator[bool, None, list[NodeResult]]:
        """Send the request once. Returns those that are to be followed."""
        desk = self.desk
        if self.wish.installation_service:
            self._installer(todo)
        try:
            command = desk.conductor.command_for(self.request)
            moving = self._intend(todo, command)
            if moving:
                return self._end(todo, "not_started", f"nothing was sent, since it is being worked on: {moving}")
        except (NotOffered, NameRefused, DeviceError, JournalError) as error:
            return self._end(todo, "not_started", f"nothing was sent: {error}")
        try:
            self._pending = yield from sent(desk, self.observer, self.request, self.wish.timeout)
        except (NotOffered, NameRefused, DeviceError, NoRoom) as error:
            return self._end(todo, "not_started", f"nothing was sent: {error}")
        for one in todo:
            one.command, one.started, one.accepted = command, stamp(desk.clock.wall()), True
            desk.tell(f"{one.node}.{one.router}: sent: {command}")
        desk.conductor.session.wait(self._pending, min(1.0, desk.limits.poll_min))
        return todo

    def _intend(self, todo: list[NodeResult], command: str) -> str | None:
        """Write down what is about to be sent; or tell what another run has begun there since the look."""
        journal = self.desk.journal
        with journal.locked() as warning:
            if warning:
                self.desk.tell(warning)
                todo[0].warnings.append(warning)
            moving = next(filter(None, (self._moving((one.router, one.node)) for one in todo)), None)
            for one in todo if moving is None else ():
                versions = (one.running_version, self.request.version)
                journal.intend(one.router, one.node, "download", command, versions)
        return moving

    _pending: Pending | None = None
    _kept_prompt: bool = False
    #: Nodes whose assets have shown the download themselves.
    _shown: set[tuple[str, str]] = field(default_factory=set)

    def _installer(self, todo: list[NodeResult]) -> None:
        """Upgrade the installer first, which release notes ask of offline conductors from 6.3.x to 6.3.y."""
        desk = self.desk
        try:
            pending = desk.conductor.send(replace(self.request, operation="installer", cohort_id=None))
            desk.tell(f"{todo[0].node}.{todo[0].router}: sent: {pending.command}")
            limit = desk.limits.upgrade_timeout
            if not desk.conductor.session.wait(pending, limit):
                raise NoPrompt(
                    f"'{pending.command}' has not come back within {spoken(limit)}. It may still be running: look at "
                    "the node, then run again."
                )
            words = desk.conductor.session.result(pending).text
            todo[0].steps.append(Step(stamp(desk.clock.wall()), pending.command, words))
        except NotOffered as error:
            todo[0].warnings.append(str(error))

    @staticmethod
    def _end(todo: list[NodeResult], state: str, reason: str, accepted: bool | None = None) -> list[NodeResult]:
        for one in todo:
            one.state, one.reason = state, reason
            one.accepted = one.accepted if accepted is None else accepted
        return []

    # -- following --------------------------------------------------------------------------------------------

    def _follow(self, todo: list[NodeResult]) -> Generator[bool, None, None]:
        """Wait for the version; refusals and failures in words end it, silence ends in ``unknown``."""
        clock = self.desk.clock
        began = heard = clock.now()
        last: dict[str, list[str]] = {}
        while todo:
            if self.observer.final:
                raise self.observer.final  # pylint: disable=raising-bad-type
            if self._refused(todo):
                return
            todo, news, first = [one for one in todo if one.state == "not_started"], False, not last
            for one in todo:
                words = self._look(one, first)
                if words and words != last.get(one.node):
                    last[one.node], news, heard = words, True, clock.now()
                    one.steps.append(Step(stamp(clock.wall()), "download", "\n".join(words)))
                    self.desk.tell(f"{one.node}.{one.router}: {words[-1]}")
                last.setdefault(one.node, [])
            places = [(one.router, one.node) for one in todo]
            if any(self.observer.downloading(place, self.wanted) or self._shows_download(place) for place in places):
                heard = clock.now()
            self._out_of_time([one for one in todo if one.state == "not_started"], began, heard, last)
            todo = [one for one in todo if one.state == "not_started"]
            if not todo:
                return
            if not self.desk.alive():
                raise Abandoned("Nobody waits for this task any more. The download goes on.")
            yield news
            if self._pending and not self._pending.over:
                self._kept_prompt = clock.now() - began > _BLOCKED
                self.desk.conductor.session.poll(self._pending)

    def _refused(self, todo: list[NodeResult]) -> bool:
        """Has the request ended with a refusal? One that says that the version is there already is none."""
        pending = self._pending
        if pending is None or not pending.over or pending.error is not None or not pending.reply.error:
            return False
        words = pending.reply.error
        for one in todo:
            one.steps.append(Step(stamp(self.desk.clock.wall()), "the conductor refused", words))
        if _THERE_ALREADY.search(words):
            self._end(todo, "up_to_date", f"the conductor says: {words}", accepted=False)
            return True
        if report.already_running(words):
            self._pending = None
            for one in todo:
                one.adopted = True
            return False
        self._end(todo, "failed", f"the conductor refused: {words}", accepted=False)
        return True

    def _look(self, one: NodeResult, first: bool) -> list[str]:
        """One look at a node; gives it its end, if there is one. Returns what is told of the download."""
        place, version = (one.router, one.node), self.request.version
        if self._arrived(place):
            one.state, one.reason = "done", f"{version} is on the node"
            return []
        if self._shows_download(place):
            self._shown.add(place)
            return [f"its asset shows {self.observer.asset(*place).status}"]
        row = self.observer.asset(*place)
        if place in self._shown and row is not None and row.settled:
            one.state, one.reason = "done", f"its asset was downloading, and shows {row.status} again"
            return []
        if not first and not self.observer.turn(("download", *place)):
            return []
        before = [] if one.adopted else self._told.get(one.node, [])
        told = list(self.observer.told("download", *place))
        fresh = report.since(before, told)
        named = [line for line in fresh if one.node in line or str(self.wanted.release) in line] or fresh
        hint = report.hint(named)
        if hint == "ended":
            one.state, one.reason = "done", f"{version} is on the node"
        elif hint == "failed":
            one.state, one.reason = "failed", f"the download failed: {'; '.join(named)}"
        elif hint is None and self._came_back():
            one.state, one.reason = "done", f"the request for {version} came back without an error"
        return named

    def _came_back(self) -> bool:
        """Did the request keep its prompt until it was over, and end well?"""
        pending = self._pending
        if pending is None or not pending.over or pending.error is not None or pending.reply.error:
            return False
        return self._kept_prompt

    def _out_of_time(self, todo: list[NodeResult], began: float, heard: float, last: dict[str, list[str]]) -> None:
        now = self.desk.clock.now()
        for one in todo:
            what = f"last: {'; '.join(last.get(one.node) or []) or 'nothing'}"
            if now - began >= self.wish.timeout:
                one.state = "unknown"
                one.reason = f"{self.request.version} is not seen on the node after {spoken(now - began)}; {what}"
            elif now - heard >= self.wish.silence:
                one.state = "unknown"
                one.reason = (
                    f"nothing is told of the download of {self.request.version} for {spoken(now - heard)}; {what}"
                )


def holds(texts: list[str], wanted: Version) -> bool:
    """Is the wanted version among these? A list may show less of a version than the wish holds."""
    return any(one and satisfies(one, wanted) is not False for one in map(try_parse, texts))

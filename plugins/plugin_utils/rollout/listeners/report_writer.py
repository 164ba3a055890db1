# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the report of the run while it goes on, and a case file for each router that comes to a bad end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ...clock import format_timestamp
from ...reports.report_data import counted, interrupted, merged_routers, new_report
from ...software.versions import spelled
from ..case_file import write_case
from ..context import RunContext
from ..cut_short import by_router, left_behind
from ..events import Event, RouterEnded, RunBegan, RunEnded, RunProgressed, RunView, StartsPaused, StartsStopped
from ..report_entries import RouterEntry
from ..report_index import update_index
from .ledger import NodeLedger


class ReportWriter:
    """Keeps the report of its task, joins it with what earlier tasks of the run have left, and writes it in pace."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._report: dict = {}
        self._routers: dict[str, RouterEntry] = {}
        self._run: RunBegan | None = None
        self._stopped: str | None = None
        self._view: RunView | None = None
        #: Has a router come to its end since the last writing?
        self._news = False
        #: Has the work of this task ended, so that nothing of it can be interrupted any more?
        self._over = False

    def on_event(self, event: Event) -> None:
        """Take note of an event, and write where it is time for that."""
        if self._context.report is None:
            return
        now = self._context.clock.wall()
        if isinstance(event, RunBegan):
            self._begin(event, now)
            return
        if self._run is None:
            return
        if isinstance(event, StartsPaused):
            self._pause(event.reason, now)
        elif isinstance(event, StartsStopped):
            self._stopped = event.reason
        elif event.router in self._routers:
            self._take(self._routers[event.router], event, now)
        self._write_if_due(event, now)

    def interrupt(self) -> None:
        """Nobody follows what was sent any more: the report says so, and has a case of each router it was sent to."""
        folder, now = self._context.report, self._context.clock.wall()
        if folder is None or self._run is None or self._over:
            return
        self._over = True
        self._pause("", now)
        sent = left_behind(self._context.events.listener(NodeLedger))
        left = by_router({node_id: folder.clean(words) for node_id, words in sent.items()})
        run = {**self._report["run"], "updated": format_timestamp(now)}
        self._report = interrupted({**self._report, "run": run, "routers": self._merged()}, left)
        for entry in self._report["routers"]:
            if entry["state"] == "unknown" and entry["router"] in self._routers:
                write_case(folder, self._report["run"], self._routers[entry["router"]], now, entry)
        self._publish(self._report, now, "interrupted")
        update_index(folder, self._report)

    # -- what happens ---------------------------------------------------------------------------------------------

    def _begin(self, event: RunBegan, now: datetime) -> None:
        folder = self._context.report
        self._run, self._stopped, self._view, self._over = event, None, None, False
        self._report = folder.begin(
            lambda: new_report(folder.facts, event.operation, event.version, now), event.operation
        )
        self._routers = {}
        for plan in event.plans:
            entry = RouterEntry.planned(plan, None if event.conductor else event.batch, event.conductor, now)
            entry.host = folder.hosts.get(plan.router) or (folder.facts.get("authority") if event.conductor else None)
            self._routers[plan.router] = entry
        self._set_run(event, now)
        self._write(now, "running")
        update_index(folder, self._report)

    def _set_run(self, event: RunBegan, now: datetime) -> None:
        """What this task knows of the run as a whole."""
        run, facts = self._report["run"], self._context.report.facts
        run |= {"state": "running", "ended": None, "version": spelled(event.version) or run["version"]}
        run["settings"] = {**run["settings"], **(facts.get("settings") or {})}
        run["versions"] = {
            **run["versions"],
            "conductor": spelled(event.conductor_version) or run["versions"]["conductor"],
        }
        if event.bounds is not None:
            for name in ("start_deadline", "window_end"):
                moment = getattr(event.bounds, name)
                run["window"][name] = format_timestamp(moment) if moment else run["window"][name]
        if event.batch is not None and not event.conductor:
            self._report["batches"] = _with_batch(self._report["batches"], event, now)

    def _pause(self, reason: str, now: datetime) -> None:
        pauses, moment = self._report["pauses"], format_timestamp(now)
        if pauses and pauses[-1]["to"] is None:
            pauses[-1]["to"] = moment
        if reason:
            pauses.append({"reason": self._context.report.clean(reason), "from": moment, "to": None})

    def _take(self, entry: RouterEntry, event: Event, now: datetime) -> None:
        entry.take(event, now)
        if isinstance(event, RouterEnded):
            self._news = True
            if entry.is_bad:
                write_case(self._context.report, self._report["run"], entry, now)

    # -- writing --------------------------------------------------------------------------------------------------

    def _write_if_due(self, event: Event, now: datetime) -> None:
        folder = self._context.report
        if isinstance(event, RunEnded):
            self._end(event.stopped, now)
        elif isinstance(event, RunProgressed):
            self._view, self._stopped = event.run, event.run.stopped or self._stopped
            if event.last:
                self.interrupt()
            elif folder.wanted_now(self._news):
                self._write(now, self._goes_on)
        elif folder.wanted_now(self._news and isinstance(event, RouterEnded)):
            self._write(now, self._goes_on)

    @property
    def _goes_on(self) -> str:
        return "stopping" if self._stopped else "running"

    def _end(self, stopped: str | None, now: datetime) -> None:
        """The task is over. The run is, too, unless routers wait for other tasks, or one of them is to end it."""
        self._stopped, self._view, self._over = stopped or self._stopped, None, True
        self._pause("", now)
        for batch in self._report["batches"]:
            if self._run.batch == batch["number"]:
                batch["ended"] = format_timestamp(now)
        routers = self._merged()
        goes_on = self._report["run"]["awaits_end"] or any(
            entry["state"] in ("waiting", "running") for entry in routers
        )
        if not goes_on:
            self._report["run"]["ended"] = format_timestamp(now)
        self._write(now, self._goes_on if goes_on else "ended")
        update_index(self._context.report, self._report)

    def _merged(self) -> list[dict]:
        clean = self._context.report.clean
        return merged_routers(self._report["routers"], [entry.as_data(clean) for entry in self._routers.values()])

    def _write(self, now: datetime, state: str) -> None:
        self._publish({**self._report, "routers": self._merged()}, now, state)

    def _publish(self, report: dict, now: datetime, state: str) -> None:
        run = {
            **report["run"],
            "state": state,
            "stopped": self._stopped and self._context.report.clean(self._stopped),
        }
        left = self._view.seconds_left() if self._view else None
        run["eta"] = format_timestamp(now + timedelta(seconds=left)) if left is not None else None
        self._report = counted({**report, "run": run}, now)
        self._context.report.write(self._report)
        self._news = False


def _with_batch(batches: Sequence[dict], event: RunBegan, now: datetime) -> list[dict]:
    """The batches with the one that begins. Its routers are those of the plan, which may be fewer than were named."""
    routers = [plan.router for plan in event.plans]
    known = next((batch for batch in batches if batch["number"] == event.batch), None)
    before = sum(len(batch["routers"]) for batch in batches if batch["number"] < event.batch)
    canaries = routers[: max(0, (event.canaries or 0) - before)]
    batch = {"number": event.batch, "routers": routers, "began": format_timestamp(now), "ended": None}
    own = {**batch, "canaries": (known or {}).get("canaries") or canaries}
    others = [batch for batch in batches if batch["number"] != event.batch]
    return sorted([*others, own], key=lambda batch: batch["number"])

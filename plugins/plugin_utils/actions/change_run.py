# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document of a run, from the results of its tasks and from what Ansible knows of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ansible import __version__ as ansible_version
from ansible.playbook.task import Task

from ..api.masking import Secrets
from ..clock import Clock, format_timestamp
from ..planning.batch_plan import split_into_batches
from ..planning.durations import Estimates
from ..planning.start_order import LONGEST_FIRST
from ..planning.user_times import parse_user_time
from ..probe.known import version_of_collection
from ..reports.change import ChangeFacts, change_document, with_comparison
from ..reports.change_compare import beyond, differences, told
from ..reports.change_differences import Difference
from ..reports.change_routers import same_router, sort_checks
from ..reports.change_rules import WINDOW
from .approval import read_plan
from .base import BadInput
from .change_files import earlier_durations, folder_of_run, node_durations, rehearsed_durations
from .identity import merged
from .known_secrets import secrets_of_hosts
from .play_variables import with_play_variables
from .run_origin import run_origin
from .targets import router_of

#: A begin that was so short a time ago is meant for now.
_JUST_NOW = timedelta(hours=1)


@dataclass(frozen=True)
class ChangeOptions:
    """The options of the task, see the module change_document."""

    plan: str
    checks: Sequence[str]
    report: str
    run_id: str
    conductor: str
    hosts: Sequence[str]
    run_hosts: Sequence[str]
    serial: Sequence[int | str]
    reason: str
    begins: str
    begin_tolerance: float
    time_zone: str | None
    journal: str | None
    rehearsal: str | None
    compare_plan: str | None
    settings: Mapping


class ChangeRun:
    """``task_vars``: the variables of the task, in which the results are found by their names."""

    def __init__(self, options: ChangeOptions, task_vars: Mapping, task: Task, clock: Clock | None = None) -> None:
        self._options, self._vars = options, with_play_variables(task_vars, task)
        self._clock = clock or Clock()
        self._now = self._clock.wall()
        self._process = str(os.getppid())
        self._origin = run_origin(self._vars, {}, self._process)
        self.folder, self._before = folder_of_run(options.report, options.run_id, self._process)
        self.warnings: list[str] = []

    @property
    def part(self) -> Mapping | None:
        """What the task that planned would do; None where it has planned nothing."""
        result = self._result(self._options.plan)
        return result.get("change") if isinstance(result, Mapping) else None

    def _result(self, name: str) -> object:
        """A registered result, which no template engine looks at: it is as large as the fleet."""
        if name in self._vars:
            return self._vars[name]
        hosts = self._vars.get("hostvars") or {}
        return next((hosts[host][name] for host in self._options.hosts[:1] if name in hosts[host]), None)

    def document(self, part: Mapping) -> tuple[dict, list[Difference]]:
        """The document, with what earlier tasks of this run have planned, and what differs from an approved one.

        Raises BadInput, and NotApproved for a plan to compare with that is none.
        """
        document = change_document(self._facts(part))
        if not self._options.compare_plan:
            return document, []
        approved = read_plan(self._options.compare_plan, "compare_plan")
        found = differences(approved, document)
        rows = [difference.as_data() for difference in found]
        return with_comparison(document, approved, self._options.compare_plan, rows), found

    def _facts(self, part: Mapping) -> ChangeFacts:
        options, routers = self._options, self._routers(part)
        checks = self._checks(routers)
        rehearsal, problem = rehearsed_durations(options.rehearsal)
        self.warnings += [problem] if problem else []
        return ChangeFacts(
            run=self._run(part),
            limits=part["limits"],
            window=self._window(part),
            estimates=Estimates(**part["estimates"]),
            routers=routers,
            batches=self._batches(routers),
            begins=self._begins,
            past=self._begins < self._now - _JUST_NOW,
            commands=part["commands"],
            checks=checks,
            settings=self._masked({**part["limits"], **(options.settings or {})}),
            extra=self._masked(options.settings or {}),
            versions={
                "collection": version_of_collection(),
                "ansible": ansible_version,
                "python": platform.python_version(),
                "conductor": part.get("conductor_version"),
            },
            earlier=earlier_durations(options.journal, options.run_id),
            rehearsal=rehearsal,
            folder=self.folder,
            starts=part.get("starts", LONGEST_FIRST),
            known=node_durations(options.journal, [entry["router"] for entry in routers], self._clock),
        )

    def _run(self, part: Mapping) -> dict:
        play = self._vars.get("ansible_play_name")
        return {
            **part["run"],
            "identity": merged(((self._before or {}).get("run") or {}).get("identity"), part["run"]["identity"]),
            "id": self._options.run_id,
            "inventory": self._options.conductor,
            "playbook": [str(play)] if play else [],
            "made": format_timestamp(self._now),
            "by": self._origin["started_by"]["user"],
            "job": self._origin["started_by"]["job"],
            "reason": self._masked(self._options.reason or ""),
            "process": self._process,
        }

    @cached_property
    def _begins(self) -> datetime:
        given = self._options.begins
        return (self._time(given, "begins", self._now, self._options.time_zone) if given else None) or self._now

    def _window(self, part: Mapping) -> dict:
        """The limits of time as points in time, read as from the begin of the run and not from now."""
        window = {}
        for name in WINDOW:
            given, zone = part["window"][name]["given"], part["window"][name]["zone"]
            at = self._time(given, name, self._begins, zone) if given else None
            window[name] = {"given": given, "at": at and format_timestamp(at), "zone": zone}
        return {
            **window,
            "begins": {
                "given": self._options.begins or None,
                "at": format_timestamp(self._begins),
                "zone": self._options.time_zone,
                "tolerance": self._options.begin_tolerance,
            },
        }

    def _time(self, given: str, option: str, now: datetime, zone: str | None) -> datetime | None:
        try:
            return parse_user_time(given, option, now, zone)
        except ValueError as error:
            raise BadInput(str(error)) from error

    def _routers(self, part: Mapping) -> list[dict]:
        """All routers of the run: those of earlier tasks, and those of this one, each with its host."""
        known = {entry["router"]: entry for entry in (self._before or {}).get("routers", ())}
        names = self._hosts_by_router()
        for entry in part["routers"]:
            entry = {**entry, "host": names.get(entry["router"], entry["host"])}
            known[entry["router"]] = same_router(known.get(entry["router"]), entry)
        order = {router: position for position, router in enumerate(names)}
        last = len(order)
        return sorted(known.values(), key=lambda entry: (entry["wave"], order.get(entry["router"], last)))

    def _hosts_by_router(self) -> dict[str, str]:
        hostvars = self._vars.get("hostvars") or {}
        return {router_of(hostvars, host): host for host in self._options.run_hosts or ()}

    def _batches(self, routers: Sequence[Mapping]) -> list[list[str]]:
        """The routers of each batch, as Ansible splits the hosts of the run."""
        names = self._hosts_by_router()
        if not names:
            return [[entry["router"] for entry in routers]]
        return split_into_batches(list(names), self._options.serial or [])

    def _checks(self, routers: Sequence[dict]) -> list[dict]:
        """Give the checks to their routers; those of the authority are returned, each once."""
        rows = []
        for name in self._options.checks or ():
            result = self._result(name)
            rows += result.get("checks") or [] if isinstance(result, Mapping) else []
        rows = [
            {**row, "reason": self._masked(row["reason"]), "evidence": self._masked(row["evidence"])} for row in rows
        ]
        left = sort_checks(rows, routers)
        known = {(row["name"], row["target"]): row for row in (self._before or {}).get("checks", ())}
        return list((known | {(row["name"], row["target"]): row for row in left}).values())

    # -- secrets --------------------------------------------------------------------------------------------------

    def _masked(self, value: object) -> object:
        if isinstance(value, str):
            return self._secrets.mask(value)
        if isinstance(value, Mapping):
            return {str(name): self._masked(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._masked(inner) for inner in value]
        return value

    @cached_property
    def _secrets(self) -> Secrets:
        """Those of all hosts of the run, as far as the inventory has them, and the address that is told of it."""
        return secrets_of_hosts(self._vars, [*(self._options.hosts or ()), *(self._options.run_hosts or ())])

    # -- what is shown --------------------------------------------------------------------------------------------

    @staticmethod
    def lines(document: Mapping, written: Sequence[str], found: Sequence[Difference]) -> list[str]:
        """What the screen shows of it."""
        lines = [document["forecast"]["words"]]
        if document["compared"]:
            more, fewer = beyond(found), [difference for difference in found if not difference.more]
            lines.append(f"beyond the approved plan: {told(more) or 'nothing'}")
            lines.append(f"less than in the approved plan: {told(fewer) or 'nothing'}")
        lines += [f"change document: {path}" for path in written if path.endswith((".html", ".json"))]
        return [*lines, f"checksum of the plan: {document['sha256']}"]

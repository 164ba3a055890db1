# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a run: its report as data and in all views, and its line in the index beside it.

Nothing here can stop a night: what cannot be written is a warning, once. One ``ansible-playbook`` is one run, whatever
its name: where another one has left its report in the folder already, this run takes the next one.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..clock import Clock
from ..files import create_file, prepare_folder, replace_file
from ..reports.names import case_name
from ..reports.views import VIEWS, view

#: While a run goes on, its files are written at most so often, in seconds; at the end of a router sooner.
WRITE_EVERY, AFTER_AN_END = 10.0, 1.0
#: No more than this share of the time is spent on them: so many times as long as the last writing took is waited.
_SPARE = 50
#: So many runs of one name are told apart.
_MOST_OF_ONE_NAME = 1000


@dataclass
class ReportFolder:
    """``wanted``: the folder that was asked for; ``facts``: what is known of the run beforehand, as in ``run``.

    ``clean``: makes a text fit for a file, without secrets. ``warn``: prints a warning. ``hosts``: the inventory host
    of each router that has one.
    """

    wanted: str
    clock: Clock
    facts: Mapping = field(default_factory=dict)
    clean: Callable[[str], str] = str
    warn: Callable[[str], None] = lambda words: None
    hosts: Mapping[str, str] = field(default_factory=dict)
    #: The folder of this run, once it is known, and what is in it of this run.
    path: str | None = None
    _written_at: float | None = None
    _took: float = 0.0
    _warned: set[str] = field(default_factory=set)

    def open(self, operation: str) -> dict | None:
        """Find the folder of this run. Returns what its earlier tasks have left there; None where this is the first."""
        base = os.path.abspath(os.path.expanduser(self.wanted))
        for number in range(1, _MOST_OF_ONE_NAME):
            self.path = base if number == 1 else f"{base}-{number}"
            report = read_report(self.path)
            if report is None and not os.path.exists(os.path.join(self.path, "report.json")):
                return None
            if report is not None and self._is_ours(report["run"], operation):
                return report
        return None

    def _is_ours(self, run: Mapping, operation: str) -> bool:
        known = (run.get("id"), run.get("process"), run.get("operation"))
        return known == (self.facts.get("id"), self.facts.get("process"), operation)

    def begin(self, make: Callable[[], dict], operation: str) -> dict:
        """The report of this run: what its earlier tasks have left, or a new one."""
        while True:
            known = self.open(operation)
            if known is not None:
                return known
            report = make()
            if os.path.basename(self.path) != os.path.basename(os.path.abspath(os.path.expanduser(self.wanted))):
                report["notices"].append(
                    f"Another run has left its report in {self.wanted}: this one is in {self.path}."
                )
            if self.claim(report):
                return report

    def claim(self, report: Mapping) -> bool:
        """Write the first report of this run. False where another run was faster, so that this one opens anew."""
        try:
            prepare_folder(self.path)
            create_file(os.path.join(self.path, "report.json"), json.dumps(report))
        except FileExistsError:
            return False
        except (OSError, ValueError, TypeError) as error:
            self.warn_once("folder", f"The report of this run cannot be written to {self.path}: {_why(error)}.")
        return True

    def wanted_now(self, ended: bool = False) -> bool:
        """Would :meth:`write` write now? ``ended``: a router has come to its end since."""
        if self._written_at is None:
            return True
        pause = AFTER_AN_END if ended else WRITE_EVERY
        return self.clock.now() - self._written_at >= max(pause, _SPARE * self._took)

    def write(self, report: Mapping) -> None:
        """Write the report in all of its views. Never raises."""
        began = time.perf_counter()
        self._with_cases(report)
        for name, (module, function) in VIEWS.items():
            self._write_view(name, module, function, report)
        self._written_at, self._took = self.clock.now(), time.perf_counter() - began

    def file(self, name: str) -> str:
        """The path of a file of the run."""
        return os.path.join(self.path or "", name)

    def write_file(self, name: str, text: str) -> None:
        """Write another file of the run, such as a case file. Never raises."""
        try:
            replace_file(self.file(name), text)
        except (OSError, ValueError) as error:
            self.warn_once("folder", f"{self.file(name)} cannot be written: {_why(error)}.")

    def _write_view(self, name: str, module: str, function: str, report: Mapping) -> None:
        try:
            make = view(module, function)
            text = make(report) if make else None
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.warn_once(name, f"{name} of this run cannot be made: {type(error).__name__}: {error}.")
            return
        if text is not None:
            self.write_file(name, text)

    def _with_cases(self, report: Mapping) -> None:
        """Name the case files that are there."""
        for line in report["attention"]:
            name = case_name(line["router"])
            line["case"] = name if os.path.exists(self.file(name)) else None

    def warn_once(self, what: str, words: str) -> None:
        """Print a warning, the first time only. ``what``: it is about."""
        if what not in self._warned:
            self._warned.add(what)
            with contextlib.suppress(Exception):  # the screen itself is gone
                self.warn(f"{words} The run goes on without it.")


def read_json(path: str) -> dict | None:
    """The object in a file of JSON; None where there is none that can be read."""
    try:
        with open(path, encoding="utf-8") as stream:
            data = json.load(stream)
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def read_report(folder: str) -> dict | None:
    """The report in a folder; None where there is none that can be read."""
    report = read_json(os.path.join(folder, "report.json"))
    try:
        return (
            report if report["schema"] and report["run"]["id"] is not None and report["routers"] is not None else None
        )
    except (KeyError, TypeError):
        return None


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)

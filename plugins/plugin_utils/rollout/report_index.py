# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the index of all runs beside their folders, and finds the runs that nobody follows any more.

Two runs may end at once: each reads the index anew under a lock. A lock that cannot be had is waited for a second, and
no longer; a line that is lost by that is found again in the folder of its run.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from ..clock import Clock, format_timestamp, parse_record_timestamp, process_name, process_space
from ..files import replace_file
from ..reports.index_data import index_entry, read_entries, with_entry
from ..reports.report_data import GOES_ON, counted, interrupted
from ..reports.views import INDEX_VIEWS, view
from .report_folder import ReportFolder, read_report
from .report_texts import clean_text

_PATIENCE = 1.0
#: A run of another controller that has said nothing for so long is not going on any more.
_SILENT = timedelta(hours=24)
_LOCK = ".index.lock"


def update_index(folder: ReportFolder, report: Mapping) -> None:
    """Write the line of a run, and of those that were found to be interrupted. Never raises."""
    parent, name = os.path.split(folder.path)
    now = folder.clock.wall()
    if not os.path.isdir(folder.path):
        return  # it could not be made, which was said
    try:
        with _locked(parent):
            entries = [
                _judged(entry, parent, report, now) if entry["folder"] != name else entry
                for entry in _known(parent, name)
            ]
            entries = with_entry(entries, index_entry(report, name))
            for file, (module, function) in INDEX_VIEWS.items():
                make = view(module, function)
                if make:
                    replace_file(os.path.join(parent, file), make(entries))
    except Exception as error:  # pylint: disable=broad-exception-caught
        folder.warn_once("index", f"The index of all runs in {parent} cannot be written: {error}.")


def mark_interrupted(path: str, process: str, left: Mapping[str, Mapping[str, str]]) -> bool:
    """The report in a folder says that its run was interrupted, if it is of this ansible-playbook and goes on.

    For the main process, where no task was at work, or where its worker was ended before it could. ``left``: by router
    the nodes to which something was sent without a known end, and how that is told. True if it was changed.
    """
    report = read_report(path)
    if report is None or report["run"]["state"] not in GOES_ON:
        return False
    if report["run"].get("process") != f"{process}-{process_space()}":
        return False
    folder = ReportFolder(path, Clock(), path=path)
    now = folder.clock.wall()
    run = {**report["run"], "updated": format_timestamp(now)}
    clean = {router: {node: clean_text(words) for node, words in nodes.items()} for router, nodes in left.items()}
    stopped = counted(interrupted({**report, "run": run}, clean), now)
    folder.write(stopped)
    update_index(folder, stopped)
    return True


def _known(parent: str, name: str) -> list[dict]:
    """The lines that are there, and those of folders that have none, such as after a line was lost."""
    try:
        with open(os.path.join(parent, "index.json"), encoding="utf-8") as stream:
            entries = read_entries(json.load(stream))
    except (OSError, ValueError):
        entries = []
    entries = [entry for entry in entries if os.path.isdir(os.path.join(parent, entry["folder"]))]
    listed = {entry["folder"] for entry in entries} | {name}
    for other in sorted(set(os.listdir(parent)) - listed):
        report = read_report(os.path.join(parent, other))
        if report is not None:
            with contextlib.suppress(KeyError, TypeError, AttributeError):
                entries = with_entry(entries, index_entry(report, other))
    return entries


# -- runs that nobody follows any more --------------------------------------------------------------------------------


def _judged(entry: dict, parent: str, report: Mapping, now: datetime) -> dict:
    """The line of another run of the same conductor, interrupted where its process has gone; its report as well."""
    if entry.get("state") not in GOES_ON or entry.get("authority") != report["run"]["authority"]:
        return entry
    if not is_gone(entry, now):
        return entry
    folder = os.path.join(parent, entry["folder"])
    old = read_report(folder)
    if old is None:
        return {**entry, "state": "interrupted"}
    stopped = interrupted(old)
    stopped = counted(stopped, parse_record_timestamp(stopped["run"]["updated"]))
    ReportFolder(folder, Clock(), path=folder).write(stopped)
    return index_entry(stopped, entry["folder"])


def is_gone(entry: Mapping, now: datetime) -> bool:
    """True if the run of this line is certainly not followed any more: its process on this machine, or its silence."""
    if entry.get("controller") == socket.gethostname():
        known = _lives(str(entry.get("process") or ""))
        if known is not None:
            return not known
    try:
        return now - parse_record_timestamp(str(entry.get("updated"))) > _SILENT
    except ValueError:
        return False


def _lives(process: str) -> bool | None:
    """Does this process still run? None: that cannot be learned, such as of one in another container.

    ``process``: its number, when it began, and the space of its number.
    """
    name, _dash, space = process.rpartition("-")
    number = name.partition("-")[0]
    if not number.isdigit() or name.endswith("-") or not space or space != process_space():
        return None
    return process_name(int(number)) == name


@contextlib.contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Hold the lock of the index, or go on without it after a second."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            handle = os.open(os.path.join(folder, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, handle)
            _take(handle, time.sleep)
        yield


def _take(handle: int, sleep: Callable[[float], None]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            sleep(0.02)

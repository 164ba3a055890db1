# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of a change document in the folder of its run, and what earlier runs have measured."""

from __future__ import annotations

import contextlib
import glob
import importlib
import json
import os
from collections.abc import Iterable, Mapping

from ..clock import Clock
from ..files import prepare_folder, replace_file
from ..planning.known_durations import KnownDurations
from ..reports.change_file import BadPlan, read_change
from ..rollout.broken_off import words_of
from ..rollout.journal import Journal
from ..rollout.node_durations import known_durations

#: Text from a document: (module of reports, function). They are imported when they are needed.
_VIEWS = {
    "change.json": ("change_file", "change_json"),
    "change.md": ("change_markdown", "change_markdown"),
    "change.html": ("change_page", "change_html"),
}
#: Of so many earlier runs the durations count; the newest first.
_RUNS = 30
#: So many runs of one name are told apart.
_MOST_OF_ONE_NAME = 1000


def folder_of_run(wanted: str, run_id: str, process: str) -> tuple[str, dict | None]:
    """The folder of a run, and the document that earlier tasks of this run have left there.

    Where another ``ansible-playbook`` has left its plan in the folder, which may have been approved, this run takes the
    next one.
    """
    base = os.path.abspath(os.path.expanduser(wanted))
    path = base
    for number in range(2, _MOST_OF_ONE_NAME):
        if not os.path.lexists(os.path.join(path, "change.json")):
            return path, None
        document = _written_before(path, run_id, process)
        if document is not None:
            return path, document
        path = f"{base}-{number}"
    return path, None


def write_change(folder: str, document: Mapping) -> tuple[list[str], list[str]]:
    """Write all views of a document. Returns the paths of what was written, and a sentence for each that was not."""
    written, problems = [], []
    try:
        prepare_folder(folder)
    except OSError as error:
        return [], [f"The change document cannot be written to {folder}: {error.strerror or error}. {_ADVICE}"]
    for name, (module, function) in _VIEWS.items():
        path = os.path.join(folder, name)
        try:
            view = getattr(importlib.import_module(f"...reports.{module}", __name__), function)
            replace_file(path, view(document))
        except Exception as error:  # pylint: disable=broad-exception-caught
            why = error.strerror if isinstance(error, OSError) and error.strerror else words_of(error)
            problems.append(f"{path} cannot be written: {why}. {_ADVICE}")
        else:
            written.append(path)
    return written, problems


def _written_before(folder: str, run_id: str, process: str) -> dict | None:
    """The document in a folder, if an earlier task of this run has written it."""
    try:
        with open(os.path.join(folder, "change.json"), encoding="utf-8") as stream:
            document = read_change(stream.read())
    except (OSError, BadPlan, UnicodeDecodeError):
        return None
    same = document["run"].get("id") == run_id and document["run"].get("process") == process
    return document if same else None


def earlier_durations(journal: str | None, run_id: str) -> list[object]:
    """What the runs in this journal have measured, by kind. What cannot be read does not count."""
    if not journal:
        return []
    names = glob.glob(os.path.join(glob.escape(os.path.abspath(os.path.expanduser(journal))), "run-*.json"))
    dated = []
    for name in names:
        with contextlib.suppress(OSError):
            dated.append((os.path.getmtime(name), name))
    durations = []
    for _time, name in sorted(dated, reverse=True)[:_RUNS]:
        with contextlib.suppress(OSError, ValueError), open(name, encoding="utf-8") as stream:
            record = json.load(stream)
            if isinstance(record, dict) and record.get("run_id") != run_id:
                durations.append(record.get("durations"))
    return durations


def node_durations(journal: str | None, routers: Iterable[str], clock: Clock) -> KnownDurations:
    """What the last operations of single nodes took, by which a run orders its routers."""
    return known_durations(Journal(journal or None, "", clock), routers)


def rehearsed_durations(path: str | None) -> tuple[object, str]:
    """What a rehearsal has measured, by kind; and why it cannot be read, as a sentence."""
    if not path:
        return None, ""
    name = os.path.abspath(os.path.expanduser(path))
    try:
        with open(name, encoding="utf-8") as stream:
            summary = json.load(stream)
        return summary["durations"], ""
    except OSError as error:
        why = error.strerror or str(error)
    except (ValueError, KeyError, TypeError):
        why = "it is no summary of a rehearsal with durations"
    return None, f"The rehearsal {name} does not count: {why}."


_ADVICE = "The plan is shown all the same. Make room, or name a folder that can be written (ssr_report_dir)."

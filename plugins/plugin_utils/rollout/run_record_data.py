# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of a run as plain data, and as a file.

It travels in the results of tasks, and lies beside the journal under the name of the run. Nobody needs the file: it
serves tasks that are given no record, and people.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ..clock import format_timestamp
from ..files import replace_file
from ..planning.batches import Tolerance
from ..planning.durations import Durations
from ..software.node_id import NodeId
from .run_record import Batch, RunRecord


def record_as_data(record: RunRecord) -> dict:
    """The record as plain data."""
    return {
        "run_id": record.run_id,
        "process": record.process,
        "updated": format_timestamp(record.clock.wall()),
        "origin": record.origin,
        "batches": [asdict(batch) for batch in record.batches],
        "relapsed": dict(record.relapsed),
        "done": record.done,
        "stopped": record.stopped,
        "held_back": record.held_back,
        "blind": record.blind,
        "start_deadline": record.start_deadline,
        "window_end": record.window_end,
        "approved": record.approved,
        "durations": record.durations,
        "baseline": None if record.baseline is None else [list(node_id) for node_id in record.baseline],
        "first_list": record.first_list,
        "canaries": record.canaries,
        "canaries_ended": record.canaries_ended,
        "tolerance": asdict(record.tolerance) if record.tolerance else None,
    }


def take_record(record: RunRecord, data: Mapping) -> None:
    """Take up a record that a task was given. Raises ValueError with the reason for what is none."""
    try:
        _take(record, data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        record.clear()
        raise ValueError(f"it is no record of this run ({error})") from error


def load_record(record: RunRecord) -> str | None:
    """Take up what earlier batches left in the file. Returns a warning if there is one that cannot be read."""
    record.clear()
    if record.path is None or not os.path.exists(record.path):
        return None
    try:
        with open(record.path, encoding="utf-8") as stream:
            take_record(record, json.load(stream))
    except (OSError, ValueError) as error:
        record.clear()
        return (
            f"The record of this run, {record.path}, cannot be read ({error}). What earlier batches counted is not "
            "known: the budget of failures begins anew."
        )
    return None


def rolled_in_file(record: RunRecord) -> set[str]:
    """The routers of the batches that a task of this run has begun, as it wrote down before it sent anything.

    A task whose result never came has left no other record.
    """
    written = RunRecord(None, record.run_id, record.clock, record.process)
    written.path = record.path
    load_record(written)
    return written.rolled()


def _take(record: RunRecord, data: object) -> None:
    if not isinstance(data, Mapping) or data["run_id"] != record.run_id:
        raise ValueError("it belongs to another run")
    if data["process"] != record.process:
        return  # an earlier run of the same name: what it left binds routers, by the journal, and no batches
    record.origin = dict(data.get("origin") or {})
    record.batches = [Batch.from_data(batch) for batch in data["batches"]]
    record.relapsed = {str(router): str(reason) for router, reason in dict(data["relapsed"]).items()}
    record.done = {
        str(router): {str(node): None if text is None else str(text) for node, text in dict(nodes).items()}
        for router, nodes in dict(data["done"]).items()
    }
    record.stopped, record.blind = (_text(data[key]) for key in ("stopped", "blind"))
    record.start_deadline, record.window_end = (_text(data[key]) for key in ("start_deadline", "window_end"))
    record.approved = _text(data.get("approved"))
    record.held_back = [str(host) for host in data["held_back"]]
    record.durations = Durations.from_data(data["durations"]).as_data()
    baseline: Sequence | None = data["baseline"]
    record.baseline = None if baseline is None else [NodeId(str(router), str(node)) for router, node in baseline]
    first_list = data.get("first_list")
    record.first_list = None if first_list is None else float(first_list)
    record.canaries = None if data["canaries"] is None else int(data["canaries"])
    record.canaries_ended = None if data["canaries_ended"] is None else float(data["canaries_ended"])
    tolerance = data["tolerance"]
    record.tolerance = tolerance and Tolerance(float(tolerance["percent"]), int(tolerance["recent"]))


def save_record(record: RunRecord) -> str | None:
    """Write it down, readable by its owner only. Returns a warning if that fails: it never raises."""
    if record.path is None:
        return None
    try:
        os.makedirs(os.path.dirname(record.path), mode=0o700, exist_ok=True)
        replace_file(record.path, json.dumps(record_as_data(record), indent=1))
    except (OSError, TypeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return f"The record of this run, {record.path}, cannot be written: {why}. Its tasks hand it on all the same."
    return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)

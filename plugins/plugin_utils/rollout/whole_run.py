# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status file between the batches of a run, and at its end: of all its routers, also of those never begun. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from ..clock import parse_record_timestamp
from .run_record import RunRecord
from .status import WAITING, status_data

#: The states in which a router is no longer once its run is over.
_OPEN = (WAITING, "running")
_NO_WORD = "its task ended without a result: something may have been sent there; run again, it takes up what is running"
_NO_TURN = "its turn did not come"


def whole_run(
    known: Mapping,
    record: RunRecord,
    routers: Sequence[str],
    *,
    now: datetime,
    over: bool,
    reason: str = "",
    unclear: Collection[str] = (),
    origin: Mapping[str, object] | None = None,
) -> dict:
    """What the status file holds of a run. ``known``: what its last task has left there, empty for nothing.

    ``routers``: all of the run, in their order; ``unclear``: those of which no task has said what became of them.
    ``over``: no other batch begins, for ``reason``.
    """
    written: Mapping[str, Mapping] = known.get("targets") or {}
    names = dict.fromkeys([*routers, *written])
    verdicts = record.verdicts()
    targets = {name: dict(written.get(name) or _entry(WAITING)) for name in names}
    for name, entry in targets.items():
        if name in record.relapsed:
            entry.update(state="relapsed", phase=None, reason=record.relapsed[name])
        elif name in verdicts:
            entry.update(state=verdicts[name], phase=None)
        elif over and entry["state"] in _OPEN:
            state, why = ("unknown", _NO_WORD) if name in unclear else ("not_started", reason or _NO_TURN)
            entry.update(state=state, phase=None, reason=why)
            entry["nodes"] = [_left(node, state) for node in entry["nodes"]]
    return status_data(
        run_id=record.run_id,
        operation="upgrade",
        version=known.get("version"),
        started=parse_record_timestamp(known["started"]) if known else now,
        now=now,
        state="ended" if over else "running",
        reason=reason,
        targets=targets,
        origin={**(origin or {}), **{name: known[name] for name in origin or {} if name in known}},
        batch=len(record.batches) or None,
        window_end=known.get("window_end") or record.window_end,
    )


def _entry(state: str) -> dict:
    """The entry of a router of which no plan is known."""
    return {"state": state, "phase": None, "since": None, "reason": "", "nodes": []}


def _left(node: Mapping, state: str) -> dict:
    return {**node, "phase": None, "state": state if node.get("state") in _OPEN else node.get("state")}

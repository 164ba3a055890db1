# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the record of a run gets from one task to the next: in its result, and as an option of the next one."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime

from ..clock import parse_timestamp
from ..rollout.run_record import RunRecord
from ..rollout.run_record_data import load_record, take_record
from .base import BadInput, PcliAction


def run_record(action: PcliAction, journal: str | None, run_id: str | None, given: Mapping | None) -> RunRecord:
    """The record that an earlier task of this run has returned (``given``), else what the journal holds of this run.

    Raises BadInput for an option that is no record.
    """
    folder = journal or None
    record = RunRecord(folder if run_id else None, run_id or "", action.clock, action.process)
    if given:
        try:
            take_record(record, given)
        except ValueError as error:
            raise BadInput(f"run_record: {error}. Give RV(run_record) of the task before, or nothing.") from error
        return record
    warning = load_record(record)
    if warning:
        action.warn(warning)
    return record


def earliest(recorded: str | None, given: datetime | None) -> datetime | None:
    """The earlier one of a time of the record and one of a user; None where there is neither."""
    known = None
    if recorded:
        with contextlib.suppress(ValueError):
            known = parse_timestamp(recorded, "the window of the run")
    return min((moment for moment in (known, given) if moment is not None), default=None)

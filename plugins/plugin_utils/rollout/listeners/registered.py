# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who takes note of what happens in a run. A new report or notification is a file in this folder, and a row here."""

from __future__ import annotations

from collections.abc import Callable

from ..context import RunContext
from ..events import Listener
from .duration_keeper import DurationKeeper
from .journal_writer import JournalWriter
from .ledger import NodeLedger
from .metrics_writer import MetricsWriter
from .report_writer import ReportWriter
from .run_report import RunReport
from .screen import ScreenLines
from .status_writer import StatusWriter
from .webhook import Webhook

#: In this order. The journal comes first, so that nothing is shown as sent before it is written down.
LISTENERS: list[Callable[[RunContext], Listener]] = [
    JournalWriter,
    ScreenLines,
    StatusWriter,
    RunReport,
    ReportWriter,
    NodeLedger,
    DurationKeeper,
    MetricsWriter,
    Webhook,
]

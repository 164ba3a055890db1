# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened, in order: a thread-safe list of records that can also go to a file as JSON lines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .clock import Clock


class Journal:
    """Each record is a mapping with `event`, `time` (simulated, ISO), `sim` and `wall` (seconds) and its own keys."""

    def __init__(self, clock: Clock, path: str | Path | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: list[dict[str, Any]] = []
        self._file = open(path, "a", encoding="utf-8") if path else None  # noqa: SIM115 (lives as long as we do)

    def add(self, event: str, **fields: Any) -> dict[str, Any]:
        """Write down an event with its time. Returns the record."""
        now = self._clock.now()
        record = {"event": event, "time": self._clock.iso(now), "sim": round(now, 3), "wall": time.time(), **fields}
        with self._lock:
            self._records.append(record)
            if self._file:
                self._file.write(json.dumps(record) + "\n")
                self._file.flush()
        return record

    def records(self) -> list[dict[str, Any]]:
        """A copy of all records so far."""
        with self._lock:
            return list(self._records)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records())

    def __len__(self) -> int:
        return len(self._records)

    def __getitem__(self, index: Any) -> Any:
        return self.records()[index]

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

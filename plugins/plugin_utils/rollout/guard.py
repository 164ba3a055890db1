# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps an error that nobody expected in one part of a run from ending the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .context import Abandoned

Value = TypeVar("Value")


class Guard:
    """``report`` is given each error; ``error``: the last one, since :meth:`run` was called last."""

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self.error: Exception | None = None

    def run(self, part: Callable[[], Value]) -> Value | None:
        """Do a part of the work; None where it broke. Raises Abandoned."""
        self.error = None
        try:
            return part()
        except Abandoned:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.error = error
            self._report(error)
            return None

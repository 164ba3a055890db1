# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps the collector of garbage away from work that makes many objects and no garbage."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")


def without_collector(function: Callable[..., T]) -> Callable[..., T]:
    """The same function, during which the collector rests. It looks through all new objects again and again.

    Of a list with thousands of rows everything is kept, and looking through it would take a third of the time.
    """

    @wraps(function)
    def resting(*args: object, **kwargs: object) -> T:
        if not gc.isenabled():
            return function(*args, **kwargs)
        gc.disable()
        try:
            return function(*args, **kwargs)
        finally:
            gc.enable()

    return resting

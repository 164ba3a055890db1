# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of checks: the values that a user may set in the mapping of a check, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..planning.user_times import parse_user_time, parse_zone

#: The default of a parameter that a user must set.
REQUIRED = object()


class BadParameter(ValueError):
    """A value that the parameter does not accept. Its text says which are accepted."""


@dataclass(frozen=True)
class Times:
    """What a time is relative to, and the zone of one that names none."""

    now: datetime
    zone: object = None


@dataclass(frozen=True)
class Parameter:
    """``about``: its description in the documentation (it follows the name and a comma). ``take`` reads a value.

    ``timed``: it is a point in time, for which ``take`` needs more.
    """

    about: str
    take: Callable[..., Any]
    default: object = None
    timed: bool = False

    def read(self, value: object, where: str, times: Times) -> Any:
        """The value, read. Raises BadParameter with a sentence that begins with ``where``."""
        return self.take(value, where, times) if self.timed else self.take(value, where)


def choice(*words: str) -> Callable[[object, str], str]:
    """One of these words."""

    def take(value: object, where: str) -> str:
        if value not in words:
            raise BadParameter(f"{where} is {value!r}; it can be {' or '.join(words)}.")
        return str(value)

    return take


def names(value: object, where: str) -> tuple[str, ...]:
    """A list of names; one name alone is a list of one."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise BadParameter(f"{where} is {value!r}; a list of names is needed (put numbers in quotes).")
    return tuple(str(text) for text in texts)


def number(value: object, where: str) -> float:
    """A number that is not negative; as text too, since what comes from a command line is text."""
    try:
        result = -1.0 if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        result = -1.0
    if not 0 <= result < float("inf"):
        raise BadParameter(f"{where} is {value!r}; a number of 0 or more is needed.")
    return result


def moment(value: object, where: str, times: Times) -> Any:
    """A point in time as people write it; None where ``none`` is written. An empty value is a mistake."""
    try:
        return parse_user_time(value, where, times.now, times.zone)
    except ValueError as error:
        raise BadParameter(str(error).removesuffix(" Nothing was sent.")) from error  # whoever refuses it says so


def zone(value: object, where: str) -> str:
    """The name or the offset of a time zone."""
    try:
        parse_zone(value)
    except ValueError as error:
        raise BadParameter(f"{where}: {error}") from error
    return str(value or "")

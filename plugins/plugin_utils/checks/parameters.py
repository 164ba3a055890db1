# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parameters of checks: what a user may give in the mapping of a check, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..clock import parse_timestamp

#: A parameter without which its check cannot be made.
REQUIRED = object()


class BadParameter(ValueError):
    """A value that the parameter does not take. Its text says which are taken."""


@dataclass(frozen=True)
class Parameter:
    """``about``: what it is, for the documentation (it follows the name and a comma). ``take`` reads a value."""

    about: str
    take: Callable[[object, str], Any]
    default: object = None

    def read(self, value: object, where: str) -> Any:
        """The value, read. Raises BadParameter with a sentence that begins with ``where``."""
        return self.take(value, where)


def choice(*words: str) -> Callable[[object, str], str]:
    """One of these words."""

    def take(value: object, where: str) -> str:
        if value not in words:
            raise BadParameter(f"{where} is {value!r}; it can be {' or '.join(words)}.")
        return str(value)

    return take


def names(value: object, where: str) -> tuple[str, ...]:
    """A list of names; one name alone is a list of one."""
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not all(isinstance(one, str) for one in found):
        raise BadParameter(f"{where} is {value!r}; a list of names is needed (put numbers in quotes).")
    return tuple(str(one) for one in found)


def number(value: object, where: str) -> float:
    """A number that is not negative; as text too, since what comes from a command line is text."""
    try:
        found = -1.0 if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found < float("inf"):
        raise BadParameter(f"{where} is {value!r}; a number from 0 is needed.")
    return found


def moment(value: object, where: str) -> Any:
    """A point in time with its zone; nothing at all counts as not given."""
    if value is None or value == "":
        return None
    try:
        return parse_timestamp(value, where)
    except ValueError as error:
        raise BadParameter(str(error)) from error

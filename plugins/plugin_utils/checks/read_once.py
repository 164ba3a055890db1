# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts that are read only if a check needs them, and then once, also where the answer was a refusal."""

from __future__ import annotations

from collections.abc import Callable

from ..pcli.errors import NoPrompt, PcliError


def read_once(method: Callable) -> property:
    """A property that is read at most once. A refusal is remembered too; a lost connection is not.

    The object keeps what was read in ``_facts``.
    """
    name = method.__name__

    def value(self):
        if name not in self._facts:
            try:
                self._facts[name] = (method(self), None)
            except PcliError as error:
                if error.connection and not isinstance(error, NoPrompt):
                    raise
                self._facts[name] = (None, error)
        fact, error = self._facts[name]
        if error:
            raise error
        return fact

    return property(value, doc=method.__doc__)

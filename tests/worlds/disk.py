# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk of the controller, which may be full: then no file can be written in the folder of the world."""

from __future__ import annotations

import builtins
import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator

from .clock import WorldClock


class Disk:
    """Where the files of the runs lie. ``folder``: what is written elsewhere is no matter of this world."""

    def __init__(self, clock: WorldClock, folder: str) -> None:
        self.folder = folder
        self._clock = clock
        self.full_since: float | None = None
        #: Since when the journal is no folder any more.
        self.journal_lost_since: float | None = None

    def fill(self) -> None:
        if self.full_since is None:
            self.full_since = self._clock.now()

    def free(self) -> None:
        self.full_since = None

    def check(self, path: object) -> None:
        """Raise OSError where a file would be written and cannot be."""
        if self.full_since is not None and str(path or "").startswith(self.folder):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """For as long as a world is played, files are written to this disk."""
        plain_open, plain_mkstemp, plain_makedirs = builtins.open, tempfile.mkstemp, os.makedirs

        def checked_open(file, mode="r", *more, **named):
            if set(mode) & set("wax+"):
                self.check(file)
            return plain_open(file, mode, *more, **named)

        def checked_mkstemp(suffix=None, prefix=None, dir=None, text=False):
            self.check(dir)
            return plain_mkstemp(suffix, prefix, dir, text)

        def checked_makedirs(name, mode=0o777, exist_ok=False):
            if not os.path.isdir(name):
                self.check(name)
            return plain_makedirs(name, mode, exist_ok)

        replaced: list[tuple[object, str, Callable, Callable]] = [
            (builtins, "open", plain_open, checked_open),
            (tempfile, "mkstemp", plain_mkstemp, checked_mkstemp),
            (os, "makedirs", plain_makedirs, checked_makedirs),
        ]
        for owner, name, _plain, checked in replaced:
            setattr(owner, name, checked)
        try:
            yield
        finally:
            for owner, name, plain, _checked in replaced:
                setattr(owner, name, plain)

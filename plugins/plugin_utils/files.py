# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on the controller: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def _written_beside(path: str, data: str | bytes) -> Iterator[str]:
    """A temporary file in the folder of ``path`` that holds the data; it is removed unless the caller moved it."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".new-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data.encode("utf-8") if isinstance(data, str) else data)
            stream.flush()
            os.fsync(stream.fileno())
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def replace_file(path: str, data: str | bytes, mode: int = 0o600) -> None:
    """Write a file, or replace it, so that a reader never sees half of it. Raises OSError, and keeps the old file.

    ``mode``: who may read it; another one than the default is for files that hold nothing but figures.
    """
    with _written_beside(path, data) as temporary:
        os.chmod(temporary, mode)
        os.replace(temporary, path)


def create_file(path: str, data: str | bytes) -> None:
    """Write a file that must not exist yet. Raises FileExistsError where it does, even since a moment ago; OSError."""
    with _written_beside(path, data) as temporary:
        os.link(temporary, path)  # unlike a rename, this never replaces a file that has come in between


def prepare_folder(folder: str) -> None:
    """Make a folder, for its owner only, and prove that files can be written in it. Raises OSError."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".probe-")
    os.close(handle)
    os.unlink(name)


def new_folder(wanted: str) -> str:
    """Make a folder that was not there yet, for its owner only: the one that is wanted, or with a number behind it.

    Its path. Raises OSError.
    """
    number, path = 1, wanted
    while True:
        try:
            os.makedirs(path, mode=0o700)
        except FileExistsError:
            number += 1
            path = f"{wanted}-{number}"
        else:
            return path

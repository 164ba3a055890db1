# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of one conductor node: enough of a file system for exported configurations, SFTP and a shell."""

from __future__ import annotations

import posixpath
import threading
from dataclasses import dataclass

EXPORTS = "/etc/128technology/config-exports"
ISOS = "/var/lib/128technology/iso"
_DIRECTORIES = ("/", "/etc", "/etc/128technology", EXPORTS, "/home", "/home/admin", "/tmp", "/var", "/var/lib", ISOS)


@dataclass
class File:
    data: bytes
    modified: float
    mode: int = 0o640
    readable: bool = True


class Files:
    def __init__(self, now: float = 0.0) -> None:
        self._lock = threading.RLock()
        self._files: dict[str, File] = {
            "/etc/128technology/global.init": File(b'{"init": {"conductor": true}}\n', now),
            "/etc/hostname": File(b"conductor\n", now),
        }
        self._directories = set(_DIRECTORIES)

    @staticmethod
    def clean(path: str) -> str:
        return posixpath.normpath(posixpath.join("/home/admin", path or "."))

    def get(self, path: str) -> File | None:
        with self._lock:
            return self._files.get(self.clean(path))

    def put(self, path: str, data: bytes, now: float) -> File:
        with self._lock:
            file = self._files[self.clean(path)] = File(data, now)
            return file

    def remove(self, path: str) -> bool:
        with self._lock:
            return self._files.pop(self.clean(path), None) is not None

    def rename(self, old: str, new: str) -> bool:
        with self._lock:
            file = self._files.pop(self.clean(old), None)
            if file:
                self._files[self.clean(new)] = file
            return file is not None

    def is_directory(self, path: str) -> bool:
        return self.clean(path) in self._directories

    def make_directory(self, path: str) -> None:
        with self._lock:
            self._directories.add(self.clean(path))

    def names(self, path: str) -> list[str]:
        """Names of the files and directories right below `path`."""
        folder = self.clean(path).rstrip("/") + "/"
        with self._lock:
            entries = [*self._files, *self._directories]
        return sorted(
            {entry[len(folder) :] for entry in entries if entry.startswith(folder) and "/" not in entry[len(folder) :]}
            - {""}
        )

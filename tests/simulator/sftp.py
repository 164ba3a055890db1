# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SFTP on the files of a conductor node."""

from __future__ import annotations

import io
import os
import posixpath
import stat
from typing import Any

import paramiko

from .files import File, Files


class SftpSession(paramiko.SFTPServerInterface):
    def __init__(self, server: Any, *_args: Any, **_kwargs: Any) -> None:
        super().__init__(server)
        self._files: Files = server.node.files
        self._journal = server.world.journal
        self._clock = server.world.clock
        self._who = {"node": server.node.node_id, "user": server.user.name}

    def canonicalize(self, path: str) -> str:
        return Files.clean(path)

    def list_folder(self, path: str) -> Any:
        if not self._files.is_directory(path):
            return paramiko.SFTP_NO_SUCH_FILE
        return [self._attributes(posixpath.join(Files.clean(path), name)) for name in self._files.names(path)]

    def stat(self, path: str) -> Any:
        if not self._files.is_directory(path) and self._files.get(path) is None:
            return paramiko.SFTP_NO_SUCH_FILE
        return self._attributes(Files.clean(path))

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        file = self._files.get(path)
        self._journal.add("sftp", path=Files.clean(path), write=bool(flags & (os.O_WRONLY | os.O_RDWR)), **self._who)
        if flags & (os.O_WRONLY | os.O_RDWR):
            data = b"" if file is None or flags & os.O_TRUNC else file.data
            return _Handle(flags, data, lambda content: self._files.put(path, content, self._clock.now()))
        if file is None:
            return paramiko.SFTP_NO_SUCH_FILE
        if not file.readable:
            return paramiko.SFTP_PERMISSION_DENIED
        return _Handle(flags, file.data, None, self._attributes(Files.clean(path)))

    def remove(self, path: str) -> int:
        return paramiko.SFTP_OK if self._files.remove(path) else paramiko.SFTP_NO_SUCH_FILE

    def rename(self, oldpath: str, newpath: str) -> int:
        return paramiko.SFTP_OK if self._files.rename(oldpath, newpath) else paramiko.SFTP_NO_SUCH_FILE

    posix_rename = rename

    def mkdir(self, path: str, attr: Any) -> int:
        self._files.make_directory(path)
        return paramiko.SFTP_OK

    def chattr(self, path: str, attr: Any) -> int:
        file = self._files.get(path)
        if file and attr.st_mode:
            file.mode = stat.S_IMODE(attr.st_mode)
        return paramiko.SFTP_OK if file else paramiko.SFTP_NO_SUCH_FILE

    def _attributes(self, path: str) -> paramiko.SFTPAttributes:
        file: File | None = self._files.get(path)
        attributes = paramiko.SFTPAttributes()
        attributes.filename = posixpath.basename(path)
        attributes.st_uid = attributes.st_gid = 0
        attributes.st_mode = stat.S_IFREG | file.mode if file else stat.S_IFDIR | 0o755
        attributes.st_size = len(file.data) if file else 0
        attributes.st_mtime = attributes.st_atime = int(file.modified if file else self._clock.now())
        return attributes


class _Handle(paramiko.SFTPHandle):
    def __init__(self, flags: int, data: bytes, store: Any, attributes: Any = None) -> None:
        super().__init__(flags)
        self._buffer = io.BytesIO(data)
        self._store = store
        self._attributes = attributes

    def stat(self) -> Any:
        if self._attributes is not None:
            return self._attributes
        attributes = paramiko.SFTPAttributes()
        attributes.st_size = len(self._buffer.getvalue())
        return attributes

    def read(self, offset: int, length: int) -> bytes:
        self._buffer.seek(offset)
        return self._buffer.read(length)

    def write(self, offset: int, data: bytes) -> int:
        self._buffer.seek(offset)
        self._buffer.write(data)
        return paramiko.SFTP_OK

    def chattr(self, attr: Any) -> int:
        return paramiko.SFTP_OK

    def close(self) -> None:
        if self._store is not None:
            self._store(self._buffer.getvalue())

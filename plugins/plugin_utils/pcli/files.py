# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfers files from and to a node: by SFTP, or as base64 through the PCLI's own shell."""

from __future__ import annotations

import base64
import binascii
import contextlib
import gzip
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator

from ..files import create_file
from .connection_pool import SFTP_STALL
from .errors import ConnectFailed, PcliError
from .session import Session

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

#: What a web server says in place of a file: a page, or an error as data.
_PAGE = re.compile(
    rb"\s*(?:<!doctype\s+html|<html|<\?xml[^>]*>\s*<(?:!doctype\s+html|html)"
    rb"|\{\s*\"(?:message|errors?|detail|status|code)\"\s*:)",
    re.IGNORECASE,
)
_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class FileProblem(PcliError):
    """A file could not be read, sent or written. The message gives the reason."""


def fetch_by_sftp(session: Session, path: str) -> bytes:
    """Read a file of the node. Raises ConnectFailed if there is no SFTP, FileProblem if the file is incomplete."""
    client = session.sftp()
    with contextlib.closing(client), _transfer("read", path), client.open(path, "rb") as stream:
        size = stream.stat().st_size
        data = stream.read()
    if size is not None and len(data) != size:
        raise FileProblem(f"SFTP gave {len(data)} bytes of {path}, which has {size}.")
    return data


def list_by_sftp(session: Session, folder: str) -> list[str]:
    """The names of what is in a folder of the node. Raises ConnectFailed if there is no SFTP, FileProblem."""
    client = session.sftp()
    with contextlib.closing(client), _transfer("list", folder):
        return client.listdir(folder)


def send_by_sftp(session: Session, data: bytes, path: str) -> None:
    """Write a new file on the node, readable by its owner only; never overwrites. Raises ConnectFailed, FileProblem."""
    client = session.sftp()
    with contextlib.closing(client):
        hint = " It may exist already, or the account may not write there (see ansible_pcli_sftp_user)."
        with _transfer("write", path, hint), client.open(path, "wx") as stream:
            stream.chmod(0o600)
            stream.write(data)


@contextlib.contextmanager
def _transfer(what: str, path: str, hint: str = "") -> Iterator[None]:
    """Turn an exception of paramiko during a transfer into a readable error."""
    try:
        yield
    except TimeoutError as error:
        raise FileProblem(f"SFTP cannot {what} {path}: no data came for {SFTP_STALL:.0f} s.") from error
    except OSError as error:
        raise FileProblem(f"SFTP cannot {what} {path}: {error.strerror or error}.{hint}") from error
    except (EOFError, paramiko.SSHException) as error:
        raise ConnectFailed(f"The connection ended during the SFTP {what} of {path}. Try again.") from error


def from_base64(text: str, path: str) -> bytes:
    """The bytes that ``base64 <path>`` printed. Raises FileProblem for anything else."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = next((line for line in lines if not _BASE64_LINE.fullmatch(line)), None)
    if wrong or not lines:
        raise FileProblem(f"The PCLI's shell did not print {path}: {wrong or 'the output is empty'}")
    try:
        return base64.b64decode("".join(lines), validate=True)
    except binascii.Error as error:
        raise FileProblem(f"The PCLI's shell printed something other than base64 for {path}: {error}.") from error


def check_gzip(data: bytes, name: str) -> None:
    """Raise FileProblem unless the data is a complete gzip file that may be a configuration.

    What an export looks like inside is documented nowhere, so only what is certainly none is refused: nothing, and what
    a web server says instead of a file.
    """
    try:
        whole = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise FileProblem(f"{name} is not a complete gzip file, as an exported configuration is: {error}.") from error
    if not whole:
        raise FileProblem(f"{name} contains nothing.")
    if _PAGE.match(whole[:2000]):
        said = " ".join(whole[:120].decode("utf-8", "replace").split())
        raise FileProblem(f"{name} is no exported configuration: it contains what a web server says, '{said}'.")


def checksum(data: bytes) -> str:
    """SHA-256, as sha256sum prints it."""
    return hashlib.sha256(data).hexdigest()


def check_folder(path: str) -> None:
    """Check that files can be written in a folder on the controller, or that it can be created. Leaves nothing behind.

    Raises FileProblem.
    """
    folder = os.path.abspath(path)
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FileProblem(f"Nothing can be written to {path} on the controller: {error.strerror or error}.") from error


def save_new(data: bytes, path: str) -> bool:
    """Write a file on the controller with mode 0600, completely or not at all. False: the same file exists already.

    Raises FileProblem if a different file exists already, or the file cannot be written.
    """
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.path.exists(path):
            with open(path, "rb") as stream:
                if stream.read() == data:
                    return False
            raise FileProblem(f"{path} exists already with other content, and backups are never overwritten.")
        create_file(path, data)
    except OSError as error:
        raise FileProblem(f"{path} cannot be written on the controller: {error.strerror or error}.") from error
    return True

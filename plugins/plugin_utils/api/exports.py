# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports the running configuration over the API, lists exports, and fetches one: the only calls that write.

The chain is that of 128t-scripts: export, nonce, download. Which status codes they answer is documented nowhere.
"""

from __future__ import annotations

import gzip
import io
import zlib

from .allowed import EXPORT_NAME, ApiRequest, path_of
from .errors import Nonsense, NotOffered
from .session import ApiSession
from .values import rows, text

_LIST = ApiRequest("GET", "/config/export")
_CHUNK = 1024 * 1024


def list_exports(session: ApiSession) -> list[str] | None:
    """The names of all exports; None where the answer is no list of them. Raises ApiError."""
    listed = rows(session.ask(_LIST))
    if listed is None:
        return None
    names = [text(row, "name", "filename") for row in listed]
    return [name for name in names if name] if all(names) else None


def export(session: ApiSession, name: str) -> str:
    """Export the running configuration under a name; the name of the file that the conductor has made of it.

    It is taken from the answer, as the conductor may add an ending. Raises ApiError.
    """
    request = ApiRequest("POST", "/config/export", body={"filename": name, "datastore": "running"})
    value = session.ask(request)
    path = text(value, "exportPath") if isinstance(value, dict) else None
    file_name = path.rpartition("/")[2] if path else ""
    if EXPORT_NAME.fullmatch(file_name):
        return file_name
    answered = f"It did not say where the export is (exportPath: {path!r}), so no older one is taken for it."
    step = "Look at 'show config exports' on the conductor. The export by SSH does not need this."
    raise session.problems.make(Nonsense, request, answered, step)


def download(session: ApiSession, file_name: str) -> bytes:
    """The bytes of an export, which are compressed by gzip. Raises ApiError.

    A nonce may be good for one download only, so each gets its own. It is a secret.
    """
    ask_nonce = ApiRequest("GET", "/nonce")
    value = session.ask(ask_nonce)
    nonce = text(value, "nonce") if isinstance(value, dict) else None
    if nonce is None:
        step = "The export by SSH does not need it."
        raise session.problems.make(NotOffered, ask_nonce, "It gave no nonce, which a download needs.", step)
    session.hide(nonce)
    request = ApiRequest("GET", f"{path_of('config', 'export', file_name)}/download", parameters={"nonce": nonce})
    data = session.fetch(request)
    if not _is_whole(data):
        answered = f"It sent {len(data)} bytes that are no complete gzip file, which every export is."
        raise session.problems.make(
            Nonsense, request, answered, "Nothing was saved. The export by SSH does not need it."
        )
    return data


def _is_whole(data: bytes) -> bool:
    """Whether this is gzip to its end, with something in it: an answer without a length may have been cut off.

    What is in it is never in memory as a whole, however big it would be.
    """
    size = 0
    try:
        with gzip.open(io.BytesIO(data)) as file:
            while part := file.read(_CHUNK):
                size += len(part)
    except (OSError, EOFError, zlib.error):
        return False
    return size > 0

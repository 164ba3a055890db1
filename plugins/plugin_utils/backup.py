# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of the running configuration: exported on the conductor, proven there, and brought to the controller."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .conductor import Conductor
from .pcli import ssh
from .pcli.errors import PcliError
from .pcli.files import FileProblem, check_gzip, checksum, fetch_by_sftp, from_base64, save_new
from .software.names import NameRefused, check_word

#: Where exports lie (CLI-6.0); used where the answer to the export does not name the path.
FOLDER = "/etc/128technology/config-exports"

#: What an export does not hold (howto_conductor_migration): said in every result, so that nobody relies on it.
NOT_IN_EXPORT = (
    "salt master and minion keys (/etc/128technology/salt/pki, /etc/salt/pki)",
    "initialisation files (/etc/128technology/global.init, local.init)",
    "custom salt states (/svr/salt)",
)

_PATH = re.compile(r"(/[\w.\-/]+)")
# "alphanumerics plus . - _" (CLI-6.0). The name becomes one of a file here as well, so it does not begin with a dot.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._\-]*")


@dataclass(frozen=True)
class Backup:
    """What was saved where. ``restorable``: can a conductor import it? ``notes``: what did not work on the way."""

    name: str
    remote_path: str | None
    path: str | None
    checksum: str | None
    size: int | None
    method: str | None
    restorable: bool
    exported: bool
    saved: bool
    notes: tuple[str, ...]


def check_name(value: object, field: str) -> str:
    """Return ``value`` if it can be the name of an export, else raise NameRefused."""
    if not _NAME.fullmatch(check_word(value, field)):
        raise NameRefused(
            f"{field} {value!r} cannot be the name of an export. Letters, digits, '.', '-' and '_' are accepted, and "
            "it begins with a letter or a digit."
        )
    return value


def exported_as(name: str, listed: Sequence[str]) -> str | None:
    """The name under which an export is listed: the PCLI adds ``.gz`` (CLI-6.0)."""
    return next((one for one in listed if one in (name, f"{name}.gz")), None)


def export(conductor: Conductor, name: str) -> tuple[str, str, bool]:
    """Export the running configuration and prove it by the list. (listed name, path, was it new)

    A name that is listed already is not exported again. Raises FileProblem where the conductor claims an export that
    it does not list, DeviceError where it refuses.
    """
    listed = exported_as(name, conductor.exports())
    if listed:
        return listed, f"{FOLDER}/{listed}", False
    answer = conductor.export(name)
    listed = exported_as(name, conductor.exports())
    if not listed:
        raise FileProblem(
            f"The conductor answered the export of '{name}' without an error, but 'show config exports' does not list "
            f"it. Its words: {answer.text.strip() or '(none)'}. There is no backup."
        )
    path = next((one for one in _PATH.findall(answer.text) if name in one), f"{FOLDER}/{listed}")
    return listed, path, True


def save(
    conductor: Conductor,
    name: str,
    dest: str,
    methods: Sequence[str],
    sftp: ssh.Login | None,
    tell: Callable[[str], None],
) -> Backup:
    """Export, and bring the file to ``dest`` by the first of ``methods`` (sftp, shell, text) that works.

    Raises the errors of :func:`export`, and FileProblem where the controller cannot keep the file.
    """
    listed, path, exported = export(conductor, name)
    tell(f"exported as {listed}")
    notes: list[str] = []
    for method in methods:
        try:
            data, ending, restorable = _fetch(conductor, path, method, sftp)
        except PcliError as error:
            if error.connection == "lost":
                raise
            notes.append(f"{method}: {error}")
            continue
        target = os.path.join(dest, f"{name.removesuffix('.gz')}{ending}")
        saved = save_new(data, target)
        tell(f"saved to {target} ({len(data)} bytes, by {method})")
        return Backup(
            listed, path, target, checksum(data), len(data), method, restorable, exported, saved, tuple(notes)
        )
    return Backup(listed, path, None, None, None, None, True, exported, False, tuple(notes))


def _fetch(conductor: Conductor, path: str, method: str, sftp: ssh.Login | None) -> tuple[bytes, str, bool]:
    if method == "text":
        text = conductor.running_config()
        if not text.strip():
            raise FileProblem("'show config running flat' printed nothing.")
        return (text + "\n").encode(), ".txt", False
    if method == "sftp":
        data = fetch_by_sftp(conductor.session, path, sftp)
    else:
        data = from_base64(conductor.shell(f"base64 {path}", timeout=300).text, path)
    check_gzip(data, path)
    return data, ".gz", True

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of the running configuration: exported on the conductor, verified there, and copied to the controller.

Old backups are deleted on request: only those with a generated name, of the same node.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..pcli.errors import PcliError
from ..pcli.files import FileProblem, check_gzip, checksum, fetch_by_sftp, from_base64, save_new
from ..software.counts import counted
from ..software.names import NameRefused, check_word
from .client import Conductor

#: Where exports lie (CLI-6.0); used where the answer to the export does not name the path.
FOLDER = "/etc/128technology/config-exports"

#: What an export does not hold (howto_conductor_migration): stated in every result, so that nobody relies on it.
NOT_IN_EXPORT = (
    "salt master and minion keys (/etc/128technology/salt/pki, /etc/salt/pki)",
    "initialisation files (/etc/128technology/global.init, local.init)",
    "custom salt states (/svr/salt)",
)

_TIMESTAMP = "%Y%m%dT%H%M%SZ"
_PATH = re.compile(r"(/[\w.\-/]+)")
# "alphanumerics plus . - _" (CLI-6.0). The name becomes one of a file here as well, so it does not begin with a dot.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._\-]*")


@dataclass(frozen=True)
class Backup:
    """What was saved where. ``restorable``: a conductor can import it. ``notes``: which methods failed before."""

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


@dataclass(frozen=True)
class Pruned:
    """What was deleted, or would be. ``notes``: what could not be, and why. ``before`` and ``after``: all names."""

    deleted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def after(self) -> tuple[str, ...]:
        return tuple(name for name in self.before if name not in self.deleted)


def generated_name(router: str, node: str, moment: datetime) -> str:
    """The name of a backup for which the user gave none: its node, and when it was made (UTC)."""
    return f"{router}-{node}-{moment.strftime(_TIMESTAMP)}"


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
    return next((export_name for export_name in listed if export_name in (name, f"{name}.gz")), None)


def export(conductor: Conductor, name: str) -> tuple[str, str, bool]:
    """Export the running configuration and verify it by the list. Returns the listed name, its path, and if it is new.

    A name that is listed already is not exported again. Raises FileProblem where the conductor claims an export that
    it does not list, DeviceError where it refuses.
    """
    listed = exported_as(name, conductor.configuration.exports())
    if listed:
        return listed, f"{FOLDER}/{listed}", False
    response = conductor.configuration.export(name)
    listed = exported_as(name, conductor.configuration.exports())
    if not listed:
        raise FileProblem(
            f"The conductor answered the export of '{name}' without an error, but 'show config exports' does not list "
            f"it. It printed: {response.text.strip() or '(none)'}. There is no backup."
        )
    path = next((match for match in _PATH.findall(response.text) if name in match), f"{FOLDER}/{listed}")
    return listed, path, True


def save(
    conductor: Conductor,
    name: str,
    dest: str,
    methods: Sequence[str],
    report_progress: Callable[[str], None],
) -> Backup:
    """Export, and bring the file to ``dest`` by the first of ``methods`` (sftp, shell, api, text) that works.

    Raises the errors of :func:`export`, and FileProblem where the controller cannot keep the file.
    """
    listed, path, exported = export(conductor, name)
    report_progress(f"exported as {listed}")
    notes: list[str] = []
    for method in methods:
        try:
            data, ending, restorable = _fetch(conductor, path, method)
        except PcliError as error:
            if error.connection == "lost":
                raise
            notes.append(f"{method}: {error}")
            continue
        target = os.path.join(dest, f"{name.removesuffix('.gz')}{ending}")
        saved = save_new(data, target)
        report_progress(f"saved to {target} ({len(data)} bytes, by {method})")
        return Backup(
            listed, path, target, checksum(data), len(data), method, restorable, exported, saved, tuple(notes)
        )
    return Backup(listed, path, None, None, None, None, True, exported, False, tuple(notes))


# -- pruning ----------------------------------------------------------------------------------------------------------


def of_node(names: Iterable[str], router: str, node: str) -> list[str]:
    """The generated names among these that belong to this node, oldest first."""
    pattern = re.compile(rf"{re.escape(f'{router}-{node}')}-([0-9]{{8}}T[0-9]{{6}}Z)(?:\.gz|\.txt)?")
    dated = [(match[1], name) for name in set(names) if (match := pattern.fullmatch(name))]
    return [name for _timestamp, name in sorted(dated)]


def superfluous(names: Sequence[str], keep: int, spare: str | None = None) -> list[str]:
    """Which of these names, oldest first, may be deleted: all but the newest ``keep``, and never ``spare``."""
    return [name for name in names[: max(0, len(names) - keep)] if name != spare]


def prune_exports(
    conductor: Conductor,
    router: str,
    node: str,
    keep: int,
    name: str,
    dry: bool,
    report_progress: Callable[[str], None],
) -> Pruned:
    """Delete old exports on the conductor (``delete config exported``, CLI-6.0). ``name``: the newest, just made.

    ``dry``: nothing is deleted, and ``name`` counts as there. What the conductor does not delete is named in the notes.
    """
    listed = conductor.configuration.exports()
    if dry and exported_as(name, listed) is None:
        listed = [*listed, name]
    names = of_node(listed, router, node)
    old = superfluous(names, keep, exported_as(name, names))
    if dry or not old:
        return Pruned(tuple(old), (), tuple(names))
    # The backup itself is done: whatever goes wrong from here on becomes a note and no failure.
    notes, deleted = [], []
    try:
        for export_name in old:
            conductor.configuration.delete_export(export_name)
            deleted.append(export_name)
    except PcliError as error:
        notes.append(f"keep_exports: {error}")
    try:
        left = set(conductor.configuration.exports())
    except PcliError as error:
        notes.append(f"keep_exports: what is left on the conductor could not be read: {error}")
    else:
        if still := [export_name for export_name in deleted if export_name in left]:
            notes.append(f"keep_exports: the conductor confirmed the deletion, but still lists {', '.join(still)}.")
        deleted = [export_name for export_name in old if export_name not in left]
    if deleted:
        report_progress(f"deleted {counted(len(deleted), 'old export')}: {', '.join(deleted)}")
    return Pruned(tuple(deleted), tuple(notes), tuple(names))


def prune_copies(
    dest: str, router: str, node: str, keep: int, name: str, dry: bool, report_progress: Callable[[str], None]
) -> Pruned:
    """Delete old copies in a folder of the controller. ``name``: the newest, with its ending (any, where ``dry``).

    Copies that can be restored and those that cannot are counted separately: a text never displaces a configuration.
    """
    try:
        with os.scandir(dest) as entries:
            there = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        there = []
    names = of_node([*there, *([name] if dry else ())], router, node)
    old = [
        file_name
        for ending in (".gz", ".txt")
        for file_name in superfluous([listed for listed in names if listed.endswith(ending)], keep, name)
    ]
    deleted, notes = [], []
    for file_name in old:
        try:
            if not dry:
                os.unlink(os.path.join(dest, file_name))
            deleted.append(file_name)
        except OSError as error:
            notes.append(f"keep_copies: {file_name} cannot be deleted: {error.strerror or error}.")
    if deleted and not dry:
        report_progress(f"deleted {counted(len(deleted), 'old copy', 'old copies')} in {dest}: {', '.join(deleted)}")
    return Pruned(tuple(deleted), tuple(notes), tuple(names))


def _fetch(conductor: Conductor, path: str, method: str) -> tuple[bytes, str, bool]:
    if method == "text":
        text = conductor.running_config()
        if not text.strip():
            raise FileProblem("'show config running flat' printed nothing.")
        return (text + "\n").encode(), ".txt", False
    if method == "sftp":
        data = fetch_by_sftp(conductor.session, path)
    elif method == "api":
        data = conductor.web.download(path.rpartition("/")[2], conductor.local_node())
    else:
        data = from_base64(conductor.shell(f"base64 {path}", timeout=300).text, path)
    check_gzip(data, path)
    return data, ".gz", True

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A backup of the running configuration: exported on the conductor, proven there, and brought to the controller.

Old backups are deleted where the user asks for it: only those with a name that was made up here, for the same node.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..pcli import ssh
from ..pcli.errors import PcliError
from ..pcli.files import FileProblem, check_gzip, checksum, fetch_by_sftp, from_base64, save_new
from ..software.names import NameRefused, check_word
from .client import Conductor

#: Where exports lie (CLI-6.0); used where the answer to the export does not name the path.
FOLDER = "/etc/128technology/config-exports"

#: What an export does not hold (howto_conductor_migration): said in every result, so that nobody relies on it.
NOT_IN_EXPORT = (
    "salt master and minion keys (/etc/128technology/salt/pki, /etc/salt/pki)",
    "initialisation files (/etc/128technology/global.init, local.init)",
    "custom salt states (/svr/salt)",
)

_MOMENT = "%Y%m%dT%H%M%SZ"
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


@dataclass(frozen=True)
class Pruned:
    """What was deleted, or would be. ``notes``: what could not be, and why. ``before``, ``after``: what there is."""

    deleted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    @property
    def after(self) -> tuple[str, ...]:
        return tuple(name for name in self.before if name not in self.deleted)


def made_up_name(router: str, node: str, moment: datetime) -> str:
    """The name of a backup that the user gave none: what it is of, and when it was made (UTC)."""
    return f"{router}-{node}-{moment.strftime(_MOMENT)}"


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
    path = next((match for match in _PATH.findall(answer.text) if name in match), f"{FOLDER}/{listed}")
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


# -- pruning ----------------------------------------------------------------------------------------------------------


def of_node(names: Iterable[str], router: str, node: str) -> list[str]:
    """Those of these names that were made up here for this node, oldest first."""
    pattern = re.compile(rf"{re.escape(f'{router}-{node}')}-([0-9]{{8}}T[0-9]{{6}}Z)(?:\.gz|\.txt)?")
    found = [(match[1], name) for name in set(names) if (match := pattern.fullmatch(name))]
    return [name for _moment, name in sorted(found)]


def superfluous(names: Sequence[str], keep: int, spare: str | None = None) -> list[str]:
    """What may go of names in the order of their age: all but the newest ``keep``, and never ``spare``."""
    return [name for name in names[: max(0, len(names) - keep)] if name != spare]


def prune_exports(
    conductor: Conductor, router: str, node: str, keep: int, name: str, dry: bool, tell: Callable[[str], None]
) -> Pruned:
    """Delete old exports on the conductor (``delete config exported``, CLI-6.0). ``name``: the newest, just made.

    ``dry``: nothing is deleted, and ``name`` counts as there. What the conductor does not delete is told in the notes.
    """
    listed = conductor.exports()
    if dry and exported_as(name, listed) is None:
        listed = [*listed, name]
    names = of_node(listed, router, node)
    old = superfluous(names, keep, exported_as(name, names))
    if dry or not old:
        return Pruned(tuple(old), (), tuple(names))
    # The backup itself is done: whatever goes wrong from here on is told, and is no failure of it.
    notes, deleted = [], []
    try:
        for one in old:
            conductor.delete_export(one)
            deleted.append(one)
    except PcliError as error:
        notes.append(f"keep_exports: {error}")
    try:
        left = set(conductor.exports())
    except PcliError as error:
        notes.append(f"keep_exports: what is left on the conductor could not be seen: {error}")
    else:
        if still := [one for one in deleted if one in left]:
            notes.append(f"keep_exports: the conductor said yes, and still lists {', '.join(still)}.")
        deleted = [one for one in old if one not in left]
    if deleted:
        tell(f"deleted {len(deleted)} old exports: {', '.join(deleted)}")
    return Pruned(tuple(deleted), tuple(notes), tuple(names))


def prune_copies(
    dest: str, router: str, node: str, keep: int, name: str, dry: bool, tell: Callable[[str], None]
) -> Pruned:
    """Delete old copies in a folder of the controller. ``name``: the newest, with its ending (any, where ``dry``).

    Copies that can be restored and those that cannot are counted apart: a text never pushes out a configuration.
    """
    try:
        with os.scandir(dest) as entries:
            there = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except FileNotFoundError:
        there = []
    names = of_node([*there, *([name] if dry else ())], router, node)
    old = [
        one
        for ending in (".gz", ".txt")
        for one in superfluous([known for known in names if known.endswith(ending)], keep, name)
    ]
    deleted, notes = [], []
    for one in old:
        try:
            if not dry:
                os.unlink(os.path.join(dest, one))
            deleted.append(one)
        except OSError as error:
            notes.append(f"keep_copies: {one} cannot be deleted: {error.strerror or error}.")
    if deleted and not dry:
        tell(f"deleted {len(deleted)} old copies in {dest}: {', '.join(deleted)}")
    return Pruned(tuple(deleted), tuple(notes), tuple(names))


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

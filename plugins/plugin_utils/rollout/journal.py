# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Intent before each command, outcome after it: so that whoever runs next knows what was begun and not ended.

One small file for each node, replaced as a whole, readable by its owner only. Nothing relies on the journal alone:
it only ever makes a run more careful than what the conductor shows.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from ..clock import Clock, boot_of_machine, format_timestamp, parse_record_timestamp
from ..files import prepare_folder, replace_file
from ..software.node_id import NodeId

#: Another process holds the lock while it writes a small file. What takes longer than this (seconds) is no such thing.
_LOCK_PATIENCE = 10.0
#: Nanoseconds within which two changes of a folder may carry the same time.
_COARSE = 3 * 10**9


@dataclass(frozen=True)
class Record:
    """What was asked of a node, by which run, and how it ended. Times in UTC, by the controller's clock."""

    router: str
    node: str
    operation: str
    command: str
    from_version: str | None
    to_version: str | None
    run_id: str
    intent_at: str
    host: str | None = None
    outcome_at: str | None = None
    state: str | None = None
    reason: str | None = None
    #: When the intent was written by a clock that nobody sets, and in which boot of the controller's machine.
    monotonic: float | None = None
    boot: str | None = None
    #: Seconds that the command may take, for all nodes that it moves; None: not written down.
    limit: float | None = None
    #: The conditions that a person has lifted for it, with the reason and who that was (rule 46).
    override: str | None = None
    #: The ansible-playbook that wrote it: a name of a run may be used again, and is another run then.
    process: str | None = None

    @property
    def open(self) -> bool:
        """Was a command about to be sent whose outcome was never written?"""
        return self.outcome_at is None

    def same_intent(self, other: Record) -> bool:
        """Do both tell of the same command, whatever is known of its end?"""
        mine, its = (
            (record.operation, record.command, record.run_id, record.process, record.intent_at)
            for record in (self, other)
        )
        return mine == its

    def age(self, now: datetime) -> float:
        """Seconds since the intent was written, by the wall clock. One from the future is as good as one from now."""
        return max(0.0, (now - parse_record_timestamp(self.intent_at)).total_seconds())


def _file_name(router: str, node: str) -> str:
    """How the file of a node is called, without its ending; of no node: how those of all nodes of a router begin."""
    return re.sub(r"[^\w.\-]", "_", f"{router}__{node}").lstrip(".")


class JournalError(Exception):
    """The journal cannot be written or read. Its text says which file, why, and what to do."""


class JournalLock:
    """The lock of a journal folder; None: there is nothing to be locked."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder
        self._held = False
        self._warned = False

    @contextlib.contextmanager
    def held(self) -> Iterator[str | None]:
        """Keep other runs on this controller from writing, for a moment: between a look at records and a new intent.

        The kernel ends the lock with its process. Gives a warning, once, where the folder knows no locks (some NFS
        shares): then it is worked on without. Raises JournalError where somebody else keeps the lock.
        """
        if self._folder is None or self._held:
            yield None
            return
        handle, warning = self._lock()
        self._held = True
        try:
            yield warning
        finally:
            self._held = False
            if handle is not None:
                os.close(handle)  # and with it the lock

    def _lock(self) -> tuple[int | None, str | None]:
        """The open file that holds the lock, or why there is none."""
        path = os.path.join(self._folder, ".lock")
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            return None, self._unlocked(error)
        try:
            self._wait_for(handle, path)
            return handle, None
        except OSError as error:
            os.close(handle)
            return None, self._unlocked(error)
        except BaseException:
            os.close(handle)
            raise

    def _unlocked(self, error: OSError) -> str | None:
        """The warning about a folder without locks, once."""
        warned, self._warned = self._warned, True
        if warned:
            return None
        return (
            f"The journal folder {self._folder} cannot be locked ({error.strerror}), so two runs that begin in the "
            "same moment would not see each other. See that only one runs at a time, or use a local folder."
        )

    @staticmethod
    def _wait_for(handle: int, path: str) -> None:
        end = time.monotonic() + _LOCK_PATIENCE  # real time: it is another process that is waited for
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise JournalError(
                        f"Another run has kept {path} locked for {_LOCK_PATIENCE:.0f} seconds, as one does that was "
                        "stopped in its middle. End or continue that run, then run again."
                    ) from error
                time.sleep(0.02)


class Journal:
    """The records of one authority in one folder; without a folder it remembers nothing."""

    def __init__(self, folder: str | None, run_id: str, clock: Clock, host: str | None = None, process: str = ""):
        self._folder = os.path.abspath(os.path.expanduser(folder)) if folder else None
        self.run_id = run_id
        self._process = process
        self._clock = clock
        self._host = host
        self._lock = JournalLock(self._folder)
        #: The names of its files, and when the folder had changed last when they were read.
        self._listed: tuple[int, list[str]] | None = None
        #: How old records were when they were read first, and when that was: the wall clock may be set meanwhile.
        self._first_ages: dict[tuple[str, str, str], tuple[float, float]] = {}

    def prepare(self) -> None:
        """Make the folder and prove that it can be written, before anything is sent. Raises JournalError."""
        if self._folder is None:
            return
        try:
            prepare_folder(self._folder)
        except OSError as error:
            raise JournalError(
                f"The journal folder {self._folder} cannot be written: {error.strerror}. Nothing was sent. Give "
                "another folder in 'journal', or an empty one to run without."
            ) from error

    def locked(self) -> contextlib.AbstractContextManager[str | None]:
        """Keep other runs on this controller from writing; see :meth:`JournalLock.held`. Raises JournalError."""
        return self._lock.held()

    def last(self, router: str, node: str) -> Record | None:
        """The last record of a node. A file that cannot be read counts as one that is still open."""
        path = self._path(router, node)
        if path is None or not os.path.exists(path):
            return None
        try:
            record = self._read(path)
            if (record.router, record.node) != (router, node):
                raise ValueError(f"it belongs to {record.node} of {record.router}")
            return record
        except (OSError, ValueError, TypeError) as error:
            raise JournalError(
                f"The journal file {path} cannot be read ({error}), so it is not known whether a command was sent to "
                f"{node}. Make sure that nothing runs there, then remove the file and run again."
            ) from error

    def of_this_run(self, record: Record) -> bool:
        """Has this run written it? One ansible-playbook is one run, whatever its name (rule 40)."""
        return bool(self._process) and (record.process, record.run_id) == (self._process, self.run_id)

    def nodes_of(self, router: str) -> list[NodeId]:
        """The nodes of a router of which something was ever written down here, by whatever run, in order.

        A list of assets may show none of them any more. A record that cannot be read is one of the node that its file
        is named after. Raises JournalError where the folder cannot be read.
        """
        return list(dict.fromkeys([*self._nodes_of_records(router), *self._kept_nodes(router)]))

    def know(self, router: str, nodes: Iterable[str]) -> None:
        """Keep the names of all nodes that a router has, for a later run to which a list of assets may not show them.

        What cannot be written is only missed: it only ever makes a run more careful.
        """
        known = [node_id.node for node_id in self._kept_nodes(router)]
        together = list(dict.fromkeys([*known, *nodes]))
        if len(together) > len(known):
            self.keep("nodes", router, {"router": router, "nodes": together})

    def _kept_nodes(self, router: str) -> list[NodeId]:
        nodes = (self.kept("nodes", router) or {}).get("nodes")
        return [NodeId(router, node) for node in nodes if isinstance(node, str)] if isinstance(nodes, list) else []

    def _nodes_of_records(self, router: str) -> list[NodeId]:
        if self._folder is None:
            return []
        try:
            names = self._names()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise JournalError(
                f"The journal folder {self._folder} cannot be read ({error.strerror}), so it is not known whether a "
                f"command was sent to {router}. Make it readable, then run again."
            ) from error
        begin, nodes = _file_name(router, ""), []
        for name in names[bisect_left(names, begin) :]:
            if not name.startswith(begin):
                break
            if not name.endswith(".json"):
                continue
            try:
                record = self._read(os.path.join(self._folder, name))
            except (OSError, ValueError, TypeError):
                nodes.append(NodeId(router, name[len(begin) : -len(".json")]))
                continue
            if record.router == router:
                nodes.append(NodeId(router, record.node))
        return nodes

    def _names(self) -> list[str]:
        """The names of all files, sorted; read anew where any was made, replaced or removed since. Raises OSError.

        A run asks for each of its routers when it begins, and reading a folder of thousands for each is quadratic.
        """
        changed = os.stat(self._folder).st_mtime_ns
        if self._listed is not None and self._listed[0] == changed:
            return self._listed[1]
        names = sorted(os.listdir(self._folder))
        # Some file systems tell whole seconds only, so what changed just now may change again in the same moment.
        self._listed = (changed, names) if abs(time.time_ns() - changed) > _COARSE else None
        return names

    def age(self, record: Record) -> float:
        """Seconds since the intent of a record was written, whatever was done to the wall clock since (I12)."""
        now = self._clock.now()
        if record.monotonic is not None and record.boot and record.boot == boot_of_machine():
            return max(0.0, now - record.monotonic)
        key = (record.router, record.node, record.intent_at)
        age, read_at = self._first_ages.setdefault(key, (record.age(self._clock.wall()), now))
        return age + now - read_at

    def open_of_host(self) -> Record | None:
        """The open record that was written for this inventory host, if there is one: known before any login."""
        if self._folder is None or not os.path.isdir(self._folder):
            return None
        for name in sorted(os.listdir(self._folder)):
            if name.endswith(".json"):
                with contextlib.suppress(OSError, ValueError, TypeError):
                    record = self._read(os.path.join(self._folder, name))
                    if record.open and record.host and record.host == self._host:
                        return record
        return None

    def records(self) -> list[Record]:
        """All records that can be read, of whatever run."""
        found = []
        with contextlib.suppress(OSError):
            for name in sorted(os.listdir(self._folder or "")) if self._folder else ():
                if name.endswith(".json") and "__" in name:
                    with contextlib.suppress(OSError, ValueError, TypeError):
                        found.append(self._read(os.path.join(self._folder, name)))
        return found

    @staticmethod
    def _read(path: str) -> Record:
        with open(path, encoding="utf-8") as stream:
            record = Record(**json.load(stream))
        parse_record_timestamp(record.intent_at)
        return record

    def intent(
        self,
        router: str,
        node: str,
        operation: str,
        command: str,
        versions: tuple[str | None, str | None],
        limit: float | None = None,
    ) -> Record:
        """The record that this command is about to be sent, which :meth:`write` writes. ``limit``: see Record."""
        return Record(
            router,
            node,
            operation,
            command,
            *versions,
            run_id=self.run_id,
            intent_at=format_timestamp(self._clock.wall()),
            host=self._host,
            monotonic=self._clock.now(),
            boot=boot_of_machine(),
            limit=limit,
            process=self._process or None,
        )

    def outcome(self, record: Record, state: str, reason: str) -> None:
        """Write down how it ended. What another run has begun there meanwhile stays as it is. Raises JournalError."""
        data = asdict(record) | {"outcome_at": format_timestamp(self._clock.wall()), "state": state, "reason": reason}
        with self.locked():
            now = self.last(record.router, record.node)
            if now is None or now.same_intent(record):
                self.write(Record(**data))

    def keep(self, kind: str, router: str, data: object) -> None:
        """Keep something about a router for a later run. What cannot be written is only missed, never needed."""
        if self._folder is not None and data is not None:
            with contextlib.suppress(OSError, TypeError, ValueError):
                replace_file(self._kept_path(kind, router), json.dumps(data, indent=1))

    def kept(self, kind: str, router: str) -> dict | None:
        """What an earlier run kept about a router; None where there is nothing, or nothing that can be read."""
        if self._folder is None:
            return None
        with contextlib.suppress(OSError, ValueError, RecursionError):
            with open(self._kept_path(kind, router), encoding="utf-8") as stream:
                data = json.load(stream)
            return data if isinstance(data, dict) and data.get("router") == router else None
        return None

    def _kept_path(self, kind: str, router: str) -> str:
        return os.path.join(self._folder, f"{kind}-{re.sub(r'[^A-Za-z0-9.-]', '_', router)}.json")

    def _path(self, router: str, node: str) -> str | None:
        if self._folder is None:
            return None
        return os.path.join(self._folder, f"{_file_name(router, node)}.json")

    def write(self, record: Record) -> None:
        """Write a record in place of the last one of its node. Raises JournalError."""
        path = self._path(record.router, record.node)
        if path is None:
            return
        try:
            replace_file(path, json.dumps(asdict(record), indent=1))
        except OSError as error:
            raise JournalError(f"The journal file {path} cannot be written: {error.strerror}.") from error

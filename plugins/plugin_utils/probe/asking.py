# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks one node, one command after the other, and writes down each answer as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..pcli.errors import PcliError, SessionBroken, UnexpectedQuestion
from ..pcli.files import FileProblem, list_by_sftp
from ..pcli.line import HEIGHT
from ..pcli.question_answers import YES_TO_READING
from ..pcli.recording import RecordingShell, Transcript
from ..pcli.response import read
from ..pcli.session import Session
from ..pcli.spelling import Spelling
from ..software.node_id import NodeId
from .guard import USAGES, checked, checked_web
from .questions import WEB, WIDE, Command

#: How long an interrupted command may take to give its prompt back, in seconds.
_AFTER_INTERRUPT = 5.0
#: A node that breaks so many answers in a row, or prints nothing in time, is not asked on.
_MOST_BROKEN = 3
_EXPORTS = "/etc/128technology/config-exports"


class NotAnswering(PcliError):
    """A node that takes commands and prints nothing."""


class Ticks(Protocol):
    """The clock that a probe is given."""

    def now(self) -> float:
        """Seconds, from any beginning."""

    def sleep(self, seconds: float) -> None:
        """Returns after so many seconds."""


@dataclass
class Row:
    """One answer. ``text`` is what the product reads of it; all else is what the bundle holds."""

    kind: str
    asked: NodeId
    at: float
    seconds: float
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    private: bool = False
    #: The command in the words of the table, where it was sent in other words.
    question: str = ""
    #: The same without names, which a report quotes: what is cut off or put together again hides names.
    shown: str | None = None
    #: What is not in the bundle: a problem in words, a pager, whether the prompt had to be learned, and the like.
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """What was sent; empty where nothing was typed."""
        return self.data.get("command") or ""


class Asker:
    """Asks one node. ``rows`` grows with each answer.

    ``began``: when the probe began, by the clock. ``limit``: seconds for a command that has no shorter limit itself.
    """

    def __init__(self, session: Session, clock: Ticks, node_id: NodeId, began: float, limit: float):
        self._session, self._clock, self._node_id = session, clock, node_id
        self._began, self._limit = began, limit
        self._shells: dict[int, RecordingShell] = {}
        self._spelling = Spelling()
        self._broken = self._silent = 0
        self.rows: list[Row] = []

    # -- the login ----------------------------------------------------------------------------------------------------

    def look_at_login(self) -> None:
        """What a login prints, and what the SSH server says of itself."""
        begun = self._clock.now()
        shell = self._shell(WIDE)
        transport = self._session.transport()
        banner = transport.get_banner() if transport is not None else None
        banner = banner.decode("utf-8", "replace") if isinstance(banner, bytes) else banner
        self._add("login", begun, {
            "command": None, "width": WIDE, "height": HEIGHT, "answer": shell.greeting, "banner": banner,
            "prompt": shell.transcript().prompt or _text_of(shell), "context": _context(shell), "ended": "prompt",
        }).notes.update(learned=shell.learned is not None)  # fmt: skip
        offer = dict(getattr(transport, "offer", {}) or {})
        key = transport.get_remote_server_key() if transport is not None else None
        self._add("ssh", begun, {
            "answer": None,
            "facts": {
                "identification": getattr(transport, "remote_version", None),
                "algorithms": {kind: list(names) for kind, names in offer.items()},
                "host keys": list(offer.get("host keys", ())),
                "host key used": key.get_name() if key is not None else None,
                "logins for two shells": self._session.logins,
            },
        })  # fmt: skip

    def look_at_files(self) -> None:
        """Whether there is SFTP, and whether the exports can be listed; no file is opened."""
        begun, offered = self._clock.now(), True
        try:
            words = f"{len(list_by_sftp(self._session, _EXPORTS))} files in {_EXPORTS}"
        except FileProblem as error:
            words = str(error)
        except (PcliError, OSError) as error:
            offered, words = False, str(error)
        self._add("sftp", begun, {"answer": None, "facts": {"offered": offered, "answer": words}})

    # -- the PCLI -----------------------------------------------------------------------------------------------------

    def ask(self, command: Command) -> Row:
        """Send one command, and once more in other words where the node does not take these.

        Raises SessionBroken where the node breaks every answer, NotAnswering where it gives none, and the errors of a
        login.
        """
        row = self._send(command.words, command)
        if command.words not in USAGES and row.data["ended"] == "prompt":
            other = self._spelling.other(command.words, read(row.text, ended=True), self._node_id.router or None)
            if other:
                self._send(other, command)
        return row

    def watch(self, words: str, times: int, interval: float) -> None:
        """Look at the same list again and again."""
        for _time in range(times):
            self._clock.sleep(interval)
            self._send(words, Command(words)).notes["look"] = True

    def close(self) -> None:
        """End the shells of the probe; those of the session stay."""
        for shell in self._shells.values():
            shell.close()
        self._shells.clear()

    def _send(self, words: str, command: Command) -> Row:
        words = checked(words)
        shell = self._shell(command.width)
        usage = words in USAGES
        begun = self._clock.now()
        text, ended, problem = "", "closed", ""
        try:
            shell.begin(words, () if usage else (YES_TO_READING,), reads=not usage, probe=usage)
            text, ended = self._wait(shell, begun + min(command.limit or self._limit, self._limit))
        except (SessionBroken, UnexpectedQuestion) as error:
            problem = str(error)
            self._count_broken(error)
        else:
            self._broken = 0
        seen = shell.transcript()
        if ended != "prompt" or shell.closed:
            shell.close()
            self._shells.pop(command.width, None)
        data = as_recorded(words, command.width, seen, ended, _context(shell))
        row = self._add("pcli", begun, data, text or seen.answer, command.private)
        row.question = command.words
        row.notes.update(problem=problem, paged=seen.paged, left_over=seen.left_over)
        self._silent = self._silent + 1 if ended == "time" and not row.text.strip() else 0
        if self._silent >= _MOST_BROKEN:
            raise NotAnswering(
                f"It printed nothing for any of {self._silent} commands, the last one '{words}', which had "
                f"{row.seconds:.0f} s. Raise command_timeout if it is that slow."
            )
        return row

    def _count_broken(self, error: PcliError) -> None:
        self._broken += isinstance(error, SessionBroken)
        if self._broken and (self._broken >= _MOST_BROKEN or not any(row.kind == "pcli" for row in self.rows)):
            raise error

    def _wait(self, shell: RecordingShell, deadline: float) -> tuple[str, str]:
        """The text of an answer, and how it ended. What goes on when its time is over is interrupted."""
        while self._clock.now() < deadline:
            output = shell.poll(0.05)
            if output is not None:
                return output, "prompt"
        shown = shell.interrupt()
        deadline = self._clock.now() + _AFTER_INTERRUPT
        while self._clock.now() < deadline and shell.poll(0.05) is None:
            pass
        return shown, "time"

    def _shell(self, width: int) -> RecordingShell:
        shell = self._shells.get(width)
        if shell is None or not shell.alive():
            for other in self._shells.values():  # one at a time: a node may allow few of them
                other.close()
            self._shells = {}
            shell = self._shells[width] = self._session.apart(RecordingShell, width)
        return shell

    # -- the web API --------------------------------------------------------------------------------------------------

    def look_at_web(self, look: Callable[..., Any], documents: Sequence[str]) -> None:
        """What the web API answers, by ``look(method, path, query, node_id)``; where it does not, why."""
        for method, path, query in self._web_requests(documents):
            begun = self._clock.now()
            asked = {"method": method, "path": f"/api/v1{path}", "request": query}
            try:
                seen = look(*checked_web(method, path, query), self._node_id)
            except PcliError as error:
                self._add("web", begun, {**asked, "status": None, "headers": {}, "answer": None}).notes.update(
                    problem=str(error)
                )
                return
            headers = {"Content-Type": seen.kind} if seen.kind else {}
            self._add(
                "web", begun, {**asked, "status": seen.status, "headers": headers, "answer": seen.body}, seen.body
            )

    @staticmethod
    def _web_requests(documents: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
        yield from (("GET", path, None) for path in WEB)
        yield from (("POST", "/graphql", document) for document in documents)

    def _add(self, kind: str, begun: float, data: dict[str, Any], text: str = "", private: bool = False) -> Row:
        now = self._clock.now()
        row = Row(kind, self._node_id, round(begun - self._began, 3), round(now - begun, 3), data, text, private)
        self.rows.append(row)
        return row


def as_recorded(words: str, width: int, seen: Transcript, ended: str, context: str | None) -> dict[str, Any]:
    """What a bundle holds of a command and its answer."""
    data: dict[str, Any] = {"command": words, "width": width, "height": HEIGHT, "answer": seen.answer}
    if seen.raw is not None:
        data["raw"] = seen.raw
    data["prompt"] = seen.prompt
    if context:
        data["context"] = context
    data["questions"] = [{"text": text, "answer": answer} for text, answer in seen.asked]
    data["ended"] = ended
    return data


def _context(shell: RecordingShell) -> str | None:
    return shell.prompt.context if shell.prompt else None


def _text_of(shell: RecordingShell) -> str:
    return shell.prompt.text if shell.prompt else ""

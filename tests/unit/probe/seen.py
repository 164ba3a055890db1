# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the probe have in common: answers, and a session that only remembers what was typed."""

from __future__ import annotations

from typing import Any

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.recording import Transcript
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.answers import Answers
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.asking import Row
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

OWN = NodeId("Conductor", "node1")
PROMPT = "admin@node1.Conductor# "

ASSETS = """\
Mon 2024-09-09 18:15:20 UTC
✔ Retrieving assets...

=========== ========== =================== ================== ============== ============== ================ ========
 Router      Node       Asset Id            SSR Version        Install Type   Status         Time in Status   Errors
=========== ========== =================== ================== ============== ============== ================ ========
 Conductor   node1      node1.example.org   6.3.0-107.r1.el7   Image          Synchronized   3d 23h 18m 58s        0
 RTR_NORTH   north-1    lr0000017.example   6.3.0-107.r1.el7   Image          Synchronized   4d 2h 40m 27s         0
             north-2    lr0000018.example   6.3.0-107.r1.el7   Image          Synchronized   4d 2h 42m 57s         0

Completed in 0.04 seconds
"""


def row(command: str, text: str, asked: NodeId = OWN, question: str = "", **data: Any) -> Row:
    """One answer of the PCLI."""
    notes = {key: data.pop(key) for key in ("paged", "left_over", "problem", "look") if key in data}
    held = {
        "command": command, "width": 512, "height": 1000, "answer": text, "prompt": PROMPT, "questions": [],
        "ended": "prompt", **data,
    }  # fmt: skip
    return Row("pcli", asked, 0.0, 0.1, held, text, question=question or command, notes=notes)


def web(path: str, text: str, status: int = 200, request: str | None = None, **notes: Any) -> Row:
    """One answer of the web API."""
    data = {
        "method": "POST" if request else "GET", "path": f"/api/v1{path}", "request": request, "status": status,
        "headers": {"Content-Type": "application/json"}, "answer": text,
    }  # fmt: skip
    return Row("web", OWN, 0.0, 0.1, data, text, notes=notes)


def login(prompt: str = PROMPT, answer: str = "", banner: str | None = None) -> Row:
    """What a login prints."""
    data = {"command": None, "width": 512, "height": 1000, "answer": answer, "banner": banner, "prompt": prompt,
            "context": None, "ended": "prompt"}  # fmt: skip
    return Row("login", OWN, 0.0, 0.1, data)


def answers(*rows: Row, routers: tuple[str, ...] = ()) -> Answers:
    """These answers, of one conductor node."""
    return Answers(list(rows), [OWN], routers)


class FakeShell:
    """A shell that answers at once, and remembers what was typed."""

    greeting, learned, closed, width = "", None, False, 512

    def __init__(self, typed: list[str], texts: dict[str, str]):
        self._typed, self._texts = typed, texts
        self.prompt = find_prompt(PROMPT)
        self.command = ""

    def begin(self, command: str, answers=(), *, reads: bool = False, probe: bool = False) -> None:
        self._typed.append(command)
        self.command = command

    def poll(self, wait: float = 0.0) -> str:
        return self._texts.get(self.command, "")

    def transcript(self) -> Transcript:
        return Transcript(self._texts.get(self.command, ""), None, PROMPT, ())

    def alive(self) -> bool:
        return not self.closed

    def close(self) -> None:
        self.closed = True


class FakeSession:
    """The session of a node that answers with these texts."""

    logins = 1

    def __init__(self, **texts: str):
        self.typed: list[str] = []
        self.texts = {command.replace("_", " "): text for command, text in texts.items()}

    def apart(self, kind: type, width: int = 512) -> FakeShell:
        return FakeShell(self.typed, self.texts)

    def transport(self) -> None:
        return None

    def sftp(self):
        raise OSError("there is none")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks a simulated conductor over SSH and writes the bundle that a probe would write. It shares no code with either."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import paramiko

from tests.simulator import Simulator

from .pcli_client import Login

WIDTHS = (512, 200, 80)
#: Asked of each node of the conductor; most of them in one width.
SHOWS = (
    "show assets",
    "show assets router all force",
    "show assets summary",
    "show assets software",
    "show assets router hub force",
    "show alarms",
    "show alarms router all force",
    "show alarms router Conductor",
    "show events router Conductor type alarm",
    "show system",
    "show system version",
    "show system version router hub",
    "show system version router Conductor detail",
    "show system version router hub detail",
    "show system connectivity",
    "show system connectivity internal",
    "show system processes",
    "show system processes router hub",
    "show system services",
    "show system software available",
    "show system software available router hub",
    "show system software download router hub",
    "show system software download router branch force",
    "show system software upgrade router hub",
    "show system software upgrade router branch",
    "show system software revert router hub",
    "show peers router hub",
    "show peers router branch",
    "show device-interface router hub summary",
    "show device-interface router branch summary",
    "show bgp summary router branch",
    "show platform router hub disk",
    "show plugins installed router hub",
    "show config exports",
    "show config version",
    "request system software upgrade router hub",
    "request system software download router hub",
    "trace verbose verbose show system software download router hub",
)
WIDE = ("show assets", "show system version", "show alarms", "show system version router hub")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_QUESTION = re.compile(r"([^\r\n]*\[y/N\]: )$")
_PAGER = "--More--"
_WIPED = re.compile(r"--More--\r +\r")


def record(sim: Simulator, path: Path, shows: Iterable[str] = SHOWS, **changes: Any) -> list[dict[str, Any]]:
    """Ask each node of the conductor, and write the bundle there; its rows. `changes` are of its manifest."""
    rows: list[dict[str, Any]] = []
    router = sim.world.conductor_router.name
    for node in sim.nodes:
        for width in WIDTHS:
            commands = [show for show in shows if width == WIDTHS[0] or show in WIDE]
            rows += _session(sim, {"router": router, "node": node}, width, commands, login=width == WIDTHS[0])
    for number, row in enumerate(rows, 1):
        row["n"] = number
    write(path, rows, _manifest(sim) | changes)
    return rows


def write(path: Path, rows: list[dict[str, Any]], manifest: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("answers.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
        archive.writestr("probe.json", "[]")
    return path


def _manifest(sim: Simulator) -> dict[str, Any]:
    nodes = [
        {"router": now["router"], "node": now["node"], "role": "conductor", "release": now["version"]}
        for now in sim.truth()["nodes"].values()
        if now["node"] in sim.nodes
    ]
    made = sim.clock.iso()
    return {
        "format": "sessionsmart.ssr probe bundle",
        "version": 1,
        "made": made,
        "collection": "0.3.0",
        "nodes": nodes,
        "recorded": False,
    }


def _session(sim: Simulator, asked: dict[str, str], width: int, commands: list[str], login: bool) -> list[dict]:
    user = sim.scenario.users[0]
    with Login(sim, asked["node"], user.name, user.password_at(asked["node"]) or "") as connection:
        shell = Session(connection.client.invoke_shell(width=width, height=1000))
        rows = []
        if login:
            banner = connection.client.get_transport().get_banner()  # type: ignore[union-attr]
            text = (banner or b"").decode()
            rows.append({"kind": "login", "asked": asked, "seconds": 0.0, "answer": shell.greeting, "banner": text})
        for command in commands:
            rows.append({"kind": "pcli", "asked": asked, "width": width, "height": 1000, **shell.ask(command)})
    return rows


class Session:
    """One shell. The first prompt tells what prompts look like."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel
        text = self._read(lambda text: text.endswith(("# ", "> ", "# \x1b[0m", "> \x1b[0m")))
        before, _line_feed, self.prompt = text.rpartition("\n")
        self.greeting = f"{before}\n" if before else ""

    def ask(self, command: str) -> dict[str, Any]:
        self._channel.sendall(f"{command}\r")
        began = time.monotonic()
        text, questions = "", []
        while True:
            text += self._read(lambda more, text=text: self._stops(text + more, command))
            if self._ends(text, command):
                break
            asks = _QUESTION.search(_ESCAPES.sub("", text))
            if asks:
                questions.append({"text": asks.group(1), "answer": "y"})
            self._channel.sendall("y\r" if asks else " ")
            # Something comes before the text can end in the same words again: the echo, or what wipes them away.
            text += self._read(lambda more, sign="\n" if asks else "\r": sign in more)
        prompt = self._ends(text, command)
        raw = text.partition("\n")[2]
        raw = raw[: len(raw) - len(prompt)]
        if prompt != self.prompt:
            self._channel.sendall("\x15")
            self._read(lambda more: more.endswith("\b \b" * len(command)))
        answer = _WIPED.sub("", _ESCAPES.sub("", raw))
        row = {"command": command, "answer": answer, "prompt": prompt, "questions": questions, "ended": "prompt"}
        return {**row, "seconds": time.monotonic() - began, **({"raw": raw} if raw != answer else {})}

    def _ends(self, text: str, command: str) -> str:
        """The prompt that the text ends with; the command may stand behind it again."""
        return next((form for form in (self.prompt, self.prompt + command) if text.endswith(f"\n{form}")), "")

    def _stops(self, text: str, command: str) -> bool:
        return bool(self._ends(text, command) or _QUESTION.search(text) or text.endswith(_PAGER))

    def _read(self, enough: Any, patience: float = 10.0) -> str:
        text, end = "", time.monotonic() + patience
        while not enough(text):
            self._channel.settimeout(max(end - time.monotonic(), 0.01))
            data = self._channel.recv(65536).decode("utf-8", "replace")
            if not data:
                raise EOFError(text)
            text += data.replace("\r\n", "\n")
        return text

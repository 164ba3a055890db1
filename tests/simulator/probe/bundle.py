# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that a probe writes, `bundle.zip`: what is in it, and why one is not read.

It may come from anybody, so nothing of it is unpacked to a disk, and no more is read than a probe can have written.
"""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..schema import ScenarioError

FORMAT = "sessionsmart.ssr probe bundle"
VERSION = 1
MANIFEST, ANSWERS, REPORT = "manifest.json", "answers.jsonl", "probe.json"
KINDS = ("pcli", "login", "ssh", "web", "sftp", "shell")
#: Bytes of the file, and of each member unpacked; answers. A probe of a conductor with 3,000 assets has a tenth of it.
MOST_PACKED = 64 * 2**20
MOST_UNPACKED = {MANIFEST: 2**20, ANSWERS: 256 * 2**20, REPORT: 8 * 2**20}
MOST_ROWS = 20_000
#: Seconds for which one answer can have been waited for, at most.
LONGEST = 86_400.0
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Row:
    """One answer, as the line of `answers.jsonl` has it. `facts` hold what is no text (kinds ssh, sftp, shell)."""

    number: int
    kind: str
    router: str
    node: str
    seconds: float = 0.0
    command: str = ""
    width: int = 0
    answer: str | None = None
    raw: str | None = None
    prompt: str = ""
    context: str = ""
    banner: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    ended: str = "prompt"
    lifecycle: bool = False
    method: str = ""
    path: str = ""
    request: str = ""
    status: int = 0
    content_type: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def received(self) -> str:
        """The text with its escape sequences and the prompts of a pager."""
        return self.answer or "" if self.raw is None else self.raw


@dataclass(frozen=True)
class Member:
    """A node that the probe has asked."""

    router: str
    node: str
    role: str
    release: str | None


@dataclass(frozen=True)
class Bundle:
    """`report` are the rows of `probe.json`, for whoever shows them."""

    made: str
    collection: str
    nodes: tuple[Member, ...]
    rows: tuple[Row, ...]
    report: Any = None

    def of(self, kind: str) -> Iterator[Row]:
        return (row for row in self.rows if row.kind == kind)

    @property
    def conductor(self) -> str | None:
        """The name of the router that is the conductor."""
        return next((member.router for member in self.nodes if member.role == "conductor"), None)

    def at_rest(self) -> tuple[Row, ...]:
        """The rows before the first lifecycle command of a recording: after it the world was another one."""
        first = next((index for index, row in enumerate(self.rows) if row.lifecycle), len(self.rows))
        return self.rows[:first]


def read_bundle(path: str | Path) -> Bundle:
    """The bundle in this file. Raises ScenarioError, a sentence that says what is wrong with it."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MOST_PACKED:
            raise ScenarioError(f"{path}: {size} bytes are more than a probe writes (at most {MOST_PACKED})")
        with zipfile.ZipFile(path) as archive:
            texts = _texts(path, archive)
    except ScenarioError:
        raise
    except OSError as error:
        raise ScenarioError(f"{path} cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ScenarioError(f"{path} is no bundle of a probe, or a damaged one: {error}") from None
    manifest = _manifest(path, texts[MANIFEST])
    return Bundle(
        made=_text(manifest.get("made")),
        collection=_text(manifest.get("collection")),
        nodes=tuple(_members(path, manifest.get("nodes"))),
        rows=tuple(_rows(path, texts[ANSWERS])),
        report=_json(f"{path}: {REPORT}", texts[REPORT]) if REPORT in texts else None,
    )


# --- the archive ----------------------------------------------------------------------------------------------------


def _texts(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    names = [info.filename for info in archive.infolist()]
    for info in archive.infolist():
        if info.filename not in MOST_UNPACKED or stat.S_ISLNK(info.external_attr >> 16):
            raise ScenarioError(f"{path}: '{info.filename[:80]}' is no part of a bundle, so it is not read")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise ScenarioError(f"{path}: {info.filename} is packed in a way that no probe uses")
    if len(names) != len(set(names)):
        raise ScenarioError(f"{path}: a part of the bundle is there twice")
    for name in (MANIFEST, ANSWERS):
        if name not in names:
            raise ScenarioError(f"{path} is no bundle of a probe: it has no {name}")
    return {name: _member(path, archive, name) for name in names}


def _member(path: Path, archive: zipfile.ZipFile, name: str) -> str:
    """What it says of its own size is not believed: a small file may unpack to a very large one."""
    most = MOST_UNPACKED[name]
    with archive.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ScenarioError(f"{path}: {name} unpacks to more than {most} bytes, which no probe writes")
    return data.decode("utf-8", "replace")


def _json(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ScenarioError(f"{where} is not JSON") from None


# --- what is in it --------------------------------------------------------------------------------------------------


def _manifest(path: Path, text: str) -> dict[str, Any]:
    manifest = _json(f"{path}: {MANIFEST}", text)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ScenarioError(f"{path} is no bundle of a probe: its {MANIFEST} does not say '{FORMAT}'")
    version = manifest.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ScenarioError(f"{path}: the version of the bundle is {version!r}, not a number from 1 on")
    if version > VERSION:
        raise ScenarioError(
            f"{path}: the bundle has version {version}, and this simulator reads up to {VERSION}. Play it with the "
            f"collection that has written it ({_text(manifest.get('collection')) or 'unknown'}), or a newer one."
        )
    return manifest


def _members(path: Path, data: Any) -> Iterator[Member]:
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise ScenarioError(f"{path}: 'nodes' of {MANIFEST} is no list of nodes")
    for entry in data:
        router, node = _text(entry.get("router")), _text(entry.get("node"))
        if router and node:
            yield Member(router, node, _text(entry.get("role")), _text(entry.get("release")) or None)


def _rows(path: Path, text: str) -> Iterator[Row]:
    # Not splitlines(): JSON leaves U+2028 and the like within a line.
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > MOST_ROWS:
        raise ScenarioError(f"{path}: {len(lines)} answers are more than a probe writes (at most {MOST_ROWS})")
    read = [_json(f"{path}: line {number} of {ANSWERS}", line) for number, line in enumerate(lines, 1)]
    for number, data in enumerate(read, 1):
        if not isinstance(data, dict) or data.get("kind") not in KINDS:
            raise ScenarioError(f"{path}: line {number} of {ANSWERS} is no answer of a kind that is known")
        yield _row(number, data)


def _row(number: int, data: dict[str, Any]) -> Row:
    asked = data.get("asked") if isinstance(data.get("asked"), dict) else {}
    headers = data.get("headers") if isinstance(data.get("headers"), dict) else {}
    types = [value for name, value in headers.items() if str(name).lower() == "content-type"]
    return Row(
        number=number,
        kind=data["kind"],
        router=_text(asked.get("router")),
        node=_text(asked.get("node")),
        seconds=_seconds(data.get("seconds")),
        command=" ".join(_text(data.get("command")).split()),
        width=_whole(data.get("width")),
        answer=data["answer"] if isinstance(data.get("answer"), str) else None,
        raw=data["raw"] if isinstance(data.get("raw"), str) else None,
        prompt=_text(data.get("prompt")),
        context=_text(data.get("context")).strip("()"),
        banner=_text(data.get("banner")),
        questions=tuple(_questions(data.get("questions"))),
        ended=_text(data.get("ended")) or "prompt",
        lifecycle=data.get("lifecycle") is True,
        method=_text(data.get("method")).upper(),
        path=_text(data.get("path")),
        request=_text(data.get("request")),
        status=_whole(data.get("status")),
        content_type=_text(types[0]) if types else "",
        facts=data["facts"] if isinstance(data.get("facts"), dict) else {},
    )


def _questions(data: Any) -> Iterator[tuple[str, str]]:
    for entry in data if isinstance(data, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("text"), str):
            yield entry["text"], _text(entry.get("answer"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _seconds(value: Any) -> float:
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0
    return min(float(number), LONGEST) if number >= 0 else 0.0  # NaN is not

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundle of a probe: its answers without names, in the format that the simulator plays."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..pcli.prompt import find_prompt
from ..pcli.response import read
from .asking import Row
from .prose import faceless
from .questions import WIDE
from .scrub import Scrubber

FORMAT, VERSION = "sessionsmart.ssr probe bundle", 1

#: What each kind of row holds besides ``n``, ``at``, ``seconds``, ``kind`` and ``asked``.
_KEYS = {
    "login": ("command", "width", "height", "answer", "banner", "prompt", "context", "ended"),
    "pcli": ("command", "width", "height", "answer", "raw", "prompt", "context", "questions", "ended", "lifecycle"),
    "ssh": ("answer", "facts"),
    "sftp": ("answer", "facts"),
    "web": ("method", "path", "request", "status", "headers", "answer"),
}


def learn(scrubber: Scrubber, rows: Sequence[Row]) -> None:
    """Everything that the answers say of names, before the first of them is replaced."""
    for row in rows:
        # A prompt such as admin@node1.Conductor# names three.
        prompt = find_prompt(row.data.get("prompt") or "")
        if prompt is not None:
            scrubber.know([prompt.user], "user")
            scrubber.know([row.asked.router], "router")
            scrubber.know([row.asked.node], "node")
    for row in rows:
        text = row.text or ""
        if row.kind == "pcli" and row.data.get("width") == WIDE:  # narrow tables break names
            scrubber.learn(read(text, ended=row.data.get("ended") == "prompt"), row.command)
        if not is_schema(row):
            scrubber.learn_data(text)
            scrubber.clean(text)  # what only its form gives away is learned as well
    scrubber.names.begin_again()


def is_schema(row: Row) -> bool:
    """Whether the answer is what GraphQL says of its types."""
    return row.kind == "web" and bool(row.data.get("request"))


def as_lines(rows: Iterable[Row], scrubber: Scrubber) -> Iterable[str]:
    """The lines of ``answers.jsonl``."""
    number = 0
    for row in rows:
        if row.private:
            continue
        number += 1
        entry: dict[str, Any] = {"n": number, "at": row.at, "seconds": row.seconds, "kind": row.kind}
        entry["asked"] = {"router": scrubber.clean(row.asked.router), "node": scrubber.clean(row.asked.node)}
        for key in _KEYS[row.kind]:
            if key in row.data:
                entry[key] = _without_names(row, key, scrubber)
        yield json.dumps(entry, ensure_ascii=False)


def _without_names(row: Row, key: str, scrubber: Scrubber) -> Any:
    value = row.data[key]
    if row.kind == "login" and key in ("answer", "banner"):
        return value and faceless(scrubber.clean(value))
    if row.kind == "ssh" and value:
        kept = {name: _algorithms(entry) for name, entry in value.items()}
        return {**kept, "identification": _identification(value.get("identification"), scrubber)}
    schema = is_schema(row)
    if key == "request":
        return value  # the documents of introspection are ours
    if key == "raw":
        return _as_received(value, row.data["answer"], scrubber)
    if row.kind == "web" and key == "answer" and value:
        return _body(value, scrubber, schema)
    if isinstance(value, str):
        return scrubber.clean(value, schema=schema)
    if key == "questions":
        return [{"text": scrubber.clean(asked["text"]), "answer": asked["answer"]} for asked in value]
    if isinstance(value, dict):
        return {name: scrubber.clean(entry) if isinstance(entry, str) else entry for name, entry in value.items()}
    return value


def _as_received(raw: str, answer: str, scrubber: Scrubber) -> str:
    """The raw text, line by line as in the answer: what a pager leaves on a line would hide how cells go on below."""
    lines, plain, cleaned = raw.split("\n"), answer.split("\n"), scrubber.clean(answer).split("\n")
    if not len(lines) == len(plain) == len(cleaned):
        return scrubber.clean(raw)
    made = []
    for line, before, after in zip(lines, plain, cleaned, strict=True):
        around = line.partition(before.strip()) if before.strip() else (line, "", "")
        ends = scrubber.clean(around[0]), scrubber.clean(around[2])
        made.append(f"{ends[0]}{after.strip()}{ends[1]}" if around[1] else ends[0])
    return "\n".join(made)


def _body(body: str, scrubber: Scrubber, schema: bool) -> str:
    try:
        data = json.loads(body)
    except ValueError:
        return scrubber.clean(body)
    return json.dumps(scrubber.clean_data(data, schema=schema), ensure_ascii=False)


_ALGORITHM = re.compile(r"[A-Za-z0-9@.,+\-_ ]{1,80}")


def _identification(text: str | None, scrubber: Scrubber) -> str | None:
    """The protocol and the program. Behind the first blank a server may say what it likes (RFC 4253, 4.2)."""
    program, blank, comment = (text or "").partition(" ")
    return _algorithms(scrubber.clean(program) + blank + faceless(comment)) if text else None


def _algorithms(value: Any) -> Any:
    """Names of algorithms and programs, and numbers; nothing else has the form of one."""
    if isinstance(value, dict):
        return {name: _algorithms(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [entry for entry in value if _ALGORITHM.fullmatch(entry)]
    if value is None or isinstance(value, int):
        return value
    return value if _ALGORITHM.fullmatch(value) else None


def manifest(made: str, collection: str, nodes: Sequence[Mapping[str, Any]], scrubber: Scrubber) -> dict[str, Any]:
    """What the bundle is. ``nodes``: router, node, role and release of each."""
    named = [
        {
            **node,
            **{key: scrubber.clean(node[key] or "") for key in ("router", "node")},
            "release": node["release"] and scrubber.clean(node["release"]),
        }
        for node in nodes
    ]
    return {"format": FORMAT, "version": VERSION, "made": made, "collection": collection, "nodes": named,
            "recorded": False}  # fmt: skip


def packed(about: Mapping[str, Any], answers: Iterable[str], report: Sequence[Mapping[str, Any]]) -> bytes:
    """The bytes of ``bundle.zip``. The same content gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("manifest.json", json.dumps(about, indent=2, ensure_ascii=False) + "\n"),
            ("answers.jsonl", "".join(f"{line}\n" for line in answers)),
            ("probe.json", json.dumps(list(report), indent=2, ensure_ascii=False) + "\n"),
        ):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, text)
    return stream.getvalue()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document as Markdown, for tickets and merge requests. Names and words in it are text and never markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from ..clock import format_duration
from ..software.versions import spelled
from .change_rules import WINDOW

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
_CHECK_ORDER = ("block", "warn", "not_made", "pass", "skip")
_CHECK_WORDS = {
    "block": "blocks",
    "warn": "warns",
    "not_made": "could not be made",
    "pass": "passes",
    "skip": "left out",
}
#: Lines for signatures.
_APPROVALS = 3


def change_markdown(document: Mapping) -> str:
    """The whole document."""
    parts = [
        _head(document),
        _compared(document),
        _forecast(document),
        _batches(document),
        _plan(document),
        _stops(document),
        _handling(document),
        _routers(document),
        _settings(document),
        _approvals(document),
    ]
    return "\n".join(line for part in parts for line in [*part, ""]).rstrip("\n") + "\n"


def plain(value: object) -> str:
    """A text in one line, without control characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(value)).split())


def text(value: object) -> str:
    """Any text, so that Markdown and HTML take nothing in it for markup, also in a cell of a table."""
    return _MARKUP.sub(r"\\\1", html.escape(plain(value), quote=False))


def code(lines: Sequence[str]) -> list[str]:
    """Lines as a block of code, whatever they contain."""
    shown = [plain(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *shown, fence]


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A table."""
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    return [*lines, *(f"| {' | '.join(text(cell) or ' ' for cell in row)} |" for row in rows)]


# -- parts ------------------------------------------------------------------------------------------------------------


def _head(document: Mapping) -> list[str]:
    run = document["run"]
    reason = text(run.get("reason") or "") or "No reason was given (ssr\\_change\\_reason)."
    rows = [
        ("Run", run["id"]),
        ("Authority", run.get("inventory") or run["conductor"]),
        ("Made", run.get("made") or ""),
        ("By", run.get("by") or ""),
        ("Checksum (SHA-256)", document["sha256"]),
    ]
    return ["# Change: " + text(document["what"]), "", f"Why: {reason}", "", *table(("", ""), rows)]


def _compared(document: Mapping) -> list[str]:
    compared = document["compared"]
    if not compared:
        return []
    title = ["## What changed since the plan that was approved", ""]
    title.append(f"Compared with the plan of run {text(compared['run'])}, checksum {text(compared['sha256'])}.")
    if not compared["differences"]:
        return [*title, "", "Nothing."]
    rows = [
        ("beyond what was approved" if row["more"] else "less", row["router"] or "(the run)", row["text"])
        for row in compared["differences"]
    ]
    return [*title, "", *table(("", "Router", "What"), rows)]


def _forecast(document: Mapping) -> list[str]:
    night = document["forecast"]
    basis = [(row["kind"], format_duration(row["seconds"]), source_of(row)) for row in night["basis"]]
    lines = ["## Forecast", "", f"Begin assumed at {text(night['begins'])}. {text(night['words'])}", ""]
    window = [(name, _limit(document["window"].get(name) or {})) for name in WINDOW]
    lines += [*table(("Limit of time", ""), window), ""] if window else []
    return [*lines, *table(("Duration of", "Taken as", "From"), basis), "", text(night["not_counted"])]


def source_of(basis: Mapping) -> str:
    """Where a duration comes from, in words."""
    samples = basis["samples"]
    return f"{basis['source']} ({samples} measured)" if samples else basis["source"]


def _limit(limit: Mapping) -> str:
    return f"{limit['at']} (given as {limit['given']})" if limit.get("at") else "none"


def _batches(document: Mapping) -> list[str]:
    rows = []
    for batch, times in zip(document["batches"], document["forecast"]["batches"], strict=False):
        rows.append((batch["number"], times["from"], times["to"], batch["words"]))
    return ["## Batches and canaries", "", *table(("Batch", "From", "To", "What"), rows)]


def _plan(document: Mapping) -> list[str]:
    rows = []
    for entry in document["routers"]:
        expected = entry["forecast"] or {}
        nodes = [node["node"] for node in entry["nodes"] if node["needed"] or node["running"]]
        rows.append(
            (
                entry["router"],
                entry["state"],
                " then ".join(nodes),
                versions_of(entry, "from_version"),
                versions_of(entry, "to_version"),
                expected.get("begins") or "",
                expected.get("ends") or "",
                format_duration(entry["outage"]) if entry["outage"] else "none" if entry["state"] == "planned" else "",
            )
        )
    header = ("Router", "State", "Nodes in order", "From", "To", "Begins", "Ends", "Outage")
    return ["## Routers in order", "", *table(header, rows)]


def versions_of(entry: Mapping, key: str) -> str:
    """The versions of its nodes, each once."""
    return " / ".join(dict.fromkeys(spelled(node[key]) or "?" for node in entry["nodes"]))


def _stops(document: Mapping) -> list[str]:
    rows = [(row["what"], row["limit"], row["then"], row["who"]) for row in document["stops"]]
    return ["## What stops the night, and who decides then", "", *table(("What", "Limit", "Then", "Who"), rows)]


def _handling(document: Mapping) -> list[str]:
    titles = {"follow": "How to follow it", "stop": "How to stop it", "back": "How to go back"}
    lines: list[str] = []
    for name, title in titles.items():
        lines += [f"## {title}", "", *code(document["handling"][name]), ""]
    return lines[:-1]


def _routers(document: Mapping) -> list[str]:
    lines = ["## Every command, and what is known of each router", ""]
    if document["commands"]:
        lines += ["### All of them together", "", *_commands(document["commands"]), ""]
    if document["checks"]:
        lines += ["### Checks of the authority", "", *_checks(document["checks"]), ""]
    for entry in document["routers"]:
        lines += [*_router(entry), ""]
    return lines[:-1]


def _router(entry: Mapping) -> Iterator[str]:
    what = "conductor" if entry["conductor"] else f"batch {entry['batch']}{', canary' if entry['canary'] else ''}"
    yield f"### {text(entry['router'])} ({text(entry['state'])}, {text(what)})"
    yield ""
    if entry["reason"]:
        yield f"- {text(entry['reason'])}"
    if entry["state"] == "planned":
        yield f"- Order: {text(entry['order_reason'])}. Sequencing: {text(entry['sequencing'])}."
        yield f"- Rollback: {text(entry['rollback'] or 'none')}"
        converted = [node["node"] for node in entry["nodes"] if node["converts"]]
        if converted:
            yield f"- Converted from package to image: {text(', '.join(converted))}"
    for note in entry["notes"]:
        yield f"- {text(note)}"
    if entry["checks"]:
        yield ""
        yield from _checks(entry["checks"])
    if entry["commands"]:
        yield ""
        yield from _commands(entry["commands"])


def _checks(checks: Sequence[Mapping]) -> list[str]:
    ordered = sorted(checks, key=lambda check: _CHECK_ORDER.index(check["state"]))
    rows = [(check["name"], check["target"], _CHECK_WORDS[check["state"]], check["text"]) for check in ordered]
    return table(("Check", "Of", "Result", "Why"), rows)


def _commands(commands: Sequence[Mapping]) -> Iterator[str]:
    yield from code(command_lines(commands))


def command_lines(commands: Sequence[Mapping]) -> list[str]:
    """The commands in their order, each with its condition in the line before it."""
    lines = []
    for command in commands:
        if command["when"]:
            lines.append(f"# {plain(command['when'])}{'' if command['changes'] else ' (it only reads)'}:")
        if command["command"]:
            lines.append(plain(command["command"]))
    return lines


def _settings(document: Mapping) -> list[str]:
    versions = [(name, version or "unknown") for name, version in document["versions"].items()]
    settings = sorted(document["settings"].items())
    return [
        *["## Versions and settings", "", *table(("Software", "Version"), versions), ""],
        *table(("Setting", "Value"), settings),
    ]


def _approvals(document: Mapping) -> list[str]:
    rows = [("", "", "", "")] * _APPROVALS
    return ["## Approvals", "", *table(("Name", "Role", "Date", "Signature"), rows)]

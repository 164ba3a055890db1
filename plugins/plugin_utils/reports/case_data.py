# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The case file of a router that came to a bad end, for whoever has to find out why: as data, and as Markdown. Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence

SCHEMA = "sessionsmart.ssr/case/1"
_OF_RUN = ("id", "authority", "operation", "version", "started", "started_by", "settings", "versions")


def case_data(run: Mapping, router: Mapping, verdict: Mapping, raw: Mapping) -> dict:
    """The case of a router. ``run``, ``router``: as in the report.

    ``verdict``: ``controller_time`` and ``conductor_time`` when it was given. ``raw``: ``answers`` (node, at, command,
    text, cut), ``events`` and ``alarms`` of all nodes of the router, and ``unavailable``, what could not be read.
    """
    return {
        "schema": SCHEMA,
        "run": {name: run.get(name) for name in _OF_RUN},
        "verdict": {"state": router["state"], "reason": router["reason"], **verdict},
        "router": {**router, "nodes": [_without(node, "alarms", "events") for node in router["nodes"]]},
        "answers": list(raw.get("answers") or ()),
        "events": list(raw.get("events") or ()),
        "alarms": list(raw.get("alarms") or ()),
        "unavailable": list(raw.get("unavailable") or ()),
    }


def case_markdown(case: Mapping) -> str:
    """The same for people."""
    run, router, verdict = case["run"], case["router"], case["verdict"]
    lines = [
        f"# Case: {_text(router['router'])}, {_text(verdict['state'])}",
        "",
        _text(verdict["reason"]),
        "",
        *_table(
            ("what", "value"),
            [
                ("requested", f"{run['operation']} to {run['version']}"),
                ("run", run["id"]),
                ("conductor", f"{run['authority'] or '?'}, {(run['versions'] or {}).get('conductor') or '?'}"),
                ("verdict, controller's clock", verdict.get("controller_time") or "not known"),
                ("verdict, conductor's clock", verdict.get("conductor_time") or "not known"),
                ("rollback", (router.get("plan") or {}).get("way_back") or "not known"),
                *((name, (run["versions"] or {}).get(name) or "?") for name in ("collection", "ansible", "python")),
            ],
        ),
        "",
        "## Nodes",
        "",
        *_table(
            ("node", "state", "from", "to", "runs", "type", "command"),
            [[node.get(name) for name in _OF_NODE] for node in router["nodes"]],
        ),
    ]
    for node in router["nodes"]:
        lines += ["", f"## Steps of {_text(node['node'])}", "", *_steps(node["steps"])]
    lines += _answers(case["answers"])
    lines += ["", "## Events of all nodes", "", *_listed(case["events"], ("at", "text"))]
    lines += ["", "## Alarms", "", *_listed(case["alarms"], ("at", "severity", "text"))]
    if case["unavailable"]:
        lines += ["", "## What could not be read", "", *(f"- {_text(words)}" for words in case["unavailable"])]
    settings = json.dumps(run["settings"] or {}, indent=1, ensure_ascii=False, sort_keys=True)
    lines += ["", "## Settings", "", *_block(settings)]
    return "\n".join(lines) + "\n"


_OF_NODE = ("node", "state", "from_version", "to_version", "running_version", "install_type", "command")


def _answers(answers: Sequence[Mapping]) -> list[str]:
    lines: list[str] = []
    for answer in answers:
        lines += ["", f"## Answer to {_text(answer['command'])} ({_text(answer['node'])}, {_text(answer['at'])})", ""]
        lines += _block(answer["text"])
        if answer.get("cut"):
            lines += ["", f"{answer['cut']} more characters were cut off."]
    return lines


def _steps(steps: Sequence[Mapping]) -> list[str]:
    lines: list[str] = []
    for step in steps:
        lines.append(f"- {_text(step['at'])}: {_text(step['what'])}")
        lines += ["", *_block(step["words"]), ""] if step.get("words") else []
    return lines or ["none"]


def _listed(rows: Sequence[Mapping], names: Sequence[str]) -> list[str]:
    return _table(names, [[row.get(name) for name in names] for row in rows]) if rows else ["none"]


def _table(names: Sequence[str], rows: Sequence[Sequence]) -> list[str]:
    head = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return [*head, *(f"| {' | '.join(_text(cell or '') for cell in row)} |" for row in rows)]


def _text(value: object) -> str:
    """A text that cannot be taken for Markdown or HTML, in one line."""
    words = html.escape(" ".join(str(value).split()), quote=False)
    return re.sub(r"([\\`*_{}\[\]|#~])", r"\\\1", words)


def _block(text: str) -> list[str]:
    """A text as it is, in a block that nothing in it can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *text.split("\n"), fence]


def _without(data: Mapping, *names: str) -> dict:
    return {name: value for name, value in data.items() if name not in names}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a change document, ``change.html``: one file that a board can read, print and sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..clock import format_duration
from ..software.versions import spelled
from .change_picture import picture
from .states import by_weight
from .templating import render
from .text import cleaned
from .times import shown

#: Lines for signatures.
_APPROVALS = 4
#: Routers that a line names before it says how many more there are.
_NAMED = 12
_CHECK_ORDER = ("block", "fail", "warn", "not_made", "skip", "pass")


def change_html(document: Mapping) -> str:
    """The page of a document, see docs/schemas/change-1.json. 2,000 routers make less than 3 MB."""
    data = cleaned(document)
    conditions, notes = Numbered(), Numbered()
    routers = [_router(entry, conditions, notes) for entry in data["routers"]]
    return render(
        "change.html.j2",
        styles=("change.css",),
        change=data,
        run=data["run"],
        totals=by_weight(data["totals"]),
        facts=_facts(data),
        picture=picture(data),
        routers=routers,
        together=_commands(data["commands"], conditions),
        conditions=conditions.texts,
        notes=notes.texts,
        checks=_checks(data),
        passed=sum(check["state"] == "pass" for _router, check in _all_checks(data)),
        settings=[(name, _value(value)) for name, value in sorted(data["settings"].items())],
        approvals=range(_APPROVALS),
        handling=[
            ("How to follow it", data["handling"]["follow"]),
            ("How to stop it", data["handling"]["stop"]),
            ("How to go back", data["handling"]["back"]),
        ],
    )


@dataclass
class Numbered:
    """Texts that many routers share, each once, by the number under which it is found."""

    texts: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The number of a text, from 1 on."""
        if text not in self._numbers:
            self.texts.append(text)
            self._numbers[text] = len(self.texts)
        return self._numbers[text]


def _facts(data: Mapping) -> list[tuple[str, str]]:
    run = data["run"]
    rows = [
        ("Authority", run.get("inventory") or run["conductor"]),
        ("Run", run["id"]),
        ("Made", f"{shown(run.get('made'))} UTC" if run.get("made") else ""),
        ("By", " ".join(filter(None, (run.get("by"), run.get("job"))))),
    ]
    return [(name, value) for name, value in rows if value]


def _router(entry: Mapping, conditions: Numbered, notes: Numbered) -> dict:
    """A router, as the table and the commands show it."""
    nodes = [node for node in entry["nodes"] if node["needed"] or node["running"]] or entry["nodes"]
    expected = entry["forecast"] or {}
    names = [node["node"] for node in entry["nodes"]]
    said = [
        *entry["notes"],
        *(f"{row['condition']} is lifted by {row['by']}: {row['reason']}" for row in entry["overrides"]),
    ]
    return {
        "router": entry["router"],
        "state": entry["state"],
        "reason": "" if entry["state"] == "planned" else entry["reason"],
        "batch": "" if entry["conductor"] else entry["batch"],
        "canary": entry["canary"],
        "nodes": " → ".join(node["node"] for node in nodes),
        "order": entry["order_reason"] if len(nodes) > 1 and entry["state"] == "planned" else "",
        "from": _versions(nodes, "from_version"),
        "to": _versions(nodes, "to_version") if entry["state"] == "planned" else "",
        "converts": any(node["converts"] for node in nodes),
        "outage": format_duration(entry["outage"]).removesuffix(" 00 s") if entry["outage"] else "",
        "rollback": entry["rollback"],
        "begins": expected.get("begins"),
        "ends": expected.get("ends"),
        "never": expected.get("never") or "",
        "notes": [notes.number(_of_any(note, names)) for note in said],
        "commands": _commands(entry["commands"], conditions),
    }


def _versions(nodes: Sequence[Mapping], key: str) -> str:
    return " / ".join(dict.fromkeys(spelled(node[key]) or "?" for node in nodes))


def _commands(commands: Iterable[Mapping], conditions: Numbered) -> str:
    """The commands as lines; one that is sent only in some case has the number of its condition in front."""
    lines = []
    for command in commands:
        mark = f"[{conditions.number(_of_any(command['when'], command['nodes']))}] " if command["when"] else ""
        lines.append(f"{mark}{command['command'] or '(none)'}")
    return "\n".join(lines)


def _of_any(text: str, names: Sequence[str]) -> str:
    """A text without the names of the nodes of its router, so that routers share it."""
    for number, name in enumerate(names):
        which = "the node" if len(names) == 1 else f"node {number + 1}"
        text = " ".join(which if word.strip(":,;()") == name else word for word in text.split(" "))
    return text


# -- checks -----------------------------------------------------------------------------------------------------------


def _all_checks(data: Mapping) -> Iterable[tuple[str, Mapping]]:
    yield from (("", check) for check in data["checks"])
    for entry in data["routers"]:
        yield from ((entry["router"], check) for check in entry["checks"])


def _checks(data: Mapping) -> list[dict]:
    """The checks that do not pass, worst first; those of several routers that say the same are one."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for router, check in _all_checks(data):
        if check["state"] != "pass":
            rows.setdefault((check["state"], check["name"], check["text"]), []).append(router or check["target"])
    ordered = sorted(rows.items(), key=lambda row: _CHECK_ORDER.index(row[0][0]))
    return [
        {"state": state, "name": name, "text": text, "of": _some(list(dict.fromkeys(of)))}
        for (state, name, text), of in ordered
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _value(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {inner}" for name, inner in value.items())
    return "none" if value is None else str(value)

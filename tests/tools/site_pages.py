# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of the site that nobody writes: one for each playbook, from its header; and the order of those of the roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

#: A heading of a playbook's header, such as "Needs:      a group ssr_conductors".
_PART = re.compile(r"^(Needs|Variables|Publishes|Example):\s*(.*)$")
#: A variable of it: its name, and what it means, with the default in brackets at the end.
_VARIABLE = re.compile(r"^(ssr_\w+(?=\s)|\w+(?=\s{2}))\s+(.+)$")
#: What one types or looks up, in a sentence that is written without marks: a long option, a name with underscores.
_CODE = re.compile(r"(?<![\w`-])(--[a-z][a-z-]*|[a-z]+(?:_[a-z]+)+)(?![\w`])")
_DEFAULT = re.compile(r"^(?P<meaning>.*?)\s*\((?P<default>[^()]+)\)$")


@dataclass(frozen=True)
class Header:
    """The comment at the top of a playbook: what it does, and the lines of each part."""

    what: str
    parts: dict[str, list[str]]

    @property
    def variables(self) -> list[tuple[str, str, str]]:
        """Name, meaning and default of each variable; the default is empty where none is said."""
        rows: list[list[str]] = []
        for line in self.parts.get("Variables", []):
            named = _VARIABLE.match(line)
            if named:
                rows.append([named[1], named[2]])
            elif rows and not line.endswith(("_upgrade", "_upgrade.")) and "ansible-doc" not in line:
                rows[-1][1] += f" {line}"
        return [_with_default(name, " ".join(meaning.split())) for name, meaning in rows]


def _with_default(name: str, meaning: str) -> tuple[str, str, str]:
    split = _DEFAULT.match(meaning)
    return (name, split["meaning"], split["default"]) if split else (name, meaning, "")


def header_of(text: str) -> Header:
    """The header of a playbook."""
    lines = [
        line[1:].removeprefix(" ") for line in text[: text.index("\n- name:")].splitlines() if line.startswith("#")
    ]
    parts: dict[str, list[str]] = {}
    what: list[str] = []
    part = what
    for line in lines:
        heading = _PART.match(line)
        if heading:
            part = parts.setdefault(heading[1], [])
            line = heading[2]
        if line.strip():
            part.append(line.strip())
    return Header(" ".join(what), parts)


def _marked(words: str) -> str:
    """A sentence of a header with the options and names in it as code; "--check" would become a dash."""
    return _CODE.sub(r"`\1`", words)


def playbook_page(name: str, text: str, source: str) -> str:
    """The page of a playbook, in Markdown. ``source``: where its text can be read."""
    header = header_of(text)
    example, *more = header.parts["Example"]
    lines = [
        f"# {name}",
        "",
        f"`sessionsmart.ssr.{name}`",
        "",
        _marked(header.what),
        "",
        "```console",
        example,
        "```",
        "",
    ]
    lines += [_marked(" ".join(more)), ""] if more else []
    lines += ["## What it needs", "", _marked(" ".join(header.parts["Needs"])), "", "## Variables", ""]
    lines += ["| variable | default | meaning |", "|---|---|---|"]
    lines += [f"| `{row[0]}` | {_default(row[2])} | {_cell(_marked(row[1]))} |" for row in header.variables]
    for role in ("router_upgrade", "conductor_upgrade"):
        if f"{role}_*" in text:
            reference = f"reference/{role}_role.rst"
            lines += ["", f"All variables of the role `{role}` can be set as well: [reference](../{reference})."]
    published = header.parts.get("Publishes")
    lines += ["", "## What it publishes", "", _marked(" ".join(published))] if published else []
    return "\n".join([*lines, "", f"[The playbook itself]({source})", ""])


def _default(text: str) -> str:
    return "" if not text else text if text in ("none", "required") else f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def playbook_index(names: list[str], headers: dict[str, Header]) -> str:
    """The page that lists the playbooks, the one that most people start with first."""
    rows = [f"| [{name}]({name}.md) | {headers[name].what.split('. ')[0].rstrip('.')} |" for name in names]
    tree = ["```{toctree}", ":hidden:", "", *names, "```"]
    return "\n".join(["# Playbooks", "", "| playbook | what it does |", "|---|---|", *rows, "", *tree, ""])


#: In the order in which a night needs them.
ORDER = ("upgrade_conductor", "plan", "download", "upgrade_routers", "upgrade_authority", "report")


def write_playbook_pages(playbooks: Path, target: Path, address: str) -> list[str]:
    """Write a page for each playbook, and their index; the names."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in playbooks.glob("[a-z]*.yml")}
    names = [*ORDER, *sorted(set(texts) - set(ORDER))]
    target.mkdir()
    for name in names:
        page = playbook_page(name, texts[name], f"{address}playbooks/{name}.yml")
        (target / f"{name}.md").write_text(page, encoding="utf-8")
    headers = {name: header_of(texts[name]) for name in names}
    (target / "index.md").write_text(playbook_index(names, headers), encoding="utf-8")
    return names


_ENTRY = re.compile(r"^\.\. _\S+__entrypoint-(?P<name>\w+):$", re.M)
_AFTER = "\n.. Extra links\n"


def main_first(text: str) -> str:
    """The page of a role, as antsibull-docs writes it, with the entry point ``main`` in front of the others."""
    starts = list(_ENTRY.finditer(text))
    end = text.find(_AFTER)
    if not starts or end < 0:
        return text
    bounds = [*(start.start() for start in starts), end]
    entries = {start["name"]: text[bounds[at] : bounds[at + 1]] for at, start in enumerate(starts)}
    ordered = sorted(entries, key=lambda name: name != "main")
    return text[: bounds[0]] + "".join(entries[name] for name in ordered) + text[end:]

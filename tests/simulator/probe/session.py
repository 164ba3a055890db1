# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What surrounds the answers of a bundle: prompt, banner, pager, colours, rights, speed. Read off, not tried."""

from __future__ import annotations

import re
import statistics
from datetime import datetime
from typing import Any

from .bundle import Bundle, Row
from .playback import READING, pager_prompts

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
#: As the simulator dresses a prompt with the style `ansi`.
_DRESSED = re.compile(r"^\x1b\[\?2004h\x1b\[1m(.*)\x1b\[0m$", re.DOTALL)
_COLOUR = re.compile(r"\x1b\[\d+(;\d+)*m")
#: Braille, of which most programs make their spinners.
_FRAME = re.compile(r"[\u2800-\u28ff]")
_DOCUMENTED = "{dirty}{user}@{node}.{router}{context}{privilege} "
_USER = re.compile(r"^\*?([\w.-]+)@")


def add_session(bundle: Bundle, scenario: dict[str, Any]) -> dict[str, str]:
    """Put it into the scenario; the ways of the habits that it shows."""
    rows = [row for row in bundle.at_rest() if row.kind == "pcli"]
    asked = [row for row in rows if row.router == bundle.conductor]
    ways: dict[str, str] = {}
    style = scenario.setdefault("style", {})
    ways["decoration"] = _decoration(rows)
    user = scenario["users"][0]
    if asked:
        ways |= _prompt(asked, user)
        _candidates(asked, scenario)
    if prompts := _pager(rows):
        style["pager"] = prompts
    for kind, key in (("sftp", "sftp"), ("shell", "linux")):
        offered = [row.facts["offered"] for row in bundle.of(kind) if isinstance(row.facts.get("offered"), bool)]
        if offered:
            user[key] = offered[0]
            if kind == "shell":
                ways["shell_command"] = "allowed" if offered[0] else "refused"
    _doors(bundle, scenario)
    took = [row.seconds for row in rows if row.command.startswith("show ") and row.ended == "prompt" and row.seconds]
    if took:
        scenario.setdefault("durations", {})["command"] = round(statistics.median(took), 2)
    if moment := _moment(bundle.made):
        scenario["clock"] = {"start": moment}
    return ways


def _moment(made: str) -> str | None:
    try:
        return datetime.fromisoformat(made.replace("Z", "+00:00")).isoformat()
    except ValueError:
        return None


def _decoration(rows: list[Row]) -> str:
    spinner = any(_FRAME.search(row.received) for row in rows)
    colours = any(_COLOUR.search(row.received) or _DRESSED.match(row.prompt) for row in rows)
    return {(0, 0): "plain", (1, 0): "spinner", (0, 1): "colours", (1, 1): "both"}[(int(spinner), int(colours))]


# --- prompts --------------------------------------------------------------------------------------------------------


def bare_prompt(row: Row) -> str:
    """Without escapes, and without a command that stood behind it already."""
    text = _ESCAPES.sub("", row.prompt)
    match = re.match(r"^.*?[#>$%:] ", text, re.DOTALL)
    return match.group() if match else text


def _prompt(rows: list[Row], user: dict[str, Any]) -> dict[str, str]:
    plain = [row for row in rows if not row.context and row.prompt]
    prompts = {(row.router, row.node): bare_prompt(row) for row in reversed(plain)}
    if not prompts:
        return {}
    first = next(iter(prompts.values()))
    if match := _USER.match(first):
        user["name"] = match.group(1)
    forms = {_form(text, *place, user["name"]) for place, text in prompts.items()}
    form = forms.pop()
    if not forms:
        user["prompt"] = form
    if form == _DOCUMENTED and first.rstrip().endswith(">"):
        user["privilege"] = "user"
    typed_again = [row for row in rows if row.command and _ESCAPES.sub("", row.prompt).endswith(f" {row.command}")]
    asked = [row for row in rows if row.command.split()[:1] not in ([word] for word in READING)]
    return {"help_leftover": "yes" if typed_again else "no"} if asked else {}


def _form(text: str, router: str, node: str, user: str) -> str:
    """The prompt with names for its parts; a context would stand behind the last name."""
    dirty, text = ("{dirty}", text.removeprefix("*"))
    text = text.replace("{", "{{").replace("}", "}}")
    text = re.sub(rf"^{re.escape(user)}(?=@)", "{user}", text)
    for name, field in ((router, "{router}"), (node, "{node}")):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", field, text)
    end = max(text.rfind("{router}") + len("{router}"), text.rfind("{node}") + len("{node}"))
    if end > len("{node}"):
        # Behind brackets that hold the name.
        end += len(text[end:]) - len(text[end:].lstrip("])"))
        text = f"{text[:end]}{{context}}{text[end:]}"
    form = dirty + text
    documented = re.sub(r"[#>](?=\s*$)", "{privilege}", form)
    return documented if documented == _DOCUMENTED else form


def _candidates(rows: list[Row], scenario: dict[str, Any]) -> None:
    """A star before the prompt: somebody has a candidate configuration that differs."""
    for node in sorted({row.node for row in rows if _ESCAPES.sub("", row.prompt).startswith("*")}):
        fault = {"type": "dirty_candidate", "node": f"{node}.{rows[0].router}", "user": scenario["users"][0]["name"]}
        scenario.setdefault("faults", []).append(fault)


# --- the rest -------------------------------------------------------------------------------------------------------


def _pager(rows: list[Row]) -> dict[str, Any] | None:
    for row in rows:
        for text, lines in pager_prompts(row.received):
            return {"enabled": True, "rows": max(lines, 1), "text": text}
    return None


def _doors(bundle: Bundle, scenario: dict[str, Any]) -> None:
    banner = next((row.banner for row in bundle.of("login") if row.banner), None)
    ssh = {"banner": banner} if banner else {}
    for row in bundle.of("ssh"):
        names = [value for value in row.facts.values() if isinstance(value, str) and value.startswith("SSH-2.0-")]
        if names and names[0].isascii() and names[0].isprintable():
            ssh.setdefault("identification", names[0][:200])
        logins = row.facts.get("logins for two shells")
        if isinstance(logins, int) and logins > 1:
            ssh["max_sessions"] = 1
    if ssh:
        scenario["ssh"] = ssh

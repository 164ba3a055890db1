# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a webhook is told about a run, as JSON of our own and in the shape of Slack. Pure.

Names and words come from outside: they lose their control characters, are cut, and mean nothing to whoever shows them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ..clock import format_timestamp

SCHEMA = "sessionsmart.ssr/notice/1"

#: What a webhook can be told, in the order in which it happens.
EVENTS = ("start", "first_failure", "overdue", "stop", "router", "heartbeat", "end")

#: Letters of a sentence, of a reason and of a name. Slack refuses a block of more than 3,000.
_TEXT, _WORDS, _NAME = 1000, 400, 200
#: So many routers are named in a notice; of the others it says how many there are.
_NAMED = 10
_SIGNS = {
    "start": ":arrow_forward:",
    "first_failure": ":x:",
    "overdue": ":hourglass:",
    "stop": ":octagonal_sign:",
    "router": ":small_blue_diamond:",
    "heartbeat": ":large_blue_circle:",
    "end": ":checkered_flag:",
}
#: Behind an at sign it keeps a name from being a mention, and nobody sees it.
_ZERO_WIDTH = "\u200b"


@dataclass(frozen=True)
class Notice:
    """One notice. ``routers``: those that it is about, each as (router, state, reason); ``ok`` is known at the end.

    ``number``: which notice of its run it is, from 1; ``state``: of the run; ``undelivered``: those lost before.
    """

    event: str
    number: int
    at: datetime
    text: str
    run: Mapping[str, object]
    state: str = "running"
    ok: bool | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
    routers: Sequence[tuple[str, str, str]] = ()
    stopped: str | None = None
    undelivered: int = 0


def plain(text: object, most: int = _WORDS) -> str:
    """A text from outside on one line, without control characters and what changes the direction of writing; cut."""
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}\u2026"


def notice_data(notice: Notice, mask: Callable[[str], str] = str) -> dict:
    """The notice as data (docs/schemas/notice-1.json). ``mask``: takes the secrets out of a text, before it is cut."""

    def clean(text: object, most: int = _WORDS) -> str:
        return plain(mask(str(text)), most)

    named = [
        {"router": clean(router, _NAME), "state": state, "reason": clean(reason)}
        for router, state, reason in notice.routers[:_NAMED]
    ]
    return {
        "schema": SCHEMA,
        "event": notice.event,
        "number": notice.number,
        "at": format_timestamp(notice.at),
        "text": clean(notice.text, _TEXT),
        "run": {name: clean(value, _NAME) if isinstance(value, str) else value for name, value in notice.run.items()},
        "state": notice.state,
        "ok": notice.ok,
        "totals": dict(notice.totals),
        "routers": named,
        "more_routers": len(notice.routers) - len(named),
        "stopped": None if notice.stopped is None else clean(notice.stopped),
        "undelivered": notice.undelivered,
    }


def json_body(data: Mapping) -> bytes:
    """The notice as JSON."""
    return json.dumps(data).encode("ascii")


def slack_body(data: Mapping) -> bytes:
    """The notice for an incoming webhook of Slack, or of what takes the same, such as Mattermost.

    ``text`` is all of it in one message, for notifications and for those who show no blocks.
    """
    head = f"{_SIGNS[data['event']]} *{_escaped(_title(data))}*"
    told = data["event"] in ("first_failure", "router")  # their sentence is about their router
    rows = [] if told else data["routers"]
    lines = [f"\u2022 {_escaped(entry['router'])}: {_escaped(_of_router(entry))}" for entry in rows]
    if data["more_routers"]:
        lines.append(f"\u2022 and {data['more_routers']} more")
    totals = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in data["totals"].items())
    parts = [f"{head}\n{_escaped(data['text'])}", "\n".join(lines)]
    blocks: list[dict] = [_section(part) for part in parts if part]
    foot = " \u00b7 ".join(part for part in (totals, f"run {_escaped(data['run']['id'] or '-')}") if part)
    blocks.append({"type": "context", "elements": [_mrkdwn(foot)]})
    text = "\n".join(part for part in (*parts, foot) if part)
    return json.dumps({"text": text, "blocks": blocks}).encode("ascii")


#: How a notice is written, by the format that the user names.
BODIES: dict[str, Callable[[Mapping], bytes]] = {"json": json_body, "slack": slack_body}


def _title(data: Mapping) -> str:
    run = data["run"]
    wanted = f" to {run['version']}" if run["version"] else ""
    return f"{run['authority'] or 'SSR'}: {run['operation']}{wanted}, {data['event'].replace('_', ' ')}"


def _of_router(entry: Mapping) -> str:
    return ": ".join(part for part in (entry["state"].replace("_", " "), entry["reason"]) if part)


def _section(text: str) -> dict:
    return {"type": "section", "text": _mrkdwn(text[:2900])}


def _mrkdwn(text: str) -> dict:
    """``verbatim``: addresses and names in it are no links and no mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _escaped(text: str) -> str:
    """A text that calls nobody, links nowhere and has no layout, in Slack and where Markdown is read."""
    text = re.sub(r"@(?=\w)", f"@{_ZERO_WIDTH}", text.replace("`", "'"))
    text = text.replace("](", f"]{_ZERO_WIDTH}(").replace("://", f":{_ZERO_WIDTH}//")
    text = re.sub(r"[*_~|](?=\S)", lambda found: found[0] + _ZERO_WIDTH, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

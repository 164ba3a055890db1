# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`show alarms` and `show events`; alarms from CLI-6.0, events of alarms from `events_overview`.

How provisioning events look is documented nowhere: their layout is invented."""

from __future__ import annotations

import itertools
import re
import sys
from datetime import datetime, timezone
from typing import Any

from ..alarms import Alarm, alarms_of
from ..answer import Answer, Refused
from ..grammar import command
from ..layout import Column, table
from ..selection import confirmed, nodes

_EVENTS = (
    "[{router <router> | resource-group <resource-group>}] [from <from>] [to <to>] [type <type>] [rows <rows>] "
    "[limit <limit>] [flat] [force] [<verbosity>]"
)
_TYPES = ("admin", "alarm", "system", "traffic", "provisioning")
_AGO = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "mo": 2592000}


@command("show alarms", "[{router <router> | resource-group <resource-group>}] [id <id>] [shelved] [force]")
def show_alarms(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args, "all"):
        return None
    with shell.world.lock:
        alarms = alarms_of(shell.world, shell.node, nodes(shell, args, "all"))
        rows = _alarm_rows(shell, alarms, bool(args.get("shelved")))
    if "id" in args:
        rows = [row for row in rows if row[0] == args["id"]]
    names = ("ID", "Time", "Severity", "Source", "Category", "Message")
    shelved = sum(1 for alarm in alarms if alarm.shelved)
    nothing = shell.habits["no_alarms"]
    if rows or nothing == "empty_table":
        shown = table([Column(name) for name in names], rows, shell.terminal.width, shell.style.wrap)
    else:
        shown = ["No alarms"] if nothing == "sentence" else []
    # Where it is all that is printed it is always there.
    line = not args.get("shelved") and (shell.habits["shelved_line"] == "printed" or not shown)
    return Answer(shown + ([f"There are {shelved} shelved alarms"] if line else []), "Retrieving alarms...")


def _words(shell: Any, severity: str, source: str, category: str) -> list[str]:
    """Severity, source and category as this conductor writes them (events_overview, config_alarm_suppression)."""
    if shell.habits["alarm_source"] == "empty" and source == "unavailable":
        source = ""
    upper = shell.habits["alarm_case"] == "upper"
    return [severity.upper() if upper else severity, source, category.upper() if upper else category]


def _alarm_rows(shell: Any, alarms: list[Alarm], shelved: bool) -> list[list[str]]:
    rows = []
    for alarm in alarms:
        if alarm.shelved == shelved:
            when = shell.world.clock.text("%Y-%m-%d %H:%M:%S", alarm.since)
            words = _words(shell, alarm.severity, alarm.source, alarm.category)
            rows.append([alarm.identity, when, *words, alarm.message])
    return rows


@command("show events", _EVENTS)
def show_events(shell: Any, args: dict[str, Any]) -> Answer | None:
    if not confirmed(shell, args):
        return None
    kind = args.get("type", "all").split(".")[0]
    if kind not in (*_TYPES, "all"):
        raise Refused(f"invalid event type '{args['type']}'")
    now = shell.world.clock.now()
    begin = _moment(shell, args.get("from"), 0.0, now)
    end = _moment(shell, args.get("to"), now, now)
    with shell.world.lock:
        node_ids = {node.node_id for node in nodes(shell, args, "own")}
        # Newest first, and no further back than asked for: a large fleet has very many.
        recent = itertools.takewhile(lambda event: event["time"] >= begin, reversed(shell.world.records.events))
        events = (
            event
            for event in recent
            if event["node"].node_id in node_ids and kind in ("all", event["type"]) and event["time"] <= end
        )
        most = min(_count(args.get("limit", "all")), _count(args.get("rows", "50")))
        chosen = list(itertools.islice(events, most))
        if shell.habits["events_layout"] == "blocks":
            return Answer([line for event in chosen for line in _event_block(shell, event)], "Retrieving events...")
        rows = [_event_row(shell, event, kind) for event in chosen]
    names = ["Router", "Node", "Event Type", "Time", "Severity", "Source", "Category", "Message"]
    columns = [Column(name) for name in ([*names, "Shelved Status"] if kind == "alarm" else names)]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving events...")


def _event_row(shell: Any, event: dict[str, Any], kind: str) -> list[str]:
    node = event["node"]
    when = shell.world.clock.iso(event["time"])
    more = _words(shell, *(str(event.get(name, "-")) for name in ("severity", "source", "category")))
    shelved = ["not-shelved"] if kind == "alarm" else []
    return [node.router.name, node.name, event.get("change", event["type"]), when, *more, event["message"], *shelved]


def _event_block(shell: Any, event: dict[str, Any]) -> list[str]:
    """As the sample of a denied request: time and text as the title, then a line for each property."""
    title = f" {shell.world.clock.iso(event['time'])} {event['message']}"
    change = f".{event['change']}" if "change" in event else ""
    pairs = [("Type", event["type"] + change), ("Node", event["node"].name)]
    if "severity" in event:
        names = ("Severity", "Source", "Category")
        words = _words(shell, str(event["severity"]), str(event["source"]), str(event["category"]))
        pairs += list(zip(names, words, strict=True))
    rule = "=" * (len(title) + 1)
    return [rule, title, rule, *(f" {name + ':':<20}{value}".rstrip() for name, value in pairs), ""]


def _count(text: str) -> int:
    if text == "all":
        return sys.maxsize
    if not text.isdigit():
        raise Refused(f"invalid number '{text}'")
    return int(text)


def _moment(shell: Any, text: str | None, default: float, now: float) -> float:
    """`45m`, `1d`, `now`, or an ISO time."""
    if text is None or text == "now":
        return default if text is None else now
    ago = re.fullmatch(r"(\d+)(s|m|h|d|w|mo)", text)
    if ago:
        return now - int(ago.group(1)) * _AGO[ago.group(2)]
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refused(f"invalid time '{text}'") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`GET /events`: alarms as they come and go, pushed as server-sent events (SALT)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .caller import Caller
from .routes import Reply, Request, route

#: Seconds (of the wall) after which a line without meaning shows whether anybody still listens.
_HEARTBEAT = 1.0


@route("GET", "/events")
def events(caller: Caller, request: Request) -> Reply:
    with caller.world.lock:
        begin = len(caller.world.records.events)
        routers = {router.name for router in caller.routers()}

    def follow(write: Callable[[bytes], None], alive: Callable[[], bool]) -> None:
        _follow(caller, routers, begin, write, alive)

    return Reply(kind="text/event-stream", stream=follow)


def _follow(
    caller: Caller, routers: set[str], position: int, write: Callable[[bytes], None], alive: Callable[[], bool]
) -> None:
    world = caller.world
    while alive():
        with world.changed:
            if len(world.records.events) == position:
                world.changed.wait(_HEARTBEAT)
            new = world.records.events[position:]
            position += len(new)
            lines = [
                f"data: {json.dumps(_shape(caller, event))}\n\n"
                for event in new
                if event["type"] == "alarm" and event["node"].router.name in routers
            ]
        write("".join(lines or [":\n\n"]).encode())


def _shape(caller: Caller, event: dict[str, Any]) -> dict[str, Any]:
    node = event["node"]
    number = caller.world.records.number(node.node_id, event["source"] + event["message"])
    return {
        "type": "alarm",
        "subtype": event["change"].upper(),
        "alarm": {
            "id": f"{node.node_id}:{number}",
            "router": node.router.name,
            "node": node.name,
            "message": event["message"],
            "severity": event["severity"].upper(),
            "category": event["category"],
            "shelvedStatus": "NOTSHELVED",
        },
    }

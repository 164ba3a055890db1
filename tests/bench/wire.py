# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a small night asks of the conductor over the wire: each command and each login that the simulator got, by kind.

``counts`` counts what the engine asks of the client. What the client sends twice shows only here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.integration.harness import Bench
from tests.integration.routers import authority, inventory, play, router, verdicts
from tests.simulator import Simulator

REMEMBERED = Path(__file__).with_name("wire_counts.json")

#: Five routers, two of them pairs, all at once, so that the night is short.
NAMES = ("hub", "plant", "branch", "depot", "kiosk")
PAIRS = NAMES[:2]
SETTINGS: Mapping[str, Any] = {"ssr_serial": "100%", "router_upgrade_in_flight": len(NAMES)}
#: How much faster than the clock of the wall the simulated authority goes.
SPEEDUP = 1200

#: Connections of SSH, and the shells in them: a request that is not answered yet keeps its own.
CONNECTIONS, SHELLS = "connections", "shells"
#: What is asked again while time passes: a slow machine asks less of it in the same night. All else is the same always.
POLLS = (
    SHELLS,
    "show alarms",
    "show assets",
    "show assets NAME",
    "show assets software",
    "show system router NAME node NAME",
    "show system connectivity router NAME force",
    "show system processes router NAME force",
    "show system version router NAME node NAME detail",
    *(
        f"show system software {operation} router NAME node NAME"
        for operation in ("download", "upgrade", "downgrade", "revert")
    ),
)
#: A machine that is faster than that of the remembered night asks so many times as much, and no more.
TOLERANCE = 1.5
_EXPORT = "export config running"


def kind_of(command: str) -> str:
    """The command without the names in it: ``show system router NAME node NAME``."""
    if command.startswith(_EXPORT):
        return _EXPORT
    words = command.split()
    pairs = zip(["", *words], words, strict=False)
    named = [before in ("router", "node") or re.search(r"[.\d]", word) for before, word in pairs]
    return " ".join("NAME" if name else word for name, word in zip(named, words, strict=True))


def night(folder: Path) -> dict[str, int]:
    """Upgrade the routers with the playbook: commands by kind, connections and shells, as the simulator got them."""
    members = [router(name, *((f"{name}-1", f"{name}-2") if name in PAIRS else ())) for name in NAMES]
    with Simulator(authority(*members), speedup=SPEEDUP) as simulator:
        bench = Bench(folder, simulator)
        inventory(bench, **dict.fromkeys(NAMES))
        run = play(bench, "upgrade_routers", **SETTINGS)
        assert verdicts(run) == dict.fromkeys(NAMES, "done"), run.output
        events = Counter(event["event"] for event in simulator.log.records())
        commands = Counter(kind_of(command) for command in simulator.commands())
    return {
        **dict(sorted(commands.items())),
        CONNECTIONS: events["password_accepted"],
        SHELLS: events["login"],
    }


def remembered() -> dict:
    """The counts that were written down, with the release of which they are."""
    return json.loads(REMEMBERED.read_text(encoding="utf-8"))


def grown(before: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """A sentence for each kind of which there is more than there may be."""
    return [
        f"{kind} {before.get(kind, 0)} -> {count}"
        for kind, count in now.items()
        if count > before.get(kind, 0) * (TOLERANCE if kind in POLLS else 1)
    ]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of a task that only downloads: nothing that it has requested is lost or denied (I8, I9)."""

from __future__ import annotations

from .verdicts import UNSENT


def judge_downloads(world, run: int, result: dict) -> None:
    """Judge the result of one such run."""
    judge, (_began, ended) = world.judge, world.spans[run]
    states = {
        (router, node["node"]): (node["state"], node["reason"])
        for router, entry in (result.get("by_router") or {}).items()
        for node in entry["nodes"]
    }
    missing = set(world.settings.targets) - set(result.get("by_router") or {})
    if missing and any(of_run == run for of_run, _nodes in judge.downloads):
        judge.breach("I8", f"run {run}", f"{', '.join(sorted(missing))} got no verdict", ended)
    for node in world.authority.nodes.values():
        state, reason = states.get((node.router, node.name), (None, ""))
        what = f"{node.id} is {state} ({reason[:160]})"
        if not judge.has_fetched(run, node):
            if state == "unknown":
                judge.breach("I9", what, "nothing was ever requested for it", ended)
        elif state is None:
            judge.breach("I8", what, "a download was requested for it", ended)
        elif state in UNSENT and "nothing was sent" in reason and judge.has_begun_to_fetch(run, node):
            judge.breach("I9", what, "a download was begun for it", ended)

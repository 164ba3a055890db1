# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do after a run, and what to type for it, on a command line or in AWX. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .last_screen import Ending


def with_next_run(ending: Ending, again: Mapping, command: str, template: str = "", limit: str = "") -> Ending:
    """The ending with what to do next, and what to type for it; as it is where nothing is to be done.

    ``again``: which hosts another run is limited to, as the filter run_again gives it; empty: all of them.
    ``command``: of that run. ``template``: the job template of AWX that runs it; empty elsewhere. ``limit``: of this
    run; empty if it had none.
    """
    if ending.well and not ending.dry:
        return ending
    how, typed = _in_awx(again, template, limit) if template else (_how(ending), command)
    waiting = again.get("waiting") or 0
    as_now = f"with the limit of this one, {limit}," if limit else "without the limit"
    others = f", then the same {as_now} for {waiting} never begun" if waiting else ""
    return replace(ending, advice=f"{_first(ending, again)}{how}{others}{':' if typed else ''}", command=typed)


def _first(ending: Ending, again: Mapping) -> str:
    """What comes before another run."""
    what = "routers" if ending.routers or ending.waiting else "nodes"
    unknown = any(entry["state"] == "unknown" for entry in ending.ends.values())
    look = f"see with sessionsmart.ssr.report how the {what} are, " if unknown else ""
    if ending.dry and again.get("without"):
        return "fix what is named above or leave it out, then "
    if ending.interrupted and all(entry["state"] == "unknown" for entry in ending.bad.values()):
        return ""
    if ending.well:
        return look
    return f"{look}fix what is named {'above' if ending.bad or ending.failures else 'below'}, then "


def _how(ending: Ending) -> str:
    if ending.plan:
        return "run upgrade_routers with the same options"
    if ending.dry:
        return "run without --check"
    if ending.interrupted:
        return "run the same again, which takes up what is running"
    return "run again with the same options"


def _in_awx(again: Mapping, template: str, own: str) -> tuple[str, str]:
    """What to do in AWX, where a limit is a field of its own, and that limit. A long one is in a file."""
    launch = f"launch the template '{template}' again"
    if again.get("lines"):
        return f"{launch} with the hosts of this file as its limit", str(again.get("path"))
    limit = ",".join(again.get("limit") or ()) or own
    return (f"{launch} with this limit" if limit else launch), limit

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences of a change document: what will be done, what stops the night, and how to follow, stop and go back."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

from ..clock import format_duration
from ..software.counts import counted, some
from ..software.versions import spelled

#: So many routers one command to go back names; what is longer is hard to read and to copy.
_NAMES_IN_LIMIT = 50
#: Who decides once a run has stopped by itself.
_PERSON = "The run stops by itself. Whoever is on duty decides whether the same is run again."
_NOBODY = "Nobody: it goes on by itself."
_VERBS = {"upgrade": "Upgrade", "downgrade": "Downgrade", "revert": "Revert"}


def what(operation: str, version: str, conductor: str, entries: Sequence[Mapping]) -> str:
    """What will be done, in a sentence."""
    states = Counter(entry["state"] for entry in entries)
    planned = [entry for entry in entries if entry["state"] == "planned"]
    own = [entry for entry in planned if entry["conductor"]]
    whom = f"the conductor {own[0]['router']}" if own and len(planned) == len(own) else counted(len(planned), "router")
    if own and len(planned) > len(own):
        whom = f"the conductor {own[0]['router']} and {counted(len(planned) - len(own), 'router')}"
    others = [f"{count} {state.replace('_', ' ')}" for state, count in states.items() if state != "planned"]
    left = f" Not touched: {', '.join(others)}." if others else ""
    verb = _VERBS.get(operation, operation.capitalize())
    return f"{verb} {whom if planned else 'nothing'} of the authority of {conductor} to {spelled(version)}.{left}"


def stops(limits: Mapping, window: Mapping, extra: Mapping) -> list[dict]:
    """What stops the night, and who decides then. ``extra``: settings of a role that no task of the rollout has."""
    rows = [*_failures(limits, extra), *_times(window)]
    if limits.get("breaker_percent") is not None:
        limit = (
            f"more than {limits['breaker_percent']:g} % of the assets that this run has not moved, or a conductor node"
        )
        patience = format_duration(limits.get("breaker_timeout") or 0)
        then = f"Nothing new begins until they are back; after {patience} nothing new begins any more"
        rows.append(_row("Other sites leave their settled state (circuit breaker)", limit, then, _PERSON))
    if extra.get("stop_file"):
        then = "Nothing new begins; what runs is followed to its end, with the second node of a pair"
        rows.append(_row("The stop file is there", str(extra["stop_file"]), then, "Whoever has made the file."))
    then = "Its pair is held: the second node is not touched. A node that is bad itself is reverted where that may be"
    rows.append(_row("A node is not proven well after its upgrade", "", then, _PERSON))
    return rows


def _failures(limits: Mapping, extra: Mapping) -> list[dict]:
    rows, then = [], "No other router begins; those in progress are followed to their end"
    if limits.get("max_failures") is not None:
        rows.append(_row("Too many routers fail", f"more than {limits['max_failures']}", then, _PERSON))
    if limits.get("max_fail_percentage") is not None:
        share = f"more than {limits['max_fail_percentage']:g} % of all"
        rows.append(_row("Too many routers fail", share, then, _PERSON))
    if extra.get("batch_fail_percentage") is not None:
        share = f"more than {extra['batch_fail_percentage']} % of its routers"
        rows.append(_row("A batch does not end well", share, "No other batch begins", _PERSON))
    if extra.get("recent_failures"):
        recent = f"{extra['recent_failures']} of the last twenty that ended"
        rows.append(_row("Routers fail one after the other", recent, "No other batch begins", _PERSON))
    if limits.get("bake"):
        bake = f"until the canaries have been done for {format_duration(limits['bake'])}"
        rows.append(_row("The canaries bake", bake, "The others wait", _NOBODY))
    return rows


def _times(window: Mapping) -> list[dict]:
    names = {
        "start_deadline": ("It is too late to begin", "No node is started any more"),
        "window_end": ("The window ends", "What would not be over by then, with a revert, is not begun"),
    }
    given = {name: (window.get(name) or {}).get("at") for name in names}
    return [_row(*(names[name][0], str(at), names[name][1]), _PERSON) for name, at in given.items() if at]


def _row(reason: str, limit: str, then: str, who: str) -> dict:
    return {"what": reason, "limit": limit, "then": then, "who": who}


# -- how to follow, stop, and go back ---------------------------------------------------------------------------------


def handling(entries: Sequence[Mapping], extra: Mapping, folder: str) -> dict:
    """How to follow the run, stop it, and go back, with the commands to type."""
    pages = posixpath.join(posixpath.dirname(folder), "<run>", "report.html")
    follow = [
        f"Open {pages} in a browser, in which <run> is the name of the run, by default the time of its begin in UTC: "
        "it is rewritten while the run goes on."
    ]
    if extra.get("status_file"):
        follow.append(f"The status file, for machines and dashboards: {extra['status_file']}")
    follow.append("On the conductor, 'show assets' shows the state of each node.")
    stop = []
    if extra.get("stop_file"):
        stop.append(f"touch {shlex.quote(str(extra['stop_file']))}")
    stop.append("What was sent goes on in any case, also after Ctrl-C. The same command takes it up again.")
    return {"follow": follow, "stop": stop, "back": _back(entries)}


def _back(entries: Sequence[Mapping]) -> list[str]:
    """A command for each version to which something goes back; the groups of an inventory are not known here."""
    lines = ["A node that is bad itself is reverted by the run, where that may be. By hand, once the run has ended:"]
    by_version: dict[tuple[str, bool], list[str]] = {}
    undocumented: list[str] = []
    for entry in entries:
        for node in entry["nodes"]:
            if entry["state"] != "planned" or not node["needed"]:
                continue
            name = entry["host"] or entry["router"]
            if node["converts"]:
                undocumented.append(name)
            elif node["from_version"]:
                by_version.setdefault((requestable(node["from_version"]), entry["conductor"]), []).append(name)
    for (version, conductor), hosts in by_version.items():
        names = list(dict.fromkeys(hosts))
        # A limit that names some of them in words would be no command, and one without it would be about all.
        for first in range(0, 1 if conductor else len(names), _NAMES_IN_LIMIT):
            limit = "" if conductor else f" --limit {shlex.quote(','.join(names[first : first + _NAMES_IN_LIMIT]))}"
            playbook = "revert_conductor" if conductor else "revert_routers"
            lines.append(f"ansible-playbook sessionsmart.ssr.{playbook} -e ssr_version={shlex.quote(version)}{limit}")
    if undocumented:
        names = some(list(dict.fromkeys(undocumented)))
        lines.append(f"Not by a command: {names}, converted to image; how to take that back is not documented.")
    return lines


def requestable(version: str) -> str:
    """A version that a node prints, as a playbook takes it: ``6.3.0-107.r1.el7`` of ``SSR-6.3.0-107.r1.el7``."""
    bare = re.sub(r"\s*\([^)]*\)\s*\Z", "", version.strip())
    return re.sub(r"\A(?:SSR|128T)[-_ ]", "", bare, flags=re.IGNORECASE)


def forecast_words(night: Mapping, past: bool = False) -> str:
    """When it is expected to end, and whether that fits, in sentences. ``night``: the forecast of the document."""
    if not night["elapsed"]:
        words = "Nothing would be begun" if night["never"] else "There is nothing to do"
    else:
        at = f"{night['ends'][:10]} {night['ends'][11:16]} UTC"
        words = f"Expected to end at {at}, {format_duration(night['elapsed'])} after its begin"
    if night["never"]:
        why = f" ({night['why_never']})" if night["why_never"] else ""
        return f"{words}. {counted(len(night['never']), 'router')} would not be begun: {some(night['never'])}{why}."
    if past:
        return f"{words}. That cannot be: the planned begin is past. Plan again with another one (ssr_planned_begin)."
    if night["fits"] is None:
        return f"{words}. No window is set."
    return f"{words}. That fits the window." if night["fits"] else f"{words}. That does not fit the window."

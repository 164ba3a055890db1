# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for the last lines of a run over routers: what happened, why, and what to type next."""

from __future__ import annotations

import glob
import os
import shlex
from collections.abc import Mapping, Sequence

from ansible import context
from ansible.inventory.manager import split_host_pattern
from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import totals_line, without_nodes
from ansible_collections.sessionsmart.ssr.plugins.filter.verdicts import nodes_of
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import in_short, listed
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, merge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted, some
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

#: A limit of more characters does not fit into a line that somebody copies; a file holds it.
_LIMIT = 100
#: With so many reasons, and all else that there can be, the last lines still fit on a screen of 25.
_REASONS = 15


def run_lines(
    review: Mapping,
    handover: Mapping,
    reason: str,
    files: Sequence[str],
    again: Mapping | None = None,
    conductor: Sequence[Mapping] = (),
) -> list[str]:
    """The last lines of a run: totals, a line for each reason with its routers, what is next, and the files of the run.

    ``review``: what M(sessionsmart.ssr.run_review) returned at the end, empty for a run without one.
    ``reason``: why no other batch was begun.
    ``files``: paths on the controller, or patterns of them; those that are there are named.
    ``again``: of :func:`run_again`; None or empty: nothing is left to be done.
    ``conductor``: the results of its nodes, where this run has upgraded them before the routers.
    """
    lines = [str(review.get("msg") or totals_line(handover.get("totals") or {}))]
    lines += _of_conductor(conductor, review.get("by_router") or {})
    said: dict[tuple[str, str], list[str]] = {}
    problems = handover.get("problems") or {}
    for router, problem in problems.items():
        said.setdefault((problem["state"], without_nodes(problem)), []).append(router)
    if reason and not any(reason.rstrip(".") in text for text in (lines[0], *(why for _state, why in said))):
        lines.append(reason)
    for (state, why), routers in list(said.items())[:_REASONS]:
        lines.append(f"{state}: {_few(routers)}: {why if len(routers) > 1 else problems[routers[0]]['reason']}")
    more = int(handover.get("more_problems") or 0) + sum(map(len, list(said.values())[_REASONS:]))
    if more:
        words = counted(more, "more router with a problem is", "more routers with problems are")
        lines.append(f"{words} in the reports.")
    lines += _left_out(handover.get("skipped") or {}, int((handover.get("totals") or {}).get("skipped") or 0))
    totals = review.get("totals") or handover.get("totals") or {}
    lines += [next_step(again, playbooks_of_run(), bool(totals.get("unknown")))] if (again or {}).get("due") else []
    written = [path for path in files if path and glob.glob(os.path.expanduser(path))]
    return [*lines, *(f"file: {path}" for path in written)]


def _few(routers: Sequence[str]) -> str:
    return some(routers) if len(routers) == 1 else f"{len(routers)} routers: {some(routers)}"


def _left_out(skipped: Mapping[str, str], count: int) -> list[str]:
    """The line that names the routers which a rule left out, and why; one line, however many reasons there are."""
    said: dict[str, list[str]] = {}
    for router, why in skipped.items():
        said.setdefault(why.rstrip("."), []).append(router)
    shown = list(said.items())[:2]
    rest = max(count, len(skipped)) - sum(len(routers) for _why, routers in shown)
    texts = [f"{_few(routers)}: {why}" for why, routers in shown] + ([f"{rest} more, see the reports"] if rest else [])
    return [f"skipped: {'; '.join(texts)}"] if shown else []


def _of_conductor(results: Sequence[Mapping], relapsed: Mapping[str, Mapping]) -> list[str]:
    """A line for each conductor that this run has upgraded: its nodes, how they ended, and from where to where."""
    lines: dict[str, dict[tuple[str, str], list[str]]] = {}
    for node in (node for result in results for node in nodes_of(result)):
        state = (relapsed.get(node["router"]) or node)["state"]
        before, wanted = (spelled(node.get(name)) or "?" for name in ("from_version", "to_version"))
        versions = f"{before} to {wanted}" if state != "up_to_date" else wanted
        lines.setdefault(node["router"], {}).setdefault((state, versions), []).append(node["node"])
    return [
        f"{router}: {'; '.join(f'{listed(names)} {state} ({versions})' for (state, versions), names in ends.items())}"
        for router, ends in lines.items()
    ]


def run_again(
    results: Sequence[Mapping],
    routers: Mapping[str, str],
    review: Mapping | None = None,
    first: Sequence[str] = (),
    path: str = "",
    check_mode: bool = False,
) -> dict:
    """Which hosts a run that goes on where this one ended is limited to.

    ``results``: of the tasks for the batch; ``routers``: those of all hosts of this run, by host; ``review``: as for
    :func:`run_lines`, whose verdicts count where there is one; ``first``: what each limit must contain; ``path``: of
    the file for a long limit, empty where none can be written; ``check_mode``: it was a dry run.

    ``due``: whether a person is needed at all; ``limit``: the hosts, empty where the same run does it; ``lines``: the
    limit for its file, empty where the line holds it; ``waiting``: how many others nothing was sent to; ``without``:
    after a dry run, the hosts that the real one does without, as all others could be done; empty where there are none.
    """
    if review and review.get("hosts_not_ok") is not None:
        bad, never = set(review["hosts_not_ok"]), set(review.get("not_begun") or ())
        due = bool(bad or review.get("stopped"))
        # The verdict on a run that was stopped falls on a host of its own, which may be well.
        bad = bad if any(not STATES[state].ok for state in review.get("totals") or {}) else set()
    else:
        states = {router: entry["state"] for router, entry in merge(results, check_mode).items()}
        bad = {host for host, router in routers.items() if not STATES[states.get(router, "not_started")].ok}
        never = {router for router, state in states.items() if state == "not_started"}
        due = bool(bad)
    waiting = {host for host, router in routers.items() if router in never}
    limit = [host for host in routers if host in (bad if check_mode else bad - waiting)]
    limit = [] if len(limit) == len(routers) else limit
    long = len(",".join(limit)) > _LIMIT
    if check_mode:
        return {"due": due, "limit": [], "lines": [], "path": "", "waiting": 0, "without": [] if long else limit}
    return {
        "due": due,
        "limit": [*first, *limit] if limit and not (long and not path) else [],
        "lines": [*first, *limit] if long and path else [],
        "path": path,
        "waiting": len(waiting) if limit else 0,
        "without": [],
    }


def next_step(again: Mapping, playbooks: Sequence[str], unknown: bool, what: str = "routers") -> str:
    """What to type next, as a line.

    ``again``: of :func:`run_again`; empty: the same run. ``unknown``: of some it could not be learned what became of
    them; ``what``: they are.
    """
    look = f"see with sessionsmart.ssr.report how the {what} are, " if unknown else ""
    command = command_again(again, playbooks)
    if again.get("without"):
        return f"next: leave out what the lines above name, or fix it, then run without --check: {command}"
    count = int(again["waiting"]) if _limited(again) else 0
    others = f" (then like this run, for {counted(count, 'router')} not begun)" if count else ""
    return f"next: {look}fix what the lines above name, then run again with the same options: {command}{others}"


def next_action(again: Mapping, totals: Mapping | None = None) -> dict:
    """The same for the report of a run: the ``command`` by itself, and what there is to say about it.

    ``totals``: of the routers of the run, by state. Empty where nothing is left to be done.
    """
    if not again.get("due"):
        return {}
    look = "See with sessionsmart.ssr.report how the routers are. " if (totals or {}).get("unknown") else ""
    count = int(again["waiting"]) if _limited(again) else 0
    others = f", and like this run for {counted(count, 'router')} not begun" if count else ""
    words = f"{look}Fix what needs a person, then run again with the same options{others}."
    return {"command": command_again(again, playbooks_of_run()), "words": words}


def command_again(again: Mapping, playbooks: Sequence[str]) -> str:
    """The command of a run that goes on where this one ended; an ellipsis stands for the same options."""
    return " ".join(["ansible-playbook", *map(shlex.quote, playbooks), "\u2026", *_limited(again)])


def _limited(again: Mapping) -> list[str]:
    """The option for the command line; nothing where all hosts take part, or the file for them could not be written."""
    if not again:
        return []
    if again.get("without"):
        # Where there is a comma, Ansible reads no colon as one.
        patterns = [*split_host_pattern(_subset()), *(f"!{host}" for host in again["without"])]
        return ["--limit", shlex.quote(",".join(filter(None, patterns)))]
    path = os.path.expanduser(str(again["path"]))
    if again["lines"]:
        return ["--limit", shlex.quote(f"@{path}")] if os.path.exists(path) else []
    return ["--limit", shlex.quote(",".join(again["limit"]))] if again["limit"] else []


def playbooks_of_run() -> list[str]:
    """The playbooks of this run, as they were named on its command line."""
    return [str(name) for name in (context.CLIARGS or {}).get("args") or ()]


def _subset() -> str:
    """The limit of this run; empty if it has none."""
    return str((context.CLIARGS or {}).get("subset") or "")


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"in_short": in_short, "next_action": next_action, "run_again": run_again, "run_lines": run_lines}

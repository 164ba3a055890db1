# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a conductor as a whole: its candidate configuration, its alarms, its pair, and the vendor's own check."""

from __future__ import annotations

import re

from ..software.system import Alarm
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned

# "<node>.<router> has a software version that does not match its peer." (events_alarms)
_VERSION_MISMATCH = re.compile(r"software version that does not match its peer", re.I)
# The alarm for a pair of an image-based and a package-based node exists (upgrade_ibu_conductor); its text is not
# documented, so it is recognised by what it must speak of.
_TYPE_MISMATCH = re.compile(
    r"image.*package|package.*image|(image|package).*(mismatch|differ|not match)|mismatch.*(install|software)", re.I
)


@check("clean_candidate", "Nobody's uncommitted changes are lost: the prompt shows no star.", stages=("pre",))
def clean_candidate(context: Context) -> Finding:
    context.conductor.refresh_prompt()
    if context.conductor.dirty:
        return failed(
            "the candidate configuration has changes that are not committed (the prompt shows '*'); the restart would "
            "lose them. Commit them, or throw them away with 'restore config running'"
        )
    return passed("the candidate configuration of this account is clean")


@check(
    "other_candidates",
    "No other user is active, and no configuration is out of sync or changed locally.",
    severity="warn",
    stages=("pre",),
)
def other_candidates(context: Context) -> Finding:
    evidence = context.conductor.configuration_hints()
    if evidence:
        return warned(
            "the conductor shows other active users or configurations out of sync; a restart loses everybody's "
            "candidate, and only this account's own can be seen",
            evidence,
        )
    return passed("no other user or configuration stands out")


@check(
    "routers_visible",
    "Every node that the conductor has a connection to is in 'show assets': resource groups hide routers.",
    severity="warn",
    stages=("pre",),
)
def routers_visible(context: Context) -> Finding:
    own = f".{context.place[0]}"
    linked = {link.remote for link in context.conductor.connectivity() if not link.remote.endswith(own)}
    if not linked:
        return skipped("no connection to a router is shown")
    hidden = sorted(linked - {f"{one.node}.{one.router}" for one in context.assets})
    if hidden:
        shown = ", ".join(hidden[:20]) + (" …" if len(hidden) > 20 else "")
        return warned(
            f"{len(hidden)} nodes have a connection to the conductor and are not in 'show assets': {shown}. This "
            "account may not be allowed to see them, and then nobody watches them",
            ", ".join(hidden),
        )
    return passed(f"all {len(linked)} connected nodes are in 'show assets'")


@check("mismatch_alarm", "No alarm says that the nodes of the pair differ in software or install type.")
def mismatch_alarm(context: Context) -> Finding:
    found = [
        one
        for one in context.alarms
        if (_VERSION_MISMATCH.search(one.message) or _TYPE_MISMATCH.search(one.message))
        and not _of_others(one, context)
    ]
    if not found:
        return passed("no such alarm")
    evidence = "; ".join(one.message for one in found)
    if context.half_done or not context.assets_count:
        return warned("the alarm is expected while the pair is half done", evidence)
    return failed(f"an alarm says that the pair does not match: {evidence}", evidence)


def _of_others(alarm: Alarm, context: Context) -> bool:
    """Does it name nodes of other routers only? The conductor raises the alarms about every pair that it manages."""
    named = [
        one
        for one in context.assets
        if one.node and re.search(rf"(?<![\w.\-]){re.escape(f'{one.node}.{one.router}')}(?![\w\-])", alarm.message)
    ]
    return bool(named) and all(one.router != context.place[0] for one in named)


@check("critical_alarms", "No critical alarm of this router, outside the allow list, that was not there before.")
def critical_alarms(context: Context) -> Finding:
    found = [one for one in context.alarms if one.severity == "critical" and not _known(one, context)]
    if found:
        evidence = "; ".join(f"{one.message} ({one.category})" for one in found)
        allow = "allow it by a pattern in allow_alarms (conductor_upgrade_allow_alarms)"
        return failed(f"critical: {evidence}. Clear it, or {allow}", evidence)
    return passed("no critical alarm that counts")


def _known(alarm: Alarm, context: Context) -> bool:
    if (alarm.category, alarm.message) in context.alarms_before:
        return True
    if _VERSION_MISMATCH.search(alarm.message) or _TYPE_MISMATCH.search(alarm.message):
        return True  # judged by mismatch_alarm
    return any(pattern.search(alarm.message) for pattern in context.allow_alarms)


@check("pair_connected", "The two nodes of the conductor see each other.")
def pair_connected(context: Context) -> Finding:
    router = context.place[0]
    if len(context.pair) < 2:
        return skipped("the router has one node")
    inside = [
        link
        for link in context.conductor.connectivity()
        if link.local.endswith(f".{router}") and link.remote.endswith(f".{router}") and link.local != link.remote
    ]
    if not inside:
        return skipped("the connectivity between the two nodes is not shown")
    down = [link for link in inside if not link.up]
    evidence = "; ".join(f"{link.local} to {link.remote}: {link.state}" for link in inside)
    if not down:
        return passed("the nodes are connected", evidence)
    if context.half_done and not context.assets_count:
        return warned("not connected while the pair is half done from below 6.3", evidence)
    return failed(f"the nodes are not connected ({evidence})", evidence)


@check("processes_led", "Every process that leads somewhere has one primary.", stages=("post",))
def processes_led(context: Context) -> Finding:
    processes = [one for one in context.conductor.processes() if one.primary is not None]
    if not processes:
        return skipped("no process is shown with a primary")
    names = dict.fromkeys(one.name for one in processes)
    orphans = [name for name in names if not any(one.primary for one in processes if one.name == name)]
    if orphans:
        return failed(f"no node leads {', '.join(orphans)}", ", ".join(orphans))
    return passed(f"a primary is shown for {', '.join(names)}")


@check("vendor_health_check", "The conductor's own health check does not fail (from 6.3 on).")
def vendor_health_check(context: Context) -> Finding:
    if not context.release.at_least(6, 3, 0):
        return skipped(f"{context.release.text} has no health check of its own")
    verdict = context.conductor.vendor_health(context.health_timeout)
    if verdict.state == "fail":
        return failed(f"the conductor's own health check failed: {verdict.reason}", verdict.words)
    if verdict.state == "pass":
        return passed("the conductor's own health check passed", verdict.words)
    reason = "the conductor's own health check could not be told: its answer cannot be read"
    return (failed if context.health_unknown == "hold" else warned)(reason, verdict.words)

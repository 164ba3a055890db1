# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the alarms of a router. Only the table in software/alarm_table.py says what an alarm means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..pcli.errors import PcliError
from ..software.alarm_table import COMPARED, DUPLICATE_ASSET, STOPS, TYPE_MISMATCH, VERSION_MISMATCH, WARNS
from ..software.alarms import (
    EXPECTED,
    GRAVE,
    PASSES,
    Alarm,
    Judgement,
    Moment,
    category_of,
    judge,
    leads_to,
    mismatched_versions,
    row_of,
    same_alarm,
)
from ..software.versions import satisfies
from .authority import Authority
from .check_context import CheckContext
from .registry import Finding, check, failed, passed, warned

_MISMATCHES = (VERSION_MISMATCH, TYPE_MISMATCH)
#: Seconds for which unreadable alarms are read again after an operation: a node that has just started may not know them
#: yet, and what is unreadable for longer stays so.
_RETRY_FOR = 300.0


def _moment(context: CheckContext) -> Moment:
    """The circumstances in which an alarm of this router is judged."""
    authority = context.authority
    return Moment(
        after=authority.after,
        half_done=context.half_done,
        elapsed=context.back_for,
        conductor=context.kind == "conductor",
        slow=any(asset.install_type == "package" for asset in context.pair.values()),
        assets_count=authority.assets_count or context.kind == "router",
        grace=authority.grace,
    )


def _unavailable(context: CheckContext, error: PcliError) -> Finding:
    """The finding if alarms are unavailable: a failure before an operation, else a warning (rules 17 and 35)."""
    if not context.authority.after:
        reason = f"whether there are alarms could not be determined: {error}"
        return failed(reason, getattr(error, "words", str(error)), undetermined=True)
    waited = context.authority.waited
    return warned(
        f"whether there are alarms could not be determined, which is no fault of the node: {error}. Check them by hand",
        getattr(error, "words", str(error)),
        pending=waited is not None and waited < _RETRY_FOR,
        undetermined=True,
    )


@check(
    "mismatch_alarm",
    "No alarm says that the nodes of the pair differ in software or install type.",
    per="router",
    fails_in_restart=True,
)
def mismatch_alarm(context: CheckContext) -> Finding:
    if error := context.authority.alarms_unavailable:
        return _unavailable(context, error)
    messages = [alarm.message for alarm in context.alarms if _is_mismatch(alarm) and not _of_others(alarm, context)]
    if not messages:
        return passed("no such alarm")
    evidence = "; ".join(messages)
    half_done = context.half_done or not context.authority.assets_count or _shows_half_done(messages, context)
    moment = replace(_moment(context), half_done=half_done)
    judged = [judge(message, "critical", moment) for message in messages]
    if all(judgement.effect == EXPECTED for judgement in judged):
        return warned(f"the pair is half done: {messages[0].rstrip('.')} ({judged[0].words})", evidence)
    words = f"an alarm says that the pair does not match: {evidence.rstrip('.')} ({judged[0].words})"
    if all(judgement.effect == PASSES for judgement in judged):
        return warned(words, evidence, pending=True)
    return failed(f"{words}. Bring both nodes to the same software", evidence)


def _is_mismatch(alarm: Alarm) -> bool:
    row = row_of(alarm.message)
    return row is not None and row.name in _MISMATCHES


def _shows_half_done(messages: Sequence[str], context: CheckContext) -> bool:
    """True if the versions in an alarm show that one node runs the wanted one, where the list of assets lacks them."""
    if context.wanted is None or (context.pair and all(asset.version for asset in context.pair.values())):
        return False
    pairs = filter(None, map(mismatched_versions, messages))
    return any({satisfies(version, context.wanted) is not False for version in pair} == {True, False} for pair in pairs)


def _of_others(alarm: Alarm, context: CheckContext) -> bool:
    """True if it is about other routers only: the conductor raises alarms about every asset that it manages."""
    row = row_of(alarm.message)
    if row is None or not (row.presence or row.name in _MISMATCHES):
        return False
    named = context.authority.alarm_owners.named_in(alarm.message)
    towards = leads_to(alarm.message)
    if context.router in named or towards is None:
        return bool(named) and context.router not in named
    return bool(named) or not _is_node_of(towards, context.router)


def _is_node_of(name: str, router: str) -> bool:
    """True for ``node.router`` and ``router.node`` (releases differ), and for the router itself."""
    return name == router or name.endswith(f".{router}") or name.startswith(f"{router}.")


@check(
    "critical_alarms",
    "No alarm of this router stops an upgrade: one that the table of alarms names for it, or a critical one without a "
    "row, outside the allow list, that was not there before.",
    per="router",
)
def critical_alarms(context: CheckContext) -> Finding:
    if error := context.authority.alarms_unavailable:
        return _unavailable(context, error)
    counted = [alarm for alarm in context.alarms if not _is_accounted_for(alarm, context)]
    ours = {alarm.message: reason for alarm in counted if (reason := _explained_by_us(alarm, context))}
    judged = {
        alarm.message: (alarm, judge(alarm.message, alarm.severity, _moment(context)))
        for alarm in counted
        if alarm.message not in ours
    }
    stopping = _texts(judged.values(), lambda alarm, judgement: _stops(alarm, judgement, context))
    passing = _texts(judged.values(), _passes)
    notable = _texts(judged.values(), lambda alarm, judgement: _warns(alarm, judgement, context))
    expected = _texts(judged.values(), lambda _alarm, judgement: judgement.effect == EXPECTED)
    evidence = "\n".join([*stopping, *passing, *notable, *expected, *ours])
    finding = _finding_of_alarms(stopping, passing, notable, expected, evidence, context)
    if ours and finding.state == "pass":
        message, reason = next(iter(ours.items()))
        finding = warned(f"{reason}, so it is resumed: it explains the alarm '{message.rstrip('.')}'", evidence)
    return replace(finding, excused=bool(ours))


def _finding_of_alarms(
    stopping: list[str],
    passing: list[str],
    notable: list[str],
    expected: list[str],
    evidence: str,
    context: CheckContext,
) -> Finding:
    """The worst of these alarms."""
    if stopping:
        allow = f"allow it by a pattern in allow_alarms ({context.kind}_upgrade_allow_alarms)"
        return failed(f"alarms that stop an upgrade: {'; '.join(stopping)}. Clear it, or {allow}", evidence)
    if passing:
        return warned(f"not gone yet: {'; '.join(passing)}", evidence, pending=True)
    if notable:
        return warned(f"alarms that stop nothing: {'; '.join(notable)}", evidence)
    return passed(f"no alarm that counts{f'; expected now: {expected[0]}' if expected else ''}", evidence)


def _explained_by_us(alarm: Alarm, context: CheckContext) -> str | None:
    """Why a node restarts that this alarm comes from, where an earlier run began that; None where nothing explains it.

    What the other node raises is explained only if the table says that it is about the pair, or about a node that is
    not seen, and it names that node.
    """
    moved, row = context.moved, row_of(alarm.message)
    if alarm.node in moved:
        return moved[alarm.node]
    if row is not None and row.half_done:
        return next(iter(moved.values()), None)
    named = [name for name in moved if row is not None and row.presence and _names(alarm.message, name, context)]
    return moved[named[0]] if named else None


def _names(message: str, node: str, context: CheckContext) -> bool:
    """True if a message names a node of the router: alone, with its router in either order, or by its asset."""
    names = {node, f"{node}.{context.router}", f"{context.router}.{node}", context.pair[node].asset_id}
    return any(word.rstrip(".") in names for word in re.findall(r"[\w.\-]+", message))


def _texts(judged: Iterable[tuple[Alarm, Judgement]], selects: Callable[[Alarm, Judgement], bool]) -> list[str]:
    """The selected alarms, each with its severity, its text, and what the table says of it."""
    return [
        f"{alarm.severity}: {alarm.message.rstrip('.')} ({alarm.category or 'no category'}; {judgement.words})"
        for alarm, judgement in judged
        if selects(alarm, judgement)
    ]


def _stops(alarm: Alarm, judgement: Judgement, context: CheckContext) -> bool:
    """After an operation a critical alarm that is to be compared is new, since those from before are left out."""
    new = judgement.effect == COMPARED and context.authority.after and alarm.severity == "critical"
    return new or (judgement.effect == STOPS and alarm.severity in GRAVE)


def _passes(alarm: Alarm, judgement: Judgement) -> bool:
    """The comparison waits for what is major and only compared."""
    stops = alarm.severity == "critical" or (judgement.row is not None and judgement.row.after == STOPS)
    return judgement.effect == PASSES and stops


def _warns(alarm: Alarm, judgement: Judgement, context: CheckContext) -> bool:
    """Before an operation a critical alarm that is only compared is worth knowing."""
    only_compared = judgement.effect == COMPARED and alarm.severity == "critical" and not context.authority.after
    return only_compared or (judgement.effect == WARNS and alarm.severity in GRAVE)


def _is_accounted_for(alarm: Alarm, context: CheckContext) -> bool:
    """True if it was there before, is accepted, or is judged by another check."""
    authority, row = context.authority, row_of(alarm.message)
    if _was_there_before(alarm, authority) or any(pattern.search(alarm.message) for pattern in authority.allow_alarms):
        return True
    if _is_mismatch(alarm):
        return True  # judged by mismatch_alarm
    if row is not None and row.name == DUPLICATE_ASSET and authority.duplicates.routers_in(alarm):
        return True  # judged by duplicate_assets, for the routers of that asset
    return _of_others(alarm, context) or _leads_away(alarm, context)


def _was_there_before(alarm: Alarm, authority: Authority) -> bool:
    """True if it was there before the operation, in these words or in those of another release."""
    return any(
        category_of(category) == alarm.category
        and router in (None, alarm.router)
        and same_alarm(message, alarm.message)
        for category, message, router in authority.alarms_before
    )


def _leads_away(alarm: Alarm, context: CheckContext) -> bool:
    """True if it leads to an unsettled router (rule 21), or only repeats that a node is away, as the assets show."""
    towards, row = leads_to(alarm.message), row_of(alarm.message)
    if towards is None:
        return False
    if not _is_node_of(towards, context.router):
        nodes = context.authority.nodes
        router = next((name for name in nodes if _is_node_of(towards, name)), None)
        return router is not None and any(not asset.settled for asset in nodes[router].values())
    lost = [asset for asset in context.rows if not asset.settled and str(asset.node) in towards]
    return row is not None and row.presence and alarm.severity != "critical" and bool(lost)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else there is to say of a node that is done, or that went wrong: losses since before, and the conductor's words.

A comparison holds a router by default (rule 21); only the user makes it revert. Events explain, they never decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from ..clock import format_duration, parse_record_timestamp
from ..conductor import queries as questions
from ..pcli.errors import DeviceError, PcliError
from ..pcli.waiting import Steps
from ..snapshots import take as snapshots
from ..snapshots.change import Change
from ..snapshots.compare import compare, verdict, waits
from ..software.alarms import Alarm
from ..software.conversions import conversions
from ..software.events import Event as Recorded
from ..software.events import words_of_failure
from ..software.node_id import NodeId
from .context import RunContext
from .events import Compared, Explained, Stepped
from .node_log import NodeLog
from .poller import StatusPoller
from .results import BY_HAND, NodeResult, two_versions

#: The clocks of controller and conductor may differ by so much (seconds).
_CLOCKS_DIFFER = 120.0
#: So many events of the web API, the latest, stand in a step.
_QUOTED_EVENTS = 10

#: Stands in the reason of a node whose router, or conductor, has lost something.
LOSS = "has lost something since before"


@dataclass(frozen=True)
class ComparisonOptions:
    """What is compared with the time before, and what a loss means: ``hold`` the router, or ``revert`` the node.

    ``areas`` None: all. ``thresholds``, ``include`` and ``exclude`` as in :func:`snapshots.compare.compare`.
    """

    areas: tuple[str, ...] | None = None
    thresholds: Mapping[str, float | str | None] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    on_regression: str = "hold"
    #: Seconds for what is known to pass by itself after a boot; None: those of the table in snapshots/change_rules.py.
    grace: float | None = None


@dataclass(frozen=True)
class ComparisonOutcome:
    """What a comparison with the time before has shown: a loss, no loss, or nothing since it could not be made.

    ``lost``: what was lost, as a sentence; ``not_compared``: why there was no comparison; ``changes``: in detail.
    """

    lost: str | None = None
    not_compared: str | None = None
    changes: Compared | None = None


def take_snapshot(
    context: RunContext, poller: StatusPoller, router: str, nodes: Sequence[str], options: ComparisonOptions
) -> Steps[dict | None]:
    """The state of a router now; None where the conductor could not be asked."""
    # Without the versions it cannot be told later that a process went away because the release did not have it.
    areas = None if options.areas is None else [*dict.fromkeys(("versions", *options.areas))]
    try:
        known = {"assets": poller.assets(), "alarms": _alarms(poller)}
        take = partial(snapshots.take, context.conductor, router, nodes, areas, **known)
        return (yield from context.waiting.ask(take))
    except PcliError as error:
        poller.note(error)
        context.tell(f"{router}: its state could not be read ({error})")
        return None


def _alarms(poller: StatusPoller) -> list[Alarm] | DeviceError:
    """The alarms; where they are refused or cannot be read, the snapshot says so and holds all that could be read."""
    try:
        return poller.round.alarms()
    except DeviceError as error:
        return error


def find_regressions(
    context: RunContext,
    poller: StatusPoller,
    before: dict,
    nodes: Sequence[str],
    options: ComparisonOptions,
    in_transition: Callable[[], Collection[str]],
    half_done: bool,
    doubt: Callable[[], None] = lambda: None,
) -> Steps[ComparisonOutcome]:
    """What the router has lost since ``before``.

    Waits for what is known to come back after a boot, and believes a loss only when it appears twice. ``doubt`` is
    called while anything is missing, or cannot be read.
    """
    clock, router, missed = context.clock, before.get("router", ""), {}
    began, last, pause = clock.now(), None, context.limits.revert_grace
    compare_with = _compare_with(before, options, poller, half_done)
    while True:
        after = yield from take_snapshot(context, poller, router, nodes, options)
        if poller.final:
            return ComparisonOutcome(lost=f"it could not be compared with the time before: {poller.final}")
        sentence, patience = None, pause
        if after is not None:
            try:
                changes = compare_with(after, in_flight=in_transition(), elapsed=clock.now() - began)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                return ComparisonOutcome(not_compared=f"the snapshot from before is of no use: {error}")
            sentence, patience = verdict(changes, options.thresholds), waits(changes)
            if (sentence and last) or (not sentence and patience is None):
                return ComparisonOutcome(lost=sentence, changes=_compared(changes, missed))
            missed |= _missed(changes)
        elif clock.now() - began >= context.limits.settle_timeout:
            waited = format_duration(clock.now() - began)
            return ComparisonOutcome(not_compared=f"the conductor could not be asked for {waited}")
        if last is None and patience is not None and sentence is None:
            context.tell(f"{router}: something is not back yet; it is given up to {format_duration(patience)}")
        last = sentence
        doubt()
        yield from context.waiting.pause(min(pause, patience or pause))


def _missed(changes: Sequence[Change]) -> dict[tuple[str, str], str]:
    """What is worse than before, also what is still given time, by area and key."""
    return {
        (change.area, change.key): f"{change.area}: {change.words}"
        for change in changes
        if change.counts or change.counts_in is not None
    }


def _compared(changes: Sequence[Change], missed: Mapping[tuple[str, str], str]) -> Compared:
    """The comparison for people. ``missed``: what was worse in an earlier look, and may have come back since."""
    lost = _missed(changes)
    came = (f"{change.area}: {change.words}" for change in changes if change.kind == "added" and not change.counts)
    passed = (words for key, words in missed.items() if key not in lost)
    return Compared(tuple(lost.values()), tuple(came), tuple(passed))


def _compare_with(
    before: dict, options: ComparisonOptions, poller: StatusPoller, half_done: bool
) -> Callable[..., list[Change]]:
    """The comparison with ``before``, for each snapshot that is taken afterwards."""
    router = before.get("router", "")
    return partial(
        compare,
        before,
        areas=snapshots.comparable_areas(options.areas, poller.counts(router)),
        thresholds=options.thresholds,
        include=options.include,
        exclude=options.exclude,
        half_done=half_done,
        grace=options.grace,
        conductor=router == poller.local_node[0],
        assets_count=poller.counts(router),
    )


#: Ends of a conductor node after which its pair may be left on two versions.
_NOT_WELL = ("failed", "unknown", "reverted", "held", "not_started", "blocked")


def explain(context: RunContext, log: NodeLog) -> Steps[list[Recorded] | None]:
    """Put the conductor's own words about a node that went wrong into its reason (``show events``).

    Returns the events of the router since then; None where they were not, or could not be, read.
    """
    if log.result.state in ("failed", "unknown", "reverted") and log.result.started:
        return (yield from _recorded(context, log))
    return None


def explain_two_versions(log: NodeLog, poller: StatusPoller) -> None:
    """Say that the pair of a conductor is left on two versions, where its node went wrong, is held or did not begin.

    A conductor is worked on node by node, each by a task of its own, so no result of the other node says it.
    """
    result = log.result
    if result.state not in _NOT_WELL or result.router != poller.local_node[0]:
        return
    rows = poller.peers(result.router, result.node)
    running = [(row.node, row.version_text) for row in rows if row.node != result.node]
    advised = BY_HAND in result.reason
    # One that ended unknown, and does not answer, may run either.
    own = result.running_version or (None if result.state == "unknown" else result.from_version)
    words = two_versions([(result.node, own), *running], advised)
    if words:
        log.record(Explained(words))


def began_at(result: NodeResult) -> datetime | None:
    """Since when events may be about the operation of a node, by the conductor's clock; None: nothing was begun."""
    since_sent = result.started and parse_record_timestamp(result.started) - timedelta(seconds=_CLOCKS_DIFFER)
    return result.asked_at or since_sent or None


def _recorded(context: RunContext, log: NodeLog) -> Steps[list[Recorded] | None]:
    result, since = log.result, began_at(log.result)
    try:
        read = partial(questions.events, context.conductor, result.router, since)
        events, unreadable = yield from context.waiting.ask(read)
    except PcliError:
        return None
    words = words_of_failure(events, result.router, result.node, since, besides=result.reason)
    for conversion in conversions(events, result.router, result.node, since):
        log.record(Stepped(f"conversion {conversion.said}", conversion.event.words, quiet=True))
    if words:
        log.record(Explained(f"The conductor has recorded: {words}"))
        log.record(Stepped("events since it began", words, quiet=True))
    elif unreadable:
        log.record(Stepped("events could not be read", "; ".join(unreadable), quiet=True))
        read = partial(context.conductor.by_web.events, [NodeId(result.router, result.node)], since)
        by_web = yield from context.waiting.ask(read)
        events = [*events, *(by_web or ())]
        if by_web:
            said = "; ".join(event.words for event in by_web[-_QUOTED_EVENTS:])
            log.record(Stepped("events since it began, by the web API", said, quiet=True))
    return events

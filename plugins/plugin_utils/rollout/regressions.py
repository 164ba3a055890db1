# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else there is to say of a node that is done, or that went wrong: losses since before, and the conductor's words.

A comparison holds a router by default (rule 21); only the user makes it revert. Events explain, they never decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ..clock import parse_stamp, spoken, stamp
from ..conductor import queries as questions
from ..pcli.errors import DeviceError, PcliError
from ..snapshots import take as snapshots
from ..snapshots.compare import compare, verdict, waits
from ..software.alarms import Alarm
from ..software.events import conversions, words_of_failure
from .context import Desk
from .poller import Observer
from .results import NodeResult, Step, two_versions
from .sentences import sentences

#: The clocks of controller and conductor may differ by so much (seconds).
_CLOCKS_DIFFER = 120.0


@dataclass(frozen=True)
class CompareWish:
    """What is compared with the time before, and what a loss means: ``hold`` the router, or ``revert`` the node.

    ``areas`` None: all. ``thresholds``, ``include`` and ``exclude`` as in :func:`plugin_utils.compare.compare`.
    """

    areas: tuple[str, ...] | None = None
    thresholds: Mapping[str, float | str | None] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    on_regression: str = "hold"
    #: Seconds for what is known to pass by itself after a boot; None: those of the table in compare.
    grace: float | None = None


def picture(desk: Desk, observer: Observer, router: str, nodes: Sequence[str], wish: CompareWish) -> dict | None:
    """The state of a router now; None where the conductor could not be asked."""
    # Without the versions it cannot be told later that a process went away because the release did not have it.
    areas = None if wish.areas is None else [*dict.fromkeys(("versions", *wish.areas))]
    try:
        alarms = _alarms(observer)
        return snapshots.take(desk.conductor, router, nodes, areas, assets=observer.assets(), alarms=alarms)
    except PcliError as error:
        observer.note(error)
        desk.tell(f"{router}: its state could not be looked at ({error})")
        return None


def _alarms(observer: Observer) -> list[Alarm] | DeviceError:
    """The alarms; where they are refused or cannot be read, the picture says so and holds all that is told."""
    try:
        return observer.alarms()
    except DeviceError as error:
        return error


def losses(
    desk: Desk,
    observer: Observer,
    before: dict,
    nodes: Sequence[str],
    wish: CompareWish,
    moving: Callable[[], Collection[str]],
    half_done: bool,
) -> Generator[bool, None, str | None]:
    """What the router has lost since ``before``, as a sentence; None where it lost nothing that counts.

    Waits for what is known to come back after a boot, and believes a loss only when it is seen twice.
    """
    clock, router = desk.clock, before.get("router", "")
    began, last, pause = clock.now(), None, desk.limits.revert_grace
    while True:
        after = picture(desk, observer, router, nodes, wish)
        if observer.final:
            return f"it could not be compared with the time before: {observer.final}"
        sentence, patience = None, pause
        if after is not None:
            try:
                changes = compare(
                    before,
                    after,
                    wish.areas,
                    thresholds=wish.thresholds,
                    include=wish.include,
                    exclude=wish.exclude,
                    in_flight=moving(),
                    half_done=half_done,
                    elapsed=clock.now() - began,
                    grace=wish.grace,
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:  # a kept picture that is damaged
                desk.tell(f"{router}: it cannot be compared with the time before: {error}")
                return None
            sentence, patience = verdict(changes, wish.thresholds), waits(changes)
            if sentence and last:
                return sentence
            if not sentence and patience is None:
                return None
        elif clock.now() - began >= desk.limits.settle_timeout:
            return None  # the conductor is away; that says nothing about this router
        if last is None and patience is not None and sentence is None:
            desk.tell(f"{router}: something is not back yet; it is given up to {spoken(patience)}")
        last = sentence
        again = clock.now() + min(pause, patience or pause)
        while clock.now() < again:
            yield False


def explain(desk: Desk, result: NodeResult, observer: Observer | None = None) -> None:
    """Put the conductor's own words about a node that went wrong into its reason (``show events``).

    A conductor is worked on node by node, each by a task of its own: that its pair is on two versions is said here.
    """
    if result.state not in ("failed", "unknown", "reverted"):
        return
    if result.started:
        _recorded(desk, result)
    if observer is not None and result.router == observer.here[0]:
        rows = observer.peers(result.router, result.node)
        running = [(row.node, row.version_text) for row in rows if row.node != result.node]
        result.reason = sentences(
            result.reason, two_versions([(result.node, result.running_version or result.from_version), *running])
        )


def _recorded(desk: Desk, result: NodeResult) -> None:
    since = result.asked_at or parse_stamp(result.started) - timedelta(seconds=_CLOCKS_DIFFER)
    try:
        found, untold_reasons = questions.events(desk.conductor, result.router, since)
    except PcliError:
        return
    words = words_of_failure(found, result.router, result.node, since, besides=result.reason)
    for one in conversions(found, result.router, result.node, since):
        result.steps.append(Step(stamp(desk.clock.wall()), f"conversion {one.said}", one.event.words))
    if words:
        result.reason = sentences(result.reason, f"The conductor has recorded: {words}")
        result.steps.append(Step(stamp(desk.clock.wall()), "events since it began", words))
    elif untold_reasons:
        result.steps.append(Step(stamp(desk.clock.wall()), "events could not be read", "; ".join(untold_reasons)))

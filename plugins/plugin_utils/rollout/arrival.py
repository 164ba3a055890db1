# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a download goes on, is complete, or is over, from what is shown of it and the time. Pure.

A download is no operation on the node (procedure, rule 38): what is readable about it decides, what is not is tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..clock import format_duration
from ..software.downloads import FAILED, NOTHING, PAUSED, RUNNING, THERE, DownloadState
from ..software.versions import spelled

#: Seconds after which a download counts as over that was shown to run and is not shown any more. Lists lag behind.
ENDED_AFTER = 60.0
#: Seconds for which something readable is waited for where others were waited for in vain, though not all of them.
LAG = 120.0
#: How often a download may begin anew before its figures count as ones that only go to and fro: as often as the vendor
#: tries one (config-smart-download).
ATTEMPTS = 10
_WHOLE = 100.0


@dataclass(frozen=True)
class DownloadOptions:
    """Times in seconds. ``timeout``: until the release must be there.

    ``silence``: for how long the figures of a download may stand still, and something readable is waited for.
    ``alone``: no upgrade follows that would tell whether the release is there. For so long since its request a download
    of which nothing is shown keeps its place; then it is done, as far as asking for it goes. None: an upgrade follows.
    ``lifted``: the names of conditions of the gate that a person has lifted (rule 46).
    """

    timeout: float = 11700
    silence: float = 900
    installation_service: bool = False
    alone: float | None = None
    lifted: frozenset[str] = frozenset()


@dataclass
class DownloadKnowledge:
    """What a run has learned of its conductor.

    ``readable``: it tells how downloads are; ``silent``: somebody has waited for that in vain, so nobody waits as long
    again; ``blocks``: its requests keep their prompt until a download is over; ``advised``: it was said what to do
    where nothing can be read; ``installers``: of which router and node the installer has been upgraded.
    """

    readable: bool = False
    silent: bool = False
    blocks: bool = False
    advised: bool = False
    installers: set[tuple[str | None, str | None]] = field(default_factory=set)

    def patience(self, silence: float) -> float:
        """For how many seconds something readable is to be waited for."""
        if not self.silent:
            return silence
        return min(LAG, silence) if self.readable else 0.0


@dataclass(frozen=True)
class Arrival:
    """What is remembered of a download from one poll to the next; moments of the run's clock.

    ``moved``: when it last got on; ``heard``: when something readable was last shown of it; ``figured``: when a figure
    was; ``runs``: was it ever shown to run? ``marks``: what was shown since it began, ``last`` the last one with a
    figure; ``begins``: how often it has begun anew.
    """

    began: float
    moved: float
    heard: float
    figured: float
    state: DownloadState = field(default_factory=lambda: DownloadState(NOTHING))
    marks: frozenset[str] = frozenset()
    last: str = ""
    begins: int = 0
    runs: bool = False
    looks: int = 0


@dataclass(frozen=True)
class End:
    """The end of a download, in the words of a result. ``silent``: nothing readable was told."""

    state: str
    reason: str
    silent: bool = field(default=False)


def begin(now: float) -> Arrival:
    """A download that begins to be followed now."""
    return Arrival(now, now, now, now)


def looked(arrival: Arrival, state: DownloadState, now: float) -> Arrival:
    """One more look at a download."""
    looks = arrival.looks + 1
    if not state.readable:
        return replace(arrival, state=state, looks=looks)
    mark = f"{state.kind} {state.mark or ' '.join(re.findall('[a-z]{3,}', state.words.lower()))}"
    known = mark in arrival.marks
    # A figure that was told before, and not just now: the download has broken off, and begins anew.
    anew = known and state.mark is not None and mark != arrival.last and arrival.begins < ATTEMPTS
    waited = arrival.state.waits and not state.waits
    return replace(
        arrival,
        moved=now if not known or anew or waited else arrival.moved,
        heard=now,
        figured=now if state.mark is not None and not state.waits else arrival.figured,
        state=arrival.state if _tells_less(state, arrival.state) else state,
        marks=frozenset({mark}) if anew else arrival.marks | {mark},
        last=mark if state.mark is not None else arrival.last,
        begins=arrival.begins + anew,
        runs=arrival.runs or state.kind == RUNNING,
        looks=looks,
    )


def _tells_less(state: DownloadState, before: DownloadState) -> bool:
    """A list that tells no figures does not hide that those of another one stand still."""
    if before.kind != RUNNING or before.mark is None or before.waits:
        return False
    return state.kind == RUNNING and state.mark is None and not state.waits


def with_those_of_its_request(arrival: Arrival, others: list[Arrival]) -> Arrival:
    """The same download with what is known of those of its request: its node may wait until another has the release."""
    return replace(
        arrival,
        moved=max([arrival.moved, *(other.moved for other in others)]),
        heard=max([arrival.heard, *(other.heard for other in others)]),
    )


def unseen_for(arrival: Arrival, seconds: float) -> Arrival:
    """For so long the conductor could not be asked, which is nobody's silence."""
    moments = {name: getattr(arrival, name) + seconds for name in ("moved", "heard", "figured")}
    return replace(arrival, **moments)


def judge(arrival: Arrival, now: float, version: str, options: DownloadOptions, patience: float) -> End | None:
    """The end of a download, if there is one. ``patience``: for how long something readable is waited for."""
    state, version = arrival.state, spelled(version)
    if state.kind == THERE:
        return End("done", f"{version} is on the node{state.beside}")
    if state.kind == FAILED:
        why = state.brief or state.words
        bare = f"the download of {version} failed"
        said = bare if why.lower() == "failed" else f"the download of {version} failed: {why}"
        return End("failed", f"{said}{state.beside}")
    stuck = _stands_still(arrival, now, version, options)
    if stuck is not None:
        return stuck
    if not state.readable:
        silence = _silence(arrival, now, version, options, patience)
        if silence is not None:
            return silence
    if now - arrival.began < options.timeout:
        return None
    late = f"{version} is not on the node after {format_duration(now - arrival.began)}"
    if arrival.runs or state.readable:
        return End(
            "failed",
            f"{late}; last: {state.brief or state.words or 'nothing'}{state.beside}. The download goes on: run again "
            "to follow it",
        )
    return End("unknown", f"{late}, and the conductor shows nothing readable about it{state.beside}", silent=True)


def _stands_still(arrival: Arrival, now: float, version: str, options: DownloadOptions) -> End | None:
    """Only a figure can stand still: without one nothing but the time-out tells that a download hangs.

    One that waits by itself does not hang, either.
    """
    state, still = arrival.state, now - arrival.moved
    figures = state.kind == RUNNING and state.mark is not None
    if still < options.silence or state.waits or not (figures or state.kind == PAUSED):
        return None
    if state.percent is not None and state.percent >= _WHOLE and state.kind == RUNNING:
        return End("done", f"all of {version} is on the node, though it is still shown as '{state.words}'")
    what = "is paused" if state.kind == PAUSED else "does not get on"
    where = "" if state.percent is None else f" at {state.percent:g} %"
    return End(
        "failed",
        f"the download of {version} {what}{where} for {format_duration(still)}; last: {state.brief or state.words}"
        f"{state.beside}",
    )


def _silence(arrival: Arrival, now: float, version: str, options: DownloadOptions, patience: float) -> End | None:
    state, silent = arrival.state, now - arrival.heard
    if arrival.runs and state.kind == NOTHING and silent >= min(ENDED_AFTER, options.silence):
        return End("done", f"the download of {version} was shown to run, and is not shown any more")
    if silent < (options.silence if arrival.runs else patience) or not arrival.looks:
        return None
    if now - arrival.began < (options.alone or 0.0):
        return None  # it may well go on, and the load on the lines stays bounded
    shown = state.beside or (f" ('{state.words}')" if state.words else "")
    waited = f" for {format_duration(silent)}" if silent >= 1 else ""
    return End("unknown", f"nothing readable is shown about the download of {version}{waited}{shown}", silent=True)

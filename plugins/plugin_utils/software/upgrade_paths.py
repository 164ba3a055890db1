# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules say of a step, and the steps that lead to a release. Pure. The rules are in path_rules.py."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace

from .path_rules import RULES
from .path_steps import PathFinding, Step, among
from .versions import Version, satisfies, spelled, try_parse


def judge(step: Step) -> list[PathFinding]:
    """What the rules say of one step, in the order of the table; empty where nothing is against it."""
    shown = {
        "running": _shown(step.running),
        "wanted": _shown(step.wanted),
        "conductor": _shown(step.conductor),
    }
    return [
        PathFinding(rule.name, rule.severity, rule.text.format(**shown), rule.source, rule.via)
        for rule in RULES
        if rule.applies(step)
    ]


def _shown(version: Version | None) -> str:
    return "an unknown version" if version is None else spelled(version.text) or version.release


def propose(step: Step, known: Sequence[str]) -> list[str]:
    """The versions to go through, in order, the requested one last; empty where none of ``known`` leads there.

    ``known``: what the conductor has to offer, as printed. No rule blocks a step of the path. A path on which no rule
    asks for a release in between comes first, then the shortest, then the newest within what a rule asks for. The
    requested version is the last even if the conductor does not offer it (yet); it is spelled as offered if it does.
    """
    if step.back:
        return [step.wanted.text or step.wanted.release] if _allowed(step) else []
    if step.running is None or satisfies(step.running, step.wanted):
        return []
    offered = sorted({version for version in map(try_parse, known) if version is not None}, reverse=True)
    last = next((version for version in offered if _is(version, step.wanted)), step.wanted)
    if not step.running < last:
        return []  # an older build of the same release: no upgrade leads there
    advised = [finding.via for finding in judge(step) if finding.via]
    between = [version for version in offered if version.prerelease is None and version.numbers < last.numbers]
    between.sort(key=lambda version: not among(version, advised))
    for good in (_smooth, _allowed):
        path = _shortest(step, last, between, good)
        if path:
            return [version.text or version.release for version in path]
    return []


def _is(version: Version, wanted: Version) -> bool:
    """Offered versions may be spelled without their rebuild (`SSR-7.1.0-50` for `7.1.0-50.r1.el9`)."""
    satisfied = satisfies(version, wanted)
    return satisfied is True or (satisfied is None and version.build is not None)


def _allowed(step: Step) -> bool:
    return not any(finding.blocks for finding in judge(step))


def _smooth(step: Step) -> bool:
    return not any(finding.blocks or finding.via for finding in judge(step))


def _shortest(
    step: Step, last: Version, between: Sequence[Version], good: Callable[[Step], bool]
) -> tuple[Version, ...]:
    """The path with the fewest steps that are all ``good``. Releases that are first in ``between`` are preferred."""
    paths: deque[tuple[Step, tuple[Version, ...]]] = deque([(step, ())])
    reached: set[Version] = set()
    while paths:
        at, path = paths.popleft()
        if at.running is None or at.running.numbers > last.numbers:
            continue
        if good(replace(at, wanted=last)):
            return (*path, last)
        for version in between:
            hop = replace(at, wanted=version)
            if version in reached or version.numbers <= at.running.numbers or not good(hop):
                continue
            reached.add(version)
            # Whether the assets are settled after this hop is not known yet: it is waited for then.
            paths.append((replace(at, running=version, unsettled=None), (*path, version)))
    return ()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The batches of a run before it begins, for people: who comes first as a canary, and what each batch waits for. Pure.

Batches are counted as Ansible does it, in hosts; canaries in routers that have work (rule 40).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..clock import format_duration
from ..software.counts import some
from .batches import stages_before


def split_into_batches(hosts: Sequence[str], serial: Sequence[int | str]) -> list[list[str]]:
    """The hosts of each batch, as Ansible splits them: the last size is used for all that are left."""
    left, batches = list(hosts), []
    while left:
        size = serial[min(len(batches), len(serial) - 1)] if serial else len(left)
        number = size if isinstance(size, int) else max(1, int(float(size.rstrip("%")) / 100 * len(hosts)))
        batches.append(left[:number])
        left = left[number:]
    return batches


def batch_lines(batches: Sequence[Sequence[str]], states: Mapping[str, str], bake: float) -> list[str]:
    """A line for each batch. ``batches``: the routers of each; ``states``: of the plan, in the order of their starts.

    ``bake``: for how long the canaries must have been done before the others begin, in seconds.
    """
    order = {router: position for position, router in enumerate(states)}
    missing, tried, baked, lines = len(batches[0]) if batches else 0, 0, False, []
    for number, batch in enumerate(batches, 1):
        work = sorted((router for router in batch if states.get(router) == "planned"), key=order.__getitem__)
        canaries, rest = work[:missing], work[missing:]
        missing -= len(canaries)
        parts = [f"{_counted(batch)}, {len(work)} with work"]
        if number > 1:
            parts.append(f"begins when batch {number - 1} has ended well")
        if canaries:
            parts.append(f"{'canary' if len(canaries) == 1 else 'canaries'}: {some(canaries)}")
        if rest and not baked:
            baked = True
            parts.append(f"{_others(rest) if canaries else _upgrades(rest)} {_baked(len(batches[0]), bake)}")
        parts += _made_up_for(batches[: number - 1], len(batch), tried + len(canaries), rest)
        tried += len(work)
        lines.append(f"batch {number}: {'; '.join(parts)}")
    return lines


def _made_up_for(earlier: Sequence[Sequence[str]], size: int, tried: int, work: Sequence[str]) -> list[str]:
    """Which of these routers come first, since batches that are smaller than this one had too little work.

    ``size``: of this batch; ``tried``: with how many routers it will have been tried before these.
    """
    parts: list[str] = []
    for number, wanted in stages_before([len(batch) for batch in earlier], size):
        first, work = work[: max(0, wanted - tried)], work[max(0, wanted - tried) :]
        tried += len(first)
        if first:
            parts.append(f"{some(first)} {'comes' if len(first) == 1 else 'come'} in place of batch {number}")
    if parts and work:
        them = "it" if len(parts) == 1 and " comes " in parts[0] else "them"
        return [", ".join(parts) + f", and {_others(work)} for {them}"]
    return [", ".join(parts)] if len(parts) > 1 else []


def _others(routers: Sequence[str]) -> str:
    return "the other one waits" if len(routers) == 1 else f"the other {len(routers)} wait"


def _upgrades(routers: Sequence[str]) -> str:
    return "its upgrade waits" if len(routers) == 1 else "its upgrades wait"


def _baked(canaries: int, bake: float) -> str:
    """Until when the others wait for the canaries."""
    who = "the canary" if canaries == 1 else "the canaries"
    how_long = f" for {format_duration(bake).removesuffix(' 00 s')}" if bake > 0 else ""
    return f"until {who} {'has' if canaries == 1 else 'have'} been done{how_long}"


def _counted(routers: Sequence[str]) -> str:
    return f"{routers[0]}" if len(routers) == 1 else f"{len(routers)} routers"

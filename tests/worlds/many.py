# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays many worlds, on several cores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from .draw import draw
from .judge import Break

#: So many worlds are given to the cores at once.
_AT_ONCE = 1000


def player() -> Callable:
    """What plays a world; with Ansible's own loader for the collection, as under pytest."""
    from tests import conftest  # noqa: F401

    from .play import play

    return play


@dataclass(frozen=True)
class Night:
    """What came of the world of a seed. ``failed``: the world itself failed. The story is kept where promises broke."""

    seed: int
    breaks: list[Break] = field(default_factory=list)
    outcome: str = ""
    commands: int = 0
    failed: str = ""
    story: list[tuple[float, str]] = field(default_factory=list)


def play_seed(seed: int) -> Night:
    """Play the world of a seed."""
    try:
        played = player()(draw(seed))
    except Exception as error:  # a fault of the world, and none of what it judges
        return Night(seed, failed=f"THE WORLD ITSELF FAILED: {type(error).__name__}: {error}")
    return Night(seed, played.breaks, played.outcome, played.commands, story=played.story if played.breaks else [])


def play_many(seeds: Sequence[int], jobs: int) -> Iterator[Night]:
    """Play all of them, in their order."""
    player()
    if jobs < 2:
        yield from map(play_seed, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        for first in range(0, len(seeds), _AT_ONCE):  # the results of more would only lie in memory
            yield from pool.map(play_seed, seeds[first : first + _AT_ONCE], chunksize=10)

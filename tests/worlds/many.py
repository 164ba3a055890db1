# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays many worlds, on several cores."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from .draw import draw


def player() -> Callable:
    """What plays a world; with Ansible's own loader for the collection, as under pytest."""
    from tests import conftest  # noqa: F401

    from .play import play

    return play


def play_seed(seed: int) -> tuple[int, list, str, int]:
    """A seed, what broke, the outcome in one line, and how many commands it took."""
    try:
        played = player()(draw(seed))
    except Exception as error:  # a fault of the world, and none of what it judges
        return seed, [], f"THE WORLD ITSELF FAILED: {type(error).__name__}: {error}", 0
    breaks = [(breach.invariant, breach.at, breach.what, breach.truth) for breach in played.breaks]
    return seed, breaks, played.outcome, played.commands


def play_many(seeds: Sequence[int], jobs: int) -> Iterator[tuple]:
    """Play all of them, in their order."""
    player()
    if jobs < 2:
        yield from map(play_seed, seeds)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        yield from pool.map(play_seed, seeds, chunksize=20)

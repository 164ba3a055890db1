# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the batches of a run come as they were approved: the canaries first, and nobody before his turn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .change_differences import Difference

_HOW = "smaller batches (ssr_serial) keep them apart"


def batches_mixed(approved: Mapping, batches: Sequence[Sequence[str]]) -> list[Difference]:
    """The routers that would come before, or together with, one of an earlier approved batch.

    ``batches``: the routers of each batch of the run, in its order, as far as it has come. An approved batch may be
    split, and routers of it may be missing, also all canaries; no other router takes their place before them.
    """
    planned = {entry["router"] for entry in approved["routers"] if entry["state"] == "planned"}
    turns = {
        router: number
        for number, batch in enumerate(approved["batches"], 1)
        for router in batch["routers"]
        if router in planned
    }
    found: list[Difference] = []
    last = ("", 0)  # of the batches before: the router that was approved for the latest one
    for batch in batches:
        known = sorted((turns[router], position, router) for position, router in enumerate(batch) if router in turns)
        if not known:
            continue
        first, _position, leader = known[0]
        for turn, _position, router in known:
            if turn > first:
                words = f"was approved for batch {turn}, and would come together with {leader} of batch {first}: {_HOW}"
                found.append(Difference(words, router))
            if turn < last[1]:
                words = f"was approved for batch {turn}, and would only come after {last[0]} of batch {last[1]}"
                found.append(Difference(words, router))
        last = max(last, (known[-1][2], known[-1][0]), key=lambda one: one[1])
    return found

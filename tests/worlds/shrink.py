# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a world smaller while it still breaks the same invariant, and prints it so that a test can hold it."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Callable, Iterator

from .definition import PLAIN

#: So long is a smaller world looked for, in seconds of real time.
SECONDS = 50.0


def shrink(data: dict, breaks: Callable[[dict], bool], seconds: float = SECONDS) -> dict:
    """The smallest world that was found in so much time."""
    end = time.monotonic() + seconds
    for halves in (_halves, _candidates):
        data = _smaller(data, breaks, halves, end)
    return data


def _smaller(
    data: dict, breaks: Callable[[dict], bool], candidates: Callable[[dict], Iterator[dict]], end: float
) -> dict:
    """Take away one thing after the other, again and again, until nothing can be spared."""
    number = failed = 0
    while time.monotonic() < end:
        candidate = next(itertools.islice(candidates(data), number, None), None)
        if candidate is None:
            if failed == number:  # a whole round in which nothing could be spared
                break
            number = failed = 0
        elif breaks(candidate):
            data, failed = candidate, 0  # what comes next has the same number now
        else:
            number, failed = number + 1, failed + 1
    return data


def _halves(data: dict) -> Iterator[dict]:
    """Worlds that have much less."""
    for name in ("faults", "answers", "history"):
        if data.get(name):
            yield _changed(data, lambda new, name=name: new[name].clear())
    for name in ("courses", "downloads"):
        if data.get(name):
            yield _changed(data, lambda new, name=name: new[name].clear())
    if any(data["habits"].get(name) != value for name, value in PLAIN.items()):
        yield _changed(data, lambda new: new["habits"].update(copy.deepcopy(PLAIN)))
    for number in range(len(data["routers"])):
        if len(data["routers"]) > 2:
            yield _changed(data, lambda new, kept=number: _keep_router(new, kept))


def _keep_router(data: dict, kept: int) -> None:
    for number in reversed(range(len(data["routers"]))):
        if number != kept:
            _drop_router(data, number)


def _candidates(data: dict) -> Iterator[dict]:
    """Worlds that have something less."""
    for name in ("faults", "answers", "history", "runs"):
        for number in range(len(data.get(name, ()))):
            if name != "runs" or len(data["runs"]) > 1:
                yield _changed(data, lambda new, name=name, number=number: new[name].pop(number))
    yield from _without_routers(data)
    for number, run in enumerate(data["runs"]):
        for setting in run["args"]:
            if setting not in ("targets", "target_hosts", "resource_group", "version", "compare", "fail_on_target"):
                yield _changed(data, lambda new, at=number, name=setting: new["runs"][at]["args"].pop(name))
        if "kill" in run:
            yield _changed(data, lambda new, at=number: new["runs"][at].pop("kill"))
    for name, value in PLAIN.items():
        if data["habits"].get(name) != value:
            yield _changed(data, lambda new, name=name, value=value: new["habits"].update({name: value}))
    for name in data["courses"]:
        if data["courses"][name]:
            yield _changed(data, lambda new, name=name: new["courses"].pop(name))
    for name in data.get("downloads", ()):
        yield _changed(data, lambda new, name=name: new["downloads"].pop(name))


def _without_routers(data: dict) -> Iterator[dict]:
    for number, router in enumerate(data["routers"]):
        if len(data["routers"]) > 1:
            yield _changed(data, lambda new, at=number: _drop_router(new, at))
        if len(router["nodes"]) > 1:
            for at in range(len(router["nodes"])):
                yield _changed(data, lambda new, number=number, at=at: new["routers"][number]["nodes"].pop(at))


def _drop_router(data: dict, number: int) -> None:
    name = data["routers"].pop(number)["name"]
    for run in data["runs"]:
        if "targets" in run["args"]:
            run["args"]["targets"] = [router for router in run["args"]["targets"] if _router_of(router) != name]
        for setting in ("waves", "exclusive_groups", "blocked"):
            run["args"].get(setting, {}).pop(name, None)
    data["runs"] = [run for run in data["runs"] if run["args"].get("targets") != []]


def _router_of(target: str | dict) -> str:
    return target if isinstance(target, str) else target["router"]


def _changed(data: dict, change: Callable[[dict], object]) -> dict:
    new = copy.deepcopy(data)
    change(new)
    return new

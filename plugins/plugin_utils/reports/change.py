# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document of a run, before it begins: what will be done, when, and with which commands. Pure.

Its data is described in docs/schemas/change-1.json; pages are made from it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from ..clock import format_timestamp, parse_timestamp
from ..planning.admission import RolloutLimits
from ..planning.batch_plan import batch_lines
from ..planning.duration_sources import durations_for_forecast
from ..planning.durations import Durations, Estimates
from ..planning.forecast import Forecast, ForecastOptions, RouterForecast, forecast
from ..planning.known_durations import KnownDurations
from ..planning.start_order import LONGEST_FIRST
from .change_file import SCHEMA, sealed
from .change_routers import plans_of
from .change_words import forecast_words, handling, stops, what

#: What no forecast knows of.
NOT_COUNTED = "The time between batches, and what goes wrong, are not part of the forecast."


@dataclass(frozen=True)
class ChangeFacts:
    """What a change document is made of.

    ``run``: id, inventory, operation, version, conductor, playbook, made, by, reason. ``limits``: the settings that
    bind (``change_rules.limits_of``). ``window``: for each limit of time what was given, and the time that it means.
    ``routers``: entries of ``change_routers``; ``commands``: those that are about several of them. ``batches``: the
    routers of each. ``extra``: settings that only a role has, beside ``settings``, which are shown to people.
    ``past``: the begin that was planned is over.
    ``earlier`` and ``rehearsal``: measured durations, see ``duration_sources``. ``starts`` and ``known``: the order of
    the starts, and what the last operations of single nodes took, on which it depends.
    """

    run: Mapping
    limits: Mapping
    window: Mapping
    estimates: Estimates
    routers: Sequence[dict]
    batches: Sequence[Sequence[str]]
    begins: datetime
    commands: Sequence[Mapping] = ()
    checks: Sequence[Mapping] = ()
    settings: Mapping = field(default_factory=dict)
    extra: Mapping = field(default_factory=dict)
    versions: Mapping = field(default_factory=dict)
    earlier: Sequence[object] = ()
    rehearsal: object = None
    past: bool = False
    folder: str = ""
    starts: str = LONGEST_FIRST
    known: KnownDurations = field(default_factory=KnownDurations)


def change_document(facts: ChangeFacts) -> dict:
    """The document, with its checksum. What was compared with it is added later, see :func:`with_comparison`."""
    routers = [dict(entry) for entry in facts.routers]
    night, basis = _night(facts, routers)
    numbers = {router: number for number, batch in enumerate(facts.batches, 1) for router in batch}
    for entry in routers:
        entry["batch"] = numbers.get(entry["router"])
        _place(entry, night.routers.get(entry["router"]), facts)
    run = dict(facts.run)
    return sealed(
        {
            "schema": SCHEMA,
            "run": run,
            "what": what(run["operation"], run["version"], run["conductor"], routers),
            "totals": _totals(routers),
            "limits": dict(facts.limits),
            "window": dict(facts.window),
            "forecast": _forecast_data(facts, night, basis),
            "batches": _batches(facts, routers),
            "routers": routers,
            "commands": [dict(command) for command in facts.commands],
            "checks": [dict(check) for check in facts.checks],
            "stops": stops(facts.limits, facts.window, facts.extra),
            "handling": handling(routers, facts.extra, facts.folder),
            "settings": dict(facts.settings),
            "extra": dict(facts.extra),
            "estimates": asdict(facts.estimates),
            "versions": dict(facts.versions),
            "compared": None,
        }
    )


def with_comparison(document: Mapping, approved: Mapping, path: str, found: Sequence[Mapping]) -> dict:
    """The document with what is different from an approved one."""
    compared = {
        "path": path,
        "sha256": approved["sha256"],
        "run": approved["run"]["id"],
        "made": approved["run"].get("made"),
        "differences": [dict(difference) for difference in found],
    }
    return sealed({**document, "compared": compared})


# -- the forecast -----------------------------------------------------------------------------------------------------


def _night(facts: ChangeFacts, routers: Sequence[Mapping]) -> tuple[Forecast, list[dict]]:
    durations, basis = durations_for_forecast(facts.estimates, facts.earlier, facts.rehearsal)
    limits, times = facts.limits, {name: _moment(facts.window, name) for name in ("start_deadline", "window_end")}
    options = ForecastOptions(
        begins=facts.begins,
        limits=RolloutLimits(
            in_flight=int(limits.get("in_flight") or 1),
            downloads_in_flight=int(limits.get("downloads_in_flight") or 1),
            **times,
        ),
        expected=durations,
        judged=Durations(facts.estimates),
        bake=float(limits.get("bake") or 0),
        stock=None if limits.get("download_first", True) else int(limits.get("in_flight") or 1),
        starts=facts.starts,
        known=facts.known,
    )
    return forecast(plans_of(routers), facts.batches, options), [asdict(row) for row in basis]


def _moment(window: Mapping, name: str) -> datetime | None:
    at = (window.get(name) or {}).get("at")
    return parse_timestamp(at, name) if at else None


def _forecast_data(facts: ChangeFacts, night: Forecast, basis: Sequence[Mapping]) -> dict:
    never, end = night.never, _moment(facts.window, "window_end")
    ends = facts.begins + timedelta(seconds=night.ends)
    reasons = [night.routers[router].never for router in never]
    limited = any(_moment(facts.window, name) for name in ("start_deadline", "window_end"))
    data = {
        "begins": format_timestamp(facts.begins),
        "ends": format_timestamp(ends) if night.ends else None,
        "elapsed": round(night.ends, 1),
        "fits": (not never and not facts.past and (end is None or ends <= end)) if limited or facts.past else None,
        "never": never,
        "why_never": reasons[0] if reasons else "",
        "basis": list(basis),
        "batches": [{"from": _at(facts, begins), "to": _at(facts, over)} for begins, over in night.batches],
        "not_counted": NOT_COUNTED,
    }
    return {**data, "words": forecast_words(data, facts.past)}


def _at(facts: ChangeFacts, seconds: float) -> str:
    return format_timestamp(facts.begins + timedelta(seconds=seconds))


def _place(entry: dict, expected: RouterForecast | None, facts: ChangeFacts) -> None:
    """Write into the entry of a router how it is expected to go."""
    entry["canary"], entry["forecast"] = bool(expected and expected.canary), None
    if expected is None:
        return
    phases = [
        {"node": node, "phase": phase.name, "from": _at(facts, phase.begins), "to": _at(facts, phase.ends)}
        for node, of_node in expected.nodes.items()
        for phase in of_node
    ]
    download = expected.download
    entry["forecast"] = {
        "download": {"from": _at(facts, download[0]), "to": _at(facts, download[1])} if download else None,
        "begins": None if expected.begins is None else _at(facts, expected.begins),
        "ends": None if expected.ends is None else _at(facts, expected.ends),
        "never": expected.never,
        "phases": phases,
    }


# -- batches ----------------------------------------------------------------------------------------------------------


def _batches(facts: ChangeFacts, routers: Sequence[Mapping]) -> list[dict]:
    states = {plan.router: plan.state for plan in plans_of(routers)}
    canaries = {entry["router"] for entry in routers if entry["canary"]}
    lines = batch_lines(facts.batches, states, float(facts.limits.get("bake") or 0))
    return [
        {
            "number": number,
            "routers": list(batch),
            "canaries": [router for router in batch if router in canaries],
            "words": line.partition(": ")[2],
        }
        for number, (batch, line) in enumerate(zip(facts.batches, lines, strict=True), 1)
    ]


def _totals(routers: Sequence[Mapping]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for entry in routers:
        totals[entry["state"]] = totals.get(entry["state"], 0) + 1
    return totals

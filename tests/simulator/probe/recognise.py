# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The habits that print what was recorded: each way of each is tried, and the one that looks most alike is taken.

Nothing is read out of the answers here. A conductor in memory, with the authority of the bundle, is asked the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..habits import HABITS
from ..scenario import load_scenario
from .bundle import Bundle, Row
from .playback import READING
from .recorded import reads
from .tables import longest_line
from .trial import Trial, json_lines, likeness, shape

_ALARMS = ("show alarms", "show events")
_STATUS = tuple(f"show system software {kind}" for kind in ("download", "upgrade", "downgrade", "revert"))
_REQUESTS = tuple(f"request system software {kind}" for kind in ("download", "upgrade", "downgrade"))
#: The commands whose answers show a habit.
SHOWN_IN: dict[str, tuple[str, ...]] = {
    "frame": ("show",),
    "width": ("show", "request"),
    "wrap": ("show", "request"),
    "repeats": ("show assets", *_STATUS),
    "assets_layout": ("show assets",),
    "asset_case": ("show assets",),
    "asset_good_word": ("show assets",),
    "asset_version": ("show assets",),
    "assets_summary": ("show assets",),
    "assets_software": ("show assets",),
    "reads_ask": ("show assets", "show alarms", "show peers", "show system"),
    "alarm_catalogue": _ALARMS,
    "mismatch_alarm": _ALARMS,
    "type_alarm": _ALARMS,
    "alarm_case": _ALARMS,
    "alarm_source": _ALARMS,
    "shelved_line": ("show alarms",),
    "no_alarms": ("show alarms",),
    "events_layout": ("show events",),
    "available_spelling": ("show system software available",),
    "package_cell": ("show system version",),
    "version_detail": ("show system version",),
    "old_lines": _STATUS,
    "status_history": _STATUS,
    "download_status": ("show system software download",),
    "upgrade_status": ("show system software upgrade", "show system software downgrade"),
    "revert_status": ("show system software revert",),
    "status_force": ("show system software download",),
    "follow_upgrade": ("show system software upgrade",),
    "connectivity_internal": ("show system connectivity",),
    "processes_primary": ("show system processes",),
    "empty_tables": ("show system connectivity",),
    "plugins_layout": ("show plugins",),
    "disk_layout": ("show platform",),
    "show_system_nodes": ("show system",),
    "missing_argument": _REQUESTS,
    "skip_names": _REQUESTS,
}
_GRAPHQL = ("POST /graphql",)
#: The same of requests to the web interface.
SHOWN_ON_THE_WEB: dict[str, tuple[str, ...]] = {
    "api_case": ("GET /asset", *_GRAPHQL),
    "api_words": ("GET /asset", *_GRAPHQL),
    "api_versions": ("GET /asset", "GET /upgrade", *_GRAPHQL),
    "asset_fields": _GRAPHQL,
    "graphql_software": _GRAPHQL,
    "graphql_lists": _GRAPHQL,
    "graphql_unreachable": _GRAPHQL,
    "graphql_invalid": _GRAPHQL,
    "leader_status": _GRAPHQL,
    "path_status": ("GET /router", *_GRAPHQL),
    "alarm_keys": ("GET /alarm", "GET /router"),
    "audit_data": ("GET /audit", *_GRAPHQL),
    "audit_types": ("GET /audit", *_GRAPHQL),
}
#: Those that are read off what surrounds the answers (session.py).
READ_OFF = ("decoration", "help_leftover", "pager", "prompt", "shell_command")
#: How alike an answer must be to count as the same text about other things.
ALIKE = 0.9
#: Where only both together show: `running` is another case and another word than `Synchronized`.
_TOGETHER = (("asset_case", "asset_good_word"), ("width", "wrap"))
_ROWS = 12
_LONG, _LONG_ROWS = 100, 2
_PASSES = 3
_EQUAL = 1e-6

Answers = list[tuple[Row, list[str]]]


@dataclass
class Recognised:
    """`ways`: habits that the answers show; `narrowed`: those of which some ways would look the same, the chosen first.

    `hidden`: habits that no answer shows. `fit`: how alike the answers of the simulator are to the recorded ones.
    """

    ways: dict[str, str] = field(default_factory=dict)
    narrowed: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    fit: dict[str, float] = field(default_factory=dict)

    def strange(self) -> list[str]:
        """Commands whose recorded answers look like those of no habit."""
        return sorted(command for command, value in self.fit.items() if value < ALIKE)


class _Trials:
    """Conductors in memory with the authority of a scenario, which is read only once, and what they have printed."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self._full = load_scenario(scenario)
        few = [router for router in scenario["routers"] if router["conductor"]]
        self._small = {**scenario, "routers": few, "releases": [], "alarms": []}
        self._now: tuple[dict[str, str], Trial] | None = None
        self._likeness: dict[tuple[Any, ...], float] = {}

    def of(self, ways: dict[str, str]) -> Trial:
        if self._now is None or self._now[0] != ways:
            scenario = load_scenario({**self._small, "habits": ways})
            for part in ("routers", "releases", "alarms"):
                setattr(scenario, part, getattr(self._full, part))
            self._now = (dict(ways), Trial(scenario))
        return self._now[1]

    def likeness(self, ways: dict[str, str], row: Row, lines: list[str]) -> float:
        """How alike what is printed with these habits is to the lines of that row."""
        key = (row.number, *sorted(ways.items()))
        if key not in self._likeness:
            node, answers = f"{row.node}.{row.router}", [answer for _question, answer in row.questions]
            if row.kind == "web":
                text = self.of(ways).replies(node, row.method, row.path, row.request)
            else:
                text = self.of(ways).prints(node, row.command, row.width, answers)
            self._likeness[key] = likeness(lines, shape(text))
        return self._likeness[key]


def recognise(bundle: Bundle, scenario: dict[str, Any], known: dict[str, str]) -> Recognised:
    """The habits of a bundle; `known` are those that session.py has read off."""
    trials = _Trials(scenario)
    answers = _answers(bundle, trials.of(known), scenario.get("api", {}).get("enabled", False))
    chosen = dict(known)
    scores: dict[str, dict[str, float]] = {}
    for _pass in range(_PASSES):
        before = dict(chosen)
        for names in _TOGETHER:
            _choose_together(trials, chosen, names, answers)
        for name, commands in {**SHOWN_IN, **SHOWN_ON_THE_WEB}.items():
            rows = _rows_for(name, commands, answers)
            if rows:
                scores[name] = _scores(trials, chosen, name, rows)
                chosen[name] = _best(scores[name], chosen.get(name))
        if chosen == before:
            break
    found = Recognised(ways=dict(known), hidden=[name for name in HABITS if name not in chosen])
    for name, by_way in scores.items():
        alike = [way for way in by_way if by_way[way] >= max(by_way.values()) - _EQUAL]
        if len(alike) == len(by_way):
            found.hidden.append(name)
        elif len(alike) == 1:
            found.ways[name] = alike[0]
        else:
            found.narrowed[name] = [chosen[name], *(way for way in alike if way != chosen[name])]
    found.fit = _fit(trials, chosen, answers)
    return found


def asked(row: Row) -> str:
    """What it answers: a command, or a method and a path."""
    return row.command or f"{row.method} {row.path.removeprefix('/api/v1')}"


def _begins(command: str, commands: Iterable[str]) -> bool:
    """`GET /asset` begins `GET /asset?verbose=true` and `GET /asset/x` as well."""
    return any(re.match(rf"{re.escape(begin)}(?![\w-])", command) for begin in commands)


def _answers(bundle: Bundle, trial: Trial, with_web: bool) -> Answers:
    """The first answer to each command in each width, of the conductor's nodes, that a trial may be asked for."""
    places = {node.node_id for node in trial.world.conductors}
    first: dict[tuple[str, ...], Row] = {}
    for row in bundle.at_rest():
        place = f"{row.node}.{row.router}"
        if row.kind == "web" and with_web and place in places and row.answer and reads(row):
            first.setdefault((place, asked(row), row.request), row)
        if row.kind != "pcli" or row.ended != "prompt" or row.context or not row.command or place not in places:
            continue
        word = row.command.split()[0]
        if word != "trace" and (word in READING or not trial.would_run(place, row.command)):
            first.setdefault((place, row.command, str(row.width)), row)
    return [(row, shape(_text(row))) for row in first.values()]


def _text(row: Row) -> str:
    text = row.answer or ""
    return json_lines(row.status, text) if row.kind == "web" else text


def _rows_for(name: str, commands: tuple[str, ...], answers: Answers) -> Answers:
    """The answers that show a habit: for what breaks lines those with the longest, else on the widest terminal."""
    rows = [(row, lines) for row, lines in answers if _begins(asked(row), commands)]
    if name in ("width", "wrap"):
        rows.sort(key=lambda answer: -longest_line(answer[0].answer or ""))
    else:
        rows.sort(key=lambda answer: -answer[0].width)
    # A long list shows no more in its tenth look than in its first, and takes long to print.
    long = [answer for answer in rows if len(answer[1]) > _LONG][:_LONG_ROWS]
    return [*long, *(answer for answer in rows if len(answer[1]) <= _LONG)][:_ROWS]


def _choose_together(trials: _Trials, chosen: dict[str, str], names: tuple[str, ...], answers: Answers) -> None:
    rows = _rows_for(names[0], SHOWN_IN[names[0]], answers)
    if not rows:
        return
    most = -1.0
    for ways in itertools.product(*(HABITS[name].ways for name in names)):
        tried = {**chosen, **dict(zip(names, ways, strict=True))}
        score = sum(trials.likeness(tried, row, lines) for row, lines in rows)
        if score > most + _EQUAL:
            most, best = score, tried
    chosen.update(best)


def _scores(trials: _Trials, chosen: dict[str, str], name: str, rows: Answers) -> dict[str, float]:
    """How alike the answers are with each way of a habit, the others as they are chosen."""
    scores: dict[str, float] = {}
    for way in HABITS[name].ways:
        ways = {**chosen, name: way}
        scores[way] = sum(trials.likeness(ways, row, lines) for row, lines in rows) / len(rows)
    return scores


def _best(scores: dict[str, float], now: str | None) -> str:
    """The way of the highest score; where several share it the one that is chosen already, else the first."""
    most = max(scores.values())
    best = [way for way, score in scores.items() if score >= most - _EQUAL]
    return now if now in best else best[0]


def _fit(trials: _Trials, chosen: dict[str, str], answers: Answers) -> dict[str, float]:
    # On the widest terminal: how narrow columns become depends on the times in them.
    widest = {asked(row): (row, lines) for row, lines in sorted(answers, key=lambda answer: answer[0].width)}
    return {command: trials.likeness(chosen, row, lines) for command, (row, lines) in widest.items()}


def report(found: Recognised, show: Callable[[str], None]) -> None:
    """Say it to people: what was recognised, what was not, and which answers look like nothing that is known."""
    unusual = {name: way for name, way in found.ways.items() if way != HABITS[name].ways[0]}
    show(f"Habits recognised: {len(found.ways)}, of which {len(unusual)} are not the first way:")
    for name, way in sorted(unusual.items()):
        show(f"  {name}: {way}")
    for name, ways in sorted(found.narrowed.items()):
        show(f"  {name}: {ways[0]} (or {', '.join(ways[1:])}: the answers do not tell them apart)")
    show(f"Not shown by any answer, so played as their first way: {', '.join(sorted(found.hidden)) or 'none'}.")
    for command in found.strange():
        show(f"No habit prints what was recorded of `{command}` ({found.fit[command]:.0%} alike).")

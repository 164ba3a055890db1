# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sections of a page show, as plain data for its template: cut where a large night would make it too large."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from ..software.counts import some
from ..software.versions import spelled as spelled_version
from .names import node_label
from .states import CHECKS, PHASES, by_weight, needs_person, weight
from .text import Budget, one_line, shortened
from .timeline import Timeline
from .times import duration, seconds_between, shown

#: So many entries have everything that is known about them; of more only what is said of all at once.
_FULL = 60
#: What a person must do something about is written out for so many routers, and a line each for so many.
_ATTENTION, _ATTENTION_LINES = 40, 2000
#: Letters of the conductor's own words, of one answer.
_WORDS, _REASON = 3000, 600
#: Letters of all texts of a section, as they are in the page: 2,000 nodes with the longest words stay below 3 MB.
_LETTERS = {"attention": 450_000, "comparison": 120_000, "around": 120_000, "steps": 300_000, "checks": 200_000}
#: So many steps of all nodes.
_STEPS = 1500


@functools.lru_cache(maxsize=1 << 10)
def spelled(version: str | None) -> str:
    """A version as people write it; a night has few of them, many times."""
    return spelled_version(version)


def nodes_of(report: Mapping) -> list[tuple[dict, dict]]:
    """All nodes, each with its router, in the order of the report; the place of one is its number on the page."""
    return [(router, node) for router in report.get("routers") or () for node in router.get("nodes") or ()]


def _label(router: Mapping, node: Mapping) -> str:
    return node_label(router["router"], node["node"])


# -- the head ---------------------------------------------------------------------------------------------------------


def facts(run: Mapping) -> list[tuple[str, str]]:
    """What the head of the page says in pairs, without what is not known."""
    window, origin = run.get("window") or {}, run.get("started_by") or {}
    started, ended = run.get("started"), run.get("ended")
    who = [str(origin.get("user") or ""), f"on {origin['controller']}" if origin.get("controller") else ""]
    pairs = [
        ("Conductor", str(run.get("authority") or "")),
        ("Started", shown(started)),
        ("Ended", f"{shown(ended, started)} (after {duration(run.get('elapsed'))})" if ended else ""),
        ("Expected end", shown(run.get("eta"), started) if not ended else ""),
        ("Planned end", shown(run.get("forecast_end"), started)),
        ("No start after", shown(window.get("start_deadline"), started)),
        ("Window ends", shown(window.get("window_end"), started)),
        ("Started by", " ".join(filter(None, who))),
        ("Playbook", ", ".join(map(str, run.get("playbook") or ()))),
        ("Run", str(run.get("id") or "")),
    ]
    return [(name, shortened(value, 200)) for name, value in pairs if value]


def share(totals: Mapping[str, int]) -> list[tuple[str, float, float]]:
    """The totals as parts of one bar: state, begin and width in per cent; what is well comes first."""
    whole, begin, parts = sum(totals.values()), 0.0, []
    for state, count in reversed(by_weight(totals)):
        width = count * 100 / whole
        parts.append((state, round(begin, 2), round(width, 2)))
        begin += width
    return parts


def attention(entries: Sequence[Mapping]) -> dict:
    """What needs a person: ``full`` entries with the routers that share a reason, and ``lines`` for the rest."""
    grouped: dict[tuple, dict] = {}
    for entry in entries:
        key = (entry["state"], entry.get("reason"), entry.get("words"))
        known = grouped.setdefault(key, {**entry, "routers": [], "cases": [], "apart": False})
        known["apart"] = known["apart"] or entry.get("next") != known.get("next")
        known["routers"].append(entry["router"])
        if entry.get("case"):
            known["cases"].append(entry["case"])
    budget = Budget(_LETTERS["attention"])
    full = [
        {
            **entry,
            "reason": budget.take(entry.get("reason"), 4 * _REASON),
            "words": budget.take(entry.get("words"), _WORDS),
            "next": budget.take(entry.get("next"), 2000),
        }
        for entry in list(grouped.values())[:_ATTENTION]
    ]
    shown_in_full = {router for entry in full for router in entry["routers"]}
    rest = [entry for entry in entries if entry["router"] not in shown_in_full]
    lines = [{**entry, "reason": budget.line(entry.get("reason"), 160)} for entry in rest[:_ATTENTION_LINES]]
    return {"count": len(entries), "full": full, "lines": lines, "more": len(rest) - len(lines)}


# -- the picture and its table ----------------------------------------------------------------------------------------


def picture_data(picture: Timeline | None) -> dict | None:
    """The picture for the script: places in whole seconds from its start, and texts once each."""
    if picture is None:
        return None
    phases, states = list(PHASES), sorted({row.state for row in picture.rows}, key=weight)
    routers: list[str] = list(dict.fromkeys(row.router for row in picture.rows))
    places = {router: place for place, router in enumerate(routers)}
    return {
        "start": int(picture.start.timestamp()),
        "seconds": round(picture.seconds, 1),
        "now": picture.now,
        "phases": phases,
        "states": states,
        "routers": routers,
        "conductors": sorted({places[row.router] for row in picture.rows if row.conductor}),
        "rows": [
            [
                places[row.router],
                _without(row.node, row.router),
                states.index(row.state),
                row.batch,
                [
                    number
                    for span in row.bars
                    for number in (phases.index(span.phase), round(span.begin), round(span.end))
                ],
            ]
            for row in picture.rows
        ],
    }


def _without(node: str, router: str) -> str | list[str]:
    """The name of a node; where it begins with that of its router, the rest of it in a list."""
    return [node.removeprefix(router)] if node.startswith(router) else node


def crowd(picture: Timeline | None) -> dict | None:
    """The picture of all nodes at once, as areas on top of each other: points in a box of 100 by 100."""
    if picture is None:
        return None
    layers = picture.crowd()
    columns = len(layers[0][1]) if layers else 0
    most = max((sum(counts[column] for _phase, counts in layers) for column in range(columns)), default=0)
    below, areas = [0] * columns, []
    for phase, counts in layers:
        above = [low + count for low, count in zip(below, counts, strict=True)]
        areas.append((phase, _outline(below, above, most or 1)))
        below = above
    return {"most": most, "areas": areas}


def _outline(below: Sequence[int], above: Sequence[int], most: int) -> str:
    step = 100 / len(below)
    upper = [f"{place * step:.2f},{100 - high * 100 / most:.1f} {(place + 1) * step:.2f},{100 - high * 100 / most:.1f}"
             for place, high in enumerate(above)]  # fmt: skip
    lower = [f"{(place + 1) * step:.2f},{100 - low * 100 / most:.1f} {place * step:.2f},{100 - low * 100 / most:.1f}"
             for place, low in enumerate(below)]  # fmt: skip
    return " ".join([*upper, *reversed(lower)])


def nodes(report: Mapping) -> dict:
    """The table that says what the picture shows: a row for each node, and a column for each phase that occurs."""
    rows, seen = [], set()
    for number, (router, node) in enumerate(nodes_of(report)):
        times: dict[str, float] = {}
        for phase in node.get("phases") or ():
            seconds = seconds_between(phase.get("from"), phase.get("to"))
            if seconds is not None:
                times[phase["phase"]] = times.get(phase["phase"], 0) + seconds
        seen |= set(times)
        rows.append({
            "number": number, "router": router["router"], "node": node["node"], "state": node["state"],
            "batch": router.get("batch"), "started": node.get("started"), "ended": node.get("ended"), "times": times,
            "from": spelled(node.get("from_version")), "to": spelled(node.get("to_version")),
            "runs": spelled(node.get("running_version")), "conductor": router.get("conductor"),
        })  # fmt: skip
    return {"rows": rows, "phases": [phase for phase in PHASES if phase in seen]}


# -- what was before and after ----------------------------------------------------------------------------------------


def versions(report: Mapping) -> dict:
    """Which nodes went from where to where: each way with how many went it, and which; the most frequent first."""
    pairs = nodes_of(report)
    ways: dict[tuple[str, str, str, str], list[str]] = {}
    for router, node in pairs:
        names = tuple(spelled(node.get(name)) for name in ("from_version", "running_version", "to_version"))
        ways.setdefault((*names, str(node.get("install_type") or "")), []).append(_label(router, node))
    table = [
        {"from": way[0], "runs": way[1], "to": way[2], "type": way[3], "count": len(names), "names": some(names, 8),
         "differs": bool(way[1] != way[2])}
        for way, names in sorted(ways.items(), key=lambda item: -len(item[1]))
    ]  # fmt: skip
    converted = [_label(router, node) for router, node in pairs if node.get("converts")]
    return {"ways": table[:_FULL], "more": max(0, len(table) - _FULL), "converted": some(converted, 20)}


def comparison(report: Mapping) -> dict:
    """What differs from before: by kind, what it is and on which nodes. ``compared``: how many nodes were."""
    kinds: dict[str, dict[str, list[str]]] = {"lost": {}, "came": {}, "passed_by_itself": {}}
    compared, budget = 0, Budget(_LETTERS["comparison"])
    for router, node in nodes_of(report):
        found = node.get("comparison")
        compared += found is not None
        for kind, texts in kinds.items():
            for text in (found or {}).get(kind) or ():
                texts.setdefault(one_line(text, _REASON), []).append(_label(router, node))
    return {
        "compared": compared,
        "kinds": [
            {"kind": kind, "rows": _most(texts, budget), "more": max(0, len(texts) - 2 * _FULL)}
            for kind, texts in kinds.items()
            if texts
        ],
    }


def _most(texts: Mapping[str, Sequence[str]], budget: Budget) -> list[tuple[str, int, str]]:
    """The texts with how many and which nodes they are about, the most frequent first."""
    ordered = sorted(texts.items(), key=lambda item: -len(item[1]))
    return [(budget.take(text, _REASON), len(names), some(names, 6)) for text, names in ordered[: 2 * _FULL]]


def around(report: Mapping) -> dict:
    """Alarms and events around the nodes: by what they say in a large night, by time in a small one."""
    pairs, entries, budget = nodes_of(report), [], Budget(_LETTERS["around"])
    for router, node in pairs:
        name = _label(router, node)
        for alarm in node.get("alarms") or ():
            entries.append((alarm.get("at"), name, str(alarm.get("severity") or "alarm"), alarm.get("text")))
        for event in node.get("events") or ():
            entries.append((event.get("at"), name, "event", event.get("text")))
    if len(entries) <= 3 * _FULL:
        ordered = sorted(entries, key=lambda entry: str(entry[0] or ""))
        rows = [(at, node, kind, budget.line(text, _REASON)) for at, node, kind, text in ordered]
        return {"count": len(entries), "rows": rows, "texts": [], "more": 0}
    grouped: dict[tuple[str, str], list[str]] = {}
    for _at, node, kind, text in entries:
        grouped.setdefault((kind, one_line(text, _REASON)), []).append(node)
    ordered = sorted(grouped.items(), key=lambda item: -len(item[1]))
    texts = [
        (kind, budget.take(text, _REASON), len(names), some(list(dict.fromkeys(names)), 6))
        for (kind, text), names in ordered[: 2 * _FULL]
    ]
    return {"count": len(entries), "rows": [], "texts": texts, "more": len(ordered) - len(texts)}


def steps(report: Mapping) -> list[dict]:
    """What happened to each node, step by step: to all in a small night, else to those that need somebody."""
    pairs, budget = nodes_of(report), Budget(_LETTERS["steps"])
    if len(pairs) > _FULL:
        pairs = [pair for pair in pairs if needs_person(pair[1]["state"])][:_FULL]
    chosen = [
        {**node, "node": _label(router, node)} for router, node in pairs if node.get("steps") or node.get("warnings")
    ]
    most = _STEPS // max(1, len(chosen))
    return [
        {
            "node": node["node"],
            "state": node["state"],
            "reason": budget.line(node.get("reason"), _REASON),
            "warnings": [budget.line(text, _REASON) for text in (node.get("warnings") or ())[:20]],
            "steps": [_step(step, budget) for step in (node.get("steps") or ())[:most]],
            "more": max(0, len(node.get("steps") or ()) - most),
        }
        for node in chosen
    ]


def _step(step: Mapping, budget: Budget) -> dict:
    words = {"what": budget.line(step.get("what"), _REASON), "words": budget.take(step.get("words"), _REASON)}
    return {"at": step.get("at"), **words}


# -- checks, settings, durations --------------------------------------------------------------------------------------


def checks(entries: Sequence[Mapping]) -> dict:
    """The checks, worst first, with all targets that a check says the same of; in a large night without what passed."""
    order, budget = list(CHECKS), Budget(_LETTERS["checks"])
    ordered = sorted(entries, key=lambda entry: order.index(entry["state"]) if entry["state"] in order else -1)
    grouped: dict[tuple, list[str]] = {}
    for entry in ordered:
        if entry["state"] != "pass" or len(entries) <= _FULL:
            key = tuple(entry.get(name) or "" for name in ("name", "when", "state", "text", "words"))
            grouped.setdefault(key, []).append(str(entry.get("target") or ""))
    rows = [
        {"name": name, "when": when, "state": state, "targets": some(targets, 8),
         "text": budget.line(text, _REASON), "words": budget.take(words, _REASON)}
        for (name, when, state, text, words), targets in list(grouped.items())[: 4 * _FULL]
    ]  # fmt: skip
    counts = {state: sum(entry["state"] == state for entry in entries) for state in order}
    said = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in counts.items() if count)
    return {
        "said": said,
        "rows": [row for row in rows if row["state"] != "pass"],
        "passed": [row for row in rows if row["state"] == "pass"],
        "more": len(grouped) - len(rows),
    }


def settings(run: Mapping) -> list[tuple[str, str]]:
    """Settings and versions as pairs of texts."""
    pairs = [(f"version of {name}", value) for name, value in (run.get("versions") or {}).items() if value]
    return [
        (str(name), shortened(_spoken(value), 500)) for name, value in [*(run.get("settings") or {}).items(), *pairs]
    ]


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "none" if value is None else str(value)


def durations(report: Mapping) -> dict:
    """How long the routers took against what the plan expected; the ones that differ most, in a large night."""
    rows = []
    for router in report.get("routers") or ():
        took = seconds_between(router.get("begun"), router.get("ended"))
        expected = (router.get("plan") or {}).get("expected")
        if took is not None and expected:
            away = sum(_away(router))
            rows.append({
                "router": router["router"], "state": router["state"], "expected": float(expected), "took": took,
                "away": away,
            })  # fmt: skip
    if not rows:
        return {"rows": [], "said": "", "most": 0, "all": True}
    ratio = median(row["took"] / row["expected"] for row in rows)
    slowest = max(rows, key=lambda row: row["took"])
    said = (
        f"{len(rows)} routers were timed, and half of them took at most {ratio:.0%} of what was expected. The longest "
        f"was {slowest['router']}: {duration(slowest['took'])}, where {duration(slowest['expected'])} were expected."
    )
    said = said if len(rows) > 1 else ""
    few = len(rows) <= _FULL
    chosen = rows if few else sorted(rows, key=lambda row: row["expected"] - row["took"])[:20]
    return {"rows": chosen, "said": said, "most": max(max(row["took"], row["expected"]) for row in chosen), "all": few}


def _away(router: Mapping) -> Iterable[float]:
    for node in router.get("nodes") or ():
        for phase in node.get("phases") or ():
            if phase.get("phase") == "away":
                yield seconds_between(phase.get("from"), phase.get("to")) or 0.0

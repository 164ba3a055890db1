# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan of now does otherwise than an approved one: more or something else, or only less (rule 49). Pure.

Both are change documents. That of now may be about some of the routers only, such as those of one batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..software.counts import counted
from ..software.versions import spelled
from .change_batches import batches_mixed
from .change_differences import Difference
from .change_rules import plain, rules_for
from .change_times import times_differ

#: Differences that a sentence names.
NAMED = 10


def differences(approved: Mapping, now: Mapping, whole: bool = True) -> list[Difference]:
    """Every difference. ``whole`` False: the plan of now is about some routers only, so none is missing in it."""
    found = [*_of_run(approved, now), *_of_limits(approved, now), *times_differ(approved, now)]
    if whole:
        found += batches_differ(approved, [len(batch["routers"]) for batch in now["batches"]])
        found += batches_mixed(approved, [batch["routers"] for batch in now["batches"]])
    entries = {entry["router"]: entry for entry in approved["routers"]}
    for entry in now["routers"]:
        found += _of_router(entries.get(entry["router"]), entry)
    if whole:
        there = {entry["router"] for entry in now["routers"]}
        gone = [name for name, entry in entries.items() if entry["state"] == "planned" and name not in there]
        found += [Difference("is not part of it any more", name, more=False) for name in gone]
    return [*found, *_of_commands(approved["commands"], now["commands"], "")]


def beyond(found: Sequence[Difference]) -> list[Difference]:
    """Those that go beyond what was approved."""
    return [difference for difference in found if difference.more]


def told(found: Sequence[Difference]) -> str:
    """Differences as one clause: the first ten, and how many more there are."""
    shown = "; ".join(difference.words for difference in found[:NAMED])
    return f"{shown}; and {len(found) - NAMED} more" if len(found) > NAMED else shown


# -- of the run -------------------------------------------------------------------------------------------------------


def _of_run(approved: Mapping, now: Mapping) -> Iterator[Difference]:
    before, after = approved["run"], now["run"]
    if before["operation"] != after["operation"]:
        yield Difference(f"{before['operation']} was approved, and this is {_article(after['operation'])}")
    if before["conductor"] != after["conductor"]:
        yield Difference(f"it was approved for conductor {before['conductor']}, and this one is {after['conductor']}")
    yield from _of_identity(before.get("identity") or {}, after.get("identity") or {})


def _of_identity(before: Mapping, after: Mapping) -> Iterator[Difference]:
    """What is known of the conductor in both plans: two authorities may have the same names throughout."""
    for kind, words in (("assets", "asset"), ("host_keys", "host key")):
        seen = after.get(kind) or {}
        for node, value in (before.get(kind) or {}).items():
            if seen.get(node, value) != value:
                was = f"the {words} of {node} of the conductor was {value} and is {seen[node]}"
                yield Difference(f"it was approved for another authority: {was}")


def _of_limits(approved: Mapping, now: Mapping) -> Iterator[Difference]:
    before, after = approved["limits"], now["limits"]
    for rule in rules_for(before, after):
        if rule.name not in before:
            if rule.name in after:
                yield Difference(f"{rule.name} is {_value(after[rule.name])}, and the approved plan does not say so")
            continue
        if rule.name not in after:
            yield Difference(f"{rule.name} was {_value(before[rule.name])}, and this run does not say what it is")
            continue
        old, new = before[rule.name], after[rule.name]
        if plain(old) != plain(new):
            yield Difference(f"{rule.name} was {_value(old)} and is {_value(new)}", more=rule.more(old, new))


def batches_differ(approved: Mapping, sizes: Sequence[int], first: int = 0) -> list[Difference]:
    """Batches of these sizes that are larger than the approved ones. ``first``: how many batches come before them."""
    allowed = [len(batch["routers"]) for batch in approved["batches"]]
    found = []
    for number, size in enumerate(sizes, first):
        limit = allowed[min(number, len(allowed) - 1)] if allowed else 0
        if size > limit:
            allows = "1 was" if limit == 1 else f"{limit} were"
            found.append(Difference(f"batch {number + 1} has {counted(size, 'router')}, and {allows} approved"))
    return found


# -- of a router ------------------------------------------------------------------------------------------------------


def _of_router(before: Mapping | None, now: Mapping) -> list[Difference]:
    if now["state"] != "planned":
        if before is None or before["state"] != "planned":
            return []
        return [Difference(f"is left out now ({now['state']}: {now['reason']})", now["router"], more=False)]
    if before is None:
        return [Difference("is not in the approved plan", now["router"])]
    if before["state"] != "planned":
        return [Difference(f"was {before['state']} in the approved plan, and would be worked on now", now["router"])]
    texts = [*_of_nodes(before, now), *_of_way(before, now)]
    found = [Difference(text, now["router"]) for text in texts]
    # What is known to be another way has other commands, which would only hide what is different elsewhere.
    return found or _of_commands(before["commands"], now["commands"], now["router"])


def _of_nodes(before: Mapping, now: Mapping) -> Iterator[str]:
    known = {node["node"]: node for node in before["nodes"]}
    for node in _worked_on(now):
        old, name = known.get(node["node"]), node["node"]
        if old is None or not _counts(old):
            yield f"{name} was not to be touched, and would be"
            continue
        if old.get("asset_id") and node.get("asset_id") and old["asset_id"] != node["asset_id"]:
            yield f"{name} was asset {old['asset_id']} and is {node['asset_id']}, which is another device"
        if old["to_version"] != node["to_version"]:
            yield f"{name} was to get {spelled(old['to_version'])}, and would get {spelled(node['to_version'])}"
        if old["from_version"] != node["from_version"]:
            yield (
                f"{name} ran {spelled(old['from_version']) or 'an unknown version'} and runs "
                f"{spelled(node['from_version']) or 'an unknown version'} now, so its way there and back is another one"
            )
        if node["converts"] and not old["converts"]:
            yield f"{name} would be converted from package to image"
        elif old["install_type"] and node["install_type"] and old["install_type"] != node["install_type"]:
            yield f"{name} was {old['install_type']}-based and is {node['install_type']}-based"
    order = [node["node"] for node in _worked_on(before)]
    mine = [node["node"] for node in _worked_on(now)]
    if mine != [name for name in order if name in mine] and set(mine) <= set(order):
        yield f"its nodes were to go in the order {', '.join(order)}, and would go {', '.join(mine)}"


def _of_way(before: Mapping, now: Mapping) -> Iterator[str]:
    if before["sequencing"] != now["sequencing"] and len(_worked_on(now)) > 1:
        yield f"its sequencing was {before['sequencing']} and is {now['sequencing']}"
    if before["group"] and before["group"] != now["group"]:
        yield f"it was in the exclusive group {before['group']}, and is in {now['group'] or 'none'}"
    if before["wave"] != now["wave"]:
        yield f"its wave was {before['wave']} and is {now['wave']}"
    if now["outage"] and not before["outage"]:
        yield "it was to go on carrying traffic, and would be dark for a while"
    if before["way_back"] == "documented" and now["way_back"] == "undocumented":
        yield "its rollback was documented, and is not"
    lifted = {override["condition"] for override in before["overrides"]}
    for override in now["overrides"]:
        if override["condition"] not in lifted:
            yield f"{override['condition']} is lifted for it, which was not approved"


def _of_commands(before: Sequence[Mapping], now: Sequence[Mapping], router: str) -> list[Difference]:
    allowed = {command["command"] for command in before}
    new = [command["command"] for command in now if command["changes"] and command["command"]]
    texts = [f"'{command}' would be sent, which was not approved" for command in new if command not in allowed]
    return [Difference(text, router) for text in dict.fromkeys(texts)]


def _worked_on(entry: Mapping) -> list[Mapping]:
    return [node for node in entry["nodes"] if _counts(node)]


def _counts(node: Mapping) -> bool:
    return bool(node["needed"] or node["running"])


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "empty"
    return "none" if value in (None, "") else str(value)


def _article(word: str) -> str:
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"

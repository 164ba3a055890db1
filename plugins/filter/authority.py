# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that say what the nodes of an authority run, and which of them are not settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import (
    parse_requested_version,
    satisfies,
    spelled,
    try_parse,
)

#: The next job of a workflow gets small data, whatever the size of the fleet: so many names of each kind.
HANDED_ON = 20


def authority_state(assets: Sequence[Mapping], version: str = "", own: Mapping[str, str] | None = None) -> dict:
    """How many nodes run which version, and a few names: of each version, of those not settled or on another release.

    ``assets``: as M(sessionsmart.ssr.assets_info) returns them. ``version``: the requested release; empty for none.
    ``own``: that of routers whose hosts have another one (rule 41).
    """
    wanted = {router: parse_requested_version(text) for router, text in (own or {}).items()}
    common = parse_requested_version(version) if version else None
    nodes = {
        NodeId(asset["router"], asset["node"]): asset for asset in assets if asset.get("node") and asset.get("router")
    }
    elsewhere = [
        str(node_id)
        for node_id, asset in nodes.items()
        if (requested := wanted.get(node_id.router, common)) and not _runs(asset.get("version"), requested)
    ]
    others = sorted({text for router, text in (own or {}).items() if text != version})
    unsettled = {str(node_id): _word(asset) for node_id, asset in nodes.items() if not asset.get("settled")}
    by_version: dict[str, list[str]] = {}
    for node_id, asset in nodes.items():
        by_version.setdefault(asset.get("version") or "unknown", []).append(str(node_id))
    return {
        "nodes": len(nodes),
        "versions": {running: len(names) for running, names in sorted(by_version.items())},
        "version_names": {running: sorted(names)[:HANDED_ON] for running, names in sorted(by_version.items())},
        "wanted": version,
        "wanted_of_hosts": others[:HANDED_ON],
        "elsewhere": len(elsewhere),
        "elsewhere_names": sorted(elsewhere)[:HANDED_ON],
        "unsettled": len(unsettled),
        "unsettled_names": sorted(unsettled)[:HANDED_ON],
        "unsettled_states": dict(sorted(unsettled.items())[:HANDED_ON]),
    }


def _word(asset: Mapping) -> str:
    """The status of an asset as the conductor spells it, on one line; empty where it shows none."""
    return " ".join(str(asset.get("status") or asset.get("state") or "").split())


def _runs(version: str | None, requested: object) -> bool:
    running = try_parse(version)
    return bool(running and satisfies(running, requested))


def authority_lines(state: Mapping) -> list[str]:
    """The lines for people that describe a result of :func:`authority_state`."""
    releases: dict[str, tuple[int, list[str]]] = {}
    for version, count in state["versions"].items():
        before, names = releases.get(spelled(version), (0, []))
        releases[spelled(version)] = before + count, [*names, *(state.get("version_names") or {}).get(version, [])]
    lines = [f"{counted(state['nodes'], 'node')}:"] + [
        f"    {count} on {release}{_these(sorted(names)[:HANDED_ON], count)}"
        for release, (count, names) in releases.items()
    ]
    others = state.get("wanted_of_hosts") or []
    of_hosts = f"the release of their own host ({', '.join(others)})" if others else ""
    wanted = " or ".join(filter(None, [state["wanted"], of_hosts]))
    if wanted:
        lines.append(_named(state, "elsewhere", ("does", "do"), f"not run {wanted}", f"All run {wanted}."))
    lines.append(_named(state, "unsettled", ("is", "are"), "not settled", "All are settled."))
    return lines


def _these(names: Sequence[str], count: int) -> str:
    """The names behind a number, and how many of it have none here."""
    more = f" and {count - len(names)} more" if count > len(names) else ""
    return f": {', '.join(names)}{more}" if names else ""


def _named(state: Mapping, what: str, verbs: tuple[str, str], bad: str, good: str) -> str:
    count, words = state[what], state.get(f"{what}_states") or {}
    names = [f"{name} ({words[name]})" if words.get(name) else name for name in state[f"{what}_names"]]
    return f"{counted(count, *verbs)} {bad}{_these(names, count)}." if count else good


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {"authority_lines": authority_lines, "authority_state": authority_state}

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a conductor as a whole: its candidate configuration, what it can see, its own pair, and its assets."""

from __future__ import annotations

from ..software.assets import Asset
from ..software.downloads import at_rest
from .check_context import CheckContext
from .registry import Finding, check, failed, passed, skipped, warned


@check(
    "clean_candidate",
    "Nobody's uncommitted changes are lost: the prompt shows no star.",
    stages=("pre",),
    per="authority",
)
def clean_candidate(context: CheckContext) -> Finding:
    context.conductor.refresh_prompt()
    if context.conductor.dirty:
        return failed(
            "the candidate configuration has changes that are not committed (the prompt shows '*'); the restart would "
            "lose them. Commit them, or discard them with 'restore config running'"
        )
    return passed("the candidate configuration of this account is clean")


@check(
    "other_candidates",
    "No other user is active, and no configuration is out of sync or changed locally.",
    severity="warn",
    stages=("pre",),
    per="authority",
)
def other_candidates(context: CheckContext) -> Finding:
    evidence, unavailable = context.conductor.configuration_hints()
    if evidence:
        return warned(
            "the conductor shows other active users or configurations out of sync; a restart loses everybody's "
            "candidate, and only this account's own is visible",
            evidence,
        )
    if unavailable:
        return warned(
            "whether users are active, or a configuration is out of sync, could not be determined",
            unavailable,
            undetermined=True,
        )
    return passed("no other user or configuration stands out")


@check(
    "routers_visible",
    "Every node that the conductor has a connection to is in 'show assets': resource groups hide routers.",
    severity="warn",
    stages=("pre",),
    per="authority",
)
def routers_visible(context: CheckContext) -> Finding:
    own = f".{context.router}"
    links = context.conductor.connectivity()
    if links is None:
        return warned(
            "which nodes have a connection could not be determined: 'show system connectivity' cannot be read",
            undetermined=True,
        )
    linked = {link.remote for link in links if not link.remote.endswith(own)}
    if not linked:
        return skipped("no connection to a router is shown")
    hidden = sorted(linked - {f"{asset.node}.{asset.router}" for asset in context.authority.assets})
    if hidden:
        nodes = "1 node with" if len(hidden) == 1 else f"{len(hidden)} nodes with"
        shown = ", ".join(hidden[:20]) + (" …" if len(hidden) > 20 else "")
        return warned(
            f"{nodes} a connection to the conductor and not shown in 'show assets': {shown}. This account may not be "
            "allowed to see them, and then nobody watches them",
            ", ".join(hidden),
        )
    return passed(f"all {len(linked)} connected nodes are in 'show assets'")


@check(
    "asset_list_complete",
    "As many assets are listed as the conductor counts itself, where it prints a summary.",
    severity="warn",
    stages=("pre",),
    per="authority",
)
def asset_list_complete(context: CheckContext) -> Finding:
    listed = len(context.authority.assets)
    summary = context.conductor.asset_summary()
    if summary is None:
        return skipped("'show assets summary' is not printed, or cannot be read")
    if summary.total == listed:
        return passed(f"all {listed} assets are listed")
    return warned(
        f"the conductor counts {summary.total} assets, and 'show assets' lists {listed}: the list was cut, an asset "
        "came or went just now, or resource groups hide some from this account. Nobody watches what is not listed",
        f"total: {summary.total}, listed: {listed}",
    )


@check(
    "conductors_settled",
    "Both nodes of a conductor pair are settled and connected: one that lost its conductor fails later (I95-63923).",
    stages=("pre",),
    applies=("conductor",),
    per="router",
)
def conductors_settled(context: CheckContext) -> Finding:
    if len(context.pair) < 2:
        return skipped("the conductor has one node")
    if not context.authority.assets_count:
        return skipped("assets show Disconnected until both conductor nodes run 6.3 or newer, so they do not count yet")
    wrong, states = [], []
    for node, asset in context.pair.items():
        words = {"state": asset.status, **_connectivity(asset, context)}
        states.append(f"{node}: " + ", ".join(f"{name} {word}" for name, word in words.items()))
        if not asset.settled:
            wrong.append(f"{node} is {asset.status}")
        wrong += [f"{node} shows {name} {word}" for name, word in words.items() if word == "disconnected"]
    evidence = "\n".join(states)
    if not wrong:
        return passed("both nodes are settled, and none shows a conductor as disconnected", evidence)
    if context.ours:
        return warned(f"the pair is not healthy ({'; '.join(wrong)}), and {context.ours}: it is resumed", evidence)
    return failed(
        f"the pair is not healthy: {'; '.join(wrong)}. The upgrade of the other node may fail while a node has "
        "lost its conductor (I95-63923): wait until both are settled and connected, or restart the salt-minion of that "
        "node",
        evidence,
    )


def _connectivity(asset: Asset, context: CheckContext) -> dict[str, str]:
    """Its connections to both conductor nodes, where the release shows them (ts_ap_salt_minion)."""
    detail = context.authority.details(asset)
    words = {
        "Conductor Connectivity": getattr(detail, "conductor_connectivity", None),
        "Peer Conductor Connectivity": getattr(detail, "peer_connectivity", None),
    }
    return {name: word for name, word in words.items() if word}


@check(
    "assets_back",
    "Every asset that was settled before is settled again, asked on either conductor node.",
    stages=("post",),
    per="authority",
)
def assets_back(context: CheckContext) -> Finding:
    authority = context.authority
    if not authority.settled_before:
        return skipped("no list of assets from before was given")
    settled = {_asset_name(asset) for asset in authority.assets if asset.settled}
    for other in authority.others:
        settled |= {_asset_name(asset) for asset in map(at_rest, other()) if asset.settled}
    missing = sorted(authority.settled_before - settled)
    if not missing:
        return passed(f"all {len(authority.settled_before)} assets that were settled before are settled again")
    shown = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
    return failed(
        f"{len(missing)} of {len(authority.settled_before)} assets that were settled before are not: {shown}. Some "
        "releases take an hour or more (I95-65826); check 'show assets' before any router is touched",
        ", ".join(missing),
    )


def _asset_name(asset: Asset) -> str:
    return asset.asset_id or f"{asset.node}.{asset.router}"


@check(
    "plugins_kept",
    "The plugin packages that were installed before are still there.",
    severity="warn",
    stages=("post",),
    applies=("conductor",),
)
def plugins_kept(context: CheckContext) -> Finding:
    before = context.authority.plugins_before
    if not before:
        return skipped("no plugin was known before")
    if not context.is_local:
        return skipped("only the node's own session shows its plugins")
    now = context.authority.local_facts.plugins
    evidence = ", ".join(f"{name} {version}" for name, version in sorted((now or {}).items()))
    if now is None:
        return warned(f"it cannot be read which plugins are installed; before there were {', '.join(sorted(before))}")
    missing = sorted(set(before) - set(now))
    if missing:
        return failed(f"missing since the upgrade: {', '.join(missing)}. Install them again", evidence)
    moved = [f"{name} {before[name]} to {now[name]}" for name in sorted(before) if before[name] != now[name]]
    return passed(f"all {len(before)} are there" + (f"; upgraded: {', '.join(moved)}" if moved else ""), evidence)

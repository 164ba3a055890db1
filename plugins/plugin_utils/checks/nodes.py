# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the nodes of a router: are they settled, does their service run, are they alike?"""

from __future__ import annotations

from ..software.assets import Asset
from ..software.system import service_runs
from ..software.versions import satisfies
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned


@check(
    "asset_settled", "Every node of the router is Synchronized (Running before 6.3), and stays so over several looks."
)
def asset_settled(context: Context) -> Finding:
    if not context.assets_count:
        return skipped("assets show Disconnected until both conductor nodes run 6.3 or newer, so they do not count yet")
    if context.place[1] not in context.pair:
        return failed(
            f"the node {context.target} is not in 'show assets'; check that this account may see its router "
            "(resource groups hide routers)"
        )
    unsettled = {
        node: asset for look in context.looks for node, asset in look.items() if not asset.settled or asset.busy
    }
    evidence = "; ".join(f"{node} {asset.status}" for node, asset in unsettled.items())
    if not unsettled:
        return passed(f"settled over {len(context.looks)} looks: {', '.join(context.pair)}")
    if context.ours:
        return warned(f"not settled, and {context.ours}: it is taken up again", evidence)
    return failed(f"not settled: {evidence}. Wait until it is, or find out why it does not settle", evidence)


@check("service_running", "The SSR service of this node runs; Synchronized alone does not prove it (I95-63955).")
def service_running(context: Context) -> Finding:
    words = {"show system": context.system.status if context.system else None}
    own = context.pair.get(context.place[1])
    if own and own.asset_id and context.assets_count:
        detail = context.conductor.asset_detail(own.asset_id)
        words["show assets"] = detail.service if detail else None
    told = {source: word for source, word in words.items() if word}
    evidence = "; ".join(f"{source}: {word}" for source, word in told.items())
    answers = [service_runs(word) for word in told.values()]
    if False in answers:
        return failed(f"the service does not run ({evidence})", evidence)
    if True in answers:
        return passed(f"the service runs ({evidence})", evidence)
    return failed(
        f"whether the service runs could not be told from 'show system' or 'show assets' ({evidence or 'nothing'})",
        evidence,
    )


@check("same_version", "Both nodes of a pair run the same version.")
def same_version(context: Context) -> Finding:
    versions = {node: asset.version_text or "unknown" for node, asset in context.pair.items()}
    evidence = "; ".join(f"{node} {version}" for node, version in versions.items())
    if len(versions) < 2:
        return skipped("the router has one node")
    known = {asset.version for asset in context.pair.values()}
    if len(known) == 1 and None not in known:
        return passed(f"the same on both nodes: {next(iter(versions.values()))}")
    if context.half_done or not context.assets_count:
        return warned("the pair is half done: one node runs the wanted version already", evidence)
    return failed(f"the nodes differ, and no half-done upgrade to the wanted version explains it: {evidence}", evidence)


@check("same_install_type", "Both nodes of a pair are image-based, or both package-based.")
def same_install_type(context: Context) -> Finding:
    types = {node: asset.install_type for node, asset in context.pair.items()}
    evidence = "; ".join(f"{node} {kind or 'not shown'}" for node, kind in types.items())
    if len(types) < 2:
        return skipped("the router has one node")
    if None in types.values():
        return skipped("this release shows no install type", evidence)
    if len(set(types.values())) == 1:
        return passed(f"the same on both nodes: {next(iter(types.values()))}")
    if context.half_done:
        return warned("the pair is half done: the node that is already upgraded was converted", evidence)
    return failed(
        f"one node is image-based and the other package-based ({evidence}); both must be the same. Bring the "
        "package-based node to the other's release first",
        evidence,
    )


@check(
    "assets_back",
    "Every asset that was settled before is settled again, asked on either conductor node.",
    stages=("post",),
)
def assets_back(context: Context) -> Finding:
    if not context.settled_before:
        return skipped("no list of assets from before was given")
    settled = {_asset_name(one) for one in context.assets if one.settled}
    for other in context.others:
        settled |= {_asset_name(one) for one in other() if one.settled}
    missing = sorted(context.settled_before - settled)
    if not missing:
        return passed(f"all {len(context.settled_before)} assets that were settled before are settled again")
    shown = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
    return failed(
        f"{len(missing)} of {len(context.settled_before)} assets that were settled before are not: {shown}. Some "
        "releases take an hour or more (I95-65826); look at 'show assets' before any router is touched",
        ", ".join(missing),
    )


def _asset_name(asset: Asset) -> str:
    return asset.asset_id or f"{asset.node}.{asset.router}"


@check("version", "This node runs the wanted version.", stages=("post",))
def version(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    own = context.own_version
    if own is None or own.version is None:
        return failed("the running version cannot be read from 'show system version' or 'show system'")
    if satisfies(own.version, context.wanted) is False:
        return failed(f"it runs {own.text} instead of {context.wanted.text}", own.text)
    return passed(f"it runs {own.text}")


@check(
    "plugins_kept", "The plugin packages that were installed before are still there.", severity="warn", stages=("post",)
)
def plugins_kept(context: Context) -> Finding:
    before = context.plugins_before
    if not before:
        return skipped("no plugin was known before")
    now = context.conductor.plugins()
    evidence = ", ".join(f"{name} {version}" for name, version in sorted((now or {}).items()))
    if now is None:
        return warned(f"it cannot be read which plugins are installed; before there were {', '.join(sorted(before))}")
    missing = sorted(set(before) - set(now))
    if missing:
        return failed(f"missing since the upgrade: {', '.join(missing)}. Install them again", evidence)
    moved = [f"{name} {before[name]} to {now[name]}" for name in sorted(before) if before[name] != now[name]]
    return passed(f"all {len(before)} are there" + (f"; upgraded: {', '.join(moved)}" if moved else ""), evidence)


@check("no_operation_running", "No download, upgrade or revert runs on a node of this router.", stages=("pre",))
def no_operation_running(context: Context) -> Finding:
    line = next((f"{node} shows {one.status}" for node, one in context.pair.items() if one.busy), None)
    for operation in ("upgrade", "revert"):
        line = line or context.conductor.running_operation(operation)
    if context.ours:
        return warned(f"{context.ours}: it is taken up again", line or "")
    if line:
        return failed(f"an operation seems to run: {line}. Wait for its end", line)
    return passed("no operation is shown")

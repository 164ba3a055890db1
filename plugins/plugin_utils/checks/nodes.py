# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of a router's nodes: known, settled, not busy, with a running service, and alike in a pair."""

from __future__ import annotations

from collections.abc import Sequence

from ..pcli.errors import DeviceError, NoPrompt
from ..pcli.waiting import Steps, Waiting
from ..software import operation_status
from ..software.assets import Asset
from ..software.counts import counted
from ..software.system import service_runs
from ..software.versions import satisfies, spelled
from .check_context import CheckContext
from .duplicate_assets import listed_in_details
from .parameters import Parameter, choice
from .registry import Finding, check, failed, passed, skipped, warned

#: What follows where a node of the conductor is away that nothing is done to.
_THROUGH_THE_OTHER = "Routers are worked on through {}, and no other node takes over from it"


@check(
    "router_known",
    "The conductor lists the router: resource groups hide routers from an account.",
    applies=("router",),
    per="router",
    unknown_targets=True,
)
def router_known(context: CheckContext) -> Finding:
    if context.pair:
        return passed(f"its nodes are {', '.join(context.pair)}")
    return failed(
        f"'show assets' lists no node of {context.router}. Check its name, whether it is configured on this conductor, "
        "and whether this account may see it (resource groups hide routers)"
    )


def read_polls(contexts: Sequence[CheckContext], waiting: Waiting) -> Steps[None]:
    """Read the assets several times, where that counts for any of these routers."""
    authority = contexts[0].authority
    listed = yield from waiting.ask(lambda: any(context.pair for context in contexts))
    if authority.assets_count and listed:
        yield from authority.read_polls(waiting)


@check(
    "asset_settled",
    "Every node of the router is Synchronized (Running before 6.3), and stays so over several polls.",
    per="router",
    parameters={
        "disconnected": Parameter(
            "V(fail) or V(warn): what a node that is disconnected means. A large fleet always has dead sites.",
            choice("fail", "warn"),
            "fail",
        )
    },
    prefetch=read_polls,
)
def asset_settled(context: CheckContext, disconnected: str = "fail") -> Finding:
    if not context.authority.assets_count:
        return skipped("assets show Disconnected until both conductor nodes run 6.3 or newer, so they do not count yet")
    if not context.pair or (context.node and context.node not in context.pair):
        return failed(
            f"the node {context.target} is not in 'show assets'; check that this account may see its router "
            "(resource groups hide routers)"
        )
    polls = [poll.get(context.router, {}) for poll in context.authority.polls]
    unsettled = [asset for poll in polls for asset in poll.values() if not asset.settled or asset.busy]
    missing = [node for node in context.pair if any(node not in poll for poll in polls)]
    shown = dict.fromkeys(f"{asset.node} {asset.status}" for asset in unsettled)
    evidence = "; ".join([*shown, *(f"{node} came and went" for node in missing)])
    if not evidence:
        return passed(f"settled over {counted(len(polls), 'poll')}: {', '.join(context.pair)}")
    if context.ours:
        return warned(f"not settled, and {context.ours}: it is resumed", evidence)
    only_away = not missing and all(asset.away for asset in unsettled)
    if only_away and {asset.node for asset in unsettled} <= set(context.not_needed):
        return warned(
            f"not settled: {evidence}. {_THROUGH_THE_OTHER.format(context.authority.local_node.node)}", evidence
        )
    if disconnected == "warn" and only_away:
        return warned(f"not settled: {evidence}. It can only be worked on once it is back", evidence)
    return failed(f"not settled: {evidence}. Wait until it is, or find out why it does not settle", evidence)


@check(
    "service_running",
    "The SSR service of this node runs; Synchronized alone does not prove it (I95-63955).",
    fails_in_restart=True,
)
def service_running(context: CheckContext) -> Finding:
    states = {source: word for source, word in _service_words(context).items() if word}
    evidence = "; ".join(f"{source}: {word}" for source, word in states.items())
    answers = [service_runs(word) for word in states.values()]
    if False in answers:
        return failed(f"the service does not run ({evidence})", evidence)
    if True in answers:
        return passed(f"the service runs ({evidence})", evidence)
    return failed(
        f"whether the service runs could not be determined from 'show system' or 'show assets' "
        f"({evidence or 'nothing'})",
        evidence,
        undetermined=True,
    )


def _service_words(context: CheckContext) -> dict[str, str | None]:
    """The words for its service. A node other than the local one is queried only where its asset says nothing."""
    words: dict[str, str | None] = {}
    asset = context.pair.get(context.node)
    if context.is_local:
        words["show system"] = context.system.status if context.system else None
    if asset and asset.asset_id and context.authority.assets_count:
        detail = context.authority.details(asset)
        words["show assets"] = detail.service if detail else None
    if not context.is_local and not words.get("show assets") and not (asset and asset.away):
        words["show system"] = context.system.status if context.system else None
    return words


@check("same_version", "Both nodes of a pair run the same version.", per="router", fails_in_restart=True)
def same_version(context: CheckContext) -> Finding:
    versions = {node: spelled(asset.version_text) or "unknown" for node, asset in context.pair.items()}
    evidence = "; ".join(f"{node} {version}" for node, version in versions.items())
    if len(versions) < 2:
        return skipped("the router has one node")
    silent = [name for name in context.not_needed if context.pair[name].version is None]
    known = {asset.version for name, asset in context.pair.items() if name not in silent}
    if silent and None not in known:
        return warned(f"{' and '.join(silent)} is away, and its version is not shown", evidence)
    if len(known) == 1 and None not in known:
        return passed(f"the same on both nodes: {next(iter(versions.values()))}")
    if context.half_done or not context.authority.assets_count:
        return warned("the pair is half done: one node runs the requested version already", evidence)
    return failed(
        f"the nodes differ, and no half-done upgrade to the requested version explains it: {evidence}. Bring both to "
        "the same version first",
        evidence,
    )


@check(
    "same_install_type",
    "Both nodes of a pair are image-based, or both package-based.",
    per="router",
    fails_in_restart=True,
)
def same_install_type(context: CheckContext) -> Finding:
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
    "asset_errors",
    "The conductor counts no errors for an asset of this router.",
    severity="warn",
    per="router",
)
def asset_errors(context: CheckContext) -> Finding:
    wrong = [row for row in context.rows if row.errors]
    if not wrong:
        if context.rows and all(row.errors is None for row in context.rows):
            return skipped("this release counts no errors of assets")
        return passed("no errors are counted")
    counts = ", ".join(f"{asset.node} has {asset.errors}" for asset in wrong)
    words = [text for asset in wrong for text in _error_texts(asset, context)]
    shown = f": {words[0]}" + (f" (and {len(words) - 1} more)" if len(words) > 1 else "") if words else ""
    return warned(f"errors are counted ({counts}){shown}. See 'show assets errors' on the conductor", "\n".join(words))


def _error_texts(asset: Asset, context: CheckContext) -> tuple[str, ...]:
    """The conductor's own words; read only for the few assets that have errors."""
    if asset.error_texts or not asset.asset_id:
        return asset.error_texts
    try:
        detail = context.authority.details(asset)
    except (DeviceError, NoPrompt):
        return ()
    return tuple(getattr(detail, "error_texts", ()))


@check(
    "duplicate_assets",
    "No asset id of this router belongs to several boxes, and no node is listed twice.",
    per="router",
)
def duplicate_assets(context: CheckContext) -> Finding:
    authority = context.authority
    duplicates = [*authority.duplicates.of_router(context.router), *listed_in_details(authority.details, context.rows)]
    if not duplicates and (error := authority.alarms_unavailable):
        reason = f"each is listed once, but whether an alarm names a duplicate could not be determined: {error}"
        return warned(reason, undetermined=True)
    if not duplicates:
        return passed("each is listed once")
    return failed(
        f"{'; '.join(text.rstrip('.') for text in duplicates)}. It is not known which of them an upgrade would "
        "reach: give every node an asset id of its own, and delete the one that is no longer used",
        "\n".join(duplicates),
    )


@check("version", "This node runs the requested version.", stages=("post",))
def version(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    running = context.version
    if running is None or running.version is None:
        source = "'show system version' or 'show system'" if context.is_local else "'show assets'"
        return failed(f"the running version cannot be read from {source}")
    if satisfies(running.version, context.wanted) is False:
        return failed(f"it runs {spelled(running.text)} instead of {spelled(context.wanted.text)}", running.text)
    return passed(f"it runs {spelled(running.text)}")


@check(
    "no_operation_running",
    "No upgrade or revert runs on a node of this router. A download moves nothing, so it does not count.",
    stages=("pre",),
    per="router",
)
def no_operation_running(context: CheckContext) -> Finding:
    line = next((f"{node} shows {asset.status}" for node, asset in context.pair.items() if asset.busy), None)
    shown = {} if line else {operation: _shown(operation, context) for operation in ("upgrade", "revert")}
    line = line or next((activity.line for activity in shown.values() if activity.line), None)
    if context.ours:
        return warned(f"{context.ours}: it is resumed", line or "")
    if line:
        return failed(f"an operation seems to run: {line}. Wait for its end", line)
    unavailable = [
        f"'show system software {name}': {activity.unavailable}"
        for name, activity in shown.items()
        if activity.unavailable
    ]
    if unavailable:
        return warned(
            f"no node shows an operation, but whether one runs could not be determined ({'; '.join(unavailable)})",
            undetermined=True,
        )
    if not any(activity.asked for activity in shown.values()):
        return skipped("no node shows an operation, and this release has no command that shows one")
    return passed("no operation is shown")


def _shown(operation: str, context: CheckContext) -> operation_status.Activity:
    """What the conductor shows of an operation. Below 6.3 it shows only its own."""
    try:
        if context.kind == "conductor":
            return context.conductor.running_operation(operation)
        if not context.authority.local_facts.release.at_least(6, 3, 0):
            return operation_status.Activity(asked=False)
        return operation_status.activity(context.conductor.status(operation, context.router), operation)
    except (DeviceError, NoPrompt) as error:
        return operation_status.Activity(unavailable=str(error).rstrip("."))

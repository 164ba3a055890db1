# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the upgrade path: what the rules of software/path_rules.py say of the step that a router makes.

A rule belongs to the check that can examine it more closely (:data:`OWNERS`); ``upgrade_path`` reports all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..pcli.errors import DeviceError, NoPrompt
from ..planning.revert_rules import ROLLBACK_BELOW_63
from ..software.assets import Asset
from ..software.path_rules import CONFIGURATION_INTEGRITY, needs_settled_assets
from ..software.path_steps import PathFinding, Step
from ..software.upgrade_paths import judge, propose
from ..software.versions import Version, satisfies, spelled
from .check_context import CheckContext, running_version
from .facts import Config
from .parameters import Parameter, choice, names
from .registry import Finding, check, failed, passed, skipped, warned

RULE = Parameter(
    "V(strict) or V(minor): whether a patch level of the router above that of its conductor counts, too (since the "
    "time of 6.3.5 it does). Where it is not given, the option V(version_rule) counts.",
    choice("strict", "minor"),
    None,
)

#: Which check reports which rules of the path, because it can examine them more closely.
OWNERS = {
    "conductor_not_older": ("router_not_newer_than_conductor", "router_from_6_3_5_needs_conductor_6_3_5"),
    "plugin_traps": ("plugins_too_old_for_5_3", "plugins_unseen_before_5_3", "ha_sync_redundancy_and_7"),
    "offline_traps": ("offline_needs_installation_service", "offline_image_incomplete"),
    "revert_possible": ("bgp_closes_the_way_back", "bgp_before_going_back"),
    "settled_before": ("assets_settled_before_7", "assets_counted_before_7"),
    "disk_space": ("conversion_needs_disk",),
}
_OWNED = {rule for rules in OWNERS.values() for rule in rules}


def steps_of(
    context: CheckContext, rule: str | None = None, accept: Iterable[str] = (), always: bool = False
) -> list[Step]:
    """The different steps that the nodes have to make; none for a node that runs the requested version already.

    ``rule``: strict or minor; the user's own where None. ``accept``: names of assets that need not be settled.
    ``always``: also where it is not known what a node runs, and where all of them run the requested version (the
    conductor may still be older).
    """
    if context.wanted is None:
        return []
    steps: dict[tuple, Step] = {}
    for asset in context.rows:
        running = _plain(running_version(context)) if context.is_local else asset.version
        if always or (running is not None and not satisfies(running, context.wanted)):
            steps.setdefault((running, asset.install_type), _step(context, asset, running, rule, accept))
    return list(steps.values())


def _plain(version: Version | None) -> Version | None:
    """The version without the words about the install type that may follow it."""
    return version and replace(version, text=version.text.partition(" (")[0])


def _step(
    context: CheckContext, asset: Asset, running: Version | None, rule: str | None, accept: Iterable[str]
) -> Step:
    authority, conductor = context.authority, context.kind == "conductor"
    older = running is not None and context.wanted < running and not satisfies(running, context.wanted)
    return Step(
        role=context.kind,
        running=running,
        wanted=context.wanted,
        conductor=None if conductor else authority.local_facts.release,
        install_type=asset.install_type,
        pair=len(context.pair) > 1,
        operation="downgrade" if older else "upgrade",
        plugins=_plugins(context),
        rule=rule or authority.version_rule,
        managed=tuple({asset.version for asset in _managed(context) if asset.version}) if conductor else (),
        unsettled=len(_unsettled(context, accept)) if conductor else None,
    )


def _plugins(context: CheckContext) -> dict[str, str]:
    """The plugins of the conductor, for itself and for its routers; empty where they cannot be read."""
    try:
        return context.authority.local_facts.plugins or {}
    except (DeviceError, NoPrompt):
        return {}


def _plugins_known(context: CheckContext) -> bool:
    try:
        return context.authority.local_facts.plugins is not None
    except (DeviceError, NoPrompt):
        return False


def _managed(context: CheckContext) -> list[Asset]:
    return [asset for asset in context.authority.assets if asset.router != context.router]


def _unsettled(context: CheckContext, accept: Iterable[str]) -> list[str]:
    """The assets that are not settled and that nobody accepted by name: asset id, router, node or node.router."""
    accepted = set(accept)
    unsettled = []
    for asset in _managed(context):
        names_of_asset = {asset.asset_id, asset.router, asset.node, f"{asset.node}.{asset.router}"}
        if not asset.settled and asset.router and not names_of_asset & accepted:
            unsettled.append(f"{asset.node}.{asset.router} ({asset.status})")
    return sorted(unsettled)


def findings_of(name: str | None, context: CheckContext, rule: str | None = None, **more: object) -> list[PathFinding]:
    """What the rules of a check say of all steps, each once; ``name`` None: the rules that no other check reports."""
    findings: dict[str, PathFinding] = {}
    for step in steps_of(context, rule, **more):
        for finding in judge(step):
            if finding.name in OWNERS[name] if name else finding.name not in _OWNED:
                findings.setdefault(finding.name, finding)
    return list(findings.values())


def reason_and_evidence(findings: Sequence[PathFinding]) -> tuple[str, str]:
    """What the rules say, and the sources of that."""
    reason = " ".join(finding.text for finding in findings).rstrip(".")
    return reason, "\n".join(f"{finding.name}: {finding.source}" for finding in findings)


@check(
    "upgrade_path",
    "The requested release may follow what runs. A release that must come in between is named, and steps are proposed.",
    stages=("pre",),
    per="router",
    parameters={"rule": RULE},
)
def upgrade_path(context: CheckContext, rule: str | None = None) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    steps = steps_of(context, rule)
    if not steps and not (context.rows and all(row.version for row in context.rows)):
        return skipped("the conductor does not show what it runs")
    if not steps:
        return passed("it runs the requested version")
    findings = findings_of(None, context, rule)
    blocking = [finding for finding in findings if finding.blocks]
    if not findings:
        return passed(
            f"{', '.join(sorted({spelled(step.running.text) for step in steps}))} to {spelled(context.wanted.text)}"
        )
    reason, evidence = reason_and_evidence(blocking or findings)
    if blocking or any(finding.via for finding in findings):
        reason = f"{reason}. {_proposal(steps[0], context)}"
    return (failed if blocking else warned)(reason, evidence)


def _proposal(step: Step, context: CheckContext) -> str:
    try:
        offered = context.authority.local_facts.available
    except (DeviceError, NoPrompt):
        offered = []
    steps = propose(step, offered)
    if len(steps) > 1 or (steps and step.running and steps[0] != step.wanted.text):
        return f"Steps that lead there: {' to '.join(map(spelled, [step.running.text, *steps]))}"
    return f"No steps can be proposed from what the conductor is offered ({', '.join(offered) or 'nothing'})"


@check(
    "plugin_traps",
    "No installed plugin is too old for the requested release, or does not work with it.",
    stages=("pre",),
    per="router",
)
def plugin_traps(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    findings = findings_of("plugin_traps", context)
    if not findings and not _plugins_known(context):
        return warned(
            "which plugins are installed could not be determined, so whether one of them is a trap is not known",
            undetermined=True,
        )
    if not findings:
        return passed("no plugin that is known to be a trap")
    shown = ", ".join(f"{name} {version}" for name, version in sorted(_plugins(context).items()))
    reason, evidence = reason_and_evidence(findings)
    blocking = any(finding.blocks for finding in findings)
    return (failed if blocking else warned)(reason, "\n".join(filter(None, [evidence, shown])))


@check(
    "offline_traps",
    "A conductor that gets its software offline has what the step needs first.",
    severity="warn",
    stages=("pre",),
    applies=("conductor",),
    per="router",
)
def offline_traps(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    findings = findings_of("offline_traps", context)
    if not findings:
        return passed("this step is no trap in offline mode")
    config = _config(context)
    if config is None:
        return warned(
            f"{reason_and_evidence(findings)[0]}. Whether it is in offline mode could not be read",
            reason_and_evidence(findings)[1],
        )
    if context.router not in config.offline:
        return passed("the configuration shows no offline mode")
    return warned(*reason_and_evidence(findings))


def _config(context: CheckContext) -> Config | None:
    try:
        return context.authority.config
    except (DeviceError, NoPrompt):
        return None


@check(
    "revert_possible",
    "What runs now can be reverted to after the upgrade.",
    severity="warn",
    stages=("pre",),
    per="router",
)
def revert_possible(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    steps = steps_of(context)
    if context.kind == "conductor" and any(not step.running.at_least(6, 3) for step in steps):
        return warned(f"this release has no revert command. {ROLLBACK_BELOW_63}".rstrip("."))
    findings = findings_of("revert_possible", context)
    config = _config(context) if findings else None
    if findings and config is None:
        return warned(
            f"{reason_and_evidence(findings)[0]}. Whether it has any could not be read from the configuration",
            reason_and_evidence(findings)[1],
        )
    if findings and context.router in config.bgp_families:
        back = any(step.back for step in steps)
        return (failed if back else warned)(
            f"this router has such blocks. {reason_and_evidence(findings)[0]}", reason_and_evidence(findings)[1]
        )
    if any(step.reaches(*CONFIGURATION_INTEGRITY) for step in steps):
        return passed(
            "a revert to the previous version is possible, and a downgrade below 7.1.3 is not: releases without "
            "Configuration Integrity are refused",
            "I95-48934, intro_rollback",
        )
    return passed("nothing is known that prevents a revert")


@check(
    "settled_before",
    "Before a conductor goes to 7.x every asset that it manages is settled, or accepted by name (rule of the vendor).",
    stages=("pre",),
    applies=("conductor",),
    per="router",
    parameters={
        "accept": Parameter(
            "a list of names (of an asset, a router, a node, or V(node.router)) that need not be settled.", names, ()
        )
    },
)
def settled_before(context: CheckContext, accept: Sequence[str] = ()) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    if not any(needs_settled_assets(step) for step in steps_of(context)):
        return skipped("only a step from 6.3.5 or newer to 7.x asks for it")
    unsettled = _unsettled(context, accept)
    if not unsettled:
        return passed("every managed asset is settled or accepted by name")
    reason, evidence = reason_and_evidence(findings_of("settled_before", context, accept=accept))
    shown = ", ".join(unsettled[:20]) + (" …" if len(unsettled) > 20 else "")
    return failed(f"{reason}. Not settled are {len(unsettled)}: {shown}", "\n".join([evidence, *unsettled]))

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the way from one release to another: what the table of rules (software/upgrade_paths.py) says of a
router's step.

A rule belongs to the check that can look closer at it (:data:`OWNERS`); all others are told by ``upgrade_path``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..pcli.errors import DeviceError, NoPrompt
from ..planning.revert_rules import ROLLBACK_BELOW_63
from ..software.assets import Asset
from ..software.upgrade_paths import CONFIGURATION_INTEGRITY, PathFinding, Step, judge, needs_settled_assets, propose
from ..software.versions import Version, satisfies
from .context import Context
from .facts import Config
from .parameters import Parameter, choice, names
from .registry import Finding, check, failed, passed, skipped, warned

RULE = Parameter(
    "V(strict) or V(minor): whether a patch level of the router above that of its conductor counts, too (since the "
    "time of 6.3.5 it does). Where it is not given, the option V(version_rule) counts.",
    choice("strict", "minor"),
    None,
)

#: Which check tells of which rules of the path, because it can look closer.
OWNERS = {
    "conductor_not_older": ("router_not_newer_than_conductor", "router_from_6_3_5_needs_conductor_6_3_5"),
    "plugin_traps": ("plugins_too_old_for_5_3", "plugins_unseen_before_5_3", "ha_sync_redundancy_and_7"),
    "offline_traps": ("offline_needs_installation_service", "offline_image_incomplete"),
    "revert_possible": ("bgp_closes_the_way_back", "bgp_before_going_back"),
    "settled_before": ("assets_settled_before_7", "assets_counted_before_7"),
    "disk_space": ("conversion_needs_disk",),
}
_OWNED = {rule for rules in OWNERS.values() for rule in rules}


def steps_of(context: Context, rule: str | None = None, accept: Iterable[str] = (), always: bool = False) -> list[Step]:
    """The different steps that the nodes have to make; none for a node that runs the wanted version already.

    ``rule``: strict or minor; the user's own where None. ``accept``: names of assets that need not be settled.
    ``always``: also where it is not known what a node runs, and
    where all of them run the wanted version (its conductor may be the older one all the same).
    """
    if context.wanted is None:
        return []
    found: dict[tuple, Step] = {}
    for asset in context.rows:
        running = _plain(context.running) if context.is_own else asset.version
        if always or (running is not None and not satisfies(running, context.wanted)):
            found.setdefault((running, asset.install_type), _step(context, asset, running, rule, accept))
    return list(found.values())


def _plain(version: Version | None) -> Version | None:
    """Without the words about the install type, which stand behind a version that is to be read in a sentence."""
    return version and replace(version, text=version.text.partition(" (")[0])


def _step(context: Context, asset: Asset, running: Version | None, rule: str | None, accept: Iterable[str]) -> Step:
    authority, conductor = context.authority, context.kind == "conductor"
    back = running is not None and context.wanted < running and not satisfies(running, context.wanted)
    return Step(
        role=context.kind,
        running=running,
        wanted=context.wanted,
        conductor=None if conductor else authority.release,
        install_type=asset.install_type,
        pair=len(context.pair) > 1,
        operation="downgrade" if back else "upgrade",
        plugins=_plugins(context),
        rule=rule or authority.version_rule,
        managed=tuple({one.version for one in _managed(context) if one.version}) if conductor else (),
        unsettled=len(_unsettled(context, accept)) if conductor else None,
    )


def _plugins(context: Context) -> dict[str, str]:
    """Plugins are installed on a conductor, for itself and for its routers; what cannot be read is not known."""
    try:
        return context.authority.plugins or {}
    except (DeviceError, NoPrompt):
        return {}


def _plugins_known(context: Context) -> bool:
    try:
        return context.authority.plugins is not None
    except (DeviceError, NoPrompt):
        return False


def _managed(context: Context) -> list[Asset]:
    return [asset for asset in context.authority.assets if asset.router != context.router]


def _unsettled(context: Context, accept: Iterable[str]) -> list[str]:
    """The assets that are not settled and that nobody accepted by name: asset id, router, node or node.router."""
    accepted = set(accept)
    found = []
    for one in _managed(context):
        spelled = {one.asset_id, one.router, one.node, f"{one.node}.{one.router}"}
        if not one.settled and one.router and not spelled & accepted:
            found.append(f"{one.node}.{one.router} ({one.status})")
    return sorted(found)


def findings_of(name: str | None, context: Context, rule: str | None = None, **more: object) -> list[PathFinding]:
    """What the rules of a check say of all steps, each once; ``name`` None: the rules that no other check tells of."""
    found: dict[str, PathFinding] = {}
    for step in steps_of(context, rule, **more):
        for one in judge(step):
            if one.name in OWNERS[name] if name else one.name not in _OWNED:
                found.setdefault(one.name, one)
    return list(found.values())


def told(found: Sequence[PathFinding]) -> tuple[str, str]:
    """Reason and evidence: what the rules say, and where that is from."""
    return " ".join(one.text for one in found).rstrip("."), "\n".join(f"{one.name}: {one.source}" for one in found)


@check(
    "upgrade_path",
    "The wanted release may follow what runs: the release that must come in between is named, and steps are proposed.",
    stages=("pre",),
    per="router",
    parameters={"rule": RULE},
)
def upgrade_path(context: Context, rule: str | None = None) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    steps = steps_of(context, rule)
    if not steps and not (context.rows and all(row.version for row in context.rows)):
        return skipped("the conductor does not show what it runs")
    if not steps:
        return passed("it runs the wanted version")
    found = findings_of(None, context, rule)
    blocking = [one for one in found if one.blocks]
    if not found:
        return passed(f"{', '.join(sorted({step.running.text for step in steps}))} to {context.wanted.text}")
    reason, evidence = told(blocking or found)
    if blocking or any(one.via for one in found):
        reason = f"{reason}. {_proposal(steps[0], context)}"
    return (failed if blocking else warned)(reason, evidence)


def _proposal(step: Step, context: Context) -> str:
    try:
        known = context.authority.available
    except (DeviceError, NoPrompt):
        known = []
    way = propose(step, known)
    if len(way) > 1 or (way and step.running and way[0] != step.wanted.text):
        return f"Steps that lead there: {' to '.join([step.running.text, *way])}"
    return f"No steps can be proposed from what the conductor is offered ({', '.join(known) or 'nothing'})"


@check(
    "plugin_traps",
    "No installed plugin is too old for the wanted release, or does not work with it.",
    stages=("pre",),
    per="router",
)
def plugin_traps(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    found = findings_of("plugin_traps", context)
    if not found and not _plugins_known(context):
        return warned("which plugins are installed could not be told, so whether one of them is a trap is not known")
    if not found:
        return passed("no plugin that is known to be a trap")
    shown = ", ".join(f"{name} {version}" for name, version in sorted(_plugins(context).items()))
    reason, evidence = told(found)
    blocking = any(one.blocks for one in found)
    return (failed if blocking else warned)(reason, "\n".join(filter(None, [evidence, shown])))


@check(
    "offline_traps",
    "A conductor that gets its software offline has what the step needs first.",
    severity="warn",
    stages=("pre",),
    applies=("conductor",),
    per="router",
)
def offline_traps(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    found = findings_of("offline_traps", context)
    if not found:
        return passed("this step is no trap in offline mode")
    config = _config(context)
    if config is None:
        return warned(f"{told(found)[0]}. Whether it is in offline mode could not be read", told(found)[1])
    if context.router not in config.offline:
        return passed("the configuration shows no offline mode")
    return warned(*told(found))


def _config(context: Context) -> Config | None:
    try:
        return context.authority.config
    except (DeviceError, NoPrompt):
        return None


@check(
    "revert_possible",
    "What runs now can be gone back to after the upgrade.",
    severity="warn",
    stages=("pre",),
    per="router",
)
def revert_possible(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    steps = steps_of(context)
    if context.kind == "conductor" and any(not step.running.at_least(6, 3) for step in steps):
        return warned(f"there is no revert command for the way back. {ROLLBACK_BELOW_63}".rstrip("."))
    found = findings_of("revert_possible", context)
    config = _config(context) if found else None
    if found and config is None:
        return warned(f"{told(found)[0]}. Whether it has any could not be read from the configuration", told(found)[1])
    if found and context.router in config.bgp_families:
        back = any(step.back for step in steps)
        return (failed if back else warned)(f"this router has such blocks. {told(found)[0]}", told(found)[1])
    if any(step.reaches(*CONFIGURATION_INTEGRITY) for step in steps):
        return passed(
            "a revert to the version from before is possible, and a downgrade below 7.1.3 is not: releases without "
            "Configuration Integrity are refused",
            "I95-48934, intro_rollback",
        )
    return passed("nothing is known that closes the way back")


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
def settled_before(context: Context, accept: Sequence[str] = ()) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    if not any(needs_settled_assets(step) for step in steps_of(context)):
        return skipped("only a step from 6.3.5 or newer to 7.x asks for it")
    unsettled = _unsettled(context, accept)
    if not unsettled:
        return passed("every managed asset is settled or accepted by name")
    reason, evidence = told(findings_of("settled_before", context, accept=accept))
    shown = ", ".join(unsettled[:20]) + (" …" if len(unsettled) > 20 else "")
    return failed(f"{reason}. Not settled are {len(unsettled)}: {shown}", "\n".join([evidence, *unsettled]))

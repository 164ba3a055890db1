# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the version that is requested or runs: supported, offered, and in a permitted order with the conductor.

Whether there is an upgrade path to it is checked in ``upgrade_path``.
"""

from __future__ import annotations

from ..pcli.errors import DeviceError
from ..software.counts import counted
from ..software.node_id import NodeId
from ..software.path_rules import NO_COMMAND, has_no_command
from ..software.versions import Version, satisfies, spelled, try_parse
from .check_context import CheckContext, running_version
from .registry import Finding, check, failed, passed, skipped, warned
from .upgrade_path import RULE, findings_of, reason_and_evidence


@check("is_conductor", "The session is on a conductor: a router knows no assets.", stages=("pre",), per="authority")
def is_conductor(context: CheckContext) -> Finding:
    try:
        assets = context.authority.assets
    except DeviceError as error:
        if not error.conductor_only:
            raise
        return failed(
            f"{context.target} is a router, not a conductor. The hosts of ssr_conductors must be the conductor's own "
            "nodes: check ansible_host",
            error.words,
        )
    return passed(f"it lists {counted(len(assets), 'asset')}")


@check(
    "release_supported",
    "The conductor runs 6.0 or newer: older ones have no upgrade command.",
    stages=("pre",),
    per="authority",
)
def release_supported(context: CheckContext) -> Finding:
    release = context.authority.local_facts.release
    if has_no_command(release):
        return failed(f"the conductor runs {spelled(release.text)}; {NO_COMMAND}")
    return passed(f"it runs {spelled(release.text)}")


@check(
    "rights",
    "This account may run the lifecycle commands (capability provisioning).",
    stages=("pre",),
    per="authority",
)
def rights(context: CheckContext) -> Finding:
    targets = context.authority.targets
    own = not targets or any(context.authority.kind(target.router) == "conductor" for target in targets)
    try:
        offered = context.conductor.usage("upgrade") if own else context.conductor.usage("upgrade", own=False)
    except DeviceError as error:
        return failed(
            f"this account may not run the upgrade command, or this release has none ({error.words}). It needs a role "
            "with the capability 'provisioning'",
            error.words,
        )
    if offered is None:
        return warned("the upgrade command prints no usage; its arguments are taken from the documentation")
    return passed(f"the upgrade command offers: {', '.join(sorted(offered))}")


@check(
    "version_offered",
    "The requested version is offered to this node, or a node of the pair runs it.",
    stages=("pre",),
    applies=("conductor",),
    per="router",
)
def version_offered(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    for node, asset in context.pair.items():
        if asset.version and satisfies(asset.version, context.wanted):
            return passed(f"it runs on {node} already")
    return _offered(context)


def _offered(context: CheckContext) -> Finding:
    offered = context.authority.local_facts.available
    fitting = [text for text in offered if _fits(text, context.wanted)]
    if fitting:
        return passed(f"offered as {', '.join(fitting)}")
    return failed(
        f"{spelled(context.wanted.text)} is not offered; offered are: {', '.join(offered) or 'none'}. Import its "
        "image, or check the repositories of this node",
        "\n".join(offered),
    )


def _fits(text: str, wanted: Version) -> bool:
    """True if this may be the requested version: a list may show less of it (SSR-7.1.0-50 for 7.1.0-50.r1.el9)."""
    version = try_parse(text)
    return version is not None and satisfies(version, wanted) is not False


@check(
    "version_available",
    "The requested version is on every node of the router, or the conductor runs it or is offered it.",
    stages=("pre",),
    applies=("router",),
    per="router",
)
def version_available(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    wanted, downloads = context.wanted, context.authority.downloads or {}  # of a node without a row nothing is known
    missing = []
    for node, asset in context.pair.items():
        row = downloads.get(NodeId(context.router, node))
        runs = asset.version is not None and satisfies(asset.version, wanted) is True
        if not runs and not any(_fits(text, wanted) for text in (row.downloaded if row else ())):
            missing.append(node)
    if not missing:
        return passed("it is on every node already")
    own = context.authority.local_facts.version
    if own and own.version and satisfies(own.version, wanted):
        return passed(f"the conductor runs {spelled(own.text)}; {', '.join(missing)} must download it first")
    # The column Available of 'show assets software' (CLI-6.0) shows it for the node itself, also on older releases.
    rows = {node: downloads.get(NodeId(context.router, node)) for node in missing}
    if all(row and any(_fits(text, wanted) for text in row.available) for row in rows.values()):
        return passed(f"it is offered to {', '.join(missing)}, which must download it first")
    offered = _offered(context)
    if offered.state == "pass":
        return passed(f"{offered.reason} to the conductor; {', '.join(missing)} must download it first")
    unavailable = [node for node, row in rows.items() if row is None]
    if unavailable:
        return warned(
            f"whether {spelled(wanted.text)} is on {', '.join(unavailable)} could not be determined ('show assets "
            "software' is not printed, or cannot be read), and the conductor neither runs it nor is offered it. The "
            "upgrade is refused where it is not there: import its image on every conductor node, or check the "
            "repositories",
            offered.evidence,
            undetermined=True,
        )
    return failed(
        f"{spelled(wanted.text)} is not on {', '.join(missing)}, and the conductor neither runs it nor is offered it. "
        "Import its image on every conductor node, or check the repositories",
        offered.evidence,
    )


@check("not_older", "The requested version is not older than what this node runs.", stages=("pre",))
def not_older(context: CheckContext) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    running = running_version(context)
    if running is None:
        return skipped("the conductor does not show what it runs")
    if satisfies(running, context.wanted) or context.wanted >= running:
        return passed(f"{spelled(running.text)} to {spelled(context.wanted.text)}")
    back = "use the revert playbook for the previous version"
    if context.kind == "router":
        back = "use software_revert for the previous version, or software_downgrade"
    versions = f"{spelled(context.wanted.text)} is older than {spelled(running.text)}"
    return failed(f"{versions}, which runs. An upgrade never goes back; {back}")


@check(
    "conductor_not_older",
    "The conductor's release is not older than the one that is requested for the router: major.minor.patch counts.",
    stages=("pre",),
    applies=("router",),
    per="router",
    parameters={"rule": RULE},
)
def conductor_not_older(context: CheckContext, rule: str | None = None) -> Finding:
    if context.wanted is None:
        return skipped("no version was requested")
    findings = findings_of("conductor_not_older", context, rule, always=True)
    if findings:
        return failed(*reason_and_evidence(findings))
    return passed(f"the conductor runs {spelled(context.authority.local_facts.release.text)}")

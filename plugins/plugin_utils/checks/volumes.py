# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the two volumes of an image-based node: which boots next, and what an upgrade overwrites (rule 39).

Only a draft of upgrade_restricted_access shows them, so a node that prints nothing of the kind passes as skipped.
"""

from __future__ import annotations

from ..software.system import NodeVersion
from ..software.versions import satisfies, spelled
from .check_context import CheckContext
from .registry import Finding, check, failed, passed, skipped, warned


@check(
    "boot_volume",
    "The next boot of this node starts what runs now, where it prints its volumes; what lies on the other one is "
    "named, since an upgrade overwrites it.",
    stages=("pre",),
    since=(6, 3, 0),
    probes_target=True,
)
def boot_volume(context: CheckContext) -> Finding:
    asset = context.pair.get(context.node)
    if asset is not None and asset.install_type == "package":
        return skipped("it is package-based, and has no volumes")
    node_version = context.conductor.volumes_of(context.router, context.node)
    if node_version is None or not node_version.prints_volumes:
        return skipped("it does not print which volume boots next, nor what lies on the other one")
    evidence = _evidence(node_version)
    if None in (node_version.volume, node_version.selected_volume):
        return skipped(f"it does not print which volume boots next. {_overwritten(node_version)}", evidence)
    prepared = node_version.prepared
    if prepared is None:
        return passed(f"volume {node_version.volume} runs and boots next. {_overwritten(node_version)}", evidence)
    if context.ours:
        return warned(f"{prepared}, and {context.ours}: it is resumed", evidence)
    if context.wanted and node_version.version and satisfies(node_version.version, context.wanted):
        return warned(f"{prepared}: somebody has prepared a change, and this node runs the requested version", evidence)
    return failed(f"{prepared}: somebody has prepared a change. {node_version.how_to_settle}", evidence)


def _overwritten(node_version: NodeVersion) -> str:
    """What an upgrade overwrites, and where a revert after it leads."""
    if node_version.idle is None:
        return "What lies on the other volume is not printed"
    runs = spelled(node_version.text) or "what runs now"
    volume = f"volume {node_version.idle.volume}" if node_version.idle.volume else "the other volume"
    lies = f"{spelled(node_version.idle.version_text) or 'nothing that has a version'} lies on {volume}"
    return f"{lies[:1].upper()}{lies[1:]} and is lost with an upgrade; a revert after it leads back to {runs}"


def _evidence(node_version: NodeVersion) -> str:
    idle = node_version.idle
    rows = [f"running: {node_version.text or 'not printed'}, volume {node_version.volume or 'not printed'}"]
    rows.append(f"selected for the next boot: {node_version.selected_volume or 'not printed'}")
    if idle:
        shown = idle.version_text or "no version"
        rows.append(f"idle: {shown} ({idle.status or 'no status'}), volume {idle.volume or 'not printed'}")
    return "\n".join(rows)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the two volumes of an image-based node: what boots next, and what an upgrade takes the place of (rule 39).

Only a draft of upgrade_restricted_access shows them, so a node that prints nothing of the kind is no finding.
"""

from __future__ import annotations

from ..software.system import NodeVersion
from ..software.versions import satisfies
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned


@check(
    "boot_volume",
    "The next boot of this node starts what runs now, where it tells of its volumes; what lies on the other one is "
    "told, since an upgrade takes its place.",
    stages=("pre",),
    since=(6, 3, 0),
    probes_target=True,
)
def boot_volume(context: Context) -> Finding:
    asset = context.pair.get(context.node)
    if asset is not None and asset.install_type == "package":
        return skipped("it is package-based, and has no volumes")
    told = context.conductor.volumes_of(context.router, context.node)
    if told is None or not told.prints_volumes:
        return skipped("it does not print which volume boots next, nor what lies on the other one")
    evidence = _evidence(told)
    if None in (told.volume, told.selected_volume):
        return skipped(f"it does not print which volume boots next. {_lost(told)}", evidence)
    prepared = told.prepared
    if prepared is None:
        return passed(f"volume {told.volume} runs and boots next. {_lost(told)}", evidence)
    if context.ours:
        return warned(f"{prepared}, and {context.ours}: it is taken up again", evidence)
    if context.wanted and told.version and satisfies(told.version, context.wanted):
        return warned(f"{prepared}: somebody has prepared a change, and this node runs the wanted version", evidence)
    return failed(f"{prepared}: somebody has prepared a change. {told.how_to_settle}", evidence)


def _lost(told: NodeVersion) -> str:
    """What an upgrade costs, and where a revert after it leads."""
    if told.idle is None:
        return "What lies on the other volume is not printed"
    runs = told.text or "what runs now"
    volume = f"volume {told.idle.volume}" if told.idle.volume else "the other volume"
    lies = f"{told.idle.version_text or 'nothing that has a version'} lies on {volume}"
    return f"{lies[:1].upper()}{lies[1:]} and is lost with an upgrade; a revert after it leads back to {runs}"


def _evidence(told: NodeVersion) -> str:
    idle = told.idle
    rows = [f"running: {told.text or 'not printed'}, volume {told.volume or 'not printed'}"]
    rows.append(f"selected for the next boot: {told.selected_volume or 'not printed'}")
    if idle:
        shown = idle.version_text or "no version"
        rows.append(f"idle: {shown} ({idle.status or 'no status'}), volume {idle.volume or 'not printed'}")
    return "\n".join(rows)

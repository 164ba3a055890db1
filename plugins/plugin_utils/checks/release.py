# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the wish: is this release supported, offered, and not older than what runs?"""

from __future__ import annotations

from ..pcli.errors import DeviceError
from ..software.versions import Version, satisfies, try_parse
from .context import Context
from .registry import Finding, check, failed, passed, skipped, warned

_OLDEST = Version(6, 0, 0)


@check("is_conductor", "The session is on a conductor: a router knows no assets.", stages=("pre",))
def is_conductor(context: Context) -> Finding:
    try:
        found = context.assets
    except DeviceError as error:
        if not error.conductor_only:
            raise
        return failed(
            f"{context.target} is a router, not a conductor. The hosts of ssr_conductors must be the conductor's own "
            "nodes: check ansible_host",
            error.words,
        )
    return passed(f"it lists {len(found)} assets")


@check("release_supported", "The conductor runs 6.0 or newer: older ones have no upgrade command.", stages=("pre",))
def release_supported(context: Context) -> Finding:
    if context.release < _OLDEST:
        return failed(
            f"the conductor runs {context.release.text}; conductors below 6.0 have no upgrade command in the PCLI. "
            "Upgrade it with the vendor's installer first"
        )
    return passed(f"it runs {context.release.text}")


@check("rights", "This account may run the lifecycle commands (capability provisioning).", stages=("pre",))
def rights(context: Context) -> Finding:
    try:
        offered = context.conductor.usage("upgrade")
    except DeviceError as error:
        return failed(
            f"this account may not run the upgrade command, or this release has none ({error.words}). It needs a role "
            "with the capability 'provisioning'",
            error.words,
        )
    if offered is None:
        return warned("the upgrade command prints no usage here; its arguments are taken from the documentation")
    return passed(f"the upgrade command offers: {', '.join(sorted(offered))}")


@check("version_offered", "The wanted version is offered to this node, or a node of the pair runs it.", stages=("pre",))
def version_offered(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    for node, asset in context.pair.items():
        if asset.version and satisfies(asset.version, context.wanted):
            return passed(f"{node} runs it already")
    offered = context.conductor.available()
    versions = [(text, try_parse(text)) for text in offered]
    # The list may show less of a version than the wish holds (SSR-7.1.0-50 for 7.1.0-50.r1.el9).
    fitting = [text for text, one in versions if one and satisfies(one, context.wanted) is not False]
    if fitting:
        return passed(f"offered as {', '.join(fitting)}")
    return failed(
        f"{context.wanted.text} is not offered; offered are: {', '.join(offered) or 'none'}. Import its image, or "
        "check the repositories of this node",
        "\n".join(offered),
    )


@check("not_older", "The wanted version is not older than what this node runs.", stages=("pre",))
def not_older(context: Context) -> Finding:
    if context.wanted is None:
        return skipped("no version was asked for")
    if satisfies(context.release, context.wanted) or context.wanted >= context.release:
        return passed(f"{context.release.text} to {context.wanted.text}")
    return failed(
        f"{context.wanted.text} is older than {context.release.text}, which runs. An upgrade never goes back; use the "
        "revert playbook for the version from before"
    )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses an upgrade request by its options and by what the nodes run, before anything is changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..software.path_rules import NO_COMMAND, has_no_command
from ..software.targets import Target
from ..software.versions import Version, satisfies, spelled
from .sequencing import POLICIES, Sequencing


@dataclass(frozen=True)
class RequestOptions:
    """What of a user's options bears on whether a request may be sent at all."""

    version: Version
    simultaneous: bool = False
    skip_package_transfer: bool = False
    sequencing: str = "node"


def refuse(
    target: Target,
    options: RequestOptions,
    running: dict[str, Version | None],
    types: dict[str, str | None],
    conductor: str,
) -> str | None:
    """Why this target must not be touched, as a sentence; None where nothing is against it.

    ``running`` and ``types`` are by node; ``conductor`` is the conductor's own router.
    """
    policy = POLICIES[options.sequencing]
    if target.router == conductor and (reason := _against_conductor(target, options, policy)):
        return reason
    for node in target.nodes:
        if reason := _against_node(node, options, running.get(node), types.get(node)):
            return reason
        if target.router == conductor and has_no_command(running.get(node)):
            return f"{node} runs {spelled(running[node].text)}; {NO_COMMAND}"
    since = policy.since
    below = [node for node in target.nodes if since and running.get(node) and running[node] < since]
    if below:
        return (
            f"{below[0]} runs {spelled(running[below[0]].text)}; the vendor's own sequencing exists from 6.3 on. "
            "Upgrade node by node, each through its own session"
        )
    return None


def _against_conductor(target: Target, options: RequestOptions, policy: Sequencing) -> str | None:
    """Both nodes of a conductor are never down at once, and the first is verified before the second."""
    if options.simultaneous:
        return (
            "simultaneous is refused for a conductor: with both nodes down at once nobody would see what happens to "
            "the authority. Leave it out; the nodes are upgraded one after the other"
        )
    if len(target.nodes) > 1 and policy.by_node:
        return (
            "both nodes of a conductor are not upgraded by one task, since the pair must be proven well between them. "
            "Name one node and run this through the role conductor_upgrade, or set sequencing to vendor"
        )
    return None


def _against_node(node: str, options: RequestOptions, version: Version | None, install_type: str | None) -> str | None:
    """An upgrade never goes back, and a package-based node needs its packages."""
    if version is not None and not satisfies(version, options.version) and options.version < version:
        requested, running = spelled(options.version.text), spelled(version.text)
        return (
            f"version {requested} is older than {running}, which {node} runs. An upgrade never goes back: name a "
            "version that is not older, or use software_revert for the version from before"
        )
    if options.skip_package_transfer and install_type == "package":
        return f"skip_package_transfer is only for image-based systems, and {node} is package-based. Leave it out"
    return None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a user names to what may be sent: targets, and the rules that refuse before anything is changed. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from ..software.assets import Asset
from ..software.names import check_word
from ..software.paths import NO_COMMAND, exceeds, has_no_command
from ..software.versions import Version, satisfies

#: What to do by hand where a node runs a release without a revert command (the documentation's page on rollback).
WAY_BACK_BELOW_63 = (
    "A node that runs a release below 6.3 has no revert command: its way back is the vendor's installer on the node "
    "itself ('sudo systemctl stop salt-minion', then 'sudo install128t' and Roll Back)."
)


class TargetError(ValueError):
    """A target or an option that cannot be what the user meant. Its text names the field and what is accepted."""


@dataclass(frozen=True)
class Target:
    """A router and those of its nodes that are meant, in order. ``whole``: all of them, the router was named alone."""

    router: str
    nodes: tuple[str, ...]
    whole: bool

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(router, node) of each node."""
        return tuple((self.router, node) for node in self.nodes)


def resolve_targets(raw: Sequence[object], assets: Sequence[Asset], here: tuple[str, str]) -> list[Target]:
    """What ``targets`` means, in its order. The session's own node counts as known even if no asset lists it.

    Raises TargetError for an empty list, an unknown router or node, and a router that is named twice.
    """
    known: dict[str, list[str]] = {here[0]: []}
    for asset in assets:
        if asset.router and asset.node:
            known.setdefault(asset.router, []).append(asset.node)
    if here[1] not in known[here[0]]:
        known[here[0]].append(here[1])
    if not raw:
        raise TargetError("targets is empty. Name routers, or mappings of router and node.")
    targets = [_resolve(entry, known) for entry in raw]
    places = [place for target in targets for place in target.places]
    for place in places:
        if places.count(place) > 1:
            raise TargetError(f"targets names node {place[1]} of router {place[0]} more than once.")
    return targets


def _resolve(entry: object, known: dict[str, list[str]]) -> Target:
    if isinstance(entry, str):
        entry = {"router": entry}
    if not isinstance(entry, dict) or not set(entry) <= {"router", "node"} or "router" not in entry:
        raise TargetError(
            f"targets holds {entry!r}. Give the name of a router as text, or a mapping of 'router' and 'node'."
        )
    router = check_word(entry["router"], "router")
    if router not in known:
        raise TargetError(f"The conductor knows no router '{router}'.{_close(router, list(known))}")
    if entry.get("node") is None:
        return Target(router, tuple(dict.fromkeys(known[router])), True)
    node = check_word(entry["node"], "node")
    if node not in known[router]:
        raise TargetError(f"Router {router} has no node '{node}'; it has: {', '.join(known[router])}.")
    return Target(router, (node,), False)


def _close(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 3)
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return f" It knows: {', '.join(sorted(known)[:20])}{' …' if len(known) > 20 else ''}."


@dataclass(frozen=True)
class Wishes:
    """What of a user's options bears on whether a request may be sent at all."""

    version: Version
    simultaneous: bool = False
    skip_package_transfer: bool = False
    sequencing: str = "node"


def refuse(
    target: Target, wishes: Wishes, running: dict[str, Version | None], types: dict[str, str | None], conductor: str
) -> str | None:
    """Why this target must not be touched, as a sentence; None where nothing is against it.

    ``running`` and ``types`` are by node; ``conductor`` is the conductor's own router.
    """
    if target.router == conductor and wishes.simultaneous:
        return (
            "simultaneous is refused for a conductor: with both nodes down at once nobody would see what happens to "
            "the authority. Leave it out; the nodes are upgraded one after the other"
        )
    if target.router == conductor and len(target.nodes) > 1 and wishes.sequencing == "node":
        return (
            "both nodes of a conductor are not upgraded by one task, since the pair must be proven well between them. "
            "Name one node and run this through the role conductor_upgrade, or set sequencing to vendor"
        )
    for node in target.nodes:
        version = running.get(node)
        if version is not None and not satisfies(version, wishes.version) and wishes.version < version:
            return (
                f"version {wishes.version.text} is older than {version.text}, which {node} runs. An upgrade never goes "
                "back: name a version that is not older, or use software_revert for the version from before"
            )
        if wishes.skip_package_transfer and types.get(node) == "package":
            return f"skip_package_transfer is only for image-based systems, and {node} is package-based. Leave it out"
        if target.router == conductor and has_no_command(version):
            return f"{node} runs {version.text}; {NO_COMMAND}"
    below = [node for node in target.nodes if running.get(node) and running[node] < Version(6, 3, 0)]
    if below and wishes.sequencing == "vendor":
        return (
            f"{below[0]} runs {running[below[0]].text}; the vendor's own sequencing exists from 6.3 on. Upgrade node "
            "by node, each through its own session"
        )
    return None


@dataclass(frozen=True)
class RevertCase:
    """What rule 20 asks of a node before a revert may be sent to it."""

    accepted: bool
    answers: bool
    operation: str | None
    running: Version | None
    upgraded_to: Version | None
    before: Version | None


def revert_refused(case: RevertCase) -> str | None:
    """Why a revert must not be sent (rule 20), as a sentence; None where it may be."""
    if not case.accepted:
        return "this run's upgrade was not accepted there, so there is nothing of ours to take back"
    if not case.answers:
        return "the node does not answer"
    if case.operation:
        return f"an operation runs on it ({case.operation})"
    if case.before is None or case.upgraded_to is None:
        return "it is not recorded what the node ran before"
    proven = satisfies(case.running, case.upgraded_to) if case.running else False
    if proven is None:  # its text shows less than the wish holds: proof only if it shows something else than before
        proven = case.running.release != case.before.release
    if not proven:
        running = case.running.text if case.running else "an unreadable version"
        way = f". {WAY_BACK_BELOW_63}" if case.running and case.running < Version(6, 3, 0) else ""
        return f"it runs {running}, not the version of the upgrade, so there is nothing to revert{way}"
    if case.before == case.upgraded_to:
        return "it ran this version before the upgrade already"
    return None


def local_fault(entry: dict, health: dict | None) -> str | None:
    """What is bad about the node itself (rule 21), from the results of its upgrade and its health check; else None.

    Only that reverts by default: its service is down, or its own health check failed in clear words.
    """
    if entry.get("local_fault"):
        return entry.get("reason")
    for check in (health or {}).get("checks") or []:
        local = check.get("name") in ("service_running", "vendor_health_check")
        # A check that could not be made says nothing about the node.
        if local and check.get("state") == "fail" and "could not be told" not in check.get("reason", "").lower():
            return check.get("reason")
    return None


def newer_routers(assets: Sequence[Asset], conductor: str, back_to: Version) -> list[Asset]:
    """The router nodes that run a newer release than a conductor would go back to (rule 14)."""
    return [one for one in assets if one.router != conductor and one.version and exceeds(one.version, back_to)]

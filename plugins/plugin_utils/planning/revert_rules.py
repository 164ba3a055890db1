# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether a node may be reverted (rule 20). Pure.

Also what is a fault of its own, and what the revert of a conductor would leave behind. When a node is reverted is
decided in ``router_upgrade``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..software.assets import Asset
from ..software.path_rules import exceeds
from ..software.versions import Version, parse, satisfies, spelled

#: Why a node is not reverted.
NOT_ACCEPTED = "this run's upgrade was not accepted there, so there is nothing to revert"
NO_LOCAL_FAULT = "no check proves a fault of the node itself"

#: The first release with a command that reverts a node.
BELOW_63 = Version(6, 3, 0)

#: What to do by hand where a node runs a release without a revert command (the documentation's page on rollback).
ROLLBACK_BELOW_63 = (
    "A node that runs a release below 6.3 has no revert command: it is rolled back with the vendor's installer on the "
    "node itself ('sudo systemctl stop salt-minion', then 'sudo install128t' and Roll Back)."
)


@dataclass(frozen=True)
class RevertCase:
    """What rule 20 asks of a node before a revert may be sent to it.

    ``not_now``: why the gate lets no revert leave at this moment; None: it does.
    """

    accepted: bool
    not_now: str | None
    running: Version | None
    upgraded_to: Version | None
    before: Version | None


def revert_refused(case: RevertCase) -> str | None:
    """Why a revert must not be sent (rule 20), as a sentence; None where it may be."""
    if not case.accepted:
        return NOT_ACCEPTED
    if case.not_now:
        return case.not_now
    if case.before is None or case.upgraded_to is None:
        return "it is not recorded what the node ran before"
    proven = satisfies(case.running, case.upgraded_to) if case.running else False
    if proven is None:  # its text shows less than was requested: proof only if it differs from before
        proven = case.running.release != case.before.release
    if not proven:
        running = case.running.text if case.running else "an unreadable version"
        way = f". {ROLLBACK_BELOW_63}" if case.running and case.running < BELOW_63 else ""
        return f"it runs {spelled(running)}, not the version of the upgrade, so there is nothing to revert{way}"
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
        if local and check.get("state") == "fail" and not check.get("undetermined"):
            return check.get("reason")
    return None


def forbids_newer_routers(assets: Sequence[Asset], conductor: str, back_to: str) -> str | None:
    """Why a conductor must not go back to a version: routers run something newer (rule 14). None if none does."""
    newer = newer_routers(assets, conductor, parse(back_to))
    if not newer:
        return None
    names = ", ".join(f"{asset.node}.{asset.router} ({spelled(asset.version_text)})" for asset in newer[:10])
    back = spelled(back_to)
    return f"routers run something newer than {back}, and a conductor must never be older than they are: {names}"


def newer_routers(assets: Sequence[Asset], conductor: str, back_to: Version) -> list[Asset]:
    """The router nodes that run a newer release than a conductor would go back to (rule 14)."""
    return [
        asset for asset in assets if asset.router != conductor and asset.version and exceeds(asset.version, back_to)
    ]

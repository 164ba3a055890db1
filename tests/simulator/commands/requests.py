# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`request system software …` and its relatives.

Grammar and help texts: CLI-6.0, CLI-6.3, CLI-7.2 and `upgrade_ibu_conductor`. What these commands print, and the words
of their questions and refusals, is not public: all such texts here are invented.
"""

from __future__ import annotations

from typing import Any

from ..admission import check, idle, left_to_do, refused_by_fault, release_of, split, targets
from ..answer import Answer, Refused, plain
from ..grammar import MODERN, command
from ..layout import Column, table
from ..operations import Job
from ..releases import Release
from ..selection import fan_out, nodes
from ..world import Node

WHERE = "[{router <router> | resource-group <resource-group>}]"
_LOCAL = "version <version>"
_HELPS = {
    "cohort-id": "Assign a cohort ID to the operation.",
    "force": "Skip confirmation prompt.",
    "no-revert": "Disable the automatic reversion if the upgrade fails.",
    "node": "The name of the node",
    "resource-group": "The name of the resource group",
    "router": "The router on which to upgrade SSR software (default: Conductor)",
    "sequenced": "Download software on only one node of an HA router at a time to allow the second node to download "
    "the software from the first. Only valid when targeting a router.",
    "simultaneous": "Upgrade both nodes in an HA router at the same time to maximize speed but interrupt service. Only "
    "valid when targeting a router.",
    "skip-health-check": "Skip the post upgrade health check, which reverts to the previous version upon failure.",
    "skip-package-transfer": "Don't transfer any packages installed on top of the current SSR ISO to the new SSR ISO. "
    "Only valid for image based systems.",
    "skip-post-health-check": "Skip the post upgrade health check, which reverts to the previous version upon failure.",
    "skip-pre-check": "Skip the pre upgrade health check, which prevents the upgrade from starting upon failure.",
    "skip-pre-health-check": "Skip the pre upgrade health check, which prevents the upgrade from starting upon "
    "failure.",
    "version": "The targeted upgrade version.",
}
_ALSO = {
    "request system software downgrade": "Downgrade to a new version of the SSR.",
    "request system software download": "Download a new version of the SSR.",
    "request system software health-check": "Perform a health check of an SSR.",
    "request system software revert": "Revert to a previous version of the SSR.",
}
_SKIPS = {
    "skip-pre-check": "skip_pre",
    "skip-pre-health-check": "skip_pre",
    "skip-health-check": "skip_post",
    "skip-post-health-check": "skip_post",
    "no-revert": "no_revert",
    "simultaneous": "simultaneous",
    "sequenced": "sequenced",
    "skip-package-transfer": "skip_packages",
}


def _upgrade_usage(shell: Any) -> str:
    dialect = shell.scenario.dialect
    names = {
        "check": "[skip-pre-check] [skip-health-check]",
        "health-check": "[skip-pre-health-check] [skip-post-health-check]",
    }[dialect.skip_names]
    no_revert = shell.generation == "7.x" if dialect.no_revert is None else dialect.no_revert
    middle = f"{names} [no-revert]" if no_revert else names
    front = f"{WHERE} [simultaneous] [skip-package-transfer] {middle}"
    return f"{front} [cohort-id <cohort-id>] [force] [node <node>] version <version>"


def _downgrade_usage(shell: Any) -> str | None:
    """Announced by the notes of 6.3.3 (I95-51685, I95-59054); the help quoted for 6.3.0 names it all the same."""
    available = shell.scenario.dialect.downgrade
    if available is None:
        available = shell.node.release.key[:3] >= (6, 3, 3)
    return _upgrade_usage(shell) if available else None


COMMON: dict[str, Any] = {"capability": "provisioning", "admin": True, "helps": _HELPS, "also": _ALSO}
_UPGRADE = {"pre-6.3": _LOCAL, "6.3": _upgrade_usage, "7.x": _upgrade_usage}
_DOWNLOAD = {
    "pre-6.3": _LOCAL,
    "6.3": f"{WHERE} [cohort-id <cohort-id>] [skip-version-check] [force] [node <node>] version <version>",
    "7.x": f"{WHERE} [cohort-id <cohort-id>] [sequenced] [force] [node <node>] version <version>",
}


# --- the commands -------------------------------------------------------------------------------------------------


def in_its_form(shell: Any, kind: str, args: dict[str, Any], refusal: Refused) -> Answer:
    """A refusal as a sentence, or in the documented table of the targets that failed. Raises Refused for the former."""
    if shell.habits["refusals"] == "sentence":
        raise refusal
    router = shell.world.routers.get(str(args.get("router", shell.node.router.name)))
    members = [node for node in router.nodes if args.get("node") in (None, "all", node.name)] if router else []
    targets = [node.node_id for node in members] or [str(args.get("router", args.get("resource-group", "all")))]
    columns = [Column("Target"), Column("Message")]
    lines = table(columns, [[target, str(refusal)] for target in targets], shell.terminal.width, shell.style.wrap)
    count = len(targets)
    failed = f"{count} {'target' if count == 1 else 'targets'} failed, 0 targets are disconnected, and 0 succeeded."
    return Answer(
        [*lines, "", f"Failed to start software {kind}. {failed}"],
        f"Starting software {kind} 0/{count} targets complete...",
        mark="fail",
        frame=False,
    )


def _request(kind: str) -> Any:
    def handle(shell: Any, args: dict[str, Any]) -> Answer | None:
        try:
            return ask(shell, args)
        except Refused as refusal:
            return in_its_form(shell, kind, args, refusal)

    def ask(shell: Any, args: dict[str, Any]) -> Answer | None:
        with shell.world.lock:
            chosen, away = split(shell, targets(shell, args))
            release = release_of(shell, args["version"]) if "version" in args else None
            check(shell, kind, release, chosen, args)
        if not args.get("force") and not shell.confirm(question_for(shell, kind, release, chosen), kind):
            return None
        with shell.world.lock:
            # Somebody else may have been quicker while the question stood there.
            idle(chosen, shell)
            refused_by_fault(shell, kind, chosen)
            options = {word for name, word in _SKIPS.items() if args.get(name)}
            job = shell.lifecycle.begin(
                kind, left_to_do(kind, chosen, release), release, options, shell.user.name, shell.node.node_id
            )
        return accepted(shell, job, away)

    return handle


def question_for(shell: Any, kind: str, release: Release | None, chosen: list[Node]) -> str:
    """In one of the three ways in which known questions begin: as of `commit`, `import iso` and `show alarms`."""
    if shell.habits["request_wording"] == "intensive":
        return "This command is resource intensive and can take a while. Are you sure?"
    if shell.habits["request_wording"] == "continue":
        return f"WARNING: Targeting router '{chosen[0].router.name}' may interrupt service. Continue anyway?"
    node_ids = ", ".join(node.node_id for node in chosen[:4]) + (f" and {len(chosen) - 4} more" if chosen[4:] else "")
    version = f" to version {release.offered}" if release else ""
    if kind in ("download", "delete") and release:
        where = "on" if kind == "download" else "from"
        return f"Are you sure you want to {kind} version {release.offered} {where} {node_ids}?"
    return f"Are you sure you want to {kind} {node_ids}{version}?"


def accepted(shell: Any, job: Job, away: list[Node] | None = None) -> Answer | None:
    """What an accepted request prints; `away` are the nodes that it did not reach."""
    count = len(job.operations)
    started = f"Starting software {job.kind} {count}/{count} targets complete..."
    if shell.scenario.behaviour.request_mode == "blocks":
        return _follow(shell, job)
    if away:
        reached = [operation.node for operation in job.operations]
        return fan_out(shell, f"software {job.kind}", reached + away, [], "start")
    layout = shell.style.accept_layout
    if layout == "none":
        return None
    if layout == "mark":
        return Answer([], started, frame=False)
    node_ids = ", ".join(operation.node.node_id for operation in job.operations)
    return plain(f"Software {job.kind} has been started on {node_ids}.")


def _follow(shell: Any, job: Job) -> Answer:
    """The prompt comes back when the operation has ended. A node that restarts itself cuts its own session."""
    shown_phases: dict[str, str] = {}

    def moved() -> bool:
        return job.over or any(
            shown_phases.get(operation.node.node_id) != operation.phase for operation in job.operations
        )

    while not job.over:
        shell.wait_for(moved, job.watchers)
        for operation in list(job.operations):
            if shown_phases.get(operation.node.node_id) != operation.phase:
                shown_phases[operation.node.node_id] = operation.phase
                shell.say(f"{operation.node.node_id}: {operation.phase}...")
    bad = [operation for operation in job.operations if operation.state != "completed"]
    if bad:
        raise Refused(bad[0].detail or f"software {job.kind} of {bad[0].node.node_id} failed")
    return plain(f"Software {job.kind} completed.")


command("request system software upgrade", _UPGRADE, **COMMON)(_request("upgrade"))
command("request system software downgrade", dict.fromkeys(MODERN, _downgrade_usage), **COMMON)(_request("downgrade"))
command("request system software download", _DOWNLOAD, **COMMON)(_request("download"))
command(
    "request system software revert",
    f"{WHERE} [simultaneous] [cohort-id <cohort-id>] [force] [node <node>]",
    only=MODERN,
    **COMMON,
)(_request("revert"))


@command(
    "request system software download pause",
    f"{WHERE} [force] [node <node>] version <version>",
    only=("7.x",),
    **COMMON,
)
def pause_download(shell: Any, args: dict[str, Any]) -> Answer | None:
    with shell.world.lock:
        release = release_of(shell, args["version"])
        chosen = nodes(shell, args)
    question = f"Are you sure you want to pause the download of version {release.offered}?"
    if not args.get("force") and not shell.confirm(question, "pause"):
        return None
    with shell.world.lock:
        paused = [node for node in chosen if shell.lifecycle.downloads.pause(node, release)]
    if not paused:
        raise Refused(f"No download of {release.offered} is in progress")
    return Answer([], f"Pausing download {len(paused)}/{len(paused)} targets complete...", frame=False)


@command(
    "delete system software",
    {
        "pre-6.3": _LOCAL,
        "6.3": f"{WHERE} [force] [node <node>] version <version>",
        "7.x": f"{WHERE} [force] [node <node>] version <version>",
    },
    **COMMON,
)
def delete_software(shell: Any, args: dict[str, Any]) -> Answer | None:
    with shell.world.lock:
        release = release_of(shell, args["version"])
        chosen = targets(shell, args)
    question = question_for(shell, "delete", release, chosen)
    if not args.get("force") and not shell.confirm(question, "delete"):
        return None
    with shell.world.lock:
        gone = [node for node in chosen if shell.lifecycle.downloads.cancel(node, release)]
    if not gone:
        raise Refused(f"Version {release.offered} is not downloaded")
    return Answer([], f"Deleting software {len(gone)}/{len(gone)} targets complete...", frame=False)


@command(
    "request system software upgrade installation-service",
    f"{WHERE} [version <version>] [force] [node <node>]",
    only=MODERN,
    **COMMON,
)
def upgrade_installer(shell: Any, args: dict[str, Any]) -> Answer | None:
    with shell.world.lock:
        chosen = nodes(shell, args)
    if not args.get("force") and not shell.confirm(
        "Are you sure you want to upgrade the installation service?", "upgrade"
    ):
        return None
    shell.sleep(max(shell.world.lasting("installer", node) for node in chosen))
    with shell.world.lock:
        for node in chosen:
            node.installer_updated = True
    shell.world.journal.add("installation_service", nodes=[node.node_id for node in chosen])
    return Answer([], f"Upgrading installation service {len(chosen)}/{len(chosen)} targets complete...", frame=False)

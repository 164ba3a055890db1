# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration: export, import, validate, compare, commit, `show config …`. Texts: CLI-6.0, CLI-5.x."""

from __future__ import annotations

import re
from typing import Any

from ..answer import Answer, Refused, plain
from ..configuration import indented, problems, unpack, with_suffix
from ..files import EXPORTS
from ..grammar import command
from ..layout import Column, table
from ..selection import nodes, routers

_READ: dict[str, Any] = {"capability": "config-read"}
_WRITE: dict[str, Any] = {"capability": "config-write", "admin": True}
_NAME = re.compile(r"^[A-Za-z0-9._-]+$")


# --- exports ------------------------------------------------------------------------------------------------------


@command("export config", "<datastore> <export-name>", admin=True, **_READ)
def export_config(shell: Any, args: dict[str, Any]) -> Answer:
    return plain(f"Successfully exported configuration: {export_named(shell, args['export-name'], args['datastore'])}")


def export_named(shell: Any, name: str, datastore: str) -> str:
    """Write an export on the node of `shell`, a login or a caller of the API; its path. Raises Refused."""
    if datastore not in ("running", "candidate"):
        raise Refused(f"invalid datastore '{datastore}'")
    if not _NAME.match(name):
        raise Refused(f"invalid export name '{name}': only alphanumerics and '.', '-', '_' are allowed")
    world = shell.world
    with world.lock:
        path = f"{EXPORTS}/{with_suffix(name)}"
        if shell.node.files.get(path) and shell.scenario.behaviour.export_existing == "refuse":
            raise Refused(f"Exported configuration '{with_suffix(name)}' already exists")
        lines = world.authority.running
        if datastore == "candidate":
            lines = world.authority.candidate(shell.node, shell.user.name)
        fault = world.faults.take("export_missing", shell.node.name, shell.node.router.name)
        if not fault or fault["how"] == "not_readable":
            world.authority.write_export(shell.node, name, lines, world.clock.now())
            shell.node.files.get(path).readable = not fault
        world.journal.add("export", node=shell.node.node_id, path=path)
        world.touch()
    return path


@command("show config exports", "[<name>] [<flat>]", **_READ)
def show_exports(shell: Any, args: dict[str, Any]) -> Answer:
    if "name" in args:
        lines = _export(shell, args["name"])
        return Answer(lines if args.get("flat") else indented(lines), "Retrieving exported configuration...")
    with shell.world.lock:
        rows = [_export_row(shell, name) for name in shell.node.files.names(EXPORTS)]
    columns = [
        Column("Name"),
        Column("Date Modified"),
        Column("Compressed Size", True),
        Column("Uncompressed Size", True),
    ]
    lines = table(columns, rows, shell.terminal.width, shell.style.wrap)
    return Answer(lines, "Retrieving exported configurations...", tight=True)


def _export_row(shell: Any, name: str) -> list[str]:
    file = shell.node.files.get(f"{EXPORTS}/{name}")
    full = sum(len(line) + 1 for line in unpack(file.data) or [])
    return [name, shell.world.clock.iso(file.modified), _size(len(file.data)), _size(full)]


def _size(count: int) -> str:
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def _export(shell: Any, name: str) -> list[str]:
    if not name.endswith(".gz") and not shell.scenario.behaviour.import_without_suffix:
        raise Refused(f"Exported configuration '{name}' not found")
    with shell.world.lock:
        file = shell.node.files.get(f"{EXPORTS}/{with_suffix(name)}")
        lines = shell.world.authority.read_export(shell.node, name)
    if file is None:
        raise Refused(f"Exported configuration '{name}' not found")
    if lines is None:
        raise Refused(f"Exported configuration '{name}' cannot be read")
    return lines


@command("delete config exported", "[force] <name>", **_WRITE)
def delete_export(shell: Any, args: dict[str, Any]) -> Answer | None:
    name = with_suffix(args["name"])
    if shell.node.files.get(f"{EXPORTS}/{name}") is None:
        raise Refused(f"Exported configuration '{name}' not found")
    question = f"Are you sure that you want to delete exported config '{name}'?"
    if not args.get("force") and not shell.confirm(question):
        return None
    shell.node.files.remove(f"{EXPORTS}/{name}")
    shell.world.touch()
    return plain(f"Successfully deleted exported configuration: '{name}'")


@command("import config", "[force] <name>", **_WRITE)
def import_config(shell: Any, args: dict[str, Any]) -> Answer | None:
    lines = _export(shell, args["name"])
    name = with_suffix(args["name"])
    question = f"Replace the existing candidate configuration with the contents of backup {name}?"
    if not args.get("force") and not shell.confirm(question):
        return None
    with shell.world.lock:
        shell.world.authority.set_candidate(shell.node, shell.user.name, lines)
        shell.world.touch()
    return plain(f"Backup configuration {name} successfully written to the candidate config")


# --- candidate ----------------------------------------------------------------------------------------------------


@command("validate", "[router <router>]", **_WRITE)
def validate(shell: Any, args: dict[str, Any]) -> Answer:
    with shell.world.lock:
        bad = problems(shell.world.authority.candidate(shell.node, shell.user.name))
    if not bad:
        return Answer(["Candidate configuration is valid"], "Validating...", frame=False)
    body = ["% Error: Candidate configuration is invalid:", *_numbered(bad, shell.node.router.name)]
    return Answer(body, "Validating...", mark="fail", frame=False)


def _numbered(bad: list[str], router: str) -> list[str]:
    return [
        line
        for number, complaint in enumerate(bad, 1)
        for line in (f"{number}. {complaint}", f"reported by router '{router}'")
    ]


@command("commit", "[force] [validate-local]", **_WRITE)
def commit(shell: Any, args: dict[str, Any]) -> Answer | None:
    question = "Are you sure you want to commit the candidate config?"
    if not args.get("force") and not shell.confirm(question):
        return None
    action = "Validating, then committing..."
    world = shell.world
    with world.lock:
        bad = problems(world.authority.candidate(shell.node, shell.user.name))
        peer = shell.node.peer
        if peer and peer.release != shell.node.release:
            world.violate(f"a commit was sent on {shell.node.node_id} while the versions of the pair were mixed")
            bad = ["Configuration commits are not permitted while software versions are mixed"]
        if bad:
            body = ["% Error: Failed to commit:", *_numbered(bad, shell.node.router.name)]
            return Answer(body, action, mark="fail", frame=False)
        world.authority.commit(shell.node, shell.user.name)
        world.touch()
    return Answer(["Configuration committed"], action, frame=False)


@command("restore config running", "[force] [<username>]", **_WRITE)
def restore_running(shell: Any, args: dict[str, Any]) -> Answer | None:
    question = "Are you sure you want to discard uncommitted changes from the candidate config?"
    if not args.get("force") and not shell.confirm(question):
        return None
    with shell.world.lock:
        shell.world.authority.discard(shell.node, args.get("username", shell.user.name))
        shell.world.touch()
    return plain("Candidate configuration changes successfully discarded")


@command("restore config factory-default", "[force]", **_WRITE)
def restore_factory(shell: Any, args: dict[str, Any]) -> Answer | None:
    question = "Are you sure you want to restore the candidate config to factory defaults?"
    if not args.get("force") and not shell.confirm(question):
        return None
    with shell.world.lock:
        shell.world.authority.set_candidate(shell.node, shell.user.name, ["config authority name Authority128"])
    return plain("Candidate configuration restored to factory defaults")


@command("compare config", "[<old>] [<new>]", **_READ)
def compare(shell: Any, args: dict[str, Any]) -> Answer:
    old = _datastore(shell, args.get("old", "running"))
    new = _datastore(shell, args.get("new", "candidate"))
    gone = [f"- {line}" for line in old if line not in new]
    added = [f"+ {line}" for line in new if line not in old]
    return plain(*(gone + added or ["# No differences"]))


def _datastore(shell: Any, name: str) -> list[str]:
    with shell.world.lock:
        if name == "running":
            return list(shell.world.authority.running)
        if name == "candidate":
            return shell.world.authority.candidate(shell.node, shell.user.name)
    if name == "factory-defaults":
        return ["config authority name Authority128"]
    return _export(shell, name)


def _show_datastore(name: str) -> Any:
    def show(shell: Any, args: dict[str, Any]) -> Answer:
        lines = _datastore(shell, name)
        body = lines if args.get("flat") else ["", *indented(lines)]
        return Answer(body, None, frame=False)

    return show


command("show config running", "[verbose] [flat]", **_READ)(_show_datastore("running"))
command("show config candidate", "[verbose] [flat]", **_READ)(_show_datastore("candidate"))


# --- state --------------------------------------------------------------------------------------------------------


@command("show config version", "[{router <router> | resource-group <resource-group>}] [force]", **_READ)
def show_version(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented. The version is the UNIX time of the last commit (CLI-6.0)."""
    with shell.world.lock:
        rows = [[router.name, str(shell.world.authority.version)] for router in routers(shell, args, "own")]
    columns = [Column("Router"), Column("Version", right=True)]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving configuration version...")


@command("show config out-of-sync", "[{router <router> | resource-group <resource-group>}] [force]", **_READ)
def show_out_of_sync(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented."""
    with shell.world.lock:
        away = [node for node in nodes(shell, args, "all") if not shell.world.reachable(node)]
        names = list(dict.fromkeys(node.router.name for node in away))
    if not names:
        return Answer(["All routers are in sync"], "Retrieving configuration state...")
    rows = [[name, "disconnected"] for name in names]
    lines = table([Column("Router"), Column("Reason")], rows, shell.terminal.width, shell.style.wrap)
    return Answer(lines, "Retrieving configuration state...")


@command("show config locally-modified", "[{router <router> | resource-group <resource-group>}] [force]", **_READ)
def show_locally_modified(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented."""
    with shell.world.lock:
        chosen = nodes(shell, args, "all")
        changed = [node for node in chosen if shell.world.faults.peek("locally_modified", node.name, node.router.name)]
        names = list(dict.fromkeys(node.router.name for node in changed))
    if not names:
        return Answer(["No routers are locally modified"], "Retrieving configuration state...")
    lines = table([Column("Router")], [[name] for name in names], shell.terminal.width, shell.style.wrap)
    return Answer(lines, "Retrieving configuration state...")

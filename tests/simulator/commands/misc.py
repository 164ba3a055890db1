# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, ISO import, the Linux shell from the PCLI."""

from __future__ import annotations

from typing import Any

from .. import linux
from ..answer import Answer, Refused, plain
from ..grammar import COMMANDS, GENERATIONS, Command, command
from ..layout import Column, table
from ..selection import nodes


@command("show user activity", admin=True)
def show_user_activity(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented."""
    with shell.world.lock:
        logins = [
            event for event in shell.world.journal if event["event"] == "login" and event["node"] == shell.node.node_id
        ]
        users = list(dict.fromkeys([event["user"] for event in logins] + shell.world.authority.dirty_users(shell.node)))
        rows = [[name, "active" if name == shell.user.name else "idle"] for name in users]
    columns = [Column("Username"), Column("Activity")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving user activity...")


@command("show plugins installed", "[category <category>] [router <router>] [node <node>]")
def show_plugins_installed(shell: Any, args: dict[str, Any]) -> Answer:
    """The command is documented (CLI-6.0: without a router), its layout is not: this one is invented."""
    with shell.world.lock:
        chosen = nodes(shell, args) if {"router", "node"} & set(args) else [shell.node]
        installed = {(name, version) for node in chosen for name, version in node.plugins.items()}
        rows = [[name, version, "installed"] for name, version in sorted(installed)]
    if shell.habits["plugins_layout"] == "blocks" and rows:
        # As `show plugins available` is quoted in upgrade_restricted_access.
        lines = [[name, " Installed RPM:", f"  {shell.node.name}:  {name}-{version}"] for name, version, _word in rows]
        return Answer([line for plugin in lines for line in plugin], "Querying...")
    columns = [Column("Plugin"), Column("Version"), Column("Status")]
    shown = table(columns, rows, shell.terminal.width, shell.style.wrap) if rows else ["No plugins are installed"]
    return Answer(shown, "Retrieving installed plugins...")


@command("show user", "[<username>]")
def show_user(shell: Any, args: dict[str, Any]) -> Answer:
    """Layout invented."""
    name = args.get("username", shell.user.name)
    users = [user for user in shell.scenario.users if name in ("all", user.name)]
    if not users:
        raise Refused(f"User '{name}' not found")
    rows = [[user.name, "admin" if user.privilege == "admin" else "user", "true"] for user in users]
    columns = [Column("Username"), Column("Roles"), Column("Enabled")]
    return Answer(table(columns, rows, shell.terminal.width, shell.style.wrap), "Retrieving users...")


@command(
    "import iso",
    "[check-rpm-signature <check-rpm-signature>] [force] [verbose] [hunt] [filepath <filepath>]",
    capability="provisioning",
    admin=True,
)
def import_iso(shell: Any, args: dict[str, Any]) -> Answer | None:
    question = "This command is resource intensive and can take a while. Are you sure?"
    if not args.get("force") and not shell.confirm(question):
        return None
    shell.sleep(shell.world.lasting("import_iso", shell.node))
    path = args.get("filepath", "")
    with shell.world.lock:
        releases = [release for release in shell.world.releases.values() if args.get("hunt") or release.name in path]
        if not releases:
            return Answer([f"% Error: No ISO found at '{path}'"], "Importing...", mark="fail", frame=False)
        shell.world.offered.update(release.name for release in releases)
        shell.world.journal.add("import_iso", node=shell.node.node_id, releases=[release.name for release in releases])
    return Answer(["Import success"], "Importing...", frame=False)


class _Bash(Command):
    """Takes the rest of the line as it is: a Linux command has no PCLI grammar."""

    def answer(self, shell: Any, words: list[str]) -> Answer | None:
        if not shell.scenario.behaviour.shell or not shell.user.linux:
            raise Refused("The shell command is not permitted")
        if words:
            return plain(*linux.run(shell.node.files, shell.user.name, " ".join(words)))
        linux_login(shell)
        return None


def linux_login(shell: Any) -> None:
    """An interactive Linux shell until `exit`."""
    while True:
        line = shell.terminal.read_line(f"[{shell.user.name}@{shell.node.name} ~]$ ")
        if line is None or line.strip() in ("exit", "logout"):
            return
        if not line.strip():
            continue
        shell.world.journal.add("linux", node=shell.node.node_id, user=shell.user.name, command=line)
        if linux.enters_pcli(line):
            shell.run()
        else:
            shell.say(*linux.run(shell.node.files, shell.user.name, line))


def _register_shell() -> None:
    COMMANDS.append(_Bash(("shell",), lambda *_: None, dict.fromkeys(GENERATIONS, "[<command>]"), None, True))


_register_shell()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which nodes a command is about, and the fan-out frame of commands that ask them."""

from __future__ import annotations

from typing import Any

from .answer import Answer, Refused
from .layout import Column, table
from .world import Node, Router


def may_see(shell: Any, router: Router) -> bool:
    """Resource groups hide routers; the conductor's own is always there."""
    return (
        router.conductor or not shell.user.resource_groups or bool(set(router.groups) & set(shell.user.resource_groups))
    )


def routers(shell: Any, args: dict[str, Any], default: str) -> list[Router]:
    """Routers that `router`, `resource-group` or the default (`own` or `all`) select. Raises Refused."""
    every = shell.world.routers
    if "resource-group" in args:
        group = args["resource-group"]
        members = [router for router in every.values() if group in router.groups and may_see(shell, router)]
        if not members:
            raise Refused(f"Resource group '{group}' not found")
        return members
    name = args.get("router", "all" if default == "all" else shell.node.router.name)
    if name == "all":
        return [router for router in every.values() if may_see(shell, router)]
    if name not in every or not may_see(shell, every[name]):
        raise Refused(f"Router '{name}' not found")
    return [every[name]]


def nodes(shell: Any, args: dict[str, Any], default: str = "own") -> list[Node]:
    """Nodes of these routers, or those called `node`. Raises Refused when there is none."""
    chosen = [node for router in routers(shell, args, default) for node in router.nodes]
    name = args.get("node")
    if name in (None, "all"):
        return chosen
    match = [node for node in chosen if name in (node.name, node.node_id)]
    if not match:
        where = args.get("router", shell.node.router.name)
        raise Refused(f"Node '{name}' not found in router '{where}'")
    return match


def confirmed(shell: Any, args: dict[str, Any], default: str = "own") -> bool:
    """`router all` asks a question unless `force` is given (CLI-6.0, `show peers`).

    In some conductors a `default` of all is enough for that (config_alarm_suppression, `show alarms shelved`). There
    the question stands below the date.
    """
    if args.get("force") or shell.habits["reads_ask"] == "never":
        return True
    unnamed = default == "all" and not {"router", "resource-group"} & set(args)
    habit = shell.habits["reads_ask"]
    if args.get("router") != "all" and not (unnamed and (habit == "all" or (habit == "shelved" and "shelved" in args))):
        return True
    shell.date()
    return shell.confirm("WARNING: Targeting router 'all' may take a long time. Continue anyway?")


def by_router(chosen: list[Node]) -> list[list[Node]]:
    """The nodes of each router, in the order in which they came."""
    groups: dict[str, list[Node]] = {}
    for node in chosen:
        groups.setdefault(node.router.name, []).append(node)
    return list(groups.values())


def fan_out(shell: Any, what: str, chosen: list[Node], lines: list[str], verb: str = "retrieve") -> Answer:
    """The answer of a command sent to nodes: with a table of those that are disconnected (`show mist` sample)."""
    away = [node for node in chosen if not shell.world.reachable(node)]
    done = len(chosen) - len(away)
    action = f"{verb.capitalize().removesuffix('e')}ing {what} {done}/{done} targets complete..."
    if not away:
        return Answer(lines, action)
    columns = [Column("Target"), Column("Message")]
    body = lines + ([""] if lines else [])
    body += table(columns, [[node.node_id, "Disconnected"] for node in away], shell.terminal.width, shell.style.wrap)
    plural = "target is" if len(away) == 1 else "targets are"
    body += ["", f"Failed to {verb} {what}. 0 targets failed, {len(away)} {plural} disconnected, and {done} succeeded."]
    return Answer(body, action, mark="warn")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens on a channel after the login: banners, the landing shell, and the end of the session."""

from __future__ import annotations

import threading
import time
from typing import Any

from .commands.misc import linux_login
from .lifecycle import Lifecycle
from .shell import Shell
from .specs import UserSpec
from .terminal import Gone, Terminal
from .world import Node, World


def serve(world: World, lifecycle: Lifecycle, node: Node, user: UserSpec, terminal: Terminal) -> None:
    world.journal.add("login", node=node.node_id, user=user.name)
    timer = _drop_timer(world, node, user, terminal)
    shell = Shell(world, lifecycle, node, user, terminal)
    try:
        _wait_for_pty(world, node, terminal)
        _greet(world, node, terminal)
        if _lands_in_linux(world, node, user):
            linux_login(shell)
        else:
            shell.run()
    except Gone:
        pass
    except Exception as error:  # a bug here must be seen, not look like a broken session
        world.violate(f"simulator error in a shell: {type(error).__name__}: {error}")
    finally:
        if timer:
            timer.cancel()
        world.journal.add("logout", node=node.node_id, user=user.name)
        terminal.hang_up()


def serve_exec(
    world: World, lifecycle: Lifecycle, node: Node, user: UserSpec, terminal: Terminal, line: str, channel: Any
) -> None:
    # The answer to the request itself must be out before the channel may close, and nothing tells when it is.
    time.sleep(0.05)
    try:
        done = Shell(world, lifecycle, node, user, terminal).execute(line.strip())
        channel.send_exit_status(0 if done else 1)
    except Gone:
        pass
    finally:
        terminal.hang_up()


def _greet(world: World, node: Node, terminal: Terminal) -> None:
    with world.lock:
        row = world.recorded.login(node) if world.recorded else None
    if row is not None:
        terminal.pause(world.clock.wall(row.seconds))
        terminal.write(row.received)
        return
    if world.scenario.style.motd:
        terminal.write(world.scenario.style.motd.rstrip("\n") + "\n")
    if world.scenario.style.last_login:
        terminal.write("Last login: " + world.clock.text("%a %b %d %H:%M:%S %Y") + " from 192.0.2.10\n")


def _lands_in_linux(world: World, node: Node, user: UserSpec) -> bool:
    with world.lock:
        fault = world.faults.peek("linux_login", node.name, node.router.name, user=user.name)
    return bool(fault) or user.shell == "linux"


def _wait_for_pty(world: World, node: Node, terminal: Terminal) -> None:
    """A login that answers, but shows nothing for a while."""
    with world.lock:
        fault = world.faults.peek("blocked_pty", node.name, node.router.name)
        if not fault or (fault["when"] == "after_restart" and not node.restarts):
            return
        left = (node.booted if fault["when"] == "after_restart" else world.began) + fault["seconds"] - world.clock.now()
    if left > 0:
        terminal.wait_until(lambda: False, world.clock.wall(left), interruptible=False)


def _drop_timer(world: World, node: Node, user: UserSpec, terminal: Terminal) -> threading.Timer | None:
    with world.lock:
        fault = world.faults.peek("drop_session", node.name, node.router.name)
        if not fault or fault["after_seconds"] is None:
            return None
        world.faults.take("drop_session", node.name, node.router.name)
    timer = threading.Timer(fault["after_seconds"], _drop, (world, node, user, terminal))
    timer.daemon = True
    timer.start()
    return timer


def _drop(world: World, node: Node, user: UserSpec, terminal: Terminal) -> None:
    world.journal.add("session_dropped", node=node.node_id, user=user.name)
    terminal.hang_up()

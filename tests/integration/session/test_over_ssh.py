# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests/unit/pcli proves byte by byte and in virtual time, once over SSH where keys and channels matter."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor

from tests.integration.session.fake_server import PROMPT, Device, Gone, Server, Terminal

UPGRADE = "request system software upgrade"
USAGE = (
    "usage: upgrade [{router <router> | resource-group <resource-group>}] [skip-pre-check] [force] [node <node>] "
    "version <version>\r\n\r\nkeyword arguments:\r\nforce      Skip confirmation prompt.\r\n"
)


def test_over_ssh_a_status_that_goes_on_is_ended(session_on, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.status_commands.STATUS_LIMIT", 1.0
    )
    ended = threading.Event()

    def follow(terminal: Terminal) -> None:
        threading.Thread(target=wait_for_ctrl_c, args=[terminal], daemon=True).start()
        number = 0
        while not ended.wait(0.1):
            number += 1
            terminal.send(f"Upgrading: step {number}\r\n")

    def wait_for_ctrl_c(terminal: Terminal) -> None:
        while True:
            try:
                if terminal.key() == "\x03":
                    terminal.send("^C\r\n")
                    ended.set()
                    return
            except Gone:
                return

    with Server(Device(show_system_software_upgrade=follow)) as server:
        session = session_on(server)
        reply = Conductor(session).status("upgrade")
        assert reply.cut and reply.text.startswith("Upgrading: step 1\nUpgrading: step 2")
        assert session.run("show assets").text == "answer to show assets"
        assert server.shells == 1


def test_over_ssh_the_usage_is_learned_and_the_next_commands_are_whole(session_on) -> None:
    """A line editor as Python's: it echoes, keeps what was typed behind a prompt, and takes it away at Ctrl+U."""
    lines: list[str] = []

    def device(terminal: Terminal) -> None:
        line, prompt = "", PROMPT
        terminal.send(prompt)
        while True:
            key = terminal.key()
            if key == "\x15":
                terminal.send("\b \b" * len(line))
                line = ""
            elif key != "\r":
                line += key
                terminal.send(key)
            else:
                lines.append(line)
                left = line if line == UPGRADE else ""
                body = {UPGRADE: USAGE, "show system version": VERSION}.get(line, "")
                line = left
                terminal.send("\r\n", body, ("*" if left else "") + PROMPT + left)

    with Server(device) as server:
        conductor = Conductor(session_on(server))
        assert "skip-pre-check" in conductor.usage("upgrade")
        assert not conductor.dirty
        conductor.refresh_prompt()
        assert not conductor.dirty
        assert conductor.own_version().text
    assert lines == ["show system version", UPGRADE, "show system", "show system version"]


VERSION = (
    "=========== ====== ================= ======== ======================\r\n"
    " Router      Node   Version           Status   Build Date\r\n"
    "=========== ====== ================= ======== ======================\r\n"
    " Conductor   c1     6.3.0             r1       2023-12-11T16:51:25Z\r\n"
)

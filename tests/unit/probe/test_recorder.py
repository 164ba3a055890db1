# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of a run for a bundle: lifecycle commands always, what shows something once, a configuration never."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.line import ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.recording import RecordingShell
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Pending
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe import recorder as recording
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.recorder import Recorder
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber

from tests.unit.pcli.wire import PROMPT, Wire, ask, pcli
from tests.unit.virtual_clock import VirtualClock

UPGRADE = "request system software upgrade router lyon force version 6.3.5"


class Run:
    """A recorder, and a shell that answers each command."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.recorder = Recorder(self.clock)

    def command(self, command: str, answer: str = "fine", error: Exception | None = None, over: bool = True) -> None:
        shell = RecordingShell(Wire(self.clock, pcli(f"{answer}\r\n")), ShellOptions(), self.clock)
        shell.prompt = find_prompt(PROMPT)
        pending = Pending(shell, command, self.clock.now())
        output = ask(shell, command)
        pending.error = error
        pending.response = output if over and not error else None
        self.recorder.note(pending)

    @property
    def kept(self) -> list[str]:
        return [row.command for row in self.recorder.rows]


def test_lifecycle_commands_are_kept_each_time_and_what_shows_the_same_once() -> None:
    run = Run()
    for answer in ("one", "one", "two"):
        run.command("show assets", answer)
        run.command(UPGRADE, answer)
    assert run.kept == ["show assets", UPGRADE, UPGRADE, "show assets", UPGRADE]
    assert [row.data.get("lifecycle", False) for row in run.recorder.rows] == [False, True, True, False, True]
    assert run.recorder.worth_writing


@pytest.mark.parametrize(
    "command",
    [
        "show config running flat",
        "export config running x",
        "import config x",
        "shell base64 /etc/128technology/config-exports/x.gz",
        "configure authority",
        "delete config exported x",
        "show security key",
        "set password",
    ],
)
def test_what_may_show_a_configuration_or_a_secret_is_never_kept(command) -> None:
    run = Run()
    run.command(command)
    assert run.kept == []


@pytest.mark.parametrize(
    "command", ["request system software upgrade", "show system software upgrade", "show config exports"]
)
def test_a_task_that_only_shows_something_is_not_worth_a_bundle(command) -> None:
    run = Run()
    run.command(command)
    assert run.kept == [command] and not run.recorder.worth_writing


def test_a_health_check_is_kept_and_what_is_shown_after_it_still_holds() -> None:
    run = Run()
    run.command("request system software health-check router lyon force")
    assert "lifecycle" not in run.recorder.rows[0].data and run.recorder.worth_writing


def test_a_command_that_broke_off_or_has_no_end_yet_is_kept_as_such() -> None:
    run = Run()
    run.command(UPGRADE, error=SessionBroken("The device closed the connection."))
    run.command(UPGRADE, over=False)
    run.command(UPGRADE)
    assert [row.data["ended"] for row in run.recorder.rows] == ["closed", "time", "prompt"]


def test_of_a_long_night_the_requests_are_kept_to_the_end(monkeypatch) -> None:
    monkeypatch.setattr(recording, "_MOST_TEXT", 100)
    run = Run()
    for number in range(5):
        run.command("show assets", f"{number}" * 40)
        run.command(UPGRADE)
    assert run.kept.count("show assets") == 2 and run.kept.count(UPGRADE) == 5


def test_the_bundle_names_nobody() -> None:
    run = Run()
    run.command(UPGRADE, "lyon is upgraded with password=Sw0rdfish9")
    files = run.recorder.files("2026-11-27T22:00:00Z", "0.3.0", Scrubber())
    with zipfile.ZipFile(io.BytesIO(files["bundle.zip"])) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "lyon" not in "".join(texts.values()) and "Sw0rdfish9" not in "".join([*texts.values(), files["names.json"]])
    assert "lyon" in files["names.json"] and json.loads(texts["manifest.json"])["recorded"] is True
    (entry,) = map(json.loads, texts["answers.jsonl"].splitlines())
    assert entry["lifecycle"] is True and entry["command"].startswith("request system software upgrade router ")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The board beside a run: what it draws from a status file, on terminals of any size, and when it ends."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_timestamp
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout import live_board
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.board import render
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.status import status_data

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=timezone.utc)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def target(state: str, phase: str | None = None, since: float = 0, reason: str = "") -> dict:
    node = {"node": "node1", "state": state, "phase": phase, "version": "6.3.0"}
    moment = format_timestamp(ago(since)) if since else None
    return {"state": state, "phase": phase, "since": moment, "reason": reason, "nodes": [node]}


def status(state: str = "running", updated: float = 1, **more: object) -> dict:
    """A status file as a rollout writes it."""
    targets = {
        "store-1": target("done"),
        "store-2": target("failed", reason="the device said no"),
        "store-3": target("running", "upgrade", 600),
        "store-4": target("running", "away", 1200),
        "store-5": target("waiting"),
    }
    given = {
        "run_id": "night-47",
        "operation": "upgrade",
        "version": "SSR-6.3.5-39.r1",
        "started": ago(3600),
        "now": ago(updated),
        "state": state,
        "targets": targets,
        "eta": 1800.0,
        "batch": 2,
        "window_end": format_timestamp(ago(-7200)),
    }
    return status_data(**{**given, **more})


def test_it_shows_batch_totals_window_and_who_is_at_work_the_longest_first() -> None:
    lines = render(status(), NOW, 120, 40)
    assert lines[0] == "SSR upgrade to 6.3.5-39.r1: running, batch 2   (run night-47)"
    assert lines[1].startswith("[####") and lines[1].endswith("] 2 of 5")
    assert "done 1, failed 1, in flight 2, waiting 1, elapsed 1 h 00 min, about 30 min left" in lines[2]
    assert " ".join(lines[2:4]).strip().endswith("1 h 30 min before the window ends")
    assert lines[lines.index("in flight:") + 1 :][:2] == [
        "  store-4  away for 20 min 00 s",
        "  store-3  upgrade for 10 min 00 s",
    ]
    assert lines[-1] == "  store-2  failed: the device said no"


@pytest.mark.parametrize("width", [1, 7, 20, 80, 300])
@pytest.mark.parametrize("height", [1, 2, 3, 6, 50])
def test_it_fits_on_any_terminal(width, height) -> None:
    lines = render(status(reason="the stop file is there"), NOW, width, height)
    assert 1 <= len(lines) <= height and all(len(line) <= width for line in lines)


def test_what_does_not_fit_is_counted() -> None:
    many = {f"store-{number}": target("running", "upgrade", number + 1) for number in range(40)}
    lines = render(status(targets=many), NOW, 80, 12)
    assert len(lines) == 12 and lines[-1].startswith("and ") and lines[-1].endswith(" more lines")


def test_an_estimate_after_the_window_says_so() -> None:
    text = " ".join(render(status(window_end=format_timestamp(ago(-600))), NOW, 200, 20))
    assert "19 min 59 s after the window has ended" in text


def test_a_file_that_nobody_writes_any_more_says_so_unless_the_run_has_ended() -> None:
    assert any(line.startswith("OLD: written 1 h 00 min ago") for line in render(status(updated=3600), NOW, 120, 20))
    assert not any("OLD" in line for line in render(status("ended", updated=3600), NOW, 120, 20))


@pytest.mark.parametrize(
    "data", [None, 7, [], {}, {"state": "running"}, {**status(), "targets": {"x": 1}}, {"a": "\x1b"}]
)
def test_what_is_no_status_file_says_so(data) -> None:
    assert any("this is no status file of a run" in line for line in render(data, NOW, 80, 20))


def test_hostile_names_and_words_reach_no_terminal() -> None:
    targets = {"\x1b[2Jstore\n": target("failed", reason="\x1b]0;title\a\r\nsecond line")}
    lines = render(status(targets=targets, reason="\x1b[31m"), NOW, 80, 20)
    assert all(line.isprintable() for line in lines)


# -- beside a run -----------------------------------------------------------------------------------------------------


class Shown(list):
    """What was shown: data, and why there were none."""

    def __call__(self, data: object, why: str) -> None:
        self.append((data, why))


def test_it_waits_for_the_file_keeps_what_it_had_of_half_a_file_and_ends_with_the_run(tmp_path) -> None:
    path, shown = tmp_path / "status.json", Shown()
    states = iter([json.dumps(status()), '{"run_id": "ni', json.dumps(status("ended"))])
    live_board.watch(str(path), shown, sleep=lambda _seconds: path.write_text(next(states), encoding="utf-8"))
    whys = [why for _data, why in shown]
    assert "does not exist yet" in whys[0] and whys[1] == whys[3] == "" and "is not complete" in whys[2]
    assert shown[2][0] == shown[1][0] and shown[3][0]["state"] == "ended"


def test_it_ends_with_a_run_that_was_interrupted(tmp_path) -> None:
    path, shown = tmp_path / "status.json", Shown()
    path.write_text(json.dumps(status("interrupted")), encoding="utf-8")
    live_board.watch(str(path), shown, sleep=lambda _seconds: pytest.fail("it goes on"))
    assert len(shown) == 1


def test_a_log_says_too_that_nobody_writes_the_file_any_more_and_estimates_nothing_then() -> None:
    stream = io.StringIO()
    log = live_board._Log(stream)
    now = datetime.now(timezone.utc)
    for age in (1, 3600):
        log(status(started=now - timedelta(hours=2), now=now - timedelta(seconds=age)), "")
    fresh, old = stream.getvalue().splitlines()
    assert "left" in fresh and "OLD" not in fresh
    assert "OLD: written 1 h" in old and "left" not in old


def command(tmp_path: Path, data: object) -> list[str]:
    path = tmp_path / "status.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return [sys.executable, live_board.__file__, str(path)]


def test_as_a_script_without_a_terminal_it_prints_a_plain_line_and_ends_with_the_run(tmp_path) -> None:
    away = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command(tmp_path, status("ended")), capture_output=True, text=True, check=True, env=away)
    (line,) = done.stdout.splitlines()
    assert line.startswith("done 1, failed 1, in flight 2, waiting 1, elapsed ") and "\x1b" not in line, done.stderr


def test_on_a_terminal_it_draws_in_place_and_ctrl_c_leaves_it_in_order(tmp_path) -> None:
    terminal, inside = pty.openpty()
    process = subprocess.Popen(
        command(tmp_path, status()),
        stdout=inside,
        stderr=inside,
        stdin=inside,
        # A shell that runs the tests in the background has it ignored, and so would the board.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(inside)
    drawn = b""
    while b"\x1b[J" not in drawn:
        drawn += os.read(terminal, 4096)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    drawn += os.read(terminal, 4096)
    os.close(terminal)
    assert b"\x1b[H" in drawn and b"in flight:" in drawn and b"\x1b[?25h" in drawn and b"Traceback" not in drawn


def test_a_wrong_call_shows_how_it_is_used(capsys) -> None:
    assert live_board.main(["a", "b"]) == 2 and live_board.main(["--help"]) == 0
    assert "STATUS_FILE" in capsys.readouterr().out

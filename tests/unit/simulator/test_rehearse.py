# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal: the real playbook on an authority that is read from `show assets`, and what it sums up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.simulator import Simulator
from tests.simulator.play import pace
from tests.simulator.rehearse import main, summarise, summary_lines

from .pcli_client import NEW, OLD, pair, pcli, until
from .probe_recorder import record
from .test_from_assets import LEGACY, MODERN


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    path = tmp_path / "assets.txt"
    path.write_text(MODERN.replace("Image  ", "Package"), encoding="utf-8")
    return path


# --- the whole of it --------------------------------------------------------------------------------------------------


def test_it_plays_the_authority_and_predicts(assets: Path, tmp_path: Path, capfd: Any) -> None:
    arguments = ["--from-assets", str(assets), "--version", NEW, "--speedup", "500", "--keep", str(tmp_path / "kept")]
    summary_file = tmp_path / "summary.json"
    arguments += ["--playbook", "plan", "--routers", "RTR_EAST_COMBO", "--summary", str(summary_file)]
    code = main([*arguments, "--", "-e", "ansible_pcli_command_timeout=20"])
    output = capfd.readouterr().out
    summary = json.loads(summary_file.read_text())
    assert code == summary["exit_code"]
    assert "PLAY RECAP" in output and "What the rehearsal showed" in output and "Predicted duration: " in output
    nodes = summary["routers"]["RTR_EAST_COMBO"]["nodes"]
    assert nodes["combo-east-1"] == {"from": OLD, "to": OLD, "asset": "Synchronized"}
    assert (tmp_path / "kept" / "simulator.log").exists() and summary["violations"] == []
    inventory = json.loads((tmp_path / "kept" / "inventory.json").read_text())
    assert list(inventory["all"]["children"]["ssr_routers"]["hosts"]) == ["RTR_EAST_COMBO"]


def test_it_plays_the_bundle_of_a_probe(tmp_path: Path, capfd: Any) -> None:
    with pair(**{"clock.speedup": 1, "routers.0.version": NEW}) as sim:
        record(sim, tmp_path / "bundle.zip", ("show assets", "show system software available"))
    summary_file = tmp_path / "summary.json"
    arguments = ["--from-probe", str(tmp_path / "bundle.zip"), "--version", "6.3.6-2.r1.el7", "--speedup", "500"]
    arguments += ["--playbook", "plan", "--summary", str(summary_file), "--keep", str(tmp_path / "kept")]
    assert main([*arguments, "--", "-e", "ansible_pcli_command_timeout=20"]) == 0
    assert "PLAY RECAP" in capfd.readouterr().out
    routers = json.loads(summary_file.read_text())["routers"]
    assert routers["branch"]["nodes"] == {"b1": {"from": OLD, "to": OLD, "asset": "Synchronized"}}
    log = (tmp_path / "kept" / "simulator.log").read_text()
    assert '"event": "recorded"' in log


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--routers", "nowhere"], "--routers: 'nowhere' is not there"),
        (["--routers", "RTR_EAST_CONDUCTOR"], "--routers: 'RTR_EAST_CONDUCTOR' is the conductor"),
        (["--playbook", "dance"], "there is no playbook dance"),
        (["--conductor", "nowhere"], "the conductor 'nowhere' is not in the table"),
        (["--release", "six"], "'six' does not look like"),
        (["--version", "6.3.5"], "no release that is offered fits --version 6.3.5. Give it in full"),
        (["--set", "durations.nap=5"], "durations: unknown key 'nap'"),
    ],
)
def test_mistakes_end_with_a_sentence(assets: Path, capsys: Any, more: list[str], words: str) -> None:
    assert main(["--from-assets", str(assets), "--version", NEW, *more]) == 2
    assert words in capsys.readouterr().err


def test_a_file_that_tells_no_conductor_asks_for_it(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "assets.txt"
    path.write_text(LEGACY)
    assert main(["--from-assets", str(path), "--version", NEW]) == 2
    assert "name it with --conductor" in capsys.readouterr().err
    assert main(["--from-assets", str(tmp_path / "none.txt"), "--version", NEW]) == 2
    assert "cannot be read" in capsys.readouterr().err


# --- its parts --------------------------------------------------------------------------------------------------------


def test_the_times_of_the_roles_are_shortened_and_nothing_else(tmp_path: Path) -> None:
    defaults = tmp_path / "roles" / "some" / "defaults"
    defaults.mkdir(parents=True)
    values = {
        "some_upgrade_timeout": 5400,
        "some_request_timeout": 60,
        "some_pair_soak": 300,
        "some_poll_min": 2,
        "some_expected_download": 900,
        "some_reconnect_after": 0,
        "some_stable_polls": 3,
        "some_in_flight": 10,
        "some_revert": True,
    }
    (defaults / "main.yml").write_text(yaml.safe_dump(values))
    assert pace(100, tmp_path) == {
        "some_upgrade_timeout": 54,
        "some_request_timeout": 10,
        "some_pair_soak": 3,
        "some_poll_min": 0.3,
        "some_expected_download": 9,
        "some_reconnect_after": 0,
    }
    # Nothing gets longer than it is.
    assert all(value <= values[name] for name, value in pace(1, tmp_path).items())


def played(tmp_path: Path) -> tuple[Simulator, dict[str, Any]]:
    """A router is upgraded, and a report says what the playbook thought of that and of another one."""
    reports = tmp_path / "reports"
    reports.mkdir()
    told_of = {"branch": {"state": "done", "reason": "fine"}, "hub": {"state": "blocked", "reason": "it is away"}}
    (reports / "routers-1.json").write_text(json.dumps({"by_router": told_of}))
    (reports / "other.json").write_text("not JSON")
    with pair(**{"routers.0.version": NEW, "speedup": 2000}) as sim:
        before, began = sim.truth(), sim.clock.now()
        pcli(sim).run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "b1.branch", version=NEW, state="Synchronized", operation=None)
        return sim, summarise(sim, before, sim.clock.now() - began, reports)


def test_the_summary_has_states_reasons_and_durations(tmp_path: Path) -> None:
    sim, summary = played(tmp_path)
    assert summary["states"] == {"done": 1, "blocked": 1} and summary["moved"] == 1
    assert summary["routers"]["branch"]["nodes"]["b1"] == {"from": OLD, "to": NEW, "asset": "Synchronized"}
    phases = sum(sim.world.lasting(what, sim.world.conductors[0]) for what in ("download", "install", "restart"))
    assert phases < summary["routers"]["branch"]["seconds"] <= summary["working_seconds"] + 1
    # What the controller does before and after counts as the wall seconds that it is.
    assert summary["working_seconds"] <= summary["seconds"] <= summary["simulated_seconds"]


def test_people_read_who_was_not_done_and_why(tmp_path: Path) -> None:
    lines = summary_lines(played(tmp_path)[1])
    text = "\n".join(lines)
    assert "as the playbook judged them: 1 blocked, 1 done." in text
    assert "Not done:\n  hub: blocked: it is away" in text
    assert lines[lines.index("The slowest:") + 1].startswith("  branch: ")
    assert "never happen" not in text


@pytest.mark.parametrize(("gap", "said"), [(20, False), (300, True)])
def test_a_speedup_that_is_too_high_for_the_prediction_is_said(tmp_path: Path, gap: float, said: bool) -> None:
    summary = {**played(tmp_path)[1], "seconds_between_looks": gap}
    assert ("looks at the assets were 5m 0s of simulated time apart" in "\n".join(summary_lines(summary))) == said

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible_pcli_record: an upgrade in a lab leaves what its lifecycle commands printed, without names."""

from __future__ import annotations

import json
import zipfile

from tests.integration.harness import QUICK, task
from tests.integration.routers import NEW, authority, router
from tests.simulator import Simulator
from tests.simulator.from_probe import scenario_from_probe
from tests.simulator.probe.bundle import read_bundle

SHORT = {"download": 20, "install": 20, "restart": 20, "service_start": 10, "post_check": 10, "resync": 10}
WORLD = authority(router("store-lyon-7", "till-lyon-7"), durations=SHORT)
LIMITS = {**QUICK, "settle_timeout": 60, "upgrade_timeout": 60}
UPGRADE = task("software_upgrade", {"targets": ["store-lyon-7"], "version": NEW, **LIMITS})


def recorded(b, tasks, **variables):
    folder = b.folder / "recorded"
    for host in b.simulator.nodes:
        b.change_host(host, ansible_pcli_record=str(folder), **variables)
    run = b.play(tasks)
    return run, sorted(path for path in folder.iterdir() if path.is_dir())


def answers_of(folder):
    with zipfile.ZipFile(folder / "bundle.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    return texts, [json.loads(line) for line in texts["answers.jsonl"].splitlines()]


def test_an_upgrade_leaves_its_transcripts_without_names_and_the_simulator_plays_them(bench):
    b = bench(WORLD)
    run, folders = recorded(b, {"look": task("assets_info"), "upgrade": UPGRADE})
    assert run["upgrade"]["totals"] == {"done": 1}, run.output
    assert len(folders) == 1 and str(folders[0] / "bundle.zip") in run.output, "a task that only looks leaves nothing"
    assert folders[0].stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folders[0].iterdir()} == {
        "bundle.zip": 0o600,
        "names.json": 0o600,
    }
    texts, answers = answers_of(folders[0])
    upgrades = [entry for entry in answers if entry.get("lifecycle")]
    assert upgrades and all(entry["command"].startswith("request system software") for entry in upgrades)
    assert any(" upgrade router " in entry["command"] and entry["answer"].strip() for entry in upgrades), upgrades
    assert json.loads(texts["manifest.json"])["recorded"] is True
    assert not any("config" in (entry["command"] or "") for entry in answers), "nothing of the configuration"
    names = json.loads((folders[0] / "names.json").read_text(encoding="utf-8"))
    assert {"store-lyon-7", "till-lyon-7"} <= {name for kind in names.values() for name in kind}
    for text in texts.values():
        assert "lyon" not in text.lower() and "demo-admin-password" not in text

    bundle = read_bundle(folders[0] / "bundle.zip")
    assert 0 < len(bundle.at_rest()) < len(bundle.rows)
    probed = scenario_from_probe(folders[0] / "bundle.zip")
    assert any("lifecycle" in note for note in probed.notes)
    with Simulator(probed.scenario) as played:
        assert len(played.truth()["nodes"]) == len(b.simulator.truth()["nodes"])


def test_secrets_in_every_answer_are_not_in_what_was_recorded(bench):
    planted = (
        "psk: hunter2-In-The-Answer password = Sw0rdfish-9 eyJhbGciOiJSUzI1NiJ9.eyJuYW1lIjoiYWRtaW4ifQ.c2lnbmF0dXJl"
    )
    faults = [{"type": "strange_line", "command": command, "text": planted} for command in ("show ", "request ")]
    b = bench(WORLD, faults=faults, api={"enabled": True})
    run, folders = recorded(b, {"upgrade": UPGRADE})
    assert folders, run.output
    texts, answers = answers_of(folders[0])
    kept = " ".join([*texts.values(), (folders[0] / "names.json").read_text(encoding="utf-8")])
    hidden = [entry for entry in answers if "psk: ********" in (entry["answer"] or "")]
    assert len(hidden) > 3 and any(entry.get("lifecycle") for entry in hidden), "they were in the answers"
    for secret in ("hunter2", "Sw0rdfish", "eyJhbGciOiJSUzI1NiJ9", "demo-admin-password"):
        assert secret not in kept, secret


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_sent(bench):
    b = bench(WORLD)
    (b.folder / "a-file").write_text("")
    for host in b.simulator.nodes:
        b.change_host(host, ansible_pcli_record=str(b.folder / "a-file" / "below"))
    run = b.play({"upgrade": UPGRADE})
    assert run["upgrade"]["failed"] and "ansible_pcli_record" in run["upgrade"]["msg"], run["upgrade"]
    assert b.simulator.commands() == []

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook probe: it asks everything, starts nothing, and names nobody in what it leaves for others."""

from __future__ import annotations

import json
import zipfile

import yaml

from tests.integration.harness import AUTHORITY
from tests.integration.probed import compared, report
from tests.integration.routers import authority, router
from tests.simulator.from_probe import scenario_from_probe
from tests.simulator.habits import HABITS

FAST = {"ssr_probe_looks": 2, "ssr_probe_interval": 0}
#: The three commands that print their usage; beside them only what shows something may come to a node.
USAGES = {f"request system software {operation}" for operation in ("upgrade", "download", "downgrade")}
#: What the simulator notes of an operation, of a restart, or of anything else that changes something.
CHANGES = {
    "accepted", "operation_begins", "phase", "operation_ends", "restart_begins", "restart_ends", "export", "commit",
    "reconnect", "import_iso", "installation_service", "linux", "violation",
}  # fmt: skip


def look(b, *extra, **variables):
    run = b.run("probe", *extra, pace=False, ssr_probe_dir=str(b.folder / "look"), **{**FAST, **variables})
    return run.assert_clean(*b.secrets)


def rows_of(run):
    return {row["id"]: row for row in run.results("probe")[0]["rows"]}


def files_of(b):
    return {path.name: path for path in (b.folder / "look").iterdir()}


def answers_of(b):
    with zipfile.ZipFile(b.folder / "look" / "bundle.zip") as archive:
        names = {name: archive.read(name).decode() for name in archive.namelist()}
    return names, [json.loads(line) for line in names["answers.jsonl"].splitlines()]


def starts_nothing(b):
    sent = set(b.simulator.commands())
    assert sent, "nothing was asked"
    others = {command for command in sent if not command.startswith(("show ", "trace verbose verbose no-logs show "))}
    assert others <= USAGES, others - USAGES
    assert not CHANGES & {event["event"] for event in b.simulator.log}
    assert all(
        node["started"] == {} or not any(node["started"].values()) for node in b.simulator.truth()["nodes"].values()
    )
    requests = {(event["method"], event["path"]) for event in b.simulator.log if event["event"] == "api"}
    assert {path for method, path in requests if method != "GET"} <= {"/api/v1/login", "/api/v1/graphql"}, requests


def test_a_probe_of_a_pair_and_a_router_starts_nothing_and_leaves_its_files(bench):
    b = bench("ha-6.3-image", api={"enabled": True})
    run = look(b, ssr_probe_routers="RTR_EAST_COMBO")
    assert run.code == 0, run.output
    starts_nothing(b)
    result = run.results("probe")[0]
    assert not result["changed"] and set(result["commands"]) == set(b.simulator.commands())
    assert all(len(line) <= 120 for line in result["table"]) and "different (" in run.output

    files = files_of(b)
    assert (
        set(files)
        == {"probe.md", "probe.json", "probe_settings.yml", "bundle.zip", "names.json"}
        == set(result["files"])
    )
    assert (b.folder / "look").stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files.values())
    assert yaml.safe_load(files["probe_settings.yml"].read_text(encoding="utf-8")) is None, "suggestions are comments"
    assert json.loads(files["probe.json"].read_text(encoding="utf-8")) == result["rows"]

    names, answers = answers_of(b)
    assert {entry["kind"] for entry in answers} == {"login", "ssh", "pcli", "sftp", "web"}
    about = json.loads(names["manifest.json"])
    assert [node["role"] for node in about["nodes"]] == ["conductor", "conductor", "router", "router"]
    assert {entry["asked"]["node"] for entry in answers} == {node["node"] for node in about["nodes"][:2]}
    assert len([entry for entry in answers if entry.get("command") == "show assets" and entry["width"] == 512]) >= 4
    ssh = next(entry["facts"] for entry in answers if entry["kind"] == "ssh")
    assert ssh["identification"].startswith("SSH-2.0-")
    assert ssh["host keys"] == ["ssh-ed25519"] == [ssh["host key used"]]
    assert {"key exchanges", "ciphers in", "MACs out"} <= set(ssh["algorithms"])
    rows = rows_of(run)
    for number in ("S1", "S2", "S6", "L1", "L10", "F3", "F8", "F11", "T7", "T9", "C1", "C8", "W3", "W20"):
        assert rows[number]["verdict"] == "confirmed", rows[number]


def test_nobody_of_the_simulated_authority_is_named(bench):
    b = bench("ha-6.3-image", api={"enabled": True}, style={"pager": {"enabled": True, "rows": 12}, "ansi": True})
    run = look(b, ssr_probe_routers=["RTR_EAST_COMBO", "branch1"])
    assert run.code == 0, run.output
    files = files_of(b)
    _names, answers = answers_of(b)
    texts = [json.dumps(answers, ensure_ascii=False)]
    texts += [files[name].read_text(encoding="utf-8") for name in ("probe.md", "probe.json")]
    nodes = b.simulator.truth()["nodes"].values()
    names = {node[key] for node in nodes for key in ("router", "node", "asset_id")} - {"Conductor"}
    table = json.loads(files["names.json"].read_text(encoding="utf-8"))
    names |= {name for kind in table.values() for name in kind}
    for name in names:
        for text in texts:
            at = text.lower().find(name.lower())
            while at >= 0:  # a short name may be part of a word
                around = text[max(0, at - 1) : at + len(name) + 1].lower()
                inside = len(name) < 6 and (around[0].isalnum() or around[-1].isalnum())
                assert inside, f"{name}: {text[max(0, at - 60) : at + 60]}"
                at = text.lower().find(name.lower(), at + 1)
    assert any("raw" in entry for entry in answers), "escape sequences are kept as they came"
    assert rows_of(run)["S3"]["verdict"] == "confirmed"


def test_check_mode_is_the_same(bench):
    b = bench("standalone-6.3")
    run = look(b, "--check")
    assert run.code == 0 and set(files_of(b)) >= {"bundle.zip", "probe.md"}, run.output
    starts_nothing(b)
    assert rows_of(run)["W3"]["verdict"] == "not shown here", "there is no web API"


def test_an_older_conductor_is_asked_as_well(bench):
    b = bench("authority-6.2")
    run = look(b)
    assert run.code == 0, run.output
    starts_nothing(b)


def test_an_unknown_router_and_one_that_would_break_out_are_refused(bench):
    b = bench(AUTHORITY)
    run = look(b, ssr_probe_routers=["nowhere"])
    assert run.code != 0 and any("knows no router nowhere" in failure for failure in run.failures), run.output
    starts_nothing(b)
    before = len(b.simulator.commands())
    run = look(b, ssr_probe_routers=["hub\ncommit"])
    assert run.code != 0 and any("routers" in failure and "cannot have" in failure for failure in run.failures), (
        run.output
    )
    assert len(b.simulator.commands()) == before, "nothing was asked"


def test_a_router_whose_name_cannot_be_sent_is_told_once_at_the_end(bench):
    b = bench(authority(router("Zürich", "Bahnhofstraße")))
    run = look(b, ssr_probe_routers=["Zürich"])
    assert run.code == 0 and "was not sent" not in run.output, run.output
    assert "Nothing was asked about Zürich (its 'ü')" in run.results("probe")[0]["msg"]
    assert not any("rich" in command for command in b.simulator.commands())
    names = json.loads(files_of(b)["names.json"].read_text(encoding="utf-8"))
    assert {name for kind in names.values() for name in kind} >= {"Zürich", "Bahnhofstraße"}
    assert "rich" not in files_of(b)["probe.md"].read_text(encoding="utf-8")


def test_a_node_that_is_away_is_a_warning(bench):
    b = bench(AUTHORITY)
    b.change_host("c2", ansible_port=1)
    run = look(b)
    assert run.code == 0 and "c2 was not asked" in run.output, run.output
    _names, answers = answers_of(b)
    assert len({entry["asked"]["node"] for entry in answers}) == 1


def test_habits_that_show_at_rest_are_found(tmp_path):
    """One seed here, twenty in the soak. Two looks at the same conductor must say the same, or nothing is proven."""
    usual, _bench = report(tmp_path / "usual")
    again, _bench = report(tmp_path / "again")
    others = {name: habit.ways[-1] for name, habit in HABITS.items()}
    assert not compared(others, again, usual).found
    rows, bench = report(tmp_path / "drawn", seed=3)
    said = compared(bench.simulator.habits, rows, usual)
    assert len(said.found) > 5 and not said.missed, said.missed


def test_a_bundle_that_the_simulator_plays_gives_the_same_probe_again(bench):
    first = bench("ha-6.3-image", habits={"seed": 3})
    before = rows_of(look(first))
    second = bench(scenario_from_probe(first.folder / "look" / "bundle.zip").scenario)
    after = rows_of(look(second))
    assert {number: row["verdict"] for number, row in after.items()} == {
        number: row["verdict"] for number, row in before.items()
    }
    differ = [number for number, row in before.items() if row["verdict"] == "different"]
    assert len(differ) > 5, "a conductor with unusual habits"

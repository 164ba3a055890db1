# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module config_restore: proven, shown, and committed only when asked and only where it is safe."""

from __future__ import annotations

import gzip
from dataclasses import replace

from tests.integration.harness import task

MORE = ["config authority router hub description changed-elsewhere"]


def restore(check_mode=False, diff=False, **args):
    return task("config_restore", args, check_mode=check_mode, diff=diff)


def change(b, *lines):
    """Somebody commits something: the lines are added to the running configuration."""
    b.simulator.world.authority.running = [*b.simulator.world.authority.running, *lines]


def running(b):
    return b.simulator.world.authority.running


def saved(b, name="good"):
    """An exported configuration on the controller, as config_export saves it."""
    path = b.folder / f"{name}.gz"
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in running(b)).encode()))
    return str(path)


def left_behind(b):
    """Candidates that are not thrown away, and exports on the node."""
    node = b.simulator.world.conductors[0]
    return b.simulator.world.authority.dirty_users(node), node.files.names("/etc/128technology/config-exports")


def test_a_name_on_the_conductor_goes_round_from_export_to_commit(bench):
    b = bench("ha-6.3-image")
    before = list(running(b))
    b.play({"save": task("config_export", {"name": "good", "dest": str(b.folder)})})
    change(b, *MORE)
    run = b.play(
        {
            "check mode": restore(name="good", check_mode=True, diff=True),
            "prove": restore(name="good", diff=True),
        }
    )
    for name in ("check mode", "prove"):
        assert MORE[0] in run[name]["differences"] and MORE[0] in run[name]["diff"]["prepared"]
    assert run["check mode"]["changed"] and not run["prove"]["changed"], "without a commit nothing is changed"
    assert MORE[0] in run.output, "--diff shows it"
    assert running(b) == [*before, *MORE] and left_behind(b) == ([], ["good.gz"])
    run = b.play(
        {
            "commit": restore(name="good.gz", commit=True, diff=True),
            "again": restore(name="good", commit=True),
            "check again": restore(name="good", commit=True, check_mode=True),
        }
    )
    assert run["commit"]["changed"] and run["commit"]["committed"] and running(b) == before
    assert not run["again"]["changed"] and not run["again"]["committed"] and not run["check again"]["changed"]
    assert left_behind(b) == ([], ["good.gz"]) and b.simulator.truth()["commits"] == 1


def test_a_file_is_sent_loaded_and_not_left_on_the_node(bench):
    b = bench("ha-6.3-image")
    path, before = saved(b), list(running(b))
    change(b, *MORE)
    run = b.play(
        {
            "check mode": restore(src=path, commit=True, check_mode=True),
            "prove": restore(src=path),
            "commit": restore(src=path, commit=True),
            "again": restore(src=path, commit=True),
        }
    )
    assert run["check mode"]["changed"] and "would send" in run["check mode"]["msg"]
    assert not run["prove"]["changed"] and MORE[0] in run["prove"]["differences"]
    assert run["commit"]["changed"] and running(b) == before
    assert not run["again"]["failed"] and not run["again"]["changed"], "the file may be restored as often as one likes"
    assert left_behind(b) == ([], [])


def test_a_candidate_may_be_kept_for_a_person(bench):
    b = bench("standalone-6.3", exports=["good"])
    change(b, *MORE)
    run = b.play({"keep": restore(name="good", keep_candidate=True), "again": restore(name="good")})
    assert run["keep"]["changed"] and not run["keep"]["committed"] and MORE[0] in running(b)
    assert run["again"]["failed"] and "not committed" in run["again"]["msg"]
    assert left_behind(b)[0] == ["admin"], "what somebody keeps is not replaced"


def test_nothing_is_committed_on_unequal_versions_or_over_somebody_elses_work(bench):
    b = bench("ha-6.3-image", exports=["good"])
    dirty = bench("ha-6.3-image", exports=["good"], faults=["dirty_candidate"])
    b.hosts({"unequal": b.simulator, "dirty": dirty.simulator})
    change(b, *MORE)
    second = b.simulator.world.conductors[1]
    second.current = replace(second.current, release=b.simulator.world.release_for("6.3.5-39.r1.el7"))
    run = b.play(
        {
            "commit": restore(name="good", commit=True),
            "check mode": restore(name="good", commit=True, check_mode=True),
            "prove": restore(name="good"),
        },
        hosts="all",
    )
    for name in ("commit", "check mode"):
        refused = run[name, "unequal"]
        assert refused["failed"] and "6.3.0-107" in refused["msg"] and "6.3.5-39" in refused["msg"]
    assert not run["prove", "unequal"]["failed"], "looking is safe"
    for name in ("commit", "check mode", "prove"):
        assert run[name, "dirty"]["failed"] and "*" in run[name, "dirty"]["msg"]
    assert not any(command.startswith("commit") for command in b.sent + dirty.sent)
    assert dirty.sent == [] and b.simulator.violations == []
    assert left_behind(dirty)[0], "somebody's work is still there"


def test_what_the_device_finds_invalid_is_thrown_away_and_told_in_its_words(bench):
    b = bench("standalone-6.3")
    change(b, "config authority router hub invalid")
    path = saved(b)
    running(b).pop()
    run = b.play({"prove": restore(src=path), "commit": restore(src=path, commit=True)})
    for name in ("prove", "commit"):
        assert run[name]["failed"] and not run[name]["changed"]
        assert "router hub invalid" in run[name]["msg"], "the device's own words"
    assert left_behind(b) == ([], []) and not any(command.startswith("commit") for command in b.sent)


def test_files_that_are_no_exports_are_refused_before_anything_is_sent(bench):
    b = bench("standalone-6.3", exports=["listed"])
    folder = b.folder
    (folder / "text.txt").write_text("config authority\n")
    (folder / "broken.gz").write_bytes(gzip.compress(b"config authority\n" * 50)[:-9])
    (folder / "plain.gz").write_bytes(b"config authority\n")
    (folder / "empty.gz").write_bytes(gzip.compress(b""))
    (folder / "two words.gz").write_bytes(gzip.compress(b"config authority\n"))
    (folder / "listed.gz").write_bytes(gzip.compress(b"config authority\n"))
    files = ("text.txt", "broken.gz", "plain.gz", "empty.gz", "two words.gz", "listed.gz", "missing.gz")
    run = b.play(
        {
            **{name: restore(src=str(folder / name), commit=True) for name in files},
            "a folder": restore(src=str(folder)),
            "unknown": restore(name="nothing"),
            "both": restore(name="listed", src=str(folder / "listed.gz")),
            "neither": restore(commit=True),
            "pipe": restore(name="a|b"),
        }
    )
    for name in (*files, "a folder", "unknown", "both", "neither", "pipe"):
        assert run[name]["failed"] and not run[name]["changed"], name
    for name in ("text.txt", "broken.gz", "plain.gz", "empty.gz", "missing.gz"):
        assert str(folder / name) in run[name]["msg"], run[name]["msg"]
    assert "listed.gz" in run["unknown"]["msg"], "what there is"
    assert "not overwritten" in run["listed.gz"]["msg"]
    for name in ("both", "neither"):
        assert "src" in run[name]["msg"] and "name" in run[name]["msg"]
    assert b.sent == [] and not [event for event in b.simulator.log if event["event"] == "sftp"]

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module config_export: an export that is proven, and a copy that is whole, private and never overwritten."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from tests.integration.harness import task

NO_SFTP = [{"name": "admin", "password": "demo-admin-password", "sftp": False}]
NEITHER = [{"name": "admin", "password": "demo-admin-password", "sftp": False, "linux": False}]
FILES = {"name": "files", "password": "demo-files-password", "shell": "linux"}


def export(b, name=None, folder="backups", check_mode=False, **args):
    if name:
        args["name"] = name
    return task("config_export", {"dest": str(b.folder / folder), **args}, check_mode=check_mode)


def exports(b):
    return [event["path"].rpartition("/")[2] for event in b.simulator.log if event["event"] == "export"]


def test_the_copy_is_the_export_and_a_second_run_changes_nothing(bench):
    b = bench("ha-6.3-image")
    run = b.play(
        {
            "check mode": export(b, "nightly", check_mode=True),
            "save": export(b, "nightly"),
            "again": export(b, "nightly.gz"),
            "check again": export(b, "nightly", check_mode=True),
            "named by itself": export(b),
        }
    )
    assert run["check mode"]["changed"] and run["check mode"]["name"] == "nightly"
    saved = run["save"]
    assert saved["changed"] and saved["restorable"] and saved["method"] == "sftp" and saved["notes"] == []
    path = Path(saved["path"])
    assert path == b.folder / "backups" / "nightly.gz"
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert saved["checksum"] == hashlib.sha256(path.read_bytes()).hexdigest() and saved["size"] == path.stat().st_size
    assert gzip.decompress(path.read_bytes()).startswith(b"config authority")
    assert not run["again"]["changed"] and run["again"]["checksum"] == saved["checksum"]
    assert not run["check again"]["changed"]
    assert run["named by itself"]["name"].startswith("Conductor-t106-dut1-2")
    assert exports(b) == ["nightly.gz", run["named by itself"]["name"]], "nothing was exported twice, or in check mode"
    assert len(list(path.parent.iterdir())) == 2, "no half-written file is left"


def test_other_ways_bring_the_copy_where_the_account_has_no_sftp(bench):
    b = bench("ha-6.3-image", users=[*NO_SFTP, FILES])
    other = bench("ha-6.3-image", users=NEITHER).simulator
    b.hosts({"shell": b.simulator, "text": other})
    account = {"ansible_pcli_sftp_user": FILES["name"], "ansible_pcli_sftp_password": FILES["password"]}
    run = b.play(
        {
            "by itself": export(b, "{{ inventory_hostname }}"),
            "other account": {**export(b, "with-account", methods=["sftp"], require_copy=True), "vars": account},
            "only copies that count": export(b, "strict", methods=["sftp", "shell"]),
        },
        hosts="all",
    )
    by_shell, by_text = run["by itself", "shell"], run["by itself", "text"]
    assert (by_shell["method"], by_shell["restorable"]) == ("shell", True)
    assert "ansible_pcli_sftp_user" in by_shell["notes"][0], "says what to do about the first way"
    assert gzip.decompress(Path(by_shell["path"]).read_bytes()).startswith(b"config authority")
    assert (by_text["method"], by_text["restorable"]) == ("text", False)
    assert by_text["path"].endswith("text.txt") and Path(by_text["path"]).read_text().startswith("config authority")
    assert Path(by_text["path"]).stat().st_mode & 0o777 == 0o600
    assert len(by_text["notes"]) == 3 and "NOT restorable" in by_text["msg"]
    assert run["other account", "shell"]["method"] == "sftp"
    assert {event["user"] for event in b.simulator.log if event["event"] == "sftp"} == {FILES["name"]}
    # An account that the node does not know is tried once, and is no reason to give up the export.
    refused = run["other account", "text"]
    assert refused["failed"] and refused["remote_path"].endswith("with-account.gz") and FILES["name"] in refused["msg"]
    strict = run["only copies that count", "text"]
    assert not strict["failed"] and strict["changed"] and strict["path"] is None, "a warning, unless a copy is required"
    assert FILES["password"] not in run.output


def test_the_web_api_brings_a_copy_that_can_be_restored_where_files_are_closed(bench):
    """At its own address only with a certificate that is pinned; else through SSH, where the host key counts."""
    b = bench("ha-6.3-image", users=NEITHER, api={"enabled": True})
    first = next(iter(b.simulator.nodes))
    web = {"ansible_pcli_api_port": b.simulator.nodes[first].api_port}
    pinned = {**web, "ansible_pcli_api_fingerprints": [b.simulator.certificates[first].fingerprint]}
    run = b.play(
        {
            "pinned": {**export(b, "b"), "vars": pinned},
            "off": {**export(b, "d"), "vars": {**pinned, "ansible_pcli_api": "off"}},
            "wrong password": {**export(b, "e"), "vars": {**pinned, "ansible_pcli_api_password": "not-this-one"}},
        }
    )
    assert not [event for event in b.simulator.log if event["event"] == "forwarded"]
    wrong = {**web, "ansible_pcli_api_fingerprints": ["00" * 32]}
    run_by_ssh = b.play(
        {
            "through SSH": export(b, "a"),
            "another port": {**export(b, "f"), "vars": web},
            "wrong pin": {**export(b, "c"), "vars": wrong},
        }
    )
    assert [event for event in b.simulator.log if event["event"] == "forwarded"]
    for saved in (run["pinned"], run_by_ssh["through SSH"], run_by_ssh["another port"]):
        assert (saved["method"], saved["restorable"]) == ("api", True), saved
        assert gzip.decompress(Path(saved["path"]).read_bytes()).startswith(b"config authority")
    said = {**{name: run[name] for name in ("off", "wrong password")}, "wrong pin": run_by_ssh["wrong pin"]}
    words = {"off": "ansible_pcli_api", "wrong password": "refused", "wrong pin": "not the pinned one"}
    for name, saved in said.items():
        assert saved["method"] == "text" and words[name] in saved["notes"][-1], saved["notes"]
    asked = [event["path"] for event in b.simulator.log if event["event"] == "api"]
    logins = [path for path in asked if path.endswith("/login")]
    assert len(logins) == 4 and "not-this-one" not in run.output, "one login in each task, and a refused one once"


def test_a_conductor_that_forwards_no_channel_leaves_the_text(bench):
    b = bench("ha-6.3-image", users=NEITHER, api={"enabled": True}, ssh={"forwarding": False})
    saved = b.play({"save": export(b, "a")})["save"]
    assert saved["method"] == "text" and "No connection could be opened" in saved["notes"][-1]


def test_an_export_that_is_not_there_or_cannot_be_read_is_no_backup(bench):
    b = bench("ha-6.3-image", faults=["export_missing"])
    unreadable = bench("standalone-6.3", faults=[{"type": "export_missing", "how": "not_readable"}]).simulator
    b.hosts({"missing": b.simulator, "unreadable": unreadable})
    run = b.play(
        {
            "save": export(b, "{{ inventory_hostname }}"),
            "must": export(b, "must", methods=["sftp", "shell"], require_copy=True),
        },
        hosts="all",
    )
    for name in ("save", "must"):
        assert run[name, "missing"]["failed"]
        assert "does not list" in run[name, "missing"]["msg"] and "Successfully exported" in run[name, "missing"]["msg"]
    saved = run["save", "unreadable"]
    assert (saved["method"], saved["restorable"], len(saved["notes"])) == ("text", False, 3)
    assert run["must", "unreadable"]["failed"] and "ermission denied" in run["must", "unreadable"]["msg"]


def test_other_content_under_the_same_name_is_never_overwritten(bench):
    b = bench("standalone-6.3", exports=["kept"])
    folder = b.folder / "backups"
    folder.mkdir()
    (folder / "kept.gz").write_bytes(b"something else")
    run = b.play({"save": export(b, "kept")})
    assert run["save"]["failed"] and "never overwritten" in run["save"]["msg"]
    assert (folder / "kept.gz").read_bytes() == b"something else"
    assert [path.name for path in folder.iterdir()] == ["kept.gz"]


def test_bad_input_names_the_field_and_exports_nothing(bench):
    b = bench("standalone-6.3")
    (b.folder / "a-file").write_text("")
    run = b.play(
        {
            "pipe": export(b, "a|b"),
            "blank": export(b, "a b"),
            "path": export(b, "../../etc/passwd"),
            "method": export(b, "x", methods=["scp"]),
            "no methods": export(b, "x", methods=[]),
            "no folder": task("config_export", {"name": "x"}),
            "a file": export(b, "x", folder="a-file"),
            "below a file": export(b, "x", folder="a-file/backups", check_mode=True),
            "nowhere": export(b, "x", folder="/proc/backups"),
        }
    )
    for name in ("pipe", "blank", "path"):
        assert run[name]["failed"] and run[name]["msg"].startswith("name"), run[name]["msg"]
    assert "methods" in run["method"]["msg"] and "sftp, shell, api, text" in run["method"]["msg"]
    assert run["no methods"]["failed"] and "methods" in run["no methods"]["msg"]
    assert run["no folder"]["failed"] and "dest" in run["no folder"]["msg"]
    for name, folder in (("a file", "a-file"), ("below a file", "a-file/backups"), ("nowhere", "/proc/backups")):
        assert run[name]["failed"] and str(b.folder / folder) in run[name]["msg"], run[name]["msg"]
    assert exports(b) == [], "what cannot be saved is not exported"


def listed(b, node="node0"):
    """The exports that are on the conductor."""
    return set(b.simulator.world.find(node, None)[0].files.names("/etc/128technology/config-exports"))


def test_old_backups_go_where_that_is_asked_for_and_no_others(bench):
    router = bench("standalone-6.3").simulator.world.conductor_router.name
    old = [f"{router}-node0-2026010{day}T220000Z" for day in range(1, 5)]
    foreign = ["before-6.3.5", f"{router}-node9-20250101T220000Z"]
    b = bench("standalone-6.3", exports=[*old, *foreign])
    folder = b.folder / "backups"
    folder.mkdir()
    for name in [*old, *foreign]:
        (folder / f"{name}.gz").write_bytes(b"x")
    before = listed(b)
    run = b.play(
        {
            "never": export(b, "kept"),
            "check mode": {**export(b, check_mode=True, keep_exports=2, keep_copies=3), "diff": True},
            "prune": {**export(b, keep_exports=2, keep_copies=3), "diff": True},
            "nothing": export(b, keep_exports=0),
        }
    )
    assert run["never"]["pruned"] == {"exports": [], "copies": []}
    expected = {"exports": [f"{name}.gz" for name in old[:3]], "copies": [f"{name}.gz" for name in old[:2]]}
    assert run["check mode"]["pruned"] == run["prune"]["pruned"] == expected
    assert run["check mode"]["changed"] and "would be deleted: 3 exports, 2 copies" in run["check mode"]["msg"]
    assert "are deleted: 3 exports, 2 copies" in run["prune"]["msg"]
    new = run["prune"]["name"]
    assert run["prune"]["diff"]["before"]["exports"] == [*(f"{name}.gz" for name in old), new]
    assert run["prune"]["diff"]["after"]["exports"] == [f"{old[3]}.gz", new]
    assert listed(b) == before - set(expected["exports"]) | {"kept.gz", new}
    left = {f"{name}.gz" for name in [*old[2:], *foreign, "kept"]} | {new}
    assert {path.name for path in folder.iterdir()} == left
    assert run["nothing"]["failed"] and "keep_exports is 0" in run["nothing"]["msg"]


def test_no_old_backup_goes_while_the_new_one_has_no_copy(bench):
    b = bench("standalone-6.3", users=NEITHER)
    router = b.simulator.world.conductor_router.name
    old = f"{router}-node0-20260101T220000Z.gz"
    b.play({"old": export(b, old.removesuffix(".gz"), methods=["text"])})
    run = b.play({"save": export(b, methods=["sftp", "shell"], keep_exports=1, keep_copies=1)})
    assert not run["save"]["failed"] and run["save"]["path"] is None
    assert run["save"]["pruned"] == {"exports": [], "copies": []} and old in listed(b)


def test_an_account_that_may_not_delete_still_has_its_backup(bench):
    old = f"{bench('standalone-6.3').simulator.world.conductor_router.name}-node0-20260101T220000Z"
    reader = {"name": "admin", "password": "demo-admin-password", "capabilities": ["config-read"]}
    b = bench("standalone-6.3", users=[reader], exports=[old])
    run = b.play({"save": export(b, keep_exports=1)})
    assert not run["save"]["failed"] and run["save"]["path"] and run["save"]["pruned"]["exports"] == []
    assert run["save"]["notes"][0].startswith("keep_exports: ") and f"{old}.gz" in listed(b)
    assert "[WARNING]: keep_exports" in run.output

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""By day: a release is brought to the routers, and the night has no download left to make."""

from __future__ import annotations

from tests.integration.routers import OLD, authority, failed_hosts, inventory, play, reports, router, verdicts


def downloads(bench):
    return [command for command in bench.sent if command.startswith("request system software download ")]


def changed(run, host):
    """Does the recap count this host as changed?"""
    (row,) = [line for line in run.output.splitlines() if line.startswith(f"{host} ") and " changed=" in line]
    return " changed=0 " not in row


def test_a_release_is_brought_to_each_router_and_the_night_finds_it_there(bench):
    b = bench(
        authority(router("hub", "hub-1", "hub-2"), router("one"), router("full")),
        faults=[{"type": "download_fails", "node": "full-node", "text": "Download failed: no space left"}],
    )
    inventory(b)
    run = play(b, "download", router_upgrade_downloads_in_flight=2)
    assert run.code != 0
    assert verdicts(run) == {"hub": "done", "one": "done", "full": "failed"} and failed_hosts(run) == {"full"}
    assert {b.truth(node)["version"] for node in ("hub-1", "one-node", "full-node")} == {OLD}, "nothing was upgraded"
    assert b.upgrades() == [] and reports(b)[0]["totals"] == {"failed": 1, "done": 2}
    sent = len(downloads(b))

    night = play(b, "upgrade_routers", "--limit", "one")
    assert night.code == 0, night.output
    assert len(downloads(b)) == sent, "the release was there"


def test_what_was_downloaded_is_taken_back(bench):
    b = bench(authority(router("one")))
    inventory(b)
    first = play(b, "download")
    assert first.code == 0 and changed(first, "one"), first.output
    assert not changed(play(b, "download"), "one"), "it was there"
    run = play(b, "download", router_upgrade_download_state="absent")
    assert run.code == 0, run.output
    assert verdicts(run) == {"one": "done"}
    assert any(command.startswith("delete system software ") and " router one " in command for command in b.sent)

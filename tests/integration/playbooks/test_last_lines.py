# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run that went badly: every router has a verdict, and each reason is once in the last lines."""

from __future__ import annotations

import pytest

from tests.integration.routers import (
    NEW,
    OLD,
    authority,
    failed_hosts,
    inventory,
    messages_of,
    play,
    router,
    verdicts,
)

SUMMARY = "Print the summary of the run"
STORES = ("store-1", "store-2", "store-3")


@pytest.mark.parametrize("playbook", ["revert_routers", "download"])
def test_a_conductor_that_is_not_ready_leaves_no_router_without_a_verdict(bench, playbook):
    b = bench(authority(*(router(name, version=NEW) for name in STORES)))
    inventory(b)
    b.change_host("c1", ansible_port=1)
    b.change_host("c2", ansible_port=1)
    run = play(b, playbook, ssr_version="6.3.0")
    assert run.code == 2 and verdicts(run) == dict.fromkeys(STORES, "not_started"), run.output
    assert failed_hosts(run) >= set(STORES) and b.sent == []
    (lines,) = messages_of(run, SUMMARY)
    assert lines[0] == "3 routers: 3 not_started"
    (line,) = (line for line in lines if line.startswith("not_started: "))
    assert line.startswith("not_started: 3 routers: store-1, store-2, store-3: The preparation of the batch")


def test_the_last_lines_of_a_bad_revert_have_each_reason_once_and_name_the_report(bench):
    b = bench(
        authority(
            router("well", version=NEW, nodes=[{"name": "well-node", "previous": OLD}]),
        )
    )
    inventory(b, **dict.fromkeys([*STORES, "well"]))  # the conductor knows no store
    run = play(b, "revert_routers", ssr_version="6.3.0")
    assert run.code == 2 and verdicts(run) == {**dict.fromkeys(STORES, "blocked"), "well": "done"}, run.output
    assert failed_hosts(run) == set(STORES)
    (lines,) = messages_of(run, SUMMARY)
    assert lines[0] == "4 routers: 3 blocked, 1 done" and lines[-2].endswith("-from-*.json"), lines
    assert lines[-3].endswith("/report.html"), lines
    assert [line.split(": ")[:3] for line in lines[1:-4]] == [["blocked", "3 routers", ", ".join(STORES)]]
    assert lines[-4].startswith("next: ") and lines[-4].endswith(f" --limit {','.join(STORES)}"), lines
    last = run.output[run.output.rindex("TASK [") :]
    assert SUMMARY in last, "nothing but the recap comes after it"


def test_a_dry_run_of_a_revert_leaves_out_what_cannot_be_reverted_and_counts_what_is_planned_as_well(bench):
    b = bench(authority(router("well", version=NEW, nodes=[{"name": "well-node", "previous": OLD}])))
    inventory(b, **dict.fromkeys([*STORES, "well"]))  # the conductor knows no store
    run = play(b, "revert_routers", "--check", ssr_version="6.3.0")
    assert run.code == 2 and verdicts(run) == {**dict.fromkeys(STORES, "blocked"), "well": "planned"}, run.output
    line = next_line(run)
    assert line.startswith("next: leave out what the lines above name, or fix it, then run without --check: "), line
    assert line.endswith(" --limit '!store-1,!store-2,!store-3'") and "not begun" not in line, line


def test_the_last_lines_of_a_bad_download_name_the_router_and_the_report(bench):
    b = bench(
        authority(router("one"), router("full")),
        faults=[{"type": "download_fails", "node": "full-node", "text": "Download failed: no space left"}],
    )
    inventory(b)
    run = play(b, "download")
    assert run.code == 2 and verdicts(run) == {"one": "done", "full": "failed"}, run.output
    (lines,) = messages_of(run, SUMMARY)
    assert lines[0] == "2 routers: 1 failed, 1 done" and lines[1].startswith("failed: full: "), lines
    assert any(line.startswith("file: ") and line.endswith("-from-*.json") for line in lines), lines
    assert lines[2].startswith("next: ") and lines[2].endswith("download.yml \u2026 --limit full"), lines


def next_line(run) -> str:
    """What the summary says is next."""
    (lines,) = messages_of(run, SUMMARY)
    (line,) = [line for line in lines if line.startswith("next: ")] or [""]
    return line


def test_the_last_lines_of_an_upgrade_name_what_to_type_next(bench):
    names = [f"a-store-in-a-very-long-street-in-a-small-town-{number}" for number in range(3)]
    b = bench(
        authority(router("canary"), router("bad"), *(router(name) for name in names), router("later")),
        faults=[{"type": "pre_check_refuses", "router": name} for name in ("bad", *names)],
    )
    inventory(b)
    run = play(b, "upgrade_routers", "--limit", "canary:bad", ssr_serial="1,100%")
    assert run.code == 2 and verdicts(run)["bad"] == "failed", run.output
    assert next_line(run).endswith("upgrade_routers.yml \u2026 --limit bad"), run.output
    assert ": ansible-playbook /" in next_line(run)
    every = play(b, "upgrade_routers", "--limit", "!later", ssr_serial="100%")
    file = next((b.folder / "reports").glob("routers-*.limit"))
    assert next_line(every).endswith(f" --limit @{file}"), every.output
    assert file.read_text(encoding="utf-8").splitlines() == ["bad", *names]
    b.simulator.clear_faults()
    again = play(b, "upgrade_routers", "--limit", f"@{file}", ssr_serial="100%")
    assert again.code == 0 and set(verdicts(again)) == {"bad", *names} and next_line(again) == "", again.output


def test_a_line_of_a_host_that_fails_keeps_what_to_do_about_it(bench):
    text = (
        "Pre-upgrade health check failed: System Processes Check found the process 'stateMachine' not running"
        + " yet" * 30
    )
    b = bench(authority(router("bad")), faults=[{"type": "pre_check_refuses", "router": "bad", "text": text}])
    inventory(b)
    run = play(b, "upgrade_routers")
    (failure,) = run.failures
    assert failure.startswith("bad failed: ") and failure.endswith("then run again.") and len(failure) <= 160, failure

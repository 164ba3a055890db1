# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of real runs: an operator who reads only that knows what happened, why, and what is next."""

from __future__ import annotations

import json
import re

from tests.integration.fleet import begin, kill, own_lines, requests, screen, wait_for_end, wait_until
from tests.integration.harness import task
from tests.integration.routers import OLD, PACE, authority, inventory, play, router

#: As README says it.
ENABLED = {"ANSIBLE_CALLBACKS_ENABLED": "record,sessionsmart.ssr.last_screen"}
STORES = [f"store-{number}" for number in range(1, 9)]


def test_a_bad_night(bench):
    faults = [{"type": "pre_check_refuses", "router": name} for name in STORES[:2]]
    faults += [{"type": "never_comes_back", "node": "store-3-node"}]
    faults += [{"type": "post_check_fails_and_reverts", "node": "store-4-node"}]
    # A node that goes back by itself is away long enough to be seen to do so, however busy this machine is.
    durations = {"restart": 1200, "post_check": 600}
    b = bench(authority(router("hub", "hub-1", "hub-2"), *map(router, STORES), durations=durations), faults=faults)
    inventory(b)
    b.settings = ENABLED
    variables = {
        name: value for name, value in PACE.items() if name != "router_upgrade_progress"
    }  # quiet is the default
    reports = str(b.folder / "reports")
    run = b.run("upgrade_routers", ssr_version="6.3.5", ssr_serial="1,100%", ssr_report_dir=reports, **variables)
    run.assert_clean(*b.secrets)
    lines = screen(run.output)
    assert run.code == 2 and len(lines) <= 25 and max(map(len, lines[:-2])) <= 100, lines
    assert lines[0] == "SSR UPGRADE TO 6.3.5-39.r1: 4 ROUTERS NEED A PERSON NOW"
    assert lines[1] == "routers in 2 batches: 1 dead, 2 failed, 1 reverted, 5 done"
    text = " ".join(" ".join(lines).split())
    assert "dead: store-3: has not been seen by the conductor again" in text
    assert "failed: 2 routers (store-1, store-2): refused: Pre-upgrade health check failed: System Processes" in text
    assert "reverted: store-4: went back to 6.3.0-107.r1 by itself" in text
    assert re.search(r"upgrade_routers\.yml \u2026 (\\ )?--limit store-1,store-2,store-3,store-4 ", text), text
    assert "commit: not now, nobody knows how store-3 is" in text
    assert lines[-2].startswith(f"report: {b.folder}/reports/")
    assert lines[-1].startswith(f"backup of the configuration: {b.folder}/backups/")
    assert run.output.count("'stateMachine'") == 0 and run.output.count("System Processes Check found") <= 4 * 2
    assert len(own_lines(run.output)) <= 60, len(own_lines(run.output))


def test_a_conductor_that_fails_at_its_first_node(bench):
    b = bench(authority(router("one"), version=OLD), faults=[{"type": "post_check_fails_and_reverts", "node": "c1"}])
    inventory(b)
    b.settings = ENABLED
    run = play(b, "upgrade_conductor")
    lines = screen(run.output)
    text = " ".join(" ".join(lines).split())
    assert run.code == 2 and len(lines) <= 25 and run.output.count("TASK [") < 60, run.output
    assert lines[0] == "SSR UPGRADE TO 6.3.5-39.r1: THE CONDUCTOR NEEDS A PERSON NOW", lines
    assert lines[1] == "conductor Conductor: c1 reverted; c2 not_started", lines
    assert "reverted: Conductor: " in text and "upgrade_conductor.yml \u2026" in text, lines
    assert "commit: allowed" in lines, "both nodes run the old release again"
    assert "| Print the summary" not in run.output or "skipping" in run.output


def test_an_authority_whose_conductor_is_left_on_two_versions(bench):
    b = bench(
        authority(router("one"), router("two"), version=OLD), faults=[{"type": "pre_check_refuses", "node": "c2"}]
    )
    inventory(b)
    b.settings = ENABLED
    run = play(b, "upgrade_authority")
    text = " ".join(" ".join(screen(run.output)).split())
    assert run.code == 2 and "conductor Conductor: c1 done (6.3.0-107.r1 to 6.3.5-39.r1); c2 failed" in text, text
    assert (
        "commit: not now, the pair Conductor is on two versions: c1 runs 6.3.5-39.r1 and c2 runs 6.3.0-107.r1" in text
    )
    assert "never begun: 2 routers (one, two): the conductor Conductor comes first, and is failed" in text, text


def test_a_dry_run_and_a_mistake(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b)
    b.settings = ENABLED
    lines = screen(play(b, "upgrade_routers", "--check").output)
    assert lines[:2] == ["SSR UPGRADE TO 6.3.5-39.r1: A DRY RUN, NOTHING WAS SENT", "routers: 2 planned"], lines
    assert lines[2].startswith("next: run without --check:") and not any("commit" in line for line in lines), lines
    mistaken = play(b, "upgrade_routers", router_upgrade_in_flight="many")
    text = " ".join(" ".join(screen(mistaken.output)).split())
    assert "NOTHING WAS SENT" in text and "router_upgrade_in_flight is 'many'" in text and requests(b) == [], text


def test_what_is_written_for_programs_stays_as_it_is_and_other_playbooks_say_nothing(bench):
    b = bench(authority(router("one")))
    inventory(b)
    b.settings = {**ENABLED, "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
    assert "SSR UPGRADE" in play(b, "upgrade_routers", "--check").output  # the standard error output is in it as well
    b.settings = ENABLED
    run = b.play({"Read": task("software_info", {})})
    assert "SSR " not in run.output.rpartition("PLAY RECAP")[2], run.output


def test_a_run_that_is_interrupted(bench):
    b = bench(authority(router("one")), faults=["upgrade_hangs"])
    inventory(b)
    b.settings = ENABLED
    process = begin(b, router_upgrade_progress="quiet")
    wait_until(lambda: requests(b, "one", "upgrade"), "the upgrade")
    below = kill(process, "interrupt")
    output = wait_for_end(process, below, "interrupt")
    lines = output[output.rindex("SSR UPGRADE") :].splitlines()
    assert lines[0].endswith("INTERRUPTED. What was sent goes on by itself"), output
    text = " ".join(" ".join(lines).split())
    assert "next: run the same again, which takes up what is running: ansible-playbook" in text, text
    assert "commit: not now, something may run still on one" in text, text
    assert "routers: 1 unknown" in text and "never begun" not in text, text
    assert "was sent, and it is not known how it ended" in text and "upgrade router one force" in text, text
    (page,) = (b.folder / "reports").glob("*/report.json")
    report = json.loads(page.read_text(encoding="utf-8"))
    assert report["run"]["state"] == "interrupted" and report["totals"] == {"unknown": 1}, report["totals"]
    assert (page.parent / "case-one.json").exists() and "Nothing needs" not in page.with_suffix(".md").read_text()
    (status,) = (b.folder / "journal").glob("status-*.json")
    assert json.loads(status.read_text(encoding="utf-8"))["state"] == "interrupted"


def test_a_plan_is_told_as_one(bench):
    b = bench(authority(router("one"), router("two")))
    inventory(b)
    b.settings = ENABLED
    run = play(b, "plan")
    text = " ".join(" ".join(screen(run.output)).split())
    assert run.code == 0 and "A PLAN, NOTHING WAS SENT routers: 2 planned" in text, text
    assert re.search(
        r"next: run upgrade_routers with the same options: ansible-playbook \S+upgrade_routers.yml", text
    ), text
    assert "commit" not in text and "never begun" not in text, text


def test_a_batch_that_failed_wholly(bench):
    b = bench(authority(*map(router, STORES[:4])), faults=[{"type": "pre_check_refuses", "router": "store-1"}])
    inventory(b)
    b.settings = ENABLED
    run = play(b, "upgrade_routers", ssr_serial="1,100%")
    text = " ".join(" ".join(screen(run.output)).split())
    assert run.code == 2 and "routers: 1 failed, 3 never begun" in text, text
    assert "failed: store-1: refused: Pre-upgrade health check failed" in text and "commit: allowed" in text
    assert "never begun: 3 routers (store-2, store-3, store-4): store-1 (failed) of batch 1 did not end well" in text
    assert "then the same without the limit for 3 never begun: ansible-playbook" in text and "--limit store-1 " in text

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: an HA conductor, one node at a time, through the real playbook."""

from __future__ import annotations

import json

import pytest

FIRST, SECOND = "t106-dut1", "t106-dut2"
FROM, TO = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"


def versions(bench):
    return bench.truth(FIRST)["version"], bench.truth(SECOND)["version"]


def assert_second_untouched(bench):
    assert bench.upgrades(SECOND) == []
    assert bench.truth(SECOND)["version"] == FROM
    assert bench.truth(SECOND)["upgrades_started"] == 0
    assert bench.simulator.violations == []


def assert_nothing_was_lost(run):
    """Each node was compared with the time before, and the comparison found nothing."""
    comparisons = [
        check
        for result in run.results("software_upgrade")
        for check in result["checks"]
        if check["name"] == "comparison"
    ]
    assert [check["state"] for check in comparisons] == ["pass", "pass"], comparisons


class TestHappyPath:
    def test_image_based_pair_goes_node_by_node_with_backup_and_health_checks_and_a_second_run_changes_nothing(
        self, bench
    ):
        b = bench("ha-6.3-image")
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert len(b.upgrades(FIRST)) == len(b.upgrades(SECOND)) == 1
        assert b.simulator.violations == []
        said = [
            (entry["node"].partition(".")[0], entry["command"])
            for entry in b.simulator.log
            if (entry["event"] == "command" and len(entry["command"].split()) > 4)
            or entry.get("command", "")[:6] == "export"
        ]
        steps = [
            (node, word)
            for node, command in said
            for word in ("export", "upgrade", "health-check")
            if command.startswith((word, f"request system software {word}"))
        ]
        first, second = steps.index((FIRST, "upgrade")), steps.index((SECOND, "upgrade"))
        assert steps.index((FIRST, "export")) < first, "the backup comes first"
        assert (FIRST, "health-check") in steps[first:second], "the first is checked before the second is touched"
        assert (SECOND, "health-check") in steps[second:]
        backups = list((b.folder / "backups").iterdir())
        assert len(backups) == 1 and backups[0].suffix == ".gz"
        assert backups[0].stat().st_mode & 0o777 == 0o600
        assert "DONE" in run.output
        assert_nothing_was_lost(run)
        again = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_backup=False)
        assert again.code == 0, again.output
        assert len(b.upgrades()) == 2
        assert {again.node(FIRST)["state"], again.node(SECOND)["state"]} == {"up_to_date"}
        assert not any(result.get("changed") for result in again.results("software_upgrade"))

    def test_package_based_pair_from_below_6_3_uses_each_nodes_own_session(self, bench):
        b = bench("ha-6.2-package")
        # All assets are away between the nodes, and that is no loss, also where nothing is waited for.
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_compare_grace="0")
        assert run.code == 0, run.output
        assert_nothing_was_lost(run)
        for node in ("conductor-east-1", "conductor-east-2"):
            assert b.truth(node)["version"] == TO
            assert [" router " in upgrade or " node " in upgrade for upgrade in b.upgrades(node)] == [False]
        assert b.simulator.violations == []

    def test_standalone_conductor_and_results_are_small_data_for_the_next_job(self, bench):
        b = bench("standalone-6.3")
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code == 0, run.output
        assert all(b.truth(node)["version"].startswith("6.3.5-") for node in b.simulator.nodes)
        stats = [result["ansible_stats"]["data"] for result in run.results("set_stats")]
        (verdict,) = stats[-1]["ssr_conductor_upgrade"].values()
        assert verdict["state"] == "done" and json.dumps(verdict)

    def test_vendor_sequencing_sends_one_request_and_follows_both_nodes(self, bench):
        b = bench("ha-6.3-image")
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_sequencing="vendor")
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert len(b.upgrades()) == 1 and " node " not in b.upgrades()[0]
        assert run.node(SECOND)["state"] == "done"

    def test_blocking_requests_work_as_well(self, bench):
        b = bench("ha-6.3-image", behaviour={"request_mode": "blocks"})
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_request_timeout=1)
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert len(b.upgrades()) == 2

    def test_check_mode_checks_for_real_and_sends_nothing(self, bench):
        b = bench("ha-6.3-image")
        run = b.run("upgrade_conductor", "--check", "--diff", ssr_version="6.3.5")
        assert run.code == 0, run.output
        assert b.upgrades() == [] and versions(b) == (FROM, FROM)
        assert run.node(FIRST)["state"] == run.node(SECOND)["state"] == "planned"
        assert run.results("precheck"), "pre-checks run for real"
        assert not (b.folder / "journal").exists() or not list((b.folder / "journal").glob("*.json"))

    def test_a_peer_that_moves_by_itself_is_followed_and_gets_no_command(self, bench):
        b = bench("ha-6.3-image", behaviour={"peer_moves_by_itself": True})
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_pair_soak=1)
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert b.upgrades(SECOND) == []
        assert run.node(SECOND)["moved_by_itself"]


def last_table(run):
    """The summary that a run prints last: what stands beside the name of each node."""
    printed = run.results("debug")
    assert printed, run.output
    lines = printed[-1]["msg"]
    assert [title for title in lines[0].split() if title != "RUNS"] == ["NODE", "STATE", "FROM", "TO", "TOOK"], lines
    rows = [line for line in lines[1:] if ".Conductor " in line.split(":")[0]]
    return {row.split(".")[0]: row.split()[1] for row in rows}, lines


class TestLastScreen:
    def test_a_failed_run_gives_its_reason_in_a_sentence_and_ends_with_a_row_for_each_node(self, bench):
        b = bench(faults=[{"type": "pre_check_refuses", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0 and len(run.failures) == 1, run.failures
        states, lines = last_table(run)
        assert states == {FIRST: "failed", SECOND: "not_started"}, lines
        assert "reverted" not in run.output, "nothing was started, so nobody expects a revert"
        fatal = [line for line in run.output.splitlines() if "fatal:" in line or "FAILED! =>" in line]
        assert fatal and all(len(line) < 800 for line in fatal), fatal
        refused = run.output[: run.output.index("Print the summary")].count("The device refused")
        assert refused <= 2, "Ansible prints the message of a failed task twice"
        (why,) = [line for line in lines if line.startswith(f"failed: {FIRST}.Conductor: ")]
        assert "System Processes Check" in why and len(why) < 350
        (step,) = [line for line in lines if line.startswith("next: ")]
        assert (
            step.endswith("upgrade_conductor.yml \u2026")
            and "run again with the same options: ansible-playbook /" in step
        )
        assert lines.index(why) + 1 == lines.index(step)

    def test_a_task_that_ansible_ends_is_a_sentence_and_not_the_whole_result(self, bench):
        slow = {"download": 60, "install": 100000, "restart": 60, "service_start": 30, "post_check": 30, "resync": 30}
        b = bench("ha-6.3-image", durations=slow)
        b.settings = {"ANSIBLE_TASK_TIMEOUT": "15"}
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_backup=False)
        assert run.code != 0 and len(b.upgrades()) == 1 and run.node(FIRST)["state"] == "unknown"
        (fatal,) = [line for line in run.output.splitlines() if "FAILED! =>" in line]
        assert len(fatal) < 1000 and fatal.count("Ansible ended this task after 15 s") == 1, fatal
        assert "it takes up what is running. No other node is touched." in fatal
        states, lines = last_table(run)
        assert states == {FIRST: "unknown", SECOND: "not_started"}, lines
        assert any(line.startswith(f"unknown: {FIRST}.Conductor: ") and "goes on there" in line for line in lines), (
            lines
        )
        assert any(line.startswith("next: see with sessionsmart.ssr.report how the nodes are, ") for line in lines), (
            lines
        )

    def test_a_preparation_that_fails_says_that_nothing_was_sent_and_what_to_do(self, bench):
        b = bench("ha-6.3-image")
        for mode in ((), ("--check",)):
            run = b.run("upgrade_conductor", *mode, ssr_version="6.3.9")
            assert run.code != 0 and b.upgrades() == []
            assert "6.3.9 is not offered by the conductor." in run.failures[0]
            assert "import the image" in run.failures[0] and "run again" in run.failures[0]
            _states, lines = last_table(run)
            names = [f"{node}.Conductor" for node in (FIRST, SECOND)]
            assert [line.split() for line in lines[1:3]] == [[name, "not_started", "-", "6.3.9", "-"] for name in names]
            (why,) = [line for line in lines if line.startswith("not_started: ")]
            assert why.startswith(f"not_started: {' and '.join(names)}: 6.3.9 is not offered by the conductor."), why
            assert any(line.startswith("next: ") for line in lines), lines
            assert lines[-1] == "Nothing was sent to any conductor node."


class TestFaults:
    def test_a_pre_check_of_the_vendor_that_refuses_starts_nothing(self, bench):
        b = bench(faults=[{"type": "pre_check_refuses", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert run.node(FIRST)["state"] == "failed" and not run.node(FIRST)["accepted"]
        assert any("System Processes Check" in message for message in run.failures), (
            "the conductor's own words are kept"
        )
        assert b.reverts() == []
        assert_second_untouched(b)

    def test_a_failing_post_check_that_reverts_by_itself_is_seen(self, bench):
        b = bench(faults=[{"type": "post_check_fails_and_reverts", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert run.node(FIRST)["state"] == "reverted", run.output
        assert b.reverts() == [], "nothing is reverted twice"
        assert_second_untouched(b)

    def test_a_node_that_never_comes_back_ends_unknown(self, bench):
        b = bench(faults=[{"type": "never_comes_back", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_upgrade_timeout=10)
        assert run.code != 0
        assert run.node(FIRST)["state"] == "unknown"
        assert "has not come back" in run.node(FIRST)["reason"]
        assert not run.unreachable
        assert_second_untouched(b)

    def test_a_failing_health_check_takes_the_node_back(self, bench):
        b = bench(faults=[{"type": "health_check_fails", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_checks=["all", "!vendor_health_check"])
        assert run.code != 0
        assert len(b.reverts(FIRST)) == 1
        assert b.truth(FIRST)["version"] == FROM
        assert any("System Processes Check" in message and "reverted" in message for message in run.failures)
        (verdict,) = run.results("set_stats")[-1]["ansible_stats"]["data"]["ssr_conductor_upgrade"].values()
        assert verdict["state"] == "reverted", "the next job hears of the end, not of the upgrade alone"
        assert "DONE" not in run.output
        assert_second_untouched(b)

    def test_a_failing_health_check_before_the_upgrade_stops_everything(self, bench):
        b = bench(faults=[{"type": "health_check_fails", "node": SECOND}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert b.upgrades() == []
        fatal = [line for line in run.output.splitlines() if "FAILED! =>" in line]
        assert len(fatal) == 2 and all(len(line) < 1000 for line in fatal), fatal

    def test_a_service_that_is_down_takes_the_node_back(self, bench):
        b = bench(faults=[{"type": "service_down_after_upgrade", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert len(b.reverts(FIRST)) == 1
        assert b.truth(FIRST)["version"] == FROM
        assert_second_untouched(b)

    @pytest.mark.parametrize("how", ["refused", "same_version"])
    def test_a_revert_that_fails_is_reported_and_stops(self, bench, how):
        b = bench(
            faults=[
                {"type": "service_down_after_upgrade", "node": FIRST},
                {"type": "revert_fails", "node": FIRST, "how": how},
            ]
        )
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_upgrade_timeout=20)
        assert run.code != 0
        assert len(b.reverts(FIRST)) == 1, "a revert is never sent twice"
        assert b.truth(FIRST)["version"] == TO
        assert any("revert" in message.lower() for message in run.failures)
        assert_second_untouched(b)

    def test_reverting_can_be_turned_off(self, bench):
        b = bench(faults=[{"type": "service_down_after_upgrade", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_revert=False)
        assert run.code != 0 and b.reverts() == []
        assert_second_untouched(b)

    def test_a_failing_second_node_is_taken_back_and_the_first_stays(self, bench):
        b = bench(faults=[{"type": "service_down_after_upgrade", "node": SECOND}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert versions(b) == (TO, FROM)
        assert b.reverts(FIRST) == [] and len(b.reverts(SECOND)) == 1
        assert run.node(FIRST)["state"] == "done"

    def test_an_unreadable_health_check_warns_and_goes_on(self, bench):
        b = bench(faults=["health_check_unreadable"])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert "cannot be read" in run.output

    def test_an_unreadable_health_check_holds_where_the_user_wants_it(self, bench):
        b = bench(faults=["health_check_unreadable"])
        run = b.run(
            "upgrade_conductor",
            ssr_version="6.3.5",
            conductor_upgrade_health_check_unknown="hold",
            conductor_upgrade_checks=["all", "!vendor_health_check"],
        )
        assert run.code != 0
        assert b.reverts() == [], "what cannot be read never reverts"
        assert_second_untouched(b)

    @pytest.mark.parametrize(
        ("fault", "word"),
        [
            ({"type": "mixed_install_types", "node": SECOND}, "install"),
            ({"type": "export_missing"}, "export"),
            ({"type": "rbac_refusal", "form": "hidden"}, "provisioning"),
            ({"type": "rbac_refusal", "form": "refused"}, "provisioning"),
            ({"type": "unavailable_version", "version": TO}, "6.3.5"),
            ({"type": "linux_login"}, "ansible_pcli_enter_command"),
            ({"type": "not_a_conductor"}, "is a router, not a conductor"),
        ],
        ids=lambda value: value["type"] + "-" + str(value.get("form", "")) if isinstance(value, dict) else "",
    )
    def test_what_stops_before_anything_is_changed(self, bench, fault, word):
        b = bench(faults=[fault])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0
        assert b.upgrades() == [], "nothing was sent"
        assert any(word in message for message in run.failures), run.failures
        assert not run.unreachable
        assert "Traceback" not in run.output

    def test_a_lost_plugin_is_named_and_stops_nothing(self, bench):
        b = bench("standalone-6.3", faults=[{"type": "plugin_lost"}])
        b.simulator.world.conductors[0].plugins["128T-dns-cache"] = "3.3.0-1"
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code == 0, run.output
        checks = {check["name"]: check for check in run.results("software_upgrade")[0]["checks"]}
        assert checks["plugins_kept"]["state"] == "fail" and "128T-dns-cache" in checks["plugins_kept"]["reason"]

    def test_a_wrong_password_is_tried_once(self, bench):
        b = bench(faults=["wrong_password"])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0 and not run.unreachable
        logins = [entry for entry in b.simulator.log if entry["event"] == "login_failed"]
        assert len([login for login in logins if FIRST in login["node"]]) == 1
        assert any("ansible_password" in message for message in run.failures)
        assert "demo-admin-password" not in run.output

    def test_an_allowed_alarm_does_not_stop(self, bench):
        b = bench("standalone-6.3", faults=["critical_alarm"])
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_allow_alarms=["IDP engine"])
        assert run.code == 0, run.output

    def test_a_login_that_is_refused_after_the_restart_is_not_tried_again(self, bench):
        b = bench(faults=[{"type": "login_refused_after_restart", "node": FIRST}])
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0 and not run.unreachable
        refused = [event for event in b.simulator.log if event["event"] == "login_failed" and FIRST in event["node"]]
        assert len(refused) == 1
        assert run.node(FIRST)["state"] == "unknown"
        assert_second_untouched(b)


class TestInterruption:
    def test_killed_in_the_middle_a_new_run_adopts_the_upgrade_and_finishes(self, bench):
        b = bench("ha-6.3-image", speedup=200)
        process = b.start("upgrade_conductor", ssr_version="6.3.5")
        assert b.simulator.wait_for(lambda _sim: b.upgrades(FIRST), timeout=60)
        b.kill(process)
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_backup=False)
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert len(b.upgrades(FIRST)) == 1 and len(b.upgrades(SECOND)) == 1
        assert run.node(FIRST)["adopted"] or run.node(FIRST)["state"] == "up_to_date"
        assert b.simulator.violations == []

    def test_a_new_run_that_cannot_see_the_end_waits_once_and_stops(self, bench):
        b = bench("ha-6.3-image", faults=[{"type": "upgrade_hangs", "node": FIRST}])
        process = b.start("upgrade_conductor", ssr_version="6.3.5")
        assert b.simulator.wait_for(lambda _sim: b.upgrades(FIRST), timeout=60)
        b.kill(process)
        run = b.run("upgrade_conductor", ssr_version="6.3.5", conductor_upgrade_upgrade_timeout=25)
        assert run.code != 0
        assert any("ended unknown" in message for message in run.failures), run.failures
        assert not run.results("config_export") and not run.results("software_upgrade")
        assert len(b.upgrades(FIRST)) == 1
        assert_second_untouched(b)

    def test_the_second_node_alone_waits_for_the_pair_as_well(self, bench):
        b = bench("ha-6.3-image")
        assert b.run("upgrade_conductor", "--limit", f"localhost,{FIRST}", ssr_version="6.3.5").code == 0
        run = b.run(
            "upgrade_conductor",
            "--limit",
            f"localhost,{SECOND}",
            ssr_version="6.3.5",
            conductor_upgrade_pair_soak=1,
            conductor_upgrade_backup=False,
        )
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert any("It stayed so for 1 s" in result["msg"] for result in run.results("health_check"))

    def test_killed_between_the_nodes_a_new_run_finishes_the_pair(self, bench):
        b = bench("ha-6.3-image")
        assert b.run("upgrade_conductor", "--limit", f"localhost,{FIRST}", ssr_version="6.3.5").code == 0
        assert versions(b) == (TO, FROM)
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code == 0, run.output
        assert versions(b) == (TO, TO)
        assert len(b.upgrades(FIRST)) == 1
        assert run.node(FIRST)["state"] == "up_to_date" and run.node(SECOND)["state"] == "done"


class TestBadInput:
    @pytest.mark.parametrize(
        ("version", "word"),
        [
            ("6.3.99", "offer"),
            ("6.2.1", "offer"),
            ("latest", "ssr_version"),
        ],
    )
    def test_versions_that_cannot_work(self, bench, version, word):
        b = bench("standalone-6.3")
        run = b.run("upgrade_conductor", ssr_version=version)
        assert run.code != 0
        assert b.upgrades() == []
        assert any(word in message for message in run.failures), run.failures
        assert "Traceback" not in run.output

    def test_no_version_at_all_and_no_conductor(self, bench):
        b = bench("standalone-6.3")
        b.write_inventory({"all": {"children": {"ssr_conductors": {"hosts": {}}}}})
        run = b.run("upgrade_conductor")
        assert run.code != 0
        assert any("ssr_conductors" in failure and "ssr_version" in failure for failure in run.failures), (
            "all mistakes at once"
        )

    def test_two_hosts_that_lead_to_the_same_node(self, bench):
        b = bench("ha-6.3-image")
        inventory = b.simulator.inventory()
        hosts = inventory["all"]["children"]["ssr_conductors"]["hosts"]
        hosts[SECOND] = dict(hosts[FIRST])
        b.write_inventory(inventory)
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0 and b.upgrades() == []
        assert any("each once" in message for message in run.failures), run.failures

    def test_a_node_that_cannot_be_reached_stops_its_peer_as_well(self, bench):
        b = bench("ha-6.3-image")
        inventory = b.simulator.inventory()
        inventory["all"]["children"]["ssr_conductors"]["hosts"][SECOND]["ansible_port"] = 1
        b.write_inventory(inventory)
        run = b.run("upgrade_conductor", ssr_version="6.3.5")
        assert run.code != 0 and not run.unreachable
        assert b.upgrades() == []
        assert any("ansible_port" in message for message in run.failures)


def test_a_first_node_that_went_back_after_it_was_done_keeps_the_second_from_being_begun(bench):
    b = bench("ha-6.3-image")
    went_back = {"router": "Conductor", "node": FIRST, "state": "done", "running_version": TO}
    first = f"inventory_hostname == '{FIRST}'"
    play = {
        "hosts": "ssr_conductors",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "vars": {"conductor_upgrade_version": "6.3.5", "conductor_upgrade_backup": False},
    }
    role = {"ansible.builtin.include_role": {"name": "sessionsmart.ssr.conductor_upgrade"}}
    prepare = {"ansible.builtin.include_role": {**role["ansible.builtin.include_role"], "tasks_from": "prepare"}}
    verdict = "{{ {'by_router': {conductor_upgrade_before.router: {'nodes': [__node]}}} }}"
    done = {"ansible.builtin.set_fact": {"conductor_upgrade_verdict": verdict}, "vars": {"__node": went_back}}
    path = b.folder / "second.yml"
    upgrade = {**play, "serial": 1, "tasks": [{**done, "when": first}, {**role, "when": f"not {first}"}]}
    path.write_text(json.dumps([{**play, "tasks": [prepare]}, upgrade]), encoding="utf-8")
    run = b.run(path)
    assert run.code != 0 and b.upgrades() == [], run.output
    assert any("RELAPSED: was done" in message and FROM.removesuffix(".el7") in message for message in run.failures), (
        run.failures
    )
    states, lines = last_table(run)
    assert states == {FIRST: "relapsed", SECOND: "not_started"}, lines


def test_a_play_of_ones_own_that_runs_nothing_but_the_role_upgrades_one_node_after_the_other(bench):
    """With serial: 1 the second node has prepared nothing when the first one does."""
    b = bench("ha-6.3-image")
    play = {
        "hosts": "ssr_conductors",
        "connection": "sessionsmart.ssr.pcli",
        "gather_facts": False,
        "serial": 1,
        "vars": {"conductor_upgrade_version": "6.3.5", "conductor_upgrade_backup": False},
        "roles": ["sessionsmart.ssr.conductor_upgrade"],
    }
    path = b.folder / "own.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    run = b.run(path)
    assert run.code == 0, run.output
    assert versions(b) == (TO, TO)

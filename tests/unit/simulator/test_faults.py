# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault does what the reference says, and only there."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import paramiko
import pytest

from tests.simulator import ScenarioError
from tests.simulator.faults import TYPES

from .api_client import Api, logged_in, web, web_managed
from .pcli_client import LOW, NEW, OLD, PROMPT, Login, cells, column, eventually, managed, pair, pcli, until

C1, C2 = "c1.Conductor", "c2.Conductor"
UPGRADE = f"request system software upgrade router Conductor node {{}} force version {NEW}"
REVERT = "request system software revert router Conductor node c1 force"
HEALTH = "request system software health-check router Conductor node {} force"


def fault(kind: str, **params) -> dict:
    return {"faults": [{"type": kind, **params}]}


def upgraded(sim, node: str = "c1") -> str:
    """Send the upgrade of a node from its peer; the text of the answer."""
    return pcli(sim, "c2" if node == "c1" else "c1").run(UPGRADE.format(node))


def states(sim, node: str) -> list[str]:
    return [e["new"] for e in sim.log if e["event"] == "asset_state" and e["node"] == node]


def ends(sim) -> list[tuple[str, str]]:
    return [(e["state"], e["detail"]) for e in sim.log if e["event"] == "operation_ends"]


def test_pre_check_refuses_at_once_and_only_so_often() -> None:
    with pair(**fault("pre_check_refuses", node="c1", times=1, text="Pre-check: disk too small")) as sim:
        assert upgraded(sim) == "% Error: Pre-check: disk too small"
        assert sim.truth()["nodes"][C1]["upgrades_started"] == 0
        assert "Starting" in upgraded(sim)


def test_pre_check_refuses_later() -> None:
    with pair(**fault("pre_check_refuses", node="c1", when="later")) as sim:
        assert "Starting" in upgraded(sim)
        assert sim.wait_for(lambda s: ends(s))
        assert ends(sim)[0] == ("failed", TYPES["pre_check_refuses"]["text"])
        assert sim.truth()["nodes"][C1]["restarts"] == 0


def test_pre_check_can_be_skipped() -> None:
    with pair(**fault("pre_check_refuses", when="later")) as sim:
        pcli(sim, "c2").run(UPGRADE.format("c1") + " skip-pre-check")
        assert until(sim, C1, version=NEW, operation=None)


def test_post_check_fails_and_reverts() -> None:
    with pair(**fault("post_check_fails_and_reverts", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, restarts=2, operation=None)
        truth = sim.truth()["nodes"][C1]
        assert (truth["version"], truth["state"], truth["reverts_started"]) == (OLD, "Synchronized", 0)
        assert ends(sim)[0][0] == "reverted"
        text = pcli(sim, "c2").run("show system software upgrade node c1")
        assert "SSR firmware upgrade failed for the local node: SSR upgrade failed after reboot" in text
        assert column(pcli(sim, "c2").run("show system software revert node c1"), "Status") == ["Complete"]


@pytest.mark.parametrize("option", ["skip-health-check", "no-revert"])
def test_the_revert_can_be_prevented(option: str) -> None:
    with pair(**fault("post_check_fails_and_reverts"), **{"dialect.no_revert": True}) as sim:
        pcli(sim, "c2").run(UPGRADE.format("c1") + f" {option}")
        assert until(sim, C1, operation=None, restarts=1, version=NEW, state="Synchronized")
        assert ends(sim)[0][0] == ("completed" if option == "skip-health-check" else "failed")


@pytest.mark.parametrize(
    ("phase", "version"), [("pre-check", OLD), ("download", OLD), ("install", OLD), ("post-check", NEW)]
)
def test_upgrade_hangs(phase: str, version: str) -> None:
    with pair(**fault("upgrade_hangs", node="c1", phase=phase)) as sim:
        upgraded(sim)
        assert until(sim, C1, phase=phase, version=version)
        assert not sim.wait_for(lambda s: s.truth()["nodes"][C1]["phase"] != phase, 0.3)
        assert "Starting" in upgraded(sim, "c2")


def test_never_comes_back() -> None:
    with pair(**fault("never_comes_back", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, up=False)
        assert not sim.wait_for(lambda s: s.truth()["nodes"][C1]["up"], 0.4)
        with pytest.raises(OSError):
            Login(sim, "c1")
        messages = column(pcli(sim, "c2").run("show alarms"), "Message")
        assert "Node c1 went offline" in messages and f"No connectivity to {C1}" in messages


def test_health_check_fails() -> None:
    with pair(**fault("health_check_fails", node="c1", times=1)) as sim:
        shell = pcli(sim)
        text = shell.run(HEALTH.format("c1"))
        assert "✖ Performing health check" in text
        assert "✖ c1.Conductor: System Processes Check failed: one or more processes are not running" in text
        assert "% Error: Health check failed" in text
        assert "passed" in shell.run(HEALTH.format("c1"))
        assert sim.truth()["nodes"][C1]["started"]["health-check"] == 2


def test_health_check_unreadable() -> None:
    with pair(**fault("health_check_unreadable", text="@@ 17 ??")) as sim:
        text = pcli(sim).run(HEALTH.format("c1"))
        assert "@@ 17 ??" in text
        assert not re.search("pass|fail|error", text, re.IGNORECASE)


def test_health_check_times_out() -> None:
    with pair(**fault("health_check_times_out", times=1)) as sim:
        shell = pcli(sim)
        with pytest.raises(TimeoutError):
            shell.raw(HEALTH.format("c1"), timeout=0.5)
        assert "passed" in pcli(sim).run(HEALTH.format("c1"))
        shell.send("\x03")
        shell.expect(PROMPT)


def test_not_a_conductor() -> None:
    with pair(**fault("not_a_conductor", node="c1")) as sim:
        assert "can only be run on a Conductor" in pcli(sim, "c1").run("show assets")
        assert "can only be run on a Conductor" not in pcli(sim, "c2").run("show assets")
        assert "Status" in pcli(sim, "c1").run("show system")


@pytest.mark.parametrize("name", ["128T-wireguard", None])
def test_plugin_lost(name: str | None) -> None:
    with pair(**fault("plugin_lost", node="c1", name=name)) as sim:
        for node in sim.world.conductors:
            node.plugins.update({"128T-dns-cache": "3.3.0-1", "128T-wireguard": "2.1.0-1"})
        assert "128T-wireguard" in pcli(sim).run("show plugins installed")
        upgraded(sim)
        assert until(sim, C1, version=NEW, state="Synchronized", operation=None)
        assert set(sim.truth()["nodes"][C1]["plugins"]) == ({"128T-dns-cache"} if name else set())
        assert len(sim.truth()["nodes"][C2]["plugins"]) == 2


def test_service_down_after_upgrade() -> None:
    with pair(**fault("service_down_after_upgrade", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, version=NEW, state="Synchronized", service="offline", operation=None)
        shell = pcli(sim)
        assert " Status:       offline" in shell.run("show system node c1")
        assert "Service Status:               Offline" in shell.run("show assets c1.conductor")
        assert "System Processes Check failed" in shell.run(HEALTH.format("c1"))


@pytest.mark.parametrize(
    ("kind", "state"), [("stuck_disconnected", "Disconnected"), ("stuck_synchronizing", "Resynchronizing")]
)
def test_stuck_assets(kind: str, state: str) -> None:
    with pair(**fault(kind, node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, version=NEW, service="running", operation=None)
        assert not until(sim, C1, 0.3, state="Synchronized")
        assert sim.truth()["nodes"][C1]["state"] == state
        pcli(sim, "c2").run(REVERT)
        assert until(sim, C1, version=OLD, state="Synchronized")


def test_stuck_until_reconnected() -> None:
    with pair(**fault("stuck_disconnected", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, version=NEW, operation=None)
        pcli(sim, "c2").run("send command reconnect router Conductor node c1")
        assert until(sim, C1, state="Synchronized")


def test_revert_is_refused() -> None:
    with pair(**fault("revert_fails", node="c1", text="Nothing to go back to")) as sim:
        assert pcli(sim, "c2").run(REVERT) == "% Error: Nothing to go back to"
        assert sim.truth()["nodes"][C1]["reverts_started"] == 0


def test_revert_boots_the_same_version() -> None:
    with pair(**fault("revert_fails", node="c1", how="same_version")) as sim:
        assert "Starting" in pcli(sim, "c2").run(REVERT)
        assert until(sim, C1, restarts=1, operation=None, version=OLD, previous_version=LOW)
        assert ends(sim)[0][0] == "failed"


def test_mixed_install_types() -> None:
    with pair(**fault("mixed_install_types", node="c2")) as sim:
        assert column(pcli(sim).run("show assets router Conductor"), "Install Type") == ["Image", "Package"]


def test_dirty_candidate() -> None:
    with pair(**fault("dirty_candidate", node="c1", user="admin")) as sim:
        shell = pcli(sim)
        assert shell.prompt == "*admin@c1.Conductor# "
        assert pcli(sim, "c2").prompt == "admin@c2.Conductor# "
        shell.run("restore config running force")
        assert shell.prompt == "admin@c1.Conductor# "


def test_export_missing() -> None:
    with pair(**fault("export_missing")) as sim:
        shell = pcli(sim)
        assert "Successfully exported" in shell.run("export config running x")
        assert column(shell.run("show config exports"), "Name") == []


def test_export_not_readable() -> None:
    with pair(**fault("export_missing", how="not_readable")) as sim, Login(sim) as login:
        shell = login.shell()
        shell.run("export config running x")
        assert column(shell.run("show config exports"), "Name") == ["x.gz"]
        with pytest.raises(PermissionError):
            login.client.open_sftp().open("/etc/128technology/config-exports/x.gz")
        assert "Permission denied" in shell.run("shell base64 /etc/128technology/config-exports/x.gz")


def test_wrong_password() -> None:
    with pair(**fault("wrong_password", node="c1")) as sim:
        with pytest.raises(paramiko.AuthenticationException):
            Login(sim, "c1")
        Login(sim, "c2").close()
        assert sim.truth()["bad_logins"] == {"admin@c1.Conductor": 1}


def test_rbac_refusal_hides_or_refuses() -> None:
    with pair(**fault("rbac_refusal", capability="provisioning")) as sim:
        text = pcli(sim).run("request system software upgrade")
        assert text == "Command 'request' not found (use '?' for help)"
    with pair(**fault("rbac_refusal", capability="config-read", form="refused")) as sim:
        expected = (
            "Error: failed to authorize user: you do not have access to resource='128t:*' capability='config-read'"
        )
        shell = pcli(sim)
        assert shell.run("export config running x") == expected
        assert "usage: upgrade" in shell.run("request system software upgrade")


def test_linux_login() -> None:
    with pair(**fault("linux_login", user="admin")) as sim:
        assert pcli(sim, prompt=re.compile(r"\$ $")).greeting.endswith("[admin@c1 ~]$ ")


@pytest.mark.parametrize(("when", "answered"), [("after_answer", True), ("before_answer", False)])
def test_session_dropped_at_a_command(when: str, answered: bool) -> None:
    with pair(**fault("drop_session", after_commands=2, times=1, when=when)) as sim:
        shell = pcli(sim)
        shell.run("show assets")
        with pytest.raises(EOFError) as caught:
            shell.raw("show alarms")
        assert ("shelved alarms" in str(caught.value)) is answered
        again = pcli(sim)
        assert [again.run("show assets") != "" for _number in range(3)] == [True] * 3


def test_session_dropped_after_a_time() -> None:
    with pair(**fault("drop_session", after_seconds=0.3, times=1)) as sim:
        shell = pcli(sim)
        with pytest.raises(EOFError):
            shell.expect(re.compile("never"), 5)


def test_slow_prompt() -> None:
    with pair(**fault("slow_prompt", seconds=0.4, times=1)) as sim:
        began = time.monotonic()
        shell = pcli(sim)
        assert time.monotonic() - began > 0.4
        began = time.monotonic()
        shell.run("show assets summary")
        assert time.monotonic() - began < 0.4


def test_critical_alarm_from_the_start() -> None:
    with pair(**fault("critical_alarm", node="b1")) as sim:
        text = pcli(sim).run("show alarms router branch")
        assert column(text, "Severity") == ["critical"]
        assert column(text, "Message") == ["IDP engine unable to start; reboot-required"]


def test_critical_alarm_after_the_upgrade() -> None:
    with pair(**fault("critical_alarm", node="c1", when="after_upgrade", message="Broken now")) as sim:
        assert "Broken now" not in pcli(sim, "c2").run("show alarms")
        upgraded(sim)
        assert until(sim, C1, operation=None)
        assert "Broken now" in pcli(sim, "c2").run("show alarms")


def test_unavailable_version() -> None:
    with pair(**fault("unavailable_version", version="6.3.5")) as sim:
        shell = pcli(sim)
        assert "6.3.5" not in shell.run("show system software available")
        assert "is not available" in shell.run(UPGRADE.format("c1"))


def test_request_refused_in_words() -> None:
    with pair(**fault("request_refused_words", node="c1", text="Busy with something")) as sim:
        assert upgraded(sim) == "% Error: Busy with something"
        assert "Starting" in upgraded(sim, "c2")


def test_blocked_pty_after_a_restart() -> None:
    with pair(**fault("blocked_pty", node="c1", seconds=1600), **{"durations.restart": 10}) as sim:
        pcli(sim)
        upgraded(sim)
        assert sim.wait_for(lambda s: [e for e in s.log if e["event"] == "ssh_up"])
        login = Login(sim, "c1")
        channel = login.client.invoke_shell()
        channel.settimeout(0.1)
        with pytest.raises(TimeoutError):
            channel.recv(100)
        channel.settimeout(5)
        assert channel.recv(100)


def test_an_operation_of_somebody_else() -> None:
    with pair(**fault("mid_operation", node="c1", version=NEW, seconds=2000)) as sim:
        shell = pcli(sim, "c2")
        assert "In Progress" in shell.run("show system software upgrade router Conductor node c1")
        assert "already in progress" in shell.run(UPGRADE.format("c1"))
        assert until(sim, C1, version=NEW, operation=None, state="Synchronized")
        assert sim.truth()["nodes"][C1]["upgrades_started"] == 0


def test_an_operation_of_somebody_else_that_fails() -> None:
    with pair(**fault("mid_operation", node="c1", version=NEW, seconds=500, ends="fails")) as sim:
        assert until(sim, C1, version=OLD, operation=None, restarts=0)
        assert ends(sim)[0][0] == "failed"


def test_restarts_twice() -> None:
    with pair(**fault("restarts_twice", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, version=NEW, restarts=2, operation=None, state="Synchronized")
        assert len([e for e in sim.log if e["event"] == "ssh_up"]) == 2


def test_version_unchanged_after_reboot() -> None:
    with pair(**fault("version_unchanged_after_reboot", node="c1")) as sim:
        upgraded(sim)
        assert until(sim, C1, version=OLD, restarts=1, operation=None, state="Synchronized")
        assert ends(sim)[0][0] == "failed"


def test_host_key_changes_on_restart() -> None:
    with pair(**fault("host_key_changes_on_restart", node="c1")) as sim:
        before = dict(sim.host_keys)
        upgraded(sim)
        assert until(sim, C1, operation=None, version=NEW)
        assert sim.host_keys["c1"] != before["c1"] and sim.host_keys["c2"] == before["c2"]
        assert pcli(sim).prompt


def test_login_refused_after_restart() -> None:
    with pair(**fault("login_refused_after_restart", node="c1")) as sim:
        Login(sim, "c1").close()
        upgraded(sim)
        assert until(sim, C1, operation=None, version=NEW)
        with pytest.raises(paramiko.AuthenticationException):
            Login(sim, "c1")


def test_asset_synchronized_only_on_the_peer() -> None:
    with pair(**fault("asset_synchronized_only_on_peer", router="branch")) as sim:
        assert column(pcli(sim, "c1").run("show assets router branch"), "Status") == ["Disconnected"]
        assert column(pcli(sim, "c2").run("show assets router branch"), "Status") == ["Synchronized"]
        assert column(pcli(sim, "c1").run("show assets router hub"), "Status") == ["Synchronized"] * 2


def test_faults_can_be_added_while_it_runs() -> None:
    with pair() as sim:
        sim.add_fault({"type": "request_refused_words", "text": "Not today"})
        assert upgraded(sim) == "% Error: Not today"
        sim.clear_faults("request_refused_words")
        assert "Starting" in upgraded(sim)


# --- faults of fleets -------------------------------------------------------------------------------------------------


def fleet(count: int = 40, **overrides):
    """Routers that can be upgraded: the conductor runs the release already."""
    entry = {"name": "s{n}", "count": count, "pairs": 0.5, "version": OLD}
    return pair(**{"routers.0.version": NEW, "fleet": [entry], **overrides})


def hit(sim, kind: str) -> list[str]:
    return [item.get("node") or item["router"] for item in sim.truth()["faults"] if item["type"] == kind]


def built(**overrides):
    sim = fleet(**overrides)
    sim.stop()
    return sim


def test_members_are_drawn_always_the_same_and_told_by_the_truth() -> None:
    many = [{"type": "upgrade_hangs", "count": 5, "seed": 1}, {"type": "never_comes_back", "share": 0.1}]
    sim = built(faults=many)
    assert len(hit(sim, "upgrade_hangs")) == 5 and len(hit(sim, "never_comes_back")) == 4
    assert not set(hit(sim, "upgrade_hangs")) & set(hit(sim, "never_comes_back"))
    assert sim.truth()["faults"] == built(faults=many).truth()["faults"]
    assert hit(sim, "upgrade_hangs") != hit(built(faults=[{**many[0], "seed": 2}]), "upgrade_hangs")


def test_members_can_be_nodes_and_only_pairs() -> None:
    sim = built(faults=[{"type": "upgrade_hangs", "count": 8, "among": "pairs", "pick": "node"}])
    assert all(len(sim.world.find(node_id, None)[0].router.nodes) == 2 for node_id in hit(sim, "upgrade_hangs"))
    assert {node_id.partition(".")[0] for node_id in hit(sim, "upgrade_hangs")} >= {"node1", "node2"}
    mixed = built(faults=[{"type": "mixed_install_types", "count": 3}])
    for name in hit(mixed, "mixed_install_types"):
        assert len({node.current.type for node in mixed.world.routers[name].nodes}) == 2


def test_nobody_is_drawn_where_the_fault_would_not_show() -> None:
    states = {"Synchronized": 1, "Disconnected": 1}
    entries = [
        {"name": "away{n}", "count": 2, "version": OLD, "states": {"Disconnected": 1}},
        {"name": "new{n}", "count": 2, "version": NEW},
        {"name": "old{n}", "count": 2, "version": OLD, "states": states},
    ]
    sim = built(fleet=entries, faults=[{"type": "upgrade_hangs", "share": 1}])
    assert {name[:3] for name in hit(sim, "upgrade_hangs")} == {"old", "hub", "bra"}


def test_a_drawn_fault_hits_its_members_and_nobody_else() -> None:
    drawn = {"type": "request_refused_words", "text": "Not today", "count": 3}
    with fleet(6, faults=[drawn]) as sim:
        shell = pcli(sim)
        answers = {
            name: shell.run(f"request system software upgrade router {name} force version {NEW}")
            for name in sim.world.routers
            if name != "Conductor"
        }
        refused = [name for name, text in answers.items() if "Not today" in text]
        assert sorted(refused) == sorted(hit(sim, "request_refused_words"))


def test_a_fault_can_be_drawn_while_it_runs() -> None:
    with fleet() as sim:
        sim.add_fault({"type": "upgrade_hangs", "count": 2})
        assert len(hit(sim, "upgrade_hangs")) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"share": 0.1, "count": 2}, "give either 'share' or 'count'"),
        ({"seed": 3}, "give either 'share' or 'count'"),
        ({"share": 10}, "share: expected a number between 0 and 1"),
        ({"count": 1.5}, "count: expected a whole number"),
        ({"count": 1, "router": "hub"}, "'node' and 'router' cannot be given"),
        ({"count": 1, "among": "few"}, "among: 'few' is not one of all, pairs, single"),
        ({"type": "drop_session", "count": 1}, "drop_session does not happen to routers"),
    ],
)
def test_a_draw_that_cannot_be_is_named(given: dict, words: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(words)):
        built(faults=[{"type": "upgrade_hangs", **given}])


def test_download_fails_and_the_next_one_does_not() -> None:
    line = f"request system software download router branch force version {NEW}"
    with fleet(faults=[{"type": "download_fails", "router": "branch", "times": 1, "text": "No space"}]) as sim:
        shell = pcli(sim)
        assert "Starting" in shell.run(line)
        assert sim.wait_for(lambda s: ends(s) == [("failed", "No space")])
        assert sim.node_truth("b1.branch")["downloaded"] == []
        shell.run(line)
        assert until(sim, "b1.branch", downloaded=[NEW])


def test_download_fails_within_an_upgrade_and_nothing_restarts() -> None:
    with fleet(faults=["download_fails"]) as sim:
        pcli(sim).run(f"request system software upgrade router branch force version {NEW}")
        assert sim.wait_for(lambda s: ends(s) == [("failed", TYPES["download_fails"]["text"])])
        assert sim.node_truth("b1.branch")["restarts"] == 0


def test_download_hangs_until_it_is_cancelled() -> None:
    line = f"request system software download router branch force version {NEW}"
    with fleet(faults=[{"type": "download_hangs", "times": 1}], **{"durations.download": 1}) as sim:
        shell = pcli(sim)
        shell.run(line)
        begun = sim.clock.now()
        assert sim.wait_for(lambda s: s.clock.now() > begun + 2000)
        assert sim.node_truth("b1.branch")["operation"] == "download"
        shell.run(f"delete system software router branch force version {NEW}")
        assert until(sim, "b1.branch", operation=None, downloaded=[])
        shell.run(line)
        assert until(sim, "b1.branch", downloaded=[NEW])


def test_conductor_node_down_while_routers_are_upgraded() -> None:
    down = {"type": "conductor_node_down", "node": "c1", "after": 100, "seconds": 4000}
    with fleet(faults=[down]) as sim:
        shell = pcli(sim, "c2")
        begun = sim.clock.now()
        assert sim.wait_for(lambda s: s.clock.now() > begun + 1000)
        assert sim.truth()["nodes"][C1]["up"], "nothing is to happen before the first request"
        shell.run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, C1, up=False)
        assert sim.node_truth("b1.branch")["operation"] == "upgrade"
        assert until(sim, C1, up=True, state="Synchronized", service="running", version=NEW)
        assert until(sim, "b1.branch", version=NEW, operation=None)
        assert sim.violations == []


def test_conductor_node_down_waits_for_nobody_and_hurts_no_upgrade() -> None:
    down = {"type": "conductor_node_down", "node": "c1", "after": 0, "since": "start"}

    def strikes_the_installation(sim) -> bool:
        """Nothing moves on between the look and the fault: the world is held meanwhile."""
        if not any(e["event"] == "phase" and e["phase"] == "install" for e in sim.log):
            return False
        sim.add_fault(down)
        return True

    with pair(**{"durations.install": 20000}) as sim:
        upgraded(sim, "c1")
        assert sim.wait_for(strikes_the_installation, timeout=60)
        assert until(sim, C1, timeout=60, version=NEW, operation=None)
        assert sim.truth()["nodes"][C1]["restarts"] == 1 and sim.violations == []
        events = [e["event"] for e in sim.log if e["event"] in ("mishap", "operation_ends")]
        assert events == ["mishap", "operation_ends"]


def test_mass_disconnect_spares_who_is_being_worked_on() -> None:
    lost = {"type": "mass_disconnect", "share": 1, "after": 300, "seconds": 3000}
    with fleet(faults=[lost], **{"durations.install": 20000}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router branch force version {NEW}")
        assert until(sim, "h1.hub", state="Disconnected")
        away = {node_id for node_id, node in sim.truth()["nodes"].items() if node["state"] == "Disconnected"}
        assert away == set(sim.truth()["nodes"]) - {C1, C2, "b1.branch"}
        assert sim.wait_for(
            lambda s: all(n["state"] == "Synchronized" for n in s.truth()["nodes"].values() if n["node"] != "b1")
        )


def test_mass_disconnect_takes_the_share_that_was_asked_for() -> None:
    lost = {"type": "mass_disconnect", "share": 0.5, "after": 1, "seconds": 100000, "since": "start"}
    with fleet(faults=[lost]) as sim:
        assert sim.wait_for(lambda s: any(e["event"] == "mishap" for e in s.log))
        gone = sum(node["state"] == "Disconnected" for node in sim.truth()["nodes"].values())
        assert gone == round(0.5 * (len(sim.truth()["nodes"]) - 2))


def test_assets_flap_and_come_to_rest() -> None:
    flap = {"type": "assets_flap", "share": 1, "after": 1, "seconds": 4000, "period": 800, "since": "start"}
    with fleet(faults=[flap]) as sim:
        assert sim.wait_for(lambda _s: states(sim, "h1.hub").count("Disconnected") >= 3)
        assert sim.wait_for(lambda _s: states(sim, "h1.hub")[-2:] == ["Resynchronizing", "Synchronized"])


BRANCH = f"request system software upgrade router branch force version {NEW}"
REVERT_BRANCH = "request system software revert router branch force"
BGP = [{"address": "10.0.0.1"}, {"address": "10.0.0.2"}]


def branch_upgraded(sim):
    """A shell after the upgrade of the branch, when what was to come up again has come up."""
    shell = pcli(sim)
    assert "Starting" in shell.run(BRANCH)
    assert until(sim, "b1.branch", operation=None, upgrades_started=1)
    with sim.world.lock:
        node = sim.world.find("b1", "branch")[0]
        due = sim.world.lasting("peers", node) + node.service_since
    assert sim.wait_for(lambda s: s.clock.now() > due)
    return shell


def test_a_peer_path_is_lost_on_both_sides_until_the_revert() -> None:
    with managed({"type": "peer_path_lost", "router": "branch"}) as sim:
        shell = pcli(sim)
        assert column(shell.run("show peers router branch"), "Status") == ["up", "up"]
        shell = branch_upgraded(sim)
        assert sim.node_truth("b1.branch")["broken"] == ["peer hub"]
        assert column(shell.run("show peers router branch"), "Status") == ["down", "down"]
        assert column(shell.run("show peers router hub"), "Status") == ["down", "down"]
        assert "Peer hub path is down (PeerName: hub" in shell.run("show alarms router branch")
        shell.run(REVERT_BRANCH)
        assert until(sim, "b1.branch", version=OLD, operation=None, broken=[])
        assert eventually(lambda: column(shell.run("show peers router hub"), "Status") == ["up", "up"])
        assert "path is down" not in shell.run("show alarms router branch")


def test_only_the_peer_that_is_named_is_lost() -> None:
    lost = {"type": "peer_path_lost", "router": "branch", "peer": "other"}
    other = {"name": "other", "count": 1, "version": NEW}
    fleet_entry = {**other, "name": "other", "peers": ["branch"]}
    with managed(lost, fleet=[fleet_entry]) as sim:
        shell = branch_upgraded(sim)
        rows = cells(shell.run("show peers router branch"))
        assert {(row[0], row[4]) for row in rows[1:]} == {("hub", "up"), ("other", "down")}


def test_a_bgp_neighbour_is_lost() -> None:
    lost = {"type": "bgp_neighbour_lost", "router": "branch", "address": "10.0.0.2", "state": "Idle"}
    with managed(lost, **{"routers.2.bgp": BGP}) as sim:
        assert re.search(r"10\.0\.0\.2 .* 12$", pcli(sim).run("show bgp summary router branch"), re.MULTILINE)
        text = branch_upgraded(sim).run("show bgp summary router branch")
        assert re.search(r"10\.0\.0\.1 .* 12$", text, re.MULTILINE)
        assert re.search(r"10\.0\.0\.2 .* never +Idle$", text, re.MULTILINE)


@pytest.mark.parametrize("when", ["start", "after_upgrade"])
def test_an_interface_is_down(when: str) -> None:
    with managed({"type": "interface_down", "router": "branch", "interface": "wan", "when": when}) as sim:
        shell = pcli(sim) if when == "start" else branch_upgraded(sim)
        text = shell.run("show device-interface router branch force summary")
        assert column(text, "Operational Status") == ["down", "up"]
        assert column(text, "Admin Status") == ["up", "up"]
        assert column(shell.run("show peers router hub"), "Status") == ["down", "down"]
        assert "interface operational down" in column(shell.run("show alarms router branch"), "Message")
        assert column(shell.run("show device-interface router hub force summary"), "Operational Status") == ["up"] * 4


def test_the_last_interface_is_down_if_none_is_named_and_costs_no_path() -> None:
    with managed({"type": "interface_down", "router": "branch"}) as sim:
        shell = branch_upgraded(sim)
        text = shell.run("show device-interface router branch force summary")
        assert column(text, "Operational Status") == ["up", "down"]
        assert column(shell.run("show peers router branch"), "Status") == ["up", "up"]


def test_a_disk_is_low_until_somebody_clears_it() -> None:
    with managed() as sim:
        shell = pcli(sim)
        line = "show platform router branch node b1 force disk"
        assert " Utilization:     38%" in shell.run(line)
        sim.add_fault({"type": "disk_low", "node": "b1.branch", "used": 97})
        assert " Utilization:     97%" in shell.run(line)
        assert column(shell.run("show alarms router branch"), "Message") == ["disk space low"]
        assert "97%" not in shell.run("show platform router hub disk")
        sim.clear_faults("disk_low")
        assert "disk space low" not in shell.run("show alarms")
        events = cells(shell.run("show events router branch type alarm rows all"))
        assert [row[2] for row in events[1:] if row[7] == "disk space low"] == ["clear", "add"]


def test_an_asset_that_is_not_listed_is_counted() -> None:
    with managed({"type": "asset_unlisted", "node": "b1.branch"}) as sim:
        shell = pcli(sim)
        listed = column(shell.run("show assets"), "Asset Id")
        assert "b1.branch" not in listed and "h1.hub" in listed
        assert f"total:                   {len(listed) + 1}" in shell.run("show assets summary")


def test_another_volume_is_selected_for_the_next_boot() -> None:
    chosen = {"type": "other_volume_selected", "node": "c2.Conductor"}
    with managed(chosen, habits={"version_detail": "volumes"}) as sim:
        shell = pcli(sim)
        lines = [f"show system version router Conductor node {node} detail" for node in ("c1", "c2")]
        volumes = [re.findall(r"^ (?:Volume ID|Selected Boot Volume): +(\w)", shell.run(line), re.M) for line in lines]
        assert volumes == [["b", "b"], ["b", "a"]]


@pytest.mark.parametrize("row", [False, True])
def test_a_duplicate_asset_is_an_alarm_of_the_conductor(row: bool) -> None:
    with managed({"type": "duplicate_asset", "node": "b1.branch", "row": row}) as sim:
        shell = pcli(sim)
        alarms = cells(shell.run("show alarms router Conductor"))
        assert alarms[1][2:5] == ["critical", "b1.branch", "asset"]
        assert alarms[1][5].startswith("A duplicate asset with id 'b1.branch', which is configured as branch, has been")
        assert shell.run("show assets b1.branch").splitlines()[-6:-2] == [
            "=====================",
            " Duplicate Asset IDs",
            "=====================",
            " b1.branch",
        ]
        assert "Duplicate" not in shell.run("show assets h1.hub")
        assert column(shell.run("show assets"), "Asset Id").count("b1.branch") == 1 + row


def test_an_asset_has_errors_from_the_start_or_after_an_upgrade() -> None:
    now = {"type": "asset_errors", "node": "h1.hub", "text": "no space left"}
    later = {"type": "asset_errors", "node": "b1.branch", "when": "after_upgrade"}
    with managed(now, later) as sim:
        shell = pcli(sim)
        assert cells(shell.run("show assets errors"))[1:] == [["hub", "h1", "h1.hub", "1"]]
        assert "  no space left" in shell.run("show assets h1.hub").splitlines()
        shell = branch_upgraded(sim)
        assert column(shell.run("show assets router branch"), "Errors") == ["1"]
        assert "Message timed out" in shell.run("show assets errors b1.branch")


LINKS = "show system connectivity router hub force"


def test_the_nodes_of_a_pair_lose_each_other() -> None:
    with managed({"type": "pair_link_down", "router": "hub"}) as sim:
        shell = pcli(sim)
        assert column(shell.run(LINKS), "State") == ["disconnected"] * 2
        assert "disconnected" not in column(shell.run("show system connectivity"), "State"), "the conductor sees both"
        assert column(shell.run("show peers router branch"), "Status") == ["up", "up"], "and so do their peers"
        sim.clear_faults("pair_link_down")
        assert column(shell.run(LINKS), "State") == ["connected"] * 2


def test_the_nodes_of_a_pair_lose_each_other_by_an_upgrade() -> None:
    with managed({"type": "pair_link_down", "node": "h1.hub", "when": "after_upgrade"}) as sim:
        shell = pcli(sim)
        assert column(shell.run(LINKS), "State") == ["connected"] * 2
        shell.run(f"request system software upgrade router hub node h1 force version {NEW}")
        assert until(sim, "h1.hub", version=NEW, operation=None, broken=["link of the pair"])
        assert column(shell.run(LINKS), "State") == ["disconnected"] * 2
        shell.run("request system software revert router hub node h1 force")
        assert until(sim, "h1.hub", version=OLD, operation=None, broken=[])
        assert column(shell.run(LINKS), "State") == ["connected"] * 2


def minion(sim, viewer: str, asset: str) -> list[str]:
    """Its connections to the conductor node that is asked and to the other one, as `show assets <id>` tells them."""
    return re.findall(r"Conductor Connectivity: +(\w+)", pcli(sim, viewer).run(f"show assets {asset}"))


def test_a_minion_that_lost_a_conductor_node_says_so_on_both() -> None:
    with managed({"type": "minion_lost_conductor", "node": "h1.hub", "conductor": "c1"}) as sim:
        assert minion(sim, "c1", "h1.hub") == ["Disconnected", "Connected"]
        assert minion(sim, "c2", "h1.hub") == ["Connected", "Disconnected"]
        assert minion(sim, "c1", "h2.hub") == ["Connected", "Connected"]
        assert column(pcli(sim).run("show assets router hub"), "Status") == ["Synchronized"] * 2


def test_a_minion_that_lost_a_conductor_lost_the_last_one_if_none_is_named() -> None:
    with managed({"type": "minion_lost_conductor", "node": "c1.Conductor"}) as sim:
        assert minion(sim, "c1", "c1.conductor") == ["Connected", "Disconnected"]
    stranger = {"type": "minion_lost_conductor", "conductor": "moon"}
    with pytest.raises(ScenarioError, match="'moon', which is no conductor node"), managed(stranger):
        pass


def test_a_router_was_changed_locally() -> None:
    with managed({"type": "locally_modified", "router": "branch"}) as sim:
        shell = pcli(sim)
        assert column(shell.run("show config locally-modified"), "Router") == ["branch"]
        assert "No routers" in shell.run("show config locally-modified router hub")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "Process has exited unexpectedly: conflux"),
        ({"what": "ntp"}, "No active NTP server"),
        ({"message": "Something else", "severity": "critical"}, "Something else"),
    ],
)
def test_a_transient_alarm_comes_and_goes(params: dict, message: str) -> None:
    with managed({"type": "transient_alarm", "router": "branch", "seconds": 2000, **params}) as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert eventually(lambda: message in shell.run("show alarms router branch"))
        assert until(sim, "b1.branch", operation=None, version=NEW)
        assert eventually(lambda: message not in shell.run("show alarms router branch"))
        rows = cells(shell.run("show events router branch type alarm rows all"))
        assert [row[2] for row in rows if row[7] == message] == ["clear", "add"]


@pytest.mark.parametrize("when", ["upgrade_starts", "after_upgrade"])
def test_a_neighbour_reboots_with_one_node(when: str) -> None:
    away = {"type": "neighbour_reboots", "router": "branch", "when": when, "seconds": 300}
    with managed(away, **{"durations.install": 4000}) as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert until(sim, "h1.hub", up=False)
        assert sim.node_truth("b1.branch")["restarts"] == (1 if when == "after_upgrade" else 0)
        assert until(sim, "h1.hub", up=True, state="Synchronized", version=OLD)
        assert until(sim, "b1.branch", operation=None, version=NEW)
        assert sim.node_truth("h2.hub")["restarts"] == 0 and sim.violations == []


def test_a_named_neighbour_that_is_worked_on_is_left_alone() -> None:
    away = {"type": "neighbour_reboots", "router": "branch", "neighbour": "hub", "when": "upgrade_starts"}
    with managed(away, **{"durations.install": 100000}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router hub node h1 force version {NEW}")
        shell.run(BRANCH)
        assert until(sim, "b1.branch", phase="install")
        assert sim.node_truth("h1.hub")["up"] and sim.violations == []


@pytest.mark.parametrize(
    ("faults", "overrides", "reason"),
    [
        ([{"type": "conversion_fails", "text": "no LVM"}], {}, "no LVM"),
        ([], {"routers.2.disk": {"used": 62}}, "62% of the disk is in use"),
        ([{"type": "disk_low"}], {}, "95% of the disk is in use"),
    ],
)
def test_a_conversion_fails_and_the_conductor_records_why(faults: list, overrides: dict, reason: str) -> None:
    with managed(*faults, **{"routers.2.install_type": "package", **overrides}) as sim:
        shell = pcli(sim)
        shell.run(BRANCH)
        assert until(sim, "b1.branch", operation=None, upgrades_started=1, restarts=0, version=OLD)
        assert sim.node_truth("b1.branch")["install_type"] == "package"
        assert reason in shell.run("show system software upgrade router branch")
        text = shell.run("show events type provisioning from 1d rows all")
        assert f"conversion of b1.branch from package to image failed: {reason}" in text


def test_an_image_needs_no_second_half_of_the_disk() -> None:
    with managed({"type": "conversion_fails"}, {"type": "disk_low"}) as sim:
        branch_upgraded(sim)
        assert sim.node_truth("b1.branch")["version"] == NEW


@pytest.mark.parametrize("first", [True, False])
def test_an_outdated_installer_boots_the_old_version_unless_it_was_updated(first: bool) -> None:
    with pair(**fault("installer_outdated")) as sim:
        if first:
            pcli(sim).run("request system software upgrade installation-service node c1 force")
        upgraded(sim)
        assert until(sim, C1, operation=None, upgrades_started=1, up=True)
        assert sim.node_truth(C1)["version"] == (NEW if first else OLD)


def test_the_web_server_is_away_while_ssh_works_until_it_is_over() -> None:
    refused = {"type": "web_server_away", "node": "c1", "how": "refused"}
    with web(faults=[refused]) as sim:
        api = Api(sim)
        assert eventually(api.refused)
        assert "Synchronized" in pcli(sim).run("show assets")
        assert logged_in(sim, "c2").get("/system").status == 200
        sim.clear_faults("web_server_away")
        assert eventually(lambda: not api.refused()) and api.login().status == 200
        sim.add_fault(refused)
        assert eventually(api.refused)


def test_the_web_api_lies_about_an_asset_while_the_pcli_does_not() -> None:
    with web(faults=[{"type": "web_lies", "node": "c1", "state": "UPGRADING"}]) as sim:
        assert b"UPGRADING" in logged_in(sim).get("/asset").body
        assert "UPGRADING" not in pcli(sim).run("show assets").upper()
        sim.clear_faults("web_lies")
        assert b"UPGRADING" not in logged_in(sim).get("/asset").body


@pytest.mark.parametrize("software", ["nothing", "everything"])
def test_the_web_api_lies_about_the_software_of_a_node(software) -> None:
    with web(faults=[{"type": "web_lies", "node": "c1", "software": software}]) as sim:
        rows = json.loads(logged_in(sim).get("/asset?verbose=true").body)
        shown = {row["nodeName"]: row["softwareVersions"] for row in rows}["c1"]
        assert shown["availableVersion"], "what is offered is true"
        assert shown["downloadedVersion"] == (shown["availableVersion"] if software == "everything" else [])


def test_pages_of_routers_are_refused_to_everybody_but_admin() -> None:
    users = [{"name": name, "password": "secret"} for name in ("admin", "ops")]
    with web(users=users, faults=["proxied_unauthorized"]) as sim:
        ops, admin = logged_in(sim, user="ops"), logged_in(sim)
        assert ops.get("/router/branch/alarm").status == 401
        assert ops.get("/router/Conductor/alarm").status == ops.get("/asset").status == 200
        assert admin.get("/router/branch/alarm").status == 200


def test_the_flag_of_a_download_stays_after_it_has_ended() -> None:
    with web_managed(faults=[{"type": "download_flag_stays", "node": "b1"}]) as sim:
        api = logged_in(sim)
        api.download("branch")
        assert until(sim, "b1.branch", downloaded=[NEW], operation=None)
        software = api.assets()["b1"]["softwareVersions"]
        assert (software["downloadedVersion"], software["currentlyDownloadingVersion"]) == ([NEW], NEW)


def test_a_line_that_no_document_knows_stands_in_the_answers_to_the_named_commands_alone() -> None:
    with web(faults=[{"type": "strange_line", "command": "show assets", "text": "1 more"}]) as sim:
        session = pcli(sim)
        assert "\n1 more" in session.run("show assets") and "Synchronized" in session.run("show assets")
        assert "1 more" not in session.run("show system")
        sim.clear_faults("strange_line")
        assert "1 more" not in session.run("show assets")


def test_every_fault_has_a_test_here() -> None:
    """A new type of fault needs a test in this file."""
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in TYPES if f'"{kind}"' not in text] == []

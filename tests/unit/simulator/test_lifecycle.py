# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Software operations without faults."""

from __future__ import annotations

import re
import socket
import threading

import paramiko
import pytest

from tests.simulator import Simulator, builtin_names

from .pcli_client import LOW, NEW, OLD, PROMPT, QUESTION, Login, cells, column, old_pair, pair, pcli, until

UPGRADE = f"request system software upgrade router Conductor node {{}} force version {NEW}"
C1, C2 = "c1.Conductor", "c2.Conductor"


def events(sim: Simulator, name: str, **wanted: str) -> list[dict]:
    return [e for e in sim.log if e["event"] == name and all(e.get(k) == v for k, v in wanted.items())]


def test_a_node_is_upgraded_and_its_ssh_goes_away_and_returns() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert "Starting software upgrade 1/1 targets complete..." in shell.run(UPGRADE.format("c1"))
        with pytest.raises(EOFError):
            shell.expect(re.compile("never"))
        assert until(sim, C1, version=NEW, state="Synchronized", service="running", operation=None)
        assert pcli(sim).prompt == "admin@c1.Conductor# "
        truth = sim.truth()["nodes"]
        assert truth[C1]["previous_version"] == OLD
        assert truth[C1]["upgrades_started"] == truth[C1]["restarts"] == 1
        assert (truth[C2]["version"], truth[C2]["upgrades_started"], truth[C2]["restarts"]) == (OLD, 0, 0)
        assert sim.violations == []


def test_the_peer_watches_the_upgrade() -> None:
    with pair(**{"durations.install": 4000, "durations.restart": 2000}) as sim:
        peer = pcli(sim, "c2")
        pcli(sim).run(UPGRADE.format("c1"))
        assert "In Progress" in peer.run("show system software upgrade router Conductor node c1")
        assert until(sim, C1, up=False)
        with sim.world.lock:  # time stands still for the scheduler
            assert sim.truth()["nodes"][C1]["state"] == "Disconnected"
        assert until(sim, C1, state="Synchronized", operation=None)
        assert "Complete" in peer.run("show system software upgrade router Conductor node c1")
        states = [(e["old"], e["new"]) for e in events(sim, "asset_state", node=C1)]
        assert states == [
            ("Synchronized", "Disconnected"),
            ("Disconnected", "Resynchronizing"),
            ("Resynchronizing", "Synchronized"),
        ]
        messages = column(peer.run("show alarms router Conductor"), "Message")
        assert f"{C2} has a software version that does not match its peer." in messages
        texts = peer.run("show events type provisioning from 1d")
        assert "Resynchronizing -> Synchronized" in texts


@pytest.mark.parametrize("manner", ["refuse", "hang", "accept_then_close"])
def test_ways_of_being_away(manner: str) -> None:
    with pair(**{"ssh.sshd_during_restart": manner, "durations.restart": 100000}) as sim:
        address = sim.nodes["c1"]
        pcli(sim).run(UPGRADE.format("c1"))
        assert sim.wait_for(lambda s: events(s, "ssh_down"))
        if manner == "refuse":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address.host, address.port), 1)
            return
        with socket.create_connection((address.host, address.port), 1) as connection:
            connection.settimeout(0.3)
            if manner == "hang":
                with pytest.raises(TimeoutError):
                    connection.recv(100)
            else:
                assert connection.recv(100) == b""


def test_the_question_without_force() -> None:
    with pair() as sim:
        shell = pcli(sim)
        line = UPGRADE.format("c1").replace(" force", "")
        assert "Operation canceled" in shell.ask(line, "n")
        assert "Operation canceled" in shell.ask(line, "")
        assert sim.truth()["nodes"][C1]["upgrades_started"] == 0
        assert "Starting" in shell.ask(line, "y")
        assert sim.truth()["nodes"][C1]["upgrades_started"] == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("router Nowhere force version " + NEW, "Router 'Nowhere' not found"),
        ("router Conductor node c7 force version " + NEW, "Node 'c7' not found"),
        ("router Conductor node c1 force version 6.3.9-1", "Version '6.3.9-1' is not available"),
        ("router Conductor node c1 force version 6.3.5", "Version '6.3.5' is not available"),
        ("router Conductor node c1 force version " + OLD, "already running version SSR-6.3.0-107.r1"),
        ("router hub force version " + NEW, "is newer than the version of the conductor"),
        ("router Conductor node c1 simultaneous force version " + NEW, "'simultaneous' is only valid"),
    ],
)
def test_refusals(line: str, words: str) -> None:
    with pair() as sim:
        text = pcli(sim).run("request system software upgrade " + line)
        assert text.startswith("% Error: ") and words in text
        assert not events(sim, "operation_begins")


def test_missing_arguments_print_the_usage() -> None:
    with pair() as sim:
        lines = pcli(sim).run("request system software upgrade").splitlines()
        assert lines[0].startswith(
            "usage: upgrade [{router <router> | resource-group <resource-group>}] [simultaneous]"
        )
        assert "[skip-pre-check] [skip-health-check]" in lines[0] and "no-revert" not in lines[0]
        assert lines[1] == "keyword arguments:"
        assert "force                     Skip confirmation prompt." in lines
        assert "see also:" in lines


@pytest.mark.parametrize(
    ("dialect", "present", "absent"),
    [
        ({"pin": "pre-6.3"}, "usage: upgrade version <version>", "router"),
        ({"skip_names": "health-check"}, "[skip-pre-health-check] [skip-post-health-check]", "skip-pre-check"),
        ({"pin": "7.x"}, "[no-revert]", "skip-pre-health-check"),
        ({"pin": "7.x", "no_revert": False}, "[skip-health-check]", "no-revert"),
    ],
)
def test_dialects_of_the_usage(dialect: dict, present: str, absent: str) -> None:
    with pair(dialect=dialect) as sim:
        text = pcli(sim).run("request system software upgrade").splitlines()[0]
        assert present in text and absent not in text


def test_a_second_request_while_one_runs_is_refused_and_a_violation() -> None:
    with pair(faults=["upgrade_hangs"]) as sim:
        shell = pcli(sim)
        shell.run(UPGRADE.format("c1"))
        assert "already in progress" in shell.run(UPGRADE.format("c1"))
        assert any("was running there" in text for text in sim.violations)
        shell.run(UPGRADE.format("c2"))
        assert any("of its peer" in text for text in sim.violations)


def test_both_nodes_down_is_a_violation() -> None:
    with pair(**{"durations.restart": 4000}) as sim:
        shell = pcli(sim, "c2")
        shell.run(UPGRADE.format("c1"))
        assert until(sim, C1, up=False)
        shell.run(UPGRADE.format("c2") + " ")
        assert sim.wait_for(lambda s: any("down at once" in text for text in s.violations))


def test_sequenced_upgrade_of_the_conductor_router() -> None:
    with pair() as sim:
        pcli(sim, "c2").run(f"request system software upgrade router Conductor force version {NEW}")
        assert until(sim, C2, version=NEW, state="Synchronized", operation=None)
        assert [e["node"] for e in events(sim, "operation_begins")] == [C1, C2]
        assert sim.truth()["nodes"][C1]["version"] == NEW
        assert sim.violations == []


def test_a_sequence_stops_at_the_first_failure() -> None:
    with pair(faults=[{"type": "post_check_fails_and_reverts", "node": "c1"}]) as sim:
        pcli(sim, "c2").run(f"request system software upgrade router Conductor force version {NEW}")
        assert sim.wait_for(lambda s: events(s, "operation_ends"))
        assert not sim.wait_for(lambda s: s.truth()["nodes"][C2]["upgrades_started"], 0.3)


def test_the_peer_may_move_by_itself() -> None:
    with pair(**{"behaviour.peer_moves_by_itself": True}) as sim:
        pcli(sim).run(UPGRADE.format("c1"))
        assert until(sim, C2, version=NEW, state="Synchronized", operation=None)
        assert events(sim, "operation_begins", node=C2)[0]["origin"] == "by itself"
        assert sim.violations == []


def test_router_order_is_standby_first_and_conversion_is_shown() -> None:
    with pair(**{"routers.0.version": NEW}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software upgrade router hub force version {NEW}")
        assert until(sim, "h1.hub", version=NEW, operation=None, state="Synchronized")
        assert [e["node"] for e in events(sim, "operation_begins")] == ["h2.hub", "h1.hub"]
        assert column(shell.run("show assets router hub"), "Install Type") == ["Image", "Image"]
        assert "converted from package to image" in shell.run("show events router hub type provisioning rows all")
        assert sim.truth()["nodes"][C1]["restarts"] == 0


def test_simultaneous_upgrade_of_a_router() -> None:
    with pair(**{"routers.0.version": NEW}) as sim:
        pcli(sim).run(f"request system software upgrade router hub simultaneous force version {NEW}")
        assert until(sim, "h1.hub", version=NEW, operation=None)
        assert until(sim, "h2.hub", version=NEW, operation=None)
        assert sim.violations == []


def test_download_delete_and_what_upgrade_needs() -> None:
    with pair(**{"behaviour.conductor_needs_download": True}) as sim:
        shell = pcli(sim)
        assert "has not been downloaded" in shell.run(UPGRADE.format("c1"))
        shell.run(f"request system software download router Conductor force version {NEW}")
        assert until(sim, C1, downloaded=[NEW]) and until(sim, C2, downloaded=[NEW])
        assert column(shell.run("show assets software router Conductor"), "Downloaded") == ["SSR-6.3.5-39.r1"] * 2
        assert "Deleting" in shell.run(f"delete system software router Conductor node c1 force version {NEW}")
        assert sim.truth()["nodes"][C1]["downloaded"] == []
        assert "is not downloaded" in shell.run(f"delete system software node c1 force version {NEW}")


def test_revert_goes_back_and_forth() -> None:
    with pair() as sim:
        shell = pcli(sim, "c2")
        shell.run("request system software revert router Conductor node c1 force")
        assert until(sim, C1, version=LOW, previous_version=OLD, operation=None, reverts_started=1)
        assert "Complete" in shell.run("show system software revert router Conductor node c1")


def test_revert_needs_a_previous_version() -> None:
    with pair() as sim:
        assert "no previous version" in pcli(sim).run("request system software revert router branch force")


def test_downgrade_is_not_sequenced() -> None:
    with pair(**{"routers.1.version": NEW, "routers.0.version": NEW}) as sim:
        shell = pcli(sim)
        line = f"request system software downgrade router hub force version {OLD}"
        assert "sequenced downgrade is not supported" in shell.run(line)
        shell.run(line.replace("hub", "hub node h1"))
        assert until(sim, "h1.hub", version=OLD, operation=None)


def test_a_blocking_conductor_keeps_the_prompt_until_the_end() -> None:
    with pair(**{"behaviour.request_mode": "blocks"}) as sim:
        shell = pcli(sim, "c2")
        text = shell.run(UPGRADE.format("c1"))
        assert "c1.Conductor: install..." in text
        assert text.endswith("Software upgrade completed.")
        assert sim.truth()["nodes"][C1]["version"] == NEW


def test_a_blocking_self_upgrade_dies_with_the_restart() -> None:
    with pair(**{"behaviour.request_mode": "blocks"}) as sim:
        shell = pcli(sim)
        with pytest.raises(EOFError) as caught:
            shell.run(UPGRADE.format("c1"))
        assert "install..." in str(caught.value)
        assert until(sim, C1, version=NEW, operation=None)


def test_interrupting_a_blocking_request_leaves_it_running() -> None:
    with pair(**{"behaviour.request_mode": "blocks"}) as sim:
        shell = pcli(sim, "c2")
        shell.raw(UPGRADE.format("c1"), re.compile("pre-check..."))
        shell.send("\x03")
        shell.expect(PROMPT)
        assert until(sim, C1, version=NEW, operation=None)


@pytest.mark.parametrize("layout", ["table", "blocks", "sentences", "none"])
def test_layouts_of_the_status(layout: str) -> None:
    words = {"table": "Complete", "blocks": "State:", "sentences": "completed successfully", "none": "Completed in"}
    with pair(**{"style.status_layout": layout}) as sim:
        shell = pcli(sim, "c2")
        shell.run(UPGRADE.format("c1"))
        assert until(sim, C1, operation=None)
        text = shell.run("show system software upgrade")
        assert words[layout] in text
        assert ("c1" in text) == (layout != "none")


@pytest.mark.parametrize("layout", ["mark", "sentence", "none"])
def test_layouts_of_the_acceptance(layout: str) -> None:
    words = {"mark": "✔ Starting software upgrade", "sentence": "Software upgrade has been started on c1", "none": ""}
    with pair(**{"style.accept_layout": layout}) as sim:
        assert pcli(sim).run(UPGRADE.format("c1")).startswith(words[layout])


# --- from below 6.3 -----------------------------------------------------------------------------------------------


def test_a_pair_from_below_6_3_is_upgraded_by_two_logins() -> None:
    with old_pair() as sim:
        shell, line = pcli(sim), f"request system software upgrade version {NEW}"
        assert "Operation canceled" in shell.ask(line, "n")
        assert "unrecognized arguments" in shell.run(f"request system software upgrade force version {NEW}")
        assert shell.run("request system software revert") == "Command 'revert' not found (use '?' for help)"
        shell.ask(line, "y")
        assert until(sim, C1, version=NEW, service="running", operation=None)
        # All assets stay away until the other node is done too, and neither node drives the other.
        first, second = pcli(sim), pcli(sim, "c2")
        assert set(column(first.run("show assets"), "Status")) == {"Disconnected"}
        assert set(column(second.run("show assets"), "Status")) == {"disconnected"}
        assert column(first.run("show assets router Conductor"), "Install Type") == ["Package", "Package"]
        assert "resource could not be found" in first.run(UPGRADE.format("c2"))
        assert "usage: upgrade version <version>" in second.run("request system software upgrade")
        second.ask(line, "y")
        assert sim.wait_for(lambda s: all(n["state"] == "Synchronized" for n in s.truth()["nodes"].values()))
        assert sim.truth()["nodes"][C2]["version"] == NEW
        assert sim.truth()["nodes"][C2]["install_type"] == "package"
        assert sim.violations == []


def test_the_next_upgrade_converts_to_image() -> None:
    with pair(**{"routers.0.install_type": "package"}) as sim:
        pcli(sim).run(UPGRADE.format("c1"))
        assert until(sim, C1, version=NEW, install_type="image", operation=None)
        messages = column(pcli(sim, "c2").run("show alarms router Conductor"), "Message")
        assert any("installation type" in text for text in messages)


def test_routers_before_6_3_are_served_by_send_command() -> None:
    with old_pair(**{"releases": [{"name": "6.2.9-9.r1.el7"}], "routers.0.version": "6.2.9-9.r1.el7"}) as sim:
        shell = pcli(sim)
        shell.run("send command download force router branch 6.2.9-9.r1.el7")
        assert until(sim, "b1.branch", downloaded=["6.2.9-9.r1.el7"])
        assert "Starting" in shell.ask("send command upgrade router branch 6.2.9-9.r1.el7", "y")
        assert until(sim, "b1.branch", version="6.2.9-9.r1.el7", operation=None, state="Synchronized")
        shell.run("send command rollback force router branch")
        assert until(sim, "b1.branch", version=LOW, operation=None)


# --- around it ----------------------------------------------------------------------------------------------------


def test_a_standalone_conductor_loses_all_assets_and_gets_them_back() -> None:
    with Simulator("standalone-6.3", speedup=3000) as sim:
        shell = pcli(sim, "node0", password="demo-admin-password")
        shell.run(f"request system software upgrade force version {NEW}")
        assert until(sim, "node0.conductor", version=NEW, install_type="image", operation=None)
        assert sim.wait_for(lambda s: all(n["state"] == "Synchronized" for n in s.truth()["nodes"].values()))
        assert events(sim, "asset_state", node="hub-1.hub", new="Disconnected")


def test_assets_flap_while_a_conductor_is_away() -> None:
    options = {"behaviour.flap_while_conductor_down": True, "durations.restart": 100000, "behaviour.flap_period": 400}
    with pair(**options) as sim:
        pcli(sim).run(UPGRADE.format("c1"))
        assert until(sim, C1, up=False)
        shell = pcli(sim, "c2")
        statuses: set[str] = set()
        for _look in range(60):
            statuses |= set(column(shell.run("show assets router hub"), "Status"))
            if len(statuses) > 1:
                break
            sim.wait_for(lambda s: False, 0.05)
        assert statuses == {"Synchronized", "Disconnected"}


def test_a_word_of_its_own_for_upgrading() -> None:
    with pair(**{"behaviour.upgrading_state": "Upgrading"}) as sim:
        pcli(sim).run(UPGRADE.format("c1"))
        assert until(sim, C1, operation=None)
        assert events(sim, "asset_state", node=C1)[0]["new"] == "Upgrading"


def test_a_restart_loses_every_candidate() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.run("config authority name Changed")
        shell.run(UPGRADE.format("c1"))
        assert until(sim, C1, operation=None, version=NEW)
        assert pcli(sim).prompt == "admin@c1.Conductor# "


def test_health_check_passes_in_every_layout() -> None:
    for layout, words in (("lines", "System Processes Check passed"), ("table", "PASS"), ("none", "Completed in")):
        with pair(**{"style.health_layout": layout}) as sim:
            text = pcli(sim).run("request system software health-check router Conductor node c1 force")
            assert words in text and "Error" not in text


def test_reconnect_and_sync() -> None:
    with pair(**{"routers.2.nodes.0.state": "Disconnected"}) as sim:
        shell = pcli(sim)
        shell.run("send command reconnect router branch node b1")
        assert until(sim, "b1.branch", state="Synchronized")
        shell.run("send command sync router branch")
        assert until(sim, "b1.branch", state="Synchronized")
        assert events(sim, "asset_state", node="b1.branch", old="Synchronized", new="Resynchronizing")


def test_pausing_a_download() -> None:
    with pair(**{"routers.0.version": NEW, "dialect.pin": "7.x", "durations.download": 1000000}) as sim:
        shell = pcli(sim)
        shell.run(f"request system software download router branch force version {NEW}")
        assert "Pausing" in shell.run(f"request system software download pause router branch force version {NEW}")
        assert until(sim, "b1.branch", operation=None, downloaded=[])


@pytest.mark.parametrize("name", [name for name in builtin_names() if name.startswith(("ha-", "standalone-"))])
def test_builtin_scenarios_upgrade_their_conductor(name: str) -> None:
    with Simulator(name, speedup=4000) as sim:
        router = sim.world.conductor_router.name
        target = max(sim.world.releases.values(), key=lambda release: release.key)
        for node in sim.nodes:
            shell = pcli(sim, node, password="demo-admin-password")
            where = f"router {router} node {node} " if shell.run("show system software upgrade").find("✔") >= 0 else ""
            shell.raw(f"request system software upgrade {where}version {target.offered}", QUESTION)
            shell.send("y\r")
            assert until(sim, f"{node}.{router}", version=target.name, service="running", operation=None)
        assert sim.wait_for(
            lambda s: all(n["state"] == "Synchronized" for n in s.truth()["nodes"].values() if n["router"] == router)
        )
        assert sim.violations == []


def test_a_large_authority_answers_many_shells() -> None:
    fleet = [{"prefix": "store-", "count": 500, "version": OLD, "nodes": 2}]
    with pair(fleet=fleet, **{"ssh.max_sessions": 20}) as sim, Login(sim) as login:
        counts: list[int] = []
        shells = [login.shell() for _number in range(8)]
        threads = [threading.Thread(target=lambda s=s: counts.append(len(cells(s.run("show assets"))))) for s in shells]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert counts == [1006] * 8


def test_stopping_in_the_middle_of_everything() -> None:
    with pair(**{"behaviour.request_mode": "blocks"}) as sim, Login(sim, "c2") as login:
        shell = login.shell()
        shell.raw(UPGRADE.format("c1"), re.compile("pre-check"))
    with pytest.raises((EOFError, OSError, paramiko.SSHException)):
        shell.run("show assets")

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session on the simulated conductor: restarts, blocking requests, pagers, colours, Linux logins, files."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access, Fallback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    DeviceError,
    LoginRefused,
    NoPrompt,
    NotPcli,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import (
    FileProblem,
    check_gzip,
    fetch_by_sftp,
    from_base64,
    send_by_sftp,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES, ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh import Login

from tests.simulator import Simulator

OLD, NEW = "6.3.0-107.r1.el7", "6.3.5-39.r1.el7"
PAIR = {
    "name": "pair",
    "clock": {"speedup": 2000},
    "users": [
        {"name": "admin", "password": "secret"},
        {"name": "t128", "password": "secret", "shell": "linux"},
        {"name": "nofiles", "password": "secret", "sftp": False},
    ],
    "releases": [{"name": OLD}, {"name": NEW}],
    "routers": [
        {
            "name": "Conductor",
            "conductor": True,
            "version": OLD,
            "nodes": [{"name": "c1", "previous": OLD}, {"name": "c2", "previous": OLD}],
        },
        {"name": "branch", "version": OLD, "nodes": [{"name": "b1"}]},
    ],
}
UPGRADE = f"request system software upgrade router Conductor node c1 force version {NEW}"


@pytest.fixture
def on():
    """`on(sim)` is a session on node c1."""
    sessions: list[Session] = []

    def session(sim: Simulator, user: str = "admin", password: str = "secret", **options: object) -> Session:
        address = sim.nodes["c1"]
        login = Login(
            address.host,
            address.port,
            user,
            password,
            host_keys=(sim.host_keys["c1"], sim.host_keys["c2"]),
            known_hosts=(),
            connect_timeout=10,
        )
        other = sim.nodes["c2"]
        access = Access(login, ShellOptions(login_timeout=15, **options))
        second = replace(access, login=replace(login, host=other.host, port=other.port))
        sessions.append(Session(access, fallbacks=[Fallback("c2", lambda: second)]))
        return sessions[-1]

    yield session
    for opened_session in sessions:
        opened_session.close()


STYLES = {
    "plain": {},
    "colours and spinner": {"style.ansi": True, "style.spinner": True},
    "pager": {"style.pager": {"enabled": True, "rows": 3}},
    "another pager": {"style.pager": {"enabled": True, "rows": 3, "text": "Press any key to continue (q to quit)"}},
    "banners": {"ssh.banner": "Authorized use only\n", "style.motd": "admin@c9.Elsewhere#\n#\n"},
    "no frame": {"style.date_line": False, "style.completed_line": False, "style.progress_line": False},
    "own prompt": {"users.0.prompt": "{dirty}{node} of {router}{context} => "},
}


@pytest.mark.parametrize("style", STYLES)
def test_the_same_rows_in_every_style(on, style: str) -> None:
    with Simulator(PAIR, **STYLES[style]) as sim:
        session = on(sim)
        for _time in range(2):
            table = next(table for table in session.run("show assets").tables if len(table.rows) > 1)
            assert sum("c1" in "".join(row.values()) for row in table.rows) == 1
            assert len(table.rows) == 3
        assert sim.commands() == ["show assets"] * 2


def test_a_look_at_the_routers_goes_on_through_the_other_node_while_one_restarts(on) -> None:
    with Simulator(PAIR, **{"ssh.sshd_during_restart": "refuse", "clock.speedup": 200}) as sim:
        conductor = Conductor(on(sim), "c1", "Conductor", pinned=False)
        before = {(asset.router, asset.node) for asset in conductor.assets()}
        assert conductor.local_node() == ("Conductor", "c1")
        conductor.session.run(UPGRADE, answers=[YES])
        assert sim.wait_for(lambda simulator: not simulator.truth()["nodes"]["c1.Conductor"]["up"], 20)
        with pytest.raises((ConnectFailed, SessionBroken)):
            while True:
                conductor.session.run("show system")
        assert conductor.reopen() is True
        assert conductor.local_node() == ("Conductor", "c2")
        assert {(asset.router, asset.node) for asset in conductor.assets()} == before
        assert [command for command in sim.commands() if command.startswith("request")] == [UPGRADE]


def back(sim: Simulator) -> bool:
    """Has the node come up again, and its SSH server with it?"""
    return any(record["event"] == "ssh_up" for record in sim.log.records())


@pytest.mark.parametrize("manner", ["refuse", "hang", "accept_then_close"])
def test_a_conductor_that_restarts_is_lost_and_comes_back(on, manner: str) -> None:
    with Simulator(PAIR, **{"ssh.sshd_during_restart": manner, "clock.speedup": 1000}) as sim:
        session = on(sim)
        session.access = replace(session.access, login=replace(session.login, connect_timeout=1.0))
        session.run(UPGRADE, answers=[YES])
        assert sim.wait_for(lambda simulator: not simulator.truth()["nodes"]["c1.Conductor"]["up"], 20)
        with pytest.raises((ConnectFailed, SessionBroken)):
            while not back(sim):
                session.run("show system", timeout=2)
            raise ConnectFailed("it was back before anybody looked")
        assert sim.wait_for(back, 30)
        assert session.reopen().node == "c1"
        assert session.run("show system version").text
        assert sim.violations == [] and len(sim.commands("c1", startswith="request")) == 1


def test_a_request_that_keeps_its_shell_until_the_node_goes_down(on) -> None:
    # The second login must be through before the node goes down, on a busy machine as well.
    with Simulator(PAIR, speedup=200, **{"behaviour.request_mode": "blocks", "ssh.max_sessions": 1}) as sim:
        session = on(sim)
        pending = session.begin(UPGRADE, [YES])
        assert session.run("show assets").tables
        assert session.wait(pending, 30)
        with pytest.raises(SessionBroken, match=r"carried out or not"):
            session.result(pending)
        assert sim.violations == []


def test_a_slow_prompt_is_waited_for_and_its_answer_stays_where_it_belongs(on) -> None:
    with Simulator(PAIR, faults=[]) as sim:
        session = on(sim)
        session.open()
        sim.add_fault({"type": "slow_prompt", "seconds": 1.5, "times": 1})
        with pytest.raises(NoPrompt):
            session.run("show system", timeout=0.2)
        assert "Asset" in session.run("show assets").text
        assert "Asset" in session.run("show assets").text


@pytest.mark.parametrize("when", ["before_answer", "after_answer"])
def test_a_dropped_session_is_an_error_or_a_whole_answer(on, when: str) -> None:
    with Simulator(PAIR) as sim:
        session = on(sim)
        session.open()
        sim.add_fault({"type": "drop_session", "after_commands": 1, "when": when, "times": 1})
        with pytest.raises(SessionBroken):
            session.run("export config running x1")
        assert session.run("show assets").tables


def test_the_words_of_a_refusal(on) -> None:
    with Simulator(PAIR) as sim:
        with pytest.raises(DeviceError) as caught:
            on(sim).run(f"request system software upgrade router Nowhere node x force version {NEW}")
        assert caught.value.words


def test_a_confirmation_is_answered_once(on) -> None:
    with Simulator(PAIR) as sim:
        on(sim).run(UPGRADE.replace(" force", ""), answers=[YES])
        answers = [record["answer"] for record in sim.log.records() if record["event"] == "confirmation"]
        assert answers == ["y"]


def test_a_linux_account(on) -> None:
    with Simulator(PAIR) as sim:
        with pytest.raises(NotPcli, match=r"Linux shell"):
            on(sim, "t128").open()
        session = on(sim, "t128", enter_command="su - admin")
        assert session.open().where == "c1.Conductor"
        assert session.run("show assets").tables


def test_one_wrong_password_is_one_failure_on_the_node(on) -> None:
    for manner in ("no", "also", "only"):
        with Simulator(PAIR, **{"ssh.keyboard_interactive": manner}) as sim:
            session = on(sim, password="wrong")
            for _time in range(8):
                with pytest.raises(LoginRefused):
                    session.reopen()
            assert sum(sim.truth()["bad_logins"].values()) == 1


@pytest.mark.parametrize("max_sessions", [1, 10])
def test_an_export_is_fetched_whole_and_another_is_brought_back(on, max_sessions: int) -> None:
    with Simulator(PAIR, **{"ssh.max_sessions": max_sessions}) as sim:
        session = on(sim)
        words = session.run("export config running before-upgrade").text
        path = re.search(r"(/\S+before-upgrade\S*\.gz)", words)[1]
        data = fetch_by_sftp(session, path)
        check_gzip(data, path)
        assert data == from_base64(session.run(f"shell base64 {path}").text, path)
        mine = gzip.compress(b"config authority\n")
        send_by_sftp(session, mine, path.replace("before", "after"))
        assert fetch_by_sftp(session, path.replace("before", "after")) == mine
        with pytest.raises(FileProblem, match=r"nothing.gz: No such file"):
            fetch_by_sftp(session, "/etc/nothing.gz")
        assert session.run("show assets").tables


def test_an_account_without_sftp_borrows_another(on) -> None:
    with Simulator(PAIR) as sim:
        session = on(sim, "nofiles")
        path = re.search(r"(/\S+x1\S*\.gz)", session.run("export config running x1").text)[1]
        with pytest.raises(ConnectFailed, match=r"offers no SFTP to nofiles"):
            fetch_by_sftp(session, path)
        session.access = replace(session.access, sftp=on(sim, "t128").login)
        check_gzip(fetch_by_sftp(session, path), path)
        with pytest.raises(PcliError):
            from_base64(session.run("shell base64 /etc/nothing.gz", check=False).text, "/etc/nothing.gz")

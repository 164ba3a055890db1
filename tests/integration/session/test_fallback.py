# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with the addresses of both nodes of a conductor: when it goes on at the other one, and when never."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access, Fallback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    HostKeyRefused,
    LoginRefused,
    NotPcli,
    PcliError,
    SessionBroken,
    WrongNode,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import ShellOptions

from tests.integration.session.fake_server import Device, Server, Terminal, key_of, private_key
from tests.integration.session.test_session import Gate

UPGRADE = "request system software upgrade"
NAMES = ("c1", "c2", "c3")


def node(name: str = "c1", router: str = "Conductor", **answers: object) -> Server:
    return Server(shell=Device(f"admin@{name}.{router}# ", **answers), users={"admin": f"of-{name}"})


def silent(terminal: Terminal) -> None:
    """A login that never shows a prompt, whatever is typed."""
    while True:
        terminal.line()


@pytest.fixture
def between(login_to) -> Iterator[Callable[..., Session]]:
    """A session that may use all of these servers, each with its own key and password; ``c1``, ``c2``: what differs."""
    opened: list[Session] = []

    def session(*servers: Server, follow: bool = True, **changes: dict) -> Session:
        options = ShellOptions(login_timeout=3.0, first_quiet=0.1)
        accesses = [
            Access(login_to(server, **{"password": server.users["admin"], **changes.get(name, {})}), options)
            for name, server in zip(NAMES, servers, strict=False)
        ]
        others = [
            Fallback(name, lambda access=access: access) for name, access in zip(NAMES[1:], accesses[1:], strict=False)
        ]
        opened.append(Session(accesses[0], fallbacks=others))
        opened[-1].use_fallbacks = follow
        return opened[-1]

    yield session
    for opened_session in opened:
        opened_session.close()


def stop(server: Server) -> None:
    """The node is gone: its address refuses."""
    server.__exit__()


def logins(*servers: Server) -> list[int]:
    return [server.logins for server in servers]


def test_the_first_address_is_used_while_it_answers(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2)
        assert session.open().node == "c1"
        assert session.reopen().node == "c1"
        assert logins(c1, c2) == [2, 0] and not session.fallen_back


def test_a_first_login_goes_to_the_other_node_where_the_first_is_gone(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        stop(c1)
        session = between(c1, c2)
        assert session.run("show assets").text == "answer to show assets"
        assert session.fallen_back and session.address == f"[127.0.0.1]:{c2.port}"
        assert session.open().node == "c2"


def test_who_answers_instead_is_told_once_and_why(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        stop(c1)
        session, told = between(c1, c2), []
        session.tell = told.append
        session.open()
        session.reopen()
        first = f"[127.0.0.1]:{c1.port}"
        assert told == [f"c2 is used instead of {first} (Nobody answers SSH at {first}: Connection refused)"]


def test_where_the_first_node_answers_nothing_is_told(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        session, told = between(c1, c2), []
        session.tell = told.append
        session.reopen()
        assert told == []


def test_a_node_that_leaves_in_the_middle_is_followed_by_the_other_and_no_command_is_repeated(between) -> None:
    gate = Gate()
    with node("c1", request_system_software_upgrade=gate) as c1, node("c2") as c2:
        session = between(c1, c2)
        pending = session.begin(UPGRADE)
        assert c1.wait_for(lambda: c1.shell.seen == [UPGRADE])
        stop(c1)
        assert session.wait(pending, 20)
        with pytest.raises(SessionBroken):
            session.result(pending)
        assert session.reopen().node == "c2"
        assert session.run("show assets").text == "answer to show assets"
        assert c2.shell.seen == ["show assets"]
        gate.opened.set()


def test_nothing_goes_to_the_other_node_before_somebody_said_so(between) -> None:
    """What was asked of one node is not silently asked of the other: whoever knows that both will do reopens."""
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2)
        session.run("show assets")
        stop(c1)
        with pytest.raises((SessionBroken, ConnectFailed)):
            for _time in range(50):
                session.run("show system")
        with pytest.raises(ConnectFailed):
            session.run("show system")
        assert c2.logins == 0
        assert session.reopen().node == "c2"


def test_the_node_that_was_used_last_is_tried_first(between) -> None:
    with node("c2") as c2:
        with node("c1") as c1:
            stop(c1)
            session = between(c1, c2)
            session.open()
        with socket.socket() as door:  # whoever knocks at the first address now is counted
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", c1.port))
            door.listen()
            door.settimeout(0.2)
            assert session.reopen().node == "c2"
            with pytest.raises(TimeoutError):
                door.accept()


def test_there_and_back_again(between) -> None:
    with node("c1") as c1, node("c2") as c2, node("c1") as again:
        session = between(c1, c2, again)
        session.open()
        stop(c1)
        assert session.reopen().node == "c2"
        stop(c2)
        assert session.reopen().node == "c1"
        assert logins(c1, c2, again) == [1, 1, 1]


@pytest.mark.parametrize("manner", ["gone", "no prompt", "hangs up", "cut off"])
def test_what_counts_as_a_node_that_cannot_be_reached(between, manner: str) -> None:
    with node("c1") as c1, node("c2") as c2:
        if manner == "gone":
            stop(c1)
        elif manner == "no prompt":
            c1.shell = silent
        elif manner == "hangs up":
            c1.shell = lambda terminal: terminal.send("The system is going down\r\n")
        else:
            c1.hang_up_on_password = True
        assert between(c1, c2).open().node == "c2"


def test_where_nobody_answers_each_address_is_named_and_tried_once(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        c1.hang_up_on_password = True
        stop(c2)
        with pytest.raises(ConnectFailed, match="None of 2 nodes of the conductor can be used") as caught:
            between(c1, c2).open()
        assert f"[127.0.0.1]:{c1.port}" in str(caught.value) and f"[127.0.0.1]:{c2.port}" in str(caught.value)
        assert c1.passwords == ["of-c1"]


def test_a_password_that_the_first_node_refuses_is_told_and_not_tried_again(between) -> None:
    """A mistake in the inventory must not stay hidden behind the other node."""
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2, c1={"password": "wrong"})
        for _time in range(3):
            with pytest.raises(LoginRefused, match="was refused"):
                session.reopen()
        assert c1.passwords == ["wrong"] and c2.passwords == []


def test_where_both_fail_each_is_told_and_the_first_is_asked_again(between) -> None:
    """The first node may come back; the one that refused is not tried again (six failures lock an account)."""
    with node("c1") as c1, node("c2") as c2:
        stop(c1)
        session = between(c1, c2, c2={"password": "wrong"})
        for _time in range(3):
            with pytest.raises(ConnectFailed, match=r"Nobody answers SSH.*c2: The login as admin.* was refused"):
                session.reopen()
        assert c2.passwords == ["wrong"]


def test_a_password_that_nobody_took_yet_is_not_tried_on_a_second_node(between) -> None:
    """The same account on both nodes: it is locked on both."""
    with node("c1") as c1, node("c2") as c2, node("c1") as again:
        stop(c1)
        wrong = {"password": "wrong"}
        session = between(c1, c2, again, c1=wrong, c2=wrong, c3=wrong)
        with pytest.raises(ConnectFailed, match=r"c2, c3: The login as admin.* was refused"):
            session.open()
        assert c2.passwords == ["wrong"] and again.passwords == []


def test_a_password_that_one_node_took_is_right_for_it_whatever_the_other_says(between) -> None:
    with node("c1") as c1, node("c2") as c2, node("c1") as again:
        session = between(c1, c2, again, c2={"password": "of-c1"})
        session.open()
        stop(c1)
        assert session.reopen().node == "c1" and again.passwords == ["of-c1"]
        assert c2.passwords == ["of-c1"]


def test_a_refused_key_is_final_too(between, tmp_path) -> None:
    """A refused key counts as a failed login like a password."""
    key = tmp_path / "key"
    key.write_text(private_key("ed25519"))
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2, c1={"password": None, "key_file": str(key), "allow_agent": False})
        for _time in range(3):
            with pytest.raises(LoginRefused, match="was refused"):
                session.reopen()
        assert len(c1.keys) == 1 and c2.keys == []


def test_a_wrong_host_key_of_the_first_node_ends_it(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2, c1={"host_keys": c2.pins})
        for _time in range(2):
            with pytest.raises(HostKeyRefused, match=rf"127.0.0.1.:{c1.port} is not the known one"):
                session.reopen()
        assert c1.passwords == c2.passwords == []


def test_no_alarm_about_a_host_key_where_the_first_node_is_merely_down(between) -> None:
    """What is the matter comes first, and the other node's key is part of it."""
    with node("c1") as c1, node("c2") as c2:
        stop(c1)
        session = between(c1, c2, c2={"host_keys": c1.pins})
        for _time in range(2):
            with pytest.raises(ConnectFailed) as caught:
                session.reopen()
            said = str(caught.value)
            assert said.index(f"Nobody answers SSH at [127.0.0.1]:{c1.port}") < said.index("c2: The host key of")
        assert c2.passwords == []


def test_the_variables_of_the_other_node_are_read_only_when_it_is_needed(between) -> None:
    def broken():
        raise PcliError("The variables of c2 cannot be used: no vault.")

    with node("c1") as c1:
        session = between(c1)
        session._fallbacks = (Fallback("c2", broken),)
        session.open()
        stop(c1)
        with pytest.raises(ConnectFailed, match=r"Nobody answers.*c2: The variables of c2 cannot be used"):
            session.reopen()


def test_each_node_may_have_a_host_key_of_its_own_type(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        c2.host_keys = [key_of(private_key("ecdsa"))]
        session = between(c1, c2)
        session.open()
        stop(c1)
        assert session.reopen().node == "c2"


def test_a_login_that_ends_in_linux_is_no_matter_of_the_node(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        c1.shell = Device("[t128@c1 ~]$ ")
        with pytest.raises(NotPcli):
            between(c1, c2).open()
        assert c2.logins == 0


def test_a_pinned_session_waits_for_its_own_node(between) -> None:
    """A conductor operation must not go on at the other node (A7)."""
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2, follow=False)
        conductor = Conductor(session)
        assert conductor.local_node() == ("Conductor", "c1")
        stop(c1)
        for _time in range(2):
            with pytest.raises(ConnectFailed, match=r"Nobody answers"):
                conductor.reopen()
        with pytest.raises(ConnectFailed):
            between(c1, c2, follow=False).open()
        assert c2.logins == 0


def test_a_conductor_that_may_follow_tells_that_it_moved(between) -> None:
    with node("c1") as c1, node("c2") as c2:
        conductor = Conductor(between(c1, c2, follow=False), "c1", "Conductor", pinned=False)
        assert conductor.local_node() == ("Conductor", "c1")
        stop(c1)
        assert conductor.reopen() is True and conductor.moved
        assert conductor.local_node() == ("Conductor", "c2")
        assert conductor.session.address == f"[127.0.0.1]:{c2.port}"
        assert conductor.reopen() is False


def test_a_fall_back_of_another_router_gets_no_command(between) -> None:
    with node("c1") as c1, node("c2", "Elsewhere") as c2:
        conductor = Conductor(between(c1, c2), pinned=False)
        conductor.local_node()
        stop(c1)
        for _time in range(2):
            with pytest.raises(WrongNode, match="leads to node c2 of router Elsewhere"):
                conductor.reopen()
        assert c2.shell.seen == []


def test_shells_of_two_nodes_are_never_mixed(between) -> None:
    gates = [Gate("one\r\n"), Gate("two\r\n")]
    with node("c1", wait_1=gates[0]) as c1, node("c2", wait_2=gates[1]) as c2:
        c1.max_sessions = c2.max_sessions = 1
        session = between(c1, c2)
        first = session.begin("wait 1")
        session.run("show assets")
        assert c2.logins == 0, "while one node answers, the other is left alone"
        stop(c1)
        assert session.wait(first, 20)
        session.reopen()
        second = session.begin("wait 2")
        session.run("show assets")
        assert c2.shell.seen == ["wait 2", "show assets"]
        for gate in gates:
            gate.opened.set()
        assert session.wait(second, 20) and session.result(second).text == "two"
        assert session.poll(first) and first.error is not None


def test_files_are_fetched_where_the_commands_go_with_the_account_of_that_node(between, login_to) -> None:
    with node("c1") as c1, node("c2") as c2:
        session = between(c1, c2)
        first, second = session.access, session._fallbacks[0].access()
        for server in (c1, c2):
            server.users["files"] = "other"
        session.access = session._first = replace(first, sftp=login_to(c1, user="none"))
        session._fallbacks = (
            Fallback("c2", lambda: replace(second, sftp=login_to(c2, user="files", password="other"))),
        )
        session.open()
        stop(c1)
        session.reopen()
        with pytest.raises(ConnectFailed, match=rf"127.0.0.1.:{c2.port} offers no SFTP to files"):
            session.sftp()

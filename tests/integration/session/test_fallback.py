# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session with the addresses of both nodes of a conductor: when it goes on at the other one, and when never."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    HostKeyRefused,
    LoginRefused,
    NotPcli,
    SessionBroken,
    WrongNode,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import ShellOptions

from tests.integration.session.fake_server import Device, Server, Terminal, key_of, line_of, private_key
from tests.integration.session.test_session import Gate

UPGRADE = "request system software upgrade"


def node(name: str = "c1", router: str = "Conductor", **answers: object) -> Server:
    return Server(shell=Device(f"admin@{name}.{router}# ", **answers))


def silent(terminal: Terminal) -> None:
    """A login that never shows a prompt, whatever is typed."""
    while True:
        terminal.line()


@pytest.fixture
def between(login_to) -> Iterator[Callable[..., Session]]:
    """A session with an address for each of these servers, that may use all of them."""
    opened: list[Session] = []

    def session(*servers: Server, follow: bool = True, **changes: object) -> Session:
        keys = tuple(pin for server in servers for pin in server.pins)
        logins = [login_to(server, **{"host_keys": keys, **changes}) for server in servers]
        options = ShellOptions(login_timeout=3.0, first_quiet=0.1)
        opened.append(Session(logins[0], options, fallbacks=logins[1:]))
        opened[-1].use_fallbacks = follow
        return opened[-1]

    yield session
    for one in opened:
        one.close()


def stop(server: Server) -> None:
    """The node is gone: its address refuses."""
    server.__exit__()


def logins(*servers: Server) -> list[int]:
    return [server.logins for server in servers]


def test_the_first_address_is_used_while_it_answers(between) -> None:
    with node("c1") as one, node("c2") as two:
        session = between(one, two)
        assert session.open().node == "c1"
        assert session.reopen().node == "c1"
        assert logins(one, two) == [2, 0] and not session.fallen_back


def test_a_first_login_goes_to_the_other_node_where_the_first_is_gone(between) -> None:
    with node("c1") as one, node("c2") as two:
        stop(one)
        session = between(one, two)
        assert session.run("show assets").text == "answer to show assets"
        assert session.fallen_back and session.address == f"[127.0.0.1]:{two.port}"
        assert session.open().node == "c2"


def test_a_node_that_leaves_in_the_middle_is_followed_by_the_other_and_no_command_is_repeated(between) -> None:
    gate = Gate()
    with node("c1", request_system_software_upgrade=gate) as one, node("c2") as two:
        session = between(one, two)
        pending = session.begin(UPGRADE)
        assert one.wait_for(lambda: one.shell.seen == [UPGRADE])
        stop(one)
        assert session.wait(pending, 20)
        with pytest.raises(SessionBroken):
            session.result(pending)
        assert session.reopen().node == "c2"
        assert session.run("show assets").text == "answer to show assets"
        assert two.shell.seen == ["show assets"]
        gate.opened.set()


def test_nothing_goes_to_the_other_node_before_somebody_said_so(between) -> None:
    """What was asked of one node is not silently asked of the other: whoever knows that both will do reopens."""
    with node("c1") as one, node("c2") as two:
        session = between(one, two)
        session.run("show assets")
        stop(one)
        with pytest.raises((SessionBroken, ConnectFailed)):
            for _time in range(50):
                session.run("show system")
        with pytest.raises(ConnectFailed):
            session.run("show system")
        assert two.logins == 0
        assert session.reopen().node == "c2"


def test_the_node_that_was_used_last_is_tried_first(between) -> None:
    with node("c2") as two:
        with node("c1") as one:
            stop(one)
            session = between(one, two)
            session.open()
        with socket.socket() as door:  # whoever knocks at the first address now is counted
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", one.port))
            door.listen()
            door.settimeout(0.2)
            assert session.reopen().node == "c2"
            with pytest.raises(TimeoutError):
                door.accept()


def test_there_and_back_again(between) -> None:
    with node("c1") as one, node("c2") as two, node("c1") as again:
        session = between(one, two, again)
        session.open()
        stop(one)
        assert session.reopen().node == "c2"
        stop(two)
        assert session.reopen().node == "c1"
        assert logins(one, two, again) == [1, 1, 1]


@pytest.mark.parametrize("manner", ["gone", "no prompt", "hangs up", "cut off"])
def test_what_counts_as_a_node_that_cannot_be_reached(between, manner: str) -> None:
    with node("c1") as one, node("c2") as two:
        if manner == "gone":
            stop(one)
        elif manner == "no prompt":
            one.shell = silent
        elif manner == "hangs up":
            one.shell = lambda terminal: terminal.send("The system is going down\r\n")
        else:
            one.hang_up_on_password = True
        assert between(one, two).open().node == "c2"


def test_where_nobody_answers_each_address_is_named_and_tried_once(between) -> None:
    with node("c1") as one, node("c2") as two:
        one.hang_up_on_password = True
        stop(two)
        with pytest.raises(ConnectFailed, match="None of 2 addresses can be used") as caught:
            between(one, two).open()
        assert f"[127.0.0.1]:{one.port}" in str(caught.value) and f"[127.0.0.1]:{two.port}" in str(caught.value)
        assert one.passwords == ["right"]


def test_a_refused_password_is_not_tried_on_the_other_node_nor_later(between) -> None:
    """Six failures lock an account, on each node."""
    with node("c1") as one, node("c2") as two:
        session = between(one, two, password="wrong")
        for _time in range(3):
            with pytest.raises(LoginRefused, match="was refused"):
                session.reopen()
        assert one.passwords == ["wrong"] and two.passwords == []


def test_a_password_that_the_other_node_refuses_ends_it_there(between) -> None:
    with node("c1") as one, node("c2") as two:
        stop(one)
        two.users = {"admin": "another"}
        session = between(one, two)
        for _time in range(3):
            with pytest.raises(LoginRefused, match=f"127.0.0.1.:{two.port}"):
                session.reopen()
        assert two.passwords == ["right"]


def test_a_refused_key_is_final_too(between, tmp_path) -> None:
    """A refused key counts as a failed login like a password."""
    key = tmp_path / "key"
    key.write_text(private_key("ed25519"))
    with node("c1") as one, node("c2") as two:
        session = between(one, two, password=None, key_file=str(key), allow_agent=False)
        for _time in range(3):
            with pytest.raises(LoginRefused, match="was refused"):
                session.reopen()
        assert len(one.keys) == 1 and two.keys == []


@pytest.mark.parametrize("which", [0, 1])
def test_a_wrong_host_key_ends_it_and_tells_which_node_it_was(between, which: int) -> None:
    with node("c1") as one, node("c2") as two:
        servers = [one, two]
        if which:
            stop(one)
        session = between(one, two, host_keys=servers[1 - which].pins)
        for _time in range(2):
            with pytest.raises(HostKeyRefused, match=rf"127.0.0.1.:{servers[which].port} is not the known one"):
                session.reopen()
        assert one.passwords == two.passwords == []


def test_each_node_may_have_a_host_key_of_its_own_type(between) -> None:
    with node("c1") as one, node("c2") as two:
        two.host_keys = [key_of(private_key("ecdsa"))]
        session = between(one, two, host_keys=(*one.pins, line_of(two.host_keys[0])))
        session.open()
        stop(one)
        assert session.reopen().node == "c2"


def test_a_login_that_ends_in_linux_is_no_matter_of_the_node(between) -> None:
    with node("c1") as one, node("c2") as two:
        one.shell = Device("[t128@c1 ~]$ ")
        with pytest.raises(NotPcli):
            between(one, two).open()
        assert two.logins == 0


def test_a_pinned_session_waits_for_its_own_node(between) -> None:
    """A conductor operation must not go on at the other node (A7)."""
    with node("c1") as one, node("c2") as two:
        session = between(one, two, follow=False)
        conductor = Conductor(session)
        assert conductor.local_node() == ("Conductor", "c1")
        stop(one)
        for _time in range(2):
            with pytest.raises(ConnectFailed, match="Nobody answers"):
                conductor.reopen()
        with pytest.raises(ConnectFailed):
            between(one, two, follow=False).open()
        assert two.logins == 0


def test_a_conductor_that_may_follow_tells_that_it_moved(between) -> None:
    with node("c1") as one, node("c2") as two:
        conductor = Conductor(between(one, two, follow=False), "c1", "Conductor", pinned=False)
        assert conductor.local_node() == ("Conductor", "c1")
        stop(one)
        assert conductor.reopen() is True and conductor.moved
        assert conductor.local_node() == ("Conductor", "c2")
        assert conductor.session.address == f"[127.0.0.1]:{two.port}"
        assert conductor.reopen() is False


def test_a_fall_back_of_another_router_gets_no_command(between) -> None:
    with node("c1") as one, node("c2", "Elsewhere") as two:
        conductor = Conductor(between(one, two), pinned=False)
        conductor.local_node()
        stop(one)
        for _time in range(2):
            with pytest.raises(WrongNode, match="leads to node c2 of router Elsewhere"):
                conductor.reopen()
        assert two.shell.seen == []


def test_shells_of_two_nodes_are_never_mixed(between) -> None:
    gates = [Gate("one\r\n"), Gate("two\r\n")]
    with node("c1", wait_1=gates[0]) as one, node("c2", wait_2=gates[1]) as two:
        one.max_sessions = two.max_sessions = 1
        session = between(one, two)
        first = session.begin("wait 1")
        session.run("show assets")
        assert two.logins == 0, "while one node answers, the other is left alone"
        stop(one)
        assert session.wait(first, 20)
        session.reopen()
        second = session.begin("wait 2")
        session.run("show assets")
        assert two.shell.seen == ["wait 2", "show assets"]
        for gate in gates:
            gate.opened.set()
        assert session.wait(second, 20) and session.result(second).text == "two"
        assert session.poll(first) and first.error is not None


def test_files_are_fetched_where_the_commands_go(between, login_to) -> None:
    with node("c1") as one, node("c2") as two:
        for server in (one, two):
            server.users["files"] = "other"
        session = between(one, two)
        session.open()
        other = login_to(one, user="files", password="other", host_keys=(*one.pins, *two.pins))
        stop(one)
        session.reopen()
        with pytest.raises(ConnectFailed, match=rf"127.0.0.1.:{two.port} offers no SFTP to files"):
            session.sftp(other)

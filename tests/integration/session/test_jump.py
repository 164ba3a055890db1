# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jump hosts and proxy programs over real SSH: the way there, what each of them gets to see, and who is to blame."""

from __future__ import annotations

import shlex
import socket
import sys
import threading
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import ssh
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access, Fallback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    HostKeyRefused,
    LoginRefused,
    PcliError,
    SessionBroken,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.hostkeys import fingerprint
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import JUMP, Login

from tests.integration.session.fake_server import Server, key_of, line_of, private_key
from tests.simulator.jump import JumpHost

RELAY = """
import socket, sys, threading, os
there = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def back():
    while data := there.recv(65536):
        os.write(1, data)
    os._exit(0)
threading.Thread(target=back, daemon=True).start()
while data := os.read(0, 65536):
    there.sendall(data)
"""


def over(jump: JumpHost, **changes: object) -> Login:
    """The login to a jump host."""
    values = {
        "host": jump.host,
        "port": jump.port,
        "user": jump.user,
        "password": jump.password,
        "host_keys": (jump.pin,),
        "known_hosts": (),
        "connect_timeout": 10.0,
        "names": JUMP,
    }
    return Login(**{**values, **changes})


def test_a_session_goes_through_a_jump_host_and_ends_there_too(session_on) -> None:
    with Server() as server, JumpHost() as jump:
        session = session_on(server, login={"jumps": (over(jump),)})
        assert session.open().node == "c1"
        assert "answer to show assets" in session.run("show assets").text
        assert jump.tunnels == [("127.0.0.1", server.port)] and jump.logins == ["jumper"]
        session.close()
        assert jump.wait_for(lambda jump: jump.connections == 0), "nothing stays open on the jump host"


def test_several_jump_hosts_are_taken_in_their_order(session_on) -> None:
    with Server() as server, JumpHost("one", "first") as first, JumpHost("two", "second") as second:
        session = session_on(server, login={"jumps": (over(first), over(second))})
        assert session.open().node == "c1"
        assert first.tunnels == [("127.0.0.1", second.port)] and second.tunnels == [("127.0.0.1", server.port)]
        assert (first.passwords, second.passwords, server.passwords) == (["first"], ["second"], ["right"])
        session.close()
        assert all(jump.wait_for(lambda hop: hop.connections == 0) for jump in (first, second))


def test_a_session_that_is_opened_anew_goes_through_the_jump_host_again(session_on) -> None:
    with Server() as server, JumpHost() as jump:
        session = session_on(server, login={"jumps": (over(jump),)})
        session.open()
        server.drop()  # as a node that restarts
        assert session.reopen().node == "c1"
        jump.drop()  # as a jump host that restarts
        with pytest.raises(SessionBroken):
            session.run("show assets", timeout=20)
            session.run("show assets", timeout=20)
        assert session.reopen().node == "c1"
        assert len(jump.tunnels) == 3


def test_a_further_address_is_reached_through_the_jump_host_too(session_on, login_to) -> None:
    with Server() as gone:
        pass
    with Server() as other, JumpHost() as jump:
        jumps = (over(jump),)
        session = session_on(
            gone, login={"jumps": jumps}, fallbacks=[Fallback("c2", lambda: Access(login_to(other, jumps=jumps)))]
        )
        session.use_fallbacks = True
        assert session.open().node == "c1" and session.fallen_back
        assert jump.tunnels == [("127.0.0.1", other.port)]


# -- secrets ----------------------------------------------------------------------------------------------------------


def test_what_logs_in_to_the_node_is_never_offered_to_the_jump_host(login_to, tmp_path) -> None:
    text = private_key("ed25519")
    (tmp_path / "key").write_text(text)
    with Server(authorized=[key_of(text)]) as server, JumpHost(keys=[line_of(key_of(text))]) as jump:
        for login in ({"password": "right"}, {"password": None, "key_file": str(tmp_path / "key")}):
            with pytest.raises(LoginRefused, match=r"at the jump host .*ansible_pcli_jump_password"):
                ssh.connect(login_to(server, **login, jumps=(over(jump, password=None),)))
        assert (jump.passwords, jump.keys, jump.logins) == ([], [], [])
        assert (server.passwords, server.keys) == ([], [])


def test_the_jump_host_has_a_key_of_its_own(login_to, tmp_path) -> None:
    text = private_key("ecdsa", "s3same")
    (tmp_path / "key").write_text(text)
    line = line_of(key_of(text, "s3same"))
    with Server() as server, JumpHost(password=None, keys=[line]) as jump:
        hop = over(jump, key_file=str(tmp_path / "key"), key_passphrase="s3same")
        ssh.connect(login_to(server, jumps=(hop,))).close()
        assert set(jump.keys) == {line} and server.keys == []
        with pytest.raises(LoginRefused, match=r"ansible_pcli_jump_private_key_passphrase"):
            ssh.connect(login_to(server, jumps=(replace(hop, key_passphrase=None, allow_agent=False),)))


def test_a_wrong_password_for_the_jump_host_is_tried_exactly_once(session_on, tmp_path) -> None:
    """Also where the node itself is logged in to with a key."""
    text = private_key("ed25519")
    (tmp_path / "key").write_text(text)
    with Server(authorized=[key_of(text)]) as server, JumpHost() as jump:
        login = {"password": None, "key_file": str(tmp_path / "key"), "jumps": (over(jump, password="wrong-s3cret"),)}
        session = session_on(server, login=login)
        for attempt in (session.open, session.reopen, session.sftp):
            with pytest.raises(LoginRefused, match=r"at the jump host .*ansible_pcli_jump_password") as caught:
                attempt()
            assert "s3cret" not in str(caught.value) and caught.value.connection == "auth"
        assert jump.passwords == ["wrong-s3cret"]


# -- host keys --------------------------------------------------------------------------------------------------------


def test_the_host_key_of_the_jump_host_is_checked_before_any_password(login_to, tmp_path) -> None:
    other = line_of(key_of(private_key("ed25519")))
    with Server() as server, JumpHost() as jump:
        with pytest.raises(
            HostKeyRefused, match=r"at the jump host .* is not known.*ansible_pcli_jump_host_keys"
        ) as no:
            ssh.connect(login_to(server, jumps=(over(jump, host_keys=()),)))
        assert fingerprint(jump.host_key) in str(no.value)
        for keys in ((other,), server.pins):
            with pytest.raises(HostKeyRefused, match=r"at the jump host .* not the known one"):
                ssh.connect(login_to(server, jumps=(over(jump, host_keys=keys),)))
        assert jump.passwords == server.passwords == []
        known = tmp_path / "known_hosts"
        known.write_text(jump.known_hosts + "\n")
        ssh.connect(login_to(server, jumps=(over(jump, host_keys=(), known_hosts=(str(known),)),))).close()
        assert jump.passwords == ["demo-jumper-password"]


def test_the_host_key_of_the_node_is_checked_through_a_jump_host_and_a_program(login_to) -> None:
    other = (line_of(key_of(private_key("ed25519"))),)
    program = (sys.executable, "-c", RELAY, "%h", "%p")
    with Server() as server, JumpHost() as jump:
        for way in ({"jumps": (over(jump),)}, {"proxy_command": program}):
            with pytest.raises(HostKeyRefused, match="not the known one"):
                ssh.connect(login_to(server, host_keys=other, **way))
        assert server.passwords == []
        assert jump.wait_for(lambda jump: jump.connections == 0)


# -- who is to blame --------------------------------------------------------------------------------------------------


def test_a_jump_host_that_is_down_is_named(session_on) -> None:
    with JumpHost() as jump:
        pass
    with Server() as server:
        session = session_on(server, login={"jumps": (over(jump),)})
        with pytest.raises(ConnectFailed) as caught:
            session.open()
        assert f"at the jump host [127.0.0.1]:{jump.port}: Nobody answers SSH" in str(caught.value)
        assert f"On the way to [127.0.0.1]:{server.port}" in str(caught.value)
        assert "ProxyJump" in str(caught.value) and caught.value.connection == "refused"


def test_the_second_jump_host_that_is_down_is_named_by_the_first(login_to) -> None:
    with JumpHost() as gone:
        pass
    with Server() as server, JumpHost() as first:
        where = rf"\]:{first.port} accepts the login, but cannot connect to .*:{gone.port}"
        with pytest.raises(ConnectFailed, match=where):
            ssh.connect(login_to(server, jumps=(over(first), over(gone))))
        assert first.wait_for(lambda jump: jump.connections == 0)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_node_that_the_jump_host_does_not_reach_is_not_a_jump_host_that_is_down(login_to, allowed) -> None:
    with Server() as gone:
        pass
    with JumpHost(tunnels_allowed=allowed) as jump:
        with pytest.raises(ConnectFailed, match=r"accepts the login, but cannot connect.*AllowTcpForwarding") as caught:
            ssh.connect(login_to(gone, jumps=(over(jump),)))
        assert "ansible_host and ansible_port as seen from the jump host" in str(caught.value)
        assert jump.wait_for(lambda jump: jump.connections == 0)


def test_a_wrong_password_of_the_node_is_the_nodes_matter(login_to) -> None:
    with Server() as server, JumpHost() as jump:
        with pytest.raises(LoginRefused) as caught:
            ssh.connect(login_to(server, password="wrong", jumps=(over(jump),)))
        assert "jump host" not in str(caught.value) and "ansible_password" in str(caught.value)
        assert jump.wait_for(lambda jump: jump.connections == 0)


# -- programs ---------------------------------------------------------------------------------------------------------


def test_a_program_carries_the_session_and_is_gone_afterwards(session_on) -> None:
    before = threading.active_count()
    with Server() as server:
        session = session_on(server, login={"proxy_command": (sys.executable, "-c", RELAY, "%h", "%p")})
        assert session.open().node == "c1"
        assert "answer to show assets" in session.run("show assets").text
        server.drop()
        assert session.reopen().node == "c1"
        session.close()
        assert server.wait_for(lambda: not any(transport.is_active() for transport in server.transports))
        assert server.wait_for(lambda: threading.active_count() <= before + 3)


def test_a_program_that_fails_is_named_with_its_own_words(login_to) -> None:
    complains = (sys.executable, "-c", "import sys; sys.exit('bastion: Permission denied (publickey).')")
    with Server() as server:
        with pytest.raises(ConnectFailed, match=r"Through the program 'python.*Permission denied \(publickey\)"):
            ssh.connect(login_to(server, proxy_command=complains))
        with pytest.raises(ConnectFailed, match=r"'no-such-program' of ProxyCommand cannot be started"):
            ssh.connect(login_to(server, proxy_command=("no-such-program",)))


def test_a_program_that_says_nothing_is_given_up(login_to) -> None:
    silent = (sys.executable, "-c", "import time; time.sleep(60)")
    with Server() as server, pytest.raises(ConnectFailed, match="Through the program"):
        ssh.connect(login_to(server, proxy_command=silent, connect_timeout=1.0))


def test_an_address_becomes_no_command(login_to, tmp_path) -> None:
    """Also where the user's own command hands it to a shell."""
    bait = tmp_path / "bait"
    shell = ("sh", "-c", "nc %h %p")
    with Server() as server:
        for host in (f"$(touch {bait})", f"x;touch {bait}", f"-e{shlex.quote(str(bait))} x"):
            with pytest.raises(PcliError, match="cannot be used in a ProxyCommand"):
                ssh.connect(login_to(server, host=host, proxy_command=shell))
    assert not bait.exists()


def test_ipv6_goes_through(login_to) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    with JumpHost() as jump, pytest.raises(ConnectFailed, match=r"cannot connect to \[::1\]:9"):
        ssh.connect(Login("::1", 9, "admin", "x", host_key_checking=False, jumps=(over(jump),)))

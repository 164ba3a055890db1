# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way a login fails, over real SSH: one sentence that says what to do, the right kind of error, one try."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import paramiko
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import connection_pool as links
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import ssh
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    CutOff,
    LoginRefused,
    NotPcli,
    PcliError,
)

from tests.integration.session.fake_server import Device, Server, key_of, line_of, private_key

# -- passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "methods", ["password", "password,keyboard-interactive", "keyboard-interactive", "publickey,password"]
)
def test_the_right_password_is_taken_whatever_way_the_server_asks(login_to, methods: str) -> None:
    with Server(methods=methods) as server:
        ssh.connect(login_to(server)).close()
        assert server.passwords == ["right"]


@pytest.mark.parametrize("methods", ["password", "password,keyboard-interactive,publickey", "keyboard-interactive"])
def test_a_wrong_password_is_tried_exactly_once(session_on, methods: str) -> None:
    with Server(methods=methods) as server:
        session = session_on(server, login={"password": "wrong-s3cret"})
        for attempt in (session.open, session.reopen, lambda: session.run("show assets"), session.sftp):
            with pytest.raises(
                LoginRefused, match=r"password was refused.*six failures lock.*ansible_password"
            ) as caught:
                attempt()
            assert "s3cret" not in str(caught.value) and caught.value.connection == "auth"
        session.close()
        with pytest.raises(LoginRefused):
            session.open()
        assert server.passwords == ["wrong-s3cret"]


def test_a_server_that_takes_no_passwords_says_what_it_takes(login_to) -> None:
    with Server(methods="publickey") as server:
        with pytest.raises(LoginRefused, match=r"The server accepts: publickey"):
            ssh.connect(login_to(server))
        assert server.passwords == []


def test_a_server_that_hangs_up_on_every_password_gets_three_at_most(session_on) -> None:
    """One that counts failures hangs up like one that restarts; so that is tried again, but not six times."""
    with Server(hang_up_on_password=True) as server:
        session = session_on(server)
        for _time in range(links.MOST_CUT_OFF - 1):
            with pytest.raises(CutOff, match=r"in the middle of the login") as caught:
                session.reopen()
            assert caught.value.connection == "refused"
        for _time in range(5):
            with pytest.raises(LoginRefused, match=r"attempt 3.*may be wrong.*lock"):
                session.reopen()
        assert len(server.passwords) == links.MOST_CUT_OFF


def test_a_password_that_was_right_before_outlasts_a_node_that_hangs_up(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        session.open()
        server.hang_up_on_password = True
        for _time in range(5):
            with pytest.raises(CutOff):
                session.reopen()
        server.hang_up_on_password = False
        assert session.reopen().node == "c1"


NOLOGIN = [
    "System is booting up. Unprivileged users are not permitted to log in yet. Please come back later. For technical "
    "details, see pam_nologin(8).",
    '"System is going down. Unprivileged users are not permitted to log in anymore."',
]


@pytest.mark.parametrize("banner", NOLOGIN)
@pytest.mark.parametrize("hang_up", [True, False])
def test_a_node_that_is_booting_or_going_down_can_be_tried_again(session_on, banner: str, hang_up: bool) -> None:
    with Server(banner=banner, hang_up_on_password=hang_up, users={}) as server:
        session = session_on(server)
        for _time in range(5):
            with pytest.raises(ConnectFailed, match=r"accepts no logins at the moment.*permitted to log in"):
                session.reopen()
        server.banner, server.hang_up_on_password, server.users = None, False, {"admin": "right"}
        assert session.reopen().node == "c1"


def test_a_banner_of_lawyers_changes_nothing_about_a_wrong_password(login_to) -> None:
    with Server(banner="Unauthorized access is prohibited.\n" * 20) as server:
        with pytest.raises(LoginRefused):
            ssh.connect(login_to(server, password="wrong"))
        ssh.connect(login_to(server)).close()


# -- keys and the agent -----------------------------------------------------------------------------------------------


def write(tmp_path, text: str, name: str = "key") -> str:
    path = tmp_path / name
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


KEYS = [("ed25519", "OpenSSH"), ("ecdsa", "OpenSSH"), ("ecdsa", "TraditionalOpenSSL"), ("rsa", "OpenSSH")]
KEYS += [("rsa", "TraditionalOpenSSL")]


@pytest.mark.parametrize(("kind", "form"), KEYS)
def test_a_key_file_logs_in(login_to, tmp_path, kind: str, form: str) -> None:
    text = private_key(kind, form=form)
    with Server(authorized=[key_of(text)]) as server:
        ssh.connect(login_to(server, password=None, key_file=write(tmp_path, text))).close()
        assert len(set(server.keys)) == 1 and server.passwords == []


@pytest.mark.parametrize(("kind", "form"), KEYS)
def test_an_encrypted_key_file(login_to, tmp_path, kind: str, form: str) -> None:
    text = private_key(kind, "open-s3same", form)
    try:
        key = key_of(text, "open-s3same")
    except ValueError:
        pytest.skip(f"paramiko {paramiko.__version__} does not know the cipher of this old format")
    with Server(authorized=[key]) as server:
        login = {"password": None, "key_file": write(tmp_path, text)}
        ssh.connect(login_to(server, **login, key_passphrase="open-s3same")).close()
        with pytest.raises(LoginRefused, match=r"is encrypted.*ssh-agent.*ansible_ssh_private_key_passphrase"):
            ssh.connect(login_to(server, **login))
        with pytest.raises(LoginRefused, match=r"cannot be opened with the passphrase") as caught:
            ssh.connect(login_to(server, **login, key_passphrase="wrong-s3same"))
        assert "s3same" not in str(caught.value)
        assert server.logins == 1


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_that_the_server_refuses(login_to, tmp_path, kind: str) -> None:
    path = write(tmp_path, private_key(kind))
    with Server() as server, pytest.raises(LoginRefused, match=rf"with the key {path} was refused") as caught:
        ssh.connect(login_to(server, password=None, key_file=path))
    assert "ansible_ssh_private_key_file" in str(caught.value)


def test_a_key_file_that_does_not_exist(login_to) -> None:
    with Server() as server, pytest.raises(LoginRefused, match=r"/no/such/key.*does not exist on the controller"):
        ssh.connect(login_to(server, password=None, key_file="/no/such/key"))


@pytest.mark.parametrize(
    "text", ["", "rubbish", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key(login_to, tmp_path, text: str) -> None:
    with Server() as server:
        with pytest.raises(LoginRefused, match=r"not a private key of a known kind"):
            ssh.connect(login_to(server, password=None, key_file=write(tmp_path, text)))
        with pytest.raises(LoginRefused, match=r"not the \.pub file"):
            ssh.connect(login_to(server, password=None, key_file=write(tmp_path, server.pins[0] + "\n", "key.pub")))
        with pytest.raises(LoginRefused, match=r"cannot be read"):
            ssh.connect(login_to(server, password=None, key_file=str(tmp_path)))


def test_the_keys_in_the_home_are_tried_unless_that_is_turned_off(login_to) -> None:
    text = private_key("ed25519")
    with open(os.path.expanduser("~/.ssh/id_ed25519"), "w") as stream:
        stream.write(text)
    with Server(authorized=[key_of(text)]) as server:
        ssh.connect(login_to(server, password=None)).close()
        with pytest.raises(LoginRefused, match=r"nothing to log in with as admin at .*ansible_password"):
            ssh.connect(login_to(server, password=None, look_for_keys=False))
        ssh.connect(login_to(server)).close()
        assert server.passwords == ["right"] and server.logins == 2


def test_encrypted_keys_in_the_home_are_no_riddle(login_to) -> None:
    with open(os.path.expanduser("~/.ssh/id_ed25519"), "w") as stream:
        stream.write(private_key("ed25519", "secret"))
    with Server() as server, pytest.raises(LoginRefused, match=r"keys in ~/\.ssh .* are encrypted.*ssh-add"):
        ssh.connect(login_to(server, password=None))


@pytest.fixture
def agent(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A real ssh-agent with one key; gives the text of that key, encrypted with "secret"."""
    if not (shutil.which("ssh-agent") and shutil.which("ssh-add")):
        pytest.skip("ssh-agent is not installed")
    path = str(tmp_path / "agent.sock")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()  # it prints the address once it listens
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        plain = tmp_path / "plain"
        plain.write_text(private_key("ed25519"))
        plain.chmod(0o600)
        subprocess.run(["ssh-add", "-q", plain], check=True)
        yield plain.read_text()
    finally:
        process.terminate()
        process.wait(10)


def test_a_key_of_the_agent_logs_in(login_to, agent: str) -> None:
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, password=None)).close()
        with pytest.raises(LoginRefused):
            ssh.connect(login_to(server, password=None, allow_agent=False))


def test_the_agent_stands_in_for_a_key_file_that_is_encrypted(login_to, tmp_path, agent: str) -> None:
    locked = write(tmp_path, private_key("ed25519", "secret"), "locked")
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, password=None, key_file=locked)).close()
        server.authorized = []
        with pytest.raises(LoginRefused, match=r"is encrypted"):
            ssh.connect(login_to(server, password=None, key_file=locked))


def test_a_password_is_tried_alone_even_beside_an_agent(login_to, agent: str) -> None:
    with Server() as server:
        ssh.connect(login_to(server)).close()
        assert server.keys == [] and server.passwords == ["right"]


# -- nobody there -----------------------------------------------------------------------------------------------------


def test_a_closed_port(login_to) -> None:
    with Server() as server:
        pass
    with pytest.raises(ConnectFailed, match=r"Nobody answers SSH.*refused.*ansible_host and ansible_port") as caught:
        ssh.connect(login_to(server))
    assert caught.value.connection == "refused"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "two..dots", "x" * 70])
def test_a_name_that_cannot_be_resolved(login_to, host: str) -> None:
    with Server() as server, pytest.raises(ConnectFailed, match=rf"The name {host} cannot be resolved.*ansible_host"):
        ssh.connect(login_to(server, host=host))


class Plain:
    """Something else than SSH on a port. `talk` is called with each connection."""

    def __init__(self, talk) -> None:
        self.talk = talk

    def __enter__(self) -> Plain:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.pins = (line_of(key_of(private_key("ed25519"))),)
        self.kept = []
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            self.kept.append(connection)
            self.talk(connection)

    def __exit__(self, *_exc: object) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for connection in self.kept:
            connection.close()


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection: None,
        lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n" * 100),
        lambda connection: connection.close(),
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_8.0"),
        lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_8.0\r\n"),
        lambda connection: connection.sendall(b"SSH-1.5-old\r\n"),
        lambda connection: connection.sendall(os.urandom(5000)),
    ],
    ids=["says nothing", "http", "closes", "half a banner", "banner and no more", "ssh 1", "noise"],
)
def test_something_that_does_not_speak_ssh(login_to, talk) -> None:
    with Plain(talk) as server, pytest.raises(ConnectFailed, match=r"127.0.0.1") as caught:
        ssh.connect(login_to(server, connect_timeout=1.0))
    assert type(caught.value) is ConnectFailed
    assert "No existing session" not in str(caught.value)


def test_a_server_that_gives_no_terminal(session_on) -> None:
    with Server(pty="no") as server:
        session = session_on(server)
        with pytest.raises(ConnectFailed, match=r"accepts the login but opens no terminal.*Too many"):
            session.open()
        # and the login does not stay behind
        assert server.wait_for(lambda: not any(transport.is_active() for transport in server.transports))


def test_a_server_that_never_answers_the_wish_for_a_terminal(session_on) -> None:
    with Server(pty="silent") as server, pytest.raises(ConnectFailed, match=r"opens no terminal"):
        session_on(server, {"login_timeout": 1.0}).open()


def test_a_linux_shell_over_ssh(session_on) -> None:
    with Server(shell=Device(prompt="[t128@c1 ~]$ ")) as server, pytest.raises(NotPcli):
        session_on(server).open()


# -- what may not be seen ---------------------------------------------------------------------------------------------


def test_no_secret_in_reprs_errors_and_logs(login_to, tmp_path, caplog: pytest.LogCaptureFixture) -> None:
    path = write(tmp_path, private_key("ed25519", "other"))
    texts = []
    with Server() as server:
        logins = [
            login_to(server, password="wrong-s3cret"),
            login_to(server, password=None, key_file=path, key_passphrase="s3cret"),
            login_to(server, password="s3cret", host_keys=()),
            login_to(server, password="s3cret", host="no.invalid"),
        ]
        with caplog.at_level("DEBUG"):
            for login in logins:
                texts.append(repr(login))
                with pytest.raises(PcliError) as caught:
                    ssh.connect(login)
                error: BaseException | None = caught.value
                while error is not None:
                    texts += [str(error), repr(error)]
                    error = error.__cause__
    assert "s3cret" not in "\n".join(texts) + caplog.text


def test_paramiko_prints_no_tracebacks_to_the_terminal(tmp_path) -> None:
    """Without logging set up, Python prints warnings and errors of libraries to the terminal."""
    program = textwrap.dedent(
        """
        import sys
        from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import errors, ssh
        try:
            ssh.connect(ssh.Login("127.0.0.1", int(sys.argv[1]), "admin", "x", connect_timeout=5))
        except errors.ConnectFailed as error:
            print("sentence:", error)
        """
    )
    namespace = tmp_path / "ansible_collections" / "sessionsmart"
    namespace.mkdir(parents=True)
    (namespace / "ssr").symlink_to(Path(ssh.__file__).resolve().parents[3])
    with Plain(lambda connection: connection.close()) as server:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program, str(server.port)],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.stdout.startswith("sentence: ") and done.stderr == ""

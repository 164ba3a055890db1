# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way a login fails, over real SSH: one sentence that says what to do, the right kind of error, one try."""

from __future__ import annotations

import hashlib
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
from cryptography.hazmat.primitives import serialization

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


@pytest.mark.parametrize(
    ("methods", "allowed", "accepted"),
    [
        ("password,keyboard-interactive", ("keyboard-interactive",), True),
        ("password,keyboard-interactive", ("keyboard-interactive", "password"), True),
        ("password", ("keyboard-interactive", "password"), True),
        ("password", ("keyboard-interactive",), False),
        ("keyboard-interactive", ("password",), False),
    ],
)
def test_the_password_is_sent_in_the_ways_that_openssh_may_use(login_to, methods, allowed, accepted) -> None:
    with Server(methods=methods) as server:
        login = login_to(server, password_methods=allowed)
        if accepted:
            ssh.connect(login).close()
        else:
            with pytest.raises(LoginRefused, match="The server accepts"):
                ssh.connect(login)
        assert server.passwords == ["right"] * accepted


def test_one_kind_of_addresses_is_enough(login_to) -> None:
    with Server() as server:
        ssh.connect(login_to(server, address_family="inet")).close()
        with pytest.raises(ConnectFailed):
            ssh.connect(login_to(server, address_family="inet6"))


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


# -- a second factor --------------------------------------------------------------------------------------------------

CODE = ("Verification code: ", False)
PASSWORD = ("Password: ", False)


@pytest.mark.parametrize(
    ("challenges", "answers"),
    [
        ([[PASSWORD, CODE]], []),
        ([[CODE]], []),
        ([[PASSWORD], [("Passcode or option (1-2): ", True)]], [["right"]]),
        ([[PASSWORD], [PASSWORD]], [["right"]]),
        ([[("One-time password (OATH) for `admin': ", False)]], []),
        ([[("Password and token code: ", False)]], []),
        ([[("Login: ", True)]], []),
        ([[("Einmal-Passwort: ", False)]], []),
        ([[("Password: ", True)]], []),
        ([[PASSWORD], [("New password: ", False)]], [["right"]]),
    ],
)
def test_what_is_not_the_prompt_of_the_password_never_gets_it(session_on, challenges, answers) -> None:
    with Server(methods="keyboard-interactive", challenges=challenges) as server:
        session = session_on(server)
        for _time in range(2):
            with pytest.raises(LoginRefused, match=r"second factor.*not supported unattended.*account for automation"):
                session.reopen()
        assert server.answers == answers and server.challenged == len(answers) + 1, "one login, never two"


@pytest.mark.parametrize("prompt", ["Password: ", "(admin@c1) Password:", "admin's password: ", "Passwort: "])
def test_the_prompt_of_the_password_gets_it(login_to, prompt: str) -> None:
    with Server(methods="keyboard-interactive", challenges=[[(prompt, False)], []]) as server:
        ssh.connect(login_to(server)).close()
        assert server.answers[0] == ["right"]


def test_instructions_that_ask_for_a_code_are_not_answered_with_the_password(login_to) -> None:
    words = "Enter the 6-digit code of your authenticator app"
    with Server(methods="keyboard-interactive", instructions=words) as server:
        with pytest.raises(LoginRefused, match=rf"asks '{words} Password:'.*second factor"):
            ssh.connect(login_to(server))
        assert server.answers == []


def test_a_long_notice_stops_no_login_and_hides_no_other_prompt(login_to) -> None:
    notice = "Violations are punishable under Penal Code 502. Never share your token or code. " * 20
    with Server(methods="keyboard-interactive", instructions=notice) as server:
        ssh.connect(login_to(server)).close()
        assert server.answers == [["right"]]
    with Server(methods="keyboard-interactive", instructions=notice, challenges=[[("Passcode: ", False)]]) as server:
        with pytest.raises(LoginRefused, match=r"asks '\u2026.*token or code\. Passcode:'.*second factor"):
            ssh.connect(login_to(server))
        assert server.answers == []


def test_a_key_that_is_only_the_first_factor_is_said_so(login_to, tmp_path) -> None:
    text = private_key("ed25519")
    with Server(authorized=[key_of(text)], methods="publickey,keyboard-interactive", partial=True) as server:
        with pytest.raises(LoginRefused, match=r"keyboard-interactive as well.*second factor"):
            ssh.connect(login_to(server, password=None, key_file=write(tmp_path, text)))
        assert server.challenged == 0


# -- what comes from the controller -----------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_password_that_ends_in_a_line_break_is_not_sent_unless_that_is_meant(login_to, end: str) -> None:
    with Server(users={"admin": f"right{end}"}) as server:
        with pytest.raises(LoginRefused, match=r"ansible_password .*ends in a line break.*encrypted with echo\?"):
            ssh.connect(login_to(server, password=f"right{end}"))
        assert server.passwords == []
        ssh.connect(login_to(server, password=f"right{end}", secrets_as_they_are=True)).close()


def test_a_passphrase_that_ends_in_a_line_break_is_refused_too(login_to, tmp_path) -> None:
    path = write(tmp_path, private_key("ed25519", "open-s3same"))
    with Server() as server:
        with pytest.raises(LoginRefused, match=r"ansible_ssh_private_key_passphrase .*ends in a line break"):
            ssh.connect(login_to(server, password=None, key_file=path, key_passphrase="open-s3same\n"))
        assert server.keys == []


def test_a_refused_login_says_as_whom_where_the_inventory_names_no_user(login_to, monkeypatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "operator")
    with Server(users={}) as server, pytest.raises(LoginRefused, match=r"login as operator \(the current user\) at"):
        ssh.connect(login_to(server, user=None))


@pytest.mark.parametrize("error", [KeyError("getpwuid(): uid not found: 1234"), OSError("No username set")])
def test_an_account_without_a_name_is_not_taken_for_an_absent_node(login_to, monkeypatch, error: Exception) -> None:
    def getuser() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", getuser)
    with Server() as server, pytest.raises(LoginRefused, match=r"no user for the login.*no name.*Set ansible_user\."):
        ssh.connect(login_to(server, user=None))


def test_an_error_of_the_controller_is_not_taken_for_an_absent_node(login_to, monkeypatch) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise ValueError("[digital envelope routines] unsupported")

    monkeypatch.setattr(paramiko.Transport, "auth_password", refuse)
    with Server() as server, pytest.raises(PcliError, match=r"on the controller itself.*FIPS mode") as caught:
        ssh.connect(login_to(server))
    assert caught.value.connection is None


@pytest.fixture
def no_md5(monkeypatch: pytest.MonkeyPatch) -> None:
    """A controller in FIPS mode."""

    def refuse(*_args: object, **_more: object) -> None:
        raise ValueError("[digital envelope routines] unsupported")

    for module in (hashlib, paramiko.pkey, paramiko.transport, paramiko.sftp_server):
        monkeypatch.setattr(module, "md5", refuse)


@pytest.mark.parametrize("way", ["password", "file", "agent", "home"])
def test_a_controller_in_fips_mode_logs_in_each_way(login_to, tmp_path, agent: str, no_md5: None, way: str) -> None:
    login = {"password": None, "allow_agent": way == "agent"}
    if way == "home":
        (Path.home() / ".ssh" / "id_ed25519").write_text(agent)
    login |= {"password": {"password": "right"}, "file": {"key_file": write(tmp_path, agent)}}.get(way, {})
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, **login)).close()
        assert server.logins == 1


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


def private_key_as_openssh(text: str, passphrase: str | None = None) -> str:
    """The same key in the form of OpenSSH, without a passphrase."""
    load = serialization.load_ssh_private_key if "OPENSSH" in text else serialization.load_pem_private_key
    key = load(text.encode(), passphrase.encode() if passphrase else None)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


KEYS = [("ed25519", "OpenSSH"), ("ecdsa", "OpenSSH"), ("ecdsa", "TraditionalOpenSSL"), ("rsa", "OpenSSH")]
KEYS += [("rsa", "TraditionalOpenSSL"), *((kind, "PKCS8") for kind in ("ed25519", "ecdsa", "rsa"))]


@pytest.mark.parametrize(("kind", "form"), KEYS)
def test_a_key_file_logs_in(login_to, tmp_path, kind: str, form: str) -> None:
    text = private_key(kind, form=form)
    with Server(authorized=[key_of(private_key_as_openssh(text))]) as server:
        ssh.connect(login_to(server, password=None, key_file=write(tmp_path, text))).close()
        assert len(set(server.keys)) == 1 and server.passwords == []


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: f"\ufeff\n{text}\n\n",
        lambda text: text.replace("\n", "\r"),
        lambda text: text.rstrip("\n").replace("\n", "\r\n"),
    ],
    ids=["no last line break", "CR LF", "byte order mark", "lone CR", "both"],
)
@pytest.mark.parametrize("form", ["OpenSSH", "TraditionalOpenSSL", "PKCS8"])
def test_a_key_file_that_was_copied_from_elsewhere(login_to, tmp_path, form: str, change) -> None:
    text = private_key("ecdsa", form=form)
    path = tmp_path / "key"
    path.write_bytes(change(text).encode())
    with Server(authorized=[key_of(private_key_as_openssh(text))]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(path))).close()


def test_an_encrypted_pem_file_with_lone_carriage_returns(login_to, tmp_path) -> None:
    """Its header has lines of its own, which nothing but a line break ends."""
    text = private_key("ecdsa", "open-s3same", "TraditionalOpenSSL")
    path = tmp_path / "key"
    path.write_bytes(text.replace("\n", "\r").encode())
    with Server(authorized=[key_of(private_key_as_openssh(text, "open-s3same"))]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(path), key_passphrase="open-s3same")).close()


@pytest.mark.parametrize(("text", "words"), [
    ("PuTTY-User-Key-File-3: ssh-ed25519\n", "is a key of PuTTY.*puttygen"),
    ("-----BEGIN DSA PRIVATE KEY-----\nMAA=\n-----END DSA PRIVATE KEY-----\n", "not a private key of a known kind"),
])  # fmt: skip
def test_a_key_of_another_kind_is_named(login_to, tmp_path, text: str, words: str) -> None:
    with Server() as server, pytest.raises(LoginRefused, match=words):
        ssh.connect(login_to(server, password=None, key_file=write(tmp_path, text)))


@pytest.mark.parametrize(("kind", "form"), KEYS)
def test_an_encrypted_key_file(login_to, tmp_path, kind: str, form: str) -> None:
    text = private_key(kind, "open-s3same", form)
    with Server(authorized=[key_of(private_key_as_openssh(text, "open-s3same"))]) as server:
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


def test_an_agent_that_the_environment_does_not_name(login_to, monkeypatch, agent: str) -> None:
    path = os.environ["SSH_AUTH_SOCK"]
    monkeypatch.delenv("SSH_AUTH_SOCK")
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, password=None, agent_socket=path)).close()
        for other in ("none", f"{path}.missing", None):
            with pytest.raises(LoginRefused, match="nothing to log in with"):
                ssh.connect(login_to(server, password=None, agent_socket=other))


def encrypted(text: str) -> str:
    """The same key with the passphrase "secret"."""
    key = serialization.load_ssh_private_key(text.encode(), None)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)
    return key.private_bytes(*form, serialization.BestAvailableEncryption(b"secret")).decode()


def test_the_agent_stands_in_for_a_key_file_that_is_encrypted(login_to, tmp_path, agent: str) -> None:
    locked = write(tmp_path, encrypted(agent), "locked")
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, password=None, key_file=locked)).close()
        with pytest.raises(LoginRefused, match=r"is encrypted"):
            ssh.connect(login_to(server, password=None, key_file=locked, allow_agent=False))
        other = write(tmp_path, private_key("ed25519", "secret"), "other")
        with pytest.raises(LoginRefused, match=r"is encrypted"):
            ssh.connect(login_to(server, password=None, key_file=other))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_public_key_names_that_of_the_agent(login_to, tmp_path, agent: str, mark: str) -> None:
    named = write(tmp_path, f"{mark}{line_of(key_of(agent))} me@here\n", "key.pub")
    with Server(authorized=[key_of(agent)]) as server:
        ssh.connect(login_to(server, password=None, key_file=named)).close()
        assert server.keys == [line_of(key_of(agent))]


def add_keys(number: int, tmp_path) -> list[str]:
    """More keys in the agent."""
    texts = [private_key("ed25519") for _number in range(number)]
    for position, text in enumerate(texts):
        subprocess.run(["ssh-add", "-q", write(tmp_path, text, f"more{position}")], check=True)
    return texts


def test_no_more_keys_of_an_agent_are_offered_than_servers_allow(session_on, tmp_path, agent: str) -> None:
    """A server that hangs up for that is there, and asking again would only lock the account."""
    add_keys(8, tmp_path)
    with Server(max_tries=6) as server:
        session = session_on(server, login={"password": None})
        with pytest.raises(LoginRefused, match=r"Too many keys were offered.*6 of 9.*ansible_ssh_private_key_file"):
            session.open()
        assert len(server.keys) == 6


@pytest.mark.parametrize("farewell", ["Too many authentication failures", ""])
def test_a_server_that_hangs_up_after_fewer_keys_is_not_taken_for_an_absent_one(
    login_to, tmp_path, agent: str, farewell: str
) -> None:
    add_keys(4, tmp_path)
    with Server(max_tries=3, farewell=farewell) as server:
        with pytest.raises(LoginRefused, match=r"Too many keys were offered.*3 of 5.*name its \.pub file"):
            ssh.connect(login_to(server, password=None))
        assert len(server.keys) == 3


def test_keys_that_a_patient_server_would_still_take_are_not_offered(login_to, tmp_path, agent: str) -> None:
    *_others, last = add_keys(8, tmp_path)
    with Server(authorized=[key_of(last)]) as server:
        with pytest.raises(LoginRefused, match=r"Too many keys were offered"):
            ssh.connect(login_to(server, password=None))
        assert len(server.keys) == 6


@pytest.mark.parametrize("held", [False, True])
def test_one_named_key_that_ends_the_connection_is_wrong_and_not_one_of_too_many(
    login_to, tmp_path, agent: str, held: bool
) -> None:
    text = agent if held else private_key("ed25519")
    with Server(max_tries=1) as server:
        path = write(tmp_path, text)
        with pytest.raises(LoginRefused, match=rf"with the key {path} was refused") as caught:
            ssh.connect(login_to(server, password=None, key_file=path))
    assert "Too many" not in str(caught.value)


def test_a_key_with_which_the_agent_does_not_sign_is_said_so(login_to, tmp_path, agent: str) -> None:
    subprocess.run(["ssh-add", "-q", "-D"], check=True)
    asks = write(tmp_path, agent, "asks")
    subprocess.run(["ssh-add", "-q", "-c", asks], check=True)  # nobody is there to say yes
    refused = pytest.raises(LoginRefused, match=r"does not sign with it\. It may be locked")
    with Server(authorized=[key_of(agent)]) as server, refused:
        ssh.connect(login_to(server, password=None))


def test_a_named_key_is_the_only_one_beside_an_agent_with_many(login_to, tmp_path, agent: str) -> None:
    *_others, last = add_keys(8, tmp_path)
    with Server(authorized=[key_of(last)]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(tmp_path / "more7"))).close()
        assert set(server.keys) == {line_of(key_of(last))}


def test_only_keys_of_the_agent_that_belong_to_a_file_are_offered_where_that_is_asked_for(
    login_to, tmp_path, agent: str
) -> None:
    *_others, last = add_keys(8, tmp_path)
    public = write(tmp_path, f"{line_of(key_of(last))}\n", "last.pub")
    with Server(authorized=[key_of(last)]) as server:
        files = {"identity_files": (str(tmp_path / "missing"), public), "identities_only": True}
        ssh.connect(login_to(server, password=None, **files)).close()
        assert server.keys == [line_of(key_of(last))]


def test_a_key_of_the_agent_that_belongs_to_no_file_is_not_offered_then(login_to, tmp_path, agent: str) -> None:
    first, last = add_keys(2, tmp_path)
    public = write(tmp_path, f"{line_of(key_of(first))}\n", "first.pub")
    with Server(authorized=[key_of(last)]) as server:
        with pytest.raises(LoginRefused):
            ssh.connect(login_to(server, password=None, identity_files=(public,), identities_only=True))
        assert server.keys == [line_of(key_of(first))]


def test_a_key_of_the_agent_that_is_in_the_home_too_is_offered_first(login_to, tmp_path, agent: str) -> None:
    *_others, last = add_keys(8, tmp_path)
    with open(os.path.expanduser("~/.ssh/id_ed25519"), "w") as stream:
        stream.write(encrypted(last))
    with Server(authorized=[key_of(last)]) as server:
        ssh.connect(login_to(server, password=None)).close()
        assert server.keys == [line_of(key_of(last))]


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

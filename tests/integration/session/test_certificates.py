# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates that ssh-keygen signed, beside a key, named, or in a real ssh-agent."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import ssh
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import LoginRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import JUMP, Login

from tests.integration.session.fake_server import Server, key_of, line_of, private_key
from tests.simulator.jump import JumpHost

KINDS = ("ed25519", "ecdsa", "rsa")

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(tmp_path)


class Authority:
    """Signs keys with ssh-keygen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = self.write("authority", private_key("ed25519"))
        self.line = line_of(key_of(self.key.read_text()))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def sign(self, path: Path, principals: str = "admin", validity: str = "+1h", passphrase: str | None = None) -> Path:
        """Leaves the certificate beside the key, as ssh-keygen does."""
        public = path.with_name(path.name + ".pub")
        public.write_text(line_of(key_of(path.read_text(), passphrase)) + "\n")
        command = ["ssh-keygen", "-q", "-s", self.key, "-I", "test", "-n", principals, "-V", validity, public]
        subprocess.run(command, check=True, capture_output=True)
        public.unlink()
        return path.with_name(path.name + "-cert.pub")


@pytest.fixture
def agent(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A real ssh-agent that holds nothing yet."""
    if not (shutil.which("ssh-agent") and shutil.which("ssh-add")):
        pytest.skip("ssh-agent is not installed")
    path = str(tmp_path / "agent.sock")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()  # it prints the address once it listens
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_beside_the_key_logs_in(login_to, authority, kind) -> None:
    path = authority.write("key", private_key(kind))
    authority.sign(path)
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(path))).close()
        assert server.shown == ["certificate"] and server.passwords == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_elsewhere_is_named(login_to, authority, kind) -> None:
    path = authority.write("key", private_key(kind))
    other = authority.sign(path).rename(authority.folder / "elsewhere.pub")
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(path), certificate_file=str(other))).close()
        with pytest.raises(LoginRefused):
            ssh.connect(login_to(server, password=None, key_file=str(path)))


def test_a_key_with_a_passphrase_has_its_certificate_too(login_to, authority) -> None:
    path = authority.write("key", private_key("ed25519", "s3same"))
    authority.sign(path, passphrase="s3same")
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None, key_file=str(path), key_passphrase="s3same")).close()
        assert server.shown == ["certificate"]


def test_a_certificate_in_the_home_is_found(login_to, authority, tmp_path) -> None:
    path = authority.write("home/.ssh/id_ed25519", private_key("ed25519"))
    authority.sign(path)
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None)).close()
        assert server.shown == ["certificate"]


@pytest.mark.parametrize(
    "wrong", [{"principals": "root"}, {"validity": "-2h:-1h"}, {"validity": "+1h:+2h"}], ids=["name", "over", "early"]
)
def test_where_the_certificate_is_refused_the_key_alone_is_tried(login_to, authority, wrong) -> None:
    """It may be meant for another host. OpenSSH does the same."""
    path = authority.write("key", private_key("ed25519"))
    authority.sign(path, **wrong)
    login = {"password": None, "key_file": str(path), "allow_agent": False}
    with Server(authorities=[authority.line]) as server:
        with pytest.raises(LoginRefused, match=r"with the key .* was refused"):
            ssh.connect(login_to(server, **login))
        assert server.shown == []
        server.authorized = [key_of(path.read_text())]
        ssh.connect(login_to(server, **login)).close()
        assert server.shown == ["key"]


def test_a_certificate_of_another_authority_does_not_log_in(login_to, authority) -> None:
    path = authority.write("key", private_key("ed25519"))
    authority.sign(path)
    stranger = line_of(key_of(private_key("ed25519")))
    with Server(authorities=[stranger]) as server, pytest.raises(LoginRefused):
        ssh.connect(login_to(server, password=None, key_file=str(path)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_another_key_is_an_error_that_says_so(login_to, authority, kind) -> None:
    path = authority.write("key", private_key(kind))
    authority.sign(path)
    authority.write("key", private_key(kind))
    with (
        Server(authorities=[authority.line]) as server,
        pytest.raises(LoginRefused, match=r"is for another key.*again"),
    ):
        ssh.connect(login_to(server, password=None, key_file=str(path)))


@pytest.mark.parametrize("text", ["", "rubbish", "ssh-ed25519-cert-v01@openssh.com AAAA", "ssh-ed25519 AAAA x"])
def test_a_certificate_that_cannot_be_read_is_named_and_not_the_key(login_to, authority, text) -> None:
    path = authority.write("key", private_key("ed25519"))
    broken = authority.write("broken-cert.pub", text)
    login = {"password": None, "key_file": str(path)}
    with Server(authorized=[key_of(path.read_text())]) as server:
        for file in (broken, authority.folder / "missing"):
            with pytest.raises(LoginRefused, match=rf"The certificate {file} .* cannot be used"):
                ssh.connect(login_to(server, **login, certificate_file=str(file)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_of_the_agent_logs_in(login_to, authority, agent, kind) -> None:
    """So AWX hands over a key that is signed: there is no file in the container."""
    path = authority.write("key", private_key(kind))
    authority.sign(path)
    subprocess.run(["ssh-add", "-q", path], check=True)
    for file in authority.folder.glob("key*"):
        file.unlink()
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None)).close()
        assert server.shown == ["certificate"]


def test_one_agent_serves_the_jump_host_and_the_node(login_to, authority, agent) -> None:
    """As in AWX, where the machine credential is all that there is."""
    path = authority.write("key", private_key("ed25519"))
    subprocess.run(["ssh-add", "-q", path], check=True)
    key = key_of(path.read_text())
    with Server(authorized=[key]) as server, JumpHost(password=None, keys=[line_of(key)]) as jump:
        hop = Login(jump.host, jump.port, jump.user, host_keys=(jump.pin,), names=JUMP)
        ssh.connect(login_to(server, password=None, jumps=(hop,))).close()
        jump.keys.clear()
        with pytest.raises(LoginRefused, match="at the jump host"):
            ssh.connect(login_to(server, password=None, jumps=(replace(hop, allow_agent=False),)))
        assert jump.keys == [], "it does not even see which keys there are"


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_key_of_the_agent_logs_in_beside_its_certificate(login_to, authority, agent, kind) -> None:
    path = authority.write("key", private_key(kind))
    authority.sign(path)
    subprocess.run(["ssh-add", "-q", path], check=True)
    with Server(authorized=[key_of(path.read_text())]) as server:
        ssh.connect(login_to(server, password=None)).close()
        assert server.shown == ["key"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_agent_may_hold_only_the_certificate_that_fits(login_to, authority, agent, kind) -> None:
    """Another key comes first in the agent."""
    for name in ("stranger", "key"):
        subprocess.run(["ssh-add", "-q", authority.write(name, private_key(kind))], check=True)
    authority.sign(authority.folder / "key")
    subprocess.run(["ssh-add", "-q", authority.folder / "key"], check=True)
    with Server(authorities=[authority.line]) as server:
        ssh.connect(login_to(server, password=None)).close()
        assert server.shown == ["certificate"]

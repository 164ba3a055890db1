# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host keys over real SSH: pinned ones, known_hosts files, changed ones, and what is never sent to a wrong server."""

from __future__ import annotations

import os
import shutil
import subprocess

import paramiko
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import ssh
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    HostKeyRefused,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.hostkeys import fingerprint
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import KNOWN_HOSTS

from tests.integration.session.fake_server import Server, key_of, line_of, private_key

# -- host keys --------------------------------------------------------------------------------------------------------


def known(tmp_path, *lines: str) -> tuple[str, ...]:
    path = tmp_path / "known_hosts"
    path.write_text("".join(line + "\n" for line in lines))
    return (str(path),)


def test_an_unknown_host_key_is_refused_with_its_fingerprint(login_to) -> None:
    with Server() as server:
        with pytest.raises(HostKeyRefused) as caught:
            ssh.connect(login_to(server, host_keys=()))
        text = str(caught.value)
        assert "is not known" in text and fingerprint(server.host_keys[0]) in text
        assert f"ssh-keyscan -p {server.port} 127.0.0.1" in text and "ansible_pcli_host_keys" in text
        assert server.passwords == []


def test_the_fingerprint_is_the_one_that_ssh_keygen_prints(tmp_path) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("ssh-keygen is not installed")
    key = key_of(private_key("ed25519"))
    (tmp_path / "key.pub").write_text(line_of(key) + "\n")
    shown = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], capture_output=True, text=True, check=True)
    assert fingerprint(key) in shown.stdout


def test_a_changed_host_key_gets_no_password(login_to) -> None:
    other = line_of(key_of(private_key("ed25519")))
    with Server() as server:
        with pytest.raises(HostKeyRefused, match=r"not the known one.*Nothing was sent.*ssh-keygen -R") as caught:
            ssh.connect(login_to(server, host_keys=(other,)))
        assert fingerprint(server.host_keys[0]) in str(caught.value)
        assert caught.value.connection == "host_key"
        assert server.passwords == []


def test_of_several_host_keys_the_server_is_asked_for_one_that_is_known(login_to) -> None:
    keys = [key_of(private_key(kind)) for kind in ("ed25519", "ecdsa", "rsa")]
    with Server(host_keys=keys) as server:
        for key in keys:
            ssh.connect(login_to(server, host_keys=(line_of(key),))).close()


def test_a_pinned_list_may_hold_several_keys_of_one_type(login_to) -> None:
    """Two nodes behind one address, or a key that is being replaced."""
    others = [line_of(key_of(private_key(kind))) for kind in ("ed25519", "rsa", "ed25519")]
    with Server() as server:
        ssh.connect(login_to(server, host_keys=(others[0], *server.pins, *others[1:]))).close()
        ssh.connect(login_to(server, host_keys=(*server.pins, *others))).close()
        with pytest.raises(HostKeyRefused, match=r"not the known one"):
            ssh.connect(login_to(server, host_keys=tuple(others)))


def test_a_server_with_rsa_only(login_to) -> None:
    rsa = key_of(private_key("rsa"))
    ed25519 = line_of(key_of(private_key("ed25519")))
    with Server(host_keys=[rsa]) as server:
        ssh.connect(login_to(server)).close()
        ssh.connect(login_to(server, host_keys=(ed25519, line_of(rsa)))).close()
        ssh.connect(login_to(server, host_keys=(line_of(rsa).replace("ssh-rsa", "rsa-sha2-512", 1),))).close()
        with pytest.raises(HostKeyRefused, match=r"not the known one.*none of the known types"):
            ssh.connect(login_to(server, host_keys=(ed25519,)))
        assert server.passwords == ["right"] * 3


@pytest.mark.parametrize(
    "form", ["{key}", "{key} root@c1", "c1,192.0.2.1 {key}", "[c1]:2222 {key} a comment", "  {key}  "]
)
def test_a_pin_is_taken_in_every_form_that_ssh_keyscan_or_a_key_file_has(login_to, form: str) -> None:
    with Server() as server:
        ssh.connect(login_to(server, host_keys=(form.format(key=server.pins[0]),))).close()


@pytest.mark.parametrize(
    "pin", ["SHA256:abc", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-ed25519 !!!", "", "c1 ssh-rsa x y"]
)
def test_a_pin_that_cannot_be_read_is_an_error_and_not_no_pin(login_to, pin: str) -> None:
    with Server() as server:
        with pytest.raises(HostKeyRefused, match=r"ansible_pcli_host_keys.*as ssh-keyscan prints it"):
            ssh.connect(login_to(server, host_keys=(pin,)))
        assert server.passwords == []


def test_checking_off_takes_any_key_even_a_changed_one(login_to, tmp_path) -> None:
    with Server() as server:
        files = known(tmp_path, f"[127.0.0.1]:{server.port} {line_of(key_of(private_key('ed25519')))}")
        ssh.connect(login_to(server, host_keys=(), known_hosts=files, host_key_checking=False)).close()


KNOWN = {
    "address with port": ["[127.0.0.1]:{port} {key}"],
    "comments and rubbish around": ["# a comment", "", "rubbish", "[127.0.0.1]:{port} ssh-new AAAA", "a b c", "{line}"],
    "broken base64 before": ["[127.0.0.1]:{port} ssh-ed25519 AAA!A", "{line}"],
    "several names": ["c1.example,[127.0.0.1]:{port},192.0.2.1 {key} root@c1"],
    "hashed": ["{hashed} {key}"],
    "without the port, as OpenSSH takes it": ["127.0.0.1 {key}"],
    "a wildcard": ["[127.0.0.*]:* {key}"],
    "two keys of one type": ["[127.0.0.1]:{port} {other}", "{line}"],
    "other hosts before": ["c2 {other}", "*.example {other}", "{line}"],
    "not utf-8": ["# \udcfc", "{line}"],
}


@pytest.mark.parametrize("form", KNOWN)
def test_known_hosts_files_are_read_as_openssh_reads_them(login_to, tmp_path, form: str) -> None:
    other = line_of(key_of(private_key("ed25519")))
    with Server() as server:
        values = {
            "port": server.port,
            "key": server.pins[0],
            "other": other,
            "line": f"[127.0.0.1]:{server.port} {server.pins[0]}",
            "hashed": paramiko.HostKeys.hash_host(f"[127.0.0.1]:{server.port}"),
        }
        text = "\n".join(line.format(**values) for line in KNOWN[form]) + "\n"
        path = tmp_path / "known_hosts"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        login = login_to(server, host_keys=(), known_hosts=("/does/not/exist", str(path)))
        ssh.connect(login).close()
        path.write_bytes(text.replace(server.pins[0], other).encode("utf-8", "surrogateescape"))
        with pytest.raises(HostKeyRefused, match=r"not the known one"):
            ssh.connect(login)


@pytest.mark.parametrize(
    "lines",
    [["@revoked * {key}", "[127.0.0.1]:{port} {key}"], ["!127.0.0.1,127.0.0.* {key}"]],
)
def test_a_key_that_known_hosts_takes_back_is_not_trusted(login_to, tmp_path, lines: list[str]) -> None:
    with Server() as server:
        files = known(tmp_path, *[line.format(key=server.pins[0], port=server.port) for line in lines])
        with pytest.raises(HostKeyRefused):
            ssh.connect(login_to(server, host_keys=(), known_hosts=files))


def test_the_default_known_hosts_is_that_of_the_user(login_to) -> None:
    with Server() as server:
        with open(os.path.expanduser("~/.ssh/known_hosts"), "w") as stream:
            stream.write(f"[127.0.0.1]:{server.port} {server.pins[0]}\n")
        ssh.connect(login_to(server, host_keys=(), known_hosts=KNOWN_HOSTS)).close()


@pytest.mark.parametrize("names", ["*", "127.0.0.1", "[127.0.0.1]:*"])
def test_a_host_that_only_an_authority_vouches_for_is_refused_by_name(login_to, tmp_path, names: str) -> None:
    with Server() as server:
        known = tmp_path / "known_hosts"
        known.write_text(f"@cert-authority {names} {server.pins[0]}\n")
        login = login_to(server, host_keys=(), known_hosts=(str(known),))
        with pytest.raises(HostKeyRefused, match=r"certificate authority \(@cert-authority\).*ansible_pcli_host_keys"):
            ssh.connect(login)
        known.write_text(f"@cert-authority {names} {server.pins[0]}\n127.0.0.1 {server.pins[0]}\n")
        ssh.connect(login).close()
        assert server.passwords == ["right"]

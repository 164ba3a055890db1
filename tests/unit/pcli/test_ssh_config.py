# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ~/.ssh/config says of a host, behind the inventory; what cannot be honoured is refused by name."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.inventory.conductor import _connection
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.algorithms import offered
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import HostKeyRefused, PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.hostkeys import only
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import KNOWN_HOSTS, Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh import _transport_class
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.transport import expand

CONFIG = """
# people write it in many ways
Host c1 c1.example
    HostName 192.0.2.11
    Port=2222
    User ops
    IdentityFile ~/.ssh/conductor
    IdentityFile ~/.ssh/other
    IdentitiesOnly yes
    ProxyJump bastion
    UserKnownHostsFile ~/.ssh/known_conductors
    HostKeyAlgorithms ssh-ed25519,rsa-sha2-*

Host bastion
    HostName 198.51.100.1
    User jumper
    Port 830
    IdentityFile ~/.ssh/bastion

Host c2
    ProxyCommand ssh -W %h:%p -l %r gate

Match host c3 user admin
    Port 2223

Host *
    ForwardAgent yes
    SendEnv LANG LC_*
    ServerAliveInterval 30
    ControlMaster auto
"""


@pytest.fixture
def home(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / ".ssh"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    (folder / "config").write_text(CONFIG)
    return folder


def login(host: str, **variables: object) -> Login:
    return _connection({"inventory_hostname": host, **variables}).session.login


def test_the_file_says_what_the_inventory_leaves_out(home) -> None:
    c1 = login("c1")
    assert (c1.host, c1.port, c1.user) == ("192.0.2.11", 2222, "ops")
    assert c1.identity_files == (f"{home}/conductor", f"{home}/other") and c1.identities_only
    assert c1.known_hosts == ("~/.ssh/known_conductors", KNOWN_HOSTS[1])
    assert c1.host_key_algorithms == "ssh-ed25519,rsa-sha2-*"


def test_a_jump_host_of_the_file_is_described_there_as_well(home) -> None:
    (jump,) = login("c1").jumps
    assert (jump.host, jump.port, jump.user) == ("198.51.100.1", 830, "jumper")
    assert jump.identity_files == (f"{home}/bastion",) and jump.password is None


def test_the_inventory_comes_first(home) -> None:
    c1 = login(
        "c1",
        ansible_port=22,
        ansible_user="admin",
        ansible_password="secret",
        ansible_pcli_host_keys=["ssh-ed25519 AAAA"],
        ansible_ssh_common_args="-J ops@elsewhere",
    )
    assert (c1.host, c1.port, c1.user, c1.password) == ("192.0.2.11", 22, "admin", "secret")
    assert c1.known_hosts == KNOWN_HOSTS and c1.host_key_algorithms is None
    assert not c1.identities_only and [jump.host for jump in c1.jumps] == ["elsewhere"]


def test_the_address_of_the_inventory_is_what_the_file_is_asked_for(home) -> None:
    """As when Ansible runs ssh: the name of the host in the inventory says nothing to OpenSSH."""
    c1 = login("c1", ansible_host="192.0.2.99")
    assert (c1.host, c1.port, c1.user, c1.jumps) == ("192.0.2.99", 22, None, ())
    assert login("conductor", ansible_host="c1").host == "192.0.2.11"


def test_placeholders_stand_for_the_values_of_the_inventory(home) -> None:
    c2 = login("c2", ansible_port=2022, ansible_user="admin")
    assert expand(c2) == ["ssh", "-W", "c2:2022", "-l", "admin", "gate"]


def test_a_match_sees_the_user_of_the_inventory(home) -> None:
    assert login("c3", ansible_user="admin").port == 2223
    assert login("c3", ansible_user="ops").port == 22


def test_no_file_and_a_file_that_is_left_out_change_nothing(home) -> None:
    assert login("c1", ansible_pcli_ssh_config="") == login("c1", ansible_pcli_ssh_config="/no/such/file")
    assert login("c1", ansible_pcli_ssh_config="").host == "c1"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("HostKeyAlias c1", "hostkeyalias.*ansible_pcli_host_keys"),
        ("StrictHostKeyChecking no", "stricthostkeychecking no.*ansible_host_key_checking"),
        ("PreferredAuthentications password", "preferredauthentications password.*ansible_password"),
        ("RemoteCommand su - admin", "remotecommand"),
        ("PubkeyAuthentication no", "pubkeyauthentication no"),
        ("PubkeyAcceptedAlgorithms ssh-ed25519", "pubkeyacceptedalgorithms"),
        ("RevokedHostKeys ~/.ssh/revoked", "revokedhostkeys"),
        ("PKCS11Provider /usr/lib/pkcs11.so", "pkcs11provider.*ansible_ssh_private_key_file"),
        ("IdentityFile ~/.ssh/%k", "identityfile .*%k"),
        ("IdentityFile ${SSR_NOT_SET}/key", "no variable SSR_NOT_SET"),
        ("Port ssh", "has the port 'ssh'"),
        ("Include other", "include.*before the first Host"),
        ("ProxyCommand nc %h %p | tee log", "ProxyCommand in ~/.ssh/config contains"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name_for_the_hosts_that_it_is_about(home, line, words) -> None:
    (home / "config").write_text(f"Host c1\n  {line}\n")
    with pytest.raises(PcliError, match=words):
        login("c1")
    assert login("c2").host == "c2"


@pytest.mark.parametrize("line", ["Match exec true", "Match tagged x", "Match", '"'])
def test_what_the_reader_cannot_judge_is_refused_for_all_hosts(home, line) -> None:
    (home / "config").write_text(f"{line}\n  Port 5\n")
    with pytest.raises(PcliError, match="set ansible_pcli_ssh_config to an empty text"):
        login("c1")


def test_what_the_inventory_settles_is_not_refused(home) -> None:
    (home / "config").write_text("Host c1\n  StrictHostKeyChecking accept-new\n")
    assert login("c1", ansible_pcli_host_keys=["ssh-ed25519 AAAA"]).host == "c1"
    assert login("c1", ansible_host_key_checking=False).host == "c1"


@pytest.mark.parametrize(
    ("line", "variables"),
    [
        ("HostKeyAlias c1", {"ansible_pcli_host_keys": ["ssh-ed25519 AAAA"]}),
        ("IdentityAgent %d/agent.sock", {"ansible_password": "secret"}),
        ("IdentityAgent %d/agent.sock", {"ansible_pcli_use_agent": False}),
        ("PKCS11Provider /usr/lib/pkcs11.so", {"ansible_password": "secret"}),
        ("PKCS11Provider /usr/lib/pkcs11.so", {"ansible_ssh_private_key_file": "~/.ssh/key"}),
        ("PubkeyAuthentication no", {"ansible_password": "secret"}),
    ],
)
def test_what_concerns_only_what_is_never_asked_is_not_refused(home, line, variables) -> None:
    (home / "config").write_text(f"Host c1\n  {line}\n")
    assert login("c1", **variables).host == "c1"
    with pytest.raises(PcliError, match=f"(?i){line.split()[0]}"):
        login("c1")


def test_what_many_have_for_all_hosts_ends_no_run(home) -> None:
    (home / "config").write_text(
        "Host *\n  Protocol 2\n  UseRoaming no\n  GSSAPIKeyExchange no\n  RSAAuthentication yes\n"
        "  EnableSSHKeysign yes\n  IdentityAgent SSH_AUTH_SOCK\n  PreferredAuthentications publickey,password\n"
        "  PasswordAuthentication no\n  ChallengeResponseAuthentication no\n"
        "  PubkeyAcceptedKeyTypes +ssh-rsa\n  AddressFamily inet\n  Tag home\n"
    )
    c1 = login("c1")
    assert (c1.host, c1.agent_socket, c1.address_family) == ("c1", None, "inet")
    assert login("c1", ansible_password="secret").password == "secret"


def test_of_two_names_for_one_option_that_of_openssh_counts(home) -> None:
    (home / "config").write_text("Host *\n  DSAAuthentication no\n  PubkeyAuthentication yes\n")
    assert login("c1").host == "c1"


def test_variables_of_the_environment_and_quotes_in_files_are_those_of_openssh(home, monkeypatch) -> None:
    monkeypatch.setenv("SSR_KEYS", "/keys of ops")
    (home / "config").write_text(
        'Host c1\n  IdentityFile ${HOME}/.ssh/one\n  IdentityFile "${SSR_KEYS}/two"\n'
        '  UserKnownHostsFile "~/my hosts" ${SSR_KEYS}/hosts "/all"\n  GlobalKnownHostsFile = "/etc/the hosts"\n'
        '  CertificateFile "${SSR_KEYS}/a cert.pub"\n'
    )
    c1 = login("c1")
    assert c1.identity_files == (f"{home}/one", "/keys of ops/two")
    assert c1.known_hosts == ("~/my hosts", "/keys of ops/hosts", "/all", "/etc/the hosts")
    assert c1.certificate_file == "/keys of ops/a cert.pub"


def test_comments_at_the_end_of_a_line_are_those_of_openssh(home) -> None:
    (home / "common").write_text("Port 5001 # of all\n")
    (home / "config").write_text(
        "Include common # what all have\nHost c1 # the first node\n  User admin  # the account\n"
        "  HostName = 192.0.2.11 #its address\n  IdentityFile ~/.ssh/key#1 # the key\n"
        "  UserKnownHostsFile '~/my # hosts' # the hosts\n"
        '  CertificateFile "/a # cert.pub" # the certificate\n'
        "Match originalhost c2 # the second node\n  User ops\n  ProxyCommand nc %h %p # not a comment\n"
    )
    c1 = login("c1")
    assert (c1.host, c1.port, c1.user, c1.identity_files) == ("192.0.2.11", 5001, "admin", (f"{home}/key#1",))
    assert (c1.known_hosts[0], c1.certificate_file) == ("~/my # hosts", "/a # cert.pub")
    assert expand(login("c2")) == ["nc", "c2", "5001", "#", "not", "a", "comment"]


def test_patterns_of_ignoreunknown_are_about_what_openssh_does_not_know(home) -> None:
    (home / "config").write_text("Host *\n  IgnoreUnknown Foo*,B?r # old\n  FooBar yes\n  Bar 1\n")
    assert login("c1").host == "c1"
    (home / "config").write_text("Host *\n  IgnoreUnknown *\n  HostKeyAlias c1\n")
    with pytest.raises(PcliError, match="hostkeyalias"):
        login("c1")


def test_a_match_that_cannot_be_judged_stops_only_the_hosts_that_its_other_criteria_fit(home) -> None:
    (home / "config").write_text(
        'Match host other.corp,!c2 exec "nc -z gate 22"\n  ProxyJump gate\n'
        "Match originalhost=x tagged y\n  Port 1\nMatch !exec true user toor\n  Port 2\nHost c1\n  Port 5\n"
    )
    assert (login("c1").port, login("c1").jumps) == (5, ())
    assert login("c2").host == "c2"
    with pytest.raises(PcliError, match="Match exec"):
        login("other.corp")
    with pytest.raises(PcliError, match="Match exec"):
        login("c1", ansible_user="toor")


def test_ciphers_and_the_like_are_those_of_the_file(home) -> None:
    (home / "config").write_text("Host *\n  Ciphers aes256-ctr,aes128-*\n  MACs -hmac-sha1*\n  KexAlgorithms ^ecdh-*\n")
    c1 = login("c1")
    assert dict(c1.algorithms) == {"ciphers": "aes256-ctr,aes128-*", "macs": "-hmac-sha1*", "kexalgorithms": "^ecdh-*"}
    near, far = socket.socketpair()
    transport = _transport_class(c1)(near)
    try:
        security = transport.get_security_options()
        assert security.ciphers[0] == "aes256-ctr" and all("aes128" in name for name in security.ciphers[1:])
        assert not [name for name in security.digests if name.startswith("hmac-sha1")]
        assert security.kex[0].startswith("ecdh-") and not security.kex[-1].startswith("ecdh-")
    finally:
        transport.close()
        near.close()
        far.close()


def test_ciphers_of_which_none_is_known_are_refused_with_those_that_are() -> None:
    assert offered("ciphers", ["a", "b"], "chacha20-poly1305@openssh.com,b") == ["b"]
    assert offered("ciphers", ["a", "b"], "+c") == ["a", "b"]
    with pytest.raises(PcliError, match=r"ciphers 'c' .*It knows a, b\."):
        offered("ciphers", ["a", "b"], "c")


def test_a_jump_host_behind_another_one_is_refused_by_name(home) -> None:
    (home / "config").write_text("Host c1\n  ProxyJump inner\nHost inner\n  ProxyJump outer\n")
    with pytest.raises(PcliError, match=r"proxyjump outer.*all jump hosts in one ProxyJump"):
        login("c1")
    (home / "config").write_text("Host *\n  ProxyJump bastion\n")
    assert [jump.host for jump in login("c1").jumps] == ["bastion"]


def test_files_are_included_before_the_first_block(home) -> None:
    (home / "conf.d").mkdir()
    (home / "conf.d" / "a.conf").write_text("Host c1\n  Port 5001\nHost other\n  Port 1\n")
    (home / "config").write_text(
        "Include conf.d/*.conf missing\nUser everybody\nHost c1\n  Port 9\n  HostName 192.0.2.1\n"
    )
    c1 = login("c1")
    assert (c1.host, c1.port, c1.user) == ("192.0.2.1", 5001, "everybody")


def test_files_that_include_each_other_end(home) -> None:
    (home / "config").write_text("Include config\n")
    with pytest.raises(PcliError, match="include each other"):
        login("c1")


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        ("ssh-ed25519", {"ssh-ed25519"}),
        ("rsa-sha2-*,ssh-ed25519-cert-v01@openssh.com", {"rsa-sha2-256", "rsa-sha2-512"}),
        ("-ecdsa-*,ssh-rsa,ssh-dss", {"ssh-ed25519", "rsa-sha2-256", "rsa-sha2-512"}),
    ],
)
def test_kinds_of_host_keys_are_limited_as_the_file_says(patterns, left) -> None:
    everything = {"ssh-ed25519", "ssh-rsa", "rsa-sha2-256", "rsa-sha2-512", "ssh-dss"}
    everything |= {f"ecdsa-sha2-nistp{bits}" for bits in (256, 384, 521)}
    assert everything - set(only([], patterns)["keys"]) == left


def test_what_is_added_or_preferred_limits_nothing_and_nothing_left_is_an_error() -> None:
    assert only([], "+ssh-dss") is None and only([], "^ssh-rsa") is None
    with pytest.raises(HostKeyRefused, match="HostKeyAlgorithms"):
        only(["ssh-ed25519"], "ssh-rsa")

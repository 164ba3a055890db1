# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments for OpenSSH as users have them: what is honoured, what is passed over, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import PASSWORD_METHODS, Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh_args import Hop, SshArgs, read_ssh_args

COMMON = "ansible_ssh_common_args"


def read(text: str | None) -> SshArgs:
    return read_ssh_args({COMMON: text})


@pytest.mark.parametrize("text", [None, "", "  ", "-C -o ControlMaster=auto -o ControlPersist=60s", "-CTqvv -x"])
def test_what_means_nothing_here_is_passed_over(text) -> None:
    """Ansible's own default for ssh_args is one of them."""
    assert read(text) == SshArgs()


@pytest.mark.parametrize(
    ("text", "hops"),
    [
        ("-J bastion", [Hop("bastion")]),
        ("-Jbastion", [Hop("bastion")]),
        ("-CJ ops@bastion:2222", [Hop("bastion", 2222, "ops")]),
        ("-o ProxyJump=ops@bastion", [Hop("bastion", None, "ops")]),
        ("-oproxyjump=bastion:830", [Hop("bastion", 830)]),
        ("-o 'ProxyJump bastion'", [Hop("bastion")]),
        ("-o ProxyJump=ssh://ops@bastion:2222", [Hop("bastion", 2222, "ops")]),
        ("-J first,ops@second:23", [Hop("first"), Hop("second", 23, "ops")]),
        ("-J 'ops@[2001:db8::1]:2222, last'", [Hop("2001:db8::1", 2222, "ops"), Hop("last")]),
        ("-J [2001:db8::1]", [Hop("2001:db8::1")]),
        ("-J none", []),
    ],
)
def test_jump_hosts_are_read_as_openssh_reads_them(text, hops) -> None:
    assert read(text).hops == tuple(hops)


@pytest.mark.parametrize(
    "text",
    ["-J", "-J ''", "-J bastion,", "-J a:b", "-J bastion:0", "-J 'two words'", "-J -oProxyCommand=x", "-J @bastion"]
    + ["-J '-l@bastion'", "-J ops@[bastion]:22", "-J 'ops;id@bastion'"],
)
def test_a_jump_host_that_is_none_is_refused(text) -> None:
    with pytest.raises(PcliError, match=COMMON):
        read(text)


def test_a_password_in_a_jump_host_is_not_repeated() -> None:
    with pytest.raises(PcliError, match=r"an invalid user for bastion.*ansible_pcli_jump_password") as caught:
        read("-J ops:s3cret@bastion")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ('-o ProxyCommand="ssh -W %h:%p -q ops@bastion"', ("ssh", "-W", "%h:%p", "-q", "ops@bastion")),
        ("-o ProxyCommand='nc -X connect \"%h\" %p'", ("nc", "-X", "connect", "%h", "%p")),
        ("-o ProxyCommand='exec nc %h %p'", ("nc", "%h", "%p")),
        ("-o ProxyCommand='proxy --rate 10%% %n %r'", ("proxy", "--rate", "10%%", "%n", "%r")),
        ("-o ProxyCommand=none", ()),
    ],
)
def test_a_proxy_command_becomes_words(text, command) -> None:
    assert read(text).proxy_command == command


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("ssh bastion nc %h %p 2>/dev/null", "without a shell"),
        ("nc %h %p | tee log", "without a shell"),
        ("nc $HOST %p", "without a shell"),
        ("nc `hostname` %p", "without a shell"),
        ("nc %h %p; id", "without a shell"),
        ("nc %h %C", "%h, %n, %p, %r"),
        ("nc '%h", "quotes"),
    ],
)
def test_a_proxy_command_that_wants_a_shell_is_refused(command, word) -> None:
    with pytest.raises(PcliError, match="ProxyCommand in ansible_ssh_common_args") as caught:
        read(f'-o "ProxyCommand={command}"')
    assert word in str(caught.value)


def test_the_first_way_and_the_first_value_count() -> None:
    texts = {
        "ansible_ssh_args": "-o ConnectTimeout=5",
        COMMON: "-o ConnectTimeout=9 -J first",
        "ansible_ssh_extra_args": "-o ProxyCommand='nc %h %p' -J second",
    }
    args = read_ssh_args(texts)
    assert (args.connect_timeout, args.hops, args.proxy_command) == (5.0, (Hop("first"),), ())
    assert read("-o ProxyCommand='nc %h %p' -J bastion").hops == ()


def test_what_else_is_honoured_changes_the_login_and_nothing_more() -> None:
    login = Login("c1", user="admin", password="secret", host_keys=("ssh-ed25519 AAAA",))
    text = (
        "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=7 -o ServerAliveInterval=3 "
        "-o CertificateFile=/keys/ops-cert.pub -o IdentitiesOnly=yes"
    )
    applied = read(text).applied(login)
    assert (applied.host_key_checking, applied.known_hosts) == (False, ("/dev/null", "/etc/ssh/ssh_known_hosts"))
    assert (applied.connect_timeout, applied.keepalive, applied.certificate_file) == (7.0, 3.0, "/keys/ops-cert.pub")
    assert applied.identities_only
    assert (applied.host, applied.user, applied.password, applied.host_keys) == (
        "c1",
        "admin",
        "secret",
        login.host_keys,
    )
    assert read("-C").applied(login) == login


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("-o UserKnownHostsFile='~/one /two'", ("~/one", "/two", "/etc/ssh/ssh_known_hosts")),
        ("-o UserKnownHostsFile=none -o GlobalKnownHostsFile=/all", ("/all",)),
        ("-o GlobalKnownHostsFile=none", ("~/.ssh/known_hosts",)),
    ],
)
def test_files_with_known_hosts_are_those_that_openssh_would_read(text, files) -> None:
    assert read(text).known_hosts == files


@pytest.mark.parametrize(("value", "checks"), [("yes", True), ("ASK", True), ("no", False), ("off", False)])
def test_strict_host_key_checking(value, checks) -> None:
    assert read(f"-o StrictHostKeyChecking={value}").host_key_checking is checks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-o StrictHostKeyChecking=accept-new", "only yes and no"),
        ("-o KexAlgorithms=x", "KexAlgorithms, which this connection cannot honour"),
        ("-o AddressFamily=inet7", "any, inet or inet6"),
        ("-o UserKnownHostsFile=${SSR_NOT_SET}/hosts", "no variable SSR_NOT_SET"),
        ("-o IdentityAgent=%d/agent", "without %"),
        ("-i ~/.ssh/key", "ansible_ssh_private_key_file"),
        ("-p 2222", "ansible_port"),
        ("-l admin", "ansible_user"),
        ("-A", "-A, which"),
        ("-o ForwardAgent=yes", "ForwardAgent"),
        ("-F /etc/config", "-F, which"),
        ("-L 1:b:2", "-L, which"),
        ("-o ConnectTimeout=soon", "seconds"),
        ("-o UserKnownHostsFile=%d/hosts", "without %"),
        ("-o ProxyJump", "without a value"),
        ("-o", "needs a value"),
        ("-o 'ProxyJump=x", "quotes"),
    ],
)
def test_what_would_be_ignored_is_an_error_that_names_it(text, words) -> None:
    with pytest.raises(PcliError, match=COMMON) as caught:
        read(text)
    assert words in str(caught.value)


RETIRED = (
    *(
        "Protocol=2",
        "UseRoaming=no",
        "RSAAuthentication=no",
        "Cipher=3des",
        "CompressionLevel=6",
        "EnableSSHKeysign=yes",
    ),
    *("GSSAPIAuthentication=no", "GSSAPIKeyExchange=no", "GSSAPITrustDns=no", "HostbasedAuthentication=yes"),
    *("KeepAlive=yes", "HostbasedKeyTypes=x", "PubkeyAcceptedKeyTypes=+ssh-rsa", "SecurityKeyProvider=internal"),
    *("IdentityAgent=SSH_AUTH_SOCK", "RemoteCommand=none", "UserKnownHostsFile2=x", "PKCS11Provider=none"),
)


@pytest.mark.parametrize("option", RETIRED)
def test_what_is_retired_or_changes_nothing_is_passed_over(option) -> None:
    assert read(f"-o {option}") == SshArgs()


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("-o PreferredAuthentications=publickey,password", ("password",)),
        ("-o PreferredAuthentications=keyboard-interactive,password,hostbased", ("keyboard-interactive", "password")),
        ("-o PasswordAuthentication=no", ("keyboard-interactive",)),
        ("-o KbdInteractiveAuthentication=no", ("password",)),
        ("-o ChallengeResponseAuthentication=no", ("password",)),
        # The password of the inventory goes before.
        ("-o PreferredAuthentications=publickey", PASSWORD_METHODS),
        ("-o PasswordAuthentication=no -o KbdInteractiveAuthentication=no", PASSWORD_METHODS),
    ],
)
def test_a_password_is_sent_as_the_arguments_prefer(text, methods) -> None:
    assert read(text).applied(Login("c1", password="secret")).password_methods == methods


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("-o PubkeyAuthentication=no", "pubkeyauthentication no"),
        ("-o DSAAuthentication=no", "pubkeyauthentication no"),
        ("-o PreferredAuthentications=password,keyboard-interactive", "preferredauthentications password"),
    ],
)
def test_what_forbids_keys_is_refused_only_where_nothing_else_is_given(text, name) -> None:
    for given in ({"password": "secret"}, {"key_file": "~/.ssh/key"}):
        assert read(text).applied(Login("c1", **given)).host == "c1"
    with pytest.raises(PcliError, match=f"'{name}.*' in {COMMON} leaves nothing to log in with.*Set ansible_password"):
        read(text).applied(Login("c1"))


def test_an_agent_is_that_of_the_arguments(monkeypatch) -> None:
    monkeypatch.setenv("SSR_AGENT", "/run/agent")
    monkeypatch.setenv("HOME", "/home/ops")
    for text in ("/run/agent", "${SSR_AGENT}", "$SSR_AGENT"):
        assert read(f"-o IdentityAgent={text}").applied(Login("c1")).agent_socket == "/run/agent"
    assert read("-o IdentityAgent=~/agent").agent_socket == "/home/ops/agent"
    assert not read("-o IdentityAgent=none").applied(Login("c1")).asks_agent


def test_variables_of_the_environment_in_files_are_those_of_openssh(monkeypatch) -> None:
    monkeypatch.setenv("HOME", "/home/my ops")
    args = read("-o 'UserKnownHostsFile=${HOME}/.ssh/known /all' -o CertificateFile='\"${HOME}/a b.pub\"'")
    assert args.known_hosts[:2] == ("/home/my ops/.ssh/known", "/all")
    assert args.certificate_file == "/home/my ops/a b.pub"


def test_what_only_turns_something_off_that_is_not_there_is_passed_over() -> None:
    assert read("-o ForwardAgent=no -o ForwardX11=no -o PermitLocalCommand=no") == SshArgs()


def test_a_value_without_its_quotes_is_not_repeated() -> None:
    """It may be a part of a secret."""
    with pytest.raises(PcliError, match="Quote a value") as caught:
        read("-o ProxyCommand=sshpass s3cret ssh -W %h:%p bastion")
    assert "s3cret" not in str(caught.value)

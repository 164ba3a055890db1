# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: pcli
short_description: Talk to the PCLI of a Session Smart (SSR) conductor over SSH
version_added: 0.1.0
author:
  - The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Logs in to an SSR node over SSH (paramiko) and gives the actions of this collection access to its command line, the
    PCLI.
  - Sessions survive what happens to a conductor during its upgrade. A broken connection is noticed and reopened, a
    command that takes an hour blocks only its own shell, and nothing is sent to a shell that is busy.
  - Every failure to connect makes the task fail with a clear message. It never makes the host unreachable, because that
    would skip C(rescue) and C(always).
  - The plugin transfers no files and runs no modules. Use the actions of this collection, not
    C(ansible.builtin.command) or C(ansible.builtin.setup).
requirements:
  - paramiko 3.4 or newer on the controller
notes:
  - If plays of your own gather facts, set C(ansible_facts_modules=[]) in the inventory for hosts with this connection.
options:
  remote_addr:
    description: Address of the node; an IPv6 address with or without brackets, and with its zone where it needs one.
    type: str
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
      - name: ansible_ssh_host
  port:
    description: Port of the SSH server. Defaults to that in O(ssh_config_file), otherwise to 22.
    type: int
    vars:
      - name: ansible_port
      - name: ansible_ssh_port
    env:
      - name: ANSIBLE_REMOTE_PORT
    ini:
      - section: defaults
        key: remote_port
    keyword:
      - name: port
  fallback_hosts:
    description:
      - The other nodes of the same conductor, for a pair of nodes that share the work on routers. By default these are
        the other hosts of the group C(ssr_conductors), if this host is one of them; an empty list means none.
      - Operations on routers, backups and reports continue through one of them if the node cannot be reached, or is
        lost in the meantime. Operations on the conductor itself never use them, since each of its nodes must be reached
        at its own address.
      - Each entry is the name of a host of the inventory, or an address (C(host), C(host:port), or an IPv6 address in
        brackets, C([2001:db8::1]:22)).
      - Address, port, user, password, keys, host keys, jump hosts and the prompt are those of the other host's own
        variables. This also holds for an address that a host of C(ssr_conductors) has. For an address that no host
        has, they are those of this host.
      - A login that one node refuses is not tried again, and a password that was never accepted is not tried on
        another node once it was refused.
    type: list
    elements: str
    vars:
      - name: ansible_pcli_fallback_hosts
  remote_user:
    description:
      - User to log in as. Accounts such as V(admin) land in the PCLI; V(t128) and V(root) land in a Linux shell
        (see O(enter_command)).
      - Defaults to that in O(ssh_config_file), otherwise to the user that runs Ansible.
    type: str
    vars:
      - name: ansible_user
      - name: ansible_ssh_user
    env:
      - name: ANSIBLE_REMOTE_USER
    ini:
      - section: defaults
        key: remote_user
    cli:
      - name: user
        option: --user
    keyword:
      - name: remote_user
  password:
    description:
      - Password of the user. With C(--ask-pass) Ansible asks for it.
      - It is tried once in a task, and not again after it was refused, since six failures lock an account.
    type: str
    vars:
      - name: ansible_password
      - name: ansible_ssh_pass
      - name: ansible_ssh_password
  secrets_as_they_are:
    description:
      - Whether a password or a passphrase may end in a line break. It is refused otherwise, before it is sent, since a
        line break usually comes from C(echo) when the secret was encrypted.
    version_added: 0.3.0
    type: bool
    default: false
    vars:
      - name: ansible_pcli_secrets_as_they_are
  private_key_file:
    description:
      - Private key to log in with, in the form of OpenSSH, PEM or PKCS8. It is the only key that is tried. If it is
        encrypted and there is no passphrase, a running ssh-agent that holds it is used.
      - The file of a public key (C(.pub)) names the key of a running ssh-agent.
      - Without it and without a password, the keys of the ssh-agent and those in C(~/.ssh) are tried, but at
        most six, since servers hang up after that. Keys that are in both places come first.
      - A certificate beside it (C(id_ed25519-cert.pub) for C(id_ed25519)) is presented first, and the key alone if that
        is refused. Certificates in an ssh-agent are used as well.
    type: str
    vars:
      - name: ansible_private_key_file
      - name: ansible_ssh_private_key_file
    env:
      - name: ANSIBLE_PRIVATE_KEY_FILE
    ini:
      - section: defaults
        key: private_key_file
    cli:
      - name: private_key_file
        option: --private-key
  private_key_passphrase:
    description: Passphrase of the private key.
    type: str
    vars:
      - name: ansible_private_key_passphrase
      - name: ansible_ssh_private_key_passphrase
  certificate_file:
    description: The certificate of O(private_key_file), if it is not beside the key under the usual name.
    type: str
    vars:
      - name: ansible_pcli_certificate_file
  use_agent:
    description: Whether keys of a running ssh-agent may be used when there is no password.
    type: bool
    default: true
    vars:
      - name: ansible_pcli_use_agent
  look_for_keys:
    description: Whether the keys in C(~/.ssh) may be used when neither a password nor a key file is given.
    type: bool
    default: true
    vars:
      - name: ansible_pcli_look_for_keys
  host_key_checking:
    description:
      - Whether the host key must be known.
      - An inventory variable takes precedence over the environment, so it keeps checking on even if AWX turns it off.
      - Keys that are pinned in O(host_keys) or O(jump_host_keys) are always compared.
    type: bool
    default: true
    vars:
      - name: ansible_host_key_checking
      - name: ansible_ssh_host_key_checking
      - name: ansible_pcli_host_key_checking
    env:
      - name: ANSIBLE_HOST_KEY_CHECKING
      - name: ANSIBLE_SSH_HOST_KEY_CHECKING
    ini:
      - section: defaults
        key: host_key_checking
      - section: ssh_connection
        key: host_key_checking
  host_keys:
    description:
      - Host keys of this node, as C(ssh-keyscan) prints them. When set, known_hosts files are not read, and no other
        key is accepted, even if O(host_key_checking) is off.
      - For containers and execution environments, which have no known_hosts file.
    type: list
    elements: str
    default: []
    vars:
      - name: ansible_pcli_host_keys
  known_hosts_files:
    description:
      - Files with known host keys. Defaults to those in O(ssh_config_file), otherwise to C(~/.ssh/known_hosts) and
        C(/etc/ssh/ssh_known_hosts).
    type: list
    elements: path
    vars:
      - name: ansible_pcli_known_hosts_files
  ssh_config_file:
    description:
      - A configuration of OpenSSH, which is read for the address in O(remote_addr) and for the jump hosts. The
        variables of the inventory, and O(ssh_common_args), come first.
      - C(HostName), C(Port), C(User), C(IdentityFile), C(IdentitiesOnly), C(CertificateFile), C(ProxyJump),
        C(ProxyCommand), C(UserKnownHostsFile), C(GlobalKnownHostsFile), C(HostKeyAlgorithms), C(Ciphers), C(MACs) and
        C(KexAlgorithms) are honoured, in C(Host) and C(Match) blocks, and in files that are included before the first
        of these.
      - Options for people at a terminal, such as C(ForwardAgent) or C(SendEnv), are ignored. Every other one is an
        error that names it.
      - An empty text means no file.
    version_added: 0.3.0
    type: str
    default: ~/.ssh/config
    vars:
      - name: ansible_pcli_ssh_config
  ssh_common_args:
    description:
      - Arguments for OpenSSH, as far as this connection can honour them. OpenSSH is not run, and an option that would
        be ignored is an error.
      - C(ProxyJump) (or C(-J)) goes through one or several jump hosts, C([user@]host[:port]), separated by commas, with
        IPv6 addresses in brackets. The default user is the one that runs Ansible, as with OpenSSH. Their host keys are
        checked by the same rules as the node's (O(jump_host_keys), O(known_hosts_files), O(host_key_checking)).
      - C(ProxyCommand) runs one program without a shell, with C(%h), C(%p) and C(%r) filled in, such as
        C(ssh -W %h:%p bastion). That program checks keys and logs in by itself.
      - C(StrictHostKeyChecking) (V(yes), V(no)), C(UserKnownHostsFile), C(GlobalKnownHostsFile), C(CertificateFile),
        C(IdentitiesOnly), C(ConnectTimeout) and C(ServerAliveInterval) are honoured, and override the options of this
        plugin with the same meaning.
      - Options without any meaning here, such as C(ControlPersist), C(Compression) or C(LogLevel), are ignored.
    type: str
    vars:
      - name: ansible_ssh_common_args
    env:
      - name: ANSIBLE_SSH_COMMON_ARGS
    ini:
      - section: ssh_connection
        key: ssh_common_args
    cli:
      - name: ssh_common_args
        option: --ssh-common-args
  ssh_extra_args:
    description: More arguments, after O(ssh_common_args). The first value of an option counts.
    type: str
    vars:
      - name: ansible_ssh_extra_args
    env:
      - name: ANSIBLE_SSH_EXTRA_ARGS
    ini:
      - section: ssh_connection
        key: ssh_extra_args
    cli:
      - name: ssh_extra_args
        option: --ssh-extra-args
  ssh_args:
    description:
      - More arguments, before O(ssh_common_args).
      - If C(ansible.cfg) contains arguments that only OpenSSH knows, set the variable to an empty text for these hosts.
    type: str
    vars:
      - name: ansible_ssh_args
    env:
      - name: ANSIBLE_SSH_ARGS
    ini:
      - section: ssh_connection
        key: ssh_args
  jump_password:
    description:
      - Password for the jump hosts in C(ProxyJump). With it, no key except O(jump_private_key_file) is tried there.
      - The credentials of the node (O(password), O(private_key_file)) are never offered to a jump host.
    type: str
    vars:
      - name: ansible_pcli_jump_password
  jump_private_key_file:
    description:
      - Private key for the jump hosts in C(ProxyJump). Without it and without O(jump_password), the ssh-agent and the
        keys in C(~/.ssh) are tried, as OpenSSH does.
    type: str
    vars:
      - name: ansible_pcli_jump_private_key_file
  jump_private_key_passphrase:
    description: Passphrase of O(jump_private_key_file).
    type: str
    vars:
      - name: ansible_pcli_jump_private_key_passphrase
  jump_use_agent:
    description:
      - Whether keys of a running ssh-agent may be used at the jump hosts. Set it to V(false) if they must not even see
        which keys exist.
    type: bool
    default: true
    vars:
      - name: ansible_pcli_jump_use_agent
  jump_host_keys:
    description:
      - Host keys of all jump hosts, as C(ssh-keyscan) prints them. When set, known_hosts files are not read for them.
    type: list
    elements: str
    default: []
    vars:
      - name: ansible_pcli_jump_host_keys
  connect_timeout:
    description: Seconds after which an address that does not answer, or a login that does not finish, is given up.
    type: int
    default: 30
    vars:
      - name: ansible_connect_timeout
      - name: ansible_ssh_timeout
    env:
      - name: ANSIBLE_SSH_TIMEOUT
  login_timeout:
    description:
      - Seconds within which the first prompt must appear after the login. Raise it for nodes with a PCLI that starts
        slowly.
    type: int
    default: 60
    vars:
      - name: ansible_pcli_login_timeout
  command_timeout:
    description:
      - Seconds within which an ordinary command, such as C(show assets), must finish. Raise it for very large
        authorities.
    type: int
    default: 120
    vars:
      - name: ansible_command_timeout
      - name: ansible_pcli_command_timeout
  keepalive_interval:
    description:
      - Seconds between two keepalive messages, so that a node that vanishes silently is noticed. 0 turns them off.
    type: int
    default: 15
    vars:
      - name: ansible_pcli_keepalive_interval
  max_shells:
    description: How many commands may run at the same time on one node.
    type: int
    default: 6
    vars:
      - name: ansible_pcli_max_shells
  record:
    description:
      - A folder on the controller. Each task that sends a lifecycle command, such as an upgrade, leaves a bundle in
        it, in a folder C(ssr-recording-<time>) of its own, with what was sent and every answer word by word.
      - Names, addresses, serial numbers and secrets are replaced in it as in the bundle of the module
        M(sessionsmart.ssr.probe). C(names.json) beside it says what became of what, and stays with you.
      - Set it for an upgrade in a lab, and send the bundle to the maintainers, since what these commands print is
        documented nowhere. It sends nothing by itself.
    version_added: 0.3.0
    type: path
    vars:
      - name: ansible_pcli_record
  node:
    description:
      - The name of the node that this address must lead to. If the prompt shows another one, nothing is sent.
      - Needed only if a user changed the prompt, or to guard against an address that leads to another node.
      - Applies to the node at O(remote_addr). A host that continues its work has a variable of its own.
    type: str
    vars:
      - name: ansible_pcli_node
  router:
    description: The name of the router that this address must lead to; see O(node).
    type: str
    vars:
      - name: ansible_pcli_router
  prompt:
    description:
      - A regular expression for a prompt that was changed with C(edit prompt). The documented prompt needs none.
      - The named groups C(user), C(node), C(router) and C(dirty) capture its parts, if it has them.
    type: str
    vars:
      - name: ansible_pcli_prompt
  pager:
    description: A regular expression for the line of a pager that is not recognised automatically.
    type: str
    vars:
      - name: ansible_pcli_pager
  pager_answer:
    description: What to send to the pager that O(pager) describes.
    type: str
    default: ' '
    vars:
      - name: ansible_pcli_pager_answer
  enter_command:
    description:
      - The command that enters the PCLI from a Linux shell, for accounts that land in Linux, for instance
        V(su - admin), or V(sudo su - admin) if the former asks for a password. Its questions are not answered.
    type: str
    vars:
      - name: ansible_pcli_enter_command
  terminal:
    description: The type of terminal to request. Change it only if the output is garbled.
    type: str
    default: vt100
    vars:
      - name: ansible_pcli_terminal
  sftp_user:
    description:
      - Another user for transferring files by SFTP, since an account that lands in the PCLI may not be allowed to.
      - Defaults to the login of the PCLI.
    type: str
    vars:
      - name: ansible_pcli_sftp_user
  sftp_password:
    description: Password of O(sftp_user).
    type: str
    vars:
      - name: ansible_pcli_sftp_password
  sftp_private_key_file:
    description: Private key of O(sftp_user).
    type: str
    vars:
      - name: ansible_pcli_sftp_private_key_file
  api:
    description:
      - Whether the web API of the node may be asked. It is a second witness, what it says of an asset joins what the
        PCLI says, before a command is sent to a node and before the node is done. Where both differ, the careful one
        counts, and both are quoted.
      - It is also asked where the PCLI and SFTP do not have what is needed, for the copy of a backup
        (M(sessionsmart.ssr.config_export)), and for assets, their software, alarms, disks, processes, links of the
        database, and what router nodes answer about themselves, where the answers of the PCLI cannot be read.
      - With V(auto) it is asked where it answers, at the address of the node or through the SSH session. A certificate
        must be trusted or pinned at the address; through the SSH session its host key vouches for the node.
        Where it does not answer, the PCLI alone counts, and it is not asked again for 10 minutes.
      - With V(required) no upgrade or downgrade is begun while it does not answer, and what runs is followed by the
        PCLI alone. Checks before an upgrade, and an upgrade, are refused at their start then.
      - With V(off) nothing is sent to it.
    version_added: 0.3.0
    type: str
    choices: [auto, 'off', required]
    default: auto
    vars:
      - name: ansible_pcli_api
  api_port:
    description: Port of the web server of the node.
    version_added: 0.3.0
    type: int
    default: 443
    vars:
      - name: ansible_pcli_api_port
  api_user:
    description: User of the web API. Defaults to that of the login by SSH.
    version_added: 0.3.0
    type: str
    vars:
      - name: ansible_pcli_api_user
  api_password:
    description:
      - Password of O(api_user). Defaults to O(password) if the user is the same.
      - A refused password is not sent again in a run, also not by later tasks, since six failures lock the account,
        also for SSH.
    version_added: 0.3.0
    type: str
    vars:
      - name: ansible_pcli_api_password
  api_token:
    description: A token of the web API, which is used instead of a password.
    version_added: 0.3.0
    type: str
    vars:
      - name: ansible_pcli_api_token
  api_validate_certs:
    description: Whether the certificate must be trusted at the address of the node. O(api_fingerprints) are better.
    version_added: 0.3.0
    type: bool
    default: true
    vars:
      - name: ansible_pcli_api_validate_certs
  api_ca_path:
    description: A file with the authorities that are trusted, in place of those of the system.
    version_added: 0.3.0
    type: path
    vars:
      - name: ansible_pcli_api_ca_path
  api_fingerprints:
    description:
      - SHA-256 fingerprints of the certificate of the node, as C(openssl x509 -noout -fingerprint -sha256) prints them.
      - With them nothing else of the certificate counts.
    version_added: 0.3.0
    type: list
    elements: str
    vars:
      - name: ansible_pcli_api_fingerprints
"""

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence

from ansible import constants as C
from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import new_folder, prepare_folder, replace_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access, Fallback
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import (
    JUMP,
    KNOWN_HOSTS,
    NODE,
    Login,
    without_brackets,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.session import Session
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import ShellOptions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh_args import Hop, read_ssh_args
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.ssh_config import (
    read_ssh_config,
    refuse_own_proxy,
    with_ssh_config,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.web_settings import WebSettings
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.known import (
    tell_what_is_known,
    version_of_collection,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.recorder import Recorder
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber

display = Display()

#: Options of ~/.ssh/config about keys outside of files and agents, which nobody tries beside a password or a named key.
_FOR_OTHER_KEYS = ("pkcs11provider", "securitykeyprovider")


#: Ansible's own settings that stand for an option, and what sets it on the command line.
_SETTINGS = {
    "remote_user": ("DEFAULT_REMOTE_USER", "--user"),
    "private_key_file": ("DEFAULT_PRIVATE_KEY_FILE", "--private-key"),
}


def _setting(connection: ConnectionBase, option: str, variable: str) -> str:
    """What a user has to check about an option: its variable, or where else in Ansible's settings its value is."""
    setting, on_command_line = _SETTINGS[option]
    value = connection.get_option(option)
    configured, origin = C.config.get_config_value_and_origin(setting)
    if value is None or value not in (configured, (context.CLIARGS or {}).get(option)):
        return variable
    if value != configured:
        return on_command_line
    kind, separator, name = str(origin).partition(": ")
    return f"{name} in the environment" if separator and kind == "env" else f"{option} in {origin}"


class _Recording:
    """What a session is answered, for a bundle in ``folder``. It fails no task once that has begun.

    Raises PcliError where the folder cannot be written.
    """

    def __init__(self, folder: str, session: Session):
        self._folder = os.path.abspath(os.path.expanduser(folder))
        try:
            prepare_folder(self._folder)
        except OSError as error:
            raise PcliError(
                f"ansible_pcli_record is {self._folder}, which cannot be written: {error.strerror or error}. Nothing "
                "was sent."
            ) from error
        self._session, self._made = session, session.clock.stamp()
        self._recorder = Recorder(session.clock)
        session.recorder = self._note

    def _note(self, pending) -> None:
        try:
            self._recorder.note(pending)
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._session.recorder = None
            display.warning(f"Nothing more is recorded (ansible_pcli_record), since that went wrong: {error}")

    def end(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Write the bundle, if a lifecycle command was sent, and say where it is."""
        try:
            self._session.note_what_is_open()
            if not self._recorder.worth_writing:
                return
            scrubber = Scrubber()
            tell_what_is_known(scrubber, [self._session], groups)
            files = self._recorder.files(self._made, version_of_collection(), scrubber)
            own = new_folder(os.path.join(self._folder, f"ssr-recording-{re.sub(r'[-:]', '', self._made)}"))
            for name, data in files.items():
                replace_file(os.path.join(own, name), data)
        except Exception as error:  # pylint: disable=broad-exception-caught
            display.warning(f"What was recorded could not be written (ansible_pcli_record): {error}")
        else:
            self._session.tell(
                f"recorded without names: {own}/bundle.zip. Look into it before you hand it on; names.json beside it "
                "stays with you"
            )


class Connection(ConnectionBase):
    """Turns the options of Ansible into a PCLI session."""

    transport = "sessionsmart.ssr.pcli"
    has_pipelining = False
    has_tty = False

    def __init__(self, play_context, new_stdin=None, *args, **kwargs):
        # ansible-core passes new_stdin up to 2.18, and no longer accepts it from 2.19 on.
        if new_stdin is not None:
            args = (new_stdin, *args)
        super().__init__(play_context, *args, **kwargs)
        self._session: Session | None = None
        #: Where to continue if the node is away; set by the action, which knows the other hosts.
        self.fallbacks: Sequence[Fallback] = ()
        #: What the inventory calls the host; set by the action as well.
        self.host_name = ""
        #: The groups of the inventory, whose hosts are names in a recording; set by the action as well.
        self.groups: Mapping[str, Sequence[str]] = {}
        self._recording: _Recording | None = None

    @property
    def session(self) -> Session:
        """The session of this host; it logs in when it is first used."""
        if self._session is None:
            self._session = Session(
                self.access(),
                fallbacks=self.fallbacks,
                command_timeout=self._seconds("command_timeout", "ansible_command_timeout"),
                max_shells=self.get_option("max_shells"),
            )
            if self.get_option("record"):
                self._recording = _Recording(self.get_option("record"), self._session)
        return self._session

    def access(self) -> Access:
        """How this host is reached, by its own variables."""
        login = self._login()
        user = self.get_option("sftp_user")
        files = {
            "user": user,
            "password": self.get_option("sftp_password"),
            "key_file": self.get_option("sftp_private_key_file"),
            "certificate_file": None,
        }
        return Access(
            login,
            self._shell_options(),
            node=self.get_option("node"),
            router=self.get_option("router"),
            sftp=dataclasses.replace(login, **files) if user else None,
            name=self.host_name,
            web=self._web_settings(),
        )

    def _web_settings(self) -> WebSettings:
        port = self.get_option("api_port")
        if not 0 < port < 65536:
            raise PcliError(f"ansible_pcli_api_port is {port}. Ports are numbers from 1 to 65535.")
        return WebSettings(
            use=self.get_option("api"),
            port=port,
            user=self.get_option("api_user"),
            password=self.get_option("api_password"),
            token=self.get_option("api_token"),
            validate_certs=self.get_option("api_validate_certs"),
            ca_path=self.get_option("api_ca_path"),
            pins=tuple(self.get_option("api_fingerprints") or ()),
            run_folder=C.DEFAULT_LOCAL_TMP,  # made for this process and its workers, and removed at its end
        )

    def _login(self) -> Login:
        variables = (
            "ssh_args",
            "ssh_common_args",
            "ssh_extra_args",
        )  # in the order in which Ansible passes them to OpenSSH
        host, port = without_brackets(self.get_option("remote_addr")), self._port()
        file = self.get_option("ssh_config_file")
        config = read_ssh_config(file, host, port, self.get_option("remote_user"), self._settled_options())
        texts = {f"ansible_{name}": self.get_option(name) for name in variables}
        args = read_ssh_args(texts, file or "", config.options)
        login = args.applied(
            with_ssh_config(
                Login(
                    host=host,
                    port=port or 22,
                    user=self.get_option("remote_user"),
                    password=self.get_option("password"),
                    key_file=self.get_option("private_key_file"),
                    key_passphrase=self.get_option("private_key_passphrase"),
                    certificate_file=self.get_option("certificate_file"),
                    allow_agent=self.get_option("use_agent"),
                    look_for_keys=self.get_option("look_for_keys"),
                    host_key_checking=self.get_option("host_key_checking"),
                    host_keys=tuple(self.get_option("host_keys") or ()),
                    known_hosts=self._known_hosts(),
                    connect_timeout=self._seconds("connect_timeout", "ansible_connect_timeout"),
                    keepalive=self.get_option("keepalive_interval"),
                    names=dataclasses.replace(
                        NODE,
                        user=_setting(self, "remote_user", NODE.user),
                        key_file=_setting(self, "private_key_file", NODE.key_file),
                    ),
                    secrets_as_they_are=self.get_option("secrets_as_they_are"),
                ),
                config,
            )
        )
        jumps = tuple(self._jump(login, hop) for hop in args.hops)
        return dataclasses.replace(login, jumps=jumps, proxy_command=args.proxy_command)

    def _settled_options(self) -> set[str]:
        """The options of ~/.ssh/config that have a variable which is set."""
        settled: set[str] = set()
        if self.get_option("password") is not None or self.get_option("private_key_file"):
            settled |= {"identityfile", "identitiesonly", "certificatefile", *_FOR_OTHER_KEYS}
        if self.get_option("certificate_file"):
            settled.add("certificatefile")
        settled |= self._never_asked("password", "use_agent")
        if self.get_option("host_keys") or self.get_option("known_hosts_files") is not None:
            settled |= {"userknownhostsfile", "globalknownhostsfile"}
        if self.get_option("host_keys"):
            settled |= {"hostkeyalgorithms", "hostkeyalias"}
        if self.get_option("host_keys") or not self.get_option("host_key_checking"):
            settled.add("stricthostkeychecking")
        return settled

    def _never_asked(self, password: str, agent: str) -> set[str]:
        """The options of ~/.ssh/config about an agent that nobody asks: beside a password no key is tried."""
        if self.get_option(password) is not None or not self.get_option(agent):
            return {"identityagent"}
        return set()

    def _known_hosts(self) -> tuple[str, ...]:
        files = self.get_option("known_hosts_files")
        return KNOWN_HOSTS if files is None else tuple(files)

    def _jump(self, login: Login, hop: Hop) -> Login:
        """The login to a jump host. It shares settings with the login to the node, but never a secret."""
        settled = {"userknownhostsfile", "globalknownhostsfile", "stricthostkeychecking", "certificatefile"}
        if self.get_option("jump_password") is not None or self.get_option("jump_private_key_file"):
            settled |= {"identityfile", "identitiesonly", *_FOR_OTHER_KEYS}
        settled |= self._never_asked("jump_password", "jump_use_agent")
        if self.get_option("jump_host_keys"):
            settled |= {"hostkeyalgorithms", "hostkeyalias"}
        file = self.get_option("ssh_config_file")
        config = read_ssh_config(file, hop.host, hop.port, hop.user, settled)
        refuse_own_proxy(file or "", hop.host, config)
        jump = Login(
            host=hop.host,
            port=hop.port or 22,
            user=hop.user,
            password=self.get_option("jump_password"),
            key_file=self.get_option("jump_private_key_file"),
            key_passphrase=self.get_option("jump_private_key_passphrase"),
            allow_agent=self.get_option("jump_use_agent"),
            look_for_keys=login.look_for_keys,
            host_key_checking=login.host_key_checking,
            host_keys=tuple(self.get_option("jump_host_keys") or ()),
            known_hosts=login.known_hosts,
            connect_timeout=login.connect_timeout,
            keepalive=login.keepalive,
            names=JUMP,
            secrets_as_they_are=login.secrets_as_they_are,
        )
        return read_ssh_args({}, file or "", config.options).applied(with_ssh_config(jump, config))

    def _shell_options(self) -> ShellOptions:
        return ShellOptions(
            terminal=self.get_option("terminal"),
            prompt=self._pattern("prompt"),
            pager=self._pattern("pager"),
            pager_answer=self.get_option("pager_answer"),
            enter_command=self.get_option("enter_command"),
            login_timeout=self._seconds("login_timeout", "ansible_pcli_login_timeout"),
        )

    def _port(self) -> int | None:
        port = self.get_option("port") or None
        if port is not None and not 0 < port < 65536:
            raise PcliError(f"ansible_port is {port}. Ports are numbers from 1 to 65535.")
        return port

    def _seconds(self, option: str, variable: str) -> int:
        seconds = self.get_option(option)
        if seconds <= 0:
            raise PcliError(f"{variable} is {seconds}. Give a number of seconds above 0.")
        return seconds

    def _pattern(self, option: str) -> re.Pattern | None:
        text = self.get_option(option)
        try:
            return re.compile(text) if text else None
        except re.error as error:
            raise PcliError(f"ansible_pcli_{option} '{text}' is not a regular expression: {error}.") from error

    # -- the interface of Ansible -----------------------------------------------------------------------------

    def _connect(self):
        # The session connects when it is first used: an error there is a failure with a message, while an error here
        # would make the host unreachable and skip every rescue.
        return self

    def exec_command(self, cmd, in_data=None, sudoable=True):
        raise AnsibleError(
            "A PCLI runs no programs. On hosts with the connection sessionsmart.ssr.pcli use the actions of this "
            "collection, for instance sessionsmart.ssr.command, and set gather_facts: false (or "
            "ansible_facts_modules: [] in the inventory)."
        )

    def put_file(self, in_path, out_path):
        raise AnsibleError("A PCLI accepts no files. To restore a configuration use sessionsmart.ssr.config_restore.")

    def fetch_file(self, in_path, out_path):
        raise AnsibleError("A PCLI sends no files. To save a configuration use sessionsmart.ssr.config_export.")

    def close(self):
        if self._recording is not None:
            self._recording.end(self.groups)
        if self._session is not None:
            self._session.close()
        self._session = self._recording = None
        self._connected = False

    def reset(self):
        self.close()

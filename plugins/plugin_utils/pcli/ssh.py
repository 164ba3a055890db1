# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SSH login on paramiko: host keys, keys, agent and passwords, and an error sentence for each way it fails."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
from dataclasses import dataclass, field

from .errors import ConnectFailed, HostKeyRefused, LoginRefused, PcliError

try:
    import paramiko
except ImportError as import_error:  # reported by connect(), with what to do
    paramiko = None
    PARAMIKO_IMPORT_ERROR: ImportError | None = import_error
else:
    PARAMIKO_IMPORT_ERROR = None

#: Where OpenSSH looks, too.
KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")

# While a host boots or goes down, PAM turns everybody away with words like these although the password is right.
_NOT_YET = re.compile(r"booting up|shutting down|going down|not permitted to log in yet|nologin", re.I)

_RSA = ("ssh-rsa", "rsa-sha2-256", "rsa-sha2-512")
_ECDSA = ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521")
_KEY_ALGORITHMS = ("ssh-ed25519", *_ECDSA, *_RSA, "ssh-dss")


@dataclass(frozen=True)
class Login:
    """Where to log in, and as whom. Times are in seconds."""

    host: str
    port: int = 22
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    key_file: str | None = None
    key_passphrase: str | None = field(default=None, repr=False)
    allow_agent: bool = True
    look_for_keys: bool = True
    host_key_checking: bool = True
    host_keys: tuple[str, ...] = ()
    known_hosts: tuple[str, ...] = KNOWN_HOSTS
    connect_timeout: float = 30.0
    keepalive: float = 15.0

    @property
    def address(self) -> str:
        """The address as OpenSSH's known_hosts spells it."""
        return self.host if self.port == 22 else f"[{self.host}]:{self.port}"


def connect(login: Login) -> paramiko.SSHClient:
    """Log in once.

    Raises ConnectFailed (nobody there, or not ready), HostKeyRefused, LoginRefused. A password is tried once and
    never again: six failures lock an account for half an hour (config_access_mgmt).
    """
    if paramiko is None:
        raise PcliError(
            "The Python library paramiko is needed on the controller and cannot be imported "
            f"({PARAMIKO_IMPORT_ERROR}). Install it for the Python that runs Ansible: python3 -m pip install paramiko"
        )
    client = paramiko.SSHClient()
    known_types = _load_host_keys(client, login)
    try:
        client.connect(
            hostname=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            key_filename=os.path.expanduser(login.key_file) if login.key_file else None,
            passphrase=login.key_passphrase,
            # A password that was given is what the user wants tried; keys that are lying about would only
            # use up the server's patience (MaxAuthTries).
            allow_agent=login.allow_agent and login.password is None,
            look_for_keys=login.look_for_keys and login.password is None and login.key_file is None,
            timeout=login.connect_timeout,
            banner_timeout=login.connect_timeout,
            auth_timeout=login.connect_timeout,
            disabled_algorithms=_only(known_types),
        )
    except Exception as error:
        sentence = _explain(error, login, client, known_types)
        client.close()
        raise sentence from error
    transport = client.get_transport()
    if login.keepalive and transport is not None:
        # A conductor that restarts may vanish without a word: the keepalive turns silence into an error.
        transport.set_keepalive(int(login.keepalive))
    return client


def fingerprint(key) -> str:
    """The SHA256 fingerprint of a host key, as ``ssh-keygen -l`` prints it."""
    digest = hashlib.sha256(key.asbytes()).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _load_host_keys(client, login: Login) -> tuple[str, ...]:
    """Give the client the keys that it may trust; return the types of those that are known for this host."""
    client.set_missing_host_key_policy(_policy(login))
    if not login.host_key_checking:
        return ()
    known = dict(_parse_key(line) for line in login.host_keys) or _from_files(login)
    for name, key in known.items():
        client.get_host_keys().add(login.address, name, key)
    return tuple(known)


def _from_files(login: Login) -> dict:
    found = paramiko.HostKeys()
    for name in login.known_hosts:
        path = os.path.expanduser(name)
        if os.path.isfile(path):
            found.load(path)
    return dict(found.lookup(login.address) or {})


def _parse_key(line: str):
    """A pinned key: ``ssh-ed25519 AAAA…``, with or without a host name before and a comment after."""
    words = line.split()
    for position, word in enumerate(words[:-1]):
        if word.startswith(("ssh-", "ecdsa-", "rsa-sha2-")):
            try:
                key = paramiko.PKey.from_type_string(word, base64.b64decode(words[position + 1], validate=True))
            except Exception as error:
                raise HostKeyRefused(
                    f"The pinned host key '{line[:60]}' in ansible_pcli_host_keys cannot be read: {error}. "
                    "Write it as ssh-keyscan prints it, for instance 'ssh-ed25519 AAAAC3Nz…'."
                ) from error
            return key.get_name(), key
    raise HostKeyRefused(
        f"The pinned host key '{line[:60]}' in ansible_pcli_host_keys has no key type. "
        "Write it as ssh-keyscan prints it, for instance 'ssh-ed25519 AAAAC3Nz…'."
    )


def _policy(login: Login):
    class Policy(paramiko.MissingHostKeyPolicy):
        """Turn an unknown key into a sentence, or let it pass where the user turned checking off."""

        def missing_host_key(self, client, hostname, key):
            if not login.host_key_checking:
                return
            raise HostKeyRefused(
                f"The host key of {login.address} is not known ({key.get_name()} {fingerprint(key)}). Compare this "
                "fingerprint with the node's own, then add the key to ~/.ssh/known_hosts "
                f"(ssh-keyscan -p {login.port} {login.host}) or pin it in ansible_pcli_host_keys."
            )

    return Policy()


def _only(types: tuple[str, ...]) -> dict | None:
    """Ask the server for a key of a type that we know, as OpenSSH does; paramiko alone would take any."""
    if not types:
        return None
    wanted = set(types) | (set(_RSA) if set(types) & set(_RSA) else set())
    return {"keys": [name for name in _KEY_ALGORITHMS if name not in wanted]}


def _changed(login: Login, offered: str) -> HostKeyRefused:
    return HostKeyRefused(
        f"The host key of {login.address} is not the known one (it shows {offered}). Either the node was "
        "installed anew, or somebody stands in between. Nothing was sent. Compare the fingerprint with the node's "
        "own; if it is right, replace the old key in known_hosts (ssh-keygen -R) or in ansible_pcli_host_keys."
    )


def _explain(error: Exception, login: Login, client, known_types: tuple[str, ...]) -> PcliError:
    """One sentence for each way a login fails."""
    who = f"{login.user or 'the current user'} at {login.address}"
    if isinstance(error, PcliError):
        return error
    if isinstance(error, paramiko.BadHostKeyException):
        return _changed(login, f"{error.key.get_name()} {fingerprint(error.key)}")
    if known_types and isinstance(error, paramiko.SSHException) and "host key" in str(error).lower():
        return _changed(login, "no key of type " + " or ".join(known_types))
    if isinstance(error, paramiko.PasswordRequiredException):
        return LoginRefused(
            f"The key file {login.key_file} is encrypted. Load it into an ssh-agent, or give its passphrase in "
            "ansible_ssh_private_key_passphrase."
        )
    if isinstance(error, paramiko.AuthenticationException):
        return _explain_auth(error, login, client, who)
    if isinstance(error, FileNotFoundError):
        return LoginRefused(f"The key file {login.key_file} for {who} does not exist on the controller.")
    if isinstance(error, PermissionError) and login.key_file:
        return LoginRefused(f"The key file {login.key_file} for {who} may not be read: {error}.")
    if isinstance(error, socket.gaierror):
        return ConnectFailed(f"The name {login.host} cannot be resolved ({error.strerror}). Check ansible_host.")
    if isinstance(error, (OSError, EOFError)):
        return ConnectFailed(
            f"Nobody answers SSH at {login.address}: {_reason(error)}. Check ansible_host and ansible_port, and "
            "that the node is up and lets this controller in."
        )
    if isinstance(error, paramiko.SSHException) and "No authentication methods" in str(error):
        return LoginRefused(
            f"There is nothing to log in with as {who}. Set ansible_password, ansible_ssh_private_key_file or run "
            "an ssh-agent."
        )
    if isinstance(error, paramiko.SSHException):
        return ConnectFailed(f"The SSH connection to {login.address} could not be set up: {_reason(error)}.")
    return ConnectFailed(f"The SSH connection to {login.address} failed: {type(error).__name__}: {error}.")


def _explain_auth(error: Exception, login: Login, client, who: str) -> PcliError:
    transport = client.get_transport()
    banner = transport.get_banner() if transport is not None else None
    words = (banner or b"").decode("utf-8", "replace").strip()
    if _NOT_YET.search(words) or _NOT_YET.search(str(error)):
        return ConnectFailed(f"{login.address} lets nobody in at the moment: {words or error}.")
    allowed = getattr(error, "allowed_types", None)
    with_what = (
        "the password"
        if login.password is not None
        else f"the key {login.key_file}"
        if login.key_file
        else "the keys of the ssh-agent and of ~/.ssh"
    )
    hint = f" The server takes: {', '.join(allowed)}." if allowed else ""
    return LoginRefused(
        f"The login as {who} with {with_what} was refused.{hint} It was tried once and is not tried again, since six "
        "failures lock an account for half an hour. Check ansible_user and ansible_password or "
        "ansible_ssh_private_key_file, and on the node 'show user lock-status'."
    )


def _reason(error: Exception) -> str:
    inner = getattr(error, "errors", None)
    if inner:
        return "; ".join(sorted({_reason(one) for one in inner.values()}))
    if isinstance(error, (TimeoutError, socket.timeout)):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

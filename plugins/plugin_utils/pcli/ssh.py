# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs in over SSH with paramiko: host keys, keys, agent and passwords, and one clear error for each failure."""

from __future__ import annotations

import getpass
import logging
import os
import re
import socket

from . import hostkeys
from .errors import ConnectFailed, CutOff, LoginRefused, PcliError
from .login import Login
from .transport import Program, Tunnel, direct

try:
    import paramiko
except ImportError as import_error:  # reported by connect(), with what to do
    paramiko = None
    PARAMIKO_IMPORT_ERROR: ImportError | None = import_error
else:
    PARAMIKO_IMPORT_ERROR = None
    # If logging is not set up, Python would print the tracebacks of paramiko to the terminal.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())

# While a host boots or shuts down, PAM turns everybody away with words like these, even with the right password.
_NOT_YET = re.compile(r"booting up|shutting down|going down|not permitted to log in yet|nologin", re.I)


def connect(login: Login) -> paramiko.SSHClient:
    """Log in once, through the jump hosts or the program that the login names.

    Raises ConnectFailed (no answer, or not ready), CutOff, HostKeyRefused, LoginRefused. A password is tried once and
    never again: six failures lock an account for half an hour (config_access_mgmt).
    """
    if paramiko is None:
        raise PcliError(
            "The Python library paramiko is needed on the controller and cannot be imported "
            f"({PARAMIKO_IMPORT_ERROR}). Install it for the Python that runs Ansible: python3 -m pip install paramiko"
        )
    if login.proxy_command:
        return _through_program(login)
    return _log_in(login, _through_jumps(login) if login.jumps else None)


def _log_in(login: Login, transport: Tunnel | Program | None) -> paramiko.SSHClient:
    """Log in over ``transport`` (None: a direct connection), which is closed with the client."""
    client, key = paramiko.SSHClient(), None
    use_agent = login.allow_agent and login.password is None
    try:
        trusted = hostkeys.trusted(login) if login.checks_host_key else []
        key, key_problem = load_key(login) if login.key_file else (None, None)
        if key_problem and not (use_agent and key_problem.agent_may_help):
            raise key_problem
        client.set_missing_host_key_policy(hostkeys.policy(login, trusted))
        if use_agent:
            client._agent = _agent()  # it uses this one instead of creating its own
        client.connect(
            **_arguments(login),
            pkey=key,
            allow_agent=use_agent,
            disabled_algorithms=hostkeys.only([host_key.get_name() for host_key in trusted]),
            sock=transport or direct(login),
        )
    except PcliError:
        _close(client, transport)
        raise
    except Exception as error:
        if not _enters_without_certificate(client, login, key, error):
            problem = explain(error, login, client.get_transport(), bool(trusted))
            _close(client, transport)
            if key_problem and isinstance(problem, LoginRefused):
                problem = key_problem
            raise problem from error
    if login.keepalive > 0:
        # Keeps an idle connection through a firewall open, and detects a vanished peer (see transport.direct).
        client.get_transport().set_keepalive(max(1, int(login.keepalive)))
    return client


def _arguments(login: Login) -> dict:
    """The arguments for paramiko that the login alone determines."""
    return {
        "hostname": login.host,
        "port": login.port,
        "username": login.user,
        "password": login.password,
        "passphrase": login.key_passphrase,
        # If there is a password, it is what the user wants tried; other keys would only use up the attempts that the
        # server allows (MaxAuthTries).
        "look_for_keys": login.look_for_keys and login.password is None and login.key_file is None,
        "timeout": login.connect_timeout,
        "banner_timeout": login.connect_timeout,
        "auth_timeout": login.connect_timeout,
    }


def _close(client: paramiko.SSHClient, transport: Tunnel | Program | None) -> None:
    client.close()
    if transport is not None:  # the client may not have it yet
        transport.close()


def _through_jumps(login: Login) -> Tunnel:
    """Log in to each jump host, over the one before it. Errors name the jump host."""
    transport: Tunnel | None = None
    for hop, target in zip(login.jumps, (*login.jumps[1:], login), strict=True):
        try:
            client = _log_in(hop, transport)
        except PcliError as error:
            raise type(error)(f"On the way to {login.address}, at the jump host {hop.address}: {error}") from error
        try:
            transport = Tunnel(client, target)
        except (paramiko.SSHException, OSError, EOFError) as error:
            client.close()
            raise ConnectFailed(
                f"The jump host {hop.address} accepts the login, but cannot connect to {target.address}: "
                f"{getattr(error, 'text', None) or _reason(error)}. Check {target.names.address} as seen from the jump "
                "host, and that its SSH server forwards connections (AllowTcpForwarding)."
            ) from error
    return transport


def _through_program(login: Login) -> paramiko.SSHClient:
    """Log in over a ProxyCommand. If it fails, its own last words explain most."""
    program = Program(login)
    try:
        return _log_in(login, program)
    except ConnectFailed as error:
        words = program.last_words()
        said = f" It said: {words}" if words else ""
        raise type(error)(f"Through the program '{program.name}' of ProxyCommand: {error}{said}") from error


# -- keys ---------------------------------------------------------------------------------------------------------


class KeyProblem(LoginRefused):
    """The key file cannot be used. ``agent_may_help``: a running ssh-agent may hold the key anyway."""

    agent_may_help = False


def load_key(login: Login) -> tuple[paramiko.PKey | None, KeyProblem | None]:
    """The private key of a login, with its certificate if there is one; or the problem with the files."""
    path = os.path.expanduser(login.key_file)
    names = login.names
    who = f"The key file {login.key_file} for {_who(login)}"
    try:
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        return None, KeyProblem(f"{who} does not exist on the controller. Check {names.key_file}.")
    except OSError as error:
        return None, KeyProblem(f"{who} cannot be read: {error.strerror}. Check its type, owner and mode.")
    encrypted, reason = False, ""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key = kind.from_private_key_file(path, login.key_passphrase)
        except paramiko.PasswordRequiredException:
            encrypted = True
        except Exception as error:  # the exception depends on the kind of key and the release of paramiko
            reason = str(error)
        else:
            return _with_certificate(login, key, path)
    if encrypted:
        problem = KeyProblem(
            f"{who} is encrypted. Load it into an ssh-agent (ssh-add), or give its passphrase in {names.passphrase}."
        )
        problem.agent_may_help = True
    elif login.key_passphrase is not None:
        problem = KeyProblem(
            f"{who} cannot be opened with the passphrase in {names.passphrase}, or is not a private key "
            "of a known kind (ed25519, ecdsa, rsa); ssh-keygen -p -f FILE rewrites an old format."
        )
    else:
        problem = KeyProblem(
            f"{who} is not a private key of a known kind (ed25519, ecdsa, rsa): {reason[:200] or 'unreadable'}. Give "
            "the private key, not the .pub file; ssh-keygen -p -f FILE rewrites an old format."
        )
    return None, problem


def _with_certificate(login: Login, key: paramiko.PKey, path: str) -> tuple[paramiko.PKey | None, KeyProblem | None]:
    """The key with the certificate that the login names, or that is beside it under the name that OpenSSH expects."""
    beside = f"{path}-cert.pub"
    named = login.certificate_file
    if not named and not os.path.isfile(beside):
        return key, None
    file = os.path.expanduser(named) if named else beside
    try:
        plain = key.asbytes()
        key.load_certificate(file)
        if _signed_key(key.public_blob.key_blob) != _fields(plain):
            raise ValueError("it is for another key")
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or "unreadable"
        return None, KeyProblem(
            f"The certificate {file} of the key file {login.key_file} for {_who(login)} cannot be used: "
            f"{reason[:200]}. Sign the key again (ssh-keygen -s), or remove the certificate."
        )
    return key, None


def _fields(blob: bytes) -> bytes:
    """A public key without the name of its type."""
    message = paramiko.Message(blob)
    message.get_string()
    return message.get_remainder()


def _signed_key(blob: bytes) -> bytes:
    """The fields of the public key in a certificate; their number depends on the kind of key (PROTOCOL.certkeys)."""
    message = paramiko.Message(blob)
    kind = message.get_text()
    message.get_string()  # the nonce
    count = 1 if "ed25519" in kind else 2
    parts = paramiko.Message()
    for _field in range(count):
        parts.add_string(message.get_string())
    return parts.asbytes()


def _enters_without_certificate(client, login: Login, key, error: Exception) -> bool:
    """Try a key without its refused certificate, as OpenSSH does: the certificate may be meant for another host."""
    transport = client.get_transport()
    refused = isinstance(error, paramiko.AuthenticationException) and transport is not None and transport.is_active()
    if not refused or key is None or key.public_blob is None:
        return False
    key.public_blob = None
    try:
        return not transport.auth_publickey(login.user or getpass.getuser(), key)
    except (paramiko.SSHException, OSError, EOFError):
        return False


def _agent() -> paramiko.Agent:
    """A running ssh-agent with usable certificates.

    paramiko 3 ends the connection at every key that it does not know, such as a certificate; later releases announce
    certificates of RSA keys under one name and send them under another.
    """
    agent = paramiko.Agent()
    for key in agent.get_keys():
        certified = key.get_name().endswith("-cert-v01@openssh.com")
        key.public_blob = paramiko.pkey.PublicBlob(key.get_name(), key.blob) if certified else None
    return agent


# -- what went wrong ----------------------------------------------------------------------------------------------


def explain(error: Exception, login: Login, transport, trusted: bool) -> PcliError:
    """The error for a failed login, with one clear message. ``trusted``: there was a host key to compare with."""
    if isinstance(error, (socket.gaierror, UnicodeError)):
        reason = getattr(error, "strerror", None) or error
        return ConnectFailed(f"The name {login.host} cannot be resolved ({reason}). Check {login.names.host}.")
    if isinstance(error, paramiko.PasswordRequiredException):
        return LoginRefused(
            f"The keys in ~/.ssh that could be tried as {_who(login)} are encrypted. Load the right one into an "
            f"ssh-agent (ssh-add), or name it in {login.names.key_file} and give its passphrase in "
            f"{login.names.passphrase}."
        )
    if isinstance(error, paramiko.AuthenticationException):
        return _explain_auth(error, login, transport)
    if isinstance(error, paramiko.SSHException):
        return _explain_ssh(error, login, trusted)
    if isinstance(error, (OSError, EOFError)):
        return ConnectFailed(
            f"Nobody answers SSH at {login.address}: {_reason(error)}. Check {login.names.address}, and "
            "that it is up and accepts connections from this controller."
        )
    return ConnectFailed(f"The SSH connection to {login.address} failed: {type(error).__name__}: {error}.")


def _explain_ssh(error: Exception, login: Login, trusted: bool) -> PcliError:
    text = str(error)
    if trusted and "host key" in text.lower():
        return hostkeys.changed(login, "none of the known types")
    if "No authentication methods" in text:
        return LoginRefused(
            f"There is nothing to log in with as {_who(login)}. Set {login.names.password} or {login.names.key_file}, "
            "or run an ssh-agent."
        )
    if "banner" in text.lower():
        return ConnectFailed(
            f"Something at {login.address} accepts the connection but does not speak SSH ({text}). Check "
            f"{login.names.address}. A node that is starting, or has too many logins at once, also does this; then "
            "try again."
        )
    if "No existing session" in text:  # how paramiko reports that the key exchange took too long
        text = "no answer in time"
    return ConnectFailed(
        f"The SSH connection to {login.address} could not be set up: {text or type(error).__name__}. If it is not a "
        "node that is starting, compare the algorithms of its SSH server with those of paramiko."
    )


def _explain_auth(error: Exception, login: Login, transport) -> PcliError:
    words = _banner(transport)
    if _NOT_YET.search(words) or _NOT_YET.search(str(error)):
        return ConnectFailed(
            f"{login.address} accepts no logins at the moment: {words or error} This passes once the node has started."
        )
    if ended := re.search(r"shut down|EOF|(time-?out)", str(error)):
        how = "did not answer in time" if ended[1] else "closed the connection"
        return CutOff(
            f"{login.address} {how} in the middle of the login as {login.user or 'the current user'}. A node does so "
            "while it restarts, or after too many failed logins."
        )
    allowed = getattr(error, "allowed_types", None)
    with_what = (
        "the password"
        if login.password is not None
        else f"the key {login.key_file}"
        if login.key_file
        else "the keys of the ssh-agent and of ~/.ssh"
    )
    hint = f" The server accepts: {', '.join(allowed)}." if allowed else ""
    return LoginRefused(
        f"The login as {_who(login)} with {with_what} was refused.{hint} It was tried once and is not tried again, "
        f"since six failures lock an account for half an hour. Check {login.names.user} and {login.names.password} or "
        f"{login.names.key_file}{login.names.account}."
    )


def _who(login: Login) -> str:
    return f"{login.user or 'the current user'} at {login.address}"


def _banner(transport) -> str:
    """What the server printed before the login. get_banner() forgets it once the connection is closed."""
    handler = getattr(transport, "auth_handler", None)
    banner = (transport.get_banner() if transport is not None else None) or getattr(handler, "banner", None) or b""
    return (banner.decode("utf-8", "replace") if isinstance(banner, bytes) else str(banner)).strip()


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

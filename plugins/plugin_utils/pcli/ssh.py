# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SSH login on paramiko: host keys, keys, agent and passwords, and an error sentence for each way it fails."""

from __future__ import annotations

import logging
import os
import re
import socket

from . import hostkeys
from .errors import ConnectFailed, CutOff, LoginRefused, PcliError
from .login import Login

try:
    import paramiko
except ImportError as import_error:  # reported by connect(), with what to do
    paramiko = None
    PARAMIKO_IMPORT_ERROR: ImportError | None = import_error
else:
    PARAMIKO_IMPORT_ERROR = None
    # Whoever wants paramiko's log sets up logging; without that, Python would print its tracebacks to the terminal.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())

# While a host boots or goes down, PAM turns everybody away with words like these although the password is right.
_NOT_YET = re.compile(r"booting up|shutting down|going down|not permitted to log in yet|nologin", re.I)


def connect(login: Login) -> paramiko.SSHClient:
    """Log in once.

    Raises ConnectFailed (nobody there, or not ready), CutOff, HostKeyRefused, LoginRefused. A password is tried once
    and never again: six failures lock an account for half an hour (config_access_mgmt).
    """
    if paramiko is None:
        raise PcliError(
            "The Python library paramiko is needed on the controller and cannot be imported "
            f"({PARAMIKO_IMPORT_ERROR}). Install it for the Python that runs Ansible: python3 -m pip install paramiko"
        )
    trusted = hostkeys.trusted(login) if login.host_key_checking else []
    use_agent = login.allow_agent and login.password is None
    key, key_problem = load_key(login) if login.key_file else (None, None)
    if key_problem and not (use_agent and key_problem.agent_may_help):
        raise key_problem
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(hostkeys.policy(login, trusted))
    try:
        client.connect(
            hostname=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            pkey=key,
            passphrase=login.key_passphrase,
            # A password that was given is what the user wants tried; keys that are lying about would only
            # use up the server's patience (MaxAuthTries).
            allow_agent=use_agent,
            look_for_keys=login.look_for_keys and login.password is None and login.key_file is None,
            timeout=login.connect_timeout,
            banner_timeout=login.connect_timeout,
            auth_timeout=login.connect_timeout,
            disabled_algorithms=hostkeys.only([one.get_name() for one in trusted]),
            sock=_socket(login),
        )
    except PcliError:
        client.close()
        raise
    except Exception as error:
        problem = explain(error, login, client.get_transport(), bool(trusted))
        client.close()
        if key_problem and isinstance(problem, LoginRefused):
            problem = key_problem
        raise problem from error
    if login.keepalive > 0:
        # An idle line through a firewall stays open, and one whose other end is gone is noticed (see _socket).
        client.get_transport().set_keepalive(max(1, int(login.keepalive)))
    return client


def _socket(login: Login) -> socket.socket:
    """A connection on which a node that vanishes without a word is noticed: what is sent must be acknowledged."""
    sock = socket.create_connection((login.host, login.port), timeout=login.connect_timeout)
    if login.keepalive > 0 and hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(4 * max(1.0, login.keepalive) * 1000))
    return sock


# -- keys ---------------------------------------------------------------------------------------------------------


class KeyProblem(LoginRefused):
    """The key file cannot be used. ``agent_may_help``: a running ssh-agent may hold the key all the same."""

    agent_may_help = False


def load_key(login: Login) -> tuple[paramiko.PKey | None, KeyProblem | None]:
    """The private key of a login, with the certificate beside it; or what is wrong with the file."""
    path = os.path.expanduser(login.key_file)
    who = f"The key file {login.key_file} for {_who(login)}"
    try:
        with open(path, "rb"):
            pass
    except FileNotFoundError:
        return None, KeyProblem(f"{who} does not exist on the controller. Check ansible_ssh_private_key_file.")
    except OSError as error:
        return None, KeyProblem(f"{who} may not be read: {error.strerror}. Check what it is, its owner and its mode.")
    encrypted, reason = False, ""
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            key = kind.from_private_key_file(path, login.key_passphrase)
            if os.path.isfile(path + "-cert.pub"):
                key.load_certificate(path + "-cert.pub")
            return key, None
        except paramiko.PasswordRequiredException:
            encrypted = True
        except Exception as error:  # each kind of key, and each release of paramiko, says it in its own way
            reason = str(error)
    if encrypted:
        problem = KeyProblem(
            f"{who} is encrypted. Load it into an ssh-agent (ssh-add), or give its passphrase in "
            "ansible_ssh_private_key_passphrase."
        )
        problem.agent_may_help = True
    elif login.key_passphrase is not None:
        problem = KeyProblem(
            f"{who} cannot be opened with the passphrase in ansible_ssh_private_key_passphrase, or is no private key "
            "of a known kind (ed25519, ecdsa, rsa); ssh-keygen -p -f FILE rewrites an old format."
        )
    else:
        problem = KeyProblem(
            f"{who} is no private key of a known kind (ed25519, ecdsa, rsa): {reason[:200] or 'unreadable'}. Give "
            "the private key, not the .pub file; ssh-keygen -p -f FILE rewrites an old format."
        )
    return None, problem


# -- what went wrong ----------------------------------------------------------------------------------------------


def explain(error: Exception, login: Login, transport, trusted: bool) -> PcliError:
    """One sentence for each way a login fails. ``trusted``: was there a host key to compare with?"""
    if isinstance(error, (socket.gaierror, UnicodeError)):
        reason = getattr(error, "strerror", None) or error
        return ConnectFailed(f"The name {login.host} cannot be resolved ({reason}). Check ansible_host.")
    if isinstance(error, paramiko.PasswordRequiredException):
        return LoginRefused(
            f"The keys in ~/.ssh that could be tried as {_who(login)} are encrypted. Load the right one into an "
            "ssh-agent (ssh-add), or name it in ansible_ssh_private_key_file and give its passphrase in "
            "ansible_ssh_private_key_passphrase."
        )
    if isinstance(error, paramiko.AuthenticationException):
        return _explain_auth(error, login, transport)
    if isinstance(error, paramiko.SSHException):
        return _explain_ssh(error, login, trusted)
    if isinstance(error, (OSError, EOFError)):
        return ConnectFailed(
            f"Nobody answers SSH at {login.address}: {_reason(error)}. Check ansible_host and ansible_port, and "
            "that the node is up and lets this controller in."
        )
    return ConnectFailed(f"The SSH connection to {login.address} failed: {type(error).__name__}: {error}.")


def _explain_ssh(error: Exception, login: Login, trusted: bool) -> PcliError:
    text = str(error)
    if trusted and "host key" in text.lower():
        return hostkeys.changed(login, "none of the known types")
    if "No authentication methods" in text:
        return LoginRefused(
            f"There is nothing to log in with as {_who(login)}. Set ansible_password or ansible_ssh_private_key_file, "
            "or run an ssh-agent."
        )
    if "banner" in text.lower():
        return ConnectFailed(
            f"Something at {login.address} takes the connection but does not speak SSH ({text}). Check ansible_port; "
            "a node that is starting, or has too many logins at once, does so too, and then it helps to try again."
        )
    if "No existing session" in text:  # how paramiko says that the key exchange has not come to its end in time
        text = "no answer in time"
    return ConnectFailed(
        f"The SSH connection to {login.address} could not be set up: {text or type(error).__name__}. If it is not a "
        "node that is starting, compare the algorithms of its SSH server with those of paramiko."
    )


def _explain_auth(error: Exception, login: Login, transport) -> PcliError:
    words = _banner(transport)
    if _NOT_YET.search(words) or _NOT_YET.search(str(error)):
        return ConnectFailed(
            f"{login.address} lets nobody in at the moment: {words or error} It passes once the node has started."
        )
    if found := re.search(r"shut down|EOF|(time-?out)", str(error)):
        how = "did not answer in time" if found[1] else "closed the connection"
        return CutOff(
            f"{login.address} {how} in the middle of the login as {login.user or 'the current user'}. A node that is "
            "restarting does so, and one that counts too many failed logins."
        )
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
        f"The login as {_who(login)} with {with_what} was refused.{hint} It was tried once and is not tried again, "
        "since six failures lock an account for half an hour. Check ansible_user and ansible_password or "
        "ansible_ssh_private_key_file, and on the node 'show user lock-status'."
    )


def _who(login: Login) -> str:
    return f"{login.user or 'the current user'} at {login.address}"


def _banner(transport) -> str:
    """What the server said before the login. get_banner() has forgotten it once the connection is closed."""
    handler = getattr(transport, "auth_handler", None)
    banner = (transport.get_banner() if transport is not None else None) or getattr(handler, "banner", None) or b""
    return (banner.decode("utf-8", "replace") if isinstance(banner, bytes) else str(banner)).strip()


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

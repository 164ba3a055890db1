# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs in over SSH with paramiko: host keys, keys, agent and passwords, and one clear error for each failure."""

from __future__ import annotations

import logging
import re
import socket

from . import hostkeys
from .algorithms import CHOOSE_ALGORITHMS, offered
from .authentication import Authentication
from .errors import ConnectFailed, CutOff, LoginRefused, PcliError
from .keys import Identities
from .login import Login, user_of
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

#: The lists in the first message of a server, in their order; ``in`` is what it receives.
OFFERED = (
    "key exchanges", "host keys", "ciphers in", "ciphers out", "MACs in", "MACs out", "compressions in",
    "compressions out",
)  # fmt: skip


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
    _check_secrets(login)
    client, trusted = paramiko.SSHClient(), []
    identities: Identities | None = None
    try:
        user = user_of(login)
        trusted = hostkeys.trusted(login) if login.checks_host_key else []
        identities = Identities(login)
        client.set_missing_host_key_policy(hostkeys.policy(login, trusted))
        client.connect(
            hostname=login.host,
            port=login.port,
            username=user,
            timeout=login.connect_timeout,
            banner_timeout=login.connect_timeout,
            auth_timeout=login.connect_timeout,
            disabled_algorithms=hostkeys.only([host_key.get_name() for host_key in trusted], login.host_key_algorithms),
            sock=transport or direct(login),
            transport_factory=_transport_class(login),
            auth_strategy=Authentication(login, user, identities),
        )
    except PcliError:
        _close(client, transport)
        raise
    except Exception as error:
        problem = explain(error, login, client.get_transport(), bool(trusted))
        _close(client, transport)
        raise problem from error
    finally:
        if identities is not None:
            identities.close()
    if login.keepalive > 0:
        # Keeps an idle connection through a firewall open, and detects a vanished peer (see transport.direct).
        client.get_transport().set_keepalive(max(1, int(login.keepalive)))
    return client


def _transport_class(login: Login) -> type:
    class Transport(paramiko.Transport):
        """Offers what the login chooses. Keeps what the server offers and says at the end, which paramiko only logs."""

        farewell = ""
        #: The algorithms of the server by their kind, as its first message lists them (RFC 4253, 7.1).
        offer: dict[str, tuple[str, ...]] = {}

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            security = self.get_security_options()
            for option, patterns in login.algorithms:
                name = CHOOSE_ALGORITHMS[option]
                setattr(security, name, offered(option, getattr(security, name), patterns))

        def _parse_kex_init(self, m):
            lists = paramiko.Message(m.asbytes())
            lists.get_bytes(16)
            self.offer = {kind: tuple(lists.get_list()) for kind in OFFERED}
            super()._parse_kex_init(m)

        def _parse_disconnect(self, m):
            m.get_int()
            self.farewell = m.get_text()
            m.rewind()
            super()._parse_disconnect(m)

    return Transport


def _check_secrets(login: Login) -> None:
    """Refuse a secret that ends in a line break, before it is sent: it is hardly ever meant so."""
    for variable, secret in ((login.names.password, login.password), (login.names.passphrase, login.key_passphrase)):
        if secret is not None and secret.endswith(("\n", "\r")) and not login.secrets_as_they_are:
            raise LoginRefused(
                f"{variable} for {login.who} ends in a line break, so it was not sent. Was it encrypted with echo? Use "
                "printf %s SECRET | ansible-vault encrypt_string --stdin-name NAME, or type it without Enter before "
                "Ctrl+D. If the line break belongs to it, set ansible_pcli_secrets_as_they_are: true."
            )


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


# -- what went wrong ----------------------------------------------------------------------------------------------


def explain(error: Exception, login: Login, transport, trusted: bool) -> PcliError:
    """The error for a failed login, with one clear message. ``trusted``: there was a host key to compare with."""
    if isinstance(error, (socket.gaierror, UnicodeError)):
        reason = getattr(error, "strerror", None) or error
        return ConnectFailed(f"The name {login.host} cannot be resolved ({reason}). Check {login.names.host}.")
    if isinstance(error, paramiko.PasswordRequiredException):
        return LoginRefused(
            f"The keys in ~/.ssh that could be tried as {login.who} are encrypted. Load the right one into an "
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
    # Neither the network nor the node raises such an error, so nothing is said about them.
    fips = " In FIPS mode MD5 and other old algorithms are missing." if isinstance(error, ValueError) else ""
    return PcliError(
        f"The login as {login.who} failed on the controller itself: {type(error).__name__}: {error}.{fips} Check the "
        "Python libraries paramiko and cryptography there."
    )


def _explain_ssh(error: Exception, login: Login, trusted: bool) -> PcliError:
    text = str(error)
    if trusted and "host key" in text.lower():
        return hostkeys.changed(login, "none of the known types")
    if "No authentication methods" in text:
        return LoginRefused(
            f"There is nothing to log in with as {login.who}. Set {login.names.password} or {login.names.key_file}, "
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
            f"{login.address} {how} in the middle of the login as {login.shown_user}. A node does so "
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
        f"The login as {login.who} with {with_what} was refused.{hint} It was tried once and is not tried again, "
        f"since six failures lock an account for half an hour. Check {login.names.user} and {login.names.password} or "
        f"{login.names.key_file}{login.names.account}."
    )


def _banner(transport) -> str:
    """What the server printed before the login. get_banner() forgets it once the connection is closed."""
    handler = getattr(transport, "auth_handler", None)
    banner = (transport.get_banner() if transport is not None else None) or getattr(handler, "banner", None) or b""
    return (banner.decode("utf-8", "replace") if isinstance(banner, bytes) else str(banner)).strip()


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

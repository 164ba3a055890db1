# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the arguments for OpenSSH in an inventory, as far as this connection can honour them.

OpenSSH is not run. An argument that cannot be honoured is an error with a clear message, rather than being ignored.
As with OpenSSH, the first value of an option counts.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from .errors import PcliError
from .login import KNOWN_HOSTS, PASSWORD_METHODS, Login, read_address
from .ssh_options import canonical, changes_nothing

#: Options that turn off something that does not exist here; with any other value they are refused.
_OFF = ("forwardagent", "forwardx11", "forwardx11trusted", "permitlocalcommand", "tunnel")

#: What to set instead of an option of OpenSSH.
INSTEAD = {
    "identityfile": "ansible_ssh_private_key_file",
    "pkcs11provider": "ansible_ssh_private_key_file, or ansible_password,",
    "securitykeyprovider": "ansible_ssh_private_key_file, or ansible_password,",
    "user": "ansible_user",
    "port": "ansible_port",
    "hostname": "ansible_host",
    "hostkeyalias": "ansible_pcli_host_keys",
}

_LETTERS = {"J": "proxyjump", "i": "identityfile", "l": "user", "p": "port"}
_HARMLESS_LETTERS = frozenset("aCknqTvx")
_YES, _NO = ("yes", "true"), ("no", "false")
_ASSIGNMENT = re.compile(r"([A-Za-z0-9]+)\s*(?:=\s*|\s+)(.*\S)\s*", re.DOTALL)
_USER = re.compile(r"[^\s\-@:/,'\"`$\\;&<>|()][^\s@:/,'\"`$\\;&<>|()]*")
_ENVIRONMENT = re.compile(r"\$\{([^}]+)\}")
_SHELL = re.compile(r"[`$;&|<>(){}*?!\n]")


@dataclass(frozen=True)
class Hop:
    """One jump host, as ProxyJump names it."""

    host: str
    port: int | None = None
    user: str | None = None


@dataclass(frozen=True)
class SshArgs:
    """What the arguments request. None: they do not mention it."""

    hops: tuple[Hop, ...] = ()
    proxy_command: tuple[str, ...] = ()
    host_key_checking: bool | None = None
    known_hosts: tuple[str, ...] | None = None
    certificate_file: str | None = None
    connect_timeout: float | None = None
    keepalive: float | None = None
    identities_only: bool | None = None
    agent_socket: str | None = None
    address_family: str | None = None
    password_methods: tuple[str, ...] | None = None
    #: What forbids keys, as it is written.
    without_keys: str = ""

    def applied(self, login: Login) -> Login:
        """The login to the node with the requested settings, except the jump hosts and the proxy.

        A password and a key file of the inventory go before what is forbidden. Raises PcliError if there is neither,
        and no key may be tried.
        """
        fields = (
            "host_key_checking",
            "known_hosts",
            "certificate_file",
            "connect_timeout",
            "keepalive",
            "identities_only",
            "agent_socket",
            "address_family",
            "password_methods",
        )
        if self.without_keys and login.password is None and not login.key_file:
            raise PcliError(
                f"{self.without_keys} leaves nothing to log in with as {login.who}: no key may be tried, and there is "
                f"no password. Set {login.names.password} or {login.names.key_file}."
            )
        asked = {name: getattr(self, name) for name in fields if getattr(self, name) is not None}
        return replace(login, **asked)


def read_ssh_args(
    texts: Mapping[str, str | None], file: str = "", file_options: Mapping[str, str] | None = None
) -> SshArgs:
    """Read arguments for OpenSSH: variable -> text, in the order of the command line. Raises PcliError.

    ``file_options`` come last: those of ``file``, by their names in lower case.
    """
    options: dict[str, tuple[str, str]] = {}
    given = [(variable, *entry) for variable, text in texts.items() for entry in _options(variable, text or "")]
    for variable, option, value in [*given, *((file, *entry) for entry in (file_options or {}).items())]:
        options.setdefault(option, (variable, value))
        if option in ("proxyjump", "proxycommand"):  # whichever comes first excludes the other (ssh_config)
            other = "proxycommand" if option == "proxyjump" else "proxyjump"
            options.setdefault(other, (variable, "none"))
    values = {option: READERS[option](*options[option]) for option in READERS if option in options}
    return SshArgs(
        hops=values.get("proxyjump", ()),
        proxy_command=values.get("proxycommand", ()),
        host_key_checking=values.get("stricthostkeychecking"),
        known_hosts=_known_hosts(values.get("userknownhostsfile"), values.get("globalknownhostsfile")),
        certificate_file=values.get("certificatefile"),
        connect_timeout=values.get("connecttimeout"),
        keepalive=values.get("serveraliveinterval"),
        identities_only=values.get("identitiesonly"),
        agent_socket=values.get("identityagent"),
        address_family=values.get("addressfamily"),
        password_methods=_password_methods(values),
        without_keys=_without_keys(values, options),
    )


def _options(variable: str, text: str) -> Iterator[tuple[str, str]]:
    """(option, value) of each option that must be honoured. Raises PcliError for one that cannot be."""
    try:
        words = iter(shlex.split(text))
    except ValueError as error:
        raise PcliError(f"{variable} cannot be read as arguments: {error}. Check its quotes.") from error
    last = "its beginning"
    for word in words:
        if not word.startswith("-") or word in ("-", "--"):
            # The word itself may be part of a secret.
            raise PcliError(
                f"{variable} contains something that is not an option, after {last}. Quote a value with blanks: "
                "-o ProxyCommand='ssh -W %h:%p bastion'."
            )
        letters = word[1:]
        while letters and letters[0] in _HARMLESS_LETTERS:
            letters = letters[1:]
        if not letters:
            continue
        letter, value = letters[0], letters[1:]
        if letter != "o" and letter not in _LETTERS:
            raise PcliError(f"{variable} holds the option -{letter}, which this connection cannot honour. {_CAN}")
        value = value or next(words, "")
        if not value:
            raise PcliError(f"{variable} ends with -{letter}, which needs a value.")
        option = _LETTERS.get(letter, "")
        if letter == "o":
            option, value = _assignment(variable, value)
        last = f"-o {option}" if letter == "o" else f"-{letter}"
        if _must_be_honoured(variable, option, value):
            yield canonical(option), value


def _assignment(variable: str, text: str) -> tuple[str, str]:
    match = _ASSIGNMENT.fullmatch(text)
    if not match:
        name = re.match(r"[A-Za-z0-9]*", text)[0]
        raise PcliError(f"{variable} holds '-o {name}' without a value. Write it as -o Name=value.")
    return match[1], match[2]


def _must_be_honoured(variable: str, option: str, value: str) -> bool:
    name = canonical(option)
    if name in READERS:
        return True
    if changes_nothing(name, value) or (name in _OFF and value.lower() in _NO):
        return False
    what = f" Set {INSTEAD[name]} instead." if name in INSTEAD else ""
    raise PcliError(
        f"{variable} holds the option {option}, which this connection cannot honour: it does not go through OpenSSH."
        f"{what} {_CAN}"
    )


# -- one reader for each option ---------------------------------------------------------------------------------------


def _read_jumps(variable: str, text: str) -> tuple[Hop, ...]:
    if text.lower() == "none":
        return ()
    return tuple(_read_hop(variable, part.strip()) for part in text.split(","))


def _read_hop(variable: str, text: str) -> Hop:
    where = f"ProxyJump in {variable}"
    user, at, address = text.removeprefix("ssh://").rpartition("@")
    if at and not _USER.fullmatch(user):
        raise PcliError(
            f"{where} names an invalid user for {address}. Write user@host or user@host:port; a password belongs in "
            "ansible_pcli_jump_password."
        )
    host, port = read_address(address.removesuffix("/"), where)
    return Hop(host, port, user or None)


def _read_command(variable: str, text: str) -> tuple[str, ...]:
    """The words of a ProxyCommand. Without a shell, nothing in an address can become a command."""
    if text.lower() == "none":
        return ()
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise PcliError(f"ProxyCommand in {variable} cannot be read: {error}. Check its quotes.") from error
    if words[:1] == ["exec"]:
        words = words[1:]
    shell = next((special[0] for word in words if (special := _SHELL.search(word))), None)
    if shell or not words:
        why = f"contains {shell!r}" if shell else "names no program"
        raise PcliError(
            f"ProxyCommand in {variable} {why}. It is run without a shell, so write one program and its arguments, or "
            "put what needs a shell into a script."
        )
    unknown = re.search(r"%(?![%hnpr])", " ".join(words).replace("%%", ""))
    if unknown:
        raise PcliError(f"ProxyCommand in {variable} may contain only %h, %n, %p, %r and %%.")
    return tuple(os.path.expanduser(word) if word.startswith("~/") else word for word in words)


def _read_strict(variable: str, text: str) -> bool:
    value = text.lower()
    if value in (*_YES, "ask"):  # nobody can be asked
        return True
    if value in (*_NO, "off"):
        return False
    raise PcliError(
        f"StrictHostKeyChecking in {variable} is '{text}', and this connection knows only yes and no: it writes no "
        "known_hosts. Pin the keys in ansible_pcli_host_keys, or add them with ssh-keyscan."
    )


def _read_only_files(variable: str, text: str) -> bool | None:
    """IdentitiesOnly: True if only keys of the agent that belong to a key file may be used; None if nothing changes."""
    return True if text.lower() in _YES else None


def with_environment(variable: str, text: str) -> str:
    """A path with the variables of the environment in it (``${NAME}``). Raises PcliError for one that is not set."""

    def value_of(match: re.Match) -> str:
        if match[1] not in os.environ:
            raise PcliError(f"{variable} holds '{text}', and the environment has no variable {match[1]}.")
        return os.environ[match[1]]

    return _ENVIRONMENT.sub(value_of, text)


def _read_files(variable: str, text: str) -> tuple[str, ...]:
    if text.lower() == "none":
        return ()
    if "%" in text:
        raise PcliError(f"A file in {variable} is '{text}'. Write its path without %.")
    try:
        return tuple(with_environment(variable, file) for file in shlex.split(text))
    except ValueError as error:
        raise PcliError(
            f"A file in {variable} is '{text}', which cannot be read: {error}. Check its quotes."
        ) from error


def _read_file(variable: str, text: str) -> str | None:
    files = _read_files(variable, text)
    return files[0] if files else None


def _read_agent(variable: str, text: str) -> str | None:
    """IdentityAgent: the path of a socket, "none" for no agent, or None for that of the environment."""
    if text.lower() in ("none", "ssh_auth_sock"):
        return "none" if text.lower() == "none" else None
    path = "${" + text[1:] + "}" if re.fullmatch(r"\$\w+", text) else text
    if "%" in path:
        raise PcliError(f"IdentityAgent in {variable} is '{text}'. Write its path without %.")
    return os.path.expanduser(with_environment(variable, path))


def _read_family(variable: str, text: str) -> str:
    if text.lower() not in ("any", "inet", "inet6"):
        raise PcliError(f"AddressFamily in {variable} is '{text}'. It is any, inet or inet6.")
    return text.lower()


def _read_methods(_variable: str, text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(","))


def _read_allowed(_variable: str, text: str) -> bool:
    return text.lower() not in _NO


def _password_methods(values: Mapping[str, object]) -> tuple[str, ...] | None:
    """How a password may be sent, in this order; None if nothing is said of that, or it is forbidden altogether."""
    if not {"preferredauthentications", "passwordauthentication", "kbdinteractiveauthentication"} & set(values):
        return None
    preferred = values.get("preferredauthentications") or PASSWORD_METHODS
    allowed = {
        "password": values.get("passwordauthentication", True),
        "keyboard-interactive": values.get("kbdinteractiveauthentication", True),
    }
    return tuple(name for name in preferred if allowed.get(name)) or None


def _without_keys(values: Mapping[str, object], options: Mapping[str, tuple[str, str]]) -> str:
    """The option that forbids keys, with where it is written; empty if none does."""
    if values.get("pubkeyauthentication") is False:
        name = "pubkeyauthentication"
    elif "publickey" not in (values.get("preferredauthentications") or ("publickey",)):
        name = "preferredauthentications"
    else:
        return ""
    variable, value = options[name]
    return f"'{name} {value}' in {variable}"


def _read_seconds(variable: str, text: str) -> float | None:
    if text.lower() == "none":
        return None
    if not text.isascii() or not text.isdigit():
        raise PcliError(f"{variable} contains '{text}' as a number of seconds. Write a plain number.")
    return float(text)


def _read_timeout(variable: str, text: str) -> float | None:
    return _read_seconds(variable, text) or None  # 0: the default


READERS = {
    "proxyjump": _read_jumps,
    "proxycommand": _read_command,
    "stricthostkeychecking": _read_strict,
    "userknownhostsfile": _read_files,
    "globalknownhostsfile": _read_files,
    "certificatefile": _read_file,
    "connecttimeout": _read_timeout,
    "serveraliveinterval": _read_seconds,
    "identitiesonly": _read_only_files,
    "identityagent": _read_agent,
    "addressfamily": _read_family,
    "preferredauthentications": _read_methods,
    "passwordauthentication": _read_allowed,
    "kbdinteractiveauthentication": _read_allowed,
    "pubkeyauthentication": _read_allowed,
}
_CAN = (
    "It can do ProxyJump, ProxyCommand, StrictHostKeyChecking, UserKnownHostsFile, GlobalKnownHostsFile, "
    "CertificateFile, IdentitiesOnly, IdentityAgent, ConnectTimeout, ServerAliveInterval, AddressFamily, "
    "PreferredAuthentications and what allows or forbids its methods. Give these hosts arguments of their own."
)


def _known_hosts(user: tuple[str, ...] | None, everybody: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if user is None and everybody is None:
        return None
    return (*(KNOWN_HOSTS[:1] if user is None else user), *(KNOWN_HOSTS[1:] if everybody is None else everybody))

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads ~/.ssh/config with paramiko's reader: what it says of one host, behind the variables of the inventory.

What concerns people at a terminal is left out. Any other option that this connection cannot honour is an error that
names it, since a login without it would be another one.
"""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from .algorithms import CHOOSE_ALGORITHMS
from .errors import PcliError
from .login import Login
from .ssh_args import INSTEAD, READERS, with_environment
from .ssh_options import canonical, changes_nothing, ignores

try:
    import paramiko
except ImportError:  # ssh.connect() says what to do
    paramiko = None

_DEPTH = 16  # as OpenSSH

#: Options for a terminal, for forwarding, and for OpenSSH's own way of working.
_FOR_PEOPLE = frozenset(
    (
        *("sendenv", "setenv", "forwardagent", "forwardx11", "forwardx11trusted", "forwardx11timeout", "tunnel"),
        *("localforward", "remoteforward", "dynamicforward", "clearallforwardings", "gatewayports", "escapechar"),
        *("permitlocalcommand", "usekeychain", "ignoreunknown", "xauthlocation", "enableescapecommandline"),
        *("stdinnull", "logverbose", "syslogfacility", "streamlocalbindmask", "streamlocalbindunlink", "rekeylimit"),
        *("connectionattempts", "connecttimeout", "serveraliveinterval", "obscurekeystroketiming"),
        *("channeltimeout", "permitremoteopen", "versionaddendum"),
        # These are for the reader itself.
        *("canonicalizehostname", "canonicaldomains", "canonicalizemaxdots", "canonicalizefallbacklocal"),
        *("canonicalizepermittedcnames", "tag"),
    )
)
#: Only with these values: others are for the inventory to say.
_CHECKING = ("yes", "ask", "true")
_OWN = frozenset(("hostname", "port", "user", "identityfile", "hostkeyalgorithms", *CHOOSE_ALGORITHMS))
_BLOCK = re.compile(r"^\s*(?:host|match)\b", re.I | re.M)
_INCLUDE = re.compile(r"^\s*include(?:\s*=\s*|\s+)(?P<patterns>.*\S)\s*$", re.I)
_MATCH = re.compile(r"^\s*match(?:\s*=\s*|\s+)(?P<criteria>.*\S)\s*$", re.I | re.M)
#: Criteria of Match that paramiko judges, those without a value first. Others run a program (exec), or are taken for
#: fulfilled because it does not know them.
_ALONE = ("all", "canonical", "final")
_JUDGED = (*_ALONE, "host", "originalhost", "user", "localuser")
#: Options whose values may be several files, or one with blanks in its name, in quotes.
_FILES = re.compile(
    r"^(?P<option>\s*(?:userknownhostsfile|globalknownhostsfile|certificatefile))(?:\s*=\s*|\s+)(?P<files>.*\S)\s*$",
    re.I | re.M,
)
#: OpenSSH leaves out a word that begins with #, and what follows it. Commands go to a shell as they are.
_COMMENT = re.compile(
    r"^(?P<kept>[ \t]*(?!(?:proxy|local|remote|knownhosts)command\b)[a-z0-9]+(?:[ \t]*=[ \t]*|[ \t]+)"
    r"(?:(?!\#)(?:\\.|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[^\s\"'\\])+[ \t]+)*)\#.*$",
    re.I | re.M,
)
_PLACEHOLDER = re.compile(r"%[A-Za-z]")
#: Stands in a block for the criterion that was taken out of its Match: an option that nobody has.
_NOT_JUDGED = "ssrnotjudged"


@dataclass(frozen=True)
class HostConfig:
    """What the file says of one host. None: nothing. ``options`` are those that read_ssh_args reads as well."""

    hostname: str
    port: int | None = None
    user: str | None = None
    identity_files: tuple[str, ...] | None = None
    host_key_algorithms: str | None = None
    algorithms: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


def read_ssh_config(
    file: str | None, host: str, port: int | None = None, user: str | None = None, settled: Collection[str] = ()
) -> HostConfig:
    """What ``file`` says of ``host``, beside the port and the user of the inventory.

    ``settled``: options (in lower case) for which the inventory has a variable that is set. Raises PcliError.
    """
    path = os.path.expanduser(file or "")
    if not file or paramiko is None or not os.path.isfile(path):
        return HostConfig(host)
    text = _FILES.sub(_with_quotes_kept, _MATCH.sub(_judged_alone, _with_includes(path)))
    # The first value of an option counts.
    known = [f"Port {port}" if port else "", f"User {user}" if user else ""]
    try:
        found = paramiko.SSHConfig.from_text("\n".join([*known, text])).lookup(host)
    except Exception as error:  # that of a line it cannot read, of an account without a name, of a resolver
        reason = f"{type(error).__name__}: {error}"
        raise PcliError(f"{file} on the controller cannot be read for {host} ({reason}). {_OFF}") from error
    if _NOT_JUDGED in found:
        raise _refusal(file, f"Match {found[_NOT_JUDGED]}", "Write Host blocks instead.")
    options: dict = {}
    for name in sorted(found, key=lambda name: canonical(name) != name):  # of two names for one, that of OpenSSH
        options.setdefault(canonical(name), "none" if found[name] is None else found[name])
    options = {name: value for name, value in options.items() if name not in settled}
    ignored = str(options.get("ignoreunknown", ""))
    for name, value in options.items():
        if name in READERS or not ignores(ignored, name):
            _check(file, name, str(value))
    return HostConfig(
        hostname=found["hostname"],
        port=_port(file, found["port"]) if "port" in found else None,
        user=found.get("user"),
        identity_files=_identity_files(file, options["identityfile"]) if "identityfile" in options else None,
        host_key_algorithms=options.get("hostkeyalgorithms"),
        algorithms=tuple((name, options[name]) for name in CHOOSE_ALGORITHMS if name in options),
        options={name: value for name, value in options.items() if name in READERS and name not in _FOR_PEOPLE},
    )


def with_ssh_config(login: Login, config: HostConfig) -> Login:
    """The login with what the file says of its host; the user of the login comes first."""
    more = {} if config.identity_files is None else {"identity_files": config.identity_files}
    return replace(
        login,
        host=config.hostname,
        port=config.port or login.port,
        user=login.user or config.user,
        host_key_algorithms=config.host_key_algorithms,
        algorithms=config.algorithms,
        **more,
    )


def refuse_own_proxy(file: str, jump_host: str, config: HostConfig) -> None:
    """Raise PcliError for a jump host that is reached through another one, unless it is meant for all other hosts."""
    for name in ("proxyjump", "proxycommand"):
        value = config.options.get(name, "none")
        if value.lower() != "none" and not (name == "proxyjump" and value.rpartition("@")[2] == jump_host):
            hint = (
                f"Name all jump hosts in one ProxyJump, in the order in which they are passed; {jump_host} has its own."
            )
            raise _refusal(file, f"{name} {value}", hint)


def _with_includes(path: str, depth: int = 0) -> str:
    """The text of a file, with the files that it includes before its first block."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            text = _COMMENT.sub(r"\g<kept>", stream.read())
    except OSError as error:
        raise PcliError(f"{path} on the controller cannot be read: {error.strerror}. {_OFF}") from error
    first = _BLOCK.search(text)
    head, rest = (text[: first.start()], text[first.start() :]) if first else (text, "")
    lines: list[str] = []
    for line in head.splitlines():
        match = _INCLUDE.match(line)
        if not match:
            lines.append(line)
            continue
        if depth >= _DEPTH:
            raise _refusal(path, "Include", f"Files include each other more than {_DEPTH} times.")
        for pattern in match["patterns"].replace('"', "").split():
            full = os.path.join(os.path.expanduser("~/.ssh"), os.path.expanduser(pattern))
            for name in sorted(glob.glob(full)):
                lines += [_with_includes(name, depth + 1), "Host *"]  # what follows is not part of its last block
    return "\n".join([*lines, rest])


def _judged_alone(match: re.Match) -> str:
    """A line of Match without what cannot be judged, and with a mark of that in its block.

    The block counts only where all else is fulfilled, and there the mark is seen.
    """
    try:
        words = shlex.split(match["criteria"])
    except ValueError:
        return match[0]  # the reader says what is wrong with it
    judged: list[str] = []
    left_out = ""
    while words:
        criterion, assigned, value = words.pop(0).partition("=")
        name = criterion.lower().lstrip("!")
        values = [] if name in _ALONE else [value] if assigned else words[:1]
        if values and not assigned:
            del words[0]
        if name in _JUDGED:
            judged += [criterion, *map(shlex.quote, values)]
        else:
            left_out = left_out or name
    mark = f"\n{_NOT_JUDGED} {left_out}" if left_out else ""
    return f"Match {' '.join(judged) or 'all'}{mark}"


def _with_quotes_kept(match: re.Match) -> str:
    """A line with files in single quotes: the reader takes away double ones at both ends, whatever is between them."""
    try:
        return f"{match['option']} {shlex.join(shlex.split(match['files']))}"
    except ValueError:
        return match[0]  # see _read_files


def _check(file: str, name: str, value: str) -> None:
    """Raise PcliError for an option that cannot be honoured."""
    if name in _OWN or name in _FOR_PEOPLE or changes_nothing(name, value):
        return
    if name == "stricthostkeychecking" and value.lower() not in _CHECKING:
        raise _refusal(file, f"{name} {value}", _instead(name))
    if name not in READERS:
        raise _refusal(file, name, _instead(name))


def _instead(name: str) -> str:
    if name == "include":
        return "Include is read before the first Host or Match only; move it there."
    if name == "stricthostkeychecking":
        return "Set ansible_host_key_checking, or pin the keys in ansible_pcli_host_keys."
    return f"Set {INSTEAD[name]} instead." if name in INSTEAD else ""


def _refusal(file: str, what: str, hint: str) -> PcliError:
    return PcliError(
        f"{file} on the controller holds '{what}' for this host, which this connection cannot honour: it does not go "
        f"through OpenSSH. {f'{hint} ' if hint else ''}{_OFF}"
    )


_OFF = "To leave the file out, set ansible_pcli_ssh_config to an empty text."


def _port(file: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise PcliError(f"{file} on the controller has the port '{text}'. Ports are numbers from 1 to 65535.")


def _identity_files(file: str, names: list[str]) -> tuple[str, ...]:
    """The key files. Raises PcliError for a placeholder that the reader does not know."""
    files = [with_environment(file, name) for name in names if name.lower() != "none"]
    unknown = next((name for name in files if _PLACEHOLDER.search(name)), None)
    if unknown:
        raise _refusal(file, f"identityfile {unknown}", "It can do %C, %d, %h, %l, %r and %u.")
    return tuple(os.path.expanduser(name) for name in files)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the nodes of a conductor are, as a user writes it into an inventory file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..software.names import check_word

try:
    import netaddr
except ImportError as import_error:  # reported by split_address(), with what to do
    netaddr = None
    NETADDR_IMPORT_ERROR: ImportError | None = import_error
else:
    NETADDR_IMPORT_ERROR = None

KEYS = ("address", "name", "node")

_PORT = re.compile(r"[0-9]{1,5}")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
#: Names that mean something to Ansible: plays on localhost would go to a host that is called 127.0.0.1.
RESERVED = ("all", "ungrouped", "localhost", "127.0.0.1")
#: Groups of ours. A host and a group of one name cannot be told apart in a limit.
GROUP_NAME = re.compile(r"ssr_(conductors|routers|pairs|singles|(state|install_type|version|release)_\w+)")


class AddressError(ValueError):
    """An entry of ``conductors`` that cannot be used. Its text says which one, and how to write it."""


@dataclass(frozen=True)
class ConductorAddress:
    """A conductor node: its name as an inventory host, its address, and the SSR's name where the user gave it."""

    name: str
    host: str
    port: int
    node: str | None = None

    @property
    def address(self) -> str:
        """Address and port, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_addresses(entries: object, port: int) -> list[ConductorAddress]:
    """The one or two nodes of a conductor. ``port`` is for those that name none. Raises AddressError, NameRefused."""
    if isinstance(entries, (str, Mapping)):
        entries = [entries]
    if not isinstance(entries, Sequence) or not 1 <= len(entries) <= 2:
        raise AddressError(
            "conductors must be a list of the one or two nodes of one conductor. Another conductor is another "
            "inventory."
        )
    if not 0 < port < 65536:
        raise AddressError(f"port is {port}, which is no port. Ports are numbers from 1 to 65535.")
    fields = [_fields(entry) for entry in entries]
    addresses = [split_address(field["address"]) for field in fields]
    ends = [(host, own or port) for host, own in addresses]
    if len(set(ends)) < len(ends):
        raise AddressError(f"conductors holds {fields[0]['address']} twice. Name each node of the conductor once.")
    alone = len({host for host, _port in ends}) == len(ends)
    nodes = [
        ConductorAddress(
            _host_name(field["name"] or _made_name(host, None if alone else number)), host, number, field["node"]
        )
        for field, (host, number) in zip(fields, ends, strict=True)
    ]
    if len({node.name for node in nodes}) < len(nodes):
        raise AddressError(f"conductors holds the name '{nodes[0].name}' twice. Give each node a name of its own.")
    return nodes


def split_address(text: object) -> tuple[str, int | None]:
    """Host and port of ``host``, ``host:port``, an IPv6 address, or ``[2001:db8::1]:22``. Raises AddressError."""
    if netaddr is None:
        raise AddressError(
            "Addresses are checked with the Python library netaddr, which cannot be imported on the controller "
            f"({NETADDR_IMPORT_ERROR}). Install it for the Python that runs Ansible: python3 -m pip install netaddr"
        )
    if not isinstance(text, str) or not text.strip():
        raise AddressError(
            f"conductors holds {text!r}, which is no address. Write it as text, for instance 192.0.2.11."
        )
    text = text.strip()
    if "://" in text or "@" in text or "/" in text:
        raise AddressError(
            f"conductors holds '{text}'. Write the bare address, without scheme, user or prefix length; the user goes "
            "into the option user."
        )
    host, port = _halves(text)
    if problem := _problem(host, bracketed=text.startswith("[")):
        raise AddressError(f"conductors holds '{text}': {problem}")
    if port is not None and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
        raise AddressError(f"conductors holds '{text}': '{port}' is no port. Ports are numbers from 1 to 65535.")
    return host, int(port) if port is not None else None


def _halves(text: str) -> tuple[str, str | None]:
    """An address and what stands behind it as a port."""
    if text.startswith("["):
        host, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise AddressError(f"conductors holds '{text}'. Write an IPv6 address with a port as [2001:db8::1]:22.")
        return host, rest[1:] if rest else None
    if text.count(":") > 1:
        return text, None
    host, colon, port = text.partition(":")
    return host, port if colon else None


def _problem(host: str, bracketed: bool) -> str | None:
    """What is wrong with a host, in a sentence; None if nothing is."""
    if bracketed or ":" in host:
        bare, percent, zone = host.partition("%")
        if netaddr.valid_ipv6(bare) and (zone or not percent):
            return None
        return f"'{host}' is no IPv6 address. Only those stand in brackets or hold several colons."
    if re.fullmatch(r"[0-9.]+", host):
        if netaddr.valid_ipv4(host, netaddr.INET_PTON):
            return None
        return f"'{host}' is no IPv4 address. It has four numbers from 0 to 255."
    labels = host.removesuffix(".").split(".")
    if len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels):
        return None
    return f"'{host}' is no name of a host. Names are made of letters, digits, '-' and '.'."


def is_reserved(name: str) -> bool:
    """Whether this name means something else to Ansible, or in this inventory."""
    return name.lower() in RESERVED or GROUP_NAME.fullmatch(name) is not None


def _fields(entry: object) -> dict:
    """An entry as a mapping of every key; an address alone is one, too."""
    if not isinstance(entry, Mapping):
        return {**dict.fromkeys(KEYS), "address": entry}
    unknown = sorted(str(key) for key in set(entry) - set(KEYS))
    if unknown or "address" not in entry:
        wrong = f"has no '{unknown[0]}'" if unknown else "needs an address"
        raise AddressError(f"An entry of conductors {wrong}. Known are: {', '.join(KEYS)}.")
    address = {key: entry.get(key) for key in KEYS}
    if address["node"] is not None:
        check_word(address["node"], "node of conductors")
    return address


def _made_name(host: str, port: int | None) -> str:
    """A name that Ansible can carry, from an address: its patterns are split at colons."""
    made = re.sub(r"[^A-Za-z0-9_.-]", "-", host).strip("-.")
    if not made or is_reserved(made):
        made = f"conductor-{made}".strip("-")
    return f"{made}-{port}" if port else made


def _host_name(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or is_reserved(name):
        raise AddressError(
            f"conductors holds the name {name!r}, which Ansible cannot use for a host. Names are made of letters, "
            f"digits, '-', '_' and '.', and are not that of a group, nor {', '.join(RESERVED)}. Put a number in quotes."
        )
    return name

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the names are in an answer: the columns and fields that hold them, and the words in front of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..pcli.blocks import Block
from ..pcli.response import Response

#: Titles of columns and keys of fields, squeezed to letters, and what stands there.
_HOLDERS = {
    "router": "router", "routername": "router", "peer": "router", "peername": "router", "peerrouter": "router",
    "node": "node", "nodename": "node", "peernode": "node", "target": "node", "localnode": "node",
    "remotenode": "node", "from": "node", "to": "node",
    "asset": "asset", "assetid": "asset",
    "hostname": "host", "host": "host", "fqdn": "host", "domain": "host",
    "user": "user", "username": "user", "owner": "user", "account": "user",
    "interface": "name", "deviceinterface": "name", "networkinterface": "name", "device": "name", "network": "name",
    "tenant": "name", "servicename": "name", "vrf": "name", "authority": "name", "site": "name", "location": "name",
    "neighborhood": "name", "resourcegroup": "name", "path": "name", "plugin": "name", "pluginname": "name",
    "community": "secret",
    "serial": "serial", "serialnumber": "serial", "chassis": "serial", "uuid": "serial",
}  # fmt: skip
_SECRET_TITLE = re.compile(r"password|passphrase|secret|token|privatekey|presharedkey|psk|credential|communitystring")
#: Commands whose column "Name" holds what a user has named.
_NAMED = re.compile(r"show (?:config exports|device-interface|network-interface|user|plugins)\b")
_TITLED = re.compile(r"show (?:assets \S|system(?: router|\Z))")


def names_in(response: Response, command: str) -> Iterator[tuple[str, str]]:
    """Each name with its kind, as the columns and fields say. What is secret has the kind ``secret``."""
    for table in response.tables:
        if table.title and ":" in table.title:
            yield from _dotted(table.title.partition(":")[2].strip(), "node")
        for column in table.columns:
            kind = _kind(column, command)
            for cell in (row.get(column, "") for row in table.rows) if kind else ():
                yield from _dotted(cell, kind)
    for block in response.blocks:
        yield from _of_block(block, command)
    for target, _words in response.disconnected:
        yield from _dotted(target, "node")


def _of_block(block: Block, command: str) -> Iterator[tuple[str, str]]:
    if block.title and _TITLED.match(command) and " " not in block.title.strip():
        yield from _dotted(block.title.strip(), "node")
    for key, value in block.fields.items():
        kind = _kind(key, command)
        if kind:
            yield from _dotted(value, kind)
    for nested in block.nested.values():
        yield from _of_block(nested, command)


def _kind(title: str, command: str) -> str | None:
    squeezed = re.sub(r"[^a-z]", "", title.lower())
    if _SECRET_TITLE.search(squeezed):
        return "secret"
    if squeezed == "name" and _NAMED.match(command):
        return "name"
    return _HOLDERS.get(squeezed)


def _dotted(cell: str, kind: str) -> Iterator[tuple[str, str]]:
    """A name; of ``node.router`` the whole is enough, since its parts stand in columns of their own as well."""
    name = cell.strip()
    if name and (kind == "secret" or not re.search(r"\s{2}|[.!?]\s", name)):
        yield re.sub(r"\.gz\Z", "", name), kind

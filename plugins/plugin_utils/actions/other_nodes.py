# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connects to other hosts than that of the task, each with its own variables: above all to the other conductor node."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader

from ..pcli.access import Access, Fallback
from ..pcli.errors import PcliError
from ..pcli.login import read_address

TRANSPORT = "sessionsmart.ssr.pcli"

CONDUCTORS = "ssr_conductors"
_FALLBACKS = "ansible_pcli_fallback_hosts"


def connection_to(action: ActionBase, variables: Mapping):
    """A connection to a host of the inventory by its own ``variables``. The keywords of the task count for it, too."""
    stdin = getattr(action._connection, "_new_stdin", None)  # asked for up to ansible-core 2.18
    extra = () if stdin is None else (stdin,)
    connection = connection_loader.get(TRANSPORT, action._play_context, *extra)
    # Ansible knows the options by the name of the file and not by that of the plugin.
    names = C.config.get_plugin_vars("connection", connection._load_name)
    own = {name: variables[name] for name in names if name in variables}
    given = {
        "password": action._play_context.password,
        "remote_user": action._task.remote_user,
        "port": action._task.port,
    }
    connection.set_options(task_keys={name: value for name, value in given.items() if value}, var_options=own)
    return connection


def fallbacks_of(action: ActionBase, host: str, task_vars: Mapping) -> tuple[Fallback, ...]:
    """Where to continue if the conductor node of ``host`` is away. Raises PcliError for an entry that is no address."""
    hostvars: Mapping = task_vars.get("hostvars") or {}
    groups: Mapping = task_vars.get("groups") or {}
    hosts = set(groups.get("all") or hostvars)  # hostvars also has localhost where no inventory has it
    nodes = list(groups.get(CONDUCTORS) or [])
    entries = action._connection.get_option("fallback_hosts")
    if entries is None:
        entries = nodes if host in nodes else []
    fallbacks = []
    for entry in _texts(entries):
        if entry == host:
            continue
        if entry in hosts:
            fallbacks.append(Fallback(entry, functools.partial(_access_to, action, entry, hostvars)))
        else:
            address = read_address(entry, _FALLBACKS)
            fallbacks.append(Fallback(entry, functools.partial(_access_at, action, address, nodes, hostvars)))
    return tuple(fallbacks)


def _texts(entries: str | Sequence[Any]) -> Iterator[str]:
    texts = entries.split(",") if isinstance(entries, str) else entries
    yield from dict.fromkeys(str(text).strip() for text in texts if str(text).strip())


def _access_to(action: ActionBase, host: str, hostvars: Mapping) -> Access:
    """How a host of the inventory is reached. Raises PcliError."""
    try:
        return replace(connection_to(action, hostvars[host]).access(), name=host)
    except AnsibleError as error:
        raise PcliError(f"The variables of {host} cannot be used: {error}") from error


def _access_at(action: ActionBase, address: tuple[str, int | None], nodes: Sequence[str], hostvars: Mapping) -> Access:
    """How an address is reached: by the variables of the conductor host that has it, otherwise by those of the task.

    An address without a port is that of the other host which has it, whatever its port.
    """
    task: Access = action._connection.access()
    host = address[0]
    accesses = (_access_to(action, node, hostvars) for node in nodes)
    owners = [access for access in accesses if access.login.host == host and address[1] in (None, access.login.port)]
    if owners:  # that of the task itself only where no other host has it
        return min(owners, key=lambda access: access.login.port == task.login.port and host == task.login.host)
    names = replace(task.login.names, host=_where(host, hostvars), address=_FALLBACKS)
    move = {"host": host, "port": address[1] or task.login.port, "names": names}
    return replace(
        task, login=replace(task.login, **move), node=None, name="", sftp=task.sftp and replace(task.sftp, **move)
    )


def _where(address: str, hosts: Collection[str]) -> str:
    """What to check where the name of an address is not known: it may have been meant for a host of the inventory."""
    near = "".join(f", the nearest is {name}" for name in difflib.get_close_matches(address, sorted(hosts), 1, 0.6))
    return f"{_FALLBACKS}: the inventory has no host {address}{near}"

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of a run that its variables hold: those of connections, and the address of a webhook."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence

from ..api.masking import Secrets
from ..software.names import decrypted

#: What names a variable of a connection that holds a secret, and a variable of a playbook or role that does.
_OF_CONNECTION = ("pass", "secret", "token")
_OF_RUN = ("ssr_webhook_url", "router_upgrade_webhook_url", "conductor_upgrade_webhook_url")
#: A short one is a part of many words, and masking those would tell it.
_SHORTEST = 4
#: A file that holds an address is not larger.
_LARGEST = 8192


def secrets_of_hosts(variables: Mapping, hosts: Sequence[str]) -> Secrets:
    """The secrets of these hosts, and of every conductor of the inventory. What is a template is none."""
    hostvars, secrets = variables.get("hostvars") or {}, Secrets()
    conductors = (variables.get("groups") or {}).get("ssr_conductors") or ()
    known = [hostvars[host] for host in dict.fromkeys([*hosts, *conductors]) if host in hostvars]
    for source in [variables, *known]:
        for value in _values(source):
            if len(value) >= _SHORTEST:
                secrets.add(value)
    return secrets


def _values(variables: Mapping) -> Iterator[str]:
    for name in [str(name) for name in variables]:
        of_run = name in _OF_RUN
        if not of_run and not (name.startswith("ansible_") and any(word in name for word in _OF_CONNECTION)):
            continue
        value: object = None
        with contextlib.suppress(Exception):  # a template that only a task can resolve
            value = decrypted(variables[name])
        if isinstance(value, str):
            yield _content(value) if of_run and "://" not in value else value


def _content(path: str) -> str:
    """What a file holds that is named in place of an address; empty where there is none."""
    with contextlib.suppress(OSError, UnicodeDecodeError), open(os.path.expanduser(path), encoding="utf-8") as stream:
        return stream.read(_LARGEST).strip()
    return ""

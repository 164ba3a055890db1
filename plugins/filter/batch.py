# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for variables of router hosts: a batch is one task, so what it is told must be the same for all of its hosts.

Such a task has ``run_once``, and takes the variables of the first host of its batch for all of them (rule 41). What a
router may have of its own is read from its own host: its release, its name, its wave and its group.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ansible.plugins.test.core import vault_encrypted
from ansible_collections.sessionsmart.ssr.plugins.filter.input import (
    PLAYBOOK_VARIABLES,
    input_mistakes,
    plain_value,
    role_options,
)

#: Variables of the playbooks that say nothing to a batch of routers, or that each router has for itself.
_NOT_OF_BATCHES = ("ssr_version", "ssr_backup_name", "ssr_report_failure", "ssr_restore_")
#: The value of a host without the variable.
_UNSET = "not set"
#: What is said instead of a value that nobody may see.
_HIDDEN = "a value that is not shown"
#: Hosts that a sentence names.
_NAMED = 3
#: Characters of a value that a sentence shows.
_LETTERS = 60
_ADVICE = (
    "All routers of a batch are handled by one task, which has one value for all of them. Set it for all of them, or "
    "run some of them on their own (--limit)."
)
#: What is in a variable whose name has one of these is not shown to anybody.
_SECRET = ("pass", "secret", "token", "key")


def batch_mistakes(hostvars: Mapping, hosts: Sequence[str], played: Iterable[str] | None = None) -> list[str]:
    """A sentence for each variable of a batch that is not the same for all of these hosts, with names and values.

    ``played``: the hosts of the play, where a limit may leave some of ``hosts`` out; None: all of them.
    """
    hosts = _played(hosts, played)
    if len(hosts) < 2:
        return []
    names = _names()
    values: dict[str, dict[str, str]] = {}
    for host in hosts:
        variables = hostvars[host]
        for name in names:
            if name in variables:
                for value in plain_value(variables, name).values():
                    values.setdefault(name, {})[host] = _text(value)
    mistakes = [
        _different(name, by_host, hosts) for name, by_host in values.items() if len(set(_all(by_host, hosts))) > 1
    ]
    return [*mistakes, _ADVICE] if mistakes else []


def release_mistakes(
    hostvars: Mapping, hosts: Sequence[str], given: object = "", played: Iterable[str] | None = None
) -> list[str]:
    """A sentence for each mistake in the releases of router hosts, and for those that have none, with their names.

    ``given``: the release of hosts that name none; without hosts it is the only one. ``played`` as above.
    """
    by_value: dict[str, tuple[object, list[str]]] = {}
    for host in _played(hosts, played):
        own = plain_value(hostvars[host], "ssr_version") if "ssr_version" in hostvars[host] else {}
        value = own.get("ssr_version", given)
        by_value.setdefault(repr(value), (value, []))[1].append(host)
    if not by_value:
        return input_mistakes(["-"], given, True)
    mistakes = []
    for value, named in by_value.values():
        whose = f" Hosts with this: {_few(named)}." if len(by_value) > 1 else ""
        mistakes += [f"{text}{whose}" for text in input_mistakes(["-"], value, True)]
    return mistakes


def override_mistakes(hostvars: Mapping, hosts: Sequence[str]) -> list[str]:
    """A sentence for an override that names a router for which no host of the inventory stands (rule 46).

    ``hosts``: all router hosts. What else is wrong with an override is told with the other settings.
    """
    given: dict[str, object] = {}
    for host in hosts[:1]:
        for name in ("ssr_override", "router_upgrade_override"):
            given |= plain_value(hostvars[host], name) if name in hostvars[host] else {}
    entries = [entry for value in given.values() if isinstance(value, Sequence) for entry in value]
    named = [str(entry["router"]) for entry in entries if isinstance(entry, Mapping) and "router" in entry]
    if not named:
        return []
    known = {_router_of(hostvars, host) for host in hosts}
    return [
        f"An override names router '{router}', for which no host of the group ssr_routers stands. Check its name."
        for router in dict.fromkeys(named)
        if router not in known
    ]


def _router_of(hostvars: Mapping, host: str) -> str:
    own = plain_value(hostvars[host], "ssr_router") if "ssr_router" in hostvars[host] else {}
    return str(own.get("ssr_router") or host)


def _played(hosts: Sequence[str], played: Iterable[str] | None) -> Sequence[str]:
    """Those of the hosts that the play works on, in their order."""
    known = set(hosts if played is None else played)
    return [host for host in hosts if host in known]


def _names() -> list[str]:
    """The variables that a batch of routers takes from its first host."""
    of_playbooks = [name for name in PLAYBOOK_VARIABLES if not name.startswith(_NOT_OF_BATCHES)]
    return [*of_playbooks, "router_upgrade_version", *(name for name in role_options() if name.startswith("router_"))]


def _all(by_host: Mapping[str, str], hosts: Iterable[str]) -> list[str]:
    return [by_host.get(host, _UNSET) for host in hosts]


def _different(name: str, by_host: Mapping[str, str], hosts: Sequence[str]) -> str:
    groups: dict[str, list[str]] = {}
    for host, value in zip(hosts, _all(by_host, hosts), strict=True):
        groups.setdefault(value, []).append(host)
    each = "; ".join(f"{_short(name, value)} for {_few(named)}" for value, named in groups.items())
    return f"{name} differs between the routers of this run: {each}."


def _short(name: str, text: str) -> str:
    if text != _UNSET and (text.startswith(_HIDDEN) or any(word in name for word in _SECRET)):
        return _HIDDEN
    return text if len(text) <= _LETTERS else f"{text[:_LETTERS]}\u2026"


def _text(value: object) -> str:
    """A value as text, which is the same for a number and for its text. One that is encrypted is never shown."""
    if _encrypted(value):
        return f"{_HIDDEN} {hash(str(value))}"
    text = value if isinstance(value, str) else json.dumps(value, default=str, sort_keys=True)
    return str(text).strip() or "''"


def _encrypted(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_encrypted, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_encrypted, value))
    return bool(vault_encrypted(value))


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(map(str, names[:_NAMED]))}{more}"


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "batch_mistakes": batch_mistakes,
            "override_mistakes": override_mistakes,
            "release_mistakes": release_mistakes,
        }

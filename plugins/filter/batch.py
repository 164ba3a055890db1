# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for variables of router hosts: a batch is one task, so what it is told must be the same for all of its hosts.

Such a task has ``run_once``, and takes the variables of the first host of its batch for all of them (rule 41). What a
router may have of its own is read from its own host: its release, its name, its wave and its group.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ansible.plugins.test.core import vault_encrypted
from ansible_collections.sessionsmart.ssr.plugins.filter.input import (
    PLAYBOOK_VARIABLES,
    input_mistakes,
    plain_value,
    role_options,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import some
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import decrypted

#: Variables of the playbooks that say nothing to a batch of routers, or that each router has for itself.
_NOT_OF_BATCHES = ("ssr_version", "ssr_progress", "ssr_backup_name", "ssr_report_failure", "ssr_restore_")
#: The variables of roles that the playbooks set from their own, and what they take where those are not set.
_OF_PLAYBOOKS = {"version": ("ssr_version", ""), "batch_fail_percentage": ("ssr_max_fail_percentage", "0")}
#: The value of a host without the variable.
_UNSET = "not set"
#: Why a variable that is set has no value.
_UNREADABLE = "the vault password is missing or wrong, or its template names a variable that is not set."
#: What is said instead of a value that nobody may see.
_HIDDEN = "a value that is not shown"
#: Hosts that a sentence names.
_NAMED = 3
#: Characters of a value that a sentence shows.
_LETTERS = 60
#: The batches are a keyword of a play: one value, whatever a limit leaves.
_SERIAL = "ssr_serial"
_ADVICE_SERIAL = (
    "The batches of a run are one setting. Set it for the whole group ssr_routers, or give it with -e. A limit changes "
    "nothing about it."
)
#: Variables of conductor nodes that each may have for itself: its folders, and what is done to it when it is staged.
_OF_ONE_NODE = re.compile(r"\w+_(dir|iso|installation_service)")
_ADVICE_NODES = (
    "A conductor has one value for all of its nodes. Set it for the whole group ssr_conductors, or give it with -e."
)
_ADVICE = (
    "All routers of a batch are handled by one task, which has one value for all of them. Set it for all of them, or "
    "run some of them on their own (--limit)."
)
#: What is in a variable whose name has one of these is not shown to anybody.
_SECRET = ("pass", "secret", "token", "key", "webhook_url")


def batch_mistakes(hostvars: Mapping, hosts: Sequence[str], played: Iterable[str] | None = None) -> list[str]:
    """A sentence for each variable of a batch that is not the same for all of these hosts, with names and values.

    ``played``: the hosts of the play, where a limit may leave some of ``hosts`` out; None: all of them.
    """
    names = [name for name in _names() if name != _SERIAL]
    mistakes = _differences(hostvars, _played(hosts, played), names, "differs between the routers of this run: ")
    batches = _differences(hostvars, hosts, [_SERIAL], "differs between the routers of the inventory: ")
    return [*mistakes, *([_ADVICE] if mistakes else []), *batches, *([_ADVICE_SERIAL] if batches else [])]


def node_mistakes(hostvars: Mapping, hosts: Sequence[str], played: Iterable[str] | None = None) -> list[str]:
    """The same for the nodes of a conductor, some of whose tasks take the variables of the first node for both."""
    options = [name for name in role_options() if name.startswith("conductor_") and not _OF_ONE_NODE.fullmatch(name)]
    names = ["ssr_version", "ssr_backup_hook", *options]
    mistakes = _differences(
        hostvars, _played(hosts, played), names, "differs between the conductor nodes of this run: "
    )
    return [*mistakes, _ADVICE_NODES] if mistakes else []


def _differences(hostvars: Mapping, hosts: Sequence[str], names: Sequence[str], phrase: str) -> list[str]:
    if len(hosts) < 2:
        return []
    values: dict[str, dict[str, str]] = {}
    for host in hosts:
        variables = hostvars[host]
        for name in names:
            if name in variables:
                for value in plain_value(variables, name).values():
                    values.setdefault(name, {})[host] = _text(value)
    return [
        _different(name, by_host, hosts, phrase)
        for name, by_host in values.items()
        if len(set(_all(by_host, hosts))) > 1
    ]


def release_mistakes(
    hostvars: Mapping,
    hosts: Sequence[str],
    given: object = "",
    played: Iterable[str] | None = None,
    role: str = "",
    reverts: bool = False,
) -> list[str]:
    """A sentence for each mistake in the releases of router hosts, and for those that have none, with their names.

    ``given``: the release of hosts that name none; without hosts it is the only one. ``played`` as above. ``role``: the
    role that a playbook runs for them, whose own variables must not say anything else than those of the playbook.
    ``reverts``: as for :func:`input_mistakes`.
    """
    by_value: dict[str, tuple[object, list[str]]] = {}
    unreadable, contradictions = [], {}
    for host in _played(hosts, played):
        variables = hostvars[host]
        for sentence in _contradictions(variables, role) if role else ():
            contradictions.setdefault(sentence, []).append(host)
        own = plain_value(variables, "ssr_version") if "ssr_version" in variables else {}
        if not own and "ssr_version" in variables:
            unreadable.append(host)
            continue
        value = own.get("ssr_version", given)
        by_value.setdefault(repr(value), (value, []))[1].append(host)
    if not by_value and not unreadable:
        return input_mistakes(["-"], given, True, reverts=reverts)
    mistakes = [f"ssr_version of {some(unreadable, _NAMED)} cannot be read: {_UNREADABLE}"] if unreadable else []
    for value, named in by_value.values():
        whose = f" Hosts with this: {some(named, _NAMED)}." if len(by_value) > 1 else ""
        mistakes += [f"{text}{whose}" for text in input_mistakes(["-"], value, True, reverts=reverts)]
    return [
        *mistakes,
        *(f"{sentence} Hosts with this: {some(named, _NAMED)}." for sentence, named in contradictions.items()),
    ]


def _contradictions(variables: Mapping, role: str) -> Iterator[str]:
    """A sentence for each variable of a role with another value than that of the playbook, which sets it from its own.

    Ansible lets the one or the other win, depending on where they are set.
    """
    for option, (ours, default) in _OF_PLAYBOOKS.items():
        name = f"{role}_{option}"
        if name in variables:
            value, wanted = (
                decrypted(plain_value(variables, key).get(key)) if key in variables else None for key in (name, ours)
            )
            if _text(value or "").rstrip("%") != _text(wanted or default).rstrip("%"):
                yield (
                    f"{name} is {_given(name, variables)}, and {ours} is {_given(ours, variables)}. A playbook takes "
                    f"this from {ours}; {name} is for plays of your own that run the role. Leave it out, or give both "
                    "the same value."
                )


def _given(name: str, variables: Mapping) -> str:
    """A value for a sentence."""
    value = plain_value(variables, name).get(name) if name in variables else None
    return _UNSET if value in (None, "") else _short(name, _text(value))


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


def _different(name: str, by_host: Mapping[str, str], hosts: Sequence[str], phrase: str) -> str:
    groups: dict[str, list[str]] = {}
    for host, value in zip(hosts, _all(by_host, hosts), strict=True):
        groups.setdefault(value, []).append(host)
    each = "; ".join(f"{_short(name, value)} for {some(named, _NAMED)}" for value, named in groups.items())
    return f"{name} {phrase}{each}."


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


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "batch_mistakes": batch_mistakes,
            "node_mistakes": node_mistakes,
            "override_mistakes": override_mistakes,
            "release_mistakes": release_mistakes,
        }

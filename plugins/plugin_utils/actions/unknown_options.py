# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of an option that a module does not have: the nearest one, and where it belongs in module_defaults.

Ansible merges what module_defaults set into the arguments of a task, so an option may be one that nobody wrote there.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import yaml
from ansible.playbook.task import Task
from ansible.template import Templar

from ..software.counts import some

_COLLECTION = "sessionsmart.ssr"
_ROOT = Path(__file__).resolve().parents[3]
#: What people call the targets of a task.
_MEANT = {"hosts": "target_hosts"} | dict.fromkeys(("node", "nodes", "router", "routers", "target"), "targets")
#: Modules that a sentence names.
_NAMED = 3


def options_of_defaults(module: str, task: Task, templar: Templar) -> dict[str, str]:
    """The options that module_defaults set for a task of this module (short name), each with the entry that has it."""
    entries: dict[str, object] = {}
    for more in task.module_defaults or []:
        entries.update(more)
    full = f"{_COLLECTION}.{module}"
    groups = [f"group/{_COLLECTION}.{name}" for name, members in _groups().items() if module in members]
    found: dict[str, str] = {}
    # As in Ansible, the entry of the module itself comes last and counts.
    for entry in [*(name for name in entries if name in groups), *(name for name in entries if name == full)]:
        options = templar.template(entries[entry])
        found |= dict.fromkeys(options, entry) if isinstance(options, Mapping) else {}
    return found


def unknown_options(
    module: str, unknown: Iterable[str], options_of: Callable[[str], Iterable[str]], defaults: Mapping[str, str]
) -> str:
    """A sentence for each unknown option of a module (short name).

    ``options_of``: the options of a module; ``defaults``: as :func:`options_of_defaults` returns them.
    """
    groups = _groups()
    known = {name: set(options_of(name)) for name in groups["all"]}
    return " ".join(
        _of_defaults(module, option, defaults[option], known, groups)
        if option in defaults
        else _of_task(module, option, known)
        for option in sorted(map(str, unknown))
    )


def _groups() -> dict[str, list[str]]:
    return yaml.safe_load((_ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]


def _of_task(module: str, option: str, known: Mapping[str, set[str]]) -> str:
    """An option that somebody wrote in the task."""
    said = [f"{_COLLECTION}.{module} has no option '{option}'."]
    holders = [f"{_COLLECTION}.{name}" for name, options in known.items() if option in options]
    if holders and not _nearest(module, option, known):
        said.append(f"It is one of {some(holders, _NAMED)}.")
    return " ".join([*said, _what_instead(module, option, known)])


def _nearest(module: str, option: str, known: Mapping[str, set[str]]) -> str:
    """The option of the module that was meant; empty where none is like it."""
    if _MEANT.get(option) in known[module]:
        return _MEANT[option]
    return "".join(difflib.get_close_matches(option, sorted(known[module]), 1, 0.6))


def _what_instead(module: str, option: str, known: Mapping[str, set[str]]) -> str:
    nearest, where = _nearest(module, option, known), f"ansible-doc {_COLLECTION}.{module}"
    return f"Did you mean {nearest}? {where} describes it." if nearest else f"{where} lists its options."


def _of_defaults(
    module: str, option: str, entry: str, known: Mapping[str, set[str]], groups: Mapping[str, list[str]]
) -> str:
    """An option that module_defaults set."""
    first = f"{_COLLECTION}.{module} has no option '{option}', which module_defaults set for {entry}."
    holders = [name for name, options in known.items() if option in options]
    if not holders:
        return f"{first} {_what_instead(module, option, known)}"
    families = [name for name, members in groups.items() if all(option in known[member] for member in members)]
    largest = [name for name in families if not any(set(groups[name]) < set(groups[other]) for other in families)]
    where = [f"group/{_COLLECTION}.{name}" for name in largest] or [f"{_COLLECTION}.{name}" for name in holders]
    common = ", ".join(sorted(set.intersection(*known.values())))
    return (
        f"{first} It is one of {', '.join(holders)}. In module_defaults it belongs to {' or '.join(where)}, since a "
        f"group only sets what all of its modules have (group/{_COLLECTION}.all: {common})."
    )

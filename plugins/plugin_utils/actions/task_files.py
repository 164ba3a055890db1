# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Ansible can load a file of tasks that a user names.

Ansible loads such a file only when its turn has come. One that it cannot read, or a module that is not installed, then
ends the whole playbook: no ``rescue`` and no ``always`` runs, and nobody says what became of the routers. So the file
is loaded beforehand, with Ansible's own parser, and nothing of it is run.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.block import Block
from ansible.playbook.role_include import IncludeRole
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude

_PARTS = ("block", "rescue", "always")
_OF_FILES = ("include_tasks", "import_tasks")
_OF_ROLES = ("include_role", "import_role")
#: Inside a role of ours, Ansible looks for short names of modules here, too.
_COLLECTIONS = ("sessionsmart.ssr", "ansible.legacy")


def task_file_mistake(path: str, base: str = "") -> str:
    """Why Ansible cannot load this file of tasks, or one that it includes by a fixed name; empty if it can.

    ``base``: the folder of the playbook. What a vault encrypts is not read. Roles that the tasks use are not followed.
    """
    return _mistake(os.path.abspath(path), base, set())


def _mistake(path: str, base: str, seen: set[str]) -> str:
    if path in seen:
        return ""
    seen.add(path)
    try:
        with open(path, "rb") as file:
            if file.read(14) == b"$ANSIBLE_VAULT":
                return ""
        tasks = DataLoader().load_from_file(path, cache="none")
    except (AnsibleError, OSError, UnicodeError) as error:
        return f"{path} cannot be read: {_words(error)}{_line(error)}"
    if tasks is None:
        return ""
    if not isinstance(tasks, list):
        return f"{path} is not a list of tasks. Begin each task with '- ', and leave out plays ('hosts:', 'tasks:')"
    return next(filter(None, _mistakes(tasks, path, base, seen, list(_COLLECTIONS))), "")


def _mistakes(tasks: list, path: str, base: str, seen: set[str], collections: list[str]) -> Iterator[str]:
    """What is wrong in a list of tasks, in their order."""
    for number, entry in enumerate(tasks, 1):
        if not isinstance(entry, dict):
            yield f"{path}: entry {number} is {entry!r}, which is not a task"
            continue
        name = f" ('{entry['name']}')" if entry.get("name") else ""
        where = f"{path}, task {number}{name}"
        given = entry.get("collections")
        inner = [*given, *collections] if isinstance(given, list) else collections
        try:
            if any(part in entry for part in _PARTS):
                yield from _of_block(entry, path, base, seen, inner)
            else:
                yield _of_task(entry, path, base, seen, inner, where)
        except AnsibleError as error:
            yield f"{where}: {_words(error)}"


def _of_block(entry: dict, path: str, base: str, seen: set[str], collections: list[str]) -> Iterator[str]:
    keywords = {key: value for key, value in copy.deepcopy(entry).items() if key not in _PARTS}
    Block.load(keywords | {"block": []})
    for part in _PARTS:
        tasks = entry.get(part) or []
        if not isinstance(tasks, list):
            yield f"{path}: '{part}' of the block '{entry.get('name', '')}' is not a list of tasks"
        else:
            yield from _mistakes(tasks, path, base, seen, collections)


def _of_task(entry: dict, path: str, base: str, seen: set[str], collections: list[str], where: str) -> str:
    """What is wrong with one task. Raises AnsibleError where Ansible says it."""

    def data() -> dict:  # Ansible changes what it loads
        return copy.deepcopy(entry) | {"collections": list(collections)}

    task = Task.load(data())
    action = str(task.action).rpartition(".")[2]
    if action in _OF_ROLES:
        IncludeRole.load(data(), block=Block())
    if action not in _OF_FILES:
        return ""
    TaskInclude.load(data())
    name = task.args.get("file") or task.args.get("_raw_params")
    if not isinstance(name, str) or "{{" in name or "{%" in name:
        return ""
    folders = [os.path.dirname(path), base or os.getcwd(), os.getcwd()]
    candidates = [os.path.join(folder, sub, os.path.expanduser(name)) for folder in folders for sub in ("", "tasks")]
    found = next(filter(os.path.isfile, candidates), None)
    return _mistake(os.path.abspath(found), base, seen) if found else f"{where}: there is no file '{name}' to include"


def _words(error: Exception) -> str:
    """What Ansible says, without the lines of the file that it shows."""
    return " ".join(str(error).split("\n\n", maxsplit=1)[0].split()).rstrip(".")


def _line(error: BaseException | None) -> str:
    """Where the mark of a YAML parser stands, if there is one."""
    while error is not None:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            return f" (line {mark.line + 1}, column {mark.column + 1})"
        error = error.__cause__ or getattr(error, "orig_exc", None)
    return ""

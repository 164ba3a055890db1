# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters for the keywords and variables of plays: batches, lists, and files of tasks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence

from ansible import context
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.vars.manager import VariableManager
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.command_line import end_run, refusal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_tags import TaggedTask, tasks_of_run
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.task_files import task_file_mistake
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import NO_LIMIT

_BATCH = re.compile(r"[1-9]\d*|(?:[1-9]\d?|100)%")


def serial_batches(value: object) -> list[int | str]:
    """Batches for ``serial``: from a number, a percentage, a list of these, or a text that contains such a list.

    Raises AnsibleFilterError for anything else: a survey, or -e, passes text, and Ansible would treat a text that it
    cannot read as one batch of all hosts.
    """
    return [_batch(part, value) for part in _parts(value)]


def _parts(value: object) -> Sequence:
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                return _parts(json.loads(text.replace("'", '"')))
            except ValueError:
                return [text]
        return [part.strip() for part in text.split(",")]
    return value if isinstance(value, Sequence) and value else [value]


def _batch(part: object, value: object) -> int | str:
    text = "" if isinstance(part, bool) else str(part).strip()
    if not _BATCH.fullmatch(text):
        raise AnsibleFilterError(
            f"ssr_serial is {value!r}. Give batches such as 1, or 10%, or several with commas between them: 1,10%,100%."
        )
    return text if text.endswith("%") else int(text)


def text_list(value: object) -> list:
    """A list from what a user provides: a list, or a text with commas or line breaks between its entries.

    Empty entries are dropped: as a pattern, an empty text would match everything.
    """
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                return text_list(json.loads(text))
            except ValueError:
                pass  # a pattern may begin like that
        value = [part.strip() for part in re.split(r"[,\r\n]", text)]
    if value is None:
        return []
    if isinstance(value, Sequence):
        return [entry for entry in value if entry not in ("", None)]
    return [value]


def unless_none(value: object, name: str) -> str | None:
    """A time or a limit of a user as text, or None where ``none`` is written. ``name``: of the variable.

    Raises AnsibleFilterError for an empty text: what should have named the limit has failed, and no limit at all is
    never what was meant by that.
    """
    if value is None or str(value).strip() == "":
        raise AnsibleFilterError(f"{name} is empty. Leave it out or write '{NO_LIMIT}' for none, or give a value.")
    return None if str(value).strip() == NO_LIMIT else str(value)


def tasks_file(name: object, base: str = "") -> str:
    """The full path of a user's file of tasks, which is relative to the current folder or to that of the playbook.

    Raises AnsibleFilterError if there is no such file, or if Ansible cannot load it: an include would end the playbook.
    """
    text = os.path.expanduser(str(name))
    paths = [os.path.abspath(os.path.join(folder, text)) for folder in (os.getcwd(), str(base) or os.getcwd())]
    for path in paths:
        if os.path.isfile(path):
            mistake = task_file_mistake(path, str(base))
            if mistake:
                raise AnsibleFilterError(f"{mistake}. Correct it, or install the collection that is missing.")
            return path
    raise AnsibleFilterError(f"there is no file of tasks '{text}' (looked for {' and '.join(dict.fromkeys(paths))}).")


def from_the_beginning(hosts: str) -> str:
    """The hosts of a play that checks the input, as they are given.

    Ends a run that would skip these checks: with ``--start-at-task``, or with tags that leave them out together with
    everything else. A keyword of a play is evaluated nevertheless.
    """
    mistake = refusal(context.CLIARGS or {}, _tasks_of_run)
    if mistake:
        end_run(mistake)
    return hosts


def _tasks_of_run() -> list[TaggedTask]:
    """All tasks of the run; empty if they cannot be found.

    A keyword of the first play knows no loader, so what is encrypted in a role of the user cannot be read here.
    """
    loader = DataLoader()
    try:
        manager = VariableManager(loader)
        return tasks_of_run(loader, manager, Templar(loader=loader, variables=manager.extra_vars))
    except AnsibleError:
        return []


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict:
        return {
            "from_the_beginning": from_the_beginning,
            "serial_batches": serial_batches,
            "tasks_file": tasks_file,
            "text_list": text_list,
            "unless_none": unless_none,
        }

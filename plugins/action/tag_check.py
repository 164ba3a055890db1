# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse tags with which nothing would be done: the behaviour of the module of the same name."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_tags import (
    OF_TASKS,
    SPECIAL,
    TaggedTask,
    selected,
    tasks_of_run,
    unknown_tags,
)


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        own = {str(tag) for tag in self._task.tags} - OF_TASKS
        run = [str(tag) for tag in task_vars.get("ansible_run_tags") or ["all"]]
        skip = [str(tag) for tag in task_vars.get("ansible_skip_tags") or []]
        chosen = selected(own, run, skip)
        given = " ".join(
            [f"--tags {','.join(run)}"] * (run != ["all"]) + [f"--skip-tags {','.join(skip)}"] * bool(skip)
        )
        if not chosen and not own:
            return {"changed": False, "failed": True, "selected": False, "msg": f"With {given} {_NOTHING}"}
        if not chosen or not SPECIAL.issuperset(run):
            mistake = mistake_in_tags(tasks_of_run(self._task, self._templar), run, skip, given)
            if mistake:
                return {"changed": False, "failed": True, "selected": chosen, "msg": mistake}
        return {"changed": False, "selected": chosen, "msg": "The tags select the tasks." if chosen else _BY_CHOICE}


_BY_CHOICE = "The tags of the import leave this playbook out."
_NOTHING = (
    "nothing would be done, since the tasks of this playbook have no tags. Leave the tags out (in AWX: the job tags of "
    "the template), or give tags to the playbook where your own playbook imports it. Nothing was sent."
)


def mistake_in_tags(tasks: Sequence[TaggedTask], run: Sequence[str], skip: Sequence[str], given: str) -> str:
    """What is wrong with the tags of the command line, for a run of these tasks; empty if nothing is. Pure.

    ``given``: the tags as they are written.
    """
    if not tasks:  # nothing is known of the run
        return ""
    names = sorted({tag for task in tasks for tag in task.tags} - SPECIAL)
    known = f"The tags of this run are: {', '.join(names)}." if names else "No task of this run has a tag."
    unknown = unknown_tags(tasks, run, skip)
    if unknown:
        return f"{given}: no task of this run has the tag {' or '.join(unknown)}. {known} Nothing was sent."
    if not any(task.chosen(run, skip) for task in tasks):
        return f"With {given} nothing would be done: no task of this run is selected. {known} Nothing was sent."
    return ""

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse tags with which nothing would be done: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_tags import (
    OF_TASKS,
    SPECIAL,
    mistake_in_tags,
    nothing_done,
    selected,
    tasks_of_run,
)


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        own = {str(tag) for tag in self._task.tags} - OF_TASKS
        run = [str(tag) for tag in task_vars.get("ansible_run_tags") or ["all"]]
        skip = [str(tag) for tag in task_vars.get("ansible_skip_tags") or []]
        chosen = selected(own, run, skip)
        if not chosen and not own:
            return {"changed": False, "failed": True, "selected": False, "msg": nothing_done(run, skip)}
        if not chosen or not SPECIAL.issuperset(run):
            tasks = tasks_of_run(self._task.get_loader(), self._task.get_variable_manager(), self._templar)
            mistake = mistake_in_tags(tasks, run, skip)
            if mistake:
                return {"changed": False, "failed": True, "selected": chosen, "msg": mistake}
        return {"changed": False, "selected": chosen, "msg": "The tags select the tasks." if chosen else _BY_CHOICE}


_BY_CHOICE = "The tags of the import leave this playbook out."

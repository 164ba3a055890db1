# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse tags with which nothing would be done: the behaviour of the module of the same name."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction

#: Tags that have a meaning of their own, and that a task of this collection has for this check alone.
_SPECIAL = {"always", "never"}


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        own = {str(tag) for tag in self._task.tags} - _SPECIAL
        run = [str(tag) for tag in task_vars.get("ansible_run_tags") or ["all"]]
        skip = [str(tag) for tag in task_vars.get("ansible_skip_tags") or []]
        chosen = selected(own, run, skip)
        if chosen or own:
            return {"changed": False, "selected": chosen, "msg": "The tags select the tasks." if chosen else _BY_CHOICE}
        given = " ".join(
            [f"--tags {','.join(run)}"] * (run != ["all"]) + [f"--skip-tags {','.join(skip)}"] * bool(skip)
        )
        return {"changed": False, "failed": True, "selected": False, "msg": f"With {given} {_NOTHING}"}


_BY_CHOICE = "The tags of the import leave this playbook out."
_NOTHING = (
    "nothing would be done, since the tasks of this playbook have no tags. Leave the tags out (in AWX: the job tags of "
    "the template), or give tags to the playbook where your own playbook imports it. Nothing was sent."
)


def selected(own: Iterable[str], run: Iterable[str], skip: Iterable[str]) -> bool:
    """Do these tags of the command line select a task that has these tags of its own? As Ansible decides it. Pure."""
    own, run, skip = set(own), set(run), set(skip)
    runs = bool("all" in run or own & run or ("tagged" in run and own) or ("untagged" in run and not own))
    skips = bool("all" in skip or own & skip or ("tagged" in skip and own) or ("untagged" in skip and not own))
    return runs and not skips

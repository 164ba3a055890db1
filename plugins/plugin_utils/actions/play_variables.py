# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of all hosts with those of the play, which ``hostvars`` lacks.

The ``vars`` of a play, and of an ``import_playbook`` that brought it, go before those of hosts and after those of the
command line. For a task's own host Ansible arranges that; what is read of other hosts must see the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible.playbook.task import Task
from ansible.vars.hostvars import HostVars


class HostVarsOfPlay(HostVars):
    """``hostvars``, where each host also has these variables. Templates in them are read for each host."""

    # pylint: disable=super-init-not-called
    def __init__(self, hostvars: HostVars, variables: Mapping[str, object]):
        # That of HostVars would register this view as the hostvars of all other tasks.
        self.__dict__.update(hostvars.__dict__)
        self._of_play = variables

    def raw_get(self, host_name):
        known = super().raw_get(host_name)
        return {**known, **self._of_play} if isinstance(known, Mapping) else known


def with_play_variables(task_vars: Mapping, task: Task) -> dict:
    """The variables of a task, where ``hostvars`` has those of its play as well."""
    hostvars = task_vars.get("hostvars")
    if not isinstance(hostvars, HostVars):
        return dict(task_vars)
    effective = {
        name: value
        for name, value in task.get_play().get_vars().items()
        # Another value is one that goes before that of the play, such as an extra variable, which all hosts have.
        if name in task_vars and task_vars[name] == value
    }
    return {**task_vars, "hostvars": HostVarsOfPlay(hostvars, effective)} if effective else dict(task_vars)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a run for the mistakes in its variables: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible import constants as C
from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import results_are_hidden
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.play_variables import with_play_variables

display = Display()

_NOT_SHOWN = (
    "display_ok_hosts is off, so Ansible shows no result of a task that went well: neither a plan nor a report, nor "
    "what checks found; only summaries are printed. To see them, set ANSIBLE_DISPLAY_OK_HOSTS=true, or "
    "display_ok_hosts = true in ansible.cfg."
)


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        if results_are_hidden():
            # A warning would be part of a result that is not shown.
            display.display(f"[WARNING]: {_NOT_SHOWN}", color=C.COLOR_WARN, stderr=True)
        variables = with_play_variables(task_vars, self._task)
        self._templar.available_variables = variables
        mistakes = self._templar.template(variables[args["mistakes"]])
        if not mistakes:
            return {"changed": False, "msg": "There is no mistake in the variables."}
        return {"changed": False, "failed": True, "msg": f"{' '.join(map(str, mistakes))} Nothing was sent."}

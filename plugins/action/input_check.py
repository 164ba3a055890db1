# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a run for the mistakes in its variables: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible import constants as C
from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import why_hidden
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.play_variables import with_play_variables

display = Display()


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        hidden = why_hidden()
        if hidden:
            # A warning would be part of a result that is not shown.
            display.display(f"[WARNING]: {hidden}", color=C.COLOR_WARN, stderr=True)
        variables = with_play_variables(task_vars, self._task)
        self._templar.available_variables = variables
        mistakes = self._templar.template(variables[args["mistakes"]])
        if not mistakes:
            return {"changed": False, "msg": "There is no mistake in the variables."}
        return {"changed": False, "failed": True, "msg": f"{' '.join(map(str, mistakes))} Nothing was sent."}

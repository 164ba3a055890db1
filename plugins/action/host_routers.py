# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The routers that hosts stand for: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.play_variables import with_play_variables
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import router_named
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.versions import versions_of_hosts
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        hostvars = with_play_variables(task_vars, self._task).get("hostvars") or {}
        hosts = [host for host in args["hosts"] if host in hostvars]
        versions = {}
        for host in hosts:
            try:
                versions |= versions_of_hosts([host], hostvars)
            except Exception:  # pylint: disable=broad-exception-caught
                continue  # the checks at the start, or those of the task that needs it, say what is wrong with it
        return {
            "changed": False,
            "routers": {host: router_named(hostvars, host) for host in hosts},
            "versions": versions,
            "msg": f"{counted(len(hosts), 'host stands', 'hosts stand')} for routers.",
        }

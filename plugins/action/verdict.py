# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's own share of what a task did for a whole batch: the behaviour of the module of the same name.

It runs once for every router of a fleet, so it opens no connection, reads no documentation, and lets no template engine
look at the result of the batch.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES, changed, combine
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused, check_word, decrypted

#: What is kept of a node; its steps and all words are in the result of the task itself.
_KEPT = (
    "node",
    "state",
    "reason",
    "from_version",
    "to_version",
    "running_version",
    "command",
    "started",
    "ended",
    "warnings",
)


def _passes_over(result, router):
    """True for the review of a run in which this router is not: it names only those that are not as they were."""
    return isinstance(result.get("relapsed"), Mapping) and router not in result["relapsed"]


def _unknown(action, given):
    """What is said of options that this module does not have. Its imports would cost more than all the rest."""
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import module_options
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.unknown_options import (
        options_of_defaults,
        unknown_options,
    )

    defaults = options_of_defaults("verdict", action._task, action._templar)
    return unknown_options("verdict", given, module_options, defaults)


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    relations: dict = {}

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        try:
            result.update(self.act(self.arguments(task_vars or {}), task_vars or {}))
        except NameRefused as error:
            result.update(failed=True, changed=False, msg=str(error))
        return result

    def arguments(self, task_vars):
        """The two arguments, looked at by hand: the argument spec costs more than all the rest. Raises NameRefused."""
        given = dict(self._task.args)
        args = {"results": given.pop("results", None), "router": given.pop("router", None)}
        args["progress"] = given.pop("progress", True)  # module_defaults of the group set it; nothing here takes time
        args["defer"] = self._flag("defer", given.pop("defer", False))
        if given:
            raise NameRefused(_unknown(self, given))
        if isinstance(args["results"], str):
            args["results"] = [name.strip() for name in args["results"].split(",")]
        names = args["results"]
        if not names or not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise NameRefused(
                "results must be the names of registered variables, as text: results: [ssr_upgrade]. Without braces, "
                "since a template of the result of a whole batch costs much time on every host."
            )
        if args["router"] is None:
            args["router"] = self._own_name(task_vars)
        check_word(args["router"], "router")
        return args

    @staticmethod
    def _flag(name, value):
        try:
            return boolean(value)
        except TypeError as error:
            raise NameRefused(f"{name} is {value!r}. Give true or false.") from error

    def _own_name(self, task_vars):
        """The SSR's name of this host: its variable ssr_router, else its own name."""
        name = decrypted(task_vars.get("ssr_router", task_vars.get("inventory_hostname")))
        return self._templar.template(name) if isinstance(name, str) and "{" in name else name

    def act(self, args, task_vars):
        """The verdict on this host's router."""
        router = args["router"]
        results = [task_vars[name] for name in args["results"] if name in task_vars]
        results = [result for result in results if isinstance(result, Mapping) and not result.get("skipped")]
        entries = [self._entry(result, router) for result in results if not _passes_over(result, router)]
        if not entries:
            missing = f"there is no result in {', '.join(args['results'])}: the task for the batch has not run"
            entries = [{"state": "not_started", "reason": f"{missing} (it needs 'strategy: linear')", "nodes": []}]
        combined = combine(entries, self._task.check_mode)
        return {
            "router": router,
            "state": combined["state"],
            "reason": combined["reason"],
            "nodes": [{key: node.get(key) for key in _KEPT} for node in combined["nodes"]],
            "changed": changed(entries, self._task.check_mode),
            "succeeded": STATES[combined["state"]].ok,
            "failed": not STATES[combined["state"]].ok and not args["defer"],
            "msg": f"{router} {combined['state']}: {combined['reason']}",
        }

    @staticmethod
    def _entry(result, router):
        """What one result says of this router, or why it says nothing."""
        routers = result.get("by_router")
        if isinstance(routers, Mapping) and router in routers:
            return routers[router]
        if routers is None or result.get("broke_off"):
            why = f"the task for the batch failed: {result.get('msg') or 'it gave no reason'}"
        else:
            why = (
                "the task for the batch had another set of routers, and this one was not in it; a task before it may "
                "have left hosts out (end_host, end_batch, a host that failed). Run again to work on it"
            )
        return {"state": "not_started", "reason": why, "nodes": []}

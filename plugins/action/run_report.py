# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put what Ansible knows of a run into its report: the behaviour of the module of the same name."""

from __future__ import annotations

import os

from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.play_variables import with_play_variables
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.report_options import (
    report_folder,
    secrets_of_variables,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.run_origin import run_origin
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.targets import router_named
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batch_plan import split_into_batches
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports import additions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.report_texts import cleaned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import merge
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_report import continue_report

display = Display()


class ActionModule(LocalAction):
    clock_class = Clock

    def act(self, args, task_vars):
        path = os.path.abspath(os.path.expanduser(args["report"]))
        if self._task.check_mode:
            return {**_NOTHING, "path": os.path.join(path, "report.html"), "msg": "Nothing is written in check mode."}
        variables, clock = with_play_variables(task_vars, self._task), self.clock_class()
        origin = run_origin(variables, args["settings"] or {}, self.process)
        folder = report_folder(
            path,
            clock,
            variables,
            origin,
            run_id=args["run_id"],
            host=args["conductor"] or "",
            secrets=secrets_of_variables(variables),
            warn=display.warning,
        )
        hosts = variables.get("hostvars") or {}
        routers = {host: router_named(hosts, host) for host in args["hosts"] or [] if host in hosts}
        report = continue_report(
            folder,
            args["operation"],
            args["version"] or "",
            lambda report: self._with_news(report, args, routers, folder.clean),
            ended=args["ended"],
            reason=args["reason"].strip().rstrip("."),
        )
        page = folder.file("report.html")
        lines = [report["run"]["outcome"]]
        return {
            "changed": False,
            "path": page,
            "outcome": report["run"]["outcome"],
            "state": report["run"]["state"],
            "lines": [*lines, f"report: {page}"] if os.path.exists(page) else lines,
            "msg": report["run"]["outcome"],
        }

    @staticmethod
    def _words(args):
        """The options that hold words of users and devices."""
        return {
            "results": args["results"],
            "checks_before": args["checks_before"],
            "checks_after": args["checks_after"],
            "backup": args["backup"],
            "settings": args["settings"],
            "notices": args["notices"],
            "next_step": args["next_step"],
        }

    def _with_news(self, report, args, routers, clean):
        """The report with all that this task was given."""
        news = cleaned(self._words(args), clean)
        report = additions.with_routers(report, {router: host for host, router in routers.items()})
        if args["batches"] and routers:
            hosts = split_into_batches(list(routers), args["batches"])
            report = additions.with_batches(report, [[routers[host] for host in batch] for batch in hosts])
        for result in news["checks_before"]:
            report = additions.with_checks(report, result.get("checks") or [], "before")
        for result in news["checks_after"]:
            report = additions.with_checks(report, result.get("checks") or [], "after")
        report = additions.with_backup(report, news["backup"] or {}, args["backup_required"])
        results = [result for result in news["results"] if isinstance(result, dict)]
        report = additions.with_results(report, merge(results), conductor=args["conductor_nodes"])
        run = {**report["run"], "settings": {**report["run"]["settings"], **(news["settings"] or {})}}
        run["forecast_end"] = args["forecast_end"] or run["forecast_end"]
        if news["next_step"] is not None:
            run["next_command"] = news["next_step"].get("command") or None
            run["next_words"] = news["next_step"].get("words") or None
        notices = list(dict.fromkeys([*report["notices"], *filter(None, news["notices"])]))
        return {**report, "run": run, "notices": notices}


_NOTHING = {"changed": False, "outcome": "", "state": "", "lines": []}

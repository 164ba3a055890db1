# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the change document of a plan: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.change_files import write_change
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.change_run import ChangeOptions, ChangeRun
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction

display = Display()


class ActionModule(LocalAction):
    def act(self, args, task_vars):
        run = ChangeRun(self._options(args), task_vars, self._task)
        part = run.part
        if part is None:
            return {"changed": False, "written": [], "msg": "There is no plan, so there is no change document."}
        document, found = run.document(part)
        written, problems = write_change(run.folder, document)
        for problem in [*run.warnings, *problems]:
            display.warning(problem)
        return {
            "changed": False,
            "folder": run.folder,
            "written": written,
            "sha256": document["sha256"],
            "forecast": document["forecast"]["words"],
            "differences": [difference.as_data() for difference in found],
            "lines": run.lines(document, written, found),
            "msg": "; ".join(problems) or f"{written[-1]} was written.",
        }

    @staticmethod
    def _options(args):
        return ChangeOptions(
            plan=args["plan"],
            checks=args["checks"],
            report=args["report"],
            run_id=args["run_id"],
            conductor=args["conductor"],
            hosts=args["hosts"],
            run_hosts=args["run_hosts"],
            serial=args["serial"],
            reason=args["reason"],
            begins=args["begins"],
            begin_tolerance=args["begin_tolerance"],
            time_zone=args["time_zone"],
            journal=args["journal"],
            rehearsal=args["rehearsal"],
            compare_plan=args["compare_plan"],
            settings=args["settings"],
        )

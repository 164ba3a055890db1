# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a report on the controller: the behaviour of the module of the same name."""

from __future__ import annotations

import json
import os

from ansible.utils.display import Display
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.local import LocalAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import replace_file

display = Display()


class ActionModule(LocalAction):
    relations = {"required_one_of": [["content", "lines"]], "mutually_exclusive": [["content", "lines"]]}

    def act(self, args, task_vars):
        path = os.path.abspath(os.path.expanduser(args["path"]))
        if self._task.check_mode:
            return {"changed": False, "written": False, "path": path, "msg": f"{path} would be written."}
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            replace_file(path, _text(args["content"], args["lines"]))
        except (OSError, TypeError, ValueError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            words = f"The report {path} cannot be written: {why}. {_ADVICE}"
            if not args["required"]:
                display.warning(words)
            return {"changed": False, "failed": args["required"], "written": False, "path": path, "msg": words}
        return {"changed": True, "written": True, "path": path, "msg": f"{path} was written."}


def _text(content, lines):
    """What the file is to hold. Raises TypeError or ValueError for data that cannot be written as JSON."""
    if lines is not None:
        return "".join(f"{line}\n" for line in lines)
    return json.dumps(content, indent=4, sort_keys=True, default=str) + "\n"


_ADVICE = (
    "What was sent and what became of it is in the result of its task and in the summary. Make room, or name a folder "
    "that can be written (ssr_report_dir)."
)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run commands on the PCLI: the behaviour of the module of the same name."""

from __future__ import annotations

import re

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.action_base import BadInput, PcliAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import Answer

# Commands that change nothing, also where they are piped through a filter; `show … | tee file` is none of them.
_READS = re.compile(
    r"\s*(show?|sh|compare|ping|traceroute|where|validate)\b[^|>;]*(\|\s*(grep|head|tail|wc|sort|uniq)\b[^|>;]*)*", re.I
)


class ActionModule(PcliAction):
    def act(self, args):
        answers = [
            Answer(self.patterns([entry["question"]], "answers")[0], entry["answer"]) for entry in args["answers"]
        ]
        changing = [command for command in args["commands"] if not _READS.fullmatch(command)]
        if self.check_mode and changing:
            return {
                "changed": True,
                "skipped_commands": changing,
                "msg": f"Check mode: not sent, since it may change something: {'; '.join(changing)}",
            }
        results = []
        for command in args["commands"]:
            if not command.strip():
                raise BadInput("commands holds an empty command.")
            reply = self.session.run(command, timeout=args["command_timeout"], answers=answers, check=False)
            results.append(
                {
                    "command": command,
                    "stdout": reply.text,
                    "error": reply.error,
                    "tables": [list(map(dict, table.rows)) for table in reply.tables],
                    "blocks": [{"title": block.title, "fields": dict(block.fields)} for block in reply.blocks],
                }
            )
            if reply.error and args["fail_on_error"]:
                return {
                    "failed": True,
                    "results": results,
                    "changed": any(one["command"] in changing for one in results[:-1]),
                    "msg": str(DeviceError(command, reply.error)),
                }
        return {"changed": bool(changing), "results": results, "msg": f"{len(results)} commands were answered."}

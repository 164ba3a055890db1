# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run commands on the PCLI: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, PcliAction, patterns
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, NoPrompt, PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.question_answers import Answer, reads_only
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.spelling import unsafe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.counts import counted


class ActionModule(PcliAction):
    def act(self, args):
        answers = [Answer(patterns([entry["question"]], "answers")[0], entry["answer"]) for entry in args["answers"]]
        self._refuse_unsafe(args["commands"])
        changing = [command for command in args["commands"] if not reads_only(command)]
        if self.check_mode and changing:
            return {
                "changed": True,
                "skipped_commands": changing,
                "msg": f"Check mode: not sent, since it may change something: {'; '.join(changing)}",
            }
        results: list[dict] = []
        for command in args["commands"]:
            done = any(result["command"] in changing and not result["error"] for result in results)
            try:
                reply, refusal = self._ask(command, args["command_timeout"], answers)
            except PcliError as error:
                # Of a command whose answer did not come, nobody knows what it did.
                done = done or (command in changing and error.connection in ("lost", "no_prompt"))
                told = {"connection": error.connection} if error.connection else {}
                return {"failed": True, "results": results, "changed": done, "msg": str(error), **told}
            results.append(self._as_data(command, reply))
            if refusal and args["fail_on_error"]:
                return {"failed": True, "results": results, "changed": done, "msg": str(refusal)}
        return {
            "changed": any(result["command"] in changing and not result["error"] for result in results),
            "results": results,
            "msg": f"{counted(len(results), 'command was', 'commands were')} answered.",
        }

    @staticmethod
    def _refuse_unsafe(commands):
        """All of them before the first is sent: what is wrong with the last must not be found out halfway."""
        if not commands:
            raise BadInput("commands is empty. Give the commands to run.")
        for command in commands:
            if problem := unsafe(command):
                raise BadInput(f"commands holds {command[:200]!r}, and nothing was sent: {problem}")

    def _ask(self, command, timeout, answers):
        """What the device answers, and its refusal where it is one."""
        session = self.session
        pending = session.begin(command, answers)
        if not session.wait(pending, timeout):
            pending.given_up = True
            raise NoPrompt(
                f"'{command}' has not come back within {timeout} s. It may still be running. If it needs more time, "
                "raise command_timeout."
            )
        try:
            session.result(pending)
            refusal = None
        except DeviceError as error:
            refusal = error
        return pending.response, refusal

    @staticmethod
    def _as_data(command, reply):
        return {
            "command": command,
            "stdout": reply.text,
            "stdout_lines": reply.text.split("\n") if reply.text else [],
            "error": reply.error,
            "tables": [list(map(dict, table.rows)) for table in reply.tables],
            "blocks": [{"title": block.title, "fields": dict(block.fields)} for block in reply.blocks],
        }

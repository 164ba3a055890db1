# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks before an operation: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.check_action import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import run_checks, select


class ActionModule(CheckAction):
    def act(self, args):
        checks = select(args["checks"], "pre")
        journal = self.journal(args)
        begun = journal.open_of_host()
        if begun and begun.age(self.clock.wall()) < args["upgrade_timeout"]:
            left = args["upgrade_timeout"] - begun.age(self.clock.wall())
            self.wait_for_session(left, f"'{begun.command}' was sent at {begun.intent_at} and its end is not known")
        context = self.context(args)
        context.assets_count = args["assets_count"]
        record = journal.last(*context.place)
        if record and record.open:
            context.ours = f"an earlier run began '{record.command}' at {record.intent_at} and did not see its end"
        return self.check_result(run_checks(checks, context), args)

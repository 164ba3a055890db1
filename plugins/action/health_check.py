# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks after an operation, repeated until they hold: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.check_action import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import run_checks, select
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.watch import Watch
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import spoken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.observe import FINAL


class ActionModule(CheckAction):
    def act(self, args):
        checks = select(args["checks"], "post")
        self._others = [self.conductor_of(host) for host in args["ask_also"] if host != self._host]
        self.wait_for_session(args["wait_timeout"], "it must answer before it can be checked")
        watch = Watch(
            self.clock, args["wait_timeout"], args["soak"], args["poll_interval"], args["retry_pause"], self.tell
        )
        started = self.clock.now()
        results = watch.run(lambda done: self._round(args, [one for one in checks if one.name not in done]), self.alive)
        result = self.check_result(results, args)
        result["waited"] = int(self.clock.now() - started)
        if not result["blocked"] and args["soak"]:
            result["msg"] += f" It stayed so for {spoken(args['soak'])}."
        return result

    def _round(self, args, checks):
        """All checks once; a session that breaks in between is opened anew, since waiting is what this is for."""
        context = self.context(args)
        context.alarms_before = frozenset((one["category"], one["message"]) for one in args["alarms_before"])
        context.plugins_before = args["plugins_before"]
        context.settled_before = frozenset(args["settled_before"])
        context.others = tuple(self._asker(other) for other in self._others)
        deadline = self.clock.now() + args["wait_timeout"]
        again = False
        while True:
            try:
                return run_checks(checks, context)
            except FINAL:
                raise
            except PcliError as error:
                if again and self.clock.now() >= deadline:
                    raise
                self.tell(f"the session broke while checking, opening it anew: {error}")
                self.session.close()
                self.__dict__.pop("conductor", None)
                self.wait_for_session(deadline - self.clock.now(), "the session broke")
                context, again = self._again(context), True

    def _again(self, context):
        """The same wishes, with nothing of what was learned over the broken session."""
        fresh = type(context)(**{name: getattr(context, name) for name in context.__dataclass_fields__})
        fresh.conductor = self.conductor
        return fresh

    def _asker(self, other):
        """The assets of another conductor node: none while it is away, and never again once it turned us away."""

        def ask():
            if other not in self._others:
                return []
            try:
                return other.assets()
            except FINAL as error:
                self._others.remove(other)
                self.warn(f"{other.session.login.address} is not asked any more: {error}")
            except PcliError as error:
                self.tell(f"{other.session.login.address} is not asked this time: {error}")
                other.session.close()
            return []

        return ask

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks after an operation, repeated until they hold: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.check_action import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import run_checks, select
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import spoken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.engine import Abandoned
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.observe import FINAL


class ActionModule(CheckAction):
    def act(self, args):
        checks = select(args["checks"], "post")
        self._others = [self.conductor_of(host) for host in args["ask_also"] if host != self._host]
        self.wait_for_session(args["wait_timeout"], "it must answer before it can be checked")
        before = frozenset((one["category"], one["message"]) for one in args["alarms_before"])
        started = self.clock.now()
        good_since, results, last = None, [], None
        # The vendor's own check is a piece of work for the node: once it has passed it is not asked for again.
        passed = {}
        while True:
            results = self._round(args, checks, before, passed)
            now = self.clock.now()
            failing = [one for one in results if one.blocks]
            words = "; ".join(f"{one.name}: {one.reason}" for one in failing)
            if words != last and failing:
                self.tell(f"not yet healthy: {words}")
            last = words
            good_since = None if failing else (now if good_since is None else good_since)
            if good_since is not None and now - good_since >= args["soak"]:
                break
            if failing and (now - started >= args["wait_timeout"] + args["soak"] or self._hopeless(failing)):
                break
            if not self.alive():
                raise Abandoned("Nobody waits for this task any more.")
            self.clock.sleep(args["poll_interval"])
        result = self.check_result(results, args)
        result["waited"] = int(self.clock.now() - started)
        if not result["blocked"] and args["soak"]:
            result["msg"] += f" It stayed so for {spoken(args['soak'])}."
        return result

    def _round(self, args, checks, before, passed):
        """All checks once; a session that breaks in between is opened anew, since waiting is what this is for."""
        context = self.context(args)
        context.alarms_before = before
        context.assets_count = args["assets_count"]
        context.settled_before = frozenset(args["settled_before"])
        context.others = tuple(self._asker(other) for other in self._others)
        todo = [one for one in checks if one.name not in passed]
        try:
            results = run_checks(todo, context)
        except FINAL:
            raise
        except PcliError as error:
            self.tell(f"the session broke while checking, opening it anew: {error}")
            self.session.close()
            self.__dict__.pop("conductor", None)
            self.wait_for_session(args["wait_timeout"], "the session broke")
            results = run_checks(todo, self._again(context))
        passed.update({one.name: one for one in results if one.name == "vendor_health_check" and one.state == "pass"})
        return [*results, *[one for name, one in passed.items() if name not in {each.name for each in results}]]

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
            except PcliError:
                other.session.close()
            return []

        return ask

    @staticmethod
    def _hopeless(failing):
        """A clear failure of the node's own check does not pass by waiting; everything else may."""
        return any(one.name == "vendor_health_check" and one.evidence and "failed" in one.reason for one in failing)

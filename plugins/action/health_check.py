# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks after an operation, repeated until they hold: the behaviour of the module of the same name."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput, patterns
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.checks import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.comparison import Comparison, check_comparison
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.runner import run_checks
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.waiter import StableWait
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import format_duration
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import FINAL, PcliError


class ActionModule(CheckAction):
    def act(self, args):
        checks = self.checks("post", args)
        comparison = self._comparison(args)
        if comparison:
            checks.append(comparison.check)
        if self.has_targets(args):
            self.conductor.follow_fallback()
        self._others = [self.conductor_of(host) for host in args["ask_also"] if host != self._host]
        self.wait_for_session(args["wait_timeout"], "it must answer before it can be checked")
        stable_wait = StableWait(
            self.clock,
            args["wait_timeout"],
            args["soak"],
            args["poll_interval"],
            args["retry_pause"],
            lambda failing: self.tell(f"not healthy yet: {failing}"),
        )
        started = self._started = self.clock.now()

        def run_round(kept):
            return self._round(args, checks, kept)

        result = self.check_result(stable_wait.wait_until_stable(run_round, self.alive), args)
        result["waited"] = int(self.clock.now() - started)
        if not result["blocked"] and args["soak"]:
            result["msg"] += f" It stayed so for {format_duration(args['soak'])}."
        return result

    def _round(self, args, checks, kept):
        """All checks once; a session that breaks in between is opened anew, since waiting is what this is for."""
        authority = None
        deadline = self.clock.now() + args["wait_timeout"]
        again = False
        while True:
            try:
                authority = authority or self._authority(args)
                return run_checks(checks, authority, kept)
            except FINAL:
                raise
            except PcliError as error:
                if again and self.clock.now() >= deadline:
                    raise
                self.tell(f"the session broke while checking, opening it anew: {error}")
                self.reopen_session(deadline - self.clock.now(), "the session broke")
                authority, again = None, True

    def _authority(self, args):
        """What is looked at in one round: nothing is kept of what was asked in the last one."""
        authority = self.authority(args)
        authority.after, authority.grace = True, args["compare_grace"]
        authority.waited = self.clock.now() - self._started if args["wait_timeout"] else None
        before = [(alarm["category"], alarm["message"], alarm["router"] or None) for alarm in args["alarms_before"]]
        authority.alarms_before = frozenset(before)
        authority.plugins_before = args["plugins_before"]
        authority.settled_before = frozenset(args["settled_before"])
        authority.others = tuple(self._asker(other) for other in self._others)
        looked_at = {target.router for target in authority.targets} or {authority.local_node[0]}
        if args["snapshots"] and not looked_at & set(args["snapshots"]):
            raise BadInput(
                f"snapshots holds none of what is looked at ({', '.join(sorted(looked_at)[:5])}), so nothing would be "
                "compared. Name the routers in targets."
            )
        return authority

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

    def _comparison(self, args):
        """The comparison that is wanted; None without snapshots. Raises BadInput, and asks nobody."""
        include, exclude = args["compare_include"], args["compare_exclude"]
        patterns([*include, *exclude], "compare_include or compare_exclude")
        try:
            areas = check_comparison(args["compare_areas"], args["compare_thresholds"], args["snapshots"])
        except ValueError as error:
            raise BadInput(str(error)) from error
        if not args["snapshots"]:
            return None
        return Comparison(
            snapshots=args["snapshots"],
            areas=areas if args["compare_areas"] else None,
            thresholds=args["compare_thresholds"],
            choice={"include": include, "exclude": exclude, "grace": args["compare_grace"]},
            keep=not args["soak"],
        )

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks after an operation, repeated until they hold: the behaviour of the module of the same name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.action_base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.check_action import CheckAction
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.context import Authority, Context
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.registry import (
    Check,
    CheckResult,
    Finding,
    failed,
    passed,
    skipped,
    warned,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.survey import Survey, survey
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.watch import Watch
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock, spoken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.compare import (
    Change,
    check_thresholds,
    compare,
    untold,
    verdict,
    waits,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, NoPrompt, PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.observe import FINAL
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.snapshots import AREAS, check_areas, take

_COMPARISON = "comparison"
#: Changes that the evidence names; a hub may have hundreds.
_NAMED = 40


class ActionModule(CheckAction):
    def act(self, args):
        checks = self.checks("post", args)
        comparison = self._comparison(args)
        if comparison:
            about = "The router has lost nothing since its snapshot."
            checks.append(Check(_COMPARISON, about, "block", ("post",), comparison, per="router"))
        if self.has_targets(args):
            self.conductor.follow_fallback()
        self._others = [self.conductor_of(host) for host in args["ask_also"] if host != self._host]
        self.wait_for_session(args["wait_timeout"], "it must answer before it can be checked")
        watch = Watch(
            self.clock, args["wait_timeout"], args["soak"], args["poll_interval"], args["retry_pause"], self.tell
        )
        started = self.clock.now()
        if comparison:
            comparison.begin(started)

        def once(kept):
            found = self._round(args, checks, kept)
            return comparison.insisting(found) if comparison else found

        result = self.check_result(watch.run(once, self.alive), args)
        result["waited"] = int(self.clock.now() - started)
        if not result["blocked"] and args["soak"]:
            result["msg"] += f" It stayed so for {spoken(args['soak'])}."
        return result

    def _round(self, args, checks, kept):
        """All checks once; a session that breaks in between is opened anew, since waiting is what this is for."""
        authority = None
        deadline = self.clock.now() + args["wait_timeout"]
        again = False
        while True:
            try:
                authority = authority or self._authority(args)
                return survey(checks, authority, kept)
            except FINAL:
                raise
            except PcliError as error:
                if again and self.clock.now() >= deadline:
                    raise
                self.tell(f"the session broke while checking, opening it anew: {error}")
                self.session.close()
                self.__dict__.pop("conductor", None)
                self.wait_for_session(deadline - self.clock.now(), "the session broke")
                authority, again = None, True

    def _authority(self, args):
        """What is looked at in one round: nothing is kept of what was asked in the last one."""
        authority = self.authority(args)
        before = [(one["category"], one["message"], one["router"] or None) for one in args["alarms_before"]]
        authority.alarms_before = frozenset(before)
        authority.plugins_before = args["plugins_before"]
        authority.settled_before = frozenset(args["settled_before"])
        authority.others = tuple(self._asker(other) for other in self._others)
        looked_at = {target.router for target in authority.targets} or {authority.here[0]}
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
        self.patterns([*include, *exclude], "compare_include or compare_exclude")
        try:
            areas = check_areas(args["compare_areas"] or None)
            check_thresholds(args["compare_thresholds"], AREAS)
            for router, snapshot in args["snapshots"].items():
                _check_snapshot(router, snapshot)
        except ValueError as error:
            raise BadInput(str(error)) from error
        if not args["snapshots"]:
            return None
        return _Comparison(
            snapshots=args["snapshots"],
            areas=areas if args["compare_areas"] else None,
            thresholds=args["compare_thresholds"],
            choice={"include": include, "exclude": exclude, "grace": args["compare_grace"]},
            clock=self.clock,
            patience=args["wait_timeout"],
            pause=args["poll_interval"],
            keep=not args["soak"],
        )


def _check_snapshot(router: str, snapshot: object) -> None:
    """Raise ValueError for what is no snapshot of this router, before anything is asked."""
    if not isinstance(snapshot, Mapping) or not isinstance(snapshot.get("nodes"), list) or "at" not in snapshot:
        raise ValueError(f"snapshots: what is given for {router} is no snapshot. Give what snapshot_info returns.")
    try:
        compare(snapshot, snapshot)
    except (AttributeError, TypeError):
        raise ValueError(f"snapshots: that of {router} is damaged. Take it anew with snapshot_info.") from None
    except ValueError as error:
        raise ValueError(f"snapshots, {router}: {error}") from error
    if snapshot.get("router") != router:
        raise ValueError(f"snapshots: what is given for {router} is the snapshot of {snapshot.get('router')}.")


@dataclass
class _Comparison:
    """Compares a router with the snapshot of it: the function of a check that is made for each router.

    ``areas`` None: all that a snapshot holds. ``choice``: include, exclude and grace, as compare() takes them.
    ``patience``, ``pause``: seconds to wait altogether, and between two rounds. ``keep``: do not compare a router again
    that has passed?
    """

    snapshots: Mapping[str, Mapping]
    areas: list[str] | None
    thresholds: Mapping[str, float | str | None]
    choice: Mapping[str, object]
    clock: Clock
    patience: float
    pause: float
    keep: bool
    _began: float = 0.0
    _passed: dict[str, Finding] = field(default_factory=dict)
    #: Targets for which only something is missing that may come back by itself.
    _pending: set[str] = field(default_factory=set)

    def begin(self, now: float) -> None:
        """The time to wait begins."""
        self._began = now

    def insisting(self, found: Survey) -> Survey:
        """While there is time for another round, what may come back by itself is waited for: it fails until then."""
        if self._waited + self.pause >= self.patience:
            return found
        changed = {
            id(one): replace(one, state="fail")
            for one in found.results
            if one.name == _COMPARISON and one.target in self._pending
        }

        def renewed(results: list[CheckResult]) -> list[CheckResult]:
            return [changed.get(id(one), one) for one in results]

        return Survey(renewed(found.results), {router: renewed(own) for router, own in found.by_router.items()})

    @property
    def _waited(self) -> float:
        return self.clock.now() - self._began

    def __call__(self, context: Context) -> Finding:
        before = self.snapshots.get(context.router)
        if before is None:
            return skipped("there is no snapshot of it")
        if self.keep and context.target in self._passed:
            return self._passed[context.target]
        finding = self._compared(context, before)
        if finding.state == "pass":
            self._passed[context.target] = finding
        return finding

    def _compared(self, context: Context, before: Mapping) -> Finding:
        areas = self.areas or [name for name in AREAS if before["areas"].get(name) is not None]
        # Whether it runs another release decides whether processes may be others; that costs no command.
        asked = {*areas, "versions"}
        authority = context.authority
        alarms = _alarms(authority) if "alarms" in asked else None
        after = take(context.conductor, context.router, before["nodes"], asked, assets=authority.assets, alarms=alarms)
        changes = compare(
            before,
            after,
            areas,
            thresholds=self.thresholds,
            in_flight={one.router for one in authority.assets if one.router and not one.settled},
            half_done=len({one.version_text for one in context.pair.values()}) > 1,
            elapsed=self._elapsed(context),
            **self.choice,
        )
        self._pending.discard(context.target)
        if lost := verdict(changes, self.thresholds):
            return failed(
                f"worse than in the snapshot of {before['at']}, {lost.rstrip('.')}. Look at it before anything else is "
                "upgraded; what is accepted can be named in compare_exclude or compare_thresholds",
                _evidence(changes),
            )
        if (left := waits(changes)) is not None:
            self._pending.add(context.target)
            missing = "; ".join(one.words for one in changes if one.counts_in is not None)
            return warned(f"not back yet, and given {spoken(left)} more: {missing}", _evidence(changes))
        if silent := untold(before, after, areas):
            reasons = "; ".join(f"{area}: {reason.rstrip('.')}" for area, reason in silent.items())
            return warned(f"nothing is known to be lost, but not everything could be compared: {reasons}")
        what = "no more was lost than is accepted" if any(one.counts for one in changes) else "nothing was lost"
        return passed(f"{what} since the snapshot of {before['at']}", _evidence(changes))

    def _elapsed(self, context: Context) -> float | None:
        """For how many seconds the router has been back; None: nobody can tell, and there is no time to wait."""
        rows = context.pair.values()
        since = min((one.time_in_status for one in rows if one.time_in_status is not None), default=None)
        if since is None:
            return self._waited if self._waited < self.patience else None
        return max(float(since), self._waited)


def _alarms(authority: Authority) -> list | None:
    """All alarms, asked once for all routers; None where they are refused: then the snapshot says so itself."""
    try:
        return authority.all_alarms
    except (DeviceError, NoPrompt):
        return None


def _evidence(changes: list[Change]) -> str:
    """The changes in words: those that count first, the others with the reason why they do not."""
    ordered = sorted(changes, key=lambda one: not one.counts)
    told = [f"{one.area}: {one.words}" + ("" if one.counts else f" ({one.why_not})") for one in ordered[:_NAMED]]
    return "; ".join(told) + (f"; and {len(changes) - _NAMED} more" if len(changes) > _NAMED else "")

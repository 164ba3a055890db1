# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can only be judged when a run is over: its verdicts, and what was in flight when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from .judge import CHECKED, Command, Judge
from .nodes import AT_REST, MOVES, Node, Operation

#: No node takes longer with the defaults: download, upgrade, settling, service, health check, soak, breaker, and a way
#: back; and an hour, for all that comes between.
_LONGEST = 11700.0 + 2 * (5400.0 + 5400.0 + 900.0) + 900.0 + 300.0 + 1800.0 + 3600.0
#: For how long a node must be still, in seconds, of which no status shows anything; by default.
_SETTLE = 300.0
#: How often the list of assets may be asked for within the shortest pause between two polls, and how often in any run.
_LOOKS_BY_PAUSE, _FIRST_LOOKS = 4, 20
#: No run tells more of a node: a line for each minute of a day, and as many for all that happens.
_MOST_LINES = 3000
#: Between the decision that a router begins and the first look at it, in seconds: a round, and what is asked before.
_BEGINS = 120.0
BAD = ("failed", "unknown", "reverted", "held", "relapsed")
NOTHING = ("not_started", "blocked", "skipped", "up_to_date", "planned")
#: What says that nothing was sent.
UNSENT = ("not_started", "blocked", "skipped", "planned")


@dataclass(frozen=True)
class Verdict:
    """What a run says of one node, and when it said so (seconds of the world)."""

    router: str
    node: str
    state: str
    at: float
    adopted: bool
    before: str | None
    reason: str
    #: Was it seen to move while its peer was worked on, as a conductor may have it do?
    with_peer: bool = False
    #: Does its result say when it ended?
    timed: bool = True


class RunJudge:
    """Judges one run that came back with a result."""

    def __init__(self, judge: Judge, run: int, result: dict) -> None:
        self.judge, self.world, self.run, self.settings = judge, judge.world, run, judge.world.settings
        self.began, self.ended = self.world.spans[run]
        self.reported = set(result.get("by_router") or {})
        self.commands = [command for command in judge.commands if command.run == run]
        self.verdicts = [
            self._verdict(router, node, entry["nodes"])
            for router, entry in (result.get("by_router") or {}).items()
            for node in entry["nodes"]
        ]
        #: The earlier batches of the same run.
        self.earlier: list[RunJudge] = [
            self.world.judged[number] for number in self.world.night if number in self.world.judged
        ]
        self.by_router: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            self.by_router.setdefault(verdict.router, []).append(verdict)

    def _verdict(self, router: str, data: dict, nodes: list[dict]) -> Verdict:
        """The verdict of one node; one that does not say when it was given is as late as those beside it.

        What was held was held when the run said so, which may be long after the node beside it had ended.
        """
        ends = [data["ended"]] if data.get("ended") else [node["ended"] for node in nodes if node.get("ended")]
        its = self.world.authority.node(router, data["node"])
        sent = [command.at for command in self.commands if its in command.nodes]
        # A clock that was set back tells the same time twice: the end comes after what was seen of the node until then.
        since = max([self.began, *sent, *self._said(f" {data['node']}.{router}: it runs ")])
        said = [] if data.get("ended") else self._said(f" {router}: {data['state'].upper()}")
        at = max([*(self.world.seconds_of(_moment(text), since) for text in ends), *said], default=self.ended)
        at = min(max(at, self.began), self.ended)
        adopted = bool(data.get("adopted") or data.get("moved_by_itself"))
        before = (data.get("from_version") or "").removeprefix("128T-") or None
        with_peer = bool(data.get("moved_by_itself")) and any(router in command.routers for command in self.commands)
        timed = bool(data.get("ended"))
        return Verdict(router, data["node"], data["state"], at, adopted, before, data["reason"], with_peer, timed)

    def _said(self, words: str) -> list[float]:
        """When the run said something on the screen."""
        told = zip(self.world.story, self.world.told_in, strict=True)
        return [at for (at, text), run in told if run == self.run and words in text]

    def judge_all(self) -> None:
        """Everything that this run is to be judged by."""
        self.world.judged[self.run] = self
        self._reported()
        self._bounded()
        for verdict in self.verdicts:
            node = self.world.authority.node(verdict.router, verdict.node)
            if node is not None:
                self._true(verdict, node)
                self._sent_or_not(verdict, node)
        self._slots()
        self._budget()
        self._waves()

    def _breach(self, invariant: str, verdict: Verdict, truth: str) -> None:
        what = f"{verdict.node}.{verdict.router} is {verdict.state} ({verdict.reason[:160]})"
        self.judge.breach(invariant, what, truth, verdict.at)

    # -- I8, I9, I3 -----------------------------------------------------------------------------------------------

    def _reported(self) -> None:
        """What was sent is in the result."""
        named = {(verdict.router, verdict.node) for verdict in self.verdicts}
        for command in self.commands:
            for node in command.nodes:
                if command.begun and (node.router, node.name) not in named:
                    self.judge.breach("I8", command.text, f"{node.id} is not in the result", command.at)
        missing = set(self.settings.targets) - self.reported
        if missing and any(command.begun for command in self.commands):
            self.judge.breach("I8", f"run {self.run}", f"{', '.join(sorted(missing))} got no verdict", self.ended)

    def _bounded(self) -> None:
        """A run takes no longer than all of its nodes can, one after the other."""
        routers = self.world.authority.routers  # a resource group may hold all of them
        nodes = [node for name in self.settings.targets or routers for node in routers.get(name, ())]
        longest = (len(nodes) + 1) * _LONGEST
        if self.ended - self.began > longest:
            truth = f"it took {self.ended - self.began:.0f} s; its {len(nodes)} nodes can take {longest:.0f} s"
            self.judge.breach("I4", f"run {self.run}", truth, self.ended)
        lines = sum(self.began <= at <= self.ended and text.startswith("    ") for at, text in self.world.story)
        if lines > (len(nodes) + 1) * _MOST_LINES:
            self.judge.breach("I4", f"run {self.run}", f"it printed {lines} lines for {len(nodes)} nodes", self.ended)
        looks, pause = self.world.looks[self.run], self.settings.arguments.get("poll_min", 10.0)
        if looks > _LOOKS_BY_PAUSE * ((self.ended - self.began) / pause + _FIRST_LOOKS):
            truth = f"it asked for the list of assets {looks} times in {self.ended - self.began:.0f} s"
            self.judge.breach("I4", f"run {self.run}", truth, self.ended)

    def _began(self, node: Node, run: int | None = None) -> bool:
        return any(
            operation.run is not None and operation.kind in MOVES and (run is None or operation.run == run)
            for operation in node.past
        )

    def _sent_or_not(self, verdict: Verdict, node: Node) -> None:
        ours = [command for command in self.judge.commands if node in command.nodes]
        # What a killed run wrote down that it was about to send may have been sent, as far as anybody knows.
        killed = self._killed_before(verdict.router) and not self._shows_that_nothing_runs(node)
        # What was sent to its peer may move it, too: whether it was that, or somebody else, nobody can know.
        may_have_been = killed or node in self.judge.attempted or verdict.with_peer
        if verdict.state == "unknown" and not (ours or may_have_been or self._began(node)):
            self._breach("I9", verdict, "nothing was ever sent to it")
        if verdict.state in ("failed", "reverted") and not (
            ours or verdict.adopted or may_have_been or self._began(node)
        ):
            self._breach("I9", verdict, "nothing was ever sent to it")
        begun = [command for command in self.commands if node in command.nodes and command.begun]
        if verdict.state in UNSENT and not all(self._leaves_alone(command, node) for command in begun):
            self._breach("I9", verdict, "its operation was begun by this run")
        if verdict.reason.startswith("nothing was sent") and self.judge.has_begun_to_fetch(self.run, node):
            self._breach("I9", verdict, "this run has begun a download for it")

    def _killed_before(self, router: str) -> bool:
        """Was an earlier run killed that might have sent something to this router, and that wrote it down before?"""
        killed = [self.world.settings_of(number) for number in self.world.killed if number < self.run]
        return any(run.keeps_journal and (router in run.targets or not run.targets) for run in killed)

    def _leaves_alone(self, command: Command, node: Node) -> bool:
        """Was a request for a whole router or group none for this node, since it ran the release already?"""
        there = command.kind != "revert" and node.at(command.at).version == command.version
        return there and not self._began(node, self.run)

    def _shows_that_nothing_runs(self, node: Node) -> bool:
        """Was the node well in all of this run, and did a readable status show no operation of it?"""
        history = self.world.data.get("history", ())
        readable = self.judge.status_is_readable(self.ended)
        shown = any(entry["node"] == node.id and entry["end"] == "in progress" for entry in history)
        return readable and not shown and all(moment.well for moment in node.between(self.began, self.ended))

    def _true(self, verdict: Verdict, node: Node) -> None:
        at_verdict, slack = node.at(verdict.at), self.world.habits["lag"] + self.judge.grace + 2.0
        if verdict.adopted and any(old.run not in (None, self.run) for old in node.past):
            # between the list and the verdict it was asked whether what an earlier run began is over
            slack += self.judge.grace + self.world.habits["answer"]
        asked = 2 * self.judge.grace + 10.0  # a question to the node itself shows at once that it is away
        lately, wanted = node.between(verdict.at - slack, verdict.at), self.settings.wanted_of(node.router)
        self._no_good_end_of_a_running_one(verdict, node)
        if verdict.state in ("done", "reverted", "failed") and at_verdict.operation in MOVES:
            operation = self._running_at(node, verdict.at)
            if self._is_known(operation, verdict.at) or (verdict.adopted and self._taken_up(operation, verdict.at)):
                checked = at_verdict.version == operation.target and at_verdict.state in AT_REST and at_verdict.service
                words = CHECKED if checked else "a running"
                self._breach("I3", verdict, f"it has {words} {operation.kind}, whose end will be: {operation.end}")
                return
        if verdict.state == "done" and not any(moment.up for moment in node.between(verdict.at - asked, verdict.at)):
            self._breach("I3", verdict, f"it has not answered for more than {asked:.0f} s")
            return
        if verdict.state == "done" and not any(moment.version == wanted and moment.looks_well for moment in lately):
            self._breach("I3", verdict, f"runs {at_verdict.version}, {at_verdict.state}, service {at_verdict.service}")
        if verdict.state == "done" and self._failed_its_check(verdict, node):
            self._breach("I3", verdict, "its last health check printed a failure, and was read")
        if verdict.state == "reverted" and not any(self._is_back(verdict, wanted, moment) for moment in lately):
            self._breach("I3", verdict, f"runs {at_verdict.version}")
        kinds = [command.kind for command in self.commands if node in command.nodes]
        went_back = "revert" in kinds[1:] and kinds[0] != "revert"  # then it is the revert that has failed
        proven = self.judge.failed_its_check(node, self.began)  # by the vendor's own check, whatever else shows
        # A health check may have failed, and been made again, after the end of the operation.
        judged = max([verdict.at, *self._said(f" {verdict.router}: FAILED")])
        meanwhile = [*lately, *node.between(verdict.at, judged)]
        if verdict.adopted and not verdict.timed:  # it may be hours older than the end of the node beside it
            meanwhile += node.between(self.began, verdict.at)
        well = all(moment.version == wanted and moment.well for moment in meanwhile)
        if verdict.state == "failed" and well and not proven and not went_back:
            self._breach("I3", verdict, f"runs {at_verdict.version} and is well")

    @staticmethod
    def _is_back(verdict: Verdict, wanted: str, moment) -> bool:
        """Does a node run what it ran before? One that ran the release at the first look has left it, for whatever."""
        if verdict.adopted and verdict.before == wanted:
            return moment.version not in (None, wanted)
        return moment.version == verdict.before

    def _is_known(self, operation: Operation, at: float) -> bool:
        """Can this run know of an operation of ours? That of another journal shows in a status alone.

        What a run beside this one began while this one had its own answer shows to nobody in time.
        """
        habits = self.world.habits
        answered = self.judge.grace + habits["refuses_after"] + habits["answer"]
        beside = operation.run not in (None, self.run) and operation.began >= self.began
        if beside and at - operation.began < answered:
            return False
        shown = self.judge.status_is_readable(at)
        if not (shown or self._begins_with_its_command(operation)) and self._hides(operation, at):
            return False
        return operation.run is not None and (operation.run == self.run or self.world.remembers or shown)

    def _begins_with_its_command(self, operation: Operation) -> bool:
        """Not where the vendor moved a peer as well, nor the second node of a request that it takes one by one."""
        sent = [command.at for command in self.commands if operation.node in command.nodes]
        return operation.named and any(at <= operation.began <= at + self.judge.grace for at in sent)

    def _hides(self, operation: Operation, at: float) -> bool:
        """Does a node run the release already that is written to it once more, and was it still for long (rule 33)?

        It is still from the end of what had moved it before, and nothing shows when the writing has begun.
        """
        there = operation.node.at(operation.began).version == operation.target and not operation.course.get("shown")
        ends = [other.over_at for other in operation.node.past if other.over and other.over_at <= operation.began]
        still = at - max(ends, default=operation.began)
        return there and still >= self.settings.arguments.get("operation_settle", _SETTLE)

    def _failed_its_check(self, verdict: Verdict, node: Node) -> bool:
        """Has the run read words of a failure as the last that the vendor's health check said of a node?"""
        read = self._said(f"{verdict.node}.{verdict.router}: health check: ")
        answered = [at for at, other in self.judge.unhealthy if other is node]
        return bool(read) and any(read[-1] - 30.0 <= at <= read[-1] for at in answered)

    def _no_good_end_of_a_running_one(self, verdict: Verdict, node: Node) -> None:
        """What our own runs have begun, and has not ended, is no good end by itself, however long ago it was."""
        if verdict.state not in ("skipped", "up_to_date") or not self.world.remembers:
            return
        for old in node.past:
            over_at = old.over_at if old.over else float("inf")
            ours = old.run is not None and old.named and old.kind in MOVES
            if ours and old.began < self.began and over_at > self.ended:
                now = node.at(self.ended)
                checked = now.looks_well and now.version == old.target
                if verdict.state == "up_to_date" or not checked:
                    words = CHECKED if checked else "a running"
                    self._breach("I3", verdict, f"it has {words} {old.kind}, which run {old.run} began")

    def _taken_up(self, operation: Operation, at: float) -> bool:
        """Is what somebody else began what this run has taken up? And could it be known by then?

        What ran there first was; the status shows it, or the state of its asset.
        """
        moves = [old for old in operation.node.past if old.kind in MOVES]
        first = next(old for old in moves if not old.over or old.over_at >= self.began)
        if first is not operation:
            return False
        habits, since = self.world.habits, at - operation.began - self.judge.grace
        if self.judge.status_is_readable(operation.began):
            hidden = at - min(at, habits["status_ends"] or at)
            return since - hidden > operation.course.get("quiet", 0.0)
        return bool(operation.course.get("shown")) and since > habits["lag"]

    @staticmethod
    def _running_at(node: Node, at: float) -> Operation:
        return next(
            operation
            for operation in node.past
            if operation.kind in MOVES and operation.began <= at and not (operation.over and operation.over_at <= at)
        )

    # -- I5, I6, I7 -----------------------------------------------------------------------------------------------

    def _first(self) -> dict[str, Command]:
        """The first command of each router that began something."""
        first: dict[str, Command] = {}
        for command in self.commands:
            if command.begun and command.kind != "revert":  # no limit holds a way back (rule 32)
                for router in command.routers:
                    first.setdefault(router, command)
        return first

    def _end_of(self, router: str) -> float:
        verdicts = self.by_router.get(router, [])
        if any(verdict.state == "relapsed" for verdict in verdicts):
            return self.began  # it was done, at a time that its result does not say any more
        if not verdicts or any(verdict.state == "unknown" for verdict in verdicts):
            return float("inf")
        return max((verdict.at for verdict in verdicts if verdict.state not in NOTHING), default=self.began)

    def _in_flight(self, router: str, at: float, first: Command | None, until: float | None) -> bool:
        """Is a router worked on? ``until``: when what ran there already was over; it may wait then for its own turn."""
        if first is not None and first.at <= at < self._end_of(router) - 2.0:
            return True
        return until is not None and self.began <= at < min(until, self._end_of(router)) - 2.0

    def _adopted(self) -> dict[str, float]:
        """Routers whose operation ran already when the run began, and that it followed: until when.

        What an earlier run of ours has begun goes on to its verdict.
        """
        adopted: dict[str, float] = {}
        for verdict in self.verdicts:
            for operation in self.world.authority.node(verdict.router, verdict.node).past:
                over_at = operation.over_at if operation.over else float("inf")
                if not self._shows_from_the_start(operation):
                    continue
                if verdict.adopted and operation.kind in MOVES and operation.began < self.began < over_at:
                    until = over_at if operation.run is None else float("inf")
                    adopted[verdict.router] = max(until, adopted.get(verdict.router, 0.0))
        return adopted

    def _shows_from_the_start(self, operation: Operation) -> bool:
        """Does this run know of an operation when it begins? What is in another journal shows by its asset alone."""
        if operation.run in (None, self.run) or operation.course.get("shown"):
            return True
        journals = [self.world.settings_of(run).arguments.get("journal") for run in (operation.run, self.run)]
        return None not in journals and journals[0] == journals[1]

    def _slots(self) -> None:
        first, most, groups = self._first(), self.settings.in_flight, self.settings.groups
        adopted = self._adopted()
        kept = {router for batch in self.earlier for router, state in batch.states.items() if state == "unknown"}
        for router, command in first.items():
            others = [
                other
                for other in dict.fromkeys((*first, *adopted))
                if other != router and self._in_flight(other, command.at, first.get(other), adopted.get(other))
            ]
            others += sorted(kept - {router, *others})
            if most is not None and len(others) >= most:
                self._places(router, command, others, first)
            bad = {
                other
                for batch in self.earlier
                for other, state in batch.states.items()
                if state in BAD and other not in self.by_router
            }
            bad = set() if self.settings.overrides("group_member_not_well", router) else bad
            for other in sorted({*others, *bad} - {router}):
                if router in groups and groups.get(other) == groups[router]:
                    truth = f"{other} of the same group was in flight, or had ended badly"
                    self.judge.breach("I6", command.text, truth, command.at)

    def _places(self, router: str, command: Command, others: list[str], first: dict[str, Command]) -> None:
        """A router begins although all slots are taken: others were back, there was a place, and the budget bears it.

        At least so many of them must have been back that a slot was free.
        """
        most, places, at = self.settings.in_flight, self.settings.in_proof, command.at
        away = [other for other in others if not places or not self._was_back(other, router, first.get(other), at)]
        if len(others) >= most + places or len(away) >= most:
            of = f"{most} and {places} that are back" if places else f"{most}"
            self.judge.breach("I5", command.text, f"in flight were {', '.join(others)} of {of}", at)
        if router in self.world.begun_before_of[self.run] or not command.first:
            return  # a pair that is half done may be finished
        bad = self._bad_before(at)
        at_worst = len({*bad} - {router}) + len({*others} - {*bad}) - most + 1
        limit, percent = self.settings.max_failures, self.settings.max_fail_percentage
        total = len({router for batch in [*self.earlier, self] for router in batch.by_router})
        if limit is not None and at_worst > limit:
            self.judge.breach("I7", command.text, f"{at_worst} could have failed by then, and {limit} may", at)
        if percent is not None and at_worst * 100 > percent * total:
            truth = f"{at_worst} of {total} could have failed by then, and {percent} % may"
            self.judge.breach("I7", command.text, truth, at)

    def _was_back(self, other: str, router: str, first: Command | None, at: float) -> bool:
        """Were all nodes of another router back, which this run moves, at any time while this one was begun?"""
        nodes = {node for command in self.commands if command.kind != "revert" for node in command.nodes}
        nodes = [node for node in nodes if node.router == other]
        if first is None or not nodes:
            return False
        habits, wanted = self.world.habits, self.settings.wanted_of(other)
        began = min((said for said in self._said(f".{router}: before: ") if said <= at), default=at)
        since = max(first.at, began - habits["lag"] - self.judge.asking - _BEGINS)
        moments = sorted({since, *(moment.at for node in nodes for moment in node.between(since, at))})
        return any(
            all(node.at(moment).looks_well and node.at(moment).version == wanted for node in nodes)
            for moment in moments
            if since <= moment <= at
        )

    @property
    def states(self) -> dict[str, str]:
        """How each router ended: with what is worst of its nodes."""
        return {
            router: next((verdict.state for verdict in verdicts if verdict.state in BAD), verdicts[0].state)
            for router, verdicts in self.by_router.items()
        }

    def _bad_before(self, at: float) -> list[str]:
        """The routers of this night that had ended badly by then.

        What another router is asked meanwhile takes its time: a refusal counts as soon as that has been answered, and
        once it was asked, by up to three questions, what the conductor has recorded of it.
        """
        habits = self.world.habits
        known = at - self.judge.grace - habits["answer"] - 3 * habits["latency"]
        earlier = {router for batch in self.earlier for router, state in batch.states.items() if state in BAD}
        now = {
            router
            for router, verdicts in self.by_router.items()
            if any(verdict.state in BAD and verdict.state != "relapsed" for verdict in verdicts)
            and max(verdict.at for verdict in verdicts) < known
        }
        return sorted(earlier | now)

    def _budget(self) -> None:
        limit, percent = self.settings.max_failures, self.settings.max_fail_percentage
        before = self.world.begun_before_of[self.run]
        total = len({router for batch in [*self.earlier, self] for router in batch.by_router})
        for router, command in self._first().items():
            bad = [other for other in self._bad_before(command.at) if other != router]
            if router in before or not command.first or not bad:
                continue  # a pair that is half done may be finished
            if limit is not None and len(bad) > limit:
                truth = f"{', '.join(bad)} had ended badly, and {limit} may"
                self.judge.breach("I7", command.text, truth, command.at)
            if percent is not None and len(bad) * 100 > percent * total:
                truth = f"{', '.join(bad)} of {total} had ended badly, and {percent} % may"
                self.judge.breach("I7", command.text, truth, command.at)

    def _waves(self) -> None:
        """A wave begins when all of the earlier ones have ended; what is unknown never does."""
        waves, first = self.settings.waves, self._first()
        for router, command in first.items():
            if not command.first:
                continue  # the rest of a pair that is half done is no new start
            for other in first:
                earlier = waves.get(other, 0) < waves.get(router, 0)
                end = max(first[other].at, self._end_of(other))
                if earlier and command.at + 2.0 < end < float("inf"):
                    self.judge.breach("R23", command.text, f"{other} of an earlier wave had not ended", command.at)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)

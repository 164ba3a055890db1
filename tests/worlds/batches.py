# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold between the batches of one run (rules 40, 47 and 48)."""

from __future__ import annotations

from .nodes import AT_REST, Node

#: What stops the next batch.
BAD = ("failed", "unknown", "reverted", "held", "relapsed")
#: Longer than a flap, and than the pause between two looks: what is away for so long must have been seen.
_RELAPSE = 200.0


class BatchJudge:
    """Judges whether a batch may begin, and what is said at the end of the run."""

    def __init__(self, world) -> None:
        self.world = world

    def may_not_begin(self) -> str | None:
        """Why no router of this batch may be begun; None where nothing is against it."""
        if self.world.role is None:
            return self._unreported()
        for number in self._earlier():
            ends, targets = self.world.ends[number], self.world.settings_of(number).targets
            missing = [router for router in targets if router not in ends]
            bad = [f"{router} {state}" for router, state in ends.items() if state in BAD]
            if missing or bad:
                what = ", ".join([*bad, *(f"{router} without a verdict" for router in missing)])
                return f"batch {number} has ended with {what}"
        relapsed = self._relapsed()
        return f"{', '.join(relapsed)} were done and are not well any more" if relapsed else None

    def _unreported(self) -> str | None:
        """A task of the same run that had begun to work on routers, and came back without their verdicts."""
        for number in self.world.night[:-1]:
            told = zip(self.world.story, self.world.told_in, strict=True)
            lines = [text for (_at, text), run in told if run == number]
            worked_on = [
                router
                for router in self.world.settings_of(number).targets
                if any(f".{router}: before: " in line for line in lines)
            ]
            missing = [router for router in worked_on if router not in self.world.ends.get(number, worked_on)]
            if missing and number not in self.world.killed:
                return f"batch {number} has ended with {', '.join(missing)} without a verdict"
        return None

    def finished(self, result: dict | None) -> None:
        """The last play has come to its end."""
        if result is None:
            return
        told, not_ok = set(result.get("relapsed") or ()), set(result.get("hosts_not_ok") or ())
        for router in self._relapsed():
            if router not in told:
                self.world.judge.breach("I8", "the end of the run", f"{router} has relapsed, and that is not said")
        for ends in self.world.ends.values():
            for router, state in ends.items():
                if state in (*BAD, "blocked", "not_started") and router not in not_ok:
                    self.world.judge.breach(
                        "I8", "the end of the run", f"the host {router} is {state} and does not fail"
                    )

    def _earlier(self) -> list[int]:
        return [number for number in self.world.ends if number < self.world.run]

    def _relapsed(self) -> list[str]:
        """Routers that were done, and left their settled state for longer than a flap, as any look shows."""
        done = {
            router
            for number in self._earlier_or_all()
            for router, state in self.world.ends[number].items()
            if state == "done"
        }
        return [
            router for router in sorted(done) if any(self._lost(node) for node in self.world.authority.routers[router])
        ]

    def _earlier_or_all(self) -> list[int]:
        return self._earlier() if self.world.inside else list(self.world.ends)

    def _lost(self, node: Node) -> bool:
        began = [command.at for command in self.world.judge.commands if node.router in command.routers]
        moments = node.between(min(began, default=0.0), self.world.clock.now())
        if not any(moment.state in AT_REST for moment in moments):
            return False  # it was dead before: an override let the other node of its pair go
        seconds = _RELAPSE + self.world.habits["lag"] + self.world.judge.grace
        return self.world.judge.steadily(node, seconds, lambda moment: moment.state not in AT_REST)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is bound to an approved plan: it may do less, and never more or anything else (rule 49)."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ansible.errors import AnsibleError

from ..planning.plan import RouterPlan
from ..reports.change_batches import batches_mixed
from ..reports.change_compare import batches_differ, beyond, differences, told
from ..reports.change_differences import Difference
from ..reports.change_file import BadPlan, read_change
from ..rollout.run_record import RunRecord

#: More than this is no change document: one for ten thousand routers has a fraction of it.
_LARGEST = 256 * 1024 * 1024


class NotApproved(AnsibleError):
    """What would be done was not approved. Raised before anything is sent."""


def read_plan(path: str, option: str) -> dict:
    """A change document. Raises NotApproved for a file that is none, or that somebody has changed."""
    name = os.path.abspath(os.path.expanduser(path))
    try:
        with open(name, encoding="utf-8") as stream:
            return read_change(stream.read(_LARGEST))
    except (OSError, BadPlan, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotApproved(
            f"{option}: {name} cannot be used: {why}. Give the change.json that was approved, as it was written. "
            "Nothing was sent."
        ) from None


@dataclass(frozen=True)
class ApprovedPlan:
    """An approved plan, and where it was read from."""

    path: str
    document: Mapping

    @property
    def sha256(self) -> str:
        """The checksum of its contents, by which a board knows it again."""
        return self.document["sha256"]

    def as_data(self) -> dict[str, str]:
        """What a result says of it."""
        return {"path": self.path, "sha256": self.sha256, "run": str(self.document["run"]["id"])}

    @cached_property
    def _commands(self) -> frozenset[str]:
        entries = [self.document, *self.document["routers"]]
        return frozenset(
            command["command"]
            for entry in entries
            for command in entry["commands"]
            if command["changes"] and command["command"]
        )

    def refuses(self, command: str) -> str:
        """Why this command must not leave; empty where it may."""
        if command in self._commands:
            return ""
        return f"'{command}' is not in the approved plan {self.path} (checksum {self.sha256[:12]})"

    def require_run(self, batches: Sequence[Sequence[str]]) -> None:
        """Raise NotApproved where a run has routers or batches that were not approved: before its first batch."""
        routers = [router for batch in batches for router in batch]
        sizes = [len(batch) for batch in batches]
        known = {entry["router"] for entry in self.document["routers"]}
        found = [Difference("is not in the approved plan", router) for router in routers if router not in known]
        self._refuse([*found, *batches_differ(self.document, sizes), *batches_mixed(self.document, batches)])

    def require_order(self, plans: Sequence[RouterPlan], behind: Collection[str]) -> None:
        """Raise NotApproved where a node of the conductor has its turn before one that was approved to go first.

        ``behind``: the nodes that do not run the version yet.
        """
        entries = {entry["router"]: entry for entry in self.document["routers"]}
        found = []
        for plan in plans:
            order = [node["node"] for node in (entries.get(plan.router) or {}).get("nodes", ())]
            mine = [node.node for node in plan.nodes if node.needed and node.node in order]
            first = min(map(order.index, mine), default=0)
            early = [node for node in order[:first] if node in behind]
            if early:
                words = f"{order[first]} would go first, and {', '.join(early)} was approved to go before it"
                found.append(Difference(words, plan.router))
        self._refuse(found)

    def require(
        self, part: Mapping, first: int = 0, sizes: Sequence[int] = (), batches: Sequence[Sequence[str]] = ()
    ) -> None:
        """Raise NotApproved where what would be done goes beyond it.

        ``part``: the plan of now, for some of the routers; ``sizes``: of the batches that begin now, after the
        ``first`` ones; ``batches``: the routers of all batches of the run until now, with those of the last one that
        have work.
        """
        found = [*differences(self.document, part, whole=False), *batches_differ(self.document, sizes, first)]
        self._refuse(beyond([*found, *batches_mixed(self.document, batches)]))

    def _refuse(self, more: Sequence[Difference]) -> None:
        if more:
            raise NotApproved(
                f"This is not what was approved in {self.path} (checksum {self.sha256[:12]}): {told(more)}. Nothing "
                "was sent. Do only what was approved, or have a new plan approved."
            )


def require_same_plan(record: RunRecord, approved: ApprovedPlan | None) -> None:
    """Raise NotApproved where a later part of a run is bound to another plan than its first; note the one of the first.

    A run that was not bound at its begin cannot be bound later: what it has done was not compared.
    """
    checksum = approved.sha256 if approved else ""
    if record.approved is None:
        record.approved = checksum
    if record.approved != checksum:
        was, now = (text[:12] or "none" for text in (record.approved, checksum))
        raise NotApproved(
            f"This run began with the approved plan {was} (its checksum), and this part of it would go by {now}. A run "
            "keeps its plan to its end. Nothing was sent. Put the file back, or begin another run."
        )


def approved_plan(path: str | None, checksum: str | None = None) -> ApprovedPlan | None:
    """The plan that a run is bound to; None where it is not bound. Raises NotApproved for one that cannot be used.

    ``checksum``: the one that it must have, if anybody knows.
    """
    plan = ApprovedPlan(os.path.abspath(os.path.expanduser(path)), read_plan(path, "approved_plan")) if path else None
    wanted = (checksum or "").strip().lower()
    if wanted and (plan is None or plan.sha256 != wanted):
        has = f"{plan.path} has {plan.sha256[:12]}" if plan else "no approved plan was given"
        raise NotApproved(
            f"The approved plan must have the checksum {wanted[:12]}, and {has}. Nothing was sent. Give the "
            "change.json that was approved, as it was written."
        )
    return plan

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches as the role router_upgrade plays them: a review, a plan, the upgrades, and what the next batch is handed.

Ansible itself never stops the night in these worlds: it misses hosts that failed in an earlier play, and tasks that
were unreachable. Whether a batch begins is decided by what the collection says.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

_REVIEW = "ansible_collections.sessionsmart.ssr.plugins.action.run_review"
#: What the review takes of the arguments of a batch.
_REVIEWED = ("journal", "run_id", "poll_min", "flap")
_OF_ROLE = ("bake", "run_record")


def review_action() -> type | None:
    """The action that decides about batches, if this collection has one."""
    return import_module(_REVIEW).ActionModule if find_spec(_REVIEW) else None


class RolePlay:
    """The batches of one ``ansible-playbook``. ``act(module, arguments, check_mode)`` runs an action."""

    def __init__(self, world, act: Callable[[str, dict, bool], dict]) -> None:
        self.world, self._act = world, act
        #: What the tasks hand on to each other, as facts of the conductor host.
        self._record: dict = {}
        self._reviews = review_action() is not None
        self.began = False

    def play(self, module: str, arguments: dict) -> dict:
        """One batch."""
        self.began = True
        routers = self.world.settings.targets
        if self._reviews:
            begun = self._review({**arguments, "next_hosts": routers})
            if not begun.get("goes_on"):
                return {"end": "refused", "msg": begun.get("msg", "the review failed")}
        given = {name: value for name, value in arguments.items() if self._reviews or name not in _OF_ROLE}
        plan = self._act(module, self._with_record(given), True)
        if plan.get("failed"):
            return {"end": "no plan", "msg": plan.get("msg")}
        result = self._act(module, self._with_record(given), False)
        self._record = result.get("run_record", self._record)
        return result

    def finish(self, arguments: dict) -> dict | None:
        """The last play: everything that is done is looked at once more. None: there is no such thing."""
        if not self._reviews or not self.began:
            return None
        return self._review(arguments)

    def _review(self, arguments: dict) -> dict:
        given = {name: value for name, value in arguments.items() if name in (*_REVIEWED, "next_hosts")}
        result = self._act("run_review", {**given, **({"run_record": self._record} if self._record else {})}, False)
        self._record = result.get("run_record", self._record)
        return result

    def _with_record(self, arguments: dict) -> dict:
        return {**arguments, "run_record": self._record} if self._reviews and self._record else dict(arguments)

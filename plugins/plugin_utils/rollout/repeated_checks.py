# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks before an operation that only what an earlier run had begun explained: made again once that is over.

Until then they stop nothing, since it is followed to its end in any case. Afterwards nothing explains them any more.
"""

from __future__ import annotations

from collections.abc import Callable

from ..pcli.errors import PcliError
from ..pcli.waiting import Steps
from ..software.targets import Target
from .post_checks import PostCheckOptions, PostChecks
from .router_view import RouterView


class RepeatedChecks:
    """The checks that are to be made again for one router. ``options`` None: none; ``doubt``: see PostChecks."""

    def __init__(
        self, view: RouterView, options: PostCheckOptions | None, doubt: Callable[[], None] = lambda: None
    ) -> None:
        self._view, self._options = view, options
        self._checks = PostChecks(view, options, doubt)

    @property
    def due(self) -> bool:
        """True while they have not been made, and nothing runs on the router that an earlier run began."""
        view = self._view
        nodes = map(view.node_id, view.all_nodes())
        return self._options is not None and not any(map(view.may_be_running, nodes))

    def steps(self) -> Steps[str | None]:
        """Wait until they hold. Returns what still stops the router, as a clause."""
        view, options = self._view, self._options
        self._options = None
        view.context.tell(f"{view.router}: checks that an operation of an earlier run explained are made again")
        try:
            check_run = yield from self._checks.wait_until_they_hold(
                [Target(view.router, tuple(view.all_nodes()), True)]
            )
        except PcliError as error:
            return f"what an operation of an earlier run explained could not be checked again: {error}"
        options.record(check_run.results)
        words = "; ".join(f"{check.name}: {check.reason.rstrip('.')}" for check in check_run.results if check.blocks)
        return f"the operation of an earlier run that explained it is over: {words}" if words else None

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who watches a run from outside, from the arguments of its task: the file of metrics, and the webhook.

Neither can stop a night: what cannot be used of their options is a warning, and the run goes on without it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..rollout.context import RunContext
from ..rollout.metrics_file import MetricsFile, RunLabels
from ..rollout.notice_post import BadDestination, destination, post
from ..rollout.notices import Notices, NoticeSettings
from ..rollout.outbox import Outbox
from ..rollout.run_figures import Review
from ..rollout.run_memory import RunMemory
from .base import PcliAction

#: Options of the connection that are secret, by a part of their names.
_SECRET = ("pass", "token", "secret")
#: What is shorter is found in many words that are no secret.
_SHORTEST = 4


@dataclass
class Watchers:
    """What watches a task; None what nobody wants."""

    metrics: MetricsFile | None = None
    notices: Notices | None = None


def watchers_of(
    action: PcliAction,
    args: dict,
    host: str,
    operation: str,
    *,
    continues: bool | None = None,
    failures_allowed: int | None = None,
    window_end: datetime | None = None,
) -> Watchers:
    """What watches this task. It never raises. ``host``: whom it talks to.

    ``continues``: another task follows that says how the run has ended; None: as its arguments say.
    """
    watchers = Watchers()
    if action.check_mode:
        return watchers
    follows = args["run_continues"] if continues is None else continues
    labels = RunLabels(_authority(action, host), failures_allowed, window_end, follows)
    try:
        if args["metrics_file"]:
            memory = _memory("metrics", action, args, operation)
            watchers.metrics = MetricsFile(args["metrics_file"], labels, action.clock, memory, action.warn)
        if args["webhook_url"]:
            watchers.notices = _notices(action, args, labels, _memory("notices", action, args, operation))
    except BadDestination as error:
        action.warn(f"No notices are sent: {error}")
    except Exception as error:  # pylint: disable=broad-exception-caught
        action.warn(f"Nobody is told how the run goes, which stops nothing: {type(error).__name__}.")
    return watchers


def _authority(action: PcliAction, host: str) -> str:
    """The inventory name of an authority: that of the first node of its conductor."""
    nodes = [str(name) for name in (getattr(action, "_vars", {}).get("groups") or {}).get("ssr_conductors") or ()]
    return nodes[0] if host in nodes else host


def _memory(kind: str, action: PcliAction, args: dict, operation: str) -> RunMemory:
    """What earlier tasks of the run have left. A download and an upgrade of one playbook are told apart."""
    return RunMemory(f"{kind}-{operation}", args["journal"] or None, args["run_id"], action.process)


def _notices(action: PcliAction, args: dict, labels: RunLabels, memory: RunMemory) -> Notices:
    """The notices of a task. Raises BadDestination for an address that cannot be used."""
    where = destination(
        args["webhook_url"],
        allow_http=args["webhook_allow_http"],
        ca_path=args["webhook_ca_path"],
        timeout=args["webhook_timeout"],
        secrets=_secrets_of(action),
    )
    settings = NoticeSettings(
        args["webhook_format"],
        frozenset(args["webhook_events"]),
        args["webhook_heartbeat"],
        labels.authority,
        labels.continues,
    )
    outbox = Outbox(lambda body: post(where, body))
    return Notices(settings, outbox, action.clock, memory, action.warn, where.secrets.mask)


def watch(watchers: Watchers, context: RunContext) -> None:
    """The watchers get the events of this work from now on."""
    context.metrics_file, context.notices = watchers.metrics, watchers.notices


def tell_review(watchers: Watchers, review: Review) -> None:
    """Tell them how a run stands between two batches, or how it has ended. What fails in it fails nothing else."""
    for watcher in filter(None, (watchers.metrics, watchers.notices)):
        with contextlib.suppress(Exception):
            watcher.review(review)


def _secrets_of(action: PcliAction) -> Iterator[str]:
    """The passwords and the like that the connection of a task has."""
    connection = getattr(action, "_connection", None)
    for name, value in dict(getattr(connection, "_options", None) or {}).items():
        if any(part in name for part in _SECRET) and isinstance(value, str) and len(value) >= _SHORTEST:
            yield value

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of ``ansible-playbook`` that would skip the checks at the beginning of a playbook, and the end of such a run.

No task can notice that it is skipped. But Ansible evaluates the keywords of a play whatever runs of it, and the first
play of every playbook here asks this in its ``hosts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from ansible.utils.display import Display

from .run_tags import TaggedTask, given_tags, unnoticed_mistake

#: As for every other mistake that is found at the beginning (docs/ci.md).
EXIT_CODE = 2
_ONLY_SHOWN = ("listhosts", "listtags", "listtasks", "syntax")
#: Tags that can leave out a task that always runs, whatever else it is called.
_OF_CHECKS = {"always", "tagged"}

display = Display()


def refusal(options: Mapping[str, object], tasks_of: Callable[[], Sequence[TaggedTask]]) -> str:
    """Why a run must not begin, as a sentence; empty if it may. Pure.

    ``options``: those of ``ansible-playbook``; ``tasks_of``: finds the tasks of the run, or none if it cannot.
    """
    if any(options.get(name) for name in _ONLY_SHOWN):
        return ""
    if options.get("start_at_task"):
        return (
            f"--start-at-task '{options['start_at_task']}' cannot be used with the playbooks of sessionsmart.ssr: it "
            "would skip the checks at their beginning. Leave it out: a run takes up what an earlier one has begun, and "
            "leaves alone what is done. Nothing was sent."
        )
    run, skip = (_texts(options.get(name)) for name in ("tags", "skip_tags"))
    if not skip:  # a task that always runs looks at the others
        return ""
    tasks = tasks_of()
    if not tasks and _OF_CHECKS.intersection(skip):
        return (
            f"{given_tags(run or ['all'], skip)} would skip the check at the beginning of the playbooks of "
            "sessionsmart.ssr, and what else it selects cannot be found out. Leave it out. Nothing was sent."
        )
    return unnoticed_mistake(tasks, run or ["all"], skip)


def _texts(tags: object) -> list[str]:
    return sorted(map(str, tags)) if isinstance(tags, (list, tuple, set, frozenset)) else []


def end_run(sentence: str) -> NoReturn:
    """End ``ansible-playbook`` with a sentence and nothing else.

    An exception in a keyword is wrapped by Ansible into its own words about fields and filters.
    """
    display.error(sentence, wrap_text=False)
    raise SystemExit(EXIT_CODE)

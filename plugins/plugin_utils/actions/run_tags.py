# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tags of all tasks of a run, and what the tags of its command line select. As Ansible decides it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible import context
from ansible.parsing.dataloader import DataLoader
from ansible.playbook import Playbook
from ansible.playbook.block import Block
from ansible.playbook.playbook_include import PlaybookInclude
from ansible.playbook.task import Task
from ansible.template import Templar
from ansible.vars.manager import VariableManager

#: Tags that a task has for its own sake: nobody chooses a playbook by them.
OF_TASKS = frozenset({"always", "never"})
#: What can be given beside the tags of tasks.
SPECIAL = OF_TASKS | {"all", "tagged", "untagged"}
_COLLECTION = str(Path(__file__).resolve().parents[3]) + os.sep
_CHECK = "sessionsmart.ssr.tag_check"
_INCLUDES = ("include_tasks", "include_role")


@dataclass(frozen=True)
class TaggedTask:
    """The tags of a task.

    ``more``: whether it brings other tasks of a user, whose tags are known only then; ``checks``: whether it is the one
    that checks the tags at the beginning of a playbook.
    """

    tags: frozenset[str]
    more: bool = False
    checks: bool = False

    def runs(self, run: Iterable[str], skip: Iterable[str]) -> bool:
        """Whether it runs with these tags of the command line, also because it always does."""
        tags, run, skip = self.tags or {"untagged"}, set(run), set(skip)
        common = "never" not in tags and ("all" in run or ("tagged" in run and bool(self.tags)))
        runs = common or "always" in tags or bool(tags & run)
        skips = bool(tags & skip) or ("tagged" in skip and bool(self.tags))
        if "all" in skip:
            skips = "always" not in tags or "always" in skip
        return runs and not skips

    def chosen(self, run: Iterable[str], skip: Iterable[str]) -> bool:
        """Whether these tags of the command line select it, other than because it always runs."""
        own = self.tags - OF_TASKS
        if (self.tags and not own) or ("never" in self.tags and not own & set(run)):
            return False
        return selected(own, run, skip)


def selected(own: Iterable[str], run: Iterable[str], skip: Iterable[str]) -> bool:
    """Do these tags of the command line select a task that has these tags of its own? Pure."""
    own, run, skip = set(own), set(run), set(skip)
    runs = bool("all" in run or own & run or ("tagged" in run and own) or ("untagged" in run and not own))
    skips = bool("all" in skip or own & skip or ("tagged" in skip and own) or ("untagged" in skip and not own))
    return runs and not skips


def unknown_tags(tasks: Sequence[TaggedTask], run: Sequence[str], skip: Sequence[str]) -> list[str]:
    """The tags of the command line that no task of the run has. Pure."""
    if any(task.more and task.chosen(run, skip) for task in tasks):
        return []
    known = SPECIAL.union(*(task.tags for task in tasks))
    return [tag for tag in run if tag not in known]


def given_tags(run: Sequence[str], skip: Sequence[str]) -> str:
    """The tags of the command line as they are written there. Pure."""
    return " ".join(
        [f"--tags {','.join(run)}"] * (list(run) != ["all"]) + [f"--skip-tags {','.join(skip)}"] * bool(skip)
    )


def nothing_done(run: Sequence[str], skip: Sequence[str]) -> str:
    """What is said where the tags leave out a playbook that has none. Pure."""
    return (
        f"With {given_tags(run, skip)} nothing would be done, since the tasks of this playbook have no tags. Leave the "
        "tags out (in AWX: the job tags and skip tags of the template), or give tags to the playbook where your own "
        "playbook imports it. Nothing was sent."
    )


def mistake_in_tags(tasks: Sequence[TaggedTask], run: Sequence[str], skip: Sequence[str]) -> str:
    """What is wrong with the tags of the command line, for a run of these tasks; empty if nothing is. Pure."""
    if not tasks:  # nothing is known of the run
        return ""
    given = given_tags(run, skip)
    names = sorted({tag for task in tasks for tag in task.tags} - SPECIAL)
    known = f"The tags of this run are: {', '.join(names)}." if names else "No task of this run has a tag."
    unknown = unknown_tags(tasks, run, skip)
    if unknown:
        return f"{given}: no task of this run has the tag {' or '.join(unknown)}. {known} Nothing was sent."
    if not any(task.chosen(run, skip) for task in tasks):
        return f"With {given} nothing would be done: no task of this run is selected. {known} Nothing was sent."
    return ""


def unnoticed_mistake(tasks: Sequence[TaggedTask], run: Sequence[str], skip: Sequence[str]) -> str:
    """What is wrong with the tags where they leave out the tasks that check them as well; empty if nothing is. Pure."""
    checks = [task for task in tasks if task.checks]
    if any(task.runs(run, skip) for task in checks):  # it says it better
        return ""
    if any(not task.tags - OF_TASKS and not selected((), run, skip) for task in checks):
        return nothing_done(run, skip)
    return mistake_in_tags(tasks, run, skip)


def tasks_of_run(loader: DataLoader, manager: VariableManager, templar: Templar) -> list[TaggedTask]:
    """All tasks of the playbooks that the command line names. Raises AnsibleError where one cannot be read."""
    playbooks = (context.CLIARGS or {}).get("args") or ()
    return [
        _tagged(other, templar)
        for name in playbooks
        for play in _plays(str(name), loader, manager)
        for block in play.compile()
        for other in _tasks(block)
    ]


def _plays(name: str, loader: DataLoader, manager: VariableManager) -> Iterable:
    """The plays of a playbook that is named by its path, or as one of a collection."""
    folder, path = loader.get_basedir(), os.path.abspath(name)
    try:
        if os.path.exists(path):
            return Playbook.load(path, manager, loader).get_plays()
        entry = {"import_playbook": name}
        return PlaybookInclude.load(entry, os.getcwd(), variable_manager=manager, loader=loader).get_plays()
    finally:
        loader.set_basedir(folder)


def _tasks(block: Block) -> Iterator[Task]:
    for part in (*block.block, *block.rescue, *block.always):
        if isinstance(part, Block):
            yield from _tasks(part)
        elif not getattr(part, "implicit", False):
            yield part


def _tagged(task: Task, templar: Templar) -> TaggedTask:
    names = templar.template(list(task.tags))
    flat = [name for entry in names for name in (entry if isinstance(entry, list) else str(entry).split(","))]
    own = os.path.realpath(task.get_path() or "").startswith(_COLLECTION)
    action = str(task.action)
    brings = action.rpartition(".")[2] in _INCLUDES and not own
    return TaggedTask(frozenset(str(name).strip() for name in flat), brings, action == _CHECK)

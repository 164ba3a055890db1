# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What costs a process for each router of a batch: nothing but the task that gives each host its result."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

TASKS = Path(__file__).resolve().parents[3] / "roles" / "router_upgrade" / "tasks"
#: The verdict of each host, in the batch and at the end; and tasks of the user's own, whose include has the keyword.
FOR_EACH_HOST = {"verdict.yml", "fail.yml", "own_tasks.yml", "own_tasks_fenced.yml"}
#: What is imported has its own tasks, and a task of Ansible's own that only directs the play starts no process.
STARTS_NOTHING = ("import_tasks", "import_role", "meta")


def leaves(tasks, inherited=False):
    """Each task that starts a process, with whether it runs once for its batch."""
    for task in tasks:
        once = inherited or task.get("run_once", False)
        for part in ("block", "rescue", "always"):
            yield from leaves(task.get(part, []), once)
        if "block" not in task and not any(f"ansible.builtin.{name}" in task for name in STARTS_NOTHING):
            yield task["name"], once


@pytest.mark.parametrize("path", sorted(set(TASKS.glob("*.yml"))), ids=lambda path: path.name)
def test_a_task_runs_once_for_its_batch_and_starts_no_process_for_each_router(path):
    """An include without run_once does, too: Ansible asks its condition in a process for each host."""
    tasks = list(leaves(yaml.safe_load(path.read_text(encoding="utf-8"))))
    if path.name in FOR_EACH_HOST:
        assert not all(once for _name, once in tasks)
    else:
        assert [name for name, once in tasks if not once] == []

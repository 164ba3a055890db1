# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints the last screen of a run: what it has gathered from the results of tasks. What is printed stands in
``plugin_utils/rollout/last_screen.py``.

It must never fail a run, and it says nothing about playbooks that use nothing of this collection.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: last_screen
type: notification
short_description: The last screen of an upgrade - how it ended, who needs a person now, and what to type next
version_added: 0.3.0
author: The sessionsmart.ssr maintainers (@sessionsmart)
description:
  - Prints at most 25 lines at the very end of a playbook, behind Ansible's own recap, in this order - how many routers
    and conductor nodes ended how, over all batches; who needs a person now and why, in the conductor's own words; the
    command to type next; whether a configuration may be committed now; who was never begun, and why; where the report
    is.
  - No task can do this. Where all hosts of a batch fail, Ansible leaves the playbook, and after Ctrl-C no task runs.
  - It speaks of upgrades, downgrades, downloads and reverts. After other playbooks, it prints nothing.
  - With it, the roles of this collection print no summary of the run themselves.
  - With a callback for the screen whose output is for programs, such as C(ansible.posix.json), it prints to
    the standard error output.
options: {}
requirements:
  - It needs to be enabled, with C(callbacks_enabled = sessionsmart.ssr.last_screen) in the section C([defaults]) of
    C(ansible.cfg), or with E(ANSIBLE_CALLBACKS_ENABLED).
seealso:
  - module: sessionsmart.ssr.run_review
"""

EXAMPLES = r"""
# In ansible.cfg
#
# [defaults]
# callbacks_enabled = sessionsmart.ssr.last_screen
"""

import atexit
import contextlib
import functools
import glob
import json
import multiprocessing
import os
import re
import time
from dataclasses import replace

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible_collections.sessionsmart.ssr.plugins.filter.last_lines import command_again, playbooks_of_run, run_again
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import run_end
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.hidden_results import formats_output
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.last_words import LONGEST
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.clock import Clock, process_name
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.files import replace_file
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.cut_short import by_router, sent_by
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Journal
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.last_screen import (
    CHANGED,
    ERROR,
    OK,
    last_screen,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.next_run import with_next_run
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.report_index import mark_interrupted
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_ending import RunEnding

COLLECTION = "sessionsmart.ssr."
COLOURS = {OK: C.COLOR_OK, ERROR: C.COLOR_ERROR, CHANGED: C.COLOR_CHANGED}
#: What the playbooks of this collection are for, by the beginning of their names.
PURPOSES = {"plan": "upgrade", "upgrade": "upgrade", "revert": "revert", "download": "download", "stage": "download"}


def harmless(method):
    """Whatever goes wrong in a method costs the last screen, is told once, and never fails a run."""

    @functools.wraps(method)
    def guarded(self, *args, **kwargs):
        if self._broken:
            return
        try:
            method(self, *args, **kwargs)
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._broken = True
            self._display.warning(f"The last screen cannot be shown: {type(error).__name__}: {error}")

    return guarded


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "sessionsmart.ssr.last_screen"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._broken = False
        self._over = False
        self._ending = RunEnding()
        self._template = ""
        self._to_stderr = formats_output(C.DEFAULT_STDOUT_CALLBACK)

    # -- what happens -----------------------------------------------------------------------------------------

    @harmless
    def v2_playbook_on_start(self, playbook):
        name = os.path.basename(str(getattr(playbook, "_file_name", "") or ""))
        self._ending.purpose = next((what for begin, what in PURPOSES.items() if name.startswith(begin)), "")
        self._ending.plans = name.startswith("plan")
        self._ending.dry = bool((context.CLIARGS or {}).get("check"))
        if not self._to_stderr:  # what is written for programs keeps the summary in its results
            run_end.announce()
        # Ansible ends at Ctrl-C without a word to callbacks. Its workers never come here: they leave by os._exit.
        atexit.register(self._interrupted, os.getpid())

    @harmless
    def v2_playbook_on_play_start(self, play):
        extra = getattr(play.get_variable_manager(), "extra_vars", None) or {}
        self._template = str(extra.get("awx_job_template_name") or extra.get("tower_job_template_name") or "")

    @harmless
    def v2_playbook_on_task_start(self, task, is_conditional):
        self._ending.begin(_module(task))

    @harmless
    def v2_runner_on_ok(self, result):
        self._take(result, failed=False)

    @harmless
    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._take(result, failed=not ignore_errors)

    @harmless
    def v2_runner_on_skipped(self, result):
        self._ending.skip(_module(_of(result, "task")))

    @harmless
    def v2_runner_on_unreachable(self, result):
        self._take(result, failed=True)

    def _take(self, result, failed):
        data, task = _of(result, "result") or {}, _of(result, "task")
        fields = _fields(result)
        args, check_mode = fields.get("args") or {}, bool(fields.get("check_mode"))
        several = data.get("results") if isinstance(data.get("results"), list) else None
        for one in [data] if several is None else [item for item in several if isinstance(item, dict)]:
            delegated = bool(one.get("_ansible_delegated_vars"))
            host = _of(result, "host").get_name()
            how = {"failed": failed, "delegated": delegated, "check_mode": check_mode}
            self._ending.take(_module(task), host, one, args, **how)

    # -- the end ----------------------------------------------------------------------------------------------

    @harmless
    def v2_playbook_on_stats(self, stats):
        cut = "a task ended without a result" if self._ending.under_way else ""
        self._show(cut)

    @harmless
    def _interrupted(self, pid):
        if os.getpid() == pid and not self._over:
            wait_for_workers()
            self._show("the run was interrupted")

    def _show(self, interrupted):
        self._over = True
        if not self._ending.matters:
            return
        left, status = {}, None
        if interrupted:
            process = process_name(os.getpid())
            left = by_router(sent_by(Journal(self._ending.journal or None, "", Clock()).records(), process))
            status = self._status()
            for path in folders_of(self._ending):
                mark_interrupted(path, process, left)
        ending = self._ending.ending(interrupted=interrupted, status=status, left=left)
        again = again_after(ending, self._ending)
        ending = with_next_run(ending, again, command_again(again, _playbooks(ending)), self._template, _limit())
        ending = replace(ending, report=report_of(self._ending))
        self._display.display("", stderr=self._to_stderr)
        for line in last_screen(ending):
            self._display.display(line.text, color=COLOURS.get(line.kind), stderr=self._to_stderr)

    def _status(self):
        """The status file of this run; None where there is none, or it is of another run."""
        path = self._ending.asked.get("status_file")
        try:
            with open(os.path.expanduser(str(path)), encoding="utf-8") as stream:
                data = json.load(stream)
        except (OSError, ValueError):
            return None
        return data if isinstance(data, dict) and data.get("run_id") == self._ending.run_id else None


def _limit():
    """The limit of this run; empty if it has none."""
    return str((context.CLIARGS or {}).get("subset") or "")


def _playbooks(ending):
    """What is run next: the playbooks of this run, or what a plan is a plan of."""
    names = playbooks_of_run()
    return [re.sub(r"\bplan(?=(\.ya?ml)?$)", "upgrade_routers", name) for name in names] if ending.plan else names


def again_after(ending, gathered):
    """Which hosts another run is limited to, as ``run_again`` says it; a limit that is too long is in its file."""
    if any(name in ending.bad for name in ending.conductors) or ending.interrupted:
        return {}
    hosts = {gathered.hosts.get(router, router): router for router in [*ending.routers, *ending.waiting]}
    waiting = {router: {"state": "not_started", "reason": "", "nodes": []} for router in ending.waiting}
    entries = {**waiting, **ending.routers}
    first = ["ssr_conductors"] if gathered.waiting else []
    path = os.path.join(gathered.folder, f"routers-{gathered.run_id}.limit") if gathered.folder else ""
    again = run_again([{"by_router": entries}], hosts, None, first, path, ending.dry)
    if again["lines"] and not os.path.exists(path):  # the task that writes it was not reached
        with contextlib.suppress(OSError):
            replace_file(path, "".join(f"{host}\n" for host in again["lines"]))
    return again


def wait_for_workers():
    """Workers that were told to end write first what they know, see actions/last_words.py; it is read afterwards."""
    until = time.monotonic() + 2 * LONGEST
    for worker in multiprocessing.active_children():
        worker.join(max(0.0, until - time.monotonic()))


def folders_of(gathered):
    """The folders that may hold the report of the run: where another one had its name, a number follows."""
    if not gathered.folder or not gathered.run_id:
        return []
    path = os.path.join(gathered.folder, gathered.run_id)
    return [path, *sorted(glob.glob(f"{glob.escape(path)}-[0-9]*"))]


def report_of(gathered):
    """The report of the run: the page where there is one, else its data, else what the batches have written."""
    folder = os.path.join(gathered.folder, gathered.run_id) if gathered.folder and gathered.run_id else ""
    pages = [os.path.join(folder, name) for name in ("report.html", "report.json")] if folder else []
    named = [path for path in gathered.reports if path.endswith(".html")]
    found = next((path for path in (*named, *pages) if os.path.exists(path)), "")
    if found or len(gathered.reports) < 2:
        return found or "".join(gathered.reports)
    return os.path.join(gathered.folder, f"routers-{gathered.run_id}-from-*.json")


def _of(result, name):
    """A part of the result of a task, as the releases of ansible-core name it."""
    return getattr(result, name, None) if hasattr(result, name) else getattr(result, f"_{name}", None)


def _fields(result):
    """The fields of a task as they were used. ansible-core 2.21 warns of the public name, and has them in the task."""
    fields = getattr(result, "_task_fields", None)
    return (_of(result, "task").dump_attrs() if fields is None else fields) or {}


def _module(task):
    """The short name of a module of this collection, or of Ansible's set_fact and fail; else empty."""
    action = str(getattr(task, "resolved_action", None) or getattr(task, "action", "") or "")
    if action.startswith(COLLECTION):
        return action.removeprefix(COLLECTION)
    short = action.removeprefix("ansible.builtin.").removeprefix("ansible.legacy.")
    return short if short in ("set_fact", "fail", "assert") else ""

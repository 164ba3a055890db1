# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what every task returned to a file, a JSON line each, so that tests can look at results and not at prose.

It also saves half of the time of a run. Ansible forks a process for each task and host, and each of those compiles and
reads anew what the main process has not read: here that reads it once, before the first fork. What is read is the same.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: record
type: notification
short_description: Record task results for tests
description: Appends a JSON line for each result to the file named in SSR_TEST_RECORD.
"""

import contextlib
import gc
import importlib
import json
import os
from importlib.machinery import SourceFileLoader

from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import connection_loader, shell_loader
from ansible.utils.collection_loader import _collection_finder as finder

PLUGINS = "ansible_collections.sessionsmart.ssr.plugins"

_own_code = finder._AnsibleCollectionPkgLoaderBase.get_code


def code_of(loader, fullname):
    """The code of a module from `__pycache__`, which Ansible's own loader of collections does not look at."""
    path = loader.get_filename(fullname) or ""
    if not path.endswith(".py") or not os.path.isfile(path):
        return _own_code(loader, fullname)
    return SourceFileLoader(fullname, path).get_code(fullname)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        finder._AnsibleCollectionPkgLoaderBase.get_code = code_of

    def v2_playbook_on_start(self, playbook):
        for name in ("sessionsmart.ssr.pcli", "ansible.builtin.local", "ansible.builtin.ssh"):
            connection_loader.get(name, class_only=True)
        shell_loader.get("sh", class_only=True)
        # What is there already is no garbage: a process that looks for some in it copies every page that it shares.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    def v2_playbook_on_task_start(self, task, is_conditional):
        collection, _dot, name = (task.resolved_action or "").rpartition(".")
        if collection == "sessionsmart.ssr":
            with contextlib.suppress(ImportError):  # a module without an action of ours
                action = importlib.import_module(f"{PLUGINS}.action.{name}")
                base = importlib.import_module(f"{PLUGINS}.plugin_utils.actions.base")
                folder = os.path.dirname(action.__file__)
                base.documented_spec(os.path.join(folder, "..", "modules", f"{name}.py"))

    def _write(self, result, status):
        host = getattr(result, "host", None) or result._host
        task = getattr(result, "task", None) or result._task
        data = getattr(result, "result", None) or result._result
        line = {
            "host": host.get_name(),
            "task": task.get_name(),
            "action": task.action,
            "status": status,
            "result": dict(data),
        }
        with open(os.environ["SSR_TEST_RECORD"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self._write(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, "failed")

    def v2_runner_on_skipped(self, result):
        self._write(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self._write(result, "unreachable")

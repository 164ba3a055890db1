# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a listener leaves to the same listener of the next task of its run: each task is a process of its own.

A small file beside the journal. Nothing depends on it: where it is missing or broken, the listener begins anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping

from ..files import replace_file


class RunMemory:
    """The file of one kind of listener in one run. ``process``: that of ansible-playbook; one of them is one run.

    Without a folder or a name of the run there is no file, and each task is a run of its own.
    """

    def __init__(self, kind: str, folder: str | None, run_id: str | None, process: str = ""):
        self.run_id = run_id or ""
        self._process = process
        name = re.sub(r"[^A-Za-z0-9.\-]+", "_", self.run_id)
        known = folder and self.run_id
        self.path = os.path.join(os.path.abspath(os.path.expanduser(folder)), f"{kind}-{name}.json") if known else None

    def load(self) -> dict:
        """What earlier tasks of this run have left; empty where there is nothing, or it is another run's."""
        if self.path is None:
            return {}
        with contextlib.suppress(OSError, ValueError, RecursionError):
            with open(self.path, encoding="utf-8") as stream:
                data = json.load(stream)
            if isinstance(data, dict) and (data.get("run_id"), data.get("process")) == (self.run_id, self._process):
                return data
        return {}

    def save(self, data: Mapping) -> None:
        """Leave this to the next task. It never raises."""
        if self.path is None:
            return
        with contextlib.suppress(OSError, TypeError, ValueError):
            os.makedirs(os.path.dirname(self.path), mode=0o700, exist_ok=True)
            replace_file(self.path, json.dumps({**data, "run_id": self.run_id, "process": self._process}))

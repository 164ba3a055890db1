# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has started a run, from where, and with which settings: for the status file and the record of the run."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping

from .secret_options import SECRET_OPTIONS
from .targets import started_by

#: Where AWX and pipelines say which job this is.
_JOB_VARIABLES = ("awx_job_id", "tower_job_id")
_JOB_ENVIRONMENT = ("CI_JOB_URL", "GITHUB_RUN_ID", "BUILD_URL")
#: Options that say what a batch is, or hand something on, and are no settings of the run.
_NOT_SETTINGS = ("targets", "target_hosts", "blocked", "run_record", "alarms_before", "plugins_before", "report")


def run_origin(variables: Mapping[str, object], args: Mapping[str, object], process: str) -> dict[str, object]:
    """Who, from where, and with which settings. ``variables``: of the task; ``process``: that of ansible-playbook."""
    jobs = [variables.get(name) for name in _JOB_VARIABLES] + [os.environ.get(name) for name in _JOB_ENVIRONMENT]
    options = {name: value for name, value in args.items() if name not in (*SECRET_OPTIONS, "run_continues")}
    settings = {
        name: value for name, value in options.items() if name not in _NOT_SETTINGS and value not in (None, "", [], {})
    }
    return {
        "process": process,
        "started_by": {
            "user": started_by(variables),
            "job": next((str(job) for job in jobs if job), None),
            "controller": socket.gethostname(),
        },
        "settings": json.loads(json.dumps(settings, default=str)),
    }

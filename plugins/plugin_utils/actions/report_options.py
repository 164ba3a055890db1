# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the report of a run goes, what is known of the run beforehand, and which secrets must not be in it."""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Callable, Mapping, Sequence

from ansible import context
from ansible.errors import AnsibleError
from ansible.release import __version__ as ansible_version

from ..clock import Clock, process_space
from ..probe.known import version_of_collection
from ..rollout.report_folder import ReportFolder
from ..rollout.report_texts import cleaned, cleaner

#: The options of a connection that are secrets.
_SECRETS = (
    "password",
    "private_key_passphrase",
    "jump_password",
    "jump_private_key_passphrase",
    "sftp_password",
    "api_password",
    "api_token",
)
_CONDUCTORS = "ssr_conductors"


def report_folder(
    path: str | None,
    clock: Clock,
    variables: Mapping,
    origin: Mapping,
    *,
    run_id: str | None,
    host: str = "",
    secrets: Sequence[str] = (),
    hosts: Mapping[str, str] | None = None,
    warn: Callable[[str], None] = lambda words: None,
) -> ReportFolder | None:
    """The folder for the report of a run; None where none is wanted (``path`` empty).

    ``origin``: of :func:`.run_origin`; ``host``: the inventory name of the conductor; ``hosts``: that of each router.
    """
    if not path:
        return None
    clean = cleaner(secrets)
    facts = {
        "id": run_id or os.path.basename(os.path.abspath(os.path.expanduser(path))),
        "process": _process(origin),
        "authority": authority_of(variables, host),
        "playbook": [str(name) for name in (context.CLIARGS or {}).get("args") or ()],
        "started_by": dict(origin.get("started_by") or {}),
        "settings": dict(origin.get("settings") or {}),
        "versions": {
            "collection": version_of_collection(),
            "ansible": ansible_version,
            "python": platform.python_version(),
            "conductor": None,
        },
    }
    return ReportFolder(path, clock, cleaned(facts, clean), clean, warn, dict(hosts or {}))


def _process(origin: Mapping) -> str | None:
    """The process of the run, with the space of its number: containers with one name for their host each have a 7."""
    process = origin.get("process")
    return f"{process}-{process_space()}" if process else None


def authority_of(variables: Mapping, host: str) -> str | None:
    """The inventory name of a conductor: that of its first node where the inventory has it in its group."""
    nodes = [str(name) for name in (variables.get("groups") or {}).get(_CONDUCTORS) or ()]
    return (nodes[0] if nodes and (not host or host in nodes) else host) or None


def secrets_of_connection(connection: object) -> list[str]:
    """The secrets with which the conductor is reached."""
    found = []
    for name in _SECRETS:
        with contextlib.suppress(AnsibleError, KeyError, AttributeError, TypeError):
            value = connection.get_option(name)
            if value:
                found.append(str(value))
    return found


def secrets_of_variables(variables: Mapping) -> list[str]:
    """The same from the variables of the inventory, for tasks that connect to nothing. What is a template is none."""
    hosts = (variables.get("groups") or {}).get(_CONDUCTORS) or ()
    found = []
    for host in hosts:
        known = (variables.get("hostvars") or {}).get(host) or {}
        for name in ("ansible_password", "ansible_ssh_pass", *(f"ansible_pcli_{name}" for name in _SECRETS)):
            with contextlib.suppress(AnsibleError, KeyError, AttributeError, TypeError):
                value = known.get(name)
                if value and "{{" not in str(value):
                    found.append(str(value))
    return found

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options whose values are never shown: documentation has no word for that, and an action is no module."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

SECRET_OPTIONS = ("webhook_url",)
_MASK = "********"


def given_arguments(action: ActionBase) -> dict:
    """The arguments of a task. Secrets are masked in the task itself, which callbacks get together with its result."""
    given, kept = dict(action._task.args), getattr(action, "_kept", {})
    for name in SECRET_OPTIONS:
        if given.get(name):
            # Ansible runs the same action again where its task has retries, and then the mask stands there.
            kept[name] = given[name] = kept.get(name, given[name])
            action._task.args[name] = _MASK
    action._kept = kept
    return given

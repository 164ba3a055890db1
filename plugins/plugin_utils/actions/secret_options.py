# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options whose values are never shown: documentation has no word for that, and an action is no module."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

SECRET_OPTIONS = ("webhook_url",)
_MASK = "********"


def hide_secrets(action: ActionBase) -> None:
    """Mask the secrets in the task of this action, once it has run: callbacks get the task together with its result."""
    arguments = action._task.args
    action._kept = {name: arguments[name] for name in SECRET_OPTIONS if arguments.get(name)}
    arguments.update(dict.fromkeys(action._kept, _MASK))


def show_secrets(action: ActionBase) -> None:
    """Put them back before it runs, as Ansible lets the same action do again where its task has retries."""
    action._task.args.update(getattr(action, "_kept", {}))

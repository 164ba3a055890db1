# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What actions have in common that connect to nothing, and do their work in the controller's own process.

No setting for connections, become or temporary folders, and no host that is away, comes between them and their work.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..clock import process_name
from ..rollout.broken_off import words_of
from .base import parent_of_task, task_arguments


class LocalAction(ActionBase):
    """Base of these actions. Subclasses implement :meth:`act`."""

    TRANSFERS_FILES = False
    _requires_connection = False
    relations: dict = {}

    @property
    def process(self) -> str:
        """Which ansible-playbook this task is of."""
        return process_name(parent_of_task())

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        try:
            args = task_arguments(self)
            args.pop("progress", None)  # module_defaults of the group set it; nothing here takes time
            result.update(self.act(args, task_vars or {}))
        except AnsibleError as error:
            result.update(failed=True, changed=False, msg=str(error))
        except Exception as error:  # pylint: disable=broad-exception-caught
            result.update(failed=True, changed=False, msg=words_of(error))
        return result

    def act(self, args: dict, task_vars: Mapping) -> dict:
        """Do it. Whatever is raised becomes a failed result."""
        raise NotImplementedError

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether Ansible shows the results of tasks that go well, and lines that are shown nevertheless."""

from __future__ import annotations

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.utils.display import Display

display = Display()
#: What this process has shown. Ansible runs each task in a process of its own, and may evaluate a template twice.
_shown: list[list[str]] = []


def results_are_hidden() -> bool:
    """Whether the callback of the screen leaves out what goes well, as an option of it says."""
    name = str(C.DEFAULT_STDOUT_CALLBACK)
    for callback in (name, name.rpartition(".")[2]):
        try:
            return not C.config.get_config_value("display_ok_hosts", plugin_type="callback", plugin_name=callback)
        except (AnsibleError, KeyError):  # it has no such option
            continue
    return False


def show_if_hidden(lines: list[str]) -> None:
    """Print these lines once, but only where Ansible does not print the result that has them."""
    if not results_are_hidden() or lines in _shown:
        return
    _shown.append(lines)
    for line in lines:
        display.display(line)

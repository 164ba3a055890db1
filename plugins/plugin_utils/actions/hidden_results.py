# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the callback of the screen leaves out or formats, and lines that are shown nevertheless."""

from __future__ import annotations

import os
import sys

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.utils.display import Display

display = Display()
#: What this process has shown. Ansible runs each task in a process of its own, and may evaluate a template twice.
_shown: list[list[str]] = []


#: Callbacks whose standard output is for programs, or is drawn anew all the time; beside those that write JSON.
_FORMATTED = ("dense", "minimal", "null", "oneline")
#: Columns of a log, at least of a table, and of what Ansible puts around a line of a list.
_OF_LOGS, _NARROWEST, _AROUND = 130, 69, 11
_SAVE_CURSOR = "\033[s"
#: Callbacks that show no result of a task that goes well, whatever their options say; and whether -v changes that.
_HIDING = {"dense": True, "null": False, "selective": True}


def _callback(name: object) -> str:
    """The short name of the callback that writes the screen."""
    # Under ansible-runner, AWX and ansible-navigator its own callback stands for the one of the user.
    return str(os.environ.get("ORIGINAL_STDOUT_CALLBACK") or name or "").rpartition(".")[2].lower()


def formats_output(callback: str | None) -> bool:
    """Does this callback write something to the standard output that a line of progress would spoil?"""
    name = _callback(callback)
    return "json" in name or name in _FORMATTED


def why_hidden() -> str:
    """Why the screen leaves out what goes well, and what shows it, as sentences; empty where it does not."""
    name = str(C.DEFAULT_STDOUT_CALLBACK)
    short = _callback(name)
    if short in _HIDING:
        if _HIDING[short] and display.verbosity:
            return ""
        verbose = ", or -v" if _HIDING[short] else ""
        return _NOT_SHOWN.format(
            what=f"The callback {short}", how=f"use another one (ANSIBLE_STDOUT_CALLBACK=default){verbose}"
        )
    for callback in (name, name.rpartition(".")[2]):
        try:
            shows = C.config.get_config_value("display_ok_hosts", plugin_type="callback", plugin_name=callback)
        except (AnsibleError, KeyError):  # it has no such option
            continue
        how = "set ANSIBLE_DISPLAY_OK_HOSTS=true, or display_ok_hosts = true in ansible.cfg"
        return "" if shows else _NOT_SHOWN.format(what="display_ok_hosts is off, so Ansible", how=how)
    return ""


def results_are_hidden() -> bool:
    """Whether the callback of the screen leaves out what goes well."""
    return bool(why_hidden())


_NOT_SHOWN = (
    "{what} shows no result of a task that went well: neither a plan nor a report, nor what checks found; only "
    "summaries are printed. To see them, {how}."
)


def columns() -> int:
    """The columns that Ansible leaves for a line of a list: of the terminal, or of a log where there is none."""
    try:
        wide = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (OSError, ValueError):
        wide = 0
    return max(_NARROWEST, (wide or _OF_LOGS) - _AROUND)


def show_if_hidden(lines: list[str]) -> None:
    """Print these lines once, but only where Ansible does not print the result that has them."""
    if not results_are_hidden() or lines in _shown:
        return
    _shown.append(lines)
    # It writes each line over the last one, from where the cursor was saved.
    drawn = _callback(C.DEFAULT_STDOUT_CALLBACK) == "dense"
    for line in ["", *lines] if drawn else lines:
        display.display(line)
    if drawn:
        display.display(_SAVE_CURSOR, screen_only=True, newline=False)

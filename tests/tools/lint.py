# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-lint on what a user would get: a copy at ``ansible_collections/sessionsmart/ssr``, without links."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .copies import copy_collection, environment, tool


def main() -> int:
    """The exit code of ansible-lint."""
    with tempfile.TemporaryDirectory(prefix="ssr-lint-") as folder:
        target = copy_collection(Path(folder))
        command = [tool("ansible-lint"), "--offline", "--strict"]
        own = environment(ANSIBLE_COLLECTIONS_PATH=folder)
        return subprocess.run(command, cwd=target, env=own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

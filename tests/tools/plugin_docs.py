# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the documentation of plugins and roles as it is published: its markup, its references, its schema."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .artefact import built_and_installed
from .copies import environment, tool


def main() -> int:
    """The exit code of antsibull-docs."""
    with tempfile.TemporaryDirectory(prefix="ssr-docs-") as folder:
        installed = built_and_installed(Path(folder))
        command = [tool("antsibull-docs"), "lint-collection-docs", "--plugin-docs", str(installed)]
        own = environment(ANSIBLE_COLLECTIONS_PATH=str(installed.parents[2]))
        return subprocess.run(command, cwd=folder, env=own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

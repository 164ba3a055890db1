# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build what would be published, install it into an empty folder, and run the demonstration from there.

``python -m tests.tools.artefact [SCENARIO]``. Nothing of the working tree is in reach of that run, so that a file which
is missing from the artefact makes it fail.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from .copies import copy_files, environment, tool


def build(folder: Path) -> Path:
    """Build the artefact from a copy; the path of the tarball."""
    source = copy_files(folder / "source")
    command = [tool("ansible-galaxy"), "collection", "build", "--output-path", str(folder)]
    subprocess.run(command, cwd=source, env=environment(), check=True, stdout=subprocess.DEVNULL)
    (tarball,) = folder.glob("sessionsmart-ssr-*.tar.gz")
    return tarball


def install(tarball: Path, folder: Path) -> Path:
    """Install the artefact below ``folder``, as a user would; the path of the installed collection."""
    command = [tool("ansible-galaxy"), "collection", "install", "--offline", "-p", str(folder), str(tarball)]
    own = environment(ANSIBLE_COLLECTIONS_PATH=str(folder))
    subprocess.run(command, cwd=tarball.parent, env=own, check=True, stdout=subprocess.DEVNULL)
    return folder / "ansible_collections" / "sessionsmart" / "ssr"


def built_and_installed(folder: Path) -> Path:
    """The collection as a user would have it, below ``folder``."""
    return install(build(folder), folder / "collections")


def main(scenario: str = "ha-6.3-image") -> int:
    """The exit code of the demonstration."""
    with tempfile.TemporaryDirectory(prefix="ssr-artefact-") as folder:
        installed = built_and_installed(Path(folder))
        own = environment(ANSIBLE_COLLECTIONS_PATH=str(installed.parents[2]), PYTHONDONTWRITEBYTECODE="1")
        own.pop("PYTHONPATH", None)
        command = [sys.executable, "-m", "tests.simulator.demo", scenario]
        return subprocess.run(command, cwd=installed, env=own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

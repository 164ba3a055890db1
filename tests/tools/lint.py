# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-lint on what a user would get: a copy at ``ansible_collections/sessionsmart/ssr``, without links.

ansible-lint finds a collection's own modules only when it stands in such a folder, and ansible-test refuses links.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_collection(folder: Path) -> Path:
    """Copy the files that git knows, or would add, into a collection folder below ``folder``."""
    target = folder / "ansible_collections" / "sessionsmart" / "ssr"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source, copy = ROOT / name, target / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    subprocess.run(["git", "init", "-q"], cwd=target, check=True)
    subprocess.run(["git", "add", "-A"], cwd=target, check=True)
    return target


def main() -> int:
    """The exit code of ansible-lint."""
    with tempfile.TemporaryDirectory() as folder:
        target = copy_collection(Path(folder))
        environment = dict(os.environ, ANSIBLE_COLLECTIONS_PATH=folder)
        lint = Path(sys.executable).with_name("ansible-lint")
        return subprocess.run([str(lint), "--offline", "--strict"], cwd=target, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

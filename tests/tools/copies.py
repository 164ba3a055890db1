# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of the collection in a folder ``ansible_collections/sessionsmart/ssr``, without links.

ansible-lint finds a collection's own modules only when it stands in such a folder, ansible-test refuses links, and the
tools that build must not see what lies about in a working tree.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What the tools make in a copy and would then take for a part of it: ansible-test keeps its environment there.
LEFT_BY_TOOLS = "/tests/output/\n/.ansible/\n"


def known_files() -> list[str]:
    """The files that git knows, or would add. ``OSError`` or ``CalledProcessError`` where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    return sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file())


def copy_files(target: Path) -> Path:
    """Copy the known files to ``target``."""
    try:
        names = known_files()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The files of the collection are listed by git, which said: {error}. Run this in a clone, with git.")
    for name in names:
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy)
    return target


def copy_collection(folder: Path) -> Path:
    """Copy the collection to where Ansible looks for it below ``folder``, as a repository of its own."""
    return as_repository(copy_files(folder / "ansible_collections" / "sessionsmart" / "ssr"))


def as_repository(target: Path) -> Path:
    """Make a folder a repository of its own: below another one, which ignores it, a tool would see no file of it."""
    subprocess.run(["git", "init", "-q"], cwd=target, check=True)
    (target / ".git" / "info").mkdir(exist_ok=True)
    (target / ".git" / "info" / "exclude").write_text(LEFT_BY_TOOLS, encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=target, check=True)
    return target


def tool(name: str) -> str:
    """The path of a program of the environment that this runs in."""
    return str(Path(sys.executable).with_name(name))


def environment(**more: str) -> dict[str, str]:
    """The environment for a tool: our programs first, a locale that Ansible takes, nothing of the user's settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", os.defpath)])
    return {**own, "LC_ALL": "C.UTF-8", "PATH": path, **more}

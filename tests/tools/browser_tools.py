# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install what the tests of the pages need: Chromium, where this is root on Debian, and axe-core from npm.

``python -m tests.tools.browser_tools`` does nothing where both are there. On other systems install Chromium and Node.js
by hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "browser"
#: As tests/browser/chromium.py looks for it.
NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Fonts with the signs that states have; a machine without a screen may have none at all.
PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-liberation")


def installed(folder: Path = FOLDER) -> bool:
    """Is axe-core there, in the version of the lock file?"""
    wanted = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]["node_modules/axe-core"]
    try:
        found = json.loads((folder / "node_modules/axe-core/package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return found.get("version") == wanted["version"]


def missing_packages() -> list[str]:
    """What apt-get must install; nothing where there is a Chromium."""
    if any(map(shutil.which, NAMES)):
        return []
    packages = [*PACKAGES]
    return packages if shutil.which("npm") else [*packages, "npm"]


def main() -> int:
    """0 where all is there now; otherwise what to install by hand is printed."""
    packages = missing_packages()
    if packages and (os.geteuid() != 0 or not shutil.which("apt-get")):
        print(
            f"The tests of the pages need Chromium. Install it, on Debian as root: apt-get install {' '.join(packages)}"
        )
        return 1
    if packages:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(install, check=True, env=quiet, stdout=subprocess.DEVNULL)
    if not installed():
        if not shutil.which("npm"):
            print("The tests of the pages need axe-core from npm: install Node.js with npm, and run again.")
            return 1
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into an execution environment: the definition gives a build context, and the collection tells its needs.

No image is built: that needs a container engine and a registry.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from .artefact import built_and_installed
from .copies import ROOT, environment, tool

DEFINITION = ROOT / "execution-environment" / "execution-environment.yml"


def create(folder: Path) -> list[str]:
    """Make the build context; what is missing from it."""
    command = [tool("ansible-builder"), "create", "--file", str(DEFINITION), "--context", str(folder)]
    command += ["--output-filename", "Containerfile"]
    subprocess.run(command, cwd=DEFINITION.parent, env=environment(), check=True, stdout=subprocess.DEVNULL)
    container = (folder / "Containerfile").read_text(encoding="utf-8")
    collections = yaml.safe_load((folder / "_build" / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    wrong = []
    if "COPY _build/configs/ssh_known_hosts /etc/ssh/ssh_known_hosts" not in container:
        wrong.append("The host keys are not copied into the image.")
    if not (folder / "_build" / "configs" / "ssh_known_hosts").is_file():
        wrong.append("The file of host keys is not in the build context.")
    if "sessionsmart.ssr" not in [collection["name"] for collection in collections]:
        wrong.append("The collection is not installed in the image.")
    return wrong


def introspect(collections: Path) -> list[str]:
    """Ask the installed collection what it needs, as ansible-builder does; what is missing from it."""
    command = [tool("ansible-builder"), "introspect", str(collections)]
    done = subprocess.run(command, env=environment(), check=True, capture_output=True, text=True)
    introspected = yaml.safe_load(done.stdout)
    needs = {line.split(" #")[0].strip() for line in [*introspected.get("python", []), *introspected.get("system", [])]}
    files = [ROOT / "requirements.txt", ROOT / "meta" / "ee-bindep.txt"]
    lines = [line.strip() for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = {line for line in lines if line and not line.startswith("#")}
    return [f"ansible-builder is not told of {requirement!r}." for requirement in sorted(wanted - needs)]


def main() -> int:
    """0 where nothing is missing."""
    with tempfile.TemporaryDirectory(prefix="ssr-environment-") as folder:
        wrong = create(Path(folder) / "context")
        wrong += introspect(built_and_installed(Path(folder)).parents[2])
    print("\n".join(wrong) or "ansible-builder makes the build context, and finds what the collection needs.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

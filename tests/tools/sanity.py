# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``ansible-test sanity`` on what would be published, without a container.

``python -m tests.tools.sanity [ARGUMENTS OF ansible-test sanity]``, for example ``--test validate-modules``.
Certification runs it on the published files too; the tests that are not among them are looked at by ruff.

ansible-test puts its tools into environments of their own, and fetches a script from its makers' server to install pip
there. That server is not reached from everywhere, so a stand-in is laid where ansible-test keeps that script, which
takes the pip that comes with Python. A script that is there already is left alone; ours is taken away at the end.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ansible_test

from .artefact import built_and_installed
from .copies import as_repository, environment, tool

CACHE = Path("~/.ansible/test/cache").expanduser()

#: What ansible-test says, without an error, where it has looked at nothing.
NOTHING = "All targets skipped"

MARK = "# A stand-in of sessionsmart.ssr (tests/tools/sanity.py). It may be removed."

# ensurepip runs in a process of its own since it makes pip ignore its configuration, and so its index, from then on.
# The options --no-setuptools and --no-wheel are those of the script that this stands in for; pip does not know them.
STAND_IN = f"""{MARK}
import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
wanted = [word for word in sys.argv[1:] if not word.startswith("--no-")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *wanted]))
"""


def pip_versions() -> set[str]:
    """The versions of pip that this ansible-test installs: its script is named after one."""
    source = Path(next(iter(ansible_test.__path__))) / "_internal" / "python_requirements.py"
    versions = set(re.findall(r"\bpip='([\d.]+)'", source.read_text(encoding="utf-8")))
    if not versions:
        sys.exit(f"{source} no longer names the pip that ansible-test installs. Adapt tests/tools/sanity.py.")
    return versions


@contextmanager
def pip_without_download(cache: Path = CACHE) -> Iterator[None]:
    """While this lasts, ansible-test finds the script that it would fetch."""
    scripts = [cache / f"get_pip_{version.replace('.', '_')}.py" for version in pip_versions()]
    ours = [path for path in scripts if not path.exists() or path.read_text(encoding="utf-8").startswith(MARK)]
    cache.mkdir(parents=True, exist_ok=True)
    for path in ours:
        path.write_text(STAND_IN, encoding="utf-8")
    try:
        yield
    finally:
        for path in ours:
            path.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    """The exit code of ansible-test."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [tool("ansible-test"), "sanity", "--color", "no", "--venv", "--python", python, *arguments]
    with tempfile.TemporaryDirectory(prefix="ssr-sanity-") as folder, pip_without_download():
        return run(command, as_repository(built_and_installed(Path(folder))))


def run(command: list[str], folder: Path) -> int:
    """The exit code of ansible-test, whose output is shown: 1 as well where it has looked at nothing."""
    looked = True
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            looked = looked and NOTHING not in line
    if not looked:
        print(f"ansible-test has looked at no file of {folder}, so it has proven nothing.")
    return process.returncode if looked else process.returncode or 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

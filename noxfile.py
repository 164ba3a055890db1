# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of ansible-core, Python and paramiko that are supported, and what is run with each: ``make matrix``.

``make sanity`` runs ``ansible-test sanity`` with the oldest and the newest of ``SANITY``, ``make sanity-all`` with all
of them. These sessions run only where they are named.

One session for each row of ``ROWS``. It runs the unit tests that depend on what differs between the rows, and the
demonstration with a conductor pair and with routers. What works in virtual time alone (``UNIT`` names the rest) is the
same everywhere, and ``make test`` runs it. A Python that this machine does not have is skipped, and said at the end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent

nox.options.envdir = str(ROOT / ".venv" / "nox")
nox.options.reuse_venv = "yes"
nox.options.default_venv_backend = "venv"


@dataclass(frozen=True)
class Row:
    """One combination. Everything else is pinned in constraints.txt."""

    core: str
    python: str
    paramiko: str
    more: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"core-{self.core.rpartition('.')[0]}-python-{self.python}"


#: ansible-core up to 2.18 takes no newer one.
OLD = ("resolvelib==1.0.1",)

#: The oldest paramiko with the oldest core. Up to 3.5 it uses ciphers that later releases of cryptography lack.
ROWS = (
    Row("2.16.19", "3.10", "3.4.1", (*OLD, "cryptography==42.0.8", "hypothesis==6.168.5", "pycparser==2.23")),
    Row("2.16.19", "3.11", "3.5.1", (*OLD, "cryptography==44.0.3")),
    Row("2.17.14", "3.11", "3.5.1", (*OLD, "cryptography==44.0.3")),
    Row("2.18.19", "3.11", "4.0.0", OLD),
    Row("2.19.14", "3.11", "5.1.0"),
    Row("2.20.10", "3.12", "4.0.0"),
    Row("2.21.5", "3.13", "5.1.0"),
    Row("2.21.5", "3.14", "5.1.0"),
)

#: The releases with which ``ansible-test sanity`` runs, and the Pythons that may run it, the first that is there.
SANITY = {
    "2.16": ("3.11", "3.12", "3.10"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.13", "3.12", "3.14"),
}

#: The unit tests of what talks to Ansible, to paramiko or to the shape of Python's own records.
UNIT = (
    "actions",
    "api",
    "conductor",
    "filter",
    "inventory",
    "modules",
    "pcli",
    "reports",
    "roles",
    "snapshots",
    "tests_plugins",
    "test_*.py",
)

#: They are about the repository, which is the same in every row.
NOT = ("test_gates.py", "test_repository.py")

#: What is demonstrated where nothing else is asked for (`nox -s ROW -- SCENARIO`): a conductor pair, and routers.
SCENARIOS = ("ha-6.3-image", "fleet-small")

TOOLS = ("hypothesis", "jsonschema", "markdown-it-py", "prometheus_client", "pytest", "pytest-timeout", "pytest-xdist")


def interpreter(version: str) -> str | None:
    """A Python of this release that can make environments: from the path, or from pyenv.

    What the path offers is tried, since a shim of pyenv is there for releases that it does not start.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    places = [f"python{version}", "python3", *sorted(map(str, pyenv.glob(f"{version}*/bin/python")), reverse=True)]
    code = f"import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    for place in filter(None, map(shutil.which, places)):
        if subprocess.run([place, "-c", code], capture_output=True, check=False).returncode == 0:
            return place
    return None


def constraints(row: Row, folder: Path) -> Path:
    """The pins of the repository, with those of the row instead where it has its own."""
    own = [f"ansible-core=={row.core}", f"paramiko=={row.paramiko}", *row.more]
    replaced = {line.partition("==")[0] for line in own}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("==")[0] not in replaced]
    path = folder / "constraints.txt"
    path.write_text("\n".join([*kept, *own, ""]), encoding="utf-8")
    return path


def link(folder: Path) -> Path:
    """A folder of collections that holds this one."""
    place = folder / "collections" / "ansible_collections" / "sessionsmart" / "ssr"
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_symlink():
        place.symlink_to(ROOT)
    return folder / "collections"


def unit_tests() -> list[str]:
    found = [path for name in UNIT for path in sorted((ROOT / "tests" / "unit").glob(name)) if path.name not in NOT]
    return [str(path.relative_to(ROOT)) for path in found]


def demonstrate(folder: str, env: dict[str, str], scenario: str) -> tuple[int, str]:
    """Run the demonstration with the programs in ``folder``; its exit code, and all that was printed."""
    path = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
    command = [str(Path(folder) / "python"), "-m", "tests.simulator.demo", scenario]
    own = {**os.environ, **env, "PATH": path}
    done = subprocess.run(command, cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


def complaint(code: int, printed: str) -> str | None:
    """What is wrong with a demonstration: it ended badly, or Ansible or Python called something deprecated."""
    if code:
        return f"It ended with {code}:\n{printed}"
    found = [line for line in printed.splitlines() if "DEPRECATION WARNING" in line or "DeprecationWarning" in line]
    return "\n".join(["It uses what is deprecated:", *found]) if found else None


def one(session: nox.Session, row: Row) -> None:
    if session.python is False:
        session.skip(f"There is no Python {row.python} with venv here; ansible-core {row.core} was NOT tried.")
    folder = Path(session.create_tmp())
    session.install("-q", "-c", str(constraints(row, folder)), "-r", "requirements.txt", "ansible-core", *TOOLS)
    collections = str(link(folder))
    env = {
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_DEPRECATION_WARNINGS": "True",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "LC_ALL": "C.UTF-8",
        "SSR_TEST_COLLECTIONS": collections,
    }
    session.run("ansible", "--version", env=env, silent=True)
    session.run("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *unit_tests(), env=env)
    scenarios = session.posargs or SCENARIOS
    with ThreadPoolExecutor() as pool:  # they mostly wait, so they run side by side
        ended = list(pool.map(partial(demonstrate, session.bin, env), scenarios))
    for scenario, (code, printed) in zip(scenarios, ended, strict=True):
        wrong = complaint(code, printed)
        if wrong:
            session.error(f"The demonstration '{scenario}': {wrong}")
        session.log(f"The demonstration '{scenario}' went well, and nothing in it is deprecated.")


def sanity(session: nox.Session, release: str) -> None:
    """``ansible-test sanity`` of this release, on what would be published. Nothing is skipped: it is a gate."""
    if session.python is False:
        session.error(
            f"ansible-core {release} needs a Python of {', '.join(SANITY[release])} with venv, and there is none."
        )
    row = next(row for row in ROWS if row.core.startswith(f"{release}."))
    newest = replace(row, paramiko=ROWS[-1].paramiko, more=OLD if OLD[0] in row.more else ())
    pins = constraints(newest, Path(session.create_tmp()))
    session.install("-q", "-c", str(pins), "-r", "requirements.txt", "ansible-core", "PyYAML")
    session.run("python", "-m", "tests.tools.sanity", *session.posargs)


def declare(row: Row) -> None:
    def run(session: nox.Session) -> None:
        one(session, row)

    run.__doc__ = f"ansible-core {row.core}, Python {row.python}, paramiko {row.paramiko}."
    nox.session(run, name=row.name, python=interpreter(row.python) or False)


def declare_sanity(release: str) -> None:
    def run(session: nox.Session) -> None:
        sanity(session, release)

    run.__doc__ = f"ansible-test sanity of ansible-core {release}."
    python = next(filter(None, map(interpreter, SANITY[release])), None)
    nox.session(run, name=f"sanity-{release}", python=python or False, default=False)


for each in ROWS:
    declare(each)
for release in SANITY:
    declare_sanity(release)

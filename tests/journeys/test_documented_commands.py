# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of our pages, word by word, as somebody types them who has a fresh copy of the repository.

Which blocks are run is said by marks in the pages, see tests/unit/docs/blocks.py. What the net would bring (the
repository, and the packages of the .venv) is there already. Where a page takes the reader's own ``inventory.yml``, that
of a simulated authority lies there, with waits that fit its pace.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.integration.harness import AUTHORITY, COLLECTIONS
from tests.simulator import Simulator
from tests.simulator.play import pace
from tests.unit.docs.blocks import Block, blocks_of, commands, is_printed
from tests.unit.docs.pages import PAGES
from tests.unit.docs.pipelines import FILES, FOLDER, Job, job

ROOT = Path(__file__).resolve().parents[2]
SPEEDUP = 600


def own(conductor: str, branches: str = "6.3.0-107.r1.el7", previous: str | None = None) -> dict[str, Any]:
    """The authority behind the inventory of the README: a conductor pair on this release, and two routers."""
    nodes = [{"name": "node1", "previous": previous}, {"name": "node2", "previous": previous}]
    routers = [
        {"name": "Conductor", "conductor": True, "version": conductor, "nodes": [{"name": "c1"}, {"name": "c2"}]},
        {"name": "branch-1", "version": branches, "nodes": nodes[:1]},
        {"name": "branch-2", "version": branches, "nodes": nodes},
    ]
    return {**AUTHORITY, "routers": routers}


#: Longer than any of them takes on a slow machine.
PATIENCE = 200


@dataclass(frozen=True)
class Walk:
    """Sections of a page that are done in one go, and the scenario behind the reader's own inventory, if it has one."""

    page: str
    sections: tuple[str, ...]
    scenario: str | dict[str, Any] | None = None
    #: Of these sections only the blocks in which this is found; others are done in another walk.
    only: str = ""
    #: The page promises that nothing is changed by these.
    reads_only: bool = False

    def __str__(self) -> str:
        return f"{self.page}: {self.only or self.sections[0]}"

    def blocks(self) -> list[Block]:
        blocks = [block for block in blocks_of(self.page) if block.section in self.sections]
        return [block for block in blocks if re.search(self.only, block.text)]


WALKS = [
    Walk("docs/quickstart.md", ("One command",)),
    Walk("docs/quickstart.md", ("A network to play with", "The plan", "The upgrade")),
    Walk(
        "docs/first-contact.md",
        ("One command", "A first look", "The plan for a router", "The dry run"),
        scenario="ha-6.3-image",
        reads_only=True,
    ),
    Walk("docs/quickstart.md", ("A conductor upgrade that fails",)),
    Walk("README.md", ("Use cases",), scenario=own("6.3.0-107.r1.el7"), only="conductor"),
    Walk("README.md", ("Use cases",), scenario=own("6.3.5-39.r1.el7"), only="plan|routers"),
    Walk("docs/upgrading-the-conductor.md", ("Before the window",), scenario=own("6.3.0-107.r1.el7")),
    Walk("docs/upgrading-the-conductor.md", ("Back up and restore",), scenario=own("6.3.0-107.r1.el7")),
    Walk(
        "docs/upgrading-routers.md",
        ("Reverting routers",),
        scenario=own("6.3.5-39.r1.el7", branches="6.3.5-39.r1.el7", previous="6.3.0-107.r1.el7"),
    ),
]
#: All that a reading walk may send beside `show`; a request without arguments prints its usage.
READING = re.compile(r"show .*|request system software (upgrade|download)|request system software health-check .*")


def printed_elsewhere(block: Block) -> list[Block]:
    """What other pages say that this block prints."""
    quotes = [other for page in PAGES for other in blocks_of(page) if other.kind == "output elsewhere"]
    return [
        quote for quote in quotes if quote.values["page"] == block.page and quote.values["command"] in commands(block)
    ]


def fresh_copy(folder: Path) -> Path:
    """What a clone would hold, with a .venv that has the packages of this one and knows the copy's collection."""
    copy = folder / "sessionsmart.ssr"
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(git, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    _environment_of(copy)
    return copy


def _environment_of(copy: Path) -> None:
    """A .venv as `make` leaves it behind, whose packages are those of the Python that runs this test."""
    venv = copy / ".venv"
    (venv / "bin").mkdir(parents=True)
    for name in ("lib", "include", "lib64"):
        if (Path(sys.prefix) / name).exists():
            (venv / name).symlink_to(Path(sys.prefix) / name)
    for program in Path(sys.prefix, "bin").iterdir():
        (venv / "bin" / program.name).symlink_to(program)
    activate = venv / "bin" / "activate"
    text = activate.read_text(encoding="utf-8").replace(sys.prefix, str(venv))
    activate.unlink()
    activate.write_text(text, encoding="utf-8")
    shutil.copy2(Path(sys.prefix) / "pyvenv.cfg", venv / "pyvenv.cfg")
    link = venv / "collections" / "ansible_collections" / "sessionsmart" / "ssr"
    link.parent.mkdir(parents=True)
    link.symlink_to(copy)
    for stamp in (".python", ".run", ".dev"):  # in this order: make looks which is newer
        (venv / stamp).touch()


class Reader:
    """Somebody at a few terminals, in one folder, with a home of their own and nothing of ours in the environment."""

    def __init__(self, folder: Path, home: Path):
        self.folder = folder
        self.home = home
        self.state = home / "terminal"
        self.output = ""
        self.going_on: list[subprocess.Popen] = []
        home.mkdir()

    def do(self, block: Block) -> None:
        """Type the block, or compare what the one before has printed."""
        if block.kind == "output":
            missing = is_printed(block.text, self.output)
            assert not missing, f"{block}: '{missing[0]}' was not printed in its place:\n{self.output}"
        elif block.kind == "until":
            self._start(block)
        elif block.kind == "run":
            self._run(block)
            for shown in printed_elsewhere(block):
                missing = is_printed(shown.text, self.output)
                assert not missing, f"{shown}: '{missing[0]}' was not printed in its place:\n{self.output}"

    def _run(self, block: Block) -> None:
        if block.values["new"]:
            self.state.unlink(missing_ok=True)
        keep = f"\ndeclare -px > {self.state}\n"
        done = self._terminal(block.text, keep, stdin=subprocess.DEVNULL)
        try:
            self.output, _none = done.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._end(done)
            raise
        wanted = int(block.values["code"] or 0)
        assert done.returncode == wanted, f"{block}: ended with {done.returncode}, not {wanted}:\n{self.output}"

    def _start(self, block: Block) -> None:
        self.state.unlink(missing_ok=True)
        process = self._terminal(block.text, "")
        self.going_on.append(process)
        guard = threading.Timer(PATIENCE, self._end, [process])  # a line that never comes must not hang the test
        guard.start()
        printed = []
        for line in process.stdout:
            printed.append(line)
            if block.values["text"] in line:
                break
        else:
            pytest.fail(f"{block}: ended before it printed '{block.values['text']}':\n{''.join(printed)}")
        guard.cancel()
        threading.Thread(target=process.stdout.read, daemon=True).start()

    def _terminal(self, text: str, after: str, **more: Any) -> subprocess.Popen:
        before = f"[ ! -e {self.state} ] || . {self.state}\nset -e -o pipefail\n"
        return subprocess.Popen(
            ["bash", "-c", before + text + after],
            cwd=self.folder,
            env={"HOME": str(self.home), "LANG": "C.UTF-8", "PATH": _outer_path(), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **more,
        )

    @staticmethod
    def _end(process: subprocess.Popen) -> None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def leave(self) -> None:
        """Press Ctrl-C in every terminal, more or less."""
        for process in self.going_on:
            self._end(process)
            process.wait()


def _outer_path() -> str:
    """The PATH of somebody who has not activated the .venv."""
    own = str(Path(sys.prefix) / "bin")
    return os.pathsep.join(entry for entry in os.environ["PATH"].split(os.pathsep) if entry != own)


def own_inventory(simulator: Simulator) -> dict[str, Any]:
    """What the reader would have written: addresses and credentials; and waits that fit a simulated conductor."""
    inventory = simulator.inventory()
    inventory["all"]["vars"] = pace(SPEEDUP)
    return inventory


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    person = Reader(fresh_copy(tmp_path), tmp_path / "home")
    yield person
    person.leave()


def prepare(reader: Reader, simulator: Simulator) -> None:
    """The reader's own inventory lies there, and Ansible finds the collection as if it were installed."""
    (reader.folder / "inventory.yml").write_text(json.dumps(own_inventory(simulator)), encoding="utf-8")
    installed = reader.home / ".ansible" / "collections"
    installed.parent.mkdir()
    installed.symlink_to(reader.folder / ".venv" / "collections")
    reader.state.write_text(f"export PATH={reader.folder}/.venv/bin:$PATH\n", encoding="utf-8")


@pytest.mark.parametrize("walk", WALKS, ids=str)
def test_a_reader_gets_through_word_by_word(walk, reader):
    if walk.scenario is None:
        for block in walk.blocks():
            reader.do(block)
        return
    with Simulator(walk.scenario, speedup=SPEEDUP) as simulator:
        prepare(reader, simulator)
        for block in walk.blocks():
            reader.do(block)
        assert simulator.violations == []
        if walk.reads_only:
            assert [command for command in simulator.commands() if not READING.fullmatch(command)] == []


def test_every_block_that_says_it_is_run_is_run():
    walked = [block for walk in WALKS for block in walk.blocks() if block.runs]
    said = [block for page in PAGES for block in blocks_of(page) if block.runs]
    assert [str(block) for block in said if block not in walked] == []
    assert len(walked) == len(said), "none is done twice, and each is on a page where marks are checked"


# -- the pipelines ---------------------------------------------------------------------------------------------------


@dataclass
class Runner:
    """A runner with a checkout of a project as docs/ci.md describes it, where the packages are installed already."""

    project: Path
    state: Path
    simulator: Simulator

    def check_out(self, routers: list[str]) -> None:
        """The project's files, as they are in docs/ci but for addresses and names."""
        for name in ("inventory.yml", "upgrade.yml", "requirements.yml"):
            shutil.copy2(FOLDER / name, self.project / name)
        path = self.project / "inventory.yml"
        inventory = yaml.safe_load(path.read_text(encoding="utf-8"))
        groups = inventory["all"]["children"]
        nodes = self.simulator.nodes.values()
        for host, node in zip(groups["ssr_conductors"]["hosts"].values(), nodes, strict=True):
            host.update(ansible_host=node.host, ansible_port=node.port)
        groups["ssr_routers"]["hosts"] = dict.fromkeys(routers)
        inventory["all"]["vars"] = pace(SPEEDUP)
        path.write_text(yaml.safe_dump(inventory), encoding="utf-8")

    def run(self, job: Job, **more: str) -> subprocess.CompletedProcess:
        user = self.simulator.scenario.users[0]
        given = {**job.environment, "SSR_STATE": str(self.state), "SSR_USER": user.name, "SSR_PASSWORD": user.password}
        given |= {"SSR_HOST_KEYS": "\n".join(self.simulator.host_keys.values()), "GITHUB_STEP_SUMMARY": "summary.md"}
        given |= {"HOME": str(self.state), "LANG": "C.UTF-8", "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS}
        given |= {"PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}", **more}
        return subprocess.run(
            ["bash", "-c", job.script], cwd=self.project, env=given, capture_output=True, text=True, timeout=PATIENCE
        )

    def cases(self) -> list[ElementTree.Element]:
        """The test cases of the one JUnit file."""
        (path,) = (self.project / "out" / "junit").glob("*.xml")
        return list(ElementTree.parse(path).iter("testcase"))

    def kept(self) -> str:
        """All that the job would hand to people."""
        files = [path for path in (self.project / "out").rglob("*") if path.is_file() and path.suffix != ".gz"]
        return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    with Simulator("fleet-small", speedup=SPEEDUP) as simulator:
        pipeline_runner = Runner(tmp_path / "project", tmp_path / "state", simulator)
        pipeline_runner.project.mkdir()
        pipeline_runner.state.mkdir()
        yield pipeline_runner


@pytest.mark.parametrize("pipeline", FILES)
def test_a_merge_request_shows_the_plan(pipeline, runner):
    runner.check_out(["hub", "store-01"])
    done = runner.run(job(pipeline, "plan"))
    assert done.returncode == 0, done.stdout + done.stderr
    plan = (runner.project / "out" / "plan.txt").read_text(encoding="utf-8")
    assert "total: planned 2" in plan and plan in done.stdout
    assert "\x1b" not in plan, "no colours where there is no terminal"
    assert runner.cases() and not [case for case in runner.cases() if len(case) and case[0].tag in ("error", "failure")]
    assert [command for command in runner.simulator.commands() if not READING.fullmatch(command)] == []
    assert runner.simulator.scenario.users[0].password not in runner.kept()


def test_a_plan_that_cannot_work_fails_the_job(runner):
    runner.check_out(["store-01", "no-such-router"])
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (strict,) = re.findall(r"`(sessionsmart\.ssr\.upgrade_routers --check[^`]*)`", page)
    done = runner.run(job("gitlab-ci.yml", "plan"), PLAN=strict)
    assert done.returncode == 2, f"tee hides no exit code: {done.stdout}"
    (bad,) = [case for case in runner.cases() if len(case) and case[0].tag in ("error", "failure")]
    assert "no-such-router" in bad.get("name") and "does not show" in bad[0].get("message")


def test_a_tag_upgrades_and_keeps_what_is_worth_keeping(runner):
    runner.check_out(["store-01"])
    done = runner.run(job("gitlab-ci.yml", "upgrade"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert runner.simulator.truth()["nodes"]["node1.store-01"]["version"].startswith("6.3.5")
    kept = {path.relative_to(runner.project / "out").as_posix() for path in (runner.project / "out").rglob("*")}
    assert {"upgrade.txt", "journal/status-routers.json"} <= kept
    for folder, ending in (("reports", ".json"), ("backups", ".gz"), ("junit", ".xml")):
        assert [name for name in kept if name.startswith(f"{folder}/") and name.endswith(ending)], folder
    assert runner.simulator.scenario.users[0].password not in runner.kept()

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gates, as far as they can be tried in a moment: what they look at, what they let pass, and what is published."""

from __future__ import annotations

import importlib.util
import re
import runpy
import subprocess
import sys
import tarfile
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml

from tests.tools import artefact, copies, importer, sanity
from tests.unit.test_repository import lines_of

ROOT = Path(__file__).resolve().parents[2]
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def pins() -> dict[str, str]:
    lines = [line.partition(";")[0].strip().partition("==") for line in lines_of("constraints.txt")]
    return {name.lower().replace("_", "-"): version for name, _equals, version in reversed(lines)}


# -- the Makefile and continuous integration ------------------------------------------------------------------------


def test_every_gate_is_run_by_make_gates():
    ready_made = {"lint", "check_docs", "alarm_docs"}  # in `make lint`, and by hand
    helpers = {"copies", "run_diagram", "site_pages"}
    tools = {path.stem for path in (ROOT / "tests/tools").glob("*.py")} - ready_made - helpers - {"__init__"}
    rule = re.search(r"^gates: ([^#]*)", MAKEFILE, re.M)[1].split()
    assert "journeys" in rule and re.search(r"^journeys: .*\n\t.*pytest .*tests/journeys$", MAKEFILE, re.M)
    rule.remove("journeys")
    # With the oldest and the newest ansible-core, and with all before a release: noxfile.py.
    assert re.search(r"^sanity: .*\n\t.*nox -s sanity-2.16 sanity-2.21$", MAKEFILE, re.M)
    assert re.search(r"^sanity-all: .*\n\t.*nox -s sanity-2\.16 ", MAKEFILE, re.M)
    rule.remove("sanity")
    tools.remove("sanity")
    recipes = {name: re.search(rf"^{name}: .*\n\t.*tests\.tools\.(\w+)", MAKEFILE, re.M)[1] for name in rule}
    assert set(recipes.values()) == tools


def test_continuous_integration_runs_everything_and_the_quick_first():
    commands = re.findall(r"^make (\w+)$", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.M)
    assert commands == ["test", "gates", "matrix", "soak"]
    assert all(re.search(rf"^{name}:.*## ", MAKEFILE, re.M) for name in commands)


WORKFLOWS = ROOT / ".github" / "workflows"


@pytest.mark.parametrize("name", ["test", "gates", "matrix", "docs"])
def test_the_repository_has_a_pipeline_of_its_own(name):
    text = (WORKFLOWS / f"{name}.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    targets = [name for step in steps for name in re.findall(r"^make ([a-z-]+)", step.get("run", ""), re.M)]
    assert name in targets and all(re.search(rf"^{target}:.*## ", MAKEFILE, re.M) for target in targets)
    assert all(job.get("timeout-minutes") for job in workflow["jobs"].values()), "a job that hangs ends"
    used = [step["uses"] for step in steps if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[\w-]+@v\d+", action) for action in used)


def test_read_the_docs_builds_what_make_docs_builds():
    settings = yaml.safe_load((ROOT / ".readthedocs.yaml").read_text(encoding="utf-8"))
    commands = "\n".join(settings["build"]["commands"])
    assert settings["version"] == 2 and "make docs" in commands and "$READTHEDOCS_OUTPUT/html" in commands


def test_tools_of_the_gates_are_pinned():
    assert {name.lower() for name in lines_of("requirements-gates.txt")} <= set(pins())


# -- what the gates look at -----------------------------------------------------------------------------------------


def test_copy_is_what_git_knows_or_would_add_without_links(tmp_path):
    target = copies.copy_collection(tmp_path)
    assert target.parts[-3:] == ("ansible_collections", "sessionsmart", "ssr")
    files = {path.relative_to(target).as_posix() for path in target.rglob("*") if ".git" not in path.parts}
    assert {"galaxy.yml", "plugins/connection/pcli.py", "tests/tools/copies.py"} <= files
    assert not any(name.startswith((".venv", ".pytest_cache")) or name.endswith(".pyc") for name in files)
    assert not [path for path in target.rglob("*") if path.is_symlink()]


def test_what_a_tool_leaves_in_a_copy_is_not_taken_for_a_part_of_it(tmp_path):
    target = copies.copy_collection(tmp_path)
    (target / "tests/output").mkdir()
    (target / "tests/output/left.py").touch()
    others = ["git", "ls-files", "--others", "--exclude-standard"]
    assert subprocess.run(others, cwd=target, check=True, capture_output=True).stdout == b""


def test_without_git_it_is_said_what_is_needed(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(SystemExit, match="Run this in a clone, with git"):
        copies.copy_files(tmp_path / "target")


def test_settings_of_the_user_do_not_reach_a_gate(monkeypatch):
    monkeypatch.setenv("ANSIBLE_STDOUT_CALLBACK", "json")
    own = copies.environment(ANSIBLE_COLLECTIONS_PATH="here")
    assert {name for name in own if name.startswith("ANSIBLE_")} == {"ANSIBLE_COLLECTIONS_PATH"}


# -- ansible-test without its download ------------------------------------------------------------------------------


def test_script_of_ansible_test_is_there_while_it_runs_and_gone_after(tmp_path):
    with sanity.pip_without_download(tmp_path):
        names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"get_pip_{version.replace('.', '_')}.py" for version in sanity.pip_versions()}
    assert not list(tmp_path.iterdir())


def test_script_that_ansible_test_fetched_itself_is_left_alone(tmp_path):
    version = min(sanity.pip_versions())
    path = tmp_path / f"get_pip_{version.replace('.', '_')}.py"
    path.write_text("# fetched", encoding="utf-8")
    with sanity.pip_without_download(tmp_path):
        assert path.read_text(encoding="utf-8") == "# fetched"
    assert path.is_file()


def test_stand_in_that_a_killed_run_left_behind_is_taken_away(tmp_path):
    version = min(sanity.pip_versions())
    path = tmp_path / f"get_pip_{version.replace('.', '_')}.py"
    path.write_text(sanity.STAND_IN, encoding="utf-8")
    with sanity.pip_without_download(tmp_path):
        assert path.is_file()
    assert not path.exists()


def test_stand_in_installs_what_it_is_given_and_drops_what_pip_does_not_know(tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr(subprocess, "check_call", lambda command, **_more: ran.append(command[1:]))
    monkeypatch.setattr(subprocess, "call", lambda command: ran.append(command[1:]) or 3)
    monkeypatch.setattr(sys, "argv", ["get_pip", "--disable-pip-version-check", "pip==24.2", "--no-wheel"])
    script = tmp_path / "get_pip.py"
    script.write_text(sanity.STAND_IN, encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script))
    assert ended.value.code == 3
    assert ran[0] == ["-m", "ensurepip"]
    assert ran[1] == ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip==24.2"]


def test_every_entry_that_sanity_ignores_has_a_reason():
    for path in (ROOT / "tests/sanity").glob("ignore-*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert re.search(r" # \w+ \w+", line), f"{path.name}: {line}"


def test_warning_of_the_importer_is_a_complaint_and_progress_is_not():
    printed = "Importing with galaxy-importer\nWARNING: no changelog\nLoading role errors\nERROR: it failed\nERRORS 0"
    assert importer.complaints(printed) == ["WARNING: no changelog", "ERROR: it failed"]


def test_lint_knows_the_modules_of_other_collections_that_examples_use():
    settings = yaml.safe_load((ROOT / ".ansible-lint").read_text(encoding="utf-8"))
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "examples").rglob("*.yml")]
    used = set(re.findall(r"^ +(awx\.awx\.\w+):", "\n".join(texts), re.M))
    assert used <= set(settings["mock_modules"])
    assert settings["profile"] == "production"
    assert not {"skip_list", "warn_list"} & set(settings)
    assert not [path for path in settings["exclude_paths"] if path.startswith(("plugins", "roles", "playbooks"))]


@pytest.mark.parametrize("name", ["sim.yml", "backups.yml", "backups/reports/run.yml", "build/docs/x.yml"])
def test_what_the_quick_start_leaves_in_the_tree_is_not_linted(name):
    from yamllint.config import YamlLintConfig

    assert YamlLintConfig(file=str(ROOT / ".yamllint")).is_file_ignored(name)
    assert subprocess.run(["git", "check-ignore", "-q", "--no-index", name], cwd=ROOT, check=False).returncode == 0


# -- the matrix -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def matrix() -> ModuleType:
    """noxfile.py, without nox: that is a tool of the gates alone."""
    spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        nox = SimpleNamespace(options=SimpleNamespace(), Session=object, session=lambda *_args, **_more: None)
        patch.setitem(sys.modules, "nox", nox)
        patch.setitem(sys.modules, "noxfile", module)  # dataclasses look their module up
        spec.loader.exec_module(module)
    return module


def test_matrix_covers_what_is_promised(matrix):
    rows = matrix.ROWS
    assert {row.core.rpartition(".")[0] for row in rows} == {"2.16", "2.17", "2.18", "2.19", "2.20", "2.21"}
    assert {row.python for row in rows} == {"3.10", "3.11", "3.12", "3.13", "3.14"}
    lowest = next(line for line in lines_of("requirements.txt") if line.startswith("paramiko")).partition(">=")[2]
    known = [row.paramiko for row in rows]
    assert any(version.startswith(f"{lowest}.") for version in known), "the lowest that requirements.txt allows"
    assert pins()["paramiko"] in known
    assert {version.partition(".")[0] for version in known} == {"3", "4", "5"}
    assert len({row.name for row in rows}) == len(rows)


def test_sanity_runs_with_five_releases_and_each_has_a_row_of_the_matrix(matrix):
    assert set(matrix.SANITY) == {"2.16", "2.18", "2.19", "2.20", "2.21"}
    every = re.search(r"^sanity-all: .*\n\t.*nox -s (.*)$", MAKEFILE, re.M)[1].split()
    assert every == [f"sanity-{release}" for release in matrix.SANITY], "a tag selects none of them"
    cores = {row.core.rpartition(".")[0] for row in matrix.ROWS}
    assert set(matrix.SANITY) <= cores and min(cores) in matrix.SANITY and max(cores) in matrix.SANITY


def test_lowest_ansible_of_the_matrix_is_the_lowest_that_is_promised(matrix):
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    lowest = min((row.core for row in matrix.ROWS), key=lambda core: int(core.split(".")[1]))
    assert runtime["requires_ansible"] == f">={lowest.rpartition('.')[0]}.0"


def test_row_replaces_pins_and_keeps_the_others(matrix, tmp_path):
    row = matrix.Row("2.16.19", "3.10", "3.4.1", ("cryptography==42.0.8",))
    lines = matrix.constraints(row, tmp_path).read_text(encoding="utf-8").splitlines()
    for name, version in {"ansible-core": "2.16.19", "paramiko": "3.4.1", "cryptography": "42.0.8"}.items():
        assert [line for line in lines if line.startswith(f"{name}==")] == [f"{name}=={version}"]
    assert f"Jinja2=={pins()['jinja2']}" in lines


def test_unit_tests_of_the_matrix_exist(matrix):
    paths = matrix.unit_tests()
    assert {"tests/unit/filter", "tests/unit/modules", "tests/unit/pcli", "tests/unit/conductor"} <= set(paths)
    assert not [name for name in paths if "test_gates" in name], "that is about the repository, not about versions"


def test_python_that_only_pretends_to_be_there_is_not_taken(matrix, tmp_path, monkeypatch):
    shim = tmp_path / "python9.9"
    shim.write_text("#!/bin/sh\necho 'pyenv: python9.9: command not found' >&2\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert matrix.interpreter("9.9") is None


def test_python_of_pyenv_is_found_though_it_is_not_on_the_path(matrix, tmp_path, monkeypatch):
    python = tmp_path / "versions/9.9.1/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert matrix.interpreter("9.9") == str(python)


class NoPython:
    """A session that nox could not give a Python."""

    python = False

    def skip(self, words: str) -> None:
        raise RuntimeError(words)


def test_missing_python_is_skipped_with_a_word(matrix):
    with pytest.raises(RuntimeError, match=r"no Python 3\.12 .* ansible-core 2\.20\.10 was NOT tried"):
        matrix.one(NoPython(), matrix.Row("2.20.10", "3.12", "4.0.0"))


def test_demonstration_that_ends_badly_or_uses_what_is_deprecated_fails_its_row(matrix):
    assert matrix.complaint(0, "PLAY RECAP\n") is None
    assert "It ended with 2:\nPLAY RECAP" in matrix.complaint(2, "PLAY RECAP\n")
    for line in ("[DEPRECATION WARNING]: of sessionsmart.ssr", "plugins/x.py:1: DeprecationWarning: gone in 3.15"):
        assert line in matrix.complaint(0, f"PLAY\n{line}\nPLAY RECAP\n")


# -- execution environments -----------------------------------------------------------------------------------------


def test_execution_environment_gets_what_the_collection_needs():
    meta = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text(encoding="utf-8"))
    assert meta["version"] == 1
    named = meta["dependencies"]
    assert all((ROOT / name).is_file() for name in named.values())
    assert lines_of(named["python"]) == lines_of("requirements.txt")


def test_definition_is_of_version_3_and_has_the_host_keys():
    folder = ROOT / "execution-environment"
    definition = yaml.safe_load((folder / "execution-environment.yml").read_text(encoding="utf-8"))
    assert definition["version"] == 3
    for entry in definition["additional_build_files"]:
        assert (folder / entry["src"]).is_file()
    assert any("/etc/ssh/ssh_known_hosts" in step for step in definition["additional_build_steps"]["append_final"])
    wanted = yaml.safe_load((folder / definition["dependencies"]["galaxy"]).read_text(encoding="utf-8"))
    assert [entry["name"] for entry in wanted["collections"]] == ["sessionsmart.ssr"]


def test_host_keys_that_are_shipped_are_examples_only():
    assert lines_of("execution-environment/ssh_known_hosts") == []


# -- what is published ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> set[str]:
    with tarfile.open(artefact.build(tmp_path_factory.mktemp("artefact"))) as stream:
        return {member.name for member in stream.getmembers() if member.isfile()}


def test_all_that_runs_is_published(published):
    folders = ("meta/", "playbooks/", "plugins/", "roles/", "tests/simulator/")
    assert {name for name in copies.known_files() if name.startswith(folders)} <= published


def test_nothing_else_is_published(published):
    top = {name.partition("/")[0] for name in published}
    folders = {"changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests"}
    files = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "requirements.txt"}
    assert top - {"MANIFEST.json", "FILES.json"} <= folders | files
    assert {name.split("/")[1] for name in published if name.startswith("docs/") and name.count("/") > 1} == {"schemas"}
    ending = {"docs/schemas/": ".json"}
    for name in (name for name in published if name.startswith("docs/")):
        assert name.endswith(next((end for start, end in ending.items() if name.startswith(start)), ".md")), name
    assert not [name for name in published if fnmatch(name, "*.pyc") or "__pycache__" in name]


def test_every_folder_that_is_left_out_is_said_only_once():
    assert len(set(GALAXY["build_ignore"])) == len(GALAXY["build_ignore"])


def test_authors_are_short_enough_for_galaxy():
    assert all(len(author) <= 64 for author in GALAXY["authors"])


# -- certification --------------------------------------------------------------------------------------------------


def test_readme_has_the_sections_of_certification_in_their_order():
    wanted = [
        "Description",
        "Requirements",
        "Installation",
        "Use cases",
        "Testing",
        "Support",
        "Release notes",
        "License",
    ]
    headings = re.findall(r"^## (.*)$", README, re.M)
    assert [heading for heading in headings if heading in wanted] == wanted


def test_readme_shows_three_use_cases_or_more():
    section = README[README.index("\n## Use cases") :]
    section = section[: section.index("\n## ", 5)]
    assert len(re.findall(r"^### ", section, re.M)) >= 3 or section.count("```console") >= 3


def test_readme_names_automation_hub_and_the_changelog():
    section = README[README.index("\n## Installation") : README.index("\n## Use cases")]
    assert "Automation Hub" in section and "ansible-galaxy collection install sessionsmart.ssr" in section
    assert "/CHANGELOG.md" in README[README.index("\n## Release notes") :]


def test_requires_ansible_has_a_floor_that_is_certified():
    """Its floor must be a release that Red Hat supports, which 2.19 (a technology preview) is not."""
    runtime = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))
    assert re.fullmatch(r">=2\.16\.0", runtime["requires_ansible"])


def test_version_of_the_artefact_has_release_notes_or_notes_that_wait():
    released = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]
    waiting = list((ROOT / "changelogs/fragments").glob("*.yml"))
    assert GALAXY["version"] in released or waiting


def test_a_sanity_run_that_looks_at_nothing_fails(tmp_path, capfd) -> None:
    """ansible-test ends well where it finds no file, such as below a folder that a repository ignores."""
    says = "import sys; print('WARNING: All targets skipped.', file=sys.stderr)"
    assert sanity.run([sys.executable, "-c", says], tmp_path) == 1
    assert "has proven nothing" in capfd.readouterr().out
    assert sanity.run([sys.executable, "-c", "print('Running sanity test')"], tmp_path) == 0
    assert sanity.run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path) == 3


def test_what_sanity_looks_at_is_a_repository_of_its_own(tmp_path) -> None:
    """It lies below this one, whose folder of environments is ignored, as a session of nox has it."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / ".gitignore").write_text(".venv\n", encoding="utf-8")
    collection = tmp_path / ".venv" / "ssr"
    collection.mkdir(parents=True)
    (collection / "galaxy.yml").write_text("name: ssr\n", encoding="utf-8")
    copies.as_repository(collection)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    assert subprocess.run(listed, cwd=collection, check=True, capture_output=True, text=True).stdout == "galaxy.yml\n"

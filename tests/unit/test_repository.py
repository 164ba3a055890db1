# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the repository as a whole must hold: its files, its playbooks, its documents, and the artefact."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOME = "https://github.com/sessionsmart/sessionsmart.ssr"
GALAXY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLAYBOOKS = sorted(path for path in (ROOT / "playbooks").glob("*.yml") if not path.name.startswith("_"))
TASKS = sorted((ROOT / "roles").glob("*/tasks/*.yml"))
ROLES = sorted(path for path in (ROOT / "roles").iterdir() if path.is_dir())
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "roles").glob("*/README.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)

each_playbook = pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def lines_of(name: str) -> list[str]:
    """The lines of a requirements file, without comments."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def distribution(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-")


def tasks_in(value: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every task of a list of plays, blocks and tasks."""
    for entry in value:
        inner = [entry[key] for key in ("tasks", "block", "rescue", "always") if key in entry]
        for part in inner:
            yield from tasks_in(part)
        if "hosts" not in entry and "ansible.builtin.import_playbook" not in entry:
            yield entry


# -- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        ".ci/run",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "changelogs/config.yaml",
        "constraints.txt",
        "docs/architecture.md",
        "docs/assumptions.md",
        "docs/awx.md",
        "docs/checks.md",
        "docs/ci.md",
        "docs/connection.md",
        "docs/extending.md",
        "docs/first-contact.md",
        "docs/inventory.md",
        "docs/quickstart.md",
        "docs/troubleshooting.md",
        "docs/upgrading-routers.md",
        "docs/upgrading-the-conductor.md",
        "galaxy.yml",
        "meta/runtime.yml",
        "playbooks/inventory/hosts.yml",
        "requirements-dev.txt",
        "requirements.txt",
        "tests/config.yml",
        "tests/simulator/README.md",
    ],
)
def test_file_exists(name):
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.parametrize("role", ROLES, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["README.md", "defaults/main.yml", "meta/main.yml", "meta/argument_specs.yml"])
def test_every_role_has_what_the_importer_asks_for(role, name):
    assert (role / name).is_file()


def test_galaxy_yml():
    assert (GALAXY["namespace"], GALAXY["name"]) == ("sessionsmart", "ssr")
    assert re.fullmatch(r"\d+\.\d+\.\d+", GALAXY["version"])
    assert GALAXY["license"] == ["GPL-3.0-or-later"] and "license_file" not in GALAXY
    assert GALAXY["readme"] == "README.md" and GALAXY["authors"]
    assert GALAXY["dependencies"] == {}, "no other collection is needed"
    assert len(GALAXY["tags"]) <= 20 and all(re.fullmatch(r"[a-z][0-9a-z_]*", tag) for tag in GALAXY["tags"])
    assert "networking" in GALAXY["tags"], "one of the tags that Galaxy asks for"
    for field in ("repository", "documentation", "homepage", "issues"):
        assert GALAXY[field].startswith(HOME)


def test_requirements_have_lower_bounds_only():
    requirements = lines_of("requirements.txt")
    assert {distribution(line) for line in requirements} == {"jmespath", "netaddr", "paramiko"}
    assert not any(distribution(line).startswith("ansible") for line in requirements)
    assert all(re.fullmatch(r"[\w.-]+>=[\d.]+", line) for line in requirements)


def test_constraints_pin_every_requirement():
    pinned = [line.partition(";")[0].strip() for line in lines_of("constraints.txt")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in pinned)
    wanted = {distribution(line) for name in ("requirements.txt", "requirements-dev.txt") for line in lines_of(name)}
    assert wanted <= {distribution(line) for line in pinned}


def test_lowest_version_of_ansible_is_said_once_and_the_same():
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    lowest = runtime["requires_ansible"].removeprefix(">=")
    assert f"ansible-core {lowest.rpartition('.')[0]} or newer" in README
    for role in ROLES:
        meta = yaml.safe_load((role / "meta" / "main.yml").read_text(encoding="utf-8"))
        assert lowest.startswith(meta["galaxy_info"]["min_ansible_version"])


def test_continuous_integration_runs_what_the_readme_names():
    commands = re.findall(r"^make .*$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.M)
    assert commands and all(command in README for command in commands)


# -- playbooks and roles --------------------------------------------------------------------------------------------


@each_playbook
def test_playbook_says_what_it_needs(path):
    text = path.read_text(encoding="utf-8")
    header = text[: text.index("\n- name:")]
    for word in ("Needs:", "Variables:", "Example:"):
        assert word in header
    assert f"ansible-playbook sessionsmart.ssr.{path.stem} " in header
    variable = r"\bssr_(?:version|serial|max_\w+|backup_\w+|restore_\w+|journal_\w+|report_\w+)\b"
    used = set(re.findall(variable, text[len(header) :]))
    assert used <= set(re.findall(r"\bssr_\w+\b", header))


@each_playbook
def test_play_keeps_the_rules(path):
    plays = [play for play in yaml.safe_load(path.read_text(encoding="utf-8")) if "hosts" in play]
    assert plays
    for play in plays:
        # By its short name: ansible.posix.json and .jsonl compare it, and fail on skipped tasks with any other.
        assert play["strategy"] == "linear", "another one would send a bulk task once for each host"
        assert play["gather_facts"] is False
        # The last play of a run over routers only fails for hosts, and connects to nothing.
        assert play["connection"] in ("sessionsmart.ssr.pcli", "ansible.builtin.local")
        assert play["connection"] == "sessionsmart.ssr.pcli" or play is plays[-1]
        assert "any_errors_fatal" not in play, "it would skip the rescue of the other hosts"


@each_playbook
def test_playbook_checks_its_input_first(path):
    first = yaml.safe_load(path.read_text(encoding="utf-8"))[0]
    assert first["ansible.builtin.import_playbook"] == "_check_input.yml"


@pytest.mark.parametrize("path", [*PLAYBOOKS, *TASKS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_task_has_a_name_and_the_full_name_of_its_module(path):
    tasks = list(tasks_in(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert tasks
    for task in tasks:
        assert re.match(r"[A-Z]|\w+ \| [A-Z]", task.get("name", "")), task
        if "block" not in task:
            called = [key for key in task if "." in key]
            assert len(called) == 1 and re.fullmatch(r"[a-z_]+\.[a-z_]+\.[a-z_]+", called[0]), task["name"]
        assert "any_errors_fatal" not in task, task["name"]
        # An unreachable host is passed over only where any other failure is as well: a later task judges both.
        assert "ignore_unreachable" not in task or task["ignore_unreachable"] is task["ignore_errors"] is True, task


# -- what is sent ---------------------------------------------------------------------------------------------------


def texts_of_python(path: Path) -> Iterator[str]:
    """Every text of a file that could reach a command line: no docstrings, and not the list of what is never sent."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))  # a docstring
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Forbidden":
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def texts_of_yaml(value: Any) -> Iterator[str]:
    """Every text in playbooks and tasks, except names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from texts_of_yaml(inner) if key not in ("name", "msg", "fail_msg", "description") else ()
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of_yaml(inner)
    elif isinstance(value, str):
        yield value


def harmful(text: str) -> list[str]:
    """The commands in a text that can crash a forwarding process (release notes: I95-65557, I95-63295, I95-61579)."""
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.checks.custom import FORBIDDEN

    lines = [line.lower().split() for line in text.splitlines()]
    commands = [words for words in lines if len(words) > 1 and words[0] == "show"]
    return [" ".join(words) for words in commands if any(rule.matches(words) for rule in FORBIDDEN)] + [
        # Words that are put behind a command elsewhere.
        text
        for words in lines
        if words and ("registers" in words[:2] or words[:1] == ["fib"])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "show fib",
        "show fi router x",
        "show device-interface router x registers",
        " registers force",
        "show x\nshow fib",
    ],
)
def test_a_harmful_command_would_be_noticed(text):
    assert harmful(text)


@pytest.mark.parametrize("text", ["show assets", "show bgp summary", "show device-interface router x force summary"])
def test_what_is_sent_every_day_is_not_harmful(text):
    assert not harmful(text)


@pytest.mark.parametrize(
    "folder", [*(path for path in (ROOT / "plugins").iterdir() if path.is_dir()), ROOT / "roles", ROOT / "playbooks"],
    ids=lambda path: path.name,
)  # fmt: skip
def test_no_command_that_can_crash_a_box_is_ever_sent(folder):
    harmful_commands = [
        f"{path.relative_to(ROOT)}: {command}"
        for path in folder.rglob("*.py")
        for text in texts_of_python(path)
        for command in harmful(text)
    ]
    harmful_commands += [
        f"{path.relative_to(ROOT)}: {command}"
        for path in folder.rglob("*.yml")
        for text in texts_of_yaml(yaml.safe_load(path.read_text(encoding="utf-8")))
        for command in harmful(text)
    ]
    assert harmful_commands == []


# -- documents ------------------------------------------------------------------------------------------------------


def test_first_screen_of_the_readme_names_both_commands():
    screen = "\n".join(README.splitlines()[:40])
    assert "make demo" in screen and "make test" in screen
    assert "docs/assumptions.md" in screen, "that it was never run on a real one is said at once"


def test_readme_is_read_in_a_minute():
    assert len(README.splitlines()) <= 150, "what somebody looks up belongs into docs/"


def test_readme_has_the_sections_that_certification_asks_for():
    headings = re.findall(r"^## (.*)$", README, re.M)
    wanted = (
        "Description, Requirements, Installation, Use cases, Testing, Contributing, Support, Release notes, "
        "Related information, License"
    )
    assert headings == wanted.split(", "), "in this order"


def test_readme_names_automation_hub_first_and_says_what_was_tested_and_that_no_device_was():
    installation, testing = (
        README.split(f"\n## {name}\n")[1].split("\n## ")[0] for name in ("Installation", "Testing")
    )
    assert 0 < installation.index("Automation Hub") < installation.index("Galaxy")
    assert re.search(
        r"ansible-core 2\.16 to 2\.21, Python 3\.10 to 3\.\d+", testing
    ) and "**not** tested on a device" in " ".join(testing.split())


def test_base_image_of_the_execution_environment_is_pinned():
    definition = yaml.safe_load((ROOT / "execution-environment/execution-environment.yml").read_text(encoding="utf-8"))
    assert re.search(r"(:\d[\w.-]*|@sha256:[0-9a-f]{64})$", definition["images"]["base_image"]["name"])


def test_changelog_has_the_releases_and_the_next_one_has_a_summary():
    releases = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"]
    assert {"0.1.0", "0.2.0", "0.3.0"} <= set(releases)
    assert all(release["changes"].get("release_summary") for release in releases.values())
    fragments = [path.name for path in (ROOT / "changelogs/fragments").glob("*.yml")]
    assert GALAXY["version"] in releases or f"{GALAXY['version']}.yml" in fragments


def test_readme_does_not_install_ansible():
    assert not re.search(r"pip3? install[^\n]*\bansible\b(?!_collections|/)", README)


def test_sample_inventory_of_the_readme_is_the_file():
    text = (ROOT / "playbooks" / "inventory" / "hosts.yml").read_text(encoding="utf-8")
    assert text[text.index("all:") :].strip() in README


def anchors(path: Path) -> set[str]:
    """The anchors that the headings of a document get."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_links_are_full_and_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)|<(https?://[^>]+)>", text):
        link = link[0] or link[1]
        address, _hash, anchor = link.partition("#")
        if not address:
            assert anchor in anchors(path), link
            continue
        assert address.startswith("https://"), link
        if address.startswith(f"{HOME}/blob/main/"):
            target = ROOT / address.removeprefix(f"{HOME}/blob/main/")
            assert target.is_file(), link
            assert not anchor or anchor in anchors(target), link


@each_document
def test_paths_that_a_document_names_exist(path):
    text = path.read_text(encoding="utf-8")
    pattern = r"`((?:plugins|tests|roles|playbooks|docs|changelogs|meta)/[\w./-]*)`"
    for name in re.findall(pattern, text):
        assert (ROOT / name).exists(), name


@each_document
def test_checks_that_a_document_names_exist(path):
    checks = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "plugins/plugin_utils/checks").glob("*.py"))
    known = set(re.findall(r"@check\(\s*\"(\w+)\"", checks)) | {"other_candidates"}
    for name in re.findall(r"\"!(\w+)\"|`!(\w+)`", path.read_text(encoding="utf-8")):
        assert (name[0] or name[1]) in known, name


@each_document
def test_playbooks_that_a_document_names_exist(path):
    text = path.read_text(encoding="utf-8")
    names = {play.stem for play in PLAYBOOKS}
    for name in re.findall(r"ansible-playbook (?:-i \S+ )?sessionsmart\.ssr\.(\w+)", text):
        assert name in names
    for name in re.findall(r"make (demo[\w.-]*|test|format|lint)", text):
        assert re.search(rf"^{re.escape(name)}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


@each_document
def test_a_document_names_no_machine_of_ours(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(?:work|tmp|root|home/\w+)/", text)


# -- messages that the documents quote ------------------------------------------------------------------------------


@cache
def messages() -> list[str]:
    """Every text of the plugins, with an ellipsis where a value is put in, and the messages of roles and playbooks."""
    texts = []
    for path in (ROOT / "plugins").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                texts.append("".join(str(part) for part in parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    for path in [*TASKS, *PLAYBOOKS]:
        text = re.sub(r"\{\{.*?\}\}", "…", path.read_text(encoding="utf-8"))
        texts.append(" ".join(text.split()))
    return texts


def is_said(quote: str) -> bool:
    """Does a message hold the quoted words? An ellipsis in the quote stands for anything but an end of a sentence."""
    pattern = re.compile("[^\n]{0,60}?".join(re.escape(part) for part in re.split(r"\s?…\s?", quote)))
    return any(pattern.search(message) for message in messages())


def test_troubleshooting_quotes_what_is_really_printed():
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    quotes = re.findall(r'"([^"\n]+)"', "\n".join(re.findall(r"^### (.*)$", text, re.M)))
    assert len(quotes) > 40
    ours = [quote for quote in quotes if quote != "Validation of arguments failed"]  # Ansible's own
    assert [quote for quote in ours if not is_said(quote)] == []


def test_guide_quotes_what_is_really_printed():
    text = (ROOT / "docs" / "upgrading-the-conductor.md").read_text(encoding="utf-8")
    quotes = re.findall(r"(?<!\*)\*([A-Z][^*\n]+|it does[^*\n]+)\*(?!\*)", text)
    assert quotes and [quote for quote in quotes if not is_said(quote)] == []


def test_guide_for_routers_says_what_to_do_in_every_bad_state():
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES

    text = (ROOT / "docs" / "upgrading-routers.md").read_text(encoding="utf-8")
    section = text[text.index("## When a router fails") : text.index("## Reverting routers")]
    rows = set(re.findall(r"^\| `(\w+)` \|", section, re.M))
    assert rows == {name for name, meaning in STATES.items() if not meaning.ok}


def test_troubleshooting_lists_the_states():
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES

    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    section = text[text.index("## How a run ends") : text.index("## Before login")]
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (goes on|stops) \|$", section, re.M))
    # Nothing was sent to these, so they stop no batch; the table says what they mean for a conductor.
    known = {name: "goes on" if meaning.ok else "stops" for name, meaning in STATES.items()}
    for state in ("blocked", "not_started"):
        del known[state]
        assert f"| `{state}` |" in section
    assert rows == known


# -- the artefact ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def artefact(tmp_path_factory) -> set[str]:
    """The files of what would be published, built from a copy of what git knows or would add."""
    folder = tmp_path_factory.mktemp("artefact")
    source = folder / "source"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
    subprocess.run(
        [str(Path(sys.executable).with_name("ansible-galaxy")), "collection", "build", "--output-path", str(folder)],
        cwd=source,
        env={**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(folder / "home")},
        check=True,
        capture_output=True,
    )
    (tarball,) = folder.glob("sessionsmart-ssr-*.tar.gz")
    with tarfile.open(tarball) as stream:
        return {member.name for member in stream.getmembers() if member.isfile()}


def test_artefact_holds_the_simulator_and_what_users_need(artefact):
    wanted = {"README.md", "LICENSE", "CHANGELOG.md", "MANIFEST.json", "FILES.json", "requirements.txt"}
    assert wanted <= artefact
    assert {"tests/simulator/__main__.py", "tests/simulator/README.md"} <= artefact
    assert "docs/assumptions.md" in artefact
    for path in [*PLAYBOOKS, *TASKS]:
        assert path.relative_to(ROOT).as_posix() in artefact


def test_artefact_holds_no_tools_of_development(artefact):
    tests = [f"tests/{name}/" for name in ("unit", "integration", "journeys", "soak", "tools")]
    unwanted = (*tests, ".venv/", ".git/", ".ci/", ".ansible/", ".github/", ".readthedocs")
    assert not [name for name in artefact if name.startswith(unwanted)]
    folders = {name.split("/")[1] for name in artefact if name.startswith("tests/")}
    assert folders == {"config.yml", "simulator"}, "ansible-test reads config.yml, a rehearsal needs the simulator"
    assert not artefact & {"Makefile", "constraints.txt", "pyproject.toml", ".ansible-lint", ".yamllint", ".gitignore"}
    assert not [name for name in artefact if name.endswith((".pyc", ".tar.gz"))]

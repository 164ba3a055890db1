# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site: our guides, and the reference that antsibull-docs writes from plugins and roles.

``python -m tests.tools.docs_site [FOLDER]`` puts both into one tree and gives it to Sphinx, for which a warning is an
error: a link that leads nowhere does not pass. Nothing is asked from the net. Pages link to each other by their full
address in the repository, as they must be readable there; here these links become links between the pages.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import yaml

from .run_diagram import svg
from .site_pages import main_first, write_playbook_pages

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "docsite"
BLOB = "https://github.com/sessionsmart/sessionsmart.ssr/blob/main/"
#: Where pages find their pictures, which the site brings with it.
IMAGES = "https://raw.githubusercontent.com/sessionsmart/sessionsmart.ssr/main/docs/images/"
OUTPUT = ROOT / "build" / "docs"

#: Pages that do not stand in docs/, and what they are called in the site.
ELSEWHERE = {
    "README.md": "readme.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "roles/conductor_upgrade/README.md": "role-conductor-upgrade.md",
    "roles/router_upgrade/README.md": "role-router-upgrade.md",
    "tests/simulator/README.md": "simulator.md",
}

#: Places in Ansible's own documentation that the pages of antsibull-docs refer to.
OF_ANSIBLE = {
    "action_plugins": ("plugins/action.html#action-plugins", "Action plugins"),
    "ansible_configuration_settings": (
        "reference_appendices/config.html#ansible-configuration-settings",
        "Ansible Configuration Settings",
    ),
    "callback_plugins": ("plugins/callback.html#callback-plugins", "Callback plugins"),
    "common_return_values": ("reference_appendices/common_return_values.html#common-return-values", "Return Values"),
}
#: Environment variables of Ansible that they name; all stand on the page of its settings.
VARIABLES = ("ANSIBLE_CALLBACKS_ENABLED",)


def pages() -> dict[str, str]:
    """Every page: its path in the repository, and its name in the site."""
    guides = {path.relative_to(ROOT).as_posix(): path.name for path in sorted((ROOT / "docs").glob("*.md"))}
    return {**ELSEWHERE, **guides}


def linked(text: str, known: dict[str, str]) -> str:
    """The text of a page with links between the pages. What is no page keeps its address in the repository."""

    def replace(match: re.Match) -> str:
        name = known.get(match["path"])
        return f"]({name}{match['anchor'] or ''})" if name else match[0]

    link = re.compile(rf"\]\(\s*{re.escape(BLOB)}(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")
    return link.sub(replace, text).replace(IMAGES, "_static/images/")


def unlisted() -> set[str]:
    """Pages that the index does not name, so that nobody would find them, and entries that are no page."""
    index = (SITE / "index.md").read_text(encoding="utf-8")
    trees = "\n".join(re.findall(r"^```\{toctree\}\n(.*?)^```", index, re.M | re.S))
    entries = set(re.findall(r"^([a-z][a-z-]*)$", trees, re.M))
    return entries ^ {name.removesuffix(".md") for name in pages().values()}


def gather(source: Path) -> None:
    """Lay the tree for Sphinx: settings, index, pages."""
    shutil.copytree(SITE, source)
    (source / "ansible.inv").write_bytes(ansible_inventory())
    (source / "_static" / "run.svg").write_text(svg(), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", source / "_static" / "images")
    write_playbook_pages(ROOT / "playbooks", source / "playbooks", BLOB)
    known = pages()
    for path, name in known.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        (source / name).write_text(linked(text, known), encoding="utf-8")


def ansible_inventory() -> bytes:
    """A list for intersphinx of what is elsewhere in Ansible's documentation."""
    head = ("Sphinx inventory version 2", "Project: Ansible", "Version: latest", "The rest is compressed using zlib.")
    lines = "".join(f"{name} std:label -1 {link} {title}\n" for name, (link, title) in OF_ANSIBLE.items())
    settings = "reference_appendices/config.html#envvar-"
    lines += "".join(f"{name} std:envvar -1 {settings}{name} -\n" for name in VARIABLES)
    return "".join(f"# {line}\n" for line in head).encode() + zlib.compress(lines.encode())


def _environment() -> dict[str, str]:
    """The programs of this Python, the collection of this folder, and a locale that Ansible accepts."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    return {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections")),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SSR_DOCS_VERSION": galaxy["version"],
    }


def _run(*command: str) -> int:
    return subprocess.run(command, env=_environment(), check=False).returncode


def build(output: Path) -> int:
    """Build the site; 0, or the exit code of what did not work."""
    if wrong := sorted(unlisted()):
        print(f"docs/docsite/index.md and the pages differ: {', '.join(wrong)}", file=sys.stderr)
        return 1
    source, reference, html = output / "source", output / "source" / "reference", output / "html"
    for old in (source, html):
        shutil.rmtree(old, ignore_errors=True)
    output.mkdir(parents=True, exist_ok=True)
    (output / ".gitignore").write_text("*\n", encoding="utf-8")
    gather(source)
    reference.mkdir()
    code = _run(
        *("antsibull-docs", "collection", "--use-current", "--fail-on-error", "--squash-hierarchy"),
        *("--no-add-antsibull-docs-version", "--dest-dir", str(reference), "sessionsmart.ssr"),
    )
    for page in reference.glob("*_role.rst"):
        page.write_text(main_first(page.read_text(encoding="utf-8")), encoding="utf-8")
    quiet = ("-q", "-W", "--keep-going", "-b", "html", "-d", str(output / "doctrees"), "-E")
    code = code or _run(sys.executable, "-m", "sphinx", *quiet, str(source), str(html))
    if not code:
        print(f"The site is in {html / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else OUTPUT))

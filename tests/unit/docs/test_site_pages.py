# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of the site that are made: one for each playbook, the diagram of a run, the order of a role's entry points."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.tools.docs_site import SITE
from tests.tools.run_diagram import HEIGHT, WIDTH, svg
from tests.tools.site_pages import header_of, main_first, playbook_page, write_playbook_pages
from tests.unit.docs.blocks import ROOT

PLAYBOOKS = sorted(path for path in (ROOT / "playbooks").glob("[a-z]*.yml"))


@pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
def test_every_playbook_has_a_page_with_its_example_and_all_of_its_variables(path):
    text = path.read_text(encoding="utf-8")
    header = header_of(text)
    page = playbook_page(path.stem, text, "https://example.net")
    assert header.what and f"ansible-playbook sessionsmart.ssr.{path.stem} " in page
    named = {line.split()[0] for line in header.parts["Variables"] if line.startswith("ssr_")}
    assert named == {name for name, _meaning, _default in header.variables if name.startswith("ssr_")}
    assert all(f"| `{name}` |" in page for name in named)


def test_a_variable_has_its_default_in_a_column_of_its_own():
    text = "---\n# Does it.\n#\n# Needs:      a group\n# Variables:  ssr_a   what it is,\n"
    text += "#                     and more (10)\n"
    text += "#             ssr_b   the other (none)\n# Example:    ansible-playbook x\n\n- name: X\n"
    assert header_of(text).variables == [("ssr_a", "what it is, and more", "10"), ("ssr_b", "the other", "none")]


def test_an_option_and_a_name_in_a_sentence_of_a_header_are_code():
    """Without the marks, Sphinx prints "--check" with a dash, which nobody can type."""
    page = playbook_page(
        "upgrade_routers", (ROOT / "playbooks/upgrade_routers.yml").read_text(encoding="utf-8"), "https://example.net"
    )
    assert "With `--check` it runs" in page and "a group `ssr_conductors`, whose" in page
    assert "``" not in page.replace("```", "") and "smartquotes = False" in (SITE / "conf.py").read_text(
        encoding="utf-8"
    )


def test_the_index_of_the_playbooks_names_each_once(tmp_path):
    names = write_playbook_pages(ROOT / "playbooks", tmp_path / "playbooks", "https://example.net/")
    assert sorted(names) == [path.stem for path in PLAYBOOKS]
    index = (tmp_path / "playbooks" / "index.md").read_text(encoding="utf-8")
    assert all(index.count(f"]({name}.md)") == 1 for name in names)


def test_main_comes_first_on_the_page_of_a_role():
    entry = ".. _x.role__entrypoint-{}:\n\nabout {}\n"
    page = "title\n" + entry.format("download", "download") + entry.format("main", "main") + "\n.. Extra links\nend\n"
    ordered = main_first(page)
    assert ordered.index("about main") < ordered.index("about download") < ordered.index(".. Extra links")
    assert sorted(ordered.splitlines()) == sorted(page.splitlines()) and ordered.startswith("title")
    assert main_first("no entry points") == "no entry points"


def test_everything_in_the_diagram_of_a_run_is_inside_it_and_no_text_leaves_its_box():
    root = ElementTree.fromstring(svg())
    space = "{http://www.w3.org/2000/svg}"
    boxes = [
        {key: float(box.get(key, 0)) for key in ("x", "y", "width", "height")} for box in root.iter(f"{space}rect")
    ]
    assert all(box["x"] + box["width"] <= WIDTH and box["y"] + box["height"] <= HEIGHT for box in boxes)
    for text in root.iter(f"{space}text"):
        size, bold = float(text.get("font-size")), int(text.get("font-weight")) >= 600
        # Half of a letter, of the widest font that stands for "system-ui" somewhere.
        x, y, half = float(text.get("x")), float(text.get("y")), len(text.text) * size * (0.35 if bold else 0.29)
        around = [
            box
            for box in boxes
            if box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"]
        ]
        smallest = min(around, key=lambda box: box["width"])
        assert smallest["x"] <= x - half and x + half <= smallest["x"] + smallest["width"], text.text
    words = " ".join(root.itertext())
    assert all(word in words for word in ("conductor", "Canary", "window", "gate"))

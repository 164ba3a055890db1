# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A version has one spelling in sentences for people, whatever a device or a conductor calls it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "plugins").rglob("*.py"))

#: What holds a version in the spelling of a device: `node.version_text`, `running.text`.
RAW = re.compile(
    r"(\A|[._])(version_text|running_version|from_version|to_version)\Z"
    r"|\b(release|running\w*|versions?|wanted|own|now|examined)(\[.*\])?\.text\Z"
)


def raw_versions(source: str) -> list[str]:
    """What stands in f-strings without having been spelled; what stands there in quotes is quoted."""
    raw = []
    for text in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)):
        for before, value in zip([None, *text.values], text.values, strict=False):
            quoted = isinstance(before, ast.Constant) and str(before.value).endswith("'")
            if isinstance(value, ast.FormattedValue) and not quoted and RAW.search(ast.unparse(value.value)):
                raw.append(ast.unparse(value.value))
    return raw


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "plugins")))
def test_sentences_spell_versions_one_way(path) -> None:
    assert raw_versions(path.read_text(encoding="utf-8")) == [], "use spelled() of software/versions.py"


def test_what_is_not_spelled_is_noticed() -> None:
    source = "f\"{node.version_text} and {spelled(running.text)}, {running[node].text}, {path.text}, '{own.text}'\""
    assert raw_versions(source) == ["node.version_text", "running[node].text"]

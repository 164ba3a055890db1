# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of plugins, as ansible-doc reads it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ansible.plugins.loader import fragment_loader
from ansible.utils.plugin_docs import get_docstring

PLUGINS = Path(__file__).parents[2] / "plugins"


@cache
def docs(name: str, kind: str = "module") -> tuple[dict, str, dict]:
    """DOCUMENTATION with all fragments, EXAMPLES as text, and RETURN."""
    file = PLUGINS / ("modules" if kind == "module" else kind) / f"{name}.py"
    docstring = get_docstring(
        str(file), fragment_loader, verbose=False, collection_name="sessionsmart.ssr", plugin_type=kind
    )
    return docstring[0], docstring[1], docstring[2]

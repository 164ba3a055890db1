# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the folder of a run, each with what makes its text from the report. A new view is a row here.

They are imported when they are first needed: most tasks write no report.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence

#: Text from a report: (module of this package, function). ``report.json`` is the data itself.
VIEWS: dict[str, tuple[str, str]] = {
    "report.json": ("views", "report_json"),
    "report.html": ("page", "report_html"),
    "report.md": ("markdown", "report_markdown"),
    "junit.xml": ("junit", "report_junit"),
}
#: The pages of the folder above it, from the lines of all runs.
INDEX_VIEWS: dict[str, tuple[str, str]] = {
    "index.json": ("views", "index_json"),
    "index.html": ("index_page", "index_html"),
}
#: What all views say about a report that no single run has said: (module, function).
SENTENCES: dict[str, tuple[str, str]] = {
    "outcome": ("outcome", "outcome"),
    "attention": ("outcome", "attention"),
}


def report_json(report: Mapping) -> str:
    """The report as its own file."""
    return f"{json.dumps(report, indent=1, ensure_ascii=False)}\n"


def index_json(entries: Sequence[Mapping]) -> str:
    """The lines of all runs, the newest last."""
    return f"{json.dumps({'schema': INDEX_SCHEMA, 'runs': list(entries)}, indent=1, ensure_ascii=False)}\n"


#: What the index says that it is.
INDEX_SCHEMA = "sessionsmart.ssr/index/1"


@functools.cache
def view(module: str, function: str) -> Callable | None:
    """The function of a view. None where this release has none. Raises ImportError for one that cannot be loaded."""
    name = f"{__package__}.{module}"
    if importlib.util.find_spec(name) is None:
        return None
    return getattr(importlib.import_module(name), function)

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the documentation site. tests/tools/docs_site.py puts the tree together and calls Sphinx."""

from __future__ import annotations

import os
from typing import Any

from pygments.lexers import BashLexer

project = "sessionsmart.ssr"
author = "The sessionsmart.ssr maintainers"
copyright = "2026, sessionsmart.ssr contributors"  # Sphinx wants this name
version = release = os.environ.get("SSR_DOCS_VERSION", "")

extensions = ["myst_parser", "sphinx_antsibull_ext", "sphinx.ext.intersphinx", "sphinx_copybutton"]
# Where Ansible's own documentation has what the reference speaks of. docs_site.py writes the list: nothing is fetched.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/ansible/latest/", "ansible.inv")}
root_doc = "index"
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["conf.py"]

# Headings get the anchors that they have where the repository is hosted, so that one link works in both places.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

# "--check" in a sentence stays what one types; it would become a dash.
smartquotes = False

html_theme = "sphinx_rtd_theme"
html_title = f"sessionsmart.ssr {version}"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
# Only commands and files are copied; what a program prints is there to be read.
copybutton_selector = (
    "div.highlight-console pre, div.highlight-yaml pre, div.highlight-ini pre, div.highlight-yaml\\+jinja pre"
)
html_theme_options = {"navigation_depth": 3, "collapse_navigation": False, "style_external_links": False}


def setup(app: Any) -> None:
    """Blocks of commands show no prompt, for which the lexer of Pygments would leave them without colours."""
    app.add_lexer("console", BashLexer)

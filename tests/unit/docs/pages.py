# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages in which every code block must say whether it is run."""

from __future__ import annotations

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/ci.md",
    "docs/extending.md",
    "docs/first-contact.md",
    "docs/other-tools.md",
    "docs/quickstart.md",
    "docs/troubleshooting.md",
    "docs/upgrading-routers.md",
    "docs/upgrading-the-conductor.md",
]

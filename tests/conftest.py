# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible's own loader for collections, in place before any test imports the collection: fragments need it."""

from __future__ import annotations

import os
from pathlib import Path

from ansible.plugins.loader import init_plugin_loader

ROOT = Path(__file__).resolve().parents[1]

init_plugin_loader([os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections"))])

# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an action imports before its first command: Ansible compiles each module anew in every run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OURS = "ansible_collections.sessionsmart.ssr.plugins"
#: What few actions need: the engine, the registered checks, and the client of the web API with all of TLS.
HEAVY = ("rollout.loop", "rollout.rollout", "checks.registry", "api.client", "conductor.client")
PROGRAM = f"""
import importlib, sys
import tests.conftest
importlib.import_module("{OURS}.action." + sys.argv[1])
print(*(name.removeprefix("{OURS}.plugin_utils.") for name in sys.modules if name.startswith("{OURS}.plugin_utils.")))
"""


@pytest.mark.parametrize("action", ["assets_info", "verdict"])
def test_an_action_without_engine_and_checks_imports_neither(action):
    """A process of its own, since others of these tests import everything."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, action], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    imported = set(run.stdout.split())
    assert "software.names" in imported
    assert [name for name in HEAVY if name in imported] == []

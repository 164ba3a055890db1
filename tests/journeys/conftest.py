# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people go through from outside, each step as they take it: pages that are read word by word, pipelines, AWX.

They use the benches of tests/integration.
"""

from __future__ import annotations

from tests.integration.conftest import bench

__all__ = ["bench"]

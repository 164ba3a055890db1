# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of several directories."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis
import pytest

from tests.unit import device_texts

# How long an example takes depends on the machine, and says nothing about the collection.
hypothesis.settings.register_profile("without a deadline", deadline=None)
hypothesis.settings.load_profile("without a deadline")


@pytest.fixture
def device_text() -> Callable[[str], str]:
    """A function that returns what a command printed, by the name of the text."""
    return device_texts.device_text

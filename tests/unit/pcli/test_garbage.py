# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collector of garbage rests while a list is read, and goes on afterwards."""

from __future__ import annotations

import gc

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.garbage import without_collector


def test_the_collector_rests_and_goes_on() -> None:
    assert without_collector(gc.isenabled)() is False
    assert gc.isenabled()


def test_the_collector_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        without_collector(lambda: 1 / 0)()
    assert gc.isenabled()


def test_one_that_was_turned_off_stays_so() -> None:
    gc.disable()
    try:
        without_collector(int)("3")
        assert not gc.isenabled()
    finally:
        gc.enable()

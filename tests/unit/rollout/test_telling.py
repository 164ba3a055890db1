# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evidence of a bad end is what made it, never that something went well."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.telling import telling_words

ANSWERED = {"what": "the conductor answered", "words": "Starting software upgrade 1/1 targets complete..."}
PASSED = {"what": "health check: pass", "words": "System Processes Check passed"}
FAILED = {"what": "health check: fail", "words": "System Processes Check found 1 exceptions"}
EVENTS = {"what": "events since it began", "words": "Asset a is not running"}
UNREAD = {"what": "events could not be read", "words": "time-out"}


@pytest.mark.parametrize(
    ("steps", "reason", "compared", "words"),
    [
        ([ANSWERED, FAILED, PASSED], "", None, FAILED["words"]),
        ([ANSWERED, EVENTS, UNREAD], "", None, EVENTS["words"]),
        ([ANSWERED], "went back. The conductor says: a Failed 0%", None, "a Failed 0%"),
        ([ANSWERED, PASSED], "lost something", {"lost": ["peer b"], "came": ["alarm x"]}, "peer b\nalarm x"),
        ([ANSWERED, PASSED], "held", None, ""),
    ],
)
def test_the_words_that_made_the_verdict(steps, reason, compared, words) -> None:
    assert telling_words(steps, reason, compared) == words

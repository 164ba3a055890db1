# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary: for each meaning, the words that a device may print for it. Most of them are documented nowhere.

Every constant is an alternation for use inside a group, in lower case: compile with ``re.IGNORECASE`` or match lower
case text. What belongs to one reader alone stands in the file of that reader.
"""

from __future__ import annotations

import re

# -- in progress ------------------------------------------------------------------------------------------------------

IN_PROGRESS = r"in[ -]?progress"
UNDER_WAY = rf"{IN_PROGRESS}|ongoing|under ?way"
#: What is done to fetch a release: none of it changes what a node runs.
FETCHING = (
    r"running|downloading|fetching|transferring|copying|verifying|validating|checking|preparing|unpacking|extracting"
    r"|starting|initiali[sz]ing"
)
#: What is done to change the release that a node runs.
CHANGING = (
    r"installing|upgrading|downgrading|reverting|converting|rebooting|restarting|activating|writing|applying"
    r"|processing|executing|migrating|committing|synchroni[sz]ing|finishing|finali[sz]ing|rolling back|stopping"
    r"|updating|retrying|booting"
)
#: Behind *being*: what happens to a release, and to a node.
FETCHED = r"downloaded|fetched|transferred"
CHANGED = r"upgraded|downgraded|installed|reverted|converted"
#: The start of something that may have ended since.
BEGUN = r"started|scheduled|queued|initiated|begun"

# -- ended ------------------------------------------------------------------------------------------------------------

SUCCESS = r"success(?:ful(?:ly)?)?|succeeded"
ENDED = rf"completed?|completion|done|finished|{SUCCESS}"
PASSED = rf"pass(?:ed|es|ing)?|healthy|ok|{SUCCESS}"
TICK = r"[✔✓]"

# -- failed -----------------------------------------------------------------------------------------------------------

FAILED = r"fail(?:ed|ure|s|ing)?|error|refused|reject\w*|denied|abort\w*|unsuccessful\w*"
UNABLE = r"unable|cannot|could not"
REVERTED = r"reverted|rolled back"
CROSS = r"[✖✗✘❌]"
#: A count of nothing: `0 of 3 nodes failed`, `no errors`, `Errors: none`. `Error: no space left` is a failure.
NO_FAILURE = (
    r"\b(?:0|no|without)(?: of \d+)?(?: \w+)? (?:fail\w*|errors?)\b"
    r"|(?:fail\w*|errors?)(?: \w+)?\s*[:=]\s*(?:0|none|no(?! \w)|-)(?!\w)"
)

# -- words that are written as one ------------------------------------------------------------------------------------

_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]|OK\b)")


def split_words(text: str) -> str:
    """The text with blanks between the words of names such as `UPGRADE_IN_PROGRESS` and `UpgradeInProgress`."""
    return _JOINED.sub(" ", text.replace("_", " "))

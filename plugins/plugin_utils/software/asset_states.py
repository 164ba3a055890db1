# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of an asset in one table, with the words of releases before 6.3 and of 6.3 and later.

Sources: ts_ap_salt_minion (chapter Asset Status: the meanings), upgrade_ibu_conductor (how the words before 6.3 map to
those of 6.3), t128-bulk-upgrade (UPGRADING, DOWNLOADING, and the spelling of REST, which was upper case until 5.6.8).
How 6.3 and later spell the state of a node during its upgrade is not documented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

# `settled`  the steady state
# `coming`   on its way there by itself
# `waiting`  nothing moves until somebody does something (accepts, installs, starts)
# `away`     the conductor has lost it
# `busy`     a lifecycle operation runs on it
KINDS = ("settled", "coming", "waiting", "away", "busy", "unknown")


@dataclass(frozen=True)
class State:
    """The state of an asset: the word of 6.3 and later in lower case, and its kind (one of KINDS)."""

    name: str
    kind: str

    @property
    def settled(self) -> bool:
        return self.kind == "settled"

    @property
    def away(self) -> bool:
        return self.kind == "away"

    @property
    def busy(self) -> bool:
        return self.kind == "busy"

    @property
    def known(self) -> bool:
        return self.kind != "unknown"


# word as printed, without case, blanks, `_` and `-`: (name, kind)
STATES: dict[str, State] = {
    word: State(name, kind)
    for word, name, kind in (
        ("synchronized", "synchronized", "settled"),
        ("running", "synchronized", "settled"),
        ("synchronizing", "synchronizing", "coming"),
        # "Connected" became "Synchronizing or Resynchronizing" in 6.3.
        ("connected", "synchronizing", "coming"),
        ("resynchronizing", "resynchronizing", "coming"),
        # The conductor stops the service to provision it again.
        ("reinitializing", "reinitializing", "coming"),
        ("starting", "starting", "coming"),
        ("installed", "installed", "coming"),
        ("pending", "pending", "waiting"),
        ("keyaccepted", "key accepted", "waiting"),
        ("notinstalled", "not installed", "waiting"),
        ("stopped", "stopped", "waiting"),
        ("disconnected", "disconnected", "away"),
        ("upgrading", "upgrading", "busy"),
        ("downloading", "downloading", "busy"),
        ("downgrading", "downgrading", "busy"),
        ("reverting", "reverting", "busy"),
        ("installing", "installing", "busy"),
        ("reinstalling", "reinstalling", "busy"),
        ("converting", "converting", "busy"),
        ("rebooting", "rebooting", "busy"),
    )
}

# An operation in progress, in spellings that are not documented.
_BUSY = re.compile(
    r"upgrad|downgrad|download|install|convert|conversion|revert|rollback|rollingback|reboot|restart|unpack"
    r"|transfer|migrat|rebuild|provisioning|updating"
)
# The same words for something that is over or has not started: no operation runs.
_NOT_BUSY = re.compile(
    r"fail|error|complete|done|finish|success|abort|cancel|required|available|needed|downloaded|upgraded|downgraded"
    r"|reverted|converted|installed|rebooted|restarted|pending|notinstall|uninstalled|synchronized|disconnected"
)


#: What may stand around a word without changing it: blanks, dots, ticks and bullets.
TRIM = re.compile(r"\A[\s.\u2026\u2714\u2713\u25cf\u2022]+|[\s.\u2026\u2714\u2713\u25cf\u2022]+\Z")
_PERCENT = re.compile(r"\(\s*[0-9]+(?:\.[0-9]+)?\s*%\s*\)|[0-9]+(?:\.[0-9]+)?\s*%")


# A fleet shows the same few words for each of its nodes, in every poll.
@lru_cache(maxsize=4096)
def read_state(text: str | None) -> State:
    """Normalise a status as the conductor prints it. An unknown word is neither settled nor away.

    A word counts only if it is the whole status: `Synchronized (upgrading)`, `Synchronized 45%` and `Synchronized?` say
    more than `Synchronized`, and what that means is not known. A percentage says nothing more beside a word for
    something that goes on by itself.
    """
    shown = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s_\-]+", " ", TRIM.sub("", text or "")).strip()
    name = _bare(shown) or "unknown"
    known = STATES.get(_word(shown))
    if known is not None:
        return known
    moving = _bare(TRIM.sub("", _PERCENT.sub("", shown)))  # "Upgrading (45%)", "Downloading 12 %..."
    known = STATES.get(_word(moving))
    if known is not None and known.kind in ("coming", "busy"):
        return known
    beside = STATES.get(_word(re.sub(r"[(\[{].*", "", moving)))
    if beside is not None and not beside.busy:
        return State(name, "unknown")
    words = re.sub(r"[^a-z]+", " ", moving).strip()
    if _BUSY.search(words.replace(" ", "")) and not _NOT_BUSY.search(words.replace(" ", "")):
        return State(words, "busy")
    return State(name, "unknown")


def _bare(shown: str) -> str:
    lower = " ".join(shown.lower().split())
    return lower.replace("synchronis", "synchroniz").replace("initialis", "initializ")


def _word(shown: str) -> str:
    return _bare(shown).replace(" ", "")

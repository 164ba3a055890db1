# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of an asset, of both generations."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.asset_states import KINDS, STATES, read_state
from hypothesis import given
from hypothesis import strategies as st

WORDS = [
    ("Synchronized", "synchronized", "settled"),
    ("Running", "synchronized", "settled"),
    ("running", "synchronized", "settled"),
    ("RUNNING", "synchronized", "settled"),
    ("Synchronising", "synchronizing", "coming"),
    ("Connected", "synchronizing", "coming"),
    ("Resynchronizing", "resynchronizing", "coming"),
    ("RESYNCHRONIZING", "resynchronizing", "coming"),
    ("Reinitializing", "reinitializing", "coming"),
    ("Starting", "starting", "coming"),
    ("Installed", "installed", "coming"),
    ("Pending", "pending", "waiting"),
    ("Key Accepted", "key accepted", "waiting"),
    ("keyAccepted", "key accepted", "waiting"),
    ("KEY_ACCEPTED", "key accepted", "waiting"),
    ("Not Installed", "not installed", "waiting"),
    ("not-installed", "not installed", "waiting"),
    ("notInstalled", "not installed", "waiting"),
    ("Stopped", "stopped", "waiting"),
    ("Disconnected", "disconnected", "away"),
    ("DISCONNECTED", "disconnected", "away"),
    ("UPGRADING", "upgrading", "busy"),
    ("Upgrading (45%)", "upgrading", "busy"),
    ("Downloading 12 %...", "downloading", "busy"),
    ("Converting to image", "converting to image", "busy"),
    ("Upgrade in progress", "upgrade in progress", "busy"),
    ("Rolling back", "rolling back", "busy"),
    ("Rebooting", "rebooting", "busy"),
    ("Upgrade Failed", "upgrade failed", "unknown"),
    ("Upgrade complete", "upgrade complete", "unknown"),
    ("Reboot required", "reboot required", "unknown"),
    ("Downloaded", "downloaded", "unknown"),
    ("Not Running", "not running", "unknown"),
    ("Sleeping", "sleeping", "unknown"),
    ("", "unknown", "unknown"),
    (None, "unknown", "unknown"),
]


@pytest.mark.parametrize(("word", "name", "kind"), WORDS)
def test_a_word_is_normalised(word: str | None, name: str, kind: str) -> None:
    state = read_state(word)
    assert (state.name, state.kind) == (name, kind)
    assert (state.settled, state.away, state.busy) == (kind == "settled", kind == "away", kind == "busy")
    assert state.known is (kind != "unknown")


@pytest.mark.parametrize(
    "text",
    ["Synchronized (upgrading)", "Running (upgrading)", "Synchronized 45%", "Synchronized (45%)", "Synchronized*",
     "Running (disconnected)", "Synchronized (stale, last seen 4h ago)", "Synchronized (reboot pending)",
     "!Synchronized",
     "Synchronized?",
     "Synchronized [Upgrading]", "Running (downloading, unreachable)", "Synchronized (0/2)", "Running1",
     "Synchronized (", "Synchronized \u26a0", "Synchronized, downloading, disconnected", "Disconnected (upgrading)"],
)  # fmt: skip
def test_text_beside_a_settled_word_makes_it_unknown(text: str) -> None:
    """What it means is not known, and a node of an unknown state keeps its peer back."""
    assert read_state(text).kind == "unknown"


@pytest.mark.parametrize(
    "text", ["Synchronized", "\u2714 Running", "synchronised...", " Running \u2026", "Running \u2714"]
)
def test_a_tick_and_dots_say_nothing_more(text: str) -> None:
    assert read_state(text).settled


@pytest.mark.parametrize(
    "text", ["Upgrading (rebooting)", "Upgrading 45 %", "Installing (2/3)", "Resynchronizing (5%)"]
)
def test_what_goes_on_may_have_text_beside_it(text: str) -> None:
    assert read_state(text).kind in ("busy", "coming")


def test_only_the_steady_state_is_settled() -> None:
    assert {word for word, state in STATES.items() if state.settled} == {"synchronized", "running"}
    assert {state.kind for state in STATES.values()} <= set(KINDS)


@given(
    st.sampled_from(sorted(STATES)),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", " ", "..."]),
)
def test_case_and_trimmings_do_not_matter(word: str, case, end: str) -> None:
    assert read_state(case(word) + end) == STATES[word]


@given(st.text(max_size=20))
def test_a_word_that_nobody_knows_is_never_settled_nor_away(text: str) -> None:
    state = read_state(text)
    if "".join(char for char in text.lower() if char.isascii() and char.isalpha()) not in STATES:
        assert not state.settled or "synchronis" in text.lower()
        assert not state.away

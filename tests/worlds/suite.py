# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worlds that are played for every change, and what does not hold in them yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from .begun_words import BEGUN_WORDS
from .commands import BY_COMMAND
from .endings import ENDINGS
from .kinds import KINDS
from .known import WORLDS
from .many import Night
from .noticing import NOTICING
from .places import PLACES
from .stillness import STILLNESS
from .ways_back import WAYS_BACK
from .whose import WHOSE
from .wordings import WORDINGS

#: Small worlds with names: the promise that is broken in each of them today, and its definition.
BY_NAME = {
    **WORLDS,
    **KINDS,
    **NOTICING,
    **ENDINGS,
    **STILLNESS,
    **WORDINGS,
    **BEGUN_WORDS,
    **BY_COMMAND,
    **WAYS_BACK,
    **WHOSE,
    **PLACES,
}

#: Half of them are plain worlds, the others draw every kind (wide.py).
SEEDS = (*range(250), *range(5000, 5250))
_KNOWN = Path(__file__).with_name("known_seeds.json")


def known() -> dict[int, list[str]]:
    """The promises that are broken in these worlds (README.md says what the names mean)."""
    return {int(seed): broken for seed, broken in json.loads(_KNOWN.read_text(encoding="utf-8")).items()}


def write_known(nights: Iterable[Night]) -> None:
    """Write down what is broken now."""
    broken = {night.seed: sorted({breach.invariant for breach in night.breaks}) for night in nights if night.breaks}
    lines = ",\n".join(f' "{seed}": {json.dumps(promises)}' for seed, promises in sorted(broken.items()))
    _KNOWN.write_text(f"{{\n{lines}\n}}\n" if lines else "{}\n", encoding="utf-8")
